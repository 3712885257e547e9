//! Transactions at which an applier fails are passed over; those that only a replica has are found, and it is rid of them.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use serde_json::json;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

/// Those with Oracle GTIDs.
const ORACLE: [Flavour; 2] = [Flavour::MySql9, Flavour::MySql56];

/// A row that only server 1 has, and that its master's next one is at odds with.
fn conflict(tree: &Sandbox, n: u32) -> Result<()> {
    tree.sql(
        1,
        &format!("SET sql_log_bin=0; INSERT INTO d.t VALUES ({n}, 'replica')"),
    )?;
    tree.sql(0, &format!("INSERT INTO d.t VALUES ({n}, 'master')"))?;
    wait_until(SOON, "the applier fails", || {
        tree.first_status(1, "SQL_Running").is_ok_and(|state| state == "No")
            && tree
                .first_status(1, "Last_SQL_Error")
                .is_ok_and(|error| !error.is_empty())
    })
}

fn arrives(tree: &Sandbox, n: u32) -> Result<()> {
    tree.sql(0, &format!("INSERT INTO d.t VALUES ({n}, 'master')"))?;
    wait_until(SOON, "what is written arrives", || {
        let query = format!("SELECT COUNT(*) FROM d.t WHERE n={n}");
        tree.sql(1, &query).is_ok_and(|count| count.trim() == "1")
    })
}

fn table(tree: &Sandbox) -> Result<()> {
    tree.sql(
        0,
        "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY, whose VARCHAR(9))",
    )?;
    wait_until(SOON, "the table arrives", || {
        tree.sql(1, "SELECT COUNT(*) FROM d.t").is_ok()
    })
}

fn skips(flavour: Flavour, gtid: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0").gtid(gtid).start()?;
    let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
    tool.said(&["discover", "#0"])?;
    table(&tree)?;
    tool.fails(&["skip-query", "#0"], 1, "instance is not a replica: #0")?;
    tool.fails(
        &["-c", "skip-query", "-i", "#1"],
        1,
        "Replication SQL thread is running",
    )?;
    tree.sql(
        1,
        if flavour == Flavour::MySql9 {
            "STOP REPLICA"
        } else {
            "STOP SLAVE"
        },
    )?;
    tool.fails(&["skip-query", "#1"], 1, "No SQL error")?;
    tool.said(&["start-replica", "#1"])?;
    conflict(&tree, 1)?;
    if flavour == Flavour::MySql9 {
        // Nothing is written by it.
        tree.sql(1, "SET GLOBAL super_read_only=1")?;
    }
    let told = tool.said(&["skip-query", "#1", "--dry-run"])?;
    contains(
        &told,
        if gtid {
            "SET SESSION gtid_next='"
        } else {
            "skip_counter=1"
        },
    )?;
    same("still failed", tree.first_status(1, "SQL_Running")?, "No".to_owned())?;
    tool.fails(
        &["-c", "skip-query", "-i", "#1", "-noop"],
        1,
        "noop: aborting skip-query operation on #1",
    )?;
    same(
        "skipped",
        tool.said(&["-c", "skip-query", "-i", "#1"])?,
        "#1\n".to_owned(),
    )?;
    arrives(&tree, 2)?;
    same(
        "its own row stays",
        tree.sql(1, "SELECT whose FROM d.t WHERE n=1")?,
        "replica\n".to_owned(),
    )?;
    if gtid {
        same(
            "nothing is errant",
            tool.said(&["which-gtid-errant", "#1"])?,
            "\n".to_owned(),
        )?;
    }
    if flavour == Flavour::MySql9 {
        tree.sql(1, "SET GLOBAL super_read_only=0; SET GLOBAL read_only=0")?;
    }
    // Another one straight after: what the first was told does not count twice.
    conflict(&tree, 3)?;
    tool.said(&["skip-query", "#1"])?;
    arrives(&tree, 4)?;
    contains(&tool.said(&["api", "audit"])?, "skip-query")
}

#[test]
fn story_skip_by_gtid() {
    on_each(&ORACLE, |flavour| skips(flavour, true));
}

