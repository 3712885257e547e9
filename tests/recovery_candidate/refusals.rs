//! Every rule that refuses, its near miss, and what lifts it.

use crate::servers::*;
use orchestrator::config::{HostFilters, Policy};
use orchestrator::model::observation::{Channel, GroupMember, GroupReading};
use orchestrator::model::{InstanceKey, PromotionRule, Version};
use orchestrator::recovery::candidate::filter::{Lifted, RULES};
use std::collections::BTreeSet;

type Change = fn(&mut Replica);

struct Row {
    rule: &'static str,
    case: fn(&mut Case),
    refused: Change,
    near: Change,
    sentence: &'static str,
}

const NO_CASE: fn(&mut Case) = |_| {};
const NOTHING: Change = |_| {};

fn named_channel(name: &str) -> Channel {
    Channel {
        name: name.to_owned(),
        ..Channel::default()
    }
}

fn group(role: &str) -> Option<GroupReading> {
    let own = GroupMember {
        uuid: uuid(2),
        role: role.to_owned(),
        ..GroupMember::default()
    };
    Some(GroupReading {
        name: "g".to_owned(),
        single_primary: true,
        members: vec![own],
    })
}

fn stuck(executed: &str) -> impl Fn(&mut Replica) {
    let executed = of_master(executed);
    move |r| {
        r.change(|_, look| {
            look.reading.gtid_executed = executed.clone();
            look.reading.channels[0].status.sql_running = false;
            look.reading.channels[0].status.last_sql_error = "\"Duplicate entry\"".to_owned();
        });
    }
}

/// What the server itself says of whom it follows.
fn follows(replica: &mut Replica, n: u32, uuid: &str) {
    replica.change(|_, look| {
        let status = &mut look.reading.channels[0].status;
        status.master = key(n);
        status.master_uuid = uuid.to_owned();
    });
}

