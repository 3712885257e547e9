//! Every code and every warning: a world that yields it, and a near miss that does not.

use super::world::{NOW, World, instance, key};
use crate::model::verdict::{Code, Warning};

const FIRST_TIER: &[u16] = &[22294, 22296, 22297];
const MASTER_ERROR: &str = "\"error connecting to master 'repl@testhost:22293'\"";
const SOURCE_ERROR: &str = "\"Error reconnecting to source 'repl@testhost:22293'. This was attempt 1/10\"";

fn base() -> World {
    World::classic()
}

fn dead(ports: &[u16]) -> World {
    base().unseen(&[22293]).io_off(ports)
}

/// Name, world, expected lines.
fn cases() -> Vec<(&'static str, World, Vec<&'static str>)> {
    let single = || base().without(&[22296, 22297]);
    let pair = World::two_below_intermediate;
    vec![
        ("nothing wrong", base(), vec![]),
        // Masters.
        (
            "master alone, unseen",
            base().without(&[22294, 22295, 22296, 22297]).unseen(&[22293]),
            vec!["22293 DeadMasterWithoutReplicas"],
        ),
        (
            "never seen at all",
            base()
                .without(&[22294, 22295, 22296, 22297])
                .with(&[22293], |i| i.check.last_seen = None),
            vec!["22293 DeadMasterWithoutReplicas"],
        ),
        (
            "master alone, seen",
            base().without(&[22294, 22295, 22296, 22297]),
            vec![],
        ),
        ("all receivers stopped", dead(FIRST_TIER), vec!["22293 DeadMaster"]),
        (
            "partial success does not save the dead",
            dead(FIRST_TIER).partial(&[22293]),
            vec!["22293 DeadMaster"],
        ),
        (
            "one still replicates",
            dead(&[22294, 22296]),
            vec!["22293 UnreachableMaster"],
        ),
        (
            "everything silent",
            base().unseen(&[22293, 22294, 22296, 22297]),
            vec!["22293 DeadMasterAndReplicas", "22294 UnreachableIntermediateMaster"],
        ),
        (
            "some silent",
            dead(FIRST_TIER).unseen(&[22296, 22297]),
            vec!["22293 DeadMasterAndSomeReplicas"],
        ),
        (
            "all lag",
            base().unseen(&[22293]).lag(FIRST_TIER, 60),
            vec!["22293 UnreachableMasterWithLaggingReplicas"],
        ),
        (
            "two of three lag",
            base().unseen(&[22293]).lag(&[22294, 22296], 60),
            vec!["22293 UnreachableMaster"],
        ),
        (
            "one lag unknown",
            base()
                .unseen(&[22293])
                .lag(FIRST_TIER, 60)
                .with(&[22297], |i| i.replication.lag_seconds = None),
            vec!["22293 UnreachableMaster"],
        ),
        (
            "all delayed",
            base()
                .unseen(&[22293])
                .lag(FIRST_TIER, 600)
                .with(FIRST_TIER, |i| i.replication.sql_delay_seconds = 600),
            vec!["22293 UnreachableMaster"],
        ),
        (
            "one delayed",
            base()
                .unseen(&[22293])
                .lag(FIRST_TIER, 600)
                .with(&[22297], |i| i.replication.sql_delay_seconds = 600),
            vec!["22293 UnreachableMasterWithLaggingReplicas"],
        ),
        (
            "lag at the threshold",
            base().unseen(&[22293]).lag(FIRST_TIER, 10),
            vec!["22293 UnreachableMaster"],
        ),
        (
            "only we cannot reach it",
            base().unseen(&[22293]),
            vec!["22293 UnreachableMaster"],
        ),
        ("answered in part", base().unseen(&[22293]).partial(&[22293]), vec![]),
        (
            "in part, and a replica fails to connect",
            base()
                .unseen(&[22293])
                .partial(&[22293])
                .failing(&[22294], MASTER_ERROR),
            vec![
                "22293 UnreachableMaster",
                "22294 FirstTierReplicaFailingToConnectToMaster",
            ],
        ),
        (
            "the newer wording",
            base()
                .unseen(&[22293])
                .partial(&[22293])
                .failing(&[22294], SOURCE_ERROR),
            vec![
                "22293 UnreachableMaster",
                "22294 FirstTierReplicaFailingToConnectToMaster",
            ],
        ),
        (
            "another error is no connection failure",
            base()
                .unseen(&[22293])
                .partial(&[22293])
                .failing(&[22294], "\"Got fatal error 1236\""),
            vec![],
        ),
        (
            "six seconds are within the window",
            base().with(&[22293], |i| i.check.last_attempted = Some(NOW.plus_seconds(6))),
            vec![],
        ),
        (
            "seven seconds are not",
            base().with(&[22293], |i| i.check.last_attempted = Some(NOW.plus_seconds(7))),
            vec!["22293 UnreachableMaster"],
        ),
        // Semi-sync.
        (
            "lacking acknowledgers, first look",
            base().semi_sync(true, 2, 1),
            vec!["22293 LockedSemiSyncMasterHypothesis"],
        ),
        (
            "lacking, seen a moment ago",
            base().semi_sync(true, 2, 1).stale(10),
            vec!["22293 LockedSemiSyncMasterHypothesis"],
        ),
        (
            "lacking, standing still",
            base().semi_sync(true, 2, 1).stale(11),
            vec!["22293 LockedSemiSyncMaster"],
        ),
        (
            "standing still elsewhere",
            base()
                .semi_sync(true, 2, 1)
                .stale(60)
                .with(&[22293], |i| i.binlog.end.position += 1),
            vec!["22293 LockedSemiSyncMasterHypothesis"],
        ),
        ("enough acknowledgers", base().semi_sync(true, 2, 2).stale(60), vec![]),
        (
            "fallen back",
            base().semi_sync(false, 2, 1),
            vec!["22293 NotEnoughValidSemiSyncReplicasStructureWarning"],
        ),
        ("no wait count", base().semi_sync(true, 0, 0), vec![]),
        (
            "too many",
            base()
                .semi_sync(true, 1, 2)
                .policy(|p| p.enforce_exact_semi_sync_replicas = true),
            vec!["22293 MasterWithTooManySemiSyncReplicas"],
        ),
        ("too many, not enforced", base().semi_sync(true, 1, 2), vec![]),
        (
            "just enough, enforced",
            base()
                .semi_sync(true, 2, 2)
                .policy(|p| p.enforce_exact_semi_sync_replicas = true),
            vec![],
        ),
        // Read-only.
        (
            "read-only master",
            base().with(&[22293], |i| i.server.read_only = true),
            vec!["22293 NoWriteableMasterStructureWarning"],
        ),
        (
            "read-only master as a failure",
            base()
                .with(&[22293], |i| i.server.read_only = true)
                .policy(|p| p.recover_non_writeable_master = true),
            vec!["22293 NoWriteableMasterStructureWarning, NoWriteableMasterStructureWarning"],
        ),
        (
            "read-only replica",
            base().with(&[22294], |i| i.server.read_only = true),
            vec![],
        ),
        // A live master's replicas.
        (
            "single replica stopped",
            single().sql_off(&[22294]),
            vec!["22293 MasterSingleReplicaNotReplicating"],
        ),
        (
            "single replica silent",
            single().unseen(&[22294]),
            vec!["22293 MasterSingleReplicaDead", "22294 UnreachableIntermediateMaster"],
        ),
        ("single replica, running", single(), vec![]),
        (
            "all appliers off",
            base().sql_off(FIRST_TIER),
            vec!["22293 AllMasterReplicasNotReplicating"],
        ),
        ("all but one off", base().sql_off(&[22294, 22296]), vec![]),
        (
            "some silent, others off",
            base().sql_off(FIRST_TIER).unseen(&[22296, 22297]),
            vec!["22293 AllMasterReplicasNotReplicatingOrDead"],
        ),
        (
            "all silent says nothing",
            base().unseen(FIRST_TIER).without(&[22295]),
            vec![],
        ),
        // Co-masters.
        (
            "co-master dead",
            base().co_masters().unseen(&[22293]).io_off(FIRST_TIER),
            vec!["22293 DeadCoMaster"],
        ),
        (
            "co-master dead, some silent",
            base().co_masters().unseen(&[22293, 22297]).io_off(FIRST_TIER),
            vec!["22293 DeadCoMasterAndSomeReplicas"],
        ),
        (
            "co-master unreachable",
            base().co_masters().unseen(&[22293]),
            vec!["22293 UnreachableCoMaster"],
        ),
        (
            "co-master in part",
            base().co_masters().unseen(&[22293]).partial(&[22293]),
            vec![],
        ),
        (
            "co-master's replicas off",
            base().co_masters().sql_off(FIRST_TIER),
            vec!["22293 AllCoMasterReplicasNotReplicating"],
        ),
        (
            "all but one of them off",
            base().co_masters().sql_off(&[22294, 22296]),
            vec![],
        ),
        (
            "co-master and everything silent",
            base()
                .co_masters()
                .unseen(&[22293, 22296, 22297, 22294])
                .without(&[22295]),
            vec![
                "22293 DeadIntermediateMasterAndReplicas",
                "22294 DeadIntermediateMasterAndReplicas",
            ],
        ),
        (
            "co-master lagging in part",
            base()
                .co_masters()
                .unseen(&[22293])
                .partial(&[22293])
                .lag(FIRST_TIER, 60),
            vec!["22293 UnreachableIntermediateMasterWithLaggingReplicas"],
        ),
        // Intermediate masters.
        (
            "single replica stopped below",
            base().unseen(&[22294]).io_off(&[22295]),
            vec!["22294 DeadIntermediateMasterWithSingleReplica"],
        ),
        (
            "single replica failing below",
            base().unseen(&[22294]).failing(&[22295], MASTER_ERROR),
            vec!["22294 DeadIntermediateMasterWithSingleReplicaFailingToConnect"],
        ),
        (
            "the newer wording below",
            base().unseen(&[22294]).failing(&[22295], SOURCE_ERROR),
            vec!["22294 DeadIntermediateMasterWithSingleReplicaFailingToConnect"],
        ),
        (
            "both silent",
            base().unseen(&[22294, 22295]),
            vec!["22294 DeadIntermediateMasterAndReplicas"],
        ),
        (
            "two stopped below",
            pair().unseen(&[22294]).io_off(&[22295, 22298]),
            vec!["22294 DeadIntermediateMaster"],
        ),
        (
            "one of two stopped below",
            pair().unseen(&[22294]).io_off(&[22295]),
            vec!["22294 UnreachableIntermediateMaster"],
        ),
        (
            "one silent, one stopped below",
            pair().unseen(&[22294, 22298]).io_off(&[22295, 22298]),
            vec!["22294 DeadIntermediateMasterAndSomeReplicas"],
        ),
        (
            "only we cannot reach it",
            base().unseen(&[22294]),
            vec!["22294 UnreachableIntermediateMaster"],
        ),
        ("answered in part", base().unseen(&[22294]).partial(&[22294]), vec![]),
        (
            "lagging below",
            base().unseen(&[22294]).lag(&[22295], 60),
            vec!["22294 UnreachableIntermediateMasterWithLaggingReplicas"],
        ),
        (
            "two failing to connect",
            pair().failing(&[22295, 22298], SOURCE_ERROR),
            vec!["22294 AllIntermediateMasterReplicasFailingToConnectOrDead"],
        ),
        (
            "one failing, one silent",
            pair().failing(&[22295], SOURCE_ERROR).unseen(&[22298]),
            vec!["22294 AllIntermediateMasterReplicasFailingToConnectOrDead"],
        ),
        (
            "one failing, one stopped",
            pair().failing(&[22295], SOURCE_ERROR).io_off(&[22298]),
            vec!["22294 AllIntermediateMasterReplicasNotReplicating"],
        ),
        (
            "applier off below",
            base().sql_off(&[22295]),
            vec!["22294 AllIntermediateMasterReplicasNotReplicating"],
        ),
        ("the only one below is silent", base().unseen(&[22295]), vec![]),
        // Links.
        (
            "first tier fails to connect",
            base().failing(&[22294], MASTER_ERROR),
            vec!["22294 FirstTierReplicaFailingToConnectToMaster"],
        ),
        (
            "second tier fails to connect",
            pair().failing(&[22295], MASTER_ERROR),
            vec![],
        ),
        (
            "applier stopped too",
            base().failing(&[22294], MASTER_ERROR).sql_off(&[22294]),
            vec![],
        ),
        (
            "binlog server fails to connect",
            base()
                .failing(&[22297], MASTER_ERROR)
                .with(&[22297], |i| i.server.is_binlog_server = true),
            vec!["22297 BinlogServerFailingToConnectToMaster"],
        ),
        // Groups.
        (
            "group member dead",
            base().with(&[22293], in_group).unseen(&[22293]).io_off(FIRST_TIER),
            vec!["22293 DeadReplicationGroupMemberWithReplicas"],
        ),
        (
            "group member's replicas run",
            base().with(&[22293], in_group).unseen(&[22293]),
            vec![],
        ),
        (
            "offline group member without master",
            base()
                .with(&[22293], |i| {
                    in_group(i);
                    i.group.state = "OFFLINE".into();
                    i.group.role = String::new();
                })
                .unseen(&[22293])
                .io_off(FIRST_TIER),
            vec!["22293 DeadIntermediateMaster"],
        ),
        // Structure.
        (
            "no logging replica",
            base().with(FIRST_TIER, |i| i.binlog.logs_replica_updates = false),
            vec!["22293 NoLoggingReplicasStructureWarning"],
        ),
        (
            "one logging replica",
            base().with(&[22294, 22296], |i| i.binlog.logs_replica_updates = false),
            vec![],
        ),
        (
            "no common GTID",
            base().with(&[22293], |i| i.gtid.pseudo = false),
            vec!["22293 NoFailoverSupportStructureWarning"],
        ),
        (
            "Oracle GTID everywhere",
            base()
                .with(&[22293], |i| i.gtid.pseudo = false)
                .with(FIRST_TIER, |i| i.gtid.oracle = true),
            vec![],
        ),
        (
            "MariaDB GTID everywhere",
            base()
                .with(&[22293], |i| i.gtid.pseudo = false)
                .with(FIRST_TIER, |i| i.gtid.mariadb = true),
            vec![],
        ),
        (
            "Oracle GTID on two of three",
            base()
                .with(&[22293], |i| i.gtid.pseudo = false)
                .with(&[22294, 22296], |i| i.gtid.oracle = true),
            vec!["22293 NoFailoverSupportStructureWarning"],
        ),
        (
            "statement and mixed",
            base().with(&[22297], |i| i.binlog.format = "MIXED".into()),
            vec!["22293 StatementAndMixedLoggingReplicasStructureWarning"],
        ),
        (
            "statement and row",
            base().with(&[22297], |i| i.binlog.format = "ROW".into()),
            vec!["22293 StatementAndRowLoggingReplicasStructureWarning"],
        ),
        (
            "mixed and row",
            base()
                .with(&[22294], |i| i.binlog.format = "MIXED".into())
                .with(&[22297], |i| i.binlog.format = "ROW".into()),
            vec!["22293 MixedAndRowLoggingReplicasStructureWarning"],
        ),
        (
            "another format that does not log",
            base().with(&[22296], |i| i.binlog.format = "ROW".into()),
            vec![],
        ),
        (
            "two major versions",
            base().with(&[22297], |i| i.server.major_version = "5.7".into()),
            vec!["22293 MultipleMajorVersionsLoggingReplicasStructureWarning"],
        ),
        (
            "a version that does not log",
            base().with(&[22296], |i| i.server.major_version = "5.7".into()),
            vec![],
        ),
        (
            "another gtid_mode",
            base().with(&[22297], |i| i.gtid.mode = "ON".into()),
            vec!["22293 DifferentGTIDModesStructureWarning"],
        ),
        (
            "another gtid_mode below",
            base().with(&[22295], |i| i.gtid.mode = "ON".into()),
            vec!["22294 DifferentGTIDModesStructureWarning"],
        ),
        (
            "errant replica",
            base().with(&[22294], |i| {
                i.gtid.errant = "00020194-3333-3333-3333-333333333333:1-2".into()
            }),
            vec!["22293 ErrantGTIDStructureWarning"],
        ),
        (
            "errant replica in downtime",
            base()
                .with(&[22294], |i| {
                    i.gtid.errant = "00020194-3333-3333-3333-333333333333:1-2".into()
                })
                .downtimed(&[22294]),
            vec![],
        ),
        (
            "errant leaf is not blamed on itself",
            base().with(&[22293], |i| i.gtid.errant = "x:1".into()),
            vec![],
        ),
        // Downtime, maintenance, filters.
        (
            "its replicas are in downtime",
            base().sql_off(&[22295]).downtimed(&[22295]),
            vec![],
        ),
        (
            "only one of two in downtime",
            pair().sql_off(&[22295, 22298]).downtimed(&[22295]),
            vec!["22294 AllIntermediateMasterReplicasNotReplicating"],
        ),
        ("downtimed master", dead(FIRST_TIER).downtimed(&[22293]), vec![]),
        (
            "downtimed master, asked for",
            dead(FIRST_TIER).downtimed(&[22293]).including_downtimed(),
            vec!["22293 DeadMaster"],
        ),
        (
            "downtimed replicas do not excuse the master",
            dead(FIRST_TIER).downtimed(FIRST_TIER),
            vec!["22293 DeadMaster"],
        ),
        ("under maintenance", dead(FIRST_TIER).maintained(22293, 60), vec![]),
        (
            "maintenance expired",
            dead(FIRST_TIER).maintained(22293, -1),
            vec!["22293 DeadMaster"],
        ),
        (
            "host left out",
            dead(FIRST_TIER).policy(|p| {
                p.recovery_ignore_hostname_filters = crate::config::NameFilters::new(&["^testh".to_owned()])
            }),
            vec![],
        ),
        // Row reduction.
        (
            "stand-alone read-only master, reduced",
            base()
                .without(&[22294, 22295, 22296, 22297])
                .with(&[22293], |i| i.server.read_only = true),
            vec![],
        ),
        (
            "stand-alone read-only master, in full",
            base()
                .without(&[22294, 22295, 22296, 22297])
                .with(&[22293], |i| i.server.read_only = true)
                .policy(|p| p.reduce_analysis = false),
            vec!["22293 NoWriteableMasterStructureWarning"],
        ),
        // Keys.
        (
            "detached replicas do not count",
            dead(FIRST_TIER).with(FIRST_TIER, |i| {
                i.replication.master = crate::model::InstanceKey::new("//testhost", 22293)
            }),
            vec!["22293 DeadMasterWithoutReplicas"],
        ),
    ]
}

