//! Which transaction an applier that failed is to pass over.

use super::candidate::is_blank;
use crate::model::gtid::OracleSet;
use crate::model::{Change, Coordinates, Look};
use crate::topology::relocate::Refusal;

/// Behind these words servers name the transaction at which an applier failed.
const NAMED: &str = "transaction '";

/// What a server calls a transaction without GTID.
const ANONYMOUS: &str = "ANONYMOUS";

/// The GTID of the transaction that begins at a place of the relay logs, if one does.
pub type Read<'a> = dyn Fn(&Coordinates) -> Result<Option<String>, String> + 'a;

/// What has a replica's applier pass over the transaction at which it failed.
///
/// Where transactions have Oracle GTIDs it is the one that the error names, as that of a parallel applier does, or else the
/// one at which the applier stands in the relay logs: `read` answers it. It is never guessed: a transaction that is skipped
/// unseen is lost, and a GTID that nobody sent would be errant from then on.
///
/// # Errors
/// Why nothing can be skipped, and what helps.
pub fn passing_over(look: &Look, read: &Read<'_>) -> Result<Change, Refusal> {
    let key = &look.key;
    let refuse = |sentence: String, hint: String| Err(Refusal { sentence, hint });
    let Some(channel) = look.channel() else {
        return refuse(format!("instance is not a replica: {key}"), String::new());
    };
    let error = &channel.status.last_sql_error;
    if channel.status.sql_running {
        return refuse(
            format!("Replication SQL thread is running on {key}: nothing is skipped"),
            String::new(),
        );
    }
    if is_blank(error) {
        return refuse(
            format!("No SQL error on {key}: nothing is skipped"),
            format!("`orchestrator start-replica -i {key}` starts it"),
        );
    }
    if channel.mariadb_gtid {
        return refuse(
            format!("{key} positions itself by MariaDB GTID, and skipping goes by position: nothing is skipped"),
            format!(
                "`orchestrator disable-gtid -i {key}`, then start-replica, which fails there again, skip-query, and enable-gtid"
            ),
        );
    }
    let is_by_gtid = channel.oracle_gtid || look.reading.gtid_mode.eq_ignore_ascii_case("ON");
    if !is_by_gtid || named(error) == Some(ANONYMOUS) {
        return Ok(Change::SkipNext);
    }
    let parse = |text: &str| OracleSet::parse_lossy(text).0;
    let waiting = parse(&channel.retrieved_gtid).subtract(&parse(&look.reading.gtid_executed));
    let stands_at = Coordinates::new(
        channel.column(&["Relay_Log_File"]),
        channel.column(&["Relay_Log_Pos"]).parse().unwrap_or(0),
    );
    match failed(error, &waiting, &|| read(&stands_at)) {
        Ok(gtid) => Ok(Change::SkipGtid(gtid)),
        Err(why) => refuse(
            format!("which transaction fails on {key} is not known: {why}; nothing is skipped"),
            format!("its applier says: {error}"),
        ),
    }
}

/// The transaction that an error names.
fn named(error: &str) -> Option<&str> {
    let (_, rest) = error.split_once(NAMED)?;
    rest.split_once('\'').map(|(gtid, _)| gtid)
}

