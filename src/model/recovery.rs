//! Recoveries as they are stored and told: the classic record, the lease, the journal, who has lost what.

use super::plan::{Phase, Plan, Progress, Step};
use super::reached::Lack;
use super::{InstanceKey, Timestamp};
use serde::{Deserialize, Serialize};

/// One recovery as the classic table holds it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Recovery {
    /// Row number; 0 for one that is not stored yet.
    pub id: i64,
    /// Its name: nanoseconds since 1970, a colon, 64 hexadecimal digits.
    pub uid: String,
    /// The failed instance.
    pub failed: InstanceKey,
    /// What was wrong with it: a code's word.
    pub analysis: String,
    /// Its cluster's name at that time.
    pub cluster_name: String,
    /// Its cluster's alias, or the name.
    pub cluster_alias: String,
    /// How many replicas it had.
    pub count_replicas: u32,
    /// Their keys.
    pub replicas: Vec<InstanceKey>,
    /// The detection that led to it; 0 where there is none.
    pub last_detection_id: i64,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ended; `None` while it is open.
    pub end: Option<Timestamp>,
    /// Whether it still keeps others off.
    pub is_active: bool,
    /// When it ceased to; 0 while it does.
    pub end_active_unixtime: i64,
    /// Somebody was promoted.
    pub is_successful: bool,
    /// Who.
    pub successor: Option<InstanceKey>,
    /// The successor's alias.
    pub successor_alias: String,
    /// Servers that were tried or took part.
    pub participating: Vec<InstanceKey>,
    /// Replicas that were lost.
    pub lost_replicas: Vec<InstanceKey>,
    /// What went wrong, a line each.
    pub errors: Vec<String>,
    /// Whether a person took note of it.
    pub acknowledged: bool,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: String,
    /// Why.
    pub acknowledge_comment: String,
    /// Host of the program that ran it.
    pub node_hostname: String,
    /// Token of the program that ran it.
    pub node_token: String,
}

/// How long after its end a recovery that failed keeps off the next one at most, in seconds.
pub const FAILED_BLOCK_SECONDS: i64 = 60;

/// From when the time is counted in which a recovery keeps others off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFrom {
    /// From its start, finished or not.
    Start,
    /// From its end; from its start where nobody recorded an end.
    End,
}

impl BlockFrom {
    /// As `RecoveryPeriodBlockFromStart` says.
    pub fn start_if(from_start: bool) -> Self {
        if from_start { Self::Start } else { Self::End }
    }
}

impl Recovery {
    /// Until when it keeps others off, once it has ended: for `seconds`, and where nobody was promoted for
    /// [`FAILED_BLOCK_SECONDS`] at most. Gates and claims both go by this.
    pub fn blocks_until(&self, seconds: i64, from: BlockFrom) -> Option<Timestamp> {
        let end = self.end?;
        let counted = match from {
            BlockFrom::Start => self.start?,
            BlockFrom::End => end,
        };
        let whole = counted.plus_seconds(seconds.max(0));
        let failed = end.plus_seconds(FAILED_BLOCK_SECONDS);
        Some(if self.is_successful { whole } else { whole.min(failed) })
    }
}

/// What a program holds while it changes a cluster; nobody else does so meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The cluster's name.
    pub cluster: String,
    /// The recovery that it is held for.
    pub uid: String,
    /// Host of the holder.
    pub node_hostname: String,
    /// Token of the holder.
    pub node_token: String,
    /// Since when.
    pub taken: Option<Timestamp>,
    /// When the holder last said that it is alive.
    pub heartbeat: Option<Timestamp>,
}

/// A plan as the journal holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The recovery.
    pub uid: String,
    /// The plan with all its steps.
    pub plan: Plan,
    /// How far each step has come, in the plan's order.
    pub entries: Vec<Entry>,
    /// It was carried to its end or taken back; nobody resumes it.
    pub is_closed: bool,
    /// Why it ended as it did, once it has.
    pub outcome: String,
}

/// How far one step has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The step's number.
    pub number: u32,
    /// How far.
    pub progress: Progress,
    /// When it was begun, in milliseconds since 1970.
    pub begun_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// What was told to the server, or what went wrong.
    pub said: String,
}

