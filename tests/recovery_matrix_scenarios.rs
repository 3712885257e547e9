//! What else a recovery may meet: co-masters of which one or the other may follow, data centres that a master must not
//! leave, a master that was locked before it died, a successor that falls behind when its master refuses writes already.
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
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

use anyhow::{Context, Result, bail, ensure};
use dead::{follows, is_writable, kill, recovers, refused, servers, words};
use scene::Stage;
use serde_json::json;
use std::time::Duration;
use tool::sandbox::{APP_USER, Flavour, Sandbox, sql_of, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{configure, rows};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Two masters of one another, the first of which dies, and a replica of it. The second takes writes, or does not.
fn co_masters(flavour: Flavour, takes_writes: bool) -> Result<Sandbox> {
    let tree = Sandbox::up(flavour, "0<1;1<0;2<0").start()?;
    let both = if flavour == Flavour::MySql9 {
        "super_read_only"
    } else {
        "read_only"
    };
    if !takes_writes {
        tree.sql(1, &format!("SET GLOBAL {both} = 1"))?;
    }
    tree.sql(2, &format!("SET GLOBAL {both} = 1"))?;
    Ok(tree)
}

/// The other one takes over, wherever a replica is preferred, unless that is allowed.
#[test]
fn matrix_co_masters() {
    on_each(&BOTH, |flavour| {
        for (takes_writes, must, expected) in [(false, true, 1), (true, false, 1), (false, false, 2)] {
            let tree = co_masters(flavour, takes_writes)?;
            let tool = Tool::new(&tree, json!({"CoMasterRecoveryMustPromoteOtherCoMaster": must}))?;
            tool.said(&["discover", "#0"])?;
            tool.said(&["discover", "#2"])?;
            tool.said(&["register-candidate", "#2", "--promotion-rule", "prefer"])?;
            kill(&tree, 0, &[1, 2])?;
            let case = format!("takes writes {takes_writes}, must {must}");
            recovers(&tool, &["recover", "#0"], expected).context(case)?;
            let other = 3 - expected;
            follows(&tree, other, expected)?;
            ensure!(is_writable(&tree, expected)?, "#{expected} takes no writes");
            ensure!(!is_writable(&tree, other)?, "#{other} takes writes");
            // The ring is broken.
            same("its channels", tree.replica_status(expected, "Port")?, Vec::new())?;
        }
        Ok(())
    });
}

/// The furthest is in another data centre: it hands over what it has. Where all are elsewhere nothing is touched.
#[test]
fn matrix_data_centres() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let near = format!("SELECT IF(@@port IN ({}, {}), 'ny', 'sf')", tree.port(0), tree.port(2));
        let tool = Tool::new(
            &tree,
            json!({"DetectDataCenterQuery": near, "PreventCrossDataCenterMasterFailover": true}),
        )?;
        tool.said(&["discover", "#0"])?;
        tree.sql(2, &format!("{} IO_THREAD", words(flavour).stop))?;
        tree.sql(0, "CREATE DATABASE ahead")?;
        wait_until(SOON, "it arrives", || has(&tree, 1, "ahead"))?;
        kill(&tree, 0, &[1])?;

        let before = servers(&tree, &[1, 2])?;
        tool.said(&["register-candidate", "#2", "--promotion-rule", "must_not"])?;
        let parts = [
            "none of the replicas of #0 may be promoted",
            "#1: its data centre is sf, and the failed master's is ny",
            "#2: its promotion rule is must_not",
        ];
        refused(&tool, &["recover", "#0"], 1, &parts)?;
        same("servers", servers(&tree, &[1, 2])?, before)?;

        tool.said(&["register-candidate", "#2", "--promotion-rule", "neutral"])?;
        let output = recovers(&tool, &["recover", "#0"], 2)?;
        ensure!(has(&tree, 2, "ahead"), "what only #1 had is lost: {output:#?}");
        follows(&tree, 1, 2)
    });
}

fn has(tree: &Sandbox, server: usize, schema: &str) -> bool {
    let found = tree.sql(server, &format!("SHOW DATABASES LIKE '{schema}'"));
    found.is_ok_and(|found| found.contains(schema))
}

