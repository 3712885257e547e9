//! What the inventory says of clusters: names, aliases, masters, members. Nothing here contacts a server.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::information::listed;
use super::target::{self, alias_of, cluster};
use super::{Command, takes};
use crate::args::{Given, Group};
use crate::model::{Fleet, Instance, InstanceKey};
use crate::report::answer::{Answer, Rows};
use crate::report::json;
use crate::topology::osc;
use serde_json::Value;

const GROUP: Group = Group::Information;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "clusters",
        "List the names of all clusters",
        takes::NONE,
        clusters,
    ),
    Command::reads(
        GROUP,
        "clusters-alias",
        "List the names and aliases of all clusters",
        takes::NONE,
        clusters_alias,
    ),
    Command::reads(
        GROUP,
        "all-clusters-masters",
        "List one writable master of each cluster",
        takes::NONE,
        all_clusters_masters,
    ),
    Command::reads(
        GROUP,
        "which-cluster",
        "Print the name of an instance's cluster",
        takes::CLUSTER,
        which_cluster,
    ),
    Command::reads(
        GROUP,
        "which-cluster-alias",
        "Print the alias of a cluster",
        takes::CLUSTER,
        which_cluster_alias,
    ),
    Command::reads(
        GROUP,
        "which-cluster-domain",
        "Print the domain of a cluster",
        takes::CLUSTER,
        which_cluster_domain,
    ),
    Command::reads(
        GROUP,
        "which-cluster-master",
        "Print the master of a cluster",
        takes::CLUSTER,
        which_cluster_master,
    ),
    Command::reads(
        GROUP,
        "which-cluster-instances",
        "List the instances of a cluster",
        takes::CLUSTER,
        which_cluster_instances,
    ),
    Command::reads(
        GROUP,
        "which-cluster-osc-replicas",
        "List replicas fit to throttle an online schema change by",
        takes::CLUSTER,
        which_cluster_osc_replicas,
    ),
    Command::reads(
        GROUP,
        "which-cluster-osc-running-replicas",
        "List those of them that replicate",
        takes::CLUSTER,
        which_cluster_osc_running_replicas,
    ),
    Command::reads(
        GROUP,
        "which-cluster-gh-ost-replicas",
        "List replicas that gh-ost could work on",
        takes::CLUSTER,
        which_cluster_gh_ost_replicas,
    ),
    Command::reads(
        GROUP,
        "get-cluster-heuristic-lag",
        "Print the greatest lag among the online schema change replicas",
        takes::CLUSTER,
        get_cluster_heuristic_lag,
    ),
    Command::reads(
        GROUP,
        "which-heuristic-domain-instance",
        "Print the writer stored for a cluster's domain",
        takes::CLUSTER,
        which_heuristic_domain_instance,
    ),
];

fn clusters<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let fleet = context.fleet()?;
    let names = || fleet.cluster_names().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let rows = move || Rows {
        headings: vec!["Cluster", "Alias", "Instances"],
        rows: names()
            .into_iter()
            .map(|n| {
                vec![
                    n.clone(),
                    alias_of(context, fleet, &n),
                    fleet.members(&n).len().to_string(),
                ]
            })
            .collect(),
    };
    Ok(Answer::lines(names()).or_blank().with_table(rows))
}

fn clusters_alias<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let fleet = context.fleet()?;
    let rows = fleet
        .cluster_names()
        .into_iter()
        .map(|n| vec![n.to_owned(), alias_of(context, fleet, n)])
        .collect();
    let answer = Answer::rows(&["ClusterName", "ClusterAlias"], rows, "\t");
    Ok(answer.with_data(move || clusters_info(context, fleet)))
}

fn clusters_info(context: &Context, fleet: &Fleet) -> Value {
    let info = |name: &str| {
        let lag = osc::heuristic_lag(&fleet.members(name), &context.policy);
        json::value(&json::ClusterInfo::of(fleet, name, &context.policy, lag))
    };
    fleet.cluster_names().into_iter().map(info).collect()
}

fn all_clusters_masters<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let fleet = context.fleet()?;
    let names = fleet.cluster_names();
    let masters = names
        .iter()
        .filter_map(|name| fleet.masters(name).into_iter().find(|m| !m.server.read_only));
    Ok(listed(context, fleet, masters.collect()))
}

