//! What is told of instances: status, tokens, who can replicate from whom, which replicas speak for a cluster.
#![allow(clippy::unwrap_used)]

#[path = "support/testhost.rs"]
mod testhost;

use orchestrator::config::{Config, Policy};
use orchestrator::model::instance::ThreadState;
use orchestrator::model::{Coordinates, Instance, InstanceKey, Version};
use orchestrator::topology::osc::{gh_ost_replicas, heuristic_lag, osc_replicas};
use orchestrator::topology::{Problem, Reason, Status, StatusWord, can_replicate, descends_from};
use testhost::*;

type Change = fn(&mut Instance);

fn replica() -> Instance {
    let mut i = instance(22294, 22293, 1);
    i.check.last_checked = Some(NOW);
    i.check.last_seen = Some(NOW);
    i
}

fn status(i: &Instance) -> Status {
    Status::of(i, &Policy::default(), NOW, false)
}

fn stopped(i: &mut Instance) {
    i.replication.io_running = false;
    i.replication.io_state = ThreadState::Stopped;
}

#[test]
fn each_token() {
    let cases: &[(&str, Change)] = &[
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |_| {}),
        ("[unknown,invalid,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.check.last_seen = Some(THEN)
        }),
        ("[unknown,invalid,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.check.last_seen = None
        }),
        ("[unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.check.last_checked = Some(NOW.plus_seconds(-26))
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.check.last_checked = Some(NOW.plus_seconds(-25))
        }),
        ("[detached,invalid,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.check.last_seen = None;
            i.replication.executed = Coordinates::new("//mysql-bin.000167:4", 0);
        }),
        ("[null,nonreplicating,5.6.28-log,rw,STATEMENT,>>,P-GTID]", stopped),
        ("[null,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.seconds_behind = None
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.lag_seconds = None
        }),
        ("[12s,lag,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.lag_seconds = Some(12);
            i.replication.seconds_behind = Some(21);
        }),
        ("[30s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.lag_seconds = Some(30);
            i.replication.seconds_behind = Some(20);
        }),
        ("[3600s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.sql_delay_seconds = 3_600;
            i.replication.seconds_behind = Some(3_620);
            i.replication.lag_seconds = Some(3_600);
        }),
        ("[0s,lag,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.replication.sql_delay_seconds = 3_600
        }),
        ("[0s,ok,8.0.36,ro,nobinlog,P-GTID]", |i| {
            i.server.version = Version::new("8.0.36");
            i.server.read_only = true;
            i.binlog.enabled = false;
        }),
        ("[0s,ok,5.6.28-log,rw,ROW]", |i| {
            i.binlog.format = "ROW".to_owned();
            i.binlog.logs_replica_updates = false;
            i.gtid.pseudo = false;
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,GTID,P-GTID]", |i| {
            i.gtid.supports_oracle = true
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,GTID,P-GTID]", |i| {
            i.gtid.mariadb = true
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.gtid.errant = "u:1".to_owned()
        }),
        (
            "[0s,ok,5.6.28-log,rw,STATEMENT,>>,GTID:errant,P-GTID,semi:master,semi:replica]",
            |i| {
                i.gtid.oracle = true;
                i.gtid.errant = "u:1".to_owned();
                i.semi_sync.master_enabled = true;
                i.semi_sync.master_status = true;
                i.semi_sync.replica_status = true;
            },
        ),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            i.semi_sync.master_enabled = true
        }),
        ("[0s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID]", |i| {
            // A master, which gives no figure of its lag.
            i.replication = Default::default();
            i.replication.io_state = ThreadState::None;
            i.replication.sql_state = ThreadState::None;
        }),
    ];
    for (number, (expected, change)) in cases.iter().enumerate() {
        let mut i = replica();
        change(&mut i);
        assert_eq!(status(&i).tokens(&i).description(), *expected, "case {number}");
    }
    let downtimed = Status::of(&replica(), &Policy::default(), NOW, true);
    assert!(downtimed.tokens(&replica()).extras.ends_with(",downtimed"));
}

