//! A watcher as far as chores are concerned.

use crate::inventory_support::{NOW, Scratch, instance, key, open, texts};
use orchestrator::config::Config;
use orchestrator::discovery::lookup::Lookup;
use orchestrator::discovery::{DiscoveryRules, Names};
use orchestrator::inventory::{Inventory, NodeId, NodeReport, Result, Scope};
use orchestrator::model::observation::{Contact, ContactKind};
use orchestrator::model::{Coordinates, Instance, InstanceKey};
use orchestrator::watch::Task;
use orchestrator::watch::chores::{Chore, Memory, Outcome, run};
use rusqlite::Connection;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub const HOUR: i64 = 3600;
pub const DAY: i64 = 86_400;

/// Addresses of hosts that begin with `known`.
#[derive(Default)]
pub struct Addresses {
    pub asked: AtomicUsize,
}

impl Lookup for Addresses {
    fn canonical(&self, host: &str) -> io::Result<String> {
        Ok(host.to_owned())
    }

    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if !host.starts_with("known") {
            return Err(io::Error::other("unknown"));
        }
        Ok(vec![
            "fe80::1".parse().unwrap(),
            "10.0.0.1".parse().unwrap(),
            "10.0.0.2".parse().unwrap(),
        ])
    }
}

/// A watcher as far as chores are concerned.
pub struct World {
    pub scratch: Scratch,
    pub inventory: Inventory,
    pub config: Config,
    pub names: Names,
    pub lookup: Addresses,
    pub node: NodeReport,
    pub memory: Memory,
    pub injected: Vec<String>,
}

pub fn world() -> World {
    let scratch = Scratch::new();
    world_of(scratch, Config::default())
}

pub fn world_of(scratch: Scratch, config: Config) -> World {
    let inventory = open(&scratch.file()).unwrap();
    let node = NodeReport {
        id: NodeId {
            hostname: "here".to_owned(),
            token: "me".to_owned(),
        },
        mode: "HttpMode".to_owned(),
        ..NodeReport::default()
    };
    World {
        names: Names::new(&DiscoveryRules::from(&config), Box::new(Addresses::default())),
        scratch,
        inventory,
        config,
        lookup: Addresses::default(),
        node,
        memory: Memory::default(),
        injected: Vec::new(),
    }
}

impl World {
    pub fn with<T>(&self, after: i64, body: impl FnOnce(&Chore<'_>) -> T) -> T {
        let fleet = self.inventory.load_fleet(Scope::Everything).unwrap();
        let rules = DiscoveryRules::from(&self.config);
        let elapsed = Duration::from_secs(u64::try_from(after.max(0)).unwrap());
        body(&Chore {
            inventory: &self.inventory,
            config: &self.config,
            rules: &rules,
            names: &self.names,
            lookup: &self.lookup,
            fleet: &fleet,
            node: &self.node,
            memory: &self.memory,
            injected: &self.injected,
            now: NOW.plus_seconds(after),
            clock: &|| elapsed,
        })
    }

    pub fn try_task(&self, task: Task, after: i64) -> Result<Outcome> {
        self.with(after, |chore| run(task, chore)).expect("it is a chore")
    }

    pub fn task(&self, task: Task, after: i64) -> Outcome {
        self.try_task(task, after).unwrap()
    }

    pub fn sql(&self, sql: &str) {
        let conn = Connection::open(self.scratch.file()).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    pub fn texts(&self, sql: &str) -> Vec<String> {
        texts(&Connection::open(self.scratch.file()).unwrap(), sql)
    }

    pub fn keys(&self) -> Vec<String> {
        self.inventory
            .keys()
            .unwrap()
            .iter()
            .map(InstanceKey::to_string)
            .collect()
    }

    pub fn succeed(&self, instance: &Instance, after: i64) {
        self.inventory
            .record_success(instance, NOW.plus_seconds(after))
            .unwrap();
    }

    pub fn fail(&self, name: &str, after: i64) {
        let contact = Contact::failed(ContactKind::Refused, "no");
        self.inventory
            .record_failure(&key(name), false, &contact, NOW.plus_seconds(after))
            .unwrap();
    }
}

pub fn replica(name: &str, master: &str) -> Instance {
    let mut replica = instance(name);
    replica.replication.master = key(master);
    replica.replication.read = Coordinates::new("b.1".to_owned(), 4);
    replica.replication.io_running = true;
    replica.replication.sql_running = true;
    replica.cluster.name = master.to_owned();
    replica.cluster.depth = 1;
    replica.server.read_only = true;
    replica
}

pub fn stamp(after: i64) -> String {
    NOW.plus_seconds(after).to_string()
}

/// When an instance was last seen and checked.
pub struct Seen {
    pub seen: Option<i64>,
    pub checked: i64,
}

impl World {
    /// Puts an instance in that was seen and checked then.
    pub fn seen(&self, name: &str, when: Seen) {
        self.succeed(&instance(name), 0);
        let conn = Connection::open(self.scratch.file()).unwrap();
        let key = key(name);
        conn.execute(
            "UPDATE database_instance SET last_seen = ?, last_checked = ? WHERE hostname = ? AND port = ?",
            (
                when.seen.map(stamp),
                stamp(when.checked),
                key.hostname.as_ref(),
                key.port,
            ),
        )
        .unwrap();
    }
}
