//! Plans and loss tables as people read them.

use crate::model::plan::{Act, Plan, Step};
use crate::model::recovery::{LossRow, LossTable};

/// A plan: who, why, what is lost, and each step.
pub fn plan(plan: &Plan, notes: &[String]) -> String {
    let mut text = format!(
        "{} of cluster {}, master {}\n",
        plan.kind.as_str(),
        plan.cluster,
        plan.failed
    );
    if let Some(successor) = &plan.successor {
        text.push_str(&format!("successor: {successor}\n"));
    }
    for note in notes {
        text.push_str(&format!("  {note}\n"));
    }
    for (key, why) in &plan.lost {
        text.push_str(&format!("lost: {key}: {why}\n"));
    }
    text.push_str(&losses(&plan.losses));
    text.push_str("steps, by stage; the servers of a stage are told at the same time:\n");
    for step in &plan.steps {
        text.push_str(&line(step));
    }
    text
}

fn line(step: &Step) -> String {
    let last = if step.is_final {
        " (from here on nothing is taken back)"
    } else {
        ""
    };
    let undo: Vec<String> = step.undo.iter().map(ToString::to_string).collect();
    let undo = match (&step.act, undo.is_empty()) {
        (Act::Tell(_), false) => format!("; taken back by {}", undo.join(", ")),
        _ => String::new(),
    };
    format!("  {:>2}. {:<8} {step}{last}{undo}\n", step.stage, step.phase.as_str())
}

/// Who has what, and lacks what others have.
pub fn losses(table: &LossTable) -> String {
    let mut text = String::new();
    if !table.last_seen.is_empty() {
        text.push_str(&format!(
            "the master was last seen at {}; what it wrote after that is known to nobody who can be asked\n",
            table.last_seen
        ));
    }
    for row in &table.rows {
        text.push_str(&format!("  {}\n", sentence(row)));
    }
    text
}

fn sentence(row: &LossRow) -> String {
    let received = if row.received.is_empty() {
        "nothing"
    } else {
        &row.received
    };
    let mut parts = vec![format!("has received {received}")];
    if let Some(lack) = &row.unapplied {
        parts.push(format!("of which {} is not applied", lack.what));
    }
    match (&row.lacks, &row.lacks_from) {
        (Some(lack), Some(from)) => parts.push(format!("lacks {}, which {from} has", lack.what)),
        (Some(lack), None) => parts.push(format!("lacks {}", lack.what)),
        (None, _) => parts.push("lacks nothing that others have".to_owned()),
    }
    if let Some(why) = &row.refused {
        parts.push(format!("may not be promoted: {why}"));
    }
    format!("{}: {}", row.key, parts.join("; "))
}
