//! Masters that live and do not do their work: commits that wait for acknowledgements, or for too many of them, and a
//! master that refuses writes. What was done is taken back where it fails; where it is done, that is seen.

use super::acknowledgers::{Amount, Replica, Switches, switches};
use super::condition::identity;
use super::course::{Course, LOOK, Means, Missed};
use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::failover::refused;
use super::finish::last_hooks;
use super::steps::{self, CHANGE_MS, RUNS_MS, THREADS_MS, tell, wait};
use super::succession::look_at;
use crate::model::instance::SemiSync;
use crate::model::observation::ContactKind;
use crate::model::plan::{Condition, Failing, HookList, Kind, Local, Phase, Plan, Step};
use crate::model::{Change, Contact, Fleet, InstanceKey, Look, Timestamp};

/// What is to be done.
pub struct Mend<'a> {
    /// What it is.
    pub kind: Kind,
    /// The cluster's name.
    pub cluster: &'a str,
    /// The master.
    pub master: &'a InstanceKey,
    /// Everybody.
    pub fleet: &'a Fleet,
    /// How many replicas are to acknowledge; for semi-sync.
    pub wanted: Amount,
    /// It has its commits acknowledged once it takes writes, by `DetectSemiSyncEnforcedQuery`.
    pub is_enforced: bool,
    /// A person asked for it.
    pub forced: bool,
    /// When it was decided.
    pub at: Timestamp,
}

impl Mend<'_> {
    fn plan(&self) -> Plan {
        Plan {
            successor: Some(self.master.clone()),
            forced: self.forced,
            ..Plan::new(self.kind, self.cluster, self.master, self.at)
        }
    }
}

/// Mends it, and says what came of it.
pub fn mend<D: Desk>(task: &Mend<'_>, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut course = Course::new(means, desk, task.plan(), Vec::new());
    let done = match task.kind {
        Kind::NonWriteable => opens(task, &mut course),
        _ => acknowledges(task, &mut course),
    };
    let (outcome, missed) = match done.and_then(|()| finish(&mut course)) {
        Ok(missed) => (Outcome::Promoted, missed),
        Err(stop) => {
            course.desk().step(&format!("The recovery stops: {stop}"));
            course.stop(&stop)
        }
    };
    course.ended(outcome, missed)
}

/// The master takes writes.
fn opens<D: Desk>(task: &Mend<'_>, course: &mut Course<'_, D>) -> Result<(), Stop> {
    let key = task.master;
    course.run(vec![steps::hooks(Phase::Prepare, key, HookList::PreFailover)])?;
    let master = course
        .means()
        .servers
        .look(key, LOOK)
        .map_err(|contact| unreachable(key, &contact))?;
    if let Some(channel) = master.channel() {
        return Err(refused(format!("{key} replicates from {}", channel.status.master)));
    }
    if !master.reading.server.read_only {
        return Err(refused(format!("{key} takes writes already")));
    }
    let opening = opening(&master, task.is_enforced);
    course.run(steps::in_sequence([opening, records(key)])).map(drop)
}

/// Who takes writes has them acknowledged where that is asked for.
fn opening(master: &Look, is_enforced: bool) -> Vec<Step> {
    let key = &master.key;
    let semi_sync = Step {
        undo: vec![Change::SemiSyncMaster(false)],
        failing: Failing::IsNoted,
        ..tell(1, Phase::Promote, key, Change::SemiSyncMaster(true), THREADS_MS)
    };
    let writable = Step {
        before: vec![Condition::Is(identity(master))],
        is_final: true,
        ..tell(1, Phase::Promote, key, Change::SetWritable, CHANGE_MS)
    };
    let is_wanted = is_enforced && !master.reading.semi_sync.master_enabled;
    is_wanted.then_some(semi_sync).into_iter().chain([writable]).collect()
}

