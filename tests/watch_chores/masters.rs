//! Masters in the key-value table.

use crate::inventory_support::{NOW, Scratch, instance, key};
use crate::world::{HOUR, World, replica, world, world_of};
use orchestrator::config::Config;
use orchestrator::inventory::{NewDowntime, Origin};
use orchestrator::model::records::LOST_IN_RECOVERY;
use orchestrator::watch::Task;
use orchestrator::watch::chores::run;
use std::sync::atomic::Ordering;

fn stored(world: &World) -> Vec<String> {
    world.texts("SELECT store_key || '=' || store_value FROM kv_store ORDER BY store_key")
}

fn master(world: &World, name: &str, alias: &str) {
    world.succeed(&instance(name), 0);
    world.inventory.set_alias(name, alias, NOW).unwrap();
}

#[test]
fn the_writable_master_of_each_cluster_is_written_where_it_changed() {
    let world = world();
    master(&world, "known1:3306", "shop");
    master(&world, "nowhere:1", "ledger");
    master(&world, "10.1.2.3:1", "by-address");
    world.succeed(&instance("without-alias:1"), 0);
    let mut read_only = instance("ro:1");
    read_only.server.read_only = true;
    world.succeed(&read_only, 0);
    world.inventory.set_alias("ro:1", "ro", NOW).unwrap();
    world.succeed(&replica("r:1", "known1:3306"), 0);
    world.inventory.inject(&key("unasked:1"), Origin::Seed, NOW).unwrap();
    world.inventory.set_alias("unasked:1", "unasked", NOW).unwrap();

    let outcome = world.task(Task::WriteMasters, 0);
    let expected = [
        "mysql/master/by-address=10.1.2.3:1",
        "mysql/master/by-address/hostname=10.1.2.3",
        "mysql/master/by-address/ipv4=10.1.2.3",
        "mysql/master/by-address/ipv6=",
        "mysql/master/by-address/port=1",
        "mysql/master/ledger=nowhere:1",
        "mysql/master/ledger/hostname=nowhere",
        "mysql/master/ledger/port=1",
        "mysql/master/shop=known1:3306",
        "mysql/master/shop/hostname=known1",
        "mysql/master/shop/ipv4=10.0.0.1",
        "mysql/master/shop/ipv6=fe80::1",
        "mysql/master/shop/port=3306",
    ];
    assert_eq!(stored(&world), expected);
    assert_eq!((outcome.rows, outcome.told.len()), (13, 3));
    assert!(
        outcome
            .told
            .contains(&"the master under mysql/master/shop is known1:3306".to_owned()),
        "{outcome:?}"
    );
    assert_eq!(world.inventory.addresses("known1").unwrap().unwrap().0, "10.0.0.1");

    let times = || world.texts("SELECT DISTINCT last_updated FROM kv_store");
    let before = times();
    assert_eq!(world.task(Task::WriteMasters, 60), Default::default());
    assert_eq!(times(), before, "what did not change is not written");

    world.sql("UPDATE kv_store SET store_value = 'x' WHERE store_key = 'mysql/master/shop/port'");
    let outcome = world.task(Task::WriteMasters, 120);
    assert_eq!((outcome.rows, outcome.told.len()), (1, 0), "the master is the same");
}

#[test]
fn addresses_are_looked_up_each_ten_minutes() {
    let world = world();
    master(&world, "known1:1", "a");
    master(&world, "nowhere:1", "b");
    for (after, asked) in [(0, 2), (60, 2), (599, 2), (600, 4)] {
        world.task(Task::WriteMasters, after);
        assert_eq!(world.lookup.asked.load(Ordering::Relaxed), asked, "{after}");
    }
}

#[test]
fn a_lost_master_is_nobodys() {
    let world = world();
    // The old one sorts first, was writable when last seen, and kept the name of its cluster.
    master(&world, "a-old:1", "shop");
    let mut promoted = instance("b-new:1");
    promoted.cluster.name = "a-old:1".to_owned();
    world.succeed(&promoted, 0);
    let lost = NewDowntime {
        key: key("a-old:1"),
        owner: "o".to_owned(),
        reason: LOST_IN_RECOVERY.to_owned(),
        begin: NOW,
        end: Some(NOW.plus_seconds(HOUR)),
    };
    world.inventory.begin_downtime(&lost, NOW).unwrap();
    world.task(Task::WriteMasters, 1);
    assert!(stored(&world).contains(&"mysql/master/shop=b-new:1".to_owned()));
    world.inventory.end_downtime(&key("a-old:1")).unwrap();
    world.task(Task::WriteMasters, 2);
    assert!(
        stored(&world).contains(&"mysql/master/shop=a-old:1".to_owned()),
        "without the downtime it counts"
    );
    world.fail("a-old:1", 3);
    world.task(Task::WriteMasters, 3);
    assert!(
        stored(&world).contains(&"mysql/master/shop=b-new:1".to_owned()),
        "one that answers goes before"
    );
    world.fail("b-new:1", 4);
    world.sql("DELETE FROM database_instance WHERE hostname = 'a-old'");
    assert_eq!(world.task(Task::WriteMasters, 4).rows, 0, "a silence changes nothing");
}

#[test]
fn what_a_recovery_wrote_is_not_taken_back() {
    let world = world();
    master(&world, "old:1", "shop");
    world.task(Task::WriteMasters, 0);
    let told = |value: &str| world.inventory.kv_put("mysql/master/shop", value, NOW).unwrap();
    let shop = || world.inventory.kv_get("mysql/master/shop").unwrap().unwrap();

    // A planned takeover, just after the snapshot was taken.
    let outcome = world.with(1, |chore| {
        let mut demoted = instance("old:1");
        demoted.server.read_only = true;
        world.succeed(&demoted, 1);
        told("new:1");
        run(Task::WriteMasters, chore)
    });
    assert_eq!((outcome.unwrap().unwrap().rows, shop()), (0, "new:1".to_owned()));

    // A dead master, of which nobody has said yet that it is lost.
    world.succeed(&instance("old:1"), 2);
    world.fail("old:1", 3);
    world.task(Task::WriteMasters, 3);
    assert_eq!(shop(), "new:1");
    world.sql("DELETE FROM kv_store");
    world.task(Task::WriteMasters, 4);
    assert_eq!(shop(), "old:1", "better than nobody");
    told("new:1");
    world.succeed(&instance("old:1"), 5);
    world.task(Task::WriteMasters, 5);
    assert_eq!(shop(), "old:1", "it is the only one, and answers");
}

#[test]
fn the_prefix_is_configured() {
    for (prefix, expected) in [("db", "db/a=m:1"), ("db/x/", "db/x/a=m:1"), ("/", "/a=m:1")] {
        let mut config = Config::default();
        config.kv_cluster_master_prefix = prefix.to_owned();
        let world = world_of(Scratch::new(), config);
        master(&world, "m:1", "a");
        world.task(Task::WriteMasters, 0);
        assert!(
            stored(&world).contains(&expected.to_owned()),
            "{prefix}: {:?}",
            stored(&world)
        );
    }
}
