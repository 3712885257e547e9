//! Recoveries: forced ones of one instance, automatic ones of whatever has failed, and those left in the middle.

use super::context::Context;
use super::desk::{Desk, answer, ask_again, held, verdicts};
use super::failure::{Failure, Kind, Outcome};
use super::target::{given_key, key_of, known};
use super::{Body, Command};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::{NodeId, TakenOver};
use crate::model::plan::Kind as PlanKind;
use crate::model::verdict::Verdict;
use crate::model::{Fleet, InstanceKey};
use crate::recovery::decision::may_begin;
use crate::recovery::entry::{Circumstances, Decision, Plan, Then, decide};
use crate::recovery::failover::look_at;
use crate::recovery::gates::{Case, Leadership, Surroundings, evaluate};
use crate::recovery::hooks::Hooks;
use crate::recovery::office::{Came, Office, Order};
use crate::recovery::placeholders::Failure as Told;
use crate::recovery::rehearsal::Rehearsal;
use crate::recovery::steps::Manner;
use crate::recovery::surroundings::Known;
use crate::recovery::{Detected, Place, detect, uid};
use crate::report::answer::Answer;
use crate::report::plan as printed;
use serde_json::Value;
use std::time::Duration;

const TAKES: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Destination),
    Take::Opt(Arg::Candidate),
    Take::Opt(Arg::NoHooks),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Resume),
];

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        Group::Recovery,
        "recover",
        "Recover a failed instance, or everything that has failed",
        TAKES,
        Body::Runs(recover),
    )
    .explained(
        "The servers are asked first. With an instance, its recovery is forced: downtimes, cluster filters, the global \
         switch and earlier recoveries do not hold it. Without one, everything that has failed is recovered as a watcher \
         would do it once, and all gates apply; `why-not` tells of them. --dry-run prints the plan, the transactions that \
         each candidate lacks, and what is told to each server. --resume goes on with recoveries whose process died: they \
         are carried to their end where somebody had been promoted, and taken back where not. The replicas of an intermediate \
         master are moved each by itself, and semi-sync and read-only masters are mended, by the same command.\n\nExit status: 0 done, 1 \
         failed, 4 nothing to do, 5 held by a gate, 6 stopped midway, 7 promoted and the old master still takes writes, 8 \
         promoted and the old master could not be reached.",
    ),
    Command::new(
        Group::Recovery,
        "recover-lite",
        "Recover a failed instance without hooks",
        &[Take::Pos(Arg::Instance), Take::Opt(Arg::Destination)],
        Body::Runs(recover_lite),
    ),
];

fn recover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if given.is_on(Arg::Resume) {
        return resume(context, given);
    }
    if given.classic || given.is_given(Arg::Instance) {
        return recover_one(context, given, given.is_on(Arg::NoHooks));
    }
    recover_all(context, given)
}

fn recover_lite<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    recover_one(context, given, true)
}

/// A forced recovery of one instance.
fn recover_one<'c>(context: &'c Context, given: &'c Given, no_hooks: bool) -> Outcome<Answer<'c>> {
    let asked = given_key(context, given)?;
    let cluster = known(context, &asked)?.cluster.name.clone();
    let key = known(context, &asked)?.key.clone();
    ask_again(context, Some(&cluster))?;
    let desk = Desk::new(context, given, no_hooks)?;
    let all = verdicts(context, desk.fleet(), None);
    let verdict = all.iter().find(|verdict| verdict.facts.key == key).ok_or_else(|| {
        Failure::new(
            Kind::Held,
            format!("{key} is not judged: it is under maintenance, or RecoveryIgnoreHostnameFilters leaves it out"),
        )
    })?;
    let Some(kind) = PlanKind::of(verdict.action) else {
        let is_master = |other: &&Verdict| other.facts.replica_keys.contains(&key);
        let mut failed = all.iter().filter(|other| PlanKind::of(other.action).is_some());
        return nothing_to_do(given, verdict, failed.find(is_master));
    };
    let verdict = verdict.clone();
    let candidate = given.text(Arg::Candidate).or_else(|| given.text(Arg::Destination));
    let named = candidate.map(|text| key_of(context, text)).transpose()?;
    if let Some(named) = &named {
        must_be_direct(desk.fleet(), &key, named)?;
    }
    if !kind.changes_the_master() {
        may_be_forced(context, desk.fleet(), &verdict, candidate)?;
    }
    let order = Order {
        kind,
        named,
        verdict,
        forced: true,
        command: String::new(),
        detection_id: 0,
    };
    if given.is_on(Arg::DryRun) || given.globals.noop {
        return desk.with(context, |office| dry_run(&desk, office, &order));
    }
    let came = desk.with(context, |office| carry_out(context, office, order))?;
    answer(context, given, came)
}

