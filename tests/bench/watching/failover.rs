//! How soon an application can write again, when its master is killed, hangs, or hands over to another.
//!
//! Four writers write without end, each some milliseconds after the last answer. Killed and paused: from the signal to the
//! first acknowledgement by another server. Handed over: from the last acknowledgement of the one to the first of the
//! other. Each run has servers, a watcher and an inventory of its own. What was said meanwhile is printed for the slowest.

use super::verdicts::{PATIENCE, load, millis, phase, settings, tell, tell_lines};
use super::watcher::program;
use crate::story::{Line, Watch, tool_of};
use crate::tool::Tool;
use crate::tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use crate::writers::{self, Writers};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// Time between two writes of a writer.
const PACE: Duration = Duration::from_millis(2);

/// What happens to the master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Killed,
    Paused,
    HandsOver,
}

impl Event {
    fn words(self) -> &'static str {
        match self {
            Self::Killed => "kill -9 -> first write",
            Self::Paused => "SIGSTOP -> first write",
            Self::HandsOver => "takeover: no write for",
        }
    }
}

/// One change of masters.
struct Change {
    took: Duration,
    begun: Instant,
    /// What was said from the event on.
    lines: Vec<Line>,
    /// What the writers saw.
    summary: String,
}

/// Prints the figures of each flavour that is to be had.
pub fn run(runs: usize) -> Result<()> {
    println!("program: {}", program());
    let mut failed = Vec::new();
    for flavour in [Flavour::MySql9, Flavour::MariaDb] {
        if let Err(error) = flavour.fetch() {
            println!("{flavour}: left out, no servers to be had: {error:#}");
            continue;
        }
        println!("\n{flavour}; load {}", load());
        let pauses = (runs / 4).max(1);
        for (event, times) in [(Event::Killed, runs), (Event::Paused, pauses), (Event::HandsOver, runs)] {
            // One that fails does not keep the others from being measured.
            if let Err(error) = measure(flavour, event, times) {
                println!("{} FAILED; load {}: {error:#}", event.words(), load());
                failed.push(format!("{flavour}, {event:?}"));
            }
        }
        println!("load {}", load());
    }
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(())
}

fn measure(flavour: Flavour, event: Event, times: usize) -> Result<()> {
    let changes: Vec<Change> = (0..times)
        .map(|number| change(flavour, event, number).with_context(|| format!("run {number}")))
        .collect::<Result<_>>()?;
    let all: Vec<f64> = changes.iter().map(|change| millis(change.took)).collect();
    tell(event.words(), &all);
    if let Some(slowest) = changes.iter().max_by_key(|change| change.took) {
        println!("    the slowest: {}", slowest.summary);
        tell_lines(&slowest.lines, slowest.begun);
    }
    Ok(())
}

fn change(flavour: Flavour, event: Event, number: usize) -> Result<Change> {
    let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
    writers::prepare(&tree, 0)?;
    let mut config = settings();
    config["RecoverMasterClusterFilters"] = serde_json::json!(["*"]);
    config["ReplicationCredentialsQuery"] = format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'").into();
    let tool = tool_of(&tree, &[2], config)?;
    let watch = Watch::start_program(&program(), &tool, &[], &[])?;
    watch.settle(tree.count())?;
    let writers = Writers::start(writers::places(&tree), PACE);
    writers.wait_for_more(200)?;
    std::thread::sleep(phase(number));

    let mark = watch.mark();
    let begun = Instant::now();
    begin(&tree, &tool, event)?;
    let elsewhere = || writers.record().first_elsewhere(0, begun).is_some();
    let written = wait_until(PATIENCE, "the application writes to another server", elsewhere);
    written.with_context(|| watch.transcript())?;
    writers.wait_for_more(20)?;
    let record = writers.stop();
    // For the time that each part took; where it does not come, that is no part of the figure.
    drop(watch.wait_after(mark, PATIENCE / 6, &["#0: recovered: "]));
    let first = record.first_elsewhere(0, begun).context("a first write")?;
    let took = match event {
        Event::HandsOver => record.change_from(0).context("a change")?.length(),
        Event::Killed | Event::Paused => first.ended - begun,
    };
    Ok(Change {
        took,
        begun,
        lines: watch.with_after(mark, &[]),
        summary: record.summary(),
    })
}

fn begin(tree: &Sandbox, tool: &Tool<'_>, event: Event) -> Result<()> {
    let signal = match event {
        Event::Killed => libc::SIGKILL,
        Event::Paused => libc::SIGSTOP,
        Event::HandsOver => return tool.said(&["takeover", "#0", "--to", "#1", "--auto"]).map(drop),
    };
    let master = i32::try_from(tree.pid(0)?)?;
    // SAFETY: a plain system call about a server that the sandbox runs.
    let sent = unsafe { libc::kill(master, signal) };
    ensure!(sent == 0, "signal {signal} to process {master}");
    Ok(())
}
