//! `why-not`: what holds a recovery back, in all its forms.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/cli.rs"]
mod cli;
#[path = "support/golden.rs"]
mod golden;

use cli::{Cli, Ran};
use orchestrator::inventory::{Access, Claimed, Holding, Inventory, NewClaim, OpenOptions};
use orchestrator::model::plan::{Kind, Origin, Plan};
use orchestrator::model::recovery::{BlockFrom, HeldBy, LossTable, Recovery, StoredDecision};
use orchestrator::model::{InstanceKey, Timestamp};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Asked just now: the master is dead, and its replicas have lost it.
const SICK: &str = "UPDATE database_instance SET last_checked = datetime('now'), last_attempted_check = last_checked;
    UPDATE database_instance SET last_attempted_check = last_checked, last_seen = last_checked;
    UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293;
    UPDATE database_instance SET slave_io_running = 0, replication_io_thread_state = 0,
        last_io_error = 'error reconnecting to master' WHERE master_port = 22293;";

/// A watcher acts.
const WATCHED: &str =
    "INSERT OR REPLACE INTO active_node (anchor, hostname, token, first_seen_active, last_seen_active)
    VALUES (1, 'mgr1', 't1', datetime('now'), datetime('now', '+1 minute'));";

const RECOVERS: &str = "\"RecoverMasterClusterFilters\": [\"*\"], ";

