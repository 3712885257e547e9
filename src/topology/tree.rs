//! The order in which a cluster's members are drawn, and how deep.
//!
//! Every member is drawn exactly once, however its members point at each other:
//!
//! 1. Roots, in key order: members whose upstream is not among the members. Each is followed by its subtree.
//! 2. Where circles remain, their co-masters, in key order, at level 1. Each is followed by its subtree, from which
//!    the other co-masters are left out.
//! 3. Circles without a co-master: the member of the smallest key on each circle, at level 1, with its subtree.

use crate::model::{Instance, InstanceKey};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One drawn member.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// Who.
    pub instance: &'a Instance,
    /// Steps below the root; what stands in a circle begins at 1.
    pub level: usize,
    /// Whether it is a root and drawn without a mark.
    pub is_root: bool,
}

/// Returns the members in drawing order; of several with the same key the last one counts.
pub fn draw<'a>(members: &[&'a Instance]) -> Vec<Node<'a>> {
    let by_key: BTreeMap<&InstanceKey, &Instance> = members.iter().map(|i| (&i.key, *i)).collect();
    let mut below: HashMap<&InstanceKey, Vec<&Instance>> = HashMap::new();
    let mut roots = Vec::new();
    for &instance in by_key.values() {
        let upstream = instance.upstream();
        if by_key.contains_key(upstream) {
            below.entry(upstream).or_default().push(instance);
        } else {
            roots.push(instance);
        }
    }
    let mut drawing = Drawing {
        below,
        drawn: HashSet::with_capacity(by_key.len()),
        nodes: Vec::with_capacity(by_key.len()),
    };
    for root in roots {
        drawing.subtree(root, 0, |_| true);
    }
    if drawing.nodes.len() < by_key.len() {
        drawing.circles(&by_key);
    }
    drawing.nodes
}

struct Drawing<'a> {
    below: HashMap<&'a InstanceKey, Vec<&'a Instance>>,
    drawn: HashSet<&'a InstanceKey>,
    nodes: Vec<Node<'a>>,
}

impl<'a> Drawing<'a> {
    /// Draws an instance and, of those below it, everyone who is wanted and not drawn yet.
    fn subtree(&mut self, top: &'a Instance, level: usize, wanted: impl Fn(&Instance) -> bool) {
        let mut waiting = vec![(top, level)];
        while let Some((instance, level)) = waiting.pop() {
            if !self.drawn.insert(&instance.key) {
                continue;
            }
            self.nodes.push(Node {
                instance,
                level,
                is_root: level == 0,
            });
            let siblings = self.below.get(&instance.key).map_or(&[][..], Vec::as_slice);
            let next = siblings.iter().rev().filter(|sibling| wanted(sibling));
            waiting.extend(next.map(|sibling| (*sibling, level + 1)));
        }
    }

    /// Draws what no root leads to: circles and whatever hangs below them.
    fn circles(&mut self, by_key: &BTreeMap<&'a InstanceKey, &'a Instance>) {
        let rest: Vec<&Instance> = by_key
            .values()
            .filter(|i| !self.drawn.contains(&i.key))
            .copied()
            .collect();
        for &instance in rest.iter().filter(|i| i.cluster.is_co_master) {
            self.subtree(instance, 1, |below| !below.cluster.is_co_master);
        }
        for &instance in &rest {
            if !self.drawn.contains(&instance.key) {
                let head = head_of_circle(instance, by_key);
                self.subtree(head, 1, |_| true);
            }
        }
    }
}

