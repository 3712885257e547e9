//! Looking again quickly while something is coming to light.
//!
//! When a server's connection closes or it fails to answer, its replicas find out within the same milliseconds, some
//! sooner than we ask them. So the server and those of its replicas that still claim to be connected are asked again
//! after a few milliseconds, then after twice that, and so on for a few seconds; by then the regular work goes on.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(250);
const OVER: Duration = Duration::from_secs(4);

/// One server that is looked at again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chase {
    /// When the first sign came.
    pub since: Duration,
    next: Duration,
    step: Duration,
}

impl Chase {
    /// Begins with the first sign.
    pub fn new(now: Duration) -> Self {
        Self {
            since: now,
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
        let mut chase = Chase::new(Duration::ZERO);
        let looks: Vec<u128> = (0..10_000)
            .filter(|at| chase.is_due(Duration::from_millis(*at)))
            .map(u128::from)
            .collect();
        assert_eq!(looks[..7], [0, 5, 15, 35, 75, 155, 315]);
        assert!(looks.len() < 30, "{looks:?}");
        assert!(looks.last().is_some_and(|last| *last < OVER.as_millis()));
    }
}
