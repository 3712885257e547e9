//! Detections: registered once, told once, and their hooks run once.

use super::Engine;
use super::event::{Event, Written};
use super::judging::Throttles;
use super::setup::{Named, Tone};
use crate::inventory::Inventory;
use crate::model::verdict::{Code, Verdict};
use crate::model::{InstanceKey, Timestamp};
use crate::recovery::entry::{Circumstances, Decision, Plan, Then, decide};
use crate::recovery::hooks::{HookError, Hooks, List, Run};
use crate::recovery::placeholders::Failure;
use crate::recovery::uid;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

/// A line about a verdict that stays is said again after this time.
pub(super) const TELL_EVERY: Duration = Duration::from_secs(60);

/// How long registering a detection may take before its hooks run without it.
const LATE: Duration = Duration::from_secs(1);

/// Most of a step that is said, in characters.
const LINE: usize = 500;

/// Most lists of hooks that run at a time.
const HOOKS: usize = 32;

/// What the watcher remembers of what followed.
#[derive(Default)]
pub struct Following {
    /// Detections that are being registered.
    registering: bool,
    next_registration: Duration,
    /// Since when, and what, as long as no answer is late.
    handed: Option<(Duration, Vec<(Plan, Failure)>)>,
    /// What other processes changed is being read.
    pub(super) reading: bool,
    /// When somebody last waited too long for a turn.
    pub(super) waited_at: Option<Duration>,
    /// What is detected now, as last handed over: who and whether a recovery could follow.
    wanted: HashSet<(InstanceKey, bool)>,
    /// Detections whose hooks have run.
    told: HashMap<(InstanceKey, bool), Told>,
    /// Hooks under way, and those that wait for their turn.
    running: usize,
    waiting: VecDeque<Failure>,
    /// Instances whose hooks have not ended.
    telling: HashSet<InstanceKey>,
    /// Rows on their way into the inventory.
    pub(super) in_flight: HashSet<InstanceKey>,
    /// Rows written while somebody reads which rows there are.
    pub(super) just_written: HashSet<InstanceKey>,
    /// Clusters that got a Pseudo-GTID entry.
    pub(super) injected: HashSet<String>,
    /// Masters that refused one, and when.
    pub(super) refused_injection: HashMap<InstanceKey, Duration>,
    /// Whether the inventory has been loaded, and whether it is to be loaded again.
    pub(super) loaded: bool,
    pub(super) load_again: bool,
    /// Who acts on the inventory, as far as is known.
    pub(super) holder: String,
}

/// A detection whose hooks have run.
#[derive(Clone, Copy)]
struct Told {
    at: Duration,
    /// The inventory holds it. Until it does, it is no news when the inventory takes it.
    recorded: bool,
}

/// How long a detection that was told is remembered at least.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What came of registering.
pub struct Registered {
    plan: Plan,
    failure: Failure,
    /// Its number where it is new.
    result: Written<Option<i64>>,
}

/// What came of a list of hooks.
pub struct Hooked {
    failure: Failure,
    steps: Vec<(Timestamp, String)>,
    result: Result<Vec<Run>, HookError>,
}

impl Following {
    /// Forgets what was known when this watcher ceases to act: it is loaded anew when it acts again.
    pub(super) fn rest(&mut self) {
        (self.loaded, self.load_again) = (false, false);
        self.wanted.clear();
        self.in_flight.clear();
        self.just_written.clear();
        self.injected.clear();
        self.handed = None;
        self.waiting.clear();
        self.telling.clear();
    }

    /// Whether hooks of a detection of this instance have not ended.
    fn is_telling(&self, key: &InstanceKey) -> bool {
        self.telling.contains(key)
    }

    /// The file is another one: what it does not hold has been told nevertheless.
    pub(super) fn file_was_replaced(&mut self) {
        self.told.values_mut().for_each(|told| told.recorded = false);
    }

    /// Notes that the inventory has taken a detection, as `new` or not; whether it is to be told.
    fn is_news(&mut self, what: (InstanceKey, bool), new: bool, now: Duration) -> bool {
        let earlier = self.told.get(&what).copied();
        if new || earlier.is_none_or(|told| !told.recorded) {
            self.told.insert(
                what,
                Told {
                    at: now,
                    recorded: true,
                },
            );
        }
        new && earlier.is_none_or(|told| told.recorded)
    }

    /// Notes that the inventory did not take a detection; whether it is to be told nevertheless.
    fn is_news_of_memory(&mut self, what: (InstanceKey, bool), now: Duration) -> bool {
        let known = self.told.contains_key(&what);
        if !known {
            self.told.insert(
                what,
                Told {
                    at: now,
                    recorded: false,
                },
            );
        }
        !known
    }
}

