//! Which instances are known.

use crate::inventory_support::{NOW, Scratch, instance, key};
use crate::world::{HOUR, Seen, replica, world, world_of};
use orchestrator::config::Config;
use orchestrator::inventory::Scope;
use orchestrator::model::Fleet;
use orchestrator::watch::Task;
use orchestrator::watch::chores::{Change, apply};

#[test]
fn seeds_are_put_in_once_and_only_where_they_are_absent() {
    let mut config = Config::default();
    let seeds = [
        "known:1",
        "s:3307",
        "plain",
        " [fe80::1]:5 ",
        "skip:1",
        "what:ever:1",
        "gone:1",
        "a b",
        "//d:1",
    ];
    config.discovery_seeds = seeds.map(str::to_owned).to_vec();
    config.discovery_ignore_hostname_filters = vec!["^skip".to_owned()];
    let world = world_of(Scratch::new(), config);
    world.succeed(&instance("known:1"), -100);
    world.succeed(&instance("gone:1"), -100);
    world.inventory.forget_instance(&key("gone:1"), NOW, 60).unwrap();

    let outcome = world.task(Task::InjectSeeds, 0);
    let fresh = ["fe80::1:5", "gone:1", "plain:3306", "s:3307"];
    let mut all = fresh.to_vec();
    all.push("known:1");
    all.sort_unstable();
    assert_eq!(world.keys(), all);
    assert_eq!((outcome.rows, outcome.audits.len()), (4, 4));
    let refused = outcome
        .told
        .iter()
        .filter(|line| line.starts_with("DiscoverySeeds"))
        .count();
    assert_eq!(refused, 4, "{:?}", outcome.told);
    let known = world.inventory.instance(&key("known:1")).unwrap().unwrap();
    assert_eq!(known.server.version.as_str(), "8.0.36", "not touched");
    assert!(
        !world.inventory.is_forgotten(&key("gone:1"), NOW).unwrap(),
        "its first probe will be stored"
    );

    let mut fleet = Fleet::default();
    let rest = apply(outcome.changes, &mut fleet);
    assert_eq!(fleet.instances().len(), 4);
    assert!(matches!(&rest[..], [Change::Ask(keys)] if keys.len() == 4), "{rest:?}");

    world.inventory.forget_instance(&key("s:3307"), NOW, 0).unwrap();
    assert_eq!(world.task(Task::InjectSeeds, 5), Default::default(), "once");
    assert!(!world.keys().contains(&"s:3307".to_owned()));
}

#[test]
fn masters_from_which_somebody_receives_are_put_in() {
    let mut config = Config::default();
    config.discovery_ignore_master_hostname_filters = vec!["^skip".to_owned()];
    let world = world_of(Scratch::new(), config);
    let stopped = |name: &str, master: &str| {
        let mut stopped = replica(name, master);
        stopped.replication.io_running = false;
        stopped
    };
    for (name, master) in [
        ("a:1", "m:1"),
        ("b:1", "m:1"),
        ("c:1", "skip:1"),
        ("d:1", "//x:1"),
        ("e:1", "_:1"),
        ("f:1", "z:0"),
    ] {
        world.succeed(&replica(name, master), 0);
    }
    world.succeed(&stopped("g:1", "quiet:1"), 0);
    world.succeed(&replica("h:1", "a:1"), 0);
    world.succeed(&replica("i:1", "gone:1"), 0);
    // A master known under the name that its host resolves to.
    world.inventory.store_resolve("other-a", "a", NOW).unwrap();
    world.succeed(&replica("j:1", "other-a:1"), 0);
    world.inventory.store_resolve("short", "long", NOW).unwrap();
    world.succeed(&replica("k:1", "short:1"), 0);
    world.succeed(&instance("gone:1"), 0);
    world.inventory.forget_instance(&key("gone:1"), NOW, 60).unwrap();

    let before = world.keys();
    let outcome = world.task(Task::InjectUnseenMasters, 1);
    let fresh: Vec<_> = world.keys().into_iter().filter(|key| !before.contains(key)).collect();
    assert_eq!(fresh, ["long:1", "m:1"]);
    assert_eq!(outcome.rows, 2);
    let row = world.inventory.instance(&key("m:1")).unwrap().unwrap();
    assert_eq!(
        (row.server.version.as_str(), row.cluster.name.as_str()),
        ("Unknown", "m:1")
    );
    assert!(row.check.is_valid());
    assert!(outcome.changes.contains(&Change::Ask(vec![key("long:1"), key("m:1")])));
    assert_eq!(world.task(Task::InjectUnseenMasters, 2).rows, 0);
    assert_eq!(
        world.task(Task::InjectUnseenMasters, 60).rows,
        1,
        "the forgotten one may come back"
    );
}

