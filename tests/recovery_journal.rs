//! The journal of a recovery, beside the file where the file cannot be written, and what else is kept of recoveries.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod inventory_support;
mod recovery_support;

use inventory_support::{NOW, Scratch, key, memory, open, options, texts};
use orchestrator::inventory::{
    Access, AckOf, Claimed, FenceState, HandOver, Inventory, NewFence, Note, Noted, OpenOptions, Purge, RecoveriesOf,
    RecoveryOutcome, Turn,
};
use orchestrator::model::Timestamp;
use orchestrator::model::plan::{Phase, Progress};
use orchestrator::model::reached::Lack;
use orchestrator::model::recovery::{Entry, HeldBy, LossRow, LossTable, StoredDecision};
use recovery_support::{after, begun, claim, holding, plan};
use rusqlite::Connection;
use std::path::PathBuf;
use std::time::Duration;

fn entry(number: u32, progress: Progress, times: (Option<i64>, Option<i64>), said: &str) -> Entry {
    Entry {
        number,
        progress,
        begun_ms: times.0,
        ended_ms: times.1,
        said: said.to_owned(),
    }
}

fn want_fence(inventory: &Inventory, uid: &str, identity: &str, at: Timestamp) {
    let fence = NewFence {
        key: &key("m:1"),
        uid,
        cluster: "m:1",
        identity,
    };
    inventory.want_fence(&fence, at).unwrap();
}

fn progress(inventory: &Inventory, uid: &str) -> Vec<Progress> {
    let journal = inventory.journal(uid).unwrap().unwrap();
    journal.entries.iter().map(|entry| entry.progress).collect()
}

#[test]
fn a_journal_tells_how_far_each_step_has_come() {
    let inventory = memory();
    let mut set_out = plan("m:1", Some("s:1"));
    begun(&inventory, "1:aa", &set_out);
    let again = inventory.open_journal(&holding("1:aa"), &set_out, NOW);
    assert!(again.is_err(), "it has one");
    let note = |number, progress, at, said| {
        inventory
            .note_progress(&holding("1:aa"), number, progress, at, said)
            .unwrap()
    };
    assert_eq!(note(1, Progress::Begun, 1000, ""), Noted::InFile);
    note(1, Progress::Done, 1250, "STOP REPLICA IO_THREAD");
    note(2, Progress::Begun, 1251, "");
    let journal = inventory.journal("1:aa").unwrap().unwrap();
    assert_eq!(journal.plan, set_out);
    assert_eq!(
        journal.entries,
        [
            entry(1, Progress::Done, (Some(1000), Some(1250)), "STOP REPLICA IO_THREAD"),
            entry(2, Progress::Begun, (Some(1251), None), ""),
            entry(3, Progress::Planned, (None, None), ""),
        ]
    );
    // A later plan adds steps.
    let more = set_out.steps[0].clone();
    set_out.extend([more]);
    set_out.successor = Some(key("o:1"));
    inventory.extend_journal(&holding("1:aa"), &set_out).unwrap();
    let words = [Progress::Done, Progress::Begun, Progress::Planned, Progress::Planned];
    assert_eq!(progress(&inventory, "1:aa"), words);
    assert_eq!(
        inventory.open_journals().unwrap()[0].journal.as_ref().unwrap().plan,
        set_out
    );
    // Taken back, and said so; what was told before stays where nothing is said.
    note(1, Progress::Undone, 1300, "");
    assert_eq!(
        inventory.journal("1:aa").unwrap().unwrap().entries[0].said,
        "STOP REPLICA IO_THREAD"
    );
    inventory
        .close_journal(&holding("1:aa"), "taken back", after(1))
        .unwrap();
    inventory
        .close_journal(&holding("1:aa"), "once more", after(2))
        .unwrap();
    let journal = inventory.journal("1:aa").unwrap().unwrap();
    assert_eq!((journal.is_closed, journal.outcome.as_str()), (true, "taken back"));
    assert_eq!(inventory.open_journals().unwrap(), []);
    assert!(
        inventory
            .note_progress(&holding("1:aa"), 3, Progress::Begun, 1400, "")
            .is_err()
    );
    assert!(inventory.extend_journal(&holding("1:aa"), &set_out).is_err());
    assert!(
        inventory
            .note_progress(&holding("2:bb"), 1, Progress::Begun, 1400, "")
            .is_err()
    );
    assert_eq!(inventory.journal("2:bb").unwrap(), None);
}

