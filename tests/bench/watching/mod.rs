//! `orchestrator watch`: over a fleet of fake servers, what it costs and how old what it knows may get; on real ones, how
//! soon it sees a master die, and how soon an application can write again.

pub mod failover;
pub mod soak;
pub mod steady;
pub mod verdicts;
mod watcher;

use crate::servers::Servers;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A folder of this run's own, gone with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("orchestrator-bench-watch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn inventory(&self) -> PathBuf {
        self.0.join("watch.sqlite3")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Writes a configuration and fills the inventory through `discover`, starting from the masters; returns the
/// configuration's path.
pub fn prepare(folder: &Folder, servers: &Servers) -> String {
    let config = folder.path().join("watch.json");
    let text = serde_json::json!({
        "SQLite3DataFile": folder.inventory(),
        "MySQLTopologyUser": "orc",
        "MySQLTopologyPassword": "orc",
        "InstancePollSeconds": 1,
        "HostnameResolveMethod": "none",
        "MySQLHostnameResolveMethod": "none",
        "DiscoverByShowSlaveHosts": true,
    });
    std::fs::write(&config, text.to_string()).unwrap();
    let config = config.display().to_string();
    let begun = Instant::now();
    let mut attempts = 0;
    // On a machine at its limits a few may be too late for the first attempt.
    while let Err(said) = discover(&config, servers, &folder.inventory()) {
        attempts += 1;
        println!("{said}");
        assert!(attempts < 5, "no success after {attempts} attempts");
    }
    println!(
        "{:<58} {:>7.2} s",
        format!("discover, {} servers", servers.len()),
        begun.elapsed().as_secs_f64()
    );
    config
}

fn discover(config: &str, servers: &Servers, inventory: &Path) -> Result<(), String> {
    let output = Command::new(env!("CARGO_BIN_EXE_orchestrator"))
        .args(["--config", config, "discover"])
        .args(servers.masters())
        .output()
        .unwrap();
    let known = watcher::ages(inventory).len();
    if output.status.success() && known == servers.len() {
        return Ok(());
    }
    let (answer, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let is_trouble = |line: &&str| !line.trim().is_empty() && !line.contains("  found  ");
    let first = answer.lines().chain(said.lines()).find(is_trouble).unwrap_or_default();
    Err(format!(
        "discover: {}, {known} of {} found: {first}",
        output.status,
        servers.len()
    ))
}

/// Waits for something; says so and ends the program where it does not come.
pub fn wait_for(what: &str, patience: Duration, mut is_so: impl FnMut() -> bool) {
    let limit = Instant::now() + patience;
    while !is_so() {
        assert!(Instant::now() < limit, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
