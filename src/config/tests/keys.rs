//! The table of keys, and how the configuration is printed.

use std::collections::BTreeSet;

use super::*;

/// Keys whose default is neither false, 0, empty nor an empty list.
const DEFAULTS: &[(&str, &str)] = &[
    ("ListenAddress", r#"":3000""#),
    ("AgentsServerPort", r#"":3001""#),
    ("MySQLTopologyUseMixedTLS", "true"),
    ("MySQLTopologyMaxAllowedPacket", "-1"),
    ("TLSCacheTTLFactor", "100"),
    ("BackendDB", r#""sqlite""#),
    ("RaftBind", r#""127.0.0.1:10008""#),
    ("DefaultRaftPort", "10008"),
    ("ExpectFailureAnalysisConcensus", "true"),
    ("MySQLOrchestratorMaxPoolConnections", "128"),
    ("MySQLOrchestratorPort", "3306"),
    ("MySQLOrchestratorReadTimeoutSeconds", "30"),
    ("MySQLOrchestratorMaxAllowedPacket", "-1"),
    ("MySQLConnectTimeoutSeconds", "2"),
    ("MySQLDiscoveryReadTimeoutSeconds", "10"),
    ("MySQLTopologyReadTimeoutSeconds", "600"),
    ("DefaultInstancePort", "3306"),
    ("InstancePollSeconds", "5"),
    ("DeadInstancePollSecondsMultiplyFactor", "1"),
    ("DeadInstancePollSecondsMax", "300"),
    ("ReasonableInstanceCheckSeconds", "1"),
    ("InstanceWriteBufferSize", "100"),
    ("InstanceFlushIntervalMilliseconds", "100"),
    ("SkipMaxScaleCheck", "true"),
    ("UnseenInstanceForgetHours", "240"),
    ("DiscoveryMaxConcurrency", "300"),
    ("DiscoveryQueueCapacity", "100000"),
    ("DiscoveryQueueMaxStatisticsSize", "120"),
    ("DiscoveryCollectionRetentionSeconds", "120"),
    ("InstanceBulkOperationsWaitTimeoutSeconds", "10"),
    ("HostnameResolveMethod", r#""default""#),
    ("MySQLHostnameResolveMethod", r#""@@hostname""#),
    ("SkipBinlogServerUnresolveCheck", "true"),
    ("ExpiryHostnameResolvesMinutes", "60"),
    ("ReasonableReplicationLagSeconds", "10"),
    ("ReasonableMaintenanceReplicationLagSeconds", "20"),
    ("CandidateInstanceExpireMinutes", "60"),
    ("AuditPurgeDays", "7"),
    ("AuthUserHeader", r#""X-Forwarded-User""#),
    ("PowerAuthUsers", r#"["*"]"#),
    ("AccessTokenUseExpirySeconds", "60"),
    ("AccessTokenExpiryMinutes", "1440"),
    ("SupportFuzzyPoolHostnames", "true"),
    ("InstancePoolExpiryMinutes", "60"),
    ("StatusEndpoint", r#""/api/status""#),
    ("AgentPollMinutes", "60"),
    ("UnseenAgentForgetHours", "6"),
    ("StaleSeedFailMinutes", "60"),
    ("SeedAcceptableBytesDiff", "8192"),
    ("SeedWaitSecondsBeforeSend", "2"),
    ("BinlogEventsChunkSize", "10000"),
    ("ReduceReplicationAnalysisCount", "true"),
    ("FailureDetectionPeriodBlockMinutes", "60"),
    ("RecoveryPeriodBlockMinutes", "60"),
    ("RecoveryPeriodBlockSeconds", "3600"),
    ("ProcessesShellCommand", r#""bash""#),
    ("CoMasterRecoveryMustPromoteOtherCoMaster", "true"),
    ("DetachLostSlavesAfterMasterFailover", "true"),
    ("DetachLostReplicasAfterMasterFailover", "true"),
    ("ApplyMySQLPromotionAfterMasterFailover", "true"),
    ("GraphiteConvertHostnameDotsToUnderscores", "true"),
    ("GraphitePollSeconds", "60"),
    ("EnableDiscoveryFiltersLogs", "true"),
    ("ConsulScheme", r#""http""#),
    ("ConsulKVStoreProvider", r#""consul""#),
    ("ConsulMaxKVsPerTransaction", "5"),
    ("KVClusterMasterPrefix", r#""mysql/master""#),
    ("MaxConcurrentReplicaOperations", "5"),
    ("UnreachableMasterWitnessSeconds", "2"),
    ("MaxSimultaneousMasterFailures", "3"),
    ("MasterPollSeconds", "1"),
    ("RecoveryPollSeconds", "1"),
    ("HookTimeoutSeconds", "60"),
    ("PreferReportPort", "true"),
    ("SQLite3BusyTimeoutMilliseconds", "5000"),
];

#[test]
fn defaults() {
    let config = Config::default();
    let special: Vec<_> = Key::ALL
        .iter()
        .map(|key| (key.name(), config.slot(*key).to_json().to_string()))
        .filter(|(_, value)| !matches!(value.as_str(), "false" | "0" | "\"\"" | "[]" | "{}"))
        .collect();
    let expected: Vec<_> = DEFAULTS
        .iter()
        .map(|(name, value)| (*name, value.to_string()))
        .collect();
    assert_eq!(special, expected);
}

#[test]
fn every_key_is_described_and_unlike_the_others() {
    let names: BTreeSet<_> = Key::ALL.iter().map(|key| key.name().to_lowercase()).collect();
    assert_eq!(names.len(), Key::ALL.len(), "no two differ by case alone");
    for key in Key::ALL {
        assert!(key.doc().len() > 5 && key.doc().ends_with('.'), "{key}: {}", key.doc());
        if let Class::OldNameOf(new) = key.about().class {
            let new = Key::named(new).unwrap();
            assert_eq!(new.about().class, Class::Used);
        }
        assert!(!OBSOLETE_KEYS.contains(&key.name()));
    }
}

/// Every key takes a value of its type and refuses one of another, whether it has an effect or not.
#[test]
fn every_key_is_checked_for_its_type() {
    for key in Key::ALL {
        let (good, bad) = match key.kind() {
            Kind::Bool => ("true", "1"),
            Kind::Int | Kind::UInt => ("12", "\"12\""),
            Kind::Float => ("1.5", "\"1.5\""),
            Kind::Text => ("\"text\"", "12"),
            Kind::List => ("[\"text\"]", "\"text\""),
            Kind::Map => ("{\"name\": \"text\"}", "[]"),
        };
        let good: serde_json::Value = serde_json::from_str(good).unwrap();
        let bad: serde_json::Value = serde_json::from_str(bad).unwrap();
        let mut config = Config::default();
        assert_eq!(config.slot_mut(*key).assign(&good), Ok(()));
        assert_eq!(config.slot(*key).to_json(), good);
        assert!(config.slot_mut(*key).assign(&bad).is_err(), "{key}");
        assert_eq!(config.slot(*key).to_json(), good, "{key} keeps its value");
    }
}

#[test]
fn keys_that_are_secret() {
    let secret: Vec<_> = Key::ALL
        .iter()
        .filter(|key| key.about().secret)
        .map(|key| key.name())
        .collect();
    assert_eq!(
        secret,
        [
            "MySQLTopologyPassword",
            "MySQLOrchestratorPassword",
            "OAuthClientSecret",
            "HTTPAuthPassword",
            "ConsulAclToken"
        ]
    );
}

#[test]
fn printed_as_one_line_in_order() {
    let config = config_of(
        r#""MySQLTopologyPassword": "pw", "ConsulAclToken": "token", "DetectRegionQuery": "a<b & c>d",
        "ClusterNameToAlias": {"z": "1", "a": "2"}"#,
    );
    let masked = config.dump_json(true);
    assert!(masked.starts_with(r#"{"Debug":false,"EnableSyslog":false,"ListenAddress":":3000","ListenSocket":"","#));
    assert!(masked.ends_with(r#""SQLite3BusyTimeoutMilliseconds":5000}"#));
    assert!(!masked.contains('\n'));
    assert!(masked.contains(r#""MySQLTopologyPassword":"***""#) && masked.contains(r#""ConsulAclToken":"***""#));
    assert!(masked.contains(r#""HTTPAuthPassword":"""#), "nothing is not masked");
    assert!(masked.contains(r#""DetectRegionQuery":"a\u003cb \u0026 c\u003ed""#));
    assert!(
        masked.contains(r#""ClusterNameToAlias":{"a":"2","z":"1"}"#),
        "names are sorted"
    );
    assert!(masked.contains(r#""DeadInstancePollSecondsMultiplyFactor":1,"#));
    assert!(masked.contains(r#""DiscoveryIgnoreHostnameFilters":null"#));
    assert!(masked.contains(r#""DiscoveryIgnoreReplicaHostnameFilters":[]"#));
    assert_eq!(
        format!("{config:?}"),
        masked,
        "a password never gets into a log by accident"
    );

    let plain = config.dump_json(false);
    assert!(plain.contains(r#""MySQLTopologyPassword":"pw""#) && plain.contains(r#""ConsulAclToken":"token""#));
    let names: Vec<_> = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&plain)
        .unwrap()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(
        names
            .iter()
            .map(String::as_str)
            .eq(Key::ALL.iter().map(|key| key.name()))
    );
}

/// What is printed can be read back and means the same.
#[test]
fn printed_configuration_loads_again() {
    for members in [
        r#""Debug": true"#,
        r#""DetachLostReplicasAfterMasterFailover": false, "RecoveryPeriodBlockMinutes": 5"#,
        r#""SlaveLagQuery": "q", "PostponeSlaveRecoveryOnLagMinutes": 3, "AutoPseudoGTID": true"#,
    ] {
        let printed = config_of(members).dump_json(false);
        let again = load_text(&printed).unwrap().config.dump_json(false);
        // Lists whose absence is printed as null stay absent.
        assert_eq!(again, printed, "{members}");
    }
}

#[test]
fn shown_with_its_sources() {
    let config = config_of(
        "\n\"InstancePollSeconds\": 5,\n\"MySQLTopologyPassword\": \"pw\",\n\"RecoveryPeriodBlockMinutes\": 5",
    );
    let rows = config.show(true);
    assert_eq!(rows.len(), Key::ALL.len());
    let row = |key| rows.iter().find(|row| row.key == key).unwrap();

    let poll = row(Key::InstancePollSeconds);
    assert!(poll.is_default);
    assert!(matches!(&poll.source, Source::File(place) if place.to_string() == "c.json, line 2"));
    let password = row(Key::MySQLTopologyPassword);
    assert!(!password.is_default);
    assert_eq!(password.value, "***");
    let period = row(Key::RecoveryPeriodBlockSeconds);
    assert_eq!(period.value, 300);
    assert_eq!(
        period.source,
        Source::Derived("from RecoveryPeriodBlockMinutes".to_string())
    );
    assert_eq!(row(Key::AuditPurgeDays).source, Source::Default);
}
