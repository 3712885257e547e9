//! Whatever stands in the file, it is read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::NOW;
use inventory_support::{Scratch, instance, key, open, options};
use orchestrator::inventory::{Access, Inventory, Scope, Severity, schema};
use orchestrator::model::{PromotionRule, Timestamp};
use proptest::prelude::*;
use rusqlite::Connection;

const CURRENT: &str = include_str!("fixtures/inventory_current.sql");

#[test]
fn unreadable_values_are_defaults_and_named() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    inventory.record_success(&instance("h:2"), NOW).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "UPDATE database_instance SET server_id = 'many', last_seen = 'yesterday', slave_hosts = '[{\"Hostname\":',
               replication_group_members = '[{\"Hostname\":\"h\",\"Port\":99999}]', master_port = 70000,
               read_only = 'maybe', version = x'ff41', uptime = -5, seconds_behind_master = 2.5,
               replication_io_thread_state = 99, cluster_name = 5, last_checked = 12, binary_log_pos = ' 77 '
             WHERE port = 1;
             INSERT INTO database_instance (hostname, port, cluster_name) VALUES ('nowhere', 'x', 'c'), ('big', 65536, 'c');
             PRAGMA ignore_check_constraints = 1;
             INSERT INTO candidate_database_instance VALUES ('h', 1, 'soon', 1, 'whenever');
             INSERT INTO database_instance_downtime VALUES ('h', 1, 'yes', 'x', 'y', x'fe', 'r');
             INSERT INTO orc_probe_outcome VALUES ('h', 1, 'x', 'gone fishing', 's', '{');
             INSERT INTO database_instance_stale_binlog_coordinates VALUES ('h', 1, 'f', 'x', 'y')",
        )
        .unwrap();
    let fleet = inventory.load_fleet(Scope::Everything).unwrap();
    assert_eq!(fleet.instances().len(), 2, "rows that name nothing are left out");
    let read = fleet.get(&key("h:1")).unwrap();
    assert_eq!(
        (read.server.id, read.check.last_seen, read.replicas.len()),
        (0, None, 0)
    );
    assert_eq!(
        (read.server.version.as_str(), read.server.uptime_seconds),
        ("\u{fffd}A", 0)
    );
    assert_eq!((read.replication.seconds_behind, read.binlog.end.position), (None, 77));
    assert_eq!((read.cluster.name.as_str(), read.server.read_only), ("5", false));
    assert!(!read.check.is_valid());
    assert_eq!(fleet.promotion_rule(&key("h:1")), PromotionRule::Neutral);
    assert!(fleet.stale_coordinates.is_empty());
    assert!(inventory.probe_outcome(&key("h:1")).unwrap().is_some());

    let warnings = inventory.warnings();
    let named = |column: &str| {
        warnings
            .list
            .iter()
            .any(|w| w.column == column && w.row.starts_with("h:1"))
    };
    for column in [
        "server_id",
        "last_seen",
        "slave_hosts",
        "replication_group_members",
        "master_port",
        "read_only",
        "version",
        "uptime",
        "seconds_behind_master",
        "last_checked",
        "promotion_rule",
        "owner",
        "end_timestamp",
        "contact",
        "faults",
        "binary_log_pos",
        "first_seen",
    ] {
        assert!(named(column), "{column}: {:#?}", warnings.list);
    }
    assert!(
        warnings
            .list
            .iter()
            .any(|w| w.to_string() == "database_instance, row nowhere:x: port holds `x`")
    );
    let findings = inventory.verify().unwrap();
    assert!(
        findings.iter().all(|finding| finding.severity != Severity::Error),
        "{findings:#?}"
    );
    assert!(findings.iter().any(|finding| finding.text.contains("server_id")));
    let times = inventory
        .warnings()
        .list
        .iter()
        .find(|w| w.column == "server_id")
        .unwrap()
        .times;
    assert_eq!(times, 2, "counted, not repeated");
}

#[test]
fn many_unreadable_values_are_counted() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500)
             INSERT INTO database_instance (hostname, port, server_id) SELECT 'h', n, 'x' FROM n",
        )
        .unwrap();
    assert_eq!(
        inventory.load_fleet(Scope::Everything).unwrap().instances().len(),
        2_500
    );
    let warnings = inventory.warnings();
    assert_eq!((warnings.list.len(), warnings.unlisted), (1_000, 1_500));
}

#[test]
fn missing_uniqueness_is_found() {
    let scratch = Scratch::new();
    let file = scratch.file_of(CURRENT);
    Connection::open(&file)
        .unwrap()
        .execute_batch(
            "DROP INDEX alias_uidx_cluster_alias;
             INSERT INTO cluster_alias (cluster_name, alias, last_registered) VALUES ('x:1', 'shop', ''), ('y:1', 'shop', '');",
        )
        .unwrap();
    let inventory = open(&file).unwrap();
    assert_eq!(inventory.aliases().unwrap().len(), 4);
    assert!(
        inventory
            .verify()
            .unwrap()
            .iter()
            .any(|f| f.text.contains("alias_uidx_cluster_alias"))
    );
    inventory.set_alias("x:1", "shop", NOW).unwrap();
    inventory.rebuild_aliases(NOW).unwrap();
}

fn any_value() -> impl Strategy<Value = rusqlite::types::Value> {
    use rusqlite::types::Value;
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Real),
        "[ -~\u{e0}-\u{ff}]{0,12}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Value::Blob),
        "20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}".prop_map(Value::Text),
        Just(Value::Text("[{\"Hostname\":\"h\",\"Port\":-1}]".into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_stored_makes_reading_fail(values in prop::collection::vec(any_value(), 97)) {
        let scratch = Scratch::new();
        let inventory = open(&scratch.file()).unwrap();
        let other = Connection::open(scratch.file()).unwrap();
        other.execute_batch("PRAGMA ignore_check_constraints = 1").unwrap();
        let mut values = values.into_iter().cycle();
        for table in schema::tables() {
            let columns: Vec<_> = table.columns.iter().map(|column| column.0).collect();
            let sql = format!("INSERT OR IGNORE INTO {} ({}) VALUES (?{})", table.name, columns.join(", "),
                ", ?".repeat(columns.len() - 1));
            let row: Vec<_> = columns.iter().map(|_| values.next().unwrap()).collect();
            // Row numbers take nothing but numbers; such a row is simply not there.
            let _ = other.execute(&sql, rusqlite::params_from_iter(row));
        }
        for scope in [Scope::Everything, Scope::Analysis, Scope::Cluster("x")] {
            inventory.load_fleet(scope).unwrap();
        }
        inventory.verify().unwrap();
        let _ = Timestamp(0);
        drop(inventory);
        Inventory::open(scratch.file(), &options(Access::Read)).unwrap();
    }
}
