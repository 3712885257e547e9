//! What stories of handing over, forcing and bringing back share: writes under way, and who follows whom.
#![allow(dead_code)]

#[path = "tool.rs"]
pub mod tool;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use tool::SOON;
use tool::sandbox::{APP_USER, Flavour, Sandbox, wait_until};

/// Those whose sandbox replicates as a production site would.
pub const GTID: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Settings under which a former master can be told by what to log in.
pub fn credentials() -> Value {
    json!({"ReplicationCredentialsQuery": "SELECT 'repl', 'repl-pw'"})
}

/// The table that is written to.
pub fn schema(tree: &Sandbox, server: usize) -> Result<()> {
    tree.sql(
        server,
        "CREATE DATABASE IF NOT EXISTS app; CREATE TABLE IF NOT EXISTS app.t (id BIGINT PRIMARY KEY)",
    )
    .map(drop)
}

/// An application that inserts one row after the other into a server until that refuses.
pub struct Writer {
    acknowledged: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Begins to write, each row in a transaction of its own.
    pub fn begin(tree: &Sandbox, server: usize) -> Result<Self> {
        schema(tree, server)?;
        Self::begin_at(tree, server, 0)
    }

    /// The same with greater numbers into a table that is there.
    pub fn begin_at(tree: &Sandbox, server: usize, first: u64) -> Result<Self> {
        let (acknowledged, ends) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, end, name) = (Arc::clone(&acknowledged), Arc::clone(&ends), tree.name().to_owned());
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                let row = count.load(Ordering::Relaxed) + 1;
                let statement = format!("INSERT INTO app.t VALUES ({})", first + row);
                if tool::sandbox::sql_of(&name, APP_USER, server, &statement).is_err() {
                    return;
                }
                count.store(row, Ordering::Relaxed);
            }
        });
        Ok(Self {
            acknowledged,
            ends,
            thread: Some(thread),
        })
    }

    /// Waits until so many rows were acknowledged.
    pub fn wait_for(&self, rows: u64) -> Result<()> {
        wait_until(SOON, "writes are acknowledged", || {
            self.acknowledged.load(Ordering::Relaxed) >= rows
        })
    }

    /// How many rows were acknowledged by now.
    pub fn so_far(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Ends; how many rows were acknowledged.
    pub fn end(mut self) -> Result<u64> {
        self.ends.store(true, Ordering::Relaxed);
        let thread = self.thread.take().context("it was ended before")?;
        ensure!(thread.join().is_ok(), "the writer failed");
        Ok(self.acknowledged.load(Ordering::Relaxed))
    }
}

/// Whether a server refuses writes.
pub fn is_read_only(tree: &Sandbox, server: usize) -> Result<bool> {
    let said = tree.sql(server, "SELECT @@global.read_only")?;
    Ok(!matches!(said.trim(), "0" | "OFF"))
}

/// Waits until a server replicates from another with both threads.
pub fn replicates(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let what = format!("#{server} replicates from #{master}");
    let is_so = || {
        let of = |column| tree.replica_status(server, column).unwrap_or_default();
        of("Port") == [tree.port(master).to_string()] && of("IO_Running") == ["Yes"] && of("SQL_Running") == ["Yes"]
    };
    wait_until(SOON, &what, is_so).with_context(|| tree.status().unwrap_or_default())
}

/// Waits until a server has so many rows.
pub fn wait_same(tree: &Sandbox, server: usize, rows: u64) -> Result<()> {
    let count = || tree.sql(server, "SELECT count(*) FROM app.t").unwrap_or_default();
    let what = format!("#{server} has {rows} rows");
    wait_until(SOON, &what, || count().trim() == rows.to_string())
        .with_context(|| format!("it has {} of {rows}", count().trim()))
}

/// Who takes writes, who follows whom, and with which threads.
pub fn standing(tree: &Sandbox) -> Result<Vec<String>> {
    (0..tree.count())
        .map(|server| {
            let of = |column| tree.replica_status(server, column);
            Ok(format!(
                "#{server} read-only {} from {:?} {:?} {:?}",
                is_read_only(tree, server)?,
                of("Port")?,
                of("IO_Running")?,
                of("SQL_Running")?
            ))
        })
        .collect()
}
