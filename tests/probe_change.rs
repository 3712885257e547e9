//! Changes of real servers: MySQL 9, MariaDB, MySQL 5.6. Where a server can't be had the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::ContactKind;
use orchestrator::probe::{Change, HangUps, ProbeSettings, PseudoGtid, Session, change, probe_once};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use support::proxy::{Proxy, Side};
use support::sandbox::{Flavour, Sandbox, wait_until};
use support::telling::{
    LONG, channel, key, now, replica_of_two, settings, stands, start, tell, tell_as, wait_running, written_arrives,
};

/// Ids of the server's own threads: receiver, coordinator, workers.
fn threads(tree: &Sandbox, server: usize) -> BTreeSet<String> {
    let own = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER='system user'";
    let ids = tree.sql(server, own).unwrap();
    ids.lines().map(str::to_owned).collect()
}

/// A receiver is replaced, every other thread of replication goes on.
fn restarts(tree: &Sandbox) {
    let replica = tree.port(1);
    wait_running(tree, 1);
    for round in 0..3 {
        let before = threads(tree, 1);
        let changed = tell(replica, &Change::RestartReceiver);
        assert_eq!(changed.statements.len(), 2);
        println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
        assert!(!changed.second_try);
        assert_eq!(stands(tree, 1).1, ThreadState::Running);
        wait_running(tree, 1);
        let after = threads(tree, 1);
        assert_eq!(before.difference(&after).count(), 1, "{before:?} {after:?}");
        written_arrives(tree, &format!("restarted{round}"));
    }
    // A stop is a stop of the receiver alone; stopping twice and starting twice is no error.
    for _ in 0..2 {
        tell(replica, &Change::StopReceiver);
        assert_eq!(stands(tree, 1), (ThreadState::Stopped, ThreadState::Running));
    }
    for _ in 0..2 {
        tell(replica, &Change::StartReceiver);
        wait_running(tree, 1);
    }
    tell(replica, &Change::StopReceiver);
    tell(replica, &Change::RestartReceiver);
    wait_running(tree, 1);
    written_arrives(tree, "stopped_and_started");
    // The applier stays as it was found.
    let (stop, start) = match tree.flavour() {
        Flavour::MySql9 => ("STOP REPLICA SQL_THREAD", "START REPLICA SQL_THREAD"),
        _ => ("STOP SLAVE SQL_THREAD", "START SLAVE SQL_THREAD"),
    };
    tree.sql(1, stop).unwrap();
    tell(replica, &Change::RestartReceiver);
    assert_eq!(stands(tree, 1).1, ThreadState::Stopped);
    tree.sql(1, start).unwrap();
    wait_running(tree, 1);
}

fn a_master_has_no_receiver(tree: &Sandbox) {
    tell(tree.port(0), &Change::StopReceiver);
    let failed = tell_as("orc", tree.port(0), &Change::RestartReceiver, LONG).unwrap_err();
    assert_eq!(
        (failed.contact.kind, failed.receiver_may_stand),
        (ContactKind::ServerError, false)
    );
    println!("{failed}");
}

fn missing_grants(tree: &Sandbox) {
    // An account each, where the statement runs.
    let replica = tree.port(1);
    tree.sql(0, "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'").unwrap();
    wait_until(LONG, "the replica has the account", || {
        tree.sql(1, "SELECT user FROM mysql.user WHERE user='bare'")
            .is_ok_and(|text| text.contains("bare"))
    })
    .unwrap();
    for change in [Change::StopReceiver, Change::RestartReceiver] {
        let failed = tell_as("bare", replica, &change, LONG).unwrap_err();
        println!("{failed}");
        assert_eq!(
            (failed.contact.kind, failed.receiver_may_stand),
            (ContactKind::MissingGrant, false)
        );
        assert_eq!(stands(tree, 1), (ThreadState::Running, ThreadState::Running));
    }
    let failed = tell_as("bare", replica, &Change::RestartReceiver, LONG).unwrap_err();
    // The statement named is one that the server takes, and that helps.
    tree.sql(0, failed.remedy.as_ref().unwrap()).unwrap();
    wait_until(LONG, "the grant arrives", || {
        tell_as("bare", replica, &Change::RestartReceiver, LONG).is_ok()
    })
    .unwrap();
    wait_running(tree, 1);
    let mut wrong = ProbeSettings::new("orc", "hush-hush");
    wrong.tls.mixed = false;
    let failed = change(
        &key(replica),
        &Arc::new(wrong),
        false,
        &Change::StopReceiver,
        None,
        LONG,
    )
    .unwrap_err();
    assert_eq!(
        (failed.contact.kind, failed.remedy.as_ref()),
        (ContactKind::AccessDenied, None)
    );
    assert!(!failed.to_string().contains("hush"));
}

