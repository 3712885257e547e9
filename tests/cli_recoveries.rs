//! The commands that list recoveries, show one and take note of them, and their counterparts of the web service.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/cli.rs"]
mod cli;
mod inventory_support;
mod recovery_support;

use cli::{Cli, dated};
use inventory_support::{key, open};
use orchestrator::inventory::{Claimed, NewClaim};
use orchestrator::model::plan::Progress;
use orchestrator::model::reached::Lack;
use orchestrator::model::recovery::{LossRow, LossTable};
use recovery_support::{after, begun, claim, holding, plan};
use serde_json::{Value, json};

/// Two recoveries of one cluster, which has its third name by now, and a failed one of another.
fn cli() -> Cli {
    let cli = Cli::testhost();
    cli.sql(
        "INSERT INTO topology_recovery (recovery_id, uid, hostname, port, in_active_period, start_active_period,
             end_active_period_unixtime, end_recovery, analysis, cluster_name, cluster_alias, count_affected_slaves,
             slave_hosts, is_successful, successor_hostname, successor_port, successor_alias, lost_slaves, all_errors,
             last_detection_id, processing_node_hostname, processcing_node_token) VALUES
         (1, '1:aa', 'first', 3306, 1, '2026-01-01 10:00:00', 0, '2026-01-01 10:00:04', 'DeadMaster', 'first:3306',
          'testhost', 3, 'testhost:22293,gone:1', 1, 'testhost', 22294, 'shop', 'gone:1,gone:2', '', 7, 'mgr1', 't1'),
         (2, '2:bb', 'testhost', 22294, 0, '2026-01-02 10:00:00', 1767348900, '2026-01-02 10:00:02', 'DeadMaster',
          'testhost:22294', 'testhost', 2, '', 1, 'testhost', 22293, '', '', '', 0, 'mgr1', 't1'),
         (3, '3:cc', 'other', 3306, 1, '2026-01-03 10:00:00', 0, '2026-01-03 10:00:09', 'DeadMaster', 'other:3306',
          'other:3306', 1, '', 0, '', 0, '', '', 'no candidate' || char(10) || 'nothing promoted', 0, 'mgr1', 't1');
         UPDATE topology_recovery SET acknowledged = 1, acknowledged_by = 'ann', acknowledge_comment = 'seen',
             acknowledged_at = '2026-01-02 11:00:00' WHERE recovery_id = 2;
         INSERT INTO topology_failure_detection (hostname, port, in_active_period, end_active_period_unixtime,
             cluster_name, cluster_alias, is_actionable) VALUES
             ('first', 3306, 1, 0, 'first:3306', 'testhost', 1), ('other', 3306, 1, 0, 'other:3306', 'other:3306', 1)",
    );
    cli
}

const FIRST: &str = "1\t2026-01-01 10:00:00\t2026-01-01 10:00:04\tfirst:3306\tDeadMaster\ttesthost\tsuccessful\t\
                     testhost:22294\t\n";
const SECOND: &str = "2\t2026-01-02 10:00:00\t2026-01-02 10:00:02\ttesthost:22294\tDeadMaster\ttesthost\tsuccessful\t\
                      testhost:22293\tann\n";
const THIRD: &str = "3\t2026-01-03 10:00:00\t2026-01-03 10:00:09\tother:3306\tDeadMaster\tother:3306\tfailed\t\t\n";

fn left(cli: &Cli) -> String {
    cli.value("SELECT coalesce(group_concat(recovery_id), '') FROM topology_recovery WHERE acknowledged = 0")
}

fn detected(cli: &Cli) -> String {
    cli.value("SELECT coalesce(group_concat(hostname), '') FROM topology_failure_detection WHERE in_active_period = 1")
}

