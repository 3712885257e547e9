//! A master is replaced because a person says so, whether it lives or not.

use super::context::Context;
use super::desk::{Desk, answer, ask_again, verdicts};
use super::failure::{Failure, Outcome};
use super::recover::{dry_run, register};
use super::takeover::{TAKES, changed_cluster, end_detections, exact, forced, only};
use super::{Body, Command};
use crate::args::{Arg, Given, Group, Take};
use crate::model::plan::Kind as PlanKind;
use crate::model::verdict::Action;
use crate::model::{Instance, InstanceKey};
use crate::recovery::office::{Came, Order};
use crate::report::answer::Answer;

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        Group::Recovery,
        "failover",
        "Replace a cluster's master, dead or alive",
        &[
            Take::Pos(Arg::Target),
            Take::Opt(Arg::Alias),
            Take::Opt(Arg::Instance),
            Take::Opt(Arg::Candidate),
            Take::Opt(Arg::NoHooks),
            Take::Opt(Arg::DryRun),
        ],
        Body::Runs(failover),
    )
    .modern_only()
    .explained(
        "The master counts as dead, whatever it says: it is made read-only where it can be reached, and is left so, and \
         one of its replicas takes its place. Downtimes, filters and earlier recoveries do not hold it. For a master that \
         is well, `takeover` loses nothing and brings it along. --dry-run prints the plan.\n\nPrints the new \
         master.\n\nExit status: 0 done, 1 failed, 5 held by another operation or by maintenance, 6 stopped midway, 7 \
         promoted and the old master still takes writes, 8 promoted and the old master could not be reached.",
    ),
    Command::new(
        Group::Recovery,
        "force-master-failover",
        "Replace a cluster's master, dead or alive, by the best of its replicas",
        TAKES,
        Body::Runs(force_master_failover),
    )
    .explained(
        "As `failover`. Prints the new master.\n\nExit status: 0 done, 1 failed, or promoted and the old master still takes \
         writes.",
    ),
    Command::new(
        Group::Recovery,
        "force-master-takeover",
        "Replace a cluster's writable master, dead or alive, by the destination",
        TAKES,
        Body::Runs(force_master_takeover),
    )
    .explained(
        "As `failover --candidate`. Prints the new master.\n\nExit status: 0 done, 1 failed, or promoted and the old master \
         still takes writes.",
    ),
];

fn failover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let candidate = given.text(Arg::Candidate);
    let named = candidate.map(|text| exact(context, text)).transpose()?;
    replace(context, given, "force-master-failover", named, &|_| true)
}

fn force_master_failover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    replace(context, given, "force-master-failover", None, &|_| true)
}

fn force_master_takeover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let text = given.text(Arg::Destination).ok_or_else(|| {
        Failure::usage(
            "Cannot deduce destination, the instance to promote in place of the master. Please provide with -d",
        )
    })?;
    let named = exact(context, text)?;
    let is_writable = |row: &Instance| !row.server.read_only;
    replace(context, given, "force-master-takeover", Some(named), &is_writable)
}

fn replace<'c>(
    context: &'c Context,
    given: &'c Given,
    command: &str,
    named: Option<InstanceKey>,
    is_meant: &dyn Fn(&Instance) -> bool,
) -> Outcome<Answer<'c>> {
    let cluster = changed_cluster(context, given)?;
    ask_again(context, Some(&cluster))?;
    let desk = Desk::new(context, given, given.is_on(Arg::NoHooks))?;
    let fleet = desk.fleet();
    let mut masters = fleet.masters(&cluster);
    masters.retain(|row| is_meant(row));
    let master = only(&cluster, &masters)?;
    if let Some(row) = named.as_ref().and_then(|named| fleet.get(named))
        && row.replication.master != master.key
    {
        return Err(Failure::failed(format!(
            "You may only promote a direct child of the master {}. The master of {} is {}.",
            master.key, row.key, row.replication.master
        )));
    }
    let was = verdicts(context, fleet, Some(&cluster))
        .iter()
        .find(|verdict| verdict.facts.key == master.key)
        .map_or(Action::None, |verdict| verdict.action);
    let mut order = Order {
        kind: PlanKind::DeadMaster,
        verdict: forced(context, fleet, master)?,
        named,
        forced: true,
        command: command.to_owned(),
        detection_id: 0,
    };
    if given.is_on(Arg::DryRun) || given.globals.noop {
        return desk.with(context, |office| dry_run(&desk, office, &order));
    }
    let came = desk.with(context, |office| -> Outcome<Came> {
        order.detection_id = register(context, office, &order)?;
        Ok(office.recover(&order)?)
    })?;
    if order.detection_id > 0 && !was.is_recovery() {
        end_detections(context, &came, &master.key)?;
    }
    answer(context, given, came)
}
