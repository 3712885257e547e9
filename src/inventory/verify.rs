//! Checking a file.

use super::schema;
use super::{Inventory, RecoveriesOf, Result, Scope, migrate::Shape};
use rusqlite::Connection;
use std::collections::HashSet;
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; everything works.
    Note,
    /// A value or key is wrong; everything else works.
    Warning,
    /// The file is damaged or unusable.
    Error,
}

/// Something found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What was found.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{word}: {}", self.text)
    }
}

impl Inventory {
    /// Checks the whole file: pages and indexes, tables and columns, and every value that this program reads. The worst
    /// comes first; nothing found means that all is well.
    ///
    /// # Errors
    /// When the file cannot be read at all; damage within it is a finding.
    pub fn verify(&self) -> Result<Vec<Finding>> {
        let mut findings = self.integrity();
        match self.read("read the layout", |conn| Ok((Shape::read(conn)?, indexes(conn)?))) {
            Ok((shape, indexes)) => layout(&shape, &indexes, &mut findings),
            Err(error) => findings.push(Finding {
                severity: Severity::Error,
                text: error.to_string(),
            }),
        }
        if let Err(error) = self.read_everything() {
            findings.push(Finding {
                severity: Severity::Error,
                text: error.to_string(),
            });
        }
        let warnings = self.warnings();
        let named = warnings.list.iter().map(|w| Finding {
            severity: Severity::Warning,
            text: w.to_string(),
        });
        findings.extend(named);
        if warnings.unlisted > 0 {
            let text = format!("and {} more values that cannot be read", warnings.unlisted);
            findings.push(Finding {
                severity: Severity::Warning,
                text,
            });
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.dedup();
        Ok(findings)
    }

    fn integrity(&self) -> Vec<Finding> {
        let lines = self.read("check the file", |conn| {
            conn.prepare("PRAGMA integrity_check(100)")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect()
        });
        let lines: Vec<String> = lines.unwrap_or_else(|error| vec![error.to_string()]);
        let bad = lines.into_iter().filter(|line| line != "ok");
        bad.map(|text| {
            let of_a_value = text.starts_with("CHECK constraint failed") || text.contains(" value in ");
            let severity = if of_a_value { Severity::Warning } else { Severity::Error };
            Finding { severity, text }
        })
        .collect()
    }

    fn read_everything(&self) -> Result<()> {
        self.load_fleet(Scope::Everything)?;
        self.pools()?;
        self.all_tags()?;
        self.resolves()?;
        self.unresolves()?;
        self.resolve_history()?;
        self.probe_outcomes()?;
        self.tls_required()?;
        self.nodes(crate::model::Timestamp(0))?;
        self.audit_entries(None, u32::MAX, 0)?;
        self.recoveries(RecoveriesOf::Everyone, u32::MAX, 0)?;
        self.open_journals()?;
        self.decisions(None, None)?;
        self.fences()?;
        for at in self.snapshot_times()? {
            self.snapshot(at)?;
        }
        Ok(())
    }
}

fn indexes(conn: &Connection) -> rusqlite::Result<HashSet<String>> {
    conn.prepare("SELECT name FROM sqlite_master WHERE type = 'index'")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn layout(shape: &Shape, indexes: &HashSet<String>, findings: &mut Vec<Finding>) {
    let mut note = |severity, text| findings.push(Finding { severity, text });
    let severity = |ours: bool| if ours { Severity::Note } else { Severity::Warning };
    for table in schema::tables() {
        if !shape.has_table(table.name) {
            note(severity(table.is_ours()), format!("table {} is missing", table.name));
            continue;
        }
        for (column, ..) in table
            .columns
            .iter()
            .filter(|column| !shape.has_column(table.name, column.0))
        {
            note(
                severity(table.is_ours()),
                format!("column {column} of table {} is missing", table.name),
            );
        }
        for (index, columns) in table.unique.iter().filter(|index| !indexes.contains(index.0)) {
            let text = format!(
                "unique index {index} is missing: rows of {} may repeat the same {}",
                table.name,
                columns.join(", ")
            );
            note(Severity::Warning, text);
        }
    }
}
