//! A living master hands over to one of its replicas.

use super::context::Context;
use super::desk::{Desk, answer, ask_again, held, left_midway};
use super::failure::{Failure, Kind, Outcome};
use super::recover::register;
use super::target::{cluster, find, key_of};
use super::{Body, Command};
use crate::analysis::{Request, analyse};
use crate::args::{Arg, Given, Group, Take};
use crate::config::{NameFilters, Policy};
use crate::inventory::Left;
use crate::model::plan::Kind as PlanKind;
use crate::model::recovery::HeldBy;
use crate::model::verdict::{Action, Code, Verdict};
use crate::model::{Fleet, Instance, InstanceKey, Look};
use crate::recovery::consent::{Asked, Consent, may_hand_over};
use crate::recovery::ended::Outcome as Ended;
use crate::recovery::failover::{Seen, look_at};
use crate::recovery::office::{Came, Office, Order};
use crate::recovery::steps::Manner;
use crate::recovery::takeover::{Handover, Refuse, login_of, planned};
use crate::report::answer::Answer;
use crate::report::plan as printed;
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;

/// The classic commands' arguments.
pub(super) const TAKES: &[Take] = &[
    Take::Pos(Arg::Target),
    Take::Opt(Arg::Alias),
    Take::Opt(Arg::Instance),
    Take::Opt(Arg::Destination),
];

/// How long reading a replication login may take.
const LOGIN: Duration = Duration::from_secs(2);

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        Group::Recovery,
        "takeover",
        "Have a living master hand over to one of its replicas",
        &[
            Take::Pos(Arg::Target),
            Take::Opt(Arg::Alias),
            Take::Opt(Arg::Instance),
            Take::Opt(Arg::To),
            Take::Opt(Arg::Auto),
            Take::Opt(Arg::Force),
            Take::Opt(Arg::DryRun),
            Take::Opt(Arg::NoHooks),
        ],
        Body::Runs(takeover),
    )
    .modern_only()
    .explained(
        "The servers are asked first, and every reason against it is told before anything is changed. The old master \
         refuses writes, the successor applies the last of them and takes writes, and all others, the old master \
         included, replicate from it. Whatever fails before the successor takes writes is taken back: the old master \
         takes writes as before. Where writes under way keep the old master from becoming read-only for longer than a \
         second, that is given up; --force ends the client sessions instead. --force also goes on where the replication \
         login for the old master cannot be read. --dry-run prints the plan.\n\nPrints the new master.\n\nExit status: 0 \
         done, 1 refused, or failed and taken back, 5 held by another operation or by maintenance, 6 stopped midway.",
    ),
    Command::new(
        Group::Recovery,
        "graceful-master-takeover",
        "Have a living master hand over to its only replica, or to the destination",
        TAKES,
        Body::Runs(graceful),
    )
    .explained(
        "As `takeover`, but the old master's replication is set up and left stopped. Prints two lines: the new master, and \
         where its binary log stood when it took over.\n\nExit status: 0 done, 1 refused, or failed and taken back.",
    ),
    Command::new(
        Group::Recovery,
        "graceful-master-takeover-auto",
        "Have a living master hand over to the destination, or to the best of its replicas",
        TAKES,
        Body::Runs(graceful_auto),
    )
    .explained(
        "As `takeover --auto`. Prints two lines: the new master, and where its binary log stood when it took over.\n\nExit \
         status: 0 done, 1 refused, or failed and taken back.",
    ),
];

/// What differs between the three commands.
struct Wish<'g> {
    to: Option<&'g str>,
    chooses: bool,
    starts_old_master: bool,
    is_forced: bool,
    command: &'static str,
}

fn takeover<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    hand_over(
        context,
        given,
        &Wish {
            to: given.text(Arg::To),
            chooses: given.is_on(Arg::Auto),
            starts_old_master: true,
            is_forced: given.is_on(Arg::Force),
            command: "graceful-master-takeover",
        },
    )
}

fn graceful<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    classic(context, given, false)
}

fn graceful_auto<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    classic(context, given, true)
}

fn classic<'c>(context: &'c Context, given: &'c Given, is_auto: bool) -> Outcome<Answer<'c>> {
    let wish = Wish {
        to: given.text(Arg::Destination),
        chooses: is_auto,
        starts_old_master: is_auto,
        is_forced: false,
        command: "graceful-master-takeover",
    };
    hand_over(context, given, &wish)
}

