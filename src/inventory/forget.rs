//! Removing instances, keeping them away for a while, and putting in ones that were not asked yet.

use super::{Inventory, Result, stamp};
use crate::model::instance::Check;
use crate::model::{Instance, InstanceKey, Timestamp, Version};
use std::collections::HashSet;

/// Why an instance is put in before it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration names it; that it was forgotten does not matter.
    Seed,
    /// Somebody replicates from it; it stays away while it is to be forgotten.
    UnseenMaster,
}

const TABLE: &str = "orc_forgotten";

impl Inventory {
    pub(super) fn must_stay_away(&self, key: &InstanceKey, now: Timestamp) -> rusqlite::Result<bool> {
        if !self.has(TABLE) {
            return Ok(false);
        }
        self.conn
            .prepare_cached("SELECT 1 FROM orc_forgotten WHERE hostname = ? AND port = ? AND until > ?")?
            .exists((key.hostname.as_ref(), key.port, stamp(now)))
    }

    fn delete_instance(&self, key: &InstanceKey) -> rusqlite::Result<bool> {
        let rows = self
            .conn
            .prepare_cached("DELETE FROM database_instance WHERE hostname = ? AND port = ?")?
            .execute((key.hostname.as_ref(), key.port))?;
        self.clear_outcome(key)?;
        Ok(rows > 0)
    }

    fn forget_one(&self, key: &InstanceKey, now: Timestamp, until: Timestamp) -> rusqlite::Result<bool> {
        if !self.delete_instance(key)? {
            return Ok(false);
        }
        if self.has(TABLE) {
            self.conn
                .prepare_cached(
                    "INSERT INTO orc_forgotten (hostname, port, forgotten_at, until) VALUES (?, ?, ?, ?)
                     ON CONFLICT (hostname, port) DO UPDATE
                     SET forgotten_at = excluded.forgotten_at, until = excluded.until",
                )?
                .execute((key.hostname.as_ref(), key.port, stamp(now), stamp(until)))?;
            self.conn
                .prepare_cached("DELETE FROM orc_forgotten WHERE until <= ?")?
                .execute([stamp(now)])?;
        }
        Ok(true)
    }

    /// Removes an instance and keeps it away for some seconds; tags, downtime and promotion rule stay. Returns whether
    /// it was known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_instance(&self, key: &InstanceKey, now: Timestamp, keep_away_seconds: i64) -> Result<bool> {
        let until = now.plus_seconds(keep_away_seconds);
        self.write("forget an instance", |_| self.forget_one(key, now, until))
    }

    /// Removes all instances of a cluster by its exact name, as [`Inventory::forget_instance`]; returns their keys.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_cluster(&self, cluster: &str, now: Timestamp, keep_away_seconds: i64) -> Result<Vec<InstanceKey>> {
        let doing = "forget a cluster";
        let rest = "WHERE cluster_name = ? ORDER BY hostname, port";
        self.transaction(doing, |inventory| {
            let columns = ["hostname", "port", "cluster_name"];
            let keys = inventory.list(doing, "database_instance", &columns, rest, [cluster], |cells| {
                cells.key(0)
            })?;
            let until = now.plus_seconds(keep_away_seconds);
            let forgotten = keys
                .iter()
                .try_for_each(|key| inventory.forget_one(key, now, until).map(|_| ()));
            forgotten.map(|()| keys).map_err(|error| inventory.fail(doing, &error))
        })
    }

    /// Removes instances last seen before a moment; those never seen count by their last check. Returns their keys.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_unseen_since(&self, before: Timestamp) -> Result<Vec<InstanceKey>> {
        let doing = "forget instances long unseen";
        let rest = "WHERE coalesce(last_seen, last_checked) < ? ORDER BY hostname, port";
        self.transaction(doing, |inventory| {
            let columns = ["hostname", "port"];
            let keys = inventory.list(doing, "database_instance", &columns, rest, [stamp(before)], |c| {
                c.key(0)
            })?;
            let removed = keys
                .iter()
                .try_for_each(|key| inventory.delete_instance(key).map(|_| ()));
            removed.map(|()| keys).map_err(|error| inventory.fail(doing, &error))
        })
    }

    /// Removes those of these instances whose last check failed and whose hostname resolves to another one, by what the
    /// file says now; returns their keys. They may come back, under their other name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_differently_resolved(&self, keys: &[InstanceKey]) -> Result<Vec<InstanceKey>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "forget instances under their other names";
        self.transaction(doing, |inventory| {
            let resolves = inventory.differing_resolves()?;
            let columns = ["hostname", "port", "last_checked", "last_seen"];
            let rest = "WHERE hostname = ? AND port = ? AND coalesce(last_checked <= last_seen, 0) = 0";
            let mut removed = Vec::new();
            for key in keys.iter().filter(|key| resolves.contains_key(key.hostname.as_ref())) {
                let of_key = (key.hostname.as_ref(), key.port);
                let found = inventory.list(doing, "database_instance", &columns, rest, of_key, |cells| cells.key(0))?;
                for key in found {
                    inventory
                        .delete_instance(&key)
                        .map_err(|error| inventory.fail(doing, &error))?;
                    removed.push(key);
                }
            }
            Ok(removed)
        })
    }

    /// Whether an instance was forgotten and must stay away yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_forgotten(&self, key: &InstanceKey, now: Timestamp) -> Result<bool> {
        self.read("see whether an instance was forgotten", |_| {
            self.must_stay_away(key, now)
        })
    }

    /// All instances that must stay away yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn forgotten(&self, now: Timestamp) -> Result<HashSet<InstanceKey>> {
        let columns = ["hostname", "port"];
        let doing = "list forgotten instances";
        let keys = self.list(doing, TABLE, &columns, "WHERE until > ?", [stamp(now)], |cells| {
            cells.key(0)
        })?;
        Ok(keys.into_iter().collect())
    }

    /// Lets a forgotten instance come back at once, because somebody asked for it by name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn unforget(&self, key: &InstanceKey) -> Result<()> {
        if !self.has(TABLE) {
            return Ok(());
        }
        self.write("let an instance come back", |conn| {
            conn.prepare_cached("DELETE FROM orc_forgotten WHERE hostname = ? AND port = ?")?
                .execute((key.hostname.as_ref(), key.port))
                .map(|_| ())
        })
    }

    /// Puts in an instance that was not asked yet, as its own cluster; never touches a known one. Returns whether it
    /// was put in.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn inject(&self, key: &InstanceKey, origin: Origin, now: Timestamp) -> Result<bool> {
        self.write("put in an instance", |conn| {
            let known = conn
                .prepare_cached("SELECT 1 FROM database_instance WHERE hostname = ? AND port = ?")?
                .exists((key.hostname.as_ref(), key.port))?;
            if known || (origin == Origin::UnseenMaster && self.must_stay_away(key, now)?) {
                return Ok(false);
            }
            let mut instance = Instance {
                key: key.clone(),
                ..Instance::default()
            };
            instance.server.version = Version::new("Unknown");
            instance.server.major_version = instance.server.version.major();
            instance.cluster.name = key.to_string();
            let check = Check {
                last_checked: Some(now),
                last_attempted: Some(now),
                last_seen: Some(now),
                partial_success: true,
                latency_nanos: 0,
            };
            self.write_instance(&instance, &check).map(|()| true)
        })
    }
}
