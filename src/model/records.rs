//! What operators and earlier runs left in the inventory beside the instances.

use super::{Coordinates, InstanceKey, PromotionRule, Timestamp};

/// Reason given to instances lost in a recovery; such downtimes are treated specially.
pub const LOST_IN_RECOVERY: &str = "lost-in-recovery";

/// A downtime: an operator's word that an instance's trouble is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downtime {
    /// Whose.
    pub key: InstanceKey,
    /// Since when.
    pub begin: Option<Timestamp>,
    /// Until when; `None` is without end.
    pub end: Option<Timestamp>,
    /// End as stored, for output that repeats it.
    pub end_text: String,
    /// Who said so.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Whether the row is marked active.
    pub active: bool,
}

impl Downtime {
    /// Whether it holds at `now`: active, and without end or ending later.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.active && self.end.is_none_or(|end| end > now)
    }
}

/// A maintenance lock on an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// Row number.
    pub id: i64,
    /// Whose.
    pub key: InstanceKey,
    /// Since when.
    pub begin: Option<Timestamp>,
    /// Until when; `None` is without end.
    pub end: Option<Timestamp>,
    /// Who holds it.
    pub owner: String,
    /// Why.
    pub reason: String,
}

impl Maintenance {
    /// Whether an active lock still holds at `now`: an expired one that nobody removed does not.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.end.is_none_or(|end| end > now)
    }
}

/// A registered promotion rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whose.
    pub key: InstanceKey,
    /// The rule.
    pub rule: PromotionRule,
    /// When it was last suggested; it expires by configuration.
    pub last_suggested: Option<Timestamp>,
}

/// A master's binary log position that was seen before, to tell a standstill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleCoordinates {
    /// The position.
    pub at: Coordinates,
    /// When it was first seen there.
    pub first_seen: Timestamp,
}
