//! After a failover: the old master comes back, or the new one dies as well.
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

use anyhow::{Result, ensure};
use scene::{Scene, Stage, thread};
use tool::sandbox::Flavour;
use tool::{contains, on_each, same};
use watching::rows;

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// The status of a refusal.
const FAILED: i32 = 1;
/// The status of something that a gate holds.
const HELD: i32 = 5;

/// Everybody has everything when the master is killed.
fn kill_cleanly(scene: &Scene<'_>) -> Result<usize> {
    scene.level(0, &[1, 2])?;
    scene.tree.kill(0)?;
    scene.writers.go_on();
    scene.taken_over_from(0)
}

/// Started again, it takes writes by its own settings; it is fenced, and can be made a replica by one command.
#[test]
fn matrix_old_master_returns() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            let successor = kill_cleanly(scene)?;
            scene.tree.start(0)?;
            scene.read_only(0)?;
            scene.command(&["rejoin", "#0"], 0)?;
            scene.all_follow(&[0, 3 - successor], successor)?;
            scene.writers.wait_for_more(50)?;
            let downtime = "SELECT COUNT(*) FROM database_instance_downtime WHERE downtime_active";
            scene.watch.wait_rows(downtime, &["0"])
        })
    });
}

/// Its settings make it writable at each start: it is fenced each time. Whom somebody makes writable by hand is told.
#[test]
fn matrix_old_master_returns_again_and_again() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            let successor = kill_cleanly(scene)?;
            // Servers tell whole seconds: a start within two of the fence is not told from one before.
            let settled = "SELECT COUNT(*) FROM orc_fence WHERE state = 'fenced'
                 AND changed < datetime('now', '-3 seconds')";
            for _ in 0..2 {
                scene.tree.start(0)?;
                scene.read_only(0)?;
                scene.watch.wait_rows(settled, &["1"])?;
                scene.tree.kill(0)?;
            }
            scene.tree.start(0)?;
            scene.read_only(0)?;
            scene.watch.wait_rows(settled, &["1"])?;
            scene.tree.sql(0, "SET GLOBAL read_only=0")?;
            scene
                .watch
                .wait(&["UNFENCED: #0, which was replaced", "somebody made it writable"])?;
            scene.command(&["set-writeable", "#0"], 0)?;
            scene.watch.wait_rows("SELECT state FROM orc_fence", &["dropped"])?;
            scene.watch.wait(&["over, after", "UNFENCED: #0, which was replaced"])?;
            scene.all_follow(&[3 - successor], successor)
        })
    });
}

/// It comes back with writes that nobody else has: these are named, and it is not made a replica.
#[test]
fn matrix_old_master_returns_with_more() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            scene.level(0, &[1, 2])?;
            for replica in [1, 2] {
                thread(scene.tree, replica, "STOP", "IO_THREAD")?;
            }
            scene.writers.add(writers::write_by_hand(scene.tree, 0, 30)?);
            scene.tree.kill(0)?;
            scene.writers.go_on();
            let successor = scene.taken_over_from(0)?;
            scene.tree.start(0)?;
            scene.read_only(0)?;
            scene.watch.wait_until("what was lost is named", || {
                let recoveries = scene::recoveries(scene.tree, scene.tool)?;
                let losses: Vec<_> = recoveries.iter().map(|recovery| &recovery.losses).collect();
                ensure!(
                    losses.iter().all(|losses| losses.open_behind.is_none()),
                    "still open: {losses:?}"
                );
                let unreported = invariants::unreported(scene.tree, 0, successor, &losses)?;
                ensure!(unreported.is_empty(), "not reported: {unreported}; {losses:?}");
                Ok(())
            })?;
            let said = scene.command(&["rejoin", "#0"], FAILED)?;
            let own = match flavour {
                Flavour::MySql9 => scene.tree.uuid(0)?,
                _ => scene.tree.port(0).to_string(),
            };
            contains(&said, &own)?;
            ensure!(!invariants::follows(scene.tree, 0, successor), "it was made a replica");
            scene.all_follow(&[3 - successor], successor)
        })
    });
}

/// The successor dies soon after: held, with the reason, until when, and what lifts it; which then does.
#[test]
fn matrix_second_failure() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            scene.level(0, &[1, 2, 3])?;
            scene.tree.kill(0)?;
            scene.writers.go_on();
            let first = scene.taken_over_from(0)?;
            let rest: Vec<usize> = (1..=3).filter(|server| *server != first).collect();
            scene.all_follow(&rest, first)?;
            let known = format!(
                "SELECT COUNT(*) FROM database_instance WHERE master_port = {}",
                scene.tree.port(first)
            );
            scene.watch.wait_rows(&known, &["2"])?;
            let judged = "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'
                 AND hostname || ':' || port != '127.0.0.1:' || ";
            scene
                .watch
                .wait_rows(&format!("{judged}'{}'", scene.tree.port(0)), &["0"])?;

            scene.level(first, &rest)?;
            scene.tree.kill(first)?;
            scene.writers.go_on();
            let key = format!("#{first}");
            scene.watch.wait(&[&format!("{key} (cluster"), "DeadMaster"])?;
            scene.watch.wait_until("why it is held", || {
                let why = scene.tool.run(&["why-not", &key])?;
                same("status", why.code, HELD)?;
                let until =
                    regex::Regex::new(r"20\d\d-\d\d-\d\d \d\d:\d\d").map(|moment| moment.is_match(&why.stdout))?;
                ensure!(until, "until when: {}", why.stdout);
                contains(&why.stdout, "orchestrator ack-")
            })?;
            let blocked = "SELECT hostname || ':' || port, analysis,
                 blocking_recovery_id = (SELECT MAX(recovery_id) FROM topology_recovery) FROM blocked_topology_recovery";
            scene.watch.wait_rows(blocked, &[&format!("{key}\tDeadMaster\t1")])?;
            same("promotions", promotions(scene)?, 1)?;
            scene.command(&["ack-all-recoveries", "--reason", "seen"], 0)?;
            let second = scene.taken_over_from(first)?;
            scene.all_follow(&others(&rest, second), second)
        })
    });
}

fn promotions(scene: &Scene<'_>) -> Result<usize> {
    Ok(rows(scene.tool, "SELECT 1 FROM topology_recovery WHERE is_successful")?.len())
}

fn others(all: &[usize], one: usize) -> Vec<usize> {
    all.iter().copied().filter(|server| *server != one).collect()
}
