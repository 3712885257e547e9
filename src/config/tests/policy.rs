//! What pure code is given.

use super::*;

#[test]
fn policy_of_the_defaults() {
    let policy = Policy::default();
    assert_eq!(policy.instance_poll_seconds, 5);
    assert_eq!(policy.reasonable_instance_check_seconds, 1);
    assert_eq!(policy.reasonable_replication_lag_seconds, 10);
    assert_eq!(policy.reasonable_maintenance_replication_lag_seconds, 20);
    assert_eq!(policy.stale_coordinates_seconds, 10);
    assert!(policy.reduce_analysis);
    assert!(!policy.recover_master_cluster_filters.matches("db1:3306", "prod"));
    assert!(!policy.recovery_ignore_hostname_filters.matches("db1"));
    assert!(policy.data_center_pattern.is_none());
    assert_eq!(policy.master_dead_for_seconds, 0);
    assert_eq!(policy.max_simultaneous_master_failures, 3);
    assert_eq!(policy.recovery_period_block_seconds, 3_600);
    assert!(!policy.recovery_period_block_from_start);
    assert_eq!(policy.external_kv, None);
}

#[test]
fn policy_of_a_configuration() {
    let config = config_of(
        r#""ReasonableLockedSemiSyncMasterSeconds": 4, "ReduceReplicationAnalysisCount": false,
        "EnforceExactSemiSyncReplicas": true, "RecoverLockedSemiSyncMaster": true, "RecoverNonWriteableMaster": true,
        "VerifyReplicationFilters": true, "LowerReplicaVersionAllowed": true,
        "RecoverMasterClusterFilters": ["a"], "RecoverIntermediateMasterClusterFilters": ["b"],
        "RecoveryIgnoreHostnameFilters": ["c"], "OSCIgnoreHostnameFilters": ["d"],
        "PromotionIgnoreHostnameFilters": ["e"], "ProblemIgnoreHostnameFilters": ["f"],
        "DiscoveryIgnoreHostnameFilters": ["g"], "DiscoveryIgnoreReplicaHostnameFilters": ["h"],
        "DiscoveryIgnoreMasterHostnameFilters": ["i"], "DiscoveryIgnoreReplicationUsernameFilters": ["j"],
        "DataCenterPattern": "(k)", "RegionPattern": "(l)", "PhysicalEnvironmentPattern": "(m)",
        "RejectHostnameResolvePattern": "n", "MasterDeadForSeconds": 7, "MaxSimultaneousMasterFailures": 8,
        "RecoveryPeriodBlockSeconds": 9, "RecoveryPeriodBlockFromStart": true, "ConsulAddress": "localhost:8500",
        "ClusterNameToAlias": {"o": "p"}"#,
    );
    let policy = Policy::from(&config);
    assert_eq!(policy.stale_coordinates_seconds, 4);
    assert_eq!(policy.master_dead_for_seconds, 7);
    assert_eq!(policy.max_simultaneous_master_failures, 8);
    assert_eq!(policy.recovery_period_block_seconds, 9);
    assert!(policy.recovery_period_block_from_start);
    assert_eq!(policy.external_kv, Some("ConsulAddress"));
    assert!(!policy.reduce_analysis);
    assert!(policy.enforce_exact_semi_sync_replicas && policy.recover_locked_semi_sync_master);
    assert!(policy.recover_non_writeable_master && policy.verify_replication_filters);
    assert!(policy.lower_replica_version_allowed);
    assert!(policy.recover_master_cluster_filters.matches("a", ""));
    assert!(policy.recover_intermediate_master_cluster_filters.matches("b", ""));
    assert!(policy.recovery_ignore_hostname_filters.matches("c"));
    for (filters, host) in [
        (&policy.osc_ignore_hostname_filters, "d"),
        (&policy.promotion_ignore_hostname_filters, "e"),
        (&policy.problem_ignore_hostname_filters, "f"),
        (&policy.discovery_ignore_hostname_filters, "g"),
        (&policy.discovery_ignore_replica_hostname_filters, "h"),
        (&policy.discovery_ignore_master_hostname_filters, "i"),
    ] {
        assert!(filters.matches(host, 1) && !filters.matches("z", 1), "{host}");
    }
    assert!(policy.discovery_ignore_replication_username_filters.matches("j"));
    for (pattern, host) in [
        (&policy.data_center_pattern, "k"),
        (&policy.region_pattern, "l"),
        (&policy.physical_environment_pattern, "m"),
    ] {
        assert_eq!(
            pattern.as_ref().and_then(|pattern| pattern.first_group(host)),
            Some(host)
        );
    }
    assert!(
        policy
            .reject_hostname_resolve_pattern
            .is_some_and(|pattern| pattern.is_match("n"))
    );
    assert_eq!(policy.cluster_aliases.alias_of("o"), Some("p"));
}
