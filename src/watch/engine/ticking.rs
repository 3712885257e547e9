//! The ticks: what is due is begun; what ticks did is taken in.

use super::Engine;
use super::hands::Why;
use super::setup::{Overview, Tone, Word};
use crate::inventory::{ErrorKind, InventoryError};
use crate::model::{Instance, InstanceKey};
use crate::probe::{Change, PseudoGtid};
use crate::watch::chores::{self, Outcome};
use crate::watch::metric::Metric;
use crate::watch::{Due, Task, Tick};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// How often the right to act is renewed while the watcher is ending.
const RENEWAL: Duration = Duration::from_secs(1);

/// How long injecting one entry may take.
const INJECTION: Duration = Duration::from_secs(3);

/// How long a master is left alone that refused an entry.
const REFUSED: Duration = Duration::from_secs(60);

impl Engine {
    /// Begins every tick that is due.
    pub(super) fn tick(&mut self, now: Duration) {
        self.setup.voice.show(&|| self.overview(now));
        if let Some(leaving) = &self.leaving {
            // The right to act is renewed as long as something is done by it.
            if !leaving.has_resigned() && now >= self.renewed + RENEWAL {
                self.renewed = now;
                self.begin_early(Tick::Health, now);
            }
            return;
        }
        let wait = Duration::from_secs(self.setup.config.instance_poll_seconds) * 3;
        self.standing.started_up |= now >= wait;
        for due in self.schedule.due(now, &self.last_here) {
            self.last_here.begin(&due);
            self.do_here(due.tick, now);
            self.last_here.end(due.tick, now);
        }
        for due in self.schedule.due(now, &self.last) {
            self.begin(&due, now);
        }
    }

    /// Begins a tick before its time, unless it runs: its present boundary then has had its turn.
    pub(super) fn begin_early(&mut self, tick: Tick, now: Duration) {
        let Some(period) = self.schedule.period(tick).filter(|_| !self.last.is_running(tick)) else {
            return;
        };
        let boundary = u64::try_from(now.as_millis() / period.as_millis().max(1)).unwrap_or(u64::MAX);
        self.do_here(tick, now);
        self.begin(
            &Due {
                tick,
                boundary,
                skipped: 0,
            },
            now,
        );
    }

    /// Hands a tick's work on the inventory to a clerk.
    fn begin(&mut self, due: &Due, now: Duration) {
        self.last.begin(due);
        self.begun.insert(due.tick, (now, due.skipped));
        if due.skipped > 0 {
            let name = due.tick.row().name;
            let text = format!("{} boundaries of the {name} tick were passed over", due.skipped);
            self.say(Tone::Debug, text);
        }
        let tasks = due.tick.row().tasks(&self.standing);
        let handed: Vec<Task> = tasks.into_iter().filter(|task| !is_done_here(*task)).collect();
        if handed.is_empty() {
            self.end_tick(due.tick);
        } else {
            self.work_off(due.tick, handed);
        }
    }

    /// Does what of a tick needs no clerk.
    fn do_here(&mut self, tick: Tick, now: Duration) {
        let tasks = tick.row().tasks(&self.standing);
        for task in tasks.into_iter().filter(|task| is_done_here(*task)) {
            match task {
                Task::ReadOperatorChanges if self.active_since.is_some() => self.read_operators(),
                Task::QueueOutdated => self.queue_outdated(now),
                Task::SampleQueues => self.sample(now),
                Task::InjectPseudoGtid => self.inject_pseudo_gtid(now),
                Task::CheckAndRecover => {
                    self.stale = true;
                    self.look_up_left_over(now);
                }
                _ => {}
            }
        }
    }

