//! What happens to others in the middle of a failover, on real servers: a replica dies while it is being re-pointed, the
//! disk of the inventory is full. A small library holds the tool between two steps, so a C compiler is needed, as for the
//! linker; a full disk needs root.
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
#[path = "support/holding.rs"]
mod holding;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/small_disk.rs"]
mod small_disk;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use dead::{BOTH, follows, is_writable, kill, latest, recovers, refused, servers, words};
use holding::Held;
use serde_json::json;
use small_disk::SmallDisk;
use tool::sandbox::{Flavour, REPL_PASSWORD, REPL_USER, Sandbox, wait_until};
use tool::{Output, SOON, Tool, contains, on_each, same};
use watching::{configure, file_lines, rows};

/// The statement by which a replica is told its master.
fn change(flavour: Flavour) -> &'static str {
    if flavour.is_mariadb() {
        "CHANGE MASTER "
    } else {
        "CHANGE REPLICATION SOURCE TO"
    }
}

/// A replica is killed before it is told its new master, once it was told, and once it was told to start: the others are
/// served, it is lost and told, and comes back by `rejoin`.
#[test]
fn story_a_replica_dies_while_it_is_being_re_pointed() {
    on_each(&BOTH, |flavour| {
        let moments = [
            (change(flavour), false),
            (change(flavour), true),
            (words(flavour).start, true),
        ];
        let detaches = [true, false, true];
        for ((text, after), detaches) in moments.into_iter().zip(detaches) {
            dies_at(flavour, (text, after), detaches)
                .map_err(|error| error.context(format!("{text}, after {after}")))?;
        }
        Ok(())
    });
}

fn dies_at(flavour: Flavour, (text, after): (&str, bool), detaches: bool) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").read_only().start()?;
    let config = json!({
        "ReplicationCredentialsQuery": format!("SELECT '{REPL_USER}', '{REPL_PASSWORD}'"),
        "DetachLostReplicasAfterMasterFailover": detaches,
        "DetachLostSlavesAfterMasterFailover": detaches,
        "PostFailoverProcesses": ["echo {lostReplicas} {countLostReplicas} {isSuccessful} >> told"],
    });
    let tool = Tool::new(&tree, config)?;
    tool.said(&["discover", "#1"])?;
    // A server without any transaction cannot be told from one of another history.
    tree.sql(0, "CREATE DATABASE d")?;
    for server in 1..4 {
        wait_until(SOON, "everybody has it", || {
            tree.sql(server, "SHOW CREATE DATABASE d").is_ok()
        })?;
    }
    kill(&tree, 0, &[1, 2, 3])?;
    let held = Held { server: 2, text, after };
    let recover = ["recover", "#0", "--candidate", "#1"];
    let output = held.while_running(&tool, tree.port(2), &recover, || tree.kill(2))?;
    ensure!(output.code == 8, "{output:#?}");
    same("successor", output.stdout.as_str(), "#1\n")?;
    ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
    follows(&tree, 3, 1)?;
    contains(&output.stderr, "#2 is lost: ")?;
    // What is on it is in nobody's way: it is detached only where that is wanted.
    let tried = output.stderr.contains("#2: detaching it from its master");
    same("it was to be detached", tried, detaches)?;
    same("hooks", file_lines(&tool, "told"), vec!["#2 1 true".to_owned()])?;
    let record = latest(&tool)?;
    ensure!(record.starts_with("1\t1\t#1\t"), "{record}");
    same(
        "lost",
        rows(&tool, "SELECT lost_slaves FROM topology_recovery")?,
        vec!["#2".to_owned()],
    )?;
    let downtime = "SELECT hostname || ':' || port FROM database_instance_downtime
        WHERE downtime_active AND reason = 'lost-in-recovery' ORDER BY 1";
    same(
        "in downtime",
        rows(&tool, downtime)?,
        vec!["#0".to_owned(), "#2".to_owned()],
    )?;
    ensure!(rows(&tool, "SELECT uid FROM orc_lease")?.is_empty(), "a lease");
    same(
        "open journals",
        rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?,
        Vec::new(),
    )?;

    tree.start(2)?;
    // On a busy machine a server may take longer for it than it is given.
    let mut last = String::new();
    let back = wait_until(SOON, "it comes back", || {
        tool.run(&["rejoin", "#2"]).is_ok_and(|back| {
            last = back.stderr;
            [0, 4].contains(&back.code)
        })
    });
    back.map_err(|error| error.context(last))?;
    follows(&tree, 2, 1)?;
    ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
    same("in downtime", rows(&tool, downtime)?, vec!["#0".to_owned()])
}

