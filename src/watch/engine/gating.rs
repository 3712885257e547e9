//! Whether a recovery may begin: the gates, asked on the recovery's own thread.

use crate::config::Policy;
use crate::inventory::InventoryError;
use crate::model::InstanceKey;
use crate::model::plan::Kind;
use crate::model::recovery::{HeldBy, StoredDecision};
use crate::model::verdict::Action;
use crate::recovery::gates::{Case, Surroundings as Gated, evaluate};
use crate::recovery::office::{Office, Order};
use crate::recovery::surroundings::Known;

/// Everything that holds a recovery: what the inventory has and what the watcher knows. What was decided is stored.
pub(super) fn held(
    office: &Office<'_>,
    order: &Order,
    gated: Gated,
    policy: &Policy,
) -> Result<Vec<HeldBy>, InventoryError> {
    let inventory = (office.around.open)()?;
    let (verdict, now) = (&order.verdict, (office.around.clock)());
    let known = Known::read(&inventory, office.fleet, std::slice::from_ref(verdict), policy, now)?;
    let about = known.about(verdict);
    let surroundings = Gated {
        leadership: gated.leadership,
        starting_until: gated.starting_until,
        witness: gated.witness,
        grace_until: gated.grace_until,
        breaker: gated.breaker,
        dead_since: gated.dead_since,
        ..about
    };
    let held = evaluate(&Case {
        verdict,
        action: verdict.action,
        policy,
        surroundings: &surroundings,
        forced: false,
        now,
    });
    if !held.is_empty() {
        let decision = StoredDecision {
            key: verdict.facts.key.clone(),
            analysis: verdict.code.as_str().to_owned(),
            cluster_name: verdict.facts.cluster.name.clone(),
            decision: "held".to_owned(),
            held_by: held.clone(),
            since: Some(now),
            last: Some(now),
        };
        // What cannot be written now is told, and written the next time it is found.
        let _ = inventory.record_decision(&decision, now);
    }
    Ok(held)
}

/// What people and scripts look for in logs.
pub(super) fn line(key: &InstanceKey, order: &Order) -> String {
    format!(
        "executeCheckAndRecoverFunction: proceeding with {} recovery on {key}; isRecoverable?: true",
        order.verdict.code
    )
}

pub(super) fn kind_of(action: Action) -> Option<Kind> {
    match action {
        Action::RecoverMaster => Some(Kind::DeadMaster),
        Action::RecoverCoMaster => Some(Kind::DeadCoMaster),
        _ => None,
    }
}
