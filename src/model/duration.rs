//! Spans of time as operators type them and read them.

use std::time::Duration;

/// Reads `<digits><unit>` with a unit of `s`, `m`, `h`, `d` or `w`; returns seconds.
///
/// # Errors
/// A sentence for the operator when the text has any other form, such as `1h30m`, `3` or `-3m`.
pub fn parse_duration(text: &str) -> Result<u64, String> {
    let fail = || {
        format!("`{text}` is not a duration: write a number and one of s, m, h, d, w, for example 90s, 30m, 3h, 6d, 4w")
    };
    let unit = match text.bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3_600,
        Some(b'd') => 86_400,
        Some(b'w') => 604_800,
        _ => return Err(fail()),
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fail());
    }
    digits
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(unit))
        .filter(|s| *s <= 100 * 366 * 86_400)
        .ok_or_else(|| format!("`{text}` is too long a duration: at most 100 years"))
}

/// A span in the one or two digits that matter: `57 s`, `3 min`, `5 h`, `12 d`, `9 y`.
pub fn age(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (unit, word) = [
        (31_536_000, 31_536_000, "y"),
        (172_800, 86_400, "d"),
        (7_200, 3_600, "h"),
        (120, 60, "min"),
    ]
    .into_iter()
    .find(|(least, _, _)| seconds >= *least)
    .map_or((1, "s"), |(_, unit, word)| (unit, word));
    format!("{} {word}", seconds / unit)
}

/// How long something took: `0.4 ms`, `55 ms`, `1.2 s`, and from ten seconds on as [`age`].
pub fn took(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    match seconds * 1_000.0 {
        millis if millis < 9.95 => format!("{millis:.1} ms"),
        millis if millis < 999.5 => format!("{millis:.0} ms"),
        _ if seconds < 9.95 => format!("{seconds:.1} s"),
        _ => age(i64::try_from(span.as_millis().saturating_add(500) / 1_000).unwrap_or(i64::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::{age, parse_duration, took};
    use std::time::Duration;

    #[test]
    fn what_took_long_is_told_roughly() {
        for (micros, text) in [
            (0, "0.0 ms"),
            (449, "0.4 ms"),
            (9_949, "9.9 ms"),
            (9_950, "10 ms"),
            (54_673, "55 ms"),
            (999_499, "999 ms"),
            (999_600, "1.0 s"),
            (1_249_000, "1.2 s"),
            (9_960_000, "10 s"),
            (61_500_000, "62 s"),
            (180_000_000, "3 min"),
        ] {
            assert_eq!(took(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn ages_are_short() {
        for (seconds, text) in [
            (-3, "0 s"),
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_800, "2 d"),
            (31_536_000, "1 y"),
            (309_282_600, "9 y"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }

    #[test]
    fn one_number_and_one_unit() {
        for (text, seconds) in [
            ("90s", 90),
            ("30m", 1_800),
            ("3h", 10_800),
            ("6d", 518_400),
            ("4w", 2_419_200),
            ("0m", 0),
        ] {
            assert_eq!(parse_duration(text), Ok(seconds));
        }
        for text in [
            "",
            "3",
            "1h30m",
            "-3m",
            "m",
            "3y",
            "3 m",
            "99999999999999999999s",
            "9999999w",
        ] {
            assert!(parse_duration(text).is_err(), "{text:?}");
        }
    }
}
