//! Who can follow whom, and where a successor fetches what only another replica has received.

use super::standing::{Field, Scale, Standing, measure, union};
use crate::config::Policy;
use crate::model::gtid::{OracleSet, Uuid};
use crate::model::reached::Lack;
use crate::model::{Instance, InstanceKey, Reached};
use crate::topology::can_replicate;
use std::collections::HashSet;

/// What becomes of everybody if one replica is promoted.
pub(super) struct Prospect {
    /// Its place in the field.
    pub at: usize,
    /// From whom it first fetches what it lacks.
    pub tail_from: Option<InstanceKey>,
    /// What it then has of the failed master.
    pub has: Option<Reached>,
    /// What others have received and it can get from nobody.
    pub missing: Option<Lack>,
    /// Who has that, and why it cannot be fetched from there.
    pub unfetched: Option<(InstanceKey, String)>,
    /// Who can follow it.
    pub follows: Vec<InstanceKey>,
    /// Who cannot, and why.
    pub lost: Vec<(InstanceKey, String)>,
    /// How many are kept, itself included, of those that could follow any of these at all: one that nobody can keep but
    /// by promoting it speaks for nobody.
    pub keeps: usize,
}

/// What becomes of everybody if one of the replicas at these places is promoted.
pub(super) fn prospects(field: &Field<'_>, pool: Vec<usize>, policy: &Policy) -> Vec<Prospect> {
    let mut all: Vec<Prospect> = pool.into_iter().filter_map(|at| prospect(field, at, policy)).collect();
    let movable: HashSet<InstanceKey> = all
        .iter()
        .flat_map(|prospect| prospect.follows.iter().cloned())
        .collect();
    for prospect in &mut all {
        let is_kept = field
            .standings
            .get(prospect.at)
            .is_some_and(|s| movable.contains(s.key()));
        prospect.keeps = prospect.follows.len() + usize::from(is_kept);
    }
    all
}

fn prospect(field: &Field<'_>, at: usize, policy: &Policy) -> Option<Prospect> {
    let successor = field.standings.get(at)?;
    let tail = tail(field, successor, policy);
    let mut prospect = Prospect {
        at,
        missing: match (&tail.has, &field.known) {
            (Some(has), Some(known)) => has.lacks(known),
            _ => None,
        },
        tail_from: tail.from,
        has: tail.has,
        unfetched: tail.unfetched,
        follows: Vec::new(),
        lost: Vec::new(),
        keeps: 0,
    };
    let row = promoted(&successor.row);
    for sibling in field.standings.iter().filter(|s| s.key() != successor.key()) {
        match follows(sibling, successor, &row, prospect.has.as_ref(), policy) {
            Ok(()) => prospect.follows.push(sibling.key().clone()),
            Err(reason) => prospect.lost.push((sibling.key().clone(), reason)),
        }
    }
    Some(prospect)
}

#[derive(Default)]
struct Tail {
    from: Option<InstanceKey>,
    has: Option<Reached>,
    unfetched: Option<(InstanceKey, String)>,
}

/// The replica that has most of what the successor lacks and can hand it over.
fn tail(field: &Field<'_>, successor: &Standing<'_>, policy: &Policy) -> Tail {
    let mut tail = Tail {
        has: successor.drained.clone(),
        ..Tail::default()
    };
    let Some(own) = &successor.drained else {
        return tail;
    };
    let mut holders: Vec<&Standing> = field
        .standings
        .iter()
        .filter(|s| s.key() != successor.key())
        .filter(|s| s.genuine.as_ref().is_some_and(|theirs| own.lacks(theirs).is_some()))
        .collect();
    holders.sort_by(|a, b| {
        let by = |s: &Standing| measure(s.genuine.as_ref());
        by(b).cmp(&by(a)).then_with(|| a.key().cmp(b.key()))
    });
    for holder in holders {
        match hands_over(field.scale, holder, successor, policy) {
            Ok(()) => {
                tail.from = Some(holder.key().clone());
                tail.has = union([Some(own), holder.drained.as_ref()].into_iter().flatten());
                break;
            }
            Err(reason) => {
                tail.unfetched.get_or_insert_with(|| (holder.key().clone(), reason));
            }
        }
    }
    tail
}

/// Whether the successor can fetch from the holder what it lacks.
fn hands_over(scale: Scale, holder: &Standing<'_>, successor: &Standing<'_>, policy: &Policy) -> Result<(), String> {
    let (key, to) = (holder.key(), successor.key());
    let given = match (&successor.drained, &holder.drained) {
        (Some(own), Some(theirs)) => own.lacks(theirs),
        _ => None,
    };
    let delay = holder.row.replication.sql_delay_seconds;
    if given.is_none() {
        return Err(format!(
            "the applier of {key} stands with an error, and what it has not applied is not in its binary log"
        ));
    }
    if scale == Scale::File {
        return Err("by file and position, without GTID, nothing can be fetched from a sibling".to_owned());
    }
    if delay > 0 {
        return Err(format!(
            "{key} applies with a delay of {delay} seconds, which is not waited for"
        ));
    }
    if !holder.row.binlog.is_logging_replica() {
        return Err(format!("{key} does not write what it applies to a binary log"));
    }
    can_replicate(&successor.row, &holder.row, policy).map_err(|refusal| refusal.sentence)?;
    same_gtid(successor, holder)?;
    let forgotten = forgotten(successor, holder);
    if !forgotten.is_empty() {
        return Err(format!(
            "{key} has {forgotten} of {to} itself, which a server does not take back"
        ));
    }
    let purged = holder.purged.subtract(&successor.oracle);
    if !purged.is_empty() {
        return Err(format!("{key} has purged {purged}, which {to} has not"));
    }
    Ok(())
}

