//! Connections that stay open between questions.

use crate::model::observation::ContactKind;
use crate::model::{InstanceKey, Observation, Timestamp};
use crate::probe::{HangUps, ProbeSettings, Session};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long descriptors count as short after one was wanting.
pub const SHORT: Duration = Duration::from_secs(60);

/// A session at rest, with the connection whose hang-up is watched for.
struct Resting {
    session: Session,
    generation: u64,
}

/// All sessions. One is taken out while its server is asked, so no lock is held meanwhile.
pub struct Sessions {
    resting: Mutex<HashMap<InstanceKey, Resting>>,
    /// Servers known to want TLS, in mixed mode.
    by_tls: Mutex<HashMap<InstanceKey, bool>>,
    settings: Mutex<(u64, Arc<ProbeSettings>)>,
    hangups: HangUps,
    /// Descriptors were short at this time: until [`SHORT`] later no connection stays open, so that everybody has a turn.
    short: Mutex<Option<Instant>>,
}

impl Sessions {
    /// None yet.
    pub fn new(settings: Arc<ProbeSettings>, by_tls: HashMap<InstanceKey, bool>, hangups: HangUps) -> Self {
        Self {
            resting: Mutex::default(),
            by_tls: Mutex::new(by_tls),
            settings: Mutex::new((0, settings)),
            hangups,
            short: Mutex::default(),
        }
    }

    /// Asks a server over its open connection, or a new one.
    pub fn probe(&self, key: &InstanceKey, now: &dyn Fn() -> Timestamp) -> Observation {
        let (generation, settings) = lock(&self.settings).clone();
        let resting = lock(&self.resting).remove(key);
        if resting.as_ref().is_some_and(|resting| resting.generation != generation) {
            // Its connection is closed by us.
            self.hangups.forget(key);
        }
        let mut session = resting.filter(|resting| resting.generation == generation).map_or_else(
            || Session::new(key.clone(), settings).with_tls(self.wants_tls(key)),
            |resting| resting.session,
        );
        if session.is_worn() {
            // It takes leave of the server and comes back: that is no hang-up.
            self.hangups.forget(key);
        }
        let observation = session.probe(now);
        if observation.contact.kind == ContactKind::NoMeans {
            *lock(&self.short) = Some(Instant::now());
            self.close_all();
        }
        if lock(&self.short).is_some_and(|at| at.elapsed() < SHORT) {
            self.hangups.forget(key);
            session.close();
        }
        match session.raw_fd() {
            // One that cannot be watched is asked in its turn like before, which finds out too.
            Some(descriptor) => drop(self.hangups.watch(key, descriptor)),
            None => self.hangups.forget(key),
        }
        if session.raw_fd().is_some() {
            lock(&self.by_tls).insert(key.clone(), session.used_tls());
        }
        // What was learnt of a server that was lost serves again when it is back.
        lock(&self.resting).insert(key.clone(), Resting { session, generation });
        observation
    }

    /// Whether the server is known to want TLS, in mixed mode.
    pub fn wants_tls(&self, key: &InstanceKey) -> bool {
        lock(&self.by_tls).get(key).copied().unwrap_or(false)
    }

    /// Takes over which servers are known to want TLS.
    pub fn import_tls(&self, by_tls: HashMap<InstanceKey, bool>) {
        lock(&self.by_tls).extend(by_tls);
    }

    /// The settings in force.
    pub fn settings(&self) -> Arc<ProbeSettings> {
        Arc::clone(&lock(&self.settings).1)
    }

    /// Goes by other settings from the next question on, over new connections.
    pub fn set_settings(&self, settings: Arc<ProbeSettings>) {
        let mut present = lock(&self.settings);
        *present = (present.0 + 1, settings);
    }

    /// Closes a server's connection.
    pub fn forget(&self, key: &InstanceKey) {
        self.hangups.forget(key);
        lock(&self.resting).remove(key);
        lock(&self.by_tls).remove(key);
    }

    /// Open connections at rest.
    pub fn open(&self) -> usize {
        let resting = lock(&self.resting);
        resting.values().filter(|r| r.session.raw_fd().is_some()).count()
    }

    /// Closes all connections at rest, because nobody is asked any more.
    pub fn close_all(&self) {
        let all = std::mem::take(&mut *lock(&self.resting));
        for key in all.keys() {
            self.hangups.forget(key);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
