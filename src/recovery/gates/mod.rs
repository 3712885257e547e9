//! The gates: everything that can keep a recovery from being begun, as one table that a DBA can read.
//!
//! All of them are asked each time, and all that hold are told, with the reason, since when, until when, and what lifts
//! them. A gate is a row in [`GATES`] and a function in one of the files below; it decides from a [`Case`] alone.
//!
//! | file | holds the gates of |
//! |---|---|
//! | `wishes` | what operators and the configuration say |
//! | `moment` | what this program knows of itself and of the moment |
//! | `earlier` | recoveries, journals and leases that are there already |

mod earlier;
mod moment;
mod surroundings;
mod wishes;

pub use surroundings::{Leadership, OpenJournal, Surroundings};

use crate::config::Policy;
use crate::model::recovery::{HeldBy, Recovery};
use crate::model::verdict::{Action, Verdict};
use crate::model::{InstanceKey, Timestamp};

/// One recovery that could be begun, and everything that its gates look at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What is wrong.
    pub verdict: &'a Verdict,
    /// What is to be done about it. Mostly what the verdict calls for; another thing where a person wants it.
    pub action: Action,
    /// The configuration.
    pub policy: &'a Policy,
    /// What is known beside the verdict.
    pub surroundings: &'a Surroundings,
    /// A person asked for this recovery.
    pub forced: bool,
    /// The present moment.
    pub now: Timestamp,
}

impl Case<'_> {
    fn key(&self) -> &InstanceKey {
        &self.verdict.facts.key
    }

    fn cluster(&self) -> &str {
        &self.verdict.facts.cluster.name
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct Gate {
    /// The word by which records name it.
    pub name: &'static str,
    /// When it holds.
    pub sentence: &'static str,
    /// A person who asks for the recovery passes it.
    pub lifted_by_word: bool,
    /// Only the watcher that acts can tell: it is about what it did and saw itself.
    pub is_the_watchers: bool,
    /// Why it holds, if it does.
    holds: fn(&Case<'_>) -> Option<Hold>,
}

/// Why a gate holds; the row adds the name.
#[derive(Debug, Default)]
struct Hold {
    reason: String,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    lifted_by: String,
    /// The earlier recovery that it is about, by its row number.
    recovery: Option<i64>,
}

impl Hold {
    fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ..Self::default()
        }
    }

    fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }

    fn until(mut self, until: Option<Timestamp>) -> Self {
        self.until = until;
        self
    }

    fn because_of(mut self, recovery: &Recovery) -> Self {
        self.recovery = Some(recovery.id);
        self
    }

    fn lifted_by(mut self, what: impl Into<String>) -> Self {
        self.lifted_by = what.into();
        self
    }
}

const fn gate(name: &'static str, holds: fn(&Case<'_>) -> Option<Hold>, sentence: &'static str) -> Gate {
    Gate {
        name,
        sentence,
        lifted_by_word: false,
        is_the_watchers: false,
        holds,
    }
}

impl Gate {
    const fn unless_asked_for(mut self) -> Self {
        self.lifted_by_word = true;
        self
    }

    const fn known_to_the_watcher(mut self) -> Self {
        self.is_the_watchers = true;
        self
    }

    fn hold(&self, case: &Case<'_>) -> Option<Hold> {
        let is_passed = self.lifted_by_word && case.forced;
        (self.holds)(case).filter(|_| !is_passed)
    }

    /// Whether it holds in this case, and why.
    pub fn holds(&self, case: &Case<'_>) -> Option<HeldBy> {
        let hold = self.hold(case)?;
        Some(HeldBy {
            gate: self.name.to_owned(),
            reason: hold.reason,
            since: hold.since,
            until: hold.until,
            lifted_by: hold.lifted_by,
        })
    }
}