fn sick() -> Cli {
    let cli = Cli::testhost();
    cli.sql(SICK).sql(WATCHED);
    cli
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The names of the gates that hold the master's recovery.
fn gates(cli: &Cli, line: &str) -> Vec<String> {
    let data = json_of(&cli.run(&format!("{line} --output json")));
    assert_eq!(data[0]["Key"]["Port"], json!(22293), "{data}");
    let held = data[0]["HeldBy"].as_array().unwrap();
    held.iter().map(|h| h["Gate"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_is_wrong() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET last_checked = datetime('now'), last_attempted_check = datetime('now'), last_seen = datetime('now')");
    cli.run("why-not").is("Nothing is wrong.\n", "", 4);
    cli.run("why-not testhost:22294")
        .is("Nothing is wrong with testhost:22294.\n", "", 4);
    cli.run("why-not testhost:22293")
        .is("Nothing is wrong in cluster testhost:22293.\n", "", 4);
    cli.run("why-not --output json").is("[]\n", "", 4);
    cli.run("why-not unheard:1")
        .is("", "no cluster is called `unheard:1`, and no known instance either", 1);
    cli.sql("UPDATE database_instance SET binlog_format = 'ROW' WHERE port = 22297");
    cli.run("why-not").is(
        "Nothing is wrong but the structure, from which no recovery follows: \
         StatementAndRowLoggingReplicasStructureWarning.\n",
        "",
        4,
    );
    cli.run("-c why-not").ends("Unknown command", 1);
}

#[test]
fn nothing_holds_it() {
    let cli = sick().with(RECOVERS);
    let ran = cli.run("why-not testhost:22293");
    ran.ends("", 0);
    assert!(
        ran.stdout.starts_with(
            "testhost:22293 (cluster testhost:22293): DeadMaster\n\
             The master cannot be reached and none of its replicas is replicating.\n\
             Would follow: fail over to a replica.\n\
             Nothing holds it: a watcher begins it at its next look.\n\n"
        ),
        "{}",
        ran.stdout
    );
    let data = json_of(&cli.run("why-not --output json"));
    assert_eq!(
        data[0],
        json!({
            "Key": {"Hostname": "testhost", "Port": 22293},
            "ClusterName": "testhost:22293", "ClusterAlias": "testhost:22293",
            "Analysis": "DeadMaster",
            "Description": "The master cannot be reached and none of its replicas is replicating",
            "Action": "fail over to a replica",
            "HeldBy": [],
        })
    );
    // What could not be recovered anyway is held by that alone.
    cli.run("disable-global-recoveries");
    let ran = cli.run("why-not testhost:22294");
    ran.is(
        "testhost:22294 (cluster testhost:22293): FirstTierReplicaFailingToConnectToMaster\n\
         A direct replica of the master fails to connect to it.\n\
         Would follow: nothing: for information.\n\
         Held back by one gate\n  \
           - no-function: FirstTierReplicaFailingToConnectToMaster is only for information.\n",
        "",
        5,
    );
    cli.run("enable-global-recoveries");
    let explained = cli.run("explain testhost:22293").stdout;
    assert!(
        explained.ends_with("\n\nNothing holds it: a watcher begins it at its next look.\n"),
        "{explained}"
    );
}

#[test]
fn every_gate_that_the_inventory_knows_of() {
    let cli = sick();
    assert_eq!(gates(&cli, "why-not"), ["cluster-filter"]);
    cli.run("disable-global-recoveries");
    cli.run("downtime begin testhost:22293 --reason disk");
    cli.run("maintenance begin testhost:22293 --reason disk");
    cli.sql("DELETE FROM active_node");
    let cli = cli.with("\"RecoveryIgnoreHostnameFilters\": [\"testhost\"], \"MasterDeadForSeconds\": 600, ");
    let all = [
        "cluster-filter",
        "ignored-host",
        "globally-disabled",
        "downtime",
        "maintenance",
        "not-leader",
        "master-dead-for",
    ];
    assert_eq!(gates(&cli, "why-not"), all);
    assert_eq!(gates(&cli, "why-not testhost:22293"), all);
    cli.sql(
        "INSERT INTO topology_failure_detection (detection_id, hostname, port, analysis, cluster_name, cluster_alias,
             start_active_period, processing_node_hostname, processcing_node_token, count_affected_slaves, slave_hosts,
             in_active_period, end_active_period_unixtime, is_actionable)
         VALUES (1, 'testhost', 22293, 'DeadMaster', 'testhost:22293', '', datetime('now', '-1 hour'), 'm', 't', 0, '', 1, 0, 1)",
    );
    assert_eq!(gates(&cli, "why-not"), all[..6], "it has been dead for long enough");
    let ran = cli.run("why-not");
    assert_eq!((ran.status, ran.stderr.as_str()), (5, ""));
    for told in [
        "Held back by 6 gates\n",
        "  - downtime: testhost:22293 is in downtime (tester: disk).\n",
        "      lifted by: orchestrator downtime end testhost:22293\n",
        "      lifted by: orchestrator maintenance end testhost:22293\n",
        "      lifted by: orchestrator enable-global-recoveries\n",
        "      lifted by: RecoverMasterClusterFilters: [\"testhost:22293\", ...]\n",
        "      lifted by: orchestrator watch\n",
        " UTC, in ",
    ] {
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
    // What is told to lift a gate lifts it.
    for line in [
        "downtime end testhost:22293",
        "maintenance end testhost:22293",
        "enable-global-recoveries",
    ] {
        assert_eq!(cli.run(line).status, 0, "{line}");
    }
    assert_eq!(gates(&cli, "why-not"), ["cluster-filter", "ignored-host", "not-leader"]);
}

#[test]
fn many_masters_at_once_are_held() {
    let cli = sick().with(RECOVERS);
    for number in 1..=4 {
        cli.sql(&format!(
            "INSERT INTO topology_failure_detection (hostname, port, analysis, cluster_name, cluster_alias,
                 start_active_period, processing_node_hostname, processcing_node_token, count_affected_slaves,
                 slave_hosts, in_active_period, end_active_period_unixtime, is_actionable)
             VALUES ('db{number}', 3306, 'DeadMaster', 'db{number}:3306', '', datetime('now'), 'm', 't', 0, '', 1, 0, 1)"
        ));
        let held = gates(&cli, "why-not testhost:22293");
        assert_eq!(held == ["fleet-breaker"], number >= 3, "{number}: {held:?}");
    }
}

#[test]
fn in_80_and_200_columns() {
    let cli = sick();
    cli.run("disable-global-recoveries");
    for columns in [80, 200] {
        for form in ["text", "table"] {
            let line = format!("why-not --output {form}");
            let args: Vec<&str> = line.split(' ').collect();
            let output = cli
                .command()
                .env("COLUMNS", columns.to_string())
                .args(["--config"])
                .arg(cli.config())
                .args(args)
                .output()
                .unwrap();
            let ran = Ran::of(&line, &output);
            assert_eq!((ran.status, ran.stderr.as_str()), (5, ""), "{line}");
            golden::check_width(&ran.stdout, columns);
            golden::check(
                &format!("cli-why-not-{form}-{columns}.txt"),
                ran.stdout.trim_end_matches('\n'),
            );
        }
    }
}

/// A store that nobody tells of a new master is a reason not to begin, and not to watch at all.
#[test]
fn a_store_that_would_not_be_told() {
    let store = format!("{RECOVERS}\"ConsulAddress\": \"localhost:8500\", ");
    let cli = sick().with(&store);
    assert_eq!(gates(&cli, "why-not testhost:22293"), ["external-kv"]);
    cli.run("watch --once").is(
        "",
        "(?s)ConsulAddress is set, and recoveries would not be told there.*hint: set IgnoreExternalKV: true",
        3,
    );
    let cli = cli.with(&format!("{store}\"IgnoreExternalKV\": true, "));
    assert_eq!(gates(&cli, "why-not testhost:22293"), Vec::<String>::new());
}

fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since_epoch.as_secs()).unwrap())
}