impl Engine {
    /// Decides what follows from each verdict, and has detections registered.
    pub(super) fn follow(&mut self, verdicts: &[&Verdict], now: Duration, wall: Timestamp) {
        if !self.standing.started_up || self.active_since.is_none() {
            return;
        }
        self.note_deaths(verdicts, wall);
        let mut plans = Vec::new();
        let node = self.setup.node.id.clone();
        let busy = |verdict: &&&Verdict| {
            let facts = &verdict.facts;
            self.recovering.is_busy(&facts.cluster.name) || self.recovering.is_in_hand(&facts.key)
        };
        let judged: Vec<&&Verdict> = verdicts.iter().filter(|verdict| !busy(verdict)).collect();
        for verdict in judged.into_iter().filter(|verdict| verdict.code != Code::NoProblem) {
            let key = &verdict.facts.key;
            let ours = verdict
                .facts
                .replica_keys
                .iter()
                .find(|replica| self.hands.may_stand(replica));
            let ours =
                ours.map(|replica| format!("this watcher stopped the receiver of {replica}, and it may not run yet"));
            let held = self.witness.hold(key).map(super::board::why_held).or(ours);
            let met = Circumstances {
                held: held.as_deref(),
                in_grace: self.throttles.in_grace(key, now),
                disabled: self.recoveries_disabled,
                forced: false,
                skip_hooks: self.setup.noop,
                node_hostname: &node.hostname,
                node_token: &node.token,
            };
            match decide(verdict, &self.policy, &met, wall) {
                // The board has told of these.
                Decision::Nothing | Decision::Held(_) => {}
                Decision::NoPlan(line) => self.tell_at_times(Tone::Debug, verdict, line, now),
                Decision::Proceed(plan) => {
                    self.tell_at_times(Tone::Info, verdict, plan.line.clone(), now);
                    plans.push((*plan, *verdict));
                }
            }
        }
        self.register(plans, now);
    }

    fn tell_at_times(&mut self, tone: Tone, verdict: &Verdict, line: String, now: Duration) {
        let what = (verdict.facts.key.clone(), verdict.code);
        if Throttles::is_due(&mut self.throttles.told, what, TELL_EVERY, now) {
            let about = Named {
                instance: Some(&verdict.facts.key),
                cluster: Some(&verdict.facts.cluster.name),
                code: Some(verdict.code.as_str()),
            };
            self.setup.voice.say(tone, &about, &line);
        }
    }

    /// Has detections registered: new ones at once, the others once more each tick, since somebody may have
    /// acknowledged them.
    fn register(&mut self, plans: Vec<(Plan, &Verdict)>, now: Duration) {
        let wanted: HashSet<(InstanceKey, bool)> = plans.iter().map(|(plan, _)| kind(plan)).collect();
        let is_news = wanted.difference(&self.following.wanted).next().is_some();
        let again = now >= self.following.next_registration;
        if self.following.registering || plans.is_empty() || !(is_news || again) {
            if plans.is_empty() {
                self.following.wanted = wanted;
            }
            return;
        }
        self.following.wanted = wanted;
        self.following.next_registration = now + Duration::from_secs(1);
        self.following.registering = true;
        let host = self.setup.node.id.hostname.clone();
        let all: Vec<(Plan, Failure)> = plans
            .into_iter()
            .map(|(plan, verdict)| {
                let uid = uid::fresh();
                let failure = Failure::of(verdict, &host, &uid);
                (plan, failure)
            })
            .collect();
        self.following.handed = Some((now, all.clone()));
        self.registrar.give(move |inventory| {
            let register = |(plan, failure): (Plan, Failure)| {
                let result = match &inventory {
                    Ok(inventory) => inventory.register_detection(&plan.detection),
                    Err(error) => Err(error.clone()),
                };
                Registered { plan, failure, result }
            };
            Some(Event::Registered(all.into_iter().map(register).collect()))
        });
    }

    /// Registering that takes long is treated as one that failed: nobody is to wait for the disk.
    pub(super) fn register_late(&mut self, now: Duration) {
        let is_late = |(at, _): &(Duration, _)| now >= *at + LATE;
        if self.active_since.is_none() || !self.following.handed.as_ref().is_some_and(is_late) {
            return;
        }
        let Some((_, all)) = self.following.handed.take() else {
            return;
        };
        for (plan, failure) in all {
            if self.following.is_news_of_memory(kind(&plan), now) {
                self.detected(&plan, failure, "detected; the inventory is slow to take it");
            }
        }
        self.run_hooks();
    }

