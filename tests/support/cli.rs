//! Runs the real program in a folder of its own, against an inventory of its own.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use regex::Regex;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_orchestrator");
const TESTHOST: &str = include_str!("../fixtures/testhost.sql");

/// A folder that goes away with its test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cli-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What one run did.
#[derive(Debug)]
pub struct Ran {
    pub line: String,
    pub stdout: String,
    pub stderr: String,
    pub status: i32,
}

impl Ran {
    pub fn of(line: &str, output: &Output) -> Self {
        Self {
            line: line.to_owned(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            status: output.status.code().unwrap_or(-1),
        }
    }

    /// Exactly this on standard output, this pattern on standard error (nothing where it is empty), this status.
    #[track_caller]
    pub fn is(&self, stdout: &str, stderr: &str, status: i32) -> &Self {
        assert_eq!(
            self.stdout, stdout,
            "standard output of: {}\n{}",
            self.line, self.stderr
        );
        self.ends(stderr, status)
    }

    /// As [`Ran::is`], whatever is on standard output.
    #[track_caller]
    pub fn ends(&self, stderr: &str, status: i32) -> &Self {
        assert_eq!(self.status, status, "status of: {}\n{}", self.line, self.stderr);
        if stderr.is_empty() {
            assert_eq!(self.stderr, "", "standard error of: {}", self.line);
        } else {
            let pattern = Regex::new(stderr).expect("the pattern of a test");
            assert!(
                pattern.is_match(&self.stderr),
                "standard error of: {}\nexpected {stderr}\nfound    {}",
                self.line,
                self.stderr
            );
        }
        self
    }

    /// Exactly this on standard output, nothing on standard error, success.
    #[track_caller]
    pub fn prints(&self, stdout: &str) -> &Self {
        self.is(stdout, "", 0)
    }

    /// Whether it ended as a program in order does, whatever it was asked.
    pub fn is_orderly(&self) -> bool {
        (0..=8).contains(&self.status) && !self.stderr.contains("panicked") && !self.stdout.contains("panicked")
    }
}

/// A place to run in: a folder with `conf.json` and, beside it, the inventory `inventory.db`.
pub struct Cli {
    pub folder: Folder,
    settings: String,
}

impl Cli {
    /// Without an inventory.
    pub fn bare() -> Self {
        let cli = Self {
            folder: Folder::new(),
            settings: String::new(),
        };
        cli.write_config("");
        cli
    }

    /// With an inventory that holds nothing.
    pub fn empty() -> Self {
        static MADE: OnceLock<Vec<u8>> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let cli = Self::bare();
            cli.run("-c redeploy-internal-db").prints("Redeployed internal db\n");
            std::fs::read(cli.inventory()).unwrap()
        });
        let cli = Self::bare();
        std::fs::write(cli.inventory(), made).unwrap();
        cli
    }

    /// With the five servers.
    pub fn testhost() -> Self {
        static MADE: OnceLock<Vec<u8>> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let cli = Self::empty();
            cli.sql(TESTHOST);
            std::fs::read(cli.inventory()).unwrap()
        });
        let cli = Self::bare();
        std::fs::write(cli.inventory(), made).unwrap();
        cli
    }

    /// With these members of the configuration beside the usual ones, each followed by a comma.
    pub fn with(mut self, settings: &str) -> Self {
        self.settings = settings.to_owned();
        self.write_config(settings);
        self
    }

    pub fn write_config(&self, settings: &str) {
        let file = self.inventory();
        let text = format!(
            "{{\n{settings}\"BackendDB\": \"sqlite\", \"SQLite3DataFile\": \"{}\"\n}}\n",
            file.display()
        );
        std::fs::write(self.config(), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    pub fn config(&self) -> PathBuf {
        self.path("conf.json")
    }

    pub fn inventory(&self) -> PathBuf {
        self.path("inventory.db")
    }

    pub fn connection(&self) -> Connection {
        let connection = Connection::open_with_flags(self.inventory(), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        connection
    }

    /// Changes the inventory behind the program's back.
    pub fn sql(&self, sql: &str) -> &Self {
        self.connection().execute_batch(sql).unwrap();
        self
    }

    /// One value of the inventory, as text.
    pub fn value(&self, sql: &str) -> String {
        let wanted = format!("SELECT CAST(({sql}) AS TEXT)");
        let value: Option<String> = self.connection().query_row(&wanted, [], |row| row.get(0)).unwrap();
        value.unwrap_or_default()
    }

    /// The program in this folder with nothing of the surroundings but UTC, and no arguments yet.
    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .current_dir(&self.folder.0)
            .env_clear()
            .env("TZ", "UTC")
            .env("HOME", &self.folder.0)
            .env("USER", "tester")
            .stdin(Stdio::null());
        command
    }

    /// Runs with these arguments and nothing added.
    pub fn raw<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Ran {
        let output = self.command().args(args).output().unwrap();
        let words: Vec<String> = args.iter().map(|a| a.as_ref().to_string_lossy().into_owned()).collect();
        Ran::of(&words.join(" "), &output)
    }

    /// Runs with these arguments after the configuration's.
    pub fn args(&self, args: &[&str]) -> Ran {
        let config = self.config();
        let mut all = vec!["--config", config.to_str().unwrap()];
        all.extend(args);
        self.raw(&all)
    }

    /// Runs a line of words; single quotes keep blanks together.
    #[track_caller]
    pub fn run(&self, line: &str) -> Ran {
        let words = words(line);
        self.args(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// The words of a line; single quotes keep blanks together.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

/// The lines of keys on `testhost`.
pub fn keys(ports: &[u16]) -> String {
    ports.iter().map(|port| format!("testhost:{port}\n")).collect()
}

/// A dated line of the classic form with this level and message, as a pattern.
pub fn dated(level: &str, message: &str) -> String {
    format!(r"(?m)^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {level} {message}")
}
