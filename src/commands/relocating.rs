//! Replicas moved below other masters, one or all of a master, and from file and position to GTID and back.

use super::changing::{Hands, rehearsal};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::lineage::Lineage;
use super::moving::{Kind, Toll, work};
use super::target::exact_key;
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::{Fleet, InstanceKey};
use crate::report::answer::Answer;
use crate::topology::relocate::Wish;
use regex::Regex;

const ONE: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Pos(Arg::Destination),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];
const SEVERAL: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Pos(Arg::Destination),
    Take::Opt(Arg::Pattern),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];
const ALONE: &[Take] = &[Take::Pos(Arg::Instance), Take::Opt(Arg::DryRun), Take::Opt(Arg::Owner)];

pub(super) const COMMANDS: &[Command] = &[
    verb(
        "relocate",
        "Move a replica below another master",
        ONE,
        |context, given| one(context, given, &RELOCATE),
    )
    .also_called(&["relocate-below"]),
    verb(
        "relocate-replicas",
        "Move an instance's replicas below another master",
        SEVERAL,
        |context, given| several(context, given, &RELOCATE_REPLICAS),
    )
    .also_called(&["relocate-slaves"]),
    verb(
        "repoint",
        "Point a replica at its master anew, or at another one where it stands",
        ONE,
        |context, given| one(context, given, &REPOINT),
    ),
    verb(
        "repoint-replicas",
        "Point an instance's replicas at it anew, or at another one",
        SEVERAL,
        |context, given| several(context, given, &REPOINT_REPLICAS),
    )
    .also_called(&["repoint-slaves"]),
    verb(
        "move-gtid",
        "Move a replica below another master by GTID",
        ONE,
        |context, given| one(context, given, &MOVE_GTID),
    ),
    verb(
        "move-replicas-gtid",
        "Move an instance's replicas below another master by GTID",
        SEVERAL,
        |context, given| several(context, given, &MOVE_REPLICAS_GTID),
    )
    .also_called(&["move-slaves-gtid"]),
    verb(
        "enable-gtid",
        "Let a replica position itself by GTID",
        ALONE,
        |context, given| one(context, given, &ENABLE),
    ),
    verb(
        "disable-gtid",
        "Let a replica position itself by file and position",
        ALONE,
        |context, given| one(context, given, &DISABLE),
    ),
];

const fn verb(name: &'static str, about: &'static str, takes: &'static [Take], work: Work) -> Command {
    Command::new(Group::Change, name, about, takes, Body::Runs(work)).explained(
        "Servers are asked first. Replicas are moved by GTID only; one that needs positions or Pseudo-GTID is refused. \
         Threads that stood stand afterwards; those that ran are seen to run again, and where they do not, the replica \
         goes back to where it was. A replica with transactions that its new master cannot get is refused: --force moves \
         it. While a recovery of its cluster is under way nothing is changed. --dry-run prints the statements.\n\nExit \
         status: 0 done, 1 failed, of several at least one, 5 held by a recovery or a lock, 6 not everything could \
         be taken back.",
    )
}

const RELOCATE: Kind = Kind {
    name: "relocate",
    wish: Wish::Relocate,
    reason: "relocate",
    audit: "relocate-below",
    audit_of_all: "",
};
const RELOCATE_REPLICAS: Kind = Kind {
    name: "relocate-replicas",
    audit_of_all: "relocate-replicas",
    ..RELOCATE
};
const REPOINT: Kind = Kind {
    name: "repoint",
    wish: Wish::Repoint,
    reason: "repoint",
    audit: "repoint",
    audit_of_all: "",
};
const REPOINT_REPLICAS: Kind = Kind {
    name: "repoint-replicas",
    audit_of_all: "repoint-to",
    ..REPOINT
};
const MOVE_GTID: Kind = Kind {
    name: "move-gtid",
    wish: Wish::ByGtid,
    reason: "move by GTID",
    audit: "move-below-gtid",
    audit_of_all: "",
};
const MOVE_REPLICAS_GTID: Kind = Kind {
    name: "move-replicas-gtid",
    audit_of_all: "move-replicas-gtid",
    ..MOVE_GTID
};
const ENABLE: Kind = Kind {
    name: "enable-gtid",
    wish: Wish::EnableGtid,
    reason: "enable GTID",
    audit: "enable-gtid",
    audit_of_all: "",
};
const DISABLE: Kind = Kind {
    name: "disable-gtid",
    wish: Wish::DisableGtid,
    reason: "disable GTID",
    audit: "disable-gtid",
    audit_of_all: "",
};

