//! The desk of a real recovery: its journal and records in the inventory, its hooks, and the lease that is kept alive
//! beside it.

use super::desk::{Desk, Stop};
use super::heart::{Heart, Pulse, now_ms};
use super::hooks::{Hooks, List};
use super::placeholders::{Failure, Successor};
use super::trail::{Audit, DOWNTIME_ENDED};
use super::wanted::Wanted;
use crate::config::Config;
use crate::discovery::lookup::{Lookup, SystemLookup};
use crate::inventory::{
    FenceState, HandOver, Holding, Inventory, InventoryError, NewDowntime, NodeId, Note, Noted, RecoveryOutcome, Turn,
};
use crate::model::plan::{HookList, Local, Origin, Plan, Progress};
use crate::model::{InstanceKey, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long looking up the addresses of a new master may take: hooks and replicas wait meanwhile.
const LOOKUP: Duration = Duration::from_secs(1);

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
    /// Where host names are looked up.
    pub lookup: Arc<dyn Lookup>,
    /// No hooks run.
    pub no_hooks: bool,
}

impl Surroundings {
    /// Where host names are looked up.
    pub fn lookup() -> Arc<dyn Lookup> {
        Arc::new(SystemLookup::new(LOOKUP))
    }
}

/// The records of one recovery.
pub struct Records {
    inventory: Inventory,
    config: Arc<Config>,
    hooks: Hooks,
    failure: Failure,
    uid: String,
    token: String,
    owner: String,
    say: Say,
    clock: fn() -> Timestamp,
    lookup: Arc<dyn Lookup>,
    is_open: bool,
    /// Steps that are said and not yet stored.
    steps: Vec<(Timestamp, String)>,
    /// What it was begun with.
    origin: Origin,
    /// Steps that are final.
    finals: Vec<u32>,
    /// Who is to be fenced.
    wanted: Wanted,
    /// Aliases of instances that have one.
    aliases: HashMap<InstanceKey, String>,
    /// The record says how it ended.
    is_resolved: bool,
    pulse: Arc<Pulse>,
    /// The lease is kept alive as long as this is here.
    #[expect(dead_code, reason = "it works by being there")]
    heart: Heart,
}

impl Records {
    /// Records under a lease that is ours already. `resumes` says that the journal is open already.
    ///
    /// # Errors
    /// When the inventory cannot be opened, or there is no thread for the heartbeat; then nothing may be changed.
    pub fn begin(
        around: &Surroundings,
        failure: Failure,
        origin: Origin,
        aliases: HashMap<InstanceKey, String>,
        resumes: bool,
    ) -> Result<Self, InventoryError> {
        let inventory = (around.open)()?;
        let limit = Duration::from_secs(around.config.hook_timeout_seconds);
        let pulse = Arc::<Pulse>::default();
        let (uid, token) = (failure.recovery_uid.clone(), around.node.token.clone());
        let heart = Heart::start(Arc::clone(&around.open), uid.clone(), token.clone(), Arc::clone(&pulse));
        let heart = heart.map_err(|error| {
            let why = format!("the system gives no thread that keeps its lease: {error}");
            inventory.unable(
                "begin a recovery",
                why,
                "end other programs, or raise the limit on processes",
            )
        })?;
        Ok(Self {
            inventory,
            hooks: Hooks::new(around.config.processes_shell_command.clone(), limit),
            config: Arc::clone(&around.config),
            heart,
            failure,
            uid,
            token,
            owner: around.owner.clone(),
            say: Arc::clone(&around.say),
            clock: around.clock,
            lookup: Arc::clone(&around.lookup),
            is_open: resumes,
            steps: Vec::new(),
            origin,
            finals: Vec::new(),
            wanted: Wanted::default(),
            aliases,
            is_resolved: false,
            pulse,
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
        if self.origin.no_hooks {
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
        if self.is_resolved || plan.kind.promotes_nobody() {
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
            is_cut_off: false,
        };
        if let Err(error) = self.inventory.resolve_recovery(&outcome, (self.clock)()) {
            (self.say)(&error.to_string());
        }
    }

    fn check(&self) -> Result<(), Stop> {
        self.pulse.lost().map_or(Ok(()), |why| Err(Stop::LeaseLost(why)))
    }

    fn holding(&self) -> Holding<'_> {
        Holding {
            uid: &self.uid,
            token: &self.token,
            now_ms: now_ms(),
        }
    }

    /// Whether the cluster is still ours to change, as far as the inventory can be asked.
    pub fn is_ours(&self) -> bool {
        self.check().is_ok() && !matches!(self.inventory.hold(&self.holding()), Err(error) if error.is_lease_lost())
    }

    /// What tells the failed master from another server at its address; empty where that is not known.
    pub fn identity(&self) -> String {
        self.origin.identity.clone()
    }

    /// Whether a plan was written down, of which somebody could go on with.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    fn stop(&self, error: &InventoryError) -> Stop {
        if !error.is_lease_lost() {
            return Stop::Unwritable(error.to_string());
        }
        Stop::LeaseLost(self.pulse.lose(error.to_string()))
    }

    /// Whoever was to be fenced for this recovery is, whatever could be written down until now.
    pub fn want_fences(&mut self, plan: &Plan) {
        self.wanted.plan(plan, &self.origin.identity);
        self.wanted.postpone();
        self.wanted.write(&self.inventory, &self.uid, (self.clock)());
    }

    /// Nobody was promoted, so the old master may take writes. Candidates of whom nobody knows may not.
    pub fn drop_fence(&mut self, old: &InstanceKey) -> Result<bool, InventoryError> {
        let (dropped, now) = (FenceState::Dropped, (self.clock)());
        self.wanted.forget(old);
        self.inventory
            .fence_done(old, &self.uid, dropped, "nobody was promoted", now)
    }

    fn downtime(&self, key: &InstanceKey) -> Result<String, InventoryError> {
        let minutes = self.config.master_failover_lost_instances_downtime_minutes;
        let now = (self.clock)();
        let downtime = NewDowntime::of_lost(key.clone(), &self.owner, minutes, now);
        self.inventory.begin_downtime(&downtime, now)?;
        let seconds = downtime.end.map_or(0, |end| end.seconds_since(now));
        Ok(format!("for {seconds} s"))
    }

    fn hand_over(&self, to: &InstanceKey) -> Result<String, InventoryError> {
        let cluster = &self.failure.cluster;
        // Again, where the promotion itself could only be noted beside the inventory.
        self.inventory.drop_fence(to, "it was promoted", (self.clock)())?;
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
                addresses: addresses(&*self.lookup, to),
            },
            (self.clock)(),
        )?;
        Ok(given.join(", "))
    }
}