/// What is noted is on the disk when it returns, and other writes are as quick as before.
#[test]
fn only_what_a_recovery_notes_waits_for_the_disk() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    begun(&inventory, "1:aa", &plan("m:1", None));
    let began = std::time::Instant::now();
    for at in 0..20 {
        inventory
            .note_progress(&holding("1:aa"), 1, Progress::Begun, at, "")
            .unwrap();
    }
    // Usually a millisecond each; a shared machine's disk may be slow.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    eprintln!("{:?} a note", began.elapsed() / 20);
}

fn side_journals(scratch: &Scratch) -> Vec<PathBuf> {
    let names = std::fs::read_dir(&scratch.0)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    names
        .filter(|path| path.to_string_lossy().contains(".journal-"))
        .collect()
}

/// An inventory that does not wait, with another connection that can keep it locked.
fn lockable() -> (Scratch, Inventory, Connection) {
    let scratch = Scratch::new();
    let options = OpenOptions {
        busy_timeout: Duration::from_millis(20),
        ..options(Access::Write)
    };
    let inventory = Inventory::open(scratch.file(), &options).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    (scratch, inventory, other)
}

#[test]
fn while_the_file_is_locked_progress_goes_beside_it() {
    let (scratch, inventory, other) = lockable();
    let uid = format!("1714564800000000000:{}", "ab".repeat(32));
    begun(&inventory, &uid, &plan("m:1", Some("s:1")));
    let files = side_journals(&scratch);
    assert_eq!(files.len(), 1);
    assert_eq!(
        std::fs::metadata(&files[0]).unwrap().len(),
        256 * 1024,
        "its room is taken"
    );
    let note = |number, progress, at, said| {
        inventory
            .note_progress(&holding(&uid), number, progress, at, said)
            .unwrap()
    };
    note(1, Progress::Begun, 1000, "");
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(
        note(1, Progress::Done, 1100, "told\n\"this\""),
        Noted::Beside(_)
    ));
    assert!(matches!(note(2, Progress::Begun, 1200, ""), Noted::Beside(_)));
    // Whoever reads finds both.
    let reader = Inventory::open(scratch.file(), &options(Access::Read)).unwrap();
    let expected = [
        entry(1, Progress::Done, (Some(1000), Some(1100)), "told\n\"this\""),
        entry(2, Progress::Begun, (Some(1200), None), ""),
        entry(3, Progress::Planned, (None, None), ""),
    ];
    assert_eq!(reader.journal(&uid).unwrap().unwrap().entries, expected);
    let stored = "SELECT progress FROM orc_journal ORDER BY number";
    assert_eq!(texts(&other, stored), ["begun", "planned", "planned"]);
    other.execute_batch("ROLLBACK").unwrap();
    // What went beside goes in first, so that nothing of it comes after what is newer.
    assert_eq!(note(2, Progress::Done, 1300, ""), Noted::InFile);
    assert_eq!(texts(&other, stored), ["done", "done", "planned"]);
    note(1, Progress::Undone, 1400, "");
    assert_eq!(
        progress(&inventory, &uid),
        [Progress::Undone, Progress::Done, Progress::Planned]
    );
    inventory.close_journal(&holding(&uid), "done", NOW).unwrap();
    assert!(side_journals(&scratch).is_empty());
}