fn in_group(instance: &mut crate::model::Instance) {
    instance.group.name = "b0b0b0b0-0000-0000-0000-000000000000".into();
    instance.group.state = "ONLINE".into();
    instance.group.role = "PRIMARY".into();
}

#[test]
fn every_case() {
    let wrong: Vec<String> = cases()
        .into_iter()
        .filter(|(_, world, expected)| world.said() != *expected)
        .map(|(name, world, expected)| format!("{name}: expected {expected:?}, said {:?}", world.said()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_and_warning_has_a_case_and_a_near_miss() {
    let said: Vec<String> = cases().into_iter().flat_map(|(_, world, _)| world.said()).collect();
    let words: Vec<&str> = said
        .iter()
        .flat_map(|line| line.split_once(' ').expect("port and words").1.split(", "))
        .collect();
    for code in Code::ALL.iter().filter(|c| **c != Code::NoProblem) {
        assert!(words.contains(&code.as_str()), "no case yields {code}");
    }
    for warning in Warning::ALL {
        assert!(words.contains(&warning.as_str()), "no case yields {warning}");
    }
}

#[test]
fn replicas_are_found_under_the_resolved_name() {
    let mut world = dead(FIRST_TIER).with(FIRST_TIER, |i| {
        i.replication.master = crate::model::InstanceKey::new("resolved", 22293)
    });
    assert_eq!(world.said(), ["22293 DeadMasterWithoutReplicas"]);
    world.fleet.resolved_hosts.insert("testhost".into(), "resolved".into());
    assert_eq!(world.said()[0], "22293 DeadMaster");
}

#[test]
fn order_is_masters_then_cluster_masters_then_replicas_then_key() {
    let mut world = World::classic().unseen(&[22293, 22294]);
    let mut lone = instance(22200, 0, 0);
    lone.check.last_seen = None;
    let mut other = instance(22201, 0, 0);
    other.check.last_seen = None;
    other.cluster.name = "testhost:22201".into();
    world.fleet.upsert(lone);
    world.fleet.upsert(other);
    let ports: Vec<String> = world.said().iter().map(|l| l[..5].to_owned()).collect();
    assert_eq!(ports, ["22293", "22201", "22200", "22294"]);
    world.request.cluster = Some("testhost:22201".into());
    assert_eq!(world.said(), ["22201 DeadMasterWithoutReplicas"]);
    assert!(world.fleet.get(&key(22201)).is_some());
}
