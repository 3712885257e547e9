//! Whether what a plan takes for granted is so: conditions, checked on a look at a server.

use super::candidate::is_blank;
use crate::model::gtid::{MariaSet, OracleSet};
use crate::model::instance::{Server, ThreadState};
use crate::model::observation::Channel;
use crate::model::plan::Condition;
use crate::model::{Coordinates, InstanceKey, Look, Reached};

/// What tells a server from another one at the same address: its uuid, or its id where it has none, as MariaDB.
pub fn identity(look: &Look) -> String {
    identity_of(&look.reading.server)
}

/// As [`identity`], of what is known of a server.
pub fn identity_of(server: &Server) -> String {
    if server.uuid.is_empty() {
        format!("server id {}", server.id)
    } else {
        server.uuid.clone()
    }
}

/// A place in the history of writes in the terms of this server; `None` where the text is none.
pub fn reached_of(look: &Look, text: &str) -> Option<Reached> {
    match look.executed()? {
        Reached::Oracle(_) => OracleSet::parse(text).ok().map(Reached::Oracle),
        Reached::MariaDb(_) => MariaSet::parse(text).ok().map(Reached::MariaDb),
        Reached::File(_) => Coordinates::parse(text).map(Reached::File),
    }
}

/// Checks a condition.
///
/// # Errors
/// What is so instead, as half a sentence.
pub fn check(condition: &Condition, look: &Look) -> Result<(), String> {
    let channel = look.channel();
    let need = |holds: bool, otherwise: &dyn Fn() -> String| if holds { Ok(()) } else { Err(otherwise()) };
    match condition {
        Condition::Is(wanted) => {
            let found = identity(look);
            need(found == *wanted, &|| {
                format!("another server answers there: {found} instead of {wanted}")
            })
        }
        Condition::Stands => need(
            channel.is_none_or(|channel| {
                !channel.status.io_running && !is_connecting(channel) && !channel.status.sql_running
            }),
            &|| "its replication runs".to_owned(),
        ),
        Condition::Follows(master) => need(channel.is_some_and(|c| c.status.master == *master), &|| {
            format!("it is set to replicate from {}", whom(channel))
        }),
        Condition::Replicates(master) => need(
            channel.is_some_and(|c| c.status.master == *master && is_served(c) && c.status.sql_running),
            &|| threads(channel, master),
        ),
        Condition::IsReadOnly => need(look.reading.server.read_only, &|| "it takes writes".to_owned()),
        Condition::IsWritable => need(
            !look.reading.server.read_only && look.super_read_only != Some(true),
            &|| "it is read-only".to_owned(),
        ),
        Condition::HasApplied => need(look.has_applied_everything(), &|| unapplied(look)),
        Condition::HasExecuted(text) => compare(look, text, look.executed(), "executed"),
        Condition::HasNoMoreThan(text) => no_more(look, text),
        Condition::HasReceived(text) => compare(look, text, look.received(), "received"),
        Condition::HasPassed(at) => passed(look, at),
        Condition::IsAcknowledgedBy(wanted) => {
            let found = look.reading.semi_sync.master_clients;
            need(found >= *wanted, &|| acknowledgers(found))
        }
        Condition::IsAcknowledgedByNoMoreThan(wanted) => {
            let found = look.reading.semi_sync.master_clients;
            need(found <= *wanted, &|| acknowledgers(found))
        }
    }
}

/// Checks all of them; the first that does not hold.
///
/// # Errors
/// What is so instead.
pub fn check_all(conditions: &[Condition], look: &Look) -> Result<(), String> {
    conditions.iter().try_for_each(|condition| check(condition, look))
}

/// Whether its receiver runs and its master has begun to send. A receiver also counts as running between its asking and
/// the answer that what it needs is purged; until the master names its binary log there is none in the status, where it
/// positions itself by GTID.
fn is_served(channel: &Channel) -> bool {
    channel.status.io_running && !channel.status.read.is_none()
}

fn is_connecting(channel: &Channel) -> bool {
    channel.status.io_state == ThreadState::Other
}

fn whom(channel: Option<&Channel>) -> String {
    channel.map_or_else(|| "nobody".to_owned(), |channel| channel.status.master.to_string())
}

