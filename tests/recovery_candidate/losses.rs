//! Who lacks what before, and what was lost after.

use crate::servers::*;
use orchestrator::model::reached::Lack;
use orchestrator::model::recovery::{LossRow, LossTable};
use orchestrator::model::{Coordinates, Look};
use orchestrator::recovery::candidate::{Ledger, ledger};

fn lack(what: &str, count: u64) -> Option<Lack> {
    Some(Lack {
        what: what.to_owned(),
        count: Some(count),
    })
}

#[test]
fn the_table_tells_who_has_what_the_most_advanced_first() {
    let choice = chosen(&[
        oracle(2, &of_master("1-95"), &of_master("1-90")),
        oracle(3, &of_master("1-100"), &of_master("1-100")),
        oracle(4, &of_master("1-100"), &of_master("1-70")).ruled(orchestrator::model::PromotionRule::MustNot),
    ]);
    let row = |n, received: &str, unapplied, lacks, from: Option<u32>, refused: Option<&str>| LossRow {
        key: key(n),
        received: of_master(received),
        unapplied,
        lacks,
        lacks_from: from.map(key),
        refused: refused.map(str::to_owned),
    };
    let expected = LossTable {
        last_seen: of_master("1-90"),
        last_seen_at: Some(NOW.plus_seconds(-5)),
        rows: vec![
            row(3, "1-100", None, None, None, None),
            row(
                4,
                "1-100",
                lack(&of_master("71-100"), 30),
                None,
                None,
                Some("its promotion rule is must_not"),
            ),
            row(
                2,
                "1-95",
                lack(&of_master("91-95"), 5),
                lack(&of_master("96-100"), 5),
                Some(3),
                None,
            ),
        ],
    };
    assert_eq!(choice.losses, expected);
}

#[test]
fn without_gtid_the_masters_binary_log_tells() {
    let case = Case {
        failed: master(""),
        ..Case::default()
    };
    let losses = case.choose(&[by_file(2, 500, 400)]).unwrap().losses;
    assert_eq!(losses.last_seen, "mysql-bin.000007:900");
    assert_eq!(
        losses.rows[0].unapplied.as_ref().unwrap().what,
        "mysql-bin.000007:400 to mysql-bin.000007:500"
    );
    let old = Look {
        reading: orchestrator::model::observation::Reading {
            binlog: orchestrator::model::instance::BinaryLog {
                end: Coordinates::new("mysql-bin.000007", 950),
                ..Default::default()
            },
            ..Default::default()
        },
        ..Look::default()
    };
    let promoted = Look {
        key: key(2),
        ..Look::default()
    };
    let lost = ledger(&losses, Some(&old), &promoted);
    assert_eq!(
        lost.to_string(),
        "lost: the events from mysql-bin.000007:500 to mysql-bin.000007:950"
    );
    let open = ledger(&losses, None, &promoted).to_string();
    assert!(
        open.starts_with("lost: the events from mysql-bin.000007:500 to mysql-bin.000007:900; besides, whatever"),
        "{open}"
    );
}

#[test]
fn the_old_masters_return_makes_the_ledger_exact() {
    let replica = oracle(2, "", &of_master("1-100"));
    let losses = chosen(std::slice::from_ref(&replica)).losses;
    let mut promoted = replica.look.unwrap();
    promoted.reading.gtid_executed = format!("{},{}:1-5", of_master("1-100"), uuid(2));
    let old = |set: &str| oracle(1, "", set).look.unwrap();
    assert_eq!(
        ledger(&losses, Some(&old(&of_master("1-100"))), &promoted),
        Ledger::Exact(None)
    );
    assert_eq!(
        ledger(&losses, Some(&old(&of_master("1-103"))), &promoted),
        Ledger::Exact(lack(&of_master("101-103"), 3))
    );
    let open = Ledger::Open {
        behind: of_master("1-90"),
        at: Some(NOW.plus_seconds(-5)),
        known: None,
    };
    assert_eq!(ledger(&losses, None, &promoted), open);
    assert_eq!(ledger(&LossTable::default(), None, &promoted), Ledger::Unknown);
    let seen = LossTable {
        last_seen: of_master("1-101"),
        ..losses
    };
    let Ledger::Open { known, .. } = ledger(&seen, None, &promoted) else {
        panic!()
    };
    assert_eq!(
        known,
        lack(&of_master("101"), 1),
        "it was seen on the master and nobody has it"
    );
    let text = serde_json::to_string(&open).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), open);
}