#[test]
fn story_skip_by_position() {
    on_each(&Flavour::ALL, |flavour| skips(flavour, false));
}

/// One that has two servers' transactions: which one fails is not told by what it executed last.
#[test]
fn story_skip_beside_transactions_of_others() {
    on_each(&ORACLE, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        table(&tree)?;
        tree.sql(1, "CREATE DATABASE own; CREATE DATABASE own2")?;
        let errant = tool.said(&["which-gtid-errant", "#1"])?;
        conflict(&tree, 1)?;
        tool.said(&["skip-query", "#1"])?;
        arrives(&tree, 2)?;
        same("errant", tool.said(&["which-gtid-errant", "#1"])?, errant)
    });
}

#[test]
fn story_skip_is_refused_by_mariadb_gtid() {
    on_each(&[Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        table(&tree)?;
        conflict(&tree, 1)?;
        tool.fails(&["skip-query", "#1"], 1, "positions itself by MariaDB GTID")?;
        // What it is told to do instead.
        tool.said(&["disable-gtid", "#1"])?;
        tool.fails(&["start-replica", "#1"], 1, "Duplicate entry")?;
        tool.said(&["skip-query", "#1"])?;
        tool.said(&["enable-gtid", "#1"])?;
        arrives(&tree, 2)
    });
}

fn log_of(tree: &Sandbox, flavour: Flavour) -> Result<String> {
    let query = if flavour == Flavour::MySql9 {
        "SHOW BINARY LOG STATUS"
    } else {
        "SHOW MASTER STATUS"
    };
    let row = tree.sql(1, query)?;
    Ok(row.split('\t').next().unwrap_or_default().to_owned())
}

#[test]
fn story_errant_transactions_are_located_and_reset() {
    on_each(&ORACLE, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1").start()?;
        let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
        tool.said(&["discover", "#0"])?;
        table(&tree)?;
        tool.fails(&["-c", "locate-gtid-errant", "-i", "#1"], 1, "no errant-gtid on #1")?;
        tool.fails(&["gtid-errant-reset-master", "#1"], 1, "no errant-gtid on #1")?;

        // In three binary logs, errant ones in the first and the last.
        let first = log_of(&tree, flavour)?;
        tree.sql(1, "CREATE DATABASE own")?;
        tree.sql(1, "FLUSH BINARY LOGS")?;
        arrives(&tree, 1)?;
        tree.sql(1, "FLUSH BINARY LOGS")?;
        let last = log_of(&tree, flavour)?;
        tree.sql(1, "CREATE TABLE own.t (n INT)")?;
        let found = tool.said(&["-c", "locate-gtid-errant", "-i", "#1"])?;
        same("logs", found, format!("{first}\n{last}\n"))?;

        tool.fails(&["gtid-errant-reset-master", "#1"], 1, "has 1 replicas, #2 among them")?;
        tool.said(&["relocate", "#2", "-d", "#0", "--force"])?;
        tool.said(&["discover", "#2"])?;
        wait_until(SOON, "nobody reads its binary log", || {
            let threads = tree.sql(
                1,
                "SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'",
            );
            threads.is_ok_and(|count| count.trim() == "0")
        })?;
        let executed = tree.sql(1, "SELECT @@global.gtid_executed")?;
        let told = tool.said(&["gtid-errant-reset-master", "#1", "--dry-run"])?;
        contains(&told, "SET GLOBAL gtid_purged='")?;
        tool.fails(
            &["-c", "gtid-errant-reset-master", "-i", "#1", "-noop"],
            1,
            "noop: aborting",
        )?;
        same("unchanged", tree.sql(1, "SELECT @@global.gtid_executed")?, executed)?;

        let done = tool.run(&["-c", "gtid-errant-reset-master", "-i", "#1"])?;
        same("reset", (done.code, &*done.stdout), (0, "#1\n"))?;
        contains(&done.stderr, "#1 is to count as executed: SET GLOBAL gtid_purged='")?;
        same("errant", tool.said(&["which-gtid-errant", "#1"])?, "\n".to_owned())?;
        arrives(&tree, 2)?;
        same(
            "what it had stays",
            tree.sql(1, "SELECT COUNT(*) FROM own.t")?,
            "0\n".to_owned(),
        )?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
        contains(&tool.said(&["api", "audit"])?, "gtid-errant-reset-master")?;

        // What is purged is in no log any more.
        tree.sql(1, "CREATE DATABASE later")?;
        tree.sql(1, "FLUSH BINARY LOGS")?;
        let current = log_of(&tree, flavour)?;
        tree.sql(1, &format!("PURGE BINARY LOGS TO '{current}'"))?;
        tool.fails(&["locate-gtid-errant", "#1"], 1, "is already purged")
    });
}

