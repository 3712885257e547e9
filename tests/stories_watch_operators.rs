//! What operators do with other commands while a watcher watches counts within about a second.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::json;
use std::time::Duration;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, on_each, same};
use watching::{Watch, change, configure, rows, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Within which something done elsewhere has to count; it is meant to be one second.
const SEEN: Duration = Duration::from_secs(10);

#[test]
fn story_watched_downtime() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let watch = Watch::settled(&tool, 3)?;
        tree.kill(0)?;
        watch.wait(&["#0 (cluster #0): DeadMaster: "])?;
        watch.wait_rows(
            "SELECT analysis FROM topology_failure_detection WHERE is_actionable",
            &["DeadMaster"],
        )?;
        tool.said(&[
            "begin-downtime",
            "#0",
            "--duration",
            "1h",
            "--reason",
            "repaired by hand",
            "--owner",
            "me",
        ])?;
        let mark = watch.mark();
        watch.wait_after(0, SEEN, &["#0 (cluster #0): DeadMaster is over, after "])?;
        // Silence, although it is as dead as before: no lines, no detections.
        let looks = "SELECT CAST(strftime('%s', MAX(last_seen)) AS INTEGER) FROM database_instance";
        let first: i64 = rows(&tool, looks)?[0].parse()?;
        wait_until(SOON, "more looks", || {
            rows(&tool, looks).is_ok_and(|now| now[0].parse::<i64>().is_ok_and(|now| now > first + 3))
        })?;
        let lines = watch.with_after(mark, &["#0 (cluster #0): DeadMaster: "]);
        ensure!(lines.is_empty(), "{}", watch.transcript());
        same(
            "detections",
            rows(&tool, "SELECT 1 FROM topology_failure_detection WHERE is_actionable")?.len(),
            1,
        )?;

        let mark = watch.mark();
        tool.said(&["end-downtime", "#0"])?;
        watch.wait_after(mark, SEEN, &["#0 (cluster #0): DeadMaster: "])?;
        watch.finish()
    });
}

#[test]
fn story_watched_forget_and_discover() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2;3<2").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let watch = Watch::settled(&tool, 2)?;
        let known = "SELECT hostname || ':' || port FROM database_instance ORDER BY port";

        let mark = watch.mark();
        tool.said(&["discover", "#2"])?;
        watch.wait_rows(known, &["#0", "#1", "#2", "#3"])?;
        watch.wait_after(mark, SEEN, &["was added by another process"])?;
        // It is read on from here, each second.
        let looks = format!(
            "SELECT CAST(strftime('%s', last_seen) AS INTEGER) FROM database_instance WHERE port = {}",
            tree.port(3)
        );
        let first: i64 = rows(&tool, &looks)?[0].parse()?;
        wait_until(SEEN, "the new tree is read", || {
            rows(&tool, &looks).is_ok_and(|now| now[0].parse::<i64>().is_ok_and(|now| now > first + 2))
        })?;

        // A replica that its master names over and over. It is kept away for three intervals of whoever forgets it; the
        // watcher goes on with its own.
        configure(&tool, &json!({"InstancePollSeconds": 60}))?;
        let mark = watch.mark();
        tool.said(&["forget", "#3"])?;
        watch.wait_after(mark, SEEN, &["#3 was forgotten "])?;
        let first: i64 = rows(
            &tool,
            &looks.replace(&tree.port(3).to_string(), &tree.port(2).to_string()),
        )?[0]
            .parse()?;
        let of_master = looks.replace(&tree.port(3).to_string(), &tree.port(2).to_string());
        wait_until(SOON, "its master is read again and again", || {
            rows(&tool, &of_master).is_ok_and(|now| now[0].parse::<i64>().is_ok_and(|now| now > first + 4))
        })?;
        same(
            "known",
            rows(&tool, known)?,
            vec!["#0".to_owned(), "#1".to_owned(), "#2".to_owned()],
        )?;
        let connections = tree.sql(
            3,
            "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'orc'",
        )?;
        same("connections", connections.trim(), "0")?;
        watch.never_dead()?;
        watch.finish()
    });
}

#[test]
fn story_watched_tags_and_recoveries_switched_off() {
    on_each(&BOTH, |flavour| -> Result<()> {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let watch = Watch::settled(&tool, 2)?;
        tool.said(&["tag", "#1", "role=backup"])?;
        let tags = "SELECT hostname || ':' || port, tag_name, tag_value FROM database_instance_tags";
        watch.wait_rows(tags, &["#1\trole\tbackup"])?;

        // As other tools that share the inventory do it.
        change(
            &tool,
            "INSERT OR IGNORE INTO global_recovery_disable (disable_recovery) VALUES (1)",
        )?;
        watch.wait_after(0, SEEN, &["recoveries are switched off globally"])?;
        tree.kill(0)?;
        watch.wait(&["proceeding with DeadMaster detection on #0;"])?;
        watch.wait_rows(
            "SELECT analysis FROM topology_failure_detection WHERE is_actionable",
            &["DeadMaster"],
        )?;
        tool.said(&["enable-global-recoveries"])?;
        watch.wait_after(0, SEEN, &["recoveries are switched on globally"])?;
        // Nothing of this was overwritten.
        same("tags", rows(&tool, tags)?, vec!["#1\trole\tbackup".to_owned()])?;
        watch.finish()
    });
}

#[test]
fn story_watched_configuration_read_again() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = tool_of(
            &tree,
            &[1],
            json!({"OnFailureDetectionProcesses": ["echo before >> told"]}),
        )?;
        let mut watch = Watch::settled(&tool, 2)?;
        let good = std::fs::read(tool.dir().join("orchestrator.conf.json"))?;

        std::fs::write(
            tool.dir().join("orchestrator.conf.json"),
            "{ \"InstancePollSeconds\": nonsense",
        )?;
        watch.signal(libc::SIGHUP)?;
        watch.wait(&["the configuration was not read again, and the present one stays in force: "])?;
        std::fs::write(tool.dir().join("orchestrator.conf.json"), &good)?;
        configure(&tool, &json!({"OnFailureDetectionProcesses": ["echo after >> told"]}))?;
        watch.signal(libc::SIGHUP)?;
        watch.wait(&["the configuration was read again"])?;

        tree.kill(0)?;
        let told = |expected: &str| same("told", watching::file_lines(&tool, "told"), vec![expected.to_owned()]);
        watch.wait_until("the hook", || told("after"))?;
        // A second signal ends it at once, whatever is under way.
        watch.signal(libc::SIGTERM)?;
        drop(watch.signal(libc::SIGTERM));
        let status = watch.ended()?;
        ensure!(status.code().is_some(), "{status}");
        Ok(())
    });
}
