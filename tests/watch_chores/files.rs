//! Files of other releases, and garbage in any of them.

use crate::inventory_support::{NOW, Scratch, contents, options};
use crate::world::{World, world_of};
use orchestrator::config::Config;
use orchestrator::inventory::{Access, ErrorKind, Inventory, OpenOptions, Scope, schema};
use orchestrator::watch::Task;
use orchestrator::watch::chores::OTHERS;
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

const OLDER: &str = include_str!("../fixtures/inventory_older.sql");
const CURRENT: &str = include_str!("../fixtures/inventory_current.sql");

fn chores() -> impl Iterator<Item = Task> {
    Task::ALL.iter().copied().filter(|task| !OTHERS.contains(task))
}

fn old_world(sql: &str) -> World {
    let scratch = Scratch::new();
    scratch.file_of(sql);
    let mut config = Config::default();
    config.discovery_seeds = vec!["seed:1".to_owned()];
    World {
        injected: vec!["m:1".to_owned()],
        ..world_of(scratch, config)
    }
}

#[test]
fn files_of_other_releases_survive_every_chore() {
    for sql in [OLDER, CURRENT] {
        let world = old_world(sql);
        let notes = contents(&Connection::open(world.scratch.file()).unwrap())["site_notes"].clone();
        for after in [0, 60, 3600, 400 * 86_400] {
            for task in chores() {
                let outcome = world.try_task(task, after);
                assert!(outcome.is_ok(), "{task}: {outcome:?}");
            }
        }
        assert!(world.inventory.verify().unwrap().is_empty());
        let after = contents(&Connection::open(world.scratch.file()).unwrap());
        assert_eq!(after["site_notes"], notes);
        assert!(
            !after["cluster_alias_override"].is_empty() && !after["kv_store"].is_empty(),
            "what never expires"
        );
    }
}

/// What the older fixture has no table or column for.
const NEED_NEWER: &[Task] = &[
    Task::RegisterNode,
    Task::RegisterPseudoGtidClusters,
    Task::PurgeMaintenance,
    Task::PurgeStaleCoordinates,
    Task::PurgeNodes,
    Task::WriteMasters,
    Task::SnapshotTopologies,
];

/// A file that must not be brought up to date lacks tables and columns: the chores that need them say so, the others work.
#[test]
fn a_file_that_must_not_change_its_layout() {
    for sql in [OLDER, CURRENT] {
        let world = old_world(sql);
        let scratch = Scratch::new();
        let file = scratch.file_of(sql);
        let unchanged = OpenOptions {
            update_schema: false,
            ..options(Access::Write)
        };
        let world = World {
            inventory: Inventory::open(file, &unchanged).unwrap(),
            scratch,
            ..world
        };
        let layout = crate::inventory_support::layout(&Connection::open(world.scratch.file()).unwrap());
        let mut refused = Vec::new();
        for task in chores() {
            match world.try_task(task, 60) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Schema => refused.push(task),
                Err(error) => panic!("{task}: {error}"),
            }
        }
        let allowed: &[Task] = if sql == OLDER { NEED_NEWER } else { &[] };
        assert_eq!(refused, allowed);
        assert_eq!(
            crate::inventory_support::layout(&Connection::open(world.scratch.file()).unwrap()),
            layout
        );
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        (0i64..3).prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Real),
        "[ -~\u{e0}-\u{ff}]{0,12}".prop_map(Value::Text),
        Just(Value::Text("m".to_owned())),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Value::Blob),
        "20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}".prop_map(Value::Text),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn nothing_stored_makes_a_chore_fail(values in prop::collection::vec(any_value(), 97)) {
        let world = old_world("");
        let other = Connection::open(world.scratch.file()).unwrap();
        other.execute_batch("PRAGMA ignore_check_constraints = 1").unwrap();
        let mut values = values.into_iter().cycle();
        for table in schema::tables() {
            let columns: Vec<_> = table.columns.iter().map(|column| column.0).collect();
            let marks = ", ?".repeat(columns.len() - 1);
            let sql = format!("INSERT OR IGNORE INTO {} ({}) VALUES (?{marks})", table.name, columns.join(", "));
            for _ in 0..3 {
                let row: Vec<_> = columns.iter().map(|_| values.next().unwrap()).collect();
                // Row numbers take nothing but numbers; such a row is simply not there.
                let _ = other.execute(&sql, rusqlite::params_from_iter(row));
            }
        }
        drop(other);
        for after in [0, 60] {
            for task in chores() {
                let outcome = world.try_task(task, after);
                prop_assert!(outcome.is_ok(), "{}: {:?}", task, outcome);
            }
        }
        world.inventory.load_fleet(Scope::Everything).unwrap();
        world.inventory.load_operators(NOW).unwrap();
    }
}
