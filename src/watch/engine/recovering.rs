//! Recoveries: whether one may begin, on a thread of its own, and what is taken in when it has ended.
//!
//! The deciding thread only says what is to be considered and what it knows; the gates, the claim and everything that
//! waits for a server or the disk belong to the recovery's thread. One cluster has one at a time.

use super::Engine;
use super::event::Event;
use super::gating::held;
use super::setup::{Named, Tone};
use super::{board, seconds};
use crate::inventory::{Fence, InventoryError, Left};
use crate::model::incidents::Detection;
use crate::model::plan::Kind;
use crate::model::recovery::HeldBy;
use crate::model::verdict::Verdict;
use crate::model::{InstanceKey, Timestamp};
use crate::recovery::breaker::{Breaker, Turn, dead_clusters, of_detections};
use crate::recovery::ended::Outcome;
use crate::recovery::entry::recovery_line;
use crate::recovery::gates::{Leadership, Surroundings as Gated};
use crate::recovery::office::{Came, Done, Office, Order};
use crate::recovery::real::RealServers;
use crate::recovery::records::Surroundings;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often an instance whose recovery was held is considered again; a little less than the tick that asks for it.
const AGAIN: Duration = Duration::from_millis(900);

/// How long what was known before a recovery may stay so.
const SETTLING: Duration = Duration::from_secs(5);

/// What the watcher remembers of recoveries.
pub struct Recovering {
    /// Verdicts of now that a recovery could follow, with the detection's number where it is known.
    wanted: HashMap<InstanceKey, Verdict>,
    /// Clusters under recovery, and who takes part: their cluster may go by another name meanwhile.
    running: HashMap<String, Vec<InstanceKey>>,
    /// Who took part in a recovery that has ended, and when: nothing follows from what was known of them before.
    settling: Vec<(Duration, Vec<InstanceKey>)>,
    /// Instances whose gates were asked, and when.
    considered: HashMap<InstanceKey, Duration>,
    /// What held each, as last told.
    told: HashMap<InstanceKey, Vec<String>>,
    /// What was decided about what is over by now has been ended.
    has_swept: bool,
    /// Since when a master is dead.
    dead_since: HashMap<InstanceKey, Timestamp>,
    breaker: Breaker,
    /// Old masters that are to be fenced, or were.
    pub(super) fences: HashMap<InstanceKey, Fence>,
    /// Those that are being fenced.
    pub(super) fencing: HashSet<InstanceKey>,
    pub(super) looked_up: Option<Duration>,
    /// What stopped midway, how often, and when last.
    pub(super) midway: HashMap<String, (u32, Duration)>,
    /// The process is to end: nothing is promoted any more.
    pub(super) is_interrupted: Arc<AtomicBool>,
}

