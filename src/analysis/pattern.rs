//! Conditions over facts, as values that can be matched, printed and searched.

use crate::model::facts::Facts;
use std::fmt;

macro_rules! facts {
    ($($variant:ident: $kind:ident($field:ident) = $phrase:literal),+ $(,)?) => {
        /// One thing that conditions look at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each fact's phrase is its documentation")]
        pub enum Fact { $($variant),+ }

        impl Fact {
            /// What the fact is, in words.
            pub fn phrase(self) -> &'static str {
                match self { $(Self::$variant => $phrase),+ }
            }

            /// Its value, flags being 0 or 1.
            pub fn value(self, facts: &Facts) -> u32 {
                match self { $(Self::$variant => u32::from(facts.$field)),+ }
            }
        }
    };
}

facts! {
    Master: flag(is_master) = "it is a master",
    CoMaster: flag(is_co_master) = "it is a co-master",
    GroupMember: flag(is_group_member) = "it is a replication group member",
    BinlogServer: flag(is_binlog_server) = "it is a binlog server",
    CheckValid: flag(check_valid) = "it answered when last asked",
    PartialSuccess: flag(partial_success) = "it answered in part",
    FailingToConnect: flag(failing_to_connect) = "its receiver fails to connect to its master",
    ReadOnly: flag(is_read_only) = "it is read-only",
    Depth: count(depth) = "steps from the master",
    Replicas: count(replicas) = "replicas",
    ValidReplicas: count(valid_replicas) = "replicas that answered",
    ReplicatingReplicas: count(replicating_replicas) = "replicas that answered and replicate",
    FailingReplicas: count(failing_replicas) = "replicas that fail to connect to it",
    LaggingReplicas: count(lagging_replicas) = "lagging replicas",
    DelayedReplicas: count(delayed_replicas) = "delayed replicas",
    SemiSyncEnabled: flag(semi_sync_enabled) = "semi-sync is switched on",
    SemiSyncStatus: flag(semi_sync_status) = "semi-sync is in effect",
    SemiSyncWaitCount: count(semi_sync_wait_count) = "acknowledgements a commit waits for",
    SemiSyncClients: count(semi_sync_clients) = "connected acknowledgers",
    StaleCoordinates: flag(stale_coordinates) = "its binary log stands still",
    LoggingReplicas: count(logging_replicas) = "logging replicas",
    StatementReplicas: count(statement_replicas) = "logging replicas in STATEMENT format",
    MixedReplicas: count(mixed_replicas) = "logging replicas in MIXED format",
    RowReplicas: count(row_replicas) = "logging replicas in ROW format",
    DistinctMajorVersions: count(distinct_major_versions) = "major versions among logging replicas",
    OracleGtidTopology: flag(oracle_gtid_topology) = "all replicas that answered use Oracle GTID",
    MariaDbGtidTopology: flag(mariadb_gtid_topology) = "all replicas that answered use MariaDB GTID",
    BinlogServerTopology: flag(binlog_server_topology) = "all replicas that answered are binlog servers",
    PseudoGtidTopology: flag(pseudo_gtid_topology) = "it uses Pseudo-GTID",
    DifferentGtidModes: flag(different_gtid_modes) = "gtid_mode differs between it and its replicas",
    ErrantReplicas: flag(errant_replicas) = "a replica has errant transactions",
    ExactSemiSync: flag(exact_semi_sync) = "EnforceExactSemiSyncReplicas is set",
    RecoverNonWriteable: flag(recover_non_writeable) = "RecoverNonWriteableMaster is set",
}

/// What a fact is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// The flag is set.
    Yes,
    /// The flag is not set.
    No,
    /// The count is exactly this.
    Is(u32),
    /// The count is at least this.
    AtLeast(u32),
    /// The count equals another count.
    Same(Fact),
    /// The count is less than another.
    FewerThan(Fact),
    /// The count is more than another.
    MoreThan(Fact),
}

/// One condition of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub fact: Fact,
    /// What it must be.
    pub test: Test,
}

impl Condition {
    /// Whether the facts meet it.
    pub fn holds(&self, facts: &Facts) -> bool {
        let value = self.fact.value(facts);
        match self.test {
            Test::Yes => value == 1,
            Test::No => value == 0,
            Test::Is(n) => value == n,
            Test::AtLeast(n) => value >= n,
            Test::Same(other) => value == other.value(facts),
            Test::FewerThan(other) => value < other.value(facts),
            Test::MoreThan(other) => value > other.value(facts),
        }
    }

    /// The condition with the values found, as evidence.
    pub fn with_values(&self, facts: &Facts) -> String {
        let value = self.fact.value(facts);
        match self.test {
            Test::Yes | Test::No => format!("{self} ({})", if value == 1 { "yes" } else { "no" }),
            Test::Is(_) | Test::AtLeast(_) => format!("{self} ({value})"),
            Test::Same(other) | Test::FewerThan(other) | Test::MoreThan(other) => {
                format!("{self} ({value} and {})", other.value(facts))
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = self.fact.phrase();
        match self.test {
            Test::Yes => f.write_str(fact),
            Test::No => write!(f, "not: {fact}"),
            Test::Is(n) => write!(f, "{fact} = {n}"),
            Test::AtLeast(n) => write!(f, "{fact} >= {n}"),
            Test::Same(other) => write!(f, "{fact} = {}", other.phrase()),
            Test::FewerThan(other) => write!(f, "{fact} < {}", other.phrase()),
            Test::MoreThan(other) => write!(f, "{fact} > {}", other.phrase()),
        }
    }
}

/// The flag is set.
pub const fn yes(fact: Fact) -> Condition {
    Condition { fact, test: Test::Yes }
}

/// The flag is not set.
pub const fn no(fact: Fact) -> Condition {
    Condition { fact, test: Test::No }
}

/// The count is exactly `n`.
pub const fn is(fact: Fact, n: u32) -> Condition {
    Condition {
        fact,
        test: Test::Is(n),
    }
}

/// The count is at least `n`.
pub const fn at_least(fact: Fact, n: u32) -> Condition {
    Condition {
        fact,
        test: Test::AtLeast(n),
    }
}

/// Both counts are equal.
pub const fn same(fact: Fact, other: Fact) -> Condition {
    Condition {
        fact,
        test: Test::Same(other),
    }
}

/// The first count is less than the second.
pub const fn fewer(fact: Fact, other: Fact) -> Condition {
    Condition {
        fact,
        test: Test::FewerThan(other),
    }
}

/// The first count is more than the second.
pub const fn more(fact: Fact, other: Fact) -> Condition {
    Condition {
        fact,
        test: Test::MoreThan(other),
    }
}
