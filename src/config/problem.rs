//! What can be wrong with a configuration, and how it is said.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The file's position among those read, from 0; later files win.
    pub file_number: usize,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is wrong; worth knowing.
    Info,
    /// The configuration works, perhaps not as meant.
    Warning,
    /// The configuration cannot be used.
    Error,
}

/// One thing to say about a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub level: Level,
    /// The key it is about, as it is written in the file.
    pub key: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// What it is; names the key.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(level: Level, text: impl Into<String>) -> Self {
        Problem {
            level,
            key: None,
            place: None,
            text: text.into(),
            hint: None,
        }
    }

    pub(super) fn key(self, key: impl fmt::Display) -> Self {
        Problem {
            key: Some(key.to_string()),
            ..self
        }
    }

    pub(super) fn at(self, place: Option<Place>) -> Self {
        Problem { place, ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Problem {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Returns the problem as one line.
    pub fn line(&self) -> String {
        let place = self.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        let hint = self.hint.as_ref().map_or(String::new(), |hint| format!("; {hint}"));
        format!("{place}{}{hint}", self.text)
    }
}

impl fmt::Display for Problem {
    /// Writes place and text, and the hint on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.text)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// A message to be logged once the configuration is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// [`Level::Info`] or [`Level::Warning`].
    pub level: Level,
    /// The message, one line.
    pub text: String,
    /// It says no more than that a key has no effect here, as many do in files made for the original.
    pub about_idle_key: bool,
}

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The first error.
    pub problem: Problem,
    /// How many further errors there are.
    pub further: usize,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loading the configuration: {}", self.problem)?;
        match self.further {
            0 => Ok(()),
            1 => write!(f, "\n1 further error: `orchestrator config check` lists both"),
            n => write!(f, "\n{n} further errors: `orchestrator config check` lists them all"),
        }
    }
}

impl std::error::Error for ConfigError {}
