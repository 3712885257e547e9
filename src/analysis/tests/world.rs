//! A small cluster to break: master 22293; replicas 22294 (logging, with replica 22295), 22296 (not logging) and 22297.

use crate::analysis::{Request, analyse};
use crate::config::Policy;
use crate::model::instance::{Instance, ThreadState};
use crate::model::records::{Downtime, Maintenance, StaleCoordinates};
use crate::model::{Coordinates, Fleet, InstanceKey, Timestamp, Version};

/// The moment at which worlds are judged; everything in them was checked then.
pub const NOW: Timestamp = Timestamp(1_486_024_197);

#[derive(Clone)]
pub struct World {
    pub fleet: Fleet,
    pub policy: Policy,
    pub request: Request,
}

pub fn key(port: u16) -> InstanceKey {
    InstanceKey::new("testhost", port)
}

pub fn instance(port: u16, master: u16, depth: u32) -> Instance {
    let mut instance = Instance {
        key: key(port),
        ..Instance::default()
    };
    instance.check.last_checked = Some(NOW);
    instance.check.last_attempted = Some(NOW);
    instance.check.last_seen = Some(NOW);
    instance.server.version = Version::new("5.6.28-log");
    instance.server.major_version = "5.6".to_owned();
    instance.binlog.enabled = true;
    instance.binlog.logs_replica_updates = true;
    instance.binlog.format = "STATEMENT".to_owned();
    instance.binlog.end = Coordinates::new("mysql-bin.000167", 137_086_726);
    instance.gtid.pseudo = true;
    instance.gtid.mode = "OFF".to_owned();
    instance.cluster.name = "testhost:22293".to_owned();
    instance.cluster.depth = depth;
    if master == 0 {
        instance.replication.io_state = ThreadState::None;
        instance.replication.sql_state = ThreadState::None;
    } else {
        instance.replication.master = key(master);
        instance.replication.read = Coordinates::new("mysql-bin.000167", 137_086_726);
        instance.replication.io_running = true;
        instance.replication.sql_running = true;
        instance.replication.lag_seconds = Some(0);
    }
    instance
}

impl World {
    pub fn classic() -> Self {
        let mut not_logging = instance(22296, 22293, 1);
        not_logging.binlog.enabled = false;
        let fleet = Fleet::new([
            instance(22293, 0, 0),
            instance(22294, 22293, 1),
            instance(22295, 22294, 2),
            not_logging,
            instance(22297, 22293, 1),
        ]);
        Self {
            fleet,
            policy: Policy::default(),
            request: Request::default(),
        }
    }

    /// A classic world in which 22294 has a second replica, 22298.
    pub fn two_below_intermediate() -> Self {
        let mut world = Self::classic();
        world.fleet.upsert(instance(22298, 22294, 2));
        world
    }

    /// Changes the instances on these ports.
    pub fn with(mut self, ports: &[u16], change: impl Fn(&mut Instance)) -> Self {
        for port in ports {
            let mut changed = self.fleet.get(&key(*port)).expect("the port is in the world").clone();
            change(&mut changed);
            self.fleet.upsert(changed);
        }
        self
    }

    pub fn without(mut self, ports: &[u16]) -> Self {
        for port in ports {
            self.fleet.remove(&key(*port));
        }
        self
    }

    pub fn unseen(self, ports: &[u16]) -> Self {
        self.with(ports, |i| i.check.last_seen = Some(NOW.plus_seconds(-60)))
    }

    pub fn io_off(self, ports: &[u16]) -> Self {
        self.with(ports, |i| i.replication.io_running = false)
    }

    pub fn sql_off(self, ports: &[u16]) -> Self {
        self.with(ports, |i| i.replication.sql_running = false)
    }

    pub fn failing(self, ports: &[u16], said: &str) -> Self {
        self.io_off(ports)
            .with(ports, |i| said.clone_into(&mut i.replication.last_io_error))
    }

    pub fn lag(self, ports: &[u16], seconds: u64) -> Self {
        self.with(ports, |i| i.replication.lag_seconds = Some(seconds))
    }

    pub fn partial(self, ports: &[u16]) -> Self {
        self.with(ports, |i| i.check.partial_success = true)
    }

    pub fn semi_sync(self, status: bool, wait: u32, clients: u32) -> Self {
        self.with(&[22293], |i| {
            i.semi_sync.master_enabled = true;
            i.semi_sync.master_status = status;
            i.semi_sync.master_wait_count = wait;
            i.semi_sync.master_clients = clients;
        })
    }

    pub fn stale(mut self, seconds: i64) -> Self {
        let at = Coordinates::new("mysql-bin.000167", 137_086_726);
        let stale = StaleCoordinates {
            at,
            first_seen: NOW.plus_seconds(-seconds),
        };
        self.fleet.stale_coordinates.insert(key(22293), stale);
        self
    }

    pub fn downtimed(mut self, ports: &[u16]) -> Self {
        for port in ports {
            let end = NOW.plus_seconds(600);
            let downtime = Downtime {
                key: key(*port),
                begin: Some(NOW),
                end: Some(end),
                end_text: end.to_string(),
                owner: "test".to_owned(),
                reason: "test".to_owned(),
                active: true,
            };
            self.fleet.downtimes.insert(key(*port), downtime);
        }
        self
    }

    pub fn maintained(mut self, port: u16, until: i64) -> Self {
        let lock = Maintenance {
            id: 1,
            key: key(port),
            begin: Some(NOW),
            end: Some(NOW.plus_seconds(until)),
            owner: "test".to_owned(),
            reason: "test".to_owned(),
        };
        self.fleet.maintenance.insert(key(port), lock);
        self
    }

    pub fn co_masters(self) -> Self {
        self.with(&[22293], |i| {
            i.replication.master = key(22294);
            i.replication.read = Coordinates::new("mysql-bin.000132", 4);
            i.replication.io_running = true;
            i.replication.sql_running = true;
            i.cluster.is_co_master = true;
        })
        .with(&[22294], |i| i.cluster.is_co_master = true)
    }

    pub fn policy(mut self, change: impl Fn(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub fn including_downtimed(mut self) -> Self {
        self.request.include_downtimed = true;
        self
    }

    /// One `port analysis` line per verdict.
    pub fn said(&self) -> Vec<String> {
        analyse(&self.fleet, &self.policy, NOW, &self.request)
            .iter()
            .map(|v| format!("{} {}", v.facts.key.port, v.analysis_text()))
            .collect()
    }
}
