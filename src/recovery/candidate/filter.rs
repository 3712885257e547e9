//! Who may not be promoted: a table of named rules, each with its reason.

use super::follow::named;
use super::standing::{Field, Standing};
use super::{Refusal, Wanted};
use crate::config::Policy;
use crate::model::gtid::Uuid;
use crate::model::instance::Place;
use crate::model::{InstanceKey, PromotionRule};
use crate::topology::can_replicate::format_rank;

/// What lifts a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifted {
    /// Nothing does.
    Never,
    /// Naming the instance.
    ByName,
    /// Forcing, where nobody else is left or the instance is named.
    ByForce,
    /// Naming the instance and forcing.
    ByNameAndForce,
    /// That nobody else is left; of a named one, forcing.
    WhenAlone,
    /// That nobody else is left, or naming the instance.
    ByNameOrAlone,
}

/// Under which circumstances rules are asked.
#[derive(Clone, Copy)]
pub(super) struct Lifting {
    pub is_named: bool,
    pub is_forced: bool,
    pub is_alone: bool,
}

impl Lifted {
    pub(super) fn is(self, by: Lifting) -> bool {
        match self {
            Self::Never => false,
            Self::ByName => by.is_named,
            Self::ByForce => by.is_forced,
            Self::ByNameAndForce => by.is_named && by.is_forced,
            Self::WhenAlone => by.is_forced || by.is_alone,
            Self::ByNameOrAlone => by.is_named || by.is_forced || by.is_alone,
        }
    }
}

/// One rule.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What lifts it.
    pub lifted: Lifted,
    /// What it is for, in one sentence.
    pub about: &'static str,
    refuses: fn(&Standing<'_>, &Scene<'_>) -> Option<String>,
}

/// What rules look at besides the replica itself.
pub(super) struct Scene<'a> {
    pub field: &'a Field<'a>,
    pub wanted: &'a Wanted<'a>,
    version: Option<(u16, u16)>,
    format: Option<usize>,
}

impl<'a> Scene<'a> {
    pub fn new(field: &'a Field<'a>, wanted: &'a Wanted<'a>) -> Self {
        let reachable = || field.standings.iter().filter(|s| s.is_reachable);
        Self {
            field,
            wanted,
            version: most_common(reachable().map(|s| major(s))),
            format: most_common(reachable().filter_map(|s| format_rank(&s.row.binlog.format))),
        }
    }

    /// Every rule that refuses this replica.
    pub fn refusals(&self, standing: &Standing<'_>) -> Vec<Refusal> {
        let judge = |rule: &Rule| {
            (rule.refuses)(standing, self).map(|sentence| Refusal {
                rule: rule.name,
                lifted: rule.lifted,
                sentence,
            })
        };
        RULES.iter().filter_map(judge).collect()
    }
}

const fn rule(
    name: &'static str,
    lifted: Lifted,
    about: &'static str,
    refuses: fn(&Standing<'_>, &Scene<'_>) -> Option<String>,
) -> Rule {
    Rule {
        name,
        lifted,
        about,
        refuses,
    }
}

