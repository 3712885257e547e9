//! What commands that carry out a recovery share: an office, and words for what came of it.

use super::context::{Context, now, process_token, this_host, write_audit};
use super::discover::{ask, refresh};
use super::downtime::os_user;
use super::failure::{Failure, Kind, Outcome};
use crate::analysis::{Request, analyse};
use crate::args::{Arg, Given};
use crate::inventory::{AuditEntry, NodeId, Scope};
use crate::model::plan::Kind as PlanKind;
use crate::model::recovery::HeldBy;
use crate::model::verdict::Verdict;
use crate::model::{Fleet, InstanceKey};
use crate::probe::ProbeSettings;
use crate::recovery::ended::Outcome as Ended;
use crate::recovery::fence::Fenced;
use crate::recovery::office::{Came, Done, Office};
use crate::recovery::real::RealServers;
use crate::recovery::records::{Open, Surroundings};
use crate::report::answer::Answer;
use crate::report::log::Level;
use crate::report::progress::Progress;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit status where the old master could be reached and takes writes.
const UNFENCED: u8 = 7;
/// Exit status where it could not be reached.
const UNREACHED: u8 = 8;

/// Everything that a command needs to carry out a recovery.
pub struct Desk {
    around: Surroundings,
    servers: RealServers,
    fleet: Fleet,
    is_interrupted: Arc<AtomicBool>,
}

impl Desk {
    /// Sets it up with what the inventory holds now. SIGTERM and SIGINT end a recovery that has not promoted anybody.
    ///
    /// # Errors
    /// When the configuration forbids recoveries, or the inventory cannot be used.
    pub fn new(context: &Context, given: &Given, no_hooks: bool) -> Outcome<Self> {
        context.refuse_untold_store()?;
        let inventory = context.inventory()?;
        let tls: HashMap<InstanceKey, bool> = inventory.tls_required()?;
        let settings = Arc::new(ProbeSettings::from(&context.config));
        let opener = context.reopener()?;
        let open: Open = Arc::new(move || opener.open());
        let config = Arc::new(context.config.clone());
        let (reopen, audited, audit_log) = (Arc::clone(&open), Arc::clone(&config), context.log);
        let mut log = context.log;
        if !given.classic && !given.globals.quiet {
            // Whoever waits for it wants to see it go on.
            log.threshold = log.threshold.max(Level::Info);
        }
        let is_interrupted = interruption();
        Ok(Self {
            around: Surroundings {
                config,
                open,
                node: NodeId {
                    hostname: this_host(),
                    token: process_token(),
                },
                say: Arc::new(move |text: &str| log.say(Level::Info, format!("topology_recovery: {text}"))),
                audit: Arc::new(move |entry: AuditEntry| {
                    write_audit(&audited, audit_log, &entry, |entry| Ok(reopen()?.write_audit(entry)?));
                }),
                clock: now,
                owner: given.text(Arg::Owner).map_or_else(os_user, str::to_owned),
                lookup: Surroundings::lookup(),
                no_hooks: no_hooks || given.globals.noop,
            },
            servers: RealServers::new(settings, move |key: &InstanceKey| {
                tls.get(key).copied().unwrap_or(false)
            }),
            fleet: inventory.load_fleet(Scope::Everything)?,
            is_interrupted,
        })
    }

    /// What is known of all instances.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// The servers.
    pub fn servers(&self) -> &RealServers {
        &self.servers
    }

    /// Does something with an office.
    pub fn with<T>(&self, context: &Context, work: impl FnOnce(&Office<'_>) -> T) -> T {
        let flag = Arc::clone(&self.is_interrupted);
        let is_interrupted = move || flag.load(Ordering::Relaxed);
        work(&Office {
            around: &self.around,
            servers: &self.servers,
            policy: &context.policy,
            fleet: &self.fleet,
            is_interrupted: &is_interrupted,
        })
    }
}

/// What SIGTERM and SIGINT switch on; a second one ends the process at once.
pub fn interruption() -> Arc<AtomicBool> {
    let is_interrupted = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let flag = Arc::clone(&is_interrupted);
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, flag);
    }
    is_interrupted
}

