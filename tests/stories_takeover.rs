//! A living master hands over on real servers: nothing that was acknowledged is lost, and what fails is taken back.

#[path = "support/handing.rs"]
mod handing;

use anyhow::{Result, ensure};
use handing::tool::sandbox::{APP_USER, Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use handing::tool::{SOON, Tool, contains, on_each, same};
use handing::{GTID, Writer, credentials, is_read_only, replicates, standing, wait_same};
use serde_json::json;

/// A master with two replicas, everybody known to the tool.
fn three(flavour: Flavour) -> Result<Sandbox> {
    Sandbox::up(flavour, "0;1<0;2<0").read_only().start()
}

#[test]
fn story_takeover_under_writes_loses_nothing() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        tree.sql(1, "SELECT 1")?;
        let writer = Writer::begin(&tree, 0)?;
        writer.wait_for(20)?;

        let plan = tool.said(&["takeover", "#0", "--to", "#1", "--dry-run"])?;
        contains(&plan, "successor: #1\n")?;
        contains(&plan, "#0: making it read-only")?;
        ensure!(!is_read_only(&tree, 0)?, "a dry run changed something");

        let said = tool.run(&["takeover", "#0", "--to", "#1"])?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr.clone()))?;
        same("the new master", said.stdout, "#1\n".to_owned())?;
        let acknowledged = writer.end()?;
        ensure!(!is_read_only(&tree, 1)?, "the new master is read-only");
        ensure!(is_read_only(&tree, 0)?, "the old master takes writes");
        replicates(&tree, 0, 1)?;
        replicates(&tree, 2, 1)?;
        tree.sql_as(APP_USER, 1, "INSERT INTO app.t VALUES (1000000)")?;
        for server in 0..3 {
            wait_same(&tree, server, acknowledged + 1)?;
        }
        // The next one goes the other way, and finds everything as it is now.
        same("back", tool.said(&["takeover", "#1", "--to", "#0"])?, "#0\n".to_owned())?;
        replicates(&tree, 1, 0)?;
        replicates(&tree, 2, 0)?;
        tool.wait_for(&[])
    });
}

#[test]
fn story_classic_takeovers_print_where_the_new_master_began() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        handing::schema(&tree, 0)?;

        let said = tool.run(&["-c", "graceful-master-takeover", "-alias", "#0"])?;
        same("without -d", said.code, 1)?;
        contains(
            &said.stderr,
            "target instance not indicated, auto=false, and master #0 has 2 replicas",
        )?;

        let said = tool.said(&["-c", "graceful-master-takeover", "-alias", "#0", "-d", "#2"])?;
        let (key, at) = said.trim_end().split_once('\n').unwrap_or_default();
        same("the new master", key, "#2")?;
        let begins = tree.sql(2, "SHOW BINARY LOGS")?;
        let file = begins
            .lines()
            .last()
            .and_then(|line| line.split('\t').next())
            .unwrap_or_default();
        contains(at, &format!("{file}:"))?;
        same(
            "left stopped",
            tree.replica_status(0, "SQL_Running")?,
            vec!["No".to_owned()],
        )?;
        same(
            "set up",
            tree.replica_status(0, "Port")?,
            vec![tree.port(2).to_string()],
        )?;
        replicates(&tree, 1, 2)?;
        let start = if flavour.is_mariadb() {
            "START SLAVE"
        } else {
            "START REPLICA"
        };
        tree.sql(0, start)?;
        replicates(&tree, 0, 2)?;

        let said = tool.said(&["-c", "graceful-master-takeover-auto", "-i", "#2"])?;
        let key = said.lines().next().unwrap_or_default().to_owned();
        ensure!(["#0", "#1"].contains(&key.as_str()), "{said}");
        same("lines", said.lines().count(), 2)?;
        replicates(&tree, 2, if key == "#0" { 0 } else { 1 })
    });
}

