//! What a watcher is given, and how it begins.

use super::Engine;
use super::agenda::{Agenda, Cadence, Lane};
use super::clerk::{Clerk, Open};
use super::event::{Event, Post};
use super::following::Following;
use super::hands::Hands;
use super::judging::Throttles;
use super::lanes::{Asking, Lanes, Limits};
use super::memory::Memory;
use super::recovering::Recovering;
use super::sessions::Sessions;
use crate::config::{Config, Policy};
use crate::discovery::{DiscoveryRules, Names};
use crate::inventory::{AuditEntry, Inventory, NodeReport};
use crate::model::{InstanceKey, Timestamp};
use crate::probe::{HangUps, ProbeSettings};
use crate::watch::metrics::Metrics;
use crate::watch::{LastRun, Periods, Schedule, Standing, Witness};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Threads for urgent questions.
const URGENT: usize = 64;

/// How grave something that is said is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something failed.
    Error,
    /// Something is off.
    Warning,
    /// Worth knowing.
    Info,
    /// For finding faults in the tool.
    Debug,
}

/// What something that is said is about.
#[derive(Clone, Debug, Default)]
pub struct Named<'a> {
    /// The instance.
    pub instance: Option<&'a InstanceKey>,
    /// The cluster's name.
    pub cluster: Option<&'a str>,
    /// Code of a verdict.
    pub code: Option<&'a str>,
}

