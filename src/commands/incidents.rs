//! What was detected, what is held back, what was done about it, and how verdicts changed.

use super::Command;
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{by_name_or_alias, find, given_key, known_key};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::DetectionsOf;
use crate::model::incidents::{BlockedRecovery, ChangelogEntry, Detection, RecoveryStep};
use crate::model::{InstanceKey, Timestamp};
use crate::report::answer::Answer;
use crate::report::json;

const GROUP: Group = Group::Analysis;

/// Rows on a page of a list.
pub(super) const PAGE: u32 = 20;

pub(super) const COMMANDS: &[Command] = &[
    Command::reads(
        GROUP,
        "detections",
        "List detected failures, latest first",
        &[Take::Pos(Arg::Target), Take::Opt(Arg::Alias), Take::Opt(Arg::Id), Take::Opt(Arg::Page)],
        detections,
    )
    .modern_only()
    .explained(
        "A failure is registered once, and its hooks run then. While the detection is active, a further failure of the \
         same instance is not registered again, except that one which may be recovered is told apart from one which may \
         not. Given an instance, its own detections are listed; given a cluster, by name or alias, those of all its \
         members, also where it has since changed its master.",
    ),
    Command::reads(
        GROUP,
        "blocked-recoveries",
        "List recoveries that an earlier one holds back",
        &[Take::Pos(Arg::Target)],
        blocked_recoveries,
    )
    .modern_only()
    .explained(
        "A recovery is listed for as long as it would be begun if an earlier one, whose number is given, did not keep it \
         off. Acknowledging the earlier one lets it go ahead.",
    ),
    Command::reads(
        GROUP,
        "changelog",
        "List how the analysis of instances changed",
        &[Take::Pos(Arg::Instance)],
        changelog,
    )
    .modern_only(),
    Command::reads(
        GROUP,
        "recovery-steps",
        "List what a recovery, or a run of hooks, did",
        &[Take::Pos(Arg::Uid)],
        recovery_steps,
    )
    .modern_only(),
];

fn or_unknown(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "unknown".to_owned(), |at| at.to_string())
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// A number typed as an option.
pub(super) fn number<T: std::str::FromStr>(given: &Given, arg: Arg) -> Outcome<Option<T>> {
    let read = |text: &str| {
        let what = format!("--{} {text}: this is no number", arg.long());
        text.parse().map_err(|_| Failure::usage(what))
    };
    given.text(arg).map(read).transpose()
}

/// What was named may be gone by now, so it need not be known; but it may as well be a slip of the pen.
pub(super) fn warn_if_unheard_of(context: &Context, named: &str) -> Outcome<()> {
    let fleet = context.fleet()?;
    let key = InstanceKey::parse(named, context.config.default_port()).ok();
    if by_name_or_alias(context, fleet, named).is_none() && key.and_then(|key| find(fleet, &key)).is_none() {
        context
            .log
            .warn(format!("no cluster and no instance is known as `{named}`"));
    }
    Ok(())
}

fn detections<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let named = given.text(Arg::Target);
    let key = match named.map(|text| InstanceKey::parse(text, context.config.default_port())) {
        Some(Ok(key)) => Some(known_key(context, key)?),
        _ => None,
    };
    let of = match (number(given, Arg::Id)?, given.text(Arg::Alias), named) {
        (Some(id), ..) => DetectionsOf::Id(id),
        (None, Some(alias), _) => DetectionsOf::Alias(alias),
        (None, None, Some(name)) => DetectionsOf::Named(key.as_ref(), name),
        (None, None, None) => DetectionsOf::Everyone,
    };
    let (limit, offset) = match number::<u32>(given, Arg::Page)? {
        Some(page) => (PAGE, page.saturating_mul(PAGE)),
        None => (u32::MAX, 0),
    };
    let inventory = context.inventory()?;
    let found = inventory.detections(of, limit, offset)?;
    if let (true, Some(named)) = (found.is_empty(), named) {
        warn_if_unheard_of(context, named)?;
    }
    let followed = inventory.recoveries_by_detection()?;
    let with_recovery = |d: Detection| {
        let recovery = followed.get(&d.id).copied().unwrap_or_default();
        (d, recovery)
    };
    let found: Vec<(Detection, i64)> = found.into_iter().map(with_recovery).collect();
    let row = |(d, recovery): &(Detection, i64)| {
        vec![
            d.id.to_string(),
            or_unknown(d.start),
            d.key.to_string(),
            d.analysis.clone(),
            d.cluster_alias.clone(),
            yes_or_no(d.is_actionable),
            yes_or_no(d.is_active),
            Some(*recovery)
                .filter(|id| *id > 0)
                .map_or_else(String::new, |id| id.to_string()),
        ]
    };
    let rows = found.iter().map(row).collect();
    let headings = [
        "Id",
        "Since",
        "Instance",
        "Analysis",
        "Cluster",
        "Actionable",
        "Active",
        "Recovery",
    ];
    let data = |(d, recovery): &(Detection, i64)| {
        json::detection(d, *recovery, context.is_automated(&d.cluster_name, &d.cluster_alias))
    };
    Ok(Answer::rows(&headings, rows, "\t").with_data(move || found.iter().map(data).collect()))
}

fn blocked_recoveries<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let named = given.text(Arg::Target);
    let name = match named {
        Some(text) => Some(cluster_named(context, text)?),
        None => None,
    };
    let found = context.inventory()?.blocked_recoveries(name.as_deref())?;
    if let (true, Some(named)) = (found.is_empty(), named) {
        warn_if_unheard_of(context, named)?;
    }
    let row = |b: &BlockedRecovery| {
        vec![
            b.key.to_string(),
            b.cluster_name.clone(),
            b.analysis.clone(),
            or_unknown(b.last_blocked),
            b.blocking_recovery_id.to_string(),
        ]
    };
    let rows = found.iter().map(row).collect();
    let headings = ["Instance", "Cluster", "Analysis", "Last blocked", "By recovery"];
    Ok(Answer::rows(&headings, rows, "\t").with_data(move || json::blocked(&found)))
}

/// The name of the cluster with this name or alias or member; else the text itself.
fn cluster_named(context: &Context, text: &str) -> Outcome<String> {
    let fleet = context.fleet()?;
    let member = || {
        let key = InstanceKey::parse(text, context.config.default_port()).ok()?;
        find(fleet, &key).map(|i| i.cluster.name.clone())
    };
    let found = by_name_or_alias(context, fleet, text).or_else(member);
    Ok(found.unwrap_or_else(|| text.to_owned()))
}

fn changelog<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = match given.text(Arg::Instance) {
        Some(_) => Some(known_key(context, given_key(context, given)?)?),
        None => None,
    };
    let found = context.inventory()?.changelog(key.as_ref())?;
    let row = |c: &ChangelogEntry| vec![or_unknown(c.at), c.key.to_string(), c.analysis.clone()];
    let rows = found.iter().map(row).collect();
    let answer = Answer::rows(&["Since", "Instance", "Analysis"], rows, "\t");
    Ok(answer.with_data(move || json::changelog(&found)))
}

fn recovery_steps<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let uid = given
        .text(Arg::Uid)
        .ok_or_else(|| Failure::usage("no recovery given: write its UID"))?;
    let found = context.inventory()?.steps(uid)?;
    let row = |s: &RecoveryStep| vec![or_unknown(s.at), s.message.clone()];
    let rows = found.iter().map(row).collect();
    let answer = Answer::rows(&["At", "Step"], rows, "\t");
    Ok(answer.with_data(move || json::steps(&found)))
}
