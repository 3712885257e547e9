//! Recoveries that give nobody the place of a master: their tasks, carried out or only rehearsed.

use super::acknowledgers::Amount;
use super::adoption::{Adoption, adopt};
use super::aloud::Aloud;
use super::ended::Ended;
use super::mending::{Mend, mend};
use super::office::{Came, Office, Order};
use super::steps::Manner;
use crate::inventory::InventoryError;
use crate::model::instance::Instance;

impl Office<'_> {
    /// The replicas of an intermediate master or of a group's member come below others.
    pub(super) fn adopt(&self, order: &Order) -> Result<Came, InventoryError> {
        let dead = self.dead(order);
        self.under_claim(order, &mut |records, manner| {
            adopt(&self.adoption(order, &dead), self.means(manner), records)
        })
    }

    /// Semi-sync, or a master that is read-only.
    pub(super) fn mend(&self, order: &Order) -> Result<Came, InventoryError> {
        self.under_claim(order, &mut |records, manner| {
            mend(&self.mending(order), self.means(manner), records)
        })
    }

    /// What would be done: the same, with servers that are only rehearsed, and where nothing is written down.
    pub fn rehearsed(&self, order: &Order) -> Ended {
        let manner = Manner::of(&self.around.config);
        let (say, lost) = (|text: &str| (self.around.say)(text), || None);
        let desk = Aloud::rehearsing(&say, &lost);
        if order.kind.moves_orphans() {
            let dead = self.dead(order);
            return adopt(&self.adoption(order, &dead), self.means(&manner), desk).0;
        }
        mend(&self.mending(order), self.means(&manner), desk).0
    }

    /// Who is dead, as it was known; only by name where it was not.
    fn dead(&self, order: &Order) -> Instance {
        let key = &order.verdict.facts.key;
        self.fleet.get(key).cloned().unwrap_or_else(|| Instance {
            key: key.clone(),
            ..Instance::default()
        })
    }

    fn adoption<'t>(&'t self, order: &'t Order, dead: &'t Instance) -> Adoption<'t> {
        Adoption {
            kind: order.kind,
            cluster: &order.verdict.facts.cluster.name,
            dead,
            fleet: self.fleet,
            policy: self.policy,
            forced: order.forced,
            at: (self.around.clock)(),
        }
    }

    fn mending<'t>(&'t self, order: &'t Order) -> Mend<'t> {
        let master = &order.verdict.facts.key;
        Mend {
            kind: order.kind,
            cluster: &order.verdict.facts.cluster.name,
            master,
            fleet: self.fleet,
            wanted: match self.policy.enforce_exact_semi_sync_replicas {
                true => Amount::Exact,
                false => Amount::Enough,
            },
            is_enforced: self.acknowledges(master),
            forced: order.forced,
            at: (self.around.clock)(),
        }
    }
}
