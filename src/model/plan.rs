//! Plans: what is to be told to which server, in what order, under which conditions, and how it is taken back.
//!
//! A plan is data. It is computed from looks at servers, printed, checked, written to the journal and carried out, and a
//! process that finds it there after another one has died can go on with it or take it back.

use super::change::Change;
use super::facts::ClusterFacts;
use super::recovery::LossTable;
use super::{Coordinates, InstanceKey, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use super::plan_kind::Kind;

/// The parts of a plan, in the order in which they come; times are told by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Receivers are stopped, so that what everybody has received stays what it is; of a takeover, siblings are moved.
    Prepare,
    /// The old master is made to refuse writes.
    Fence,
    /// What was received is applied, and what only a sibling has is fetched.
    Drain,
    /// The successor forgets its master and takes writes. Nothing of what comes before is final; what begins here is
    /// carried to its end.
    Promote,
    /// The other replicas follow the successor.
    Repoint,
    /// The old master follows the successor, or is looked for; lost replicas are detached; what is kept is written down.
    Settle,
}

impl Phase {
    /// Every part in order.
    pub const ALL: [Self; 6] = [
        Self::Prepare,
        Self::Fence,
        Self::Drain,
        Self::Promote,
        Self::Repoint,
        Self::Settle,
    ];

    /// The word for people and in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Fence => "fence",
            Self::Drain => "drain",
            Self::Promote => "promote",
            Self::Repoint => "repoint",
            Self::Settle => "settle",
        }
    }
}

/// What must be so of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// It is the server that it was: this `server_uuid`, or on MariaDB this server id.
    Is(String),
    /// Both threads stand, or it replicates from nobody.
    Stands,
    /// It is set to replicate from this instance.
    Follows(InstanceKey),
    /// It replicates from this instance with both threads running.
    Replicates(InstanceKey),
    /// It refuses writes: `read_only` is on.
    IsReadOnly,
    /// It takes writes.
    IsWritable,
    /// Everything that it has received is applied.
    HasApplied,
    /// It has executed at least this: an Oracle set, a MariaDB position, or a position in its master's binary log.
    HasExecuted(String),
    /// It has executed nothing beyond this: an Oracle set or a MariaDB position.
    HasNoMoreThan(String),
    /// It has received at least this, in the same terms.
    HasReceived(String),
    /// At least so many replicas acknowledge its commits.
    IsAcknowledgedBy(u32),
    /// At most so many replicas acknowledge its commits.
    IsAcknowledgedByNoMoreThan(u32),
    /// It has applied its master's binary log up to this position or further, whatever it positions itself by.
    HasPassed(Coordinates),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(identity) => write!(f, "it is still {identity}"),
            Self::Stands => f.write_str("its replication stands"),
            Self::Follows(master) => write!(f, "it is set to replicate from {master}"),
            Self::Replicates(master) => write!(f, "it replicates from {master}"),
            Self::IsReadOnly => f.write_str("it is read-only"),
            Self::IsWritable => f.write_str("it is writable"),
            Self::HasApplied => f.write_str("it has applied everything that it received"),
            Self::HasExecuted(set) => write!(f, "it has executed {set}"),
            Self::HasNoMoreThan(set) => write!(f, "it has executed nothing beyond {set}"),
            Self::HasReceived(set) => write!(f, "it has received {set}"),
            Self::IsAcknowledgedBy(count) => write!(f, "{count} replicas acknowledge its commits"),
            Self::IsAcknowledgedByNoMoreThan(count) => {
                write!(f, "no more than {count} replicas acknowledge its commits")
            }
            Self::HasPassed(at) => write!(f, "it has applied its master's binary log up to {at}"),
        }
    }
}

