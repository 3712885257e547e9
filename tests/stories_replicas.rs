//! The master answers, and something is wrong with its replicas or with what it waits for.

#[path = "support/tool.rs"]
mod tool;

use anyhow::Result;
use serde_json::json;
use tool::sandbox::{APP_USER, Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};

/// Statements that stop and start the receiver.
fn receiver(flavour: Flavour) -> [&'static str; 2] {
    match flavour {
        Flavour::MySql9 => ["STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"],
        Flavour::MariaDb | Flavour::MySql56 => ["STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"],
    }
}

#[test]
fn story_receivers_stopped() {
    let cases: [(&str, &[&[&str]]); 2] = [
        ("0;1<0", &[&["#0 (cluster #0): MasterSingleReplicaNotReplicating"]]),
        (
            "0;1<0;2<0",
            &[&[], &["#0 (cluster #0): AllMasterReplicasNotReplicating"]],
        ),
    ];
    on_each(&Flavour::ALL, |flavour| {
        let [stop, start] = receiver(flavour);
        for (spec, after_each_stop) in cases {
            let tree = Sandbox::up(flavour, spec).start()?;
            let tool = Tool::new(&tree, json!({}))?;
            tool.said(&["discover", "#1"])?;
            same("healthy", tool.verdicts()?, Vec::new())?;
            for (stopped, expected) in after_each_stop.iter().enumerate() {
                tree.sql(stopped + 1, stop)?;
                same(
                    "stopped",
                    tool.verdicts()?,
                    expected.iter().map(|&line| line.to_owned()).collect(),
                )?;
            }
            for replica in 1..tree.count() {
                tree.sql(replica, start)?;
            }
            tool.wait_for(&[])?;
        }
        Ok(())
    });
}

/// A write waits for an acknowledgement that nobody will give, as the only replica that could has left semi-sync.
///
/// Suspected at once, and certain when the binary log has not moved for a while. Servers without a number of
/// acknowledgements to wait for, as MariaDB, wait for one.
#[test]
fn story_semi_sync_locked() {
    on_each(&Flavour::WITH_SEMI_SYNC, |flavour| {
        // Should anything go wrong here, the write does not wait for ever.
        let tree = Sandbox::up(flavour, "0;1<0")
            .semi_sync()
            .semi_sync_timeout(4 * SOON)
            .start()?;
        let tool = Tool::new(&tree, json!({"ReasonableLockedSemiSyncMasterSeconds": 1}))?;
        tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT)")?;
        tool.said(&["discover", "#0"])?;
        same("healthy", tool.verdicts()?, Vec::new())?;

        let [stop, start] = receiver(flavour);
        let (of_master, of_replica) = if flavour.is_mariadb() {
            ("rpl_semi_sync_master_enabled", "rpl_semi_sync_slave_enabled")
        } else {
            ("rpl_semi_sync_source_enabled", "rpl_semi_sync_replica_enabled")
        };
        tree.sql(1, &format!("SET GLOBAL {of_replica}=0; {stop}; {start}"))?;
        wait_until(SOON, "the master has no semi-sync replica", || {
            tree.sql(0, "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_%_clients'")
                .is_ok_and(|row| row.trim().ends_with("\t0"))
        })?;
        wait_until(SOON, "replication goes on without it", || {
            tree.replica_status(1, "IO_Running").is_ok_and(|state| state == ["Yes"])
        })?;

        std::thread::scope(|scope| {
            let write = scope.spawn(|| tree.sql_as(APP_USER, 0, "INSERT INTO d.t VALUES (1)"));
            let told = locked(&tree, &tool);
            // A replica that is back does not acknowledge what it has already: let the write go first.
            tree.sql(0, &format!("SET GLOBAL {of_master}=0"))?;
            write.join().map_err(|_| anyhow::anyhow!("the write's thread"))??;
            told
        })?;
        tree.sql(0, &format!("SET GLOBAL {of_master}=1"))?;
        tree.sql(1, &format!("SET GLOBAL {of_replica}=1; {stop}; {start}"))?;
        tool.wait_for(&[])
    });
}

fn locked(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    wait_until(SOON, "the write waits", || {
        tree.sql(0, "SELECT state FROM information_schema.processlist WHERE user='app'")
            .is_ok_and(|state| state.to_lowercase().contains("semi-sync"))
    })?;
    let first = tool.verdicts()?;
    same(
        "at first",
        first,
        vec!["#0 (cluster #0): LockedSemiSyncMasterHypothesis".to_owned()],
    )?;
    tool.wait_for(&["#0 (cluster #0): LockedSemiSyncMaster"])?;
    contains(&tool.said(&["explain", "#0"])?, "every condition of rule 8a holds")
}

/// A write on a replica is a transaction that its master lacks; the master of the one that has it is blamed.
#[test]
fn story_errant_transaction() {
    on_each(&[Flavour::MySql9, Flavour::MySql56], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tree.sql(0, "CREATE DATABASE d")?;
        tool.said(&["discover", "#0"])?;
        tool.wait_for(&[])?;

        tree.sql(1, "CREATE DATABASE stray")?;
        tool.wait_for(&["#0 (cluster #0): ErrantGTIDStructureWarning"])?;
        let drawn = tool.said(&["topology", "#0"])?;
        let marked: Vec<bool> = drawn.lines().map(|line| line.contains("GTID:errant")).collect();
        same("marked", marked, vec![false, true, false])?;
        let data: serde_json::Value = serde_json::from_str(&tool.said(&["all-instances", "--output", "json"])?)?;
        let errant = format!("{}:1", tree.uuid(1)?);
        contains(&data.to_string(), &format!("\"GtidErrant\":\"{errant}\""))?;
        same("monitoring", tool.run(&["replication-analysis", "--check"])?.code, 1)?;

        // The same transaction on the master, empty, makes it rightful.
        tree.sql(
            0,
            &format!("SET gtid_next='{errant}'; BEGIN; COMMIT; SET gtid_next='AUTOMATIC'"),
        )?;
        tool.wait_for(&[])
    });
}
