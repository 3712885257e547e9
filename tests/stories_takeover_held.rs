//! What can hold a takeover back on real servers: writes under way, lag, acknowledgements, another operator.

#[path = "support/handing.rs"]
mod handing;

use anyhow::{Result, ensure};
use handing::tool::sandbox::{ADMIN_USER, APP_USER, Flavour, Sandbox, sql_of, wait_until};
use handing::tool::{SOON, Tool, contains, on_each, same};
use handing::{GTID, Writer, credentials, is_read_only, replicates, standing, wait_same};
use serde_json::json;
use std::time::{Duration, Instant};

fn three(flavour: Flavour) -> Result<Sandbox> {
    Sandbox::up(flavour, "0;1<0;2<0").read_only().start()
}

/// A session of an account that goes on for minutes unless it is ended, and whether it was.
fn session<'s>(
    scope: &'s std::thread::Scope<'s, '_>,
    tree: &Sandbox,
    (user, server): (&'s str, usize),
    statement: &'s str,
) -> Result<std::thread::ScopedJoinHandle<'s, Result<String>>> {
    let name = tree.name().to_owned();
    let thread = scope.spawn(move || sql_of(&name, user, server, statement));
    wait_until(SOON, "the session is under way", || {
        sleeper(tree, server).is_ok_and(|id| !id.is_empty())
    })?;
    Ok(thread)
}

/// The connection that sleeps.
fn sleeper(tree: &Sandbox, server: usize) -> Result<String> {
    let query = "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SLEEP(%' AND ID<>CONNECTION_ID()";
    Ok(tree.sql(server, query)?.trim().to_owned())
}

#[test]
fn story_takeover_is_given_up_where_writes_hold_the_old_master() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        handing::schema(&tree, 0)?;
        for server in 1..3 {
            wait_same(&tree, server, 0)?;
        }
        std::thread::scope(|scope| {
            let held = session(
                scope,
                &tree,
                (APP_USER, 0),
                "INSERT INTO app.t VALUES (5000 + SLEEP(300))",
            )?;
            let before = standing(&tree)?;
            let began = Instant::now();
            let said = tool.run(&["takeover", "#0", "--to", "#1"])?;
            same("status", said.code, 1)?;
            contains(&said.stderr, "writes under way hold it back")?;
            contains(&said.stderr, "was taken back")?;
            ensure!(began.elapsed() < Duration::from_secs(45), "it waited for the session");
            same("as before", standing(&tree)?, before)?;
            tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (1)")?;

            same(
                "by force",
                tool.said(&["takeover", "#0", "--to", "#1", "--force"])?,
                "#1\n".to_owned(),
            )?;
            ensure!(
                held.join().is_ok_and(|ended| ended.is_err()),
                "the session went through"
            );
            replicates(&tree, 0, 1)?;
            replicates(&tree, 2, 1)?;
            // MySQL still commits the row of a sleep that was ended.
            let rows = tree.sql(0, "SELECT count(*) FROM app.t")?.trim().parse()?;
            (1..3).try_for_each(|server| wait_same(&tree, server, rows))
        })
    });
}

