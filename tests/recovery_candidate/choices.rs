//! Who is chosen, from whom it fetches what it lacks, who follows and who is lost.

use crate::servers::*;
use orchestrator::model::PromotionRule::*;
use orchestrator::model::Version;
use orchestrator::recovery::candidate::{Gtid, kind_of_topology, unserved};

fn full(n: u32) -> Replica {
    oracle(n, &of_master("1-100"), &of_master("1-100"))
}

fn behind(n: u32) -> Replica {
    oracle(n, &of_master("1-90"), &of_master("1-90"))
}

#[test]
fn received_counts_and_not_what_is_applied() {
    let choice = chosen(&[
        oracle(2, &of_master("1-95"), &of_master("1-95")),
        oracle(3, &of_master("60-100"), &of_master("1-60")),
        behind(4),
    ]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), None));
    assert_eq!(choice.follows, [key(2), key(4)]);
    assert_eq!(choice.lost, []);
    assert_eq!(
        choice.notes,
        ["db3:3306 comes first of 3 that may be promoted, before db2:3306: it has received more"]
    );
}

/// A preferred one at the same place is taken, and one that is behind fetches what it lacks.
#[test]
fn the_preferred_one_is_promoted_and_fetches_what_it_lacks() {
    let choice = chosen(&[full(2), full(3).ruled(Prefer)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), None));
    let choice = chosen(&[full(2), behind(3).ruled(Prefer), behind(4)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), Some(key(2))));
    assert_eq!((choice.follows, choice.lost), (vec![key(2), key(4)], vec![]));
    assert!(
        choice.notes.contains(
            &"db3:3306 takes over from db2:3306: it is preferred, and where the failed master was".to_owned()
        ),
        "{:?}",
        choice.notes
    );
    assert!(
        choice
            .notes
            .contains(&"db3:3306 first fetches from db2:3306 what it has not received".to_owned())
    );
}

/// One that is ahead and cannot hand over is lost, its advance with it, and both are told.
#[test]
fn one_ahead_without_a_binary_log_is_lost() {
    let mute = full(2).with(|_, look| look.reading.binlog.logs_replica_updates = false);
    let choice = chosen(&[mute, behind(3), behind(4)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), None));
    assert_eq!(choice.follows, [key(4)]);
    let tail = of_master("91-100");
    assert_eq!(
        choice.lost,
        [(
            key(2),
            format!("it has 10 transactions ({tail}), which db3:3306 cannot get")
        )]
    );
    let told = format!(
        "lost: 10 transactions ({tail}), which db2:3306 has: db2:3306 does not write what it applies to a binary log"
    );
    assert!(choice.notes.contains(&told), "{:?}", choice.notes);
}

/// One ahead with a higher version is refused, and cannot hand over either.
#[test]
fn one_ahead_with_a_higher_version_is_lost() {
    let newer = full(2).with(|_, look| look.reading.server.version = Version::new("8.4.1"));
    let choice = chosen(&[newer, behind(3), behind(4)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), None));
    assert_eq!(choice.lost.len(), 1);
    assert_eq!(
        choice.losses.rows[0].refused.as_deref(),
        Some("its version, 8.4.1, is higher than that of most, 8.0")
    );
}

/// Files are told apart by their numbers.
#[test]
fn a_binary_log_of_seven_digits_comes_after_one_of_six() {
    for by_inventory in [false, true] {
        let case = Case {
            by_inventory,
            ..Case::default()
        };
        let at = |n: u32, file: &str| {
            let mut replica = by_file(n, 4, 4).with(|instance, look| {
                for status in [&mut instance.replication, &mut look.reading.channels[0].status] {
                    status.read.file = file.to_owned();
                    status.executed.file = file.to_owned();
                }
            });
            if by_inventory {
                replica.look = None;
            }
            replica
        };
        let choice = case
            .choose(&[at(2, "mysql-bin.999999"), at(3, "mysql-bin.1000000")])
            .unwrap();
        assert_eq!(choice.successor, key(3));
        let (lost, why) = &choice.lost[0];
        let is_told = why.contains("it ends at mysql-bin.999999:") && why.contains("db3:3306 at mysql-bin.1000000:");
        assert!(
            choice.lost.len() == 1 && *lost == key(2) && is_told,
            "{:?}",
            choice.lost
        );
    }
}

#[test]
fn nobody_is_promoted_against_must_not() {
    let none = Case::default().choose(&[full(2).ruled(MustNot)]).unwrap_err();
    assert_eq!(
        none.sentence,
        "none of the replicas of db1:3306 may be promoted: db2:3306: its promotion rule is must_not"
    );
    assert_eq!(
        Case::default().choose(&[]).unwrap_err().sentence,
        "No replicas found for db1:3306"
    );
}

/// One that should not be promoted gives way to a neutral one, and is promoted where it is alone.
#[test]
fn prefer_not_gives_way() {
    let choice = chosen(&[full(2).ruled(PreferNot), behind(3)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), Some(key(2))));
    assert_eq!(chosen(&[full(2).ruled(PreferNot)]).successor, key(2));
    let elsewhere = behind(3).ruled(MustNot);
    assert_eq!(chosen(&[full(2).ruled(PreferNot), elsewhere]).successor, key(2));
}

