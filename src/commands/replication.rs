//! Questions about replication: most the inventory can answer.

use super::context::Context;
use super::discover::read_one;
use super::failure::{Failure, Outcome};
use super::target::{exact_key, given_instance, key_of, known};
use super::{Body, Command, takes};
use crate::args::{Arg, Given, Group};
use crate::model::{Instance, InstanceKey};
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
    Command::new(
        Group::Replication,
        "which-gtid-errant",
        "Ask an instance, and print the GTIDs that it has and its master never had",
        takes::INSTANCE,
        Body::Runs(which_gtid_errant),
    )
    .explained(
        "Its master is asked first, so that what it wrote a moment ago counts. An empty line is printed where there are none, \
         and for servers without Oracle GTID.\n\nExit status: 0 answered, 1 it does not answer.",
    ),
];

fn which_gtid_errant<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = exact_key(context, given)?;
    let asked = |key: &InstanceKey| -> Outcome<Option<Instance>> {
        let known_as = read_one(context, key.clone())?.unwrap_or_else(|| key.clone());
        Ok(context.inventory()?.instance(&known_as)?)
    };
    let master = context.inventory()?.instance(&key)?.map(|row| row.replication.master);
    if let Some(master) = master.filter(|master| !master.is_none()) {
        // What is known of one that does not answer has to do.
        let answered = asked(&master).map(drop);
        answered.unwrap_or_else(|failure| context.log.warn(format!("{failure}; what was last known of it counts")));
    }
    let row = asked(&key)?.ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))?;
    Ok(Answer::line(row.gtid.errant))
}

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
