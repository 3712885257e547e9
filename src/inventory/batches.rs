//! Many small changes as one: names of hosts, keys of the key-value store, names of clusters, noted clusters.

use super::{Inventory, Result};
use crate::model::{InstanceKey, Timestamp};

impl Inventory {
    /// Stores resolutions (host, resolved) as [`Inventory::store_resolve`] does; all or none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store_resolves(&self, resolves: &[(String, String)], now: Timestamp) -> Result<usize> {
        if resolves.is_empty() {
            return Ok(0);
        }
        self.transaction("store the names of hosts", |inventory| {
            for (host, resolved) in resolves {
                inventory.store_resolve(host, resolved, now)?;
            }
            Ok(resolves.len())
        })
    }

    /// Stores those values that differ from what is stored under their keys; returns these keys.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is stored.
    pub fn kv_put_changed(&self, pairs: &[(String, String)], now: Timestamp) -> Result<Vec<String>> {
        let differs = |inventory: &Self, (key, value): &(String, String)| {
            inventory.kv_get(key).map(|stored| stored.as_ref() != Some(value))
        };
        let mut any = false;
        for pair in pairs {
            any = any || differs(self, pair)?;
        }
        if !any {
            return Ok(Vec::new());
        }
        self.transaction("store keys", |inventory| {
            let mut changed = Vec::new();
            for pair in pairs {
                if differs(inventory, pair)? {
                    inventory.kv_put(&pair.0, &pair.1, now)?;
                    changed.push(pair.0.clone());
                }
            }
            Ok(changed)
        })
    }

    /// Gives instances other cluster names, as [`Inventory::set_cluster_name`] does; returns how many were known.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is stored.
    pub fn set_cluster_names(&self, names: &[(InstanceKey, String)]) -> Result<usize> {
        if names.is_empty() {
            return Ok(0);
        }
        self.transaction("store names of clusters", |inventory| {
            let mut known = 0;
            for (key, cluster) in names {
                known += usize::from(inventory.set_cluster_name(key, cluster)?);
            }
            Ok(known)
        })
    }

    /// Notes that Pseudo-GTID is injected into these clusters.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is stored.
    pub fn note_injected_pseudo_gtids(&self, clusters: &[String], now: Timestamp) -> Result<usize> {
        if clusters.is_empty() {
            return Ok(0);
        }
        self.transaction("note injected Pseudo-GTID", |inventory| {
            for cluster in clusters {
                inventory.note_injected_pseudo_gtid(cluster, now)?;
            }
            Ok(clusters.len())
        })
    }
}
