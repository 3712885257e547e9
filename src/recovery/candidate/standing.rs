//! Where each replica stands: what it says now on top of what is stored of it, and how far it has come.

use super::{Contender, Wanted};
use crate::model::gtid::{MariaGtid, MariaSet, OracleSet, Uuid};
use crate::model::instance::ThreadState;
use crate::model::{Coordinates, Instance, InstanceKey, Look, Reached};

/// In which terms all replicas are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Sets of Oracle GTIDs.
    Oracle,
    /// MariaDB positions.
    MariaDb,
    /// Positions in the failed master's binary log: what all have where they have nothing better in common.
    File,
}

/// One replica.
pub(super) struct Standing<'a> {
    pub look: Option<&'a Look>,
    pub rule: crate::model::PromotionRule,
    /// The stored row, with what the server says now in its place.
    pub row: Instance,
    /// It answered just now; where only the inventory is asked, its last check succeeded.
    pub is_reachable: bool,
    /// Its applier stands with an error, so that what it has not applied does not drain.
    pub is_stuck: bool,
    /// Everything that it has received.
    pub received: Option<Reached>,
    /// Everything that it has applied.
    pub executed: Option<Reached>,
    /// What it will have applied once it has drained, its errant transactions included.
    pub reaches: Option<Reached>,
    /// The same without its errant transactions: what it has of the failed master.
    pub drained: Option<Reached>,
    /// Received, without its errant transactions.
    pub genuine: Option<Reached>,
    /// Transactions that only it has and its master never had.
    pub errant: Option<Reached>,
    /// All Oracle GTIDs that it has executed, or will have once it has drained.
    pub oracle: OracleSet,
    /// The transactions that its binary log has no longer; a MariaDB server does not tell.
    pub purged: OracleSet,
}

/// All replicas, in one scale.
pub(super) struct Field<'a> {
    pub standings: Vec<Standing<'a>>,
    pub scale: Scale,
    /// Everything of the failed master that any of them has received.
    pub known: Option<Reached>,
}

impl<'a> Field<'a> {
    pub fn new(contenders: &[Contender<'a>], wanted: &Wanted<'_>) -> Self {
        let scale = scale(contenders, wanted);
        let mut standings: Vec<Standing> = contenders.iter().map(|c| Standing::new(c, scale, wanted)).collect();
        let errants: Vec<Option<Reached>> = (0..standings.len())
            .map(|at| errant(&standings, at, scale, wanted))
            .collect();
        for (standing, errant) in standings.iter_mut().zip(errants) {
            standing.drained = standing.without(&standing.reaches, errant.as_ref(), !standing.is_stuck);
            standing.genuine = standing.without(&standing.received, errant.as_ref(), true);
            standing.errant = errant;
        }
        let known = union(standings.iter().filter_map(|s| s.genuine.as_ref()));
        Self {
            standings,
            scale,
            known,
        }
    }
}

impl<'a> Standing<'a> {
    fn new(contender: &Contender<'a>, scale: Scale, wanted: &Wanted<'_>) -> Self {
        let look = contender.look;
        let row = look.map_or_else(|| contender.instance.clone(), |look| overlaid(contender.instance, look));
        let is_reachable = look.is_some() || (wanted.by_inventory && row.check.is_valid());
        // Where both threads of a MariaDB server with GTID stand, starting either discards its relay logs.
        let discards = look.and_then(Look::channel).is_some_and(|channel| {
            channel.mariadb_gtid && channel.status.io_state == ThreadState::Stopped && !channel.status.sql_running
        });
        let is_stuck = discards || (!row.replication.sql_running && !is_blank(&row.replication.last_sql_error));
        let (received, executed) = match (look, scale) {
            (Some(look), Scale::File) => (file(look.received_file()), file(look.executed_file())),
            (Some(look), Scale::MariaDb) => {
                let retrieved = look.channel().map_or("", |channel| channel.retrieved_gtid.as_str());
                (by_gtid(look.received(), retrieved), by_gtid(look.executed(), ""))
            }
            (Some(look), _) => (look.received(), look.executed()),
            (None, _) if wanted.by_inventory => {
                let at = &row.replication;
                (file(Some(&at.read)), file(Some(&at.executed)))
            }
            (None, _) => (None, None),
        };
        let reaches = if is_stuck { executed.clone() } else { received.clone() };
        let parse = |text: &str| OracleSet::parse_lossy(text).0;
        Self {
            look,
            rule: contender.rule,
            oracle: match &reaches {
                Some(Reached::Oracle(set)) => set.clone(),
                _ => parse(&row.gtid.executed),
            },
            purged: parse(&row.gtid.purged),
            row,
            is_reachable,
            is_stuck,
            drained: reaches.clone(),
            genuine: received.clone(),
            received,
            executed,
            reaches,
            errant: None,
        }
    }

