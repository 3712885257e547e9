//! An indexed snapshot of everything known: the value that all decisions are made from.

use super::records::{Downtime, Maintenance, StaleCoordinates};
use super::{Contact, Instance, InstanceKey, PromotionRule, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

/// All known instances with what operators said of them, indexed by key and by master.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    instances: Vec<Instance>,
    by_key: HashMap<InstanceKey, usize>,
    by_master: HashMap<InstanceKey, Vec<usize>>,
    /// Downtimes by instance.
    pub downtimes: HashMap<InstanceKey, Downtime>,
    /// Active maintenance locks by instance.
    pub maintenance: HashMap<InstanceKey, Maintenance>,
    /// Remembered binary log positions of masters.
    pub stale_coordinates: HashMap<InstanceKey, StaleCoordinates>,
    /// Registered promotion rules.
    pub promotion_rules: HashMap<InstanceKey, PromotionRule>,
    /// Aliases by cluster name.
    pub aliases: BTreeMap<String, String>,
    /// Aliases that operators gave, by cluster name; they win over every other source.
    pub alias_overrides: BTreeMap<String, String>,
    /// Names of clusters into which Pseudo-GTID is injected.
    pub pseudo_gtid_clusters: HashSet<String>,
    /// Domains by cluster name.
    pub domains: BTreeMap<String, String>,
    /// What happened when instances that did not answer were last asked.
    pub contacts: HashMap<InstanceKey, Contact>,
    /// Resolved hostnames by hostname.
    pub resolved_hosts: HashMap<String, String>,
}

impl Fleet {
    /// Builds a fleet of these instances; a key that comes twice keeps its last one.
    pub fn new(instances: impl IntoIterator<Item = Instance>) -> Self {
        let instances = instances.into_iter();
        let mut fleet = Self::default();
        let expected = instances.size_hint().0;
        fleet.instances.reserve(expected);
        fleet.by_key.reserve(expected);
        instances.for_each(|instance| fleet.upsert(instance));
        fleet
    }

    /// As [`Fleet::new`], without moving the instances.
    pub fn from_vec(instances: Vec<Instance>) -> Self {
        let mut fleet = Self {
            by_key: HashMap::with_capacity(instances.len()),
            ..Self::default()
        };
        for (at, instance) in instances.iter().enumerate() {
            if fleet.by_key.insert(instance.key.clone(), at).is_some() {
                return Self::new(instances);
            }
            let master = &instance.replication.master;
            if master.hostname.is_empty() {
                continue;
            }
            match fleet.by_master.get_mut(master) {
                Some(siblings) => siblings.push(at),
                None => {
                    fleet.by_master.insert(master.clone(), vec![at]);
                }
            }
        }
        fleet.instances = instances;
        fleet
    }

    /// Adds an instance or replaces the one of the same key.
    pub fn upsert(&mut self, instance: Instance) {
        let master = instance.replication.master.clone();
        let at = match self.by_key.get(&instance.key) {
            Some(&at) => {
                let earlier = &self.instances[at].replication.master;
                if *earlier == master {
                    self.instances[at] = instance;
                    return;
                }
                let earlier = earlier.clone();
                self.unlink(&earlier, at);
                self.instances[at] = instance;
                at
            }
            None => {
                let at = self.instances.len();
                self.by_key.insert(instance.key.clone(), at);
                self.instances.push(instance);
                at
            }
        };
        if !master.hostname.is_empty() {
            self.by_master.entry(master).or_default().push(at);
        }
    }

    /// Removes an instance; returns whether it was known.
    pub fn remove(&mut self, key: &InstanceKey) -> bool {
        let Some(at) = self.by_key.remove(key) else {
            return false;
        };
        let master = self.instances[at].replication.master.clone();
        self.unlink(&master, at);
        let last = self.instances.len() - 1;
        self.instances.swap_remove(at);
        if at != last {
            let moved = &self.instances[at];
            self.by_key.insert(moved.key.clone(), at);
            if let Some(siblings) = self.by_master.get_mut(&moved.replication.master) {
                siblings.iter_mut().filter(|i| **i == last).for_each(|i| *i = at);
            }
        }
        true
    }

    fn unlink(&mut self, master: &InstanceKey, at: usize) {
        if let Some(siblings) = self.by_master.get_mut(master) {
            siblings.retain(|i| *i != at);
            if siblings.is_empty() {
                self.by_master.remove(master);
            }
        }
    }

    /// All instances, in no particular order.
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The instance of this key.
    pub fn get(&self, key: &InstanceKey) -> Option<&Instance> {
        self.by_key.get(key).map(|&at| &self.instances[at])
    }

