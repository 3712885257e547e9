//! A former master comes back as a replica of whoever took its place.

use super::context::Context;
use super::desk::{Desk, answer, ask_again, verdicts};
use super::failure::{Failure, Kind, Outcome};
use super::takeover::exact;
use super::{Body, Command};
use crate::args::{Arg, Given, Group, Take};
use crate::inventory::{FenceState, RecoveriesOf};
use crate::model::plan::Kind as PlanKind;
use crate::model::verdict::Verdict;
use crate::model::{Fleet, Instance, InstanceKey, Look};
use crate::recovery::condition::identity;
use crate::recovery::ended::Outcome as Ended;
use crate::recovery::failover::look_at;
use crate::recovery::office::{Came, Office, Order};
use crate::recovery::rejoin::{may_follow, planned};
use crate::recovery::steps::Manner;
use crate::recovery::write_ledger;
use crate::report::answer::Answer;
use crate::report::plan as printed;
use serde_json::Value;
use std::time::Duration;

/// How long reading a replication login may take.
const LOGIN: Duration = Duration::from_secs(2);

/// More successors of successors than these are a circle.
const LONGEST: usize = 1_000;

pub(super) const COMMANDS: &[Command] = &[Command::new(
    Group::Recovery,
    "rejoin",
    "Bring a former master back as a replica of its successor",
    &[
        Take::Pos(Arg::Instance),
        Take::Opt(Arg::Destination),
        Take::Opt(Arg::DryRun),
    ],
    Body::Runs(rejoin),
)
.modern_only()
.explained(
    "The successor is the one of the instance's last recovery, or of the recoveries that followed it; without any, the \
     master of the instance's cluster, or whoever took that one's place; or the destination. The instance refuses writes from then on and replicates, and \
     its downtime ends. Where it has transactions that the master never had, or lacks some that the master has purged, \
     they are named and nothing is changed: such a server is to be built anew. --dry-run prints the plan.\n\nExit status: \
     0 done, 1 refused or failed, 4 it replicates already, 5 held by another operation.",
)];

fn rejoin<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let text = given
        .text(Arg::Instance)
        .ok_or_else(|| Failure::usage("no instance given: write HOST[:PORT]"))?;
    let old = exact(context, text)?;
    let destination = given.text(Arg::Destination);
    let named = destination.map(|text| exact(context, text)).transpose()?;
    let supposed = match &named {
        Some(named) => named.clone(),
        None => successor_of(context, &old)?,
    };
    for key in [&supposed, &old] {
        let cluster = context.fleet()?.get(key).map(|row| row.cluster.name.clone());
        ask_again(context, cluster.as_deref())?;
    }
    let desk = Desk::new(context, given, true)?;
    let fleet = desk.fleet();
    let master = match named {
        Some(named) => named,
        None => top_of(fleet, &supposed)?,
    };
    if master == old {
        return Err(Failure::new(
            Kind::NothingToDo,
            format!("{old} is the master of its cluster; there is nobody whom it could rejoin"),
        ));
    }
    let row = known(fleet, &old)?;
    let order = Order {
        kind: PlanKind::Rejoin,
        verdict: about(context, fleet, row, known(fleet, &master)?)?,
        named: None,
        forced: true,
        command: String::new(),
        detection_id: 0,
    };
    desk.with(context, |office| {
        let keys = [old.clone(), master.clone()];
        let seen = look_at(&office.means(&Manner::of(&office.around.config)), &keys);
        let look = |key: &InstanceKey| {
            let why = || seen.silent.get(key).map(ToString::to_string).unwrap_or_default();
            let look = seen.looks.get(key);
            look.ok_or_else(|| Failure::failed(format!("{key} cannot be reached: {}", why())))
        };
        let (own, theirs) = (look(&old)?, look(&master)?);
        if theirs.reading.server.read_only {
            return Err(Failure::failed(format!(
                "{master} is read-only: it is not the master that {old} could rejoin"
            )));
        }
        may_follow(own, theirs).map_err(Failure::failed)?;
        let is_dry = given.is_on(Arg::DryRun) || given.globals.noop;
        if replicates(own, &master) {
            return already(context, &old, &master, is_dry);
        }
        borrow_login(&desk, office, own, &master)?;
        if is_dry {
            return Ok(dry_run(office, &order, own, &master));
        }
        tell_losses(context, &desk, own)?;
        let came = office.rejoin(&order, &master)?;
        if let Came::Ended(done) = &came
            && done.ended.outcome == Ended::Promoted
        {
            end_fences(context, &old)?;
        }
        answer(context, given, came)
    })
}

/// Who took an instance's place, and in turn that one's. Where nobody did, the same of the top of its cluster: of one that
/// was lost in a failover that is the master that failed.
fn successor_of(context: &Context, old: &InstanceKey) -> Outcome<InstanceKey> {
    let successor = last_successor(context, old)?;
    if successor != *old {
        return Ok(successor);
    }
    last_successor(context, &top_of(context.fleet()?, old)?)
}