#[test]
fn freshness_and_words() {
    let mut i = replica();
    let fresh = status(&i);
    assert!(fresh.is_last_check_valid && fresh.is_up_to_date && fresh.is_recently_checked);
    assert_eq!((fresh.word, fresh.seconds_since_last_seen), (StatusWord::Ok, Some(0)));
    i.check.last_checked = Some(NOW.plus_seconds(-6));
    i.check.last_seen = i.check.last_checked;
    let older = status(&i);
    assert!(!older.is_up_to_date && older.is_recently_checked);
    assert_eq!(older.seconds_since_last_seen, Some(6));
    i.check = Default::default();
    let never = status(&i);
    assert!(!never.is_last_check_valid && !never.is_up_to_date && !never.is_recently_checked);
    assert_eq!(never.seconds_since_last_seen, None);
}

#[test]
fn marks() {
    let cases: &[(char, Change)] = &[
        ('+', |_| {}),
        ('-', stopped),
        ('-', |i| i.check.last_seen = Some(THEN)),
        ('-', |i| i.check.last_checked = Some(NOW.plus_seconds(-26))),
        ('‡', |i| {
            i.check.last_seen = None;
            i.group.name = "g".to_owned();
            i.group.primary = key(22293);
        }),
        ('+', |i| {
            i.group.name = "g".to_owned();
            i.group.primary = key(22294);
        }),
    ];
    for (expected, change) in cases {
        let mut i = replica();
        change(&mut i);
        assert_eq!(status(&i).mark(&i).as_char(), *expected);
    }
}

#[test]
fn problems() {
    let cases: &[(&[Problem], Change)] = &[
        (&[], |_| {}),
        (&[Problem::LastCheckInvalid], |i| {
            i.check.last_seen = None;
            stopped(i);
        }),
        (&[Problem::NotRecentlyChecked], |i| {
            i.check.last_checked = Some(THEN);
            stopped(i);
        }),
        (&[Problem::NotReplicating], stopped),
        (&[], |i| i.replication.lag_seconds = Some(10)),
        (&[Problem::ReplicationLag], |i| i.replication.lag_seconds = Some(11)),
        (&[Problem::ReplicationLag], |i| i.replication.sql_delay_seconds = 11),
        (&[], |i| i.replication.lag_seconds = None),
        (
            &[
                Problem::NotReplicating,
                Problem::ErrantGtid,
                Problem::GroupMemberNotOnline,
            ],
            |i| {
                stopped(i);
                i.gtid.errant = "u:1".to_owned();
                i.group.name = "g".to_owned();
                i.group.state = "RECOVERING".to_owned();
            },
        ),
    ];
    for (number, (expected, change)) in cases.iter().enumerate() {
        let mut i = replica();
        change(&mut i);
        assert_eq!(status(&i).problems, *expected, "case {number}");
    }
    let words = [Problem::LastCheckInvalid, Problem::GroupMemberNotOnline].map(Problem::as_str);
    assert_eq!(words, ["last_check_invalid", "group_replication_member_not_online"]);
}

/// Changes to the replica 22295 and to the master 22297, and what comes of it.
type Pair = fn(&mut Instance, &mut Instance);

