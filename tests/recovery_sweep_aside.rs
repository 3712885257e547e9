//! The tool dies at every wait for the disk while it recovers a dead intermediate master, semi-sync or a read-only master,
//! on real servers;
//! whoever resumes, and recovers what is wrong still, brings it to a good end. As in `recovery_sweep`, a sample or all.
#![allow(clippy::unwrap_used)]

#[path = "support/deaths.rs"]
mod deaths;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use deaths::{Death, sweep_of};
use serde_json::json;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, on_each, same};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// A server replicates from another one, with both threads.
fn follows(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let is_so = || -> Result<()> {
        let status = |column| tree.replica_status(server, column);
        same("port", status("Port")?, vec![tree.port(master).to_string()])?;
        for thread in ["IO_Running", "SQL_Running"] {
            same(thread, status(thread)?, vec!["Yes".to_owned()])?;
        }
        Ok(())
    };
    let waited = wait_until(SOON, "follows", || is_so().is_ok());
    waited.and_then(|()| is_so()).with_context(|| {
        format!(
            "#{server} does not follow #{master}:\n{}",
            tree.status().unwrap_or_default()
        )
    })
}

fn writes(tree: &Sandbox, number: u32) -> Result<()> {
    tree.sql(0, &format!("INSERT INTO rounds.t VALUES ({number})"))?;
    for server in 1..5 {
        let has_it = || {
            let last = tree.sql(server, "SELECT MAX(n) FROM rounds.t");
            last.is_ok_and(|last| last.trim() == number.to_string())
        };
        wait_until(SOON, "everybody has what was written", has_it)?;
    }
    Ok(())
}

/// Nothing is left open; what is still wrong is recovered.
fn resumed(tool: &Tool<'_>, failed: &str) -> Result<()> {
    let resumed = tool.run(&["recover", "--resume"])?;
    ensure!([0, 1, 4].contains(&resumed.code), "resumed: {resumed:?}");
    wait_until(SOON, "nothing is wrong any more", || {
        // Nothing may be wrong for a moment, while a replica connects.
        let again = tool.run(&["recover", failed]).map_or(1, |again| again.code);
        again == 0 || (again == 4 && tool.verdicts().is_ok_and(|verdicts| verdicts.is_empty()))
    })?;
    same("left in the middle", tool.run(&["recover", "--resume"])?.code, 4)
}

#[test]
fn a_recovery_of_an_intermediate_master_that_dies_anywhere_is_finished() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tree.sql(0, "CREATE DATABASE rounds; CREATE TABLE rounds.t (n INT PRIMARY KEY)")?;
        tool.said(&["discover", "#0"])?;
        let mut round = 0;
        sweep_of(flavour, 30, &mut |death: Death| {
            round += 1;
            writes(&tree, round)?;
            tree.kill(1)?;
            tool.wait_until("it is found dead", |verdicts| {
                verdicts
                    .iter()
                    .any(|line| line.starts_with("#1 ") && line.contains(": DeadIntermediateMaster"))
            })?;
            let ended = death.of(&tool, &["recover", "#1"])?;
            resumed(&tool, "#1")?;
            for replica in [2, 3] {
                follows(&tree, replica, 4)?;
            }
            tree.start(1)?;
            follows(&tree, 1, 0)?;
            tool.said(&["discover", "#1"])?;
            tool.said(&["relocate-replicas", "#4", "#1"])?;
            for replica in [2, 3] {
                follows(&tree, replica, 1)?;
            }
            tool.wait_for(&[])?;
            Ok(ended.is_none())
        })
    });
}

#[test]
fn an_adjustment_of_semi_sync_that_dies_anywhere_is_finished() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().start()?;
        let query = format!("SELECT IF(@@port={}, 2, 1)", tree.port(2));
        let tool = Tool::new(
            &tree,
            json!({"EnforceExactSemiSyncReplicas": true, "DetectSemiSyncEnforcedQuery": query}),
        )?;
        tool.said(&["discover", "#0"])?;
        sweep_of(flavour, 10, &mut |death: Death| {
            tool.said(&["enable-semi-sync-replica", "#1"])?;
            tool.wait_until("too many acknowledge", |verdicts| {
                verdicts
                    .iter()
                    .any(|line| line.ends_with("MasterWithTooManySemiSyncReplicas"))
            })?;
            let ended = death.of(&tool, &["recover", "#0"])?;
            resumed(&tool, "#0")?;
            for replica in [1, 2] {
                follows(&tree, replica, 0)?;
            }
            tool.wait_for(&[])?;
            Ok(ended.is_none())
        })
    });
}

#[test]
fn a_master_that_is_to_take_writes_takes_them_after_any_death() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({"RecoverNonWriteableMaster": true}))?;
        tool.said(&["discover", "#0"])?;
        sweep_of(flavour, 10, &mut |death: Death| {
            tree.sql(0, "SET GLOBAL read_only=1")?;
            tool.wait_until("it is found", |verdicts| {
                let is_it = |line: &String| line.ends_with("NoWriteableMasterStructureWarning");
                verdicts.iter().any(is_it)
            })?;
            let ended = death.of(&tool, &["recover", "#0"])?;
            resumed(&tool, "#0")?;
            same("read_only", tree.sql(0, "SELECT @@global.read_only")?.trim(), "0")?;
            follows(&tree, 1, 0)?;
            tool.wait_for(&[])?;
            Ok(ended.is_none())
        })
    });
}
