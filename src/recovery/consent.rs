//! Whether a living master may hand over, and to whom: every refusal by what the servers say now, before anything is
//! touched. Pure.
//!
//! Who may be promoted at all, and who can follow, is the same question as after a death and is answered by
//! [`candidate`]. What comes on top stands in two tables: rules about the master, and rules about the one that takes over.

use super::candidate::{self, Contender, Gtid, Wanted, kind_of_topology, unserved};
use super::failover::Seen;
use crate::config::Policy;
use crate::model::gtid::{MariaSet, Uuid};
use crate::model::recovery::LossTable;
use crate::model::{Fleet, Instance, InstanceKey, Look, Reached, Timestamp};
use crate::topology::can_replicate;

/// What is asked.
pub struct Asked<'a> {
    /// Who hands over.
    pub master: &'a InstanceKey,
    /// To whom, where a person said so.
    pub named: Option<&'a InstanceKey>,
    /// One is chosen where several could be meant.
    pub chooses: bool,
    /// What is known of all instances.
    pub fleet: &'a Fleet,
    /// Filters and limits.
    pub policy: &'a Policy,
    /// The time.
    pub now: Timestamp,
}

/// Who takes over, and what becomes of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// Who.
    pub successor: InstanceKey,
    /// Who follows it besides the old master.
    pub follows: Vec<InstanceKey>,
    /// Replicas in downtime that cannot follow and stay where they are, and why they cannot.
    pub left: Vec<(InstanceKey, String)>,
    /// Who has what.
    pub losses: LossTable,
    /// Why this one, and what else is worth knowing.
    pub notes: Vec<String>,
}

/// What a rule looks at.
struct Case<'a> {
    asked: &'a Asked<'a>,
    master: &'a Look,
    /// The one that takes over; for rules about the master, the master itself.
    look: &'a Look,
}

/// A rule: what it is for, and the sentence with which it refuses.
type Rule = (&'static str, fn(&Case<'_>) -> Option<String>);

/// Rules about the master.
const OF_THE_MASTER: &[Rule] = &[
    ("a read-only master has nothing to hand over", |case| {
        case.master
            .reading
            .server
            .read_only
            .then(|| "it is read-only already: `failover` promotes another one in its place".to_owned())
    }),
    ("whoever replicates from another one is no master", |case| {
        let channel = case.master.channel()?;
        (channel.status.io_running || case.master.other_channels().next().is_some()).then(|| {
            let name = case.master.reading.channels.iter().map(|channel| &channel.name);
            let name = name.max().map_or("", String::as_str);
            format!("it replicates itself, through {}", channel_named(name))
        })
    }),
    ("the others could not follow from where it ends", |case| {
        let counts = case.master.is_mariadb() || case.master.reading.gtid_mode.eq_ignore_ascii_case("ON");
        (!counts).then(|| {
            format!(
                "its gtid_mode is {}: nobody could find its place without GTID or Pseudo-GTID, and a takeover by \
                 Pseudo-GTID is not supported",
                or_off(&case.master.reading.gtid_mode)
            )
        })
    }),
];