/// Gates that a person's word does not lift hold what gives nobody a master's place, and there is nobody to be named.
fn may_be_forced(context: &Context, fleet: &Fleet, verdict: &Verdict, candidate: Option<&str>) -> Outcome<()> {
    let key = &verdict.facts.key;
    if let Some(candidate) = candidate {
        let what = format!(
            "{candidate} was named, and nobody takes the place of {key} for {}",
            verdict.code
        );
        return Err(Failure::failed(what).hint("leave out --candidate"));
    }
    let now = context.now();
    let known = Known::read(
        context.inventory()?,
        fleet,
        std::slice::from_ref(verdict),
        &context.policy,
        now,
    )?;
    let gates = evaluate(&Case {
        verdict,
        action: verdict.action,
        policy: &context.policy,
        surroundings: &known.about(verdict),
        forced: true,
        now,
    });
    match gates.is_empty() {
        true => Ok(()),
        false => Err(held(&key.to_string(), &gates)),
    }
}

/// Refuses a candidate that cannot be one before any hook runs and anything is recorded: a failure on record keeps
/// watchers from recovering for a while.
fn must_be_direct(fleet: &Fleet, failed: &InstanceKey, named: &InstanceKey) -> Outcome<()> {
    let direct = fleet.sorted_replicas_of(failed);
    if direct.iter().any(|row| row.key == *named) {
        return Ok(());
    }
    let direct: Vec<String> = direct.iter().map(|row| row.key.to_string()).collect();
    Err(Failure::failed(format!(
        "{named} is not a direct replica of {failed}, so it cannot take its place"
    ))
    .hint(format!("the direct replicas of {failed} are: {}", direct.join(", "))))
}

/// `failed` is its master, where that is what failed.
fn nothing_to_do<'c>(given: &Given, verdict: &Verdict, failed: Option<&Verdict>) -> Outcome<Answer<'c>> {
    let (key, code) = (&verdict.facts.key, verdict.code);
    if let Some(failed) = failed {
        let (master, wrong) = (&failed.facts.key, failed.code);
        let what = format!("{key} is a replica of {master}, and it is {master} that failed ({wrong})");
        let hint = format!("`orchestrator recover {master}` replaces it; with --candidate {key}, by this one");
        if given.classic {
            crate::report::out::error(&format!("orchestrator: {what}\nhint: {hint}\n"));
            return Ok(Answer::nothing());
        }
        return Err(Failure::new(Kind::NothingToDo, what).hint(hint));
    }
    if given.classic {
        crate::report::out::error(&format!("orchestrator: {key}: {code}; there is nothing to recover\n"));
        return Ok(Answer::nothing());
    }
    Err(Failure::new(
        Kind::NothingToDo,
        format!("{key}: {code} ({}); there is nothing to recover", code.sentence()),
    )
    .hint(format!("`orchestrator explain {key}` says why")))
}

/// Registers the detection, runs its hooks, and carries the recovery out.
fn carry_out(context: &Context, office: &Office<'_>, mut order: Order) -> Outcome<Came> {
    order.detection_id = register(context, office, &order)?;
    Ok(office.recover(&order)?)
}

/// Registers the detection that an order is about and, if it is new, runs its hooks. The detection's number, or 0.
pub(super) fn register(context: &Context, office: &Office<'_>, order: &Order) -> Outcome<i64> {
    let node = &office.around.node;
    let met = Circumstances {
        forced: order.forced,
        skip_hooks: office.around.no_hooks,
        node_hostname: &node.hostname,
        node_token: &node.token,
        ..Circumstances::default()
    };
    match decide(&order.verdict, &context.policy, &met, context.now()) {
        Decision::Proceed(plan) => register_as(context, office, &plan, order),
        _ => Ok(0),
    }
}

