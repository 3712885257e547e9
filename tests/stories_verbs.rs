//! Single servers told to change: replication stopped, started, detached and forgotten, writes refused and taken; and what
//! holds a command back.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use orchestrator::inventory::{Access, Claimed, Inventory, NewClaim, OpenOptions};
use orchestrator::model::recovery::{BlockFrom, Recovery};
use orchestrator::model::{InstanceKey, Timestamp};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

fn threads(tree: &Sandbox, server: usize) -> Result<[String; 2]> {
    let first = |column| tree.first_status(server, column);
    Ok([first("IO_Running")?, first("SQL_Running")?])
}

fn run(tree: &Sandbox, server: usize) -> Result<()> {
    same("threads", threads(tree, server)?, ["Yes".to_owned(), "Yes".to_owned()])
}

fn stand(tree: &Sandbox, server: usize) -> Result<()> {
    same("threads", threads(tree, server)?, ["No".to_owned(), "No".to_owned()])
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_secs()).unwrap())
}

/// The tool's inventory, as another program has it open.
fn inventory(tool: &Tool<'_>) -> Result<Inventory> {
    let file = tool.dir().join("inventory.sqlite3");
    Ok(Inventory::open(&file, &OpenOptions::new(Access::Write, now()))?)
}

#[test]
fn story_stopped_and_started() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let printed = tool.said(&["stop-replica", "#1", "--dry-run"])?;
        contains(&printed, "#1: stopping replication\n    STOP ")?;
        tool.fails(
            &["-c", "stop-replica", "-i", "#1", "-noop"],
            1,
            "noop: aborting stop-replica operation on #1",
        )?;
        run(&tree, 1)?;
        // Several, one after the other.
        let both = tool.said(&["-c", "stop-slave", "-i", "#1,#2"])?;
        same("both", both, "#1\n#2\n".to_owned())?;
        stand(&tree, 1)?;
        stand(&tree, 2)?;
        same(
            "known",
            tool.said(&["is-replication-stopped", "#1"])?,
            "#1\n".to_owned(),
        )?;
        same("again", tool.said(&["stop-replica", "#1"])?, "#1\n".to_owned())?;
        same(
            "started",
            tool.said(&["-c", "start-replica", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        run(&tree, 1)?;
        same("known", tool.said(&["is-replicating", "#1"])?, "#1\n".to_owned())?;
        same(
            "restarted",
            tool.said(&["-c", "restart-replica", "-i", "#2"])?,
            "#2\n".to_owned(),
        )?;
        run(&tree, 2)?;
        for verb in [
            "stop-replica",
            "start-replica",
            "restart-replica",
            "detach-replica",
            "repoint",
        ] {
            tool.fails(&["-c", verb, "-i", "#0"], 1, "instance is not a replica: #0")?;
        }
        // What does not run is said in the server's words.
        tree.kill(0)?;
        tool.fails(
            &["start-replica", "#1"],
            1,
            "Replication not running: #1: its receiver does not run: ",
        )
    });
}

#[test]
fn story_restart_statements() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        let word = match flavour {
            Flavour::MySql9 => "replica",
            _ => "slave",
        };
        let expected =
            "stop slave io_thread;\nstop slave sql_thread;\ndo 1;\nstart slave sql_thread;\nstart slave io_thread;\n"
                .replace("slave", word);
        let command = ["-c", "restart-replica-statements", "-i", "#1", "-statement", "do 1"];
        same("statements", tool.said(&command)?, expected)?;
        same("unchanged", threads(&tree, 1)?, ["Yes".to_owned(), "Yes".to_owned()])?;
        same(
            "a master",
            tool.said(&["-c", "restart-slave-statements", "-i", "#0"])?,
            String::new(),
        )
    });
}

