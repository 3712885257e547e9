//! What is stored of detections, recoveries, their steps, and of verdicts that change.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod inventory_support;
mod recovery_support;

use inventory_support::{NOW, Scratch, key, memory, open, texts};
use orchestrator::config::{Config, Policy};
use orchestrator::inventory::{
    Access, Claimed, DetectionsOf, Inventory, NewClaim, NodeId, NodeReport, OpenOptions, RecoveryOutcome,
};
use orchestrator::model::facts::{ClusterFacts, Facts};
use orchestrator::model::incidents::Detection;
use orchestrator::model::recovery::{BlockFrom, StoredDecision};
use orchestrator::model::verdict::{Action, Code, Evidence, Verdict};
use orchestrator::model::{Fleet, InstanceKey, Timestamp};
use orchestrator::recovery::decision::{has_ended, may_begin};
use orchestrator::recovery::ended::{Ended, Outcome};
use orchestrator::recovery::gates::{Leadership, Surroundings};
use orchestrator::recovery::surroundings::Known;
use recovery_support::{claim, plan};
use rusqlite::Connection;
use std::time::Duration;

fn after(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

fn detection(instance: &str, analysis: &str, is_actionable: bool) -> Detection {
    Detection {
        id: 0,
        key: key(instance),
        analysis: analysis.to_owned(),
        cluster_name: "m:1".to_owned(),
        cluster_alias: "shop".to_owned(),
        count_replicas: 2,
        replicas: vec![key("r:1"), key("r:2")],
        is_actionable,
        start: Some(NOW),
        is_active: true,
        node_hostname: "mgr1".to_owned(),
        node_token: "t1".to_owned(),
    }
}

fn active(inventory: &Inventory) -> Vec<(String, bool)> {
    let all = inventory.detections(DetectionsOf::Everyone, 100, 0).unwrap();
    let mut active: Vec<_> = all
        .into_iter()
        .filter(|d| d.is_active)
        .map(|d| (d.key.to_string(), d.is_actionable))
        .collect();
    active.sort();
    active
}

#[test]
fn one_detection_is_active_for_each_instance_and_kind() {
    let inventory = memory();
    let dead = detection("m:1", "DeadMaster", true);
    let id = inventory.register_detection(&dead).unwrap().unwrap();
    // The same again, and another code of the same kind.
    assert_eq!(inventory.register_detection(&dead).unwrap(), None);
    let other = detection("m:1", "DeadMasterAndSomeReplicas", true);
    assert_eq!(inventory.register_detection(&other).unwrap(), None);
    // Another kind, another port, another host.
    for next in [
        detection("m:1", "UnreachableMaster", false),
        detection("m:2", "DeadMaster", true),
        detection("n:1", "DeadMaster", true),
    ] {
        assert!(inventory.register_detection(&next).unwrap().is_some(), "{next:?}");
    }
    let stored = inventory.detections(DetectionsOf::Id(id), 10, 0).unwrap();
    assert_eq!(stored, [Detection { id, ..dead }]);
}

#[test]
fn detections_are_cleared_by_age() {
    let inventory = memory();
    let mut old = detection("m:1", "DeadMaster", true);
    old.start = Some(after(-3600));
    let mut young = detection("n:1", "DeadMaster", true);
    young.start = Some(after(-3599));
    inventory.register_detection(&old).unwrap().unwrap();
    inventory.register_detection(&young).unwrap().unwrap();
    assert_eq!(
        inventory.clear_detections(after(-3600), NOW).unwrap(),
        0,
        "not older than that"
    );
    assert_eq!(inventory.clear_detections(after(-3599), NOW).unwrap(), 1);
    assert_eq!(active(&inventory), [("n:1".to_owned(), true)]);
    assert!(inventory.register_detection(&old).unwrap().is_some());
}

/// The table tells ended periods of an instance apart by the second in which they ended.
#[test]
fn several_periods_may_end_within_a_second() {
    let inventory = memory();
    for _ in 0..5 {
        for is_actionable in [true, false] {
            let again = detection("m:1", "DeadMaster", is_actionable);
            assert!(inventory.register_detection(&again).unwrap().is_some());
        }
        assert_eq!(inventory.clear_detections_of(&key("m:1"), NOW).unwrap(), 2);
    }
    assert_eq!(active(&inventory), []);
    assert_eq!(inventory.detections(DetectionsOf::Everyone, 100, 0).unwrap().len(), 10);
}

#[test]
fn detections_are_acknowledged_by_instance_and_by_cluster() {
    let inventory = memory();
    let of = |instance: &str, name: &str, alias: &str| {
        let mut one = detection(instance, "DeadMaster", true);
        (one.cluster_name, one.cluster_alias) = (name.to_owned(), alias.to_owned());
        inventory.register_detection(&one).unwrap().unwrap();
    };
    of("a:1", "a:1", "shop");
    of("b:1", "b:1", "shop");
    of("c:1", "c:1", "");
    of("d:1", "d:1", "");
    assert_eq!(inventory.clear_detections_of(&key("a:2"), NOW).unwrap(), 0);
    // An empty alias is nobody's.
    assert_eq!(inventory.clear_detections_of_cluster("c:1", "", NOW).unwrap(), 1);
    // By the name it has now, and by the alias it had before.
    assert_eq!(inventory.clear_detections_of_cluster("b:1", "shop", NOW).unwrap(), 2);
    assert_eq!(active(&inventory), [("d:1".to_owned(), true)]);
    assert_eq!(inventory.clear_detections_of(&key("d:1"), NOW).unwrap(), 1);
}

#[test]
fn twenty_at_once_register_one_detection() {
    let scratch = Scratch::new();
    let file = scratch.file();
    open(&file).unwrap();
    let register = || {
        let inventory = open(&file).unwrap();
        inventory
            .register_detection(&detection("m:1", "DeadMaster", true))
            .unwrap()
    };
    let new: Vec<i64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(register)).collect();
        threads.into_iter().filter_map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(new.len(), 1);
    assert_eq!(active(&open(&file).unwrap()), [("m:1".to_owned(), true)]);
}

