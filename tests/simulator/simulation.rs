//! World and watcher together, checked after every event.

use crate::rng::Rng;
use crate::watcher::{Said, Settings, Watcher};
use crate::world::{Link, World};

/// For how long a replica must have been able to tell that its master lives, for a death to be false.
const COULD_TELL: u64 = 1500;

pub struct Simulation {
    pub world: World,
    pub watcher: Watcher,
    pub rng: Rng,
    judged: usize,
    /// Deaths said of masters that lived and that a replica could tell of.
    pub false_deaths: Vec<Said>,
}

impl Simulation {
    pub fn new(world: World, settings: Settings, seed: u64) -> Self {
        Self {
            watcher: Watcher::new(&world, settings),
            world,
            rng: Rng::new(seed),
            judged: 0,
            false_deaths: Vec::new(),
        }
    }

    /// A master `db1` with so many replicas.
    pub fn cluster(replicas: usize, settings: Settings, seed: u64) -> Self {
        let names: Vec<String> = (1..=replicas + 1).map(|n| format!("db{n}")).collect();
        let masters: Vec<Option<usize>> = (0..=replicas).map(|n| (n > 0).then_some(0)).collect();
        Self::new(World::new(&names, &masters), settings, seed)
    }

    pub fn run_until(&mut self, until: u64) {
        loop {
            let next = self.watcher.next(&self.world).max(self.world.now);
            let next = self
                .world
                .next_notice()
                .map_or(next, |notice| next.min(notice.max(self.world.now)));
            if next > until {
                self.world.now = until;
                return;
            }
            self.world.now = next;
            self.world.settle();
            self.watcher.work(&mut self.world, &mut self.rng);
            self.check();
        }
    }

    pub fn run_for(&mut self, millis: u64) {
        self.run_until(self.world.now + millis);
    }

    fn check(&mut self) {
        for (at, said) in self.watcher.said.iter().enumerate().skip(self.judged) {
            // A death that was said before and stands is not said anew when its code changes.
            let before = self.watcher.said[..at]
                .iter()
                .rev()
                .find(|before| before.server == said.server);
            let stands = before.is_some_and(Said::is_death);
            if said.is_death() && !stands && self.world.somebody_could_tell(said.server, COULD_TELL) {
                self.false_deaths.push(said.clone());
            }
        }
        self.judged = self.watcher.said.len();
    }

    pub fn deaths(&self) -> Vec<&Said> {
        self.watcher.said.iter().filter(|said| said.is_death()).collect()
    }

    /// The first death said of a server from a moment on.
    pub fn death_of(&self, server: usize, from: u64) -> Option<u64> {
        let deaths = self.deaths();
        deaths
            .iter()
            .find(|said| said.server == server && said.at >= from)
            .map(|said| said.at)
    }

    pub fn set_link(&mut self, a: usize, b: usize, link: Link) {
        self.world.set_link(a, b, link);
        self.world.settle();
        let watcher = self.world.watcher();
        let other = if a == watcher { b } else { a };
        let reset = (a == watcher || b == watcher) && link == Link::Refuse;
        self.watcher.notice(&self.world, &mut self.rng, reset.then_some(other));
    }

    pub fn change(&mut self, change: impl FnOnce(&mut World)) {
        change(&mut self.world);
        self.world.settle();
        self.watcher.notice(&self.world, &mut self.rng, None);
    }

    pub fn pause(&mut self, at: usize, paused: bool) {
        self.change(|world| world.servers[at].paused = paused);
    }

    pub fn kill(&mut self, at: usize) {
        self.world.kill(at);
        self.world.settle();
        let heard = self.world.link(self.world.watcher(), at) == Link::Open;
        self.watcher.notice(&self.world, &mut self.rng, heard.then_some(at));
    }

    pub fn told(&self) -> String {
        let line = |said: &Said| {
            let name = &self.world.servers[said.server].name;
            let held = if said.held { " (held)" } else { "" };
            format!("{:>8} ms {name} {}{held}\n", said.at, said.code)
        };
        self.watcher.said.iter().map(line).collect()
    }
}
