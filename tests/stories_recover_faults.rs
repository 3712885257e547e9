//! `recover` on real servers that are not as they should be, and with an inventory that others hold.
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use dead::{BOTH, follows, is_writable, kill, latest, recovers, refused, words};
use rusqlite::Connection;
use serde_json::json;
use std::time::Duration;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{configure, file_lines, rows};

/// Rows that the master writes, and a replica's applier that stands before them: all are received, none applied.
fn unapplied(tree: &Sandbox, replica: usize) -> Result<()> {
    tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY)")?;
    let has_table = || tree.sql(replica, "SELECT COUNT(*) FROM d.t").is_ok();
    wait_until(SOON, "the table", has_table)?;
    tree.sql(replica, &format!("{} SQL_THREAD", words(tree.flavour()).stop))?;
    for n in 0..50 {
        tree.sql(0, &format!("INSERT INTO d.t VALUES ({n})"))?;
    }
    let end = tree.rows(
        0,
        if tree.flavour() == Flavour::MySql9 {
            "SHOW BINARY LOG STATUS"
        } else {
            "SHOW MASTER STATUS"
        },
    )?;
    let end = end[0]["Position"].clone();
    for server in 1..tree.count() {
        wait_until(SOON, "everything is received", || {
            // The position up to which the receiver has read.
            let read = ["Read_Source_Log_Pos", "Read_Master_Log_Pos"];
            tree.rows(server, tree.flavour().replica_status_sql())
                .is_ok_and(|rows| {
                    rows.iter()
                        .all(|row| read.iter().any(|name| row.get(*name) == Some(&end)))
                })
        })?;
    }
    Ok(())
}

fn count(tree: &Sandbox, server: usize) -> Result<String> {
    Ok(tree.sql(server, "SELECT COUNT(*) FROM d.t")?.trim().to_owned())
}

/// What the successor has received and not applied is applied first, also where its applier was stopped. MariaDB deletes
/// its relay logs when a thread starts while neither runs, and nothing that recovers may bring that about.
#[test]
fn story_recover_drains() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        unapplied(&tree, 1)?;
        kill(&tree, 0, &[1])?;
        same("before", count(&tree, 1)?, "0".to_owned())?;

        configure(&tool, &json!({"FailMasterPromotionIfSQLThreadNotUpToDate": true}))?;
        let first = tool.run(&["recover", "#0"])?;
        if flavour.is_mariadb() && first.code == 8 {
            // Its applier goes on while nothing is received, and may be done already.
            return same("applied", count(&tree, 1)?, "50".to_owned());
        }
        ensure!(first.code == 1, "{first:#?}");
        contains(&first.stderr, "#1: waiting until it has applied everything")?;
        ensure!(!is_writable(&tree, 1)?, "#1 takes writes");
        // It goes on trying to receive, as before.
        wait_until(SOON, "its receiver runs again", || {
            tree.replica_status(1, "IO_Running").is_ok_and(|io| io != ["No"])
        })?;
        same(
            "its applier",
            tree.replica_status(1, "SQL_Running")?,
            vec!["No".to_owned()],
        )?;

        configure(&tool, &json!({"FailMasterPromotionIfSQLThreadNotUpToDate": false}))?;
        recovers(&tool, &["recover", "#0"], 1)?;
        same("applied", count(&tree, 1)?, "50".to_owned())?;
        ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
        Ok(())
    });
}

/// Where both threads were stopped: MySQL applies what it has. MariaDB would delete that, so it is left alone and told.
#[test]
fn story_recover_drains_what_was_stopped() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        unapplied(&tree, 1)?;
        tree.sql(2, words(flavour).stop)?;
        tree.sql(1, &format!("{} IO_THREAD", words(flavour).stop))?;
        // The other one, which has applied everything, must not be there to help.
        tree.kill(2)?;
        tree.kill(0)?;
        let output = tool.run(&["recover", "#0"])?;
        if flavour == Flavour::MySql9 {
            ensure!(output.code == 8, "{output:#?}");
            return same("applied", count(&tree, 1)?, "50".to_owned());
        }
        ensure!(!is_writable(&tree, 1)?, "#1 takes writes: {output:#?}");
        ensure!([1, 4].contains(&output.code), "{output:#?}");
        for thread in ["IO_Running", "SQL_Running"] {
            same(thread, tree.replica_status(1, thread)?, vec!["No".to_owned()])?;
        }
        Ok(())
    });
}

/// `super_read_only` of the successor goes too: an application can write.
#[test]
fn story_recover_super_read_only() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY)")?;
        wait_until(SOON, "the table", || tree.sql(1, "SELECT COUNT(*) FROM d.t").is_ok())?;
        tree.sql(1, "SET GLOBAL super_read_only = 1")?;
        kill(&tree, 0, &[1, 2])?;
        recovers(&tool, &["recover", "#0"], 1)?;
        same(
            "super_read_only",
            tree.sql(1, "SELECT @@global.super_read_only")?.trim(),
            "0",
        )?;
        tree.sql(1, "INSERT INTO d.t VALUES (1)")?;
        follows(&tree, 2, 1)
    });
}

