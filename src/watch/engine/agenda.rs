//! Which server is to be asked when. Pure: moments are [`Duration`]s since the watcher began.
//!
//! A server is asked when it is added, and then once every poll interval (a master at least each second, so that one that
//! hangs is noticed whatever the interval), counted from when it was due and not from when
//! it answered, so that nothing drifts. After the first answer the next question comes earlier than that by a share of
//! the interval that depends on the server's name: a thousand servers are not asked all at once. One that does not
//! answer waits longer from time to time where the configuration wants it. Nobody is asked twice at once; who is wanted
//! urgently while a question is under way is asked again as soon as that has ended.
//!
//! A server that hangs within a query goes on with it when we have left, so that each question may take one of its
//! connections for good: after some of them it is given a rest, however urgently it is wanted.

use crate::model::InstanceKey;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// How long a server that nobody knows and that did not answer is left alone, however often it is named.
const LEAVE_ALONE: Duration = Duration::from_secs(60);

/// After how long such a server is not remembered any more.
const FORGET: Duration = Duration::from_secs(600);

/// How many questions a server may leave unanswered in the midst of a query before it is given rests. One that is
/// stopped as a whole does so once: the next connections hang before they are one.
const HANGS: u32 = 3;

/// The longest of these rests; each is twice as long as the one before.
const REST: Duration = Duration::from_secs(30);

/// After how long without such a question all begins anew.
const FORGIVE: Duration = Duration::from_secs(300);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Those for servers that answer.
    Regular,
    /// Those for servers that did not answer last time, so that they keep nobody else waiting.
    Slow,
    /// Those for what must be known at once.
    Urgent,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Slow, Self::Urgent];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Slow => "slow",
            Self::Urgent => "urgent",
        }
    }
}

/// How often to ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cadence {
    /// `InstancePollSeconds`.
    pub poll: Duration,
    /// The same for servers with replicas.
    pub master_poll: Duration,
    /// `DeadInstancePollSecondsMultiplyFactor`: by which the wait grows with each failure after the first.
    pub factor: f64,
    /// `DeadInstancePollSecondsMax`: longest wait.
    pub most: Duration,
}

impl Cadence {
    /// The wait after this many failures in a row.
    fn after(&self, failures: u32, is_master: bool) -> Duration {
        let poll = if is_master { self.master_poll } else { self.poll };
        if failures == 0 {
            return poll;
        }
        let exponent = failures.saturating_sub(1).min(10_000);
        let factor = self.factor.max(1.0).powf(f64::from(exponent));
        let wait = poll.as_secs_f64() * factor;
        Duration::try_from_secs_f64(wait).map_or(self.most, |wait| wait.min(self.most.max(poll)))
    }
}

#[derive(Debug)]
struct Entry {
    /// When it is next asked without a reason; `None` for a stranger who did not answer.
    due: Option<Duration>,
    /// A question is under way.
    asked: bool,
    /// Wanted again as soon as the question under way has ended.
    again: bool,
    /// When it was last asked.
    last: Option<Duration>,
    failures: u32,
    /// Questions that it left unanswered in the midst of a query, and when it did so last.
    hangs: (u32, Duration),
    is_master: bool,
}

impl Entry {
    /// Until when it is given a rest.
    fn rests_until(&self) -> Duration {
        let (hangs, last) = self.hangs;
        match hangs.checked_sub(HANGS + 1) {
            None => Duration::ZERO,
            Some(more) => last + Duration::from_secs(1 << more.min(10)).min(REST),
        }
    }
}

/// Who is to be asked when.
#[derive(Debug)]
pub struct Agenda {
    cadence: Cadence,
    entries: HashMap<InstanceKey, Entry>,
    due: BTreeSet<(Duration, InstanceKey)>,
    urgent: Vec<InstanceKey>,
    is_urgent: HashSet<InstanceKey>,
    /// Most servers on it.
    capacity: usize,
    /// Each has one turn and no more.
    once: bool,
}

impl Agenda {
    /// An empty one.
    pub fn new(cadence: Cadence) -> Self {
        Self {
            cadence,
            entries: HashMap::new(),
            due: BTreeSet::new(),
            urgent: Vec::new(),
            is_urgent: HashSet::new(),
            capacity: usize::MAX,
            once: false,
        }
    }

