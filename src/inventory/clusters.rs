//! Aliases and domains of clusters.

use super::{Inventory, Result, stamp};
use crate::model::Timestamp;
use crate::model::records::LOST_IN_RECOVERY;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl Inventory {
    /// Aliases by cluster name; one given by an operator wins.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn aliases(&self) -> Result<BTreeMap<String, String>> {
        let mut aliases = self.pairs("cluster_alias", ["cluster_name", "alias"])?;
        aliases.extend(self.alias_overrides()?);
        aliases.retain(|_, alias| !alias.is_empty());
        Ok(aliases)
    }

    /// Aliases that operators gave, by cluster name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alias_overrides(&self) -> Result<BTreeMap<String, String>> {
        self.pairs("cluster_alias_override", ["cluster_name", "alias"])
    }

    /// Domains by cluster name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn domains(&self) -> Result<BTreeMap<String, String>> {
        let mut domains = self.pairs("cluster_domain_name", ["cluster_name", "domain_name"])?;
        domains.retain(|_, domain| !domain.is_empty());
        Ok(domains)
    }

    fn pairs(&self, table: &'static str, columns: [&'static str; 2]) -> Result<BTreeMap<String, String>> {
        let pairs = self.list("read names of clusters", table, &columns, "", [], |c| {
            Some((c.text(0), c.text(1)))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// Gives a cluster an alias; another cluster that had it loses it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_alias(&self, cluster: &str, alias: &str, now: Timestamp) -> Result<()> {
        self.write("store an alias", |conn| {
            conn.prepare_cached("DELETE FROM cluster_alias WHERE alias = ? AND cluster_name <> ?")?
                .execute((alias, cluster))?;
            put_alias(conn, cluster, alias, now)
        })
    }

    /// Gives the alias of a cluster to another one that has none: the cluster goes by another name now. Returns whether
    /// there was one to give.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rename_cluster(&self, from: &str, to: &str) -> Result<bool> {
        self.write("rename a cluster", |conn| {
            let mut rows = 0;
            for table in ["cluster_alias_override", "cluster_alias"] {
                // An alias that is but the cluster's name is none.
                let given = format!("SELECT 1 FROM {table} WHERE cluster_name = ?1 AND alias <> cluster_name");
                if !conn.prepare_cached(&given)?.exists([from])? {
                    continue;
                }
                let none = format!("DELETE FROM {table} WHERE cluster_name = ?1 AND alias = cluster_name");
                conn.prepare_cached(&none)?.execute([to])?;
                let rename = format!("UPDATE OR IGNORE {table} SET cluster_name = ?2 WHERE cluster_name = ?1");
                rows += conn.prepare_cached(&rename)?.execute([from, to])?;
            }
            Ok(rows > 0)
        })
    }

    /// Gives a cluster an alias that wins over every other source, or takes that away when it is empty.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_alias_override(&self, cluster: &str, alias: &str) -> Result<()> {
        self.write("store an alias", |conn| {
            if alias.is_empty() {
                return conn
                    .execute("DELETE FROM cluster_alias_override WHERE cluster_name = ?", [cluster])
                    .map(|_| ());
            }
            conn.execute(
                "INSERT INTO cluster_alias_override (cluster_name, alias) VALUES (?, ?)
                 ON CONFLICT (cluster_name) DO UPDATE SET alias = excluded.alias",
                [cluster, alias],
            )
            .map(|_| ())
        })
    }

    /// Gives a cluster a domain.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_domain(&self, cluster: &str, domain: &str, now: Timestamp) -> Result<()> {
        self.write("store a domain", |conn| {
            conn.prepare_cached(
                "INSERT INTO cluster_domain_name (cluster_name, domain_name, last_registered) VALUES (?, ?, ?)
                 ON CONFLICT (cluster_name) DO UPDATE
                 SET domain_name = excluded.domain_name, last_registered = excluded.last_registered",
            )?
            .execute((cluster, domain, stamp(now)))
            .map(|_| ())
        })
    }

    /// Notes that Pseudo-GTID is injected into a cluster.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_injected_pseudo_gtid(&self, cluster: &str, now: Timestamp) -> Result<()> {
        self.write("note an injected Pseudo-GTID", |conn| {
            conn.prepare_cached(
                "INSERT INTO cluster_injected_pseudo_gtid (cluster_name, time_injected) VALUES (?, ?)
                 ON CONFLICT (cluster_name) DO UPDATE SET time_injected = excluded.time_injected",
            )?
            .execute((cluster, stamp(now)))
            .map(|_| ())
        })
    }

    /// Names of clusters into which Pseudo-GTID is injected.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pseudo_gtid_clusters(&self) -> Result<HashSet<String>> {
        let doing = "read which clusters have Pseudo-GTID";
        let table = "cluster_injected_pseudo_gtid";
        let names = self.list(doing, table, &["cluster_name"], "", [], |cells| Some(cells.text(0)))?;
        Ok(names.into_iter().collect())
    }

    /// Registers every alias that instances suggest, so that the last one to speak for a cluster is a valid, writable
    /// and busy one; clusters without any suggestion get their name. Instances lost in a recovery have no say.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rebuild_aliases(&self, now: Timestamp) -> Result<()> {
        let doing = "register aliases";
        self.transaction(doing, |inventory| {
            let lost: HashSet<_> = inventory
                .downtimes()?
                .into_iter()
                .filter(|downtime| downtime.holds(now) && downtime.reason == LOST_IN_RECOVERY)
                .map(|downtime| downtime.key)
                .collect();
            let order =
                "ORDER BY coalesce(last_checked <= last_seen, 0), read_only DESC, num_slave_hosts, hostname, port";
            let columns = [
                "hostname",
                "port",
                "cluster_name",
                "suggested_cluster_alias",
                "last_checked",
                "last_seen",
                "read_only",
                "num_slave_hosts",
            ];
            let said = inventory.list(doing, "database_instance", &columns, order, [], |cells| {
                let suggestion = (cells.text(2), cells.text(3));
                Some((cells.key(0)?, suggestion))
            })?;
            let mut wanted = Registered::default();
            let mut silent: BTreeSet<&str> = said.iter().map(|(_, (cluster, _))| cluster.as_str()).collect();
            for (key, (cluster, alias)) in said.iter().filter(|(_, (_, alias))| !alias.is_empty()) {
                silent.remove(cluster.as_str());
                if !lost.contains(key) {
                    wanted.put(cluster, alias);
                }
            }
            silent.into_iter().for_each(|cluster| wanted.put(cluster, cluster));
            wanted
                .store(&inventory.conn, now)
                .map_err(|error| inventory.fail(doing, &error))
        })
    }
}

