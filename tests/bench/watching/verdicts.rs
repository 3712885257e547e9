//! How soon a master of real servers is called dead.
//!
//! Killed: from the signal, and from the moment at which the kernel closes the dead server's connections, as an idle
//! connection of ours sees it; in between there is nothing to be seen. Paused: from the signal. The line's moment is its
//! arrival here. What was said meanwhile is printed for the slowest run of each kind.

use super::watcher::program;
use crate::process::median;
use crate::story::{Line, Watch, tool_of};
use crate::tool::SOON;
use crate::tool::sandbox::{Flavour, Sandbox, wait_until};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::io::Read;
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest that a verdict is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Pauses at most where only the replicas' network timeout tells.
const SLOW_PAUSES: usize = 3;

/// One death.
struct Death {
    begun: Instant,
    closed: Option<Instant>,
    said: Instant,
    /// What was said from the signal on.
    lines: Vec<Line>,
}

/// Prints the figures of each flavour that is to be had.
pub fn run(runs: usize) -> Result<()> {
    println!("program: {}", program());
    for flavour in [Flavour::MySql9, Flavour::MariaDb] {
        if let Err(error) = flavour.fetch() {
            println!("{flavour}: left out, no servers to be had: {error:#}");
            continue;
        }
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let facts = "SELECT CONCAT(@@version, ', network timeout of replicas ', @@global.slave_net_timeout, ' s')";
        let facts = tree
            .sql(1, facts)
            .or_else(|_| tree.sql(1, &facts.replace("slave_net", "replica_net")))?;
        println!("\n{flavour} {}; load {}", facts.trim_end(), load());
        killed(&tree, runs).with_context(|| format!("{flavour}, killed; load {}", load()))?;
        let pauses = (runs / 4).max(1);
        let pauses = if flavour.is_mariadb() {
            pauses.min(SLOW_PAUSES)
        } else {
            pauses
        };
        paused(&tree, pauses).with_context(|| format!("{flavour}, paused; load {}", load()))?;
        println!("load {}", load());
    }
    Ok(())
}

fn killed(tree: &Sandbox, runs: usize) -> Result<()> {
    let tool = tool_of(tree, &[2], settings())?;
    let watch = Watch::start_program(&program(), &tool, &[], &[])?;
    watch.settle(tree.count())?;
    let mut deaths = Vec::new();
    for number in 0..runs {
        std::thread::sleep(Duration::from_secs(1) + phase(number));
        let closing = Closing::watch(tree)?;
        let death = die(tree, &watch, libc::SIGKILL, Some(closing))?;
        // What is over is said after what was.
        let mark = watch.mark();
        deaths.push(death);
        tree.kill(0)?;
        tree.start(0)?;
        watch.wait_after(mark, PATIENCE, &["#0 (cluster #0): ", " is over, after "])?;
        all_well(tree, &watch)?;
    }
    let since = |from: fn(&Death) -> Instant| deaths.iter().map(|d| millis(d.said - from(d))).collect::<Vec<_>>();
    tell("kill -9 -> DeadMaster", &since(|death| death.begun));
    tell(
        "connections close -> DeadMaster",
        &since(|d| d.closed.unwrap_or(d.begun)),
    );
    let closing = |d: &Death| millis(d.closed.unwrap_or(d.begun) - d.begun);
    tell(
        "(kill -9 -> connections close)",
        &deaths.iter().map(closing).collect::<Vec<_>>(),
    );
    tell_slowest(&deaths);
    watch.finish()
}

/// Receivers that have testified are left alone for a while, so each pause has a watcher and an inventory of its own.
fn paused(tree: &Sandbox, runs: usize) -> Result<()> {
    let mut deaths = Vec::new();
    for number in 0..runs {
        let tool = tool_of(tree, &[2], settings())?;
        let watch = Watch::start_program(&program(), &tool, &[], &[])?;
        watch.settle(tree.count())?;
        std::thread::sleep(phase(number));
        let death = die(tree, &watch, libc::SIGSTOP, None);
        tree.resume(0)?;
        deaths.push(death?);
        all_well(tree, &watch)?;
        watch.finish()?;
    }
    let all: Vec<f64> = deaths.iter().map(|death| millis(death.said - death.begun)).collect();
    tell("SIGSTOP -> DeadMaster", &all);
    tell_slowest(&deaths);
    Ok(())
}

