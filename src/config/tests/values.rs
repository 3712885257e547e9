//! What a file may contain, and what is said of what it may not.

use super::*;

#[test]
fn files_that_are_not_an_object() {
    for (content, expected) in [
        ("", "the file is empty"),
        (" \n\t", "the file is empty"),
        ("[1]", "the top level is a list"),
        ("5", "the top level is a single value"),
        ("\"text\"", "the top level is a single value"),
        ("BackendDB = sqlite", "the top level is a single value"),
        ("null", "the file is empty"),
    ] {
        let error = load_text(content).unwrap_err().to_string();
        assert!(error.contains(&format!("c.json: {expected}")), "{content}: {error}");
    }
}

#[test]
fn json_that_does_not_parse() {
    for (content, line) in [
        ("{\"Debug\": true,}", 1),
        ("{\"Debug\": true,\n}", 2),
        ("{\n// comment\n\"Debug\": true}", 2),
        ("{\n\"Debug\": true", 2),
        ("{\n\n\"Debug\" true}", 3),
        ("{\"DiscoverySeeds\": [\n1,,2]}", 2),
        ("{\n\"ExpiryHostnameResolvesMinutes\": 1e999}", 2),
        ("{\n\n\"MySQLTopologyUser\": \"\\ud800\"}", 3),
    ] {
        let error = load_text(content).unwrap_err();
        let place = error.problem.place.as_ref().unwrap();
        assert_eq!(
            (place.file.to_str(), place.line),
            (Some("c.json"), line),
            "{content}: {error}"
        );
    }
}

#[test]
fn what_json_allows() {
    let object = r#""SQLite3DataFile": "a", "InstancePollSeconds": 7"#;
    for content in [
        format!("{{{object}}} trailing {{ }} text"),
        format!("{{{object}}} {{\"InstancePollSeconds\": 8}}"),
        format!("{{\n\t\t{object}\n\t}}"),
        format!("\u{feff}{{{object}}}"),
        format!("{{\"MySQLTopologyUser\": \"größe\", {object}}}"),
        r#"{"instancepollseconds": 6, "SQLITE3dataFILE": "a", "INSTANCEPOLLSECONDS": 7}"#.to_string(),
        r#"{"InstancePollSeconds": 6, "SQLite3DataFile": "a", "InstancePollSeconds": 7}"#.to_string(),
        r#"{"InstancePollSeconds": 7, "SQLite3DataFile": "a", "InstancePollSeconds": null}"#.to_string(),
    ] {
        let config = load_text(&content)
            .unwrap_or_else(|error| panic!("{content}: {error}"))
            .config;
        assert_eq!(config.instance_poll_seconds, 7, "{content}");
    }
}

