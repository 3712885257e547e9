//! Taking back what a plan did, as long as nobody may have written to the successor.

use super::course::{Course, Missed};
use super::desk::Desk;
use crate::model::InstanceKey;
use crate::model::plan::{Failing, Progress, Step};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

impl<D: Desk> Course<'_, D> {
    /// Takes back what was done, the last first, on all servers at a time. Answers what could not be taken back.
    pub fn take_back(&self) -> Vec<Missed> {
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
        let missed = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for (_, chain) in &chains {
                let work = || {
                    let failed = chain.iter().filter_map(|step| self.undo(step)).collect::<Vec<_>>();
                    missed.lock().unwrap_or_else(PoisonError::into_inner).extend(failed);
                };
                if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    work();
                }
            }
        });
        missed.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn undo(&self, step: &Step) -> Option<Missed> {
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
            Some(missed) => (Progress::Failed, missed.why.clone()),
        };
        let noted = self.note(step.number, progress, &said);
        self.desk().step(&match (&failed, noted) {
            (Some(missed), _) => missed.why.clone(),
            (None, Err(stop)) => format!("Taken back: {step}; {stop}"),
            (None, Ok(())) => format!("Taken back: {step}"),
        });
        failed
    }
}
