//! The tables of rules and gates in JSON.

use crate::analysis::pattern::Condition;
use crate::analysis::rules::RULES;
use crate::analysis::warnings::WARNINGS;
use crate::report::gates::About;
use serde_json::{Value, json};

/// Failure rules, structure warnings and gates, in table order.
pub fn data(gates: &[About]) -> Value {
    let conditions = |when: &[Condition]| when.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|r| {
            json!({
                "Rule": r.number, "Analysis": r.code.as_str(), "Description": r.code.sentence(),
                "When": conditions(r.when), "Grade": r.severity.as_str(), "Action": r.action.phrase(), "AtOnce": r.emergent.phrase(),
            })
        })
        .collect();
    let warnings: Vec<Value> = WARNINGS
        .iter()
        .map(|w| {
            json!({
                "Rule": w.number, "Warning": w.warning.as_str(), "Description": w.warning.sentence(),
                "When": conditions(w.when),
            })
        })
        .collect();
    let gates: Vec<Value> = gates
        .iter()
        .map(|g| json!({"Gate": g.name, "HoldsWhen": g.sentence, "LetsAPersonPass": g.lifted_by_word}))
        .collect();
    json!({"Rules": rules, "Warnings": warnings, "Gates": gates})
}
