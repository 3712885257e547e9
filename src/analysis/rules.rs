//! The ordered table of failure rules. The first row whose conditions all hold decides.

use super::pattern::Fact::{
    BinlogServer, CheckValid, CoMaster, DelayedReplicas, Depth, ExactSemiSync, FailingReplicas, FailingToConnect,
    GroupMember, LaggingReplicas, Master, PartialSuccess, ReadOnly, RecoverNonWriteable, Replicas, ReplicatingReplicas,
    SemiSyncClients, SemiSyncEnabled, SemiSyncStatus, SemiSyncWaitCount, StaleCoordinates, ValidReplicas,
};
use super::pattern::{Condition, at_least, fewer, is, more, no, same, yes};
use crate::model::facts::Facts;
use crate::model::verdict::{Action, Code, Severity};

/// One row of the table.
#[derive(Debug)]
pub struct Rule {
    /// Stable number, by which verdicts name the rule. `8a` and `8b` are the two ends of one suspicion.
    pub number: &'static str,
    /// What it says.
    pub code: Code,
    /// All of these must hold.
    pub when: &'static [Condition],
    /// What follows.
    pub action: Action,
    /// What is looked at or done at once, whether or not a recovery is allowed.
    pub emergent: Emergent,
    /// The code is about the replicas alone: it is excused when all of them are in downtime.
    pub concerns_replicas: bool,
    /// How bad it is.
    pub severity: Severity,
}

/// What is done at once when a code is seen, before any decision to recover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emergent {
    /// Nothing.
    None,
    /// Read the instance again.
    RereadInstance,
    /// Read the instance's master again.
    RereadMaster,
    /// Read the instance and all its replicas again.
    RereadInstanceAndReplicas,
    /// Read the instance again and remember where its binary log stands.
    RecordCoordinates,
    /// Restart the receivers of all replicas, so that they notice a master that has gone silent.
    RestartReceivers,
}

impl Emergent {
    /// One phrase for people; empty for nothing.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::None => "",
            Self::RereadInstance => "read it again",
            Self::RereadMaster => "read its master again",
            Self::RereadInstanceAndReplicas => "read it and its replicas again",
            Self::RecordCoordinates => "read it again and record its binary log position",
            Self::RestartReceivers => "restart its replicas' receivers",
        }
    }
}

impl Rule {
    /// Whether every condition holds.
    pub fn matches(&self, facts: &Facts) -> bool {
        self.when.iter().all(|condition| condition.holds(facts))
    }

    /// The rule of this number.
    pub fn numbered(number: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.number == number)
    }
}

const fn rule(number: &'static str, code: Code, action: Action, when: &'static [Condition]) -> Rule {
    Rule {
        number,
        code,
        when,
        action,
        emergent: Emergent::None,
        concerns_replicas: false,
        severity: Severity::Critical,
    }
}

impl Rule {
    const fn at_once(mut self, emergent: Emergent) -> Self {
        self.emergent = emergent;
        self
    }

