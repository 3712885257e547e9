//! Trees of real database servers for integration tests.
//!
//! A thin layer over `tests/sandbox/sandbox`. The servers of a [`Sandbox`] are
//! killed and their data removed when it is dropped; a watchdog does the same
//! when the test process ends without dropping it.
//!
//! ```ignore
//! let tree = Sandbox::up(Flavour::MySql9, "0;1<0;2<0").gtid(true).start()?;
//! tree.sql(0, "CREATE DATABASE d")?;
//! tree.kill(0)?;
//! wait_until(Duration::from_secs(10), "the replica notices", || {
//!     tree.replica_status(1, "IO_Running").is_ok_and(|v| v == ["Connecting"])
//! })?;
//! ```
#![allow(dead_code, clippy::print_stderr)]

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Account with the privileges the tool needs.
pub const PROBE_USER: &str = "orc";
pub const PROBE_PASSWORD: &str = "orc-pw";
/// Account that replicas use at their masters.
pub const REPL_USER: &str = "repl";
pub const REPL_PASSWORD: &str = "repl-pw";
/// Account of an application: reads and writes, bound by `read_only`.
pub const APP_USER: &str = "app";
pub const APP_PASSWORD: &str = "app-pw";
/// Account with all privileges and no password, from 127.0.0.1 only.
pub const ADMIN_USER: &str = "root";

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sandbox/sandbox");

/// The kinds of servers that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    MySql9,
    MariaDb,
    MySql56,
}

impl Flavour {
    pub const ALL: [Flavour; 3] = [Flavour::MySql9, Flavour::MariaDb, Flavour::MySql56];
    /// Those that come with semi-synchronous replication.
    pub const WITH_SEMI_SYNC: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

    /// The name the script knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Flavour::MySql9 => "mysql9",
            Flavour::MariaDb => "mariadb",
            Flavour::MySql56 => "mysql56",
        }
    }

    pub fn is_mariadb(self) -> bool {
        self == Flavour::MariaDb
    }

    /// Get the servers into the cache; fails where they are not to be had.
    pub fn fetch(self) -> Result<()> {
        run(&["fetch", self.name()]).map(drop)
    }

    pub fn has_semi_sync(self) -> bool {
        self != Flavour::MySql56
    }

    /// The statement that shows a replica's channels, with column names.
    pub fn replica_status_sql(self) -> &'static str {
        match self {
            Flavour::MySql9 => "SHOW REPLICA STATUS",
            Flavour::MariaDb => "SHOW ALL SLAVES STATUS",
            Flavour::MySql56 => "SHOW SLAVE STATUS",
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a server process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerState {
    Running,
    Paused,
    Down,
}

/// Settings of a tree that is about to come up.
#[derive(Debug, Clone)]
#[must_use = "nothing runs before start()"]
pub struct Builder {
    flavour: Flavour,
    spec: String,
    arguments: Vec<String>,
}

impl Builder {
    fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|a| (*a).to_string()));
        self
    }

    /// GTID replication (the default), or file and position.
    pub fn gtid(self, on: bool) -> Self {
        self.with(&["--gtid", if on { "on" } else { "off" }])
    }

    /// Semi-synchronous replication, waiting for one replica practically for ever.
    pub fn semi_sync(self) -> Self {
        self.with(&["--semi-sync"])
    }

    /// How many replicas must acknowledge (MySQL only).
    pub fn semi_sync_count(self, count: u32) -> Self {
        self.with(&["--semi-sync-count", &count.to_string()])
    }

    /// How long a commit waits before it falls back to asynchronous replication.
    pub fn semi_sync_timeout(self, timeout: Duration) -> Self {
        self.with(&["--semi-sync-timeout", &timeout.as_millis().to_string()])
    }

    /// Replicas start with `read_only=1`.
    pub fn read_only(self) -> Self {
        self.with(&["--read-only"])
    }

    /// A setting of all servers, such as `--foo=bar`.
    pub fn option(self, option: &str) -> Self {
        self.with(&["--option", option])
    }

    /// A setting of one server.
    pub fn option_for(self, server: usize, option: &str) -> Self {
        self.with(&["--option", &format!("{server}:{option}")])
    }

    pub fn base_port(self, port: u16) -> Self {
        self.with(&["--base-port", &port.to_string()])
    }

    /// Bring the servers up; returns when all of them replicate.
    pub fn start(self) -> Result<Sandbox> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let pid = std::process::id();
        let name = format!("t{pid}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let owner = pid.to_string();
        let mut arguments = vec!["up", &name, "--flavour", self.flavour.name(), "--tree", &self.spec];
        arguments.extend(["--owner-pid", &owner]);
        arguments.extend(self.arguments.iter().map(String::as_str));
        run(&arguments)?;
        let mut sandbox = Sandbox {
            name,
            flavour: self.flavour,
            ports: Vec::new(),
        };
        let env = sandbox.env()?;
        let count: usize = value(&env, "COUNT")?.parse()?;
        for server in 0..count {
            sandbox.ports.push(value(&env, &format!("PORT_{server}"))?.parse()?);
        }
        Ok(sandbox)
    }
}

