//! Everything that can go wrong with a server or on the way to it.

use super::{key, now, probe, replica, session, settings};
use crate::support::fake_server::{Answer, FakeServer, Greeting, Unreachable};
use orchestrator::model::InstanceKey;
use orchestrator::model::observation::ContactKind;
use orchestrator::probe::probe_once;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn an_operators_query_that_hangs_is_no_death() {
    let server = FakeServer::start(replica("8.0.33").on("sleep(", Answer::Hang));
    let mut session = session(server.port(), |s| s.questions.region = "select sleep(1000)".to_owned());
    let seen = session.probe(&now);
    assert!(seen.is_success(), "{}", seen.contact);
    assert_eq!(seen.faults[0].question, "DetectRegionQuery");
    assert_eq!(session.raw_fd(), None);
    let began = Instant::now();
    let seen = session.probe(&now);
    assert!(seen.is_success() && seen.faults.len() == 1 && began.elapsed() < Duration::from_millis(200));
}

#[test]
fn a_hang_keeps_what_was_answered() {
    let server = FakeServer::start(replica("8.0.33").on("show master status", Answer::Hang));
    let seen = probe(server.port());
    assert_eq!(seen.contact.kind, ContactKind::HungInQuery);
    assert!(seen.contact.said.contains("binary log status"), "{}", seen.contact);
    let reading = seen.reading.expect("settings and status arrived");
    assert_eq!(reading.channels.len(), 1);
}

#[test]
fn a_connection_closed_while_idle_is_replaced_at_once() {
    let server = FakeServer::start(replica("8.0.33"));
    let mut session = session(server.port(), |_| ());
    assert!(session.probe(&now).is_success());
    let before = session.raw_fd();
    assert!(before.is_some());
    server.kill_connections();
    std::thread::sleep(Duration::from_millis(30));
    assert!(session.probe(&now).is_success());
    assert_eq!(server.connections(), 2);
    // Another version behind the same address is learnt anew.
    server.kill_connections();
    server.update(|script| *script = replica("8.4.3"));
    assert!(session.probe(&now).is_success());
    assert_eq!(session.dialect().unwrap().name, "MySQL 8.4");
    // One that says goodbye, as MySQL does since 8.0.24.
    server.update(|script| script.set_answer("@@global.version as version", Answer::error(4031, "HY000", "inactive")));
    assert_eq!(session.probe(&now).contact.kind, ContactKind::Reset);
}