/// Each is tried on db2, beside a db3 that stands for most.
const ROWS: &[Row] = &[
    Row {
        rule: "failed-itself",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.server.uuid = uuid(1)),
        near: |r| r.change(|_, look| look.reading.server.uuid = uuid(5)),
        sentence: "it is the failed master",
    },
    Row {
        rule: "left-out",
        case: |c| c.excluded = vec![key(2)],
        refused: NOTHING,
        near: |r| r.instance.key = key(4),
        sentence: "it was left out of this recovery",
    },
    Row {
        rule: "unreachable",
        case: NO_CASE,
        refused: |r| r.look = None,
        near: NOTHING,
        sentence: "it did not answer",
    },
    Row {
        rule: "elsewhere",
        case: NO_CASE,
        refused: |r| follows(r, 9, &uuid(9)),
        near: |r| follows(r, 9, "No"),
        sentence: "it replicates from server 00000009-1111-1111-1111-111111111111, which is not db1:3306",
    },
    Row {
        rule: "elsewhere",
        case: NO_CASE,
        refused: |r| follows(r, 9, &uuid(9)),
        near: |r| follows(r, 1, &uuid(9)),
        sentence: "it replicates from server 00000009-1111-1111-1111-111111111111, which is not db1:3306",
    },
    Row {
        rule: "other-co-master",
        case: |c| c.co_master = Some(key(3)),
        refused: NOTHING,
        near: |r| r.instance.key = key(3),
        sentence: "only the other co-master, db3:3306, may take its place",
    },
    Row {
        rule: "must-not",
        case: NO_CASE,
        refused: |r| r.rule = PromotionRule::MustNot,
        near: |r| r.rule = PromotionRule::PreferNot,
        sentence: "its promotion rule is must_not",
    },
    Row {
        rule: "ignored-host",
        case: |c| c.policy.promotion_ignore_hostname_filters = HostFilters::new(&["db2:33".to_owned()]),
        refused: NOTHING,
        near: |r| r.instance.key = InstanceKey::new("db2", 4306),
        sentence: "PromotionIgnoreHostnameFilters matches it",
    },
    Row {
        rule: "binlog-server",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.server.is_binlog_server = true),
        near: NOTHING,
        sentence: "it is a binlog server",
    },
    Row {
        rule: "group-secondary",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.group = group("SECONDARY")),
        near: |r| r.change(|_, look| look.reading.group = group("PRIMARY")),
        sentence: "it is a secondary of the replication group g",
    },
    Row {
        rule: "further-channels",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.channels.push(named_channel("billing"))),
        near: |r| r.change(|_, look| look.reading.channels[0].name = "billing".to_owned()),
        sentence: "it replicates through a further channel, `billing`",
    },
    Row {
        rule: "no-binary-log",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.binlog.enabled = false),
        near: |r| r.instance.binlog.enabled = false,
        sentence: "it writes no binary log",
    },
    Row {
        rule: "no-logged-updates",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.binlog.logs_replica_updates = false),
        near: NOTHING,
        sentence: "it does not log what it applies (log_replica_updates)",
    },
    Row {
        rule: "delayed",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.channels[0].status.sql_delay_seconds = 1),
        near: |r| r.instance.replication.sql_delay_seconds = 1,
        sentence: "it applies with a delay of 1 seconds",
    },
    Row {
        rule: "other-data-centre",
        case: |c| c.policy.prevent_cross_data_center_master_failover = true,
        refused: |r| r.instance.place.data_center = "sf".to_owned(),
        near: NOTHING,
        sentence: "its data centre is sf, and the failed master's is ny",
    },
    Row {
        rule: "other-data-centre",
        case: |c| c.policy.prevent_cross_data_center_master_failover = true,
        refused: |r| r.instance.place.data_center = String::new(),
        near: NOTHING,
        sentence: "its data centre is unknown, and the failed master's is ny",
    },
    Row {
        rule: "other-region",
        case: |c| c.policy.prevent_cross_region_master_failover = true,
        refused: |r| r.instance.place.region = "eu".to_owned(),
        near: |r| r.instance.place.data_center = "sf".to_owned(),
        sentence: "its region is eu, and the failed master's is us",
    },
    Row {
        rule: "errant",
        case: NO_CASE,
        refused: |r| r.change(|_, look| look.reading.gtid_executed += &format!(",{}:1-2", uuid(2))),
        near: |r| r.change(|_, look| look.reading.gtid_executed = of_master("1-101")),
        sentence: "it has errant transactions: 00000002-1111-1111-1111-111111111111:1-2",
    },
    Row {
        rule: "errant",
        case: NO_CASE,
        refused: |r| r.instance.gtid.errant = format!("{}:7", uuid(8)),
        near: |r| r.instance.gtid.errant = of_master("7"),
        sentence: "it has errant transactions: 00000008-1111-1111-1111-111111111111:7",
    },
    Row {
        rule: "higher-version",
        case: |c| c.policy.lower_replica_version_allowed = true,
        refused: |r| r.change(|_, look| look.reading.server.version = Version::new("8.4.1")),
        near: |r| r.change(|_, look| look.reading.server.version = Version::new("8.0.99")),
        sentence: "its version, 8.4.1, is higher than that of most, 8.0",
    },
    Row {
        rule: "higher-binlog-format",
        case: |c| c.policy.verify_replication_filters = false,
        refused: |r| r.change(|_, look| look.reading.binlog.format = "ROW".to_owned()),
        near: |r| r.change(|_, look| look.reading.binlog.format = "MIXED".to_owned()),
        sentence: "its binary log format, ROW, is higher than that of most",
    },
    Row {
        rule: "filters",
        case: |c| c.policy.verify_replication_filters = true,
        refused: |r| r.change(|_, look| look.reading.channels[0].status.has_filters = true),
        near: NOTHING,
        sentence: "it has replication filters and db3:3306 has none",
    },
    Row {
        rule: "lagging",
        case: |c| c.policy.fail_master_promotion_on_lag_seconds = 120,
        refused: |r| r.change(|_, look| look.reading.answers.lag_seconds = Some(120)),
        near: |r| r.change(|_, look| look.reading.answers.lag_seconds = Some(119)),
        sentence: "it lags 120 seconds, and FailMasterPromotionOnLagMinutes allows less than 120",
    },
    Row {
        rule: "applier-error",
        case: NO_CASE,
        refused: |r| stuck("1-99")(r),
        near: |r| stuck("1-100")(r),
        sentence: "its applier stands with an error before it has applied everything: Duplicate entry",
    },
];

