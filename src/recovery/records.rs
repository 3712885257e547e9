//! The desk of a real recovery: its journal and records in the inventory, its hooks, and the lease that is kept alive
//! beside it.

use super::desk::{Desk, Stop};
use super::hooks::{Hooks, List};
use super::placeholders::{Failure, Successor};
use super::trail::{Audit, DOWNTIME_ENDED};
use crate::config::Config;
use crate::inventory::{FenceState, HandOver, Inventory, InventoryError, NewDowntime, NodeId, RecoveryOutcome};
use crate::model::plan::{HookList, Kind, Local, Plan, Progress};
use crate::model::records::LOST_IN_RECOVERY;
use crate::model::{InstanceKey, Timestamp};
use std::collections::HashMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the lease is renewed.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// How long lost servers are in downtime where the configuration does not say, as the original has it.
const LOST_SECONDS: i64 = 365 * 24 * 3600;

/// What opens the inventory on other threads.
pub type Open = Arc<dyn Fn() -> Result<Inventory, InventoryError> + Send + Sync>;

/// Who hears each step, for the log.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// What a recovery is recorded with.
pub struct Surroundings {
    /// The configuration.
    pub config: Arc<Config>,
    /// Opens the inventory.
    pub open: Open,
    /// This program.
    pub node: NodeId,
    /// Who hears each step.
    pub say: Say,
    /// Who writes the audit trail.
    pub audit: Audit,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Who is named as the one who did it: a person, or this program.
    pub owner: String,
    /// No hooks run.
    pub no_hooks: bool,
}

/// The records of one recovery.
pub struct Records {
    inventory: Inventory,
    config: Arc<Config>,
    hooks: Hooks,
    failure: Failure,
    uid: String,
    owner: String,
    say: Say,
    clock: fn() -> Timestamp,
    no_hooks: bool,
    is_open: bool,
    /// Steps that are said and not yet stored.
    steps: Vec<(Timestamp, String)>,
    /// What tells the failed master from another server at its address; empty where that is not known.
    identity: String,
    /// Aliases of instances that have one.
    aliases: HashMap<InstanceKey, String>,
    /// The record says how it ended.
    is_resolved: bool,
    lost: Arc<Mutex<Option<String>>>,
    /// The lease is kept alive as long as this is here.
    _heart: Heart,
}

impl Records {
    /// Records under a lease that is ours already. `resumes` says that the journal is open already.
    ///
    /// # Errors
    /// When the inventory cannot be opened, or there is no thread for the heartbeat.
    pub fn begin(
        around: &Surroundings,
        failure: Failure,
        identity: String,
        aliases: HashMap<InstanceKey, String>,
        resumes: bool,
    ) -> Result<Self, InventoryError> {
        let inventory = (around.open)()?;
        let limit = Duration::from_secs(around.config.hook_timeout_seconds);
        let lost = Arc::new(Mutex::new(None));
        let uid = failure.recovery_uid.clone();
        Ok(Self {
            inventory,
            hooks: Hooks::new(around.config.processes_shell_command.clone(), limit),
            config: Arc::clone(&around.config),
            _heart: Heart::start(
                Arc::clone(&around.open),
                uid.clone(),
                around.node.token.clone(),
                Arc::clone(&lost),
            ),
            failure,
            uid,
            owner: around.owner.clone(),
            say: Arc::clone(&around.say),
            clock: around.clock,
            no_hooks: around.no_hooks,
            is_open: resumes,
            steps: Vec::new(),
            identity,
            aliases,
            is_resolved: false,
            lost,
        })
    }

    /// The inventory.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What hooks are told.
    pub fn failure(&mut self) -> &mut Failure {
        &mut self.failure
    }

