//! Detections, recoveries, blocked recoveries, steps and changes of analysis in JSON.

use super::{Detail, Key, ProcessingNode, ReplicationAnalysis, keys, moment, value};
use crate::model::InstanceKey;
use crate::model::facts::{ClusterFacts, Facts};
use crate::model::incidents::{BlockedRecovery, ChangelogEntry, Detection, RecoveryStep};
use crate::model::recovery::Recovery;
use crate::model::verdict::{Action, Code, Evidence, Verdict};
use serde_json::{Value, json};

/// A detection in the form that recoveries have too; `recovery` is the number of the one that followed, or 0.
/// `is_automated` says of the cluster's name and alias whether masters and intermediate masters are recovered unasked.
pub fn detection(detection: &Detection, recovery: i64, is_automated: (bool, bool)) -> Value {
    let mut entry = entry(detection, is_automated);
    entry["IsActionableRecovery"] = json!(detection.is_actionable);
    entry["StartActivePeriod"] = json!(moment(detection.start));
    let as_recovery = Recovery {
        id: detection.id,
        start: detection.start,
        node_hostname: detection.node_hostname.clone(),
        node_token: detection.node_token.clone(),
        ..Recovery::default()
    };
    let mut value = shape(&as_recovery, entry);
    value["IsActive"] = json!(detection.is_active);
    value["AllErrors"] = json!([]);
    value["RelatedRecoveryId"] = json!(recovery);
    value
}

/// A recovery. `is_automated` as for [`detection`].
pub fn recovery(recovery: &Recovery, is_automated: (bool, bool)) -> Value {
    let as_detection = Detection {
        key: recovery.failed.clone(),
        analysis: recovery.analysis.clone(),
        cluster_name: recovery.cluster_name.clone(),
        cluster_alias: recovery.cluster_alias.clone(),
        count_replicas: recovery.count_replicas,
        replicas: recovery.replicas.clone(),
        ..Detection::default()
    };
    let mut entry = entry(&as_detection, is_automated);
    entry["IsActionableRecovery"] = json!(false);
    entry["StartActivePeriod"] = json!("");
    shape(recovery, entry)
}

fn shape(recovery: &Recovery, entry: Value) -> Value {
    let nobody = InstanceKey::default();
    json!({
        "Id": recovery.id,
        "UID": recovery.uid,
        "AnalysisEntry": entry,
        "SuccessorKey": Key::from(recovery.successor.as_ref().unwrap_or(&nobody)),
        "SuccessorAlias": recovery.successor_alias,
        "SuccessorBinlogCoordinates": null,
        "IsActive": recovery.end_active_unixtime == 0,
        "IsSuccessful": recovery.is_successful,
        "LostReplicas": keys(&recovery.lost_replicas),
        "ParticipatingInstanceKeys": keys(&recovery.participating),
        "AllErrors": recovery.errors.join("\n").split('\n').collect::<Vec<_>>(),
        "RecoveryStartTimestamp": moment(recovery.start),
        "RecoveryEndTimestamp": moment(recovery.end),
        "ProcessingNodeHostname": recovery.node_hostname,
        "ProcessingNodeToken": recovery.node_token,
        "Acknowledged": recovery.acknowledged,
        "AcknowledgedAt": moment(recovery.acknowledged_at),
        "AcknowledgedBy": recovery.acknowledged_by,
        "AcknowledgedComment": recovery.acknowledge_comment,
        "LastDetectionId": recovery.last_detection_id,
        "RelatedRecoveryId": 0,
        "Type": "",
        "RecoveryType": "NotMasterRecovery",
    })
}

/// What is stored of the verdict that was detected; all other fields are there, with nothing in them.
fn entry(detection: &Detection, is_automated: (bool, bool)) -> Value {
    let facts = Facts {
        key: detection.key.clone(),
        replicas: detection.count_replicas,
        replica_keys: detection.replicas.clone(),
        cluster: ClusterFacts {
            name: detection.cluster_name.clone(),
            alias: detection.cluster_alias.clone(),
            domain: String::new(),
            automated_master_recovery: is_automated.0,
            automated_intermediate_master_recovery: is_automated.1,
        },
        ..Facts::default()
    };
    let verdict = Verdict {
        facts,
        code: Code::NoProblem,
        rule: String::new(),
        action: Action::None,
        severity: None,
        warnings: Vec::new(),
        is_replicas_downtimed: false,
        skippable_due_to_downtime: false,
        evidence: Evidence::default(),
    };
    let node = ProcessingNode {
        hostname: &detection.node_hostname,
        token: &detection.node_token,
    };
    let mut entry = value(&ReplicationAnalysis::of(&verdict, node, Detail::Classic));
    // A stored word may be another version's.
    entry["Analysis"] = json!(detection.analysis);
    entry["Description"] = json!("");
    entry
}

/// Recoveries that are held back.
pub fn blocked(blocked: &[BlockedRecovery]) -> Value {
    let row = |b: &BlockedRecovery| {
        json!({
            "FailedInstanceKey": Key::from(&b.key),
            "ClusterName": b.cluster_name,
            "Analysis": b.analysis,
            "LastBlockedTimestamp": moment(b.last_blocked),
            "BlockingRecoveryId": b.blocking_recovery_id,
        })
    };
    blocked.iter().map(row).collect()
}

/// Steps of a recovery.
pub fn steps(steps: &[RecoveryStep]) -> Value {
    let row =
        |s: &RecoveryStep| json!({"Id": s.id, "RecoveryUID": s.uid, "AuditAt": moment(s.at), "Message": s.message});
    steps.iter().map(row).collect()
}

/// Changes of analysis, which are sorted by instance: an element for each, its changes as `TIME;ANALYSIS,`.
pub fn changelog(entries: &[ChangelogEntry]) -> Value {
    let of_instance = |changes: &[ChangelogEntry]| {
        let lines: Vec<String> = changes
            .iter()
            .map(|c| format!("{};{},", moment(c.at), c.analysis))
            .collect();
        json!({"AnalyzedInstanceKey": Key::from(&changes[0].key), "Changelog": lines})
    };
    entries.chunk_by(|a, b| a.key == b.key).map(of_instance).collect()
}
