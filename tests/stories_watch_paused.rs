//! Masters stop answering without going away: what is said, how soon, and that a short pause is none.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::json;
use std::time::{Duration, Instant};
use tool::on_each;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use watching::{Watch, rows, tell, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Within which a paused master is to be called dead.
const BUDGET: Duration = Duration::from_secs(5);

/// Pauses the master, waits until it is called dead, resumes it, and waits until that is over.
fn pause_and_resume(watch: &Watch<'_>, tree: &Sandbox, what: &str) -> Result<()> {
    let begin = Instant::now();
    tree.pause(0)?;
    let said = watch.wait(&["#0 (cluster #0): Dead"]);
    let said = match said {
        Ok(line) => line,
        Err(error) => {
            tree.resume(0)?;
            return Err(error);
        }
    };
    let took = said.at - begin;
    tell(&format!(
        "{} {what}: paused, and called dead after {took:?}",
        tree.flavour()
    ));
    // One that is over before the inventory has taken it is none.
    watch.wait(&["#0: Dead", " detected and registered"])?;
    ensure!(took < BUDGET * 10, "{took:?}");
    tree.resume(0)?;
    // Its replicas may connect before the watcher does: then it is called something else for a moment.
    watch.wait(&["#0 (cluster #0): ", " is over, after "])?;
    watch.wait_rows(
        "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'",
        &["0"],
    )?;
    let detections = rows(
        watch.tool(),
        "SELECT analysis FROM topology_failure_detection WHERE is_actionable",
    )?;
    ensure!(detections.len() == 1, "{detections:?}\n{}", watch.transcript());
    Ok(())
}

#[test]
fn story_watched_master_paused() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let tool = tool_of(&tree, &[2], json!({}))?;
        let watch = Watch::settled(&tool, 3)?;
        pause_and_resume(&watch, &tree, "asynchronous")?;
        watch.finish()
    });
}

#[test]
fn story_watched_semi_sync_master_paused() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().start()?;
        let tool = tool_of(&tree, &[2], json!({}))?;
        let watch = Watch::settled(&tool, 3)?;
        pause_and_resume(&watch, &tree, "semi-sync")?;
        watch.finish()
    });
}

/// Pauses that end before anybody would have to act.
#[test]
fn story_watched_master_paused_briefly() {
    on_each(&BOTH, |flavour| {
        for semi_sync in [false, true] {
            let builder = Sandbox::up(flavour, "0;1<0;2<0");
            let tree = if semi_sync { builder.semi_sync() } else { builder }.start()?;
            let tool = tool_of(&tree, &[2], json!({}))?;
            let watch = Watch::settled(&tool, 3)?;
            for pause in [100, 300, 500, 700, 900] {
                let server = i32::try_from(tree.pid(0)?)?;
                // Not by the script, which takes a while itself.
                signal(server, libc::SIGSTOP)?;
                std::thread::sleep(Duration::from_millis(pause));
                signal(server, libc::SIGCONT)?;
                let asked = "SELECT MAX(last_seen) FROM database_instance WHERE replication_depth = 0";
                let before = rows(&tool, asked)?;
                wait_until(tool::SOON, "the master is asked again", || {
                    rows(&tool, asked).is_ok_and(|now| now > before)
                })?;
                watch.never_dead()?;
            }
            watch.finish()?;
        }
        Ok(())
    });
}

fn signal(process: i32, signal: i32) -> Result<()> {
    // SAFETY: a plain system call about a server that the sandbox runs.
    ensure!(
        unsafe { libc::kill(process, signal) } == 0,
        "signal {signal} to {process}"
    );
    Ok(())
}
