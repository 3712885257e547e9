//! Topologies of earlier moments: their drawings, and what changed since, as text and as a table.

use super::answer::Rows;
use super::tree::Entry;
use crate::topology::history::{Change, ClusterChanges, Kind};
use crate::topology::{Mark, Node, Tokens};
use std::fmt::Write as _;

/// What is drawn of a snapshot's instances beside their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing: the classic history view.
    Keys,
    /// Their versions, where the classic drawings have them.
    Versions,
}

/// Describes drawn nodes by what a snapshot knows: the version alone of the description's parts, and for a mark the one
/// of those not known to replicate.
pub fn entries(nodes: &[Node<'_>], detail: Detail) -> Vec<Entry> {
    let entry = |node: &Node<'_>| Entry {
        level: node.level,
        mark: (!node.is_root).then_some(Mark::Standing),
        key: node.instance.key.to_string(),
        alias: String::new(),
        tokens: (detail == Detail::Versions).then(|| Tokens {
            version: node.instance.server.version.as_str().to_owned(),
            ..Tokens::default()
        }),
        tags: Vec::new(),
    };
    nodes.iter().map(entry).collect()
}

/// The differences by cluster, a line each under the cluster's name; the last line has no end.
pub fn differences(clusters: &[ClusterChanges]) -> String {
    let key_width = clusters.iter().flat_map(|group| &group.changes);
    let key_width = key_width.map(|c| subject(c).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for group in clusters {
        let _ = writeln!(text, "{}", cluster_name(&group.cluster));
        for change in &group.changes {
            let (subject, word) = (subject(change), change.kind.as_str());
            let _ = writeln!(text, "  {subject:key_width$}  {word:8}  {}", sentence(change));
        }
    }
    text.trim_end_matches('\n').to_owned()
}

/// The differences as a table, a row each.
pub fn difference_rows(clusters: &[ClusterChanges]) -> Rows {
    let row = |group: &ClusterChanges, change: &Change| {
        vec![
            group.cluster.clone(),
            change.key.as_ref().map_or_else(String::new, ToString::to_string),
            change.kind.as_str().to_owned(),
            change.before.clone(),
            change.after.clone(),
        ]
    };
    Rows {
        headings: vec!["Cluster", "Instance", "Change", "Before", "After"],
        rows: clusters
            .iter()
            .flat_map(|group| group.changes.iter().map(|change| row(group, change)))
            .collect(),
    }
}

fn subject(change: &Change) -> String {
    change
        .key
        .as_ref()
        .map_or_else(|| "the cluster".to_owned(), ToString::to_string)
}

fn cluster_name(name: &str) -> &str {
    if name.is_empty() { "(no cluster)" } else { name }
}

fn sentence(change: &Change) -> String {
    let (before, after) = (change.before.as_str(), change.after.as_str());
    let or = |text: &str, none: &str| {
        if text.is_empty() {
            none.to_owned()
        } else {
            text.to_owned()
        }
    };
    match change.kind {
        Kind::Appeared if after.is_empty() => "without a master".to_owned(),
        Kind::Appeared => format!("below {after}"),
        Kind::Vanished if before.is_empty() => "was without a master".to_owned(),
        Kind::Vanished => format!("was below {before}"),
        Kind::Moved => format!("{} -> {}", or(before, "no master"), or(after, "no master")),
        Kind::Renamed | Kind::Cluster => format!("{} -> {}", cluster_name(before), cluster_name(after)),
        Kind::Version => format!("{} -> {}", or(before, "unknown"), or(after, "unknown")),
    }
}
