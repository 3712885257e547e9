//! Work on the inventory that is handed to the clerks.

use super::backlog;
use super::event::Event;
use super::setup::Tone;
use super::{Engine, seconds};
use crate::config::Config;
use crate::discovery::lookup::SystemLookup;
use crate::discovery::{DiscoveryRules, Names};
use crate::inventory::{BlockFrom, Inventory, InventoryError, NodeReport, Result, Scope};
use crate::model::verdict::Code;
use crate::model::{Fleet, InstanceKey, Timestamp};
use crate::watch::chores::{self, Chore, Outcome};
use crate::watch::{Task, Tick};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Most rows written in one transaction.
const BATCH: usize = 500;

/// How long looking up an address may take.
const LOOKUP: Duration = Duration::from_secs(5);

/// How long writing rests after it failed.
const RETRY: Duration = Duration::from_secs(1);

/// How long nothing may fail until the inventory counts as well again. A full disk takes some writes and others not.
const CALM: Duration = Duration::from_secs(3);

/// Everything that is in the inventory.
pub struct Loaded {
    pub(super) fleet: Fleet,
    pub(super) by_tls: HashMap<InstanceKey, bool>,
    pub(super) forgotten: HashSet<InstanceKey>,
    pub(super) recoveries_disabled: bool,
}

/// What the inventory's part of a tick came to, task by task.
pub struct Worked(pub(super) Vec<(Task, Result<Outcome>)>);

impl Engine {
    /// Has everything known read.
    pub(super) fn load(&mut self) {
        let clock = self.setup.clock;
        self.keeper.give(move |inventory| {
            let read = |inventory: &Inventory| {
                Ok(Box::new(Loaded {
                    fleet: inventory.load_fleet(Scope::Everything)?,
                    by_tls: inventory.tls_required()?,
                    forgotten: inventory.forgotten(clock())?,
                    recoveries_disabled: inventory.are_recoveries_disabled()?,
                }))
            };
            Some(Event::Loaded(inventory.and_then(read)))
        });
    }

    /// Has what other processes changed read, if the file changed at all.
    pub(super) fn read_operators(&mut self) {
        let (version, now) = (Arc::clone(&self.file_version), self.wall());
        self.keeper.give(move |inventory| {
            let read = |inventory: &Inventory| {
                let present = inventory.data_version()?;
                if version.swap(present, Ordering::Relaxed) == present {
                    return Ok(None);
                }
                inventory.load_operators(now).map(|operators| Some(Box::new(operators)))
            };
            let result = inventory.and_then(read);
            if result.is_err() {
                version.store(-1, Ordering::Relaxed);
            }
            Some(Event::Operators(result))
        });
    }

    /// Has rows read that another process added.
    pub(super) fn read_appeared(&mut self, keys: Vec<InstanceKey>) {
        self.keeper.give(move |inventory| {
            let read = |inventory: &Inventory| {
                let rows = keys.iter().map(|key| inventory.instance(key));
                rows.filter_map(Result::transpose).collect()
            };
            Some(Event::Appeared(inventory.and_then(read)))
        });
    }

    /// Has codes that changed written to the changelog.
    pub(super) fn note_changes(&mut self, changed: Vec<(InstanceKey, Code)>) {
        let (now, metrics) = (self.wall(), Arc::clone(&self.metrics));
        self.note(move |inventory| {
            let written = inventory.record_analysis(&changed, now)?;
            metrics.add(crate::watch::metric::Metric::AnalysisChange, written as u64);
            Ok(())
        });
    }

    /// Has the position of a master remembered that may be locked.
    pub(super) fn record_coordinates(&mut self, key: InstanceKey) {
        let now = self.wall();
        let Some(at) = self.memory.fleet.get(&key).map(|row| row.binlog.end.clone()) else {
            return;
        };
        let version = Arc::clone(&self.file_version);
        self.note(move |inventory| {
            inventory.record_stale_coordinates(&key, &at, now)?;
            version.store(-1, Ordering::Relaxed);
            Ok(())
        });
    }

    /// Has something written whose failure is told, and no more.
    pub(super) fn note(&mut self, write: impl FnOnce(&Inventory) -> Result<()> + Send + 'static) {
        self.keeper
            .give(move |inventory| Some(Event::Noted(inventory.and_then(write))));
    }

    /// Has rows written, if it is time and no others are on their way.
    pub(super) fn flush(&mut self, now: Duration) {
        if self.flushing || self.memory.backlog.len() == 0 || now < self.flush_not_before {
            return;
        }
        let mut batch = self.memory.backlog.take(BATCH);
        // Others who read what is stored are to see what the rules see.
        let witness = &self.witness;
        if witness.overrides() {
            backlog::each_row(&mut batch, |row| {
                witness.override_instance(row);
            });
        }
        self.following.in_flight = batch.iter().map(|(key, _)| key.clone()).collect();
        self.flushing = true;
        let interval = u64::try_from(self.setup.config.instance_flush_interval_milliseconds).unwrap_or(0);
        self.flush_not_before = now + Duration::from_millis(interval);
        let wall = self.wall();
        self.keeper.give(move |inventory| {
            let result = inventory.and_then(|inventory| backlog::write(inventory, &batch, wall));
            Some(Event::Flushed { batch, result })
        });
    }

