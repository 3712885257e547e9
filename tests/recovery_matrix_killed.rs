//! Masters are killed while an application writes and a watcher may recover.
#![allow(clippy::unwrap_used)]

#[path = "support/invariants.rs"]
mod invariants;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;
#[path = "support/writers.rs"]
mod writers;

use anyhow::{Context, Result, ensure};
use scene::{Scene, Stage};
use serde_json::json;
use std::time::{Duration, Instant};
use tool::sandbox::{Flavour, wait_until};
use tool::{SOON, contains, on_each, same};
use watching::{file_lines, rows, tell};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Kills the master; who took over, and how long nobody could write.
fn kill(scene: &Scene<'_>) -> Result<usize> {
    let begin = Instant::now();
    scene.tree.kill(0)?;
    let successor = scene.taken_over_from(0)?;
    let record = scene.record();
    let first = record.first_elsewhere(0, begin).context("a first write")?;
    tell(&format!(
        "{}: killed, and first write on #{successor} after {:?}",
        scene.tree.flavour(),
        first.ended - begin
    ));
    ensure!(first.ended - begin < Duration::from_secs(10), "{first:?}");
    Ok(successor)
}

/// Three replicas: one is promoted, the others follow; hooks run in order; the alias goes along.
#[test]
fn matrix_master_killed() {
    on_each(&Flavour::ALL, |flavour| {
        let said = |hook: &str| format!("echo {hook} {{failedPort}} {{successorPort}} {{isSuccessful}} >> told");
        let stage = Stage::of("0;1<0;2<0;3<0").config(json!({
            "DetectClusterAliasQuery": "SELECT 'matrix'",
            "OnFailureDetectionProcesses": [said("detected")],
            "PreFailoverProcesses": [said("before")],
            "PostMasterFailoverProcesses": [said("after-master")],
            "PostFailoverProcesses": [said("after")],
            "PostUnsuccessfulFailoverProcesses": [said("failed")],
        }));
        stage.play(flavour, |scene| {
            let successor = kill(scene)?;
            scene.all_follow(&others(&[1, 2, 3], successor), successor)?;
            let (failed, new) = (scene.tree.port(0), scene.tree.port(successor));
            scene.watch.wait_until("hooks have run", || {
                same("hooks", file_lines(scene.tool, "told").len(), 4)
            })?;
            let told = file_lines(scene.tool, "told");
            let order: Vec<&str> = told.iter().filter_map(|line| line.split(' ').next()).collect();
            same("hooks", order, vec!["detected", "before", "after-master", "after"])?;
            contains(&told.join("\n"), &format!("after-master {failed} {new} true"))?;
            let alias = "SELECT cluster_name FROM cluster_alias WHERE alias = 'matrix'";
            scene.watch.wait_rows(alias, &[&format!("#{successor}")])?;
            let master = "SELECT store_value FROM kv_store WHERE store_key = 'mysql/master/matrix'";
            scene.watch.wait_rows(master, &[&format!("#{successor}")])?;
            let forgotten = scene.tree.replica_status(successor, "Port")?;
            same("the successor's channels", forgotten, Vec::new())?;
            let downtime = "SELECT hostname || ':' || port FROM database_instance_downtime
                 WHERE downtime_active AND reason = 'lost-in-recovery'";
            same("in downtime", rows(scene.tool, downtime)?, vec!["#0".to_owned()])
        })
    });
}

/// Its supervisor restarts it within two seconds: it goes on as the master, or it is fenced as soon as it is seen.
#[test]
fn matrix_master_killed_and_restarted() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            scene.tree.kill(0)?;
            std::thread::sleep(Duration::from_secs(1));
            scene.tree.start(0)?;
            settle_after_return(scene)
        })
    });
}

/// The same with a grace longer than the restart takes: nobody is promoted.
#[test]
fn matrix_master_restarted_within_its_grace() {
    on_each(&BOTH, |flavour| {
        let stage = Stage::of("0;1<0;2<0").config(json!({"MasterDeadForSeconds": 60}));
        stage.play(flavour, |scene| {
            scene.tree.kill(0)?;
            scene.tree.start(0)?;
            scene.writers.wait_for_more(100)?;
            scene.all_follow(&[1, 2], 0)?;
            ensure!(
                scene::recoveries(scene.tree, scene.tool)?.is_empty(),
                "somebody recovered"
            );
            scene.refused("it was back within its grace");
            Ok(())
        })
    });
}

/// Either somebody was promoted, and the old master refuses writes; or it is the master as before.
fn settle_after_return(scene: &Scene<'_>) -> Result<()> {
    let decided = wait_until(SOON / 3, "somebody is promoted", || {
        scene::recoveries(scene.tree, scene.tool).is_ok_and(|all| all.iter().any(|one| one.successor.is_some()))
    });
    if decided.is_err() {
        tell(&format!("{}: nobody was promoted", scene.tree.flavour()));
        scene.all_follow(&[1, 2], 0)?;
        scene.refused("the master was back");
        return scene.writers.wait_for_more(100);
    }
    let fenced = scene.read_only(0)?;
    tell(&format!(
        "{}: promoted, and the old master was read-only {fenced:?} after the promotion was recorded",
        scene.tree.flavour()
    ));
    scene.taken_over_from(0).map(drop)
}

/// Commits wait until a replica has them: nothing is lost, whoever is promoted.
#[test]
fn matrix_semi_sync_master_killed() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0")
            .semi_sync()
            .play(flavour, |scene| kill(scene).map(drop))
    });
}

/// One of those that acknowledge is gone before the master dies, and comes back later.
#[test]
fn matrix_semi_sync_acknowledger_lost() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").semi_sync().play(flavour, |scene| {
            scene.tree.kill(1)?;
            scene.writers.wait_for_more(100)?;
            let successor = kill(scene)?;
            same("successor", successor, 2)?;
            scene.tree.start(1)
        })
    });
}

/// One of those that acknowledge has stopped receiving: it lacks what the other has, and must not win.
#[test]
fn matrix_semi_sync_acknowledger_behind() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").semi_sync().play(flavour, |scene| {
            scene::thread(scene.tree, 1, "STOP", "IO_THREAD")?;
            scene.writers.wait_for_more(200)?;
            kill(scene).map(drop)
        })
    });
}

fn others(all: &[usize], one: usize) -> Vec<usize> {
    all.iter().copied().filter(|server| *server != one).collect()
}
