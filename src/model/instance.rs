//! What is known of one server.
//!
//! An [`Instance`] is one row of the inventory, grouped by concern. Some columns of the inventory are redundant (a
//! thread's state and whether it runs); both are kept, because either may have been written by another program.

use super::{Coordinates, InstanceKey, Timestamp, Version};

/// One server as the inventory knows it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Instance {
    /// Identity.
    pub key: InstanceKey,
    /// When it was asked, and when it answered.
    pub check: Check,
    /// What the server is.
    pub server: Server,
    /// Its own binary log.
    pub binlog: BinaryLog,
    /// Its replication from a master, the default channel.
    pub replication: Replication,
    /// Global transaction identifiers.
    pub gtid: Gtid,
    /// Semi-synchronous replication.
    pub semi_sync: SemiSync,
    /// Group replication.
    pub group: Group,
    /// Where it stands.
    pub place: Place,
    /// The cluster it belongs to.
    pub cluster: ClusterPlace,
    /// Instances found replicating from it, sorted.
    pub replicas: Vec<InstanceKey>,
    /// Their number as stored, which may be more than could be read of them.
    pub stored_replica_count: u32,
}

/// When an instance was asked and when it answered; the rows of the inventory's check life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Check {
    /// End of the last probe that recorded an outcome.
    pub last_checked: Option<Timestamp>,
    /// Last recorded outcome or attempt, hung ones included.
    pub last_attempted: Option<Timestamp>,
    /// Last fully successful probe; `None` when it was never seen.
    pub last_seen: Option<Timestamp>,
    /// Whether the last probe got at least the settings.
    pub partial_success: bool,
    /// Duration of the last probe in nanoseconds.
    pub latency_nanos: i64,
}

impl Check {
    /// Whether the last recorded check succeeded: `last_checked <= last_seen`, never seen being no success.
    pub fn is_valid(&self) -> bool {
        match (self.last_checked, self.last_seen) {
            (Some(checked), Some(seen)) => checked <= seen,
            _ => false,
        }
    }

    /// Whether no attempt newer than `window_seconds` after the last success went unanswered; the stricter test that
    /// analysis applies to the instance it judges.
    pub fn is_valid_within(&self, window_seconds: i64) -> bool {
        self.is_valid()
            && match (self.last_attempted, self.last_seen) {
                (Some(attempted), Some(seen)) => attempted <= seen.plus_seconds(window_seconds),
                (None, Some(_)) => true,
                _ => false,
            }
    }

    /// Whether the last check is at most `seconds` old.
    pub fn is_within(&self, now: Timestamp, seconds: i64) -> bool {
        self.last_checked
            .is_some_and(|checked| now.seconds_since(checked) <= seconds)
    }
}

/// What the server is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Server {
    /// `@@server_id`.
    pub id: u32,
    /// `@@server_uuid`; empty on MariaDB and before MySQL 5.6.
    pub uuid: String,
    /// `@@version`.
    pub version: Version,
    /// `major_version` as stored; the first two parts of the version.
    pub major_version: String,
    /// `@@version_comment`.
    pub version_comment: String,
    /// Seconds since the server started.
    pub uptime_seconds: u64,
    /// Whether it is a binlog server (MaxScale).
    pub is_binlog_server: bool,
    /// `@@read_only`.
    pub read_only: bool,
    /// Display alias, from the operator's query.
    pub alias: String,
}

/// The server's own binary log.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BinaryLog {
    /// `@@log_bin`.
    pub enabled: bool,
    /// `@@binlog_format`: `STATEMENT`, `MIXED` or `ROW`.
    pub format: String,
    /// `@@binlog_row_image`.
    pub row_image: String,
    /// Whether replicated changes are logged too.
    pub logs_replica_updates: bool,
    /// Where the log ends.
    pub end: Coordinates,
}

impl BinaryLog {
    /// Whether replicas could replicate onward from here.
    pub fn is_logging_replica(&self) -> bool {
        self.enabled && self.logs_replica_updates
    }
}

