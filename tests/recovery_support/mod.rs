//! Recoveries to be stored.

#![allow(dead_code)]

use crate::inventory_support::{NOW, key};
use orchestrator::inventory::{Claimed, Holding, Inventory, NewClaim, NodeId};
use orchestrator::model::plan::{Act, Condition, Failing, Kind, Origin, Phase, Plan, Step};
use orchestrator::model::recovery::{BlockFrom, LossTable, Recovery};
use orchestrator::model::{Change, Timestamp};

pub fn after(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

pub fn node(token: &str) -> NodeId {
    NodeId {
        hostname: "mgr1".to_owned(),
        token: token.to_owned(),
    }
}

/// A dead master, by the program `t1`.
pub fn claim(uid: &str, failed: &str, cluster: &str) -> NewClaim {
    NewClaim {
        recovery: Recovery {
            uid: uid.to_owned(),
            failed: key(failed),
            analysis: "DeadMaster".to_owned(),
            cluster_name: cluster.to_owned(),
            cluster_alias: "shop".to_owned(),
            count_replicas: 2,
            replicas: vec![key("s:1"), key("o:1")],
            node_hostname: "mgr1".to_owned(),
            node_token: "t1".to_owned(),
            ..Recovery::default()
        },
        forced: false,
        block_seconds: 3600,
        block_from: BlockFrom::End,
        without_record: false,
        replaces_dead_master: true,
    }
}

fn step(phase: Phase, target: &str, change: Change) -> Step {
    Step {
        number: 0,
        stage: 1,
        phase,
        target: key(target),
        act: Act::Tell(change),
        before: vec![Condition::Is("uuid-1".to_owned())],
        after: vec![Condition::IsWritable],
        limit_ms: 5000,
        undo: Vec::new(),
        failing: Failing::Stops,
        is_final: false,
    }
}

/// A plan of three steps for the cluster of a failed master.
pub fn plan(failed: &str, successor: Option<&str>) -> Plan {
    let mut plan = Plan {
        kind: Kind::DeadMaster,
        cluster: failed.to_owned(),
        failed: key(failed),
        successor: successor.map(key),
        lost: vec![(key("o:1"), "it is ahead".to_owned())],
        losses: LossTable::default(),
        forced: false,
        at: NOW,
        coordinates: None,
        origin: Origin::default(),
        steps: Vec::new(),
    };
    plan.extend([
        step(Phase::Prepare, "s:1", Change::StopReceiver),
        step(Phase::Promote, "s:1", Change::ForgetMaster),
        step(Phase::Promote, "s:1", Change::SetWritable),
    ]);
    plan
}

/// What the program `t1` holds at present.
pub fn holding(uid: &str) -> Holding<'_> {
    held_by(uid, "t1", NOW)
}

/// What a program holds, at a moment.
pub fn held_by<'a>(uid: &'a str, token: &'a str, now: Timestamp) -> Holding<'a> {
    let now_ms = now.0 * 1000;
    Holding { uid, token, now_ms }
}

/// A recovery by the program `t1` with an open journal.
pub fn begun(inventory: &Inventory, uid: &str, plan: &Plan) {
    let claim = claim(uid, &plan.failed.to_string(), &plan.cluster);
    let claimed = inventory.claim(&claim, NOW).unwrap();
    assert!(matches!(claimed, Claimed::Claimed { .. }), "{claimed:?}");
    assert_eq!(inventory.open_journal(&holding(uid), plan, NOW).unwrap(), None);
}