/// Why a replica does not replicate, in the server's own words where it has any.
fn threads(channel: Option<&Channel>, master: &InstanceKey) -> String {
    let Some(channel) = channel else {
        return "it replicates from nobody".to_owned();
    };
    let status = &channel.status;
    if status.master != *master {
        return format!("it is set to replicate from {}", status.master);
    }
    let said = |error: &str| {
        if is_blank(error) {
            String::new()
        } else {
            format!(": {error}")
        }
    };
    match (status.io_running, status.sql_running) {
        (false, _) => format!("its receiver does not run{}", said(&status.last_io_error)),
        (true, true) => format!("{master} has sent it nothing yet"),
        _ => format!("its applier does not run{}", said(&status.last_sql_error)),
    }
}

/// What a server has received and not applied, and why, as half a sentence.
pub fn unapplied(look: &Look) -> String {
    let lack = look
        .executed()
        .zip(look.received())
        .and_then(|(done, got)| done.lacks(&got));
    let what = lack.map_or_else(|| "something".to_owned(), |lack| lack.what);
    let error = look
        .channel()
        .map_or("", |channel| channel.status.last_sql_error.as_str());
    match error {
        none if is_blank(none) => format!("it has received and not applied {what}"),
        error => format!("it has received and not applied {what}; its applier says: {error}"),
    }
}

fn compare(look: &Look, text: &str, found: Option<Reached>, verb: &str) -> Result<(), String> {
    let wanted = reached_of(look, text).ok_or_else(|| format!("{text} cannot be compared with what it has {verb}"))?;
    let found = found.ok_or_else(|| format!("it does not tell what it has {verb}"))?;
    match found.covers(&wanted) {
        Some(true) => Ok(()),
        Some(false) => {
            let lack = found.lacks(&wanted).map_or_else(|| text.to_owned(), |lack| lack.what);
            Err(format!("it has not {verb} {lack}"))
        }
        None => Err(format!("{text} cannot be compared with what it has {verb}")),
    }
}

fn acknowledgers(count: u32) -> String {
    format!("{count} replicas acknowledge its commits")
}

/// Whether a server has applied its master's binary log so far, and what its applier says where it has not.
fn passed(look: &Look, wanted: &Coordinates) -> Result<(), String> {
    let stands = look.executed_file();
    if stands.is_some_and(|at| at >= wanted) {
        return Ok(());
    }
    let at = stands.map_or_else(|| "an unknown position".to_owned(), ToString::to_string);
    let error = look
        .channel()
        .map_or("", |channel| channel.status.last_sql_error.as_str());
    Err(match error {
        none if is_blank(none) => format!("it stands at {at} and not yet at {wanted}"),
        error => format!("it stands at {at} and not yet at {wanted}; its applier says: {error}"),
    })
}

fn no_more(look: &Look, text: &str) -> Result<(), String> {
    let lack = reached_of(look, text)
        .zip(look.executed())
        .and_then(|(allowed, found)| allowed.lacks(&found));
    lack.map_or(Ok(()), |lack| {
        Err(format!(
            "it has written {} after it had become read-only, which nobody else has",
            lack.what
        ))
    })
}

/// What changes on a server that comes nearer to what is awaited. What it receives counts as long as that is not there: a
/// living master goes on to send, which brings an applier that stands no nearer.
pub fn progress_of(conditions: &[Condition], look: &Look) -> (String, String) {
    // What an applier does brings these no nearer.
    let is_still = |condition: &Condition| {
        matches!(
            condition,
            Condition::Replicates(_) | Condition::IsAcknowledgedBy(_) | Condition::IsAcknowledgedByNoMoreThan(_)
        )
    };
    if conditions.iter().all(is_still) {
        return (String::new(), String::new());
    }
    let text = |reached: Option<Reached>| reached.map_or_else(String::new, |reached| reached.to_string());
    let file = look.executed_file().map_or_else(String::new, ToString::to_string);
    let lacks = |condition: &Condition| match condition {
        Condition::HasApplied => false,
        Condition::HasExecuted(wanted) => compare(look, wanted, look.received(), "received").is_err(),
        _ => true,
    };
    let received = if conditions.iter().any(lacks) {
        look.received()
    } else {
        None
    };
    (text(look.executed()) + &file, text(received))
}
