//! What pure code needs of the configuration: thresholds, switches and filters, ready to be asked.

use super::filters::{ClusterAliases, ClusterFilters, HostFilters, NameFilters, Pattern};
use super::table::Config;
use super::value::{Int, Map};

/// Thresholds, switches and filters. All times are in seconds and never negative.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Time between two readings of a server.
    pub instance_poll_seconds: u64,
    /// How long a reading may take before it no longer counts as valid.
    pub reasonable_instance_check_seconds: u64,
    /// Lag above which a replica counts as lagging.
    pub reasonable_replication_lag_seconds: u64,
    /// Lag above which a replica is not moved.
    pub reasonable_maintenance_replication_lag_seconds: u64,
    /// How long a master's position may stand still before a locked semi-sync master is certain.
    pub stale_coordinates_seconds: u64,
    /// Analyse only instances that can matter.
    pub reduce_analysis: bool,
    /// Keep as many semi-sync replicas as the master waits for.
    pub enforce_exact_semi_sync_replicas: bool,
    /// Enable semi-sync on replicas of a locked master.
    pub recover_locked_semi_sync_master: bool,
    /// Treat a read-only master as a failure.
    pub recover_non_writeable_master: bool,
    /// Let replication filters take part in deciding who can replicate from whom.
    pub verify_replication_filters: bool,
    /// Let a replica replicate from a master of a higher version.
    pub lower_replica_version_allowed: bool,
    /// Promote within the failed master's data centre or not at all.
    pub prevent_cross_data_center_master_failover: bool,
    /// Promote within the failed master's region or not at all.
    pub prevent_cross_region_master_failover: bool,
    /// Lag from which on a replica is not promoted; 0 for any.
    pub fail_master_promotion_on_lag_seconds: u64,

    /// How long a master must be dead before it is replaced.
    pub master_dead_for_seconds: u64,
    /// Whether a master is replaced that is alive, but refuses this tool.
    pub recover_refusing_master: bool,
    /// Clusters that may lose their master within a minute before it counts as the network's fault; 0: any number.
    pub max_simultaneous_master_failures: u64,
    /// How long a recovery keeps a later one off.
    pub recovery_period_block_seconds: u64,
    /// Whether that is counted from the recovery's start, not from its end.
    pub recovery_period_block_from_start: bool,
    /// The key that names an external key-value store which would not be told of a recovery, where that matters.
    pub external_kv: Option<&'static str>,

    /// Host names left out of the analysis.
    pub recovery_ignore_hostname_filters: NameFilters,
    /// Clusters whose failed master is replaced automatically.
    pub recover_master_cluster_filters: ClusterFilters,
    /// Clusters whose failed intermediate masters are replaced automatically.
    pub recover_intermediate_master_cluster_filters: ClusterFilters,
    /// Servers never promoted.
    pub promotion_ignore_hostname_filters: HostFilters,
    /// Servers left out of the list of problems.
    pub problem_ignore_hostname_filters: HostFilters,
    /// Servers left out of the replicas suggested for online schema changes.
    pub osc_ignore_hostname_filters: HostFilters,
    /// Servers never discovered.
    pub discovery_ignore_hostname_filters: HostFilters,
    /// Replicas that discovery does not follow.
    pub discovery_ignore_replica_hostname_filters: HostFilters,
    /// Masters that discovery does not follow.
    pub discovery_ignore_master_hostname_filters: HostFilters,
    /// Replicas skipped by the user they replicate as.
    pub discovery_ignore_replication_username_filters: NameFilters,

    /// Resolved names that match are not accepted; `None` accepts all.
    pub reject_hostname_resolve_pattern: Option<Pattern>,
    /// Expression on the host name whose group is the data centre.
    pub data_center_pattern: Option<Pattern>,
    /// Expression on the host name whose group is the region.
    pub region_pattern: Option<Pattern>,
    /// Expression on the host name whose group is the physical environment.
    pub physical_environment_pattern: Option<Pattern>,
    /// Aliases by cluster name.
    pub cluster_aliases: ClusterAliases,
}