#[test]
fn recoveries_are_listed_latest_first() {
    let cli = cli();
    let all = [THIRD, SECOND, FIRST].concat();
    cli.run("recoveries list").is(&all, "", 0);
    cli.run("recoveries list --page 0").is(&all, "", 0);
    cli.run("recoveries list --page 1").is("", "", 0);
    cli.run("recoveries list --unacknowledged")
        .is(&[THIRD, FIRST].concat(), "", 0);
    cli.run("recoveries list testhost:22294")
        .is(&[SECOND, FIRST].concat(), "", 0);
    cli.run("recoveries list other:3306").is(THIRD, "", 0);
    let unheard_of = "(?s).*no cluster and no instance is known as `nobody`.*";
    cli.run("recoveries list nobody").is("", unheard_of, 0);
    cli.run("recoveries list --page x")
        .ends("(?s).*--page x: this is no number.*", 2);
    let ran = cli.run("recoveries list --output json");
    let list: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(list[2]["UID"], json!("1:aa"));
    assert!(
        cli.run("recoveries list --output table")
            .stdout
            .contains("Acknowledged by")
    );
}

#[test]
fn acknowledging_in_the_classic_form() {
    let reason = "--reason option required \\(comment your ack\\)";
    for command in [
        "ack-all-recoveries",
        "ack-cluster-recoveries -alias x",
        "ack-instance-recoveries -i first:3306",
    ] {
        let cli = cli();
        cli.run(&format!("-c {command}")).is("", &dated("FATAL", reason), 1);
        assert_eq!(left(&cli), "1,3");
    }
    let cli = cli();
    cli.run("-c ack-instance-recoveries -i testhost:22294 -reason seen")
        .is("0 recoveries acknowledged\n", "", 0);
    cli.run("-c ack-instance-recoveries -i first:3306 -reason seen -owner bob")
        .is("1 recoveries acknowledged\n", "", 0);
    assert_eq!((left(&cli).as_str(), detected(&cli).as_str()), ("3", "other"));
    let stored = "SELECT acknowledged_by || '|' || acknowledge_comment || '|' || in_active_period || '|' ||
                  (end_active_period_unixtime > 0) || '|' || end_recovery FROM topology_recovery WHERE recovery_id = 1";
    assert_eq!(cli.value(stored), "bob|seen|0|1|2026-01-01 10:00:04");
    cli.run("-c ack-all-recoveries -reason seen")
        .is("1 recoveries acknowledged\n", "", 0);
    assert_eq!((left(&cli).as_str(), detected(&cli).as_str()), ("", "other"));
    cli.run("-c ack-all-recoveries -reason seen")
        .is("0 recoveries acknowledged\n", "", 0);
}

#[test]
fn acknowledging_a_cluster_finds_its_former_names() {
    // By a member, by the alias, and by the name that it had then.
    for (named, count) in [
        ("-i testhost:22296", 1),
        ("-alias testhost:22293", 1),
        ("-alias first:3306", 1),
    ] {
        let cli = cli();
        cli.sql("INSERT INTO cluster_alias (cluster_name, alias) VALUES ('testhost:22293', 'testhost')");
        cli.run(&format!("-c ack-cluster-recoveries {named} -reason seen")).is(
            &format!("{count} recoveries acknowledged\n"),
            "",
            0,
        );
        assert_eq!(
            (left(&cli).as_str(), detected(&cli).as_str()),
            ("3", "other"),
            "{named}"
        );
    }
    let cli = cli();
    let unknown = dated("ERROR", "Unable to determine cluster name. clusterHint=nobody");
    cli.run("-c ack-cluster-recoveries -alias nobody -reason seen")
        .is("0 recoveries acknowledged\n", &unknown, 1);
    assert_eq!(left(&cli), "1,3");
}

