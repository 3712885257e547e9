//! From the command line to the exit status: choose the form, run the command, print the answer or the failure.

use super::context::Context;
use super::failure::{Failure, Kind, Outcome};
use super::{Body, Command, all, specs};
use crate::args::classic::{self, Asked, Wrong};
use crate::args::{Arg, Form, Given, modern};
use crate::config::Environment;
use crate::inventory::Access;
use crate::model::near::nearest;
use crate::report::answer::Answer;
use crate::report::log::{Level, Log};
use crate::report::out;

/// Runs one command line, the program's name left out, and returns the exit status.
pub fn run(args: &[String]) -> u8 {
    let specs = specs();
    match classic::read(&specs, args) {
        Ok(asked) => follow(asked, &specs),
        Err(Wrong::Flags(message)) => {
            out::error(&format!("{message}\n{}", classic::flag_listing()));
            2
        }
        Err(Wrong::Words(message)) => {
            out::error(&format!("{message}\n{}", classic::usage()));
            1
        }
        Err(Wrong::Fatal(message)) => {
            Log::new(true, false, false, false).say(Level::Fatal, message);
            1
        }
    }
}

fn follow(asked: Asked, specs: &[crate::args::Spec]) -> u8 {
    let listed =
        |given: &Given, print: &dyn Fn() -> u8| match Context::load(given, &Environment::of_process(), Access::Read) {
            Ok(_) => print(),
            Err(failure) => tell(&failure, given),
        };
    match asked {
        Asked::Run(given) => run_given(&given),
        Asked::Modern(args) => match modern::parse(specs, &args) {
            Ok(given) => run_given(&given),
            Err(error) => usage_error(&error, &args),
        },
        Asked::Version => out::print(&format!("{}\n\n", env!("CARGO_PKG_VERSION"))),
        Asked::Flags => {
            out::error(&format!(
                "{}{}\n{}",
                modern::overview(specs),
                classic::usage(),
                classic::flag_listing()
            ));
            0
        }
        Asked::Banner(given) => listed(&given, &|| out::print(&banner())),
        Asked::Commands(given) => listed(&given, &|| {
            out::error(&classic::command_listing(specs));
            0
        }),
        Asked::Help(given, topic) => listed(&given, &|| out::print(&help_text(specs, &topic))),
        Asked::Web => tell(
            &refusal(
                "http",
                "needs the orchestrator web service and is not available in this command-line tool",
            ),
            &classic_given(),
        ),
    }
}

fn classic_given() -> Given {
    let mut given = Given::default();
    given.classic = true;
    given
}

/// clap's help and version go to standard output with status 0, its complaints to standard error with status 2; a
/// check for a monitoring system answers "unknown" instead.
fn usage_error(error: &clap::Error, args: &[String]) -> u8 {
    let text = error.render().to_string();
    if !error.use_stderr() {
        return out::print(&text);
    }
    out::error(&text);
    if args.iter().any(|a| a == "--check") { 3 } else { 2 }
}

fn banner() -> String {
    format!(
        "orchestrator {}: keeps MySQL and MariaDB replication alive\n\n\
         Cheat sheet:\n\
         \x20 orchestrator discover HOST[:PORT]           read a server, then its masters and replicas\n\
         \x20 orchestrator topology                       draw the cluster\n\
         \x20 orchestrator replication-analysis           what is wrong, from what was last read\n\
         \x20 orchestrator replication-analysis --refresh ask the servers first\n\
         \x20 orchestrator explain INSTANCE               why the verdict is what it is\n\
         \x20 orchestrator clusters                       list the known clusters\n\
         \x20 orchestrator -c COMMAND -i HOST:PORT        the classic form\n\
         \x20 orchestrator help                           all commands\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn help_text(specs: &[crate::args::Spec], topic: &str) -> String {
    let spec = specs.iter().find(|s| s.is_called(topic));
    let body = spec.map_or_else(String::new, |s| {
        let long = if s.long.is_empty() {
            String::new()
        } else {
            format!("\n\n{}", s.long)
        };
        format!("{}{long}\n", s.about)
    });
    format!("{topic}:\n{body}")
}

/// Runs the command, for each item of `-i` where the command works so, and prints.
fn run_given(given: &Given) -> u8 {
    let Some(command) = find(given) else {
        return unknown(given);
    };
    if let Some(why) = unavailable(&given.command) {
        return tell(&refusal(&given.command, why), given);
    }
    match run_command(command, given) {
        Ok(status) => status,
        Err(failure) => tell(&failure, given),
    }
}

fn find(given: &Given) -> Option<&'static Command> {
    // Old clients replaced the first "slave" of any name.
    let renamed = given.command.replacen("slave", "replica", 1);
    let called = |name: &str| all().find(|c| c.spec.is_called(name) && (!given.classic || c.spec.form == Form::Both));
    called(&given.command).or_else(|| called(&renamed))
}

