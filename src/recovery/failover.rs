//! The failover of a dead master, from the first look at its replicas to the last hook.
//!
//! ```text
//!   hooks that may forbid it ─► look ─► choose ─► stop the receivers ─► look and choose again ─► drain ─► last look at the
//!   master ─► fence ─► promote ─► hand over ─► the others follow ─► what is lost ─► hooks
//! ```
//!
//! Up to the promotion everything is taken back when something fails; from there on it is carried to its end.

use super::course::{Course, Means, Missed};
use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::finish::{finish, last_hooks};
use super::steps::{self, Manner};
pub use super::succession::{Choose, NoSuccession, Seen, Succession, look_at};
use super::unapplied;
use crate::model::change::From;
use crate::model::plan::{Failing, HookList, Kind, Local, Phase, Plan, Step};
use crate::model::{Coordinates, Instance, InstanceKey, Look, Timestamp};
use std::time::Duration;

/// How long the first looks may take; who does not answer by then takes no part.
const LOOK: Duration = Duration::from_secs(2);

/// How often another candidate is tried after one has failed.
const CANDIDATES: usize = 3;

/// What is to be done for whom.
pub struct Task<'a> {
    /// What it is.
    pub kind: Kind,
    /// The cluster's name.
    pub cluster: &'a str,
    /// The failed master.
    pub failed: &'a InstanceKey,
    /// What was known of it.
    pub failed_row: Option<&'a Instance>,
    /// Its replicas, as far as is known.
    pub replicas: Vec<InstanceKey>,
    /// A person asked for it: the master may be alive, and is fenced.
    pub forced: bool,
    /// How it is carried out.
    pub manner: &'a Manner,
    /// When it was decided.
    pub at: Timestamp,
    /// Whether the successor is a semi-sync master from then on, by `DetectSemiSyncEnforcedQuery`.
    pub enables_semi_sync: &'a dyn Fn(&InstanceKey) -> bool,
    /// Chooses who takes the place; told who has failed to.
    pub choose: &'a Choose<'a>,
}

impl Task<'_> {
    /// The plan before its first step.
    pub fn plan(&self) -> Plan {
        Plan {
            forced: self.forced,
            ..Plan::new(self.kind, self.cluster, self.failed, self.at)
        }
    }
}

/// Carries a failover out and says what came of it. The desk's journal is closed, unless the process must end midway.
pub fn fail_over<D: Desk>(task: &Task<'_>, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut failover = Failover {
        task,
        course: Course::new(means, desk, task.plan(), Vec::new()),
        missed: Vec::new(),
        notes: Vec::new(),
        suspects: Vec::new(),
        is_cut_off: false,
    };
    let outcome = match failover.go() {
        Ok(()) => Outcome::Promoted,
        Err(stop) => failover.end(stop),
    };
    failover.ended(outcome)
}

struct Failover<'a, D: Desk> {
    task: &'a Task<'a>,
    course: Course<'a, D>,
    missed: Vec<Missed>,
    /// Why the last one was chosen, as it was said.
    notes: Vec<String>,
    /// Candidates that were told to take writes, and of whom nobody knows whether they do.
    suspects: Vec<InstanceKey>,
    /// The process was asked to end.
    is_cut_off: bool,
}

