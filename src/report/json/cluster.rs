//! A cluster in JSON.

use crate::config::Policy;
use crate::model::Fleet;
use crate::model::facts::ClusterFacts;
use serde::Serialize;

/// A cluster with its size and lag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ClusterInfo {
    /// Name: the master's key.
    pub cluster_name: String,
    /// Alias, or the name.
    pub cluster_alias: String,
    /// Domain; in an analysis the name stands in for a missing one.
    pub cluster_domain: String,
    /// Number of members.
    pub count_instances: usize,
    /// Greatest lag over the replicas that speak for the cluster; 0 where there is none.
    pub heuristic_lag: u64,
    /// Whether a master's death is recovered without asking.
    pub has_automated_master_recovery: bool,
    /// Whether an intermediate master's death is recovered without asking.
    pub has_automated_intermediate_master_recovery: bool,
}

impl ClusterInfo {
    /// A cluster of the fleet, by its exact name.
    pub fn of(fleet: &Fleet, name: &str, policy: &Policy, heuristic_lag: Option<u64>) -> Self {
        let stored = fleet.aliases.get(name).map(String::as_str);
        let alias = stored.or_else(|| policy.cluster_aliases.alias_of(name)).unwrap_or(name);
        Self {
            cluster_name: name.to_owned(),
            cluster_alias: alias.to_owned(),
            cluster_domain: fleet.domains.get(name).cloned().unwrap_or_default(),
            count_instances: fleet.instances().iter().filter(|i| i.cluster.name == name).count(),
            heuristic_lag: heuristic_lag.unwrap_or(0),
            has_automated_master_recovery: policy.recover_master_cluster_filters.matches(name, alias),
            has_automated_intermediate_master_recovery: policy
                .recover_intermediate_master_cluster_filters
                .matches(name, alias),
        }
    }
}

/// A cluster as an analysis names it: nothing is counted.
impl From<&ClusterFacts> for ClusterInfo {
    fn from(cluster: &ClusterFacts) -> Self {
        Self {
            cluster_name: cluster.name.clone(),
            cluster_alias: cluster.alias.clone(),
            cluster_domain: cluster.domain.clone(),
            count_instances: 0,
            heuristic_lag: 0,
            has_automated_master_recovery: cluster.automated_master_recovery,
            has_automated_intermediate_master_recovery: cluster.automated_intermediate_master_recovery,
        }
    }
}