/// State of one replication thread, numbered as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ThreadState {
    /// -1: the server is not a replica at all.
    None,
    /// 0: stopped.
    #[default]
    Stopped,
    /// 1: running.
    Running,
    /// 2: anything else, such as connecting.
    Other,
}

impl ThreadState {
    /// The stored number.
    pub fn code(self) -> i64 {
        match self {
            Self::None => -1,
            Self::Stopped => 0,
            Self::Running => 1,
            Self::Other => 2,
        }
    }

    /// Reads the stored number; unknown ones are [`ThreadState::Other`].
    pub fn from_code(code: i64) -> Self {
        match code {
            -1 => Self::None,
            0 => Self::Stopped,
            1 => Self::Running,
            _ => Self::Other,
        }
    }

    /// Reads the server's word: `Yes`, `No`, or anything else such as `Connecting`.
    pub fn from_server(word: &str) -> Self {
        match word {
            "Yes" => Self::Running,
            "No" => Self::Stopped,
            _ => Self::Other,
        }
    }
}

/// Replication from a master.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Replication {
    /// The master; no host, `_` or port 0 when there is none, `//host` when detached.
    pub master: InstanceKey,
    /// The master's server uuid; `No` where the server does not tell.
    pub master_uuid: String,
    /// Whether the IO (receiver) thread is exactly running.
    pub io_running: bool,
    /// Whether the SQL (applier) thread is exactly running.
    pub sql_running: bool,
    /// State of the IO thread.
    pub io_state: ThreadState,
    /// State of the SQL thread.
    pub sql_state: ThreadState,
    /// How far the receiver has read the master's log.
    pub read: Coordinates,
    /// How far the applier has come in the master's log.
    pub executed: Coordinates,
    /// Where the applier reads in the relay log.
    pub relay: Coordinates,
    /// The IO thread's last error as stored: empty, or quoted.
    pub last_io_error: String,
    /// The SQL thread's last error as stored: empty, or quoted.
    pub last_sql_error: String,
    /// The server's own figure of lag; `None` when it gives none.
    pub seconds_behind: Option<u64>,
    /// Lag by the operator's query, else as [`Replication::seconds_behind`].
    pub lag_seconds: Option<u64>,
    /// Configured delay.
    pub sql_delay_seconds: u64,
    /// Whether any replication filter is set.
    pub has_filters: bool,
    /// Whether the channel has a user.
    pub has_credentials: bool,
    /// Whether replication credentials can be read from somewhere.
    pub credentials_available: bool,
    /// Whether the channel may use TLS.
    pub allow_tls: bool,
}

/// Global transaction identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Gtid {
    /// `@@gtid_mode`; empty on servers without it.
    pub mode: String,
    /// Whether the server could replicate by Oracle GTID.
    pub supports_oracle: bool,
    /// Whether it replicates by Oracle GTID (auto position).
    pub oracle: bool,
    /// Whether it replicates by MariaDB GTID.
    pub mariadb: bool,
    /// Whether Pseudo-GTID is injected into its cluster.
    pub pseudo: bool,
    /// Executed set, as the server gave it.
    pub executed: String,
    /// Purged set, as the server gave it.
    pub purged: String,
    /// Errant set, computed at discovery.
    pub errant: String,
    /// Server uuids from the top master down to here, comma-separated; group names count.
    pub ancestry_uuid: String,
}

/// Semi-synchronous replication.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SemiSync {
    /// Whether both plugins are loaded.
    pub available: bool,
    /// Priority as an acknowledger by the operator's query; 0 is asynchronous.
    pub enforced: u32,
    /// Master side switched on.
    pub master_enabled: bool,
    /// Replica side switched on.
    pub replica_enabled: bool,
    /// Milliseconds a commit waits before falling back.
    pub master_timeout_ms: u64,
    /// Acknowledgements a commit waits for: 1 where the server has semi-sync and no such variable, as MariaDB.
    pub master_wait_count: u32,
    /// Master side in effect.
    pub master_status: bool,
    /// Connected acknowledgers, by the server's own count.
    pub master_clients: u32,
    /// Replica side in effect.
    pub replica_status: bool,
}

