//! Gates of what operators and the configuration say.

use super::{Case, Hold};
use crate::inventory::FenceState;
use crate::model::InstanceKey;
use crate::model::plan::Kind;
use crate::model::records::Downtime;
use crate::model::verdict::{Action, Code};
use crate::recovery::breaker::replaces_a_master;

pub(super) fn no_function(case: &Case<'_>) -> Option<Hold> {
    let code = case.verdict.code;
    match case.action {
        Action::None if code == Code::NoProblem => Some(Hold::because("nothing is wrong")),
        Action::None => Some(Hold::because(format!("{code} is only for information"))),
        Action::Detect => Some(Hold::because(format!(
            "{code} is registered and told to hooks, and no recovery follows from it"
        ))),
        action if Kind::of(action).is_none() => Some(Hold::because(format!(
            "{code} calls for a person to {}: this version does not do that by itself",
            action.phrase()
        ))),
        _ => None,
    }
}

pub(super) fn switched_off(case: &Case<'_>) -> Option<Hold> {
    let policy = case.policy;
    let adjusts = policy.enforce_exact_semi_sync_replicas || policy.recover_locked_semi_sync_master;
    match case.action {
        Action::RecoverSemiSync if !adjusts => Some(
            Hold::because("neither EnforceExactSemiSyncReplicas nor RecoverLockedSemiSyncMaster is set")
                .lifted_by("RecoverLockedSemiSyncMaster: true"),
        ),
        Action::MakeWriteable if !policy.recover_non_writeable_master => {
            Some(Hold::because("RecoverNonWriteableMaster is not set").lifted_by("RecoverNonWriteableMaster: true"))
        }
        _ => None,
    }
}

/// A master that a failover replaced is read-only on purpose.
pub(super) fn fenced(case: &Case<'_>) -> Option<Hold> {
    let key = case.key();
    let mut fences = case
        .surroundings
        .fences
        .iter()
        .filter(|_| case.action == Action::MakeWriteable);
    let fence = fences.find(|fence| fence.key == *key && fence.state != FenceState::Dropped)?;
    Some(
        Hold::because(format!(
            "{key} was replaced as the master of {}, and refuses writes since",
            fence.cluster
        ))
        .since(fence.since)
        .lifted_by(format!("orchestrator set-writeable {key}")),
    )
}

pub(super) fn external_kv(case: &Case<'_>) -> Option<Hold> {
    let key = case.policy.external_kv.filter(|_| replaces_a_master(case.action))?;
    Some(
        Hold::because(format!(
            "{key} is set, and this tool would not tell that service of the new master"
        ))
        .lifted_by("IgnoreExternalKV: true"),
    )
}

pub(super) fn cluster_filter(case: &Case<'_>) -> Option<Hold> {
    let cluster = &case.verdict.facts.cluster;
    let (allowed, key) = match case.action {
        Action::RecoverMaster | Action::RecoverCoMaster => {
            (cluster.automated_master_recovery, "RecoverMasterClusterFilters")
        }
        Action::RecoverIntermediateMaster | Action::RecoverGroupMember => (
            cluster.automated_intermediate_master_recovery,
            "RecoverIntermediateMasterClusterFilters",
        ),
        Action::None | Action::Detect | Action::RecoverSemiSync | Action::MakeWriteable => return None,
    };
    let has_alias = !cluster.alias.is_empty() && cluster.alias != cluster.name;
    let entry = if has_alias {
        format!("alias={}", cluster.alias)
    } else {
        cluster.name.clone()
    };
    (!allowed).then(|| {
        Hold::because(format!("{key} does not match cluster {}", cluster.name))
            .lifted_by(format!("{key}: [{entry:?}, ...]"))
    })
}

pub(super) fn ignored_host(case: &Case<'_>) -> Option<Hold> {
    let host = &case.key().hostname;
    let filters = &case.policy.recovery_ignore_hostname_filters;
    filters.matches(host).then(|| {
        Hold::because(format!(
            "RecoveryIgnoreHostnameFilters matches {host}, so it is left out of the analysis"
        ))
        .lifted_by("RecoveryIgnoreHostnameFilters: without the entry that matches")
    })
}

pub(super) fn globally_disabled(case: &Case<'_>) -> Option<Hold> {
    case.surroundings.is_disabled.then(|| {
        Hold::because("recoveries are switched off for everybody who uses this inventory")
            .lifted_by("orchestrator enable-global-recoveries")
    })
}

pub(super) fn downtime(case: &Case<'_>) -> Option<Hold> {
    let facts = &case.verdict.facts;
    let holding = |key: &InstanceKey| {
        let mut rows = case.surroundings.downtimes.iter();
        rows.find(|row| row.key == *key && row.holds(case.now))
    };
    if let Some(row) = holding(&facts.key) {
        let reason = format!("{} is in downtime ({}: {})", facts.key, row.owner, row.reason);
        return Some(of_downtime(row, reason));
    }
    if facts.is_downtimed {
        let reason = format!("{} is in downtime", facts.key);
        return Some(Hold::because(reason).lifted_by(format!("orchestrator downtime end {}", facts.key)));
    }
    if !case.verdict.is_replicas_downtimed {
        return None;
    }
    let code = case.verdict.code;
    let reason = format!("{code} concerns only its replicas, and all of them are in downtime");
    let rows: Vec<&Downtime> = facts.replica_keys.iter().filter_map(holding).collect();
    // The first one that ends lifts it; one without an end is the last to do so.
    let first = rows.into_iter().min_by_key(|row| (row.end.is_none(), row.end));
    Some(first.map_or_else(|| Hold::because(reason.clone()), |row| of_downtime(row, reason.clone())))
}

fn of_downtime(row: &Downtime, reason: String) -> Hold {
    Hold::because(reason)
        .since(row.begin)
        .until(row.end)
        .lifted_by(format!("orchestrator downtime end {}", row.key))
}

pub(super) fn maintenance(case: &Case<'_>) -> Option<Hold> {
    let key = case.key();
    let mut rows = case.surroundings.maintenance.iter();
    let row = rows.find(|row| row.key == *key && row.holds(case.now))?;
    Some(
        Hold::because(format!("{key} is under maintenance ({}: {})", row.owner, row.reason))
            .since(row.begin)
            .until(row.end)
            .lifted_by(format!("orchestrator maintenance end {key}")),
    )
}
