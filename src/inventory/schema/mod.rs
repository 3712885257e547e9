//! The layout of the inventory, as data.
//!
//! `TABLES` lists every table with its columns, keys and indexes. Statements that create a table, add a column that
//! an older file lacks, or check a file are all made from it. Column order and types are those of a file that the
//! original creates; a classic table never gets a column of ours. Tables of ours carry the prefix `orc_` and stand at
//! the end of the list.

mod instances;
mod operators;
mod ours;
mod recovery;
mod unused;

use std::fmt::Write as _;

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    /// Columns in the order of a new file.
    pub columns: &'static [Column],
    /// Columns of the primary key.
    pub primary_key: &'static [&'static str],
    /// Unique indexes.
    pub unique: &'static [Index],
    /// Other indexes.
    pub indexes: &'static [Index],
}

/// A column: name, declared type, default.
///
/// The default is an SQL literal; [`NULLABLE`] for a column that may be null, [`REQUIRED`] for one that every row gives.
pub type Column = (&'static str, &'static str, &'static str);

/// An index: name and columns.
pub type Index = (&'static str, &'static [&'static str]);

/// Default of a column that may be null.
pub const NULLABLE: &str = "null";
/// Default of a column that every row must give.
pub const REQUIRED: &str = "";

/// The moment that stands for "never", as a default.
pub(super) const NEVER: &str = "'1971-01-01 00:00:00'";
/// Declared type of row numbers.
pub(super) const ROW_NUMBER: &str = "integer";

/// Indexes of earlier releases whose uniqueness no longer holds.
pub const OBSOLETE_INDEXES: &[&str] = &["hostname_port_active_period_uidx_topology_failure_detection"];

/// All tables in groups: servers, operators' words, recoveries, tables kept for other programs, tables of ours.
const GROUPS: [&[Table]; 5] = [
    instances::TABLES,
    operators::TABLES,
    recovery::TABLES,
    unused::TABLES,
    ours::TABLES,
];

/// Every table.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    GROUPS.iter().flat_map(|group| group.iter())
}

/// Every table that the original knows too.
pub fn classic_tables() -> impl Iterator<Item = &'static Table> {
    tables().filter(|table| !table.is_ours())
}

/// The table of this name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().find(|table| table.name == name)
}

impl Table {
    /// Whether the table is ours alone.
    pub fn is_ours(&self) -> bool {
        self.name.starts_with("orc_")
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|(column, _, _)| *column == name)
    }

    /// The statement that creates the table.
    pub fn create(&self) -> String {
        let mut sql = format!("CREATE TABLE IF NOT EXISTS {} (", self.name);
        for column in self.columns {
            let _ = write!(sql, "{}, ", definition(column));
        }
        let _ = write!(sql, "PRIMARY KEY ({}))", self.primary_key.join(", "));
        sql
    }

    /// The statement that adds a column which an older file lacks.
    pub fn add_column(&self, column: &Column) -> String {
        format!("ALTER TABLE {} ADD COLUMN {}", self.name, definition(column))
    }

    /// Every index with the statement that creates it.
    pub fn create_indexes(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let indexes = self.indexes.iter().map(|index| ("", index));
        self.unique
            .iter()
            .map(|index| ("UNIQUE ", index))
            .chain(indexes)
            .map(|(kind, (name, columns))| {
                let columns = columns.join(", ");
                (
                    *name,
                    format!("CREATE {kind}INDEX IF NOT EXISTS {name} ON {} ({columns})", self.name),
                )
            })
    }
}

fn definition((name, kind, default): &Column) -> String {
    match *default {
        NULLABLE => format!("{name} {kind}"),
        REQUIRED if *kind == ROW_NUMBER => format!("{name} {kind}"),
        REQUIRED => format!("{name} {kind} NOT NULL"),
        literal => format!("{name} {kind} NOT NULL DEFAULT {literal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_layout_is_complete() {
        assert_eq!(classic_tables().count(), 47);
        assert_eq!(table("database_instance").map(|t| t.columns.len()), Some(78));
        let names: HashSet<_> = tables().map(|t| t.name).collect();
        assert_eq!(names.len(), tables().count(), "a table is listed twice");
        let last_classic = tables().collect::<Vec<_>>().iter().rposition(|t| !t.is_ours());
        let first_ours = tables().position(Table::is_ours);
        assert!(last_classic < first_ours, "tables of ours stand at the end");
    }

    #[test]
    fn every_table_can_be_made_and_every_later_column_added() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        let mut indexes = HashSet::new();
        for table in tables() {
            conn.execute_batch(&table.create()).unwrap();
            for (name, sql) in table.create_indexes() {
                assert!(indexes.insert(name), "{name} is listed twice");
                conn.execute_batch(&sql).unwrap();
            }
            let columns: HashSet<_> = table.columns.iter().map(|c| c.0).collect();
            assert_eq!(
                columns.len(),
                table.columns.len(),
                "{}: a column is listed twice",
                table.name
            );
            for key in table.primary_key {
                assert!(columns.contains(key), "{}.{key}", table.name);
            }
            let kept = table.primary_key.join(", ");
            conn.execute_batch(&format!("CREATE TABLE narrow AS SELECT {kept} FROM {}", table.name))
                .unwrap();
            for column in table.columns.iter().filter(|c| !table.primary_key.contains(&c.0)) {
                assert_ne!(column.2, REQUIRED, "{}.{} cannot be added later", table.name, column.0);
                let sql = table.add_column(column).replacen(table.name, "narrow", 1);
                conn.execute_batch(&sql).unwrap();
            }
            conn.execute_batch("DROP TABLE narrow").unwrap();
        }
    }
}
