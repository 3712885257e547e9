//! Two commands at a time, and commands that know less than the servers: what one has judged, another or an operator has
//! changed before it comes to its turn. No ring is built, and nothing is told to a server that nobody looked at.
#![allow(clippy::unwrap_used)]

#[path = "support/holding.rs"]
mod holding;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/tool.rs"]
mod tool;

use anyhow::{Result, ensure};
use holding::Held;
use serde_json::json;
use std::fs;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{Output, SOON, Tool, contains, on_each, same};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// What only a look asks, in one packet with everything else.
const LOOK: &str = "SELECT @@global.event_scheduler";

fn master(tree: &Sandbox, server: usize) -> Result<usize> {
    let port: u16 = tree.first_status(server, "Port")?.parse()?;
    Ok(tree.server_at(port).unwrap_or(usize::MAX))
}

/// Each replica's master, 1's first; everybody is below 0.
fn tree_of(tree: &Sandbox) -> Result<Vec<usize>> {
    let masters: Vec<usize> = (1..tree.count())
        .map(|server| master(tree, server))
        .collect::<Result<_>>()?;
    for server in 1..tree.count() {
        let mut at = server;
        for _ in 0..tree.count() {
            at = if at == 0 { 0 } else { masters[at - 1] };
        }
        ensure!(at == 0, "#{server} is in a ring: {masters:?}");
    }
    Ok(masters)
}

/// A command is held once it has looked at a server, and all that it judges by was seen; another one is carried out
/// meanwhile.
fn overtaken(tree: &Sandbox, tool: &Tool<'_>, server: usize, slow: &[&str], fast: &[&str]) -> Result<(Output, Output)> {
    let held = Held {
        server,
        text: LOOK,
        after: true,
    };
    let mut first = None;
    let second = held.while_running(tool, tree.port(server), slow, || {
        first = Some(tool.run(fast)?);
        Ok(())
    })?;
    Ok((first.unwrap(), second))
}

fn started(flavour: Flavour, spec: &str) -> Result<Sandbox> {
    Sandbox::up(flavour, spec).start()
}

#[test]
fn story_two_are_moved_below_each_other() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2<0")?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        for command in ["relocate", "move-gtid", "repoint", "move-below"] {
            let (slow, fast) = ([command, "#2", "#1"], [command, "#1", "#2"]);
            let (first, second) = overtaken(&tree, &tool, 0, &slow, &fast)?;
            same("masters", tree_of(&tree)?, vec![2, 0])?;
            same("first", (first.code, first.stdout), (0, "#1<#2\n".to_owned()))?;
            same("second", (second.code, second.stdout), (1, String::new()))?;
            contains(&second.stderr, "#1 is a descendant of #2")?;
            same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
            tool.said(&["relocate", "#1", "#0"])?;
        }
        Ok(())
    });
}

#[test]
fn story_two_at_the_same_time() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2<0")?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        for _ in 0..3 {
            let both = std::thread::scope(|scope| {
                let one = scope.spawn(|| tool.run(&["relocate", "#1", "#2"]));
                let other = tool.run(&["relocate", "#2", "#1"]);
                [one.join().unwrap(), other]
            });
            let [one, other] = both.map(Result::unwrap);
            tree_of(&tree)?;
            let codes = [one.code, other.code];
            ensure!(codes == [0, 1] || codes == [1, 0], "{one:#?} {other:#?}");
            for server in ["#1", "#2"] {
                tool.said(&["relocate", server, "#0"])?;
            }
            same("masters", tree_of(&tree)?, vec![0, 0])?;
        }
        Ok(())
    });
}

/// Each below one of the other's cluster: both clusters are taken.
#[test]
fn story_two_of_two_clusters_are_moved_below_each_other() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2;3<2")?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tool.said(&["discover", "#2"])?;
        let held = Held {
            server: 1,
            text: "STOP ",
            after: false,
        };
        let first = held.while_running(&tool, tree.port(1), &["relocate", "#1", "#3", "--force"], || {
            tool.fails(&["relocate", "#3", "#1", "--force"], 5, "is under way")
        })?;
        same("first", (first.code, first.stdout), (0, "#1<#3\n".to_owned()))?;
        same("masters", (master(&tree, 1)?, master(&tree, 3)?), (3, 2))?;
        tool.fails(&["relocate", "#3", "#1", "--force"], 1, "#1 is a descendant of #3")
    });
}

#[test]
fn story_masters_taken_at_the_same_time() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2<1;3<2")?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        let (first, second) = overtaken(&tree, &tool, 0, &["take-master", "#3"], &["take-master", "#2"])?;
        same("masters", tree_of(&tree)?, vec![2, 0, 2])?;
        same("first", first.code, 0)?;
        same("second", second.code, 1)?;
        contains(&second.stderr, "somebody else changed #2 meanwhile")?;
        same("locks", tool.said(&["maintenance", "list"])?, String::new())?;
        same("known", tool.said(&["which-master", "#3"])?, "#2\n".to_owned())?;
        // Up is what is above now.
        let (first, second) = overtaken(&tree, &tool, 0, &["move-up", "#3"], &["take-master", "#1"])?;
        same("masters", tree_of(&tree)?, vec![0, 1, 2])?;
        same("statuses", (first.code, second.code), (0, 1))?;
        contains(&second.stderr, "somebody else changed #2 meanwhile")
    });
}

