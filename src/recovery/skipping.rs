//! Which transaction an applier that failed is to pass over.

use super::candidate::is_blank;
use crate::model::gtid::OracleSet;
use crate::model::{Change, Look};
use crate::topology::relocate::Refusal;

/// Behind these words servers name the transaction at which an applier failed.
const NAMED: &str = "transaction '";

/// What a server calls a transaction without GTID.
const ANONYMOUS: &str = "ANONYMOUS";

/// What has a replica's applier pass over the transaction at which it failed.
///
/// Where transactions have Oracle GTIDs it is the one that the error names (MySQL 5.7 and later), or else the first one
/// that was received and not executed, if all of those come from one server. It is never guessed: a GTID that nobody sent
/// would be errant from then on.
///
/// # Errors
/// Why nothing can be skipped, and what helps.
pub fn passing_over(look: &Look) -> Result<Change, Refusal> {
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
    match failed(error, &waiting) {
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

fn failed(error: &str, waiting: &OracleSet) -> Result<String, String> {
    if let Some(text) = named(error) {
        let gtid = OracleSet::parse(text).map_err(|error| format!("{text:?} is no GTID: {error}"))?;
        return match gtid.count() == 1 && waiting.contains_set(&gtid) {
            true => Ok(gtid.to_string()),
            false => Err(format!(
                "{gtid} is none that it has received and not executed, which is {waiting}"
            )),
        };
    }
    let mut servers: Vec<_> = waiting.uuids().collect();
    servers.dedup();
    match (servers.len(), waiting.gtids().next()) {
        (1, Some(first)) => Ok(first.to_string()),
        (_, None) => Err("it has executed everything that it has received".to_owned()),
        _ => Err(format!(
            "{waiting} wait, from several servers, and the error names none"
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

    fn refusal(look: &Look) -> String {
        passing_over(look).unwrap_err().sentence
    }

    #[test]
    fn the_transaction_that_the_error_names_is_passed_over() {
        // Of the two servers' entries the last one is not the one that fails.
        let look = stopped(
            &error_of(&format!("{ONE}:7")),
            &format!("{ONE}:1-9,{OTHER}:1-4"),
            &format!("{ONE}:1-6,{OTHER}:1-4"),
        );
        assert_eq!(passing_over(&look).unwrap(), Change::SkipGtid(format!("{ONE}:7")));
    }

    #[test]
    fn no_gtid_is_made_up() {
        let named = stopped(
            &error_of(&format!("{OTHER}:8")),
            &format!("{ONE}:1-9"),
            &format!("{ONE}:1-6"),
        );
        assert!(refusal(&named).contains(&format!("{OTHER}:8 is none that it has received")));
        let done = stopped("no such row", &format!("{ONE}:1-6"), &format!("{ONE}:1-6"));
        assert!(refusal(&done).contains("executed everything"));
        let several = stopped("no such row", &format!("{ONE}:1-9,{OTHER}:1"), &format!("{ONE}:1-6"));
        assert!(refusal(&several).contains("several servers"));
    }

    #[test]
    fn an_error_that_names_none_is_of_the_first_that_waits() {
        let look = stopped("no such row", &format!("{ONE}:1-9"), &format!("{ONE}:1-6"));
        assert_eq!(passing_over(&look).unwrap(), Change::SkipGtid(format!("{ONE}:7")));
    }

    #[test]
    fn without_gtid_the_next_one_is_passed_over() {
        let mut look = stopped("no such row", "", "");
        look.reading.gtid_mode = "OFF".to_owned();
        if let Some(channel) = look.reading.channels.first_mut() {
            channel.oracle_gtid = false;
        }
        assert_eq!(passing_over(&look).unwrap(), Change::SkipNext);
        let anonymous = stopped(&error_of(ANONYMOUS), "", "");
        assert_eq!(passing_over(&anonymous).unwrap(), Change::SkipNext);
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
