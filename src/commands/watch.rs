//! `watch`: the same work again and again, in the foreground.

use super::Command;
use super::context::{Context, now, process_token, this_host};
use super::failure::{Failure, Kind, Outcome};
use super::voice::LogVoice;
use crate::args::{Arg, Given, Group, Take};
use crate::config::Environment;
use crate::inventory::{NodeId, NodeReport};
use crate::probe::{keep_memory_small, raise_descriptor_limit};
use crate::report::answer::Answer;
use crate::report::log::{Form, Level, Log};
use crate::report::status_line::StatusLine;
use crate::watch::engine::{Ending, Engine, Event, Post, Setup};
use crate::watch::notify::Notifier;
use crate::watch::signals;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::channel;

pub(super) const COMMANDS: &[Command] = &[Command::new(
    Group::Analysis,
    "watch",
    "Keep reading servers, judging and telling, until it is stopped",
    &[
        Take::Opt(Arg::Once),
        Take::Opt(Arg::MetricsFile),
        Take::Opt(Arg::LogFormat),
    ],
    super::Body::Runs(watch),
)
.also_called(&["continuous"])
.whole_list()
.explained(
    "Runs in the foreground: in a terminal, or under a service manager, which is told when it is ready (sd_notify). Every \
     server is read once each InstancePollSeconds, and at once when its connection breaks. What is found goes to standard \
     error, a line for each change; detections are registered and OnFailureDetectionProcesses run once for each. Several \
     watchers may use one inventory: one acts, the others stand by. SIGTERM and SIGINT end it, a second one at once; \
     SIGHUP reads the configuration again. With --noop no hooks run and no receivers are restarted.\n\nWith --once everything is done once, without the \
     start-up wait, and the exit status is 0, or 9 when another watcher acts on the inventory.",
)];

/// Exit status of `watch --once` where another watcher acts on the inventory.
const NOT_ELECTED: u8 = 9;

fn watch<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    context.refuse_untold_store()?;
    let once = given.is_on(Arg::Once);
    let log = log(given)?;
    let notifier = Notifier::from_environment().unwrap_or_else(|why| {
        log.warn(why);
        Notifier::default()
    });
    keep_memory_small();
    if let Err(error) = raise_descriptor_limit() {
        log.warn(format!("raising the limit of open files: {error}"));
    }
    let line = StatusLine::start(given.globals.quiet || once);
    let voice = LogVoice::new(log, line, notifier, &context.config.audit_log_file);
    let voice = Arc::new(voice.map_err(|error| Failure::failed(format!("starting a thread for the log: {error}")))?);

    let (sender, events) = channel();
    let post = Post::new(sender.clone());
    let _listener = signals::listen(sender, Event::Signal).map_err(Failure::failed)?;
    let opener = context.reopener()?;
    let inventory = opener.open()?;
    let (environment, file) = (Environment::of_process(), given.globals.config.clone());
    let setup = Setup {
        config: context.config.clone(),
        node: NodeReport {
            id: NodeId {
                hostname: this_host(),
                token: process_token(),
            },
            mode: "CLIMode".to_owned(),
            command: if once { "watch --once" } else { "continuous" }.to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: context.config.sqlite3_data_file.clone(),
        },
        path: opener.path.clone(),
        open: Arc::new(move || opener.open()),
        clock: now,
        voice: Arc::<LogVoice>::clone(&voice),
        reload: Box::new(move || {
            let loaded = crate::config::load(&environment, file.as_deref());
            loaded.map(|loaded| loaded.config).map_err(|error| error.to_string())
        }),
        metrics_file: given.text(Arg::MetricsFile).map(Into::into),
        once,
        grab: given.globals.grab_election,
        noop: given.globals.noop,
    };
    let engine = Engine::new(setup, inventory, post, events).map_err(Failure::failed)?;
    let ending = engine.run();
    voice.finish();
    answer(ending)
}

/// A long-running process tells more than a command does.
fn log(given: &Given) -> Outcome<Log> {
    let globals = &given.globals;
    let mut log = Log::new(given.classic, globals.quiet, globals.verbose, globals.debug);
    if !globals.quiet && !globals.debug {
        log.threshold = Level::Info;
    }
    let form = match given.text(Arg::LogFormat) {
        Some("json") => Form::Json,
        None | Some("text") if given.classic => Form::Dated,
        None | Some("text") => Form::Timed,
        Some(other) => {
            return Err(Failure::usage(format!("--log-format {other}: it is text or json")));
        }
    };
    // Under journald each line has its time already.
    let journal = std::env::var_os("JOURNAL_STREAM").is_some() && !std::io::stderr().is_terminal();
    let form = if journal && form == Form::Timed {
        Form::Plain
    } else {
        form
    };
    Ok(log.with_form(form))
}

fn answer<'c>(ending: Ending) -> Outcome<Answer<'c>> {
    match ending {
        Ending::Finished => Ok(Answer::nothing()),
        Ending::NotElected(holder) => {
            crate::report::out::error(&format!(
                "orchestrator: another watcher acts on this inventory: {holder}; nothing was done\n"
            ));
            Ok(Answer::nothing().with_status(NOT_ELECTED))
        }
        Ending::Failed(why) => Err(Failure::new(Kind::Failed, why)),
    }
}
