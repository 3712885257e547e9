//! What answers look like, byte for byte.
#![allow(clippy::unwrap_used)]

#[path = "support/golden.rs"]
mod golden;
#[path = "support/testhost.rs"]
mod testhost;

use orchestrator::analysis::{Request, analyse};
use orchestrator::config::Policy;
use orchestrator::model::verdict::Verdict;
use orchestrator::model::{Coordinates, Fleet, Instance, InstanceKey, Version};
use orchestrator::recovery::gates::GATES;
use orchestrator::report::explain::{explain, rules_table};
use orchestrator::report::gates::About;
use orchestrator::report::json::{self, ClusterInfo, Detail, Envelope, ProcessingNode, ReplicationAnalysis};
use orchestrator::report::tree::{entries, tabulated, topology, with_tags};
use orchestrator::topology::draw;
use orchestrator::topology::osc::heuristic_lag;
use testhost::*;

/// The five servers in the states of the first example.
fn first_example() -> Fleet {
    let mut fleet = fleet();
    checked_at(&mut fleet, &[], NOW);
    change(&mut fleet, &[22293], |i| i.semi_sync.master_status = true);
    change(&mut fleet, &[22294], |i| {
        i.server.alias = "al one".to_owned();
        i.gtid.oracle = true;
        i.gtid.errant = "9a996060-6b8f-11e6-903f-6191b3cde928:1".to_owned();
        i.semi_sync.replica_status = true;
    });
    change(&mut fleet, &[22295], |i| {
        i.replication.lag_seconds = Some(12);
        i.replication.seconds_behind = Some(30);
        i.server.read_only = true;
        i.gtid.oracle = true;
    });
    change(&mut fleet, &[22296], |i| {
        i.replication.executed = Coordinates::new("//mysql-bin.000167:4", 0)
    });
    change(&mut fleet, &[22297], |i| i.replication.seconds_behind = None);
    downtimed(&mut fleet, 22297);
    fleet
}

#[test]
fn example_topology() {
    let expected = "\
testhost:22293            [0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID,semi:master]
+ testhost:22294 (al one) [0s,ok,5.6.28-log,rw,STATEMENT,>>,GTID:errant,P-GTID,semi:replica]
  + testhost:22295        [12s,lag,5.6.28-log,ro,STATEMENT,>>,GTID,P-GTID]
+ testhost:22296          [detached,ok,5.6.28,rw,nobinlog,P-GTID]
+ testhost:22297          [null,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID,downtimed]";
    assert_eq!(topology(&lines(&first_example())), expected);
}

#[test]
fn example_tabulated() {
    let expected = [
        "testhost:22293           |      0s|ok |5.6.28-log|rw|STATEMENT|>>,P-GTID,semi:master             ",
        "+ testhost:22294 (al one)|      0s|ok |5.6.28-log|rw|STATEMENT|>>,GTID:errant,P-GTID,semi:replica",
        "  + testhost:22295       |     12s|lag|5.6.28-log|ro|STATEMENT|>>,GTID,P-GTID                    ",
        "+ testhost:22296         |detached|ok |5.6.28    |rw|nobinlog |P-GTID                            ",
        "+ testhost:22297         |    null|ok |5.6.28-log|rw|STATEMENT|>>,P-GTID,downtimed               ",
    ];
    assert_eq!(tabulated(&lines(&first_example())), expected.join("\n"));
}

#[test]
fn example_tags() {
    let mut entries = lines(&fleet());
    let tags: [&[(&str, &str)]; 5] = [
        &[("role", "backup"), ("in_service", "")],
        &[("role", "delayed")],
        &[("in_service", "")],
        &[],
        &[],
    ];
    for (entry, tags) in entries.iter_mut().zip(tags) {
        entry.tags = tags.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    }
    let expected = "\
testhost:22293     [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID] [in_service,role=backup]
- testhost:22294   [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID] [role=delayed]
  - testhost:22295 [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID] [in_service]
- testhost:22296   [unknown,unchecked,5.6.28,rw,nobinlog,P-GTID] []";
    assert_eq!(with_tags(&entries[..4]), expected);
}