fn beside(row: &Row) -> Replica {
    let mut other = oracle(3, &of_master("1-100"), &of_master("1-100"));
    if row.rule == "higher-binlog-format" {
        other.change(|_, look| look.reading.binlog.format = "MIXED".to_owned());
    }
    other
}

/// What refuses the replica that the change is made of.
fn refused_by(row: &Row, change: Change) -> Vec<(&'static str, String)> {
    let mut case = Case::default();
    (row.case)(&mut case);
    let mut replica = oracle(2, &of_master("1-100"), &of_master("1-100"));
    if row.rule == "higher-binlog-format" {
        replica.change(|_, look| look.reading.binlog.format = "MIXED".to_owned());
    }
    change(&mut replica);
    let mut replicas = vec![replica.clone()];
    if replica.instance.key != key(3) {
        replicas.push(beside(row));
    }
    let refusals = match case.choose(&replicas) {
        Ok(choice) => choice.refusals,
        Err(none) => none.refusals,
    };
    let own = refusals.into_iter().filter(|(key, _)| *key == replica.instance.key);
    own.map(|(_, refusal)| (refusal.rule, refusal.sentence)).collect()
}

#[test]
fn each_rule_refuses_and_its_near_miss_passes() {
    for row in ROWS {
        assert_eq!(
            refused_by(row, row.refused),
            [(row.rule, row.sentence.to_owned())],
            "{}",
            row.rule
        );
        assert_eq!(refused_by(row, row.near), [], "near {}", row.rule);
    }
}

#[test]
fn every_rule_has_a_row() {
    let told: BTreeSet<&str> = ROWS.iter().map(|row| row.rule).collect();
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(told, all);
    assert_eq!(all.len(), RULES.len(), "each has its own name");
}

/// The replica alone, named or forced or both: whether it is promoted is what its rule says.
#[test]
fn names_and_force_lift_what_they_may() {
    for row in ROWS {
        let lifted = RULES.iter().find(|rule| rule.name == row.rule).unwrap().lifted;
        for (is_named, is_forced) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut case = Case::default();
            (row.case)(&mut case);
            let mut replica = oracle(2, &of_master("1-100"), &of_master("1-100"));
            (row.refused)(&mut replica);
            if row.rule == "higher-binlog-format" || row.rule == "higher-version" {
                // Only among others can it be higher.
                case.excluded = vec![key(3)];
            }
            case.named = is_named.then(|| key(2));
            case.forced = is_forced;
            let mut other = beside(row);
            other.change(|_, look| look.reading.gtid_executed = of_master("1-80"));
            other.change(|_, look| look.reading.channels[0].retrieved_gtid = String::new());
            case.excluded.push(key(3));
            let expected = match lifted {
                Lifted::Never => false,
                Lifted::ByName => is_named,
                Lifted::ByForce => is_forced,
                Lifted::ByNameAndForce => is_named && is_forced,
                Lifted::WhenAlone | Lifted::ByNameOrAlone => true, // nobody else may be promoted
            };
            let chosen = case.choose(&[replica, other]);
            let what = format!("{} named {is_named} forced {is_forced}: {chosen:?}", row.rule);
            assert_eq!(chosen.is_ok(), expected, "{what}");
            if let Err(none) = chosen {
                assert!(none.sentence.contains(row.sentence), "{what}");
            }
        }
    }
}

