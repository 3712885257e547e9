//! What every plan must keep to, checked before its steps are begun: rules that a mistake in making plans would break.

use crate::model::plan::{Act, Failing, Phase, Plan, Step};
use crate::model::{Change, InstanceKey};

/// One rule: its sentence, and the steps that break it.
type Rule = (&'static str, fn(&Plan) -> Vec<u32>);

/// The rules.
const RULES: &[Rule] = &[
    ("only the successor is made writable", |plan| {
        breaking(plan, |step| {
            is_told(step, &Change::SetWritable) && Some(&step.target) != plan.successor.as_ref()
        })
    }),
    ("only the failed master is made read-only", |plan| {
        breaking(plan, |step| {
            matches!(step.act, Act::Tell(Change::SetReadOnly(_))) && step.target != plan.failed
        })
    }),
    ("nobody replicates from itself", |plan| {
        breaking(plan, |step| {
            points_to(step).is_some_and(|master| *master == step.target)
        })
    }),
    ("the successor follows nobody once it has taken writes", |plan| {
        let writable = first(plan, |step| step.is_final);
        breaking(plan, |step| {
            points_to(step).is_some()
                && Some(&step.target) == plan.successor.as_ref()
                && writable.is_some_and(|final_step| final_step < step.number)
        })
    }),
    ("replicas are moved only when somebody takes writes", |plan| {
        let writable = first(plan, |step| step.phase == Phase::Promote);
        breaking(plan, |step| {
            plan.kind.changes_the_master()
                && step.phase == Phase::Repoint
                && points_to(step).is_some()
                && writable.is_none_or(|promoted| promoted > step.number)
        })
    }),
    ("whoever changes its master stands still", |plan| {
        breaking(plan, |step| points_to(step).is_some() && !stops_before(plan, step))
    }),
    (
        "a master that is alive refuses writes before another one takes them",
        |plan| {
            let guard = first(plan, |step| {
                matches!(step.act, Act::LastLook | Act::Tell(Change::SetReadOnly(_)))
            });
            breaking(plan, |step| {
                plan.kind.changes_the_master()
                    && is_told(step, &Change::SetWritable)
                    && guard.is_none_or(|guard| guard > step.number)
            })
        },
    ),
    ("what stops a plan before the promotion can be taken back", |plan| {
        breaking(plan, |step| {
            let harmless = [Change::StopReplication, Change::StartReplication, Change::StartReceiver];
            let told = matches!(&step.act, Act::Tell(change) if !harmless.contains(change));
            told && step.phase < Phase::Promote && step.failing == Failing::Stops && step.undo.is_empty()
        })
    }),
    (
        "what is done here does not share a stage with changes of servers",
        |plan| {
            breaking(plan, |step| {
                let mixes = |other: &Step| other.stage == step.stage && !matches!(other.act, Act::Local(_));
                matches!(step.act, Act::Local(_)) && plan.steps.iter().any(mixes)
            })
        },
    ),
];

/// What is wrong with a plan: a sentence for each rule that is broken.
pub fn lint(plan: &Plan) -> Vec<String> {
    RULES
        .iter()
        .filter_map(|(sentence, broken)| {
            let number = *broken(plan).first()?;
            let step = plan.steps.iter().find(|step| step.number == number)?;
            Some(format!("{sentence}; step {number} ({step}) breaks that"))
        })
        .collect()
}

fn breaking(plan: &Plan, breaks: impl Fn(&Step) -> bool) -> Vec<u32> {
    plan.steps
        .iter()
        .filter(|step| breaks(step))
        .map(|step| step.number)
        .collect()
}

fn first(plan: &Plan, is_meant: impl Fn(&Step) -> bool) -> Option<u32> {
    plan.steps.iter().find(|step| is_meant(step)).map(|step| step.number)
}

fn is_told(step: &Step, wanted: &Change) -> bool {
    matches!(&step.act, Act::Tell(change) if change == wanted)
}

fn points_to(step: &Step) -> Option<&InstanceKey> {
    match &step.act {
        Act::Tell(Change::PointTo(pointing)) => Some(&pointing.master),
        _ => None,
    }
}

/// Whether the last thing that a server was told about its threads before a step is to stop both, or it never ran any.
fn stops_before(plan: &Plan, step: &Step) -> bool {
    let earlier = plan.steps.iter().rev().skip_while(|other| other.number >= step.number);
    let about_threads = earlier
        .filter(|other| other.target == step.target)
        .find_map(|other| match &other.act {
            Act::Tell(Change::StopReplication | Change::ForgetMaster) => Some(true),
            Act::Tell(
                Change::StartReplication | Change::StartReceiver | Change::StartApplier | Change::StartUntil(_),
            ) => Some(false),
            _ => None,
        });
    // A former master has no threads.
    about_threads.unwrap_or(step.target == plan.failed)
}
