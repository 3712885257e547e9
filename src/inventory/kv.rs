//! Keys and values: the key-value store, attributes of hosts, and which servers want TLS.

use super::{Inventory, Result, stamp};
use crate::model::{InstanceKey, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// The host whose attributes are general ones.
const GENERAL: &str = "*";

impl Inventory {
    /// Stores a value under a key.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn kv_put(&self, key: &str, value: &str, now: Timestamp) -> Result<()> {
        self.write("store a key", |conn| {
            conn.prepare_cached(
                "INSERT INTO kv_store (store_key, store_value, last_updated) VALUES (?, ?, ?)
                 ON CONFLICT (store_key) DO UPDATE
                 SET store_value = excluded.store_value, last_updated = excluded.last_updated",
            )?
            .execute((key, value, stamp(now)))
            .map(|_| ())
        })
    }

    /// The value under a key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kv_get(&self, key: &str) -> Result<Option<String>> {
        let columns = ["store_key", "store_value"];
        let rest = "WHERE store_key = ?";
        let found = self.list("read a key", "kv_store", &columns, rest, [key], |cells| {
            Some(cells.text(1))
        })?;
        Ok(found.into_iter().next())
    }

    /// All keys that begin with a prefix, with their values.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kv_list(&self, prefix: &str) -> Result<BTreeMap<String, String>> {
        let columns = ["store_key", "store_value"];
        let rest = "WHERE substr(store_key, 1, length(?1)) = ?1";
        let pairs = self.list("read the keys", "kv_store", &columns, rest, [prefix], |c| {
            Some((c.text(0), c.text(1)))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// Stores an attribute that belongs to no host, such as the writer of a domain.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_general_attribute(&self, name: &str, value: &str, now: Timestamp) -> Result<()> {
        self.write("store an attribute", |conn| {
            conn.prepare_cached(
                "INSERT INTO host_attributes (hostname, attribute_name, attribute_value, submit_timestamp)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT (hostname, attribute_name) DO UPDATE
                 SET attribute_value = excluded.attribute_value, submit_timestamp = excluded.submit_timestamp",
            )?
            .execute((GENERAL, name, value, stamp(now)))
            .map(|_| ())
        })
    }

    /// The attribute of this name that belongs to no host.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn general_attribute(&self, name: &str) -> Result<Option<String>> {
        let columns = ["hostname", "attribute_name", "attribute_value"];
        let rest = "WHERE hostname = ? AND attribute_name = ?";
        let doing = "read an attribute";
        let found = self.list(doing, "host_attributes", &columns, rest, [GENERAL, name], |c| {
            Some(c.text(2))
        })?;
        Ok(found.into_iter().next())
    }

    /// Remembers whether a server wants TLS.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_tls_required(&self, key: &InstanceKey, required: bool) -> Result<()> {
        self.write("store whether a server wants TLS", |conn| {
            conn.prepare_cached(
                "INSERT INTO database_instance_tls (hostname, port, required) VALUES (?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE SET required = excluded.required",
            )?
            .execute((key.hostname.as_ref(), key.port, required))
            .map(|_| ())
        })
    }

    /// Which servers want TLS, as far as it was found out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tls_required(&self) -> Result<HashMap<InstanceKey, bool>> {
        let columns = ["hostname", "port", "required"];
        let doing = "read which servers want TLS";
        let found = self.list(doing, "database_instance_tls", &columns, "", [], |c| {
            Some((c.key(0)?, c.flag(2)))
        })?;
        Ok(found.into_iter().collect())
    }
}
