//! Ending active periods: rows that keep others off until somebody or time ends them.

use super::{Inventory, Result};
use rusqlite::{Connection, ToSql};

impl Inventory {
    /// Does something to each row whose number a query finds; returns how many there were.
    ///
    /// This is asked each second, and nearly always nothing is found: so the file is locked only where something is, and
    /// then the query is put again, since another program may have been quicker.
    pub(super) fn for_each_found(
        &self,
        doing: &str,
        query: &str,
        params: &[&dyn ToSql],
        act: impl Fn(&Connection, i64) -> rusqlite::Result<()>,
    ) -> Result<usize> {
        let found = |conn: &Connection| -> rusqlite::Result<Vec<i64>> {
            let mut statement = conn.prepare_cached(query)?;
            let rows = statement.query_map(params, |row| row.get(0))?;
            rows.collect()
        };
        if self.read(doing, found)?.is_empty() {
            return Ok(0);
        }
        self.write(doing, |conn| {
            let found = found(conn)?;
            found.iter().try_for_each(|id| act(conn, *id))?;
            Ok(found.len())
        })
    }
}