#[test]
fn the_silent_are_counted_to_their_masters_cluster() {
    let world = world();
    let mut old_name = replica("r:1", "m:1");
    old_name.cluster.name = "old:1".to_owned();
    old_name.gtid.errant = "kept".to_owned();
    let mut answering = old_name.clone();
    answering.key = key("r:2");
    let mut never_seen = old_name.clone();
    never_seen.key = key("r:3");
    for row in [&instance("m:1"), &old_name, &answering, &never_seen] {
        world.succeed(row, 0);
    }
    world.sql("UPDATE database_instance SET last_seen = NULL WHERE hostname = 'r' AND port = 3");
    world.fail("r:1", 5);
    let mut fleet = world.inventory.load_fleet(Scope::Everything).unwrap();
    let outcome = world.task(Task::ReviewUnseen, 6);
    assert_eq!(outcome.rows, 2);
    let named = |name: &str| world.inventory.instance(&key(name)).unwrap().unwrap().cluster.name;
    assert_eq!([named("r:1"), named("r:2"), named("r:3")], ["m:1", "old:1", "m:1"]);
    let row = world.inventory.instance(&key("r:1")).unwrap().unwrap();
    assert_eq!(
        (row.gtid.errant.as_str(), row.check.is_valid()),
        ("kept", false),
        "only the name"
    );

    // One that answered meanwhile knows better.
    let mut back = fleet.get(&key("r:3")).unwrap().clone();
    (back.check.last_checked, back.check.last_seen) = (Some(NOW), Some(NOW));
    fleet.upsert(back);
    assert!(apply(outcome.changes, &mut fleet).is_empty());
    let named = |name: &str| fleet.get(&key(name)).unwrap().cluster.name.clone();
    assert_eq!([named("r:1"), named("r:2"), named("r:3")], ["m:1", "old:1", "old:1"]);
    assert_eq!(world.task(Task::ReviewUnseen, 7), Default::default());
}

#[test]
fn the_long_unseen_are_forgotten_at_the_second() {
    let world = world();
    let age = 240 * HOUR;
    world.seen(
        "over:1",
        Seen {
            seen: Some(-age - 1),
            checked: -1,
        },
    );
    world.seen(
        "just:1",
        Seen {
            seen: Some(-age),
            checked: -1,
        },
    );
    world.seen(
        "never:1",
        Seen {
            seen: None,
            checked: -age - 1,
        },
    );
    world.seen(
        "unanswered:1",
        Seen {
            seen: None,
            checked: -1,
        },
    );
    world.seen(
        "odd:1",
        Seen {
            seen: Some(0),
            checked: 0,
        },
    );
    world.sql("UPDATE database_instance SET last_seen = 'yesterday' WHERE hostname = 'odd'");
    world.succeed(&instance("away:1"), 0);
    world
        .inventory
        .forget_instance(&key("away:1"), NOW.plus_seconds(-60), 59)
        .unwrap();
    world
        .inventory
        .put_tag(
            &key("over:1"),
            &orchestrator::model::tag::Tag::parse("a=b").unwrap(),
            NOW,
        )
        .unwrap();

    let mut fleet = world.inventory.load_fleet(Scope::Everything).unwrap();
    let outcome = world.task(Task::ForgetLongUnseen, 0);
    assert_eq!(world.keys(), ["just:1", "odd:1", "unanswered:1"]);
    assert_eq!(outcome.rows, 3, "two instances and a mark whose time is over");
    assert!(world.texts("SELECT hostname FROM orc_forgotten").is_empty());
    assert_eq!(outcome.told.len(), 2);
    assert_eq!(world.texts("SELECT hostname FROM database_instance_tags"), ["over"]);
    assert!(apply(outcome.changes, &mut fleet).is_empty());
    assert_eq!(fleet.instances().len(), 3);
}

#[test]
fn the_silent_known_under_another_name_are_forgotten() {
    let world = world();
    for name in ["old:1", "answers:1", "same:1", "unknown:1"] {
        world.succeed(&instance(name), 0);
    }
    for name in ["old", "answers"] {
        world.inventory.store_resolve(name, "db", NOW).unwrap();
    }
    world.inventory.store_resolve("same", "same", NOW).unwrap();
    ["old:1", "same:1", "unknown:1"]
        .iter()
        .for_each(|name| world.fail(name, 5));
    let outcome = world.task(Task::ForgetDifferentlyResolved, 6);
    assert_eq!(world.keys(), ["answers:1", "same:1", "unknown:1"]);
    assert_eq!(outcome.changes, [Change::Forget(vec![key("old:1")])]);
    assert!(
        !world.inventory.is_forgotten(&key("old:1"), NOW).unwrap(),
        "it may come back"
    );
}

#[test]
fn what_the_file_says_by_now_decides_who_is_forgotten() {
    let world = world();
    world.succeed(&instance("old:1"), 0);
    world.inventory.store_resolve("old", "db", NOW).unwrap();
    world.fail("old:1", 5);
    let forgotten = world.with(6, |chore| {
        // It answers just after the snapshot was taken.
        world.succeed(&instance("old:1"), 6);
        orchestrator::watch::chores::run(Task::ForgetDifferentlyResolved, chore)
    });
    assert_eq!(forgotten.unwrap().unwrap().rows, 0);
}
