//! One server told to change: its replication threads, whether it takes writes, whether it remembers its master.

use super::arranging::changed;
use super::changing::{Hands, rehearsal};
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::{Body, Command};
use crate::args::{Arg, Given, Group, Take};
use crate::model::change::ReadOnly;
use crate::model::promotion::PromotionRule;
use crate::model::{Change, Instance, InstanceKey, Look};
use crate::probe::Dialect;
use crate::recovery::relocation::{Goal, Threads};
use crate::recovery::servers::Servers;
use crate::report::answer::Answer;
use std::time::{Duration, Instant};

const TAKES: &[Take] = &[Take::Pos(Arg::Instance), Take::Opt(Arg::DryRun), Take::Opt(Arg::Owner)];

pub(super) const COMMANDS: &[Command] = &[
    verb("stop-replica", "Stop an instance's replication", stop_replica).also_called(&["stop-slave"]),
    verb(
        "start-replica",
        "Start an instance's replication, and see that it runs",
        start_replica,
    )
    .also_called(&["start-slave"]),
    verb(
        "restart-replica",
        "Stop and start an instance's replication",
        restart_replica,
    )
    .also_called(&["restart-slave"]),
    Command::new(
        Group::Change,
        "restart-replica-statements",
        "Print what stops and starts an instance's running threads, with a statement between",
        &[Take::Pos(Arg::Instance), Take::Opt(Arg::Statement)],
        Body::Runs(restart_statements),
    )
    .also_called(&["restart-slave-statements"]),
    verb(
        "reset-replica",
        "Make an instance forget its master, positions and relay logs",
        reset_replica,
    )
    .also_called(&["reset-slave"]),
    verb("set-read-only", "Make an instance refuse writes", set_read_only),
    verb("set-writeable", "Make an instance take writes", set_writeable),
    verb(
        "detach-replica-master-host",
        "Break an instance's master's name, so that it replicates from nobody and remembers from whom",
        detach,
    )
    .also_called(&["detach-replica", "detach-slave", "detach-slave-master-host"]),
    verb("reattach-replica-master-host", "Mend what detaching broke", reattach).also_called(&[
        "reattach-replica",
        "reattach-slave",
        "reattach-slave-master-host",
    ]),
];

pub(super) const fn verb(name: &'static str, about: &'static str, work: super::Work) -> Command {
    Command::new(Group::Change, name, about, TAKES, Body::Runs(work)).explained(
        "The server is asked first, and again afterwards. While a recovery of its cluster is under way nothing is \
         changed. --dry-run prints the statements.\n\nExit status: 0 done, 1 failed, 5 held by a recovery or a lock.",
    )
}

/// A server as it is now.
pub(super) struct Subject {
    /// As it is known.
    pub row: Instance,
    /// As it was just seen.
    pub look: Look,
}

impl Subject {
    /// The instance given, asked just now.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn of(hands: &Hands<'_>, given: &Given) -> Outcome<Self> {
        let key = hands.given(given)?;
        let row = hands.context.inventory()?.instance(&key)?;
        Ok(Self {
            look: hands.look(&key)?,
            row: row.ok_or_else(|| Failure::failed(format!("Instance not found: {key}")))?,
        })
    }

    fn must_replicate(&self) -> Outcome<()> {
        if self.look.channel().is_some() {
            return Ok(());
        }
        Err(Failure::failed(format!("instance is not a replica: {}", self.row.key)))
    }

    fn master(&self) -> InstanceKey {
        self.look
            .channel()
            .map(|channel| channel.status.master.clone())
            .unwrap_or_default()
    }
}

/// One operation on one server.
pub(super) struct Task<'a> {
    /// The command's name.
    pub name: &'a str,
    /// Which server.
    pub subject: &'a Subject,
    /// Why the instance is locked meanwhile; those of the original that take no lock take none here.
    pub reason: Option<&'a str>,
    /// What it is told.
    pub changes: Vec<Change>,
    /// Whether what was judged by a look still holds, asked with another one once the cluster is ours: whoever had it
    /// until then may have changed the server.
    pub still: Option<&'a dyn Fn(&Look) -> bool>,
}

