//! A replica goes on without the transaction at which its applier failed.

use super::Command;
use super::arranging::refused;
use super::changing::Hands;
use super::context::Context;
use super::failure::Outcome;
use super::replicating::{Subject, Task, carry_out, verb};
use crate::args::Given;
use crate::model::{Change, Coordinates, Look};
use crate::recovery::relocation::Goal;
use crate::recovery::skipping::passing_over;
use crate::report::answer::Answer;
use std::time::Duration;

pub(super) const COMMANDS: &[Command] = &[verb(
    "skip-query",
    "Pass over the transaction at which a replica's applier failed, and start replication",
    skip_query,
)];

fn skip_query<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let hands = Hands::new(context, given)?;
    let subject = Subject::of(&hands, given)?;
    let key = &subject.row.key;
    let read = |at: &Coordinates| hands.servers.relay_gtid(key, at, Duration::from_secs(3));
    let skip = passing_over(&subject.look, &read).map_err(refused)?;
    let what = skip.to_string();
    let changes = match &skip {
        Change::SkipNext => vec![skip.clone()],
        _ => vec![skip.clone(), Change::StartReplication],
    };
    // By position a second one would pass over something that nobody looked at.
    let still = |now: &Look| {
        let at = |look: &Look| {
            let error = look.channel().map(|channel| channel.status.last_sql_error.clone());
            (error, look.executed_file().cloned())
        };
        passing_over(now, &read).is_ok_and(|again| again == skip) && at(now) == at(&subject.look)
    };
    let task = Task {
        name: "skip-query",
        subject: &subject,
        reason: None,
        changes,
        still: Some(&still),
    };
    let check = || {
        hands
            .runs(&Goal::of(key))
            .map_err(|why| format!("{key}: {what} was done, and it does not replicate: {why}"))
    };
    let audit = || {
        context.audit("skip-query", Some(key), &what);
        Ok(())
    };
    carry_out(&hands, &task, check, audit)
}
