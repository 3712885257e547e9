//! Everything that is kept of one recovery, for somebody who wants to know what happened.

use super::answer::Rows;
use super::json;
use super::table::table;
use crate::model::incidents::{RecoveryStep, comma_list};
use crate::model::plan::Step;
use crate::model::reached::Lack;
use crate::model::recovery::{Entry, Journal, LossRow, LossTable, Recovery};
use crate::model::{InstanceKey, Timestamp};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What is kept of a recovery.
#[derive(Debug)]
pub struct Kept {
    /// Its record.
    pub record: Recovery,
    /// How it stands, from [`standing`].
    pub state: &'static str,
    /// Its plan and how far that has come.
    pub journal: Option<Journal>,
    /// Who lacked what before.
    pub losses: Option<LossTable>,
    /// What was lost, as JSON.
    pub ledger: Option<String>,
    /// What it wrote down on its way.
    pub steps: Vec<RecoveryStep>,
}

/// How a recovery stands, in a word or two. `is_open` says that its plan is not closed, `is_held` that its program is
/// alive.
pub fn standing(record: &Recovery, is_open: bool, is_held: bool) -> &'static str {
    match record.end {
        _ if is_open && !is_held && !record.acknowledged => "interrupted",
        Some(_) if record.is_successful => "successful",
        Some(_) => "failed",
        None if is_held => "under way",
        None if record.acknowledged => "given up",
        None if record.is_active => "open",
        None => "never ended",
    }
}

/// A moment, or a word where there is none.
pub fn at_or(at: Option<Timestamp>, word: &str) -> String {
    at.map_or_else(|| word.to_owned(), |at| at.to_string())
}

impl Kept {
    /// As text in paragraphs; tables in at most `width` columns.
    pub fn text(&self, width: u16) -> String {
        let mut text = String::new();
        for (label, value) in self.facts() {
            let _ = writeln!(text, "{label:13} {value}");
        }
        for part in self.parts() {
            let _ = write!(text, "\n{}\n", part.title);
            let _ = writeln!(text, "{}", table(&part.rows.headings, &part.rows.rows, width));
        }
        if let Some(ledger) = &self.ledger {
            let _ = write!(text, "\nWhat was lost\n{ledger}\n");
        }
        if !self.steps.is_empty() {
            text.push_str("\nNotes\n");
        }
        for step in &self.steps {
            let _ = writeln!(text, "{}  {}", at_or(step.at, "unknown            "), step.message);
        }
        text
    }

    /// As one table.
    pub fn rows(&self) -> Rows {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut add = |part: &str, value: String| rows.push(vec![part.to_owned(), value]);
        for (label, value) in self.facts() {
            add(label, value);
        }
        for part in self.parts() {
            part.rows.rows.iter().for_each(|row| add(part.title, row.join("  ")));
        }
        self.ledger
            .iter()
            .for_each(|ledger| add("What was lost", ledger.clone()));
        for step in &self.steps {
            add("Notes", format!("{}  {}", at_or(step.at, "unknown"), step.message));
        }
        Rows {
            headings: vec!["What", "Value"],
            rows,
        }
    }

    /// As data; `recovery` is the record in the web service's form.
    pub fn data(&self, recovery: Value) -> Value {
        let phases = self
            .journal
            .iter()
            .flat_map(Journal::phases)
            .map(|time| json!({"Phase": time.phase.as_str(), "Milliseconds": time.took_ms(), "Steps": time.steps}));
        let plan = self.journal.iter().flat_map(Journal::steps).map(|(step, entry)| {
            json!({
                "Number": step.number, "Phase": step.phase.as_str(), "Step": step.to_string(),
                "Progress": progress(entry), "BegunMs": entry.and_then(|e| e.begun_ms),
                "EndedMs": entry.and_then(|e| e.ended_ms), "Said": entry.map_or("", |e| e.said.as_str()),
            })
        });
        json!({
            "Recovery": recovery,
            "State": self.state,
            "Outcome": self.outcome(),
            "Phases": phases.collect::<Vec<_>>(),
            "Plan": plan.collect::<Vec<_>>(),
            "Losses": self.losses,
            "Ledger": self.ledger.as_deref().map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
            "Steps": json::steps(&self.steps),
        })
    }

