//! Replicas moved one step: up to their master's master, or below a sibling.

use super::arranging::{Order, Server, Way, carry_out, refused};
use super::changing::{Hands, Rehearsed, rehearsal};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::moving::{Kind, Toll, Worked, obtainable, work};
use super::relocating::{chosen, own_master};
use super::target::exact_key;
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::{Fleet, InstanceKey};
use crate::recovery::arrangement::Arranging;
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::places::{self, Line};
use crate::report::answer::Answer;
use crate::topology::arrange::{self, By, Terms};
use crate::topology::descends_from;
use crate::topology::relocate::Wish;

const ALONE: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];
const ALL: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Opt(Arg::Pattern),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];
const PAIR: &[Take] = &[
    Take::Pos(Arg::Instance),
    Take::Pos(Arg::Destination),
    Take::Opt(Arg::Anyway),
    Take::Opt(Arg::DryRun),
    Take::Opt(Arg::Owner),
];

pub(super) const COMMANDS: &[Command] = &[
    verb("move-up", "Move a replica below its master's master", ALONE, move_up),
    verb(
        "move-up-replicas",
        "Move an instance's replicas below its master",
        ALL,
        move_up_replicas,
    )
    .also_called(&["move-up-slaves"]),
    verb("move-below", "Move a replica below its sibling", PAIR, move_below),
];

const fn verb(name: &'static str, about: &'static str, takes: &'static [Take], work: Work) -> Command {
    Command::new(Group::Change, name, about, takes, Body::Runs(work)).explained(
        "Replicas that use GTID go on by it. Others go by file and position: the servers concerned are stopped, the one \
         behind is started until it stands where the other does, and that place is known on the new master. All servers \
         must replicate, nearly in time, and replicate afterwards; what fails is taken back on all of them, also after the \
         death of this program, by `recover --resume`. While a recovery of the cluster is under way nothing is changed. \
         --dry-run prints the statements.\n\nExit status: 0 done, 1 failed, of several at least one, 5 held by a recovery \
         or a lock, 6 not everything could be taken back.",
    )
}

const MOVE_UP: Kind = Kind {
    name: "move-up",
    wish: Wish::ByGtid,
    reason: "move up",
    audit: "move-up",
    audit_of_all: "",
};
const MOVE_UP_REPLICAS: Kind = Kind {
    name: "move-up-replicas",
    audit_of_all: "move-up-replicas",
    ..MOVE_UP
};
const MOVE_BELOW: Kind = Kind {
    name: "move-below",
    wish: Wish::ByGtid,
    reason: "move below",
    audit: "move-below",
    audit_of_all: "",
};

/// A replica, its master, and that one's master, as all are now.
struct Steps {
    replica: Server,
    master: Server,
    above: Server,
}

impl Steps {
    fn by(&self, hands: &Hands<'_>, fleet: &Fleet, forced: bool) -> Outcome<By> {
        let terms = Terms {
            policy: &hands.context.policy,
            forced,
        };
        let has = obtainable(hands, fleet, &self.above.look);
        let is_below = descends_from(fleet, self.above.key(), self.replica.key());
        arrange::up(
            self.replica.party(),
            self.master.party(),
            self.above.party(),
            has.as_ref(),
            is_below,
            terms,
        )
        .map_err(refused)
    }

    /// By position.
    fn go(&self, hands: &Hands<'_>, kind: &Kind) -> Outcome<Option<Vec<Rehearsed>>> {
        let order = Order {
            name: kind.name,
            reason: kind.reason,
            about: &self.replica,
            also: &[&self.master],
            beside: &[self.above.key()],
        };
        let done = carry_out(hands, &order, self)?;
        let (key, to) = (self.replica.key(), self.above.key());
        if done.is_none() {
            hands.context.audit(kind.audit, Some(key), &format!("{key} below {to}"));
        }
        Ok(done)
    }
}

impl Way for Steps {
    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        let line = Line {
            replica: &self.replica.look,
            master: &self.master.look,
            above: &self.master.master(),
        };
        places::up(all, &line)
    }
}

/// A master that is a replica, and its own master; all are asked.
fn upstream(hands: &Hands<'_>, master: &InstanceKey) -> Outcome<(InstanceKey, InstanceKey)> {
    let master = hands.read(master.clone())?;
    let above =
        own_master(hands, &master).map_err(|_| Failure::failed(format!("master is not a replica itself: {master}")))?;
    Ok((master, hands.read(above)?))
}

