//! Names of hosts: what they resolve to, what they are called when a replica is pointed, their addresses.

use super::{Inventory, Result, stamp};
use crate::model::Timestamp;
use std::collections::HashMap;

/// A host and the name that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostMapping {
    /// The host as given.
    pub hostname: String,
    /// What it resolves to, or the virtual name.
    pub mapped: String,
    /// When that was last found or said.
    pub at: Option<Timestamp>,
}

impl Inventory {
    /// All remembered resolutions, by hostname.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn resolves(&self) -> Result<Vec<HostMapping>> {
        self.mappings(
            "hostname_resolve",
            ["hostname", "resolved_hostname", "resolved_timestamp"],
        )
    }

    /// All virtual names, by hostname.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unresolves(&self) -> Result<Vec<HostMapping>> {
        self.mappings(
            "hostname_unresolve",
            ["hostname", "unresolved_hostname", "last_registered"],
        )
    }

    /// The last resolution of each name that differed from it, kept after it was forgotten.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn resolve_history(&self) -> Result<Vec<HostMapping>> {
        self.mappings(
            "hostname_resolve_history",
            ["hostname", "resolved_hostname", "resolved_timestamp"],
        )
    }

    fn mappings(&self, table: &'static str, columns: [&'static str; 3]) -> Result<Vec<HostMapping>> {
        self.list(
            "read names of hosts",
            table,
            &columns,
            "ORDER BY hostname",
            [],
            |cells| {
                Some(HostMapping {
                    hostname: cells.text(0),
                    mapped: cells.text(1),
                    at: cells.time(2),
                })
            },
        )
    }

    /// Resolutions that differ from the name itself.
    pub(super) fn differing_resolves(&self) -> Result<HashMap<String, String>> {
        let columns = ["hostname", "resolved_hostname"];
        let rest = "WHERE resolved_hostname <> hostname AND resolved_hostname <> ''";
        let doing = "read names of hosts";
        let pairs = self.list(doing, "hostname_resolve", &columns, rest, [], |c| {
            Some((c.text(0), c.text(1)))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// What a host was last found to resolve to.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn resolve(&self, hostname: &str) -> Result<Option<String>> {
        let columns = ["hostname", "resolved_hostname"];
        let rest = "WHERE hostname = ?";
        let doing = "read the name of a host";
        let found = self.list(doing, "hostname_resolve", &columns, rest, [hostname], |cells| {
            Some(cells.text(1))
        })?;
        Ok(found.into_iter().next().filter(|resolved| !resolved.is_empty()))
    }

    /// Remembers what a host resolves to; beyond its time too, when the names differ.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store_resolve(&self, hostname: &str, resolved: &str, now: Timestamp) -> Result<()> {
        self.write("store the name of a host", |conn| {
            conn.prepare_cached(
                "INSERT INTO hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES (?, ?, ?)
                 ON CONFLICT (hostname) DO UPDATE
                 SET resolved_hostname = excluded.resolved_hostname, resolved_timestamp = excluded.resolved_timestamp",
            )?
            .execute((hostname, resolved, stamp(now)))?;
            if hostname != resolved {
                conn.prepare_cached(
                    "INSERT INTO hostname_resolve_history (hostname, resolved_hostname, resolved_timestamp)
                     VALUES (?, ?, ?)
                     ON CONFLICT (resolved_hostname) DO UPDATE
                     SET hostname = excluded.hostname, resolved_timestamp = excluded.resolved_timestamp",
                )?
                .execute((hostname, resolved, stamp(now)))?;
            }
            Ok(())
        })
    }

    /// Forgets what a host resolves to; returns whether it was known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete_resolve(&self, hostname: &str) -> Result<bool> {
        self.write("forget the name of a host", |conn| {
            conn.execute("DELETE FROM hostname_resolve WHERE hostname = ?", [hostname])
                .map(|rows| rows > 0)
        })
    }

    /// Forgets what all hosts resolve to; the history stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reset_resolves(&self) -> Result<usize> {
        self.write("forget the names of hosts", |conn| {
            conn.execute("DELETE FROM hostname_resolve", [])
        })
    }

    /// Of two hosts that resolve to each other, forgets the older resolution; returns how many went.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete_looped_resolves(&self) -> Result<usize> {
        self.write("forget looped names of hosts", |conn| {
            conn.execute(
                "DELETE FROM hostname_resolve WHERE rowid IN (
                     SELECT a.rowid FROM hostname_resolve a
                     JOIN hostname_resolve b ON b.hostname = a.resolved_hostname AND b.resolved_hostname = a.hostname
                     WHERE a.hostname <> b.hostname
                       AND (a.resolved_timestamp < b.resolved_timestamp
                            OR (a.resolved_timestamp = b.resolved_timestamp AND a.rowid < b.rowid)))",
                [],
            )
        })
    }

    /// Registers the virtual name that stands for a host when replicas are pointed at it; an empty one removes it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn register_unresolve(&self, hostname: &str, virtual_name: &str, now: Timestamp) -> Result<()> {
        if virtual_name.is_empty() {
            return self.deregister_unresolve(hostname).map(|_| ());
        }
        self.write("register a virtual name", |conn| {
            conn.prepare_cached(
                "INSERT INTO hostname_unresolve (hostname, unresolved_hostname, last_registered) VALUES (?, ?, ?)
                 ON CONFLICT (hostname) DO UPDATE
                 SET unresolved_hostname = excluded.unresolved_hostname, last_registered = excluded.last_registered",
            )?
            .execute((hostname, virtual_name, stamp(now)))?;
            if hostname != virtual_name {
                conn.prepare_cached(
                    "INSERT INTO hostname_unresolve_history (hostname, unresolved_hostname, last_registered)
                     VALUES (?, ?, ?)
                     ON CONFLICT (unresolved_hostname) DO UPDATE
                     SET hostname = excluded.hostname, last_registered = excluded.last_registered",
                )?
                .execute((hostname, virtual_name, stamp(now)))?;
            }
            Ok(())
        })
    }

    /// Removes a virtual name; returns whether there was one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn deregister_unresolve(&self, hostname: &str) -> Result<bool> {
        self.write("remove a virtual name", |conn| {
            conn.execute("DELETE FROM hostname_unresolve WHERE hostname = ?", [hostname])
                .map(|rows| rows > 0)
        })
    }

    /// Remembers a host's addresses; an empty one where it has none of the kind.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store_addresses(&self, hostname: &str, ipv4: &str, ipv6: &str, now: Timestamp) -> Result<()> {
        self.write("store the addresses of a host", |conn| {
            conn.prepare_cached(
                "INSERT INTO hostname_ips (hostname, ipv4, ipv6, last_updated) VALUES (?, ?, ?, ?)
                 ON CONFLICT (hostname) DO UPDATE
                 SET ipv4 = excluded.ipv4, ipv6 = excluded.ipv6, last_updated = excluded.last_updated",
            )?
            .execute((hostname, ipv4, ipv6, stamp(now)))
            .map(|_| ())
        })
    }

    /// A host's addresses as remembered: version 4 and version 6, empty where there is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn addresses(&self, hostname: &str) -> Result<Option<(String, String)>> {
        let columns = ["hostname", "ipv4", "ipv6"];
        let rest = "WHERE hostname = ?";
        let doing = "read the addresses of a host";
        let found = self.list(doing, "hostname_ips", &columns, rest, [hostname], |c| {
            Some((c.text(1), c.text(2)))
        })?;
        Ok(found.into_iter().next())
    }
}
