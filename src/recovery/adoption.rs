//! The replicas of a dead intermediate master, or of a dead member of a group, come below others: from the first look to
//! the last hook.
//!
//! Each replica is moved by itself. What is done stays, whatever becomes of the rest; one that cannot be moved goes back
//! to where it was, and is told. A process that goes on with it moves those whose turn had come, and leaves what is wrong
//! still to the next look.

use super::course::{Course, Means, Missed};
use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::finish::last_hooks;
use super::orphans::{Attempt, Family, Kin, assign, attempts, siblings};
use super::steps;
use super::succession::look_at;
use crate::config::Policy;
use crate::model::change::{From, Pointing};
use crate::model::plan::{Act, Condition, Failing, HookList, Kind, Local, Phase, Plan, Progress, Step};
use crate::model::{Change, Fleet, Instance, InstanceKey, Look, Timestamp};

/// What is to be done.
pub struct Adoption<'a> {
    /// What it is.
    pub kind: Kind,
    /// The cluster's name.
    pub cluster: &'a str,
    /// Who is dead, as it was known.
    pub dead: &'a Instance,
    /// Everybody.
    pub fleet: &'a Fleet,
    /// The policy.
    pub policy: &'a Policy,
    /// A person asked for it.
    pub forced: bool,
    /// When it was decided.
    pub at: Timestamp,
}

impl Adoption<'_> {
    fn plan(&self) -> Plan {
        Plan {
            forced: self.forced,
            ..Plan::new(self.kind, self.cluster, &self.dead.key, self.at)
        }
    }

    /// The keys of replicas, of siblings or other members, and of the master.
    fn around(&self) -> (Vec<InstanceKey>, Vec<InstanceKey>, Option<InstanceKey>) {
        let keys = |of: &InstanceKey| self.fleet.replica_keys_of(of);
        let (dead, master) = (self.dead, &self.dead.replication.master);
        if self.kind == Kind::DeadGroupMember {
            let members = dead.group.members.iter().filter(|key| **key != dead.key);
            return (keys(&dead.key), members.cloned().collect(), None);
        }
        let mut siblings = keys(master);
        siblings.retain(|key| *key != dead.key);
        let known = self.fleet.get(master).map(|row| row.key.clone());
        (keys(&dead.key), siblings, known)
    }
}

/// Moves the replicas, and says what came of it.
pub fn adopt<D: Desk>(task: &Adoption<'_>, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut course = Course::new(means, desk, task.plan(), Vec::new());
    let (outcome, missed) = match go(task, &mut course) {
        Ok(missed) => conclude(&mut course, missed),
        Err(stop) => stopped(&mut course, &stop),
    };
    course.ended(outcome, missed)
}

/// Goes on with those whose turn had come when the process died; those that had failed by then are put back.
pub(super) fn go_on<D: Desk>(course: &mut Course<'_, D>) -> (Outcome, Vec<Missed>) {
    let before = failed_before(course);
    let all = course
        .carry_out(0)
        .map(|missed| before.into_iter().chain(missed).collect());
    let all: Result<Vec<Missed>, Stop> = all;
    match all.and_then(|missed| put_back(course, missed)) {
        Ok(missed) => conclude(course, missed),
        Err(stop) => stopped(course, &stop),
    }
}

/// Who had failed when the process died, and was not put back yet.
fn failed_before<D: Desk>(course: &mut Course<'_, D>) -> Vec<Missed> {
    let plan = course.plan();
    let is_back = |key: &InstanceKey| {
        let mut later = plan
            .steps
            .iter()
            .filter(|step| step.target == *key && step.phase == Phase::Settle);
        later.any(|step| matches!(step.act, Act::Tell(_)))
    };
    let failed = plan.steps.iter().filter(|step| {
        step.failing == Failing::Loses
            && course.progress(step.number) == Some(Progress::Failed)
            && !is_back(&step.target)
    });
    let missed: Vec<Missed> = failed
        .map(|step| Missed {
            target: step.target.clone(),
            failing: step.failing,
            why: format!("{step}: it had failed when the process died"),
        })
        .collect();
    let lost: Vec<(InstanceKey, String)> = missed.iter().map(|one| (one.target.clone(), one.why.clone())).collect();
    course.amend(|plan| plan.lost.extend(lost));
    missed
}

