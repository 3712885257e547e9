//! Removing rows that are too old.

use super::{Inventory, Result, stamp};
use crate::model::Timestamp;

macro_rules! purges {
    ($($(#[$doc:meta])* $name:ident => $table:literal, $condition:literal;)+) => {
        /// What can be removed for its age.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Purge {
            $($(#[$doc])* $name),+
        }

        impl Purge {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            fn statement(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$name => ($table, concat!("DELETE FROM ", $table, " WHERE ", $condition))),+
                }
            }
        }
    };
}

purges! {
    /// Entries of the audit table.
    Audit => "audit", "audit_timestamp < ?";
    /// Failure detections.
    Detections => "topology_failure_detection", "start_active_period < ?";
    /// Recoveries, except those under way: their row is the lock.
    Recoveries => "topology_recovery", "start_active_period < ? AND NOT (in_active_period = 1 AND end_recovery IS NULL)";
    /// Steps of recoveries.
    RecoverySteps => "topology_recovery_steps", "audit_at < ?";
    /// Blocked recoveries whose cause is acknowledged or gone, or that were not blocked since.
    BlockedRecoveries => "blocked_topology_recovery",
        "last_blocked_timestamp < ? OR NOT EXISTS (SELECT 1 FROM topology_recovery r
         WHERE r.recovery_id = blocking_recovery_id AND r.acknowledged = 0)";
    /// Changes of analysis.
    AnalysisChangelog => "database_instance_analysis_changelog", "analysis_timestamp < ?";
    /// Programs that ceased to register.
    NodeHealth => "node_health", "last_seen_active < ?";
    /// Programs of the past.
    NodeHistory => "node_health_history", "first_seen_active < ?";
    /// Promotion rules.
    Candidates => "candidate_database_instance", "last_suggested < ?";
    /// Aliases of clusters.
    Aliases => "cluster_alias", "last_registered < ?";
    /// Domains of clusters.
    Domains => "cluster_domain_name", "last_registered < ?";
    /// Resolutions of hosts.
    Resolves => "hostname_resolve", "resolved_timestamp < ?";
    /// Virtual names of hosts.
    Unresolves => "hostname_unresolve", "last_registered < ?";
    /// Members of pools.
    Pools => "database_instance_pool", "registered_at < ?";
    /// Earlier log positions.
    CoordinatesHistory => "database_instance_coordinates_history", "recorded_timestamp < ?";
    /// Equivalent log positions.
    PositionEquivalence => "master_position_equivalence", "last_suggested < ?";
    /// Clusters with injected Pseudo-GTID.
    InjectedPseudoGtid => "cluster_injected_pseudo_gtid", "time_injected < ?";
    /// Access tokens that can be used once.
    AccessTokens => "access_token", "generated_at < ? AND is_reentrant = 0";
    /// Marks of forgotten instances.
    Forgotten => "orc_forgotten", "until < ?";
}

/// Tables of ours that hold parts of recoveries: what goes for its age, and what goes with it.
const OF_RECOVERIES: [(&str, &str); 5] = [
    ("orc_plan", "closed <> '' AND closed < ?"),
    (
        "orc_journal",
        "?1 <> '' AND NOT EXISTS (SELECT 1 FROM orc_plan p WHERE p.uid = orc_journal.uid)",
    ),
    (
        "orc_loss",
        "recorded < ? AND NOT EXISTS (SELECT 1 FROM orc_plan p WHERE p.uid = orc_loss.uid)",
    ),
    // Whoever was fenced stays so, however long ago, until somebody says otherwise.
    ("orc_fence", "state = 'dropped' AND changed < ?"),
    ("orc_decision", "last < ?"),
];

impl Inventory {
    /// Removes what is older than a moment; returns how many rows went.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn purge(&self, what: Purge, before: Timestamp) -> Result<usize> {
        let (table, sql) = what.statement();
        if !self.has(table) {
            return Ok(0);
        }
        self.transaction("remove what is too old", |inventory| {
            let rows = inventory.write("remove what is too old", |conn| {
                conn.prepare_cached(sql)?.execute([stamp(before)])
            })?;
            if what == Purge::Recoveries {
                inventory.purge_of_recoveries(before)?;
            }
            Ok(rows)
        })
    }

    /// Removes what is kept of recoveries in tables of ours.
    fn purge_of_recoveries(&self, before: Timestamp) -> Result<()> {
        for (table, condition) in OF_RECOVERIES {
            if self.has(table) {
                self.write("remove what is too old", |conn| {
                    let sql = format!("DELETE FROM {table} WHERE {condition}");
                    conn.prepare_cached(&sql)?.execute([stamp(before)])
                })?;
            }
        }
        Ok(())
    }
}
