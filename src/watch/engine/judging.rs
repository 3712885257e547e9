//! What follows from a judgement at once: lines, the witness's wishes, urgent looks, the changelog.

use super::Engine;
use super::hands::Why;
use super::judge::judge;
use super::setup::{Named, Tone};
use crate::analysis::rules::{Emergent, Rule};
use crate::model::verdict::{Code, Severity, Verdict};
use crate::model::{Instance, InstanceKey, duration};
use crate::probe::Change;
use crate::watch::metric::Metric;
use crate::watch::witness::{DEADLINE, Order};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// One instance is read again on account of a verdict once in this time.
const REREAD_EVERY: Duration = Duration::from_secs(1);

/// Receivers of one master's replicas are restarted on account of a verdict once in this time.
const RESTART_EVERY: Duration = Duration::from_secs(30);

/// How long codes of a master are not acted upon after that.
const GRACE: Duration = Duration::from_secs(crate::recovery::entry::GRACE_SECONDS);

/// How long asking everything known may take before judging begins without the rest.
const SETTLING: Duration = Duration::from_secs(30);

/// Judging takes at most this share of the deciding thread's time: one in so many.
const SHARE: u32 = 3;

/// When something was last done about a server.
#[derive(Debug, Default)]
pub struct Throttles {
    reread: HashMap<InstanceKey, Duration>,
    restarted: HashMap<InstanceKey, Duration>,
    pub(super) told: HashMap<(InstanceKey, Code), Duration>,
}

impl Throttles {
    /// Whether it is time again; if so that is noted.
    pub(super) fn is_due<K: std::hash::Hash + Eq>(
        times: &mut HashMap<K, Duration>,
        key: K,
        every: Duration,
        now: Duration,
    ) -> bool {
        let due = times.get(&key).is_none_or(|at| now >= *at + every);
        if due {
            times.insert(key, now);
        }
        due
    }

    /// Whether codes of this master are not acted upon because its replicas' receivers were restarted just now.
    pub(super) fn in_grace(&self, key: &InstanceKey, now: Duration) -> bool {
        self.restarted.get(key).is_some_and(|at| now < *at + GRACE)
    }

    /// Drops what is too old to matter.
    pub(super) fn tidy(&mut self, now: Duration) {
        self.reread.retain(|_, at| now < *at + REREAD_EVERY);
        self.restarted.retain(|_, at| now < *at + RESTART_EVERY);
        self.told.retain(|_, at| now < *at + super::following::TELL_EVERY);
    }
}

impl Engine {
    pub(super) fn judge_if_due(&mut self, now: Duration) {
        if self.leaving.as_ref().is_some_and(super::Leaving::asks_nobody) {
            // What is known grows old while the last hooks run, and nobody would look after what is begun now.
            (self.stale, self.judge_at) = (false, None);
        }
        let wanted = self.stale || self.judge_at.is_some_and(|at| now >= at);
        if wanted && self.active_since.is_some() && now >= self.judge_not_before && self.is_settled(now) {
            self.judge();
        }
    }

    /// Whether everything known has been asked since this watcher acts; before that its rows are of yesterday.
    fn is_settled(&mut self, now: Duration) -> bool {
        if self.settled || !self.following.loaded {
            return self.settled;
        }
        let Some(since) = self.active_since else { return false };
        if now >= since + SETTLING {
            self.say(
                Tone::Warning,
                "not every instance could be asked yet: the others are judged by what is stored",
            );
            self.settled = true;
            return true;
        }
        let silences = &self.memory.silences;
        let rows = self.memory.fleet.instances();
        self.settled = rows
            .iter()
            .all(|row| silences.contains_key(&row.key) || !self.agenda.is_unheard(&row.key, since));
        if self.settled {
            let took = duration::took(now.saturating_sub(since));
            self.say(
                Tone::Info,
                format!("all {} instances were asked, in {took}", rows.len()),
            );
            self.setup.voice.notify(super::setup::Word::Status("watching"));
        }
        self.settled
    }

