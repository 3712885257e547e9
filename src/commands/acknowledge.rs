//! Taking note of recoveries, so that they keep no other recovery off any more.

use super::Command;
use super::context::Context;
use super::downtime::os_user;
use super::failure::{Failure, Outcome};
use super::recovery_list::recovery_named;
use super::target::{alias_of, cluster, exact_key, key_of};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::{AckOf, RecoveriesOf};
use crate::report::answer::Answer;
use serde_json::json;

const GROUP: Group = Group::Recovery;

const WHY: Take = Take::Opt(Arg::Reason);
const WHO: Take = Take::Opt(Arg::Owner);

const LONG: &str = "An acknowledged recovery keeps no other one off. One that was left in the middle of its plan is given \
    up by this: nobody resumes it, and the servers stay as they are. One under way goes on to its end.";

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(
        GROUP,
        "ack-all-recoveries",
        "Take note of all recoveries",
        &[WHY, WHO],
        all,
    )
    .whole_list()
    .explained(LONG),
    Command::writes(
        GROUP,
        "ack-cluster-recoveries",
        "Take note of a cluster's recoveries",
        &[Take::Pos(Arg::Target), Take::Opt(Arg::Alias), Take::Opt(Arg::Instance), WHY, WHO],
        of_cluster,
    )
    .explained(LONG),
    Command::writes(
        GROUP,
        "ack-instance-recoveries",
        "Take note of the recoveries in which an instance failed",
        &[Take::Pos(Arg::Instance), WHY, WHO],
        of_instance,
    )
    .explained(LONG),
    Command::writes(
        GROUP,
        "recoveries ack",
        "Take note of a recovery, of a cluster's or an instance's, or of all",
        &[
            Take::Pos(Arg::Recovery),
            Take::Opt(Arg::Cluster),
            Take::Opt(Arg::Instance),
            Take::Opt(Arg::All),
            WHY,
            WHO,
        ],
        any,
    )
    .modern_only()
    .explained(
        "Give the number or the name of a recovery, or --cluster, --instance or --all. An acknowledged recovery keeps no \
         other one off. One that was left in the middle of its plan is given up by this: nobody resumes it, and the \
         servers stay as they are. One under way goes on to its end. The exit status is 4 where nothing was left to take \
         note of.",
    ),
];

fn reason(given: &Given) -> Outcome<&str> {
    given
        .text(Arg::Reason)
        .ok_or_else(|| Failure::usage("--reason option required (comment your ack)"))
}

fn all<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    reason(given)?;
    acknowledge(context, given, AckOf::All)
}

fn of_instance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    reason(given)?;
    let key = exact_key(context, given)?;
    acknowledge(context, given, AckOf::Instance(&key))
}

fn of_cluster<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    reason(given)?;
    if let Some(of_old) = former_name(context, given)? {
        return acknowledge(
            context,
            given,
            AckOf::Cluster {
                name: &of_old,
                alias: &of_old,
            },
        );
    }
    match cluster(context, given)? {
        Some(name) => {
            let alias = alias_of(context, context.fleet()?, &name);
            acknowledge(
                context,
                given,
                AckOf::Cluster {
                    name: &name,
                    alias: &alias,
                },
            )
        }
        // Told already.
        None => Ok(Answer::line("0 recoveries acknowledged").with_status(1)),
    }
}

/// The name or alias that was given, where no cluster has it any more and recoveries do: after a failover a cluster has
/// another name.
fn former_name(context: &Context, given: &Given) -> Outcome<Option<String>> {
    let texts = [Arg::Alias, Arg::Cluster, Arg::Target].map(|arg| given.text(arg));
    let Some(text) = texts.into_iter().flatten().next() else {
        return Ok(None);
    };
    if super::target::by_name_or_alias(context, context.fleet()?, text).is_some() {
        return Ok(None);
    }
    let found = context.inventory()?.recoveries(RecoveriesOf::Named(None, text), 1, 0)?;
    Ok((!found.is_empty()).then(|| text.to_owned()))
}

fn any<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    reason(given)?;
    let named = [Arg::Recovery, Arg::Cluster, Arg::Instance].map(|arg| given.text(arg));
    let answer = match (named, given.is_on(Arg::All)) {
        ([Some(text), None, None], false) => {
            let inventory = context.inventory()?;
            // What promotes nobody leaves no record, and may be left in the middle nevertheless.
            let is_left = inventory.open_journals()?.iter().any(|left| left.uid == text);
            let uid = match is_left {
                true => text.to_owned(),
                false => recovery_named(inventory, text)?.uid,
            };
            acknowledge(context, given, AckOf::Uid(&uid))?
        }
        ([None, Some(_), None], false) => of_cluster(context, given)?,
        ([None, None, Some(text)], false) => {
            let key = key_of(context, text)?;
            acknowledge(context, given, AckOf::Instance(&key))?
        }
        ([None, None, None], true) => acknowledge(context, given, AckOf::All)?,
        _ => {
            return Err(Failure::usage(
                "write one of: the number or name of a recovery, --cluster, --instance, --all",
            ));
        }
    };
    Ok(answer)
}

fn acknowledge<'c>(context: &'c Context, given: &'c Given, of: AckOf<'_>) -> Outcome<Answer<'c>> {
    let comment = reason(given)?;
    let owner = given.text(Arg::Owner).map_or_else(os_user, str::to_owned);
    let done = context.inventory()?.acknowledge(of, &owner, comment, context.now())?;
    for uid in &done.given_up {
        context.log.warn(format!(
            "recovery {uid} was left in the middle and is given up: nobody resumes it"
        ));
    }
    for lease in &done.under_way {
        context.log.warn(format!(
            "recovery {} of {} is under way on {} and goes on to its end",
            lease.uid, lease.cluster, lease.node_hostname
        ));
    }
    let count = done.count;
    let status = if count == 0 && !given.classic { 4 } else { 0 };
    Ok(Answer::line(format!("{count} recoveries acknowledged"))
        .with_data(move || json!({"Acknowledged": count, "GivenUp": done.given_up}))
        .with_status(status))
}
