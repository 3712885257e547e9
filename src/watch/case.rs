//! One master and what is being found out about it.

use super::scene::{ErrorMark, MasterSeen, ReplicaSeen, Silence, Stand};
use super::witness::{DEADLINE, Hold, Order, PATIENCE, QUIET, READ_EVERY, RENEW, SAME_TIME, SLOW};
use crate::model::InstanceKey;
use crate::model::instance::Replication;
use std::collections::BTreeMap;
use std::time::Duration;

/// A replica whose receiver is being restarted, and which has not testified yet.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) replica: InstanceKey,
    at: Duration,
    pub(super) started: Option<Duration>,
    read: Option<Duration>,
    /// Its replication as it was before.
    pub(super) earlier: Replication,
    error: Option<ErrorMark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Testimony {
    Lives,
    Refused,
    CannotSee,
    None,
}

/// What a replica's reports told so far.
#[derive(Debug, Default)]
struct Word {
    stand: Option<Stand>,
    error: Option<ErrorMark>,
    /// When the last report was asked for.
    heard: Duration,
    /// It lost the master at this time or later.
    lost: Option<Duration>,
    /// It lost the master by the report asked for at this time.
    lost_heard: Option<Duration>,
    /// That is its testimony: it was asked.
    testified: bool,
    /// It gave no testimony when it was asked at this time.
    mute: Option<Duration>,
    /// It acknowledged commits while it ran.
    acknowledged: bool,
}

#[derive(Debug, Default)]
pub(super) struct Case {
    words: BTreeMap<InstanceKey, Word>,
    /// Replicas whose receivers are being restarted, in the order in which that was ordered.
    pub(super) asked: Vec<Asked>,
    lives: Option<Duration>,
    refused: Option<(InstanceKey, Duration)>,
    /// Some replica was connected at this time; what was said of the master before is out of date.
    seen_by_replica: Option<Duration>,
    /// All that could be asked has been asked, and nobody claims to be connected.
    settled: bool,
    /// When somebody was last to be read again.
    read: Option<Duration>,
    pub(super) hold: Option<Hold>,
}

impl Case {
    /// Takes in what is known, and adds what is to be done.
    pub(super) fn step(&mut self, now: Duration, after: Duration, master: &MasterSeen<'_>, orders: &mut Vec<Order>) {
        for replica in &master.replicas {
            self.hear(replica);
        }
        if self.words.len() > master.replicas.len() {
            let known = |key: &InstanceKey| master.replicas.iter().any(|replica| replica.key == key);
            self.words.retain(|key, _| known(key));
        }
        if !master.unreachable {
            self.words.values_mut().for_each(|word| word.mute = None);
        }
        let told = |asked: &Asked| Some((asked.replica.clone(), asked.testimony(now, master)?));
        let testimonies: Vec<(InstanceKey, Testimony)> = self.asked.iter().filter_map(told).collect();
        for (replica, testimony) in testimonies {
            self.conclude(&replica, testimony, now);
        }
        if let Some(silence) = master.unreachable_silence() {
            let nobody_asked = self.asked.is_empty();
            if self.asked.iter().all(|asked| asked.is_slow(now, master)) {
                self.ask(now, silence, after, master, orders);
            }
            if nobody_asked {
                self.read_again(now, silence, after, master, orders);
            }
        }
        for asked in &mut self.asked {
            if asked.started.is_some() && asked.read.is_none_or(|read| now >= read + READ_EVERY) {
                asked.read = Some(now);
                orders.push(Order::Read(asked.replica.clone()));
            }
        }
        self.hold = self.holds(now, after, master);
        self.settled = self.hold.is_none() && master.unreachable && !is_claimed(master);
    }

    /// Takes in a replica's report.
    fn hear(&mut self, replica: &ReplicaSeen<'_>) {
        let Some(report) = replica.report else { return };
        let is_asked = self.is_asked(replica.key);
        if !self.words.contains_key(replica.key) {
            self.words.insert(replica.key.clone(), Word::default());
        }
        let Some(word) = self.words.get_mut(replica.key) else {
            return;
        };
        if word.stand.is_some() && word.heard == report.began {
            return;
        }
        let (stand, error) = (replica.stand(), replica.error());
        match stand {
            Stand::Running => {
                (word.lost, word.lost_heard) = (None, None);
                word.acknowledged = replica.acknowledges;
            }
            Stand::Trying | Stand::Stopped if !is_asked => {
                let was_running = word.stand == Some(Stand::Running);
                if was_running {
                    self.seen_by_replica = self.seen_by_replica.max(Some(word.heard));
                }
                // The failure lies between the report before and this one. The server may know better, but tells the
                // second only, so that its word may be the older one.
                if word.stand.is_none() || was_running || word.error != error {
                    let lost = report.failed_at.max(word.stand.map(|_| word.heard));
                    // Who has testified and fails again says the same once more.
                    word.testified &= !was_running;
                    word.lost = if word.testified { word.lost.max(lost) } else { lost };
                    word.lost_heard = Some(report.began);
                }
            }
            Stand::Trying | Stand::Stopped => {}
        }
        (word.stand, word.error, word.heard) = (Some(stand), error, report.began);
    }

