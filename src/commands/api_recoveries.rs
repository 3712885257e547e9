//! The web service's read-only answers about recoveries.

use super::api::Reply::{self, By};
use super::context::Context;
use super::failure::Outcome;
use super::incidents::number;
use super::recovery_list::data;
use super::target::{by_name_or_alias, key_of};
use crate::args::{Arg, Given};
use crate::inventory::RecoveriesOf;
use crate::model::recovery::Recovery;
use crate::report::json::{self, Envelope};
use serde_json::{Value, json};

#[rustfmt::skip]
pub(super) const ROUTES: &[(&str, Reply)] = &[
    ("audit-recovery?unacknowledged", By(unacknowledged)),
    ("audit-recovery/:page?unacknowledged", By(unacknowledged)),
    ("audit-recovery", By(recoveries)),
    ("audit-recovery/:page", By(recoveries)),
    ("audit-recovery/id/:id", By(recoveries)),
    ("audit-recovery/uid/:uid", By(recoveries)),
    ("audit-recovery/cluster/:hint", By(recoveries)),
    ("audit-recovery/cluster/:hint/:page", By(recoveries)),
    ("audit-recovery/alias/:alias", By(recoveries)),
    ("audit-recovery/alias/:alias/:page", By(recoveries)),
    ("active-cluster-recovery/:hint", By(active)),
    ("recently-active-cluster-recovery/:hint", By(recently_active)),
    ("recently-active-instance-recovery/:host/:port", By(recently_active)),
    ("automated-recovery-filters", By(filters)),
];

/// How many a page holds.
const PAGE: u32 = super::incidents::PAGE;

/// For how long after its active period a recovery counts as recently active, in seconds.
const RECENT_SECONDS: i64 = 300;

fn recoveries(context: &Context, given: &Given) -> Outcome<Value> {
    let name = cluster_name(context, given)?;
    let of = match (
        number(given, Arg::Id)?,
        given.text(Arg::Uid),
        given.text(Arg::Alias),
        &name,
    ) {
        (Some(id), ..) => RecoveriesOf::Id(id),
        (None, Some(uid), ..) => RecoveriesOf::Uid(uid),
        (None, None, Some(alias), _) => RecoveriesOf::Alias(alias),
        (None, None, None, Some(name)) => RecoveriesOf::Cluster(name),
        (None, None, None, None) => RecoveriesOf::Everyone,
    };
    page(context, given, of)
}

fn unacknowledged(context: &Context, given: &Given) -> Outcome<Value> {
    let of = if given.text(Arg::Pattern) == Some("true") {
        RecoveriesOf::Unacknowledged
    } else {
        RecoveriesOf::Everyone
    };
    page(context, given, of)
}

fn page(context: &Context, given: &Given, of: RecoveriesOf<'_>) -> Outcome<Value> {
    let page: u32 = number(given, Arg::Page)?.unwrap_or(0);
    let found = context.inventory()?.recoveries(of, PAGE, page.saturating_mul(PAGE))?;
    Ok(data(context, &found))
}

/// The name of the cluster in the path: of one that is known by its alias, else the text itself.
fn cluster_name(context: &Context, given: &Given) -> Outcome<Option<String>> {
    let Some(text) = given.text(Arg::Target) else {
        return Ok(None);
    };
    let known = by_name_or_alias(context, context.fleet()?, text);
    Ok(Some(known.unwrap_or_else(|| text.to_owned())))
}

fn active(context: &Context, given: &Given) -> Outcome<Value> {
    of_cluster_or_instance(context, given, |recovery| recovery.end_active_unixtime == 0)
}

fn recently_active(context: &Context, given: &Given) -> Outcome<Value> {
    let since = context.now().0.saturating_sub(RECENT_SECONDS);
    of_cluster_or_instance(context, given, |recovery| {
        recovery.end_active_unixtime == 0 || recovery.end_active_unixtime >= since
    })
}

fn of_cluster_or_instance(context: &Context, given: &Given, is_wanted: impl Fn(&Recovery) -> bool) -> Outcome<Value> {
    let key = match given.text(Arg::Instance) {
        Some(text) => Some(key_of(context, text)?),
        None => None,
    };
    let name = cluster_name(context, given)?;
    let of = match (&key, &name) {
        (Some(key), _) => RecoveriesOf::Instance(key),
        (None, Some(name)) => RecoveriesOf::Cluster(name),
        (None, None) => RecoveriesOf::Everyone,
    };
    let mut found = context.inventory()?.recoveries(of, u32::MAX, 0)?;
    found.retain(is_wanted);
    Ok(data(context, &found))
}

fn filters(context: &Context, _: &Given) -> Outcome<Value> {
    let config = &context.config;
    let lists = json!({
        "RecoverMasterClusterFilters": config.recover_master_cluster_filters,
        "RecoverIntermediateMasterClusterFilters": config.recover_intermediate_master_cluster_filters,
        "RecoveryIgnoreHostnameFilters": config.recovery_ignore_hostname_filters,
    });
    Ok(json::value(&Envelope::ok(
        "Automated recovery configuration details",
        lists,
    )))
}
