//! What has not been written into the inventory yet: of each server the last answer and the last failure since, so that
//! it cannot grow beyond the fleet however long the inventory cannot be written.

use crate::discovery::{Absorbed, Outcome, store};
use crate::inventory::{CheckEvent, CheckRecord, Inventory, Result};
use crate::model::{Contact, Fleet, Instance, InstanceKey, Timestamp};
use std::collections::HashMap;

/// What is to be written of one server.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    answered: Option<Absorbed>,
    failed: Option<Absorbed>,
    attempted: Option<Timestamp>,
    /// The row as it is known, for a file that lost it.
    whole: Option<(Instance, Option<Contact>)>,
}

impl Pending {
    /// How many host names go with it.
    pub(super) fn names(&self) -> usize {
        self.answered.as_ref().map_or(0, |absorbed| absorbed.resolved.len())
    }
}

/// Rows that wait.
#[derive(Debug, Default)]
pub struct Backlog {
    waiting: HashMap<InstanceKey, Pending>,
}

/// Rows on their way.
pub type Batch = Vec<(InstanceKey, Pending)>;

impl Backlog {
    /// Adds what came of asking. Where attribution has changed the row since, the fleet's is written.
    pub fn add(&mut self, mut absorbed: Absorbed, fleet: &Fleet) {
        if absorbed.instance.is_none() && absorbed.resolved.is_empty() {
            return;
        }
        if absorbed.instance.is_some() {
            absorbed.instance = fleet.get(&absorbed.key).cloned();
        }
        self.put(absorbed);
    }

    fn put(&mut self, mut absorbed: Absorbed) {
        let pending = self.waiting.entry(absorbed.key.clone()).or_default();
        pending.attempted = None;
        if absorbed.outcome == Outcome::Failed {
            pending.failed = Some(absorbed);
            return;
        }
        pending.failed = None;
        if let Some(earlier) = pending.answered.take() {
            absorbed.resolved.splice(0..0, earlier.resolved);
            absorbed.renamed_from = absorbed.renamed_from.or(earlier.renamed_from);
            absorbed.promotion_rule = absorbed.promotion_rule.or(earlier.promotion_rule);
            absorbed.cluster_domain = absorbed.cluster_domain.or(earlier.cluster_domain);
        }
        pending.answered = Some(absorbed);
    }

    /// Writes a row again that changed without an answer of its own: its place in its cluster.
    pub fn rewrite(&mut self, row: Instance) {
        let Some(pending) = self.waiting.get_mut(&row.key) else {
            // Its next answer carries the new place.
            return;
        };
        for absorbed in [&mut pending.answered, &mut pending.failed].into_iter().flatten() {
            if let Some(waiting) = &mut absorbed.instance {
                waiting.cluster = row.cluster.clone();
            }
        }
    }

    /// Has a row written whole that is known and may be missing from the file.
    pub fn write_whole(&mut self, row: Instance, contact: Option<Contact>) {
        if self
            .waiting
            .get(&row.key)
            .is_some_and(|pending| pending.answered.is_some())
        {
            return;
        }
        let key = row.key.clone();
        self.waiting.entry(key).or_default().whole = Some((row, contact));
    }

    /// Notes an attempt that has not been answered for a while.
    pub fn attempted(&mut self, key: &InstanceKey, at: Timestamp) {
        self.waiting.entry(key.clone()).or_default().attempted = Some(at);
    }

    /// Drops what waits of one server.
    pub fn forget(&mut self, key: &InstanceKey) {
        self.waiting.remove(key);
    }

    /// Whether something of this server waits.
    pub fn has(&self, key: &InstanceKey) -> bool {
        self.waiting.contains_key(key)
    }

    /// How many servers' rows wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes up to this many out, to be written.
    pub fn take(&mut self, most: usize) -> Batch {
        if self.waiting.len() <= most {
            return self.waiting.drain().collect();
        }
        let keys: Vec<InstanceKey> = self.waiting.keys().take(most).cloned().collect();
        keys.into_iter()
            .filter_map(|key| self.waiting.remove_entry(&key))
            .collect()
    }

    /// Puts back what could not be written; what came in meanwhile is newer.
    pub fn put_back(&mut self, batch: Batch) {
        for (key, mut pending) in batch {
            if let Some(newer) = self.waiting.remove(&key) {
                let Pending {
                    answered,
                    failed,
                    attempted,
                    whole,
                } = newer;
                pending.whole = whole.or(pending.whole);
                self.waiting.insert(key.clone(), pending);
                answered
                    .into_iter()
                    .chain(failed)
                    .for_each(|absorbed| self.put(absorbed));
                if let Some(waiting) = self.waiting.get_mut(&key) {
                    waiting.attempted = attempted;
                }
                continue;
            }
            pending.attempted = None;
            self.waiting.insert(key, pending);
        }
    }
}

/// Lets `change` alter every row of a batch that is written whole.
pub fn each_row(batch: &mut Batch, mut change: impl FnMut(&mut Instance)) {
    for (_, pending) in batch {
        if let Some(row) = pending
            .answered
            .as_mut()
            .and_then(|absorbed| absorbed.instance.as_mut())
        {
            change(row);
        }
    }
}

/// Writes a batch in one transaction. Returns the keys that were not stored because they were forgotten.
///
/// # Errors
/// When the file cannot be written; then nothing is stored.
pub fn write(inventory: &Inventory, batch: &Batch, now: Timestamp) -> Result<Vec<InstanceKey>> {
    inventory.transaction("store what servers answered", |inventory| {
        for (row, contact) in batch.iter().filter_map(|(_, pending)| pending.whole.as_ref()) {
            // A server that was never seen is found again by those who know it.
            let Some(seen) = row.check.last_seen else { continue };
            inventory.record_success(row, seen)?;
            if let Some(contact) = contact.as_ref().filter(|_| !row.check.is_valid()) {
                let checked = row.check.last_checked.unwrap_or(now);
                inventory.record_failure(&row.key, row.check.partial_success, contact, checked)?;
            }
        }
        let forgotten = store::store(
            inventory,
            batch.iter().filter_map(|(_, pending)| pending.answered.as_ref()),
            now,
        )?;
        store::store(
            inventory,
            batch.iter().filter_map(|(_, pending)| pending.failed.as_ref()),
            now,
        )?;
        let attempts: Vec<CheckRecord<'_>> = batch
            .iter()
            .filter_map(|(key, pending)| {
                Some(CheckRecord {
                    at: pending.attempted?,
                    event: CheckEvent::Attempt(key),
                })
            })
            .collect();
        inventory.record_batch(&attempts)?;
        Ok(forgotten)
    })
}
