//! What the inventory says: clusters, instances, masters, replicas, trees. Nothing here contacts a server.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::history;
use super::target::{cluster, find, given_instance, given_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::model::{Fleet, Instance, InstanceKey, Timestamp};
use crate::report::answer::{Answer, Rows};
use crate::report::history::Detail;
use crate::report::{json, tree};
use crate::topology::tree::draw;
use crate::topology::{Status, Tokens};
use regex::Regex;
use std::collections::HashMap;

const GROUP: Group = Group::Information;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "topology",
        "Draw a cluster as a tree",
        &[
            Take::Pos(Arg::Target),
            Take::Opt(Arg::Alias),
            Take::Opt(Arg::Instance),
            Take::Opt(Arg::At),
            Take::Opt(Arg::Tabulated),
            Take::Opt(Arg::Tags),
        ],
        topology,
    )
    .explained(
        "One line an instance, its replicas below it. `+` replicates and was checked lately, `-` does not or was not. In \
         brackets: lag, state, version, ro or rw, binary log format, and `>>` where it logs what it applies.\n\n\
         With --at, the tree of the last snapshot taken until then, see `orchestrator snapshot`. TIME is `YYYY-MM-DD \
         HH:MM[:SS]` in local time, the same with Z or an offset such as +01:00, Unix seconds, or an age such as 2h. A \
         snapshot knows masters and versions only: every replica has the mark `-`, and members of a replication group \
         stand beside each other.",
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
    Command::reads(GROUP, "which-master", "Print an instance's master", takes::INSTANCE, which_master),
    Command::reads(GROUP, "which-replicas", "List an instance's direct replicas", takes::INSTANCE, which_replicas),
    Command::reads(
        GROUP,
        "which-broken-replicas",
        "List an instance's replicas with a stopped thread and an error",
        takes::INSTANCE,
        which_broken_replicas,
    ),
    Command::reads(GROUP, "which-downtimed-instances", "List instances in downtime", takes::CLUSTER, which_downtimed),
    Command::reads(GROUP, "downtimed", "List instances in downtime, of all clusters or one", takes::CLUSTER, all_downtimed),
    Command::reads(
        GROUP,
        "which-lost-in-recovery",
        "List instances that a recovery had to leave behind",
        takes::NONE,
        which_lost_in_recovery,
    ),
    Command::reads(GROUP, "instance-status", "Print one instance's state, as in a topology", takes::INSTANCE, instance_status),
    Command::reads(GROUP, "bulk-instances", "List every known instance by name", takes::NONE, bulk_instances),
    Command::reads(GROUP, "bulk-promotion-rules", "List the registered promotion rules", takes::NONE, bulk_promotion_rules),
];

/// The three ways of drawing a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Plain,
    Tabulated,
    Tags,
}

fn drawn<'c>(context: &'c Context, given: &'c Given, layout: Layout) -> Outcome<Answer<'c>> {
    if let Some((at, detail)) = history::asked(context, given)? {
        return drawn_then(context, given, layout, at, detail);
    }
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
    Ok(tree_of(format!("Topology for cluster {name}"), text))
}

fn tree_of<'c>(message: String, text: String) -> Answer<'c> {
    let details = text.clone();
    Answer::new(
        move || format!("{text}\n"),
        move || json::value(&json::Envelope::ok(message, details)),
    )
}

/// As [`drawn`], from a snapshot, which holds no tags.
fn drawn_then<'c>(
    context: &'c Context,
    given: &'c Given,
    layout: Layout,
    at: Timestamp,
    detail: Detail,
) -> Outcome<Answer<'c>> {
    if layout == Layout::Tags && detail == Detail::Versions {
        return Err(Failure::usage("snapshots hold no tags: leave out --tags or --at"));
    }
    let Some(past) = history::drawn(context, given, at, detail)? else {
        return Ok(Answer::line(""));
    };
    let text = match (layout, detail) {
        (Layout::Tabulated, Detail::Versions) => tree::tabulated(&past.entries),
        _ => tree::topology(&past.entries),
    };
    let message = format!("Topology for cluster {} as of {}", past.cluster, past.at);
    Ok(tree_of(message, text))
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
pub(super) fn listed<'c>(context: &'c Context, fleet: &'c Fleet, instances: Vec<&'c Instance>) -> Answer<'c> {
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
        let weight = |i: &Instance| (i.cluster.depth, std::cmp::Reverse(i.replica_count()));
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

pub(super) fn regex_of(pattern: &str) -> Outcome<Regex> {
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

/// As [`which_downtimed`], but naming no cluster means all of them.
fn all_downtimed<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if is_cluster_named(given) {
        which_downtimed(context, given)
    } else {
        downtimed(context, |_, _| true)
    }
}

fn is_cluster_named(given: &Given) -> bool {
    [Arg::Alias, Arg::Instance, Arg::Target]
        .into_iter()
        .any(|arg| given.text(arg).is_some())
}

fn which_downtimed<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let within = if is_cluster_named(given) || given.classic {
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
