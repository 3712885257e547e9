//! What goes only because it is old.

use crate::inventory_support::{NOW, Scratch, instance};
use crate::world::{DAY, HOUR, stamp, world, world_of};
use orchestrator::config::Config;
use orchestrator::watch::Task;
use orchestrator::watch::chores::OTHERS;
use rusqlite::Connection;

#[test]
fn what_goes_for_its_age_goes_at_the_second() {
    let aged = [
        (
            Task::ForgetUnseenAliases,
            240 * HOUR,
            "cluster_alias (cluster_name, alias, last_registered) VALUES (?1, ?1, ?2)",
        ),
        (
            Task::ForgetExpiredResolves,
            2 * HOUR,
            "hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeCandidates,
            HOUR,
            "candidate_database_instance (hostname, port, last_suggested) VALUES (?1, 1, ?2)",
        ),
        (
            Task::PurgeUnresolves,
            HOUR,
            "hostname_unresolve (hostname, unresolved_hostname, last_registered) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeDomains,
            HOUR,
            "cluster_domain_name (cluster_name, domain_name, last_registered) VALUES (?1, 'x', ?2)",
        ),
        (
            Task::PurgeAudit,
            7 * DAY,
            "audit (audit_type, audit_timestamp) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeEquivalences,
            240 * HOUR,
            "master_position_equivalence (master1_hostname, last_suggested) VALUES (?1, ?2)",
        ),
        (
            Task::PurgePools,
            HOUR,
            "database_instance_pool (hostname, port, pool, registered_at) VALUES (?1, 1, 'p', ?2)",
        ),
        (
            Task::PurgePseudoGtidClusters,
            HOUR,
            "cluster_injected_pseudo_gtid (cluster_name, time_injected) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeNodeHistory,
            240 * HOUR,
            "node_health_history (hostname, token, first_seen_active) VALUES (?1, 't', ?2)",
        ),
        (
            Task::PurgeAccessTokens,
            DAY,
            "access_token (public_token, generated_at) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeNodes,
            5,
            "node_health (hostname, token, last_seen_active) VALUES (?1, 't', ?2)",
        ),
        (
            Task::PurgeDetections,
            7 * DAY,
            "topology_failure_detection (hostname, start_active_period) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeRecoveries,
            7 * DAY,
            "topology_recovery (hostname, start_active_period) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeRecoverySteps,
            7 * DAY,
            "topology_recovery_steps (recovery_uid, audit_at) VALUES (?1, ?2)",
        ),
        (
            Task::PurgeChangelog,
            240 * HOUR,
            "database_instance_analysis_changelog (hostname, analysis_timestamp) VALUES (?1, ?2)",
        ),
    ];
    for (task, age, sql) in aged {
        let world = world();
        let conn = Connection::open(world.scratch.file()).unwrap();
        let rows = [
            ("over", stamp(-age - 1)),
            ("just", stamp(-age)),
            ("young", stamp(0)),
            ("odd", "soon".to_owned()),
        ];
        for (name, at) in rows {
            conn.execute(&format!("INSERT INTO {sql}"), [name, &at]).unwrap();
        }
        let outcome = world.task(task, 0);
        let (table, rest) = sql.split_once(" (").unwrap();
        let column = rest.split([',', ')']).next().unwrap();
        let left = world.texts(&format!(
            "SELECT {column} FROM {table} WHERE {column} <> 'here' ORDER BY {column}"
        ));
        assert_eq!(left, ["just", "odd", "young"], "{task}");
        assert_eq!(outcome.rows, 1, "{task}");
        assert!(
            outcome.told.is_empty() && outcome.audits.is_empty(),
            "{task}: routine is no news"
        );
    }
}

#[test]
fn ages_without_sense_remove_nothing_that_is_new() {
    let mut config = Config::default();
    config.unseen_instance_forget_hours = u64::MAX;
    config.audit_purge_days = u64::MAX;
    config.expiry_hostname_resolves_minutes = i64::MIN;
    config.reasonable_replication_lag_seconds = i64::MAX;
    config.reasonable_locked_semi_sync_master_seconds = u64::MAX;
    let world = world_of(Scratch::new(), config);
    world.succeed(&instance("h:1"), 0);
    world.inventory.set_domain("h:1", "d", NOW).unwrap();
    world.inventory.store_resolve("a", "b", NOW).unwrap();
    world.inventory.set_alias("h:1", "shop", NOW).unwrap();
    for task in Task::ALL.iter().filter(|task| !OTHERS.contains(task)) {
        world.task(*task, 0);
    }
    assert_eq!(world.keys(), ["h:1"]);
    assert_eq!(world.inventory.domains().unwrap().len(), 1);
    assert_eq!(world.inventory.resolve("a").unwrap().as_deref(), Some("b"));
}

#[test]
fn a_recovery_under_way_and_a_reentrant_token_stay() {
    let world = world();
    let old = stamp(-30 * DAY);
    world.sql(&format!(
        "INSERT INTO topology_recovery (hostname, in_active_period, start_active_period, end_recovery, end_active_period_unixtime)
         VALUES ('running', 1, '{old}', NULL, 0), ('ended', 1, '{old}', '{old}', 0), ('cleared', 0, '{old}', NULL, 5);
         INSERT INTO access_token (public_token, generated_at, is_reentrant) VALUES ('once', '{old}', 0), ('often', '{old}', 1)"
    ));
    assert_eq!(world.task(Task::PurgeRecoveries, 0).rows, 2);
    assert_eq!(world.texts("SELECT hostname FROM topology_recovery"), ["running"]);
    assert_eq!(world.task(Task::PurgeAccessTokens, 0).rows, 1);
    assert_eq!(world.texts("SELECT public_token FROM access_token"), ["often"]);
}