/// The best replica is in another data centre: it only hands over what it has.
#[test]
fn a_master_stays_in_its_data_centre() {
    let mut case = Case::default();
    case.policy.prevent_cross_data_center_master_failover = true;
    let mut far = full(2);
    far.instance.place.data_center = "sf".to_owned();
    let choice = case.choose(&[far.clone(), behind(3)]).unwrap();
    assert_eq!((choice.successor, choice.tail_from), (key(3), Some(key(2))));
    let none = case.choose(&[far]).unwrap_err();
    assert!(
        none.sentence
            .ends_with("its data centre is sf, and the failed master's is ny"),
        "{}",
        none.sentence
    );
}

/// Most siblings cannot follow one that has purged what they need.
#[test]
fn who_keeps_most_replicas_is_preferred() {
    let purged = |n| full(n).with(|_, look| look.reading.gtid_purged = of_master("1-95"));
    let choice = chosen(&[purged(2), full(3), behind(4)]);
    assert_eq!((choice.successor, choice.follows.len()), (key(3), 2));
    assert!(
        choice.notes[0].ends_with("more replicas can follow it"),
        "{:?}",
        choice.notes
    );
    let nearly = oracle(3, &of_master("1-99"), &of_master("1-99"));
    let choice = chosen(&[purged(2), nearly, behind(4), behind(5)]);
    assert_eq!(
        (choice.successor, choice.tail_from, choice.lost),
        (key(3), Some(key(2)), vec![])
    );
    assert!(
        choice.notes[1].ends_with("3 replicas can follow it instead of 1"),
        "{:?}",
        choice.notes
    );
}

#[test]
fn purged_transactions_lose_who_needs_them() {
    let purged = full(2).with(|_, look| look.reading.gtid_purged = of_master("1-95"));
    let choice = chosen(&[purged, behind(3).ruled(MustNot), full(4).ruled(MustNot)]);
    let reason = format!("db2:3306 has purged {}, which db3:3306 has not", of_master("91-95"));
    assert_eq!(choice.lost, [(key(3), reason)]);
    assert_eq!(choice.follows, [key(4)]);
}

/// Without log_replica_updates only those can follow that lack nothing: the rest is not in its binary log.
#[test]
fn who_does_not_log_what_it_applies_keeps_only_equals() {
    let mute = |replica: Replica| replica.with(|_, look| look.reading.binlog.logs_replica_updates = false);
    let choice = chosen(&[mute(full(2)), mute(full(3)), mute(behind(4))]);
    assert_eq!((choice.successor, choice.follows), (key(2), vec![key(3)]));
    let lacked = format!(
        "it lacks 10 transactions ({}), and db2:3306 does not log what it applies",
        of_master("91-100")
    );
    assert_eq!(choice.lost, [(key(4), lacked)]);
}

#[test]
fn a_silent_replica_is_lost_and_told() {
    let choice = chosen(&[full(2), full(3).silent()]);
    assert_eq!(choice.lost, [(key(3), "it did not answer".to_owned())]);
    assert_eq!(choice.losses.rows.len(), 2);
    let none = Case::default()
        .choose(&[full(2).silent(), full(3).silent()])
        .unwrap_err();
    assert!(
        none.sentence
            .contains("db2:3306: it did not answer; db3:3306: it did not answer"),
        "{}",
        none.sentence
    );
}

#[test]
fn the_named_one_or_nobody() {
    let case = |n, forced| Case {
        named: Some(key(n)),
        forced,
        ..Case::default()
    };
    let choice = case(3, false).choose(&[full(2), behind(3)]).unwrap();
    assert_eq!((choice.successor, choice.tail_from), (key(3), Some(key(2))));
    let mute = full(2).with(|_, look| look.reading.binlog.logs_replica_updates = false);
    let without_loss = case(3, false).choose(&[mute, behind(3)]).unwrap();
    assert_eq!(without_loss.successor, key(3), "nobody else would have more");
    let none = case(3, false).choose(&[full(2), behind(3).ruled(MustNot)]).unwrap_err();
    assert_eq!(
        none.sentence,
        "db3:3306 was asked for and may not be promoted: its promotion rule is must_not"
    );
    let none = case(7, true).choose(&[full(2)]).unwrap_err();
    assert_eq!(none.sentence, "db7:3306 is not a replica of db1:3306");
}

/// By file and position nothing can be fetched: a named one that is behind loses something, which only force does.
#[test]
fn a_named_one_that_would_lose_something_needs_force() {
    let case = |forced| Case {
        named: Some(key(3)),
        forced,
        ..Case::default()
    };
    let replicas = [by_file(2, 100, 100), by_file(3, 90, 90)];
    let none = case(false).choose(&replicas).unwrap_err();
    assert_eq!(
        none.sentence,
        "db3:3306 was asked for, and promoting it would lose the events from mysql-bin.000007:90 to mysql-bin.000007:100, which db2:3306 would have: by file and position, without GTID, nothing can be fetched from a sibling"
    );
    assert_eq!(case(true).choose(&replicas).unwrap().successor, key(3));
}