impl Journal {
    /// Each step with how far it has come.
    pub fn steps(&self) -> impl Iterator<Item = (&Step, Option<&Entry>)> {
        let entry = |number| self.entries.iter().find(move |entry| entry.number == number);
        self.plan.steps.iter().map(move |step| (step, entry(step.number)))
    }

    /// Whether the promotion had begun: then it is carried to its end.
    pub fn is_past_return(&self) -> bool {
        self.steps()
            .filter(|(step, _)| step.is_final)
            .any(|(_, entry)| entry.is_some_and(|entry| matches!(entry.progress, Progress::Begun | Progress::Done)))
    }

    /// How long each part took that was begun, in order.
    pub fn phases(&self) -> Vec<PhaseTime> {
        phases(&self.plan, &self.entries)
    }
}

/// How long each part of a plan took that was begun, in order.
pub fn phases(plan: &Plan, entries: &[Entry]) -> Vec<PhaseTime> {
    let entry = |step: &Step| entries.iter().find(|entry| entry.number == step.number);
    let mut phases = Vec::new();
    for phase in Phase::ALL {
        let of_phase = || plan.steps.iter().filter(|step| step.phase == phase).filter_map(entry);
        let Some(begun_ms) = of_phase().filter_map(|entry| entry.begun_ms).min() else {
            continue;
        };
        phases.push(PhaseTime {
            phase,
            begun_ms,
            ended_ms: of_phase().filter_map(|entry| entry.ended_ms).max(),
            steps: of_phase().count(),
        });
    }
    phases
}

/// How long a part of a recovery took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseTime {
    /// Which part.
    pub phase: Phase,
    /// When its first step was begun, in milliseconds since 1970.
    pub begun_ms: i64,
    /// When its last step ended, as far as any has.
    pub ended_ms: Option<i64>,
    /// How many steps it has.
    pub steps: usize,
}

impl PhaseTime {
    /// How long it took in milliseconds; `None` while no step has ended.
    pub fn took_ms(&self) -> Option<i64> {
        Some(self.ended_ms?.saturating_sub(self.begun_ms).max(0))
    }
}

/// Which transactions known to reachable servers each candidate lacks, before anything is touched.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LossTable {
    /// Where the failed master's history was last seen to end; empty where nobody knows. What it wrote after that is not
    /// known to any server that can be reached.
    pub last_seen: String,
    /// When that was.
    pub last_seen_at: Option<Timestamp>,
    /// Each replica, the most advanced first.
    pub rows: Vec<LossRow>,
}

/// What one replica has and lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossRow {
    /// Which.
    pub key: InstanceKey,
    /// How far it has received.
    pub received: String,
    /// What it has received and not applied.
    pub unapplied: Option<Lack>,
    /// What others have received and it has not.
    pub lacks: Option<Lack>,
    /// Who has what it lacks.
    pub lacks_from: Option<InstanceKey>,
    /// Why it may not be promoted; `None` where it may.
    pub refused: Option<String>,
}

/// A gate that holds a recovery back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBy {
    /// The gate's name.
    pub gate: String,
    /// Why it holds, in one sentence.
    pub reason: String,
    /// Since when; `None` where that is not known.
    pub since: Option<Timestamp>,
    /// Until when; `None` while somebody must lift it.
    pub until: Option<Timestamp>,
    /// The command that lifts it; empty where none does.
    pub lifted_by: String,
}

/// Gates hold a recovery: a [`StoredDecision`]'s word.
pub const HELD: &str = "held";

/// Nothing holds a recovery, so it is begun.
pub const BEGUN: &str = "begun";

/// A decision about a failed instance, as it is stored: written when it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// The instance.
    pub key: InstanceKey,
    /// What was wrong with it: a code's word.
    pub analysis: String,
    /// Its cluster's name.
    pub cluster_name: String,
    /// What was decided: [`HELD`] or [`BEGUN`]; then how that ended: `recovered by`, `not recovered by` or `left
    /// in the middle by` a recovery's name, or `over` where the instance has not failed any more.
    pub decision: String,
    /// The gates that hold it.
    pub held_by: Vec<HeldBy>,
    /// When this became so.
    pub since: Option<Timestamp>,
    /// When it was last found so.
    pub last: Option<Timestamp>,
}
