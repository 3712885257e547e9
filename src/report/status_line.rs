//! One line at the foot of a terminal that says how a long-running process stands, below its messages. Nothing at all
//! anywhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt;
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shortest time between two texts: what changes faster cannot be read.
const INTERVAL: Duration = Duration::from_millis(250);

/// The line that messages are printed above. A process has one standard error, and so at most one such line.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// How a watcher stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Instances known.
    pub instances: usize,
    /// Instances whose last probe succeeded.
    pub ok: usize,
    /// Instances whose last probe failed.
    pub failing: usize,
    /// Verdicts other than "no problem".
    pub problems: usize,
    /// Whether it acts on the inventory; else it stands by.
    pub elected: bool,
    /// Time since the last probe ended; `None` before the first.
    pub last_probe: Option<Duration>,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |count, one: &'static str, many: &'static str| if count == 1 { one } else { many };
        write!(
            f,
            "{} {} · {} ok · {} failing · {} {} · {}",
            grouped(self.instances),
            word(self.instances, "instance", "instances"),
            grouped(self.ok),
            grouped(self.failing),
            grouped(self.problems),
            word(self.problems, "problem", "problems"),
            if self.elected { "elected" } else { "standing by" },
        )?;
        match self.last_probe {
            None => f.write_str(" · no probe yet"),
            Some(ago) if ago < Duration::from_secs(1) => write!(f, " · last probe {} ms ago", ago.as_millis()),
            Some(ago) => write!(f, " · last probe {} s ago", ago.as_secs()),
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The line; dropped, it goes away and leaves its place empty.
#[derive(Debug)]
pub struct StatusLine {
    bar: Option<ProgressBar>,
    changed: Mutex<Option<Instant>>,
}

impl StatusLine {
    /// Shown where standard error is a terminal that can move its cursor, unless quiet is wanted.
    pub fn start(quiet: bool) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        if quiet || is_dumb || !std::io::stderr().is_terminal() {
            return Self::hidden();
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        *shown() = Some(bar.clone());
        Self {
            bar: Some(bar),
            changed: Mutex::new(None),
        }
    }

    /// Never shown.
    pub fn hidden() -> Self {
        Self {
            bar: None,
            changed: Mutex::new(None),
        }
    }

    /// Whether there is a line.
    pub fn is_shown(&self) -> bool {
        self.bar.is_some()
    }

    /// Shows a new text if the last one has been there long enough; `standing` is asked only then. May be called as
    /// often as one likes, from any thread.
    pub fn show(&self, now: Instant, standing: impl FnOnce() -> Standing) {
        let Some(bar) = self.bar.as_ref().filter(|_| self.is_due(now)) else {
            return;
        };
        let text = standing().to_string();
        // Held while drawing, so that no message comes between.
        let _others_wait = shown();
        bar.set_message(text);
    }

    fn is_due(&self, now: Instant) -> bool {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = changed.is_none_or(|last| now.saturating_duration_since(last) >= INTERVAL);
        if is_due {
            *changed = Some(now);
        }
        is_due
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            let mut shown = shown();
            bar.finish_and_clear();
            *shown = None;
        }
    }
}

/// Writes to standard error above the line, where there is one. What is written must end with a line end.
pub(super) fn above(write: impl FnOnce()) {
    match shown().as_ref() {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A thread that panicked while it wrote is no reason for the others to be silent.
fn shown() -> MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_how_it_stands() {
        let standing = Standing {
            instances: 1_000,
            ok: 998,
            failing: 2,
            problems: 3,
            elected: true,
            last_probe: Some(Duration::from_millis(12)),
        };
        assert_eq!(
            standing.to_string(),
            "1,000 instances · 998 ok · 2 failing · 3 problems · elected · last probe 12 ms ago"
        );
        let text = Standing {
            instances: 1,
            ok: 1,
            problems: 1,
            ..Standing::default()
        }
        .to_string();
        assert_eq!(
            text,
            "1 instance · 1 ok · 0 failing · 1 problem · standing by · no probe yet"
        );
        let late = Standing {
            last_probe: Some(Duration::from_millis(61_999)),
            ..Standing::default()
        };
        assert!(late.to_string().ends_with("last probe 61 s ago"));
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_text_stays_a_while() {
        let line = StatusLine::hidden();
        let begun = Instant::now();
        let at = |millis| line.is_due(begun + Duration::from_millis(millis));
        assert_eq!(
            [0, 10, 249, 250, 499, 500].map(at),
            [true, false, false, true, false, true]
        );
    }
}
