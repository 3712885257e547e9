//! The built program on trees of real servers: what the stories share.
//!
//! In arguments and in what was said, `#N` stands for `127.0.0.1:PORT` of server N, so that a story reads the same
//! whatever the ports.
#![allow(dead_code, clippy::expect_used)]

#[path = "sandbox.rs"]
pub mod sandbox;

use anyhow::{Context, Result, bail, ensure};
use sandbox::{Flavour, PROBE_PASSWORD, PROBE_USER, Sandbox};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the servers may take to reach a state they are sure to reach.
pub const SOON: Duration = Duration::from_secs(60);

/// A run that takes longer hangs.
const HANGS: Duration = Duration::from_secs(60);

/// Trees of one flavour that are up at a time.
const TREES: usize = 2;

/// Tells a story on each flavour at the same time, and fails with everything that went wrong.
///
/// Where a flavour's servers are not to be had it is left out, and that is said; with `CI` set it is a failure.
pub fn on_each(flavours: &[Flavour], story: impl Fn(Flavour) -> Result<()> + Sync) {
    let story = &story;
    let failures: Vec<String> = std::thread::scope(|scope| {
        let told: Vec<_> = flavours
            .iter()
            .map(|&flavour| (flavour, scope.spawn(move || tell(flavour, story))))
            .collect();
        told.into_iter()
            .filter_map(|(flavour, thread)| match thread.join() {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(format!("{flavour}: {error:#}")),
                Err(_) => Some(format!("{flavour}: an assertion failed, see above")),
            })
            .collect()
    });
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn tell(flavour: Flavour, story: &(impl Fn(Flavour) -> Result<()> + Sync)) -> Result<()> {
    let _place = Place::wait(flavour);
    if let Err(error) = flavour.fetch() {
        ensure!(std::env::var_os("CI").is_none(), "no servers to be had: {error:#}");
        // Past the capture of the test harness: whoever runs the tests is to see it.
        writeln!(
            std::io::stderr(),
            "skipped on {flavour}: no servers to be had: {error:#}"
        )?;
        return Ok(());
    }
    story(flavour)
}

/// The right to have a tree of a flavour up.
struct Place(Flavour);

static UP: Mutex<Vec<Flavour>> = Mutex::new(Vec::new());
static LEFT: Condvar = Condvar::new();

impl Place {
    fn wait(flavour: Flavour) -> Self {
        let is_full = |up: &mut Vec<Flavour>| up.iter().filter(|f| **f == flavour).count() >= TREES;
        LEFT.wait_while(Self::up(), is_full)
            .unwrap_or_else(PoisonError::into_inner)
            .push(flavour);
        Self(flavour)
    }

    fn up() -> MutexGuard<'static, Vec<Flavour>> {
        UP.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut up = Self::up();
        if let Some(at) = up.iter().position(|f| *f == self.0) {
            up.swap_remove(at);
        }
        LEFT.notify_all();
    }
}

/// What a run printed, with servers as `#N`, and its exit status.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// The program with a configuration and an empty inventory of its own.
pub struct Tool<'t> {
    tree: &'t Sandbox,
    dir: PathBuf,
}

impl<'t> Tool<'t> {
    /// `extra` holds the configuration keys that differ from what all stories use.
    pub fn new(tree: &'t Sandbox, extra: Value) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("orchestrator-story-{}-{number}", std::process::id()));
        fs::create_dir_all(&dir)?;
        let mut config = json!({
            "MySQLTopologyUser": PROBE_USER,
            "MySQLTopologyPassword": PROBE_PASSWORD,
            "SQLite3DataFile": dir.join("inventory.sqlite3"),
            "HostnameResolveMethod": "none",
            "MySQLHostnameResolveMethod": "none",
            "DiscoverByShowSlaveHosts": true,
            "MySQLConnectTimeoutSeconds": 1,
            "MySQLDiscoveryReadTimeoutSeconds": 2,
            "InstancePollSeconds": 5,
        });
        for (key, value) in extra.as_object().context("keys and values")? {
            config[key] = value.clone();
        }
        fs::write(dir.join("orchestrator.conf.json"), config.to_string())?;
        Ok(Self { tree, dir })
    }