#[test]
fn a_side_journal_whose_journal_is_closed_goes() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let uid = |number: u32| format!("171456480000000000{number}:{}", "ab".repeat(32));
    for (number, failed) in [(1, "m:1"), (2, "n:1")] {
        begun(&inventory, &uid(number), &plan(failed, Some("s:1")));
    }
    let files = side_journals(&scratch);
    inventory.close_journal(&holding(&uid(1)), "done", NOW).unwrap();
    // As a program leaves it that dies just then.
    let left = files.iter().find(|file| !file.exists()).unwrap();
    std::fs::write(left, "").unwrap();
    // Another inventory's.
    let other = scratch.file().with_file_name("other.sqlite3.journal-1-a");
    std::fs::write(&other, "").unwrap();
    assert_eq!(inventory.end_died_early(NOW).unwrap(), 0);
    assert!(!left.exists() && other.exists());
    assert!(files.iter().any(|file| file.exists()), "the open one's");
}

/// What stays of the file after a power cut between taking it over and emptying it is older than what is stored.
#[test]
fn old_or_torn_lines_change_nothing() {
    let (scratch, inventory, other) = lockable();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    inventory
        .note_progress(&holding("1:aa"), 1, Progress::Begun, 1000, "")
        .unwrap();
    inventory
        .note_progress(&holding("1:aa"), 2, Progress::Failed, 5000, "no")
        .unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    let file = &side_journals(&scratch)[0];
    let mut kept = std::fs::read(file).unwrap();
    let end = kept.iter().position(|byte| *byte == 0).unwrap();
    kept.splice(end..end + 12, *b"{\"number\":3,");
    inventory
        .note_progress(&holding("1:aa"), 1, Progress::Done, 2000, "")
        .unwrap();
    std::fs::write(file, &kept).unwrap();
    let words = [Progress::Done, Progress::Failed, Progress::Planned];
    assert_eq!(progress(&inventory, "1:aa"), words);
    // A line that was torn does not spoil the next one.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    inventory
        .note_progress(&holding("1:aa"), 3, Progress::Begun, 6000, "")
        .unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(progress(&inventory, "1:aa")[2], Progress::Begun);
    inventory.close_journal(&holding("1:aa"), "given up", NOW).unwrap();
    assert_eq!(
        texts(&other, "SELECT progress FROM orc_journal ORDER BY number"),
        ["done", "failed", "begun"]
    );
}

/// As a full disk does: the file can be read, and nothing added to it.
#[test]
fn a_side_journal_holds_more_than_its_room() {
    let (scratch, inventory, other) = lockable();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let long = "x".repeat(100_000);
    for at in 0..4 {
        let noted = inventory
            .note_progress(&holding("1:aa"), 1, Progress::Begun, at, &long)
            .unwrap();
        assert!(matches!(noted, Noted::Beside(_)));
    }
    assert!(std::fs::metadata(&side_journals(&scratch)[0]).unwrap().len() > 400_000);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        inventory
            .note_progress(&holding("1:aa"), 2, Progress::Begun, 9, "")
            .unwrap(),
        Noted::InFile
    );
    assert_eq!(inventory.journal("1:aa").unwrap().unwrap().entries[0].begun_ms, Some(3));
    // Without the file there is nowhere to write.
    std::fs::remove_file(&side_journals(&scratch)[0]).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = inventory
        .note_progress(&holding("1:aa"), 2, Progress::Done, 10, "")
        .unwrap_err();
    assert!(
        error.to_string().contains("locked") && error.to_string().contains("No such file"),
        "{error}"
    );
}

