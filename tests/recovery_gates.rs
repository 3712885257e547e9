//! The gates: each one holds and has a near miss, a person's word lifts those that say so, and all are asked each time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use orchestrator::analysis::rules::RULES;
use orchestrator::commands::specs;
use orchestrator::config::{Config, Key, NameFilters, Policy};
use orchestrator::inventory::{Fence, FenceState};
use orchestrator::model::facts::{ClusterFacts, Facts};
use orchestrator::model::incidents::Detection;
use orchestrator::model::observation::ContactKind;
use orchestrator::model::plan::Kind;
use orchestrator::model::records::{Downtime, Maintenance};
use orchestrator::model::recovery::{HeldBy, Lease, Recovery};
use orchestrator::model::verdict::{Action, Code, Evidence, Verdict};
use orchestrator::model::{Contact, InstanceKey, Timestamp};
use orchestrator::recovery::breaker::{Breaker, Tripped, Turn, dead_clusters, of_detections};
use orchestrator::recovery::gates::{
    Case, GATES, Leadership, OpenJournal, Surroundings, evaluate, named, with_the_watchers,
};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp(1_714_564_800);

/// Commands that gates name and that come with the execution of recoveries.
const TO_COME: &[&str] = &["ack-instance-recoveries", "ack-cluster-recoveries", "recover"];

fn ago(seconds: i64) -> Option<Timestamp> {
    Some(NOW.plus_seconds(-seconds))
}

fn ahead(seconds: i64) -> Option<Timestamp> {
    Some(NOW.plus_seconds(seconds))
}

fn db(number: u16) -> InstanceKey {
    InstanceKey::new(format!("db{number}"), 3306)
}

/// Everything that a case is made of.
#[derive(Clone)]
struct World {
    verdict: Verdict,
    action: Action,
    policy: Policy,
    surroundings: Surroundings,
    forced: bool,
}

impl World {
    fn of(code: Code) -> Self {
        let verdict = verdict(code);
        Self {
            action: verdict.action,
            verdict,
            policy: Policy::default(),
            surroundings: Surroundings::default(),
            forced: false,
        }
    }

    /// A dead master that nothing keeps from being replaced.
    fn dead_master() -> Self {
        Self::of(Code::DeadMaster)
    }

    fn held(&self) -> Vec<HeldBy> {
        evaluate(&Case {
            verdict: &self.verdict,
            action: self.action,
            policy: &self.policy,
            surroundings: &self.surroundings,
            forced: self.forced,
            now: NOW,
        })
    }

    fn names(&self) -> Vec<String> {
        self.held().into_iter().map(|held| held.gate).collect()
    }

    fn asked_for(&self) -> Self {
        Self {
            forced: true,
            ..self.clone()
        }
    }
}

fn verdict(code: Code) -> Verdict {
    let rule = RULES.iter().find(|rule| rule.code == code);
    Verdict {
        facts: Facts {
            key: db(1),
            cluster: ClusterFacts {
                name: "db1:3306".into(),
                alias: "shop".into(),
                domain: String::new(),
                automated_master_recovery: true,
                automated_intermediate_master_recovery: true,
            },
            is_master: true,
            replicas: 2,
            replica_keys: vec![db(2), db(3)],
            ..Facts::default()
        },
        code,
        rule: rule.map_or_else(String::new, |r| r.number.to_owned()),
        action: rule.map_or(Action::None, |r| r.action),
        severity: rule.map(|r| r.severity),
        warnings: Vec::new(),
        is_replicas_downtimed: false,
        skippable_due_to_downtime: false,
        evidence: Evidence::default(),
    }
}

fn downtime(key: InstanceKey, end: Option<Timestamp>) -> Downtime {
    Downtime {
        key,
        begin: ago(60),
        end,
        end_text: String::new(),
        owner: "ann".into(),
        reason: "disk".into(),
        active: true,
    }
}

fn fence(state: FenceState) -> Fence {
    Fence {
        key: db(1),
        uid: "0:zz".into(),
        cluster: "db9:3306".into(),
        identity: String::new(),
        state,
        since: ago(60),
        changed: ago(60),
        said: String::new(),
    }
}

fn lock(end: Option<Timestamp>) -> Maintenance {
    Maintenance {
        id: 1,
        key: db(1),
        begin: ago(60),
        end,
        owner: "bob".into(),
        reason: "upgrade".into(),
    }
}

/// A recovery of db9 that ended well half an hour ago and promoted db1; of another cluster.
fn promoted() -> Recovery {
    Recovery {
        id: 7,
        failed: db(9),
        analysis: "DeadMaster".into(),
        cluster_name: "db9:3306".into(),
        start: ago(1_810),
        end: ago(1_800),
        is_active: true,
        is_successful: true,
        successor: Some(db(1)),
        ..Recovery::default()
    }
}