    const fn only_warns(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    const fn about_replicas(mut self) -> Self {
        self.concerns_replicas = true;
        self
    }
}

/// The table. Order is meaning: an earlier row hides a later one. A condition that others imply (a replica that
/// replicates has answered) is left out, so that each one written can decide.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    rule("G1", Code::DeadReplicationGroupMemberWithReplicas, Action::RecoverGroupMember,
        &[yes(GroupMember), no(CheckValid), at_least(Replicas, 1), is(ReplicatingReplicas, 0)]),

    rule("1", Code::DeadMasterWithoutReplicas, Action::None,
        &[no(GroupMember), yes(Master), no(CheckValid), is(Replicas, 0)]),
    rule("2", Code::DeadMaster, Action::RecoverMaster,
        &[no(GroupMember), yes(Master), no(CheckValid), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]),
    rule("3", Code::DeadMasterAndReplicas, Action::Detect,
        &[no(GroupMember), yes(Master), no(CheckValid), at_least(Replicas, 1), is(ValidReplicas, 0)])
        .at_once(Emergent::RereadInstanceAndReplicas),
    rule("4", Code::DeadMasterAndSomeReplicas, Action::RecoverMaster,
        &[no(GroupMember), yes(Master), no(CheckValid), at_least(ValidReplicas, 1), fewer(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]),
    rule("5", Code::UnreachableMasterWithLaggingReplicas, Action::Detect,
        &[no(GroupMember), yes(Master), no(CheckValid), same(LaggingReplicas, Replicas), fewer(DelayedReplicas, Replicas), at_least(ReplicatingReplicas, 1)])
        .at_once(Emergent::RestartReceivers),
    rule("6", Code::UnreachableMaster, Action::Detect,
        &[no(GroupMember), yes(Master), no(CheckValid), no(PartialSuccess), at_least(ReplicatingReplicas, 1)])
        .at_once(Emergent::RereadInstanceAndReplicas),
    rule("7", Code::UnreachableMaster, Action::Detect,
        &[no(GroupMember), yes(Master), no(CheckValid), yes(PartialSuccess), at_least(FailingReplicas, 1), at_least(ReplicatingReplicas, 1)])
        .at_once(Emergent::RereadInstanceAndReplicas),
    rule("8a", Code::LockedSemiSyncMaster, Action::RecoverSemiSync,
        &[no(GroupMember), yes(Master), yes(SemiSyncEnabled), yes(SemiSyncStatus), fewer(SemiSyncClients, SemiSyncWaitCount), yes(StaleCoordinates)]),
    rule("8b", Code::LockedSemiSyncMasterHypothesis, Action::None,
        &[no(GroupMember), yes(Master), yes(SemiSyncEnabled), yes(SemiSyncStatus), fewer(SemiSyncClients, SemiSyncWaitCount), no(StaleCoordinates)])
        .at_once(Emergent::RecordCoordinates).only_warns(),
    rule("9", Code::MasterWithTooManySemiSyncReplicas, Action::RecoverSemiSync,
        &[no(GroupMember), yes(ExactSemiSync), yes(Master), yes(SemiSyncEnabled), yes(SemiSyncStatus), at_least(SemiSyncWaitCount, 1), more(SemiSyncClients, SemiSyncWaitCount)]).only_warns(),
    rule("10", Code::NoWriteableMasterStructureWarning, Action::MakeWriteable,
        &[no(GroupMember), yes(Master), yes(CheckValid), yes(ReadOnly), at_least(ReplicatingReplicas, 1), yes(RecoverNonWriteable)]),
    rule("11", Code::MasterSingleReplicaNotReplicating, Action::None,
        &[no(GroupMember), yes(Master), yes(CheckValid), is(Replicas, 1), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]).only_warns(),
    rule("12", Code::MasterSingleReplicaDead, Action::None,
        &[no(GroupMember), yes(Master), yes(CheckValid), is(Replicas, 1), is(ValidReplicas, 0)])
        .about_replicas(),
    rule("13", Code::AllMasterReplicasNotReplicating, Action::Detect,
        &[no(GroupMember), yes(Master), yes(CheckValid), at_least(Replicas, 2), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)])
        .at_once(Emergent::RereadInstance).about_replicas().only_warns(),
    rule("14", Code::AllMasterReplicasNotReplicatingOrDead, Action::Detect,
        &[no(GroupMember), yes(Master), yes(CheckValid), at_least(ValidReplicas, 1), fewer(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)])
        .at_once(Emergent::RereadInstance).about_replicas().only_warns(),

    rule("15", Code::DeadCoMaster, Action::RecoverCoMaster,
        &[no(GroupMember), yes(CoMaster), no(CheckValid), at_least(Replicas, 1), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]),
    rule("16", Code::DeadCoMasterAndSomeReplicas, Action::RecoverCoMaster,
        &[no(GroupMember), yes(CoMaster), no(CheckValid), at_least(ValidReplicas, 1), fewer(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]),
    rule("17", Code::UnreachableCoMaster, Action::None,
        &[no(GroupMember), yes(CoMaster), no(CheckValid), no(PartialSuccess), at_least(ReplicatingReplicas, 1)]),
    rule("18", Code::AllCoMasterReplicasNotReplicating, Action::None,
        &[no(GroupMember), yes(CoMaster), yes(CheckValid), at_least(Replicas, 1), is(ReplicatingReplicas, 0)])
        .about_replicas().only_warns(),

    rule("19", Code::DeadIntermediateMasterWithSingleReplicaFailingToConnect, Action::RecoverIntermediateMaster,
        &[no(GroupMember), no(Master), no(CheckValid), is(Replicas, 1), same(FailingReplicas, Replicas)])
        .about_replicas(),
    rule("20", Code::DeadIntermediateMasterWithSingleReplica, Action::None,
        &[no(GroupMember), no(Master), no(CheckValid), is(Replicas, 1), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)])
        .about_replicas(),
    rule("21", Code::DeadIntermediateMaster, Action::RecoverIntermediateMaster,
        &[no(GroupMember), no(Master), no(CheckValid), at_least(Replicas, 2), same(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)]),
    rule("22", Code::DeadIntermediateMasterAndSomeReplicas, Action::RecoverIntermediateMaster,
        &[no(GroupMember), no(Master), no(CheckValid), at_least(ValidReplicas, 1), fewer(ValidReplicas, Replicas), is(ReplicatingReplicas, 0)])
        .about_replicas(),
    rule("23", Code::DeadIntermediateMasterAndReplicas, Action::Detect,
        &[no(GroupMember), no(Master), no(CheckValid), at_least(Replicas, 1), is(ValidReplicas, 0)])
        .about_replicas(),
    rule("24", Code::UnreachableIntermediateMasterWithLaggingReplicas, Action::Detect,
        &[no(GroupMember), no(Master), no(CheckValid), same(LaggingReplicas, Replicas), fewer(DelayedReplicas, Replicas), at_least(ReplicatingReplicas, 1)])
        .at_once(Emergent::RestartReceivers),
    rule("25", Code::UnreachableIntermediateMaster, Action::None,
        &[no(GroupMember), no(Master), no(CheckValid), no(PartialSuccess), at_least(ReplicatingReplicas, 1)]),
    rule("26", Code::AllIntermediateMasterReplicasFailingToConnectOrDead, Action::RecoverIntermediateMaster,
        &[no(GroupMember), no(Master), yes(CheckValid), at_least(Replicas, 2), at_least(FailingReplicas, 1), same(FailingReplicas, ValidReplicas)])
        .about_replicas(),
    rule("27", Code::AllIntermediateMasterReplicasNotReplicating, Action::None,
        &[no(GroupMember), no(Master), yes(CheckValid), at_least(ValidReplicas, 1), is(ReplicatingReplicas, 0)])
        .about_replicas().only_warns(),

    rule("28", Code::BinlogServerFailingToConnectToMaster, Action::None,
        &[no(GroupMember), yes(BinlogServer), yes(FailingToConnect)]),
    rule("29", Code::FirstTierReplicaFailingToConnectToMaster, Action::None,
        &[no(GroupMember), is(Depth, 1), yes(FailingToConnect)])
        .at_once(Emergent::RereadMaster),
];
