//! Snapshots and their differences in JSON.

use super::Key;
use crate::model::Timestamp;
use crate::model::snapshot::SnapshotSize;
use crate::topology::history::{Change, ClusterChanges};
use serde::Serialize;

/// A snapshot in the list of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Snapshot {
    /// When it was taken, `YYYY-MM-DD HH:MM:SS` in UTC.
    taken: String,
    /// The same in Unix seconds.
    unix_time: i64,
    /// How many instances it holds.
    instances: i64,
    /// In how many clusters.
    clusters: i64,
}

impl From<&SnapshotSize> for Snapshot {
    fn from(size: &SnapshotSize) -> Self {
        Self {
            taken: size.at.to_string(),
            unix_time: size.at.0,
            instances: size.instances,
            clusters: size.clusters,
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Side {
    taken: String,
    unix_time: i64,
    /// It is no snapshot but the inventory as it was then.
    is_present: bool,
}

impl Side {
    /// The snapshot of this moment, or the inventory itself.
    pub fn new(at: Timestamp, is_present: bool) -> Self {
        Self {
            taken: at.to_string(),
            unix_time: at.0,
            is_present,
        }
    }
}

/// What changed between two snapshots; no clusters where nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Difference<'a> {
    from: Side,
    to: Side,
    clusters: Vec<Cluster<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Cluster<'a> {
    cluster_name: &'a str,
    changes: Vec<Changed<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Changed<'a> {
    key: Option<Key<'a>>,
    change: &'static str,
    before: &'a str,
    after: &'a str,
}

impl<'a> Difference<'a> {
    /// These changes between these sides.
    pub fn new(from: Side, to: Side, changes: &'a [ClusterChanges]) -> Self {
        let changed = |change: &'a Change| Changed {
            key: change.key.as_ref().map(Key::from),
            change: change.kind.as_str(),
            before: &change.before,
            after: &change.after,
        };
        let cluster = |group: &'a ClusterChanges| Cluster {
            cluster_name: &group.cluster,
            changes: group.changes.iter().map(changed).collect(),
        };
        Self {
            from,
            to,
            clusters: changes.iter().map(cluster).collect(),
        }
    }
}
