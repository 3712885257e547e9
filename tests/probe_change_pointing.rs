//! Masters changed, forgotten, broken and mended on real servers: MySQL 9, MariaDB, MySQL 5.6. Where a server can't be had
//! the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::change::{From, Pointing, Return};
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::ContactKind;
use orchestrator::probe::{Change, login_of};
use std::collections::BTreeMap;
use support::sandbox::{Flavour, Sandbox, wait_until};
use support::telling::{
    LONG, channel, key, look, refusal, replica_of_two, settings, stands, start, tell, tell_as, tell_with, wait_running,
    written_goes,
};

fn to(port: u16, from: From) -> Change {
    Change::PointTo(Pointing {
        master: key(port),
        from,
        login_of: None,
    })
}

/// Every option of every channel that a server tells of, without where it stands.
fn profile(tree: &Sandbox, server: usize) -> BTreeMap<String, String> {
    let queries: &[&str] = match tree.flavour() {
        Flavour::MySql9 => &[
            "SELECT * FROM performance_schema.replication_connection_configuration",
            "SELECT * FROM performance_schema.replication_applier_configuration",
            "SELECT * FROM mysql.slave_master_info",
        ],
        Flavour::MariaDb => &["SHOW ALL SLAVES STATUS"],
        Flavour::MySql56 => &["SELECT * FROM mysql.slave_master_info", "SHOW SLAVE STATUS"],
    };
    // What a change of the master is about, and what goes on by itself.
    const MOVES: &[&str] = &[
        "host",
        "port",
        "uuid",
        "log_file",
        "log_pos",
        "log_name",
        "state",
        "relay",
        "gtid_io_pos",
        "running",
        "seconds",
        "delay_remaining",
        "server_id",
        "retrieved",
        "executed",
        "groups",
        "entries",
        "heartbeats",
        "error",
        "errno",
        "sql_remaining_delay",
    ];
    let rows = queries.iter().flat_map(|query| tree.rows(server, query).unwrap());
    rows.flatten()
        .filter(|(name, _)| !MOVES.iter().any(|moves| name.to_lowercase().contains(moves)))
        .collect()
}

/// Every option that a channel can have, on one that stands.
fn decorate(tree: &Sandbox, server: usize) {
    let tls = "{p}SSL=1,{p}SSL_CA='/c/ca.pem',{p}SSL_CAPATH='/c/d',{p}SSL_CERT='/c/c.pem',{p}SSL_CIPHER='AES128-SHA',\
               {p}SSL_KEY='/c/k.pem',{p}SSL_VERIFY_SERVER_CERT=1,{p}SSL_CRL='/c/crl',{p}SSL_CRLPATH='/c/crls',\
               {p}CONNECT_RETRY=7,{p}HEARTBEAT_PERIOD=3.5,{p}DELAY=11";
    let (verb, prefix, more) = match tree.flavour() {
        Flavour::MySql9 => (
            "CHANGE REPLICATION SOURCE TO ",
            "SOURCE_",
            ",{p}RETRY_COUNT=77,{p}BIND='127.0.0.1',{p}TLS_VERSION='TLSv1.3',{p}PUBLIC_KEY_PATH='/c/pub',\
             GET_{p}PUBLIC_KEY=1,{p}COMPRESSION_ALGORITHMS='zstd',{p}ZSTD_COMPRESSION_LEVEL=9,\
             {p}TLS_CIPHERSUITES='TLS_AES_128_GCM_SHA256',PRIVILEGE_CHECKS_USER='orc'@'%',REQUIRE_ROW_FORMAT=1,\
             REQUIRE_TABLE_PRIMARY_KEY_CHECK=ON,GTID_ONLY=1",
        ),
        Flavour::MariaDb => (
            "CHANGE MASTER TO ",
            "MASTER_",
            ",IGNORE_SERVER_IDS=(5,6),IGNORE_DOMAIN_IDS=(3,4)",
        ),
        Flavour::MySql56 => (
            "CHANGE MASTER TO ",
            "MASTER_",
            ",{p}RETRY_COUNT=77,{p}BIND='127.0.0.1',IGNORE_SERVER_IDS=(5,6)",
        ),
    };
    tree.sql(server, &format!("{verb}{tls}{more}").replace("{p}", prefix))
        .unwrap();
}

fn every_option_is_kept(tree: &Sandbox) {
    tell(tree.port(2), &Change::StopReplication);
    decorate(tree, 2);
    let before = profile(tree, 2);
    assert!(
        before.values().any(|value| value == "3.500" || value == "3.5"),
        "{before:?}"
    );
    let kept = |change: &Change| {
        let changed = tell(tree.port(2), change);
        println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
        assert_eq!(profile(tree, 2), before);
        assert_eq!(stands(tree, 2), (ThreadState::Stopped, ThreadState::Stopped));
    };
    kept(&to(tree.port(1), From::AsItIs));
    assert_eq!(channel(tree, 2).status.master, key(tree.port(1)));
    let by_gtid = match tree.flavour() {
        Flavour::MariaDb => From::MariaDbGtid(None),
        _ => From::OracleGtid,
    };
    kept(&to(tree.port(0), by_gtid));
    kept(&Change::Detach);
    assert_eq!(&*channel(tree, 2).status.master.hostname, "//127.0.0.1");
    kept(&Change::Detach);
    kept(&Change::Reattach);
    kept(&Change::Reattach);
    assert_eq!(channel(tree, 2).status.master, key(tree.port(0)));
}

