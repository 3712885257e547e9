//! Where replicas go whose intermediate master, or whose member of a replication group, is dead. Pure.
//!
//! A sibling in the dead one's data centre takes all of them. Without one, they gather below one of their own, so that
//! only that one crosses to another place: below a sibling elsewhere, or below the dead one's own master. Whoever is left
//! goes below the master alone. What the master of all has not lost, nobody loses here.

use super::candidate::is_banned;
use crate::config::Policy;
use crate::model::instance::Instance;
use crate::model::{InstanceKey, Look, PromotionRule, Reached};
use crate::topology::relocate::{Case, Wish, plan};
use std::cmp::Reverse;

/// A server of the family: what is known of it, and what it says now.
#[derive(Clone, Copy, Debug)]
pub struct Kin<'a> {
    /// What the inventory holds.
    pub row: &'a Instance,
    /// What it says now; `None` where it does not answer.
    pub look: Option<&'a Look>,
    /// Its promotion rule.
    pub rule: PromotionRule,
    /// How many replicate from it.
    pub replicas: usize,
}

/// The dead one and those around it.
#[derive(Clone, Debug)]
pub struct Family<'a> {
    /// Who is dead.
    pub dead: &'a Instance,
    /// Who replicated from it.
    pub orphans: Vec<Kin<'a>>,
    /// Who else replicates from its master; of a group's member, the other members.
    pub siblings: Vec<Kin<'a>>,
    /// Its master.
    pub master: Option<Kin<'a>>,
    /// It was a member of a replication group.
    pub is_group: bool,
    /// A person asked for it: transactions that an orphan alone has do not keep it.
    pub forced: bool,
    /// The policy.
    pub policy: &'a Policy,
}

/// One thing that is tried with those who are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// They go below this server, for this reason.
    Below(InstanceKey, &'static str),
    /// They go below one of themselves.
    Gather,
}

/// Who goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Below whom.
    pub to: InstanceKey,
    /// Who goes.
    pub go: Vec<InstanceKey>,
    /// Who cannot, and why.
    pub refused: Vec<(InstanceKey, String)>,
}

