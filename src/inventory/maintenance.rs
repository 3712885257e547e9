//! Maintenance: locks on instances while somebody changes them.

use super::{Inventory, Result, stamp};
use crate::model::records::Maintenance;
use crate::model::{InstanceKey, Timestamp};

/// How long ended locks are kept.
const KEPT_SECONDS: i64 = 7 * 86_400;

/// A running program that holds locks.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NodeId {
    /// Host it runs on.
    pub hostname: String,
    /// Token it chose at its start.
    pub token: String,
}

/// A lock to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockRequest {
    /// On whom; need not be known.
    pub key: InstanceKey,
    /// Who takes it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub end: Timestamp,
    /// Whether an operator set the end; other locks go with the program that holds them.
    pub explicitly_bounded: bool,
    /// Which program holds it.
    pub node: NodeId,
}

const TABLE: &str = "database_instance_maintenance";
const COLUMNS: [&str; 7] = [
    "hostname",
    "port",
    "begin_timestamp",
    "end_timestamp",
    "owner",
    "reason",
    "database_instance_maintenance_id",
];

impl Inventory {
    /// Takes a lock and returns its row number; `None` when another one is active and has not ended.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin_maintenance(&self, request: &LockRequest, now: Timestamp) -> Result<Option<i64>> {
        let of_key = (request.key.hostname.as_ref(), request.key.port);
        self.write("begin a maintenance", |conn| {
            conn.prepare_cached(
                "UPDATE database_instance_maintenance SET maintenance_active = NULL
                 WHERE hostname = ? AND port = ? AND maintenance_active = 1 AND end_timestamp <= ?",
            )?
            .execute((of_key.0, of_key.1, stamp(now)))?;
            let rows = conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO database_instance_maintenance
                     (hostname, port, maintenance_active, begin_timestamp, end_timestamp, owner, reason,
                      processing_node_hostname, processing_node_token, explicitly_bounded)
                     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute((
                    of_key.0,
                    of_key.1,
                    stamp(now),
                    stamp(request.end),
                    &request.owner,
                    &request.reason,
                    &request.node.hostname,
                    &request.node.token,
                    request.explicitly_bounded,
                ))?;
            Ok((rows > 0).then(|| conn.last_insert_rowid()))
        })
    }

    /// Releases whatever lock is active on an instance; returns whether there was one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_maintenance(&self, key: &InstanceKey, now: Timestamp) -> Result<bool> {
        self.write("end a maintenance", |conn| {
            conn.prepare_cached(
                "UPDATE database_instance_maintenance SET maintenance_active = NULL, end_timestamp = ?
                 WHERE hostname = ? AND port = ? AND maintenance_active = 1",
            )?
            .execute((stamp(now), key.hostname.as_ref(), key.port))
            .map(|rows| rows > 0)
        })
    }

    /// Releases a lock by its row number; returns whether it was active.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_maintenance_by_id(&self, id: i64, now: Timestamp) -> Result<bool> {
        self.write("end a maintenance", |conn| {
            conn.prepare_cached(
                "UPDATE database_instance_maintenance SET maintenance_active = NULL, end_timestamp = ?
                 WHERE database_instance_maintenance_id = ? AND maintenance_active = 1",
            )?
            .execute((stamp(now), id))
            .map(|rows| rows > 0)
        })
    }

    /// Releases every lock of a program that is gone, or done with what it took them for.
    pub(super) fn end_maintenance_of(&self, token: &str, now: Timestamp) -> Result<()> {
        self.write("end a program's maintenance locks", |conn| {
            conn.prepare_cached(
                "UPDATE database_instance_maintenance SET maintenance_active = NULL, end_timestamp = ?1
                 WHERE processing_node_token = ?2 AND processing_node_token <> '' AND maintenance_active = 1",
            )?
            .execute((stamp(now), token))
            .map(|_| ())
        })
    }

    /// The lock that holds on an instance now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn maintenance(&self, key: &InstanceKey, now: Timestamp) -> Result<Option<Maintenance>> {
        let found = self.active_maintenance()?;
        Ok(found.into_iter().find(|lock| lock.key == *key && lock.holds(now)))
    }

    /// All rows marked active, ended ones that nobody removed included, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn active_maintenance(&self) -> Result<Vec<Maintenance>> {
        let rest = "WHERE maintenance_active = 1 ORDER BY hostname, port";
        self.list("read the maintenance locks", TABLE, &COLUMNS, rest, [], |cells| {
            Some(Maintenance {
                id: cells.number(6).unwrap_or_default(),
                key: cells.key(0)?,
                begin: cells.time(2),
                end: cells.time(3),
                owner: cells.text(4),
                reason: cells.text(5),
            })
        })
    }

    /// Releases locks that have ended or whose program is gone, and removes those ended a week ago. Returns how many
    /// rows it touched.
    ///
    /// A program is gone when `node_health` has no row of it; call [`Purge::NodeHealth`](super::Purge) before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire_maintenance(&self, now: Timestamp) -> Result<usize> {
        self.write("end maintenance locks", |conn| {
            let removed = conn
                .prepare_cached(
                    "DELETE FROM database_instance_maintenance WHERE maintenance_active IS NULL AND end_timestamp < ?",
                )?
                .execute([stamp(now.plus_seconds(-KEPT_SECONDS))])?;
            let ended = conn
                .prepare_cached(
                    "UPDATE database_instance_maintenance SET maintenance_active = NULL
                     WHERE maintenance_active = 1 AND end_timestamp < ?",
                )?
                .execute([stamp(now)])?;
            let orphaned = conn
                .prepare_cached(
                    "UPDATE database_instance_maintenance SET maintenance_active = NULL
                     WHERE maintenance_active = 1 AND explicitly_bounded = 0
                       AND NOT EXISTS (SELECT 1 FROM node_health n
                                       WHERE n.hostname = processing_node_hostname AND n.token = processing_node_token)",
                )?
                .execute([])?;
            Ok(removed + ended + orphaned)
        })
    }
}
