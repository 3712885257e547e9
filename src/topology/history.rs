//! Topologies as snapshots hold them: as instances that can be drawn, and what changed between two of them.

use crate::model::snapshot::SnapshotRow;
use crate::model::{Instance, InstanceKey, Version};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The rows as instances of which nothing is known but what the rows say; two that replicate from each other are
/// co-masters.
pub fn instances(rows: &[&SnapshotRow]) -> Vec<Instance> {
    let links: HashSet<(&InstanceKey, &InstanceKey)> = rows.iter().map(|row| (&row.key, &row.master)).collect();
    let instance = |row: &&SnapshotRow| {
        let mut instance = Instance {
            key: row.key.clone(),
            ..Instance::default()
        };
        instance.replication.master = row.master.clone();
        instance.cluster.name.clone_from(&row.cluster);
        instance.cluster.is_co_master = row.key != row.master && links.contains(&(&row.master, &row.key));
        instance.server.version = Version::new(row.version.as_str());
        instance
    };
    rows.iter().map(instance).collect()
}

/// What kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole cluster has another name, as after a failover; its members are not listed one by one.
    Renamed,
    /// The instance is new.
    Appeared,
    /// The instance is gone.
    Vanished,
    /// It has another master.
    Moved,
    /// It is in another cluster.
    Cluster,
    /// It runs another version.
    Version,
}

impl Kind {
    /// The word printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Renamed => "renamed",
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
            Self::Moved => "moved",
            Self::Cluster => "cluster",
            Self::Version => "version",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose; nobody where a whole cluster was renamed.
    pub key: Option<InstanceKey>,
    /// What kind.
    pub kind: Kind,
    /// The earlier master, cluster or version; empty for none.
    pub before: String,
    /// The later one.
    pub after: String,
}

/// The differences in one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterChanges {
    /// Its later name; its earlier one where it is gone.
    pub cluster: String,
    /// By instance; a new name of the whole comes first.
    pub changes: Vec<Change>,
}

/// Tells what changed between two snapshots, by cluster.
pub fn changes(from: &[SnapshotRow], to: &[SnapshotRow]) -> Vec<ClusterChanges> {
    let (before, after) = (by_key(from), by_key(to));
    let renamed = renamed(from, to, &after);
    let mut found: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
    for (old, new) in &renamed {
        found.entry(new).or_default().push(Change {
            key: None,
            kind: Kind::Renamed,
            before: (*old).to_owned(),
            after: (*new).to_owned(),
        });
    }
    let keys: BTreeSet<&InstanceKey> = before.keys().chain(after.keys()).copied().collect();
    for key in keys {
        let (old, new) = (before.get(key).copied(), after.get(key).copied());
        let Some(home) = new.or(old) else { continue };
        // Who vanished from a cluster that has another name now is told with the others of that cluster.
        let name = home.cluster.as_str();
        let name = if new.is_none() {
            renamed.get(name).copied().unwrap_or(name)
        } else {
            name
        };
        let changes = of_instance(key, old, new, &renamed);
        if !changes.is_empty() {
            found.entry(name).or_default().extend(changes);
        }
    }
    found
        .into_iter()
        .map(|(cluster, changes)| ClusterChanges {
            cluster: cluster.to_owned(),
            changes,
        })
        .collect()
}

fn by_key(rows: &[SnapshotRow]) -> HashMap<&InstanceKey, &SnapshotRow> {
    rows.iter().map(|row| (&row.key, row)).collect()
}

/// Clusters that have another name, by the earlier one: it is gone, the later one is new, and whoever remains of the
/// earlier one is in the later one.
fn renamed<'a>(
    from: &'a [SnapshotRow],
    to: &'a [SnapshotRow],
    after: &HashMap<&InstanceKey, &'a SnapshotRow>,
) -> HashMap<&'a str, &'a str> {
    let names = |rows: &'a [SnapshotRow]| rows.iter().map(|row| row.cluster.as_str()).collect::<HashSet<_>>();
    let (were, are) = (names(from), names(to));
    let mut went: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in from {
        if let Some(later) = after.get(&row.key) {
            went.entry(&row.cluster).or_default().insert(&later.cluster);
        }
    }
    let only = |names: &HashSet<&'a str>| (names.len() == 1).then(|| names.iter().next().copied()).flatten();
    went.into_iter()
        .filter_map(|(old, new)| Some((old, only(&new)?)))
        .filter(|(old, new)| !old.is_empty() && !new.is_empty() && !are.contains(old) && !were.contains(new))
        .collect()
}

