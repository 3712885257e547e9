//! Replicas that stay where they are for what they are: by position, of another kind, with several masters, or in a group.
//! On real servers, all of which replicate afterwards as they did before.
#![allow(clippy::unwrap_used)]

#[path = "support/group.rs"]
mod group;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/unmoved.rs"]
mod unmoved;

use anyhow::{Context, Result};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tool::sandbox::{Flavour, Sandbox, sql_of, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use unmoved::{Refused, never_below, refused, released, set_master, settled, standing, word};

/// By position a replica leaves where its master stands, which tells nothing where that does not log what it applies.
fn by_position(flavour: Flavour) -> Result<()> {
    let no_updates = match flavour {
        Flavour::MySql9 => "--log-replica-updates=0",
        _ => "--log-slave-updates=0",
    };
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<0;4<3")
        .gtid(false)
        .option_for(3, no_updates)
        .start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    if flavour.is_mariadb() {
        // Nothing was written yet.
        let nothing = "#1 has no gtid_slave_pos: it would begin again at the first transaction of #0";
        let enabling: [Refused<'_>; 2] = [
            (&["-c", "enable-gtid", "-i", "#1"], nothing),
            (&["enable-gtid", "#1", "--dry-run"], nothing),
        ];
        refused(&tree, &tool, "no place by GTID", &enabling)?;
    }
    let silent = "#4 cannot replicate from #3. Reason: #3 is a replica and does not have log_slave_updates enabled";
    refused(
        &tree,
        &tool,
        "its master does not log",
        &[
            (&["-c", "move-up", "-i", "#4"], silent),
            (&["move-up", "#4", "--dry-run"], silent),
            (&["take-master", "#4", "--force"], silent),
            (
                &["move-up-replicas", "#3"],
                "#4 cannot replicate from #3. Reason: …Error on all 1 operations: no replica of #3 was moved up",
            ),
        ],
    )?;
    let id = |server: usize| tree.port(server);
    tree.sql(2, &format!("SET GLOBAL server_id={}", id(1)))?;
    let same_id = format!(
        "#2 cannot replicate from #1. Reason: Identical server id: #2 and #1 both have {}",
        id(1)
    );
    refused(&tree, &tool, "the same id", &[(&["move-up", "#2"], &same_id)])?;
    tree.sql(2, &format!("SET GLOBAL server_id={}", id(2)))?;
    let nowhere = "#1 replicates by file and position, and its position means nothing in the binary log of #4";
    refused(&tree, &tool, "another log", &[(&["repoint", "#1", "#4"], nowhere)])?;
    written_meanwhile(&tree, &tool)?;
    released(&tool)
}

#[test]
fn story_places_by_position() {
    on_each(&Flavour::ALL, by_position);
}

/// Somebody writes to 1, which stands while 2 is brought to where it does.
fn written_meanwhile(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    tree.sql(0, "CREATE DATABASE own; CREATE TABLE own.t (n INT)")?;
    wait_until(SOON, "the table arrives", || {
        tree.sql(2, "SELECT COUNT(*) FROM own.t").is_ok()
    })?;
    // So that it has not passed already where its master stands.
    set_master(tree, 2, "DELAY=5")?;
    let (ends, count, name) = (AtomicBool::new(false), AtomicUsize::new(0), tree.name());
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| -> Result<()> {
            while !ends.load(Ordering::Relaxed) {
                sql_of(name, "root", 1, "INSERT INTO own.t VALUES (1)")?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        let outcome = ["move-up", "take-master"]
            .iter()
            .try_for_each(|command| grown(tree, tool, command, &count).with_context(|| format!("{command} meanwhile")));
        ends.store(true, Ordering::Relaxed);
        let written = writer.join();
        outcome.and(written.unwrap())
    })?;
    // What was written there is there once, and nowhere else.
    let expected = format!("{}\n", count.load(Ordering::Relaxed));
    for server in [1, 2] {
        wait_until(SOON, "every row arrives", || {
            tree.sql(server, "SELECT COUNT(*) FROM own.t")
                .is_ok_and(|found| found == expected)
        })?;
    }
    same(
        "rows of #0",
        tree.sql(0, "SELECT COUNT(*) FROM own.t")?,
        "0\n".to_owned(),
    )?;
    set_master(tree, 2, "DELAY=0")
}

fn grown(tree: &Sandbox, tool: &Tool<'_>, command: &str, count: &AtomicUsize) -> Result<()> {
    settled(tree)?;
    let before = standing(tree)?;
    let begin = count.load(Ordering::Relaxed);
    wait_until(SOON, "somebody writes", || count.load(Ordering::Relaxed) > begin + 5)?;
    let output = tool.run(&[command, "#2"])?;
    same("status", (output.code, &*output.stdout), (1, "")).with_context(|| output.stderr.clone())?;
    contains(&output.stderr, "#1 stands, and its binary log has grown from ")?;
    contains(
        &output.stderr,
        ": somebody writes there, which its own master has not; it was taken back: ",
    )?;
    settled(tree)?;
    same("all is as it was", standing(tree)?, before)
}

/// A master that follows a server which is gone, by GTID; its replica goes by position, and cannot serve it.
fn out_of_gtid(flavour: Flavour) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0").start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    tree.sql(0, "CREATE DATABASE d")?;
    wait_until(SOON, "it arrives", || {
        tree.sql(1, "SHOW DATABASES LIKE 'd'")
            .is_ok_and(|found| !found.is_empty())
    })?;
    tool.said(&["disable-gtid", "#1"])?;
    tree.sql(1, "SET GLOBAL read_only=1")?;
    tree.sql(
        0,
        match flavour {
            Flavour::MySql9 => {
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=9, SOURCE_USER='nobody', \
                 SOURCE_AUTO_POSITION=1"
            }
            Flavour::MariaDb => {
                "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=9, MASTER_USER='nobody', MASTER_USE_GTID=slave_pos"
            }
            Flavour::MySql56 => {
                "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=9, MASTER_USER='nobody', MASTER_AUTO_POSITION=1"
            }
        },
    )?;
    let sentence = "#0 uses GTID and #1 does not: by file and position it would fall out of GTID";
    refused(
        &tree,
        &tool,
        "its master would fall out",
        &[
            (&["make-co-master", "#1"], sentence),
            (&["make-co-master", "#1", "--dry-run"], sentence),
        ],
    )?;
    if flavour == Flavour::MySql9 {
        without_gtid_any_more(&tree, &tool)?;
    }
    if flavour.is_mariadb() {
        let none = "no errant-gtid on #1";
        tree.sql(1, "CREATE DATABASE own")?;
        refused(
            &tree,
            &tool,
            "other GTIDs",
            &[(&["gtid-errant-reset-master", "#1"], none)],
        )?;
    }
    released(&tool)
}

