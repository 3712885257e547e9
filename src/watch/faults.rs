//! A lasting fault is told of three times at most: when it appears, when its text changes, and when it is gone.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::time::Duration;

/// Faults that last, by what has them. Moments are times since the watcher began.
#[derive(Clone, Debug)]
pub struct Faults<K> {
    open: HashMap<K, Fault>,
}

#[derive(Clone, Debug)]
struct Fault {
    text: String,
    since: Duration,
}

/// What there is to tell of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It is new.
    Appeared(String),
    /// Its text is another one than before.
    Changed {
        /// The new text.
        text: String,
        /// How long there has been a fault.
        lasted: Duration,
    },
    /// It is no more.
    Gone {
        /// Its last text.
        text: String,
        /// How long it lasted.
        lasted: Duration,
    },
}

impl<K> Default for Faults<K> {
    fn default() -> Self {
        Self { open: HashMap::new() }
    }
}

impl<K: Eq + Hash> Faults<K> {
    /// Notes how something stands at a moment, `None` for well, and returns what there is to tell.
    pub fn note(&mut self, key: K, text: Option<&str>, at: Duration) -> Option<News> {
        let Some(text) = text else {
            let fault = self.open.remove(&key)?;
            return Some(News::Gone {
                lasted: at.saturating_sub(fault.since),
                text: fault.text,
            });
        };
        if let Some(fault) = self.open.get_mut(&key) {
            if fault.text == text {
                return None;
            }
            text.clone_into(&mut fault.text);
            return Some(News::Changed {
                text: fault.text.clone(),
                lasted: at.saturating_sub(fault.since),
            });
        }
        let text = text.to_owned();
        self.open.insert(
            key,
            Fault {
                text: text.clone(),
                since: at,
            },
        );
        Some(News::Appeared(text))
    }

    /// Forgets, without a word, what these keys are not among: instances that are no longer known, for example.
    pub fn retain(&mut self, is_known: impl Fn(&K) -> bool) {
        self.open.retain(|key, _| is_known(key));
    }

    /// How many faults there are now.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether there is no fault now.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Since when something has had a fault; `None` where it has none.
    pub fn since(&self, key: &K) -> Option<Duration> {
        self.open.get(key).map(|fault| fault.since)
    }
}

impl News {
    /// Whether this is good news.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }
}

/// A clause to stand behind a name and a colon.
impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Appeared(text) => f.write_str(text),
            Self::Changed { text, lasted } => write!(f, "{text} (failing for {} by now)", span(*lasted)),
            Self::Gone { text, lasted } => write!(f, "well again after {}, it was: {text}", span(*lasted)),
        }
    }
}

/// A span in the units that matter: `0.4 s`, `12 s`, `3 min 20 s`, `5 h 7 min`, `2 d 3 h`.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_fault_is_told_of_when_it_comes_changes_and_goes() {
        let mut faults = Faults::default();
        let steps: &[(u64, Option<&str>, Option<&str>)] = &[
            (0, None, None),
            (1, Some("disk full"), Some("disk full")),
            (2, Some("disk full"), None),
            (61, Some("locked"), Some("locked (failing for 1 min 0 s by now)")),
            (62, Some("locked"), None),
            (63, None, Some("well again after 1 min 2 s, it was: locked")),
            (64, None, None),
            (65, Some("locked"), Some("locked")),
        ];
        for (second, text, said) in steps {
            let news = faults
                .note("inventory", *text, at(*second))
                .map(|news| news.to_string());
            assert_eq!(news.as_deref(), *said, "at {second}");
        }
        assert_eq!(faults.since(&"inventory"), Some(at(65)));
    }

    #[test]
    fn keys_do_not_hide_each_other() {
        let mut faults = Faults::default();
        assert!(faults.note(1, Some("x"), at(0)).is_some());
        assert!(faults.note(2, Some("x"), at(0)).is_some());
        assert!(faults.note(1, None, at(1)).is_some_and(|news| news.is_gone()));
        assert_eq!(faults.len(), 1);
        faults.retain(|key| *key == 1);
        assert!(faults.is_empty());
        assert_eq!(faults.note(2, None, at(2)), None);
    }

    #[test]
    fn a_clock_that_stands_still_is_no_trouble() {
        let mut faults = Faults::default();
        faults.note((), Some("x"), at(5));
        let lasted = at(0);
        let text = "x".to_owned();
        assert_eq!(faults.note((), None, at(4)), Some(News::Gone { text, lasted }));
    }

    #[test]
    fn spans_have_the_units_that_matter() {
        for (millis, text) in [
            (400, "0.4 s"),
            (12_999, "12 s"),
            (200_000, "3 min 20 s"),
            (18_420_000, "5 h 7 min"),
            (183_600_000, "2 d 3 h"),
        ] {
            assert_eq!(span(Duration::from_millis(millis)), text);
        }
    }
}
