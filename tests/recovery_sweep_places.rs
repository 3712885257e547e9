//! The tool dies at every wait for the disk while a replica takes its master's place on real servers and an application
//! writes; whoever resumes it takes it back. Everybody replicates then, and no row is missing or there twice.
//!
//! `ORCHESTRATOR_TEST_SEED` chooses a sample, which is told; `ORCHESTRATOR_TEST_ALL=1` has all of them.
#![allow(clippy::unwrap_used)]

#[path = "support/deaths.rs"]
mod deaths;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/steady.rs"]
mod steady;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, bail, ensure};
use deaths::{Death, sweep, sweep_of};
use serde_json::json;
use steady::Steady;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::Watch;

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Where a server replicates from, with both threads running.
fn master(tree: &Sandbox, server: usize) -> Result<usize> {
    let first = |column| tree.first_status(server, column);
    let threads = (first("IO_Running")?, first("SQL_Running")?);
    same("threads", threads, ("Yes".to_owned(), "Yes".to_owned()))?;
    tree.server_at(first("Port")?.parse()?).context("a port of the tree")
}

/// Where servers 1 and 2 replicate from, once all replicate.
fn shape(tree: &Sandbox) -> Result<[usize; 2]> {
    let all = || (1..4).map(|server| master(tree, server)).collect::<Result<Vec<_>>>();
    let waited = wait_until(SOON, "all replicate", || all().is_ok());
    let all = waited
        .and_then(|()| all())
        .with_context(|| tree.status().unwrap_or_default())?;
    same("the third stays", all[2], 1)?;
    Ok([all[0], all[1]])
}

/// Servers 1 and 2 as in the beginning.
fn restore(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    match shape(tree)? {
        [0, 1] => Ok(()),
        [2, 0] => tool.said(&["take-master", "#1"]).map(drop),
        // One that has applied what its new master sent stays there.
        [0, 0] => tool.said(&["move-below", "#2", "#1"]).map(drop),
        other => bail!("an unknown shape: {other:?}"),
    }
}

fn play(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").gtid(gtid).start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin(&tree)?;
    sweep(flavour, &mut |death| {
        let ended = death.of(&tool, &["take-master", "#2"])?;
        if let Some(output) = &ended {
            ensure!(output.code == 0, "without a death: {output:#?}");
            same("done", shape(&tree)?, [2, 0])?;
        } else {
            let resumed = tool.run(&["recover", "--resume"])?;
            match resumed.code {
                // It had not begun, or had ended.
                4 => {}
                1 => contains(&resumed.stderr, "what it had done was taken back")?,
                _ => bail!("{resumed:#?}"),
            }
        }
        restore(&tree, &tool)?;
        writes.goes_on()?;
        Ok(ended.is_none())
    })?;
    writes.end(&tree).map(drop)
}

#[test]
fn a_place_that_is_taken_by_gtid_is_given_back_after_a_death() {
    on_each(&BOTH, |flavour| play(flavour, true));
}

#[test]
fn a_place_that_is_taken_by_position_is_given_back_after_a_death() {
    on_each(&BOTH, |flavour| play(flavour, false));
}

/// What has no way back is carried to its end: nothing is errant, applied twice or missing.
#[test]
fn a_history_that_is_written_anew_is_whole_after_a_death() {
    on_each(&[Flavour::MySql9, Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let writes = Steady::begin(&tree)?;
        let mut own = 0;
        sweep_of(flavour, 10, &mut |death| {
            own += 1;
            tree.sql(1, &format!("CREATE DATABASE own{own}"))?;
            let ended = death.of(&tool, &["gtid-errant-reset-master", "#1"])?;
            let resumed = tool.run(&["recover", "--resume"])?;
            ensure!([1, 4].contains(&resumed.code), "{resumed:#?}");
            wait_until(SOON, "it replicates", || {
                master(&tree, 1).is_ok_and(|server| server == 0)
            })
            .with_context(|| tree.status().unwrap_or_default())?;
            if tool.said(&["which-gtid-errant", "#1"])? != "\n" {
                tool.said(&["gtid-errant-reset-master", "#1"])?;
                same("errant", tool.said(&["which-gtid-errant", "#1"])?, "\n".to_owned())?;
            }
            writes.goes_on()?;
            Ok(ended.is_none())
        })?;
        writes.end(&tree).map(drop)
    });
}

/// A watcher takes back what another program left, by itself.
#[test]
fn what_was_left_is_taken_back_by_the_next_watcher() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").gtid(false).start()?;
        let tool = watching::tool_of(&tree, &[0], json!({}))?;
        tool.said(&["discover", "#0"])?;
        let death = Death {
            sync: 16,
            before: false,
        };
        ensure!(death.of(&tool, &["take-master", "#2"])?.is_none(), "it did not die");
        tool.fails(&["move-up", "#3"], 5, "was left in the middle")?;
        let watch = Watch::start(&tool)?;
        watch.wait_until("all is as it was", || same("shape", shape(&tree)?, [0, 1]))?;
        Ok(())
    });
}

/// Whoever knows better gives it up, and sees to the servers.
#[test]
fn what_was_left_is_given_up() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").gtid(false).start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let death = Death {
            sync: 16,
            before: false,
        };
        ensure!(death.of(&tool, &["take-master", "#2"])?.is_none(), "it did not die");
        let held = tool.run(&["move-up", "#3"])?;
        let words = held.stderr.split_whitespace();
        let uid = words
            .skip_while(|word| *word != "ack")
            .nth(1)
            .context("a name")?
            .to_owned();
        tool.said(&["recoveries", "ack", &uid, "--reason", "mended"])?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
        tool.fails(&["recover", "--resume"], 4, "")?;
        for server in ["#1", "#2"] {
            tool.said(&["start-replica", server])?;
        }
        same("up", tool.said(&["move-up", "#3"])?, "#3<#0\n".to_owned())
    });
}
