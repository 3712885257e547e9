//! The order from masters down to replicas, whatever the shape: trees, pairs, circles.

use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::HashMap;

/// A fleet as it will be once one row is put in.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) fresh: Option<&'a Instance>,
}

impl<'a> View<'a> {
    /// The row of this key.
    pub(super) fn get(&self, key: &InstanceKey) -> Option<&'a Instance> {
        self.fresh
            .filter(|fresh| fresh.key == *key)
            .or_else(|| self.fleet.get(key))
    }

    /// The row that an instance follows: of its group's primary or its master.
    pub(super) fn upstream_of(&self, instance: &Instance) -> Option<&'a Instance> {
        self.get(instance.upstream())
    }
}

/// One step downwards.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// An instance that is on no circle; whatever it follows came before.
    Single(&'a Instance),
    /// Instances that follow each other in a circle, each the next one and the last the first.
    Circle(Vec<&'a Instance>),
}

/// Returns the given instances and all they follow, each once, masters before replicas. Time is proportional to their
/// number.
pub(super) fn top_down<'a>(view: View<'a>, starts: impl IntoIterator<Item = &'a InstanceKey>) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    // Where on the path upwards an instance stands; `None` once it is among the steps.
    let mut seen: HashMap<&InstanceKey, Option<usize>> = HashMap::new();
    for start in starts {
        let mut path: Vec<&Instance> = Vec::new();
        let mut next = view.get(start);
        while let Some(instance) = next {
            match seen.get(&instance.key) {
                Some(None) => break,
                Some(Some(at)) => {
                    let circle = path.split_off(*at);
                    circle.iter().for_each(|member| {
                        seen.insert(&member.key, None);
                    });
                    steps.push(Step::Circle(circle));
                    break;
                }
                None => {
                    seen.insert(&instance.key, Some(path.len()));
                    path.push(instance);
                    next = view.upstream_of(instance);
                }
            }
        }
        for instance in path.into_iter().rev() {
            seen.insert(&instance.key, None);
            steps.push(Step::Single(instance));
        }
    }
    steps
}
