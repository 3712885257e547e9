//! Loading the [`Fleet`].
//!
//! Half of the time goes into SQLite and half into building instances, and neither waits for the disk. So large fleets
//! are read by two threads over two connections, one from each end of the table, until they meet. Both must see the
//! same state; where another process wrote just between their beginnings, one thread reads alone.

use super::instances::{Field, TABLE, fill_instance, selection};
use super::row::{Book, Cells};
use super::{Inventory, Result};
use crate::model::{Fleet, Instance};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How much of the inventory to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// All instances, whole.
    Everything,
    /// All instances, with what analysis looks at. Left out, and therefore not to be written back: executed and purged
    /// GTID sets, relay log and executed positions, server id and uuid, master and ancestry uuids, version (but not
    /// its major part) and comment, lists of replicas and group members, uptime, alias of the instance and suggested
    /// alias of the cluster, row image, filters, credentials, TLS, latency, the server's own figure of lag, and what of
    /// semi-sync and GTID support is not judged.
    Analysis,
    /// The instances of the cluster of this exact name, whole.
    Cluster(&'a str),
}

const DOING: &str = "load the inventory";

/// From how many instances on a second thread is worth its connection.
const LARGE: usize = 2_000;

/// How many row numbers a thread claims at a time.
const CLAIM: i64 = 64;

impl Inventory {
    /// Loads instances and what operators said of them, as of one moment.
    ///
    /// Rows without a usable key are left out; other unreadable values take their defaults; both are noted in
    /// [`Inventory::warnings`]. Whatever the scope, aliases, downtimes and the like are loaded whole.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load_fleet(&self, scope: Scope<'_>) -> Result<Fleet> {
        let (snapshot, helper) = self.begin_snapshot(scope)?;
        let mut fleet = self.load_instances(scope, helper)?;
        self.words()?.put(&mut fleet);
        fleet.contacts = self
            .probe_outcomes()?
            .into_iter()
            .map(|(key, outcome)| (key, outcome.contact))
            .collect();
        fleet.resolved_hosts = self.differing_resolves()?;
        drop(snapshot);
        Ok(fleet)
    }

    /// Begins reading as of one moment, and lends a second connection as of the same moment for a large fleet.
    fn begin_snapshot(&self, scope: Scope<'_>) -> Result<(Option<Transaction<'_>>, Option<Connection>)> {
        if !self.conn.is_autocommit() {
            return Ok((None, None));
        }
        let large = !matches!(scope, Scope::Cluster(_)) && self.count_instances(None)? >= LARGE;
        let before = self.data_version()?;
        let helper = if large { self.second_reader() } else { None };
        let begun = Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred);
        let snapshot = begun.map_err(|error| self.fail(DOING, &error))?;
        let undisturbed = self.data_version()? == before;
        Ok((Some(snapshot), helper.filter(|_| undisturbed)))
    }

    /// Another connection to the same file that has begun reading; `None` where there can be none.
    fn second_reader(&self) -> Option<Connection> {
        let path = self.conn.path().filter(|path| !path.is_empty())?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags).ok()?;
        conn.busy_timeout(self.busy_timeout).ok()?;
        conn.execute_batch(&format!("BEGIN; SELECT 1 FROM {TABLE} LIMIT 1"))
            .ok()?;
        Some(conn)
    }

    fn count_instances(&self, cluster: Option<&str>) -> Result<usize> {
        if !self.has(TABLE) {
            return Ok(0);
        }
        let condition = cluster.map_or("", |_| " WHERE cluster_name = ?");
        let count: i64 = self.read(DOING, |conn| {
            let sql = format!("SELECT count(*) FROM {TABLE}{condition}");
            conn.query_row(&sql, rusqlite::params_from_iter(cluster), |row| row.get(0))
        })?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    fn load_instances(&self, scope: Scope<'_>, helper: Option<Connection>) -> Result<Fleet> {
        let (fields, columns) = selection(scope != Scope::Analysis);
        let Some(selected) = self.selected(TABLE, &columns) else {
            return Ok(Fleet::default());
        };
        let cluster = match scope {
            Scope::Cluster(name) => Some(name),
            Scope::Everything | Scope::Analysis => None,
        };
        let plan = Plan {
            fields: &fields,
            columns: &columns,
            selected: &selected,
            cluster,
            expected: self.count_instances(cluster)?,
        };
        let mut book = self.book.take();
        let instances = self.read(DOING, |conn| match helper {
            Some(helper) => plan.read_with(helper, conn, &mut book),
            None => plan.read(conn, None, &mut book),
        });
        book.forget_names();
        self.book.replace(book);
        instances.map(Fleet::from_vec)
    }
}