impl<D: Desk> Failover<'_, D> {
    fn go(&mut self) -> Result<(), Stop> {
        let failed = self.task.failed;
        self.run(vec![steps::hooks(Phase::Prepare, failed, HookList::PreFailover)])?;
        // Before anything is touched: where nobody can take the place, nothing is.
        let first = self.look();
        let succession = self.choose(&first, &[])?;
        let waits = |look| unapplied::waits(look, self.task.manner);
        if let Some(why) = first.looks.get(&succession.successor).and_then(waits) {
            return Err(refused(why));
        }
        self.fence(&first)?;
        self.run(steps::freeze(&first.looks))?;
        let (mut excluded, mut failures): (Vec<InstanceKey>, Vec<String>) = (Vec::new(), Vec::new());
        loop {
            let seen = self.look();
            let succession = self.choose(&seen, &excluded).map_err(|stop| with(&failures, stop))?;
            let done = self.course.plan().steps.len();
            let leveled = self.leveled(succession.clone(), seen);
            match leveled.and_then(|(last, seen)| self.run(tail(self.task, &last, &seen, &self.suspects))) {
                Ok(_) => break,
                Err(Stop::Failed {
                    why,
                    is_unknown,
                    number,
                }) if !self.course.is_past_return() && excluded.len() + 1 < CANDIDATES => {
                    let successor = succession.successor;
                    let step = self.course.plan().steps.iter().find(|step| step.number == number);
                    let helps = step.and_then(|step| unapplied::helps(step, self.task.manner));
                    let why = helps.map_or(why.clone(), |helps| format!("{why}; {helps}"));
                    self.say(format!(
                        "{successor} could not be promoted: {why}; looking for another one"
                    ));
                    self.course.skip(done, "another candidate takes its place")?;
                    if is_unknown {
                        self.suspects.push(successor.clone());
                    }
                    failures.push(why);
                    excluded.push(successor);
                }
                Err(stop) => return Err(stop),
            }
        }
        self.finish()
    }

    /// A master that may be alive refuses writes while receivers run, so that they get the last of them.
    fn fence(&mut self, seen: &Seen) -> Result<(), Stop> {
        if !self.run(guard(self.task, true))?.is_empty() || !self.task.forced {
            return Ok(());
        }
        if let Ok(last) = self.course.means().servers.look(self.task.failed, LOOK) {
            self.run(steps::hear_out(&seen.looks, &last))?;
        }
        Ok(())
    }

    /// Those without GTID apply what they have received before anybody is promoted: they go on where the successor's own
    /// binary log ends then, if all have come to the same place.
    fn leveled(&mut self, mut succession: Succession, seen: Seen) -> Result<(Succession, Seen), Stop> {
        let successor = succession.successor.clone();
        let is_by_position = |key: &InstanceKey| seen.looks.get(key).is_some_and(|look| !look.uses_gtid());
        let movers: Vec<InstanceKey> = succession
            .follows
            .iter()
            .filter(|key| is_by_position(key))
            .cloned()
            .collect();
        if movers.is_empty() {
            return Ok((succession, seen));
        }
        let (failed, manner) = (self.task.failed, self.task.manner);
        let drains = |key: &InstanceKey| {
            let look = seen.looks.get(key);
            look.map_or_else(Vec::new, |look| steps::drain(look, None, failed, manner))
        };
        let others = movers.iter().flat_map(drains).map(|step| Step {
            failing: Failing::IsNoted,
            ..step
        });
        self.run(drains(&successor).into_iter().chain(others).collect())?;
        let seen = self.look();
        let place = |key: &InstanceKey| seen.looks.get(key).and_then(Look::executed_file).cloned();
        let end = place(&successor);
        for key in movers {
            let own = place(&key);
            if own.is_some() && own == end {
                continue;
            }
            let told =
                |at: Option<Coordinates>| at.map_or_else(|| "nobody knows where".to_owned(), |at| at.to_string());
            let why = format!(
                "file:position replication: it stands at {} of the failed master's binary log, and {successor} at {}",
                told(own),
                told(end.clone())
            );
            self.say(format!("{key} is lost: {why}"));
            succession.follows.retain(|other| *other != key);
            succession.lost.push((key, why));
        }
        let lost = succession.lost.clone();
        self.course.amend(|plan| plan.lost = lost);
        Ok((succession, seen))
    }

    fn look(&self) -> Seen {
        look_at(self.course.means(), &self.task.replicas)
    }

    fn choose(&mut self, seen: &Seen, excluded: &[InstanceKey]) -> Result<Succession, Stop> {
        if excluded.is_empty() && self.course.plan().losses.rows.is_empty() {
            for (key, contact) in &seen.silent {
                self.say(format!("{key} takes no part: {contact}"));
            }
        }
        let chosen = (self.task.choose)(seen, excluded);
        let losses = match &chosen {
            Ok(succession) => succession.losses.clone(),
            Err(none) => none.losses.clone(),
        };
        self.course.amend(|plan| {
            if plan.losses.rows.is_empty() {
                plan.losses = losses;
            }
        });
        match chosen {
            Ok(succession) => {
                if self.notes != succession.notes {
                    succession.notes.iter().for_each(|note| self.say(note.clone()));
                    self.notes.clone_from(&succession.notes);
                }
                let (successor, lost) = (succession.successor.clone(), succession.lost.clone());
                self.course
                    .amend(|plan| (plan.successor, plan.lost) = (Some(successor), lost));
                Ok(succession)
            }
            Err(none) => Err(refused(none.why)),
        }
    }

    /// What is left when somebody has been promoted and the others follow: replicas that did not come along, and hooks.
    fn finish(&mut self) -> Result<(), Stop> {
        let missed = finish(&mut self.course, self.task.manner, &self.missed)?;
        self.missed.extend(missed);
        Ok(())
    }

    fn run(&mut self, steps: Vec<Step>) -> Result<Vec<Missed>, Stop> {
        let missed = self.course.run(steps)?;
        self.missed.extend(missed.iter().cloned());
        Ok(missed)
    }

    fn say(&self, text: String) {
        self.course.desk().step(&text);
    }

    /// What becomes of a failover that stopped.
    fn end(&mut self, stop: Stop) -> Outcome {
        self.say(format!("The recovery stops: {stop}"));
        let (outcome, missed) = self.course.stop(&stop);
        self.missed.extend(missed);
        self.is_cut_off = matches!(stop, Stop::Interrupted);
        match (outcome, stop) {
            (Outcome::Nobody(_), Stop::MasterIsBack(what)) => Outcome::MasterIsBack(what),
            (outcome, _) => outcome,
        }
    }

    fn ended(self, outcome: Outcome) -> (Ended, D) {
        let (missed, is_cut_off) = (self.missed, self.is_cut_off);
        let (ended, desk) = self.course.ended(outcome, missed);
        (Ended { is_cut_off, ..ended }, desk)
    }
}