#[test]
fn each_rule_of_replicating() {
    let cases: &[(Option<(Reason, &str)>, Pair)] = &[
        (None, |_, _| {}),
        (Some((Reason::Itself, "cannot replicate from itself")), |i, d| {
            i.key = d.key.clone()
        }),
        (
            Some((Reason::NoBinaryLog, "testhost:22297 does not have binary logs enabled")),
            |_, d| d.binlog.enabled = false,
        ),
        (
            Some((Reason::NoLoggedUpdates, "does not have log_slave_updates enabled")),
            |_, d| d.binlog.logs_replica_updates = false,
        ),
        (None, |_, d| {
            d.binlog.logs_replica_updates = false;
            d.replication.master = InstanceKey::default();
        }),
        (
            Some((Reason::LowerVersion, "version 5.6.28-log lower than 5.7.8")),
            |_, d| d.server.version = Version::new("5.7.8"),
        ),
        (
            Some((Reason::LowerVersion, "version 9.1.0 lower than 10.11.4-MariaDB")),
            |i, d| {
                i.server.version = Version::new("9.1.0");
                d.server.version = Version::new("10.11.4-MariaDB");
            },
        ),
        (None, |_, d| d.server.version = Version::new("5.6.51")),
        (None, |i, _| i.server.version = Version::new("8.0.36")),
        (None, |i, d| {
            i.server.is_binlog_server = true;
            i.server.id = d.server.id;
            i.server.uuid.clone_from(&d.server.uuid);
            d.server.version = Version::new("5.7.8");
        }),
        (
            Some((
                Reason::LowerBinlogFormat,
                "Cannot replicate from ROW binlog format on testhost:22297 to STATEMENT on testhost:22295",
            )),
            |_, d| {
                d.binlog.format = "ROW".to_owned();
            },
        ),
        (Some((Reason::LowerBinlogFormat, "MIXED")), |_, d| {
            d.binlog.format = "MIXED".to_owned()
        }),
        (None, |i, d| {
            d.binlog.format = "ROW".to_owned();
            i.binlog.logs_replica_updates = false;
        }),
        (None, |i, _| i.binlog.format = "ROW".to_owned()),
        (None, |_, d| d.binlog.format = "OTHER".to_owned()),
        (None, |_, d| d.replication.has_filters = true),
        (Some((Reason::SameServerId, "Identical server id")), |i, d| {
            i.server.id = d.server.id
        }),
        (Some((Reason::SameServerUuid, "Identical server UUID")), |i, d| {
            i.server.uuid.clone_from(&d.server.uuid)
        }),
        (None, |i, d| {
            i.server.uuid.clear();
            d.server.uuid.clear();
        }),
        (
            Some((Reason::HigherDelay, "has higher SQL_Delay (3600 seconds)")),
            |_, d| d.replication.sql_delay_seconds = 3_600,
        ),
        (None, |_, d| d.replication.sql_delay_seconds = 20),
        (None, |i, d| {
            i.replication.sql_delay_seconds = 3_600;
            d.replication.sql_delay_seconds = 3_600;
        }),
    ];
    for (number, (expected, change)) in cases.iter().enumerate() {
        let (mut i, mut d) = (instance(22295, 22294, 2), instance(22297, 22293, 1));
        change(&mut i, &mut d);
        match (can_replicate(&i, &d, &Policy::default()), expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some((reason, text))) => {
                assert_eq!(refusal.reason, *reason, "case {number}");
                assert!(refusal.to_string().contains(text), "case {number}: {refusal}");
            }
            (found, _) => panic!("case {number}: {found:?}"),
        }
    }
}

#[test]
fn switches_of_replicating() {
    let (i, mut d) = (instance(22295, 22294, 2), instance(22297, 22293, 1));
    d.replication.has_filters = true;
    let mut policy = Policy {
        verify_replication_filters: true,
        ..Policy::default()
    };
    assert_eq!(can_replicate(&i, &d, &policy).unwrap_err().reason, Reason::Filters);
    let mut filtered = i.clone();
    filtered.replication.has_filters = true;
    assert_eq!(can_replicate(&filtered, &d, &policy), Ok(()));

    policy = Policy::default();
    policy.lower_replica_version_allowed = true;
    d.server.version = Version::new("5.7.8");
    assert_eq!(can_replicate(&i, &d, &policy), Ok(()));
    let warning = orchestrator::topology::can_replicate::lower_version(&i, &d);
    assert!(warning.is_some_and(|w| w.starts_with("testhost:22295 has version 5.6.28-log lower than 5.7.8")));
}

#[test]
fn golden_pairs() {
    let fleet = fleet();
    let can = |i: u16, d: u16| {
        can_replicate(
            fleet.get(&key(i)).unwrap(),
            fleet.get(&key(d)).unwrap(),
            &Policy::default(),
        )
        .is_ok()
    };
    assert!(can(22294, 22297));
    assert!(!can(22294, 22296));
}

