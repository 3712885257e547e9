//! Snapshots in the inventory: of one moment, whole or not at all, quick.
#![allow(clippy::unwrap_used)]

mod inventory_support;

use inventory_support::{NOW, Scratch, instance, key, memory, open};
use orchestrator::model::snapshot::SnapshotSize;
use orchestrator::model::{InstanceKey, Timestamp};
use rusqlite::Connection;
use std::time::{Duration, Instant};

fn after(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

fn replica(text: &str, master: &str) -> orchestrator::model::Instance {
    let mut replica = instance(text);
    replica.replication.master = key(master);
    replica.cluster.name = master.to_owned();
    replica
}

#[test]
fn a_snapshot_is_of_one_moment() {
    let inventory = memory();
    inventory.record_success(&instance("m:1"), NOW).unwrap();
    assert_eq!(inventory.take_snapshot(NOW).unwrap(), 1);
    // Who is found later in the same second is not in it.
    inventory.record_success(&replica("r:1", "m:1"), NOW).unwrap();
    assert_eq!(inventory.take_snapshot(NOW).unwrap(), 0);
    assert_eq!(inventory.snapshot(NOW).unwrap().len(), 1);
    assert_eq!(inventory.take_snapshot(after(1)).unwrap(), 2);
    assert_eq!(
        inventory.snapshot(after(1)).unwrap(),
        inventory.present_placements().unwrap()
    );
    assert_eq!(inventory.snapshot(after(1)).unwrap()[1].master, key("m:1"));
}

#[test]
fn whole_or_not_at_all() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    for number in 1..=20 {
        inventory
            .record_success(&instance(&format!("h{number}:1")), NOW)
            .unwrap();
    }
    // The disk of this file fails at the tenth row, and what was written before stays until somebody takes it back.
    let other = Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON database_instance_topology_history
             WHEN (SELECT count(*) FROM database_instance_topology_history) >= 10
             BEGIN SELECT RAISE(FAIL, 'no room'); END",
        )
        .unwrap();
    let error = inventory.take_snapshot(NOW).unwrap_err().to_string();
    assert!(
        error.contains("take a snapshot") && error.contains("no room"),
        "{error}"
    );
    assert_eq!(inventory.snapshot_times().unwrap(), []);
    other.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(inventory.take_snapshot(NOW).unwrap(), 20);
}

#[test]
fn sizes_and_moments() {
    let inventory = memory();
    assert_eq!(inventory.snapshot_sizes().unwrap(), []);
    assert_eq!(inventory.last_snapshot_before(Timestamp(i64::MAX)).unwrap(), None);
    let mut homeless = instance("x:1");
    homeless.cluster.name = String::new();
    for found in [instance("m:1"), replica("r:1", "m:1"), instance("n:1"), homeless] {
        inventory.record_success(&found, NOW).unwrap();
        inventory
            .take_snapshot(after(inventory.present_placements().unwrap().len().try_into().unwrap()))
            .unwrap();
    }
    let size = |seconds, instances, clusters| SnapshotSize {
        at: after(seconds),
        instances,
        clusters,
    };
    assert_eq!(
        inventory.snapshot_sizes().unwrap(),
        [size(1, 1, 1), size(2, 2, 1), size(3, 3, 2), size(4, 4, 2)]
    );
    assert_eq!(inventory.snapshot_times().unwrap(), [1, 2, 3, 4].map(after));
    for (until, expected) in [(0, None), (1, Some(1)), (3, Some(3)), (99, Some(4))] {
        assert_eq!(
            inventory.last_snapshot_before(after(until)).unwrap(),
            expected.map(after)
        );
    }
}

/// Values that other programs or a damaged disk left behind keep nothing from working.
#[test]
fn garbage_in_rows() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.record_success(&instance("m:1"), NOW).unwrap();
    inventory.take_snapshot(NOW).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    let row = |at: &str, host: &str, port: &str, master: &str| {
        let sql = format!(
            "INSERT INTO database_instance_topology_history \
             (snapshot_unix_timestamp, hostname, port, master_host, master_port, cluster_name, version) \
             VALUES ({at}, {host}, {port}, {master}, 0, x'FF', '')"
        );
        other.execute_batch(&sql).unwrap();
    };
    row("'soon'", "'a'", "1", "''");
    row("1.5", "'a'", "1", "''");
    row(&i64::MIN.to_string(), "'a'", "1", "''");
    row(&NOW.0.to_string(), "'a'", "'port'", "''");
    row(&NOW.0.to_string(), "'b'", "2", "'_'");
    assert_eq!(inventory.snapshot_times().unwrap(), [Timestamp(i64::MIN), NOW]);
    assert_eq!(inventory.snapshot_sizes().unwrap().len(), 2);
    let rows = inventory.snapshot(NOW).unwrap();
    let keys: Vec<String> = rows.iter().map(|row| row.key.to_string()).collect();
    assert_eq!(keys, ["b:2", "m:1"]);
    assert_eq!(rows[0].master, InstanceKey::default(), "one way to write none");
    assert!(!inventory.warnings().list.is_empty());
}

/// Measured at about 100 ms where nothing is optimised; many times that means that something grows with the square of
/// the fleet.
#[test]
fn ten_thousand_instances() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.record_success(&instance("h0:1"), NOW).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "CREATE TEMP TABLE one AS SELECT * FROM database_instance;
             WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 9999)
             INSERT INTO database_instance (hostname, port, master_host, master_port, cluster_name, version,
                                            last_checked, last_attempted_check, last_seen)
             SELECT 'host' || n || '.example.com', 3306, 'host' || (n / 10) || '.example.com', 3306,
                    'host' || (n / 10) || '.example.com:3306', '8.4.3', last_checked, last_attempted_check, last_seen
             FROM n, one",
        )
        .unwrap();
    for second in 0..3 {
        let begin = Instant::now();
        assert_eq!(inventory.take_snapshot(after(second)).unwrap(), 10_000);
        let taken = begin.elapsed();
        let begin = Instant::now();
        assert_eq!(inventory.last_snapshot_before(after(9)).unwrap(), Some(after(second)));
        let found = begin.elapsed();
        if std::env::var_os("ORCHESTRATOR_TEST_TIMES").is_some() {
            eprintln!("taken in {taken:?}, found in {found:?}");
        }
        assert!(
            taken < Duration::from_secs(5) && found < Duration::from_secs(1),
            "{taken:?} {found:?}"
        );
    }
}
