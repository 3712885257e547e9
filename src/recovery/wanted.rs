//! Who is to be fenced for a recovery, and whether that is written down.

use crate::inventory::{Inventory, NewFence, Turn};
use crate::model::plan::{Act, Condition, Kind, Local, Plan};
use crate::model::{InstanceKey, Timestamp};

/// A server and what tells it from another one at its address; empty where that is not known.
type Known = (InstanceKey, String);

/// Who is to be fenced.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    cluster: String,
    /// Who takes writes once a final step has begun.
    promoted: Option<InstanceKey>,
    /// Once a final step has begun.
    then: Vec<Known>,
    /// Now, and not written down yet.
    unwritten: Vec<Known>,
}

impl Wanted {
    /// As a plan has it; `identity` is that of the failed master.
    pub fn plan(&mut self, plan: &Plan, identity: &str) {
        self.cluster.clone_from(&plan.cluster);
        self.then = wanted_by(plan, identity);
        self.promoted = plan.successor.clone().filter(|_| plan.kind != Kind::Rejoin);
    }

    /// One more, now.
    pub fn add(&mut self, key: &InstanceKey, plan: &Plan, identity: &str) {
        self.cluster.clone_from(&plan.cluster);
        self.unwritten.push((key.clone(), identity_in(plan, key, identity)));
    }

    /// Not this one any more.
    pub fn forget(&mut self, key: &InstanceKey) {
        self.unwritten.retain(|(other, _)| other != key);
    }

    /// Those of the promotion could not be written down with it.
    pub fn postpone(&mut self) {
        self.unwritten.extend(self.then.iter().cloned());
    }

    /// What is written down with the promotion.
    pub fn turn<'a>(&'a self, uid: &'a str) -> Turn<'a> {
        Turn {
            fences: self.then.iter().map(|known| self.fence(uid, known)).collect(),
            promoted: self.promoted.as_ref(),
        }
    }

    /// Writes down what is not yet; whether everything is.
    pub fn write(&mut self, inventory: &Inventory, uid: &str, now: Timestamp) -> bool {
        let mut left = std::mem::take(&mut self.unwritten);
        left.retain(|known| inventory.want_fence(&self.fence(uid, known), now).is_err());
        self.unwritten = left;
        self.unwritten.is_empty()
    }

    fn fence<'a>(&'a self, uid: &'a str, (key, identity): &'a Known) -> NewFence<'a> {
        NewFence {
            key,
            uid,
            cluster: &self.cluster,
            identity,
        }
    }
}

/// Who is to refuse writes once somebody else is promoted by a plan: the old master of a failover, and candidates of whom
/// nobody knows.
fn wanted_by(plan: &Plan, identity: &str) -> Vec<(InstanceKey, String)> {
    let mut keys: Vec<&InstanceKey> = Vec::new();
    for step in &plan.steps {
        if let Act::Local(Local::Wanted(key)) = &step.act
            && !keys.contains(&key)
            && plan.successor.as_ref() != Some(key)
        {
            keys.push(key);
        }
    }
    let known = |key: &InstanceKey| (key.clone(), identity_in(plan, key, identity));
    keys.into_iter().map(known).collect()
}

/// What tells a server from another one at its address, by what a plan says of it.
fn identity_in(plan: &Plan, key: &InstanceKey, failed: &str) -> String {
    if *key == plan.failed {
        return failed.to_owned();
    }
    let of_key = plan.steps.iter().filter(|step| step.target == *key);
    let mut known = of_key
        .flat_map(|step| &step.before)
        .filter_map(|condition| match condition {
            Condition::Is(identity) => Some(identity.clone()),
            _ => None,
        });
    known.next().unwrap_or_default()
}
