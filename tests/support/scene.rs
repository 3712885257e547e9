//! A scene of the fault matrix: a tree of real servers, a watcher that may recover, an application that writes.
//!
//! Something is done to the servers; then the guarantees of `invariants` are checked, whatever the program made of it.
#![allow(dead_code, clippy::expect_used, clippy::indexing_slicing)]

use crate::invariants::{self, Losses, Outcome, Recovered, Terms};
use crate::tool::sandbox::{Builder, Flavour, REPL_PASSWORD, REPL_USER, Sandbox, ServerState};
use crate::tool::{SOON, Tool};
use crate::watching::{Watch, rows, tell, tool_of};
use crate::writers::{self, Places, Record, Writers};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Time between two writes of a writer.
pub const PACE: Duration = Duration::from_millis(10);

/// What a scene begins with.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The tree.
    pub spec: &'static str,
    /// Keys of the configuration besides the usual ones.
    pub config: Value,
    /// What the guarantees take into account.
    pub terms: Terms,
}

impl Stage {
    /// A tree; masters of all clusters are recovered.
    pub fn of(spec: &'static str) -> Self {
        Self {
            spec,
            config: json!({}),
            terms: Terms::default(),
        }
    }

    pub fn config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    pub fn semi_sync(mut self) -> Self {
        self.terms.semi_sync = true;
        self
    }

    /// Brings the tree up, replicas read-only, with settings of its own.
    pub fn tree(&self, flavour: Flavour, settings: impl Fn(Builder) -> Builder) -> Result<Sandbox> {
        let builder = Sandbox::up(flavour, self.spec).read_only();
        let builder = if self.terms.semi_sync {
            builder.semi_sync()
        } else {
            builder
        };
        let tree = settings(builder).start()?;
        writers::prepare(&tree, 0)?;
        Ok(tree)
    }

    /// The program for a tree, which finds it from these servers.
    pub fn tool<'t>(&self, tree: &'t Sandbox, seeds: &[usize]) -> Result<Tool<'t>> {
        let credentials = format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'");
        let mut config = json!({
            "RecoverMasterClusterFilters": ["*"],
            "ReplicationCredentialsQuery": credentials,
        });
        for (key, value) in self.config.as_object().context("keys and values")? {
            config[key] = value.clone();
        }
        tool_of(tree, seeds, config)
    }

    /// Plays a scene: all servers up, a watcher that has settled, four writers that write.
    pub fn play(&self, flavour: Flavour, told: impl Fn(&Scene<'_>) -> Result<()>) -> Result<()> {
        self.play_with(flavour, |builder| builder, told)
    }

    /// The same with settings of the servers.
    pub fn play_with(
        &self,
        flavour: Flavour,
        settings: impl Fn(Builder) -> Builder,
        told: impl Fn(&Scene<'_>) -> Result<()>,
    ) -> Result<()> {
        let tree = self.tree(flavour, settings)?;
        let tool = self.tool(&tree, &[tree.count() - 1])?;
        let scene = Scene::begin(self.terms, &tree, &tool, writers::places(&tree))?;
        scene.play(told)
    }
}

/// A scene that is being played.
pub struct Scene<'t> {
    pub tree: &'t Sandbox,
    pub tool: &'t Tool<'t>,
    pub watch: Watch<'t>,
    pub writers: Writers,
    /// What the guarantees take into account.
    terms: Cell<Terms>,
    /// Reasons for not acting that were seen.
    refusals: RefCell<Vec<String>>,
}

impl<'t> Scene<'t> {
    /// The watcher settles, and the application writes.
    pub fn begin(terms: Terms, tree: &'t Sandbox, tool: &'t Tool<'t>, places: Places) -> Result<Self> {
        let watch = Watch::settled(tool, tree.count())?;
        let writers = Writers::start(places, PACE);
        writers.wait_for_more(100)?;
        Ok(Self {
            tree,
            tool,
            watch,
            writers,
            terms: Cell::new(terms),
            refusals: RefCell::default(),
        })
    }

    /// Plays it to its end, and checks the guarantees.
    pub fn play(self, told: impl Fn(&Self) -> Result<()>) -> Result<()> {
        told(&self).map_err(|error| self.explain(error))?;
        self.end()
    }

    /// What happened, for messages of failed tests.
    pub fn explain(&self, error: anyhow::Error) -> anyhow::Error {
        let status = self.tree.status().unwrap_or_else(|error| format!("{error:#}"));
        error.context(format!(
            "{}\nrecoveries: {:?}\nwriters: {}\n{status}\n{}",
            self.watch.transcript(),
            recoveries(self.tree, self.tool),
            self.writers.record().summary(),
            last_words(self.tree),
        ))
    }