/// Which cluster has which alias, each at most once.
#[derive(Default)]
struct Registered<'a> {
    alias: BTreeMap<&'a str, &'a str>,
    cluster: BTreeMap<&'a str, &'a str>,
}

impl<'a> Registered<'a> {
    fn put(&mut self, cluster: &'a str, alias: &'a str) {
        if cluster.is_empty() {
            return;
        }
        if let Some(earlier) = self.alias.insert(cluster, alias) {
            self.cluster.remove(earlier);
        }
        match self.cluster.insert(alias, cluster) {
            Some(robbed) if robbed != cluster => {
                self.alias.remove(robbed);
            }
            _ => {}
        }
    }

    fn store(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        for (cluster, alias) in &self.alias {
            conn.prepare_cached("DELETE FROM cluster_alias WHERE alias = ? AND cluster_name <> ?")?
                .execute([alias, cluster])?;
        }
        self.alias
            .iter()
            .try_for_each(|(cluster, alias)| put_alias(conn, cluster, alias, now))
    }
}

fn put_alias(conn: &Connection, cluster: &str, alias: &str, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO cluster_alias (cluster_name, alias, last_registered) VALUES (?, ?, ?)
         ON CONFLICT (cluster_name) DO UPDATE SET alias = excluded.alias, last_registered = excluded.last_registered",
    )?
    .execute((cluster, alias, stamp(now)))
    .map(|_| ())
}
