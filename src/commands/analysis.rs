//! What is wrong, why, and by which rules.

use super::context::{Context, process_token, this_host};
use super::discover::{refresh, tell_faults};
use super::failure::{Failure, Outcome};
use super::target::{cluster, given_key, known};
use super::why_not::gates;
use super::{Body, Command};
use crate::analysis::{Request, analyse, replay};
use crate::args::{Arg, Format, Given, Group, Take};
use crate::inventory::Scope;
use crate::model::duration::age;
use crate::model::recovery::HeldBy;
use crate::model::verdict::{Code, Severity, Verdict};
use crate::model::{Fleet, InstanceKey, Timestamp};
use crate::recovery::surroundings::Known;
use crate::report::answer::{Answer, Rows};
use crate::report::gates::{held_back, that_matter};
use crate::report::{explain, json, out};
use serde_json::Value;
use std::rc::Rc;

const GROUP: Group = Group::Analysis;

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        GROUP,
        "replication-analysis",
        "Print what is wrong with replication, a line an instance",
        &[Take::Opt(Arg::Cluster), Take::Opt(Arg::IncludeDowntimed), Take::Opt(Arg::Refresh), Take::Opt(Arg::Check)],
        Body::WritesWith(Arg::Refresh, replication_analysis),
    )
    .whole_list()
    .explained(
        "What the inventory holds is judged, unless --refresh asks every known server first. Nothing is printed when \
         nothing is wrong. With --check the exit status is for monitoring: 1 when there are only warnings and notices, 2 \
         when an instance is dead, cut off or blocked, 3 when that cannot be told.",
    ),
    Command::reads(
        GROUP,
        "explain",
        "Explain the verdict on an instance, or all verdicts",
        &[Take::Pos(Arg::Instance), Take::Opt(Arg::Rules), Take::Opt(Arg::Replay)],
        explain_verdicts,
    )
    .modern_only()
    .explained(
        "Says which rule decided, what every server concerned said and when, and which other rules failed for a single \
         condition. `--output json` prints the same as data, which --replay judges again.",
    ),
];

fn replication_analysis<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if given.is_on(Arg::Refresh) {
        refresh_and_remember(context, given)?;
    }
    let within = match given.text(Arg::Cluster) {
        Some(_) => cluster(context, given)?,
        None => None,
    };
    let fleet = context.fleet_to_judge()?;
    let stale = staleness(context, fleet);
    if given.is_on(Arg::Check)
        && let Some(why) = stale
    {
        return Err(why);
    }
    if !given.classic {
        warn_if_stale(context, fleet);
    }
    let request = Request {
        cluster: within,
        include_downtimed: given.is_on(Arg::IncludeDowntimed),
        include_no_problem: false,
        with_evidence: matches!(given.globals.format, Format::Json | Format::Yaml),
    };
    let verdicts: Rc<[Verdict]> = analyse(fleet, &context.policy, context.now(), &request).into();
    let status = if given.is_on(Arg::Check) {
        check_status(&verdicts)
    } else {
        0
    };
    let detail = if given.classic {
        json::Detail::Classic
    } else {
        json::Detail::Full
    };
    let (data, rows) = (Rc::clone(&verdicts), Rc::clone(&verdicts));
    Ok(Answer::new(move || lines(&verdicts), move || envelope(&data, detail))
        .with_table(move || table(&rows))
        .with_status(status))
}

/// Says so where the inventory is no base for a judgement.
pub(super) fn warn_if_stale(context: &Context, fleet: &Fleet) {
    if let Some(why) = staleness(context, fleet) {
        context.log.warn(format!("{why}; {}", why.hints.join("; ")));
    }
}

/// Why the inventory is no base for a judgement: it is empty, or nobody has asked the servers for a while.
fn staleness(context: &Context, fleet: &Fleet) -> Option<Failure> {
    let newest = fleet.instances().iter().filter_map(|i| i.check.last_checked).max();
    let hint = "`orchestrator replication-analysis --refresh` asks the servers first";
    let Some(newest) = newest else {
        return Some(
            Failure::failed("no instance is known that could be judged")
                .hint("`orchestrator discover HOST[:PORT]` makes one known"),
        );
    };
    let polls = context.policy.instance_poll_seconds.saturating_mul(5);
    let seconds = context.now().seconds_since(newest);
    (seconds > i64::try_from(polls).unwrap_or(i64::MAX)).then(|| {
        Failure::failed(format!(
            "no server was asked in the last {}; this is judged by what was known then",
            age(seconds)
        ))
        .hint(hint)
    })
}

fn lines(verdicts: &[Verdict]) -> String {
    let line = |v: &Verdict| {
        format!(
            "{} (cluster {}): {}\n",
            v.facts.key,
            v.facts.cluster.name,
            v.analysis_text()
        )
    };
    verdicts.iter().map(line).collect()
}

fn envelope(verdicts: &[Verdict], detail: json::Detail) -> Value {
    let node = json::ProcessingNode {
        hostname: &this_host(),
        token: &process_token(),
    };
    let entries: Vec<_> = verdicts
        .iter()
        .map(|v| json::ReplicationAnalysis::of(v, node, detail))
        .collect();
    json::value(&json::Envelope::ok("Analysis", entries))
}

fn table(verdicts: &[Verdict]) -> Rows {
    let row = |v: &Verdict| {
        let what = if v.code == Code::NoProblem {
            String::new()
        } else {
            v.code.to_string()
        };
        let warnings: Vec<&str> = v.warnings.iter().map(|w| w.as_str()).collect();
        vec![
            v.facts.key.to_string(),
            v.facts.cluster.alias.clone(),
            what,
            warnings.join(", "),
            v.action.phrase().to_owned(),
        ]
    };
    Rows {
        headings: vec!["Instance", "Cluster", "Analysis", "Structure", "What follows"],
        rows: verdicts.iter().map(row).collect(),
    }
}

