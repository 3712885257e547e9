//! What happened when an instance was asked, kept where it was not a full success.

use super::row::Cells;
use super::{Inventory, Result, stamp};
use crate::model::observation::{Contact, ContactKind, ProbeFault};
use crate::model::{InstanceKey, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The last probe of an instance, where it failed or some of its questions did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOutcome {
    /// When.
    pub at: Option<Timestamp>,
    /// What happened.
    pub contact: Contact,
    /// Side questions that failed.
    pub faults: Vec<ProbeFault>,
}

const TABLE: &str = "orc_probe_outcome";
const COLUMNS: [&str; 6] = ["hostname", "port", "at", "contact", "said", "faults"];

/// The words stored for the kinds of contact.
const KINDS: [(ContactKind, &str); 16] = [
    (ContactKind::Answered, "answered"),
    (ContactKind::UnknownHost, "unknown-host"),
    (ContactKind::Refused, "refused"),
    (ContactKind::ConnectTimedOut, "connect-timed-out"),
    (ContactKind::HungInHandshake, "hung-in-handshake"),
    (ContactKind::HungInQuery, "hung-in-query"),
    (ContactKind::AccessDenied, "access-denied"),
    (ContactKind::MissingGrant, "missing-grant"),
    (ContactKind::TooManyConnections, "too-many-connections"),
    (ContactKind::HostBlocked, "host-blocked"),
    (ContactKind::Reset, "reset"),
    (ContactKind::TlsFailed, "tls-failed"),
    (ContactKind::NotMySql, "not-mysql"),
    (ContactKind::ServerError, "server-error"),
    (ContactKind::Unintelligible, "unintelligible"),
    (ContactKind::NoMeans, "no-means"),
];

fn word(kind: ContactKind) -> &'static str {
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or("unintelligible", |(_, word)| word)
}

fn read(cells: &mut Cells<'_, '_>) -> Option<(InstanceKey, ProbeOutcome)> {
    let key = cells.key(0)?;
    let at = cells.time(2);
    let stored = cells.text(3);
    let kind = KINDS.iter().find(|(_, word)| *word == stored).map(|(kind, _)| *kind);
    if kind.is_none() {
        cells.warn(3);
    }
    let contact = Contact {
        kind: kind.unwrap_or(ContactKind::Unintelligible),
        said: cells.text(4),
    };
    let faults = cells.text(5);
    let faults = match serde_json::from_str(if faults.is_empty() { "[]" } else { &faults }) {
        Ok(Value::Array(list)) => list.iter().map(fault).collect(),
        _ => {
            cells.warn(5);
            Vec::new()
        }
    };
    Some((key, ProbeOutcome { at, contact, faults }))
}

fn fault(value: &Value) -> ProbeFault {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    ProbeFault {
        question: text("question").unwrap_or_default(),
        said: text("said").unwrap_or_default(),
        remedy: text("remedy"),
    }
}

impl Inventory {
    pub(super) fn store_outcome(
        &self,
        key: &InstanceKey,
        at: Timestamp,
        contact: &Contact,
        faults: &[ProbeFault],
    ) -> rusqlite::Result<()> {
        if !self.has(TABLE) {
            return Ok(());
        }
        let faults: Vec<Value> = faults
            .iter()
            .map(|f| json!({"question": f.question, "said": f.said, "remedy": f.remedy}))
            .collect();
        let faults = if faults.is_empty() {
            String::new()
        } else {
            Value::from(faults).to_string()
        };
        self.conn
            .prepare_cached(
                "INSERT INTO orc_probe_outcome (hostname, port, at, contact, said, faults) VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (hostname, port) DO UPDATE
                 SET at = excluded.at, contact = excluded.contact, said = excluded.said, faults = excluded.faults",
            )?
            .execute((
                key.hostname.as_ref(),
                key.port,
                stamp(at),
                word(contact.kind),
                &contact.said,
                faults,
            ))
            .map(|_| ())
    }

    pub(super) fn clear_outcome(&self, key: &InstanceKey) -> rusqlite::Result<()> {
        if !self.has(TABLE) {
            return Ok(());
        }
        self.conn
            .prepare_cached("DELETE FROM orc_probe_outcome WHERE hostname = ? AND port = ?")?
            .execute((key.hostname.as_ref(), key.port))
            .map(|_| ())
    }

    /// What happened at the last probe of an instance; `None` when it fully succeeded or was never recorded.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn probe_outcome(&self, key: &InstanceKey) -> Result<Option<ProbeOutcome>> {
        let rest = "WHERE hostname = ? AND port = ?";
        let params = (key.hostname.as_ref(), key.port);
        let found = self.list("read the last outcome", TABLE, &COLUMNS, rest, params, read)?;
        Ok(found.into_iter().next().map(|(_, outcome)| outcome))
    }

    /// What happened at the last probe of every instance where it was not a full success.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn probe_outcomes(&self) -> Result<HashMap<InstanceKey, ProbeOutcome>> {
        Ok(self
            .list("read the last outcomes", TABLE, &COLUMNS, "", [], read)?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        assert_eq!(
            KINDS.iter().map(|(_, word)| word).collect::<HashSet<_>>().len(),
            KINDS.len()
        );
        assert_eq!(
            KINDS.iter().map(|(kind, _)| kind).collect::<HashSet<_>>().len(),
            KINDS.len()
        );
    }
}
