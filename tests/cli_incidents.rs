//! The lists of what was detected, held back, done and judged, and their counterparts of the web service.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated};
use serde_json::{Value, json};

/// Three detections: a master's, later its own again as to be acted upon, and one of a cluster that is gone.
fn cli() -> Cli {
    let cli = Cli::testhost();
    let detected = |id: u32, host: &str, port: u16, code: &str, cluster: &str, alias: &str, rest: &str| {
        cli.sql(&format!(
            "INSERT INTO topology_failure_detection (detection_id, hostname, port, analysis, cluster_name, cluster_alias,
             start_active_period, processing_node_hostname, processcing_node_token, count_affected_slaves, slave_hosts,
             in_active_period, end_active_period_unixtime, is_actionable)
             VALUES ({id}, '{host}', {port}, '{code}', '{cluster}', '{alias}', '2026-01-0{id} 10:00:00', 'mgr1', 't1', {rest})"
        ));
    };
    let cluster = "testhost:22293";
    detected(
        1,
        "gone",
        3306,
        "DeadMaster",
        "gone:3306",
        "depot",
        "0, '', 0, 1767261600, 1",
    );
    detected(
        2,
        "testhost",
        22293,
        "UnreachableMaster",
        cluster,
        cluster,
        "2, 'testhost:22296,testhost:22294', 1, 0, 0",
    );
    detected(
        3,
        "testhost",
        22294,
        "DeadIntermediateMaster",
        cluster,
        cluster,
        "1, 'testhost:22295', 1, 0, 1",
    );
    cli.sql(
        "INSERT INTO topology_recovery (recovery_id, uid, hostname, port, in_active_period, end_active_period_unixtime,
             last_detection_id) VALUES (8, '8:ab', 'gone', 3306, 0, 5, 1), (9, '9:cd', 'gone', 3306, 1, 0, 1);
         INSERT INTO blocked_topology_recovery VALUES
             ('testhost', 22293, 'testhost:22293', 'DeadMaster', '2026-01-03 10:00:01', 9),
             ('gone', 3306, 'gone:3306', 'DeadMaster', '2026-01-03 10:00:02', NULL);
         INSERT INTO database_instance_analysis_changelog (hostname, port, analysis_timestamp, analysis) VALUES
             ('testhost', 22294, '2026-01-03 10:00:00', 'DeadIntermediateMaster'),
             ('testhost', 22293, '2026-01-02 10:00:00', 'UnreachableMaster'),
             ('testhost', 22294, '2026-01-03 10:00:09', 'NoProblem');
         INSERT INTO topology_recovery_steps (recovery_step_id, recovery_uid, audit_at, message) VALUES
             (1, '9:cd', '2026-01-01 10:00:00', 'begun'), (2, '8:ab', '2026-01-01 10:00:00', 'another'),
             (3, '9:cd', '2026-01-01 10:00:01', 'done');",
    );
    cli
}

const FIRST: &str = "1\t2026-01-01 10:00:00\tgone:3306\tDeadMaster\tdepot\tyes\tno\t9\n";
const SECOND: &str = "2\t2026-01-02 10:00:00\ttesthost:22293\tUnreachableMaster\ttesthost:22293\tno\tyes\t\n";
const THIRD: &str = "3\t2026-01-03 10:00:00\ttesthost:22294\tDeadIntermediateMaster\ttesthost:22293\tyes\tyes\t\n";

fn get(cli: &Cli, path: &str) -> Value {
    let ran = cli.run(&format!("-c api -path {path}"));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{path}: {ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|d| d["Id"].as_i64().unwrap())
        .collect()
}

#[test]
fn detections_by_instance_and_by_cluster() {
    let cli = cli();
    cli.run("detections").prints(&[THIRD, SECOND, FIRST].concat());
    // An instance, a master (whose key is the cluster's name), and a cluster that is known no more.
    cli.run("detections testhost:22294").prints(THIRD);
    cli.run("detections esthost:22294").prints(THIRD);
    cli.run("detections testhost:22293").prints(&[THIRD, SECOND].concat());
    for named in ["depot", "gone:3306", "gone", "--alias depot", "--id 1"] {
        cli.run(&format!("detections {named}")).prints(FIRST);
    }
    cli.run("detections testhost:22295").prints("");
    cli.run("detections --page 0").prints(&[THIRD, SECOND, FIRST].concat());
    cli.run("detections --page 1").prints("");
    cli.run("detections nobody")
        .is("", "no cluster and no instance is known as `nobody`", 0);
    cli.run("detections --id x").is("", "--id x: this is no number", 2);
    let table = cli.run("detections depot --output table").stdout;
    assert!(table.contains("Actionable") && table.contains("gone:3306"), "{table}");
    let yaml = cli.run("detections depot --output yaml").stdout;
    assert!(yaml.contains("RelatedRecoveryId: 9"), "{yaml}");
}

