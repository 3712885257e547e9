//! What recoveries and runs of hooks did, step by step.

use super::{Inventory, Result, stamp};
use crate::model::Timestamp;
use crate::model::incidents::RecoveryStep;

impl Inventory {
    /// Adds steps of a recovery, or of a run of hooks, in their order.
    ///
    /// # Errors
    /// When the file cannot be written; then none of them is added.
    pub fn write_steps(&self, uid: &str, steps: &[(Timestamp, String)]) -> Result<()> {
        self.write("record the steps of a recovery", |conn| {
            let mut statement = conn.prepare_cached(
                "INSERT INTO topology_recovery_steps (recovery_uid, audit_at, message) VALUES (?, ?, ?)",
            )?;
            for (at, message) in steps {
                statement.execute((uid, stamp(*at), message))?;
            }
            Ok(())
        })
    }

    /// The steps of a recovery or of a run of hooks, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn steps(&self, uid: &str) -> Result<Vec<RecoveryStep>> {
        let columns = ["recovery_step_id", "recovery_uid", "audit_at", "message"];
        let (table, rest) = (
            "topology_recovery_steps",
            "WHERE recovery_uid = ? ORDER BY recovery_step_id",
        );
        self.list("read the steps of a recovery", table, &columns, rest, [uid], |cells| {
            Some(RecoveryStep {
                id: cells.number(0).unwrap_or_default(),
                uid: cells.text(1),
                at: cells.time(2),
                message: cells.text(3),
            })
        })
    }
}
