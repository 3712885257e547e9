//! Which cluster an instance belongs to, how deep in it, and which of its transactions no ancestor accounts for.
//!
//! An instance takes its cluster's name from whom it follows and is one step deeper; one that follows nobody known is the
//! master of a cluster of its own. Circles have no top: of two co-masters or a larger ring one member gives the name, the
//! one that gave it before if any did, else the smallest key; the others are as deep as they are steps away from it.

use super::rules::DiscoveryRules;
use super::walk::{Step, View, top_down};
use crate::model::gtid::{OracleSet, errant};
use crate::model::instance::ClusterPlace;
use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::HashMap;
use std::rc::Rc;

/// No instance is taken to be deeper than this, whatever a stored row says of its master.
const DEEPEST: u32 = 1_000;

/// An instance that was just asked, with what its row alone does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Touched {
    /// Which.
    pub key: InstanceKey,
    /// The alias it gave for its cluster itself, or the last one known where it could not be asked.
    pub own_alias: Option<String>,
    /// The cluster it was in before.
    pub earlier_cluster: Option<String>,
    /// Whether it answered; of one that did not, only the place in its cluster is worked out.
    pub answered: bool,
}

/// What attribution works out for one instance.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Attribution {
    pub(super) cluster: ClusterPlace,
    pub(super) ancestry_uuid: String,
    pub(super) errant: String,
}

/// Attributes one row that is about to be put into a fleet.
pub(super) fn attribute(fresh: &Instance, touched: &Touched, fleet: &Fleet, rules: &DiscoveryRules) -> Attribution {
    let mut pass = Pass::new(
        View {
            fleet,
            fresh: Some(fresh),
        },
        rules,
        [touched],
    );
    pass.run([&fresh.key]);
    pass.placed.remove(&fresh.key).unwrap_or_default()
}

/// Attributes rows of a fleet anew, masters before replicas, so that a whole tree is right at once. Returns the keys of
/// rows that changed, sorted. Rows that are not touched are taken as they are.
pub fn reattribute(fleet: &mut Fleet, touched: &[Touched], rules: &DiscoveryRules) -> Vec<InstanceKey> {
    let placed = {
        let mut pass = Pass::new(View { fleet, fresh: None }, rules, touched);
        pass.run(touched.iter().map(|t| &t.key));
        pass.placed
    };
    let mut changed = Vec::new();
    for touched in touched {
        let (Some(attribution), Some(row)) = (placed.get(&touched.key), fleet.get(&touched.key)) else {
            continue;
        };
        let mut instance = row.clone();
        attribution.write(&mut instance, touched.answered, fleet, rules);
        if instance != *row {
            changed.push(instance.key.clone());
            fleet.upsert(instance);
        }
    }
    changed.sort();
    changed.dedup();
    changed
}

impl Attribution {
    /// Writes the findings into a row.
    pub(super) fn write(&self, instance: &mut Instance, answered: bool, fleet: &Fleet, rules: &DiscoveryRules) {
        instance.cluster = self.cluster.clone();
        if answered {
            instance.gtid.ancestry_uuid.clone_from(&self.ancestry_uuid);
            instance.gtid.errant.clone_from(&self.errant);
            if rules.auto_pseudo_gtid {
                instance.gtid.pseudo = fleet.pseudo_gtid_clusters.contains(&self.cluster.name);
            }
        }
    }
}

/// One way down through the instances concerned.
struct Pass<'a> {
    view: View<'a>,
    rules: &'a DiscoveryRules,
    touched: HashMap<&'a InstanceKey, &'a Touched>,
    placed: HashMap<InstanceKey, Attribution>,
    /// Executed sets of masters, each read once.
    executed: HashMap<&'a InstanceKey, Rc<OracleSet>>,
}

impl<'a> Pass<'a> {
    fn new(view: View<'a>, rules: &'a DiscoveryRules, touched: impl IntoIterator<Item = &'a Touched>) -> Self {
        let touched = touched.into_iter().map(|t| (&t.key, t)).collect();
        Self {
            view,
            rules,
            touched,
            placed: HashMap::new(),
            executed: HashMap::new(),
        }
    }

    fn run(&mut self, starts: impl IntoIterator<Item = &'a InstanceKey>) {
        for step in top_down(self.view, starts) {
            match step {
                Step::Single(instance) => self.single(instance),
                // Whoever follows itself follows nobody.
                Step::Circle(members) if members.len() == 1 => self.top(members[0]),
                Step::Circle(members) => self.circle(&members),
            }
        }
    }

    fn single(&mut self, instance: &'a Instance) {
        if !self.touched.contains_key(&instance.key) {
            return;
        }
        let Some(master) = self.view.upstream_of(instance) else {
            return self.top(instance);
        };
        let above = self.place_of(master).clone();
        let name = if above.name.is_empty() {
            instance.key.to_string()
        } else {
            above.name
        };
        let depth = above.depth.saturating_add(1).min(DEEPEST);
        let suggested_alias = self.alias(&name, &above.suggested_alias, [instance]);
        let ancestors = self.ancestry_of(master);
        let mut ancestry: Vec<&str> = ancestors.split(',').collect();
        ancestry.extend([instance.server.uuid.as_str(), &instance.group.name]);
        let ancestry_uuid = join(&ancestry);
        let errant = self.errant(instance, master, &ancestry_uuid, false);
        let cluster = ClusterPlace {
            name,
            suggested_alias,
            depth,
            is_co_master: false,
        };
        self.placed.insert(
            instance.key.clone(),
            Attribution {
                cluster,
                ancestry_uuid,
                errant,
            },
        );
    }