/// An applier without workers does not say which transaction it fails at: its relay logs do.
#[test]
fn story_skip_where_the_error_names_none() {
    on_each(&[Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        table(&tree)?;
        conflict(&tree, 1)?;
        ensure!(
            !tree.first_status(1, "Last_SQL_Error")?.contains("transaction '"),
            "it names one"
        );
        tree.sql(0, "INSERT INTO d.t VALUES (2, 'master')")?;
        tool.said(&["skip-query", "#1"])?;
        arrives(&tree, 3)?;
        same(
            "the next one is applied",
            tree.sql(1, "SELECT COUNT(*) FROM d.t")?,
            "3\n".to_owned(),
        )?;
        same(
            "nothing is errant",
            tool.said(&["which-gtid-errant", "#1"])?,
            "\n".to_owned(),
        )
    });
}

fn runs(tree: &Sandbox) -> Result<[String; 2]> {
    Ok([
        tree.first_status(1, "IO_Running")?,
        tree.first_status(1, "SQL_Running")?,
    ])
}

/// What cannot be done leaves everything as it was, and nothing to be resumed.
#[test]
fn story_a_reset_that_is_refused_changes_nothing() {
    on_each(&ORACLE, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let split = if flavour == Flavour::MySql9 {
            "REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN"
        } else {
            "SUPER"
        };
        for server in 0..2 {
            tree.sql(
                server,
                &format!(
                    "SET sql_log_bin=0; CREATE USER weak@'%' IDENTIFIED BY 'weak-pw';
                     GRANT SELECT, PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, {split} ON *.* TO weak@'%'"
                ),
            )?;
        }
        let tool = Tool::new(
            &tree,
            json!({"MySQLTopologyUser": "weak", "MySQLTopologyPassword": "weak-pw"}),
        )?;
        tool.said(&["discover", "#0"])?;
        table(&tree)?;
        tree.sql(1, "CREATE DATABASE own")?;
        let errant = tool.said(&["which-gtid-errant", "#1"])?;
        let refused = tool.run(&["gtid-errant-reset-master", "#1"])?;
        same("status", refused.code, 1)?;
        for part in ["GRANT RELOAD ON *.*", "it was taken back", "SET GLOBAL gtid_purged='"] {
            contains(&refused.stderr, part)?;
        }
        same("threads", runs(&tree)?, ["Yes", "Yes"].map(str::to_owned))?;
        same("errant", tool.said(&["which-gtid-errant", "#1"])?, errant.clone())?;
        tool.fails(&["recover", "--resume"], 4, "no recovery was left in the middle")?;
        arrives(&tree, 1)?;

        // One that stood stands afterwards.
        for server in 0..2 {
            tree.sql(server, "SET sql_log_bin=0; GRANT RELOAD ON *.* TO weak@'%'")?;
        }
        tool.said(&["stop-replica", "#1"])?;
        tool.said(&["gtid-errant-reset-master", "#1"])?;
        same("threads", runs(&tree)?, ["No", "No"].map(str::to_owned))?;
        tool.said(&["start-replica", "#1"])?;
        arrives(&tree, 2)?;

        // What is errant is not known while nobody can say what the master has.
        tree.sql(1, "CREATE DATABASE later")?;
        tree.kill(0)?;
        tool.fails(&["gtid-errant-reset-master", "#1"], 1, "its master does not answer")
    });
}
