//! Acknowledging recoveries: somebody took note, and they keep no other recovery off any more.

use super::holds::acknowledged_by;
use super::journal::OpenPlan;
use super::recoveries::acknowledge_row;
use super::{Inventory, RecoveriesOf, Result};
use crate::model::recovery::{Lease, Recovery};
use crate::model::{InstanceKey, Timestamp};

/// Which recoveries are acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckOf<'a> {
    /// All of them.
    All,
    /// Those of a cluster: by its name, and by its alias, which outlives a change of master, unless that is empty.
    Cluster {
        /// Its name.
        name: &'a str,
        /// Its alias.
        alias: &'a str,
    },
    /// Those whose failed instance this is.
    Instance(&'a InstanceKey),
    /// The one of this name.
    Uid(&'a str),
}

impl AckOf<'_> {
    fn means(self, plan: &OpenPlan) -> bool {
        match self {
            Self::All => true,
            Self::Cluster { name, .. } => plan.cluster == name,
            Self::Instance(key) => plan.failed == *key,
            Self::Uid(uid) => plan.uid == uid,
        }
    }
}

/// What an acknowledgement did.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Acknowledged {
    /// How many recoveries were not acknowledged before.
    pub count: usize,
    /// Those among them that were left in the middle: nobody resumes them any more.
    pub given_up: Vec<String>,
    /// Who runs those among them that are under way, and go on to their end.
    pub under_way: Vec<Lease>,
}

impl Inventory {
    /// Acknowledges recoveries that nobody acknowledged yet, and ends their active periods. Detections of the cluster or
    /// instance are ended too, so that a failure that goes on is detected anew.
    ///
    /// A recovery that was left in the middle is given up: its journal is closed, and its cluster free again. One under way
    /// goes on; if its program dies after that, nobody resumes it.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing was acknowledged.
    pub fn acknowledge(&self, of: AckOf<'_>, owner: &str, comment: &str, now: Timestamp) -> Result<Acknowledged> {
        let done = self.durably("acknowledge recoveries", |inventory| {
            let mut found = inventory.unacknowledged(of)?;
            found.retain(|record| !record.acknowledged);
            inventory.write("acknowledge recoveries", |conn| {
                found
                    .iter()
                    .try_for_each(|record| acknowledge_row(conn, record.id, now, owner, comment))
            })?;
            match of {
                AckOf::Cluster { name, alias } => {
                    inventory.clear_detections_of_cluster(name, alias, now)?;
                }
                AckOf::Instance(key) => {
                    inventory.clear_detections_of(key, now)?;
                }
                AckOf::All | AckOf::Uid(_) => {}
            }
            let mut done = Acknowledged {
                count: found.len(),
                ..Acknowledged::default()
            };
            let (leases, plans) = (inventory.stored_leases()?, inventory.open_plans()?);
            for record in &found {
                let lease = leases.iter().find(|stored| stored.lease.uid == record.uid);
                if let Some(alive) = lease.filter(|stored| stored.is_alive_at(now)) {
                    done.under_way.push(alive.lease.clone());
                    continue;
                }
                if let Some(dead) = lease {
                    inventory.end_maintenance_of(&dead.lease.node_token, now)?;
                }
                inventory.drop_leases_of(&record.uid)?;
                if plans.iter().any(|plan| plan.uid == record.uid) {
                    inventory.close_plan(&record.uid, &acknowledged_by(owner), now)?;
                    done.given_up.push(record.uid.clone());
                }
            }
            // Some have none: those that promote nobody.
            for plan in plans.iter().filter(|plan| of.means(plan)) {
                let lease = leases.iter().find(|stored| stored.lease.uid == plan.uid);
                if inventory.recovery(&plan.uid)?.is_some() || lease.is_some_and(|stored| stored.is_alive_at(now)) {
                    continue;
                }
                if let Some(dead) = lease {
                    inventory.end_maintenance_of(&dead.lease.node_token, now)?;
                }
                inventory.drop_leases_of(&plan.uid)?;
                inventory.close_plan(&plan.uid, &acknowledged_by(owner), now)?;
                done.given_up.push(plan.uid.clone());
                done.count += 1;
            }
            Ok(done)
        })?;
        done.given_up.iter().for_each(|uid| self.remove_side_journal(uid));
        Ok(done)
    }

    fn unacknowledged(&self, of: AckOf<'_>) -> Result<Vec<Recovery>> {
        let all = |of| self.recoveries(of, u32::MAX, 0);
        match of {
            AckOf::All => all(RecoveriesOf::Unacknowledged),
            AckOf::Instance(key) => all(RecoveriesOf::Instance(key)),
            AckOf::Uid(uid) => all(RecoveriesOf::Uid(uid)),
            AckOf::Cluster { name, alias: "" } => all(RecoveriesOf::Cluster(name)),
            AckOf::Cluster { name, alias } => {
                let mut found = all(RecoveriesOf::Cluster(name))?;
                let more = all(RecoveriesOf::Alias(alias))?;
                found.extend(more.into_iter().filter(|record| record.cluster_name != name));
                Ok(found)
            }
        }
    }
}