/// Tells the changes and sees that they came about.
///
/// # Errors
/// What held them, or which was not made.
pub(super) fn carry_out<'c>(
    hands: &Hands<'_>,
    task: &Task<'_>,
    check: impl FnOnce() -> Result<(), String>,
    audit: impl FnOnce() -> Outcome<()>,
) -> Outcome<Answer<'c>> {
    let key = &task.subject.row.key;
    if hands.rehearses {
        let steps: Vec<_> = task
            .changes
            .iter()
            .map(|change| (key.clone(), change.clone()))
            .collect();
        return Ok(rehearsal(hands.rehearse(&steps)?));
    }
    hands.refuse_noop(task.name, key)?;
    let claim = hands.claim(&task.subject.row)?;
    let lock = task.reason.map(|reason| hands.lock(key, reason)).transpose()?;
    if let Some(still) = task.still
        && !still(&hands.look(key)?)
    {
        return Err(changed(key));
    }
    let told = hands
        .tell(key, &task.changes)
        .and_then(|()| check().map_err(Failure::failed));
    drop((lock, claim));
    // The inventory is to be right after a failure too.
    let read = hands.read_again(key);
    told.and(read)?;
    audit()?;
    Ok(Answer::key(Some(key.clone())))
}

fn stop_replica<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    subject.must_replicate()?;
    let task = Task {
        name: "stop-replica",
        subject: &subject,
        reason: None,
        changes: vec![Change::StopReplication],
        still: None,
    };
    carry_out(&hands, &task, || stands(&hands, &subject.row.key), || Ok(()))
}

fn start_replica<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    start(context, given, "start-replica", None)
}

fn restart_replica<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    start(context, given, "restart-replica", Some(Change::StopReplication))
}

fn start<'c>(context: &'c Context, given: &Given, name: &str, first: Option<Change>) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    subject.must_replicate()?;
    let rule = hands.fleet()?.promotion_rule(&subject.row.key);
    let between = semi_sync(context, &subject, rule);
    let changes: Vec<Change> = match first {
        // Nothing comes between the two then, whatever becomes of this process.
        Some(Change::StopReplication) if between.is_empty() => vec![Change::RestartReplication],
        first => first
            .into_iter()
            .chain(between)
            .chain([Change::StartReplication])
            .collect(),
    };
    let task = Task {
        name,
        subject: &subject,
        reason: None,
        changes,
        still: None,
    };
    let key = &subject.row.key;
    let check = || {
        hands
            .runs(&Goal::of(key))
            .map_err(|why| format!("Replication not running: {key}: {why}; it was started, and is left so"))
    };
    carry_out(&hands, &task, check, || Ok(()))
}

/// What `DetectSemiSyncEnforcedQuery` asks for where a replica starts.
fn semi_sync(context: &Context, subject: &Subject, rule: PromotionRule) -> Vec<Change> {
    if subject.row.semi_sync.enforced == 0 {
        return Vec::new();
    }
    let semi_sync = &subject.look.reading.semi_sync;
    let off = semi_sync.master_enabled.then_some(Change::SemiSyncMaster(false));
    let policy = &context.policy;
    let is_left = policy.enforce_exact_semi_sync_replicas || policy.recover_locked_semi_sync_master;
    if is_left {
        // How many replicas acknowledge is then a matter of all of them.
        context.log.info(format!(
            "the semi-sync replica side of {} is left as it is",
            subject.row.key
        ));
    }
    let wanted = rule != PromotionRule::MustNot;
    let replica = (!is_left && semi_sync.replica_enabled != wanted).then_some(Change::SemiSyncReplica(wanted));
    off.into_iter().chain(replica).collect()
}