/// A running tree. Servers go by their number in the tree's notation.
#[derive(Debug)]
pub struct Sandbox {
    name: String,
    flavour: Flavour,
    ports: Vec<u16>,
}

impl Sandbox {
    /// A tree in the script's notation: `0;1<0;2<0;3<1`, or a name such as
    /// `1m2r`, `two-tier`, `chain`, `co-masters`.
    pub fn up(flavour: Flavour, spec: &str) -> Builder {
        Builder {
            flavour,
            spec: spec.to_string(),
            arguments: Vec::new(),
        }
    }

    /// The tree's name, for use with the script.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// The number of servers, running or not.
    pub fn count(&self) -> usize {
        self.ports.len()
    }

    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    pub fn port(&self, server: usize) -> u16 {
        self.ports[server]
    }

    /// `127.0.0.1:PORT`.
    pub fn key(&self, server: usize) -> String {
        format!("{}:{}", self.host(), self.port(server))
    }

    /// The number of the server that listens on a port.
    pub fn server_at(&self, port: u16) -> Option<usize> {
        self.ports.iter().position(|p| *p == port)
    }

    /// `kill -9`; returns when the process is gone.
    pub fn kill(&self, server: usize) -> Result<()> {
        self.act("kill", server)
    }

    /// Clean shutdown.
    pub fn stop(&self, server: usize) -> Result<()> {
        self.act("stop", server)
    }

    /// Start a killed or stopped server again; returns when it answers.
    pub fn start(&self, server: usize) -> Result<()> {
        self.act("start", server)
    }

