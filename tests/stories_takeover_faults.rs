//! A living master is to hand over on real servers, and something goes wrong: no login to be had, acknowledgements that
//! never come, a master and a tool that die midway. A small library holds the tool between two steps, so a C compiler is
//! needed, as for the linker.
#![allow(clippy::unwrap_used)]

#[path = "support/handing.rs"]
mod handing;
#[path = "support/holding.rs"]
mod holding;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use handing::tool;
use handing::tool::sandbox::{APP_USER, Flavour, Sandbox, sql_of, wait_until};
use handing::tool::{SOON, Tool, contains, on_each, same};
use handing::{GTID, Writer, credentials, is_read_only, replicates, standing, wait_same};
use holding::Held;
use serde_json::json;
use std::time::{Duration, Instant};
use watching::{configure, rows};

fn three(flavour: Flavour) -> Result<Sandbox> {
    Sandbox::up(flavour, "0;1<0;2<0").read_only().start()
}

/// What recoveries leave behind.
const RECORDS: &str = "SELECT uid FROM topology_recovery UNION SELECT uid FROM orc_plan UNION SELECT uid FROM orc_lease
    UNION SELECT detection_id FROM topology_failure_detection WHERE in_active_period = 1";

/// Nobody lends the old master a replication login: that is told before the first change, with what to configure or grant.
#[test]
fn story_takeover_without_a_replication_login_is_refused() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let hooks = json!({"PreGracefulTakeoverProcesses": ["touch told"], "PreFailoverProcesses": ["touch told"]});
        let tool = Tool::new(&tree, hooks)?;
        if flavour == Flavour::MySql9 {
            // MySQL keeps the login in a table, which this account could read.
            let revoke = "SET sql_log_bin = 0; REVOKE SELECT ON mysql.* FROM 'orc'@'%'";
            for server in 0..3 {
                tree.sql(server, revoke)?;
            }
        }
        tool.said(&["discover", "#0"])?;
        let before = standing(&tree)?;
        let parts: &[&str] = match flavour {
            Flavour::MySql9 => &[
                "GRANT SELECT ON mysql.slave_master_info TO",
                "configure ReplicationCredentialsQuery",
            ],
            _ => &[
                "keeps the password in no table",
                "configure ReplicationCredentialsQuery",
            ],
        };
        for command in [
            &["takeover", "#0", "--to", "#1"][..],
            &["takeover", "#0", "--to", "#1", "--dry-run"],
            &["-c", "graceful-master-takeover-auto", "-i", "#0", "-d", "#1"],
        ] {
            let said = tool.run(command)?;
            same("status", said.code, 1).with_context(|| said.stderr.clone())?;
            contains(
                &said.stderr,
                "#0 could not be made a replica, for nobody lends it a replication login",
            )?;
            for part in parts {
                contains(&said.stderr, part)?;
            }
            same("as before", standing(&tree)?, before.clone())?;
        }
        same("records", rows(&tool, RECORDS)?, Vec::new())?;
        ensure!(!tool.dir().join("told").exists(), "a hook ran");
        tree.sql_as(APP_USER, 0, "CREATE DATABASE still").map(drop)
    });
}

/// Every step that a takeover has in the audit trail, in the original's words; one that is taken back is there, too.
#[test]
fn story_takeovers_are_audited() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let mut config = credentials();
        config["AuditToBackendDB"] = json!(true);
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        tool.said(&["takeover", "#0", "--to", "#1"])?;
        replicates(&tree, 0, 1)?;
        replicates(&tree, 2, 1)?;
        let audited = "SELECT audit_type, hostname || ':' || port, cluster_name, message FROM audit
            WHERE audit_type LIKE 'recover-%' OR audit_type LIKE '%downtime' ORDER BY audit_id";
        let mut expected = vec![
            "recover-dead-master\t#0\t#0\tproblem found; will recover".to_owned(),
            "recover-dead-master\t#0\t#0\tpromoted replica: #1".to_owned(),
        ];
        same("audited", rows(&tool, audited)?, expected.clone())?;

        configure(&tool, &json!({"PreFailoverProcesses": ["exit 3"]}))?;
        let said = tool.run(&["takeover", "#1", "--to", "#0"])?;
        same("status", said.code, 1)?;
        expected.extend([
            "recover-dead-master\t#1\t#1\tproblem found; will recover".to_owned(),
            "recover-dead-master\t#1\t#1\tFailure: no replica promoted.".to_owned(),
        ]);
        same("audited", rows(&tool, audited)?, expected.clone())?;
        // What is refused is no recovery.
        let said = tool.run(&["takeover", "#1", "--to", "#1"])?;
        same("status", said.code, 1)?;
        same("audited", rows(&tool, audited)?, expected)
    });
}

/// The connection that waits for an acknowledgement.
fn waiting(tree: &Sandbox) -> Result<String> {
    let query = "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE LIKE '%semi-sync ACK%'";
    Ok(tree.sql(0, query)?.trim().to_owned())
}