    /// Every instance has its turn on the agenda; what has none yet gets one. Questions that hang are marked.
    fn queue_outdated(&mut self, now: Duration) {
        let Self { memory, agenda, .. } = self;
        for row in memory.fleet.instances() {
            agenda.add(&row.key, now);
            let is_master = memory.fleet.replicas_of(&row.key).next().is_some();
            agenda.set_master(&row.key, is_master, now);
        }
        agenda.tidy(now);
        self.throttles.tidy(now);
        self.run_hooks();
        if self.short_until.take_if(|until| now >= *until).is_some() {
            self.note_fault("means", None);
        }
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
        let poll = Duration::from_secs(self.setup.config.instance_poll_seconds);
        let recent = self.memory.reports.values().filter(|report| now <= report.began + poll);
        let gauges = [
            (Metric::RecentCount, recent.count()),
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
        self.register_late(now);
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

    /// Has metrics written by a thread of their own, which may wait for its disk.
    fn write_metrics(&mut self) {
        let Some(path) = self.setup.metrics_file.clone() else {
            return;
        };
        let (metrics, voice) = (Arc::clone(&self.metrics), Arc::clone(&self.setup.voice));
        let writer = self.metrics_written.get_or_insert_with(|| {
            let (sender, wanted) = sync_channel(1);
            let write = move || {
                let mut fails = false;
                while wanted.recv().is_ok() {
                    let failed = crate::watch::metrics::write_file(&path, &metrics.to_prometheus()).err();
                    let before = std::mem::replace(&mut fails, failed.is_some());
                    match failed {
                        Some(text) if !before => voice.say(Tone::Error, &super::Named::default(), &text),
                        None if before => voice.say(Tone::Info, &super::Named::default(), "metrics are written again"),
                        _ => {}
                    }
                }
            };
            // Without a thread there is nobody to take what is sent, and no metrics.
            let _ = std::thread::Builder::new().name("metrics".to_owned()).spawn(write);
            sender
        });
        // While it writes nothing needs to be added.
        let _ = writer.try_send(());
    }

    /// One writable master of each cluster gets an entry. Where it was refused it is tried again a minute later.
    fn inject_pseudo_gtid(&mut self, now: Duration) {
        if !self.may_act(now) {
            return;
        }
        let at = self.wall();
        let refused = &mut self.following.refused_injection;
        refused.retain(|_, at| now < *at + REFUSED);
        let rows = self.memory.fleet.instances().iter();
        let writable = rows.filter(|row| {
            let is_top = row.cluster.depth == 0 || row.cluster.is_co_master;
            is_top && !row.server.read_only && row.check.is_valid()
        });
        let mut one_of_each: BTreeMap<&str, &Instance> = BTreeMap::new();
        for row in writable {
            let chosen = one_of_each.entry(&row.cluster.name).or_insert(row);
            if (row.cluster.depth, &row.key) < (chosen.cluster.depth, &chosen.key) {
                *chosen = row;
            }
        }
        let entries: Vec<(InstanceKey, PseudoGtid)> = one_of_each
            .into_values()
            .filter(|row| !refused.contains_key(&row.key))
            .map(|row| {
                let entry = PseudoGtid {
                    at,
                    server_id: row.server.id,
                    distinction: PseudoGtid::distinction(),
                };
                (row.key.clone(), entry)
            })
            .collect();
        for (key, entry) in entries {
            self.hands
                .apply(key, Change::InjectPseudoGtid(entry), Why::PseudoGtid, INJECTION);
        }
    }

    /// A task of a tick was done, or not.
    pub(super) fn take_task(&mut self, task: Task, result: Result<Outcome, InventoryError>) {
        let about = format!("task {task}");
        if task == Task::Elect {
            let full = |error: &InventoryError| {
                matches!(error.kind(), ErrorKind::DiskFull | ErrorKind::ReadOnly | ErrorKind::Io)
            };
            self.unelectable = result.as_ref().is_err_and(full).then(|| self.now());
            self.metrics.set(Metric::IsHealthy, u64::from(result.is_ok()));
        }
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

    /// Takes over into memory what chores changed in the inventory.
    fn take_over(&mut self, changes: Vec<chores::Change>) {
        let acts = self.active_since.is_some();
        // What was begun when this watcher still acted is of no use to one that stands by.
        let of_use =
            |change: &chores::Change| acts || matches!(change, chores::Change::Elected(_) | chores::Change::Reread);
        let changes: Vec<chores::Change> = changes.into_iter().filter(of_use).collect();
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

    /// A clerk has ended its part of a tick.
    pub(super) fn end_tick(&mut self, tick: Tick) {
        let now = self.now();
        if tick == Tick::Health && !self.ready {
            // Also one that stands by, or that cannot write its inventory, is set up.
            self.ready = true;
            let status = if self.active_since.is_some() {
                "watching"
            } else {
                "standing by"
            };
            self.setup.voice.notify(Word::Ready(status));
        }
        self.last.end(tick, now);
        let (began, skipped) = self.begun.remove(&tick).unwrap_or((now, 0));
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

/// Whether the deciding thread does a task itself. These are done at each boundary, however long clerks take over theirs.
fn is_done_here(task: Task) -> bool {
    matches!(
        task,
        Task::ReadOperatorChanges
            | Task::QueueOutdated
            | Task::SampleQueues
            | Task::InjectPseudoGtid
            | Task::CheckAndRecover
    )
}