    fn top(&mut self, instance: &'a Instance) {
        if !self.touched.contains_key(&instance.key) {
            return;
        }
        let name = instance.key.to_string();
        let suggested_alias = self.alias(&name, "", [instance]);
        let ancestry_uuid = join(&[&instance.server.uuid, &instance.group.name]);
        let cluster = ClusterPlace {
            name,
            suggested_alias,
            depth: 0,
            is_co_master: false,
        };
        self.placed.insert(
            instance.key.clone(),
            Attribution {
                cluster,
                ancestry_uuid,
                errant: String::new(),
            },
        );
    }

    /// Members follow the next one each, the last one the first.
    fn circle(&mut self, members: &[&'a Instance]) {
        let count = members.len();
        let names: Vec<String> = members.iter().map(|member| member.key.to_string()).collect();
        let first = self.first_of_circle(members, &names);
        let name = &names[first];
        // From the first member downwards.
        let downwards: Vec<usize> = (0..count).map(|step| (first + count - step) % count).collect();
        let suggested_alias = self.alias(name, "", downwards.iter().map(|&at| members[at]));
        for (depth, &at) in downwards.iter().enumerate() {
            let (instance, master) = (members[at], members[(at + 1) % count]);
            if !self.touched.contains_key(&instance.key) {
                continue;
            }
            let is_co_master = count == 2 && master.replication.master == instance.key;
            // Transactions of every member are rightful on every other one.
            let mut ancestry: Vec<&str> = (1..count)
                .rev()
                .flat_map(|step| {
                    let above = members[(at + step) % count];
                    [above.server.uuid.as_str(), &above.group.name]
                })
                .collect();
            if is_co_master && instance.replication.master_uuid != "No" && master.server.uuid.is_empty() {
                ancestry.push(&instance.replication.master_uuid);
            }
            ancestry.extend([instance.server.uuid.as_str(), &instance.group.name]);
            let ancestry_uuid = join(&ancestry);
            let errant = self.errant(instance, master, &ancestry_uuid, true);
            let cluster = ClusterPlace {
                name: name.clone(),
                suggested_alias: suggested_alias.clone(),
                depth: u32::try_from(depth).unwrap_or(DEEPEST).min(DEEPEST),
                is_co_master,
            };
            self.placed.insert(
                instance.key.clone(),
                Attribution {
                    cluster,
                    ancestry_uuid,
                    errant,
                },
            );
        }
    }

    /// The member that gives a circle its name: by key, the first one whose earlier cluster is named after a member says
    /// which; else the smallest key itself.
    fn first_of_circle(&self, members: &[&Instance], names: &[String]) -> usize {
        let mut by_key: Vec<usize> = (0..members.len()).collect();
        by_key.sort_by(|a, b| members[*a].key.cmp(&members[*b].key));
        let earlier = |at: usize| match self.touched.get(&members[at].key) {
            Some(touched) => touched.earlier_cluster.as_deref(),
            None => Some(members[at].cluster.name.as_str()),
        };
        by_key
            .iter()
            .find_map(|&at| earlier(at).and_then(|name| names.iter().position(|n| n == name)))
            .or_else(|| by_key.first().copied())
            .unwrap_or(0)
    }

    /// The alias of a cluster: an operator's word, the master's, the instances' own, then the configured map.
    fn alias(&self, name: &str, inherited: &str, instances: impl IntoIterator<Item = &'a Instance>) -> String {
        if let Some(given) = self
            .view
            .fleet
            .alias_overrides
            .get(name)
            .filter(|alias| !alias.is_empty())
        {
            return given.clone();
        }
        if !inherited.is_empty() {
            return inherited.to_owned();
        }
        let own = instances
            .into_iter()
            .find_map(|instance| match self.touched.get(&instance.key) {
                Some(touched) => touched.own_alias.as_deref().filter(|alias| !alias.is_empty()),
                None => Some(instance.cluster.suggested_alias.as_str()).filter(|alias| !alias.is_empty()),
            });
        own.or_else(|| self.rules.cluster_aliases.alias_of(name))
            .unwrap_or_default()
            .to_owned()
    }

    fn place_of<'s>(&'s self, instance: &'s Instance) -> &'s ClusterPlace {
        self.placed
            .get(&instance.key)
            .map_or(&instance.cluster, |placed| &placed.cluster)
    }

    fn ancestry_of(&self, instance: &Instance) -> String {
        match self.placed.get(&instance.key) {
            Some(placed) if self.touched.get(&instance.key).is_some_and(|t| t.answered) => placed.ancestry_uuid.clone(),
            _ => instance.gtid.ancestry_uuid.clone(),
        }
    }

    /// Transactions of an instance that neither its ancestors nor its master account for, as its server would print them.
    fn errant(&mut self, instance: &'a Instance, master: &'a Instance, ancestry: &str, in_circle: bool) -> String {
        let (own, of_master) = (&instance.gtid.executed, &master.gtid.executed);
        if instance.server.uuid.is_empty() || own.is_empty() || of_master.is_empty() {
            return String::new();
        }
        let master_uuid = match instance.replication.master_uuid.as_str() {
            "" | "No" => &master.server.uuid,
            uuid => uuid,
        };
        let master_set = Rc::clone(
            self.executed
                .entry(&master.key)
                .or_insert_with(|| Rc::new(OracleSet::parse_lossy(of_master).0)),
        );
        let (own_set, _) = OracleSet::parse_lossy(own);
        let ancestry: Vec<&str> = ancestry.split(',').collect();
        errant(
            &own_set,
            &master_set,
            &instance.server.uuid,
            master_uuid,
            &ancestry,
            in_circle,
        )
        .to_server_text()
    }
}

/// Joins names by commas, each once, leaving out empty ones.
fn join(names: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::with_capacity(names.len());
    for name in names {
        if !name.is_empty() && !kept.contains(name) {
            kept.push(name);
        }
    }
    kept.join(",")
}
