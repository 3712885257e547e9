//! Replicas moved below other masters on real servers: by GTID, refused by name, and back where they were when the new
//! master does not serve them.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;

use anyhow::Result;
use serde_json::json;
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

/// Something written on one server arrives at another.
fn arrives(tree: &Sandbox, from: usize, to: usize, name: &str) -> Result<()> {
    let name = format!("db_{name}");
    tree.sql(from, &format!("CREATE DATABASE {name}"))?;
    wait_until(SOON, "a write arrives", || {
        let found = tree.sql(to, &format!("SHOW DATABASES LIKE '{name}'"));
        found.is_ok_and(|text| text.contains(&name))
    })
}

fn stop(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "STOP REPLICA",
        _ => "STOP SLAVE",
    }
}

#[test]
fn story_relocated_by_gtid() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1").start()?;
        let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
        tool.said(&["discover", "#0"])?;
        arrives(&tree, 0, 3, "before")?;
        arrives(&tree, 0, 2, "before2")?;
        // Printed first: nothing changes.
        let printed = tool.said(&["relocate", "#2", "#1", "--dry-run"])?;
        contains(&printed, "MASTER_PORT=").or_else(|_| contains(&printed, "SOURCE_PORT="))?;
        replicates(&tree, 2, 0)?;
        tool.fails(
            &["-c", "relocate", "-i", "#2", "-d", "#1", "-noop"],
            1,
            "noop: aborting relocate operation on #2",
        )?;
        replicates(&tree, 2, 0)?;

        same(
            "printed",
            tool.said(&["-c", "relocate", "-i", "#2", "-d", "#1"])?,
            "#2<#1\n".to_owned(),
        )?;
        replicates(&tree, 2, 1)?;
        arrives(&tree, 0, 2, "after")?;
        // The inventory is right at once.
        same("master", tool.said(&["which-master", "#2"])?, "#1\n".to_owned())?;
        same("audited", tool.said(&["which-replicas", "#1"])?, "#2\n#3\n".to_owned())?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())?;

        // A ring cannot be built, whichever command is asked.
        for command in ["relocate", "repoint", "move-gtid"] {
            tool.fails(&[command, "#1", "#3"], 1, "#3 is a descendant of #1")?;
            tool.fails(&[command, "#1", "#3", "--force"], 1, "#3 is a descendant of #1")?;
        }
        tool.fails(&["relocate-replicas", "#0", "#3"], 1, "#3 is a descendant of #1")?;
        tool.fails(&["relocate", "#1", "#1"], 1, "cannot replicate from itself")?;
        tool.fails(&["relocate", "#0", "#1"], 1, "instance is not a replica: #0")?;
        tool.fails(&["-c", "relocate", "-i", "#2"], 1, "Cannot deduce destination")?;
        replicates(&tree, 1, 0)?;

        // All replicas, or those that fit.
        let some = ["-c", "relocate-replicas", "-i", "#1", "-d", "#0", "-pattern", "#3"];
        same("some", tool.said(&some)?, "#3\n".to_owned())?;
        same(
            "rest",
            tool.said(&["-c", "relocate-slaves", "-i", "#1", "-d", "#0"])?,
            "#2\n".to_owned(),
        )?;
        same(
            "none",
            tool.said(&["-c", "relocate-replicas", "-i", "#1", "-d", "#0"])?,
            String::new(),
        )?;
        let back = tool.said(&["move-replicas-gtid", "#0", "#1"])?;
        same("by GTID", back, "#2\n#3\n".to_owned())?;
        same("one", tool.said(&["move-gtid", "#3", "#0"])?, "#3<#0\n".to_owned())?;
        same(
            "repointed",
            tool.said(&["-c", "repoint", "-i", "#3"])?,
            "#3<#0\n".to_owned(),
        )?;
        let repointed = tool.said(&["-c", "repoint-replicas", "-i", "#0"])?;
        same("all repointed", repointed, "#1<#0\n#3<#0\n".to_owned())?;
        arrives(&tree, 0, 2, "last")?;
        arrives(&tree, 0, 3, "last3")
    });
}

#[test]
fn story_stopped_stays_stopped() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tree.sql(2, stop(flavour))?;
        tool.said(&["relocate", "#2", "#1"])?;
        same("stands", state(&tree, 2)?, (1, "No".to_owned(), "No".to_owned()))?;
        tool.said(&["repoint", "#2"])?;
        same("stands", state(&tree, 2)?, (1, "No".to_owned(), "No".to_owned()))?;
        // A thread that stood alone stands alone.
        tool.said(&["start-replica", "#2"])?;
        tree.sql(2, &format!("{} SQL_THREAD", stop(flavour)))?;
        tool.said(&["relocate", "#2", "#0"])?;
        same("half", state(&tree, 2)?, (0, "Yes".to_owned(), "No".to_owned()))
    });
}

