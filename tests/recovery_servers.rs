//! The servers as a recovery meets them, on real ones: looks and changes over kept connections, and what becomes of them
//! where a server is down, refuses or hangs. Where a server can't be had the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::Reached;
use orchestrator::model::change::{Change, From, Pointing, ReadOnly};
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::ContactKind;
use orchestrator::recovery::real::RealServers;
use orchestrator::recovery::servers::{Servers, Untold};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::sandbox::{Flavour, Sandbox, wait_until};
use support::telling::{LONG, key, settings, stands, start, wait_running, written_goes};

/// As long as a recovery gives one step.
const LIMIT: Duration = Duration::from_secs(2);
/// What a call takes beyond its limit, however busy this machine is.
const SLACK: Duration = Duration::from_secs(18);

const REFUSE: Change = Change::SetReadOnly(ReadOnly {
    even_super: true,
    end_sessions: false,
});

fn servers(tree: &Sandbox, user: &str) -> RealServers {
    let mut settings = Arc::into_inner(settings(user)).unwrap();
    if tree.flavour().is_mariadb() {
        // It keeps the password in no table.
        settings.questions.credentials = "SELECT 'repl','repl-pw'".to_owned();
    }
    RealServers::new(Arc::new(settings), |_| false)
}

/// Calls that answer within their limit.
fn in_time<T>(call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let outcome = call();
    assert!(began.elapsed() < LIMIT + SLACK, "{:?}", began.elapsed());
    outcome
}

fn tell(servers: &RealServers, port: u16, change: &Change) -> Result<Vec<String>, Untold> {
    in_time(|| servers.tell(&key(port), change, LIMIT))
}

fn done(servers: &RealServers, port: u16, change: &Change) -> Vec<String> {
    let told = servers.tell(&key(port), change, LONG);
    told.unwrap_or_else(|untold| panic!("{change}: {untold}"))
}

fn point(port: u16, from: From, login_of: Option<u16>) -> Change {
    Change::PointTo(Pointing {
        master: key(port),
        from,
        login_of: login_of.map(key),
    })
}

/// Waits until a server that was away answers: its first handshakes may take longer than one is waited for.
fn answers(servers: &RealServers, port: u16) {
    wait_until(LONG, "it answers again", || servers.look(&key(port), LONG).is_ok()).unwrap();
}

/// Connections of the tool at a server.
fn connections(tree: &Sandbox, server: usize) -> usize {
    let query = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='orc'";
    tree.sql(server, query).unwrap().trim().parse().unwrap()
}

/// A look tells what a recovery decides by; one connection serves all calls.
fn looks(tree: &Sandbox, servers: &RealServers) {
    let (master, replica) = (key(tree.port(0)), key(tree.port(1)));
    let seen = servers.look(&master, LONG).unwrap();
    assert_eq!((&seen.key, seen.reading.server.read_only), (&master, false));
    assert!(seen.channel().is_none() && seen.reading.binlog.enabled);
    tree.sql(0, "CREATE DATABASE looked").unwrap();
    wait_until(LONG, "the replica has what its master has", || {
        let (own, theirs) = (servers.look(&master, LONG), servers.look(&replica, LONG));
        own.unwrap().executed() == theirs.unwrap().executed()
    })
    .unwrap();
    let seen = servers.look(&replica, LONG).unwrap();
    let channel = seen.channel().unwrap();
    assert_eq!(channel.status.master, master);
    assert!(channel.status.io_running && channel.status.sql_running && seen.uses_gtid());
    assert_eq!(seen.super_read_only.is_some(), !tree.flavour().is_mariadb());
    for _ in 0..10 {
        servers.look(&replica, LONG).unwrap();
    }
    // Earlier ones that were closed may be ending still.
    wait_until(LONG, "one connection is left", || connections(tree, 1) == 1).unwrap();
}