/// Nothing was changed where it was a hook that stopped it; anything else is gone on with by whoever finds the journal.
fn stopped<D: Desk>(course: &mut Course<'_, D>, stop: &Stop) -> (Outcome, Vec<Missed>) {
    course.desk().step(&format!("The recovery stops: {stop}"));
    let outcome = match stop {
        Stop::Failed { why, .. } if moved(course).is_empty() => Outcome::Nobody(why.clone()),
        stop => Outcome::Midway(stop.to_string()),
    };
    (outcome, Vec::new())
}

fn go<D: Desk>(task: &Adoption<'_>, course: &mut Course<'_, D>) -> Result<Vec<Missed>, Stop> {
    let dead = &task.dead.key;
    course.run(vec![steps::hooks(Phase::Prepare, dead, HookList::PreFailover)])?;
    let (orphans, others, master) = task.around();
    let all: Vec<InstanceKey> = orphans.iter().chain(&others).chain(&master).cloned().collect();
    let seen = look_at(course.means(), &all);
    let kin = |key: &InstanceKey| {
        Some(Kin {
            row: task.fleet.get(key)?,
            look: seen.looks.get(key),
            rule: task.fleet.promotion_rule(key),
            replicas: task.fleet.replicas_of(key).count(),
        })
    };
    // Somebody may have moved them since they were last known.
    let follows = |key: &InstanceKey, master: &InstanceKey| {
        let channel = seen.looks.get(key).and_then(Look::channel);
        let named = channel.map(|channel| &channel.status.master);
        named.is_none_or(|named| {
            let known = task.fleet.get(named).map(|row| &row.key);
            known.is_none_or(|known| known == master)
        })
    };
    let (orphans, gone): (Vec<InstanceKey>, Vec<InstanceKey>) = orphans.into_iter().partition(|key| follows(key, dead));
    for key in gone {
        course
            .desk()
            .step(&format!("{key} does not replicate from {dead} any more"));
    }
    let is_group = task.kind == Kind::DeadGroupMember;
    let still = |key: &&InstanceKey| is_group || follows(key, &task.dead.replication.master);
    let family = Family {
        dead: task.dead,
        orphans: orphans.iter().filter_map(kin).collect(),
        siblings: others.iter().filter(still).filter_map(kin).collect(),
        master: master.as_ref().and_then(kin),
        is_group,
        forced: task.forced,
        policy: task.policy,
    };
    for (key, why) in siblings(&family).1 {
        course.desk().step(&format!("{key} takes nobody: {why}"));
    }
    let mut hunt = Hunt {
        left: orphans,
        refused: Vec::new(),
        missed: Vec::new(),
    };
    for attempt in attempts(&family) {
        hunt.attempt(&family, &attempt, course)?;
    }
    let Hunt { left, refused, missed } = hunt;
    let leader = course.plan().successor.clone();
    let why = |key: &InstanceKey| {
        let why = refused
            .iter()
            .rev()
            .find(|(of, _)| of == key)
            .map(|(_, why)| why.clone());
        why.unwrap_or_else(|| "nobody is left to take it".to_owned())
    };
    let lost: Vec<(InstanceKey, String)> = left
        .iter()
        .filter(|key| leader.as_ref() != Some(key))
        .map(|key| {
            (
                key.clone(),
                format!("it is still set to replicate from {dead}: {}", why(key)),
            )
        })
        .collect();
    if let Some(leader) = leader.filter(|leader| left.contains(leader)) {
        let text = format!(
            "{leader} has taken replicas of {dead} and is itself still set to replicate from it: {}",
            why(&leader)
        );
        course.desk().step(&text);
    }
    course.amend(|plan| plan.lost = lost);
    Ok(missed)
}

/// Those who are left, and what kept them.
struct Hunt {
    left: Vec<InstanceKey>,
    refused: Vec<(InstanceKey, String)>,
    missed: Vec<Missed>,
}

