//! Every piece of periodic work, one row each.

use std::fmt;

/// The standing that a piece of work needs. With one file for an inventory, the elected watcher is active and leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// None: also a watcher that stands by does it.
    Nothing,
    /// To be the one that acts on this inventory.
    Active,
    /// To be the one that acts for all watchers.
    Leader,
}

impl Needs {
    /// One word for tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "any",
            Self::Active => "active",
            Self::Leader => "leader",
        }
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What else must hold for a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// Nothing else.
    Always,
    /// `AutoPseudoGTID` is on.
    PseudoGtid,
    /// The start-up wait is over.
    StartedUp,
    /// The watcher does not act.
    StandingBy,
    /// There is another watcher to coordinate with.
    WithOthers,
}

impl When {
    /// The condition in words, to follow a task's sentence; empty for none.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::PseudoGtid => "with AutoPseudoGTID",
            Self::StartedUp => "after the start-up wait",
            Self::StandingBy => "while standing by",
            Self::WithOthers => "with other watchers beside this one",
        }
    }
}

/// What a watcher is and has at the moment of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// It acts on this inventory.
    pub active: bool,
    /// It acts for all watchers.
    pub leader: bool,
    /// `AutoPseudoGTID` is on.
    pub pseudo_gtid: bool,
    /// The start-up wait is over.
    pub started_up: bool,
    /// There are other watchers to coordinate with.
    pub others: bool,
}

impl Standing {
    fn has(&self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Active => self.active,
            Needs::Leader => self.leader,
        }
    }

    fn forbids(&self, when: When) -> bool {
        match when {
            When::Always => false,
            When::PseudoGtid => !self.pseudo_gtid,
            When::StartedUp => !self.started_up,
            When::StandingBy => self.active,
            When::WithOthers => !self.others,
        }
    }
}

macro_rules! tasks {
    ($($task:ident, $needs:ident, $when:ident => $sentence:literal;)+) => {
        /// A piece of periodic work.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Task {
            $(#[doc = $sentence] $task),+
        }

        impl Task {
            /// Every piece, in table order.
            pub const ALL: &'static [Self] = &[$(Self::$task),+];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$task => stringify!($task)),+ }
            }

            /// What it does, in one sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$task => $sentence),+ }
            }

            /// The standing it needs.
            pub fn needs(self) -> Needs {
                match self { $(Self::$task => Needs::$needs),+ }
            }

            /// What else must hold.
            pub fn when(self) -> When {
                match self { $(Self::$task => When::$when),+ }
            }
        }
    };
}

tasks! {
    Elect, Nothing, Always => "Take, keep or lose the right to act on this inventory";
    RegisterNode, Nothing, Always => "Say that this watcher lives";
    ReadOperatorChanges, Nothing, Always => "Take over what other processes changed: downtimes, tags, forgotten instances, the global switch";
    QueueOutdated, Active, Always => "Queue every instance whose last check is older than the poll interval";
    SampleQueues, Nothing, Always => "Keep a sample of the queues' lengths";

    RebuildAliases, Active, Always => "Work out the clusters' aliases anew";
    ExpireDowntime, Active, Always => "End downtimes whose time is over or whose reason is gone, and renew those of lost instances";
    InjectSeeds, Active, Always => "Add DiscoverySeeds that are not known yet, once";

    InjectPseudoGtid, Leader, PseudoGtid => "Write a Pseudo-GTID entry on every writable master";
    RegisterPseudoGtidClusters, Leader, PseudoGtid => "Remember which clusters have Pseudo-GTID entries";

    ClearDetections, Active, Always => "End the active period of detections after FailureDetectionPeriodBlockMinutes";
    ClearRecoveries, Active, Always => "End the active period of recoveries after RecoveryPeriodBlockSeconds";
    ExpireBlocked, Active, Always => "Remove notes of recoveries that nothing blocks any more";
    AcknowledgeCrashed, Active, Always => "Acknowledge recoveries whose process died without an open journal";
    CheckAndRecover, Active, StartedUp => "Judge everything known, register detections and recover";

    RecordCoordinates, Active, Always => "Record where every binary and relay log stands";
    ReviewUnseen, Active, Always => "Look again at instances that have not been seen for a while";
    InjectUnseenMasters, Active, Always => "Add masters from which somebody receives and which are not known";
    ForgetLongUnseen, Active, Always => "Forget instances not seen for UnseenInstanceForgetHours";
    ForgetUnseenAliases, Active, Always => "Forget aliases not registered for UnseenInstanceForgetHours";
    ForgetDifferentlyResolved, Active, Always => "Forget unseen instances whose host name resolves to another";
    ForgetExpiredResolves, Active, Always => "Forget host names resolved long ago";
    DeleteInvalidResolves, Active, Always => "Delete host names that resolve to each other";
    ResolveUnknownMasters, Active, Always => "Resolve names of masters that are not known, as they were resolved before";
    PurgeMaintenance, Active, Always => "End maintenance whose time is over, and purge what ended long ago";
    PurgeCandidates, Active, Always => "Purge expired promotion rules";
    PurgeUnresolves, Active, Always => "Purge expired unresolved names";
    PurgeDomains, Active, Always => "Purge expired cluster domains";
    PurgeAudit, Active, Always => "Purge audit lines older than AuditPurgeDays";
    PurgeEquivalences, Active, Always => "Purge expired equivalent positions of masters";
    PurgePools, Active, Always => "Purge expired pools";
    SaveResolves, Active, Always => "Write resolved host names that differ from what was asked";
    PurgePseudoGtidClusters, Active, Always => "Purge clusters that had no Pseudo-GTID entry for an hour";
    PurgeStaleCoordinates, Active, Always => "Purge remembered positions of masters";
    PurgeNodeHistory, Active, Always => "Purge the history of watchers and commands";
    PurgeAccessTokens, Active, Always => "Purge expired access tokens";
    PurgeNodes, Active, Always => "Purge watchers and commands that live no more";
    PurgeDetections, Active, Always => "Purge detections older than AuditPurgeDays";
    PurgeRecoveries, Active, Always => "Purge recoveries older than AuditPurgeDays";
    PurgeRecoverySteps, Active, Always => "Purge recovery steps older than AuditPurgeDays";
    PurgeChangelog, Active, Always => "Purge changes of analysis older than UnseenInstanceForgetHours";
    WriteMasters, Leader, StartedUp => "Write every cluster's master to the key-value table";
    ReloadResolves, Nothing, StandingBy => "Read resolved host names again";

    PublishMasters, Leader, WithOthers => "Tell the other watchers of every writable master";

    SnapshotTopologies, Active, Always => "Keep a snapshot of all topologies";
}

impl Task {
    /// Whether it is to be done by a watcher of this standing.
    pub fn applies(self, standing: &Standing) -> bool {
        standing.has(self.needs()) && !standing.forbids(self.when())
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