impl Desk for Records {
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop> {
        self.check()?;
        self.finals = plan
            .steps
            .iter()
            .filter(|step| step.is_final)
            .map(|step| step.number)
            .collect();
        self.wanted.plan(plan, &self.origin.identity);
        let plan = &Plan {
            origin: self.origin.clone(),
            ..plan.clone()
        };
        let written = if self.is_open {
            self.inventory.extend_journal(&self.holding(), plan)
        } else {
            let opened = self.inventory.open_journal(&self.holding(), plan, (self.clock)());
            opened.map(|beside| {
                self.is_open = true;
                if let Some(error) = beside {
                    (self.say)(&error.to_string());
                }
            })
        };
        written.map_err(|error| self.stop(&error))?;
        if !plan.losses.rows.is_empty() {
            let recorded = self.inventory.record_losses(&self.uid, &plan.losses, (self.clock)());
            recorded.map_err(|error| Stop::Unwritable(error.to_string()))?;
        }
        Ok(())
    }

    fn note(&mut self, number: u32, progress: Progress, at_ms: i64, said: &str) -> Result<(), Stop> {
        self.check()?;
        // In one with the first final step, so that the old master is fenced whatever becomes of this program.
        let is_first = progress == Progress::Begun && self.finals.contains(&number);
        let turn = match is_first {
            true => self.wanted.turn(&self.uid),
            false => Turn::default(),
        };
        let note = Note {
            number,
            progress,
            at_ms,
            said: said.to_owned(),
        };
        let noted = self.inventory.note_all(&self.holding(), &[note], &turn);
        if noted.map_err(|error| self.stop(&error))? == Noted::InFile {
            self.wanted.write(&self.inventory, &self.uid, (self.clock)());
        } else if is_first {
            self.wanted.postpone();
        }
        Ok(())
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
                self.wanted.add(key, plan, &self.origin.identity);
                if !self.wanted.write(&self.inventory, &self.uid, now) {
                    return Err("it cannot be written down now, and is with the next that can".to_owned());
                }
                Ok(String::new())
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
        let closed = self.inventory.close_journal(&self.holding(), outcome, (self.clock)());
        closed.map_err(|error| self.stop(&error))
    }
}

/// The commands of a list.
pub fn commands(config: &Config, list: HookList) -> &[String] {
    match list {
        HookList::PreGracefulTakeover => &config.pre_graceful_takeover_processes,
        HookList::PreFailover => &config.pre_failover_processes,
        HookList::PostMasterFailover => &config.post_master_failover_processes,
        HookList::PostIntermediateMasterFailover => &config.post_intermediate_master_failover_processes,
        HookList::PostFailover => &config.post_failover_processes,
        HookList::PostUnsuccessfulFailover => &config.post_unsuccessful_failover_processes,
        HookList::PostGracefulTakeover => &config.post_graceful_takeover_processes,
    }
}

/// An instance's addresses, of IPv4 and IPv6; `None` where its name has none now, or nobody knows in time.
fn addresses(lookup: &dyn Lookup, key: &InstanceKey) -> Option<(String, String)> {
    let found = lookup.addresses(&key.hostname).ok()?;
    let first = |of: fn(&IpAddr) -> bool| {
        found
            .iter()
            .find(|ip| of(ip))
            .map_or_else(String::new, ToString::to_string)
    };
    Some((first(IpAddr::is_ipv4), first(IpAddr::is_ipv6)))
}
