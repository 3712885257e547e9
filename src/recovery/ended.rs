//! What came of a recovery.

use crate::model::InstanceKey;
use crate::model::plan::Plan;
use crate::model::recovery::Entry;

/// A recovery that is not going on any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong on the way, a line each.
    pub errors: Vec<String>,
    /// The plan as it was carried out.
    pub plan: Plan,
    /// How far each step came.
    pub entries: Vec<Entry>,
}

/// How a recovery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody was promoted, and the plan was carried to its end.
    Promoted,
    /// Nobody was promoted, and what was done was taken back; why.
    Nobody(String),
    /// The master answers again, so nothing was to be done.
    MasterIsBack(String),
    /// It stopped after the promotion had begun; whoever finds the journal goes on with it. Why it stopped.
    Midway(String),
}

impl Ended {
    /// Who was promoted.
    pub fn successor(&self) -> Option<&InstanceKey> {
        match self.outcome {
            Outcome::Promoted | Outcome::Midway(_) => self.plan.successor.as_ref(),
            Outcome::Nobody(_) | Outcome::MasterIsBack(_) => None,
        }
    }
}
