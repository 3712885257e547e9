//! Masters hang, or are cut off, and come back: whoever was replaced is made to refuse writes as soon as it is seen.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/far.rs"]
mod far;
#[path = "support/invariants.rs"]
mod invariants;
#[allow(dead_code)]
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;
#[path = "support/writers.rs"]
mod writers;

use anyhow::{Context, Result, ensure};
use far::{Cut, FAR, point_replicas, proxy_at};
use scene::{Scene, Stage};
use std::time::{Duration, Instant};
use tool::on_each;
use tool::sandbox::{Flavour, wait_until};
use watching::tell;

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// How long a master hangs.
const HANGS: Duration = Duration::from_secs(20);

/// Within which an old master that is back is to refuse writes. It is looked for four times a second.
const FENCED: Duration = Duration::from_secs(10);

/// Tells how long nobody could write.
fn first_write(scene: &Scene<'_>, begin: Instant) -> Result<()> {
    let record = scene.record();
    let first = record.first_elsewhere(0, begin).context("a first write")?;
    tell(&format!(
        "{}: first write on #{} after {:?}",
        scene.tree.flavour(),
        first.server,
        first.ended - begin
    ));
    Ok(())
}

/// Waits until the old master refuses writes, and tells how long that took.
fn fenced(scene: &Scene<'_>) -> Result<()> {
    let took = scene.read_only(0)?;
    tell(&format!("{}: back, and read-only after {took:?}", scene.tree.flavour()));
    ensure!(took < FENCED, "read-only after {took:?}");
    Ok(())
}

/// Hangs, is replaced, and wakes up when everybody writes elsewhere.
fn pause(scene: &Scene<'_>) -> Result<()> {
    let begin = Instant::now();
    scene.tree.pause(0)?;
    let successor = scene.taken_over_from(0);
    if successor.is_ok() {
        first_write(scene, begin)?;
        std::thread::sleep(HANGS.saturating_sub(begin.elapsed()));
    }
    scene.tree.resume(0)?;
    let successor = successor?;
    // Commits that wait for an acknowledgement hold `read_only` back for ever, and give nothing away meanwhile.
    let told = ["UNFENCED: #0 takes writes"];
    let is_held = || scene.terms().semi_sync && !scene.watch.with(&told).is_empty();
    wait_until(FENCED, "it refuses writes, or is told to take them", || {
        is_held() || scene.read_only_now(0)
    })?;
    scene.all_follow(&[3 - successor], successor)
}

#[test]
fn matrix_master_paused() {
    on_each(&BOTH, |flavour| Stage::of("0;1<0;2<0").play(flavour, pause));
}

#[test]
fn matrix_semi_sync_master_paused() {
    on_each(&BOTH, |flavour| Stage::of("0;1<0;2<0").semi_sync().play(flavour, pause));
}

/// Cut off from replicas, watcher and application; somebody on its side goes on writing to it. When it is back it is
/// fenced, and what it took meanwhile is named.
fn isolate(flavour: Flavour, how: Cut) -> Result<()> {
    let stage = Stage::of("0;1<0;2<0");
    let tree = stage.tree(flavour, |builder| builder.option("--slave-net-timeout=4"))?;
    let proxy = proxy_at(FAR, &tree);
    point_replicas(&tree, &FAR.to_string())?;
    let tool = stage.tool(&tree, &[1])?;
    let mut places = writers::places(&tree);
    places[0].0 = FAR.to_string();
    let scene = Scene::begin(stage.terms, &tree, &tool, places)?;
    scene.play(|scene| {
        let begin = Instant::now();
        how.begin(&proxy);
        let local = writers::write_by_hand(&tree, 0, 20)?;
        scene.writers.add(local);
        let successor = scene.taken_over_from(0)?;
        first_write(scene, begin)?;
        let local = writers::write_by_hand(&tree, 0, 20)?;
        scene.writers.add(local);
        proxy.heal();
        fenced(scene)?;
        scene.watch.wait_until("what was lost is named", || {
            let recoveries = scene::recoveries(&tree, &tool)?;
            let losses: Vec<_> = recoveries.iter().map(|recovery| &recovery.losses).collect();
            ensure!(
                losses.iter().all(|losses| losses.open_behind.is_none()),
                "still open: {losses:?}"
            );
            let unreported = invariants::unreported(&tree, 0, successor, &losses)?;
            ensure!(unreported.is_empty(), "not reported: {unreported}; {losses:?}");
            Ok(())
        })?;
        scene.all_follow(&[3 - successor], successor)
    })
}

#[test]
fn matrix_master_isolated_silently() {
    on_each(&BOTH, |flavour| isolate(flavour, Cut::BlackHole));
}

#[test]
fn matrix_master_isolated_by_refusals() {
    on_each(&BOTH, |flavour| isolate(flavour, Cut::Refuse));
}