#[test]
fn golden_tabulated() {
    let mut fleet = fleet();
    checked_at(&mut fleet, &[22294, 22297], NOW);
    lag(&mut fleet, &[22294, 22297], 7);
    let expected = [
        "testhost:22293    |unknown|unchecked|5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "+ testhost:22294  |     7s|ok       |5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "  - testhost:22295|unknown|unchecked|5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "- testhost:22296  |unknown|unchecked|5.6.28    |rw|nobinlog |P-GTID   ",
        "+ testhost:22297  |     7s|ok       |5.6.28-log|rw|STATEMENT|>>,P-GTID",
    ];
    assert_eq!(tabulated(&lines(&fleet)), expected.join("\n"));
}

fn maria(port: u16, master: u16) -> Instance {
    let mut i = instance(port, 0, u32::from(master != 0));
    i.key = InstanceKey::new("127.0.0.1", port);
    if master != 0 {
        replicate(&mut i, InstanceKey::new("127.0.0.1", master));
        i.gtid.mariadb = true;
    }
    i.server.version = Version::new("10.11.19-MariaDB-0+deb12u1-log");
    i.binlog.format = "ROW".to_owned();
    i.gtid.pseudo = false;
    i.check.last_checked = Some(NOW);
    i.check.last_seen = Some(NOW);
    i
}

fn drawn(fleet: &Fleet) -> String {
    let members: Vec<&Instance> = fleet.instances().iter().collect();
    topology(&entries(&draw(&members), fleet, &Policy::default(), NOW))
}

#[test]
fn example_dead_master() {
    let mut fleet = Fleet::new([maria(27402, 0), maria(27401, 27402), maria(27404, 27402)]);
    change(&mut fleet, &[27402], |i| i.check.last_seen = Some(THEN));
    change(&mut fleet, &[27401, 27404], |i| i.replication.io_running = false);
    change(&mut fleet, &[27401], |i| i.server.read_only = true);
    let expected = "\
127.0.0.1:27402   [unknown,invalid,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>]
- 127.0.0.1:27401 [null,nonreplicating,10.11.19-MariaDB-0+deb12u1-log,ro,ROW,>>,GTID]
- 127.0.0.1:27404 [null,nonreplicating,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>,GTID]";
    assert_eq!(drawn(&fleet), expected);
}

#[test]
fn example_co_masters() {
    let mut fleet = Fleet::new([
        maria(27402, 27404),
        maria(27401, 27402),
        maria(27404, 27402),
        maria(27403, 27404),
    ]);
    change(&mut fleet, &[27402, 27404], |i| i.cluster.is_co_master = true);
    change(&mut fleet, &[27402], |i| i.server.read_only = true);
    change(&mut fleet, &[27404], |i| i.gtid.mariadb = false);
    change(&mut fleet, &[27403], |i| i.semi_sync.replica_status = true);
    let expected = "\
+ 127.0.0.1:27402   [0s,ok,10.11.19-MariaDB-0+deb12u1-log,ro,ROW,>>,GTID]
  + 127.0.0.1:27401 [0s,ok,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>,GTID]
+ 127.0.0.1:27404   [0s,ok,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>]
  + 127.0.0.1:27403 [0s,ok,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>,GTID,semi:replica]";
    assert_eq!(drawn(&fleet), expected);
}

#[test]
fn group_secondaries_stand_two_columns_left_as_ever() {
    let mut fleet = Fleet::new([maria(27402, 0), maria(27401, 0)]);
    change(&mut fleet, &[], |i| {
        i.group.name = "g".to_owned();
        i.group.primary = InstanceKey::new("127.0.0.1", 27402);
    });
    let expected = "\
127.0.0.1:27402     [0s,ok,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>]
‡ 127.0.0.1:27401 [0s,ok,10.11.19-MariaDB-0+deb12u1-log,rw,ROW,>>]";
    assert_eq!(drawn(&fleet), expected);
}

