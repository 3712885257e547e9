//! A tick's work on the inventory: what a clerk is handed to do it with.

use super::event::{Event, Post};
use super::{Engine, seconds};
use crate::config::Config;
use crate::discovery::lookup::SystemLookup;
use crate::discovery::{DiscoveryRules, Names};
use crate::inventory::{Inventory, InventoryError, NodeReport, Result};
use crate::model::recovery::BlockFrom;
use crate::model::{Fleet, Timestamp};
use crate::watch::chores::{self, Chore, Outcome};
use crate::watch::{Task, Tick};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long looking up an address may take.
const LOOKUP: Duration = Duration::from_secs(5);

impl Engine {
    /// Hands the inventory's part of a tick to a clerk.
    pub(super) fn work_off(&mut self, tick: Tick, tasks: Vec<Task>) {
        let mut papers = self.papers(tick);
        if tasks.contains(&Task::RegisterPseudoGtidClusters) {
            papers.injected = self.following.injected.drain().collect();
        }
        let grab = self.setup.grab;
        let post = self.post.clone();
        let work = move |inventory: Result<&Inventory>| {
            match inventory {
                Ok(inventory) => papers.work(inventory, tasks, grab, &post),
                Err(error) => {
                    for task in tasks.into_iter().take(1) {
                        post.send(Event::TaskDone(task, Box::new(Err(error.clone()))));
                    }
                }
            }
            Some(Event::TickDone(tick))
        };
        match tick {
            Tick::Health => self.registrar.give(work),
            Tick::Recovery => self.keeper.give(work),
            _ => self.chores.give(work),
        }
    }

    /// Gives up the right to act, so that another watcher takes it at once.
    pub(super) fn resign(&mut self) {
        let papers = self.papers(Tick::Health);
        self.registrar.give(move |inventory| {
            if let Ok(inventory) = inventory {
                // What cannot be given up now runs out by itself.
                let _ = papers.with(inventory, chores::resign);
            }
            None
        });
    }

    fn papers(&self, tick: Tick) -> Papers {
        let known = &self.memory.fleet;
        let fleet = match tick {
            Tick::Caretaking => known.clone(),
            Tick::InstancePoll | Tick::PseudoGtid => {
                // These look at nothing else.
                let mut words = Fleet::default();
                words.aliases.clone_from(&known.aliases);
                words.pseudo_gtid_clusters.clone_from(&known.pseudo_gtid_clusters);
                words
            }
            _ => Fleet::default(),
        };
        Papers {
            config: self.setup.config.clone(),
            fleet,
            rules: Arc::clone(&self.rules),
            names: Arc::clone(&self.names),
            node: self.setup.node.clone(),
            memory: Arc::clone(&self.chore_memory),
            injected: Vec::new(),
            start: self.start,
            clock: self.setup.clock,
        }
    }
}

/// What a clerk is handed to do chores with.
struct Papers {
    config: Config,
    fleet: Fleet,
    rules: Arc<DiscoveryRules>,
    names: Arc<Names>,
    node: NodeReport,
    memory: Arc<chores::Memory>,
    injected: Vec<String>,
    start: Instant,
    clock: fn() -> Timestamp,
}

impl Papers {
    fn with<T>(&self, inventory: &Inventory, work: impl FnOnce(&Chore<'_>) -> T) -> T {
        let lookup = SystemLookup::new(LOOKUP);
        work(&Chore {
            inventory,
            config: &self.config,
            rules: &self.rules,
            names: &self.names,
            lookup: &lookup,
            fleet: &self.fleet,
            node: &self.node,
            memory: &self.memory,
            injected: &self.injected,
            now: (self.clock)(),
            clock: &|| self.start.elapsed(),
        })
    }

    /// One task after the other, whatever becomes of those before; what each came to is told at once. When the file fails
    /// the rest waits for the next tick, since each would wait for a lock in its turn.
    fn work(&self, inventory: &Inventory, tasks: Vec<Task>, grab: bool, post: &Post) {
        for task in tasks {
            let result = self.with(inventory, |chore| match task {
                Task::Elect if grab => Some(chores::grab(chore)),
                task => chores::run(task, chore).or_else(|| end_periods(task, chore)),
            });
            let Some(result) = result else { continue };
            let stops = result.as_ref().is_err_and(InventoryError::is_of_file);
            post.send(Event::TaskDone(task, Box::new(result)));
            if stops {
                return;
            }
        }
    }
}

/// What time ends: detections, recoveries, notes of what was blocked.
fn end_periods(task: Task, chore: &Chore<'_>) -> Option<Result<Outcome>> {
    let (inventory, config, now) = (chore.inventory, chore.config, chore.now);
    let span = |amount: i64| amount.max(0);
    let rows = match task {
        Task::ClearDetections => {
            let minutes = span(config.failure_detection_period_block_minutes);
            inventory.clear_detections(now.plus_seconds(-minutes.saturating_mul(60)), now)
        }
        Task::ClearRecoveries => {
            let from = BlockFrom::start_if(config.recovery_period_block_from_start);
            let block = seconds(Duration::from_secs(
                u64::try_from(config.recovery_period_block_seconds).unwrap_or(0),
            ));
            inventory.clear_recoveries(from, now.plus_seconds(-block), now)
        }
        Task::ExpireBlocked => inventory.expire_blocked(now),
        Task::AcknowledgeCrashed => inventory.acknowledge_crashed(now),
        _ => return None,
    };
    Some(rows.map(|rows| Outcome {
        rows,
        ..Outcome::default()
    }))
}
