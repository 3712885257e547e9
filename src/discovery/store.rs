//! Writing what probes mean into the inventory.

use super::absorb::{Absorbed, Outcome};
use crate::inventory::{CheckEvent, CheckRecord, Inventory, Recorded, Result};
use crate::model::{InstanceKey, Timestamp};

/// Lets a server that somebody asked for by name come back although it was forgotten a short while ago.
///
/// # Errors
/// When the file cannot be written.
pub fn welcome(inventory: &Inventory, absorbed: &Absorbed) -> Result<()> {
    if absorbed.outcome == Outcome::Failed {
        return Ok(());
    }
    inventory.unforget(&absorbed.key)
}

/// Writes rows and what goes with them in one transaction, in order. Returns the keys that were not stored because they
/// were forgotten a short while ago.
///
/// # Errors
/// When the file cannot be written; then nothing is stored.
pub fn store<'a>(
    inventory: &Inventory,
    all: impl IntoIterator<Item = &'a Absorbed> + Clone,
    now: Timestamp,
) -> Result<Vec<InstanceKey>> {
    inventory.transaction("store what was discovered", |inventory| {
        for absorbed in all.clone() {
            store_names(inventory, absorbed, now)?;
        }
        let stored: Vec<(&Absorbed, CheckRecord<'_>)> = all
            .into_iter()
            .filter_map(|absorbed| Some((absorbed, record(absorbed, now)?)))
            .collect();
        let records: Vec<CheckRecord<'_>> = stored.iter().map(|(_, record)| record.clone()).collect();
        let outcomes = inventory.record_batch(&records)?;
        let forgotten = stored
            .iter()
            .zip(outcomes)
            .filter(|(_, done)| *done == Recorded::Forgotten);
        Ok(forgotten.map(|((absorbed, _), _)| absorbed.key.clone()).collect())
    })
}

/// Everything of an answer but the row.
fn store_names(inventory: &Inventory, absorbed: &Absorbed, now: Timestamp) -> Result<()> {
    if absorbed.outcome != Outcome::Failed
        && let Some(earlier) = &absorbed.renamed_from
    {
        inventory.forget_instance(earlier, now, 0)?;
    }
    for (host, resolved) in &absorbed.resolved {
        inventory.store_resolve(host, resolved, now)?;
    }
    if let Some((cluster, domain)) = &absorbed.cluster_domain {
        inventory.set_domain(cluster, domain, now)?;
    }
    if let Some((key, rule)) = &absorbed.promotion_rule {
        inventory.register_candidate(key, *rule, now)?;
    }
    Ok(())
}

/// The row's part; `None` for an unknown server that did not answer and for one left out.
fn record(absorbed: &Absorbed, now: Timestamp) -> Option<CheckRecord<'_>> {
    let event = match (absorbed.outcome, &absorbed.instance) {
        (Outcome::Complete, Some(instance)) => CheckEvent::Success(instance),
        (Outcome::Partial, Some(instance)) => CheckEvent::Partial(instance, &absorbed.faults),
        (Outcome::Failed, Some(instance)) => CheckEvent::Failure {
            key: &absorbed.key,
            partial: instance.check.partial_success,
            contact: &absorbed.contact,
        },
        _ => return None,
    };
    let attempted = absorbed.instance.as_ref().and_then(|i| i.check.last_attempted);
    Some(CheckRecord {
        at: attempted.unwrap_or(now),
        event,
    })
}
