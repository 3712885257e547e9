//! Who is promoted, by what the servers say and the inventory knows.

use super::candidate::{self, Contender, Wanted};
use super::failover::{NoSuccession, Seen, Succession};
use super::office::{Office, Order};
use crate::model::InstanceKey;
use crate::model::plan::Kind;

impl Office<'_> {
    /// Who would be promoted by what the servers say now, without touching any.
    ///
    /// # Errors
    /// Why nobody would.
    pub fn choose(&self, order: &Order, seen: &Seen, excluded: &[InstanceKey]) -> Result<Succession, NoSuccession> {
        let facts = &order.verdict.facts;
        let failed_row = self.fleet.get(&facts.key);
        let co_master = failed_row
            .filter(|_| order.kind == Kind::DeadCoMaster)
            .map(|row| &row.replication.master);
        let must = co_master.is_some_and(|other| {
            let writable = self.fleet.get(other).is_some_and(|row| !row.server.read_only);
            self.around.config.co_master_recovery_must_promote_other_co_master || writable
        });
        let contenders: Vec<Contender<'_>> = self
            .fleet
            .sorted_replicas_of(&facts.key)
            .into_iter()
            .map(|instance| Contender {
                instance,
                look: seen.looks.get(&instance.key),
                rule: self.fleet.promotion_rule(&instance.key),
            })
            .collect();
        let wanted = Wanted {
            failed: &facts.key,
            failed_row,
            data_center: &facts.data_center,
            region: &facts.region,
            physical_environment: &facts.physical_environment,
            policy: self.policy,
            named: order.named.as_ref(),
            forced: order.forced,
            now: (self.around.clock)(),
            co_master,
            must_promote_co_master: must,
            excluded,
            by_inventory: false,
        };
        match candidate::choose(&contenders, &wanted) {
            Ok(choice) => Ok(Succession {
                successor: choice.successor,
                tail_from: choice.tail_from,
                follows: choice.follows,
                lost: choice.lost,
                losses: choice.losses,
                notes: choice.notes,
            }),
            Err(none) => Err(NoSuccession {
                why: none.sentence,
                losses: none.losses,
            }),
        }
    }
}
