//! Which replicas are to acknowledge a master's commits. Pure.
//!
//! Those that may are put in an order: the priority of `DetectSemiSyncEnforcedQuery`, then the promotion rule, then the
//! name. The first of them are to acknowledge, as many as the master waits for. Where exactly so many are wanted the others
//! are not to; else those that are missing are added, and nothing is switched off.

use crate::model::instance::{Instance, SemiSync};
use crate::model::{InstanceKey, Look, PromotionRule};
use std::cmp::Reverse;

/// A replica of the master.
#[derive(Clone, Copy, Debug)]
pub struct Replica<'a> {
    /// What the inventory holds of it.
    pub row: &'a Instance,
    /// What it says now; `None` where it does not answer.
    pub look: Option<&'a Look>,
    /// Its promotion rule.
    pub rule: PromotionRule,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// As many as the master waits for, no fewer and no more: `EnforceExactSemiSyncReplicas`.
    Exact,
    /// At least as many as it waits for: `RecoverLockedSemiSyncMaster`.
    Enough,
}

/// What is to be switched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Replicas whose master side is on, which is nobody's wish.
    pub no_masters: Vec<InstanceKey>,
    /// Replicas that are to acknowledge from now on.
    pub on: Vec<InstanceKey>,
    /// Replicas that are not to any more.
    pub off: Vec<InstanceKey>,
    /// Replicas that take no part, and why.
    pub out: Vec<(InstanceKey, String)>,
}

impl Switches {
    /// Whether nothing is to be switched that the master would notice.
    pub fn are_none(&self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }
}

/// What is to be switched so that a master's commits are acknowledged as is wanted.
pub fn switches(master: &SemiSync, replicas: &[Replica<'_>], wanted: Amount) -> Switches {
    let mut switches = Switches::default();
    let (mut possible, mut asynchronous) = (Vec::new(), Vec::new());
    for replica in replicas {
        let key = &replica.row.key;
        let look = match replica.look.map(|look| (look, runs(look))) {
            Some((look, true)) => look,
            Some((_, false)) => {
                switches.out.push((key.clone(), "it does not replicate".to_owned()));
                continue;
            }
            None => {
                switches.out.push((key.clone(), "it does not answer".to_owned()));
                continue;
            }
        };
        if replica.row.semi_sync.enforced == 0 {
            let why = "its priority by DetectSemiSyncEnforcedQuery is 0: it replicates asynchronously";
            switches.out.push((key.clone(), why.to_owned()));
            asynchronous.push((replica, look));
        } else {
            possible.push((replica, look));
        }
    }
    possible.sort_by_cached_key(|(replica, _)| {
        let row = replica.row;
        (Reverse(row.semi_sync.enforced), replica.rule, row.key.clone())
    });
    let master_side = possible
        .iter()
        .filter(|(_, look)| look.reading.semi_sync.master_enabled);
    switches.no_masters = master_side.map(|(replica, _)| replica.row.key.clone()).collect();
    let is_on = |look: &Look| look.reading.semi_sync.replica_enabled;
    let wait_count = master.master_wait_count;
    let missing = match wanted {
        Amount::Exact => 0,
        Amount::Enough => wait_count.saturating_sub(master.master_clients),
    };
    let count = usize::try_from(wait_count).unwrap_or(usize::MAX);
    for (at, (replica, look)) in possible.iter().enumerate() {
        let key = replica.row.key.clone();
        let has_added = u32::try_from(switches.on.len()).unwrap_or(u32::MAX) >= missing;
        match wanted {
            Amount::Exact if at < count && !is_on(look) => switches.on.push(key),
            Amount::Exact if at >= count && is_on(look) => switches.off.push(key),
            Amount::Enough if !is_on(look) && !has_added => switches.on.push(key),
            Amount::Exact | Amount::Enough => {}
        }
    }
    if wanted == Amount::Exact {
        let more = asynchronous.iter().filter(|(_, look)| is_on(look));
        switches.off.extend(more.map(|(replica, _)| replica.row.key.clone()));
    }
    switches
}

fn runs(look: &Look) -> bool {
    let channel = look.channel();
    channel.is_some_and(|channel| channel.status.io_running && channel.status.sql_running)
}