/// Waits until both threads stand.
fn stands(hands: &Hands<'_>, key: &InstanceKey) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(3);
    loop {
        let look = hands.servers.look(key, Duration::from_secs(3));
        let threads = look.map(|look| Threads::of(&look));
        if threads.as_ref().is_ok_and(|threads| threads.start().is_empty()) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(match threads {
                Err(contact) => format!("whether replication of {key} stands is not known: {contact}"),
                Ok(_) => format!("replication of {key} was stopped and still runs"),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// As the original prints them: nothing where no thread runs.
fn restart_statements<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let key = hands.given(given)?;
    let look = hands.look(&key)?;
    let verbs = &Dialect::of(&look.reading.server.version).verbs;
    let threads = Threads::of(&look);
    let is_alone = look.other_channels().next().is_none();
    // Where there is but one channel it needs no name.
    let of = |named: String, verb: &str, thread: &str, runs: bool| {
        let statement = if is_alone { format!("{verb} {thread}") } else { named };
        runs.then(|| format!("{};", statement.to_ascii_lowercase()))
    };
    let injected = given
        .text(Arg::Statement)
        .map(|statement| format!("{};", statement.trim_end().trim_end_matches(';')))
        .filter(|_| look.channel().is_some());
    let (io, sql) = (verbs.io_thread, verbs.sql_thread);
    let lines = [
        of(verbs.stop_receiver(""), verbs.stop, io, threads.receiver),
        of(verbs.stop_applier(""), verbs.stop, sql, threads.applier),
        injected,
        of(verbs.start_applier(""), verbs.start, sql, threads.applier),
        of(verbs.start_receiver(""), verbs.start, io, threads.receiver),
    ];
    Ok(Answer::lines(lines.into_iter().flatten().collect()))
}

fn reset_replica<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    let task = Task {
        name: "reset-replica",
        subject: &subject,
        reason: Some("reset replica"),
        changes: vec![Change::ForgetMaster],
        still: None,
    };
    let key = &subject.row.key;
    let audit = || {
        context.audit("reset-slave", Some(key), &format!("{key} replication reset"));
        Ok(())
    };
    carry_out(&hands, &task, || Ok(()), audit)
}

fn set_read_only<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    read_only(context, given, "set-read-only", true)
}

fn set_writeable<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    read_only(context, given, "set-writeable", false)
}

fn read_only<'c>(context: &'c Context, given: &Given, name: &str, on: bool) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    // Whoever takes writes has them acknowledged where that is asked for, and nobody else has.
    let semi_sync = (subject.row.semi_sync.enforced > 0 && subject.row.server.read_only != on)
        .then_some(Change::SemiSyncMaster(!on));
    let change = match on {
        true => Change::SetReadOnly(ReadOnly {
            even_super: context.config.use_super_read_only,
            end_sessions: false,
        }),
        false => Change::SetWritable,
    };
    let changes = match on {
        true => [Some(change), semi_sync],
        false => [semi_sync, Some(change)],
    };
    let task = Task {
        name,
        subject: &subject,
        reason: None,
        changes: changes.into_iter().flatten().collect(),
        still: None,
    };
    let audit = || {
        let key = &subject.row.key;
        context.audit("read-only", Some(key), &format!("set as {on}"));
        let said = "an operator made it writable";
        if !on && context.inventory()?.drop_fence(key, said, context.now())? {
            context.log.info(format!(
                "{key} was fenced after its failover; it is not fenced any more"
            ));
        }
        Ok(())
    };
    carry_out(&hands, &task, || Ok(()), audit)
}

fn detach<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    subject.must_replicate()?;
    let (key, master) = (&subject.row.key, subject.master());
    if master.hostname.starts_with("//") {
        return Err(Failure::failed(format!("instance already detached: {key}")));
    }
    let task = Task {
        name: "detach-replica-master-host",
        subject: &subject,
        reason: Some("detach replica"),
        changes: vec![Change::Detach],
        still: None,
    };
    let audit = || {
        context.audit(
            "repoint",
            Some(key),
            &format!("replica {key} detached from master {master}"),
        );
        Ok(())
    };
    carry_out(&hands, &task, || Ok(()), audit)
}

fn reattach<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    subject.must_replicate()?;
    let (key, master) = (&subject.row.key, subject.master());
    let Some(host) = master.hostname.strip_prefix("//") else {
        return Err(Failure::failed(format!("instance does not seem to be detached: {key}")));
    };
    let master = InstanceKey::new(host, master.port);
    let task = Task {
        name: "reattach-replica-master-host",
        subject: &subject,
        reason: Some("reattach replica"),
        changes: vec![Change::Reattach, Change::StartReplication],
        still: None,
    };
    let check = || {
        let goal = Goal {
            key,
            master: Some(&master),
            threads: Threads::BOTH,
            arrives: false,
        };
        hands
            .runs(&goal)
            .map_err(|why| format!("{key} is set to replicate from {master} again, and does not: {why}"))
    };
    let audit = || {
        let renamed = context
            .inventory()?
            .rename_cluster(&key.to_string(), &master.to_string())?;
        if renamed {
            context.log.info(format!(
                "the alias of cluster {key} is the alias of cluster {master} now"
            ));
        }
        context.audit(
            "repoint",
            Some(key),
            &format!("replica {key} reattached to master {master}"),
        );
        Ok(())
    };
    carry_out(&hands, &task, check, audit)
}
