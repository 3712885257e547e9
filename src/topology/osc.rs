//! Replicas that speak for a whole cluster: those whose lag throttles an online schema change, and those that could
//! serve one.
//!
//! A schema change should slow down when any part of the cluster falls behind, but asking every replica would take
//! too long. So a few are picked:
//!
//! 1. in each data centre, the two servers of depth 1 with most replicas; among equals, the one that lags most;
//! 2. of each intermediate master so picked, the two of its replicas with most replicas of their own;
//! 3. in each data centre, two servers of depth 3, as in 1.
//!
//! The picked ones are listed by key. Never picked: servers whose last check failed, binlog servers, and those of
//! `OSCIgnoreHostnameFilters`.

use crate::config::Policy;
use crate::model::Instance;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many are picked of each kind.
const PICKED: usize = 2;

/// Returns the replicas whose lag speaks for the cluster with these members, sorted by key.
pub fn osc_replicas<'a>(members: &[&'a Instance], policy: &Policy) -> Vec<&'a Instance> {
    let fit: Vec<&Instance> = members.iter().copied().filter(|i| is_fit(i, policy)).collect();
    let mut picked = pick_by_data_center(&fit, 1);
    for master in picked.clone() {
        let below = fit.iter().copied().filter(|i| i.replication.master == master.key);
        picked.extend(busiest(below.collect()));
    }
    picked.extend(pick_by_data_center(&fit, 3));
    picked.sort_by(|a, b| a.key.cmp(&b.key));
    picked.dedup_by(|a, b| a.key == b.key);
    picked
}

/// Returns the greatest lag among [`osc_replicas`], an unknown one being 0; `None` when there is no such replica.
pub fn heuristic_lag(members: &[&Instance], policy: &Policy) -> Option<u64> {
    osc_replicas(members, policy).iter().map(|i| lag(i)).max()
}

/// Returns the replicas that could serve a schema change from their own binary log, those with fewest replicas first.
pub fn gh_ost_replicas<'a>(members: &[&'a Instance]) -> Vec<&'a Instance> {
    let is_fit = |i: &Instance| {
        i.cluster.depth > 0
            && i.binlog.format == "ROW"
            && i.binlog.is_logging_replica()
            && i.check.is_valid()
            && !i.server.is_binlog_server
    };
    let mut fit: Vec<&Instance> = members.iter().copied().filter(|i| is_fit(i)).collect();
    fit.sort_by(|a, b| (a.replica_count(), &a.key).cmp(&(b.replica_count(), &b.key)));
    fit
}

fn is_fit(instance: &Instance, policy: &Policy) -> bool {
    let ignored = &policy.osc_ignore_hostname_filters;
    instance.check.is_valid()
        && !instance.server.is_binlog_server
        && !ignored.matches(&instance.key.hostname, instance.key.port)
}

fn pick_by_data_center<'a>(fit: &[&'a Instance], depth: u32) -> Vec<&'a Instance> {
    let mut centers: BTreeMap<&str, Vec<&Instance>> = BTreeMap::new();
    for &instance in fit.iter().filter(|i| i.cluster.depth == depth) {
        centers.entry(&instance.place.data_center).or_default().push(instance);
    }
    centers.into_values().flat_map(busiest).collect()
}

/// The first few by number of replicas, then lag, then key.
fn busiest(mut instances: Vec<&Instance>) -> Vec<&Instance> {
    instances.sort_by(|a, b| {
        let order = |i: &Instance| (Reverse(i.replica_count()), Reverse(lag(i)));
        order(a).cmp(&order(b)).then_with(|| a.key.cmp(&b.key))
    });
    instances.truncate(PICKED);
    instances
}

fn lag(instance: &Instance) -> u64 {
    instance.replication.lag_seconds.unwrap_or(0)
}
