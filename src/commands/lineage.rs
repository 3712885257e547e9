//! Whom a server replicates from, and whom those do, as all of them stand now: what is stored may be older than what an
//! operator did by hand. Of one that does not answer counts what is stored.

use super::changing::Hands;
use crate::model::gtid::OracleSet;
use crate::model::{Fleet, Instance, InstanceKey, Look, Reached};
use std::collections::HashSet;

/// Everybody above a server.
pub struct Lineage {
    names: HashSet<InstanceKey>,
    /// What the server has, has received, or can get from those above it.
    pub obtainable: Option<Reached>,
}

impl Lineage {
    /// That of a server as it was just seen; those above it are asked.
    pub fn of(hands: &Hands<'_>, fleet: &Fleet, look: &Look) -> Self {
        Self::with(fleet, look, |key| hands.look(key).ok())
    }

    fn with(fleet: &Fleet, look: &Look, ask: impl Fn(&InstanceKey) -> Option<Look>) -> Self {
        let mut names = HashSet::new();
        let mut obtainable = look.received();
        let mut waiting = masters(fleet.get(&look.key), Some(look));
        let mut asked = HashSet::from([look.key.clone()]);
        while let Some(name) = waiting.pop() {
            let row = fleet.get(&name).or_else(|| fleet.get(&fleet.resolved(&name)));
            names.insert(name);
            let Some(row) = row else { continue };
            names.insert(row.key.clone());
            if !asked.insert(row.key.clone()) {
                continue;
            }
            let look = ask(&row.key);
            let has = match &look {
                Some(look) => look.received(),
                None => stored(row),
            };
            obtainable = obtainable.map(|sum| has.and_then(|has| sum.merged(&has)).unwrap_or(sum));
            waiting.extend(masters(Some(row), look.as_ref()));
        }
        Self { names, obtainable }
    }

    /// Whether somebody stands above the server; the server itself does where it is part of a circle.
    pub fn holds(&self, fleet: &Fleet, key: &InstanceKey) -> bool {
        self.names.contains(key) || self.names.contains(&fleet.resolved(key))
    }
}

/// Whom a server replicates from, by every channel; the primary besides, for a group's secondary.
fn masters(row: Option<&Instance>, look: Option<&Look>) -> Vec<InstanceKey> {
    let live = look.map(|look| look.reading.channels.iter().map(|channel| &channel.status.master));
    let known = row.filter(|row| look.is_none() || row.is_group_secondary());
    let all = live.into_iter().flatten().chain(known.map(Instance::upstream));
    all.filter(|key| key.is_valid()).cloned().collect()
}

fn stored(row: &Instance) -> Option<Reached> {
    let executed = &row.gtid.executed;
    (!executed.is_empty()).then(|| Reached::Oracle(OracleSet::parse_lossy(executed).0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::observation::Channel;

    fn key(port: u16) -> InstanceKey {
        InstanceKey::new("db", port)
    }

    fn row(port: u16, master: u16) -> Instance {
        let mut row = Instance {
            key: key(port),
            ..Instance::default()
        };
        if master > 0 {
            row.replication.master = key(master);
        }
        row
    }

    fn look(port: u16, masters: &[u16]) -> Look {
        let channel = |master: &u16| {
            let mut channel = Channel {
                name: if *master == masters[0] {
                    String::new()
                } else {
                    format!("from{master}")
                },
                ..Channel::default()
            };
            channel.status.master = key(*master);
            channel
        };
        let mut look = Look {
            key: key(port),
            ..Look::default()
        };
        look.reading.channels = masters.iter().map(channel).collect();
        look
    }

    fn above(fleet: &Fleet, of: &Look, live: &[Look]) -> Vec<u16> {
        let ask = |key: &InstanceKey| live.iter().find(|look| look.key == *key).cloned();
        let lineage = Lineage::with(fleet, of, ask);
        (1..9).filter(|port| lineage.holds(fleet, &key(*port))).collect()
    }

    #[test]
    fn what_servers_say_counts_before_what_is_stored() {
        let fleet = Fleet::new([row(1, 0), row(2, 1), row(3, 1), row(4, 3)]);
        assert_eq!(
            above(&fleet, &look(4, &[3]), &[look(3, &[2]), look(2, &[1]), look(1, &[])]),
            [1, 2, 3]
        );
        // One that does not answer stands where it was last seen.
        assert_eq!(above(&fleet, &look(4, &[3]), &[]), [1, 3]);
        assert_eq!(above(&fleet, &look(4, &[2]), &[]), [1, 2]);
        assert_eq!(above(&fleet, &look(4, &[]), &[]), [0u16; 0]);
    }

    #[test]
    fn every_channel_leads_up_and_a_circle_ends() {
        let fleet = Fleet::new([row(1, 2), row(2, 1), row(3, 1), row(4, 3)]);
        assert_eq!(above(&fleet, &look(4, &[3]), &[look(3, &[1, 8])]), [1, 2, 3, 8]);
        assert_eq!(above(&fleet, &look(1, &[2]), &[look(2, &[1])]), [1, 2]);
    }
}
