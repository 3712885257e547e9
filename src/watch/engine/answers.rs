//! Taking in what servers answered, and that connections were closed.

use super::Engine;
use super::chase::Chase;
use super::lanes::Probed;
use super::memory::Taken;
use super::sessions;
use super::setup::Tone;
use crate::model::InstanceKey;
use crate::model::observation::ContactKind;
use crate::watch::metric::Metric;
use std::time::Duration;

/// How long nobody may have waited until that is over.
const CALM: Duration = Duration::from_secs(10);

impl Engine {
    pub(super) fn take_answer(&mut self, probed: &Probed) {
        let now = self.now();
        let resigned = self.leaving.as_ref().is_some_and(super::Leaving::has_resigned);
        if resigned || self.active_since.is_some_and(|since| probed.began < since) {
            // It was asked when this watcher acted before, or is of no use any more.
            return;
        }
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
            self.agenda.not_asked(&probed.key, now);
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
        if observation.contact.kind == ContactKind::HungInQuery {
            self.agenda.hung(&probed.key, now);
        }
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
        if taken.answered {
            self.fence_if_wanted(&taken.key);
        }
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
    pub(super) fn note_quietly(&mut self, about: &str, text: Option<&str>) {
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
    pub(super) fn take_hang_up(&mut self, key: &InstanceKey) {
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
}