#[test]
fn wrong_types_name_key_type_file_and_line() {
    for (member, expected) in [
        (
            r#""InstancePollSeconds": "5""#,
            "InstancePollSeconds must be a whole number, 0 or more, not the text \"5\"",
        ),
        (r#""InstancePollSeconds": 1.5"#, "not the number 1.5"),
        (r#""InstancePollSeconds": -1"#, "not the number -1"),
        (r#""InstancePollSeconds": 5.0"#, "not the number 5.0"),
        (
            r#""DefaultInstancePort": 1.5"#,
            "DefaultInstancePort must be a whole number, not the number 1.5",
        ),
        (
            r#""Debug": "true""#,
            "Debug must be true or false, not the text \"true\"",
        ),
        (r#""Debug": 1"#, "not the number 1"),
        (
            r#""MySQLTopologyUser": 5"#,
            "MySQLTopologyUser must be text in double quotes, not the number 5",
        ),
        (
            r#""DiscoverySeeds": "a""#,
            "DiscoverySeeds must be a list of texts in double quotes, not the text \"a\"",
        ),
        (r#""DiscoverySeeds": ["a", 5]"#, "not the number 5 as element 2"),
        (r#""DiscoverySeeds": ["a", null]"#, "not null as element 2"),
        (r#""ClusterNameToAlias": []"#, "ClusterNameToAlias must be an object"),
        (r#""ClusterNameToAlias": {"a": true}"#, "not true as the value of \"a\""),
        (
            r#""DeadInstancePollSecondsMultiplyFactor": "2""#,
            "must be a number, not the text \"2\"",
        ),
        (r#""ListenAddress": 5"#, "ListenAddress must be text in double quotes"),
        (
            r#""MySQLTopologyPassword": 123"#,
            "must be text in double quotes, not the number",
        ),
    ] {
        let error = load_members(&format!("\n{member}")).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("loading the configuration: c.json, line 2: "),
            "{text}"
        );
        assert!(text.contains(expected), "{member}: {text}");
        assert!(!text.contains("123"), "a secret is told: {text}");
    }
}

#[test]
fn numbers_of_the_right_type() {
    let config = config_of(
        r#""DeadInstancePollSecondsMultiplyFactor": 2, "InstancePollSeconds": 0,
        "MySQLConnectTimeoutSeconds": -4, "MySQLTopologyMaxAllowedPacket": -1"#,
    );
    assert_eq!(config.dead_instance_poll_seconds_multiply_factor, 2.0);
    assert_eq!(config.instance_poll_seconds, 1, "0 would stop everything");
    assert_eq!(config.mysql_connect_timeout_seconds, 0, "a time is never negative");
    assert_eq!(config.mysql_topology_max_allowed_packet, -1);
    assert!(error_of(r#""DefaultInstancePort": 70000"#).contains("1 to 65535"));
    assert!(error_of(r#""MySQLTopologyMaxAllowedPacket": 3000000000"#).contains("at most 2147483647"));
}

#[test]
fn keys_without_effect_are_told_once() {
    let loaded = load_members(
        r#""ListenAddress": ":1", "ReadOnly": true,
        "MaintenanceOwner": 5, "statussimplehealth": 1, "StatusSimpleHealth": 2, "InstancePolSeconds": 3,
        "OAuthClientID": "", "SlaveLagQuery": """#,
    )
    .unwrap();
    let warnings = said(&loaded, Level::Warning);
    let lines: Vec<_> = warnings.lines().collect();
    assert_eq!(
        lines,
        [
            "c.json, line 2: configuration key MaintenanceOwner is obsolete and has no effect",
            "c.json, line 2: configuration key statussimplehealth is unknown and has no effect",
            "c.json, line 2: configuration key InstancePolSeconds is unknown and has no effect; did you mean InstancePollSeconds?",
            "c.json, line 1: configuration key ListenAddress has no effect in this tool",
            "c.json, line 1: configuration key ReadOnly has no effect in this tool; it does not stop commands from changing servers",
            "c.json, line 3: configuration key OAuthClientId has no effect in this tool",
        ]
    );
    assert!(said(&loaded, Level::Info).contains("SlaveLagQuery is an old name of ReplicationLagQuery"));
}

#[test]
fn yaml_is_read_where_the_file_is_not_json() {
    let content = "# comment\nSQLite3DataFile: a\nInstancePollSeconds: 7\nDebug: true\nDiscoverySeeds:\n  - one\n  - \
                   two:3307\nClusterNameToAlias:\n  '^b': bee\n  10: ten\nMySQLTopologyUser:\n\
                   DeadInstancePollSecondsMultiplyFactor: 1.5\n";
    for name in ["c.json", "c.yaml", "c.YML", "c"] {
        let config = Scratch::new().with(name, content).load(Some(name)).unwrap().config;
        assert_eq!(config.instance_poll_seconds, 7);
        assert!(config.debug);
        assert_eq!(config.discovery_seeds, ["one", "two:3307"]);
        assert_eq!(
            config.cluster_name_to_alias.iter().collect::<Vec<_>>(),
            [("^b", "bee"), ("10", "ten")]
        );
        assert_eq!(config.dead_instance_poll_seconds_multiply_factor, 1.5);
        assert_eq!(config.place(Key::DiscoverySeeds).unwrap().line, 5);
        assert!(!config.is_given(Key::MySQLTopologyUser), "no value is null");
    }
}

#[test]
fn yaml_shares_values_by_anchors() {
    let content = "SQLite3DataFile: a\nPreFailoverProcesses: &hooks [x, y]\nPostFailoverProcesses: *hooks\n";
    let config = Scratch::new()
        .with("c.yaml", content)
        .load(Some("c.yaml"))
        .unwrap()
        .config;
    assert_eq!(config.post_failover_processes, ["x", "y"]);
}

#[test]
fn a_name_for_yaml_decides() {
    let trailing_comma = "{\"SQLite3DataFile\": \"a\",\n}";
    assert!(
        Scratch::new()
            .with("c.yaml", trailing_comma)
            .load(Some("c.yaml"))
            .is_ok()
    );
    let error = load_text(trailing_comma).unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("hint: "), "{error}");
    let tabs = "{\n\t\"SQLite3DataFile\": \"a\"\n\t, \"Debug\": true\n}";
    assert!(load_text(tabs).is_ok());
}

#[test]
fn yaml_errors_name_the_line() {
    for (content, line) in [
        ("SQLite3DataFile: a\nInstancePollSeconds: '5'\n", 2),
        ("SQLite3DataFile: a\n\nMySQLTopologyPassword: 123\n", 3),
        ("SQLite3DataFile: a\nDeadInstancePollSecondsMultiplyFactor: .nan\n", 2),
        ("SQLite3DataFile: a\nb: c: d\n", 2),
    ] {
        let error = Scratch::new().with("c.yaml", content).load(Some("c.yaml")).unwrap_err();
        assert_eq!(
            error.problem.place.as_ref().map(|place| place.line),
            Some(line),
            "{content}: {error}"
        );
    }
    let error = Scratch::new()
        .with("c.yaml", "# nothing\n")
        .load(Some("c.yaml"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("c.yaml: the file is empty"), "{error}");
}

#[test]
fn bad_expressions_are_warnings_when_loading_and_errors_when_checking() {
    for key in [
        "RecoverMasterClusterFilters",
        "RecoveryIgnoreHostnameFilters",
        "PromotionIgnoreHostnameFilters",
        "DiscoveryIgnoreReplicationUsernameFilters",
    ] {
        let content = format!("{{\"SQLite3DataFile\": \":memory:\",\n\"{key}\": [\"fine\", \"(\"]}}");
        let scratch = Scratch::new().with("c.json", content);
        let warnings = said(&scratch.load(Some("c.json")).unwrap(), Level::Warning);
        let expected = format!("c.json, line 2: {key}: the regular expression \"(\" never matches: ");
        assert!(warnings.starts_with(&expected), "{warnings}");
        assert_eq!(scratch.check("c.json")[0].level, Level::Error);
    }
    let loaded = load_members(r#""PseudoGTIDPattern": "(", "RejectHostnameResolvePattern": "[""#).unwrap();
    assert_eq!(said(&loaded, Level::Warning).lines().count(), 2);
    let loaded = load_members(r#""PseudoGTIDPattern": "(", "PseudoGTIDPatternIsFixedSubstring": true"#).unwrap();
    assert_eq!(said(&loaded, Level::Warning), "");
}

/// There can be hundreds of aliases, and compiling them all takes time.
#[test]
fn bad_expressions_for_aliases_are_told_by_a_check_only() {
    let content = r#"{"SQLite3DataFile": ":memory:", "ClusterNameToAlias": {"(": "x"}}"#;
    let scratch = Scratch::new().with("c.json", content);
    let warnings = said(&scratch.load(Some("c.json")).unwrap(), Level::Warning);
    assert_eq!(warnings, "");
    assert_eq!(scratch.check("c.json").len(), 1);
}

#[test]
fn empty_entries_of_filters_are_told() {
    let loaded =
        load_members(r#""PromotionIgnoreHostnameFilters": [""], "RecoverMasterClusterFilters": [""]"#).unwrap();
    let warnings = said(&loaded, Level::Warning);
    assert!(warnings.contains("PromotionIgnoreHostnameFilters has an empty entry, which matches everything"));
    assert!(warnings.contains("RecoverMasterClusterFilters has an empty entry, which matches nothing"));
}
