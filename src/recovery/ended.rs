//! What came of a recovery.

use super::course::has_come;
use crate::model::InstanceKey;
use crate::model::plan::{Phase, Plan, Progress};
use crate::model::recovery::{Entry, phases};

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
    /// The process died or was asked to end, so that it came to nothing: that is no failed attempt.
    pub is_cut_off: bool,
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
    /// It stopped after the promotion had begun, or could not be taken back, or somebody else goes on with it; whoever
    /// finds the journal does so. Why it stopped, and what stands as it is.
    Midway(String),
}

impl Outcome {
    /// Why nobody was promoted, or the plan was not carried to its end.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Promoted => None,
            Self::Nobody(why) | Self::MasterIsBack(why) | Self::Midway(why) => Some(why),
        }
    }
}

impl Ended {
    /// Who was promoted, or may have been.
    pub fn successor(&self) -> Option<&InstanceKey> {
        match self.outcome {
            Outcome::Promoted => self.plan.successor.as_ref(),
            Outcome::Midway(_) if self.is_past_return() => self.plan.successor.as_ref(),
            Outcome::Midway(_) | Outcome::Nobody(_) | Outcome::MasterIsBack(_) => None,
        }
    }

    /// Whether nobody was promoted and nothing is left of what was done.
    pub fn is_taken_back(&self) -> bool {
        matches!(self.outcome, Outcome::Nobody(_) | Outcome::MasterIsBack(_))
    }

    /// Whether the promotion had begun.
    pub fn is_past_return(&self) -> bool {
        has_come(&self.plan, &self.entries, &[Progress::Begun, Progress::Done])
    }

    /// How long each part took, in milliseconds: from the beginning of its first step to the end of its last.
    pub fn phases(&self) -> Vec<(Phase, i64)> {
        let times = phases(&self.plan, &self.entries).into_iter();
        times.filter_map(|time| Some((time.phase, time.took_ms()?))).collect()
    }
}
