//! What the inventory says: clusters, instances, masters, replicas, trees. Nothing here contacts a server.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{self, alias_of, cluster, find, given_instance, given_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::model::{Fleet, Instance, InstanceKey};
use crate::report::answer::{Answer, Rows};
use crate::report::{json, tree};
use crate::topology::tree::draw;
use crate::topology::{Status, Tokens, osc};
use regex::Regex;
use serde_json::Value;
use std::collections::HashMap;

const GROUP: Group = Group::Information;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(GROUP, "clusters", "List the names of all clusters", takes::NONE, clusters),
    Command::reads(GROUP, "clusters-alias", "List the names and aliases of all clusters", takes::NONE, clusters_alias),
    Command::reads(GROUP, "all-clusters-masters", "List one writable master of each cluster", takes::NONE, all_clusters_masters),
    Command::reads(
        GROUP,
        "topology",
        "Draw a cluster as a tree",
        &[Take::Pos(Arg::Target), Take::Opt(Arg::Alias), Take::Opt(Arg::Instance), Take::Opt(Arg::Tabulated), Take::Opt(Arg::Tags)],
        topology,
    )
    .explained(
        "One line an instance, its replicas below it. `+` replicates and was checked lately, `-` does not or was not. In \
         brackets: lag, state, version, ro or rw, binary log format, and `>>` where it logs what it applies.",
    ),
    Command::reads(GROUP, "topology-tabulated", "Draw a cluster as a tree, in seven columns", takes::CLUSTER, topology_tabulated),
    Command::reads(GROUP, "topology-tags", "Draw a cluster as a tree, with tags", takes::CLUSTER, topology_tags),
    Command::reads(
        GROUP,
        "instances",
        "List known instances",
        &[Take::Opt(Arg::Pattern), Take::Opt(Arg::Search), Take::Opt(Arg::Cluster)],
        instances,
    )
    .modern_only(),
    Command::reads(GROUP, "all-instances", "List every known instance", takes::NONE, all_instances),
    Command::reads(GROUP, "find", "List instances whose HOST:PORT matches a regular expression", takes::PATTERN, find_pattern),
    Command::reads(GROUP, "search", "List instances that a text occurs in", takes::PATTERN, search).explained(
        "The text is looked for in host name, cluster name, version, version comment, HOST:PORT and suggested alias, and \
         compared with server id and port.",
    ),
    Command::reads(GROUP, "which-instance", "Print the full name of a known instance", takes::INSTANCE, which_instance)
        .also_called(&["instance"]),
    Command::reads(GROUP, "which-cluster", "Print the name of an instance's cluster", takes::CLUSTER, which_cluster),
    Command::reads(GROUP, "which-cluster-alias", "Print the alias of a cluster", takes::CLUSTER, which_cluster_alias),
    Command::reads(GROUP, "which-cluster-domain", "Print the domain of a cluster", takes::CLUSTER, which_cluster_domain),
    Command::reads(GROUP, "which-cluster-master", "Print the master of a cluster", takes::CLUSTER, which_cluster_master),
    Command::reads(GROUP, "which-cluster-instances", "List the instances of a cluster", takes::CLUSTER, which_cluster_instances),
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
    Command::reads(GROUP, "which-master", "Print an instance's master", takes::INSTANCE, which_master),
    Command::reads(GROUP, "which-replicas", "List an instance's direct replicas", takes::INSTANCE, which_replicas),
    Command::reads(
        GROUP,
        "which-broken-replicas",
        "List an instance's replicas with a stopped thread and an error",
        takes::INSTANCE,
        which_broken_replicas,
    ),
    Command::reads(GROUP, "which-downtimed-instances", "List instances in downtime", takes::CLUSTER, which_downtimed)
        .also_called(&["downtimed"]),
    Command::reads(
        GROUP,
        "which-lost-in-recovery",
        "List instances that a recovery had to leave behind",
        takes::NONE,
        which_lost_in_recovery,
    ),
    Command::reads(GROUP, "instance-status", "Print one instance's state, as in a topology", takes::INSTANCE, instance_status),
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
    Command::reads(GROUP, "bulk-instances", "List every known instance by name", takes::NONE, bulk_instances),
    Command::reads(GROUP, "bulk-promotion-rules", "List the registered promotion rules", takes::NONE, bulk_promotion_rules),
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

/// The three ways of drawing a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Plain,
    Tabulated,
    Tags,
}

