//! The tool dies at every wait for the disk of a recovery, on real servers; whoever resumes brings it to a good end.
//!
//! A recovery waits for the disk after each note of its journal, so that these are all the states in which it can be
//! left. `ORCHESTRATOR_TEST_SEED` chooses a sample, which is told; `ORCHESTRATOR_TEST_ALL=1` has all of them.
#![allow(clippy::unwrap_used)]

#[path = "support/deaths.rs"]
mod deaths;
#[path = "support/rounds.rs"]
mod rounds;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, ensure};
use deaths::{Death, hooks_ran, sweep};
use rounds::Rounds;
use serde_json::{Value, json};
use tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox};
use tool::{Tool, contains, on_each, same};
use watching::{Watch, rows, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Hooks that follow a promotion.
const AFTER: [&str; 2] = ["after-master", "after"];

fn hooks() -> Value {
    let said = |hook: &str| format!("echo {hook} {{recoveryUID}} >> told");
    json!({
        // By what a former master logs in, which MariaDB does not tell.
        "ReplicationCredentialsQuery": format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'"),
        "PreFailoverProcesses": [said("before")],
        "PostMasterFailoverProcesses": [said("after-master")],
        "PostFailoverProcesses": [said("after")],
        "PostUnsuccessfulFailoverProcesses": [said("failed")],
    })
}

#[test]
fn a_recovery_that_dies_anywhere_is_resumed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, hooks())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        sweep(flavour, &mut |death| {
            let died = rounds.dies(death)?;
            rounds.resumed_by_command()?;
            let successor = rounds.is_whole()?;
            hooks_ran(&tool, &AFTER)?;
            rounds.comes_back(successor)?;
            Ok(died)
        })
    });
}

/// Without GTID the others go on where the successor's binary log ends.
#[test]
fn a_recovery_by_position_that_dies_anywhere_is_resumed() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").gtid(false).read_only().start()?;
        let tool = Tool::new(&tree, hooks())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        sweep(flavour, &mut |death| {
            let died = rounds.dies(death)?;
            rounds.resumed_by_command()?;
            let successor = rounds.is_whole()?;
            hooks_ran(&tool, &AFTER)?;
            rounds.comes_back_by_position(successor)?;
            Ok(died)
        })
    });
}

/// Deaths before and after the promotion.
const EARLY: Death = Death {
    sync: 20,
    before: false,
};
const LATE: Death = Death {
    sync: 30,
    before: false,
};

/// A watcher finds what another program left, and goes on with it by itself. What died has not failed: it is begun anew at
/// once.
#[test]
fn a_recovery_that_died_is_resumed_by_the_next_watcher() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let mut config = hooks();
        config["RecoverMasterClusterFilters"] = json!(["*"]);
        let tool = tool_of(&tree, &[1], config)?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        for (death, said) in [(LATE, "carried to its end"), (EARLY, "everything is taken back")] {
            ensure!(rounds.dies(death)?, "it did not die");
            let watch = Watch::start(&tool)?;
            watch.wait(&["resumed: ", said])?;
            if death.sync == EARLY.sync {
                // The failover of the first round holds it, and nothing else.
                watch.wait(&["held by anti-flapping-instance"])?;
                tool.said(&["ack-instance-recoveries", "#0", "--reason", "seen"])?;
            }
            let mut successor = None;
            watch.wait_until("whole again", || {
                successor = Some(rounds.is_whole()?);
                Ok(())
            })?;
            let successor = successor.context("a successor")?;
            hooks_ran(&tool, &AFTER)?;
            // It comes back as it was, and must not take writes.
            tree.start(rounds.master)?;
            let old = rounds.master;
            watch.wait_until("the old master refuses writes", || {
                let read_only = tree.sql(old, "SELECT @@global.read_only")?;
                same("read_only", read_only.trim(), "1")
            })?;
            watch.finish()?;
            rounds.comes_back(successor)?;
        }
        Ok(())
    });
}

/// Whoever starts another recovery of the cluster meanwhile is told of the first, and changes nothing.
#[test]
fn another_recovery_is_told_of_the_one_that_died() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, hooks())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        ensure!(rounds.dies(EARLY)?, "it did not die");
        let uid = rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.remove(0);
        let output = tool.run(&["recover", "#0"])?;
        same("exit status", output.code, 5)?;
        for part in [
            uid.as_str(),
            "was left in the middle",
            "`orchestrator recover --resume`",
        ] {
            contains(&output.stderr, part)?;
        }
        contains(&tool.said(&["recoveries", "list"])?, "interrupted")?;
        let journals = rows(&tool, "SELECT uid FROM orc_plan")?;
        same("journals", journals, vec![uid])?;
        rounds.resumed_by_command()?;
        rounds.is_whole().map(drop)
    });
}
