//! From one observation to one row.

use super::attribution::{Touched, attribute};
use super::names::{Names, is_loopback};
use super::replicas::Search;
use super::row::{Known, binlog_of, gtid_of, place_of, replication_of, semi_sync_of, server_of};
use super::rules::DiscoveryRules;
use super::{check, group};
use crate::model::instance::Group;
use crate::model::observation::{Channel, Contact, ContactKind, ProbeFault, Reading};
use crate::model::{Fleet, Instance, InstanceKey, Observation, PromotionRule};
use std::collections::BTreeSet;

/// What an observation amounts to in the life of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was answered: the row is written whole.
    Complete,
    /// Side questions failed: the row is written whole and counts as seen; what failed is told.
    Partial,
    /// The server did not answer as wanted: of a known row only the check times are written, an unknown one is not made.
    Failed,
    /// The server is to be left out: nothing is written.
    Skipped,
}

/// What an observation means: the row to write, what goes with it, and where to look next.
#[derive(Clone, Debug, PartialEq)]
pub struct Absorbed {
    /// The key of the row.
    pub key: InstanceKey,
    /// The key that was asked, where it is another one: a row kept under it is to be removed.
    pub renamed_from: Option<InstanceKey>,
    /// What it amounts to.
    pub outcome: Outcome,
    /// What happened when the server was asked.
    pub contact: Contact,
    /// Side questions that failed.
    pub faults: Vec<ProbeFault>,
    /// The whole row; `None` for an unknown server that did not answer and for one left out.
    pub instance: Option<Instance>,
    /// Why it is left out.
    pub skipped: Option<String>,
    /// Names resolved on the way, as (host, resolved).
    pub resolved: Vec<(String, String)>,
    /// Domain to register, as (cluster name, domain).
    pub cluster_domain: Option<(String, String)>,
    /// Promotion rule to register.
    pub promotion_rule: Option<(InstanceKey, PromotionRule)>,
    /// Where to look next, sorted.
    pub follow: Vec<InstanceKey>,
    /// Replicas of which only the host is known; their port is a guess.
    pub guessed: Vec<InstanceKey>,
    /// What a person should know.
    pub notices: Vec<String>,
    /// What attribution has to know of this instance beside its row.
    pub touched: Touched,
    /// The domain the server gave for its cluster, whatever its depth.
    pub own_domain: Option<String>,
}

impl Absorbed {
    /// Puts the row, and what goes with it, into a fleet.
    pub fn apply(&self, fleet: &mut Fleet) {
        if let Some(instance) = &self.instance {
            if let Some(earlier) = &self.renamed_from {
                fleet.remove(earlier);
            }
            fleet.upsert(instance.clone());
        }
        for (host, resolved) in &self.resolved {
            fleet.resolved_hosts.insert(host.clone(), resolved.clone());
        }
        if let Some((key, rule)) = &self.promotion_rule {
            fleet.promotion_rules.insert(key.clone(), *rule);
        }
        if let Some((cluster, domain)) = &self.cluster_domain {
            fleet.domains.insert(cluster.clone(), domain.clone());
        }
    }

    /// Works out the domain to register anew, for the row's present place: only the top of a cluster speaks for it.
    pub(super) fn settle_domain(&mut self) {
        let top = self
            .instance
            .as_ref()
            .filter(|i| i.cluster.depth == 0 && self.outcome != Outcome::Failed);
        self.cluster_domain = top
            .zip(self.own_domain.as_ref())
            .map(|(i, domain)| (i.cluster.name.clone(), domain.clone()));
    }

    fn bare(observation: &Observation, key: InstanceKey, outcome: Outcome) -> Self {
        Self {
            touched: Touched {
                key: key.clone(),
                ..Touched::default()
            },
            renamed_from: (key != observation.asked).then(|| observation.asked.clone()),
            key,
            outcome,
            contact: observation.contact.clone(),
            faults: observation.faults.clone(),
            instance: None,
            skipped: None,
            resolved: Vec::new(),
            cluster_domain: None,
            promotion_rule: None,
            follow: Vec::new(),
            guessed: Vec::new(),
            notices: Vec::new(),
            own_domain: None,
        }
    }
}

