//! What a topology was, and what has changed since.

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::time::Instant;
use tool::sandbox::{Flavour, Sandbox};
use tool::{SOON, Tool, contains, on_each, same, version};

/// Re-points a replica by hand, as an operator would.
fn move_below(tree: &Sandbox, replica: usize, master: usize) -> Result<()> {
    let port = tree.port(master);
    let statements = if tree.flavour().is_mariadb() {
        format!("STOP SLAVE; CHANGE MASTER TO MASTER_PORT={port}, MASTER_USE_GTID=slave_pos; START SLAVE")
    } else {
        format!("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={port}, SOURCE_AUTO_POSITION=1; START REPLICA")
    };
    tree.sql(replica, &statements).map(drop)
}

/// The moments of all snapshots, in Unix seconds.
fn moments(tool: &Tool<'_>) -> Result<Vec<i64>> {
    let list: Value = serde_json::from_str(&tool.said(&["snapshot", "list", "--output", "json"])?)?;
    let list = list.as_array().context("a list")?;
    list.iter()
        .map(|s| s["UnixTime"].as_i64().context("a number"))
        .collect()
}

/// Takes a snapshot of another second than those there are; its moment.
fn take(tool: &Tool<'_>, form: &[&str]) -> Result<i64> {
    let (before, begin) = (moments(tool)?, Instant::now());
    loop {
        same("printed", tool.said(form)?, String::new())?;
        let now = moments(tool)?;
        if now.len() > before.len() {
            return now.last().copied().context("the one just taken");
        }
        if begin.elapsed() > SOON {
            bail!("{form:?} adds no snapshot to {before:?}");
        }
    }
}

/// Keys at their depth, without the columns of the description.
fn shape(drawn: &str) -> Vec<&str> {
    drawn
        .lines()
        .map(|line| line.split('[').next().unwrap_or(line).trim_end())
        .collect()
}

#[test]
fn story_a_replica_was_moved() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let first = take(&tool, &["snapshot", "take"])?;
        let refused = tool.run(&["snapshot", "diff"])?;
        same("one alone", refused.code, 1)?;

        move_below(&tree, 2, 1)?;
        tool.wait_said(&["which-master", "#2"], "#1\n")?;
        let since = tool.said(&["snapshot", "diff", &first.to_string(), "now"])?;
        contains(&since, "\n#0\n  #2  moved     #0 -> #1\n")?;
        let second = take(&tool, &["-c", "snapshot-topologies"])?;
        ensure!(second > first, "{second} after {first}");

        let diff = tool.said(&["snapshot", "diff"])?;
        same(
            "changes",
            diff.lines().skip(1).collect(),
            vec!["", "#0", "  #2  moved     #0 -> #1"],
        )?;
        let version = version(&tree)?;
        for (at, expected) in [(first, ["#0", "- #1", "- #2"]), (second, ["#0", "- #1", "  - #2"])] {
            let drawn = tool.run(&["topology", "#2", "--at", &at.to_string()])?;
            same("the tree then", shape(&drawn.stdout), expected.to_vec())?;
            let versions = drawn.stdout.matches(&format!("[{version}]\n")).count();
            same("versions", versions, 3)?;
            contains(&drawn.stderr, "from the snapshot of ")?;
            let classic = tool.said(&["-c", "topology", "-i", "#2", "-pattern", &at.to_string()])?;
            same("the classic view", classic, format!("{}\n", expected.join("\n")))?;
        }
        // It may still be connecting.
        let now = tool.said(&["topology", "#2"])?.replace("  + ", "  - ");
        contains(&now, "\n  - #2")?;

        let third = take(&tool, &["snapshot", "take"])?;
        ensure!(third > second, "{third} after {second}");
        contains(&tool.said(&["snapshot", "diff"])?, "no difference from ")
    });
}
