//! Bringing a file to the current layout: what is missing is added, nothing is taken away.

use super::open::{Content, inspect, set_wal};
use super::schema::{self, NULLABLE, OBSOLETE_INDEXES};
use super::{ErrorKind, Inventory, InventoryError, Result, stamp};
use crate::model::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::HashMap;
use std::time::Instant;

/// Version of the layout; raised with every change of [`schema`].
pub const VERSION: u32 = 2;

/// How a row of `orchestrator_db_deployments` of ours begins.
pub(super) const VERSION_PREFIX: &str = "orchestrator-rs ";

/// The tables and columns that a file has.
#[derive(Debug, Default)]
pub(super) struct Shape {
    columns: HashMap<String, Vec<String>>,
}

impl Shape {
    /// Reads it.
    pub(super) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut shape = Self::default();
        let sql = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
            shape
                .columns
                .entry(table.to_ascii_lowercase())
                .or_default()
                .push(column.to_ascii_lowercase());
        }
        Ok(shape)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The names of some tables, for a message.
    pub(super) fn some_tables(&self) -> String {
        let mut names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        names.sort_unstable();
        let more = if names.len() > 4 { ", …" } else { "" };
        names.truncate(4);
        format!("{}{more}", names.join(", "))
    }

    pub(super) fn has_table(&self, table: &str) -> bool {
        self.columns.contains_key(table)
    }

    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        self.columns
            .get(table)
            .is_some_and(|columns| columns.iter().any(|c| c == column))
    }

    /// Whether this is an inventory at all, by the tables that every release had.
    pub(super) fn is_inventory(&self) -> bool {
        let deployed = self.has_column("orchestrator_db_deployments", "deployed_version");
        let instances =
            self.has_column("database_instance", "hostname") && self.has_column("database_instance", "port");
        instances || (deployed && !self.has_table("database_instance"))
    }

    /// The columns as a SELECT wants them, with defaults for those that are missing; `None` without the table.
    pub(super) fn selected(&self, table: &str, columns: &[&'static str]) -> Option<String> {
        let layout = schema::table(table);
        let select = |column: &&'static str| {
            if self.has_column(table, column) {
                return (*column).to_owned();
            }
            let default = layout
                .and_then(|t| t.column(column))
                .map_or(NULLABLE, |(_, _, default)| default);
            format!("{} AS {column}", if default.is_empty() { NULLABLE } else { default })
        };
        self.has_table(table)
            .then(|| columns.iter().map(select).collect::<Vec<_>>().join(", "))
    }
}

/// Whether a version row says that the file has this layout or a newer one.
pub(super) fn is_current(deployed_version: &str) -> bool {
    deployed_version
        .strip_prefix(VERSION_PREFIX)
        .and_then(|number| number.split(' ').next()?.parse::<u32>().ok())
        .is_some_and(|number| number >= VERSION)
}

/// Brings a file to the current layout; `forced` even if it says that it has it.
pub(super) fn migrate(conn: &Connection, file: &str, now: Timestamp, deadline: Instant, forced: bool) -> Result<()> {
    let doing = "bring the inventory to the current layout";
    let fail = |error: rusqlite::Error| InventoryError::from_sqlite(doing, file, &error);
    set_wal(conn, deadline).map_err(fail)?;
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate).map_err(fail)?;
    match inspect(&transaction).map_err(fail)? {
        Content::Current if !forced => return Ok(()),
        Content::Foreign(tables) => return Err(super::open::foreign(file, &tables)),
        Content::Current | Content::Older | Content::Empty => {}
    }
    add_missing(&transaction, now).map_err(fail)?;
    transaction.commit().map_err(fail)
}

fn add_missing(conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let shape = Shape::read(conn)?;
    for table in schema::tables() {
        if !shape.has_table(table.name) {
            conn.execute_batch(&table.create())?;
            continue;
        }
        for column in table
            .columns
            .iter()
            .filter(|column| !shape.has_column(table.name, column.0))
        {
            conn.execute_batch(&table.add_column(column))?;
        }
    }
    for index in OBSOLETE_INDEXES {
        conn.execute_batch(&format!("DROP INDEX IF EXISTS {index}"))?;
    }
    for (_, sql) in schema::tables().flat_map(|table| table.create_indexes()) {
        // Rows of an older file may contradict a uniqueness that came later; they are kept, and `verify` says so.
        match conn.execute_batch(&sql) {
            Err(rusqlite::Error::SqliteFailure(failure, _))
                if failure.code == rusqlite::ErrorCode::ConstraintViolation => {}
            other => other?,
        }
    }
    conn.execute(
        "INSERT OR IGNORE INTO active_node (anchor, hostname, token, last_seen_active, first_seen_active)
         VALUES (1, '', '', ?, ?)",
        [stamp(now), stamp(Timestamp::NEVER)],
    )?;
    conn.execute(
        "INSERT INTO orchestrator_db_deployments (deployed_version, deployed_timestamp) VALUES (?, ?)
         ON CONFLICT (deployed_version) DO UPDATE SET deployed_timestamp = excluded.deployed_timestamp",
        [format!("{VERSION_PREFIX}{VERSION}"), stamp(now)],
    )?;
    Ok(())
}

impl Inventory {
    /// Brings the file to the current layout even if it says that it has it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn redeploy(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_writable("redeploy the inventory")?;
        if !self.conn.is_autocommit() {
            let advice = "end the transaction first";
            return Err(InventoryError::new(
                ErrorKind::Refused,
                "redeploy the inventory",
                &self.file,
                "it is busy",
                advice,
            ));
        }
        migrate(&self.conn, &self.file, now, Instant::now() + self.busy_timeout, true)?;
        self.shape = None;
        Ok(())
    }
}
