//! Who may recover a cluster: one program at a time, and what was done recently, left open or left in the middle.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod inventory_support;
mod recovery_support;

use inventory_support::{NOW, Scratch, key, memory, open, texts};
use orchestrator::inventory::{AckOf, Claimed, HEARTBEAT_PATIENCE_MS, Inventory, NewClaim, TakenOver};
use orchestrator::inventory::{Purge, RecoveriesOf, RecoveryOutcome};
use orchestrator::model::Timestamp;
use orchestrator::model::plan::{Kind, Plan, Progress};
use orchestrator::model::recovery::BlockFrom;
use recovery_support::{after, begun, claim, held_by, holding, node, plan};
use rusqlite::Connection;

/// More than a holder may be silent.
const LONG: i64 = HEARTBEAT_PATIENCE_MS / 1000 + 2;

fn ms(at: Timestamp) -> i64 {
    at.0 * 1000
}

fn claimed(inventory: &Inventory, claim: &NewClaim, at: Timestamp) -> i64 {
    match inventory.claim(claim, at).unwrap() {
        Claimed::Claimed { recovery_id } => recovery_id,
        other => panic!("{other:?}"),
    }
}

fn gates(inventory: &Inventory, claim: &NewClaim, at: Timestamp) -> Vec<String> {
    let held = inventory.held_by_records(claim, at).unwrap();
    held.into_iter().map(|held| held.gate).collect()
}

/// A recovery from its claim to its end.
fn recovered(inventory: &Inventory, claim: &NewClaim, successor: Option<&str>, at: Timestamp) {
    claimed(inventory, claim, at);
    let outcome = RecoveryOutcome {
        uid: claim.recovery.uid.clone(),
        successor: successor.map(key),
        ..RecoveryOutcome::default()
    };
    assert!(inventory.resolve_recovery(&outcome, at).unwrap());
    assert!(inventory.release_lease(&outcome.uid, "t1").unwrap());
}

#[test]
fn a_claim_registers_the_recovery_and_takes_the_lease() {
    let inventory = memory();
    let id = claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
    let stored = inventory.recovery("1:aa").unwrap().unwrap();
    assert_eq!((stored.id, stored.failed.clone(), stored.end), (id, key("m:1"), None));
    assert!(stored.is_active && !stored.acknowledged && stored.end_active_unixtime == 0);
    let lease = inventory.lease_of("m:1").unwrap().unwrap();
    assert_eq!((lease.uid.as_str(), lease.node_token.as_str()), ("1:aa", "t1"));
    // Nobody else gets it, forced or not, under this name or of this instance.
    for (other, forced) in [("m:1", false), ("m:1", true), ("renamed:1", true)] {
        let mut next = claim("2:bb", "m:1", other);
        next.forced = forced;
        let Claimed::Held(held) = inventory.claim(&next, after(5)).unwrap() else {
            panic!()
        };
        assert_eq!((held[0].gate.as_str(), held.len()), ("open-recovery", 1), "{other}");
        assert_eq!(held[0].since, Some(NOW));
    }
    let blocked = inventory.blocked_recoveries(None).unwrap();
    assert_eq!((blocked.len(), blocked[0].blocking_recovery_id), (1, id));
    // Another cluster is free.
    claimed(&inventory, &claim("3:cc", "n:1", "n:1"), after(5));
    assert!(!inventory.release_lease("1:aa", "another").unwrap());
    assert!(inventory.release_lease("1:aa", "t1").unwrap());
    assert!(!inventory.renew_lease("1:aa", "t1", ms(NOW)).unwrap());
}

#[test]
fn twenty_at_once_claim_one_cluster() {
    let scratch = Scratch::new();
    let file = scratch.file();
    open(&file).unwrap();
    let try_it = |number: usize| {
        let inventory = open(&file).unwrap();
        let mut claim = claim(&format!("{number}:aa"), "m:1", "m:1");
        claim.recovery.node_token = format!("t{number}");
        matches!(inventory.claim(&claim, NOW).unwrap(), Claimed::Claimed { .. })
    };
    let won: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20).map(|number| scope.spawn(move || try_it(number))).collect();
        threads.into_iter().map(|t| usize::from(t.join().unwrap())).sum()
    });
    assert_eq!(won, 1);
    let conn = Connection::open(&file).unwrap();
    assert_eq!(
        texts(&conn, "SELECT CAST(count(*) AS TEXT) FROM topology_recovery"),
        ["1"]
    );
}