    /// With room for this many servers: strangers beyond that are not asked.
    #[must_use]
    pub fn with_capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity.max(1);
        self
    }

    /// With one turn for each.
    #[must_use]
    pub fn with_one_turn_each(mut self, once: bool) -> Self {
        self.once = once;
        self
    }

    /// Changes how often servers are asked, from their next turn on.
    pub fn set_cadence(&mut self, cadence: Cadence) {
        self.cadence = cadence;
    }

    /// Adds a server that is part of the fleet, to be asked at once; one that is known already keeps its turn.
    pub fn add(&mut self, key: &InstanceKey, now: Duration) {
        match self.entries.get_mut(key) {
            Some(entry) if entry.due.is_some() || (self.once && entry.last.is_some()) => {}
            Some(entry) => {
                entry.due = Some(now);
                self.due.insert((now, key.clone()));
            }
            None => self.insert(key, now),
        }
    }

    /// Takes note of whether a server has replicas.
    pub fn set_master(&mut self, key: &InstanceKey, is_master: bool, now: Duration) {
        let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.is_master != is_master) else {
            return;
        };
        entry.is_master = is_master;
        let soon = now + self.cadence.after(entry.failures, is_master);
        if let Some(due) = entry.due.filter(|due| *due > soon) {
            self.due.remove(&(due, key.clone()));
            self.due.insert((soon, key.clone()));
            entry.due = Some(soon);
        }
    }

    /// Takes note of a server that another one named. A stranger is asked, unless it failed to answer a while ago.
    /// Returns whether there is no room for it.
    pub fn name(&mut self, key: &InstanceKey, now: Duration) -> bool {
        let is_full = self.entries.len() >= self.capacity;
        match self.entries.get_mut(key) {
            None if is_full => return true,
            None => self.insert(key, now),
            Some(entry) => {
                let rested = entry
                    .last
                    .is_none_or(|last| now >= last + LEAVE_ALONE.max(self.cadence.poll));
                if entry.due.is_none() && !entry.asked && rested {
                    entry.due = Some(now);
                    self.due.insert((now, key.clone()));
                }
            }
        }
        false
    }

    fn insert(&mut self, key: &InstanceKey, now: Duration) {
        let entry = Entry {
            due: Some(now),
            asked: false,
            again: false,
            last: None,
            failures: 0,
            hangs: (0, Duration::ZERO),
            is_master: false,
        };
        self.entries.insert(key.clone(), entry);
        self.due.insert((now, key.clone()));
    }

    /// Forgets a server.
    pub fn remove(&mut self, key: &InstanceKey) {
        if let Some(entry) = self.entries.remove(key)
            && let Some(due) = entry.due
        {
            self.due.remove(&(due, key.clone()));
        }
        if self.is_urgent.remove(key) {
            self.urgent.retain(|urgent| urgent != key);
        }
    }

    /// Has a known server asked as soon as can be. Its regular turn stays.
    pub fn ask_now(&mut self, key: &InstanceKey) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        if entry.asked {
            entry.again = true;
        } else if self.is_urgent.insert(key.clone()) {
            self.urgent.push(key.clone());
        }
    }

    /// Who is to be asked now, and by whom; each counts as asked from here on.
    pub fn take(&mut self, now: Duration) -> Vec<(InstanceKey, Lane)> {
        let mut taken = Vec::new();
        self.is_urgent.clear();
        for key in std::mem::take(&mut self.urgent) {
            let may_be_asked = |entry: &&mut Entry| !entry.asked && now >= entry.rests_until();
            if let Some(entry) = self.entries.get_mut(&key).filter(may_be_asked) {
                (entry.asked, entry.last) = (true, Some(now));
                // Who did not answer may hang, and must not keep those waiting who do.
                let lane = if entry.failures > 0 { Lane::Slow } else { Lane::Urgent };
                taken.push((key, lane));
            }
        }
        while let Some((due, key)) = self.due.first().cloned() {
            if due > now {
                break;
            }
            self.due.pop_first();
            let Some(entry) = self.entries.get_mut(&key) else {
                continue;
            };
            let wait = self.cadence.after(entry.failures, entry.is_master);
            let wait = if entry.last.is_none() {
                wait.mul_f64(share(&key))
            } else {
                wait
            };
            let on_time = due + wait;
            let next = if on_time > now { on_time } else { now + wait };
            entry.due = Some(next).filter(|_| !self.once);
            if !self.once {
                self.due.insert((next, key.clone()));
            }
            if !entry.asked && now >= entry.rests_until() {
                let lane = if entry.failures > 0 { Lane::Slow } else { Lane::Regular };
                (entry.asked, entry.last) = (true, Some(now));
                taken.push((key, lane));
            }
        }
        taken
    }

    /// Notes that a question has ended. `known` tells whether the server is part of the fleet; one that is not and did
    /// not answer has no turn any more.
    pub fn ended(&mut self, key: &InstanceKey, answered: bool, known: bool) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.asked = false;
        entry.failures = if answered { 0 } else { entry.failures.saturating_add(1) };
        if !answered && !known {
            entry.again = false;
            if let Some(due) = entry.due.take() {
                self.due.remove(&(due, key.clone()));
            }
            return;
        }
        if entry.failures > 1
            && let (Some(due), Some(last)) = (entry.due, entry.last)
        {
            let later = due.max(last + self.cadence.after(entry.failures, entry.is_master));
            self.due.remove(&(due, key.clone()));
            self.due.insert((later, key.clone()));
            entry.due = Some(later);
        }
        if std::mem::take(&mut entry.again) && self.is_urgent.insert(key.clone()) {
            self.urgent.push(key.clone());
        }
    }

    /// Notes that a server took a query and did not answer it. To be told before [`Agenda::ended`].
    pub fn hung(&mut self, key: &InstanceKey, now: Duration) {
        if let Some(entry) = self.entries.get_mut(key) {
            let (hangs, last) = entry.hangs;
            let earlier = if now < last + FORGIVE { hangs } else { 0 };
            entry.hangs = (earlier.saturating_add(1), now);
        }
    }

    /// Notes that a server could not be asked after all, for want of means: its turn comes again in a second.
    pub fn not_asked(&mut self, key: &InstanceKey, now: Duration) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        (entry.asked, entry.again, entry.last) = (false, false, None);
        if let Some(due) = entry.due.take() {
            self.due.remove(&(due, key.clone()));
        }
        let due = now + Duration::from_secs(1);
        entry.due = Some(due);
        self.due.insert((due, key.clone()));
    }

    /// How long a server waited from its turn until it was asked.
    pub fn waited(&self, key: &InstanceKey, began: Duration) -> Option<Duration> {
        let last = self.entries.get(key)?.last?;
        Some(began.saturating_sub(last))
    }

    /// Notes that a question was given up before it began.
    pub fn withdrawn(&mut self, key: &InstanceKey) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.asked = false;
        }
    }

    /// Forgets strangers who did not answer for a long time.
    pub fn tidy(&mut self, now: Duration) {
        self.entries.retain(|_, entry| {
            entry.due.is_some() || entry.asked || entry.last.is_some_and(|last| now < last + FORGET)
        });
    }

    /// How long until somebody is to be asked.
    pub fn until_next(&self, now: Duration) -> Option<Duration> {
        if !self.urgent.is_empty() {
            return Some(Duration::ZERO);
        }
        self.due.first().map(|(due, _)| due.saturating_sub(now))
    }

    /// Whether nobody is being asked, nor wanted at once.
    pub fn is_idle(&self) -> bool {
        self.urgent.is_empty() && self.entries.values().all(|entry| !entry.asked)
    }

    /// Whether the server has never been asked, or is being asked for the first time.
    pub fn is_unheard(&self, key: &InstanceKey, since: Duration) -> bool {
        let entry = self.entries.get(key);
        entry.is_some_and(|entry| entry.asked || entry.last.is_none_or(|last| last < since))
    }

    /// Whether everybody who has a turn has been asked at least once.
    pub fn nothing_new(&self) -> bool {
        self.entries.values().all(|entry| entry.last.is_some())
    }

    /// How many questions are under way.
    pub fn asked(&self) -> usize {
        self.entries.values().filter(|entry| entry.asked).count()
    }

    /// Servers that did not answer the last time they were asked.
    pub fn failing(&self) -> usize {
        let failing = |entry: &&Entry| entry.failures > 0 && entry.due.is_some();
        self.entries.values().filter(failing).count()
    }
}

/// A number above 0 and at most 1 that stays the same for one server.
fn share(key: &InstanceKey) -> f64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    f64::from(u16::try_from(hasher.finish() % 1000).unwrap_or(0) + 1) / 1000.0
}

#[cfg(test)]
mod tests;
