//! Asking many servers at once, and whomever they name.
//!
//! Threads only ask. What an answer means is worked out on the calling thread alone, one answer after the other, so the
//! fleet needs no lock. As answers come in any order, a tree is attributed once more from the top down at the end.

use super::absorb::{Absorbed, Outcome, absorb};
use super::attribution::reattribute;
use super::names::Names;
use super::rules::DiscoveryRules;
use super::workers::{CloseOnDrop, Queue, Workers};
use super::{aliases, upkeep};
use crate::model::observation::{Contact, ContactKind, ProbeFault};
use crate::model::{Fleet, Instance, InstanceKey, Observation, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a crawl that waits for answers looks whether it is to stop.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// What a crawl works on.
pub struct Crawl<'a> {
    /// Everything known; grows and changes as answers come in.
    pub fleet: &'a mut Fleet,
    /// The configuration.
    pub rules: &'a DiscoveryRules,
    /// Host names.
    pub names: &'a Names,
}

/// How far a crawl goes.
#[derive(Clone, Copy, Debug)]
pub struct CrawlOptions<'a> {
    /// Most servers asked at once.
    pub concurrency: usize,
    /// Whether to go on to masters, replicas and group members; else only the given servers are asked.
    pub follow: bool,
    /// Set from outside to ask no further servers; answers under way are still awaited and taken in.
    pub stop: Option<&'a AtomicBool>,
}

impl CrawlOptions<'_> {
    /// As the configuration has it, following.
    pub fn new(rules: &DiscoveryRules) -> Self {
        Self {
            concurrency: rules.max_concurrency,
            follow: true,
            stop: None,
        }
    }
}

/// Told while a crawl goes on.
#[derive(Debug)]
pub enum CrawlEvent<'a> {
    /// A server is going to be asked.
    Queued(&'a InstanceKey),
    /// An answer was taken in. The place in the cluster may still change, see [`CrawlReport::absorbed`].
    Absorbed(&'a Absorbed),
}

/// A server that did not answer as wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Which.
    pub key: InstanceKey,
    /// What happened.
    pub contact: Contact,
    /// Side questions that failed before.
    pub faults: Vec<ProbeFault>,
}

/// What a crawl found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrawlReport {
    /// Servers that answered, sorted.
    pub found: Vec<InstanceKey>,
    /// Servers that did not, sorted.
    pub failed: Vec<Failure>,
    /// Servers left out and why, sorted.
    pub skipped: Vec<(InstanceKey, String)>,
    /// Servers that were to be asked when the crawl was stopped, sorted.
    pub unasked: Vec<InstanceKey>,
    /// What a person should know, in order of appearance, each once.
    pub notices: Vec<String>,
    /// Everything to write, in its final form, in order of answers; each row once.
    pub absorbed: Vec<Absorbed>,
    /// Aliases of the clusters found, as (cluster name, alias), sorted.
    pub aliases: Vec<(String, String)>,
}

/// Asks the given servers, and on from there as the options say, each server once. Given servers are asked whatever the
/// filters; those found are filtered.
pub fn crawl(
    seeds: impl IntoIterator<Item = InstanceKey>,
    options: &CrawlOptions<'_>,
    probe: &(dyn Fn(&InstanceKey) -> Observation + Sync),
    state: Crawl<'_>,
    on_event: &mut dyn FnMut(CrawlEvent<'_>),
) -> CrawlReport {
    let names = state.names;
    let warming_probe = |key: &InstanceKey| {
        let observation = probe(key);
        names.warm(&observation);
        observation
    };
    let queue = Queue::default();
    let mut course = Course {
        state,
        options,
        on_event,
        seen: HashSet::new(),
        guessed: HashMap::new(),
        report: CrawlReport::default(),
    };
    std::thread::scope(|scope| {
        let _close = CloseOnDrop(&queue);
        let mut workers = Workers::new(scope, &queue, &warming_probe, options.concurrency);
        let mut pending = 0_usize;
        for key in seeds {
            pending += usize::from(course.ask(key, &mut workers));
        }
        while pending > 0 {
            if options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                let unasked = queue.drain();
                pending -= unasked.len();
                course.report.unasked.extend(unasked);
            }
            let Some((key, observation)) = workers.next_answer(STOP_CHECK) else {
                continue;
            };
            pending -= 1;
            for key in course.answer(key, observation) {
                pending += usize::from(course.ask(key, &mut workers));
            }
        }
    });
    course.finish()
}

