//! Gates of recoveries, journals and leases that are there already.
//!
//! Each kind of recovery is counted apart: that an intermediate master, a group member or semi-sync was seen to never
//! keeps a dead master from being replaced.

use super::{Case, Hold, OpenJournal};
use crate::model::Timestamp;
use crate::model::plan::Kind;
use crate::model::recovery::{BlockFrom, Lease, Recovery};
use crate::recovery::breaker::replaces_a_master;

fn is_of_a_kind(case: &Case<'_>, recovery: &Recovery) -> bool {
    Kind::of(case.action).is_some_and(|kind| kind.keeps_off(Kind::of_stored(&recovery.analysis)))
}

/// Recoveries that keep others off and that nobody acknowledged, latest first.
fn counting<'c>(case: &Case<'c>) -> impl Iterator<Item = &'c Recovery> + use<'c> {
    let mut all: Vec<&Recovery> = case.surroundings.recoveries.iter().collect();
    all.sort_by_key(|recovery| std::cmp::Reverse((recovery.start, recovery.id)));
    all.into_iter()
        .filter(|recovery| recovery.is_active && !recovery.acknowledged)
}

/// Until when a recovery that has ended keeps others of its kind off, where it still does.
fn blocks_until(case: &Case<'_>, recovery: &Recovery) -> Option<Timestamp> {
    let seconds = i64::try_from(case.policy.recovery_period_block_seconds).unwrap_or(i64::MAX);
    let from = BlockFrom::start_if(case.policy.recovery_period_block_from_start);
    recovery.blocks_until(seconds, from).filter(|until| *until > case.now)
}

fn acknowledge_instance(recovery: &Recovery) -> String {
    format!("orchestrator ack-instance-recoveries {} --reason TEXT", recovery.failed)
}

pub(super) fn anti_flapping_instance(case: &Case<'_>) -> Option<Hold> {
    let key = case.key();
    let promoted = |recovery: &&Recovery| recovery.successor.as_ref() == Some(key) && is_of_a_kind(case, recovery);
    let (recovery, until) = counting(case)
        .filter(|recovery| recovery.is_successful && promoted(recovery))
        .find_map(|recovery| Some((recovery, blocks_until(case, recovery)?)))?;
    Some(
        Hold::because(format!(
            "{key} was promoted in the place of {} by recovery {}",
            recovery.failed, recovery.id
        ))
        .since(recovery.end)
        .until(Some(until))
        .because_of(recovery)
        .lifted_by(acknowledge_instance(recovery)),
    )
}

pub(super) fn anti_flapping_cluster(case: &Case<'_>) -> Option<Hold> {
    let same = |recovery: &&Recovery| recovery.cluster_name == case.cluster() && is_of_a_kind(case, recovery);
    let (recovery, until) = counting(case)
        .filter(|recovery| recovery.is_successful && same(recovery))
        .find_map(|recovery| Some((recovery, blocks_until(case, recovery)?)))?;
    Some(
        Hold::because(format!(
            "cluster {} was recovered from {} on {} by recovery {}",
            case.cluster(),
            recovery.analysis,
            recovery.failed,
            recovery.id
        ))
        .since(recovery.end)
        .until(Some(until))
        .because_of(recovery)
        .lifted_by(format!(
            "orchestrator ack-cluster-recoveries {} --reason TEXT",
            case.cluster()
        )),
    )
}

/// Whether an earlier recovery has to do with this case: it was of this instance, or of the same kind in the cluster.
fn concerns(case: &Case<'_>, recovery: &Recovery) -> bool {
    let in_cluster = recovery.cluster_name == case.cluster();
    is_of_a_kind(case, recovery) && (in_cluster || recovery.failed == *case.key())
}

pub(super) fn failed_lately(case: &Case<'_>) -> Option<Hold> {
    let (recovery, until) = counting(case)
        .filter(|recovery| concerns(case, recovery) && !recovery.is_successful && !is_superseded(case, recovery))
        .find_map(|recovery| Some((recovery, blocks_until(case, recovery)?)))?;
    let why = recovery
        .errors
        .first()
        .map_or_else(String::new, |error| format!(": {error}"));
    Some(
        Hold::because(format!("recovery {} of {} failed{why}", recovery.id, recovery.failed))
            .since(recovery.end)
            .until(Some(until))
            .because_of(recovery)
            .lifted_by(acknowledge_instance(recovery)),
    )
}