#[test]
fn detections_are_listed_latest_first() {
    let inventory = memory();
    for (at, instance) in ["m:1", "m:2", "m:3", "other:1"].iter().enumerate() {
        let mut one = detection(instance, "DeadMaster", true);
        one.start = Some(after(at as i64));
        if *instance == "other:1" {
            (one.cluster_name, one.cluster_alias) = ("other:1".to_owned(), "depot".to_owned());
        }
        inventory.register_detection(&one).unwrap().unwrap();
    }
    let (second, master) = (key("m:2"), key("m:1"));
    let listed = |of, limit, offset| -> Vec<String> {
        let found = inventory.detections(of, limit, offset).unwrap();
        found.iter().map(|d| d.key.to_string()).collect()
    };
    assert_eq!(listed(DetectionsOf::Everyone, 10, 0), ["other:1", "m:3", "m:2", "m:1"]);
    assert_eq!(listed(DetectionsOf::Everyone, 2, 1), ["m:3", "m:2"]);
    assert_eq!(listed(DetectionsOf::Alias("depot"), 10, 0), ["other:1"]);
    assert_eq!(listed(DetectionsOf::Named(Some(&second), "m:2"), 10, 0), ["m:2"]);
    assert_eq!(listed(DetectionsOf::Named(None, "shop"), 10, 0), ["m:3", "m:2", "m:1"]);
    // The master's key is the cluster's name.
    assert_eq!(listed(DetectionsOf::Named(Some(&master), "m:1"), 2, 0), ["m:3", "m:2"]);
}

