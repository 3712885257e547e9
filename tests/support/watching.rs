//! A watcher at work: the built program as a child, what it says with the moments it said it, and its inventory.
//!
//! As with the tool, `#N` stands for server N. A watcher is killed when it is dropped, and by the kernel when the test
//! process ends without dropping it.
#![allow(dead_code, clippy::expect_used)]

use crate::tool::sandbox::Sandbox;
use crate::tool::{SOON, Tool};
use anyhow::{Context, Result, bail, ensure};
use rusqlite::{Connection, OpenFlags, types::Value as Cell};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A line of a watcher's log.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it arrived here.
    pub at: Instant,
    /// What it says, servers as `#N`.
    pub text: String,
}

/// A running `watch`.
pub struct Watch<'t> {
    tool: &'t Tool<'t>,
    child: Child,
    lines: Arc<Mutex<Vec<Line>>>,
    reader: Option<JoinHandle<()>>,
    status: Option<ExitStatus>,
}

/// A tool whose servers are read each second and whose seeds are these servers.
pub fn tool_of<'t>(tree: &'t Sandbox, seeds: &[usize], extra: Value) -> Result<Tool<'t>> {
    let seeds: Vec<String> = seeds.iter().map(|server| tree.key(*server)).collect();
    let mut config = json!({"InstancePollSeconds": 1, "DiscoverySeeds": seeds});
    for (key, value) in extra.as_object().context("keys and values")? {
        config[key] = value.clone();
    }
    Tool::new(tree, config)
}

impl<'t> Watch<'t> {
    /// Starts a watcher.
    pub fn start(tool: &'t Tool<'t>) -> Result<Self> {
        Self::start_with(tool, &[], &[])
    }

    /// Starts a watcher with arguments and variables of its own.
    pub fn start_with(tool: &'t Tool<'t>, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_program(env!("CARGO_BIN_EXE_orchestrator"), tool, arguments, variables)
    }

