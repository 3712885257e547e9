//! Registered promotion rules.

use super::{Inventory, Result, stamp};
use crate::model::records::Candidate;
use crate::model::{InstanceKey, PromotionRule, Timestamp};

impl Inventory {
    /// Registers a promotion rule for an instance, which need not be known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn register_candidate(&self, key: &InstanceKey, rule: PromotionRule, now: Timestamp) -> Result<()> {
        self.write("register a promotion rule", |conn| {
            conn.prepare_cached(
                "INSERT INTO candidate_database_instance (hostname, port, promotion_rule, last_suggested)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET promotion_rule = excluded.promotion_rule, last_suggested = excluded.last_suggested",
            )?
            .execute((key.hostname.as_ref(), key.port, rule.as_str(), stamp(now)))
            .map(|_| ())
        })
    }

    /// All registered promotion rules, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn candidates(&self) -> Result<Vec<Candidate>> {
        let columns = ["hostname", "port", "promotion_rule", "last_suggested"];
        let rest = "ORDER BY hostname, port";
        self.list(
            "read the promotion rules",
            "candidate_database_instance",
            &columns,
            rest,
            [],
            |cells| {
                let key = cells.key(0)?;
                let stored = cells.text(2);
                let rule = PromotionRule::from_stored(&stored);
                if rule.as_str() != stored {
                    cells.warn(2);
                }
                Some(Candidate {
                    key,
                    rule,
                    last_suggested: cells.time(3),
                })
            },
        )
    }

    /// Removes promotion rules last suggested before a moment; returns how many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire_candidates(&self, before: Timestamp) -> Result<usize> {
        self.purge(super::Purge::Candidates, before)
    }
}
