//! The read-only answers of the web service about the audit trail, locks, promotion rules and pools.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::Cli;
use serde_json::{Value, json};

/// The answer and the exit status.
fn asked(cli: &Cli, path: &str) -> (Value, i32) {
    let ran = cli.run(&format!("-c api -path {path}"));
    let value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{path}: {e}: {ran:?}"));
    assert_eq!(ran.stderr, "", "{path}");
    (value, ran.status)
}

fn get(cli: &Cli, path: &str) -> Value {
    let (value, status) = asked(cli, path);
    assert_eq!(status, 0, "{path}: {value}");
    value
}

fn key(port: u16) -> Value {
    json!({"Hostname": "testhost", "Port": port})
}

fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_audit_trail_by_pages() {
    let cli = Cli::testhost();
    assert_eq!(get(&cli, "audit"), json!([]));
    cli.sql(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 45) \
         INSERT INTO audit (audit_timestamp, audit_type, hostname, port, cluster_name, message) \
         SELECT datetime('2026-01-01', n || ' minutes'), 'forget', 'testhost', 22293 + n % 2, 'c', 'text ' || n FROM n",
    );
    let first = get(&cli, "audit");
    assert_eq!(
        first[0],
        json!({"AuditId": 45, "AuditTimestamp": "2026-01-01 00:45:00", "AuditType": "forget",
               "AuditInstanceKey": key(22294), "Message": "text 45"})
    );
    assert_eq!(
        names(&first[0]),
        ["AuditId", "AuditTimestamp", "AuditType", "AuditInstanceKey", "Message"]
    );
    let ids = |path: &str| -> Vec<i64> {
        let page = get(&cli, path);
        page.as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["AuditId"].as_i64().unwrap())
            .collect()
    };
    let down = |from: i64, to: i64, step: usize| (to..=from).rev().step_by(step).collect::<Vec<_>>();
    for (path, expected) in [
        ("audit", down(45, 26, 1)),
        ("audit/0", down(45, 26, 1)),
        ("audit/2", down(5, 1, 1)),
        ("audit/3", vec![]),
        ("audit/4294967295", vec![]),
        ("audit/instance/testhost/22294", down(45, 6, 2)),
        ("audit/instance/testhost/22294/1", down(5, 1, 2)),
        ("audit/instance/esth/22294/1", down(5, 1, 2)),
        ("audit/instance/unheard/1", vec![]),
    ] {
        assert_eq!(ids(path), expected, "{path}");
    }
    for path in ["audit/x", "audit/-1", "audit/instance/testhost"] {
        let ran = cli.run(&format!("-c api -path {path}"));
        assert!(ran.status == 1 && ran.stdout.is_empty(), "{ran:?}");
    }
}

#[test]
fn locks_that_hold() {
    let cli = Cli::testhost();
    assert_eq!(get(&cli, "maintenance"), json!([]));
    cli.sql(
        "INSERT INTO database_instance_maintenance \
           (hostname, port, maintenance_active, begin_timestamp, end_timestamp, owner, reason) VALUES \
           ('testhost', 22297, 1, '2026-01-01 00:00:00', '2099-01-01 00:00:00', 'ann', 'a disk'), \
           ('testhost', 22294, 1, '2026-01-01 00:00:00', '2099-01-01 00:00:00', 'bob', 'a <fan>'), \
           ('testhost', 22295, 1, '2025-01-01 00:00:00', '2025-01-02 00:00:00', 'eve', 'over')",
    );
    let mut locks = get(&cli, "maintenance");
    assert!(locks[0]["SecondsElapsed"].as_i64().unwrap() > 0);
    locks[0]["SecondsElapsed"] = json!(7);
    assert_eq!(
        locks[0],
        json!({"MaintenanceId": 1, "Key": key(22297), "BeginTimestamp": "2026-01-01 00:00:00", "SecondsElapsed": 7,
               "IsActive": true, "Owner": "ann", "Reason": "a disk"})
    );
    assert_eq!(
        names(&locks[0]),
        [
            "MaintenanceId",
            "Key",
            "BeginTimestamp",
            "SecondsElapsed",
            "IsActive",
            "Owner",
            "Reason"
        ]
    );
    assert_eq!(locks.as_array().unwrap().len(), 2, "{locks}");
}

