//! Eight servers under writes, and commands that move them about at random: after each, a refused one has changed nothing;
//! after all, every server has each row once, and each replica has logged each row once.
//!
//! `ORCHESTRATOR_TEST_SEED` chooses the commands, and is told; `ORCHESTRATOR_TEST_ALL=1` has two hundred of them.
#![allow(clippy::unwrap_used)]

#[path = "support/steady.rs"]
mod steady;
#[path = "support/tool.rs"]
mod tool;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use steady::Steady;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, on_each, same};

const SERVERS: usize = 8;
const TREE: &str = "0;1<0;2<0;3<0;4<1;5<1;6<2;7<6";

/// How a server is set to replicate and how its threads stand: all that a refused command must leave as it was.
type State = Vec<[String; 4]>;

fn state(tree: &Sandbox) -> Result<State> {
    (0..SERVERS)
        .map(|server| {
            let rows = tree.rows(server, tree.flavour().replica_status_sql())?;
            let ends = |names: [&str; 4]| {
                names.map(|name| {
                    let found = rows.first().and_then(|row| {
                        let own = |column: &&String| column.ends_with(name) && !column.contains("State");
                        row.keys().find(own).and_then(|column| row.get(column))
                    });
                    found.cloned().unwrap_or_default()
                })
            };
            let gtid = match tree.flavour() {
                Flavour::MariaDb => "Using_Gtid",
                _ => "Auto_Position",
            };
            Ok(ends(["r_Port", "_IO_Running", "_SQL_Running", gtid]))
        })
        .collect()
}

/// Numbers by a seed.
struct Dice(u64);

impl Dice {
    fn of(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % count as u64).unwrap_or(0)
    }

    fn server(&mut self) -> String {
        format!("#{}", self.of(SERVERS))
    }

    /// Most of them are refused, as most make no sense where they fall.
    fn command(&mut self) -> Vec<String> {
        const ALONE: [&str; 7] = [
            "move-up",
            "take-master",
            "take-siblings",
            "regroup-replicas",
            "regroup-replicas-gtid",
            "move-up-replicas",
            "repoint-replicas",
        ];
        const PAIR: [&str; 7] = [
            "move-below",
            "relocate",
            "relocate-replicas",
            "move-gtid",
            "move-replicas-gtid",
            "move-below",
            "relocate",
        ];
        let words: Vec<String> = match self.of(2) {
            0 => vec![ALONE[self.of(ALONE.len())].to_owned(), self.server()],
            _ => vec![PAIR[self.of(PAIR.len())].to_owned(), self.server(), self.server()],
        };
        words
    }
}

/// Each server logs each row that it applies: what is applied twice is logged twice.
fn log_rows(tree: &Sandbox) -> Result<()> {
    for server in 0..SERVERS {
        tree.sql(
            server,
            "SET sql_log_bin=0; CREATE TABLE steady.applied (n INT); CREATE TRIGGER steady.logs AFTER INSERT ON steady.t \
             FOR EACH ROW INSERT INTO steady.applied VALUES (NEW.n)",
        )?;
    }
    Ok(())
}

/// Eight servers are enough at a time.
static TURN: Mutex<()> = Mutex::new(());

fn play(flavour: Flavour, gtid: bool) -> Result<()> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let given = std::env::var("ORCHESTRATOR_TEST_SEED").ok();
    let seed: u64 = given.and_then(|text| text.parse().ok()).unwrap_or(1);
    let count = if std::env::var_os("ORCHESTRATOR_TEST_ALL").is_some() {
        200
    } else {
        12
    };
    let says = |text: String| writeln!(std::io::stderr(), "{text}");
    says(format!(
        "{flavour}, gtid {gtid}: {count} accepted commands by ORCHESTRATOR_TEST_SEED={seed}"
    ))?;
    let mut dice = Dice((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    // Rows of the log must come of the rows themselves: statements would be logged on their own.
    let tree = Sandbox::up(flavour, TREE)
        .gtid(gtid)
        .option("--binlog-format=STATEMENT")
        .start()?;
    let tool = Tool::new(&tree, json!({"ReasonableMaintenanceReplicationLagSeconds": 60}))?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin_with(&tree, || log_rows(&tree))?;
    let (mut done, mut history) = (0, Vec::new());
    let mut before = settled(&tree)?;
    let mut number = 0;
    while done < count {
        number += 1;
        ensure!(
            number <= count * 10,
            "only {done} were carried out:\n{}",
            history.join("\n")
        );
        let command = dice.command();
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let output = tool.run(&words)?;
        history.push(format!("{} -> {}", words.join(" "), output.code));
        let told = || {
            format!(
                "command {number} of seed {seed}: {}\n{}\n{}",
                words.join(" "),
                output.stderr,
                history.join("\n")
            )
        };
        if output.code == 0 {
            done += 1;
        } else {
            ensure!([1, 5].contains(&output.code), "{}", told());
        }
        // Of several, some may have been moved.
        let is_whole = !["replicas", "siblings"].iter().any(|word| words[0].contains(word));
        let after = settled(&tree).with_context(told)?;
        if output.code != 0 && is_whole {
            same("a refused command changes nothing", &after, &before).with_context(told)?;
        }
        before = after;
    }
    says(format!(
        "{flavour}, gtid {gtid}: {done} of {number} commands were carried out"
    ))?;
    tool.fails(&["recover", "--resume"], 4, "")?;
    let rows = writes.end(&tree).with_context(|| history.join("\n"))?;
    for server in 0..SERVERS {
        let logged = tree.sql(server, "SELECT COUNT(*), COUNT(DISTINCT n) FROM steady.applied")?;
        same(
            &format!("logged by #{server}"),
            logged.trim(),
            &*format!("{rows}\t{rows}"),
        )
        .with_context(|| history.join("\n"))?;
    }
    Ok(())
}

/// How all replicate, once none is only connecting.
fn settled(tree: &Sandbox) -> Result<State> {
    let runs = |state: &State| state[1..].iter().all(|one| one[1] == "Yes" && one[2] == "Yes");
    let mut seen = None;
    let waited = wait_until(SOON, "all replicate", || {
        seen = state(tree).ok().filter(&runs);
        seen.is_some()
    });
    waited.with_context(|| tree.status().unwrap_or_default())?;
    seen.context("all replicate")
}

#[test]
fn by_gtid_nothing_is_lost_or_doubled() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| play(flavour, true));
}

#[test]
fn by_position_nothing_is_lost_or_doubled() {
    on_each(&Flavour::ALL, |flavour| play(flavour, false));
}