    /// Waits until a recovery of a server has succeeded and ended; who was promoted.
    pub fn promoted_after(&self, failed: usize) -> Result<usize> {
        let mut successor = None;
        self.watch.wait_until("somebody is promoted", || {
            let recoveries = recoveries(self.tree, self.tool)?;
            let found = recoveries
                .iter()
                .rev()
                .find(|r| r.failed == failed && r.successor.is_some());
            successor = found.and_then(|recovery| recovery.successor);
            ensure!(successor.is_some(), "{recoveries:?}");
            Ok(())
        })?;
        successor.context("somebody was promoted")
    }

    /// Waits until somebody is promoted and the application writes there.
    pub fn taken_over_from(&self, failed: usize) -> Result<usize> {
        let successor = self.promoted_after(failed)?;
        self.writers.wait_elsewhere(failed)?;
        Ok(successor)
    }

    /// Waits until a server refuses writes; how long that took.
    pub fn read_only(&self, server: usize) -> Result<Duration> {
        let begin = Instant::now();
        self.watch.wait_until("the server refuses writes", || {
            let read_only = self.tree.sql(server, "SELECT @@global.read_only")?;
            ensure!(read_only.trim() == "1", "{read_only:?}");
            Ok(())
        })?;
        Ok(begin.elapsed())
    }

    /// Whether a server refuses writes.
    pub fn read_only_now(&self, server: usize) -> bool {
        let read_only = self.tree.sql(server, "SELECT @@global.read_only");
        read_only.is_ok_and(|text| text.trim() == "1")
    }

    /// What the guarantees take into account.
    pub fn terms(&self) -> Terms {
        self.terms.get()
    }

    /// It ends with nobody promoted, for this reason.
    pub fn refused(&self, reason: &str) {
        self.refusals.borrow_mut().push(reason.to_owned());
        self.terms.set(Terms {
            refused: true,
            ..self.terms.get()
        });
    }

    /// Waits until these servers follow a master, with both threads running.
    pub fn all_follow(&self, servers: &[usize], master: usize) -> Result<()> {
        self.watch.wait_until("replicas follow", || {
            let stray: Vec<&usize> = (servers.iter())
                .filter(|server| !invariants::follows(self.tree, **server, master))
                .collect();
            ensure!(stray.is_empty(), "{stray:?} do not follow #{master}");
            Ok(())
        })
    }

    /// Lets the application rest until these replicas have received everything that the master has written.
    pub fn level(&self, master: usize, replicas: &[usize]) -> Result<()> {
        self.writers.rest()?;
        replicas
            .iter()
            .try_for_each(|replica| received_everything(self.tree, *replica, master))
    }

    /// Runs the program, which has to end with this status; everything it said.
    pub fn command(&self, arguments: &[&str], code: i32) -> Result<String> {
        let output = self.tool.run(arguments)?;
        ensure!(output.code == code, "{arguments:?}: {code} expected: {output:#?}");
        Ok(output.stdout + &output.stderr)
    }

    /// Ends it, and checks the guarantees.
    fn end(self) -> Result<()> {
        let record = self.writers.stop();
        let transcript = self.watch.transcript();
        tell(&format!("{}: {}", self.tree.flavour(), record.summary()));
        self.watch.finish()?;
        let outcome = Outcome {
            recoveries: recoveries(self.tree, self.tool)?,
            downtimed: downtimed(self.tree, self.tool)?,
            refusals: self.refusals.into_inner(),
            said: transcript.clone(),
            master: 0,
        };
        invariants::check(self.tree, &record, &outcome, self.terms.get()).with_context(|| transcript)
    }

    /// What the writers did so far.
    pub fn record(&self) -> Record {
        self.writers.record()
    }
}

/// What the servers that are down said last, unless they were killed in the middle of a sentence.
fn last_words(tree: &Sandbox) -> String {
    let is_down = |server: &usize| tree.state(*server).is_ok_and(|state| state == ServerState::Down);
    let words = |server: usize| {
        let text = tree
            .error_log(server)
            .and_then(|file| Ok(std::fs::read_to_string(file)?));
        let text = text.unwrap_or_else(|error| format!("{error:#}"));
        let lines: Vec<&str> = text.lines().collect();
        // Where it crashed by itself, its stack and its last statement come long before the end.
        let crash = lines.iter().rposition(|line| line.contains(" got signal "));
        let last = lines[crash.unwrap_or(lines.len().saturating_sub(15))..].join("\n  ");
        format!("#{server} is down; its last words:\n  {last}\n")
    };
    (0..tree.count()).filter(is_down).map(words).collect()
}

/// The number of a server that goes by `#N`, or by another address and its port.
fn number(tree: &Sandbox, text: &str) -> Option<usize> {
    match text.strip_prefix('#') {
        Some(number) => number.parse().ok(),
        None => tree.server_at(text.rsplit_once(':')?.1.parse().ok()?),
    }
}