/// The cluster named, or, where the name leads nowhere, the only one there is.
fn cluster_or_only(context: &Context, given: &Given) -> Outcome<String> {
    if let Some(name) = cluster(context, given)? {
        return Ok(name);
    }
    match context.fleet()?.cluster_names().as_slice() {
        [only] => Ok((*only).to_owned()),
        names => Err(Failure::failed(format!(
            "no cluster determined, and there are {} to choose from",
            names.len()
        ))),
    }
}

fn which_cluster<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    Ok(Answer::line(cluster(context, given)?.unwrap_or_default()))
}

fn which_cluster_alias<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster_or_only(context, given)?;
    Ok(Answer::line(alias_of(context, context.fleet()?, &name)))
}

fn which_cluster_domain<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster_or_only(context, given)?;
    Ok(Answer::line(
        context.fleet()?.domains.get(&name).cloned().unwrap_or_default(),
    ))
}

fn which_cluster_master<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster(context, given)?.unwrap_or_default();
    let fleet = context.fleet()?;
    let master = fleet.masters(&name).into_iter().next();
    let master = master.ok_or_else(|| Failure::failed(format!("No writeable masters found for cluster {name}")))?;
    Ok(listed(context, fleet, vec![master]))
}

fn in_cluster<'c>(
    context: &'c Context,
    given: &'c Given,
    choose: impl Fn(&'c Fleet, &str) -> Vec<&'c Instance>,
) -> Outcome<Answer<'c>> {
    let Some(name) = cluster(context, given)? else {
        return Ok(Answer::nothing());
    };
    let fleet = context.fleet()?;
    Ok(listed(context, fleet, choose(fleet, &name)))
}

fn which_cluster_instances<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    in_cluster(context, given, |fleet, name| fleet.members(name))
}

fn which_cluster_osc_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    in_cluster(context, given, |fleet, name| {
        osc::osc_replicas(&fleet.members(name), &context.policy)
    })
}

fn which_cluster_osc_running_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    in_cluster(context, given, |fleet, name| {
        osc::osc_replicas(&fleet.members(name), &context.policy)
            .into_iter()
            .filter(|i| i.is_replicating())
            .collect()
    })
}

fn which_cluster_gh_ost_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    in_cluster(context, given, |fleet, name| osc::gh_ost_replicas(&fleet.members(name)))
}

fn get_cluster_heuristic_lag<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster(context, given)?.unwrap_or_default();
    let lag = osc::heuristic_lag(&context.fleet()?.members(&name), &context.policy);
    let lag =
        lag.ok_or_else(|| Failure::failed(format!("No instances found for cluster `{name}` to tell the lag by")))?;
    Ok(Answer::line(lag.to_string()).with_data(move || Value::from(lag)))
}

fn which_heuristic_domain_instance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster_or_only(context, given)?;
    let fleet = context.fleet()?;
    let domain = fleet.domains.get(&name).filter(|d| !d.is_empty());
    let domain = domain.ok_or_else(|| Failure::failed(format!("Cannot find domain name for cluster {name}")))?;
    let writer = context.inventory()?.general_attribute(domain)?;
    let writer = writer
        .and_then(|text| InstanceKey::parse_printed(&text))
        .ok_or_else(|| {
            Failure::failed(format!("no writer is stored for domain {domain}")).hint(format!(
                "`orchestrator set-heuristic-domain-instance {name}` stores the cluster's master"
            ))
        })?;
    Ok(Answer::key(Some(writer)))
}

/// Kept beside the reading commands because it uses the same way of naming a cluster.
pub(super) fn only_writable_master<'c>(context: &'c Context, name: &str) -> Outcome<&'c Instance> {
    let fleet = context.fleet()?;
    let writable: Vec<&Instance> = fleet
        .masters(name)
        .into_iter()
        .filter(|m| !m.server.read_only)
        .collect();
    match writable.as_slice() {
        [only] => Ok(only),
        several => Err(Failure::failed(format!(
            "cluster {name} has {} writable masters; exactly one is needed",
            several.len()
        ))),
    }
}

/// As [`target::cluster`], for commands that change something: an unresolved cluster ends them.
pub(super) fn cluster_to_change(context: &Context, given: &Given) -> Outcome<String> {
    target::cluster(context, given)?.ok_or_else(|| Failure::failed("no cluster determined; nothing was changed"))
}
