//! What earlier recoveries left: plans in the middle, and old masters that are to refuse writes.

use super::Engine;
use super::clerk::Open;
use super::event::Event;
use super::recovering::{Considered, LeftOver};
use super::setup::{Named, Tone, Voice};
use crate::inventory::{Fence, FenceState, Left};
use crate::model::{Fleet, InstanceKey, Timestamp};
use crate::recovery::fence::{Again, Fenced, again, fence};
use crate::recovery::real::RealServers;
use crate::recovery::write_ledger;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often an old master is looked for just after a failover, for how long.
const CHASE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(60));

/// How often what was left in the middle, and who is to be fenced, is looked up.
const LOOK_UP: Duration = Duration::from_secs(5);

/// The longest wait until what could not be brought to an end is resumed once more.
const RESUME_AT_MOST: Duration = Duration::from_secs(300);

/// When a recovery that has stopped midway so often, and last at this time, is resumed: each try writes its steps down.
fn resumes_at((times, last): (u32, Duration)) -> Duration {
    last + (LOOK_UP * (1 << times.saturating_sub(1).min(10))).min(RESUME_AT_MOST)
}

impl Engine {
    /// Looks up what was left in the middle, and who is to be fenced.
    pub(super) fn look_up_left_over(&mut self, now: Duration) {
        let due = self.recovering.looked_up.is_none_or(|at| now >= at + LOOK_UP);
        if !due || !self.following.loaded || !self.may_act(now) || self.is_ending() {
            return;
        }
        self.recovering.looked_up = Some(now);
        self.registrar.give(|inventory| {
            let inventory = inventory.ok()?;
            let left = inventory.open_journals().unwrap_or_default();
            let (journals, unreadable): (Vec<Left>, Vec<Left>) =
                left.into_iter().partition(|left| left.journal.is_ok());
            let why = |left: &Left| left.journal.as_ref().err().map(ToString::to_string);
            Some(Event::LeftOver(Box::new(LeftOver {
                fences: inventory.fences().unwrap_or_default(),
                journals,
                unreadable: unreadable
                    .iter()
                    .filter_map(|left| {
                        Some((
                            left.uid.clone(),
                            format!("{} is not recovered: {}", left.cluster, why(left)?),
                        ))
                    })
                    .collect(),
            })))
        });
    }

    /// Everybody of the clusters that the servers of a plan are in by now.
    fn who_takes_part(&self, left: &Left) -> Vec<InstanceKey> {
        let fleet = &self.memory.fleet;
        let steps = left.journal.iter().flat_map(|journal| &journal.plan.steps);
        let named = steps.map(|step| &step.target).chain([&left.failed]);
        let named: BTreeSet<&InstanceKey> = named.chain(&left.successor).collect();
        let rows = named.iter().filter_map(|key| fleet.get(key));
        let clusters: BTreeSet<&str> = rows
            .map(|row| row.cluster.name.as_str())
            .chain([&*left.cluster])
            .collect();
        let all = clusters.into_iter().flat_map(|cluster| fleet.members(cluster));
        all.map(|row| row.key.clone()).collect()
    }

    /// What is known of these instances, and what operators said of all.
    pub(super) fn part_of_fleet(&self, members: &[InstanceKey]) -> Fleet {
        let known = &self.memory.fleet;
        let mut part = Fleet::from_vec(members.iter().filter_map(|key| known.get(key).cloned()).collect());
        let contacts = known.contacts.iter().filter(|(key, _)| members.contains(key));
        part.contacts = contacts.map(|(key, contact)| (key.clone(), contact.clone())).collect();
        part.promotion_rules.clone_from(&known.promotion_rules);
        part.downtimes.clone_from(&known.downtimes);
        part.maintenance.clone_from(&known.maintenance);
        part.aliases.clone_from(&known.aliases);
        part.resolved_hosts.clone_from(&known.resolved_hosts);
        part
    }

    /// Takes note of a recovery that stopped midway: it is resumed after a wait that grows.
    pub(super) fn note_midway(&mut self, uid: &str, now: Duration) {
        let (times, last) = self.recovering.midway.entry(uid.to_owned()).or_default();
        (*times, *last) = (times.saturating_add(1), now);
    }