/// Who takes what the watcher says. Called from several threads.
pub trait Voice: Send + Sync {
    /// Says something.
    fn say(&self, tone: Tone, about: &Named<'_>, text: &str);
    /// Writes an entry to the audit file, where there is one, and says it.
    fn audit(&self, entry: &AuditEntry);
    /// Shows how things stand, where anybody looks; called several times a second, and never waits.
    fn show(&self, standing: &dyn Fn() -> Overview);
    /// Tells the service manager, if there is one.
    fn notify(&self, word: Word<'_>);
}

/// What a service manager is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// Everything is set up, or the configuration was read again.
    Ready(&'a str),
    /// The configuration is being read again.
    Reloading,
    /// The process is ending.
    Stopping,
    /// It lives.
    Alive,
    /// How it stands.
    Status(&'a str),
}

/// How things stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Instances known.
    pub instances: usize,
    /// Those that answered last time.
    pub ok: usize,
    /// Those that did not.
    pub failing: usize,
    /// Servers of which something is said.
    pub problems: usize,
    /// Whether this watcher acts on the inventory.
    pub elected: bool,
    /// Time since an answer was taken in.
    pub last_probe: Option<Duration>,
}

/// How a watcher came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it was meant to.
    Finished,
    /// It was to do everything once, and another watcher acts on this inventory: its host and token.
    NotElected(String),
    /// It was to do everything once, and could not; why.
    Failed(String),
}

/// What a watcher is given.
pub struct Setup {
    /// The configuration in force.
    pub config: Config,
    /// Who this watcher is.
    pub node: NodeReport,
    /// Opens the inventory.
    pub open: Arc<Open>,
    /// The inventory's file.
    pub path: PathBuf,
    /// The wall clock, in whole seconds.
    pub clock: fn() -> Timestamp,
    /// Who takes what is said.
    pub voice: Arc<dyn Voice>,
    /// Reads the configuration again; an error in words.
    pub reload: Box<dyn Fn() -> Result<Config, String> + Send>,
    /// Where metrics are written.
    pub metrics_file: Option<PathBuf>,
    /// Everything is done once, then it ends.
    pub once: bool,
    /// Takes the right to act on the inventory from whoever has it.
    pub grab: bool,
    /// Nothing is to be changed: no hooks are run and no server is told anything.
    pub noop: bool,
}

impl Engine {
    /// Sets everything up; nobody is asked yet. Events that are posted to `post` arrive at `events`.
    ///
    /// # Errors
    /// A sentence, when the system gives no threads or descriptors.
    pub fn new(setup: Setup, inventory: Inventory, post: Post, events: Receiver<Event>) -> Result<Self, String> {
        let start = Instant::now();
        let config = &setup.config;
        let policy = Arc::new(policy(config));
        let rules = Arc::new(DiscoveryRules::from(config));
        let settings = Arc::new(ProbeSettings::from(config));
        let names = Arc::new(Names::system(&rules, settings.connect_timeout));
        let hung_up = post.clone();
        let hangups = HangUps::start(move |key| hung_up.send(Event::HungUp(key)))
            .map_err(|error| format!("watching connections: {error}"))?;
        let sessions = Arc::new(Sessions::new(settings, HashMap::new(), hangups));
        let lanes = Lanes::new(limits(config), asking(start, setup.clock, &sessions, &names, &post));
        let made = super::clerk::Made::default();
        let clerk = |name: &str, inventory: Option<Inventory>| {
            Clerk::start(
                name,
                inventory,
                setup.path.clone(),
                Arc::clone(&setup.open),
                Arc::clone(&made),
                post.clone(),
            )
            .map_err(|error| format!("starting a thread for the inventory: {error}"))
        };
        Ok(Self {
            keeper: clerk("keeper", Some(inventory))?,
            registrar: clerk("registrar", None)?,
            chores: clerk("chores", None)?,
            hands: Hands::new(start, Arc::clone(&sessions), post.clone()),
            agenda: agenda(config, setup.once),
            schedule: Schedule::new(&Periods::from(config)),
            last_here: LastRun::default(),
            last: LastRun::default(),
            ready: false,
            epoch: 0,
            unelectable: None,
            noting: false,
            renewed: Duration::ZERO,
            begun: HashMap::new(),
            standing: Standing {
                pseudo_gtid: config.auto_pseudo_gtid,
                started_up: setup.once,
                ..Standing::default()
            },
            chore_memory: Arc::new(if setup.once {
                crate::watch::chores::Memory::new(crate::inventory::Election::at_once())
            } else {
                crate::watch::chores::Memory::default()
            }),
            file_version: Arc::new((-1).into()),
            active_since: None,
            settled: false,
            recoveries_disabled: false,
            forgotten: HashSet::new(),
            notes: VecDeque::new(),
            witness: Witness::new(Duration::from_secs(config.unreachable_master_witness_seconds)),
            following: Following::default(),
            recovering: Recovering::default(),
            throttles: Throttles::default(),
            board: super::Board::default(),
            noted: BTreeMap::new(),
            metrics: Arc::new(Metrics::new(&Lane::ALL.map(Lane::as_str))),
            memory: Memory::default(),
            chases: HashMap::new(),
            stale: false,
            judge_not_before: Duration::ZERO,
            judge_at: None,
            flushing: false,
            flush_not_before: Duration::ZERO,
            unwritable: None,
            replaced_by: None,
            flush_failed: false,
            metrics_written: None,
            short_until: None,
            faults: super::Faults::default(),
            leaving: None,
            setup,
            start,
            events,
            post,
            policy,
            rules,
            names,
            lanes,
            sessions,
        })
    }
}

/// Seconds between two readings of a server with replicas.
pub(super) fn master_poll(config: &Config) -> u64 {
    match config.master_poll_seconds {
        0 => config.instance_poll_seconds.max(1),
        own => own.min(config.instance_poll_seconds.max(1)),
    }
}

/// What judging goes by: how long a silence counts depends on how often masters are really asked.
pub(super) fn policy(config: &Config) -> Policy {
    Policy {
        instance_poll_seconds: master_poll(config),
        ..Policy::from(config)
    }
}

/// An agenda without servers.
pub(super) fn agenda(config: &Config, once: bool) -> Agenda {
    let capacity = usize::try_from(config.discovery_queue_capacity).unwrap_or(usize::MAX);
    Agenda::new(cadence(config))
        .with_capacity(capacity)
        .with_one_turn_each(once)
}

/// How often servers are asked.
pub(super) fn cadence(config: &Config) -> Cadence {
    Cadence {
        poll: Duration::from_secs(config.instance_poll_seconds.max(1)),
        master_poll: Duration::from_secs(master_poll(config)),
        factor: config.dead_instance_poll_seconds_multiply_factor,
        most: Duration::from_secs(config.dead_instance_poll_seconds_max),
    }
}

fn limits(config: &Config) -> Limits {
    let number = |n| usize::try_from(n).unwrap_or(0);
    let regular = number(config.discovery_max_concurrency).max(1);
    let slow = match number(config.dead_instance_discovery_max_concurrency) {
        0 => regular,
        own => own,
    };
    Limits {
        regular,
        slow,
        urgent: URGENT,
    }
}

fn asking(
    start: Instant,
    clock: fn() -> Timestamp,
    sessions: &Arc<Sessions>,
    names: &Arc<Names>,
    post: &Post,
) -> Asking {
    let (sessions, names, post) = (Arc::clone(sessions), Arc::clone(names), post.clone());
    Asking {
        start,
        probe: Box::new(move |key| sessions.probe(key, &clock)),
        prepare: Box::new(move |observation| names.warm(observation)),
        answer: Box::new(move |probed| post.send(Event::Probed(Box::new(probed)))),
    }
}
