//! What is due, unseen, or known under two names.

use super::attribution::{Touched, reattribute};
use super::rules::DiscoveryRules;
use crate::model::instance::{Check, ClusterPlace, Server};
use crate::model::{Fleet, Instance, InstanceKey, Timestamp, Version};
use std::collections::{BTreeMap, BTreeSet};

/// Version of a row that was made before its server was ever asked.
const UNKNOWN_VERSION: &str = "Unknown";

/// Keys whose last check is older than the poll interval, or than twice that where an attempt since then went unanswered;
/// sorted.
pub fn outdated(fleet: &Fleet, rules: &DiscoveryRules, now: Timestamp) -> Vec<InstanceKey> {
    let is_due = |check: &Check| {
        let checked = check.last_checked.unwrap_or_default();
        let unanswered = check.last_attempted.unwrap_or_default() > checked;
        let patience = if unanswered {
            rules.poll_seconds.saturating_mul(2)
        } else {
            rules.poll_seconds
        };
        now.seconds_since(checked) > patience
    };
    let mut due: Vec<_> = fleet
        .instances()
        .iter()
        .filter(|i| is_due(&i.check))
        .map(|i| i.key.clone())
        .collect();
    due.sort();
    due
}

/// The row of a server that nobody has asked yet. It counts as valid until its first probe.
pub fn unasked_row(key: &InstanceKey, now: Timestamp) -> Instance {
    Instance {
        key: key.clone(),
        check: Check {
            last_checked: Some(now),
            last_attempted: Some(now),
            last_seen: Some(now),
            partial_success: true,
            latency_nanos: 0,
        },
        server: Server {
            version: Version::new(UNKNOWN_VERSION),
            major_version: Version::new(UNKNOWN_VERSION).major(),
            ..Server::default()
        },
        cluster: ClusterPlace {
            name: key.to_string(),
            ..ClusterPlace::default()
        },
        ..Instance::default()
    }
}

/// Whether a row was made before its server was ever asked.
pub fn is_unasked(instance: &Instance) -> bool {
    instance.server.version.as_str() == UNKNOWN_VERSION
}

/// Whether there is a row for an instance, under this name or the resolved one.
fn is_known(fleet: &Fleet, key: &InstanceKey) -> bool {
    fleet.get(key).is_some() || fleet.get(&fleet.resolved(key)).is_some()
}

/// Rows for masters from which somebody receives while they have no row themselves, under their resolved names; sorted
/// by key.
pub fn unseen_masters(fleet: &Fleet, rules: &DiscoveryRules, now: Timestamp) -> Vec<Instance> {
    let receiving = fleet.instances().iter().filter(|i| i.replication.io_running);
    let masters = receiving
        .map(|i| &i.replication.master)
        .filter(|key| rules.follows_master(key) && !is_known(fleet, key))
        .map(|key| fleet.resolved(key));
    let unseen: BTreeSet<_> = masters.filter(|key| rules.follows_master(key)).collect();
    unseen.iter().map(|key| unasked_row(key, now)).collect()
}

/// Host names of masters that are not known, whether anybody receives from them or not; sorted.
pub fn unknown_master_hosts(fleet: &Fleet) -> Vec<&str> {
    let masters = fleet.instances().iter().map(|i| &i.replication.master);
    let unknown = masters.filter(|key| key.is_valid() && !is_known(fleet, key));
    let hosts: BTreeSet<&str> = unknown.map(|key| key.hostname.as_ref()).collect();
    hosts.into_iter().collect()
}

/// Places instances that do not answer into their clusters anew, by the masters they are known to have. Returns the keys
/// of rows that changed.
pub fn place_unseen(fleet: &mut Fleet, rules: &DiscoveryRules) -> Vec<InstanceKey> {
    let unseen = fleet.instances().iter().filter(|i| !i.check.is_valid());
    let touched: Vec<_> = unseen
        .map(|i| Touched {
            key: i.key.clone(),
            own_alias: Some(i.cluster.suggested_alias.clone()),
            earlier_cluster: Some(i.cluster.name.clone()),
            answered: false,
        })
        .collect();
    reattribute(fleet, &touched, rules)
}

/// Keys of invalid rows whose host name resolves to another one: the server is kept under that; sorted.
pub fn differently_resolved(fleet: &Fleet) -> Vec<InstanceKey> {
    let mut keys: Vec<_> = fleet
        .instances()
        .iter()
        .filter(|i| !i.check.is_valid() && fleet.resolved(&i.key) != i.key)
        .map(|i| i.key.clone())
        .collect();
    keys.sort();
    keys
}

/// Server uuids that several valid rows share, with their keys, sorted.
pub fn shared_uuids(fleet: &Fleet) -> Vec<(String, Vec<InstanceKey>)> {
    let mut keys_of: BTreeMap<&str, Vec<InstanceKey>> = BTreeMap::new();
    for instance in fleet
        .instances()
        .iter()
        .filter(|i| !i.server.uuid.is_empty() && i.check.is_valid())
    {
        keys_of
            .entry(&instance.server.uuid)
            .or_default()
            .push(instance.key.clone());
    }
    let shared = keys_of.into_iter().filter(|(_, keys)| keys.len() > 1);
    shared
        .map(|(uuid, mut keys)| {
            keys.sort();
            (uuid.to_owned(), keys)
        })
        .collect()
}

/// What to do about servers that share a uuid.
pub fn shared_uuid_notice(uuid: &str, keys: &[InstanceKey]) -> String {
    let keys: Vec<String> = keys.iter().map(InstanceKey::to_string).collect();
    format!(
        "{} have the same server_uuid {uuid}: either one server is known under several addresses (forget all but one), or \
         a data directory was copied (remove auto.cnf on the copies and restart them)",
        keys.join(" and ")
    )
}
