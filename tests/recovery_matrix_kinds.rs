//! Replicas of many kinds: preferred, forbidden, delayed, filtered, without a binary log of what they apply. Who may be
//! promoted is, and the others follow or are accounted for.
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
use serde_json::json;
use std::time::Duration;
use tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox};
use tool::{on_each, same};
use watching::rows;

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Gives a server a promotion rule.
fn rule(scene: &Scene<'_>, server: usize, rule: &str) -> Result<()> {
    let key = format!("#{server}");
    let words = ["register-candidate", "-i", &key, "--promotion-rule", rule];
    scene.command(&words, 0).map(drop)
}

/// Kills the master, and checks who took over.
fn kill_for(scene: &Scene<'_>, expected: usize) -> Result<()> {
    scene.tree.kill(0)?;
    same("successor", scene.taken_over_from(0)?, expected)
}

/// At equal positions the preferred one.
#[test]
fn matrix_preferred_replica() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            rule(scene, 3, "prefer")?;
            scene.level(0, &[1, 2, 3])?;
            scene.tree.kill(0)?;
            scene.writers.go_on();
            same("successor", scene.taken_over_from(0)?, 3)?;
            scene.all_follow(&[1, 2], 3)
        })
    });
}

/// The preferred one is behind: it is promoted with all that the others have.
#[test]
fn matrix_preferred_replica_behind() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0;3<0").play(flavour, |scene| {
            rule(scene, 3, "prefer")?;
            thread(scene.tree, 3, "STOP", "IO_THREAD")?;
            scene.writers.wait_for_more(100)?;
            scene.level(0, &[1, 2])?;
            scene.tree.kill(0)?;
            scene.writers.go_on();
            same("successor", scene.taken_over_from(0)?, 3)?;
            scene.all_follow(&[1, 2], 3)
        })
    });
}

/// The only replica must not be promoted: nobody is, and that is said.
#[test]
fn matrix_forbidden_replica() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0").play(flavour, |scene| {
            rule(scene, 1, "must_not")?;
            scene.tree.kill(0)?;
            scene.watch.wait(&["DeadMaster: "])?;
            scene.watch.wait_until("it is said why nobody is promoted", || {
                let why = scene.tool.run(&["why-not", "#0"])?;
                let said = why.stdout + &why.stderr + &scene.watch.transcript();
                tool::contains(&said, "must_not")
            })?;
            same("read-only", scene.tree.sql(1, "SELECT @@global.read_only")?.trim(), "1")?;
            scene.refused("the only replica must not be promoted");
            Ok(())
        })
    });
}

/// The furthest does not pass on what it applies: another is promoted, and the furthest is accounted for.
#[test]
fn matrix_furthest_without_log_of_updates() {
    on_each(&BOTH, |flavour| {
        let option = match flavour {
            Flavour::MySql9 => "--log-replica-updates=0",
            _ => "--log-slave-updates=0",
        };
        let stage = Stage::of("0;1<0;2<0;3<0");
        stage.play_with(
            flavour,
            |builder| builder.option_for(1, option),
            |scene| {
                for replica in [2, 3] {
                    thread(scene.tree, replica, "STOP", "IO_THREAD")?;
                }
                scene.writers.wait_for_more(100)?;
                scene.level(0, &[1])?;
                scene.tree.kill(0)?;
                scene.writers.go_on();
                same("promoted without log", scene.taken_over_from(0)? == 1, false)?;
                let lost = "SELECT hostname || ':' || port FROM database_instance_downtime
                     WHERE downtime_active AND reason = 'lost-in-recovery' ORDER BY 1";
                scene.watch.wait_rows(lost, &["#0", "#1"])?;
                let named = "SELECT lost_slaves FROM topology_recovery";
                same("lost", rows(scene.tool, named)?, vec!["#1".to_owned()])?;
                scene.watch.wait_until("it is detached", || {
                    let host = scene.tree.replica_status(1, "Host")?;
                    ensure!(host[0].starts_with("//"), "{host:?}");
                    Ok(())
                })
            },
        )
    });
}

/// One replica has no binary log at all.
#[test]
fn matrix_replica_without_binary_log() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play_with(
            flavour,
            |builder| builder.option_for(1, "--skip-log-bin"),
            |scene| kill_for(scene, 2),
        )
    });
}