fn register_as(context: &Context, office: &Office<'_>, plan: &Plan, order: &Order) -> Outcome<i64> {
    let config = &context.config;
    context.log.info(&plan.line);
    if let Then::Recover { line, .. } = &plan.then {
        context.log.info(line);
    }
    let name = uid::fresh();
    let mut told = Told::of(&order.verdict, &office.around.node.hostname, &name);
    told.command.clone_from(&order.command);
    let limit = Duration::from_secs(config.hook_timeout_seconds);
    let mut hooks = Hooks::new(config.processes_shell_command.clone(), limit);
    let detected = detect(
        plan,
        &told,
        Place {
            inventory: context.inventory()?,
            hooks: &mut hooks,
            commands: &config.on_failure_detection_processes,
            clock: &super::context::now,
            say: &mut |step| (office.around.say)(step),
        },
    )?;
    hooks.wait();
    match detected {
        Detected::Already => Ok(0),
        Detected::Newly(id, _) => Ok(id),
        Detected::HookFailed(_, error) => Err(Failure::failed(format!(
            "nothing was changed, since a hook of the detection failed: {error}"
        ))
        .hint("the detection is registered now: the same command goes on without these hooks")),
    }
}

/// What would be done, by what the servers say now.
pub(super) fn dry_run<'c>(desk: &Desk, office: &Office<'_>, order: &Order) -> Outcome<Answer<'c>> {
    if !order.kind.changes_the_master() {
        return rehearse(desk, office, order);
    }
    let manner = Manner::of(&office.around.config);
    let facts = &order.verdict.facts;
    let replicas = office.replicas_of(&facts.key);
    let seen = look_at(&office.means(&manner), &replicas);
    let succession = office.choose(order, &seen, &[]).map_err(|none| {
        let table = printed::losses(&none.losses);
        Failure::failed(format!("nobody can be promoted: {}", none.why)).hint(table)
    })?;
    let plan = office.planned(order, &manner, &seen, &succession);
    let (text, data) = (printed::plan(&plan, &succession.notes), serde_json::to_value(&plan));
    Ok(Answer::new(move || text, move || data.unwrap_or(Value::Null)))
}

/// What would be done where nobody takes a master's place: carried out with servers that are told nothing.
fn rehearse<'c>(desk: &Desk, office: &Office<'_>, order: &Order) -> Outcome<Answer<'c>> {
    let rehearsal = Rehearsal::of(desk.servers(), &[]);
    let ended = Office {
        servers: &rehearsal,
        ..*office
    }
    .rehearsed(order);
    if let Some(why) = ended.outcome.why() {
        return Err(Failure::failed(format!("nothing would come of it: {why}")));
    }
    let plan = ended.plan;
    let notes: Vec<String> = plan.lost.iter().map(|(key, why)| format!("{key}: {why}")).collect();
    let (text, data) = (printed::plan(&plan, &notes), serde_json::to_value(&plan));
    Ok(Answer::new(move || text, move || data.unwrap_or(Value::Null)))
}

/// One automatic tick over everything.
fn recover_all<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    ask_again(context, None)?;
    let desk = Desk::new(context, given, given.is_on(Arg::NoHooks))?;
    let (fleet, now) = (desk.fleet(), context.now());
    let all = verdicts(context, fleet, None);
    let failed: Vec<Verdict> = all
        .iter()
        .filter(|verdict| PlanKind::of(verdict.action).is_some() && !verdict.skippable_due_to_downtime)
        .cloned()
        .collect();
    let failing: Vec<InstanceKey> = failed.iter().map(|verdict| verdict.facts.key.clone()).collect();
    context.inventory()?.end_decisions(&failing, now)?;
    if failed.is_empty() {
        return Err(
            Failure::new(Kind::NothingToDo, "nothing has failed that could be recovered")
                .hint("`orchestrator why-not` tells what holds a recovery, `orchestrator explain` what is known"),
        );
    }
    let outcomes = failed.into_iter().map(|verdict| {
        // Whoever asks acts: whether another program watches does not matter.
        let acts = |around: &mut Surroundings| around.leadership = Leadership::Acts;
        // Recoveries take their time, and somebody may switch the next ones off meanwhile.
        let now = context.now();
        let known = Known::read(context.inventory()?, fleet, &all, &context.policy, now)?;
        let gates = may_begin(context.inventory()?, &known, &verdict, &context.policy, acts, now);
        if !gates.is_empty() {
            return Err(held(&verdict.facts.key.to_string(), &gates));
        }
        let order = Order {
            kind: PlanKind::of(verdict.action).unwrap_or(PlanKind::DeadMaster),
            verdict,
            named: None,
            forced: false,
            command: String::new(),
            detection_id: 0,
        };
        let came = desk.with(context, |office| carry_out(context, office, order))?;
        answer(context, given, came)
    });
    together(context, given, outcomes)
}