impl From<&Config> for Policy {
    fn from(config: &Config) -> Self {
        let lag_seconds = seconds(config.reasonable_replication_lag_seconds);
        Policy {
            instance_poll_seconds: config.instance_poll_seconds,
            reasonable_instance_check_seconds: config.reasonable_instance_check_seconds,
            reasonable_replication_lag_seconds: lag_seconds,
            reasonable_maintenance_replication_lag_seconds: seconds(
                config.reasonable_maintenance_replication_lag_seconds,
            ),
            stale_coordinates_seconds: match config.reasonable_locked_semi_sync_master_seconds {
                0 => lag_seconds,
                own => own,
            },
            reduce_analysis: config.reduce_replication_analysis_count,
            enforce_exact_semi_sync_replicas: config.enforce_exact_semi_sync_replicas,
            recover_locked_semi_sync_master: config.recover_locked_semi_sync_master,
            recover_non_writeable_master: config.recover_non_writeable_master,
            verify_replication_filters: config.verify_replication_filters,
            lower_replica_version_allowed: config.lower_replica_version_allowed,
            master_dead_for_seconds: config.master_dead_for_seconds,
            recover_refusing_master: config.recover_refusing_master,
            max_simultaneous_master_failures: config.max_simultaneous_master_failures,
            recovery_period_block_seconds: seconds(config.recovery_period_block_seconds),
            recovery_period_block_from_start: config.recovery_period_block_from_start,
            external_kv: config.untold_key_value_store().map(super::table::Key::name),
            prevent_cross_data_center_master_failover: config.prevent_cross_data_center_master_failover,
            prevent_cross_region_master_failover: config.prevent_cross_region_master_failover,
            fail_master_promotion_on_lag_seconds: config.fail_master_promotion_on_lag_minutes.saturating_mul(60),
            recovery_ignore_hostname_filters: NameFilters::new(&config.recovery_ignore_hostname_filters),
            recover_master_cluster_filters: ClusterFilters::new(&config.recover_master_cluster_filters),
            recover_intermediate_master_cluster_filters: ClusterFilters::new(
                &config.recover_intermediate_master_cluster_filters,
            ),
            promotion_ignore_hostname_filters: HostFilters::new(&config.promotion_ignore_hostname_filters),
            problem_ignore_hostname_filters: HostFilters::new(&config.problem_ignore_hostname_filters),
            osc_ignore_hostname_filters: HostFilters::new(&config.osc_ignore_hostname_filters),
            discovery_ignore_hostname_filters: HostFilters::new(&config.discovery_ignore_hostname_filters),
            discovery_ignore_replica_hostname_filters: HostFilters::new(
                &config.discovery_ignore_replica_hostname_filters,
            ),
            discovery_ignore_master_hostname_filters: HostFilters::new(
                &config.discovery_ignore_master_hostname_filters,
            ),
            discovery_ignore_replication_username_filters: NameFilters::new(
                &config.discovery_ignore_replication_username_filters,
            ),
            reject_hostname_resolve_pattern: pattern(&config.reject_hostname_resolve_pattern),
            data_center_pattern: pattern(&config.data_center_pattern),
            region_pattern: pattern(&config.region_pattern),
            physical_environment_pattern: pattern(&config.physical_environment_pattern),
            cluster_aliases: aliases(&config.cluster_name_to_alias),
        }
    }
}

impl Default for Policy {
    /// Returns the policy of the default configuration.
    fn default() -> Self {
        Policy::from(&Config::default())
    }
}

/// Returns a time as it is used: loading the configuration has already refused negative ones.
fn seconds(configured: Int) -> u64 {
    u64::try_from(configured).unwrap_or(0)
}

fn pattern(source: &str) -> Option<Pattern> {
    (!source.is_empty()).then(|| Pattern::new(source))
}

fn aliases(map: &Map) -> ClusterAliases {
    ClusterAliases::new(map.iter())
}