/// Whether the sibling can follow the successor once that is promoted and has `has` of the failed master.
fn follows(
    sibling: &Standing<'_>,
    successor: &Standing<'_>,
    promoted: &Instance,
    has: Option<&Reached>,
    policy: &Policy,
) -> Result<(), String> {
    let (key, to) = (sibling.key(), successor.key());
    if !sibling.is_reachable {
        return Err("it did not answer".to_owned());
    }
    if let Some(channel) = sibling.look.and_then(|look| look.other_channels().next()) {
        return Err(format!(
            "it replicates through more than one channel, one of them {}: name the channel to move",
            named(&channel.name)
        ));
    }
    if !sibling.row.uses_gtid() {
        return by_position(sibling, successor, promoted, policy);
    }
    can_replicate(&sibling.row, promoted, policy).map_err(|refusal| refusal.sentence)?;
    same_gtid(sibling, successor)?;
    // To point it elsewhere deletes its relay logs.
    if let (true, Some(has), Some(received)) = (sibling.is_stuck, has, &sibling.genuine)
        && let Some(only) = has.lacks(received)
    {
        return Err(format!(
            "it has received {}, which its applier cannot apply and {to} cannot get: they are nowhere but in its relay logs",
            counted(&only)
        ));
    }
    if let (Some(has), Some(theirs)) = (has, &sibling.drained) {
        if let Some(ahead) = has.lacks(theirs) {
            return Err(format!("it has {}, which {to} cannot get", counted(&ahead)));
        }
        if let Some(behind) = theirs.lacks(has).filter(|_| !successor.row.binlog.logs_replica_updates) {
            let lacked = counted(&behind);
            return Err(format!("it lacks {lacked}, and {to} does not log what it applies"));
        }
    }
    if sibling.is_mariadb() {
        return maria_follows(sibling);
    }
    let purged = successor.purged.subtract(&sibling.oracle);
    if !purged.is_empty() {
        return Err(format!("{to} has purged {purged}, which {key} has not"));
    }
    let forgotten = forgotten(successor, sibling);
    if forgotten.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "it has {forgotten} of {to} itself, which {to} no longer has: the server would refuse it"
        ))
    }
}

/// Without GTID only those can be moved that end where the successor ends: for them it goes on at the end of its own log.
fn by_position(
    sibling: &Standing<'_>,
    successor: &Standing<'_>,
    promoted: &Instance,
    policy: &Policy,
) -> Result<(), String> {
    let end = |one: &Standing<'_>| match one.is_stuck {
        true => one.row.replication.executed.clone(),
        false => one.row.replication.read.clone(),
    };
    let (own, theirs) = (end(sibling), end(successor));
    if own.is_none() || theirs.is_none() || successor.row.uses_gtid() {
        return Err("file:position replication: cannot be moved without GTID".to_owned());
    }
    if own != theirs {
        return Err(format!(
            "file:position replication: it ends at {own} of the failed master's binary log, and {} at {theirs}; between \
             the two only GTID could move it",
            successor.key()
        ));
    }
    let delay = sibling.row.replication.sql_delay_seconds;
    if delay > 0 {
        return Err(format!(
            "file:position replication: it applies with a delay of {delay} seconds, and can be moved only when it has \
             applied everything"
        ));
    }
    can_replicate(&sibling.row, promoted, policy).map_err(|refusal| refusal.sentence)
}

/// The row as it is once it replicates from nobody: whether it logs what it applies then matters no more.
fn promoted(row: &Instance) -> Instance {
    let mut row = row.clone();
    row.replication.master = InstanceKey::default();
    row
}

/// What the other has of the successor's own transactions, and the successor itself has not.
fn forgotten(successor: &Standing<'_>, other: &Standing<'_>) -> OracleSet {
    let own = Uuid::parse(&successor.row.server.uuid).map(|uuid| other.oracle.only_uuid(uuid));
    own.map(|own| own.subtract(&successor.oracle)).unwrap_or_default()
}

/// A MariaDB replica asks for the transaction at which its position stands; one of its own is not to be had elsewhere.
fn maria_follows(sibling: &Standing<'_>) -> Result<(), String> {
    match &sibling.errant {
        Some(errant) => Err(format!(
            "it has {errant} of its own, from where no other server can go on"
        )),
        None => Ok(()),
    }
}

/// Whether the one can find its place in the other's binary log by GTID.
fn same_gtid(replica: &Standing<'_>, master: &Standing<'_>) -> Result<(), String> {
    let has_oracle = |s: &Standing| {
        let mode = &s.row.gtid.mode;
        !s.is_mariadb() && (mode.to_ascii_uppercase().starts_with("ON") || s.row.gtid.oracle)
    };
    let (key, other) = (replica.key(), master.key());
    if replica.is_mariadb() != master.is_mariadb() {
        return Err(format!(
            "the GTIDs of {key} and {other} are of different kinds, MySQL's and MariaDB's"
        ));
    }
    let has_both = replica.is_mariadb() || (has_oracle(replica) && has_oracle(master));
    if !has_both {
        return Err(format!("{key} and {other} do not both have GTID"));
    }
    Ok(())
}

pub(super) fn named(channel: &str) -> String {
    if channel.is_empty() {
        "without a name".to_owned()
    } else {
        format!("`{channel}`")
    }
}

/// What is lacked, in words.
pub(super) fn counted(lack: &Lack) -> String {
    match lack.count {
        Some(1) => format!("1 transaction ({})", lack.what),
        Some(count) => format!("{count} transactions ({})", lack.what),
        None => format!("the events from {}", lack.what),
    }
}
