//! One record per analysed instance: the counts and flags that analysis rules read.

use super::{InstanceKey, Timestamp};
use serde::{Deserialize, Serialize};

/// Everything the rules look at for one instance, folded from it and its replicas.
///
/// The names match the fields of the JSON answers where those exist. "Valid" is about the last check of a server;
/// "any replica" is every instance whose master is this one, dead or alive.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The analysed instance.
    pub key: InstanceKey,
    /// Its master; none for a master.
    pub master: InstanceKey,
    /// Its cluster.
    pub cluster: ClusterFacts,
    /// Data centre.
    pub data_center: String,
    /// Region.
    pub region: String,
    /// Physical environment.
    pub physical_environment: String,
    /// Binary log file at the last check.
    pub binlog_file: String,
    /// Binary log position at the last check.
    pub binlog_position: u64,

    /// Replicates from nobody (or is detached), and is no group secondary.
    pub is_master: bool,
    /// Is a replication group member that is not offline.
    pub is_group_member: bool,
    /// Replicates in a circle of two.
    pub is_co_master: bool,
    /// Its key is the cluster's name.
    pub is_cluster_master: bool,
    /// Is a MaxScale binlog server.
    pub is_binlog_server: bool,
    /// Steps from the top master.
    pub depth: u32,

    /// The last check succeeded and no later attempt went unanswered for too long.
    pub check_valid: bool,
    /// The last check got at least the settings.
    pub partial_success: bool,
    /// Its own receiver fails to connect to its master.
    pub failing_to_connect: bool,
    /// Refuses writes.
    pub is_read_only: bool,

    /// All replicas.
    pub replicas: u32,
    /// Replicas whose last check succeeded.
    pub valid_replicas: u32,
    /// Valid replicas with both threads running.
    pub replicating_replicas: u32,
    /// Valid replicas whose receiver fails to connect to this instance.
    pub failing_replicas: u32,
    /// Replicas beyond the reasonable lag.
    pub lagging_replicas: u32,
    /// Replicas with a configured delay.
    pub delayed_replicas: u32,
    /// Replicas in downtime.
    pub downtimed_replicas: u32,
    /// Keys of all replicas, sorted.
    pub replica_keys: Vec<InstanceKey>,

    /// All valid replicas use Oracle GTID.
    pub oracle_gtid_topology: bool,
    /// All valid replicas use MariaDB GTID.
    pub mariadb_gtid_topology: bool,
    /// All valid replicas are binlog servers.
    pub binlog_server_topology: bool,
    /// The instance uses Pseudo-GTID.
    pub pseudo_gtid_topology: bool,

    /// Semi-sync master side switched on.
    pub semi_sync_enabled: bool,
    /// Semi-sync master side in effect.
    pub semi_sync_status: bool,
    /// Acknowledgements a commit waits for.
    pub semi_sync_wait_count: u32,
    /// Connected acknowledgers.
    pub semi_sync_clients: u32,
    /// Replicas with the replica side switched on.
    pub semi_sync_replicas: u32,
    /// The binary log stood still at the remembered position for longer than allowed.
    pub stale_coordinates: bool,

    /// Replicas that log what they apply.
    pub logging_replicas: u32,
    /// Logging replicas in STATEMENT format.
    pub statement_replicas: u32,
    /// Logging replicas in MIXED format.
    pub mixed_replicas: u32,
    /// Logging replicas in ROW format.
    pub row_replicas: u32,
    /// Different major versions among logging replicas.
    pub distinct_major_versions: u32,

    /// The instance and its replicas do not all have the same `gtid_mode`.
    pub different_gtid_modes: bool,
    /// Some replica not in downtime has errant transactions.
    pub errant_replicas: bool,
    /// Policy: the number of semi-sync acknowledgers must be exact.
    pub exact_semi_sync: bool,
    /// Policy: a read-only master is a failure.
    pub recover_non_writeable: bool,
    /// The instance's `gtid_mode`.
    pub gtid_mode: String,
    /// Least `gtid_mode` of its replicas as text; empty without replicas.
    pub min_replica_gtid_mode: String,
    /// Greatest `gtid_mode` of its replicas as text; empty without replicas.
    pub max_replica_gtid_mode: String,
    /// Greatest errant set of its replicas as text; replicas in downtime count as having none.
    pub max_replica_gtid_errant: String,

    /// The instance is in downtime.
    pub is_downtimed: bool,
    /// End of its downtime as stored.
    pub downtime_end: String,
    /// Seconds since its downtime ended, so negative while it lasts: the original's sign.
    pub downtime_remaining_seconds: i64,
    /// Seconds its downtime still lasts; 0 when there is none.
    pub downtime_seconds_left: i64,
}

/// A cluster as analysis names it.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// Name: the master's key.
    pub name: String,
    /// Alias, or the name.
    pub alias: String,
    /// Domain, or the name.
    pub domain: String,
    /// Whether a master's death is recovered without asking.
    pub automated_master_recovery: bool,
    /// Whether an intermediate master's death is recovered without asking.
    pub automated_intermediate_master_recovery: bool,
}

/// What one server contributed to a verdict: the testimony behind the counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// Who.
    pub key: InstanceKey,
    /// The analysed instance itself, or one of its replicas.
    pub is_replica: bool,
    /// Whether its last check succeeded.
    pub valid: bool,
    /// When it last answered in full.
    pub last_seen: Option<Timestamp>,
    /// When it was last asked.
    pub last_checked: Option<Timestamp>,
    /// What it said, in one sentence.
    pub testimony: String,
}
