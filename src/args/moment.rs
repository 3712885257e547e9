//! Moments as operators type them.

use crate::model::Timestamp;
use crate::model::duration::parse_duration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::ops::RangeInclusive;

/// How a moment may be written, for help texts and errors.
pub const FORMS: &str = "write YYYY-MM-DD HH:MM[:SS] in local time, the same with Z or an offset such as +01:00 behind it, \
                         Unix seconds, or an age such as 90s, 30m, 2h, 6d, 4w";

/// How many digits Unix seconds have: fewer or more would be a date without dashes, or milliseconds.
const UNIX_DIGITS: RangeInclusive<usize> = 9..=11;

/// Reads a moment: a date and time, local to `zone` unless `Z` or an offset follows; Unix seconds; or an age, so much
/// before `now`. A date and its time may be joined by `T`.
///
/// # Errors
/// A sentence for the operator when the text has no such form, or names a local time that the clocks left out or
/// showed twice.
pub fn parse_moment(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    let unreadable = || format!("`{text}` is not a moment: {FORMS}");
    if UNIX_DIGITS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map(Timestamp).map_err(|_| unreadable());
    }
    if let Ok(seconds) = parse_duration(text) {
        return Ok(now.plus_seconds(-i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    let (date, time) = text.split_once([' ', 'T']).ok_or_else(unreadable)?;
    if !is_shaped(date, "dddd-dd-dd") {
        return Err(unreadable());
    }
    let (clock, offset) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
    if !is_shaped(clock, "dd:dd") && !is_shaped(clock, "dd:dd:dd") {
        return Err(unreadable());
    }
    let local: DateTime = format!("{date}T{clock}").parse().map_err(|_| unreadable())?;
    if offset.is_empty() {
        return in_zone(text, local, zone);
    }
    if offset != "Z"
        && !is_shaped(&offset[1..], "dd")
        && !is_shaped(&offset[1..], "dd:dd")
        && !is_shaped(&offset[1..], "dddd")
    {
        return Err(unreadable());
    }
    let moment: jiff::Timestamp = format!("{local}{offset}").parse().map_err(|_| unreadable())?;
    Ok(Timestamp(moment.as_second()))
}

fn in_zone(text: &str, local: DateTime, zone: &TimeZone) -> Result<Timestamp, String> {
    let found = zone.to_ambiguous_timestamp(local);
    let is_clear = !found.is_ambiguous();
    let why = |why: &str| format!("`{text}` {why}: put Z or an offset such as +01:00 behind it");
    match found.unambiguous() {
        Ok(moment) => Ok(Timestamp(moment.as_second())),
        Err(_) if is_clear => Err(format!("`{text}` is too far away")),
        Err(_) => Err(why("is a local time that the clocks left out or showed twice")),
    }
}

/// Whether the text has a digit wherever the shape has `d`, and the shape's letters elsewhere.
fn is_shaped(text: &str, shape: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| {
        if wanted == b'd' {
            byte.is_ascii_digit()
        } else {
            byte == wanted
        }
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000);

    /// Central European time, whatever zones this machine knows.
    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn read(text: &str) -> Result<String, String> {
        parse_moment(text, NOW, &berlin()).map(|at| at.to_string())
    }

    #[test]
    fn every_form() {
        for (text, expected) in [
            // Local, in winter and in summer.
            ("2026-01-15 12:00:00", "2026-01-15 11:00:00"),
            ("2026-01-15 12:00", "2026-01-15 11:00:00"),
            ("2026-07-15T12:00:05", "2026-07-15 10:00:05"),
            ("2026-01-01 00:30", "2025-12-31 23:30:00"),
            // With an offset the zone does not matter.
            ("2026-07-15 12:00Z", "2026-07-15 12:00:00"),
            ("2026-07-15T12:00:05Z", "2026-07-15 12:00:05"),
            ("2026-07-15T12:00:05+00:00", "2026-07-15 12:00:05"),
            ("2026-07-15 12:00:00+05:30", "2026-07-15 06:30:00"),
            ("2026-07-15 12:00-0800", "2026-07-15 20:00:00"),
            ("2026-07-15 12:00:00+02", "2026-07-15 10:00:00"),
            // Shown twice by the clocks, told apart.
            ("2026-10-25 02:30+02:00", "2026-10-25 00:30:00"),
            ("2026-10-25 02:30+01:00", "2026-10-25 01:30:00"),
            ("1486024197", "2017-02-02 08:29:57"),
            ("999999999", "2001-09-09 01:46:39"),
            ("2h", "2027-01-15 06:00:00"),
            (" 90s ", "2027-01-15 07:58:30"),
            ("0s", "2027-01-15 08:00:00"),
        ] {
            assert_eq!(read(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn near_misses_say_how_to_write_it() {
        for text in [
            "",
            "now",
            "yesterday",
            "2026-01-15",
            "2026-01-15 12",
            "20260115",
            "202601151200",
            "1486024197000",
            "2026-1-15 12:00",
            "2026-01-15  12:00",
            "2026-13-15 12:00",
            "2026-02-30 12:00",
            "2026-01-15 24:01",
            "2026-01-15 12:00:00.5",
            "2026-01-15 12:00 Z",
            "2026-01-15 12:00CET",
            "2026-01-15 12:00+1",
            "2026-01-15 12:00+99:00",
            "2026-01-15 12:00z",
            "2h30m",
            "-2h",
            "99999999999999999999",
            "2026-01-15Té:00",
            "2026-01-15 12:00+é1",
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains("is not a moment: write YYYY-MM-DD"), "{text}: {said}");
        }
        for text in ["2026-03-29 02:30", "2026-10-25 02:30:00"] {
            let said = read(text).unwrap_err();
            assert!(
                said.contains("left out or showed twice: put Z or an offset"),
                "{text}: {said}"
            );
        }
        assert!(read("2026-03-29 03:00").is_ok() && read("2026-03-29 01:59:59").is_ok());
    }
}
