//! Servers, the network between them, and receivers that notice a lost master as real ones do. Time is in milliseconds.

use crate::receiver::Receiver;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Open,
    /// Connections are reset, and new ones refused.
    Refuse,
    /// Packets vanish.
    Blackhole,
}

#[derive(Clone, Debug)]
pub struct Server {
    pub name: String,
    pub alive: bool,
    pub paused: bool,
    /// Raised by every crash: connections of an earlier life are reset.
    pub life: u64,
    pub master: Option<usize>,
    pub receiver: Receiver,
    pub applier: bool,
    pub lag: Option<u64>,
    pub mariadb: bool,
    /// Added to the time every answer takes.
    pub slow: u64,
    /// Refuses new connections of replicas although it lives.
    pub refuses_logins: bool,
    pub acknowledges: bool,
    /// Since when somebody who asks this replica could have learnt that its master lives.
    pub could_tell_since: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct World {
    pub now: u64,
    pub servers: Vec<Server>,
    links: Vec<Link>,
    /// Silence after which a receiver gives its connection up.
    pub net_timeout: u64,
    /// How long a receiver takes to connect to a master that answers.
    pub connect_time: u64,
    /// Wait of a receiver between two attempts to connect.
    pub connect_retry: u64,
    /// Acknowledgements that commits of masters wait for.
    pub wait_count: u32,
}

impl World {
    /// `masters[i]` is the master of server `i`.
    pub fn new(names: &[String], masters: &[Option<usize>]) -> Self {
        let servers: Vec<Server> = names
            .iter()
            .zip(masters)
            .map(|(name, master)| Server {
                name: name.clone(),
                alive: true,
                paused: false,
                life: 0,
                master: *master,
                receiver: Receiver::connected(0),
                applier: true,
                lag: Some(0),
                mariadb: false,
                slow: 0,
                refuses_logins: false,
                acknowledges: false,
                could_tell_since: Some(0),
            })
            .collect();
        let ends = servers.len() + 1;
        Self {
            now: 0,
            servers,
            links: vec![Link::Open; ends * ends],
            net_timeout: 60_000,
            connect_time: 50,
            connect_retry: 60_000,
            wait_count: 0,
        }
    }

    /// The watcher's end of links.
    pub fn watcher(&self) -> usize {
        self.servers.len()
    }

    pub fn link(&self, a: usize, b: usize) -> Link {
        self.links[a * (self.servers.len() + 1) + b]
    }

    pub fn set_link(&mut self, a: usize, b: usize, link: Link) {
        let ends = self.servers.len() + 1;
        self.links[a * ends + b] = link;
        self.links[b * ends + a] = link;
    }

    pub fn replicas_of(&self, master: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.servers.len()).filter(move |i| self.servers[*i].master == Some(master))
    }

    pub fn kill(&mut self, at: usize) {
        let server = &mut self.servers[at];
        (server.alive, server.paused) = (false, false);
        server.life += 1;
    }

    pub fn start(&mut self, at: usize) {
        if !self.servers[at].alive {
            self.servers[at].alive = true;
            if self.servers[at].master.is_some() {
                self.servers[at].receiver.restart(self.now);
            }
        }
    }

    /// Whether a server's process runs and is not paused.
    pub fn runs(&self, at: usize) -> bool {
        self.servers[at].alive && !self.servers[at].paused
    }

    /// What one end meets that sends something to a server: an answer, a refusal or silence.
    pub fn path(&self, from: usize, to: usize) -> Link {
        match self.link(from, to) {
            Link::Open if !self.servers[to].alive => Link::Refuse,
            Link::Open if self.servers[to].paused => Link::Blackhole,
            link => link,
        }
    }

    /// Lets receivers notice what they can notice by now.
    pub fn settle(&mut self) {
        for at in 0..self.servers.len() {
            let Some(master) = self.servers[at].master else {
                continue;
            };
            let path = self.path(at, master);
            let tells = self.runs(at) && path == Link::Open && self.link(at, self.watcher()) == Link::Open;
            let tells = tells && !self.servers[master].refuses_logins;
            let since = &mut self.servers[at].could_tell_since;
            *since = if tells { since.or(Some(self.now)) } else { None };
            if !self.runs(at) {
                continue;
            }
            let mut receiver = self.servers[at].receiver.clone();
            receiver.settle(self, path, &self.servers[master]);
            self.servers[at].receiver = receiver;
        }
    }

    /// When a receiver will notice something by itself.
    pub fn next_notice(&self) -> Option<u64> {
        let replicas = (0..self.servers.len()).filter(|at| self.servers[*at].master.is_some() && self.runs(*at));
        replicas
            .filter_map(|at| self.servers[at].receiver.next_notice(self))
            .min()
    }

    /// Whether some replica could have told, for so many milliseconds up to now, that this master lives.
    pub fn somebody_could_tell(&self, master: usize, for_millis: u64) -> bool {
        self.replicas_of(master).any(|replica| {
            let since = self.servers[replica].could_tell_since;
            since.is_some_and(|since| self.now >= since + for_millis)
        })
    }

    pub fn at(&self, name: &str) -> Option<usize> {
        self.servers.iter().position(|server| server.name == name)
    }
}