/// Recoveries as they are recorded, the oldest first; those that are under way have no successor.
pub fn recoveries(tree: &Sandbox, tool: &Tool<'_>) -> Result<Vec<Recovered>> {
    let records = rows(
        tool,
        "SELECT uid, hostname || ':' || port, \
         CASE WHEN is_successful AND end_recovery IS NOT NULL THEN successor_hostname || ':' || successor_port ELSE '' END, \
         REPLACE(lost_slaves, char(10), ','), REPLACE(REPLACE(all_errors, char(10), '; '), char(9), ' ') \
         FROM topology_recovery ORDER BY recovery_id",
    )?;
    let record = |row: &String| -> Result<Recovered> {
        let cells: Vec<&str> = row.split('\t').collect();
        let [uid, failed, successor, lost, errors] = cells[..] else {
            anyhow::bail!("five columns: {row:?}");
        };
        Ok(Recovered {
            failed: number(tree, failed).with_context(|| format!("an unknown server failed: {failed}"))?,
            successor: number(tree, successor),
            lost: lost.split(',').filter_map(|key| number(tree, key)).collect(),
            errors: Some(errors.to_owned())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
            losses: losses(tree, tool, uid, number(tree, successor))?,
        })
    };
    records.iter().map(record).collect()
}

/// What a recovery reports as lost: by its ledger; where there is none, by what was known before anything was touched.
fn losses(tree: &Sandbox, tool: &Tool<'_>, uid: &str, successor: Option<usize>) -> Result<Losses> {
    let kept = rows(
        tool,
        &format!("SELECT losses, ledger FROM orc_loss WHERE uid = '{uid}'"),
    )?;
    let Some((before, ledger)) = kept.first().and_then(|row| row.split_once('\t')) else {
        return Ok(Losses::default());
    };
    let json = |text: &str| -> Result<Value> { serde_json::from_str(text).with_context(|| text.to_owned()) };
    let what = |lack: &Value| lack["what"].as_str().map(str::to_owned).into_iter().collect();
    if ledger.is_empty() || ledger == "NULL" {
        let before = json(before)?;
        let rows = before["rows"].as_array().cloned().unwrap_or_default();
        let is_successor = |row: &&Value| {
            let port = row["key"]["Port"].as_u64().and_then(|port| u16::try_from(port).ok());
            successor.is_some() && port.and_then(|port| tree.server_at(port)) == successor
        };
        return Ok(Losses {
            named: rows
                .iter()
                .find(is_successor)
                .map_or_else(Vec::new, |row| what(&row["lacks"])),
            open_behind: before["last_seen"].as_str().map(str::to_owned),
        });
    }
    let ledger = json(ledger)?;
    Ok(match (ledger.get("Exact"), ledger.get("Open")) {
        (Some(lack), _) => Losses {
            named: what(lack),
            open_behind: None,
        },
        (_, Some(open)) => Losses {
            named: what(&open["known"]),
            open_behind: open["behind"].as_str().map(str::to_owned),
        },
        // Nobody knows anything, and that is said.
        _ => Losses {
            named: Vec::new(),
            open_behind: Some(String::new()),
        },
    })
}

/// Servers that are in downtime as lost in a recovery.
fn downtimed(tree: &Sandbox, tool: &Tool<'_>) -> Result<Vec<usize>> {
    let found = rows(
        tool,
        "SELECT hostname || ':' || port FROM database_instance_downtime \
         WHERE downtime_active AND reason = 'lost-in-recovery'",
    )?;
    Ok(found.iter().filter_map(|key| number(tree, key)).collect())
}

/// Stops or starts a replica's thread: `IO_THREAD`, `SQL_THREAD`, or both where that is empty.
pub fn thread(tree: &Sandbox, server: usize, verb: &str, thread: &str) -> Result<()> {
    let word = if tree.flavour() == Flavour::MySql9 {
        "REPLICA"
    } else {
        "SLAVE"
    };
    tree.sql(server, &format!("{verb} {word} {thread}")).map(drop)
}

/// Waits until a replica has received everything that its master has written.
pub fn received_everything(tree: &Sandbox, replica: usize, master: usize) -> Result<()> {
    crate::tool::sandbox::wait_until(SOON, "the replica has received everything", || {
        let written = written_by(tree, master);
        let read = |column| tree.replica_status(replica, column).unwrap_or_default().join("");
        let file = if tree.flavour() == Flavour::MySql9 {
            "Source_Log_File"
        } else {
            "Master_Log_File"
        };
        let position = if tree.flavour() == Flavour::MySql9 {
            "Read_Source_Log_Pos"
        } else {
            "Read_Master_Log_Pos"
        };
        written.is_ok_and(|written| written == (read(file), read(position)))
    })
}

/// Where a server's binary log ends.
pub fn written_by(tree: &Sandbox, server: usize) -> Result<(String, String)> {
    let sql = if tree.flavour() == Flavour::MySql9 {
        "SHOW BINARY LOG STATUS"
    } else {
        "SHOW MASTER STATUS"
    };
    let row = tree.rows(server, sql)?.pop().context("a binary log")?;
    let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
    Ok((cell("File"), cell("Position")))
}
