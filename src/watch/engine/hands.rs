//! Changing servers on threads of their own, a limited number at a time.

use super::event::{Event, Post};
use super::sessions::Sessions;
use crate::model::InstanceKey;
use crate::probe::{Change, ChangeFailed, Changed, change};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Most changes under way at a time.
const MOST: usize = 128;

/// Why a server is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The witness asked for it.
    Witness,
    /// The rules want receivers restarted.
    Emergency,
    /// It is time for a Pseudo-GTID entry.
    PseudoGtid,
    /// It was stopped on our account and may not have been started again.
    Repair,
}

/// A change that came to an end.
#[derive(Debug)]
pub struct Done {
    /// Of whom.
    pub key: InstanceKey,
    /// What was wanted.
    pub change: Change,
    /// Why.
    pub why: Why,
    /// When it had been answered.
    pub ended: Duration,
    /// What came of it.
    pub result: Result<Changed, Box<ChangeFailed>>,
}

struct Wanted {
    key: InstanceKey,
    change: Change,
    why: Why,
    limit: Duration,
}

/// Who changes servers.
pub struct Hands {
    start: Instant,
    sessions: Arc<Sessions>,
    post: Post,
    waiting: VecDeque<Wanted>,
    busy: usize,
    /// Receivers that were stopped on our account and may stand, with when to start them; nothing while that is being
    /// tried. Whoever leaves does so only when there are none.
    to_start: BTreeMap<InstanceKey, Option<Duration>>,
}

/// How often a receiver that may stand is started.
const START_EVERY: Duration = Duration::from_secs(1);

/// How long starting one may take.
const START_LIMIT: Duration = Duration::from_secs(4);

impl Hands {
    /// Nobody is at work yet.
    pub fn new(start: Instant, sessions: Arc<Sessions>, post: Post) -> Self {
        Self {
            start,
            sessions,
            post,
            waiting: VecDeque::new(),
            busy: 0,
            to_start: BTreeMap::new(),
        }
    }

    /// Has a server changed; what came of it arrives as [`Event::Done`].
    pub fn apply(&mut self, key: InstanceKey, change: Change, why: Why, limit: Duration) {
        if change == Change::RestartReceiver {
            // It stands for a moment, and may for longer.
            self.to_start.insert(key.clone(), None);
        }
        self.waiting.push_back(Wanted {
            key,
            change,
            why,
            limit,
        });
        self.begin();
    }

    /// Notes that a change came to an end.
    pub fn ended(&mut self, done: &Done) {
        self.busy = self.busy.saturating_sub(1);
        let about_receiver = matches!(done.change, Change::StartReceiver | Change::RestartReceiver);
        match &done.result {
            Ok(_) if about_receiver => drop(self.to_start.remove(&done.key)),
            Err(_) if done.why == Why::Repair => {
                // Unless it was forgotten meanwhile.
                if let Some(at) = self.to_start.get_mut(&done.key) {
                    *at = Some(done.ended + START_EVERY);
                }
            }
            Err(failed) if failed.receiver_may_stand => {
                self.to_start.insert(done.key.clone(), Some(done.ended + START_EVERY));
            }
            Err(_) if about_receiver => drop(self.to_start.remove(&done.key)),
            _ => {}
        }
        self.begin();
    }

    /// Starts receivers that may stand.
    pub fn tend(&mut self, now: Duration) {
        let mut due = Vec::new();
        for (key, at) in &mut self.to_start {
            if at.is_some_and(|at| now >= at) {
                *at = None;
                due.push(key.clone());
            }
        }
        for key in due {
            self.apply(key, Change::StartReceiver, Why::Repair, START_LIMIT);
        }
    }

    /// A server is not known any more.
    pub fn forget(&mut self, key: &InstanceKey) {
        self.to_start.remove(key);
    }

    /// Whether nothing is under way and every receiver has been started again.
    pub fn are_idle(&self) -> bool {
        self.busy == 0 && self.waiting.is_empty() && self.to_start.is_empty()
    }

    /// Whether this watcher stopped a replica's receiver and it may not run yet.
    pub fn may_stand(&self, key: &InstanceKey) -> bool {
        self.to_start.contains_key(key)
    }

    /// Receivers that may stand.
    pub fn standing(&self) -> impl Iterator<Item = &InstanceKey> {
        self.to_start.keys()
    }

    /// How long until a receiver is to be started.
    pub fn until_next(&self, now: Duration) -> Option<Duration> {
        let times = self.to_start.values().flatten();
        times.map(|at| at.saturating_sub(now)).min()
    }

    fn begin(&mut self) {
        while self.busy < MOST
            && let Some(wanted) = self.waiting.pop_front()
        {
            let (key, why) = (wanted.key.clone(), wanted.why);
            let (start, sessions, post) = (self.start, Arc::clone(&self.sessions), self.post.clone());
            let work = move || {
                let by_tls = sessions.wants_tls(&wanted.key);
                let settings = sessions.settings();
                let change = || change(&wanted.key, &settings, by_tls, &wanted.change, None, wanted.limit);
                let Ok(result) = catch_unwind(AssertUnwindSafe(change)) else {
                    return post.send(Event::Broken("change".to_owned()));
                };
                post.send(Event::Done(Box::new(Done {
                    key: wanted.key,
                    change: wanted.change,
                    why: wanted.why,
                    ended: start.elapsed(),
                    result,
                })));
            };
            let begun = Builder::new().name("change".to_owned()).stack_size(1 << 20).spawn(work);
            match begun {
                Ok(_) => self.busy += 1,
                // Whoever wanted it will want it again.
                Err(_) => {
                    if why == Why::Repair {
                        let again = self.start.elapsed() + START_EVERY;
                        self.to_start.insert(key.clone(), Some(again));
                    } else {
                        self.to_start.remove(&key);
                    }
                    self.post.send(Event::NotBegun(key, why));
                }
            }
        }
    }
}
