//! Verdicts: what is wrong with an instance, which rule says so, and on what evidence.

use super::facts::{Facts, Witness};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident => $sentence:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = $sentence] $variant),+
        }

        impl $name {
            /// Every word, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word printed and stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// One sentence of explanation.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What is wrong with an instance; the first rule that matches decides.
    Code {
        NoProblem => "Nothing is wrong",
        DeadMasterWithoutReplicas => "The master cannot be reached and has no replicas",
        DeadMaster => "The master cannot be reached and none of its replicas is replicating",
        DeadMasterAndReplicas => "Neither the master nor any of its replicas can be reached",
        DeadMasterAndSomeReplicas => "The master and some of its replicas cannot be reached, and none of the others is replicating",
        UnreachableMasterWithLaggingReplicas => "The master cannot be reached and all of its replicas are lagging",
        UnreachableMaster => "The master cannot be reached by us, but its replicas still replicate",
        LockedSemiSyncMasterHypothesis => "The semi-sync master seems to lack acknowledgers; a second look will tell",
        LockedSemiSyncMaster => "The semi-sync master is blocked: too few replicas acknowledge",
        MasterWithTooManySemiSyncReplicas => "More semi-sync replicas acknowledge than the master waits for",
        NoWriteableMasterStructureWarning => "The master is read-only",
        MasterSingleReplicaNotReplicating => "The master is reachable, but its only replica is not replicating",
        MasterSingleReplicaDead => "The master is reachable, but its only replica is not",
        AllMasterReplicasNotReplicating => "The master is reachable, but none of its replicas is replicating",
        AllMasterReplicasNotReplicatingOrDead => "The master is reachable, but its replicas are either unreachable or not replicating",
        DeadCoMaster => "The co-master cannot be reached and none of its replicas is replicating",
        DeadCoMasterAndSomeReplicas => "The co-master and some of its replicas cannot be reached, and none of the others is replicating",
        UnreachableCoMaster => "The co-master cannot be reached by us, but its replicas still replicate",
        AllCoMasterReplicasNotReplicating => "The co-master is reachable, but none of its replicas is replicating",
        DeadIntermediateMasterWithSingleReplicaFailingToConnect => "The intermediate master cannot be reached, and its only replica fails to connect to it",
        DeadIntermediateMasterWithSingleReplica => "The intermediate master cannot be reached, and its only replica is not replicating",
        DeadIntermediateMaster => "The intermediate master cannot be reached and none of its replicas is replicating",
        DeadIntermediateMasterAndSomeReplicas => "The intermediate master and some of its replicas cannot be reached, and none of the others is replicating",
        DeadIntermediateMasterAndReplicas => "Neither the intermediate master nor any of its replicas can be reached",
        UnreachableIntermediateMasterWithLaggingReplicas => "The intermediate master cannot be reached and all of its replicas are lagging",
        UnreachableIntermediateMaster => "The intermediate master cannot be reached by us, but its replicas still replicate",
        AllIntermediateMasterReplicasFailingToConnectOrDead => "The intermediate master is reachable, but every reachable replica fails to connect to it",
        AllIntermediateMasterReplicasNotReplicating => "The intermediate master is reachable, but none of its replicas is replicating",
        BinlogServerFailingToConnectToMaster => "The binlog server fails to connect to its master",
        FirstTierReplicaFailingToConnectToMaster => "A direct replica of the master fails to connect to it",
        DeadReplicationGroupMemberWithReplicas => "The group member cannot be reached and none of its replicas is replicating",
    }
}

words! {
    /// What is wrong with the structure around an instance; every one that holds is reported.
    Warning {
        NoLoggingReplicasStructureWarning => "No replica logs what it applies, so none can take the master's place",
        NoFailoverSupportStructureWarning => "The replicas share no kind of GTID, so they cannot be moved below another",
        StatementAndMixedLoggingReplicasStructureWarning => "Logging replicas use both STATEMENT and MIXED formats",
        StatementAndRowLoggingReplicasStructureWarning => "Logging replicas use both STATEMENT and ROW formats",
        MixedAndRowLoggingReplicasStructureWarning => "Logging replicas use both MIXED and ROW formats",
        MultipleMajorVersionsLoggingReplicasStructureWarning => "Logging replicas run different major versions",
        DifferentGTIDModesStructureWarning => "The instance and its replicas differ in gtid_mode",
        ErrantGTIDStructureWarning => "A replica has transactions that its master never had",
        NoWriteableMasterStructureWarning => "The master is read-only",
        NotEnoughValidSemiSyncReplicasStructureWarning => "Semi-sync fell back to asynchronous: too few replicas acknowledge",
    }
}

