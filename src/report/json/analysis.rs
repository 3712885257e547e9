//! A verdict in JSON.

use super::{ClusterInfo, Key, LogCoordinates, keys, moment, stored_moment};
use crate::model::coordinates::LogKind;
use crate::model::facts::Witness;
use crate::model::verdict::{Action, NearMiss, Verdict};
use serde::Serialize;

/// Who judged.
#[derive(Clone, Copy, Debug)]
pub struct ProcessingNode<'a> {
    /// This host.
    pub hostname: &'a str,
    /// This process.
    pub token: &'a str,
}

/// How much is said of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What scripts know and nothing else.
    Classic,
    /// Also, at the end, the rule, what follows and the evidence.
    Full,
}

/// Declares the fields once: name, type, and where the value comes from.
macro_rules! fields {
    (|$verdict:ident, $f:ident, $node:ident| $($name:ident: $type:ty = $value:expr,)+) => {
        /// One verdict as scripts know it.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[allow(non_snake_case, reason = "the names are the contract")]
        #[expect(missing_docs, reason = "each field shows the fact that documents it")]
        pub struct ReplicationAnalysis<'a> {
            $(pub $name: $type,)+
            #[serde(flatten)]
            pub more: Option<More<'a>>,
        }

        impl<'a> ReplicationAnalysis<'a> {
            /// A verdict, judged by `node`.
            pub fn of($verdict: &'a Verdict, $node: ProcessingNode<'a>, detail: Detail) -> Self {
                let $f = &$verdict.facts;
                Self {
                    $($name: $value,)+
                    more: (detail == Detail::Full).then(|| More::of($verdict)),
                }
            }
        }
    };
}

#[rustfmt::skip]
fields! { |verdict, f, node|
    AnalyzedInstanceKey: Key<'a> = Key::from(&f.key),
    AnalyzedInstanceMasterKey: Key<'a> = Key::from(&f.master),
    ClusterDetails: ClusterInfo = ClusterInfo::from(&f.cluster),
    AnalyzedInstanceDataCenter: &'a str = &f.data_center,
    AnalyzedInstanceRegion: &'a str = &f.region,
    AnalyzedInstancePhysicalEnvironment: &'a str = &f.physical_environment,
    AnalyzedInstanceBinlogCoordinates: LogCoordinates<'a> = LogCoordinates::new(&f.binlog_file, f.binlog_position, LogKind::Binary),
    IsMaster: bool = f.is_master,
    IsReplicationGroupMember: bool = f.is_group_member,
    IsCoMaster: bool = f.is_co_master,
    LastCheckValid: bool = f.check_valid,
    LastCheckPartialSuccess: bool = f.partial_success,
    CountReplicas: u32 = f.replicas,
    CountValidReplicas: u32 = f.valid_replicas,
    CountValidReplicatingReplicas: u32 = f.replicating_replicas,
    CountReplicasFailingToConnectToMaster: u32 = f.failing_replicas,
    CountDowntimedReplicas: u32 = f.downtimed_replicas,
    ReplicationDepth: u32 = f.depth,
    Replicas: Vec<Key<'a>> = keys(&f.replica_keys),
    SlaveHosts: Vec<Key<'a>> = keys(&f.replica_keys),
    IsFailingToConnectToMaster: bool = f.failing_to_connect,
    Analysis: &'static str = verdict.code.as_str(),
    Description: &'static str = verdict.code.sentence(),
    StructureAnalysis: Vec<&'static str> = verdict.warnings.iter().map(|w| w.as_str()).collect(),
    IsDowntimed: bool = f.is_downtimed,
    IsReplicasDowntimed: bool = verdict.is_replicas_downtimed,
    DowntimeEndTimestamp: String = stored_moment(&f.downtime_end),
    DowntimeRemainingSeconds: i64 = f.downtime_remaining_seconds,
    IsBinlogServer: bool = f.is_binlog_server,
    PseudoGTIDImmediateTopology: bool = f.pseudo_gtid_topology,
    OracleGTIDImmediateTopology: bool = f.oracle_gtid_topology,
    MariaDBGTIDImmediateTopology: bool = f.mariadb_gtid_topology,
    BinlogServerImmediateTopology: bool = f.binlog_server_topology,
    SemiSyncMasterEnabled: bool = f.semi_sync_enabled,
    SemiSyncMasterStatus: bool = f.semi_sync_status,
    SemiSyncMasterWaitForReplicaCount: u32 = f.semi_sync_wait_count,
    SemiSyncMasterClients: u32 = f.semi_sync_clients,
    CountSemiSyncReplicasEnabled: u32 = f.semi_sync_replicas,
    CountLoggingReplicas: u32 = f.logging_replicas,
    CountStatementBasedLoggingReplicas: u32 = f.statement_replicas,
    CountMixedBasedLoggingReplicas: u32 = f.mixed_replicas,
    CountRowBasedLoggingReplicas: u32 = f.row_replicas,
    CountDistinctMajorVersionsLoggingReplicas: u32 = f.distinct_major_versions,
    CountDelayedReplicas: u32 = f.delayed_replicas,
    CountLaggingReplicas: u32 = f.lagging_replicas,
    IsActionableRecovery: bool = false,
    ProcessingNodeHostname: &'a str = node.hostname,
    ProcessingNodeToken: &'a str = node.token,
    CountAdditionalAgreeingNodes: u32 = 0,
    StartActivePeriod: &'static str = "",
    SkippableDueToDowntime: bool = verdict.skippable_due_to_downtime,
    GTIDMode: &'a str = &f.gtid_mode,
    MinReplicaGTIDMode: &'a str = &f.min_replica_gtid_mode,
    MaxReplicaGTIDMode: &'a str = &f.max_replica_gtid_mode,
    MaxReplicaGTIDErrant: &'a str = &f.max_replica_gtid_errant,
    CommandHint: &'static str = "",
    IsReadOnly: bool = f.is_read_only,
}