/// The same in the cluster, promoting somebody else.
fn in_cluster() -> Recovery {
    Recovery {
        cluster_name: "db1:3306".into(),
        successor: Some(db(5)),
        ..promoted()
    }
}

/// One that failed this long ago.
fn failed(seconds: i64) -> Recovery {
    Recovery {
        is_successful: false,
        successor: None,
        start: ago(seconds + 5),
        end: ago(seconds),
        errors: vec!["no candidate".into()],
        ..in_cluster()
    }
}

/// One that never ended, begun a month ago.
fn open() -> Recovery {
    Recovery {
        is_successful: false,
        successor: None,
        start: ago(30 * 86_400),
        end: None,
        node_hostname: "here".into(),
        ..in_cluster()
    }
}

fn lease() -> Lease {
    Lease {
        cluster: "db1:3306".into(),
        uid: "u1".into(),
        node_hostname: "here".into(),
        node_token: "t".into(),
        taken: ago(3),
        heartbeat: ago(1),
    }
}

fn journal(kind: Kind) -> OpenJournal {
    OpenJournal {
        uid: "u1".into(),
        kind,
        cluster: "db1:3306".into(),
        failed: db(1),
        successor: Some(db(2)),
        is_past_return: true,
        since: Some(NOW.plus_seconds(-4)),
        unreadable: None,
    }
}

fn tripped() -> Tripped {
    Tripped {
        lost: 20,
        clusters: 20,
        limit: 4,
        since: NOW,
        until: Some(NOW.plus_seconds(60)),
    }
}

fn with_store(ignore: bool) -> Policy {
    let mut config = Config::default();
    config.zk_address = "zk:2181".into();
    config.recover_master_cluster_filters = vec!["*".to_owned()];
    config.ignore_external_kv = ignore;
    Policy::from(&config)
}

type Change = fn(&mut World);