/// Group replication.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Group {
    /// Group name; empty when not a member.
    pub name: String,
    /// Single-primary mode.
    pub single_primary: bool,
    /// Member state, such as `ONLINE`.
    pub state: String,
    /// Member role, `PRIMARY` or `SECONDARY`.
    pub role: String,
    /// The other members.
    pub members: Vec<InstanceKey>,
    /// The primary, when known.
    pub primary: InstanceKey,
}

/// Where an instance stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// Data centre.
    pub data_center: String,
    /// Region.
    pub region: String,
    /// Physical environment.
    pub physical_environment: String,
}

/// The cluster an instance belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ClusterPlace {
    /// Cluster name: `host:port` of its master.
    pub name: String,
    /// Alias suggested by the instance or inherited from its master.
    pub suggested_alias: String,
    /// Steps from the master.
    pub depth: u32,
    /// Whether it and its master replicate from each other.
    pub is_co_master: bool,
}

impl Instance {
    /// Whether it replicates from somebody: it has a master and either a known position or GTID.
    pub fn is_replica(&self) -> bool {
        !self.replication.master.is_none() && (!self.replication.read.is_none() || self.uses_gtid())
    }

    /// How many replicas were found, by the list or by the stored number, whichever is more.
    pub fn replica_count(&self) -> usize {
        self.replicas
            .len()
            .max(usize::try_from(self.stored_replica_count).unwrap_or(usize::MAX))
    }

    /// Whether it replicates by either flavour of GTID.
    pub fn uses_gtid(&self) -> bool {
        self.gtid.oracle || self.gtid.mariadb
    }

    /// Whether it is a replica with both threads running.
    pub fn is_replicating(&self) -> bool {
        self.is_replica() && self.replication.io_running && self.replication.sql_running
    }

    /// Whether both replication threads exist and are stopped.
    pub fn is_replication_stopped(&self) -> bool {
        self.is_replica()
            && self.replication.io_state == ThreadState::Stopped
            && self.replication.sql_state == ThreadState::Stopped
    }

    /// Whether replication threads exist at all.
    pub fn has_replication_threads(&self) -> bool {
        self.replication.io_state != ThreadState::None && self.replication.sql_state != ThreadState::None
    }

    /// Whether it belongs to a replication group.
    pub fn is_group_member(&self) -> bool {
        !self.group.name.is_empty()
    }

    /// Whether it belongs to a group as somebody else's secondary.
    pub fn is_group_secondary(&self) -> bool {
        self.is_group_member() && !self.group.primary.is_none() && self.group.primary != self.key
    }

    /// Whom it follows: the group's primary for a secondary, else its master.
    pub fn upstream(&self) -> &InstanceKey {
        if self.is_group_secondary() {
            &self.group.primary
        } else {
            &self.replication.master
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(checked: i64, attempted: i64, seen: Option<i64>) -> Check {
        Check {
            last_checked: Some(Timestamp(checked)),
            last_attempted: Some(Timestamp(attempted)),
            last_seen: seen.map(Timestamp),
            ..Check::default()
        }
    }

    #[test]
    fn an_unanswered_attempt_outdates_a_success_after_the_window() {
        assert!(check(100, 106, Some(100)).is_valid_within(6));
        assert!(!check(100, 107, Some(100)).is_valid_within(6));
        assert!(check(100, 107, Some(100)).is_valid());
        assert!(!check(101, 101, Some(100)).is_valid());
        assert!(!check(100, 100, None).is_valid());
    }

    #[test]
    fn a_master_is_no_replica_and_not_stopped() {
        let mut instance = Instance::default();
        assert!(!instance.is_replica() && !instance.is_replication_stopped());
        instance.replication.master = InstanceKey::new("m", 1);
        assert!(!instance.is_replica(), "no position and no GTID");
        instance.gtid.oracle = true;
        assert!(instance.is_replica());
    }
}
