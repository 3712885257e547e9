//! Snapshots of all topologies: taking them, listing them, telling what changed between two.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::{Command, takes};
use crate::args::moment::parse_moment;
use crate::args::{Arg, Given, Group, Take};
use crate::model::Timestamp;
use crate::model::snapshot::{SnapshotRow, SnapshotSize};
use crate::report::answer::{Answer, Rows};
use crate::report::history::{difference_rows, differences};
use crate::report::json::history::{Difference, Side, Snapshot};
use crate::report::{json, moment};
use crate::topology::history::changes;
use jiff::tz::TimeZone;

const GROUP: Group = Group::Inventory;

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(GROUP, "snapshot-topologies", "Remember who replicates from whom", takes::NONE, take),
    Command::writes(GROUP, "snapshot take", "Remember who replicates from whom", takes::NONE, take).modern_only().explained(
        "Kept of each instance are its master, its cluster and its version. A second snapshot in the same second adds \
         nothing.",
    ),
    Command::reads(GROUP, "snapshot list", "List the snapshots and how much they hold", takes::NONE, list)
        .modern_only()
        .explained(
            "Moment, the same in Unix seconds, number of instances, number of clusters. Moments are local, with the offset \
             from UTC, as TZ says; in JSON and YAML they are UTC.",
        ),
    Command::reads(
        GROUP,
        "snapshot diff",
        "Tell what changed between two snapshots",
        &[Take::Pos(Arg::FromTime), Take::Pos(Arg::ToTime)],
        diff,
    )
    .modern_only()
    .explained(
        "Instances that appeared, vanished, moved below another master, changed cluster or version, by cluster. Without \
         times the last two snapshots are compared; FROM alone is compared with the last one. A time is `YYYY-MM-DD \
         HH:MM[:SS]` in local time, the same with Z or an offset such as +01:00, Unix seconds, or an age such as 2h, and \
         means the last snapshot taken until then. The exit status is 0 whether anything changed or not, 1 where nothing \
         could be compared.",
    ),
];

fn take<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let now = context.now();
    let rows = context.inventory()?.take_snapshot(now)?;
    if rows > 0 {
        context.log.info(format!("snapshot of {rows} instances taken"));
    } else if context.inventory()?.last_snapshot_before(now)? == Some(now) {
        context
            .log
            .info("a snapshot of this very second is there already; nothing was added");
    } else if given.classic {
        context.log.info("no instance is known; nothing was kept");
    } else {
        context
            .log
            .warn("no instance is known, so nothing was kept: `orchestrator discover HOST[:PORT]` makes some known");
    }
    Ok(Answer::nothing())
}

