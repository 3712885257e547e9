//! What is lost: before a promotion, what each replica lacks of what is known; after it, what nobody has any more.

use super::standing::{Field, Standing, measure};
use super::{Refusal, Wanted};
use crate::model::gtid::{MariaSet, OracleSet};
use crate::model::reached::Lack;
use crate::model::recovery::{LossRow, LossTable};
use crate::model::{Coordinates, InstanceKey, Look, Reached, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who has what, the most advanced first.
pub(super) fn loss_table(field: &Field<'_>, refusals: &[(InstanceKey, Refusal)], wanted: &Wanted<'_>) -> LossTable {
    let mut standings: Vec<&Standing> = field.standings.iter().collect();
    standings.sort_by(|a, b| {
        let by = |s: &Standing| (measure(s.genuine.as_ref()), measure(s.executed.as_ref()));
        by(b).cmp(&by(a)).then_with(|| a.key().cmp(b.key()))
    });
    let rows = standings
        .iter()
        .map(|standing| row(field, &standings, standing, refusals));
    let failed = wanted.failed_row;
    let last_seen = failed.map_or_else(String::new, |row| match row.gtid.executed.is_empty() {
        false => row.gtid.executed.clone(),
        true if row.binlog.end.is_none() => String::new(),
        true => row.binlog.end.to_string(),
    });
    LossTable {
        last_seen_at: failed
            .and_then(|row| row.check.last_seen)
            .filter(|_| !last_seen.is_empty()),
        last_seen,
        rows: rows.collect(),
    }
}

fn row(
    field: &Field<'_>,
    sorted: &[&Standing<'_>],
    standing: &Standing<'_>,
    refusals: &[(InstanceKey, Refusal)],
) -> LossRow {
    let of = |known: &Option<Reached>| standing.genuine.as_ref()?.lacks(known.as_ref()?);
    let lacks = of(&field.known);
    // The list is in order, so that among equals the most advanced one is named.
    let lacks_from = lacks.as_ref().and_then(|_| {
        let others = sorted.iter().filter(|other| other.key() != standing.key());
        let has = |other: &&&Standing| of(&other.genuine).map(|lack| (lack.count, (**other).key().clone()));
        others
            .filter_map(|other| has(&other))
            .rev()
            .max_by_key(|(count, _)| *count)
            .map(|(_, key)| key)
    });
    let reasons: Vec<&str> = refusals
        .iter()
        .filter(|(key, _)| key == standing.key())
        .map(|(_, refusal)| refusal.sentence.as_str())
        .collect();
    LossRow {
        key: standing.key().clone(),
        received: standing.received.as_ref().map_or_else(String::new, ToString::to_string),
        unapplied: match (&standing.executed, &standing.received) {
            (Some(executed), Some(received)) => executed.lacks(received),
            _ => None,
        },
        lacks,
        lacks_from,
        refused: (!reasons.is_empty()).then(|| reasons.join("; ")),
    }
}

/// What a promotion has cost, as far as anybody can know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ledger {
    /// The old master was seen again: exactly these, or none.
    Exact(Option<Lack>),
    /// The old master was not seen again: whatever it wrote after this.
    Open {
        /// Where its history was last seen to end.
        behind: String,
        /// When.
        at: Option<Timestamp>,
        /// What it is known to have had by then and the promoted server has not.
        known: Option<Lack>,
    },
    /// The old master was not seen again, and never before.
    Unknown,
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::follow::counted;
        match self {
            Self::Exact(None) => f.write_str("nothing was lost"),
            Self::Exact(Some(lack)) => write!(f, "lost: {}", counted(lack)),
            Self::Open { behind, at, known } => {
                if let Some(lack) = known {
                    write!(f, "lost: {}; besides, ", counted(lack))?;
                }
                write!(f, "whatever the failed master wrote behind {behind}")?;
                at.map_or(Ok(()), |at| write!(f, ", where it was last seen at {at}"))
            }
            Self::Unknown => f.write_str("nobody knows where the failed master's history ended"),
        }
    }
}

