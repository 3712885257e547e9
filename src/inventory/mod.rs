//! The SQLite inventory: what is remembered between runs, and shared with other programs that use the same file.
//!
//! The file's classic tables belong to the original program as much as to this one: it may be using the file before,
//! after and beside us. So they are read leniently, whatever stands in them; they are written column by column, never
//! by replacing whole rows; and no column is ever added to them. What is ours alone lives in tables named `orc_*`.
//!
//! All moments come from the caller and are stored as text `YYYY-MM-DD HH:MM:SS` in UTC, because that is what other
//! readers compare. Reading writes nothing; every change is one immediate transaction.

mod acknowledge;
mod audit;
mod batches;
mod candidates;
mod changelog;
mod checks;
mod clusters;
mod coordinates;
mod decisions;
mod detections;
mod downtime;
mod election;
mod error;
mod fences;
mod forget;
mod hand_over;
mod holding;
mod holds;
mod instances;
mod journal;
mod kv;
mod leases;
mod load;
mod losses;
mod maintenance;
mod migrate;
mod nodes;
mod open;
mod operators;
mod outcomes;
mod periods;
mod pools;
mod process;
mod purge;
mod recoveries;
mod recovery_rows;
mod resolves;
mod row;
pub mod schema;
mod side_journal;
mod snapshots;
mod stale;
mod steps;
mod tags;
mod verify;

pub use acknowledge::{AckOf, Acknowledged};
pub use audit::{AuditEntry, append_audit_line};
pub use checks::{CheckEvent, CheckRecord, Recorded};
pub use detections::DetectionsOf;
pub use downtime::NewDowntime;
pub use election::{Elected, Election, Holder, PATIENCE};
pub use error::{ErrorKind, InventoryError};
pub use fences::{Fence, FenceState, NewFence, Turn};
pub use forget::Origin;
pub use hand_over::{HandOver, master_pairs};
pub use holding::Holding;
pub use holds::NewClaim;
pub use journal::{Left, Noted};
pub use leases::{Claimed, HEARTBEAT_PATIENCE_MS, TakenOver};
pub use load::Scope;
pub use maintenance::{LockRequest, NodeId};
pub use migrate::VERSION;
pub use nodes::{LiveNode, NodeReport};
pub use open::{Access, OpenOptions};
pub use operators::{Difference, Operators};
pub use outcomes::ProbeOutcome;
pub use pools::PoolMember;
pub use purge::Purge;
pub use recovery_rows::{RecoveriesOf, RecoveryOutcome};
pub use resolves::HostMapping;
pub use row::{Warning, Warnings};
pub use side_journal::Note;
pub use snapshots::SnapshotRow;
pub use verify::{Finding, Severity};

use crate::model::Timestamp;
use migrate::Shape;
use row::{Book, Cells};
use rusqlite::{Connection, Params, Transaction, TransactionBehavior};
use std::cell::RefCell;
use std::time::Duration;

/// What inventory functions return.
pub type Result<T> = std::result::Result<T, InventoryError>;

/// An open inventory.
#[derive(Debug)]
pub struct Inventory {
    conn: Connection,
    file: String,
    busy_timeout: Duration,
    /// What the file really has, where its layout is not known to be complete.
    shape: Option<Shape>,
    book: RefCell<Book>,
}

