//! A cluster of real servers whose living master hands over while an application writes, by a tool that may be killed on
//! its way: a round. Whatever became of it, nobody else ever takes writes, and nothing that was acknowledged is lost.
#![allow(dead_code)]

use crate::deaths::{Death, hooks_ran};
use crate::rounds::Rounds;
use crate::tool::sandbox::{REPL_PASSWORD, REPL_USER, wait_until};
use crate::tool::{SOON, contains, same};
use crate::watching::{file_lines, rows};
use crate::writers::{Row, Writers, places};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Time between two writes of a writer.
const PACE: Duration = Duration::from_millis(20);

/// Hooks that follow a takeover.
const AFTER: [&str; 3] = ["after-master", "after", "after-takeover"];

/// Every hook is told, and whoever forgot its master lends no login.
pub fn config() -> Value {
    let said = |hook: &str| {
        json!([format!(
            "echo {hook} {{recoveryUID}} >> told; echo {{command}} >> commands"
        )])
    };
    json!({
        "ReplicationCredentialsQuery": format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'"),
        "PreGracefulTakeoverProcesses": said("before-takeover"),
        "PreFailoverProcesses": said("before"),
        "PostMasterFailoverProcesses": said("after-master"),
        "PostFailoverProcesses": said("after"),
        "PostGracefulTakeoverProcesses": said("after-takeover"),
        "PostUnsuccessfulFailoverProcesses": said("failed"),
    })
}

/// A takeover under way or over, and the application that writes meanwhile.
pub struct Handover {
    pub from: usize,
    pub to: usize,
    /// Whether the tool was killed.
    pub died: bool,
    writers: Writers,
}

impl Handover {
    /// Has the master hand over to the first of its replicas, and the tool die.
    pub fn begin(rounds: &Rounds<'_>, death: Death) -> Result<Self> {
        let (from, to) = (rounds.master, rounds.replicas()[0]);
        rounds.tree.sql(from, "TRUNCATE TABLE matrix.writes")?;
        let writers = Writers::start(places(rounds.tree), PACE);
        writers.wait_for_more(8)?;
        let (master, successor) = (format!("#{from}"), format!("#{to}"));
        let command = ["-c", "graceful-master-takeover", "-i", &master, "-d", &successor];
        let ended = death.of(rounds.tool, &command)?;
        if let Some(output) = &ended {
            ensure!(output.code == 0, "without a death: {output:#?}");
        }
        Ok(Self {
            from,
            to,
            died: ended.is_none(),
            writers,
        })
    }

    /// Resumes it by the command. Who is the master now.
    pub fn resumed_by_command(&self, rounds: &Rounds<'_>) -> Result<usize> {
        let resumed = rounds.tool.run(&["recover", "--resume"])?;
        match resumed.code {
            0 => Ok(self.to),
            1 => {
                contains(
                    &resumed.stderr,
                    "died before the promotion; what it had done was taken back",
                )?;
                Ok(self.from)
            }
            // Before its plan was written down, or after it was closed.
            4 => {
                contains(&resumed.stderr, "no recovery was left in the middle")?;
                let is_over = rounds.tree.sql(self.to, "SELECT @@global.read_only")?.trim() == "0";
                Ok(if is_over { self.to } else { self.from })
            }
            _ => bail!("resumed: {resumed:#?}"),
        }
    }

    /// This one alone takes writes and has everything, the others are its replicas, and nothing is open.
    pub fn is_whole(&self, rounds: &Rounds<'_>, master: usize) -> Result<()> {
        let tree = rounds.tree;
        let all = 0..tree.count();
        for server in all.clone() {
            let read_only = tree.sql(server, "SELECT @@global.read_only")?;
            let expected = if server == master { "0" } else { "1" };
            same(&format!("read_only of #{server}"), read_only.trim(), expected)
                .with_context(|| format!("#{master}"))?;
        }
        same(
            "the master's channels",
            tree.replica_status(master, "Port")?,
            Vec::new(),
        )?;
        // The classic form leaves a former master's threads stopped.
        for server in all.filter(|server| ![master, self.from].contains(server)) {
            rounds.wait_follows(server, master, &["Yes"])?;
        }
        if master == self.to {
            let port = tree.port(master).to_string();
            same("the old master's", tree.replica_status(self.from, "Port")?, vec![port])?;
            hooks_ran(rounds.tool, &AFTER)?;
        }
        let commands: BTreeSet<String> = file_lines(rounds.tool, "commands").into_iter().collect();
        ensure!(
            commands.iter().all(|command| command == "graceful-master-takeover"),
            "hooks were told {commands:?}"
        );
        // A master that did not fail is not detected as one that did.
        let detected = "SELECT analysis FROM topology_failure_detection WHERE in_active_period = 1";
        same("detections", rows(rounds.tool, detected)?, Vec::new())?;
        rounds.is_closed()
    }

    /// The application goes on, was never let in at two servers at once, and finds everything that was acknowledged. A
    /// former master comes back.
    pub fn end(self, rounds: &mut Rounds<'_>, master: usize) -> Result<()> {
        self.writers.wait_for_more(8)?;
        let record = self.writers.stop();
        for (at, one) in record.open.iter().enumerate() {
            let other = |other: &&crate::writers::Open| {
                other.server != one.server && other.from < one.to && one.from < other.to
            };
            if let Some(other) = record.open.iter().skip(at + 1).find(other) {
                bail!("two take writes at once: {one:?}, {other:?}");
            }
        }
        rounds.master = master;
        if master != self.from {
            rounds.rejoins(self.from)?;
        }
        let acknowledged = record.acknowledged_rows();
        for server in 0..rounds.tree.count() {
            let lost = || -> Result<Vec<Row>> {
                let found = found(rounds, server)?;
                Ok(acknowledged.difference(&found).copied().collect())
            };
            wait_until(SOON, "it has every acknowledged write", || {
                lost().is_ok_and(|lost| lost.is_empty())
            })
            .with_context(|| format!("#{server} lacks {:?}", lost()))?;
        }
        Ok(())
    }
}

fn found(rounds: &Rounds<'_>, server: usize) -> Result<BTreeSet<Row>> {
    let text = rounds.tree.sql(server, "SELECT writer, seq FROM matrix.writes")?;
    let row = |line: &str| -> Result<Row> {
        let (writer, seq) = line.split_once('\t').context("two columns")?;
        Ok((writer.trim().parse()?, seq.trim().parse()?))
    };
    text.lines().map(row).collect()
}
