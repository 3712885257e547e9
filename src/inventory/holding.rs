//! What a program may write for its recovery while it holds the lease, and not after.

use super::leases::StoredLease;
use super::{ErrorKind, Inventory, InventoryError, Result};

/// What a program does under its lease: for which recovery, by which token, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding<'a> {
    /// The recovery.
    pub uid: &'a str,
    /// The program's token.
    pub token: &'a str,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

impl Inventory {
    /// Whether a program may still change servers for its recovery. The lease counts as renewed then.
    ///
    /// # Errors
    /// Why not, as [`InventoryError::is_lease_lost`] tells; or when the file cannot be written.
    pub fn hold(&self, of: &Holding<'_>) -> Result<()> {
        self.transaction("look whether a lease is held", |inventory| inventory.must_hold(of))
    }

    /// Refuses what a program wants to write whose lease somebody else has, or nobody any more. To be asked in the
    /// transaction that writes. One that was not renewed in time, and that nobody took, is still the program's: the file
    /// was locked, or a clock was set; whether the program itself stood still is its own to know.
    pub(super) fn must_hold(&self, of: &Holding<'_>) -> Result<()> {
        let stored = self.lease_for(of)?;
        let Some(stored) = stored else {
            return Err(self.lost(format!("nobody holds the lease of recovery {} any more", of.uid)));
        };
        if stored.lease.node_token != of.token {
            return Err(self.taken(&stored));
        }
        self.renew_lease(of.uid, of.token, of.now_ms).map(drop)
    }

    /// Refuses what somebody else has taken over, as far as the file can be read.
    pub(super) fn must_not_be_taken(&self, of: &Holding<'_>) -> Result<()> {
        match self.lease_for(of) {
            Ok(Some(stored)) if stored.lease.node_token != of.token => Err(self.taken(&stored)),
            _ => Ok(()),
        }
    }

    fn lease_for(&self, of: &Holding<'_>) -> Result<Option<StoredLease>> {
        let mut leases = self.stored_leases()?.into_iter();
        Ok(leases.find(|stored| stored.lease.uid == of.uid))
    }

    fn taken(&self, stored: &StoredLease) -> InventoryError {
        let lease = &stored.lease;
        self.lost(format!("{} has taken over recovery {}", lease.node_hostname, lease.uid))
    }

    fn lost(&self, why: String) -> InventoryError {
        let advice = "this program changes nothing more; `orchestrator recoveries list` tells how the recovery stands";
        InventoryError::new(ErrorKind::LeaseLost, "go on with a recovery", &self.file, why, advice)
    }
}
