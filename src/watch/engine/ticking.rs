//! The ticks: what is due is begun; what ticks did is taken in.

use super::Engine;
use super::hands::Why;
use super::setup::{Overview, Tone, Word};
use super::tasks::Worked;
use crate::model::InstanceKey;
use crate::probe::{Change, PseudoGtid};
use crate::watch::chores;
use crate::watch::metric::Metric;
use crate::watch::{Due, Task, Tick};
use std::time::Duration;

/// How long injecting one entry may take.
const INJECTION: Duration = Duration::from_secs(3);

/// How long a master is left alone that refused an entry.
const REFUSED: Duration = Duration::from_secs(60);

impl Engine {
    /// Begins every tick that is due.
    pub(super) fn tick(&mut self, now: Duration) {
        self.setup.voice.show(&|| self.overview(now));
        if self.leaving.as_ref().is_some_and(super::Leaving::begins_nothing) {
            return;
        }
        let wait = Duration::from_secs(self.setup.config.instance_poll_seconds) * 3;
        self.standing.started_up |= now >= wait;
        let due = self.schedule.due(now, &self.last);
        for due in due {
            self.begin(&due, now);
        }
    }

    /// Begins a tick before its time, unless it runs: its present boundary then has had its turn.
    pub(super) fn begin_early(&mut self, tick: Tick, now: Duration) {
        let Some(period) = self.schedule.period(tick).filter(|_| !self.last.is_running(tick)) else {
            return;
        };
        let boundary = u64::try_from(now.as_millis() / period.as_millis().max(1)).unwrap_or(u64::MAX);
        self.begin(
            &Due {
                tick,
                boundary,
                skipped: 0,
            },
            now,
        );
    }

    /// Begins one tick: what needs no inventory is done at once, the rest is handed over.
    pub(super) fn begin(&mut self, due: &Due, now: Duration) {
        self.last.begin(due);
        self.begun.insert(due.tick, now);
        self.metrics.add(Metric::InstanceRead, 0);
        if due.skipped > 0 {
            let name = due.tick.row().name;
            self.say(
                Tone::Debug,
                format!("{} boundaries of the {name} tick were passed over", due.skipped),
            );
        }
        self.skipped.insert(due.tick, due.skipped);
        let tasks = due.tick.row().tasks(&self.standing);
        let mut handed = Vec::new();
        for task in tasks {
            if !self.do_here(task, now) {
                handed.push(task);
            }
        }
        if handed.is_empty() {
            self.end(due.tick);
        } else {
            self.work_off(due.tick, handed);
        }
    }

    /// Does a task that needs no clerk; whether it was one.
    fn do_here(&mut self, task: Task, now: Duration) -> bool {
        match task {
            Task::ReadOperatorChanges => {
                if self.active_since.is_some() {
                    self.read_operators();
                }
            }
            Task::QueueOutdated => self.queue_outdated(now),
            Task::SampleQueues => self.sample(now),
            Task::InjectPseudoGtid => self.inject_pseudo_gtid(now),
            Task::CheckAndRecover => self.stale = true,
            _ => return false,
        }
        true
    }

    /// Every instance has its turn on the agenda; what has none yet gets one. Questions that hang are marked.
    fn queue_outdated(&mut self, now: Duration) {
        let Self { memory, agenda, .. } = self;
        for row in memory.fleet.instances() {
            agenda.add(&row.key, now);
        }
        agenda.tidy(now);
        self.throttles.tidy(now);
        self.mark_hanging(now);
        if self.following.load_again && self.active_since.is_some() {
            self.following.load_again = false;
            self.load();
        }
    }

    /// Marks servers that were asked and have not answered.
    pub(super) fn mark_hanging(&mut self, now: Duration) {
        let wall = self.wall();
        let under_way = self.lanes.under_way();
        self.stale |= self.memory.mark_hanging(&under_way, now, wall);
    }

    fn sample(&mut self, now: Duration) {
        use super::agenda::Lane;
        let mut queued = 0;
        for lane in Lane::ALL {
            let load = self.lanes.load(lane);
            queued += load.waiting + load.under_way;
            self.metrics.set_lane(lane.as_str(), load.waiting, load.under_way);
            if lane == Lane::Slow {
                self.metrics
                    .set(Metric::DeadQueueLength, (load.waiting + load.under_way) as u64);
            }
        }
        let overview = self.overview(now);
        let gauges = [
            (Metric::QueueLength, queued),
            (Metric::InstancesKnown, overview.instances),
            (Metric::InstancesFailing, overview.failing),
            (Metric::DeadInstances, self.agenda.failing()),
            (Metric::InstancesHung, self.hung(now)),
            (Metric::ConnectionsOpen, self.sessions.open()),
            (Metric::RowsWaiting, self.memory.backlog.len()),
        ];
        for (metric, value) in gauges {
            self.metrics.set(metric, value as u64);
        }
        self.metrics.set(Metric::OldestCheckMillis, self.oldest_check(now));
        self.setup.voice.notify(Word::Alive);
        self.write_metrics();
    }

