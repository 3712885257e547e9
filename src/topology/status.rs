//! What follows from an instance's row: whether it is fresh, whether it replicates, and the tokens that describe it.

use crate::config::Policy;
use crate::model::{Instance, Timestamp};

/// How many poll intervals a check may be old and still count as recent.
const RECENT_POLLS: u64 = 5;

/// What is told of an instance at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The last recorded check succeeded.
    pub is_last_check_valid: bool,
    /// The last check is at most one poll interval old.
    pub is_up_to_date: bool,
    /// The last check is at most five poll intervals old.
    pub is_recently_checked: bool,
    /// Seconds since the last success; `None` when there was none.
    pub seconds_since_last_seen: Option<i64>,
    /// A downtime holds.
    pub is_downtimed: bool,
    /// State in one word.
    pub word: StatusWord,
    /// What is wrong, for lists of problems.
    pub problems: Vec<Problem>,
}

/// An instance's state in one word; the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWord {
    /// The last check failed.
    Invalid,
    /// The last check is too old.
    Unchecked,
    /// A replica that does not replicate.
    NonReplicating,
    /// A replica too far behind to be moved.
    Lag,
    /// None of these.
    Ok,
}

impl StatusWord {
    /// The word printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unchecked => "unchecked",
            Self::NonReplicating => "nonreplicating",
            Self::Lag => "lag",
            Self::Ok => "ok",
        }
    }
}

/// Something wrong with an instance by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The last check failed.
    LastCheckInvalid,
    /// The last check is too old.
    NotRecentlyChecked,
    /// It has replication threads that do not both run.
    NotReplicating,
    /// Its lag differs too much from its configured delay.
    ReplicationLag,
    /// It has transactions that its master never had.
    ErrantGtid,
    /// It is a replication group member that is not online.
    GroupMemberNotOnline,
}

impl Problem {
    /// The word printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastCheckInvalid => "last_check_invalid",
            Self::NotRecentlyChecked => "not_recently_checked",
            Self::NotReplicating => "not_replicating",
            Self::ReplicationLag => "replication_lag",
            Self::ErrantGtid => "errant_gtid",
            Self::GroupMemberNotOnline => "group_replication_member_not_online",
        }
    }
}

/// The sign before an instance in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A replica that runs, by a valid and recent check.
    Running,
    /// Anything else.
    Standing,
    /// A replication group's secondary, whatever its state.
    GroupSecondary,
}

impl Mark {
    /// The sign printed.
    pub fn as_char(self) -> char {
        match self {
            Self::Running => '+',
            Self::Standing => '-',
            Self::GroupSecondary => '‡',
        }
    }
}

/// The description of an instance in six parts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tokens {
    /// `detached`, `unknown`, `null` or seconds.
    pub lag: String,
    /// [`StatusWord`].
    pub status: String,
    /// As the server reports it.
    pub version: String,
    /// `ro` or `rw`.
    pub mode: String,
    /// The binary log's format, or `nobinlog`.
    pub binlog: String,
    /// Whatever else there is, joined by commas; may be empty.
    pub extras: String,
}

impl Status {
    /// Tells an instance's status at `now`, given whether a downtime holds on it.
    pub fn of(instance: &Instance, policy: &Policy, now: Timestamp, is_downtimed: bool) -> Self {
        let poll = policy.instance_poll_seconds;
        let within = |seconds: u64| instance.check.is_within(now, signed(seconds));
        let mut status = Self {
            is_last_check_valid: instance.check.is_valid(),
            is_up_to_date: within(poll),
            is_recently_checked: within(poll.saturating_mul(RECENT_POLLS)),
            seconds_since_last_seen: instance.check.last_seen.map(|seen| now.seconds_since(seen)),
            is_downtimed,
            word: StatusWord::Ok,
            problems: Vec::new(),
        };
        status.word = status.word_for(instance, policy);
        status.problems = status.problems_of(instance, policy);
        status
    }

    /// Whether the last check is both valid and recent.
    pub fn is_fresh(&self) -> bool {
        self.is_last_check_valid && self.is_recently_checked
    }

