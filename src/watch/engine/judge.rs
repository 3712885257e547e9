//! Judging everything known, with what the witness makes of it.

use super::memory::Memory;
use crate::analysis::{Request, analyse};
use crate::config::Policy;
use crate::model::verdict::Verdict;
use crate::model::{Instance, Timestamp};
use crate::watch::{MasterSeen, Order, Witness};
use std::time::Duration;

/// What came of it.
pub struct Judgement {
    /// Of every server, also those in downtime and those with nothing wrong.
    pub verdicts: Vec<Verdict>,
    /// What the witness wants done.
    pub orders: Vec<Order>,
    /// How long until judging again is of use although nothing new was heard.
    pub again_in: Option<Duration>,
}

/// Lets the witness look, then judges.
pub fn judge(memory: &mut Memory, witness: &mut Witness, policy: &Policy, now: Duration, wall: Timestamp) -> Judgement {
    let masters = masters(memory, policy, wall);
    let orders = witness.step(now, &masters);
    let again_in = witness.until_next(now, &masters);
    drop(masters);
    let kept = override_rows(memory, witness);
    let request = Request {
        include_downtimed: true,
        include_no_problem: true,
        ..Request::default()
    };
    let mut verdicts = analyse(&memory.fleet, policy, wall, &request);
    verdicts.retain(|verdict| memory.has_heard_of(&verdict.facts.key));
    for row in kept {
        memory.fleet.upsert(row);
    }
    Judgement {
        verdicts,
        orders,
        again_in,
    }
}

/// Masters and intermediate masters as the witness looks at them. Replicas that somebody is working on are not to be
/// asked.
fn masters<'m>(memory: &'m Memory, policy: &Policy, wall: Timestamp) -> Vec<MasterSeen<'m>> {
    let fleet = &memory.fleet;
    let window = policy.instance_poll_seconds + policy.reasonable_instance_check_seconds;
    let window = i64::try_from(window).unwrap_or(i64::MAX);
    let mut masters = Vec::new();
    for row in fleet.instances() {
        let known_as = fleet.resolved(&row.key);
        if fleet.replicas_of(&known_as).next().is_none() {
            continue;
        }
        let unreachable = !row.check.is_valid_within(window);
        let mut seen = MasterSeen::of(fleet, row, unreachable, &memory.silences, &memory.reports);
        for replica in &mut seen.replicas {
            replica.locked = fleet.maintenance.get(replica.key).is_some_and(|lock| lock.holds(wall));
        }
        masters.push(seen);
    }
    masters
}

/// Gives replicas that were asked their earlier state for the rules; returns the rows as they are.
fn override_rows(memory: &mut Memory, witness: &Witness) -> Vec<Instance> {
    let mut kept = Vec::new();
    for key in witness.asked() {
        let Some(row) = memory.fleet.get(key) else { continue };
        let mut earlier = row.clone();
        if witness.override_instance(&mut earlier) {
            kept.push(row.clone());
            memory.fleet.upsert(earlier);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::ContactKind;
    use crate::model::{Contact, InstanceKey};

    #[test]
    fn who_was_put_in_is_not_judged_before_it_could_answer() {
        let key = InstanceKey::new("seed", 3306);
        let mut memory = Memory::default();
        let mut put_in = Instance {
            key: key.clone(),
            ..Instance::default()
        };
        put_in.server.version = crate::model::Version::new("Unknown");
        memory.fleet.upsert(put_in);
        let mut witness = Witness::new(Duration::from_secs(2));
        let mut judged = |memory: &mut Memory| {
            let at = Duration::from_secs(9);
            judge(memory, &mut witness, &Policy::default(), at, Timestamp(100))
                .verdicts
                .len()
        };
        assert_eq!(judged(&mut memory), 0);
        let contact = Contact::failed(ContactKind::Refused, "nobody listens");
        memory.fleet.contacts.insert(key, contact);
        assert_eq!(judged(&mut memory), 1);
    }
}
