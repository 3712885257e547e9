//! Folds an instance and its replicas into [`Facts`].
//!
//! The work is in two steps. [`facts_of`] counts, without copying text, for every instance; [`describe`] adds names and
//! texts for the few that are reported.

use crate::config::Policy;
use crate::model::facts::{ClusterFacts, Facts};
use crate::model::{Fleet, Instance, InstanceKey, Timestamp};

/// Counts and flags of one instance. Names, texts and the list of replicas are left to the report.
pub fn facts_of(fleet: &Fleet, instance: &Instance, policy: &Policy, now: Timestamp) -> Facts {
    let window = policy
        .instance_poll_seconds
        .saturating_add(policy.reasonable_instance_check_seconds);
    let mut facts = Facts {
        is_master: is_master(instance),
        is_group_member: instance.is_group_member() && instance.group.state != "OFFLINE",
        is_co_master: instance.cluster.is_co_master,
        is_binlog_server: instance.server.is_binlog_server,
        depth: instance.cluster.depth,
        check_valid: instance.check.is_valid_within(signed(window)),
        partial_success: instance.check.partial_success,
        failing_to_connect: fails_to_connect(instance),
        is_read_only: instance.server.read_only,
        pseudo_gtid_topology: instance.gtid.pseudo,
        semi_sync_enabled: instance.semi_sync.master_enabled,
        semi_sync_status: instance.semi_sync.master_status,
        semi_sync_wait_count: instance.semi_sync.master_wait_count,
        semi_sync_clients: instance.semi_sync.master_clients,
        stale_coordinates: stands_still(fleet, instance, policy, now),
        exact_semi_sync: policy.enforce_exact_semi_sync_replicas,
        recover_non_writeable: policy.recover_non_writeable_master,
        is_downtimed: fleet.downtime(&instance.key, now).is_some(),
        ..Facts::default()
    };
    count_replicas(&mut facts, fleet, instance, policy, now);
    facts
}

fn is_master(instance: &Instance) -> bool {
    let master = &instance.replication.master;
    (master.is_none() || master.is_detached()) && (!instance.is_group_member() || instance.group.role == "PRIMARY")
}

/// Whether the applier runs while the receiver stands with a connection error.
fn fails_to_connect(instance: &Instance) -> bool {
    let replication = &instance.replication;
    replication.sql_running && !replication.io_running && is_connection_error(&replication.last_io_error)
}

/// Whether a stored receiver error is about connecting; servers before 8.0.33 say `master`, later ones `source`.
///
/// Only the text is stored, so the text is the contract: `error `, then anything, then `connecting to` either word.
fn is_connection_error(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.find("error ").is_some_and(|at| {
        let rest = &text[at + "error ".len()..];
        rest.contains("connecting to master") || rest.contains("connecting to source")
    })
}

fn stands_still(fleet: &Fleet, instance: &Instance, policy: &Policy, now: Timestamp) -> bool {
    fleet.stale_coordinates.get(&instance.key).is_some_and(|stale| {
        stale.at == instance.binlog.end
            && stale.first_seen < now.plus_seconds(-signed(policy.stale_coordinates_seconds))
    })
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

#[derive(Default)]
struct Tally<'a> {
    oracle: u32,
    mariadb: u32,
    binlog_servers: u32,
    versions: Vec<&'a str>,
}

fn count_replicas(facts: &mut Facts, fleet: &Fleet, instance: &Instance, policy: &Policy, now: Timestamp) {
    let mut tally = Tally::default();
    for replica in replicas_of(fleet, &instance.key) {
        count_replica(facts, &mut tally, fleet, replica, policy, now);
        facts.different_gtid_modes |= replica.gtid.mode != instance.gtid.mode;
        facts.is_co_master |= replica.cluster.is_co_master;
    }
    let all_valid = |count: u32| facts.valid_replicas > 0 && count == facts.valid_replicas;
    facts.oracle_gtid_topology = all_valid(tally.oracle);
    facts.mariadb_gtid_topology = all_valid(tally.mariadb);
    facts.binlog_server_topology = all_valid(tally.binlog_servers);
    tally.versions.sort_unstable();
    tally.versions.dedup();
    facts.distinct_major_versions = u32::try_from(tally.versions.len()).unwrap_or(u32::MAX);
}

