//! Tests of the room, on simulated servers.

mod absorbing;
mod attributing;
mod crawling;
mod finding_replicas;
mod grouping;
mod keeping;
mod naming;

use super::lookup::Lookup;
use super::{DiscoveryRules, Names};
use crate::config::{ClusterAliases, HostFilters, NameFilters, Pattern};
use crate::model::instance::{Replication, Server, ThreadState};
use crate::model::observation::{Channel, Contact, ContactKind, Reading};
use crate::model::{Coordinates, InstanceKey, Observation, Timestamp, Version};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

pub(super) const NOW: Timestamp = Timestamp(1_500_000_000);

pub(super) fn key(text: &str) -> InstanceKey {
    InstanceKey::parse_printed(text).unwrap()
}

pub(super) fn keys(texts: &[&str]) -> Vec<InstanceKey> {
    texts.iter().map(|text| key(text)).collect()
}

pub(super) fn uuid(n: u32) -> String {
    format!("{n:08x}-0000-0000-0000-000000000000")
}

/// A resolver that knows what it is told.
#[derive(Default)]
pub(super) struct Book {
    pub(super) canonical: HashMap<&'static str, &'static str>,
    pub(super) addresses: HashMap<&'static str, Vec<&'static str>>,
}

impl Lookup for Book {
    fn canonical(&self, host: &str) -> io::Result<String> {
        self.canonical
            .get(host)
            .map(|name| (*name).to_owned())
            .ok_or_else(|| io::Error::other("no such host"))
    }

    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let known = self
            .addresses
            .get(host)
            .ok_or_else(|| io::Error::other("no such host"))?;
        Ok(known.iter().map(|address| address.parse().unwrap()).collect())
    }
}

pub(super) fn names(rules: &DiscoveryRules) -> Names {
    Names::new(rules, Box::new(Book::default()))
}

pub(super) fn hosts(entries: &[&str]) -> HostFilters {
    HostFilters::new(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>())
}

pub(super) fn users(entries: &[&str]) -> NameFilters {
    NameFilters::new(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>())
}

pub(super) fn pattern(source: &str) -> Option<Pattern> {
    Some(Pattern::new(source))
}

pub(super) fn alias_map(pairs: &[(&'static str, &'static str)]) -> ClusterAliases {
    ClusterAliases::new(pairs.iter().copied())
}

/// A server that calls itself by its host, replicates from `master` where one is given, and has uuid number `n`.
pub(super) fn reading(host: &str, n: u32, master: Option<&str>) -> Reading {
    Reading {
        hostname: host.to_owned(),
        server: Server {
            id: n,
            uuid: uuid(n),
            version: Version::new("8.0.36"),
            ..Server::default()
        },
        channels: master.map(|master| channel("", master)).into_iter().collect(),
        ..Reading::default()
    }
}

pub(super) fn channel(name: &str, master: &str) -> Channel {
    Channel {
        name: name.to_owned(),
        status: Replication {
            master: key(master),
            io_running: true,
            sql_running: true,
            io_state: ThreadState::Running,
            sql_state: ThreadState::Running,
            read: Coordinates::new("log.000001", 4),
            ..Replication::default()
        },
        user: "repl".to_owned(),
        ..Channel::default()
    }
}

pub(super) fn answer(asked: &str, reading: Reading) -> Observation {
    Observation {
        asked: key(asked),
        began: NOW,
        ended: NOW,
        latency: Duration::from_millis(2),
        contact: Contact::answered(),
        reading: Some(reading),
        faults: Vec::new(),
    }
}

pub(super) fn silence(asked: &str, kind: ContactKind) -> Observation {
    let contact = Contact::failed(kind, "connect");
    Observation {
        contact,
        reading: None,
        ..answer(asked, Reading::default())
    }
}
