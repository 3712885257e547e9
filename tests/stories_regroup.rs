//! Replicas regrouped below one of them, and siblings taken; what cannot be moved stays as it was.
#![allow(clippy::unwrap_used)]

#[path = "support/steady.rs"]
mod steady;
#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use serde_json::json;
use steady::Steady;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

/// Where a replica is set to replicate from, and how its threads stand.
fn state(tree: &Sandbox, server: usize) -> Result<(usize, String, String)> {
    let first = |column| tree.first_status(server, column);
    let port: u16 = first("Port")?.parse()?;
    let master = tree.server_at(port).unwrap_or(usize::MAX);
    Ok((master, first("IO_Running")?, first("SQL_Running")?))
}

fn replicates(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let runs = (master, "Yes".to_owned(), "Yes".to_owned());
    same("replication", state(tree, server)?, runs)
}

fn word(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "REPLICA",
        _ => "SLAVE",
    }
}

fn prefer(tool: &Tool<'_>, server: &str) -> Result<()> {
    tool.said(&["register-candidate", "-i", server, "--promotion-rule", "prefer"])?;
    Ok(())
}

#[test]
fn story_regrouped() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").start()?;
        let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
        tool.said(&["discover", "#0"])?;
        let writes = Steady::begin(&tree)?;
        prefer(&tool, "#2")?;
        let candidate = tool.said(&["get-candidate-replica", "#0"])?;
        same("candidate", candidate, "#2\n".to_owned())?;
        let printed = tool.said(&["regroup-replicas", "#0", "--dry-run"])?;
        contains(&printed, "#1: making it replicate from #2")?;
        tool.fails(
            &["-c", "regroup-replicas-gtid", "-i", "#0", "-noop"],
            1,
            "noop: aborting regroup-replicas-gtid operation",
        )?;
        for server in 1..4 {
            replicates(&tree, server, 0)?;
        }
        // One whose threads stand is moved, and stands.
        tree.sql(3, &format!("STOP {}", word(flavour)))?;
        let said = tool.said(&["-c", "regroup-replicas-gtid", "-i", "#0"])?;
        same("said", said, "#2\n#2 lost: 0, moved: 2\n".to_owned())?;
        replicates(&tree, 1, 2)?;
        replicates(&tree, 2, 0)?;
        same("stands", state(&tree, 3)?, (2, "No".to_owned(), "No".to_owned()))?;
        tool.said(&["start-replica", "#3"])?;
        writes.goes_on()?;
        // With one replica left there is nothing to do.
        let said = tool.said(&["-c", "regroup-replicas-gtid", "-i", "#0"])?;
        same("alone", said, "#2\n#2 lost: 0, moved: 0\n".to_owned())?;
        let said = tool.said(&["-c", "regroup-slaves", "-i", "#0"])?;
        same("alone", said, "#2 lost: 0, trivial: 0, pseudo-gtid: 0\n".to_owned())?;
        let none = "Could not regroup replicas of #1; error: it has no replicas";
        tool.fails(&["-c", "regroup-replicas", "-i", "#1"], 1, none)?;
        tool.fails(&["-c", "regroup-replicas-gtid", "-i", "#1"], 1, none)?;
        let said = tool.said(&["-c", "take-siblings", "-i", "#3"])?;
        same("siblings", said, "#3\n".to_owned())?;
        replicates(&tree, 1, 3)?;
        same(
            "none",
            tool.said(&["-c", "enslave-siblings", "-i", "#3"])?,
            "#3\n".to_owned(),
        )?;
        tool.fails(&["-c", "take-siblings", "-i", "#0"], 1, "instance is not a replica: #0")?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
        writes.end(&tree).map(drop)
    });
}