fn move_up<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let (master, above) = upstream(&hands, &own_master(&hands, &key)?)?;
    let fleet = hands.fleet()?;
    let steps = Steps {
        replica: Server::of(&hands, &fleet, &key)?,
        master: Server::of(&hands, &fleet, &master)?,
        above: Server::of(&hands, &fleet, &above)?,
    };
    let done = match steps.by(&hands, &fleet, given.is_on(Arg::Anyway))? {
        By::Position => steps.go(&hands, &MOVE_UP)?,
        By::Gtid => by_gtid(&hands, given, &MOVE_UP, &key, &above)?,
    };
    Ok(match done {
        Some(steps) => rehearsal(steps),
        None => Answer::line(format!("{key}<{above}")),
    })
}

fn by_gtid(
    hands: &Hands<'_>,
    given: &Given,
    kind: &Kind,
    key: &InstanceKey,
    to: &InstanceKey,
) -> Outcome<Option<Vec<Rehearsed>>> {
    match work(hands, given, kind, vec![key.clone()], to)? {
        Worked::Rehearsed(steps) => Ok(Some(steps)),
        Worked::Done(mut moved) => moved.pop().map_or(Ok(()), |(_, outcome)| outcome).map(|()| None),
    }
}

/// Each by itself: by GTID or by position, in the order of their names.
fn move_up_replicas<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let of = hands.read(exact_key(context, given)?)?;
    let (of, above) = upstream(&hands, &of).map_err(|failure| match own_master(&hands, &of) {
        Err(refusal) => refusal,
        Ok(_) => failure,
    })?;
    let fleet = hands.fleet()?;
    let chosen = chosen(given, &fleet, &of, &above)?;
    let count = chosen.len();
    let (mut told, mut done, mut toll) = (Vec::new(), Vec::new(), Toll::default());
    for key in chosen {
        match move_one_up(&hands, given, &key, &of, &above) {
            Ok(Some(steps)) => told.extend(steps),
            Ok(None) => done.push(key),
            Err(failure) => toll.tell(context, &key, &failure),
        }
    }
    if hands.rehearses {
        return Ok(rehearsal(told).with_status(toll.status(given)));
    }
    if done.is_empty() && count > 0 {
        return Err(toll.nothing(format!(
            "Error on all {count} operations: no replica of {of} was moved up"
        )));
    }
    if !done.is_empty() {
        let message = format!("{} replicas of {of} below {above}", done.len());
        context.audit(MOVE_UP_REPLICAS.audit_of_all, Some(&of), &message);
    }
    Ok(Answer::keys(done).with_status(toll.status(given)))
}

fn move_one_up(
    hands: &Hands<'_>,
    given: &Given,
    key: &InstanceKey,
    master: &InstanceKey,
    above: &InstanceKey,
) -> Outcome<Option<Vec<Rehearsed>>> {
    let key = hands.read(key.clone())?;
    let fleet = hands.fleet()?;
    let steps = Steps {
        replica: Server::of(hands, &fleet, &key)?,
        master: Server::of(hands, &fleet, master)?,
        above: Server::of(hands, &fleet, above)?,
    };
    match steps.by(hands, &fleet, given.is_on(Arg::Anyway))? {
        By::Position => steps.go(hands, &MOVE_UP_REPLICAS),
        By::Gtid => by_gtid(hands, given, &MOVE_UP_REPLICAS, &key, above),
    }
}

/// Two siblings, as both are now.
struct Siblings {
    replica: Server,
    sibling: Server,
}

impl Way for Siblings {
    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        places::below(all, &self.replica.look, &self.sibling.look)
    }
}

fn move_below<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let to = hands.destination(given)?;
    let fleet = hands.fleet()?;
    let siblings = Siblings {
        replica: Server::of(&hands, &fleet, &key)?,
        sibling: Server::of(&hands, &fleet, &to)?,
    };
    let has = obtainable(&hands, &fleet, &siblings.sibling.look);
    let terms = Terms {
        policy: &context.policy,
        forced: given.is_on(Arg::Anyway),
    };
    let is_below = descends_from(&fleet, &to, &key);
    let (one, other) = (siblings.replica.party(), siblings.sibling.party());
    let by = arrange::below(one, other, has.as_ref(), is_below, terms).map_err(refused)?;
    let done = match by {
        By::Gtid => by_gtid(&hands, given, &MOVE_BELOW, &key, &to)?,
        By::Position => {
            let master = siblings.replica.row.replication.master.clone();
            let order = Order {
                name: MOVE_BELOW.name,
                reason: MOVE_BELOW.reason,
                about: &siblings.replica,
                also: &[&siblings.sibling],
                beside: &[&master],
            };
            let done = carry_out(&hands, &order, &siblings)?;
            if done.is_none() {
                context.audit(MOVE_BELOW.audit, Some(&key), &format!("{key} below {to}"));
            }
            done
        }
    };
    Ok(match done {
        Some(steps) => rehearsal(steps),
        None => Answer::line(format!("{key}<{to}")),
    })
}
