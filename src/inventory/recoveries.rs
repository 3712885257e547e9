//! Recoveries: whether they may run at all.

use super::{Inventory, Result};

impl Inventory {
    /// Whether recoveries are switched off for everybody who uses this inventory.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn are_recoveries_disabled(&self) -> Result<bool> {
        let column = ["disable_recovery"];
        let doing = "see whether recoveries are disabled";
        let found = self.list(doing, "global_recovery_disable", &column, "", [], |cells| {
            Some(cells.flag(0))
        })?;
        Ok(found.contains(&true))
    }

    /// Switches recoveries off, for everybody.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn disable_recoveries(&self) -> Result<()> {
        self.write("disable recoveries", |conn| {
            conn.execute(
                "INSERT OR IGNORE INTO global_recovery_disable (disable_recovery) VALUES (1)",
                [],
            )
            .map(|_| ())
        })
    }

    /// Switches recoveries on again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn enable_recoveries(&self) -> Result<()> {
        self.write("enable recoveries", |conn| {
            conn.execute("DELETE FROM global_recovery_disable", []).map(|_| ())
        })
    }
}
