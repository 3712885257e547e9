//! Moving replicas: who is asked, which rule says how, and each carried out by itself under the cluster's lease.

use super::arranging::midway;
use super::changing::{Claim, Hands, Lock, Rehearsed};
use super::context::Context;
use super::desk::read_again;
use super::failure::{self, Failure, Outcome};
use crate::args::{Arg, Given};
use crate::model::gtid::OracleSet;
use crate::model::plan::Act;
use crate::model::{Fleet, Instance, InstanceKey, Look, Reached, Timestamp};
use crate::recovery::course::Means;
use crate::recovery::heart::now_ms;
use crate::recovery::relocation::{Failed, Transfer, transfer};
use crate::topology::descends_from;
use crate::topology::relocate::{Case, How, Wish, plan};
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// One command of this family.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it wishes.
    pub wish: Wish,
    /// Why a replica is locked meanwhile.
    pub reason: &'static str,
    /// What is written to the audit of each replica, before what it is about.
    pub audit: &'static str,
    /// What is written besides, of the whole.
    pub audit_of_all: &'static str,
}

/// A replica, and what kept it from being moved.
pub type Moved = (InstanceKey, Outcome<()>);

/// What came of it.
pub enum Worked {
    /// Nothing was changed.
    Rehearsed(Vec<Rehearsed>),
    /// Each replica.
    Done(Vec<Moved>),
}

/// What failed of several that are moved each by itself; each was told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toll {
    /// How many failed.
    pub count: usize,
    is_midway: bool,
}

impl Toll {
    /// Tells one more.
    pub fn tell(&mut self, context: &Context, key: &InstanceKey, failure: &Failure) {
        context.log.error(format!("{key}: {failure}"));
        failure.hints.iter().for_each(|hint| context.log.hint(hint));
        self.count += 1;
        self.is_midway |= failure.kind == failure::Kind::Midway;
    }

    /// Tells those of all.
    pub fn of(context: &Context, moved: &[(InstanceKey, Outcome<()>)]) -> Self {
        let mut toll = Self::default();
        for (key, outcome) in moved {
            let told = outcome.as_ref().err();
            told.into_iter().for_each(|failure| toll.tell(context, key, failure));
        }
        toll
    }

    /// That nothing was done at all.
    pub fn nothing(self, text: String) -> Failure {
        match self.is_midway {
            true => Failure::new(failure::Kind::Midway, text),
            false => Failure::failed(text),
        }
    }

    /// The exit status where something was done: that of the worst. The classic form tells failures only in words.
    pub fn status(self, given: &Given) -> u8 {
        match self.is_midway {
            _ if given.classic || self.count == 0 => 0,
            true => Failure::new(failure::Kind::Midway, "").status(false),
            false => 1,
        }
    }
}

/// A replica that may be moved.
struct Ready {
    row: Instance,
    look: Look,
    how: How,
    to: InstanceKey,
}

/// Moves replicas, as many at a time as is configured; each by itself.
///
/// # Errors
/// When none can be moved: the master does not answer, or a recovery is under way.
pub fn work(
    hands: &Hands<'_>,
    given: &Given,
    kind: &Kind,
    keys: Vec<InstanceKey>,
    to: &InstanceKey,
) -> Outcome<Worked> {
    let fleet = hands.fleet()?;
    let known = |key: &InstanceKey| {
        let row = fleet.get(key).cloned();
        row.ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))
    };
    // Replicas before masters: what they have is there too, if it came from there.
    let looks: Vec<_> = keys
        .iter()
        .map(|key| (key, known(key).and_then(|row| Ok((row, hands.look(key)?)))))
        .collect();
    let (master, master_look) = (known(to)?, hands.look(to)?);
    let obtainable = obtainable(hands, &fleet, &master_look);
    let (mut ready, mut done) = (Vec::new(), Vec::new());
    for (key, seen) in looks {
        let judged = seen.and_then(|(row, look)| {
            let case = Case {
                wish: kind.wish,
                replica: &row,
                replica_look: &look,
                master: &master,
                master_look: &master_look,
                obtainable: obtainable.as_ref(),
                is_below: descends_from(&fleet, to, key),
                forced: given.is_on(Arg::Anyway),
                policy: &hands.context.policy,
            };
            let how = plan(&case).map_err(|refusal| {
                let hint = Some(refusal.hint).filter(|hint| !hint.is_empty());
                Failure::failed(refusal.sentence).maybe_hint(hint)
            })?;
            // The master that it has keeps the name by which it is known there.
            let own = look.channel().map(|channel| channel.status.master.clone());
            let to = own.filter(|_| !how.moves).unwrap_or_else(|| to.clone());
            Ok(Ready { row, look, how, to })
        });
        match judged {
            Ok(one) => ready.push(one),
            Err(failure) => done.push((key.clone(), Err(failure))),
        }
    }
    if hands.rehearses {
        for (key, outcome) in done {
            outcome.inspect_err(|_| hands.context.log.error(format!("{key} is refused")))?;
        }
        return rehearse(hands, &ready, &master_look).map(Worked::Rehearsed);
    }
    let Some(first) = ready.first() else {
        return Ok(Worked::Done(done));
    };
    hands.refuse_noop(kind.name, &first.row.key)?;
    let claim = hands.claim(&first.row)?;
    let mut locked = Vec::new();
    for one in ready {
        match hands.lock(&one.row.key, kind.reason) {
            Ok(lock) => locked.push((one, lock)),
            Err(failure) => done.push((one.row.key, Err(failure))),
        }
    }
    let former = locked.iter().map(|(one, _)| one.row.replication.master.clone());
    let mut touched: Vec<InstanceKey> = former.collect();
    touched.extend(locked.iter().map(|(one, _)| one.row.key.clone()));
    let mut outcomes = move_all(hands, &claim, locked, &master_look)?;
    drop(claim);
    let mut anew = vec![to.clone()];
    anew.extend(touched);
    let mut seen = HashSet::new();
    anew.retain(|key| key.is_valid() && seen.insert(key.clone()));
    read_again(hands.context, anew)?;
    for (key, _) in outcomes.iter().filter(|(_, outcome)| outcome.is_ok()) {
        hands.context.audit(kind.audit, Some(key), &format!("{key} below {to}"));
    }
    done.append(&mut outcomes);
    done.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Worked::Done(done))
}

