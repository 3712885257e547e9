//! Beginning and ceasing to act, and what other processes did to the inventory.

use super::Engine;
use super::event::Written;
use super::setup::Tone;
use super::tasks::Loaded;
use crate::inventory::{Elected, Operators};
use crate::model::InstanceKey;
use crate::watch::metric::Metric;
use std::time::Duration;

impl Engine {
    pub(super) fn take_elected(&mut self, elected: &Elected) {
        self.metrics.set(Metric::IsHealthy, 1);
        self.metrics.set(Metric::IsElected, u64::from(elected.is_elected));
        let holder = format!("{} (token {})", elected.holder.id.hostname, elected.holder.id.token);
        self.following.holder.clone_from(&holder);
        (self.standing.active, self.standing.leader) = (elected.is_elected, elected.is_elected);
        match (elected.is_elected, self.active_since) {
            (true, None) => {
                self.setup.grab = false;
                self.epoch += 1;
                self.active_since = Some(self.now());
                self.settled = false;
                self.load();
            }
            (false, Some(_)) => {
                self.active_since = None;
                self.stand_by();
            }
            _ => {}
        }
    }

    /// Asks nobody and judges nothing.
    fn stand_by(&mut self) {
        self.epoch += 1;
        self.setup.voice.notify(super::setup::Word::Status("standing by"));
        self.lanes.clear();
        self.agenda = super::setup::agenda(&self.setup.config, self.setup.once);
        (self.settled, self.flushing, self.judge_at) = (false, false, None);
        self.forgotten.clear();
        self.file_version.store(-1, std::sync::atomic::Ordering::Relaxed);
        self.sessions.close_all();
        self.chases.clear();
        self.following.rest();
        self.board = super::Board::default();
        self.noted.clear();
        self.memory = super::Memory::default();
        self.witness = super::Witness::new(Duration::from_secs(
            self.setup.config.unreachable_master_witness_seconds,
        ));
    }

    pub(super) fn take_loaded(&mut self, epoch: u64, result: Written<Box<Loaded>>) {
        self.take_read(&result);
        let Ok(loaded) = result else {
            self.following.load_again = true;
            self.fail_once("the inventory could not be loaded".to_owned());
            return;
        };
        if self.active_since.is_none() || epoch != self.epoch {
            return;
        }
        let Loaded {
            fleet,
            by_tls,
            forgotten,
            recoveries_disabled,
            detections,
        } = *loaded;
        self.remember_deaths(&detections, fleet.cluster_names().len());
        self.names.import(fleet.resolved_hosts.clone(), self.wall());
        self.sessions.import_tls(by_tls);
        let now = self.now();
        for row in fleet.instances() {
            self.agenda.add(&row.key, now);
        }
        self.memory.fleet = fleet;
        (self.forgotten, self.recoveries_disabled) = (forgotten, recoveries_disabled);
        self.following.loaded = true;
        self.begin_early(crate::watch::Tick::InstancePoll, now);
    }

    pub(super) fn take_operators(&mut self, epoch: u64, result: Written<Option<Box<Operators>>>) {
        self.take_read(&result);
        self.following.reading = false;
        let Ok(Some(operators)) = result else { return };
        if self.active_since.is_none() || epoch != self.epoch || !self.following.loaded {
            self.file_version.store(-1, std::sync::atomic::Ordering::Relaxed);
            return;
        }
        if self.recoveries_disabled != operators.recoveries_disabled {
            self.recoveries_disabled = operators.recoveries_disabled;
            let text = if self.recoveries_disabled {
                "recoveries are switched off globally; `orchestrator enable-global-recoveries` lifts that"
            } else {
                "recoveries are switched on globally"
            };
            self.say(Tone::Warning, text);
        }
        self.forgotten.clone_from(&operators.forgotten);
        let difference = operators.apply(&mut self.memory.fleet);
        let unwritten: Vec<InstanceKey> = difference
            .vanished
            .into_iter()
            .filter(|key| {
                let following = &self.following;
                let on_its_way = following.in_flight.contains(key) || following.just_written.contains(key);
                !on_its_way && !self.memory.backlog.has(key)
            })
            .collect();
        for key in difference.forgotten.iter().chain(&unwritten) {
            self.say_of(Tone::Info, key, format!("{key} was forgotten by another process"));
            self.drop_instance(key);
        }
        if !difference.appeared.is_empty() {
            self.read_appeared(difference.appeared);
        }
        self.stale = true;
    }

    pub(super) fn take_appeared(&mut self, epoch: u64, result: Written<Vec<crate::model::Instance>>) {
        self.take_read(&result);
        let now = self.now();
        for row in result.unwrap_or_default() {
            if self.active_since.is_some() && epoch == self.epoch && self.memory.fleet.get(&row.key).is_none() {
                self.say_of(
                    Tone::Info,
                    &row.key,
                    format!("{} was added by another process", row.key),
                );
                self.agenda.add(&row.key, now);
                self.memory.fleet.upsert(row);
            }
        }
    }

    /// Forgets a server altogether.
    pub(super) fn drop_instance(&mut self, key: &InstanceKey) {
        self.memory.forget(key);
        self.hands.forget(key);
        self.agenda.remove(key);
        self.sessions.forget(key);
        self.chases.remove(key);
        self.noted.remove(key);
        let ends = format!(" {key}");
        self.faults.retain(|about| !about.ends_with(&ends));
        self.stale = true;
    }
}
