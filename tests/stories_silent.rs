//! A master that does not answer is not dead while its replicas replicate.

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use mysql::{Conn, OptsBuilder};
use serde_json::json;
use std::time::{Duration, Instant};
use tool::sandbox::{APP_PASSWORD, APP_USER, Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

/// Longer than any of these stories: replicas do not notice that the master is paused.
fn patient(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "--replica-net-timeout=300",
        Flavour::MariaDb | Flavour::MySql56 => "--slave-net-timeout=300",
    }
}

#[test]
fn story_master_paused() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#2"])?;
        same("healthy", tool.verdicts()?, Vec::new())?;

        // The probe gives up after its 1 s and 2 s; what is left is for a busy machine. The replicas wait for 10 s.
        tree.pause(0)?;
        let begin = Instant::now();
        let verdicts = tool.verdicts()?;
        let took = begin.elapsed();
        same(
            "at once",
            verdicts,
            vec!["#0 (cluster #0): UnreachableMaster".to_owned()],
        )?;
        ensure!(
            took < Duration::from_secs(8),
            "a paused server held the probe for {took:?}"
        );
        let explained = tool.said(&["explain", "#0"])?;
        contains(&explained, "every condition of rule 6 holds")?;
        contains(&explained, "accepts connections but does not speak")?;

        // Then the replicas give up as well.
        tool.wait_until("DeadMaster", |verdicts| {
            verdicts
                .first()
                .is_some_and(|first| first == "#0 (cluster #0): DeadMaster")
        })?;

        tree.resume(0)?;
        tool.wait_for(&[])
    });
}

#[test]
fn story_master_silent_while_replicas_lag() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").option(patient(flavour)).start()?;
        let tool = Tool::new(&tree, json!({"ReplicationLagQuery": "SELECT seconds FROM meta.lag"}))?;
        tree.sql(
            0,
            "CREATE DATABASE meta; GRANT SELECT ON meta.* TO orc@'%'; CREATE TABLE meta.lag (seconds INT); \
             INSERT INTO meta.lag VALUES (0)",
        )?;
        for replica in [1, 2] {
            applied(&tree, replica)?;
        }
        same("the query works", tool.run(&["discover", "#1"])?.stderr, String::new())?;
        same("healthy", tool.verdicts()?, Vec::new())?;
        for replica in [1, 2] {
            tree.sql(replica, "SET sql_log_bin=0; UPDATE meta.lag SET seconds=60")?;
        }
        // Lag alone is no failure.
        same("lagging", tool.verdicts()?, Vec::new())?;

        let silent = |expected: &str| {
            tree.pause(0)?;
            let verdicts = tool.verdicts();
            tree.resume(0)?;
            same("paused", verdicts?, vec![format!("#0 (cluster #0): {expected}")])?;
            tool.wait_for(&[])
        };
        silent("UnreachableMasterWithLaggingReplicas")?;
        // Replicas that are delayed on purpose do not count as lagging; all of them have to be.
        delay(&tree, 1)?;
        silent("UnreachableMasterWithLaggingReplicas")?;
        delay(&tree, 2)?;
        silent("UnreachableMaster")
    });
}

fn applied(tree: &Sandbox, replica: usize) -> Result<()> {
    wait_until(SOON, "the table arrives", || {
        tree.sql(replica, "SELECT seconds FROM meta.lag")
            .is_ok_and(|rows| !rows.is_empty())
    })
}

/// Delays a replica by ten minutes and waits until it replicates again.
fn delay(tree: &Sandbox, replica: usize) -> Result<()> {
    tree.sql(
        replica,
        match tree.flavour() {
            Flavour::MySql9 => "STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_DELAY=600; START REPLICA",
            Flavour::MariaDb | Flavour::MySql56 => "STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=600; START SLAVE",
        },
    )?;
    wait_until(SOON, "the delayed replica replicates", || {
        ["IO_Running", "SQL_Running"]
            .iter()
            .all(|thread| tree.replica_status(replica, thread).is_ok_and(|state| state == ["Yes"]))
    })
}

/// The least that all flavours allow.
const CONNECTIONS: usize = 10;

/// The application has used up all connections. The probe's user is one without a spare slot.
#[test]
fn story_master_full() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0")
            .option_for(0, &format!("--max-connections={CONNECTIONS}"))
            .start()?;
        tree.sql(0, "CREATE USER weak@'%' IDENTIFIED BY 'weak-pw'")?;
        let more = if flavour.is_mariadb() {
            ", SLAVE MONITOR, REPLICATION MASTER ADMIN"
        } else {
            ""
        };
        tree.sql(
            0,
            &format!("GRANT REPLICATION CLIENT, REPLICATION SLAVE, PROCESS{more} ON *.* TO weak@'%'"),
        )?;
        for replica in [1, 2] {
            wait_until(SOON, "the user arrives", || {
                tree.sql(replica, "SHOW GRANTS FOR weak@'%'")
                    .is_ok_and(|grants| grants.contains("REPLICATION SLAVE"))
            })?;
        }
        let weak = json!({"MySQLTopologyUser": "weak", "MySQLTopologyPassword": "weak-pw"});
        let tool = Tool::new(&tree, weak)?;
        contains(&tool.said(&["discover", "#1"])?, "3 found, 0 failed")?;
        same("healthy", tool.verdicts()?, Vec::new())?;

        let application = fill(&tree)?;
        let refused = tool.run(&["discover", "#0", "--no-crawl"])?;
        same("exit status", refused.code, 1)?;
        contains(&refused.stdout, "#0  failed  too many connections: ")?;
        contains(
            &refused.stdout,
            "hint: raise max_connections, or give the probe user a spare slot",
        )?;
        same(
            "full",
            tool.verdicts()?,
            vec!["#0 (cluster #0): UnreachableMaster".to_owned()],
        )?;
        contains(&tool.said(&["explain", "#0"])?, "too many connections")?;

        // The user that may take the spare slot sees that all is well.
        let strong = Tool::new(&tree, json!({}))?;
        contains(&strong.said(&["discover", "#0"])?, "3 found, 0 failed")?;
        same("with a spare slot", strong.verdicts()?, Vec::new())?;

        drop(application);
        tool.wait_for(&[])
    });
}

/// Takes the connections that the two replicas leave. One that has just been closed may be counted for a moment yet.
fn fill(tree: &Sandbox) -> Result<Vec<Conn>> {
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(tree.host()))
        .tcp_port(tree.port(0))
        .prefer_socket(false)
        .user(Some(APP_USER))
        .pass(Some(APP_PASSWORD));
    let mut held = Vec::new();
    wait_until(SOON, "the application holds all connections", || {
        held.extend(Conn::new(options.clone()));
        held.len() == CONNECTIONS - 2
    })?;
    Ok(held)
}
