//! Recoveries: whether one may begin, on a thread of its own, and what is taken in when it has ended.
//!
//! The deciding thread only says what is to be considered and what it knows; the gates, the claim and everything that
//! waits for a server or the disk belong to the recovery's thread. One cluster has one at a time.

use super::Engine;
use super::event::Event;
use super::setup::{Named, Tone};
use super::{board, seconds};
use crate::inventory::{FenceState, InventoryError};
use crate::model::plan::Kind;
use crate::model::recovery::{HeldBy, StoredDecision};
use crate::model::verdict::{Action, Verdict};
use crate::model::{Fleet, InstanceKey, Timestamp};
use crate::recovery::breaker::{Breaker, Turn, dead_clusters};
use crate::recovery::ended::Outcome;
use crate::recovery::failover::phases;
use crate::recovery::fence::{Fenced, fence};
use crate::recovery::gates::{Case, Leadership, Surroundings as Gated, evaluate};
use crate::recovery::office::{Came, Done, Office, Order, write_ledger};
use crate::recovery::real::RealServers;
use crate::recovery::records::Surroundings;
use crate::recovery::surroundings::Known;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often an instance whose recovery was held is considered again.
const AGAIN: Duration = Duration::from_secs(1);

/// How often an old master is looked for just after a failover, for how long.
const CHASE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(60));

/// How often what was left in the middle, and who is to be fenced, is looked up.
const LOOK_UP: Duration = Duration::from_secs(5);

/// How long what was known before a recovery may stay so.
const SETTLING: Duration = Duration::from_secs(5);

/// What the watcher remembers of recoveries.
pub struct Recovering {
    /// Verdicts of now that a recovery could follow, with the detection's number where it is known.
    wanted: HashMap<InstanceKey, Verdict>,
    /// Clusters under recovery.
    running: HashSet<String>,
    /// Who took part in a recovery that has ended, and when: nothing follows from what was known of them before.
    settling: Vec<(Duration, Vec<InstanceKey>)>,
    /// Instances whose gates were asked, and when.
    considered: HashMap<InstanceKey, Duration>,
    /// What held each, as last told.
    told: HashMap<InstanceKey, Vec<String>>,
    /// Since when a master is dead.
    dead_since: HashMap<InstanceKey, Timestamp>,
    breaker: Breaker,
    /// Old masters that are to be fenced, by the recovery that replaced them, with what tells them apart.
    fences: HashMap<InstanceKey, (String, String)>,
    /// Those that are being fenced.
    fencing: HashSet<InstanceKey>,
    looked_up: Option<Duration>,
    /// The process is to end: nothing is promoted any more.
    is_interrupted: Arc<AtomicBool>,
}

impl Default for Recovering {
    fn default() -> Self {
        Self {
            wanted: HashMap::new(),
            running: HashSet::new(),
            settling: Vec::new(),
            considered: HashMap::new(),
            told: HashMap::new(),
            dead_since: HashMap::new(),
            breaker: Breaker::new(0),
            fences: HashMap::new(),
            fencing: HashSet::new(),
            looked_up: None,
            is_interrupted: Arc::default(),
        }
    }
}

/// What came of considering a recovery, or of resuming one.
pub struct Recovered {
    cluster: String,
    key: Option<InstanceKey>,
    members: Vec<InstanceKey>,
    result: Result<Considered, InventoryError>,
}

/// What came of it.
enum Considered {
    /// Gates hold it.
    Held(Vec<HeldBy>),
    /// It was carried out as far as it went.
    Ended(Box<Done>),
    /// Somebody else is at it.
    Others,
}

/// What was left by earlier recoveries.
#[derive(Default)]
pub struct LeftOver {
    fences: Vec<crate::inventory::Fence>,
    journals: Vec<(String, String)>,
}

impl Recovering {
    /// Whether a cluster is being recovered.
    pub(super) fn is_busy(&self, cluster: &str) -> bool {
        self.running.contains(cluster)
    }

    /// Whether what is known of an instance is from before its recovery.
    pub(super) fn is_settling(&self, key: &InstanceKey) -> bool {
        self.settling.iter().any(|(_, members)| members.contains(key))
    }

    /// Whether something is under way.
    pub(super) fn is_at_work(&self) -> bool {
        !self.running.is_empty()
    }

    /// Nothing new is promoted: the process ends.
    pub(super) fn interrupt(&self) {
        self.is_interrupted.store(true, Ordering::Relaxed);
    }
}

