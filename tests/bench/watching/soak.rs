//! An hour, or as long as wanted, over a fleet in which a twentieth is always hung or refusing, never the same ones:
//! memory and descriptors must not grow.

use super::watcher::{Account, Watcher};
use super::{Folder, prepare, wait_for};
use crate::process::median;
use crate::servers::{Servers, State};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

const SAMPLE: Duration = Duration::from_secs(10);
/// Least and most time before the first sample that counts: connections fill what they may use before they are renewed.
const WARM_UP: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(300));
/// Growth of memory from the first third to the last that is put up with: a part, and MiB.
const MEMORY: (f64, f64) = (0.05, 2.0);
/// The same of descriptors: connections to sick servers come and go.
const DESCRIPTORS: (f64, f64) = (0.02, 16.0);

pub struct Plan {
    pub servers: usize,
    pub length: Duration,
    pub seed: u64,
    pub sample: Duration,
}

impl Plan {
    pub fn of(servers: usize, seconds: u64) -> Self {
        let given = std::env::var("ORCHESTRATOR_TEST_SEED")
            .ok()
            .and_then(|text| text.parse().ok());
        Self {
            servers,
            length: Duration::from_secs(seconds),
            seed: given.unwrap_or_else(|| u64::from(std::process::id())),
            sample: SAMPLE.min(Duration::from_secs(seconds) / 30),
        }
    }
}

/// Numbers that a seed repeats (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// Returns what grew, for people; empty when nothing did.
pub fn run(plan: &Plan) -> Vec<String> {
    println!("seed: ORCHESTRATOR_TEST_SEED={}", plan.seed);
    let servers = Servers::start(plan.servers);
    let folder = Folder::new();
    let config = prepare(&folder, &servers);
    let mut watcher = Watcher::start(&folder, &config);
    let samples = sample(plan, &servers, &mut watcher);

    (0..servers.len()).for_each(|at| servers.become_(at, State::Healthy));
    let settled = Instant::now();
    wait_for(
        "every server is probed again once all are healthy",
        Duration::from_secs(120),
        || {
            watcher.account();
            servers.oldest(|_| true) < Duration::from_secs(3)
        },
    );
    println!(
        "all healthy: every server probed again after {:.1} s",
        settled.elapsed().as_secs_f64()
    );
    println!("lines logged: {}", watcher.lines());
    let (took, status) = watcher.finish();
    println!("SIGTERM until the end: {:.2} s (status {status:?})", took.as_secs_f64());
    let mut wrong = grown(&samples);
    if status != Some(0) {
        wrong.push(format!("exit status {status:?}"));
    }
    wrong
}

fn sample(plan: &Plan, servers: &Servers, watcher: &mut Watcher) -> Vec<Account> {
    let mut random = Random(plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut sick: VecDeque<usize> = VecDeque::new();
    let quota = (plan.servers / 20).max(1);
    let warm_up = (plan.length / 10).clamp(WARM_UP.0, WARM_UP.1);
    let (begun, mut last) = (Instant::now(), watcher.account());
    let (mut next, mut probes, mut samples) = (plan.sample, servers.probes(), Vec::new());
    println!(
        "{:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>9}",
        "s", "CPU %", "RSS MB", "fds", "threads", "probes/s", "oldest s"
    );
    while begun.elapsed() < warm_up + plan.length {
        // Each second a few get well and as many fall ill, so a server is ill for about twenty seconds.
        for _ in 0..(quota / 20).max(1) {
            fall_ill(servers, &mut sick, quota, &mut random);
        }
        servers.drop_connections(random.below(servers.len()));
        std::thread::sleep(Duration::from_secs(1).min(plan.sample));
        if begun.elapsed() < next {
            continue;
        }
        let (now, all) = (watcher.account(), servers.probes());
        let seconds = plan.sample.as_secs_f64();
        let is_warm = begun.elapsed() > warm_up;
        println!(
            "{:>7.0} {:>7.1} {:>7.1} {:>7} {:>7} {:>9.0} {:>9.2}{}",
            begun.elapsed().as_secs_f64(),
            (now.cpu_seconds - last.cpu_seconds) / seconds * 100.0,
            now.resident_mib,
            now.descriptors,
            now.threads,
            (all - probes) as f64 / seconds,
            servers
                .oldest(|at| servers.is_well(at, Duration::from_secs(10)))
                .as_secs_f64(),
            if is_warm { "" } else { "   warming up" }
        );
        if is_warm {
            samples.push(now);
        }
        (last, probes) = (now, all);
        next += plan.sample;
    }
    samples
}

/// Makes one more server ill; where there are enough of them, the one that has been so for longest gets well.
fn fall_ill(servers: &Servers, sick: &mut VecDeque<usize>, quota: usize, random: &mut Random) {
    if sick.len() >= quota
        && let Some(well) = sick.pop_front()
    {
        servers.become_(well, State::Healthy);
    }
    let at = random.below(servers.len());
    if !sick.contains(&at) {
        let states = [State::Hung, State::Refusing];
        servers.become_(at, states[random.below(states.len())]);
        sick.push_back(at);
    }
}

fn grown(samples: &[Account]) -> Vec<String> {
    let third = samples.len() / 3;
    let compare = |what: &str, (part, more): (f64, f64), read: fn(&Account) -> f64| {
        let of = |samples: &[Account]| median(&samples.iter().map(read).collect::<Vec<_>>());
        let (first, last) = (of(&samples[..third]), of(&samples[samples.len() - third..]));
        println!("{what}: median of the first third {first:.1}, of the last {last:.1}");
        (last > first * (1.0 + part) + more).then(|| format!("{what} grew from {first:.1} to {last:.1}"))
    };
    let found = [
        compare("RSS MB", MEMORY, |account| account.resident_mib),
        compare("descriptors", DESCRIPTORS, |account| account.descriptors as f64),
        compare("threads", DESCRIPTORS, |account| account.threads as f64),
    ];
    found.into_iter().flatten().collect()
}

/// The judgement itself: what it must see, and what it must let pass.
pub fn check_judgement() {
    let account = |resident_mib: f64, descriptors: usize| Account {
        cpu_seconds: 0.0,
        resident_mib,
        descriptors,
        threads: 10,
    };
    let flat: Vec<Account> = (0..30)
        .map(|at| account(50.0 + f64::from(at % 3), 1_000 + at as usize % 7))
        .collect();
    assert_eq!(grown(&flat), Vec::<String>::new());
    let leak: Vec<Account> = (0..30).map(|at| account(50.0 + f64::from(at) / 3.0, 1_000)).collect();
    assert_eq!(grown(&leak).len(), 1);
    let descriptors: Vec<Account> = (0..30).map(|at| account(50.0, 1_000 + 4 * at)).collect();
    assert_eq!(grown(&descriptors).len(), 1);
}