/// All rules, in the order in which they are told.
pub const RULES: &[Rule] = &[
    rule(
        "failed-itself",
        Lifted::Never,
        "the failed master takes nobody's place, under whatever name",
        |s, scene| {
            let uuid = Uuid::parse(&s.row.server.uuid);
            let failed = scene.wanted.failed_row.and_then(|row| Uuid::parse(&row.server.uuid));
            (s.key() == scene.wanted.failed || (uuid.is_some() && uuid == failed))
                .then(|| "it is the failed master".to_owned())
        },
    ),
    rule(
        "left-out",
        Lifted::Never,
        "it was left out by whoever asked, as after a promotion that failed",
        |s, scene| {
            scene
                .wanted
                .excluded
                .contains(s.key())
                .then(|| "it was left out of this recovery".to_owned())
        },
    ),
    rule(
        "unreachable",
        Lifted::Never,
        "who cannot be reached cannot be promoted",
        |s, scene| {
            let how = if scene.wanted.by_inventory {
                "its last check failed"
            } else {
                "it did not answer"
            };
            (!s.is_reachable).then(|| how.to_owned())
        },
    ),
    rule(
        "elsewhere",
        Lifted::ByForce,
        "it replicates from another server than the failed one",
        |s, scene| {
            let channel = &s.look?.channel()?.status;
            let (followed, failed) = (&channel.master_uuid, scene.wanted.failed_row?);
            let is_other = Uuid::parse(followed)? != Uuid::parse(&failed.server.uuid)?;
            (is_other && channel.master != *scene.wanted.failed)
                .then(|| format!("it replicates from server {followed}, which is not {}", failed.key))
        },
    ),
    rule(
        "other-co-master",
        Lifted::ByNameAndForce,
        "CoMasterRecoveryMustPromoteOtherCoMaster: a failed co-master is replaced by the other one",
        |s, scene| {
            let other = scene.wanted.co_master.filter(|_| scene.wanted.must_promote_co_master)?;
            (s.key() != other).then(|| format!("only the other co-master, {other}, may take its place"))
        },
    ),
    rule(
        "must-not",
        Lifted::ByNameAndForce,
        "the promotion rule must_not",
        |s, _| (s.rule == PromotionRule::MustNot).then(|| "its promotion rule is must_not".to_owned()),
    ),
    rule(
        "ignored-host",
        Lifted::ByNameAndForce,
        "PromotionIgnoreHostnameFilters",
        |s, scene| {
            is_ignored(s.key(), scene.wanted.policy).then(|| "PromotionIgnoreHostnameFilters matches it".to_owned())
        },
    ),
    rule(
        "binlog-server",
        Lifted::Never,
        "a binlog server holds no data",
        |s, _| {
            s.row
                .server
                .is_binlog_server
                .then(|| "it is a binlog server".to_owned())
        },
    ),
    rule(
        "group-secondary",
        Lifted::Never,
        "a replication group chooses its own primary",
        |s, _| {
            let is_secondary = s.row.is_group_secondary() || s.row.group.role.eq_ignore_ascii_case("SECONDARY");
            is_secondary.then(|| format!("it is a secondary of the replication group {}", s.row.group.name))
        },
    ),
    rule(
        "further-channels",
        Lifted::Never,
        "a promotion would end the replication of its other channels",
        |s, _| {
            let channel = s.look?.other_channels().next()?;
            Some(format!(
                "it replicates through a further channel, {}",
                named(&channel.name)
            ))
        },
    ),
    rule("no-binary-log", Lifted::WhenAlone, "nobody could follow it", |s, _| {
        (!s.row.binlog.enabled).then(|| "it writes no binary log".to_owned())
    }),
    rule(
        "no-logged-updates",
        Lifted::WhenAlone,
        "who is behind could not catch up from it",
        |s, _| {
            let lacks = s.row.binlog.enabled && !s.row.binlog.logs_replica_updates;
            lacks.then(|| "it does not log what it applies (log_replica_updates)".to_owned())
        },
    ),
    rule(
        "delayed",
        Lifted::ByName,
        "a delayed replica keeps everybody waiting",
        |s, _| {
            let delay = s.row.replication.sql_delay_seconds;
            (delay > 0).then(|| format!("it applies with a delay of {delay} seconds"))
        },
    ),
    rule(
        "other-data-centre",
        Lifted::Never,
        "PreventCrossDataCenterMasterFailover",
        |s, scene| other_data_center(&s.row.place, scene.wanted.data_center, scene.wanted.policy),
    ),
    rule(
        "other-region",
        Lifted::Never,
        "PreventCrossRegionMasterFailover",
        |s, scene| other_region(&s.row.place, scene.wanted.region, scene.wanted.policy),
    ),
    rule(
        "errant",
        Lifted::ByForce,
        "its errant transactions would spread to everybody",
        |s, _| {
            s.errant
                .as_ref()
                .map(|set| format!("it has errant transactions: {set}"))
        },
    ),
    rule(
        "higher-version",
        Lifted::ByNameOrAlone,
        "servers of lower versions could not follow it",
        |s, scene| {
            let usual = scene.version?;
            let version = &s.row.server.version;
            (major(s) > usual).then(|| {
                format!(
                    "its version, {version}, is higher than that of most, {}.{}",
                    usual.0, usual.1
                )
            })
        },
    ),
    rule(
        "higher-binlog-format",
        Lifted::ByNameOrAlone,
        "servers that log in a lower format could not follow it",
        |s, scene| {
            let (own, usual) = (format_rank(&s.row.binlog.format)?, scene.format?);
            (own > usual).then(|| {
                format!(
                    "its binary log format, {}, is higher than that of most",
                    s.row.binlog.format
                )
            })
        },
    ),
    rule(
        "filters",
        Lifted::WhenAlone,
        "VerifyReplicationFilters: it lacks what its filters left out",
        |s, scene| {
            let verifies = scene.wanted.policy.verify_replication_filters && s.row.replication.has_filters;
            let whole = scene
                .field
                .standings
                .iter()
                .find(|o| o.is_reachable && !o.row.replication.has_filters)?;
            verifies.then(|| format!("it has replication filters and {} has none", whole.key()))
        },
    ),
    rule(
        "lagging",
        Lifted::Never,
        "FailMasterPromotionOnLagMinutes",
        |s, scene| {
            let allowed = scene.wanted.policy.fail_master_promotion_on_lag_seconds;
            let lag = s.row.replication.lag_seconds?;
            (allowed > 0 && lag >= allowed).then(|| {
                format!("it lags {lag} seconds, and FailMasterPromotionOnLagMinutes allows less than {allowed}")
            })
        },
    ),
    rule(
        "applier-error",
        Lifted::ByForce,
        "what it has received and cannot apply would be lost",
        |s, _| {
            let applied = match (&s.executed, &s.received) {
                (Some(executed), Some(received)) => executed.covers(received).unwrap_or(false),
                _ => false,
            };
            let error = s.row.replication.last_sql_error.trim_matches('"');
            (s.is_stuck && !applied)
                .then(|| format!("its applier stands with an error before it has applied everything: {error}"))
        },
    ),
];

