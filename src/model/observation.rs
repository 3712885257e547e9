//! What came of asking one server: what it said, kept apart from what happened when it was asked.

use super::instance::{BinaryLog, SemiSync, Server};
use super::{Coordinates, InstanceKey, Timestamp};
use std::fmt;
use std::time::Duration;

/// The outcome of one probe of one server. A failed probe is an observation too.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The key that was asked, before any renaming.
    pub asked: InstanceKey,
    /// When the probe began, by the caller's clock.
    pub began: Timestamp,
    /// When it ended, by the caller's clock.
    pub ended: Timestamp,
    /// How long it took, by a monotonic clock.
    pub latency: Duration,
    /// What happened.
    pub contact: Contact,
    /// What the server said; `None` when not even its settings were read.
    pub reading: Option<Reading>,
    /// Side questions that failed while the probe as a whole went on.
    pub faults: Vec<ProbeFault>,
}

impl Observation {
    /// Whether the server answered every question that decides about it.
    pub fn is_success(&self) -> bool {
        self.contact.kind == ContactKind::Answered
    }
}

/// What happened when a server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Which of the known outcomes.
    pub kind: ContactKind,
    /// What was being done, and what the server or the system said; empty for [`ContactKind::Answered`].
    pub said: String,
}

impl Contact {
    /// The server answered.
    pub fn answered() -> Self {
        Self {
            kind: ContactKind::Answered,
            said: String::new(),
        }
    }

    /// The server did not answer as wanted.
    pub fn failed(kind: ContactKind, said: impl Into<String>) -> Self {
        Self {
            kind,
            said: said.into(),
        }
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.said.is_empty() {
            f.write_str(self.kind.sentence())
        } else {
            write!(f, "{}: {}", self.kind.sentence(), self.said)
        }
    }
}

/// The ways a server can answer or fail to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactKind {
    /// Everything asked was answered.
    Answered,
    /// The name has no address, or looking it up took too long.
    UnknownHost,
    /// Nothing listens there.
    Refused,
    /// No connection came about in time, or no route exists.
    ConnectTimedOut,
    /// The connection opened but the server never greeted or never finished the handshake.
    HungInHandshake,
    /// The server stopped answering in the middle of a query.
    HungInQuery,
    /// Wrong user or password.
    AccessDenied,
    /// The user lacks a grant that the probe cannot do without.
    MissingGrant,
    /// No free connection on the server.
    TooManyConnections,
    /// The server blocks this host after too many failed connections.
    HostBlocked,
    /// The connection was closed or reset.
    Reset,
    /// TLS is required, refused or failed.
    TlsFailed,
    /// Whatever listens there does not speak the MySQL protocol.
    NotMySql,
    /// The server answered with another error.
    ServerError,
    /// The server answered something this tool does not understand.
    Unintelligible,
    /// This host has no descriptor, thread, port or memory left to ask with, which says nothing of the server.
    NoMeans,
}

impl ContactKind {
    /// Whether the server is there and serves others, and will have nothing to do with us. Its clients may write all the
    /// same, so it is not dead.
    pub fn is_refusal_by_the_living(self) -> bool {
        matches!(
            self,
            Self::AccessDenied | Self::MissingGrant | Self::TooManyConnections | Self::HostBlocked | Self::TlsFailed
        )
    }