#[test]
fn edges_of_the_layouts() {
    assert_eq!((topology(&[]), tabulated(&[]), with_tags(&[])), Default::default());
    let mut entries = lines(&fleet());
    entries.iter_mut().for_each(|e| e.tokens = None);
    let keys = "testhost:22293\n- testhost:22294\n  - testhost:22295\n- testhost:22296\n- testhost:22297";
    assert_eq!(topology(&entries), keys);
    let mut entries = lines(&fleet());
    for entry in &mut entries {
        entry.tokens.as_mut().unwrap().extras.clear();
    }
    assert_eq!(
        tabulated(&entries[..1]),
        "testhost:22293|unknown|unchecked|5.6.28-log|rw|STATEMENT|"
    );
}

#[test]
fn description_of_one() {
    let fleet = fleet();
    let entry = &lines(&fleet)[1];
    let description = entry.tokens.as_ref().unwrap().description();
    assert_eq!(description, "[unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]");
}

fn dead_master() -> Fleet {
    let mut fleet = fleet();
    checked_at(&mut fleet, &[], NOW.plus_seconds(-2));
    change(&mut fleet, &[22293], |i| {
        i.check.last_seen = Some(NOW.plus_seconds(-62))
    });
    change(&mut fleet, &[22294, 22296, 22297], |i| {
        i.replication.io_running = false;
        i.replication.io_state = orchestrator::model::instance::ThreadState::Other;
        i.replication.last_io_error =
            "\"error reconnecting to master 'repl@testhost:22293' - retry-time: 10 retries: 3\"".to_owned();
    });
    change(&mut fleet, &[22297], |i| i.binlog.format = "ROW".to_owned());
    fleet
}

fn verdict(fleet: &Fleet, port: u16) -> Verdict {
    let request = Request {
        include_downtimed: true,
        include_no_problem: true,
        with_evidence: true,
        ..Request::default()
    };
    let verdicts = analyse(fleet, &Policy::default(), NOW, &request);
    verdicts.into_iter().find(|v| v.facts.key == key(port)).unwrap()
}

#[test]
fn explanations() {
    let dead = dead_master();
    let mut quiet = fleet();
    checked_at(&mut quiet, &[], NOW);
    quiet.aliases.insert("testhost:22293".to_owned(), "shop".to_owned());
    let mut downtime = dead_master();
    downtimed(&mut downtime, 22293);
    let mut intermediate = fleet();
    checked_at(&mut intermediate, &[], NOW);
    intermediate.upsert(Instance {
        check: intermediate.instances()[1].check,
        ..instance(22298, 22294, 2)
    });
    change(&mut intermediate, &[22294], |i| i.check.last_seen = None);
    lag(&mut intermediate, &[22295, 22298], 60);
    let mut mixed = quiet.clone();
    change(&mut mixed, &[22297], |i| i.binlog.format = "ROW".to_owned());
    for (name, fleet, port) in [
        ("structure", &mixed, 22293),
        ("dead-master", &dead, 22293),
        ("no-problem", &quiet, 22293),
        ("downtimed", &downtime, 22293),
        ("first-tier", &dead, 22297),
        ("lagging", &intermediate, 22294),
    ] {
        for width in [80, 200] {
            let text = explain(&verdict(fleet, port), NOW, width);
            golden::check_width(&text, usize::from(width));
            golden::check(&format!("explain-{name}-{width}.txt"), &text);
        }
    }
}