#[test]
fn the_first_analysis_of_an_instance_is_no_change() {
    let inventory = memory();
    let (a, b) = (key("a:1"), key("b:1"));
    let record = |found: &[(&InstanceKey, Code)], at| {
        let found: Vec<_> = found.iter().map(|(key, code)| ((*key).clone(), *code)).collect();
        inventory.record_analysis(&found, at).unwrap()
    };
    assert_eq!(record(&[(&a, Code::NoProblem), (&b, Code::DeadMaster)], NOW), 0);
    assert_eq!(record(&[(&a, Code::NoProblem), (&b, Code::DeadMaster)], after(1)), 0);
    assert_eq!(inventory.changelog(None).unwrap(), []);
    assert_eq!(record(&[(&b, Code::NoProblem), (&a, Code::NoProblem)], after(2)), 1);
    assert_eq!(
        record(&[(&a, Code::UnreachableMaster), (&b, Code::NoProblem)], after(3)),
        1
    );
    assert_eq!(record(&[(&a, Code::DeadMaster), (&b, Code::DeadMaster)], after(4)), 2);
    let lines = |of| -> Vec<String> {
        let found = inventory.changelog(of).unwrap();
        let line = |c: &orchestrator::model::incidents::ChangelogEntry| {
            format!("{} {} {}", c.key, c.at.unwrap().seconds_since(NOW), c.analysis)
        };
        found.iter().map(line).collect()
    };
    let of_a = ["a:1 3 UnreachableMaster", "a:1 4 DeadMaster"];
    assert_eq!(lines(Some(&a)), of_a);
    assert_eq!(lines(None), [of_a[0], of_a[1], "b:1 2 NoProblem", "b:1 4 DeadMaster"]);
}

#[test]
fn steps_keep_their_order() {
    let inventory = memory();
    let steps = ["one", "two", "three"].map(|text| (NOW, text.to_owned()));
    inventory.write_steps("1:ab", &steps[..2]).unwrap();
    inventory.write_steps("2:cd", &steps[2..]).unwrap();
    inventory.write_steps("1:ab", &steps[2..]).unwrap();
    let said: Vec<String> = inventory
        .steps("1:ab")
        .unwrap()
        .into_iter()
        .map(|s| s.message)
        .collect();
    assert_eq!(said, ["one", "two", "three"]);
    assert_eq!(inventory.steps("1").unwrap(), []);
}

struct Stored {
    scratch: Scratch,
    inventory: Inventory,
}

/// Recoveries of instances `r:1`, `r:2`, …: start, end (seconds from now) and the program's token.
fn recoveries(rows: &[(i64, Option<i64>, &str)]) -> Stored {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let conn = Connection::open(scratch.file()).unwrap();
    for (at, (start, end, token)) in rows.iter().enumerate() {
        conn.execute(
            "INSERT INTO topology_recovery (recovery_id, uid, hostname, port, in_active_period, start_active_period,
             end_active_period_unixtime, end_recovery, processing_node_hostname, processcing_node_token, cluster_name)
             VALUES (?1, 'u' || ?1, 'r', ?1, 1, ?2, 0, ?3, 'mgr1', ?4, 'c:1')",
            (
                at as i64 + 1,
                after(*start).to_string(),
                end.map(|e| after(e).to_string()),
                token,
            ),
        )
        .unwrap();
    }
    Stored { scratch, inventory }
}

impl Stored {
    fn values(&self, sql: &str) -> Vec<String> {
        texts(&Connection::open(self.scratch.file()).unwrap(), sql)
    }

    fn active(&self) -> Vec<String> {
        self.values("SELECT CAST(recovery_id AS TEXT) FROM topology_recovery WHERE in_active_period = 1 ORDER BY 1")
    }
}