/// A crawl under way.
struct Course<'a, 'o, 'e> {
    state: Crawl<'a>,
    options: &'o CrawlOptions<'o>,
    on_event: &'e mut dyn FnMut(CrawlEvent<'_>),
    /// Keys asked or answered for.
    seen: HashSet<InstanceKey>,
    /// Replicas whose port was guessed, with the master that has them.
    guessed: HashMap<InstanceKey, InstanceKey>,
    report: CrawlReport,
}

impl Course<'_, '_, '_> {
    /// Has a server asked unless it was before; returns whether it is.
    fn ask(&mut self, key: InstanceKey, workers: &mut Workers<'_, '_, '_>) -> bool {
        if !self.seen.insert(key.clone()) {
            return false;
        }
        if self.options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            self.report.unasked.push(key);
            return false;
        }
        if !key.is_valid() {
            self.report.skipped.push((key, "it names no server".to_owned()));
            return false;
        }
        (self.on_event)(CrawlEvent::Queued(&key));
        workers.ask(key);
        true
    }

    /// Takes an answer in; returns where to look next.
    fn answer(&mut self, key: InstanceKey, observation: Option<Observation>) -> Vec<InstanceKey> {
        let Some(observation) = observation else {
            let contact = Contact::failed(ContactKind::Unintelligible, "asking it broke down inside this program");
            self.report.failed.push(Failure {
                key,
                contact,
                faults: Vec::new(),
            });
            return Vec::new();
        };
        let mut absorbed = absorb(&observation, self.state.fleet, self.state.rules, self.state.names);
        absorbed.apply(self.state.fleet);
        self.seen.insert(absorbed.key.clone());
        for guess in &absorbed.guessed {
            self.guessed
                .entry(guess.clone())
                .or_insert_with(|| absorbed.key.clone());
        }
        if absorbed.outcome == Outcome::Failed {
            absorbed.notices.extend(self.wrong_guess(&key));
        }
        (self.on_event)(CrawlEvent::Absorbed(&absorbed));
        let follow = if self.options.follow {
            absorbed.follow.clone()
        } else {
            Vec::new()
        };
        self.report.absorbed.push(absorbed);
        // A name learnt meanwhile may stand for a server that answered already.
        let now = observation.ended;
        follow
            .into_iter()
            .filter(|key| !self.seen.contains(&self.state.names.remembered_key(key, now)))
            .collect()
    }

    /// What to do where a replica is not at its master's port.
    fn wrong_guess(&self, key: &InstanceKey) -> Option<String> {
        let master = self.guessed.get(key)?;
        Some(format!(
            "{master} has a replica on {}, but none answers at the master's own port {}: set report_host and report_port \
             on the replica, and DiscoverByShowSlaveHosts if its report_host is another name",
            key.hostname, key.port
        ))
    }

    fn finish(mut self) -> CrawlReport {
        self.keep_last_of_each();
        self.relink();
        let Crawl { fleet, rules, .. } = &mut self.state;
        let touched: Vec<_> = self
            .report
            .absorbed
            .iter()
            .filter(|a| a.instance.is_some())
            .map(|a| a.touched.clone())
            .collect();
        reattribute(fleet, &touched, rules);
        for absorbed in &mut self.report.absorbed {
            if absorbed.instance.is_some() {
                absorbed.instance = fleet.get(&absorbed.key).cloned();
            }
            absorbed.settle_domain();
        }
        self.sum_up()
    }

    /// Of several answers for one row the last one counts.
    fn keep_last_of_each(&mut self) {
        let mut last_of: HashMap<InstanceKey, usize> = HashMap::new();
        let mut kept: Vec<Absorbed> = Vec::with_capacity(self.report.absorbed.len());
        for absorbed in self.report.absorbed.drain(..) {
            let earlier = absorbed
                .instance
                .is_some()
                .then(|| last_of.get(&absorbed.key))
                .flatten();
            if let Some(&at) = earlier {
                let earlier = std::mem::replace(&mut kept[at], absorbed);
                let later = &mut kept[at];
                self.report.notices.extend(one_name(&earlier, later));
                self.report.notices.extend(earlier.notices);
                later.resolved.splice(0..0, earlier.resolved);
                later.touched.earlier_cluster = earlier.touched.earlier_cluster;
            } else {
                if absorbed.instance.is_some() {
                    last_of.insert(absorbed.key.clone(), kept.len());
                }
                kept.push(absorbed);
            }
        }
        self.report.absorbed = kept;
    }

    /// Writes names learnt later into rows absorbed earlier, so that replicas point at their master's row.
    fn relink(&mut self) {
        let Crawl { fleet, names, .. } = &mut self.state;
        for absorbed in &mut self.report.absorbed {
            let Some(row) = fleet.get(&absorbed.key).filter(|_| absorbed.touched.answered) else {
                continue;
            };
            let Some(now) = row.check.last_checked else { continue };
            let relinked = relinked(row, names, now);
            if relinked != *row {
                fleet.upsert(relinked);
            }
        }
        for (host, resolved) in names.drain_unsaved() {
            fleet.resolved_hosts.insert(host.clone(), resolved.clone());
            if let Some(last) = self.report.absorbed.last_mut() {
                last.resolved.push((host, resolved));
            }
        }
    }

    fn sum_up(mut self) -> CrawlReport {
        let fleet = self.state.fleet;
        let mut now = Timestamp::default();
        let mut clusters = BTreeSet::new();
        for absorbed in &self.report.absorbed {
            let key = absorbed.key.clone();
            match absorbed.outcome {
                Outcome::Complete | Outcome::Partial => self.report.found.push(key),
                Outcome::Failed => self.report.failed.push(Failure {
                    key,
                    contact: absorbed.contact.clone(),
                    faults: absorbed.faults.clone(),
                }),
                Outcome::Skipped => self
                    .report
                    .skipped
                    .push((key, absorbed.skipped.clone().unwrap_or_default())),
            }
            if let Some(row) = &absorbed.instance {
                clusters.insert(row.cluster.name.clone());
                now = now.max(row.check.last_checked.unwrap_or_default());
            }
            self.report.notices.extend(absorbed.notices.iter().cloned());
        }
        self.report.found.sort();
        self.report.failed.sort_by(|a, b| a.key.cmp(&b.key));
        self.report.skipped.sort();
        self.report.unasked.sort();

        let found: HashSet<&InstanceKey> = self.report.found.iter().collect();
        let shared = upkeep::shared_uuids(fleet);
        let shared = shared
            .into_iter()
            .filter(|(_, keys)| keys.iter().any(|key| found.contains(key)));
        self.report
            .notices
            .extend(shared.map(|(uuid, keys)| upkeep::shared_uuid_notice(&uuid, &keys)));
        let mut told = HashSet::new();
        self.report.notices.retain(|notice| told.insert(notice.clone()));

        self.report.aliases = aliases::cluster_aliases(fleet, now);
        self.report.aliases.retain(|(cluster, _)| clusters.contains(cluster));
        self.report.aliases.iter().for_each(|(cluster, alias)| {
            fleet.aliases.retain(|other, owned| other == cluster || owned != alias);
            fleet.aliases.insert(cluster.clone(), alias.clone());
        });
        self.report
    }
}

