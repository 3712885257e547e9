//! The classic form, `orchestrator -c COMMAND [flags]`, with the original's flags, streams and exit statuses.

use super::go_flags::{self, Flag, Scan};
use super::{Arg, Form, Format, Given, Spec, modern};
use crate::model::near::nearest;
use std::fmt::Write as _;

/// What a classic command line asks for.
#[derive(Debug)]
pub enum Asked {
    /// Run a command.
    Run(Box<Given>),
    /// Print the banner: nothing was asked.
    Banner(Box<Given>),
    /// Print the version.
    Version,
    /// Print the flags.
    Flags,
    /// List the commands.
    Commands(Box<Given>),
    /// Print one command's help.
    Help(Box<Given>, String),
    /// The web service, which this tool has not.
    Web,
    /// The modern form: the same arguments with single dashes before the word doubled.
    Modern(Vec<String>),
}

/// Why a classic command line cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Flag syntax: message and flag list, status 2.
    Flags(String),
    /// Words where none belong: message and usage, status 1.
    Words(String),
    /// A value that every command refuses: message, status 1.
    Fatal(String),
}

const fn value(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        is_switch: false,
        help,
    }
}

const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        is_switch: true,
        help,
    }
}

/// The flags of the classic form, by name.
pub const FLAGS: &[Flag] = &[
    value("alias", "cluster alias or exact cluster name"),
    value("binlog", "binary log name, or file:position"),
    value("c", "command; `orchestrator help` lists them"),
    value(
        "config",
        "configuration file; the usual places are searched when it is not given",
    ),
    value("d", "destination instance, host[:port]; same as -s"),
    switch("debug", "log everything"),
    switch("discovery", "only for the web service; accepted and ignored"),
    value("duration", "how long, such as 90s, 30m, 3h, 6d, 4w"),
    switch(
        "enable-database-update",
        "update the inventory's schema although the configuration says not to",
    ),
    switch(
        "grab-election",
        "only for continuous: take the right to act from whoever has it",
    ),
    value("hostname", "host name to use instead"),
    value("i", "instance, host[:port]; several separated by commas or blanks"),
    switch("ignore-raft-setup", "run although the configuration asks for raft"),
    switch("noop", "change nothing: refuse what would"),
    value("output", "text, table, json or yaml"),
    value(
        "owner",
        "who does this; the operating system's user when it is not given",
    ),
    value("path", "path of the read-only web answers"),
    value("pattern", "regular expression or text to look for"),
    value("pool", "pool name"),
    value(
        "promotion-rule",
        "prefer, neutral, prefer_not or must_not; prefer when it is not given",
    ),
    value("query", "query"),
    switch("quiet", "log errors only; beats -verbose and -debug"),
    value("reason", "why this is done"),
    value("s", "destination instance; same as -d"),
    value("seconds", "seconds"),
    switch("skip-binlog-search", "Pseudo-GTID: look in relay logs only"),
    switch(
        "skip-continuous-registration",
        "do not write this process to the node tables",
    ),
    switch("skip-unresolve", "do not use registered unresolved host names"),
    switch("skip-unresolve-check", "do not check registered unresolved host names"),
    switch("stack", "accepted and ignored"),
    value("statement", "statement to put between"),
    switch("strict", "more checks, for last-pseudo-gtid"),
    value("tag", "tag, name or name=value; or a search expression"),
    switch("verbose", "log informational messages"),
    switch("version", "print the version"),
];

/// Decides which form was typed and reads it.
///
/// # Errors
/// [`Wrong`], which says what to print and how to exit.
pub fn read(specs: &[Spec], args: &[String]) -> Result<Asked, Wrong> {
    if let Some(at) = first_word(args)
        && modern::is_command_word(specs, &args[at])
        && !names_command(&args[..at])
    {
        return Ok(Asked::Modern(with_double_dashes(args, at)));
    }
    let scan = go_flags::scan(FLAGS, args).map_err(Wrong::Flags)?;
    let mut given = given_of(&scan)?;
    if scan.flags.iter().any(|(name, _)| *name == "help") {
        return Ok(Asked::Flags);
    }
    if flag(&scan, "version") == Some("true") {
        return Ok(Asked::Version);
    }
    let command = flag(&scan, "c").unwrap_or_default().to_owned();
    given.command.clone_from(&command);
    let words: Vec<&str> = scan.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["cli"] => {}
        ["help"] => return Ok(help(given, &command)),
        ["help", topic, ..] => return Ok(Asked::Help(Box::new(given), (*topic).to_owned())),
        ["http", ..] => return Ok(Asked::Web),
        ["cli", ..] => {
            return Err(Wrong::Fatal(
                "Unknown command: \"\". Write the flags before the word `cli`, or leave the word out".to_owned(),
            ));
        }
        [word, ..] => return Err(Wrong::Words(unknown_word(specs, word))),
    }
    Ok(match command.as_str() {
        "" => Asked::Banner(Box::new(given)),
        "help" => Asked::Commands(Box::new(given)),
        _ => Asked::Run(Box::new(given)),
    })
}

