//! A master in a network namespace of its own is cut off from everybody and lives on: a watcher replaces it, and makes it
//! read-only as soon as the cable is back. Needs root.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/apart.rs"]
mod apart;
#[path = "support/far.rs"]
mod far;
#[allow(dead_code)]
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use apart::Apart;
use serde_json::json;
use tool::sandbox::{APP_USER, Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{Watch, rows, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

fn is_writable(tree: &Sandbox, server: usize) -> bool {
    let read_only = tree.sql(server, "SELECT @@global.read_only");
    read_only.is_ok_and(|text| text.trim() == "0")
}

fn wait_has(tree: &Sandbox, server: usize, row: u32) -> Result<()> {
    let query = format!("SELECT count(*) FROM app.t WHERE id = {row}");
    wait_until(SOON, "it has the row", || {
        tree.sql(server, &query).is_ok_and(|count| count.trim() == "1")
    })
}

/// Three servers, the master apart, and a tool that knows it by its address there.
fn set_up<'t>(tree: &'t Sandbox, apart: &Apart) -> Result<Tool<'t>> {
    apart.take_in(tree, 0)?;
    far::point_replicas(tree, &apart.there())?;
    tree.sql(
        0,
        "CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY); INSERT INTO app.t VALUES (1)",
    )?;
    for server in [1, 2] {
        wait_has(tree, server, 1)?;
    }
    let config = json!({
        "RecoverMasterClusterFilters": ["*"],
        "DiscoverySeeds": [format!("{}:{}", apart.here(), tree.port(1))],
        "ReplicationCredentialsQuery": format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'"),
    });
    tool_of(tree, &[], config)
}

/// Somebody on its side wrote there meanwhile: that is told, and keeps it from coming back.
#[test]
fn story_a_master_that_is_cut_off_is_replaced_and_fenced_when_it_is_back() {
    cut_off(true);
}

#[test]
fn story_a_master_that_was_cut_off_comes_back_as_a_replica() {
    cut_off(false);
}

fn cut_off(is_written: bool) {
    on_each(&BOTH, |flavour| {
        let Some(apart) = Apart::lay() else { return Ok(()) };
        let tree = apart
            .settings(Sandbox::up(flavour, "0;1<0;2<0").read_only(), 3)
            .start()?;
        let tool = set_up(&tree, &apart)?;
        let old = format!("{}:{}", apart.there(), tree.port(0));
        let watch = Watch::settled(&tool, 3)?;
        apart.pull_out()?;
        if is_written {
            // Nobody here can know.
            tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (2)")?;
        }
        let promoted = "SELECT successor_hostname || ':' || successor_port FROM topology_recovery
            WHERE is_successful = 1 AND end_recovery IS NOT NULL";
        let mut successor = 0;
        watch.wait_until("somebody is promoted", || {
            let found = rows(&tool, promoted)?;
            let key = found.first().context("nobody yet")?;
            let port = key.rsplit_once(':').context("a key")?.1.parse()?;
            successor = tree.server_at(port).context("a server of ours")?;
            Ok(())
        })?;
        let other = 3 - successor;
        ensure!(
            is_writable(&tree, successor) && !is_writable(&tree, other),
            "who takes writes"
        );
        let failed = rows(&tool, "SELECT hostname || ':' || port FROM topology_recovery")?;
        same("failed", failed, vec![old.clone()])?;
        tree.sql_as(APP_USER, successor, "INSERT INTO app.t VALUES (3)")?;
        wait_has(&tree, other, 3)?;
        ensure!(is_writable(&tree, 0), "the premise: it still takes writes");

        // The recovery itself looked out for it in vain.
        watch.wait(&["UNFENCED: ", &old])?;
        let mark = watch.mark();
        apart.plug_in()?;
        watch.wait_until("the old master refuses writes", || {
            ensure!(!is_writable(&tree, 0), "it takes writes");
            Ok(())
        })?;
        ensure!(
            tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (4)").is_err(),
            "it took one"
        );
        watch.wait_after(mark, SOON, &[&old, "the old master is fenced: it refuses writes"])?;
        if is_written {
            // What nobody here has is known now.
            watch.wait_after(mark, SOON, &[&old, "lost: 1 transaction ("])?;
        }
        ensure!(
            is_writable(&tree, successor) && !is_writable(&tree, other),
            "who takes writes"
        );
        watch.finish()?;
        if is_written {
            let back = tool.run(&["rejoin", &old])?;
            same("status", back.code, 1)?;
            return contains(&back.stderr, "has transactions that");
        }
        // On a busy machine a server may take longer for it than it is given.
        wait_until(SOON, "it comes back", || {
            tool.run(&["rejoin", &old])
                .is_ok_and(|back| [0, 4].contains(&back.code))
        })?;
        wait_has(&tree, 0, 3)
    });
}