pub(super) fn other_data_center(place: &Place, failed: &str, policy: &Policy) -> Option<String> {
    elsewhere("data centre", &place.data_center, failed).filter(|_| policy.prevent_cross_data_center_master_failover)
}

pub(super) fn other_region(place: &Place, failed: &str, policy: &Policy) -> Option<String> {
    elsewhere("region", &place.region, failed).filter(|_| policy.prevent_cross_region_master_failover)
}

/// A sentence where one place is known to be another than the failed master's, or not known. Where the failed master's is
/// not known, nothing is.
fn elsewhere(what: &str, own: &str, failed: &str) -> Option<String> {
    match (own, failed) {
        (_, "") => None,
        ("", _) => Some(format!("its {what} is unknown, and the failed master's is {failed}")),
        (own, failed) => (own != failed).then(|| format!("its {what} is {own}, and the failed master's is {failed}")),
    }
}

fn major(standing: &Standing<'_>) -> (u16, u16) {
    let (major, minor, _) = standing.row.server.version.numbers();
    (major, minor)
}

/// The most common value; among equals the smaller.
fn most_common<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_unstable();
    let groups = sorted.chunk_by(|a, b| a == b);
    // Of several maxima the last is taken, hence from the greatest value down.
    groups
        .rev()
        .max_by_key(|group| group.len())
        .and_then(|group| group.first().copied())
}

/// Whether an operator has ruled out that an instance is ever promoted.
pub fn is_banned(key: &InstanceKey, rule: PromotionRule, policy: &Policy) -> bool {
    rule == PromotionRule::MustNot || is_ignored(key, policy)
}

fn is_ignored(key: &InstanceKey, policy: &Policy) -> bool {
    policy
        .promotion_ignore_hostname_filters
        .matches(&key.hostname, key.port)
}
