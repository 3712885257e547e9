//! Taking back what a plan did, as long as nobody may have written to the successor.

use super::course::{Course, LOOK, Missed};
use super::desk::{Desk, Stop};
use super::ended::Outcome;
use crate::model::InstanceKey;
use crate::model::plan::{Failing, Kind, Progress, Step};
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
        let left = match self.take_back() {
            Ok(left) => left,
            Err(stop) => return (Outcome::Midway(format!("{why}; {stop}")), Vec::new()),
        };
        let of_master = |missed: &Missed| is_takeover && missed.target == failed;
        // Nor had what nobody saw the end of, where nobody answers.
        let answers = |missed: &Missed| self.means().servers.look(&missed.target, LOOK).is_ok();
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

    /// Takes back what was done, the last first, on all servers at a time. Answers what could not be taken back, by the
    /// step's number.
    ///
    /// # Errors
    /// Somebody else goes on with the plan: nothing more was told to any server.
    pub(super) fn take_back(&self) -> Result<Vec<(u32, Missed)>, Stop> {
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
        let ended = Mutex::new((Vec::new(), None::<Stop>));
        let missed = &ended;
        std::thread::scope(|scope| {
            for chain in chains.iter().map(|(_, chain)| chain) {
                let work = move || {
                    for step in chain.iter() {
                        let undone = self.undo(step);
                        let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
                        match undone {
                            Ok(None) => {}
                            Ok(Some(left)) => missed.0.push((step.number, left)),
                            Err(stop) => {
                                missed.1.get_or_insert(stop);
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
        let (missed, stop) = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        stop.map_or(Ok(missed), Err)
    }

    fn undo(&self, step: &Step) -> Result<Option<Missed>, Stop> {
        if let Err(stop @ Stop::LeaseLost(_)) = self.note(step.number, Progress::Begun, "") {
            return Err(stop);
        }
        let limit = Duration::from_millis(step.limit_ms);
        let mut failed = None;
        for change in &step.undo {
            let tell = || self.means().servers.tell(&step.target, change, limit);
            if let Err(untold) = tell().or_else(|_| tell()) {
                failed = Some(Missed {
                    target: step.target.clone(),
                    failing: Failing::IsNoted,
                    why: format!("taking back \"{step}\": {untold}"),
                });
                break;
            }
        }
        let (progress, said) = match &failed {
            None => (Progress::Undone, "taken back".to_owned()),
            // Whoever resumes it is to try again.
            Some(missed) if self.plan().kind == Kind::Relocation => (Progress::Begun, missed.why.clone()),
            Some(missed) => (Progress::Failed, missed.why.clone()),
        };
        let noted = self.note(step.number, progress, &said);
        self.desk().step(&match (&failed, noted) {
            (Some(missed), _) => missed.why.clone(),
            (None, Err(stop)) => format!("Taken back: {step}; {stop}"),
            (None, Ok(())) => format!("Taken back: {step}"),
        });
        Ok(failed)
    }
}