#[test]
fn descent() {
    let mut fleet = fleet();
    for (below, above, expected) in [
        (22295, 22293, true),
        (22295, 22294, true),
        (22294, 22295, false),
        (22293, 22293, false),
        (22297, 22294, false),
        (1, 22293, false),
    ] {
        assert_eq!(
            descends_from(&fleet, &key(below), &key(above)),
            expected,
            "{below} below {above}"
        );
    }
    change(&mut fleet, &[22293], |i| replicate(i, key(22295)));
    assert!(descends_from(&fleet, &key(22293), &key(22293)), "a ring");
    assert!(descends_from(&fleet, &key(22297), &key(22295)));
    assert!(!descends_from(&fleet, &key(22295), &key(22297)), "and it ends");

    fleet.upsert(Instance {
        key: InstanceKey::new("short", 22293),
        ..Instance::default()
    });
    fleet.resolved_hosts.insert("short".to_owned(), "testhost".to_owned());
    assert!(descends_from(&fleet, &key(22295), &InstanceKey::new("short", 22293)));
}

fn ports(instances: &[&Instance]) -> Vec<u16> {
    instances.iter().map(|i| i.key.port).collect()
}

#[test]
fn osc_of_the_five() {
    let mut fleet = fleet();
    lag(&mut fleet, &[22294], 7);
    lag(&mut fleet, &[22297], 2);
    let members = fleet.members("testhost:22293");
    let policy = Policy::default();
    assert_eq!(ports(&osc_replicas(&members, &policy)), [22294, 22295, 22296, 22297]);
    assert_eq!(heuristic_lag(&members, &policy), Some(7));
    assert_eq!(heuristic_lag(&members[..1], &policy), None);
}

#[test]
fn osc_picks_two_of_a_kind() {
    let mut fleet = fleet();
    for (port, master, depth) in [
        (22298, 22294, 2),
        (22299, 22294, 2),
        (22300, 22297, 2),
        (22301, 22293, 1),
    ] {
        fleet.upsert(instance(port, master, depth));
    }
    for (port, depth) in [(22310, 3), (22311, 3), (22312, 3)] {
        fleet.upsert(instance(port, 22298, depth));
    }
    change(&mut fleet, &[22298], |i| {
        i.replicas = vec![key(22310), key(22311), key(22312)]
    });
    change(&mut fleet, &[22297], |i| i.replicas = vec![key(22300)]);
    lag(&mut fleet, &[22301, 22299, 22312], 9);
    // ny: 22294 has replicas, 22301 lags more than 22296. Below 22294: 22298 is busiest, 22299 lags more than 22295.
    let expected = [22294, 22297, 22298, 22299, 22300, 22301, 22310, 22312];
    assert_eq!(
        ports(&osc_replicas(&fleet.members("testhost:22293"), &Policy::default())),
        expected
    );
}

#[test]
fn osc_skips_the_unfit() {
    let mut fleet = fleet();
    change(&mut fleet, &[22296], |i| i.check.last_seen = None);
    change(&mut fleet, &[22294], |i| i.server.is_binlog_server = true);
    let mut config = Config::default();
    let members = fleet.members("testhost:22293");
    assert_eq!(ports(&osc_replicas(&members, &Policy::from(&config))), [22297]);
    config.osc_ignore_hostname_filters = vec!["testhost:2229[67]".to_owned()];
    assert_eq!(heuristic_lag(&members, &Policy::from(&config)), None);
}

#[test]
fn gh_ost() {
    let mut fleet = fleet();
    assert_eq!(ports(&gh_ost_replicas(&fleet.members("testhost:22293"))), [0u16; 0]);
    change(&mut fleet, &[], |i| i.binlog.format = "ROW".to_owned());
    assert_eq!(
        ports(&gh_ost_replicas(&fleet.members("testhost:22293"))),
        [22295, 22297, 22294]
    );
    change(&mut fleet, &[22295], |i| i.check.last_seen = None);
    change(&mut fleet, &[22297], |i| i.server.is_binlog_server = true);
    assert_eq!(ports(&gh_ost_replicas(&fleet.members("testhost:22293"))), [22294]);
}
