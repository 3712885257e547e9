//! Every chore of the watcher, seen in an inventory: what goes or comes, and a near miss that stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::{NOW, Scratch, contents, instance, key, open, options, texts};
use orchestrator::config::Config;
use orchestrator::discovery::lookup::Lookup;
use orchestrator::discovery::{DiscoveryRules, Names};
use orchestrator::inventory::{
    Access, Election, Inventory, LockRequest, NewDowntime, NodeId, NodeReport, OpenOptions, Origin, Result, Scope,
    schema,
};
use orchestrator::model::observation::{Contact, ContactKind};
use orchestrator::model::records::LOST_IN_RECOVERY;
use orchestrator::model::{Coordinates, Fleet, Instance, InstanceKey, Timestamp};
use orchestrator::watch::Task;
use orchestrator::watch::chores::{Change, Chore, Memory, OTHERS, Outcome, apply, grab, resign, run};
use rusqlite::Connection;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Addresses of hosts that begin with `known`.
#[derive(Default)]
struct Addresses {
    asked: AtomicUsize,
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
struct World {
    scratch: Scratch,
    inventory: Inventory,
    config: Config,
    names: Names,
    lookup: Addresses,
    node: NodeReport,
    memory: Memory,
    injected: Vec<String>,
}

fn world() -> World {
    let scratch = Scratch::new();
    world_of(scratch, Config::default())
}

fn world_of(scratch: Scratch, config: Config) -> World {
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
    fn with<T>(&self, after: i64, body: impl FnOnce(&Chore<'_>) -> T) -> T {
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

    fn try_task(&self, task: Task, after: i64) -> Result<Outcome> {
        self.with(after, |chore| run(task, chore)).expect("it is a chore")
    }

    fn task(&self, task: Task, after: i64) -> Outcome {
        self.try_task(task, after).unwrap()
    }

    fn sql(&self, sql: &str) {
        let conn = Connection::open(self.scratch.file()).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        texts(&Connection::open(self.scratch.file()).unwrap(), sql)
    }

    fn keys(&self) -> Vec<String> {
        self.inventory
            .keys()
            .unwrap()
            .iter()
            .map(InstanceKey::to_string)
            .collect()
    }

    fn succeed(&self, instance: &Instance, after: i64) {
        self.inventory
            .record_success(instance, NOW.plus_seconds(after))
            .unwrap();
    }

    fn fail(&self, name: &str, after: i64) {
        let contact = Contact::failed(ContactKind::Refused, "no");
        self.inventory
            .record_failure(&key(name), false, &contact, NOW.plus_seconds(after))
            .unwrap();
    }
}

fn replica(name: &str, master: &str) -> Instance {
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

fn stamp(after: i64) -> String {
    NOW.plus_seconds(after).to_string()
}

#[test]
fn every_task_is_a_chore_or_somebody_elses() {
    let world = world();
    for task in Task::ALL {
        let outcome = world.with(0, |chore| run(*task, chore));
        assert_eq!(outcome.is_none(), OTHERS.contains(task), "{task}");
        outcome.unwrap_or(Ok(Outcome::default())).unwrap();
    }
}

#[test]
fn what_goes_for_its_age_goes_at_the_second() {
    let aged = [
        (
            Task::ForgetUnseenAliases,
            240 * HOUR,
            "cluster_alias (cluster_name, alias, last_registered) VALUES (?1, ?1, ?2)",
        ),
        (
            Task::ForgetExpiredResolves,
            2 * HOUR,
            "hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeCandidates,
            HOUR,
            "candidate_database_instance (hostname, port, last_suggested) VALUES (?1, 1, ?2)",
        ),
        (
            Task::PurgeUnresolves,
            HOUR,
            "hostname_unresolve (hostname, unresolved_hostname, last_registered) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeDomains,
            HOUR,
            "cluster_domain_name (cluster_name, domain_name, last_registered) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeAudit,
            7 * DAY,
            "audit (audit_type, audit_timestamp) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeEquivalences,
            240 * HOUR,
            "master_position_equivalence (master1_hostname, last_suggested) VALUES (?1, ?2)",
        ),
        (
            Task::PurgePools,
            HOUR,
            "database_instance_pool (hostname, port, pool, registered_at) VALUES (?1, 1, 'p', ?2)",
        ),
        (
            Task::PurgePseudoGtidClusters,
            HOUR,
            "cluster_injected_pseudo_gtid (cluster_name, time_injected) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeNodeHistory,
            240 * HOUR,
            "node_health_history (hostname, token, first_seen_active) VALUES (?1, 't', ?2)",
        ),
        (
            Task::PurgeAccessTokens,
            DAY,
            "access_token (public_token, generated_at) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeNodes,
            5,
            "node_health (hostname, token, last_seen_active) VALUES (?1, 't', ?2)",
        ),
        (
            Task::PurgeDetections,
            7 * DAY,
            "topology_failure_detection (hostname, start_active_period) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeRecoveries,
            7 * DAY,
            "topology_recovery (hostname, start_active_period) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeRecoverySteps,
            7 * DAY,
            "topology_recovery_steps (recovery_uid, audit_at) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeChangelog,
            240 * HOUR,
            "database_instance_analysis_changelog (hostname, analysis_timestamp) VALUES (?1, ?2)",
        ),
    ];
    for (task, age, sql) in aged {
        let world = world();
        let conn = Connection::open(world.scratch.file()).unwrap();
        let rows = [
            ("over", stamp(-age - 1)),
            ("just", stamp(-age)),
            ("young", stamp(0)),
            ("odd", "soon".to_owned()),
        ];
        for (name, at) in rows {
            conn.execute(&format!("INSERT INTO {sql}"), [name, &at]).unwrap();
        }
        let outcome = world.task(task, 0);
        let (table, rest) = sql.split_once(" (").unwrap();
        let column = rest.split([',', ')']).next().unwrap();
        let left = world.texts(&format!(
            "SELECT {column} FROM {table} WHERE {column} <> 'here' ORDER BY {column}"
        ));
        assert_eq!(left, ["just", "odd", "young"], "{task}");
        assert_eq!(outcome.rows, 1, "{task}");
        assert!(
            outcome.told.is_empty() && outcome.audits.is_empty(),
            "{task}: routine is no news"
        );
    }
}

#[test]
fn ages_without_sense_remove_nothing_that_is_new() {
    let mut config = Config::default();
    config.unseen_instance_forget_hours = u64::MAX;
    config.audit_purge_days = u64::MAX;
    config.expiry_hostname_resolves_minutes = i64::MIN;
    config.reasonable_replication_lag_seconds = i64::MAX;
    config.reasonable_locked_semi_sync_master_seconds = u64::MAX;
    let world = world_of(Scratch::new(), config);
    world.succeed(&instance("h:1"), 0);
    world.inventory.set_domain("h:1", "d", NOW).unwrap();
    world.inventory.store_resolve("a", "b", NOW).unwrap();
    world.inventory.set_alias("h:1", "shop", NOW).unwrap();
    for task in Task::ALL.iter().filter(|task| !OTHERS.contains(task)) {
        world.task(*task, 0);
    }
    assert_eq!(world.keys(), ["h:1"]);
    assert_eq!(world.inventory.domains().unwrap().len(), 1);
    assert_eq!(world.inventory.resolve("a").unwrap().as_deref(), Some("b"));
}

#[test]
fn a_recovery_under_way_and_a_reentrant_token_stay() {
    let world = world();
    let old = stamp(-30 * DAY);
    world.sql(&format!(
        "INSERT INTO topology_recovery (hostname, in_active_period, start_active_period, end_recovery, end_active_period_unixtime)
         VALUES ('running', 1, '{old}', NULL, 0), ('ended', 1, '{old}', '{old}', 0), ('cleared', 0, '{old}', NULL, 5);
         INSERT INTO access_token (public_token, generated_at, is_reentrant) VALUES ('once', '{old}', 0), ('often', '{old}', 1)"
    ));
    assert_eq!(world.task(Task::PurgeRecoveries, 0).rows, 2);
    assert_eq!(world.texts("SELECT hostname FROM topology_recovery"), ["running"]);
    assert_eq!(world.task(Task::PurgeAccessTokens, 0).rows, 1);
    assert_eq!(world.texts("SELECT public_token FROM access_token"), ["often"]);
}

#[test]
fn election_is_told_once_and_the_new_holder_clears_up() {
    let world = world();
    world.sql(&format!(
        "UPDATE active_node SET hostname = 'there', token = 'you', last_seen_active = '{}'",
        stamp(0)
    ));
    let lock = LockRequest {
        key: key("h:1"),
        owner: "you".to_owned(),
        reason: "r".to_owned(),
        end: NOW.plus_seconds(HOUR),
        explicitly_bounded: false,
        node: NodeId {
            hostname: "there".to_owned(),
            token: "you".to_owned(),
        },
    };
    world.inventory.begin_maintenance(&lock, NOW).unwrap();
    let first = world.task(Task::Elect, 0);
    assert!(
        first.told[0].contains("(there, you)") && first.told[0].contains("stands by"),
        "{first:?}"
    );
    assert!(world.task(Task::Elect, 5).told.is_empty());
    assert!(!world.memory.is_holder());
    let won = world.task(Task::Elect, 6);
    assert!(won.told[0].contains("this watcher (here, me) acts"), "{won:?}");
    assert!(won.changes.iter().any(|c| matches!(c, Change::Elected(e) if e.is_new)));
    assert!(won.changes.contains(&Change::Reread), "the lock of the dead is gone");
    assert!(world.inventory.active_maintenance().unwrap().is_empty());
    assert_eq!(world.texts("SELECT token FROM node_health"), ["me"]);
    assert!(world.memory.is_holder() && world.memory.may_act(Duration::from_secs(10)));
    assert!(!world.memory.may_act(Duration::from_secs(11)));
    assert!(world.task(Task::Elect, 7).told.is_empty());

    assert!(world.with(8, resign).unwrap());
    assert!(!world.memory.is_holder());
    assert!(world.texts("SELECT token FROM node_health").is_empty());
    assert_eq!(world.task(Task::Elect, 8).told.len(), 1);
    world.sql("UPDATE active_node SET hostname = 'there', token = 'you'");
    let lost = world.task(Task::Elect, 9);
    assert!(lost.told[0].contains("ceases to act"), "{lost:?}");
    assert!(world.with(9, grab).unwrap().told[0].contains("this watcher"));
}

#[test]
fn a_watcher_that_runs_once_does_not_wait() {
    let world = World {
        memory: Memory::new(Election::at_once()),
        ..world()
    };
    world.sql(&format!(
        "UPDATE active_node SET hostname = 'x', token = 'y', last_seen_active = '{}'",
        stamp(-5)
    ));
    world.task(Task::Elect, 0);
    assert!(!world.memory.is_holder());
    world.task(Task::Elect, 1);
    assert!(world.memory.is_holder());
}

#[test]
fn a_watcher_registers_and_is_never_purged_by_itself() {
    let world = world();
    world.task(Task::RegisterNode, 0);
    world.task(Task::RegisterNode, 1);
    let shown = "SELECT hostname || token || extra_info || incrementing_indicator || last_seen_active FROM node_health";
    assert_eq!(world.texts(shown), [format!("heremeHttpMode2{}", stamp(1))]);
    assert_eq!(world.task(Task::PurgeNodes, 100).rows, 0);
    assert_eq!(world.texts("SELECT last_seen_active FROM node_health"), [stamp(100)]);
}
