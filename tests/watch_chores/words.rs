//! What operators said, and what is kept beside the instances.

use crate::inventory_support::{NOW, Scratch, instance, key};
use crate::world::{DAY, HOUR, replica, stamp, world, world_of};
use orchestrator::config::Config;
use orchestrator::inventory::{LockRequest, NewDowntime, NodeId};
use orchestrator::model::Coordinates;
use orchestrator::model::records::LOST_IN_RECOVERY;
use orchestrator::watch::Task;
use orchestrator::watch::chores::Change;

#[test]
fn aliases_are_worked_out_anew() {
    let world = world();
    let suggesting = |name: &str, cluster: &str, alias: &str, read_only: bool| {
        let mut row = instance(name);
        row.cluster.name = cluster.to_owned();
        row.cluster.suggested_alias = alias.to_owned();
        row.server.read_only = read_only;
        world.succeed(&row, 0);
    };
    suggesting("m:1", "m:1", "shop", false);
    suggesting("r:1", "m:1", "stale", true);
    suggesting("lost:1", "lost:1", "shop", false);
    suggesting("plain:1", "plain:1", "", false);
    let lost = NewDowntime {
        key: key("lost:1"),
        owner: "o".to_owned(),
        reason: LOST_IN_RECOVERY.to_owned(),
        begin: NOW,
        end: Some(NOW.plus_seconds(HOUR)),
    };
    world.inventory.begin_downtime(&lost, NOW).unwrap();
    world.inventory.set_alias_override("plain:1", "ledger").unwrap();
    let outcome = world.task(Task::RebuildAliases, 1);
    let rows =
        world.texts("SELECT cluster_name || '=' || alias || ' ' || last_registered FROM cluster_alias ORDER BY 1");
    assert_eq!(
        rows,
        [
            format!("m:1=shop {}", stamp(1)),
            format!("plain:1=plain:1 {}", stamp(1))
        ]
    );
    assert_eq!(outcome.changes, [Change::Reread]);
    assert_eq!(world.inventory.aliases().unwrap()["plain:1"], "ledger");
    let again = world.task(Task::RebuildAliases, 2);
    assert!(again.changes.is_empty(), "nothing is new, though the rows are");
    assert_eq!(
        world.texts("SELECT DISTINCT last_registered FROM cluster_alias"),
        [stamp(2)]
    );
}

/// Where the configuration says how long, that is how long.
#[test]
fn downtimes_of_lost_instances_last_as_configured() {
    let mut config = Config::default();
    config.master_failover_lost_instances_downtime_minutes = 30;
    let world = world_of(Scratch::new(), config);
    let lost = NewDowntime::of_lost(key("lost:1"), "o", 30, NOW);
    world.inventory.begin_downtime(&lost, NOW).unwrap();
    world.task(Task::ExpireDowntime, 1000);
    assert_eq!(
        world.texts("SELECT end_timestamp FROM database_instance_downtime"),
        [stamp(1800)]
    );
    world.task(Task::ExpireDowntime, 1801);
    assert_eq!(
        world.texts("SELECT end_timestamp FROM database_instance_downtime"),
        [""; 0]
    );
}