#[test]
fn acknowledging_in_the_modern_form() {
    let cli = cli();
    for (line, expected) in [
        ("recoveries ack 1", "--reason option required"),
        ("recoveries ack --reason x", "write one of"),
        ("recoveries ack 1 --all --reason x", "write one of"),
        ("recoveries ack --cluster c --instance i:1 --reason x", "write one of"),
    ] {
        cli.run(line).ends(&format!("(?s).*{expected}.*"), 2);
    }
    cli.run("recoveries ack 77 --reason x")
        .ends("(?s).*there is no recovery `77`.*", 1);
    cli.run("recoveries ack --cluster nobody --reason x")
        .ends("(?s).*no cluster is called `nobody`.*", 1);
    assert_eq!(left(&cli), "1,3");
    cli.run("recoveries ack 1 --reason seen")
        .is("1 recoveries acknowledged\n", "", 0);
    cli.run("recoveries ack 1:aa --reason seen")
        .is("0 recoveries acknowledged\n", "", 4);
    let ran = cli.run("recoveries ack --cluster other:3306 --reason seen --output json");
    ran.is("{\"Acknowledged\":1,\"GivenUp\":[]}\n", "", 0);
    cli.run("recoveries ack --all --reason seen")
        .is("0 recoveries acknowledged\n", "", 4);
    cli.run("recoveries ack --instance first:3306 --reason seen")
        .is("0 recoveries acknowledged\n", "", 4);
}

#[test]
fn switching_recoveries_off_and_on() {
    let cli = cli();
    cli.run("recoveries status")
        .is("OK: Global recoveries disabled: false\n", "", 0);
    cli.run("recoveries disable")
        .is("OK: Orchestrator recoveries DISABLED globally\n", "", 0);
    cli.run("recoveries status")
        .is("OK: Global recoveries disabled: true\n", "", 0);
    cli.run("recoveries enable")
        .is("OK: Orchestrator recoveries ENABLED globally\n", "", 0);
    cli.run("recoveries status")
        .is("OK: Global recoveries disabled: false\n", "", 0);
    let ran = cli.run("--noop recoveries ack --all --reason x");
    assert!(ran.status != 0 && left(&cli) == "1,3", "{ran:?}");
}

fn claimed(cli: &Cli) -> NewClaim {
    let inventory = open(&cli.inventory()).unwrap();
    let claim = claim("4:dd", "m:1", "m:1");
    let Claimed::Claimed { .. } = inventory.claim(&claim, after(0)).unwrap() else {
        panic!()
    };
    inventory
        .open_journal(&holding("4:dd"), &plan("m:1", Some("s:1")), after(0))
        .unwrap();
    let note = |number, progress, at, said| {
        inventory
            .note_progress(&holding("4:dd"), number, progress, at, said)
            .unwrap()
    };
    note(1, Progress::Begun, 1000, "");
    note(1, Progress::Done, 1250, "STOP REPLICA IO_THREAD");
    note(2, Progress::Begun, 1300, "");
    let losses = LossTable {
        rows: vec![LossRow {
            key: key("s:1"),
            received: "uuid:1-9".to_owned(),
            unapplied: None,
            lacks: Some(Lack {
                what: "uuid:10".to_owned(),
                count: Some(1),
            }),
            lacks_from: Some(key("o:1")),
            refused: Some("it is told never to".to_owned()),
        }],
        ..LossTable::default()
    };
    inventory.record_losses("4:dd", &losses, after(0)).unwrap();
    inventory.record_ledger("4:dd", "{\"lost\":1}", after(0)).unwrap();
    inventory
        .write_steps("4:dd", &[(after(1), "took a deep breath".to_owned())])
        .unwrap();
    claim
}

