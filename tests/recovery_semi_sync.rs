//! Semi-sync on real servers: masters that wait for acknowledgements that nobody gives, and for too many.

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{Tool, contains, on_each, same};
use watching::{Watch, rows};

/// How long anything may take before it counts as not happening.
const LONG: Duration = Duration::from_secs(60);

/// Who acknowledges, by the name of its variable.
fn acknowledges(tree: &Sandbox, server: usize) -> Result<bool> {
    let name = match tree.flavour() {
        Flavour::MySql9 => "rpl_semi_sync_replica_enabled",
        _ => "rpl_semi_sync_slave_enabled",
    };
    Ok(tree.sql(server, &format!("SELECT @@global.{name}"))?.trim() == "1")
}

fn set_replica(tree: &Sandbox, server: usize, on: bool) -> Result<()> {
    let (name, stop, start) = match tree.flavour() {
        Flavour::MySql9 => (
            "rpl_semi_sync_replica_enabled",
            "STOP REPLICA IO_THREAD",
            "START REPLICA IO_THREAD",
        ),
        _ => (
            "rpl_semi_sync_slave_enabled",
            "STOP SLAVE IO_THREAD",
            "START SLAVE IO_THREAD",
        ),
    };
    tree.sql(server, &format!("SET GLOBAL {name}={}; {stop}; {start}", u8::from(on)))
        .map(drop)
}

fn set_count(tree: &Sandbox, count: u32) -> Result<()> {
    tree.sql(
        0,
        &format!("SET GLOBAL rpl_semi_sync_source_wait_for_replica_count={count}"),
    )
    .map(drop)
}

fn clients(tree: &Sandbox) -> Result<u32> {
    let name = match tree.flavour() {
        Flavour::MySql9 => "Rpl_semi_sync_source_clients",
        _ => "Rpl_semi_sync_master_clients",
    };
    let row = tree.sql(0, &format!("SHOW GLOBAL STATUS LIKE '{name}'"))?;
    Ok(row.trim().rsplit('\t').next().context("a number")?.parse()?)
}

fn wait_clients(tree: &Sandbox, count: u32) -> Result<()> {
    wait_until(LONG, "so many acknowledge", || clients(tree).ok() == Some(count))
}

/// Priorities: the last server first; the first replica never acknowledges where `spared`.
fn settings(tree: &Sandbox, replicas: usize, more: &Value) -> Value {
    let order: Vec<String> = (1..=replicas)
        .map(|server| format!("WHEN {} THEN {server}", tree.port(server)))
        .collect();
    let mut settings = json!({
        "DetectSemiSyncEnforcedQuery": format!("SELECT CASE @@port {} ELSE 0 END", order.join(" ")),
        "ReasonableLockedSemiSyncMasterSeconds": 1,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        settings[key] = value.clone();
    }
    settings
}

/// A commit that waits; it is answered once enough acknowledge.
fn commits(tree: &Sandbox, name: &str) -> std::thread::JoinHandle<Result<()>> {
    let (tree, statement) = (tree.name().to_owned(), format!("CREATE DATABASE {name}"));
    std::thread::spawn(move || tool::sandbox::sql_of(&tree, "root", 0, &statement).map(drop))
}

/// Who begins to acknowledge does so from the next write on, and with it for those before.
fn goes_through(tree: &Sandbox, waits: std::thread::JoinHandle<Result<()>>) -> Result<()> {
    commits(tree, "next")
        .join()
        .map_err(|_| anyhow::anyhow!("the next commit broke down"))??;
    waits.join().map_err(|_| anyhow::anyhow!("the commit broke down"))?
}

fn locked(tool: &Tool<'_>) -> Result<()> {
    wait_until(LONG, "it is found locked", || {
        let verdicts = tool.verdicts().unwrap_or_default();
        verdicts
            .iter()
            .any(|line| line.starts_with("#0 ") && line.ends_with("LockedSemiSyncMaster"))
    })?;
    contains(&tool.said(&["explain", "#0"])?, "every condition of rule 8a holds")
}

/// Everybody who acknowledges has stopped to: another one takes it over, and the commit that waited goes through.
#[test]
fn a_locked_master_is_acknowledged_again() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().start()?;
        let tool = Tool::new(&tree, settings(&tree, 2, &json!({"RecoverLockedSemiSyncMaster": true})))?;
        tool.said(&["discover", "#0"])?;
        for server in [1, 2] {
            set_replica(&tree, server, false)?;
        }
        wait_clients(&tree, 0)?;
        let waits = commits(&tree, "waited");
        locked(&tool)?;
        let plan = tool.said(&["recover", "#0", "--dry-run"])?;
        contains(&plan, "#2: switching the semi-sync replica side on")?;
        ensure!(!acknowledges(&tree, 2)?, "a dry run changed something");
        let said = tool.run(&["recover"])?;
        same("recovered", said.stdout, "#0\n".to_owned()).map_err(|error| error.context(said.stderr))?;
        ensure!(
            !acknowledges(&tree, 1)? && acknowledges(&tree, 2)?,
            "the one with the highest priority"
        );
        goes_through(&tree, waits)?;
        tool.wait_for(&[])
    });
}

