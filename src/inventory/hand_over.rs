//! What goes to a new master in the inventory: the cluster's alias, the attribute of its domain, its keys and values.

use super::{Inventory, Result};
use crate::model::{InstanceKey, Timestamp};

/// A cluster with a new master.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct HandOver {
    /// The cluster's name before.
    pub cluster: String,
    /// Its alias; empty where it has none. One that is only its name becomes the new name.
    pub alias: String,
    /// Its domain; empty where it has none.
    pub domain: String,
    /// The new master, whose key becomes the cluster's name.
    pub master: InstanceKey,
    /// `KVClusterMasterPrefix`.
    pub kv_prefix: String,
    /// The new master's addresses of version 4 and 6, empty where it has none of the kind; `None` while nothing is known
    /// of them.
    pub addresses: Option<(String, String)>,
}

/// The keys under which programs look a master up, with their values.
///
/// | key | value |
/// |---|---|
/// | `<prefix>/<alias>` | `host:port` |
/// | the same with `/hostname`, `/port` | its parts |
/// | the same with `/ipv4`, `/ipv6` | the host's addresses, empty where it has none of the kind; both are left out while nothing is known of them |
pub fn master_pairs(
    prefix: &str,
    alias: &str,
    master: &InstanceKey,
    addresses: Option<&(String, String)>,
) -> Vec<(String, String)> {
    let key = format!("{}/{alias}", prefix.trim_end_matches('/'));
    let mut pairs = vec![
        (key.clone(), master.to_string()),
        (format!("{key}/hostname"), master.hostname.to_string()),
        (format!("{key}/port"), master.port.to_string()),
    ];
    if let Some((ipv4, ipv6)) = addresses {
        pairs.push((format!("{key}/ipv4"), ipv4.clone()));
        pairs.push((format!("{key}/ipv6"), ipv6.clone()));
    }
    pairs
}

impl Inventory {
    /// Gives a cluster's alias, domain attribute and keys to its new master. An alias that an operator gave goes along.
    /// Returns the keys that changed.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing was given.
    pub fn hand_over(&self, to: &HandOver, now: Timestamp) -> Result<Vec<String>> {
        let doing = "give a cluster's names to its new master";
        let name = to.master.to_string();
        self.transaction(doing, |inventory| {
            inventory.write(doing, |conn| {
                for table in ["cluster_alias_override", "cluster_alias"] {
                    let sql = format!("UPDATE OR REPLACE {table} SET cluster_name = ?2 WHERE cluster_name = ?1");
                    conn.prepare_cached(&sql)?.execute([&to.cluster, &name])?;
                }
                Ok(())
            })?;
            if !to.domain.is_empty() {
                inventory.set_general_attribute(&to.domain, &name, now)?;
            }
            if to.alias.is_empty() {
                return Ok(Vec::new());
            }
            let alias = if to.alias == to.cluster { &name } else { &to.alias };
            inventory.set_alias(&name, alias, now)?;
            let pairs = master_pairs(&to.kv_prefix, &to.alias, &to.master, to.addresses.as_ref());
            inventory.kv_put_changed(&pairs, now)
        })
    }
}