/// Carries the moves out; what came of each.
fn move_all(hands: &Hands<'_>, claim: &Claim, locked: Vec<(Ready, Lock)>, master: &Look) -> Outcome<Vec<Moved>> {
    let book = hands.logbook(claim)?;
    let (ready, locks): (Vec<Ready>, Vec<Lock>) = locked.into_iter().unzip();
    let width = usize::try_from(hands.context.config.max_concurrent_replica_operations);
    let (width, outcomes) = (width.unwrap_or(1).clamp(1, ready.len().max(1)), Mutex::new(Vec::new()));
    let waiting = Mutex::new(ready.iter());
    // What threads share of the hands; the inventory stays here.
    let (servers, flag, log) = (&hands.servers, hands.interruption(), hands.speaker());
    let at = hands.context.now();
    let go = || {
        let say = |text: &str| log.info(text);
        let is_interrupted = || flag.load(Ordering::Relaxed);
        loop {
            let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
            let Some(one) = next else { return };
            let task = task(one, master, at);
            let means = Means {
                servers,
                clock: &now_ms,
                is_interrupted: &is_interrupted,
                width: 1,
            };
            let outcome = transfer(&task, means, book.page(&say));
            if let Ok(mut outcomes) = outcomes.lock() {
                outcomes.push((one.row.key.clone(), outcome));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..width {
            let _ = std::thread::Builder::new().spawn_scoped(scope, go);
        }
        go();
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What is left is taken back by whoever finds the journal.
    let is_left = |(_, outcome): &(_, Result<(), Failed>)| outcome.as_ref().is_err_and(|failed| failed.is_midway);
    if !outcomes.iter().any(is_left)
        && let Err(error) = book.close("carried to its end")
    {
        hands.context.log.error(error);
    }
    drop(locks);
    let told = outcomes
        .into_iter()
        .map(|(key, outcome)| (key, outcome.map_err(midway)));
    Ok(told.collect())
}

fn task<'a>(one: &'a Ready, master: &'a Look, at: Timestamp) -> Transfer<'a> {
    Transfer {
        cluster: &one.row.cluster.name,
        replica: &one.look,
        master,
        to: one.to.clone(),
        start: one.how.start,
        at,
    }
}

/// What would be told, as the servers stand now.
fn rehearse(hands: &Hands<'_>, ready: &[Ready], master: &Look) -> Outcome<Vec<Rehearsed>> {
    let mut all = Vec::new();
    for one in ready {
        let task = task(one, master, hands.context.now());
        let mut steps = task.stopping();
        steps.extend(task.following(&one.look).map_err(Failure::failed)?);
        let told = steps.into_iter().filter_map(|step| match step.act {
            Act::Tell(change) => Some((step.target, change)),
            _ => None,
        });
        hands.say(&format!("{}: {}", one.row.key, one.how.rule));
        all.extend(hands.rehearse(&told.collect::<Vec<_>>())?);
    }
    Ok(all)
}

/// What a master has, has received, or can get from its own masters. Of one that does not answer counts what is known.
pub fn obtainable(hands: &Hands<'_>, fleet: &Fleet, master: &Look) -> Option<Reached> {
    let mut sum = master.received()?;
    let mut seen = HashSet::from([master.key.clone()]);
    let mut next = fleet.get(&master.key).map(|row| row.upstream().clone());
    while let Some(row) = next.and_then(|key| fleet.get(&key)) {
        if !seen.insert(row.key.clone()) {
            break;
        }
        let has = match hands.look(&row.key) {
            Ok(look) => look.received(),
            Err(_) => {
                (!row.gtid.executed.is_empty()).then(|| Reached::Oracle(OracleSet::parse_lossy(&row.gtid.executed).0))
            }
        };
        sum = has.and_then(|has| sum.merged(&has)).unwrap_or(sum);
        next = Some(row.upstream().clone());
    }
    Some(sum)
}