/// A list of hooks of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HookList {
    /// `PreGracefulTakeoverProcesses`.
    PreGracefulTakeover,
    /// `PreFailoverProcesses`.
    PreFailover,
    /// `PostMasterFailoverProcesses`.
    PostMasterFailover,
    /// `PostIntermediateMasterFailoverProcesses`.
    PostIntermediateMasterFailover,
    /// `PostFailoverProcesses`.
    PostFailover,
    /// `PostUnsuccessfulFailoverProcesses`.
    PostUnsuccessfulFailover,
    /// `PostGracefulTakeoverProcesses`.
    PostGracefulTakeover,
}

impl HookList {
    /// The configuration key.
    pub fn key(self) -> &'static str {
        match self {
            Self::PreGracefulTakeover => "PreGracefulTakeoverProcesses",
            Self::PreFailover => "PreFailoverProcesses",
            Self::PostMasterFailover => "PostMasterFailoverProcesses",
            Self::PostIntermediateMasterFailover => "PostIntermediateMasterFailoverProcesses",
            Self::PostFailover => "PostFailoverProcesses",
            Self::PostUnsuccessfulFailover => "PostUnsuccessfulFailoverProcesses",
            Self::PostGracefulTakeover => "PostGracefulTakeoverProcesses",
        }
    }

    /// Whether a hook that fails ends the recovery: those that run before anything was changed.
    pub fn may_forbid(self) -> bool {
        matches!(self, Self::PreGracefulTakeover | Self::PreFailover)
    }
}

/// What is done to the inventory or by hooks, between changes of servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Local {
    /// Runs hooks.
    Hooks(HookList),
    /// Puts an instance into downtime as lost in recovery, until `MasterFailoverLostInstancesDowntimeMinutes` have passed.
    Downtime(InstanceKey),
    /// Ends an instance's downtime.
    EndDowntime(InstanceKey),
    /// The cluster's alias, domain attribute and key-value entries go to the successor.
    HandOver(InstanceKey),
    /// Ends the detections of the failed instance, so that a new failure is a new detection.
    ClearDetections,
    /// Remembers that the old master is to be fenced wherever it is first seen.
    Wanted(InstanceKey),
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hooks(list) => write!(f, "running {}", list.key()),
            Self::Downtime(key) => write!(f, "putting {key} into downtime as lost in recovery"),
            Self::EndDowntime(key) => write!(f, "ending the downtime of {key}"),
            Self::HandOver(key) => write!(f, "giving the cluster's alias and key-value entries to {key}"),
            Self::ClearDetections => f.write_str("ending the detections of the failed instance"),
            Self::Wanted(key) => write!(f, "remembering to fence {key} as soon as it is seen"),
        }
    }
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Tells its server to change.
    Tell(Change),
    /// Waits until its server's postcondition holds. While that comes nearer the time limit starts over.
    Await,
    /// Tries once more to reach the failed master. That it answers as the same server ends a failover that nobody forced.
    LastLook,
    /// Something of our own.
    Local(Local),
}

/// What it means that a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Failing {
    /// The plan ends, and what was done is taken back, unless the promotion has begun.
    Stops,
    /// The server is lost to the new topology: it is detached and put into downtime as configured. The plan goes on.
    Loses,
    /// It is written down, and the plan goes on.
    IsNoted,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number within the recovery, from 1; given by [`Plan::extend`].
    pub number: u32,
    /// Within one stage servers are independent: the steps of one server run in order, and servers at the same time. The
    /// next stage begins when all of them have ended.
    pub stage: u32,
    /// Which part it belongs to.
    pub phase: Phase,
    /// Which server; for what is done locally, whom it is about.
    pub target: InstanceKey,
    /// What is done.
    pub act: Act,
    /// What must be so just before.
    pub before: Vec<Condition>,
    /// What must be so just after.
    pub after: Vec<Condition>,
    /// How long it may take in milliseconds.
    pub limit_ms: u64,
    /// What takes it back.
    pub undo: Vec<Change>,
    /// What it means that it fails.
    pub failing: Failing,
    /// Once this step has begun, the plan is carried to its end and nothing is taken back: clients may have written.
    pub is_final: bool,
}

