//! Writes refused and taken on real servers: MySQL 9, MariaDB, MySQL 5.6. Where a server can't be had the test says so and
//! passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::change::ReadOnly;
use orchestrator::model::observation::ContactKind;
use orchestrator::probe::Change;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::sandbox::{Flavour, Sandbox, wait_until};
use support::telling::{LONG, look, stands, start, tell, tell_as};

fn refuse(even_super: bool, end_sessions: bool) -> Change {
    Change::SetReadOnly(ReadOnly {
        even_super,
        end_sessions,
    })
}

/// A client that runs statements and goes on running.
struct Client(Child);

impl Client {
    fn start(tree: &Sandbox, user: &str, statements: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sandbox/sandbox");
        let child = Command::new(script)
            .args(["sql", "--user", user, tree.name(), "0", statements])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    /// Whether it ended well; nothing while it runs.
    fn ended(&mut self) -> Option<bool> {
        self.0.try_wait().unwrap().map(|status| status.success())
    }

    /// How it ended.
    fn outcome(&mut self) -> bool {
        wait_until(LONG, "the client has ended", || self.ended().is_some()).unwrap();
        self.ended().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn writes_as(tree: &Sandbox, user: &str) -> bool {
    tree.sql_as(user, 0, "REPLACE INTO x.t VALUES (1000)").is_ok()
}

/// Waits until a client of this account is in this state.
fn wait_state(tree: &Sandbox, user: &str, state: &str) {
    let query = format!("SELECT CONCAT_WS('|',STATE,INFO) FROM information_schema.PROCESSLIST WHERE USER='{user}'");
    wait_until(LONG, state, || {
        tree.sql(0, &query)
            .is_ok_and(|text| text.to_lowercase().contains(state))
    })
    .unwrap();
}

fn refused_and_taken(tree: &Sandbox) {
    let has_super = tree.flavour() == Flavour::MySql9;
    tree.sql(
        0,
        "CREATE DATABASE x; CREATE TABLE x.t (a INT PRIMARY KEY) ENGINE=InnoDB",
    )
    .unwrap();
    let port = tree.port(0);
    for even_super in [false, true] {
        for _ in 0..2 {
            let changed = tell(port, &refuse(even_super, true));
            println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
            let seen = look(tree, 0);
            assert!(seen.reading.server.read_only);
            assert_eq!(seen.super_read_only, has_super.then_some(even_super));
            assert!(!writes_as(tree, "app"));
            assert_eq!(writes_as(tree, "root"), !(even_super && has_super));
        }
        for _ in 0..2 {
            let changed = tell(port, &Change::SetWritable);
            println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
            let seen = look(tree, 0);
            assert!(!seen.reading.server.read_only);
            assert_eq!(seen.super_read_only, has_super.then_some(false));
            assert!(writes_as(tree, "app"));
        }
    }
}

/// A table lock and a long statement hold it back for a second; then their sessions are ended.
fn held_back(tree: &Sandbox) {
    tree.sql(0, "GRANT LOCK TABLES ON *.* TO app").unwrap();
    for (statements, state) in [
        ("LOCK TABLES x.t WRITE; SELECT SLEEP(60)", "sleep(60)"),
        ("INSERT INTO x.t SELECT 7 + SLEEP(60)", "sleep(60)"),
    ] {
        let mut client = Client::start(tree, "app", statements);
        wait_state(tree, "app", state);
        let began = Instant::now();
        let failed = tell_as("orc", tree.port(0), &refuse(true, false), LONG).unwrap_err();
        println!("{}: {failed} in {:?}", tree.flavour(), began.elapsed());
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(!failed.is_unknown && failed.contact.kind == ContactKind::ServerError);
        assert!(failed.to_string().contains("1205"), "{failed}");
        assert_eq!(client.ended(), None);
        assert!(!look(tree, 0).reading.server.read_only);

        let changed = tell(tree.port(0), &refuse(true, true));
        println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
        assert!(changed.statements.iter().any(|text| text.starts_with("KILL ")));
        assert!(!client.outcome());
        assert!(look(tree, 0).reading.server.read_only);
        // Replication's own connections live.
        let running = orchestrator::model::instance::ThreadState::Running;
        assert_eq!(stands(tree, 1), (running, running));
        tell(tree.port(0), &Change::SetWritable);
    }
}

/// A commit that no replica acknowledges. What became of it is never told to its client as done.
fn behind_an_acknowledgement(tree: &Sandbox) {
    tree.sql(
        0,
        "CREATE DATABASE x; CREATE TABLE x.t (a INT PRIMARY KEY) ENGINE=InnoDB",
    )
    .unwrap();
    wait_until(LONG, "the replica has the table", || {
        tree.sql(1, "SELECT COUNT(*) FROM x.t").is_ok()
    })
    .unwrap();
    tell(tree.port(1), &Change::StopReceiver);
    let mut client = Client::start(tree, "app", "INSERT INTO x.t VALUES (1)");
    wait_state(tree, "app", "semi-sync ack");
    let began = Instant::now();
    let outcome = tell_as("orc", tree.port(0), &refuse(true, true), LONG);
    println!("{}: {outcome:?} in {:?}", tree.flavour(), began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(15));
    assert!(!client.outcome(), "the client was not told that it was done");
    // Semi-sync is as it was.
    let enabled = tree
        .sql(0, "SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync_%_enabled'")
        .unwrap();
    assert!(enabled.contains("ON"), "{enabled}");
    if tree.flavour().is_mariadb() {
        assert!(outcome.is_ok());
        assert!(look(tree, 0).reading.server.read_only);
    } else {
        // MySQL's waiting commits outlive the end of their sessions.
        let failed = outcome.unwrap_err();
        assert!(
            !failed.is_unknown && failed.to_string().contains("semi-sync"),
            "{failed}"
        );
        assert!(!look(tree, 0).reading.server.read_only);
        // Once a replica acknowledges it is made read-only.
        tell(tree.port(1), &Change::StartReceiver);
        wait_until(LONG, "writes are refused", || {
            tell_as("orc", tree.port(0), &refuse(true, true), LONG).is_ok()
        })
        .unwrap();
    }
    assert!(!writes_as(tree, "app"));
}

/// An account that may not says what it wants.
fn missing_grants(tree: &Sandbox) {
    tree.sql(0, "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'").unwrap();
    for change in [refuse(true, true), Change::SetWritable] {
        let failed = tell_as("bare", tree.port(0), &change, LONG).unwrap_err();
        println!("{failed}");
        assert_eq!(failed.contact.kind, ContactKind::MissingGrant);
        assert!(!look(tree, 0).reading.server.read_only);
    }
    let failed = tell_as("bare", tree.port(0), &refuse(false, true), LONG).unwrap_err();
    tree.sql(0, failed.remedy.as_ref().unwrap()).unwrap();
    for change in [refuse(true, true), Change::SetWritable] {
        tell_as("bare", tree.port(0), &change, LONG).unwrap();
    }
}

fn all(flavour: Flavour, offset: u16) {
    let builder = Sandbox::up(flavour, "0;1<0");
    let Some(tree) = start(builder, offset) else { return };
    refused_and_taken(&tree);
    held_back(&tree);
    missing_grants(&tree);
}

#[test]
fn mysql_9() {
    all(Flavour::MySql9, 1400);
}

#[test]
fn mariadb() {
    all(Flavour::MariaDb, 1410);
}

#[test]
fn mysql_5_6() {
    all(Flavour::MySql56, 1420);
}

#[test]
fn a_commit_that_waits_for_its_acknowledgement() {
    for (flavour, offset) in [(Flavour::MySql9, 1430), (Flavour::MariaDb, 1440)] {
        let Some(tree) = start(Sandbox::up(flavour, "0;1<0").semi_sync(), offset) else {
            continue;
        };
        behind_an_acknowledgement(&tree);
    }
}
