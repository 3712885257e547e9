//! From verdicts to decisions, and what hooks are told: the tables, without any process or file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use orchestrator::analysis::rules::RULES;
use orchestrator::config::Policy;
use orchestrator::model::facts::{ClusterFacts, Facts};
use orchestrator::model::verdict::{Action, Code, Evidence, Verdict};
use orchestrator::model::{Coordinates, InstanceKey, Timestamp};
use orchestrator::recovery::entry::{Circumstances, Decision, Plan, Then, decide};
use orchestrator::recovery::placeholders::{Failure, PLACEHOLDERS, Successor};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp(1_714_564_800);

fn verdict(code: Code) -> Verdict {
    let rule = RULES.iter().find(|rule| rule.code == code);
    Verdict {
        facts: Facts {
            key: InstanceKey::new("db1", 3306),
            cluster: ClusterFacts {
                name: "db1:3306".into(),
                alias: "shop".into(),
                domain: "shop.example.com".into(),
                automated_master_recovery: true,
                automated_intermediate_master_recovery: false,
            },
            is_master: true,
            replicas: 2,
            replica_keys: vec![InstanceKey::new("db2", 3306), InstanceKey::new("db3", 3307)],
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

/// With semi-sync replicas to be adjusted.
fn policy() -> Policy {
    Policy {
        recover_locked_semi_sync_master: true,
        ..Policy::default()
    }
}

fn plan(code: Code, policy: &Policy, met: &Circumstances<'_>) -> Plan {
    match decide(&verdict(code), policy, met, NOW) {
        Decision::Proceed(plan) => *plan,
        other => panic!("{code}: {other:?}"),
    }
}

#[derive(Debug, PartialEq)]
enum Expected {
    Nothing,
    Informs,
    Detects,
    Recovers(Action),
}

/// What follows from each code when nothing stands against it.
#[test]
fn every_code_has_its_consequence() {
    use Action::*;
    use Expected::*;
    for code in Code::ALL {
        let expected = match code {
            Code::NoProblem => Nothing,
            Code::DeadMaster | Code::DeadMasterAndSomeReplicas => Recovers(RecoverMaster),
            Code::LockedSemiSyncMaster | Code::MasterWithTooManySemiSyncReplicas => Recovers(RecoverSemiSync),
            Code::NoWriteableMasterStructureWarning => Recovers(MakeWriteable),
            Code::DeadCoMaster | Code::DeadCoMasterAndSomeReplicas => Recovers(RecoverCoMaster),
            Code::DeadIntermediateMaster
            | Code::DeadIntermediateMasterAndSomeReplicas
            | Code::DeadIntermediateMasterWithSingleReplicaFailingToConnect
            | Code::AllIntermediateMasterReplicasFailingToConnectOrDead => Recovers(RecoverIntermediateMaster),
            Code::DeadReplicationGroupMemberWithReplicas => Recovers(RecoverGroupMember),
            Code::DeadMasterAndReplicas
            | Code::UnreachableMaster
            | Code::UnreachableMasterWithLaggingReplicas
            | Code::UnreachableIntermediateMasterWithLaggingReplicas
            | Code::AllMasterReplicasNotReplicating
            | Code::AllMasterReplicasNotReplicatingOrDead
            | Code::DeadIntermediateMasterAndReplicas => Detects,
            _ => Informs,
        };
        let found = match decide(&verdict(*code), &policy(), &Circumstances::default(), NOW) {
            Decision::Nothing => Nothing,
            Decision::NoPlan(line) => {
                assert!(
                    line.starts_with(&format!("{code} on db1:3306: no action plan")),
                    "{line}"
                );
                Informs
            }
            Decision::Held(line) => panic!("{line}"),
            Decision::Proceed(plan) => {
                let recovers = matches!(plan.then, Then::Recover { .. });
                assert_eq!(plan.detection.is_actionable, recovers, "{code}");
                assert!(plan.run_hooks);
                match plan.then {
                    Then::Stop => Detects,
                    Then::Recover { action, .. } => Recovers(action),
                    Then::Disabled(line) => panic!("{line}"),
                }
            }
        };
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn lines_have_the_form_that_people_search_for() {
    let met = Circumstances::default();
    let dead = plan(Code::DeadMaster, &policy(), &met);
    assert_eq!(
        dead.line,
        "executeCheckAndRecoverFunction: proceeding with DeadMaster detection on db1:3306; isActionable?: true; \
         skipProcesses: false"
    );
    let Then::Recover { line, .. } = dead.then else {
        panic!("{dead:?}")
    };
    assert_eq!(
        line,
        "executeCheckAndRecoverFunction: proceeding with DeadMaster recovery on db1:3306; isRecoverable?: true; \
         skipProcesses: false"
    );
    let without_hooks = Circumstances {
        skip_hooks: true,
        ..met
    };
    let unreachable = plan(Code::UnreachableMaster, &policy(), &without_hooks);
    assert_eq!(
        unreachable.line,
        "executeCheckAndRecoverFunction: proceeding with UnreachableMaster detection on db1:3306; isActionable?: \
         false; skipProcesses: true"
    );
    assert!(!unreachable.run_hooks);
}

#[test]
fn a_detection_says_what_and_who() {
    let met = Circumstances {
        node_hostname: "mgr1",
        node_token: "t1",
        ..Circumstances::default()
    };
    let detection = plan(Code::DeadMaster, &policy(), &met).detection;
    assert_eq!(
        (
            detection.key.to_string().as_str(),
            detection.analysis.as_str(),
            detection.is_actionable
        ),
        ("db1:3306", "DeadMaster", true)
    );
    assert_eq!(
        (detection.cluster_name.as_str(), detection.cluster_alias.as_str()),
        ("db1:3306", "shop")
    );
    assert_eq!(
        (detection.count_replicas, detection.replicas.len(), detection.start),
        (2, 2, Some(NOW))
    );
    assert_eq!(
        (detection.node_hostname.as_str(), detection.node_token.as_str()),
        ("mgr1", "t1")
    );
}

/// During the grace after a restart of the receivers, exactly the codes that such a restart could feign wait.
#[test]
fn codes_of_a_master_wait_out_the_grace() {
    let met = Circumstances {
        in_grace: true,
        ..Circumstances::default()
    };
    for code in Code::ALL {
        let waits = matches!(
            code,
            Code::DeadMaster | Code::DeadMasterAndSomeReplicas | Code::LockedSemiSyncMaster
        );
        let without = decide(&verdict(*code), &policy(), &Circumstances::default(), NOW);
        let within = decide(&verdict(*code), &policy(), &met, NOW);
        if waits {
            let plan = plan(*code, &policy(), &met);
            assert_eq!((plan.then, plan.detection.is_actionable), (Then::Stop, false), "{code}");
        } else {
            assert_eq!(within, without, "{code}");
        }
    }
}

/// What the witness holds is told to nobody: neither registered nor given to hooks, whatever else is the case.
#[test]
fn what_the_witness_holds_is_not_detected() {
    for (forced, in_grace, disabled) in [(false, false, false), (true, false, false), (false, true, true)] {
        let met = Circumstances {
            held: Some("db2:3306 has not been heard"),
            forced,
            in_grace,
            disabled,
            ..Circumstances::default()
        };
        for code in Code::ALL {
            let free = Circumstances { held: None, ..met };
            let expected = match decide(&verdict(*code), &policy(), &free, NOW) {
                Decision::Proceed(_) => {
                    Decision::Held(format!("{code} on db1:3306 is held: db2:3306 has not been heard"))
                }
                nothing_registered => nothing_registered,
            };
            assert_eq!(decide(&verdict(*code), &policy(), &met, NOW), expected, "{code}");
        }
    }
}

#[test]
fn the_global_switch_stops_recoveries_and_not_detections() {
    let disabled = Circumstances {
        disabled: true,
        ..Circumstances::default()
    };
    let dead = plan(Code::DeadMaster, &policy(), &disabled);
    assert!(dead.detection.is_actionable && dead.run_hooks);
    assert_eq!(
        dead.then,
        Then::Disabled("DeadMaster on db1:3306: NOT Recovering host (disabled globally)".into())
    );
    assert_eq!(plan(Code::UnreachableMaster, &policy(), &disabled).then, Then::Stop);
    let forced = Circumstances {
        forced: true,
        ..disabled
    };
    assert!(matches!(
        plan(Code::DeadMaster, &policy(), &forced).then,
        Then::Recover { .. }
    ));
}

/// Where the configuration leaves semi-sync alone, nothing is registered as to be acted upon.
#[test]
fn the_action_is_settled_before_anything_is_registered() {
    let locked = |recover, exact| {
        let policy = Policy {
            recover_locked_semi_sync_master: recover,
            enforce_exact_semi_sync_replicas: exact,
            ..Policy::default()
        };
        let plan = plan(Code::LockedSemiSyncMaster, &policy, &Circumstances::default());
        (plan.detection.is_actionable, plan.then == Then::Stop)
    };
    assert_eq!(locked(false, false), (false, true));
    assert_eq!(locked(true, false), (true, false));
    assert_eq!(locked(false, true), (true, false));
}

#[test]
fn a_downtime_excuses_unless_a_person_insists() {
    let mut excused = verdict(Code::DeadMaster);
    excused.skippable_due_to_downtime = true;
    let free = Circumstances::default();
    assert_eq!(decide(&excused, &policy(), &free, NOW), Decision::Nothing);
    let forced = Circumstances { forced: true, ..free };
    assert!(matches!(
        decide(&excused, &policy(), &forced, NOW),
        Decision::Proceed(_)
    ));
}

fn failure() -> Failure {
    let mut failure = Failure::of(&verdict(Code::DeadMaster), "mgr1", "1:ab");
    failure.command = "force-master-failover".into();
    failure.is_successful = true;
    failure.lost_replicas = vec![InstanceKey::new("db3", 3307)];
    failure.successor = Some(Successor {
        key: InstanceKey::new("db2", 3306),
        alias: "two".into(),
        binlog_coordinates: Some(Coordinates::new("bin.000007", 42)),
    });
    failure
}

/// By every name within braces, and by its variable.
const TOLD: &[(&str, &str, &str)] = &[
    ("failureType", "ORC_FAILURE_TYPE", "DeadMaster"),
    ("instanceType", "ORC_INSTANCE_TYPE", "master"),
    ("isMaster", "ORC_IS_MASTER", "true"),
    ("isCoMaster", "ORC_IS_CO_MASTER", "false"),
    (
        "failureDescription",
        "ORC_FAILURE_DESCRIPTION",
        "The master cannot be reached and none of its replicas is replicating",
    ),
    ("command", "ORC_COMMAND", "force-master-failover"),
    ("failedHost", "ORC_FAILED_HOST", "db1"),
    ("failedPort", "ORC_FAILED_PORT", "3306"),
    ("failureCluster", "ORC_FAILURE_CLUSTER", "db1:3306"),
    ("failureClusterAlias", "ORC_FAILURE_CLUSTER_ALIAS", "shop"),
    ("failureClusterDomain", "ORC_FAILURE_CLUSTER_DOMAIN", "shop.example.com"),
    ("countReplicas", "ORC_COUNT_REPLICAS", "2"),
    ("countSlaves", "ORC_COUNT_REPLICAS", "2"),
    ("replicaHosts", "ORC_REPLICA_HOSTS", "db2:3306,db3:3307"),
    ("slaveHosts", "ORC_REPLICA_HOSTS", "db2:3306,db3:3307"),
    ("isDowntimed", "ORC_IS_DOWNTIMED", "false"),
    ("autoMasterRecovery", "ORC_AUTO_MASTER_RECOVERY", "true"),
    (
        "autoIntermediateMasterRecovery",
        "ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY",
        "false",
    ),
    ("orchestratorHost", "ORC_ORCHESTRATOR_HOST", "mgr1"),
    ("recoveryUID", "ORC_RECOVERY_UID", "1:ab"),
    ("isSuccessful", "ORC_IS_SUCCESSFUL", "true"),
    ("lostReplicas", "ORC_LOST_REPLICAS", "db3:3307"),
    ("lostSlaves", "ORC_LOST_REPLICAS", "db3:3307"),
    ("countLostReplicas", "ORC_COUNT_LOST_REPLICAS", "1"),
    ("successorHost", "ORC_SUCCESSOR_HOST", "db2"),
    ("successorPort", "ORC_SUCCESSOR_PORT", "3306"),
    ("successorAlias", "ORC_SUCCESSOR_ALIAS", "two"),
    (
        "successorBinlogCoordinates",
        "ORC_SUCCESSOR_BINLOG_COORDINATES",
        "bin.000007:42",
    ),
];

#[test]
fn every_placeholder_and_variable_is_told() {
    let failure = failure();
    let environment = failure.environment();
    for (name, variable, value) in TOLD {
        assert_eq!(
            failure.filled_in(&format!("<{{{name}}}>")),
            format!("<{value}>"),
            "{name}"
        );
        let found: Vec<&str> = environment
            .iter()
            .filter(|(n, _)| n == variable)
            .map(|(_, v)| v.as_str())
            .collect();
        assert_eq!(found, [*value], "{variable}");
    }
    let listed: BTreeSet<&str> = TOLD.iter().map(|(name, ..)| *name).collect();
    let known: BTreeSet<&str> = PLACEHOLDERS.iter().flat_map(|p| p.names.iter().copied()).collect();
    assert_eq!(listed, known);
    assert_eq!(failure.json().as_object().unwrap().len(), PLACEHOLDERS.len());
    assert_eq!(
        failure.json()["replicaHosts"],
        serde_json::json!(["db2:3306", "db3:3307"])
    );
    assert_eq!(failure.json()["failedPort"], 3306);
}

#[test]
fn what_has_no_value_is_empty_and_what_is_unknown_stays() {
    let detected = Failure::of(&verdict(Code::DeadMaster), "mgr1", "1:ab");
    for (text, filled) in [
        ("[{successorHost}{successorPort}{successorBinlogCoordinates}]", "[]"),
        (
            "{lostReplicas}/{countLostReplicas}/{isSuccessful}/{command}",
            "/0/false/",
        ),
        (
            "echo ${failedHost} {a,b} {unknown} ${HOME} {",
            "echo $db1 {a,b} {unknown} ${HOME} {",
        ),
        ("{ {failedHost}; }", "{ db1; }"),
        ("{{failedPort}}", "{3306}"),
        ("ü{failedHost", "ü{failedHost"),
        ("", ""),
    ] {
        assert_eq!(detected.filled_in(text), filled, "{text}");
    }
    let successor = |(name, value): &(&str, String)| name.starts_with("ORC_SUCCESSOR").then(|| value.clone());
    let empty: Vec<String> = detected.environment().iter().filter_map(successor).collect();
    assert_eq!(empty, ["", "", "", ""]);
    assert!(detected.json()["successorHost"].is_null());
}

/// A value that looks like a placeholder is a value.
#[test]
fn values_are_not_filled_in_again() {
    let mut failure = failure();
    failure.cluster.alias = "{failedHost}".into();
    assert_eq!(failure.filled_in("{failureClusterAlias}"), "{failedHost}");
}