#[test]
fn everything_that_is_kept_of_a_recovery_is_shown() {
    let cli = cli();
    claimed(&cli);
    let ran = cli.run("recoveries show 4");
    for part in [
        "Recovery      4, 4:dd",
        "Failed        m:1: DeadMaster",
        "Cluster       shop (m:1)",
        "State         interrupted",
        "Ended         not yet",
        "prepare | ",
        "0.250 s",
        "STOP REPLICA IO_THREAD",
        "begun",
        "1: uuid:10",
        "it is told never to",
        "{\"lost\":1}",
        "2024-05-01 12:00:01  took a deep breath",
    ] {
        assert!(ran.stdout.contains(part), "{part}:\n{}", ran.stdout);
    }
    let shown: Value = serde_json::from_str(&cli.run("recoveries show 4:dd --output json").stdout).unwrap();
    assert_eq!(shown["Recovery"]["UID"], json!("4:dd"));
    assert_eq!(shown["State"], json!("interrupted"));
    assert_eq!(
        shown["Phases"][0],
        json!({"Phase": "prepare", "Milliseconds": 250, "Steps": 1})
    );
    assert_eq!(shown["Plan"][1]["Progress"], json!("begun"));
    assert_eq!(shown["Plan"][2]["Progress"], json!("planned"));
    assert_eq!(shown["Ledger"], json!({"lost": 1}));
    assert_eq!(shown["Steps"][0]["Message"], json!("took a deep breath"));
    assert!(
        cli.run("recoveries show 4 --output table")
            .stdout
            .contains("took a deep breath")
    );
    // One of another program, of which there is only a record.
    let ran = cli.run("recoveries show 3");
    for part in [
        "State         failed",
        "Error         no candidate",
        "Error         nothing promoted",
        "after 9 s",
    ] {
        assert!(ran.stdout.contains(part), "{part}:\n{}", ran.stdout);
    }
    let ran = cli.run("recoveries show 2");
    assert!(
        ran.stdout.contains("Acknowledged  by ann at 2026-01-02 11:00:00: seen"),
        "{}",
        ran.stdout
    );
    cli.run("recoveries show").ends("(?s).*no recovery given.*", 2);
    cli.run("recoveries show 77")
        .ends("(?s).*there is no recovery `77`.*", 1);
}

#[test]
fn what_was_left_in_the_middle_is_given_up_by_an_acknowledgement() {
    let cli = cli();
    claimed(&cli);
    assert!(cli.run("recoveries list m:1").stdout.contains("\tinterrupted\t"));
    let given_up = "(?s).*recovery 4:dd was left in the middle and is given up.*";
    cli.run("recoveries ack 4 --reason mine")
        .is("1 recoveries acknowledged\n", given_up, 0);
    assert!(cli.run("recoveries list m:1").stdout.contains("\tgiven up\t"));
    let journal = open(&cli.inventory()).unwrap().journal("4:dd").unwrap().unwrap();
    assert!(
        journal.is_closed && journal.outcome.starts_with("acknowledged by "),
        "{}",
        journal.outcome
    );
    let name = cli.inventory().file_name().unwrap().to_string_lossy().into_owned();
    let beside = std::fs::read_dir(cli.inventory().parent().unwrap()).unwrap();
    let mut names = beside.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    assert!(!names.any(|file| file.starts_with(&format!("{name}.journal-"))));
}

/// One that nobody understands keeps none of the others from being resumed, and each is told of.
#[test]
fn each_that_was_left_in_the_middle_is_resumed_whatever_becomes_of_the_others() {
    let cli = cli();
    claimed(&cli);
    cli.sql("UPDATE orc_plan SET plan = '{}'");
    begun(&open(&cli.inventory()).unwrap(), "5:ee", &plan("n:1", None));
    let ran = cli.run("recover --resume");
    for part in [
        "the plan of 4:dd cannot be understood",
        "`orchestrator recoveries ack 4:dd --reason WHY`",
        "the process that ran it died before the promotion; what it had done was taken back",
    ] {
        assert!(ran.stderr.contains(part), "{part}:\n{}", ran.stderr);
    }
    assert_eq!(ran.status, 1, "the worst: {ran:?}");
    let left = || -> Vec<String> {
        let left = open(&cli.inventory()).unwrap().open_journals().unwrap();
        left.into_iter().map(|left| left.uid).collect()
    };
    assert_eq!(left(), ["4:dd"]);
    cli.run("recover --resume").ends("(?s).*the plan of 4:dd.*", 3);
    cli.run("recoveries ack 4:dd --reason seen")
        .is("1 recoveries acknowledged\n", "(?s).*given up.*", 0);
    assert!(left().is_empty());
    cli.run("recover --resume").ends("(?s).*no recovery was left.*", 4);
}

