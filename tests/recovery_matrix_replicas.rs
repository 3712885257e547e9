//! Replicas are in different states when their master dies: behind, not applying, going away, dying themselves.
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
use std::time::Duration;
use tool::sandbox::Flavour;
use tool::{on_each, same};
use watching::{rows, tell};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Every acknowledged write is on the new master: somebody had received it.
fn nothing_lost(scene: &Scene<'_>, successor: usize) -> Result<()> {
    let record = scene.record();
    let present = invariants::rows_on(scene.tree, successor)?;
    let before = record.acknowledged().filter(|write| write.server == 0);
    let lost: Vec<_> = before.filter(|write| !present.contains(&write.row)).collect();
    ensure!(lost.is_empty(), "{} lost, such as {:?}", lost.len(), lost.first());
    Ok(())
}

/// Lets the replica receive all there is, kills the master while nobody writes; then nothing may be lost.
fn kill_when_received_by(scene: &Scene<'_>, replicas: &[usize]) -> Result<usize> {
    scene.level(0, replicas)?;
    scene.tree.kill(0)?;
    scene.writers.go_on();
    let successor = scene.taken_over_from(0)?;
    nothing_lost(scene, successor)?;
    Ok(successor)
}

/// The one that has received the most has applied the least.
#[test]
fn matrix_relay_logs_not_applied() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            thread(scene.tree, 1, "STOP", "SQL_THREAD")?;
            thread(scene.tree, 2, "STOP", "IO_THREAD")?;
            scene.writers.wait_for_more(200)?;
            let successor = kill_when_received_by(scene, &[1])?;
            scene.all_follow(&[3 - successor], successor)
        })
    });
}

/// Nobody has applied anything for a while.
#[test]
fn matrix_relay_logs_applied_nowhere() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            for replica in [1, 2] {
                thread(scene.tree, replica, "STOP", "SQL_THREAD")?;
            }
            scene.writers.wait_for_more(200)?;
            let successor = kill_when_received_by(scene, &[1, 2])?;
            scene.all_follow(&[3 - successor], successor)
        })
    });
}

/// It takes longer than any step to apply what was received, and there is progress all the time.
#[test]
fn matrix_long_backlog() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            let slow = "SET SESSION binlog_format = STATEMENT; CREATE TABLE matrix.slow (n INT PRIMARY KEY, s INT)";
            for replica in [1, 2] {
                thread(scene.tree, replica, "STOP", "SQL_THREAD")?;
            }
            let rows: Vec<String> = (0..24)
                .map(|n| format!("INSERT INTO matrix.slow SELECT {n}, SLEEP(0.5)"))
                .collect();
            scene.tree.sql(0, &format!("{slow}; {}", rows.join("; ")))?;
            kill_when_received_by(scene, &[1, 2]).map(drop)
        })
    });
}

/// Receivers stopped one after the other: the furthest wins, and the others catch up from it.
#[test]
fn matrix_different_positions() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            for replica in [3, 1] {
                thread(scene.tree, replica, "STOP", "IO_THREAD")?;
                scene.writers.wait_for_more(100)?;
            }
            let successor = kill_when_received_by(scene, &[2])?;
            let rest: Vec<usize> = [1, 2, 3].into_iter().filter(|server| *server != successor).collect();
            scene.all_follow(&rest, successor)
        })
    });
}

/// A replica is away when the master dies, and comes back when all is over.
#[test]
fn matrix_replica_restarted_meanwhile() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            std::thread::scope(|scope| {
                let restarted = scope.spawn(|| scene.tree.restart(2));
                std::thread::sleep(Duration::from_millis(300));
                scene.tree.kill(0)?;
                restarted.join().map_err(|_| anyhow::anyhow!("a panic"))?
            })?;
            scene.taken_over_from(0).map(drop)
        })
    });
}

/// The candidate dies when it was already chosen: held up by a lock, it is killed before it is promoted.
#[test]
fn matrix_candidate_killed() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            let prefer = ["register-candidate", "-i", "#1", "--promotion-rule", "prefer"];
            scene.command(&prefer, 0)?;
            let _lock = writers::lock_table(scene.tree, 1)?;
            scene.writers.wait_for_more(100)?;
            scene.level(0, &[1, 2, 3])?;
            scene.tree.kill(0)?;
            scene.writers.go_on();
            scene.watch.wait_until("a recovery is under way", || {
                let open = rows(scene.tool, "SELECT COUNT(*) FROM topology_recovery")?;
                ensure!(open != ["0"], "none");
                Ok(())
            })?;
            scene.tree.kill(1)?;
            // Another is promoted in its place, or it is said why not.
            let ended = "SELECT COUNT(*) > 0, MAX(is_successful) FROM topology_recovery WHERE end_recovery IS NOT NULL";
            scene.watch.wait_until("it has ended", || {
                let ended = rows(scene.tool, ended)?;
                ensure!(ended[0].starts_with('1'), "{ended:?}");
                Ok(())
            })?;
            match scene.taken_over_from(0) {
                Ok(successor) => ensure!(successor != 1, "the dead was promoted"),
                Err(_) => {
                    let why = scene.tool.run(&["why-not", "#0"])?;
                    tell(&format!("{flavour}: nobody was promoted: {why:?}"));
                    scene.refused(&why.stdout);
                }
            }
            Ok(())
        })
    });
}

/// It dies together with the master: that one is not promoted, and is accounted for.
#[test]
fn matrix_replica_killed_with_its_master() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            scene.tree.kill(1)?;
            scene.tree.kill(0)?;
            let successor = scene.taken_over_from(0)?;
            same("promoted the dead", successor == 1, false)?;
            scene.tree.start(1)
        })
    });
}
