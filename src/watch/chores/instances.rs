//! Which instances are known.

use super::ages::hours;
use super::{Change, Chore, Outcome};
use crate::discovery::upkeep;
use crate::inventory::{Origin, Purge, Result};
use crate::model::InstanceKey;

/// Adds the configured seeds that are not known, the first time it runs.
pub(super) fn inject_seeds(chore: &Chore<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    if chore.memory.inner().seeded {
        return Ok(outcome);
    }
    let mut fresh = Vec::new();
    for text in &chore.config.discovery_seeds {
        let key = match InstanceKey::parse(text, chore.rules.default_port) {
            Ok(key) => chore.names.canonical(&key, chore.now),
            Err(error) => {
                outcome.told.push(format!("DiscoverySeeds: {error}; it is left out"));
                continue;
            }
        };
        if !key.is_valid() || chore.rules.ignores(&key) {
            let why = if key.is_valid() {
                "DiscoveryIgnoreHostnameFilters has it"
            } else {
                "it names no server"
            };
            outcome
                .told
                .push(format!("DiscoverySeeds: `{text}` is left out, since {why}"));
            continue;
        }
        if chore.inventory.inject(&key, Origin::Seed, chore.now)? {
            // Who names it in the configuration wants it, also if it was forgotten a short while ago.
            chore.inventory.unforget(&key)?;
            outcome.note(
                chore,
                "inject-seed",
                Some(&key),
                "put in, since DiscoverySeeds names it".to_owned(),
            );
            fresh.push(key);
        }
    }
    chore.memory.inner().seeded = true;
    Ok(put_in(chore, outcome, fresh))
}

/// Adds masters from which somebody receives, and that have no row.
pub(super) fn inject_unseen_masters(chore: &Chore<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut fresh = Vec::new();
    for master in upkeep::unseen_masters(chore.fleet, chore.rules, chore.now) {
        if chore.inventory.inject(&master.key, Origin::UnseenMaster, chore.now)? {
            let message = "put in, since somebody replicates from it".to_owned();
            outcome.note(chore, "inject-unseen-masters", Some(&master.key), message);
            fresh.push(master.key);
        }
    }
    Ok(put_in(chore, outcome, fresh))
}

fn put_in(chore: &Chore<'_>, mut outcome: Outcome, fresh: Vec<InstanceKey>) -> Outcome {
    outcome.rows = fresh.len();
    if !fresh.is_empty() {
        let rows = fresh.iter().map(|key| upkeep::unasked_row(key, chore.now));
        outcome.changes.push(Change::Add(rows.collect()));
        outcome.changes.push(Change::Ask(fresh));
    }
    outcome
}

/// Works out anew in which clusters the instances that do not answer are. Only the name is stored.
pub(super) fn review_unseen(chore: &Chore<'_>) -> Result<Outcome> {
    let silent = |instance: &crate::model::Instance| !instance.check.is_valid();
    if !chore.fleet.instances().iter().any(silent) {
        return Ok(Outcome::default());
    }
    let mut placed = chore.fleet.clone();
    let mut names = Vec::new();
    for key in upkeep::place_unseen(&mut placed, chore.rules) {
        let (before, after) = (chore.fleet.get(&key), placed.get(&key));
        if let (Some(before), Some(after)) = (before, after)
            && before.cluster.name != after.cluster.name
        {
            names.push((key, after.cluster.name.clone()));
        }
    }
    let mut outcome = Outcome::of(chore.inventory.set_cluster_names(&names)?);
    for (key, name) in &names {
        let message = format!("counted to the cluster {name} while it does not answer");
        outcome.note(chore, "review-unseen-instances", Some(key), message);
    }
    if !names.is_empty() {
        outcome.changes.push(Change::Rename(names));
    }
    Ok(outcome)
}

/// Removes instances not seen for `UnseenInstanceForgetHours`, and marks of forgotten ones whose time is over.
pub(super) fn forget_long_unseen(chore: &Chore<'_>) -> Result<Outcome> {
    let forget_hours = chore.config.unseen_instance_forget_hours;
    let before = chore.now.plus_seconds(-hours(forget_hours));
    let keys = chore.inventory.forget_unseen_since(before)?;
    let marks = chore.inventory.purge(Purge::Forgotten, chore.now)?;
    let reason = format!("forgotten, not having been seen for {forget_hours} hours");
    let mut outcome = forgotten(chore, "forget-unseen", keys, &reason);
    outcome.rows += marks;
    Ok(outcome)
}

/// Removes instances that do not answer and are known under another name.
pub(super) fn forget_differently_resolved(chore: &Chore<'_>) -> Result<Outcome> {
    let keys = upkeep::differently_resolved(chore.fleet);
    let keys = chore.inventory.forget_differently_resolved(&keys)?;
    let reason = "forgotten under this name: the host name resolves to another one";
    Ok(forgotten(chore, "forget-unseen-differently-resolved", keys, reason))
}

fn forgotten(chore: &Chore<'_>, kind: &str, keys: Vec<InstanceKey>, reason: &str) -> Outcome {
    let mut outcome = Outcome::of(keys.len());
    for key in &keys {
        outcome.note(chore, kind, Some(key), reason.to_owned());
    }
    if !keys.is_empty() {
        outcome.changes.push(Change::Forget(keys));
    }
    outcome
}