/// Works out what an observation means for a fleet, which is not changed.
pub fn absorb(observation: &Observation, fleet: &Fleet, rules: &DiscoveryRules, names: &Names) -> Absorbed {
    let mut absorbed = match &observation.reading {
        Some(reading) if observation.is_success() => match names.own_name(&observation.asked, reading) {
            Ok(own) => answered(observation, reading, &own, fleet, rules, names),
            Err(reason) => {
                let mut failed = unanswered(observation, fleet, names);
                failed.contact = Contact::failed(ContactKind::Unintelligible, reason);
                failed
            }
        },
        _ => unanswered(observation, fleet, names),
    };
    absorbed.resolved = names.drain_unsaved();
    absorbed
}

/// A server that did not answer as wanted.
fn unanswered(observation: &Observation, fleet: &Fleet, names: &Names) -> Absorbed {
    let asked = &observation.asked;
    // Another address of a known server that does not answer says nothing of that server.
    let Some(known) = fleet.get(asked) else {
        let mut absorbed = Absorbed::bare(observation, asked.clone(), Outcome::Failed);
        absorbed.notices.extend(unreachable_name(observation, asked, names));
        return absorbed;
    };
    let mut absorbed = Absorbed::bare(observation, known.key.clone(), Outcome::Failed);
    absorbed.touched.own_alias = Some(known.cluster.suggested_alias.clone());
    absorbed.touched.earlier_cluster = Some(known.cluster.name.clone());
    absorbed
        .notices
        .extend(unreachable_name(observation, &known.key, names));
    // That this host could not ask says nothing of the server.
    let asked = observation.contact.kind != ContactKind::NoMeans;
    absorbed.instance = asked.then(|| Instance {
        check: check::failed(&known.check, observation),
        ..known.clone()
    });
    absorbed
}

/// What to do where a server cannot be reached by the name it gave itself.
fn unreachable_name(observation: &Observation, key: &InstanceKey, names: &Names) -> Option<String> {
    let about_name = [
        ContactKind::UnknownHost,
        ContactKind::Refused,
        ContactKind::ConnectTimedOut,
    ];
    if !about_name.contains(&observation.contact.kind) {
        return None;
    }
    let at = names.asked_at(key)?;
    Some(format!(
        "the server at {at} is kept under the name it gives itself, {key}, which does not answer: where {at} does, set \
         MySQLHostnameResolveMethod to none, or to report_host with report_host set on the server"
    ))
}

