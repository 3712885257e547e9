//! The watching process, and what the system and the inventory say of it.

use super::Folder;
use orchestrator::model::{InstanceKey, Timestamp};
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Another program to start instead, with the same arguments.
const PROGRAM: &str = "ORCHESTRATOR_BENCH_WATCH";

/// What the system says of a process at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    pub cpu_seconds: f64,
    pub resident_mib: f64,
    pub descriptors: usize,
    pub threads: usize,
}

pub struct Watcher {
    child: Child,
    log: PathBuf,
    pub metrics: PathBuf,
}

/// The program that is measured.
pub fn program() -> String {
    std::env::var(PROGRAM).unwrap_or_else(|_| env!("CARGO_BIN_EXE_orchestrator").to_owned())
}

impl Watcher {
    pub fn start(folder: &Folder, config: &str) -> Self {
        let program = program();
        let (log, metrics) = (folder.path().join("watch.log"), folder.path().join("watch.prom"));
        let mut command = Command::new(program);
        // SAFETY: between fork and exec there is this one system call, and it takes no lock.
        unsafe {
            // However the harness ends, what it measures ends with it.
            command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
        let child = command
            .args(["watch", "--config", config, "--log-format", "json", "--metrics-file"])
            .arg(&metrics)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log, metrics }
    }

    /// The system's account of it. Ends the program where the process is no more.
    pub fn account(&mut self) -> Account {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("watch has ended: {status}\n{}", self.last_words());
        }
        let proc = PathBuf::from(format!("/proc/{}", self.child.id()));
        let stat = std::fs::read_to_string(proc.join("stat")).unwrap();
        // The name may hold blanks; what follows the bracket may not. Fields 14 and 15 are ticks of user and system.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        let status = std::fs::read_to_string(proc.join("status")).unwrap();
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse::<f64>().unwrap()
        };
        Account {
            cpu_seconds: ticks / ticks_a_second(),
            resident_mib: number("VmRSS:") / 1024.0,
            descriptors: std::fs::read_dir(proc.join("fd")).unwrap().count(),
            threads: number("Threads:") as usize,
        }
    }

    /// The last lines of its log.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Lines in its log so far.
    pub fn lines(&self) -> usize {
        std::fs::read_to_string(&self.log).map_or(0, |text| text.lines().count())
    }

    /// A number from its metrics file, all labels added up; `None` where it is not there.
    pub fn metric(&self, name: &str) -> Option<f64> {
        let text = std::fs::read_to_string(&self.metrics).ok()?;
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
        let values = text
            .lines()
            .filter(of_name)
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        values.reduce(|a, b| a + b)
    }

    /// Asks it to finish; returns how long that took and its exit status.
    pub fn finish(mut self) -> (Duration, Option<i32>) {
        let begun = Instant::now();
        // SAFETY: a plain system call about a child that has not been waited for.
        unsafe { libc::kill(i32::try_from(self.child.id()).unwrap(), libc::SIGTERM) };
        super::wait_for("watch ends after SIGTERM", Duration::from_secs(30), || {
            self.child.try_wait().unwrap().is_some()
        });
        (begun.elapsed(), self.child.wait().unwrap().code())
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds since each instance was last seen, as the inventory has it. It keeps whole seconds, so up to one is added.
pub fn ages(inventory: &Path) -> HashMap<String, f64> {
    let connection = Connection::open_with_flags(inventory, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let mut statement = connection
        .prepare("SELECT hostname, port, last_seen FROM database_instance")
        .unwrap();
    let rows = statement.query_map([], |row| {
        let key = InstanceKey::new(row.get::<_, String>(0)?, row.get(1)?);
        let seen = row
            .get::<_, Option<String>>(2)?
            .and_then(|text| Timestamp::parse(&text));
        Ok((key.to_string(), now - seen.map_or(0.0, |seen| seen.0 as f64)))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// CPU seconds that everything on this machine has used, all cores together.
pub fn cpu_seconds_of_all() -> f64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap();
    // After its name: user, nice, system, idle, waiting for disks, interrupts of two kinds, stolen.
    let fields: Vec<f64> = stat
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .filter_map(|f| f.parse().ok())
        .collect();
    let busy: f64 = [0, 1, 2, 5, 6].iter().map(|at| fields[*at]).sum();
    busy / ticks_a_second()
}

/// The unit of the times in `/proc`.
fn ticks_a_second() -> f64 {
    // SAFETY: a plain system call.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) as f64 }
}