#[test]
fn story_takeover_to_a_replica_that_lags_is_refused() {
    on_each(&GTID, |flavour| {
        let tree = three(flavour)?;
        let mut config = credentials();
        config["ReasonableMaintenanceReplicationLagSeconds"] = json!(1);
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        handing::schema(&tree, 0)?;
        wait_same(&tree, 1, 0)?;
        std::thread::scope(|scope| {
            let locks = "LOCK TABLES app.t READ; SELECT SLEEP(300)";
            let held = session(scope, &tree, (ADMIN_USER, 1), locks)?;
            tree.sql_as(APP_USER, 0, "INSERT INTO app.t VALUES (1)")?;
            wait_until(SOON, "it lags", || {
                let lag = tree.replica_status(1, "Seconds_Behind_Source");
                let lag = lag.or_else(|_| tree.replica_status(1, "Seconds_Behind_Master"));
                lag.is_ok_and(|lag| lag.iter().any(|lag| lag.parse().is_ok_and(|lag: u64| lag > 2)))
            })?;
            let before = standing(&tree)?;
            let said = tool.run(&["takeover", "#0", "--to", "#1"])?;
            same("status", said.code, 1)?;
            contains(&said.stderr, "ReasonableMaintenanceReplicationLagSeconds allows 1")?;
            same("as before", standing(&tree)?, before)?;
            let plan = tool.said(&["takeover", "#0", "--auto", "--dry-run"])?;
            contains(&plan, "successor: #2\n")?;

            tree.sql(1, &format!("KILL {}", sleeper(&tree, 1)?))?;
            ensure!(held.join().is_ok(), "the session");
            wait_same(&tree, 1, 1)?;
            wait_until(SOON, "it lags no more", || {
                tool.run(&["takeover", "#0", "--to", "#1"])
                    .is_ok_and(|said| said.code == 0)
            })?;
            replicates(&tree, 0, 1)
        })
    });
}

/// One acknowledgement is waited for practically for ever, and two replicas acknowledge.
#[test]
fn story_takeover_with_semi_sync_hangs_no_commit() {
    on_each(&Flavour::WITH_SEMI_SYNC, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").semi_sync().read_only().start()?;
        let tool = Tool::new(&tree, credentials())?;
        tool.said(&["discover", "#0"])?;
        let writer = Writer::begin(&tree, 0)?;
        writer.wait_for(20)?;
        same(
            "the new master",
            tool.said(&["takeover", "#0", "--to", "#1"])?,
            "#1\n".to_owned(),
        )?;
        let mut rows = writer.end()?;
        let side = if flavour.is_mariadb() { "master" } else { "source" };
        let enabled = tree.sql(1, &format!("SELECT @@global.rpl_semi_sync_{side}_enabled"))?;
        same("semi-sync goes along", enabled.trim(), "1")?;
        let writer = Writer::begin_at(&tree, 1, 1_000_000)?;
        writer.wait_for(20)?;
        rows += writer.end()?;
        for server in 0..3 {
            wait_same(&tree, server, rows)?;
        }
        replicates(&tree, 0, 1)?;
        replicates(&tree, 2, 1)
    });
}

#[test]
fn story_two_operators_take_the_same_cluster_over() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = three(flavour)?;
        let mut config = credentials();
        config["PreGracefulTakeoverProcesses"] =
            json!(["touch begun; for i in $(seq 600); do test -e go && exit 0; sleep 0.1; done; exit 1"]);
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#0"])?;
        std::thread::scope(|scope| {
            let first = scope.spawn(|| tool.run(&["takeover", "#0", "--to", "#1"]));
            wait_until(SOON, "the first has begun", || tool.dir().join("begun").exists())?;
            for command in [
                &["takeover", "#0", "--to", "#2"][..],
                &["failover", "#0"],
                &["-c", "graceful-master-takeover", "-i", "#0", "-d", "#2"],
            ] {
                let said = tool.run(command)?;
                let expected = if command.first() == Some(&"-c") { 1 } else { 5 };
                same("status", said.code, expected).map_err(|error| error.context(said.stderr.clone()))?;
                contains(&said.stderr, "open-recovery")?;
                contains(&said.stderr, &hostname()?)?;
            }
            std::fs::write(tool.dir().join("go"), "")?;
            let Ok(first) = first.join() else {
                anyhow::bail!("the first one failed")
            };
            same("the first", first?.stdout, "#1\n".to_owned())?;
            ensure!(is_read_only(&tree, 0)? && is_read_only(&tree, 2)?, "two take writes");
            replicates(&tree, 2, 1)
        })
    });
}

fn hostname() -> Result<String> {
    Ok(std::fs::read_to_string("/proc/sys/kernel/hostname")?.trim().to_owned())
}