/// The status of the gravest verdict.
fn check_status(verdicts: &[Verdict]) -> u8 {
    match verdicts.iter().filter_map(|v| v.severity).max() {
        None => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Critical) => 2,
    }
}

/// Asks every known server, then remembers where suspected masters' binary logs stand, so that the next look can tell
/// a standstill from a pause.
fn refresh_and_remember(context: &Context, given: &Given) -> Outcome<()> {
    let everyone = |fleet: &Fleet| {
        fleet
            .instances()
            .iter()
            .map(|i| i.key.clone())
            .collect::<Vec<InstanceKey>>()
    };
    let report = refresh(context, everyone, given.globals.quiet || given.is_on(Arg::Check))?;
    for failed in &report.failed {
        context.log.info(format!("{}: {}", failed.key, failed.contact));
    }
    tell_faults(context, &report);
    let inventory = context.inventory()?;
    let fleet = inventory.load_fleet(Scope::Analysis)?;
    let request = Request {
        include_downtimed: true,
        ..Request::default()
    };
    for verdict in analyse(&fleet, &context.policy, context.now(), &request) {
        if matches!(
            verdict.code,
            Code::LockedSemiSyncMaster | Code::LockedSemiSyncMasterHypothesis
        ) && let Some(master) = fleet.get(&verdict.facts.key)
        {
            inventory.record_stale_coordinates(&master.key, &master.binlog.end, context.now())?;
        }
    }
    Ok(())
}

fn explain_verdicts<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if given.is_on(Arg::Rules) {
        return Ok(Answer::new(
            || format!("{}\n", explain::rules_table(&gates(), out::width()).trim_end()),
            || json::rules::data(&gates()),
        ));
    }
    let now = context.now();
    let verdicts = match (given.text(Arg::Replay), given.text(Arg::Instance)) {
        (Some(file), _) => replayed(file)?,
        (None, Some(_)) => vec![verdict_on(context, &given_key(context, given)?)?],
        (None, None) => analyse(
            context.fleet_to_judge()?,
            &context.policy,
            now,
            &Request {
                include_downtimed: true,
                with_evidence: true,
                ..Request::default()
            },
        ),
    };
    // Stored verdicts are judged again without an inventory.
    let held = match given.text(Arg::Replay) {
        Some(_) => Vec::new(),
        None => gates_that_hold(context, &verdicts, now)?,
    };
    let data = verdicts.clone();
    let text = move || {
        let gates = held.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        let explained: Vec<String> = verdicts
            .iter()
            .zip(gates)
            .map(|(verdict, held)| {
                let text = explain::explain(verdict, now, out::width());
                let held = held.map(|held| held_back(that_matter(verdict, held), now, out::width()));
                std::iter::once(text).chain(held).collect::<Vec<_>>().join("\n\n")
            })
            .collect();
        if explained.is_empty() {
            "Nothing is wrong.\n".to_owned()
        } else {
            format!("{}\n", explained.join("\n\n"))
        }
    };
    Ok(Answer::new(text, move || {
        serde_json::to_value(data).unwrap_or(Value::Null)
    }))
}

/// What holds the recovery that each verdict calls for; `None` where nothing is wrong.
fn gates_that_hold(context: &Context, verdicts: &[Verdict], now: Timestamp) -> Outcome<Vec<Option<Vec<HeldBy>>>> {
    let is_wrong = |verdict: &&Verdict| verdict.code != Code::NoProblem;
    if !verdicts.iter().any(|verdict| is_wrong(&verdict)) {
        return Ok(Vec::new());
    }
    let (policy, fleet) = (&context.policy, context.fleet_to_judge()?);
    let request = Request {
        include_downtimed: true,
        ..Request::default()
    };
    let all = analyse(fleet, policy, now, &request);
    let known = Known::read(context.inventory()?, fleet, &all, policy, now)?;
    let held = |verdict: &Verdict| {
        Some(verdict)
            .filter(is_wrong)
            .map(|verdict| known.held(verdict, policy, now))
    };
    Ok(verdicts.iter().map(held).collect())
}

fn verdict_on(context: &Context, key: &InstanceKey) -> Outcome<Verdict> {
    let instance = known(context, key)?;
    let fleet = context.fleet()?;
    let request = Request {
        cluster: Some(instance.cluster.name.clone()),
        include_downtimed: true,
        include_no_problem: true,
        with_evidence: true,
    };
    let verdicts = analyse(fleet, &context.policy, context.now(), &request);
    verdicts
        .into_iter()
        .find(|v| v.facts.key == instance.key)
        .ok_or_else(|| {
            Failure::failed(format!(
                "{} is not judged: it is under maintenance, or RecoveryIgnoreHostnameFilters leaves it out",
                instance.key
            ))
        })
}

/// Judges stored verdicts again.
fn replayed(file: &str) -> Outcome<Vec<Verdict>> {
    let text = std::fs::read_to_string(file).map_err(|e| Failure::failed(format!("reading {file}: {e}")))?;
    let stored: Vec<Verdict> = serde_json::from_str(&text).map_err(|e| {
        Failure::failed(format!("reading {file}: {e}"))
            .hint("it must be what `orchestrator explain --output json` printed")
    })?;
    Ok(stored.iter().map(replay).collect())
}
