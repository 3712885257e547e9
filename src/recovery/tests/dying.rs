//! The process dies after every single note of its journal; whoever resumes brings everything to a good end.

use super::desk::{Watched, refused};
use super::world::{Paper, World, key, set};
use crate::model::plan::{Kind, Progress};
use crate::model::recovery::{Journal, LossTable};
use crate::model::{Change, InstanceKey, Look, Timestamp};
use crate::recovery::course::Means;
use crate::recovery::desk::Desk;
use crate::recovery::ended::{Ended, Outcome};
use crate::recovery::failover::{NoSuccession, Seen, Succession, Task, fail_over};
use crate::recovery::fence::fence;
use crate::recovery::resume::resume;
use crate::recovery::servers::Servers;
use crate::recovery::steps::{Drain, Manner};
use crate::recovery::takeover::{Handover, take_over};

pub fn manner() -> Manner {
    Manner {
        spares_refusing: true,
        applies_promotion: true,
        detaches_successor: false,
        detaches_lost: true,
        even_super: true,
        drain: Drain::Wait,
        drain_ms: 50,
        catch_up_ms: 50,
        width: 1,
    }
}

pub fn means(servers: &dyn Servers) -> Means<'_> {
    Means {
        servers,
        clock: &|| 1_000,
        is_interrupted: &|| false,
        width: 1,
    }
}

/// The one that has received most takes the place; ties go to the first name.
fn most_advanced(seen: &Seen, excluded: &[InstanceKey]) -> Result<Succession, NoSuccession> {
    let received = |look: &Look| look.reading.channels.first().map_or(0, |c| c.retrieved_gtid.len());
    let candidates = seen.looks.values().filter(|look| !excluded.contains(&look.key));
    let best = candidates
        .rev()
        .max_by_key(|look| received(look))
        .ok_or_else(|| NoSuccession {
            why: "nobody is left".to_owned(),
            losses: LossTable::default(),
        })?;
    Ok(Succession {
        successor: best.key.clone(),
        follows: seen.looks.keys().filter(|other| **other != best.key).cloned().collect(),
        ..Succession::default()
    })
}

pub fn run<D: Desk>(servers: &dyn Servers, desk: D, forced: bool) -> (Ended, D) {
    run_by(&manner(), servers, desk, forced)
}

pub fn run_by<D: Desk>(manner: &Manner, servers: &dyn Servers, desk: D, forced: bool) -> (Ended, D) {
    let failed = key("m");
    let task = Task {
        kind: Kind::DeadMaster,
        cluster: "m:3306",
        failed: &failed,
        failed_row: None,
        replicas: vec![key("a"), key("b"), key("c")],
        forced,
        manner,
        at: Timestamp(1),
        enables_semi_sync: &|_| false,
        choose: &most_advanced,
    };
    fail_over(&task, means(servers), desk)
}

pub fn hand_over<D: Desk>(servers: &dyn Servers, desk: D) -> (Ended, D) {
    let (manner, master, successor) = (manner(), key("m"), key("a"));
    let task = Handover {
        cluster: "m:3306",
        master: &master,
        replicas: vec![key("a"), key("b")],
        successor: &successor,
        ends_sessions: false,
        starts_old_master: true,
        manner: &manner,
        enables_semi_sync: &|_| false,
        refuse: &|_, _| Ok(vec![key("a"), key("b")]),
        detect: &|| Ok(()),
        at: Timestamp(1),
    };
    take_over(&task, means(servers), desk)
}

pub fn resumed(world: &World, paper: Paper) -> Ended {
    let journal = Journal {
        uid: "u".to_owned(),
        plan: paper.plan.unwrap(),
        entries: paper.entries,
        is_closed: false,
        outcome: String::new(),
    };
    resume(journal, &manner(), means(world), Paper::default()).0
}

pub fn three() -> World {
    World::of(&[("a", 90, 90), ("b", 100, 80), ("c", 70, 70)])
}

#[test]
fn the_most_advanced_is_drained_and_the_others_follow() {
    let world = three();
    let (ended, paper) = run(&world, Paper::default(), false);
    assert_eq!(ended.outcome, Outcome::Promoted, "{:#?}", paper.said);
    assert_eq!(ended.successor(), Some(&key("b")));
    assert_eq!(world.writable(), ["b"]);
    for name in ["a", "b", "c"] {
        assert_eq!(world.server(name).executed, set(1, 100), "{name}");
    }
    assert!(
        ["a", "c"]
            .iter()
            .all(|name| world.server(name).master == Some(key("b")))
    );
    assert!(world.server("b").master.is_none());
}

/// Its clients may write, and it could not be made read-only.
#[test]
fn a_living_master_that_refuses_us_is_replaced_only_where_a_person_asks() {
    let world = three();
    world.alter("m", |master| master.refuses = true);
    let (ended, _) = run(&world, Paper::default(), false);
    let Outcome::MasterIsBack(why) = &ended.outcome else {
        panic!("{ended:#?}")
    };
    assert!(
        why.contains("is alive, but refuses us (too many connections: ERROR 1040)"),
        "{why}"
    );
    assert!(world.writable().is_empty());
    assert!(["a", "b", "c"].iter().all(|name| world.server(name).receives));
    let (ended, _) = run(&world, Paper::default(), true);
    assert_eq!(ended.outcome, Outcome::Promoted);
    let fenced = fence(&world, &key("m"), None);
    let trouble = fenced.trouble(&key("m")).unwrap_or_default();
    assert!(
        trouble.contains("UNFENCED: m:3306 is alive and refuses us"),
        "{trouble}"
    );
}

