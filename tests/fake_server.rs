//! What the `mysql` client meets when it talks to the fake server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
mod support;

use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, Error, OptsBuilder, Row};
use support::fake_server::*;
use support::proxy::{Proxy, Side};

fn opts(port: u16) -> OptsBuilder {
    OptsBuilder::new()
        .ip_or_hostname(Some("127.0.0.1"))
        .tcp_port(port)
        .user(Some("u"))
        .pass(Some("p"))
        .prefer_socket(false)
        .max_allowed_packet(Some(16 << 20))
        .tcp_connect_timeout(Some(Duration::from_millis(500)))
        .read_timeout(Some(Duration::from_secs(5)))
        .write_timeout(Some(Duration::from_millis(300)))
}

fn connect(port: u16) -> Result<Conn, Error> {
    Conn::new(opts(port))
}

fn wait_for(what: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(2);
    while !what() {
        assert!(Instant::now() < end, "waited too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

type Texts = Vec<Vec<Option<String>>>;

fn batch(conn: &mut Conn, text: &str) -> (Vec<(Vec<String>, Texts)>, Option<Error>) {
    let mut sets = Vec::new();
    let mut result = match conn.query_iter(text) {
        Ok(result) => result,
        Err(e) => return (sets, Some(e)),
    };
    while let Some(mut set) = result.iter() {
        let columns = set
            .columns()
            .as_ref()
            .iter()
            .map(|c| c.name_str().into_owned())
            .collect();
        let mut rows = Vec::new();
        for row in set.by_ref() {
            match row {
                Ok(row) => {
                    let row: Row = row;
                    rows.push(
                        (0..row.len())
                            .map(|i| row.get::<Option<String>, _>(i).unwrap())
                            .collect(),
                    );
                }
                Err(e) => {
                    sets.push((columns, rows));
                    return (sets, Some(e));
                }
            }
        }
        sets.push((columns, rows));
    }
    (sets, None)
}

#[test]
fn a_batch_is_one_packet_and_several_result_sets() {
    let server = FakeServer::start(scripts::mysql("8.0.33", Role::ReplicaOf("10.0.0.1".into(), 3307)));
    let proxy = Proxy::start(server.addr());
    let mut conn = connect(proxy.port()).unwrap();
    assert_eq!(conn.server_version(), (8, 0, 33));
    assert_eq!(proxy.client_packets(), 1);
    assert_eq!(server.queries(), 0);
    let (sets, error) = batch(
        &mut conn,
        "select @@global.server_id as id, @@version, 'a;b' x, 7; /* c;d */ show replica status; flush logs; \
         show global variables like 'read\\_%'; show global variables where variable_name in ('server_id','nosuch')",
    );
    assert!(error.is_none(), "{error:?}");
    assert_eq!(server.queries(), 1);
    assert_eq!(proxy.client_packets(), 2);
    assert_eq!(proxy.client_commands(), [3]);
    assert_eq!(sets.len(), 5);
    assert_eq!(sets[0].0, ["id", "@@version", "x", "7"]);
    let row: Vec<_> = sets[0].1[0].iter().map(|v| v.as_deref().unwrap()).collect();
    assert_eq!(row, ["1", "8.0.33", "a;b", "7"]);
    let at = sets[1].0.iter().position(|c| c == "Source_Host").unwrap();
    assert_eq!(sets[1].1[0][at].as_deref(), Some("10.0.0.1"));
    assert_eq!(sets[1].0.len(), 60);
    assert_eq!(sets[2].0.len(), 0);
    assert_eq!(sets[3].1, [[Some("read_only".to_string()), Some("ON".to_string())]]);
    assert_eq!(sets[4].1.len(), 1);
    assert_eq!(server.statements().len(), 5);
    drop(conn);
    wait_for(|| server.quits() == 1 && server.open_connections() == 0);
    assert_eq!(proxy.client_commands(), [3, 1]);
}

#[test]
fn an_error_ends_the_batch() {
    let server = FakeServer::start(scripts::mysql("5.7.44-log", Role::Master));
    let mut conn = connect(server.port()).unwrap();
    let (sets, error) = batch(&mut conn, "select 1; select @@nosuch; select 2");
    println!("error in the middle: {error:?}, after {} sets", sets.len());
    match error {
        Some(Error::MySqlError(e)) => assert_eq!((e.code, e.state.as_str()), (1193, "HY000")),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.statements().len(), 2);
    let (sets, error) = batch(&mut conn, "select 3");
    assert!(error.is_none());
    assert_eq!(sets[0].1[0][0].as_deref(), Some("3"));
    let (_, error) = batch(&mut conn, "select 1; frobnicate");
    println!("unknown statement: {error:?}");
    assert!(matches!(error, Some(Error::MySqlError(e)) if e.code == 1064));
    assert!(conn.ping().is_ok());
}

#[test]
fn answers_change_at_run_time() {
    let server = FakeServer::start(scripts::mysql("8.4.3", Role::Master));
    let mut conn = connect(server.port()).unwrap();
    assert_eq!(conn.query_first::<u8, _>("select @@read_only").unwrap(), Some(0));
    conn.query_drop("set global read_only = on").unwrap();
    assert_eq!(server.variable("read_only").as_deref(), Some("1"));
    server.set_answer("select @@read_only", Answer::access_denied("SUPER"));
    assert!(conn.query_drop("SELECT  @@read_only").is_err());
    assert!(conn.query_drop("show slave status").is_err());
    assert!(conn.query::<Row, _>("show replica status").unwrap().is_empty());
    assert!(conn.query_drop("show master status").is_err());
    assert_eq!(conn.query::<Row, _>("show binary log status").unwrap().len(), 1);
    server.set_answer(
        "promote",
        Answer::call(|script, _| {
            scripts::set_replication(script, &[("Source_Host", "h")]);
            Answer::Ok
        }),
    );
    conn.query_drop("promote").unwrap();
    assert_eq!(conn.query::<Row, _>("show replica status").unwrap().len(), 1);
}

#[test]
fn generations_have_their_columns() {
    for (version, statement, count) in [
        ("5.5.62", "show slave status", 40),
        ("5.6.51", "show slave status", 54),
        ("5.7.44-log", "show slave status", 57),
        ("8.0.21", "show slave status", 59),
        ("8.0.33", "show slave status", 60),
        ("8.4.3", "show replica status", 60),
        ("10.6.12-MariaDB", "show slave status", 53),
        ("10.6.12-MariaDB", "show all slaves status", 61),
        ("11.4.2-MariaDB-log", "show all replicas status", 61),
    ] {
        for auth in [Auth::Native, Auth::CachingSha2Fast, Auth::SwitchToNative] {
            let script = scripts::mysql(version, Role::ReplicaOf("m".into(), 3306)).auth(auth);
            let server = FakeServer::start(script);
            let mut conn = connect(server.port()).unwrap();
            let row: Row = conn.query_first(statement).unwrap().unwrap();
            assert_eq!(row.len(), count, "{version}");
            let version_seen: String = conn.query_first("select version()").unwrap().unwrap();
            assert_eq!(version_seen, version);
            if auth == Auth::Native {
                println!("{version}: server_version() {:?}", conn.server_version());
            }
        }
    }
}

#[test]
fn a_fleet_of_a_thousand() {
    let began = Instant::now();
    let fleet = FakeFleet::start(1000, |i| {
        let mut script = scripts::mysql("8.0.33", Role::Master);
        scripts::set_server_id(&mut script, i as u32 + 1);
        script
    });
    println!("fleet: {:?} to start", began.elapsed());
    let mut conns: Vec<Conn> = fleet.nodes.iter().map(|n| connect(n.port()).unwrap()).collect();
    for (i, conn) in conns.iter_mut().enumerate() {
        let id: usize = conn.query_first("select @@server_id").unwrap().unwrap();
        assert_eq!(id, i + 1);
    }
    println!("fleet: {:?} with 1000 open connections", began.elapsed());
    drop(conns);
    drop(fleet);
    println!("fleet: {:?} to end", began.elapsed());
}

#[test]
fn the_proxy_breaks_networks() {
    let server = FakeServer::start(scripts::mysql("8.0.33", Role::Master));
    let proxy = Proxy::start(server.addr());
    let mut conn = connect(proxy.port()).unwrap();
    proxy.set_delay(Side::Server, Duration::from_millis(50));
    proxy.set_delay(Side::Client, Duration::from_millis(50));
    let began = Instant::now();
    conn.query_drop("select 1").unwrap();
    assert!(began.elapsed() >= Duration::from_millis(100));
    proxy.set_delay(Side::Server, Duration::ZERO);
    proxy.set_delay(Side::Client, Duration::ZERO);
    proxy.blackhole();
    println!("blackhole, query: {}", show(&conn.query_drop("select 1").unwrap_err()));
    println!(
        "blackhole, connect: {}",
        show(&connect(proxy.port()).map(drop).unwrap_err())
    );
    proxy.heal();
    connect(proxy.port()).unwrap().ping().unwrap();
    let mut conn = connect(proxy.port()).unwrap();
    proxy.cut();
    println!("cut, query: {}", show(&conn.query_drop("select 1").unwrap_err()));
    println!("cut, query again: {}", show(&conn.query_drop("select 1").unwrap_err()));
    println!("cut, connect: {}", show(&connect(proxy.port()).map(drop).unwrap_err()));
    proxy.heal();
    let mut conn = connect(proxy.port()).unwrap();
    proxy.half_close(Side::Client);
    println!(
        "half-closed, query: {}",
        show(&conn.query_drop("select 1").unwrap_err())
    );
    let port = server.port();
    drop(server);
    println!(
        "dropped server, connect: {}",
        show(&connect(port).map(drop).unwrap_err())
    );
    let _again = FakeServer::start_on(port, Script::new("8.0.33"));
    connect(port).unwrap();
}

fn show(error: &Error) -> String {
    match error {
        Error::IoError(e) => format!("IoError(kind {:?}, os {:?}, {e})", e.kind(), e.raw_os_error()),
        Error::CodecError(e) => format!("CodecError({e:?})"),
        Error::MySqlError(e) => format!(
            "MySqlError {{ code {}, state {:?}, message {:?} }}",
            e.code, e.state, e.message
        ),
        Error::DriverError(mysql::DriverError::CouldNotConnect(Some((a, d, k)))) => {
            format!("DriverError(CouldNotConnect(Some(({a:?}, {d:?}, {k:?}))))")
        }
        Error::DriverError(e) => format!("DriverError({e:?})"),
        Error::TlsError(e) => format!("TlsError({e:?})"),
        other => format!("{other:?}"),
    }
}
