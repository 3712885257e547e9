//! A cluster of real servers that loses its master, is recovered by a tool that may be killed on its way, and is whole
//! again: a round. One cluster plays many of them.
#![allow(dead_code)]

use crate::deaths::Death;
use crate::tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use crate::tool::{SOON, Tool, contains, same};
use crate::watching::rows;
use anyhow::{Context, Result, bail, ensure};

/// A cluster that plays rounds.
pub struct Rounds<'t> {
    pub tree: &'t Sandbox,
    pub tool: &'t Tool<'t>,
    /// Its master now.
    pub master: usize,
    written: u32,
}

impl<'t> Rounds<'t> {
    /// All servers replicate from server 0, directly.
    pub fn new(tree: &'t Sandbox, tool: &'t Tool<'t>) -> Result<Self> {
        tree.sql(0, "CREATE DATABASE rounds; CREATE TABLE rounds.t (n INT PRIMARY KEY)")?;
        tool.said(&["discover", "#0"])?;
        Ok(Self {
            tree,
            tool,
            master: 0,
            written: 0,
        })
    }

    /// All servers but the master.
    pub fn replicas(&self) -> Vec<usize> {
        (0..self.tree.count()).filter(|server| *server != self.master).collect()
    }

    /// Writes on the master, and waits until everybody has it.
    pub fn write(&mut self) -> Result<()> {
        self.written += 1;
        let insert = format!("INSERT INTO rounds.t VALUES ({})", self.written);
        self.tree.sql(self.master, &insert)?;
        wait_until(SOON, "everybody has what was written", || {
            let has_it = |server: usize| self.last_written(server).is_ok_and(|n| n == self.written);
            (0..self.tree.count()).all(has_it)
        })
        .with_context(|| self.tree.status().unwrap_or_default())
    }

    fn last_written(&self, server: usize) -> Result<u32> {
        let last = self.tree.sql(server, "SELECT COALESCE(MAX(n), 0) FROM rounds.t")?;
        Ok(last.trim().parse()?)
    }

