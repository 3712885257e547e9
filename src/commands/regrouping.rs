//! Replicas regrouped below one of them: the one that a recovery would promote, or the one that is named.

use super::arranging::changed;
use super::changing::{Hands, rehearsal};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::moving::{Kind, Toll, work_while};
use super::relocating::own_master;
use super::target::exact_key;
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::{Fleet, Instance, InstanceKey, Look};
use crate::recovery::candidate::{Choice, Contender, NoChoice, Wanted, choose};
use crate::report::answer::Answer;
use crate::topology::relocate::Wish;
use std::collections::HashMap;

const TAKES: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];

pub(super) const COMMANDS: &[Command] = &[
    verb(
        "regroup-replicas",
        "Regroup an instance's replicas below one of them",
        regroup,
    )
    .also_called(&["regroup-slaves"]),
    verb(
        "regroup-replicas-gtid",
        "Regroup an instance's replicas below one of them by GTID",
        regroup_gtid,
    )
    .also_called(&["regroup-slaves-gtid"]),
    verb("take-siblings", "Move a replica's siblings below it", take_siblings).also_called(&["enslave-siblings"]),
];

const fn verb(name: &'static str, about: &'static str, work: Work) -> Command {
    Command::new(Group::Change, name, about, TAKES, Body::Runs(work)).explained(
        "All servers are asked first. Of several the one is chosen that a recovery would promote; it goes on replicating as \
         it did. The others are moved by GTID; one that cannot be moved replicates as before. Threads that stood stand \
         afterwards. What a killed program left is taken back by `recover --resume`. --dry-run prints the \
         statements.\n\nExit status: 0 done, 1 failed, of several at least one, 5 held by a recovery or a lock, 6 \
         not everything could be taken back.",
    )
}

const TAKE_SIBLINGS: Kind = Kind {
    name: "take-siblings",
    wish: Wish::Relocate,
    reason: "take siblings",
    audit: "relocate-below",
    audit_of_all: "relocate-replicas",
};
const REGROUP: Kind = Kind {
    name: "regroup-replicas",
    wish: Wish::ByGtid,
    reason: "regroup",
    audit: "move-below-gtid",
    audit_of_all: "regroup-replicas",
};
const REGROUP_GTID: Kind = Kind {
    name: "regroup-replicas-gtid",
    audit_of_all: "regroup-replicas-gtid",
    ..REGROUP
};

fn regroup<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    regroup_by(context, given, &REGROUP, |candidate, lost, moved| {
        // The third is what Pseudo-GTID had matched, where it was used.
        format!("{candidate} lost: {lost}, trivial: 0, pseudo-gtid: {moved}")
    })
}

fn regroup_gtid<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    regroup_by(context, given, &REGROUP_GTID, |candidate, lost, moved| {
        format!("{candidate} lost: {lost}, moved: {moved}")
    })
}

/// An instance's replicas as they are now.
struct Siblings {
    of: InstanceKey,
    fleet: Fleet,
    answers: bool,
    looks: HashMap<InstanceKey, Look>,
}

impl Siblings {
    fn of(hands: &Hands<'_>, given: &Given) -> Outcome<Self> {
        let (context, of) = (hands.context, exact_key(hands.context, given)?);
        let (of, answers) = match hands.read(of.clone()) {
            Ok(key) => (key, true),
            Err(failure) if context.inventory()?.instance(&of)?.is_some() => {
                context.log.warn(format!("{failure}; its replicas are those known"));
                (of, false)
            }
            Err(failure) => return Err(failure),
        };
        let known: Vec<InstanceKey> = hands.fleet()?.replica_keys_of(&of);
        for key in &known {
            if let Err(failure) = hands.read(key.clone()) {
                context.log.warn(failure);
            }
        }
        let fleet = hands.fleet()?;
        let seen = fleet
            .replica_keys_of(&of)
            .into_iter()
            .filter_map(|key| Some((key.clone(), hands.look(&key).ok()?)));
        Ok(Self {
            looks: seen.collect(),
            of,
            answers,
            fleet,
        })
    }

    fn rows(&self) -> Vec<&Instance> {
        self.fleet.sorted_replicas_of(&self.of)
    }

    /// Who a recovery would promote; where the master is gone, one who lacks nothing that another has.
    fn choose(&self, context: &Context) -> Result<Choice, NoChoice> {
        let choice = self.chosen(context, None)?;
        let ahead = choice.tail_from.as_ref().filter(|_| !self.answers);
        Ok(ahead
            .and_then(|ahead| self.chosen(context, Some(ahead)).ok())
            .unwrap_or(choice))
    }

    fn chosen(&self, context: &Context, named: Option<&InstanceKey>) -> Result<Choice, NoChoice> {
        let contender = |instance| Contender {
            instance,
            look: self.looks.get(&instance.key),
            rule: self.fleet.promotion_rule(&instance.key),
        };
        let contenders: Vec<Contender<'_>> = self.rows().into_iter().map(contender).collect();
        let failed_row = self.fleet.get(&self.of);
        let place = failed_row.map(|row| row.place.clone()).unwrap_or_default();
        let co_master = failed_row.filter(|row| row.cluster.is_co_master);
        choose(
            &contenders,
            &Wanted {
                failed: &self.of,
                failed_row,
                data_center: &place.data_center,
                region: &place.region,
                physical_environment: &place.physical_environment,
                policy: &context.policy,
                named,
                forced: false,
                now: context.now(),
                co_master: co_master.map(|row| &row.replication.master),
                must_promote_co_master: false,
                excluded: &[],
                by_inventory: false,
            },
        )
    }
}

