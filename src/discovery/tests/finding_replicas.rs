use super::*;
use crate::discovery::absorb;
use crate::model::{Fleet, Instance};

struct Case {
    asked: &'static str,
    list_first: bool,
    prefer_port: bool,
    announced: &'static [&'static str],
    dumping: &'static [&'static str],
    known: &'static [&'static str],
    replicas: &'static [&'static str],
    guessed: &'static [&'static str],
    notices: usize,
}

const PLAIN: Case = Case {
    asked: "m:3306",
    list_first: false,
    prefer_port: true,
    announced: &[],
    dumping: &[],
    known: &[],
    replicas: &[],
    guessed: &[],
    notices: 0,
};

#[test]
fn table() {
    let cases = [
        (
            "process list alone",
            Case {
                dumping: &["a", "b"],
                replicas: &["a:3306", "b:3306"],
                guessed: &["a:3306", "b:3306"],
                ..PLAIN
            },
        ),
        (
            "announced port of the same host",
            Case {
                announced: &["a:3307"],
                dumping: &["a"],
                replicas: &["a:3307"],
                ..PLAIN
            },
        ),
        (
            "not where that is switched off",
            Case {
                prefer_port: false,
                announced: &["a:3307"],
                dumping: &["a"],
                replicas: &["a:3306"],
                guessed: &["a:3306"],
                ..PLAIN
            },
        ),
        (
            "several on one host",
            Case {
                asked: "127.0.0.1:3307",
                announced: &["127.0.0.1:3308", "127.0.0.1:3309"],
                dumping: &["127.0.0.1", "127.0.0.1"],
                replicas: &["127.0.0.1:3308", "127.0.0.1:3309"],
                ..PLAIN
            },
        ),
        (
            "loopback words are the server's own machine",
            Case {
                announced: &["m:3307"],
                dumping: &["localhost"],
                replicas: &["m:3307"],
                ..PLAIN
            },
        ),
        (
            "never the server itself",
            Case {
                dumping: &["localhost"],
                replicas: &[],
                notices: 1,
                ..PLAIN
            },
        ),
        (
            "several on one host without announcement",
            Case {
                dumping: &["a", "a", "a"],
                replicas: &["a:3306"],
                guessed: &["a:3306"],
                notices: 1,
                ..PLAIN
            },
        ),
        (
            "ports announced without a host",
            Case {
                asked: "127.0.0.1:3307",
                announced: &[":3308", ":3309"],
                dumping: &["localhost", "127.0.0.1"],
                replicas: &["127.0.0.1:3308", "127.0.0.1:3309"],
                ..PLAIN
            },
        ),
        (
            "different ports without a host on several hosts say nothing",
            Case {
                announced: &[":3308", ":3309"],
                dumping: &["a", "b"],
                replicas: &["a:3306", "b:3306"],
                guessed: &["a:3306", "b:3306"],
                ..PLAIN
            },
        ),
        (
            "one port without a host is everybody's",
            Case {
                announced: &[":3308", ":3308"],
                dumping: &["a", "b"],
                replicas: &["a:3308", "b:3308"],
                ..PLAIN
            },
        ),
        (
            "known earlier",
            Case {
                known: &["a:3399"],
                dumping: &["a"],
                replicas: &["a:3399"],
                ..PLAIN
            },
        ),
        (
            "announced under other names at other ports",
            Case {
                announced: &["db2:3307", "db3:3306"],
                dumping: &["10.0.0.2", "10.0.0.3"],
                replicas: &["db2:3307", "db3:3306"],
                ..PLAIN
            },
        ),
        (
            "other names at the same port: as connected",
            Case {
                announced: &["db2:3306"],
                dumping: &["10.0.0.2"],
                replicas: &["10.0.0.2:3306"],
                guessed: &["10.0.0.2:3306"],
                ..PLAIN
            },
        ),
        (
            "list first",
            Case {
                list_first: true,
                announced: &["x:3307"],
                dumping: &["a", "b"],
                replicas: &["x:3307"],
                ..PLAIN
            },
        ),
        (
            "list first but empty",
            Case {
                list_first: true,
                dumping: &["a"],
                replicas: &["a:3306"],
                guessed: &["a:3306"],
                ..PLAIN
            },
        ),
        (
            "a filtered one in the list counts as found",
            Case {
                list_first: true,
                announced: &["skip1:3307"],
                dumping: &["a"],
                ..PLAIN
            },
        ),
        (
            "filtered",
            Case {
                dumping: &["skip1", "a"],
                replicas: &["a:3306"],
                guessed: &["a:3306"],
                ..PLAIN
            },
        ),
        (
            "peers of either address family",
            Case {
                dumping: &["fe80::1", "[fe80::2]:4711", "10.0.0.1:4711", "::1"],
                replicas: &["10.0.0.1:3306", "fe80::1:3306", "fe80::2:3306"],
                guessed: &["10.0.0.1:3306", "fe80::1:3306", "fe80::2:3306"],
                notices: 1,
                ..PLAIN
            },
        ),
        (
            "nonsense",
            Case {
                announced: &["x:0"],
                dumping: &["", " "],
                ..PLAIN
            },
        ),
    ];
    for (why, case) in cases {
        let rules = DiscoveryRules {
            discover_by_show_slave_hosts: case.list_first,
            prefer_report_port: case.prefer_port,
            ignore_replicas: hosts(&["^skip"]),
            ..Default::default()
        };
        let host = case.asked.rsplit_once(':').unwrap().0;
        let mut reading = reading(host, 1, None);
        reading.announced_replicas = keys(case.announced);
        reading.dumping_hosts = case.dumping.iter().map(|h| (*h).to_owned()).collect();
        let fleet = Fleet::new(case.known.iter().map(|known| {
            let mut row = Instance {
                key: key(known),
                ..Instance::default()
            };
            row.replication.master = key(case.asked);
            row
        }));
        let absorbed = absorb(&answer(case.asked, reading), &fleet, &rules, &names(&rules));
        assert_eq!(absorbed.instance.unwrap().replicas, keys(case.replicas), "{why}");
        assert_eq!(absorbed.guessed, keys(case.guessed), "{why}");
        assert_eq!(absorbed.notices.len(), case.notices, "{why}: {:?}", absorbed.notices);
        assert_eq!(absorbed.follow, keys(case.replicas), "{why}");
    }
}

#[test]
fn a_binlog_server_is_asked_for_its_list() {
    let rules = DiscoveryRules::default();
    let mut reading = reading("", 1, Some("m:3306"));
    reading.server.version = Version::new("2.5-maxscale");
    reading.announced_replicas = keys(&["r:3310"]);
    reading.dumping_hosts = vec!["a".to_owned()];
    let absorbed = absorb(&answer("b:3306", reading), &Fleet::default(), &rules, &names(&rules));
    let instance = absorbed.instance.unwrap();
    assert_eq!((instance.key, instance.replicas), (key("b:3306"), keys(&["r:3310"])));
    assert!(instance.server.is_binlog_server);
}
