//! Where a recovery is written down while it runs, and what it does besides changing servers.

use crate::model::plan::{Local, Plan, Progress};
use std::fmt;

/// The records of one recovery under way. Each call is durable when it returns.
pub trait Desk: Send {
    /// Writes down the whole plan, before any of its new steps is begun.
    ///
    /// # Errors
    /// Nothing may be begun then.
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop>;

    /// Writes down how far a step has come. Also says whether the cluster is still ours to change.
    ///
    /// # Errors
    /// The lease is lost, or nothing can be written anywhere: no further step may be begun.
    fn note(&mut self, number: u32, progress: Progress, at_ms: i64, said: &str) -> Result<(), Stop>;

    /// Adds a line for people: to the log at once, and to the recovery's steps.
    fn step(&mut self, text: &str);

    /// Does something of our own; answers what was done.
    ///
    /// # Errors
    /// Why it could not be done.
    fn local(&mut self, local: &Local, plan: &Plan) -> Result<String, String>;

    /// The journal ends: nobody resumes it.
    ///
    /// # Errors
    /// It stays open, and whoever finds it resumes it.
    fn close(&mut self, outcome: &str) -> Result<(), Stop>;
}

/// Why a plan did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A step failed that the plan cannot do without.
    Failed {
        /// Its number.
        number: u32,
        /// What it was, and what went wrong.
        why: String,
        /// It may have been carried out nevertheless.
        is_unknown: bool,
    },
    /// The failed master answers again, as the same server.
    MasterIsBack(String),
    /// Somebody else has the lease, or acknowledged the recovery.
    LeaseLost(String),
    /// Nothing can be written down.
    Unwritable(String),
    /// The process was asked to end.
    Interrupted,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { why, .. } => f.write_str(why),
            Self::MasterIsBack(what) => write!(f, "the failed master answers again: {what}"),
            Self::LeaseLost(who) => write!(f, "this cluster is not ours to change any more: {who}"),
            Self::Unwritable(what) => write!(f, "the recovery cannot be written down: {what}"),
            Self::Interrupted => f.write_str("the process was asked to end"),
        }
    }
}

impl std::error::Error for Stop {}
