//! A living master hands over: it refuses writes, the successor applies the last of them, takes writes, and everybody,
//! the old master included, follows.
//!
//! Every refusal and every hook that may forbid it comes before the first change. Replicas stay where they are until the
//! old master is read-only, so that none of its semi-sync acknowledgers goes missing. Whatever fails before the successor
//! takes writes leaves the old master as it was.

use super::course::{Course, Means, Missed};
use super::desk::{Desk, Stop};
use super::ended::{Ended, Outcome};
use super::failover::refused;
use super::finish::{finish, last_hooks};
use super::steps::{self, Looks, Manner};
use super::succession::{Seen, look_at};
use crate::model::change::From;
use crate::model::plan::{HookList, Kind, Local, Phase, Plan, Step};
use crate::model::{InstanceKey, Look, Timestamp};

/// What is to be done for whom.
pub struct Handover<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// Its master.
    pub master: &'a InstanceKey,
    /// Its replicas.
    pub replicas: Vec<InstanceKey>,
    /// Who takes over.
    pub successor: &'a InstanceKey,
    /// Whether sessions of clients are ended where they hold the old master back.
    pub ends_sessions: bool,
    /// Whether the old master's replication is started: the original does so with `-auto` only.
    pub starts_old_master: bool,
    /// How it is carried out.
    pub manner: &'a Manner,
    /// Whether a server acknowledges by `DetectSemiSyncEnforcedQuery`.
    pub enables_semi_sync: &'a dyn Fn(&InstanceKey) -> bool,
    /// Every other reason not to do it, by what the servers say now; answers who follows besides the old master. The
    /// first of them lends the old master its replication login.
    pub refuse: &'a Refuse<'a>,
    /// Registers the detection and runs its hooks, which may forbid it.
    pub detect: &'a dyn Fn() -> Result<(), String>,
    /// When it was decided.
    pub at: Timestamp,
}

/// What is asked before anything is changed.
pub type Refuse<'a> = dyn Fn(&Look, &Seen) -> Result<Vec<InstanceKey>, String> + 'a;

/// Carries a takeover out and says what came of it.
pub fn take_over<D: Desk>(task: &Handover<'_>, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut takeover = Takeover {
        task,
        course: Course::new(means, desk, bare(task), Vec::new()),
        missed: Vec::new(),
    };
    let outcome = match takeover.go() {
        Ok(()) => Outcome::Promoted,
        Err(stop) => takeover.end(&stop),
    };
    let missed = takeover.missed;
    takeover.course.ended(outcome, missed)
}

fn bare(task: &Handover<'_>) -> Plan {
    Plan {
        successor: Some(task.successor.clone()),
        forced: true,
        ..Plan::new(Kind::Takeover, task.cluster, task.master, task.at)
    }
}

/// The plan by what the servers say now, of which nothing is done.
///
/// # Errors
/// Why it is refused.
pub fn planned(task: &Handover<'_>, seen: &Seen) -> Result<Plan, String> {
    let say = |stop: Stop| stop.to_string();
    let master = answer(seen, task.master).map_err(say)?;
    let follows = (task.refuse)(master, seen)?;
    let hooks = |list| vec![steps::hooks(Phase::Prepare, task.master, list)];
    let mut plan = bare(task);
    plan.extend(steps::in_sequence([
        hooks(HookList::PreGracefulTakeover),
        hooks(HookList::PreFailover),
        steps::catch_up(task.successor, master, Phase::Prepare, task.manner),
        steps::demote(master, task.ends_sessions, task.manner),
        steps::catch_up(task.successor, master, Phase::Drain, task.manner),
        rest(task, &seen.looks, master, &follows).map_err(say)?,
    ]));
    Ok(plan)
}

struct Takeover<'a, D: Desk> {
    task: &'a Handover<'a>,
    course: Course<'a, D>,
    missed: Vec<Missed>,
}

