//! Replicas moved one step: up to their master's master, or below a sibling.

use super::arranging::{Carried, Order, Server, Way, carry_out, changed, refused, unchanged};
use super::changing::{Hands, Rehearsed, rehearsal};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::lineage::Lineage;
use super::moving::{Kind, Toll, work_while};
use super::relocating::{chosen, own_master};
use super::target::exact_key;
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::InstanceKey;
use crate::recovery::arrangement::Arranging;
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::places::{self, Line};
use crate::report::answer::Answer;
use crate::topology::arrange::{self, By, Terms};
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

/// A replica, its master, and that one's master, as all are now, and by what the replica goes.
#[derive(Clone)]
struct Steps {
    replica: Server,
    master: Server,
    above: Server,
    by: By,
}

impl Steps {
    /// All are asked, and judged; the replica was asked just now.
    fn see(hands: &Hands<'_>, given: &Given, key: &InstanceKey) -> Outcome<Self> {
        let (master, above) = upstream(hands, &own_master(hands, key)?)?;
        let fleet = hands.fleet()?;
        let mut steps = Self {
            replica: Server::of(hands, &fleet, key)?,
            master: Server::of(hands, &fleet, &master)?,
            above: Server::of(hands, &fleet, &above)?,
            by: By::Gtid,
        };
        let lineage = Lineage::of(hands, &fleet, &steps.above.look);
        steps.by = arrange::up(
            steps.replica.party(),
            steps.master.party(),
            steps.above.party(),
            lineage.obtainable.as_ref(),
            lineage.holds(&fleet, key),
            terms(hands, given),
        )
        .map_err(refused)?;
        Ok(steps)
    }

    /// Seen again, and nothing has changed.
    fn still(&self, hands: &Hands<'_>, given: &Given) -> Outcome<Self> {
        let now = Self::see(hands, given, &hands.read(self.replica.key().clone())?)?;
        unchanged(self, &now)?;
        match now.by == self.by {
            true => Ok(now),
            false => Err(changed(self.replica.key())),
        }
    }

    fn go(self, hands: &Hands<'_>, given: &Given, kind: &Kind) -> Outcome<Option<Vec<Rehearsed>>> {
        let (key, to) = (self.replica.key().clone(), self.above.key().clone());
        if self.by == By::Gtid {
            return by_gtid(hands, given, kind, [&key, &to], &|| self.still(hands, given).map(drop));
        }
        let before = self.clone();
        by_position(hands, kind, self, &to, || before.still(hands, given))
    }
}

impl Way for Steps {
    fn about(&self) -> &Server {
        &self.replica
    }

    fn also(&self) -> Vec<&Server> {
        vec![&self.master]
    }

    fn beside(&self) -> Vec<InstanceKey> {
        vec![self.above.key().clone()]
    }

    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        let line = Line {
            replica: &self.replica.look,
            master: &self.master.look,
            above: &self.master.master(),
        };
        places::up(all, &line)
    }
}

fn terms<'c>(hands: &Hands<'c>, given: &Given) -> Terms<'c> {
    Terms {
        policy: &hands.context.policy,
        forced: given.is_on(Arg::Anyway),
    }
}

fn by_position<W: Way>(
    hands: &Hands<'_>,
    kind: &Kind,
    seen: W,
    to: &InstanceKey,
    again: impl FnOnce() -> Outcome<W>,
) -> Outcome<Option<Vec<Rehearsed>>> {
    let order = Order {
        name: kind.name,
        reason: kind.reason,
    };
    match carry_out(hands, order, seen, again)? {
        Carried::Rehearsed(steps) => Ok(Some(steps)),
        Carried::Done(way) => {
            let key = way.about().key();
            hands.context.audit(kind.audit, Some(key), &format!("{key} below {to}"));
            Ok(None)
        }
    }
}

fn by_gtid(
    hands: &Hands<'_>,
    given: &Given,
    kind: &Kind,
    [key, to]: [&InstanceKey; 2],
    still: &dyn Fn() -> Outcome<()>,
) -> Outcome<Option<Vec<Rehearsed>>> {
    work_while(hands, given, kind, vec![key.clone()], to, still)?.of_one()
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
    let steps = Steps::see(&hands, given, &key)?;
    let above = steps.above.key().clone();
    Ok(match steps.go(&hands, given, &MOVE_UP)? {
        Some(steps) => rehearsal(steps),
        None => Answer::line(format!("{key}<{above}")),
    })
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
        match move_one_up(&hands, given, &key, [&of, &above]) {
            Ok(steps) => {
                told.extend(steps.into_iter().flatten());
                done.push(key);
            }
            Err(failure) => toll.tell(context, &key, &failure),
        }
    }
    if done.is_empty() && count > 0 {
        return Err(toll.nothing(format!(
            "Error on all {count} operations: no replica of {of} was moved up"
        )));
    }
    if hands.rehearses {
        return Ok(rehearsal(told).with_status(toll.status(given)));
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
    [master, above]: [&InstanceKey; 2],
) -> Outcome<Option<Vec<Rehearsed>>> {
    let steps = Steps::see(hands, given, &hands.read(key.clone())?)?;
    match (steps.master.key(), steps.above.key()) == (master, above) {
        true => steps.go(hands, given, &MOVE_UP_REPLICAS),
        false => Err(changed(key)),
    }
}

/// Two siblings, as both are now, and by what the one goes below the other.
#[derive(Clone)]
struct Siblings {
    replica: Server,
    sibling: Server,
    by: By,
}

impl Siblings {
    /// Both are judged; they were asked just now.
    fn see(hands: &Hands<'_>, given: &Given, key: &InstanceKey, to: &InstanceKey) -> Outcome<Self> {
        let fleet = hands.fleet()?;
        let mut siblings = Self {
            replica: Server::of(hands, &fleet, key)?,
            sibling: Server::of(hands, &fleet, to)?,
            by: By::Gtid,
        };
        let lineage = Lineage::of(hands, &fleet, &siblings.sibling.look);
        siblings.by = arrange::below(
            siblings.replica.party(),
            siblings.sibling.party(),
            lineage.obtainable.as_ref(),
            lineage.holds(&fleet, key),
            terms(hands, given),
        )
        .map_err(refused)?;
        Ok(siblings)
    }

    /// Seen again, and nothing has changed.
    fn still(&self, hands: &Hands<'_>, given: &Given) -> Outcome<Self> {
        let read = |server: &Server| hands.read(server.key().clone());
        let now = Self::see(hands, given, &read(&self.replica)?, &read(&self.sibling)?)?;
        unchanged(self, &now)?;
        match now.by == self.by {
            true => Ok(now),
            false => Err(changed(self.replica.key())),
        }
    }
}

impl Way for Siblings {
    fn about(&self) -> &Server {
        &self.replica
    }

    fn also(&self) -> Vec<&Server> {
        vec![&self.sibling]
    }

    fn beside(&self) -> Vec<InstanceKey> {
        vec![self.replica.row.replication.master.clone()]
    }

    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop> {
        places::below(all, &self.replica.look, &self.sibling.look)
    }
}

fn move_below<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let to = hands.destination(given)?;
    let siblings = Siblings::see(&hands, given, &key, &to)?;
    let still = || siblings.still(&hands, given);
    let done = match siblings.by {
        By::Gtid => by_gtid(&hands, given, &MOVE_BELOW, [&key, &to], &|| still().map(drop))?,
        By::Position => by_position(&hands, &MOVE_BELOW, siblings.clone(), &to, still)?,
    };
    Ok(match done {
        Some(steps) => rehearsal(steps),
        None => Answer::line(format!("{key}<{to}")),
    })
}
