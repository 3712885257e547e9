//! Leases: one program at a time changes a cluster.
//!
//! A lease is taken together with the recovery's record, renewed about once a second, asked for before each step, and
//! given up at the end. A holder is taken for dead when its process on this machine is gone, or when it has not renewed
//! for [`HEARTBEAT_PATIENCE_MS`], whatever its clock or ours shows. What a dead holder was doing is resumed, never begun
//! a second time.

use super::holds::{NewClaim, acknowledged_by};
use super::maintenance::NodeId;
use super::process::{is_gone, this_process};
use super::recoveries::{CRASHED, acknowledge_row, end_crashed, end_period};
use super::{Inventory, RecoveryOutcome, Result, stamp};
use crate::model::Timestamp;
use crate::model::incidents::BlockedRecovery;
use crate::model::recovery::{HeldBy, Lease};

/// How long a holder may be silent, in milliseconds.
pub const HEARTBEAT_PATIENCE_MS: i64 = 10_000;

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The cluster is ours, and the recovery registered.
    Claimed {
        /// Row number of the record; 0 for a claim without one.
        recovery_id: i64,
    },
    /// Something recorded holds it.
    Held(Vec<HeldBy>),
    /// A recovery was left in the middle by a program that is gone: it must be resumed, or acknowledged.
    OpenJournal {
        /// Which.
        uid: String,
        /// Who held the cluster.
        holder: Lease,
    },
}

/// What came of taking over another program's lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// It is ours.
    Taken,
    /// Its holder is alive.
    Alive(Lease),
    /// Another recovery holds the cluster.
    Other(Lease),
    /// Somebody acknowledged the recovery, so nobody resumes it; its plan is closed now.
    Acknowledged {
        /// Who.
        by: String,
        /// With what words.
        comment: String,
    },
    /// There is no open plan of this name.
    Closed,
}

/// A lease with what tells whether its holder lives.
#[derive(Clone, Debug)]
pub(super) struct StoredLease {
    pub lease: Lease,
    pub heartbeat_ms: i64,
    process: String,
}

impl StoredLease {
    /// A heartbeat from the future counts like one from the past: one of the clocks was set.
    pub fn is_alive(&self, now_ms: i64) -> bool {
        now_ms.abs_diff(self.heartbeat_ms) <= HEARTBEAT_PATIENCE_MS.unsigned_abs() && !is_gone(&self.process)
    }

    /// The same for a moment in whole seconds, which may be up to a second ago.
    pub fn is_alive_at(&self, now: Timestamp) -> bool {
        let ms = now.0.saturating_mul(1000);
        self.is_alive(self.heartbeat_ms.clamp(ms, ms.saturating_add(999)))
    }
}

/// The outcome of a takeover whose master is replaced by a failover.
const SUPERSEDED: &str = "superseded by the failover";

const TABLE: &str = "orc_lease";
const COLUMNS: [&str; 7] = [
    "cluster_name",
    "uid",
    "node_hostname",
    "node_token",
    "taken",
    "heartbeat_ms",
    "process",
];

impl Inventory {
    /// Claims a cluster for a recovery: looks what stands against it, registers the recovery and takes the lease, all in
    /// one. However many programs try at once, one succeeds. What is held back is noted in `blocked_topology_recovery`.
    ///
    /// One that a person asked for acknowledges earlier recoveries of the same instance that have ended.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing was claimed.
    pub fn claim(&self, claim: &NewClaim, now: Timestamp) -> Result<Claimed> {
        let mut given_up = Vec::new();
        let claimed = self.durably("claim a recovery", |inventory| {
            let standing = inventory.standing(claim, now)?;
            for lease in &standing.died_early {
                inventory.end_as_crashed(lease, now)?;
            }
            for (uid, outcome) in &standing.acknowledged {
                inventory.close_plan(uid, outcome, now)?;
                inventory.drop_leases_of(uid)?;
                given_up.push(uid.clone());
            }
            if let Some((_, id)) = standing.held.last() {
                let recovery = &claim.recovery;
                inventory.note_blocked(&BlockedRecovery {
                    key: recovery.failed.clone(),
                    cluster_name: recovery.cluster_name.clone(),
                    analysis: recovery.analysis.clone(),
                    last_blocked: Some(now),
                    blocking_recovery_id: *id,
                })?;
            }
            if let Some((uid, holder)) = standing.interrupted {
                return Ok(Claimed::OpenJournal { uid, holder });
            }
            if !standing.held.is_empty() {
                let held = standing.held.into_iter().map(|(held, _)| held).collect();
                return Ok(Claimed::Held(held));
            }
            for uid in &standing.superseded {
                inventory.supersede(uid, now)?;
                given_up.push(uid.clone());
            }
            let recovery = &claim.recovery;
            let mut recovery_id = 0;
            if !claim.without_record {
                inventory.end_earlier(claim, now)?;
                match inventory.insert_recovery(recovery, now)? {
                    Some(id) => recovery_id = id,
                    None => return Ok(Claimed::Held(vec![unexplained(claim)])),
                }
            }
            let id = NodeId {
                hostname: recovery.node_hostname.clone(),
                token: recovery.node_token.clone(),
            };
            inventory.put_lease(&recovery.cluster_name, &recovery.uid, &id, now)?;
            Ok(Claimed::Claimed { recovery_id })
        })?;
        given_up.iter().for_each(|uid| self.remove_side_journal(uid));
        Ok(claimed)
    }