impl Engine {
    /// Takes in all verdicts of a round, before anything follows from one of them.
    pub(super) fn note_deaths(&mut self, verdicts: &[&Verdict], wall: Timestamp) {
        let clusters = self.memory.fleet.cluster_names().len();
        self.recovering
            .breaker
            .set_most(self.policy.max_simultaneous_master_failures);
        let dead = dead_clusters(verdicts.iter().copied());
        match self.recovering.breaker.note(dead, clusters, wall) {
            Some(Turn::Trips(tripped)) => self.say(Tone::Error, tripped.sentence()),
            Some(Turn::Lifts) => self.say(Tone::Info, "no longer do too many clusters lose their master at a time"),
            None => {}
        }
        let memory = &self.memory;
        let now = self.start.elapsed();
        let is_heard = |key: &InstanceKey, since: Duration| {
            let answered = memory.reports.get(key).is_some_and(|report| report.began >= since);
            answered || memory.silences.get(key).is_some_and(|silence| silence.until >= since)
        };
        let recovering = &mut self.recovering;
        recovering
            .settling
            .retain(|(since, members)| now < *since + SETTLING && !members.iter().all(|key| is_heard(key, *since)));
        let wanted = verdicts.iter().filter(|verdict| kind_of(verdict.action).is_some());
        recovering.wanted = wanted
            .map(|verdict| (verdict.facts.key.clone(), (*verdict).clone()))
            .collect();
        let wanted = &recovering.wanted;
        recovering.dead_since.retain(|key, _| wanted.contains_key(key));
        for key in wanted.keys() {
            recovering.dead_since.entry(key.clone()).or_insert(wall);
        }
        let (told, considered) = (&mut recovering.told, &mut recovering.considered);
        told.retain(|key, _| wanted.contains_key(key));
        considered.retain(|key, _| wanted.contains_key(key));
    }

    /// Considers the recovery of an instance whose detection is registered and whose hooks have run.
    pub(super) fn consider(&mut self, key: &InstanceKey) {
        let now = self.now();
        let Some(verdict) = self.recovering.wanted.get(key).cloned() else {
            return;
        };
        let cluster = verdict.facts.cluster.name.clone();
        let recovering = &self.recovering;
        let lately = recovering.considered.get(key).is_some_and(|at| now < *at + AGAIN);
        if recovering.is_busy(&cluster)
            || recovering.is_settling(key)
            || lately
            || !self.may_act(now)
            || self.is_ending()
        {
            return;
        }
        let Some(kind) = kind_of(verdict.action) else { return };
        let gated = self.gated(&verdict, now);
        let members: Vec<InstanceKey> = self
            .memory
            .fleet
            .members(&cluster)
            .iter()
            .map(|row| row.key.clone())
            .collect();
        let order = Order {
            kind,
            verdict,
            named: None,
            forced: false,
            command: String::new(),
            detection_id: 0,
        };
        let policy = Arc::clone(&self.policy);
        let asked = key.clone();
        self.recovering.considered.insert(key.clone(), now);
        self.in_office(cluster, Some(key.clone()), members, move |office| {
            let held = held(office, &order, gated, &policy)?;
            if !held.is_empty() {
                return Ok(Considered::Held(held));
            }
            (office.around.say)(&line(&asked, &order));
            Ok(match office.recover(&order)? {
                Came::Held(held) => Considered::Held(held),
                Came::OpenJournal { .. } => Considered::Others,
                Came::Ended(done) => Considered::Ended(done),
            })
        });
    }

    fn is_ending(&self) -> bool {
        self.leaving.as_ref().is_some_and(super::Leaving::begins_nothing)
    }

    /// What this watcher knows that gates look at.
    fn gated(&self, verdict: &Verdict, now: Duration) -> Gated {
        let (key, wall) = (&verdict.facts.key, self.wall());
        let wait = Duration::from_secs(self.setup.config.instance_poll_seconds) * 3;
        let starting = (!self.standing.started_up).then(|| wall.plus_seconds(seconds(wait.saturating_sub(now)) + 1));
        let grace = self.throttles.in_grace(key, now);
        Gated {
            leadership: Leadership::Acts,
            starting_until: starting,
            witness: self.witness.hold(key).map(board::why_held),
            grace_until: grace.then(|| wall.plus_seconds(5)),
            breaker: self.recovering.breaker.holds(wall),
            dead_since: self.recovering.dead_since.get(key).copied(),
            ..Gated::default()
        }
    }