/// One replica: `REPLICA<MASTER` is printed, or the replica alone where its master stays.
fn one<'c>(context: &'c Context, given: &Given, kind: &Kind) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let stays = matches!(kind.wish, Wish::EnableGtid | Wish::DisableGtid);
    let to = if stays || (kind.wish == Wish::Repoint && !given.is_given(Arg::Destination)) {
        hands.read(own_master(&hands, &key)?)?
    } else {
        hands.destination(given)?
    };
    if let Some(steps) = work(&hands, given, kind, vec![key.clone()], &to)?.of_one()? {
        return Ok(rehearsal(steps));
    }
    Ok(match stays {
        true => Answer::key(Some(key)),
        false => Answer::line(format!("{key}<{to}")),
    })
}

pub(super) fn own_master(hands: &Hands<'_>, key: &InstanceKey) -> Outcome<InstanceKey> {
    let row = hands.context.inventory()?.instance(key)?;
    let master = row.map(|row| row.replication.master).unwrap_or_default();
    match master.is_none() {
        true => Err(Failure::failed(format!("instance is not a replica: {key}"))),
        false => Ok(master),
    }
}

/// The replicas of an instance, which need not answer itself. Those moved are printed.
fn several<'c>(context: &'c Context, given: &Given, kind: &Kind) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let of = exact_key(context, given)?;
    let of = match hands.read(of.clone()) {
        Ok(key) => key,
        Err(failure) if context.inventory()?.instance(&of)?.is_some() => {
            context.log.warn(format!("{failure}; its replicas are those known"));
            of
        }
        Err(failure) => return Err(failure),
    };
    let repoints = kind.wish == Wish::Repoint;
    let to = match given.is_given(Arg::Destination) || !repoints {
        true => hands.destination(given)?,
        false => of.clone(),
    };
    let fleet = hands.fleet()?;
    let chosen = chosen(given, &fleet, &of, &to)?;
    let lineage = Lineage::of(&hands, &fleet, &hands.look(&to)?);
    if let Some(above) = chosen.iter().find(|key| lineage.holds(&fleet, key)) {
        return Err(Failure::failed(format!("{to} is a descendant of {above}")));
    }
    let (mut keys, mut failed) = (Vec::new(), Vec::new());
    for key in chosen {
        match hands.read(key.clone()) {
            Ok(key) => keys.push(key),
            Err(failure) => failed.push((key, Err(failure))),
        }
    }
    let count = keys.len() + failed.len();
    if count == 0 {
        return Ok(Answer::nothing());
    }
    // Of replicas of the destination itself, only their pointing can be meant.
    let kind = if of == to { &REPOINT_REPLICAS } else { kind };
    let (rehearsed, mut moved) = work(&hands, given, kind, keys, &to)?.of_several();
    moved.extend(failed);
    let toll = Toll::of(context, &moved);
    if toll.count == count {
        let text = match kind.wish {
            Wish::ByGtid => format!("moveReplicasViaGTID: Error on all {count} operations"),
            _ => format!("none of {count} replicas of {of} was moved below {to}"),
        };
        return Err(toll.nothing(text));
    }
    if let Some(steps) = rehearsed {
        return Ok(rehearsal(steps).with_status(toll.status(given)));
    }
    let is_done = |(key, outcome): (InstanceKey, Outcome<()>)| outcome.is_ok().then_some(key);
    let done: Vec<InstanceKey> = moved.into_iter().filter_map(is_done).collect();
    let message = format!("{} replicas of {of} below {to}", done.len());
    context.audit(kind.audit_of_all, Some(&of), &message);
    Ok(match repoints {
        true => Answer::lines(done.iter().map(|key| format!("{key}<{of}")).collect()),
        false => Answer::keys(done),
    }
    .with_status(toll.status(given)))
}

/// The replicas of an instance but the destination, by pattern. In the classic form a pattern that is none fits nothing.
pub(super) fn chosen(given: &Given, fleet: &Fleet, of: &InstanceKey, to: &InstanceKey) -> Outcome<Vec<InstanceKey>> {
    let pattern = match given.text(Arg::Pattern).map(Regex::new) {
        None => None,
        Some(Ok(pattern)) => Some(pattern),
        Some(Err(_)) if given.classic => return Ok(Vec::new()),
        Some(Err(error)) => return Err(Failure::usage(format!("--pattern: {error}"))),
    };
    let fits = |key: &InstanceKey| {
        pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(&key.to_string()))
    };
    let all = fleet.sorted_replicas_of(of).into_iter().map(|row| row.key.clone());
    Ok(all.filter(|key| key != to && fits(key)).collect())
}