/// A recovery of the master that begins now.
fn claim() -> NewClaim {
    NewClaim {
        recovery: Recovery {
            uid: "u1".into(),
            failed: InstanceKey::new("testhost", 22293),
            analysis: "DeadMaster".into(),
            cluster_name: "testhost:22293".into(),
            node_hostname: "mgr1".into(),
            node_token: "t1".into(),
            ..Recovery::default()
        },
        forced: false,
        block_seconds: 3_600,
        block_from: BlockFrom::End,
        without_record: false,
        replaces_dead_master: false,
    }
}

fn plan() -> Plan {
    Plan {
        kind: Kind::Takeover,
        cluster: "testhost:22293".into(),
        failed: InstanceKey::new("testhost", 22293),
        successor: None,
        lost: Vec::new(),
        losses: LossTable::default(),
        coordinates: None,
        forced: true,
        at: now(),
        origin: Origin::default(),
        steps: Vec::new(),
    }
}

/// From the claim to the end: what each stage of a recovery says to the next one.
#[test]
fn earlier_recoveries_hold() {
    let cli = sick().with(RECOVERS);
    let inventory = Inventory::open(cli.inventory(), &OpenOptions::new(Access::Write, now())).unwrap();
    let held = || gates(&cli, "why-not testhost:22293");
    assert!(matches!(
        inventory.claim(&claim(), now()).unwrap(),
        Claimed::Claimed { .. }
    ));
    assert_eq!(held(), ["lease"]);
    let holding = Holding {
        uid: "u1",
        token: "t1",
        now_ms: now().0 * 1000,
    };
    inventory.open_journal(&holding, &plan(), now()).unwrap();
    assert_eq!(held(), ["takeover-under-way", "lease"]);
    assert!(inventory.release_lease("u1", "t1").unwrap());
    assert_eq!(
        held(),
        [""; 0],
        "the failover supersedes a takeover that had promoted nobody"
    );
    cli.sql(r#"UPDATE orc_plan SET plan = replace(plan, '"Takeover"', '"DeadMaster"')"#);
    assert_eq!(held(), ["open-journal"]);
    inventory.close_journal(&holding, "given up", now()).unwrap();
    assert_eq!(held(), ["open-recovery"]);
    let ends = |uid: &str, successful: i32| {
        cli.sql(&format!(
            "UPDATE topology_recovery SET end_recovery = datetime('now'), is_successful = {successful} WHERE uid = '{uid}'"
        ));
    };
    ends("u1", 0);
    assert_eq!(held(), ["failed-lately"]);
    ends("u1", 1);
    assert_eq!(held(), ["anti-flapping-cluster"]);
    cli.sql("UPDATE topology_recovery SET cluster_name = 'other:1', hostname = 'other', successor_hostname = 'testhost', successor_port = 22293");
    assert_eq!(held(), ["anti-flapping-instance"]);
    cli.sql("UPDATE topology_recovery SET acknowledged = 1, in_active_period = 0, end_active_period_unixtime = 1");
    assert_eq!(held(), Vec::<String>::new());
}

/// What only the watcher can tell is read from what it wrote down, as long as it lives and finds the same.
#[test]
fn what_the_watcher_wrote_down() {
    let cli = sick().with(RECOVERS);
    let inventory = Inventory::open(cli.inventory(), &OpenOptions::new(Access::Write, now())).unwrap();
    let decision = |analysis: &str| StoredDecision {
        key: InstanceKey::new("testhost", 22293),
        analysis: analysis.into(),
        cluster_name: "testhost:22293".into(),
        decision: "held".into(),
        held_by: vec![HeldBy {
            gate: "witness".into(),
            reason: "testhost:22294 has not told yet".into(),
            since: None,
            until: None,
            lifted_by: String::new(),
        }],
        since: None,
        last: None,
    };
    inventory.record_decision(&decision("DeadMaster"), now()).unwrap();
    assert_eq!(gates(&cli, "why-not"), ["witness"]);
    inventory
        .record_decision(&decision("UnreachableMaster"), now())
        .unwrap();
    assert_eq!(gates(&cli, "why-not"), Vec::<String>::new());
    inventory.record_decision(&decision("DeadMaster"), now()).unwrap();
    cli.sql("DELETE FROM active_node");
    assert_eq!(gates(&cli, "why-not"), ["not-leader"]);
}

/// What gates say of an earlier recovery, and what a claim answers, are one rule.
#[test]
fn an_earlier_recovery_counts_as_long_for_gates_as_for_claims() {
    for (members, seconds) in [
        ("", 3_600),
        ("\"RecoveryPeriodBlockMinutes\": 0, ", 0),
        ("\"RecoveryPeriodBlockSeconds\": 20, ", 20),
    ] {
        for (ended, successful) in [(5, 0), (30, 0), (90, 0), (5, 1), (30, 1), (90, 1)] {
            let cli = sick().with(&format!("{RECOVERS}{members}"));
            let inventory = Inventory::open(cli.inventory(), &OpenOptions::new(Access::Write, now())).unwrap();
            inventory.claim(&claim(), now()).unwrap();
            inventory.release_lease("u1", "t1").unwrap();
            cli.sql(&format!(
                "UPDATE topology_recovery SET end_recovery = datetime('now', '-{ended} seconds'), is_successful = {successful}"
            ));
            let again = NewClaim {
                recovery: Recovery {
                    uid: "u2".into(),
                    ..claim().recovery
                },
                block_seconds: seconds,
                ..claim()
            };
            let by_claim = !matches!(inventory.claim(&again, now()).unwrap(), Claimed::Claimed { .. });
            inventory.release_lease("u2", "t1").unwrap();
            cli.sql("DELETE FROM topology_recovery WHERE uid = 'u2'");
            let by_gates = !gates(&cli, "why-not testhost:22293").is_empty();
            let expected = ended < if successful == 1 { seconds } else { seconds.min(60) };
            assert_eq!(
                (by_claim, by_gates),
                (expected, expected),
                "{seconds} {ended} {successful}"
            );
        }
    }
}