/// A tool whose inventory lies on a small disk of its own; none where such a disk is not to be had.
fn on_small_disk<'t>(tree: &'t Sandbox) -> Result<Option<(Tool<'t>, SmallDisk)>> {
    let tool = Tool::new(tree, json!({"PostFailoverProcesses": ["echo {successorPort} >> told"]}))?;
    let Some(disk) = SmallDisk::mount(tool.dir().join("disk")) else {
        return Ok(None);
    };
    let file = disk.at.join("inventory.sqlite3");
    configure(&tool, &json!({"SQLite3DataFile": file}))?;
    std::os::unix::fs::symlink(file, tool.dir().join("inventory.sqlite3"))?;
    Ok(Some((tool, disk)))
}

/// The disk is full before anything is begun: nothing is changed, and it is told why.
#[test]
fn story_a_full_disk_keeps_a_recovery_from_beginning() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let Some((tool, disk)) = on_small_disk(&tree)? else {
            return Ok(());
        };
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        disk.fill();
        refused(&tool, &["recover", "#0"], 3, &["inventory", "free space"])?;
        same("servers", servers(&tree, &[1, 2])?, before)?;
        disk.free();
        recovers(&tool, &["recover", "#0"], 1)?;
        follows(&tree, 2, 1)
    });
}

/// The disk is full before the first change that matters: everything is taken back, and with room again the cluster is
/// recovered.
#[test]
fn story_a_disk_that_is_full_before_the_promotion() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let Some((tool, disk)) = on_small_disk(&tree)? else {
            return Ok(());
        };
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        let output = fills_at(&tree, &tool, &disk, (1, "IO_THREAD"))?;
        ensure!(output.code == 1, "{output:#?}");
        contains(&output.stderr, "the recovery came to nothing, and was taken back: ")?;
        contains(&output.stderr, "database or disk is full; free some space on its disk")?;
        same("servers", servers(&tree, &[1, 2])?, before)?;
        same("hooks", file_lines(&tool, "told").len(), 0)?;
        disk.free();
        let resumed = tool.run(&["recover", "--resume"])?;
        ensure!([1, 4].contains(&resumed.code), "{resumed:#?}");
        recovers(&tool, &["recover", "#0"], 1)?;
        follows(&tree, 2, 1)?;
        is_closed(&tool)
    });
}

/// The disk is full when a replica is about to be re-pointed: the recovery goes on beside the inventory to its end, who was
/// promoted is told, and the records are complete once there is room again.
#[test]
fn story_a_disk_that_is_full_after_the_promotion() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let Some((tool, disk)) = on_small_disk(&tree)? else {
            return Ok(());
        };
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let output = fills_at(&tree, &tool, &disk, (2, change(flavour)))?;
        ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
        ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
        follows(&tree, 2, 1)?;
        ensure!(output.code == 8 && output.stdout == "#1\n", "{output:#?}");
        contains(&output.stderr, "database or disk is full; free some space on its disk")?;
        contains(
            &output.stderr,
            "`orchestrator recover --resume` completes what is recorded",
        )?;
        disk.free();
        let resumed = tool.run(&["recover", "--resume"])?;
        ensure!([4, 8].contains(&resumed.code), "{resumed:#?}");
        same("hooks", file_lines(&tool, "told").len(), 1)?;
        is_closed(&tool)
    });
}

/// Recovers to server 1, and fills the disk when this server is about to be told this.
fn fills_at(tree: &Sandbox, tool: &Tool<'_>, disk: &SmallDisk, (server, text): (usize, &str)) -> Result<Output> {
    let held = Held {
        server,
        text,
        after: false,
    };
    let recover = ["recover", "#0", "--candidate", "#1"];
    let output = held.while_running(tool, tree.port(server), &recover, || {
        disk.fill();
        Ok(())
    })?;
    Ok(output)
}

/// The last recovery succeeded, and nothing is open.
fn is_closed(tool: &Tool<'_>) -> Result<()> {
    let record = latest(tool)?;
    ensure!(record.starts_with("1\t1\t#1\t"), "{record}");
    let last = "SELECT uid FROM topology_recovery ORDER BY recovery_id DESC LIMIT 1";
    let undone =
        format!("SELECT number, progress FROM orc_journal WHERE progress IN ('planned', 'begun') AND uid = ({last})");
    same("what came of each step is known", rows(tool, &undone)?, Vec::new())?;
    let open = "SELECT uid FROM orc_plan WHERE closed = ''";
    same("open journals", rows(tool, open)?, Vec::new())?;
    ensure!(rows(tool, "SELECT uid FROM orc_lease")?.is_empty(), "a lease");
    tool.said(&["inventory", "check"]).map(drop)
}