/// A replica that applies everything late is not the one to promote, and goes on late.
#[test]
fn matrix_delayed_replica() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            let change = match flavour {
                Flavour::MySql9 => "CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 8",
                _ => "CHANGE MASTER TO MASTER_DELAY = 8",
            };
            thread(scene.tree, 1, "STOP", "")?;
            scene.tree.sql(1, change)?;
            thread(scene.tree, 1, "START", "")?;
            scene.writers.wait_for_more(200)?;
            // One that had received more than the other would be lost: that is not waited for.
            scene.level(0, &[1, 2])?;
            scene.tree.kill(0)?;
            scene.writers.go_on();
            same("successor", scene.taken_over_from(0)?, 2)?;
            scene.all_follow(&[1], 2)?;
            let delay = scene.tree.rows(1, flavour.replica_status_sql())?;
            same("delay", delay[0].get("SQL_Delay").map(String::as_str), Some("8"))
        })
    });
}

/// A replica that leaves out a schema is not promoted where filters count.
#[test]
fn matrix_filtered_replica() {
    on_each(&BOTH, |flavour| {
        let option = "--replicate-wild-ignore-table=elsewhere.%";
        let stage = Stage::of("0;1<0;2<0").config(json!({"VerifyReplicationFilters": true}));
        stage.play_with(
            flavour,
            |builder| builder.option_for(1, option),
            |scene| {
                kill_for(scene, 2)?;
                scene.all_follow(&[1], 2)
            },
        )
    });
}

/// A server of another make that replicates from the tree's master by file and position, and is known to the watcher.
fn stranger(scene: &Scene<'_>) -> Result<Sandbox> {
    let other = Sandbox::up(Flavour::MariaDb, "0").option("--read-only=1").start()?;
    let port = scene.tree.port(0);
    other.sql(
        0,
        &format!(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={port}, MASTER_USER='{REPL_USER}',
                 MASTER_PASSWORD='{REPL_PASSWORD}', MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=no,
                 MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4;
             START SLAVE"
        ),
    )?;
    let known = format!(
        "SELECT COUNT(*) FROM database_instance WHERE port = {} AND master_port = {port} AND slave_io_running",
        other.port(0)
    );
    scene.watch.wait_rows(&known, &["1"])?;
    Ok(other)
}

/// One replica is of another make and a much later version: nobody could replicate from it. It is never promoted, though
/// it may have received the most, and since it cannot follow by GTID it is given up, and that is told.
fn beside_a_stranger(scene: &Scene<'_>, furthest: bool) -> Result<()> {
    let other = stranger(scene)?;
    if furthest {
        for replica in [1, 2] {
            thread(scene.tree, replica, "STOP", "IO_THREAD")?;
        }
        scene.writers.wait_for_more(100)?;
    }
    scene.tree.kill(0)?;
    let successor = scene.taken_over_from(0)?;
    scene.all_follow(&[3 - successor], successor)?;
    let lost = format!(
        "SELECT COUNT(*) FROM database_instance_downtime
             WHERE port = {} AND downtime_active AND reason = 'lost-in-recovery'",
        other.port(0)
    );
    scene.watch.wait_rows(&lost, &["1"])?;
    same("read-only", other.sql(0, "SELECT @@global.read_only")?.trim(), "1")
}

#[test]
fn matrix_replica_of_another_version() {
    on_each(&[Flavour::MySql56], |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| beside_a_stranger(scene, false))
    });
}

#[test]
fn matrix_replica_of_another_version_is_the_furthest() {
    on_each(&[Flavour::MySql56], |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| beside_a_stranger(scene, true))
    });
}

/// File and position instead of GTID, one replica: no other has to be matched.
#[test]
fn matrix_without_gtid() {
    on_each(&Flavour::ALL, |flavour| {
        Stage::of("0;1<0").play_with(
            flavour,
            |builder| builder.gtid(false),
            |scene| {
                scene.tree.kill(0)?;
                // Promoted, or refused with a reason: both will do, silence will not.
                std::thread::sleep(Duration::from_secs(1));
                match scene.taken_over_from(0) {
                    Ok(_) => Ok(()),
                    Err(_) => {
                        let why = scene.tool.run(&["why-not", "#0"])?;
                        anyhow::ensure!(!why.stdout.trim().is_empty(), "nobody was promoted: {why:?}");
                        scene.refused(&why.stdout);
                        Ok(())
                    }
                }
            },
        )
    });
}
