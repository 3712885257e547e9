//! Whether a recovery may begin: the gates, asked on the recovery's own thread.

use crate::config::Policy;
use crate::inventory::InventoryError;
use crate::model::recovery::HeldBy;
use crate::recovery::decision::may_begin;
use crate::recovery::gates::Surroundings as Gated;
use crate::recovery::office::{Office, Order};
use crate::recovery::surroundings::Known;

/// Everything that holds a recovery: what the inventory has and what the watcher knows. What was decided is stored.
pub(super) fn held(
    office: &Office<'_>,
    order: &Order,
    gated: Gated,
    policy: &Policy,
) -> Result<Vec<HeldBy>, InventoryError> {
    let inventory = (office.around.open)()?;
    let (verdict, now) = (&order.verdict, (office.around.clock)());
    let known = Known::read(&inventory, office.fleet, std::slice::from_ref(verdict), policy, now)?;
    let adds = |around: &mut Gated| {
        around.leadership = gated.leadership;
        around.starting_until = gated.starting_until;
        around.witness = gated.witness;
        around.grace_until = gated.grace_until;
        around.breaker = gated.breaker;
        around.dead_since = gated.dead_since;
    };
    Ok(may_begin(&inventory, &known, verdict, policy, adds, now))
}