    /// The same by another program that is given the command line, such as `ip netns exec NAME`.
    pub fn start_by(&self, program: &[&str], server: usize) -> Result<()> {
        let (first, rest) = program.split_first().context("a program")?;
        let output = Command::new(first)
            .args(rest)
            .args([SCRIPT, "start", &self.name, &server.to_string()])
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program:?}: {}\n{said}", output.status);
        Ok(())
    }

    pub fn restart(&self, server: usize) -> Result<()> {
        self.act("restart", server)
    }

    /// Hang the server: its connections stay open and nothing is answered.
    pub fn pause(&self, server: usize) -> Result<()> {
        self.act("pause", server)
    }

    pub fn resume(&self, server: usize) -> Result<()> {
        self.act("resume", server)
    }

    fn act(&self, verb: &str, server: usize) -> Result<()> {
        run(&[verb, &self.name, &server.to_string()]).map(drop)
    }

    /// Run statements as administrator; rows as lines, columns separated by tabs.
    pub fn sql(&self, server: usize, statement: &str) -> Result<String> {
        self.client(server, &[], statement)
    }

    /// Run statements as one of the accounts of the sandbox.
    pub fn sql_as(&self, user: &str, server: usize, statement: &str) -> Result<String> {
        self.client(server, &["--user", user], statement)
    }

    /// Run one statement; each row as column name and value.
    pub fn rows(&self, server: usize, statement: &str) -> Result<Vec<HashMap<String, String>>> {
        let text = self.client(server, &["--header"], statement)?;
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap_or("").split('\t').collect();
        Ok(lines
            .map(|line| {
                names
                    .iter()
                    .map(|n| (*n).to_string())
                    .zip(line.split('\t').map(str::to_string))
                    .collect()
            })
            .collect())
    }

    /// A column of a replica's first channel; empty where there is none.
    pub fn first_status(&self, server: usize, column: &str) -> Result<String> {
        let all = self.replica_status(server, column)?;
        Ok(all.into_iter().next().unwrap_or_default())
    }

    /// A column of the replication status of all channels, by the part of its
    /// name that flavours share: `IO_Running`, `SQL_Running`, `Port`, `Host`.
    pub fn replica_status(&self, server: usize, column: &str) -> Result<Vec<String>> {
        let candidates = ["Replica_", "Slave_", "Source_", "Master_", ""].map(|prefix| format!("{prefix}{column}"));
        self.rows(server, self.flavour.replica_status_sql())?
            .into_iter()
            .map(|row| {
                candidates
                    .iter()
                    .find_map(|name| row.get(name).cloned())
                    .with_context(|| format!("no column {column} in the replication status"))
            })
            .collect()
    }

    fn client(&self, server: usize, options: &[&str], statement: &str) -> Result<String> {
        let server = server.to_string();
        let mut arguments = vec!["sql"];
        arguments.extend(options);
        arguments.extend([self.name.as_str(), &server, statement]);
        run(&arguments)
    }

    /// Everything the script tells programs about the tree.
    pub fn env(&self) -> Result<HashMap<String, String>> {
        Ok(run(&["env", &self.name])?
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect())
    }

    fn env_of(&self, key: &str, server: usize) -> Result<String> {
        value(&self.env()?, &format!("{key}_{server}")).map(str::to_string)
    }

    pub fn data_dir(&self, server: usize) -> Result<PathBuf> {
        self.env_of("DATA_DIR", server).map(PathBuf::from)
    }

    pub fn socket(&self, server: usize) -> Result<PathBuf> {
        self.env_of("SOCKET", server).map(PathBuf::from)
    }

    pub fn error_log(&self, server: usize) -> Result<PathBuf> {
        self.env_of("ERROR_LOG", server).map(PathBuf::from)
    }

    /// The process of a server that runs or is paused.
    pub fn pid(&self, server: usize) -> Result<u32> {
        let pid = self.env_of("PID", server)?;
        ensure!(!pid.is_empty(), "server {server} is down");
        Ok(pid.parse()?)
    }

    /// The server's uuid; empty on MariaDB, which has none.
    pub fn uuid(&self, server: usize) -> Result<String> {
        self.env_of("UUID", server)
    }

    pub fn state(&self, server: usize) -> Result<ServerState> {
        match self.env_of("STATE", server)?.as_str() {
            "running" => Ok(ServerState::Running),
            "paused" => Ok(ServerState::Paused),
            "down" => Ok(ServerState::Down),
            other => bail!("unknown state {other}"),
        }
    }

    /// What `status` prints, for messages of failed tests.
    pub fn status(&self) -> Result<String> {
        run(&["status", &self.name])
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Err(error) = run(&["down", &self.name]) {
            eprintln!("{error:#}");
        }
    }
}

/// Run statements on a server of the tree of this name as one of the accounts, as from another thread.
pub fn sql_of(name: &str, user: &str, server: usize, statement: &str) -> Result<String> {
    run(&["sql", "--user", user, name, &server.to_string(), statement])
}

/// Poll a condition until it holds; an error that says `what` at the deadline.
pub fn wait_until(deadline: Duration, what: &str, mut condition: impl FnMut() -> bool) -> Result<()> {
    let begin = Instant::now();
    loop {
        if condition() {
            return Ok(());
        }
        if begin.elapsed() >= deadline {
            bail!("not within {deadline:?}: {what}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn value<'a>(env: &'a HashMap<String, String>, key: &str) -> Result<&'a str> {
    env.get(key)
        .map(String::as_str)
        .with_context(|| format!("the sandbox does not tell {key}"))
}

/// Run the script; its standard output.
fn run(arguments: &[&str]) -> Result<String> {
    let output = Command::new(SCRIPT)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {SCRIPT}"))?;
    ensure!(
        output.status.success(),
        "sandbox {}: {}\n{}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim_end()
    );
    Ok(String::from_utf8(output.stdout)?)
}
