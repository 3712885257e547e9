//! An instance in JSON.

use super::{Key, LogCoordinates, NullInt, keys, moment, stored_moment};
use crate::config::Policy;
use crate::model::Instance as Known;
use crate::model::coordinates::LogKind;
use crate::model::records::Downtime;
use crate::model::version::Flavour;
use crate::model::{Fleet, Timestamp};
use crate::topology::Status;
use serde::Serialize;

/// Declares the fields once: name, type, and where the value comes from.
macro_rules! fields {
    (|$i:ident, $r:ident, $status:ident, $rule:ident, $downtime:ident, $now:ident| $($name:ident: $type:ty = $value:expr,)+) => {
        /// One instance as scripts know it.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[allow(non_snake_case, reason = "the names are the contract")]
        #[expect(missing_docs, reason = "each field shows the model field that documents it")]
        pub struct Instance<'a> { $(pub $name: $type),+ }

        impl<'a> Instance<'a> {
            /// An instance of the fleet at `now`. [`Instance::UnresolvedHostname`] is for the caller to fill.
            pub fn of(fleet: &'a Fleet, $i: &'a Known, policy: &Policy, $now: Timestamp) -> Self {
                let $r = &$i.replication;
                let $downtime = fleet.downtime(&$i.key, $now);
                let $status = Status::of($i, policy, $now, $downtime.is_some());
                let $rule = fleet.promotion_rule(&$i.key);
                Self { $($name: $value),+ }
            }
        }
    };
}

