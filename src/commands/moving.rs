//! Moving replicas: who is asked, which rule says how, and each carried out by itself under the cluster's lease.

use super::arranging::{self, Server, changed, midway, read_anew};
use super::changing::{Claim, Hands, Lock, Rehearsed};
use super::context::Context;
use super::failure::{self, Failure, Outcome};
use super::lineage::Lineage;
use crate::args::{Arg, Given};
use crate::model::plan::Act;
use crate::model::{Instance, InstanceKey, Look, Timestamp};
use crate::recovery::course::Means;
use crate::recovery::heart::now_ms;
use crate::recovery::relocation::{Failed, Transfer, transfer};
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
    /// Nothing was changed: what would be told, and who would be refused.
    Rehearsed(Vec<Rehearsed>, Vec<Moved>),
    /// Each replica.
    Done(Vec<Moved>),
}

impl Worked {
    /// What became of the only replica: what would be told, where it was rehearsed.
    ///
    /// # Errors
    /// What kept it from being moved.
    pub fn of_one(self) -> Outcome<Option<Vec<Rehearsed>>> {
        let (steps, mut outcomes) = self.of_several();
        outcomes.pop().map_or(Ok(()), |(_, outcome)| outcome).map(|()| steps)
    }

    /// What would be told, where it was rehearsed, and what became of each replica, or of those that would be refused.
    pub fn of_several(self) -> (Option<Vec<Rehearsed>>, Vec<Moved>) {
        match self {
            Self::Rehearsed(steps, refused) => (Some(steps), refused),
            Self::Done(moved) => (None, moved),
        }
    }
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

/// Replicas and whom they are to follow, as all stand now.
struct Judged {
    ready: Vec<Ready>,
    refused: Vec<Moved>,
    master: Server,
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
    work_while(hands, given, kind, keys, to, &|| Ok(()))
}

/// As [`work`], where `still` says, once the cluster is ours, whether the command means the same replicas and master as
/// before.
///
/// # Errors
/// What `still` says, and as [`work`].
pub fn work_while(
    hands: &Hands<'_>,
    given: &Given,
    kind: &Kind,
    keys: Vec<InstanceKey>,
    to: &InstanceKey,
    still: &dyn Fn() -> Outcome<()>,
) -> Outcome<Worked> {
    let Judged {
        ready: seen,
        refused: mut done,
        master,
    } = judge(hands, given, kind, &keys, to)?;
    if hands.rehearses {
        return Ok(rehearse(hands, &seen, done, &master.look));
    }
    let Some(first) = seen.first() else {
        return Ok(Worked::Done(done));
    };
    hands.refuse_noop(kind.name, &first.row.key)?;
    let claims = claim(hands, &first.row, &master.row)?;
    let (mut keys, mut locks) = (Vec::new(), Vec::new());
    for one in &seen {
        let lock = hands.lock(&one.row.key, kind.reason).and_then(|lock| {
            locks.push(lock);
            hands.read(one.row.key.clone())
        });
        match lock {
            Ok(_) => keys.push(one.row.key.clone()),
            Err(failure) => done.push((one.row.key.clone(), Err(failure))),
        }
    }
    if keys.is_empty() {
        return Ok(Worked::Done(done));
    }
    // Whoever had the cluster until now may have changed what was judged.
    still()?;
    hands.read(to.clone())?;
    let again = judge(hands, given, kind, &keys, to)?;
    if again.master.row.cluster.name != master.row.cluster.name {
        return Err(changed(to));
    }
    done.extend(again.refused);
    let (ready, strayed): (Vec<Ready>, Vec<Ready>) = again
        .ready
        .into_iter()
        .partition(|one| seen.iter().any(|then| one.stands_as(then)));
    done.extend(strayed.into_iter().map(|one| {
        let failure = changed(&one.row.key);
        (one.row.key, Err(failure))
    }));
    if ready.is_empty() {
        return Ok(Worked::Done(done));
    }
    let former = ready.iter().map(|one| one.row.replication.master.clone());
    let mut touched: Vec<InstanceKey> = former.collect();
    touched.extend(ready.iter().map(|one| one.row.key.clone()));
    let mut outcomes = move_all(hands, &claims.0, (ready, locks), &again.master.look)?;
    drop(claims);
    let mut anew = vec![to.clone()];
    anew.extend(touched);
    let mut seen = HashSet::new();
    anew.retain(|key| key.is_valid() && seen.insert(key.clone()));
    read_anew(hands.context, anew);
    for (key, _) in outcomes.iter().filter(|(_, outcome)| outcome.is_ok()) {
        hands.context.audit(kind.audit, Some(key), &format!("{key} below {to}"));
    }
    done.append(&mut outcomes);
    done.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Worked::Done(done))
}

