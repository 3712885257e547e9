//! Machine-readable answers. The structures here are the contract: names and order of fields are what scripts know
//! (a few are misspelt, and stay so). Nothing of the model is written out directly.

mod analysis;
mod cluster;
mod gates;
pub mod history;
mod incidents;
mod instance;
pub mod records;
pub mod rules;
mod yaml;

pub use analysis::{Detail, ProcessingNode, ReplicationAnalysis};
pub use cluster::ClusterInfo;
pub use gates::why_not;
pub use incidents::{blocked, changelog, detection, recovery, steps};
pub use instance::Instance;
pub use yaml::yaml;

use crate::model::coordinates::LogKind;
use crate::model::{Coordinates, InstanceKey, Timestamp};
use serde::Serialize;

/// `{"Hostname":…,"Port":…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key<'a> {
    /// Host name; empty for none.
    pub hostname: &'a str,
    /// Port; 0 for none.
    pub port: u16,
}

impl<'a> From<&'a InstanceKey> for Key<'a> {
    fn from(key: &'a InstanceKey) -> Self {
        Self {
            hostname: &key.hostname,
            port: key.port,
        }
    }
}

/// Keys in order of host and port.
pub fn keys(keys: &[InstanceKey]) -> Vec<Key<'_>> {
    let mut sorted: Vec<&InstanceKey> = keys.iter().collect();
    sorted.sort();
    sorted.into_iter().map(Key::from).collect()
}

/// `{"LogFile":…,"LogPos":…,"Type":…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogCoordinates<'a> {
    log_file: &'a str,
    log_pos: u64,
    r#type: u8,
}

impl<'a> LogCoordinates<'a> {
    /// Coordinates in the given kind of log.
    pub fn of(at: &'a Coordinates, kind: LogKind) -> Self {
        Self::new(&at.file, at.position, kind)
    }

    /// Coordinates from their parts.
    pub fn new(log_file: &'a str, log_pos: u64, kind: LogKind) -> Self {
        Self {
            log_file,
            log_pos,
            r#type: u8::from(kind == LogKind::Relay),
        }
    }
}

/// A number that may be null: `{"Int64":…,"Valid":…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NullInt {
    int64: i64,
    valid: bool,
}

impl From<Option<i64>> for NullInt {
    fn from(number: Option<i64>) -> Self {
        Self {
            int64: number.unwrap_or(0),
            valid: number.is_some(),
        }
    }
}

impl From<Option<u64>> for NullInt {
    fn from(number: Option<u64>) -> Self {
        Self::from(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
    }
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// It worked.
    Ok,
    /// It did not.
    Error,
}

/// An answer in its envelope: `{"Code":…,"Message":…,"Details":…}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope<T> {
    /// How it ended.
    pub code: Outcome,
    /// A sentence or a word.
    pub message: String,
    /// What was asked for; null for an error.
    pub details: Option<T>,
}

impl<T> Envelope<T> {
    /// An answer that worked.
    pub fn ok(message: impl Into<String>, details: T) -> Self {
        Self {
            code: Outcome::Ok,
            message: message.into(),
            details: Some(details),
        }
    }
}

impl Envelope<()> {
    /// An answer that did not work.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            code: Outcome::Error,
            message: message.into(),
            details: None,
        }
    }
}

/// Any of this room's structures as data. They consist of texts, numbers and lists, which always have a JSON form.
pub fn value(structure: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(structure).unwrap_or(serde_json::Value::Null)
}

/// One line of JSON, with `<`, `>`, `&` and the two Unicode line separators escaped as the original escapes them.
///
/// # Errors
/// Only for a value that has no JSON form, which none of this room's has.
pub fn one_line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|json| escape(&json))
}

/// These characters occur within texts only, so the whole of the JSON can be searched for them.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escaped.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// `YYYY-MM-DD HH:MM:SS`; empty for never.
fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// A stored time in the one form that is written; a text that is no time stays as it is.
fn stored_moment(text: &str) -> String {
    Timestamp::parse(text).map_or_else(|| text.to_owned(), |at| at.to_string())
}
