//! What hooks are told, and by which names: one table for the text of the command, the environment and the JSON.

use crate::model::InstanceKey;
use crate::model::coordinates::Coordinates;
use crate::model::facts::ClusterFacts;
use crate::model::plan::{Origin, Plan};
use crate::model::recovery::Recovery;
use crate::model::verdict::{InstanceType, Verdict};
use serde_json::{Map, Value, json};

/// A failure as hooks are told of it, from its detection to the end of its recovery.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Failure {
    /// What is wrong: a code's word.
    pub failure_type: String,
    /// What part the instance plays: `master`, `co-master`, `group-member` or `intermediate-master`.
    pub instance_type: String,
    /// It is a master.
    pub is_master: bool,
    /// It is one of two co-masters.
    pub is_co_master: bool,
    /// What is wrong, in one sentence.
    pub description: String,
    /// The command that a person gave, such as `graceful-master-takeover`; empty when nobody did.
    pub command: String,
    /// The failed instance.
    pub failed: InstanceKey,
    /// Its cluster.
    pub cluster: ClusterFacts,
    /// How many replicas it has.
    pub count_replicas: u32,
    /// Their keys.
    pub replicas: Vec<InstanceKey>,
    /// It is in downtime.
    pub is_downtimed: bool,
    /// The host that this program runs on.
    pub orchestrator_host: String,
    /// Name of the recovery, or of this run of hooks.
    pub recovery_uid: String,
    /// The recovery reached its end.
    pub is_successful: bool,
    /// Replicas that could not be saved.
    pub lost_replicas: Vec<InstanceKey>,
    /// Who took the failed instance's place, once somebody did.
    pub successor: Option<Successor>,
}

/// Who took a failed instance's place.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Successor {
    /// Who.
    pub key: InstanceKey,
    /// The instance's own alias; may be empty.
    pub alias: String,
    /// Where its binary log stood at that time, if known.
    pub binlog_coordinates: Option<Coordinates>,
}

impl Failure {
    /// What is known of a failure when it is detected.
    pub fn of(verdict: &Verdict, orchestrator_host: &str, uid: &str) -> Self {
        let facts = &verdict.facts;
        Self {
            failure_type: verdict.code.as_str().to_owned(),
            instance_type: InstanceType::of(facts).as_str().to_owned(),
            is_master: facts.is_master,
            is_co_master: facts.is_co_master,
            description: verdict.code.sentence().to_owned(),
            failed: facts.key.clone(),
            cluster: facts.cluster.clone(),
            count_replicas: facts.replicas,
            replicas: facts.replica_keys.clone(),
            is_downtimed: facts.is_downtimed,
            orchestrator_host: orchestrator_host.to_owned(),
            recovery_uid: uid.to_owned(),
            ..Self::default()
        }
    }
}

impl Failure {
    /// What whoever goes on with its recovery must know; `identity` tells the failed instance from another server.
    pub fn origin(&self, identity: String, no_hooks: bool) -> Origin {
        Origin {
            no_hooks,
            command: self.command.clone(),
            description: self.description.clone(),
            instance_type: self.instance_type.clone(),
            is_master: self.is_master,
            is_co_master: self.is_co_master,
            is_downtimed: self.is_downtimed,
            cluster: self.cluster.clone(),
            identity,
        }
    }

    /// What is known of one whose recovery was left in the middle, by its record and what it was begun with.
    pub fn resumed(record: Recovery, plan: &Plan, orchestrator_host: &str, uid: &str) -> Self {
        let origin = plan.origin.clone();
        let mut failure = Self {
            failure_type: record.analysis,
            instance_type: origin.instance_type,
            is_master: origin.is_master,
            is_co_master: origin.is_co_master,
            description: origin.description,
            command: origin.command,
            failed: plan.failed.clone(),
            cluster: origin.cluster,
            count_replicas: record.count_replicas,
            replicas: record.replicas,
            is_downtimed: origin.is_downtimed,
            orchestrator_host: orchestrator_host.to_owned(),
            recovery_uid: uid.to_owned(),
            ..Self::default()
        };
        if plan.origin.is_none() {
            // As earlier versions left it.
            (failure.is_master, failure.instance_type) = (true, "master".to_owned());
            failure.cluster.name.clone_from(&plan.cluster);
            failure.cluster.alias = record.cluster_alias;
        }
        failure
    }
}

/// The system takes variables of up to 128 KiB with their names, in bytes.
const LONGEST_VARIABLE: usize = 127 * 1024;

/// One thing that hooks are told.
#[derive(Debug)]
pub struct Placeholder {
    /// Its names within braces; the first is also its name in JSON.
    pub names: &'static [&'static str],
    /// Its environment variable.
    pub variable: &'static str,
    /// Its value: a text, a number, a switch, a list of texts, or null where there is none.
    pub value: fn(&Failure) -> Value,
}

const fn row(names: &'static [&'static str], variable: &'static str, value: fn(&Failure) -> Value) -> Placeholder {
    Placeholder { names, variable, value }
}

