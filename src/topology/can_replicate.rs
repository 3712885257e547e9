//! Who may replicate from whom, by what is stored of both; and who stands below whom.

use crate::config::Policy;
use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::HashSet;
use std::fmt;

/// Which rule refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Both are the same instance.
    Itself,
    /// The master writes no binary log.
    NoBinaryLog,
    /// The master is a replica and does not log what it applies.
    NoLoggedUpdates,
    /// The replica runs a lower major version.
    LowerVersion,
    /// The replica logs in a lower format than the master.
    LowerBinlogFormat,
    /// The master has replication filters and the replica has none.
    Filters,
    /// Both have the same server id.
    SameServerId,
    /// Both have the same server uuid.
    SameServerUuid,
    /// The master is delayed more than the replica.
    HigherDelay,
}

/// Why an instance may not replicate from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub reason: Reason,
    /// The rule's sentence, with both instances named.
    pub sentence: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}

/// Tells whether `replica` may replicate from `master`. Positions, GTID sets and circles are not looked at; see
/// [`descends_from`] for the latter.
///
/// # Errors
/// The first rule that refuses.
pub fn can_replicate(replica: &Instance, master: &Instance, policy: &Policy) -> Result<(), Refusal> {
    RULES.iter().try_for_each(|(reason, rule)| {
        rule(replica, master, policy).map_or(Ok(()), |sentence| {
            Err(Refusal {
                reason: *reason,
                sentence,
            })
        })
    })
}

/// A sentence when `replica` runs a lower major version than `master`: a refusal, or a warning where
/// `LowerReplicaVersionAllowed` permits it.
pub fn lower_version(replica: &Instance, master: &Instance) -> Option<String> {
    let (own, other) = (&replica.server.version, &master.server.version);
    let major = |(major, minor, _): (u16, u16, u16)| (major, minor);
    let is_lower = major(own.numbers()) < major(other.numbers()) && !replica.server.is_binlog_server;
    is_lower.then(|| format!("{} has version {own} lower than {other} on {}", replica.key, master.key))
}

/// Returns the sentence of a rule that refuses.
type Rule = fn(&Instance, &Instance, &Policy) -> Option<String>;

/// The rules in the order in which they are asked.
const RULES: &[(Reason, Rule)] = &[
    (Reason::Itself, |replica, master, _| {
        (replica.key == master.key).then(|| format!("instance cannot replicate from itself: {}", replica.key))
    }),
    (Reason::NoBinaryLog, |_, master, _| {
        (!master.binlog.enabled).then(|| format!("{} does not have binary logs enabled", master.key))
    }),
    (Reason::NoLoggedUpdates, |_, master, _| {
        (master.is_replica() && !master.binlog.logs_replica_updates).then(|| {
            format!(
                "{} is a replica and does not have log_slave_updates enabled",
                master.key
            )
        })
    }),
    (Reason::LowerVersion, |replica, master, policy| {
        lower_version(replica, master).filter(|_| !policy.lower_replica_version_allowed)
    }),
    (Reason::LowerBinlogFormat, |replica, master, _| {
        let (own, other) = (&replica.binlog.format, &master.binlog.format);
        (replica.binlog.is_logging_replica() && is_lower_format(own, other)).then(|| {
            format!(
                "Cannot replicate from {other} binlog format on {} to {own} on {}",
                master.key, replica.key
            )
        })
    }),
    (Reason::Filters, |replica, master, policy| {
        let differs = master.replication.has_filters && !replica.replication.has_filters;
        (policy.verify_replication_filters && differs)
            .then(|| format!("{} has replication filters and {} has none", master.key, replica.key))
    }),
    (Reason::SameServerId, |replica, master, _| {
        (replica.server.id == master.server.id && !replica.server.is_binlog_server).then(|| {
            format!(
                "Identical server id: {} and {} both have {}",
                replica.key, master.key, master.server.id
            )
        })
    }),
    (Reason::SameServerUuid, |replica, master, _| {
        let uuid = &master.server.uuid;
        (!uuid.is_empty() && replica.server.uuid == *uuid && !replica.server.is_binlog_server).then(|| {
            format!(
                "Identical server UUID: {} and {} both have {uuid}",
                replica.key, master.key
            )
        })
    }),
    (Reason::HigherDelay, |replica, master, policy| {
        let (own, other) = (
            replica.replication.sql_delay_seconds,
            master.replication.sql_delay_seconds,
        );
        (own < other && other > policy.reasonable_maintenance_replication_lag_seconds).then(|| {
            format!(
                "{} has higher SQL_Delay ({other} seconds) than {} does ({own} seconds)",
                master.key, replica.key
            )
        })
    }),
];

/// Where a binary log format stands in the order STATEMENT, MIXED, ROW; `None` for an unknown one.
pub fn format_rank(format: &str) -> Option<usize> {
    ["STATEMENT", "MIXED", "ROW"].iter().position(|known| *known == format)
}

/// Whether a format is below another. Unknown ones are never.
fn is_lower_format(own: &str, other: &str) -> bool {
    matches!((format_rank(own), format_rank(other)), (Some(own), Some(other)) if own < other)
}

/// Whether `below` stands under `above`, by walking the stored masters up (the primary, for a group's secondary).
/// An instance stands under itself only where it is part of a circle.
pub fn descends_from(fleet: &Fleet, below: &InstanceKey, above: &InstanceKey) -> bool {
    let resolved = fleet.resolved(above);
    let mut seen = HashSet::new();
    let mut current = fleet.get(below);
    while let Some(instance) = current {
        if !seen.insert(&instance.key) {
            return false;
        }
        let upstream = instance.upstream();
        if upstream == above || *upstream == resolved {
            return true;
        }
        current = fleet.get(upstream);
    }
    false
}