impl Hunt {
    fn attempt<D: Desk>(
        &mut self,
        family: &Family<'_>,
        attempt: &Attempt,
        course: &mut Course<'_, D>,
    ) -> Result<(), Stop> {
        let assigned = assign(family, &self.left, attempt);
        for (key, why) in &assigned.refused {
            course
                .desk()
                .step(&format!("{key} does not go below {}: {why}", assigned.to));
        }
        self.refused.extend(assigned.refused);
        if assigned.go.is_empty() {
            return Ok(());
        }
        let (to, gathers) = (assigned.to, *attempt == Attempt::Gather);
        let why = match attempt {
            Attempt::Below(_, why) => why,
            Attempt::Gather => "one of them",
        };
        course
            .desk()
            .step(&format!("{} replicas go below {to}, {why}", assigned.go.len()));
        let look = |key: &InstanceKey| {
            let mut all = family.orphans.iter().chain(&family.siblings).chain(&family.master);
            all.find(|kin| kin.row.key == *key).and_then(|kin| kin.look)
        };
        let go: Vec<&Look> = assigned.go.iter().filter_map(look).collect();
        let waits = look(&to).map_or_else(Vec::new, |there| awaited(&go, there));
        let moves = go.iter().flat_map(|look| moving(look, &to)).collect();
        let missed = course.run(steps::in_sequence([waits, moves]))?;
        let missed = put_back(course, missed)?;
        let failed = |key: &InstanceKey| {
            missed
                .iter()
                .find(|one| one.target == *key && one.failing == Failing::Loses)
        };
        let mut took = false;
        self.left.retain(|key| {
            if !assigned.go.contains(key) {
                return true;
            }
            let failed = failed(key);
            took |= failed.is_none();
            self.refused.extend(failed.map(|one| (key.clone(), one.why.clone())));
            failed.is_some()
        });
        self.missed.extend(missed);
        let is_above = family.master.as_ref().is_some_and(|kin| kin.row.key == to);
        if took && (gathers || !is_above || course.plan().successor.is_none()) {
            course.amend(|plan| plan.successor = Some(to));
        }
        Ok(())
    }
}

/// It goes below another master, if it still follows the one that it did.
fn moving(replica: &Look, to: &InstanceKey) -> Vec<Step> {
    let whom = replica
        .channel()
        .map(|channel| Condition::Follows(channel.status.master.clone()));
    let follow = steps::follow(replica, to, From::AsItIs).into_iter();
    follow
        .map(|step| match step.act {
            Act::Tell(Change::StopReplication) => Step {
                before: whom.iter().cloned().collect(),
                ..step
            },
            _ => step,
        })
        .collect()
}

/// A MariaDB server serves nobody who asks for what it has not got yet: that is waited for first.
fn awaited(go: &[&Look], there: &Look) -> Vec<Step> {
    let wanted = go.iter().filter(|look| look.is_mariadb()).filter_map(|look| {
        let asks = look.executed()?;
        let has = there.executed()?.covers(&asks)?;
        (!has).then(|| asks.to_string())
    });
    wanted.map(|wanted| arrives(&there.key, wanted)).collect()
}

/// Whoever could not be moved replicates again from where it did, unless it follows somebody else by now.
fn put_back<D: Desk>(course: &mut Course<'_, D>, missed: Vec<Missed>) -> Result<Vec<Missed>, Stop> {
    let lost = missed.iter().filter(|one| one.failing == Failing::Loses);
    let back = lost.filter_map(|one| way_back(course, &one.target)).flatten().collect();
    let more = course.run(back)?;
    Ok(missed.into_iter().chain(more).collect())
}

/// What takes the last move of a replica back; nothing where it was not even told to stop.
fn way_back<D: Desk>(course: &Course<'_, D>, replica: &InstanceKey) -> Option<Vec<Step>> {
    let steps = &course.plan().steps;
    let moves = || {
        steps
            .iter()
            .rev()
            .filter(|step| step.target == *replica && step.phase == Phase::Repoint)
    };
    let was_begun = |step: &Step| {
        let progress = course.progress(step.number);
        progress.is_some_and(|progress| !matches!(progress, Progress::Planned | Progress::Skipped))
    };
    let stop = moves().find(|step| matches!(step.act, Act::Tell(Change::StopReplication)) && was_begun(step))?;
    // By the name that it knew it by.
    let master = stop.before.iter().find_map(|condition| match condition {
        Condition::Follows(master) => Some(master.clone()),
        _ => None,
    })?;
    let changed = moves().find(|step| matches!(step.act, Act::Tell(Change::PointTo(_))));
    Some(back_to(replica, &master, changed.is_some_and(was_begun)))
}

