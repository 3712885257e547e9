//! The end of a failover that was carried out: replicas that did not come along, the hooks. Also of one that was resumed.

use super::course::{Course, LOOK, Missed};
use super::desk::{Desk, Stop};
use super::steps::{self, Manner};
use crate::model::plan::{Act, Failing, HookList, Kind, Local, Phase, Progress, Step};
use crate::model::{Change, InstanceKey};

/// What is left when a plan has been carried to its end: replicas that did not come along, the hooks. Also for one that
/// was resumed.
///
/// # Errors
/// As [`Course::run`].
pub fn finish<D: Desk>(course: &mut Course<'_, D>, manner: &Manner, missed: &[Missed]) -> Result<Vec<Missed>, Stop> {
    let failed = course.plan().failed.clone();
    let mut missed: Vec<&Missed> = missed
        .iter()
        .filter(|missed| missed.failing == Failing::Loses)
        .collect();
    if let Some(successor) = course.plan().successor.clone() {
        match course.means().servers.look(&successor, LOOK) {
            Ok(look) if course.plan().coordinates.is_none() => {
                let end = Some(look.reading.binlog.end).filter(|end| !end.is_none());
                course.amend(|plan| plan.coordinates = end);
            }
            Ok(_) => {}
            Err(contact) => {
                // Who is set to follow it tells of its death, and is there for its own failover.
                let (waiting, lost): (Vec<_>, Vec<_>) = missed
                    .into_iter()
                    .partition(|missed| is_pointed(course, &missed.target, &successor));
                missed = lost;
                for one in waiting {
                    course.desk().step(&format!(
                        "{successor} does not answer any more ({contact}): {} stays its replica",
                        one.target
                    ));
                }
            }
        }
    }
    let (mut steps, mut records) = (Vec::new(), Vec::new());
    for missed in missed {
        let (key, why) = (missed.target.clone(), missed.why.clone());
        if manner.detaches_lost {
            steps.extend(steps::detach(&key));
        }
        records.push(steps::local(1, Phase::Settle, &failed, Local::Downtime(key.clone())));
        course.amend(|plan| plan.lost.push((key, why)));
    }
    // Earlier versions planned them only here.
    let stands = |step: &Step| course.progress(step.number) != Some(Progress::Skipped);
    let planned: Vec<HookList> = course
        .plan()
        .steps
        .iter()
        .filter(|step| stands(step))
        .filter_map(Step::last_hooks)
        .collect();
    let mut hooks = last_hooks(course.plan().kind, &failed);
    hooks.retain(|step| step.last_hooks().is_some_and(|list| !planned.contains(&list)));
    let ran = course.run(steps::in_sequence([steps, records, hooks]));
    if matches!(ran, Err(Stop::LeaseLost(_))) {
        return ran;
    }
    // They were written down with the promotion: what cannot be done or written down now does not keep them from running.
    let told = course.tell_the_end();
    let mut missed = ran?;
    missed.extend(told?);
    Ok(missed)
}

/// Whether a replica has been made one of the successor's.
fn is_pointed<D: Desk>(course: &Course<'_, D>, key: &InstanceKey, successor: &InstanceKey) -> bool {
    let points = |step: &&Step| {
        let to = match &step.act {
            Act::Tell(Change::PointTo(pointing)) => Some(&pointing.master),
            _ => None,
        };
        step.target == *key && to == Some(successor)
    };
    let mut steps = course.plan().steps.iter().filter(points);
    steps.any(|step| course.progress(step.number) == Some(Progress::Done))
}

/// The hooks that are told of whoever was promoted.
pub(super) fn last_hooks(kind: Kind, failed: &InstanceKey) -> Vec<Step> {
    let lists: &[HookList] = match kind {
        Kind::Takeover => &[
            HookList::PostMasterFailover,
            HookList::PostFailover,
            HookList::PostGracefulTakeover,
        ],
        Kind::DeadMaster | Kind::DeadCoMaster => &[HookList::PostMasterFailover, HookList::PostFailover],
        Kind::DeadIntermediateMaster | Kind::DeadGroupMember => {
            &[HookList::PostIntermediateMasterFailover, HookList::PostFailover]
        }
        Kind::SemiSync | Kind::NonWriteable => &[HookList::PostFailover],
        Kind::Rejoin | Kind::Relocation => &[],
    };
    steps::in_sequence(
        lists
            .iter()
            .map(|list| vec![steps::hooks(Phase::Settle, failed, *list)]),
    )
}