/// A long recovery keeps others off for the whole time after its end; counted from its start it may not even have ended.
#[test]
fn recoveries_keep_others_off_for_a_time() {
    let rows = [
        (-5000, Some(-3601), "t"),
        (-5000, Some(-3600), "t"),
        (-3000, Some(-100), "t"),
        (-3601, None, "t"),
        (-3600, None, "t"),
    ];
    let by_end = recoveries(&rows);
    assert_eq!(
        by_end
            .inventory
            .clear_recoveries(BlockFrom::End, after(-3600), NOW)
            .unwrap(),
        2
    );
    assert_eq!(by_end.active(), ["2", "3", "5"]);
    let by_start = recoveries(&rows);
    assert_eq!(
        by_start
            .inventory
            .clear_recoveries(BlockFrom::Start, after(-3600), NOW)
            .unwrap(),
        3
    );
    assert_eq!(by_start.active(), ["3", "5"]);
    let ended = "SELECT CAST(end_active_period_unixtime AS TEXT) FROM topology_recovery WHERE recovery_id = 1";
    assert_eq!(by_start.values(ended), [NOW.0.to_string()]);
    // The same instance once more, in the same second.
    let conn = Connection::open(by_start.scratch.file()).unwrap();
    conn.execute(
        "UPDATE topology_recovery SET port = 1, start_active_period = '2000-01-01 00:00:00' WHERE recovery_id = 3",
        [],
    )
    .unwrap();
    assert_eq!(
        by_start
            .inventory
            .clear_recoveries(BlockFrom::Start, after(-3600), NOW)
            .unwrap(),
        1
    );
    assert_eq!(by_start.active(), ["5"]);
}

#[test]
fn a_recovery_whose_program_is_gone_is_acknowledged() {
    let stored = recoveries(&[(-10, None, "alive"), (-10, None, "gone"), (-10, Some(-5), "gone")]);
    let alive = NodeReport {
        id: NodeId {
            hostname: "mgr1".to_owned(),
            token: "alive".to_owned(),
        },
        ..NodeReport::default()
    };
    stored.inventory.register_node(&alive, NOW).unwrap();
    assert_eq!(stored.inventory.acknowledge_crashed(NOW).unwrap(), 1);
    assert_eq!(stored.inventory.acknowledge_crashed(after(1)).unwrap(), 0);
    // The one that ended keeps others off for its time.
    assert_eq!(stored.active(), ["1", "3"]);
    let said = "SELECT acknowledged || '|' || acknowledged_by || '|' || acknowledge_comment || '|' || acknowledged_at
                || '|' || end_recovery || '|' || end_active_period_unixtime FROM topology_recovery WHERE recovery_id = 2";
    assert_eq!(
        stored.values(said),
        [format!(
            "1|orchestrator|detected crashed recovery|{NOW}|{NOW}|{}",
            NOW.0
        )]
    );
}

#[test]
fn blocked_recoveries_go_with_their_cause_or_with_time() {
    let stored = recoveries(&[(-10, Some(-5), "t"), (-10, Some(-5), "t")]);
    let conn = Connection::open(stored.scratch.file()).unwrap();
    conn.execute(
        "UPDATE topology_recovery SET acknowledged = 1 WHERE recovery_id = 2",
        [],
    )
    .unwrap();
    for (port, at, by) in [
        (1, 0, Some(1)),
        (2, -2, Some(1)),
        (3, -3, Some(1)),
        (4, 0, Some(2)),
        (5, 0, Some(9)),
        (6, 0, None),
    ] {
        conn.execute(
            "INSERT INTO blocked_topology_recovery VALUES ('b', ?, 'c:1', 'DeadMaster', ?, ?)",
            (port, after(at).to_string(), by),
        )
        .unwrap();
    }
    let listed = |cluster| -> Vec<u16> {
        let found = stored.inventory.blocked_recoveries(cluster).unwrap();
        found.iter().map(|b| b.key.port).collect()
    };
    assert_eq!(listed(None), [1, 2, 3, 4, 5, 6]);
    assert_eq!(listed(Some("c:1")).len(), 6);
    assert_eq!(listed(Some("c:2")), [0_u16; 0]);
    assert_eq!(stored.inventory.expire_blocked(NOW).unwrap(), 4);
    assert_eq!(listed(None), [1, 2]);
}

