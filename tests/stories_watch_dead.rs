//! Servers are killed while a watcher watches: it says so once, registers one detection, runs its hooks once.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use tool::sandbox::{Flavour, Sandbox};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{Watch, file_lines, rows, tell, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

const DETECTIONS: &str =
    "SELECT hostname || ':' || port, analysis, is_actionable, count_affected_slaves, in_active_period
     FROM topology_failure_detection ORDER BY detection_id";
const CHANGELOG: &str =
    "SELECT hostname || ':' || port, analysis FROM database_instance_analysis_changelog ORDER BY changelog_id";

/// A hook that writes down everything it is told.
fn hook() -> Value {
    json!([
        "echo '{failureType}|{instanceType}|{isMaster}|{isCoMaster}|{failedHost}|{failedPort}|{failureCluster}|\
         {countReplicas}|{countSlaves}|{replicaHosts}|{slaveHosts}|{isDowntimed}|{autoMasterRecovery}|\
         {autoIntermediateMasterRecovery}|{isSuccessful}|{lostReplicas}|{countLostReplicas}|{successorHost}|\
         {failureDescription}|{command}' >> told; env | grep ^ORC_ | sort >> variables; cat >> input"
    ])
}

#[test]
fn story_watched_master_killed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[1], json!({"OnFailureDetectionProcesses": hook()}))?;
        let watch = Watch::settled(&tool, 3)?;

        let begin = std::time::Instant::now();
        tree.kill(0)?;
        let said = watch.wait(&["#0 (cluster #0): DeadMaster: "])?;
        tell(&format!("{flavour}: killed, and said after {:?}", said.at - begin));
        ensure!(said.at - begin < Duration::from_secs(10), "{:?}", said.at - begin);
        watch.wait(&["executeCheckAndRecoverFunction: proceeding with DeadMaster detection on #0;"])?;
        watch.wait_rows(DETECTIONS, &["#0\tDeadMaster\t1\t2\t1"])?;
        watch.wait_rows(CHANGELOG, &["#0\tDeadMaster"])?;
        watch.wait_until("the hook has run", || {
            ensure!(file_lines(&tool, "input").len() == 1);
            Ok(())
        })?;
        told(&tool, &tree)?;
        listed(&tool)?;

        // Everything is judged again each second: nothing more follows from it.
        let looks =
            "SELECT CAST(strftime('%s', last_seen) AS INTEGER) FROM database_instance WHERE replication_depth = 1
             ORDER BY last_seen";
        let first = rows(&tool, looks)?;
        watch.wait_until("three more looks", || {
            let (then, now) = (first[0].parse::<i64>()?, rows(&tool, looks)?[0].parse::<i64>()?);
            ensure!(now > then + 3, "{then} {now}");
            Ok(())
        })?;
        same(
            "detections",
            rows(&tool, DETECTIONS)?,
            vec!["#0\tDeadMaster\t1\t2\t1".to_owned()],
        )?;
        same("hooks", file_lines(&tool, "told").len(), 1)?;
        same("lines", watch.with(&["#0 (cluster #0): DeadMaster: "]).len(), 1)?;

        tree.start(0)?;
        over(&watch, 0)?;
        // Replicas may connect before the watcher does, but nobody dies or is detected to be dead once more.
        let changes = rows(&tool, CHANGELOG)?;
        same("deaths", changes.iter().filter(|row| row.contains("Dead")).count(), 1)?;
        same("first", changes[0].as_str(), "#0\tDeadMaster")?;
        let actionable = "SELECT COUNT(*) FROM topology_failure_detection WHERE is_actionable";
        same("detections", rows(&tool, actionable)?, vec!["1".to_owned()])?;
        let hooks = file_lines(&tool, "told");
        same("hooks", hooks.iter().filter(|line| line.starts_with("Dead")).count(), 1)?;
        watch.finish()
    });
}

/// Waits until it is said, and noted, that a server's trouble is over, whatever it was called in the end.
fn over(watch: &Watch<'_>, server: usize) -> Result<()> {
    watch.wait(&[&format!("#{server} (cluster #0): "), " is over, after "])?;
    let bad = "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'";
    watch.wait_rows(bad, &["0"])
}

fn told(tool: &Tool<'_>, tree: &Sandbox) -> Result<()> {
    let lines = file_lines(tool, "told");
    same("hooks", lines.len(), 1)?;
    let parts: Vec<&str> = lines[0].split('|').collect();
    let port = tree.port(0).to_string();
    let fixed = [
        "DeadMaster",
        "master",
        "true",
        "false",
        "127.0.0.1",
        &port,
        "#0",
        "2",
        "2",
    ];
    same("placeholders", &parts[..9], &fixed[..])?;
    let mut replicas: Vec<&str> = parts[9].split(',').collect();
    replicas.sort_unstable();
    same("replicas", replicas, vec!["#1", "#2"])?;
    same("more placeholders", &parts[10..12], &[parts[9], "false"][..])?;
    same(
        "no recovery",
        &parts[12..18],
        &["false", "false", "false", "", "0", ""][..],
    )?;
    ensure!(!parts[18].is_empty(), "no description: {lines:?}");

    let variables = file_lines(tool, "variables");
    for line in [
        "ORC_FAILURE_TYPE=DeadMaster",
        "ORC_FAILED_HOST=127.0.0.1",
        "ORC_FAILURE_CLUSTER=#0",
        "ORC_COUNT_REPLICAS=2",
        "ORC_IS_MASTER=true",
        "ORC_IS_SUCCESSFUL=false",
    ] {
        ensure!(variables.iter().any(|v| v == line), "{line} is missing: {variables:#?}");
    }
    let input: Value = serde_json::from_str(&file_lines(tool, "input").join("\n"))?;
    same("input", &input["failureType"], &json!("DeadMaster"))?;
    same("input", &input["failedPort"], &json!(tree.port(0)))
}

