//! Answers to the operator's own queries.

use super::{Remembered, Sets};
use crate::model::observation::Reading;
use crate::probe::question::Question;
use crate::probe::wire::ResultSet;

/// The first value of the first row; `None` for no row and for NULL.
fn value(set: &ResultSet) -> Option<String> {
    Some(set.first()?.value(0)?.into_owned())
}

/// Reads what was answered, and what follows for the rest of the reading.
pub(super) fn read(sets: &Sets, remembered: Remembered, reading: &mut Reading) {
    let answer = |question| sets.get(question).and_then(value);
    let answers = &mut reading.answers;
    answers.cluster_alias = answer(Question::ClusterAlias);
    answers.cluster_domain = answer(Question::ClusterDomain);
    answers.instance_alias = answer(Question::InstanceAlias);
    answers.promotion_rule = answer(Question::PromotionRule);
    answers.data_center = answer(Question::DataCenter);
    answers.region = answer(Question::Region);
    answers.physical_environment = answer(Question::PhysicalEnvironment);
    answers.pseudo_gtid = answer(Question::PseudoGtid);
    answers.semi_sync_enforced = answer(Question::SemiSyncEnforced);
    answers.credentials = remembered.credentials;
    reading.server.alias = answers.instance_alias.clone().unwrap_or_default();
    if let Some(priority) = answers
        .semi_sync_enforced
        .as_deref()
        .and_then(|text| text.trim().parse().ok())
    {
        reading.semi_sync.enforced = priority;
    }
    for channel in &mut reading.channels {
        channel.status.credentials_available = reading.credentials_available;
    }
    if let Some(set) = sets.get(Question::Lag) {
        read_lag(set, reading);
    }
}

/// An answered lag query takes the place of the server's own figure, even when it answers NULL.
fn read_lag(set: &ResultSet, reading: &mut Reading) {
    let Some(row) = set.first() else { return };
    let text = row.value(0);
    // Some queries answer fractions.
    let seconds = text
        .and_then(|text| text.trim().parse::<f64>().ok())
        .filter(|s| s.is_finite());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a lag beyond the range of seconds is the greatest one"
    )]
    let seconds = seconds.map(|s| s.floor() as i64);
    reading.answers.lag_seconds = seconds;
    for channel in &mut reading.channels {
        channel.status.lag_seconds = seconds.map(|s| u64::try_from(s).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::Channel;

    fn lag(answer: Option<&str>) -> (Option<i64>, Option<u64>) {
        let mut reading = Reading {
            channels: vec![Channel::default()],
            ..Reading::default()
        };
        reading.channels[0].status.lag_seconds = Some(7);
        let mut sets = Sets::new();
        sets.put(Question::Lag, ResultSet::of(&["lag"], &[&[answer]]));
        read(&sets, Remembered::default(), &mut reading);
        (reading.answers.lag_seconds, reading.channels[0].status.lag_seconds)
    }

    #[test]
    fn the_lag_query_wins() {
        assert_eq!(lag(Some("3")), (Some(3), Some(3)));
        assert_eq!(lag(Some("-1")), (Some(-1), Some(0)));
        assert_eq!(lag(Some("2.9")), (Some(2), Some(2)));
        assert_eq!(lag(None), (None, None));
    }
}