    /// Takes in what came of asking a replica.
    pub(super) fn conclude(&mut self, replica: &InstanceKey, testimony: Testimony, now: Duration) {
        let Some(at) = self.asked.iter().position(|asked| asked.replica == *replica) else {
            return;
        };
        let asked = self.asked.remove(at);
        let word = self.words.entry(asked.replica.clone()).or_default();
        match testimony {
            Testimony::Lives => {
                (self.lives, self.seen_by_replica, self.refused) = (Some(now), Some(now), None);
            }
            Testimony::Refused => {
                (self.lives, self.seen_by_replica) = (Some(now), Some(now));
                (word.lost, word.lost_heard) = (None, None);
                self.refused = Some((asked.replica, now));
            }
            Testimony::CannotSee => {
                let since = asked.started.unwrap_or(asked.at);
                (word.lost, word.lost_heard, word.testified) = (Some(since), Some(since), true);
            }
            Testimony::None => word.mute = Some(asked.at),
        }
    }

    /// What was said of the master before this moment is out of date.
    fn horizon(&self, now: Duration, silent: Duration) -> Duration {
        let seen = self.seen_by_replica.unwrap_or_default();
        let began = silent.max(seen).saturating_sub(SAME_TIME);
        began.max(now.saturating_sub(RENEW))
    }

    /// Whether a replica has lost the master, and found out recently enough to count.
    fn has_lost(&self, replica: &ReplicaSeen<'_>, now: Duration, silent: Duration) -> bool {
        let Some(word) = self.words.get(replica.key).filter(|_| replica.stand() == Stand::Trying) else {
            return false;
        };
        if replica.may_restart() {
            // Nobody asked it: until all is settled it must have happened just now.
            let strict = !word.testified && !self.settled;
            let recent = if strict {
                now.saturating_sub(SAME_TIME)
            } else {
                Duration::ZERO
            };
            word.lost
                .is_some_and(|lost| lost >= self.horizon(now, silent).max(recent))
        } else {
            word.lost_heard
                .is_some_and(|heard| heard >= silent.saturating_sub(SAME_TIME))
        }
    }

    fn is_asked(&self, replica: &InstanceKey) -> bool {
        self.asked.iter().any(|asked| asked.replica == *replica)
    }

    fn is_mute(&self, replica: &ReplicaSeen<'_>, now: Duration) -> bool {
        let mute = self.words.get(replica.key).and_then(|word| word.mute);
        mute.is_some_and(|at| now < at + QUIET)
    }

    /// A replica that cannot connect but last tried before the master fell silent. While another one claims to be
    /// connected its word does not matter.
    fn out_of_date<'m, 's>(
        &self,
        now: Duration,
        silent: Duration,
        master: &'m MasterSeen<'s>,
    ) -> Option<&'m ReplicaSeen<'s>> {
        if is_claimed(master) {
            return None;
        }
        let refused = self.refused.as_ref().filter(|(_, at)| now < *at + QUIET);
        master.replicas.iter().find(|replica| {
            replica.may_restart()
                && replica.stand() == Stand::Trying
                && !self.has_lost(replica, now, silent)
                && !self.is_mute(replica, now)
                && !self.is_asked(replica.key)
                && refused.is_none_or(|(key, _)| key != replica.key)
        })
    }

