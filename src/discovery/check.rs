//! When an instance was asked and when it answered.
//!
//! Stored moments have whole seconds, and an instance is valid while `last_checked <= last_seen`. A failure in the very
//! second of the last success is therefore stored one second later.

use crate::model::instance::Check;
use crate::model::{Observation, Timestamp};

/// Seconds after its beginning at which a probe that has not succeeded counts as an unanswered attempt.
const ATTEMPT_SECONDS: i64 = 1;

/// After a server answered.
pub fn answered(observation: &Observation) -> Check {
    Check {
        last_checked: Some(observation.ended),
        last_attempted: Some(observation.ended),
        last_seen: Some(observation.ended),
        partial_success: true,
        latency_nanos: latency_nanos(observation),
    }
}

/// After a server known as `earlier` did not answer as wanted.
pub fn failed(earlier: &Check, observation: &Observation) -> Check {
    let after_success = earlier.last_seen.map_or(observation.ended, |seen| seen.plus_seconds(1));
    Check {
        last_checked: Some(observation.ended.max(after_success)),
        last_attempted: Some(observation.began.plus_seconds(ATTEMPT_SECONDS)),
        last_seen: earlier.last_seen,
        partial_success: observation.reading.is_some(),
        latency_nanos: latency_nanos(observation),
    }
}

/// While a probe that began at `began` hangs; `None` as long as it is too young to say so.
pub fn hanging(earlier: &Check, began: Timestamp, now: Timestamp) -> Option<Check> {
    let attempted = began.plus_seconds(ATTEMPT_SECONDS);
    (now >= attempted && earlier.last_attempted.is_none_or(|known| known < attempted)).then_some(Check {
        last_attempted: Some(attempted),
        ..*earlier
    })
}

fn latency_nanos(observation: &Observation) -> i64 {
    i64::try_from(observation.latency.as_nanos()).unwrap_or(i64::MAX)
}