fn listed(tool: &Tool<'_>) -> Result<()> {
    let detections = tool.said(&["detections"])?;
    contains(&detections, "DeadMaster")?;
    contains(&detections, "#0")?;
    let changelog = tool.said(&["changelog"])?;
    contains(&changelog, "DeadMaster")?;
    contains(&changelog, "#0")
}

#[test]
fn story_watched_intermediate_master_killed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1;4<1").start()?;
        let tool = tool_of(
            &tree,
            &[4],
            json!({"OnFailureDetectionProcesses": ["echo {failureType} {failedPort} >> told"]}),
        )?;
        let watch = Watch::settled(&tool, 5)?;

        tree.kill(1)?;
        watch.wait(&["#1 (cluster #0): DeadIntermediateMaster: "])?;
        watch.wait(&["proceeding with DeadIntermediateMaster detection on #1;"])?;
        watch.wait_rows(DETECTIONS, &["#1\tDeadIntermediateMaster\t1\t2\t1"])?;
        let expected = format!("DeadIntermediateMaster {}", tree.port(1));
        watch.wait_until("the hook", || {
            same("told", file_lines(&tool, "told"), vec![expected.clone()])
        })?;
        tree.start(1)?;
        over(&watch, 1)?;
        watch.never(&["DeadMaster"])?;
        let first = rows(&tool, CHANGELOG)?;
        same(
            "first",
            first.first().map(String::as_str),
            Some("#1\tDeadIntermediateMaster"),
        )?;
        watch.finish()
    });
}

#[test]
fn story_watched_co_master_killed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0<1;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[2], json!({}))?;
        let watch = Watch::settled(&tool, 3)?;
        tree.kill(0)?;
        watch.wait(&["#0 (cluster #0): DeadCoMaster: "])?;
        watch.wait(&["proceeding with DeadCoMaster detection on #0;"])?;
        let dead = "SELECT hostname || ':' || port, analysis, is_actionable FROM topology_failure_detection
             WHERE analysis LIKE 'Dead%'";
        watch.wait_rows(dead, &["#0\tDeadCoMaster\t1"])?;
        tree.start(0)?;
        over(&watch, 0)?;
        watch.finish()
    });
}

/// Operators stop receivers: that is said, and nobody is called dead.
#[test]
fn story_watched_receivers_stopped() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[0], json!({}))?;
        let watch = Watch::settled(&tool, 3)?;
        let (stop, start) = match flavour {
            Flavour::MySql9 => ("STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"),
            _ => ("STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD"),
        };
        tree.sql(1, stop)?;
        tree.sql(2, stop)?;
        watch.wait(&["#0 (cluster #0): AllMasterReplicasNotReplicating: "])?;
        watch.wait_rows(
            "SELECT analysis, is_actionable FROM topology_failure_detection",
            &["AllMasterReplicasNotReplicating\t0"],
        )?;
        let mark = watch.mark();
        tree.sql(1, start)?;
        watch.wait_after(
            mark,
            SOON,
            &["#0 (cluster #0): AllMasterReplicasNotReplicating is over"],
        )?;
        tree.sql(2, start)?;
        watch.wait_rows(CHANGELOG, &["#0\tAllMasterReplicasNotReplicating", "#0\tNoProblem"])?;
        watch.never_dead()?;
        // What operators stopped is theirs to start.
        watch.never(&["its receiver is restarted"])?;
        watch.finish()
    });
}

/// What a watcher does about a dead master is in the audit trail; that it does not do so again soon is listed, and not told
/// as of the present when it is over.
#[test]
fn story_watched_master_replaced_once() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let keys = json!({"RecoverMasterClusterFilters": ["*"], "AuditToBackendDB": true});
        let tool = tool_of(&tree, &[1], keys)?;
        let watch = Watch::settled(&tool, 3)?;
        tree.kill(0)?;
        let audited = "SELECT audit_type, hostname || ':' || port, message FROM audit
            WHERE audit_type LIKE 'recover-%' ORDER BY audit_id";
        watch.wait_rows(
            audited,
            &[
                "recover-dead-master\t#0\tproblem found; will recover",
                "recover-dead-master\t#0\tpromoted replica: #1",
            ],
        )?;
        let decided = "SELECT substr(decision, 1, 12), held_by <> '[]' FROM orc_decision
            ORDER BY hostname || ':' || port <> (SELECT hostname || ':' || port FROM topology_recovery)";
        watch.wait_rows(decided, &["recovered by\t0"])?;
        watch.wait_rows(
            "SELECT hostname || ':' || port FROM database_instance r WHERE slave_io_running = 1
             AND EXISTS (SELECT 1 FROM topology_recovery WHERE successor_port = r.master_port)",
            &["#2"],
        )?;

        tree.kill(1)?;
        watch.wait(&["#1: NOT Recovering, held by anti-flapping-instance: "])?;
        watch.wait_rows(
            "SELECT hostname || ':' || port, analysis, blocking_recovery_id = (SELECT recovery_id FROM topology_recovery)
             FROM blocked_topology_recovery",
            &["#1\tDeadMaster\t1"],
        )?;
        watch.wait_rows(decided, &["recovered by\t0", "held\t1"])?;
        tree.start(1)?;
        watch.wait_rows(decided, &["recovered by\t0", "over\t0"])?;
        watch.finish()
    });
}
