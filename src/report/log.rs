//! Messages on standard error: dated lines in the classic form, plain ones in the modern.

use jiff::Zoned;
use std::fmt;
use std::io::Write;

/// How grave a message is, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The process ends because of it.
    Fatal,
    /// Something failed.
    Error,
    /// Something is off.
    Warning,
    /// Worth knowing.
    Info,
    /// For finding faults in the tool.
    Debug,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Fatal => "FATAL",
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
        }
    }
}

/// The time as it is shown to people: local, honouring `TZ`.
pub fn local_time() -> String {
    Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Where messages go, and which of them.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// Messages up to this level are printed.
    pub threshold: Level,
    /// Dated lines in local time, as the original prints them.
    pub dated: bool,
}

impl Log {
    /// The log for these switches: quiet beats debug beats verbose; otherwise errors only in the classic form, and
    /// warnings too in the modern.
    pub fn new(classic: bool, quiet: bool, verbose: bool, debug: bool) -> Self {
        let usual = if classic { Level::Error } else { Level::Warning };
        let threshold = match (quiet, debug, verbose) {
            (true, _, _) => Level::Error,
            (_, true, _) => Level::Debug,
            (_, _, true) => Level::Info,
            _ => usual,
        };
        Self {
            threshold,
            dated: classic,
        }
    }

    /// Prints a message if its level is wanted; a standard error that is closed is nobody's fault.
    pub fn say(&self, level: Level, message: impl fmt::Display) {
        if level > self.threshold {
            return;
        }
        let text = message.to_string();
        let mut err = std::io::stderr().lock();
        let _ = if self.dated {
            writeln!(err, "{} {} {text}", local_time(), level.word())
        } else {
            let prefix = match level {
                Level::Fatal | Level::Error => "orchestrator: ",
                Level::Warning => "warning: ",
                Level::Info | Level::Debug => "",
            };
            writeln!(err, "{prefix}{text}")
        };
    }

    /// As [`Log::say`] at level error.
    pub fn error(&self, message: impl fmt::Display) {
        self.say(Level::Error, message);
    }

    /// As [`Log::say`] at level warning.
    pub fn warn(&self, message: impl fmt::Display) {
        self.say(Level::Warning, message);
    }

    /// As [`Log::say`] at level info.
    pub fn info(&self, message: impl fmt::Display) {
        self.say(Level::Info, message);
    }

    /// A hint on a line of its own, wherever errors are printed.
    pub fn hint(&self, hint: impl fmt::Display) {
        let _ = writeln!(std::io::stderr().lock(), "hint: {hint}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_beats_debug_beats_verbose() {
        assert_eq!(Log::new(true, false, false, false).threshold, Level::Error);
        assert_eq!(Log::new(false, false, false, false).threshold, Level::Warning);
        assert_eq!(Log::new(true, false, true, false).threshold, Level::Info);
        assert_eq!(Log::new(true, false, true, true).threshold, Level::Debug);
        assert_eq!(Log::new(true, true, true, true).threshold, Level::Error);
    }
}
