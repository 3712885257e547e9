//! Pools: named sets of instances that load balancers and scripts keep here.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{alias_of, cluster, find, key_of};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::model::InstanceKey;
use crate::report::answer::Answer;

const GROUP: Group = Group::Pools;

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(
        GROUP,
        "submit-pool-instances",
        "Replace the members of a pool",
        &[Take::Opt(Arg::Pool), Take::Many(Arg::Instance)],
        submit,
    )
    .whole_list(),
    Command::reads(
        GROUP,
        "cluster-pool-instances",
        "List the members of all pools by cluster",
        takes::NONE,
        by_cluster,
    ),
    Command::reads(
        GROUP,
        "which-heuristic-cluster-pool-instances",
        "List the members of a cluster's pools that answer",
        &[
            Take::Pos(Arg::Target),
            Take::Opt(Arg::Alias),
            Take::Opt(Arg::Instance),
            Take::Opt(Arg::Pool),
        ],
        in_cluster,
    ),
    Command::writes(
        GROUP,
        "pool submit",
        "Replace the members of a pool",
        &[Take::Pos(Arg::Pool), Take::Many(Arg::Instance)],
        submit,
    )
    .modern_only()
    .whole_list(),
    Command::reads(
        GROUP,
        "pool list",
        "List the members of all pools by cluster",
        takes::NONE,
        by_cluster,
    )
    .modern_only(),
];

fn submit<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let pool = given
        .text(Arg::Pool)
        .ok_or_else(|| Failure::usage("Please submit --pool"))?;
    let fleet = context.fleet()?;
    let member = |text: &str| -> Outcome<InstanceKey> {
        let key = key_of(context, text)?;
        let known = if context.config.support_fuzzy_pool_hostnames {
            find(fleet, &key)
        } else {
            fleet.get(&key)
        };
        Ok(known.map_or(key, |i| i.key.clone()))
    };
    let members: Vec<InstanceKey> = given
        .list(Arg::Instance)
        .into_iter()
        .map(member)
        .collect::<Outcome<_>>()?;
    context.inventory()?.submit_pool(pool, &members, context.now())?;
    Ok(Answer::nothing())
}

fn by_cluster<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let fleet = context.fleet()?;
    let row = |member: &crate::inventory::PoolMember| {
        let name = &fleet.get(&member.key)?.cluster.name;
        Some(vec![
            name.clone(),
            alias_of(context, fleet, name),
            member.pool.clone(),
            member.key.to_string(),
        ])
    };
    let mut rows: Vec<Vec<String>> = context.inventory()?.pools()?.iter().filter_map(row).collect();
    rows.sort();
    Ok(Answer::rows(
        &["ClusterName", "ClusterAlias", "Pool", "Instance"],
        rows,
        "\t",
    ))
}

fn in_cluster<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let Some(name) = cluster(context, given)? else {
        return Ok(Answer::nothing());
    };
    let fleet = context.fleet()?;
    let fits = |member: &crate::inventory::PoolMember| {
        given.text(Arg::Pool).is_none_or(|pool| member.pool == pool)
            && fleet
                .get(&member.key)
                .is_some_and(|i| i.cluster.name == name && i.check.is_valid() && !i.server.is_binlog_server)
    };
    let mut keys: Vec<InstanceKey> = context
        .inventory()?
        .pools()?
        .into_iter()
        .filter(fits)
        .map(|m| m.key)
        .collect();
    keys.sort();
    keys.dedup();
    Ok(Answer::keys(keys))
}
