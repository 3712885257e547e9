//! The fleet's circuit-breaker: many masters that die at once are alive, and the network between us and them is not.
//!
//! Pure: it is told who is dead in each round of judging, before anything is begun on account of it, and answers whether
//! that is more than can be chance.

use crate::model::Timestamp;
use crate::model::verdict::{Action, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// How long a death counts, in seconds.
pub const WINDOW_SECONDS: i64 = 60;

/// How many in a hundred clusters may lose their master within that time, where that is more than the configured number.
pub const PER_CENT: usize = 20;

/// Who has lost a master lately.
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    /// `MaxSimultaneousMasterFailures`; 0 never holds.
    most: u64,
    /// Clusters without a master, and since when: those of now, and those of the last minute.
    lost: BTreeMap<String, Timestamp>,
    /// Of how many.
    clusters: usize,
    /// Since when it holds.
    tripped: Option<Timestamp>,
}

/// Too many clusters have lost their master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    /// How many did so within the last minute.
    pub lost: usize,
    /// How many clusters there are.
    pub clusters: usize,
    /// How many may.
    pub limit: usize,
    /// Since when it holds.
    pub since: Timestamp,
    /// When it lifts unless more follow.
    pub until: Timestamp,
}

/// News of the breaker, to be told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// From now on recoveries are held.
    Trips(Tripped),
    /// They are not any more.
    Lifts,
}

impl Tripped {
    /// Why it holds, in one sentence.
    pub fn sentence(&self) -> String {
        let Self {
            lost, clusters, limit, ..
        } = self;
        format!(
            "{lost} of {clusters} clusters lost their master within a minute, more than {limit}: that looks like the network"
        )
    }
}

impl Breaker {
    /// A breaker that has seen nobody die; `most` is `MaxSimultaneousMasterFailures`.
    pub fn new(most: u64) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Takes another `MaxSimultaneousMasterFailures`, because the configuration was read again.
    pub fn set_most(&mut self, most: u64) {
        self.most = most;
    }

    /// Takes in whose master is dead now, of `clusters` clusters, and returns what changed. To be called with all verdicts
    /// of a round before a recovery is begun on account of one. A cluster counts from when it was first told of until a
    /// minute later.
    pub fn note<'a>(
        &mut self,
        dead: impl IntoIterator<Item = &'a str>,
        clusters: usize,
        now: Timestamp,
    ) -> Option<Turn> {
        self.clusters = clusters;
        let dead: BTreeSet<&str> = dead.into_iter().collect();
        // A clock that was set back must not make a minute last longer.
        self.lost.values_mut().for_each(|at| *at = (*at).min(now));
        self.lost
            .retain(|cluster, at| dead.contains(cluster.as_str()) || is_recent(*at, now));
        for cluster in dead {
            if !self.lost.contains_key(cluster) {
                self.lost.insert(cluster.to_owned(), now);
            }
        }
        let was = self.tripped;
        self.tripped = self.excess(now).map(|_| was.map_or(now, |since| since.min(now)));
        match (was, self.tripped) {
            (None, Some(_)) => self.holds(now).map(Turn::Trips),
            (Some(_), None) => Some(Turn::Lifts),
            _ => None,
        }
    }

    /// Whether what has not begun is held.
    pub fn holds(&self, now: Timestamp) -> Option<Tripped> {
        let until = self.excess(now)?;
        Some(Tripped {
            lost: self.recent(now).len(),
            clusters: self.clusters,
            limit: self.limit(),
            since: self.tripped.unwrap_or(now),
            until,
        })
    }

    /// How many clusters may lose their master within a minute.
    pub fn limit(&self) -> usize {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        most.max(self.clusters * PER_CENT / 100)
    }

    /// When the number of the last minute falls to the limit; `None` where it is no greater.
    fn excess(&self, now: Timestamp) -> Option<Timestamp> {
        if self.most == 0 {
            return None;
        }
        let mut recent = self.recent(now);
        let over = recent.len().checked_sub(self.limit())?;
        recent.sort();
        let last = over.checked_sub(1)?;
        recent.get(last).map(|at| at.plus_seconds(WINDOW_SECONDS))
    }

    fn recent(&self, now: Timestamp) -> Vec<Timestamp> {
        self.lost.values().copied().filter(|at| is_recent(*at, now)).collect()
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(at) < WINDOW_SECONDS
}

/// The clusters whose master is dead by these verdicts. One in downtime is meant to be.
pub fn dead_clusters<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>) -> impl Iterator<Item = &'v str> {
    verdicts
        .into_iter()
        .filter(|verdict| replaces_a_master(verdict.action) && !verdict.skippable_due_to_downtime)
        .map(|verdict| verdict.facts.cluster.name.as_str())
}

/// Whether an action gives a cluster another master.
pub fn replaces_a_master(action: Action) -> bool {
    matches!(action, Action::RecoverMaster | Action::RecoverCoMaster)
}