fn failed(
    error: &str,
    waiting: &OracleSet,
    read: &dyn Fn() -> Result<Option<String>, String>,
) -> Result<String, String> {
    let found = match named(error) {
        Some(named) => named.to_owned(),
        None => read()?.ok_or("its error names none, and it stands at none in its relay logs")?,
    };
    let gtid = OracleSet::parse(&found).map_err(|error| format!("{found:?} is no GTID: {error}"))?;
    match gtid.count() == 1 && waiting.contains_set(&gtid) {
        true => Ok(gtid.to_string()),
        false if waiting.is_empty() => Err("it has executed everything that it has received".to_owned()),
        false => Err(format!(
            "{gtid} is none that it has received and not executed, which is {waiting}"
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::observation::Channel;

    const ONE: &str = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    const OTHER: &str = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    fn stopped(error: &str, retrieved: &str, executed: &str) -> Look {
        let mut look = Look::default();
        look.reading.gtid_mode = "ON".to_owned();
        look.reading.gtid_executed = executed.to_owned();
        let mut channel = Channel {
            oracle_gtid: true,
            retrieved_gtid: retrieved.to_owned(),
            ..Channel::default()
        };
        channel.status.last_sql_error = error.to_owned();
        look.reading.channels = vec![channel];
        look
    }

    fn error_of(gtid: &str) -> String {
        format!("Worker 1 failed executing transaction '{gtid}' at source log b.2, end_log_pos 5; Error: no such row")
    }

    /// The relay logs, as this replica has them.
    fn read(at: &Coordinates) -> Result<Option<String>, String> {
        Ok((*at == Coordinates::new("r.3", 120)).then(|| format!("{ONE}:8")))
    }

    fn refusal(look: &Look) -> String {
        passing_over(look, &read).unwrap_err().sentence
    }

    #[test]
    fn the_transaction_that_the_error_names_is_passed_over() {
        // Of the two servers' entries the last one is not the one that fails.
        let look = stopped(
            &error_of(&format!("{ONE}:7")),
            &format!("{ONE}:1-9,{OTHER}:1-4"),
            &format!("{ONE}:1-6,{OTHER}:1-4"),
        );
        assert_eq!(
            passing_over(&look, &read).unwrap(),
            Change::SkipGtid(format!("{ONE}:7"))
        );
    }

    #[test]
    fn no_gtid_is_made_up() {
        let named = stopped(
            &error_of(&format!("{OTHER}:8")),
            &format!("{ONE}:1-9"),
            &format!("{ONE}:1-6"),
        );
        assert!(refusal(&named).contains(&format!("{OTHER}:8 is none that it has received")));
        let done = stopped(
            &error_of(&format!("{ONE}:6")),
            &format!("{ONE}:1-6"),
            &format!("{ONE}:1-6"),
        );
        assert!(refusal(&done).contains("executed everything"));
        let unknown = stopped("no such row", &format!("{ONE}:1-9"), &format!("{ONE}:1-6"));
        assert!(refusal(&unknown).contains("stands at none in its relay logs"));
    }

    /// In the order of the log, which is not that of the numbers where several threads committed.
    #[test]
    fn an_error_that_names_none_is_of_where_the_applier_stands() {
        let mut look = stopped("no such row", &format!("{ONE}:1-9"), &format!("{ONE}:1-6"));
        if let Some(channel) = look.reading.channels.first_mut() {
            channel.columns.push("Relay_Log_File", "r.3");
            channel.columns.push("Relay_Log_Pos", "120");
        }
        assert_eq!(
            passing_over(&look, &read).unwrap(),
            Change::SkipGtid(format!("{ONE}:8"))
        );
    }

    #[test]
    fn without_gtid_the_next_one_is_passed_over() {
        let mut look = stopped("no such row", "", "");
        look.reading.gtid_mode = "OFF".to_owned();
        if let Some(channel) = look.reading.channels.first_mut() {
            channel.oracle_gtid = false;
        }
        assert_eq!(passing_over(&look, &read).unwrap(), Change::SkipNext);
        let anonymous = stopped(&error_of(ANONYMOUS), "", "");
        assert_eq!(passing_over(&anonymous, &read).unwrap(), Change::SkipNext);
    }

    #[test]
    fn only_an_applier_that_failed_has_something_to_skip() {
        let mut look = stopped("", "", "");
        assert!(refusal(&look).contains("No SQL error"));
        if let Some(channel) = look.reading.channels.first_mut() {
            channel.status.sql_running = true;
        }
        assert!(refusal(&look).contains("SQL thread is running"));
        look.reading.channels.clear();
        assert!(refusal(&look).contains("not a replica"));
        let mut look = stopped("no such row", "", "");
        if let Some(channel) = look.reading.channels.first_mut() {
            (channel.oracle_gtid, channel.mariadb_gtid) = (false, true);
        }
        assert!(refusal(&look).contains("MariaDB GTID"));
    }
}