#[test]
fn steps_of_a_stage_are_noted_at_once() {
    let (_scratch, inventory, other) = lockable();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    let notes = |progress, at_ms| {
        [1, 2].map(|number| Note {
            number,
            progress,
            at_ms,
            said: String::new(),
        })
    };
    assert_eq!(
        inventory
            .note_all(&holding("1:aa"), &notes(Progress::Begun, 1), &Turn::default())
            .unwrap(),
        Noted::InFile
    );
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let beside = inventory
        .note_all(&holding("1:aa"), &notes(Progress::Done, 2), &Turn::default())
        .unwrap();
    assert!(matches!(beside, Noted::Beside(_)));
    let words = [Progress::Done, Progress::Done, Progress::Planned];
    assert_eq!(progress(&inventory, "1:aa"), words);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        inventory.note_all(&holding("1:aa"), &[], &Turn::default()).unwrap(),
        Noted::InFile
    );
    assert_eq!(
        texts(&other, "SELECT progress FROM orc_journal ORDER BY number"),
        ["done", "done", "planned"]
    );
}

/// It holds its own cluster, and no other.
#[test]
fn a_plan_of_another_version_is_told_and_keeps_no_other_from_being_read() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    begun(&inventory, "2:bb", &plan("n:1", None));
    let conn = Connection::open(scratch.file()).unwrap();
    conn.execute(
        "UPDATE orc_plan SET plan = '{\"kind\":\"Teleport\"}' WHERE uid = '1:aa'",
        [],
    )
    .unwrap();
    let left = inventory.open_journals().unwrap();
    let [of_m, of_n] = left.as_slice() else {
        panic!("{left:?}")
    };
    assert_eq!(
        (of_m.cluster.as_str(), &of_m.failed, &of_m.successor),
        ("m:1", &key("m:1"), &Some(key("s:1")))
    );
    let why = of_m.journal.as_ref().unwrap_err();
    let told = why.to_string();
    let lift = "orchestrator recoveries ack 1:aa --reason WHY";
    assert!(told.contains("the plan of 1:aa") && told.contains(lift), "{told}");
    assert_eq!((of_n.uid.as_str(), of_n.journal.is_ok()), ("2:bb", true));
    let late = after(60);
    let mut next = claim("3:cc", "m:1", "m:1");
    let Claimed::OpenJournal { uid, .. } = inventory.claim(&next, late).unwrap() else {
        panic!()
    };
    assert_eq!(uid, "1:aa");
    inventory.acknowledge(AckOf::Uid("1:aa"), "ann", "seen", late).unwrap();
    next.forced = true;
    assert!(matches!(inventory.claim(&next, late).unwrap(), Claimed::Claimed { .. }));
}

/// Whoever dies right after is no reason that the old master takes writes beside the new one.
#[test]
fn who_is_to_be_fenced_is_written_down_in_one_with_the_step() {
    let (_scratch, inventory, other) = lockable();
    begun(&inventory, "1:aa", &plan("m:1", Some("s:1")));
    // The successor was a master itself once.
    let (promoted, earlier) = (
        key("s:1"),
        NewFence {
            key: &key("s:1"),
            uid: "0:zz",
            cluster: "m:1",
            identity: "",
        },
    );
    inventory.want_fence(&earlier, NOW).unwrap();
    let fence = NewFence {
        key: &key("m:1"),
        uid: "1:aa",
        cluster: "m:1",
        identity: "uuid-1",
    };
    let note = |progress, at_ms| {
        let note = Note {
            number: 3,
            progress,
            at_ms,
            said: String::new(),
        };
        let turn = Turn {
            fences: vec![fence],
            promoted: Some(&promoted),
        };
        inventory.note_all(&holding("1:aa"), &[note], &turn)
    };
    // What is not written down changes nothing; what goes beside holds the progress alone.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(note(Progress::Begun, 1).unwrap(), Noted::Beside(_)));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(inventory.wanted_fences().unwrap()[0].key, promoted);
    assert_eq!(note(Progress::Begun, 2).unwrap(), Noted::InFile);
    let wanted = inventory.wanted_fences().unwrap();
    assert_eq!(
        (wanted.len(), wanted[0].key.clone(), wanted[0].identity.as_str()),
        (1, key("m:1"), "uuid-1")
    );
    // What has become of it stays.
    let fenced = |state| inventory.fence_done(&key("m:1"), "1:aa", state, "", NOW).unwrap();
    assert!(fenced(FenceState::Fenced));
    note(Progress::Begun, 3).unwrap();
    assert_eq!(inventory.wanted_fences().unwrap(), []);
}

