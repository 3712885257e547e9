//! Clusters of real servers whose master is dead, and what `recover` did to them or did not.
#![allow(dead_code)]

use crate::tool::sandbox::{Flavour, Sandbox, wait_until};
use crate::tool::{Output, SOON, Tool, contains, same};
use crate::watching::rows;
use anyhow::{Context, Result, ensure};

pub const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// The statements that start and stop a replica's threads, and forget where it came from.
pub struct Words {
    pub start: &'static str,
    pub stop: &'static str,
}

pub fn words(flavour: Flavour) -> Words {
    match flavour {
        Flavour::MySql9 => Words {
            start: "START REPLICA",
            stop: "STOP REPLICA",
        },
        _ => Words {
            start: "START SLAVE",
            stop: "STOP SLAVE",
        },
    }
}

/// Kills a master, and waits until its replicas have noticed.
pub fn kill(tree: &Sandbox, master: usize, replicas: &[usize]) -> Result<()> {
    tree.kill(master)?;
    for server in replicas {
        wait_until(SOON, "a replica notices that its master is gone", || {
            tree.replica_status(*server, "IO_Running")
                .is_ok_and(|io| io.iter().all(|io| io != "Yes"))
        })?;
    }
    Ok(())
}

/// What of the servers that run could have been changed: writability, and where they replicate from, and how.
pub fn servers(tree: &Sandbox, running: &[usize]) -> Result<Vec<String>> {
    let one = |server: &usize| {
        let read_only = tree.sql(*server, "SELECT @@global.read_only")?;
        let status = |column| tree.replica_status(*server, column);
        let (host, port) = (status("Host")?, status("Port")?);
        let sql = status("SQL_Running")?;
        // It tries again and again; only whether it does so is of interest.
        let receives: Vec<bool> = status("IO_Running")?.iter().map(|io| io != "No").collect();
        Ok(format!(
            "#{server}: read_only {} {host:?} {port:?} {receives:?} {sql:?}",
            read_only.trim()
        ))
    };
    running.iter().map(one).collect()
}

/// Tables of an inventory in which recoveries leave something, with everything in them.
pub fn records(tool: &Tool<'_>) -> Result<Vec<String>> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND (
        name LIKE 'topology_%' OR name LIKE 'blocked_%' OR name LIKE '%downtime' OR name LIKE 'kv_%' OR name = 'cluster_alias_override'
        OR name IN ('orc_plan', 'orc_journal', 'orc_lease', 'orc_fence', 'orc_decision', 'candidate_database_instance'))
        ORDER BY name";
    let mut all = Vec::new();
    for table in rows(tool, tables)? {
        all.push(format!("{table}:"));
        all.extend(rows(tool, &format!("SELECT * FROM {table}"))?);
    }
    Ok(all)
}

/// Runs a command that is to end with this status and to say all of this on standard error.
pub fn refused(tool: &Tool<'_>, arguments: &[&str], code: i32, parts: &[&str]) -> Result<Output> {
    let output = tool.run(arguments)?;
    ensure!(output.code == code, "{arguments:?}: not {code}: {output:#?}");
    for part in parts {
        contains(&output.stderr, part).with_context(|| format!("{arguments:?}"))?;
    }
    Ok(output)
}

/// Recovers; the old master cannot be reached.
pub fn recovers(tool: &Tool<'_>, arguments: &[&str], successor: usize) -> Result<Output> {
    let output = tool.run(arguments)?;
    ensure!(output.code == 8, "{arguments:?}: {output:#?}");
    same("successor", output.stdout.as_str(), format!("#{successor}\n").as_str())?;
    Ok(output)
}

/// Waits until a replica follows a master with both threads.
pub fn follows(tree: &Sandbox, replica: usize, master: usize) -> Result<()> {
    wait_until(SOON, "it follows", || {
        let is = |column, value: &str| tree.replica_status(replica, column).is_ok_and(|found| found == [value]);
        is("Port", &tree.port(master).to_string()) && is("IO_Running", "Yes") && is("SQL_Running", "Yes")
    })
    .with_context(|| format!("#{replica}\n{}", tree.status().unwrap_or_default()))
}

/// What `read_only` a server has.
pub fn is_writable(tree: &Sandbox, server: usize) -> Result<bool> {
    Ok(tree.sql(server, "SELECT @@global.read_only")?.trim() == "0")
}

/// State, success, successor and errors of the latest recovery.
pub fn latest(tool: &Tool<'_>) -> Result<String> {
    let query = "SELECT nullif(end_recovery, '') IS NOT NULL, is_successful, successor_hostname || ':' || successor_port, all_errors
        FROM topology_recovery ORDER BY recovery_id DESC LIMIT 1";
    rows(tool, query)?.into_iter().next().context("no recovery")
}