impl<D: Desk> Takeover<'_, D> {
    fn go(&mut self) -> Result<(), Stop> {
        let task = self.task;
        let seen = look_at(self.course.means(), &self.everybody());
        let follows = {
            let master = answer(&seen, task.master)?;
            answer(&seen, task.successor)?;
            (task.refuse)(master, &seen).map_err(refused)?
        };
        self.hooks(HookList::PreGracefulTakeover)?;
        (task.detect)().map_err(refused)?;
        self.hooks(HookList::PreFailover)?;
        // Most of what is to be applied is applied while the old master still takes writes.
        let master = answer(&seen, task.master)?;
        self.run(steps::catch_up(task.successor, master, Phase::Prepare, task.manner))?;
        self.run(steps::demote(master, task.ends_sessions, task.manner))?;
        let last = self.look_again(task.master)?;
        self.run(steps::catch_up(task.successor, &last, Phase::Drain, task.manner))?;
        // From here on its binary log holds what the old master never wrote.
        let begins = self.look_again(task.successor)?.reading.binlog.end;
        self.course
            .amend(|plan| plan.coordinates = Some(begins).filter(|end| !end.is_none()));
        self.run(rest(task, &seen.looks, &last, &follows)?)?;
        let missed = finish(&mut self.course, task.manner, &self.missed)?;
        self.missed.extend(missed);
        Ok(())
    }

    fn everybody(&self) -> Vec<InstanceKey> {
        let mut all = self.task.replicas.clone();
        all.push(self.task.master.clone());
        all
    }

    fn look_again(&self, key: &InstanceKey) -> Result<Look, Stop> {
        let servers = self.course.means().servers;
        let look = servers.look(key, std::time::Duration::from_secs(2));
        look.map_err(|contact| refused(format!("reading where {key} stands: {contact}")))
    }

    fn hooks(&mut self, list: HookList) -> Result<(), Stop> {
        self.run(vec![steps::hooks(Phase::Prepare, self.task.master, list)])
    }

    fn run(&mut self, steps: Vec<Step>) -> Result<(), Stop> {
        let missed = self.course.run(steps)?;
        self.missed.extend(missed);
        Ok(())
    }

    fn end(&mut self, stop: &Stop) -> Outcome {
        self.course.desk().step(&format!("The takeover stops: {stop}"));
        let (outcome, missed) = self.course.stop(stop);
        self.missed.extend(missed);
        outcome
    }
}

/// What is done once the old master refuses writes and the successor has the last of them.
fn rest(task: &Handover<'_>, looks: &Looks, last: &Look, follows: &[InstanceKey]) -> Result<Vec<Step>, Stop> {
    let successor = looks
        .get(task.successor)
        .ok_or_else(|| refused("the successor is gone".to_owned()))?;
    let enables = (task.enables_semi_sync)(task.successor) || last.reading.semi_sync.master_enabled;
    let others = follows.iter().filter(|key| *key != task.successor);
    let moved = others.clone().filter_map(|key| looks.get(key));
    let login_of = login_of(task.successor, follows);
    let acknowledges = (task.enables_semi_sync)(task.master) || last.reading.semi_sync.master_enabled;
    let mut repoint: Vec<Step> = moved
        .flat_map(|look| steps::follow(look, task.successor, From::AsItIs))
        .collect();
    repoint.extend(steps::join(
        last,
        task.successor,
        login_of,
        acknowledges,
        task.starts_old_master,
    ));
    let record = |phase, local| steps::local(1, phase, task.master, local);
    Ok(steps::in_sequence([
        steps::promote(successor, enables, task.manner),
        vec![record(Phase::Promote, Local::HandOver(task.successor.clone()))],
        repoint,
        vec![record(Phase::Settle, Local::ClearDetections)],
        last_hooks(Kind::Takeover, task.master),
    ]))
}

/// Whose replication login the old master is given: a sibling's that follows, else the successor's own.
pub fn login_of<'a>(successor: &'a InstanceKey, follows: &'a [InstanceKey]) -> &'a InstanceKey {
    follows.iter().find(|key| *key != successor).unwrap_or(successor)
}

fn answer<'s>(seen: &'s Seen, key: &InstanceKey) -> Result<&'s Look, Stop> {
    seen.looks.get(key).ok_or_else(|| {
        let what = seen
            .silent
            .get(key)
            .map_or_else(|| "not asked".to_owned(), ToString::to_string);
        refused(format!("{key} cannot be reached: {what}"))
    })
}
