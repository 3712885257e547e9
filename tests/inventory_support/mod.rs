//! What the inventory's tests share.

#![allow(dead_code)]

use orchestrator::inventory::{Access, Inventory, InventoryError, OpenOptions};
use orchestrator::model::{Instance, InstanceKey, Timestamp, Version};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The present of all tests.
pub const NOW: Timestamp = Timestamp(1_714_564_800);

/// A directory that goes when it is dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "inventory-test-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("orchestrator.db")
    }

    /// A file made by running SQL.
    pub fn file_of(&self, sql: &str) -> PathBuf {
        let file = self.file();
        Connection::open(&file)
            .unwrap()
            .execute_batch(&format!("BEGIN; {sql}; COMMIT"))
            .unwrap();
        file
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn options(access: Access) -> OpenOptions {
    OpenOptions {
        busy_timeout: Duration::from_secs(20),
        ..OpenOptions::new(access, NOW)
    }
}

pub fn open(file: &Path) -> Result<Inventory, InventoryError> {
    Inventory::open(file, &options(Access::Write))
}

pub fn memory() -> Inventory {
    Inventory::open(":memory:", &options(Access::Write)).unwrap()
}

pub fn key(text: &str) -> InstanceKey {
    InstanceKey::parse_printed(text).unwrap()
}

/// A master.
pub fn instance(text: &str) -> Instance {
    let mut instance = Instance {
        key: key(text),
        ..Instance::default()
    };
    instance.server.version = Version::new("8.0.36");
    instance.server.major_version = "8.0".to_owned();
    instance.cluster.name = text.to_owned();
    instance
}

/// Every row of every table, with values as SQL literals and columns in alphabetical order.
pub fn contents(conn: &Connection) -> BTreeMap<String, Vec<String>> {
    let tables = texts(
        conn,
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    );
    let rows = |table: &String| {
        let columns = texts(
            conn,
            &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"),
        );
        let shown: Vec<_> = columns.iter().map(|c| format!("'{c}=' || quote({c})")).collect();
        texts(
            conn,
            &format!("SELECT {} FROM {table} ORDER BY 1", shown.join(" || ' ' || ")),
        )
    };
    tables.into_iter().map(|table| (table.clone(), rows(&table))).collect()
}

/// Every table and index with the statement that made it.
pub fn layout(conn: &Connection) -> Vec<String> {
    texts(
        conn,
        "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1",
    )
}

pub fn texts(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
