//! What is read from each line of servers, in how many packets, and around what is refused.

use super::{now, probe, replica, script, session};
use crate::support::fake_server::{Answer, Auth, FakeServer, Role, scripts};
use crate::support::proxy::Proxy;
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::ContactKind;
use orchestrator::model::{Coordinates, InstanceKey};
use std::time::Duration;

/// The fake server's clock always shows 2023-11-14 22:13:20.
#[test]
fn the_age_of_an_error_is_by_the_servers_clock() {
    let failing = |version: &str, values: &[(&str, &str)]| {
        let mut script = replica(version);
        scripts::set_replication(&mut script, values);
        script
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    for version in ["5.6.51", "5.7.44-log", "8.0.21", "8.0.33", "8.4.3", "9.7.4"] {
        for (time, age) in [
            ("231114 22:13:05", seconds(15)),
            ("231113 22:13:20", seconds(86_400)),
            ("231114 22:13:23", seconds(0)),
            ("231114 23:13:20", None),
            ("", None),
        ] {
            let server = FakeServer::start(failing(
                version,
                &[("Last_IO_Errno", "2003"), ("Last_IO_Error_Timestamp", time)],
            ));
            let channel = probe(server.port()).reading.unwrap().channels.remove(0);
            let seen = (channel.last_io_error_time.as_str(), channel.last_io_error_age);
            assert_eq!(seen, (time, age), "{version}");
        }
    }
    for version in ["5.5.62-log", "10.6.12-MariaDB"] {
        let server = FakeServer::start(failing(version, &[("Last_IO_Errno", "2003")]));
        let channel = probe(server.port()).reading.unwrap().channels.remove(0);
        let seen = (channel.last_io_error_time.as_str(), channel.last_io_error_age);
        assert_eq!((channel.last_io_errno, seen), (2003, ("", None)), "{version}");
        assert!(!server.saw("convert_tz"), "{version}");
    }
    // A server that does not take the function is read without it.
    let refusing = failing("5.6.2", &[("Last_IO_Error_Timestamp", "231114 22:13:05")]);
    let server = FakeServer::start(refusing.on("convert_tz", Answer::syntax_error("(3)")));
    let channel = probe(server.port()).reading.unwrap().channels.remove(0);
    let seen = (channel.last_io_error_time.as_str(), channel.last_io_error_age);
    assert_eq!(seen, ("231114 22:13:05", None));
}

#[test]
fn every_generation_is_read() {
    for (version, dialect, uuid, logs) in [
        ("5.5.62-log", "MySQL 5.5", "No", "show slave status"),
        (
            "5.6.51",
            "MySQL 5.6",
            "00000000-0000-0000-0000-000000000001",
            "show slave status",
        ),
        (
            "5.7.44-log",
            "MySQL 5.7",
            "00000000-0000-0000-0000-000000000001",
            "show slave status",
        ),
        (
            "8.0.21",
            "MySQL 8.0",
            "00000000-0000-0000-0000-000000000001",
            "show slave status",
        ),
        (
            "8.0.33",
            "MySQL 8.0.22",
            "00000000-0000-0000-0000-000000000001",
            "show replica status",
        ),
        (
            "8.4.3",
            "MySQL 8.4",
            "00000000-0000-0000-0000-000000000001",
            "show replica status",
        ),
        ("10.2.44-MariaDB", "MariaDB 10.0", "No", "show all slaves status"),
        ("10.6.12-MariaDB", "MariaDB 10.5", "No", "show all slaves status"),
        ("11.4.2-MariaDB-log", "MariaDB 10.5", "No", "show all slaves status"),
    ] {
        for auth in [Auth::Native, Auth::CachingSha2Fast, Auth::SwitchToNative] {
            let server = FakeServer::start(replica(version).auth(auth));
            let mut session = session(server.port(), |_| ());
            let seen = session.probe(&now);
            assert!(seen.is_success(), "{version}: {}", seen.contact);
            assert_eq!(seen.faults, [], "{version}");
            let reading = seen.reading.unwrap();
            assert_eq!(session.dialect().unwrap().name, dialect, "{version}");
            assert!(server.saw(logs), "{version}");
            assert_eq!(reading.server.version.as_str(), version);
            assert_eq!(
                (
                    reading.server.id,
                    reading.server.read_only,
                    reading.server.uptime_seconds
                ),
                (1, true, 1000)
            );
            assert!(
                reading.binlog.enabled && reading.binlog.logs_replica_updates,
                "{version}"
            );
            assert_eq!(reading.log_end(), &Coordinates::new("binlog.000001", 1000), "{version}");
            assert_eq!(reading.dumping_hosts, ["10.0.0.7"], "{version}");
            let channel = reading.default_channel().unwrap();
            assert_eq!(channel.status.master, InstanceKey::new("10.0.0.1", 3307), "{version}");
            assert_eq!(channel.status.master_uuid, uuid, "{version}");
            assert_eq!(channel.status.io_state, ThreadState::Running);
            assert_eq!(
                (channel.status.executed.position, channel.status.relay.position),
                (1000, 500),
                "{version}"
            );
            assert_eq!(
                (channel.status.seconds_behind, channel.status.lag_seconds),
                (Some(0), Some(0))
            );
            assert_eq!(
                (channel.status.last_io_error.as_str(), channel.user.as_str()),
                ("\"\"", "repl")
            );
            assert_eq!(reading.credentials_available, uuid != "No", "{version}");
            assert!(channel.columns.iter().next().is_some());
        }
    }
}

#[test]
fn the_steady_state_is_one_packet() {
    for version in ["5.5.62", "5.7.44", "8.0.21", "8.0.33", "8.4.3", "10.6.12-MariaDB"] {
        let server = FakeServer::start(replica(version));
        let proxy = Proxy::start(server.addr());
        let mut session = session(proxy.port(), |s| s.questions.lag = "select 3;".to_owned());
        let first = session.probe(&now);
        assert!(first.is_success(), "{version}: {}", first.contact);
        let learnt = proxy.client_packets();
        println!("{version}: {learnt} packets to connect and learn");
        assert!(learnt <= 4, "{version}: {learnt}");
        for round in 1..=10 {
            let seen = session.probe(&now);
            assert_eq!(proxy.client_packets(), learnt + round, "{version}");
            assert_eq!(seen.reading, first.reading, "{version}");
            assert_eq!(seen.reading.unwrap().answers.lag_seconds, Some(3));
        }
    }
}

#[test]
fn a_refused_side_question_is_a_fault_with_its_remedy() {
    for (version, grant) in [("8.0.33", "REPLICATION CLIENT"), ("10.6.12-MariaDB", "BINLOG MONITOR")] {
        let script = replica(version)
            .on("show master status", Answer::access_denied("SUPER"))
            .on("show binlog status", Answer::access_denied("SUPER"));
        let server = FakeServer::start(script);
        let mut session = session(server.port(), |_| ());
        for _ in 0..3 {
            let seen = session.probe(&now);
            assert!(seen.is_success());
            assert_eq!(seen.faults.len(), 1, "{:?}", seen.faults);
            assert_eq!(seen.faults[0].question, "binary log status");
            assert_eq!(
                seen.faults[0].remedy.as_deref(),
                Some(format!("GRANT {grant} ON *.* TO 'orc'@'%'").as_str())
            );
            let reading = seen.reading.unwrap();
            assert!(reading.log_end().is_none() && reading.channels.len() == 1 && reading.dumping_hosts.len() == 1);
        }
        let asked = server
            .statements()
            .iter()
            .filter(|s| s.contains("SHOW MASTER STATUS"))
            .count();
        assert_eq!(asked, 1, "a refused question is not asked each time");
        // Some time later it is, and the grant was given meanwhile.
        server.set_answer(
            "show master status",
            Answer::row(&[("File", "log.9"), ("Position", "9")]),
        );
        let seen = (0..60).map(|_| session.probe(&now)).last().unwrap();
        assert_eq!(seen.faults, []);
    }
}

#[test]
fn a_refused_replica_status_fails_with_its_remedy() {
    for (version, grant) in [("8.4.3", "REPLICATION CLIENT"), ("10.6.12-MariaDB", "SLAVE MONITOR")] {
        let script = replica(version)
            .on("show replica status", Answer::access_denied("SUPER"))
            .on("show all slaves status", Answer::access_denied("SUPER"));
        let server = FakeServer::start(script);
        let seen = probe(server.port());
        assert_eq!(seen.contact.kind, ContactKind::MissingGrant);
        assert!(
            seen.contact
                .said
                .contains(&format!("GRANT {grant} ON *.* TO 'orc'@'%'")),
            "{}",
            seen.contact
        );
        let reading = seen.reading.expect("the settings were read");
        assert!(reading.channels.is_empty() && reading.log_end().position == 1000);
    }
}

#[test]
fn another_form_is_tried_where_one_is_unknown() {
    let denied = Answer::error(
        1142,
        "42000",
        "SELECT command denied to user 'orc'@'%' for table 'processlist'",
    );
    let script = replica("8.0.33")
        .on("from performance_schema.processlist", denied)
        .on("show replica status", Answer::syntax_error("SHOW REPLICA STATUS"))
        .on(
            "@@global.binlog_format as binlog_format",
            Answer::error(1193, "HY000", "Unknown system variable 'binlog_format'"),
        );
    let server = FakeServer::start(script);
    let proxy = Proxy::start(server.addr());
    let mut session = session(proxy.port(), |_| ());
    let seen = session.probe(&now);
    assert!(seen.is_success(), "{}", seen.contact);
    assert_eq!(seen.faults, []);
    let reading = seen.reading.unwrap();
    assert_eq!(reading.dumping_hosts, ["10.0.0.7"]);
    assert_eq!(
        (
            reading.server.version.as_str(),
            reading.server.id,
            reading.server.read_only
        ),
        ("8.0.33", 1, true)
    );
    assert!(server.saw("information_schema.processlist") && server.saw("show slave status"));
    let packets = proxy.client_packets();
    session.probe(&now);
    assert_eq!(proxy.client_packets(), packets + 1);
}

#[test]
fn the_process_list_of_a_schema_that_is_off_is_not_believed() {
    let script = replica("8.4.3")
        .variable("performance_schema", "0")
        .on("from performance_schema.processlist", Answer::empty(&["HOST"]));
    let server = FakeServer::start(script);
    let mut session = session(server.port(), |_| ());
    for _ in 0..2 {
        assert_eq!(session.probe(&now).reading.unwrap().dumping_hosts, ["10.0.0.7"]);
    }
}

#[test]
fn operators_queries_fail_alone() {
    let script = replica("8.0.33")
        .on(
            "meta.region",
            Answer::error(1146, "42S02", "Table 'meta.region' doesn't exist"),
        )
        .on("meta.alias", Answer::row(&[("alias", "db-one")]))
        .on("meta.lag", Answer::row(&[("lag", "12")]))
        .on("meta.rule", Answer::row(&[("rule", "prefer")]))
        .on(
            "meta.credentials",
            Answer::row(&[("user", "repl"), ("password", "secret-pw")]),
        );
    let server = FakeServer::start(script);
    let mut session = session(server.port(), |s| {
        s.questions.region = "select region from meta.region;".to_owned();
        s.questions.instance_alias = "select alias from meta.alias -- comment".to_owned();
        s.questions.lag = "select lag from meta.lag ; ".to_owned();
        s.questions.promotion_rule = "select 1; select rule from meta.rule".to_owned();
        s.questions.data_center = "select null".to_owned();
        s.questions.credentials = "select user, password from meta.credentials".to_owned();
    });
    for _ in 0..2 {
        let seen = session.probe(&now);
        assert!(seen.is_success());
        assert_eq!(seen.faults.len(), 1, "{:?}", seen.faults);
        assert_eq!(seen.faults[0].question, "DetectRegionQuery");
        assert!(!format!("{seen:?}").contains("secret-pw"));
        let reading = seen.reading.unwrap();
        assert_eq!((reading.answers.region, reading.answers.data_center), (None, None));
        assert_eq!(
            (reading.answers.instance_alias.as_deref(), reading.server.alias.as_str()),
            (Some("db-one"), "db-one")
        );
        assert_eq!(
            reading.answers.promotion_rule.as_deref(),
            Some("1"),
            "the first answer counts"
        );
        assert_eq!(
            (reading.answers.credentials, reading.credentials_available),
            (Some(true), true)
        );
        assert_eq!(
            (
                reading.channels[0].status.seconds_behind,
                reading.channels[0].status.lag_seconds
            ),
            (Some(0), Some(12))
        );
    }
    assert!(!server.saw("slave_master_info"));
}

#[test]
fn semi_sync_and_group_by_either_spelling() {
    let script = replica("8.0.33")
        .variable("rpl_semi_sync_source_enabled", "1")
        .variable("rpl_semi_sync_replica_enabled", "0")
        .variable("rpl_semi_sync_source_timeout", "500")
        .variable("rpl_semi_sync_source_wait_for_replica_count", "2")
        .status("Rpl_semi_sync_source_status", "ON")
        .status("Rpl_semi_sync_source_clients", "3")
        .on(
            "replication_group_members",
            Answer::row(&[
                ("a", "u1"),
                ("b", "h1"),
                ("c", "3306"),
                ("d", "ONLINE"),
                ("e", "PRIMARY"),
                ("f", "g"),
                ("g", "1"),
            ]),
        );
    let server = FakeServer::start(script);
    let reading = probe(server.port()).reading.unwrap();
    let semi_sync = &reading.semi_sync;
    assert!(semi_sync.available && semi_sync.master_enabled && semi_sync.master_status && !semi_sync.replica_enabled);
    assert_eq!(
        (
            semi_sync.master_timeout_ms,
            semi_sync.master_wait_count,
            semi_sync.master_clients
        ),
        (500, 2, 3)
    );
    assert_eq!(reading.group.unwrap().members[0].host, "h1");
}

#[test]
fn announced_replicas_are_read_beside_the_dump_threads() {
    let mut script = script("8.4.3", Role::Master);
    scripts::set_replica_hosts(&mut script, &[(2, "r2", 3307), (3, "", 3306)]);
    let server = FakeServer::start(script);
    let reading = probe(server.port()).reading.unwrap();
    assert_eq!(
        reading.announced_replicas,
        [InstanceKey::new("", 3306), InstanceKey::new("r2", 3307)]
    );
    assert_eq!(reading.dumping_hosts, ["10.0.0.7"]);
    assert!(reading.channels.is_empty());
}

#[test]
fn maxscale_is_a_binlog_server_where_it_is_looked_for() {
    let script = replica("10.6.12-MariaDB").on(
        "show variables like 'maxscale%'",
        Answer::row(&[("Variable_name", "MAXSCALE_VERSION"), ("Value", "2.5.1")]),
    );
    let server = FakeServer::start(script);
    let mut session = session(server.port(), |s| s.skip_maxscale_check = false);
    for _ in 0..2 {
        let seen = session.probe(&now);
        assert!(seen.is_success(), "{}", seen.contact);
        let reading = seen.reading.unwrap();
        assert_eq!(reading.server.version.as_str(), "2.5.1-maxscale");
        assert!(reading.server.is_binlog_server && reading.server.id == 1);
    }
    assert!(!server.saw("processlist"));
}
