//! Simulated servers with Oracle GTIDs: they replicate, are told to change, and die.

use crate::model::change::{Change, Pointing};
use crate::model::gtid::OracleSet;
use crate::model::instance::ThreadState;
use crate::model::observation::{Channel, ContactKind};
use crate::model::plan::{Local, Plan, Progress};
use crate::model::recovery::Entry;
use crate::model::{Contact, Coordinates, InstanceKey, Look, Version};
use crate::recovery::desk::{Desk, Stop};
use crate::recovery::servers::{Servers, Untold};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Server {
    pub id: u32,
    pub is_up: bool,
    /// It is there for its clients, and refuses us.
    pub refuses: bool,
    pub read_only: bool,
    pub master: Option<InstanceKey>,
    pub receives: bool,
    pub applies: bool,
    /// Its applier gets nowhere.
    pub is_stuck: bool,
    /// It applies so many seconds later, and not within a test.
    pub delay: u64,
    /// Its clients write as long as it lets them.
    pub writes: bool,
    pub executed: OracleSet,
    pub received: OracleSet,
}

#[derive(Default)]
pub struct World {
    pub servers: Mutex<BTreeMap<InstanceKey, Server>>,
}

pub fn key(name: &str) -> InstanceKey {
    InstanceKey::new(name, 3306)
}

pub fn uuid(id: u32) -> String {
    format!("00000000-0000-0000-0000-{id:012}")
}

pub fn set(id: u32, to: u64) -> OracleSet {
    OracleSet::parse(&format!("{}:1-{to}", uuid(id))).unwrap()
}

impl World {
    /// A dead master `m` and replicas that have received and executed so much of its hundred transactions.
    pub fn of(replicas: &[(&str, u64, u64)]) -> Self {
        let world = Self::default();
        let mut servers = world.servers.lock().unwrap();
        let master = Server {
            id: 1,
            is_up: false,
            refuses: false,
            read_only: false,
            master: None,
            receives: false,
            applies: false,
            is_stuck: false,
            delay: 0,
            writes: false,
            executed: set(1, 100),
            received: OracleSet::default(),
        };
        servers.insert(key("m"), master);
        for (id, (name, received, executed)) in (2..).zip(replicas) {
            let server = Server {
                id,
                is_up: true,
                refuses: false,
                read_only: true,
                master: Some(key("m")),
                receives: true,
                applies: true,
                is_stuck: false,
                delay: 0,
                writes: false,
                executed: set(1, *executed),
                received: set(1, *received),
            };
            servers.insert(key(name), server);
        }
        drop(servers);
        world
    }

    pub fn server(&self, name: &str) -> Server {
        self.servers.lock().unwrap()[&key(name)].clone()
    }

    pub fn alter(&self, name: &str, change: impl FnOnce(&mut Server)) {
        change(self.servers.lock().unwrap().get_mut(&key(name)).unwrap());
    }

    /// What runs goes on: receivers fetch, appliers apply.
    pub fn flow(&self) {
        let mut servers = self.servers.lock().unwrap();
        for name in servers.keys().cloned().collect::<Vec<_>>() {
            let master = servers[&name].master.clone();
            let offer = master
                .and_then(|master| servers.get(&master))
                .filter(|master| master.is_up)
                .map(|master| master.executed.clone());
            let server = servers.get_mut(&name).unwrap();
            if !server.is_up {
                continue;
            }
            if server.writes && !server.read_only {
                let count = u64::try_from(server.executed.count()).unwrap_or(0);
                server.executed = set(server.id, count + 1);
            }
            if let (true, Some(offer)) = (server.receives, offer) {
                server.received = server.received.union(&offer);
            }
            if server.applies && !server.is_stuck && server.delay == 0 {
                server.executed = server.executed.union(&server.received);
            }
        }
    }

    pub fn writable(&self) -> Vec<String> {
        let servers = self.servers.lock().unwrap();
        let found = servers.iter().filter(|(_, server)| server.is_up && !server.read_only);
        found.map(|(key, _)| key.hostname.to_string()).collect()
    }
}

