//! Work on the inventory that is handed to the clerks.

use super::Engine;
use super::backlog;
use super::event::Event;
use super::memory::Memory;
use super::setup::Tone;
use crate::inventory::{DetectionsOf, Inventory, InventoryError, Result, Scope};
use crate::model::incidents::Detection;
use crate::model::verdict::Code;
use crate::model::{Fleet, InstanceKey};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Most rows written in one transaction.
const BATCH: usize = 500;

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
    /// Who was found dead, by a watcher before this one.
    pub(super) detections: Vec<Detection>,
}

/// Something to write, as often as it takes until it is written.
pub type Note = Arc<dyn Fn(&Inventory) -> Result<()> + Send + Sync>;

/// Most notes that wait while the inventory cannot be written.
const NOTES: usize = 10_000;

impl Engine {
    /// Has everything known read.
    pub(super) fn load(&mut self) {
        let (clock, epoch) = (self.setup.clock, self.epoch);
        self.keeper.give(move |inventory| {
            let read = |inventory: &Inventory| {
                Ok(Box::new(Loaded {
                    fleet: inventory.load_fleet(Scope::Everything)?,
                    by_tls: inventory.tls_required()?,
                    forgotten: inventory.forgotten(clock())?,
                    recoveries_disabled: inventory.are_recoveries_disabled()?,
                    detections: inventory.detections(DetectionsOf::Everyone, u32::MAX, 0)?,
                }))
            };
            Some(Event::Loaded(epoch, inventory.and_then(read)))
        });
    }

    /// Has what other processes changed read, if the file changed at all.
    pub(super) fn read_operators(&mut self) {
        if self.following.reading {
            return;
        }
        self.following.reading = true;
        self.following.just_written.clear();
        if !self.forgotten.is_empty() {
            // Marks run out although nothing changes in the file.
            self.file_version.store(-1, Ordering::Relaxed);
        }
        let (version, clock, epoch) = (Arc::clone(&self.file_version), self.setup.clock, self.epoch);
        self.registrar.give(move |inventory| {
            let read = |inventory: &Inventory| {
                let present = inventory.data_version()?;
                if version.swap(present, Ordering::Relaxed) == present {
                    return Ok(None);
                }
                inventory
                    .load_operators(clock())
                    .map(|operators| Some(Box::new(operators)))
            };
            let result = inventory.and_then(read);
            if result.is_err() {
                version.store(-1, Ordering::Relaxed);
            }
            Some(Event::Operators(epoch, result))
        });
    }

    /// Has rows read that another process added.
    pub(super) fn read_appeared(&mut self, keys: Vec<InstanceKey>) {
        let epoch = self.epoch;
        self.keeper.give(move |inventory| {
            let read = |inventory: &Inventory| {
                let rows = keys.iter().map(|key| inventory.instance(key));
                rows.filter_map(Result::transpose).collect()
            };
            Some(Event::Appeared(epoch, inventory.and_then(read)))
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

    /// Has something written; where the file fails, again and again until it is, in order.
    pub(super) fn note(&mut self, write: impl Fn(&Inventory) -> Result<()> + Send + Sync + 'static) {
        self.notes.push_back(Arc::new(write));
        if self.notes.len() > NOTES {
            self.notes.pop_front();
            let text = "too much waits to be written: changes of verdict and steps of hooks are lost";
            self.note_fault("notes", Some(text));
        }
        if !self.noting && self.unwritable.is_none() {
            self.give_notes();
        }
    }

    /// Hands over everything that is to be noted, as one piece of work that stops when the file fails.
    fn give_notes(&mut self) {
        if self.noting || self.notes.is_empty() {
            return;
        }
        self.noting = true;
        let mut notes = std::mem::take(&mut self.notes);
        self.keeper.give(move |inventory| {
            let mut other = Vec::new();
            let result = inventory.and_then(|inventory| {
                while let Some(note) = notes.pop_front() {
                    match note(inventory) {
                        Ok(()) => {}
                        Err(error) if error.is_of_file() => {
                            notes.push_front(note);
                            return Err(error);
                        }
                        Err(error) => other.push(error),
                    }
                }
                Ok(())
            });
            Some(Event::Noted(notes, other, result))
        });
    }

    pub(super) fn take_noted(&mut self, mut left: VecDeque<Note>, other: Vec<InventoryError>, result: Result<()>) {
        self.noting = false;
        self.take_written(&result);
        for error in other {
            self.note_fault(&format!("note {:?}", error.kind()), Some(&error.to_string()));
        }
        left.append(&mut self.notes);
        self.notes = left;
        if result.is_ok() {
            self.note_fault("notes", None);
            self.give_notes();
        }
    }

    /// Has rows written, if it is time and no others are on their way.
    pub(super) fn flush(&mut self, now: Duration) {
        if self.flushing || now < self.flush_not_before || self.active_since.is_none() {
            return;
        }
        if self.memory.backlog.len() == 0 {
            // Nothing tells whether the file takes rows again but trying.
            if !self.notes.is_empty() {
                self.flush_not_before = now + RETRY;
                self.give_notes();
            }
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
        let (wall, epoch) = (self.wall(), self.epoch);
        self.keeper.give(move |inventory| {
            let result = inventory.and_then(|inventory| backlog::write(inventory, &batch, wall));
            Some(Event::Flushed { epoch, batch, result })
        });
    }

    pub(super) fn take_flushed(&mut self, epoch: u64, batch: backlog::Batch, result: Result<Vec<InstanceKey>>) {
        use crate::watch::metric::Metric;
        self.take_written(&result);
        if epoch != self.epoch {
            return;
        }
        self.flushing = false;
        let written = std::mem::take(&mut self.following.in_flight);
        if self.following.reading {
            // Whoever reads now may have begun before these rows were there.
            self.following.just_written.extend(written);
        }
        self.flush_failed = result.is_err();
        match result {
            Ok(forgotten) => {
                self.metrics.add(Metric::InstanceWrite, batch.len() as u64);
                let names: usize = batch.iter().map(|(_, pending)| pending.names()).sum();
                self.metrics.add(Metric::ResolveWriteResolved, names as u64);
                self.give_notes();
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
        if self.replaced_by.replace(file) == Some(file) {
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
        // Their hooks have run: that the new file does not know of them is no reason to run them again.
        self.following.file_was_replaced();
        let Memory { fleet, backlog, .. } = &mut self.memory;
        for row in fleet.instances() {
            backlog.write_whole(row.clone(), fleet.contacts.get(&row.key).cloned());
        }
    }
}