/// Whatever another program left in these tables, reading it does not fail.
#[test]
fn garbage_is_read_as_far_as_it_goes() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let conn = Connection::open(scratch.file()).unwrap();
    conn.execute_batch(
        "INSERT INTO topology_failure_detection (hostname, port, in_active_period, start_active_period, slave_hosts,
             count_affected_slaves, is_actionable) VALUES ('g', 1, 'x', 'no time', 'a:1,nonsense,:,b:x', -1, x'00');
         INSERT INTO topology_failure_detection (hostname, port, in_active_period) VALUES ('g', 'no port', 1);
         INSERT INTO database_instance_last_analysis VALUES ('g', 1, '', x'ff');
         INSERT INTO database_instance_analysis_changelog (hostname, port, analysis_timestamp, analysis)
             VALUES ('g', 1, 7, '');
         INSERT INTO topology_recovery_steps (recovery_uid, audit_at, message) VALUES ('u', 'x', x'ff');
         INSERT INTO blocked_topology_recovery VALUES ('g', 1, x'ff', '', 'never', 'x');
         INSERT INTO topology_recovery (hostname, port, in_active_period, last_detection_id) VALUES ('g', 1, 1, 'x');",
    )
    .unwrap();
    let found = inventory.detections(DetectionsOf::Everyone, 10, 0).unwrap();
    assert_eq!(
        (found.len(), found[0].start, found[0].replicas.clone()),
        (1, None, vec![key("a:1")])
    );
    assert_eq!(inventory.changelog(None).unwrap()[0].analysis, "");
    assert_eq!(inventory.steps("u").unwrap()[0].at, None);
    assert_eq!(inventory.blocked_recoveries(None).unwrap()[0].last_blocked, None);
    assert!(inventory.recoveries_by_detection().unwrap().is_empty());
    inventory
        .record_analysis(&[(key("g:1"), Code::DeadMaster)], NOW)
        .unwrap();
    inventory.clear_detections(NOW, NOW).unwrap();
    inventory.clear_recoveries(BlockFrom::End, NOW, NOW).unwrap();
    inventory.acknowledge_crashed(NOW).unwrap();
    inventory.expire_blocked(NOW).unwrap();
}

/// A dead master's verdict, as the recovery of a claim has it.
fn dead(claim: &NewClaim) -> Verdict {
    let recovery = &claim.recovery;
    Verdict {
        facts: Facts {
            key: recovery.failed.clone(),
            cluster: ClusterFacts {
                name: recovery.cluster_name.clone(),
                automated_master_recovery: true,
                ..ClusterFacts::default()
            },
            ..Facts::default()
        },
        code: Code::DeadMaster,
        rule: String::new(),
        action: Action::RecoverMaster,
        severity: None,
        warnings: Vec::new(),
        is_replicas_downtimed: false,
        skippable_due_to_downtime: false,
        evidence: Evidence::default(),
    }
}

/// What keeps a recovery from being begun now, asked as a watcher does it.
fn held(inventory: &Inventory, verdict: &Verdict, now: Timestamp) -> Vec<String> {
    let policy = Policy::from(&Config::default());
    let known = Known::read(
        inventory,
        &Fleet::default(),
        std::slice::from_ref(verdict),
        &policy,
        now,
    )
    .unwrap();
    let acts = |around: &mut Surroundings| around.leadership = Leadership::Acts;
    let held = may_begin(inventory, &known, verdict, &policy, acts, now);
    held.into_iter().map(|held| held.gate).collect()
}

fn decided(inventory: &Inventory) -> Vec<String> {
    let one = |decision: StoredDecision| {
        let gates: Vec<String> = decision.held_by.into_iter().map(|held| held.gate).collect();
        format!("{} {} {gates:?}", decision.key, decision.decision)
    };
    inventory.decisions(None, None).unwrap().into_iter().map(one).collect()
}

