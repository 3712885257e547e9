//! Telling a server what it can be told.
//!
//! ```text
//!   Change ── steps (the table: statements, codes that mean "already so", privileges) ──► run (one connection, one deadline)
//! ```
//!
//! A further change is a variant of [`Change`](crate::model::Change) and its arm in `steps`. Why a change is wanted, and whether it is safe now,
//! is the caller's business.

mod failed;
mod run;
mod steps;

pub use failed::ChangeFailed;
pub use run::change;

use std::time::Duration;

/// A change that was made; every statement was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The statements that changed something, in the order of telling.
    pub statements: Vec<String>,
    /// It took a second connection to start the receiver again.
    pub second_try: bool,
    /// How long all of it took.
    pub took: Duration,
}