    /// The instances whose master is written exactly as `key`, in no particular order.
    pub fn replicas_of(&self, key: &InstanceKey) -> impl Iterator<Item = &Instance> + use<'_> {
        self.by_master
            .get(key)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(|&at| &self.instances[at])
    }

    /// As [`Fleet::replicas_of`], sorted by key.
    pub fn sorted_replicas_of(&self, key: &InstanceKey) -> Vec<&Instance> {
        let mut replicas: Vec<_> = self.replicas_of(key).collect();
        replicas.sort_by(|a, b| a.key.cmp(&b.key));
        replicas
    }

    /// The key under which replicas may know this instance: its hostname as resolved, or as it is.
    pub fn resolved(&self, key: &InstanceKey) -> InstanceKey {
        match self.resolved_hosts.get(key.hostname.as_ref()) {
            Some(resolved) => InstanceKey::new(resolved, key.port),
            None => key.clone(),
        }
    }

    /// Members of a cluster by its exact name, sorted by key.
    pub fn members(&self, cluster_name: &str) -> Vec<&Instance> {
        let mut members: Vec<_> = self
            .instances
            .iter()
            .filter(|i| i.cluster.name == cluster_name)
            .collect();
        members.sort_by(|a, b| a.key.cmp(&b.key));
        members
    }

    /// Names of all clusters, sorted; instances without one do not count.
    pub fn cluster_names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .instances
            .iter()
            .map(|i| i.cluster.name.as_str())
            .filter(|n| !n.is_empty())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The cluster's alias, or its name where it has none.
    pub fn alias_of<'a>(&'a self, cluster_name: &'a str) -> &'a str {
        self.aliases.get(cluster_name).map_or(cluster_name, String::as_str)
    }

    /// The downtime that holds on an instance at `now`.
    pub fn downtime(&self, key: &InstanceKey, now: Timestamp) -> Option<&Downtime> {
        self.downtimes.get(key).filter(|d| d.holds(now))
    }

    /// The registered promotion rule, neutral where none is.
    pub fn promotion_rule(&self, key: &InstanceKey) -> PromotionRule {
        self.promotion_rules.get(key).copied().unwrap_or_default()
    }

    /// The keys of an instance's direct replicas, in the order of [`Fleet::sorted_replicas_of`].
    pub fn replica_keys_of(&self, key: &InstanceKey) -> Vec<InstanceKey> {
        let rows = self.sorted_replicas_of(key).into_iter();
        rows.map(|row| row.key.clone()).collect()
    }

    /// Masters of a cluster: top of the tree or co-masters; writable first, then by depth, then by key.
    pub fn masters(&self, cluster_name: &str) -> Vec<&Instance> {
        let mut masters: Vec<_> = self
            .members(cluster_name)
            .into_iter()
            .filter(|i| i.cluster.depth == 0 || i.cluster.is_co_master)
            .collect();
        masters.sort_by_key(|i| (i.server.read_only, i.cluster.depth));
        masters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn instance(port: u16, master: u16) -> Instance {
        let mut instance = Instance {
            key: InstanceKey::new("h", port),
            ..Instance::default()
        };
        if master != 0 {
            instance.replication.master = InstanceKey::new("h", master);
        }
        instance
    }

    fn check(fleet: &Fleet) {
        for (at, instance) in fleet.instances.iter().enumerate() {
            assert_eq!(fleet.by_key.get(&instance.key), Some(&at));
            let master = &instance.replication.master;
            if !master.hostname.is_empty() {
                assert!(fleet.replicas_of(master).any(|r| r.key == instance.key));
            }
        }
        let linked: usize = fleet.by_master.values().map(Vec::len).sum();
        assert_eq!(
            linked,
            fleet
                .instances
                .iter()
                .filter(|i| !i.replication.master.hostname.is_empty())
                .count()
        );
        assert_eq!(fleet.by_key.len(), fleet.instances.len());
    }

    #[test]
    fn a_list_becomes_a_fleet_as_it_is() {
        let list = |ports: &[(u16, u16)]| {
            let instances = ports.iter().map(|(port, master)| instance(*port, *master));
            instances.collect::<Vec<_>>()
        };
        let fleet = Fleet::from_vec(list(&[(1, 0), (2, 1), (3, 1)]));
        check(&fleet);
        assert_eq!(fleet.sorted_replicas_of(&InstanceKey::new("h", 1)).len(), 2);
        let fleet = Fleet::from_vec(list(&[(1, 0), (2, 1), (2, 3)]));
        check(&fleet);
        assert_eq!(fleet.instances().len(), 2);
    }

    proptest! {
        #[test]
        fn indexes_follow_any_change(changes in prop::collection::vec((any::<bool>(), 1u16..8, 0u16..8), 0..60)) {
            let mut fleet = Fleet::default();
            for (add, port, master) in changes {
                if add { fleet.upsert(instance(port, master)) } else { fleet.remove(&InstanceKey::new("h", port)); }
                check(&fleet);
            }
        }
    }
}