/// The new master does not let it in: it replicates from where it did, and that is said with the server's own words.
#[test]
fn story_failed_and_back() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let users = tree.sql(1, "SELECT host FROM mysql.user WHERE user='repl'")?;
        for host in users.lines() {
            tree.sql(1, &format!("SET sql_log_bin=0; DROP USER 'repl'@'{host}'"))?;
        }
        let output = tool.run(&["relocate", "#2", "#1"])?;
        same("status", output.code, 1)?;
        contains(&output.stderr, "its receiver does not run")?;
        contains(&output.stderr, "1045")
            .or_else(|_| contains(&output.stderr, "Access denied"))
            .or_else(|_| contains(&output.stderr, "error connecting to master"))?;
        contains(
            &output.stderr,
            "it was taken back: #2 is set to replicate from #0 and both threads were started again",
        )?;
        wait_until(SOON, "it replicates again", || replicates(&tree, 2, 0).is_ok())?;
        arrives(&tree, 0, 2, "after")?;
        same("master", tool.said(&["which-master", "#2"])?, "#0\n".to_owned())?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())
    });
}

#[test]
fn story_purged_and_errant() {
    on_each(&[Flavour::MySql9, Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tree.sql(2, stop(flavour))?;
        arrives(&tree, 0, 1, "missed")?;
        tree.sql(1, "FLUSH LOGS")?;
        let logs = tree.sql(1, "SHOW BINARY LOGS")?;
        let last = logs.lines().last().and_then(|line| line.split('\t').next()).unwrap();
        tree.sql(1, &format!("PURGE BINARY LOGS TO '{last}'"))?;
        for force in [&[][..], &["--force"]] {
            let arguments = [&["relocate", "#2", "#1"], force].concat();
            tool.fails(&arguments, 1, "Instance #1 has purged GTID entries not found on #2: ")?;
        }
        tool.said(&["start-replica", "#2"])?;
        wait_until(SOON, "it catches up", || {
            tree.sql(2, "SHOW DATABASES LIKE 'db_missed'")
                .is_ok_and(|text| text.contains("db_missed"))
        })?;
        errant(&tree, &tool)
    });
    on_each(&[Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        arrives(&tree, 0, 2, "before")?;
        arrives(&tree, 0, 1, "before1")?;
        errant(&tree, &tool)
    });
}

fn errant(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    tree.sql(2, "CREATE DATABASE errant")?;
    tool.fails(
        &["relocate", "#2", "#1"],
        1,
        "#2 has transactions that #1 has not and cannot get from its masters: ",
    )?;
    tool.fails(
        &["-c", "move-gtid", "-i", "#2", "-d", "#1"],
        1,
        "cannot get from its masters",
    )?;
    let output = tool.run(&["relocate-replicas", "#0", "#1"])?;
    same("none moved", (output.code, output.stdout), (1, String::new()))?;
    replicates(tree, 2, 0)?;
    same(
        "forced",
        tool.said(&["relocate", "#2", "#1", "--force"])?,
        "#2<#1\n".to_owned(),
    )?;
    replicates(tree, 2, 1)
}

#[test]
fn story_without_gtid_refused() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").gtid(false).start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tool.fails(
            &["-c", "relocate", "-i", "#2", "-d", "#1"],
            1,
            "Relocating #2 below #1 turns to be too complex; please do it manually: they do not both use GTID",
        )?;
        tool.fails(
            &["move-gtid", "#2", "#1"],
            1,
            "Instances #2, #1 not GTID compatible or not using GTID",
        )?;
        tool.fails(
            &["repoint", "#2", "#1"],
            1,
            "its position means nothing in the binary log of #1",
        )?;
        tool.fails(
            &["-c", "relocate-replicas", "-i", "#0", "-d", "#1"],
            1,
            "none of 1 replicas of #0 was moved",
        )?;
        tool.fails(&["disable-gtid", "#2"], 1, "#2 does not use GTID")?;
        if !flavour.is_mariadb() {
            tool.fails(&["enable-gtid", "#2"], 1, "is OFF")?;
        }
        // Its own master's log is another matter.
        same("repointed", tool.said(&["repoint", "#2"])?, "#2<#0\n".to_owned())?;
        replicates(&tree, 2, 0)?;
        arrives(&tree, 0, 2, "after")
    });
}

#[test]
fn story_gtid_off_and_on() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        arrives(&tree, 0, 1, "before")?;
        tool.said(&["relocate", "#2", "#1"])?;
        arrives(&tree, 0, 2, "below")?;
        tool.fails(&["enable-gtid", "#2"], 1, "#2 already uses GTID")?;
        same(
            "off",
            tool.said(&["-c", "disable-gtid", "-i", "#2"])?,
            "#2\n".to_owned(),
        )?;
        arrives(&tree, 0, 2, "by_position")?;
        tool.fails(&["relocate", "#2", "#0"], 1, "too complex")?;
        same("on", tool.said(&["-c", "enable-gtid", "-i", "#2"])?, "#2\n".to_owned())?;
        arrives(&tree, 0, 2, "by_gtid")?;
        same("moved", tool.said(&["relocate", "#2", "#0"])?, "#2<#0\n".to_owned())?;
        arrives(&tree, 0, 2, "back")
    });
}