    fn word_for(&self, instance: &Instance, policy: &Policy) -> StatusWord {
        if !self.is_last_check_valid {
            StatusWord::Invalid
        } else if !self.is_recently_checked {
            StatusWord::Unchecked
        } else if instance.is_replica() && !instance.is_replicating() {
            StatusWord::NonReplicating
        } else if instance.is_replica() && !has_reasonable_maintenance_lag(instance, policy) {
            StatusWord::Lag
        } else {
            StatusWord::Ok
        }
    }

    fn problems_of(&self, instance: &Instance, policy: &Policy) -> Vec<Problem> {
        let replication = &instance.replication;
        let lags = replication
            .lag_seconds
            .is_some_and(|lag| lag.abs_diff(replication.sql_delay_seconds) > policy.reasonable_replication_lag_seconds);
        let first = if !self.is_last_check_valid {
            Some(Problem::LastCheckInvalid)
        } else if !self.is_recently_checked {
            Some(Problem::NotRecentlyChecked)
        } else if instance.has_replication_threads() && !instance.is_replicating() {
            Some(Problem::NotReplicating)
        } else {
            lags.then_some(Problem::ReplicationLag)
        };
        let errant = (!instance.gtid.errant.is_empty()).then_some(Problem::ErrantGtid);
        let offline =
            (instance.is_group_member() && instance.group.state != "ONLINE").then_some(Problem::GroupMemberNotOnline);
        [first, errant, offline].into_iter().flatten().collect()
    }

    /// The sign before the instance in a tree.
    pub fn mark(&self, instance: &Instance) -> Mark {
        if instance.is_group_secondary() {
            Mark::GroupSecondary
        } else if instance.is_replicating() && self.is_fresh() {
            Mark::Running
        } else {
            Mark::Standing
        }
    }

    /// The instance's description.
    pub fn tokens(&self, instance: &Instance) -> Tokens {
        Tokens {
            lag: self.lag(instance),
            status: self.word.as_str().to_owned(),
            version: instance.server.version.as_str().to_owned(),
            mode: if instance.server.read_only { "ro" } else { "rw" }.to_owned(),
            binlog: if instance.binlog.enabled {
                instance.binlog.format.clone()
            } else {
                "nobinlog".to_owned()
            },
            extras: self.extras(instance),
        }
    }

    fn lag(&self, instance: &Instance) -> String {
        let replication = &instance.replication;
        if replication.executed.is_detached() {
            "detached".to_owned()
        } else if !self.is_fresh() {
            "unknown".to_owned()
        } else if instance.is_replica() && (!instance.is_replicating() || replication.seconds_behind.is_none()) {
            "null".to_owned()
        } else {
            format!("{}s", replication.lag_seconds.unwrap_or(0))
        }
    }

    fn extras(&self, instance: &Instance) -> String {
        let gtid = match (
            instance.uses_gtid() || instance.gtid.supports_oracle,
            &instance.gtid.errant,
        ) {
            (false, _) => "",
            (true, errant) if errant.is_empty() => "GTID",
            (true, _) => "GTID:errant",
        };
        let said = |holds: bool, word: &'static str| if holds { word } else { "" };
        let words = [
            said(instance.binlog.is_logging_replica(), ">>"),
            gtid,
            said(instance.gtid.pseudo, "P-GTID"),
            said(instance.semi_sync.master_status, "semi:master"),
            said(instance.semi_sync.replica_status, "semi:replica"),
            said(self.is_downtimed, "downtimed"),
        ];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(",")
    }
}

impl Tokens {
    /// All parts in order, empty ones included.
    pub fn parts(&self) -> [&str; 6] {
        [
            &self.lag,
            &self.status,
            &self.version,
            &self.mode,
            &self.binlog,
            &self.extras,
        ]
    }

    /// `[lag,status,…]` without the empty parts.
    pub fn description(&self) -> String {
        let words: Vec<&str> = self.parts().into_iter().filter(|part| !part.is_empty()).collect();
        format!("[{}]", words.join(","))
    }
}

/// Whether a replica is near enough to its master, or to its configured delay, to be moved. A server that gives no
/// figure counts as being at 0.
pub fn has_reasonable_maintenance_lag(instance: &Instance, policy: &Policy) -> bool {
    let replication = &instance.replication;
    let behind = replication.seconds_behind.unwrap_or(0);
    behind.abs_diff(replication.sql_delay_seconds) <= policy.reasonable_maintenance_replication_lag_seconds
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
