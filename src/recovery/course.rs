//! Carrying out a plan: stage by stage, each step written down before it is begun and after it has ended.
//!
//! A process may die at any point here. What the journal says then is enough to go on or to take everything back: a step
//! that is not written down as begun was not begun, and one that was begun can be told once more without harm.

use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::lint::lint;
use super::servers::Servers;
use crate::model::InstanceKey;
use crate::model::plan::{Failing, Local, Plan, Progress, Step};
use crate::model::recovery::Entry;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long one look may take.
pub(super) const LOOK: Duration = Duration::from_secs(2);

/// What steps are carried out with.
pub struct Means<'a> {
    /// The servers.
    pub servers: &'a dyn Servers,
    /// The wall clock, in milliseconds since 1970.
    pub clock: &'a (dyn Fn() -> i64 + Sync),
    /// Whether the process is asked to end.
    pub is_interrupted: &'a (dyn Fn() -> bool + Sync),
    /// Most servers that are told something at a time.
    pub width: usize,
}

/// A plan under way.
pub struct Course<'a, D: Desk> {
    means: Means<'a>,
    desk: Mutex<D>,
    plan: Plan,
    entries: Mutex<Vec<Entry>>,
    /// Steps of which `entries` say more than the desk could write down.
    unwritten: Mutex<Vec<u32>>,
}

/// A step that failed and did not end the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which server.
    pub target: InstanceKey,
    /// What it means.
    pub failing: Failing,
    /// What it was, and what went wrong.
    pub why: String,
}

impl<'a, D: Desk> Course<'a, D> {
    /// A course of this plan, of which nothing or, when it is resumed, some steps have been done.
    pub fn new(means: Means<'a>, desk: D, plan: Plan, entries: Vec<Entry>) -> Self {
        Self {
            means,
            desk: Mutex::new(desk),
            plan,
            entries: Mutex::new(entries),
            unwritten: Mutex::default(),
        }
    }

