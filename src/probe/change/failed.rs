//! A change that did not come about, for the person who reads of it.

use crate::model::{Contact, InstanceKey};
use std::fmt;

/// A change that was not made, or of which that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeFailed {
    /// On which instance.
    pub instance: InstanceKey,
    /// What was being done; see [`Change::words`](crate::model::Change::words).
    pub attempted: &'static str,
    /// The statement that failed; `None` where no connection came about.
    pub statement: Option<String>,
    /// What happened, and what the server or the system said.
    pub contact: Contact,
    /// The statement that gives the missing privilege, where one is missing.
    pub remedy: Option<String>,
    /// It may have been carried out nevertheless, or may be later: it was sent, and not answered.
    pub is_unknown: bool,
    /// The receiver may have been stopped and not started again: STOP was sent, and no START was confirmed. Only ever
    /// set by [`Change::RestartReceiver`](crate::model::Change::RestartReceiver).
    pub receiver_may_stand: bool,
    /// The statement that starts it, then.
    pub starts_it: Option<String>,
}

impl fmt::Display for ChangeFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} failed", self.attempted, self.instance)?;
        if let Some(statement) = &self.statement {
            write!(f, " at {statement}")?;
        }
        write!(f, ": {}", self.contact)?;
        if self.is_unknown {
            f.write_str("; it may have been carried out nevertheless")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        match &self.starts_it {
            Some(statement) if self.receiver_may_stand => {
                write!(f, "; the receiver may stand now: {statement} starts it")
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for ChangeFailed {}
