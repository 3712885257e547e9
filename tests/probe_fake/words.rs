//! Each change of each line of servers in its own words, and with nothing that the line does not know.

use super::{key, session, settings};
use crate::support::fake_server::{Answer, FakeServer, Matcher, Role, Script, scripts};
use orchestrator::model::change::{From, Pointing, ReadOnly};
use orchestrator::model::{Coordinates, InstanceKey};
use orchestrator::probe::{Change, Servant};
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

/// The words of one line.
struct Words {
    versions: &'static [&'static str],
    start: &'static str,
    stop: &'static str,
    receiver: &'static str,
    applier: &'static str,
    /// The change of the master, with `{}` for the options.
    change: &'static str,
    option: &'static str,
    /// The option that positions by GTID.
    gtid: &'static str,
    /// The option that does not.
    no_gtid: &'static str,
    forget: &'static str,
    has_super: bool,
    /// Names of the semi-sync switches of master and replica.
    semi_sync: [&'static str; 2],
}

const OLD_SEMI_SYNC: [&str; 2] = ["rpl_semi_sync_master_enabled", "rpl_semi_sync_slave_enabled"];
const NEW_SEMI_SYNC: [&str; 2] = ["rpl_semi_sync_source_enabled", "rpl_semi_sync_replica_enabled"];

const WORDS: &[Words] = &[
    Words {
        versions: &["5.6.24", "5.6.51-log"],
        start: "START SLAVE",
        stop: "STOP SLAVE",
        receiver: " IO_THREAD",
        applier: " SQL_THREAD",
        change: "CHANGE MASTER TO {}",
        option: "MASTER_",
        gtid: "MASTER_AUTO_POSITION=1",
        no_gtid: "MASTER_AUTO_POSITION=0",
        forget: "RESET SLAVE ALL",
        has_super: false,
        semi_sync: OLD_SEMI_SYNC,
    },
    Words {
        versions: &["5.7.44", "8.0.21", "8.0.25"],
        start: "START SLAVE FOR CHANNEL ''",
        stop: "STOP SLAVE FOR CHANNEL ''",
        receiver: "IO_THREAD",
        applier: "SQL_THREAD",
        change: "CHANGE MASTER TO {} FOR CHANNEL ''",
        option: "MASTER_",
        gtid: "MASTER_AUTO_POSITION=1",
        no_gtid: "MASTER_AUTO_POSITION=0",
        forget: "RESET SLAVE ALL FOR CHANNEL ''",
        has_super: true,
        semi_sync: OLD_SEMI_SYNC,
    },
    Words {
        versions: &["8.0.33", "8.0.42"],
        start: "START SLAVE FOR CHANNEL ''",
        stop: "STOP SLAVE FOR CHANNEL ''",
        receiver: "IO_THREAD",
        applier: "SQL_THREAD",
        change: "CHANGE MASTER TO {} FOR CHANNEL ''",
        option: "MASTER_",
        gtid: "MASTER_AUTO_POSITION=1",
        no_gtid: "MASTER_AUTO_POSITION=0",
        forget: "RESET SLAVE ALL FOR CHANNEL ''",
        has_super: true,
        // Either plugin can be loaded there; this is the newer one.
        semi_sync: NEW_SEMI_SYNC,
    },
    Words {
        versions: &["8.4.3", "9.0.1", "9.7.4"],
        start: "START REPLICA FOR CHANNEL ''",
        stop: "STOP REPLICA FOR CHANNEL ''",
        receiver: "IO_THREAD",
        applier: "SQL_THREAD",
        change: "CHANGE REPLICATION SOURCE TO {} FOR CHANNEL ''",
        option: "SOURCE_",
        gtid: "SOURCE_AUTO_POSITION=1",
        no_gtid: "SOURCE_AUTO_POSITION=0",
        forget: "RESET REPLICA ALL FOR CHANNEL ''",
        has_super: true,
        semi_sync: NEW_SEMI_SYNC,
    },
    Words {
        versions: &["10.4.34-MariaDB", "10.11.6-MariaDB", "11.4.2-MariaDB"],
        start: "START SLAVE ''",
        stop: "STOP SLAVE ''",
        receiver: "IO_THREAD",
        applier: "SQL_THREAD",
        change: "CHANGE MASTER '' TO {}",
        option: "MASTER_",
        gtid: "MASTER_USE_GTID=slave_pos",
        no_gtid: "MASTER_USE_GTID=no",
        forget: "RESET SLAVE '' ALL",
        has_super: false,
        semi_sync: OLD_SEMI_SYNC,
    },
];

impl Words {
    fn is_mariadb(&self) -> bool {
        self.option == "MASTER_" && self.gtid.contains("USE_GTID")
    }

    /// One thread started or stopped: where there are channels the thread is named before them, on MariaDB after.
    fn thread(&self, verb: &str, thread: &str) -> String {
        match verb.split_once(" FOR CHANNEL ") {
            Some((verb, channel)) => format!("{verb} {} FOR CHANNEL {channel}", thread.trim()),
            None => format!("{verb} {}", thread.trim()),
        }
    }