/// Where nobody else is left a replica is promoted that only others would be preferred to; where somebody is, naming it
/// does not do, but for a version that a person may want to go to.
#[test]
fn the_last_one_is_promoted_as_it_is() {
    let full = |n| oracle(n, &of_master("1-100"), &of_master("1-100"));
    let mute = full(2).with(|_, look| look.reading.binlog.logs_replica_updates = false);
    let newer = full(2).with(|_, look| look.reading.server.version = Version::new("8.4.1"));
    let banned = full(3).ruled(PromotionRule::MustNot);
    for alone in [&mute, &newer] {
        assert_eq!(chosen(&[alone.clone(), banned.clone()]).successor, key(2));
        assert_eq!(chosen(&[alone.clone(), full(3)]).successor, key(3));
    }
    let case = |forced| Case {
        named: Some(key(2)),
        forced,
        ..Case::default()
    };
    let none = case(false).choose(&[mute.clone(), full(3)]).unwrap_err();
    assert!(
        none.sentence
            .ends_with("it does not log what it applies (log_replica_updates)"),
        "{}",
        none.sentence
    );
    assert_eq!(case(true).choose(&[mute, full(3)]).unwrap().successor, key(2));
    assert_eq!(case(false).choose(&[newer, full(3)]).unwrap().successor, key(2));
}

/// Force is no reason to take a worse one.
#[test]
fn force_prefers_whom_nothing_refuses() {
    let errant = oracle(2, &of_master("1-100"), &format!("{},{}:1", of_master("1-100"), uuid(2)));
    let clean = oracle(3, &of_master("1-95"), &of_master("1-95"));
    let case = Case {
        forced: true,
        ..Case::default()
    };
    let choice = case.choose(&[errant.clone(), clean]).unwrap();
    assert_eq!(choice.successor, key(3));
    assert_eq!(
        choice.tail_from,
        Some(key(2)),
        "what the errant one has of the master is not lost"
    );
    let choice = case.choose(&[errant]).unwrap();
    assert_eq!(choice.successor, key(2));
    assert!(
        choice
            .notes
            .iter()
            .any(|note| note.contains("is promoted although it has errant")),
        "{:?}",
        choice.notes
    );
}

#[test]
fn a_place_that_nobody_knows_is_not_judged_and_that_is_told() {
    let policy = Policy {
        prevent_cross_data_center_master_failover: true,
        ..Policy::default()
    };
    let case = Case {
        policy,
        data_center: String::new(),
        ..Case::default()
    };
    let choice = case.choose(&[oracle(2, "", &of_master("1-100"))]).unwrap();
    assert!(
        choice
            .notes
            .iter()
            .any(|n| n == "PreventCrossDataCenterMasterFailover was not judged: nobody knows where db1:3306 is"),
        "{:?}",
        choice.notes
    );
}

/// A replica that was master before a former failover has written transactions that all have.
#[test]
fn a_former_masters_transactions_are_not_errant() {
    let set = format!("{},{}:1-50", of_master("1-100"), uuid(2));
    let others = oracle(3, &of_master("1-100"), &set);
    assert_eq!(chosen(&[oracle(2, "", &set), others]).refusals, []);
    let case = Case {
        failed: master(&set),
        ..Case::default()
    };
    assert_eq!(
        case.choose(&[oracle(2, "", &set)]).unwrap().refusals,
        [],
        "the master has them"
    );
    let case = Case {
        failed: master(""),
        ..Case::default()
    };
    assert_eq!(
        case.choose(&[oracle(2, "", &set)]).unwrap().refusals,
        [],
        "nobody knows"
    );
}

#[test]
fn a_mariadb_replica_with_writes_of_its_own_is_errant() {
    let written = mariadb(2, "0-1-100", "0-1-100").with(|_, look| {
        look.binlog_pos = "0-2-102".to_owned();
        look.binlog_state = "0-1-100,0-2-102".to_owned();
    });
    let clean = mariadb(3, "0-1-100", "0-1-99");
    let choice = chosen(&[written, clean]);
    assert_eq!(choice.successor, key(3));
    let [(of, refusal)] = choice.refusals.as_slice() else {
        panic!("{:?}", choice.refusals)
    };
    assert_eq!(
        (of, refusal.sentence.as_str()),
        (&key(2), "it has errant transactions: 0-2-102")
    );
    assert_eq!(choice.tail_from, None, "own writes are not the master's");
    assert_eq!(
        choice.lost,
        [(
            key(2),
            "it has 0-2-102 of its own, from where no other server can go on".to_owned()
        )]
    );
}