/// The candidate is printed, and what became of the others.
fn regroup_by<'c>(
    context: &'c Context,
    given: &Given,
    kind: &Kind,
    line: fn(&InstanceKey, usize, usize) -> String,
) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let group = Siblings::of(&hands, given)?;
    let of = &group.of;
    let fails = |why: String| Failure::failed(format!("Could not regroup replicas of {of}; error: {why}"));
    let is_gtid = kind.name == REGROUP_GTID.name;
    let rows = group.rows();
    match rows.as_slice() {
        [] => return Err(fails("it has no replicas".to_owned())),
        [only] => {
            let key = only.key.clone();
            let first = is_gtid.then(|| key.to_string());
            return Ok(Answer::lines(first.into_iter().chain([line(&key, 0, 0)]).collect()));
        }
        _ => {}
    }
    let by_position = rows.iter().filter(|row| !row.uses_gtid());
    let by_position: Vec<String> = by_position.map(|row| row.key.to_string()).collect();
    if !is_gtid && !by_position.is_empty() {
        let names = by_position.join(", ");
        return Err(fails(format!(
            "{names} replicate without GTID, and only Pseudo-GTID could match them"
        ))
        .hint("`orchestrator enable-gtid` where servers have GTID, and then again"));
    }
    let choice = group.choose(context).map_err(|none| fails(none.to_string()))?;
    for note in &choice.notes {
        context.log.info(note);
    }
    let candidate = choice.successor.clone();
    let others = rows.iter().map(|row| row.key.clone()).filter(|key| *key != candidate);
    // A living master gives the candidate what it lacks; without one, whoever has more stays.
    let cannot = |key: &InstanceKey| {
        let lost = choice.lost.iter().find(|(lost, _)| lost == key);
        let silent = (!group.looks.contains_key(key)).then(|| "it does not answer".to_owned());
        silent.or_else(|| lost.filter(|_| !group.answers).map(|(_, why)| why.clone()))
    };
    let (lost, moving): (Vec<_>, Vec<_>) = others
        .map(|key| (cannot(&key), key))
        .partition(|(why, _)| why.is_some());
    for (why, key) in &lost {
        let why = why.as_deref().unwrap_or_default();
        context
            .log
            .warn(format!("{key} cannot follow {candidate}, and stays where it is: {why}"));
    }
    let moving: Vec<InstanceKey> = moving.into_iter().map(|(_, key)| key).collect();
    let count = moving.len();
    let still = || follows(&hands, &candidate, of);
    let (rehearsed, moved) = work_while(&hands, given, kind, moving, &candidate, &still)?.of_several();
    let toll = Toll::of(context, &moved);
    let done = count - toll.count;
    if done > 0 && rehearsed.is_none() {
        let message = format!("{done} replicas of {of} below {candidate}");
        context.audit(kind.audit_of_all, Some(of), &message);
    }
    // Of this command the classic form, too, tells by its exit status that moves failed.
    let stayed = u8::from(toll.count > 0 || (!lost.is_empty() && !given.classic));
    let status = stayed.max(toll.status(given));
    if let Some(steps) = rehearsed {
        return Ok(rehearsal(steps).with_status(status));
    }
    let lost = lost.len() + toll.count;
    let lines = vec![candidate.to_string(), line(&candidate, lost, done)];
    Ok(Answer::lines(lines).with_status(status))
}

/// Whoever others are to follow still has the master that it had.
fn follows(hands: &Hands<'_>, key: &InstanceKey, master: &InstanceKey) -> Outcome<()> {
    match own_master(hands, &hands.read(key.clone())?)? == *master {
        true => Ok(()),
        false => Err(changed(key)),
    }
}

/// The replica is printed, also where it had no siblings.
fn take_siblings<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let master = own_master(&hands, &key)?;
    let (mut siblings, mut silent) = (Vec::new(), Toll::default());
    for sibling in hands
        .fleet()?
        .replica_keys_of(&master)
        .into_iter()
        .filter(|other| *other != key)
    {
        match hands.read(sibling.clone()) {
            Ok(sibling) => siblings.push(sibling),
            Err(failure) => silent.tell(context, &sibling, &failure),
        }
    }
    let count = siblings.len() + silent.count;
    if count == 0 {
        return Ok(Answer::key(Some(key)));
    }
    let (asked, still) = (siblings.len(), || follows(&hands, &key, &master));
    let (rehearsed, moved) = work_while(&hands, given, &TAKE_SIBLINGS, siblings, &key, &still)?.of_several();
    let toll = Toll::of(context, &moved);
    let done = asked - toll.count;
    if done == 0 {
        return Err(toll.nothing(format!("none of {count} siblings of {key} was moved below it")));
    }
    let status = toll.status(given).max(silent.status(given));
    if let Some(steps) = rehearsed {
        return Ok(rehearsal(steps).with_status(status));
    }
    let message = format!("{done} replicas of {master} below {key}");
    context.audit(TAKE_SIBLINGS.audit_of_all, Some(&master), &message);
    Ok(Answer::key(Some(key)).with_status(status))
}
