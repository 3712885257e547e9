//! Every cluster's master, for programs that look it up in the key-value table.
//!
//! The keys are those of [`master_pairs`](crate::inventory::master_pairs). Only the writable master counts, and only what changed is written. An instance lost in a recovery is nobody's master
//! any more, and one that was never asked is not known to be one. While a failover goes on the snapshot may be older than
//! what the recovery wrote: so a master that does not answer never takes another one's place, and one that does only if
//! the file says the same of it.

use super::{Chore, Outcome};
use crate::discovery::upkeep::is_unasked;
use crate::inventory::{Result, master_pairs};
use crate::model::records::LOST_IN_RECOVERY;
use crate::model::{Fleet, Instance, Timestamp};
use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Duration;

/// How long looked-up addresses are trusted.
const ADDRESSES_SECONDS: i64 = 600;

/// How much of a run may go into looking up addresses; the rest waits for the next one.
const LOOKING_UP: Duration = Duration::from_secs(5);

pub(super) fn write(chore: &Chore<'_>) -> Result<Outcome> {
    let until = (chore.clock)().saturating_add(LOOKING_UP);
    let prefix = chore.config.kv_cluster_master_prefix.trim_end_matches('/');
    let stored = chore.inventory.kv_list(prefix)?;
    let (mut pairs, mut masters) = (Vec::new(), Vec::new());
    for master in writable_masters(chore.fleet, chore.now) {
        let Some(alias) = chore.fleet.aliases.get(&master.cluster.name) else {
            continue;
        };
        let (key, value) = (format!("{prefix}/{alias}"), master.key.to_string());
        if stored.get(&key) != Some(&value) {
            if (stored.contains_key(&key) && !master.check.is_valid()) || !is_still_master(chore, master)? {
                continue;
            }
            masters.push((key.clone(), &master.key));
        }
        let found = addresses(chore, &master.key.hostname, until)?;
        pairs.extend(master_pairs(prefix, alias, &master.key, found.as_ref()));
    }
    pairs.retain(|(key, value)| stored.get(key) != Some(value));
    let changed: HashSet<String> = chore.inventory.kv_put_changed(&pairs, chore.now)?.into_iter().collect();
    let told = masters.iter().filter(|(key, _)| changed.contains(key));
    let told = told
        .map(|(key, master)| format!("the master under {key} is {master}"))
        .collect();
    Ok(Outcome {
        rows: changed.len(),
        told,
        ..Outcome::default()
    })
}

/// Whether an instance is at the top, and writable.
fn is_writable_master(instance: &Instance) -> bool {
    (instance.cluster.depth == 0 || instance.cluster.is_co_master) && !instance.server.read_only
}

/// Whether the file says so too by now.
fn is_still_master(chore: &Chore<'_>, master: &Instance) -> Result<bool> {
    let row = chore.inventory.instance(&master.key)?;
    Ok(row.is_some_and(|row| is_writable_master(&row) && row.cluster.name == master.cluster.name))
}

/// The writable master of each cluster that has one: one that answers before one that does not, then the higher one, then
/// the smaller key.
fn writable_masters(fleet: &Fleet, now: Timestamp) -> Vec<&Instance> {
    let is_lost = |i: &Instance| {
        fleet
            .downtime(&i.key, now)
            .is_some_and(|d| d.reason == LOST_IN_RECOVERY)
    };
    let mut masters: Vec<&Instance> = fleet
        .instances()
        .iter()
        .filter(|i| is_writable_master(i) && !i.cluster.name.is_empty() && i.key.is_valid())
        .filter(|i| !is_unasked(i) && !is_lost(i))
        .collect();
    masters.sort_by(|a, b| {
        let rank = |i: &Instance| (!i.check.is_valid(), i.cluster.depth);
        let order = a.cluster.name.cmp(&b.cluster.name);
        order.then(rank(a).cmp(&rank(b))).then(a.key.cmp(&b.key))
    });
    masters.dedup_by(|a, b| a.cluster.name == b.cluster.name);
    masters
}

/// A host's addresses of version 4 and 6: those of a literal one, those looked up lately, or those remembered.
fn addresses(chore: &Chore<'_>, host: &str, until: Duration) -> Result<Option<(String, String)>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(Some(by_version(&[address])));
    }
    let stored = chore.inventory.addresses(host)?;
    let fresh = |at: &Timestamp| chore.now.seconds_since(*at) < ADDRESSES_SECONDS;
    let is_fresh = chore.memory.inner().looked_up.get(host).is_some_and(fresh);
    if is_fresh || (chore.clock)() >= until {
        return Ok(stored);
    }
    // A failed lookup is not repeated at once either.
    chore.memory.inner().looked_up.insert(host.to_owned(), chore.now);
    let Ok(found) = chore.lookup.addresses(host) else {
        return Ok(stored);
    };
    let found = by_version(&found);
    if stored.as_ref() != Some(&found) {
        chore.inventory.store_addresses(host, &found.0, &found.1, chore.now)?;
    }
    Ok(Some(found))
}

/// The first address of each version, as text.
fn by_version(addresses: &[IpAddr]) -> (String, String) {
    let first = |wanted: fn(&IpAddr) -> bool| {
        let found = addresses.iter().find(|address| wanted(address));
        found.map(IpAddr::to_string).unwrap_or_default()
    };
    (first(IpAddr::is_ipv4), first(IpAddr::is_ipv6))
}