    pub(super) fn take_left_over(&mut self, left: LeftOver) {
        let now = self.now();
        if !self.may_act(now) || self.is_ending() {
            return;
        }
        for (uid, text) in left.unreadable {
            self.note_fault(&format!("journal {uid}"), Some(&text));
        }
        let open: BTreeSet<&str> = left.journals.iter().map(|left| &*left.uid).collect();
        self.recovering.midway.retain(|uid, _| open.contains(&**uid));
        for left in left.journals {
            let stopped = self.recovering.midway.get(&left.uid).copied();
            if self.recovering.is_busy(&left.cluster) || stopped.is_some_and(|stopped| now < resumes_at(stopped)) {
                continue;
            }
            let members = self.who_takes_part(&left);
            let Left { uid, cluster, .. } = left;
            self.in_office(cluster, None, members, move |office| {
                Ok(match office.resume(&uid)? {
                    Ok(done) => Considered::Ended(Box::new(done)),
                    Err(_) => Considered::Others,
                })
            });
        }
        let fences = left
            .fences
            .into_iter()
            .filter(|fence| fence.state != FenceState::Dropped);
        let known = std::mem::take(&mut self.recovering.fences);
        for fence in fences {
            let is_new = fence.state.is_open() && !known.contains_key(&fence.key);
            let key = fence.key.clone();
            self.recovering.fences.insert(key.clone(), fence);
            if is_new {
                self.fence(&key, CHASE.1);
            }
        }
        let over = known.keys().filter(|key| !self.recovering.fences.contains_key(*key));
        for key in over.cloned().collect::<Vec<_>>() {
            self.note_fault(&fence_fault(&key), None);
        }
    }

    /// An old master answers: it is fenced at once, if it is to be, or takes writes again after it was restarted.
    pub(super) fn fence_if_wanted(&mut self, key: &InstanceKey) {
        let Some(fence) = self.recovering.fences.get(key) else {
            return;
        };
        if fence.state.is_open() {
            return self.fence(key, Duration::ZERO);
        }
        let fleet = &self.memory.fleet;
        let has_replicas = fleet.replicas_of(key).next().is_some();
        let row = fleet.get(key).filter(|_| !self.recovering.is_in_hand(key));
        match row.map(|row| again(fence, row, has_replicas, (self.setup.clock)())) {
            Some(Again::Fence) => self.fence(key, Duration::ZERO),
            Some(Again::Tell(text)) => self.note_fault(&fence_fault(key), Some(&text)),
            Some(Again::Nothing) if !self.faults.is_empty() => self.note_fault(&fence_fault(key), None),
            Some(Again::Nothing) | None => {}
        }
    }

    /// Tries to fence an old master, again and again for this long.
    fn fence(&mut self, key: &InstanceKey, span: Duration) {
        let now = self.now();
        let Some(wanted) = self.recovering.fences.get(key).cloned() else {
            return;
        };
        if !self.may_act(now) || !self.recovering.fencing.insert(key.clone()) {
            return;
        }
        let (sessions, post) = (Arc::clone(&self.sessions), self.post.clone());
        let fencer = Fencer {
            wanted,
            span,
            open: Arc::clone(&self.setup.open),
            clock: self.setup.clock,
            flag: Arc::clone(&self.recovering.is_interrupted),
            voice: Arc::clone(&self.setup.voice),
        };
        let started = std::thread::Builder::new().name("fence".to_owned()).spawn(move || {
            let settings = sessions.settings();
            let servers = RealServers::new(settings, move |key: &InstanceKey| sessions.wants_tls(key));
            let key = fencer.wanted.key.clone();
            post.send(Event::Fenced(key, fencer.run(&servers)));
        });
        if started.is_err() {
            self.recovering.fencing.remove(key);
        }
    }