/// What is received and cannot be applied does not count, and is told.
#[test]
fn an_applier_error_leaves_what_is_applied() {
    let stuck = full(2).with(|_, look| {
        look.reading.gtid_executed = of_master("1-50");
        look.reading.channels[0].status.sql_running = false;
        look.reading.channels[0].status.last_sql_error = "\"Duplicate entry\"".to_owned();
    });
    let choice = chosen(&[stuck, behind(3)]);
    assert_eq!((choice.successor, choice.tail_from), (key(3), None));
    // Pointed elsewhere, it would delete the relay logs, where the rest is and nowhere else.
    assert!(choice.follows.is_empty(), "{:?}", choice.follows);
    let (lost, why) = &choice.lost[0];
    assert_eq!(*lost, key(2));
    assert!(why.contains("nowhere but in its relay logs"), "{why}");
    assert!(
        choice
            .notes
            .iter()
            .any(|note| note.starts_with("lost: 10 transactions")),
        "{:?}",
        choice.notes
    );
}

#[test]
fn siblings_that_cannot_follow() {
    let multi = full(3).with(|_, look| {
        let mut channel = look.reading.channels[0].clone();
        channel.name = "billing".to_owned();
        look.reading.channels.push(channel);
    });
    let lower = full(4).with(|_, look| look.reading.server.version = Version::new("5.7.44"));
    let by_hand = full(5).with(|_, look| look.reading.channels[0].oracle_gtid = false);
    let choice = chosen(&[full(2).ruled(Prefer), multi, lower, by_hand, full(6)]);
    let lost: Vec<(u32, &str)> = choice
        .lost
        .iter()
        .map(|(k, why)| (k.hostname[2..].parse().unwrap(), why.as_str()))
        .collect();
    assert_eq!(
        lost,
        [
            (
                3,
                "it replicates through more than one channel, one of them `billing`: name the channel to move"
            ),
            (4, "db4:3306 has version 5.7.44 lower than 8.0.36 on db2:3306"),
            (5, "file:position replication: cannot be moved without GTID"),
        ]
    );
}

/// A server that was set back to an earlier state meets its own transactions at others, and takes none of them back.
#[test]
fn a_server_that_forgot_its_own_writes_loses_who_has_them() {
    let with_own = full(3).with(|_, look| look.reading.gtid_executed += &format!(",{}:1", uuid(2)));
    let set = format!("{}:1", uuid(2));
    let choice = chosen(&[full(2), with_own.clone().ruled(MustNot)]);
    assert_eq!(choice.successor, key(2));
    let reason = format!("it has 1 transaction ({set}), which db2:3306 cannot get");
    assert_eq!(choice.lost, [(key(3), reason)]);
    let why = format!("db3:3306 has {set} of db2:3306 itself, which a server does not take back");
    assert!(
        choice.notes.iter().any(|note| note.ends_with(&why)),
        "{:?}",
        choice.notes
    );
    let known = with_own.with(|instance, _| instance.gtid.errant = set.clone());
    let reason = format!("it has {set} of db2:3306 itself, which db2:3306 no longer has: the server would refuse it");
    assert_eq!(chosen(&[full(2), known]).lost, [(key(3), reason)]);
}

#[test]
fn mariadb_positions_count_as_well() {
    let replicas = [
        mariadb(2, "0-1-95", "0-1-95"),
        mariadb(3, "0-1-100", "0-1-80"),
        mariadb(4, "0-1-90", "0-1-90").ruled(Prefer),
    ];
    let choice = chosen(&replicas);
    assert_eq!((choice.successor, choice.tail_from), (key(4), Some(key(3))));
    assert_eq!(choice.follows, [key(2), key(3)]);
}

#[test]
fn what_a_topology_counts_by() {
    let kind = |replicas: &[Replica]| {
        let contenders: Vec<_> = replicas.iter().map(Replica::contender).collect();
        (kind_of_topology(&contenders), unserved(&contenders).is_some())
    };
    let maxscale = by_file(4, 1, 1).with(|instance, _| instance.server.is_binlog_server = true);
    assert_eq!(
        kind(&[full(2), full(3), by_file(4, 1, 1).silent()]),
        (Gtid::Oracle, false)
    );
    assert_eq!(kind(&[mariadb(2, "", "0-1-1")]), (Gtid::MariaDb, false));
    assert_eq!(kind(&[full(2), by_file(3, 1, 1)]), (Gtid::Mixed, false));
    assert_eq!(kind(&[by_file(2, 1, 1), by_file(3, 1, 1)]), (Gtid::None, true));
    assert_eq!(kind(&[by_file(2, 1, 1)]), (Gtid::None, false));
    assert_eq!(kind(&[maxscale]), (Gtid::BinlogServers, true));
    assert_eq!(kind(&[]), (Gtid::Nobody, false));
}
