//! What is not recovered on real servers, by name of the reason: a living master that refuses the tool, replicas that only
//! Pseudo-GTID could move, binlog servers (simulated).
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
#[path = "support/fault_watch.rs"]
mod fault_watch;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use dead::{BOTH, follows, is_writable, kill, recovers, refused, servers};
use fault_watch::fake_server::Answer;
use fault_watch::{Cluster, Place};
use serde_json::json;
use tool::sandbox::{ADMIN_USER, APP_USER, Flavour, Sandbox, sql_of, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{configure, rows};

/// The least that MariaDB takes.
const CONNECTIONS: usize = 10;

/// Statements that end the receivers' connections.
fn cut_off(tree: &Sandbox) -> Result<String> {
    let query = "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'";
    let dumps = tree.sql(0, query)?;
    ensure!(dumps.lines().count() == 2, "{dumps}");
    Ok(dumps.lines().map(|id| format!("KILL {};", id.trim())).collect())
}

/// A master that has lost its replicas, lives and refuses the tool is left alone unless a person or the configuration says
/// otherwise.
fn refuses(tree: &Sandbox, tool: &Tool<'_>, says: &str) -> Result<()> {
    for server in [1, 2] {
        wait_until(SOON, "its receiver cannot connect", || {
            tree.replica_status(server, "IO_Running")
                .is_ok_and(|io| io == ["Connecting"])
        })?;
    }
    let before = servers(tree, &[1, 2])?;
    let held = tool.run(&["recover"])?;
    same("status", held.code, 5)?;
    contains(&held.stderr, "#0 is held: ")?;
    contains(&held.stderr, "is alive, but refuses us")?;
    contains(&held.stderr, says)?;
    same("as before", servers(tree, &[1, 2])?, before)?;
    same("records", rows(tool, "SELECT uid FROM topology_recovery")?, Vec::new())?;

    configure(tool, &json!({"RecoverRefusingMaster": true}))?;
    let output = tool.run(&["recover"])?;
    same("status", output.code, 7)?;
    contains(&output.stderr, "UNFENCED: #0 is alive and refuses us")?;
    let successor: usize = output.stdout.trim().trim_start_matches('#').parse()?;
    ensure!(is_writable(tree, successor)?, "nobody takes writes");
    follows(tree, 3 - successor, successor)
}

/// A tool that knows the servers, and may recover their cluster.
fn known(tree: &Sandbox) -> Result<Tool<'_>> {
    let tool = Tool::new(tree, json!({"RecoverMasterClusterFilters": ["*"]}))?;
    tool.said(&["discover", "#0"])?;
    Ok(tool)
}

/// Every connection is taken, the spare one too.
#[test]
fn story_a_master_without_a_free_connection_is_not_replaced() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let last = format!(
            "SET GLOBAL max_connections = {CONNECTIONS}; {} DO SLEEP(300)",
            cut_off(&tree)?
        );
        let tool = known(&tree)?;
        std::thread::scope(|scope| {
            let name = tree.name();
            let sleeps = |user: &'static str, statement: &'static str| {
                scope.spawn(move || drop(sql_of(name, user, 0, statement)));
            };
            (0..CONNECTIONS + 2).for_each(|_| sleeps(APP_USER, "DO SLEEP(300)"));
            let asleep = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'";
            let all = (CONNECTIONS + 2).to_string();
            let outcome = wait_until(SOON, "all are connected", || {
                tree.sql(0, asleep).is_ok_and(|count| count.trim() == all)
            })
            .and_then(|()| {
                scope.spawn(|| drop(sql_of(name, ADMIN_USER, 0, &last)));
                refuses(&tree, &tool, "oo many connections")
            });
            tree.kill(0)?;
            outcome
        })
    });
}

/// The accounts of the tool and of its replicas are locked.
#[test]
fn story_a_master_that_denies_access_is_not_replaced() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = known(&tree)?;
        let locks = "SET sql_log_bin = 0; ALTER USER 'orc'@'%' ACCOUNT LOCK; ALTER USER 'repl'@'%' ACCOUNT LOCK;";
        tree.sql(0, &format!("{locks} {}", cut_off(&tree)?))?;
        refuses(&tree, &tool, "access denied")?;
        ensure!(is_writable(&tree, 0)?, "the premise: it takes writes");
        Ok(())
    });
}

/// Replicas with Pseudo-GTID and no other: a takeover is refused before its first change, and whom a failover could move by
/// it only is told as lost.
#[test]
fn story_what_only_pseudo_gtid_could_recover_is_refused() {
    on_each(&[Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").gtid(false).read_only().start()?;
        let config = json!({
            "ReplicationCredentialsQuery": "SELECT 'repl', 'repl-pw'",
            "PseudoGTIDPattern": "drop view if exists .*?`_pseudo_gtid_hint__",
            "DetectPseudoGTIDQuery": "SELECT 1",
        });
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        let uses = rows(&tool, "SELECT SUM(pseudo_gtid) FROM database_instance")?;
        same("the premise: they use it", uses, vec!["3".to_owned()])?;
        let before = servers(&tree, &[0, 1, 2])?;
        for command in [
            &["takeover", "#0", "--to", "#1"][..],
            &["takeover", "#0", "--auto", "--force"],
            &["-c", "graceful-master-takeover", "-i", "#0", "-d", "#1"],
        ] {
            refused(&tool, command, 1, &["a takeover by Pseudo-GTID is not supported"])?;
            same("as before", servers(&tree, &[0, 1, 2])?, before.clone())?;
        }
        same("records", rows(&tool, "SELECT uid FROM topology_recovery")?, Vec::new())?;

        // Where both stand at the same place, positions serve.
        tree.sql(2, "STOP SLAVE IO_THREAD")?;
        tree.sql(0, "CREATE DATABASE ahead")?;
        tool::sandbox::wait_until(tool::SOON, "the other one is ahead", || {
            tree.sql(1, "SHOW DATABASES LIKE 'ahead'")
                .is_ok_and(|found| found.trim() == "ahead")
        })?;
        kill(&tree, 0, &[1])?;
        let lost = "#2: file:position replication: it ends at ";
        contains(&tool.said(&["recover", "#0", "--dry-run"])?, lost)?;
        let output = recovers(&tool, &["recover", "#0"], 1)?;
        contains(&output.stderr, "#2 is lost: file:position replication: it ends at ")?;
        ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
        Ok(())
    });
}

/// Below binlog servers nobody is promoted. The servers are simulated: none of that kind can be had.
#[test]
fn what_only_binlog_servers_could_recover_is_refused() {
    let mut cluster = Cluster::start(2);
    for replica in &cluster.replicas {
        let version = Answer::row(&[("Variable_name", "MAXSCALE_VERSION"), ("Value", "2.5.1")]);
        replica.update(|script| *script = script.clone().on("show variables like 'maxscale%'", version));
    }
    let config = json!({"RecoverMasterClusterFilters": ["*"], "SkipMaxScaleCheck": false});
    let place = Place::new("binlog-servers", &[&cluster], config);
    let run = |arguments: &[&str]| {
        let output = place
            .command(arguments)
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let key = cluster.key();
    assert_eq!(run(&["discover", &key]).0, Some(0));
    let (code, said) = run(&["takeover", &key, "--auto"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("all replicas are binlog servers"), "{said}");
    cluster.die();
    for command in [&["recover", key.as_str()][..], &["recover", &key, "--dry-run"]] {
        let (code, said) = run(command);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("it is a binlog server"), "{said}");
    }
}
