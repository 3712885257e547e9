//! Five servers on `testhost`: master 22293; its replicas 22294 (with replica 22295), 22296 (no binary log) and 22297
//! (in another data centre). Everything was checked at [`THEN`], long before [`NOW`].
#![allow(dead_code)]

use orchestrator::config::Policy;
use orchestrator::model::instance::ThreadState;
use orchestrator::model::records::Downtime;
use orchestrator::model::{Coordinates, Fleet, Instance, InstanceKey, Timestamp, Version};
use orchestrator::report::tree::{Entry, entries};
use orchestrator::topology::draw;

/// 2017-02-02 08:29:57.
pub const THEN: Timestamp = Timestamp(1_486_024_197);
/// An hour later.
pub const NOW: Timestamp = Timestamp(1_486_024_197 + 3_600);

pub fn key(port: u16) -> InstanceKey {
    InstanceKey::new("testhost", port)
}

pub fn instance(port: u16, master: u16, depth: u32) -> Instance {
    let mut i = Instance {
        key: key(port),
        ..Instance::default()
    };
    i.check.last_checked = Some(THEN);
    i.check.last_attempted = Some(THEN);
    i.check.last_seen = Some(THEN);
    i.server.id = u32::from(port);
    i.server.uuid = format!("000{port}-1111-1111-1111-111111111111");
    i.server.version = Version::new("5.6.28-log");
    i.server.major_version = "5.6".to_owned();
    i.server.version_comment = "MySQL Community Server (GPL)".to_owned();
    i.server.uptime_seconds = 670_447;
    i.binlog.enabled = true;
    i.binlog.format = "STATEMENT".to_owned();
    i.binlog.row_image = "full".to_owned();
    i.binlog.logs_replica_updates = true;
    i.binlog.end = Coordinates::new("mysql-bin.000167", 137_086_726);
    i.gtid.mode = "OFF".to_owned();
    i.gtid.pseudo = true;
    i.place.data_center = "ny".to_owned();
    i.place.region = "us-region".to_owned();
    i.cluster.name = "testhost:22293".to_owned();
    i.cluster.depth = depth;
    i.replication.io_state = ThreadState::None;
    i.replication.sql_state = ThreadState::None;
    if master != 0 {
        replicate(&mut i, key(master));
    }
    i
}

pub fn replicate(i: &mut Instance, master: InstanceKey) {
    let r = &mut i.replication;
    r.master = master;
    r.io_running = true;
    r.sql_running = true;
    r.io_state = ThreadState::Running;
    r.sql_state = ThreadState::Running;
    r.read = Coordinates::new("mysql-bin.000167", 137_086_726);
    r.executed = r.read.clone();
    r.relay = Coordinates::new("mysql-relay.000029", 15_978_254);
    r.seconds_behind = Some(0);
    r.lag_seconds = Some(0);
    r.has_credentials = true;
}

pub fn fleet() -> Fleet {
    let mut all = [
        instance(22293, 0, 0),
        instance(22294, 22293, 1),
        instance(22295, 22294, 2),
        instance(22296, 22293, 1),
        instance(22297, 22293, 1),
    ];
    for (i, id) in all.iter_mut().zip([1, 101, 102, 103, 104]) {
        i.server.id = id;
    }
    all[0].replicas = vec![key(22294), key(22297), key(22296)];
    all[0].cluster.suggested_alias = "testhost".to_owned();
    all[1].replicas = vec![key(22295)];
    all[3].server.version = Version::new("5.6.28");
    all[3].binlog.enabled = false;
    all[3].binlog.end = Coordinates::default();
    all[4].place.data_center = "seattle".to_owned();
    Fleet::new(all)
}

/// Changes the instances on these ports; all of them where none is named.
pub fn change(fleet: &mut Fleet, ports: &[u16], change: impl Fn(&mut Instance)) {
    let chosen: Vec<Instance> = fleet
        .instances()
        .iter()
        .filter(|i| ports.is_empty() || ports.contains(&i.key.port))
        .cloned()
        .collect();
    for mut instance in chosen {
        change(&mut instance);
        fleet.upsert(instance);
    }
}

pub fn checked_at(fleet: &mut Fleet, ports: &[u16], at: Timestamp) {
    change(fleet, ports, |i| {
        i.check.last_checked = Some(at);
        i.check.last_attempted = Some(at);
        i.check.last_seen = Some(at);
    });
}

pub fn lag(fleet: &mut Fleet, ports: &[u16], seconds: u64) {
    change(fleet, ports, |i| {
        i.replication.seconds_behind = Some(seconds);
        i.replication.lag_seconds = Some(seconds);
    });
}

pub fn downtimed(fleet: &mut Fleet, port: u16) {
    let end = NOW.plus_seconds(600);
    let downtime = Downtime {
        key: key(port),
        begin: Some(NOW.plus_seconds(-10)),
        end: Some(end),
        end_text: format!("{}Z", end.to_string().replacen(' ', "T", 1)),
        owner: "ann".to_owned(),
        reason: "new disk".to_owned(),
        active: true,
    };
    fleet.downtimes.insert(key(port), downtime);
}

/// Lines of the cluster's drawing at [`NOW`].
pub fn lines(fleet: &Fleet) -> Vec<Entry> {
    let members = fleet.members("testhost:22293");
    entries(&draw(&members), fleet, &Policy::default(), NOW)
}
