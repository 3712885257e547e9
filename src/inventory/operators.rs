//! What operators and other processes say: everything beside the instances that a fleet holds, read anew when the file
//! changed.

use super::{Inventory, Result};
use crate::model::records::{Downtime, Maintenance, StaleCoordinates};
use crate::model::{Fleet, InstanceKey, PromotionRule, Timestamp};
use rusqlite::{Transaction, TransactionBehavior};
use std::collections::{BTreeMap, HashMap, HashSet};

const DOING: &str = "read what other processes changed";

/// What a fleet holds beside its instances, and who says it is not the server.
#[derive(Debug, Default)]
pub(super) struct Words {
    downtimes: HashMap<InstanceKey, Downtime>,
    maintenance: HashMap<InstanceKey, Maintenance>,
    stale_coordinates: HashMap<InstanceKey, StaleCoordinates>,
    promotion_rules: HashMap<InstanceKey, PromotionRule>,
    aliases: BTreeMap<String, String>,
    alias_overrides: BTreeMap<String, String>,
    pseudo_gtid_clusters: HashSet<String>,
    domains: BTreeMap<String, String>,
}

impl Words {
    /// Puts them into a fleet, in the place of what it held.
    pub(super) fn put(self, fleet: &mut Fleet) {
        fleet.downtimes = self.downtimes;
        fleet.maintenance = self.maintenance;
        fleet.stale_coordinates = self.stale_coordinates;
        fleet.promotion_rules = self.promotion_rules;
        fleet.aliases = self.aliases;
        fleet.alias_overrides = self.alias_overrides;
        fleet.pseudo_gtid_clusters = self.pseudo_gtid_clusters;
        fleet.domains = self.domains;
    }
}

/// What operators and other processes changed or may have changed.
#[derive(Debug, Default)]
pub struct Operators {
    words: Words,
    /// The instances that have a row.
    pub keys: HashSet<InstanceKey>,
    /// The instances that were forgotten and must stay away yet.
    pub forgotten: HashSet<InstanceKey>,
    /// Whether recoveries are switched off for everybody.
    pub recoveries_disabled: bool,
}

/// How a fleet and the file differ in their instances. Nothing of it has been done to the fleet.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Difference {
    /// Instances of the fleet that were forgotten by somebody: they go. Sorted.
    pub forgotten: Vec<InstanceKey>,
    /// Other instances of the fleet without a row, sorted: they go too, unless the row is still to be written.
    pub vanished: Vec<InstanceKey>,
    /// Instances with a row that the fleet lacks, sorted: they are to be read ([`Inventory::instance`]) and asked.
    pub appeared: Vec<InstanceKey>,
}

impl Operators {
    /// Puts downtimes, maintenance, promotion rules, aliases, domains, remembered positions and clusters with Pseudo-GTID
    /// into a fleet, in the place of what it held, and says how its instances differ from the file's.
    pub fn apply(self, fleet: &mut Fleet) -> Difference {
        self.words.put(fleet);
        let mut difference = Difference::default();
        for key in fleet.instances().iter().map(|instance| &instance.key) {
            if self.forgotten.contains(key) && !self.keys.contains(key) {
                difference.forgotten.push(key.clone());
            } else if !self.keys.contains(key) {
                difference.vanished.push(key.clone());
            }
        }
        let unknown = self.keys.into_iter().filter(|key| fleet.get(key).is_none());
        difference.appeared = unknown.collect();
        difference.forgotten.sort();
        difference.vanished.sort();
        difference.appeared.sort();
        difference
    }
}

impl Inventory {
    /// Reads what other processes may have changed, as of one moment. Cheap enough for each second: call it when
    /// [`Inventory::data_version`] has moved.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load_operators(&self, now: Timestamp) -> Result<Operators> {
        let nested = !self.conn.is_autocommit();
        let begin = || Transaction::new_unchecked(&self.conn, TransactionBehavior::Deferred);
        let snapshot = (!nested).then(begin).transpose();
        let snapshot = snapshot.map_err(|error| self.fail(DOING, &error))?;
        let operators = Operators {
            words: self.words()?,
            keys: self.keys()?.into_iter().collect(),
            forgotten: self.forgotten(now)?,
            recoveries_disabled: self.are_recoveries_disabled()?,
        };
        drop(snapshot);
        Ok(operators)
    }

    pub(super) fn words(&self) -> Result<Words> {
        Ok(Words {
            downtimes: self.downtimes()?.into_iter().map(|d| (d.key.clone(), d)).collect(),
            maintenance: self
                .active_maintenance()?
                .into_iter()
                .map(|m| (m.key.clone(), m))
                .collect(),
            stale_coordinates: self.stale_coordinates()?,
            promotion_rules: self.candidates()?.into_iter().map(|c| (c.key, c.rule)).collect(),
            aliases: self.aliases()?,
            alias_overrides: self.alias_overrides()?,
            pseudo_gtid_clusters: self.pseudo_gtid_clusters()?,
            domains: self.domains()?,
        })
    }
}
