//! The switch that keeps everybody who uses this inventory from recovering.

use super::context::Context;
use super::failure::Outcome;
use super::{Command, takes};
use crate::args::{Given, Group};
use crate::report::answer::Answer;
use serde_json::json;

const GROUP: Group = Group::Recovery;

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(
        GROUP,
        "disable-global-recoveries",
        "Switch recoveries off for everybody who uses this inventory",
        takes::NONE,
        disable,
    )
    .whole_list()
    .explained(
        "Watchers notice within a second or so, and say so. Failures are detected, registered and told to hooks as \
         before. It stays so, also when watchers are started anew, until enable-global-recoveries.",
    ),
    Command::writes(
        GROUP,
        "enable-global-recoveries",
        "Switch recoveries on again",
        takes::NONE,
        enable,
    )
    .whole_list(),
    Command::reads(
        GROUP,
        "check-global-recoveries",
        "Tell whether recoveries are switched off",
        takes::NONE,
        check,
    )
    .whole_list(),
    Command::writes(
        GROUP,
        "recoveries disable",
        "Switch recoveries off for everybody who uses this inventory",
        takes::NONE,
        disable,
    )
    .modern_only(),
    Command::writes(
        GROUP,
        "recoveries enable",
        "Switch recoveries on again",
        takes::NONE,
        enable,
    )
    .modern_only(),
    Command::reads(
        GROUP,
        "recoveries status",
        "Tell whether recoveries are switched off",
        takes::NONE,
        check,
    )
    .modern_only(),
];

fn disable<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    context.inventory()?.disable_recoveries()?;
    Ok(answer("OK: Orchestrator recoveries DISABLED globally".to_owned(), true))
}

fn enable<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    context.inventory()?.enable_recoveries()?;
    Ok(answer("OK: Orchestrator recoveries ENABLED globally".to_owned(), false))
}

fn check<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let disabled = context.inventory()?.are_recoveries_disabled()?;
    Ok(answer(format!("OK: Global recoveries disabled: {disabled}"), disabled))
}

/// The classic line; as data, how the switch stands now.
fn answer<'c>(line: String, disabled: bool) -> Answer<'c> {
    Answer::line(line).with_data(move || json!({ "Disabled": disabled }))
}
