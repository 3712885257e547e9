//! Trees of earlier moments, drawn from snapshots.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::information::regex_of;
use super::snapshots::{local, snapshot_until, typed_moment};
use super::target::{alias_of, cluster, key_of};
use crate::args::{Arg, Given};
use crate::model::duration::age;
use crate::model::snapshot::SnapshotRow;
use crate::model::{InstanceKey, Timestamp};
use crate::report::history::{Detail, entries};
use crate::report::tree::Entry;
use crate::topology::draw;
use crate::topology::history::instances;
use std::collections::BTreeMap;

/// A cluster as a snapshot holds it.
pub(super) struct Past {
    /// The cluster's name then.
    pub cluster: String,
    /// When.
    pub at: Timestamp,
    /// Its drawing, line by line.
    pub entries: Vec<Entry>,
}

/// Which snapshot a command line asks for, and what is to be drawn of it; none where it asks for the present.
///
/// # Errors
/// When it asks for one that there is not.
pub(super) fn asked(context: &Context, given: &Given) -> Outcome<Option<(Timestamp, Detail)>> {
    if let Some(text) = given.text(Arg::At) {
        let until = typed_moment(context, text)?;
        return Ok(Some((snapshot_until(context, until, text)?, Detail::Versions)));
    }
    let Some(pattern) = given.text(Arg::Pattern) else {
        return Ok(None);
    };
    let regex = regex_of(pattern)?;
    let times = context.inventory()?.snapshot_times()?;
    let mut fitting = times.iter().rev().filter(|at| regex.is_match(&at.0.to_string()));
    let Some(at) = fitting.next() else {
        let held = match times.last() {
            None => "there is no snapshot yet; `orchestrator -c snapshot-topologies` takes one".to_owned(),
            Some(last) => format!(
                "there are {}, the last one of {}; `orchestrator snapshot list` lists them",
                times.len(),
                last.0
            ),
        };
        return Err(Failure::failed(format!(
            "no snapshot's time in Unix seconds fits the pattern `{pattern}`"
        ))
        .hint(held));
    };
    let others = fitting.count();
    if others > 0 {
        let note = format!("{others} earlier snapshots fit the pattern `{pattern}` too; the last one is drawn");
        context.log.note(note);
    }
    Ok(Some((*at, Detail::Keys)))
}

/// The cluster that a command line names, as the snapshot of this moment holds it. `None`, said on standard error,
/// where the classic form goes on without one.
///
/// # Errors
/// When the snapshot holds nothing of it; in the modern form also when it is not known at all.
pub(super) fn drawn(context: &Context, given: &Given, at: Timestamp, detail: Detail) -> Outcome<Option<Past>> {
    let rows = context.inventory()?.snapshot(at)?;
    let Some(name) = name_then(context, given, &rows, at)? else {
        return Ok(None);
    };
    let members: Vec<&SnapshotRow> = rows.iter().filter(|row| row.cluster == name).collect();
    let members = instances(&members);
    let nodes = draw(&members.iter().collect::<Vec<_>>());
    context.log.note(format!(
        "from the snapshot of {}, {} ago, which says nothing of lag and state",
        local(at),
        age(context.now().seconds_since(at))
    ));
    Ok(Some(Past {
        cluster: name,
        at,
        entries: entries(&nodes, detail),
    }))
}

/// What the cluster named was called in a snapshot. A failover gives a cluster a new name, so one that is not called so
/// there is looked for by its present members.
fn name_then(context: &Context, given: &Given, rows: &[SnapshotRow], at: Timestamp) -> Outcome<Option<String>> {
    let words: Vec<(Arg, &str)> = [Arg::Alias, Arg::Target, Arg::Instance]
        .into_iter()
        .filter_map(|arg| Some((arg, given.text(arg)?)))
        .collect();
    let names = counted(rows.iter());
    for (arg, word) in &words {
        let found = named(context, &names, word)?;
        let of_instance = || {
            if *arg == Arg::Alias {
                None
            } else {
                home_of(context, word, rows)
            }
        };
        if let Some(name) = found.or_else(of_instance) {
            return Ok(Some(name));
        }
    }
    if let (true, [only]) = (
        words.is_empty() && !given.classic,
        names.keys().collect::<Vec<_>>().as_slice(),
    ) {
        return Ok(Some((**only).to_owned()));
    }
    let Some(now) = cluster(context, given)? else {
        return Ok(None);
    };
    if names.contains_key(now.as_str()) {
        return Ok(Some(now));
    }
    let members: Vec<&InstanceKey> = context.fleet()?.members(&now).iter().map(|i| &i.key).collect();
    let then = counted(rows.iter().filter(|row| members.binary_search(&&row.key).is_ok()));
    let Some((then, _)) = then.into_iter().rev().max_by_key(|(_, count)| *count) else {
        return Err(Failure::failed(format!(
            "the snapshot of {} holds nothing of the cluster {now}",
            local(at)
        ))
        .hint("`orchestrator snapshot list` lists the snapshots"));
    };
    context.log.note(format!("the cluster {now} was called {then} then"));
    Ok(Some(then.to_owned()))
}

/// Clusters by name, with the number of rows of each.
fn counted<'r>(rows: impl Iterator<Item = &'r SnapshotRow>) -> BTreeMap<&'r str, usize> {
    let mut names = BTreeMap::new();
    for row in rows.filter(|row| !row.cluster.is_empty()) {
        *names.entry(row.cluster.as_str()).or_insert(0) += 1;
    }
    names
}

/// A snapshot's cluster by its exact name, else by its alias.
fn named(context: &Context, names: &BTreeMap<&str, usize>, word: &str) -> Outcome<Option<String>> {
    if names.contains_key(word) {
        return Ok(Some(word.to_owned()));
    }
    let fleet = context.fleet()?;
    let found = names.keys().find(|name| alias_of(context, fleet, name) == word);
    Ok(found.map(|name| (*name).to_owned()))
}

/// The cluster in which an instance was, named exactly or by what its name resolves to.
fn home_of(context: &Context, word: &str, rows: &[SnapshotRow]) -> Option<String> {
    let key = key_of(context, word).ok()?;
    let resolved = context.fleet().ok()?.resolved(&key);
    let is_it = |row: &&SnapshotRow| (row.key == key || row.key == resolved) && !row.cluster.is_empty();
    rows.iter().find(is_it).map(|row| row.cluster.clone())
}