/// The classic form has no such commands, but the web service's paths.
#[test]
fn lists_are_of_the_modern_form() {
    let cli = cli();
    for name in ["detections", "blocked-recoveries", "changelog", "recovery-steps"] {
        cli.run(&format!("-c {name}"))
            .ends(&dated("FATAL", &format!("Unknown command: \"{name}\"")), 1);
    }
}

#[test]
fn detections_of_the_web_service() {
    let cli = cli().with("\"RecoverMasterClusterFilters\": [\"alias=depot\"],\n");
    let all = get(&cli, "audit-failure-detection");
    assert_eq!(ids(&all), [3, 2, 1]);
    assert_eq!(
        all,
        serde_json::from_str::<Value>(&cli.run("detections --output json").stdout).unwrap()
    );
    for (path, expected) in [
        ("audit-failure-detection/0", vec![3, 2, 1]),
        ("audit-failure-detection/1", vec![]),
        ("audit-failure-detection/id/2", vec![2]),
        ("audit-failure-detection/id/7", vec![]),
        ("audit-failure-detection/alias/depot", vec![1]),
        ("audit-failure-detection/alias/depot/0", vec![1]),
        ("audit-failure-detection/alias/unheard", vec![]),
    ] {
        assert_eq!(ids(&get(&cli, path)), expected, "{path}");
    }
    let fields = [
        "Id",
        "UID",
        "AnalysisEntry",
        "SuccessorKey",
        "SuccessorAlias",
        "SuccessorBinlogCoordinates",
        "IsActive",
        "IsSuccessful",
        "LostReplicas",
        "ParticipatingInstanceKeys",
        "AllErrors",
        "RecoveryStartTimestamp",
        "RecoveryEndTimestamp",
        "ProcessingNodeHostname",
        "ProcessingNodeToken",
        "Acknowledged",
        "AcknowledgedAt",
        "AcknowledgedBy",
        "AcknowledgedComment",
        "LastDetectionId",
        "RelatedRecoveryId",
        "Type",
        "RecoveryType",
    ];
    let second = &all[1];
    assert_eq!(second.as_object().unwrap().keys().collect::<Vec<_>>(), fields);
    assert_eq!(
        (&second["UID"], &second["IsActive"], &second["RelatedRecoveryId"]),
        (&json!(""), &json!(true), &json!(0))
    );
    assert_eq!(second["RecoveryStartTimestamp"], "2026-01-02 10:00:00");
    assert_eq!(
        (&second["ProcessingNodeHostname"], &second["ProcessingNodeToken"]),
        (&json!("mgr1"), &json!("t1"))
    );
    let entry = &second["AnalysisEntry"];
    assert_eq!(
        entry["AnalyzedInstanceKey"],
        json!({"Hostname": "testhost", "Port": 22293})
    );
    assert_eq!(
        (&entry["Analysis"], &entry["CountReplicas"]),
        (&json!("UnreachableMaster"), &json!(2))
    );
    assert_eq!(
        entry["Replicas"],
        json!([{"Hostname": "testhost", "Port": 22294}, {"Hostname": "testhost", "Port": 22296}])
    );
    assert_eq!(entry["ClusterDetails"]["ClusterName"], "testhost:22293");
    assert_eq!(entry["ClusterDetails"]["HasAutomatedMasterRecovery"], false);
    assert_eq!(
        all[2]["AnalysisEntry"]["ClusterDetails"]["HasAutomatedMasterRecovery"],
        true
    );
    assert_eq!(all[2]["RelatedRecoveryId"], 9);
    cli.run("-c api -path audit-failure-detection/id/x").is(
        "{\"Code\":\"ERROR\",\"Message\":\"--id x: this is no number\",\"Details\":null}\n",
        "",
        1,
    );
}

/// A page is twenty long for the web service, and the command says everything.
#[test]
fn pages_are_twenty_long() {
    let cli = Cli::testhost();
    for id in 1..=45 {
        cli.sql(&format!(
            "INSERT INTO topology_failure_detection (detection_id, hostname, port, in_active_period) VALUES ({id}, 'h', {id}, 1)"
        ));
    }
    assert_eq!(cli.run("detections").stdout.lines().count(), 45);
    let all: Vec<i64> = (1..=45).rev().collect();
    assert_eq!(ids(&get(&cli, "audit-failure-detection")), all[..20]);
    assert_eq!(ids(&get(&cli, "audit-failure-detection/2")), all[40..]);
    assert_eq!(cli.run("detections --page 1").stdout.lines().count(), 20);
}