    /// One sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::UnknownHost => "host name not found",
            Self::Refused => "connection refused",
            Self::ConnectTimedOut => "connecting timed out",
            Self::HungInHandshake => "accepts connections but does not speak",
            Self::HungInQuery => "hangs in a query",
            Self::AccessDenied => "access denied",
            Self::MissingGrant => "a grant is missing",
            Self::TooManyConnections => "too many connections",
            Self::HostBlocked => "this host is blocked by the server",
            Self::Reset => "connection closed by the server",
            Self::TlsFailed => "TLS failed",
            Self::NotMySql => "not a MySQL server",
            Self::ServerError => "server error",
            Self::Unintelligible => "answer not understood",
            Self::NoMeans => "this host has no means left to ask",
        }
    }

    /// What a person can do about it; `None` where the message says all.
    pub fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownHost => {
                "check the name; if the server's own @@hostname does not resolve here, set MySQLHostnameResolveMethod to none or report_host"
            }
            Self::Refused => "check that the server runs, and its port and bind_address",
            Self::ConnectTimedOut => "check the network and firewalls; MySQLConnectTimeoutSeconds bounds the wait",
            Self::HungInHandshake | Self::HungInQuery => {
                "the process may be paused, out of disk or overloaded; MySQLDiscoveryReadTimeoutSeconds bounds the wait"
            }
            Self::AccessDenied => {
                "check MySQLTopologyUser and MySQLTopologyPassword (or MySQLTopologyCredentialsConfigFile), and that the user may connect from this host"
            }
            Self::TooManyConnections => {
                "raise max_connections, or give the probe user a spare slot: grant CONNECTION_ADMIN (MySQL 8 and later), CONNECTION ADMIN (MariaDB 10.5 and later) or SUPER"
            }
            Self::HostBlocked => {
                "error 1129: run FLUSH HOSTS (or TRUNCATE performance_schema.host_cache) on the server; error 1130: let the user connect from this host"
            }
            Self::TlsFailed => {
                "check MySQLTopologyUseMutualTLS, MySQLTopologyUseMixedTLS and the MySQLTopologySSL* keys; servers before 5.7 offer no TLS version that this tool speaks"
            }
            Self::NotMySql => "check the port",
            Self::NoMeans => {
                "raise the limits of open files and threads of this process (`ulimit -n`, `ulimit -u`; LimitNOFILE, TasksMax)"
            }
            Self::Answered | Self::MissingGrant | Self::Reset | Self::ServerError | Self::Unintelligible => {
                return None;
            }
        })
    }
}

/// A side question that failed: the probe is partial, the instance is not dead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeFault {
    /// What was asked, in words or as the configuration key that holds the query.
    pub question: String,
    /// What the server said.
    pub said: String,
    /// The statement that would help, where one is known.
    pub remedy: Option<String>,
}

impl fmt::Display for ProbeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.question, self.said)?;
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(f, " ({remedy})"))
    }
}

/// What a server said of itself. Nothing here is resolved, attributed or compared with other servers.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading {
    /// `@@hostname`.
    pub hostname: String,
    /// `@@report_host`; empty when unset.
    pub report_host: String,
    /// `@@report_port`; 0 when unset.
    pub report_port: u16,
    /// Version, identity, read-only flag, uptime.
    pub server: Server,
    /// Binary log settings and end.
    pub binlog: BinaryLog,
    /// Replication channels; the default channel first, empty when it is no replica.
    pub channels: Vec<Channel>,
    /// `@@gtid_mode`.
    pub gtid_mode: String,
    /// `@@gtid_executed`.
    pub gtid_executed: String,
    /// `@@gtid_purged`.
    pub gtid_purged: String,
    /// Semi-synchronous replication.
    pub semi_sync: SemiSync,
    /// Group replication; `None` when the server is no member.
    pub group: Option<GroupReading>,
    /// Replicas that announced themselves: host as reported, empty where none was, and port.
    pub announced_replicas: Vec<InstanceKey>,
    /// Peers that download the binary log: hosts without ports.
    pub dumping_hosts: Vec<String>,
    /// Whether replication credentials can be read from the server.
    pub credentials_available: bool,
    /// Answers to the operator's own queries.
    pub answers: Answers,
}

/// One replication channel (MySQL) or connection (MariaDB).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Channel {
    /// Channel or connection name; empty for the default one.
    pub name: String,
    /// The status row's own view of everything the inventory keeps.
    pub status: super::instance::Replication,
    /// Replicating user.
    pub user: String,
    /// Whether it positions itself by Oracle GTID.
    pub oracle_gtid: bool,
    /// Whether it positions itself by MariaDB GTID.
    pub mariadb_gtid: bool,
    /// Set of transactions received so far (Oracle GTID), or the MariaDB position of the receiver.
    pub retrieved_gtid: String,
    /// Error number of the last IO error, 0 for none.
    pub last_io_errno: u32,
    /// The server's own word for when its last IO error came about (`Last_IO_Error_Timestamp`, MySQL 5.6 and later), in
    /// its system time zone and whole seconds. Empty for no error, and where the server gives none, as MariaDB. Tells one
    /// error from a later one; to be compared, not to be read.
    pub last_io_error_time: String,
    /// How long ago that was by the server's own clock, up to a second too long. Zero where the error is newer than the
    /// clock's reading; `None` for no error, where the server does not tell, and where its clock was set back.
    pub last_io_error_age: Option<Duration>,
    /// Every column of the status row in server order, for options that must survive re-pointing.
    pub columns: StatusRow,
}