fn help(given: Given, command: &str) -> Asked {
    if command.is_empty() {
        Asked::Commands(Box::new(given))
    } else {
        Asked::Help(Box::new(given), command.to_owned())
    }
}

/// Where the first word stands that is neither a flag nor a flag's value; `None` behind a flag that neither form knows.
fn first_word(args: &[String]) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let Some(body) = arg.strip_prefix('-').filter(|b| !b.is_empty() && *b != "-") else {
            return Some(at);
        };
        let name = body.strip_prefix('-').unwrap_or(body);
        let plain = name.split('=').next().unwrap_or_default();
        let takes_value = match FLAGS.iter().find(|f| f.name == plain) {
            Some(flag) => !flag.is_switch,
            None => match plain {
                "o" => true,
                "h" | "help" | "V" => false,
                _ => return None,
            },
        };
        at += if takes_value && plain == name { 2 } else { 1 };
    }
    None
}

/// Whether `-c` is among these arguments.
fn names_command(args: &[String]) -> bool {
    args.iter().any(|a| matches!(a.split('=').next(), Some("-c" | "--c")))
}

/// The modern parser wants `--config` and bare switches; people used to the classic form type `-config` and
/// `-debug=true`.
fn with_double_dashes(args: &[String], word_at: usize) -> Vec<String> {
    let (before, after) = args.split_at(word_at);
    before
        .iter()
        .filter_map(|arg| doubled(arg))
        .chain(after.iter().cloned())
        .collect()
}

/// One argument before the first word in the modern form; none for a switch that is off.
fn doubled(arg: &str) -> Option<String> {
    let Some(body) = arg.strip_prefix('-') else {
        return Some(arg.to_owned());
    };
    let body = body.strip_prefix('-').unwrap_or(body);
    if let Some((name, word)) = body.split_once('=')
        && FLAGS.iter().any(|f| f.name == name && f.is_switch)
        && let Ok(word) = go_flags::switch_word(Some(word), name)
    {
        return (word == "true").then(|| format!("--{name}"));
    }
    let is_long = body.split('=').next().is_some_and(|name| name.len() > 1);
    Some(if is_long { format!("--{body}") } else { arg.to_owned() })
}

fn unknown_word(specs: &[Spec], word: &str) -> String {
    let names = specs
        .iter()
        .flat_map(|s| std::iter::once(s.name).chain(s.synonyms.iter().copied()));
    let near = nearest(word, names).map_or_else(String::new, |n| format!(" Did you mean `{n}`?"));
    format!("`{word}` is not a command.{near}")
}

fn flag<'s>(scan: &'s Scan, name: &str) -> Option<&'s str> {
    scan.flags
        .iter()
        .rev()
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.as_str())
}

fn given_of(scan: &Scan) -> Result<Given, Wrong> {
    let mut given = Given::default();
    given.classic = true;
    let text = |name: &str| flag(scan, name).filter(|v| !v.is_empty());
    let on = |name: &str| flag(scan, name) == Some("true");
    for arg in Arg::ALL.iter().filter(|a| a.is_classic()) {
        let name = match arg {
            Arg::Instance => "i",
            Arg::Destination => continue,
            other => other.long(),
        };
        if let Some(value) = text(name) {
            given.add(*arg, value);
        }
    }
    match (text("d"), text("s")) {
        (Some(_), Some(_)) => return Err(Wrong::Fatal("-s and -d are the same: give only one of them".to_owned())),
        (Some(key), None) | (None, Some(key)) => given.add(Arg::Destination, key),
        (None, None) => {}
    }
    if let Some(rule) = text("promotion-rule") {
        rule.parse::<crate::model::PromotionRule>().map_err(Wrong::Fatal)?;
    }
    let globals = &mut given.globals;
    globals.config = text("config").map(Into::into);
    globals.format = match flag(scan, "output").unwrap_or("text") {
        "text" | "" => Format::Text,
        "table" => Format::Table,
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        other => {
            return Err(Wrong::Flags(format!(
                "invalid value \"{other}\" for -output: use text, table, json or yaml"
            )));
        }
    };
    globals.quiet = on("quiet");
    globals.verbose = on("verbose");
    globals.debug = on("debug");
    globals.noop = on("noop");
    globals.grab_election = on("grab-election");
    globals.enable_database_update = on("enable-database-update");
    globals.ignore_raft_setup = on("ignore-raft-setup");
    globals.skip_registration = on("skip-continuous-registration");
    Ok(given)
}

