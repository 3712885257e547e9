//! Probes of real servers: MySQL 9, MariaDB, MySQL 5.6. Where a server can't be had the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::ContactKind;
use orchestrator::model::{InstanceKey, Observation, Timestamp};
use orchestrator::probe::{ProbeSettings, Session, probe_once};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use support::proxy::Proxy;
use support::sandbox::{Flavour, Sandbox, wait_until};
use support::telling::{replica_of_two, start};

fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64)
}

fn settings() -> ProbeSettings {
    let mut settings = ProbeSettings::new("orc", "orc-pw");
    settings.read_timeout = Duration::from_secs(1);
    settings
}

fn key(port: u16) -> InstanceKey {
    InstanceKey::new("127.0.0.1", port)
}

fn probe(port: u16, change: impl FnOnce(&mut ProbeSettings)) -> (Observation, bool) {
    let mut settings = settings();
    change(&mut settings);
    let mut session = Session::new(key(port), Arc::new(settings));
    (session.probe(&now), session.used_tls())
}

/// Connects and learns in a few packets, then takes one each time.
fn one_packet_each_time(port: u16) {
    let proxy = Proxy::start(SocketAddr::from(([127, 0, 0, 1], port)));
    let mut session = Session::new(key(proxy.port()), Arc::new(settings()));
    assert!(session.probe(&now).is_success());
    let learnt = proxy.client_packets();
    for round in 1..=5 {
        assert!(session.probe(&now).is_success());
        assert_eq!(proxy.client_packets(), learnt + round);
    }
    println!("port {port}: {learnt} packets to connect and learn, then 1 each");
}

/// A probe makes the server write no temporary table: a neighbour that starts and shares `tmpdir` would delete it, and
/// MariaDB crashes then.
fn leaves_no_tables(tree: &Sandbox) {
    let made = || {
        tree.sql(0, "SHOW GLOBAL STATUS LIKE 'Created_tmp_disk_tables'")
            .unwrap()
    };
    let mut session = Session::new(key(tree.port(0)), Arc::new(settings()));
    let before = made();
    for _ in 0..5 {
        assert_eq!(session.probe(&now).reading.unwrap().dumping_hosts, ["127.0.0.1"]);
    }
    assert_eq!(made(), before);
}

/// What every tree of a master and a replica shows.
fn pair(tree: &Sandbox) -> (Observation, Observation) {
    let both = || (probe(tree.port(0), |_| ()).0, probe(tree.port(1), |_| ()).0);
    wait_until(Duration::from_secs(10), "the replica is level with its master", || {
        let (master, replica) = both();
        let executed = replica
            .reading
            .as_ref()
            .and_then(|r| r.default_channel())
            .map(|c| c.status.executed.clone());
        executed == master.reading.map(|r| r.log_end().clone())
    })
    .unwrap();
    let (master, replica) = both();
    for seen in [&master, &replica] {
        println!("{}: {} in {:?}", seen.asked, seen.contact, seen.latency);
        assert!(seen.is_success(), "{}", seen.contact);
        assert_eq!(seen.faults, []);
        let reading = seen.reading.as_ref().unwrap();
        assert!(reading.server.uptime_seconds < 1000 && reading.binlog.enabled && reading.binlog.logs_replica_updates);
        assert_eq!(
            (reading.report_host.as_str(), reading.report_port),
            ("127.0.0.1", seen.asked.port)
        );
        assert_eq!(reading.server.id, u32::from(seen.asked.port));
        assert!(reading.log_end().file.starts_with("mysql-bin.") && reading.log_end().position > 0);
        assert_eq!(reading.binlog.format, "ROW");
    }
    let upper = master.reading.as_ref().unwrap();
    assert!(upper.channels.is_empty());
    assert_eq!(upper.announced_replicas, [key(tree.port(1))]);
    assert_eq!(upper.dumping_hosts, ["127.0.0.1"]);
    let lower = replica.reading.as_ref().unwrap();
    let status = &lower.default_channel().unwrap().status;
    assert_eq!(status.master, key(tree.port(0)));
    assert!(status.io_running && status.sql_running && status.has_credentials);
    assert_eq!(status.executed, *upper.log_end());
    assert_eq!(status.last_io_error, "\"\"");
    (master, replica)
}

