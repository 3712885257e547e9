//! Servers come to replicate from others step by step: one is stopped where another stands, pointed elsewhere, and seen to
//! replicate. What fails is taken back on all of them: each replicates from where it did, as it did.
//!
//! By position nothing is applied before the new master is seen to send, so that until then the way back is known.

use super::condition::identity;
use super::course::{Course, Means};
use super::desk::{Desk, Stop};
use super::ended::Outcome;
use super::failover::refused;
use super::relocation::{Failed, Goal, Threads, back, runs, standing};
use super::steps;
use crate::model::change::{Pointing, Rewriting};
use crate::model::plan::{Act, Condition, Kind, Phase, Plan, Step};
use crate::model::{Change, Coordinates, InstanceKey, Look, Timestamp};
use std::time::Duration;

/// Limits of single steps, in milliseconds.
const THREADS_MS: u64 = 10_000;
const CHANGE_MS: u64 = 10_000;
/// To delete thousands of binary logs takes its time.
const REWRITE_MS: u64 = 120_000;

/// How long a look may take.
const LOOK: Duration = Duration::from_secs(3);

/// What is arranged, and in which cluster.
#[derive(Clone, Debug)]
pub struct Matter<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// Whom it is about.
    pub about: &'a InstanceKey,
    /// How long an applier may go on without coming nearer to where it is to stop, in milliseconds.
    pub patience_ms: u64,
    /// When it was decided.
    pub at: Timestamp,
}

/// Servers being arranged.
pub struct Arranging<'a, D: Desk> {
    course: Course<'a, D>,
    patience_ms: u64,
}

/// Arranges servers, and takes everything back where that fails. The desk is closed unless something is left to be done.
///
/// # Errors
/// What went wrong.
pub fn arrange<'a, D: Desk>(
    matter: &Matter<'_>,
    means: Means<'a>,
    desk: D,
    work: impl FnOnce(&mut Arranging<'a, D>) -> Result<(), Stop>,
) -> Result<(), Failed> {
    let servers = means.servers;
    let mut arranging = Arranging {
        course: Course::new(means, desk, plan(matter), Vec::new()),
        patience_ms: matter.patience_ms,
    };
    let stop = match work(&mut arranging) {
        Ok(()) => {
            let closed = arranging.course.desk().close("carried to its end");
            return closed.map_err(|stop| Failed {
                why: format!("it is done, and that cannot be written down: {stop}"),
                is_midway: true,
            });
        }
        Err(stop) => stop,
    };
    let mut course = arranging.course;
    if course.entries().is_empty() {
        let closed = course.desk().close(&stop.to_string());
        return Err(Failed {
            why: stop.to_string(),
            is_midway: closed.is_err(),
        });
    }
    let (outcome, _) = course.stop(&stop);
    let mut touched: Vec<InstanceKey> = course.plan().steps.iter().map(|step| step.target.clone()).collect();
    touched.sort();
    touched.dedup();
    let now: Vec<String> = touched.iter().map(|key| standing(servers, key)).collect();
    let now = now.join("; ");
    match outcome {
        Outcome::Midway(why) => Err(Failed {
            why: format!("{why}; {now}"),
            is_midway: true,
        }),
        _ => {
            let closed = course.desk().close(&stop.to_string());
            Err(Failed {
                why: match &closed {
                    Ok(()) => format!("{stop}; it was taken back: {now}"),
                    Err(open) => format!("{stop}; it was taken back, which cannot be written down ({open}): {now}"),
                },
                is_midway: closed.is_err(),
            })
        }
    }
}

fn plan(matter: &Matter<'_>) -> Plan {
    Plan {
        forced: true,
        ..Plan::new(Kind::Relocation, matter.cluster, matter.about, matter.at)
    }
}

fn step(target: &InstanceKey, act: Act, limit_ms: u64) -> Step {
    steps::step(1, Phase::Repoint, target, act, limit_ms)
}

fn tell(target: &InstanceKey, change: Change, limit_ms: u64) -> Step {
    step(target, Act::Tell(change), limit_ms)
}