#[test]
fn a_master_that_answers_again_stops_a_failover_that_nobody_forced() {
    let world = three();
    world.alter("m", |master| master.is_up = true);
    let (ended, _) = run(&world, Paper::default(), false);
    assert!(matches!(ended.outcome, Outcome::MasterIsBack(_)), "{ended:#?}");
    assert_eq!(world.writable(), ["m"]);
    assert!(
        ["a", "b", "c"]
            .iter()
            .all(|name| world.server(name).receives && world.server(name).applies)
    );
}

#[test]
fn a_forced_failover_fences_the_living_master_first() {
    let world = three();
    world.alter("m", |master| master.is_up = true);
    let (ended, _) = run(&world, Paper::default(), true);
    assert_eq!(ended.outcome, Outcome::Promoted);
    assert_eq!(world.writable(), [ended.successor().unwrap().hostname.to_string()]);
}

#[test]
fn a_candidate_that_cannot_get_through_is_left_for_another_one() {
    let world = three();
    world.alter("b", |server| server.is_stuck = true);
    let (ended, paper) = run(&world, Paper::default(), false);
    assert_eq!(
        (ended.outcome, ended.plan.successor),
        (Outcome::Promoted, Some(key("a"))),
        "{:#?}",
        paper.said
    );
}

/// Dies at each note in turn; whoever refuses writes takes none at first, so that somebody else is promoted.
fn deaths_of_a_failover(forced: bool, refuses: Option<&str>, successors: &[&str]) {
    let mut whole = 0;
    for dies_after in 0.. {
        let world = three();
        let refusal = |of: &InstanceKey, change: &Change| {
            let is_refused = *change == Change::SetWritable && refuses.is_some_and(|name| *of == key(name));
            is_refused.then(refused)
        };
        let servers = Watched::new(&world, &refusal);
        let paper = Paper {
            dies_after: Some(dies_after),
            ..Paper::default()
        };
        let (ended, paper) = run(&servers, paper, forced);
        if !paper.is_dead() {
            assert_eq!(ended.outcome, Outcome::Promoted);
            whole = dies_after;
            break;
        }
        if paper.plan.is_none() {
            continue;
        }
        let past = paper.entries.iter().any(|entry| {
            let step = paper
                .plan
                .as_ref()
                .unwrap()
                .steps
                .iter()
                .find(|step| step.number == entry.number);
            step.unwrap().is_final && matches!(entry.progress, Progress::Begun | Progress::Done)
        });
        let ended = resumed(&world, paper);
        if past {
            assert_eq!(ended.outcome, Outcome::Promoted, "after {dies_after}");
            let writable = world.writable();
            assert_eq!(writable.len(), 1, "after {dies_after}");
            assert!(successors.contains(&&*writable[0]), "after {dies_after}: {writable:?}");
            let follows = |name: &&str| world.server(name).master == Some(key(&writable[0]));
            let mut others = ["a", "b", "c"].into_iter().filter(|name| *name != writable[0]);
            assert!(others.all(|name| follows(&name)), "after {dies_after}");
        } else {
            assert!(matches!(ended.outcome, Outcome::Nobody(_)), "after {dies_after}");
            assert!(world.writable().is_empty(), "after {dies_after}");
            // As if nothing had been: the next failover goes through.
            let (ended, paper) = run(&world, Paper::default(), forced);
            assert_eq!(
                ended.outcome,
                Outcome::Promoted,
                "after {dies_after}: {:#?}",
                paper.said
            );
        }
        assert_eq!(world.writable().len(), 1, "after {dies_after}");
    }
    assert!(whole > 30, "{whole} notes");
}

#[test]
fn a_death_at_any_note_of_a_failover_ends_well() {
    deaths_of_a_failover(false, None, &["b"]);
}

/// The dead master was to refuse writes first, and nobody knows whether it was told: that holds nothing up.
#[test]
fn a_death_at_any_note_of_a_forced_failover_ends_well() {
    deaths_of_a_failover(true, None, &["b"]);
}

/// The candidate that failed is not told again by whoever resumes, unless nobody else had been chosen by then.
#[test]
fn a_death_at_any_note_after_another_candidate_was_taken_ends_well() {
    deaths_of_a_failover(false, Some("b"), &["a", "b"]);
}

#[test]
fn a_death_at_any_note_of_a_takeover_ends_well() {
    for dies_after in 0.. {
        let world = World::of(&[("a", 100, 100), ("b", 100, 100)]);
        world.alter("m", |master| master.is_up = true);
        let paper = Paper {
            dies_after: Some(dies_after),
            ..Paper::default()
        };
        let (ended, paper) = hand_over(&world, paper);
        if !paper.is_dead() {
            assert_eq!(ended.outcome, Outcome::Promoted, "{:#?}", paper.said);
            assert_eq!(world.writable(), ["a"]);
            assert!(
                ["m", "b"]
                    .iter()
                    .all(|name| world.server(name).master == Some(key("a")))
            );
            break;
        }
        if paper.plan.is_none() {
            continue;
        }
        let ended = resumed(&world, paper);
        match ended.outcome {
            Outcome::Promoted => {
                assert_eq!(world.writable(), ["a"], "after {dies_after}");
                assert!(
                    ["m", "b"]
                        .iter()
                        .all(|name| world.server(name).master == Some(key("a")))
                );
            }
            Outcome::Nobody(_) => {
                assert_eq!(world.writable(), ["m"], "after {dies_after}");
                assert!(["a", "b"].iter().all(|name| {
                    let server = world.server(name);
                    server.master == Some(key("m")) && server.receives && server.applies
                }));
            }
            other => panic!("after {dies_after}: {other:?}"),
        }
    }
}