/// One of a living program, or one that can be resumed, is told of as such: it is not to be acknowledged.
pub(super) fn open_recovery(case: &Case<'_>) -> Option<Hold> {
    let around = case.surroundings;
    let is_told = |recovery: &Recovery| {
        let by_lease = around.leases.iter().any(|lease| lease.uid == recovery.uid);
        by_lease || around.journals.iter().any(|journal| journal.uid == recovery.uid)
    };
    let mut open = counting(case).filter(|recovery| recovery.end.is_none() && !is_told(recovery));
    let recovery = open.find(|recovery| concerns(case, recovery))?;
    Some(
        Hold::because(format!(
            "recovery {} of {} has not ended; {} began it",
            recovery.id, recovery.failed, recovery.node_hostname
        ))
        .since(recovery.start)
        .because_of(recovery)
        .lifted_by(acknowledge_instance(recovery)),
    )
}

fn journals<'c>(case: &Case<'c>) -> impl Iterator<Item = &'c OpenJournal> + use<'c> {
    let (key, cluster) = (case.key().clone(), case.cluster().to_owned());
    case.surroundings.journals.iter().filter(move |journal| {
        let successor = journal.successor.as_ref();
        // A cluster that gets another master gets another name.
        let renamed = successor.is_some_and(|key| key.to_string() == cluster);
        journal.cluster == cluster || renamed || journal.failed == key || successor == Some(&key)
    })
}

fn journal<'c>(case: &Case<'c>) -> Option<&'c OpenJournal> {
    journals(case).next()
}

fn is_under_way(case: &Case<'_>, journal: &OpenJournal) -> bool {
    let mut leases = case.surroundings.leases.iter();
    leases.any(|lease| lease.uid == journal.uid)
}

/// Whether what was left in the middle keeps nobody from replacing this master, as claims have it too.
fn gives_way(case: &Case<'_>, journal: &OpenJournal) -> bool {
    let is_readable = journal.unreadable.is_none() && replaces_a_master(case.action);
    is_readable
        && journal
            .kind
            .gives_way(journal.is_past_return, journal.failed == *case.key())
}

/// Whether it is of a takeover that is given up for this recovery.
fn is_superseded(case: &Case<'_>, recovery: &Recovery) -> bool {
    let mut own = journals(case).filter(|journal| journal.uid == recovery.uid);
    own.any(|journal| !is_under_way(case, journal) && gives_way(case, journal))
}

fn lease_of<'c>(case: &Case<'c>, uid: Option<&str>) -> Option<&'c Lease> {
    let mut leases = case.surroundings.leases.iter();
    leases.find(|lease| lease.cluster == case.cluster() || uid == Some(lease.uid.as_str()))
}

/// One that somebody still works on is no case for resuming: the lease says so.
pub(super) fn open_journal(case: &Case<'_>) -> Option<Hold> {
    let journal = journals(case).find(|journal| !is_under_way(case, journal) && !gives_way(case, journal))?;
    let give_up = format!("orchestrator recoveries ack {} --reason WHY", journal.uid);
    if let Some(why) = &journal.unreadable {
        let hold = Hold::because(format!("a recovery of {} stopped midway, and {why}", journal.failed));
        return Some(hold.since(journal.since).lifted_by(give_up));
    }
    Some(
        Hold::because(format!(
            "the {} of {} stopped midway and is neither finished nor taken back",
            journal.kind.as_str(),
            journal.failed
        ))
        .since(journal.since)
        .lifted_by(format!("orchestrator recover --resume, or {give_up}")),
    )
}

pub(super) fn takeover_under_way(case: &Case<'_>) -> Option<Hold> {
    let journal = journal(case).filter(|journal| journal.kind == Kind::Takeover)?;
    let lease = lease_of(case, Some(&journal.uid)).filter(|lease| lease.uid == journal.uid)?;
    Some(Hold::because(format!("{} hands over from {}", lease.node_hostname, journal.failed)).since(lease.taken))
}

pub(super) fn lease(case: &Case<'_>) -> Option<Hold> {
    let uid = journal(case).map(|journal| journal.uid.as_str());
    let lease = lease_of(case, uid)?;
    Some(
        Hold::because(format!(
            "{} is changing cluster {} (recovery {})",
            lease.node_hostname, lease.cluster, lease.uid
        ))
        .since(lease.taken),
    )
}