    pub fn key(&self) -> &InstanceKey {
        &self.row.key
    }

    pub fn is_mariadb(&self) -> bool {
        self.row.server.version.is_mariadb()
    }

    /// What remains without the errant ones. A MariaDB domain with errant transactions has come as far as its appliers, and
    /// where what was received counts, its receiver.
    fn without(&self, all: &Option<Reached>, errant: Option<&Reached>, with_received: bool) -> Option<Reached> {
        match (all, errant) {
            (Some(Reached::Oracle(all)), Some(Reached::Oracle(errant))) => Some(Reached::Oracle(all.subtract(errant))),
            (Some(Reached::MariaDb(all)), Some(Reached::MariaDb(errant))) => {
                let look = self.look?;
                let retrieved = look.channel().filter(|_| with_received);
                let parse = |text: &str| MariaSet::parse_lossy(text).0;
                let mut own = parse(&look.slave_pos).merge(&parse(retrieved.map_or("", |c| c.retrieved_gtid.as_str())));
                own.retain_domains(|domain| errant.head(domain).is_some());
                let mut kept = all.clone();
                kept.retain_domains(|domain| errant.head(domain).is_none());
                Some(Reached::MariaDb(kept.merge(&own)))
            }
            _ => all.clone(),
        }
    }
}

/// Whether a stored error is none: empty, or quoted emptiness.
pub fn is_blank(error: &str) -> bool {
    error.trim_matches(['"', ' ']).is_empty()
}

fn file(at: Option<&Coordinates>) -> Option<Reached> {
    let at = at.filter(|at| !at.is_none() && !at.is_detached());
    at.map(|at| Reached::File(at.clone()))
}

/// One that has nothing yet has reached nothing, and not some place in a file; it may have received something.
fn by_gtid(reached: Option<Reached>, retrieved: &str) -> Option<Reached> {
    match reached {
        Some(Reached::File(_)) => Some(Reached::MariaDb(MariaSet::parse_lossy(retrieved).0)),
        other => other,
    }
}

/// The scale that all who answered have in common.
fn scale(contenders: &[Contender<'_>], wanted: &Wanted<'_>) -> Scale {
    if wanted.by_inventory {
        return Scale::File; // the inventory holds no retrieved sets
    }
    let of = |reached: Option<Reached>| match reached {
        Some(Reached::Oracle(_)) => Scale::Oracle,
        Some(Reached::MariaDb(_)) => Scale::MariaDb,
        Some(Reached::File(_)) | None => Scale::File,
    };
    let looks: Vec<&Look> = contenders.iter().filter_map(|c| c.look).collect();
    let has_mariadb = looks.iter().any(|look| of(look.received()) == Scale::MariaDb);
    // One that positions itself by GTID as well, and has nothing yet, shows none.
    let mut kinds = looks.iter().map(|look| {
        let by_gtid = look.channel().is_some_and(|channel| channel.mariadb_gtid);
        if has_mariadb && by_gtid {
            Scale::MariaDb
        } else {
            of(look.received())
        }
    });
    let first = kinds.next().unwrap_or(Scale::File);
    if kinds.all(|kind| kind == first) {
        first
    } else {
        Scale::File
    }
}

/// The stored row with the look's word in place of everything that it tells. The master's name stays as stored, where it
/// is resolved.
fn overlaid(stored: &Instance, look: &Look) -> Instance {
    let reading = &look.reading;
    let mut row = stored.clone();
    row.server = reading.server.clone();
    row.server.is_binlog_server |= stored.server.is_binlog_server;
    row.binlog = reading.binlog.clone();
    row.gtid.mode.clone_from(&reading.gtid_mode);
    row.gtid.executed.clone_from(&reading.gtid_executed);
    row.gtid.purged.clone_from(&reading.gtid_purged);
    row.replication = look.channel().map(|channel| channel.status.clone()).unwrap_or_default();
    row.replication.master = stored.replication.master.clone();
    if let Some(lag) = reading.answers.lag_seconds {
        row.replication.lag_seconds = u64::try_from(lag).ok();
    } else if row.replication.lag_seconds.is_none() {
        row.replication.lag_seconds = stored.replication.lag_seconds;
    }
    row.gtid.oracle = look.channel().is_some_and(|channel| channel.oracle_gtid);
    row.gtid.mariadb = look.channel().is_some_and(|channel| channel.mariadb_gtid);
    if let Some(group) = &reading.group {
        row.group.name.clone_from(&group.name);
        let own = group.members.iter().find(|member| member.uuid == reading.server.uuid);
        row.group.role = own.map(|member| member.role.clone()).unwrap_or_default();
    }
    row
}

/// Transactions of this one that come from itself, or were found errant before, and that neither the failed master nor
/// another replica has. A co-master's own writes are none.
fn errant(standings: &[Standing<'_>], at: usize, scale: Scale, wanted: &Wanted<'_>) -> Option<Reached> {
    let standing = standings.get(at)?;
    let is_co_master = wanted.co_master == Some(standing.key()) || standing.row.cluster.is_co_master;
    let others = || {
        standings
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != at)
            .map(|(_, s)| s)
    };
    match scale {
        Scale::MariaDb if !is_co_master => mariadb_errant(standing, others()).map(Reached::MariaDb),
        Scale::Oracle | Scale::File if !standing.is_mariadb() => {
            let own = Uuid::parse(&standing.row.server.uuid).filter(|_| !is_co_master);
            let executed = OracleSet::parse_lossy(&standing.row.gtid.executed).0;
            let stored = OracleSet::parse_lossy(&standing.row.gtid.errant).0;
            let suspects = own
                .map(|own| executed.only_uuid(own))
                .unwrap_or_default()
                .union(&stored);
            let failed = wanted.failed_row.map_or("", |row| row.gtid.executed.as_str());
            let suspects = suspects.subtract(&OracleSet::parse_lossy(failed).0);
            // A single replica of a master of which nothing is known has nobody to vouch for what it wrote when it was
            // the master itself.
            let is_judged = !failed.is_empty() || others().any(|other| !other.row.gtid.executed.is_empty());
            let suspects = if is_judged { suspects } else { stored };
            let left = others().fold(suspects, |left, other| {
                if left.is_empty() {
                    left
                } else {
                    left.subtract(&other.oracle)
                }
            });
            (!left.is_empty()).then_some(Reached::Oracle(left))
        }
        _ => None,
    }
}

/// On MariaDB: numbers that it wrote itself past what it has applied, and that nobody else has come to.
fn mariadb_errant<'s>(standing: &Standing<'_>, others: impl Iterator<Item = &'s Standing<'s>>) -> Option<MariaSet> {
    let look = standing.look?;
    let parse = |text: &str| MariaSet::parse_lossy(text).0;
    let applied = parse(&look.slave_pos);
    let is_own = |gtid: &MariaGtid| gtid.server_id == standing.row.server.id && !applied.contains(*gtid);
    let mut own: Vec<MariaGtid> = parse(&look.binlog_state).iter().filter(is_own).collect();
    for other in others {
        if let Some(Reached::MariaDb(set)) = &other.received {
            own.retain(|gtid| !set.contains(*gtid));
        }
    }
    let own: MariaSet = own.into_iter().collect();
    (!own.is_empty()).then_some(own)
}

/// Everything of all of them; of positions of different kinds only the first kind.
pub(super) fn union<'r>(all: impl Iterator<Item = &'r Reached>) -> Option<Reached> {
    all.fold(None, |sum: Option<Reached>, one| match sum {
        None => Some(one.clone()),
        Some(sum) => Some(sum.merged(one).unwrap_or(sum)),
    })
}

/// A number by which positions of one scale are in order: whoever has more of another's history comes later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Measure {
    Unknown,
    At(Coordinates),
    Count(u128),
}

pub(super) fn measure(reached: Option<&Reached>) -> Measure {
    match reached {
        None => Measure::Unknown,
        Some(Reached::File(at)) => Measure::At(at.clone()),
        Some(Reached::Oracle(set)) => Measure::Count(set.count()),
        Some(Reached::MariaDb(set)) => Measure::Count(set.heads().map(|gtid| u128::from(gtid.sequence)).sum()),
    }
}
