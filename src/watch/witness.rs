//! Making replicas testify about a master that does not answer.
//!
//! A replica believes in a silent connection until its network timeout, so "my receiver runs" says little of a master
//! that has gone silent; and a receiver that failed to connect sleeps up to a minute before it tries again, so "I
//! cannot connect" may be long out of date. In both cases restarting the receiver, and nothing else, makes the replica
//! find out now.
//!
//! | the replica says, after its restart | testimony |
//! |---|---|
//! | the receiver runs | the master lives: no receiver that runs is restarted for the next [`QUIET`] |
//! | the master refused: wrong login, too many connections | the same, and no code of the master is acted upon |
//! | cannot connect, by an error newer than the restart | cannot see the master either |
//! | still connecting [`PATIENCE`] after the restart | the same |
//! | nothing within [`DEADLINE`], or its receiver stands | none: it is left alone for [`QUIET`] |
//!
//! The first kind is asked after the configured silence. The second kind costs nothing to ask, since it is not
//! connected: it is asked as soon as no replica claims to be connected, and again every [`RENEW`].
//!
//! Replicas are asked one after the other, the next one as soon as the last has been connecting for [`SLOW`], which is
//! longer than it takes where all is well. While one is asked it keeps its earlier state for the rules
//! ([`Witness::override_facts`]), and no code of that master is to be acted upon ([`Witness::hold_actionable`]).
//!
//! Never asked: a replica with MariaDB GTID, whose relay logs a restart discards; one whose applier or receiver is
//! stopped; one whose loss takes the master's acknowledgers below the number that commits wait for.

use super::case::{Asked, Case, Testimony};
use super::scene::{MasterSeen, Silence, Stand};
use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a receiver may go on connecting after its restart before that counts as testimony.
pub const PATIENCE: Duration = Duration::from_secs(1);
/// How long a receiver may go on connecting until the next replica is asked beside it.
pub const SLOW: Duration = Duration::from_millis(300);
/// How long receivers are left alone after a testimony that the master lives.
pub const QUIET: Duration = Duration::from_secs(30);
/// How long a restart, and then an answer, may take.
pub const DEADLINE: Duration = Duration::from_secs(3);
/// How long "I cannot see the master" counts; then the replica is asked again, so that nobody acts on an old word.
pub const RENEW: Duration = Duration::from_secs(30);
/// How often a replica that was asked is read.
pub const READ_EVERY: Duration = Duration::from_millis(100);
/// How much older than the master's silence a replica's failure may be to belong to it, and how old at most when it is
/// first acted upon without having asked.
pub(super) const SAME_TIME: Duration = Duration::from_secs(1);
/// How often a receiver that was stopped and not started again is started.
const START_EVERY: Duration = Duration::from_secs(1);

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Stop and start a replica's receiver, with a deadline; then call [`Witness::restarted`] or
    /// [`Witness::not_restarted`].
    RestartReceiver(InstanceKey),
    /// Start a receiver that was stopped on our order and not started again.
    StartReceiver(InstanceKey),
    /// Read the master or a replica now; a replica that restarts, on another connection than the one for that.
    Read(InstanceKey),
}

/// Why no code of a master is to be acted upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// This replica was asked and has not testified.
    Asked(InstanceKey),
    /// This replica cannot connect, but has not tried since the master fell silent; it will be asked.
    OutOfDate(InstanceKey),
    /// This replica did not answer earlier on, and has not been asked again since the master fell silent.
    Unheard(InstanceKey),
    /// No replica has lost the master, and it is not known to have been silent for as long as it takes to ask one.
    NobodyElse,
    /// The master refused this replica's connection, so it lives.
    Refused(InstanceKey),
}

/// All masters and what is being found out about them.
#[derive(Debug, Default)]
pub struct Witness {
    after: Duration,
    cases: BTreeMap<InstanceKey, Case>,
    to_start: BTreeMap<InstanceKey, Option<Duration>>,
}

impl Witness {
    /// A witness that asks after a master has been silent for `after`; zero switches it off.
    pub fn new(after: Duration) -> Self {
        Self {
            after,
            ..Self::default()
        }
    }

    /// Goes by another length of silence from now on.
    pub fn set_after(&mut self, after: Duration) {
        self.after = after;
        if after.is_zero() {
            self.cases.clear();
        }
    }