    /// A folder that goes away with the tool.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Runs the program, with `#N` in arguments replaced.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        let output = self.run_with(arguments, &[])?;
        output.context("ended by a signal")
    }

    /// Runs the program with variables of its own; none where a signal ended it.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Option<Output>> {
        // Files, so that nobody has to read while the program writes.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (out, err) = (
            self.dir.join(format!("{number}.out")),
            self.dir.join(format!("{number}.err")),
        );
        let mut child = Command::new(env!("CARGO_BIN_EXE_orchestrator"))
            .arg("--config")
            .arg(self.dir.join("orchestrator.conf.json"))
            .args(arguments.iter().map(|a| self.with_keys(a)))
            .env("HOME", &self.dir)
            .env("TZ", "UTC")
            .envs(variables.iter().copied())
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .spawn()?;
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if begin.elapsed() > HANGS {
                child.kill()?;
                child.wait()?;
                bail!("{arguments:?} hangs");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let Some(code) = status.code() else { return Ok(None) };
        Ok(Some(Output {
            stdout: self.with_numbers(&fs::read_to_string(out)?),
            stderr: self.with_numbers(&fs::read_to_string(err)?),
            code,
        }))
    }

    /// Runs the program, which has to succeed; its standard output.
    pub fn said(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        ensure!(output.code == 0, "{arguments:?}: {output:#?}");
        Ok(output.stdout)
    }

    /// The run fails with this status and says this.
    pub fn fails(&self, arguments: &[&str], code: i32, part: &str) -> Result<()> {
        let output = self.run(arguments)?;
        ensure!(output.code == code, "{arguments:?}: {output:#?}");
        contains(&output.stderr, part)
    }

    /// Asks all servers again and judges: one line a verdict.
    pub fn verdicts(&self) -> Result<Vec<String>> {
        let said = self.said(&["replication-analysis", "--refresh"])?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// Asks and judges until the verdicts are exactly these, in this order.
    pub fn wait_for(&self, expected: &[&str]) -> Result<()> {
        self.wait_until(&format!("{expected:?}"), |verdicts| verdicts == expected)
    }

    /// Asks and judges until the verdicts are as wanted.
    pub fn wait_until(&self, what: &str, wanted: impl Fn(&[String]) -> bool) -> Result<()> {
        let begin = Instant::now();
        loop {
            let verdicts = self.verdicts()?;
            if wanted(&verdicts) {
                return Ok(());
            }
            if begin.elapsed() > SOON {
                bail!(
                    "not within {SOON:?}: {what}\nlast: {verdicts:?}\n{}",
                    self.tree.status()?
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks all servers again until the program says exactly this: what a replica calls its lag settles a while after
    /// its master came back.
    pub fn wait_said(&self, arguments: &[&str], expected: &str) -> Result<()> {
        let begin = Instant::now();
        loop {
            let said = self.said(arguments)?;
            if said == expected {
                return Ok(());
            }
            if begin.elapsed() > SOON {
                bail!(
                    "{arguments:?}, not within {SOON:?}:\n{expected}\nlast:\n{said}\n{}",
                    self.tree.status()?
                );
            }
            std::thread::sleep(Duration::from_millis(50));
            self.verdicts()?;
        }
    }

    /// The text with `#N` for every server's name.
    pub fn with_numbers(&self, text: &str) -> String {
        (0..self.tree.count()).fold(text.to_owned(), |text, n| {
            text.replace(&self.tree.key(n), &format!("#{n}"))
        })
    }

    fn with_keys(&self, text: &str) -> String {
        (0..self.tree.count()).rev().fold(text.to_owned(), |text, n| {
            text.replace(&format!("#{n}"), &self.tree.key(n))
        })
    }
}

impl Drop for Tool<'_> {
    fn drop(&mut self) {
        // Left behind where it cannot be removed: it is a temporary folder.
        drop(fs::remove_dir_all(&self.dir));
    }
}

/// The version a flavour's servers announce, for drawings.
pub fn version(tree: &Sandbox) -> Result<String> {
    Ok(tree.sql(0, "SELECT @@version")?.trim().to_owned())
}

/// Fails with the whole text where a part is missing.
pub fn contains(text: &str, part: &str) -> Result<()> {
    ensure!(text.contains(part), "{part:?} is missing in:\n{text}");
    Ok(())
}

/// Fails, naming both, where two things differ.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: T, expected: T) -> Result<()> {
    ensure!(got == expected, "{what}:\n     got {got:#?}\nexpected {expected:#?}");
    Ok(())
}