fn relinked(row: &Instance, names: &Names, now: Timestamp) -> Instance {
    let anew = |key: &InstanceKey| {
        if key.is_valid() {
            names.remembered_key(key, now)
        } else {
            key.clone()
        }
    };
    let mut row = row.clone();
    row.replication.master = anew(&row.replication.master);
    row.group.primary = anew(&row.group.primary);
    for keys in [&mut row.replicas, &mut row.group.members] {
        *keys = keys.iter().map(anew).filter(|key| *key != row.key).collect();
        keys.sort();
        keys.dedup();
    }
    row
}

/// What to say of two answers that belong to one row.
fn one_name(one: &Absorbed, other: &Absorbed) -> Option<String> {
    let (a, b) = (one.instance.as_ref()?, other.instance.as_ref()?);
    let address = |absorbed: &Absorbed| absorbed.renamed_from.as_ref().unwrap_or(&absorbed.key).to_string();
    let (at, also_at) = (address(one), address(other));
    let is_same = (&a.server.uuid, a.server.id) == (&b.server.uuid, b.server.id);
    (at != also_at).then(|| {
        if is_same {
            format!("{at} and {also_at} are one server, kept as {}", one.key)
        } else {
            format!(
                "{at} and {also_at} are different servers that both call themselves {}, so only the latter is kept: set \
                 MySQLHostnameResolveMethod to none or report_host",
                one.key
            )
        }
    })
}
