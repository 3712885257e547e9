//! Servers are not any more as they were when a process died, or die while a plan is carried out.

use super::desk::{Watched, refused};
use super::dying::{hand_over, manner, means, resumed, run, three};
use super::world::{Paper, World, key};
use crate::model::recovery::Journal;
use crate::model::{Change, InstanceKey};
use crate::recovery::ended::Outcome;
use crate::recovery::resume::resume;

/// A takeover that died while the master refused writes, and a person who has finished it by hand since.
#[test]
fn who_takes_writes_by_now_is_left_alone_by_whoever_resumes() {
    let mut played = 0;
    for dies_after in 0.. {
        let world = World::of(&[("a", 100, 100), ("b", 100, 100)]);
        world.alter("m", |master| master.is_up = true);
        let paper = Paper {
            dies_after: Some(dies_after),
            ..Paper::default()
        };
        let (_, paper) = hand_over(&world, paper);
        if !paper.is_dead() {
            break;
        }
        if paper.plan.is_none() || !world.writable().is_empty() {
            continue;
        }
        played += 1;
        world.alter("a", |a| {
            (a.read_only, a.master, a.receives, a.applies) = (false, None, false, false);
        });
        world.alter("m", |m| {
            (m.master, m.receives, m.applies) = (Some(key("a")), true, true);
        });
        let ended = resumed(&world, paper);
        assert_eq!(world.writable(), ["a"], "after {dies_after}: {:?}", ended.outcome);
    }
    assert!(played > 3, "{played}");
}

/// Nor does one that a person made the master of the replicas of one that was to be replaced.
#[test]
fn a_master_that_was_to_be_replaced_stays_read_only_where_another_one_was_made() {
    let mut played = 0;
    for dies_after in 0..12 {
        let world = three();
        world.alter("m", |master| master.is_up = true);
        let paper = Paper {
            dies_after: Some(dies_after),
            ..Paper::default()
        };
        let (_, paper) = run(&world, paper, true);
        let is_chosen = paper.plan.as_ref().is_some_and(|plan| plan.successor.is_some());
        if !paper.is_dead() || !is_chosen || !world.writable().is_empty() {
            continue;
        }
        played += 1;
        world.alter("a", |a| {
            (a.read_only, a.master, a.receives, a.applies) = (false, None, false, false);
        });
        let ended = resumed(&world, paper);
        assert_eq!(world.writable(), ["a"], "after {dies_after}: {ended:#?}");
    }
    assert!(played > 0);
}

/// The promotion was written down as begun and not carried out, and a supervisor has started the master since.
#[test]
fn a_master_that_is_back_before_anybody_was_promoted_stays_the_master() {
    let mut played = 0;
    for dies_after in 0..60 {
        let world = three();
        let paper = Paper {
            dies_after: Some(dies_after),
            ..Paper::default()
        };
        let (_, paper) = run(&world, paper, false);
        if !paper.is_dead() || paper.plan.is_none() || !world.writable().is_empty() {
            continue;
        }
        played += 1;
        world.alter("m", |master| master.is_up = true);
        let ended = resumed(&world, paper);
        assert!(
            matches!(ended.outcome, Outcome::Nobody(_)),
            "after {dies_after}: {ended:#?}"
        );
        assert_eq!(world.writable(), ["m"], "after {dies_after}");
        let runs = |name: &str| world.server(name).receives && world.server(name).applies;
        assert!(["a", "b", "c"].into_iter().all(runs), "after {dies_after}");
    }
    assert!(played > 10, "{played}");
}

/// The successor dies as soon as it takes writes: who follows it by then is left for its own failover.
#[test]
fn replicas_of_a_successor_that_died_are_neither_detached_nor_lost() {
    let world = three();
    let dies = |of: &InstanceKey, change: &Change| {
        if *of == key("a") && matches!(change, Change::StartReplication) {
            world.alter("b", |b| b.is_up = false);
        }
        None
    };
    let servers = Watched::new(&world, &dies);
    let (ended, paper) = run(&servers, Paper::default(), false);
    assert_eq!(ended.outcome, Outcome::Promoted);
    assert!(ended.plan.lost.is_empty(), "{:?}", ended.plan.lost);
    for name in ["a", "c"] {
        let server = world.server(name);
        assert_eq!(server.master, Some(key("b")), "{name}: {:#?}", paper.said);
        assert!(server.receives && server.applies, "{name}: {:#?}", paper.said);
    }
    let said = paper.said.join("\n");
    assert!(said.contains("b:3306 does not answer any more"), "{said}");
}

/// What could not be taken back once is tried again by everybody who resumes it.
#[test]
fn what_could_not_be_taken_back_stays_to_be_taken_back() {
    let world = three();
    world.alter("m", |master| master.is_up = true);
    let refuses = |of: &InstanceKey, change: &Change| {
        let is_it = *change == Change::SetWritable && ["m", "a", "b", "c"].iter().any(|name| *of == key(name));
        is_it.then(refused)
    };
    let servers = Watched::new(&world, &refuses);
    let (ended, paper) = run(&servers, Paper::default(), true);
    assert!(matches!(ended.outcome, Outcome::Midway(_)), "{ended:#?}");
    let journal = |paper: Paper| Journal {
        uid: "u".to_owned(),
        plan: paper.plan.unwrap(),
        entries: paper.entries,
        is_closed: false,
        outcome: String::new(),
    };
    let kept = Paper {
        plan: paper.plan.clone(),
        entries: paper.entries.clone(),
        ..Paper::default()
    };
    let journal = journal(paper);
    let (again, kept) = resume(journal, &manner(), means(&servers), kept);
    assert!(matches!(again.outcome, Outcome::Midway(_)), "{again:#?}");
    let ended = resumed(&world, kept);
    assert!(matches!(ended.outcome, Outcome::Nobody(_)), "{ended:#?}");
    assert_eq!(world.writable(), ["m"]);
}
