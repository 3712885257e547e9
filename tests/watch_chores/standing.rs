//! Who acts, and who lives.

use crate::inventory_support::{NOW, key};
use crate::world::{HOUR, World, stamp, world};
use orchestrator::inventory::{Election, LockRequest, NodeId};
use orchestrator::watch::Task;
use orchestrator::watch::chores::{Change, Memory, grab, resign};
use std::time::Duration;

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
