//! What a chore gives back.

use super::Chore;
use crate::inventory::{AuditEntry, Elected};
use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::HashMap;

/// What came of a chore.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outcome {
    /// How many rows of the inventory it wrote or removed.
    pub rows: usize,
    /// What is worth a line of the log, one sentence each.
    pub told: Vec<String>,
    /// What belongs into the audit trail.
    pub audits: Vec<AuditEntry>,
    /// What the watcher's memory has to take over, in order.
    pub changes: Vec<Change>,
}

/// Something that the watcher's memory has to take over.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// These instances are no longer known.
    Forget(Vec<InstanceKey>),
    /// These are known from now on, where they were not.
    Add(Vec<Instance>),
    /// These, as long as they do not answer, are in the cluster of this name.
    Rename(Vec<(InstanceKey, String)>),
    /// Host names resolve to these.
    ResolvedHosts(HashMap<String, String>),
    /// What [`Inventory::load_operators`](crate::inventory::Inventory::load_operators) reads is to be read anew.
    Reread,
    /// These are to be asked as soon as may be.
    Ask(Vec<InstanceKey>),
    /// An election took place.
    Elected(Elected),
}

impl Outcome {
    /// That so many rows were written or removed, and nothing else.
    pub(super) fn of(rows: usize) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// The same, and where there were any, what operators say is to be read anew.
    pub(super) fn reread(rows: usize) -> Self {
        let changes = if rows > 0 { vec![Change::Reread] } else { Vec::new() };
        Self {
            rows,
            changes,
            ..Self::default()
        }
    }

    /// Adds to the audit trail, and the same to the log.
    pub(super) fn note(&mut self, chore: &Chore<'_>, kind: &str, key: Option<&InstanceKey>, message: String) {
        let cluster = key.and_then(|key| chore.fleet.get(key));
        self.audits.push(AuditEntry {
            at: chore.now,
            kind: kind.to_owned(),
            key: key.cloned().unwrap_or_default(),
            cluster: cluster
                .map(|instance| instance.cluster.name.clone())
                .unwrap_or_default(),
            message: message.clone(),
        });
        let of_whom = key.map(|key| format!("{key}: ")).unwrap_or_default();
        self.told.push(format!("{of_whom}{message}"));
    }
}

/// Takes over into a fleet what concerns it, and returns the rest: whom to ask, what to read anew, who acts.
pub fn apply(changes: Vec<Change>, fleet: &mut Fleet) -> Vec<Change> {
    let mut rest = Vec::new();
    for change in changes {
        match change {
            Change::Forget(keys) => keys.iter().for_each(|key| {
                fleet.remove(key);
                fleet.contacts.remove(key);
            }),
            Change::Add(instances) => {
                for instance in instances {
                    if fleet.get(&instance.key).is_none() {
                        fleet.upsert(instance);
                    }
                }
            }
            Change::Rename(names) => {
                for (key, name) in names {
                    let silent = fleet.get(&key).filter(|instance| !instance.check.is_valid());
                    if let Some(mut instance) = silent.cloned() {
                        instance.cluster.name = name;
                        fleet.upsert(instance);
                    }
                }
            }
            Change::ResolvedHosts(hosts) => fleet.resolved_hosts = hosts,
            Change::Reread | Change::Ask(_) | Change::Elected(_) => rest.push(change),
        }
    }
    rest
}