/// The last of those who took the place of an instance one after the other; itself where nobody did.
fn last_successor(context: &Context, first: &InstanceKey) -> Outcome<InstanceKey> {
    let (inventory, mut at, mut after) = (context.inventory()?, first.clone(), 0);
    for _ in 0..LONGEST {
        let recoveries = inventory.recoveries(RecoveriesOf::Instance(&at), u32::MAX, 0)?;
        let next = recoveries
            .iter()
            .find(|recovery| recovery.id > after && recovery.is_successful)
            .and_then(|recovery| Some((recovery.id, recovery.successor.clone()?)));
        let Some((id, successor)) = next else { break };
        (at, after) = (successor, id);
    }
    Ok(at)
}

/// The master of the cluster that an instance is in.
fn top_of(fleet: &Fleet, key: &InstanceKey) -> Outcome<InstanceKey> {
    let row = known(fleet, key)?;
    let masters = fleet.masters(&row.cluster.name);
    let top = masters.first().map(|master| master.key.clone());
    top.ok_or_else(|| {
        Failure::failed(format!(
            "nobody is known to be the master of cluster {}",
            row.cluster.name
        ))
        .hint("name it with -d")
    })
}

fn known<'f>(fleet: &'f Fleet, key: &InstanceKey) -> Outcome<&'f Instance> {
    fleet
        .get(key)
        .ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))
}

/// What is recorded of it: the cluster that it comes back to is claimed.
fn about(context: &Context, fleet: &Fleet, old: &Instance, master: &Instance) -> Outcome<Verdict> {
    let all = verdicts(context, fleet, None);
    let found = |key: &InstanceKey| all.iter().find(|verdict| verdict.facts.key == *key).cloned();
    let cluster = found(&master.key).map(|verdict| verdict.facts.cluster);
    let own = found(&old.key).or_else(|| found(&master.key));
    let mut verdict = own.ok_or_else(|| {
        Failure::new(
            Kind::Held,
            format!("{} and {} are not judged: they are under maintenance, or RecoveryIgnoreHostnameFilters leaves them out", old.key, master.key),
        )
    })?;
    verdict.facts.key = old.key.clone();
    verdict.facts.cluster = cluster.unwrap_or_default();
    verdict.facts.cluster.name.clone_from(&master.cluster.name);
    Ok(verdict)
}

fn replicates(look: &Look, master: &InstanceKey) -> bool {
    let channel = look.channel().filter(|_| look.reading.server.read_only);
    channel.is_some_and(|channel| {
        let status = &channel.status;
        status.master == *master && status.io_running && status.sql_running
    })
}

/// It replicates already: all that may be left is to say that it is in order.
fn already<'c>(context: &'c Context, old: &InstanceKey, master: &InstanceKey, is_dry: bool) -> Outcome<Answer<'c>> {
    let ended = !is_dry && context.inventory()?.end_downtime(old)?;
    if !is_dry && (end_fences(context, old)? || ended) {
        context
            .log
            .info(format!("{old} replicates already; its downtime is ended"));
        return Ok(Answer::line(format!("{old}<{master}")));
    }
    Err(Failure::new(
        Kind::NothingToDo,
        format!("{old} replicates from {master} already"),
    ))
}

/// Whoever has never been a replica needs somebody's replication login, which is asked for before anything is changed.
fn borrow_login(desk: &Desk, office: &Office<'_>, old: &Look, master: &InstanceKey) -> Outcome<()> {
    if old.channel().is_some() {
        return Ok(());
    }
    let lender = office.lender(&old.key, master);
    desk.servers().learn_login(&lender, LOGIN).map_err(|why| {
        Failure::failed(format!(
            "{} could not be made a replica, for nobody lends it a replication login: {why}",
            old.key
        ))
    })
}

fn dry_run<'c>(office: &Office<'_>, order: &Order, old: &Look, master: &InstanceKey) -> Answer<'c> {
    let (manner, lender) = (Manner::of(&office.around.config), office.lender(&old.key, master));
    let plan = planned(&office.coming_back(order, master, &lender, &manner), old);
    let (text, data) = (printed::plan(&plan, &[]), serde_json::to_value(&plan));
    Answer::new(move || text, move || data.unwrap_or(Value::Null))
}

/// What it had that its successor has not is written down as long as it can be seen: it replicates afterwards.
fn tell_losses(context: &Context, desk: &Desk, old: &Look) -> Outcome<()> {
    let (inventory, is) = (context.inventory()?, identity(old));
    for fence in inventory.wanted_fences()?.iter().filter(|fence| fence.key == old.key) {
        let known = Some(is.as_str());
        if let Some(lost) = write_ledger(inventory, desk.servers(), &fence.uid, (&old.key, known), context.now())? {
            context.log.warn(format!("{}: {lost}", old.key));
        }
    }
    Ok(())
}

/// It refuses writes now, so nobody has to look out for it any more. Whether somebody had.
fn end_fences(context: &Context, old: &InstanceKey) -> Outcome<bool> {
    let inventory = context.inventory()?;
    let mut any = false;
    for fence in inventory.wanted_fences()?.iter().filter(|fence| fence.key == *old) {
        any |= inventory.fence_done(old, &fence.uid, FenceState::Fenced, "", context.now())?;
    }
    Ok(any)
}