/// What recoveries tell a server comes about, and the statements are told.
fn changes(tree: &Sandbox, servers: &RealServers) {
    let replica = tree.port(1);
    let told = done(servers, replica, &REFUSE);
    assert!(told.iter().any(|text| text.contains("read_only=1")), "{told:?}");
    assert!(servers.look(&key(replica), LONG).unwrap().reading.server.read_only);
    for change in [Change::StopReceiver, Change::StopApplier] {
        done(servers, replica, &change);
    }
    assert_eq!(stands(tree, 1), (ThreadState::Stopped, ThreadState::Stopped));
    // Told twice it does no harm.
    done(servers, replica, &Change::StopReplication);
    for _ in 0..2 {
        done(servers, replica, &Change::StartReplication);
    }
    wait_running(tree, 1);
    // Nothing is changed by asking what would be told.
    let rehearsed = servers.rehearse(&key(replica), &Change::StopReplication, LONG).unwrap();
    assert!(rehearsed[0].starts_with("STOP "), "{rehearsed:?}");
    assert_eq!(stands(tree, 1), (ThreadState::Running, ThreadState::Running));
}

/// Replica 2 goes below replica 1 and back. Then server 1 takes its master's place, by a login that it had.
fn moves(tree: &Sandbox, servers: &RealServers) {
    let (one, two) = (tree.port(1), tree.port(2));
    for master in [1, 0] {
        done(servers, two, &Change::StopReplication);
        done(servers, two, &point(tree.port(master), From::AsItIs, None));
        done(servers, two, &Change::StartReplication);
        wait_running(tree, 2);
        written_goes(tree, 0, 2, &format!("below_{master}"));
    }
    done(servers, tree.port(0), &REFUSE);
    let position = servers.look(&key(tree.port(0)), LONG).unwrap().executed().unwrap();
    wait_until(LONG, "server 1 has everything", || {
        servers.look(&key(one), LONG).unwrap().executed().as_ref() == Some(&position)
    })
    .unwrap();
    done(servers, one, &Change::SetWritable);
    // Read before it is forgotten, of which nothing is to be had afterwards.
    done(servers, one, &Change::ForgetMaster);
    assert!(servers.look(&key(one), LONG).unwrap().channel().is_none());
    let from = match &position {
        Reached::MariaDb(position) => From::MariaDbGtid(Some(position.position().to_string())),
        _ => From::OracleGtid,
    };
    let told = done(servers, tree.port(0), &point(one, from, Some(one)));
    let change = told.iter().find(|text| text.starts_with("CHANGE ")).unwrap();
    assert!(change.contains("'repl'") && !change.contains("repl-pw"), "{change}");
    done(servers, tree.port(0), &Change::StartReplication);
    wait_running(tree, 0);
    written_goes(tree, 1, 0, "handed_over");
}

/// A server that hangs is given up at the limit, and one that is looked at meanwhile does not wait for it.
fn hangs(tree: &Sandbox, servers: &RealServers) {
    let (hung, well) = (tree.port(2), tree.port(1));
    servers.look(&key(hung), LONG).unwrap();
    tree.pause(2).unwrap();
    let contact = in_time(|| servers.look(&key(hung), LIMIT)).unwrap_err();
    assert_eq!(contact.kind, ContactKind::HungInQuery, "{contact}");
    std::thread::scope(|scope| {
        let told = scope.spawn(|| tell(servers, hung, &Change::StopReplication).unwrap_err());
        servers.look(&key(well), LONG).unwrap();
        let untold = told.join().unwrap();
        println!("{untold}");
        assert!(
            untold
                .said
                .starts_with(&format!("stopping replication of {} failed", key(hung))),
            "{untold}"
        );
        // Over a connection that does not come about nothing is told.
        assert!(!untold.is_unknown, "{untold}");
    });
    tree.resume(2).unwrap();
    answers(servers, hung);
    // What is sent over a connection that was well, and not answered, may come about later.
    tree.pause(2).unwrap();
    let untold = tell(servers, hung, &Change::StopReceiver).unwrap_err();
    println!("{untold}");
    assert!(untold.is_unknown, "{untold}");
    assert!(
        untold.said.contains("it may have been carried out nevertheless"),
        "{untold}"
    );
    tree.resume(2).unwrap();
    answers(servers, hung);
    // It is carried out late, or the connection's end is seen first: until then a start may be undone by it.
    wait_until(LONG, "what was sent is over", || connections(tree, 2) == 1).unwrap();
    done(servers, hung, &Change::StartReplication);
    wait_running(tree, 2);
}