    /// Who takes writes among the servers that run, other than the master.
    pub fn writable(&self) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        for server in self.replicas() {
            if self.tree.sql(server, "SELECT @@global.read_only")?.trim() == "0" {
                found.push(server);
            }
        }
        Ok(found)
    }

    /// Whether a server's threads are those of a replica of another one.
    pub fn follows(&self, server: usize, master: usize, receiver: &[&str]) -> Result<()> {
        let status = |column| self.tree.replica_status(server, column);
        same(
            "master's port",
            status("Port")?,
            vec![self.tree.port(master).to_string()],
        )?;
        let io = status("IO_Running")?;
        ensure!(io.iter().all(|io| receiver.contains(&io.as_str())), "receiver: {io:?}");
        same("applier", status("SQL_Running")?, vec!["Yes".to_owned()])
    }

    /// Waits until a server follows another one, as [`Rounds::follows`] has it.
    pub fn wait_follows(&self, server: usize, master: usize, receiver: &[&str]) -> Result<()> {
        let waited = wait_until(SOON, "follows", || self.follows(server, master, receiver).is_ok());
        waited
            .and_then(|()| self.follows(server, master, receiver))
            .with_context(|| {
                let status = self.tree.status().unwrap_or_default();
                format!("#{server} does not follow #{master}:\n{status}")
            })
    }

    /// Kills the master, and has the tool recover it and die. Whether it died; it has promoted somebody where it did not.
    pub fn dies(&mut self, death: Death) -> Result<bool> {
        self.write()?;
        self.tree.kill(self.master)?;
        // Both replicas have noticed, or nothing has failed yet.
        for server in self.replicas() {
            self.wait_follows(server, self.master, &["Connecting"])?;
        }
        let failed = format!("#{}", self.master);
        let ended = death.of(self.tool, &["recover", &failed])?;
        if let Some(output) = &ended {
            same("exit status without a death", output.code, 8)?;
        }
        Ok(ended.is_none())
    }

    /// Resumes what died by the command; the cluster has a master again, or is as before and recovered anew.
    pub fn resumed_by_command(&self) -> Result<()> {
        let resumed = self.tool.run(&["recover", "--resume"])?;
        let writable = self.writable()?;
        match resumed.code {
            // Carried to its end; the old master could not be reached.
            8 => return same("writable after it was resumed", writable.len(), 1),
            1 => {
                contains(
                    &resumed.stderr,
                    "died before the promotion; what it had done was taken back",
                )?;
                self.is_taken_back()?;
            }
            4 => contains(&resumed.stderr, "no recovery was left in the middle")?,
            _ => bail!("resumed: {resumed:#?}"),
        }
        if writable.is_empty() {
            self.is_taken_back()?;
            let failed = format!("#{}", self.master);
            let anew = self.tool.run(&["recover", &failed])?;
            ensure!(anew.code == 8, "recovered anew: {anew:#?}");
        }
        Ok(())
    }

    /// As if nothing had been: nobody takes writes, and all wait for the old master.
    pub fn is_taken_back(&self) -> Result<()> {
        same("writable after it was taken back", self.writable()?, Vec::new())?;
        for server in self.replicas() {
            self.wait_follows(server, self.master, &["Yes", "Connecting"])?;
        }
        Ok(())
    }

    /// One takes writes and has everything, the others that run follow it, and nothing is open in the inventory. Who it
    /// is.
    pub fn is_whole(&self) -> Result<usize> {
        let writable = self.writable()?;
        let [successor] = *writable.as_slice() else {
            bail!("writable: {writable:?}\n{}", self.tree.status()?);
        };
        same("what was written", self.last_written(successor)?, self.written)?;
        same(
            "the successor's channels",
            self.tree.replica_status(successor, "Port")?,
            Vec::new(),
        )?;
        for server in self.replicas().into_iter().filter(|server| *server != successor) {
            self.wait_follows(server, successor, &["Yes"])?;
        }
        self.is_closed()?;
        Ok(successor)
    }

    /// Nothing is open in the inventory, and nothing lies beside it.
    pub fn is_closed(&self) -> Result<()> {
        for (what, query) in [
            ("open journals", "SELECT uid FROM orc_plan WHERE closed = ''"),
            ("leases", "SELECT uid FROM orc_lease"),
            (
                "open recoveries",
                "SELECT uid FROM topology_recovery WHERE nullif(end_recovery, '') IS NULL",
            ),
        ] {
            same(what, rows(self.tool, query)?, Vec::new())?;
        }
        let listed = self.tool.said(&["recoveries", "list"])?;
        for word in ["interrupted", "under way", "never ended", "\topen\t"] {
            ensure!(!listed.contains(word), "{word}:\n{listed}");
        }
        let beside: Vec<_> = std::fs::read_dir(self.tool.dir())?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|name| name.contains(".journal-"))
            .collect();
        same("files beside the inventory", beside, Vec::new())?;
        Ok(())
    }

    /// The old master is started and comes back as a replica of the new one, which may lose its place in the next round.
    pub fn comes_back(&mut self, successor: usize) -> Result<()> {
        let old = self.master;
        self.tree.start(old)?;
        self.master = successor;
        self.rejoins(old)
    }

    /// The old master is started and follows the new one from where that one's binary log ends: nobody writes meanwhile,
    /// and all have the same.
    pub fn comes_back_by_position(&mut self, successor: usize) -> Result<()> {
        let old = self.master;
        self.tree.start(old)?;
        self.master = successor;
        let is_new = self.tree.flavour() == Flavour::MySql9;
        let status = if is_new {
            "SHOW BINARY LOG STATUS"
        } else {
            "SHOW MASTER STATUS"
        };
        let end = self.tree.sql(successor, status)?;
        let mut end = end.split_whitespace();
        let (file, position) = (end.next().context("a file")?, end.next().context("a position")?);
        let (change, prefix, start) = match is_new {
            true => ("CHANGE REPLICATION SOURCE TO", "SOURCE_", "START REPLICA"),
            false => ("CHANGE MASTER TO", "MASTER_", "START SLAVE"),
        };
        self.tree.sql(
            old,
            &format!(
                "SET GLOBAL read_only=1; {change} {prefix}HOST='{}', {prefix}PORT={}, {prefix}USER='{REPL_USER}',
                 {prefix}PASSWORD='{REPL_PASSWORD}', {prefix}LOG_FILE='{file}', {prefix}LOG_POS={position}; {start}",
                self.tree.host(),
                self.tree.port(successor),
            ),
        )?;
        self.wait_follows(old, successor, &["Yes"])?;
        self.tool.said(&["end-downtime", &format!("#{old}")])?;
        self.tool.said(&["discover", &format!("#{successor}")]).map(drop)
    }

    /// A former master comes back as a replica of the master.
    pub fn rejoins(&self, old: usize) -> Result<()> {
        let said = self.tool.said(&["rejoin", &format!("#{old}")])?;
        same("rejoined", said, format!("#{old}<#{}\n", self.master))?;
        self.wait_follows(old, self.master, &["Yes"])?;
        same(
            "its read_only",
            self.tree.sql(old, "SELECT @@global.read_only")?.trim(),
            "1",
        )?;
        same("in downtime", rows(self.tool, DOWNTIMES)?, Vec::new())
    }
}

/// Whoever is in downtime.
const DOWNTIMES: &str = "SELECT hostname || ':' || port FROM database_instance_downtime WHERE downtime_active = 1";
