//! Looking again quickly while something is coming to light.
//!
//! When a server's connection closes or it fails to answer, its replicas find out within the same milliseconds, some
//! sooner than we ask them. So the server and those of its replicas that still claim to be connected are asked again
//! after a few milliseconds, then after twice that, and so on for a few seconds; by then the regular work goes on. The same
//! when a server answers again: its replicas need a while until they have connected.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(250);
const OVER: Duration = Duration::from_secs(4);

/// How long replicas may take to find out what became of their master.
const FINDING_OUT: Duration = Duration::from_millis(500);

/// How long they may take to connect to one that is back. Often it is a second until they try again.
const CONNECTING: Duration = Duration::from_secs(3);

/// One server that is looked at again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chase {
    /// When the first sign came.
    pub since: Duration,
    /// The sign was an answer after a silence.
    pub returned: bool,
    next: Duration,
    step: Duration,
}

impl Chase {
    /// Begins with the first sign, good (`returned`) or bad.
    pub fn new(now: Duration, returned: bool) -> Self {
        Self {
            since: now,
            returned,
            next: now,
            step: FIRST,
        }
    }

    /// Whether it is time to look; if so the next time is set.
    pub fn is_due(&mut self, now: Duration) -> bool {
        if now < self.next || self.is_over(now) {
            return false;
        }
        self.next = now + self.step;
        self.step = (self.step * 2).min(LONGEST);
        true
    }

    /// Whether it has gone on long enough.
    pub fn is_over(&self, now: Duration) -> bool {
        now >= self.since + OVER
    }

    /// Whether its replicas may not have found out yet.
    pub fn is_young(&self, now: Duration) -> bool {
        now < self.since + if self.returned { CONNECTING } else { FINDING_OUT }
    }

    /// How long until it is time to look.
    pub fn until_next(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_often_at_first_and_then_less() {
        let mut chase = Chase::new(Duration::ZERO, false);
        let looks: Vec<u128> = (0..10_000)
            .filter(|at| chase.is_due(Duration::from_millis(*at)))
            .map(u128::from)
            .collect();
        assert_eq!(looks[..7], [0, 5, 15, 35, 75, 155, 315]);
        assert!(looks.len() < 30, "{looks:?}");
        assert!(looks.last().is_some_and(|last| *last < OVER.as_millis()));
    }

    #[test]
    fn replicas_are_given_longer_to_connect_than_to_lose() {
        for (returned, most) in [(false, FINDING_OUT), (true, CONNECTING)] {
            let chase = Chase::new(Duration::from_secs(1), returned);
            let last = Duration::from_secs(1) + most;
            assert!(chase.is_young(last - Duration::from_millis(1)) && !chase.is_young(last));
            assert!(!chase.is_over(last));
        }
    }
}