#[test]
fn promotion_rules_with_their_end() {
    let cli = Cli::testhost().with("\"CandidateInstanceExpireMinutes\": 90,");
    cli.sql(
        "INSERT INTO candidate_database_instance (hostname, port, promotion_rule, last_suggested) VALUES \
           ('testhost', 22297, 'must_not', '2026-01-01 23:00:00'), ('testhost', 900, 'prefer', 'never')",
    );
    assert_eq!(
        get(&cli, "bulk-promotion-rules"),
        json!([
            {"Hostname": "testhost", "Port": 900, "PromotionRule": "prefer", "LastSuggestedString": "",
             "PromotionRuleExpiry": ""},
            {"Hostname": "testhost", "Port": 22297, "PromotionRule": "must_not",
             "LastSuggestedString": "2026-01-01 23:00:00", "PromotionRuleExpiry": "2026-01-02 00:30:00"},
        ])
    );
}

#[test]
fn pools_of_a_cluster() {
    let cli = Cli::testhost();
    let empty = get(&cli, "cluster-pool-instances/testhost:22293");
    assert_eq!((&empty["Code"], &empty["Details"]), (&json!("OK"), &json!({})));
    for line in ["web testhost:22297 testhost:22294 unheard:1", "etl testhost:22295"] {
        cli.run(&format!("pool submit {line}")).prints("");
    }
    let all = json!({"etl": [key(22295)], "web": [key(22294), key(22297)]});
    assert_eq!(get(&cli, "cluster-pool-instances/testhost:22296")["Details"], all);
    assert_eq!(
        get(&cli, "cluster-pool-instances/testhost:22293/etl")["Details"],
        json!({"etl": [key(22295)]})
    );
    assert_eq!(
        get(&cli, "cluster-pool-instances/testhost:22293/none")["Details"],
        json!({})
    );
    // Those that answer, as instances.
    cli.sql("UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22294");
    let answering = get(&cli, "heuristic-cluster-pool-instances/testhost:22293/web");
    assert_eq!(answering["Code"], "OK");
    assert_eq!(answering["Details"][0]["Key"], key(22297));
    assert_eq!(answering["Details"].as_array().unwrap().len(), 1);
    for path in [
        "cluster-pool-instances/nowhere",
        "heuristic-cluster-pool-instances/nowhere",
    ] {
        let (value, status) = asked(&cli, path);
        assert_eq!((&value["Code"], status), (&json!("ERROR"), 1), "{path}");
    }
}

#[test]
fn who_may_replicate_from_whom() {
    let cli = Cli::testhost();
    assert_eq!(
        get(&cli, "can-replicate-from/testhost/22294/testhost/22297"),
        json!({"Code": "OK", "Message": "true", "Details": key(22297)})
    );
    for (path, said) in [
        (
            "testhost/22294/testhost/22296",
            "testhost:22296 does not have binary logs enabled",
        ),
        (
            "testhost/22294/testhost/22294",
            "instance cannot replicate from itself: testhost:22294",
        ),
        ("testhost/22294/unheard/1", "Instance not found: unheard:1"),
        ("unheard/1/testhost/22294", "Instance not found: unheard:1"),
        ("testhost/22294/testhost/x", "Invalid port: x"),
    ] {
        let (value, status) = asked(&cli, &format!("can-replicate-from/{path}"));
        assert_eq!(
            value,
            json!({"Code": "ERROR", "Message": said, "Details": null}),
            "{path}"
        );
        assert_eq!(status, 1);
    }
    let ran = cli.run("-c api -path can-replicate-from/testhost/22294");
    assert!(ran.status == 1 && ran.stdout.is_empty(), "{ran:?}");
}
