//! What a successor has received and not applied, where it will not apply it in time: what helps, in words. Pure.

use super::condition::unapplied;
use super::steps::{Drain, Manner};
use crate::model::plan::{Condition, Phase, Step};
use crate::model::{Look, Version};

/// What is lost by it, and how it is said.
const DESTROY: &str =
    "`PromoteUnappliedReplicas: true` in the configuration promotes it without them, and they are lost then";

/// Why draining a successor is not even begun: it waits for longer than a recovery does before it applies anything.
pub fn waits(successor: &Look, manner: &Manner) -> Option<String> {
    let delay = successor.channel()?.status.sql_delay_seconds;
    let is_long = delay.saturating_mul(1_000) > manner.drain_ms;
    if manner.drain != Drain::Wait || !is_long || successor.has_applied_everything() {
        return None;
    }
    let key = &successor.key;
    let first = match without_delay(successor) {
        Some(statements) => {
            format!("to have it apply them, run on it, while its receiver runs: {statements}; then try again")
        }
        // Any CHANGE MASTER deletes what it has not applied.
        None => "wait until it has applied them".to_owned(),
    };
    Some(format!(
        "{key} applies with a delay of {delay} seconds: {}; {first}; or {DESTROY}",
        unapplied(successor)
    ))
}

/// What helps where a step failed since a server did not apply what it had received; `None` where it was another one.
pub fn helps(step: &Step, manner: &Manner) -> Option<String> {
    let is_drain = step.phase == Phase::Drain && step.after.contains(&Condition::HasApplied);
    (is_drain && manner.drain == Drain::Wait).then(|| format!(
            "where it applies one long transaction, wait until that is done; else mend its applier and try again; or {DESTROY}"
        ))
}

/// What takes a replica's delay away; nothing where that would delete its relay logs.
fn without_delay(look: &Look) -> Option<&'static str> {
    if look.is_mariadb() {
        return None;
    }
    let version: &Version = &look.reading.server.version;
    Some(if version.numbers() >= (8, 0, 23) {
        "STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 0; START REPLICA SQL_THREAD"
    } else {
        "STOP SLAVE SQL_THREAD; CHANGE MASTER TO MASTER_DELAY = 0; START SLAVE SQL_THREAD"
    })
}