#[test]
fn story_detached_and_forgotten() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        same(
            "detached",
            tool.said(&["-c", "detach-replica", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        stand(&tree, 1)?;
        same("host", tree.replica_status(1, "Host")?, vec!["//127.0.0.1".to_owned()])?;
        same("cluster", tool.said(&["which-cluster", "#1"])?, "#1\n".to_owned())?;
        tool.fails(
            &["detach-replica-master-host", "#1"],
            1,
            "instance already detached: #1",
        )?;
        // The cluster's alias went with it, and comes back.
        inventory(&tool)?.set_alias_override(&tree.key(1), "shop")?;
        same(
            "back",
            tool.said(&["-c", "reattach-slave-master-host", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        run(&tree, 1)?;
        same("alias", tool.said(&["which-cluster-alias", "#0"])?, "shop\n".to_owned())?;
        tool.fails(
            &["reattach-replica", "#1"],
            1,
            "instance does not seem to be detached: #1",
        )?;
        same("master", tool.said(&["which-master", "#1"])?, "#0\n".to_owned())?;

        contains(&tool.said(&["reset-replica", "#1", "--dry-run"])?, "RESET ")?;
        run(&tree, 1)?;
        same(
            "forgotten",
            tool.said(&["-c", "reset-replica", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        same("no channel", tree.replica_status(1, "Port")?, Vec::new())?;
        tool.fails(&["start-replica", "#1"], 1, "instance is not a replica: #1")
    });
}

#[test]
fn story_read_only() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({"UseSuperReadOnly": true}))?;
        let value = |name: &str| tree.sql(1, &format!("SELECT @@global.{name}"));
        contains(&tool.said(&["set-read-only", "#1", "--dry-run"])?, "SET GLOBAL ")?;
        tool.fails(
            &["-c", "set-read-only", "-i", "#1", "-noop"],
            1,
            "noop: aborting set-read-only operation on #1",
        )?;
        same("unchanged", value("read_only")?.trim(), "0")?;
        same(
            "read-only",
            tool.said(&["-c", "set-read-only", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        same("on", value("read_only")?.trim(), "1")?;
        if flavour == Flavour::MySql9 {
            same("on", value("super_read_only")?.trim(), "1")?;
        }
        same(
            "writable",
            tool.said(&["-c", "set-writeable", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        same("off", value("read_only")?.trim(), "0")
    });
}

#[test]
fn story_held() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tool.said(&["begin-maintenance", "-i", "#2", "--reason", "mine"])?;
        tool.fails(&["relocate", "#2", "#1"], 5, "Cannot begin maintenance on #2: ")?;
        // Somebody's lock is not ours to release.
        same("locked", tool.said(&["in-maintenance", "#2"])?, "#2\n".to_owned())?;
        tool.said(&["end-maintenance", "-i", "#2"])?;

        let inventory = inventory(&tool)?;
        let claim = NewClaim {
            recovery: Recovery {
                uid: "1:aa".to_owned(),
                failed: InstanceKey::new("127.0.0.1", tree.port(0)),
                analysis: "DeadMaster".to_owned(),
                cluster_name: tree.key(0),
                node_hostname: "mgr1".to_owned(),
                node_token: "t1".to_owned(),
                ..Recovery::default()
            },
            forced: true,
            block_seconds: 0,
            block_from: BlockFrom::End,
            without_record: false,
            replaces_dead_master: false,
        };
        ensure!(matches!(inventory.claim(&claim, now())?, Claimed::Claimed { .. }));
        for command in [&["stop-replica", "#1"][..], &["relocate", "#2", "#1"]] {
            inventory.renew_lease("1:aa", "t1", now().0 * 1000)?;
            let output = tool.run(command)?;
            ensure!(output.code == 5, "{command:?}: {output:#?}");
            contains(&output.stderr, "is held: open-recovery: ")?;
        }
        run(&tree, 1)?;
        inventory.release_lease("1:aa", "t1")?;
        Ok(())
    });
}

/// Names of variables are those of the plugin that is loaded.
#[test]
fn story_semi_sync() {
    on_each(&Flavour::WITH_SEMI_SYNC, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").semi_sync().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let value = |server: usize, side: &str| -> Result<bool> {
            let (master, replica) = match flavour {
                Flavour::MySql9 => ("source", "replica"),
                _ => ("master", "slave"),
            };
            let side = if side == "master" { master } else { replica };
            let said = tree.sql(server, &format!("SELECT @@global.rpl_semi_sync_{side}_enabled"))?;
            Ok(said.trim() == "1")
        };
        let acknowledges = || -> Result<bool> {
            let status = tree.sql(1, "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_%_status'")?;
            let own = |line: &&str| line.contains("slave") || line.contains("replica");
            Ok(status.lines().find(own).is_some_and(|line| line.ends_with("ON")))
        };
        let printed = tool.said(&["disable-semi-sync-replica", "#1", "--dry-run"])?;
        contains(&printed, "_enabled=0;")?;
        contains(&printed, "START ")?;
        for command in ["disable-semi-sync-replica", "disable-semi-sync-master"] {
            let said = format!("noop: aborting {command} operation on #1");
            tool.fails(&["-c", command, "-i", "#1", "-noop"], 1, &said)?;
        }
        ensure!(value(1, "replica")? && acknowledges()?, "it acknowledges");
        for (command, server, side, on) in [
            ("disable-semi-sync-replica", 1, "replica", false),
            ("disable-semi-sync-master", 0, "master", false),
            ("enable-semi-sync-master", 0, "master", true),
            ("enable-semi-sync-replica", 1, "replica", true),
        ] {
            let key = format!("#{server}");
            // The second time there is nothing to do.
            for _ in 0..2 {
                let said = tool.said(&["-c", command, "-i", &key])?;
                same(command, said, format!("{key}\n"))?;
                same(command, value(server, side)?, on)?;
            }
            run(&tree, 1)?;
        }
        wait_until(SOON, "it acknowledges again", || {
            acknowledges().is_ok_and(|is_on| is_on)
        })?;
        // A receiver that stands goes on standing.
        tool.said(&["stop-replica", "#1"])?;
        tool.said(&["disable-semi-sync-replica", "#1"])?;
        stand(&tree, 1)?;
        same("off", value(1, "replica")?, false)
    });
    on_each(&[Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tool.fails(&["enable-semi-sync-master", "#0"], 1, "the plugin is not loaded")?;
        tool.fails(&["enable-semi-sync-replica", "#1"], 1, "the plugin is not loaded")?;
        let off = tool.said(&["-c", "disable-semi-sync-replica", "-i", "#1"])?;
        same("off already", off, "#1\n".to_owned())
    });
}
