//! Recoveries: whether they may run at all, which are held back, and how long an earlier one keeps a later one off.

use super::{Inventory, Purge, Result, stamp};
use crate::model::Timestamp;
use crate::model::incidents::BlockedRecovery;
use crate::model::recovery::BlockFrom;
use rusqlite::{Connection, OptionalExtension, ToSql};

/// How long a blocked recovery is listed after it was last tried, in seconds.
const BLOCKED_SECONDS: i64 = 2;

/// Who acknowledges a recovery whose program is gone, and with what words: other programs look for them.
pub(super) const CRASHED: [&str; 2] = ["orchestrator", "detected crashed recovery"];

/// The recoveries that may be ended or acknowledged without anybody's word: a condition on `topology_recovery r`.
/// One under way, or with an open plan, is not among them: it ends by itself or is resumed.
const WITHOUT_JOURNAL: &str = "NOT EXISTS (SELECT 1 FROM orc_plan p WHERE p.uid = r.uid AND p.closed = '')
    AND NOT EXISTS (SELECT 1 FROM orc_lease l WHERE l.uid = r.uid)";

/// Ends one's active period. Two periods of an instance may end within a second, and the table tells ended ones apart
/// by that second: then the later one is stored as ended a second later.
const END: &str = "UPDATE topology_recovery AS r
    SET in_active_period = 0,
        end_active_period_unixtime = max(?2, coalesce(
            (SELECT max(e.end_active_period_unixtime) + 1 FROM topology_recovery e
             WHERE e.hostname = r.hostname AND e.port = r.port AND e.in_active_period = 0), 0))
    WHERE r.recovery_id = ?1";

/// A recovery keeps no other one off any more.
pub(super) fn end_active_period(conn: &Connection, uid: &str, now: Timestamp) -> rusqlite::Result<()> {
    let find = "SELECT recovery_id FROM topology_recovery WHERE uid = ? AND in_active_period = 1";
    let id: Option<i64> = conn.query_row(find, [uid], |row| row.get(0)).optional()?;
    id.map_or(Ok(()), |id| conn.execute(END, (id, now.0)).map(drop))
}

