//! Replicas that change places with those next to them: one level up, below a sibling, in their master's place, or as its
//! co-master. By position two servers are first brought to stand at the same place, which both then know.

use super::arrangement::Arranging;
use super::desk::{Desk, Stop};
use super::failover::refused;
use super::relocation::{Goal, Threads};
use crate::model::change::{From, Pointing};
use crate::model::plan::Condition;
use crate::model::{Coordinates, InstanceKey, Look, Reached};
use crate::topology::arrange::By;

const RECEIVER: Threads = Threads {
    receiver: true,
    applier: false,
};

/// A replica, its master, and that one's master by the name that it has there; the first two as they were seen.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The replica.
    pub replica: &'a Look,
    /// Its master.
    pub master: &'a Look,
    /// The master's master.
    pub above: &'a InstanceKey,
}

/// A replica goes below its master's master by position: it leaves where its master stands.
///
/// # Errors
/// What went wrong; nothing is taken back yet.
pub fn up<D: Desk>(all: &mut Arranging<'_, D>, line: &Line<'_>) -> Result<(), Stop> {
    let master = all.halt(line.master)?;
    let (end, place) = (end(&master)?, place(&master)?);
    let replica = all.halt(line.replica)?;
    let replica = all.bring(&replica, &end)?;
    is_quiet(all, &master.key, &end)?;
    all.point(&replica, by_position(line.above, place))?;
    let key = &line.replica.key;
    all.start(&goal(key, line.above, RECEIVER, false))?;
    all.start(&goal(&master.key, line.above, Threads::of(line.master), false))?;
    all.start(&goal(key, line.above, Threads::of(line.replica), false))
}

/// A replica goes below a sibling by position: both stop, and the one behind comes to where the other stands.
///
/// # Errors
/// What went wrong; nothing is taken back yet.
pub fn below<D: Desk>(all: &mut Arranging<'_, D>, replica: &Look, sibling: &Look) -> Result<(), Stop> {
    let (mut stands, mut other) = (all.halt(replica)?, all.halt(sibling)?);
    let (own, theirs) = (place(&stands)?, place(&other)?);
    if own < theirs {
        stands = all.bring(&stands, &theirs)?;
    } else {
        other = all.bring(&other, &own)?;
    }
    all.point(&stands, by_position(&sibling.key, end(&other)?))?;
    all.start(&goal(&replica.key, &sibling.key, RECEIVER, false))?;
    let master = other.channel().map(|channel| channel.status.master.clone());
    all.start(&goal(
        &sibling.key,
        &master.unwrap_or_default(),
        Threads::of(sibling),
        false,
    ))?;
    all.start(&goal(&replica.key, &sibling.key, Threads::of(replica), false))
}

/// A replica takes its master's place below that one's master, and the master follows it; `by` says by what each.
///
/// # Errors
/// What went wrong; nothing is taken back yet.
pub fn take_master<D: Desk>(all: &mut Arranging<'_, D>, line: &Line<'_>, by: [By; 2]) -> Result<(), Stop> {
    let (key, old) = (&line.replica.key, &line.master.key);
    let master = all.halt(line.master)?;
    let replica = if by == [By::Gtid; 2] {
        // Whoever is ahead of whom it asks is refused on MariaDB.
        if let Some(has @ (Reached::Oracle(_) | Reached::MariaDb(_))) = master.executed() {
            all.wait(key, Condition::HasExecuted(has.to_string()))?;
        }
        all.halt(line.replica)?
    } else {
        let end = end(&master)?;
        let replica = all.halt(line.replica)?;
        let replica = all.bring(&replica, &end)?;
        is_quiet(all, old, &end)?;
        replica
    };
    let own = match by[0] {
        By::Gtid => as_it_is(line.above),
        By::Position => by_position(line.above, place(&master)?),
    };
    let theirs = match by[1] {
        By::Gtid => as_it_is(key),
        By::Position => by_position(key, end(&replica)?),
    };
    all.point(&replica, own)?;
    all.point(&master, theirs)?;
    let arrives = |by| by == By::Gtid;
    // The replica applies nothing yet, and so its former master has nothing to apply.
    all.start(&goal(key, line.above, RECEIVER, arrives(by[0])))?;
    all.start(&goal(old, key, Threads::of(line.master), arrives(by[1])))?;
    all.start(&goal(key, line.above, Threads::of(line.replica), arrives(by[0])))
}

/// A replica's master comes to replicate from it, too.
///
/// # Errors
/// What went wrong; nothing is taken back yet.
pub fn co_master<D: Desk>(all: &mut Arranging<'_, D>, replica: &Look, master: &Look, by: By) -> Result<(), Stop> {
    let (key, above) = (&replica.key, &master.key);
    // What it had from somebody else is to be in the replica's log before its position there is read.
    let stands = all.halt(master)?;
    let from = match (by, stands.executed()) {
        (By::Gtid, Some(Reached::Oracle(_))) => From::OracleGtid,
        (By::Gtid, Some(has @ Reached::MariaDb(_))) => {
            all.wait(key, Condition::HasExecuted(has.to_string()))?;
            From::MariaDbGtid(Some(has.to_string()))
        }
        (By::Gtid, _) => {
            return Err(refused(format!("{above} does not tell what it has executed by GTID")));
        }
        (By::Position, _) => {
            all.wait(key, Condition::HasPassed(end(&stands)?))?;
            From::Coordinates(end(&all.look(key)?)?)
        }
    };
    let is_new = stands.channel().is_none();
    all.point(
        &stands,
        Pointing {
            master: key.clone(),
            from,
            login_of: is_new.then(|| key.clone()),
        },
    )?;
    all.start(&goal(above, key, Threads::BOTH, by == By::Gtid))
}

fn goal<'g>(key: &'g InstanceKey, master: &'g InstanceKey, threads: Threads, arrives: bool) -> Goal<'g> {
    Goal {
        key,
        master: Some(master),
        threads,
        arrives,
    }
}

fn as_it_is(master: &InstanceKey) -> Pointing {
    Pointing {
        master: master.clone(),
        from: From::AsItIs,
        login_of: None,
    }
}

fn by_position(master: &InstanceKey, at: Coordinates) -> Pointing {
    Pointing {
        from: From::Coordinates(at),
        ..as_it_is(master)
    }
}

/// Where a server's own binary log ends.
fn end(look: &Look) -> Result<Coordinates, Stop> {
    let end = &look.reading.binlog.end;
    match end.is_none() {
        true => Err(refused(format!(
            "where the binary log of {} ends is not known",
            look.key
        ))),
        false => Ok(end.clone()),
    }
}

/// How far a replica has come in its master's binary log.
fn place(look: &Look) -> Result<Coordinates, Stop> {
    let at = look.executed_file().cloned();
    at.ok_or_else(|| {
        let key = &look.key;
        refused(format!(
            "how far {key} has come in the binary log of its master is not known"
        ))
    })
}

/// Nobody wrote on a server that stands: what came behind its end would be missing below its master.
fn is_quiet<D: Desk>(all: &Arranging<'_, D>, key: &InstanceKey, end_before: &Coordinates) -> Result<(), Stop> {
    let now = end(&all.look(key)?)?;
    match now == *end_before {
        true => Ok(()),
        false => Err(refused(format!(
            "{key} stands, and its binary log has grown from {end_before} to {now}: somebody writes there, which its own \
             master has not"
        ))),
    }
}
