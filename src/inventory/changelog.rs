//! How each instance's analysis changed over time.

use super::{Inventory, Result, stamp};
use crate::model::incidents::ChangelogEntry;
use crate::model::verdict::Code;
use crate::model::{InstanceKey, Timestamp};
use rusqlite::Connection;

impl Inventory {
    /// Records what is found to be wrong with instances now, nothing included; returns for how many that is news.
    ///
    /// A change gets a line in the changelog. The first analysis ever seen of an instance is only remembered. Where
    /// nothing changed the file is read and not written.
    ///
    /// # Errors
    /// When the file cannot be written; then none of them is recorded.
    pub fn record_analysis(&self, found: &[(InstanceKey, Code)], now: Timestamp) -> Result<usize> {
        let doing = "record what is wrong";
        let differing = self.read(doing, |conn| {
            let mut differing = Vec::new();
            for (key, code) in found {
                if !is_as_before(conn, key, *code)? {
                    differing.push((key, code));
                }
            }
            Ok(differing)
        })?;
        if differing.is_empty() {
            return Ok(0);
        }
        self.write(doing, |conn| {
            let mut changes = 0;
            for (key, code) in &differing {
                changes += usize::from(record(conn, key, **code, now)?);
            }
            Ok(changes)
        })
    }

    /// The changes of analysis, of one instance if a key is given, by instance and oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn changelog(&self, key: Option<&InstanceKey>) -> Result<Vec<ChangelogEntry>> {
        let columns = ["hostname", "port", "changelog_id", "analysis_timestamp", "analysis"];
        let rest = "WHERE ?1 IS NULL OR (hostname = ?1 AND port = ?2) ORDER BY hostname, port, changelog_id";
        let params = (key.map(|key| key.hostname.as_ref()), key.map(|key| key.port));
        let table = "database_instance_analysis_changelog";
        self.list("read the changes of analysis", table, &columns, rest, params, |cells| {
            Some(ChangelogEntry {
                key: cells.key(0)?,
                id: cells.number(2).unwrap_or_default(),
                at: cells.time(3),
                analysis: cells.text(4),
            })
        })
    }
}

fn is_as_before(conn: &Connection, key: &InstanceKey, code: Code) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM database_instance_last_analysis WHERE hostname = ? AND port = ? AND analysis = ?";
    conn.prepare_cached(sql)?
        .exists((key.hostname.as_ref(), key.port, code.as_str()))
}

/// Whether it was a change.
fn record(conn: &Connection, key: &InstanceKey, code: Code, now: Timestamp) -> rusqlite::Result<bool> {
    let row = (code.as_str(), stamp(now), key.hostname.as_ref(), key.port);
    let changed = conn
        .prepare_cached(
            "UPDATE database_instance_last_analysis SET analysis = ?1, analysis_timestamp = ?2
             WHERE hostname = ?3 AND port = ?4 AND analysis IS NOT ?1",
        )?
        .execute((row.0, &row.1, row.2, row.3))?
        > 0;
    let sql = if changed {
        "INSERT INTO database_instance_analysis_changelog (analysis, analysis_timestamp, hostname, port)
         VALUES (?, ?, ?, ?)"
    } else {
        "INSERT OR IGNORE INTO database_instance_last_analysis (analysis, analysis_timestamp, hostname, port)
         VALUES (?, ?, ?, ?)"
    };
    conn.prepare_cached(sql)?.execute(row)?;
    Ok(changed)
}