    fn hung(&self, now: Duration) -> usize {
        let under_way = self.lanes.under_way();
        let hangs = |(_, began): &&(InstanceKey, Duration)| now.saturating_sub(*began) >= Duration::from_secs(1);
        under_way.iter().filter(hangs).count()
    }

    /// Age in milliseconds of the oldest answer among servers that answer.
    fn oldest_check(&self, now: Duration) -> u64 {
        let memory = &self.memory;
        let heard = memory
            .reports
            .iter()
            .filter(|(key, _)| !memory.silences.contains_key(*key))
            .map(|(_, report)| report.began)
            .min();
        heard.map_or(0, |began| {
            u64::try_from(now.saturating_sub(began).as_millis()).unwrap_or(u64::MAX)
        })
    }

    fn write_metrics(&self) {
        let Some(path) = self.setup.metrics_file.clone() else {
            return;
        };
        let metrics = std::sync::Arc::clone(&self.metrics);
        let voice = std::sync::Arc::clone(&self.setup.voice);
        let failing = std::sync::Arc::clone(&self.metrics_failed);
        self.chores.give(move |_| {
            let failed = crate::watch::metrics::write_file(&path, &metrics.to_prometheus()).err();
            let before = failing.swap(failed.is_some(), std::sync::atomic::Ordering::Relaxed);
            match failed {
                Some(text) if !before => voice.say(Tone::Error, &super::Named::default(), &text),
                None if before => voice.say(Tone::Info, &super::Named::default(), "metrics are written again"),
                _ => {}
            }
            None
        });
    }

    /// One writable master of each cluster gets an entry. Where it was refused it is tried again a minute later.
    fn inject_pseudo_gtid(&mut self, now: Duration) {
        let at = self.wall();
        let fleet = &self.memory.fleet;
        let refused = &mut self.following.refused_injection;
        refused.retain(|_, at| now < *at + REFUSED);
        let mut entries = Vec::new();
        for cluster in fleet.cluster_names() {
            let masters = fleet.masters(cluster);
            let writable = masters.iter().find(|row| !row.server.read_only && row.check.is_valid());
            if let Some(row) = writable.filter(|row| !refused.contains_key(&row.key)) {
                let entry = PseudoGtid {
                    at,
                    server_id: row.server.id,
                    distinction: PseudoGtid::distinction(),
                };
                entries.push((row.key.clone(), entry));
            }
        }
        for (key, entry) in entries {
            self.hands
                .apply(key, Change::InjectPseudoGtid(entry), Why::PseudoGtid, INJECTION);
        }
    }

    /// The inventory's part of a tick is over.
    pub(super) fn take_worked(&mut self, tick: Tick, worked: Worked) {
        for (task, result) in worked.0 {
            let about = format!("task {task}");
            match result {
                Ok(outcome) => {
                    if task == Task::RegisterNode {
                        self.take_written(&Ok(()));
                    }
                    self.note_fault(&about, None);
                    outcome.audits.into_iter().for_each(|entry| self.write_audit(entry));
                    outcome.told.iter().for_each(|text| self.say(Tone::Info, text.clone()));
                    self.take_over(outcome.changes);
                }
                Err(error) if error.is_of_file() => {
                    self.take_unwritten(&error);
                    self.failed_task(task);
                }
                Err(error) => {
                    let text = format!("{}: {error}", task.sentence());
                    self.note_fault(&about, Some(&text));
                    self.failed_task(task);
                }
            }
        }
        self.end(tick);
    }

    /// Takes over into memory what chores changed in the inventory.
    fn take_over(&mut self, changes: Vec<chores::Change>) {
        if changes.is_empty() {
            return;
        }
        let now = self.now();
        for change in &changes {
            match change {
                chores::Change::Forget(keys) => keys.iter().for_each(|key| self.drop_instance(key)),
                chores::Change::Add(rows) => rows.iter().for_each(|row| self.agenda.add(&row.key, now)),
                _ => {}
            }
        }
        for rest in chores::apply(changes, &mut self.memory.fleet) {
            match rest {
                chores::Change::Ask(keys) => {
                    for key in keys {
                        self.agenda.name(&key, now);
                        self.agenda.ask_now(&key);
                    }
                }
                chores::Change::Reread => self.file_version.store(-1, std::sync::atomic::Ordering::Relaxed),
                chores::Change::Elected(elected) => self.take_elected(&elected),
                _ => {}
            }
        }
        self.stale = true;
    }

    fn end(&mut self, tick: Tick) {
        let now = self.now();
        self.last.end(tick, now);
        let began = self.begun.remove(&tick).unwrap_or(now);
        let skipped = self.skipped.remove(&tick).unwrap_or(0);
        self.metrics.tick(tick, now.saturating_sub(began), skipped);
    }

    /// How things stand.
    pub(super) fn overview(&self, now: Duration) -> Overview {
        let instances = self.memory.fleet.instances().len();
        let failing = self.memory.silences.len().min(instances);
        let last = self.memory.last_answer;
        Overview {
            instances,
            ok: instances - failing,
            failing,
            problems: self.board.problems(),
            elected: self.active_since.is_some(),
            last_probe: last.map(|at| now.saturating_sub(at)),
        }
    }
}