    /// The same with another program in its place.
    pub fn start_program(
        program: &str,
        tool: &'t Tool<'t>,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .arg("--config")
            .arg(tool.dir().join("orchestrator.conf.json"))
            .arg("watch")
            .args(arguments)
            .env("HOME", tool.dir())
            .env("TZ", "UTC")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("JOURNAL_STREAM")
            .envs(variables.iter().copied())
            .current_dir(tool.dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // SAFETY: one system call that allocates nothing, between fork and exec.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        let mut child = command.spawn()?;
        let stderr = child.stderr.take().context("a pipe")?;
        let lines: Arc<Mutex<Vec<Line>>> = Arc::default();
        let heard = Arc::clone(&lines);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n') {
                let Ok(line) = line else { return };
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(Line {
                    at: Instant::now(),
                    text: String::from_utf8_lossy(&line).into_owned(),
                });
            }
        });
        Ok(Self {
            tool,
            child,
            lines,
            reader: Some(reader),
            status: None,
        })
    }

    /// Starts a watcher, and waits until these servers are known, replicate as they are meant to, and the wait at the
    /// start is over: from then on it says what it finds.
    pub fn settled(tool: &'t Tool<'t>, servers: usize) -> Result<Self> {
        let watch = Self::start(tool)?;
        watch.settle(servers)?;
        Ok(watch)
    }

    /// See [`Watch::settled`].
    pub fn settle(&self, servers: usize) -> Result<()> {
        let begin = Instant::now();
        self.wait_count(
            "SELECT COUNT(*) FROM database_instance WHERE last_seen >= last_checked",
            servers,
        )?;
        // Nothing is noted before everything was asked.
        let judged = "SELECT COUNT(*) > 0, SUM(analysis != 'NoProblem') FROM database_instance_last_analysis";
        self.wait_rows(judged, &["1\t0"])?;
        // Three times the poll interval.
        let wait = Duration::from_millis(3500);
        std::thread::sleep(wait.saturating_sub(begin.elapsed()));
        Ok(())
    }

    /// Whose watcher it is.
    pub fn tool(&self) -> &'t Tool<'t> {
        self.tool
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has said.
    pub fn lines(&self) -> Vec<Line> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let numbered = |line: &Line| Line {
            at: line.at,
            text: self.tool.with_numbers(&line.text),
        };
        lines.iter().map(numbered).collect()
    }

    /// How many lines it has said.
    pub fn mark(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Lines with all of these parts.
    pub fn with(&self, parts: &[&str]) -> Vec<Line> {
        self.with_after(0, parts)
    }

    /// Lines with all of these parts, from one on.
    pub fn with_after(&self, mark: usize, parts: &[&str]) -> Vec<Line> {
        let mut lines = self.lines().split_off(mark);
        lines.retain(|line| parts.iter().all(|part| line.text.contains(part)));
        lines
    }

    /// Its log, for messages of failed tests.
    pub fn transcript(&self) -> String {
        let lines = self.lines();
        lines.iter().map(|line| format!("  | {}\n", line.text)).collect()
    }

    /// Waits for a line with all of these parts.
    pub fn wait(&self, parts: &[&str]) -> Result<Line> {
        self.wait_after(0, SOON, parts)
    }

    /// Waits for a line with all of these parts, after others.
    pub fn wait_after(&self, mark: usize, limit: Duration, parts: &[&str]) -> Result<Line> {
        let begin = Instant::now();
        loop {
            if let Some(line) = self.with_after(mark, parts).into_iter().next() {
                return Ok(line);
            }
            if begin.elapsed() > limit {
                bail!("not said within {limit:?}: {parts:?}\n{}", self.transcript());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until something holds; `Err` holds what is the case instead.
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> Result<()>) -> Result<()> {
        let begin = Instant::now();
        loop {
            let Err(why) = holds() else { return Ok(()) };
            if begin.elapsed() > SOON {
                bail!("not within {SOON:?}: {what}: {why:#}\n{}", self.transcript());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Fails where something was said.
    pub fn never(&self, parts: &[&str]) -> Result<()> {
        let said = self.with(parts);
        ensure!(said.is_empty(), "said {parts:?}:\n{}", self.transcript());
        Ok(())
    }

    /// Fails where a server was called dead: in the log, in the detections, in the changelog.
    pub fn never_dead(&self) -> Result<()> {
        // The code only: a sentence may well say that something is not dead.
        self.never(&["Dead"])?;
        for table in [
            "SELECT analysis FROM topology_failure_detection WHERE analysis LIKE '%Dead%'",
            "SELECT analysis FROM database_instance_analysis_changelog WHERE analysis LIKE '%Dead%'",
            "SELECT analysis FROM database_instance_last_analysis WHERE analysis LIKE '%Dead%'",
        ] {
            let rows = rows(self.tool, table)?;
            ensure!(rows.is_empty(), "{table}: {rows:?}\n{}", self.transcript());
        }
        Ok(())
    }

    /// Waits until a query gives these rows.
    pub fn wait_rows(&self, query: &str, expected: &[&str]) -> Result<()> {
        self.wait_until(query, || {
            let found = rows(self.tool, query)?;
            ensure!(found == expected, "got {found:?}, expected {expected:?}");
            Ok(())
        })
    }

    /// Waits until a query gives this number.
    pub fn wait_count(&self, query: &str, expected: usize) -> Result<()> {
        self.wait_rows(query, &[&expected.to_string()])
    }

    /// Sends a signal.
    pub fn signal(&self, signal: i32) -> Result<()> {
        let pid = i32::try_from(self.child.id())?;
        // SAFETY: a plain system call about a child of ours that has not been waited for.
        ensure!(
            self.status.is_none() && unsafe { libc::kill(pid, signal) } == 0,
            "no such process"
        );
        Ok(())
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> Result<ExitStatus> {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if begin.elapsed() > SOON {
                bail!("it does not end\n{}", self.transcript());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.status = Some(status);
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
        Ok(status)
    }

    /// Ends it by SIGTERM, which has to be a success.
    pub fn finish(mut self) -> Result<()> {
        self.signal(libc::SIGTERM)?;
        let status = self.ended()?;
        ensure!(status.code() == Some(0), "{status}\n{}", self.transcript());
        Ok(())
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.status.is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// What a query gives in a tool's inventory: a line a row, columns separated by tabs, servers as `#N`.
pub fn rows(tool: &Tool<'_>, query: &str) -> Result<Vec<String>> {
    let file = inventory(tool);
    let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .with_context(|| file.display().to_string())?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let mut statement = connection.prepare(query)?;
    let columns = statement.column_count();
    let found = statement.query_map([], |row| {
        let cells = (0..columns).map(|column| row.get::<_, Cell>(column));
        cells.collect::<rusqlite::Result<Vec<_>>>()
    })?;
    let mut all = Vec::new();
    for row in found {
        let texts: Vec<String> = row?.into_iter().map(text).collect();
        all.push(tool.with_numbers(&texts.join("\t")));
    }
    Ok(all)
}

/// Changes a tool's inventory.
pub fn change(tool: &Tool<'_>, statement: &str) -> Result<()> {
    let connection = Connection::open(inventory(tool))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection.execute_batch(statement)?)
}

/// Changes keys of a tool's configuration file.
pub fn configure(tool: &Tool<'_>, extra: &Value) -> Result<()> {
    let file = tool.dir().join("orchestrator.conf.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
    for (key, value) in extra.as_object().context("keys and values")? {
        config[key] = value.clone();
    }
    Ok(fs::write(file, config.to_string())?)
}

/// The lines of a file in a tool's folder; none where there is no such file.
pub fn file_lines(tool: &Tool<'_>, name: &str) -> Vec<String> {
    let text = fs::read_to_string(tool.dir().join(name)).unwrap_or_default();
    text.lines().map(|line| tool.with_numbers(line)).collect()
}

/// Past the capture of the test harness: whoever runs the tests is to see it.
pub fn tell(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Whether the long stories are to be told whole.
pub fn tell_all() -> bool {
    std::env::var("ORCHESTRATOR_TEST_ALL").is_ok_and(|all| all == "1")
}

fn inventory(tool: &Tool<'_>) -> PathBuf {
    tool.dir().join("inventory.sqlite3")
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text,
        Cell::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