impl Inventory {
    /// Whether recoveries are switched off for everybody who uses this inventory.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn are_recoveries_disabled(&self) -> Result<bool> {
        let column = ["disable_recovery"];
        let doing = "see whether recoveries are disabled";
        let found = self.list(doing, "global_recovery_disable", &column, "", [], |cells| {
            Some(cells.flag(0))
        })?;
        Ok(found.contains(&true))
    }

    /// Switches recoveries off, for everybody.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn disable_recoveries(&self) -> Result<()> {
        self.write("disable recoveries", |conn| {
            conn.execute(
                "INSERT OR IGNORE INTO global_recovery_disable (disable_recovery) VALUES (1)",
                [],
            )
            .map(|_| ())
        })
    }

    /// Switches recoveries on again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn enable_recoveries(&self) -> Result<()> {
        self.write("enable recoveries", |conn| {
            conn.execute("DELETE FROM global_recovery_disable", []).map(|_| ())
        })
    }

    /// Recoveries that are held back by an earlier one, by instance, in one cluster if a name is given.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn blocked_recoveries(&self, cluster: Option<&str>) -> Result<Vec<BlockedRecovery>> {
        let columns = [
            "hostname",
            "port",
            "cluster_name",
            "analysis",
            "last_blocked_timestamp",
            "blocking_recovery_id",
        ];
        let rest = "WHERE ?1 IS NULL OR cluster_name = ?1 ORDER BY hostname, port";
        let (doing, table) = ("read the blocked recoveries", "blocked_topology_recovery");
        self.list(doing, table, &columns, rest, [cluster], |cells| {
            Some(BlockedRecovery {
                key: cells.key(0)?,
                cluster_name: cells.text(2),
                analysis: cells.text(3),
                last_blocked: cells.time(4),
                blocking_recovery_id: cells.number(5).unwrap_or_default(),
            })
        })
    }

    /// Notes that an earlier recovery holds one back: of each instance the last one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_blocked(&self, blocked: &BlockedRecovery) -> Result<()> {
        self.write("note a recovery that is held back", |conn| {
            conn.prepare_cached(
                "INSERT INTO blocked_topology_recovery
                 (hostname, port, cluster_name, analysis, last_blocked_timestamp, blocking_recovery_id)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET cluster_name = excluded.cluster_name, analysis = excluded.analysis,
                     last_blocked_timestamp = excluded.last_blocked_timestamp,
                     blocking_recovery_id = excluded.blocking_recovery_id",
            )?
            .execute((
                blocked.key.hostname.as_ref(),
                blocked.key.port,
                &blocked.cluster_name,
                &blocked.analysis,
                stamp(blocked.last_blocked.unwrap_or(Timestamp::NEVER)),
                blocked.blocking_recovery_id,
            ))
            .map(|_| ())
        })
    }

    /// Removes blocked recoveries that nobody tried again within two seconds, or whose cause is acknowledged or gone.
    /// Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire_blocked(&self, now: Timestamp) -> Result<usize> {
        self.purge(Purge::BlockedRecoveries, now.plus_seconds(-BLOCKED_SECONDS))
    }

    /// Ends the active period of recoveries that began or ended before a moment: now less `RecoveryPeriodBlockSeconds`.
    /// From then on they keep no other recovery off. Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear_recoveries(&self, from: BlockFrom, before: Timestamp, now: Timestamp) -> Result<usize> {
        let counted = match from {
            BlockFrom::Start => "start_active_period < ?1",
            BlockFrom::End => "coalesce(nullif(end_recovery, ''), start_active_period) < ?1",
        };
        self.end_recoveries(
            "end recoveries' active periods",
            counted,
            &[&stamp(before)],
            |conn, id| end_period(conn, id, now),
        )
    }

    /// Acknowledges recoveries that did not end and whose program no longer runs, so that they keep no other recovery
    /// off. Returns how many.
    ///
    /// A program no longer runs when `node_health` has no row of it; call [`Purge::NodeHealth`] before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn acknowledge_crashed(&self, now: Timestamp) -> Result<usize> {
        let crashed = "acknowledged = 0 AND nullif(end_recovery, '') IS NULL
            AND NOT EXISTS (SELECT 1 FROM node_health n
                            WHERE n.hostname = r.processing_node_hostname AND n.token = r.processcing_node_token)";
        let early = self.end_died_early(now)?;
        let ended = self.end_recoveries("acknowledge crashed recoveries", crashed, &[], |conn, id| {
            end_crashed(conn, id, now)
        })?;
        Ok(early + ended)
    }

    /// Does something to each active recovery without an open journal for which a condition holds.
    fn end_recoveries(
        &self,
        doing: &str,
        which: &str,
        params: &[&dyn ToSql],
        act: impl Fn(&Connection, i64) -> rusqlite::Result<()>,
    ) -> Result<usize> {
        let without_journal = if self.has("orc_plan") { WITHOUT_JOURNAL } else { "1" };
        let query = format!(
            "SELECT recovery_id FROM topology_recovery r WHERE in_active_period = 1 AND {without_journal} AND {which}"
        );
        self.for_each_found(doing, &query, params, act)
    }
}

/// Ends one's active period.
pub(super) fn end_period(conn: &Connection, id: i64, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(END)?.execute((id, now.0)).map(|_| ())
}

/// Acknowledges one, and ends its active period unless that has ended.
pub(super) fn acknowledge_row(
    conn: &Connection,
    id: i64,
    now: Timestamp,
    owner: &str,
    comment: &str,
) -> rusqlite::Result<()> {
    let sql = "SELECT coalesce(in_active_period, 0) <> 0 FROM topology_recovery WHERE recovery_id = ?";
    if conn.prepare_cached(sql)?.query_row([id], |row| row.get(0))? {
        end_period(conn, id, now)?;
    }
    conn.prepare_cached(
        "UPDATE topology_recovery
         SET acknowledged = 1, acknowledged_at = ?2, acknowledged_by = ?3, acknowledge_comment = ?4
         WHERE recovery_id = ?1",
    )?
    .execute((id, stamp(now), owner, comment))
    .map(|_| ())
}

/// Acknowledges one that did not end and whose program is gone, and ends it.
pub(super) fn end_crashed(conn: &Connection, id: i64, now: Timestamp) -> rusqlite::Result<()> {
    acknowledge_row(conn, id, now, CRASHED[0], CRASHED[1])?;
    conn.prepare_cached("UPDATE topology_recovery SET end_recovery = ?2 WHERE recovery_id = ?1")?
        .execute((id, stamp(now)))
        .map(|_| ())
}