/// How the end of a server looks to a session that was connected, and to one that comes later.
fn ends(tree: &Sandbox) {
    let mut session = Session::new(key(tree.port(0)), Arc::new(settings()));
    assert!(session.probe(&now).is_success());
    tree.pause(0).unwrap();
    assert_eq!(session.probe(&now).contact.kind, ContactKind::HungInQuery);
    assert_eq!(session.probe(&now).contact.kind, ContactKind::HungInHandshake);
    tree.resume(0).unwrap();
    assert!(session.probe(&now).is_success());
    tree.kill(0).unwrap();
    // The kernel resets what it had accepted for the dying process before it refuses anything new.
    wait_until(Duration::from_secs(5), "the killed server refuses", || {
        let kind = session.probe(&now).contact.kind;
        assert!(matches!(kind, ContactKind::Refused | ContactKind::Reset), "{kind:?}");
        kind == ContactKind::Refused
    })
    .unwrap();
    let replica = || probe(tree.port(1), |_| ()).0.reading.unwrap().channels.remove(0);
    wait_until(Duration::from_secs(15), "the replica misses its master", || {
        replica().status.io_state == ThreadState::Other && replica().last_io_errno != 0
    })
    .unwrap();
    let channel = replica();
    assert!(
        matches!(channel.last_io_errno, 2003 | 2013),
        "{}",
        channel.last_io_errno
    );
    assert!(channel.status.last_io_error.len() > 2 && channel.status.seconds_behind.is_none());
    tree.start(0).unwrap();
    assert!(session.probe(&now).is_success());
}

fn missing_grants(tree: &Sandbox, create: &str, privilege: &str) {
    tree.sql(0, create).unwrap();
    let (seen, _) = probe(tree.port(0), |s| s.user = "bare".to_owned());
    assert_eq!(seen.contact.kind, ContactKind::MissingGrant, "{}", seen.contact);
    let grant = format!("GRANT {privilege} ON *.* TO 'bare'@'%'");
    assert!(seen.contact.said.contains(&grant), "{}", seen.contact);
    assert!(seen.reading.is_some());
    tree.sql(0, &grant).unwrap();
    let (seen, _) = probe(tree.port(0), |s| s.user = "bare".to_owned());
    assert!(seen.is_success(), "{}", seen.contact);
    // Every remedy named is a statement that the server takes, and together they leave nothing to name.
    for fault in &seen.faults {
        tree.sql(0, fault.remedy.as_ref().unwrap_or_else(|| panic!("{fault}")))
            .unwrap();
    }
    let (seen, _) = probe(tree.port(0), |s| s.user = "bare".to_owned());
    assert_eq!(seen.faults, []);
    let wrong = probe(tree.port(0), |s| s.password = "wrong".into()).0;
    assert_eq!(wrong.contact.kind, ContactKind::AccessDenied);
    assert!(!wrong.contact.said.contains("wrong"));
}

#[test]
fn mysql_9() {
    let tree = Sandbox::up(Flavour::MySql9, "0;1<0").semi_sync();
    let Some(tree) = start(tree, 300) else { return };
    tree.sql(0, "CREATE DATABASE d").unwrap();
    wait_until(Duration::from_secs(10), "the replica has it", || {
        tree.sql(1, "SHOW DATABASES LIKE 'd'")
            .is_ok_and(|text| text.contains('d'))
    })
    .unwrap();
    let (master, replica) = pair(&tree);
    let (upper, lower) = (master.reading.unwrap(), replica.reading.unwrap());
    assert_eq!(
        (upper.gtid_mode.as_str(), upper.binlog.row_image.as_str()),
        ("ON", "FULL")
    );
    assert_eq!(upper.gtid_executed, format!("{}:1", tree.uuid(0).unwrap()));
    assert_eq!(lower.gtid_executed, upper.gtid_executed);
    let channel = &lower.channels[0];
    assert_eq!(channel.retrieved_gtid, upper.gtid_executed);
    assert_eq!(channel.status.master_uuid, upper.server.uuid);
    assert!(channel.oracle_gtid && !channel.mariadb_gtid && lower.credentials_available);
    assert_eq!(channel.column(&["Get_Source_public_key", "Get_source_public_key"]), "1");
    assert!(upper.semi_sync.available && upper.semi_sync.master_status && upper.semi_sync.master_wait_count == 1);
    assert_eq!(upper.semi_sync.master_clients, 1);
    assert!(lower.semi_sync.replica_enabled && lower.semi_sync.replica_status);
    one_packet_each_time(tree.port(0));
    one_packet_each_time(tree.port(1));
    missing_grants(
        &tree,
        "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'",
        "REPLICATION CLIENT",
    );
    tls(&tree);
    ends(&tree);
}

