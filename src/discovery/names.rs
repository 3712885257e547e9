//! Canonical host names: what hosts are called elsewhere in the topology, and what servers call themselves.

use super::lookup::{Lookup, SystemLookup};
use super::rules::{DiscoveryRules, HostResolve, OwnName};
use crate::config::Pattern;
use crate::model::observation::Reading;
use crate::model::{InstanceKey, Observation, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Seconds for which a name that could not be resolved stays as given before it is tried again.
const RETRY_SECONDS: i64 = 60;

/// Why a host name has no resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// There is no name.
    Empty,
    /// It holds a comma, so it is a list.
    List(String),
    /// Looking it up failed; the text says why.
    Lookup(String),
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty host name cannot be resolved"),
            Self::List(host) => write!(f, "`{host}` is not one host name"),
            Self::Lookup(said) => f.write_str(said),
        }
    }
}

impl std::error::Error for NameFault {}

/// The memory of resolved host names, shared by all threads.
///
/// Two kinds of knowledge meet here: resolutions by the system, and the names that servers gave themselves when asked
/// under another one. The latter are kept by port as well, since servers behind one address may have several names.
pub struct Names {
    method: HostResolve,
    own_name: OwnName,
    reject: Option<Pattern>,
    ttl_seconds: i64,
    lookup: Box<dyn Lookup>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    hosts: HashMap<String, Entry>,
    /// Names that servers gave themselves, by the host and port they were asked at.
    own: HashMap<Arc<str>, BTreeMap<u16, Entry>>,
    unsaved: Vec<(String, String)>,
}

struct Entry {
    resolved: Arc<str>,
    until: Timestamp,
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names")
            .field("method", &self.method)
            .field("own_name", &self.own_name)
            .finish_non_exhaustive()
    }
}

impl Names {
    /// An empty memory that asks `lookup` where the rules want it.
    pub fn new(rules: &DiscoveryRules, lookup: Box<dyn Lookup>) -> Self {
        Self {
            method: rules.host_resolve,
            own_name: rules.own_name,
            reject: rules.reject_resolved.clone(),
            ttl_seconds: rules.resolve_ttl_seconds.max(1),
            lookup,
            memory: Mutex::default(),
        }
    }

    /// An empty memory over the system's resolver, each question bounded by `deadline`.
    pub fn system(rules: &DiscoveryRules, deadline: Duration) -> Self {
        Self::new(rules, Box::new(SystemLookup::new(deadline)))
    }

    /// Takes over stored resolutions (host, resolved).
    pub fn import(&self, rows: impl IntoIterator<Item = (String, String)>, now: Timestamp) {
        let until = now.plus_seconds(self.ttl_seconds);
        let mut memory = self.memory();
        for (host, resolved) in rows {
            if !host.is_empty() && !resolved.is_empty() {
                memory.hosts.insert(
                    host,
                    Entry {
                        resolved: Arc::from(resolved),
                        until,
                    },
                );
            }
        }
    }

    /// Every resolution that changes a name and still holds, sorted; none where the method forbids storing them.
    pub fn export(&self, now: Timestamp) -> Vec<(String, String)> {
        let mut memory = self.memory();
        memory.hosts.retain(|_, entry| entry.until > now);
        if self.method == HostResolve::None {
            return Vec::new();
        }
        let changing = memory
            .hosts
            .iter()
            .filter(|(host, entry)| host.as_str() != entry.resolved.as_ref());
        let mut rows: Vec<_> = changing
            .map(|(host, entry)| (host.clone(), entry.resolved.to_string()))
            .collect();
        rows.sort();
        rows
    }