/// The member of the smallest key on the circle that `below` leads up to.
fn head_of_circle<'a>(below: &'a Instance, by_key: &BTreeMap<&'a InstanceKey, &'a Instance>) -> &'a Instance {
    let mut path = vec![below];
    let mut place: HashMap<&InstanceKey, usize> = HashMap::from([(&below.key, 0)]);
    let mut current = below;
    while let Some(&upstream) = by_key.get(current.upstream()) {
        if let Some(&start) = place.get(&upstream.key) {
            return path[start..].iter().copied().min_by_key(|i| &i.key).unwrap_or(below);
        }
        place.insert(&upstream.key, path.len());
        path.push(upstream);
        current = upstream;
    }
    below
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::model::{Instance, InstanceKey};
    use proptest::prelude::*;

    fn instance(port: u16, master: u16) -> Instance {
        let mut instance = Instance {
            key: InstanceKey::new("h", port),
            ..Instance::default()
        };
        if master != 0 {
            instance.replication.master = InstanceKey::new("h", master);
        }
        instance
    }

    fn co_master(port: u16, master: u16) -> Instance {
        let mut instance = instance(port, master);
        instance.cluster.is_co_master = true;
        instance
    }

    /// `port@level`, roots with a star.
    fn shape(instances: &[Instance]) -> String {
        let members: Vec<&Instance> = instances.iter().collect();
        let words: Vec<String> = draw(&members)
            .iter()
            .map(|n| {
                format!(
                    "{}@{}{}",
                    n.instance.key.port,
                    n.level,
                    if n.is_root { "*" } else { "" }
                )
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn roots_and_siblings_in_key_order_with_ports_as_numbers() {
        let members = [
            instance(3306, 0),
            instance(10000, 3306),
            instance(900, 3306),
            instance(5, 900),
        ];
        assert_eq!(shape(&members), "3306@0* 900@1 5@2 10000@1");
        assert_eq!(shape(&[]), "");
    }

    #[test]
    fn every_root_is_drawn() {
        let mut detached = instance(3, 1);
        detached.replication.master = InstanceKey::new("//h", 1);
        let members = [
            instance(1, 0),
            instance(2, 1),
            detached,
            instance(4, 3),
            instance(5, 77),
        ];
        assert_eq!(shape(&members), "1@0* 2@1 3@0* 4@1 5@0*");
    }

    #[test]
    fn co_masters_stand_at_level_one() {
        let members = [instance(1, 2), co_master(2, 4), instance(3, 4), co_master(4, 2)];
        assert_eq!(shape(&members), "2@1 1@2 4@1 3@2");
    }

    #[test]
    fn a_stray_root_does_not_hide_co_masters() {
        let members = [co_master(2, 4), co_master(4, 2), instance(9, 0)];
        assert_eq!(shape(&members), "9@0* 2@1 4@1");
    }

    #[test]
    fn a_ring_is_drawn_from_its_smallest_key() {
        // 1 hangs below the ring 5 -> 3 -> 4 -> 5; 7 replicates from itself.
        let members = [
            instance(1, 4),
            instance(3, 5),
            instance(4, 3),
            instance(5, 4),
            instance(7, 7),
        ];
        assert_eq!(shape(&members), "3@1 4@2 1@3 5@3 7@1");
    }

    #[test]
    fn group_secondaries_hang_under_the_primary() {
        let group = |port: u16, master: u16| {
            let mut member = instance(port, master);
            member.group.name = "g".to_owned();
            member.group.primary = InstanceKey::new("h", 2);
            member
        };
        let members = [group(1, 0), group(2, 0), group(3, 9), instance(4, 1)];
        assert_eq!(shape(&members), "2@0* 1@1 4@2 3@1");
    }

    #[test]
    fn a_long_chain_is_no_trouble() {
        let chain: Vec<Instance> = (1..20_000).map(|port| instance(port, port - 1)).collect();
        let members: Vec<&Instance> = chain.iter().collect();
        assert_eq!(draw(&members).len(), chain.len());
    }

    proptest! {
        #[test]
        fn each_exactly_once(links in prop::collection::vec((0u16..14, any::<bool>()), 0..12)) {
            let members: Vec<Instance> = (1u16..)
                .zip(&links)
                .map(|(port, (master, co))| if *co { co_master(port, *master) } else { instance(port, *master) })
                .collect();
            let members: Vec<&Instance> = members.iter().collect();
            let nodes = draw(&members);
            let mut ports: Vec<u16> = nodes.iter().map(|n| n.instance.key.port).collect();
            ports.sort_unstable();
            prop_assert_eq!(ports, members.iter().map(|i| i.key.port).collect::<Vec<_>>());
            for (at, node) in nodes.iter().enumerate() {
                prop_assert_eq!(node.is_root, node.level == 0);
                if node.level > 1 || (node.level == 1 && at > 0 && nodes[at - 1].level == 0) {
                    let above = nodes[..at].iter().rev().find(|n| n.level < node.level);
                    let is_upstream = above.is_some_and(|n| n.instance.key == *node.instance.upstream());
                    let heads_a_circle = node.level == 1;
                    prop_assert!(is_upstream || heads_a_circle);
                }
            }
        }
    }
}
