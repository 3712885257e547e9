//! Connections against servers that fail in every way a probe tells apart.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use orchestrator::probe::wire::{Batch, Connection, Stage, Target, WireError};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use support::fake_server::{Answer, Auth, FakeServer, Greeting, Script, Unreachable};

const PATIENCE: Duration = Duration::from_millis(300);
const WHOLE: Duration = Duration::from_millis(900);

fn script() -> Script {
    Script::new("8.0.33")
}

fn target(port: u16) -> Target<'static> {
    Target {
        host: "127.0.0.1",
        port,
        user: "orc",
        password: "hush-hush",
        tls: None,
        max_allowed_packet: 1 << 20,
        patience: PATIENCE,
        deadline: Instant::now() + WHOLE,
    }
}

fn open(port: u16) -> Result<Connection, WireError> {
    let began = Instant::now();
    let opened = Connection::open(&target(port));
    assert!(
        began.elapsed() < WHOLE + PATIENCE,
        "{:?} after {:?}",
        opened,
        began.elapsed()
    );
    if let Err(error) = &opened {
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    opened
}

fn refused(greeting: Greeting) -> WireError {
    let server = FakeServer::start(script().greeting(greeting));
    open(server.port()).expect_err("no connection comes of this greeting")
}

fn code(error: &WireError) -> Option<(Stage, u16)> {
    match error {
        WireError::Server(stage, error) => Some((*stage, error.code)),
        _ => None,
    }
}

/// The answer to `SELECT 1; select bad; select 3` where `bad` is answered so, and whether the connection lives on.
fn asked(bad: Answer) -> (Batch, bool) {
    let server = FakeServer::start(script().on("select bad", bad).on("select good", row("x")));
    let mut connection = open(server.port()).unwrap();
    let began = Instant::now();
    let batch = connection.batch("SELECT good;SELECT bad;SELECT good", &[], PATIENCE, began + WHOLE);
    assert!(
        began.elapsed() < WHOLE + PATIENCE,
        "{:?} after {:?}",
        batch,
        began.elapsed()
    );
    let again = connection.batch("SELECT good", &[], PATIENCE, Instant::now() + WHOLE);
    (batch, again.error.is_none())
}

fn row(value: &str) -> Answer {
    Answer::row(&[("value", value)])
}

/// What a raw server sends at each turn.
type Turns = fn(usize) -> Option<Vec<u8>>;

/// A server that sends these bytes, then swallows everything.
fn raw_server(after: impl Fn(usize) -> Option<Vec<u8>> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            for turn in 0.. {
                let Some(bytes) = after(turn) else { break };
                if stream.write_all(&bytes).is_err() || !matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    break;
                }
            }
            let _ = stream.read(&mut [0; 64]);
        }
    });
    port
}

fn packet(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&length[..3], &[sequence], payload].concat()
}

fn greeting(plugin: &str) -> Vec<u8> {
    let mut payload = b"\x0a8.0.33\0\x01\0\0\0abcdefgh\0\xff\xf7\x2d\x02\0\xff\xdf\x15".to_vec();
    payload.extend_from_slice(&[0; 10]);
    payload.extend_from_slice(b"ijklmnopqrst\0");
    payload.extend_from_slice(plugin.as_bytes());
    payload.push(0);
    packet(0, &payload)
}

#[test]
fn a_connection_tells_what_it_is() {
    for auth in [Auth::Native, Auth::CachingSha2Fast, Auth::SwitchToNative] {
        let server = FakeServer::start(script().auth(auth));
        let connection = open(server.port()).unwrap();
        assert_eq!(connection.version(), "8.0.33");
        assert!(connection.takes_several() && !connection.uses_tls() && connection.raw_fd() > 2);
        assert_eq!(server.commands(), 1);
        drop(connection);
    }
    let server = FakeServer::start(Script::new("10.6.12-MariaDB"));
    assert_eq!(open(server.port()).unwrap().version(), "10.6.12-MariaDB");
}

