//! A replica's receiver: connected, trying, or stopped.

use crate::world::{Link, Server, World};
use orchestrator::model::instance::ThreadState;

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Connected { life: u64, deaf_since: Option<u64> },
    Connecting { since: u64 },
    Sleeping { until: u64 },
    Stopped,
}

#[derive(Clone, Debug)]
pub struct Receiver {
    state: State,
    pub error_number: u32,
    pub error_at: u64,
    attempts: u64,
}

impl Receiver {
    pub fn connected(life: u64) -> Self {
        Self {
            state: State::Connected { life, deaf_since: None },
            error_number: 0,
            error_at: 0,
            attempts: 0,
        }
    }

    /// STOP and START of the receiver alone: it tries at once, and forgets its error.
    pub fn restart(&mut self, now: u64) {
        self.state = State::Connecting { since: now };
        (self.error_number, self.attempts) = (0, 0);
    }

    pub fn stop(&mut self) {
        self.state = State::Stopped;
    }

    pub fn thread(&self) -> ThreadState {
        match self.state {
            State::Connected { .. } => ThreadState::Running,
            State::Connecting { .. } | State::Sleeping { .. } => ThreadState::Other,
            State::Stopped => ThreadState::Stopped,
        }
    }

    pub fn error_text(&self) -> String {
        match self.error_number {
            0 => String::new(),
            number => format!(
                "\"error {number} connecting to master 'repl@db' - retry-time: 60 retries: {}\"",
                self.attempts
            ),
        }
    }

    pub fn settle(&mut self, world: &World, path: Link, master: &Server) {
        let now = world.now;
        if let State::Connected { life, deaf_since } = &mut self.state {
            let lost = match path {
                Link::Refuse => true,
                Link::Open => *life != master.life,
                Link::Blackhole => now >= *deaf_since.get_or_insert(now) + world.net_timeout,
            };
            if path == Link::Open {
                *deaf_since = None;
            }
            if !lost {
                return;
            }
            self.state = State::Connecting { since: now };
        }
        if let State::Sleeping { until } = self.state
            && now >= until
        {
            self.state = State::Connecting { since: now };
        }
        let State::Connecting { since } = self.state else {
            return;
        };
        match path {
            Link::Open if master.refuses_logins => self.fail(world, 1040),
            Link::Open if now >= since + world.connect_time => *self = Self::connected(master.life),
            Link::Open => {}
            Link::Refuse => self.fail(world, 2003),
            Link::Blackhole if now >= since + world.net_timeout => self.fail(world, 2003),
            Link::Blackhole => {}
        }
    }

    fn fail(&mut self, world: &World, number: u32) {
        self.attempts += 1;
        (self.error_number, self.error_at) = (number, world.now);
        self.state = State::Sleeping {
            until: world.now + world.connect_retry,
        };
    }

    pub fn next_notice(&self, world: &World) -> Option<u64> {
        match self.state {
            State::Connected { deaf_since, .. } => deaf_since.map(|since| since + world.net_timeout),
            State::Connecting { since } if world.now < since + world.connect_time => Some(since + world.connect_time),
            State::Connecting { since } => Some(since + world.net_timeout),
            State::Sleeping { until } => Some(until),
            State::Stopped => None,
        }
    }
}
