//! The servers as a recovery meets them: looked at, and told to change. Real ones stand behind [`Servers`], and in tests
//! simulated ones.

use crate::model::{Change, Contact, InstanceKey, Look};
use std::fmt;
use std::time::Duration;

/// All servers. Both calls answer within their limit, whatever the server does, and may be made from several threads.
pub trait Servers: Sync {
    /// Reads a server, on a connection that may be kept for the next call.
    ///
    /// # Errors
    /// What happened instead of an answer.
    fn look(&self, key: &InstanceKey, limit: Duration) -> Result<Look, Contact>;

    /// Tells a server to change, and returns the statements that it was told.
    ///
    /// # Errors
    /// What kept it from changing.
    fn tell(&self, key: &InstanceKey, change: &Change, limit: Duration) -> Result<Vec<String>, Untold>;
}

/// A change that was not made, or of which that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// What was being done, at which statement, what the server said, and what helps.
    pub said: String,
    /// It may have been carried out nevertheless, or may be later: it was sent and not answered.
    pub is_unknown: bool,
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl std::error::Error for Untold {}
