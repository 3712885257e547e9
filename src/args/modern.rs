//! The modern form, `orchestrator SUBCOMMAND …`, as one clap definition made from the commands' specs.

use super::{Arg, Format, Given, Group, Spec, Take};
use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{ArgAction, ArgMatches, Command};
use std::fmt::Write as _;

/// The name of the program in help texts.
pub const PROGRAM: &str = "orchestrator";

const ABOUT: &str = "Keeps MySQL and MariaDB replication alive";

/// The clap definition of all commands.
pub fn definition(specs: &[Spec]) -> Command {
    let root = Command::new(PROGRAM)
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .args_override_self(true)
        .args(global_args())
        .help_template("{about}\n\n{usage-heading} {usage}\n{before-help}\nOptions:\n{options}{after-help}")
        .before_help(listing(specs))
        .after_help("The classic form `orchestrator -c COMMAND [-i INSTANCE] [-alias CLUSTER] …` works too: see `orchestrator help`.");
    let firsts = first_words(specs);
    firsts
        .iter()
        .fold(root, |root, first| root.subcommand(family(specs, first)))
}

fn first_words(specs: &[Spec]) -> Vec<&'static str> {
    let mut firsts: Vec<&'static str> = Vec::new();
    for spec in specs {
        let first = spec.name.split(' ').next().unwrap_or(spec.name);
        if !firsts.contains(&first) {
            firsts.push(first);
        }
    }
    firsts
}

/// One top-level word: a command of its own, a family of two-word commands, or both.
fn family(specs: &[Spec], first: &'static str) -> Command {
    let own = specs.iter().find(|s| s.name == first);
    let members: Vec<&Spec> = specs
        .iter()
        .filter(|s| s.name.strip_prefix(first).is_some_and(|r| r.starts_with(' ')))
        .collect();
    let mut command = match own {
        Some(spec) => single(spec, first),
        None => Command::new(first).about(family_about(first)).subcommand_required(true),
    };
    if !members.is_empty() {
        command = command.args_conflicts_with_subcommands(own.is_some());
        for spec in members {
            let second = spec.name.split(' ').nth(1).unwrap_or(spec.name);
            command = command.subcommand(single(spec, second));
        }
    }
    command
}

fn family_about(first: &str) -> &'static str {
    match first {
        "config" => "Look at the configuration",
        "inventory" => "Look after the inventory file",
        "downtime" => "Mark trouble as known",
        "maintenance" => "Lock instances while changing them",
        "pool" => "Keep pools of instances",
        "candidate" => "Say which instances to promote",
        "snapshot" => "Remember the topology as it is",
        _ => "",
    }
}

fn single(spec: &Spec, word: &'static str) -> Command {
    let mut command = Command::new(word)
        .about(spec.about)
        .visible_aliases(spec.synonyms.iter().copied());
    if !spec.long.is_empty() {
        command = command.long_about(format!("{}\n\n{}", spec.about, spec.long));
    }
    for take in spec.takes {
        command = command.arg(option(*take));
        if let Take::Pos(arg) | Take::Many(arg) = take {
            command = command.arg(positional(*arg, matches!(take, Take::Many(_))));
        }
    }
    command
}

fn option(take: Take) -> clap::Arg {
    let arg = take.arg();
    let mut option = clap::Arg::new(arg.long()).long(arg.long()).help(arg.help());
    if let Some(short) = arg.short() {
        option = option.short(short);
    }
    if arg.value_name().is_empty() {
        return option.action(ArgAction::SetTrue);
    }
    let by_position = matches!(take, Take::Pos(_) | Take::Many(_));
    option
        .value_name(arg.value_name())
        .action(ArgAction::Append)
        .allow_hyphen_values(true)
        .hide(by_position && arg.short().is_none())
}

fn positional(arg: Arg, many: bool) -> clap::Arg {
    let positional = clap::Arg::new(position_id(arg))
        .value_name(arg.value_name())
        .help(arg.help());
    if many { positional.num_args(0..) } else { positional }
}

fn position_id(arg: Arg) -> String {
    format!("{} by position", arg.long())
}