/// The table. The order is that in which holds are told: what lasts longest comes first.
#[rustfmt::skip]
pub static GATES: &[Gate] = &[
    gate("no-function", wishes::no_function,
        "Nothing is done about the code, or no more than registering a detection, or a person has to"),
    gate("switched-off", wishes::switched_off,
        "The configuration does not ask for semi-sync to be adjusted, or for a read-only master to be made writeable").unless_asked_for(),
    gate("fenced", wishes::fenced,
        "The instance was replaced as a master, and is read-only so that nobody writes to both"),
    gate("external-kv", wishes::external_kv,
        "A configured Consul or ZooKeeper service would not be told of the new master"),
    gate("cluster-filter", wishes::cluster_filter,
        "The recovery filters do not match the cluster").unless_asked_for(),
    gate("ignored-host", wishes::ignored_host,
        "RecoveryIgnoreHostnameFilters matches the host").unless_asked_for(),
    gate("globally-disabled", wishes::globally_disabled,
        "Recoveries are switched off for everybody who uses this inventory").unless_asked_for(),
    gate("downtime", wishes::downtime,
        "The instance is in downtime, or the code concerns only its replicas and all of them are").unless_asked_for(),
    gate("maintenance", wishes::maintenance,
        "Somebody holds a maintenance lock on the instance"),

    gate("not-leader", moment::not_leader,
        "Another program acts on this inventory, or none does").unless_asked_for(),
    gate("starting-up", moment::starting_up,
        "The watcher began to act only just now, and waits three polls").unless_asked_for().known_to_the_watcher(),
    // Found by whoever would begin it: what is decided is written down first. Whoever only asks writes nothing, so cannot know.
    gate("records-unwritable", moment::records_unwritable,
        "The inventory cannot be written, and a recovery must be recorded before it begins").known_to_the_watcher(),
    gate("fleet-breaker", moment::fleet_breaker,
        "More clusters lost their master within a minute than MaxSimultaneousMasterFailures or a fifth of them all, and are not back").unless_asked_for().known_to_the_watcher(),
    gate("witness", moment::witness,
        "The replicas have not all said since the master fell silent that they have lost it too").unless_asked_for().known_to_the_watcher(),
    gate("in-grace", moment::in_grace,
        "The receivers of its replicas were restarted only just now, so that they look as if they had lost it").unless_asked_for().known_to_the_watcher(),
    gate("master-refuses", moment::master_refuses,
        "The master is alive and refuses this tool: too many connections, access denied, a blocked host, a missing grant, TLS").unless_asked_for(),
    gate("master-dead-for", moment::master_dead_for,
        "The master has not been dead for MasterDeadForSeconds").unless_asked_for().known_to_the_watcher(),

    gate("open-journal", earlier::open_journal,
        "An earlier recovery or takeover stopped midway and is neither finished nor taken back"),
    gate("takeover-under-way", earlier::takeover_under_way,
        "A takeover of the cluster is under way"),
    gate("lease", earlier::lease,
        "A program is changing the cluster"),
    gate("open-recovery", earlier::open_recovery,
        "An earlier recovery of the instance or of the cluster has not ended"),
    gate("failed-lately", earlier::failed_lately,
        "An attempt failed less than a minute, and less than RecoveryPeriodBlockSeconds, ago").unless_asked_for(),
    gate("anti-flapping-instance", earlier::anti_flapping_instance,
        "The instance was promoted by a recovery less than RecoveryPeriodBlockSeconds ago").unless_asked_for(),
    gate("anti-flapping-cluster", earlier::anti_flapping_cluster,
        "The cluster was recovered less than RecoveryPeriodBlockSeconds ago").unless_asked_for(),
];

/// The earlier recovery that keeps this one off, by its row number: of several the last one in the table.
pub fn blocked_by(case: &Case<'_>) -> Option<i64> {
    GATES.iter().rev().find_map(|gate| gate.hold(case)?.recovery)
}

/// Asks every gate, and returns those that hold, in the table's order. A recovery may be begun where none does.
pub fn evaluate(case: &Case<'_>) -> Vec<HeldBy> {
    GATES.iter().filter_map(|gate| gate.holds(case)).collect()
}

/// Adds what the watcher that acts found to what somebody else asked for: of the gates that only it can tell.
pub fn with_the_watchers(mut held: Vec<HeldBy>, found: &[HeldBy]) -> Vec<HeldBy> {
    let place = |held: &HeldBy| GATES.iter().position(|gate| gate.name == held.gate);
    for other in found {
        let is_known = held.iter().any(|held| held.gate == other.gate);
        if !is_known && named(&other.gate).is_some_and(|gate| gate.is_the_watchers) {
            held.push(other.clone());
        }
    }
    held.sort_by_key(place);
    held
}

/// The gate of this name.
pub fn named(name: &str) -> Option<&'static Gate> {
    GATES.iter().find(|gate| gate.name == name)
}
