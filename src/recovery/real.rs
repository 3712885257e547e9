//! The servers themselves, over connections that are kept from one call to the next.

use super::servers::{Servers, Untold};
use crate::model::gtid::LogStart;
use crate::model::{Change, Contact, Coordinates, InstanceKey, Look};
use crate::probe::{ChangeFailed, Changed, Login, ProbeSettings, Servant};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections kept to one server; more are used where more calls are under way at once.
const KEPT: usize = 2;

/// Whether a server was found to want TLS.
type WantsTls = dyn Fn(&InstanceKey) -> bool + Send + Sync;

/// Real servers. A server goes by the name that its key has; nothing is resolved.
///
/// No call waits for another one: who is looked at while a change of it hangs is looked at over another connection.
pub struct RealServers {
    settings: Arc<ProbeSettings>,
    wants_tls: Box<WantsTls>,
    resting: Mutex<HashMap<InstanceKey, Vec<Servant>>>,
    /// By what servers logged in before they forgot their masters. Nowhere but here.
    logins: Mutex<HashMap<InstanceKey, Login>>,
}

impl RealServers {
    /// No connection yet.
    pub fn new(settings: Arc<ProbeSettings>, wants_tls: impl Fn(&InstanceKey) -> bool + Send + Sync + 'static) -> Self {
        Self {
            settings,
            wants_tls: Box::new(wants_tls),
            resting: Mutex::default(),
            logins: Mutex::default(),
        }
    }

    /// Reads by what a server logs in at its master and remembers it: once it has forgotten its master it can't be read
    /// any more. Making a server forget its master does so by itself.
    ///
    /// # Errors
    /// What was asked, what was answered, and what to configure.
    pub fn learn_login(&self, key: &InstanceKey, limit: Duration) -> Result<(), String> {
        self.login(key, limit).map(drop)
    }

    /// The statements that a server would be told for a change, as it is now. Nothing is changed.
    ///
    /// # Errors
    /// What would keep it from changing.
    pub fn rehearse(&self, key: &InstanceKey, change: &Change, limit: Duration) -> Result<Vec<String>, Untold> {
        let (login, without) = match self.login_for(change, limit / 3) {
            Ok(login) => (login, None),
            Err(why) => (None, Some(why)),
        };
        let told = self.with(key, |servant| servant.rehearse(change, login.as_ref(), limit));
        told.map(statements).map_err(|failed| untold(&failed, without))
    }

    /// What each of a server's binary logs begins with, oldest first.
    ///
    /// # Errors
    /// What was asked, what was answered, and which privilege is missing.
    pub fn log_starts(&self, key: &InstanceKey, limit: Duration) -> Result<Vec<LogStart>, String> {
        self.with(key, |servant| servant.log_starts(limit))
    }

    /// The GTID of the transaction that begins at a place of a server's relay logs, if one does.
    ///
    /// # Errors
    /// What was asked, what was answered, and which privilege is missing.
    pub fn relay_gtid(&self, key: &InstanceKey, at: &Coordinates, limit: Duration) -> Result<Option<String>, String> {
        self.with(key, |servant| servant.relay_gtid(at, limit))
    }

    /// Closes every connection and forgets every login.
    pub fn close(&self) {
        lock(&self.resting).clear();
        lock(&self.logins).clear();
    }

    fn with<T>(&self, key: &InstanceKey, work: impl FnOnce(&mut Servant) -> T) -> T {
        let resting = lock(&self.resting).get_mut(key).and_then(Vec::pop);
        let mut servant = resting.unwrap_or_else(|| Servant::new(key, &self.settings, (self.wants_tls)(key)));
        let outcome = work(&mut servant);
        if servant.is_connected() {
            let mut resting = lock(&self.resting);
            let others = resting.entry(key.clone()).or_default();
            if others.len() < KEPT {
                others.push(servant);
            }
        }
        outcome
    }

    /// As it is now; where that is not to be had, as it was.
    fn login(&self, key: &InstanceKey, limit: Duration) -> Result<Login, String> {
        let read = self.with(key, |servant| servant.login(limit));
        let mut logins = lock(&self.logins);
        match read {
            Ok(login) => {
                logins.insert(key.clone(), login.clone());
                Ok(login)
            }
            Err(why) => logins.get(key).cloned().ok_or(why),
        }
    }

    /// The login that a change is told with, or why there is none.
    fn login_for(&self, change: &Change, limit: Duration) -> Result<Option<Login>, String> {
        match change {
            Change::PointTo(pointing) => match &pointing.login_of {
                Some(key) => self.login(key, limit).map(Some),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }
}

impl Servers for RealServers {
    fn look(&self, key: &InstanceKey, limit: Duration) -> Result<Look, Contact> {
        self.with(key, |servant| servant.look(limit))
    }

    fn tell(&self, key: &InstanceKey, change: &Change, limit: Duration) -> Result<Vec<String>, Untold> {
        let began = Instant::now();
        // The change itself is to have the greater part of the time.
        let aside = limit / 3;
        if matches!(change, Change::ForgetMaster) && !lock(&self.logins).contains_key(key) {
            // Where it can't be read it is read from another server, or not at all.
            let _ = self.login(key, aside);
        }
        let (login, without) = match self.login_for(change, aside) {
            Ok(login) => (login, None),
            // A server with a channel of its own needs none.
            Err(why) => (None, Some(why)),
        };
        let left = limit.saturating_sub(began.elapsed());
        let told = self.with(key, |servant| servant.change(change, login.as_ref(), left));
        told.map(statements).map_err(|failed| untold(&failed, without))
    }
}

/// What was told, and as comments what a person should know of it.
fn statements(changed: Changed) -> Vec<String> {
    let remarks = changed.remarks.into_iter().map(|remark| format!("-- {remark}"));
    changed.statements.into_iter().chain(remarks).collect()
}

fn untold(failed: &ChangeFailed, without: Option<String>) -> Untold {
    let why = without.map_or_else(String::new, |why| format!("; {why}"));
    Untold {
        said: format!("{failed}{why}"),
        is_unknown: failed.is_unknown,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
