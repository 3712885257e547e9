//! The tick table, and what of it is due.
//!
//! A tick with period `p` has its boundaries at 0, `p`, `2p`, … of the time since the watcher began, whatever happened
//! before: nothing drifts. At each boundary it runs once, or as soon after as the watcher wakes up, or not at all:
//!
//! - a watcher that wakes up after several boundaries runs the tick once, for the last of them;
//! - a boundary that comes while the tick still runs is not made up for.
//!
//! Boundaries passed over are counted. No tick ever runs twice at once.

use super::task::{Needs, Standing, Task};
use crate::config::Config;
use std::fmt::Write as _;
use std::time::Duration;

/// Periods that come from the configuration. They are fixed when a watcher begins; a reload leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// `InstancePollSeconds`.
    pub instance_poll: Duration,
    /// `RecoveryPollSeconds`: time between two judgements.
    pub recovery: Duration,
    /// `SnapshotTopologiesIntervalHours`; `None` for no snapshots.
    pub snapshot: Option<Duration>,
}

impl From<&Config> for Periods {
    fn from(config: &Config) -> Self {
        let hours = config.snapshot_topologies_interval_hours;
        Self {
            instance_poll: Duration::from_secs(config.instance_poll_seconds),
            recovery: Duration::from_secs(config.recovery_poll_seconds.max(1)),
            snapshot: (hours > 0).then(|| Duration::from_secs(hours.saturating_mul(3600))),
        }
    }
}

/// How often a tick comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Always the same number of seconds.
    Seconds(u64),
    /// [`Periods::instance_poll`].
    InstancePoll,
    /// [`Periods::recovery`].
    Recovery,
    /// [`Periods::snapshot`].
    Snapshot,
}

impl Period {
    fn of(self, periods: &Periods) -> Option<Duration> {
        let shortest = Duration::from_millis(1);
        match self {
            Self::Seconds(seconds) => Some(Duration::from_secs(seconds)),
            Self::InstancePoll => Some(periods.instance_poll),
            Self::Recovery => Some(periods.recovery),
            Self::Snapshot => periods.snapshot,
        }
        .map(|period| period.max(shortest))
    }
}

/// Something that is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tick {
    /// Who acts, what changed, what is to be read.
    Health,
    /// What is renewed as often as instances are read.
    InstancePoll,
    /// Pseudo-GTID entries.
    PseudoGtid,
    /// Judging and recovering.
    Recovery,
    /// Forgetting, expiring, purging.
    Caretaking,
    /// What several watchers tell each other.
    Coordination,
    /// The history of topologies.
    Snapshot,
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// Which tick.
    pub tick: Tick,
    /// Its name.
    pub name: &'static str,
    /// How often it comes.
    pub period: Period,
    /// Whether its first boundary is the watcher's beginning; else it is one period later.
    pub at_start: bool,
    /// The standing without which none of its work is done.
    pub needs: Needs,
    /// Its work, in order.
    pub tasks: &'static [Task],
}

/// The table. `watch --once` runs it from top to bottom.
#[rustfmt::skip]
pub static TICKS: &[Row] = &[
    Row { tick: Tick::Health, name: "health", period: Period::Seconds(1), at_start: true, needs: Needs::Nothing,
        tasks: &[Task::Elect, Task::RegisterNode, Task::ReadOperatorChanges, Task::QueueOutdated, Task::SampleQueues] },
    Row { tick: Tick::InstancePoll, name: "instance poll", period: Period::InstancePoll, at_start: true, needs: Needs::Active,
        tasks: &[Task::RebuildAliases, Task::ExpireDowntime, Task::InjectSeeds] },
    Row { tick: Tick::PseudoGtid, name: "pseudo-GTID", period: Period::Seconds(5), at_start: true, needs: Needs::Leader,
        tasks: &[Task::InjectPseudoGtid, Task::RegisterPseudoGtidClusters] },
    Row { tick: Tick::Recovery, name: "recovery", period: Period::Recovery, at_start: true, needs: Needs::Active,
        tasks: &[Task::ClearDetections, Task::ClearRecoveries, Task::ExpireBlocked, Task::AcknowledgeCrashed,
            Task::CheckAndRecover] },
    Row { tick: Tick::Caretaking, name: "caretaking", period: Period::Seconds(60), at_start: false, needs: Needs::Nothing,
        tasks: &[Task::RecordCoordinates, Task::ReviewUnseen, Task::InjectUnseenMasters, Task::ForgetLongUnseen,
            Task::ForgetUnseenAliases, Task::ForgetDifferentlyResolved, Task::ForgetExpiredResolves,
            Task::DeleteInvalidResolves, Task::ResolveUnknownMasters, Task::PurgeMaintenance, Task::PurgeCandidates,
            Task::PurgeUnresolves, Task::PurgeDomains, Task::PurgeAudit, Task::PurgeEquivalences, Task::PurgePools,
            Task::SaveResolves, Task::PurgePseudoGtidClusters, Task::PurgeStaleCoordinates, Task::PurgeNodeHistory,
            Task::PurgeAccessTokens, Task::PurgeNodes, Task::PurgeDetections, Task::PurgeRecoveries,
            Task::PurgeRecoverySteps, Task::PurgeChangelog, Task::WriteMasters, Task::ReloadResolves] },
    Row { tick: Tick::Coordination, name: "coordination", period: Period::Seconds(600), at_start: false, needs: Needs::Leader,
        tasks: &[Task::PublishMasters] },
    Row { tick: Tick::Snapshot, name: "snapshots", period: Period::Snapshot, at_start: false, needs: Needs::Active,
        tasks: &[Task::SnapshotTopologies] },
];

