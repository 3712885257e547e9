//! Who would be promoted, by what the inventory knows. No server is asked, and nothing is changed.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{given_key, key_of, known, known_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group};
use crate::model::Instance;
use crate::recovery::candidate::replace::suggested;
use crate::recovery::candidate::{Contender, Wanted, choose};
use crate::report::answer::Answer;

const GROUP: Group = Group::Recovery;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "get-candidate-replica",
        "Print the replica of an instance that would take its place",
        takes::INSTANCE,
        get_candidate_replica,
    )
    .also_called(&["get-candidate-slave"])
    .explained(
        "By the inventory alone: no server is asked, and positions are those of the last check. Where nobody may be \
         promoted, the reason is told for each replica.",
    ),
    Command::reads(
        GROUP,
        "internal-suggest-promoted-replacement",
        "Print who would finally take a failed instance's place, once the destination was promoted",
        takes::PAIR,
        suggest_promoted_replacement,
    )
    .explained(
        "For tests of promotion rules and places: by the inventory alone, which of the destination's cluster would take \
         over from it.",
    ),
];

fn get_candidate_replica<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = known_key(context, given_key(context, given)?)?;
    let fleet = context.fleet()?;
    let contender = |instance: &'c Instance| Contender {
        instance,
        look: None,
        rule: fleet.promotion_rule(&instance.key),
    };
    let contenders: Vec<Contender<'_>> = fleet.sorted_replicas_of(&key).into_iter().map(contender).collect();
    let failed_row = fleet.get(&key);
    let place = failed_row.map(|row| row.place.clone()).unwrap_or_default();
    let co_master = failed_row
        .filter(|row| row.cluster.is_co_master)
        .map(|row| &row.replication.master);
    let choice = choose(
        &contenders,
        &Wanted {
            failed: &key,
            failed_row,
            data_center: &place.data_center,
            region: &place.region,
            physical_environment: &place.physical_environment,
            policy: &context.policy,
            named: None,
            forced: false,
            now: context.now(),
            co_master,
            must_promote_co_master: context.config.co_master_recovery_must_promote_other_co_master,
            excluded: &[],
            by_inventory: true,
        },
    )
    .map_err(|none| Failure::failed(none.to_string()))?;
    choice.notes.iter().for_each(|note| context.log.info(note));
    Ok(Answer::key(Some(choice.successor)))
}

fn suggest_promoted_replacement<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let failed = known_key(context, given_key(context, given)?)?;
    let destination = given
        .text(Arg::Destination)
        .ok_or_else(|| Failure::usage("Cannot deduce destination: give it with -d"))?;
    let promoted = known(context, &key_of(context, destination)?)?;
    let replacement = suggested(context.fleet()?, &failed, promoted, &context.policy);
    context
        .log
        .info(format!("{}: {}", replacement.successor, replacement.why));
    Ok(Answer::key(Some(replacement.successor)))
}