#[test]
fn names_are_looked_up() {
    let server = FakeServer::start(script());
    let named = Target {
        host: "localhost",
        ..target(server.port())
    };
    assert!(Connection::open(&named).is_ok());
    let unknown = Target {
        host: "no-such-host.invalid",
        deadline: Instant::now() + 9 * WHOLE,
        ..named
    };
    assert!(matches!(Connection::open(&unknown), Err(WireError::Lookup(_))));
}

#[test]
fn nobody_there() {
    let server = FakeServer::start(script());
    let port = server.port();
    server.stop();
    assert!(matches!(open(port), Err(WireError::Refused(_))));
    let unreachable = Unreachable::start();
    assert!(matches!(open(unreachable.port()), Err(WireError::Unreachable(_))));
}

#[test]
fn bad_greetings() {
    for silent in [Greeting::Never, Greeting::HalfThenHang, Greeting::HangAuth] {
        let error = refused(silent.clone());
        assert_eq!(error, WireError::Silent(Stage::Handshake, PATIENCE), "{silent:?}");
    }
    for closed in [Greeting::CloseAtOnce, Greeting::CloseAuth] {
        let error = refused(closed.clone());
        assert!(
            matches!(error, WireError::Closed(Stage::Handshake, _)),
            "{closed:?}: {error:?}"
        );
    }
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.2p1\r\n"[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x05\0\0\x07hello",
        b"\x05\0\0\0hello",
    ] {
        let error = refused(Greeting::Garbage(garbage.to_vec()));
        assert!(matches!(error, WireError::NotMySql(_)), "{garbage:?}: {error:?}");
    }
    let error = refused(Greeting::GarbageAuth(packet(2, b"\x42rubbish")));
    assert!(matches!(error, WireError::Malformed(_)), "{error:?}");
}

#[test]
fn refusals_keep_their_numbers() {
    for (greeting, expected) in [
        (Greeting::too_many_connections(), 1040),
        (Greeting::host_blocked(), 1129),
        (Greeting::access_denied(), 1045),
        (Greeting::insecure_transport(), 3159),
    ] {
        let error = refused(greeting);
        assert_eq!(code(&error), Some((Stage::Handshake, expected)));
        assert!(!error.to_string().contains('#'), "{error}");
    }
}

#[test]
fn a_drip_is_given_up_and_not_tried_again_while_it_lasts() {
    let server = FakeServer::start(script().greeting(Greeting::DripFeed(Duration::from_millis(100))));
    assert!(matches!(open(server.port()), Err(WireError::Silent(Stage::Handshake, waited)) if waited > 2 * PATIENCE));
    let began = Instant::now();
    assert!(matches!(
        open(server.port()),
        Err(WireError::Silent(Stage::Handshake, _))
    ));
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(server.connections(), 1);
    server.set_greeting(Greeting::Normal);
    server.kill_connections();
    std::thread::sleep(2 * PATIENCE);
    assert!(open(server.port()).is_ok());
}

#[test]
fn what_panics_the_client_is_no_panic_here() {
    let cases: [Turns; 4] = [
        // Nothing in place of the verdict.
        |turn| {
            [greeting("mysql_native_password"), packet(2, b"")]
                .into_iter()
                .nth(turn)
        },
        // Half of a caching_sha2 answer.
        |turn| {
            [greeting("caching_sha2_password"), packet(2, &[1])]
                .into_iter()
                .nth(turn)
        },
        // A key that is none.
        |turn| {
            [
                greeting("caching_sha2_password"),
                packet(2, &[1, 4]),
                packet(4, b"\x01rubbish"),
            ]
            .into_iter()
            .nth(turn)
        },
        // More columns than there is memory in the world.
        |turn| {
            let count = [&[0xfe], &u64::MAX.to_le_bytes()[..]].concat();
            [
                greeting("mysql_native_password"),
                packet(2, &[0, 0, 0, 2, 0, 0, 0]),
                packet(1, &count),
            ]
            .into_iter()
            .nth(turn)
        },
    ];
    for (at, case) in cases.into_iter().enumerate() {
        let error = open(raw_server(case)).unwrap_err();
        assert!(matches!(error, WireError::Malformed(_)), "{at}: {error:?}");
    }
}