#[test]
fn how_a_recovery_ended_is_written_into_its_record() {
    let inventory = memory();
    inventory.claim(&claim("1:aa", "m:1", "m:1"), NOW).unwrap();
    let outcome = RecoveryOutcome {
        uid: "1:aa".to_owned(),
        successor: Some(key("s:1")),
        successor_alias: "shop-2".to_owned(),
        lost: vec![key("o:1"), key("o:2")],
        participating: vec![key("s:1")],
        errors: vec!["one".to_owned(), "two".to_owned()],
        is_cut_off: false,
    };
    assert!(inventory.resolve_recovery(&outcome, after(9)).unwrap());
    let stored = inventory.recovery("1:aa").unwrap().unwrap();
    assert!(stored.is_successful && stored.is_active && !stored.acknowledged);
    assert_eq!(stored.end, Some(after(9)));
    assert_eq!(
        (
            &stored.successor,
            &stored.successor_alias,
            &stored.lost_replicas,
            &stored.participating,
            &stored.errors
        ),
        (
            &outcome.successor,
            &outcome.successor_alias,
            &outcome.lost,
            &outcome.participating,
            &outcome.errors
        )
    );
    let missing = RecoveryOutcome {
        uid: "2:bb".to_owned(),
        ..outcome
    };
    assert!(!inventory.resolve_recovery(&missing, NOW).unwrap());
}

#[test]
fn recoveries_are_found_by_what_they_were_about_and_acknowledged() {
    let inventory = memory();
    for (uid, failed, cluster, alias, successor) in [
        ("1:aa", "m:1", "m:1", "shop", "s:1"),
        ("2:bb", "s:1", "s:1", "shop", "t:1"),
        ("3:cc", "x:1", "x:1", "depot", "y:1"),
    ] {
        let mut one = claim(uid, failed, cluster);
        one.forced = true;
        one.recovery.cluster_alias = alias.to_owned();
        assert!(matches!(inventory.claim(&one, NOW).unwrap(), Claimed::Claimed { .. }));
        let outcome = RecoveryOutcome {
            uid: uid.to_owned(),
            successor: Some(key(successor)),
            ..RecoveryOutcome::default()
        };
        inventory.resolve_recovery(&outcome, NOW).unwrap();
        inventory.release_lease(uid, "t1").unwrap();
    }
    let found = |of| -> Vec<i64> {
        inventory
            .recoveries(of, 10, 0)
            .unwrap()
            .iter()
            .map(|recovery| recovery.id)
            .collect()
    };
    let (s, m) = (key("s:1"), key("m:1"));
    assert_eq!(found(RecoveriesOf::Everyone), [3, 2, 1]);
    assert_eq!(found(RecoveriesOf::Id(2)), [2]);
    assert_eq!(found(RecoveriesOf::Uid("3:cc")), [3]);
    assert_eq!(found(RecoveriesOf::Instance(&s)), [2]);
    assert_eq!(found(RecoveriesOf::Cluster("m:1")), [1]);
    assert_eq!(found(RecoveriesOf::Alias("shop")), [2, 1]);
    assert_eq!(found(RecoveriesOf::Named(Some(&s), "s:1")), [2, 1]);
    assert_eq!(found(RecoveriesOf::Named(None, "depot")), [3]);
    let ids: Vec<i64> = inventory
        .recoveries(RecoveriesOf::Everyone, 1, 1)
        .unwrap()
        .iter()
        .map(|r| r.id)
        .collect();
    assert_eq!(ids, [2]);

    let promoted = key("y:1");
    let ack = |of| inventory.acknowledge(of, "ann", "seen", NOW).unwrap().count;
    assert_eq!(
        ack(AckOf::Instance(&promoted)),
        0,
        "the promoted one is not the failed one"
    );
    // By the name that the cluster has now, and by the alias that it had before too.
    assert_eq!(ack(AckOf::Cluster { name: "t:1", alias: "" }), 0);
    assert_eq!(
        ack(AckOf::Cluster {
            name: "s:1",
            alias: "shop"
        }),
        2
    );
    assert_eq!(ack(AckOf::Instance(&m)), 0, "that one is acknowledged");
    assert_eq!(found(RecoveriesOf::Unacknowledged), [3]);
    assert_eq!((ack(AckOf::All), ack(AckOf::All)), (1, 0));
    let third = inventory.recovery("3:cc").unwrap().unwrap();
    assert_eq!(
        (third.is_active, third.end_active_unixtime, third.acknowledged_at),
        (false, NOW.0, Some(NOW))
    );
    assert_eq!(
        (third.acknowledged_by.as_str(), third.acknowledge_comment.as_str()),
        ("ann", "seen")
    );
}