/// What part an instance plays, as hooks and answers name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceType {
    /// One of two that replicate from each other.
    CoMaster,
    /// Member of a replication group.
    GroupMember,
    /// Replicates from nobody.
    Master,
    /// Everything else, leaves included.
    IntermediateMaster,
}

impl InstanceType {
    /// The part played, told by the facts.
    pub fn of(facts: &Facts) -> Self {
        if facts.is_co_master {
            Self::CoMaster
        } else if facts.is_group_member {
            Self::GroupMember
        } else if facts.is_master {
            Self::Master
        } else {
            Self::IntermediateMaster
        }
    }

    /// The word printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CoMaster => "co-master",
            Self::GroupMember => "group-member",
            Self::Master => "master",
            Self::IntermediateMaster => "intermediate-master",
        }
    }
}

/// What follows from a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Nothing is registered.
    None,
    /// A detection is registered and hooks run, but nothing is recovered.
    Detect,
    /// Promote a replica in the master's place.
    RecoverMaster,
    /// Promote the other co-master or a replica.
    RecoverCoMaster,
    /// Move the replicas of an intermediate master elsewhere.
    RecoverIntermediateMaster,
    /// Move the replicas of a group member to another member.
    RecoverGroupMember,
    /// Switch semi-sync replicas on or off.
    RecoverSemiSync,
    /// Make the master writeable.
    MakeWriteable,
}

impl Action {
    /// One phrase for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::None => "nothing: for information",
            Self::Detect => "register the detection and run its hooks; no recovery",
            Self::RecoverMaster => "fail over to a replica",
            Self::RecoverCoMaster => "fail over to the other co-master",
            Self::RecoverIntermediateMaster => "move the replicas to another master",
            Self::RecoverGroupMember => "move the replicas to another group member",
            Self::RecoverSemiSync => "adjust the semi-sync replicas",
            Self::MakeWriteable => "make the master writeable",
        }
    }

    /// Whether a recovery could run.
    pub fn is_recovery(self) -> bool {
        !matches!(self, Self::None | Self::Detect)
    }
}

/// How bad a code is, as monitoring systems grade it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Something to look at: a suspicion, a structure warning, replicas that stand still.
    Warning,
    /// Somebody is dead, cut off or blocked.
    Critical,
}

impl Severity {
    /// The word printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What is said of one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What was known.
    pub facts: Facts,
    /// What is wrong.
    pub code: Code,
    /// Number of the rule that decided; empty for [`Code::NoProblem`].
    pub rule: String,
    /// What follows.
    pub action: Action,
    /// How bad it is; [`Severity::Warning`] where only structure warnings hold, and for nothing wrong `None`.
    pub severity: Option<Severity>,
    /// Every structure warning that holds, in table order.
    pub warnings: Vec<Warning>,
    /// All replicas are in downtime and the code concerns only them.
    pub is_replicas_downtimed: bool,
    /// Left out of ordinary reports because of a downtime.
    pub skippable_due_to_downtime: bool,
    /// Why.
    pub evidence: Evidence,
}

impl Verdict {
    /// Code and warnings joined as the classic output prints them; empty when nothing is wrong.
    pub fn analysis_text(&self) -> String {
        let code = (self.code != Code::NoProblem).then(|| self.code.as_str());
        let words: Vec<&str> = code
            .into_iter()
            .chain(self.warnings.iter().map(|w| w.as_str()))
            .collect();
        words.join(", ")
    }
}

/// Why a verdict came out as it did.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The instance and each replica: what it said and when.
    pub witnesses: Vec<Witness>,
    /// The conditions of the deciding rule with the values found.
    pub conditions: Vec<String>,
    /// Rules that all but one condition spoke for.
    pub near_misses: Vec<NearMiss>,
}

/// A rule that did not match for one reason alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearMiss {
    /// Number of the rule.
    pub rule: String,
    /// What it would have said.
    pub code: Code,
    /// The one condition that failed, with the values found.
    pub failed: String,
}
