//! Former masters come back on real servers, or it is said which transactions keep them from it.

#[path = "support/handing.rs"]
mod handing;

use anyhow::{Result, ensure};
use handing::tool::sandbox::{APP_USER, Flavour, Sandbox};
use handing::tool::{Tool, contains, on_each, same};
use handing::{GTID, credentials, is_read_only, replicates, standing, wait_same};
use serde_json::Value;

/// A master with two replicas that was killed and replaced by the first of them, which had `super_read_only` on where
/// there is such a thing, and is back.
fn replaced<'t>(tree: &'t Sandbox) -> Result<Tool<'t>> {
    let tool = Tool::new(tree, credentials())?;
    tool.said(&["discover", "#0"])?;
    handing::schema(tree, 0)?;
    tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (1)")?;
    for server in 0..3 {
        wait_same(tree, server, 1)?;
    }
    if tree.flavour() == Flavour::MySql9 {
        tree.sql(1, "SET GLOBAL super_read_only=1")?;
    }
    tree.kill(0)?;
    same(
        "failed over",
        tool.run(&["failover", "#0", "--candidate", "#1"])?.code,
        8,
    )?;
    tree.sql_as(APP_USER, 1, "INSERT INTO app.t VALUES (2)")?;
    tree.start(0)?;
    Ok(tool)
}

#[test]
fn story_rejoin() {
    on_each(&GTID, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = replaced(&tree)?;
        same("lost", tool.said(&["which-lost-in-recovery"])?, "#0\n".to_owned())?;
        let plan = tool.said(&["rejoin", "#0", "--dry-run"])?;
        contains(&plan, "#0: making it replicate from #1")?;
        ensure!(!is_read_only(&tree, 0)?, "a dry run changed something");

        let said = tool.run(&["rejoin", "#0"])?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr.clone()))?;
        same("rejoined", said.stdout, "#0<#1\n".to_owned())?;
        replicates(&tree, 0, 1)?;
        ensure!(is_read_only(&tree, 0)?, "it takes writes");
        // What it had alone was looked up before it followed, when no watcher had.
        let ledger = |shown: &str| -> Result<Value> { Ok(serde_json::from_str::<Value>(shown)?["Ledger"].clone()) };
        let shown = ledger(&tool.said(&["recoveries", "show", "1", "-o", "json"])?)?;
        ensure!(shown.get("Exact").is_some(), "still open: {shown}");
        wait_same(&tree, 0, 2)?;
        same("lost", tool.said(&["which-lost-in-recovery"])?, String::new())?;
        same("cluster", tool.said(&["which-cluster", "#0"])?, "#1\n".to_owned())?;
        tool.wait_for(&[])?;

        // Nothing to do, and nobody to rejoin.
        same("again", tool.run(&["rejoin", "#0"])?.code, 4)?;
        same("the master", tool.run(&["rejoin", "#1"])?.code, 4)?;
        // And it can take over again.
        same("back", tool.said(&["takeover", "#1", "--to", "#0"])?, "#0\n".to_owned())?;
        same("again", tool.run(&["rejoin", "#0"])?.code, 4)
    });
}

#[test]
fn story_rejoin_after_further_changes_of_master() {
    on_each(&GTID, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = replaced(&tree)?;
        same("on", tool.said(&["takeover", "#1", "--to", "#2"])?, "#2\n".to_owned())?;
        same("rejoined", tool.said(&["rejoin", "#0"])?, "#0<#2\n".to_owned())?;
        replicates(&tree, 0, 2)
    });
}

#[test]
fn story_rejoin_with_errant_transactions_is_refused() {
    on_each(&GTID, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = replaced(&tree)?;
        let position = if flavour.is_mariadb() {
            "@@gtid_binlog_pos"
        } else {
            "@@gtid_executed"
        };
        tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (3)")?;
        let executed = tree.sql(0, &format!("SELECT {position}"))?;
        let before = standing(&tree)?;
        let said = tool.run(&["rejoin", "#0"])?;
        same("status", said.code, 1)?;
        contains(&said.stderr, "#0 has transactions that #1 never had: ")?;
        let last = executed.trim().rsplit(['-', ':']).next().unwrap_or_default().to_owned();
        let named = said
            .stderr
            .lines()
            .find(|line| line.contains("never had"))
            .unwrap_or_default();
        contains(named, &last)?;
        contains(named, "rebuild #0 from a copy of #1")?;
        same("nothing is changed", standing(&tree)?, before)
    });
}