    pub(super) fn take_registered(&mut self, all: Vec<Registered>) {
        self.following.registering = false;
        self.following.handed = None;
        let now = self.now();
        let block = u64::try_from(self.setup.config.failure_detection_period_block_minutes).unwrap_or(0);
        let period = Duration::from_secs(block.saturating_mul(60));
        for Registered { plan, failure, result } in all {
            self.take_written(&result);
            let what = kind(&plan);
            let is_new = match result {
                Ok(id) => self.following.is_news(what, id.is_some(), now),
                // Nobody is to miss a failure because the disk is full.
                Err(_) => self.active_since.is_some() && self.following.is_news_of_memory(what, now),
            };
            let waits = is_new && self.waits_for_hooks(&plan);
            let (key, recovers) = (plan.detection.key.clone(), matches!(plan.then, Then::Recover { .. }));
            if is_new {
                self.detected(&plan, failure, "detected and registered");
            }
            let is_told = !waits && !self.following.is_telling(&key);
            if recovers && is_told {
                self.consider(&key);
            }
        }
        let period = period.max(REMEMBERED);
        self.following.told.retain(|_, told| now < told.at + period);
        self.run_hooks();
    }

    /// Tells of a new detection and queues its hooks.
    fn detected(&mut self, plan: &Plan, failure: Failure, what: &str) {
        let key = &failure.failed;
        self.say_of(Tone::Warning, key, format!("{key}: {} {what}", failure.failure_type));
        self.say_what_comes_after(plan, key);
        if self.waits_for_hooks(plan) {
            self.following.telling.insert(failure.failed.clone());
            self.following.waiting.push_back(failure);
        }
    }

    /// Whether hooks run before anything else follows.
    fn waits_for_hooks(&self, plan: &Plan) -> bool {
        plan.run_hooks && !self.setup.config.on_failure_detection_processes.is_empty()
    }

    fn say_what_comes_after(&self, plan: &Plan, key: &InstanceKey) {
        match &plan.then {
            Then::Stop => {}
            Then::Disabled(line) => self.say_of(Tone::Info, key, line.clone()),
            // Its own lines tell of it.
            Then::Recover { .. } => {}
        }
    }

    /// Begins with hooks that wait, the oldest first.
    pub(super) fn run_hooks(&mut self) {
        while self.following.running < HOOKS
            && let Some(failure) = self.following.waiting.pop_front()
        {
            let kept = failure.clone();
            let config = &self.setup.config;
            let commands = config.on_failure_detection_processes.clone();
            let limit = Duration::from_secs(config.hook_timeout_seconds);
            let shell = config.processes_shell_command.clone();
            let (clock, post, voice) = (self.setup.clock, self.post.clone(), self.setup.voice.clone());
            let started = std::thread::Builder::new().name("hooks".to_owned()).spawn(move || {
                let mut hooks = Hooks::new(shell, limit);
                let mut steps = Vec::new();
                let list = List {
                    key: "OnFailureDetectionProcesses",
                    commands: &commands,
                    goes_on: false,
                };
                let about = Named {
                    instance: Some(&failure.failed),
                    cluster: Some(&failure.cluster.name),
                    code: Some(&failure.failure_type),
                };
                let result = hooks.run(list, &failure, &mut |step| {
                    voice.say(Tone::Info, &about, &format!("{}: {}", failure.failed, in_short(&step)));
                    steps.push((clock(), step));
                });
                hooks.wait();
                post.send(Event::Hooked(Box::new(Hooked { failure, steps, result })));
            });
            match started {
                Ok(_) => {
                    self.following.running += 1;
                    self.note_fault("hooks", None);
                }
                Err(error) => {
                    self.following.waiting.push_front(kept);
                    let text = format!("hooks wait, since there is no thread to run them: {error}");
                    self.note_fault("hooks", Some(&text));
                    return;
                }
            }
        }
    }

    pub(super) fn take_hooked(&mut self, hooked: Hooked) {
        self.following.running = self.following.running.saturating_sub(1);
        let Hooked { failure, steps, result } = hooked;
        self.following.telling.remove(&failure.failed);
        if result.is_ok() {
            self.consider(&failure.failed);
        }
        if let Err(error) = &result {
            let error = error.to_string();
            let error = in_short(&error);
            let text = format!(
                "{}: {error}; the recovery is put off to the next tick, which goes on without these hooks",
                failure.failed
            );
            self.say_of(Tone::Error, &failure.failed, text);
        }
        self.note(move |inventory: &Inventory| inventory.write_steps(&failure.recovery_uid, &steps));
        self.run_hooks();
    }

    /// Whether something is being registered or hooks run.
    pub(super) fn follows_something(&self) -> bool {
        let following = &self.following;
        following.registering || following.running > 0 || !following.waiting.is_empty() || self.recovering.is_at_work()
    }
}

/// A step as a line of the log: of what a hook said, which may be much and of many lines, the steps hold more.
fn in_short(step: &str) -> String {
    let line: String = step.lines().next().unwrap_or_default().chars().take(LINE).collect();
    if line.len() < step.len() { line + " […]" } else { line }
}

/// What makes two detections one.
fn kind(plan: &Plan) -> (InstanceKey, bool) {
    (plan.detection.key.clone(), plan.detection.is_actionable)
}
