//! Pools: named groups of instances that another program submits.

use super::{Inventory, Result, stamp};
use crate::model::{InstanceKey, Timestamp};

/// An instance in a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolMember {
    /// The pool.
    pub pool: String,
    /// The instance.
    pub key: InstanceKey,
    /// When the pool was submitted.
    pub registered_at: Option<Timestamp>,
}

impl Inventory {
    /// Makes a pool consist of these instances, and no others.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn submit_pool(&self, pool: &str, members: &[InstanceKey], now: Timestamp) -> Result<()> {
        self.write("submit a pool", |conn| {
            conn.prepare_cached("DELETE FROM database_instance_pool WHERE pool = ?")?
                .execute([pool])?;
            members.iter().try_for_each(|key| {
                conn.prepare_cached(
                    "INSERT OR IGNORE INTO database_instance_pool (hostname, port, pool, registered_at)
                     VALUES (?, ?, ?, ?)",
                )?
                .execute((key.hostname.as_ref(), key.port, pool, stamp(now)))
                .map(|_| ())
            })
        })
    }

    /// All members of all pools, by pool, then key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pools(&self) -> Result<Vec<PoolMember>> {
        let columns = ["hostname", "port", "pool", "registered_at"];
        let rest = "ORDER BY pool, hostname, port";
        self.list(
            "read the pools",
            "database_instance_pool",
            &columns,
            rest,
            [],
            |cells| {
                Some(PoolMember {
                    key: cells.key(0)?,
                    pool: cells.text(2),
                    registered_at: cells.time(3),
                })
            },
        )
    }
}
