//! Wall-clock time as the inventory stores it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment in whole seconds since the Unix epoch, UTC.
///
/// The inventory holds moments as text `YYYY-MM-DD HH:MM:SS` in UTC and compares them as text, so that is the
/// only form ever written. Durations inside the process are measured on a monotonic clock instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The inventory's word for "never": `1971-01-01 00:00:00`.
    pub const NEVER: Self = Self(31_536_000);

    /// Reads `YYYY-MM-DD HH:MM:SS`, also with `T` between and a trailing `Z` or fraction; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        if b.len() < 19 || b[4] != b'-' || b[7] != b'-' || b[13] != b':' || b[16] != b':' {
            return None;
        }
        if b[10] != b' ' && b[10] != b'T' {
            return None;
        }
        let rest = &b[19..];
        let fraction = rest.strip_suffix(b"Z").unwrap_or(rest);
        if fraction
            .strip_prefix(b".")
            .unwrap_or(fraction)
            .iter()
            .any(|b| !b.is_ascii_digit())
            || (!fraction.is_empty() && fraction[0] != b'.')
        {
            return None;
        }
        let number = |from: usize, to: usize| {
            b[from..to]
                .iter()
                .try_fold(0i64, |n, d| d.is_ascii_digit().then(|| n * 10 + i64::from(d - b'0')))
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        Some(Self(
            days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second,
        ))
    }

    /// Returns the moment `seconds` later (earlier when negative), stopping at the ends of the range.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Returns the whole seconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// Days since the epoch of a date of the proleptic Gregorian calendar, counted in 400-year eras from March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments() {
        for (text, seconds) in [
            ("1970-01-01 00:00:00", 0),
            ("1971-01-01 00:00:00", 31_536_000),
            ("2000-02-29 12:34:56", 951_827_696),
            ("2017-02-02 08:29:57", 1_486_024_197),
            ("2038-01-19 03:14:08", 2_147_483_648),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(seconds)), "{text}");
            assert_eq!(Timestamp(seconds).to_string(), text);
        }
        assert_eq!(Timestamp::parse("2017-02-02T08:29:57Z"), Some(Timestamp(1_486_024_197)));
        assert_eq!(
            Timestamp::parse("2017-02-02 08:29:57.123"),
            Some(Timestamp(1_486_024_197))
        );
    }

    #[test]
    fn garbage_is_no_moment() {
        for text in [
            "",
            "now",
            "2017-02-02",
            "2017-13-02 08:29:57",
            "2017-02-02 08:29:5x",
            "2017-02-02 08:29:57 CET",
            "zero-da-te 00:00:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_and_number_agree(seconds in 0i64..253_402_300_799) {
            let moment = Timestamp(seconds);
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }

        #[test]
        fn text_order_is_time_order(a in 0i64..253_402_300_799, b in 0i64..253_402_300_799) {
            prop_assert_eq!(Timestamp(a).to_string().cmp(&Timestamp(b).to_string()), a.cmp(&b));
        }
    }
}