fn drawn<'c>(context: &'c Context, given: &'c Given, layout: Layout) -> Outcome<Answer<'c>> {
    let Some(name) = cluster(context, given)? else {
        return Ok(Answer::line(""));
    };
    let fleet = context.fleet()?;
    let mut entries = tree::entries(&draw(&fleet.members(&name)), fleet, &context.policy, context.now());
    if layout == Layout::Tags {
        let tags = context.inventory()?.all_tags()?;
        let tags: HashMap<String, _> = tags.into_iter().map(|(key, tags)| (key.to_string(), tags)).collect();
        entries
            .iter_mut()
            .for_each(|e| e.tags = tags.get(&e.key).cloned().unwrap_or_default());
    }
    let text = match layout {
        Layout::Plain => tree::topology(&entries),
        Layout::Tabulated => tree::tabulated(&entries),
        Layout::Tags => tree::with_tags(&entries),
    };
    let details = text.clone();
    let message = format!("Topology for cluster {name}");
    Ok(Answer::new(
        move || format!("{text}\n"),
        move || json::value(&json::Envelope::ok(message, details)),
    ))
}

fn topology<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let layout = match (given.is_on(Arg::Tabulated), given.is_on(Arg::Tags)) {
        (true, _) => Layout::Tabulated,
        (_, true) => Layout::Tags,
        _ => Layout::Plain,
    };
    drawn(context, given, layout)
}

fn topology_tabulated<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    drawn(context, given, Layout::Tabulated)
}

fn topology_tags<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    drawn(context, given, Layout::Tags)
}

/// Instances as keys in text, in full in JSON, and with their state in a table.
fn listed<'c>(context: &'c Context, fleet: &'c Fleet, instances: Vec<&'c Instance>) -> Answer<'c> {
    let now = context.now();
    let keys: Vec<InstanceKey> = instances.iter().map(|i| i.key.clone()).collect();
    let shown = instances.clone();
    Answer::keys(keys)
        .with_data(move || {
            instances
                .iter()
                .map(|i| json::value(&json::Instance::of(fleet, i, &context.policy, now)))
                .collect()
        })
        .with_table(move || Rows {
            headings: vec!["Instance", "Master", "Version", "State", "Lag", "Mode"],
            rows: shown.iter().map(|i| status_row(context, fleet, i)).collect(),
        })
}

fn tokens_of(context: &Context, fleet: &Fleet, instance: &Instance) -> Tokens {
    let now = context.now();
    Status::of(
        instance,
        &context.policy,
        now,
        fleet.downtime(&instance.key, now).is_some(),
    )
    .tokens(instance)
}

fn status_row(context: &Context, fleet: &Fleet, instance: &Instance) -> Vec<String> {
    let tokens = tokens_of(context, fleet, instance);
    let master = &instance.replication.master;
    vec![
        instance.key.to_string(),
        if master.is_none() {
            String::new()
        } else {
            master.to_string()
        },
        tokens.version,
        tokens.status.to_owned(),
        tokens.lag,
        tokens.mode.to_owned(),
    ]
}

/// Depth, then number of replicas descending, then cluster, then key.
fn in_order_of_weight(mut instances: Vec<&Instance>) -> Vec<&Instance> {
    instances.sort_by(|a, b| {
        let weight = |i: &Instance| (i.cluster.depth, std::cmp::Reverse(i.replicas.len()));
        weight(a)
            .cmp(&weight(b))
            .then_with(|| a.cluster.name.cmp(&b.cluster.name))
            .then_with(|| a.key.cmp(&b.key))
    });
    instances
}

fn all_instances<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let fleet = context.fleet()?;
    Ok(listed(
        context,
        fleet,
        in_order_of_weight(fleet.instances().iter().collect()),
    ))
}

fn regex_of(pattern: &str) -> Outcome<Regex> {
    Regex::new(pattern).map_err(|e| Failure::usage(format!("`{pattern}` is not a regular expression: {e}")))
}

fn given_pattern(given: &Given) -> Outcome<&str> {
    given
        .text(Arg::Pattern)
        .ok_or_else(|| Failure::usage("No pattern given"))
}

fn find_pattern<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let regex = regex_of(given_pattern(given)?)?;
    let fleet = context.fleet()?;
    let found = fleet
        .instances()
        .iter()
        .filter(|i| regex.is_match(&i.key.to_string()))
        .collect();
    Ok(listed(context, fleet, in_order_of_weight(found)))
}

