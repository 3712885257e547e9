//! Messages on standard error, a line each: dated in the classic form, plain in the modern, with their time or as JSON
//! from a process that runs on.
//!
//! A [`Log`] may be copied into any number of threads. Each message is written whole and at once, so lines never mix,
//! and above the status line where there is one.

use super::status_line;
use jiff::{Timestamp, Zoned};
use serde::Serialize;
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

/// What a message's line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Date, time and level, as the original prints them.
    Dated,
    /// The message, after a word where it is an error or a warning.
    Plain,
    /// Local time to the millisecond and level: for people, from a process that runs on.
    Timed,
    /// An object with time (UTC), level, message and what the message is about: for programs.
    Json,
}

/// What a message is about. Only [`Form::Json`] prints it: for people the message itself says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About<'a> {
    /// `host:port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<&'a str>,
    /// The cluster's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<&'a str>,
    /// Code of a verdict, a gate or whatever else is spoken of by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
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
    /// What their lines look like.
    pub form: Form,
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
            form: if classic { Form::Dated } else { Form::Plain },
        }
    }

    /// The same log with lines of another form.
    #[must_use]
    pub fn with_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// Whether messages of this level are printed; for messages that are costly to make.
    pub fn wants(&self, level: Level) -> bool {
        level <= self.threshold
    }

    /// Prints a message if its level is wanted; a standard error that is closed is nobody's fault.
    pub fn say(&self, level: Level, message: impl fmt::Display) {
        self.tell(level, &About::default(), message);
    }

    /// As [`Log::say`], with what the message is about.
    pub fn tell(&self, level: Level, about: &About<'_>, message: impl fmt::Display) {
        if self.wants(level) {
            print(&line(self.form, level, about, &message.to_string(), &Zoned::now()));
        }
    }

    /// As [`Log::say`] at level error.
    pub fn error(&self, message: impl fmt::Display) {
        self.say(Level::Error, message);
    }

    /// As [`Log::say`] at level warning.
    pub fn warn(&self, message: impl fmt::Display) {
        self.say(Level::Warning, message);
    }

    /// A warning that is printed however little is wanted: of what nobody could find out afterwards.
    pub fn insist(&self, message: impl fmt::Display) {
        let (about, message, now) = (About::default(), message.to_string(), Zoned::now());
        print(&line(self.form, Level::Warning, &about, &message, &now));
    }

    /// What a reader has to know to read the answer right: on a line without a prefix, wherever warnings are printed; a
    /// dated line of level info in the classic form, whose standard error scripts know to be empty.
    pub fn note(&self, message: impl fmt::Display) {
        if self.form == Form::Dated || self.threshold < Level::Warning {
            self.info(message);
        } else {
            let _ = writeln!(std::io::stderr().lock(), "{message}");
        }
    }

    /// As [`Log::say`] at level info.
    pub fn info(&self, message: impl fmt::Display) {
        self.say(Level::Info, message);
    }

    /// A hint on a line of its own, wherever errors are printed.
    pub fn hint(&self, hint: impl fmt::Display) {
        let hint = format!("hint: {hint}");
        print(&match self.form {
            Form::Json => line(self.form, Level::Info, &About::default(), &hint, &Zoned::now()),
            Form::Dated | Form::Plain | Form::Timed => format!("{hint}\n"),
        });
    }
}

/// A message's line, its end included.
fn line(form: Form, level: Level, about: &About<'_>, text: &str, now: &Zoned) -> String {
    match form {
        Form::Dated => format!("{} {} {text}\n", now.strftime("%Y-%m-%d %H:%M:%S"), level.word()),
        Form::Timed => format!("{} {:<7} {text}\n", now.strftime("%Y-%m-%d %H:%M:%S%.3f"), level.word()),
        Form::Plain => {
            let prefix = match level {
                Level::Fatal | Level::Error => "orchestrator: ",
                Level::Warning => "warning: ",
                Level::Info | Level::Debug => "",
            };
            format!("{prefix}{text}\n")
        }
        Form::Json => json(level, about, text, now.timestamp()),
    }
}

fn json(level: Level, about: &About<'_>, text: &str, now: Timestamp) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        time: String,
        level: String,
        message: &'a str,
        #[serde(flatten)]
        about: &'a About<'a>,
    }
    let line = Line {
        time: now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        level: level.word().to_lowercase(),
        message: text,
        about,
    };
    // Texts and nothing else: there is no way for this to fail.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// One write for the whole line, also where other processes write to the same place.
fn print(line: &str) {
    status_line::above(|| {
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    });
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

    #[test]
    fn a_line_of_each_form() {
        let now: Zoned = "2026-11-22T02:03:04.0567+01:00[+01:00]".parse().unwrap();
        let about = About {
            instance: Some("db1:3306"),
            code: Some("DeadMaster"),
            ..About::default()
        };
        let text = "db1:3306: \"gone\"\nfor good";
        for (form, level, expected) in [
            (
                Form::Dated,
                Level::Error,
                "2026-11-22 02:03:04 ERROR db1:3306: \"gone\"\nfor good\n",
            ),
            (
                Form::Timed,
                Level::Info,
                "2026-11-22 02:03:04.056 INFO    db1:3306: \"gone\"\nfor good\n",
            ),
            (
                Form::Plain,
                Level::Error,
                "orchestrator: db1:3306: \"gone\"\nfor good\n",
            ),
            (Form::Plain, Level::Warning, "warning: db1:3306: \"gone\"\nfor good\n"),
            (Form::Plain, Level::Debug, "db1:3306: \"gone\"\nfor good\n"),
            (
                Form::Json,
                Level::Warning,
                "{\"time\":\"2026-11-22T01:03:04.056Z\",\"level\":\"warning\",\
                 \"message\":\"db1:3306: \\\"gone\\\"\\nfor good\",\"instance\":\"db1:3306\",\"code\":\"DeadMaster\"}\n",
            ),
        ] {
            assert_eq!(line(form, level, &about, text, &now), expected, "{form:?}");
        }
    }
}
