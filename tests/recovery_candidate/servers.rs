//! A failed master and replicas of it, as a recovery sees them.

use orchestrator::config::Policy;
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::Channel;
use orchestrator::model::{Coordinates, Instance, InstanceKey, Look, PromotionRule, Timestamp, Version};
use orchestrator::recovery::candidate::{Choice, Contender, NoChoice, Wanted, choose};

pub const NOW: Timestamp = Timestamp(1_714_564_800);

pub fn key(n: u32) -> InstanceKey {
    InstanceKey::new(format!("db{n}"), 3306)
}

pub fn uuid(n: u32) -> String {
    format!("0000000{n}-1111-1111-1111-111111111111")
}

/// Transactions of the master, as `1-100`.
pub fn of_master(numbers: &str) -> String {
    format!("{}:{numbers}", uuid(1))
}

#[derive(Clone, Debug)]
pub struct Replica {
    pub instance: Instance,
    pub look: Option<Look>,
    pub rule: PromotionRule,
}

/// The master, db1, as it was last seen with this set.
pub fn master(executed: &str) -> Instance {
    let mut row = Instance {
        key: key(1),
        ..Instance::default()
    };
    row.check.last_seen = Some(NOW.plus_seconds(-5));
    row.check.last_checked = Some(NOW);
    row.server.id = 1;
    row.server.uuid = uuid(1);
    row.server.version = Version::new("8.0.36");
    row.binlog.enabled = true;
    row.binlog.end = Coordinates::new("mysql-bin.000007", 900);
    row.gtid.executed = executed.to_owned();
    row.place.data_center = "ny".to_owned();
    row.place.region = "us".to_owned();
    row
}

/// A replica that counts by Oracle GTID.
pub fn oracle(n: u32, received: &str, executed: &str) -> Replica {
    let mut replica = by_file(n, 100, 100);
    replica.change(|_, look| {
        look.reading.gtid_mode = "ON".to_owned();
        look.reading.gtid_executed = executed.to_owned();
        look.reading.channels[0].oracle_gtid = true;
        look.reading.channels[0].retrieved_gtid = received.to_owned();
    });
    replica
}

/// A replica that counts by MariaDB GTID.
pub fn mariadb(n: u32, received: &str, executed: &str) -> Replica {
    let mut replica = by_file(n, 100, 100);
    replica.change(|_, look| {
        look.reading.server.version = Version::new("10.11.6-MariaDB-log");
        look.reading.server.uuid = String::new();
        look.reading.channels[0].mariadb_gtid = true;
        look.reading.channels[0].retrieved_gtid = received.to_owned();
        look.slave_pos = executed.to_owned();
        look.binlog_pos = executed.to_owned();
        look.binlog_state = executed.to_owned();
    });
    replica
}

/// A replica that counts by file and position.
pub fn by_file(n: u32, read: u64, executed: u64) -> Replica {
    let mut instance = master("");
    instance.key = key(n);
    instance.check.last_seen = Some(NOW);
    instance.server.id = n;
    instance.server.uuid = uuid(n);
    instance.binlog.format = "ROW".to_owned();
    instance.binlog.logs_replica_updates = true;
    let replication = &mut instance.replication;
    replication.master = key(1);
    replication.master_uuid = uuid(1);
    replication.sql_running = true;
    replication.sql_state = ThreadState::Running;
    replication.read = Coordinates::new("mysql-bin.000007", read);
    replication.executed = Coordinates::new("mysql-bin.000007", executed);
    let mut look = Look {
        key: key(n),
        ..Look::default()
    };
    look.reading.server = instance.server.clone();
    look.reading.binlog = instance.binlog.clone();
    look.reading.gtid_mode = "OFF".to_owned();
    look.reading.channels = vec![Channel {
        status: instance.replication.clone(),
        ..Channel::default()
    }];
    Replica {
        instance,
        look: Some(look),
        rule: PromotionRule::Neutral,
    }
}

impl Replica {
    pub fn change(&mut self, change: impl FnOnce(&mut Instance, &mut Look)) {
        change(&mut self.instance, self.look.as_mut().unwrap());
    }

    pub fn with(mut self, with: impl FnOnce(&mut Instance, &mut Look)) -> Self {
        self.change(with);
        self
    }

    pub fn ruled(mut self, rule: PromotionRule) -> Self {
        self.rule = rule;
        self
    }

    pub fn silent(mut self) -> Self {
        self.look = None;
        self
    }

    pub fn contender(&self) -> Contender<'_> {
        Contender {
            instance: &self.instance,
            look: self.look.as_ref(),
            rule: self.rule,
        }
    }
}

pub struct Case {
    pub failed: Instance,
    pub key: InstanceKey,
    pub policy: Policy,
    pub named: Option<InstanceKey>,
    pub forced: bool,
    pub co_master: Option<InstanceKey>,
    pub excluded: Vec<InstanceKey>,
    pub by_inventory: bool,
    pub data_center: String,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            failed: master(&of_master("1-90")),
            key: key(1),
            policy: Policy::default(),
            named: None,
            forced: false,
            co_master: None,
            excluded: Vec::new(),
            by_inventory: false,
            data_center: "ny".to_owned(),
        }
    }
}

impl Case {
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted {
            failed: &self.key,
            failed_row: Some(&self.failed),
            data_center: &self.data_center,
            region: "us",
            physical_environment: "",
            policy: &self.policy,
            named: self.named.as_ref(),
            forced: self.forced,
            now: NOW,
            co_master: self.co_master.as_ref(),
            must_promote_co_master: self.co_master.is_some(),
            excluded: &self.excluded,
            by_inventory: self.by_inventory,
        }
    }

    pub fn choose(&self, replicas: &[Replica]) -> Result<Choice, NoChoice> {
        let contenders: Vec<_> = replicas.iter().map(Replica::contender).collect();
        choose(&contenders, &self.wanted())
    }
}

/// What is chosen when nothing special is asked for.
pub fn chosen(replicas: &[Replica]) -> Choice {
    Case::default().choose(replicas).unwrap()
}
