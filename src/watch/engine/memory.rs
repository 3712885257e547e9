//! What the watcher knows: the fleet, how long servers have been silent, what their receivers said, what is not written
//! yet.

use super::backlog::Backlog;
use super::lanes::Probed;
use crate::discovery::{Absorbed, DiscoveryRules, Names, Outcome, absorb, check, reattribute};
use crate::model::instance::{Check, ThreadState};
use crate::model::{Fleet, Instance, InstanceKey, Observation, Timestamp};
use crate::watch::{Report, Silence};
use std::collections::HashMap;
use std::time::Duration;

/// How old a question must be to count as unanswered while it is under way.
const UNANSWERED: Duration = Duration::from_secs(1);

/// Everything known.
#[derive(Default)]
pub struct Memory {
    /// All servers, and what operators said of them.
    pub fleet: Fleet,
    /// What receivers of replicas said last, beyond what a row holds.
    pub reports: HashMap<InstanceKey, Report>,
    /// Who has not answered since when.
    pub silences: HashMap<InstanceKey, Silence>,
    /// What is not written yet.
    pub backlog: Backlog,
    /// When an answer was last taken in.
    pub last_answer: Option<Duration>,
}

/// What an answer changed.
#[derive(Debug)]
pub struct Taken {
    /// The key of the row.
    pub key: InstanceKey,
    /// The key that was asked where it is another one, whose row is gone.
    pub renamed_from: Option<InstanceKey>,
    /// The server answered as wanted.
    pub answered: bool,
    /// It answered before, and does not now; or the other way round.
    pub turned: bool,
    /// It has a row.
    pub known: bool,
    /// It is to be left out, and why.
    pub left_out: Option<String>,
    /// Something changed that a verdict may depend on.
    pub matters: bool,
    /// Where to look next.
    pub follow: Vec<InstanceKey>,
    /// What a person should know, each on a line.
    pub notices: Vec<String>,
}

/// What verdicts depend on in a row, so that they need not be worked out after every answer.
#[derive(PartialEq)]
struct Facets<'a> {
    valid: bool,
    master: &'a InstanceKey,
    threads: (bool, bool, ThreadState, ThreadState),
    error: &'a str,
    read_only: bool,
    semi_sync: &'a crate::model::instance::SemiSync,
    group: &'a crate::model::instance::Group,
    cluster: &'a str,
    lags: bool,
    errant: bool,
}

impl<'a> Facets<'a> {
    fn of(row: &'a Instance, reasonable_lag: u64) -> Self {
        let replication = &row.replication;
        Self {
            valid: row.check.is_valid(),
            master: &replication.master,
            threads: (
                replication.io_running,
                replication.sql_running,
                replication.io_state,
                replication.sql_state,
            ),
            error: &replication.last_io_error,
            read_only: row.server.read_only,
            semi_sync: &row.semi_sync,
            group: &row.group,
            cluster: &row.cluster.name,
            lags: row.replication.lag_seconds.is_some_and(|lag| lag > reasonable_lag),
            errant: !row.gtid.errant.is_empty(),
        }
    }
}

impl Memory {
    /// Takes an answer in. `reasonable_lag` is the lag in seconds above which a replica lags.
    pub fn take_in(
        &mut self,
        probed: &Probed,
        observation: &Observation,
        rules: &DiscoveryRules,
        names: &Names,
        reasonable_lag: u64,
    ) -> Taken {
        let absorbed = absorb(observation, &self.fleet, rules, names);
        let earlier_key = absorbed.renamed_from.as_ref().unwrap_or(&absorbed.key);
        let earlier = self.fleet.get(&absorbed.key).or_else(|| self.fleet.get(earlier_key));
        let answered = matches!(absorbed.outcome, Outcome::Complete | Outcome::Partial);
        let turned = earlier.is_none_or(|row| row.check.is_valid() != answered);
        let (matters, moved) = match (earlier, &absorbed.instance) {
            (Some(earlier), Some(row)) => (
                Facets::of(earlier, reasonable_lag) != Facets::of(row, reasonable_lag),
                earlier.replication.master != row.replication.master
                    || earlier.cluster.name != row.cluster.name
                    || earlier.key != row.key,
            ),
            (None, None) => (false, false),
            _ => (true, true),
        };
        let mut notices = absorbed.notices.clone();
        notices.extend(absorbed.faults.iter().map(|fault| format!("{}: {fault}", absorbed.key)));
        let taken = Taken {
            key: absorbed.key.clone(),
            renamed_from: absorbed.renamed_from.clone().filter(|_| absorbed.instance.is_some()),
            answered,
            turned,
            known: absorbed.instance.is_some(),
            left_out: absorbed.skipped.clone(),
            matters,
            follow: absorbed.follow.clone(),
            notices,
        };
        absorbed.apply(&mut self.fleet);
        self.note_voice(probed, observation, &absorbed);
        if answered {
            for row in self.settle(&absorbed, moved, rules) {
                self.backlog.rewrite(row);
            }
        }
        self.backlog.add(absorbed, &self.fleet);
        taken
    }

