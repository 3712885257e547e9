//! Replicas moved one step, up or below a sibling, while an application writes: by GTID where they use it, else by file and
//! position; and what they refuse.
#![allow(clippy::unwrap_used)]

#[path = "support/steady.rs"]
mod steady;
#[path = "support/tool.rs"]
mod tool;

use anyhow::Result;
use serde_json::json;
use steady::Steady;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

/// Where a replica is set to replicate from, how its threads stand, and whether it positions itself by GTID.
fn state(tree: &Sandbox, server: usize) -> Result<(usize, String, String, bool)> {
    let first = |column| tree.first_status(server, column);
    let port: u16 = first("Port")?.parse()?;
    let master = tree.server_at(port).unwrap_or(usize::MAX);
    let gtid = match tree.flavour() {
        Flavour::MariaDb => first("Using_Gtid").or_else(|_| first("Gtid"))? != "No",
        _ => first("Auto_Position")? == "1",
    };
    Ok((master, first("IO_Running")?, first("SQL_Running")?, gtid))
}

fn replicates(tree: &Sandbox, server: usize, master: usize, gtid: bool) -> Result<()> {
    let runs = (master, "Yes".to_owned(), "Yes".to_owned(), gtid);
    same("replication", state(tree, server)?, runs)
}

fn word(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "REPLICA",
        _ => "SLAVE",
    }
}

fn states(tree: &Sandbox) -> Result<Vec<(usize, String, String, bool)>> {
    (1..tree.count()).map(|server| state(tree, server)).collect()
}

fn up_and_below(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<1").gtid(gtid).start()?;
    let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin(&tree)?;
    let before = states(&tree)?;
    let printed = tool.said(&["move-up", "#2", "--dry-run"])?;
    contains(&printed, "#2: making it replicate from #0")?;
    if !gtid {
        contains(&printed, "_LOG_POS=")?;
        contains(&printed, "#1: stopping replication")?;
    }
    tool.fails(
        &["-c", "move-up", "-i", "#2", "-noop"],
        1,
        "noop: aborting move-up operation on #2",
    )?;
    same("unchanged", states(&tree)?, before)?;
    same("up", tool.said(&["-c", "move-up", "-i", "#2"])?, "#2<#0\n".to_owned())?;
    replicates(&tree, 2, 0, gtid)?;
    replicates(&tree, 1, 0, gtid)?;
    same("known", tool.said(&["which-master", "#2"])?, "#0\n".to_owned())?;
    writes.goes_on()?;
    same(
        "below",
        tool.said(&["-c", "move-below", "-i", "#2", "-d", "#1"])?,
        "#2<#1\n".to_owned(),
    )?;
    replicates(&tree, 2, 1, gtid)?;
    replicates(&tree, 1, 0, gtid)?;
    writes.goes_on()?;
    // Among siblings that are behind and ahead.
    same("below", tool.said(&["move-below", "#3", "#4"])?, "#3<#4\n".to_owned())?;
    writes.goes_on()?;
    let some = tool.said(&["-c", "move-up-slaves", "-i", "#1", "-pattern", "#4"])?;
    same("some", some, "#4\n".to_owned())?;
    same("rest", tool.said(&["move-up-replicas", "#1"])?, "#2\n".to_owned())?;
    same(
        "none",
        tool.said(&["-c", "move-up-replicas", "-i", "#1"])?,
        String::new(),
    )?;
    for (server, master) in [(1, 0), (2, 0), (3, 4), (4, 0)] {
        replicates(&tree, server, master, gtid)?;
    }
    same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
    writes.end(&tree).map(drop)
}

#[test]
fn story_up_and_below_by_gtid() {
    on_each(&Flavour::ALL, |flavour| up_and_below(flavour, true));
}

#[test]
fn story_up_and_below_by_position() {
    on_each(&Flavour::ALL, |flavour| up_and_below(flavour, false));
}

fn refusals(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").gtid(gtid).start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    let before = states(&tree)?;
    tool.fails(&["-c", "move-up", "-i", "#0"], 1, "instance is not a replica: #0")?;
    tool.fails(&["-c", "move-up", "-i", "#1"], 1, "master is not a replica itself: #0")?;
    tool.fails(&["move-up-replicas", "#0"], 1, "instance is not a replica: #0")?;
    tool.fails(
        &["-c", "move-below", "-i", "#2", "-d", "#0"],
        1,
        "instance is not a replica: #0",
    )?;
    tool.fails(
        &["move-below", "#1", "#2"],
        1,
        "instances are not siblings: #1 follows #0, and #2 follows #1",
    )?;
    tool.fails(&["move-below", "#2", "#2"], 1, "cannot replicate from itself")?;
    tool.fails(&["-c", "move-below", "-i", "#2"], 1, "Cannot deduce destination")?;
    tool.said(&["begin-maintenance", "-i", "#2", "--reason", "mine"])?;
    tool.fails(&["move-up", "#2"], 5, "Cannot begin maintenance on #2: ")?;
    tool.said(&["end-maintenance", "-i", "#2"])?;
    same("unchanged", states(&tree)?, before.clone())?;
    // One that stands is not moved, and goes on standing.
    tree.sql(3, &format!("STOP {}", word(flavour)))?;
    tool.fails(&["move-up", "#3"], 1, "#3: instance is not replicating")?;
    tool.fails(&["move-below", "#2", "#3"], 1, "#3: instance is not replicating")?;
    tool.fails(
        &["move-up-replicas", "#1", "--pattern", "#3"],
        1,
        "Error on all 1 operations",
    )?;
    same("stands", state(&tree, 3)?.1, "No".to_owned())?;
    replicates(&tree, 2, 1, gtid)?;
    replicates(&tree, 1, 0, gtid)
}

#[test]
fn story_steps_refused() {
    on_each(&Flavour::ALL, |flavour| refusals(flavour, true));
    on_each(&Flavour::ALL, |flavour| refusals(flavour, false));
}

/// The new master does not let it in: everybody replicates from where they did, and no row is lost.
fn not_let_in(flavour: Flavour) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").gtid(false).start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    let writes = Steady::begin(&tree)?;
    let users = tree.sql(3, "SELECT host FROM mysql.user WHERE user='repl'")?;
    for host in users.lines() {
        tree.sql(3, &format!("SET sql_log_bin=0; DROP USER 'repl'@'{host}'"))?;
    }
    let output = tool.run(&["move-below", "#2", "#3"])?;
    same("status", output.code, 1)?;
    contains(&output.stderr, "its receiver does not run")?;
    contains(
        &output.stderr,
        "it was taken back: #2 is set to replicate from #1 and both threads were started again; #3 is set to replicate \
         from #1 and both threads were started again",
    )?;
    for server in [2, 3] {
        wait_until(SOON, "it replicates again", || {
            replicates(&tree, server, 1, false).is_ok()
        })?;
    }
    // Nothing keeps anybody from the cluster now.
    tool.fails(&["recover", "--resume"], 4, "")?;
    same("up", tool.said(&["move-up", "#3"])?, "#3<#0\n".to_owned())?;
    writes.end(&tree).map(drop)
}

#[test]
fn story_steps_taken_back() {
    on_each(&Flavour::ALL, not_let_in);
}
