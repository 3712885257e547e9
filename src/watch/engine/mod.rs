//! The watcher at work: one thread decides, others ask servers, write the inventory, change servers and run hooks.
//!
//! ```text
//!   lanes ──────► Probed ──┐                        ┌──► lanes: who is asked next
//!   hang-ups ───► HungUp ──┤                        ├──► keeper: rows, detections, changes of verdict
//!   clerks ─────► … ───────┼──► the deciding thread ┼──► chores: what ticks do to the inventory
//!   hands ──────► Done ────┤    (fleet in memory)   ├──► hands: receivers restarted
//!   signals ────► Signal ──┘                        └──► hooks
//! ```
//!
//! Everything that is known and decided belongs to the one thread, so nothing needs a lock and nothing is decided on half
//! of a change; nothing it does waits for a server, a disk or a process.
//!
//! | file | holds |
//! |---|---|
//! | `agenda`, `chase` | who is to be asked when (pure) |
//! | `lanes`, `sessions` | asking |
//! | `memory`, `backlog` | what is known, what is not written yet |
//! | `clerk` | threads that work on the inventory |
//! | `tasks` | what is read from and written to it |
//! | `papers` | what ticks do to it |
//! | `hands` | changing servers |
//! | `judge`, `board` | judging, and telling only what changed |
//! | `taking`, `answers` | taking in what happened, what servers answered |
//! | `standing` | beginning and ceasing to act; what other processes changed |
//! | `ticking` | the ticks |
//! | `judging` | what follows from a judgement at once |
//! | `following` | detections and their hooks |
//! | `gating` | whether a recovery may begin |
//! | `recovering` | recoveries: whether one may begin, what came of it |
//! | `fencing` | what earlier recoveries left: plans in the middle, old masters |
//! | `leaving` | coming to an end |

pub mod agenda;
mod answers;
mod backlog;
mod board;
mod chase;
mod clerk;
mod event;
mod fencing;
mod following;
mod gating;
mod hands;
mod judge;
mod judging;
mod lanes;
mod leaving;
mod memory;
mod papers;
mod recovering;
mod sessions;
mod setup;
mod standing;
mod taking;
mod tasks;
mod ticking;

pub use event::{Event, Post};
pub use setup::{Ending, Named, Overview, Setup, Tone, Voice, Word};

use crate::config::Policy;
use crate::discovery::{DiscoveryRules, Names};
use crate::inventory::AuditEntry;
use crate::model::{InstanceKey, Timestamp};
use crate::watch::faults::Faults;
use crate::watch::metrics::Metrics;
use crate::watch::{LastRun, Schedule, Standing, Witness};
use agenda::Agenda;
use board::Board;
use chase::Chase;
use clerk::Clerk;
use following::Following;
use hands::Hands;
use judging::Throttles;
use lanes::Lanes;
use leaving::Leaving;
use memory::Memory;
use recovering::Recovering;
use sessions::Sessions;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Most events taken before other work has its turn.
const BURST: usize = 1024;

/// The longest the deciding thread sleeps.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// The watcher.
pub struct Engine {
    setup: Setup,
    start: Instant,
    events: Receiver<Event>,
    post: Post,

    policy: Arc<Policy>,
    rules: Arc<DiscoveryRules>,
    names: Arc<Names>,
    metrics: Arc<Metrics>,

    memory: Memory,
    agenda: Agenda,
    chases: HashMap<InstanceKey, Chase>,
    lanes: Lanes,
    sessions: Arc<Sessions>,
    hands: Hands,
    /// Writes what was found.
    keeper: Clerk,
    /// Elects, registers detections, reads what others changed: what must not wait for the others.
    registrar: Clerk,
    /// Does the other ticks' work.
    chores: Clerk,

    schedule: Schedule,
    /// Ticks as far as they are done here, which never waits for the inventory.
    last_here: LastRun,
    /// Ticks as far as clerks do them.
    last: LastRun,
    /// The service manager has been told that everything is set up.
    ready: bool,
    /// How often this watcher has begun or ceased to act; what was asked for before is not taken in after.
    epoch: u64,
    /// When an election last failed because the disk takes nothing from anybody.
    unelectable: Option<Duration>,
    /// When clerks were given a tick's work, and how many of its boundaries had been passed over.
    begun: HashMap<crate::watch::Tick, (Duration, u64)>,
    standing: Standing,
    chore_memory: Arc<crate::watch::chores::Memory>,
    file_version: Arc<std::sync::atomic::AtomicI64>,
    /// Since when this watcher has acted on the inventory.
    active_since: Option<Duration>,
    /// Everything known has been asked since then.
    settled: bool,
    recoveries_disabled: bool,
    forgotten: HashSet<InstanceKey>,
    /// What is to be noted in the inventory, oldest first.
    notes: VecDeque<tasks::Note>,
    /// Some are on their way.
    noting: bool,
    /// When the right to act was last renewed while ending.
    renewed: Duration,

