//! Several watchers on one inventory: one acts, the others stand by and take over.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::json;
use std::time::{Duration, Instant};
use tool::sandbox::{Flavour, PROBE_USER, Sandbox};
use tool::{SOON, contains, on_each, same};
use watching::{Watch, file_lines, rows, tell, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// What a watcher says when it begins to act.
const ACTS: &str = "acts on this inventory from now on";

/// Within which another watcher has taken over from one that was killed.
const TAKEN_OVER: Duration = Duration::from_secs(8);

#[test]
fn story_second_watcher_takes_over_from_a_killed_one() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["echo {failureType} >> told"]});
        let tool = tool_of(&tree, &[1], hooks)?;
        let mut first = Watch::settled(&tool, 3)?;
        first.wait(&[ACTS])?;
        let second = Watch::start(&tool)?;
        second.wait(&["another watcher (", "; this one stands by"])?;
        // It asks nobody: each server has the connections of one watcher.
        std::thread::sleep(Duration::from_secs(3));
        second.never(&[ACTS])?;
        for server in 0..3 {
            let connections = tree.sql(
                server,
                &format!("SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{PROBE_USER}'"),
            )?;
            same("connections", connections.trim(), "1")?;
        }

        let begin = Instant::now();
        first.signal(libc::SIGKILL)?;
        first.ended()?;
        let line = second.wait(&[ACTS])?;
        tell(&format!(
            "{flavour}: killed, and taken over after {:?}",
            line.at - begin
        ));
        ensure!(
            line.at - begin < TAKEN_OVER,
            "{:?}\n{}",
            line.at - begin,
            second.transcript()
        );
        second.wait(&["all 3 instances were asked"])?;

        tree.kill(0)?;
        second.wait(&["#0 (cluster #0): DeadMaster: "])?;
        second.wait(&["proceeding with DeadMaster detection on #0;"])?;
        second.wait_rows(
            "SELECT analysis FROM topology_failure_detection WHERE is_actionable",
            &["DeadMaster"],
        )?;
        second.wait_until("the hook", || {
            same("told", file_lines(&tool, "told"), vec!["DeadMaster".to_owned()])
        })?;
        second.finish()
    });
}

#[test]
fn story_second_watcher_takes_over_from_one_that_ends() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let first = Watch::settled(&tool, 2)?;
        let second = Watch::start(&tool)?;
        second.wait(&["another watcher (", "; this one stands by"])?;
        first.finish()?;
        let begin = Instant::now();
        let line = second.wait(&[ACTS])?;
        let took = line.at.saturating_duration_since(begin);
        tell(&format!("{flavour}: ended, and taken over after {took:?}"));
        // Less than the patience with one that does not end by itself.
        ensure!(took < Duration::from_secs(4), "{took:?}");
        second.finish()
    });
}

/// A watcher that slept comes back when another one acts, and acts again when that one is gone: on what it reads then,
/// not on what it knew.
#[test]
fn story_watcher_that_slept_stands_by_and_acts_again() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        let first = Watch::settled(&tool, 3)?;
        let second = Watch::start(&tool)?;
        second.wait(&["; this one stands by"])?;
        first.signal(libc::SIGSTOP)?;
        second.wait(&[ACTS])?;
        second.wait(&["all 3 instances were asked"])?;
        first.signal(libc::SIGCONT)?;
        first.wait(&["another watcher (", "; this one ceases to act"])?;
        let mark = first.mark();
        second.finish()?;
        first.wait_after(mark, SOON, &[ACTS])?;
        let asked = first.wait_after(mark, SOON, &[" instances were asked"])?;
        contains(&asked.text, "all 3 instances were asked")?;
        first.never(&["(cluster #0): "])?;
        first.finish()
    });
}

#[test]
fn story_watch_once() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["echo {failureType} >> told"]});
        let tool = tool_of(&tree, &[2], hooks)?;
        // The cron form: the first run finds everything, from nothing.
        let run = tool.run(&["watch", "--once"])?;
        same("exit status", run.code, 0)?;
        let found = rows(
            &tool,
            "SELECT hostname || ':' || port FROM database_instance ORDER BY port",
        )?;
        same("found", found, vec!["#0".to_owned(), "#1".to_owned(), "#2".to_owned()])?;
        // A chore of the recovery tick and one of caretaking.
        let noted = rows(&tool, "SELECT DISTINCT analysis FROM database_instance_last_analysis")?;
        same("noted", noted, vec!["NoProblem".to_owned()])?;

        tree.kill(0)?;
        let run = tool.run(&["watch", "--once"])?;
        same("exit status", run.code, 0)?;
        contains(&run.stderr, "#0 (cluster #0): DeadMaster: ")?;
        let detections = "SELECT hostname || ':' || port, analysis FROM topology_failure_detection WHERE is_actionable";
        same(
            "detections",
            rows(&tool, detections)?,
            vec!["#0\tDeadMaster".to_owned()],
        )?;
        same("hooks", file_lines(&tool, "told"), vec!["DeadMaster".to_owned()])?;
        // And once more: nothing is told twice.
        same("exit status", tool.run(&["watch", "--once"])?.code, 0)?;
        same("detections", rows(&tool, detections)?.len(), 1)?;
        same("hooks", file_lines(&tool, "told").len(), 1)?;
        tree.start(0)?;

        let watch = Watch::start(&tool)?;
        watch.wait(&[ACTS])?;
        let run = tool.run(&["watch", "--once"])?;
        same("exit status", run.code, 9)?;
        contains(&run.stderr, "another watcher acts on this inventory: ")?;
        contains(&run.stderr, "nothing was done")?;
        watch.finish()?;
        same("exit status", tool.run(&["watch", "--once"])?.code, 0)
    });
}

/// What lasts only for moments must not be missed by one that looks once.
#[test]
fn story_watch_once_tells_what_is_not_actionable() {
    on_each(&BOTH, |flavour| -> Result<()> {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[2], json!({}))?;
        same("exit status", tool.run(&["watch", "--once"])?.code, 0)?;
        tree.pause(0)?;
        let run = tool.run(&["watch", "--once"]);
        tree.resume(0)?;
        let run = run?;
        same("exit status", run.code, 0)?;
        let said: Vec<&str> = run
            .stderr
            .lines()
            .filter(|line| line.contains("#0 (cluster #0): "))
            .collect();
        ensure!(!said.is_empty(), "{}", run.stderr);
        let detections = rows(&tool, "SELECT analysis FROM topology_failure_detection")?;
        ensure!(!detections.is_empty(), "{said:?}");
        Ok(())
    });
}