/// Claims of two processes: one of them was killed, and what it left is seen at once for what it is.
#[test]
fn a_program_that_was_killed_is_gone_at_once() {
    let cli = cli();
    let claim = claimed(&cli);
    let inventory = open(&cli.inventory()).unwrap();
    let now = after(0);
    assert_eq!(
        inventory.held_by_records(&claim_of("5:ee", &claim), now).unwrap()[0].gate,
        "open-recovery"
    );
    let mut sleeper = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    // As if that process had made the claim.
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", sleeper.id())).unwrap();
    let start = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .nth(19)
        .unwrap()
        .to_owned();
    let process = cli.value("SELECT process FROM orc_lease");
    let machine = process.rsplitn(3, '/').nth(2).unwrap();
    cli.sql(&format!(
        "UPDATE orc_lease SET process = '{machine}/{}/{start}'",
        sleeper.id()
    ));
    assert!(inventory.is_holder_alive("4:dd", now.0 * 1000).unwrap());
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
    assert!(!inventory.is_holder_alive("4:dd", now.0 * 1000).unwrap());
    let claimed = inventory.claim(&claim_of("5:ee", &claim), now).unwrap();
    assert!(matches!(claimed, Claimed::OpenJournal { uid, .. } if uid == "4:dd"));
}

fn claim_of(uid: &str, claim: &NewClaim) -> NewClaim {
    let mut claim = claim.clone();
    claim.recovery.uid = uid.to_owned();
    claim
}

fn get(cli: &Cli, path: &str) -> Value {
    let ran = cli.run(&format!("-c api -path {path}"));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{path}: {ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn the_web_service_s_answers_about_recoveries() {
    let cli = cli();
    let ids = |path: &str| -> Vec<i64> {
        let list = get(&cli, path);
        list.as_array()
            .unwrap()
            .iter()
            .map(|r| r["Id"].as_i64().unwrap())
            .collect()
    };
    for (path, expected) in [
        ("audit-recovery", &[3, 2, 1][..]),
        ("audit-recovery/0", &[3, 2, 1]),
        ("audit-recovery/1", &[]),
        ("audit-recovery?unacknowledged=true", &[3, 1]),
        ("audit-recovery/0?unacknowledged=true", &[3, 1]),
        ("audit-recovery?unacknowledged=false", &[3, 2, 1]),
        ("audit-recovery/id/2", &[2]),
        ("audit-recovery/uid/1:aa", &[1]),
        ("audit-recovery/cluster/first:3306", &[1]),
        ("audit-recovery/cluster/first:3306/1", &[]),
        ("audit-recovery/alias/testhost", &[2, 1]),
        ("audit-recovery/alias/testhost/0", &[2, 1]),
        ("audit-recovery/alias/nobody", &[]),
        ("active-cluster-recovery/first:3306", &[1]),
        ("active-cluster-recovery/testhost:22294", &[]),
        ("recently-active-cluster-recovery/first:3306", &[1]),
        ("recently-active-instance-recovery/first/3306", &[1]),
        ("recently-active-instance-recovery/testhost/22294", &[]),
    ] {
        assert_eq!(ids(path), expected, "{path}");
    }
    let first = get(&cli, "audit-recovery/id/1")[0].clone();
    let names: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
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
            "RecoveryType"
        ]
    );
    assert_eq!(first["SuccessorKey"], json!({"Hostname": "testhost", "Port": 22294}));
    assert_eq!(
        first["LostReplicas"],
        json!([{"Hostname": "gone", "Port": 1}, {"Hostname": "gone", "Port": 2}])
    );
    assert_eq!((&first["AllErrors"], &first["IsActive"]), (&json!([""]), &json!(true)));
    let entry = &first["AnalysisEntry"];
    assert_eq!(entry["AnalyzedInstanceKey"], json!({"Hostname": "first", "Port": 3306}));
    assert_eq!(
        (&entry["Analysis"], &entry["CountReplicas"]),
        (&json!("DeadMaster"), &json!(3))
    );
    let third = get(&cli, "audit-recovery/id/3")[0].clone();
    assert_eq!(third["AllErrors"], json!(["no candidate", "nothing promoted"]));
    let filters = get(&cli, "automated-recovery-filters");
    assert_eq!(filters["Code"], json!("OK"));
    let names: Vec<&str> = filters["Details"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "RecoverMasterClusterFilters",
            "RecoverIntermediateMasterClusterFilters",
            "RecoveryIgnoreHostnameFilters"
        ]
    );
}
