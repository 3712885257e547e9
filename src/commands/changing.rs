//! What commands that change servers share: one server read anew, the cluster's lease, the lock on the instance, statements
//! told or rehearsed, and the inventory brought up to date afterwards.

use super::context::{Context, Opener, now, process_token, this_host};
use super::desk::{held, interruption};
use super::discover::{ask, read_one};
use super::downtime::os_user;
use super::failure::{Failure, Kind, Outcome};
use super::target::{exact, exact_key, key_of};
use crate::args::{Arg, Given};
use crate::inventory::{Claimed, Inventory, LockRequest, NewClaim, NodeId, Scope};
use crate::model::recovery::{BlockFrom, Recovery};
use crate::model::{Change, Fleet, Instance, InstanceKey, Look};
use crate::probe::ProbeSettings;
use crate::recovery::heart::{Heart, Pulse};
use crate::recovery::logbook::Logbook;
use crate::recovery::real::RealServers;
use crate::recovery::relocation::{Goal, runs};
use crate::recovery::servers::Servers;
use crate::recovery::uid;
use crate::report::answer::Answer;
use crate::report::log::{Level, Log};
use crate::report::progress::Progress;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long one look, and one change, may take.
const LOOK: Duration = Duration::from_secs(3);
const CHANGE: Duration = Duration::from_secs(10);

/// How long a lock lasts where this process ends without releasing it, in seconds.
const LOCK_SECONDS: i64 = 600;

/// How long another command's lease of the cluster is waited for.
const TURN: Duration = Duration::from_secs(5);

/// What changes are made with.
pub struct Hands<'c> {
    /// The surroundings.
    pub context: &'c Context,
    /// The servers.
    pub servers: RealServers,
    owner: String,
    node: NodeId,
    opener: Opener,
    interrupted: Arc<AtomicBool>,
    /// Only printed, and nothing changed.
    pub rehearses: bool,
    noop: bool,
    tells: bool,
}

impl<'c> Hands<'c> {
    /// With what the inventory says of connections.
    ///
    /// # Errors
    /// When the inventory cannot be used.
    pub fn new(context: &'c Context, given: &Given) -> Outcome<Self> {
        let tls: HashMap<InstanceKey, bool> = context.inventory()?.tls_required()?;
        let settings = Arc::new(ProbeSettings::from(&context.config));
        Ok(Self {
            context,
            servers: RealServers::new(settings, move |key: &InstanceKey| {
                tls.get(key).copied().unwrap_or(false)
            }),
            owner: given.text(Arg::Owner).map_or_else(os_user, str::to_owned),
            node: NodeId {
                hostname: this_host(),
                token: process_token(),
            },
            opener: context.reopener()?,
            interrupted: interruption(),
            rehearses: given.is_on(Arg::DryRun),
            noop: given.globals.noop,
            tells: !given.classic && !given.globals.quiet,
        })
    }

    /// Whether the process is asked to end.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// What SIGTERM and SIGINT switch on, for other threads.
    pub fn interruption(&self) -> &AtomicBool {
        &self.interrupted
    }

    /// Where steps are said as they are done: whoever waits for them wants to see it go on.
    pub fn speaker(&self) -> Log {
        let mut log = self.context.log;
        if self.tells {
            log.threshold = log.threshold.max(Level::Info);
        }
        log
    }

    /// Says a step.
    pub fn say(&self, text: &str) {
        self.speaker().info(text);
    }