/// Asks the servers of a cluster, or all of them, before something is decided about them.
///
/// # Errors
/// When the inventory cannot be used.
pub fn ask_again(context: &Context, cluster: Option<&str>) -> Outcome<()> {
    let members = |fleet: &Fleet| -> Vec<InstanceKey> {
        let of_cluster = |name: &str| fleet.members(name).into_iter().map(|row| row.key.clone()).collect();
        cluster.map_or_else(
            || fleet.instances().iter().map(|row| row.key.clone()).collect(),
            of_cluster,
        )
    };
    let report = refresh(context, members, true)?;
    for failed in &report.failed {
        context.log.info(format!("{}: {}", failed.key, failed.contact));
    }
    Ok(())
}

/// Every verdict on a fleet, of one cluster if a name is given, those without a problem too.
pub fn verdicts(context: &Context, fleet: &Fleet, cluster: Option<&str>) -> Vec<Verdict> {
    let request = Request {
        cluster: cluster.map(str::to_owned),
        include_downtimed: true,
        include_no_problem: true,
        with_evidence: false,
    };
    analyse(fleet, &context.policy, context.now(), &request)
}

/// What there is to say of gates that hold.
pub fn held(what: &str, gates: &[HeldBy]) -> Failure {
    let reasons: Vec<String> = gates
        .iter()
        .map(|held| format!("{}: {}", held.gate, held.reason))
        .collect();
    let mut failure = Failure::new(Kind::Held, format!("{what} is held: {}", reasons.join("; ")));
    for held in gates.iter().filter(|held| !held.lifted_by.is_empty()) {
        failure = failure.hint(format!("{} is lifted by: {}", held.gate, held.lifted_by));
    }
    failure
}

/// What there is to say of a recovery whose program, on this host, died.
pub fn left_midway(uid: &str, host: &str) -> Failure {
    Failure::new(
        Kind::Held,
        format!("recovery {uid} of this cluster was left in the middle by {host}"),
    )
    .hint("`orchestrator recover --resume` goes on with it, or takes it back")
    .hint(format!("`orchestrator recoveries ack {uid} --reason WHY` gives it up"))
}

/// The answer for what came of a recovery: in the classic form the successor's key. Everything that took part is read
/// anew first, so that the next command sees it as it is.
///
/// # Errors
/// Where nobody was promoted, or it stopped midway.
pub fn answer<'c>(context: &Context, given: &Given, came: Came) -> Outcome<Answer<'c>> {
    let done = match came {
        Came::Held(gates) if given.classic => return Err(held("recovery not attempted: it", &gates)),
        Came::Held(gates) => return Err(held("the recovery", &gates)),
        Came::OpenJournal { uid, holder } => return Err(left_midway(&uid, &holder.node_hostname)),
        Came::Ended(done) => *done,
    };
    // Who was promoted is told also where the inventory cannot be written any more.
    if let Err(failure) = read_anew(context, &done) {
        context.tell(&failure.hint(
            "`orchestrator recover --resume` completes what is recorded once the inventory can be written again",
        ));
    }
    conclude(context, given, &done)
}

/// Reads everything that took part anew.
///
/// # Errors
/// When the inventory cannot be used.
pub fn read_anew(context: &Context, done: &Done) -> Outcome<()> {
    let plan = &done.ended.plan;
    let mut keys: Vec<InstanceKey> = plan.steps.iter().map(|step| step.target.clone()).collect();
    keys.extend([plan.failed.clone()].into_iter().chain(plan.successor.clone()));
    keys.sort();
    keys.dedup();
    // The new master first, for the others take their cluster from it.
    keys.sort_by_key(|key| plan.successor.as_ref() != Some(key));
    read_again(context, keys)
}

/// Reads servers anew, those that others take their cluster from first, and whoever replicates from them.
///
/// # Errors
/// When the inventory cannot be used.
pub fn read_again(context: &Context, keys: Vec<InstanceKey>) -> Outcome<()> {
    ask(context, keys, true, &Progress::hidden()).map(drop)
}

