//! What goes only because it is old.

use super::{Chore, Outcome};
use crate::config::Config;
use crate::inventory::{Purge, Result};
use crate::watch::task::Task;

/// A task, what it removes, the age in seconds from which on, and whether the watcher's memory holds it too.
type Row = (Task, Purge, fn(&Config) -> i64, bool);

/// The table.
#[rustfmt::skip]
static AGES: &[Row] = &[
    (Task::ForgetUnseenAliases,     Purge::Aliases,             |c| hours(c.unseen_instance_forget_hours),      true),
    (Task::PurgeCandidates,         Purge::Candidates,          |c| minutes(c.candidate_instance_expire_minutes), true),
    (Task::PurgeUnresolves,         Purge::Unresolves,          resolves,                                       false),
    (Task::PurgeDomains,            Purge::Domains,             resolves,                                       true),
    (Task::PurgeAudit,              Purge::Audit,               |c| days(c.audit_purge_days),                   false),
    (Task::PurgeEquivalences,       Purge::PositionEquivalence, |c| hours(c.unseen_instance_forget_hours),      false),
    (Task::PurgePools,              Purge::Pools,               |c| minutes(c.instance_pool_expiry_minutes),    false),
    (Task::PurgePseudoGtidClusters, Purge::InjectedPseudoGtid,  |_| minutes(60),                                true),
    (Task::PurgeNodeHistory,        Purge::NodeHistory,         |c| hours(c.unseen_instance_forget_hours),      false),
    (Task::PurgeAccessTokens,       Purge::AccessTokens,        |c| minutes(c.access_token_expiry_minutes),     false),
    (Task::PurgeDetections,         Purge::Detections,          |c| days(c.audit_purge_days),                   false),
    (Task::PurgeRecoveries,         Purge::Recoveries,          |c| days(c.audit_purge_days),                   false),
    (Task::PurgeRecoverySteps,      Purge::RecoverySteps,       |c| days(c.audit_purge_days),                   false),
    (Task::PurgeChangelog,          Purge::AnalysisChangelog,   |c| hours(c.unseen_instance_forget_hours),      false),
];

/// How long a resolved host name is remembered, in seconds.
pub(super) fn resolves(config: &Config) -> i64 {
    config.expiry_hostname_resolves_minutes.max(0).saturating_mul(60)
}

fn minutes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(60)
}

pub(super) fn hours(count: u64) -> i64 {
    minutes(count.saturating_mul(60))
}

fn days(count: u64) -> i64 {
    hours(count.saturating_mul(24))
}

/// Does the work of a task that the table lists.
pub(super) fn run(task: Task, chore: &Chore<'_>) -> Option<Result<Outcome>> {
    let (_, what, age, in_memory) = AGES.iter().find(|row| row.0 == task)?;
    let before = chore.now.plus_seconds(-age(chore.config));
    let removed = chore.inventory.purge(*what, before);
    Some(removed.map(if *in_memory { Outcome::reread } else { Outcome::of }))
}
