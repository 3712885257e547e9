//! Carrying out what was decided about a verdict, up to the point where a recovery may follow.

use super::entry::Plan;
use super::hooks::{HookError, Hooks, List, Run};
use super::placeholders::Failure;
use crate::inventory::{Inventory, InventoryError};
use crate::model::Timestamp;

/// Where detections are registered, what runs their hooks, and who hears of the steps.
pub struct Place<'a> {
    /// Where they are registered.
    pub inventory: &'a Inventory,
    /// What runs hooks.
    pub hooks: &'a mut Hooks,
    /// `OnFailureDetectionProcesses`.
    pub commands: &'a [String],
    /// The wall clock, for the steps.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Hears each step as it is taken, for the log.
    pub say: &'a mut dyn FnMut(&str),
}

/// What came of a detection.
#[derive(Debug)]
pub enum Detected {
    /// The instance has an active one of this kind already, so no hooks were run; what is to come after goes on.
    Already,
    /// It was registered under this number, and its hooks ran.
    Newly(i64, Vec<Run>),
    /// It was registered under this number, and one of its hooks failed: nothing more is to be done about the verdict
    /// at present. The detection stays, so the next look goes on without hooks.
    HookFailed(i64, HookError),
}

/// Registers a detection and, if it is new, runs its hooks. The steps are recorded under [`Failure::recovery_uid`].
///
/// # Errors
/// When the detection cannot be registered; then no hook was run. Steps that cannot be recorded are only said.
pub fn detect(plan: &Plan, failure: &Failure, place: Place<'_>) -> Result<Detected, InventoryError> {
    let Some(id) = place.inventory.register_detection(&plan.detection)? else {
        return Ok(Detected::Already);
    };
    if !plan.run_hooks {
        return Ok(Detected::Newly(id, Vec::new()));
    }
    let (mut steps, say, clock) = (Vec::new(), place.say, place.clock);
    let list = List {
        key: "OnFailureDetectionProcesses",
        commands: place.commands,
        goes_on: false,
    };
    let ran = place.hooks.run(list, failure, &mut |step| {
        say(&step);
        steps.push((clock(), step));
    });
    if ran.is_err() {
        let step = "The detection stays registered: the next look goes on without its hooks".to_owned();
        say(&step);
        steps.push((clock(), step));
    }
    if let Err(error) = place.inventory.write_steps(&failure.recovery_uid, &steps) {
        say(&error.to_string());
    }
    Ok(match ran {
        Ok(runs) => Detected::Newly(id, runs),
        Err(error) => Detected::HookFailed(id, error),
    })
}
