//! One server's kept connection for looking at it and changing it.

use super::change::{change_on, rehearse_on};
use super::history::{log_starts_on, relay_gtid_on};
use super::login::login_on;
use super::session::Session;
use super::settings::ProbeSettings;
use super::{Change, ChangeFailed, Changed, Login};
use crate::model::gtid::LogStart;
use crate::model::{Contact, Coordinates, InstanceKey, Look};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A server that is looked at and changed again and again over one connection.
///
/// The connection opens at the first call. One that the server has closed meanwhile is replaced; one on which something
/// went unanswered is dropped.
pub struct Servant {
    session: Session,
}

impl Servant {
    /// Without a connection yet. `by_tls` says that this server was found to want TLS.
    pub fn new(key: &InstanceKey, settings: &Arc<ProbeSettings>, by_tls: bool) -> Self {
        Self {
            session: Session::new(key.clone(), Arc::clone(settings)).with_tls(by_tls),
        }
    }

    /// Reads the server, within `limit`: what a probe reads, without the operator's own queries, which could hold it up,
    /// and what matters besides to somebody who will change it. [`Look::first_binlog`] stays empty.
    ///
    /// # Errors
    /// What happened instead of an answer.
    pub fn look(&mut self, limit: Duration) -> Result<Look, Contact> {
        self.session.look(Instant::now() + limit)
    }

    /// Makes one change, within `limit`; see [`change`](super::change()).
    ///
    /// # Errors
    /// The change was not made, or that is not known.
    pub fn change(
        &mut self,
        change: &Change,
        login: Option<&Login>,
        limit: Duration,
    ) -> Result<Changed, Box<ChangeFailed>> {
        change_on(&mut self.session, change, login, limit)
    }

    /// What the server would be told for a change, as it is now. It is asked, and nothing is changed.
    ///
    /// # Errors
    /// The change could not be made, as far as that is known beforehand.
    pub fn rehearse(
        &mut self,
        change: &Change,
        login: Option<&Login>,
        limit: Duration,
    ) -> Result<Changed, Box<ChangeFailed>> {
        rehearse_on(&mut self.session, change, login, limit)
    }

    /// Reads by what the server logs in at its master; see [`login_of`](super::login_of).
    ///
    /// # Errors
    /// What was asked, what was answered, and what to configure.
    pub fn login(&mut self, limit: Duration) -> Result<Login, String> {
        login_on(&mut self.session, limit)
    }

    /// What each of its binary logs begins with, oldest first.
    ///
    /// # Errors
    /// What was asked, what was answered, and which privilege is missing.
    pub fn log_starts(&mut self, limit: Duration) -> Result<Vec<LogStart>, String> {
        log_starts_on(&mut self.session, limit)
    }

    /// The GTID of the transaction that begins at a place of its relay logs, if one does.
    ///
    /// # Errors
    /// What was asked, what was answered, and which privilege is missing.
    pub fn relay_gtid(&mut self, at: &Coordinates, limit: Duration) -> Result<Option<String>, String> {
        relay_gtid_on(&mut self.session, at, limit)
    }

    /// Whether it has a connection.
    pub fn is_connected(&self) -> bool {
        self.session.raw_fd().is_some()
    }
}

/// Looks at a server once; see [`Servant::look`].
///
/// # Errors
/// What happened instead of an answer.
pub fn look(key: &InstanceKey, settings: &Arc<ProbeSettings>, by_tls: bool, limit: Duration) -> Result<Look, Contact> {
    Servant::new(key, settings, by_tls).look(limit)
}
