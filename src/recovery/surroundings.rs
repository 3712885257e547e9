//! What gates look at, read from the inventory: for commands that only ask, and for a single tick over everything.
//!
//! A watcher knows more than the inventory holds, such as what its witness waits for, and fills that in itself.

use super::breaker::{dead_clusters, of_detections};
use super::gates::{Case, Leadership, OpenJournal, Surroundings, evaluate, with_the_watchers};
use crate::config::Policy;
use crate::inventory::{DetectionsOf, Holder, Inventory, Left, NodeId, PATIENCE, RecoveriesOf, Result};
use crate::model::incidents::Detection;
use crate::model::plan::Kind;
use crate::model::records::{Downtime, Maintenance};
use crate::model::recovery::{HeldBy, Journal, Lease, Recovery, StoredDecision};
use crate::model::verdict::Verdict;
use crate::model::{Contact, Fleet, InstanceKey, Timestamp};
use std::collections::HashMap;

/// How old what a watcher wrote down may be, in seconds: it does so again each second, as long as it is so.
const FRESH_SECONDS: i64 = 60;

/// What the inventory holds, for all instances.
#[derive(Clone, Debug)]
pub struct Known {
    /// What is the same for all instances.
    surroundings: Surroundings,
    downtimes: HashMap<InstanceKey, Downtime>,
    maintenance: HashMap<InstanceKey, Maintenance>,
    refusals: HashMap<InstanceKey, Contact>,
    detections: Vec<Detection>,
    decisions: Vec<StoredDecision>,
    now: Timestamp,
}

/// What earlier recoveries left there.
struct Records {
    recoveries: Vec<Recovery>,
    leases: Vec<Lease>,
    journals: Vec<OpenJournal>,
    decisions: Vec<StoredDecision>,
}

impl Known {
    /// Reads all that gates look at. `verdicts` are those of all clusters, for the circuit-breaker.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(
        inventory: &Inventory,
        fleet: &Fleet,
        verdicts: &[Verdict],
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self> {
        let records = records(inventory, now)?;
        let mut detections = inventory.detections(DetectionsOf::Everyone, u32::MAX, 0)?;
        detections.retain(|detection| detection.is_actionable && detection.is_active);
        let clusters = fleet.cluster_names().len();
        let mut breaker = of_detections(&detections, clusters, policy.max_simultaneous_master_failures);
        breaker.note(dead_clusters(verdicts), clusters, now);
        let surroundings = Surroundings {
            is_disabled: inventory.are_recoveries_disabled()?,
            recoveries: records.recoveries,
            leases: records.leases,
            journals: records.journals,
            fences: inventory.fences()?,
            leadership: leadership(inventory.active_node()?.as_ref(), now),
            breaker: breaker.holds(now),
            ..Surroundings::default()
        };
        Ok(Self {
            surroundings,
            downtimes: fleet.downtimes.clone(),
            maintenance: fleet.maintenance.clone(),
            refusals: fleet
                .contacts
                .iter()
                .filter(|(_, contact)| contact.kind.is_refusal_by_the_living())
                .map(|(key, contact)| (key.clone(), contact.clone()))
                .collect(),
            detections,
            decisions: records.decisions,
            now,
        })
    }

    /// What is known beside this verdict.
    pub fn about(&self, verdict: &Verdict) -> Surroundings {
        let key = &verdict.facts.key;
        let concerned = verdict.facts.replica_keys.iter().chain([key]);
        let detected = self.detections.iter().filter(|detection| detection.key == *key);
        Surroundings {
            downtimes: concerned.filter_map(|key| self.downtimes.get(key)).cloned().collect(),
            maintenance: self.maintenance.get(key).cloned().into_iter().collect(),
            refusal: self.refusals.get(key).cloned(),
            dead_since: detected.filter_map(|detection| detection.start).min(),
            ..self.surroundings.clone()
        }
    }

    /// Everything that holds the recovery that a verdict calls for, as far as the inventory tells: what gates find now,
    /// and what a watcher that acts wrote down last.
    pub fn held(&self, verdict: &Verdict, policy: &Policy, now: Timestamp) -> Vec<HeldBy> {
        let held = evaluate(&Case {
            verdict,
            action: verdict.action,
            policy,
            surroundings: &self.about(verdict),
            forced: false,
            now,
        });
        with_the_watchers(held, self.found_by_watcher(verdict))
    }

    fn found_by_watcher(&self, verdict: &Verdict) -> &[HeldBy] {
        let is_watched = self.surroundings.leadership == Leadership::Acts;
        let is_of_now = |last: Timestamp| self.now.seconds_since(last) <= FRESH_SECONDS;
        let mut decisions = self.decisions.iter().filter(|_| is_watched);
        let same = decisions.find(|decision| {
            let is_same = decision.key == verdict.facts.key && decision.analysis == verdict.code.as_str();
            is_same && decision.last.is_some_and(is_of_now)
        });
        same.map_or(&[], |decision| &decision.held_by)
    }
}

/// Everything about earlier recoveries, leases, journals and decisions is read here and nowhere else in this room.
fn records(inventory: &Inventory, now: Timestamp) -> Result<Records> {
    let mut recoveries = inventory.recoveries(RecoveriesOf::Unacknowledged, u32::MAX, 0)?;
    recoveries.retain(|recovery| recovery.is_active);
    let leases = inventory.living_leases(now)?;
    let mut journals = Vec::new();
    for journal in inventory.open_journals()? {
        // Nobody goes on with what a person took note of, unless somebody still does.
        let is_alive = leases.iter().any(|lease| lease.uid == journal.uid);
        let record = inventory.recovery(&journal.uid)?;
        if is_alive || !record.is_some_and(|record| record.acknowledged) {
            journals.push(open_journal(&journal));
        }
    }
    Ok(Records {
        recoveries,
        leases,
        journals,
        decisions: inventory.decisions(None, None)?,
    })
}

/// What gates look at of a journal that is open.
fn open_journal(left: &Left) -> OpenJournal {
    let plan = left.journal.as_ref().map(|journal| &journal.plan);
    OpenJournal {
        uid: left.uid.clone(),
        // One that cannot be understood may be any; a master's holds most.
        kind: plan.as_ref().map_or(Kind::DeadMaster, |plan| plan.kind),
        cluster: left.cluster.clone(),
        failed: left.failed.clone(),
        successor: left.successor.clone(),
        is_past_return: left.journal.as_ref().is_ok_and(Journal::is_past_return),
        since: plan.as_ref().ok().map(|plan| plan.at).or(left.opened),
        unreadable: plan.err().map(ToString::to_string),
    }
}

/// Some program that runs acts on the inventory, or none does.
fn leadership(holder: Option<&Holder>, now: Timestamp) -> Leadership {
    let is_alive = |holder: &&Holder| {
        let patience = i64::try_from(PATIENCE.as_secs()).unwrap_or(i64::MAX);
        let is_fresh = |seen: Timestamp| now.seconds_since(seen) <= patience;
        holder.id != NodeId::default() && holder.last_seen.is_some_and(is_fresh)
    };
    match holder.filter(is_alive) {
        Some(_) => Leadership::Acts,
        None => Leadership::Nobody,
    }
}