fn hand_over<'c>(context: &'c Context, given: &'c Given, wish: &Wish<'_>) -> Outcome<Answer<'c>> {
    let named = wish.to.map(|text| exact(context, text)).transpose()?;
    let cluster = changed_cluster(context, given)?;
    ask_again(context, Some(&cluster))?;
    let desk = Desk::new(context, given, given.is_on(Arg::NoHooks))?;
    let fleet = desk.fleet();
    let master = only(&cluster, &fleet.masters(&cluster))?;
    let order = Order {
        kind: PlanKind::Takeover,
        verdict: forced(context, fleet, master)?,
        named: named.clone(),
        forced: true,
        command: wish.command.to_owned(),
        detection_id: 0,
    };
    let dry = given.is_on(Arg::DryRun) || given.globals.noop;
    desk.with(context, |office| {
        let asked = Asked {
            master: &master.key,
            named: named.as_ref(),
            chooses: wish.chooses,
            fleet,
            policy: &context.policy,
            now: context.now(),
        };
        // Once without a claim, so that what is refused leaves no record.
        let seen = look(office, &master.key);
        let consent = may_hand_over(&asked, &seen).map_err(Failure::failed)?;
        if let Some(look) = seen.looks.get(&master.key) {
            lent(&desk, look, &consent, wish.is_forced, &|_| {}).map_err(Failure::failed)?;
        }
        for note in &consent.notes {
            context.log.info(note);
        }
        let asked = Asked {
            named: Some(&consent.successor),
            ..asked
        };
        let refuse = |look: &Look, seen: &Seen| {
            let consent = may_hand_over(&asked, seen)?;
            for (key, why) in &consent.left {
                (office.around.say)(&format!("{key} is in downtime and stays below {}: {why}", master.key));
            }
            lent(&desk, look, &consent, wish.is_forced, &*office.around.say)
        };
        if dry {
            return dry_run(office, &order, &consent, wish, &refuse, &seen);
        }
        let detection = Cell::new(0);
        let detect = || {
            let registered = register(context, office, &order);
            registered
                .map(|id| detection.set(id))
                .map_err(|failure| failure.to_string())
        };
        let came = office.take_over(
            &order,
            &consent.successor,
            wish.is_forced,
            wish.starts_old_master,
            &refuse,
            &detect,
        )?;
        if detection.get() > 0 {
            end_detections(context, &came, &master.key)?;
        }
        answer(context, given, came)
    })
}

fn look(office: &Office<'_>, master: &InstanceKey) -> Seen {
    let mut everybody = office.replicas_of(master);
    everybody.push(master.clone());
    look_at(&office.means(&Manner::of(&office.around.config)), &everybody)
}

/// Who follows the successor, the first of them one whose replication login is known from now on.
fn lent(
    desk: &Desk,
    master: &Look,
    consent: &Consent,
    is_forced: bool,
    say: &dyn Fn(&str),
) -> Result<Vec<InstanceKey>, String> {
    let learn = |key: &InstanceKey| desk.servers().learn_login(key, LOGIN);
    let mut follows = consent.follows.clone();
    let first = learn(login_of(&consent.successor, &follows));
    let Err(why) = first else { return Ok(follows) };
    if let Some(at) = follows.iter().skip(1).position(|key| learn(key).is_ok()) {
        follows.swap(0, at + 1);
        return Ok(follows);
    }
    // One that has replicated before has a login of its own.
    if master.channel().is_none() && !is_forced {
        return Err(format!(
            "{} could not be made a replica, for nobody lends it a replication login: {why}; --force goes on \
             nevertheless (ReplicationCredentialsQuery)",
            master.key
        ));
    }
    say(&format!("{} is lent no replication login: {why}", master.key));
    Ok(follows)
}

fn dry_run<'c>(
    office: &Office<'_>,
    order: &Order,
    consent: &Consent,
    wish: &Wish<'_>,
    refuse: &Refuse<'_>,
    seen: &Seen,
) -> Outcome<Answer<'c>> {
    let (facts, manner) = (&order.verdict.facts, Manner::of(&office.around.config));
    let task = Handover {
        cluster: &facts.cluster.name,
        master: &facts.key,
        replicas: office.replicas_of(&facts.key),
        successor: &consent.successor,
        ends_sessions: wish.is_forced,
        starts_old_master: wish.starts_old_master,
        manner: &manner,
        enables_semi_sync: &|key| office.acknowledges(key),
        refuse,
        detect: &|| Ok(()),
        at: (office.around.clock)(),
    };
    let plan = planned(&task, seen).map_err(Failure::failed)?;
    let (text, data) = (printed::plan(&plan, &consent.notes), serde_json::to_value(&plan));
    Ok(Answer::new(move || text, move || data.unwrap_or(Value::Null)))
}

