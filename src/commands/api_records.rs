//! The web service's read-only answers about what operators and earlier runs left in the inventory: the audit trail,
//! locks, promotion rules, pools; and who may replicate from whom.

use super::api::Reply::{self, By};
use super::api::data_of;
use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{given_instance, key_of, known};
use crate::args::{Arg, Given};
use crate::model::InstanceKey;
use crate::report::json::records::{Audit, Lock, PromotionRule};
use crate::report::json::{self, Envelope, Instance, Key};
use crate::topology::can_replicate::can_replicate;
use serde_json::Value;
use std::collections::BTreeMap;

#[rustfmt::skip]
pub(super) const ROUTES: &[(&str, Reply)] = &[
    ("audit", By(audit)),
    ("audit/:page", By(audit)),
    ("audit/instance/:host/:port", By(audit)),
    ("audit/instance/:host/:port/:page", By(audit)),
    ("maintenance", By(maintenance)),
    ("bulk-promotion-rules", By(promotion_rules)),
    ("cluster-pool-instances/:hint", By(pools)),
    ("cluster-pool-instances/:hint/:pool", By(pools)),
    ("heuristic-cluster-pool-instances/:hint", By(pool_instances)),
    ("heuristic-cluster-pool-instances/:hint/:pool", By(pool_instances)),
    ("can-replicate-from/:host/:port/:other-host/:other-port", By(may_replicate)),
];

/// How many entries a page holds.
const PAGE: u32 = 20;

fn audit(context: &Context, given: &Given) -> Outcome<Value> {
    let key = match given.text(Arg::Instance) {
        Some(text) => Some(super::target::known_key(context, key_of(context, text)?)?),
        None => None,
    };
    let page: u32 = given.text(Arg::Page).and_then(|page| page.parse().ok()).unwrap_or(0);
    let entries = context
        .inventory()?
        .numbered_audit_entries(key.as_ref(), PAGE, page.saturating_mul(PAGE))?;
    let shown = entries
        .iter()
        .map(|(id, entry)| json::value(&Audit::new(*id, entry.at, &entry.kind, &entry.key, &entry.message)));
    Ok(shown.collect())
}

fn maintenance(context: &Context, _: &Given) -> Outcome<Value> {
    let now = context.now();
    let mut locks = context.inventory()?.active_maintenance()?;
    locks.retain(|lock| lock.holds(now));
    locks.sort_by_key(|lock| lock.id);
    Ok(locks.iter().map(|lock| json::value(&Lock::of(lock, now))).collect())
}

fn promotion_rules(context: &Context, _: &Given) -> Outcome<Value> {
    let minutes = i64::try_from(context.config.candidate_instance_expire_minutes).unwrap_or(i64::MAX);
    let mut candidates = context.inventory()?.candidates()?;
    candidates.sort_by(|a, b| a.key.cmp(&b.key));
    let rule = |candidate| json::value(&PromotionRule::of(candidate, minutes.saturating_mul(60)));
    Ok(candidates.iter().map(rule).collect())
}

/// Members of a cluster's pools by pool, whether they answer or not.
fn pools(context: &Context, given: &Given) -> Outcome<Value> {
    let name = data_of("which-cluster", context, given)?;
    let name = name.as_str().unwrap_or_default();
    let (fleet, members) = (context.fleet()?, context.inventory()?.pools()?);
    let mut by_pool: BTreeMap<&str, Vec<&InstanceKey>> = BTreeMap::new();
    for member in &members {
        let is_wanted = given.text(Arg::Pool).is_none_or(|pool| member.pool == pool);
        if is_wanted && fleet.get(&member.key).is_some_and(|i| i.cluster.name == name) {
            by_pool.entry(&member.pool).or_default().push(&member.key);
        }
    }
    let by_pool: BTreeMap<&str, Vec<Key>> = by_pool
        .into_iter()
        .map(|(pool, mut keys)| {
            keys.sort();
            (pool, keys.into_iter().map(Key::from).collect())
        })
        .collect();
    Ok(json::value(&Envelope::ok(format!("Pools of cluster {name}"), by_pool)))
}

fn pool_instances(context: &Context, given: &Given) -> Outcome<Value> {
    let name = data_of("which-cluster", context, given)?;
    let keys = data_of("which-heuristic-cluster-pool-instances", context, given)?;
    let keys: Vec<InstanceKey> =
        serde_json::from_value(keys).map_err(|e| Failure::failed(format!("reading keys: {e}")))?;
    let (fleet, now) = (context.fleet()?, context.now());
    let found = keys.iter().filter_map(|key| fleet.get(key));
    let list: Vec<Value> = found
        .map(|i| json::value(&Instance::of(fleet, i, &context.policy, now)))
        .collect();
    let message = format!("Pool instances of cluster {}", name.as_str().unwrap_or_default());
    Ok(json::value(&Envelope::ok(message, list)))
}

fn may_replicate(context: &Context, given: &Given) -> Outcome<Value> {
    let replica = given_instance(context, given)?;
    let master = known(
        context,
        &key_of(context, given.text(Arg::Destination).unwrap_or_default())?,
    )?;
    can_replicate(replica, master, &context.policy).map_err(|refusal| Failure::failed(refusal.to_string()))?;
    Ok(json::value(&Envelope::ok("true", Key::from(&master.key))))
}