#[test]
fn rules() {
    let gates: Vec<About> = GATES
        .iter()
        .map(|gate| About {
            name: gate.name,
            sentence: gate.sentence,
            lifted_by_word: gate.lifted_by_word,
        })
        .collect();
    for width in [80, 200] {
        let text = rules_table(&gates, width);
        golden::check_width(&text, usize::from(width));
        assert!(text.is_ascii());
        golden::check(&format!("explain-rules-{width}.txt"), &text);
    }
}

#[test]
fn instances_in_json() {
    let fleet = first_example();
    let policy = Policy::default();
    let members = fleet.members("testhost:22293");
    let answers: Vec<json::Instance<'_>> = members
        .iter()
        .map(|i| json::Instance::of(&fleet, i, &policy, NOW))
        .collect();
    let text = json::one_line(&answers).unwrap();
    assert!(!text.contains('\n'));
    golden::check("instances.json", &text);
    golden::check("instance.yaml", json::yaml(&answers[4]).unwrap().trim_end());
}

/// The contract: names and order of all fields.
#[test]
fn fields_of_an_instance() {
    let expected = "Key InstanceAlias Uptime ServerID ServerUUID Version VersionComment FlavorName ReadOnly Binlog_format \
        BinlogRowImage LogBinEnabled LogSlaveUpdatesEnabled LogReplicationUpdatesEnabled SelfBinlogCoordinates MasterKey \
        MasterUUID AncestryUUID IsDetachedMaster Slave_SQL_Running ReplicationSQLThreadRuning Slave_IO_Running \
        ReplicationIOThreadRuning ReplicationSQLThreadState ReplicationIOThreadState HasReplicationFilters GTIDMode \
        SupportsOracleGTID UsingOracleGTID UsingMariaDBGTID UsingPseudoGTID ReadBinlogCoordinates ExecBinlogCoordinates \
        IsDetached RelaylogCoordinates LastSQLError LastIOError SecondsBehindMaster SQLDelay ExecutedGtidSet GtidPurged \
        GtidErrant SlaveLagSeconds ReplicationLagSeconds SlaveHosts Replicas ClusterName SuggestedClusterAlias DataCenter \
        Region PhysicalEnvironment ReplicationDepth IsCoMaster HasReplicationCredentials ReplicationCredentialsAvailable \
        SemiSyncAvailable SemiSyncPriority SemiSyncMasterEnabled SemiSyncReplicaEnabled SemiSyncMasterTimeout \
        SemiSyncMasterWaitForReplicaCount SemiSyncMasterStatus SemiSyncMasterClients SemiSyncReplicaStatus \
        LastSeenTimestamp IsLastCheckValid IsUpToDate IsRecentlyChecked SecondsSinceLastSeen CountMySQLSnapshots \
        IsCandidate PromotionRule IsDowntimed DowntimeReason DowntimeOwner DowntimeEndTimestamp ElapsedDowntime \
        UnresolvedHostname AllowTLS Problems LastDiscoveryLatency ReplicationGroupName ReplicationGroupIsSinglePrimary \
        ReplicationGroupMemberState ReplicationGroupMemberRole ReplicationGroupMembers ReplicationGroupPrimaryInstanceKey";
    let fleet = fleet();
    let answer = json::Instance::of(&fleet, &fleet.instances()[0], &Policy::default(), NOW);
    assert_eq!(fields(&answer), expected.split_whitespace().collect::<Vec<_>>());
}