    /// The next replica that claims to be connected and can be asked; one that acknowledges nothing first.
    fn claimant<'m, 's>(&self, now: Duration, master: &'m MasterSeen<'s>) -> Option<&'m ReplicaSeen<'s>> {
        if self.lives.is_some_and(|lives| now < lives + QUIET) {
            return None;
        }
        let gone = |replica: &&ReplicaSeen<'_>| {
            let word = self.words.get(replica.key);
            let is_off = replica.stand() != Stand::Running || self.is_asked(replica.key);
            is_off && word.is_some_and(|word| word.acknowledged)
        };
        let gone = master.replicas.iter().filter(gone).count();
        let left = master.clients.saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX));
        let can_spare =
            |replica: &ReplicaSeen<'_>| !replica.acknowledges || master.wait_count == 0 || left > master.wait_count;
        let claimants = master.replicas.iter().filter(|replica| {
            replica.may_restart()
                && replica.stand() == Stand::Running
                && can_spare(replica)
                && !self.is_mute(replica, now)
                && !self.is_asked(replica.key)
        });
        claimants.min_by_key(|replica| replica.acknowledges)
    }

    fn ask(
        &mut self,
        now: Duration,
        silence: Silence,
        after: Duration,
        master: &MasterSeen<'_>,
        orders: &mut Vec<Order>,
    ) {
        let next = self
            .out_of_date(now, silence.since, master)
            .or_else(|| self.claimant(now, master).filter(|_| silence.has_lasted(after)));
        let Some(replica) = next else { return };
        self.asked.push(Asked {
            replica: replica.key.clone(),
            at: now,
            started: None,
            read: None,
            earlier: replica.replication.clone(),
            error: replica.error(),
        });
        orders.push(Order::RestartReceiver(replica.key.clone()));
    }

    /// Replicas that did not answer earlier on, and may by now: until all is settled, whoever is counted as gone must have
    /// been asked a short while ago.
    fn unheard<'m, 's>(
        &self,
        now: Duration,
        silence: Silence,
        after: Duration,
        master: &'m MasterSeen<'s>,
    ) -> Vec<&'m ReplicaSeen<'s>> {
        if is_claimed(master) {
            return Vec::new();
        }
        let recent = if self.settled {
            Duration::ZERO
        } else {
            now.saturating_sub(after)
        };
        let since = silence.since.max(recent);
        let unheard = master.replicas.iter().filter(|replica| replica.is_unheard_since(since));
        unheard.collect()
    }

    /// A silence that would be long enough, but of which only the beginning is known, is looked at once more; and so
    /// are replicas that did not answer before it began.
    fn read_again(
        &mut self,
        now: Duration,
        silence: Silence,
        after: Duration,
        master: &MasterSeen<'_>,
        orders: &mut Vec<Order>,
    ) {
        if self.read.is_some_and(|read| now < read + READ_EVERY) {
            return;
        }
        let doubtful = now >= silence.since + after && !silence.has_lasted(after);
        let unheard = self.unheard(now, silence, after, master);
        let before = orders.len();
        orders.extend(doubtful.then(|| Order::Read(master.key.clone())));
        orders.extend(unheard.into_iter().map(|replica| Order::Read(replica.key.clone())));
        if orders.len() > before {
            self.read = Some(now);
        }
    }

    fn holds(&self, now: Duration, after: Duration, master: &MasterSeen<'_>) -> Option<Hold> {
        if let Some(asked) = self.asked.first() {
            return Some(Hold::Asked(asked.replica.clone()));
        }
        let silence = master.unreachable_silence()?;
        let silent = silence.since;
        if let Some((replica, _)) = self.refused.as_ref().filter(|(_, at)| now < *at + QUIET) {
            return Some(Hold::Refused(replica.clone()));
        }
        if let Some(replica) = self.out_of_date(now, silent, master) {
            return Some(Hold::OutOfDate(replica.key.clone()));
        }
        if let Some(replica) = self.unheard(now, silence, after, master).first() {
            return Some(Hold::Unheard(replica.key.clone()));
        }
        let lost = master
            .replicas
            .iter()
            .any(|replica| self.has_lost(replica, now, silent));
        let young = !silence.has_lasted(after);
        (young && !lost && !master.replicas.is_empty()).then_some(Hold::NobodyElse)
    }
}

/// Whether some replica claims to be connected.
fn is_claimed(master: &MasterSeen<'_>) -> bool {
    let mut replicas = master.replicas.iter();
    replicas.any(|replica| replica.report.is_some() && replica.stand() == Stand::Running)
}

impl Asked {
    /// It has said that it is still connecting, and that for longer than connecting takes where all is well.
    fn is_slow(&self, now: Duration, master: &MasterSeen<'_>) -> bool {
        let Some(started) = self.started.filter(|at| now >= *at + SLOW) else {
            return false;
        };
        let replica = master.replicas.iter().find(|replica| *replica.key == self.replica);
        replica.is_some_and(|replica| {
            replica.stand() == Stand::Trying && replica.report.is_some_and(|report| report.began >= started + SLOW)
        })
    }

    fn testimony(&self, now: Duration, master: &MasterSeen<'_>) -> Option<Testimony> {
        let late = || (now >= self.started.unwrap_or(self.at) + DEADLINE).then_some(Testimony::None);
        let Some(replica) = master.replicas.iter().find(|replica| *replica.key == self.replica) else {
            return Some(Testimony::None);
        };
        let Some((report, started)) = replica.report.zip(self.started).filter(|(r, at)| r.began >= *at) else {
            return late();
        };
        if replica.stand() == Stand::Running {
            return Some(Testimony::Lives);
        }
        let newer = replica.error().filter(|error| self.error.as_ref() != Some(error));
        match newer {
            Some(error) if error.is_from_master() => Some(Testimony::Refused),
            Some(error) if error.is_about_connection() => Some(Testimony::CannotSee),
            _ if replica.stand() == Stand::Stopped => late(),
            _ => (report.began >= started + PATIENCE).then_some(Testimony::CannotSee),
        }
    }
}