    /// The instance given, asked just now.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn given(&self, given: &Given) -> Outcome<InstanceKey> {
        self.read(exact_key(self.context, given)?)
    }

    /// The destination given, asked just now.
    ///
    /// # Errors
    /// When there is none, or it does not answer.
    pub fn destination(&self, given: &Given) -> Outcome<InstanceKey> {
        let text = given
            .text(Arg::Destination)
            .ok_or_else(|| Failure::usage("Cannot deduce destination: give it with -d"))?;
        let key = key_of(self.context, text)?;
        self.read(exact(self.context, &key)?.unwrap_or(key))
    }

    /// Asks a server; the key under which it is known.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn read(&self, key: InstanceKey) -> Outcome<InstanceKey> {
        Ok(read_one(self.context, key.clone())?.unwrap_or(key))
    }

    /// Everything known now.
    ///
    /// # Errors
    /// When the inventory cannot be read.
    pub fn fleet(&self) -> Outcome<Fleet> {
        Ok(self.context.inventory()?.load_fleet(Scope::Everything)?)
    }

    /// How a server is now.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn look(&self, key: &InstanceKey) -> Outcome<Look> {
        let look = self.servers.look(key, LOOK);
        look.map_err(|contact| {
            Failure::failed(format!("reading {key}: {contact}")).maybe_hint(contact.kind.hint().map(str::to_owned))
        })
    }

    /// Refuses where nothing is to be changed.
    ///
    /// # Errors
    /// With `-noop`.
    pub fn refuse_noop(&self, operation: &str, key: &InstanceKey) -> Outcome<()> {
        if self.noop {
            return Err(Failure::failed(format!(
                "noop: aborting {operation} operation on {key}; signalling error but nothing went wrong."
            ))
            .hint("--dry-run prints what would be told"));
        }
        Ok(())
    }

    /// What would be told, as lines for people.
    ///
    /// # Errors
    /// What would keep a server from changing.
    pub fn rehearse(&self, steps: &[(InstanceKey, Change)]) -> Outcome<Vec<Rehearsed>> {
        let one = |(key, change): &(InstanceKey, Change)| {
            let statements = self.servers.rehearse(key, change, CHANGE);
            Ok(Rehearsed {
                key: key.clone(),
                step: change.to_string(),
                statements: statements.map_err(|untold| Failure::failed(untold.said))?,
            })
        };
        steps.iter().map(one).collect()
    }

    /// Tells changes in order, and says each statement.
    ///
    /// # Errors
    /// The first that was not made. Those before it were.
    pub fn tell(&self, key: &InstanceKey, changes: &[Change]) -> Outcome<()> {
        for change in changes {
            let told = self.servers.tell(key, change, CHANGE);
            let statements = told.map_err(|untold| Failure::failed(untold.said))?;
            self.say(&format!("{key}: {change}: {}", statements.join("; ")));
        }
        Ok(())
    }

    /// Waits until threads run.
    ///
    /// # Errors
    /// Which does not, and what the server says.
    pub fn runs(&self, goal: &Goal<'_>) -> Result<(), String> {
        let flag = self.interruption();
        runs(&self.servers, goal, &|| flag.load(Ordering::Relaxed))
    }

    /// Takes the cluster for this command alone: no recovery begins meanwhile, and none is disturbed. Another command's
    /// turn is waited for.
    ///
    /// # Errors
    /// While a recovery is under way, or one was left in the middle.
    pub fn claim(&self, row: &Instance) -> Outcome<Claim> {
        let uid = uid::fresh();
        let claim = NewClaim {
            recovery: Recovery {
                uid: uid.clone(),
                failed: row.key.clone(),
                cluster_name: row.cluster.name.clone(),
                node_hostname: self.node.hostname.clone(),
                node_token: self.node.token.clone(),
                ..Recovery::default()
            },
            forced: true,
            block_seconds: 0,
            block_from: BlockFrom::End,
            without_record: true,
            replaces_dead_master: false,
        };
        let inventory = self.opener.open()?;
        let what = format!("changing {}", row.key);
        let deadline = Instant::now() + TURN;
        loop {
            // Looked at first: a claim that is refused is listed as a recovery that was held back.
            let gates = match inventory.held_by_records(&claim, now())? {
                gates if gates.is_empty() => match inventory.claim(&claim, now())? {
                    Claimed::Claimed { .. } => break,
                    Claimed::Held(gates) => gates,
                    Claimed::OpenJournal { .. } => continue,
                },
                gates => gates,
            };
            let passes = gates.iter().all(|gate| gate.lifted_by.is_empty());
            if !passes || Instant::now() >= deadline || self.is_interrupted() {
                return Err(held(&what, &gates));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let pulse = Arc::<Pulse>::default();
        let opener = self.opener.clone();
        let heart = Heart::start(
            Arc::new(move || opener.open()),
            uid.clone(),
            self.node.token.clone(),
            Arc::clone(&pulse),
        )
        .map_err(|error| {
            let _ = inventory.release_lease(&uid, &self.node.token);
            Failure::failed(format!(
                "{what}: nothing was changed, since the system gives no thread that keeps the cluster's lease: {error}"
            ))
            .hint("end other programs, or raise the limit on processes")
        })?;
        Ok(Claim {
            inventory,
            uid,
            token: self.node.token.clone(),
            pulse,
            heart: Some(heart),
        })
    }

    /// Where what is done under a claim is written down, so that it is taken back where this process dies.
    ///
    /// # Errors
    /// When the inventory cannot be opened.
    pub fn logbook(&self, claim: &Claim) -> Outcome<Logbook> {
        let inventory = self.opener.open()?;
        Ok(Logbook::new(inventory, &claim.uid, &claim.token, claim.watched()))
    }

    /// Locks an instance while it is changed.
    ///
    /// # Errors
    /// When somebody else has it.
    pub fn lock(&self, key: &InstanceKey, reason: &str) -> Outcome<Lock> {
        let inventory = self.opener.open()?;
        let begin = now();
        let request = LockRequest {
            key: key.clone(),
            owner: self.owner.clone(),
            reason: reason.to_owned(),
            end: begin.plus_seconds(LOCK_SECONDS),
            explicitly_bounded: true,
            node: self.node.clone(),
        };
        match inventory.begin_maintenance(&request, begin)? {
            Some(id) => Ok(Lock { inventory, id }),
            None => {
                let holder = inventory.maintenance(key, begin)?;
                let holder = holder.map(|lock| format!("{} holds it: {}", lock.owner, lock.reason));
                Err(Failure::new(
                    Kind::Held,
                    format!(
                        "Cannot begin maintenance on {key}: Cannot begin maintenance for instance: {key}; maintenance \
                         reason: {reason}"
                    ),
                )
                .maybe_hint(holder)
                .hint(format!("`orchestrator end-maintenance -i {key}` ends it")))
            }
        }
    }

    /// Reads one server again, so that the inventory is right at once.
    ///
    /// # Errors
    /// When the inventory cannot be used.
    pub fn read_again(&self, key: &InstanceKey) -> Outcome<()> {
        let report = ask(self.context, vec![key.clone()], false, &Progress::hidden())?;
        for failed in &report.failed {
            self.context.log.warn(format!("{}: {}", failed.key, failed.contact));
        }
        Ok(())
    }
}

/// What one server would be told for one step.
#[derive(Debug)]
pub struct Rehearsed {
    /// Which server.
    pub key: InstanceKey,
    /// What is done.
    pub step: String,
    /// The statements.
    pub statements: Vec<String>,
}

impl fmt::Display for Rehearsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.key, self.step)?;
        self.statements
            .iter()
            .try_for_each(|statement| writeln!(f, "    {statement};"))
    }
}

/// The answer of a rehearsal.
pub fn rehearsal<'a>(steps: Vec<Rehearsed>) -> Answer<'a> {
    let text: String = steps.iter().map(ToString::to_string).collect();
    let data: Vec<Value> = steps
        .iter()
        .map(|step| json!({"Instance": step.key.to_string(), "Step": step.step, "Statements": step.statements}))
        .collect();
    Answer::new(move || text, move || Value::from(data))
}

/// A cluster that is ours alone until this is dropped.
pub struct Claim {
    inventory: Inventory,
    uid: String,
    token: String,
    pulse: Arc<Pulse>,
    heart: Option<Heart>,
}

impl Claim {
    /// Where it is told why the cluster is ours no more.
    pub fn watched(&self) -> Arc<Pulse> {
        Arc::clone(&self.pulse)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        drop(self.heart.take());
        // A lease that cannot be given up ends with this process.
        let _ = self.inventory.release_lease(&self.uid, &self.token);
    }
}

/// A lock on an instance, released when this is dropped.
pub struct Lock {
    inventory: Inventory,
    id: i64,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that cannot be released ends by itself.
        let _ = self.inventory.end_maintenance_by_id(self.id, now());
    }
}