/// Rules about the one that takes over.
const OF_THE_SUCCESSOR: &[Rule] = &[
    ("it is a direct replica", |case| {
        let Some(channel) = case.look.channel() else {
            return Some("it replicates from nobody".to_owned());
        };
        let uuids = Uuid::parse(&channel.status.master_uuid).zip(Uuid::parse(&case.master.reading.server.uuid));
        let is_set = channel.status.master == *case.asked.master
            || case
                .asked
                .fleet
                .get(&case.look.key)
                .is_some_and(|row| row.replication.master == *case.asked.master);
        let is_direct = uuids.map_or(is_set, |(followed, own)| followed == own);
        (!is_direct).then(|| format!("it is set to replicate from {}", channel.status.master))
    }),
    ("only the default channel is handed over", |case| {
        let name = &case.look.channel()?.name;
        (!name.is_empty()).then(|| format!("it replicates through {}", channel_named(name)))
    }),
    ("it replicates", |case| {
        let status = &case.look.channel()?.status;
        let (what, error) = match (status.io_running, status.sql_running) {
            (true, true) => return None,
            (false, _) => ("receiver", &status.last_io_error),
            _ => ("applier", &status.last_sql_error),
        };
        let error = error.trim_matches('"');
        let said = if error.is_empty() {
            String::new()
        } else {
            format!(": {error}")
        };
        Some(format!("its {what} does not run{said}"))
    }),
    ("it finds its place by GTID", |case| {
        let channel = case.look.channel()?;
        (!channel.oracle_gtid && !channel.mariadb_gtid).then(|| {
            "it replicates by file and position: the old master could not follow it without GTID or Pseudo-GTID, and \
             a takeover by Pseudo-GTID is not supported"
                .to_owned()
        })
    }),
    ("ReasonableMaintenanceReplicationLagSeconds", |case| {
        let allowed = case.asked.policy.reasonable_maintenance_replication_lag_seconds;
        let status = &case.look.channel()?.status;
        let queried = case.look.reading.answers.lag_seconds;
        let lag = match queried {
            Some(lag) => Some(u64::try_from(lag).unwrap_or(0)),
            None => status.lag_seconds.or(status.seconds_behind),
        };
        let Some(lag) = lag else {
            return Some("nobody knows how far it lags".to_owned());
        };
        let delay = status.sql_delay_seconds;
        let behind = lag.abs_diff(delay);
        let limit = format!("ReasonableMaintenanceReplicationLagSeconds allows {allowed}");
        match (behind > allowed, delay > allowed) {
            (true, _) => Some(format!("it lags {lag} seconds, and {limit}")),
            (_, true) => Some(format!("it applies with a delay of {delay} seconds, and {limit}")),
            _ => None,
        }
    }),
    ("somebody can follow it", |case| {
        let binlog = &case.look.reading.binlog;
        match (binlog.enabled, binlog.logs_replica_updates) {
            (true, true) => None,
            (false, _) => Some("it writes no binary log".to_owned()),
            _ => Some("it does not log what it applies (log_replica_updates)".to_owned()),
        }
    }),
    ("the old master can follow it", |case| {
        let fleet = case.asked.fleet;
        let old = row_of(fleet.get(case.asked.master)?, case.master);
        let mut new = row_of(fleet.get(&case.look.key)?, case.look);
        new.replication.master = InstanceKey::default();
        can_replicate(&old, &new, case.asked.policy)
            .err()
            .map(|refusal| format!("the old master could not follow it: {}", refusal.sentence))
    }),
];

/// Judges a takeover by what the servers say now.
///
/// # Errors
/// Why it is refused, in one sentence.
pub fn may_hand_over(asked: &Asked<'_>, seen: &Seen) -> Result<Consent, String> {
    let (key, fleet) = (asked.master, asked.fleet);
    let Some(master) = seen.looks.get(key) else {
        let what = seen.silent.get(key).map(ToString::to_string).unwrap_or_default();
        return Err(format!(
            "{key} cannot be reached, so it cannot hand over ({what}); `failover` is for a master that is gone"
        ));
    };
    if let Some(why) = refused(OF_THE_MASTER, asked, master, master) {
        return Err(format!("{key} cannot hand over: {why}"));
    }
    let rows = fleet.sorted_replicas_of(key);
    let named = whom(asked, &rows)?;
    let reasons: Vec<(&InstanceKey, String)> = rows.iter().filter_map(|row| unfit(asked, seen, master, row)).collect();
    if let Some((_, why)) = reasons.iter().find(|(of, _)| Some(*of) == named) {
        return Err(not_promoted(&[], named, why));
    }
    let excluded: Vec<InstanceKey> = reasons.iter().map(|(of, _)| (*of).clone()).collect();
    let looks: Vec<Option<Look>> = rows
        .iter()
        .map(|row| seen.looks.get(&row.key).map(|look| caught_up(look, master)))
        .collect();
    let contenders: Vec<Contender<'_>> = rows
        .iter()
        .zip(&looks)
        .map(|(instance, look)| Contender {
            instance,
            look: look.as_ref(),
            rule: fleet.promotion_rule(&instance.key),
        })
        .collect();
    if let Some(why) = unserved(&contenders).or_else(|| without_gtid(&contenders)) {
        return Err(why);
    }
    let mut failed_row = fleet.get(key).cloned().unwrap_or_default();
    failed_row.gtid.executed.clone_from(&master.reading.gtid_executed);
    let place = failed_row.place.clone();
    let choice = candidate::choose(
        &contenders,
        &Wanted {
            failed: key,
            failed_row: Some(&failed_row),
            data_center: &place.data_center,
            region: &place.region,
            physical_environment: &place.physical_environment,
            policy: asked.policy,
            named,
            forced: false,
            now: asked.now,
            co_master: None,
            must_promote_co_master: false,
            excluded: &excluded,
            by_inventory: false,
        },
    )
    .map_err(|none| not_promoted(&reasons, named, &none.sentence))?;
    let downtimed = |key: &InstanceKey| fleet.downtime(key, asked.now).is_some();
    let (left, lost): (Vec<_>, Vec<_>) = choice.lost.into_iter().partition(|(key, _)| downtimed(key));
    if !lost.is_empty() {
        let told: Vec<String> = lost.iter().map(|(key, why)| format!("{key}: {why}")).collect();
        return Err(format!(
            "not every replica could follow {}: {}; one in downtime is left where it is",
            choice.successor,
            told.join("; ")
        ));
    }
    Ok(Consent {
        successor: choice.successor,
        follows: choice.follows,
        left,
        losses: choice.losses,
        notes: choice.notes,
    })
}