/// The gates hold before anything is claimed; what they hold on account of an earlier recovery is listed nevertheless.
#[test]
fn what_a_gate_holds_on_account_of_an_earlier_recovery_is_listed_as_blocked() {
    let inventory = memory();
    let first = claim("u1", "m:1", "m:1");
    let verdict = dead(&first);
    assert_eq!(held(&inventory, &verdict, NOW), Vec::<String>::new());
    assert_eq!(inventory.blocked_recoveries(None).unwrap(), []);
    let Claimed::Claimed { recovery_id } = inventory.claim(&first, NOW).unwrap() else {
        panic!("not claimed")
    };
    inventory.release_lease("u1", "t1").unwrap();
    let row = |inventory: &Inventory| {
        let rows = inventory.blocked_recoveries(None).unwrap();
        let row = rows.into_iter().next()?;
        Some((row.key, row.analysis, row.last_blocked?, row.blocking_recovery_id))
    };
    let blocked = |seconds| Some((key("m:1"), "DeadMaster".to_owned(), after(seconds), recovery_id));
    assert_eq!(held(&inventory, &verdict, after(1)), ["open-recovery"]);
    assert_eq!(row(&inventory), blocked(1));
    let ends = |successor: Option<InstanceKey>| {
        let outcome = RecoveryOutcome {
            uid: "u1".to_owned(),
            successor,
            ..RecoveryOutcome::default()
        };
        inventory.resolve_recovery(&outcome, after(2)).unwrap();
    };
    ends(None);
    assert_eq!(held(&inventory, &verdict, after(3)), ["failed-lately"]);
    assert_eq!(row(&inventory), blocked(3));
    ends(Some(key("s:1")));
    assert_eq!(held(&inventory, &verdict, after(4)), ["anti-flapping-cluster"]);
    assert_eq!(row(&inventory), blocked(4));
    let promoted = Verdict {
        facts: Facts {
            key: key("s:1"),
            ..verdict.facts.clone()
        },
        ..verdict.clone()
    };
    inventory.expire_blocked(after(60)).unwrap();
    assert_eq!(row(&inventory), None);
    assert_eq!(
        held(&inventory, &promoted, after(61)),
        ["anti-flapping-instance", "anti-flapping-cluster"]
    );
    assert_eq!(inventory.blocked_recoveries(None).unwrap()[0].key, key("s:1"));
}

/// Nothing is begun that could not be recorded, and that is said as a gate.
#[test]
fn a_recovery_that_could_not_be_recorded_is_held() {
    let scratch = Scratch::new();
    let path = scratch.file();
    drop(open(&path).unwrap());
    let verdict = dead(&claim("u1", "m:1", "m:1"));
    let mut options = OpenOptions::new(Access::Write, NOW);
    options.busy_timeout = Duration::from_millis(50);
    let inventory = Inventory::open(&path, &options).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(held(&inventory, &verdict, NOW), ["records-unwritable"]);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(held(&inventory, &verdict, NOW), Vec::<String>::new());
}

/// What was decided does not outlive what it was about.
#[test]
fn decisions_end_with_what_they_were_about() {
    let inventory = memory();
    let (first, second) = (claim("u1", "m:1", "m:1"), claim("u2", "n:1", "n:1"));
    inventory.disable_recoveries().unwrap();
    for claim in [&first, &second] {
        assert_eq!(held(&inventory, &dead(claim), NOW), ["globally-disabled"]);
    }
    let holds = |key: &str| format!("{key} held [\"globally-disabled\"]");
    assert_eq!(decided(&inventory), [holds("m:1"), holds("n:1")]);
    assert_eq!(inventory.end_decisions(&[key("m:1")], after(1)).unwrap(), 1);
    assert_eq!(decided(&inventory), [holds("m:1"), "n:1 over []".to_owned()]);
    let over = inventory.decisions(Some(&key("n:1")), None).unwrap();
    assert_eq!(over[0].since, Some(after(1)), "since when it is over");
    // It may be begun.
    inventory.enable_recoveries().unwrap();
    assert_eq!(held(&inventory, &dead(&first), after(2)), Vec::<String>::new());
    assert_eq!(decided(&inventory)[0], "m:1 begun []");
    // How it ended stays when it is over.
    let ended = Ended {
        outcome: Outcome::Promoted,
        errors: Vec::new(),
        plan: plan("m:1", Some("s:1")),
        entries: Vec::new(),
        is_cut_off: false,
    };
    has_ended(&inventory, (&key("m:1"), "DeadMaster", "m:1"), ("u1", &ended), after(3)).unwrap();
    assert_eq!(inventory.end_decisions(&[], after(4)).unwrap(), 0);
    assert_eq!(decided(&inventory), ["m:1 recovered by u1 []", "n:1 over []"]);
}
