//! Where commands write down what they do to several servers, so that it is taken back where their process dies: the
//! journal of their claim. Several that work at a time share one book, each with a page of its own.

use super::desk::{Desk, Stop};
use super::heart::{Pulse, now_ms};
use crate::inventory::{Holding, Inventory, InventoryError, Note, Turn};
use crate::model::Timestamp;
use crate::model::plan::{Local, Plan, Progress, Step};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The journal of one claim.
pub struct Logbook {
    inner: Mutex<Inner>,
    uid: String,
    token: String,
    pulse: Arc<Pulse>,
}

struct Inner {
    inventory: Inventory,
    /// What all pages plan; `None` before anything is.
    plan: Option<Plan>,
}

impl Logbook {
    /// The journal of a claim that is ours; nothing is written yet. `pulse` is where it is told that it is ours no more.
    pub fn new(inventory: Inventory, uid: &str, token: &str, pulse: Arc<Pulse>) -> Self {
        Self {
            inner: Mutex::new(Inner { inventory, plan: None }),
            uid: uid.to_owned(),
            token: token.to_owned(),
            pulse,
        }
    }

    /// A page for one who works; `say` hears each step.
    pub fn page<'b>(&'b self, say: &'b (dyn Fn(&str) + Sync)) -> Page<'b> {
        Page {
            book: self,
            say,
            numbers: HashMap::new(),
            steps: HashMap::new(),
        }
    }

    /// Closes it: nothing is left to be taken back.
    ///
    /// # Errors
    /// When that cannot be written down; then whoever finds it takes everything back.
    pub fn close(&self, outcome: &str) -> Result<(), InventoryError> {
        let inner = self.lock();
        match inner.plan {
            Some(_) => inner
                .inventory
                .close_journal(&self.holding(), outcome, Timestamp(now_ms().div_euclid(1_000))),
            None => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holding(&self) -> Holding<'_> {
        Holding {
            uid: &self.uid,
            token: &self.token,
            now_ms: now_ms(),
        }
    }

    fn check(&self) -> Result<(), Stop> {
        self.pulse.lost().map_or(Ok(()), |why| Err(Stop::LeaseLost(why)))
    }

    fn stop(error: &InventoryError) -> Stop {
        match error.is_lease_lost() {
            true => Stop::LeaseLost(error.to_string()),
            false => Stop::Unwritable(error.to_string()),
        }
    }

    /// Adds steps behind all others; their numbers in the book.
    fn add(&self, plan: &Plan, steps: &[Step]) -> Result<Vec<u32>, Stop> {
        self.check()?;
        let mut inner = self.lock();
        let is_first = inner.plan.is_none();
        let mut whole = inner.plan.clone().unwrap_or_else(|| Plan {
            steps: Vec::new(),
            ..plan.clone()
        });
        let before = steps.first().map_or(1, |step| step.stage).saturating_sub(1);
        let first = whole.extend(steps.iter().map(|step| Step {
            stage: step.stage - before,
            ..step.clone()
        }));
        let written = match is_first {
            true => {
                let now = Timestamp(now_ms().div_euclid(1_000));
                inner.inventory.open_journal(&self.holding(), &whole, now).map(drop)
            }
            false => inner.inventory.extend_journal(&self.holding(), &whole),
        };
        written.map_err(|error| Self::stop(&error))?;
        let added = whole.steps.get(first..).unwrap_or_default();
        let numbers = added.iter().map(|step| step.number).collect();
        inner.plan = Some(whole);
        Ok(numbers)
    }
}

/// A desk of one who works with others on one journal. Numbers of steps are its own.
pub struct Page<'b> {
    book: &'b Logbook,
    say: &'b (dyn Fn(&str) + Sync),
    /// The number in the book by its own.
    numbers: HashMap<u32, u32>,
    steps: HashMap<u32, String>,
}

impl Desk for Page<'_> {
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop> {
        let new = |step: &&Step| !self.numbers.contains_key(&step.number);
        let steps: Vec<Step> = plan.steps.iter().filter(new).cloned().collect();
        let numbers = self.book.add(plan, &steps)?;
        for (step, number) in steps.iter().zip(numbers) {
            self.numbers.insert(step.number, number);
            self.steps.insert(step.number, step.to_string());
        }
        Ok(())
    }

    fn note(&mut self, number: u32, progress: Progress, at_ms: i64, said: &str) -> Result<(), Stop> {
        self.book.check()?;
        let note = Note {
            number: self.numbers.get(&number).copied().unwrap_or(number),
            progress,
            at_ms,
            said: said.to_owned(),
        };
        let noted = self
            .book
            .lock()
            .inventory
            .note_all(&self.book.holding(), &[note], &Turn::default());
        noted.map_err(|error| Logbook::stop(&error))?;
        if let (Some(step), Progress::Done) = (self.steps.get(&number), progress) {
            (self.say)(&match said {
                "" => step.clone(),
                said => format!("{step}: {said}"),
            });
        }
        Ok(())
    }

    fn step(&mut self, text: &str) {
        (self.say)(text);
    }

    fn local(&mut self, local: &Local, _plan: &Plan) -> Result<String, String> {
        Err(format!("{local} is not part of this"))
    }

    fn close(&mut self, outcome: &str) -> Result<(), Stop> {
        self.book.close(outcome).map_err(|error| Logbook::stop(&error))
    }
}