    pub(super) fn take_flushed(&mut self, batch: backlog::Batch, result: Result<Vec<InstanceKey>>) {
        use crate::watch::metric::Metric;
        self.flushing = false;
        self.following.in_flight.clear();
        self.take_written(&result);
        match result {
            Ok(forgotten) => {
                self.metrics.add(Metric::InstanceWrite, batch.len() as u64);
                for key in forgotten {
                    self.say_of(
                        Tone::Info,
                        &key,
                        format!("{key} was forgotten a short while ago and is left alone"),
                    );
                    self.drop_instance(&key);
                    self.forgotten.insert(key);
                }
            }
            Err(_) => {
                self.memory.backlog.put_back(batch);
                self.flush_not_before = self.now() + RETRY;
            }
        }
    }

    /// Notes whether something could be written; that the inventory fails is said once, whatever fails, and again when
    /// writing has gone well for a while.
    pub(super) fn take_written<T>(&mut self, result: &Result<T>) {
        match result {
            Ok(_) => {
                let now = self.now();
                if self.unwritable.is_some_and(|failed| now >= failed + CALM) {
                    self.unwritable = None;
                    self.note_fault("inventory", None);
                }
            }
            Err(error) => self.take_unwritten(error),
        }
    }

    /// As [`Engine::take_written`] for what only reads: that it succeeds says nothing of writing.
    pub(super) fn take_read<T>(&mut self, result: &Result<T>) {
        if let Err(error) = result {
            self.take_unwritten(error);
        }
    }

    pub(super) fn take_unwritten(&mut self, error: &InventoryError) {
        self.metrics.count(crate::watch::metric::Metric::InventoryFaults);
        if self.unwritable.replace(self.now()).is_none() {
            let text = format!("{error}; watching goes on from memory, and what is not written waits");
            self.note_fault("inventory", Some(&text));
        }
    }

    /// The file was gone or another one: everything known is written into the new one. Each clerk finds out; the first
    /// one counts.
    pub(super) fn take_replaced(&mut self, gone: bool, file: super::clerk::FileId) {
        if self.replaced_by.replace(file.clone()) == Some(file) {
            return;
        }
        let what = if gone {
            "was deleted"
        } else {
            "was replaced by another one"
        };
        let file = self.setup.path.display();
        self.say(
            Tone::Error,
            format!("the inventory {file} {what}: it has been opened anew, and everything known is written into it"),
        );
        self.file_version.store(-1, Ordering::Relaxed);
        let rows: Vec<_> = self.memory.fleet.instances().to_vec();
        for row in rows {
            self.memory.backlog.write_whole(row);
        }
    }

    /// Hands the inventory's part of a tick to a clerk.
    pub(super) fn work_off(&mut self, tick: Tick, tasks: Vec<Task>) {
        let needs_fleet = !matches!(tick, Tick::Health | Tick::Recovery);
        let mut papers = self.papers(needs_fleet);
        papers.injected = self.following.injected.drain().collect();
        let grab = self.setup.grab && self.active_since.is_none();
        let work = move |inventory: Result<&Inventory>| {
            let results = match inventory {
                Ok(inventory) => papers.work(inventory, tasks, grab),
                Err(error) => tasks.first().map(|task| (*task, Err(error))).into_iter().collect(),
            };
            Some(Event::Worked(tick, Box::new(Worked(results))))
        };
        match tick {
            Tick::Health | Tick::Recovery => self.keeper.give(work),
            _ => self.chores.give(work),
        }
    }

    /// Gives up the right to act, so that another watcher takes it at once.
    pub(super) fn resign(&mut self) {
        let papers = self.papers(false);
        self.keeper.give(move |inventory| {
            if let Ok(inventory) = inventory {
                // What cannot be given up now runs out by itself.
                let _ = papers.with(inventory, chores::resign);
            }
            None
        });
    }

    fn papers(&self, with_fleet: bool) -> Papers {
        Papers {
            config: self.setup.config.clone(),
            fleet: if with_fleet {
                self.memory.fleet.clone()
            } else {
                Fleet::default()
            },
            rules: Arc::clone(&self.rules),
            names: Arc::clone(&self.names),
            node: self.setup.node.clone(),
            memory: Arc::clone(&self.chore_memory),
            injected: Vec::new(),
            start: self.start,
            now: self.wall(),
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
    now: Timestamp,
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
            now: self.now,
            clock: &|| self.start.elapsed(),
        })
    }

    /// One task after the other, whatever becomes of those before; but when the file fails the rest waits for the next
    /// tick, since each would wait for a lock in its turn.
    fn work(&self, inventory: &Inventory, tasks: Vec<Task>, grab: bool) -> Vec<(Task, Result<Outcome>)> {
        self.with(inventory, |chore| {
            let mut done = Vec::new();
            for task in tasks {
                let result = match task {
                    Task::Elect if grab => Some(chores::grab(chore)),
                    task => chores::run(task, chore).or_else(|| end_periods(task, chore)),
                };
                let Some(result) = result else { continue };
                let stops = result.as_ref().is_err_and(InventoryError::is_of_file);
                done.push((task, result));
                if stops {
                    break;
                }
            }
            done
        })
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
            let from = if config.recovery_period_block_from_start {
                BlockFrom::Start
            } else {
                BlockFrom::End
            };
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
