//! Settings that have two names. Where two files give one each, the later file decides.

use std::cmp::Ordering;

use super::Adjustment;
use crate::config::problem::Level;
use crate::config::table::Key;

/// Which of an old and a new name of one setting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Later {
    /// The later file gives the old name.
    Old,
    /// The later file gives the new name.
    New,
    /// One file gives both, or not both are given.
    Neither,
}

impl Adjustment<'_> {
    fn later(&self, old: Key, new: Key) -> Later {
        match (self.config.place(old), self.config.place(new)) {
            (Some(old), Some(new)) => match old.file_number.cmp(&new.file_number) {
                Ordering::Greater => Later::Old,
                Ordering::Less => Later::New,
                Ordering::Equal => Later::Neither,
            },
            _ => Later::Neither,
        }
    }

    /// Settles the time after a recovery, which has an old form in minutes.
    pub(super) fn recovery_period(&mut self) {
        let in_minutes = self.config.recovery_period_block_minutes.saturating_mul(60);
        let seconds = self.config.recovery_period_block_seconds;
        let minutes_given = self.config.is_given(Key::RecoveryPeriodBlockMinutes);
        if minutes_given && !self.config.is_given(Key::RecoveryPeriodBlockSeconds) {
            self.config.recovery_period_block_seconds = in_minutes;
            let text = format!("RecoveryPeriodBlockMinutes sets RecoveryPeriodBlockSeconds to {in_minutes}");
            self.say(Level::Info, Key::RecoveryPeriodBlockMinutes, text);
            self.derive(Key::RecoveryPeriodBlockSeconds, "from RecoveryPeriodBlockMinutes");
        } else if seconds == 0 && in_minutes > 0 {
            self.config.recovery_period_block_seconds = in_minutes;
            if !minutes_given {
                let text = format!(
                    "RecoveryPeriodBlockSeconds: 0 leaves it to RecoveryPeriodBlockMinutes, so a recovery keeps others off \
                     for {in_minutes} s; for no such time set RecoveryPeriodBlockMinutes: 0 too"
                );
                self.say(Level::Warning, Key::RecoveryPeriodBlockSeconds, text);
            }
            self.derive(Key::RecoveryPeriodBlockSeconds, "0, so from RecoveryPeriodBlockMinutes");
        } else if minutes_given && seconds != in_minutes {
            let text = format!("RecoveryPeriodBlockSeconds, {seconds}, wins over RecoveryPeriodBlockMinutes");
            self.say(Level::Info, Key::RecoveryPeriodBlockMinutes, text);
        }
    }

    pub(super) fn lag_query(&mut self) {
        let old = std::mem::take(&mut self.config.slave_lag_query);
        if old.is_empty() {
            return;
        }
        self.derive(Key::SlaveLagQuery, "given over to ReplicationLagQuery");
        let new = &self.config.replication_lag_query;
        match self.later(Key::SlaveLagQuery, Key::ReplicationLagQuery) {
            Later::New => return,
            Later::Old => {}
            Later::Neither if new.is_empty() || *new == old => {}
            Later::Neither => {
                let text = "ReplicationLagQuery and SlaveLagQuery are two names of one setting and differ";
                self.say_with_hint(Level::Error, Key::SlaveLagQuery, text, Some("remove SlaveLagQuery"));
                return;
            }
        }
        self.config.replication_lag_query = old;
        self.derive(Key::ReplicationLagQuery, "from SlaveLagQuery");
    }

    /// Settles whether lost replicas are detached: the name that is given decides, and true wins within one file.
    pub(super) fn detach_lost_replicas(&mut self) {
        let (old, new) = (
            Key::DetachLostSlavesAfterMasterFailover,
            Key::DetachLostReplicasAfterMasterFailover,
        );
        let values = (
            self.config.detach_lost_slaves_after_master_failover,
            self.config.detach_lost_replicas_after_master_failover,
        );
        let detach = match (
            self.later(old, new),
            self.config.is_given(old),
            self.config.is_given(new),
        ) {
            (Later::Old, ..) | (_, true, false) => values.0,
            (Later::New, ..) | (_, false, true) => values.1,
            _ => values.0 || values.1,
        };
        self.config.detach_lost_slaves_after_master_failover = detach;
        self.config.detach_lost_replicas_after_master_failover = detach;
        self.derive_from_each_other((old, values.0 != detach), (new, values.1 != detach));
    }

    /// Settles whether the promoted server's master host is detached: within one file, true wins.
    pub(super) fn detach_master_host(&mut self) {
        let (old, new) = (
            Key::MasterFailoverDetachSlaveMasterHost,
            Key::MasterFailoverDetachReplicaMasterHost,
        );
        let values = (
            self.config.master_failover_detach_slave_master_host,
            self.config.master_failover_detach_replica_master_host,
        );
        let detach = match self.later(old, new) {
            Later::Old => values.0,
            Later::New => values.1,
            Later::Neither => values.0 || values.1,
        };
        self.config.master_failover_detach_slave_master_host = detach;
        self.config.master_failover_detach_replica_master_host = detach;
        self.derive_from_each_other((old, values.0 != detach), (new, values.1 != detach));
    }

    /// Settles from which delay on replicas are moved last: within one file, the two must not contradict each other.
    pub(super) fn postpone_replicas(&mut self) {
        let (old, new) = (
            Key::PostponeSlaveRecoveryOnLagMinutes,
            Key::PostponeReplicaRecoveryOnLagMinutes,
        );
        let values = (
            self.config.postpone_slave_recovery_on_lag_minutes,
            self.config.postpone_replica_recovery_on_lag_minutes,
        );
        let minutes = match self.later(old, new) {
            _ if values.0 == 0 => values.1,
            Later::New => values.1,
            Later::Neither if values.1 != 0 && values.0 != values.1 => {
                let text = format!("{new} and {old} are two names of one setting and differ");
                self.say_with_hint(Level::Error, old, text, Some(&format!("remove {old}")));
                return;
            }
            Later::Old | Later::Neither => values.0,
        };
        self.config.postpone_slave_recovery_on_lag_minutes = minutes;
        self.config.postpone_replica_recovery_on_lag_minutes = minutes;
        self.derive_from_each_other((old, values.0 != minutes), (new, values.1 != minutes));
    }

    /// Notes which of two names of one setting took the other's value.
    fn derive_from_each_other(&mut self, old: (Key, bool), new: (Key, bool)) {
        for ((key, changed), other) in [(old, new.0), (new, old.0)] {
            if changed {
                self.derive(key, format!("from {other}"));
            }
        }
    }
}