fn mentions(instance: &Instance, text: &str) -> bool {
    let holds = |part: &str| part.to_lowercase().contains(&text.to_lowercase());
    holds(&instance.key.hostname)
        || holds(&instance.cluster.name)
        || holds(instance.server.version.as_str())
        || holds(&instance.server.version_comment)
        || holds(&instance.key.to_string())
        || holds(&instance.cluster.suggested_alias)
        || instance.server.id.to_string() == text
        || instance.key.port.to_string() == text
}

fn search<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let text = given_pattern(given)?;
    let fleet = context.fleet()?;
    let found = fleet.instances().iter().filter(|i| mentions(i, text)).collect();
    Ok(listed(context, fleet, in_order_of_weight(found)))
}

fn instances<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let regex = given.text(Arg::Pattern).map(regex_of).transpose()?;
    let within = match given.text(Arg::Cluster) {
        Some(_) => cluster(context, given)?,
        None => None,
    };
    let fleet = context.fleet()?;
    let wanted = |i: &&Instance| {
        regex.as_ref().is_none_or(|r| r.is_match(&i.key.to_string()))
            && given.text(Arg::Search).is_none_or(|text| mentions(i, text))
            && within.as_ref().is_none_or(|name| i.cluster.name == *name)
    };
    Ok(listed(
        context,
        fleet,
        in_order_of_weight(fleet.instances().iter().filter(wanted).collect()),
    ))
}

fn which_instance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let instance = given_instance(context, given)?;
    Ok(listed(context, context.fleet()?, vec![instance]))
}

fn which_cluster<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    Ok(Answer::line(cluster(context, given)?.unwrap_or_default()))
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

fn which_master<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let master = &given_instance(context, given)?.replication.master;
    Ok(Answer::key(Some(master.clone()).filter(InstanceKey::is_valid)))
}

fn direct_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Vec<&'c Instance>> {
    let key = given_key(context, given)?;
    let fleet = context.fleet()?;
    let key = find(fleet, &key).map_or(key, |i| i.key.clone());
    Ok(fleet.sorted_replicas_of(&fleet.resolved(&key)))
}

fn which_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    Ok(listed(context, context.fleet()?, direct_replicas(context, given)?))
}

fn which_broken_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let is_broken = |i: &&Instance| {
        let replication = &i.replication;
        let has_error = |text: &str| !text.trim_matches('"').is_empty();
        (!replication.io_running || !replication.sql_running)
            && (has_error(&replication.last_io_error) || has_error(&replication.last_sql_error))
    };
    let broken = direct_replicas(context, given)?.into_iter().filter(is_broken).collect();
    Ok(listed(context, context.fleet()?, broken))
}

fn which_downtimed<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let named = [Arg::Alias, Arg::Instance, Arg::Target]
        .into_iter()
        .any(|a| given.text(a).is_some());
    let within = if named || given.classic {
        cluster(context, given)?
    } else {
        None
    };
    downtimed(context, |i, _| {
        within.as_ref().is_none_or(|name| i.cluster.name == *name)
    })
}

fn which_lost_in_recovery<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    downtimed(context, |_, reason| reason == crate::model::records::LOST_IN_RECOVERY)
}

/// Instances in downtime that `wanted` accepts, by cluster, then depth.
fn downtimed<'c>(context: &'c Context, wanted: impl Fn(&Instance, &str) -> bool) -> Outcome<Answer<'c>> {
    let (fleet, now) = (context.fleet()?, context.now());
    let is_wanted = |i: &&Instance| fleet.downtime(&i.key, now).is_some_and(|d| wanted(i, &d.reason));
    let mut found: Vec<&Instance> = fleet.instances().iter().filter(is_wanted).collect();
    found.sort_by(|a, b| (&a.cluster.name, a.cluster.depth, &a.key).cmp(&(&b.cluster.name, b.cluster.depth, &b.key)));
    Ok(listed(context, fleet, found))
}

fn instance_status<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let instance = given_instance(context, given)?;
    Ok(Answer::line(
        tokens_of(context, context.fleet()?, instance).description(),
    ))
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

fn bulk_instances<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let mut keys: Vec<InstanceKey> = context.fleet()?.instances().iter().map(|i| i.key.clone()).collect();
    keys.sort();
    Ok(Answer::keys(keys).or_blank())
}

fn bulk_promotion_rules<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let candidates = context.inventory()?.candidates()?;
    let mut rows: Vec<Vec<String>> = candidates
        .iter()
        .map(|c| vec![c.key.to_string(), c.rule.to_string()])
        .collect();
    rows.sort();
    Ok(Answer::rows(&["Instance", "PromotionRule"], rows, " ").or_blank())
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