impl Default for Recovering {
    fn default() -> Self {
        Self {
            wanted: HashMap::new(),
            running: HashMap::new(),
            settling: Vec::new(),
            considered: HashMap::new(),
            told: HashMap::new(),
            has_swept: false,
            dead_since: HashMap::new(),
            breaker: Breaker::new(0),
            fences: HashMap::new(),
            fencing: HashSet::new(),
            looked_up: None,
            midway: HashMap::new(),
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
pub(super) enum Considered {
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
    pub(super) fences: Vec<Fence>,
    pub(super) journals: Vec<Left>,
    /// Those that nobody can resume, by name, and why.
    pub(super) unreadable: Vec<(String, String)>,
}

impl Recovering {
    /// Whether a cluster is being recovered.
    pub(super) fn is_busy(&self, cluster: &str) -> bool {
        self.running.contains_key(cluster)
    }

    /// Whether an instance takes part in a recovery, or what is known of it is from before one.
    pub(super) fn is_in_hand(&self, key: &InstanceKey) -> bool {
        self.running.values().any(|members| members.contains(key)) || self.is_settling(key)
    }

    /// Whether what is known of an instance is from before its recovery.
    fn is_settling(&self, key: &InstanceKey) -> bool {
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
    /// Takes in who was found dead by a watcher before this one.
    pub(super) fn remember_deaths(&mut self, detections: &[Detection], clusters: usize) {
        let most = self.policy.max_simultaneous_master_failures;
        self.recovering.breaker = of_detections(detections, clusters, most);
    }

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
        let wanted = verdicts.iter().filter(|verdict| Kind::of(verdict.action).is_some());
        recovering.wanted = wanted
            .map(|verdict| (verdict.facts.key.clone(), (*verdict).clone()))
            .collect();
        let wanted = &recovering.wanted;
        recovering.dead_since.retain(|key, _| wanted.contains_key(key));
        for key in wanted.keys() {
            recovering.dead_since.entry(key.clone()).or_insert(wall);
        }
        let over = |(key, _): (&InstanceKey, &Duration)| !wanted.contains_key(key);
        let ends = !recovering.has_swept || recovering.considered.iter().any(over);
        let failing: Vec<InstanceKey> = wanted.keys().cloned().collect();
        let (told, considered) = (&mut recovering.told, &mut recovering.considered);
        told.retain(|key, _| wanted.contains_key(key));
        considered.retain(|key, _| wanted.contains_key(key));
        if ends {
            // Also what a watcher before this one left.
            recovering.has_swept = true;
            self.note(move |inventory| inventory.end_decisions(&failing, wall).map(drop));
        }
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
            || recovering.is_in_hand(key)
            || lately
            || !self.may_act(now)
            || self.is_ending()
        {
            return;
        }
        let Some(kind) = Kind::of(verdict.action) else { return };
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
        let line = recovery_line(&order.verdict, self.setup.noop);
        self.recovering.considered.insert(key.clone(), now);
        self.in_office(cluster, Some(key.clone()), members, move |office| {
            let held = held(office, &order, gated, &policy)?;
            if !held.is_empty() {
                return Ok(Considered::Held(held));
            }
            (office.around.say)(&line);
            Ok(match office.recover(&order)? {
                Came::Held(held) => Considered::Held(held),
                Came::OpenJournal { .. } => Considered::Others,
                Came::Ended(done) => Considered::Ended(done),
            })
        });
    }

    pub(super) fn is_ending(&self) -> bool {
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
    pub(super) fn in_office(
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
        self.recovering.running.insert(cluster.clone(), members.clone());
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
            audit: {
                let post = self.post.clone();
                Arc::new(move |entry| post.send(Event::Audited(Box::new(entry))))
            },
            clock: self.setup.clock,
            owner: "orchestrator".to_owned(),
            lookup: Surroundings::lookup(),
            no_hooks: self.setup.noop,
        }
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
            // Told once for everything that it keeps from being written.
            Err(error) if error.is_of_file() => self.take_unwritten(&error),
            Err(error) => {
                let text = format!("{cluster}: a recovery neither begins nor goes on: {error}");
                self.note_fault("recovery", Some(&text));
            }
            Ok(Considered::Others) if key.is_some() => self.recovering.looked_up = None,
            // It is looked up again at its time.
            Ok(Considered::Others) => {}
            Ok(Considered::Held(held)) => {
                if let Some(key) = key {
                    self.tell_held(&key, &held);
                }
            }
            Ok(Considered::Ended(done)) => {
                self.note_fault("recovery", None);
                let is_midway = matches!(done.ended.outcome, Outcome::Midway(_));
                if is_midway {
                    self.note_midway(&done.uid, now);
                }
                if let Some(key) = &key {
                    self.recovering.considered.insert(key.clone(), now);
                }
                for member in &members {
                    self.agenda.ask_now(member);
                }
                self.recovering.settling.push((now, members));
                self.file_version.store(-1, Ordering::Relaxed);
                self.tell_done(&done);
                self.recovering.looked_up = self.recovering.looked_up.filter(|_| is_midway);
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
        let times: Vec<String> = done
            .ended
            .phases()
            .iter()
            .map(|(phase, ms)| format!("{} {ms} ms", phase.as_str()))
            .collect();
        let times = times.join(", ");
        let successor = done.ended.successor().map(ToString::to_string).unwrap_or_default();
        let (tone, text) = match &done.ended.outcome {
            Outcome::Promoted => (
                Tone::Warning,
                format!("{failed}: recovered: {} ({times})", plan.kind.done(&successor)),
            ),
            Outcome::Nobody(why) => (
                Tone::Error,
                format!("{failed}: not recovered{}: {why}", plan.kind.undone()),
            ),
            Outcome::MasterIsBack(why) => (Tone::Warning, format!("{failed}: not recovered: {why}")),
            Outcome::Midway(why) => (Tone::Error, format!("{failed}: the recovery stopped midway: {why}")),
        };
        self.say_of(tone, failed, text);
        // The reason and the old master are told by themselves.
        let trouble = done.fenced.as_ref().and_then(|fenced| fenced.trouble(failed));
        let why = done.ended.outcome.why();
        let is_told = |error: &&String| Some(error.as_str()) == why || Some(*error) == trouble.as_ref();
        for error in done.ended.errors.iter().filter(|error| !is_told(error)) {
            self.say_of(Tone::Warning, failed, format!("{failed}: {error}"));
        }
        for (key, why) in &plan.lost {
            self.say_of(Tone::Error, key, format!("{key} is lost: {why}"));
        }
        if let Some(trouble) = trouble {
            self.say_of(Tone::Error, failed, trouble);
        }
    }
}