/// As many replicas acknowledge as the master waits for.
fn acknowledges<D: Desk>(task: &Mend<'_>, course: &mut Course<'_, D>) -> Result<(), Stop> {
    let key = task.master;
    let master = settings(task, course)?;
    let rows = task.fleet.sorted_replicas_of(key);
    let seen = look_at(course.means(), &task.fleet.replica_keys_of(key));
    let replicas: Vec<Replica<'_>> = rows
        .iter()
        .map(|row| Replica {
            row,
            look: seen.looks.get(&row.key),
            rule: task.fleet.promotion_rule(&row.key),
        })
        .collect();
    let found = switches(&master, &replicas, task.wanted);
    for (key, why) in &found.out {
        course.desk().step(&format!("{key} does not count: {why}"));
    }
    let (clients, count) = (master.master_clients, master.master_wait_count);
    if found.are_none() {
        let out: Vec<String> = found.out.iter().map(|(key, why)| format!("; {key}: {why}")).collect();
        return Err(refused(format!(
            "{clients} replicas acknowledge, {key} waits for {count}, and there is no replica to be switched{}",
            out.concat()
        )));
    }
    let mut seen = vec![Condition::IsAcknowledgedBy(count)];
    if task.wanted == Amount::Exact {
        seen.push(Condition::IsAcknowledgedByNoMoreThan(count));
    }
    let switching = switching(&found, key, seen);
    course.run(steps::in_sequence([switching, records(key)])).map(drop)
}

/// How the master has its commits acknowledged. While commits wait it may hang in being asked that, as MariaDB does: then
/// what was last known counts.
fn settings<D: Desk>(task: &Mend<'_>, course: &Course<'_, D>) -> Result<SemiSync, Stop> {
    let key = task.master;
    let contact = match course.means().servers.look(key, LOOK) {
        Ok(look) => return Ok(look.reading.semi_sync),
        Err(contact) => contact,
    };
    let hangs = contact.kind == ContactKind::HungInQuery;
    let known = task.fleet.get(key).filter(|_| hangs);
    let known = known.ok_or_else(|| unreachable(key, &contact))?;
    course
        .desk()
        .step(&format!("{key}: {contact}; what was last known of it counts"));
    Ok(known.semi_sync.clone())
}

fn unreachable(key: &InstanceKey, contact: &Contact) -> Stop {
    refused(format!("{key} cannot be reached: {contact}"))
}

/// First who is to acknowledge, then who is not: in between there are never fewer than before. At last the master says that
/// it is as is wanted.
fn switching(found: &Switches, master: &InstanceKey, wanted: Vec<Condition>) -> Vec<Step> {
    let phase = Phase::Repoint;
    let no_masters = found.no_masters.iter().map(|key| Step {
        undo: vec![Change::SemiSyncMaster(true)],
        failing: Failing::IsNoted,
        ..tell(1, phase, key, Change::SemiSyncMaster(false), THREADS_MS)
    });
    let side = |key: &InstanceKey, on: bool| {
        // That one acknowledges which need not does no harm.
        let back = (!on).then_some(Change::SemiSyncReplica(true));
        let told = Step {
            undo: back.into_iter().chain([Change::StartReceiver]).collect(),
            ..tell(1, phase, key, Change::SemiSyncReplica(on), THREADS_MS)
        };
        [
            told,
            wait(1, phase, key, Condition::Replicates(master.clone()), RUNS_MS),
        ]
    };
    let waits = wanted.into_iter();
    steps::in_sequence([
        no_masters.collect(),
        found.on.iter().flat_map(|key| side(key, true)).collect(),
        found.off.iter().flat_map(|key| side(key, false)).collect(),
        waits
            .map(|condition| wait(1, phase, master, condition, RUNS_MS))
            .collect(),
    ])
}

/// What is written down once it is done.
fn records(key: &InstanceKey) -> Vec<Step> {
    let all = [Local::EndDowntime(key.clone()), Local::ClearDetections];
    all.map(|local| steps::local(1, Phase::Settle, key, local)).into()
}

fn finish<D: Desk>(course: &mut Course<'_, D>) -> Result<Vec<Missed>, Stop> {
    let (kind, key) = (course.plan().kind, course.plan().failed.clone());
    let mut missed = course.run(last_hooks(kind, &key))?;
    missed.extend(course.tell_the_end()?);
    Ok(missed)
}