    fn pointing(&self, gtid: &str) -> String {
        let option = self.option;
        let options = format!("{option}HOST='10.0.0.9',{option}PORT=3399,{option}HEARTBEAT_PERIOD=30.000{gtid}");
        self.change.replace("{}", &options)
    }
}

/// A replica whose threads stand, positioned by GTID as its line is, or not at all.
fn stands(words: &Words, version: &str, by_gtid: bool) -> Script {
    let mut script = scripts::mysql(version, Role::ReplicaOf("10.0.0.1".into(), 3307));
    let gtid = match (words.is_mariadb(), by_gtid) {
        (true, true) => ("Using_Gtid", "Slave_Pos"),
        (true, false) => ("Using_Gtid", "No"),
        (false, true) => ("Auto_Position", "1"),
        (false, false) => ("Auto_Position", "0"),
    };
    let stopped = [("Slave_IO_Running", "No"), ("Slave_SQL_Running", "No")];
    let host = [("Master_Host", "10.0.0.1"), ("Master_Port", "3307")];
    scripts::set_replication(&mut script, &[&host[..], &stopped[..], &[gtid]].concat());
    for name in words.semi_sync {
        script.variables.set(name, "0");
    }
    script.variables.set("lock_wait_timeout", "60");
    script.variables.set("event_scheduler", "ON");
    script
        .on("heartbeat", Answer::row(&[("heartbeat", "30.000")]))
        .on("processlist", Answer::rows(&["ID"], &[&[Some("41")], &[Some("42")]]))
}

/// What it heard that changes something.
fn told(server: &FakeServer, change: &Change) -> Vec<String> {
    server.clear_statements();
    let mut servant = Servant::new(&key(server.port()), &Arc::new(settings()), false);
    let changed = servant
        .change(change, None, LIMIT)
        .unwrap_or_else(|failed| panic!("{failed}"));
    let statements = server.statements().into_iter().map(|text| text.trim().to_owned());
    let heard: Vec<String> = statements
        .filter(|text| !text.starts_with("SELECT") && !text.starts_with("SHOW"))
        .collect();
    assert_eq!(heard, changed.statements, "{change} of {}", server.port());
    heard
}

fn point(from: From) -> Change {
    Change::PointTo(Pointing {
        master: InstanceKey::new("10.0.0.9", 3399),
        from,
        login_of: None,
    })
}

/// Tells the story of each version of each line.
fn each(story: impl Fn(&Words, &str)) {
    for words in WORDS {
        words.versions.iter().for_each(|version| story(words, version));
    }
}

#[test]
fn threads_are_started_and_stopped() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        let (start, stop) = (words.start, words.stop);
        for (change, expected) in [
            (Change::StartReplication, start.to_owned()),
            (Change::StopReplication, stop.to_owned()),
            (Change::StartReceiver, words.thread(start, words.receiver)),
            (Change::StopReceiver, words.thread(stop, words.receiver)),
            (Change::StartApplier, words.thread(start, words.applier)),
            (Change::StopApplier, words.thread(stop, words.applier)),
        ] {
            assert_eq!(told(&server, &change), [expected], "{version}");
        }
    });
}

#[test]
fn masters_are_changed() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        assert_eq!(told(&server, &point(From::AsItIs)), [words.pointing("")], "{version}");
        let gtid = words.pointing(&format!(",{}", words.gtid));
        if words.is_mariadb() {
            let position = From::MariaDbGtid(Some("0-1-7".to_owned()));
            let expected = ["SET GLOBAL gtid_slave_pos='0-1-7'".to_owned(), gtid];
            assert_eq!(told(&server, &point(position)), expected, "{version}");
        } else {
            assert_eq!(told(&server, &point(From::OracleGtid)), [gtid], "{version}");
        }
        let at = Coordinates::new("binlog.000007", 1234);
        let option = words.option;
        let positioned = format!(
            ",{option}LOG_FILE='binlog.000007',{option}LOG_POS=1234,{}",
            words.no_gtid
        );
        assert_eq!(
            told(&server, &point(From::Coordinates(at))),
            [words.pointing(&positioned)],
            "{version}"
        );
    });
}

#[test]
fn a_position_of_the_other_family_is_refused_and_nothing_is_told() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        let (from, why) = if words.is_mariadb() {
            (From::OracleGtid, "knows no Oracle GTID")
        } else {
            (From::MariaDbGtid(None), "knows no MariaDB GTID")
        };
        let mut servant = Servant::new(&key(server.port()), &Arc::new(settings()), false);
        let failed = servant.change(&point(from), None, LIMIT).unwrap_err();
        assert!(failed.to_string().contains(why), "{failed}");
        let without = FakeServer::start(stands(words, version, false));
        let mut servant = Servant::new(&key(without.port()), &Arc::new(settings()), false);
        let failed = servant.change(&point(From::AsItIs), None, LIMIT).unwrap_err();
        assert!(
            failed.to_string().contains("does not position itself by GTID"),
            "{failed}"
        );
        assert!(!server.saw("change ") && !without.saw("change "), "{version}");
    });
}

