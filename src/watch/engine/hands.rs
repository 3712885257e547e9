//! Changing servers on threads of their own, a limited number at a time.

use super::event::{Event, Post};
use super::sessions::Sessions;
use crate::model::InstanceKey;
use crate::probe::{Change, ChangeFailed, Changed, change};
use std::collections::VecDeque;
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
}

impl Hands {
    /// Nobody is at work yet.
    pub fn new(start: Instant, sessions: Arc<Sessions>, post: Post) -> Self {
        Self {
            start,
            sessions,
            post,
            waiting: VecDeque::new(),
            busy: 0,
        }
    }

    /// Has a server changed; what came of it arrives as [`Event::Done`].
    pub fn apply(&mut self, key: InstanceKey, change: Change, why: Why, limit: Duration) {
        self.waiting.push_back(Wanted {
            key,
            change,
            why,
            limit,
        });
        self.begin();
    }

    /// Notes that a change came to an end.
    pub fn ended(&mut self) {
        self.busy = self.busy.saturating_sub(1);
        self.begin();
    }

    fn begin(&mut self) {
        while self.busy < MOST
            && let Some(wanted) = self.waiting.pop_front()
        {
            let (key, why) = (wanted.key.clone(), wanted.why);
            let (start, sessions, post) = (self.start, Arc::clone(&self.sessions), self.post.clone());
            let work = move || {
                let by_tls = sessions.wants_tls(&wanted.key);
                let result = change(&wanted.key, &sessions.settings(), by_tls, &wanted.change, wanted.limit);
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
                Err(_) => self.post.send(Event::NotBegun(key, why)),
            }
        }
    }
}