    /// Runs a list of hooks outside of the plan: those of a recovery that came to nothing.
    pub fn run_hooks(&mut self, list: HookList) -> Result<String, String> {
        if self.no_hooks {
            return Ok("no hooks are to run".to_owned());
        }
        let config = Arc::clone(&self.config);
        let commands = commands(&config, list);
        let (say, clock, steps) = (&self.say, self.clock, &mut self.steps);
        let ran = self.hooks.run(
            List {
                key: list.key(),
                commands,
                goes_on: !list.may_forbid(),
            },
            &self.failure,
            &mut |step| {
                say(&step);
                steps.push((clock(), step));
            },
        );
        self.store_steps();
        match ran {
            Ok(runs) => Ok(format!("{} run", runs.len())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Stores the steps that were said. What cannot be stored now is stored with the next.
    pub fn store_steps(&mut self) {
        if !self.steps.is_empty() && self.inventory.write_steps(&self.uid, &self.steps).is_ok() {
            self.steps.clear();
        }
    }

    /// Waits for hooks that run in the background.
    pub fn wait(&mut self) {
        self.hooks.wait();
        self.store_steps();
    }

    /// The record says who was promoted before hooks are told so. What goes wrong later is added at the end.
    fn resolve(&mut self, plan: &Plan) {
        if self.is_resolved || plan.kind == Kind::Rejoin {
            return;
        }
        self.is_resolved = true;
        let successor = plan.successor.clone();
        let outcome = RecoveryOutcome {
            uid: self.uid.clone(),
            successor_alias: successor
                .as_ref()
                .and_then(|key| self.aliases.get(key).cloned())
                .unwrap_or_default(),
            successor,
            lost: self.failure.lost_replicas.clone(),
            participating: Vec::new(),
            errors: Vec::new(),
        };
        if let Err(error) = self.inventory.resolve_recovery(&outcome, (self.clock)()) {
            (self.say)(&error.to_string());
        }
    }

    fn check(&self) -> Result<(), Stop> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.clone().map_or(Ok(()), |why| Err(Stop::LeaseLost(why)))
    }

    fn downtime(&self, key: &InstanceKey) -> Result<String, InventoryError> {
        let minutes = i64::try_from(self.config.master_failover_lost_instances_downtime_minutes).unwrap_or(0);
        let seconds = if minutes == 0 {
            LOST_SECONDS
        } else {
            minutes.saturating_mul(60)
        };
        let now = (self.clock)();
        self.inventory.begin_downtime(
            &NewDowntime {
                key: key.clone(),
                owner: self.owner.clone(),
                reason: LOST_IN_RECOVERY.to_owned(),
                begin: now,
                end: Some(now.plus_seconds(seconds)),
            },
            now,
        )?;
        Ok(format!("for {seconds} s"))
    }

    fn hand_over(&self, to: &InstanceKey) -> Result<String, InventoryError> {
        let cluster = &self.failure.cluster;
        // One that was fenced, or was to be, is the master from now on.
        for fence in self.inventory.wanted_fences()?.iter().filter(|fence| fence.key == *to) {
            let now = (self.clock)();
            self.inventory
                .fence_done(to, &fence.uid, FenceState::Dropped, "it was promoted", now)?;
        }
        let given = self.inventory.hand_over(
            &HandOver {
                cluster: cluster.name.clone(),
                alias: cluster.alias.clone(),
                domain: if cluster.domain == cluster.name {
                    String::new()
                } else {
                    cluster.domain.clone()
                },
                master: to.clone(),
                kv_prefix: self.config.kv_cluster_master_prefix.clone(),
                addresses: addresses(to),
            },
            (self.clock)(),
        )?;
        Ok(given.join(", "))
    }
}

impl Desk for Records {
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop> {
        self.check()?;
        let written = if self.is_open {
            self.inventory.extend_journal(&self.uid, plan)
        } else {
            let opened = self.inventory.open_journal(&self.uid, plan, (self.clock)());
            opened.map(|beside| {
                self.is_open = true;
                if let Some(error) = beside {
                    (self.say)(&error.to_string());
                }
            })
        };
        written.map_err(|error| Stop::Unwritable(error.to_string()))?;
        if !plan.losses.rows.is_empty() {
            let recorded = self.inventory.record_losses(&self.uid, &plan.losses, (self.clock)());
            recorded.map_err(|error| Stop::Unwritable(error.to_string()))?;
        }
        Ok(())
    }

    fn note(&mut self, number: u32, progress: Progress, at_ms: i64, said: &str) -> Result<(), Stop> {
        self.check()?;
        let noted = self.inventory.note_progress(&self.uid, number, progress, at_ms, said);
        noted.map(drop).map_err(|error| Stop::Unwritable(error.to_string()))
    }

    fn step(&mut self, text: &str) {
        (self.say)(text);
        self.steps.push(((self.clock)(), text.to_owned()));
    }

    fn local(&mut self, local: &Local, plan: &Plan) -> Result<String, String> {
        self.failure.lost_replicas = plan.lost.iter().map(|(key, _)| key.clone()).collect();
        let now = (self.clock)();
        let done = match local {
            Local::Hooks(list) => {
                if !list.may_forbid() {
                    self.failure.is_successful = true;
                    let successor = plan.successor.as_ref();
                    self.failure.successor = successor.map(|key| Successor {
                        key: key.clone(),
                        alias: self.aliases.get(key).cloned().unwrap_or_default(),
                        binlog_coordinates: plan.coordinates.clone(),
                    });
                    self.resolve(plan);
                }
                return self.run_hooks(*list);
            }
            Local::Downtime(key) => self.downtime(key),
            Local::EndDowntime(key) => self.inventory.end_downtime(key).map(|ended| match ended {
                true => DOWNTIME_ENDED.to_owned(),
                false => "it was in none".to_owned(),
            }),
            Local::HandOver(key) => self.hand_over(key),
            Local::ClearDetections => self
                .inventory
                .clear_detections_of(&plan.failed, now)
                .map(|count| format!("{count} ended")),
            Local::Wanted(key) => {
                let identity = if *key == plan.failed {
                    self.identity.as_str()
                } else {
                    ""
                };
                let wanted = self.inventory.want_fence(key, &self.uid, &plan.cluster, identity, now);
                wanted.map(|()| String::new())
            }
        };
        self.store_steps();
        done.map_err(|error| error.to_string())
    }

    fn close(&mut self, outcome: &str) -> Result<(), Stop> {
        self.store_steps();
        if !self.is_open {
            return Ok(());
        }
        let closed = self.inventory.close_journal(&self.uid, outcome, (self.clock)());
        closed.map_err(|error| Stop::Unwritable(error.to_string()))
    }
}

/// The commands of a list.
pub fn commands(config: &Config, list: HookList) -> &[String] {
    match list {
        HookList::PreGracefulTakeover => &config.pre_graceful_takeover_processes,
        HookList::PreFailover => &config.pre_failover_processes,
        HookList::PostMasterFailover => &config.post_master_failover_processes,
        HookList::PostFailover => &config.post_failover_processes,
        HookList::PostUnsuccessfulFailover => &config.post_unsuccessful_failover_processes,
        HookList::PostGracefulTakeover => &config.post_graceful_takeover_processes,
    }
}

/// An instance's addresses, of IPv4 and IPv6; `None` where its name has none now.
fn addresses(key: &InstanceKey) -> Option<(String, String)> {
    let found: Vec<IpAddr> = (key.hostname.as_ref(), key.port)
        .to_socket_addrs()
        .ok()?
        .map(|address| address.ip())
        .collect();
    let first = |of: fn(&IpAddr) -> bool| {
        found
            .iter()
            .find(|ip| of(ip))
            .map_or_else(String::new, ToString::to_string)
    };
    Some((first(IpAddr::is_ipv4), first(IpAddr::is_ipv6)))
}

/// What renews the lease, on a thread and a connection of its own, until it is dropped.
pub struct Heart {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    /// Renews the lease of `uid` every second. Why it was lost, if it was, is left in `lost`.
    pub fn start(open: Open, uid: String, token: String, lost: Arc<Mutex<Option<String>>>) -> Self {
        let (stop, stopped) = channel();
        let beat = move || {
            let mut inventory = None;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(HEARTBEAT) {
                if inventory.is_none() {
                    inventory = open().ok();
                }
                let renewed = inventory
                    .as_ref()
                    .map(|inventory| inventory.renew_lease(&uid, &token, now_ms()));
                match renewed {
                    Some(Ok(false)) => {
                        let mut lost = lost.lock().unwrap_or_else(PoisonError::into_inner);
                        lost.get_or_insert_with(|| "somebody else holds the lease".to_owned());
                        return;
                    }
                    Some(Ok(true)) | None => {}
                    // Nobody else can take it from a file that cannot be written; it is opened anew next time.
                    Some(Err(_)) => inventory = None,
                }
            }
        };
        let thread = std::thread::Builder::new().name("lease".to_owned()).spawn(beat).ok();
        Self {
            stop: Some(stop),
            thread,
        }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The wall clock in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
