//! Which alias belongs to which cluster.

use crate::model::records::LOST_IN_RECOVERY;
use crate::model::{Fleet, Instance, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Works out the aliases of all clusters from what their instances suggest, as (cluster name, alias) sorted by name.
///
/// A cluster has one alias and an alias one cluster. Where several instances make claims, the valid one wins over the
/// invalid, then the writable over the read-only, then the one with more replicas. Instances lost in a recovery make no
/// claims. A cluster of which nobody suggests an alias is its own alias.
pub fn cluster_aliases(fleet: &Fleet, now: Timestamp) -> Vec<(String, String)> {
    let mut claims: Vec<&Instance> = fleet
        .instances()
        .iter()
        .filter(|i| !i.cluster.suggested_alias.is_empty() && !i.cluster.name.is_empty() && !is_lost(fleet, i, now))
        .collect();
    claims.sort_by_cached_key(|i| {
        (
            Reverse(i.check.is_valid()),
            i.server.read_only,
            Reverse(i.replica_count()),
            i.key.clone(),
        )
    });
    // The strongest claims come first, so whatever is taken stays taken.
    let mut alias_of: BTreeMap<&str, &str> = BTreeMap::new();
    let mut cluster_of: HashMap<&str, &str> = HashMap::new();
    for instance in claims {
        let (name, alias) = (
            instance.cluster.name.as_str(),
            instance.cluster.suggested_alias.as_str(),
        );
        if !alias_of.contains_key(name) && !cluster_of.contains_key(alias) {
            alias_of.insert(name, alias);
            cluster_of.insert(alias, name);
        }
    }
    let suggesting: BTreeSet<&str> = fleet
        .instances()
        .iter()
        .filter(|i| !i.cluster.suggested_alias.is_empty())
        .map(|i| i.cluster.name.as_str())
        .collect();
    for name in fleet.cluster_names() {
        if !suggesting.contains(name) && !cluster_of.contains_key(name) {
            alias_of.insert(name, name);
        }
    }
    alias_of
        .into_iter()
        .map(|(name, alias)| (name.to_owned(), alias.to_owned()))
        .collect()
}

fn is_lost(fleet: &Fleet, instance: &Instance, now: Timestamp) -> bool {
    fleet
        .downtime(&instance.key, now)
        .is_some_and(|downtime| downtime.reason == LOST_IN_RECOVERY)
}