#[test]
fn mariadb() {
    let Some(tree) = start(Sandbox::up(Flavour::MariaDb, "0;1<0").semi_sync(), 400) else {
        return;
    };
    let (master, replica) = pair(&tree);
    let (upper, lower) = (master.reading.unwrap(), replica.reading.unwrap());
    assert!(upper.server.uuid.is_empty() && upper.gtid_mode.is_empty() && upper.server.version.is_mariadb());
    assert!(lower.channels[0].mariadb_gtid && !lower.channels[0].oracle_gtid);
    assert_eq!(lower.channels[0].status.master_uuid, "No");
    assert!(upper.semi_sync.available && upper.semi_sync.master_enabled && lower.semi_sync.replica_enabled);
    one_packet_each_time(tree.port(1));
    leaves_no_tables(&tree);
    missing_grants(&tree, "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'", "SLAVE MONITOR");
    match tree.sql(0, "INSTALL SONAME 'auth_ed25519'; CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('orc-pw'); GRANT SLAVE MONITOR ON *.* TO ed@'%'") {
        Ok(_) => assert!(probe(tree.port(0), |s| s.user = "ed".to_owned()).0.is_success()),
        Err(reason) => println!("ed25519 not tried: {reason}"),
    }
    tree.sql(1, "STOP SLAVE SQL_THREAD").unwrap();
    let channel = probe(tree.port(1), |_| ()).0.reading.unwrap().channels.remove(0);
    assert_eq!(
        (channel.status.io_state, channel.status.sql_state),
        (ThreadState::Running, ThreadState::Stopped)
    );
    tree.sql(1, "START SLAVE").unwrap();
    ends(&tree);
}

#[test]
fn mysql_5_6() {
    let Some(tree) = start(Sandbox::up(Flavour::MySql56, "0;1<0"), 500) else {
        return;
    };
    let (master, replica) = pair(&tree);
    let (upper, lower) = (master.reading.unwrap(), replica.reading.unwrap());
    assert_eq!(
        (upper.server.major_version.as_str(), upper.gtid_mode.as_str()),
        ("5.6", "ON")
    );
    assert!(lower.channels[0].oracle_gtid && lower.credentials_available && !upper.semi_sync.available);
    one_packet_each_time(tree.port(1));
    missing_grants(
        &tree,
        "CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'",
        "REPLICATION CLIENT",
    );
    let (seen, _) = probe(tree.port(0), |s| (s.tls.mutual, s.tls.skip_verify) = (true, true));
    assert_eq!(seen.contact.kind, ContactKind::TlsFailed);
    assert!(seen.contact.said.contains("before 5.7"), "{}", seen.contact);
    ends(&tree);
}

#[test]
fn several_channels() {
    for (flavour, offset) in [(Flavour::MySql9, 600), (Flavour::MariaDb, 700)] {
        let Some((tree, replica)) = replica_of_two(flavour, offset) else {
            continue;
        };
        let seen = probe(tree.port(replica), |_| ()).0;
        let channels = seen.reading.unwrap().channels;
        let masters: Vec<_> = channels.iter().map(|c| c.status.master.port).collect();
        println!(
            "{flavour}: {:?} from {masters:?}",
            channels.iter().map(|c| &c.name).collect::<Vec<_>>()
        );
        assert_eq!(channels.len(), 2);
        assert_ne!(masters[0], masters[1]);
        assert!(channels.iter().all(|c| c.status.io_running && c.status.sql_running));
    }
}

#[test]
fn a_group_of_one() {
    let Some(tree) = start(Sandbox::up(Flavour::MySql9, "single"), 800) else {
        return;
    };
    let mut session = Session::new(key(tree.port(0)), Arc::new(settings()));
    let seen = session.probe(&now);
    assert_eq!((seen.faults, seen.reading.unwrap().group), (vec![], None));
    let local = tree.port(0) + 50;
    let begin = format!(
        "INSTALL PLUGIN group_replication SONAME 'group_replication.so';
         SET GLOBAL group_replication_group_name='aaaaaaaa-0000-0000-0000-000000000001';
         SET GLOBAL group_replication_local_address='127.0.0.1:{local}';
         SET GLOBAL group_replication_group_seeds='127.0.0.1:{local}';
         SET GLOBAL group_replication_bootstrap_group=ON; START GROUP_REPLICATION"
    );
    if let Err(reason) = tree.sql(0, &begin) {
        println!("group replication not tried: {reason}");
        return;
    }
    let group = || {
        probe_once(&key(tree.port(0)), &Arc::new(settings()), &now)
            .reading
            .unwrap()
            .group
    };
    wait_until(Duration::from_secs(20), "the member is online", || {
        group().is_some_and(|group| group.members.iter().any(|m| m.state == "ONLINE" && m.role == "PRIMARY"))
    })
    .unwrap();
    let seen = group().unwrap();
    assert_eq!(
        (seen.name.as_str(), seen.single_primary),
        ("aaaaaaaa-0000-0000-0000-000000000001", true)
    );
    assert_eq!((seen.members.len(), seen.members[0].port), (1, tree.port(0)));
    // A session that had learnt the plugin's absence finds out by itself.
    assert!((0..60).any(|_| session.probe(&now).reading.unwrap().group.is_some()));
}