    /// The plan as far as it is made.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What its steps are carried out with.
    pub fn means(&self) -> &Means<'a> {
        &self.means
    }

    /// Changes what the plan says besides its steps.
    pub fn amend(&mut self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan);
    }

    /// How far each step has come.
    pub fn entries(&self) -> Vec<Entry> {
        self.noted().clone()
    }

    /// The records.
    pub fn desk(&self) -> MutexGuard<'_, D> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noted(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwritten(&self) -> MutexGuard<'_, Vec<u32>> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came of it, with what went wrong on the way, and the desk.
    pub fn ended(self, outcome: Outcome, missed: Vec<Missed>) -> (Ended, D) {
        let ended = Ended {
            outcome,
            errors: missed.into_iter().map(|missed| missed.why).collect(),
            plan: self.plan,
            entries: self.entries.into_inner().unwrap_or_else(PoisonError::into_inner),
            is_cut_off: false,
        };
        (ended, self.desk.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a final step has begun, or may have: then the plan is carried to its end.
    pub fn is_past_return(&self) -> bool {
        has_come(&self.plan, &self.noted(), &[Progress::Begun, Progress::Done])
    }

    /// Whether a final step is known to be done.
    pub fn has_promoted(&self) -> bool {
        has_come(&self.plan, &self.noted(), &[Progress::Done])
    }

    /// Adds steps to the plan, writes it down, and carries them out. Answers what failed without ending the plan.
    ///
    /// # Errors
    /// Why the plan does not go on. What was done stays done.
    pub fn run(&mut self, steps: Vec<Step>) -> Result<Vec<Missed>, Stop> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let first = self.plan.extend(steps);
        let stands = |step: &&Step| match self.progress(step.number) {
            Some(Progress::Skipped) => false,
            Some(Progress::Failed) => step.failing != Failing::Stops,
            _ => true,
        };
        let standing = Plan {
            steps: self.plan.steps.iter().filter(stands).cloned().collect(),
            ..self.plan.clone()
        };
        if let Some(flaw) = lint(&standing).into_iter().next() {
            return Err(Stop::Failed {
                number: 0,
                why: format!("the plan is flawed and was not begun: {flaw}"),
                is_unknown: false,
            });
        }
        self.desk().plan(&self.plan)?;
        self.carry_out(first)
    }

    /// Carries out all steps of the plan from this place on that have not ended. One that was begun by somebody who did
    /// not end it is done already where its postconditions hold. Hooks that are told how it ended are left for
    /// [`Course::tell_the_end`].
    ///
    /// # Errors
    /// As [`Course::run`].
    pub fn carry_out(&self, first: usize) -> Result<Vec<Missed>, Stop> {
        let mut missed = Vec::new();
        let steps = self.plan.steps.get(first..).unwrap_or_default();
        for stage in steps.chunk_by(|one, next| one.stage == next.stage) {
            if (self.means.is_interrupted)() && !self.is_past_return() {
                return Err(Stop::Interrupted);
            }
            missed.extend(self.stage(stage)?);
        }
        Ok(missed)
    }

    /// Runs the hooks that are told how the plan ended, once each: also where nothing can be written down any more, for
    /// whoever depends on them must know. What was run and could not be written down is kept in mind, so that it is not
    /// run again, and is written down when this is called again.
    ///
    /// # Errors
    /// Somebody else goes on with this plan, or what was run could not be written down.
    pub fn tell_the_end(&self) -> Result<Vec<Missed>, Stop> {
        let (mut missed, mut unwritten) = (Vec::new(), None);
        let mut noted = |number, progress, said: &str| match self.note(number, progress, said) {
            Err(stop @ Stop::LeaseLost(_)) => Err(stop),
            Err(stop) => {
                self.keep(number, progress, said, (self.means.clock)());
                self.unwritten().push(number);
                unwritten.get_or_insert(stop);
                Ok(())
            }
            Ok(()) => Ok(()),
        };
        let earlier = std::mem::take(&mut *self.unwritten());
        for entry in self.entries().iter().filter(|entry| earlier.contains(&entry.number)) {
            noted(entry.number, entry.progress, &entry.said)?;
        }
        let is_last = |step: &&Step| step.last_hooks().is_some() && self.is_to_do(step);
        for step in self.plan.steps.iter().filter(is_last) {
            noted(step.number, Progress::Begun, "")?;
            match self.perform(step, false) {
                Ok(said) => noted(step.number, Progress::Done, &said)?,
                Err(fault) => {
                    noted(step.number, Progress::Failed, &fault.why)?;
                    let why = format!("{step}: {}", fault.why);
                    self.desk().step(&why);
                    missed.push(Missed {
                        target: step.target.clone(),
                        failing: step.failing,
                        why,
                    });
                }
            }
        }
        unwritten.map_or(Ok(missed), Err)
    }

    /// Leaves out the steps from this place on that have not been done.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn skip(&self, first: usize, why: &str) -> Result<(), Stop> {
        let steps = self.plan.steps.get(first..).unwrap_or_default();
        // What has failed may have been done: it is still taken back.
        let has_failed = |step: &&Step| self.progress(step.number) == Some(Progress::Failed);
        let left = steps.iter().filter(|step| self.is_to_do(step) && !has_failed(step));
        left.map(|step| step.number)
            .try_for_each(|number| self.note(number, Progress::Skipped, why))
    }

    /// What was done stays: nothing of it is taken back any more.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn keeps(&self) -> Result<(), Stop> {
        let done = self
            .plan
            .steps
            .iter()
            .filter(|step| self.progress(step.number) == Some(Progress::Done));
        done.map(|step| step.number)
            .try_for_each(|number| self.note(number, Progress::Skipped, "it is done, and stays so"))
    }

    fn stage(&self, stage: &[Step]) -> Result<Vec<Missed>, Stop> {
        let mut chains: Vec<(&InstanceKey, Vec<&Step>)> = Vec::new();
        let now = |step: &&Step| self.is_to_do(step) && step.last_hooks().is_none();
        for step in stage.iter().filter(now) {
            match chains.iter_mut().find(|(target, _)| *target == &step.target) {
                Some((_, chain)) => chain.push(step),
                None => chains.push((&step.target, vec![step])),
            }
        }
        let waiting = Mutex::new(chains.into_iter().map(|(_, chain)| chain).collect::<VecDeque<_>>());
        let ended = Mutex::new((Vec::new(), None::<Stop>));
        let work = || {
            loop {
                if matches!(
                    ended.lock().unwrap_or_else(PoisonError::into_inner).1,
                    Some(Stop::Interrupted)
                ) {
                    return;
                }
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(chain) = next else { return };
                let outcome = self.chain(&chain);
                let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
                match outcome {
                    Ok(missed) => ended.0.extend(missed),
                    // Of several, the first tells why the plan ends.
                    Err(stop) => drop(ended.1.get_or_insert(stop)),
                }
            }
        };
        let count = waiting.lock().unwrap_or_else(PoisonError::into_inner).len();
        std::thread::scope(|scope| {
            // This thread works too, so that all is done also where the system gives no more threads.
            for _ in 1..count.min(self.means.width.max(1)) {
                let _ = std::thread::Builder::new()
                    .name("recovery".to_owned())
                    .spawn_scoped(scope, work);
            }
            work();
        });
        let (missed, stop) = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        stop.map_or(Ok(missed), Err)
    }

    /// The steps of one server, in order; after one that failed the others are left out.
    fn chain(&self, chain: &[&Step]) -> Result<Vec<Missed>, Stop> {
        for (at, step) in chain.iter().enumerate() {
            let resumed = self.progress(step.number) == Some(Progress::Begun);
            self.note(step.number, Progress::Begun, "")?;
            let mut fault = match self.perform(step, resumed) {
                Ok(said) => {
                    self.note(step.number, Progress::Done, &said)?;
                    continue;
                }
                Err(fault) => fault,
            };
            let why = format!("{step}: {}", fault.why);
            // Whoever began it may have been understood, whatever comes of telling it again.
            fault.is_unknown |= step.is_final && resumed;
            if step.is_final && fault.is_unknown {
                // Clients may write there already.
                match self.means.servers.look(&step.target, LOOK) {
                    Ok(look) if !look.reading.server.read_only => {
                        self.note(step.number, Progress::Done, "it was not answered, and done")?;
                        continue;
                    }
                    Ok(_) => fault.is_unknown = false,
                    // The old master lives: it stays begun, and whoever resumes tells it again.
                    Err(_) if !self.plan.kind.replaces_a_dead_master() => {
                        self.desk().step(&why);
                        return Err(Stop::Failed {
                            number: step.number,
                            why,
                            is_unknown: true,
                        });
                    }
                    // As long as nobody knows, it is to refuse writes wherever it is seen.
                    Err(_) => {
                        let fence = Local::Wanted(step.target.clone());
                        if let Err(why) = self.desk().local(&fence, &self.plan) {
                            self.desk().step(&format!("{fence}: {why}"));
                        }
                    }
                }
            }
            if matches!(fault.ends, Some(Stop::Interrupted)) {
                // Nobody knows yet what comes of it: whoever goes on with it, or takes it back, finds it begun.
                return Err(Stop::Interrupted);
            }
            self.note(step.number, Progress::Failed, &fault.why)?;
            self.desk().step(&why);
            if let Some(stop) = fault.ends {
                return Err(stop);
            }
            if step.failing == Failing::Stops {
                return Err(Stop::Failed {
                    number: step.number,
                    why,
                    is_unknown: fault.is_unknown,
                });
            }
            let mut missed = vec![Missed {
                target: step.target.clone(),
                failing: step.failing,
                why,
            }];
            if step.failing == Failing::Loses {
                for left in chain.iter().skip(at + 1) {
                    self.note(left.number, Progress::Skipped, "an earlier step of this server failed")?;
                }
                return Ok(missed);
            }
            missed.extend(self.chain(chain.get(at + 1..).unwrap_or_default())?);
            return Ok(missed);
        }
        Ok(Vec::new())
    }

    /// Whether a step is still to be done: also one that failed and that the plan cannot do without, unless it went on
    /// without it, with another candidate.
    fn is_to_do(&self, step: &Step) -> bool {
        match self.progress(step.number) {
            None | Some(Progress::Planned | Progress::Begun) => true,
            Some(Progress::Failed) => step.failing == Failing::Stops && !self.went_on_after(step),
            Some(Progress::Done | Progress::Undone | Progress::Skipped) => false,
        }
    }

    /// Whether something has been begun that comes after this step. Hooks that tell the end do so of any end.
    fn went_on_after(&self, step: &Step) -> bool {
        let mut later = self.plan.steps.iter().filter(|later| later.stage > step.stage);
        let was_begun = |later: &Step| {
            let progress = self.progress(later.number);
            progress.is_some_and(|progress| !matches!(progress, Progress::Planned | Progress::Skipped))
        };
        later.any(|later| later.last_hooks().is_none() && was_begun(later))
    }

    pub(super) fn progress(&self, number: u32) -> Option<Progress> {
        let noted = self.noted();
        noted
            .iter()
            .find(|entry| entry.number == number)
            .map(|entry| entry.progress)
    }

    pub(super) fn note(&self, number: u32, progress: Progress, said: &str) -> Result<(), Stop> {
        let now = (self.means.clock)();
        self.desk().note(number, progress, now, said)?;
        self.keep(number, progress, said, now);
        Ok(())
    }

    /// Keeps in mind how far a step has come.
    fn keep(&self, number: u32, progress: Progress, said: &str, now: i64) {
        let mut noted = self.noted();
        let at = noted
            .iter()
            .position(|entry| entry.number == number)
            .unwrap_or_else(|| {
                noted.push(Entry {
                    number,
                    progress,
                    begun_ms: None,
                    ended_ms: None,
                    said: String::new(),
                });
                noted.len() - 1
            });
        if let Some(entry) = noted.get_mut(at) {
            entry.progress = progress;
            said.clone_into(&mut entry.said);
            match progress {
                Progress::Begun => entry.begun_ms = entry.begun_ms.or(Some(now)),
                _ => entry.ended_ms = Some(now),
            }
        }
    }
}

/// Whether a final step of a plan has come so far.
pub(super) fn has_come(plan: &Plan, entries: &[Entry], so_far: &[Progress]) -> bool {
    let finals = plan.steps.iter().filter(|step| step.is_final);
    let of = |step: &Step| entries.iter().find(|entry| entry.number == step.number);
    finals.filter_map(of).any(|entry| so_far.contains(&entry.progress))
}