fn count_replica<'a>(
    facts: &mut Facts,
    tally: &mut Tally<'a>,
    fleet: &Fleet,
    replica: &'a Instance,
    policy: &Policy,
    now: Timestamp,
) {
    let valid = replica.check.is_valid();
    let replication = &replica.replication;
    let downtimed = fleet.downtime(&replica.key, now).is_some();
    facts.replicas += 1;
    facts.valid_replicas += u32::from(valid);
    facts.replicating_replicas += u32::from(valid && replication.io_running && replication.sql_running);
    facts.failing_replicas += u32::from(valid && fails_to_connect(replica));
    facts.lagging_replicas += u32::from(
        replication
            .lag_seconds
            .is_some_and(|lag| lag > policy.reasonable_replication_lag_seconds),
    );
    facts.delayed_replicas += u32::from(replication.sql_delay_seconds > 0);
    facts.downtimed_replicas += u32::from(downtimed);
    facts.semi_sync_replicas += u32::from(replica.semi_sync.replica_enabled);
    facts.errant_replicas |= !downtimed && !replica.gtid.errant.is_empty();
    tally.oracle += u32::from(valid && replica.gtid.oracle);
    tally.mariadb += u32::from(valid && replica.gtid.mariadb);
    tally.binlog_servers += u32::from(valid && replica.server.is_binlog_server);
    if replica.binlog.is_logging_replica() {
        facts.logging_replicas += 1;
        facts.statement_replicas += u32::from(replica.binlog.format == "STATEMENT");
        facts.mixed_replicas += u32::from(replica.binlog.format == "MIXED");
        facts.row_replicas += u32::from(replica.binlog.format == "ROW");
        tally.versions.push(&replica.server.major_version);
    }
}

/// All instances that name this one as their master, under its own name or the one it resolves to.
pub(super) fn replicas_of<'f>(fleet: &'f Fleet, key: &InstanceKey) -> impl Iterator<Item = &'f Instance> + use<'f> {
    match fleet.resolved_hosts.get(key.hostname.as_ref()) {
        Some(resolved) => fleet.replicas_of(&InstanceKey::new(resolved, key.port)),
        None => fleet.replicas_of(key),
    }
}

/// Adds the names and texts that rules do not need and reports do.
pub(super) fn describe(facts: &mut Facts, fleet: &Fleet, instance: &Instance, policy: &Policy, now: Timestamp) {
    let name = instance.cluster.name.as_str();
    let alias = fleet.alias_of(name);
    facts.key = instance.key.clone();
    facts.master = instance.replication.master.clone();
    facts.is_cluster_master = instance.key.to_string() == name;
    facts.cluster = ClusterFacts {
        name: name.to_owned(),
        alias: alias.to_owned(),
        domain: fleet.domains.get(name).map_or(name, String::as_str).to_owned(),
        automated_master_recovery: policy.recover_master_cluster_filters.matches(name, alias),
        automated_intermediate_master_recovery: policy.recover_intermediate_master_cluster_filters.matches(name, alias),
    };
    facts.data_center.clone_from(&instance.place.data_center);
    facts.region.clone_from(&instance.place.region);
    facts
        .physical_environment
        .clone_from(&instance.place.physical_environment);
    facts.binlog_file.clone_from(&instance.binlog.end.file);
    facts.binlog_position = instance.binlog.end.position;
    facts.gtid_mode.clone_from(&instance.gtid.mode);
    describe_downtime(facts, fleet, now);
    describe_replicas(facts, fleet, now);
}

fn describe_downtime(facts: &mut Facts, fleet: &Fleet, now: Timestamp) {
    let Some(downtime) = fleet.downtimes.get(&facts.key).filter(|d| d.active) else {
        return;
    };
    facts.downtime_end.clone_from(&downtime.end_text);
    if let Some(end) = downtime.end {
        facts.downtime_remaining_seconds = now.seconds_since(end);
        facts.downtime_seconds_left = end.seconds_since(now).max(0);
    }
}

fn describe_replicas(facts: &mut Facts, fleet: &Fleet, now: Timestamp) {
    let replicas: Vec<&Instance> = replicas_of(fleet, &facts.key).collect();
    let modes = || replicas.iter().map(|r| r.gtid.mode.as_str());
    facts.min_replica_gtid_mode = modes().min().unwrap_or_default().to_owned();
    facts.max_replica_gtid_mode = modes().max().unwrap_or_default().to_owned();
    facts.max_replica_gtid_errant = replicas
        .iter()
        .filter(|r| fleet.downtime(&r.key, now).is_none())
        .map(|r| r.gtid.errant.as_str())
        .max()
        .unwrap_or_default()
        .to_owned();
    facts.replica_keys = replicas.iter().map(|r| r.key.clone()).collect();
    facts.replica_keys.sort();
}
