//! A watcher in virtual time: it asks by the schedule, keeps rows by the life cycle of checks, and judges by the rules.

use crate::reading::{self, duration, moment};
use crate::rng::Rng;
use crate::world::{Link, World};
use orchestrator::analysis::rules::{Emergent, RULES};
use orchestrator::analysis::{Request, analyse};
use orchestrator::config::Policy;
use orchestrator::discovery::check;
use orchestrator::model::instance::Instance;
use orchestrator::model::observation::{Contact, ContactKind, Reading};
use orchestrator::model::verdict::{Code, Verdict};
use orchestrator::model::{Fleet, InstanceKey, Observation};
use orchestrator::watch::{LastRun, MasterSeen, Order, Periods, Report, Schedule, Silence, Tick, Witness};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub poll: u64,
    /// Seconds of silence after which the witness asks; 0 for never.
    pub witness: u64,
    /// Milliseconds after which a probe gives up.
    pub probe_deadline: u64,
    /// Connections that are reset are noticed at once.
    pub events: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll: 1,
            witness: 2,
            probe_deadline: 3000,
            events: true,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Probe {
    began: u64,
    due: u64,
    hangs: bool,
}

/// What was said of a server at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub at: u64,
    pub server: usize,
    pub code: Code,
    /// A recovery would begin.
    pub acts: bool,
    pub held: bool,
}

impl Said {
    /// It says that a server is dead, and nothing holds what follows.
    pub fn is_death(&self) -> bool {
        self.acts && !self.held && self.code.as_str().starts_with("Dead")
    }
}

pub struct Watcher {
    pub settings: Settings,
    policy: Policy,
    schedule: Schedule,
    last: LastRun,
    fleet: Fleet,
    witness: Witness,
    keys: Vec<InstanceKey>,
    reports: HashMap<InstanceKey, Report>,
    probes: Vec<Option<Probe>>,
    begun: Vec<Option<u64>>,
    silent: Vec<Option<(u64, u64)>>,
    restarts: BTreeMap<usize, u64>,
    step_at: u64,
    /// What is said of each server now.
    pub now_said: BTreeMap<usize, Said>,
    /// Everything ever said, each change once.
    pub said: Vec<Said>,
    pub restarted: Vec<(u64, usize)>,
}

impl Watcher {
    pub fn new(world: &World, settings: Settings) -> Self {
        let keys: Vec<InstanceKey> = world.servers.iter().map(|s| InstanceKey::new(&s.name, 3306)).collect();
        let policy = Policy {
            instance_poll_seconds: settings.poll,
            ..Policy::default()
        };
        let periods = Periods {
            instance_poll: Duration::from_secs(settings.poll),
            recovery: Duration::from_secs(1),
            snapshot: None,
        };
        let count = keys.len();
        let mut watcher = Self {
            settings,
            policy,
            schedule: Schedule::new(&periods),
            last: LastRun::default(),
            fleet: Fleet::default(),
            witness: Witness::new(Duration::from_secs(settings.witness)),
            keys,
            reports: HashMap::new(),
            probes: vec![None; count],
            begun: vec![None; count],
            silent: vec![None; count],
            restarts: BTreeMap::new(),
            step_at: u64::MAX,
            now_said: BTreeMap::new(),
            said: Vec::new(),
            restarted: Vec::new(),
        };
        for at in 0..count {
            watcher.answered(world, at, 0);
        }
        watcher
    }

    /// When the watcher has something to do.
    pub fn next(&self, world: &World) -> u64 {
        let elapsed = duration(world.now);
        let tick = self.schedule.until_next(elapsed, &self.last);
        let tick = tick.map_or(u64::MAX, |left| {
            world.now + u64::try_from(left.as_millis()).expect("short")
        });
        let probes = self.probes.iter().flatten().map(|probe| probe.due).min();
        let restarts = self.restarts.values().copied().min();
        [probes, restarts]
            .into_iter()
            .flatten()
            .fold(tick.min(self.step_at), u64::min)
    }

    /// Something changed in the world: hung probes may go on, and reset connections are noticed.
    pub fn notice(&mut self, world: &World, rng: &mut Rng, reset: Option<usize>) {
        for (at, probe) in self.probes.iter_mut().enumerate() {
            if let Some(probe) = probe
                && probe.hangs
                && world.path(world.watcher(), at) != Link::Blackhole
            {
                probe.due = probe.due.min(world.now + rng.between(1, 400));
            }
        }
        if let Some(at) = reset.filter(|_| self.settings.events) {
            let near = world.replicas_of(at).chain(world.servers[at].master);
            for other in near.chain([at]).collect::<Vec<_>>() {
                self.ask(world, rng, other);
            }
        }
    }