fn fields(value: &impl serde::Serialize) -> Vec<String> {
    let value = serde_json::to_value(value).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn fields_of_an_analysis() {
    let expected = "AnalyzedInstanceKey AnalyzedInstanceMasterKey ClusterDetails AnalyzedInstanceDataCenter \
        AnalyzedInstanceRegion AnalyzedInstancePhysicalEnvironment AnalyzedInstanceBinlogCoordinates IsMaster \
        IsReplicationGroupMember IsCoMaster LastCheckValid LastCheckPartialSuccess CountReplicas CountValidReplicas \
        CountValidReplicatingReplicas CountReplicasFailingToConnectToMaster CountDowntimedReplicas ReplicationDepth \
        Replicas SlaveHosts IsFailingToConnectToMaster Analysis Description StructureAnalysis IsDowntimed \
        IsReplicasDowntimed DowntimeEndTimestamp DowntimeRemainingSeconds IsBinlogServer PseudoGTIDImmediateTopology \
        OracleGTIDImmediateTopology MariaDBGTIDImmediateTopology BinlogServerImmediateTopology SemiSyncMasterEnabled \
        SemiSyncMasterStatus SemiSyncMasterWaitForReplicaCount SemiSyncMasterClients CountSemiSyncReplicasEnabled \
        CountLoggingReplicas CountStatementBasedLoggingReplicas CountMixedBasedLoggingReplicas \
        CountRowBasedLoggingReplicas CountDistinctMajorVersionsLoggingReplicas CountDelayedReplicas \
        CountLaggingReplicas IsActionableRecovery ProcessingNodeHostname ProcessingNodeToken \
        CountAdditionalAgreeingNodes StartActivePeriod SkippableDueToDowntime GTIDMode MinReplicaGTIDMode \
        MaxReplicaGTIDMode MaxReplicaGTIDErrant CommandHint IsReadOnly";
    let more = ["DowntimeSecondsLeft", "Rule", "Action", "Evidence"];
    let verdict = verdict(&dead_master(), 22293);
    let node = ProcessingNode {
        hostname: "here",
        token: "t",
    };
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(
        fields(&ReplicationAnalysis::of(&verdict, node, Detail::Classic)),
        expected
    );
    expected.extend(more);
    assert_eq!(fields(&ReplicationAnalysis::of(&verdict, node, Detail::Full)), expected);
}

#[test]
fn analyses_in_json() {
    let mut fleet = dead_master();
    downtimed(&mut fleet, 22293);
    let verdict = verdict(&fleet, 22293);
    let node = ProcessingNode {
        hostname: "here",
        token: "4f",
    };
    for (name, detail) in [("classic", Detail::Classic), ("full", Detail::Full)] {
        let answer = Envelope::ok("Analysis", vec![ReplicationAnalysis::of(&verdict, node, detail)]);
        golden::check(&format!("analysis-{name}.json"), &json::one_line(&answer).unwrap());
        golden::check(
            &format!("analysis-{name}.pretty.json"),
            &serde_json::to_string_pretty(&answer).unwrap(),
        );
    }
    let answer = ReplicationAnalysis::of(&verdict, node, Detail::Full);
    golden::check("analysis-full.yaml", json::yaml(&answer).unwrap().trim_end());
}

#[test]
fn small_shapes() {
    assert_eq!(
        json::one_line(&Envelope::error("a < b & c > \u{2028}d")).unwrap(),
        r#"{"Code":"ERROR","Message":"a \u003c b \u0026 c \u003e \u2028d","Details":null}"#
    );
    assert_eq!(
        json::one_line(&json::keys(&[key(2), key(1)])).unwrap(),
        r#"[{"Hostname":"testhost","Port":1},{"Hostname":"testhost","Port":2}]"#
    );
    assert_eq!(
        json::one_line(&json::NullInt::from(None::<u64>)).unwrap(),
        r#"{"Int64":0,"Valid":false}"#
    );
    let fleet = fleet();
    let policy = Policy::default();
    let lag = heuristic_lag(&fleet.members("testhost:22293"), &policy);
    assert_eq!(
        json::one_line(&ClusterInfo::of(&fleet, "testhost:22293", &policy, lag)).unwrap(),
        r#"{"ClusterName":"testhost:22293","ClusterAlias":"testhost:22293","ClusterDomain":"","CountInstances":5,"HeuristicLag":0,"HasAutomatedMasterRecovery":false,"HasAutomatedIntermediateMasterRecovery":false}"#
    );
}