/// Waiting for two, of whom one is lost.
#[test]
fn of_two_acknowledgers_a_lost_one_is_replaced() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").semi_sync().start()?;
        let tool = Tool::new(&tree, settings(&tree, 3, &json!({"RecoverLockedSemiSyncMaster": true})))?;
        set_replica(&tree, 1, false)?;
        set_count(&tree, 2)?;
        wait_clients(&tree, 2)?;
        tool.said(&["discover", "#0"])?;
        tree.kill(3)?;
        wait_clients(&tree, 1)?;
        let waits = commits(&tree, "waited");
        locked(&tool)?;
        let said = tool.run(&["recover"])?;
        same("recovered", said.stdout, "#0\n".to_owned()).map_err(|error| error.context(said.stderr.clone()))?;
        contains(&said.stderr, "#3 does not count: it does not answer")?;
        ensure!(acknowledges(&tree, 1)? && acknowledges(&tree, 2)?, "both acknowledge");
        goes_through(&tree, waits)?;
        wait_clients(&tree, 2)
    });
}

/// Exactly as many as the master waits for, by priority; an asynchronous one is switched off in any case.
#[test]
fn too_many_acknowledgers_are_reduced_to_the_first() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").semi_sync().start()?;
        let counts: &[u32] = if flavour.is_mariadb() { &[1] } else { &[2, 1] };
        let tool = Tool::new(
            &tree,
            settings(&tree, 3, &json!({"EnforceExactSemiSyncReplicas": true})),
        )?;
        tool.said(&["discover", "#0"])?;
        for count in counts {
            if !flavour.is_mariadb() {
                set_count(&tree, *count)?;
            }
            for server in 1..4 {
                set_replica(&tree, server, true)?;
            }
            wait_clients(&tree, 3)?;
            wait_until(LONG, "too many are found", || {
                tool.verdicts()
                    .unwrap_or_default()
                    .iter()
                    .any(|line| line.ends_with("MasterWithTooManySemiSyncReplicas"))
            })?;
            contains(&tool.said(&["explain", "#0"])?, "every condition of rule 9 holds")?;
            let said = tool.run(&["recover", "#0"])?;
            same("recovered", said.stdout, "#0\n".to_owned()).map_err(|error| error.context(said.stderr))?;
            wait_clients(&tree, *count)?;
            let found: Vec<bool> = (1..4)
                .map(|server| acknowledges(&tree, server))
                .collect::<Result<_>>()?;
            same("who", found, vec![false, *count == 2, true])?;
        }
        tool.wait_for(&[])
    });
}

/// With both flags off nothing is registered as to be acted upon, and the master's failover afterwards is not held.
#[test]
fn what_is_only_seen_keeps_no_failover_off() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().start()?;
        let more = json!({"RecoverMasterClusterFilters": ["*"], "RecoveryPeriodBlockSeconds": 3600});
        let tool = watching::tool_of(&tree, &[0], settings(&tree, 2, &more))?;
        let watch = Watch::start(&tool)?;
        watch.wait_rows(
            "SELECT COUNT(*) FROM database_instance WHERE last_seen IS NOT NULL",
            &["3"],
        )?;
        for server in [1, 2] {
            set_replica(&tree, server, false)?;
        }
        wait_clients(&tree, 0)?;
        let waits = commits(&tree, "waited");
        watch.wait(&["#0 (cluster #0): LockedSemiSyncMaster: "])?;
        contains(&tool.run(&["why-not", "#0"])?.stdout, "switched-off")?;
        same("records", rows(&tool, "SELECT uid FROM topology_recovery")?, Vec::new())?;
        tree.kill(0)?;
        drop(waits.join());
        watch.wait(&["#0: recovered: ", "is the master now"])?;
        watch.finish()?;
        Ok(())
    });
}
