//! What a server's logs tell of GTIDs: those of all logs before a binary log, and that of a transaction in the relay logs.

use super::dialect::literal;
use super::fault;
use super::reader::{Reader, read_on};
use super::session::Session;
use crate::model::Coordinates;
use crate::model::gtid::LogStart;
use std::time::Duration;

/// Behind how many events at most a binary log tells what came before it.
const HEAD: u32 = 5;

/// Reads the start of each binary log, oldest first, on a session's connection.
///
/// # Errors
/// What was asked, what was answered, and which privilege is missing.
pub(super) fn log_starts_on(session: &mut Session, limit: Duration) -> Result<Vec<LogStart>, String> {
    let key = session.key().clone();
    read_on(session, limit, all).map_err(|why| format!("reading the binary logs of {key} failed: {why}"))
}

fn all(reader: &mut Reader<'_>) -> Result<Vec<LogStart>, String> {
    let logs = reader.ask("SHOW BINARY LOGS", |dialect, settings| {
        fault::grant(dialect.grants.binlog_list, "*.*", &settings.user)
    })?;
    let names: Vec<String> = logs.rows().map(|log| log.text(0).into_owned()).collect();
    let start = |name: String| {
        let query = format!("SHOW BINLOG EVENTS IN {} LIMIT {HEAD}", literal(&name));
        let events = reader.ask(&query, |dialect, settings| {
            fault::grant(dialect.grants.replica_list, "*.*", &settings.user)
        })?;
        // Log_name, Pos, Event_type, Server_id, End_log_pos, Info.
        let mut rows = events.rows();
        let previous = rows.find(|row| row.text(2).eq_ignore_ascii_case("Previous_gtids"));
        Ok(LogStart {
            previous: previous.map(|row| row.text(5).into_owned()),
            name,
        })
    };
    names.into_iter().map(start).collect()
}

/// Reads the GTID of the transaction that begins at a place of the relay logs, on a session's connection; `None` where
/// none begins there.
///
/// # Errors
/// What was asked, what was answered, and which privilege is missing.
pub(super) fn relay_gtid_on(
    session: &mut Session,
    at: &Coordinates,
    limit: Duration,
) -> Result<Option<String>, String> {
    let key = session.key().clone();
    let query = format!(
        "SHOW RELAYLOG EVENTS IN {} FROM {} LIMIT 1",
        literal(&at.file),
        at.position
    );
    let read = read_on(session, limit, |reader| {
        reader.ask(&query, |dialect, settings| {
            fault::grant(dialect.grants.replica_list, "*.*", &settings.user)
        })
    });
    let events = read.map_err(|why| format!("reading the relay logs of {key} failed: {why}"))?;
    let is_one = |kind: &str| kind.eq_ignore_ascii_case("Gtid") || kind.eq_ignore_ascii_case("Gtid_tagged");
    // SET @@SESSION.GTID_NEXT= 'GTID'
    let gtid = |info: &str| info.split('\'').nth(1).map(str::to_owned);
    let event = events.first().filter(|row| is_one(&row.text(2)));
    Ok(event.and_then(|row| gtid(&row.text(5))))
}