/// The master is gone: whoever has more than the candidate stays where it is, as it is.
#[test]
fn story_regrouped_without_a_master() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tree.sql(3, &format!("STOP {}", word(flavour)))?;
        tree.sql(0, "CREATE DATABASE more")?;
        for server in [1, 2] {
            wait_until(SOON, "it arrives", || {
                tree.sql(server, "SHOW DATABASES LIKE 'more'")
                    .is_ok_and(|text| text.contains("more"))
            })?;
        }
        tree.kill(0)?;
        let said = tool.said(&["-c", "regroup-replicas", "-i", "#0"])?;
        let candidate = if said.starts_with("#1\n") { 1 } else { 2 };
        let other = 3 - candidate;
        let line = format!("#{candidate}\n#{candidate} lost: 0, trivial: 0, pseudo-gtid: 2\n");
        same("said", said, line)?;
        replicates(&tree, other, candidate)?;
        same(
            "stands",
            state(&tree, 3)?,
            (candidate, "No".to_owned(), "No".to_owned()),
        )?;
        tool.said(&["start-replica", "#3"])?;
        wait_until(SOON, "what it lacked arrives", || {
            tree.sql(3, "SHOW DATABASES LIKE 'more'")
                .is_ok_and(|text| text.contains("more"))
        })
    });
}

/// One has transactions of its own: it is lost, told, and replicates as before.
#[test]
fn story_regrouped_but_one() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        prefer(&tool, "#1")?;
        tree.sql(3, "CREATE DATABASE errant")?;
        let output = tool.run(&["-c", "regroup-replicas-gtid", "-i", "#0"])?;
        same(
            "said",
            (output.code, output.stdout),
            (1, "#1\n#1 lost: 1, moved: 1\n".to_owned()),
        )?;
        contains(
            &output.stderr,
            "#3 has transactions that #1 has not and cannot get from its masters",
        )?;
        replicates(&tree, 2, 1)?;
        replicates(&tree, 3, 0)
    });
}

/// What is rehearsed is what would be done: without the one that is refused, and with the same exit status.
#[test]
fn story_rehearsed_but_one() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        prefer(&tool, "#1")?;
        tree.sql(2, "CREATE DATABASE errant")?;
        let commands: [&[&str]; 6] = [
            &["relocate-replicas", "#0", "#1"],
            &["move-replicas-gtid", "#0", "#1"],
            &["repoint-replicas", "#0", "#1"],
            &["take-siblings", "#1"],
            &["regroup-replicas", "#0"],
            &["regroup-replicas-gtid", "#0"],
        ];
        let why = "#2 has transactions that #1 has not and cannot get from its masters";
        for command in commands {
            let told = tool.run(&[command, &["--dry-run"]].concat())?;
            contains(&told.stderr, why)?;
            contains(&told.stdout, "#3: making it replicate from #1")?;
            ensure!(!told.stdout.contains("#2: "), "{told:#?}");
            for server in 1..4 {
                replicates(&tree, server, 0)?;
            }
            let done = tool.run(command)?;
            contains(&done.stderr, why)?;
            replicates(&tree, 2, 0)?;
            replicates(&tree, 3, 1)?;
            same(&format!("{command:?}"), (told.code, done.code), (1, 1))?;
            tool.said(&["relocate", "#3", "#0"])?;
        }
        let nobody = ["relocate-replicas", "#0", "#1", "--pattern", "#2"];
        for command in [&nobody[..], &[&nobody[..], &["--dry-run"]].concat()] {
            tool.fails(command, 1, "none of 1 replicas of #0 was moved below #1")?;
        }
        Ok(())
    });
}

#[test]
fn story_regroup_refused_without_gtid() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").gtid(false).start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tool.fails(
            &["-c", "regroup-replicas", "-i", "#0"],
            1,
            "Could not regroup replicas of #0; error: #1, #2 replicate without GTID",
        )?;
        let output = tool.run(&["-c", "regroup-replicas-gtid", "-i", "#0"])?;
        ensure!(output.code == 1, "{output:#?}");
        tool.fails(
            &["-c", "take-siblings", "-i", "#1"],
            1,
            "none of 1 siblings of #1 was moved below it",
        )?;
        replicates(&tree, 1, 0)?;
        replicates(&tree, 2, 0)
    });
}