#[test]
fn every_way_of_not_answering_has_its_name() {
    let error = |code: u16| Greeting::ErrorAuth {
        code,
        sqlstate: "HY000".into(),
        message: "no".into(),
    };
    for (greeting, kind) in [
        (Greeting::Never, ContactKind::HungInHandshake),
        (Greeting::HalfThenHang, ContactKind::HungInHandshake),
        (Greeting::HangAuth, ContactKind::HungInHandshake),
        (Greeting::CloseAtOnce, ContactKind::Reset),
        (Greeting::CloseAuth, ContactKind::Reset),
        (
            Greeting::Garbage(b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec()),
            ContactKind::NotMySql,
        ),
        (
            Greeting::Garbage(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
            ContactKind::NotMySql,
        ),
        (
            Greeting::Garbage(b"\x05\0\0\0\x0b\x08\x05\x1a\0".to_vec()),
            ContactKind::NotMySql,
        ),
        (Greeting::Garbage(b"\0\0\0\0".to_vec()), ContactKind::NotMySql),
        (
            Greeting::GarbageAuth(b"\x03\0\0\x02abc".to_vec()),
            ContactKind::Unintelligible,
        ),
        (
            Greeting::GarbageAuth(b"\xff\xff\xff\x02\xfe".to_vec()),
            ContactKind::NotMySql,
        ),
        (Greeting::too_many_connections(), ContactKind::TooManyConnections),
        (error(1203), ContactKind::TooManyConnections),
        (error(1226), ContactKind::TooManyConnections),
        (Greeting::host_blocked(), ContactKind::HostBlocked),
        (
            Greeting::Error {
                code: 1130,
                sqlstate: String::new(),
                message: "not allowed".into(),
            },
            ContactKind::HostBlocked,
        ),
        (Greeting::access_denied(), ContactKind::AccessDenied),
        (error(1698), ContactKind::AccessDenied),
        (Greeting::insecure_transport(), ContactKind::TlsFailed),
        (error(1105), ContactKind::ServerError),
    ] {
        let server = FakeServer::start(replica("8.0.33").greeting(greeting.clone()));
        let began = Instant::now();
        let mut settings = settings();
        settings.max_allowed_packet = 1 << 20;
        let seen = probe_once(&key(server.port()), &Arc::new(settings), &now);
        println!("{greeting:?}: {}", seen.contact);
        assert_eq!(seen.contact.kind, kind, "{greeting:?}: {}", seen.contact);
        assert!(
            seen.reading.is_none() && began.elapsed() < Duration::from_millis(1_600),
            "{greeting:?}"
        );
        assert!(!seen.contact.to_string().contains("orc-pw"));
    }
}

#[test]
fn nobody_there() {
    let port = FakeServer::start(replica("8.0.33")).port();
    assert_eq!(probe(port).contact.kind, ContactKind::Refused);
    let began = Instant::now();
    let silent = Unreachable::start();
    assert_eq!(probe(silent.port()).contact.kind, ContactKind::ConnectTimedOut);
    assert!(began.elapsed() < Duration::from_secs(2));
    let unknown = probe_once(
        &InstanceKey::new("no-such-host.invalid", 3306),
        &Arc::new(settings()),
        &now,
    );
    assert_eq!(unknown.contact.kind, ContactKind::UnknownHost);
    let named = FakeServer::start(replica("8.0.33"));
    assert!(
        probe_once(
            &InstanceKey::new("localhost", named.port()),
            &Arc::new(settings()),
            &now
        )
        .is_success()
    );
}

#[test]
fn a_dripping_server_is_bounded_by_the_deadline() {
    let server = FakeServer::start(replica("8.0.33").greeting(Greeting::DripFeed(Duration::from_millis(100))));
    let began = Instant::now();
    let seen = probe(server.port());
    assert_eq!(seen.contact.kind, ContactKind::HungInHandshake, "{}", seen.contact);
    assert!(
        (1_400..2_500).contains(&began.elapsed().as_millis()),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn broken_answers_do_no_harm() {
    for (bytes, kind) in [
        (
            b"\x09\0\0\x01\xfe\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
            ContactKind::Unintelligible,
        ),
        (
            b"\x01\0\0\x01\x01\x02\0\0\x02\xfb\xff".to_vec(),
            ContactKind::Unintelligible,
        ),
        (b"\0\0\0\x01".to_vec(), ContactKind::Unintelligible),
        (b"\x01\0\0\x01\0".to_vec(), ContactKind::Unintelligible),
        (b"\x05\0\0\x01\xfbfile".to_vec(), ContactKind::Unintelligible),
        (b"\xff\xff\xff\x01\x01".to_vec(), ContactKind::Unintelligible),
        (b"\x01\0\0\x01\xff".to_vec(), ContactKind::Unintelligible),
        (b"\x05\0\0\x07\x01abcd".to_vec(), ContactKind::Unintelligible),
        (b"\x05\0\0\x01\x01".to_vec(), ContactKind::HungInQuery),
    ] {
        let script = replica("8.0.33").on("@@global.version as version", Answer::Garbage(bytes.clone()));
        let server = FakeServer::start(script);
        let mut session = session(server.port(), |s| s.max_allowed_packet = 1 << 20);
        let seen = session.probe(&now);
        assert_eq!(seen.contact.kind, kind, "{bytes:?}: {}", seen.contact);
        server.update(|script| *script = replica("8.0.33"));
        assert!(session.probe(&now).is_success(), "the next probe is whole again");
    }
}

#[test]
fn answers_cut_at_any_byte_are_told_apart_from_death() {
    for at in [1, 30, 200, 700] {
        for (answer, kind) in [
            (Answer::CloseAfter(at, Box::new(status())), ContactKind::Reset),
            (Answer::HangAfter(at, Box::new(status())), ContactKind::HungInQuery),
        ] {
            let server = FakeServer::start(replica("5.7.44").on("show slave status", answer));
            let seen = probe(server.port());
            assert_eq!(seen.contact.kind, kind, "{at}: {}", seen.contact);
            assert!(seen.reading.is_some(), "the settings had arrived");
        }
    }
}

fn status() -> Answer {
    use crate::support::fake_server::{Generation, replica_status_row};
    replica_status_row(Generation::Mysql57, &[])
}

#[test]
fn tls_is_tried_once_in_a_while_where_it_fails() {
    let server = FakeServer::start(replica("8.0.33").greeting(Greeting::access_denied()));
    let mut denied = session(server.port(), |_| ());
    for connections in [2, 3, 4] {
        let seen = denied.probe(&now);
        assert_eq!(seen.contact.kind, ContactKind::AccessDenied, "{}", seen.contact);
        assert_eq!(server.connections(), connections);
    }
    assert!(!denied.used_tls());
    // Where insecure transport is refused there is no other way to try.
    server.set_greeting(Greeting::insecure_transport());
    let seen = denied.probe(&now);
    assert_eq!((seen.contact.kind, server.connections()), (ContactKind::TlsFailed, 6));
}
