//! Downtimes.

use super::{Inventory, Result, stamp, stamp_or_null};
use crate::model::records::{Downtime, LOST_IN_RECOVERY};
use crate::model::{InstanceKey, Timestamp};

/// How long an instance lost in a recovery stays in downtime, unless it comes back.
const LOST_SECONDS: i64 = 365 * 86_400;
/// How old such a downtime must be before it can end by itself.
const LOST_LEAST_SECONDS: i64 = 60;

/// A downtime to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDowntime {
    /// Whose; need not be known.
    pub key: InstanceKey,
    /// Who says so.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub begin: Timestamp,
    /// Until when; `None` is without end.
    pub end: Option<Timestamp>,
}

impl NewDowntime {
    /// That of an instance lost in a recovery, for `MasterFailoverLostInstancesDowntimeMinutes`; 0 is a year, which a
    /// watcher renews until the instance is back.
    pub fn of_lost(key: InstanceKey, owner: impl Into<String>, minutes: u64, now: Timestamp) -> Self {
        let seconds = match i64::try_from(minutes).unwrap_or(i64::MAX) {
            0 => LOST_SECONDS,
            minutes => minutes.saturating_mul(60),
        };
        Self {
            key,
            owner: owner.into(),
            reason: LOST_IN_RECOVERY.to_owned(),
            begin: now,
            end: Some(now.plus_seconds(seconds)),
        }
    }
}

impl Inventory {
    /// Begins a downtime, in the place of an earlier one. One that has already ended is not stored, and `false`
    /// returned.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin_downtime(&self, downtime: &NewDowntime, now: Timestamp) -> Result<bool> {
        if downtime.end.is_some_and(|end| end <= now) {
            return Ok(false);
        }
        self.write("begin a downtime", |conn| {
            conn.prepare_cached(
                "INSERT INTO database_instance_downtime
                 (hostname, port, downtime_active, begin_timestamp, end_timestamp, owner, reason)
                 VALUES (?, ?, 1, ?, ?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET downtime_active = 1, begin_timestamp = excluded.begin_timestamp,
                     end_timestamp = excluded.end_timestamp, owner = excluded.owner, reason = excluded.reason",
            )?
            .execute((
                downtime.key.hostname.as_ref(),
                downtime.key.port,
                stamp(downtime.begin),
                stamp_or_null(downtime.end),
                &downtime.owner,
                &downtime.reason,
            ))
            .map(|_| true)
        })
    }

    /// Ends a downtime; returns whether there was one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_downtime(&self, key: &InstanceKey) -> Result<bool> {
        self.write("end a downtime", |conn| {
            conn.prepare_cached("DELETE FROM database_instance_downtime WHERE hostname = ? AND port = ?")?
                .execute((key.hostname.as_ref(), key.port))
                .map(|rows| rows > 0)
        })
    }

    /// All downtimes, ended ones included, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn downtimes(&self) -> Result<Vec<Downtime>> {
        let columns = [
            "hostname",
            "port",
            "downtime_active",
            "begin_timestamp",
            "end_timestamp",
            "owner",
            "reason",
        ];
        let rest = "ORDER BY hostname, port";
        self.list(
            "read the downtimes",
            "database_instance_downtime",
            &columns,
            rest,
            [],
            |cells| {
                Some(Downtime {
                    key: cells.key(0)?,
                    begin: cells.time(3),
                    end: cells.time(4),
                    end_text: cells.text(4),
                    owner: cells.text(5),
                    reason: cells.text(6),
                    active: cells.flag(2),
                })
            },
        )
    }

    /// Removes downtimes that have ended; returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire_downtimes(&self, now: Timestamp) -> Result<usize> {
        self.write("end downtimes", |conn| {
            conn.prepare_cached("DELETE FROM database_instance_downtime WHERE end_timestamp < ?")?
                .execute([stamp(now)])
        })
    }

    /// Lets the downtimes of instances lost in a recovery last a year from now; returns how many there are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn renew_lost_in_recovery(&self, now: Timestamp) -> Result<usize> {
        self.write("renew downtimes of lost instances", |conn| {
            conn.prepare_cached(
                "UPDATE database_instance_downtime SET end_timestamp = ? WHERE downtime_active = 1 AND reason = ?",
            )?
            .execute((stamp(now.plus_seconds(LOST_SECONDS)), LOST_IN_RECOVERY))
        })
    }

    /// Ends the downtime of instances lost in a recovery that are well again: at least a minute old, the last check
    /// valid, and either replicating, or the only one at the top with its suggested alias. Returns their keys.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_recovered_lost(&self, now: Timestamp) -> Result<Vec<InstanceKey>> {
        let least = now.plus_seconds(-LOST_LEAST_SECONDS);
        self.transaction("end downtimes of instances that came back", |inventory| {
            let mut back = Vec::new();
            for downtime in inventory.downtimes()? {
                let old_enough = downtime.begin.is_none_or(|begin| begin <= least);
                if downtime.active
                    && downtime.reason == LOST_IN_RECOVERY
                    && old_enough
                    && inventory.is_back(&downtime.key)?
                {
                    inventory.end_downtime(&downtime.key)?;
                    back.push(downtime.key);
                }
            }
            Ok(back)
        })
    }

    fn is_back(&self, key: &InstanceKey) -> Result<bool> {
        let Some(instance) = self.instance(key)? else {
            return Ok(false);
        };
        if !instance.check.is_valid() {
            return Ok(false);
        }
        let alias = &instance.cluster.suggested_alias;
        if instance.is_replicating() || instance.cluster.depth != 0 || alias.is_empty() {
            return Ok(instance.is_replicating());
        }
        let tops: i64 = self.read("count the masters of an alias", |conn| {
            conn.prepare_cached(
                "SELECT count(*) FROM database_instance WHERE suggested_cluster_alias = ? AND replication_depth = 0",
            )?
            .query_row([alias], |row| row.get(0))
        })?;
        Ok(tops == 1)
    }
}