#[test]
fn a_cluster_s_names_go_to_its_new_master() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.set_alias("m:1", "shop", NOW).unwrap();
    inventory.set_alias_override("m:1", "given").unwrap();
    inventory.kv_put("mysql/master/shop", "m:1", NOW).unwrap();
    let to = HandOver {
        cluster: "m:1".to_owned(),
        alias: "shop".to_owned(),
        domain: "shop.example.com".to_owned(),
        master: key("s:3307"),
        kv_prefix: "mysql/master/".to_owned(),
        addresses: Some(("192.0.2.1".to_owned(), String::new())),
    };
    assert_eq!(inventory.hand_over(&to, NOW).unwrap().len(), 5);
    assert_eq!(inventory.hand_over(&to, NOW).unwrap(), [""; 0], "once more");
    assert_eq!(
        inventory.aliases().unwrap().into_iter().collect::<Vec<_>>(),
        [("s:3307".to_owned(), "given".to_owned())]
    );
    assert_eq!(
        inventory.general_attribute("shop.example.com").unwrap().as_deref(),
        Some("s:3307")
    );
    let pairs: Vec<_> = inventory.kv_list("mysql/master/").unwrap().into_iter().collect();
    let expected = [
        ("mysql/master/shop", "s:3307"),
        ("mysql/master/shop/hostname", "s"),
        ("mysql/master/shop/ipv4", "192.0.2.1"),
        ("mysql/master/shop/ipv6", ""),
        ("mysql/master/shop/port", "3307"),
    ];
    assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    let conn = Connection::open(scratch.file()).unwrap();
    assert_eq!(
        texts(&conn, "SELECT cluster_name || alias FROM cluster_alias"),
        ["s:3307shop"]
    );

    // A cluster without an alias, or whose alias is its name.
    for alias in ["", "n:1"] {
        inventory.set_alias("n:1", "n:1", NOW).unwrap();
        let to = HandOver {
            cluster: "n:1".to_owned(),
            alias: alias.to_owned(),
            master: key("o:1"),
            kv_prefix: "mysql/master".to_owned(),
            ..HandOver::default()
        };
        inventory.hand_over(&to, NOW).unwrap();
        let named = inventory.aliases().unwrap();
        assert_eq!(named.get("n:1"), None);
        assert_eq!(named["o:1"], if alias.is_empty() { "n:1" } else { "o:1" });
        // Whoever looks it up under the name that it had finds the new master.
        let found = inventory.kv_get("mysql/master/n:1").unwrap();
        assert_eq!(found.as_deref(), (!alias.is_empty()).then_some("o:1"));
    }
}

