//! Judging everything known, with what the witness makes of it.

use super::memory::Memory;
use crate::analysis::{Request, analyse};
use crate::config::Policy;
use crate::model::verdict::Verdict;
use crate::model::{Instance, InstanceKey, Timestamp};
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

/// Lets the witness look, then judges. `under_way` are the questions that have no answer yet, with when they were put.
pub fn judge(
    memory: &mut Memory,
    witness: &mut Witness,
    policy: &Policy,
    under_way: &[(InstanceKey, Duration)],
    now: Duration,
    wall: Timestamp,
) -> Judgement {
    // The witness comes back to the moment at which a silence has lasted, and a tick may mark it up to a second later.
    memory.mark_hanging(under_way, now, wall);
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
    use crate::model::Contact;
    use crate::model::instance::{Check, ThreadState};
    use crate::model::observation::ContactKind;
    use crate::watch::Report;

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
            judge(memory, &mut witness, &Policy::default(), &[], at, Timestamp(100))
                .verdicts
                .len()
        };
        assert_eq!(judged(&mut memory), 0);
        let contact = Contact::failed(ContactKind::Refused, "nobody listens");
        memory.fleet.contacts.insert(key, contact);
        assert_eq!(judged(&mut memory), 1);
    }

    /// A master and its replica, both read at 9 s; the replica says that it is connected.
    fn master_and_replica(master: &InstanceKey, replica: &InstanceKey) -> Memory {
        let mut memory = Memory::default();
        for key in [master, replica] {
            let seen = Some(Timestamp(109));
            let mut row = Instance {
                key: key.clone(),
                check: Check {
                    last_checked: seen,
                    last_attempted: seen,
                    last_seen: seen,
                    ..Check::default()
                },
                ..Instance::default()
            };
            if key == replica {
                row.replication.master = master.clone();
                (row.replication.io_running, row.replication.sql_running) = (true, true);
                row.replication.io_state = ThreadState::Running;
                row.replication.sql_state = ThreadState::Running;
            }
            memory.fleet.upsert(row);
            let report = Report {
                began: Duration::from_secs(9),
                ..Report::default()
            };
            memory.reports.insert(key.clone(), report);
        }
        memory
    }

    /// No tick comes in between: what hangs is marked by judging itself.
    #[test]
    fn a_replica_is_asked_at_the_moment_at_which_the_silence_has_lasted() {
        let (master, replica) = (InstanceKey::new("m", 3306), InstanceKey::new("r", 3306));
        let mut memory = master_and_replica(&master, &replica);
        let mut witness = Witness::new(Duration::from_secs(2));
        let policy = Policy {
            instance_poll_seconds: 1,
            ..Policy::default()
        };
        let mut at = |millis: u64, under_way: &[(InstanceKey, Duration)]| {
            let now = Duration::from_millis(millis);
            let wall = Timestamp(100 + i64::try_from(millis / 1000).unwrap());
            let judgement = judge(&mut memory, &mut witness, &policy, under_way, now, wall);
            (judgement.orders, judgement.again_in)
        };
        let hangs = [(master, Duration::from_secs(10))];
        assert_eq!(at(10_900, &hangs), (Vec::new(), None), "too young");
        let left = Duration::from_millis(500);
        assert_eq!(at(11_500, &hangs), (Vec::new(), Some(left)), "marked");
        assert_eq!(at(11_999, &hangs).0, Vec::new(), "not long enough");
        assert_eq!(at(12_000, &hangs).0, [Order::RestartReceiver(replica)]);
    }
}
