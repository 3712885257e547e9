//! Inventories of made-up fleets: clusters of one master and three replicas, GTID sets of about 200 bytes.

use orchestrator::inventory::{Access, CheckEvent, CheckRecord, Inventory, OpenOptions};
use orchestrator::model::{Coordinates, Instance, InstanceKey, Timestamp, Version};
use std::path::Path;

pub fn config(folder: &Path, name: &str) -> String {
    let file = folder.join(format!("{name}.sqlite3"));
    let config = folder.join(format!("{name}.json"));
    std::fs::write(&config, format!("{{\"SQLite3DataFile\": \"{}\"}}", file.display())).unwrap();
    config.display().to_string()
}

pub fn fill(folder: &Path, count: usize) -> String {
    let name = format!("fleet-{count}");
    let config = config(folder, &name);
    let now = Timestamp(1_790_000_000);
    let inventory = Inventory::open(
        folder.join(format!("{name}.sqlite3")),
        &OpenOptions::new(Access::Write, now),
    )
    .unwrap();
    let instances: Vec<Instance> = (0..count).map(|n| instance(n, now)).collect();
    for chunk in instances.chunks(5_000) {
        let records: Vec<_> = chunk
            .iter()
            .map(|i| CheckRecord {
                at: now,
                event: CheckEvent::Success(i),
            })
            .collect();
        inventory.record_batch(&records).unwrap();
    }
    // Every hundredth cluster: the master does not answer, and its replicas have lost it.
    let contact =
        orchestrator::model::Contact::failed(orchestrator::model::observation::ContactKind::Refused, "connecting");
    for n in (0..count).step_by(400) {
        inventory
            .record_failure(&key(n), false, &contact, now.plus_seconds(1))
            .unwrap();
    }
    config
}

fn key(n: usize) -> InstanceKey {
    InstanceKey::new(format!("db{n:06}.dc{}.example.com", n % 3), 3306)
}

fn instance(n: usize, now: Timestamp) -> Instance {
    let top = n - n % 4;
    let mut i = Instance {
        key: key(n),
        ..Instance::default()
    };
    i.check.last_checked = Some(now);
    i.check.last_attempted = Some(now);
    i.check.last_seen = Some(now);
    i.server.id = n as u32 + 1;
    i.server.uuid = uuid(n);
    i.server.version = Version::new("8.0.36");
    i.server.major_version = "8.0".to_owned();
    i.server.version_comment = "MySQL Community Server - GPL".to_owned();
    i.server.uptime_seconds = 1_000_000;
    i.binlog.enabled = true;
    i.binlog.logs_replica_updates = true;
    i.binlog.format = "ROW".to_owned();
    i.binlog.row_image = "FULL".to_owned();
    i.binlog.end = Coordinates::new("mysql-bin.000123", 456_789 + n as u64);
    i.gtid.mode = "ON".to_owned();
    i.gtid.supports_oracle = true;
    i.gtid.executed = (0..4)
        .map(|k| format!("{}:1-{}", uuid(top + k), 1_000_000 + n))
        .collect::<Vec<_>>()
        .join(",\n");
    i.place.data_center = format!("dc{}", n % 3);
    i.cluster.name = key(top).to_string();
    i.gtid.ancestry_uuid = uuid(top);
    if n == top {
        i.replicas = (1..4).map(|k| key(top + k)).collect();
        return i;
    }
    let dead = top.is_multiple_of(400);
    i.cluster.depth = 1;
    i.gtid.oracle = true;
    i.replication.master = key(top);
    i.replication.master_uuid = uuid(top);
    i.replication.read = i.binlog.end.clone();
    i.replication.executed = i.binlog.end.clone();
    i.replication.relay = Coordinates::new("relay-bin.000045", 1_234);
    i.replication.sql_running = true;
    i.replication.io_running = !dead;
    i.replication.lag_seconds = Some(0);
    i.replication.seconds_behind = Some(0);
    if dead {
        i.replication.last_io_error = format!("\"Error reconnecting to source 'repl@{}'\"", key(top));
    }
    i
}

fn uuid(n: usize) -> String {
    format!("{n:08x}-1111-2222-3333-{n:012x}")
}