/// The one meant: named, or the only one; nobody where one is to be chosen.
fn whom<'a>(asked: &Asked<'a>, rows: &[&'a Instance]) -> Result<Option<&'a InstanceKey>, String> {
    let key = asked.master;
    match (asked.named, rows) {
        (_, []) => Err(format!("Master {key} doesn't seem to have replicas")),
        (Some(named), rows) => {
            let found = rows.iter().find(|row| row.key == *named).map(|row| &row.key);
            found.map(Some).ok_or_else(|| {
                let known = asked.fleet.get(named).map(|row| &row.replication.master);
                let follows = known.map_or_else(
                    || "it is not a known instance".to_owned(),
                    |master| {
                        if master.is_valid() {
                            format!("it replicates from {master}")
                        } else {
                            "it replicates from nobody".to_owned()
                        }
                    },
                );
                format!("indicated designated instance {named} must be directly replicating from the master {key}: {follows}")
            })
        }
        (None, [only]) => Ok(Some(&only.key)),
        (None, _) if asked.chooses => Ok(None),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|row| row.key.to_string()).collect();
            Err(format!(
                "target instance not indicated, auto=false, and master {key} has {} replicas: {}",
                several.len(),
                names.join(", ")
            ))
        }
    }
}

fn unfit<'r>(asked: &Asked<'_>, seen: &Seen, master: &Look, row: &'r Instance) -> Option<(&'r InstanceKey, String)> {
    let Some(look) = seen.looks.get(&row.key) else {
        let what = seen.silent.get(&row.key).map(ToString::to_string).unwrap_or_default();
        return Some((&row.key, format!("it did not answer: {what}")));
    };
    refused(OF_THE_SUCCESSOR, asked, master, look).map(|why| (&row.key, why))
}

fn refused(rules: &[Rule], asked: &Asked<'_>, master: &Look, look: &Look) -> Option<String> {
    let case = Case { asked, master, look };
    rules.iter().find_map(|(_, rule)| rule(&case))
}

fn not_promoted(reasons: &[(&InstanceKey, String)], named: Option<&InstanceKey>, why: &str) -> String {
    let told: Vec<String> = reasons.iter().map(|(key, why)| format!("{key}: {why}")).collect();
    match (named, told.is_empty()) {
        (Some(named), _) if why.starts_with(&named.to_string()) => why.to_owned(),
        (Some(named), _) => format!("{named} cannot take over: {why}"),
        (None, true) => why.to_owned(),
        (None, false) => format!("nobody can take over: {}", told.join("; ")),
    }
}

fn without_gtid(contenders: &[Contender<'_>]) -> Option<String> {
    (kind_of_topology(contenders) == Gtid::None).then(|| {
        "the replica replicates by file and position: the old master could not follow it without GTID or Pseudo-GTID, \
         and a takeover by Pseudo-GTID is not supported"
            .to_owned()
    })
}

/// A replica as it will be when it has applied the last of a master that it replicates from.
fn caught_up(look: &Look, master: &Look) -> Look {
    let mut look = look.clone();
    let replicates = look
        .channel()
        .is_some_and(|channel| channel.status.io_running && channel.status.sql_running);
    if !replicates {
        return look;
    }
    match (look.executed(), master.executed()) {
        (Some(Reached::Oracle(own)), Some(Reached::Oracle(theirs))) => {
            look.reading.gtid_executed = own.union(&theirs).to_string();
        }
        (Some(Reached::MariaDb(_)), Some(Reached::MariaDb(theirs))) => {
            let applied = MariaSet::parse_lossy(&look.slave_pos).0;
            look.slave_pos = applied.merge(&theirs).position().to_string();
        }
        _ => {}
    }
    look
}

/// The stored row with what the server says of itself now.
fn row_of(stored: &Instance, look: &Look) -> Instance {
    let mut row = stored.clone();
    row.server = look.reading.server.clone();
    row.binlog = look.reading.binlog.clone();
    row
}

fn channel_named(name: &str) -> String {
    if name.is_empty() {
        "the default channel".to_owned()
    } else {
        format!("the channel `{name}`")
    }
}

fn or_off(mode: &str) -> &str {
    if mode.is_empty() { "OFF" } else { mode }
}
