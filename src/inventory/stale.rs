//! Remembered binary log positions of masters, to tell a standstill.

use super::{Inventory, Result, stamp};
use crate::model::records::StaleCoordinates;
use crate::model::{Coordinates, InstanceKey, Timestamp};
use std::collections::HashMap;

impl Inventory {
    /// Remembers where a binary log ends. The moment stays that of the first sight while the position does not change.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_stale_coordinates(&self, key: &InstanceKey, at: &Coordinates, now: Timestamp) -> Result<()> {
        let position = i64::try_from(at.position).unwrap_or(i64::MAX);
        self.write("remember a binary log position", |conn| {
            conn.prepare_cached(
                "INSERT INTO database_instance_stale_binlog_coordinates
                 (hostname, port, binary_log_file, binary_log_pos, first_seen) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET binary_log_file = excluded.binary_log_file, binary_log_pos = excluded.binary_log_pos,
                     first_seen = excluded.first_seen
                 WHERE binary_log_file <> excluded.binary_log_file OR binary_log_pos <> excluded.binary_log_pos",
            )?
            .execute((key.hostname.as_ref(), key.port, &at.file, position, stamp(now)))
            .map(|_| ())
        })
    }

    /// All remembered positions.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stale_coordinates(&self) -> Result<HashMap<InstanceKey, StaleCoordinates>> {
        let columns = ["hostname", "port", "binary_log_file", "binary_log_pos", "first_seen"];
        let table = "database_instance_stale_binlog_coordinates";
        let found = self.list(
            "read remembered binary log positions",
            table,
            &columns,
            "",
            [],
            |cells| {
                let key = cells.key(0)?;
                let at = Coordinates::new(cells.text(2), cells.number(3).unwrap_or_default());
                Some((
                    key,
                    StaleCoordinates {
                        at,
                        first_seen: cells.time(4)?,
                    },
                ))
            },
        )?;
        Ok(found.into_iter().collect())
    }

    /// Removes positions first seen before a moment, except those at which the log still stands: a standstill that
    /// is being watched does not begin anew. Returns how many went.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire_stale_coordinates(&self, before: Timestamp) -> Result<usize> {
        self.write("forget binary log positions", |conn| {
            conn.prepare_cached(
                "DELETE FROM database_instance_stale_binlog_coordinates WHERE first_seen < ?
                 AND NOT EXISTS (SELECT 1 FROM database_instance i
                                 WHERE i.hostname = database_instance_stale_binlog_coordinates.hostname
                                   AND i.port = database_instance_stale_binlog_coordinates.port
                                   AND i.binary_log_file = database_instance_stale_binlog_coordinates.binary_log_file
                                   AND i.binary_log_pos = database_instance_stale_binlog_coordinates.binary_log_pos)",
            )?
            .execute([stamp(before)])
        })
    }
}
