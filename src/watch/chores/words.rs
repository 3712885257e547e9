//! What operators said, and what is kept beside the instances.

use super::standing::purge_nodes;
use super::{Change, Chore, Outcome};
use crate::inventory::Result;

/// The shortest time that positions of masters are remembered.
const STALE_LEAST_SECONDS: i64 = 60;

pub(super) fn rebuild_aliases(chore: &Chore<'_>) -> Result<Outcome> {
    chore.inventory.rebuild_aliases(chore.now)?;
    let aliases = chore.inventory.aliases()?;
    let changed = aliases != chore.fleet.aliases;
    Ok(Outcome {
        rows: aliases.len(),
        changes: if changed { vec![Change::Reread] } else { Vec::new() },
        ..Outcome::default()
    })
}

/// Renews downtimes of lost instances unless their length is configured, ends those of lost instances that are back, and removes what has ended.
pub(super) fn expire_downtime(chore: &Chore<'_>) -> Result<Outcome> {
    let back = chore.inventory.end_recovered_lost(chore.now)?;
    let renewed = match chore.config.master_failover_lost_instances_downtime_minutes {
        0 => chore.inventory.renew_lost_in_recovery(chore.now)?,
        _ => 0,
    };
    let expired = chore.inventory.expire_downtimes(chore.now)?;
    let mut outcome = Outcome::reread(back.len() + renewed + expired);
    for key in &back {
        let message = "the downtime lost-in-recovery ends, since the instance is back".to_owned();
        outcome.note(chore, "end-downtime", Some(key), message);
    }
    if expired > 0 {
        outcome.note(
            chore,
            "expire-downtime",
            None,
            format!("{expired} downtimes have ended"),
        );
    }
    Ok(outcome)
}

/// Releases locks whose time is over or whose program lives no more, and removes those released long ago.
pub(super) fn purge_maintenance(chore: &Chore<'_>) -> Result<Outcome> {
    purge_nodes(chore)?;
    let rows = chore.inventory.expire_maintenance(chore.now)?;
    let mut outcome = Outcome::reread(rows);
    if rows > 0 {
        let message = format!("{rows} maintenance locks were released or removed: over, orphaned or long past");
        outcome.note(chore, "expire-maintenance", None, message);
    }
    Ok(outcome)
}

pub(super) fn register_pseudo_gtid_clusters(chore: &Chore<'_>) -> Result<Outcome> {
    let rows = chore.inventory.note_injected_pseudo_gtids(chore.injected, chore.now)?;
    let known = |cluster: &String| chore.fleet.pseudo_gtid_clusters.contains(cluster);
    let mut outcome = Outcome::of(rows);
    if !chore.injected.iter().all(known) {
        outcome.changes.push(Change::Reread);
    }
    Ok(outcome)
}

/// Positions are remembered for longer than anybody waits for them to move.
pub(super) fn purge_stale_coordinates(chore: &Chore<'_>) -> Result<Outcome> {
    let twice_lag = chore.config.reasonable_replication_lag_seconds.saturating_mul(2);
    let locked = chore.config.reasonable_locked_semi_sync_master_seconds;
    let twice_locked = i64::try_from(locked).unwrap_or(i64::MAX).saturating_mul(2);
    let kept = STALE_LEAST_SECONDS.max(twice_lag).max(twice_locked);
    let before = chore.now.plus_seconds(-kept);
    chore.inventory.expire_stale_coordinates(before).map(Outcome::reread)
}