fn run_command(command: &Command, given: &Given) -> Outcome<u8> {
    let (work, access) = match command.body {
        Body::Alone(body) => return print(body(given), given),
        Body::Reads(work) => (work, Access::Read),
        Body::Writes(work) => (work, Access::Write),
        Body::Runs(work) => (work, Access::Write),
        Body::WritesWith(switch, work) => (
            work,
            if given.is_on(switch) {
                Access::Write
            } else {
                Access::Read
            },
        ),
    };
    let sees_to_noop = matches!(command.body, Body::Runs(_));
    if access == Access::Write && given.globals.noop && !sees_to_noop {
        return Err(Failure::failed(format!(
            "noop: `{}` would change the inventory; nothing was changed",
            command.spec.name
        )));
    }
    let context = Context::load(given, &Environment::of_process(), access)?;
    let items = given.list(Arg::Instance);
    if !command.per_instance || items.len() < 2 {
        let item = items
            .first()
            .filter(|_| command.per_instance)
            .map(|item| given.with_only(Arg::Instance, item));
        let given = item.as_ref().unwrap_or(given);
        return print(work(&context, given)?, given);
    }
    let mut status = 0;
    for item in items {
        let one = given.with_only(Arg::Instance, item);
        status = status.max(print(work(&context, &one)?, &one)?);
    }
    Ok(status)
}

fn print(answer: Answer, given: &Given) -> Outcome<u8> {
    let status = answer.status;
    let text = answer
        .render(given.globals.format, out::width())
        .map_err(Failure::failed)?;
    Ok(out::print(&text).max(status))
}

fn tell(failure: &Failure, given: &Given) -> u8 {
    let globals = &given.globals;
    let log = Log::new(given.classic, globals.quiet, globals.verbose, globals.debug);
    log.say(Level::Fatal, failure);
    failure.hints.iter().for_each(|hint| log.hint(hint));
    if given.is_on(Arg::Check) && !given.classic {
        3
    } else {
        failure.status(given.classic)
    }
}

/// Commands of the original that a command-line tool cannot serve.
fn unavailable(name: &str) -> Option<&'static str> {
    Some(match name {
        "access-token" | "which-api" | "active-nodes" => {
            "needs the orchestrator web service and is not available in this command-line tool"
        }
        "custom-command" => "needs orchestrator-agent and is not available in this command-line tool",
        "raft-leader" | "raft-health" | "raft-leader-hostname" | "raft-elect-leader" => {
            "only applies to a raft setup and is not available in this command-line tool"
        }
        _ => return None,
    })
}

fn refusal(name: &str, why: &str) -> Failure {
    Failure::new(Kind::Failed, format!("Command \"{name}\" {why}"))
}

fn unknown(given: &Given) -> u8 {
    if let Some(why) = unavailable(&given.command) {
        return tell(&refusal(&given.command, why), given);
    }
    let specs = specs();
    let names = specs
        .iter()
        .flat_map(|s| std::iter::once(s.name).chain(s.synonyms.iter().copied()));
    let near = nearest(&given.command, names).map(|near| format!("did you mean {near}?"));
    let failure = Failure::failed(format!("Unknown command: \"{}\". ", given.command)).maybe_hint(near);
    let status = tell(&failure, given);
    out::error(&classic::command_listing(&specs));
    status
}