    /// Does something in an office, on a thread of its own; what came of it arrives as [`Event::Recovered`].
    fn in_office(
        &mut self,
        cluster: String,
        key: Option<InstanceKey>,
        members: Vec<InstanceKey>,
        work: impl FnOnce(&Office<'_>) -> Result<Considered, InventoryError> + Send + 'static,
    ) {
        let around = self.around(&cluster);
        let fleet = self.part_of_fleet(&members);
        let sessions = Arc::clone(&self.sessions);
        let settings = sessions.settings();
        let policy = Arc::clone(&self.policy);
        let post = self.post.clone();
        let flag = Arc::clone(&self.recovering.is_interrupted);
        self.recovering.running.insert(cluster.clone());
        let name = cluster.clone();
        let started = std::thread::Builder::new().name("recovery".to_owned()).spawn(move || {
            // What somebody said within this second counts too.
            let mut fleet = fleet;
            if let Ok(operators) = (around.open)().and_then(|inventory| inventory.load_operators((around.clock)())) {
                operators.apply(&mut fleet);
            }
            let servers = RealServers::new(settings, move |key: &InstanceKey| sessions.wants_tls(key));
            let is_interrupted = move || flag.load(Ordering::Relaxed);
            let office = Office {
                around: &around,
                servers: &servers,
                policy: &policy,
                fleet: &fleet,
                is_interrupted: &is_interrupted,
            };
            let work = std::panic::AssertUnwindSafe(|| work(&office));
            let Ok(result) = std::panic::catch_unwind(work) else {
                return post.send(Event::Broken("recovery".to_owned()));
            };
            post.send(Event::Recovered(Box::new(Recovered {
                cluster,
                key,
                members,
                result,
            })));
        });
        if let Err(error) = started {
            self.recovering.running.remove(&name);
            let text = format!("a recovery waits, since there is no thread for it: {error}");
            self.note_fault("threads", Some(&text));
        }
    }

    fn around(&self, cluster: &str) -> Surroundings {
        let voice = Arc::clone(&self.setup.voice);
        let cluster = cluster.to_owned();
        Surroundings {
            config: Arc::new(self.setup.config.clone()),
            open: Arc::clone(&self.setup.open),
            node: self.setup.node.id.clone(),
            say: Arc::new(move |text: &str| {
                let about = Named {
                    cluster: Some(&cluster),
                    ..Named::default()
                };
                voice.say(Tone::Info, &about, &format!("topology_recovery: {text}"));
            }),
            clock: self.setup.clock,
            owner: "orchestrator".to_owned(),
            no_hooks: self.setup.noop,
        }
    }

    /// What is known of these instances, and what operators said of all.
    fn part_of_fleet(&self, members: &[InstanceKey]) -> Fleet {
        let known = &self.memory.fleet;
        let mut part = Fleet::from_vec(members.iter().filter_map(|key| known.get(key).cloned()).collect());
        part.promotion_rules.clone_from(&known.promotion_rules);
        part.downtimes.clone_from(&known.downtimes);
        part.maintenance.clone_from(&known.maintenance);
        part.aliases.clone_from(&known.aliases);
        part.resolved_hosts.clone_from(&known.resolved_hosts);
        part
    }

    pub(super) fn take_recovered(&mut self, recovered: Recovered) {
        let now = self.now();
        let Recovered {
            cluster,
            key,
            members,
            result,
        } = recovered;
        self.recovering.running.remove(&cluster);
        self.stale = true;
        match result {
            Err(error) => {
                let text = format!("{cluster}: no recovery can begin, since it cannot be written down: {error}");
                self.note_fault("recovery", Some(&text));
            }
            Ok(Considered::Others) => self.recovering.looked_up = None,
            Ok(Considered::Held(held)) => {
                if let Some(key) = key {
                    self.tell_held(&key, &held);
                }
            }
            Ok(Considered::Ended(done)) => {
                self.note_fault("recovery", None);
                if let Some(key) = &key {
                    self.recovering.considered.insert(key.clone(), now);
                }
                for member in &members {
                    self.agenda.ask_now(member);
                }
                self.recovering.settling.push((now, members));
                self.file_version.store(-1, Ordering::Relaxed);
                self.tell_done(&done);
                self.recovering.looked_up = None;
            }
        }
    }

    /// Gates are told when they change.
    fn tell_held(&mut self, key: &InstanceKey, held: &[HeldBy]) {
        let names: Vec<String> = held.iter().map(|held| held.gate.clone()).collect();
        if self.recovering.told.get(key) == Some(&names) {
            return;
        }
        for held in held {
            let until = held.until.map_or_else(String::new, |until| format!("; until {until}"));
            let lift = match held.lifted_by.as_str() {
                "" => String::new(),
                command => format!("; lifted by: {command}"),
            };
            let text = format!(
                "{key}: NOT Recovering, held by {}: {}{until}{lift}",
                held.gate, held.reason
            );
            self.say_of(Tone::Warning, key, text);
        }
        self.recovering.told.insert(key.clone(), names);
    }

    fn tell_done(&mut self, done: &Done) {
        let (plan, failed) = (&done.ended.plan, &done.ended.plan.failed);
        let times: Vec<String> = phases(plan, &done.ended.entries)
            .iter()
            .map(|(phase, ms)| format!("{} {ms} ms", phase.as_str()))
            .collect();
        let times = times.join(", ");
        let successor = done.ended.successor().map(ToString::to_string).unwrap_or_default();
        let (tone, text) = match &done.ended.outcome {
            Outcome::Promoted => (
                Tone::Warning,
                format!("{failed}: recovered: {successor} is the master now ({times})"),
            ),
            Outcome::Nobody(why) => (
                Tone::Error,
                format!("{failed}: not recovered, everything was taken back: {why}"),
            ),
            Outcome::MasterIsBack(why) => (Tone::Warning, format!("{failed}: not recovered: {why}")),
            Outcome::Midway(why) => (Tone::Error, format!("{failed}: the recovery stopped midway: {why}")),
        };
        self.say_of(tone, failed, text);
        for (key, why) in &plan.lost {
            self.say_of(Tone::Error, key, format!("{key} is lost: {why}"));
        }
        if let Some(trouble) = done.fenced.as_ref().and_then(|fenced| fenced.trouble(failed)) {
            self.say_of(Tone::Error, failed, trouble);
        }
        let kind = match plan.kind {
            Kind::DeadCoMaster => "recover-dead-co-master",
            _ => "recover-dead-master",
        };
        let message = match done.ended.successor() {
            Some(successor) => format!("promoted replica: {successor}"),
            None => "Failure: no replica promoted.".to_owned(),
        };
        let failed = failed.clone();
        self.audit(kind, Some(&failed), message);
    }

    /// Looks up what was left in the middle, and who is to be fenced.
    pub(super) fn look_up_left_over(&mut self, now: Duration) {
        let due = self.recovering.looked_up.is_none_or(|at| now >= at + LOOK_UP);
        if !due || !self.following.loaded || !self.may_act(now) || self.is_ending() {
            return;
        }
        self.recovering.looked_up = Some(now);
        self.registrar.give(|inventory| {
            let inventory = inventory.ok()?;
            let journals = inventory.open_journals().unwrap_or_default();
            Some(Event::LeftOver(Box::new(LeftOver {
                fences: inventory.wanted_fences().unwrap_or_default(),
                journals: journals
                    .into_iter()
                    .map(|journal| (journal.uid, journal.plan.cluster))
                    .collect(),
            })))
        });
    }

    pub(super) fn take_left_over(&mut self, left: LeftOver) {
        let now = self.now();
        if !self.may_act(now) || self.is_ending() {
            return;
        }
        for (uid, cluster) in left.journals {
            if self.recovering.is_busy(&cluster) {
                continue;
            }
            let members: Vec<InstanceKey> = self
                .memory
                .fleet
                .instances()
                .iter()
                .map(|row| row.key.clone())
                .collect();
            self.in_office(cluster, None, members, move |office| {
                Ok(match office.resume(&uid)? {
                    Ok(done) => Considered::Ended(Box::new(done)),
                    Err(_) => Considered::Others,
                })
            });
        }
        let known = std::mem::take(&mut self.recovering.fences);
        for wanted in left.fences {
            let is_new = !known.contains_key(&wanted.key);
            self.recovering
                .fences
                .insert(wanted.key.clone(), (wanted.uid, wanted.identity));
            if is_new {
                self.fence(&wanted.key, CHASE.1);
            }
        }
    }

    /// An old master answers: it is fenced at once.
    pub(super) fn fence_if_wanted(&mut self, key: &InstanceKey) {
        if self.recovering.fences.contains_key(key) {
            self.fence(key, Duration::ZERO);
        }
    }

    /// Tries to fence an old master, again and again for this long.
    fn fence(&mut self, key: &InstanceKey, span: Duration) {
        let now = self.now();
        let Some((uid, identity)) = self.recovering.fences.get(key).cloned() else {
            return;
        };
        if !self.may_act(now) || !self.recovering.fencing.insert(key.clone()) {
            return;
        }
        let (sessions, post, key) = (Arc::clone(&self.sessions), self.post.clone(), key.clone());
        let voice = Arc::clone(&self.setup.voice);
        let (open, clock, flag) = (
            Arc::clone(&self.setup.open),
            self.setup.clock,
            Arc::clone(&self.recovering.is_interrupted),
        );
        let of = key.clone();
        let started = std::thread::Builder::new().name("fence".to_owned()).spawn(move || {
            let settings = sessions.settings();
            let servers = RealServers::new(settings, move |key: &InstanceKey| sessions.wants_tls(key));
            let known = Some(identity.as_str()).filter(|known| !known.is_empty());
            let began = std::time::Instant::now();
            let state = loop {
                let state = fence(&servers, &key, known);
                let over = began.elapsed() >= span || flag.load(Ordering::Relaxed);
                if over || !matches!(state, Fenced::Unreachable(_)) {
                    break state;
                }
                std::thread::sleep(CHASE.0);
            };
            let word = match &state {
                Fenced::Yes => Some((FenceState::Fenced, String::new())),
                Fenced::Another(who) => Some((FenceState::Dropped, who.clone())),
                Fenced::Writable(why) => Some((FenceState::Unfenced, why.clone())),
                Fenced::Unreachable(_) => None,
            };
            if let (Some((word, said)), Ok(inventory)) = (word, open()) {
                let _ = inventory.fence_done(&key, &uid, word, &said, clock());
                if let Ok(Some(lost)) = write_ledger(&inventory, &servers, &uid, &key, clock()) {
                    voice.say(Tone::Warning, &Named::default(), &format!("{key}: {lost}"));
                }
            }
            post.send(Event::Fenced(key, state));
        });
        if started.is_err() {
            self.recovering.fencing.remove(&of);
        }
    }

    pub(super) fn take_fenced(&mut self, key: &InstanceKey, state: &Fenced) {
        self.recovering.fencing.remove(key);
        match state {
            Fenced::Yes => {
                self.recovering.fences.remove(key);
                self.say_of(
                    Tone::Warning,
                    key,
                    format!("{key}: the old master is fenced: it refuses writes"),
                );
                self.note_fault(&format!("fence {key}"), None);
                self.agenda.ask_now(key);
            }
            Fenced::Another(_) => {
                self.recovering.fences.remove(key);
                let text = state.trouble(key).unwrap_or_default();
                self.say_of(Tone::Warning, key, text);
            }
            Fenced::Writable(_) => {
                let text = state.trouble(key).unwrap_or_default();
                self.note_fault(&format!("fence {key}"), Some(&text));
            }
            // It is tried again as soon as it answers.
            Fenced::Unreachable(_) => {}
        }
    }
}

/// Everything that holds a recovery: what the inventory has and what the watcher knows. What was decided is stored.
fn held(
    office: &Office<'_>,
    order: &Order,
    gated: Gated,
    policy: &crate::config::Policy,
) -> Result<Vec<HeldBy>, InventoryError> {
    let inventory = (office.around.open)()?;
    let (verdict, now) = (&order.verdict, (office.around.clock)());
    let known = Known::read(&inventory, office.fleet, std::slice::from_ref(verdict), policy, now)?;
    let about = known.about(verdict);
    let surroundings = Gated {
        leadership: gated.leadership,
        starting_until: gated.starting_until,
        witness: gated.witness,
        grace_until: gated.grace_until,
        breaker: gated.breaker,
        dead_since: gated.dead_since,
        ..about
    };
    let held = evaluate(&Case {
        verdict,
        action: verdict.action,
        policy,
        surroundings: &surroundings,
        forced: false,
        now,
    });
    if !held.is_empty() {
        let decision = StoredDecision {
            key: verdict.facts.key.clone(),
            analysis: verdict.code.as_str().to_owned(),
            cluster_name: verdict.facts.cluster.name.clone(),
            decision: "held".to_owned(),
            held_by: held.clone(),
            since: Some(now),
            last: Some(now),
        };
        inventory.record_decision(&decision, now)?;
    }
    Ok(held)
}

/// What people and scripts look for in logs.
fn line(key: &InstanceKey, order: &Order) -> String {
    format!(
        "executeCheckAndRecoverFunction: proceeding with {} recovery on {key}; isRecoverable?: true",
        order.verdict.code
    )
}

fn kind_of(action: Action) -> Option<Kind> {
    match action {
        Action::RecoverMaster => Some(Kind::DeadMaster),
        Action::RecoverCoMaster => Some(Kind::DeadCoMaster),
        _ => None,
    }
}
