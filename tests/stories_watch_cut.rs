//! Links are cut while a watcher watches: whoever is alive is not called dead, whoever cannot see it.
//!
//! By default the stories are short; `ORCHESTRATOR_TEST_ALL=1` tells them at length: 20 cuts of 60 seconds in turns, with 1
//! and with 2 replicas.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/far.rs"]
mod far;
#[allow(dead_code)]
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use far::{Cut, FAR, point_replicas, proxy_at};
use proxy::Proxy;
use serde_json::json;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tool::sandbox::{Flavour, Sandbox};
use tool::{SOON, Tool, on_each};
use watching::{Watch, change, rows, tell, tell_all, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// The servers' own address in another spelling: they understand it, and the watcher is told that it means another.
const SPELT: &str = "127.1";

/// Gives the inventory the meaning of a host name, as resolving it would have.
fn resolves(tool: &Tool<'_>, host: &str, to: &str) -> Result<()> {
    tool.said(&["all-instances"])?;
    change(
        tool,
        &format!(
            "INSERT INTO hostname_resolve (hostname, resolved_hostname, resolved_timestamp) \
             VALUES ('{host}', '{to}', datetime('now'))"
        ),
    )
}

/// A watcher that sees the master through a proxy, while the replicas see it directly.
fn through_a_proxy(
    flavour: Flavour,
    spec: &str,
    told: impl Fn(&Watch<'_>, &Proxy, &Sandbox) -> Result<()>,
) -> Result<()> {
    let tree = Sandbox::up(flavour, spec).start()?;
    let proxy = proxy_at(FAR, &tree);
    point_replicas(&tree, SPELT)?;
    let tool = tool_of(&tree, &[1], json!({}))?;
    resolves(&tool, SPELT, &FAR.to_string())?;
    let watch = Watch::settled(&tool, tree.count())?;
    let masters = "SELECT hostname FROM database_instance WHERE replication_depth = 0 AND num_slave_hosts > 0";
    watch.wait_rows(masters, &[&FAR.to_string()])?;
    told(&watch, &proxy, &tree)?;
    watch.never_dead()?;
    watch.finish()
}

/// Cuts the link for a while, and waits until the watcher has noticed that it is healed.
fn cut(watch: &Watch<'_>, proxy: &Proxy, how: Cut, span: Duration) -> Result<()> {
    let mark = watch.mark();
    how.begin(proxy);
    let until = Instant::now() + span;
    // The premise: it is noticed.
    if span > Duration::from_secs(8) {
        watch.wait_after(mark, SOON, &["127.0.0.2", "Unreachable"])?;
    }
    while Instant::now() < until {
        watch.never_dead()?;
        std::thread::sleep(Duration::from_millis(200));
    }
    proxy.heal();
    watch.wait_until("the master is seen again", || {
        let bad = "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'";
        let tool = watch.tool();
        ensure!(rows(tool, bad)? == ["0"], "{:?}", rows(tool, bad)?);
        Ok(())
    })?;
    watch.never_dead()
}

fn cuts(flavour: Flavour, spec: &str) -> Result<()> {
    let (runs, span) = if tell_all() { (20, 60) } else { (2, 12) };
    through_a_proxy(flavour, spec, |watch, proxy, _| {
        for run in 0..runs {
            let how = [Cut::BlackHole, Cut::Refuse][run % 2];
            cut(watch, proxy, how, Duration::from_secs(span))
                .map_err(|error| error.context(format!("run {run}: {how:?} for {span} s")))?;
            if tell_all() {
                tell(&format!(
                    "{flavour}, {spec}: run {} of {runs}: {how:?} for {span} s: nobody dead",
                    run + 1
                ));
            }
        }
        Ok(())
    })
}

#[test]
fn story_watched_link_to_master_cut_with_one_replica() {
    on_each(&BOTH, |flavour| cuts(flavour, "0;1<0"));
}

#[test]
fn story_watched_link_to_master_cut_with_two_replicas() {
    on_each(&BOTH, |flavour| cuts(flavour, "0;1<0;2<0"));
}

#[test]
fn story_watched_link_flaps() {
    on_each(&BOTH, |flavour| {
        let times = if tell_all() { 6 } else { 2 };
        through_a_proxy(flavour, "0;1<0;2<0", |watch, proxy, _| {
            for time in 0..times {
                let how = [Cut::Refuse, Cut::BlackHole][time % 2];
                how.begin(proxy);
                std::thread::sleep(Duration::from_secs(5));
                proxy.heal();
                std::thread::sleep(Duration::from_secs(4));
                watch.never_dead()?;
            }
            let bad = "SELECT COUNT(*) FROM database_instance_last_analysis WHERE analysis != 'NoProblem'";
            watch.wait_count(bad, 0)
        })
    });
}

/// The near miss: behind a cut link the master is killed. Its replicas know, and so it is dead.
#[test]
fn story_watched_link_cut_and_master_killed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let proxy = proxy_at(FAR, &tree);
        point_replicas(&tree, SPELT)?;
        let tool = tool_of(&tree, &[1], json!({}))?;
        resolves(&tool, SPELT, &FAR.to_string())?;
        let watch = Watch::settled(&tool, 3)?;
        proxy.blackhole();
        watch.wait(&["UnreachableMaster: "])?;
        watch.never_dead()?;
        tree.kill(0)?;
        watch.wait(&["DeadMaster: "])?;
        watch.wait(&["proceeding with DeadMaster detection on"])?;
        watch.finish()
    });
}

/// Replicas lose the master, and the watcher does not: whatever is said, the master is not dead.
#[test]
fn story_watched_replicas_cut_from_master() {
    on_each(&BOTH, |flavour| {
        for how in [Cut::Refuse, Cut::BlackHole] {
            let tree = Sandbox::up(flavour, "0;1<0;2<0")
                .option("--slave-net-timeout=2")
                .start()?;
            let near = Ipv4Addr::new(127, 0, 0, 3);
            let proxy = proxy_at(near, &tree);
            point_replicas(&tree, &near.to_string())?;
            let tool = tool_of(&tree, &[0], json!({}))?;
            resolves(&tool, &near.to_string(), "127.0.0.1")?;
            let watch = Watch::settled(&tool, 3)?;
            how.begin(&proxy);
            watch.wait(&["#0 (cluster #0): AllMasterReplicasNotReplicating: "])?;
            watch.wait(&["#1 (cluster #0): FirstTierReplicaFailingToConnectToMaster: "])?;
            watch.wait_rows(
                "SELECT analysis, is_actionable FROM topology_failure_detection WHERE analysis LIKE 'All%'",
                &["AllMasterReplicasNotReplicating\t0"],
            )?;
            proxy.heal();
            watch.wait(&["#0 (cluster #0): AllMasterReplicasNotReplicating is over"])?;
            watch.never_dead()?;
            watch.finish()?;
        }
        Ok(())
    });
}