/// A rule that a sibling must keep to: its name, and what is so where it does not.
type Rule = (&'static str, fn(&Family<'_>, &Kin<'_>) -> Option<String>);

/// The rules, in the order in which they are told.
const SIBLINGS: &[Rule] = &[
    ("answers", |_, kin| {
        kin.look.is_none().then(|| "it does not answer".to_owned())
    }),
    ("logs", |_, kin| {
        let logs = kin.look.is_some_and(|look| look.reading.binlog.is_logging_replica());
        (!logs).then(|| "it keeps no binary log of what it replicates".to_owned())
    }),
    ("replicates", |family, kin| {
        let runs = |look: &Look| {
            let channel = look.channel();
            channel.is_some_and(|channel| channel.status.io_running && channel.status.sql_running)
        };
        (!family.is_group && !kin.look.is_some_and(runs)).then(|| "it does not replicate".to_owned())
    }),
    ("online", |family, kin| {
        let is_out = family.is_group && kin.row.group.state != "ONLINE";
        is_out.then(|| format!("it is {:?} in its group", kin.row.group.state))
    }),
    ("allowed", |family, kin| {
        let is_out = is_banned(&kin.row.key, kin.rule, family.policy);
        is_out.then(|| "its promotion rule or PromotionIgnoreHostnameFilters rule it out".to_owned())
    }),
    ("same-filters", |family, kin| {
        let differs = kin.row.replication.has_filters != family.dead.replication.has_filters;
        differs.then(|| "its replication filters differ from those of the dead one".to_owned())
    }),
    ("same-sort", |family, kin| {
        let differs = kin.row.server.is_binlog_server != family.dead.server.is_binlog_server;
        differs.then(|| "one is a binlog server and the other is not".to_owned())
    }),
    ("as-far", |family, kin| {
        let there = &family.dead.replication.executed;
        let at = kin.look.and_then(Look::executed_file);
        let behind = !family.is_group && !there.is_none() && at.is_some_and(|at| at < there);
        behind.then(|| format!("it has not come as far as the dead one had: {there}"))
    }),
];

/// Siblings that may take them, the best first, and why the others may not.
pub fn siblings<'f>(family: &'f Family<'_>) -> (Vec<&'f InstanceKey>, Vec<(&'f InstanceKey, String)>) {
    let (mut fit, mut out) = (Vec::new(), Vec::new());
    for kin in family.siblings.iter().filter(|kin| kin.row.key != family.dead.key) {
        match SIBLINGS.iter().find_map(|(_, otherwise)| otherwise(family, kin)) {
            None => fit.push(kin),
            Some(why) => out.push((&kin.row.key, why)),
        }
    }
    fit.sort_by_cached_key(|kin| {
        let is_wished = matches!(kin.rule, PromotionRule::Must | PromotionRule::Prefer);
        let is_near =
            is_near(family, kin.row) && kin.row.place.physical_environment == family.dead.place.physical_environment;
        let category = match (is_wished, is_near) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        let at = kin.look.and_then(Look::executed_file).cloned();
        (category, Reverse(kin.replicas), Reverse(at), kin.row.key.clone())
    });
    (fit.into_iter().map(|kin| &kin.row.key).collect(), out)
}

fn is_near(family: &Family<'_>, row: &Instance) -> bool {
    row.place.data_center == family.dead.place.data_center
}

/// What is tried, in order.
pub fn attempts(family: &Family<'_>) -> Vec<Attempt> {
    let (fit, _) = siblings(family);
    if family.is_group {
        let (near, far): (Vec<&InstanceKey>, Vec<&InstanceKey>) = fit.into_iter().partition(|key| {
            let mut all = family.siblings.iter();
            all.any(|kin| kin.row.key == **key && is_near(family, kin.row))
        });
        let below = |key: &InstanceKey| Attempt::Below(key.clone(), "another member of the group");
        return near.into_iter().chain(far).map(below).collect();
    }
    let best = fit.first().copied();
    let is_near = best.is_some_and(|key| {
        let mut all = family.siblings.iter();
        all.any(|kin| kin.row.key == *key && is_near(family, kin.row))
    });
    let sibling = |why| best.map(|key| Attempt::Below(key.clone(), why));
    let (near, far) = match is_near {
        true => (sibling("a sibling in the same data center"), None),
        false => (None, sibling("a sibling in another data center")),
    };
    let master = family.master.as_ref().map(|kin| kin.row.key.clone());
    let above = master.map(|key| Attempt::Below(key, "the master of the dead one"));
    near.into_iter()
        .chain([Attempt::Gather])
        .chain(far)
        .chain(above)
        .collect()
}

/// Who of those left can go where an attempt has them go; nobody where it makes no sense.
pub fn assign(family: &Family<'_>, left: &[InstanceKey], attempt: &Attempt) -> Assigned {
    let orphans: Vec<&Kin<'_>> = left.iter().filter_map(|key| orphan(family, key)).collect();
    match attempt {
        Attempt::Below(to, _) => {
            let mut all = family.siblings.iter().chain(&family.master);
            let to = all.find(|kin| kin.row.key == *to);
            to.map_or_else(Assigned::default, |to| below(family, &orphans, to))
        }
        Attempt::Gather if orphans.len() < 2 => Assigned::default(),
        Attempt::Gather => {
            let fit = orphans.iter().filter(|kin| {
                let logs = kin.look.is_some_and(|look| look.reading.binlog.is_logging_replica());
                logs && !is_banned(&kin.row.key, kin.rule, family.policy)
            });
            let gathered = fit.map(|leader| (leader, below(family, &orphans, leader)));
            let best = gathered.max_by_key(|(leader, all)| {
                (
                    all.go.len(),
                    Reverse(leader.rule as u8),
                    Reverse(leader.row.key.clone()),
                )
            });
            best.map_or_else(Assigned::default, |(_, all)| all)
        }
    }
}

fn orphan<'f, 'a>(family: &'f Family<'a>, key: &InstanceKey) -> Option<&'f Kin<'a>> {
    family.orphans.iter().find(|kin| kin.row.key == *key)
}

fn below(family: &Family<'_>, orphans: &[&Kin<'_>], to: &Kin<'_>) -> Assigned {
    let mut assigned = Assigned {
        to: to.row.key.clone(),
        ..Assigned::default()
    };
    for kin in orphans.iter().filter(|kin| kin.row.key != to.row.key) {
        let key = kin.row.key.clone();
        match may_follow(family, kin, to) {
            Ok(()) => assigned.go.push(key),
            Err(why) => assigned.refused.push((key, why)),
        }
    }
    assigned
}

/// Whether an orphan can replicate from a server, by GTID: positions in the dead one's binary log tell nothing elsewhere.
fn may_follow(family: &Family<'_>, orphan: &Kin<'_>, to: &Kin<'_>) -> Result<(), String> {
    let look = orphan.look.ok_or("it does not answer")?;
    let there = to.look.ok_or_else(|| format!("{} does not answer", to.row.key))?;
    if !look.uses_gtid() {
        return Err(
            "it replicates by position, which tells nothing in another server's binary log: only Pseudo-GTID could, \
                    which is not used here"
                .to_owned(),
        );
    }
    let obtainable = obtainable(family, there);
    let case = Case {
        wish: Wish::ByGtid,
        replica: orphan.row,
        replica_look: look,
        master: to.row,
        master_look: there,
        obtainable: obtainable.as_ref(),
        is_below: false,
        forced: family.forced,
        policy: family.policy,
    };
    plan(&case).map(drop).map_err(|refusal| refusal.to_string())
}

/// What a server has, has received, or gets from the master of all.
fn obtainable(family: &Family<'_>, there: &Look) -> Option<Reached> {
    let own = there.received()?;
    let above = family.master.as_ref().and_then(|kin| kin.look).and_then(Look::received);
    Some(above.and_then(|above| own.merged(&above)).unwrap_or(own))
}
