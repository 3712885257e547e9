//! Moments for people: local, with the offset, so that each can be told from every other and typed again.

use crate::model::Timestamp;
use jiff::tz::TimeZone;

/// `YYYY-MM-DDTHH:MM:SS+HH:MM` in a zone; one too far away for a calendar as `@` and Unix seconds.
pub fn local(at: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_second(at.0) {
        Ok(moment) => {
            let moment = moment.to_zoned(zone.clone());
            moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        }
        Err(_) => format!("@{}", at.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_the_offset_of_the_day() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (seconds, expected) in [
            (1_486_024_197, "2017-02-02T09:29:57+01:00"),
            (1_500_000_000, "2017-07-14T04:40:00+02:00"),
            (i64::MAX, "@9223372036854775807"),
        ] {
            assert_eq!(local(Timestamp(seconds), &zone), expected);
        }
        assert_eq!(local(Timestamp(0), &TimeZone::UTC), "1970-01-01T00:00:00+00:00");
    }
}