/// Goes on with everything that was left in the middle: with each, whatever becomes of the others.
fn resume<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    // What died before its first change is over, and holds nothing any more.
    context.inventory()?.end_died_early(context.now())?;
    let open = context.inventory()?.open_journals()?;
    if open.is_empty() {
        return Err(Failure::new(Kind::NothingToDo, "no recovery was left in the middle"));
    }
    let desk = Desk::new(context, given, given.is_on(Arg::NoHooks))?;
    let resumed = open.into_iter().map(|left| {
        left.journal?;
        match desk.with(context, |office| office.resume(&left.uid))? {
            Ok(done) => answer(context, given, Came::Ended(Box::new(done))),
            Err(taken) => Err(not_resumed(&left.uid, &taken)),
        }
    });
    together(context, given, resumed)
}

/// The answers of several recoveries, with every failure told once. The exit status is that of the worst.
fn together<'c>(
    context: &Context,
    given: &Given,
    all: impl Iterator<Item = Outcome<Answer<'c>>>,
) -> Outcome<Answer<'c>> {
    let (outcome, told) = gathered(all, given.classic);
    told.iter().for_each(|failure| context.tell(failure));
    outcome
}

/// What several recoveries come to, and the failures that this does not tell of.
fn gathered<'c>(all: impl Iterator<Item = Outcome<Answer<'c>>>, classic: bool) -> (Outcome<Answer<'c>>, Vec<Failure>) {
    // From what is done to what must be looked after first.
    let rank = |status: u8| [0, 4, 5, 8, 3, 1, 6, 7].iter().position(|other| *other == status);
    let (mut answers, mut failures) = (Vec::new(), Vec::new());
    for outcome in all {
        match outcome {
            Ok(answer) => answers.push(answer),
            Err(failure) => failures.push(failure),
        }
    }
    failures.sort_by_key(|failure| rank(failure.status(classic)));
    if answers.is_empty()
        && let Some(worst) = failures.pop()
    {
        return (Err(worst), failures);
    }
    let statuses = answers.iter().map(|answer| answer.status);
    let statuses = statuses.chain(failures.iter().map(|failure| failure.status(classic)));
    let worst = statuses.max_by_key(|status| rank(*status)).unwrap_or(0);
    (Ok(Answer::all(answers).with_status(worst)), failures)
}

fn not_resumed(uid: &str, taken: &TakenOver) -> Failure {
    let holder = |node: &NodeId| format!("{} (token {})", node.hostname, node.token);
    let by = |lease: &crate::model::recovery::Lease| {
        holder(&NodeId {
            hostname: lease.node_hostname.clone(),
            token: lease.node_token.clone(),
        })
    };
    match taken {
        TakenOver::Alive(lease) => Failure::new(
            Kind::Held,
            format!("recovery {uid} is being carried out by {}", by(lease)),
        ),
        TakenOver::Other(lease) => Failure::new(
            Kind::Held,
            format!(
                "recovery {uid} waits: {} holds its cluster for recovery {}",
                by(lease),
                lease.uid
            ),
        ),
        TakenOver::Acknowledged { by, comment } => Failure::new(
            Kind::NothingToDo,
            format!("recovery {uid} was acknowledged by {by} ({comment}), so it is not resumed"),
        ),
        TakenOver::Taken | TakenOver::Closed => {
            Failure::new(Kind::NothingToDo, format!("recovery {uid} has ended meanwhile"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_recoveries_the_worst_decides_and_each_failure_is_told_once() {
        let done = |status: u8| Ok(Answer::line("#1").with_status(status));
        let midway = || Err(Failure::new(Kind::Midway, "midway"));
        let held = || Err(Failure::new(Kind::Held, "held"));
        // (what came of each, the exit status, what is told beside)
        for (all, status, told) in [
            (vec![midway(), held()], 6, vec!["held"]),
            (vec![held(), midway()], 6, vec!["held"]),
            (vec![done(8), midway()], 6, vec!["midway"]),
            (vec![midway(), held(), done(8)], 6, vec!["held", "midway"]),
            (vec![done(8), done(7)], 7, vec![]),
            (vec![held(), done(0)], 5, vec!["held"]),
            (vec![held()], 5, vec![]),
        ] {
            let (outcome, failures) = gathered(all.into_iter(), false);
            let found = outcome.map_or_else(|failure| failure.status(false), |answer| answer.status);
            let beside: Vec<String> = failures.iter().map(ToString::to_string).collect();
            assert_eq!((found, beside), (status, told.into_iter().map(str::to_owned).collect()));
        }
    }
}