impl Channel {
    /// The value of a status column by any of its names, ignoring case; empty when absent.
    pub fn column(&self, names: &[&str]) -> &str {
        self.columns
            .iter()
            .find(|(column, _)| names.iter().any(|name| column.eq_ignore_ascii_case(name)))
            .map_or("", |(_, value)| value)
    }
}

/// The columns of a status row with their values, as one text: every probe of a replica makes such a row, of some sixty
/// columns.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct StatusRow {
    text: String,
    /// Where each column's name ends, and its value.
    ends: Vec<(usize, usize)>,
}

impl StatusRow {
    /// A row without columns, with room for so many of them.
    pub fn with_room(columns: usize) -> Self {
        Self {
            text: String::with_capacity(columns * 32),
            ends: Vec::with_capacity(columns),
        }
    }

    /// Adds a column.
    pub fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_ends = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_ends, self.text.len()));
    }

    /// Names and values in server order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(_, end)| *end));
        let part = |start, end| self.text.get(start..end).unwrap_or_default();
        starts
            .zip(&self.ends)
            .map(move |(start, (middle, end))| (part(start, *middle), part(*middle, *end)))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for StatusRow {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(columns: I) -> Self {
        let mut row = Self::default();
        columns.into_iter().for_each(|(name, value)| row.push(name, value));
        row
    }
}

impl fmt::Debug for StatusRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Group replication as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GroupReading {
    /// Group name.
    pub name: String,
    /// Single-primary mode; groups in multi-primary mode are not supported.
    pub single_primary: bool,
    /// All members that are not offline.
    pub members: Vec<GroupMember>,
}

/// One member of a replication group.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GroupMember {
    /// Server uuid.
    pub uuid: String,
    /// Host as the group knows it.
    pub host: String,
    /// Port as the group knows it.
    pub port: u16,
    /// State, such as `ONLINE`.
    pub state: String,
    /// Role, `PRIMARY` or `SECONDARY`.
    pub role: String,
}

/// Answers to the queries an operator configured; `None` where not asked, not answered or null.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Answers {
    /// `ReplicationLagQuery`, seconds.
    pub lag_seconds: Option<i64>,
    /// `DetectClusterAliasQuery`.
    pub cluster_alias: Option<String>,
    /// `DetectClusterDomainQuery`.
    pub cluster_domain: Option<String>,
    /// `DetectInstanceAliasQuery`.
    pub instance_alias: Option<String>,
    /// `DetectPromotionRuleQuery`.
    pub promotion_rule: Option<String>,
    /// `DetectDataCenterQuery`.
    pub data_center: Option<String>,
    /// `DetectRegionQuery`.
    pub region: Option<String>,
    /// `DetectPhysicalEnvironmentQuery`.
    pub physical_environment: Option<String>,
    /// `DetectPseudoGTIDQuery`.
    pub pseudo_gtid: Option<String>,
    /// `DetectSemiSyncEnforcedQuery`.
    pub semi_sync_enforced: Option<String>,
    /// Whether `ReplicationCredentialsQuery` returned a row.
    pub credentials: Option<bool>,
}

impl Reading {
    /// The default channel, or the first one where the default is unnamed by the server.
    pub fn default_channel(&self) -> Option<&Channel> {
        self.channels
            .iter()
            .find(|c| c.name.is_empty())
            .or_else(|| self.channels.first())
    }

    /// Where the binary log ends.
    pub fn log_end(&self) -> &Coordinates {
        &self.binlog.end
    }
}
