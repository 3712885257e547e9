//! How recoveries are carried out.

use crate::config::Config;

/// How recoveries are carried out, by the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The successor forgets its master and takes writes: `ApplyMySQLPromotionAfterMasterFailover`.
    pub applies_promotion: bool,
    /// The successor's master host is broken on purpose: `MasterFailoverDetachReplicaMasterHost`.
    pub detaches_successor: bool,
    /// Lost replicas are detached: `DetachLostReplicasAfterMasterFailover`.
    pub detaches_lost: bool,
    /// `UseSuperReadOnly`.
    pub even_super: bool,
    /// What becomes of relay logs that the successor has not applied.
    pub drain: Drain,
    /// How long draining may go on without coming nearer, in milliseconds.
    pub drain_ms: u64,
    /// How long a living master's last writes may take to reach the successor, in milliseconds.
    pub catch_up_ms: u64,
    /// A master that is alive and refuses this tool is not replaced unless a person asks: `RecoverRefusingMaster` is off.
    pub spares_refusing: bool,
    /// Most replicas that are moved at a time: `MaxConcurrentReplicaOperations`.
    pub width: usize,
}

/// What becomes of relay logs that the successor has not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drain {
    /// They are applied, as long as that goes on; a successor that does not get through is refused.
    Wait,
    /// A successor that has some is refused at once: `FailMasterPromotionIfSQLThreadNotUpToDate`.
    Refuse,
    /// They are destroyed, as the original does by default: `PromoteUnappliedReplicas`.
    Destroy,
}

impl Manner {
    /// As the configuration says.
    pub fn of(config: &Config) -> Self {
        let ms = |seconds: i64| u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
        Self {
            applies_promotion: config.apply_mysql_promotion_after_master_failover,
            detaches_successor: config.master_failover_detach_replica_master_host,
            detaches_lost: config.detach_lost_replicas_after_master_failover,
            even_super: config.use_super_read_only,
            drain: match config {
                c if c.fail_master_promotion_if_sql_thread_not_up_to_date => Drain::Refuse,
                c if c.promote_unapplied_replicas && !c.delay_master_promotion_if_sql_thread_not_up_to_date => {
                    Drain::Destroy
                }
                _ => Drain::Wait,
            },
            drain_ms: ms(config.reasonable_replication_lag_seconds).max(1_000),
            catch_up_ms: ms(config.reasonable_maintenance_replication_lag_seconds).max(1_000),
            spares_refusing: !config.recover_refusing_master,
            width: usize::try_from(config.max_concurrent_replica_operations)
                .unwrap_or(1)
                .max(1),
        }
    }
}
