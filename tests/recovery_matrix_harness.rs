//! The fault matrix's own tools, tried on servers alone: failovers by hand, good ones and bad ones.
#![allow(clippy::unwrap_used)]

#[path = "support/invariants.rs"]
mod invariants;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/writers.rs"]
mod writers;

use anyhow::{Context, Result, ensure};
use invariants::{Losses, Outcome, Recovered, Terms, check};
use std::time::{Duration, Instant};
use tool::on_each;
use tool::sandbox::{Flavour, Sandbox};
use writers::{Record, Writers, write_by_hand};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// A master with two replicas and an application that writes.
fn written(flavour: Flavour) -> Result<(Sandbox, Writers)> {
    let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
    writers::prepare(&tree, 0)?;
    let writers = Writers::start(writers::places(&tree), Duration::from_millis(10));
    writers.wait_for_more(100)?;
    Ok((tree, writers))
}

/// Promotes a replica by hand.
fn promote(tree: &Sandbox, server: usize) -> Result<()> {
    let forget = match tree.flavour() {
        Flavour::MySql9 => "STOP REPLICA; RESET REPLICA ALL",
        _ => "STOP SLAVE; RESET SLAVE ALL",
    };
    tree.sql(server, &format!("{forget}; SET GLOBAL read_only = 0"))
        .map(drop)
}

/// Lets a replica follow another master.
fn repoint(tree: &Sandbox, server: usize, master: usize) -> Result<()> {
    let port = tree.port(master);
    let change = match tree.flavour() {
        Flavour::MySql9 => format!("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={port}; START REPLICA"),
        _ => format!("STOP SLAVE; CHANGE MASTER TO MASTER_PORT={port}; START SLAVE"),
    };
    tree.sql(server, &change).map(drop)
}

/// The outcome that a program would report that did as we did.
fn reported(lost: &[usize], losses: Losses) -> Outcome {
    Outcome {
        recoveries: vec![Recovered {
            failed: 0,
            successor: Some(1),
            lost: lost.to_vec(),
            losses,
            ..Recovered::default()
        }],
        ..Outcome::default()
    }
}

/// Fails where the check finds nothing, or something else.
fn finds(tree: &Sandbox, record: &Record, outcome: &Outcome, terms: Terms, parts: &[&str]) -> Result<()> {
    let error = check(tree, record, outcome, terms)
        .err()
        .with_context(|| format!("not found: {parts:?}"))?;
    let text = format!("{error:#}");
    ensure!(
        parts.iter().all(|part| text.contains(part)),
        "expected {parts:?} in:\n{text}"
    );
    Ok(())
}

/// Applied everywhere before the master dies: nothing is lost, and nothing is found.
#[test]
fn harness_accepts_a_good_failover() {
    on_each(&BOTH, |flavour| {
        let (tree, writers) = written(flavour)?;
        writers.rest()?;
        let quiet = writers.record().acknowledged().count();
        for replica in [1, 2] {
            tool::sandbox::wait_until(tool::SOON, "the replica is level", || {
                invariants::rows_on(&tree, replica).is_ok_and(|rows| rows.len() == quiet)
            })?;
        }
        let killed = Instant::now();
        tree.kill(0)?;
        writers.go_on();
        promote(&tree, 1)?;
        repoint(&tree, 2, 1)?;
        writers.wait_elsewhere(0)?;
        writers.wait_for_more(20)?;
        let record = writers.stop();
        check(&tree, &record, &reported(&[], Losses::default()), Terms::default())?;
        check(
            &tree,
            &record,
            &reported(&[], Losses::default()),
            Terms {
                semi_sync: true,
                ..Terms::default()
            },
        )?;
        let first = record.first_elsewhere(0, killed).context("a first write")?;
        ensure!(first.server == 1, "{first:?}");
        let gap = record.change_from(0).context("a change")?;
        ensure!(
            gap.length() > Duration::from_millis(1) && gap.first.server == 1,
            "{gap:?}"
        );
        ensure!(record.doubly_open().is_empty(), "{}", record.summary());
        Ok(())
    });
}

/// The near misses: each kind of damage is found, and nothing else.
#[test]
fn harness_finds_what_is_wrong() {
    on_each(&BOTH, |flavour| {
        let (tree, writers) = written(flavour)?;
        promote(&tree, 1)?;
        // Both take writes, and somebody writes to each.
        let by_hand = write_by_hand(&tree, 1, 3)?;
        writers.wait_for_more(50)?;
        writers.rest()?;
        writers.add(by_hand);
        writers.add(write_by_hand(&tree, 0, 2)?);
        let seen = tree.sql(0, own_history(flavour))?.trim().to_owned();
        let record = writers.stop();
        ensure!(!record.doubly_open().is_empty(), "{}", record.summary());
        ensure!(!record.written_after_successor(0).is_empty(), "{}", record.summary());

        let terms = Terms {
            catch_up: Duration::from_secs(1),
            ..Terms::default()
        };
        let none = reported(&[], Losses::default());
        finds(
            &tree,
            &record,
            &none,
            terms,
            &["b: #0 takes writes besides", "d: #2 does not replicate", "a: "],
        )?;
        tree.sql(0, "SET GLOBAL read_only = 1")?;
        repoint(&tree, 2, 1)?;
        finds(&tree, &record, &none, terms, &["a: ", "is not reported"])?;
        let semi_sync = Terms {
            semi_sync: true,
            ..terms
        };
        finds(&tree, &record, &none, semi_sync, &["are lost with semi-sync"])?;

        // Nothing was lost behind what had been seen: everything had been.
        let open = |behind: &str| Losses {
            named: Vec::new(),
            open_behind: Some(behind.to_owned()),
        };
        finds(
            &tree,
            &record,
            &reported(&[], open(&seen)),
            terms,
            &["a: ", "is not reported"],
        )?;
        // The second replica has what the successor has not. MariaDB servers refuse to go on from there.
        let own = if flavour.is_mariadb() { "d: #2" } else { "e: #2" };
        finds(&tree, &record, &reported(&[], open("")), terms, &[own])?;
        tree.kill(2)?;
        finds(&tree, &record, &reported(&[], open("")), terms, &["d: #2"])?;
        check(&tree, &record, &reported(&[2], open("")), terms)?;
        finds(&tree, &record, &Outcome::default(), terms, &["c: nobody was promoted"])?;
        let refused = Terms { refused: true, ..terms };
        finds(
            &tree,
            &record,
            &Outcome::default(),
            refused,
            &["c: ", "no reason is given"],
        )
    });
}

/// Everything that a server has written.
fn own_history(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::MySql9 => "SELECT REPLACE(@@global.gtid_executed, CHAR(10), '')",
        _ => "SELECT @@global.gtid_binlog_state",
    }
}

/// A server that hangs: writes are unknown there, and go on elsewhere.
#[test]
fn harness_writes_past_a_server_that_hangs() {
    on_each(&BOTH, |flavour| {
        let (tree, writers) = written(flavour)?;
        tree.pause(0)?;
        promote(&tree, 1)?;
        writers.wait_elsewhere(0)?;
        writers.wait_for_more(20)?;
        let record = writers.stop();
        tree.resume(0)?;
        let unknown = record.count(|answer| answer == writers::Answer::Unknown);
        ensure!((1..=4).contains(&unknown), "{}", record.summary());
        let gap = record.change_from(0).context("a change")?;
        ensure!(gap.length() < Duration::from_secs(30), "{gap:?}");
        Ok(())
    });
}
