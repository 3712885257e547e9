//! The classic records of recoveries: registering one, reading them, writing down how one ended.

use super::recoveries::end_active_period;
use super::row::Cells;
use super::{Inventory, Result, stamp};
use crate::model::incidents::{comma_list, from_comma_list};
use crate::model::recovery::Recovery;
use crate::model::{InstanceKey, Timestamp};
use rusqlite::{ToSql, params};

/// Which recoveries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RecoveriesOf<'a> {
    /// All of them.
    #[default]
    Everyone,
    /// Those that nobody took note of yet.
    Unacknowledged,
    /// The one with this row number.
    Id(i64),
    /// The one of this name.
    Uid(&'a str),
    /// Those whose failed instance this is.
    Instance(&'a InstanceKey),
    /// Those of the cluster that had this name then.
    Cluster(&'a str),
    /// Those of the cluster that had this alias then.
    Alias(&'a str),
    /// Those of this failed instance or promoted one, or of the cluster with this name or alias.
    Named(Option<&'a InstanceKey>, &'a str),
}

/// How a recovery ended.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RecoveryOutcome {
    /// Which.
    pub uid: String,
    /// Who was promoted, or took the replicas; nobody where it failed.
    pub successor: Option<InstanceKey>,
    /// Its alias.
    pub successor_alias: String,
    /// Replicas that were lost.
    pub lost: Vec<InstanceKey>,
    /// Servers that were tried or took part.
    pub participating: Vec<InstanceKey>,
    /// What went wrong, a line each.
    pub errors: Vec<String>,
    /// Its process died or was asked to end: that it came to nothing keeps no other one off.
    pub is_cut_off: bool,
}

pub(super) const TABLE: &str = "topology_recovery";
const COLUMNS: [&str; 27] = [
    "hostname",
    "port",
    "recovery_id",
    "uid",
    "analysis",
    "cluster_name",
    "cluster_alias",
    "count_affected_slaves",
    "slave_hosts",
    "last_detection_id",
    "start_active_period",
    "end_recovery",
    "in_active_period",
    "end_active_period_unixtime",
    "is_successful",
    "successor_hostname",
    "successor_port",
    "successor_alias",
    "participating_instances",
    "lost_slaves",
    "all_errors",
    "acknowledged",
    "acknowledged_at",
    "acknowledged_by",
    "acknowledge_comment",
    "processing_node_hostname",
    "processcing_node_token",
];

impl Inventory {
    /// Recoveries, latest first: `limit` of them after leaving out `offset`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn recoveries(&self, of: RecoveriesOf<'_>, limit: u32, offset: u32) -> Result<Vec<Recovery>> {
        let text = |text: &str| -> Box<dyn ToSql> { Box::new(text.to_owned()) };
        let of_key = |key: &InstanceKey| [text(&key.hostname), Box::new(key.port) as Box<dyn ToSql>];
        let (which, mut given): (&str, Vec<Box<dyn ToSql>>) = match of {
            RecoveriesOf::Everyone => ("", Vec::new()),
            RecoveriesOf::Unacknowledged => ("WHERE acknowledged = 0", Vec::new()),
            RecoveriesOf::Id(id) => ("WHERE recovery_id = ?1", vec![Box::new(id)]),
            RecoveriesOf::Uid(uid) => ("WHERE uid = ?1", vec![text(uid)]),
            RecoveriesOf::Instance(key) => ("WHERE hostname = ?1 AND port = ?2", of_key(key).into()),
            RecoveriesOf::Cluster(name) => ("WHERE cluster_name = ?1", vec![text(name)]),
            RecoveriesOf::Alias(alias) => ("WHERE cluster_alias = ?1", vec![text(alias)]),
            RecoveriesOf::Named(None, name) => ("WHERE cluster_name = ?1 OR cluster_alias = ?1", vec![text(name)]),
            RecoveriesOf::Named(Some(key), name) => {
                let [host, port] = of_key(key);
                let which = "WHERE cluster_name = ?1 OR cluster_alias = ?1 OR (hostname = ?2 AND port = ?3)
                             OR (successor_hostname = ?2 AND successor_port = ?3)";
                (which, vec![text(name), host, port])
            }
        };
        given.extend([Box::new(limit) as Box<dyn ToSql>, Box::new(offset)]);
        let (at, next) = (given.len() - 1, given.len());
        let rest = format!("{which} ORDER BY recovery_id DESC LIMIT ?{at} OFFSET ?{next}");
        self.recoveries_where(&rest, rusqlite::params_from_iter(given))
    }

    /// The recovery of this name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn recovery(&self, uid: &str) -> Result<Option<Recovery>> {
        Ok(self.recoveries(RecoveriesOf::Uid(uid), 1, 0)?.into_iter().next())
    }

    pub(super) fn recoveries_where(&self, rest: &str, given: impl rusqlite::Params) -> Result<Vec<Recovery>> {
        self.list("read the recoveries", TABLE, &COLUMNS, rest, given, read)
    }

    /// Registers one, unless an active one of the same instance is there. Returns its row number.
    pub(super) fn insert_recovery(&self, recovery: &Recovery, now: Timestamp) -> Result<Option<i64>> {
        self.write("register a recovery", |conn| {
            let rows = conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO topology_recovery
                     (uid, hostname, port, in_active_period, start_active_period, end_active_period_unixtime,
                      processing_node_hostname, processcing_node_token, analysis, cluster_name, cluster_alias,
                      count_affected_slaves, slave_hosts, last_detection_id)
                     VALUES (?1, ?2, ?3, 1, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, CASE WHEN ?12 > 0 THEN ?12 ELSE coalesce(
                         (SELECT max(detection_id) FROM topology_failure_detection WHERE hostname = ?2 AND port = ?3), 0)
                         END)",
                )?
                .execute(params![
                    recovery.uid,
                    recovery.failed.hostname.as_ref(),
                    recovery.failed.port,
                    stamp(now),
                    recovery.node_hostname,
                    recovery.node_token,
                    recovery.analysis,
                    recovery.cluster_name,
                    recovery.cluster_alias,
                    recovery.count_replicas,
                    comma_list(&recovery.replicas),
                    recovery.last_detection_id,
                ])?;
            Ok((rows > 0).then(|| conn.last_insert_rowid()))
        })
    }

    /// Writes down how a recovery ended: from now on it is no open one, and keeps others off for its time. Returns whether
    /// there is such a recovery.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn resolve_recovery(&self, outcome: &RecoveryOutcome, now: Timestamp) -> Result<bool> {
        let nobody = InstanceKey::default();
        let successor = outcome.successor.as_ref().unwrap_or(&nobody);
        self.durably("write down how a recovery ended", |inventory| {
            inventory.write("write down how a recovery ended", |conn| {
                conn.prepare_cached(
                    "UPDATE topology_recovery
                     SET is_successful = ?2, successor_hostname = ?3, successor_port = ?4, successor_alias = ?5,
                         lost_slaves = ?6, participating_instances = ?7, all_errors = ?8, end_recovery = ?9
                     WHERE uid = ?1",
                )?
                .execute((
                    &outcome.uid,
                    outcome.successor.is_some(),
                    successor.hostname.as_ref(),
                    successor.port,
                    &outcome.successor_alias,
                    comma_list(&outcome.lost),
                    comma_list(&outcome.participating),
                    outcome.errors.join("\n"),
                    stamp(now),
                ))
                .map(|rows| rows > 0)
                .and_then(|is_known| match outcome.is_cut_off {
                    true => end_active_period(conn, &outcome.uid, now).map(|()| is_known),
                    false => Ok(is_known),
                })
            })
        })
    }
}

