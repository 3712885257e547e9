//! Operators replace masters while an application writes, forbid it by hooks, and let co-masters take turns.
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
use tool::sandbox::Flavour;
use tool::{on_each, same};
use watching::{file_lines, tell};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Nothing lost, nothing doubled: what a planned change of masters has to keep.
fn without_loss(scene: &Scene<'_>, successor: usize) -> Result<()> {
    scene.writers.wait_elsewhere(0)?;
    scene.writers.wait_for_more(50)?;
    let record = scene.record();
    let gap = record.change_from(0).context("a change")?;
    tell(&format!(
        "{}: nobody could write for {:?}",
        scene.tree.flavour(),
        gap.length()
    ));
    ensure!(record.written_after_successor(0).is_empty(), "{}", record.summary());
    ensure!(record.doubly_open().is_empty(), "{}", record.summary());
    scene.writers.rest()?;
    let present = invariants::rows_on(scene.tree, successor)?;
    let lost = record
        .acknowledged()
        .filter(|write| !present.contains(&write.row))
        .count();
    same("lost", lost, 0)
}

/// A living master hands over, and follows.
#[test]
fn matrix_takeover() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            scene.command(&["takeover", "#0", "--to", "#2", "--auto"], 0)?;
            without_loss(scene, 2)?;
            scene.all_follow(&[0, 1], 2)?;
            scene.read_only(0).map(drop)
        })
    });
}

/// The successor does not catch up in time: the master takes writes again.
#[test]
fn matrix_takeover_refused() {
    on_each(&BOTH, |flavour| {
        let stage = Stage::of("0;1<0;2<0").config(json!({"ReasonableMaintenanceReplicationLagSeconds": 3}));
        stage.play(flavour, |scene| {
            let lock = writers::lock_table(scene.tree, 2)?;
            let output = scene.tool.run(&["takeover", "#0", "--to", "#2", "--auto"])?;
            ensure!(output.code != 0, "{output:?}");
            drop(lock);
            scene.writers.wait_for_more(50)?;
            same("writable", scene.tree.sql(0, "SELECT @@global.read_only")?.trim(), "0")?;
            scene.refused(&output.stderr);
            scene.all_follow(&[1, 2], 0)
        })
    });
}

/// A living master is replaced as if it were dead: it refuses writes afterwards.
#[test]
fn matrix_forced_recovery_of_living_master() {
    on_each(&BOTH, |flavour| {
        Stage::of("0;1<0;2<0").play(flavour, |scene| {
            scene.command(&["failover", "#0"], 0)?;
            let successor = scene.taken_over_from(0)?;
            scene.read_only(0)?;
            scene.all_follow(&[3 - successor], successor)
        })
    });
}

/// What would be done is printed, and nothing is.
#[test]
fn matrix_dry_run() {
    on_each(&BOTH, |flavour| {
        let stage = Stage::of("0;1<0;2<0").config(json!({"RecoverMasterClusterFilters": []}));
        stage.play(flavour, |scene| {
            scene.tree.kill(0)?;
            scene.watch.wait(&["DeadMaster: "])?;
            let said = scene.command(&["recover", "#0", "--dry-run"], 0)?;
            ensure!(!said.trim().is_empty(), "nothing said");
            for replica in [1, 2] {
                same(
                    "read-only",
                    scene.tree.sql(replica, "SELECT @@global.read_only")?.trim(),
                    "1",
                )?;
                let master = scene.tree.replica_status(replica, "Port")?;
                same("master", master, vec![scene.tree.port(0).to_string()])?;
            }
            scene.command(&["recover", "#0", "--candidate", "#2"], 8)?;
            same("successor", scene.taken_over_from(0)?, 2)?;
            scene.all_follow(&[1], 2)
        })
    });
}

/// A hook that runs before forbids it: nothing changes on the servers.
#[test]
fn matrix_forbidden_by_hook() {
    on_each(&BOTH, |flavour| {
        let stage = Stage::of("0;1<0;2<0").config(json!({
            "PreFailoverProcesses": ["echo asked >> told; exit 1"],
            "PostUnsuccessfulFailoverProcesses": ["echo failed >> told"],
        }));
        stage.play(flavour, |scene| {
            scene.tree.kill(0)?;
            scene.watch.wait_until("hooks have run", || {
                let told = file_lines(scene.tool, "told");
                ensure!(told.iter().any(|line| line == "asked"), "{told:?}");
                let ended = watching::rows(
                    scene.tool,
                    "SELECT is_successful FROM topology_recovery WHERE end_recovery IS NOT NULL",
                )?;
                ensure!(ended.first().is_some_and(|row| row == "0"), "{ended:?}");
                Ok(())
            })?;
            for replica in [1, 2] {
                same(
                    "read-only",
                    scene.tree.sql(replica, "SELECT @@global.read_only")?.trim(),
                    "1",
                )?;
                let master = scene.tree.replica_status(replica, "Port")?;
                same("master", master, vec![scene.tree.port(0).to_string()])?;
            }
            scene.refused("a hook forbade it");
            Ok(())
        })
    });
}

/// The active one of two co-masters dies: the other takes over.
#[test]
fn matrix_co_master_killed() {
    on_each(&BOTH, |flavour| {
        Stage::of("0<1;1<0;2<0").play(flavour, |scene| {
            scene.tree.kill(0)?;
            same("successor", scene.taken_over_from(0)?, 1)?;
            scene.all_follow(&[2], 1)
        })
    });
}