impl Inventory {
    /// The file's name as given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.conn.is_readonly("main").unwrap_or(true)
    }

    /// Values met so far that could not be read.
    pub fn warnings(&self) -> Warnings {
        self.book.borrow().warnings()
    }

    /// A number that changes when another connection has written to the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn data_version(&self) -> Result<i64> {
        self.read("see whether the inventory changed", |conn| {
            conn.prepare_cached("PRAGMA data_version")?
                .query_row([], |row| row.get(0))
        })
    }

    /// Runs several changes as one: all of them happen, or none.
    ///
    /// # Errors
    /// What `body` returns, after everything it changed was undone; or when the transaction cannot begin or end.
    pub fn transaction<T>(&self, doing: &str, body: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.must_be_writable(doing)?;
        if !self.conn.is_autocommit() {
            return body(self);
        }
        let fail = |error: rusqlite::Error| self.fail(doing, &error);
        let transaction = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate).map_err(fail)?;
        let done = body(self)?;
        transaction.commit().map_err(fail)?;
        Ok(done)
    }

    /// Does the same, and what it changed is on the disk when it returns, whatever becomes of the machine.
    fn durably<T>(&self, doing: &str, body: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        if !self.conn.is_autocommit() {
            return body(self);
        }
        self.must_be_writable(doing)?;
        let synchronous = |how: &str| self.read(doing, |conn| conn.pragma_update(None, "synchronous", how));
        synchronous("FULL")?;
        let done = self.transaction(doing, body);
        synchronous("NORMAL")?;
        done
    }

    /// Does something while waiting for others who use the file no longer than this.
    fn waiting_at_most<T>(&self, wait: Duration, body: impl FnOnce() -> Result<T>) -> Result<T> {
        let set = |wait: Duration| self.read("set how long to wait", |conn| conn.busy_timeout(wait));
        set(wait.min(self.busy_timeout))?;
        let done = body();
        set(self.busy_timeout)?;
        done
    }

    fn write<T>(&self, doing: &str, body: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        self.transaction(doing, |inventory| {
            body(&inventory.conn).map_err(|error| inventory.fail(doing, &error))
        })
    }

    fn read<T>(&self, doing: &str, body: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        body(&self.conn).map_err(|error| self.fail(doing, &error))
    }

    /// Reads rows of one table. A table that an older file lacks is empty; a column that it lacks holds its default.
    /// Rows for which `read` returns nothing are left out.
    fn list<T>(
        &self,
        doing: &str,
        table: &'static str,
        columns: &[&'static str],
        rest: &str,
        params: impl Params,
        mut read: impl FnMut(&mut Cells<'_, '_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let Some(selected) = self.selected(table, columns) else {
            return Ok(Vec::new());
        };
        let sql = format!("SELECT {selected} FROM {table} {rest}");
        let mut book = self.book.take();
        let found = self.read(doing, |conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query(params)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let mut cells = Cells {
                    row,
                    book: &mut book,
                    table,
                    columns,
                };
                found.extend(read(&mut cells));
            }
            Ok(found)
        });
        book.forget_names();
        self.book.replace(book);
        found
    }

    /// The columns as a SELECT wants them, with defaults for those that the file lacks; `None` without the table.
    fn selected(&self, table: &str, columns: &[&'static str]) -> Option<String> {
        match &self.shape {
            None => Some(columns.join(", ")),
            Some(shape) => shape.selected(table, columns),
        }
    }

    /// Whether the file has a table; only a file whose layout must not be changed may lack one.
    fn has(&self, table: &str) -> bool {
        self.shape.as_ref().is_none_or(|shape| shape.has_table(table))
    }

    fn must_be_writable(&self, doing: &str) -> Result<()> {
        if !self.is_read_only() {
            return Ok(());
        }
        Err(InventoryError::new(
            ErrorKind::ReadOnly,
            doing,
            &self.file,
            "the file cannot be written",
            "run as its owner, or check the permissions of the file and its directory",
        ))
    }

    fn fail(&self, doing: &str, error: &rusqlite::Error) -> InventoryError {
        InventoryError::from_sqlite(doing, &self.file, error)
    }

    /// A failure of the system, and not of the file, that keeps something from being done with it.
    pub fn unable(&self, doing: &str, why: impl Into<String>, advice: &str) -> InventoryError {
        InventoryError::new(ErrorKind::Other, doing, &self.file, why, advice)
    }

    fn refuse(&self, doing: &str, why: impl Into<String>, advice: &str) -> InventoryError {
        InventoryError::new(ErrorKind::Refused, doing, &self.file, why, advice)
    }
}

/// A moment as stored.
fn stamp(moment: Timestamp) -> String {
    moment.to_string()
}

/// A moment as stored in a column that may be null.
fn stamp_or_null(moment: Option<Timestamp>) -> Option<String> {
    moment.map(stamp)
}
