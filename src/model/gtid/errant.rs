//! Errant transactions: those a replica has and its master never had.

use super::{OracleSet, Uuid};

/// Transactions a replica executed that its master did not, and no ancestor can account for.
///
/// Of the replica's executed set, everything that originates from a UUID of its ancestry is left
/// out, since the master may merely be read before the replica is; its own UUID is left out only
/// for a co-master, which may be ahead of the master in its own writes. What remains is errant
/// unless the master executed it; there the master's own UUID counts for nothing.
///
/// Nothing is errant while either set is empty, that is unknown. Entries of the ancestry may be
/// server UUIDs or UUID-shaped group names, in any letter case; anything else is ignored, as is an
/// unreadable `own_uuid` or `master_uuid`.
#[must_use]
pub fn errant<S: AsRef<str>>(
    own_executed: &OracleSet,
    master_executed: &OracleSet,
    own_uuid: &str,
    master_uuid: &str,
    ancestry: &[S],
    is_co_master: bool,
) -> OracleSet {
    if own_executed.is_empty() || master_executed.is_empty() {
        return OracleSet::new();
    }
    let own = Uuid::parse(own_uuid);
    let ancestors: Vec<Uuid> = ancestry.iter().filter_map(|e| Uuid::parse(e.as_ref())).collect();
    let candidates = own_executed.filtered(|uuid| {
        if Some(uuid) == own {
            !is_co_master
        } else {
            !ancestors.contains(&uuid)
        }
    });
    if candidates.is_empty() {
        return candidates;
    }
    let master = Uuid::parse(master_uuid);
    candidates.subtract(&master_executed.filtered(|uuid| Some(uuid) != master))
}

/// What a binary log begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStart {
    /// The log's name.
    pub name: String,
    /// The GTIDs of all logs before it, as its `Previous_gtids` event has them; `None` where it has none.
    pub previous: Option<String>,
}

/// The binary logs that hold some of these transactions, oldest first.
///
/// A log holds what the next one counts as past and it itself does not; the last one holds what is left.
///
/// # Errors
/// Which log does not tell what came before it.
pub fn locate(wanted: &OracleSet, logs: &[LogStart]) -> Result<Vec<String>, String> {
    let mut left = wanted.clone();
    let mut found = Vec::new();
    for pair in logs.windows(2) {
        let [log, next] = pair else { continue };
        let previous = next
            .previous
            .as_deref()
            .ok_or_else(|| format!("{} does not tell which GTIDs came before it", next.name))?;
        let past =
            OracleSet::parse(previous).map_err(|error| format!("{} begins with {previous:?}: {error}", next.name))?;
        let after = left.subtract(&past);
        if after != left {
            found.push(log.name.clone());
        }
        left = after;
    }
    let last = logs.last().filter(|_| !left.is_empty());
    found.extend(last.map(|log| log.name.clone()));
    Ok(found)
}
