//! What counts as executed, changed on real servers with Oracle GTIDs: MySQL 9, MySQL 5.6. Where a server can't be had the
//! test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod support;

use orchestrator::model::change::Rewriting;
use orchestrator::model::gtid::OracleSet;
use orchestrator::probe::Change;
use support::sandbox::{Flavour, Sandbox};
use support::telling::{LONG, look, refusal, start, tell, tell_as, wait_running, written_arrives};

fn executed(tree: &Sandbox) -> OracleSet {
    OracleSet::parse(&look(tree, 1).reading.gtid_executed).unwrap()
}

fn only(text: &str) -> OracleSet {
    OracleSet::parse(text).unwrap()
}

fn skips(tree: &Sandbox) {
    let port = tree.port(1);
    tell(port, &Change::StopReplication);
    let gtid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:7";
    assert!(!executed(tree).contains_set(&only(gtid)));
    for _ in 0..2 {
        let before = executed(tree);
        let changed = tell(port, &Change::SkipGtid(gtid.to_owned()));
        println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
        assert_eq!(executed(tree), before.union(&only(gtid)));
    }
    // Accounts go by the binary log, and this replica is to have one more than its master.
    tree.sql(
        1,
        "SET sql_log_bin=0; CREATE USER bare@'%' IDENTIFIED BY 'orc-pw'; GRANT REPLICATION CLIENT ON *.* TO bare@'%'",
    )
    .unwrap();
    let said = tell_as("bare", port, &Change::SkipGtid(gtid.to_owned()), LONG)
        .unwrap_err()
        .to_string();
    assert!(said.contains("GRANT "), "{said}");
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
    written_arrives(tree, "skipped");
}

fn rewrites(tree: &Sandbox) {
    let port = tree.port(1);
    tree.sql(1, "CREATE DATABASE own").unwrap();
    let uuid = tree.uuid(1).unwrap();
    let drop = executed(tree).intersect(&only(&format!("{uuid}:1-1000")));
    assert!(!drop.is_empty());
    let now = |tree: &Sandbox| {
        Change::RewriteGtids(Rewriting {
            keep: executed(tree).subtract(&drop).to_server_text(),
            drop: drop.to_server_text(),
            only_finishes: false,
        })
    };
    let runs = now(tree);
    assert!(refusal(port, &runs).contains("are not stopped"));
    written_arrives(tree, "grown");
    tell(port, &Change::StopReplication);
    // What it has applied since is not to be lost, or it would be applied twice.
    assert!(refusal(port, &runs).contains("in the meantime"));
    let change = now(tree);
    let changed = tell(port, &change);
    println!("{}: {:?} in {:?}", tree.flavour(), changed.statements, changed.took);
    assert_eq!(changed.statements.len(), 2);
    assert!(executed(tree).intersect(&drop).is_empty());
    // Told twice it changes nothing, also when more was applied since.
    assert!(tell(port, &change).statements.is_empty());
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
    written_arrives(tree, "rewritten");
    tell(port, &Change::StopReplication);
    let later = executed(tree);
    assert!(tell(port, &change).statements.is_empty());
    assert_eq!(executed(tree), later);
    tell(port, &Change::StartReplication);
    wait_running(tree, 1);
}

#[test]
fn what_counts_as_executed_is_changed_without_harm() {
    for (flavour, offset) in [(Flavour::MySql9, 700), (Flavour::MySql56, 720)] {
        let Some(tree) = start(Sandbox::up(flavour, "0;1<0"), offset) else {
            continue;
        };
        wait_running(&tree, 1);
        skips(&tree);
        rewrites(&tree);
    }
}