fn conclude<'c>(context: &Context, given: &Given, done: &Done) -> Outcome<Answer<'c>> {
    let plan = &done.ended.plan;
    let trouble = done.fenced.as_ref().and_then(|fenced| fenced.trouble(&plan.failed));
    match &trouble {
        // The classic form prints no warnings, and this is to be seen.
        Some(trouble) if given.classic => context.log.error(trouble),
        Some(trouble) => context.log.warn(trouble),
        None => {}
    }
    for (key, why) in &plan.lost {
        context.log.warn(format!("{key} is lost: {why}"));
    }
    // What was only noted on the way.
    let is_told = |error: &&String| Some(*error) == trouble.as_ref();
    done.ended
        .errors
        .iter()
        .filter(|error| !is_told(error))
        .for_each(|error| context.log.warn(error));
    let attempted = plan.kind.attempt();
    let uid = &done.uid;
    let show = format!("`orchestrator recoveries show {uid}` tells each step");
    match &done.ended.outcome {
        Ended::Promoted => {}
        Ended::Nobody(why) if plan.kind.promotes_nobody() => {
            return Err(Failure::failed(format!("{attempted} failed: {why}")).hint(show));
        }
        Ended::Nobody(why) if given.classic => {
            return Err(Failure::failed(format!(
                "Recovery attempted yet no replica promoted; {why}"
            )));
        }
        Ended::Nobody(why) => {
            return Err(Failure::failed(format!("{attempted} came to nothing, and was taken back: {why}")).hint(show));
        }
        Ended::MasterIsBack(why) => {
            return Err(Failure::new(Kind::NothingToDo, format!("nothing was changed: {why}")));
        }
        Ended::Midway(why) => {
            return Err(Failure::new(Kind::Midway, format!("{attempted} stopped midway: {why}"))
                .hint(format!(
                    "`orchestrator recover --resume` goes on with it; `orchestrator recoveries ack {} --reason WHY` leaves \
                     it as it is",
                    done.uid
                ))
                .hint(show));
        }
    }
    let status = match &done.fenced {
        Some(Fenced::Writable(_) | Fenced::Refuses(_)) => {
            if given.classic {
                1
            } else {
                UNFENCED
            }
        }
        Some(Fenced::Unreachable(_)) if !given.classic => UNREACHED,
        _ => 0,
    };
    let successor = done.ended.successor().cloned();
    let data = summary(done);
    let times: Vec<String> = done
        .ended
        .phases()
        .iter()
        .map(|(phase, ms)| format!("{} {ms} ms", phase.as_str()))
        .collect();
    context
        .log
        .info(format!("topology_recovery: {attempted} is done: {}", times.join(", ")));
    let coordinates = done.ended.plan.coordinates.as_ref().map(ToString::to_string);
    let line = match (given.classic, plan.kind) {
        (true, PlanKind::Takeover) => {
            let key = successor.map_or_else(String::new, |key| key.to_string());
            format!("{key}\n{}\n", coordinates.unwrap_or_default())
        }
        (false, PlanKind::Rejoin) => {
            let to = successor.map_or_else(String::new, |key| key.to_string());
            format!("{}<{to}\n", plan.failed)
        }
        _ => successor.map_or_else(String::new, |key| format!("{key}\n")),
    };
    Ok(Answer::new(move || line, move || data).with_status(status))
}

/// What came of it, as data.
fn summary(done: &Done) -> Value {
    let plan = &done.ended.plan;
    let times: serde_json::Map<String, Value> = done
        .ended
        .phases()
        .into_iter()
        .map(|(phase, ms)| (phase.as_str().to_owned(), Value::from(ms)))
        .collect();
    let fenced = done.fenced.as_ref().map(|fenced| match fenced {
        Fenced::Yes => "fenced",
        Fenced::Unreachable(_) => "unreachable",
        Fenced::Writable(_) => "writable",
        Fenced::Refuses(_) => "refuses",
        Fenced::Another(_) => "another server",
    });
    let lost: Vec<Value> = plan
        .lost
        .iter()
        .map(|(key, why)| json!({"Key": key, "Reason": why}))
        .collect();
    json!({
        "UID": done.uid,
        "Kind": plan.kind.as_str(),
        "Failed": plan.failed,
        "Successor": done.ended.successor(),
        "SuccessorBinlogCoordinates": done.ended.plan.coordinates.as_ref().map(ToString::to_string),
        "OldMaster": fenced,
        "LostReplicas": lost,
        "Losses": plan.losses,
        "Errors": done.ended.errors,
        "PhaseMilliseconds": times,
    })
}