/// A server that answered.
fn answered(
    observation: &Observation,
    reading: &Reading,
    own_name: &str,
    fleet: &Fleet,
    rules: &DiscoveryRules,
    names: &Names,
) -> Absorbed {
    let (asked, now) = (&observation.asked, observation.ended);
    let mut notices = Vec::new();
    let own_name = if is_loopback(own_name) && !is_loopback(&asked.hostname) {
        notices.push(format!(
            "{asked} calls itself {own_name}, which names no machine: it is kept as {asked}"
        ));
        asked.hostname.as_ref()
    } else {
        own_name
    };
    let channel = reading.default_channel();
    if let Some(user) = channel
        .map(|c| c.user.as_str())
        .filter(|user| !user.is_empty() && rules.ignore_users.matches(user))
    {
        let key = InstanceKey::new(own_name, asked.port);
        let mut absorbed = Absorbed::bare(observation, key, Outcome::Skipped);
        absorbed.renamed_from = None;
        absorbed.skipped = Some(format!(
            "it replicates as {user}, whom DiscoveryIgnoreReplicationUsernameFilters leaves out"
        ));
        return absorbed;
    }
    notices.extend(names.learn(asked, own_name, now));
    let key = InstanceKey::new(own_name, asked.port);
    let earlier = fleet.get(&key).or_else(|| fleet.get(asked));
    let outcome = if observation.faults.is_empty() {
        Outcome::Complete
    } else {
        Outcome::Partial
    };
    let mut absorbed = Absorbed::bare(observation, key.clone(), outcome);

    let known = Known {
        faults: &observation.faults,
        earlier,
    };
    let replication = replication_of(reading, channel, &key, names, observation);
    if replication.master == key {
        notices.push(format!("{key} replicates from itself: it is taken for a master"));
    }
    notices.extend(several_channels(&key, reading));
    let found = Search {
        own: &key,
        asked,
        reading,
        fleet,
        rules,
        names,
        now,
    }
    .run();
    notices.extend(found.notices);
    let server = server_of(reading, &known);
    let group = match &reading.group {
        None => known.group(),
        Some(group) => group::group_of(group, &key, &server.uuid, fleet, names, now).unwrap_or_else(|notice| {
            notices.push(notice);
            Group::default()
        }),
    };
    let mut instance = Instance {
        check: check::answered(observation),
        server,
        binlog: binlog_of(reading, &known),
        gtid: gtid_of(reading, channel, &known),
        semi_sync: semi_sync_of(reading, &known),
        place: place_of(reading, own_name, rules, &known),
        cluster: earlier.map(|e| e.cluster.clone()).unwrap_or_default(),
        stored_replica_count: u32::try_from(found.replicas.len()).unwrap_or(u32::MAX),
        replicas: found.replicas,
        replication,
        group,
        key,
    };

    absorbed.touched = Touched {
        key: instance.key.clone(),
        own_alias: known.answer(&reading.answers.cluster_alias, "DetectClusterAliasQuery", |e| {
            &e.cluster.suggested_alias
        }),
        earlier_cluster: earlier.map(|e| e.cluster.name.clone()),
        answered: true,
    };
    let attribution = attribute(&instance, &absorbed.touched, fleet, rules);
    attribution.write(&mut instance, true, fleet, rules);

    absorbed.promotion_rule = promotion_rule(&instance.key, reading, &mut notices);
    absorbed.follow = follow(&instance, rules);
    absorbed.guessed = found.guessed;
    absorbed.own_domain = reading
        .answers
        .cluster_domain
        .clone()
        .filter(|domain| !domain.is_empty());
    absorbed.notices = notices;
    absorbed.instance = Some(instance);
    absorbed.settle_domain();
    absorbed
}

fn several_channels(key: &InstanceKey, reading: &Reading) -> Option<String> {
    // A group's own channels are no replication from a master.
    let channels = reading
        .channels
        .iter()
        .filter(|channel| !channel.name.starts_with("group_replication_"));
    let shown = reading.default_channel().filter(|_| channels.clone().count() > 1)?;
    let describe = |channel: &Channel| format!("`{}` from {}", channel.name, channel.status.master);
    let all: Vec<String> = channels.map(describe).collect();
    Some(format!(
        "{key} replicates on {} channels ({}); only `{}` takes part in the topology",
        all.len(),
        all.join(", "),
        shown.name
    ))
}

fn promotion_rule(
    key: &InstanceKey,
    reading: &Reading,
    notices: &mut Vec<String>,
) -> Option<(InstanceKey, PromotionRule)> {
    let word = reading
        .answers
        .promotion_rule
        .as_deref()
        .map(str::trim)
        .filter(|word| !word.is_empty())?;
    match word.parse() {
        Ok(rule) => Some((key.clone(), rule)),
        Err(reason) => {
            notices.push(format!("{key}: DetectPromotionRuleQuery: {reason}"));
            None
        }
    }
}

/// Where to look next: the master, the replicas, the other group members.
fn follow(instance: &Instance, rules: &DiscoveryRules) -> Vec<InstanceKey> {
    let master = Some(&instance.replication.master).filter(|key| rules.follows_master(key));
    let below = instance
        .replicas
        .iter()
        .chain(&instance.group.members)
        .filter(|key| rules.follows_replica(key));
    let all: BTreeSet<&InstanceKey> = master
        .into_iter()
        .chain(below)
        .filter(|key| **key != instance.key)
        .collect();
    all.into_iter().cloned().collect()
}