/// Nobody acknowledges, and nothing is to be done about that; then the master dies, which is. MariaDB does not tell how
/// many are to acknowledge, by which a master is found to be locked.
#[test]
fn matrix_locked_master_killed() {
    on_each(&[Flavour::MySql9], |flavour| {
        let config = json!({"ReasonableLockedSemiSyncMasterSeconds": 1, "MasterDeadForSeconds": 0});
        Stage::of("0;1<0;2<0")
            .semi_sync()
            .config(config)
            .play(flavour, |scene| {
                // Commits that wait would take every connection.
                scene.writers.rest()?;
                for replica in [1, 2] {
                    scene
                        .tree
                        .sql(replica, "SET GLOBAL rpl_semi_sync_replica_enabled = 0")?;
                    scene::thread(scene.tree, replica, "STOP", "IO_THREAD")?;
                    scene::thread(scene.tree, replica, "START", "IO_THREAD")?;
                }
                let name = scene.tree.name().to_owned();
                let waits = std::thread::spawn(move || sql_of(&name, "root", 0, "CREATE DATABASE waits"));
                scene.watch.wait(&["#0 (cluster #0): LockedSemiSyncMaster"])?;
                let open = "SELECT uid FROM topology_recovery";
                same("recoveries", rows(scene.tool, open)?, Vec::new())?;
                scene.tree.kill(0)?;
                ensure!(waits.join().is_ok_and(|ended| ended.is_err()), "it was acknowledged");
                scene.writers.go_on();
                let successor = scene.taken_over_from(0)?;
                scene.all_follow(&[3 - successor], successor)
            })
    });
}

/// What the master committed last takes the successor longer than it may: the master takes writes again.
#[test]
fn matrix_takeover_behind_at_the_end() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        // Just before anything is changed: the statement that goes on for six seconds ends while the master is told to
        // refuse writes, and takes the successor as long.
        let hook = "until [ -e begun ]; do sleep 0.02; done; while [ $(($(date +%s%N) / 1000000)) -lt $(cat begun) ]; \
            do sleep 0.02; done";
        let config = json!({
            "ReasonableMaintenanceReplicationLagSeconds": 2,
            "ReplicationCredentialsQuery": "SELECT 'repl', 'repl-pw'",
            "PreFailoverProcesses": [hook],
            "HookTimeoutSeconds": 30,
        });
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        tree.sql(0, "CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY, s INT)")?;
        for replica in [1, 2] {
            wait_until(SOON, "the table", || tree.sql(replica, "SELECT 1 FROM d.t").is_ok())?;
        }
        for number in 1..=8 {
            let (said, slow) = slow_end(&tree, &tool, number)?;
            ensure!(said.code == 1, "{said:#?}");
            ensure!(!said.stderr.contains("promoted"), "{said:#?}");
            ensure!(is_writable(&tree, 0)?, "the master takes no writes: {said:#?}");
            ensure!(slow, "the slow write failed: {said:#?}");
            tree.sql_as(APP_USER, 0, &format!("INSERT INTO d.t VALUES ({}, 0)", 100 + number))?;
            for replica in [1, 2] {
                follows(&tree, replica, 0)?;
                ensure!(!is_writable(&tree, replica)?, "#{replica} takes writes");
                wait_until(SOON, "it has caught up", || {
                    let count = tree.sql(replica, "SELECT COUNT(*) FROM d.t").unwrap_or_default();
                    count.trim() == (2 * number).to_string()
                })?;
            }
            ensure!(
                rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.is_empty(),
                "open"
            );
            let undone = "SELECT COUNT(*) FROM orc_journal WHERE progress = 'undone'";
            if rows(&tool, undone)? != ["0"] {
                // It had refused writes already.
                contains(&said.stderr, "was taken back")?;
                contains(&said.stderr, "#1: waiting until it has executed")?;
                configure(
                    &tool,
                    &json!({"PreFailoverProcesses": [], "ReasonableMaintenanceReplicationLagSeconds": 20}),
                )?;
                same("then", tool.said(&["takeover", "#0", "--to", "#1"])?, "#1\n".to_owned())?;
                return follows(&tree, 2, 1);
            }
        }
        bail!("it never came as far as to refuse writes")
    });
}

/// A write that goes on for six seconds and ends when the takeover has begun. What the takeover said, and whether the
/// write was done.
fn slow_end(tree: &Sandbox, tool: &Tool<'_>, number: u32) -> Result<(tool::Output, bool)> {
    const LASTS: Duration = Duration::from_secs(6);
    // The sooner the master is told to refuse writes, the later this ends.
    let before_the_end = Duration::from_millis(100 * u64::from(number));
    let begun = tool.dir().join("begun");
    drop(std::fs::remove_file(&begun));
    std::thread::scope(|scope| {
        let statement = format!(
            "SET SESSION binlog_format = STATEMENT; INSERT INTO d.t SELECT {number}, SLEEP({})",
            LASTS.as_secs()
        );
        let name = tree.name().to_owned();
        let slow = scope.spawn(move || sql_of(&name, "root", 0, &statement));
        let running = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT%SLEEP(%'";
        wait_until(SOON, "the write is under way", || {
            tree.sql(0, running).is_ok_and(|count| count.trim() == "1")
        })?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let until = now + LASTS - before_the_end;
        let other = tool.dir().join("begins");
        std::fs::write(&other, until.as_millis().to_string())?;
        std::fs::rename(&other, &begun)?;
        let said = tool.run(&["takeover", "#0", "--to", "#1"])?;
        let slow = slow.join().ok().context("a thread")?;
        Ok((said, slow.is_ok()))
    })
}
