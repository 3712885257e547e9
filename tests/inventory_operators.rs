//! What other processes changed is taken over, and nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::{NOW, Scratch, instance, key, memory, open};
use orchestrator::inventory::{Difference, LockRequest, NewDowntime, NodeId, Scope};
use orchestrator::model::{Coordinates, Fleet, PromotionRule};
use rusqlite::Connection;
use std::time::{Duration, Instant};

#[test]
fn everything_that_others_change_is_taken_over() {
    let scratch = Scratch::new();
    let (inventory, other) = (open(&scratch.file()).unwrap(), open(&scratch.file()).unwrap());
    for name in ["h:1", "h:2", "h:3"] {
        inventory.record_success(&instance(name), NOW).unwrap();
    }
    let mut fleet = inventory.load_fleet(Scope::Everything).unwrap();
    let mut changed = fleet.get(&key("h:1")).unwrap().clone();
    changed.cluster.name = "only in memory".to_owned();
    fleet.upsert(changed);
    fleet.upsert(instance("unsaved:1"));
    fleet.resolved_hosts.insert("a".to_owned(), "b".to_owned());

    let downtime = NewDowntime {
        key: key("h:1"),
        owner: "ann".to_owned(),
        reason: "r".to_owned(),
        begin: NOW,
        end: None,
    };
    other.begin_downtime(&downtime, NOW).unwrap();
    let lock = LockRequest {
        key: key("h:2"),
        owner: "ann".to_owned(),
        reason: "r".to_owned(),
        end: NOW.plus_seconds(60),
        explicitly_bounded: true,
        node: NodeId::default(),
    };
    other.begin_maintenance(&lock, NOW).unwrap();
    other
        .register_candidate(&key("h:3"), PromotionRule::MustNot, NOW)
        .unwrap();
    other.set_alias("h:1", "shop", NOW).unwrap();
    other.set_alias_override("h:2", "ledger").unwrap();
    other.set_domain("h:1", "shop.example", NOW).unwrap();
    other.note_injected_pseudo_gtid("h:1", NOW).unwrap();
    other
        .record_stale_coordinates(&key("h:1"), &Coordinates::new("f".to_owned(), 4), NOW)
        .unwrap();
    other.disable_recoveries().unwrap();
    other.forget_instance(&key("h:2"), NOW, 60).unwrap();
    Connection::open(scratch.file())
        .unwrap()
        .execute_batch("DELETE FROM database_instance WHERE port = 3")
        .unwrap();
    other.record_success(&instance("new:1"), NOW).unwrap();

    let operators = inventory.load_operators(NOW).unwrap();
    assert!(operators.recoveries_disabled);
    let difference = operators.apply(&mut fleet);
    let expected = Difference {
        forgotten: vec![key("h:2")],
        vanished: vec![key("h:3"), key("unsaved:1")],
        appeared: vec![key("new:1")],
    };
    assert_eq!(difference, expected);
    assert_eq!(fleet.instances().len(), 4, "the caller decides");
    assert_eq!(fleet.get(&key("h:1")).unwrap().cluster.name, "only in memory");
    assert_eq!(fleet.resolved_hosts.len(), 1);

    let loaded = inventory.load_fleet(Scope::Everything).unwrap();
    assert!(loaded.downtimes.contains_key(&key("h:1")) && loaded.maintenance.contains_key(&key("h:2")));
    assert_eq!(fleet.downtimes, loaded.downtimes);
    assert_eq!(fleet.maintenance, loaded.maintenance);
    assert_eq!(fleet.promotion_rules, loaded.promotion_rules);
    assert_eq!(fleet.aliases, loaded.aliases);
    assert_eq!(fleet.aliases.get("h:2").unwrap(), "ledger");
    assert_eq!(fleet.alias_overrides, loaded.alias_overrides);
    assert_eq!(fleet.domains, loaded.domains);
    assert_eq!(fleet.pseudo_gtid_clusters, loaded.pseudo_gtid_clusters);
    assert_eq!(fleet.stale_coordinates, loaded.stale_coordinates);

    // What is taken back goes.
    other.end_downtime(&key("h:1")).unwrap();
    other.enable_recoveries().unwrap();
    let operators = inventory.load_operators(NOW.plus_seconds(60)).unwrap();
    assert!(!operators.recoveries_disabled && operators.forgotten.is_empty());
    let difference = operators.apply(&mut fleet);
    assert!(fleet.downtimes.is_empty());
    assert!(difference.forgotten.is_empty() && difference.vanished.contains(&key("h:2")));
}

#[test]
fn one_that_was_forgotten_and_asked_for_again_is_there() {
    let inventory = memory();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    let mut fleet = inventory.load_fleet(Scope::Everything).unwrap();
    inventory.forget_instance(&key("h:1"), NOW, 60).unwrap();
    inventory
        .inject(&key("h:1"), orchestrator::inventory::Origin::Seed, NOW)
        .unwrap();
    let difference = inventory.load_operators(NOW).unwrap().apply(&mut fleet);
    assert_eq!(difference, Difference::default());
}

#[test]
fn it_is_cheap_enough_for_each_second() {
    let inventory = memory();
    inventory
        .transaction("fill", |inventory| {
            for number in 0..1000 {
                let name = format!("h{number}:3306");
                inventory.record_success(&instance(&name), NOW)?;
                inventory.register_candidate(&key(&name), PromotionRule::Prefer, NOW)?;
                inventory.set_alias(&name, &format!("alias{number}"), NOW)?;
            }
            Ok(())
        })
        .unwrap();
    let mut fleet = Fleet::default();
    let mut took = Vec::new();
    for _ in 0..10 {
        let began = Instant::now();
        let difference = inventory.load_operators(NOW).unwrap().apply(&mut fleet);
        took.push(began.elapsed());
        assert_eq!(difference.appeared.len(), 1000);
    }
    took.sort();
    println!("1000 instances: {:?} (median of 10)", took[5]);
    assert!(took[5] < Duration::from_millis(500), "{took:?}");
}
