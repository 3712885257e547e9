//! What was last decided about each failed instance, and why it is not recovered where it is not.

use super::row::Cells;
use super::{Inventory, Result, stamp};
use crate::model::recovery::{BEGUN, HELD, StoredDecision};
use crate::model::{InstanceKey, Timestamp};

const TABLE: &str = "orc_decision";

/// What a decision becomes when the instance has not failed any more.
const OVER: &str = "over";
const COLUMNS: [&str; 8] = [
    "hostname",
    "port",
    "analysis",
    "cluster_name",
    "decision",
    "held_by",
    "since",
    "last",
];

impl Inventory {
    /// Writes down what was decided about an instance. The moment since when it is so stays while the analysis, the
    /// decision and the gates that hold it stay the same; what these say of themselves may change. Returns whether it
    /// became so just now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_decision(&self, decision: &StoredDecision, now: Timestamp) -> Result<bool> {
        let doing = "write down a decision";
        self.transaction(doing, |inventory| {
            let before = inventory.decisions(Some(&decision.key), None)?.into_iter().next();
            let unchanged = before.filter(|before| is_same(before, decision));
            let since = unchanged.as_ref().and_then(|before| before.since).unwrap_or(now);
            let held_by = serde_json::to_string(&decision.held_by)
                .map_err(|error| inventory.refuse(doing, error.to_string(), ""))?;
            inventory.write(doing, |conn| {
                conn.prepare_cached(
                    "INSERT OR REPLACE INTO orc_decision
                     (hostname, port, analysis, cluster_name, decision, held_by, since, last)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute((
                    decision.key.hostname.as_ref(),
                    decision.key.port,
                    &decision.analysis,
                    &decision.cluster_name,
                    &decision.decision,
                    held_by,
                    stamp(since),
                    stamp(now),
                ))
            })?;
            Ok(unchanged.is_none())
        })
    }

    /// Ends what was decided about instances that have not failed any more: what held them is nothing of the present.
    /// How a recovery ended stays. Returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_decisions(&self, failing: &[InstanceKey], now: Timestamp) -> Result<usize> {
        let mut over = self.decisions(None, None)?;
        over.retain(|decision| is_open(decision) && !failing.contains(&decision.key));
        for decision in &mut over {
            OVER.clone_into(&mut decision.decision);
            decision.held_by.clear();
            self.record_decision(decision, now)?;
        }
        Ok(over.len())
    }

    /// What was decided, by instance: about one, in one cluster by its name, or about all.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn decisions(&self, key: Option<&InstanceKey>, cluster: Option<&str>) -> Result<Vec<StoredDecision>> {
        let (host, port) = key.map_or((None, None), |key| (Some(key.hostname.as_ref()), Some(key.port)));
        let rest = "WHERE (?1 IS NULL OR (hostname = ?1 AND port = ?2)) AND (?3 IS NULL OR cluster_name = ?3)
                    ORDER BY hostname, port";
        self.list("read the decisions", TABLE, &COLUMNS, rest, (host, port, cluster), read)
    }
}

/// Whether it is about what is yet to come.
fn is_open(decision: &StoredDecision) -> bool {
    [HELD, BEGUN].contains(&decision.decision.as_str())
}

fn is_same(before: &StoredDecision, now: &StoredDecision) -> bool {
    let gates =
        |decision: &StoredDecision| -> Vec<String> { decision.held_by.iter().map(|held| held.gate.clone()).collect() };
    (&before.analysis, &before.cluster_name, &before.decision) == (&now.analysis, &now.cluster_name, &now.decision)
        && gates(before) == gates(now)
}

fn read(cells: &mut Cells<'_, '_>) -> Option<StoredDecision> {
    let text = cells.text(5);
    let held_by = serde_json::from_str(if text.is_empty() { "[]" } else { &text }).unwrap_or_else(|_| {
        cells.warn(5);
        Vec::new()
    });
    Some(StoredDecision {
        key: cells.key(0)?,
        analysis: cells.text(2),
        cluster_name: cells.text(3),
        decision: cells.text(4),
        held_by,
        since: cells.time(6),
        last: cells.time(7),
    })
}
