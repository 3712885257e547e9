//! One recovery from its claim to its record: what the command and the watcher both call.
//!
//! The caller has looked at the gates. Here the claim is made, in one transaction with the record, and whoever comes
//! second is told who was first.

use super::course::Means;
use super::ended::{Ended, Outcome};
use super::failover::{Choose, Seen, Succession, Task, fail_over, guard, tail};
use super::fence::Fenced;
use super::heart::now_ms;
use super::placeholders::Failure;
use super::records::{Records, Surroundings};
use super::rejoin::{Return, rejoin};
use super::resume::resume;
use super::servers::Servers;
use super::steps::{Manner, freeze, hooks, in_sequence, known_identity};
use super::takeover::{Handover, Refuse, take_over};
use super::{decision, trail, uid};
use crate::config::Policy;
use crate::inventory::{Claimed, InventoryError, NewClaim, RecoveryOutcome, TakenOver};
use crate::model::plan::{HookList, Kind, Phase, Plan};
use crate::model::recovery::{BlockFrom, HeldBy, Lease, Recovery};
use crate::model::verdict::Verdict;
use crate::model::{Fleet, InstanceKey};
use std::collections::HashMap;

/// What recoveries work with.
pub struct Office<'a> {
    /// Where they are recorded.
    pub around: &'a Surroundings,
    /// The servers.
    pub servers: &'a dyn Servers,
    /// The policy.
    pub policy: &'a Policy,
    /// What is known of the cluster's instances.
    pub fleet: &'a Fleet,
    /// Whether the process is asked to end.
    pub is_interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it is.
    pub kind: Kind,
    /// What is wrong, with the facts about the master that is replaced.
    pub verdict: Verdict,
    /// The one to be promoted, where a person said so.
    pub named: Option<InstanceKey>,
    /// A person asked for it.
    pub forced: bool,
    /// The command that a person gave; empty where nobody did.
    pub command: String,
    /// The detection that led to it; 0 where none did.
    pub detection_id: i64,
}

/// What came of an order.
#[derive(Debug)]
pub enum Came {
    /// Something recorded holds it.
    Held(Vec<HeldBy>),
    /// An earlier one was left in the middle, and is to be resumed or acknowledged.
    OpenJournal {
        /// Which.
        uid: String,
        /// Who ran it.
        holder: Lease,
    },
    /// It was carried out, as far as it went.
    Ended(Box<Done>),
}

/// A recovery that has been carried out as far as it went.
#[derive(Debug)]
pub struct Done {
    /// Its name.
    pub uid: String,
    /// What came of it.
    pub ended: Ended,
    /// Whether the old master refuses writes; `None` where nobody was promoted.
    pub fenced: Option<Fenced>,
}

