//! Every chore of the watcher, seen in an inventory: what goes or comes, and a near miss that stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../inventory_support/mod.rs"]
mod inventory_support;

mod ages;
mod files;
mod hosts;
mod instances;
mod masters;
mod standing;
mod words;
mod world;

use orchestrator::watch::Task;
use orchestrator::watch::chores::{OTHERS, Outcome, run};
use world::world;

#[test]
fn every_task_is_a_chore_or_somebody_elses() {
    let world = world();
    for task in Task::ALL {
        let outcome = world.with(0, |chore| run(*task, chore));
        assert_eq!(outcome.is_none(), OTHERS.contains(task), "{task}");
        outcome.unwrap_or(Ok(Outcome::default())).unwrap();
    }
}
