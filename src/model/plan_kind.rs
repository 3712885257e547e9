//! What plans are for.

use super::verdict::Action;
use serde::{Deserialize, Serialize};

/// What a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A dead master is replaced.
    DeadMaster,
    /// A dead co-master is replaced.
    DeadCoMaster,
    /// A living master hands over.
    Takeover,
    /// A former master comes back as a replica.
    Rejoin,
    /// Servers come to replicate from others because a person wants it, and nobody is promoted.
    Relocation,
    /// The replicas of a dead intermediate master come below others.
    DeadIntermediateMaster,
    /// The replicas of a dead member of a replication group come below another member.
    DeadGroupMember,
    /// As many replicas acknowledge a master's commits as it waits for.
    SemiSync,
    /// A master that refuses writes takes them.
    NonWriteable,
}

impl Kind {
    /// What carries an action out; `None` for those that call for nothing.
    pub fn of(action: Action) -> Option<Self> {
        match action {
            Action::RecoverMaster => Some(Self::DeadMaster),
            Action::RecoverCoMaster => Some(Self::DeadCoMaster),
            Action::RecoverIntermediateMaster => Some(Self::DeadIntermediateMaster),
            Action::RecoverGroupMember => Some(Self::DeadGroupMember),
            Action::RecoverSemiSync => Some(Self::SemiSync),
            Action::MakeWriteable => Some(Self::NonWriteable),
            Action::None | Action::Detect => None,
        }
    }

    /// What a recovery was of, by the code that is stored with it; a word that nobody knows counts as a master's, which keeps
    /// off most.
    pub fn of_stored(analysis: &str) -> Self {
        match analysis {
            "LockedSemiSyncMaster" | "MasterWithTooManySemiSyncReplicas" => Self::SemiSync,
            "NoWriteableMasterStructureWarning" => Self::NonWriteable,
            "DeadReplicationGroupMemberWithReplicas" => Self::DeadGroupMember,
            "DeadCoMaster" | "DeadCoMasterAndSomeReplicas" => Self::DeadCoMaster,
            word if word.contains("IntermediateMaster") => Self::DeadIntermediateMaster,
            _ => Self::DeadMaster,
        }
    }

    /// Whether recoveries of these kinds keep each other off: those that replace a master do, others only their own kind.
    pub fn keeps_off(self, other: Self) -> bool {
        self == other || (self.replaces_a_dead_master() && other.replaces_a_dead_master())
    }

    /// Whether nobody takes anybody's place by it, and so it leaves no record among recoveries.
    pub fn promotes_nobody(self) -> bool {
        matches!(self, Self::Rejoin | Self::Relocation)
    }

    /// Whether it ends for good where a failover does not wait for it: what it would take back is not as it was any more.
    pub fn is_superseded(self) -> bool {
        matches!(self, Self::Takeover | Self::SemiSync | Self::NonWriteable)
    }

    /// Whether it gives a cluster another master in the place of a dead one.
    pub fn replaces_a_dead_master(self) -> bool {
        matches!(self, Self::DeadMaster | Self::DeadCoMaster)
    }

    /// Whether it gives a cluster another master.
    pub fn changes_the_master(self) -> bool {
        self.replaces_a_dead_master() || self == Self::Takeover
    }

    /// Whether it moves replicas of somebody who failed, each by itself: then what is done stays, whatever becomes of the
    /// rest, and who goes on with it goes on with the rest.
    pub fn moves_orphans(self) -> bool {
        matches!(self, Self::DeadIntermediateMaster | Self::DeadGroupMember)
    }

    /// Whether a plan that was left in the middle keeps nobody from replacing a dead master. That a former master came back
    /// only halfway, or replicas elsewhere in the tree, does not keep its successor from being replaced; and a handover by
    /// the same master that died before the promotion had begun can neither be finished nor taken back, and what it was
    /// for is done by the failover.
    pub fn gives_way(self, is_past_return: bool, is_of_same_master: bool) -> bool {
        match self {
            Self::Rejoin
            | Self::Relocation
            | Self::DeadIntermediateMaster
            | Self::DeadGroupMember
            | Self::SemiSync
            | Self::NonWriteable => true,
            Self::Takeover => is_of_same_master && !is_past_return,
            Self::DeadMaster | Self::DeadCoMaster => false,
        }
    }

    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeadMaster => "failover of a dead master",
            Self::DeadCoMaster => "failover of a dead co-master",
            Self::Takeover => "takeover",
            Self::Rejoin => "rejoin",
            Self::Relocation => "relocation",
            Self::DeadIntermediateMaster => "recovery of a dead intermediate master",
            Self::DeadGroupMember => "recovery of a dead group member",
            Self::SemiSync => "adjustment of semi-sync",
            Self::NonWriteable => "recovery of a read-only master",
        }
    }

    /// What has come of it where it was carried to its end; `successor` is who took somebody's place, or takes replicas.
    pub fn done(self, successor: &str) -> String {
        match self {
            Self::DeadIntermediateMaster | Self::DeadGroupMember => {
                format!("its replicas replicate from {successor} now")
            }
            Self::SemiSync => "its commits are acknowledged by as many replicas as it waits for".to_owned(),
            Self::NonWriteable => "it takes writes now".to_owned(),
            _ => format!("{successor} is the master now"),
        }
    }

    /// What has become of what was done where it came to nothing.
    pub fn undone(self) -> &'static str {
        match self.moves_orphans() {
            true => "",
            false => ", everything was taken back",
        }
    }

    /// What it is, in messages about one.
    pub fn attempt(self) -> &'static str {
        match self {
            Self::Takeover => "the takeover",
            Self::Rejoin => "the rejoin",
            Self::Relocation => "the relocation",
            _ => "the recovery",
        }
    }
}
