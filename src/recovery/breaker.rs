//! The fleet's circuit-breaker: many masters that die at once are alive, and the network between us and them is not.
//!
//! It lifts when they are back, when somebody says that so many may die (`MaxSimultaneousMasterFailures`), or takes those
//! that are dead indeed out of it: by a downtime, or a recovery that a person asks for.
//!
//! Pure: it is told who is dead in each round of judging, before anything is begun on account of it, and answers whether
//! that is more than can be chance.

use crate::analysis::rules::RULES;
use crate::model::Timestamp;
use crate::model::incidents::Detection;
use crate::model::plan::Kind;
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
    /// Those of now.
    dead: BTreeSet<String>,
    /// Of how many.
    clusters: usize,
    /// Since when it holds, and when it last had a reason to.
    tripped: Option<(Timestamp, Timestamp)>,
}

/// Too many clusters have lost their master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    /// How many did so within a minute and are dead still, or died within the last minute.
    pub lost: usize,
    /// How many clusters there are.
    pub clusters: usize,
    /// How many may.
    pub limit: usize,
    /// Since when it holds.
    pub since: Timestamp,
    /// When it lifts unless more follow; `None` while too many of them are dead.
    pub until: Option<Timestamp>,
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
            "{lost} of {clusters} clusters lost their master at a time, more than {limit}: that looks like the network"
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

    /// Takes another `MaxSimultaneousMasterFailures`, because the configuration was read again: what that allows is let
    /// go at the next note.
    pub fn set_most(&mut self, most: u64) {
        if self.most != most {
            self.most = most;
            let over = |(since, _)| (since, Timestamp::NEVER);
            self.tripped = self.tripped.map(over);
        }
    }

    /// Takes in whose master is dead now, of `clusters` clusters, and returns what changed. To be called with all verdicts
    /// of a round before a recovery is begun on account of one. A cluster counts from when it was first told of until a
    /// minute later.
    ///
    /// Once it holds, it does so while more of those that died then are dead than may be, and for a minute after: that
    /// they have been dead for long does not make it less of a network's failure.
    pub fn note<'a>(
        &mut self,
        dead: impl IntoIterator<Item = &'a str>,
        clusters: usize,
        now: Timestamp,
    ) -> Option<Turn> {
        self.clusters = clusters;
        self.dead = dead.into_iter().map(str::to_owned).collect();
        // A clock that was set back must not make a minute last longer.
        self.lost.values_mut().for_each(|at| *at = (*at).min(now));
        let dead = &self.dead;
        self.lost
            .retain(|cluster, at| dead.contains(cluster) || is_recent(*at, now));
        for cluster in dead {
            self.lost.entry(cluster.clone()).or_insert(now);
        }
        let was = self.tripped.map(|(since, last)| (since.min(now), last.min(now)));
        let dying = self.recent(now).len() > self.limit();
        self.tripped = match was {
            _ if self.most == 0 => None,
            None => dying.then_some((now, now)),
            Some((since, _)) if self.still_dead(since) > self.limit() => Some((since, now)),
            Some((since, last)) => (dying || is_recent(last, now)).then_some((since, last)),
        };
        match (was, self.tripped) {
            (None, Some(_)) => self.holds(now).map(Turn::Trips),
            (Some(_), None) => Some(Turn::Lifts),
            _ => None,
        }
    }

    /// Whether what has not begun is held.
    pub fn holds(&self, now: Timestamp) -> Option<Tripped> {
        let (since, last) = self.tripped?;
        let (dead, recent) = (self.still_dead(since), self.recent(now));
        let lifts = [Some(last.plus_seconds(WINDOW_SECONDS)), self.calms(&recent)];
        Some(Tripped {
            lost: dead.max(recent.len()),
            clusters: self.clusters,
            limit: self.limit(),
            since,
            until: lifts.into_iter().flatten().max().filter(|_| dead <= self.limit()),
        })
    }

    /// How many clusters may lose their master within a minute.
    pub fn limit(&self) -> usize {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        most.max(self.clusters * PER_CENT / 100)
    }

    /// When the number of the last minute falls to the limit; `None` where it is no greater.
    fn calms(&self, recent: &[Timestamp]) -> Option<Timestamp> {
        let over = recent.len().checked_sub(self.limit())?;
        let mut recent = recent.to_vec();
        recent.sort();
        let last = over.checked_sub(1)?;
        recent.get(last).map(|at| at.plus_seconds(WINDOW_SECONDS))
    }

    fn recent(&self, now: Timestamp) -> Vec<Timestamp> {
        self.lost.values().copied().filter(|at| is_recent(*at, now)).collect()
    }

    /// How many of those are dead now that died when it began to hold, or later.
    fn still_dead(&self, since: Timestamp) -> usize {
        let begin = since.plus_seconds(-WINDOW_SECONDS);
        let of_then = |cluster: &&String| self.lost.get(*cluster).is_some_and(|at| *at > begin);
        self.dead.iter().filter(of_then).count()
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(at) < WINDOW_SECONDS
}

/// The circuit-breaker as stored detections have it, up to the last of them: a watcher goes on with it, whoever only asks
/// notes the verdicts of now.
pub fn of_detections(detections: &[Detection], clusters: usize, most: u64) -> Breaker {
    let of_a_master = |detection: &&Detection| {
        let rule = RULES.iter().find(|rule| rule.code.as_str() == detection.analysis);
        let counts = detection.is_actionable && detection.is_active;
        counts && rule.is_some_and(|rule| replaces_a_master(rule.action))
    };
    let deaths = detections.iter().filter(of_a_master);
    let mut deaths: Vec<(Timestamp, &str)> = deaths
        .filter_map(|detection| Some((detection.start?, detection.cluster_name.as_str())))
        .collect();
    deaths.sort_unstable();
    let mut breaker = Breaker::new(most);
    for (number, (at, _)) in deaths.iter().enumerate() {
        let until_then = deaths.iter().take(number + 1).map(|(_, cluster)| *cluster);
        breaker.note(until_then, clusters, *at);
    }
    breaker
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
    Kind::of(action).is_some_and(Kind::replaces_a_dead_master)
}