    fn outcome(&self) -> &str {
        self.journal.as_ref().map_or("", |journal| journal.outcome.as_str())
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let record = &self.record;
        let mut cluster = record.cluster_name.clone();
        if !record.cluster_alias.is_empty() && record.cluster_alias != record.cluster_name {
            cluster = format!("{} ({cluster})", record.cluster_alias);
        }
        let mut facts = vec![
            ("Recovery", format!("{}, {}", record.id, record.uid)),
            ("Failed", format!("{}: {}", record.failed, record.analysis)),
            ("Cluster", cluster),
            ("Replicas", counted(record)),
            (
                "Began",
                format!("{} on {}", at_or(record.start, "unknown"), record.node_hostname),
            ),
            ("Ended", self.ended()),
            ("State", self.state.to_owned()),
        ];
        let mut add = |label, value: String| {
            if !value.is_empty() {
                facts.push((label, value));
            }
        };
        add("Outcome", self.outcome().to_owned());
        add(
            "Successor",
            record
                .successor
                .as_ref()
                .map(InstanceKey::to_string)
                .unwrap_or_default(),
        );
        add("Lost", comma_list(&record.lost_replicas));
        add("Took part", comma_list(&record.participating));
        record.errors.iter().for_each(|error| add("Error", error.clone()));
        if record.acknowledged {
            let (by, at) = (&record.acknowledged_by, at_or(record.acknowledged_at, "unknown"));
            add(
                "Acknowledged",
                format!("by {by} at {at}: {}", record.acknowledge_comment),
            );
        }
        facts
    }

    fn ended(&self) -> String {
        match (self.record.start, self.record.end) {
            (Some(start), Some(end)) => format!("{end}, after {} s", end.seconds_since(start)),
            (_, end) => at_or(end, "not yet"),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut add = |title, headings: &[&'static str], rows: Vec<Vec<String>>| {
            if !rows.is_empty() {
                let headings = headings.to_vec();
                parts.push(Part {
                    title,
                    rows: Rows { headings, rows },
                });
            }
        };
        let phases = self.journal.iter().flat_map(Journal::phases).map(|time| {
            vec![
                time.phase.as_str().to_owned(),
                seconds(time.took_ms()),
                time.steps.to_string(),
            ]
        });
        add("Times", &["Phase", "Took", "Steps"], phases.collect());
        let steps = self.journal.iter().flat_map(Journal::steps).map(step_row);
        add(
            "Plan",
            &["Step", "Phase", "What", "Progress", "Took", "Said"],
            steps.collect(),
        );
        let losses = self.losses.iter().flat_map(|table| &table.rows).map(loss_row);
        let headings = [
            "Replica",
            "Received",
            "Not applied",
            "Lacks",
            "Which has",
            "Not promoted because",
        ];
        add("Before", &headings, losses.collect());
        parts
    }
}

/// A titled table.
struct Part {
    title: &'static str,
    rows: Rows,
}

fn counted(record: &Recovery) -> String {
    match record.replicas.as_slice() {
        [] => record.count_replicas.to_string(),
        keys => format!("{}: {}", record.count_replicas, comma_list(keys)),
    }
}

fn progress(entry: Option<&Entry>) -> &'static str {
    entry.map_or("planned", |entry| entry.progress.as_str())
}

fn step_row((step, entry): (&Step, Option<&Entry>)) -> Vec<String> {
    let took = entry.and_then(|entry| Some(entry.ended_ms?.saturating_sub(entry.begun_ms?).max(0)));
    vec![
        step.number.to_string(),
        step.phase.as_str().to_owned(),
        step.to_string(),
        progress(entry).to_owned(),
        seconds(took),
        entry.map(|entry| entry.said.clone()).unwrap_or_default(),
    ]
}

fn loss_row(row: &LossRow) -> Vec<String> {
    let lack = |lack: &Option<Lack>| match lack {
        Some(Lack {
            what,
            count: Some(count),
        }) => format!("{count}: {what}"),
        Some(Lack { what, count: None }) => what.clone(),
        None => String::new(),
    };
    vec![
        row.key.to_string(),
        row.received.clone(),
        lack(&row.unapplied),
        lack(&row.lacks),
        row.lacks_from.as_ref().map(InstanceKey::to_string).unwrap_or_default(),
        row.refused.clone().unwrap_or_default(),
    ]
}

/// Milliseconds as seconds.
fn seconds(ms: Option<i64>) -> String {
    ms.map_or_else(String::new, |ms| format!("{}.{:03} s", ms / 1000, ms % 1000))
}