/// An account that may look and not change, and one that may not even log in.
fn refuses(tree: &Sandbox) {
    // Where it is made it arrives at the others.
    let account = "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'; GRANT SELECT, REPLICATION CLIENT";
    let monitor = if tree.flavour().is_mariadb() {
        ", SLAVE MONITOR"
    } else {
        ""
    };
    tree.sql(1, &format!("{account}{monitor} ON *.* TO bare@'%'")).unwrap();
    let (bare, replica) = (servers(tree, "bare"), tree.port(2));
    wait_until(LONG, "the account arrives", || bare.look(&key(replica), LONG).is_ok()).unwrap();
    for change in [
        Change::StopReplication,
        REFUSE,
        Change::SetWritable,
        Change::ForgetMaster,
    ] {
        let untold = tell(&bare, replica, &change).unwrap_err();
        println!("{untold}");
        let begins = format!("{} of {} failed at ", change.words(), key(replica));
        assert!(untold.said.starts_with(&begins), "{untold}");
        assert!(
            untold.said.contains("GRANT ") && untold.said.contains("'bare'"),
            "{untold}"
        );
        assert!(!untold.is_unknown);
    }
    assert_eq!(stands(tree, 2), (ThreadState::Running, ThreadState::Running));
    let nobody = servers(tree, "nobody");
    let contact = in_time(|| nobody.look(&key(replica), LIMIT)).unwrap_err();
    assert_eq!(contact.kind, ContactKind::AccessDenied, "{contact}");
    let untold = tell(&nobody, replica, &Change::StopReplication).unwrap_err();
    assert!(!untold.is_unknown && !untold.said.contains("orc-pw"), "{untold}");
}

/// A server that is down says so at once, and is met again when it is back, over another connection.
fn is_down(tree: &Sandbox, servers: &RealServers) {
    let port = tree.port(2);
    servers.look(&key(port), LONG).unwrap();
    tree.kill(2).unwrap();
    for _ in 0..2 {
        let contact = in_time(|| servers.look(&key(port), LIMIT)).unwrap_err();
        assert_eq!(contact.kind, ContactKind::Refused, "{contact}");
        let untold = tell(servers, port, &Change::SetWritable).unwrap_err();
        assert!(!untold.is_unknown && untold.said.contains("refused"), "{untold}");
    }
    tree.start(2).unwrap();
    answers(servers, port);
    done(servers, port, &Change::StartReplication);
    servers.close();
    wait_until(LONG, "no connection is left", || connections(tree, 2) == 0).unwrap();
}

fn on(flavour: Flavour, offset: u16) {
    let Some(tree) = start(Sandbox::up(flavour, "0;1<0;2<0"), offset) else {
        return;
    };
    (1..3).for_each(|replica| wait_running(&tree, replica));
    let servers = servers(&tree, "orc");
    looks(&tree, &servers);
    changes(&tree, &servers);
    moves(&tree, &servers);
    // From here on server 1 is the master.
    done(&servers, tree.port(2), &Change::StopReplication);
    done(&servers, tree.port(2), &point(tree.port(1), From::AsItIs, None));
    done(&servers, tree.port(2), &Change::StartReplication);
    wait_running(&tree, 2);
    hangs(&tree, &servers);
    refuses(&tree);
    is_down(&tree, &servers);
}

#[test]
fn mysql_9() {
    on(Flavour::MySql9, 2000);
}

#[test]
fn mariadb() {
    on(Flavour::MariaDb, 2100);
}