/// The table.
#[rustfmt::skip]
pub static PLACEHOLDERS: &[Placeholder] = &[
    row(&["failureType"], "ORC_FAILURE_TYPE", |f| json!(f.failure_type)),
    row(&["instanceType"], "ORC_INSTANCE_TYPE", |f| json!(f.instance_type)),
    row(&["isMaster"], "ORC_IS_MASTER", |f| json!(f.is_master)),
    row(&["isCoMaster"], "ORC_IS_CO_MASTER", |f| json!(f.is_co_master)),
    row(&["failureDescription"], "ORC_FAILURE_DESCRIPTION", |f| json!(f.description)),
    row(&["command"], "ORC_COMMAND", |f| json!(f.command)),
    row(&["failedHost"], "ORC_FAILED_HOST", |f| json!(*f.failed.hostname)),
    row(&["failedPort"], "ORC_FAILED_PORT", |f| json!(f.failed.port)),
    row(&["failureCluster"], "ORC_FAILURE_CLUSTER", |f| json!(f.cluster.name)),
    row(&["failureClusterAlias"], "ORC_FAILURE_CLUSTER_ALIAS", |f| json!(f.cluster.alias)),
    row(&["failureClusterDomain"], "ORC_FAILURE_CLUSTER_DOMAIN", |f| json!(f.cluster.domain)),
    row(&["countReplicas", "countSlaves"], "ORC_COUNT_REPLICAS", |f| json!(f.count_replicas)),
    row(&["replicaHosts", "slaveHosts"], "ORC_REPLICA_HOSTS", |f| texts(&f.replicas)),
    row(&["isDowntimed"], "ORC_IS_DOWNTIMED", |f| json!(f.is_downtimed)),
    row(&["autoMasterRecovery"], "ORC_AUTO_MASTER_RECOVERY", |f| json!(f.cluster.automated_master_recovery)),
    row(&["autoIntermediateMasterRecovery"], "ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY",
        |f| json!(f.cluster.automated_intermediate_master_recovery)),
    row(&["orchestratorHost"], "ORC_ORCHESTRATOR_HOST", |f| json!(f.orchestrator_host)),
    row(&["recoveryUID"], "ORC_RECOVERY_UID", |f| json!(f.recovery_uid)),
    row(&["isSuccessful"], "ORC_IS_SUCCESSFUL", |f| json!(f.is_successful)),
    row(&["lostReplicas", "lostSlaves"], "ORC_LOST_REPLICAS", |f| texts(&f.lost_replicas)),
    row(&["countLostReplicas"], "ORC_COUNT_LOST_REPLICAS", |f| json!(f.lost_replicas.len())),
    row(&["successorHost"], "ORC_SUCCESSOR_HOST", |f| of_successor(f, |s| json!(*s.key.hostname))),
    row(&["successorPort"], "ORC_SUCCESSOR_PORT", |f| of_successor(f, |s| json!(s.key.port))),
    row(&["successorAlias"], "ORC_SUCCESSOR_ALIAS", |f| of_successor(f, |s| json!(s.alias))),
    row(&["successorBinlogCoordinates"], "ORC_SUCCESSOR_BINLOG_COORDINATES",
        |f| of_successor(f, |s| json!(s.binlog_coordinates.as_ref().map(ToString::to_string)))),
];

fn texts(keys: &[InstanceKey]) -> Value {
    keys.iter().map(ToString::to_string).collect()
}

fn of_successor(failure: &Failure, value: fn(&Successor) -> Value) -> Value {
    failure.successor.as_ref().map_or(Value::Null, value)
}

/// A value as text: lists joined by commas, nothing as nothing.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl Failure {
    /// A command with every known `{placeholder}` replaced, once and unquoted; what has no value becomes nothing. Other
    /// braces are the shell's and stay.
    pub fn filled_in(&self, command: &str) -> String {
        let mut filled = String::with_capacity(command.len());
        let mut rest = command;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            filled.push_str(before);
            let word = from[1..].find('}').map(|end| &from[1..=end]);
            let known = word.and_then(|word| PLACEHOLDERS.iter().find(|p| p.names.contains(&word)).zip(Some(word)));
            if let Some((placeholder, word)) = known {
                filled.push_str(&text(&(placeholder.value)(self)));
                rest = &from[word.len() + 2..];
            } else {
                filled.push('{');
                rest = &from[1..];
            }
        }
        filled.push_str(rest);
        filled
    }

    /// Environment variables with their values; those without a value are empty, so that none of an outer program's
    /// shows through. So is a list of some thousand replicas, with which the system would start no program: the JSON
    /// has it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let value = |p: &Placeholder| Some(text(&(p.value)(self))).filter(|value| value.len() <= LONGEST_VARIABLE);
        PLACEHOLDERS
            .iter()
            .map(|p| (p.variable, value(p).unwrap_or_default()))
            .collect()
    }

    /// All of it as one JSON object.
    pub fn json(&self) -> Value {
        let member = |p: &Placeholder| (p.names[0].to_owned(), (p.value)(self));
        Value::Object(PLACEHOLDERS.iter().map(member).collect::<Map<_, _>>())
    }
}
