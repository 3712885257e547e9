//! Recoveries of the past and under way: a list, and everything about one.

use super::Command;
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::incidents::{PAGE, number, warn_if_unheard_of};
use super::target::known_key;
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::{Inventory, RecoveriesOf};
use crate::model::recovery::Recovery;
use crate::model::{InstanceKey, Timestamp};
use crate::report::answer::Answer;
use crate::report::recovery::{Kept, at_or, standing};
use crate::report::{json, out};
use serde_json::Value;

const GROUP: Group = Group::Recovery;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "recoveries list",
        "List recoveries, latest first",
        &[
            Take::Pos(Arg::Target),
            Take::Opt(Arg::Unacknowledged),
            Take::Opt(Arg::Page),
        ],
        list,
    )
    .modern_only()
    .explained(
        "Given an instance, those in which it failed or was promoted are listed; given a cluster, by name or alias, those \
         of the cluster, also under the name that it had then. One that is interrupted was left in the middle of its plan \
         by a program that is gone: `orchestrator recover --resume` goes on with it.",
    ),
    Command::reads(
        GROUP,
        "recoveries show",
        "Print everything that is kept of a recovery",
        &[Take::Pos(Arg::Recovery)],
        show,
    )
    .modern_only()
    .explained(
        "Its record, the time that each part took, every step of its plan with what came of it, who lacked what before, \
         what was lost, and its notes. It is given by its number or by its name.",
    ),
];

fn list<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let named = given.text(Arg::Target);
    let key = match named.map(|text| InstanceKey::parse(text, context.config.default_port())) {
        Some(Ok(key)) => Some(known_key(context, key)?),
        _ => None,
    };
    let of = named.map_or(RecoveriesOf::Everyone, |name| RecoveriesOf::Named(key.as_ref(), name));
    let inventory = context.inventory()?;
    let mut found = inventory.recoveries(of, u32::MAX, 0)?;
    if given.is_on(Arg::Unacknowledged) {
        found.retain(|recovery| !recovery.acknowledged);
    }
    if let (true, Some(named)) = (found.is_empty(), named) {
        warn_if_unheard_of(context, named)?;
    }
    if let Some(page) = number::<usize>(given, Arg::Page)? {
        let size = PAGE as usize;
        found = found.into_iter().skip(page.saturating_mul(size)).take(size).collect();
    }
    let now = context.now();
    let row = |recovery: &Recovery| {
        Ok(vec![
            recovery.id.to_string(),
            at_or(recovery.start, "unknown"),
            at_or(recovery.end, ""),
            recovery.failed.to_string(),
            recovery.analysis.clone(),
            recovery.cluster_alias.clone(),
            state(inventory, recovery, now)?.to_owned(),
            recovery
                .successor
                .as_ref()
                .map(InstanceKey::to_string)
                .unwrap_or_default(),
            if recovery.acknowledged {
                recovery.acknowledged_by.clone()
            } else {
                String::new()
            },
        ])
    };
    let rows = found.iter().map(row).collect::<Outcome<_>>()?;
    let headings = [
        "Id",
        "Began",
        "Ended",
        "Instance",
        "Analysis",
        "Cluster",
        "State",
        "Successor",
        "Acknowledged by",
    ];
    Ok(Answer::rows(&headings, rows, "\t").with_data(move || data(context, &found)))
}

fn state(inventory: &Inventory, recovery: &Recovery, now: Timestamp) -> Outcome<&'static str> {
    let is_open = inventory.has_open_journal(&recovery.uid)?;
    let is_held = inventory.is_holder_alive(&recovery.uid, now.0.saturating_mul(1000))?;
    Ok(standing(recovery, is_open, is_held))
}

/// Recoveries in the web service's form.
pub(super) fn data(context: &Context, found: &[Recovery]) -> Value {
    found.iter().map(|recovery| one(context, recovery)).collect()
}

fn one(context: &Context, recovery: &Recovery) -> Value {
    let is_automated = context.is_automated(&recovery.cluster_name, &recovery.cluster_alias);
    json::recovery(recovery, is_automated)
}

/// The recovery of this number or name.
///
/// # Errors
/// When there is none.
pub(super) fn recovery_named(inventory: &Inventory, text: &str) -> Outcome<Recovery> {
    let of = text.parse().map_or(RecoveriesOf::Uid(text), RecoveriesOf::Id);
    let found = inventory.recoveries(of, 1, 0)?.into_iter().next();
    found.ok_or_else(|| {
        Failure::failed(format!("there is no recovery `{text}`")).hint("`orchestrator recoveries list` lists them")
    })
}

fn show<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let text = given
        .text(Arg::Recovery)
        .ok_or_else(|| Failure::usage("no recovery given: write its number or its name"))?;
    let inventory = context.inventory()?;
    let record = recovery_named(inventory, text)?;
    let uid = record.uid.clone();
    let journal = inventory.journal(&uid).unwrap_or_else(|error| {
        context.log.warn(error.to_string());
        None
    });
    let kept = Kept {
        state: state(inventory, &record, context.now())?,
        journal,
        losses: inventory.losses(&uid)?,
        ledger: inventory.ledger(&uid)?,
        steps: inventory.steps(&uid)?,
        record,
    };
    let kept = std::rc::Rc::new(kept);
    let (for_data, for_table) = (kept.clone(), kept.clone());
    let data = move || for_data.data(one(context, &for_data.record));
    Ok(Answer::new(move || kept.text(out::width()), data).with_table(move || for_table.rows()))
}