#[test]
fn a_server_error_in_a_batch_keeps_what_came_and_the_connection() {
    let (batch, lives) = asked(Answer::access_denied("REPLICATION CLIENT"));
    assert_eq!(batch.sets.len(), 1);
    assert_eq!(code(&batch.error.unwrap()), Some((Stage::Query, 1227)));
    assert!(lives);
}

#[test]
fn a_hang_in_a_batch_keeps_what_came() {
    for hang in [
        Answer::Hang,
        Answer::HangAfter(30, Box::new(row("lost"))),
        Answer::HangAfter(2, Box::new(row("lost"))),
    ] {
        let (batch, lives) = asked(hang);
        assert_eq!(batch.sets.len(), 1);
        assert_eq!(batch.error, Some(WireError::Silent(Stage::Query, PATIENCE)));
        assert!(!lives);
    }
}

#[test]
fn a_close_in_a_batch_keeps_what_came() {
    for close in [Answer::Close, Answer::CloseAfter(30, Box::new(row("lost")))] {
        let (batch, lives) = asked(close);
        assert_eq!(batch.sets.len(), 1);
        let error = batch.error.unwrap();
        assert!(error.is_close(), "{error:?}");
        assert!(!lives);
    }
}

#[test]
fn garbage_in_a_batch_keeps_what_came() {
    for garbage in [&b"\x05\0\0\x77hello"[..], b"\xff\xff\xff\x07hello", b"\x00\0\0\x06"] {
        let (batch, lives) = asked(Answer::Garbage(garbage.to_vec()));
        assert_eq!(batch.sets.len(), 1, "{garbage:?}");
        let error = batch.error.unwrap();
        assert!(matches!(error, WireError::Malformed(_)), "{garbage:?}: {error:?}");
        assert!(!lives);
    }
}

#[test]
fn slow_answers_end_at_the_deadline() {
    let slow = row("late").after(PATIENCE / 2);
    let server = FakeServer::start(script().on("select bad", slow));
    let mut connection = open(server.port()).unwrap();
    let text = ["SELECT bad"; 20].join(";");
    let began = Instant::now();
    let batch = connection.batch(&text, &[], PATIENCE, began + WHOLE);
    assert!(
        matches!(batch.error, Some(WireError::Silent(Stage::Query, waited)) if waited > 2 * PATIENCE),
        "{batch:?}"
    );
    assert!((2..10).contains(&batch.sets.len()));
    assert!((WHOLE..WHOLE + PATIENCE).contains(&began.elapsed()));
}

#[test]
fn known_shapes_are_used_again_and_a_batch_is_one_packet() {
    let server = FakeServer::start(script().on("select good", row("x")));
    let mut connection = open(server.port()).unwrap();
    let soon = || Instant::now() + WHOLE;
    let first = connection.batch("SELECT good;SELECT good", &[], PATIENCE, soon());
    let known: Vec<_> = first.sets.iter().map(|set| Some(set.shape().clone())).collect();
    let before = server.commands();
    let second = connection.batch("SELECT good;SELECT good", &known, 2 * PATIENCE, soon());
    assert_eq!(server.commands(), before + 1);
    for (set, known) in second.sets.iter().zip(known) {
        assert!(std::sync::Arc::ptr_eq(set.shape(), &known.unwrap()));
        assert_eq!(set.first().unwrap().text(0), "x");
    }
}

#[test]
fn an_idle_connection_that_was_closed_is_found_closed() {
    let server = FakeServer::start(script());
    let mut connection = open(server.port()).unwrap();
    server.kill_connections();
    std::thread::sleep(Duration::from_millis(50));
    let batch = connection.batch("SELECT @@version", &[], PATIENCE, Instant::now() + WHOLE);
    assert!(batch.error.unwrap().is_close());
}

#[test]
fn leave_is_taken() {
    let server = FakeServer::start(script());
    drop(open(server.port()).unwrap());
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(server.quits(), 1);
}