/// Each gate: what makes it hold for a dead master, what else holds then, and what nearly does.
fn cases() -> Vec<(&'static str, Change, &'static [&'static str], Vec<Change>)> {
    vec![
        (
            "no-function",
            |w| w.action = Action::Detect,
            &[],
            vec![|w| w.action = Action::RecoverCoMaster],
        ),
        (
            "switched-off",
            |w| w.action = Action::RecoverSemiSync,
            &[],
            vec![
                |w| (w.action, w.policy.recover_locked_semi_sync_master) = (Action::RecoverSemiSync, true),
                |w| (w.action, w.policy.enforce_exact_semi_sync_replicas) = (Action::RecoverSemiSync, true),
                |w| (w.action, w.policy.recover_non_writeable_master) = (Action::MakeWriteable, true),
            ],
        ),
        (
            "fenced",
            |w| {
                (w.action, w.policy.recover_non_writeable_master) = (Action::MakeWriteable, true);
                w.surroundings.fences = vec![fence(FenceState::Fenced)];
            },
            &[],
            vec![
                // Whoever was fenced and died is replaced as any other.
                |w| w.surroundings.fences = vec![fence(FenceState::Wanted)],
                |w| {
                    (w.action, w.policy.recover_non_writeable_master) = (Action::MakeWriteable, true);
                    w.surroundings.fences = vec![fence(FenceState::Dropped)];
                },
            ],
        ),
        (
            "external-kv",
            |w| w.policy = with_store(false),
            &[],
            vec![|w| w.policy = with_store(true)],
        ),
        (
            "cluster-filter",
            |w| w.verdict.facts.cluster.automated_master_recovery = false,
            &[],
            vec![|w| w.verdict.facts.cluster.automated_intermediate_master_recovery = false],
        ),
        (
            "ignored-host",
            |w| w.policy.recovery_ignore_hostname_filters = NameFilters::new(&["^db1$".into()]),
            &[],
            vec![|w| w.policy.recovery_ignore_hostname_filters = NameFilters::new(&["3306".into()])],
        ),
        (
            "globally-disabled",
            |w| w.surroundings.is_disabled = true,
            &[],
            Vec::new(),
        ),
        (
            "downtime",
            |w| w.surroundings.downtimes = vec![downtime(db(1), ahead(1))],
            &[],
            vec![|w| w.surroundings.downtimes = vec![downtime(db(1), Some(NOW))], |w| {
                w.surroundings.downtimes = vec![downtime(db(2), ahead(1))]
            }],
        ),
        (
            "maintenance",
            |w| w.surroundings.maintenance = vec![lock(ahead(1))],
            &[],
            vec![|w| w.surroundings.maintenance = vec![lock(Some(NOW))]],
        ),
        (
            "not-leader",
            |w| w.surroundings.leadership = Leadership::Another("there".into()),
            &[],
            vec![|w| w.surroundings.leadership = Leadership::Acts],
        ),
        (
            "starting-up",
            |w| w.surroundings.starting_until = ahead(1),
            &[],
            vec![|w| w.surroundings.starting_until = Some(NOW)],
        ),
        (
            "records-unwritable",
            |w| w.surroundings.records_fault = Some("the disk is full".into()),
            &[],
            vec![|w| w.surroundings.records_fault = None],
        ),
        (
            "fleet-breaker",
            |w| w.surroundings.breaker = Some(tripped()),
            &[],
            vec![],
        ),
        (
            "witness",
            |w| w.surroundings.witness = Some("db2:3306 has not told yet".into()),
            &[],
            vec![|w| w.surroundings.witness = None],
        ),
        (
            "in-grace",
            |w| w.surroundings.grace_until = ahead(1),
            &[],
            vec![|w| w.surroundings.grace_until = Some(NOW), |w| {
                (w.surroundings.grace_until, w.action) = (ahead(1), Action::RecoverCoMaster)
            }],
        ),
        (
            "master-refuses",
            |w| w.surroundings.refusal = Some(Contact::failed(ContactKind::TooManyConnections, "ERROR 1040")),
            &[],
            vec![|w| {
                w.policy.recover_refusing_master = true;
                w.surroundings.refusal = Some(Contact::failed(ContactKind::TooManyConnections, "ERROR 1040"));
            }],
        ),
        (
            "master-dead-for",
            |w| (w.policy.master_dead_for_seconds, w.surroundings.dead_since) = (10, ago(9)),
            &[],
            vec![|w| (w.policy.master_dead_for_seconds, w.surroundings.dead_since) = (10, ago(10))],
        ),
        (
            "open-journal",
            |w| w.surroundings.journals = vec![journal(Kind::DeadMaster)],
            &[],
            vec![|w| w.surroundings.journals = vec![journal(Kind::Rejoin)], |w| {
                let other = OpenJournal {
                    cluster: "db7:3306".into(),
                    failed: db(7),
                    ..journal(Kind::DeadMaster)
                };
                w.surroundings.journals = vec![other];
            }],
        ),
        (
            "takeover-under-way",
            |w| {
                w.surroundings.journals = vec![journal(Kind::Takeover)];
                w.surroundings.leases = vec![lease()];
            },
            &["lease"],
            vec![|w| {
                let other = Lease {
                    cluster: "db7:3306".into(),
                    uid: "u7".into(),
                    ..lease()
                };
                w.surroundings.leases = vec![other];
            }],
        ),
        (
            "lease",
            |w| w.surroundings.leases = vec![lease()],
            &[],
            vec![|w| {
                let other = Lease {
                    cluster: "db11:3306".into(),
                    ..lease()
                };
                w.surroundings.leases = vec![other];
            }],
        ),
        (
            "open-recovery",
            |w| w.surroundings.recoveries = vec![open()],
            &[],
            vec![
                |w| {
                    let acknowledged = Recovery {
                        acknowledged: true,
                        ..open()
                    };
                    w.surroundings.recoveries = vec![acknowledged];
                },
                |w| {
                    let other = Recovery {
                        cluster_name: "db9:3306".into(),
                        ..open()
                    };
                    w.surroundings.recoveries = vec![other];
                },
                |w| {
                    let of_another_kind = Recovery {
                        analysis: "DeadIntermediateMaster".into(),
                        ..open()
                    };
                    w.surroundings.recoveries = vec![of_another_kind];
                },
            ],
        ),
        (
            "failed-lately",
            |w| w.surroundings.recoveries = vec![failed(59)],
            &[],
            vec![|w| w.surroundings.recoveries = vec![failed(60)]],
        ),
        (
            "anti-flapping-instance",
            |w| w.surroundings.recoveries = vec![promoted()],
            &[],
            vec![
                |w| {
                    let other = Recovery {
                        successor: Some(db(4)),
                        ..promoted()
                    };
                    w.surroundings.recoveries = vec![other];
                },
                |w| {
                    let inactive = Recovery {
                        is_active: false,
                        ..promoted()
                    };
                    w.surroundings.recoveries = vec![inactive];
                },
            ],
        ),
        (
            "anti-flapping-cluster",
            |w| w.surroundings.recoveries = vec![in_cluster()],
            &[],
            vec![
                |w| {
                    let acknowledged = Recovery {
                        acknowledged: true,
                        ..in_cluster()
                    };
                    w.surroundings.recoveries = vec![acknowledged];
                },
                |w| {
                    let long_ago = Recovery {
                        end: ago(3_600),
                        ..in_cluster()
                    };
                    w.surroundings.recoveries = vec![long_ago];
                },
            ],
        ),
    ]
}

#[test]
fn each_gate_holds_and_has_a_near_miss() {
    assert_eq!(World::dead_master().held(), []);
    let cases = cases();
    let covered: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let table: Vec<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(covered, table, "one case for each row, in the table's order");
    for (name, holds, besides, near_misses) in cases {
        let mut world = World::dead_master();
        holds(&mut world);
        let held = world.held();
        let others: Vec<&str> = held
            .iter()
            .map(|h| h.gate.as_str())
            .filter(|gate| *gate != name)
            .collect();
        assert_eq!((held.len(), others.as_slice()), (besides.len() + 1, besides), "{name}");
        for (number, near_miss) in near_misses.into_iter().enumerate() {
            let mut world = World::dead_master();
            near_miss(&mut world);
            assert_eq!(world.held(), [], "{name}, near miss {number}");
        }
    }
}

#[test]
fn a_persons_word_lifts_exactly_those_that_say_so() {
    for (name, holds, besides, _) in cases() {
        let mut world = World::dead_master();
        holds(&mut world);
        let left = world.asked_for().names();
        let lifted = named(name).unwrap().lifted_by_word;
        assert_eq!(!left.contains(&name.to_owned()), lifted, "{name}: {left:?}");
        assert!(
            left.iter().all(|left| left == name || besides.contains(&left.as_str())),
            "{name}"
        );
    }
    let stays: Vec<&str> = GATES.iter().filter(|g| !g.lifted_by_word).map(|g| g.name).collect();
    let expected = [
        "no-function",
        "fenced",
        "external-kv",
        "maintenance",
        "records-unwritable",
        "open-journal",
        "takeover-under-way",
        "lease",
        "open-recovery",
    ];
    assert_eq!(stays, expected);
}

/// A world in which as much as possible stands against a recovery.
fn everything() -> World {
    let mut world = World::dead_master();
    for (name, holds, ..) in cases() {
        let earlier = world.surroundings.clone();
        // Rows are gathered; a live lease speaks for its journal, which then is none to be resumed.
        if name != "takeover-under-way" && name != "lease" {
            holds(&mut world);
        }
        let now = &mut world.surroundings;
        now.recoveries.extend(earlier.recoveries);
    }
    world.action = Action::RecoverMaster;
    let mut policy = with_store(false);
    policy.recovery_ignore_hostname_filters = NameFilters::new(&["db1".into()]);
    policy.master_dead_for_seconds = 10;
    world.policy = policy;
    world
}

#[test]
fn all_are_asked_and_none_hides_another() {
    let names = everything().names();
    let expected: Vec<&str> = GATES
        .iter()
        .map(|gate| gate.name)
        .filter(|name| !["no-function", "switched-off", "fenced", "takeover-under-way", "lease"].contains(name))
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn names_are_unique_words() {
    let names: BTreeSet<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(names.len(), GATES.len());
    for gate in GATES {
        let is_word = gate.name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(is_word, "{}", gate.name);
        assert!(
            !gate.sentence.ends_with('.') && gate.sentence.len() > 20,
            "{}",
            gate.name
        );
    }
}

/// What is told to lift a gate exists: a command of this tool, or a key of the configuration.
#[test]
fn what_lifts_a_gate_exists() {
    let commands = specs();
    let mut seen = 0;
    for (name, holds, ..) in cases() {
        let mut world = World::dead_master();
        holds(&mut world);
        let mut worlds = vec![world.clone()];
        world.surroundings.leadership = Leadership::Nobody;
        worlds.push(world);
        for held in worlds.iter().flat_map(World::held) {
            let text = held.lifted_by;
            if let Some(typed) = text.strip_prefix("orchestrator ") {
                let known = |name: &str| typed == name || typed.starts_with(&format!("{name} "));
                let exists = commands.iter().any(|spec| known(spec.name)) || TO_COME.iter().any(|name| known(name));
                assert!(exists, "{name}: {text}");
                seen += 1;
            } else if !text.is_empty() {
                let key = text.split(':').next().unwrap();
                assert!(Key::named(key).is_some(), "{name}: {text}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// What each gate says, since when and until when.
#[test]
fn holds_say_since_when_until_when_and_what_lifts_them() {
    let only = |change: Change| {
        let mut world = World::dead_master();
        change(&mut world);
        let held = world.held();
        assert_eq!(held.len(), 1, "{held:?}");
        held.into_iter().next().unwrap()
    };
    let held = only(|w| w.surroundings.downtimes = vec![downtime(db(1), ahead(9))]);
    assert_eq!((held.since, held.until), (ago(60), ahead(9)));
    assert_eq!(held.reason, "db1:3306 is in downtime (ann: disk)");
    assert_eq!(held.lifted_by, "orchestrator downtime end db1:3306");

    let held = only(|w| w.surroundings.recoveries = vec![in_cluster()]);
    assert_eq!((held.since, held.until), (ago(1_800), ahead(1_800)));
    assert_eq!(
        held.lifted_by,
        "orchestrator ack-cluster-recoveries db1:3306 --reason TEXT"
    );

    let held = only(|w| w.surroundings.recoveries = vec![promoted()]);
    assert_eq!(
        held.lifted_by,
        "orchestrator ack-instance-recoveries db9:3306 --reason TEXT"
    );

    let held = only(|w| w.surroundings.recoveries = vec![failed(10)]);
    assert_eq!((held.since, held.until), (ago(10), ahead(50)));
    assert_eq!(held.reason, "recovery 7 of db9:3306 failed: no candidate");

    let held = only(|w| w.verdict.facts.cluster.automated_master_recovery = false);
    assert_eq!(held.lifted_by, r#"RecoverMasterClusterFilters: ["alias=shop", ...]"#);

    let held = only(|w| w.surroundings.recoveries = vec![open()]);
    assert_eq!(
        (held.since, held.until),
        (ago(30 * 86_400), None),
        "an open recovery never expires"
    );

    let held = only(|w| w.surroundings.journals = vec![journal(Kind::Takeover)]);
    assert_eq!(held.gate, "open-journal");
    assert_eq!(
        held.lifted_by,
        "orchestrator recover --resume, or orchestrator recoveries ack u1 --reason WHY"
    );

    // Nobody can resume what nobody understands.
    let held = only(|w| {
        w.surroundings.journals = vec![OpenJournal {
            unreadable: Some("the plan of u1 cannot be understood".into()),
            ..journal(Kind::DeadMaster)
        }];
    });
    assert_eq!(
        (held.gate.as_str(), held.lifted_by.as_str()),
        ("open-journal", "orchestrator recoveries ack u1 --reason WHY")
    );
    assert!(held.reason.contains("the plan of u1"), "{}", held.reason);

    // A program that lives, or one that left a journal, is told of as such and not to be acknowledged.
    let named = || Recovery {
        uid: "u1".into(),
        ..open()
    };
    let held = only(|w| {
        w.surroundings.recoveries = vec![Recovery {
            uid: "u1".into(),
            ..open()
        }];
        w.surroundings.journals = vec![journal(Kind::DeadMaster)];
    });
    assert_eq!(held.gate, "open-journal");
    let mut alive = World::dead_master();
    alive.surroundings.recoveries = vec![named()];
    alive.surroundings.journals = vec![journal(Kind::DeadMaster)];
    alive.surroundings.leases = vec![lease()];
    assert_eq!(alive.names(), ["lease"]);

    let held = only(|w| (w.policy.master_dead_for_seconds, w.surroundings.dead_since) = (10, None));
    assert_eq!((held.since, held.until), (None, ahead(10)));
}

#[test]
fn the_block_counts_from_the_end_or_as_of_old_from_the_start() {
    for (from_start, start, end, holds) in [
        (false, 9_000, 3_599, true),
        (false, 9_000, 3_600, false),
        (true, 3_599, 10, true),
        (true, 3_600, 10, false),
    ] {
        let mut world = World::dead_master();
        world.policy.recovery_period_block_from_start = from_start;
        world.surroundings.recoveries = vec![Recovery {
            start: ago(start),
            end: ago(end),
            ..in_cluster()
        }];
        assert_eq!(!world.held().is_empty(), holds, "{from_start} {start} {end}");
    }
    let mut world = World::dead_master();
    world.policy.recovery_period_block_seconds = 0;
    world.surroundings.recoveries = vec![in_cluster(), promoted()];
    assert_eq!(world.held(), []);
    // An attempt that failed does not keep others off for as long as one that promoted somebody.
    for from_start in [false, true] {
        let mut world = World::dead_master();
        world.policy.recovery_period_block_from_start = from_start;
        world.surroundings.recoveries = vec![failed(61)];
        assert_eq!(world.held(), []);
    }
}

#[test]
fn other_recoveries_never_keep_a_dead_master_from_being_replaced() {
    for code in Code::ALL {
        let rule = RULES.iter().find(|rule| rule.code == *code);
        let of_another_kind = rule.is_some_and(|r| {
            r.action.is_recovery() && !matches!(r.action, Action::RecoverMaster | Action::RecoverCoMaster)
        });
        let of_a_master = !of_another_kind && !code.as_str().contains("IntermediateMaster");
        let as_code = |recovery: Recovery| Recovery {
            analysis: code.as_str().into(),
            ..recovery
        };
        for recovery in [open(), failed(1), in_cluster(), promoted()] {
            let mut world = World::dead_master();
            world.surroundings.recoveries = vec![as_code(recovery)];
            assert_eq!(!world.held().is_empty(), of_a_master, "{code}");
        }
    }
    let mut unknown = World::dead_master();
    unknown.surroundings.recoveries = vec![Recovery {
        analysis: "SomethingOfAnotherVersion".into(),
        ..open()
    }];
    assert_eq!(unknown.names(), ["open-recovery"]);
    let mut intermediate = World::of(Code::DeadIntermediateMaster);
    intermediate.surroundings.recoveries = vec![open()];
    assert_eq!(intermediate.held(), [], "nor the other way round");
}

/// The stored code and the rule that gave it tell the same of what was done.
#[test]
fn a_stored_code_tells_what_its_rule_called_for() {
    for rule in RULES {
        if let Some(kind) = Kind::of(rule.action) {
            assert_eq!(Kind::of_stored(rule.code.as_str()), kind, "{}", rule.code);
        }
    }
}

#[test]
fn what_is_only_told_is_held_with_that_reason() {
    for code in [
        Code::UnreachableMaster,
        Code::DeadMasterWithoutReplicas,
        Code::NoProblem,
    ] {
        for world in [World::of(code), World::of(code).asked_for()] {
            let held = world.held();
            assert_eq!(held.len(), 1, "{code}: {held:?}");
            assert_eq!(
                (held[0].gate.as_str(), held[0].lifted_by.as_str()),
                ("no-function", ""),
                "{code}"
            );
        }
    }
    assert_eq!(World::of(Code::DeadCoMaster).held(), []);
}

/// Every kind of recovery is held by every gate that concerns it, and by no other.
#[test]
fn each_kind_is_held_by_each_gate_that_concerns_it() {
    const OF_MASTERS: [&str; 4] = ["external-kv", "fleet-breaker", "master-refuses", "master-dead-for"];
    let kinds = [
        (Code::DeadMaster, vec!["no-function", "switched-off", "fenced"]),
        (
            Code::DeadCoMaster,
            vec!["no-function", "switched-off", "fenced", "in-grace"],
        ),
        (
            Code::DeadIntermediateMaster,
            vec!["no-function", "switched-off", "fenced", "in-grace"],
        ),
        (
            Code::AllIntermediateMasterReplicasFailingToConnectOrDead,
            vec!["no-function", "switched-off", "fenced", "in-grace"],
        ),
        (
            Code::DeadReplicationGroupMemberWithReplicas,
            vec!["no-function", "switched-off", "fenced", "in-grace"],
        ),
        (
            Code::LockedSemiSyncMaster,
            vec!["no-function", "fenced", "cluster-filter"],
        ),
        (
            Code::MasterWithTooManySemiSyncReplicas,
            vec!["no-function", "fenced", "cluster-filter", "in-grace"],
        ),
        (
            Code::NoWriteableMasterStructureWarning,
            vec!["no-function", "cluster-filter", "in-grace"],
        ),
    ];
    for (code, unconcerned) in kinds {
        let mut free = World::of(code);
        free.policy.recover_locked_semi_sync_master = true;
        free.policy.recover_non_writeable_master = true;
        assert_eq!(free.held(), [], "{code}");
        let replaces = matches!(free.action, Action::RecoverMaster | Action::RecoverCoMaster);
        for (name, holds, ..) in cases() {
            let mut world = free.clone();
            holds(&mut world);
            world.action = free.action;
            world.policy.recover_locked_semi_sync_master = name != "switched-off";
            world.policy.recover_non_writeable_master = name != "switched-off";
            if name == "cluster-filter" {
                world.verdict.facts.cluster.automated_intermediate_master_recovery = false;
            }
            for recovery in &mut world.surroundings.recoveries {
                recovery.analysis = code.as_str().into();
            }
            let is_concerned = !unconcerned.contains(&name) && (replaces || !OF_MASTERS.contains(&name));
            assert_eq!(world.names().contains(&name.to_owned()), is_concerned, "{code}, {name}");
        }
    }
}

#[test]
fn replicas_in_downtime_excuse_what_concerns_only_them() {
    let mut world = World::of(Code::DeadIntermediateMaster);
    world.verdict.is_replicas_downtimed = true;
    world.surroundings.downtimes = vec![downtime(db(2), None), downtime(db(3), ahead(5))];
    let held = world.held();
    let held = held.iter().find(|held| held.gate == "downtime").unwrap();
    assert_eq!(
        (held.until, held.lifted_by.as_str()),
        (ahead(5), "orchestrator downtime end db3:3306")
    );
}

/// Twenty clusters whose masters die in one tick: nothing is begun, and one alarm is raised.
#[test]
fn twenty_clusters_at_once_are_the_network() {
    let verdicts: Vec<Verdict> = (0..20)
        .map(|number| {
            let mut verdict = verdict(Code::DeadMaster);
            verdict.facts.key = db(number);
            verdict.facts.cluster.name = db(number).to_string();
            verdict
        })
        .collect();
    let mut breaker = Breaker::new(3);
    let turn = breaker.note(dead_clusters(&verdicts), 20, NOW);
    let Some(Turn::Trips(alarm)) = turn else {
        panic!("{turn:?}")
    };
    assert_eq!((alarm.lost, alarm.clusters, alarm.limit), (20, 20, 4));
    for verdict in &verdicts {
        let world = World {
            verdict: verdict.clone(),
            surroundings: Surroundings {
                breaker: breaker.holds(NOW),
                ..Surroundings::default()
            },
            ..World::dead_master()
        };
        assert_eq!(world.names(), ["fleet-breaker"]);
    }
    // They are no less dead after a minute, nor after a day.
    for second in (1..120).chain([3_600, 86_400]) {
        let now = NOW.plus_seconds(second);
        assert_eq!(breaker.note(dead_clusters(&verdicts), 20, now), None, "one alarm");
        let held = breaker.holds(now).unwrap();
        assert_eq!((held.lost, held.since, held.until), (20, NOW, None), "{second}");
    }
    // Most of them are back, and stay so for a minute.
    let back = NOW.plus_seconds(86_401);
    for second in 0..59 {
        let now = back.plus_seconds(second);
        assert_eq!(breaker.note(dead_clusters(&verdicts[..4]), 20, now), None, "{second}");
        assert_eq!(breaker.holds(now).unwrap().until, Some(back.plus_seconds(59)));
    }
    let over = back.plus_seconds(59);
    assert_eq!(breaker.note(dead_clusters(&verdicts[..4]), 20, over), Some(Turn::Lifts));
    assert_eq!(breaker.holds(over), None);
    assert_eq!(
        breaker.note(dead_clusters(&verdicts[..4]), 20, over.plus_seconds(1)),
        None,
        "they are no news"
    );
}

/// That a few are dead and stay so is no reason, nor that one of many is not seen dead for a moment one to let go.
#[test]
fn who_died_before_does_not_count_and_a_glimpse_does_not_lift() {
    let mut breaker = Breaker::new(1);
    for (second, dead) in [(0, &["a"][..]), (100, &["a", "b"]), (200, &["a", "b", "c"])] {
        assert_eq!(breaker.note(dead.iter().copied(), 5, NOW.plus_seconds(second)), None);
    }
    let later = |second: i64| NOW.plus_seconds(1_000 + second);
    assert!(matches!(
        breaker.note(["a", "b", "c", "d", "e"], 5, later(0)),
        Some(Turn::Trips(_))
    ));
    assert_eq!(breaker.holds(later(0)).unwrap().lost, 2);
    assert_eq!(breaker.note(["a", "b", "c", "d", "e"], 5, later(500)), None);
    assert_eq!(breaker.note(["a", "b", "c", "d"], 5, later(501)), None);
    assert!(breaker.holds(later(501)).is_some());
    // It is dead again; the others were so all the time.
    assert_eq!(breaker.note(["a", "b", "c", "d", "e"], 5, later(502)), None);
    assert_eq!(breaker.holds(later(502)).unwrap().until, None);
    // Somebody says that so many may be dead.
    breaker.set_most(2);
    assert_eq!(
        breaker.note(["a", "b", "c", "d", "e"], 5, later(600)),
        Some(Turn::Lifts)
    );
}

/// A watcher that is started anew goes on with what the one before it had seen.
#[test]
fn the_breaker_is_remembered() {
    let detection = |number: u16, second: i64| Detection {
        key: db(number),
        analysis: "DeadMaster".into(),
        cluster_name: db(number).to_string(),
        is_actionable: true,
        is_active: true,
        start: Some(NOW.plus_seconds(second)),
        ..Detection::default()
    };
    let dead: Vec<String> = (0..4).map(|number| db(number).to_string()).collect();
    let now = NOW.plus_seconds(5_000);
    for (every, holds) in [(10, true), (100, false)] {
        let detections: Vec<Detection> = (0..4)
            .map(|number| detection(number, i64::from(number) * every))
            .collect();
        let mut breaker = of_detections(&detections, 10, 3);
        breaker.note(dead.iter().map(String::as_str), 10, now);
        assert_eq!(breaker.holds(now).is_some(), holds, "{every}");
    }
}

/// Whoever only asks cannot know what the watcher waits for, and knows the rest better than what it wrote down.
#[test]
fn what_only_the_watcher_can_tell_is_added() {
    let mut world = World::dead_master();
    world.surroundings.is_disabled = true;
    world.surroundings.leadership = Leadership::Nobody;
    let written: Vec<HeldBy> = [
        "witness",
        "cluster-filter",
        "unheard-of",
        "globally-disabled",
        "starting-up",
    ]
    .into_iter()
    .map(|gate| HeldBy {
        gate: gate.into(),
        reason: "as written down".into(),
        since: None,
        until: None,
        lifted_by: String::new(),
    })
    .collect();
    let all = with_the_watchers(world.held(), &written);
    let told: Vec<(&str, bool)> = all
        .iter()
        .map(|h| (h.gate.as_str(), h.reason == "as written down"))
        .collect();
    let expected = [
        ("globally-disabled", false),
        ("not-leader", false),
        ("starting-up", true),
        ("witness", true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_breaker_does_not_hold_what_replaces_no_master() {
    let mut world = World::of(Code::DeadIntermediateMaster);
    world.surroundings.breaker = Some(tripped());
    assert_eq!(world.held(), []);
}

#[test]
fn the_limit_is_a_number_or_a_fifth_whichever_is_more() {
    let clusters: Vec<String> = (0..100).map(|n| db(n).to_string()).collect();
    for (most, of, dead, holds) in [
        (3, 3, 3, false),
        (3, 4, 4, true),
        (3, 19, 3, false),
        (3, 19, 4, true),
        (3, 20, 4, false),
        (3, 100, 20, false),
        (3, 100, 21, true),
        (30, 100, 30, false),
        (30, 100, 31, true),
        (1, 4, 1, false),
        (1, 4, 2, true),
        (0, 100, 100, false),
    ] {
        let mut breaker = Breaker::new(most);
        let turn = breaker.note(clusters.iter().take(dead).map(String::as_str), of, NOW);
        assert_eq!(
            (breaker.holds(NOW).is_some(), turn.is_some()),
            (holds, holds),
            "{most} {of} {dead}"
        );
    }
}

#[test]
fn deaths_count_for_a_minute_and_once() {
    let mut breaker = Breaker::new(1);
    assert_eq!(breaker.note(["a"], 3, NOW), None);
    // It came back and went again: that is one cluster.
    assert_eq!(breaker.note([], 3, NOW.plus_seconds(10)), None);
    assert_eq!(breaker.note(["a"], 3, NOW.plus_seconds(20)), None);
    let Some(Turn::Trips(tripped)) = breaker.note(["b"], 3, NOW.plus_seconds(59)) else {
        panic!("{breaker:?}")
    };
    assert_eq!(
        (tripped.since, tripped.until),
        (NOW.plus_seconds(59), Some(NOW.plus_seconds(119)))
    );
    assert_eq!(breaker.note(["b"], 3, NOW.plus_seconds(119)), Some(Turn::Lifts));
    // A clock that is set back does not make the minute longer.
    let earlier = NOW.plus_seconds(-3_600);
    assert!(matches!(breaker.note(["b", "c"], 3, earlier), Some(Turn::Trips(_))));
    assert_eq!(breaker.note(["b"], 3, earlier.plus_seconds(59)), None);
    assert_eq!(breaker.note(["b"], 3, earlier.plus_seconds(60)), Some(Turn::Lifts));
}

#[test]
fn a_downtimed_master_does_not_count() {
    let mut planned = verdict(Code::DeadMaster);
    planned.skippable_due_to_downtime = true;
    let all = [planned, verdict(Code::UnreachableMaster), verdict(Code::DeadCoMaster)];
    assert_eq!(dead_clusters(&all).count(), 1);
}

/// A takeover that died before the promotion is given up for the failover of its master, and for nothing else.
#[test]
fn a_takeover_whose_master_died_before_the_promotion_holds_no_failover() {
    let before = || OpenJournal {
        is_past_return: false,
        ..journal(Kind::Takeover)
    };
    let world = |journals: Vec<OpenJournal>| {
        let mut world = World::dead_master();
        world.surroundings.journals = journals;
        world.surroundings.recoveries = vec![Recovery {
            uid: "u1".into(),
            ..failed(10)
        }];
        world
    };
    assert_eq!(world(vec![before()]).held(), []);
    assert_eq!(world(vec![before()]).asked_for().held(), []);
    let mut another = world(vec![before()]);
    another.action = Action::RecoverIntermediateMaster;
    assert!(another.names().contains(&"open-journal".to_owned()));
    let mut alive = world(vec![before()]);
    alive.surroundings.leases = vec![lease()];
    assert!(alive.names().contains(&"lease".to_owned()), "{:?}", alive.names());
    for held in [
        journal(Kind::Takeover),
        OpenJournal {
            failed: db(3),
            ..before()
        },
        OpenJournal {
            unreadable: Some("why".into()),
            ..before()
        },
    ] {
        assert!(world(vec![held]).names().contains(&"open-journal".to_owned()));
    }
    // One behind it holds as ever.
    let behind = world(vec![before(), journal(Kind::DeadMaster)]);
    assert!(behind.names().contains(&"open-journal".to_owned()));
}
