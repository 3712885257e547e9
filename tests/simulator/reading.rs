//! What a server says of itself when it is asked, as a row.

use crate::world::{Server, World};
use orchestrator::model::instance::{Check, Instance, ThreadState};
use orchestrator::model::{Coordinates, InstanceKey, Timestamp, Version};
use orchestrator::watch::{Report, Silence};
use std::time::Duration;

/// Second of the epoch at which virtual time begins.
const EPOCH: i64 = 1_600_000_000;

pub fn duration(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A moment as rows hold it: whole seconds.
pub fn moment(millis: u64) -> Timestamp {
    Timestamp(EPOCH + i64::try_from(millis / 1000).expect("short"))
}

pub fn row(world: &World, keys: &[InstanceKey], at: usize, check: Check) -> Instance {
    let server = &world.servers[at];
    let mut instance = Instance {
        key: keys[at].clone(),
        check,
        ..Instance::default()
    };
    instance.server.version = Version::new("8.0.30");
    instance.server.major_version = "8.0".to_owned();
    instance.binlog.enabled = true;
    instance.binlog.logs_replica_updates = true;
    instance.binlog.format = "ROW".to_owned();
    instance.binlog.end = Coordinates::new("binlog.000001", 4);
    instance.gtid.oracle = !server.mariadb;
    instance.gtid.mariadb = server.mariadb;
    let (mut top, mut depth) = (at, 0);
    while let Some(above) = world.servers[top].master {
        (top, depth) = (above, depth + 1);
    }
    instance.cluster.name = keys[top].to_string();
    instance.cluster.depth = depth;
    match server.master {
        Some(master) => replica(&mut instance, server, &keys[master]),
        None => master(&mut instance, world, at),
    }
    instance
}

fn master(instance: &mut Instance, world: &World, at: usize) {
    instance.replication.io_state = ThreadState::None;
    instance.replication.sql_state = ThreadState::None;
    let acknowledges = |replica: &usize| {
        let replica = &world.servers[*replica];
        replica.acknowledges && replica.receiver.thread() == ThreadState::Running
    };
    let semi_sync = &mut instance.semi_sync;
    semi_sync.master_enabled = world.wait_count > 0;
    semi_sync.master_status = world.wait_count > 0;
    semi_sync.master_wait_count = world.wait_count;
    semi_sync.master_clients = u32::try_from(world.replicas_of(at).filter(acknowledges).count()).expect("few");
}

fn replica(instance: &mut Instance, server: &Server, master: &InstanceKey) {
    let replication = &mut instance.replication;
    replication.master = master.clone();
    replication.read = Coordinates::new("binlog.000001", 4);
    replication.io_state = server.receiver.thread();
    replication.io_running = replication.io_state == ThreadState::Running;
    replication.sql_running = server.applier;
    replication.sql_state = if server.applier {
        ThreadState::Running
    } else {
        ThreadState::Stopped
    };
    replication.last_io_error = server.receiver.error_text();
    replication.lag_seconds = server.lag.filter(|_| replication.io_running);
    instance.semi_sync.replica_enabled = server.acknowledges;
}

/// Errors carry the server's own time in whole seconds.
pub fn report(server: &Server, began: u64) -> Report {
    let (number, at) = (server.receiver.error_number, server.receiver.error_at);
    Report {
        began: duration(began),
        error_number: number,
        error_time: moment(at).to_string(),
        failed_at: (number != 0).then(|| duration(at / 1000 * 1000)),
    }
}

pub fn silence((since, until): (u64, u64)) -> Silence {
    Silence {
        since: duration(since),
        until: duration(until),
    }
}
