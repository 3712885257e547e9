//! What gates look at beside the verdict.

use crate::inventory::Fence;
use crate::model::plan::Kind;
use crate::model::records::{Downtime, Maintenance};
use crate::model::recovery::{Lease, Recovery};
use crate::model::{Contact, InstanceKey, Timestamp};
use crate::recovery::breaker::Tripped;

/// What is known beside the verdict of one instance. Rows of other instances and clusters may be among it: the gates
/// choose.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Recoveries are switched off for everybody who uses this inventory.
    pub is_disabled: bool,
    /// Downtimes.
    pub downtimes: Vec<Downtime>,
    /// Maintenance locks.
    pub maintenance: Vec<Maintenance>,
    /// Recoveries that are open or in their active period.
    pub recoveries: Vec<Recovery>,
    /// Leases whose holder is alive.
    pub leases: Vec<Lease>,
    /// Journals that are open.
    pub journals: Vec<OpenJournal>,
    /// Old masters that are to refuse writes, or do.
    pub fences: Vec<Fence>,
    /// Who acts on the inventory.
    pub leadership: Leadership,
    /// Until when the watcher waits after it began to act, rounded up.
    pub starting_until: Option<Timestamp>,
    /// What keeps the inventory from being written.
    pub records_fault: Option<String>,
    /// Why the witness holds every code of this master.
    pub witness: Option<String>,
    /// Until when codes of this master are not acted upon because its replicas' receivers were restarted, rounded up.
    pub grace_until: Option<Timestamp>,
    /// How the instance refused us, if it answered that when it was last asked.
    pub refusal: Option<Contact>,
    /// Too many clusters have lost their master.
    pub breaker: Option<Tripped>,
    /// Since when the master has been dead, as far as this program knows.
    pub dead_since: Option<Timestamp>,
}

/// Who acts on the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Leadership {
    /// This program, or, where one only asks, some program that runs.
    #[default]
    Acts,
    /// Another one; who.
    Another(String),
    /// None that runs.
    Nobody,
}

/// What gates need of a journal that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenJournal {
    /// The recovery.
    pub uid: String,
    /// What it was for.
    pub kind: Kind,
    /// The cluster's name before.
    pub cluster: String,
    /// Whose place was to be taken.
    pub failed: InstanceKey,
    /// By whom.
    pub successor: Option<InstanceKey>,
    /// The promotion had begun.
    pub is_past_return: bool,
    /// When it was made, as far as that is known.
    pub since: Option<Timestamp>,
    /// Why it cannot be understood, where that is so: then nobody can resume it.
    pub unreadable: Option<String>,
}
