//! Known trouble, and locks on instances.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{exact_key, given_key, known_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::{LockRequest, NewDowntime, NodeId};
use crate::model::Timestamp;
use crate::model::duration::parse_duration;
use crate::report::answer::Answer;

const GROUP: Group = Group::Downtime;
const BEGIN: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Reason),
    Take::Opt(Arg::Duration),
    Take::Opt(Arg::Owner),
];

/// How long a downtime or a lock lasts when nobody says, in seconds.
const DEFAULT_SECONDS: u64 = 600;

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(
        GROUP,
        "begin-downtime",
        "Mark an instance's trouble as known",
        BEGIN,
        begin_downtime,
    ),
    Command::writes(
        GROUP,
        "end-downtime",
        "End an instance's downtime",
        takes::INSTANCE,
        end_downtime,
    ),
    Command::writes(GROUP, "begin-maintenance", "Lock an instance", BEGIN, begin_maintenance),
    Command::writes(
        GROUP,
        "end-maintenance",
        "Release an instance's lock",
        takes::INSTANCE,
        end_maintenance,
    ),
    Command::reads(
        GROUP,
        "in-maintenance",
        "Print the instance if it is locked",
        takes::INSTANCE,
        in_maintenance,
    ),
    Command::writes(
        GROUP,
        "downtime begin",
        "Mark an instance's trouble as known",
        BEGIN,
        begin_downtime,
    )
    .modern_only(),
    Command::writes(
        GROUP,
        "downtime end",
        "End an instance's downtime",
        takes::INSTANCE,
        end_downtime,
    )
    .modern_only(),
    Command::reads(
        GROUP,
        "downtime list",
        "List downtimes with reason, owner and end",
        takes::NONE,
        list_downtimes,
    )
    .modern_only(),
    Command::writes(GROUP, "maintenance begin", "Lock an instance", BEGIN, begin_maintenance).modern_only(),
    Command::writes(
        GROUP,
        "maintenance end",
        "Release an instance's lock",
        takes::INSTANCE,
        end_maintenance,
    )
    .modern_only(),
    Command::reads(
        GROUP,
        "maintenance list",
        "List locks with reason, owner and end",
        takes::NONE,
        list_maintenance,
    )
    .modern_only(),
];

struct Terms {
    owner: String,
    reason: String,
    begin: Timestamp,
    end: Timestamp,
}

fn terms(context: &Context, given: &Given) -> Outcome<Terms> {
    let reason = given
        .text(Arg::Reason)
        .ok_or_else(|| Failure::usage("--reason option required"))?;
    let seconds = match given.text(Arg::Duration) {
        None => DEFAULT_SECONDS,
        Some(text) => match parse_duration(text).map_err(Failure::usage)? {
            0 => DEFAULT_SECONDS,
            seconds => seconds,
        },
    };
    let begin = context.now();
    Ok(Terms {
        owner: given.text(Arg::Owner).map_or_else(os_user, str::to_owned),
        reason: reason.to_owned(),
        begin,
        end: begin.plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)),
    })
}

/// The operating system's name for who runs this.
pub(super) fn os_user() -> String {
    let named = ["USER", "LOGNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty());
    named.unwrap_or_else(|| {
        // SAFETY: the call has no arguments and cannot fail.
        let id = unsafe { libc::geteuid() };
        if id == 0 { "root".to_owned() } else { id.to_string() }
    })
}

fn begin_downtime<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let terms = terms(context, given)?;
    let key = exact_key(context, given)?;
    let message = format!("owner: {}, reason: {}, until: {}", terms.owner, terms.reason, terms.end);
    let downtime = NewDowntime {
        key: key.clone(),
        begin: terms.begin,
        end: Some(terms.end),
        owner: terms.owner,
        reason: terms.reason,
    };
    context.inventory()?.begin_downtime(&downtime, context.now())?;
    context.audit("begin-downtime", Some(&key), &message);
    Ok(Answer::key(Some(key)))
}

fn end_downtime<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = exact_key(context, given)?;
    if context.inventory()?.end_downtime(&key)? {
        context.audit("end-downtime", Some(&key), "");
    } else {
        context.log.info(format!("{key} was not in downtime"));
    }
    Ok(Answer::key(Some(key)))
}

fn begin_maintenance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let terms = terms(context, given)?;
    let key = exact_key(context, given)?;
    let request = LockRequest {
        key: key.clone(),
        owner: terms.owner.clone(),
        reason: terms.reason.clone(),
        end: terms.end,
        explicitly_bounded: true,
        node: NodeId::default(),
    };
    let begun = context.inventory()?.begin_maintenance(&request, terms.begin)?;
    if begun.is_none() {
        return Err(Failure::failed(format!(
            "Cannot begin maintenance for instance: {key}; maintenance reason: {}",
            terms.reason
        ))
        .hint(format!("somebody holds it: `orchestrator maintenance list` tells who, `orchestrator end-maintenance -i {key}` ends it")));
    }
    context.audit(
        "begin-maintenance",
        Some(&key),
        &format!("owner: {}, reason: {}", terms.owner, terms.reason),
    );
    Ok(Answer::key(Some(key)))
}

fn end_maintenance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = exact_key(context, given)?;
    if context.inventory()?.end_maintenance(&key, context.now())? {
        context.audit("end-maintenance", Some(&key), "");
    }
    Ok(Answer::key(Some(key)))
}

fn in_maintenance<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let key = known_key(context, given_key(context, given)?)?;
    let holds = context.inventory()?.maintenance(&key, context.now())?.is_some();
    Ok(Answer::key(holds.then_some(key)))
}

fn or_never(end: Option<Timestamp>) -> String {
    end.map_or_else(|| "without end".to_owned(), |end| end.to_string())
}

fn list_downtimes<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let (fleet, now) = (context.fleet()?, context.now());
    let mut held: Vec<_> = fleet.downtimes.values().filter(|d| d.holds(now)).collect();
    held.sort_by(|a, b| a.key.cmp(&b.key));
    let rows = held
        .iter()
        .map(|d| vec![d.key.to_string(), or_never(d.end), d.owner.clone(), d.reason.clone()])
        .collect();
    Ok(Answer::rows(&["Instance", "Until", "Owner", "Reason"], rows, "\t"))
}

fn list_maintenance<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let (fleet, now) = (context.fleet()?, context.now());
    let mut held: Vec<_> = fleet.maintenance.values().filter(|m| m.holds(now)).collect();
    held.sort_by(|a, b| a.key.cmp(&b.key));
    let rows = held
        .iter()
        .map(|m| vec![m.key.to_string(), or_never(m.end), m.owner.clone(), m.reason.clone()])
        .collect();
    Ok(Answer::rows(&["Instance", "Until", "Owner", "Reason"], rows, "\t"))
}