fn global_args() -> [clap::Arg; 10] {
    let switch = |name: &'static str, help: &'static str| {
        clap::Arg::new(name)
            .long(name)
            .help(help)
            .action(ArgAction::SetTrue)
            .global(true)
    };
    [
        clap::Arg::new("config")
            .long("config")
            .value_name("FILE")
            .help("Configuration file [default: the usual places]")
            .global(true),
        clap::Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FORMAT")
            .help("How to print the answer")
            .value_parser(ValueParser::new(PossibleValuesParser::new([
                "text", "table", "json", "yaml",
            ])))
            .default_value("text")
            .hide_default_value(false)
            .global(true),
        switch("quiet", "Only errors on standard error"),
        switch("verbose", "Tell what is done, on standard error"),
        switch("debug", "Tell everything, on standard error"),
        switch("noop", "Change nothing: refuse what would"),
        switch("grab-election", "For watch: take the right to act from whoever has it").hide(true),
        switch(
            "enable-database-update",
            "Update the inventory's schema although the configuration says not to",
        )
        .hide(true),
        switch("ignore-raft-setup", "Run although the configuration asks for raft").hide(true),
        switch(
            "skip-continuous-registration",
            "Do not write this process to the node tables",
        )
        .hide(true),
    ]
}

/// What the program is, and all commands under their headings.
pub fn overview(specs: &[Spec]) -> String {
    format!("{ABOUT}\n{}\n", listing(specs))
}

/// All commands under their headings, for help.
fn listing(specs: &[Spec]) -> String {
    let mut groups: Vec<Group> = specs.iter().map(|s| s.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let width = specs.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for group in groups {
        let _ = writeln!(text, "\n{}:", group.heading());
        for spec in specs.iter().filter(|s| s.group == group) {
            let _ = writeln!(text, "  {:width$}  {}", spec.name, spec.about);
        }
    }
    text
}

/// Reads a modern command line, the program's name left out.
///
/// # Errors
/// clap's own error, which also carries help and version requests.
pub fn parse(specs: &[Spec], args: &[String]) -> Result<Given, clap::Error> {
    let argv = std::iter::once(PROGRAM.to_owned()).chain(args.iter().cloned());
    let matches = definition(specs).try_get_matches_from(argv)?;
    let mut given = Given::default();
    let (mut name, mut level) = (String::new(), &matches);
    while let Some((word, below)) = level.subcommand() {
        name = if name.is_empty() {
            word.to_owned()
        } else {
            format!("{name} {word}")
        };
        level = below;
    }
    read_globals(&mut given, level);
    if let Some(spec) = specs.iter().find(|s| s.name == name) {
        read_args(&mut given, spec, level);
    }
    given.command = name;
    Ok(given)
}

fn read_globals(given: &mut Given, matches: &ArgMatches) {
    let globals = &mut given.globals;
    globals.config = matches.get_one::<String>("config").map(Into::into);
    globals.format = match matches.get_one::<String>("output").map_or("text", String::as_str) {
        "table" => Format::Table,
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        _ => Format::Text,
    };
    globals.quiet = matches.get_flag("quiet");
    globals.verbose = matches.get_flag("verbose");
    globals.debug = matches.get_flag("debug");
    globals.noop = matches.get_flag("noop");
    globals.grab_election = matches.get_flag("grab-election");
    globals.enable_database_update = matches.get_flag("enable-database-update");
    globals.ignore_raft_setup = matches.get_flag("ignore-raft-setup");
    globals.skip_registration = matches.get_flag("skip-continuous-registration");
}

fn read_args(given: &mut Given, spec: &Spec, matches: &ArgMatches) {
    for take in spec.takes {
        let arg = take.arg();
        if arg.value_name().is_empty() {
            if matches.get_flag(arg.long()) {
                given.switch_on(arg);
            }
            continue;
        }
        let by_name = matches.get_many::<String>(arg.long()).into_iter().flatten();
        let by_position = matches!(take, Take::Pos(_) | Take::Many(_))
            .then(|| matches.get_many::<String>(&position_id(arg)).into_iter().flatten());
        for value in by_name.chain(by_position.into_iter().flatten()) {
            given.add(arg, value);
        }
    }
}

/// Whether a word starts a modern command line.
pub fn is_command_word(specs: &[Spec], word: &str) -> bool {
    specs
        .iter()
        .any(|s| s.name.split(' ').next() == Some(word) || s.synonyms.contains(&word))
}
