//! Resolved host names: in the file, and in memory.

use super::ages::resolves;
use super::{Change, Chore, Outcome};
use crate::discovery::HostResolve;
use crate::discovery::upkeep::unknown_master_hosts;
use crate::inventory::{HostMapping, Purge, Result};
use std::collections::{HashMap, HashSet};

/// What the file says of host names has changed, in so many rows.
fn changed(chore: &Chore<'_>, rows: usize) -> Result<Outcome> {
    let mut outcome = Outcome::of(rows);
    if rows > 0 {
        let differing = chore.inventory.resolves()?.into_iter().filter(differs);
        let hosts: HashMap<_, _> = differing.map(|row| (row.hostname, row.mapped)).collect();
        if hosts != chore.fleet.resolved_hosts {
            outcome.changes.push(Change::ResolvedHosts(hosts));
        }
    }
    Ok(outcome)
}

fn differs(row: &HostMapping) -> bool {
    row.hostname != row.mapped && !row.hostname.is_empty() && !row.mapped.is_empty()
}

/// Rows are kept for twice as long as their content is trusted.
pub(super) fn forget_expired(chore: &Chore<'_>) -> Result<Outcome> {
    let before = chore.now.plus_seconds(-resolves(chore.config).saturating_mul(2));
    let rows = chore.inventory.purge(Purge::Resolves, before)?;
    changed(chore, rows)
}

pub(super) fn delete_invalid(chore: &Chore<'_>) -> Result<Outcome> {
    let rows = chore.inventory.delete_looped_resolves()?;
    let mut outcome = changed(chore, rows)?;
    if rows > 0 {
        outcome.told.push(format!(
            "{rows} host names resolved to each other: the older resolutions are forgotten"
        ));
    }
    Ok(outcome)
}

/// Resolves host names of unknown masters as they were resolved the last time.
pub(super) fn resolve_unknown_masters(chore: &Chore<'_>) -> Result<Outcome> {
    let unknown: HashSet<&str> = unknown_master_hosts(chore.fleet).into_iter().collect();
    if unknown.is_empty() || chore.rules.host_resolve == HostResolve::None {
        return Ok(Outcome::default());
    }
    let rejected = |name: &str| {
        chore
            .rules
            .reject_resolved
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(name))
    };
    let mut last: HashMap<String, HostMapping> = HashMap::new();
    for row in chore.inventory.resolve_history()? {
        let usable = unknown.contains(row.hostname.as_str()) && differs(&row) && !rejected(&row.mapped);
        if usable && last.get(&row.hostname).is_none_or(|known| known.at < row.at) {
            last.insert(row.hostname.clone(), row);
        }
    }
    let known = &chore.fleet.resolved_hosts;
    let mut found: Vec<(String, String)> = last.into_iter().map(|(host, row)| (host, row.mapped)).collect();
    found.retain(|(host, resolved)| known.get(host) != Some(resolved));
    found.sort();
    let rows = chore.inventory.store_resolves(&found, chore.now)?;
    chore.names.import(found.clone(), chore.now);
    let mut outcome = changed(chore, rows)?;
    for (host, resolved) in &found {
        let message = format!("the unknown master host {host} is taken for {resolved}, as it was resolved before");
        outcome.note(chore, "resolve-unknown-masters", None, message);
    }
    Ok(outcome)
}

/// Two names that resolve to each other in memory are left out: one of them is wrong, and nobody knows which.
pub(super) fn save(chore: &Chore<'_>) -> Result<Outcome> {
    let mut rows = chore.names.export(chore.now);
    let forward: HashSet<(String, String)> = rows.iter().cloned().collect();
    rows.retain(|(host, resolved)| !forward.contains(&(resolved.clone(), host.clone())));
    let rows = chore.inventory.store_resolves(&rows, chore.now)?;
    changed(chore, rows)
}

/// Takes over what the acting watcher resolved.
pub(super) fn reload(chore: &Chore<'_>) -> Result<Outcome> {
    let rows = chore.inventory.resolves()?;
    let count = rows.len();
    let pairs = rows.into_iter().map(|row| (row.hostname, row.mapped));
    chore.names.import(pairs, chore.now);
    let outcome = changed(chore, count)?;
    Ok(Outcome { rows: 0, ..outcome })
}
