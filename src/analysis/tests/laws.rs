//! What holds for all rules and all worlds.

use super::world::{NOW, World, key};
use crate::analysis::pattern::Condition;
use crate::analysis::rules::{RULES, Rule};
use crate::analysis::warnings::WARNINGS;
use crate::analysis::{Request, analyse, decide, replay};
use crate::model::facts::Facts;
use crate::model::verdict::Code;
use proptest::prelude::*;

/// Facts made from a seed, small enough that every combination of roles and counts comes up.
fn small_facts(mut seed: u64) -> Facts {
    let mut below = |n: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((seed >> 33) % n).expect("small")
    };
    let replicas = below(4);
    let valid = below(u64::from(replicas) + 1);
    let replicating = if below(2) == 0 { 0 } else { below(u64::from(valid) + 1) };
    let failing = if below(2) == 0 {
        valid - replicating
    } else {
        below(u64::from(valid - replicating) + 1)
    };
    let mut flag = || below(2) == 1;
    let mut facts = Facts {
        is_master: flag(),
        is_co_master: flag(),
        is_group_member: flag() && flag(),
        is_binlog_server: flag(),
        check_valid: flag(),
        partial_success: flag(),
        failing_to_connect: flag(),
        is_read_only: flag(),
        semi_sync_enabled: flag(),
        semi_sync_status: flag(),
        stale_coordinates: flag(),
        exact_semi_sync: flag(),
        recover_non_writeable: flag(),
        replicas,
        valid_replicas: valid,
        replicating_replicas: replicating,
        failing_replicas: failing,
        ..Facts::default()
    };
    facts.depth = below(3);
    facts.lagging_replicas = if below(2) == 0 {
        replicas
    } else {
        below(u64::from(replicas) + 1)
    };
    facts.delayed_replicas = below(u64::from(replicas) + 1);
    facts.semi_sync_wait_count = below(3);
    facts.semi_sync_clients = below(4);
    facts
}

#[test]
fn every_rule_can_win() {
    for rule in RULES {
        let won = (0..200_000)
            .map(small_facts)
            .any(|facts| winner(&facts) == Some(rule.number));
        assert!(won, "rule {} ({}) is hidden by earlier ones", rule.number, rule.code);
    }
}

fn winner(facts: &Facts) -> Option<&'static str> {
    decide(facts).0.map(|rule| rule.number)
}

#[test]
fn no_condition_of_a_rule_is_idle() {
    let idle = |rule: &Rule, condition: &Condition| {
        !(0..200_000).map(small_facts).any(|facts| {
            !condition.holds(&facts) && rule.when.iter().filter(|c| *c != condition).all(|c| c.holds(&facts))
        })
    };
    for rule in RULES {
        for condition in rule.when {
            assert!(
                !idle(rule, condition),
                "rule {}: `{condition}` never decides",
                rule.number
            );
        }
    }
}

#[test]
fn numbers_are_unique_and_every_code_is_in_the_table() {
    let mut numbers: Vec<&str> = RULES
        .iter()
        .map(|r| r.number)
        .chain(WARNINGS.iter().map(|w| w.number))
        .collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), all);
    for code in Code::ALL.iter().filter(|c| **c != Code::NoProblem) {
        assert!(RULES.iter().any(|r| r.code == *code), "{code} has no rule");
    }
    assert!(Rule::numbered("8a").is_some() && Rule::numbered("30").is_none());
}

/// How dead a code says a master is: 0 alive or unknown, 1 unreachable for us, 2 dead.
fn deadness(code: Code) -> u32 {
    let name = code.as_str();
    if name.starts_with("Dead") {
        2
    } else {
        u32::from(name.starts_with("Unreachable"))
    }
}

proptest! {
    #[test]
    fn a_healthy_witness_never_makes_a_master_more_dead(seed in any::<u64>()) {
        let facts = small_facts(seed);
        let mut with_witness = facts.clone();
        with_witness.replicas += 1;
        with_witness.valid_replicas += 1;
        with_witness.replicating_replicas += 1;
        let code = |facts: &Facts| decide(facts).0.map_or(Code::NoProblem, |r| r.code);
        let (before, after) = (deadness(code(&facts)), deadness(code(&with_witness)));
        prop_assert!(after <= before.max(1) && after < 2, "{:?} became {:?}", code(&facts), code(&with_witness));
    }

    #[test]
    fn the_same_observations_give_the_same_verdict(changes in prop::collection::vec((0usize..5, 0u8..6), 0..12), shuffle in any::<u64>()) {
        let ports = [22293u16, 22294, 22295, 22296, 22297];
        let mut world = World::classic();
        for (which, change) in changes {
            let port = &[ports[which]];
            world = match change {
                0 => world.unseen(port),
                1 => world.io_off(port),
                2 => world.sql_off(port),
                3 => world.lag(port, 60),
                4 => world.partial(port),
                _ => world.failing(port, "\"error connecting to master\""),
            };
        }
        let request = Request { include_no_problem: true, include_downtimed: true, with_evidence: true, cluster: None };
        let first = analyse(&world.fleet, &world.policy, NOW, &request);
        let mut instances = world.fleet.instances().to_vec();
        instances.sort_by_key(|i| u64::from(i.key.port).wrapping_mul(shuffle | 1));
        let mut shuffled = world.clone();
        shuffled.fleet = crate::model::Fleet::new(instances);
        prop_assert_eq!(&first, &analyse(&shuffled.fleet, &world.policy, NOW, &request));
        for verdict in &first {
            prop_assert_eq!(verdict, &replay(verdict));
            let stored = serde_json::to_string(verdict).expect("verdicts are plain data");
            let read: crate::model::verdict::Verdict = serde_json::from_str(&stored).expect("what was written");
            prop_assert_eq!(verdict, &replay(&read));
        }
    }
}

#[test]
fn evidence_names_witnesses_conditions_and_the_one_that_failed() {
    let world = World::classic().unseen(&[22293]).io_off(&[22294, 22296]);
    let request = Request {
        with_evidence: true,
        ..Request::default()
    };
    let verdict = analyse(&world.fleet, &world.policy, NOW, &request).remove(0);
    assert_eq!(verdict.code, Code::UnreachableMaster);
    let asked: Vec<_> = verdict
        .evidence
        .witnesses
        .iter()
        .map(|w| (w.key.clone(), w.valid))
        .collect();
    assert_eq!(
        asked,
        [
            (key(22293), false),
            (key(22294), true),
            (key(22296), true),
            (key(22297), true)
        ]
    );
    assert!(
        verdict.evidence.witnesses[1]
            .testimony
            .contains("receiver stopped, applier running")
    );
    let dead = verdict
        .evidence
        .near_misses
        .iter()
        .find(|n| n.code == Code::DeadMaster)
        .expect("one replica away");
    assert_eq!(dead.failed, "replicas that answered and replicate = 0 (1)");
}