#[test]
fn old_masters_are_remembered_until_they_are_fenced() {
    let inventory = memory();
    want_fence(&inventory, "1:aa", "uuid-1", NOW);
    let done = |uid: &str, state| inventory.fence_done(&key("m:1"), uid, state, "said", after(5)).unwrap();
    assert!(!done("2:bb", FenceState::Fenced), "of another recovery");
    assert!(done("1:aa", FenceState::Unfenced));
    let wanted = inventory.wanted_fences().unwrap();
    assert_eq!(
        (wanted.len(), wanted[0].state, wanted[0].identity.as_str()),
        (1, FenceState::Unfenced, "uuid-1")
    );
    assert_eq!((wanted[0].since, wanted[0].changed), (Some(NOW), Some(after(5))));
    assert!(done("1:aa", FenceState::Fenced));
    assert!(!done("1:aa", FenceState::Unfenced), "that is done");
    assert_eq!(inventory.wanted_fences().unwrap(), []);
    assert_eq!(inventory.fences().unwrap()[0].state, FenceState::Fenced);
    // Restarted with a master's settings.
    let again = |uid: &str| inventory.want_fence_again(&key("m:1"), uid, after(7)).unwrap();
    assert!(!again("2:bb") && again("1:aa") && !again("1:aa"));
    assert_eq!(inventory.wanted_fences().unwrap()[0].changed, Some(after(7)));
    want_fence(&inventory, "2:bb", "uuid-1", after(9));
    assert_eq!(inventory.wanted_fences().unwrap()[0].uid, "2:bb");
    let dropped = || inventory.drop_fence(&key("m:1"), "meant", after(10)).unwrap();
    assert!(dropped() && !dropped() && !again("2:bb"));
    let fence = inventory.fence_of(&key("m:1")).unwrap().unwrap();
    assert_eq!((fence.state, fence.said.as_str()), (FenceState::Dropped, "meant"));
}

#[test]
fn a_decision_holds_since_it_became_so() {
    let inventory = memory();
    let held = |gate: &str, reason: &str| HeldBy {
        gate: gate.to_owned(),
        reason: reason.to_owned(),
        since: Some(NOW),
        until: None,
        lifted_by: String::new(),
    };
    let mut decision = StoredDecision {
        key: key("m:1"),
        analysis: "DeadMaster".to_owned(),
        cluster_name: "m:1".to_owned(),
        decision: "held".to_owned(),
        held_by: vec![held("downtime", "for 1 s")],
        since: None,
        last: None,
    };
    assert!(inventory.record_decision(&decision, NOW).unwrap());
    decision.held_by[0].reason = "for 2 s".to_owned();
    assert!(!inventory.record_decision(&decision, after(1)).unwrap());
    let stored = inventory.decisions(Some(&key("m:1")), None).unwrap();
    decision.since = Some(NOW);
    decision.last = Some(after(1));
    assert_eq!(stored, [decision.clone()]);
    decision.held_by.push(held("disabled", "by ann"));
    assert!(inventory.record_decision(&decision, after(2)).unwrap());
    decision.analysis = "DeadMasterAndSomeReplicas".to_owned();
    assert!(inventory.record_decision(&decision, after(3)).unwrap());
    assert_eq!(inventory.decisions(None, Some("m:1")).unwrap()[0].since, Some(after(3)));
    assert_eq!(inventory.decisions(None, Some("n:1")).unwrap(), []);
    assert_eq!(inventory.decisions(Some(&key("m:2")), None).unwrap(), []);
}

#[test]
fn losses_are_kept_before_and_after() {
    let inventory = memory();
    assert_eq!(
        (inventory.losses("1:aa").unwrap(), inventory.ledger("1:aa").unwrap()),
        (None, None)
    );
    let table = LossTable {
        last_seen: "uuid:1-10".to_owned(),
        last_seen_at: Some(NOW),
        rows: vec![LossRow {
            key: key("s:1"),
            received: "uuid:1-9".to_owned(),
            unapplied: None,
            lacks: Some(Lack {
                what: "uuid:10".to_owned(),
                count: Some(1),
            }),
            lacks_from: Some(key("o:1")),
            refused: None,
        }],
    };
    inventory.record_losses("1:aa", &table, NOW).unwrap();
    inventory.record_ledger("1:aa", "{\"lost\":1}", NOW).unwrap();
    inventory.record_ledger("1:aa", "{\"lost\":0}", after(1)).unwrap();
    assert_eq!(inventory.losses("1:aa").unwrap(), Some(table));
    assert_eq!(inventory.ledger("1:aa").unwrap().as_deref(), Some("{\"lost\":0}"));
}