/// The promoted server goes on in the same MariaDB domain, past the numbers that only the old master has.
#[test]
fn a_mariadb_domain_that_goes_on_hides_nothing() {
    let replica = mariadb(2, "0-1-95", "0-1-95");
    let losses = chosen(std::slice::from_ref(&replica)).losses;
    let promoted = replica.with(|_, look| {
        look.binlog_pos = "0-2-200".to_owned();
        look.binlog_state = "0-1-95,0-2-200".to_owned();
    });
    let promoted = promoted.look.unwrap();
    let old = mariadb(1, "", "0-1-100").look.unwrap();
    assert_eq!(
        ledger(&losses, Some(&old), &promoted),
        Ledger::Exact(lack("domain 0: 96 to 100", 5))
    );
    let old = mariadb(1, "", "0-1-95").look.unwrap();
    assert_eq!(ledger(&losses, Some(&old), &promoted), Ledger::Exact(None));
}

/// Another replica has more and cannot be promoted: what it has is lost, whether the old master was seen with it or not.
#[test]
fn what_only_a_refused_replica_has_is_named_while_the_old_master_is_away() {
    let table = |what: &str, rows: [LossRow; 2]| LossTable {
        last_seen: what.to_owned(),
        last_seen_at: Some(NOW),
        rows: rows.into(),
    };
    let row = |n, received: &str| LossRow {
        key: key(n),
        received: received.to_owned(),
        unapplied: None,
        lacks: None,
        lacks_from: None,
        refused: None,
    };
    let lacking = |n, received: &str, lacks| LossRow {
        lacks,
        lacks_from: Some(key(3)),
        ..row(n, received)
    };
    let known = |losses: &LossTable, promoted: &Look| match ledger(losses, None, promoted) {
        Ledger::Open { known, .. } => known,
        other => panic!("{other}"),
    };

    let gap = lack("domain 0: 96 to 100", 5);
    let rows = [row(3, "0-1-100"), lacking(2, "0-1-95", gap.clone())];
    let losses = table("mysql-bin.000001:900", rows);
    let promoted = |state: &str| {
        let replica = mariadb(2, "0-1-95", "0-1-95").with(|_, look| look.binlog_state = state.to_owned());
        replica.look.unwrap()
    };
    assert_eq!(known(&losses, &promoted("0-1-95,0-2-200")), gap);
    assert_eq!(known(&losses, &promoted("0-1-100,0-2-200")), None, "fetched from it");

    let rows = [
        row(3, &of_master("1-100")),
        lacking(2, &of_master("1-95"), lack(&of_master("96-100"), 5)),
    ];
    let losses = table(&of_master("1-90"), rows);
    let promoted = |set: &str| oracle(2, "", &of_master(set)).look.unwrap();
    assert_eq!(known(&losses, &promoted("1-95")), lack(&of_master("96-100"), 5));
    assert_eq!(known(&losses, &promoted("1-98")), lack(&of_master("99-100"), 2));
    assert_eq!(known(&losses, &promoted("1-100")), None);
}

/// What only another replica had, and could not hand over, was lost, wherever the old master was last seen.
#[test]
fn what_a_mariadb_replica_had_is_known_to_be_lost() {
    let mute = mariadb(2, "0-1-100", "0-1-100").with(|_, look| look.reading.binlog.logs_replica_updates = false);
    let behind = mariadb(3, "0-1-90", "0-1-90");
    let mut losses = chosen(&[mute, behind.clone()]).losses;
    losses.last_seen = "mysql-bin.000001:900".to_owned();
    let promoted = |state: &str| {
        let looked = behind.clone().with(|_, look| look.binlog_state = state.to_owned());
        looked.look.unwrap()
    };
    let known = |promoted| match ledger(&losses, None, &promoted) {
        Ledger::Open { known, .. } => known,
        other => panic!("{other:?}"),
    };
    assert_eq!(known(promoted("0-1-90,0-3-95")), lack("domain 0: 91 to 100", 10));
    assert_eq!(known(promoted("0-1-100,0-3-105")), None, "it has fetched them");
}
