//! How far a server has come in its master's history, in whichever terms it counts.

use super::Coordinates;
use super::gtid::{MariaGap, MariaSet, OracleSet};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in the history of writes. Two of different kinds cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Reached {
    /// A set of Oracle GTIDs.
    Oracle(OracleSet),
    /// A MariaDB position: the last number of each domain.
    MariaDb(MariaSet),
    /// A position in the master's binary log.
    File(Coordinates),
}

/// What one has and another has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// The transactions, as a GTID set or a range of positions.
    pub what: String,
    /// Their number; `None` where positions do not tell.
    pub count: Option<u64>,
}

impl Reached {
    /// Whether everything of the other has been reached; `None` where the two cannot be compared.
    pub fn covers(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Oracle(own), Self::Oracle(other)) => Some(own.contains_set(other)),
            (Self::MariaDb(own), Self::MariaDb(other)) => Some(own.contains_position(other)),
            (Self::File(own), Self::File(other)) => Some(own >= other),
            _ => None,
        }
    }

    /// Everything that either has reached; `None` where the two cannot be compared.
    pub fn merged(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Oracle(own), Self::Oracle(other)) => Some(Self::Oracle(own.union(other))),
            (Self::MariaDb(own), Self::MariaDb(other)) => Some(Self::MariaDb(own.merge(other))),
            (Self::File(own), Self::File(other)) => Some(Self::File(own.max(other).clone())),
            _ => None,
        }
    }

    /// What the other has and this one has not; `None` where that is nothing, or the two cannot be compared.
    pub fn lacks(&self, other: &Self) -> Option<Lack> {
        match (self, other) {
            (Self::Oracle(own), Self::Oracle(other)) => {
                let missing = other.subtract(own);
                (!missing.is_empty()).then(|| Lack {
                    what: missing.to_string(),
                    count: u64::try_from(missing.count()).ok(),
                })
            }
            (Self::MariaDb(own), Self::MariaDb(other)) => {
                let gaps = other.missing_from(own);
                let text = |gap: &MariaGap| format!("domain {}: {} to {}", gap.domain, gap.after + 1, gap.to);
                let texts: Vec<String> = gaps.iter().map(text).collect();
                (!gaps.is_empty()).then(|| Lack {
                    what: texts.join(", "),
                    count: Some(gaps.iter().map(|gap| gap.count()).sum()),
                })
            }
            (Self::File(own), Self::File(other)) => (own < other).then(|| Lack {
                what: format!("{own} to {other}"),
                count: None,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oracle(set) => write!(f, "{set}"),
            Self::MariaDb(set) => write!(f, "{}", set.position()),
            Self::File(at) => write!(f, "{at}"),
        }
    }
}
