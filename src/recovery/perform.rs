//! One step of a plan, from its preconditions to its postconditions.

use super::condition::{check_all, progress_of};
use super::course::{Course, LOOK};
use super::desk::{Desk, Stop};
use super::fence::last_look;
use super::servers::Untold;
use crate::model::plan::{Act, Condition, Failing, Step};
use crate::model::{Change, InstanceKey};
use std::time::{Duration, Instant};

/// While what is awaited comes nearer the time limit starts over; all in all waiting lasts at most so many times as long:
/// an hour for a limit of ten seconds.
const EXTENSIONS: u32 = 360;

/// How long a wait pauses between two looks, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

/// Why one step failed.
pub(super) struct Fault {
    pub why: String,
    pub is_unknown: bool,
    pub ends: Option<Stop>,
}

impl<D: Desk> Course<'_, D> {
    pub(super) fn perform(&self, step: &Step, resumed: bool) -> Result<String, Fault> {
        let limit = Duration::from_millis(step.limit_ms);
        match &step.act {
            Act::Tell(change) => self.tell(step, change, limit, resumed),
            Act::Await => self.wait(step, limit),
            Act::LastLook => self.last_look(step, limit),
            Act::Local(local) => self.desk().local(local, self.plan()).map_err(Fault::of),
        }
    }

    fn tell(&self, step: &Step, change: &Change, limit: Duration, resumed: bool) -> Result<String, Fault> {
        let began = Instant::now();
        let (servers, target) = (self.means().servers, &step.target);
        if resumed && !step.after.is_empty() && self.holds(target, &step.after).is_ok() {
            return Ok("it was so already".to_owned());
        }
        if !step.before.is_empty() {
            self.holds(target, &step.before).map_err(Fault::of)?;
        }
        let mut told = servers.tell(target, change, limit);
        if let Err(untold) = &told
            && untold.is_unknown
            && began.elapsed() < limit
        {
            // Whatever comes of the second try, the first may have been carried out.
            told = servers
                .tell(target, change, limit.saturating_sub(began.elapsed()))
                .map_err(|second| Untold {
                    said: format!("{}; at the second try: {}", untold.said, second.said),
                    is_unknown: true,
                });
        }
        let statements = told.map_err(|untold| Fault {
            why: untold.said,
            is_unknown: untold.is_unknown,
            ends: None,
        })?;
        if !step.after.is_empty() {
            self.wait(step, limit.saturating_sub(began.elapsed()))?;
        }
        Ok(statements.join("; "))
    }

    fn holds(&self, target: &InstanceKey, conditions: &[Condition]) -> Result<(), String> {
        let look = self
            .means()
            .servers
            .look(target, LOOK)
            .map_err(|contact| contact.to_string())?;
        check_all(conditions, &look)
    }

    /// Looks until the postconditions hold.
    fn wait(&self, step: &Step, limit: Duration) -> Result<String, Fault> {
        let begin = Instant::now();
        let (mut deadline, last) = (begin + limit, begin + limit * EXTENSIONS);
        let (mut pause, mut before) = (PAUSES.0, None);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let outcome = self.means().servers.look(&step.target, LOOK.min(left.max(PAUSES.1)));
            let why = match outcome {
                Ok(look) => {
                    let Err(why) = check_all(&step.after, &look) else {
                        return Ok(String::new());
                    };
                    let progress = progress_of(&step.after, &look);
                    // What a living master goes on to send is waited for also where nothing depends on it.
                    let hears = |condition: &Condition| matches!(condition, Condition::HasReceived(_));
                    let may_extend = step.failing != Failing::IsNoted || step.after.iter().any(hears);
                    if may_extend && before.as_ref().is_some_and(|before| *before != progress) {
                        deadline = (Instant::now() + limit).min(last);
                    }
                    before = Some(progress);
                    why
                }
                Err(contact) => contact.to_string(),
            };
            if (self.means().is_interrupted)() && !self.is_past_return() {
                return Err(Fault {
                    why: format!("interrupted; {why}"),
                    is_unknown: false,
                    ends: Some(Stop::Interrupted),
                });
            }
            if Instant::now() + pause >= deadline {
                return Err(Fault::of(format!(
                    "{why}; waited {:.1} s",
                    begin.elapsed().as_secs_f32()
                )));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    fn last_look(&self, step: &Step, limit: Duration) -> Result<String, Fault> {
        last_look(self.means().servers, step, limit).map_err(|why| Fault {
            why: why.clone(),
            is_unknown: false,
            ends: Some(Stop::MasterIsBack(why)),
        })
    }
}

impl Fault {
    fn of(why: String) -> Self {
        Self {
            why,
            is_unknown: false,
            ends: None,
        }
    }
}
