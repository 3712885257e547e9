//! A desk where nothing is written down, for changes that are taken back at once where they fail.

use super::desk::{Desk, Stop};
use crate::model::plan::{Local, Plan, Progress, Step};

/// Steps are said and not written down.
pub struct Aloud<'a> {
    /// Who hears each step.
    pub say: &'a (dyn Fn(&str) + Sync),
    /// Why the cluster is not ours to change any more, where that is so.
    pub lost: &'a (dyn Fn() -> Option<String> + Sync),
    steps: Vec<(u32, String)>,
    /// What is done beside changing servers is left out; else it is refused.
    rehearses: bool,
}

impl<'a> Aloud<'a> {
    /// Nothing is said yet.
    pub fn new(say: &'a (dyn Fn(&str) + Sync), lost: &'a (dyn Fn() -> Option<String> + Sync)) -> Self {
        Self {
            say,
            lost,
            steps: Vec::new(),
            rehearses: false,
        }
    }

    /// The same for plans that are not carried out: hooks and records are passed over.
    pub fn rehearsing(say: &'a (dyn Fn(&str) + Sync), lost: &'a (dyn Fn() -> Option<String> + Sync)) -> Self {
        Self {
            rehearses: true,
            ..Self::new(say, lost)
        }
    }
}

impl Desk for Aloud<'_> {
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop> {
        let named = |step: &Step| (step.number, step.to_string());
        self.steps = plan.steps.iter().map(named).collect();
        (self.lost)().map_or(Ok(()), |why| Err(Stop::LeaseLost(why)))
    }

    fn note(&mut self, number: u32, progress: Progress, _at_ms: i64, said: &str) -> Result<(), Stop> {
        let step = self.steps.iter().find(|(of, _)| *of == number);
        if let (Some((_, step)), Progress::Done) = (step, progress) {
            (self.say)(&match said {
                "" => step.clone(),
                said => format!("{step}: {said}"),
            });
        }
        match progress {
            Progress::Begun => (self.lost)().map_or(Ok(()), |why| Err(Stop::LeaseLost(why))),
            _ => Ok(()),
        }
    }

    fn step(&mut self, text: &str) {
        (self.say)(text);
    }

    fn local(&mut self, local: &Local, _plan: &Plan) -> Result<String, String> {
        match self.rehearses {
            true => Ok(String::new()),
            false => Err(format!("{local} is not part of this")),
        }
    }

    fn close(&mut self, _outcome: &str) -> Result<(), Stop> {
        Ok(())
    }
}