/// Those who replicate from somebody else now.
fn moved<D: Desk>(course: &Course<'_, D>) -> Vec<InstanceKey> {
    let arrived = |step: &&Step| {
        let is_last = step
            .after
            .iter()
            .any(|condition| matches!(condition, Condition::Replicates(_)));
        is_last && step.failing == Failing::Loses && course.progress(step.number) == Some(Progress::Done)
    };
    let steps = course.plan().steps.iter().filter(arrived);
    steps.map(|step| step.target.clone()).collect()
}

/// Who takes them is told to hooks, or that nobody does.
fn conclude<D: Desk>(course: &mut Course<'_, D>, missed: Vec<Missed>) -> (Outcome, Vec<Missed>) {
    if moved(course).is_empty() {
        let lost: Vec<String> = course
            .plan()
            .lost
            .iter()
            .map(|(key, why)| format!("{key}: {why}"))
            .collect();
        let why = match lost.is_empty() {
            true => "no replica was moved".to_owned(),
            false => format!("no replica was moved: {}", lost.join("; ")),
        };
        course.amend(|plan| plan.successor = None);
        return (Outcome::Nobody(why), missed);
    }
    let (kind, dead, successor) = (
        course.plan().kind,
        course.plan().failed.clone(),
        course.plan().successor.clone(),
    );
    let successor = successor.or_else(|| last_master(course));
    course.amend(|plan| plan.successor.clone_from(&successor));
    let ends = successor.map(|key| steps::local(1, Phase::Settle, &dead, Local::EndDowntime(key)));
    let clears = steps::local(1, Phase::Settle, &dead, Local::ClearDetections);
    let is_planned = course.plan().steps.iter().any(|step| step.last_hooks().is_some());
    let hooks = if is_planned {
        Vec::new()
    } else {
        last_hooks(kind, &dead)
    };
    let mut records: Vec<Step> = ends.into_iter().collect();
    records.push(clears);
    let ran = course.run(steps::in_sequence([records, hooks]));
    let told = match &ran {
        Err(stop @ Stop::LeaseLost(_)) => return (Outcome::Midway(stop.to_string()), missed),
        _ => course.tell_the_end(),
    };
    let mut all = missed;
    match (ran, told) {
        (Ok(more), Ok(told)) => {
            all.extend(more.into_iter().chain(told));
            (Outcome::Promoted, all)
        }
        (Err(stop), _) | (_, Err(stop)) => (Outcome::Midway(stop.to_string()), all),
    }
}

/// Below whom the last one went; for a plan that was resumed.
fn last_master<D: Desk>(course: &Course<'_, D>) -> Option<InstanceKey> {
    let gone = moved(course);
    let mut steps = course.plan().steps.iter().rev();
    steps.find_map(|step| match &step.act {
        Act::Tell(Change::PointTo(Pointing { master, .. })) if gone.contains(&step.target) => Some(master.clone()),
        _ => None,
    })
}

/// A server is waited for until it has executed this, where that is soon the case.
fn arrives(key: &InstanceKey, wanted: String) -> Step {
    Step {
        failing: Failing::IsNoted,
        ..steps::wait(1, Phase::Repoint, key, Condition::HasExecuted(wanted), steps::FETCH_MS)
    }
}

/// A replica that could not be moved replicates again from where it did. Where its master had been `changed`, it is changed
/// back; where not, it is only started, if it still follows the one that it did: it may have been told to stop.
fn back_to(replica: &InstanceKey, master: &InstanceKey, changed: bool) -> Vec<Step> {
    let back = [Change::StopReplication, steps::point(master, From::AsItIs)];
    let told = |change| Step {
        failing: Failing::IsNoted,
        ..steps::tell(1, Phase::Settle, replica, change, steps::CHANGE_MS)
    };
    let start = Step {
        before: vec![Condition::Follows(master.clone())],
        ..told(Change::StartReplication)
    };
    back.into_iter().filter(|_| changed).map(told).chain([start]).collect()
}