#[test]
fn what_is_kept_of_a_recovery_goes_with_its_age() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let conn = Connection::open(scratch.file()).unwrap();
    for (uid, failed, closed) in [
        ("1:aa", "m:1", Some(NOW)),
        ("2:bb", "n:1", Some(after(10))),
        ("3:cc", "o:1", None),
    ] {
        begun(&inventory, uid, &plan(failed, None));
        inventory.record_losses(uid, &LossTable::default(), NOW).unwrap();
        if let Some(at) = closed {
            inventory.close_journal(&holding(uid), "done", at).unwrap();
        }
    }
    want_fence(&inventory, "1:aa", "", NOW);
    inventory.purge(Purge::Recoveries, after(5)).unwrap();
    for table in ["orc_plan", "orc_journal", "orc_loss"] {
        let left = texts(&conn, &format!("SELECT DISTINCT uid FROM {table} ORDER BY 1"));
        assert_eq!(left, ["2:bb", "3:cc"], "{table}");
    }
    assert_eq!(inventory.wanted_fences().unwrap().len(), 1, "one that is wanted stays");
}

/// Whatever another version left in these tables, reading it does not fail.
#[test]
fn garbage_is_read_as_far_as_it_goes() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    begun(&inventory, "1:aa", &plan("m:1", None));
    let conn = Connection::open(scratch.file()).unwrap();
    conn.execute_batch(
        "UPDATE orc_journal SET progress = 'contemplated', begun_ms = 'x' WHERE number = 1;
         INSERT INTO orc_lease VALUES ('c:1', x'ff', 1, 2, 'p', 'x', 'y');
         INSERT INTO orc_fence VALUES ('g', 1, 'u', 'c', 'x', 'gone fishing', 'i', 'z', 's');
         INSERT INTO orc_decision VALUES ('g', 1, 'x', 'c:1', 'y', '{', 'x', 'y');
         INSERT INTO orc_loss VALUES ('u', '{', x'ff', 'x');
         INSERT INTO topology_recovery (hostname, port, in_active_period, start_active_period, end_recovery, uid)
             VALUES ('g', 1, 'x', 7, 'x', x'ff');
         INSERT INTO topology_recovery (hostname, port) VALUES ('g', 'no port');",
    )
    .unwrap();
    assert_eq!(progress(&inventory, "1:aa")[0], Progress::Begun);
    assert_eq!(inventory.fences().unwrap()[0].state, FenceState::Wanted);
    assert_eq!(inventory.decisions(None, None).unwrap()[0].held_by, []);
    assert_eq!(inventory.losses("u").unwrap(), None);
    let readable = inventory.recoveries(RecoveriesOf::Everyone, 10, 0).unwrap();
    assert_eq!(readable.len(), 2, "its own, and the one with a port");
    assert!(!inventory.is_holder_alive("x", 0).unwrap());
    inventory.acknowledge_crashed(NOW).unwrap();
    inventory.acknowledge(AckOf::All, "ann", "seen", NOW).unwrap();
}

/// The phases of a plan in the journal have times, as far as their steps do.
#[test]
fn a_journal_knows_its_steps() {
    let inventory = memory();
    begun(&inventory, "1:aa", &plan("m:1", None));
    let journal = inventory.journal("1:aa").unwrap().unwrap();
    let phases: Vec<Phase> = journal.steps().map(|(step, _)| step.phase).collect();
    assert_eq!(phases, [Phase::Prepare, Phase::Promote, Phase::Promote]);
    assert!(journal.steps().all(|(_, entry)| entry.is_some()));
}
