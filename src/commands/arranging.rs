//! What commands that change several servers as one share: each server as it is now, and a plan carried out under the
//! cluster's lease, with a journal, or rehearsed.

use super::changing::{Hands, Rehearsed};
use super::context::Context;
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
#[derive(Clone)]
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
pub struct Order {
    /// Its name.
    pub name: &'static str,
    /// Why servers are locked meanwhile.
    pub reason: &'static str,
}

/// Each way to arrange servers as they were seen, whatever the desk.
pub trait Way {
    /// Whom it is about.
    fn about(&self) -> &Server;

    /// Every other server that is changed.
    fn also(&self) -> Vec<&Server>;

    /// Who else is to be read anew afterwards.
    fn beside(&self) -> Vec<InstanceKey>;

    /// Does it.
    ///
    /// # Errors
    /// What went wrong; it is taken back then.
    fn go<D: Desk>(&self, all: &mut Arranging<'_, D>) -> Result<(), Stop>;
}

/// What came of it.
pub enum Carried<W> {
    /// Nothing was changed: what would be told.
    Rehearsed(Vec<Rehearsed>),
    /// It is done, with the servers as they were when the cluster was ours.
    Done(W),
}

/// Carries it out, or rehearses it: then what would be told is answered. Once the cluster is ours everything is looked at
/// and judged by `again`, since whoever had it until then may have changed what was judged before.
///
/// # Errors
/// What held it or went wrong; then everything is as before, or it is said what is not.
pub fn carry_out<W: Way>(
    hands: &Hands<'_>,
    order: Order,
    seen: W,
    again: impl FnOnce() -> Outcome<W>,
) -> Outcome<Carried<W>> {
    if hands.rehearses {
        return rehearse(hands, &seen).map(Carried::Rehearsed);
    }
    let (row, context) = (&seen.about().row, hands.context);
    hands.refuse_noop(order.name, &row.key)?;
    let claim = hands.claim(row)?;
    let mut locks = vec![hands.lock(&row.key, order.reason)?];
    for other in seen.also() {
        locks.push(hands.lock(other.key(), order.reason)?);
    }
    let way = again()?;
    unchanged(&seen, &way)?;
    let book = hands.logbook(&claim)?;
    let log = hands.speaker();
    let say = |text: &str| log.info(text);
    let flag = hands.interruption();
    let is_interrupted = || flag.load(Ordering::Relaxed);
    let means = Means {
        servers: &hands.servers,
        clock: &now_ms,
        is_interrupted: &is_interrupted,
        width: 1,
    };
    let outcome = arrange(&matter(hands, way.about()), means, book.page(&say), |all| way.go(all));
    drop((book, locks, claim));
    let mut anew = way.beside();
    anew.extend(way.also().iter().map(|server| server.key().clone()));
    anew.push(way.about().key().clone());
    let mut met = HashSet::new();
    anew.retain(|key| key.is_valid() && met.insert(key.clone()));
    // The inventory is to be right after a failure too.
    read_anew(context, anew);
    outcome.map_err(midway)?;
    Ok(Carried::Done(way))
}

/// Reads servers that were changed, so that the inventory is right at once. They are changed whatever becomes of it: what
/// it says is told.
pub fn read_anew(context: &Context, keys: Vec<InstanceKey>) {
    if let Err(failure) = read_again(context, keys) {
        let text = format!("the inventory does not know yet what was changed: {failure}");
        context.log.error(text);
        failure.hints.iter().for_each(|hint| context.log.hint(hint));
    }
}

fn matter<'a>(hands: &Hands<'_>, about: &'a Server) -> Matter<'a> {
    Matter {
        cluster: &about.row.cluster.name,
        about: &about.row.key,
        patience_ms: Manner::of(&hands.context.config).catch_up_ms,
        at: hands.context.now(),
    }
}

fn rehearse(hands: &Hands<'_>, way: &impl Way) -> Outcome<Vec<Rehearsed>> {
    let seen: Vec<&Look> = servers(way).map(|server| &server.look).collect();
    let rehearsal = Rehearsal::of(&hands.servers, &seen);
    let flag = hands.interruption();
    let is_interrupted = || flag.load(Ordering::Relaxed);
    let means = Means {
        servers: &rehearsal,
        clock: &now_ms,
        is_interrupted: &is_interrupted,
        width: 1,
    };
    let desk = Aloud::new(&|_| {}, &|| None);
    let matter = matter(hands, way.about());
    arrange(&matter, means, desk, |all| way.go(all)).map_err(|failed| Failure::failed(failed.why))?;
    let lines = rehearsal.told().into_iter().map(|line| Rehearsed {
        key: line.key,
        step: line.change.to_string(),
        statements: line.statements,
    });
    Ok(lines.collect())
}

/// Every server that is changed, whom it is about first.
fn servers<W: Way>(way: &W) -> impl Iterator<Item = &Server> {
    [way.about()].into_iter().chain(way.also())
}

/// Whether a command means the same servers as before, and they stand in the same place.
///
/// # Errors
/// Which one somebody else has changed.
pub fn unchanged<W: Way>(then: &W, now: &W) -> Outcome<()> {
    let is_same = |one: &Server, other: &Server| {
        let place = |server: &Server| (server.key().clone(), server.master(), server.row.cluster.name.clone());
        place(one) == place(other)
    };
    if let Some((one, _)) = servers(then)
        .zip(servers(now))
        .find(|(one, other)| !is_same(one, other))
    {
        return Err(changed(one.key()));
    }
    match then.beside() == now.beside() && then.also().len() == now.also().len() {
        true => Ok(()),
        false => Err(changed(then.about().key())),
    }
}

/// That somebody else has changed a server since it was judged.
pub fn changed(key: &InstanceKey) -> Failure {
    Failure::failed(format!(
        "somebody else changed {key} meanwhile: this command has changed nothing there"
    ))
    .hint("look at the cluster, and give the command again where it is still wanted")
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
