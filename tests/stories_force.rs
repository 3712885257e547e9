//! Masters replaced because a person says so, on real servers: the old one refuses writes, and is left so.

#[path = "support/handing.rs"]
mod handing;

use anyhow::{Result, ensure};
use handing::tool::sandbox::{APP_USER, Flavour, Sandbox};
use handing::tool::{Tool, contains, on_each, same};
use handing::{GTID, Writer, credentials, is_read_only, replicates, standing, wait_same};
use serde_json::json;

fn three(flavour: Flavour) -> Result<Sandbox> {
    Sandbox::up(flavour, "0;1<0;2<0;3<2").read_only().start()
}

#[test]
fn story_forced_takeover_of_a_living_master() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let mut config = credentials();
        config["PostMasterFailoverProcesses"] = json!(["echo {command} {failureType} >> hooks.txt"]);
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        let writer = Writer::begin(&tree, 0)?;
        writer.wait_for(20)?;

        let refused = |arguments: &[&str], why: &str| -> Result<()> {
            let before = standing(&tree)?;
            let said = tool.run(arguments)?;
            same(why, said.code, 1).map_err(|error| error.context(said.stderr.clone()))?;
            contains(&said.stderr, why)?;
            same("nothing is changed", standing(&tree)?, before)
        };
        let command = ["-c", "force-master-takeover", "-alias", "#0"];
        refused(&command, "Cannot deduce destination")?;
        let of_a_replica = "You may only promote a direct child of the master #0. The master of #3 is #2.";
        refused(&[&command[..], &["-d", "#3"]].concat(), of_a_replica)?;
        refused(
            &[&command[..], &["-d", "nowhere"]].concat(),
            "Instance not found: nowhere:3306",
        )?;
        refused(
            &["-c", "force-master-takeover", "-alias", "nothing", "-d", "#1"],
            "no cluster was found",
        )?;

        let said = tool.run(&[&command[..], &["-d", "#1"]].concat())?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr.clone()))?;
        same("the new master", said.stdout, "#1\n".to_owned())?;
        let acknowledged = writer.end()?;
        ensure!(is_read_only(&tree, 0)?, "the old master takes writes");
        ensure!(!is_read_only(&tree, 1)?, "the new master is read-only");
        replicates(&tree, 2, 1)?;
        tree.sql_as(APP_USER, 1, "INSERT INTO app.t VALUES (1000000)")?;
        for server in 1..4 {
            wait_same(&tree, server, acknowledged + 1)?;
        }
        let hooks = std::fs::read_to_string(tool.dir().join("hooks.txt"))?;
        same("hooks", hooks, "force-master-takeover DeadMaster\n".to_owned())?;
        contains(&tool.said(&["which-lost-in-recovery"])?, "#0")
    });
}

#[test]
fn story_forced_failover_of_a_dead_master() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        handing::schema(&tree, 0)?;
        contains(&tool.said(&["failover", "#0", "--dry-run"])?, "#0: making it read-only")?;
        tree.kill(0)?;
        let said = tool.run(&["failover", "#0", "--candidate", "#2"])?;
        same("status", said.code, 8).map_err(|error| error.context(said.stderr.clone()))?;
        same("the new master", said.stdout, "#2\n".to_owned())?;
        contains(&said.stderr, "UNFENCED: #0 could not be reached")?;
        replicates(&tree, 1, 2)?;

        // The classic form has only 0 for it, and says it too.
        tree.kill(2)?;
        let said = tool.run(&["-c", "force-master-failover", "-alias", "#2"])?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr.clone()))?;
        same("the new master", said.stdout, "#1\n".to_owned())?;
        contains(&said.stderr, "UNFENCED: #2 could not be reached")
    });
}

#[test]
fn story_forced_failover_that_comes_to_nothing_leaves_the_master_as_it_was() {
    on_each(&GTID, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").read_only().start()?;
        let mut config = credentials();
        config["PreFailoverProcesses"] = json!(["echo not now; exit 3"]);
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        let before = standing(&tree)?;
        let said = tool.run(&["-c", "force-master-failover", "-i", "#1"])?;
        same("status", said.code, 1)?;
        contains(&said.stderr, "Recovery attempted yet no replica promoted")?;
        contains(&said.stderr, "not now")?;
        same("nothing is changed", standing(&tree)?, before)?;
        let detected = tool.said(&["-c", "api", "-path", "audit-failure-detection"])?;
        contains(&detected, "DeadMaster")?;
        ensure!(
            !detected.contains("\"IsInActivePeriod\":true"),
            "a detection stays: {detected}"
        );

        let other = Sandbox::up(flavour, "0<1;1<0").start()?;
        let tool = Tool::new(&other, credentials())?;
        tool.said(&["discover", "#0"])?;
        for command in ["force-master-failover", "graceful-master-takeover"] {
            let said = tool.run(&["-c", command, "-i", "#0"])?;
            same(command, said.code, 1)?;
            contains(&said.stderr, "Found 2 potential masters: ")?;
        }
        Ok(())
    });
}