    witness: Witness,
    board: Board,
    throttles: Throttles,
    following: Following,
    recovering: Recovering,
    /// Codes as last noted for the changelog.
    noted: BTreeMap<InstanceKey, crate::model::verdict::Code>,
    /// A verdict may have changed.
    stale: bool,
    judge_not_before: Duration,
    judge_at: Option<Duration>,

    flushing: bool,
    flush_not_before: Duration,
    /// The inventory fails, and when something last failed.
    unwritable: Option<Duration>,
    /// This host could not ask somebody; over at this time unless it happens again.
    short_until: Option<Duration>,
    /// The file that took the place of one that was deleted or replaced, as last told.
    replaced_by: Option<clerk::FileId>,
    /// The last batch of rows could not be written.
    flush_failed: bool,
    metrics_written: Option<std::sync::mpsc::SyncSender<()>>,
    faults: Faults<String>,
    leaving: Option<Leaving>,
}

impl Engine {
    /// Runs until somebody ends it, or with `--once` until everything was done once.
    pub fn run(mut self) -> Ending {
        if self.setup.once {
            self.begin_once();
        }
        loop {
            let wait = self.until_next().min(LONGEST_SLEEP);
            match self.events.recv_timeout(wait) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ending::Finished,
            }
            for _ in 0..BURST {
                match self.events.try_recv() {
                    Ok(event) => self.take(event),
                    Err(_) => break,
                }
            }
            if let Some(ending) = self.work() {
                return ending;
            }
        }
    }

    /// Does everything that is due.
    fn work(&mut self) -> Option<Ending> {
        let now = self.now();
        self.tick(now);
        self.hands.tend(now);
        self.chase(now);
        self.ask(now);
        self.judge_if_due(now);
        self.flush(self.now());
        self.leave(now)
    }

    /// Time since the watcher began.
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// The wall clock.
    fn wall(&self) -> Timestamp {
        (self.setup.clock)()
    }

    fn until_next(&self) -> Duration {
        let now = self.now();
        let left = |at: Duration| at.saturating_sub(now);
        let judging = (self.stale && self.settled)
            .then(|| left(self.judge_not_before))
            .or(self.judge_at.map(left));
        let flushing = (!self.flushing && self.memory.backlog.len() > 0).then(|| left(self.flush_not_before));
        let chases = self.chases.values().map(|chase| chase.until_next(now)).min();
        // What is not begun any more is waited for no more.
        let begins = self.leaving.is_none();
        let asks = self.active_since.is_some() && !self.leaving.as_ref().is_some_and(Leaving::asks_nobody);
        let tick = |last: &LastRun| begins.then(|| self.schedule.until_next(now, last)).flatten();
        [
            tick(&self.last_here),
            tick(&self.last),
            self.hands.until_next(now),
            asks.then(|| self.agenda.until_next(now)).flatten(),
            chases,
            judging,
            flushing,
            self.leaving.as_ref().map(|leaving| leaving.until_next(now)),
        ]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(LONGEST_SLEEP)
    }

    /// Says something.
    fn say(&self, tone: Tone, text: impl Into<String>) {
        self.setup.voice.say(tone, &Named::default(), &text.into());
    }

    /// Writes to the audit trail.
    fn audit(&mut self, kind: &str, key: Option<&InstanceKey>, message: impl Into<String>) {
        let row = key.and_then(|key| self.memory.fleet.get(key));
        let entry = AuditEntry {
            at: self.wall(),
            kind: kind.to_owned(),
            key: key.cloned().unwrap_or_default(),
            cluster: row.map(|row| row.cluster.name.clone()).unwrap_or_default(),
            message: message.into(),
        };
        self.write_audit(entry);
    }

    fn write_audit(&mut self, entry: AuditEntry) {
        self.metrics.count(crate::watch::metric::Metric::AuditWrite);
        let (voice, line) = (Arc::clone(&self.setup.voice), entry.clone());
        self.keeper.give(move |_| {
            voice.audit(&line);
            None
        });
        if self.setup.config.audit_to_backend_db {
            self.note(move |inventory| inventory.write_audit(&entry));
        }
    }

    /// Whether this watcher may change servers: nobody said that nothing is to be changed, it holds the right to act, and
    /// nobody can have taken it since. While the disk takes nothing from anybody nobody can take it either.
    fn may_act(&self, now: Duration) -> bool {
        let nobody_can = self.unelectable.is_some_and(|at| now < at + Duration::from_secs(2));
        self.active_since.is_some() && !self.setup.noop && (self.chore_memory.may_act(now) || nobody_can)
    }

    /// Says that something is wrong, or that it is not any more; the same thing once.
    fn note_fault(&mut self, about: &str, text: Option<&str>) {
        use crate::watch::faults::News;
        let now = self.now();
        match self.faults.note(about.to_owned(), text, now) {
            None => {}
            Some(News::Appeared(text) | News::Changed { text, .. }) => self.say(Tone::Error, text),
            Some(News::Gone { text, lasted }) => self.say(
                Tone::Info,
                format!("over, after {}: {text}", crate::model::duration::age(seconds(lasted))),
            ),
        }
    }
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}