/// Server 1 moves behind 2 and back, and what is written arrives.
fn by_gtid(tree: &Sandbox) {
    let port = tree.port(1);
    let text = refusal(port, &to(tree.port(2), From::AsItIs));
    assert!(text.contains("not stopped; STOP"), "{text}");
    for (master, name) in [(2, "by_gtid_2"), (0, "by_gtid_0")] {
        for change in [
            Change::StopReplication,
            Change::StopReplication,
            to(tree.port(master), From::AsItIs),
        ] {
            tell(port, &change);
        }
        tell(port, &Change::StartReplication);
        tell(port, &Change::StartReplication);
        wait_running(tree, 1);
        assert_eq!(channel(tree, 1).status.master, key(tree.port(master)));
        written_goes(tree, 0, 1, name);
    }
}

/// The same by file and position, with a break in between.
fn by_position(tree: &Sandbox) {
    let port = tree.port(1);
    written_goes(tree, 0, 1, "before_position");
    tell(port, &Change::StopReplication);
    let at = look(tree, 1).executed_file().unwrap().clone();
    let text = match look(tree, 1).uses_gtid() {
        true => String::new(),
        false => refusal(port, &to(tree.port(0), From::AsItIs)),
    };
    println!("{text}");
    tell(port, &to(tree.port(0), From::Coordinates(at)));
    assert!(!look(tree, 1).uses_gtid());
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
    written_goes(tree, 0, 1, "by_position");
    // The row is seen a moment before the position behind it.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let at = loop {
        let seen = look(tree, 1);
        let end = look(tree, 0).reading.binlog.end;
        if seen.executed_file() == Some(&end) {
            break end;
        }
        assert!(std::time::Instant::now() < deadline, "{:?} {end}", seen.executed_file());
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    tell(port, &Change::Detach);
    assert_eq!(look(tree, 1).executed_file(), Some(&at));
    tell(port, &Change::Reattach);
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
    written_goes(tree, 0, 1, "mended");
}

/// A replica becomes a master and comes back with somebody else's login.
fn there_and_back(tree: &Sandbox) {
    let port = tree.port(1);
    let login = login_of(&key(tree.port(2)), &settings("orc"), false, LONG);
    for _ in 0..2 {
        let changed = tell(port, &Change::ForgetMaster);
        println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
        assert_eq!(look(tree, 1).channel(), None);
    }
    for change in [Change::Detach, Change::Reattach] {
        assert!(refusal(port, &change).contains("instance is not a replica"));
    }
    let text = refusal(port, &to(tree.port(0), From::AsItIs));
    assert!(text.contains("instance is not a replica"), "{text}");
    let by_gtid = match tree.flavour() {
        Flavour::MariaDb => From::MariaDbGtid(Some(look(tree, 0).binlog_pos)),
        _ => From::OracleGtid,
    };
    let back = to(tree.port(0), by_gtid);
    assert!(refusal(port, &back).contains("no replication user"));
    let login = match (login, tree.flavour()) {
        (Ok(login), Flavour::MySql9 | Flavour::MySql56) => login,
        (Err(why), Flavour::MariaDb) => {
            println!("{why}");
            assert!(why.contains("configure ReplicationCredentialsQuery"), "{why}");
            let mut asking = orchestrator::probe::ProbeSettings::new("orc", "orc-pw");
            asking.questions.credentials = "SELECT 'repl','repl-pw';".to_owned();
            login_of(&key(tree.port(2)), &asking.into(), false, LONG).unwrap()
        }
        (login, flavour) => panic!("{flavour}: {login:?}"),
    };
    assert!(!format!("{login:?} {login}").contains("repl-pw"));
    let changed = tell_with("orc", port, &back, Some(&login), LONG).unwrap_or_else(|failed| panic!("{failed}"));
    println!("{}: {:?}", tree.flavour(), changed.statements);
    let text = changed.statements.concat();
    assert!(text.contains("PASSWORD='<password>'") && !text.contains("repl-pw"));
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
    written_goes(tree, 0, 1, "there_and_back");
}