#[test]
fn blocked_recoveries() {
    let cli = cli();
    let one = "testhost:22293\ttesthost:22293\tDeadMaster\t2026-01-03 10:00:01\t9\n";
    let other = "gone:3306\tgone:3306\tDeadMaster\t2026-01-03 10:00:02\t0\n";
    cli.run("blocked-recoveries").prints(&[other, one].concat());
    cli.run("blocked-recoveries testhost:22295").prints(one);
    cli.run("blocked-recoveries gone:3306").prints(other);
    cli.run("blocked-recoveries nobody")
        .is("", "no cluster and no instance is known as `nobody`", 0);
    let data = json!({
        "FailedInstanceKey": {"Hostname": "testhost", "Port": 22293}, "ClusterName": "testhost:22293",
        "Analysis": "DeadMaster", "LastBlockedTimestamp": "2026-01-03 10:00:01", "BlockingRecoveryId": 9,
    });
    assert_eq!(get(&cli, "blocked-recoveries")[1], data);
    assert_eq!(get(&cli, "blocked-recoveries/cluster/testhost:22293"), json!([data]));
}

#[test]
fn changes_of_analysis() {
    let cli = cli();
    cli.run("changelog").prints(
        "2026-01-02 10:00:00\ttesthost:22293\tUnreachableMaster\n\
         2026-01-03 10:00:00\ttesthost:22294\tDeadIntermediateMaster\n\
         2026-01-03 10:00:09\ttesthost:22294\tNoProblem\n",
    );
    cli.run("changelog testhost:22293")
        .prints("2026-01-02 10:00:00\ttesthost:22293\tUnreachableMaster\n");
    assert_eq!(
        get(&cli, "replication-analysis-changelog"),
        json!([
            {"AnalyzedInstanceKey": {"Hostname": "testhost", "Port": 22293},
             "Changelog": ["2026-01-02 10:00:00;UnreachableMaster,"]},
            {"AnalyzedInstanceKey": {"Hostname": "testhost", "Port": 22294},
             "Changelog": ["2026-01-03 10:00:00;DeadIntermediateMaster,", "2026-01-03 10:00:09;NoProblem,"]},
        ])
    );
}

#[test]
fn steps_of_a_recovery() {
    let cli = cli();
    cli.run("recovery-steps 9:cd")
        .prints("2026-01-01 10:00:00\tbegun\n2026-01-01 10:00:01\tdone\n");
    cli.run("recovery-steps 7:00").prints("");
    cli.run("recovery-steps").ends("no recovery given", 2);
    assert_eq!(
        get(&cli, "audit-recovery-steps/9:cd")[1],
        json!({"Id": 3, "RecoveryUID": "9:cd", "AuditAt": "2026-01-01 10:00:01", "Message": "done"})
    );
}

#[test]
fn recoveries_are_switched_off_and_on_for_everybody() {
    let cli = Cli::testhost();
    let (on, off) = (
        "OK: Global recoveries disabled: false\n",
        "OK: Global recoveries disabled: true\n",
    );
    let rows = || cli.value("SELECT count(*) FROM global_recovery_disable");
    for form in ["-c ", ""] {
        let run = |name: &str| cli.run(&format!("{form}{name}"));
        run("check-global-recoveries").prints(on);
        for _ in 0..2 {
            run("disable-global-recoveries").prints("OK: Orchestrator recoveries DISABLED globally\n");
            run("check-global-recoveries").prints(off);
            assert_eq!(rows(), "1");
        }
        for _ in 0..2 {
            run("enable-global-recoveries").prints("OK: Orchestrator recoveries ENABLED globally\n");
            run("check-global-recoveries").prints(on);
            assert_eq!(rows(), "0");
        }
    }
    // Looking changes nothing, and neither does what is not to change anything.
    cli.run("disable-global-recoveries --noop").ends("noop", 1);
    cli.run("check-global-recoveries --output json")
        .prints("{\"Disabled\":false}\n");
    // Other items on the line do not make it happen twice.
    cli.run("-c disable-global-recoveries -i testhost:22293,testhost:22294")
        .prints("OK: Orchestrator recoveries DISABLED globally\n");
    cli.run("-c check-global-recoveries -i testhost:22293,testhost:22294")
        .prints(off);
    cli.run("disable-global-recoveries --output json")
        .prints("{\"Disabled\":true}\n");
}

#[test]
fn where_nothing_happened_lists_are_empty() {
    let cli = Cli::testhost();
    for name in ["detections", "blocked-recoveries", "changelog", "recovery-steps 1:ab"] {
        cli.run(name).prints("");
        cli.run(&format!("{name} --output json")).prints("[]\n");
    }
    for path in [
        "audit-failure-detection",
        "blocked-recoveries",
        "replication-analysis-changelog",
        "audit-recovery-steps/1:ab",
    ] {
        assert_eq!(get(&cli, path), json!([]), "{path}");
    }
}
