//! A replica comes below another master, or is positioned otherwise below the one that it has: from the first stop to
//! both threads seen at work. What fails is taken back: it replicates again from where it did.
//!
//! Threads that stood stand afterwards. A receiver that says that it runs may fail a moment later, when the master refuses
//! what it asks for; so it is looked at until something has come from there.

use super::condition::{check, identity};
use super::course::{Course, Means};
use super::desk::{Desk, Stop};
use super::failover::refused;
use super::servers::Servers;
use super::steps;
use crate::model::change::{From, Pointing, Return};
use crate::model::gtid::MariaSet;
use crate::model::instance::ThreadState;
use crate::model::plan::{Act, Condition, Kind, Phase, Plan, Step};
use crate::model::{Change, InstanceKey, Look, Reached, Timestamp};
use crate::topology::relocate::Start;
use std::time::{Duration, Instant};

/// Limits of single steps, in milliseconds.
const THREADS_MS: u64 = 10_000;
const CHANGE_MS: u64 = 10_000;
const CATCH_UP_MS: u64 = 10_000;

/// How long a look may take.
const LOOK: Duration = Duration::from_secs(3);
/// How long a started thread may take to run.
const RUNS: Duration = Duration::from_secs(10);
/// How long they must be seen to run.
const STEADY: Duration = Duration::from_millis(300);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Which threads run, or try to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    /// The receiver runs or tries to connect.
    pub receiver: bool,
    /// The applier runs.
    pub applier: bool,
}

impl Threads {
    /// Both.
    pub const BOTH: Self = Self {
        receiver: true,
        applier: true,
    };

    /// Those of a server now.
    pub fn of(look: &Look) -> Self {
        let runs = |state: ThreadState| matches!(state, ThreadState::Running | ThreadState::Other);
        look.channel().map_or(
            Self {
                receiver: false,
                applier: false,
            },
            |channel| Self {
                receiver: channel.status.io_running || runs(channel.status.io_state),
                applier: channel.status.sql_running || runs(channel.status.sql_state),
            },
        )
    }

    /// What starts them; nothing where none ran.
    pub fn start(self) -> Vec<Change> {
        match (self.receiver, self.applier) {
            (true, true) => vec![Change::StartReplication],
            (true, false) => vec![Change::StartReceiver],
            (false, true) => vec![Change::StartApplier],
            (false, false) => Vec::new(),
        }
    }
}

/// Who is to follow whom, as both were seen before.
pub struct Transfer<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// The replica.
    pub replica: &'a Look,
    /// The master to be.
    pub master: &'a Look,
    /// By what name the replica is to know it.
    pub to: InstanceKey,
    /// From where on.
    pub start: Start,
    /// When it was decided.
    pub at: Timestamp,
}

impl Transfer<'_> {
    fn step(&self, stage: u32, target: &InstanceKey, act: Act, limit_ms: u64) -> Step {
        steps::step(stage, Phase::Repoint, target, act, limit_ms)
    }

    /// It stands.
    pub fn stopping(&self) -> Vec<Step> {
        let replica = self.replica;
        vec![Step {
            before: vec![Condition::Is(identity(replica))],
            after: vec![Condition::Stands],
            undo: Threads::of(replica).start(),
            ..self.step(1, &replica.key, Act::Tell(Change::StopReplication), THREADS_MS)
        }]
    }

    /// It follows the master, and the threads that ran run again. `stands` is how it was seen when it stood.
    ///
    /// # Errors
    /// When its own position is wanted and not known.
    pub fn following(&self, stands: &Look) -> Result<Vec<Step>, String> {
        let (key, master) = (&self.replica.key, &self.to);
        if stands.channel().is_none() {
            return Err(format!("instance is not a replica: {key}"));
        }
        let from = self.from(stands)?;
        let forth = Pointing {
            master: master.clone(),
            from,
            login_of: None,
        };
        let mut steps = Vec::new();
        if let Some(position) = self.is_ahead(stands) {
            // A MariaDB master serves nobody who asks for what it has not got yet.
            steps.push(Step {
                after: vec![Condition::HasExecuted(position)],
                ..self.step(1, &self.master.key, Act::Await, CATCH_UP_MS)
            });
        }
        steps.push(Step {
            before: vec![Condition::Is(identity(stands)), Condition::Stands],
            after: vec![Condition::Follows(master.clone())],
            undo: vec![Change::StopReplication, back(stands, &forth)],
            ..self.step(2, key, Act::Tell(Change::PointTo(forth)), CHANGE_MS)
        });
        for change in Threads::of(self.replica).start() {
            steps.push(Step {
                undo: vec![Change::StopReplication],
                ..self.step(2, key, Act::Tell(change), THREADS_MS)
            });
        }
        Ok(steps)
    }

    fn from(&self, stands: &Look) -> Result<From, String> {
        Ok(match self.start {
            Start::AsItIs => From::AsItIs,
            Start::OracleGtid => From::OracleGtid,
            Start::MariaDbGtid => From::MariaDbGtid(None),
            Start::OwnCoordinates => From::Coordinates(stands.executed_file().cloned().ok_or_else(|| {
                format!(
                    "how far {} has come in the binary log of its master is not known before it has replicated from it",
                    stands.key
                )
            })?),
        })
    }

    /// On MariaDB, what the replica asks to go on from and the master has not got yet.
    fn is_ahead(&self, stands: &Look) -> Option<String> {
        let channel = stands.channel().filter(|channel| channel.mariadb_gtid)?;
        if channel.status.master == self.to {
            return None;
        }
        let by_own = channel.column(&["Using_Gtid"]).eq_ignore_ascii_case("current_pos");
        let asks = match stands.executed()? {
            // What it wrote itself it asks for only then.
            Reached::MariaDb(_) if !by_own => Reached::MariaDb(MariaSet::parse_lossy(&stands.slave_pos).0),
            Reached::MariaDb(all) => Reached::MariaDb(all),
            _ => return None,
        };
        let covers = self.master.executed().and_then(|theirs| theirs.covers(&asks));
        (covers != Some(true)).then(|| asks.to_string())
    }

    fn plan(&self) -> Plan {
        Plan {
            forced: true,
            ..Plan::new(Kind::Relocation, self.cluster, &self.replica.key, self.at)
        }
    }
}

