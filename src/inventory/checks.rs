//! Recording what came of asking an instance.
//!
//! | event | last_checked | last_seen | last_attempted_check | partial | outcome |
//! |---|---|---|---|---|---|
//! | success | now | now | now | 1 | none |
//! | success with failed side questions | now | now | now | 1 | answered, with the faults |
//! | failure | now, or one second after last_seen if that is later | kept | now | as reached | what happened |
//! | attempt without an answer yet | kept | kept | now | kept | kept |
//!
//! Others take an instance for well while `last_checked <= last_seen`, in whole seconds; hence the extra second.

use super::{Inventory, Result, stamp};
use crate::model::instance::Check;
use crate::model::observation::{Contact, ProbeFault};
use crate::model::{Instance, InstanceKey, Timestamp};
use rusqlite::OptionalExtension;

/// Something to record about one instance.
#[derive(Clone, Debug)]
pub struct CheckRecord<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: CheckEvent<'a>,
}

/// What can be recorded about an instance.
#[derive(Clone, Debug)]
pub enum CheckEvent<'a> {
    /// Everything asked was answered.
    Success(&'a Instance),
    /// The server answered, but not all side questions. What they would have told is as the caller last knew it.
    Partial(&'a Instance, &'a [ProbeFault]),
    /// The probe failed.
    Failure {
        /// Of whom.
        key: &'a InstanceKey,
        /// Whether the settings had been read.
        partial: bool,
        /// What happened.
        contact: &'a Contact,
    },
    /// A probe began and has not ended for a while.
    Attempt(&'a InstanceKey),
}

/// What recording did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It was stored.
    Stored,
    /// The instance was forgotten a short while ago, so nothing was stored.
    Forgotten,
    /// The instance is not known, so there was nothing to store a failure with.
    Unknown,
}

impl Inventory {
    /// Records a probe in which everything was answered; creates the row if there is none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_success(&self, instance: &Instance, now: Timestamp) -> Result<Recorded> {
        self.record(CheckRecord {
            at: now,
            event: CheckEvent::Success(instance),
        })
    }

    /// Records a probe in which some side questions failed: the instance is well, and the faults are kept.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_partial(&self, instance: &Instance, faults: &[ProbeFault], now: Timestamp) -> Result<Recorded> {
        self.record(CheckRecord {
            at: now,
            event: CheckEvent::Partial(instance, faults),
        })
    }

    /// Records a failed probe of a known instance; `partial` when its settings had been read.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_failure(
        &self,
        key: &InstanceKey,
        partial: bool,
        contact: &Contact,
        now: Timestamp,
    ) -> Result<Recorded> {
        self.record(CheckRecord {
            at: now,
            event: CheckEvent::Failure { key, partial, contact },
        })
    }

    /// Records that a known instance was asked and has not answered for a while.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record_attempt(&self, key: &InstanceKey, now: Timestamp) -> Result<Recorded> {
        self.record(CheckRecord {
            at: now,
            event: CheckEvent::Attempt(key),
        })
    }

    fn record(&self, record: CheckRecord<'_>) -> Result<Recorded> {
        self.write("store what came of a probe", |_| self.record_one(&record))
    }

    /// Records many outcomes in one transaction; answers in the same order.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is stored.
    pub fn record_batch(&self, records: &[CheckRecord<'_>]) -> Result<Vec<Recorded>> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        self.write("store what came of probes", |_| {
            records.iter().map(|r| self.record_one(r)).collect()
        })
    }

    fn record_one(&self, record: &CheckRecord<'_>) -> rusqlite::Result<Recorded> {
        let at = record.at;
        match record.event {
            CheckEvent::Success(instance) => self.record_answer(instance, at, &[]),
            CheckEvent::Partial(instance, faults) => self.record_answer(instance, at, faults),
            CheckEvent::Failure { key, partial, contact } => self.record_refusal(key, partial, contact, at),
            CheckEvent::Attempt(key) => {
                let sql = "UPDATE database_instance SET last_attempted_check = ? WHERE hostname = ? AND port = ?";
                let rows = self
                    .conn
                    .prepare_cached(sql)?
                    .execute((stamp(at), key.hostname.as_ref(), key.port))?;
                Ok(if rows == 0 { Recorded::Unknown } else { Recorded::Stored })
            }
        }
    }

    fn record_answer(&self, instance: &Instance, at: Timestamp, faults: &[ProbeFault]) -> rusqlite::Result<Recorded> {
        if self.must_stay_away(&instance.key, at)? {
            return Ok(Recorded::Forgotten);
        }
        let check = Check {
            last_checked: Some(at),
            last_attempted: Some(at),
            last_seen: Some(at),
            partial_success: true,
            latency_nanos: instance.check.latency_nanos,
        };
        self.write_instance(instance, &check)?;
        if faults.is_empty() {
            self.clear_outcome(&instance.key)?;
        } else {
            self.store_outcome(&instance.key, at, &Contact::answered(), faults)?;
        }
        Ok(Recorded::Stored)
    }

    fn record_refusal(
        &self,
        key: &InstanceKey,
        partial: bool,
        contact: &Contact,
        at: Timestamp,
    ) -> rusqlite::Result<Recorded> {
        let of_key = (key.hostname.as_ref(), key.port);
        let seen = self
            .conn
            .prepare_cached("SELECT last_seen FROM database_instance WHERE hostname = ? AND port = ?")?
            .query_row(of_key, |row| {
                Ok(row
                    .get_ref(0)?
                    .as_str_or_null()
                    .ok()
                    .flatten()
                    .and_then(Timestamp::parse))
            })
            .optional()?;
        let Some(seen) = seen else { return Ok(Recorded::Unknown) };
        let checked = seen.map_or(at, |seen| at.max(seen.plus_seconds(1)));
        self.conn
            .prepare_cached(
                "UPDATE database_instance
                 SET last_checked = ?, last_attempted_check = ?, last_check_partial_success = ?
                 WHERE hostname = ? AND port = ?",
            )?
            .execute((stamp(checked), stamp(at), partial, of_key.0, of_key.1))?;
        self.store_outcome(key, at, contact, &[])?;
        Ok(Recorded::Stored)
    }
}
