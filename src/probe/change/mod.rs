//! Telling a server what it can be told.
//!
//! ```text
//!   Change ── table (the way of each: plain steps, or a script that reads first) ──► teller (one connection, one deadline)
//!                │                                                                      ▲
//!                └── read_only, pointing, semi_sync, history: the scripts ───────────────────────┘
//! ```
//!
//! A further change is a variant of [`Change`](crate::model::Change) and its row in `table`. Why a change is wanted, and
//! whether it is safe now, is the caller's business; what would be lost by it without a trace, such as the position of a
//! replica without GTID, is refused here.

mod failed;
mod history;
mod pointing;
mod position;
mod read_only;
mod run;
mod semi_sync;
mod steps;
mod table;
mod teller;

pub use failed::ChangeFailed;
pub use run::change;
pub(super) use run::{change_on, rehearse_on};

use std::time::Duration;

/// A change that was made; every statement was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The statements that changed something, in the order of telling. Passwords are not shown.
    pub statements: Vec<String>,
    /// What a person should know of it: settings that could not be kept, for example.
    pub remarks: Vec<String>,
    /// It took a second connection to start the receiver again.
    pub second_try: bool,
    /// How long all of it took.
    pub took: Duration,
}
