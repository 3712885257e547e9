//! Taking in what happened.

use super::Engine;
use super::chase::Chase;
use super::event::{Event, Written};
use super::hands::{Done, Why};
use super::lanes::Probed;
use super::memory::Taken;
use super::sessions;
use super::setup::{Named, Tone};
use super::tasks::Loaded;
use crate::inventory::{Elected, Operators};
use crate::model::InstanceKey;
use crate::model::observation::ContactKind;
use crate::probe::Change;
use crate::watch::metric::Metric;
use std::time::Duration;

/// How long nobody may have waited until that is over.
const CALM: Duration = Duration::from_secs(10);

impl Engine {
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Probed(probed) => self.take_answer(&probed),
            Event::HungUp(key) => self.take_hang_up(&key),
            Event::Done(done) => self.take_done(*done),
            Event::NotBegun(key, why) => self.not_begun(&key, why),
            Event::Signal(signal) => self.take_signal(signal),
            Event::Flushed { epoch, batch, result } => self.take_flushed(epoch, batch, result),
            Event::Noted(note, result) => self.take_noted(note, result),
            Event::Loaded(epoch, result) => self.take_loaded(epoch, result),
            Event::Operators(epoch, result) => self.take_operators(epoch, result),
            Event::Appeared(epoch, result) => self.take_appeared(epoch, result),
            Event::TaskDone(task, result) => self.take_task(task, *result),
            Event::TickDone(tick) => self.end_tick(tick),
            Event::Broken(thread) => self.break_down(&thread),
            Event::Registered(all) => self.take_registered(all),
            Event::Hooked(hooked) => self.take_hooked(*hooked),
            Event::InventoryReplaced { gone, file } => self.take_replaced(gone, file),
        }
    }

    fn take_answer(&mut self, probed: &Probed) {
        let now = self.now();
        self.note_waiting(probed);
        let Some(observation) = &probed.observation else {
            self.agenda
                .ended(&probed.key, false, self.memory.fleet.get(&probed.key).is_some());
            let text = format!(
                "asking {} broke down inside this program; it will be asked again",
                probed.key
            );
            self.note_fault(&format!("asking {}", probed.key), Some(&text));
            return;
        };
        if !self.faults.is_empty() {
            self.note_fault(&format!("asking {}", probed.key), None);
        }
        if observation.contact.kind == ContactKind::NoMeans {
            let known = self.memory.fleet.get(&probed.key).is_some();
            self.agenda.ended(&probed.key, true, known);
            self.take_shortage(&observation.contact, now);
            return;
        }
        self.metrics.count(Metric::DiscoveriesAttempt);
        self.metrics.probe(observation.latency);
        if now.saturating_sub(probed.began) > Duration::from_secs(self.setup.config.instance_poll_seconds) {
            self.metrics.count(Metric::DiscoveriesTooSlow);
        }
        if observation.contact.kind == ContactKind::AccessDenied {
            self.metrics.count(Metric::AccessDenied);
        }
        if self.active_since.is_none() || self.forgotten.contains(&probed.key) {
            self.agenda.remove(&probed.key);
            self.sessions.forget(&probed.key);
            return;
        }
        let lag = self.policy.reasonable_replication_lag_seconds;
        let was_silent = self.memory.silences.contains_key(&probed.key);
        let taken = self.memory.take_in(probed, observation, &self.rules, &self.names, lag);
        self.metrics.count(if taken.answered {
            Metric::ReadTopology
        } else {
            Metric::DiscoveriesFail
        });
        self.agenda.ended(&probed.key, taken.answered, taken.known);
        self.note_names(&probed.key, &taken);
        if !taken.answered || !taken.notices.is_empty() || !self.faults.is_empty() {
            self.note_contact(&taken, &observation.contact.to_string());
        }
        for key in &taken.follow {
            if self.forgotten.contains(key) {
                continue;
            }
            let known_as = self.names.remembered_key(key, observation.ended);
            let is_full = self.agenda.name(&known_as, now);
            if is_full {
                let text = "more servers are named than DiscoveryQueueCapacity allows: some are not asked";
                self.note_fault("capacity", Some(text));
            }
        }
        self.stale |= taken.matters;
        if taken.turned && (was_silent || !taken.answered) {
            self.begin_chase(&taken.key, now, taken.answered);
        }
    }

    /// Says when servers wait for their turn so long that they are asked too seldom.
    fn note_waiting(&mut self, probed: &Probed) {
        let poll = Duration::from_secs(self.setup.config.instance_poll_seconds);
        let waited = self.agenda.waited(&probed.key, probed.began);
        if waited.is_some_and(|waited| waited > poll) {
            self.following.waited_at = Some(probed.began);
            let text = "servers wait longer than InstancePollSeconds until they are asked: raise DiscoveryMaxConcurrency, or \
                        see whether this host is overloaded";
            self.note_quietly("waiting", Some(text));
        } else if self.following.waited_at.is_some_and(|at| probed.began > at + CALM) {
            self.following.waited_at = None;
            self.note_quietly("waiting", None);
        }
    }

    /// This host could not ask. That is said once; it is over when it has not happened for a while.
    fn take_shortage(&mut self, contact: &crate::model::observation::Contact, now: Duration) {
        let hint = contact.kind.hint().unwrap_or_default();
        let text = format!(
            "{}, so servers are asked less often and over new connections each time; {hint}",
            contact.kind.sentence()
        );
        self.note_fault("means", Some(&text));
        self.short_until = Some(now + sessions::SHORT);
    }

    /// A server goes by another name than it was asked by, or is to be left out.
    fn note_names(&mut self, asked: &InstanceKey, taken: &Taken) {
        if let Some(earlier) = &taken.renamed_from {
            let now = self.now();
            self.agenda.add(&taken.key, now);
            self.drop_instance(earlier);
        }
        let left_out = taken.left_out.as_ref();
        if left_out.is_none() && self.faults.is_empty() {
            return;
        }
        let text = left_out.map(|why| format!("{asked} is left out: {why}"));
        if text.is_some() {
            self.agenda.ended(asked, false, false);
        }
        self.note_quietly(&format!("left out {asked}"), text.as_deref());
    }

    /// Says once that a server does not answer, and what of it could not be read.
    fn note_contact(&mut self, taken: &Taken, contact: &str) {
        let about = format!("contact {}", taken.key);
        let text = (!taken.answered).then(|| format!("{}: {contact}", taken.key));
        let wanted = taken.known || self.setup.config.enable_discovery_filters_logs;
        self.note_quietly(&about, text.as_deref().filter(|_| wanted));
        let notices = taken.notices.join("; ");
        let about = format!("notices {}", taken.key);
        if taken.answered || !notices.is_empty() {
            self.note_quietly(&about, Some(notices.as_str()).filter(|text| !text.is_empty()));
        }
    }

    /// As [`Engine::note_fault`], as a warning.
    fn note_quietly(&mut self, about: &str, text: Option<&str>) {
        use crate::watch::faults::News;
        let now = self.now();
        match self.faults.note(about.to_owned(), text, now) {
            None => {}
            Some(News::Appeared(text) | News::Changed { text, .. }) => self.say(Tone::Warning, text),
            Some(News::Gone { text, lasted }) => {
                let lasted = crate::model::duration::age(super::seconds(lasted));
                self.say(Tone::Info, format!("over, after {lasted}: {text}"));
            }
        }
    }

    /// A connection was closed: that server, its master and its replicas are asked at once.
    fn take_hang_up(&mut self, key: &InstanceKey) {
        if self.active_since.is_none() {
            return;
        }
        self.metrics.count(Metric::ConnectionsLost);
        self.begin_chase(key, self.now(), false);
    }

    /// Has a server looked at again and again, with those around it: it is silent, or it has `returned`.
    fn begin_chase(&mut self, key: &InstanceKey, now: Duration, returned: bool) {
        let Some(row) = self.memory.fleet.get(key) else {
            self.agenda.ask_now(key);
            return;
        };
        let master = row.replication.master.clone();
        self.agenda.ask_now(key);
        if self.memory.fleet.get(&master).is_some() {
            self.agenda.ask_now(&master);
        }
        if self.memory.fleet.replicas_of(key).next().is_some() {
            self.chases
                .entry(key.clone())
                .and_modify(|chase| {
                    if chase.is_over(now) || chase.returned != returned {
                        *chase = Chase::new(now, returned);
                    }
                })
                .or_insert_with(|| Chase::new(now, returned));
        }
    }

    fn take_done(&mut self, done: Done) {
        self.hands.ended(&done);
        self.note_fault("threads", None);
        self.stale = true;
        let about = match done.why {
            Why::PseudoGtid => format!("pseudo-gtid {}", done.key),
            _ => format!("receiver {}", done.key),
        };
        if done.result.is_ok() {
            self.note_quietly(&about, None);
        }
        match (&done.result, done.why) {
            (Ok(changed), Why::Witness | Why::Emergency | Why::Repair) => {
                let second = if changed.second_try { " (at the second try)" } else { "" };
                self.say_of(
                    Tone::Info,
                    &done.key,
                    format!(
                        "{}: {} done{second} in {:?}",
                        done.key,
                        done.change.words(),
                        changed.took
                    ),
                );
                if done.change == Change::RestartReceiver && done.why == Why::Witness {
                    self.witness.restarted(&done.key, done.ended);
                }
                let kind = match done.why {
                    Why::Emergency => "emergently-restart-replication-topology-instance",
                    Why::Repair => "start-receiver",
                    _ => "witness-restart-receiver",
                };
                self.audit(kind, Some(&done.key), done.change.words());
                self.agenda.ask_now(&done.key);
            }
            (Ok(_), Why::PseudoGtid) => {
                if let Some(row) = self.memory.fleet.get(&done.key) {
                    let cluster = row.cluster.name.clone();
                    self.following.injected.insert(cluster);
                }
            }
            (Err(failed), why) => {
                self.note_quietly(&about, Some(&failed.to_string()));
                match why {
                    Why::PseudoGtid => {
                        self.following.refused_injection.insert(done.key, done.ended);
                    }
                    // Whoever may stand is started by the hands, whatever becomes of the witness.
                    Why::Witness => self.witness.not_restarted(&done.key, false),
                    Why::Emergency | Why::Repair => {}
                }
            }
        }
    }

    /// A thread broke down: nothing it did can be relied on, so this process ends, for the service manager to begin anew.
    fn break_down(&mut self, thread: &str) {
        let text = format!("the thread `{thread}` broke down inside this program, which is a fault of it: ending");
        self.say(Tone::Error, text.clone());
        self.end_failed(text);
    }

    fn not_begun(&mut self, key: &InstanceKey, why: Why) {
        if why == Why::Witness {
            self.witness.not_restarted(key, false);
        }
        self.note_fault(
            "threads",
            Some("the system gives no more threads; servers are changed again when it does"),
        );
    }

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

    fn take_loaded(&mut self, epoch: u64, result: Written<Box<Loaded>>) {
        self.take_read(&result);
        let Ok(loaded) = result else {
            self.following.load_again = true;
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
        } = *loaded;
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

    fn take_operators(&mut self, epoch: u64, result: Written<Option<Box<Operators>>>) {
        self.take_read(&result);
        self.following.reading = false;
        let Ok(Some(operators)) = result else { return };
        if self.active_since.is_none() || epoch != self.epoch || !self.following.loaded {
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
            .filter(|key| !self.memory.backlog.has(key) && !self.following.in_flight.contains(key))
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

    fn take_appeared(&mut self, epoch: u64, result: Written<Vec<crate::model::Instance>>) {
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

    pub(super) fn say_of(&self, tone: Tone, key: &InstanceKey, text: impl Into<String>) {
        let cluster = self.memory.fleet.get(key).map(|row| row.cluster.name.as_str());
        let about = Named {
            instance: Some(key),
            cluster,
            code: None,
        };
        self.setup.voice.say(tone, &about, &text.into());
    }
}