/// A replica that needs what the successor has purged is lost, by name, and kept for later.
#[test]
fn story_recover_purged() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        tree.sql(2, &format!("{} {}", words(flavour).stop, "IO_THREAD"))?;
        tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY)")?;
        wait_until(SOON, "the table", || tree.sql(1, "SELECT COUNT(*) FROM d.t").is_ok())?;
        tree.sql(1, "FLUSH BINARY LOGS")?;
        let last = tree.rows(1, "SHOW BINARY LOGS")?.pop().context("a binary log")?;
        wait_until(SOON, "its old binary logs are gone", || {
            let purged = tree.sql(1, &format!("PURGE BINARY LOGS TO '{}'", last["Log_name"]));
            purged.is_ok() && tree.rows(1, "SHOW BINARY LOGS").is_ok_and(|logs| logs.len() == 1)
        })?;
        kill(&tree, 0, &[1])?;
        let output = recovers(&tool, &["recover", "#0"], 1)?;
        contains(&output.stderr, "#2 is lost: ")?;
        contains(&output.stderr, "purged")?;
        let lost = "SELECT lost_slaves FROM topology_recovery";
        same("lost", rows(&tool, lost)?, vec!["#2".to_owned()])?;
        let downtime = "SELECT hostname || ':' || port FROM database_instance_downtime
            WHERE downtime_active AND reason = 'lost-in-recovery' ORDER BY 1";
        same(
            "in downtime",
            rows(&tool, downtime)?,
            vec!["#0".to_owned(), "#2".to_owned()],
        )?;
        ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
        same(
            "its applier",
            tree.replica_status(2, "SQL_Running")?,
            vec!["No".to_owned()],
        )?;
        let host = tree.replica_status(2, "Host")?;
        ensure!(host != ["127.0.0.1"], "it is not detached: {host:?}");
        Ok(())
    });
}

/// Others hold the inventory while the servers are told: it is written beside, and the recovery goes to its end.
#[test]
fn story_recover_inventory_locked() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        // Begun within the recovery, and held for longer than it waits.
        let hook = "touch begun; until [ -e locked ]; do sleep 0.05; done";
        let tool = Tool::new(&tree, json!({"PreFailoverProcesses": [hook]}))?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let output = std::thread::scope(|scope| -> Result<tool::Output> {
            let running = scope.spawn(|| tool.run(&["recover", "#0"]));
            wait_until(SOON, "the hook", || tool.dir().join("begun").exists())?;
            let other = Connection::open(tool.dir().join("inventory.sqlite3"))?;
            other.busy_timeout(Duration::from_secs(10))?;
            other.execute_batch("BEGIN IMMEDIATE")?;
            std::fs::write(tool.dir().join("locked"), "")?;
            let noted_beside = || {
                let names = std::fs::read_dir(tool.dir()).into_iter().flatten().flatten();
                let mut side = names.filter(|entry| entry.file_name().to_string_lossy().contains(".journal-"));
                side.any(|entry| std::fs::read(entry.path()).is_ok_and(|bytes| bytes.first() == Some(&b'{')))
            };
            wait_until(SOON, "progress is written beside the inventory", noted_beside)?;
            other.execute_batch("ROLLBACK")?;
            running.join().ok().context("a thread")?
        })?;
        ensure!(output.code == 8, "{output:#?}");
        follows(&tree, 2, 1)?;
        ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
        let record = latest(&tool)?;
        ensure!(record.starts_with("1\t1\t#1\t"), "{record}");
        let undone = "SELECT number, progress FROM orc_journal WHERE progress IN ('planned', 'begun')";
        same("what came of each step is known", rows(&tool, undone)?, Vec::new())?;
        ensure!(rows(&tool, "SELECT uid FROM orc_lease")?.is_empty(), "a lease");
        Ok(())
    });
}

/// What the account lacks is told with the statement that grants it, and nothing is changed.
#[test]
fn story_recover_missing_grants() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        for server in [1, 2] {
            tree.sql(server, "SET GLOBAL read_only = 0")?;
            let revoke = match flavour {
                Flavour::MySql9 => {
                    "SET sql_log_bin = 0; REVOKE REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* FROM 'orc'@'%'"
                }
                _ => {
                    "SET sql_log_bin = 0; REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'orc'@'%';
                     GRANT SELECT, PROCESS, REPLICATION SLAVE, SLAVE MONITOR ON *.* TO 'orc'@'%'"
                }
            };
            tree.sql(server, revoke)?;
            tree.sql(server, "SET GLOBAL read_only = 1")?;
        }
        let output = refused(&tool, &["recover", "#0"], 1, &["#1"])?;
        ensure!(output.stderr.contains("GRANT "), "no GRANT: {output:#?}");
        for server in [1, 2] {
            ensure!(!is_writable(&tree, server)?, "#{server} takes writes");
            same(
                "its master",
                tree.replica_status(server, "Port")?,
                vec![tree.port(0).to_string()],
            )?;
            same(
                "its applier",
                tree.replica_status(server, "SQL_Running")?,
                vec!["Yes".to_owned()],
            )?;
        }
        Ok(())
    });
}

/// Of two at once one acts, and the other is told who does.
#[test]
fn story_recover_twice_at_once() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let hook = "touch begun; echo ran >> told; until [ -e go ]; do sleep 0.05; done";
        let tool = Tool::new(&tree, json!({"PreFailoverProcesses": [hook]}))?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let (first, second) = std::thread::scope(|scope| -> Result<_> {
            let running = scope.spawn(|| tool.run(&["recover", "#0"]));
            wait_until(SOON, "the hook", || tool.dir().join("begun").exists())?;
            let second = tool.run(&["recover", "#0"]);
            let resumes = tool.run(&["recover", "--resume"]);
            std::fs::write(tool.dir().join("go"), "")?;
            let first = running.join().ok().context("a thread")??;
            let resumes = resumes?;
            ensure!([4, 5].contains(&resumes.code), "resumed what lives: {resumes:#?}");
            Ok((first, second?))
        })?;
        ensure!(first.code == 8, "{first:#?}");
        ensure!(second.code == 5, "{second:#?}");
        let host = rows(&tool, "SELECT processing_node_hostname FROM topology_recovery")?;
        same("recoveries", host.len(), 1)?;
        contains(&second.stderr, &host[0])?;
        same("hooks", file_lines(&tool, "told").len(), 1)?;
        follows(&tree, 2, 1)
    });
}