impl<D: Desk> Arranging<'_, D> {
    /// How a server stands now.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn look(&self, key: &InstanceKey) -> Result<Look, Stop> {
        let look = self.course.means().servers.look(key, LOOK);
        look.map_err(|contact| refused(format!("{key} cannot be reached any more: {contact}")))
    }

    /// Stops a replica's threads; how it stands then. Nothing is told to one that replicates from nobody.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn halt(&mut self, found: &Look) -> Result<Look, Stop> {
        if found.channel().is_some() {
            self.run(vec![Step {
                before: vec![Condition::Is(identity(found))],
                after: vec![Condition::Stands],
                undo: Threads::of(found).start(),
                ..tell(&found.key, Change::StopReplication, THREADS_MS)
            }])?;
        }
        self.look(&found.key)
    }

    /// Has a replica that stands apply its master's binary log up to a position, and no further.
    ///
    /// # Errors
    /// When it does not come there, or is beyond.
    pub fn bring(&mut self, stands: &Look, to: &Coordinates) -> Result<Look, Stop> {
        let key = &stands.key;
        let at = |look: &Look| look.executed_file().cloned().unwrap_or_default();
        if at(stands) == *to {
            return Ok(stands.clone());
        }
        let goes_past = |at: &Coordinates| refused(format!("{key} stands at {at} in the log of its master, past {to}"));
        if at(stands) > *to {
            return Err(goes_past(&at(stands)));
        }
        self.run(vec![
            Step {
                undo: vec![Change::StopReplication],
                ..tell(key, Change::StartUntil(to.clone()), THREADS_MS)
            },
            Step {
                after: vec![Condition::HasPassed(to.clone())],
                ..step(key, Act::Await, self.patience_ms)
            },
            Step {
                after: vec![Condition::Stands],
                ..tell(key, Change::StopReplication, THREADS_MS)
            },
        ])?;
        let stands = self.look(key)?;
        match at(&stands) {
            at if at == *to => Ok(stands),
            at => Err(goes_past(&at)),
        }
    }

    /// Waits until a server has executed this.
    ///
    /// # Errors
    /// When it comes no nearer to it for too long.
    pub fn wait(&mut self, key: &InstanceKey, until: Condition) -> Result<(), Stop> {
        self.run(vec![Step {
            after: vec![until],
            ..step(key, Act::Await, self.patience_ms)
        }])
    }

    /// Points a server that stands elsewhere.
    ///
    /// # Errors
    /// When it cannot be pointed there.
    pub fn point(&mut self, stands: &Look, forth: Pointing) -> Result<(), Stop> {
        let (key, master) = (&stands.key, forth.master.clone());
        let back = match stands.channel() {
            Some(_) => back(stands, &forth),
            None => Change::ForgetMaster,
        };
        self.run(vec![Step {
            before: vec![Condition::Is(identity(stands)), Condition::Stands],
            after: vec![Condition::Follows(master)],
            undo: vec![Change::StopReplication, back],
            ..tell(key, Change::PointTo(forth), CHANGE_MS)
        }])
    }

    /// Empties the binary logs of a server that stands, and sets what it counts as executed. There is no way back; what
    /// was begun is carried to its end instead, and until it is the server stands.
    ///
    /// # Errors
    /// What the server says.
    pub fn rewrite(&mut self, stands: &Look, how: &Rewriting) -> Result<(), Stop> {
        let rest = Rewriting {
            only_finishes: true,
            ..how.clone()
        };
        self.run(vec![Step {
            before: vec![Condition::Is(identity(stands)), Condition::Stands],
            undo: vec![Change::StopReplication, Change::RewriteGtids(rest)],
            ..tell(&stands.key, Change::RewriteGtids(how.clone()), REWRITE_MS)
        }])
    }

    /// Starts threads and sees that they run.
    ///
    /// # Errors
    /// Which does not run, and what the server says.
    pub fn start(&mut self, goal: &Goal<'_>) -> Result<(), Stop> {
        let starting = |change| Step {
            undo: vec![Change::StopReplication],
            ..tell(goal.key, change, THREADS_MS)
        };
        self.run(goal.threads.start().into_iter().map(starting).collect())?;
        let means = self.course.means();
        runs(means.servers, goal, means.is_interrupted).map_err(refused)
    }

    fn run(&mut self, steps: Vec<Step>) -> Result<(), Stop> {
        self.course.run(steps).map(drop)
    }
}
