//! A former master comes back as a replica, where nothing that it has is missing elsewhere.

use super::course::{Course, Means};
use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::failover::refused;
use super::steps::{self, Manner};
use crate::model::gtid::{MariaGtid, MariaSet, OracleSet};
use crate::model::plan::{Failing, Kind, Local, Phase, Plan, Step};
use crate::model::{InstanceKey, Look, Reached, Timestamp};
use std::time::Duration;

/// How long a look may take.
const LOOK: Duration = Duration::from_secs(3);

/// Who is to come back, and to whom.
pub struct Return<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// Who.
    pub old: &'a InstanceKey,
    /// The cluster's master now.
    pub master: &'a InstanceKey,
    /// A replica of that master, whose user and password are used; the master itself where there is none.
    pub login_of: &'a InstanceKey,
    /// Whether it acknowledges by `DetectSemiSyncEnforcedQuery`.
    pub acknowledges: bool,
    /// How it is carried out.
    pub manner: &'a Manner,
    /// When it was decided.
    pub at: Timestamp,
}

/// What keeps a server from following a master: nothing, or why in one sentence with the very transactions.
///
/// # Errors
/// The reason.
pub fn may_follow(old: &Look, master: &Look) -> Result<(), String> {
    let (key, to) = (&old.key, &master.key);
    if let Some(channel) = old.other_channels().next() {
        return Err(format!(
            "{key} has a further channel, {}: such a server is not changed",
            channel.name
        ));
    }
    let (Some(own), Some(theirs)) = (old.executed(), master.executed()) else {
        return Err(format!(
            "{key} or {to} does not use GTID: whether one can follow the other cannot be told from positions; rebuild {key}"
        ));
    };
    match theirs.covers(&own) {
        Some(true) => {}
        Some(false) => {
            let lack = theirs.lacks(&own);
            let what = lack.as_ref().map_or("transactions", |lack| lack.what.as_str());
            return Err(never_had(key, to, what));
        }
        None => {
            return Err(format!(
                "{key} and {to} use different kinds of GTID; rebuild {key} from a copy of {to}"
            ));
        }
    }
    if old.is_mariadb()
        && let Some(foreign) = foreign_to(old, master)
    {
        return Err(never_had(key, to, &foreign));
    }
    if let Reached::Oracle(own) = &own {
        let purged = OracleSet::parse_lossy(&master.reading.gtid_purged).0.subtract(own);
        if !purged.is_empty() {
            return Err(format!(
                "{to} has purged binary logs that {key} still needs: {purged}; rebuild {key} from a copy of {to}"
            ));
        }
    }
    Ok(())
}

/// The steps: it refuses writes, follows the master, and its downtime ends.
pub fn steps(task: &Return<'_>, old: &Look) -> Vec<Step> {
    let stops = |step: Step| Step {
        failing: Failing::Stops,
        ..step
    };
    let joins = steps::join(old, task.master, task.login_of, task.acknowledges, true);
    let joins = joins.into_iter().map(|step| match step.failing {
        Failing::Loses => stops(step),
        _ => step,
    });
    let fence = Step {
        undo: Vec::new(),
        failing: Failing::IsNoted,
        ..steps::fence(task.old, true, true, Failing::Stops)
    };
    steps::in_sequence([
        vec![fence],
        joins.collect(),
        vec![steps::local(
            1,
            Phase::Settle,
            task.old,
            Local::EndDowntime(task.old.clone()),
        )],
    ])
}

fn never_had(key: &InstanceKey, to: &InstanceKey, what: &str) -> String {
    format!(
        "{key} has transactions that {to} never had: {what}; keep what is needed of them by hand, then rebuild {key} from \
         a copy of {to}"
    )
}

/// On MariaDB, where two servers count on from the same number: the last transactions of the one, as far as they are not
/// in the other's binary log. From there the server would refuse to go on.
fn foreign_to(old: &Look, master: &Look) -> Option<String> {
    let Some(Reached::MariaDb(own)) = old.executed() else {
        return None;
    };
    let theirs = MariaSet::parse_lossy(&master.binlog_state).0;
    let last_of = |gtid: &MariaGtid| {
        let same = theirs
            .iter()
            .filter(|other| other.domain == gtid.domain && other.server_id == gtid.server_id);
        same.map(|other| other.sequence).max().unwrap_or(0)
    };
    let foreign = own.heads().filter(|gtid| last_of(gtid) < gtid.sequence);
    let told: Vec<String> = foreign
        .map(|gtid| match last_of(&gtid) {
            last if last > 0 && last + 1 < gtid.sequence => {
                format!("{}-{}-{} to {gtid}", gtid.domain, gtid.server_id, last + 1)
            }
            _ => gtid.to_string(),
        })
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn bare(task: &Return<'_>) -> Plan {
    Plan {
        successor: Some(task.master.clone()),
        forced: true,
        ..Plan::new(Kind::Rejoin, task.cluster, task.old, task.at)
    }
}

/// The plan, of which nothing is done.
pub fn planned(task: &Return<'_>, old: &Look) -> Plan {
    let mut plan = bare(task);
    plan.extend(steps(task, old));
    plan
}

/// Carries it out and says what came of it.
pub fn rejoin<D: Desk>(task: &Return<'_>, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut course = Course::new(means, desk, bare(task), Vec::new());
    let outcome = match go(task, &mut course) {
        Ok(()) => Outcome::Promoted,
        Err(stop) => {
            course.desk().step(&format!("The rejoin stops: {stop}"));
            Outcome::Nobody(stop.to_string())
        }
    };
    course.ended(outcome, Vec::new())
}

fn go<D: Desk>(task: &Return<'_>, course: &mut Course<'_, D>) -> Result<(), Stop> {
    let servers = course.means().servers;
    let look = |key: &InstanceKey| {
        let look = servers.look(key, LOOK);
        look.map_err(|contact| refused(format!("{key} cannot be reached: {contact}")))
    };
    let (old, master) = (look(task.old)?, look(task.master)?);
    may_follow(&old, &master).map_err(refused)?;
    let mut all = steps(task, &old);
    all.truncate(1);
    course.run(all)?;
    // What clients wrote until it refused writes counts too.
    let (old, master) = (look(task.old)?, look(task.master)?);
    may_follow(&old, &master).map_err(refused)?;
    let rest = steps(task, &old).into_iter().skip(1).collect();
    course.run(rest).map(drop)
}
