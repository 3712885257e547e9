//! Every plain number that the watcher keeps about itself, one row each: what it is, its name, what it means.

/// What becomes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

impl Kind {
    /// Its word in the exposition format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        }
    }
}

macro_rules! metrics {
    ($($metric:ident, $kind:ident, $name:literal => $help:literal;)+) => {
        /// A plain number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Metric {
            $(#[doc = $help] $metric),+
        }

        impl Metric {
            /// Every number, in table order.
            pub const ALL: &'static [Self] = &[$(Self::$metric),+];

            /// Its name with dots, as graphs of the original know it where it has one.
            pub fn name(self) -> &'static str {
                match self { $(Self::$metric => $name),+ }
            }

            /// What becomes of it.
            pub fn kind(self) -> Kind {
                match self { $(Self::$metric => Kind::$kind),+ }
            }

            /// What it means.
            pub fn help(self) -> &'static str {
                match self { $(Self::$metric => $help),+ }
            }
        }
    };
}

metrics! {
    DiscoveriesAttempt, Counter, "discoveries.attempt" => "Probes begun";
    DiscoveriesFail, Counter, "discoveries.fail" => "Probes that failed";
    DiscoveriesTooSlow, Counter, "discoveries.instance_poll_seconds_exceeded" => "Probes that took longer than InstancePollSeconds";
    AnalysisChangeAttempt, Counter, "analysis.change.write.attempt" => "Verdicts compared with the last one written";
    AnalysisChange, Counter, "analysis.change.write" => "Changes of verdict written";
    AuditWrite, Counter, "audit.write" => "Audit lines written";
    AccessDenied, Counter, "instance.access_denied" => "Probes refused for user or password";
    ReadTopology, Counter, "instance.read_topology" => "Instances read from their servers";
    InstanceRead, Counter, "instance.read" => "Reads of instances from the inventory";
    InstanceWrite, Counter, "instance.write" => "Instances written to the inventory";
    TlsRead, Counter, "instance_tls.read" => "Reads of which instances want TLS";
    TlsWrite, Counter, "instance_tls.write" => "Writes of which instances want TLS";
    TlsReadCache, Counter, "instance_tls.read_cache" => "Answers from memory to which instances want TLS";
    TlsWriteCache, Counter, "instance_tls.write_cache" => "Instances noted in memory as wanting TLS";
    ResolveWriteResolved, Counter, "resolve.write_resolved" => "Resolved host names written";
    ResolveWriteUnresolved, Counter, "resolve.write_unresolved" => "Unresolved host names written";
    ResolveReadResolved, Counter, "resolve.read_resolved" => "Resolved host names read";
    ResolveReadUnresolved, Counter, "resolve.read_unresolved" => "Unresolved host names read";
    ResolveReadAll, Counter, "resolve.read_resolved_all" => "Reads of all resolved host names";
    DeadMasterStart, Counter, "recover.dead_master.start" => "Recoveries of masters begun";
    DeadMasterSuccess, Counter, "recover.dead_master.success" => "Recoveries of masters done";
    DeadMasterFail, Counter, "recover.dead_master.fail" => "Recoveries of masters failed";
    DeadIntermediateStart, Counter, "recover.dead_intermediate_master.start" => "Recoveries of intermediate masters begun";
    DeadIntermediateSuccess, Counter, "recover.dead_intermediate_master.success" => "Recoveries of intermediate masters done";
    DeadIntermediateFail, Counter, "recover.dead_intermediate_master.fail" => "Recoveries of intermediate masters failed";
    DeadCoMasterStart, Counter, "recover.dead_co_master.start" => "Recoveries of co-masters begun";
    DeadCoMasterSuccess, Counter, "recover.dead_co_master.success" => "Recoveries of co-masters done";
    DeadCoMasterFail, Counter, "recover.dead_co_master.fail" => "Recoveries of co-masters failed";
    DeadGroupMemberStart, Counter, "recover.dead_replication_group_member.start" => "Recoveries of group members begun";
    DeadGroupMemberSuccess, Counter, "recover.dead_replication_group_member.success" => "Recoveries of group members done";
    DeadGroupMemberFail, Counter, "recover.dead_replication_group_member.fail" => "Recoveries of group members failed";

    QueueLength, Gauge, "discoveries.queue_length" => "Instances that wait for a probe or are being probed";
    RecentCount, Gauge, "discoveries.recent_count" => "Instances probed within the last InstancePollSeconds";
    DeadInstances, Gauge, "discoveries.dead_instances" => "Instances that are probed less often because they do not answer";
    DeadQueueLength, Gauge, "discoveries.dead_instances_queue_length" => "Of the queue, instances that do not answer";
    IsElected, Gauge, "elect.is_elected" => "1 while this watcher acts on the inventory";
    IsHealthy, Gauge, "health.is_healthy" => "1 while this watcher can say in the inventory that it lives";
    RaftIsHealthy, Gauge, "raft.is_healthy" => "Always 0, there is no Raft here; kept for graphs that name it";
    RaftIsLeader, Gauge, "raft.is_leader" => "Always 0, there is no Raft here; kept for graphs that name it";
    RecoverPending, Gauge, "recover.pending" => "Recoveries under way";

    InstancesKnown, Gauge, "instances.known" => "Instances known";
    InstancesFailing, Gauge, "instances.failing" => "Instances whose last probe failed";
    InstancesHung, Gauge, "instances.hung" => "Instances that take connections but do not answer";
    OldestCheckMillis, Gauge, "instances.oldest_healthy_check_milliseconds" => "Age of the oldest check among instances that answer";
    ConnectionsOpen, Gauge, "connections.open" => "Connections to servers that are open";
    ConnectionsLost, Counter, "connections.lost" => "Connections that servers or the network closed between probes";
    RowsWaiting, Gauge, "inventory.rows_waiting" => "Observations that wait to be written to the inventory";
    InventoryFaults, Counter, "inventory.write_faults" => "Writes to the inventory that failed";
}

impl Metric {
    /// Its name in the exposition format, without the prefix: underscores for dots, `_total` after a counter's.
    pub fn exposed_name(self) -> String {
        let name = self.name().replace('.', "_");
        match self.kind() {
            Kind::Counter => name + "_total",
            Kind::Gauge => name,
        }
    }
}