#[test]
fn story_places_out_of_gtid() {
    on_each(&Flavour::ALL, out_of_gtid);
}

/// 1 has something that nobody else has, and then GTID was switched off there.
fn without_gtid_any_more(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    tree.sql(1, "CREATE DATABASE own; STOP REPLICA")?;
    for mode in ["ON_PERMISSIVE", "OFF_PERMISSIVE", "OFF"] {
        tree.sql(1, &format!("SET GLOBAL gtid_mode={mode}"))?;
    }
    let executed = || tree.sql(1, "SELECT @@global.gtid_executed");
    let before = executed()?;
    let sentence = "#1 has no Oracle GTIDs";
    refused(
        tree,
        tool,
        "no GTIDs",
        &[(&["gtid-errant-reset-master", "#1"], sentence)],
    )?;
    same("executed", executed()?, before)
}

/// Servers of other kinds and versions, each in a tree of its own.
#[test]
fn story_places_below_another_kind() {
    on_each(&[Flavour::MySql9], |flavour| {
        let newest = Sandbox::up(flavour, "0").start()?;
        let to = newest.key(0);
        for kind in [Flavour::MySql56, Flavour::MariaDb] {
            if let Err(error) = kind.fetch() {
                anyhow::ensure!(std::env::var_os("CI").is_none(), "no servers to be had: {error:#}");
                continue;
            }
            let tree = Sandbox::up(kind, "0;1<0").start()?;
            let tool = Tool::new(&tree, json!({}))?;
            tool.said(&["discover", "#0"])?;
            tool.said(&["discover", &to])?;
            if kind.is_mariadb() {
                unlike(&tree, &tool, &to)?;
            } else {
                let version = |tree: &Sandbox| tree.sql(0, "SELECT @@version").map(|text| text.trim().to_owned());
                let (own, other) = (version(&tree)?, version(&newest)?);
                let lower = format!("#1 has version {own} lower than {other} on {to}");
                never_below(&tree, &tool, "#1", &to, &lower)?;
            }
            released(&tool)?;
        }
        Ok(())
    });
}