impl Step {
    /// The hooks that it runs, where they are told how the plan ended: they come after everything else.
    pub fn last_hooks(&self) -> Option<HookList> {
        match &self.act {
            Act::Local(Local::Hooks(list)) if !list.may_forbid() => Some(*list),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = &self.target;
        match &self.act {
            Act::Tell(change) => write!(f, "{target}: {change}"),
            Act::Await => {
                let wanted: Vec<String> = self.after.iter().map(ToString::to_string).collect();
                write!(f, "{target}: waiting until {}", wanted.join(" and "))
            }
            Act::LastLook => write!(f, "{target}: trying once more to reach it"),
            Act::Local(local) => write!(f, "{local}"),
        }
    }
}

/// What a recovery was begun with, for whoever goes on with it.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// No hooks are to run.
    pub no_hooks: bool,
    /// The command that a person gave; empty where nobody did.
    pub command: String,
    /// What was wrong, in one sentence.
    pub description: String,
    /// What part the failed instance played, as hooks are told.
    pub instance_type: String,
    /// It was a master.
    pub is_master: bool,
    /// It was one of two co-masters.
    pub is_co_master: bool,
    /// It was in downtime.
    pub is_downtimed: bool,
    /// Its cluster.
    pub cluster: ClusterFacts,
    /// What tells the failed instance from another server at its address; empty where that was not known.
    pub identity: String,
}

impl Origin {
    /// Whether nothing is known: of plans that are only made, and of those that earlier versions wrote down.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A plan: its steps, and why it is as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is for.
    pub kind: Kind,
    /// The cluster's name before.
    pub cluster: String,
    /// The master that is replaced, or whatever else failed.
    pub failed: InstanceKey,
    /// Who takes its place; none for a plan that only prepares.
    pub successor: Option<InstanceKey>,
    /// Replicas that the successor cannot serve, with the reason.
    pub lost: Vec<(InstanceKey, String)>,
    /// Who has what, before anything was touched.
    pub losses: LossTable,
    /// Where the successor's binary log stood when it had been promoted.
    #[serde(default)]
    pub coordinates: Option<Coordinates>,
    /// A person asked for it.
    pub forced: bool,
    /// When it was made.
    pub at: Timestamp,
    /// What it was begun with.
    #[serde(default, skip_serializing_if = "Origin::is_none")]
    pub origin: Origin,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// One that has no steps yet, that nobody asked for, and that names no successor.
    pub fn new(kind: Kind, cluster: &str, failed: &InstanceKey, at: Timestamp) -> Self {
        Self {
            kind,
            cluster: cluster.to_owned(),
            failed: failed.clone(),
            successor: None,
            lost: Vec::new(),
            losses: LossTable::default(),
            coordinates: None,
            forced: false,
            at,
            origin: Origin::default(),
            steps: Vec::new(),
        }
    }

    /// Adds steps, gives them their numbers, and puts their stages behind the last one. Returns the place of the first.
    pub fn extend(&mut self, steps: impl IntoIterator<Item = Step>) -> usize {
        let first = self.steps.len();
        let stages = self.steps.last().map_or(0, |last| last.stage);
        for mut step in steps {
            step.number = self.steps.last().map_or(1, |last| last.number + 1);
            step.stage += stages;
            self.steps.push(step);
        }
        first
    }
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Progress {
    /// Not begun.
    Planned,
    /// Begun, and nobody knows yet what came of it.
    Begun,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Taken back.
    Undone,
    /// Left out, as what it is for had come about or was not wanted any more.
    Skipped,
}

impl Progress {
    /// Every word.
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Begun,
        Self::Done,
        Self::Failed,
        Self::Undone,
        Self::Skipped,
    ];

    /// Whether what came of it is known.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Planned | Self::Begun)
    }

    /// The word stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Skipped => "skipped",
        }
    }

    /// Reads the stored word.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.as_str() == text)
    }
}
