//! Who is to be promoted, who cannot follow, and what would be lost. All of it is a function of what was seen.
//!
//! | file | holds |
//! |---|---|
//! | `standing` | how far each replica has come, and which of its transactions are errant |
//! | `filter` | the table of rules that refuse a replica, each with its reason |
//! | `follow` | who can follow whom; where a successor fetches what only a sibling has |
//! | `rank` | the table of criteria, the weightiest first |
//! | `replace` | whether an operator's wish puts another in the most advanced one's place |
//! | `loss` | who lacks what before, what was lost after |
//! | `kind` | whether the replicas can be moved at all |
//!
//! First rules refuse. Of those left the best by the criteria is the most advanced one; it is replaced where promotion
//! rules or places ask for another that loses nothing more: that one first fetches what it lacks from a sibling.

mod choose;
pub mod filter;
mod follow;
mod kind;
mod loss;
pub mod rank;
pub mod replace;
mod standing;

pub use choose::choose;
pub use filter::is_banned;
pub use kind::{Gtid, kind_of_topology, unserved};
pub use loss::{Ledger, ledger};
pub use standing::is_blank;

use crate::config::Policy;
use crate::model::recovery::LossTable;
use crate::model::{Instance, InstanceKey, Look, PromotionRule, Timestamp};
use std::fmt;

/// A replica of the failed master.
#[derive(Clone, Copy, Debug)]
pub struct Contender<'a> {
    /// What the inventory holds of it.
    pub instance: &'a Instance,
    /// What it says now, its receiver stopped; `None` for one that did not answer.
    pub look: Option<&'a Look>,
    /// Its promotion rule.
    pub rule: PromotionRule,
}

/// Whose place is to be taken, and what the choice must heed.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The failed master.
    pub failed: &'a InstanceKey,
    /// What was last known of it.
    pub failed_row: Option<&'a Instance>,
    /// Its data centre; empty where not known.
    pub data_center: &'a str,
    /// Its region.
    pub region: &'a str,
    /// Its physical environment.
    pub physical_environment: &'a str,
    /// Filters and switches.
    pub policy: &'a Policy,
    /// The one that a person asked for: it or nobody.
    pub named: Option<&'a InstanceKey>,
    /// A person takes the blame: rules that force lifts count only where somebody without any is left.
    pub forced: bool,
    /// The time.
    pub now: Timestamp,
    /// The other co-master, where the failed one had one.
    pub co_master: Option<&'a InstanceKey>,
    /// Only the other co-master may be promoted.
    pub must_promote_co_master: bool,
    /// Who is left out, as after a promotion that failed.
    pub excluded: &'a [InstanceKey],
    /// Only the inventory is asked: what it holds stands for what servers would say. Where this is off, whoever has no
    /// look did not answer.
    pub by_inventory: bool,
}

/// A rule that refuses a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule's name, see [`filter::RULES`].
    pub rule: &'static str,
    /// What lifts it.
    pub lifted: filter::Lifted,
    /// Why.
    pub sentence: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Who takes the failed master's place, and what becomes of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The new master.
    pub successor: InstanceKey,
    /// From whom it first fetches what it lacks.
    pub tail_from: Option<InstanceKey>,
    /// Every rule that refuses a replica; of the successor itself those that were lifted.
    pub refusals: Vec<(InstanceKey, Refusal)>,
    /// Who cannot follow it, and why.
    pub lost: Vec<(InstanceKey, String)>,
    /// Who can.
    pub follows: Vec<InstanceKey>,
    /// Who has what, before anything was touched.
    pub losses: LossTable,
    /// Why this one, and what else is worth knowing; a sentence each.
    pub notes: Vec<String>,
}

/// Why nobody can be promoted.
#[derive(Clone, Debug, PartialEq)]
pub struct NoChoice {
    /// In one sentence.
    pub sentence: String,
    /// Every rule that refuses a replica.
    pub refusals: Vec<(InstanceKey, Refusal)>,
    /// Who has what.
    pub losses: LossTable,
}

impl fmt::Display for NoChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for NoChoice {}