/// The cluster meant, for commands that change servers.
///
/// # Errors
/// When none fits, in either form, or somebody is at it or was: whatever else keeps it from being changed now comes of
/// that.
pub(super) fn changed_cluster(context: &Context, given: &Given) -> Outcome<String> {
    let cluster = cluster(context, given)?
        .ok_or_else(|| Failure::failed("Cannot deduce cluster master: no cluster was found"))?;
    let inventory = context.inventory()?;
    let is_about = |left: &Left| {
        let successor = left.successor.as_ref().map(ToString::to_string);
        left.cluster == cluster || successor.as_deref() == Some(&*cluster)
    };
    let Some(left) = inventory.open_journals()?.into_iter().find(is_about) else {
        return Ok(cluster);
    };
    let living = inventory.living_leases(context.now())?;
    let Some(lease) = living.into_iter().find(|lease| lease.uid == left.uid) else {
        let host = inventory.recovery(&left.uid)?.map(|record| record.node_hostname);
        return Err(left_midway(&left.uid, &host.unwrap_or_default()));
    };
    let at_it = HeldBy {
        gate: "open-recovery".to_owned(),
        reason: format!("a recovery of {} is under way on {}", left.failed, lease.node_hostname),
        since: lease.taken,
        until: None,
        lifted_by: String::new(),
    };
    Err(held("the recovery", &[at_it]))
}

/// The key of an instance that is known, by its exact or its resolved name.
///
/// # Errors
/// When it is not known.
pub(super) fn exact(context: &Context, text: &str) -> Outcome<InstanceKey> {
    let (key, fleet) = (key_of(context, text)?, context.fleet()?);
    let known = fleet.get(&key).or_else(|| fleet.get(&fleet.resolved(&key)));
    known.map(|row| row.key.clone()).ok_or_else(|| {
        let near =
            find(fleet, &key).map(|near| format!("did you mean {}? A server to be changed is named exactly", near.key));
        Failure::failed(format!("Instance not found: {key}")).maybe_hint(near)
    })
}

/// The only master of a cluster.
///
/// # Errors
/// When there are none, or several.
pub(super) fn only<'f>(cluster: &str, masters: &[&'f Instance]) -> Outcome<&'f Instance> {
    match masters {
        [master] => Ok(master),
        several => {
            let names: Vec<String> = several.iter().map(|row| row.key.to_string()).collect();
            Err(Failure::failed(format!(
                "Cannot deduce cluster master for {cluster}. Found {} potential masters{}{}",
                several.len(),
                if names.is_empty() { "" } else { ": " },
                names.join(", ")
            )))
        }
    }
}

/// The verdict on a master that is replaced because a person wants it, whatever is wrong with it.
///
/// # Errors
/// When it is under maintenance.
pub(super) fn forced(context: &Context, fleet: &Fleet, master: &Instance) -> Outcome<Verdict> {
    let key = &master.key;
    if let Some(lock) = fleet.maintenance.get(key).filter(|lock| lock.holds(context.now())) {
        return Err(Failure::new(
            Kind::Held,
            format!("{key} is under maintenance by {}: {}", lock.owner, lock.reason),
        )
        .hint(format!("`orchestrator maintenance end {key}` lifts it")));
    }
    // Which failures are seen to unasked does not matter here.
    let policy = Policy {
        recovery_ignore_hostname_filters: NameFilters::default(),
        ..context.policy.clone()
    };
    let request = Request {
        cluster: Some(master.cluster.name.clone()),
        include_downtimed: true,
        include_no_problem: true,
        with_evidence: false,
    };
    let found = analyse(fleet, &policy, context.now(), &request);
    let found = found.into_iter().find(|verdict| verdict.facts.key == *key);
    let mut verdict = found.ok_or_else(|| Failure::failed(format!("{key} cannot be judged")))?;
    verdict.code = Code::DeadMaster;
    verdict.action = Action::RecoverMaster;
    Ok(verdict)
}

/// Where nobody was promoted, the detection of a master that had not failed but was to be replaced does not stand.
///
/// # Errors
/// When the inventory cannot be used.
pub(super) fn end_detections(context: &Context, came: &Came, master: &InstanceKey) -> Outcome<()> {
    let stands = matches!(came, Came::Ended(done) if !matches!(done.ended.outcome, Ended::Nobody(_)));
    if !stands {
        context.inventory()?.clear_detections_of(master, context.now())?;
    }
    Ok(())
}
