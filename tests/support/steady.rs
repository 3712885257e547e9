//! An application that writes all the time to a tree's master, and whether every server has each of its rows once.
#![allow(dead_code)]

use crate::tool::sandbox::{Sandbox, sql_of, wait_until};
use crate::tool::{SOON, same};
use anyhow::{Context, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two writes.
const PACE: Duration = Duration::from_millis(20);

/// Rows have no key, so that one that is applied twice is there twice.
pub struct Steady {
    ends: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Steady {
    /// Makes the table on server 0, waits until all have it, and goes on writing there until this is dropped.
    pub fn begin(tree: &Sandbox) -> Result<Self> {
        Self::begin_with(tree, || Ok(()))
    }

    /// The same, after something is done where all have the table.
    pub fn begin_with(tree: &Sandbox, then: impl FnOnce() -> Result<()>) -> Result<Self> {
        tree.sql(0, "CREATE DATABASE steady; CREATE TABLE steady.t (n INT)")?;
        for server in 1..tree.count() {
            wait_until(SOON, "the table arrives", || {
                tree.sql(server, "SELECT COUNT(*) FROM steady.t").is_ok()
            })?;
        }
        then()?;
        let (ends, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (flag, written, name) = (Arc::clone(&ends), Arc::clone(&count), tree.name().to_owned());
        let thread = std::thread::spawn(move || {
            while !flag.load(Ordering::Relaxed) {
                let n = written.load(Ordering::Relaxed);
                sql_of(&name, "root", 0, &format!("INSERT INTO steady.t VALUES ({n})"))?;
                written.store(n + 1, Ordering::Relaxed);
                std::thread::sleep(PACE);
            }
            Ok(())
        });
        Ok(Self {
            ends,
            count,
            thread: Some(thread),
        })
    }

    /// Waits until more rows were written.
    pub fn goes_on(&self) -> Result<()> {
        let before = self.count.load(Ordering::Relaxed);
        wait_until(SOON, "more is written", || {
            self.count.load(Ordering::Relaxed) > before + 2
        })
    }

    /// Writes no more; every server has each row once. How many there are.
    pub fn end(mut self, tree: &Sandbox) -> Result<usize> {
        self.ends.store(true, Ordering::Relaxed);
        let thread = self.thread.take().context("it writes")?;
        thread.join().map_err(|_| anyhow::anyhow!("the writer died"))??;
        let n = self.count.load(Ordering::Relaxed);
        let query = "SELECT COUNT(*), COUNT(DISTINCT n) FROM steady.t";
        let expected = format!("{n}\t{n}");
        for server in 0..tree.count() {
            // Doubles stay; what is missing may still come.
            let arrived = || tree.sql(server, query).is_ok_and(|text| text.trim() == expected);
            if wait_until(SOON, "all rows arrive", arrived).is_err() {
                let found = tree.sql(server, query)?;
                same(&format!("rows of #{server}"), found.trim(), &*expected)?;
            }
        }
        Ok(n)
    }
}

impl Drop for Steady {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
