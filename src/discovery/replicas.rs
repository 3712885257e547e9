//! Which instances replicate from a server, by what it says.
//!
//! There are two sources, each with a gap: replicas announce themselves only where `report_host` is set on them, but then
//! with their port; the process list has all of them, but without ports.

use super::names::{Names, seen_from_here};
use super::rules::DiscoveryRules;
use crate::model::observation::Reading;
use crate::model::{Fleet, InstanceKey, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Replicas found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// All of them that filters leave, sorted.
    pub(super) replicas: Vec<InstanceKey>,
    /// Those of which only the host is known; the port is the master's own.
    pub(super) guessed: Vec<InstanceKey>,
    /// What a person should know.
    pub(super) notices: Vec<String>,
}

/// Where replicas are searched.
pub(super) struct Search<'a> {
    /// The server's key.
    pub(super) own: &'a InstanceKey,
    /// The key it was asked by.
    pub(super) asked: &'a InstanceKey,
    pub(super) reading: &'a Reading,
    pub(super) fleet: &'a Fleet,
    pub(super) rules: &'a DiscoveryRules,
    pub(super) names: &'a Names,
    pub(super) now: Timestamp,
}

impl Search<'_> {
    /// Finds the replicas.
    pub(super) fn run(&self) -> Found {
        let announced = self.announced();
        let is_binlog_server = self.reading.server.is_binlog_server || self.reading.server.version.is_maxscale();
        if (self.rules.discover_by_show_slave_hosts || is_binlog_server) && !announced.is_empty() {
            return self.finish(announced.into_iter().collect(), BTreeSet::new(), Vec::new());
        }
        let mut replicas = BTreeSet::new();
        let mut unlocated = BTreeMap::new();
        let dumping = self.dumping();
        for (host, &connections) in &dumping {
            let located = self.located(host, connections, &announced);
            if located.is_empty() {
                unlocated.insert(Arc::clone(host), connections);
            }
            replicas.extend(located);
        }
        if let Some(elsewhere) = self.announced_elsewhere(&announced, &dumping, &unlocated) {
            replicas.extend(elsewhere);
            unlocated.clear();
        }
        let (mut guessed, mut notices) = (BTreeSet::new(), Vec::new());
        for (host, connections) in unlocated {
            let guess = InstanceKey {
                hostname: host,
                port: self.own.port,
            };
            let missing = connections - usize::from(!self.is_self(&guess));
            if missing > 0 {
                notices.push(self.unlocated(&guess.hostname, missing));
            }
            guessed.insert(guess);
        }
        replicas.extend(guessed.iter().cloned());
        self.finish(replicas, guessed, notices)
    }

    /// The replicas on a host, as far as anything but a guess tells their ports: by what they announced, else by what is
    /// known of earlier.
    fn located(&self, host: &Arc<str>, connections: usize, announced: &BTreeSet<InstanceKey>) -> BTreeSet<InstanceKey> {
        let at_host = |key: &&InstanceKey| key.hostname == *host;
        let mut located: BTreeSet<InstanceKey> = BTreeSet::new();
        if self.rules.prefer_report_port {
            located.extend(announced.iter().filter(at_host).cloned());
            if located.is_empty() {
                located.extend(self.nameless_ports(host, connections));
            }
        }
        if located.len() < connections {
            let known = self.fleet.replicas_of(self.own).map(|replica| &replica.key);
            located.extend(known.filter(at_host).take(connections - located.len()).cloned());
        }
        located
    }

    /// Replicas announced under other host names than the process list has, where they are as many as the connections
    /// that are left over, and the master's port would be wrong for some of them.
    fn announced_elsewhere<'k>(
        &self,
        announced: &'k BTreeSet<InstanceKey>,
        dumping: &BTreeMap<Arc<str>, usize>,
        unlocated: &BTreeMap<Arc<str>, usize>,
    ) -> Option<impl Iterator<Item = InstanceKey> + use<'k>> {
        let elsewhere: Vec<&InstanceKey> = announced
            .iter()
            .filter(|key| !dumping.contains_key(&key.hostname))
            .collect();
        let fits = self.rules.prefer_report_port
            && elsewhere.len() == unlocated.values().sum::<usize>()
            && elsewhere.iter().any(|key| key.port != self.own.port);
        fits.then(|| elsewhere.into_iter().cloned())
    }

    fn finish(&self, found: BTreeSet<InstanceKey>, guessed: BTreeSet<InstanceKey>, notices: Vec<String>) -> Found {
        let keeps = |key: &InstanceKey| self.rules.keeps_replica(key) && !self.is_self(key);
        Found {
            replicas: found.into_iter().filter(keeps).collect(),
            guessed: guessed.into_iter().filter(keeps).collect(),
            notices,
        }
    }

    /// Replicas that announced a host and a port.
    fn announced(&self) -> BTreeSet<InstanceKey> {
        let complete = self.reading.announced_replicas.iter().filter(|key| !key.is_none());
        complete
            .map(|key| self.key_of(&key.hostname, key.port))
            .filter(InstanceKey::is_valid)
            .collect()
    }

    /// Hosts in the process list, each with its number of connections.
    fn dumping(&self) -> BTreeMap<Arc<str>, usize> {
        let mut hosts = BTreeMap::new();
        for peer in &self.reading.dumping_hosts {
            let key = self.key_of(peer_host(peer), self.own.port);
            if key.is_valid() {
                *hosts.entry(key.hostname).or_default() += 1;
            }
        }
        hosts
    }

    /// The replicas of a host by ports announced without a host name: where all of them can only belong to this host, or
    /// all are the same.
    fn nameless_ports(&self, host: &Arc<str>, connections: usize) -> Vec<InstanceKey> {
        let nameless: Vec<u16> = self
            .reading
            .announced_replicas
            .iter()
            .filter(|key| key.hostname.trim().is_empty() && key.port > 0)
            .map(|key| key.port)
            .collect();
        let ports: BTreeSet<u16> = nameless.iter().copied().collect();
        let only_host = self.reading.dumping_hosts.len() == connections && nameless.len() == connections;
        if !only_host && ports.len() != 1 {
            return Vec::new();
        }
        ports
            .into_iter()
            .map(|port| InstanceKey {
                hostname: Arc::clone(host),
                port,
            })
            .collect()
    }

    /// The key of a host as this server names it.
    fn key_of(&self, host: &str, port: u16) -> InstanceKey {
        self.names.canonical(
            &InstanceKey::new(seen_from_here(host, self.asked, self.own), port),
            self.now,
        )
    }

    fn is_self(&self, key: &InstanceKey) -> bool {
        key == self.own || key == self.asked
    }

    fn unlocated(&self, host: &str, connections: usize) -> String {
        let (replicas, them) = if connections == 1 {
            ("a replica", "it")
        } else {
            ("replicas", "them")
        };
        format!(
            "{} sends its binary log to {replicas} on {host} whose port it does not know: set report_host and \
             report_port on {them}",
            self.own
        )
    }
}

/// The host of a process list entry, without port or brackets: `10.0.0.1:4711`, `[fe80::1]:4711`, `fe80::1`, `db1`.
pub(super) fn peer_host(peer: &str) -> &str {
    let peer = peer.trim();
    if let Some(inside) = peer.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
        return inside;
    }
    match peer.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => peer,
    }
}