fn missing_grants(tree: &Sandbox) {
    tree.sql(0, "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'").unwrap();
    written_goes(tree, 0, 1, "bare");
    let told = |change: &Change| tell_as("bare", tree.port(1), change, LONG);
    // What each wants, one grant after the other, until all is permitted.
    let changes = [
        Change::StopReplication,
        Change::StopApplier,
        Change::StartApplier,
        to(tree.port(2), From::AsItIs),
        Change::StartReplication,
        Change::ForgetMaster,
    ];
    for change in changes {
        if matches!(change, Change::PointTo(_)) {
            tell(tree.port(1), &Change::StopReplication);
        }
        for _ in 0..4 {
            let Err(failed) = told(&change) else { break };
            println!("{}: {failed}", tree.flavour());
            assert_eq!(failed.contact.kind, ContactKind::MissingGrant);
            assert_eq!(look(tree, 1).channel().unwrap().status.master, key(tree.port(0)));
            tree.sql(1, failed.remedy.as_ref().unwrap()).unwrap();
        }
        if !matches!(
            change,
            Change::PointTo(_) | Change::ForgetMaster | Change::StartReplication
        ) {
            assert_eq!(channel(tree, 1).status.master, key(tree.port(0)));
        }
        match change {
            Change::PointTo(_) => {
                told(&to(tree.port(0), From::AsItIs)).unwrap();
            }
            Change::ForgetMaster => assert_eq!(look(tree, 1).channel(), None),
            _ => {}
        }
    }
}

fn all(flavour: Flavour, offset: u16) {
    let Some(tree) = start(Sandbox::up(flavour, "0;1<0;2<0"), offset) else {
        return;
    };
    by_gtid(&tree);
    by_position(&tree);
    there_and_back(&tree);
    every_option_is_kept(&tree);
    missing_grants(&tree);
}

#[test]
fn mysql_9() {
    all(Flavour::MySql9, 1450);
}

#[test]
fn mariadb() {
    all(Flavour::MariaDb, 1460);
}

#[test]
fn mysql_5_6() {
    all(Flavour::MySql56, 1470);
}

#[test]
fn replicas_of_several_masters_are_refused() {
    for (flavour, offset) in [(Flavour::MySql9, 1480), (Flavour::MariaDb, 1490)] {
        let Some((tree, replica)) = replica_of_two(flavour, offset) else {
            continue;
        };
        tell(tree.port(replica), &Change::StopReplication);
        let others: Vec<_> = look(&tree, replica).other_channels().map(|c| c.name.clone()).collect();
        for change in [to(tree.port(0), From::AsItIs), Change::Detach, Change::Reattach] {
            let text = refusal(tree.port(replica), &change);
            println!("{text}");
            assert!(
                text.contains(&others.join(", ")) && text.contains("channels with names"),
                "{text}"
            );
        }
        let run = |at: &orchestrator::model::observation::Channel| at.status.io_state == ThreadState::Running;
        assert!(look(&tree, replica).other_channels().all(run));
        tell(tree.port(replica), &Change::ForgetMaster);
        let left = look(&tree, replica).reading.channels;
        assert!(left.iter().all(|channel| !channel.name.is_empty()) && left.iter().all(run));
        wait_until(LONG, "the other goes on", || {
            look(&tree, replica).other_channels().all(run)
        })
        .unwrap();
    }
}

/// Whoever has applied nothing by position since it was pointed elsewhere goes back; whoever has stays, for its position in
/// the log of its former master is another one by now.
#[test]
fn one_that_has_applied_more_is_not_pointed_back() {
    for (flavour, offset) in [(Flavour::MySql9, 850), (Flavour::MariaDb, 860), (Flavour::MySql56, 870)] {
        let Some(tree) = start(Sandbox::up(flavour, "0;1<0;2<0").gtid(false), offset) else {
            continue;
        };
        let port = tree.port(2);
        written_goes(&tree, 0, 2, "was_there");
        written_goes(&tree, 0, 1, "was_there1");
        tell(port, &Change::StopReplication);
        let place = |server: usize| look(&tree, server).reading.binlog.end;
        let (own, other) = (channel(&tree, 2).status.executed, place(1));
        let back = Change::PointBack(Return {
            to: Pointing {
                master: key(tree.port(0)),
                from: From::Coordinates(own),
                login_of: None,
            },
            away: key(tree.port(1)),
            at: Some(other.clone()),
        });
        let away = to(tree.port(1), From::Coordinates(other));
        let master = || channel(&tree, 2).status.master.port;
        // It is there: nothing is told.
        assert!(tell(port, &back).statements.is_empty(), "{flavour}");
        tell(port, &away);
        assert_eq!(master(), tree.port(1), "{flavour}");
        tell(port, &back);
        assert_eq!(master(), tree.port(0), "{flavour}");
        tell(port, &away);
        tell(port, &Change::StartReplication);
        wait_running(&tree, 2);
        written_goes(&tree, 0, 2, "away");
        tell(port, &Change::StopReplication);
        let told = tell(port, &back);
        assert!(told.statements.is_empty(), "{flavour}: {told:?}");
        assert!(told.remarks.concat().contains("and it is left as it is"), "{told:?}");
        assert_eq!(master(), tree.port(1), "{flavour}");
        tell(port, &Change::StartReplication);
        wait_running(&tree, 2);
        written_goes(&tree, 0, 2, "there");
    }
}