#[test]
fn downtimes_end_renew_and_go() {
    let world = world();
    let begin = |name: &str, reason: &str, begin: i64, end: i64| {
        let downtime = NewDowntime {
            key: key(name),
            owner: "o".to_owned(),
            reason: reason.to_owned(),
            begin: NOW.plus_seconds(begin),
            end: Some(NOW.plus_seconds(end)),
        };
        world
            .inventory
            .begin_downtime(&downtime, NOW.plus_seconds(begin))
            .unwrap();
    };
    begin("over:1", "r", -100, -1);
    begin("just:1", "r", -100, 0);
    begin("open:1", "r", -100, 1);
    for name in ["back:1", "young:1"] {
        world.succeed(&replica(name, "m:1"), 0);
    }
    world.succeed(&replica("silent:1", "m:1"), 0);
    world.fail("silent:1", 1);
    let mut master = instance("master:1");
    master.cluster.suggested_alias = "shop".to_owned();
    world.succeed(&master, 0);
    begin("back:1", LOST_IN_RECOVERY, -60, 5);
    begin("young:1", LOST_IN_RECOVERY, -59, 5);
    begin("silent:1", LOST_IN_RECOVERY, -600, -5);
    begin("master:1", LOST_IN_RECOVERY, -600, 5);

    let outcome = world.task(Task::ExpireDowntime, 0);
    let left = world.texts("SELECT hostname || ' ' || end_timestamp FROM database_instance_downtime ORDER BY 1");
    let year = stamp(365 * DAY);
    let expected = [
        format!("just {}", stamp(0)),
        format!("open {}", stamp(1)),
        format!("silent {year}"),
        format!("young {year}"),
    ];
    assert_eq!(left, expected);
    assert_eq!(outcome.changes, [Change::Reread]);
    let ended: Vec<_> = outcome
        .audits
        .iter()
        .filter(|a| a.kind == "end-downtime")
        .map(|a| a.key.clone())
        .collect();
    assert_eq!(ended, [key("back:1"), key("master:1")]);
}

#[test]
fn a_master_whose_alias_another_claims_stays_lost() {
    let world = world();
    for name in ["lost:1", "new:1"] {
        let mut master = instance(name);
        master.cluster.suggested_alias = "shop".to_owned();
        world.succeed(&master, 0);
    }
    let downtime = NewDowntime {
        key: key("lost:1"),
        owner: "o".to_owned(),
        reason: LOST_IN_RECOVERY.to_owned(),
        begin: NOW.plus_seconds(-600),
        end: Some(NOW.plus_seconds(5)),
    };
    world.inventory.begin_downtime(&downtime, NOW).unwrap();
    assert!(world.task(Task::ExpireDowntime, 0).audits.is_empty());
    assert_eq!(world.inventory.downtimes().unwrap().len(), 1);
}

#[test]
fn maintenance_ends_with_its_time_or_its_program() {
    let world = world();
    let lock = |name: &str, end: i64, bounded: bool, token: &str| {
        let request = LockRequest {
            key: key(name),
            owner: "o".to_owned(),
            reason: "r".to_owned(),
            end: NOW.plus_seconds(end),
            explicitly_bounded: bounded,
            node: NodeId {
                hostname: "here".to_owned(),
                token: token.to_owned(),
            },
        };
        world
            .inventory
            .begin_maintenance(&request, NOW.plus_seconds(-100))
            .unwrap();
    };
    lock("over:1", -1, true, "me");
    lock("just:1", 0, true, "me");
    lock("orphan:1", 60, false, "gone");
    lock("orphan-bounded:1", 60, true, "gone");
    lock("mine:1", 60, false, "me");
    lock("alive:1", 60, false, "alive");
    world.sql(&format!(
        "INSERT INTO node_health (hostname, token, last_seen_active) VALUES ('here', 'alive', '{}'), ('here', 'gone', '{}');
         INSERT INTO database_instance_maintenance (hostname, port, end_timestamp)
         VALUES ('old', 1, '{}'), ('week', 1, '{}'), ('odd', 1, 'never'), ('none', 1, NULL)",
        stamp(-5),
        stamp(-6),
        stamp(-7 * DAY - 1),
        stamp(-7 * DAY)
    ));
    let outcome = world.task(Task::PurgeMaintenance, 0);
    let active: Vec<_> = world
        .inventory
        .active_maintenance()
        .unwrap()
        .into_iter()
        .map(|m| m.key.to_string())
        .collect();
    assert_eq!(active, ["alive:1", "just:1", "mine:1", "orphan-bounded:1"]);
    let ended = "SELECT hostname FROM database_instance_maintenance WHERE maintenance_active IS NULL ORDER BY 1";
    assert_eq!(world.texts(ended), ["none", "odd", "orphan", "over", "week"]);
    assert_eq!((outcome.rows, &outcome.changes[..]), (3, &[Change::Reread][..]));
    assert_eq!(world.task(Task::PurgeMaintenance, 0), Default::default());
}

