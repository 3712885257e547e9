//! What the records say against a new recovery: another one under way, one that was left in the middle, a recent one.
//!
//! | gate | holds | until |
//! |---|---|---|
//! | `open-recovery` | another recovery of the cluster or instance has not ended, forced or not | it ends, or somebody acknowledges it |
//! | `open-journal` | one was left in the middle of its plan, forced or not | somebody resumes or acknowledges it, or a failover takes the place of a takeover |
//! | `anti-flapping-instance` | the instance was promoted a short time ago | `RecoveryPeriodBlockSeconds` after that |
//! | `anti-flapping-cluster` | the cluster was recovered in the same way a short time ago | the same |
//!
//! Recoveries of masters and co-masters keep each other off; those of intermediate masters, group members, semi-sync and
//! read-only masters only their own kind. One that failed keeps off for [`FAILED_BLOCK_SECONDS`](crate::model::recovery::FAILED_BLOCK_SECONDS) at most.

use super::journal::OpenPlan;
use super::{Inventory, Result};
use crate::model::Timestamp;
use crate::model::plan::Kind;
use crate::model::recovery::{BlockFrom, HeldBy, Lease, Recovery};

/// A recovery that wants to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClaim {
    /// Its record: name, failed instance, analysis, cluster, replicas, and the program that runs it.
    pub recovery: Recovery,
    /// A person asked for it: what was done recently does not hold it.
    pub forced: bool,
    /// `RecoveryPeriodBlockSeconds`.
    pub block_seconds: i64,
    /// From when that is counted.
    pub block_from: BlockFrom,
    /// It only wants the cluster for itself and leaves no classic record: bringing back a former master is no recovery
    /// that others should wait for.
    pub without_record: bool,
    /// It replaces a dead master: what was left in the middle and [gives way](Kind::gives_way) to that does not hold it.
    pub replaces_dead_master: bool,
}

/// What stands against a claim, and what of it is only a dead program's remains.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// What holds it, with the recovery's row number.
    pub held: Vec<(HeldBy, i64)>,
    /// A plan whose program is gone, and which somebody must resume.
    pub interrupted: Option<(String, Lease)>,
    /// Leases of programs that died before they wrote down what they would do: nothing was changed.
    pub died_early: Vec<Lease>,
    /// Plans whose program is gone and which somebody acknowledged, with their outcome.
    pub acknowledged: Vec<(String, String)>,
    /// Takeovers whose program is gone, and in whose stead this one replaces the same master.
    pub superseded: Vec<String>,
}