/// What is claimed, at how many seconds after a recovery of `m:1` in cluster `m:1` that made `s:1` its master ended, and
/// which gates hold it.
#[test]
fn a_recent_recovery_keeps_others_off() {
    let none: &[&str] = &[];
    for (analysis, successor, next, of, cluster, at, expected) in [
        (
            "DeadMaster",
            Some("s:1"),
            "DeadMaster",
            "s:1",
            "s:1",
            3599,
            &["anti-flapping-instance"][..],
        ),
        ("DeadMaster", Some("s:1"), "DeadMaster", "s:1", "s:1", 3600, none),
        ("DeadMaster", Some("s:1"), "DeadMaster", "o:1", "s:1", 10, none),
        (
            "DeadMaster",
            Some("s:1"),
            "DeadMasterAndSomeReplicas",
            "n:1",
            "m:1",
            3599,
            &["anti-flapping-cluster"],
        ),
        (
            "DeadMaster",
            Some("s:1"),
            "DeadCoMaster",
            "n:1",
            "m:1",
            3599,
            &["anti-flapping-cluster"],
        ),
        ("DeadMaster", Some("s:1"), "DeadMaster", "n:1", "m:1", 3600, none),
        (
            "DeadMaster",
            Some("s:1"),
            "DeadIntermediateMaster",
            "i:1",
            "m:1",
            10,
            none,
        ),
        (
            "DeadMaster",
            Some("s:1"),
            "AWordOfAnotherVersion",
            "n:1",
            "m:1",
            10,
            &["anti-flapping-cluster"],
        ),
        // Other kinds never keep a master's off, but their own.
        (
            "DeadIntermediateMaster",
            Some("s:1"),
            "DeadMaster",
            "n:1",
            "m:1",
            10,
            none,
        ),
        (
            "AllIntermediateMasterReplicasFailingToConnectOrDead",
            Some("s:1"),
            "DeadIntermediateMaster",
            "n:1",
            "m:1",
            10,
            &["anti-flapping-cluster"],
        ),
        (
            "LockedSemiSyncMaster",
            Some("m:1"),
            "DeadMaster",
            "m:1",
            "m:1",
            10,
            none,
        ),
        (
            "NoWriteableMasterStructureWarning",
            Some("m:1"),
            "DeadMaster",
            "m:1",
            "m:1",
            10,
            none,
        ),
        (
            "DeadReplicationGroupMemberWithReplicas",
            Some("s:1"),
            "DeadMaster",
            "s:1",
            "m:1",
            10,
            none,
        ),
        (
            "LockedSemiSyncMaster",
            Some("m:1"),
            "MasterWithTooManySemiSyncReplicas",
            "m:1",
            "m:1",
            10,
            &["anti-flapping-instance"],
        ),
        // One that failed keeps off for a minute.
        (
            "DeadMaster",
            None,
            "DeadMaster",
            "m:1",
            "m:1",
            59,
            &["anti-flapping-cluster"],
        ),
        ("DeadMaster", None, "DeadMaster", "m:1", "m:1", 60, none),
    ] {
        let inventory = memory();
        let mut first = claim("1:aa", "m:1", "m:1");
        first.recovery.analysis = analysis.to_owned();
        recovered(&inventory, &first, successor, NOW);
        let mut second = claim("2:bb", of, cluster);
        second.recovery.analysis = next.to_owned();
        let what = format!("{analysis}, then {next} of {of} in {cluster} after {at}");
        assert_eq!(gates(&inventory, &second, after(at)), expected, "{what}");
        match inventory.claim(&second, after(at)).unwrap() {
            Claimed::Claimed { .. } => assert!(expected.is_empty(), "{what}"),
            Claimed::Held(held) => {
                assert!(!expected.is_empty(), "{what}");
                assert_eq!(held[0].lifted_by, "orchestrator recoveries ack 1 --reason WHY");
                assert_eq!(held[0].since, Some(NOW));
                let until = if successor.is_some() { 3600 } else { 60 };
                assert_eq!(held[0].until, Some(after(until)), "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

/// The time is counted from the end, or from the start as configured; and a person's word passes over it.
#[test]
fn the_period_is_counted_as_configured_and_forced_ones_pass_over_it() {
    for (from, expected) in [
        (BlockFrom::End, &["anti-flapping-cluster"][..]),
        (BlockFrom::Start, &[]),
    ] {
        let inventory = memory();
        let first = claim("1:aa", "m:1", "m:1");
        claimed(&inventory, &first, after(-3000));
        let outcome = RecoveryOutcome {
            uid: "1:aa".to_owned(),
            successor: Some(key("s:1")),
            ..RecoveryOutcome::default()
        };
        inventory.resolve_recovery(&outcome, NOW).unwrap();
        inventory.release_lease("1:aa", "t1").unwrap();
        let mut next = claim("2:bb", "m:1", "m:1");
        next.block_from = from;
        assert_eq!(gates(&inventory, &next, after(700)), expected);
        next.forced = true;
        claimed(&inventory, &next, after(701));
        let first = inventory.recovery("1:aa").unwrap().unwrap();
        assert!(first.acknowledged && !first.is_active);
        assert_eq!(first.acknowledged_by, "orchestrator");
        let comment = "implicit acknowledge due to user invocation of recovery on same instance: m:1";
        assert_eq!(first.acknowledge_comment, comment);
    }
}

#[test]
fn an_open_recovery_never_expires() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    // Of a program that keeps no journal.
    Connection::open(scratch.file())
        .unwrap()
        .execute_batch(
            "INSERT INTO topology_recovery (hostname, port, in_active_period, start_active_period,
                 end_active_period_unixtime, cluster_name, analysis, processing_node_hostname, processcing_node_token)
             VALUES ('m', 1, 1, '2001-01-01 00:00:00', 0, 'c:1', 'DeadMaster', 'mgr', 'x')",
        )
        .unwrap();
    for (of, cluster) in [("m:1", "other:1"), ("other:1", "c:1")] {
        let mut next = claim("2:bb", of, cluster);
        next.forced = true;
        let Claimed::Held(held) = inventory.claim(&next, NOW).unwrap() else {
            panic!()
        };
        assert_eq!(held[0].lifted_by, "orchestrator recoveries ack 1 --reason WHY");
    }
    let done = inventory
        .acknowledge(AckOf::Instance(&key("m:1")), "ann", "seen", NOW)
        .unwrap();
    assert_eq!(done.count, 1);
    claimed(&inventory, &claim("2:bb", "m:1", "c:1"), NOW);
}

/// The program died after its claim and before it wrote down what it would do: nothing was changed, and the next claim
/// goes ahead.
#[test]
fn a_holder_that_died_early_leaves_the_cluster_free() {
    for by_watcher in [false, true] {
        let inventory = memory();
        claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
        let next = claim("2:bb", "m:1", "m:1");
        assert_eq!(gates(&inventory, &next, after(LONG - 3)), ["open-recovery"]);
        assert_eq!(inventory.acknowledge_crashed(after(LONG - 3)).unwrap(), 0);
        assert_eq!(gates(&inventory, &next, after(LONG)), [""; 0]);
        if by_watcher {
            assert_eq!(inventory.acknowledge_crashed(after(LONG)).unwrap(), 1);
            assert_eq!(inventory.lease_of("m:1").unwrap(), None);
        }
        claimed(&inventory, &next, after(LONG));
        let first = inventory.recovery("1:aa").unwrap().unwrap();
        assert_eq!(first.acknowledge_comment, "detected crashed recovery");
        assert!(first.end.is_some() && !first.is_active);
        assert!(!inventory.renew_lease("1:aa", "t1", ms(after(LONG))).unwrap());
    }
}

/// A holder's clock, or ours, may be set: only one that moves says that it is alive.
#[test]
fn a_heartbeat_counts_when_it_is_of_now() {
    for (beat, alive) in [(-11, false), (-9, true), (0, true), (9, true), (12, false)] {
        let inventory = memory();
        claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
        assert!(inventory.renew_lease("1:aa", "t1", ms(after(beat))).unwrap());
        assert_eq!(inventory.is_holder_alive("1:aa", ms(NOW)).unwrap(), alive, "{beat}");
    }
}

#[test]
fn what_was_left_in_the_middle_is_resumed_and_never_begun_again() {
    let inventory = memory();
    claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
    inventory
        .open_journal(&holding("1:aa"), &plan("m:1", Some("s:1")), NOW)
        .unwrap();
    let late = after(LONG);
    // The instance, the cluster, the successor, and the cluster under its new name.
    for (of, cluster) in [("m:1", "x:1"), ("x:1", "m:1"), ("s:1", "x:1"), ("x:1", "s:1")] {
        let mut next = claim("2:bb", of, cluster);
        next.forced = true;
        assert_eq!(gates(&inventory, &next, NOW), ["open-recovery"], "{of} {cluster}");
        let Claimed::OpenJournal { uid, holder } = inventory.claim(&next, late).unwrap() else {
            panic!()
        };
        assert_eq!((uid.as_str(), holder.node_token.as_str()), ("1:aa", "t1"));
        let held = inventory.held_by_records(&next, late).unwrap();
        assert_eq!((held[0].gate.as_str(), held.len()), ("open-journal", 1));
        assert_eq!(
            held[0].lifted_by,
            "orchestrator recover --resume, or orchestrator recoveries ack 1:aa --reason WHY"
        );
    }
    assert_eq!(gates(&inventory, &claim("2:bb", "x:1", "x:1"), late), [""; 0]);
    // Neither a watcher nor time ends it.
    assert_eq!(inventory.acknowledge_crashed(after(9999)).unwrap(), 0);
    assert_eq!(
        inventory
            .clear_recoveries(BlockFrom::Start, after(9999), after(9999))
            .unwrap(),
        0
    );
    inventory.purge(Purge::Recoveries, after(9999)).unwrap();
    let take = |token: &str, at| inventory.take_over_lease("1:aa", &node(token), ms(at)).unwrap();
    assert!(matches!(take("t2", after(5)), TakenOver::Alive(lease) if lease.node_token == "t1"));
    assert_eq!(take("t1", after(5)), TakenOver::Taken, "by itself");
    assert_eq!(take("t2", after(5 + LONG)), TakenOver::Taken);
    assert!(
        !inventory.renew_lease("1:aa", "t1", ms(late)).unwrap(),
        "the first one is out"
    );
    assert!(inventory.renew_lease("1:aa", "t2", ms(late)).unwrap());
    inventory
        .close_journal(&held_by("1:aa", "t2", late), "carried to its end", late)
        .unwrap();
    assert!(
        !inventory.renew_lease("1:aa", "t2", ms(late)).unwrap(),
        "the lease ends with the journal, also of a program that dies right then"
    );
    assert_eq!(take("t2", late), TakenOver::Closed);
}

/// Between two beats of its heart a program may have stood still, and another one have gone on in its place.
#[test]
fn nobody_writes_under_a_lease_that_is_lost() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    let note = |token: &str, at: Timestamp| {
        let noted = inventory.note_progress(&held_by("1:aa", token, at), 1, Progress::Begun, ms(at), "");
        noted.map(drop).map_err(|error| error.to_string())
    };
    let refused = |told: Result<(), String>, why: &str| {
        let told = told.unwrap_err();
        assert!(told.contains(why), "{why:?} is missing in {told:?}");
    };
    note("t1", after(9)).unwrap();
    // That was a sign of life too.
    note("t1", after(18)).unwrap();
    // And this: nobody took it, whether the file was locked or a clock was set.
    note("t1", after(18 + LONG)).unwrap();
    note("t1", after(3_600)).unwrap();
    note("t1", after(18 + LONG)).unwrap();
    let expired = after(18 + 2 * LONG);
    let of = held_by("1:aa", "t1", expired);
    // Another one has it, since the first one's was not renewed.
    let take = inventory.take_over_lease("1:aa", &node("t2"), ms(expired)).unwrap();
    assert_eq!(take, TakenOver::Taken);
    let error = inventory.hold(&of).unwrap_err();
    assert!(error.is_lease_lost() && !error.is_of_file(), "{error}");
    assert!(
        inventory
            .extend_journal(&of, &plan("m:1", None))
            .unwrap_err()
            .is_lease_lost()
    );
    refused(note("t1", expired), "mgr1 has taken over recovery 1:aa");
    note("t2", expired).unwrap();
    // Also where the file is locked by then, and notes go beside it.
    let other = Connection::open(scratch.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    refused(note("t1", expired), "mgr1 has taken over recovery 1:aa");
    note("t2", expired).unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    // Whoever could not renew it, since nobody could write, goes on.
    note("t2", expired.plus_seconds(LONG)).unwrap();
    let close = |token| inventory.close_journal(&held_by("1:aa", token, expired), "done", expired);
    assert!(close("t1").unwrap_err().is_lease_lost());
    close("t2").unwrap();
    refused(note("t2", expired), "nobody holds the lease");
    let next = claim("2:bb", "n:1", "n:1");
    claimed(&inventory, &next, NOW);
    inventory.release_lease("2:bb", "t1").unwrap();
    let opened = inventory.open_journal(&holding("2:bb"), &plan("n:1", None), NOW);
    assert!(opened.unwrap_err().is_lease_lost());
}

#[test]
fn what_somebody_acknowledged_is_not_resumed() {
    // (acknowledged while its program lives, after its death)
    for alive in [true, false] {
        let inventory = memory();
        claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
        inventory
            .open_journal(&holding("1:aa"), &plan("m:1", Some("s:1")), NOW)
            .unwrap();
        let at = if alive { after(1) } else { after(LONG) };
        let done = inventory.acknowledge(AckOf::All, "ann", "I look after it", at).unwrap();
        assert_eq!(
            (done.count, done.under_way.len(), done.given_up.len()),
            (1, usize::from(alive), usize::from(!alive))
        );
        let is_ours = inventory.renew_lease("1:aa", "t1", ms(at)).unwrap();
        assert_eq!(is_ours, alive, "one under way goes on");
        let late = after(2 * LONG);
        let taken = inventory.take_over_lease("1:aa", &node("t2"), ms(late)).unwrap();
        if alive {
            assert!(matches!(taken, TakenOver::Acknowledged { by, .. } if by == "ann"));
        } else {
            assert_eq!(taken, TakenOver::Closed);
        }
        let journal = inventory.journal("1:aa").unwrap().unwrap();
        assert_eq!(
            (journal.is_closed, journal.outcome.as_str()),
            (true, "acknowledged by ann")
        );
        claimed(&inventory, &claim("2:bb", "m:1", "m:1"), late);
    }
}

/// The same, found by the next claim.
#[test]
fn a_claim_passes_over_what_somebody_acknowledged() {
    let inventory = memory();
    claimed(&inventory, &claim("1:aa", "m:1", "m:1"), NOW);
    inventory
        .open_journal(&holding("1:aa"), &plan("m:1", Some("s:1")), NOW)
        .unwrap();
    inventory.acknowledge(AckOf::Uid("1:aa"), "ann", "seen", NOW).unwrap();
    let next = claim("2:bb", "m:1", "m:1");
    assert_eq!(gates(&inventory, &next, after(5)), ["open-recovery"]);
    claimed(&inventory, &next, after(LONG));
    assert_eq!(
        inventory.journal("1:aa").unwrap().unwrap().outcome,
        "acknowledged by ann"
    );
}

/// Bringing a server back is nothing that others should wait for afterwards, but it wants the cluster for itself.
#[test]
fn a_claim_without_a_record_only_holds_the_cluster() {
    let inventory = memory();
    let mut rejoin = claim("1:aa", "old:1", "m:1");
    rejoin.without_record = true;
    assert_eq!(claimed(&inventory, &rejoin, NOW), 0);
    assert_eq!(inventory.recovery("1:aa").unwrap(), None);
    let next = claim("2:bb", "m:1", "m:1");
    assert_eq!(gates(&inventory, &next, NOW), ["open-recovery"]);
    inventory.release_lease("1:aa", "t1").unwrap();
    claimed(&inventory, &next, NOW);
}

/// In files that the original wrote, and that are brought to the current layout by being opened.
#[test]
fn files_of_earlier_releases_hold_recoveries_and_take_more() {
    for sql in [
        include_str!("fixtures/inventory_older.sql"),
        include_str!("fixtures/inventory_current.sql"),
    ] {
        let scratch = Scratch::new();
        let inventory = open(&scratch.file_of(sql)).unwrap();
        let stored = inventory.recoveries(RecoveriesOf::Alias("shop"), 10, 0).unwrap();
        assert_eq!(
            (stored.len(), stored[0].id, stored[0].acknowledged_by.as_str()),
            (1, 2, "ann")
        );
        assert_eq!(stored[0].successor, Some(key("db1.example.com:3306")));
        let name = "db0.example.com:3306";
        recovered(
            &inventory,
            &claim("9:ff", name, name),
            Some("db1.example.com:3306"),
            NOW,
        );
        let next = claim("9:ee", "db1.example.com:3306", "db1.example.com:3306");
        assert_eq!(gates(&inventory, &next, after(1)), ["anti-flapping-instance"]);
    }
}

/// `plan` makes `s:1` the master in the place of `m:1`; its last step is the final one.
fn of_kind(kind: Kind) -> Plan {
    let mut plan = plan("m:1", Some("s:1"));
    plan.kind = kind;
    for step in &mut plan.steps {
        step.is_final = step.number == 3;
    }
    plan
}

#[test]
fn a_failover_supersedes_a_takeover_whose_promotion_had_not_begun() {
    for forced in [false, true] {
        let scratch = Scratch::new();
        let inventory = open(&scratch.file()).unwrap();
        begun(&inventory, "1:aa", &of_kind(Kind::Takeover));
        let note = |number, progress| {
            let noted = inventory.note_progress(&holding("1:aa"), number, progress, ms(NOW), "");
            noted.unwrap();
        };
        note(1, Progress::Done);
        let mut next = claim("2:bb", "m:1", "m:1");
        next.forced = forced;
        assert_eq!(gates(&inventory, &next, NOW), ["open-recovery"], "its program lives");
        let late = after(LONG);
        let another = NewClaim {
            replaces_dead_master: false,
            ..next.clone()
        };
        assert_eq!(gates(&inventory, &another, late), ["open-journal"]);
        assert_eq!(gates(&inventory, &claim("2:bb", "o:1", "m:1"), late)[0], "open-journal");
        assert_eq!(gates(&inventory, &next, late), [""; 0]);
        claimed(&inventory, &next, late);
        let journal = inventory.journal("1:aa").unwrap().unwrap();
        assert!(journal.is_closed);
        assert_eq!(journal.outcome, "superseded by the failover");
        let record = inventory.recovery("1:aa").unwrap().unwrap();
        assert_eq!((record.end, record.is_active), (Some(late), false));
        assert_eq!(record.errors, ["superseded by the failover"]);
        assert_eq!(inventory.lease_of("m:1").unwrap().unwrap().uid, "2:bb");
        let taken = inventory.take_over_lease("1:aa", &node("t3"), ms(late)).unwrap();
        assert_eq!(taken, TakenOver::Closed);
    }
}

#[test]
fn a_takeover_whose_promotion_had_begun_is_resumed() {
    for progress in [Progress::Begun, Progress::Done] {
        let inventory = memory();
        begun(&inventory, "1:aa", &of_kind(Kind::Takeover));
        let noted = inventory.note_progress(&holding("1:aa"), 3, progress, ms(NOW), "");
        noted.unwrap();
        let late = after(LONG);
        let claimed = inventory.claim(&claim("2:bb", "m:1", "m:1"), late).unwrap();
        assert!(matches!(claimed, Claimed::OpenJournal { uid, .. } if uid == "1:aa"));
    }
}

#[test]
fn a_rejoin_left_in_the_middle_keeps_no_successor_from_being_replaced() {
    let inventory = memory();
    let rejoin = NewClaim {
        without_record: true,
        replaces_dead_master: false,
        ..claim("1:aa", "m:1", "s:1")
    };
    claimed(&inventory, &rejoin, NOW);
    let plan = Plan {
        cluster: "s:1".to_owned(),
        ..of_kind(Kind::Rejoin)
    };
    inventory.open_journal(&holding("1:aa"), &plan, NOW).unwrap();
    let (next, late) = (claim("2:bb", "s:1", "s:1"), after(LONG));
    assert_eq!(gates(&inventory, &next, NOW), ["open-recovery"], "its program lives");
    let another = NewClaim {
        replaces_dead_master: false,
        ..next.clone()
    };
    assert_eq!(gates(&inventory, &another, late), ["open-journal"]);
    claimed(&inventory, &next, late);
    assert!(inventory.has_open_journal("1:aa").unwrap(), "it is resumed later");
}
