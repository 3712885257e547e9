//! Semi-synchronous replication switched on and off, on either side of one server.

use super::changing::Hands;
use super::context::Context;
use super::failure::Outcome;
use super::replicating::{Subject, Task, carry_out};
use super::{Body, Command, Work};
use crate::args::{Arg, Given, Group, Take};
use crate::model::Change;
use crate::report::answer::Answer;

const TAKES: &[Take] = &[Take::Pos(Arg::Instance), Take::Opt(Arg::DryRun), Take::Opt(Arg::Owner)];

pub(super) const COMMANDS: &[Command] = &[
    verb(
        "enable-semi-sync-master",
        "Have a server's commits wait for its replicas' acknowledgement",
        |context, given| master(context, given, "enable-semi-sync-master", true),
    )
    .also_called(&["enable-semi-sync-source"]),
    verb(
        "disable-semi-sync-master",
        "Have a server's commits wait for no acknowledgement",
        |context, given| master(context, given, "disable-semi-sync-master", false),
    )
    .also_called(&["disable-semi-sync-source"]),
    verb(
        "enable-semi-sync-replica",
        "Have a replica acknowledge what it receives",
        |context, given| replica(context, given, "enable-semi-sync-replica", true),
    ),
    verb(
        "disable-semi-sync-replica",
        "Have a replica acknowledge nothing",
        |context, given| replica(context, given, "disable-semi-sync-replica", false),
    ),
];

const fn verb(name: &'static str, about: &'static str, work: Work) -> Command {
    Command::new(Group::Change, name, about, TAKES, Body::Runs(work)).explained(
        "The names of variables are those of the plugin that is loaded. A replica's side takes effect when its receiver is \
         restarted, which is done where it runs; one that is set so already is left alone. While a recovery of the cluster \
         is under way nothing is changed. --dry-run prints the statements.\n\nExit status: 0 done, 1 failed, 5 held by a \
         recovery.",
    )
}

fn master<'c>(context: &'c Context, given: &'c Given, name: &'static str, on: bool) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    let task = Task {
        name,
        subject: &subject,
        reason: None,
        changes: vec![Change::SemiSyncMaster(on)],
        still: None,
    };
    carry_out(&hands, &task, || Ok(()), || Ok(()))
}

fn replica<'c>(context: &'c Context, given: &'c Given, name: &'static str, on: bool) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    if subject.look.reading.semi_sync.replica_enabled == on {
        return Ok(Answer::key(Some(subject.row.key)));
    }
    let task = Task {
        name,
        subject: &subject,
        reason: None,
        changes: vec![Change::SemiSyncReplica(on)],
        still: None,
    };
    carry_out(&hands, &task, || Ok(()), || Ok(()))
}