/// What keeps two servers from taking writes. One that a person wants replaced refuses writes before anything else is
/// done; one that was found dead is tried once more just before another one takes its place.
pub fn guard(task: &Task<'_>, is_first: bool) -> Vec<Step> {
    match (task.forced, is_first) {
        (true, true) => {
            let mut fence = steps::fence(task.failed, true, true, Failing::IsNoted);
            if task.failed_row.is_some_and(|row| row.server.read_only) {
                fence.undo.clear();
            }
            vec![fence]
        }
        (false, false) => vec![steps::last_look(
            task.failed,
            task.failed_row,
            task.manner.spares_refusing,
        )],
        _ => Vec::new(),
    }
}

/// Everything from draining to the last record, for who was chosen.
pub fn tail(task: &Task<'_>, succession: &Succession, seen: &Seen, suspects: &[InstanceKey]) -> Vec<Step> {
    let Some(successor) = seen.looks.get(&succession.successor) else {
        return Vec::new();
    };
    let tail_from = succession.tail_from.as_ref().and_then(|key| seen.looks.get(key));
    let enables = (task.enables_semi_sync)(&successor.key);
    let follows = succession.follows.iter().filter_map(|key| seen.looks.get(key));
    // Detaching deletes relay logs: of one that has not applied everything they may be the only copy.
    let is_detachable = |key: &InstanceKey| seen.looks.get(key).is_some_and(Look::has_applied_everything);
    let reachable = succession.lost.iter().filter(|(key, _)| is_detachable(key));
    let detached = reachable.filter(|_| task.manner.detaches_lost);
    let mut records: Vec<Local> = vec![
        Local::Downtime(task.failed.clone()),
        Local::EndDowntime(successor.key.clone()),
        Local::ClearDetections,
    ];
    records.extend(succession.lost.iter().map(|(key, _)| Local::Downtime(key.clone())));
    let record = |phase, local| steps::local(1, phase, task.failed, local);
    let promotion = steps::promote(successor, enables, task.manner);
    let is_final = !promotion.iter().any(|step| step.is_final);
    // Whoever is to be fenced is known before anything that takes its time.
    let mut hand_over = vec![Step {
        is_final,
        // Where it is what promotes, nobody follows before it is done.
        failing: if is_final { Failing::Stops } else { Failing::IsNoted },
        ..record(Phase::Promote, Local::HandOver(successor.key.clone()))
    }];
    let fenced = std::iter::once(task.failed).chain(suspects);
    hand_over.extend(fenced.map(|key| record(Phase::Promote, Local::Wanted(key.clone()))));
    steps::in_sequence([
        steps::drain(successor, tail_from, task.failed, task.manner),
        guard(task, false),
        promotion,
        hand_over,
        follows
            .flat_map(|look| steps::follow(look, &successor.key, from(look, successor)))
            .collect(),
        detached.flat_map(|(key, _)| steps::detach(key)).collect(),
        records.into_iter().map(|local| record(Phase::Settle, local)).collect(),
        last_hooks(task.kind, task.failed),
    ])
}

/// Where a replica goes on: without GTID at the end of the successor's own binary log, which both have come to.
fn from(replica: &Look, successor: &Look) -> From {
    match replica.uses_gtid() {
        true => From::AsItIs,
        false => From::Coordinates(successor.reading.binlog.end.clone()),
    }
}

/// The reason that was left after others had been tried, with theirs.
fn with(failures: &[String], stop: Stop) -> Stop {
    match stop {
        Stop::Failed { why, .. } if !failures.is_empty() => refused(format!("{}; {why}", failures.join("; "))),
        stop => stop,
    }
}

/// A reason of ours not to go on.
pub(super) fn refused(why: String) -> Stop {
    Stop::Failed {
        number: 0,
        why,
        is_unknown: false,
    }
}
