//! Keeping the inventory: forgetting, promotion rules, the file itself.

use super::clusters::{cluster_to_change, only_writable_master};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{exact_key, required_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::Severity;
use crate::model::PromotionRule;
use crate::report::answer::Answer;

const GROUP: Group = Group::Inventory;
const RULED: &[Take] = &[Take::Pos(Arg::Instance), Take::Opt(Arg::PromotionRule)];

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(GROUP, "forget", "Remove an instance from the inventory", takes::INSTANCE, forget).explained(
        "Its tags, downtime and promotion rule stay. For three poll periods it is not taken in again, by any process that \
         uses the same inventory, unless somebody discovers it by name.",
    ),
    Command::writes(GROUP, "forget-cluster", "Remove all instances of a cluster", takes::CLUSTER, forget_cluster),
    Command::writes(GROUP, "register-candidate", "Say how willingly to promote an instance", RULED, register_candidate),
    Command::writes(GROUP, "candidate add", "Say how willingly to promote an instance", RULED, register_candidate).modern_only(),
    Command::reads(GROUP, "candidate list", "List what was said", takes::NONE, candidate_list).modern_only(),
    Command::writes(
        GROUP,
        "set-heuristic-domain-instance",
        "Store a cluster's only writable master as the writer of its domain",
        takes::CLUSTER,
        set_heuristic_domain_instance,
    ),
    Command::reads(GROUP, "inventory check", "Check the inventory file", takes::NONE, check).modern_only(),
];

fn forget<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = required_key(context, given)?;
    if !context
        .inventory()?
        .forget_instance(&key, context.now(), keep_away_seconds(context))?
    {
        return Err(Failure::failed(format!("Instance not found: {key}"))
            .hint("forgetting takes an exact key: `orchestrator all-instances` lists them"));
    }
    context.audit("forget", Some(&key), "");
    Ok(Answer::key(Some(key)))
}

/// How long a forgotten instance is not taken in again: long enough for its master and replicas to be read once more.
fn keep_away_seconds(context: &Context) -> i64 {
    i64::try_from(context.config.instance_poll_seconds.saturating_mul(3)).unwrap_or(i64::MAX)
}

fn forget_cluster<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster_to_change(context, given)?;
    let forgotten = context
        .inventory()?
        .forget_cluster(&name, context.now(), keep_away_seconds(context))?;
    forgotten.iter().for_each(|key| context.audit("forget", Some(key), ""));
    Ok(Answer::nothing())
}

fn register_candidate<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let rule: PromotionRule = given
        .text(Arg::PromotionRule)
        .unwrap_or("prefer")
        .parse()
        .map_err(Failure::usage)?;
    let key = exact_key(context, given)?;
    context.inventory()?.register_candidate(&key, rule, context.now())?;
    context.audit("register-candidate", Some(&key), rule.as_str());
    Ok(Answer::key(Some(key)))
}

fn candidate_list<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let mut candidates = context.inventory()?.candidates()?;
    candidates.sort_by(|a, b| a.key.cmp(&b.key));
    let said = |at: Option<crate::model::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let rows = candidates
        .iter()
        .map(|c| vec![c.key.to_string(), c.rule.to_string(), said(c.last_suggested)])
        .collect();
    Ok(Answer::rows(
        &["Instance", "PromotionRule", "LastSuggested"],
        rows,
        "\t",
    ))
}

fn set_heuristic_domain_instance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let name = cluster_to_change(context, given)?;
    let domain = context.fleet()?.domains.get(&name).filter(|d| !d.is_empty());
    let domain = domain.ok_or_else(|| Failure::failed(format!("Cannot find domain name for cluster {name}")))?;
    let master = only_writable_master(context, &name)?;
    context
        .inventory()?
        .set_general_attribute(domain, &master.key.to_string(), context.now())?;
    Ok(Answer::key(Some(master.key.clone())))
}

fn check<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let findings = context.inventory()?.verify()?;
    let bad = findings.iter().any(|f| f.severity >= Severity::Warning);
    let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    if !bad {
        lines.push(format!("{}: nothing wrong", context.inventory()?.file()));
    }
    Ok(Answer::lines(lines).with_status(u8::from(bad)))
}