#[test]
fn clusters_with_injected_pseudo_gtid_are_noted() {
    let mut world = world();
    assert_eq!(world.task(Task::RegisterPseudoGtidClusters, 0), Default::default());
    world.injected = vec!["m:1".to_owned()];
    assert_eq!(
        world.task(Task::RegisterPseudoGtidClusters, 0).changes,
        [Change::Reread]
    );
    assert!(world.task(Task::RegisterPseudoGtidClusters, 5).changes.is_empty());
    let rows = world.texts("SELECT cluster_name || ' ' || time_injected FROM cluster_injected_pseudo_gtid");
    assert_eq!(rows, [format!("m:1 {}", stamp(5))]);
}

#[test]
fn positions_are_remembered_longer_than_anybody_waits() {
    for (lag, locked, kept) in [(10, 0, 60), (40, 0, 80), (10, 300, 600), (-5, 0, 60)] {
        let mut config = Config::default();
        config.reasonable_replication_lag_seconds = lag;
        config.reasonable_locked_semi_sync_master_seconds = locked;
        let world = world_of(Scratch::new(), config);
        let at = |position| Coordinates::new("f".to_owned(), position);
        let mut standing = instance("standing:1");
        standing.binlog.end = at(4);
        world.succeed(&standing, 0);
        for (name, since) in [("over:1", -kept - 1), ("just:1", -kept), ("standing:1", -kept - 1)] {
            let since = NOW.plus_seconds(since);
            world
                .inventory
                .record_stale_coordinates(&key(name), &at(4), since)
                .unwrap();
        }
        assert_eq!(world.task(Task::PurgeStaleCoordinates, 0).rows, 1, "{lag} {locked}");
        let left = "SELECT hostname FROM database_instance_stale_binlog_coordinates ORDER BY 1";
        assert_eq!(world.texts(left), ["just", "standing"], "{lag} {locked}");
    }
}

#[test]
fn positions_of_logs_are_recorded_and_go_after_four_minutes() {
    let world = world();
    let mut logging = instance("logging:1");
    logging.binlog.end = Coordinates::new("b.1".to_owned(), 7);
    world.succeed(&logging, 0);
    let mut relaying = instance("relaying:1");
    relaying.replication.relay = Coordinates::new("r.1".to_owned(), 8);
    world.succeed(&relaying, 0);
    world.succeed(&instance("none:1"), 0);
    world.sql("UPDATE database_instance SET last_seen = NULL WHERE hostname = 'relaying'");
    assert_eq!(world.task(Task::RecordCoordinates, 0).rows, 2);
    let shown =
        "SELECT hostname || ' ' || binary_log_file || binary_log_pos || relay_log_file || relay_log_pos || ' ' ||
                 last_seen || ' ' || recorded_timestamp FROM database_instance_coordinates_history ORDER BY 1";
    let expected = [
        format!("logging b.170 {} {}", stamp(0), stamp(0)),
        format!("relaying 0r.18 1971-01-01 00:00:00 {}", stamp(0)),
    ];
    assert_eq!(world.texts(shown), expected);
    let count = || world.texts("SELECT '' || count(*) FROM database_instance_coordinates_history");
    world.task(Task::RecordCoordinates, 240);
    assert_eq!(count(), ["4"]);
    world.task(Task::RecordCoordinates, 241);
    assert_eq!(count(), ["4"], "the first two went");
}

#[test]
fn snapshots_and_what_watchers_tell_each_other() {
    let world = world();
    world.succeed(&instance("m:1"), 0);
    world.succeed(&replica("r:1", "m:1"), 0);
    assert_eq!(world.task(Task::SnapshotTopologies, 0).rows, 2);
    assert_eq!(world.task(Task::SnapshotTopologies, 0).rows, 0, "one a second");
    assert_eq!(world.inventory.snapshot(NOW).unwrap().len(), 2);
    assert_eq!(world.task(Task::PublishMasters, 0), Default::default());
}