impl Office<'_> {
    /// Does about a failure what its kind calls for.
    ///
    /// # Errors
    /// When the inventory cannot be used; then nothing was changed.
    pub fn recover(&self, order: &Order) -> Result<Came, InventoryError> {
        match order.kind {
            Kind::DeadIntermediateMaster | Kind::DeadGroupMember => self.adopt(order),
            Kind::SemiSync | Kind::NonWriteable => self.mend(order),
            _ => self.fail_over(order),
        }
    }

    fn fail_over(&self, order: &Order) -> Result<Came, InventoryError> {
        let choose = |seen: &Seen, excluded: &[InstanceKey]| self.choose(order, seen, excluded);
        let enables = |key: &InstanceKey| self.acknowledges(key);
        self.under_claim(order, &mut |records, manner| {
            fail_over(
                &self.task(order, manner, &choose, &enables),
                self.means(manner),
                records,
            )
        })
    }

    fn task<'t>(
        &'t self,
        order: &'t Order,
        manner: &'t Manner,
        choose: &'t Choose<'t>,
        enables_semi_sync: &'t dyn Fn(&InstanceKey) -> bool,
    ) -> Task<'t> {
        let facts = &order.verdict.facts;
        Task {
            kind: order.kind,
            cluster: &facts.cluster.name,
            failed: &facts.key,
            failed_row: self.fleet.get(&facts.key),
            replicas: self.replicas_of(&facts.key),
            forced: order.forced,
            manner,
            at: (self.around.clock)(),
            enables_semi_sync,
            choose,
        }
    }

    /// The plan for who was chosen, of which nothing is done.
    pub fn planned(&self, order: &Order, manner: &Manner, seen: &Seen, succession: &Succession) -> Plan {
        let choose = |seen: &Seen, excluded: &[InstanceKey]| self.choose(order, seen, excluded);
        let enables = |key: &InstanceKey| self.acknowledges(key);
        let task = self.task(order, manner, &choose, &enables);
        let mut plan = task.plan();
        plan.successor = Some(succession.successor.clone());
        plan.lost.clone_from(&succession.lost);
        plan.losses.clone_from(&succession.losses);
        let hooks = vec![hooks(Phase::Prepare, task.failed, HookList::PreFailover)];
        let frozen = freeze(&seen.looks);
        let tail = tail(&task, succession, seen, &[]);
        plan.extend(in_sequence([hooks, guard(&task, true), frozen, tail]));
        plan
    }

    /// Has a living master hand over to `successor`, unless `refuse` says why not, or a hook that `detect` runs.
    ///
    /// # Errors
    /// When the inventory cannot be used; then nothing was changed.
    pub fn take_over(
        &self,
        order: &Order,
        successor: &InstanceKey,
        ends_sessions: bool,
        starts_old_master: bool,
        refuse: &Refuse<'_>,
        detect: &dyn Fn() -> Result<(), String>,
    ) -> Result<Came, InventoryError> {
        self.under_claim(order, &mut |records, manner| {
            let facts = &order.verdict.facts;
            let task = Handover {
                cluster: &facts.cluster.name,
                master: &facts.key,
                replicas: self.replicas_of(&facts.key),
                successor,
                ends_sessions,
                starts_old_master,
                manner,
                enables_semi_sync: &|key| self.acknowledges(key),
                refuse,
                detect,
                at: (self.around.clock)(),
            };
            take_over(&task, self.means(manner), records)
        })
    }

    /// Brings a former master back as a replica of `master`.
    ///
    /// # Errors
    /// When the inventory cannot be used; then nothing was changed.
    pub fn rejoin(&self, order: &Order, master: &InstanceKey) -> Result<Came, InventoryError> {
        let login_of = self.lender(&order.verdict.facts.key, master);
        self.under_claim(order, &mut |records, manner| {
            rejoin(
                &self.coming_back(order, master, &login_of, manner),
                self.means(manner),
                records,
            )
        })
    }

    /// Who comes back to whom, and how.
    pub fn coming_back<'t>(
        &self,
        order: &'t Order,
        master: &'t InstanceKey,
        login_of: &'t InstanceKey,
        manner: &'t Manner,
    ) -> Return<'t> {
        let facts = &order.verdict.facts;
        Return {
            cluster: &facts.cluster.name,
            old: &facts.key,
            master,
            login_of,
            acknowledges: self.acknowledges(&facts.key),
            manner,
            at: (self.around.clock)(),
        }
    }

    /// Whose replication login a former master is given: that of a replica of the master, or the master's own.
    pub fn lender(&self, old: &InstanceKey, master: &InstanceKey) -> InstanceKey {
        let replicas = self.replicas_of(master);
        let other = replicas.into_iter().find(|key| key != old);
        other.unwrap_or_else(|| master.clone())
    }

    /// Goes on with a recovery whose process died, or takes it back.
    ///
    /// # Errors
    /// When the inventory cannot be used; then nothing was changed.
    pub fn resume(&self, uid: &str) -> Result<Result<Done, TakenOver>, InventoryError> {
        let inventory = (self.around.open)()?;
        // What cannot be understood is left to whoever can, and its cluster with it.
        inventory.journal(uid)?;
        let taken = inventory.take_over_lease(uid, &self.around.node, now_ms())?;
        if taken != TakenOver::Taken {
            return Ok(Err(taken));
        }
        let Some(journal) = inventory.journal(uid)?.filter(|journal| !journal.is_closed) else {
            return Ok(Err(TakenOver::Closed));
        };
        let record = inventory.recovery(uid)?.unwrap_or_default();
        let analysis = record.analysis.clone();
        let (kind, failed) = (journal.plan.kind, journal.plan.failed.clone());
        let mut origin = journal.plan.origin.clone();
        origin.no_hooks |= self.around.no_hooks;
        if origin.identity.is_empty() {
            let row = self.fleet.get(&journal.plan.failed);
            origin.identity = row.and_then(known_identity).unwrap_or_default();
        }
        let failure = Failure::resumed(record, &journal.plan, &self.around.node.hostname, uid);
        let begun = Records::begin(self.around, failure, origin, self.aliases(), true);
        let records = begun.inspect_err(|_| {
            // Somebody else may be able to.
            let _ = inventory.release_lease(uid, &self.around.node.token);
        })?;
        let manner = Manner::of(&self.around.config);
        let (ended, records) = resume(journal, &manner, self.means(&manner), records);
        if kind == Kind::Takeover && matches!(ended.outcome, Outcome::Nobody(_)) {
            // It is of a master that had not failed but was to be replaced.
            inventory.clear_detections_of(&failed, (self.around.clock)())?;
        }
        let done = self.settle(uid, ended, records)?;
        self.write_down(&done, &analysis);
        Ok(Ok(done))
    }

    /// The audit trail, and how what was decided before it has ended. Neither undoes what was done where it fails.
    fn write_down(&self, done: &Done, analysis: &str) {
        let (plan, now) = (&done.ended.plan, (self.around.clock)());
        for entry in trail::ends(&done.ended, &self.around.owner, now) {
            (self.around.audit)(entry);
        }
        if plan.kind.promotes_nobody() {
            return;
        }
        let about = (&plan.failed, analysis, plan.cluster.as_str());
        let written = (self.around.open)()
            .and_then(|inventory| decision::has_ended(&inventory, about, (&done.uid, &done.ended), now));
        if let Err(error) = written {
            (self.around.say)(&error.to_string());
        }
    }

    /// The direct replicas of an instance.
    pub fn replicas_of(&self, key: &InstanceKey) -> Vec<InstanceKey> {
        self.fleet.replica_keys_of(key)
    }

    /// With what plans are carried out.
    pub fn means(&self, manner: &Manner) -> Means<'_> {
        Means {
            servers: self.servers,
            clock: &now_ms,
            is_interrupted: self.is_interrupted,
            width: manner.width,
        }
    }

    /// Aliases of instances that have one.
    fn aliases(&self) -> HashMap<InstanceKey, String> {
        let named = self.fleet.instances().iter().filter(|row| !row.server.alias.is_empty());
        named.map(|row| (row.key.clone(), row.server.alias.clone())).collect()
    }

    /// Whether a server acknowledges by `DetectSemiSyncEnforcedQuery`.
    pub fn acknowledges(&self, key: &InstanceKey) -> bool {
        self.fleet.get(key).is_some_and(|row| row.semi_sync.enforced > 0)
    }

    pub(super) fn under_claim(
        &self,
        order: &Order,
        work: &mut dyn FnMut(Records, &Manner) -> (Ended, Records),
    ) -> Result<Came, InventoryError> {
        let (facts, config) = (&order.verdict.facts, &self.around.config);
        let uid = uid::fresh();
        let now = (self.around.clock)();
        let claim = NewClaim {
            recovery: Recovery {
                uid: uid.clone(),
                failed: facts.key.clone(),
                analysis: order.verdict.code.as_str().to_owned(),
                cluster_name: facts.cluster.name.clone(),
                cluster_alias: facts.cluster.alias.clone(),
                count_replicas: facts.replicas,
                replicas: facts.replica_keys.clone(),
                last_detection_id: order.detection_id,
                node_hostname: self.around.node.hostname.clone(),
                node_token: self.around.node.token.clone(),
                ..Recovery::default()
            },
            forced: order.forced,
            block_seconds: config.recovery_period_block_seconds,
            block_from: BlockFrom::start_if(config.recovery_period_block_from_start),
            without_record: order.kind.promotes_nobody(),
            replaces_dead_master: order.kind.replaces_a_dead_master(),
        };
        let inventory = (self.around.open)()?;
        match inventory.claim(&claim, now)? {
            Claimed::Held(held) => return Ok(Came::Held(held)),
            Claimed::OpenJournal { uid, holder } => return Ok(Came::OpenJournal { uid, holder }),
            Claimed::Claimed { .. } => {}
        }
        (self.around.audit)(trail::begins(order.kind, &facts.key, &facts.cluster.name, now));
        let mut failure = Failure::of(&order.verdict, &self.around.node.hostname, &uid);
        failure.command.clone_from(&order.command);
        let identity = self.fleet.get(&facts.key).and_then(known_identity).unwrap_or_default();
        let origin = failure.origin(identity, self.around.no_hooks);
        let begun = Records::begin(self.around, failure, origin, self.aliases(), false);
        let records = begun.inspect_err(|error| {
            // Nothing was begun: whoever comes next finds the cluster free.
            let outcome = RecoveryOutcome {
                uid: uid.clone(),
                errors: vec![error.to_string()],
                ..RecoveryOutcome::default()
            };
            let _ = inventory.resolve_recovery(&outcome, now);
            let _ = inventory.release_lease(&uid, &self.around.node.token);
        })?;
        drop(inventory);
        let mut manner = Manner::of(config);
        // A planned takeover is of no use without its promotion.
        manner.applies_promotion |= order.kind == Kind::Takeover;
        let (ended, records) = work(records, &manner);
        let done = self.settle(&uid, ended, records)?;
        self.write_down(&done, order.verdict.code.as_str());
        Ok(Came::Ended(Box::new(done)))
    }
}
