//! The end of a recovery: its record, the old master, what was lost.

use super::candidate;
use super::condition::identity;
use super::desk::Desk;
use super::ended::{Ended, Outcome};
use super::fence::{Fenced, fence};
use super::heart::now_ms;
use super::office::{Done, Office};
use super::records::Records;
use super::servers::Servers;
use super::steps::hooks;
use crate::inventory::{FenceState, Inventory, InventoryError, RecoveryOutcome};
use crate::model::plan::{HookList, Kind, Local, Phase, Progress};
use crate::model::{InstanceKey, Look, Timestamp};
use std::time::Duration;

impl Office<'_> {
    /// Writes down how it ended, fences the old master if it can be reached, and gives the cluster back.
    pub(super) fn settle(&self, uid: &str, mut ended: Ended, mut records: Records) -> Result<Done, InventoryError> {
        let is_midway = matches!(ended.outcome, Outcome::Midway(_));
        // Whoever has taken it over does all of this.
        let is_ours = !is_midway || records.is_ours();
        let is_failover = ended.plan.kind.replaces_a_dead_master();
        let successor = ended.successor().cloned();
        // A master that handed over and is no replica now may take writes again, whenever it is restarted.
        let is_left = |lost: &[(InstanceKey, String)]| lost.iter().any(|(key, _)| *key == ended.plan.failed);
        let at_large = ended.plan.kind == Kind::Takeover && is_left(&ended.plan.lost);
        if at_large && is_ours {
            let fence = Local::Wanted(ended.plan.failed.clone());
            let _ = records.local(&fence, &ended.plan).map_err(|why| records.step(&why));
        }
        let mut fenced = None;
        if (is_failover || at_large) && is_ours && successor.is_some() {
            fenced = Some(self.fence_old(uid, &ended, &mut records));
        } else if is_failover && is_ours && ended.is_taken_back() {
            let dropped = records.drop_fence(&ended.plan.failed);
            let _ = dropped.map_err(|error| records.step(&error.to_string()));
        }
        let why = ended.outcome.why().map(str::to_owned);
        // The first is what people are told later.
        let mut errors: Vec<String> = why.iter().chain(&ended.errors).cloned().collect();
        errors.extend(fenced.as_ref().and_then(|state| state.trouble(&ended.plan.failed)));
        let is_recorded = is_midway || self.resolve(uid, &ended, &mut records, &mut errors);
        // Of replicas that are moved each by itself, whoever goes on tells how it ended.
        let is_told_later = is_midway && ended.plan.kind.moves_orphans();
        if successor.is_none() && is_ours && !is_told_later && !ended.plan.kind.promotes_nobody() {
            self.tell_failure(&mut ended, &mut records);
        }
        let why = why.unwrap_or_else(|| "carried to its end".to_owned());
        if is_midway {
            records.step(&format!(
                "stopped midway; `orchestrator recover --resume` goes on: {why}"
            ));
        }
        records.wait();
        // Without its record's end the cluster would be held, and nothing be left to be resumed.
        if !is_midway && (is_recorded || self.resolve(uid, &ended, &mut records, &mut errors)) {
            if let Err(stop) = records.close(&why) {
                records.step(&stop.to_string());
            }
        } else if !is_midway {
            records.step("how it ended could not be written down; `orchestrator recover --resume` does so");
        }
        // Whoever goes on with what was left need not wait until this program is taken for dead.
        if let Err(error) = records.inventory().release_lease(uid, &self.around.node.token) {
            records.step(&error.to_string());
        }
        records.store_steps();
        ended.errors = errors;
        Ok(Done {
            uid: uid.to_owned(),
            ended,
            fenced,
        })
    }

    /// The old master refuses writes, at once or as soon as it is seen, whether the plan came to its end or not.
    fn fence_old(&self, uid: &str, ended: &Ended, records: &mut Records) -> Fenced {
        let failed = &ended.plan.failed;
        records.want_fences(&ended.plan);
        let known = Some(records.identity()).filter(|known| !known.is_empty());
        let state = fence(self.servers, failed, known.as_deref());
        self.note_fence(uid, failed, &state, records);
        let (inventory, now) = (records.inventory(), (self.around.clock)());
        match write_ledger(inventory, self.servers, uid, (failed, known.as_deref()), now) {
            Ok(Some(lost)) => records.step(&lost),
            Ok(None) => {}
            Err(error) => records.step(&error.to_string()),
        }
        state
    }

    /// Writes into the classic record how it ended; whether it is there.
    fn resolve(&self, uid: &str, ended: &Ended, records: &mut Records, errors: &mut Vec<String>) -> bool {
        let plan = &ended.plan;
        if plan.kind.promotes_nobody() {
            return true;
        }
        let successor = ended.successor();
        let alias = successor.and_then(|key| self.fleet.get(key));
        let mut participating: Vec<InstanceKey> = successor.into_iter().cloned().collect();
        let targets = plan.steps.iter().map(|step| &step.target);
        participating.extend(targets.filter(|key| **key != plan.failed).cloned());
        participating.sort();
        participating.dedup();
        let outcome = RecoveryOutcome {
            uid: uid.to_owned(),
            successor: successor.cloned(),
            successor_alias: alias.map(|row| row.server.alias.clone()).unwrap_or_default(),
            lost: plan.lost.iter().map(|(key, _)| key.clone()).collect(),
            participating,
            errors: errors.clone(),
            is_cut_off: ended.is_cut_off,
        };
        let resolved = records.inventory().resolve_recovery(&outcome, (self.around.clock)());
        if let Err(error) = &resolved {
            records.step(&error.to_string());
            errors.push(error.to_string());
        }
        resolved.is_ok()
    }

    /// The hooks of a recovery that came to nothing run once, also where it could not be taken back and is resumed.
    fn tell_failure(&self, ended: &mut Ended, records: &mut Records) {
        let list = HookList::PostUnsuccessfulFailover;
        let entry = |number| ended.entries.iter().find(|entry| entry.number == number);
        let mut earlier = ended.plan.steps.iter().filter(|step| step.last_hooks() == Some(list));
        let (number, is_written) = match earlier.next().map(|step| step.number) {
            Some(number) if entry(number).is_some_and(|entry| entry.progress.has_ended()) => return,
            Some(number) => (number, true),
            None => {
                let failed = ended.plan.failed.clone();
                ended.plan.extend([hooks(Phase::Settle, &failed, list)]);
                let number = ended.plan.steps.last().map_or(0, |step| step.number);
                (number, records.is_open() && records.plan(&ended.plan).is_ok())
            }
        };
        let note = |records: &mut Records, progress, said: &str| {
            if is_written && let Err(stop) = records.note(number, progress, now_ms(), said) {
                records.step(&stop.to_string());
            }
        };
        note(records, Progress::Begun, "");
        records.failure().lost_replicas = Vec::new();
        let ran = records.run_hooks(list);
        let progress = if ran.is_ok() { Progress::Done } else { Progress::Failed };
        note(records, progress, &ran.unwrap_or_else(|why| why));
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
