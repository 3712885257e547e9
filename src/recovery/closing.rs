//! The end of a recovery: its record, the old master, what was lost.

use super::candidate;
use super::condition::identity;
use super::desk::Desk;
use super::ended::{Ended, Outcome};
use super::fence::{Fenced, fence};
use super::office::{Done, Office};
use super::records::Records;
use super::servers::Servers;
use super::steps::known_identity;
use crate::inventory::{FenceState, Inventory, InventoryError, RecoveryOutcome};
use crate::model::plan::{HookList, Kind};
use crate::model::{InstanceKey, Look, Timestamp};
use std::time::Duration;

impl Office<'_> {
    /// Writes down how it ended, fences the old master if it can be reached, and gives the cluster back.
    pub(super) fn settle(&self, uid: &str, mut ended: Ended, mut records: Records) -> Result<Done, InventoryError> {
        let plan = &ended.plan;
        let is_failover = plan.kind != Kind::Rejoin && plan.kind != Kind::Takeover;
        let successor = ended.successor().cloned();
        let mut fenced = None;
        if successor.is_some() && is_failover && !matches!(ended.outcome, Outcome::Midway(_)) {
            let known = self.fleet.get(&plan.failed).and_then(known_identity);
            let state = fence(self.servers, &plan.failed, known.as_deref());
            self.note_fence(uid, &plan.failed, &state, &mut records);
            fenced = Some(state);
            let now = (self.around.clock)();
            match write_ledger(
                records.inventory(),
                self.servers,
                uid,
                (&plan.failed, known.as_deref()),
                now,
            ) {
                Ok(Some(lost)) => records.step(&lost),
                Ok(None) => {}
                Err(error) => records.step(&error.to_string()),
            }
        }
        let why = match &ended.outcome {
            Outcome::Promoted => None,
            Outcome::Nobody(why) | Outcome::MasterIsBack(why) | Outcome::Midway(why) => Some(why.clone()),
        };
        // The first is what people are told later.
        let mut errors: Vec<String> = why.iter().chain(&ended.errors).cloned().collect();
        errors.extend(fenced.as_ref().and_then(|state| state.trouble(&plan.failed)));
        let alias = successor
            .as_ref()
            .and_then(|key| self.fleet.get(key))
            .map(|row| row.server.alias.clone());
        let now = (self.around.clock)();
        if matches!(ended.outcome, Outcome::Midway(_)) {
            records.step(&format!(
                "stopped midway; `orchestrator recover --resume` goes on: {}",
                why.unwrap_or_default()
            ));
            records.wait();
            ended.errors = errors;
            return Ok(Done {
                uid: uid.to_owned(),
                ended,
                fenced,
            });
        }
        if plan.kind != Kind::Rejoin {
            let mut participating: Vec<InstanceKey> = successor.iter().cloned().collect();
            participating.extend(
                plan.steps
                    .iter()
                    .map(|step| step.target.clone())
                    .filter(|key| *key != plan.failed),
            );
            participating.sort();
            participating.dedup();
            let outcome = RecoveryOutcome {
                uid: uid.to_owned(),
                successor: successor.clone(),
                successor_alias: alias.clone().unwrap_or_default(),
                lost: plan.lost.iter().map(|(key, _)| key.clone()).collect(),
                participating,
                errors: errors.clone(),
            };
            if let Err(error) = records.inventory().resolve_recovery(&outcome, now) {
                records.step(&error.to_string());
                errors.push(error.to_string());
            }
            if successor.is_none() {
                records.failure().lost_replicas = Vec::new();
                let _ = records.run_hooks(HookList::PostUnsuccessfulFailover);
            }
        }
        records.wait();
        let outcome = why.unwrap_or_else(|| "carried to its end".to_owned());
        if let Err(stop) = records.close(&outcome) {
            records.step(&stop.to_string());
        }
        if let Err(error) = records.inventory().release_lease(uid, &self.around.node.token) {
            records.step(&error.to_string());
        }
        ended.errors = errors;
        Ok(Done {
            uid: uid.to_owned(),
            ended,
            fenced,
        })
    }

    fn note_fence(&self, uid: &str, old: &InstanceKey, state: &Fenced, records: &mut Records) {
        let now = (self.around.clock)();
        let noted = match state {
            Fenced::Yes => records.inventory().fence_done(old, uid, FenceState::Fenced, "", now),
            Fenced::Another(who) => records.inventory().fence_done(old, uid, FenceState::Dropped, who, now),
            Fenced::Refuses(_) => return records.step(&state.trouble(old).unwrap_or_default()),
            Fenced::Unreachable(_) => return records.step(&format!("{old} is fenced as soon as it is seen")),
            Fenced::Writable(why) => records.inventory().fence_done(old, uid, FenceState::Unfenced, why, now),
        };
        records.step(&match (state, noted) {
            (_, Err(error)) => error.to_string(),
            (Fenced::Yes, _) => format!("{old} is fenced: it refuses writes"),
            (other, _) => other.trouble(old).unwrap_or_default(),
        });
    }
}

/// Writes down what was lost in a recovery, by what the old master says where it can be seen, and the promoted server.
/// Answers it in words; nothing where the promoted server cannot be asked, or the recovery is not known.
///
/// # Errors
/// When the inventory cannot be read or written.
pub fn write_ledger(
    inventory: &Inventory,
    servers: &dyn Servers,
    uid: &str,
    old: (&InstanceKey, Option<&str>),
    now: Timestamp,
) -> Result<Option<String>, InventoryError> {
    let Some(plan) = inventory.journal(uid)?.map(|journal| journal.plan) else {
        return Ok(None);
    };
    let promoted = plan.successor.as_ref().and_then(|key| servers.look(key, LOOK).ok());
    let Some(promoted) = promoted else { return Ok(None) };
    // Another server at its address says nothing of what it had.
    let is_same = |look: &Look| old.1.is_none_or(|known| known == identity(look));
    let old = servers.look(old.0, LOOK).ok().filter(is_same);
    let losses = inventory.losses(uid)?.unwrap_or_default();
    let ledger = candidate::ledger(&losses, old.as_ref(), &promoted);
    let text = serde_json::to_string(&ledger).unwrap_or_default();
    inventory.record_ledger(uid, &text, now)?;
    Ok(Some(ledger.to_string()))
}

/// How long a look for the ledger may take.
const LOOK: Duration = Duration::from_secs(1);
