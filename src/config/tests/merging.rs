//! Which files are read, and how they are put together.

use super::*;

#[test]
fn given_file_is_the_only_one_read() {
    let scratch = Scratch::new()
        .with("system.json", r#"{"InstancePollSeconds": 11}"#)
        .with("orchestrator.conf.json", r#"{"InstancePollSeconds": 12}"#)
        .with(
            "mine.json",
            r#"{"SQLite3DataFile": "a", "MySQLConnectTimeoutSeconds": 3}"#,
        );
    let loaded = scratch.load(Some("mine.json")).unwrap();
    assert_eq!(loaded.config.instance_poll_seconds, 5);
    assert_eq!(loaded.config.mysql_connect_timeout_seconds, 3);
    assert_eq!(loaded.sources, [PathBuf::from("mine.json")]);
    assert_eq!(said(&loaded, Level::Info), "Read config: mine.json");
}

#[test]
fn given_file_must_be_readable() {
    for file in ["absent.json", "conf"] {
        let error = Scratch::new().load(Some(file)).unwrap_err().to_string();
        assert!(error.contains(&format!("Cannot read config file: {file}: ")), "{error}");
    }
}

#[test]
fn usual_files_are_read_in_order_and_the_later_wins() {
    let scratch = Scratch::new()
        .with(
            "system.json",
            r#"{"SQLite3DataFile": "a", "DiscoverySeeds": ["a", "b"],
            "ClusterNameToAlias": {"one": "1", "two": "2"}, "InstancePollSeconds": 11}"#,
        )
        .with(
            "conf/orchestrator.conf.json",
            r#"{"InstancePollSeconds": 12, "AuditPurgeDays": 1}"#,
        )
        .with(
            "orchestrator.conf.json",
            r#"{"InstancePollSeconds": 13, "AuditPurgeDays": null, "DiscoverySeeds": ["c"],
            "ClusterNameToAlias": {"three": "3", "one": "uno"}}"#,
        );
    let loaded = scratch.load(None).unwrap();
    let config = &loaded.config;
    assert_eq!(config.instance_poll_seconds, 13);
    assert_eq!(config.audit_purge_days, 1, "null keeps the value so far");
    assert_eq!(config.discovery_seeds, ["c"], "lists are replaced");
    let aliases: Vec<_> = config.cluster_name_to_alias.iter().collect();
    assert_eq!(
        aliases,
        [("one", "uno"), ("two", "2"), ("three", "3")],
        "maps are merged"
    );
    assert_eq!(loaded.sources.len(), 3);
    let place = config.place(Key::InstancePollSeconds).unwrap();
    assert_eq!((place.file_number, place.line), (2, 1));
}

