//! What is decided about a failed instance, written down as it is decided and as it ends.
//!
//! Whoever begins recoveries asks here: a watcher, and a command that does so once.

use super::ended::{Ended, Outcome};
use super::gates::{Case, Surroundings, blocked_by, evaluate};
use super::surroundings::Known;
use crate::config::Policy;
use crate::inventory::{Inventory, InventoryError};
use crate::model::incidents::BlockedRecovery;
use crate::model::recovery::{BEGUN, HELD, HeldBy, StoredDecision};
use crate::model::verdict::Verdict;
use crate::model::{InstanceKey, Timestamp};

/// Asks the gates of a recovery that nobody asked for, and writes down what they say: everything that holds it, nothing
/// where it may be begun. `adds` fills in what only this program knows.
///
/// Where that cannot be written down the gate `records-unwritable` holds.
pub fn may_begin(
    inventory: &Inventory,
    known: &Known,
    verdict: &Verdict,
    policy: &Policy,
    adds: impl FnOnce(&mut Surroundings),
    now: Timestamp,
) -> Vec<HeldBy> {
    let mut around = known.about(verdict);
    adds(&mut around);
    let case = Case {
        verdict,
        action: verdict.action,
        policy,
        surroundings: &around,
        forced: false,
        now,
    };
    let held = evaluate(&case);
    let Err(error) = write(inventory, verdict, &held, blocked_by(&case), now) else {
        return held;
    };
    let around = Surroundings {
        records_fault: Some(error.to_string()),
        ..around.clone()
    };
    evaluate(&Case {
        surroundings: &around,
        ..case
    })
}

fn write(
    inventory: &Inventory,
    verdict: &Verdict,
    held: &[HeldBy],
    blocked_by: Option<i64>,
    now: Timestamp,
) -> Result<(), InventoryError> {
    let facts = &verdict.facts;
    let decision = StoredDecision {
        key: facts.key.clone(),
        analysis: verdict.code.as_str().to_owned(),
        cluster_name: facts.cluster.name.clone(),
        decision: if held.is_empty() { BEGUN } else { HELD }.to_owned(),
        held_by: held.to_vec(),
        since: Some(now),
        last: Some(now),
    };
    inventory.record_decision(&decision, now)?;
    let Some(blocking_recovery_id) = blocked_by else {
        return Ok(());
    };
    inventory.note_blocked(&BlockedRecovery {
        key: decision.key,
        cluster_name: decision.cluster_name,
        analysis: decision.analysis,
        last_blocked: Some(now),
        blocking_recovery_id,
    })
}

/// Writes down how the recovery of an instance ended, in the place of what was decided before it.
///
/// # Errors
/// When the file cannot be written.
pub fn has_ended(
    inventory: &Inventory,
    (key, analysis, cluster): (&InstanceKey, &str, &str),
    (uid, ended): (&str, &Ended),
    now: Timestamp,
) -> Result<(), InventoryError> {
    let how = match ended.outcome {
        Outcome::Promoted => "recovered by",
        Outcome::Nobody(_) | Outcome::MasterIsBack(_) => "not recovered by",
        Outcome::Midway(_) => "left in the middle by",
    };
    let decision = StoredDecision {
        key: key.clone(),
        analysis: analysis.to_owned(),
        cluster_name: cluster.to_owned(),
        decision: format!("{how} {uid}"),
        held_by: Vec::new(),
        since: Some(now),
        last: Some(now),
    };
    inventory.record_decision(&decision, now).map(drop)
}