#[rustfmt::skip]
fields! { |i, r, status, rule, downtime, now|
    Key: Key<'a> = Key::from(&i.key),
    InstanceAlias: &'a str = &i.server.alias,
    Uptime: u64 = i.server.uptime_seconds,
    ServerID: u32 = i.server.id,
    ServerUUID: &'a str = &i.server.uuid,
    Version: &'a str = i.server.version.as_str(),
    VersionComment: &'a str = &i.server.version_comment,
    FlavorName: &'static str = flavour(i),
    ReadOnly: bool = i.server.read_only,
    Binlog_format: &'a str = &i.binlog.format,
    BinlogRowImage: &'a str = &i.binlog.row_image,
    LogBinEnabled: bool = i.binlog.enabled,
    LogSlaveUpdatesEnabled: bool = i.binlog.logs_replica_updates,
    LogReplicationUpdatesEnabled: bool = i.binlog.logs_replica_updates,
    SelfBinlogCoordinates: LogCoordinates<'a> = LogCoordinates::of(&i.binlog.end, LogKind::Binary),
    MasterKey: Key<'a> = Key::from(&r.master),
    MasterUUID: &'a str = &r.master_uuid,
    AncestryUUID: &'a str = &i.gtid.ancestry_uuid,
    IsDetachedMaster: bool = r.master.is_detached(),
    Slave_SQL_Running: bool = r.sql_running,
    ReplicationSQLThreadRuning: bool = r.sql_running,
    Slave_IO_Running: bool = r.io_running,
    ReplicationIOThreadRuning: bool = r.io_running,
    ReplicationSQLThreadState: i64 = r.sql_state.code(),
    ReplicationIOThreadState: i64 = r.io_state.code(),
    HasReplicationFilters: bool = r.has_filters,
    GTIDMode: &'a str = &i.gtid.mode,
    SupportsOracleGTID: bool = i.gtid.supports_oracle,
    UsingOracleGTID: bool = i.gtid.oracle,
    UsingMariaDBGTID: bool = i.gtid.mariadb,
    UsingPseudoGTID: bool = i.gtid.pseudo,
    ReadBinlogCoordinates: LogCoordinates<'a> = LogCoordinates::of(&r.read, LogKind::Binary),
    ExecBinlogCoordinates: LogCoordinates<'a> = LogCoordinates::of(&r.executed, LogKind::Binary),
    IsDetached: bool = r.executed.is_detached(),
    RelaylogCoordinates: LogCoordinates<'a> = LogCoordinates::of(&r.relay, LogKind::Relay),
    LastSQLError: &'a str = &r.last_sql_error,
    LastIOError: &'a str = &r.last_io_error,
    SecondsBehindMaster: NullInt = r.seconds_behind.into(),
    SQLDelay: u64 = r.sql_delay_seconds,
    ExecutedGtidSet: &'a str = &i.gtid.executed,
    GtidPurged: &'a str = &i.gtid.purged,
    GtidErrant: &'a str = &i.gtid.errant,
    SlaveLagSeconds: NullInt = r.lag_seconds.into(),
    ReplicationLagSeconds: NullInt = r.lag_seconds.into(),
    SlaveHosts: Vec<Key<'a>> = keys(&i.replicas),
    Replicas: Vec<Key<'a>> = keys(&i.replicas),
    ClusterName: &'a str = &i.cluster.name,
    SuggestedClusterAlias: &'a str = &i.cluster.suggested_alias,
    DataCenter: &'a str = &i.place.data_center,
    Region: &'a str = &i.place.region,
    PhysicalEnvironment: &'a str = &i.place.physical_environment,
    ReplicationDepth: u32 = i.cluster.depth,
    IsCoMaster: bool = i.cluster.is_co_master,
    HasReplicationCredentials: bool = r.has_credentials,
    ReplicationCredentialsAvailable: bool = r.credentials_available,
    SemiSyncAvailable: bool = i.semi_sync.available,
    SemiSyncPriority: u32 = i.semi_sync.enforced,
    SemiSyncMasterEnabled: bool = i.semi_sync.master_enabled,
    SemiSyncReplicaEnabled: bool = i.semi_sync.replica_enabled,
    SemiSyncMasterTimeout: u64 = i.semi_sync.master_timeout_ms,
    SemiSyncMasterWaitForReplicaCount: u32 = i.semi_sync.master_wait_count,
    SemiSyncMasterStatus: bool = i.semi_sync.master_status,
    SemiSyncMasterClients: u32 = i.semi_sync.master_clients,
    SemiSyncReplicaStatus: bool = i.semi_sync.replica_status,
    LastSeenTimestamp: String = moment(i.check.last_seen),
    IsLastCheckValid: bool = status.is_last_check_valid,
    IsUpToDate: bool = status.is_up_to_date,
    IsRecentlyChecked: bool = status.is_recently_checked,
    SecondsSinceLastSeen: NullInt = status.seconds_since_last_seen.into(),
    CountMySQLSnapshots: u32 = 0,
    IsCandidate: bool = rule.is_candidate(),
    PromotionRule: &'static str = rule.as_str(),
    IsDowntimed: bool = status.is_downtimed,
    DowntimeReason: &'a str = downtime.map_or("", |d| &d.reason),
    DowntimeOwner: &'a str = downtime.map_or("", |d| &d.owner),
    DowntimeEndTimestamp: String = downtime.map_or_else(String::new, |d| stored_moment(&d.end_text)),
    ElapsedDowntime: i64 = elapsed(downtime, now),
    UnresolvedHostname: &'a str = "",
    AllowTLS: bool = r.allow_tls,
    Problems: Vec<&'static str> = status.problems.iter().map(|p| p.as_str()).collect(),
    LastDiscoveryLatency: i64 = i.check.latency_nanos,
    ReplicationGroupName: &'a str = &i.group.name,
    ReplicationGroupIsSinglePrimary: bool = i.group.single_primary,
    ReplicationGroupMemberState: &'a str = &i.group.state,
    ReplicationGroupMemberRole: &'a str = &i.group.role,
    ReplicationGroupMembers: Vec<Key<'a>> = keys(&i.group.members),
    ReplicationGroupPrimaryInstanceKey: Key<'a> = Key::from(&i.group.primary),
}

/// The maker's name; `unknown` for a server whose version was never read.
fn flavour(instance: &Known) -> &'static str {
    let version = &instance.server.version;
    match version.flavour(&instance.server.version_comment) {
        _ if matches!(version.as_str(), "" | "Unknown") => "unknown",
        Flavour::MySql => "MySQL",
        Flavour::Percona => "Percona",
        Flavour::MariaDb => "MariaDB",
        Flavour::MaxScale => "MaxScale",
    }
}

/// Nanoseconds since a downtime began.
fn elapsed(downtime: Option<&Downtime>, now: Timestamp) -> i64 {
    downtime
        .and_then(|d| d.begin)
        .map_or(0, |begin| now.seconds_since(begin).saturating_mul(1_000_000_000))
}
