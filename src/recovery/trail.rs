//! What of a recovery goes into the audit trail, in the original's words.

use super::ended::{Ended, Outcome};
use crate::inventory::AuditEntry;
use crate::model::plan::{Act, Kind, Local, Progress};
use crate::model::records::LOST_IN_RECOVERY;
use crate::model::{InstanceKey, Timestamp};
use std::sync::Arc;

/// What is said of a downtime that there was, and that was ended.
pub const DOWNTIME_ENDED: &str = "ended";

/// Who writes entries down.
pub type Audit = Arc<dyn Fn(AuditEntry) + Send + Sync>;

/// The original's word for a kind of recovery; to it a takeover is the recovery of a master that is taken for dead.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::DeadMaster | Kind::Takeover => "recover-dead-master",
        Kind::DeadCoMaster => "recover-dead-co-master",
        Kind::Rejoin => "rejoin",
        Kind::Relocation => "relocation",
        Kind::DeadIntermediateMaster => "recover-dead-intermediate-master",
        Kind::DeadGroupMember => "recover-dead-replication-group-member-with-replicas",
        Kind::SemiSync => "recover-semi-sync-master",
        Kind::NonWriteable => "recover-non-writeable-master",
    }
}

fn entry(at: Timestamp, kind: &str, key: &InstanceKey, cluster: &str, message: String) -> AuditEntry {
    AuditEntry {
        at,
        kind: kind.to_owned(),
        key: key.clone(),
        cluster: cluster.to_owned(),
        message,
    }
}

/// One has been claimed.
pub fn begins(kind: Kind, key: &InstanceKey, cluster: &str, at: Timestamp) -> AuditEntry {
    let message = match kind {
        Kind::Rejoin => "will rejoin",
        Kind::Relocation => "will be relocated",
        _ => "problem found; will recover",
    };
    entry(at, word(kind), key, cluster, message.to_owned())
}

/// One has ended: the downtimes that it began and ended, and what came of it.
pub fn ends(ended: &Ended, owner: &str, at: Timestamp) -> Vec<AuditEntry> {
    let plan = &ended.plan;
    let said = |number| {
        let mut done = ended.entries.iter().filter(|entry| entry.progress == Progress::Done);
        done.find(|entry| entry.number == number)
            .map(|entry| entry.said.as_str())
    };
    let done = plan
        .steps
        .iter()
        .filter_map(|step| Some((&step.act, said(step.number)?)));
    let mut entries: Vec<AuditEntry> = done
        .filter_map(|(act, said)| match act {
            Act::Local(Local::Downtime(key)) => Some((
                "begin-downtime",
                key,
                format!("owner: {owner}, reason: {LOST_IN_RECOVERY}"),
            )),
            Act::Local(Local::EndDowntime(key)) if said == DOWNTIME_ENDED => Some(("end-downtime", key, String::new())),
            _ => None,
        })
        .map(|(kind, key, message)| entry(at, kind, key, &plan.cluster, message))
        .collect();
    let message = match (&ended.outcome, ended.successor()) {
        (Outcome::Midway(why), _) => format!("stopped midway: {why}"),
        (_, Some(master)) if plan.kind == Kind::Rejoin => format!("{} below {master}", plan.failed),
        (Outcome::Nobody(why), _) if plan.kind.promotes_nobody() => format!("Failure: {why}"),
        (_, Some(successor)) if plan.kind.changes_the_master() => format!("promoted replica: {successor}"),
        (_, Some(successor)) => format!("done; successor: {successor}"),
        (Outcome::Nobody(why), _) if !plan.kind.changes_the_master() => format!("Failure: {why}"),
        (_, None) => "Failure: no replica promoted.".to_owned(),
    };
    entries.push(entry(at, word(plan.kind), &plan.failed, &plan.cluster, message));
    entries
}
