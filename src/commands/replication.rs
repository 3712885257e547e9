//! Questions about replication: most the inventory can answer.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{given_instance, key_of, known};
use super::{Command, takes};
use crate::args::{Arg, Given, Group};
use crate::model::Instance;
use crate::report::answer::Answer;
use crate::topology::can_replicate::can_replicate;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        Group::Replication,
        "is-replicating",
        "Print the instance if both its replication threads run",
        takes::INSTANCE,
        is_replicating,
    ),
    Command::reads(
        Group::Replication,
        "is-replication-stopped",
        "Print the instance if both its replication threads are stopped",
        takes::INSTANCE,
        is_replication_stopped,
    ),
    Command::reads(
        Group::Replication,
        "can-replicate-from",
        "Print the destination if the instance could replicate from it",
        takes::PAIR,
        can_replicate_from,
    ),
];

fn printed_if(instance: &Instance, holds: bool) -> Answer<'_> {
    Answer::key(holds.then(|| instance.key.clone()))
}

fn is_replicating<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let instance = given_instance(context, given)?;
    Ok(printed_if(instance, instance.is_replicating()))
}

fn is_replication_stopped<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let instance = given_instance(context, given)?;
    Ok(printed_if(instance, instance.is_replication_stopped()))
}

fn can_replicate_from<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let replica = given_instance(context, given)?;
    let destination = given
        .text(Arg::Destination)
        .ok_or_else(|| Failure::usage("Cannot deduce destination: give it with -d"))?;
    let master = known(context, &key_of(context, destination)?)?;
    let verdict = can_replicate(replica, master, &context.policy);
    if let Err(refusal) = &verdict {
        context.log.info(format!(
            "{} cannot replicate from {}: {refusal}",
            replica.key, master.key
        ));
    }
    Ok(printed_if(master, verdict.is_ok()))
}
