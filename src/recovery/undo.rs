//! Taking back what a plan did, as long as nobody may have written to the successor.

use super::condition::identity;
use super::course::{Course, LOOK, Missed};
use super::desk::{Desk, Stop};
use super::ended::Outcome;
use crate::model::plan::{Act, Failing, Kind, Progress, Step};
use crate::model::{Change, InstanceKey, Look};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

impl<D: Desk> Course<'_, D> {
    /// What becomes of a plan that stopped. Before the promotion everything is taken back; where that does not succeed in
    /// what decides who takes writes, it is midway: whoever resumes tries it again.
    pub(super) fn stop(&mut self, stop: &Stop) -> (Outcome, Vec<Missed>) {
        if matches!(stop, Stop::LeaseLost(_)) {
            return (Outcome::Midway(stop.to_string()), Vec::new());
        }
        if self.is_past_return() {
            // Whoever depends on hooks must know of a master that takes writes.
            let told = if self.has_promoted() {
                self.tell_the_end()
            } else {
                Ok(Vec::new())
            };
            return (Outcome::Midway(stop.to_string()), told.unwrap_or_default());
        }
        self.give_up(stop.to_string())
    }

    /// Takes everything back, because of this.
    pub(super) fn give_up(&mut self, why: String) -> (Outcome, Vec<Missed>) {
        let (kind, failed) = (self.plan().kind, self.plan().failed.clone());
        let (is_takeover, is_relocation) = (kind == Kind::Takeover, kind == Kind::Relocation);
        // What failed had mostly not been done, as on a master that is dead.
        let so_far = |wanted: Progress| -> Vec<u32> {
            let steps = self.plan().steps.iter().map(|step| step.number);
            steps.filter(|number| self.progress(*number) == Some(wanted)).collect()
        };
        let (done, begun) = (so_far(Progress::Done), so_far(Progress::Begun));
        let TakenBack { left, overtaken } = match self.take_back() {
            Ok(taken_back) => taken_back,
            Err(stop) => return (Outcome::Midway(format!("{why}; {stop}")), Vec::new()),
        };
        let why = overtaken.into_iter().fold(why, |why, more| format!("{why}; {more}"));
        let of_master = |missed: &Missed| is_takeover && missed.target == failed;
        // Nor had what nobody saw the end of, where nobody answers.
        let answers = |missed: &Missed| {
            let answers = self.means().servers.look(&missed.target, LOOK).is_ok();
            if !answers {
                self.desk().step(&format!(
                    "{}: nobody knows whether it was told; it may be read-only or stand when it returns",
                    missed.target
                ));
            }
            answers
        };
        let stands = left.iter().filter(|(number, missed)| {
            of_master(missed) || is_relocation || done.contains(number) || (begun.contains(number) && answers(missed))
        });
        let stands: Vec<&Missed> = stands.map(|(_, missed)| missed).collect();
        // That the master refuses writes, and nobody else takes them, does not stay so; nor that servers stand which a
        // person did not stop.
        let is_midway = is_takeover || is_relocation || stands.iter().any(|missed| missed.target == failed);
        let told: Vec<&str> = stands.iter().map(|missed| missed.why.as_str()).collect();
        let outcome = match told.join("; ") {
            none if none.is_empty() => Outcome::Nobody(why),
            told if is_midway => Outcome::Midway(format!("{why}; not everything could be taken back: {told}")),
            told => Outcome::Nobody(format!("{why}; not everything could be taken back: {told}")),
        };
        if matches!(outcome, Outcome::Nobody(_)) {
            self.amend(|plan| plan.successor = None);
        }
        (outcome, left.into_iter().map(|(_, missed)| missed).collect())
    }

    /// Takes back what was done, the last first, on all servers at a time.
    ///
    /// # Errors
    /// Somebody else goes on with the plan: nothing more was told to any server.
    pub(super) fn take_back(&self) -> Result<TakenBack, Stop> {
        let mut chains: Vec<(&InstanceKey, Vec<&Step>)> = Vec::new();
        for step in self.plan().steps.iter().rev() {
            let touched = matches!(
                self.progress(step.number),
                Some(Progress::Begun | Progress::Done | Progress::Failed)
            );
            if !touched || step.undo.is_empty() {
                continue;
            }
            match chains.iter_mut().find(|(target, _)| *target == &step.target) {
                Some((_, chain)) => chain.push(step),
                None => chains.push((&step.target, vec![step])),
            }
        }
        let ended = Mutex::new((TakenBack::default(), None::<Stop>));
        let shared = &ended;
        std::thread::scope(|scope| {
            for chain in chains.iter().map(|(_, chain)| chain) {
                let work = move || {
                    for step in chain.iter() {
                        let undone = self.undo(step);
                        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                        match undone {
                            Ok(Undone::Yes) => {}
                            Ok(Undone::Overtaken(why)) => shared.0.overtaken.push(why),
                            Ok(Undone::No(left)) => {
                                shared.0.left.push((step.number, left));
                                if stands_until_it_is_done(step) {
                                    return;
                                }
                            }
                            Err(stop) => {
                                shared.1.get_or_insert(stop);
                                return;
                            }
                        }
                    }
                };
                if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    work();
                }
            }
        });
        let (taken_back, stop) = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        stop.map_or(Ok(taken_back), Err)
    }

    fn undo(&self, step: &Step) -> Result<Undone, Stop> {
        let before = self.progress(step.number).unwrap_or(Progress::Begun);
        if let Err(stop @ Stop::LeaseLost(_)) = self.note(step.number, Progress::Begun, "") {
            return Err(stop);
        }
        let (undone, progress, said) = match self.overtaken(step) {
            Some(why) => {
                let said = format!("{} stays as it is: {why}", step.target);
                (Undone::Overtaken(said.clone()), Progress::Skipped, said)
            }
            None => match self.tell_back(step) {
                None => (Undone::Yes, Progress::Undone, "taken back".to_owned()),
                // Whoever resumes it is to try again.
                Some(missed) => {
                    let said = missed.why.clone();
                    (Undone::No(missed), before, said)
                }
            },
        };
        let noted = self.note(step.number, progress, &said);
        self.desk().step(&match (&undone, noted) {
            (Undone::No(_) | Undone::Overtaken(_), _) => said,
            (Undone::Yes, Err(stop)) => format!("Taken back: {step}; {stop}"),
            (Undone::Yes, Ok(())) => format!("Taken back: {step}"),
        });
        Ok(undone)
    }

    /// Tells a server what takes a step back, twice where it has to be; what failed.
    fn tell_back(&self, step: &Step) -> Option<Missed> {
        let limit = Duration::from_millis(step.limit_ms);
        for change in &step.undo {
            let tell = || self.means().servers.tell(&step.target, change, limit);
            if let Err(untold) = tell().or_else(|_| tell()) {
                return Some(Missed {
                    target: step.target.clone(),
                    failing: Failing::IsNoted,
                    why: format!("taking back \"{step}\": {untold}"),
                });
            }
        }
        None
    }

    /// Why a server that refuses writes is not to take them again: by now somebody else has decided who does.
    fn overtaken(&self, step: &Step) -> Option<String> {
        if !step.undo.contains(&Change::SetWritable) {
            return None;
        }
        let look = |key: &InstanceKey| self.means().servers.look(key, LOOK).ok();
        // Of one that is silent the telling says so.
        let target = look(&step.target)?;
        let plan = self.plan();
        let (known, found) = (&plan.origin.identity, identity(&target));
        if step.target == plan.failed && !known.is_empty() && *known != found {
            return Some(format!("another server answers there: {found} instead of {known}"));
        }
        let mut others: Vec<&InstanceKey> = plan.steps.iter().map(|step| &step.target).collect();
        others.extend(&plan.successor);
        others.extend(plan.losses.rows.iter().map(|row| &row.key));
        others.sort();
        others.dedup();
        let writes = |key: &&InstanceKey| {
            let is_master = |look: &Look| !look.reading.server.read_only && look.channel().is_none();
            **key != step.target && look(key).is_some_and(|look| is_master(&look))
        };
        if let Some(writer) = others.into_iter().find(writes) {
            return Some(format!("{writer} takes writes by now, and replicates from nobody"));
        }
        let master = &target.channel()?.status.master;
        let may_follow = plan.kind == Kind::DeadCoMaster || Some(master) == plan.successor.as_ref();
        (!may_follow).then(|| format!("it replicates from {master} by now"))
    }
}

/// What came of taking back.
#[derive(Default)]
pub(super) struct TakenBack {
    /// What could not be taken back, by the step's number.
    pub left: Vec<(u32, Missed)>,
    /// What was left as it is, and why.
    pub overtaken: Vec<String>,
}

enum Undone {
    Yes,
    No(Missed),
    Overtaken(String),
}

/// Whether a server must not replicate as long as this is not settled.
fn stands_until_it_is_done(step: &Step) -> bool {
    matches!(step.act, Act::Tell(Change::RewriteGtids(_)))
}
