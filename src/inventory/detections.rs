//! Registered failures: who is told once that an instance has failed.
//!
//! At most one detection of an instance is active for each value of "is actionable"; what is wrong is no part of that.

use super::{Inventory, Result, stamp};
use crate::model::incidents::{Detection, comma_list, from_comma_list};
use crate::model::{InstanceKey, Timestamp};
use rusqlite::ToSql;
use std::collections::HashMap;

/// Which detections are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DetectionsOf<'a> {
    /// All of them.
    #[default]
    Everyone,
    /// The one with this row number.
    Id(i64),
    /// Those of this instance, or of the cluster with this name or alias.
    Named(Option<&'a InstanceKey>, &'a str),
    /// Those of the cluster that had this alias.
    Alias(&'a str),
}

const TABLE: &str = "topology_failure_detection";
const COLUMNS: [&str; 13] = [
    "hostname",
    "port",
    "detection_id",
    "analysis",
    "cluster_name",
    "cluster_alias",
    "count_affected_slaves",
    "slave_hosts",
    "is_actionable",
    "start_active_period",
    "in_active_period",
    "processing_node_hostname",
    "processcing_node_token",
];

/// Ends one. Two periods of an instance may end within a second, and the table tells ended ones apart by that second:
/// then the later one is stored as ended a second later.
const END: &str = "UPDATE topology_failure_detection AS d
    SET in_active_period = 0,
        end_active_period_unixtime = max(?2, coalesce(
            (SELECT max(e.end_active_period_unixtime) + 1 FROM topology_failure_detection e
             WHERE e.hostname = d.hostname AND e.port = d.port AND e.is_actionable = d.is_actionable
               AND e.in_active_period = 0), 0))
    WHERE d.detection_id = ?1";

impl Inventory {
    /// Registers a detection and returns its row number; `None` when the instance has an active one already with the
    /// same [`Detection::is_actionable`], whatever its analysis. However many programs try at once, one succeeds.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn register_detection(&self, detection: &Detection) -> Result<Option<i64>> {
        self.write("register a detection", |conn| {
            let rows = conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO topology_failure_detection
                     (hostname, port, in_active_period, start_active_period, end_active_period_unixtime,
                      processing_node_hostname, processcing_node_token, analysis, cluster_name, cluster_alias,
                      count_affected_slaves, slave_hosts, is_actionable)
                     VALUES (?, ?, 1, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute((
                    detection.key.hostname.as_ref(),
                    detection.key.port,
                    stamp(detection.start.unwrap_or(Timestamp::NEVER)),
                    &detection.node_hostname,
                    &detection.node_token,
                    &detection.analysis,
                    &detection.cluster_name,
                    &detection.cluster_alias,
                    detection.count_replicas,
                    comma_list(&detection.replicas),
                    detection.is_actionable,
                ))?;
            Ok((rows > 0).then(|| conn.last_insert_rowid()))
        })
    }

    /// Ends the active period of detections begun before a moment: now less `FailureDetectionPeriodBlockMinutes`.
    /// Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear_detections(&self, before: Timestamp, now: Timestamp) -> Result<usize> {
        self.end_detections("start_active_period < ?1", &[&stamp(before)], now)
    }

    /// Ends the active period of an instance's detections, because it was recovered or somebody acknowledged it.
    /// Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear_detections_of(&self, key: &InstanceKey, now: Timestamp) -> Result<usize> {
        let params: [&dyn ToSql; 2] = [&key.hostname.as_ref(), &key.port];
        self.end_detections("hostname = ?1 AND port = ?2", &params, now)
    }

    /// Ends the active period of the detections in a cluster, because somebody acknowledged them: by the cluster's name,
    /// and, unless it is empty, by its alias, which outlives a change of master. Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear_detections_of_cluster(&self, name: &str, alias: &str, now: Timestamp) -> Result<usize> {
        let which = "(cluster_name = ?1 OR (?2 <> '' AND cluster_alias = ?2))";
        self.end_detections(which, &[&name, &alias], now)
    }

    fn end_detections(&self, which: &str, params: &[&dyn ToSql], now: Timestamp) -> Result<usize> {
        let query = format!("SELECT detection_id FROM {TABLE} WHERE in_active_period = 1 AND {which}");
        self.for_each_found("end detections", &query, params, |conn, id| {
            conn.prepare_cached(END)?.execute((id, now.0)).map(|_| ())
        })
    }

    /// Detections, latest first: `limit` of them after leaving out `offset`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn detections(&self, of: DetectionsOf<'_>, limit: u32, offset: u32) -> Result<Vec<Detection>> {
        let text = |text: &str| -> Box<dyn ToSql> { Box::new(text.to_owned()) };
        let (which, mut params): (&str, Vec<Box<dyn ToSql>>) = match of {
            DetectionsOf::Everyone => ("", Vec::new()),
            DetectionsOf::Id(id) => ("WHERE detection_id = ?", vec![Box::new(id)]),
            DetectionsOf::Alias(alias) => ("WHERE cluster_alias = ?", vec![text(alias)]),
            DetectionsOf::Named(None, name) => (
                "WHERE cluster_name = ? OR cluster_alias = ?",
                vec![text(name), text(name)],
            ),
            DetectionsOf::Named(Some(key), name) => (
                "WHERE (hostname = ? AND port = ?) OR cluster_name = ? OR cluster_alias = ?",
                vec![text(&key.hostname), Box::new(key.port), text(name), text(name)],
            ),
        };
        params.extend([Box::new(limit) as Box<dyn ToSql>, Box::new(offset)]);
        let rest = format!("{which} ORDER BY detection_id DESC LIMIT ? OFFSET ?");
        let params = rusqlite::params_from_iter(params);
        self.list("read the detections", TABLE, &COLUMNS, &rest, params, |cells| {
            Some(Detection {
                id: cells.number(2).unwrap_or_default(),
                key: cells.key(0)?,
                analysis: cells.text(3),
                cluster_name: cells.text(4),
                cluster_alias: cells.text(5),
                count_replicas: cells.number(6).unwrap_or_default(),
                replicas: from_comma_list(&cells.text(7)),
                is_actionable: cells.flag(8),
                start: cells.time(9),
                is_active: cells.flag(10),
                node_hostname: cells.text(11),
                node_token: cells.text(12),
            })
        })
    }

    /// For each detection that a recovery followed, the row number of the latest such recovery.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn recoveries_by_detection(&self) -> Result<HashMap<i64, i64>> {
        let (doing, columns) = ("read which recoveries followed", ["last_detection_id", "recovery_id"]);
        let rest = "ORDER BY recovery_id";
        let found = self.list(doing, "topology_recovery", &columns, rest, [], |cells| {
            Some((cells.number::<i64>(0).filter(|id| *id > 0)?, cells.number::<i64>(1)?))
        })?;
        Ok(found.into_iter().collect())
    }
}