/// The moment within a round of questions, which are put each second, is not to be the same each time.
pub(super) fn phase(number: usize) -> Duration {
    Duration::from_millis((number as u64 * 370) % 1_000)
}

/// Sends the master a signal, and waits until it is called dead and nothing holds that.
fn die(tree: &Sandbox, watch: &Watch<'_>, signal: i32, closing: Option<Closing>) -> Result<Death> {
    let master = i32::try_from(tree.pid(0)?)?;
    let mark = watch.mark();
    let begun = Instant::now();
    // SAFETY: a plain system call about a server that the sandbox runs.
    let sent = unsafe { libc::kill(master, signal) };
    ensure!(sent == 0, "signal {signal} to process {master}");
    let is_verdict = |line: &&Line| !line.text.contains("; held: ");
    let said = loop {
        let said = watch.with_after(mark, &["#0 (cluster #0): DeadMaster"]);
        if let Some(line) = said.iter().find(is_verdict) {
            break line.at;
        }
        ensure!(begun.elapsed() < PATIENCE, "not called dead:\n{}", watch.transcript());
        std::thread::sleep(Duration::from_millis(10));
    };
    Ok(Death {
        begun,
        closed: closing.map(Closing::moment).transpose()?,
        said,
        lines: watch.with_after(mark, &[]),
    })
}

/// Waits until everything replicates, and the watcher has nothing to say of it.
fn all_well(tree: &Sandbox, watch: &Watch<'_>) -> Result<()> {
    for replica in 1..tree.count() {
        wait_until(SOON, "the replica receives again", || {
            tree.replica_status(replica, "IO_Running")
                .is_ok_and(|runs| runs == ["Yes"])
        })?;
    }
    watch.wait_rows(
        "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'",
        &["0"],
    )
}

/// The configuration is what comes by default, for the rest.
pub(super) fn settings() -> serde_json::Value {
    json!({"MySQLConnectTimeoutSeconds": 2, "MySQLDiscoveryReadTimeoutSeconds": 10})
}

/// An idle connection to the master, and somebody who waits for its end.
struct Closing(JoinHandle<Instant>);

impl Closing {
    fn watch(tree: &Sandbox) -> Result<Self> {
        let mut connection = TcpStream::connect((tree.host(), tree.port(0)))?;
        // Once greeted, the server waits for us to log in, for ten seconds.
        let mut greeting = [0; 1024];
        ensure!(connection.read(&mut greeting)? > 0, "no greeting");
        Ok(Self(std::thread::spawn(move || {
            let mut wanted = libc::pollfd {
                fd: connection.as_raw_fd(),
                events: libc::POLLRDHUP,
                revents: 0,
            };
            // SAFETY: one structure that lives as long as the call, and so does the connection.
            while unsafe { libc::poll(&raw mut wanted, 1, -1) } != 1 {}
            Instant::now()
        })))
    }

    fn moment(self) -> Result<Instant> {
        self.0
            .join()
            .ok()
            .context("the thread that waits for the end of a connection panicked")
    }
}

pub(super) fn tell(what: &str, values: &[f64]) {
    let worst = values.iter().copied().fold(f64::MIN, f64::max);
    println!(
        "{what:<34} median {:>8.1} ms   worst of {:>2} {worst:>8.1} ms",
        median(values),
        values.len()
    );
}

/// What was said in the slowest run, in milliseconds from the signal.
fn tell_slowest(deaths: &[Death]) {
    let Some(slowest) = deaths.iter().max_by_key(|death| death.said - death.begun) else {
        return;
    };
    tell_lines(&slowest.lines, slowest.begun);
}

/// What was said, in milliseconds from a moment.
pub(super) fn tell_lines(lines: &[Line], begun: Instant) {
    for line in lines {
        let text: String = line.text.chars().take(150).collect();
        println!("    {:>8.1}  {text}", millis(line.at - begun));
    }
}

pub(super) fn millis(length: Duration) -> f64 {
    length.as_secs_f64() * 1e3
}

pub(super) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