impl Tick {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &TICKS[self.index()]
    }

    /// Rows stand in the order of declaration.
    const fn index(self) -> usize {
        self as usize
    }
}

impl Row {
    /// The work to be done by a watcher of this standing, in order.
    pub fn tasks(&self, standing: &Standing) -> Vec<Task> {
        let applies = |task: &Task| task.applies(standing);
        self.tasks.iter().copied().filter(applies).collect()
    }
}

const COUNT: usize = 7;

/// A tick whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub tick: Tick,
    /// The boundary it runs for: its number, counted from the watcher's beginning.
    pub boundary: u64,
    /// Boundaries passed over since it last ran.
    pub skipped: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Run {
    /// Boundary of the last run.
    boundary: Option<u64>,
    running: bool,
    ended: Option<Duration>,
    runs: u64,
    skipped: u64,
}

/// What ran when.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LastRun {
    runs: [Run; COUNT],
}

impl LastRun {
    /// Notes that a tick begins.
    pub fn begin(&mut self, due: &Due) {
        let run = &mut self.runs[due.tick.index()];
        run.boundary = Some(due.boundary);
        run.running = true;
        run.runs += 1;
        run.skipped += due.skipped;
    }

    /// Notes that a tick has ended.
    pub fn end(&mut self, tick: Tick, elapsed: Duration) {
        let run = &mut self.runs[tick.index()];
        run.running = false;
        run.ended = Some(elapsed);
    }

    /// Whether a tick runs.
    pub fn is_running(&self, tick: Tick) -> bool {
        self.runs[tick.index()].running
    }

    /// How often a tick ran.
    pub fn runs(&self, tick: Tick) -> u64 {
        self.runs[tick.index()].runs
    }

    /// How many of its boundaries were passed over.
    pub fn skipped(&self, tick: Tick) -> u64 {
        self.runs[tick.index()].skipped
    }
}

/// The table with its periods filled in.
#[derive(Clone, Debug)]
pub struct Schedule {
    periods: [Option<Duration>; COUNT],
}

impl Schedule {
    /// Fills in the periods.
    pub fn new(periods: &Periods) -> Self {
        let mut filled = [None; COUNT];
        for row in TICKS {
            filled[row.tick.index()] = row.period.of(periods);
        }
        Self { periods: filled }
    }

    /// The period of a tick; `None` when it never comes.
    pub fn period(&self, tick: Tick) -> Option<Duration> {
        self.periods[tick.index()]
    }

    /// What is to be begun now, in table order.
    pub fn due(&self, elapsed: Duration, last: &LastRun) -> Vec<Due> {
        let due = |row: &Row| {
            let (period, next) = self.next(row, last)?;
            let boundary = boundary_at(elapsed, period);
            let first = first_boundary(row, &last.runs[row.tick.index()]);
            (boundary >= next).then(|| Due {
                tick: row.tick,
                boundary,
                skipped: boundary - first,
            })
        };
        TICKS.iter().filter_map(due).collect()
    }

    /// How long until something is due; `None` while all that could be still runs.
    pub fn until_next(&self, elapsed: Duration, last: &LastRun) -> Option<Duration> {
        let moment = |row: &Row| {
            let (period, next) = self.next(row, last)?;
            let millis = as_millis(period).saturating_mul(next);
            Some(Duration::from_millis(millis).saturating_sub(elapsed))
        };
        TICKS.iter().filter_map(moment).min()
    }

    /// The period of a tick that does not run, and the first boundary at which it may.
    fn next(&self, row: &Row, last: &LastRun) -> Option<(Duration, u64)> {
        let period = self.periods[row.tick.index()]?;
        let run = &last.runs[row.tick.index()];
        if run.running {
            return None;
        }
        let not_while_running = run.ended.map_or(0, |ended| boundary_from(ended, period));
        Some((period, first_boundary(row, run).max(not_while_running)))
    }

    /// The table for people: one line per tick, and one below it per piece of work.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for row in TICKS {
            let period = self
                .period(row.tick)
                .map_or_else(|| "off".to_owned(), |period| format!("every {period:?}"));
            let _ = writeln!(text, "{:<14}{:<16}{}", row.name, period, row.needs);
            for task in row.tasks {
                let mut conditions = Vec::new();
                if task.needs() > row.needs {
                    conditions.push(task.needs().as_str());
                }
                conditions.extend(Some(task.when().phrase()).filter(|phrase| !phrase.is_empty()));
                let conditions = match conditions.join(", ") {
                    some if some.is_empty() => some,
                    some => format!(" ({some})"),
                };
                let _ = writeln!(text, "    {:<26}{}{}", task.as_str(), task.sentence(), conditions);
            }
        }
        text
    }
}

/// The first boundary that a tick has neither run for nor passed over at a run.
fn first_boundary(row: &Row, run: &Run) -> u64 {
    run.boundary
        .map_or(u64::from(!row.at_start), |boundary| boundary.saturating_add(1))
}

/// The last boundary not after a moment.
fn boundary_at(elapsed: Duration, period: Duration) -> u64 {
    u64::try_from(elapsed.as_millis() / period.as_millis()).unwrap_or(u64::MAX)
}

/// The first boundary not before a moment.
fn boundary_from(elapsed: Duration, period: Duration) -> u64 {
    let at = boundary_at(elapsed, period);
    let exact = Duration::from_millis(as_millis(period).saturating_mul(at)) >= elapsed;
    if exact { at } else { at.saturating_add(1) }
}

fn as_millis(period: Duration) -> u64 {
    u64::try_from(period.as_millis()).unwrap_or(u64::MAX)
}
