//! Servers in rehearsal: what is told to them is written down and not told, and they then look as if it had been.

use super::real::RealServers;
use super::servers::{Servers, Untold};
use crate::model::change::{From, Pointing};
use crate::model::instance::ThreadState;
use crate::model::observation::Channel;
use crate::model::{Change, Contact, Coordinates, InstanceKey, Look};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one server would have been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which server.
    pub key: InstanceKey,
    /// What would have been done.
    pub change: Change,
    /// By which statements.
    pub statements: Vec<String>,
}

/// Real servers of which none is changed.
pub struct Rehearsal<'a> {
    servers: &'a RealServers,
    seen: HashMap<InstanceKey, Look>,
    /// How those look that would have been told something.
    changed: Mutex<HashMap<InstanceKey, Look>>,
    told: Mutex<Vec<Line>>,
}

impl<'a> Rehearsal<'a> {
    /// Nothing is told yet. These were seen before, in this order: what is told of goes by that, so that a master is not
    /// seen to stand before its replica does.
    pub fn of(servers: &'a RealServers, seen: &[&Look]) -> Self {
        Self {
            servers,
            seen: seen.iter().map(|look| (look.key.clone(), (*look).clone())).collect(),
            changed: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// What would have been told, in order.
    pub fn told(self) -> Vec<Line> {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rehearsal<'_> {
    /// One more replica acknowledges a master's commits, or one less.
    fn acknowledged(&self, master: &InstanceKey, more: bool, limit: Duration) {
        if let Ok(mut look) = self.look(master, limit) {
            let clients = &mut look.reading.semi_sync.master_clients;
            *clients = if more {
                clients.saturating_add(1)
            } else {
                clients.saturating_sub(1)
            };
            lock(&self.changed).insert(master.clone(), look);
        }
    }
}

impl Servers for Rehearsal<'_> {
    fn look(&self, key: &InstanceKey, limit: Duration) -> Result<Look, Contact> {
        if let Some(look) = lock(&self.changed).get(key) {
            return Ok(look.clone());
        }
        self.servers.look(key, limit)
    }

    fn tell(&self, key: &InstanceKey, change: &Change, limit: Duration) -> Result<Vec<String>, Untold> {
        let statements = self.servers.rehearse(key, change, limit)?;
        let known = lock(&self.changed).get(key).or_else(|| self.seen.get(key)).cloned();
        let look = known.map_or_else(|| self.look(key, limit), Ok);
        let look = look.map_err(|contact| Untold {
            said: contact.to_string(),
            is_unknown: false,
        })?;
        let master = look.channel().map(|channel| channel.status.master.clone());
        lock(&self.changed).insert(key.clone(), after(look, change));
        if let (Change::SemiSyncReplica(on), Some(master)) = (change, master) {
            self.acknowledged(&master, *on, limit);
        }
        lock(&self.told).push(Line {
            key: key.clone(),
            change: change.clone(),
            statements: statements.clone(),
        });
        Ok(statements)
    }
}

/// How a server looks after a change of its channel.
fn after(mut look: Look, change: &Change) -> Look {
    if let (Change::PointTo(pointing), None) = (change, look.channel()) {
        look.reading.channels.push(Channel::default());
        return after(look, &Change::PointTo(pointing.clone()));
    }
    let Some(channel) = look.reading.channels.first_mut() else {
        return look;
    };
    let (runs, stands) = (ThreadState::Running, ThreadState::Stopped);
    match change {
        Change::StopReplication => set(channel, Some(stands), Some(stands)),
        Change::StopReceiver => set(channel, Some(stands), None),
        Change::StopApplier => set(channel, None, Some(stands)),
        Change::StartReplication => set(channel, Some(runs), Some(runs)),
        Change::StartReceiver => set(channel, Some(runs), None),
        Change::StartApplier => set(channel, None, Some(runs)),
        Change::StartUntil(at) => {
            set(channel, Some(runs), Some(stands));
            channel.status.executed = at.clone();
        }
        Change::PointTo(pointing) => point(channel, pointing),
        _ => {}
    }
    look
}

fn set(channel: &mut Channel, receiver: Option<ThreadState>, applier: Option<ThreadState>) {
    let status = &mut channel.status;
    if let Some(state) = receiver {
        (status.io_state, status.io_running) = (state, state == ThreadState::Running);
        if status.io_running && status.read.is_none() {
            status.read = Coordinates::new("-", 4);
        }
    }
    if let Some(state) = applier {
        (status.sql_state, status.sql_running) = (state, state == ThreadState::Running);
    }
}

fn point(channel: &mut Channel, pointing: &Pointing) {
    channel.status.master = pointing.master.clone();
    match &pointing.from {
        From::AsItIs => {}
        From::OracleGtid => channel.oracle_gtid = true,
        From::MariaDbGtid(_) => channel.mariadb_gtid = true,
        From::Coordinates(at) => {
            (channel.oracle_gtid, channel.mariadb_gtid) = (false, false);
            channel.status.executed = at.clone();
            channel.status.read = at.clone();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