/// What was lost, from the table made before, the old master where it was seen again, and the promoted server.
pub fn ledger(losses: &LossTable, old_master: Option<&Look>, promoted: &Look) -> Ledger {
    let row = losses.rows.iter().find(|row| row.key == promoted.key);
    let received = row.map_or("", |row| row.received.as_str());
    let Some(old) = old_master else {
        return open(losses, received, promoted);
    };
    let exact = if old.is_mariadb() {
        Some(maria_lack(&old.binlog_state, received, promoted))
    } else {
        match (old.executed(), promoted.executed()) {
            (Some(Reached::Oracle(old)), Some(has)) => Some(has.lacks(&Reached::Oracle(old))),
            _ => file_lack(received, old.reading.log_end()),
        }
    };
    exact.map_or_else(|| open(losses, received, promoted), Ledger::Exact)
}

fn open(losses: &LossTable, received: &str, promoted: &Look) -> Ledger {
    let behind = losses.last_seen.clone();
    if behind.is_empty() {
        return Ledger::Unknown;
    }
    let known = match (Coordinates::parse(&behind), OracleSet::parse(&behind)) {
        (_, Ok(seen)) => {
            let others = lacked(losses, promoted).and_then(|lack| OracleSet::parse(&lack.what).ok());
            let all = others.map_or(seen.clone(), |others| seen.union(&others));
            promoted.executed().and_then(|has| has.lacks(&Reached::Oracle(all)))
        }
        (Some(seen), _) => file_lack(received, &seen)
            .flatten()
            .or_else(|| among_others(losses, received, promoted)),
        _ => None,
    };
    Ledger::Open {
        behind,
        at: losses.last_seen_at,
        known,
    }
}

/// What the promoted server lacked, before, that another replica had.
fn lacked<'l>(losses: &'l LossTable, promoted: &Look) -> Option<&'l Lack> {
    let row = losses.rows.iter().find(|row| row.key == promoted.key);
    row.and_then(|row| row.lacks.as_ref())
}

/// The same without what it has fetched since, where the old master's binary log does not tell.
fn among_others(losses: &LossTable, received: &str, promoted: &Look) -> Option<Lack> {
    let lack = lacked(losses, promoted)?;
    if !promoted.is_mariadb() || Coordinates::parse(received).is_some() {
        return Some(lack.clone());
    }
    let row = losses.rows.iter().find(|row| row.key == promoted.key)?;
    let from = row.lacks_from.as_ref();
    let other = losses.rows.iter().find(|other| Some(&other.key) == from)?;
    maria_lack(&other.received, received, promoted)
}

/// What lies between where the promoted server had received and the end of the old master's binary log; `None` where
/// either is not known by file and position.
fn file_lack(received: &str, end: &Coordinates) -> Option<Option<Lack>> {
    let received = Coordinates::parse(received).filter(|at| !at.is_none())?;
    (!end.is_none()).then(|| Reached::File(received).lacks(&Reached::File(end.clone())))
}

/// Numbers of MariaDB domains go on after a promotion, so that of the same domain the promoted server soon has higher ones
/// than the old master. What each server wrote itself tells them apart.
fn maria_lack(old: &str, received: &str, promoted: &Look) -> Option<Lack> {
    let parse = |text: &str| MariaSet::parse_lossy(text).0;
    let (then, now) = (parse(received), parse(&promoted.binlog_state));
    let of_server = |domain, server| {
        let written = now.iter().filter(|g| g.domain == domain && g.server_id == server);
        written.map(|gtid| gtid.sequence).max().unwrap_or(0)
    };
    let gaps: Vec<(u32, u64, u64)> = parse(old)
        .iter()
        .map(|gtid| {
            (
                gtid.domain,
                of_server(gtid.domain, gtid.server_id).max(then.sequence(gtid.domain)),
                gtid.sequence,
            )
        })
        .filter(|(_, has, wrote)| has < wrote)
        .collect();
    let texts: Vec<String> = gaps
        .iter()
        .map(|(domain, has, wrote)| format!("domain {domain}: {} to {wrote}", has + 1))
        .collect();
    (!gaps.is_empty()).then(|| Lack {
        what: texts.join(", "),
        count: Some(gaps.iter().map(|(_, has, wrote)| wrote - has).sum()),
    })
}
