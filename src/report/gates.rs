//! What holds a recovery back, for people, and the table of all that can.

use super::table::with_whole;
use super::wrap::hanging;
use crate::model::Timestamp;
use crate::model::duration::age;
use crate::model::recovery::HeldBy;
use crate::model::verdict::Verdict;

/// From this width on the gates are a table; below they are paragraphs.
const TABLE_WIDTH: u16 = 160;

/// One row of the table of gates.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name.
    pub name: &'static str,
    /// When it holds.
    pub sentence: &'static str,
    /// Whether a person who asks for the recovery passes it.
    pub lifted_by_word: bool,
}

impl About {
    fn word(self) -> &'static str {
        if self.lifted_by_word { "yes" } else { "no" }
    }
}

/// The gates, in at most `width` columns (0: unlimited).
pub fn gates_table(gates: &[About], width: u16) -> String {
    let heading =
        "Gates: every one that holds keeps a recovery from being begun. Some let a person pass who asks for it.";
    let as_table = width == 0 || width >= TABLE_WIDTH;
    let body = if as_table {
        let row = |gate: &About| vec![gate.name.to_owned(), gate.word().to_owned(), gate.sentence.to_owned()];
        let rows: Vec<Vec<String>> = gates.iter().map(row).collect();
        with_whole(&["Gate", "Lets a person pass", "Holds when"], &rows, width, &[0, 1])
    } else {
        let paragraph = |gate: &About| {
            let sentence = hanging(&format!("{}.", gate.sentence), width, "    ");
            format!("{}\n{sentence}\n    Lets a person pass: {}", gate.name, gate.word())
        };
        gates.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
    };
    format!("{}\n\n{body}", hanging(heading, width, ""))
}

/// What holds at `now`, in at most `width` columns (0: unlimited).
pub fn held_back(held: &[HeldBy], now: Timestamp, width: u16) -> String {
    let heading = match held.len() {
        0 => return hanging("Nothing holds it: a watcher begins it at its next look.", width, ""),
        1 => "Held back by one gate".to_owned(),
        number => format!("Held back by {number} gates"),
    };
    let gate = |held: &HeldBy| {
        let mut lines = vec![hanging(&format!("{}: {}.", held.gate, held.reason), width, "  - ")];
        if let Some(since) = held.since {
            let ago = age(now.seconds_since(since));
            lines.push(hanging(&format!("since {since} UTC, {ago} ago"), width, "      "));
        }
        if let Some(until) = held.until {
            let left = age(until.seconds_since(now));
            lines.push(hanging(&format!("until {until} UTC, in {left}"), width, "      "));
        }
        if !held.lifted_by.is_empty() {
            // What is typed or written down stays in one piece.
            lines.push(format!("      lifted by: {}", held.lifted_by));
        }
        lines.join("\n")
    };
    std::iter::once(heading)
        .chain(held.iter().map(gate))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What is worth showing of the gates that hold: where nothing could follow anyway the first one says so, and the others
/// do not matter.
pub fn that_matter<'h>(verdict: &Verdict, held: &'h [HeldBy]) -> &'h [HeldBy] {
    let all = verdict.action.is_recovery();
    held.get(..1).filter(|_| !all).unwrap_or(held)
}

/// Why nothing is done about a verdict, or that it is, in at most `width` columns (0: unlimited).
pub fn why_not(verdict: &Verdict, held: &[HeldBy], now: Timestamp, width: u16) -> String {
    let facts = &verdict.facts;
    [
        format!("{} (cluster {}): {}", facts.key, facts.cluster.name, verdict.code),
        hanging(&format!("{}.", verdict.code.sentence()), width, ""),
        hanging(&format!("Would follow: {}.", verdict.action.phrase()), width, ""),
        held_back(that_matter(verdict, held), now, width),
    ]
    .join("\n")
}