#[test]
fn one_usual_file_that_does_not_parse_is_fatal() {
    let scratch = Scratch::new()
        .with("system.json", r#"{"SQLite3DataFile": "a"}"#)
        .with("orchestrator.conf.json", "{");
    let error = scratch.load(None).unwrap_err().to_string();
    assert!(
        error.contains("orchestrator.conf.json, line 1: not valid JSON"),
        "{error}"
    );
}

#[test]
fn nothing_configured_gives_the_users_own_inventory() {
    for (variable, file) in [
        (None, "/home/someone/.local/share/orchestrator/orchestrator.sqlite3"),
        (Some("/data"), "/data/orchestrator/orchestrator.sqlite3"),
        (
            Some("relative"),
            "/home/someone/.local/share/orchestrator/orchestrator.sqlite3",
        ),
    ] {
        let mut scratch = Scratch::new();
        if let Some(value) = variable {
            scratch = scratch.variable("XDG_DATA_HOME", value);
        }
        let loaded = scratch.load(None).unwrap();
        assert_eq!(loaded.config.sqlite3_data_file, file);
        assert_eq!(loaded.config.backend_db, "sqlite");
        assert!(loaded.config.uses_default_inventory());
        let expected = format!("there is no configuration file: the inventory is {file}");
        assert_eq!(said(&loaded, Level::Info), expected);
    }
}

#[test]
fn nothing_configured_and_no_home_is_an_error() {
    let mut environment = Scratch::new().environment();
    environment.home = None;
    let error = load(&environment, None).unwrap_err().to_string();
    assert!(
        error.contains("SQLite3DataFile is not set") && error.contains("hint: "),
        "{error}"
    );
}

#[test]
fn derived_values_follow_their_base_in_a_later_file() {
    let scratch = Scratch::new()
        .with(
            "system.json",
            r#"{"SQLite3DataFile": "a", "ReasonableReplicationLagSeconds": 30}"#,
        )
        .with("orchestrator.conf.json", r#"{"ReasonableReplicationLagSeconds": 7}"#);
    let config = scratch.load(None).unwrap().config;
    assert_eq!(config.reasonable_locked_semi_sync_master_seconds, 7);
}

/// Of two names of one setting, the one in the later file counts.
#[test]
fn names_of_one_setting_in_two_files() {
    for (first, second, key, expected) in [
        (
            r#""SlaveLagQuery": "a""#,
            r#""ReplicationLagQuery": "b""#,
            "ReplicationLagQuery",
            r#""b""#,
        ),
        (
            r#""ReplicationLagQuery": "a""#,
            r#""SlaveLagQuery": "b""#,
            "ReplicationLagQuery",
            r#""b""#,
        ),
        (
            r#""ReplicationLagQuery": "a""#,
            r#""SlaveLagQuery": """#,
            "ReplicationLagQuery",
            r#""a""#,
        ),
        (
            r#""SlaveLagQuery": "a""#,
            r#""ReplicationLagQuery": """#,
            "ReplicationLagQuery",
            r#""""#,
        ),
        (
            r#""PostponeSlaveRecoveryOnLagMinutes": 5"#,
            r#""PostponeReplicaRecoveryOnLagMinutes": 9"#,
            "PostponeReplicaRecoveryOnLagMinutes",
            "9",
        ),
        (
            r#""PostponeReplicaRecoveryOnLagMinutes": 5"#,
            r#""PostponeSlaveRecoveryOnLagMinutes": 9"#,
            "PostponeReplicaRecoveryOnLagMinutes",
            "9",
        ),
        (
            r#""DetachLostSlavesAfterMasterFailover": true"#,
            r#""DetachLostReplicasAfterMasterFailover": false"#,
            "DetachLostReplicasAfterMasterFailover",
            "false",
        ),
        (
            r#""MasterFailoverDetachSlaveMasterHost": true"#,
            r#""MasterFailoverDetachReplicaMasterHost": false"#,
            "MasterFailoverDetachReplicaMasterHost",
            "false",
        ),
    ] {
        let scratch = Scratch::new()
            .with("system.json", format!(r#"{{"SQLite3DataFile": "a", {first}}}"#))
            .with("orchestrator.conf.json", format!("{{{second}}}"));
        let config = scratch.load(None).unwrap().config;
        assert_eq!(value_of(&config, key).to_string(), expected, "{first}, then {second}");
    }
}

#[test]
fn check_lists_every_problem() {
    let scratch = Scratch::new().with(
        "c.json",
        r#"{
            "SQLite3DataFile": "absent-folder/file",
            "InstancePollSeconds": "5",
            "Debug": 1,
            "InstancePolSeconds": 5,
            "ListenAddress": ":1",
            "RecoverMasterClusterFilters": ["("],
            "ClusterNameToAlias": {"[": "x"},
            "HostnameResolveMethod": "nonsense",
            "DataCenterPattern": "dc1",
            "MySQLTopologySSLCAFile": "absent.pem",
            "FailMasterPromotionOnLagMinutes": 1
        }"#,
    );
    let problems = scratch.check("c.json");
    let keys = |level| -> Vec<_> {
        let of_level = problems.iter().filter(|problem| problem.level == level);
        of_level
            .map(|problem| problem.key.clone().unwrap_or_default())
            .collect()
    };
    assert_eq!(
        keys(Level::Error),
        [
            "InstancePollSeconds",
            "Debug",
            "FailMasterPromotionOnLagMinutes",
            "ClusterNameToAlias",
            "RecoverMasterClusterFilters",
            "MySQLTopologySSLCAFile",
            "SQLite3DataFile",
        ]
    );
    let warnings = [
        "InstancePolSeconds",
        "ListenAddress",
        "DataCenterPattern",
        "HostnameResolveMethod",
    ];
    assert_eq!(keys(Level::Warning), warnings);
    assert!(problems.iter().all(|problem| problem.place.is_some()), "{problems:?}");

    let error = scratch.load(Some("c.json")).unwrap_err();
    assert_eq!(error.further, 2, "{error}");
    assert!(
        error
            .to_string()
            .ends_with("\n2 further errors: `orchestrator config check` lists them all")
    );
}

#[test]
fn check_of_a_good_file_says_nothing() {
    let scratch = Scratch::new().with("c.json", r#"{"BackendDB": "sqlite", "SQLite3DataFile": ":memory:"}"#);
    assert_eq!(scratch.check("c.json"), []);
}
