//! What commands that change several servers as one share: each server as it is now, and a plan carried out under the
//! cluster's lease, with a journal, or rehearsed.

use super::changing::{Hands, Rehearsed};
use super::desk::read_again;
use super::failure::{Failure, Kind, Outcome};
use crate::model::{Fleet, Instance, InstanceKey, Look};
use crate::recovery::aloud::Aloud;
use crate::recovery::arrangement::{Arranging, Matter, arrange};
use crate::recovery::course::Means;
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::heart::now_ms;
use crate::recovery::rehearsal::Rehearsal;
use crate::recovery::relocation::Failed;
use crate::recovery::steps::Manner;
use crate::topology::arrange::Party;
use crate::topology::relocate::Refusal;
use std::collections::HashSet;
use std::sync::atomic::Ordering;

/// A server as it is known and as it was just seen.
pub struct Server {
    /// As it is known.
    pub row: Instance,
    /// As it was just seen.
    pub look: Look,
}

impl Server {
    /// One that is known; it is asked.
    ///
    /// # Errors
    /// When it is not known, or does not answer.
    pub fn of(hands: &Hands<'_>, fleet: &Fleet, key: &InstanceKey) -> Outcome<Self> {
        let row = fleet.get(key).cloned();
        Ok(Self {
            look: hands.look(key)?,
            row: row.ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))?,
        })
    }

    /// For rules.
    pub fn party(&self) -> Party<'_> {
        Party {
            row: &self.row,
            look: &self.look,
        }
    }

    /// Its key.
    pub fn key(&self) -> &InstanceKey {
        &self.row.key
    }

    /// Its master by the name that it has there; nobody's where it has none.
    pub fn master(&self) -> InstanceKey {
        let channel = self.look.channel();
        channel.map(|channel| channel.status.master.clone()).unwrap_or_default()
    }
}

/// The command that is carried out.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Its name.
    pub name: &'static str,
    /// Why servers are locked meanwhile.
    pub reason: &'static str,
    /// Whom it is about.
    pub about: &'a Server,
    /// Every other server that is changed.
    pub also: &'a [&'a Server],
    /// Who else is to be read anew afterwards.
    pub beside: &'a [&'a InstanceKey],
}

/// Each way to arrange servers, whatever the desk.
pub trait Way {
    /// Does it.
    ///
    /// # Errors
    /// What went wrong; it is taken back then.
    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop>;
}

/// Carries it out, or rehearses it: then what would be told is answered.
///
/// # Errors
/// What held it or went wrong; then everything is as before, or it is said what is not.
pub fn carry_out(hands: &Hands<'_>, order: &Order<'_>, way: &impl Way) -> Outcome<Option<Vec<Rehearsed>>> {
    let (row, context) = (&order.about.row, hands.context);
    let matter = Matter {
        cluster: &row.cluster.name,
        about: &row.key,
        patience_ms: Manner::of(&context.config).catch_up_ms,
        at: context.now(),
    };
    let flag = hands.interruption();
    let is_interrupted = || flag.load(Ordering::Relaxed);
    if hands.rehearses {
        let also = order.also.iter().map(|server| &server.look);
        let seen: Vec<&Look> = also.chain([&order.about.look]).collect();
        let rehearsal = Rehearsal::of(&hands.servers, &seen);
        let means = Means {
            servers: &rehearsal,
            clock: &now_ms,
            is_interrupted: &is_interrupted,
            width: 1,
        };
        let desk = Aloud::new(&|_| {}, &|| None);
        arrange(&matter, means, desk, |all| way.go(all)).map_err(|failed| Failure::failed(failed.why))?;
        let lines = rehearsal.told().into_iter().map(|line| Rehearsed {
            key: line.key,
            step: line.change.to_string(),
            statements: line.statements,
        });
        return Ok(Some(lines.collect()));
    }
    hands.refuse_noop(order.name, &row.key)?;
    let claim = hands.claim(row)?;
    let mut locks = vec![hands.lock(&row.key, order.reason)?];
    for other in order.also {
        locks.push(hands.lock(other.key(), order.reason)?);
    }
    let book = hands.logbook(&claim)?;
    let log = hands.speaker();
    let say = |text: &str| log.info(text);
    let means = Means {
        servers: &hands.servers,
        clock: &now_ms,
        is_interrupted: &is_interrupted,
        width: 1,
    };
    let outcome = arrange(&matter, means, book.page(&say), |all| way.go(all));
    drop((book, locks, claim));
    let changed = order.also.iter().map(|server| server.key()).chain([&row.key]);
    let mut seen = HashSet::new();
    let anew = order.beside.iter().copied().chain(changed);
    // The inventory is to be right after a failure too.
    let read = read_again(
        context,
        anew.filter(|key| key.is_valid() && seen.insert(*key))
            .cloned()
            .collect(),
    );
    outcome.map_err(midway)?;
    read.map(|()| None)
}

/// A failure, midway where not everything could be taken back.
pub fn midway(failed: Failed) -> Failure {
    match failed.is_midway {
        false => Failure::failed(failed.why),
        true => Failure::new(Kind::Midway, failed.why).hint("`orchestrator recover --resume` takes back what is left"),
    }
}

/// A refusal with what helps.
pub fn refused(refusal: Refusal) -> Failure {
    let hint = Some(refusal.hint).filter(|hint| !hint.is_empty());
    Failure::failed(refusal.sentence).maybe_hint(hint)
}