/// A replica that fails at two rows, by position.
#[test]
fn story_one_failure_is_skipped_once() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").gtid(false).start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY)")?;
        wait_until(SOON, "the table arrives", || {
            tree.sql(1, "SELECT COUNT(*) FROM d.t").is_ok()
        })?;
        tree.sql(1, "SET sql_log_bin=0; INSERT INTO d.t VALUES (1), (2)")?;
        for n in [1, 2] {
            tree.sql(0, &format!("INSERT INTO d.t VALUES ({n})"))?;
        }
        let applier = || tree.first_status(1, "SQL_Running");
        wait_until(SOON, "the applier fails", || {
            applier().is_ok_and(|state| state == "No")
                && tree
                    .first_status(1, "Last_SQL_Error")
                    .is_ok_and(|error| !error.is_empty())
        })?;
        let (_, second) = overtaken(&tree, &tool, 1, &["skip-query", "#1"], &["skip-query", "#1"])?;
        same("second", second.code, 1)?;
        same("the applier", applier()?, "No".to_owned())?;
        // It stands at the second row, which is looked at now.
        tool.said(&["skip-query", "#1"])?;
        same("the applier", applier()?, "Yes".to_owned())
    });
}

/// Somebody comes to replicate from a server whose binary log is about to be emptied.
#[test]
fn story_a_log_is_not_emptied_below_a_new_replica() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = started(flavour, "0;1<0;2<0")?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        tree.sql(0, "CREATE DATABASE d")?;
        wait_until(SOON, "it arrives", || {
            tree.sql(1, "SHOW DATABASES LIKE 'd'")
                .is_ok_and(|found| !found.is_empty())
        })?;
        tree.sql(1, "CREATE DATABASE own")?;
        let executed = || tree.sql(1, "SELECT GTID_SUBTRACT(@@global.gtid_executed, @@global.gtid_purged)");
        let before = executed()?;
        let slow = ["gtid-errant-reset-master", "#1"];
        let (first, second) = overtaken(&tree, &tool, 1, &slow, &["relocate", "#2", "#1"])?;
        same("first", first.code, 0)?;
        same("second", second.code, 1)?;
        same("executed", executed()?, before)?;
        tool.fails(&slow, 1, "has 1 replicas, #2 among them")
    });
}

/// By hand, and nobody was told.
fn point(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let port = tree.port(master);
    let statements = match tree.flavour() {
        Flavour::MySql9 => {
            format!("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={port}; START REPLICA")
        }
        _ => format!("STOP SLAVE; CHANGE MASTER TO MASTER_PORT={port}; START SLAVE"),
    };
    tree.sql(server, &statements).map(drop)
}

#[test]
fn story_what_was_changed_by_hand_counts() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2<0;3<2")?;
        // Nobody but commands reads it.
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#0"])?;
        point(&tree, 2, 1)?;
        for command in ["relocate", "repoint", "move-gtid"] {
            tool.fails(&[command, "#1", "#3"], 1, "#3 is a descendant of #1")?;
            tool.fails(&[command, "#1", "#3", "--dry-run"], 1, "#3 is a descendant of #1")?;
        }
        tool.fails(
            &["relocate-replicas", "#0", "#3", "--pattern", "#1"],
            1,
            "#3 is a descendant of #1",
        )?;
        same("masters", tree_of(&tree)?, vec![0, 1, 2])?;
        // The other way round: whoever is below it no more is not in the way.
        tool.said(&["discover", "#2"])?;
        point(&tree, 2, 0)?;
        same("moved", tool.said(&["relocate", "#1", "#3"])?, "#1<#3\n".to_owned())?;
        same("masters", tree_of(&tree)?, vec![3, 0, 2])
    });
}

/// The inventory takes nothing any more once servers were moved: who was moved is said all the same.
#[test]
fn story_who_was_moved_is_said_without_an_inventory() {
    on_each(&BOTH, |flavour| {
        let tree = started(flavour, "0;1<0;2<0")?;
        let hooks = json!({"PostTakeMasterProcesses": ["echo taken >> hook"]});
        let tool = Tool::new(&tree, hooks)?;
        tool.said(&["discover", "#0"])?;
        let held = Held {
            server: 2,
            text: "START ",
            after: false,
        };
        let slow = ["relocate-replicas", "#0", "#1"];
        let inventory = || -> Result<rusqlite::Connection> {
            let inventory = rusqlite::Connection::open(tool.dir().join("inventory.sqlite3"))?;
            inventory.busy_timeout(SOON)?;
            Ok(inventory)
        };
        let full = || -> Result<()> {
            for event in ["INSERT", "UPDATE"] {
                inventory()?.execute_batch(&format!(
                    "CREATE TRIGGER no_{event} BEFORE {event} ON database_instance
                     BEGIN SELECT RAISE(ABORT, 'nothing is taken'); END"
                ))?;
            }
            Ok(())
        };
        let output = held.while_running(&tool, tree.port(2), &slow, full)?;
        same("said", (output.code, &*output.stdout), (0, "#2\n"))?;
        contains(&output.stderr, "nothing is taken")?;
        same("masters", tree_of(&tree)?, vec![0, 1])?;
        for event in ["INSERT", "UPDATE"] {
            inventory()?.execute_batch(&format!("DROP TRIGGER no_{event}"))?;
        }
        tool.said(&["discover", "#0"])?;
        let output = held.while_running(&tool, tree.port(2), &["take-master", "#2"], full)?;
        same("said", (output.code, &*output.stdout), (0, "#2\n"))?;
        contains(&output.stderr, "nothing is taken")?;
        let hook = fs::read_to_string(tool.dir().join("hook"))?;
        same("hook", hook, "taken\n".to_owned())?;
        same("masters", tree_of(&tree)?, vec![2, 0])
    });
}