/// All ways of TLS and authentication, against certificates as the server makes them and against others.
fn tls(tree: &Sandbox) {
    let (port, data) = (tree.port(0), tree.data_dir(0).unwrap());
    let file = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let ca = |s: &mut ProbeSettings| (s.tls.mutual, s.tls.ca) = (true, file("ca.pem"));
    // Full authentication without TLS goes by the server's public key, after that by its cache.
    tree.sql(0, "FLUSH PRIVILEGES").unwrap();
    for _ in 0..2 {
        assert!(probe(port, |s| s.tls.mixed = false).0.is_success());
    }
    tree.sql(0, "FLUSH PRIVILEGES").unwrap();
    for _ in 0..2 {
        let (seen, by_tls) = probe(port, ca);
        assert!(
            seen.is_success() && by_tls,
            "certificates without names, checked by CA alone: {}",
            seen.contact
        );
    }
    assert!(
        probe(port, |s| (s.tls.mutual, s.tls.skip_verify) = (true, true))
            .0
            .is_success()
    );
    let (unknown, _) = probe(port, |s| s.tls.mutual = true);
    assert_eq!(unknown.contact.kind, ContactKind::TlsFailed, "{}", unknown.contact);
    tree.sql(0, "CREATE USER ssl_only@'%' IDENTIFIED BY 'orc-pw' REQUIRE SSL; GRANT REPLICATION CLIENT ON *.* TO ssl_only@'%';
        CREATE USER cert_only@'%' IDENTIFIED BY 'orc-pw' REQUIRE X509; GRANT REPLICATION CLIENT ON *.* TO cert_only@'%'")
        .unwrap();
    let mixed = |user: &str, s: &mut ProbeSettings| (s.user, s.tls.ca) = (user.to_owned(), file("ca.pem"));
    let (seen, by_tls) = probe(port, |s| mixed("ssl_only", s));
    assert!(seen.is_success() && by_tls, "{}", seen.contact);
    assert_eq!(
        probe(port, |s| mixed("cert_only", s)).0.contact.kind,
        ContactKind::AccessDenied
    );
    let (seen, _) = probe(port, |s| {
        mixed("cert_only", s);
        (s.tls.cert, s.tls.key) = (file("client-cert.pem"), file("client-key.pem"));
    });
    assert!(seen.is_success(), "{}", seen.contact);
    tree.sql(0, "SET GLOBAL require_secure_transport=ON").unwrap();
    let (seen, by_tls) = probe(port, |s| mixed("orc", s));
    assert!(seen.is_success() && by_tls, "{}", seen.contact);
    let (seen, _) = probe(port, |s| s.tls.mixed = false);
    assert_eq!(seen.contact.kind, ContactKind::TlsFailed, "{}", seen.contact);
    tree.sql(0, "SET GLOBAL require_secure_transport=OFF").unwrap();
    names(tree, &data);
}

/// Certificates that carry names are held to them.
fn names(tree: &Sandbox, data: &Path) {
    for (san, fits) in [("IP:127.0.0.1", true), ("DNS:other.example", false)] {
        let Some(made) = certificate(data, san) else {
            println!("certificates with names not tried: openssl is missing");
            return;
        };
        let set = format!(
            "SET GLOBAL ssl_ca='{0}/ca.pem', GLOBAL ssl_cert='{0}/cert.pem', GLOBAL ssl_key='{0}/key.pem'; ALTER INSTANCE RELOAD TLS",
            made.display()
        );
        tree.sql(0, &set).unwrap();
        let ca = made.join("ca.pem").to_str().unwrap().to_owned();
        let (seen, _) = probe(tree.port(0), |s| (s.tls.mutual, s.tls.ca) = (true, ca));
        assert_eq!(seen.is_success(), fits, "{san}: {}", seen.contact);
        if !fits {
            assert_eq!(seen.contact.kind, ContactKind::TlsFailed);
            println!("{}", seen.contact);
        }
    }
    let back = "SET GLOBAL ssl_ca='ca.pem', GLOBAL ssl_cert='server-cert.pem', GLOBAL ssl_key='server-key.pem'; ALTER INSTANCE RELOAD TLS";
    tree.sql(0, back).unwrap();
}

fn certificate(data: &Path, san: &str) -> Option<PathBuf> {
    let folder = data.parent()?.join(format!("tls-{}", san.len()));
    std::fs::create_dir_all(&folder).ok()?;
    let script = "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 \
        && openssl req -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj /CN=server \
        && printf 'subjectAltName=%s' \"$1\" > ext \
        && openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem && chmod a+r *";
    let output = Command::new("sh")
        .current_dir(&folder)
        .args(["-c", script, "sh", san])
        .output()
        .ok()?;
    output.status.success().then_some(folder)
}