/// Replicas replicate on, and acknowledge nothing.
fn acknowledge_nothing(tree: &Sandbox) -> Result<()> {
    let (side, noun) = match tree.flavour() {
        Flavour::MariaDb => ("slave", "SLAVE"),
        _ => ("replica", "REPLICA"),
    };
    for server in 1..3 {
        let statement =
            format!("SET GLOBAL rpl_semi_sync_{side}_enabled = 0; STOP {noun} IO_THREAD; START {noun} IO_THREAD");
        tree.sql(server, &statement)?;
        replicates(tree, server, 0)?;
    }
    Ok(())
}

/// A commit waits for acknowledgements that nobody gives any more: the takeover is given up in time and changes nothing,
/// and ends the sessions of clients where that is asked for.
#[test]
fn story_takeover_is_given_up_where_a_commit_is_never_acknowledged() {
    on_each(&Flavour::WITH_SEMI_SYNC, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().read_only().start()?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        handing::schema(&tree, 0)?;
        for server in 1..3 {
            wait_same(&tree, server, 0)?;
        }
        acknowledge_nothing(&tree)?;
        std::thread::scope(|scope| {
            let name = tree.name().to_owned();
            let held = scope.spawn(move || sql_of(&name, APP_USER, 0, "INSERT INTO app.t VALUES (7)"));
            wait_until(SOON, "a commit waits", || waiting(&tree).is_ok_and(|id| !id.is_empty()))?;
            let before = standing(&tree)?;
            let began = Instant::now();
            let said = tool.run(&["takeover", "#0", "--to", "#1"])?;
            same("status", said.code, 1)?;
            contains(&said.stderr, "writes under way hold it back")?;
            ensure!(began.elapsed() < Duration::from_secs(45), "it waited for the commit");
            same("as before", standing(&tree)?, before)?;
            ensure!(!waiting(&tree)?.is_empty(), "the commit went through");

            let by_force = ["takeover", "#0", "--to", "#1", "--force"];
            if !flavour.is_mariadb() {
                // There the end of its session does not end the wait of a commit.
                let before = standing(&tree)?;
                let said = tool.run(&by_force)?;
                same("status", said.code, 1)?;
                contains(
                    &said.stderr,
                    "which a commit that waits for an acknowledgement outlives on MySQL",
                )?;
                same("as before", standing(&tree)?, before)?;
                tree.sql(
                    1,
                    "SET GLOBAL rpl_semi_sync_replica_enabled = 1; STOP REPLICA IO_THREAD; START REPLICA IO_THREAD",
                )?;
                replicates(&tree, 1, 0)?;
                // Whoever acknowledges a later one has all before it.
                tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (9)")?;
                wait_until(SOON, "no commit waits", || waiting(&tree).is_ok_and(|id| id.is_empty()))?;
            }
            same("by force", tool.said(&by_force)?, "#1\n".to_owned())?;
            ensure!(held.join().is_ok(), "the session");
            ensure!(is_read_only(&tree, 0)? && !is_read_only(&tree, 1)?, "who takes writes");
            replicates(&tree, 0, 1)?;
            replicates(&tree, 2, 1)?;
            // The old master acknowledges now.
            tree.sql_as(APP_USER, 1, "INSERT INTO app.t VALUES (8)")?;
            let rows = if flavour.is_mariadb() { 2 } else { 3 };
            (0..3).try_for_each(|server| wait_same(&tree, server, rows))
        })
    });
}

/// Two acknowledgements are waited for: as many are there before, and on the new master after.
#[test]
fn story_takeover_with_two_acknowledgements_hangs_no_commit() {
    on_each(&[Flavour::MySql9], |flavour| {
        for spec in ["0;1<0;2<0", "0;1<0;2<0;3<0"] {
            let tree = Sandbox::up(flavour, spec)
                .semi_sync()
                .semi_sync_count(2)
                .read_only()
                .start()?;
            let tool = Tool::new(&tree, credentials())?;
            tool.said(&["discover", "#0"])?;
            let writer = Writer::begin(&tree, 0)?;
            writer.wait_for(20)?;
            same(spec, tool.said(&["takeover", "#0", "--to", "#1"])?, "#1\n".to_owned())?;
            let mut rows = writer.end()?;
            let waits = "SELECT @@rpl_semi_sync_source_enabled, @@rpl_semi_sync_source_wait_for_replica_count";
            same("semi-sync goes along", tree.sql(1, waits)?.trim(), "1\t2")?;
            let writer = Writer::begin_at(&tree, 1, 1_000_000)?;
            writer.wait_for(20)?;
            rows += writer.end()?;
            for server in 0..tree.count() {
                wait_same(&tree, server, rows)?;
            }
            for server in (0..tree.count()).filter(|server| *server != 1) {
                replicates(&tree, server, 1)?;
            }
        }
        Ok(())
    });
}

