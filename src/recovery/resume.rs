//! A recovery whose process died is carried to its end, or taken back.

use super::adoption::go_on;
use super::condition::identity;
use super::course::{Course, LOOK, Means, Missed};
use super::desk::Desk;
use super::ended::{Ended, Outcome};
use super::finish::finish;
use super::steps::Manner;
use crate::model::plan::{Act, Failing, Kind, Progress, Step};
use crate::model::recovery::Journal;
use crate::model::{Change, Look};

/// Why nobody was promoted by a recovery that is taken back.
const DIED: &str = "the process that ran it died before the promotion";
/// Why a relocation came to nothing that is taken back.
const DIED_MIDWAY: &str = "the process that ran it died midway";

/// Goes on with what the journal holds where the promotion had begun, and takes it back where it had not: then whatever
/// was wrong is judged anew.
pub fn resume<D: Desk>(journal: Journal, manner: &Manner, means: Means<'_>, desk: D) -> (Ended, D) {
    let mut course = Course::new(means, desk, journal.plan, journal.entries);
    let missed;
    let mut is_cut_off = false;
    let outcome = if course.plan().kind.moves_orphans() {
        course
            .desk()
            .step("resumed: replicas whose turn had come are moved, the others are looked at anew");
        let (outcome, more) = go_on(&mut course);
        missed = more;
        outcome
    } else if let Some(why) = is_back(&course) {
        course
            .desk()
            .step(&format!("resumed: {why}, so everything is taken back"));
        let (outcome, more) = course.give_up(why);
        missed = more;
        outcome
    } else if course.is_past_return() || is_mended(&course) {
        course
            .desk()
            .step("resumed: the promotion had begun, so it is carried to its end");
        match forward(&mut course, manner) {
            Ok(more) => {
                missed = more;
                Outcome::Promoted
            }
            Err(stop) => {
                course.desk().step(&format!("The recovery stops: {stop}"));
                let (outcome, more) = course.stop(&stop);
                missed = more;
                outcome
            }
        }
    } else {
        let (step, died) = match course.plan().kind {
            Kind::Relocation => ("resumed: everything is taken back", DIED_MIDWAY),
            _ => (
                "resumed: the promotion had not begun, so everything is taken back",
                DIED,
            ),
        };
        course.desk().step(step);
        let (outcome, more) = course.give_up(died.to_owned());
        missed = more;
        is_cut_off = true;
        match outcome {
            Outcome::Nobody(why) if why == died => Outcome::Nobody(match has_rewritten(&course) {
                false => format!("{died}; what it had done was taken back"),
                true => format!("{died}; what it had done was carried to its end"),
            }),
            outcome => outcome,
        }
    };
    let (ended, desk) = course.ended(outcome, missed);
    (Ended { is_cut_off, ..ended }, desk)
}

/// Why nobody is to be promoted any more: the promotion was begun and not carried out, and the master has come back since.
fn is_back<D: Desk>(course: &Course<'_, D>) -> Option<String> {
    let plan = course.plan();
    if !course.is_past_return() || course.has_promoted() || plan.forced || !plan.kind.replaces_a_dead_master() {
        return None;
    }
    let look = |key| course.means().servers.look(key, LOOK).ok();
    let successor = plan.successor.as_ref()?;
    let waits = look(successor).is_some_and(|look| look.reading.server.read_only);
    let known = &plan.origin.identity;
    let is_it = |look: &Look| known.is_empty() || *known == identity(look);
    let lives = look(&plan.failed).is_some_and(|look| is_it(&look));
    if !waits || !lives {
        return None;
    }
    for step in plan.steps.iter().filter(|step| step.is_final) {
        let _ = course.note(step.number, Progress::Failed, "the master answers again");
    }
    Some(format!(
        "{} answers again, and {successor} does not take writes yet",
        plan.failed
    ))
}

/// Whether it did what has no way back.
fn has_rewritten<D: Desk>(course: &Course<'_, D>) -> bool {
    let is_it = |step: &&Step| matches!(step.act, Act::Tell(Change::RewriteGtids(_)));
    let mut steps = course.plan().steps.iter().filter(is_it);
    steps.any(|step| {
        course
            .progress(step.number)
            .is_some_and(|progress| progress != Progress::Planned)
    })
}

/// Whether everything was told to the servers, so that only what follows from it is left.
fn is_mended<D: Desk>(course: &Course<'_, D>) -> bool {
    let plan = course.plan();
    let told = || plan.steps.iter().filter(|step| !matches!(step.act, Act::Local(_)));
    let is_done = |step: &Step| {
        let progress = course.progress(step.number);
        progress == Some(Progress::Done) || (progress == Some(Progress::Failed) && step.failing == Failing::IsNoted)
    };
    plan.kind == Kind::SemiSync && told().next().is_some() && told().all(is_done)
}

fn forward<D: Desk>(course: &mut Course<'_, D>, manner: &Manner) -> Result<Vec<Missed>, super::desk::Stop> {
    let earlier = course.entries();
    let failed_before = |number| {
        let entry = earlier.iter().find(|entry| entry.number == number);
        entry
            .filter(|entry| entry.progress == Progress::Failed)
            .map(|entry| entry.said.clone())
    };
    let mut missed: Vec<Missed> = course
        .plan()
        .steps
        .iter()
        .filter(|step| step.failing == Failing::Loses)
        .filter_map(|step| {
            Some(Missed {
                target: step.target.clone(),
                failing: step.failing,
                why: format!("{step}: {}", failed_before(step.number)?),
            })
        })
        .filter(|missed| !course.plan().lost.iter().any(|(key, _)| *key == missed.target))
        .collect();
    missed.extend(course.carry_out(0)?);
    missed.extend(finish(course, manner, &missed)?);
    Ok(missed)
}
