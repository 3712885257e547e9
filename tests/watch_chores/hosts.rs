//! Resolved host names.

use crate::inventory_support::{NOW, Scratch, instance, key};
use crate::world::{HOUR, replica, stamp, world, world_of};
use orchestrator::config::Config;
use orchestrator::watch::Task;
use orchestrator::watch::chores::Change;
use std::collections::HashMap;

const ROWS: &str = "SELECT hostname || '>' || resolved_hostname FROM hostname_resolve ORDER BY 1";

fn resolved(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs
        .iter()
        .map(|(host, name)| ((*host).to_owned(), (*name).to_owned()))
        .collect()
}

#[test]
fn expired_resolutions_go_and_memory_learns_it() {
    let world = world();
    world
        .inventory
        .store_resolve("old", "x", NOW.plus_seconds(-2 * HOUR - 1))
        .unwrap();
    world
        .inventory
        .store_resolve("just", "y", NOW.plus_seconds(-2 * HOUR))
        .unwrap();
    let outcome = world.task(Task::ForgetExpiredResolves, 0);
    assert_eq!(world.texts(ROWS), ["just>y"]);
    assert_eq!(outcome.changes, [Change::ResolvedHosts(resolved(&[("just", "y")]))]);
    assert_eq!(
        world.texts("SELECT hostname FROM hostname_resolve_history ORDER BY 1"),
        ["just", "old"],
        "kept"
    );
}

#[test]
fn of_names_that_resolve_to_each_other_the_older_goes() {
    let world = world();
    world.inventory.store_resolve("a", "b", NOW.plus_seconds(-1)).unwrap();
    world.inventory.store_resolve("b", "a", NOW).unwrap();
    world.inventory.store_resolve("c", "d", NOW.plus_seconds(-1)).unwrap();
    world.inventory.store_resolve("d", "d", NOW).unwrap();
    let outcome = world.task(Task::DeleteInvalidResolves, 0);
    assert_eq!(world.texts(ROWS), ["b>a", "c>d", "d>d"]);
    assert_eq!((outcome.rows, outcome.told.len()), (1, 1));
    assert_eq!(world.task(Task::DeleteInvalidResolves, 0), Default::default());
}

#[test]
fn unknown_masters_are_resolved_as_before() {
    let mut config = Config::default();
    config.reject_hostname_resolve_pattern = "^bad".to_owned();
    let world = world_of(Scratch::new(), config);
    let mut stopped = replica("r:1", "m:1");
    stopped.replication.io_running = false;
    world.succeed(&stopped, 0);
    for (name, master) in [
        ("r:2", "known:1"),
        ("r:3", "nothing:1"),
        ("r:4", "n:1"),
        ("r:5", "//m:1"),
        ("r:6", "m:2"),
    ] {
        world.succeed(&replica(name, master), 0);
    }
    world.succeed(&instance("known:1"), 0);
    let histories = [
        ("m", "earlier", -9),
        ("m", "db", -8),
        ("m", "bad", -7),
        ("known", "k", 0),
        ("n", "n2", 0),
        ("//m", "x", 0),
    ];
    for (host, name, at) in histories {
        world.inventory.store_resolve(host, name, NOW.plus_seconds(at)).unwrap();
    }
    world.inventory.reset_resolves().unwrap();
    world.inventory.store_resolve("n", "n2", NOW.plus_seconds(-50)).unwrap();
    let outcome = world.task(Task::ResolveUnknownMasters, 1);
    assert_eq!(world.texts(ROWS), ["m>db", "n>n2"]);
    assert_eq!(
        outcome.changes,
        [Change::ResolvedHosts(resolved(&[("m", "db"), ("n", "n2")]))]
    );
    assert_eq!(
        world.texts("SELECT resolved_timestamp FROM hostname_resolve WHERE hostname = 'n'"),
        [stamp(-50)]
    );
    assert_eq!(world.names.remembered_key(&key("m:1"), NOW), key("db:1"));
    assert_eq!(
        world.task(Task::ResolveUnknownMasters, 2),
        Default::default(),
        "said once"
    );
}

#[test]
fn nothing_is_stored_where_names_are_not_to_be_resolved() {
    let mut config = Config::default();
    config.hostname_resolve_method = "none".to_owned();
    let world = world_of(Scratch::new(), config);
    world.succeed(&replica("r:1", "m:1"), 0);
    world.inventory.store_resolve("m", "db", NOW).unwrap();
    world.inventory.reset_resolves().unwrap();
    assert_eq!(world.task(Task::ResolveUnknownMasters, 0), Default::default());
    world.names.import([("a".to_owned(), "b".to_owned())], NOW);
    assert_eq!(world.task(Task::SaveResolves, 0), Default::default());
    assert!(world.texts(ROWS).is_empty());
}

#[test]
fn what_differs_in_memory_is_written_again() {
    let world = world();
    let pairs = [("a", "db"), ("same", "same"), ("x", "y"), ("y", "x")];
    world
        .names
        .import(pairs.map(|(a, b)| (a.to_owned(), b.to_owned())), NOW);
    let outcome = world.task(Task::SaveResolves, 10);
    assert_eq!(world.texts(ROWS), ["a>db"]);
    assert_eq!(outcome.changes, [Change::ResolvedHosts(resolved(&[("a", "db")]))]);
    assert!(world.task(Task::SaveResolves, 70).changes.is_empty());
    assert_eq!(
        world.texts("SELECT resolved_timestamp FROM hostname_resolve"),
        [stamp(70)]
    );
    assert_eq!(world.task(Task::SaveResolves, HOUR).rows, 0, "no longer trusted");
}

#[test]
fn who_stands_by_reads_what_was_resolved() {
    let world = world();
    world.inventory.store_resolve("a", "db", NOW).unwrap();
    world.sql("INSERT INTO hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES (x'ff', '', 5)");
    let outcome = world.task(Task::ReloadResolves, 0);
    assert_eq!(world.names.remembered_key(&key("a:1"), NOW), key("db:1"));
    assert_eq!(world.names.remembered_key(&key("b:1"), NOW), key("b:1"));
    assert_eq!(outcome.rows, 0);
}