/// Carries it out.
///
/// # Errors
/// What failed, and where the replica stands now.
pub fn transfer<D: Desk>(task: &Transfer<'_>, means: Means<'_>, desk: D) -> Result<(), Failed> {
    let servers = means.servers;
    let mut course = Course::new(means, desk, task.plan(), Vec::new());
    let Err(stop) = go(task, &mut course) else {
        return Ok(());
    };
    let failed = |why, is_midway| Err(Failed { why, is_midway });
    if course.entries().is_empty() {
        return failed(stop.to_string(), false);
    }
    let missed = course.take_back().map(|taken_back| taken_back.left);
    let now = standing(servers, &task.replica.key);
    match missed.as_deref() {
        Ok([]) => failed(format!("{stop}; it was taken back: {now}"), false),
        Ok([(_, missed), ..]) => failed(format!("{stop}; {}; {now}", missed.why), true),
        Err(lost) => failed(format!("{stop}; it was not taken back, for {lost}; {now}"), true),
    }
}

fn go<D: Desk>(task: &Transfer<'_>, course: &mut Course<'_, D>) -> Result<(), Stop> {
    let (servers, key) = (course.means().servers, &task.replica.key);
    let is_interrupted = course.means().is_interrupted;
    course.run(task.stopping())?;
    let stands = servers
        .look(key, LOOK)
        .map_err(|contact| refused(format!("{key} cannot be reached any more: {contact}")))?;
    course.run(task.following(&stands).map_err(refused)?)?;
    let wanted = Threads::of(task.replica);
    let goal = Goal {
        key,
        master: Some(&task.to),
        threads: wanted,
        arrives: task.start != Start::OwnCoordinates,
    };
    runs(servers, &goal, is_interrupted).map_err(refused)?;
    // It stays so, whatever becomes of others that are moved by the same command.
    course.keeps()
}

/// Why servers are not arranged as was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What went wrong, and where each server that was touched stands.
    pub why: String,
    /// Not everything could be taken back: the journal stays open.
    pub is_midway: bool,
}

/// Where a server replicates from now, and how its threads stand.
pub fn standing(servers: &dyn Servers, key: &InstanceKey) -> String {
    let look = match servers.look(key, LOOK) {
        Ok(look) => look,
        Err(contact) => return format!("{key} does not answer: {contact}"),
    };
    let master = look.channel().map(|channel| channel.status.master.to_string());
    let threads = match Threads::of(&look) {
        Threads::BOTH => "both threads were started again",
        threads if threads.start().is_empty() => "its threads stand",
        _ => "one of its threads was started again",
    };
    format!(
        "{key} is set to replicate from {} and {threads}",
        master.unwrap_or_else(|| "nobody".to_owned())
    )
}

