//! Structure warnings: every row that holds is reported, in table order, whatever the failure rules say.

use super::pattern::Fact::{
    BinlogServerTopology, DifferentGtidModes, DistinctMajorVersions, ErrantReplicas, LoggingReplicas,
    MariaDbGtidTopology, Master, MixedReplicas, OracleGtidTopology, PseudoGtidTopology, ReadOnly, Replicas,
    RowReplicas, SemiSyncClients, SemiSyncEnabled, SemiSyncStatus, SemiSyncWaitCount, StatementReplicas,
};
use super::pattern::{Condition, at_least, fewer, is, no, yes};
use crate::model::facts::Facts;
use crate::model::verdict::Warning;

/// One row of the table.
#[derive(Debug)]
pub struct WarningRule {
    /// Stable number.
    pub number: &'static str,
    /// What it says.
    pub warning: Warning,
    /// All of these must hold.
    pub when: &'static [Condition],
}

/// The table, in the order of output.
#[rustfmt::skip]
pub static WARNINGS: &[WarningRule] = &[
    WarningRule { number: "S1", warning: Warning::NoLoggingReplicasStructureWarning,
        when: &[yes(Master), is(LoggingReplicas, 0), at_least(Replicas, 2)] },
    WarningRule { number: "S2", warning: Warning::NoFailoverSupportStructureWarning,
        when: &[yes(Master), at_least(Replicas, 2), no(OracleGtidTopology), no(MariaDbGtidTopology), no(BinlogServerTopology), no(PseudoGtidTopology)] },
    WarningRule { number: "S3", warning: Warning::StatementAndMixedLoggingReplicasStructureWarning,
        when: &[yes(Master), at_least(StatementReplicas, 1), at_least(MixedReplicas, 1)] },
    WarningRule { number: "S4", warning: Warning::StatementAndRowLoggingReplicasStructureWarning,
        when: &[yes(Master), at_least(StatementReplicas, 1), at_least(RowReplicas, 1)] },
    WarningRule { number: "S5", warning: Warning::MixedAndRowLoggingReplicasStructureWarning,
        when: &[yes(Master), at_least(MixedReplicas, 1), at_least(RowReplicas, 1)] },
    WarningRule { number: "S6", warning: Warning::MultipleMajorVersionsLoggingReplicasStructureWarning,
        when: &[yes(Master), at_least(DistinctMajorVersions, 2)] },
    WarningRule { number: "S7", warning: Warning::DifferentGTIDModesStructureWarning,
        when: &[at_least(Replicas, 1), yes(DifferentGtidModes)] },
    WarningRule { number: "S8", warning: Warning::ErrantGTIDStructureWarning,
        when: &[yes(ErrantReplicas)] },
    WarningRule { number: "S9", warning: Warning::NoWriteableMasterStructureWarning,
        when: &[yes(Master), yes(ReadOnly)] },
    WarningRule { number: "S10", warning: Warning::NotEnoughValidSemiSyncReplicasStructureWarning,
        when: &[yes(Master), yes(SemiSyncEnabled), no(SemiSyncStatus), fewer(SemiSyncClients, SemiSyncWaitCount)] },
];

/// Every warning whose conditions hold.
pub fn all_that_hold(facts: &Facts) -> Vec<Warning> {
    WARNINGS
        .iter()
        .filter(|row| row.when.iter().all(|c| c.holds(facts)))
        .map(|row| row.warning)
        .collect()
}