/// A replica that hangs before it is told, and one that hangs while it is.
fn paused(tree: &Sandbox) {
    let limit = Duration::from_secs(1);
    tree.pause(1).unwrap();
    let failed = tell_as("orc", tree.port(1), &Change::RestartReceiver, limit).unwrap_err();
    tree.resume(1).unwrap();
    println!("{failed}");
    assert_eq!(
        (failed.contact.kind, failed.receiver_may_stand),
        (ContactKind::HungInHandshake, false)
    );
    // The handshake that was given up goes on until the server, resumed, has ended it.
    wait_until(LONG, "the server is asked again", || {
        probe_once(&key(tree.port(1)), &settings("orc"), &now).is_success()
    })
    .unwrap();
    wait_running(tree, 1);

    let proxy = Proxy::start(SocketAddr::from(([127, 0, 0, 1], tree.port(1))));
    let queries = || proxy.client_commands().iter().filter(|command| **command == 3).count();
    tell(proxy.port(), &Change::StartReceiver);
    let each = queries();
    // What is under way when the server hangs is still to arrive there.
    proxy.set_delay(Side::Server, Duration::from_millis(700));
    let before = threads(tree, 1);
    let telling = {
        let port = proxy.port();
        std::thread::spawn(move || tell_as("orc", port, &Change::RestartReceiver, Duration::from_secs(5)))
    };
    // All but the last query have arrived, and were answered.
    let mut bytes = 0;
    wait_until(LONG, "the statements are under way", || {
        let last_but_one = queries() == 2 * each - 1;
        if !last_but_one {
            bytes = proxy.server_bytes();
        }
        last_but_one && proxy.server_bytes() > bytes
    })
    .unwrap();
    tree.pause(1).unwrap();
    let failed = telling.join().unwrap().unwrap_err();
    println!("{failed}");
    assert_eq!(
        (failed.contact.kind, failed.receiver_may_stand),
        (ContactKind::HungInQuery, true)
    );
    assert!(failed.starts_it.is_some());
    // One packet carries both: though nobody listens any more, the receiver stops and starts.
    tree.resume(1).unwrap();
    wait_until(LONG, "the receiver was replaced after all", || {
        before.difference(&threads(tree, 1)).count() == 1
    })
    .unwrap();
    wait_running(tree, 1);
}

/// An entry is written and replicated, once the privilege is there.
fn pseudo_gtid(tree: &Sandbox) {
    let entry = || PseudoGtid {
        at: now(),
        server_id: u32::from(tree.port(0)),
        distinction: PseudoGtid::distinction(),
    };
    let failed = tell_as("orc", tree.port(0), &Change::InjectPseudoGtid(entry()), LONG).unwrap_err();
    println!("{failed}");
    assert_eq!(failed.contact.kind, ContactKind::MissingGrant);
    tree.sql(0, failed.remedy.as_ref().unwrap()).unwrap();
    let entries = [entry(), entry()];
    for entry in entries {
        tell(tree.port(0), &Change::InjectPseudoGtid(entry));
    }
    for server in 0..2 {
        wait_until(LONG, "the entries are in the binary log", || {
            let log = tree.sql(server, "SHOW BINLOG EVENTS").unwrap();
            entries.iter().all(|entry| log.contains(&entry.statement()))
        })
        .unwrap();
    }
    wait_running(tree, 1);
    assert_eq!(channel(tree, 1).status.last_sql_error, "\"\"");
    // A server that is read only takes none.
    tree.sql(0, "SET GLOBAL read_only=1").unwrap();
    let late = entry();
    let failed = tell_as("orc", tree.port(0), &Change::InjectPseudoGtid(late), LONG).unwrap_err();
    assert!(failed.to_string().contains("read_only is on"), "{failed}");
    assert!(!tree.sql(0, "SHOW BINLOG EVENTS").unwrap().contains(&late.entry()));
    tree.sql(0, "SET GLOBAL read_only=0").unwrap();
}