    /// Takes in what is known of every instance that has replicas, and says what to do now.
    pub fn step(&mut self, now: Duration, masters: &[MasterSeen<'_>]) -> Vec<Order> {
        let mut orders = Vec::new();
        if self.after.is_zero() {
            self.start_again(now, masters, &mut orders);
            return orders;
        }
        for master in masters {
            if !self.cases.contains_key(master.key) {
                self.cases.insert(master.key.clone(), Case::default());
            }
            if let Some(case) = self.cases.get_mut(master.key) {
                case.step(now, self.after, master, &mut orders);
            }
        }
        if self.cases.len() > masters.len() {
            let known = |key: &InstanceKey| masters.iter().any(|master| master.key == key);
            self.cases.retain(|key, _| known(key));
        }
        self.start_again(now, masters, &mut orders);
        orders
    }

    fn start_again(&mut self, now: Duration, masters: &[MasterSeen<'_>], orders: &mut Vec<Order>) {
        self.to_start.retain(|key, tried| {
            let replica = masters.iter().flat_map(|m| &m.replicas).find(|r| r.key == key);
            let Some(replica) = replica else { return true };
            let heard = replica.report.map(|report| report.began);
            let runs =
                replica.stand() != Stand::Stopped && heard.is_some_and(|heard| tried.is_some_and(|at| heard >= at));
            if !runs && tried.is_none_or(|at| now >= at + START_EVERY) {
                *tried = Some(now);
                orders.push(Order::StartReceiver(key.clone()));
            }
            !runs
        });
    }

    /// Notes that a receiver was stopped and started; `at` is when the start had been answered.
    pub fn restarted(&mut self, replica: &InstanceKey, at: Duration) {
        if let Some(asked) = self.asked_mut(replica) {
            asked.started = Some(at);
        }
    }

    /// Notes that a receiver could not be restarted; `stopped` when it may have been stopped and stand now.
    pub fn not_restarted(&mut self, replica: &InstanceKey, stopped: bool) {
        for case in self.cases.values_mut() {
            case.conclude(replica, Testimony::None, Duration::ZERO);
        }
        if stopped {
            self.to_start.insert(replica.clone(), None);
        }
    }

    fn asked_mut(&mut self, replica: &InstanceKey) -> Option<&mut Asked> {
        let mut asked = self.cases.values_mut().flat_map(|case| &mut case.asked);
        asked.find(|asked| asked.replica == *replica)
    }

    /// Whether no code of this master is to be acted upon.
    pub fn hold_actionable(&self, master: &InstanceKey) -> bool {
        self.hold(master).is_some()
    }

    /// Why no code of this master is to be acted upon.
    pub fn hold(&self, master: &InstanceKey) -> Option<&Hold> {
        self.cases.get(master)?.hold.as_ref()
    }

    /// Whether some replica keeps an earlier state for the rules.
    pub fn overrides(&self) -> bool {
        self.cases.values().any(|case| !case.asked.is_empty())
    }

    /// Gives a replica that was asked and has not testified its earlier state, for the rules and for others who read
    /// what is stored. Returns whether it changed something.
    pub fn override_instance(&self, instance: &mut Instance) -> bool {
        let mut asked = self.cases.values().flat_map(|case| &case.asked);
        let Some(asked) = asked.find(|asked| asked.replica == instance.key) else {
            return false;
        };
        instance.replication.clone_from(&asked.earlier);
        true
    }

    /// Replicas that were asked and have not testified.
    pub fn asked(&self) -> impl Iterator<Item = &InstanceKey> {
        let asked = self.cases.values().flat_map(|case| &case.asked);
        asked.map(|asked| &asked.replica)
    }

    /// [`Witness::override_instance`] for a whole fleet.
    pub fn override_facts(&self, fleet: &mut Fleet) {
        for replica in self.asked() {
            if let Some(mut instance) = fleet.get(replica).cloned()
                && self.override_instance(&mut instance)
            {
                fleet.upsert(instance);
            }
        }
    }

    /// How long until another step is of use, if nothing new is heard before; `None` when nothing is going on.
    pub fn until_next(&self, now: Duration, masters: &[MasterSeen<'_>]) -> Option<Duration> {
        let asking = self.overrides().then_some(READ_EVERY);
        let waiting = |silence: Silence| {
            let left = (silence.since + self.after)
                .checked_sub(now)
                .filter(|left| !left.is_zero());
            left.or((!silence.has_lasted(self.after)).then_some(READ_EVERY))
        };
        let waiting = masters
            .iter()
            .filter_map(|master| master.silence.and_then(waiting))
            .min();
        let waiting = waiting.filter(|_| !self.after.is_zero());
        let starting = (!self.to_start.is_empty()).then_some(START_EVERY);
        [asking, waiting, starting].into_iter().flatten().min()
    }
}