#[test]
fn masters_are_forgotten_broken_and_mended() {
    each(|words, version| {
        let mut script = stands(words, version, true);
        let forgotten = |script: &mut Script, _: &str| {
            scripts::set_no_replication(script);
            Answer::Ok
        };
        script.set_rule(Matcher::Prefix("reset ".into()), Answer::Call(Arc::new(forgotten)));
        let server = FakeServer::start(script);
        let detached = words.change.replace(
            "{}",
            &format!(
                "{0}HOST='//10.0.0.1',{0}PORT=3307,{0}HEARTBEAT_PERIOD=30.000",
                words.option
            ),
        );
        assert_eq!(
            told(&server, &Change::Detach),
            [words.stop.to_owned(), detached],
            "{version}"
        );
        // It is not broken, so only its threads stand afterwards.
        assert_eq!(told(&server, &Change::Reattach), [words.stop], "{version}");
        assert_eq!(
            told(&server, &Change::ForgetMaster),
            [words.stop, words.forget],
            "{version}"
        );
        // There is nothing left to forget.
        assert!(told(&server, &Change::ForgetMaster).is_empty(), "{version}");
    });
}

#[test]
fn writes_are_refused_and_taken() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        let refuse = |even_super| {
            Change::SetReadOnly(ReadOnly {
                even_super,
                end_sessions: false,
            })
        };
        let (short, usual) = (
            "SET SESSION lock_wait_timeout=1",
            "SET SESSION lock_wait_timeout=DEFAULT",
        );
        let plain = "SET GLOBAL read_only=1";
        let even_super = if words.has_super {
            "SET GLOBAL super_read_only=1"
        } else {
            plain
        };
        // As the server does.
        server.set_variable("read_only", "1");
        assert_eq!(told(&server, &refuse(false)), [short, plain, usual], "{version}");
        assert_eq!(told(&server, &refuse(true)), [short, even_super, usual], "{version}");
        let both = ["SET GLOBAL super_read_only=0", "SET GLOBAL read_only=0"];
        let expected = &both[usize::from(!words.has_super)..];
        assert_eq!(told(&server, &Change::SetWritable), expected, "{version}");
        assert_eq!(server.variable("read_only").as_deref(), Some("0"), "{version}");
    });
}

#[test]
fn semi_sync_goes_by_the_names_of_the_plugin() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        let [master, replica] = words.semi_sync;
        for on in [true, false] {
            let set = |name: &str| format!("SET GLOBAL {name}={}", u8::from(on));
            assert_eq!(told(&server, &Change::SemiSyncMaster(on)), [set(master)], "{version}");
            // Its receiver stands and is not started.
            assert_eq!(told(&server, &Change::SemiSyncReplica(on)), [set(replica)], "{version}");
        }
        server.update(|script| {
            scripts::set_replication(script, &[("Slave_IO_Running", "Yes"), ("Slave_SQL_Running", "Yes")]);
        });
        let expected = [
            format!("SET GLOBAL {replica}=1"),
            words.thread(words.stop, words.receiver),
            words.thread(words.start, words.receiver),
        ];
        assert_eq!(told(&server, &Change::SemiSyncReplica(true)), expected, "{version}");
    });
}

/// A look asks in words that the line knows, and reads the same from all.
#[test]
fn looks_tell_the_same_of_every_line() {
    each(|words, version| {
        let server = FakeServer::start(stands(words, version, true));
        let seen = Servant::new(&key(server.port()), &Arc::new(settings()), false).look(LIMIT);
        let seen = seen.unwrap_or_else(|contact| panic!("{version}: {contact}"));
        let channel = seen.channel().unwrap();
        assert_eq!(channel.status.master, InstanceKey::new("10.0.0.1", 3307), "{version}");
        assert!(!channel.status.io_running && !channel.status.sql_running, "{version}");
        assert_eq!(seen.is_mariadb(), words.is_mariadb(), "{version}");
        assert!(seen.uses_gtid(), "{version}");
        assert_eq!(seen.super_read_only.is_some(), words.has_super, "{version}");
        assert!(seen.runs_events, "{version}");
        let asked = match version {
            "5.6.24" | "5.6.51-log" | "5.7.44" | "8.0.21" => "show slave status",
            _ if words.is_mariadb() => "show all slaves status",
            _ => "show replica status",
        };
        let statements = server.statements();
        let status: Vec<String> = statements
            .iter()
            .map(|text| text.trim().to_lowercase())
            .filter(|text| text.starts_with("show ") && text.ends_with(" status"))
            .filter(|text| text.contains("slave") || text.contains("replica"))
            .collect();
        assert_eq!(status, [asked], "{version}");
        assert!(
            session(server.port(), |_| ()).probe(&super::now).is_success(),
            "{version}"
        );
    });
}