impl Inventory {
    /// What the records say against a recovery, without claiming it: nothing where it could be claimed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held_by_records(&self, claim: &NewClaim, now: Timestamp) -> Result<Vec<HeldBy>> {
        let standing = self.standing(claim, now)?;
        Ok(standing.held.into_iter().map(|(held, _)| held).collect())
    }

    pub(super) fn standing(&self, claim: &NewClaim, now: Timestamp) -> Result<Standing> {
        let mut standing = Standing::default();
        self.under_way(claim, now, &mut standing)?;
        self.left_open(claim, &mut standing)?;
        if !claim.forced {
            self.recent(claim, now, &mut standing)?;
        }
        Ok(standing)
    }

    /// Leases, and plans that are not closed.
    fn under_way(&self, claim: &NewClaim, now: Timestamp, standing: &mut Standing) -> Result<()> {
        let own = &claim.recovery;
        let (leases, plans) = (self.stored_leases()?, self.open_plans()?);
        for plan in plans.iter().filter(|plan| plan.uid != own.uid && concerns(plan, own)) {
            let lease = leases.iter().find(|stored| stored.lease.uid == plan.uid);
            let record = self.recovery(&plan.uid)?;
            let id = record.as_ref().map_or(0, |record| record.id);
            if let Some(alive) = lease.filter(|stored| stored.is_alive_at(now)) {
                standing.held.push((under_way(&alive.lease, Some(plan)), id));
                continue;
            }
            if let Some(record) = record.filter(|record| record.acknowledged) {
                let outcome = acknowledged_by(&record.acknowledged_by);
                standing.acknowledged.push((plan.uid.clone(), outcome));
                continue;
            }
            if let Some(kind) = self.gives_way(plan, claim)? {
                if kind.is_superseded() {
                    standing.superseded.push(plan.uid.clone());
                }
                continue;
            }
            standing.held.push((interrupted(plan), id));
            let holder = lease.map_or_else(|| plan.as_lease(), |stored| stored.lease.clone());
            standing.interrupted.get_or_insert((plan.uid.clone(), holder));
        }
        for stored in &leases {
            let lease = &stored.lease;
            if lease.uid == own.uid || plans.iter().any(|plan| plan.uid == lease.uid) {
                continue;
            }
            let record = self.recovery(&lease.uid)?;
            let is_related =
                lease.cluster == own.cluster_name || record.as_ref().is_some_and(|record| record.failed == own.failed);
            if is_related && stored.is_alive_at(now) {
                let id = record.map_or(0, |record| record.id);
                standing.held.push((under_way(lease, None), id));
            } else if is_related {
                standing.died_early.push(lease.clone());
            }
        }
        Ok(())
    }

    /// What kind of plan it is, where it gives way to a claim. What cannot be understood gives way to nobody.
    fn gives_way(&self, plan: &OpenPlan, claim: &NewClaim) -> Result<Option<Kind>> {
        if !claim.replaces_dead_master {
            return Ok(None);
        }
        let journal = match self.journal(&plan.uid) {
            Err(error) if error.is_of_file() => return Err(error),
            other => other.ok().flatten(),
        };
        let is_of_same_master = plan.failed == claim.recovery.failed;
        Ok(journal
            .filter(|journal| journal.plan.kind.gives_way(journal.is_past_return(), is_of_same_master))
            .map(|journal| journal.plan.kind))
    }

    /// Records without an end, of programs that keep no journal.
    fn left_open(&self, claim: &NewClaim, standing: &mut Standing) -> Result<()> {
        let own = &claim.recovery;
        let open = self.recoveries_where(
            "WHERE in_active_period = 1 AND acknowledged = 0 AND nullif(end_recovery, '') IS NULL
               AND (cluster_name = ?1 OR (hostname = ?2 AND port = ?3)) ORDER BY recovery_id",
            (&own.cluster_name, own.failed.hostname.as_ref(), own.failed.port),
        )?;
        let kind = Kind::of_stored(&own.analysis);
        for record in open {
            // Recoveries of other kinds do not keep it off; of one instance there is but one record at a time.
            if record.failed != own.failed
                && !claim.without_record
                && !Kind::of_stored(&record.analysis).keeps_off(kind)
            {
                continue;
            }
            let is_told = standing.held.iter().any(|(_, id)| *id == record.id);
            let died = standing.died_early.iter().any(|lease| lease.uid == record.uid);
            let is_superseded = standing.superseded.contains(&record.uid);
            if !is_told && !died && !is_superseded && record.uid != own.uid {
                let held = HeldBy {
                    gate: "open-recovery".to_owned(),
                    reason: format!("{} has begun and nobody recorded an end", told(&record)),
                    since: record.start,
                    until: None,
                    lifted_by: lifted_by(&record),
                };
                standing.held.push((held, record.id));
            }
        }
        Ok(())
    }

    /// Records that have ended a short time ago.
    fn recent(&self, claim: &NewClaim, now: Timestamp, standing: &mut Standing) -> Result<()> {
        let own = &claim.recovery;
        let ended = self.recoveries_where(
            "WHERE in_active_period = 1 AND nullif(end_recovery, '') IS NOT NULL
               AND (cluster_name = ?1 OR (successor_hostname = ?2 AND successor_port = ?3)) ORDER BY recovery_id",
            (&own.cluster_name, own.failed.hostname.as_ref(), own.failed.port),
        )?;
        for record in ended {
            let (Some(since), Some(until)) = (record.end, record.blocks_until(claim.block_seconds, claim.block_from))
            else {
                continue;
            };
            if standing.superseded.contains(&record.uid)
                || until <= now
                || !Kind::of_stored(&record.analysis).keeps_off(Kind::of_stored(&own.analysis))
            {
                continue;
            }
            let was_promoted = record.successor.as_ref() == Some(&own.failed);
            let (gate, reason) = if was_promoted {
                let reason = format!("{} made {} the master", told(&record), own.failed);
                ("anti-flapping-instance", reason)
            } else {
                let how = if record.is_successful { "ended" } else { "failed" };
                (
                    "anti-flapping-cluster",
                    format!("{} {how} a short time ago", told(&record)),
                )
            };
            let held = HeldBy {
                gate: gate.to_owned(),
                reason,
                since: Some(since),
                until: Some(until),
                lifted_by: lifted_by(&record),
            };
            standing.held.push((held, record.id));
        }
        Ok(())
    }
}

/// Whether a plan is about the same cluster, under its name before or after, or about the same instance.
fn concerns(plan: &OpenPlan, own: &Recovery) -> bool {
    plan.cluster == own.cluster_name
        || plan.failed == own.failed
        || plan.successor == own.failed
        || (plan.successor.is_valid() && plan.successor.to_string() == own.cluster_name)
}

fn under_way(lease: &Lease, plan: Option<&OpenPlan>) -> HeldBy {
    let of = plan.map_or_else(|| lease.cluster.clone(), |plan| plan.failed.to_string());
    HeldBy {
        gate: "open-recovery".to_owned(),
        reason: format!("a recovery of {of} is under way on {}", lease.node_hostname),
        since: lease.taken,
        until: None,
        lifted_by: String::new(),
    }
}

fn interrupted(plan: &OpenPlan) -> HeldBy {
    HeldBy {
        gate: "open-journal".to_owned(),
        reason: format!(
            "a recovery of {} was left in the middle, and the program that ran it is gone",
            plan.failed
        ),
        since: plan.opened,
        until: None,
        lifted_by: resume_or_give_up(&plan.uid),
    }
}

/// What lifts the hold of a plan that was left in the middle.
fn resume_or_give_up(uid: &str) -> String {
    format!("orchestrator recover --resume, or orchestrator recoveries ack {uid} --reason WHY")
}

fn told(record: &Recovery) -> String {
    format!("recovery {} ({} of {})", record.id, record.analysis, record.failed)
}

fn lifted_by(record: &Recovery) -> String {
    format!("orchestrator recoveries ack {} --reason WHY", record.id)
}

/// The outcome of a plan that nobody carries on because of an acknowledgement.
pub(super) fn acknowledged_by(who: &str) -> String {
    format!("acknowledged by {who}")
}