/// Below a server that has other GTIDs.
fn unlike(tree: &Sandbox, tool: &Tool<'_>, to: &str) -> Result<()> {
    let complex = format!("Relocating #1 below {to} turns to be too complex; please do it manually");
    let incompatible = format!("Instances #1, {to} not GTID compatible or not using GTID");
    let nowhere =
        format!("#1 uses GTID, which {to} does not, and its position means nothing in the binary log of {to}");
    refused(
        tree,
        tool,
        "another kind",
        &[
            (&["relocate", "#1", to, "--force"], &complex),
            (&["move-gtid", "#1", to, "--force"], &incompatible),
            (&["repoint", "#1", to], &nowhere),
            (&["move-below", "#1", to], "instance is not a replica: "),
        ],
    )
}

/// A replica of two masters, and one that has only a channel with a name.
fn channels(flavour: Flavour) -> Result<()> {
    let mut builder = Sandbox::up(flavour, "0;1;2<0+1;3<0;4<2");
    if flavour.is_mariadb() {
        builder = builder.option_for(1, "--gtid-domain-id=1");
    }
    let tree = builder.start()?;
    let tool = Tool::new(&tree, json!({}))?;
    for server in ["#0", "#1", "#2"] {
        tool.said(&["discover", server])?;
    }
    let named = |server: &str| {
        format!(
            "{server} replicates by a channel with a name, `channel1`: which of its masters is meant cannot be told, and it \
             is left as it is"
        )
    };
    let own = named("#2");
    let moves: [Refused<'_>; 10] = [
        (&["-c", "relocate", "-i", "#2", "-d", "#3"], &own),
        (&["relocate", "#2", "#3", "--force"], &own),
        (&["move-gtid", "#2", "#3"], &own),
        (&["repoint", "#2"], &own),
        (&["repoint", "#2", "#3", "--force"], &own),
        (&["enable-gtid", "#2"], &own),
        (&["disable-gtid", "#2"], &own),
        (&["move-below", "#2", "#3"], &own),
        (&["take-siblings", "#3"], &own),
        (&["take-master", "#4"], &own),
    ];
    refused(&tree, &tool, "two masters", &moves)?;
    let word = word(flavour);
    tree.sql(
        2,
        &match flavour {
            Flavour::MariaDb => format!("STOP {word} ''; RESET {word} '' ALL"),
            _ => format!("STOP {word} FOR CHANNEL ''; RESET {word} ALL FOR CHANNEL ''"),
        },
    )?;
    tool.said(&["discover", "#2"])?;
    refused(
        &tree,
        &tool,
        "one with a name",
        &[
            (&["relocate", "#2", "#3"], &own),
            (&["repoint", "#2"], &own),
            (&["disable-gtid", "#2"], &own),
        ],
    )?;
    released(&tool)
}

#[test]
fn story_places_with_channels() {
    on_each(&[Flavour::MySql9, Flavour::MariaDb], channels);
}

/// Members of a replication group stay in it; 2 follows its primary.
#[test]
fn story_places_in_a_group() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1;2").start()?;
        group::form(&tree, 2)?;
        group::follow(&tree, 2, 0)?;
        settled(&tree)?;
        let tool = Tool::new(&tree, json!({}))?;
        for server in ["#0", "#1", "#2"] {
            tool.said(&["discover", server])?;
        }
        let secondary = "#1 is a secondary replication group member, hence, it cannot be relocated";
        let primary = "#0 is the primary of the replication group of #1, hence, it cannot be relocated below it";
        refused(
            &tree,
            &tool,
            "members",
            &[
                (&["-c", "relocate", "-i", "#1", "-d", "#2"], secondary),
                (&["relocate", "#1", "#2", "--force"], secondary),
                (&["move-gtid", "#1", "#2"], secondary),
                (&["repoint", "#1", "#2", "--force"], secondary),
                (&["-c", "move-below", "-i", "#1", "-d", "#2"], secondary),
                (&["relocate", "#0", "#1", "--force"], primary),
                (&["move-gtid", "#0", "#1"], primary),
                (&["relocate", "#0", "#2"], "instance is not a replica: #0"),
            ],
        )?;
        released(&tool)
    });
}
