//! Loading the [`Fleet`].

use super::instances::{Field, TABLE, read_instance, selection};
use super::row::{Book, Cells};
use super::{Inventory, Result};
use crate::model::{Fleet, Instance};
use rusqlite::{Rows, Transaction, TransactionBehavior};

/// How much of the inventory to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// All instances, whole.
    Everything,
    /// All instances, without what analysis never looks at: executed and purged GTID sets, relay log and executed
    /// positions, server, master and ancestry uuids, lists of replicas and group members, version comment, uptime,
    /// alias of the instance, row image, filters, credentials, TLS, latency, and what of semi-sync is not judged
    /// (availability, timeout, replica status).
    Analysis,
    /// The instances of the cluster of this exact name, whole.
    Cluster(&'a str),
}

const DOING: &str = "load the inventory";

impl Inventory {
    /// Loads instances and what operators said of them, as of one moment.
    ///
    /// Rows without a usable key are left out; other unreadable values take their defaults; both are noted in
    /// [`Inventory::warnings`]. Whatever the scope, aliases, downtimes and the like are loaded whole.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load_fleet(&self, scope: Scope<'_>) -> Result<Fleet> {
        let snapshot = if self.conn.is_autocommit() {
            let begun = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred);
            Some(begun.map_err(|error| self.fail(DOING, &error))?)
        } else {
            None
        };
        let mut fleet = self.load_instances(scope)?;
        fleet.downtimes = self.downtimes()?.into_iter().map(|d| (d.key.clone(), d)).collect();
        fleet.maintenance = self
            .active_maintenance()?
            .into_iter()
            .map(|m| (m.key.clone(), m))
            .collect();
        fleet.stale_coordinates = self.stale_coordinates()?;
        fleet.promotion_rules = self.candidates()?.into_iter().map(|c| (c.key, c.rule)).collect();
        fleet.aliases = self.aliases()?;
        fleet.alias_overrides = self.alias_overrides()?;
        fleet.pseudo_gtid_clusters = self.pseudo_gtid_clusters()?;
        fleet.domains = self.domains()?;
        fleet.contacts = self
            .probe_outcomes()?
            .into_iter()
            .map(|(key, outcome)| (key, outcome.contact))
            .collect();
        fleet.resolved_hosts = self.differing_resolves()?;
        drop(snapshot);
        Ok(fleet)
    }

    fn load_instances(&self, scope: Scope<'_>) -> Result<Fleet> {
        let (fields, columns) = selection(scope != Scope::Analysis);
        let Some(selected) = self.selected(TABLE, &columns) else {
            return Ok(Fleet::default());
        };
        let (condition, cluster) = match scope {
            Scope::Cluster(name) => (" WHERE cluster_name = ?", Some(name)),
            Scope::Everything | Scope::Analysis => ("", None),
        };
        let mut book = self.book.take();
        let fleet = self.read(DOING, |conn| {
            let count = format!("SELECT count(*) FROM {TABLE}{condition}");
            let expected: i64 = conn.query_row(&count, rusqlite::params_from_iter(cluster), |row| row.get(0))?;
            let mut statement = conn.prepare(&format!("SELECT {selected} FROM {TABLE}{condition}"))?;
            let mut instances = Instances {
                rows: statement.query(rusqlite::params_from_iter(cluster))?,
                fields: &fields,
                columns: &columns,
                book: &mut book,
                expected: usize::try_from(expected).unwrap_or(0),
                failure: None,
            };
            let fleet = Fleet::new(&mut instances);
            instances.failure.map_or(Ok(fleet), Err)
        });
        book.forget_names();
        self.book.replace(book);
        fleet
    }
}

/// Instances as they are read, so that none is moved more often than it must.
struct Instances<'a, 's> {
    rows: Rows<'s>,
    fields: &'a [&'static Field],
    columns: &'a [&'static str],
    book: &'a mut Book,
    expected: usize,
    failure: Option<rusqlite::Error>,
}

impl Iterator for Instances<'_, '_> {
    type Item = Instance;

    fn next(&mut self) -> Option<Instance> {
        loop {
            match self.rows.next() {
                Ok(Some(row)) => {
                    let mut cells = Cells {
                        row,
                        book: self.book,
                        table: TABLE,
                        columns: self.columns,
                    };
                    if let Some(instance) = read_instance(self.fields, &mut cells) {
                        return Some(instance);
                    }
                }
                Ok(None) => return None,
                Err(error) => {
                    self.failure = Some(error);
                    return None;
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.expected, None)
    }
}