    /// Puts the replicas of one that moved into their place, too.
    fn settle(&mut self, absorbed: &Absorbed, moved: bool, rules: &DiscoveryRules) -> Vec<Instance> {
        if !moved {
            return Vec::new();
        }
        let mut touched = vec![absorbed.touched.clone()];
        let mut at = 0;
        while let Some(above) = touched.get(at).map(|t| t.key.clone()) {
            for replica in self.fleet.replicas_of(&above) {
                if touched.iter().all(|t| t.key != replica.key) {
                    touched.push(crate::discovery::attribution::Touched {
                        key: replica.key.clone(),
                        own_alias: Some(replica.cluster.suggested_alias.clone()),
                        earlier_cluster: Some(replica.cluster.name.clone()),
                        answered: replica.check.is_valid(),
                    });
                }
            }
            at += 1;
        }
        let changed = reattribute(&mut self.fleet, &touched, rules);
        let others = changed.iter().filter(|key| **key != absorbed.key);
        others.filter_map(|key| self.fleet.get(key).cloned()).collect()
    }

    /// Notes who is silent, and what a receiver said.
    fn note_voice(&mut self, probed: &Probed, observation: &Observation, absorbed: &Absorbed) {
        let key = &absorbed.key;
        if absorbed.outcome == Outcome::Failed {
            self.fleet.contacts.insert(key.clone(), absorbed.contact.clone());
            let silence = self.silences.entry(key.clone()).or_insert(Silence {
                since: probed.began,
                until: probed.began,
            });
            silence.until = silence.until.max(probed.began);
            return;
        }
        self.fleet.contacts.remove(key);
        self.silences.remove(key);
        self.last_answer = Some(probed.began + observation.latency);
        let channel = observation
            .reading
            .as_ref()
            .and_then(|reading| reading.default_channel());
        let report = Report {
            began: probed.began,
            error_number: channel.map_or(0, |channel| channel.last_io_errno),
            error_time: channel.map_or_else(String::new, |channel| channel.last_io_error_time.clone()),
            failed_at: channel
                .and_then(|channel| channel.last_io_error_age)
                .map(|age| probed.began.saturating_sub(age)),
        };
        self.reports.insert(key.clone(), report);
    }

    /// Marks servers that have been asked and have not answered for a while. Returns whether a verdict may depend on it.
    pub fn mark_hanging(&mut self, under_way: &[(InstanceKey, Duration)], now: Duration, wall: Timestamp) -> bool {
        let mut marked = false;
        for (key, began) in under_way {
            let asked_for = now.saturating_sub(*began);
            if asked_for < UNANSWERED {
                continue;
            }
            let Some(row) = self.fleet.get(key) else { continue };
            let silence = self.silences.entry(row.key.clone()).or_insert(Silence {
                since: *began,
                until: *began,
            });
            silence.until = now;
            // Each second that passes is an attempt without an answer. It is counted from the last answer and not read
            // off the wall, so that a clock that is stepped makes nobody unreachable.
            let heard = self.reports.get(&row.key).map(|report| report.began);
            let attempt = match (row.check.last_seen, heard) {
                (Some(seen), Some(heard)) => seen.plus_seconds(ceil_seconds(now.saturating_sub(heard))),
                _ => wall,
            };
            if let Some(check) = check::hanging(&row.check, attempt.plus_seconds(-1), attempt) {
                // Nothing was read by this attempt.
                let check = Check {
                    partial_success: false,
                    ..check
                };
                let row = Instance { check, ..row.clone() };
                self.backlog.attempted(&row.key, attempt);
                self.fleet.upsert(row);
                marked = true;
            }
        }
        marked
    }

    /// Whether a server has ever answered, or at least failed to: of one that was only put in nothing is known.
    pub fn has_heard_of(&self, key: &InstanceKey) -> bool {
        // A row that was put in counts as seen, but tells no version.
        let put_in = crate::model::Version::new("Unknown");
        let seen = self.fleet.get(key).is_none_or(|row| row.server.version != put_in);
        seen || self.reports.contains_key(key) || self.fleet.contacts.contains_key(key)
    }

    /// Forgets a server.
    pub fn forget(&mut self, key: &InstanceKey) {
        self.fleet.remove(key);
        self.fleet.contacts.remove(key);
        self.reports.remove(key);
        self.silences.remove(key);
        self.backlog.forget(key);
    }
}

fn ceil_seconds(span: Duration) -> i64 {
    let whole = i64::try_from(span.as_secs()).unwrap_or(i64::MAX - 1);
    whole + i64::from(span.subsec_nanos() > 0)
}