/// What to read.
struct Plan<'a> {
    fields: &'a [&'static Field],
    columns: &'a [&'static str],
    selected: &'a str,
    cluster: Option<&'a str>,
    expected: usize,
}

impl Plan<'_> {
    /// Reads all instances, or those that `part` claims.
    fn read(&self, conn: &Connection, mut part: Option<Part<'_>>, book: &mut Book) -> rusqlite::Result<Vec<Instance>> {
        let condition = self.cluster.map_or("", |_| " WHERE cluster_name = ?");
        let order = part.as_ref().map_or("", |part| part.end.order());
        let sql = format!("SELECT {}, rowid FROM {TABLE}{condition}{order}", self.selected);
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(self.cluster))?;
        let mut instances: Vec<Instance> = Vec::with_capacity(self.expected);
        while let Some(row) = rows.next()? {
            if let Some(part) = &mut part
                && !part.claims(row.get(self.columns.len())?)
            {
                break;
            }
            // Filled where they will stay: an instance is too large to be moved about.
            instances.push(Instance::default());
            let mut cells = Cells {
                row,
                book,
                table: TABLE,
                columns: self.columns,
            };
            let filled = instances
                .last_mut()
                .and_then(|instance| fill_instance(self.fields, &mut cells, instance));
            if filled.is_none() {
                instances.pop();
            }
        }
        Ok(instances)
    }

    /// Reads all instances from both ends, over two connections that see the same state.
    fn read_with(&self, helper: Connection, conn: &Connection, book: &mut Book) -> rusqlite::Result<Vec<Instance>> {
        let taken = Mutex::new(Taken {
            low: i64::MIN,
            high: i64::MAX,
        });
        let (first, last) = thread::scope(|scope| {
            let part = Part::new(End::Last, &taken);
            let last = scope.spawn(move || {
                let mut book = Book::default();
                let read = self.read(&helper, Some(part), &mut book);
                read.map(|instances| (instances, book))
            });
            let first = self.read(conn, Some(Part::new(End::First, &taken)), book);
            (first, last.join())
        });
        let mut instances = first?;
        let Ok(Ok((mut others, noted))) = last else {
            return self.read(conn, None, book);
        };
        book.absorb(noted);
        instances.append(&mut others);
        Ok(instances)
    }
}

/// From which end of the table a thread reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

impl End {
    fn order(self) -> &'static str {
        match self {
            Self::First => " ORDER BY rowid",
            Self::Last => " ORDER BY rowid DESC",
        }
    }
}

/// What is taken: all rows up to `low`, and all from `high` on.
struct Taken {
    low: i64,
    high: i64,
}

/// The part of a table that one of two threads reads: from its end until the other's.
struct Part<'a> {
    end: End,
    taken: &'a Mutex<Taken>,
    /// How far rows are claimed.
    claimed: Option<i64>,
}

impl<'a> Part<'a> {
    fn new(end: End, taken: &'a Mutex<Taken>) -> Self {
        Self {
            end,
            taken,
            claimed: None,
        }
    }

    /// Whether the next row is for this thread; if not, nor is any after it.
    fn claims(&mut self, row: i64) -> bool {
        let within = |claimed: i64| match self.end {
            End::First => row <= claimed,
            End::Last => row >= claimed,
        };
        if self.claimed.is_some_and(within) {
            return true;
        }
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        self.claimed = match self.end {
            End::First if row < taken.high => {
                taken.low = row.saturating_add(CLAIM).min(taken.high - 1);
                Some(taken.low)
            }
            End::Last if row > taken.low => {
                taken.high = row.saturating_sub(CLAIM).max(taken.low + 1);
                Some(taken.high)
            }
            End::First | End::Last => return false,
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_readers_take_every_row_once(
            rows in prop::collection::btree_set(prop_oneof![any::<i64>(), -300i64..300], 0..120),
            turns in prop::collection::vec(any::<bool>(), 0..300),
        ) {
            let rows: Vec<i64> = rows.into_iter().collect();
            let taken = Mutex::new(Taken { low: i64::MIN, high: i64::MAX });
            let (mut first, mut last) = (Part::new(End::First, &taken), Part::new(End::Last, &taken));
            let (mut up, mut down) = (rows.iter(), rows.iter().rev());
            let (mut up_ended, mut down_ended, mut read) = (false, false, Vec::new());
            for turn in turns.into_iter().chain([true, false].into_iter().cycle()) {
                let (ended, part, row) =
                    if turn { (&mut up_ended, &mut first, up.next()) } else { (&mut down_ended, &mut last, down.next()) };
                match row.filter(|_| !*ended) {
                    Some(row) if part.claims(*row) => read.push(*row),
                    _ => *ended = true,
                }
                if up_ended && down_ended {
                    break;
                }
            }
            read.sort_unstable();
            prop_assert_eq!(read, rows);
        }
    }
}
