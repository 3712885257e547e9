//! Gates of what this program knows of itself and of the moment.

use super::{Case, Hold, Leadership};
use crate::model::Timestamp;
use crate::model::verdict::{Action, Code};
use crate::recovery::breaker::replaces_a_master;

pub(super) fn not_leader(case: &Case<'_>) -> Option<Hold> {
    match &case.surroundings.leadership {
        Leadership::Acts => None,
        Leadership::Another(holder) => Some(Hold::because(format!("{holder} acts on this inventory"))),
        Leadership::Nobody => Some(Hold::because("no watcher acts on this inventory").lifted_by("orchestrator watch")),
    }
}

/// A moment that has not come yet.
fn ahead(until: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    until.filter(|until| *until > now)
}

pub(super) fn starting_up(case: &Case<'_>) -> Option<Hold> {
    let until = ahead(case.surroundings.starting_until, case.now)?;
    Some(
        Hold::because("the watcher began to act only just now, and does not trust what it has seen yet")
            .until(Some(until)),
    )
}

pub(super) fn records_unwritable(case: &Case<'_>) -> Option<Hold> {
    let fault = case.surroundings.records_fault.as_ref()?;
    Some(Hold::because(format!("a recovery could not be recorded: {fault}")))
}

pub(super) fn fleet_breaker(case: &Case<'_>) -> Option<Hold> {
    let tripped = case
        .surroundings
        .breaker
        .as_ref()
        .filter(|_| replaces_a_master(case.action))?;
    Some(
        Hold::because(tripped.sentence())
            .since(Some(tripped.since))
            .until(tripped.until)
            .lifted_by(format!("MaxSimultaneousMasterFailures: {}", tripped.lost)),
    )
}

pub(super) fn witness(case: &Case<'_>) -> Option<Hold> {
    case.surroundings.witness.as_ref().map(Hold::because)
}

pub(super) fn in_grace(case: &Case<'_>) -> Option<Hold> {
    let waits = case.action == Action::RecoverMaster || case.verdict.code == Code::LockedSemiSyncMaster;
    let until = ahead(case.surroundings.grace_until, case.now).filter(|_| waits)?;
    let reason = "the receivers of its replicas were restarted only just now";
    Some(Hold::because(reason).until(Some(until)))
}

pub(super) fn master_refuses(case: &Case<'_>) -> Option<Hold> {
    let spares = replaces_a_master(case.action) && !case.policy.recover_refusing_master;
    let refusal = case.surroundings.refusal.as_ref().filter(|_| spares)?;
    let key = case.key();
    Some(
        Hold::because(format!(
            "{key} is alive, but refuses us ({refusal}): it may take writes, and could not be made read-only"
        ))
        .lifted_by(format!("orchestrator recover {key}")),
    )
}

pub(super) fn master_dead_for(case: &Case<'_>) -> Option<Hold> {
    let seconds = case.policy.master_dead_for_seconds;
    if seconds == 0 || !replaces_a_master(case.action) {
        return None;
    }
    let since = case.surroundings.dead_since;
    let wait = i64::try_from(seconds).unwrap_or(i64::MAX);
    let until = ahead(Some(since.unwrap_or(case.now).plus_seconds(wait)), case.now)?;
    Some(
        Hold::because(format!("the master has not been dead for {seconds} s"))
            .since(since)
            .until(Some(until))
            .lifted_by("MasterDeadForSeconds: 0"),
    )
}
