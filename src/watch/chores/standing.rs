//! Who acts, and who lives.

use super::words::purge_maintenance;
use super::{Change, Chore, Outcome};
use crate::inventory::{Elected, Election, NodeId, Purge, Result};
use crate::model::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A program that has not registered for so long lives no more.
const DEAD_SECONDS: i64 = 5;

/// What chores remember from one run to the next; one for the life of a watcher, shared by its threads.
#[derive(Debug, Default)]
pub struct Memory {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    election: Election,
    /// Who was last said to act.
    holder: NodeId,
    /// Seeds were put in.
    pub(super) seeded: bool,
    /// When addresses of hosts were last looked up.
    pub(super) looked_up: HashMap<String, Timestamp>,
}

impl Memory {
    /// A memory whose election is of this kind: [`Election::default`] for a watcher that stays, [`Election::at_once`] for
    /// one that runs once.
    pub fn new(election: Election) -> Self {
        let memory = Self::default();
        memory.inner().election = election;
        memory
    }

    /// Whether this watcher may change servers and begin recoveries at this moment; see [`Election::may_act`].
    pub fn may_act(&self, elapsed: Duration) -> bool {
        self.inner().election.may_act(elapsed)
    }

    /// Whether this watcher held the right to act when it last looked; see [`Election::is_holder`].
    pub fn is_holder(&self) -> bool {
        self.inner().election.is_holder()
    }

    /// Held for moments only, never while the inventory works.
    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn elect(chore: &Chore<'_>) -> Result<Outcome> {
    run_election(chore, false)
}

/// Takes the right to act from whoever holds it, as an operator asked with `--grab-election`.
///
/// # Errors
/// When the file cannot be written.
pub fn grab(chore: &Chore<'_>) -> Result<Outcome> {
    run_election(chore, true)
}

fn run_election(chore: &Chore<'_>, grab: bool) -> Result<Outcome> {
    let mut election = chore.memory.inner().election.clone();
    let me = &chore.node.id;
    let elected = chore.inventory.elect(&mut election, me, chore.now, chore.clock, grab)?;
    let is_news = {
        let mut inner = chore.memory.inner();
        inner.election = election;
        let earlier = std::mem::replace(&mut inner.holder, elected.holder.id.clone());
        earlier != elected.holder.id
    };
    let mut outcome = Outcome::of(usize::from(elected.is_elected));
    if is_news {
        outcome.note(chore, "election", None, said(&elected, me));
    }
    outcome.changes.push(Change::Elected(elected.clone()));
    if elected.is_new {
        // Locks of watchers that are gone would hold this one up.
        let purged = register(chore).and_then(|_| purge_maintenance(chore));
        match purged {
            Ok(purged) => {
                outcome.rows += purged.rows;
                outcome.told.extend(purged.told);
                outcome.audits.extend(purged.audits);
                outcome.changes.extend(purged.changes);
            }
            Err(error) => outcome.told.push(error.to_string()),
        }
    }
    Ok(outcome)
}

fn said(elected: &Elected, me: &NodeId) -> String {
    let holder = &elected.holder;
    if elected.is_elected {
        return format!(
            "this watcher ({}, {}) acts on this inventory from now on",
            me.hostname, me.token
        );
    }
    let since = holder.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let ceased = if elected.is_lost {
        "; this one ceases to act"
    } else {
        "; this one stands by"
    };
    format!(
        "another watcher ({}, {}) acts on this inventory{since}{ceased}",
        holder.id.hostname, holder.id.token
    )
}

/// Gives the right to act up and leaves the register, so that another watcher takes over at once.
///
/// # Errors
/// When the file cannot be written.
pub fn resign(chore: &Chore<'_>) -> Result<bool> {
    let mut election = chore.memory.inner().election.clone();
    let resigned = chore.inventory.resign(&mut election, &chore.node.id);
    {
        let mut inner = chore.memory.inner();
        (inner.election, inner.holder) = (election, NodeId::default());
    }
    let left = chore.inventory.deregister_node(&chore.node.id);
    let resigned = resigned?;
    left.map(|()| resigned)
}

pub(super) fn register(chore: &Chore<'_>) -> Result<Outcome> {
    chore.inventory.register_node(chore.node, chore.now)?;
    Ok(Outcome::of(1))
}

/// Removes who lives no more; this watcher registers first, since it does live.
pub(super) fn purge_nodes(chore: &Chore<'_>) -> Result<Outcome> {
    chore
        .inventory
        .transaction("purge the register of programs", |inventory| {
            inventory.register_node(chore.node, chore.now)?;
            let before = chore.now.plus_seconds(-DEAD_SECONDS);
            inventory.purge(Purge::NodeHealth, before).map(Outcome::of)
        })
}
