//! How long ago a receiver's error came about, by the clock of the server that tells of it.

use crate::model::Timestamp;
use std::time::Duration;

/// An error may be newer than the clock's reading by as long as the answers of one packet take. Beyond that, in
/// milliseconds, the clock was set back in between, or local time repeats an hour.
const OVERLAP: i64 = 60_000;

/// The time from `error` (`YYMMDD hh:mm:ss`) to `now` (`YYYY-MM-DD hh:mm:ss` with a fraction), both in the server's
/// system time zone; `None` where either is not given.
pub(super) fn age(error: &str, now: &str) -> Option<Duration> {
    let passed = milliseconds(now)? - milliseconds(&with_century(error)?)?;
    if passed < -OVERLAP {
        return None;
    }
    Some(Duration::from_millis(u64::try_from(passed).unwrap_or(0)))
}

fn with_century(text: &str) -> Option<String> {
    let (date, time) = text.split_once(' ')?;
    let is_date = date.len() == 6 && date.bytes().all(|digit| digit.is_ascii_digit());
    is_date.then(|| format!("20{}-{}-{} {time}", &date[..2], &date[2..4], &date[4..]))
}

fn milliseconds(text: &str) -> Option<i64> {
    let whole = Timestamp::parse(text)?;
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let thousandths = digits
        .filter(u8::is_ascii_digit)
        .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(whole.0.checked_mul(1_000)? + thousandths)
}

#[cfg(test)]
mod tests {
    use super::age;
    use std::time::Duration;

    #[test]
    fn ages() {
        let now = "2026-03-01 00:00:02.250";
        for (error, milliseconds) in [
            ("260301 00:00:02", Some(250)),
            ("260301 00:00:00", Some(2_250)),
            ("260228 23:59:59", Some(3_250)),
            ("250301 00:00:02", Some(365 * 86_400_000 + 250)),
            // Newer than the reading of the clock, because the packet's later statement waited.
            ("260301 00:00:09", Some(0)),
            ("260301 00:01:02", Some(0)),
            // The clock was set back.
            ("260301 00:01:03", None),
            ("", None),
            ("0", None),
            ("260301", None),
            ("261301 00:00:02", None),
            ("2603\u{e9} 00:00:02", None),
            ("2026-03-01 00:00:02", None),
        ] {
            assert_eq!(age(error, now), milliseconds.map(Duration::from_millis), "{error}");
        }
    }

    #[test]
    fn without_a_clock_no_age() {
        for now in ["", "now", "2026-03-01"] {
            assert_eq!(age("260301 00:00:02", now), None, "{now}");
        }
        assert_eq!(
            age("260301 00:00:02", "2026-03-01 00:00:03"),
            Some(Duration::from_secs(1))
        );
        assert_eq!(
            age("260301 00:00:02", "2026-03-01 00:00:03.5"),
            Some(Duration::from_millis(1_500))
        );
    }
}