    /// Ends a takeover whose master is replaced by a failover.
    fn supersede(&self, uid: &str, now: Timestamp) -> Result<()> {
        let outcome = RecoveryOutcome {
            uid: uid.to_owned(),
            errors: vec![SUPERSEDED.to_owned()],
            ..RecoveryOutcome::default()
        };
        self.resolve_recovery(&outcome, now)?;
        self.close_plan(uid, SUPERSEDED, now)?;
        self.drop_leases_of(uid)
    }

    fn put_lease(&self, cluster: &str, uid: &str, holder: &NodeId, now: Timestamp) -> Result<()> {
        self.write("take a lease", |conn| {
            conn.prepare_cached(
                "INSERT OR REPLACE INTO orc_lease
                 (cluster_name, uid, node_hostname, node_token, process, taken, heartbeat_ms)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                cluster,
                uid,
                &holder.hostname,
                &holder.token,
                this_process(),
                stamp(now),
                now.0.saturating_mul(1000),
            ))
            .map(|_| ())
        })
    }

    /// Says that the holder is alive. `false` when the lease is lost: then nothing may be changed any more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn renew_lease(&self, uid: &str, token: &str, now_ms: i64) -> Result<bool> {
        self.write("renew a lease", |conn| {
            conn.prepare_cached("UPDATE orc_lease SET heartbeat_ms = ?3 WHERE uid = ?1 AND node_token = ?2")?
                .execute((uid, token, now_ms))
                .map(|rows| rows > 0)
        })
    }

    /// Gives a lease up; returns whether it was ours.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn release_lease(&self, uid: &str, token: &str) -> Result<bool> {
        self.write("give up a lease", |conn| {
            conn.prepare_cached("DELETE FROM orc_lease WHERE uid = ?1 AND node_token = ?2")?
                .execute((uid, token))
                .map(|rows| rows > 0)
        })
    }

    pub(super) fn drop_leases_of(&self, uid: &str) -> Result<()> {
        self.write("give up a lease", |conn| {
            conn.prepare_cached("DELETE FROM orc_lease WHERE uid = ?")?
                .execute([uid])
                .map(|_| ())
        })
    }

    /// Takes over the lease of a recovery that was left in the middle, to resume it: only from a holder that is dead, or
    /// that has the same token, and not when somebody acknowledged the recovery.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_over_lease(&self, uid: &str, holder: &NodeId, now_ms: i64) -> Result<TakenOver> {
        let now = Timestamp(now_ms.div_euclid(1000));
        let taken = self.durably("take over a recovery", |inventory| {
            let Some(plan) = inventory.open_plans()?.into_iter().find(|plan| plan.uid == uid) else {
                return Ok(TakenOver::Closed);
            };
            for stored in inventory.stored_leases()? {
                let lease = stored.lease.clone();
                let is_own = lease.uid == uid && lease.node_token == holder.token;
                if (lease.uid != uid && lease.cluster != plan.cluster) || is_own || !stored.is_alive(now_ms) {
                    continue;
                }
                return Ok(if lease.uid == uid {
                    TakenOver::Alive(lease)
                } else {
                    TakenOver::Other(lease)
                });
            }
            // What the dead holder had locked is nobody's.
            for stored in inventory.stored_leases()? {
                if stored.lease.uid == uid && stored.lease.node_token != holder.token {
                    inventory.end_maintenance_of(&stored.lease.node_token, now)?;
                }
            }
            if let Some(record) = inventory.recovery(uid)?.filter(|record| record.acknowledged) {
                let outcome = acknowledged_by(&record.acknowledged_by);
                inventory.close_plan(uid, &outcome, now)?;
                inventory.drop_leases_of(uid)?;
                return Ok(TakenOver::Acknowledged {
                    by: record.acknowledged_by,
                    comment: record.acknowledge_comment,
                });
            }
            inventory.put_lease(&plan.cluster, uid, holder, now)?;
            inventory.renew_lease(uid, &holder.token, now_ms)?;
            Ok(TakenOver::Taken)
        })?;
        if matches!(taken, TakenOver::Acknowledged { .. }) {
            self.remove_side_journal(uid);
        }
        Ok(taken)
    }

    /// Who holds a cluster, alive or not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lease_of(&self, cluster: &str) -> Result<Option<Lease>> {
        let mut leases = self.stored_leases()?.into_iter().map(|stored| stored.lease);
        Ok(leases.find(|lease| lease.cluster == cluster))
    }

    /// Whether the holder of a recovery's lease is alive; `false` too when nobody holds it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_holder_alive(&self, uid: &str, now_ms: i64) -> Result<bool> {
        let leases = self.stored_leases()?;
        Ok(leases
            .iter()
            .any(|stored| stored.lease.uid == uid && stored.is_alive(now_ms)))
    }

    /// The leases whose holders are alive.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn living_leases(&self, now: Timestamp) -> Result<Vec<Lease>> {
        let living = self
            .stored_leases()?
            .into_iter()
            .filter(|stored| stored.is_alive_at(now));
        Ok(living.map(|stored| stored.lease).collect())
    }

    pub(super) fn stored_leases(&self) -> Result<Vec<StoredLease>> {
        let rest = "ORDER BY cluster_name";
        self.list("read the leases", TABLE, &COLUMNS, rest, [], |cells| {
            let heartbeat_ms: i64 = cells.number(5).unwrap_or_default();
            Some(StoredLease {
                lease: Lease {
                    cluster: cells.text(0),
                    uid: cells.text(1),
                    node_hostname: cells.text(2),
                    node_token: cells.text(3),
                    taken: cells.time(4),
                    heartbeat: Some(Timestamp(heartbeat_ms.div_euclid(1000))),
                },
                heartbeat_ms,
                process: cells.text(6),
            })
        })
    }

    /// Ends what programs left that died before they wrote down what they would do, and removes the files of those that
    /// died just when they had ended. Returns how many of the former there were.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn end_died_early(&self, now: Timestamp) -> Result<usize> {
        self.tidy_side_journals()?;
        let dead = |inventory: &Self| -> Result<Vec<Lease>> {
            let plans = inventory.open_plans()?;
            let leases = inventory.stored_leases()?.into_iter();
            let dead = leases
                .filter(|stored| !stored.is_alive_at(now) && !plans.iter().any(|plan| plan.uid == stored.lease.uid));
            Ok(dead.map(|stored| stored.lease).collect())
        };
        if dead(self)?.is_empty() {
            return Ok(0);
        }
        self.transaction("end what dead programs left", |inventory| {
            let dead = dead(inventory)?;
            for lease in &dead {
                inventory.end_as_crashed(lease, now)?;
            }
            Ok(dead.len())
        })
    }

    /// Ends a recovery whose program died before anything was changed.
    fn end_as_crashed(&self, lease: &Lease, now: Timestamp) -> Result<()> {
        self.drop_leases_of(&lease.uid)?;
        self.end_maintenance_of(&lease.node_token, now)?;
        let open = self.recovery(&lease.uid)?;
        match open.filter(|record| record.end.is_none() && !record.acknowledged) {
            Some(record) => self.write("acknowledge a crashed recovery", |conn| {
                end_crashed(conn, record.id, now)
            }),
            None => Ok(()),
        }
    }

    /// Ends the active periods of earlier recoveries of the same instance: the table allows one, and nothing of them
    /// stands against this one. Those before one that a person asked for count as acknowledged by that.
    fn end_earlier(&self, claim: &NewClaim, now: Timestamp) -> Result<()> {
        let failed = &claim.recovery.failed;
        let earlier = self.recoveries_where(
            "WHERE hostname = ?1 AND port = ?2 AND nullif(end_recovery, '') IS NOT NULL
               AND (in_active_period = 1 OR acknowledged = 0) ORDER BY recovery_id",
            (failed.hostname.as_ref(), failed.port),
        )?;
        let comment = format!("implicit acknowledge due to user invocation of recovery on same instance: {failed}");
        self.write("end earlier recoveries' periods", |conn| {
            for record in &earlier {
                if claim.forced && !record.acknowledged {
                    acknowledge_row(conn, record.id, now, CRASHED[0], &comment)?;
                } else if record.is_active {
                    end_period(conn, record.id, now)?;
                }
            }
            Ok(())
        })
    }
}

/// The table refused a second active recovery that was not to be seen.
fn unexplained(claim: &NewClaim) -> HeldBy {
    let failed = &claim.recovery.failed;
    HeldBy {
        gate: "open-recovery".to_owned(),
        reason: format!("another recovery of {failed} is active"),
        since: None,
        until: None,
        lifted_by: format!("orchestrator ack-instance-recoveries -i {failed} --reason WHY"),
    }
}