fn of_instance(
    key: &InstanceKey,
    old: Option<&SnapshotRow>,
    new: Option<&SnapshotRow>,
    renamed: &HashMap<&str, &str>,
) -> Vec<Change> {
    let change = |kind, before: String, after: String| Change {
        key: Some(key.clone()),
        kind,
        before,
        after,
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(new)) => return vec![change(Kind::Appeared, String::new(), name(&new.master))],
        (Some(old), None) => return vec![change(Kind::Vanished, name(&old.master), String::new())],
        (None, None) => return Vec::new(),
    };
    let mut found = Vec::new();
    if old.master != new.master {
        found.push(change(Kind::Moved, name(&old.master), name(&new.master)));
    }
    if old.cluster != new.cluster && renamed.get(old.cluster.as_str()) != Some(&new.cluster.as_str()) {
        found.push(change(Kind::Cluster, old.cluster.clone(), new.cluster.clone()));
    }
    if old.version != new.version {
        found.push(change(Kind::Version, old.version.clone(), new.version.clone()));
    }
    found
}

fn name(key: &InstanceKey) -> String {
    if key.is_none() { String::new() } else { key.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `key<master@cluster/version`, parts after the key in this order, ports only.
    fn rows(text: &str) -> Vec<SnapshotRow> {
        let row = |word: &str| {
            let (key, rest) = word.split_once('<').unwrap();
            let (master, rest) = rest.split_once('@').unwrap();
            let (cluster, version) = rest.split_once('/').unwrap_or((rest, "8"));
            let port = |text: &str| text.parse::<u16>().unwrap();
            SnapshotRow {
                key: InstanceKey::new("h", port(key)),
                master: if master == "0" {
                    InstanceKey::default()
                } else {
                    InstanceKey::new("h", port(master))
                },
                cluster: cluster.to_owned(),
                version: version.to_owned(),
            }
        };
        text.split_whitespace().map(row).collect()
    }

    fn told(from: &str, to: &str) -> Vec<String> {
        let line = |cluster: &str, c: &Change| {
            let key = c
                .key
                .as_ref()
                .map_or_else(|| "*".to_owned(), |key| key.port.to_string());
            format!("{cluster} {key} {} {}>{}", c.kind.as_str(), c.before, c.after)
        };
        changes(&rows(from), &rows(to))
            .iter()
            .flat_map(|group| group.changes.iter().map(|c| line(&group.cluster, c)))
            .collect()
    }

    #[test]
    fn each_kind_of_change() {
        for (from, to, expected) in [
            ("1<0@a 2<1@a", "2<1@a 1<0@a", vec![]),
            ("1<0@a 2<1@a 3<1@a", "1<0@a 2<1@a 3<2@a", vec!["a 3 moved h:1>h:2"]),
            ("1<0@a", "1<0@a 2<1@a", vec!["a 2 appeared >h:1"]),
            ("1<0@a 2<1@a", "1<0@a", vec!["a 2 vanished h:1>"]),
            ("1<0@a 2<1@a/8.0", "1<0@a 2<1@a/8.4", vec!["a 2 version 8.0>8.4"]),
            (
                "1<0@a 2<1@a 5<0@b",
                "1<0@a 2<5@b/9 5<0@b",
                vec!["b 2 moved h:1>h:5", "b 2 cluster a>b", "b 2 version 8>9"],
            ),
            ("", "1<0@a", vec!["a 1 appeared >"]),
            ("", "", vec![]),
            // By cluster, then key with ports as numbers.
            (
                "1<0@b 5<0@a",
                "1<0@b 10<1@b 9<1@b 5<0@a 6<5@a",
                vec!["a 6 appeared >h:5", "b 9 appeared >h:1", "b 10 appeared >h:1"],
            ),
        ] {
            assert_eq!(told(from, to), expected, "{from} -> {to}");
        }
    }

    #[test]
    fn a_failover_renames_the_whole() {
        assert_eq!(
            told("1<0@a 2<1@a 3<1@a 4<1@a", "2<0@b 3<2@b 4<2@b 5<2@b"),
            [
                "b * renamed a>b",
                "b 1 vanished >",
                "b 2 moved h:1>",
                "b 3 moved h:1>h:2",
                "b 4 moved h:1>h:2",
                "b 5 appeared >h:2"
            ]
        );
        // Near misses: the old name is still there; the new name was there before; they went two ways.
        for (from, to) in [
            ("1<0@a 2<1@a", "1<0@a 2<1@b"),
            ("1<0@a 5<0@b", "1<0@b 5<0@b"),
            ("1<0@a 2<1@a", "1<0@b 2<1@c"),
            ("1<0@", "1<0@a"),
        ] {
            let told = told(from, to);
            assert!(
                !told.is_empty() && told.iter().all(|line| line.contains(" cluster ")),
                "{told:?}"
            );
        }
        // Two clusters that became one are told as two new names.
        assert_eq!(told("1<0@a 2<0@b", "1<0@c 2<1@c").len(), 3);
    }

    #[test]
    fn rows_become_instances_that_say_no_more() {
        let rows = rows("1<2@a/8.4.1 2<1@a 3<1@a 7<7@a");
        let found = instances(&rows.iter().collect::<Vec<_>>());
        let co_masters: Vec<bool> = found.iter().map(|i| i.cluster.is_co_master).collect();
        assert_eq!(co_masters, [true, true, false, false]);
        assert_eq!(found[0].server.version.as_str(), "8.4.1");
        assert!(!found[2].is_replicating());
    }
}