    /// Takes note of what came of it; `None` where it was not to be fenced any more.
    pub(super) fn take_fenced(&mut self, key: &InstanceKey, state: Option<&Fenced>) {
        self.recovering.fencing.remove(key);
        let Some(state) = state else {
            self.recovering.fences.remove(key);
            return;
        };
        match state {
            Fenced::Yes => {
                let changed = Some((self.setup.clock)());
                if let Some(fence) = self.recovering.fences.get_mut(key) {
                    (fence.state, fence.changed) = (FenceState::Fenced, changed);
                }
                self.say_of(
                    Tone::Warning,
                    key,
                    format!("{key}: the old master is fenced: it refuses writes"),
                );
                self.note_fault(&fence_fault(key), None);
                self.agenda.ask_now(key);
            }
            Fenced::Another(_) => {
                self.recovering.fences.remove(key);
                let text = state.trouble(key).unwrap_or_default();
                self.say_of(Tone::Warning, key, text);
            }
            Fenced::Writable(_) | Fenced::Refuses(_) => {
                let text = state.trouble(key).unwrap_or_default();
                self.note_fault(&fence_fault(key), Some(&text));
            }
            // It is tried again as soon as it answers.
            Fenced::Unreachable(_) => {}
        }
    }
}

fn fence_fault(key: &InstanceKey) -> String {
    format!("fence {key}")
}

/// What a thread has that fences one old master.
struct Fencer {
    wanted: Fence,
    span: Duration,
    open: Arc<Open>,
    clock: fn() -> Timestamp,
    flag: Arc<AtomicBool>,
    voice: Arc<dyn Voice>,
}

impl Fencer {
    /// Fences it, unless it is not to be fenced any more by what the inventory says now, and writes down what came of it.
    fn run(&self, servers: &RealServers) -> Option<Fenced> {
        let began = Instant::now();
        let state = loop {
            // Somebody else may have promoted it just now.
            if !self.still_wanted() {
                return None;
            }
            let state = fence(servers, &self.wanted.key, self.identity());
            let over = began.elapsed() >= self.span || self.flag.load(Ordering::Relaxed);
            if over || !matches!(state, Fenced::Unreachable(_) | Fenced::Refuses(_)) {
                break state;
            }
            std::thread::sleep(CHASE.0);
        };
        let (key, uid) = (&self.wanted.key, &self.wanted.uid);
        let word = match &state {
            Fenced::Yes => Some((FenceState::Fenced, String::new())),
            Fenced::Another(who) => Some((FenceState::Dropped, who.clone())),
            Fenced::Writable(why) => Some((FenceState::Unfenced, why.clone())),
            Fenced::Unreachable(_) | Fenced::Refuses(_) => None,
        };
        if let (Some((word, said)), Ok(inventory)) = (word, (self.open)()) {
            let _ = inventory.fence_done(key, uid, word, &said, (self.clock)());
            if let Ok(Some(lost)) = write_ledger(&inventory, servers, uid, (key, self.identity()), (self.clock)()) {
                self.voice
                    .say(Tone::Warning, &Named::default(), &format!("{key}: {lost}"));
            }
        }
        Some(state)
    }

    /// What tells it from another server at its address.
    fn identity(&self) -> Option<&str> {
        Some(self.wanted.identity.as_str()).filter(|known| !known.is_empty())
    }

    /// As the inventory says; while nobody can read it, nobody is promoted by another program either.
    fn still_wanted(&self) -> bool {
        let (key, uid) = (&self.wanted.key, &self.wanted.uid);
        let Ok(inventory) = (self.open)() else { return true };
        let Ok(stored) = inventory.fence_of(key) else {
            return true;
        };
        match stored.filter(|stored| stored.uid == *uid).map(|stored| stored.state) {
            None | Some(FenceState::Dropped) => false,
            Some(FenceState::Wanted | FenceState::Unfenced) => true,
            // By somebody else, who wrote it down; or it is for the second time.
            Some(FenceState::Fenced) if self.wanted.state.is_open() => false,
            Some(FenceState::Fenced) => inventory.want_fence_again(key, uid, (self.clock)()).unwrap_or(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_ended_is_resumed_after_longer_and_longer_waits() {
        let at = Duration::from_secs(1000);
        let waits: Vec<u64> = (1..=9).map(|times| (resumes_at((times, at)) - at).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    }
}
