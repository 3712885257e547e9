//! Servers are killed: the right one is called dead, and what is said about it holds.

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use serde_json::json;
use std::fs;
use tool::sandbox::{Flavour, Sandbox};
use tool::{Tool, contains, on_each, same, version};

#[test]
fn story_master_killed() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        let version = version(&tree)?;

        let found = format!(
            "#0  found  {version} master\n\
             #1  found  {version} replica of #0\n\
             #2  found  {version} replica of #0\n\
             3 found, 0 failed\n"
        );
        same("from one replica", tool.said(&["discover", "#1"])?, found)?;
        tool.wait_said(&["topology", "#2"], &three(flavour, &version))?;
        same("healthy", tool.said(&["replication-analysis"])?, String::new())?;

        tree.kill(0)?;
        tool.wait_for(&[
            "#0 (cluster #0): DeadMaster",
            "#1 (cluster #0): FirstTierReplicaFailingToConnectToMaster",
            "#2 (cluster #0): FirstTierReplicaFailingToConnectToMaster",
        ])?;
        let classic = tool.said(&["-c", "replication-analysis"])?;
        ensure!(
            classic.starts_with("#0 (cluster #0): DeadMaster\n"),
            "classic form: {classic}"
        );
        same("monitoring", tool.run(&["replication-analysis", "--check"])?.code, 2)?;
        explained(&tool)?;

        tree.start(0)?;
        tool.wait_for(&[])?;
        tool.wait_said(&["topology", "#0"], &three(flavour, &version))
    });
}

/// A master with two replicas. MariaDB's own GTID is a replica's setting, so its master shows none.
fn three(flavour: Flavour, version: &str) -> String {
    let master = if flavour.is_mariadb() { "" } else { ",GTID" };
    format!(
        "#0   [0s,ok,{version},rw,ROW,>>{master}]\n\
         + #1 [0s,ok,{version},rw,ROW,>>,GTID]\n\
         + #2 [0s,ok,{version},rw,ROW,>>,GTID]\n"
    )
}

fn explained(tool: &Tool<'_>) -> Result<()> {
    let text = tool.said(&["explain", "#0"])?;
    ensure!(text.starts_with("#0 (cluster #0): DeadMaster\n"), "{text}");
    ensure!(text.ends_with('\n'), "the last line has no end: {text:?}");
    contains(&text, "every condition of rule 2 holds")?;
    contains(&text, "; last answer ")?;
    for replica in ["#1", "#2"] {
        let line = text.lines().find(|line| line.trim_start().starts_with(replica));
        let line = line.unwrap_or_default();
        ensure!(
            line.contains("replica") && line.contains("receiver connecting"),
            "no word of {replica}:\n{text}"
        );
    }

    let stored = tool.dir().join("verdict.json");
    let data = tool.said(&["explain", "#0", "--output", "json"])?;
    fs::write(&stored, &data)?;
    let path = stored.display().to_string();
    let again = tool.said(&["explain", "--replay", &path, "--output", "json"])?;
    same("replayed", again, data)
}

#[test]
fn story_intermediate_master_killed() {
    let cases: [(&str, &[&str]); 2] = [
        (
            "0;1<0;2<0;3<1",
            &["#1 (cluster #0): DeadIntermediateMasterWithSingleReplicaFailingToConnect"],
        ),
        (
            // The top master's only replica is the dead one, and that is worth a line of its own.
            "0;1<0;2<1;3<1",
            &[
                "#0 (cluster #0): MasterSingleReplicaDead",
                "#1 (cluster #0): DeadIntermediateMaster",
            ],
        ),
    ];
    on_each(&Flavour::ALL, |flavour| {
        for (spec, expected) in cases {
            let tree = Sandbox::up(flavour, spec).start()?;
            let tool = Tool::new(&tree, json!({}))?;
            contains(&tool.said(&["discover", "#3"])?, "4 found, 0 failed")?;
            same("healthy", tool.verdicts()?, Vec::new())?;
            tree.kill(1)?;
            tool.wait_for(expected)?;
            tree.start(1)?;
            tool.wait_for(&[])?;
        }
        Ok(())
    });
}

/// Each master of a pair has the other as a replica; the first has one more.
#[test]
fn story_co_master_killed() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0<1;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        let version = version(&tree)?;

        // One crawl tells the circle, its name and the depths, whichever member is met first.
        contains(&tool.said(&["discover", "#2"])?, "3 found, 0 failed")?;
        let drawn = format!(
            "+ #0   [0s,ok,{version},rw,ROW,>>,GTID]\n  \
               + #2 [0s,ok,{version},rw,ROW,>>,GTID]\n\
             + #1   [0s,ok,{version},rw,ROW,>>,GTID]\n"
        );
        tool.wait_said(&["topology", "#1"], &drawn)?;
        for server in ["#0", "#1", "#2"] {
            same("cluster", tool.said(&["which-cluster", server])?, "#0\n".to_owned())?;
        }
        // The partner of the one that names the circle counts as below it.
        same("depths", depths(&tool, &tree)?, vec![0, 1, 1])?;
        same("healthy", tool.verdicts()?, Vec::new())?;

        // Rule 15 for the dead one; rule 18 for the other, whose only replica is the dead one; rule 29 for the
        // replica at depth 1.
        tree.kill(0)?;
        tool.wait_for(&[
            "#0 (cluster #0): DeadCoMaster",
            "#1 (cluster #0): AllCoMasterReplicasNotReplicating",
            "#2 (cluster #0): FirstTierReplicaFailingToConnectToMaster",
        ])?;
        contains(&tool.said(&["explain", "#0"])?, "every condition of rule 15 holds")?;
        tree.start(0)?;
        tool.wait_for(&[])?;

        // With a single replica, its partner, it is rule 15 as well. The partner keeps a replica that replicates.
        tree.kill(1)?;
        tool.wait_for(&["#1 (cluster #0): DeadCoMaster"])?;
        tree.start(1)?;
        tool.wait_for(&[])
    });
}

/// What `all-instances` says of every server's depth, in the tree's order.
fn depths(tool: &Tool<'_>, tree: &Sandbox) -> Result<Vec<i64>> {
    let instances: serde_json::Value = serde_json::from_str(&tool.said(&["all-instances", "--output", "json"])?)?;
    let list = instances.as_array().cloned().unwrap_or_default();
    let depth_of = |server| {
        let is_it = |i: &&serde_json::Value| i["Key"]["Port"] == json!(tree.port(server));
        list.iter().find(is_it).and_then(|i| i["ReplicationDepth"].as_i64())
    };
    Ok((0..tree.count()).filter_map(depth_of).collect())
}