/// What [`Detail::Full`] adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct More<'a> {
    /// Seconds its downtime still lasts; 0 when there is none.
    pub downtime_seconds_left: i64,
    /// Number of the rule that decided; empty when nothing is wrong.
    pub rule: &'a str,
    /// What follows, in one word.
    pub action: &'static str,
    /// Why.
    pub evidence: Evidence<'a>,
}

/// Why a verdict came out as it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Evidence<'a> {
    /// Conditions of the deciding rule with the values found.
    pub conditions: Vec<&'a str>,
    /// Who said what, and when.
    pub witnesses: Vec<Said<'a>>,
    /// Rules that failed by one condition.
    pub near_misses: Vec<Missed<'a>>,
}

/// What one server said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Said<'a> {
    key: Key<'a>,
    is_replica: bool,
    is_last_check_valid: bool,
    last_seen_timestamp: String,
    last_checked_timestamp: String,
    testimony: &'a str,
}

/// A rule that failed by one condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Missed<'a> {
    rule: &'a str,
    analysis: &'static str,
    failed: &'a str,
}

impl<'a> More<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        let evidence = &verdict.evidence;
        Self {
            downtime_seconds_left: verdict.facts.downtime_seconds_left,
            rule: &verdict.rule,
            action: word(verdict.action),
            evidence: Evidence {
                conditions: evidence.conditions.iter().map(String::as_str).collect(),
                witnesses: evidence.witnesses.iter().map(Said::from).collect(),
                near_misses: evidence.near_misses.iter().map(Missed::from).collect(),
            },
        }
    }
}

impl<'a> From<&'a Witness> for Said<'a> {
    fn from(witness: &'a Witness) -> Self {
        Self {
            key: Key::from(&witness.key),
            is_replica: witness.is_replica,
            is_last_check_valid: witness.valid,
            last_seen_timestamp: moment(witness.last_seen),
            last_checked_timestamp: moment(witness.last_checked),
            testimony: &witness.testimony,
        }
    }
}

impl<'a> From<&'a NearMiss> for Missed<'a> {
    fn from(miss: &'a NearMiss) -> Self {
        Self {
            rule: &miss.rule,
            analysis: miss.code.as_str(),
            failed: &miss.failed,
        }
    }
}

fn word(action: Action) -> &'static str {
    match action {
        Action::None => "None",
        Action::Detect => "Detect",
        Action::RecoverMaster => "RecoverMaster",
        Action::RecoverCoMaster => "RecoverCoMaster",
        Action::RecoverIntermediateMaster => "RecoverIntermediateMaster",
        Action::RecoverGroupMember => "RecoverGroupMember",
        Action::RecoverSemiSync => "RecoverSemiSync",
        Action::MakeWriteable => "MakeWriteable",
    }
}
