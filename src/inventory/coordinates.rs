//! Where binary and relay logs stood over the last minutes.

use super::{Inventory, Purge, Result, stamp};
use crate::model::Timestamp;

/// How long earlier positions are kept.
const KEPT_SECONDS: i64 = 4 * 60;

const TABLE: &str = "database_instance_coordinates_history";

impl Inventory {
    /// Records the positions of every instance that has a binary or relay log, and removes those recorded more than four
    /// minutes ago. Returns how many it recorded.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_coordinates(&self, now: Timestamp) -> Result<usize> {
        if !self.has(TABLE) {
            return Ok(0);
        }
        let doing = "record the positions of logs";
        self.transaction(doing, |inventory| {
            inventory.purge(Purge::CoordinatesHistory, now.plus_seconds(-KEPT_SECONDS))?;
            inventory.write(doing, |conn| {
                conn.prepare_cached(
                    "INSERT INTO database_instance_coordinates_history
                     (hostname, port, last_seen, recorded_timestamp, binary_log_file, binary_log_pos, relay_log_file,
                      relay_log_pos)
                     SELECT hostname, port, coalesce(last_seen, ?), ?, binary_log_file, binary_log_pos, relay_log_file,
                            relay_log_pos
                     FROM database_instance WHERE binary_log_file <> '' OR relay_log_file <> ''",
                )?
                .execute((stamp(Timestamp::NEVER), stamp(now)))
            })
        })
    }
}