/// What a replica tells of an error, and that the end of its master is heard.
fn the_master_dies(tree: &Sandbox) {
    let before = channel(tree, 1);
    assert_eq!(
        (before.last_io_error_time.as_str(), before.last_io_error_age),
        ("", None)
    );
    let (sender, told) = mpsc::channel();
    let hangups = HangUps::start(move |key| sender.send(key).unwrap_or_default()).unwrap();
    let mut sessions: Vec<_> = (0..2)
        .map(|at| Session::new(key(tree.port(at)), settings("orc")))
        .collect();
    for session in &mut sessions {
        assert!(session.probe(&now).is_success());
        hangups.watch(session.key(), session.raw_fd().unwrap()).unwrap();
    }
    let began = Instant::now();
    tree.kill(0).unwrap();
    let killed = Instant::now();
    assert_eq!(told.recv_timeout(LONG), Ok(key(tree.port(0))));
    println!(
        "{}: told {:?} after the process was gone",
        tree.flavour(),
        killed.elapsed()
    );
    wait_until(LONG, "the replica misses its master", || {
        let channel = channel(tree, 1);
        channel.status.io_state == ThreadState::Other && channel.last_io_errno != 0
    })
    .unwrap();
    let first = channel(tree, 1);
    println!("{:?} {:?}", first.last_io_error_time, first.last_io_error_age);
    if tree.flavour().is_mariadb() {
        assert_eq!((first.last_io_error_time.as_str(), first.last_io_error_age), ("", None));
    } else {
        assert!(first.last_io_error_age.unwrap() <= began.elapsed() + Duration::from_secs(1));
        // It tries again each second.
        wait_until(LONG, "a later error has a later date", || {
            channel(tree, 1).last_io_error_time > first.last_io_error_time
        })
        .unwrap();
    }
    assert!(told.try_recv().is_err(), "the replica did not hang up");
    tell(tree.port(1), &Change::RestartReceiver);
    assert_eq!(stands(tree, 1), (ThreadState::Other, ThreadState::Running));
    tree.start(0).unwrap();
    wait_running(tree, 1);
    assert_eq!(channel(tree, 1).last_io_error_age, None);
}

fn all(flavour: Flavour, gtid: bool, offset: u16) {
    // The servers' own zone must not matter, nor that of sessions.
    let builder = Sandbox::up(flavour, "0;1<0")
        .gtid(gtid)
        .option("--default-time-zone=+05:00");
    let Some(tree) = start(builder, offset) else { return };
    restarts(&tree);
    a_master_has_no_receiver(&tree);
    missing_grants(&tree);
    paused(&tree);
    pseudo_gtid(&tree);
    the_master_dies(&tree);
}

#[test]
fn mysql_9() {
    all(Flavour::MySql9, true, 900);
}

#[test]
fn mariadb() {
    // By file and position: a restart with MariaDB GTID discards relay logs, and is not for this tool to order.
    all(Flavour::MariaDb, false, 1000);
}

#[test]
fn mysql_5_6_without_gtid() {
    all(Flavour::MySql56, false, 1100);
}

#[test]
fn named_channels_are_left_alone() {
    for (flavour, offset) in [(Flavour::MySql9, 1200), (Flavour::MariaDb, 1300)] {
        let Some((tree, replica)) = replica_of_two(flavour, offset) else {
            continue;
        };
        let channels = || {
            let seen = probe_once(&key(tree.port(replica)), &settings("orc"), &now);
            let channels = seen.reading.unwrap().channels;
            channels
                .into_iter()
                .map(|c| (c.name, c.status.io_state))
                .collect::<Vec<_>>()
        };
        tell(tree.port(replica), &Change::StopReceiver);
        println!("{flavour}: {:?}", channels());
        assert!(channels().iter().any(|(name, _)| name.is_empty()));
        for (name, state) in channels() {
            let expected = if name.is_empty() {
                ThreadState::Stopped
            } else {
                ThreadState::Running
            };
            assert_eq!(state, expected, "{name}");
        }
        tell(tree.port(replica), &Change::StartReceiver);
        let run = || channels().iter().all(|(_, state)| *state == ThreadState::Running);
        wait_until(LONG, "all receivers run", run).unwrap();
        let before = threads(&tree, replica);
        tell(tree.port(replica), &Change::RestartReceiver);
        wait_until(LONG, "all receivers run", run).unwrap();
        assert_eq!(before.difference(&threads(&tree, replica)).count(), 1);
    }
}
