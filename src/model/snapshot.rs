//! What is kept of a topology at a moment: who replicated from whom, in which cluster, with which version.

use super::{InstanceKey, Timestamp};

/// An instance as it was at the moment of a snapshot. Nothing else of it is kept: neither lag nor state, and not to
/// which replication group it belonged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The instance.
    pub key: InstanceKey,
    /// Its master; none for a master.
    pub master: InstanceKey,
    /// Its cluster.
    pub cluster: String,
    /// Its version.
    pub version: String,
}

/// How much a snapshot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotSize {
    /// When it was taken.
    pub at: Timestamp,
    /// How many instances it holds.
    pub instances: i64,
    /// In how many clusters they were; instances without a cluster count for none.
    pub clusters: i64,
}
