//! Who lacked what before a recovery, and what was lost after it.

use super::{Inventory, Result, stamp};
use crate::model::Timestamp;
use crate::model::recovery::LossTable;

impl Inventory {
    /// Keeps what each replica lacked before anything was touched.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_losses(&self, uid: &str, before: &LossTable, now: Timestamp) -> Result<()> {
        let doing = "keep who lacked what";
        let text = serde_json::to_string(before).map_err(|error| self.refuse(doing, error.to_string(), ""))?;
        self.put_loss(doing, "losses", uid, &text, now)
    }

    /// Keeps what was lost, as JSON; it may become exact later, and is replaced then.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_ledger(&self, uid: &str, ledger: &str, now: Timestamp) -> Result<()> {
        self.put_loss("keep what was lost", "ledger", uid, ledger, now)
    }

    fn put_loss(&self, doing: &str, column: &str, uid: &str, text: &str, now: Timestamp) -> Result<()> {
        let sql = format!(
            "INSERT INTO orc_loss (uid, {column}, recorded) VALUES (?, ?, ?)
             ON CONFLICT (uid) DO UPDATE SET {column} = excluded.{column}, recorded = excluded.recorded"
        );
        self.write(doing, |conn| {
            conn.prepare_cached(&sql)?.execute((uid, text, stamp(now))).map(|_| ())
        })
    }

    /// What each replica lacked before a recovery; `None` where that was not kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn losses(&self, uid: &str) -> Result<Option<LossTable>> {
        let columns = ["uid", "losses"];
        let rest = "WHERE uid = ? AND losses <> ''";
        let doing = "read who lacked what";
        let found = self.list(doing, "orc_loss", &columns, rest, [uid], |cells| {
            let read = serde_json::from_str(&cells.text(1)).ok();
            if read.is_none() {
                cells.warn(1);
            }
            read
        })?;
        Ok(found.into_iter().next())
    }

    /// What was lost in a recovery, as JSON; `None` where that was not kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ledger(&self, uid: &str) -> Result<Option<String>> {
        let columns = ["uid", "ledger"];
        let rest = "WHERE uid = ? AND ledger <> ''";
        let found = self.list("read what was lost", "orc_loss", &columns, rest, [uid], |cells| {
            Some(cells.text(1))
        })?;
        Ok(found.into_iter().next())
    }
}
