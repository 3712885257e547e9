//! Masters and replicas that change places while an application writes: a replica in its master's place, and as its
//! co-master; and what both refuse.
#![allow(clippy::unwrap_used)]

#[path = "support/steady.rs"]
mod steady;
#[path = "support/tool.rs"]
mod tool;

use anyhow::Result;
use serde_json::{Value, json};
use std::fs;
use steady::Steady;
use tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

fn replicates(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let first = |column| tree.first_status(server, column);
    let port: u16 = first("Port")?.parse()?;
    let found = (tree.server_at(port), first("IO_Running")?, first("SQL_Running")?);
    same(
        &format!("#{server}"),
        found,
        (Some(master), "Yes".to_owned(), "Yes".to_owned()),
    )
}

/// Nobody knows a MariaDB server's replication password but whoever set it.
fn config(mut config: Value) -> Value {
    config["ReplicationCredentialsQuery"] = Value::from(format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'"));
    config
}

fn forbid(tree: &Sandbox, server: usize) -> Result<()> {
    let users = tree.sql(server, "SELECT host FROM mysql.user WHERE user='repl'")?;
    for host in users.lines() {
        tree.sql(server, &format!("SET sql_log_bin=0; DROP USER 'repl'@'{host}'"))?;
    }
    Ok(())
}

fn taken(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<2;4<1").gtid(gtid).start()?;
    let file = std::env::temp_dir().join(format!("taken-{}-{flavour}-{gtid}", std::process::id()));
    let hook = format!(
        "echo {{failedPort}} {{successorPort}} {{command}} >> {}",
        file.display()
    );
    let tool = Tool::new(
        &tree,
        json!({"AuditToBackendDB": true, "PostTakeMasterProcesses": [hook]}),
    )?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin(&tree)?;
    let printed = tool.said(&["take-master", "#2", "--dry-run"])?;
    contains(&printed, "#2: making it replicate from #0")?;
    contains(&printed, "#1: making it replicate from #2")?;
    tool.fails(
        &["-c", "take-master", "-i", "#2", "-noop"],
        1,
        "noop: aborting take-master operation on #2",
    )?;
    tool.fails(&["-c", "take-master", "-i", "#1"], 1, "instance is not a replica: #0")?;
    tool.fails(&["-c", "take-master", "-i", "#0"], 1, "instance is not a replica: #0")?;
    for (server, master) in [(1, 0), (2, 1), (3, 2), (4, 1)] {
        replicates(&tree, server, master)?;
    }
    assert!(!file.exists(), "no hook was to run");
    same(
        "taken",
        tool.said(&["-c", "take-master", "-i", "#2"])?,
        "#2\n".to_owned(),
    )?;
    for (server, master) in [(1, 2), (2, 0), (3, 2), (4, 1)] {
        replicates(&tree, server, master)?;
    }
    same("known", tool.said(&["which-master", "#1"])?, "#2\n".to_owned())?;
    let told = fs::read_to_string(&file)?;
    same("hook", told, format!("{} {} take-master\n", tree.port(1), tree.port(2)))?;
    fs::remove_file(&file)?;
    writes.goes_on()?;
    same(
        "back",
        tool.said(&["enslave-master", "#1", "--no-hooks"])?,
        "#1\n".to_owned(),
    )?;
    for (server, master) in [(1, 0), (2, 1), (3, 2), (4, 1)] {
        replicates(&tree, server, master)?;
    }
    assert!(!file.exists(), "no hook was to run");
    // Its former master is not let in: all is as it was.
    forbid(&tree, 2)?;
    let output = tool.run(&["take-master", "#2"])?;
    same("status", output.code, 1)?;
    contains(&output.stderr, "it was taken back: #1 is set to replicate from #0")?;
    for (server, master) in [(1, 0), (2, 1)] {
        wait_until(SOON, "it replicates again", || {
            replicates(&tree, server, master).is_ok()
        })?;
    }
    same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
    writes.end(&tree).map(drop)
}

#[test]
fn story_place_taken_by_gtid() {
    on_each(&Flavour::ALL, |flavour| taken(flavour, true));
}

#[test]
fn story_place_taken_by_position() {
    on_each(&Flavour::ALL, |flavour| taken(flavour, false));
}

fn paired(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1").gtid(gtid).start()?;
    let tool = Tool::new(&tree, config(json!({})))?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin(&tree)?;
    let no_master = || same("nobody", tree.replica_status(0, "Port")?, Vec::new());
    tool.fails(
        &["-c", "make-co-master", "-i", "#1"],
        1,
        "instance #1 is not read-only; first make it read-only",
    )?;
    tool.fails(&["make-co-master", "#0"], 1, "instance is not a replica: #0")?;
    tree.sql(1, "SET GLOBAL read_only=1")?;
    tree.sql(3, "SET GLOBAL read_only=1")?;
    tool.fails(
        &["make-co-master", "#3"],
        1,
        "#1 is not a real master; it replicates from: #0",
    )?;
    if flavour.is_mariadb() {
        let other = Tool::new(&tree, json!({}))?;
        other.said(&["discover", "#0"])?;
        other.fails(&["make-co-master", "#1"], 1, "nobody lends it a replication login")?;
    }
    contains(
        &tool.said(&["make-co-master", "#1", "--dry-run"])?,
        "#0: making it replicate from #1",
    )?;
    tool.fails(
        &["-c", "make-co-master", "-i", "#1", "-noop"],
        1,
        "noop: aborting make-co-master operation",
    )?;
    // It is not let in: the master follows nobody, as before.
    forbid(&tree, 1)?;
    let output = tool.run(&["make-co-master", "#1"])?;
    same("status", output.code, 1)?;
    contains(&output.stderr, "it was taken back: #0 is set to replicate from nobody")?;
    no_master()?;
    tree.sql(
        1,
        &format!(
            "SET sql_log_bin=0; CREATE USER '{REPL_USER}'@'%' IDENTIFIED BY '{REPL_PASSWORD}'; \
             GRANT REPLICATION SLAVE ON *.* TO '{REPL_USER}'@'%'; CREATE USER '{REPL_USER}'@'127.0.0.1' IDENTIFIED BY \
             '{REPL_PASSWORD}'; GRANT REPLICATION SLAVE ON *.* TO '{REPL_USER}'@'127.0.0.1'"
        ),
    )?;
    same(
        "paired",
        tool.said(&["-c", "make-co-master", "-i", "#1"])?,
        "#1\n".to_owned(),
    )?;
    for (server, master) in [(0, 1), (1, 0), (2, 0), (3, 1)] {
        replicates(&tree, server, master)?;
    }
    same("known", tool.said(&["which-master", "#0"])?, "#1\n".to_owned())?;
    tool.fails(&["make-co-master", "#1"], 1, "instance #1 is already co master of #0")?;
    writes.goes_on()?;
    // Another takes the read-only one's place; one that takes writes keeps it.
    tree.sql(2, "SET GLOBAL read_only=1")?;
    tree.sql(1, "SET GLOBAL read_only=0")?;
    tool.fails(&["make-co-master", "#2"], 1, "#1 is alive, and not read-only")?;
    tree.sql(1, "SET GLOBAL read_only=1")?;
    same("replaced", tool.said(&["make-co-master", "#2"])?, "#2\n".to_owned())?;
    for (server, master) in [(0, 2), (1, 0), (2, 0), (3, 1)] {
        replicates(&tree, server, master)?;
    }
    tool.fails(&["take-master", "#1"], 1, "#0 is a co-master of #2")?;
    writes.end(&tree).map(drop)
}

#[test]
fn story_pairs() {
    on_each(&Flavour::ALL, |flavour| paired(flavour, true));
}

#[test]
fn story_pairs_by_position() {
    on_each(&Flavour::ALL, |flavour| paired(flavour, false));
}