    fn ask(&mut self, world: &World, rng: &mut Rng, at: usize) {
        if self.probes[at].is_none() {
            let due = world.now + rng.between(1, 4) + world.servers[at].slow;
            self.probes[at] = Some(Probe {
                began: world.now,
                due,
                hangs: false,
            });
            self.begun[at] = Some(world.now);
        }
    }

    /// Does everything that is due now.
    pub fn work(&mut self, world: &mut World, rng: &mut Rng) {
        let mut changed = self.finish_probes(world);
        changed |= self.finish_restarts(world);
        let due = self.schedule.due(duration(world.now), &self.last);
        for tick in due {
            self.last.begin(&tick);
            match tick.tick {
                Tick::Health => self.queue(world, rng),
                Tick::Recovery => {
                    changed = true;
                    self.emergent(world, rng);
                }
                _ => {}
            }
            self.last.end(tick.tick, duration(world.now));
        }
        if changed || world.now >= self.step_at {
            self.judge(world, rng);
        }
    }

    /// Every instance that was not asked for a poll interval.
    fn queue(&mut self, world: &World, rng: &mut Rng) {
        for at in 0..self.keys.len() {
            if self.begun[at].is_none_or(|begun| world.now + 10 >= begun + self.settings.poll * 1000) {
                self.ask(world, rng, at);
            }
        }
    }

    fn finish_probes(&mut self, world: &World) -> bool {
        let mut changed = false;
        for at in 0..self.keys.len() {
            let Some(mut probe) = self.probes[at].filter(|probe| probe.due <= world.now) else {
                continue;
            };
            let kind = match world.path(world.watcher(), at) {
                Link::Open => None,
                Link::Refuse => Some(ContactKind::Refused),
                Link::Blackhole if world.now >= probe.began + self.settings.probe_deadline => {
                    Some(ContactKind::HungInQuery)
                }
                Link::Blackhole => {
                    probe.hangs = true;
                    probe.due = probe.began + self.settings.probe_deadline;
                    self.probes[at] = Some(probe);
                    continue;
                }
            };
            self.probes[at] = None;
            changed = true;
            match kind {
                None => self.answered(world, at, probe.began),
                Some(kind) => self.failed(world, at, probe.began, kind),
            }
        }
        changed
    }

    fn observation(&self, world: &World, at: usize, began: u64, contact: Contact) -> Observation {
        let answered = contact.kind == ContactKind::Answered;
        Observation {
            asked: self.keys[at].clone(),
            began: moment(began),
            ended: moment(world.now),
            latency: duration(world.now - began),
            contact,
            reading: answered.then(Reading::default),
            faults: Vec::new(),
        }
    }

    fn answered(&mut self, world: &World, at: usize, began: u64) {
        let observation = self.observation(world, at, began, Contact::answered());
        let instance = reading::row(world, &self.keys, at, check::answered(&observation));
        let report = reading::report(&world.servers[at], began);
        self.reports.insert(self.keys[at].clone(), report);
        self.fleet.contacts.remove(&self.keys[at]);
        self.fleet.upsert(instance);
        self.silent[at] = None;
    }

    fn failed(&mut self, world: &World, at: usize, began: u64, kind: ContactKind) {
        let contact = Contact::failed(kind, "");
        let observation = self.observation(world, at, began, contact.clone());
        let mut instance = self.fleet.get(&self.keys[at]).expect("it was seen").clone();
        instance.check = check::failed(&instance.check, &observation);
        self.fleet.contacts.insert(self.keys[at].clone(), contact);
        self.fleet.upsert(instance);
        let (_, until) = self.silent[at].get_or_insert((began, began));
        *until = began.max(*until);
    }

    /// A probe that hangs is an unanswered attempt, and goes on being one each second.
    fn mark_hanging(&mut self, world: &World) {
        for at in 0..self.keys.len() {
            let Some(probe) = self.probes[at] else { continue };
            if world.now < probe.began + 1000 {
                continue;
            }
            self.silent[at].get_or_insert((probe.began, world.now)).1 = world.now;
            let instance = self.fleet.get(&self.keys[at]).expect("it was seen");
            let began = moment(probe.began.max(world.now - 1000));
            if let Some(check) = check::hanging(&instance.check, began, moment(world.now)) {
                let mut instance = instance.clone();
                instance.check = check;
                self.fleet.upsert(instance);
            }
        }
    }