/// Tool and old master die at the same moment of a takeover. Before the promotion a failover takes the takeover's place;
/// once it has begun the takeover is carried to its end. The old master comes back as a replica.
#[test]
fn story_takeover_dies_together_with_the_old_master() {
    on_each(&GTID, |flavour| {
        let stop = if flavour.is_mariadb() {
            "STOP SLAVE"
        } else {
            "STOP REPLICA"
        };
        for (server, text, after, is_promoted) in [
            (0, "lock_wait_timeout", false, false),
            (1, stop, false, false),
            (1, "GLOBAL read_only=0", true, true),
        ] {
            let held = Held { server, text, after };
            both_die(flavour, held, is_promoted).with_context(|| format!("{held:?}"))?;
        }
        Ok(())
    });
}

/// The old master dies midway and the tool lives: it stops where nobody was promoted, and a failover follows; where all is
/// there that the old master wrote, it goes on.
#[test]
fn story_takeover_whose_old_master_dies_midway() {
    on_each(&GTID, |flavour| {
        let stop = if flavour.is_mariadb() {
            "STOP SLAVE"
        } else {
            "STOP REPLICA"
        };
        for (server, text) in [(0, "lock_wait_timeout"), (1, stop)] {
            let tree = three(flavour)?;
            let tool = Tool::new(&tree, credentials())?;
            tool.said(&["discover", "#0"])?;
            handing::schema(&tree, 0)?;
            (1..3).try_for_each(|server| wait_same(&tree, server, 0))?;
            let held = Held {
                server,
                text,
                after: false,
            };
            let takeover = ["takeover", "#0", "--to", "#1"];
            let said = held.while_running(&tool, tree.port(server), &takeover, || tree.kill(0))?;
            if is_read_only(&tree, 1)? {
                ensure!([1, 6].contains(&said.code), "{said:#?}");
                for server in 1..3 {
                    wait_until(SOON, "its receiver notices", || {
                        tree.replica_status(server, "IO_Running").is_ok_and(|io| io != ["Yes"])
                    })?;
                }
                let failover = tool.run(&["recover", "#0"])?;
                same("status", failover.code, 8).with_context(|| format!("{said:#?}\n{failover:#?}"))?;
            }
            is_whole_without_old_master(&tree, &tool)?;
        }
        Ok(())
    });
}

fn both_die(flavour: Flavour, held: Held<'_>, is_promoted: bool) -> Result<()> {
    let tree = three(flavour)?;
    let tool = Tool::new(&tree, credentials())?;
    tool.said(&["discover", "#0"])?;
    handing::schema(&tree, 0)?;
    tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (1)")?;
    for server in 1..3 {
        wait_same(&tree, server, 1)?;
    }
    let takeover = ["takeover", "#0", "--to", "#1"];
    held.while_dying(&tool, tree.port(held.server), &takeover, || tree.kill(0))?;
    for server in 1..3 {
        wait_until(SOON, "its receiver notices", || {
            tree.replica_status(server, "IO_Running").is_ok_and(|io| io != ["Yes"])
        })?;
    }
    let uid = rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.join(" ");
    let again = tool.run(&takeover)?;
    ensure!([1, 5].contains(&again.code), "a takeover of a dead master: {again:#?}");
    let said = tool.run(&["recover", "#0"])?;
    if is_promoted {
        same("status", said.code, 5).with_context(|| format!("{said:#?}"))?;
        contains(&said.stderr, "`orchestrator recover --resume`")?;
        let said = tool.run(&["recover", "--resume"])?;
        ensure!(said.stdout == "#1\n", "{said:#?}");
    } else {
        same("status", said.code, 8).with_context(|| format!("{said:#?}"))?;
        let outcome = format!("SELECT all_errors, is_successful FROM topology_recovery WHERE uid = '{uid}'");
        same(
            "the takeover",
            rows(&tool, &outcome)?,
            vec!["superseded by the failover\t0".to_owned()],
        )?;
    }
    let master = is_whole_without_old_master(&tree, &tool)?;
    tree.start(0)?;
    // On a busy machine a server may take longer for it than it is given.
    wait_until(SOON, "it comes back", || {
        tool.run(&["rejoin", "#0"])
            .is_ok_and(|back| [0, 4].contains(&back.code))
    })?;
    replicates(&tree, 0, master)?;
    ensure!(is_read_only(&tree, 0)?, "the old master takes writes");
    tree.sql_as(APP_USER, master, "INSERT INTO app.t VALUES (2)")?;
    (0..3).try_for_each(|server| wait_same(&tree, server, 2))
}

/// One takes writes, the other follows it, and nothing is open. Who it is.
fn is_whole_without_old_master(tree: &Sandbox, tool: &Tool<'_>) -> Result<usize> {
    let master = if is_read_only(tree, 1)? { 2 } else { 1 };
    let other = 3 - master;
    ensure!(
        !is_read_only(tree, master)? && is_read_only(tree, other)?,
        "who takes writes"
    );
    replicates(tree, other, master)?;
    for open in [
        "SELECT uid FROM orc_plan WHERE closed = ''",
        "SELECT uid FROM orc_lease",
        "SELECT uid FROM topology_recovery WHERE nullif(end_recovery, '') IS NULL",
    ] {
        same(open, rows(tool, open)?, Vec::new())?;
    }
    Ok(master)
}