impl Ready {
    fn master(&self) -> Option<&InstanceKey> {
        self.look.channel().map(|channel| &channel.status.master)
    }

    /// The same replica, in the same place.
    fn stands_as(&self, then: &Self) -> bool {
        let is_same = self.row.key == then.row.key && self.row.cluster.name == then.row.cluster.name;
        is_same && self.master() == then.master()
    }
}

/// The lease of the cluster, and where somebody is to follow a server of another one, of that one, too: each could come
/// below the other at the same time.
fn claim(hands: &Hands<'_>, replica: &Instance, master: &Instance) -> Outcome<(Claim, Option<Claim>)> {
    let (own, other) = (&replica.cluster.name, &master.cluster.name);
    if own == other || other.is_empty() {
        return Ok((hands.claim(replica)?, None));
    }
    // In one order, so that two commands never wait for each other.
    if own < other {
        return Ok((hands.claim(replica)?, Some(hands.claim(master)?)));
    }
    let theirs = hands.claim(master)?;
    Ok((hands.claim(replica)?, Some(theirs)))
}

/// How each replica comes below the master, or why not.
fn judge(hands: &Hands<'_>, given: &Given, kind: &Kind, keys: &[InstanceKey], to: &InstanceKey) -> Outcome<Judged> {
    let fleet = hands.fleet()?;
    // Replicas before masters: what they have is there too, if it came from there.
    let looks: Vec<_> = keys.iter().map(|key| (key, Server::of(hands, &fleet, key))).collect();
    let master = Server::of(hands, &fleet, to)?;
    let lineage = Lineage::of(hands, &fleet, &master.look);
    let (mut ready, mut refused) = (Vec::new(), Vec::new());
    for (key, seen) in looks {
        let judged = seen.and_then(|Server { row, look }| {
            let case = Case {
                wish: kind.wish,
                replica: &row,
                replica_look: &look,
                master: &master.row,
                master_look: &master.look,
                obtainable: lineage.obtainable.as_ref(),
                is_below: lineage.holds(&fleet, key),
                forced: given.is_on(Arg::Anyway),
                policy: &hands.context.policy,
            };
            let how = plan(&case).map_err(arranging::refused)?;
            // The master that it has keeps the name by which it is known there.
            let own = look.channel().map(|channel| channel.status.master.clone());
            let to = own.filter(|_| !how.moves).unwrap_or_else(|| to.clone());
            Ok(Ready { row, look, how, to })
        });
        match judged {
            Ok(one) => ready.push(one),
            Err(failure) => refused.push((key.clone(), Err(failure))),
        }
    }
    Ok(Judged { ready, refused, master })
}

/// Carries the moves out; what came of each.
fn move_all(
    hands: &Hands<'_>,
    claim: &Claim,
    (ready, locks): (Vec<Ready>, Vec<Lock>),
    master: &Look,
) -> Outcome<Vec<Moved>> {
    let book = hands.logbook(claim)?;
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

/// What would be told, as the servers stand now. One that cannot be moved keeps no other.
fn rehearse(hands: &Hands<'_>, ready: &[Ready], mut refused: Vec<Moved>, master: &Look) -> Worked {
    let mut all = Vec::new();
    for one in ready {
        match rehearse_one(hands, one, master) {
            Ok(steps) => {
                hands.say(&format!("{}: {}", one.row.key, one.how.rule));
                all.extend(steps);
            }
            Err(failure) => refused.push((one.row.key.clone(), Err(failure))),
        }
    }
    Worked::Rehearsed(all, refused)
}

fn rehearse_one(hands: &Hands<'_>, one: &Ready, master: &Look) -> Outcome<Vec<Rehearsed>> {
    let task = task(one, master, hands.context.now());
    let mut steps = task.stopping();
    steps.extend(task.following(&one.look).map_err(Failure::failed)?);
    let told = steps.into_iter().filter_map(|step| match step.act {
        Act::Tell(change) => Some((step.target, change)),
        _ => None,
    });
    hands.rehearse(&told.collect::<Vec<_>>())
}