impl Servers for World {
    fn look(&self, key: &InstanceKey, _: Duration) -> Result<Look, Contact> {
        self.flow();
        let servers = self.servers.lock().unwrap();
        if servers.get(key).is_some_and(|server| server.refuses) {
            return Err(Contact::failed(ContactKind::TooManyConnections, "ERROR 1040"));
        }
        let server = servers.get(key).filter(|server| server.is_up);
        let server = server.ok_or_else(|| Contact::failed(ContactKind::Refused, ""))?;
        let mut look = Look {
            key: key.clone(),
            super_read_only: Some(server.read_only),
            ..Look::default()
        };
        let reading = &mut look.reading;
        reading.server.version = Version::new("9.7.0");
        reading.server.uuid = uuid(server.id);
        reading.server.id = server.id;
        reading.server.read_only = server.read_only;
        reading.gtid_mode = "ON".to_owned();
        reading.gtid_executed = server.executed.to_string();
        if let Some(master) = &server.master {
            let mut channel = Channel {
                oracle_gtid: true,
                retrieved_gtid: server.received.to_string(),
                ..Channel::default()
            };
            let connected = server.receives && servers.get(master).is_some_and(|master| master.is_up);
            channel.status.master = master.clone();
            channel.status.io_running = connected;
            if connected {
                channel.status.read = Coordinates::new("mysql-bin.000001", 4);
            }
            channel.status.io_state = match (server.receives, connected) {
                (true, true) => ThreadState::Running,
                (true, false) => ThreadState::Other,
                _ => ThreadState::Stopped,
            };
            channel.status.sql_running = server.applies;
            channel.status.sql_delay_seconds = server.delay;
            reading.channels = vec![channel];
        }
        Ok(look)
    }

    fn tell(&self, key: &InstanceKey, change: &Change, _: Duration) -> Result<Vec<String>, Untold> {
        let mut servers = self.servers.lock().unwrap();
        let gone = || Untold {
            said: "connection refused".to_owned(),
            is_unknown: false,
        };
        let server = servers.get_mut(key).filter(|server| server.is_up).ok_or_else(gone)?;
        match change {
            Change::StopReceiver => server.receives = false,
            Change::StartReceiver | Change::RestartReceiver => server.receives = server.master.is_some(),
            Change::StopApplier => server.applies = false,
            Change::StartApplier => server.applies = server.master.is_some(),
            Change::StopReplication => (server.receives, server.applies) = (false, false),
            Change::StartReplication | Change::RestartReplication => (server.receives, server.applies) = (true, true),
            Change::SetReadOnly(_) => server.read_only = true,
            Change::SetWritable => server.read_only = false,
            Change::PointTo(Pointing { master, .. }) => {
                assert!(!server.receives && !server.applies, "{key} is moved while it runs");
                server.master = Some(master.clone());
                server.received = server.executed.clone();
            }
            Change::ForgetMaster => {
                (server.master, server.receives, server.applies) = (None, false, false);
                server.received = OracleSet::default();
            }
            Change::Detach => (server.receives, server.applies) = (false, false),
            Change::StartUntil(_)
            | Change::PointBack(_)
            | Change::SkipGtid(_)
            | Change::SkipNext
            | Change::RewriteGtids(_) => unreachable!("no recovery tells that"),
            Change::Reattach | Change::InjectPseudoGtid(_) | Change::SemiSyncMaster(_) | Change::SemiSyncReplica(_) => {
            }
        }
        drop(servers);
        self.flow();
        Ok(vec![change.to_string()])
    }
}

/// A journal in memory. It dies after so many notes: nothing is written down from then on, and nothing done.
#[derive(Default)]
pub struct Paper {
    pub plan: Option<Plan>,
    pub entries: Vec<Entry>,
    pub said: Vec<String>,
    pub locals: Vec<Local>,
    pub is_closed: bool,
    pub dies_after: Option<usize>,
    pub notes: usize,
}

impl Paper {
    fn live(&mut self) -> Result<(), Stop> {
        self.notes += 1;
        match self.dies_after {
            Some(limit) if self.notes > limit => Err(Stop::LeaseLost("dead".to_owned())),
            _ => Ok(()),
        }
    }

    pub fn is_dead(&self) -> bool {
        self.dies_after.is_some_and(|limit| self.notes > limit)
    }
}

impl Desk for Paper {
    fn plan(&mut self, plan: &Plan) -> Result<(), Stop> {
        self.live()?;
        self.plan = Some(plan.clone());
        Ok(())
    }

    fn note(&mut self, number: u32, progress: Progress, at_ms: i64, said: &str) -> Result<(), Stop> {
        self.live()?;
        self.entries.retain(|entry| entry.number != number);
        self.entries.push(Entry {
            number,
            progress,
            begun_ms: Some(at_ms),
            ended_ms: None,
            said: said.to_owned(),
        });
        Ok(())
    }

    fn step(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }

    fn local(&mut self, local: &Local, _: &Plan) -> Result<String, String> {
        self.locals.push(local.clone());
        Ok(String::new())
    }

    fn close(&mut self, _: &str) -> Result<(), Stop> {
        self.is_closed = true;
        Ok(())
    }
}
