//! Why a command did not do what was asked, and how the process then ends.

use std::fmt;

/// What kind of failure, which decides the exit status of the modern form; the classic form knows only 1 and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command failed: 1.
    Failed,
    /// It was typed wrongly: 2.
    Usage,
    /// Configuration or inventory cannot be used: 3.
    Unusable,
    /// There was nothing to do: 4.
    NothingToDo,
    /// A gate holds it: 5.
    Held,
    /// It stopped midway, and can be resumed: 6.
    Midway,
}

/// A failure to be told: what was attempted, on what, what was said, and what to do next.
#[derive(Debug)]
pub struct Failure {
    /// The kind.
    pub kind: Kind,
    message: String,
    /// What to do next, a line each.
    pub hints: Vec<String>,
}

/// What commands return.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure of the given kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// The command failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// It was typed wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Configuration or inventory cannot be used.
    pub fn unusable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unusable, message)
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint where there is one.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The exit status.
    pub fn status(&self, classic: bool) -> u8 {
        match self.kind {
            _ if classic => 1,
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Unusable => 3,
            Kind::NothingToDo => 4,
            Kind::Held => 5,
            Kind::Midway => 6,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