/// The list of flags, as printed for `-help` and for flag errors.
pub fn flag_listing() -> String {
    let mut text = String::from("Usage of orchestrator:\n");
    for flag in FLAGS {
        let kind = if flag.is_switch { "" } else { " value" };
        let _ = writeln!(text, "  -{}{kind}\n    \t{}", flag.name, flag.help);
    }
    text
}

/// Five lines for a command line that is neither form.
pub fn usage() -> &'static str {
    "Usage:\n  \
     orchestrator SUBCOMMAND [options]   `orchestrator SUBCOMMAND --help` explains\n  \
     orchestrator -c COMMAND [flags]     the classic form\n  \
     orchestrator help                   lists all commands\n  \
     orchestrator help COMMAND           explains one\n"
}

/// The list of commands under their headings.
pub fn command_listing(specs: &[Spec]) -> String {
    let mut groups: Vec<_> = specs.iter().map(|s| s.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut text = String::new();
    for group in groups {
        let _ = writeln!(text, "{}:", group.heading());
        for spec in specs.iter().filter(|s| s.group == group && s.form == Form::Both) {
            let _ = writeln!(text, "\t{:<40}{}", spec.name, spec.about);
        }
    }
    text.push_str(
        "Run `orchestrator help <command>` for details of one command.\nUsage: orchestrator -c <command> [flags]\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Group, Take};

    const SPECS: &[Spec] = &[Spec {
        name: "which-master",
        synonyms: &[],
        group: Group::Information,
        about: "",
        long: "",
        takes: &[Take::Pos(Arg::Instance)],
        form: Form::Both,
    }];

    fn read_line(line: &str) -> Result<Asked, Wrong> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read(SPECS, &args)
    }

    fn run(line: &str) -> Given {
        match read_line(line) {
            Ok(Asked::Run(given)) => *given,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn both_forms_and_positions_of_words() {
        assert_eq!(run("-c clusters").command, "clusters");
        assert_eq!(run("-c clusters cli").command, "clusters");
        assert!(run("-c clusters --debug=true").globals.debug);
        assert_eq!(run("-c x -s a:1").text(Arg::Destination), Some("a:1"));
        assert!(matches!(read_line(""), Ok(Asked::Banner(_))));
        assert!(matches!(read_line("-c="), Ok(Asked::Banner(_))));
        assert!(matches!(read_line("help"), Ok(Asked::Commands(_))));
        assert!(matches!(read_line("-c help"), Ok(Asked::Commands(_))));
        assert!(matches!(read_line("help which-master"), Ok(Asked::Help(_, t)) if t == "which-master"));
        assert!(matches!(read_line("-c which-master help"), Ok(Asked::Help(_, t)) if t == "which-master"));
        assert!(matches!(read_line("-version"), Ok(Asked::Version)));
        assert!(matches!(read_line("-h"), Ok(Asked::Flags)));
        assert!(matches!(read_line("http"), Ok(Asked::Web)));
        assert!(
            matches!(read_line("-config x -debug which-master a:1"), Ok(Asked::Modern(a)) if a == ["--config", "x", "--debug", "which-master", "a:1"])
        );
        assert!(
            matches!(read_line("-o json -output=yaml which-master a:1"), Ok(Asked::Modern(a)) if a[..3] == ["-o", "json", "--output=yaml"])
        );
        assert!(
            matches!(read_line("-debug=false --verbose=T which-master"), Ok(Asked::Modern(a)) if a == ["--verbose", "which-master"])
        );
    }

    #[test]
    fn what_is_wrong_decides_the_status() {
        assert!(matches!(read_line("-x"), Err(Wrong::Flags(_))));
        assert!(matches!(read_line("---c which-master"), Err(Wrong::Flags(_))));
        assert!(matches!(read_line("-C which-master"), Err(Wrong::Flags(_))));
        assert!(matches!(read_line("-debug true"), Err(Wrong::Words(_))));
        assert!(matches!(read_line("-c clusters -i a b"), Err(Wrong::Words(_))));
        assert!(matches!(read_line("cli -c clusters"), Err(Wrong::Fatal(_))));
        assert!(matches!(read_line("-c x -s a -d a"), Err(Wrong::Fatal(_))));
        assert!(matches!(read_line("-c x -promotion-rule must"), Err(Wrong::Fatal(_))));
        assert_eq!(
            read_line("wich-master").unwrap_err(),
            Wrong::Words("`wich-master` is not a command. Did you mean `which-master`?".into())
        );
    }
}