/// How a server that stands is pointed back to where it stands now.
pub fn back(stands: &Look, forth: &Pointing) -> Change {
    let status = stands.channel().map(|channel| &channel.status);
    let (oracle, mariadb) = stands
        .channel()
        .map_or((false, false), |channel| (channel.oracle_gtid, channel.mariadb_gtid));
    let from = match (&forth.from, stands.executed_file()) {
        (From::AsItIs, _) => From::AsItIs,
        _ if oracle => From::OracleGtid,
        (From::MariaDbGtid(Some(_)), _) if mariadb => From::MariaDbGtid(Some(stands.slave_pos.clone())),
        _ if mariadb => From::MariaDbGtid(None),
        (_, Some(at)) => From::Coordinates(at.clone()),
        (_, None) => From::AsItIs,
    };
    let at = match (&forth.from, &from) {
        (From::Coordinates(at), From::Coordinates(_)) => Some(at.clone()),
        _ => None,
    };
    Change::PointBack(Return {
        to: Pointing {
            master: status.map(|status| status.master.clone()).unwrap_or_default(),
            from,
            login_of: None,
        },
        away: forth.master.clone(),
        at,
    })
}

/// Who is to run.
pub struct Goal<'a> {
    /// The replica.
    pub key: &'a InstanceKey,
    /// Whom it is to follow; `None`: whichever master it has.
    pub master: Option<&'a InstanceKey>,
    /// The threads that are to run.
    pub threads: Threads,
    /// Something is to have come: the position to which its receiver has read is gone by a change of the master, and comes
    /// back with what the master sends first. A master that refuses sends nothing.
    pub arrives: bool,
}

impl<'a> Goal<'a> {
    /// Both threads of a replica, whichever master it has.
    pub fn of(key: &'a InstanceKey) -> Self {
        Self {
            key,
            master: None,
            threads: Threads::BOTH,
            arrives: false,
        }
    }
}

/// Waits until threads run, and go on running.
///
/// # Errors
/// Which does not run, and what the server says.
pub fn runs(servers: &dyn Servers, goal: &Goal<'_>, is_interrupted: &(dyn Fn() -> bool + Sync)) -> Result<(), String> {
    let began = Instant::now();
    let mut since: Option<Instant> = None;
    loop {
        let why = match servers.look(goal.key, LOOK).map(|look| runs_now(&look, goal)) {
            Ok(Ok(())) if since.get_or_insert_with(Instant::now).elapsed() >= STEADY => return Ok(()),
            Ok(Ok(())) => String::new(),
            Ok(Err(Lame {
                why,
                has_given_up: true,
            })) => return Err(why),
            Ok(Err(lame)) => {
                since = None;
                lame.why
            }
            Err(contact) => {
                since = None;
                format!("{} does not answer: {contact}", goal.key)
            }
        };
        if is_interrupted() {
            return Err(format!("interrupted; {why}"));
        }
        if began.elapsed() >= RUNS && since.is_none() {
            return Err(format!("{why}; waited {} s", RUNS.as_secs()));
        }
        std::thread::sleep(PAUSE);
    }
}

/// A thread that does not run.
struct Lame {
    why: String,
    has_given_up: bool,
}

/// Whether the threads run now, and something has come where that is wanted.
fn runs_now(look: &Look, goal: &Goal<'_>) -> Result<(), Lame> {
    let Some(channel) = look.channel() else {
        return Err(Lame {
            why: format!("instance is not a replica: {}", goal.key),
            has_given_up: true,
        });
    };
    let status = &channel.status;
    if let Some(master) = goal.master
        && let Err(why) = check(&Condition::Follows(master.clone()), look)
    {
        return Err(Lame {
            why,
            has_given_up: true,
        });
    }
    let sides = [
        (
            "receiver",
            goal.threads.receiver,
            status.io_state,
            &status.last_io_error,
        ),
        (
            "applier",
            goal.threads.applier,
            status.sql_state,
            &status.last_sql_error,
        ),
    ];
    for (name, is_wanted, state, error) in sides {
        if is_wanted && state != ThreadState::Running {
            let said = match error.is_empty() {
                true => String::new(),
                false => format!(": {error}"),
            };
            return Err(Lame {
                why: format!("its {name} does not run{said}"),
                has_given_up: state == ThreadState::Stopped && !error.is_empty(),
            });
        }
    }
    if goal.arrives && goal.threads.receiver && status.read.file.is_empty() {
        return Err(Lame {
            why: format!("nothing has come from {}", status.master),
            has_given_up: false,
        });
    }
    Ok(())
}
