//! The tool itself: its configuration and its schema.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::{Body, Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::config::{Environment, Level, Source, check};
use crate::report::answer::{Answer, Rows};
use serde_json::{Value, json};

const GROUP: Group = Group::Meta;

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(
        GROUP,
        "redeploy-internal-db",
        "Create or complete the inventory's schema",
        takes::NONE,
        redeploy,
    ),
    Command::reads(
        GROUP,
        "dump-config",
        "Print the configuration in force as JSON, passwords masked",
        UNMASKED,
        dump_config,
    ),
    Command::new(
        GROUP,
        "config check",
        "Check the configuration and say everything that is wrong",
        takes::NONE,
        Body::Alone(config_check),
    )
    .modern_only(),
    Command::reads(
        GROUP,
        "config show",
        "Print the configuration in force, and where each value comes from",
        SHOW,
        config_show,
    )
    .modern_only(),
];

const UNMASKED: &[Take] = &[Take::Opt(Arg::Unmasked)];
const SHOW: &[Take] = &[Take::Opt(Arg::All), Take::Opt(Arg::Unmasked)];

fn redeploy<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    context.open_to_redeploy()?.redeploy(context.now())?;
    Ok(Answer::line("Redeployed internal db"))
}

fn dump_config<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let text = context.config.dump_json(!given.is_on(Arg::Unmasked));
    let data = serde_json::from_str(&text).map_err(|e| Failure::failed(format!("writing the configuration: {e}")))?;
    Ok(Answer::new(move || format!("{text}\n"), move || data))
}

fn config_show<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let shown: Vec<_> = context
        .config
        .show(!given.is_on(Arg::Unmasked))
        .into_iter()
        .filter(|row| given.is_on(Arg::All) || !row.is_default)
        .collect();
    let origin = |source: &Source| match source {
        Source::Default => "default".to_owned(),
        Source::File(place) => place.to_string(),
        Source::Derived(how) => how.clone(),
    };
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|row| vec![row.key.name().to_owned(), row.value.to_string(), origin(&row.source)])
        .collect();
    let table = Rows {
        headings: vec!["Key", "Value", "From"],
        rows: rows.clone(),
    };
    let text = rows
        .iter()
        .map(|row| format!("{} = {}  ({})\n", row[0], row[1], row[2]))
        .collect::<String>();
    let data: Value = shown
        .into_iter()
        .map(|row| json!({"Key": row.key.name(), "Value": row.value, "Default": row.is_default, "From": origin(&row.source)}))
        .collect();
    Ok(Answer::new(move || text, move || data).with_table(move || table))
}

/// Says everything that is wrong with the configuration; what loading would refuse does not stop it.
pub(super) fn config_check(given: &Given) -> Answer<'static> {
    let problems = check(&Environment::of_process(), given.globals.config.as_deref());
    let bad = problems.iter().any(|p| p.level == Level::Error);
    let mut lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if problems.is_empty() {
        lines.push("nothing wrong".to_owned());
    }
    Answer::lines(lines).with_status(if bad { 3 } else { 0 })
}
