//! What is worked out from the values, and what contradicts itself.

use super::*;

/// Members of a file, a key, and its value after loading.
const DERIVED: &[(&str, &str, &str)] = &[
    // The time after a recovery and its old form.
    ("", "RecoveryPeriodBlockSeconds", "3600"),
    (
        r#""RecoveryPeriodBlockMinutes": 5"#,
        "RecoveryPeriodBlockSeconds",
        "300",
    ),
    (r#""RecoveryPeriodBlockMinutes": 0"#, "RecoveryPeriodBlockSeconds", "0"),
    (
        r#""RecoveryPeriodBlockSeconds": 0"#,
        "RecoveryPeriodBlockSeconds",
        "3600",
    ),
    (
        r#""RecoveryPeriodBlockSeconds": 0, "RecoveryPeriodBlockMinutes": 5"#,
        "RecoveryPeriodBlockSeconds",
        "300",
    ),
    (
        r#""RecoveryPeriodBlockSeconds": 0, "RecoveryPeriodBlockMinutes": 0"#,
        "RecoveryPeriodBlockSeconds",
        "0",
    ),
    (
        r#""RecoveryPeriodBlockSeconds": 40, "RecoveryPeriodBlockMinutes": 5"#,
        "RecoveryPeriodBlockSeconds",
        "40",
    ),
    // Queries and the lag query's old name.
    (r#""SlaveLagQuery": "select 1""#, "ReplicationLagQuery", r#""select 1""#),
    (r#""SlaveLagQuery": "select 1""#, "SlaveLagQuery", r#""""#),
    (
        r#""SlaveLagQuery": "q", "ReplicationLagQuery": "q;""#,
        "ReplicationLagQuery",
        r#""q""#,
    ),
    (
        r#""SlaveLagQuery": "", "ReplicationLagQuery": "q""#,
        "ReplicationLagQuery",
        r#""q""#,
    ),
    (
        r#""DetectClusterAliasQuery": "  select ';' ; \n;""#,
        "DetectClusterAliasQuery",
        r#""select ';'""#,
    ),
    (
        r#""ReplicationCredentialsQuery": ";""#,
        "ReplicationCredentialsQuery",
        r#""""#,
    ),
    // Lost replicas: the name that is given decides.
    ("", "DetachLostReplicasAfterMasterFailover", "true"),
    (
        r#""DetachLostReplicasAfterMasterFailover": false"#,
        "DetachLostReplicasAfterMasterFailover",
        "false",
    ),
    (
        r#""DetachLostReplicasAfterMasterFailover": false"#,
        "DetachLostSlavesAfterMasterFailover",
        "false",
    ),
    (
        r#""DetachLostSlavesAfterMasterFailover": false"#,
        "DetachLostReplicasAfterMasterFailover",
        "false",
    ),
    (
        r#""DetachLostSlavesAfterMasterFailover": true"#,
        "DetachLostReplicasAfterMasterFailover",
        "true",
    ),
    (
        r#""DetachLostSlavesAfterMasterFailover": true, "DetachLostReplicasAfterMasterFailover": false"#,
        "DetachLostReplicasAfterMasterFailover",
        "true",
    ),
    (
        r#""DetachLostSlavesAfterMasterFailover": false, "DetachLostReplicasAfterMasterFailover": true"#,
        "DetachLostReplicasAfterMasterFailover",
        "true",
    ),
    (
        r#""DetachLostSlavesAfterMasterFailover": false, "DetachLostReplicasAfterMasterFailover": false"#,
        "DetachLostReplicasAfterMasterFailover",
        "false",
    ),
    ("", "MasterFailoverDetachReplicaMasterHost", "false"),
    (
        r#""MasterFailoverDetachSlaveMasterHost": true"#,
        "MasterFailoverDetachReplicaMasterHost",
        "true",
    ),
    (
        r#""MasterFailoverDetachReplicaMasterHost": true"#,
        "MasterFailoverDetachReplicaMasterHost",
        "true",
    ),
    (
        r#""PostponeSlaveRecoveryOnLagMinutes": 5"#,
        "PostponeReplicaRecoveryOnLagMinutes",
        "5",
    ),
    (
        r#""PostponeReplicaRecoveryOnLagMinutes": 5"#,
        "PostponeReplicaRecoveryOnLagMinutes",
        "5",
    ),
    (
        r#""PostponeReplicaRecoveryOnLagMinutes": 5, "PostponeSlaveRecoveryOnLagMinutes": 5"#,
        "PostponeReplicaRecoveryOnLagMinutes",
        "5",
    ),
    // Prefixes.
    (r#""URLPrefix": "x/""#, "URLPrefix", r#""/x""#),
    (r#""URLPrefix": "/x""#, "URLPrefix", r#""/x""#),
    (r#""URLPrefix": "/""#, "URLPrefix", r#""""#),
    ("", "KVClusterMasterPrefix", r#""mysql/master/""#),
    (r#""KVClusterMasterPrefix": "a///""#, "KVClusterMasterPrefix", r#""a/""#),
    (r#""KVClusterMasterPrefix": "/""#, "KVClusterMasterPrefix", r#""/""#),
    (r#""KVClusterMasterPrefix": """#, "KVClusterMasterPrefix", r#""/""#),
    // Pseudo-GTID.
    (
        r#""AutoPseudoGTID": true"#,
        "PseudoGTIDPattern",
        r#""drop view if exists `_pseudo_gtid_`""#,
    ),
    (r#""AutoPseudoGTID": true"#, "PseudoGTIDPatternIsFixedSubstring", "true"),
    (r#""AutoPseudoGTID": true"#, "PseudoGTIDMonotonicHint", r#""asc:""#),
    (
        r#""AutoPseudoGTID": true, "DetectPseudoGTIDQuery": "x""#,
        "DetectPseudoGTIDQuery",
        r#""select 1""#,
    ),
    (r#""PseudoGTIDPattern": "x""#, "PseudoGTIDPattern", r#""x""#),
    // Bounds.
    (r#""ConsulMaxKVsPerTransaction": 1"#, "ConsulMaxKVsPerTransaction", "5"),
    (
        r#""ConsulMaxKVsPerTransaction": 30"#,
        "ConsulMaxKVsPerTransaction",
        "30",
    ),
    (
        r#""ConsulMaxKVsPerTransaction": 100"#,
        "ConsulMaxKVsPerTransaction",
        "64",
    ),
    ("", "ReasonableLockedSemiSyncMasterSeconds", "10"),
    (
        r#""ReasonableReplicationLagSeconds": 20"#,
        "ReasonableLockedSemiSyncMasterSeconds",
        "20",
    ),
    (
        r#""ReasonableLockedSemiSyncMasterSeconds": 3"#,
        "ReasonableLockedSemiSyncMasterSeconds",
        "3",
    ),
    (r#""InstancePollSeconds": 600"#, "DeadInstancePollSecondsMax", "600"),
    (
        r#""InstancePollSeconds": 60, "DeadInstancePollSecondsMax": 60"#,
        "DeadInstancePollSecondsMax",
        "60",
    ),
    // Raft.
    ("", "RaftAdvertise", r#""127.0.0.1:10008""#),
    (
        r#""RaftEnabled": true, "RaftDataDir": "/x", "RaftBind": "10.0.0.1""#,
        "RaftAdvertise",
        r#""10.0.0.1""#,
    ),
    (
        r#""HTTPAdvertise": "http://a.b:3000""#,
        "HTTPAdvertise",
        r#""http://a.b:3000""#,
    ),
    // The inventory.
    ("", "BackendDB", r#""sqlite""#),
    (r#""BackendDB": "sqlite3""#, "BackendDB", r#""sqlite3""#),
    (r#""BackendDB": "SQLite""#, "BackendDB", r#""SQLite""#),
    (r#""BackendDB": """#, "BackendDB", r#""sqlite""#),
];

#[test]
fn derived_values() {
    for (members, key, expected) in DERIVED {
        let members = if members.is_empty() {
            r#""Debug": false"#
        } else {
            members
        };
        assert_eq!(
            value_of(&config_of(members), key).to_string(),
            *expected,
            "{key} of {members}"
        );
    }
}

#[test]
fn contradictions() {
    for (members, expected) in [
        (
            r#""ReplicationLagQuery": "a", "SlaveLagQuery": "b""#,
            "ReplicationLagQuery and SlaveLagQuery",
        ),
        (
            r#""FailMasterPromotionIfSQLThreadNotUpToDate": true, "DelayMasterPromotionIfSQLThreadNotUpToDate": true"#,
            "cannot both be true",
        ),
        (
            r#""FailMasterPromotionOnLagMinutes": 1"#,
            "requires ReplicationLagQuery",
        ),
        (
            r#""FailMasterPromotionOnLagMinutes": 1, "ReplicationLagQuery": " ;""#,
            "requires ReplicationLagQuery",
        ),
        (
            r#""PostponeReplicaRecoveryOnLagMinutes": 1, "PostponeSlaveRecoveryOnLagMinutes": 2"#,
            "two names of one setting",
        ),
        (r#""RaftEnabled": true"#, "RaftDataDir must be set"),
        (
            r#""RaftEnabled": true, "RaftDataDir": "x", "RaftBind": """#,
            "RaftBind must be set",
        ),
        (
            r#""DeadInstancePollSecondsMultiplyFactor": 0.5"#,
            "must be 1 or more, not 0.5",
        ),
        (
            r#""InstancePollSeconds": 60, "DeadInstancePollSecondsMax": 59"#,
            "at least InstancePollSeconds",
        ),
        (r#""HTTPAdvertise": "host:3000""#, "the scheme is missing"),
        (r#""HTTPAdvertise": "http://:3000""#, "the host is missing"),
        (r#""HTTPAdvertise": "http://host""#, "the port is missing"),
        (r#""HTTPAdvertise": "http://host:3000/""#, "there is a path"),
        (
            r#""BackendDB": "mysql""#,
            "BackendDB is \"mysql\", but the inventory can be kept in SQLite only",
        ),
        (r#""BackendDB": "postgres""#, "SQLite only"),
    ] {
        let error = error_of(members);
        assert!(error.contains(expected), "{members}: {error}");
        assert!(
            error.starts_with("loading the configuration: c.json, line 1: "),
            "{error}"
        );
    }
    assert!(load_members(r#""FailMasterPromotionOnLagMinutes": 1, "SlaveLagQuery": "q""#).is_ok());
}

#[test]
fn inventory_of_a_file_without_one() {
    let error = load_text(r#"{"BackendDB": "sqlite"}"#).unwrap_err().to_string();
    assert!(
        error.contains("SQLite3DataFile must be set when BackendDB is sqlite3"),
        "{error}"
    );

    let error = load_text(r#"{"MySQLOrchestratorHost": "db"}"#).unwrap_err().to_string();
    assert!(
        error.contains("MySQLOrchestratorHost names a MySQL inventory"),
        "{error}"
    );

    let loaded = load_text(r#"{"SQLite3DataFile": "", "Debug": true}"#).unwrap();
    assert!(loaded.config.uses_default_inventory());
    assert!(said(&loaded, Level::Info).contains("SQLite3DataFile is not set: the inventory is /home/someone/"));

    let loaded = load_members(r#""MySQLOrchestratorHost": "db""#).unwrap();
    assert!(!loaded.config.uses_default_inventory());
    assert!(said(&loaded, Level::Warning).contains("the MySQL inventory that MySQLOrchestratorHost names is not used"));
}

#[test]
fn old_forms_are_told() {
    let loaded = load_members(r#""RecoveryPeriodBlockMinutes": 5"#).unwrap();
    assert!(said(&loaded, Level::Info).contains("RecoveryPeriodBlockMinutes sets RecoveryPeriodBlockSeconds to 300"));
    let loaded = load_members(r#""RecoveryPeriodBlockMinutes": 5, "RecoveryPeriodBlockSeconds": 9"#).unwrap();
    assert!(said(&loaded, Level::Info).contains("RecoveryPeriodBlockSeconds, 9, wins"));
    let loaded = load_members(r#""RecoveryPeriodBlockSeconds": 0"#).unwrap();
    assert!(said(&loaded, Level::Warning).contains("keeps others off for 3600 s"));
    let loaded = load_members(r#""RecoveryPeriodBlockSeconds": 0, "RecoveryPeriodBlockMinutes": 0"#).unwrap();
    assert_eq!(said(&loaded, Level::Warning), "");
}

#[test]
fn a_key_value_store_that_is_not_told_is_noticed() {
    let recovering = r#""RecoverMasterClusterFilters": ["*"]"#;
    for (members, expected) in [
        (r#""ConsulAddress": "a:1""#.to_string(), None),
        (
            format!(r#""ConsulAddress": "a:1", {recovering}"#),
            Some(Key::ConsulAddress),
        ),
        (
            r#""ZkAddress": "a:1", "RecoverIntermediateMasterClusterFilters": ["x"]"#.to_string(),
            Some(Key::ZkAddress),
        ),
        (
            format!(r#""ConsulAddress": "a:1", "IgnoreExternalKV": true, {recovering}"#),
            None,
        ),
        (recovering.to_string(), None),
    ] {
        assert_eq!(config_of(&members).untold_key_value_store(), expected, "{members}");
    }
}