fn read(cells: &mut Cells<'_, '_>) -> Option<Recovery> {
    let successor = cells.key_or_none(15);
    let errors = cells.text(20);
    Some(Recovery {
        failed: cells.key(0)?,
        id: cells.number(2).unwrap_or_default(),
        uid: cells.text(3),
        analysis: cells.text(4),
        cluster_name: cells.text(5),
        cluster_alias: cells.text(6),
        count_replicas: cells.number(7).unwrap_or_default(),
        replicas: from_comma_list(&cells.text(8)),
        last_detection_id: cells.number(9).unwrap_or_default(),
        start: cells.time(10),
        end: cells.time(11),
        is_active: cells.flag(12),
        end_active_unixtime: cells.number(13).unwrap_or_default(),
        is_successful: cells.flag(14),
        successor: Some(successor).filter(|key| !key.is_none()),
        successor_alias: cells.text(17),
        participating: from_comma_list(&cells.text(18)),
        lost_replicas: from_comma_list(&cells.text(19)),
        errors: errors.lines().map(str::to_owned).collect(),
        acknowledged: cells.flag(21),
        acknowledged_at: cells.time(22),
        acknowledged_by: cells.text(23),
        acknowledge_comment: cells.text(24),
        node_hostname: cells.text(25),
        node_token: cells.text(26),
    })
}
