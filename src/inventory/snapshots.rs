//! Snapshots: what the topologies were at earlier moments.

use super::{Inventory, Result};
use crate::model::{InstanceKey, Timestamp};

/// An instance as it was at the moment of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The instance.
    pub key: InstanceKey,
    /// Its master.
    pub master: InstanceKey,
    /// Its cluster.
    pub cluster: String,
    /// Its version.
    pub version: String,
}

const TABLE: &str = "database_instance_topology_history";

impl Inventory {
    /// Keeps all topologies as they are now; a second snapshot in the same second adds nothing. Returns how many
    /// instances it holds.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_snapshot(&self, now: Timestamp) -> Result<usize> {
        self.write("take a snapshot", |conn| {
            conn.execute(
                "INSERT OR IGNORE INTO database_instance_topology_history
                 (snapshot_unix_timestamp, hostname, port, master_host, master_port, cluster_name, version)
                 SELECT ?, hostname, port, master_host, master_port, cluster_name, version FROM database_instance",
                [now.0],
            )
        })
    }

    /// The moments of all snapshots, earliest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot_times(&self) -> Result<Vec<Timestamp>> {
        let column = ["snapshot_unix_timestamp"];
        let rest = "GROUP BY snapshot_unix_timestamp ORDER BY snapshot_unix_timestamp";
        self.list("list the snapshots", TABLE, &column, rest, [], |cells| {
            cells.number(0).map(Timestamp)
        })
    }

    /// What a snapshot holds, by key; nothing when there is none of this very moment.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot(&self, at: Timestamp) -> Result<Vec<SnapshotRow>> {
        let columns = [
            "hostname",
            "port",
            "master_host",
            "master_port",
            "cluster_name",
            "version",
        ];
        let rest = "WHERE snapshot_unix_timestamp = ? ORDER BY hostname, port";
        self.list("read a snapshot", TABLE, &columns, rest, [at.0], |cells| {
            Some(SnapshotRow {
                key: cells.key(0)?,
                master: cells.key_or_none(2),
                cluster: cells.text(4),
                version: cells.text(5),
            })
        })
    }

    /// The last snapshot taken at or before a moment.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_snapshot_before(&self, moment: Timestamp) -> Result<Option<Timestamp>> {
        Ok(self.snapshot_times()?.into_iter().rfind(|at| *at <= moment))
    }

    /// Removes snapshots taken before a moment; returns how many rows went.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete_snapshots(&self, before: Timestamp) -> Result<usize> {
        self.write("remove snapshots", |conn| {
            let sql = "DELETE FROM database_instance_topology_history WHERE snapshot_unix_timestamp < ?";
            conn.execute(sql, [before.0])
        })
    }
}