    /// Judges everything, and does at once what follows at once.
    pub(super) fn judge(&mut self) {
        let begin = Instant::now();
        let (now, wall) = (self.now(), self.wall());
        let policy = std::sync::Arc::clone(&self.policy);
        let under_way = self.lanes.under_way();
        let judgement = judge(&mut self.memory, &mut self.witness, &policy, &under_way, now, wall);
        self.judge_at = judgement.again_in.map(|left| now + left.max(Duration::from_millis(20)));
        self.stale = false;
        judgement.orders.into_iter().for_each(|order| self.carry_out(order));
        let verdicts = judgement.verdicts;
        let (witness, chases) = (&self.witness, &self.chases);
        let unsettled = |verdict: &Verdict| is_unsettled(verdict, chases, now);
        let changes = self.board.update(&verdicts, |key| witness.hold(key), unsettled, wall);
        for change in changes {
            let tone = match change.severity {
                None => Tone::Info,
                Some(Severity::Critical) => Tone::Error,
                Some(_) => Tone::Warning,
            };
            let since = self.chases.get(&change.key);
            let since = since.filter(|chase| !chase.returned && !chase.is_over(now));
            let text = match since.filter(|_| change.severity.is_some()) {
                Some(chase) => format!(
                    "{}; {} ms after the first sign",
                    change.text,
                    (now - chase.since).as_millis()
                ),
                None => change.text,
            };
            let about = Named {
                instance: Some(&change.key),
                cluster: Some(&change.cluster),
                code: Some(change.code.as_str()),
            };
            self.setup.voice.say(tone, &about, &text);
        }
        self.metrics.set_verdicts(verdicts.iter().map(|verdict| verdict.code));
        self.act_at_once(&verdicts, now);
        let settled: Vec<&Verdict> = verdicts
            .iter()
            .filter(|verdict| !is_unsettled(verdict, &self.chases, now))
            .collect();
        self.note_codes(&settled);
        self.follow(&settled, now, wall);
        let took = begin.elapsed();
        self.judge_not_before = self.now() + took * SHARE;
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Read(key) => self.agenda.ask_now(&key),
            Order::RestartReceiver(key) if !self.may_act(self.now()) || self.is_recovered(&key) => {
                self.witness.not_restarted(&key, false)
            }
            Order::RestartReceiver(key) => {
                let text = format!("{key}: its receiver is restarted, to see whether it still reaches its master");
                self.say_of(Tone::Info, &key, text);
                self.hands.apply(key, Change::RestartReceiver, Why::Witness, DEADLINE);
            }
            // The hands see to that.
            Order::StartReceiver(_) => {}
        }
    }

    /// Whether a server's cluster is being recovered: nobody else changes it meanwhile.
    fn is_recovered(&self, key: &InstanceKey) -> bool {
        let row = self.memory.fleet.get(key);
        row.is_some_and(|row| self.recovering.is_busy(&row.cluster.name)) || self.recovering.is_in_hand(key)
    }

    /// What the rules want looked at or done before anything is decided.
    fn act_at_once(&mut self, verdicts: &[Verdict], now: Duration) {
        for verdict in verdicts {
            if verdict.code == Code::NoProblem || verdict.skippable_due_to_downtime {
                continue;
            }
            let Some(rule) = Rule::numbered(&verdict.rule) else {
                continue;
            };
            let key = &verdict.facts.key;
            match rule.emergent {
                Emergent::None => {}
                Emergent::RereadInstance => self.reread([key.clone()], now),
                Emergent::RereadMaster => self.reread([verdict.facts.master.clone()], now),
                Emergent::RereadInstanceAndReplicas => {
                    let replicas = verdict.facts.replica_keys.iter().cloned();
                    self.reread(replicas.chain([key.clone()]).collect::<Vec<_>>(), now);
                }
                Emergent::RecordCoordinates => {
                    if Throttles::is_due(&mut self.throttles.reread, key.clone(), REREAD_EVERY, now) {
                        self.agenda.ask_now(key);
                        self.record_coordinates(key.clone());
                    }
                }
                Emergent::RestartReceivers => self.restart_receivers(verdict, now),
            }
        }
    }

    fn reread(&mut self, keys: impl IntoIterator<Item = InstanceKey>, now: Duration) {
        for key in keys {
            if Throttles::is_due(&mut self.throttles.reread, key.clone(), REREAD_EVERY, now) {
                self.agenda.ask_now(&key);
            }
        }
    }

    /// Replicas of a silent master that lag believe in their connections; restarted, their receivers find out.
    fn restart_receivers(&mut self, verdict: &Verdict, now: Duration) {
        let key = &verdict.facts.key;
        if self.recoveries_disabled
            || !self.may_act(now)
            || self.is_recovered(key)
            || !Throttles::is_due(&mut self.throttles.restarted, key.clone(), RESTART_EVERY, now)
        {
            return;
        }
        let fleet = &self.memory.fleet;
        let asked: Vec<&InstanceKey> = self.witness.asked().collect();
        let wall = self.wall();
        let locked = |row: &Instance| fleet.maintenance.get(&row.key).is_some_and(|lock| lock.holds(wall));
        // A restart on MariaDB with GTID discards relay logs; a receiver that stands was stopped by somebody; the loss of
        // an acknowledger may keep a master's commits waiting.
        let may_restart = |row: &&Instance| {
            let acknowledges = row.semi_sync.replica_enabled && verdict.facts.semi_sync_enabled;
            let runs = row.replication.io_running && row.replication.sql_running;
            runs && !row.gtid.mariadb && !acknowledges && row.check.is_valid() && !locked(row)
        };
        let replicas: Vec<InstanceKey> = fleet
            .replicas_of(&fleet.resolved(key))
            .filter(may_restart)
            .filter(|row| !asked.contains(&&row.key))
            .map(|row| row.key.clone())
            .collect();
        for replica in replicas {
            if Throttles::is_due(&mut self.throttles.restarted, replica.clone(), RESTART_EVERY, now) {
                let text = format!(
                    "{replica}: its receiver is restarted, because of {} on {key}",
                    verdict.code
                );
                self.say_of(Tone::Info, &replica, text);
                self.hands
                    .apply(replica, Change::RestartReceiver, Why::Emergency, DEADLINE);
            }
        }
    }

    /// Notes codes that changed, of everything that has replicas; none while the witness has not finished.
    fn note_codes(&mut self, verdicts: &[&Verdict]) {
        let mut changed = Vec::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.facts.replicas > 0) {
            let key = &verdict.facts.key;
            if self.witness.hold_actionable(key) && verdict.action.is_recovery() {
                continue;
            }
            if self.noted.get(key) != Some(&verdict.code) {
                self.noted.insert(key.clone(), verdict.code);
                changed.push((key.clone(), verdict.code));
            }
        }
        self.metrics.add(Metric::AnalysisChangeAttempt, changed.len() as u64);
        if !changed.is_empty() {
            self.note_changes(changed);
        }
    }

    /// Looks again at what is coming to light.
    pub(super) fn chase(&mut self, now: Duration) {
        let Self {
            chases, agenda, memory, ..
        } = self;
        for (key, chase) in chases.iter_mut() {
            if !chase.is_due(now) {
                continue;
            }
            agenda.ask_now(key);
            let known_as = memory.fleet.resolved(key);
            for replica in memory.fleet.replicas_of(&known_as) {
                if replica.replication.io_running != chase.returned && replica.check.is_valid() {
                    agenda.ask_now(&replica.key);
                }
            }
        }
        chases.retain(|_, chase| !chase.is_over(now));
    }

    /// Hands out who is to be asked now.
    pub(super) fn ask(&mut self, now: Duration) {
        if self.active_since.is_none() || self.leaving.as_ref().is_some_and(super::Leaving::asks_nobody) {
            return;
        }
        for (key, lane) in self.agenda.take(now) {
            self.lanes.ask(key, lane);
        }
    }
}

/// Whether a verdict is likely to become another one within moments: its server has just shown the first sign, its
/// replicas are still finding out, and nothing would be lost by waiting for them. Where it does not answer and a recovery
/// could follow, nobody waits.
fn is_unsettled(verdict: &Verdict, chases: &HashMap<InstanceKey, super::Chase>, now: Duration) -> bool {
    let may_wait = verdict.facts.check_valid || !verdict.action.is_recovery();
    let young = |key: &InstanceKey| chases.get(key).is_some_and(|chase| chase.is_young(now));
    verdict.code != Code::NoProblem && may_wait && young(&verdict.facts.key)
}