fn list<'c>(context: &'c Context, _: &'c Given) -> Outcome<Answer<'c>> {
    let sizes = context.inventory()?.snapshot_sizes()?;
    let data: Vec<Snapshot> = sizes.iter().map(Snapshot::from).collect();
    let zone = TimeZone::system();
    let row = |size: &SnapshotSize| {
        vec![
            moment::local(size.at, &zone),
            size.at.0.to_string(),
            size.instances.to_string(),
            size.clusters.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = sizes.iter().map(row).collect();
    let lines: String = rows.iter().map(|row| format!("{}\n", row.join("\t"))).collect();
    Ok(
        Answer::new(move || lines, move || json::value(&data)).with_table(move || Rows {
            headings: vec!["Taken", "UnixTime", "Instances", "Clusters"],
            rows,
        }),
    )
}

/// Reads a moment as typed.
///
/// # Errors
/// A usage failure when it is none.
pub(super) fn typed_moment(context: &Context, text: &str) -> Outcome<Timestamp> {
    parse_moment(text, context.now(), &TimeZone::system()).map_err(Failure::usage)
}

/// The last snapshot taken until a moment, which was typed as `text`.
///
/// # Errors
/// When there is none.
pub(super) fn snapshot_until(context: &Context, until: Timestamp, text: &str) -> Outcome<Timestamp> {
    let inventory = context.inventory()?;
    if let Some(at) = inventory.last_snapshot_before(until)? {
        return Ok(at);
    }
    match inventory.snapshot_times()?.first() {
        None => Err(none_yet()),
        Some(first) => Err(Failure::failed(format!(
            "no snapshot is as old as `{text}`, which is {}: the earliest is of {}",
            local(until),
            local(*first)
        ))
        .hint("`orchestrator snapshot list` lists them")),
    }
}

/// A moment as it is shown to people.
pub(super) fn local(at: Timestamp) -> String {
    moment::local(at, &TimeZone::system())
}

fn none_yet() -> Failure {
    Failure::failed("there is no snapshot yet")
        .hint("`orchestrator snapshot take` takes one")
        .hint(REGULARLY)
}

fn none_before(to: &Compared) -> Failure {
    let name = to.name();
    Failure::failed(format!(
        "there is no snapshot before that of {name}, to compare it with"
    ))
    .hint(format!(
        "`orchestrator snapshot diff {name} now` compares it with the inventory as it is"
    ))
    .hint("`orchestrator snapshot take` takes another one")
    .hint(REGULARLY)
}

const REGULARLY: &str = "set SnapshotTopologiesIntervalHours to have them taken regularly";

/// What is compared: a snapshot, or the inventory as it is.
struct Compared {
    at: Timestamp,
    is_present: bool,
}

impl Compared {
    fn snapshot(at: Timestamp) -> Self {
        Self { at, is_present: false }
    }

    fn rows(&self, context: &Context) -> Outcome<Vec<SnapshotRow>> {
        let inventory = context.inventory()?;
        Ok(if self.is_present {
            inventory.present_placements()?
        } else {
            inventory.snapshot(self.at)?
        })
    }

    fn name(&self) -> String {
        if self.is_present {
            "now".to_owned()
        } else {
            local(self.at)
        }
    }
}

/// The two sides as asked for; the earlier one is never the inventory as it is.
fn sides(context: &Context, given: &Given) -> Outcome<(Compared, Compared)> {
    let (from, to) = (given.text(Arg::FromTime), given.text(Arg::ToTime));
    if from == Some("now") {
        return Err(Failure::usage(
            "`now` is the inventory as it is, the later side: write it as the second time",
        ));
    }
    let times = context.inventory()?.snapshot_times()?;
    let to = match to {
        Some("now") => Compared {
            at: context.now(),
            is_present: true,
        },
        Some(text) => Compared::snapshot(snapshot_until(context, typed_moment(context, text)?, text)?),
        None => Compared::snapshot(*times.last().ok_or_else(none_yet)?),
    };
    let from = match from {
        Some(text) => snapshot_until(context, typed_moment(context, text)?, text)?,
        // As far back from the later side as can be told: the one before it, or the last one where that is the present.
        None => {
            let before = |at: &&Timestamp| to.is_present || **at < to.at;
            *times
                .iter()
                .rfind(before)
                .ok_or_else(|| if times.is_empty() { none_yet() } else { none_before(&to) })?
        }
    };
    Ok((Compared::snapshot(from), to))
}

fn diff<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let (from, to) = sides(context, given)?;
    if !to.is_present && from.at == to.at {
        return Err(
            Failure::failed(format!("both sides are the same snapshot, of {}", to.name()))
                .hint("`orchestrator snapshot list` lists them; `now` as the second time means the inventory as it is"),
        );
    }
    if !to.is_present && from.at > to.at {
        return Err(Failure::usage(format!(
            "the first time means the snapshot of {}, the second the earlier one of {}: write the earlier time first",
            from.name(),
            to.name()
        )));
    }
    let found = changes(&from.rows(context)?, &to.rows(context)?);
    let span = format!("{} to {}", from.name(), to.name());
    let (data, table) = (found.clone(), found.clone());
    let nothing = found.is_empty();
    let text = move || {
        if nothing {
            format!("no difference from {span}\n")
        } else {
            format!("from {span}\n\n{}\n", differences(&found))
        }
    };
    let side = |side: &Compared| Side::new(side.at, side.is_present);
    let (from, to) = (side(&from), side(&to));
    let answer = Answer::new(text, move || json::value(&Difference::new(from, to, &data)));
    Ok(if nothing {
        answer
    } else {
        answer.with_table(move || difference_rows(&table))
    })
}
