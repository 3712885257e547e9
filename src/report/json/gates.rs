//! What holds recoveries back, in JSON.

use super::{Key, moment};
use crate::model::recovery::HeldBy;
use crate::model::verdict::Verdict;
use serde_json::{Value, json};

/// A verdict with what would follow and what holds it.
pub fn why_not(verdict: &Verdict, held: &[HeldBy]) -> Value {
    json!({
        "Key": Key::from(&verdict.facts.key),
        "ClusterName": verdict.facts.cluster.name,
        "ClusterAlias": verdict.facts.cluster.alias,
        "Analysis": verdict.code.as_str(),
        "Description": verdict.code.sentence(),
        "Action": verdict.action.phrase(),
        "HeldBy": held.iter().map(held_by).collect::<Vec<_>>(),
    })
}

/// One gate that holds; moments that are not known or not set are empty.
fn held_by(held: &HeldBy) -> Value {
    json!({
        "Gate": held.gate,
        "Reason": held.reason,
        "Since": moment(held.since),
        "Until": moment(held.until),
        "LiftedBy": held.lifted_by,
    })
}
