//! What one server can be told to do, and telling it.
//!
//! ```text
//!   Change ── steps (the table: statements, codes that mean "already so", privileges) ──► run (one connection, one deadline)
//! ```
//!
//! A further change is a variant of [`Change`] and its arm in `steps`. Why a change is wanted, and whether it is safe now,
//! is the caller's business.

mod failed;
mod pseudo_gtid;
mod run;
mod steps;

pub use failed::ChangeFailed;
pub use pseudo_gtid::PseudoGtid;
pub use run::change;

use std::time::Duration;

/// One change of one server.
///
/// The receiver (IO thread) is that of the default channel or connection; those with names are left alone. No change
/// touches an applier (SQL thread).
///
/// A restart on MariaDB with GTID discards the relay logs that are not applied yet; callers leave such replicas out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Stops the receiver. One that stands already is left as it is.
    StopReceiver,
    /// Starts the receiver. One that runs already is left as it is.
    StartReceiver,
    /// Stops and starts the receiver, in one packet where the server takes several statements: then it starts again by
    /// itself whatever becomes of this process, the network or the deadline in the meantime.
    RestartReceiver,
    /// Writes an entry to the binary log by which positions of servers without GTID can be matched. Refused where
    /// `read_only` is on, which is looked at just before. Whether the server is its cluster's master, and whether its
    /// replicas need entries, is for the caller to know.
    InjectPseudoGtid(PseudoGtid),
}

impl Change {
    /// What is being done, for messages.
    pub fn words(&self) -> &'static str {
        match self {
            Self::StopReceiver => "stopping the receiver",
            Self::StartReceiver => "starting the receiver",
            Self::RestartReceiver => "restarting the receiver",
            Self::InjectPseudoGtid(_) => "injecting a Pseudo-GTID entry",
        }
    }
}

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