#[test]
fn story_takeover_hooks_come_in_order_and_one_forbids() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let lists = [
            "PreGracefulTakeoverProcesses",
            "OnFailureDetectionProcesses",
            "PreFailoverProcesses",
            "PostMasterFailoverProcesses",
            "PostFailoverProcesses",
            "PostGracefulTakeoverProcesses",
        ];
        let mut config = credentials();
        for list in lists {
            config[list] = json!([format!(
                "echo {list} {{command}} {{failureType}} {{successorHost}} >> hooks.txt"
            )]);
        }
        let tool = Tool::new(&tree, config.clone())?;
        tool.said(&["discover", "#0"])?;
        same(
            "the new master",
            tool.said(&["takeover", "#0", "--to", "#1"])?,
            "#1\n".to_owned(),
        )?;
        let ran = std::fs::read_to_string(tool.dir().join("hooks.txt"))?;
        let told = |list: &&str| {
            let successor = if list.starts_with("Post") { "127.0.0.1" } else { "" };
            format!("{list} graceful-master-takeover DeadMaster {successor}")
        };
        let expected: Vec<String> = lists.iter().map(told).map(|line| line.trim_end().to_owned()).collect();
        let lines: Vec<String> = ran.lines().map(|line| line.trim_end().to_owned()).collect();
        same("hooks", lines, expected)?;

        for forbids in lists.iter().take(3) {
            let mut config = credentials();
            config[*forbids] = json!(["echo not now; exit 3"]);
            let tool = Tool::new(&tree, config)?;
            tool.said(&["discover", "#0", "#1", "#2"])?;
            let before = standing(&tree)?;
            let said = tool.run(&["takeover", "#1", "--to", "#0"])?;
            same(forbids, said.code, 1)?;
            contains(&said.stderr, "not now")?;
            same(forbids, standing(&tree)?, before)?;
            let detected = tool.said(&["-c", "api", "-path", "audit-failure-detection"])?;
            ensure!(
                !detected.contains("\"IsInActivePeriod\":true"),
                "a detection stays: {detected}"
            );
        }
        Ok(())
    });
}

#[test]
fn story_takeover_is_refused_before_anything_is_changed() {
    on_each(&GTID, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1;4").read_only().start()?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0", "#4"])?;
        tool.said(&["discover", "#3"])?;
        let refused = |to: &str, why: &str| -> Result<()> {
            let before = standing(&tree)?;
            let said = tool.run(&["takeover", "#0", "--to", to])?;
            same(to, said.code, 1).map_err(|error| error.context(said.stderr.clone()))?;
            contains(&said.stderr, why)?;
            same("nothing is changed", standing(&tree)?, before)?;
            let records = tool.said(&["recoveries", "list"])?;
            same("no record", records, String::new())
        };
        let direct = "must be directly replicating from the master #0";
        refused("#3", direct)?;
        refused("#4", direct)?;
        refused("#0", direct)?;
        refused("nowhere:3306", "Instance not found: nowhere:3306")?;

        tool.said(&["-c", "register-candidate", "-i", "#1", "--promotion-rule", "must_not"])?;
        refused("#1", "must_not")?;
        tool.said(&["-c", "register-candidate", "-i", "#1", "--promotion-rule", "neutral"])?;

        let (stop, start) = threads(flavour, "SQL_THREAD");
        tree.sql(1, &stop)?;
        refused("#1", "its applier does not run")?;
        tree.sql(1, &start)?;
        replicates(&tree, 1, 0)?;
        let (stop, start) = threads(flavour, "IO_THREAD");
        tree.sql(2, &stop)?;
        refused("#2", "its receiver does not run")?;
        tree.sql(2, &start)?;
        replicates(&tree, 2, 0)?;

        channel(&tree, flavour, 1, 4)?;
        refused("#1", "further channel, `second`")?;
        refused("#2", "one of them `second`")?;
        // One in downtime may be left where it is.
        tool.said(&["downtime", "begin", "#1", "--reason", "rebuilt", "--owner", "me"])?;
        same("left", tool.said(&["takeover", "#0", "--to", "#2"])?, "#2\n".to_owned())?;
        replicates(&tree, 0, 2)?;
        replicates_first(&tree, 1, 0)
    });
}

/// Statements that stop and start a thread.
fn threads(flavour: Flavour, thread: &str) -> (String, String) {
    let noun = if flavour.is_mariadb() { "SLAVE" } else { "REPLICA" };
    (format!("STOP {noun} {thread}"), format!("START {noun} {thread}"))
}

/// A second channel.
fn channel(tree: &Sandbox, flavour: Flavour, server: usize, master: usize) -> Result<()> {
    let port = tree.port(master);
    let statement = if flavour.is_mariadb() {
        format!(
            "CHANGE MASTER 'second' TO MASTER_HOST='127.0.0.1', MASTER_PORT={port}, MASTER_USER='{REPL_USER}', \
             MASTER_PASSWORD='{REPL_PASSWORD}', MASTER_USE_GTID=slave_pos; START SLAVE 'second'"
        )
    } else {
        format!(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={port}, SOURCE_USER='{REPL_USER}', \
             SOURCE_PASSWORD='{REPL_PASSWORD}', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1 FOR CHANNEL 'second'; \
             START REPLICA FOR CHANNEL 'second'"
        )
    };
    tree.sql(server, &statement)?;
    // Else it connects while others look at how the servers stand.
    wait_until(SOON, "both channels run", || {
        let runs = |column| {
            tree.replica_status(server, column)
                .is_ok_and(|all| all == ["Yes", "Yes"])
        };
        runs("IO_Running") && runs("SQL_Running")
    })
}

/// The default channel is set to replicate from this one.
fn replicates_first(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    wait_until(SOON, "it stays where it is", || {
        let ports = tree.replica_status(server, "Port");
        ports.is_ok_and(|ports| ports.contains(&tree.port(master).to_string()))
    })
}