    fn finish_restarts(&mut self, world: &mut World) -> bool {
        let due: Vec<usize> = self
            .restarts
            .iter()
            .filter(|(_, due)| **due <= world.now)
            .map(|(at, _)| *at)
            .collect();
        for at in &due {
            self.restarts.remove(at);
            if world.path(world.watcher(), *at) == Link::Open {
                let now = world.now;
                world.servers[*at].receiver.restart(now);
                world.settle();
                self.witness.restarted(&self.keys[*at], duration(now));
                self.restarted.push((now, *at));
            } else {
                self.witness.not_restarted(&self.keys[*at], false);
            }
        }
        !due.is_empty()
    }

    fn index(&self, key: &InstanceKey) -> usize {
        self.keys.iter().position(|known| known == key).expect("a known key")
    }

    /// Reads again what the rules want read again.
    fn emergent(&mut self, world: &World, rng: &mut Rng) {
        let said: Vec<(usize, Code)> = self.now_said.values().map(|said| (said.server, said.code)).collect();
        for (at, code) in said {
            let rule = RULES.iter().find(|rule| rule.code == code);
            if rule.is_some_and(|rule| rule.emergent == Emergent::RereadInstanceAndReplicas) {
                let near: Vec<usize> = world.replicas_of(at).chain([at]).collect();
                near.into_iter().for_each(|other| self.ask(world, rng, other));
            }
        }
    }

    fn unreachable(&self, at: usize) -> bool {
        let window = self.policy.instance_poll_seconds + self.policy.reasonable_instance_check_seconds;
        let check = &self.fleet.get(&self.keys[at]).expect("it was seen").check;
        !check.is_valid_within(i64::try_from(window).expect("short"))
    }

    fn judge(&mut self, world: &mut World, rng: &mut Rng) {
        self.mark_hanging(world);
        let orders = self.witnessed(world);
        for order in orders {
            match order {
                Order::RestartReceiver(key) | Order::StartReceiver(key) => {
                    let at = self.index(&key);
                    let answers = world.path(world.watcher(), at) == Link::Open;
                    let takes = if answers { rng.between(2, 30) } else { 2000 };
                    self.restarts.insert(at, world.now + takes);
                }
                Order::Read(key) => {
                    let at = self.index(&key);
                    self.ask(world, rng, at);
                }
            }
        }
        let unreachable = (0..self.keys.len()).any(|at| self.unreachable(at));
        let runs = |i: &Instance| i.replication.master.is_none() || i.replication.io_running;
        let healthy = !unreachable && self.fleet.instances().iter().all(runs);
        let verdicts = if healthy && self.now_said.is_empty() {
            Vec::new()
        } else {
            self.verdicts(world)
        };
        self.say(world, &verdicts);
    }

    fn witnessed(&mut self, world: &World) -> Vec<Order> {
        let now = duration(world.now);
        let unreachable: Vec<bool> = (0..self.keys.len()).map(|at| self.unreachable(at)).collect();
        let spans = self.keys.iter().zip(&self.silent);
        let silences = spans.filter_map(|(key, span)| Some((key.clone(), reading::silence((*span)?))));
        let silences: HashMap<InstanceKey, Silence> = silences.collect();
        let masters: Vec<MasterSeen<'_>> = (0..self.keys.len())
            .filter(|at| world.replicas_of(*at).next().is_some())
            .map(|at| {
                let master = self.fleet.get(&self.keys[at]).expect("it was seen");
                MasterSeen::of(&self.fleet, master, unreachable[at], &silences, &self.reports)
            })
            .collect();
        let orders = self.witness.step(now, &masters);
        let next = self.witness.until_next(now, &masters);
        self.step_at = next.map_or(u64::MAX, |left| {
            world.now + u64::try_from(left.as_millis()).expect("short").max(20)
        });
        orders
    }

    fn verdicts(&self, world: &World) -> Vec<Verdict> {
        let request = Request::default();
        let judge = |fleet: &Fleet| analyse(fleet, &self.policy, moment(world.now), &request);
        let mut fleet = self.fleet.clone();
        self.witness.override_facts(&mut fleet);
        judge(&fleet)
    }

    fn say(&mut self, world: &World, verdicts: &[Verdict]) {
        let mut now_said = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.code != Code::NoProblem) {
            let said = Said {
                at: world.now,
                server: self.index(&verdict.facts.key),
                code: verdict.code,
                acts: verdict.action.is_recovery(),
                held: self.witness.hold_actionable(&verdict.facts.key),
            };
            let before = self.now_said.get(&said.server);
            if before.is_none_or(|b| (b.code, b.held) != (said.code, said.held)) {
                self.said.push(said.clone());
            }
            now_said.insert(said.server, said);
        }
        self.now_said = now_said;
    }
}
