//! The read-only answers of the web service, from the inventory.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated};
use serde_json::{Value, json};

fn get(cli: &Cli, path: &str) -> Value {
    let ran = cli.run(&format!("-c api -path {path}"));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{path}: {ran:?}");
    assert_eq!(ran.stdout.matches('\n').count(), 1, "{path}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn ports(list: &Value) -> Vec<u64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|i| i["Key"]["Port"].as_u64().unwrap())
        .collect()
}

fn error(cli: &Cli, path: &str, message: &str) {
    let ran = cli.run(&format!("-c api -path {path}"));
    let value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{path}: {e} {ran:?}"));
    assert_eq!(
        value,
        json!({"Code": "ERROR", "Message": message, "Details": null}),
        "{path}"
    );
    assert_eq!(ran.status, 1);
}

#[test]
fn bare_answers() {
    let cli = Cli::testhost();
    let members = [22293, 22294, 22295, 22296, 22297];
    let by_weight = [22293, 22294, 22296, 22297, 22295];
    assert_eq!(get(&cli, "clusters"), json!(["testhost:22293"]));
    assert_eq!(get(&cli, "/clusters/"), json!(["testhost:22293"]));
    assert_eq!(get(&cli, "clusters-info")[0]["CountInstances"], 5);
    assert_eq!(
        get(&cli, "cluster-info/testhost:22295")["ClusterName"],
        "testhost:22293"
    );
    for path in [
        "cluster/testhost:22293",
        "cluster/testhost%3A22294",
        "cluster/alias/testhost:22293",
        "cluster/instance/testhost/22295",
    ] {
        assert_eq!(ports(&get(&cli, path)), members, "{path}");
    }
    assert_eq!(get(&cli, "instance/esth/22295")["MasterKey"]["Port"], 22294);
    assert_eq!(
        ports(&get(&cli, "instance-replicas/testhost/22293")),
        [22294, 22296, 22297]
    );
    assert_eq!(get(&cli, "instance-slaves/unheard/1"), json!([]));
    assert_eq!(ports(&get(&cli, "all-instances")), by_weight);
    assert_eq!(ports(&get(&cli, "search/22295")), [22295]);
    assert_eq!(ports(&get(&cli, "search?s=104")), [22297]);
    assert_eq!(ports(&get(&cli, "masters")), [22293]);
    assert_eq!(get(&cli, "master/testhost:22295")["Key"]["Port"], 22293);
    assert_eq!(
        ports(&get(&cli, "cluster-osc-slaves/testhost:22293")),
        [22294, 22295, 22296, 22297]
    );
    assert_eq!(get(&cli, "downtimed"), json!([]));
    assert_eq!(ports(&get(&cli, "problems")), by_weight);
    cli.run("-c begin-downtime -i testhost:22294 -reason r")
        .prints("testhost:22294\n");
    assert_eq!(ports(&get(&cli, "downtimed/testhost:22293")), [22294]);
    assert_eq!(
        ports(&get(&cli, "problems/testhost:22293")),
        [22293, 22296, 22297, 22295]
    );
    assert_eq!(
        get(&cli, "bulk-instances")[4],
        json!({"Hostname": "testhost", "Port": 22297})
    );
    cli.run("-c tag -i testhost:22294 -tag role=a&b")
        .prints("testhost:22294\n");
    assert_eq!(get(&cli, "tags/testhost/22294"), json!(["role=a&b"]));
    assert_eq!(get(&cli, "tag-value/testhost/22294?tag=role"), json!("a&b"));
    assert_eq!(
        get(&cli, "tagged?tag=role%3Da%26b"),
        json!([{"Hostname": "testhost", "Port": 22294}])
    );
    assert!(cli.run("-c api -path tags/testhost/22294").stdout.contains("a\\u0026b"));
    cli.run("api clusters").prints("[\"testhost:22293\"]\n");
}

#[test]
fn wrapped_answers() {
    let cli = Cli::testhost();
    let text = cli.run("-c topology-tabulated -i testhost:22293").stdout;
    let drawn =
        json!({"Code": "OK", "Message": "Topology for cluster testhost:22293", "Details": text.trim_end_matches('\n')});
    assert_eq!(get(&cli, "topology-tabulated/testhost:22293"), drawn);
    assert_eq!(get(&cli, "topology-tabulated/testhost/22297"), drawn);
    let enabled = json!({"Code": "OK", "Message": "Global recoveries enabled", "Details": "enabled"});
    assert_eq!(get(&cli, "check-global-recoveries"), enabled);
    cli.sql("INSERT INTO global_recovery_disable (disable_recovery) VALUES (1)");
    assert_eq!(get(&cli, "check-global-recoveries")["Details"], "disabled");
    assert_eq!(
        get(&cli, "in-maintenance/testhost/22293"),
        json!({"Code": "OK", "Message": "false", "Details": ""})
    );
    cli.run("-c begin-maintenance -i testhost:22293 -reason r")
        .prints("testhost:22293\n");
    assert_eq!(get(&cli, "in-maintenance/testhost/22293")["Details"], "testhost:22293");
    cli.run("-c end-maintenance -i testhost:22293")
        .prints("testhost:22293\n");
    cli.sql("UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293");
    cli.run("-c begin-downtime -i testhost:22293 -reason r")
        .prints("testhost:22293\n");
    // Downtimed ones too, unlike the command.
    for path in [
        "replication-analysis",
        "replication-analysis/testhost:22295",
        "replication-analysis/instance/testhost/22293",
    ] {
        let found = get(&cli, path);
        assert_eq!(
            (found["Message"].as_str(), found["Details"][0]["Analysis"].as_str()),
            (Some("Analysis"), Some("UnreachableMaster")),
            "{path}"
        );
    }
    assert_eq!(
        get(&cli, "replication-analysis/instance/testhost/22295")["Details"],
        json!([])
    );
}

#[test]
fn what_is_not_answered() {
    let cli = Cli::testhost();
    error(&cli, "instance/unheard/1", "Cannot read instance: unheard:1");
    error(&cli, "instance/testhost/abc", "Invalid port: abc");
    error(
        &cli,
        "cluster/unheard",
        "no cluster is called `unheard`, and no known instance either",
    );
    error(
        &cli,
        "tag-value/testhost/22293?tag=role",
        "tag role not found for testhost:22293",
    );
    cli.run("-c api").is("", &dated("FATAL", "no path given"), 1);
    for path in ["health", "raft-state", "clusters/more", "tagged", "cluster", "''"] {
        let ran = cli.run(&format!("-c api -path {path}"));
        assert!(ran.status == 1 && ran.stdout.is_empty(), "{ran:?}");
    }
    cli.run("-c api -path health")
        .is("", &dated("FATAL", ".*not served by this tool$"), 1);
    // Calls that would write name the command that does.
    cli.run("-c api -path forget/testhost/22293").is(
        "",
        "(?s)not served by this tool.*`orchestrator forget` does it",
        1,
    );
    assert_eq!(cli.value("SELECT count(*) FROM database_instance"), "5");
}
