//! Snapshots: what the topologies were at earlier moments.

use super::{Inventory, Result};
use crate::model::{InstanceKey, Timestamp};
use rusqlite::Params;

pub use crate::model::snapshot::{SnapshotRow, SnapshotSize};

const TABLE: &str = "database_instance_topology_history";

impl Inventory {
    /// Keeps all topologies as they are now; a second snapshot in the same second adds nothing, so that each is of one
    /// moment. It is kept whole or not at all. Returns how many instances were kept.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_snapshot(&self, now: Timestamp) -> Result<usize> {
        self.write("take a snapshot", |conn| {
            conn.prepare_cached(
                "INSERT OR IGNORE INTO database_instance_topology_history
                 (snapshot_unix_timestamp, hostname, port, master_host, master_port, cluster_name, version)
                 SELECT ?1, hostname, port, COALESCE(master_host, ''), COALESCE(master_port, 0),
                        COALESCE(cluster_name, ''), COALESCE(version, '')
                 FROM database_instance
                 WHERE NOT EXISTS (SELECT 1 FROM database_instance_topology_history
                                   WHERE snapshot_unix_timestamp = ?1)",
            )?
            .execute([now.0])
        })
    }

    /// The moments of all snapshots, earliest first. It takes one look at the index for each, however much they hold.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot_times(&self) -> Result<Vec<Timestamp>> {
        let (mut times, mut end) = (Vec::new(), Some(i64::MAX));
        while let Some(before) = end {
            let Some(at) = self.last_snapshot_before(Timestamp(before))? else {
                break;
            };
            times.push(at);
            end = at.0.checked_sub(1);
        }
        times.reverse();
        Ok(times)
    }

    /// All snapshots with how much they hold, earliest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot_sizes(&self) -> Result<Vec<SnapshotSize>> {
        if !self.has(TABLE) {
            return Ok(Vec::new());
        }
        self.read("list the snapshots", |conn| {
            let mut statement = conn.prepare(
                "SELECT snapshot_unix_timestamp, count(*), count(DISTINCT NULLIF(cluster_name, ''))
                 FROM database_instance_topology_history WHERE typeof(snapshot_unix_timestamp) = 'integer'
                 GROUP BY snapshot_unix_timestamp ORDER BY snapshot_unix_timestamp",
            )?;
            let sizes = statement.query_map([], |row| {
                Ok(SnapshotSize {
                    at: Timestamp(row.get(0)?),
                    instances: row.get(1)?,
                    clusters: row.get(2)?,
                })
            })?;
            sizes.collect()
        })
    }

    /// What a snapshot holds, by key; nothing when there is none of this very moment.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot(&self, at: Timestamp) -> Result<Vec<SnapshotRow>> {
        let rest = "WHERE snapshot_unix_timestamp = ? ORDER BY hostname, port";
        self.placements("read a snapshot", TABLE, rest, [at.0])
    }

    /// What a snapshot taken now would hold, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn present_placements(&self) -> Result<Vec<SnapshotRow>> {
        let rest = "ORDER BY hostname, port";
        self.placements("read the instances", "database_instance", rest, [])
    }

    fn placements(
        &self,
        doing: &str,
        table: &'static str,
        rest: &str,
        params: impl Params,
    ) -> Result<Vec<SnapshotRow>> {
        let columns = [
            "hostname",
            "port",
            "master_host",
            "master_port",
            "cluster_name",
            "version",
        ];
        self.list(doing, table, &columns, rest, params, |cells| {
            let master = cells.key_or_none(2);
            Some(SnapshotRow {
                key: cells.key(0)?,
                // "None" is written in several ways.
                master: if master.is_none() {
                    InstanceKey::default()
                } else {
                    master
                },
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
        let column = ["snapshot_unix_timestamp"];
        // A text would sort behind every number.
        let rest = "WHERE snapshot_unix_timestamp <= ? AND typeof(snapshot_unix_timestamp) = 'integer'
                    ORDER BY snapshot_unix_timestamp DESC LIMIT 1";
        let found = self.list("find a snapshot", TABLE, &column, rest, [moment.0], |cells| {
            cells.number(0).map(Timestamp)
        })?;
        Ok(found.into_iter().next())
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
