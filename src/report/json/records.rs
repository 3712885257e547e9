//! What operators and earlier runs left in the inventory, in JSON.

use super::Key;
use crate::model::records::{Candidate, Maintenance};
use crate::model::{InstanceKey, Timestamp};
use serde::Serialize;

/// An active lock on an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Lock<'a> {
    maintenance_id: i64,
    key: Key<'a>,
    begin_timestamp: String,
    seconds_elapsed: i64,
    is_active: bool,
    owner: &'a str,
    reason: &'a str,
}

impl<'a> Lock<'a> {
    /// A lock as it stands at `now`.
    pub fn of(lock: &'a Maintenance, now: Timestamp) -> Self {
        Self {
            maintenance_id: lock.id,
            key: Key::from(&lock.key),
            begin_timestamp: super::moment(lock.begin),
            seconds_elapsed: lock.begin.map_or(0, |begin| now.seconds_since(begin).max(0)),
            is_active: lock.holds(now),
            owner: &lock.owner,
            reason: &lock.reason,
        }
    }
}

/// A registered promotion rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PromotionRule<'a> {
    hostname: &'a str,
    port: u16,
    promotion_rule: &'static str,
    last_suggested_string: String,
    promotion_rule_expiry: String,
}

impl<'a> PromotionRule<'a> {
    /// A rule that holds for so many seconds after it was last suggested.
    pub fn of(candidate: &'a Candidate, holds_seconds: i64) -> Self {
        Self {
            hostname: &candidate.key.hostname,
            port: candidate.key.port,
            promotion_rule: candidate.rule.as_str(),
            last_suggested_string: super::moment(candidate.last_suggested),
            promotion_rule_expiry: super::moment(candidate.last_suggested.map(|at| at.plus_seconds(holds_seconds))),
        }
    }
}

/// An entry of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Audit<'a> {
    audit_id: i64,
    audit_timestamp: String,
    audit_type: &'a str,
    audit_instance_key: Key<'a>,
    message: &'a str,
}

impl<'a> Audit<'a> {
    /// An entry by its parts; one on no instance has the empty key.
    pub fn new(id: i64, at: Timestamp, kind: &'a str, key: &'a InstanceKey, message: &'a str) -> Self {
        Self {
            audit_id: id,
            audit_timestamp: at.to_string(),
            audit_type: kind,
            audit_instance_key: Key::from(key),
            message,
        }
    }
}
