//! The audit trail: who changed what.

use super::{Inventory, Result, stamp};
use crate::model::{InstanceKey, Timestamp};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// One entry of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// What kind of act, such as `forget`.
    pub kind: String,
    /// On whom; nobody for acts on no instance.
    pub key: InstanceKey,
    /// In which cluster; empty when unknown.
    pub cluster: String,
    /// What was done.
    pub message: String,
}

impl AuditEntry {
    /// The entry as a line of the audit file, without its end; `time` is the moment as it is to be shown.
    pub fn line(&self, time: &str) -> String {
        let one_line = |text: &str| text.replace(['\n', '\r', '\t'], " ");
        format!(
            "{time}\t{}\t{}\t{}\t[{}]\t{}\t",
            one_line(&self.kind),
            one_line(&self.key.hostname),
            self.key.port,
            one_line(&self.cluster),
            one_line(&self.message)
        )
    }
}

/// Appends an entry to the audit file, creating it if need be; it is written when this returns.
///
/// # Errors
/// What the system said.
pub fn append_audit_line(file: &Path, entry: &AuditEntry, time: &str) -> io::Result<()> {
    let mut line = entry.line(time);
    line.push('\n');
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)?
        .write_all(line.as_bytes())
}

impl Inventory {
    /// Adds an entry to the audit table.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_audit(&self, entry: &AuditEntry) -> Result<()> {
        self.write("add to the audit trail", |conn| {
            conn.prepare_cached(
                "INSERT INTO audit (audit_timestamp, audit_type, hostname, port, cluster_name, message)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                stamp(entry.at),
                &entry.kind,
                entry.key.hostname.as_ref(),
                entry.key.port,
                &entry.cluster,
                &entry.message,
            ))
            .map(|_| ())
        })
    }

    /// The latest entries of the audit table, latest first, of one instance if a key is given.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn audit_entries(&self, key: Option<&InstanceKey>, limit: u32, offset: u32) -> Result<Vec<AuditEntry>> {
        let numbered = self.numbered_audit_entries(key, limit, offset)?;
        Ok(numbered.into_iter().map(|(_, entry)| entry).collect())
    }

    /// As [`Inventory::audit_entries`], each with its row number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn numbered_audit_entries(
        &self,
        key: Option<&InstanceKey>,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<(i64, AuditEntry)>> {
        let columns = [
            "hostname",
            "port",
            "audit_timestamp",
            "audit_type",
            "cluster_name",
            "message",
            "audit_id",
        ];
        let rest = "WHERE (?1 IS NULL OR (hostname = ?1 AND port = ?2)) ORDER BY audit_timestamp DESC, audit_id DESC
                    LIMIT ?3 OFFSET ?4";
        let params = (
            key.map(|key| key.hostname.as_ref()),
            key.map(|key| key.port),
            limit,
            offset,
        );
        self.list("read the audit trail", "audit", &columns, rest, params, |cells| {
            let entry = AuditEntry {
                at: cells.time(2).unwrap_or(Timestamp::NEVER),
                kind: cells.text(3),
                key: cells.key_or_none(0),
                cluster: cells.text(4),
                message: cells.text(5),
            };
            Some((cells.number(6).unwrap_or_default(), entry))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let entry = AuditEntry {
            at: Timestamp(0),
            kind: "forget".to_owned(),
            key: InstanceKey::new("h", 1),
            cluster: "c:1".to_owned(),
            message: "two\nlines\tand a tab".to_owned(),
        };
        assert_eq!(entry.line("T"), "T\tforget\th\t1\t[c:1]\ttwo lines and a tab\t");
    }
}