    /// Resolutions (host, resolved) learnt since the last call, for the inventory; none where the method forbids it.
    pub fn drain_unsaved(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.memory().unsaved)
    }

    /// Resolves a host name: from memory, else by the configured method.
    ///
    /// # Errors
    /// [`NameFault`] when there is nothing to resolve or the lookup failed; the name stays as given then, and a failed
    /// lookup is not repeated for a minute.
    pub fn resolve(&self, host: &str, now: Timestamp) -> Result<Arc<str>, NameFault> {
        let host = host.trim();
        if host.is_empty() {
            return Err(NameFault::Empty);
        }
        if host.contains(',') {
            return Err(NameFault::List(host.to_owned()));
        }
        if host.starts_with(crate::model::key::DETACHED_PREFIX) {
            return Ok(Arc::from(host));
        }
        if let Some(known) = self.remembered(host, now) {
            return Ok(known);
        }
        let resolved = match self.method {
            HostResolve::None | HostResolve::Default => Ok(host.to_owned()),
            HostResolve::Cname => self
                .lookup
                .canonical(host)
                .map(|name| name.trim_end_matches('.').to_owned()),
            HostResolve::Ip => self.lookup.addresses(host).and_then(|all| {
                let first = all.iter().find(|address| address.is_ipv4()).or_else(|| all.first());
                first
                    .map(IpAddr::to_string)
                    .ok_or_else(|| std::io::Error::other(format!("{host} has no address")))
            }),
        };
        match resolved {
            Ok(name) if self.reject.as_ref().is_some_and(|pattern| pattern.is_match(&name)) => Ok(Arc::from(host)),
            Ok(name) if !name.is_empty() => Ok(self.remember(host, &name, now)),
            Ok(_) => {
                self.remember_failure(host, now);
                Err(NameFault::Lookup(format!("{host} has no canonical name")))
            }
            Err(error) => {
                self.remember_failure(host, now);
                Err(NameFault::Lookup(error.to_string()))
            }
        }
    }

    /// The key under which this server is kept: by the name it gave itself when it was asked here, else by its resolved
    /// host name, else as given.
    pub fn canonical(&self, key: &InstanceKey, now: Timestamp) -> InstanceKey {
        if let Some(hostname) = self.own_name_at(&key.hostname, key.port, now) {
            return InstanceKey {
                hostname,
                port: key.port,
            };
        }
        match self.resolve(&key.hostname, now) {
            Ok(resolved) => {
                let own = self.own_name_at(&resolved, key.port, now);
                InstanceKey {
                    hostname: own.unwrap_or(resolved),
                    port: key.port,
                }
            }
            Err(_) => InstanceKey::new(key.hostname.trim(), key.port),
        }
    }

    /// As [`Names::canonical`], but from memory alone: what is not remembered stays as given.
    pub fn remembered_key(&self, key: &InstanceKey, now: Timestamp) -> InstanceKey {
        let own = |host: &str| self.own_name_at(host, key.port, now);
        let hostname = own(&key.hostname).or_else(|| {
            let resolved = self.remembered(&key.hostname, now)?;
            Some(own(&resolved).unwrap_or(resolved))
        });
        hostname.map_or_else(
            || key.clone(),
            |hostname| InstanceKey {
                hostname,
                port: key.port,
            },
        )
    }

    /// The name a server goes by, told by the method and its own words.
    ///
    /// # Errors
    /// A sentence for the operator when the method wants a name that the server does not give.
    pub fn own_name(&self, asked: &InstanceKey, reading: &Reading) -> Result<Arc<str>, String> {
        let (name, variable) = match self.own_name {
            OwnName::Given => return Ok(Arc::clone(&asked.hostname)),
            OwnName::Hostname => (reading.hostname.trim(), "hostname"),
            OwnName::ReportHost => (reading.report_host.trim(), "report_host"),
        };
        if !name.is_empty() {
            Ok(Arc::from(name))
        } else if reading.server.is_binlog_server || reading.server.version.is_maxscale() {
            Ok(Arc::clone(&asked.hostname))
        } else {
            Err(format!(
                "{asked} gives no @@{variable}, by which MySQLHostnameResolveMethod names it: set {variable} on the \
                 server, or the key to none"
            ))
        }
    }

    /// Remembers that the server asked at `asked` goes by the host name `own`. Returns a sentence for the operator when
    /// servers behind one host name turn out to have different names.
    pub fn learn(&self, asked: &InstanceKey, own: &str, now: Timestamp) -> Option<String> {
        let host = asked.hostname.as_ref();
        let until = now.plus_seconds(self.ttl_seconds);
        let conflict = {
            let mut memory = self.memory();
            if host == own && !memory.own.contains_key(host) {
                None
            } else {
                let ports = memory.own.entry(Arc::clone(&asked.hostname)).or_default();
                ports.retain(|_, entry| entry.until > now);
                let known = ports.insert(
                    asked.port,
                    Entry {
                        resolved: Arc::from(own),
                        until,
                    },
                );
                let is_news = known.is_none_or(|entry| entry.resolved.as_ref() != own);
                let other = ports.iter().find(|(_, entry)| entry.resolved.as_ref() != own);
                other.map(|(port, entry)| (*port, entry.resolved.to_string(), is_news))
            }
        };
        let Some((port, name, is_news)) = conflict else {
            self.remember(host, own, now);
            return None;
        };
        // The host name tells nothing by itself; only host and port together do.
        self.remember(host, host, now);
        is_news.then(|| {
            format!(
                "servers behind {host} call themselves differently ({host}:{port} is {name}, {asked} is {own}): if these \
                 names cannot be reached from here, set MySQLHostnameResolveMethod to none or report_host"
            )
        })
    }

    /// The address under which a server was asked that is kept under this key, if there is another one.
    pub fn asked_at(&self, key: &InstanceKey) -> Option<InstanceKey> {
        let memory = self.memory();
        let is_name = |entry: &Entry| entry.resolved == key.hostname;
        let own = memory
            .own
            .iter()
            .filter(|(_, ports)| ports.get(&key.port).is_some_and(is_name))
            .map(|(host, _)| &**host);
        let stored = memory
            .hosts
            .iter()
            .filter(|(_, entry)| is_name(entry))
            .map(|(host, _)| host.as_str());
        let mut hosts: Vec<&str> = own
            .chain(stored)
            .filter(|host| *host != key.hostname.as_ref())
            .collect();
        hosts.sort_unstable();
        hosts.first().map(|host| InstanceKey::new(host, key.port))
    }

    /// Resolves every name that an observation mentions, so that absorbing it later finds them all in memory.
    pub fn warm(&self, observation: &Observation) {
        if !matches!(self.method, HostResolve::Cname | HostResolve::Ip) {
            return;
        }
        let Some(reading) = &observation.reading else { return };
        let masters = reading
            .channels
            .iter()
            .map(|channel| channel.status.master.hostname.as_ref());
        let announced = reading.announced_replicas.iter().map(|key| key.hostname.as_ref());
        let dumping = reading
            .dumping_hosts
            .iter()
            .map(|host| super::replicas::peer_host(host));
        let members = reading
            .group
            .iter()
            .flat_map(|group| group.members.iter().map(|member| member.host.as_str()));
        for host in masters.chain(announced).chain(dumping).chain(members) {
            // A failure is remembered, and the name stays as given.
            let _ = self.resolve(host, observation.ended);
        }
    }

    fn own_name_at(&self, host: &str, port: u16, now: Timestamp) -> Option<Arc<str>> {
        let memory = self.memory();
        let entry = memory.own.get(host)?.get(&port).filter(|entry| entry.until > now)?;
        Some(Arc::clone(&entry.resolved))
    }

    fn remembered(&self, host: &str, now: Timestamp) -> Option<Arc<str>> {
        self.memory()
            .hosts
            .get(host)
            .filter(|entry| entry.until > now)
            .map(|entry| Arc::clone(&entry.resolved))
    }

    fn remember(&self, host: &str, resolved: &str, now: Timestamp) -> Arc<str> {
        let until = now.plus_seconds(self.ttl_seconds);
        let mut memory = self.memory();
        let known = memory
            .hosts
            .get(host)
            .is_some_and(|entry| entry.until > now && entry.resolved.as_ref() == resolved);
        let resolved: Arc<str> = Arc::from(resolved);
        memory.hosts.insert(
            host.to_owned(),
            Entry {
                resolved: Arc::clone(&resolved),
                until,
            },
        );
        if !known && self.method != HostResolve::None {
            memory.unsaved.push((host.to_owned(), resolved.to_string()));
        }
        resolved
    }

    fn remember_failure(&self, host: &str, now: Timestamp) {
        let until = now.plus_seconds(RETRY_SECONDS);
        self.memory().hosts.insert(
            host.to_owned(),
            Entry {
                resolved: Arc::from(host),
                until,
            },
        );
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a host name means the machine of whoever says it.
pub(super) fn is_loopback(host: &str) -> bool {
    host.parse::<IpAddr>().map_or_else(
        |_| {
            let host = host.to_ascii_lowercase();
            [
                "localhost",
                "localhost.localdomain",
                "localhost4",
                "localhost6",
                "ip6-localhost",
            ]
            .contains(&host.as_str())
        },
        |address| address.is_loopback(),
    )
}

/// The host that a server means by `host`: a loopback name is the server's own machine, not this one. Where the server was
/// itself asked over loopback, both are the same machine, and numbered loopback addresses stay apart.
pub(super) fn seen_from_here<'a>(host: &'a str, asked: &'a InstanceKey, own: &'a InstanceKey) -> &'a str {
    if !is_loopback(host) {
        host
    } else if !is_loopback(&asked.hostname) {
        &own.hostname
    } else if host.starts_with("127.") {
        host
    } else {
        &asked.hostname
    }
}
