//! A quiet fleet, then one of which a tenth hangs, then a quiet one again.
//!
//! CPU is of one core, median and worst of the windows. "Oldest" is the longest time for which a healthy server was not
//! asked, by the servers' own account; "in file" is the same as the inventory has it, whose whole seconds add up to one.
//! "Others" is what everything else on the machine but the fake servers used meanwhile: far from 0, measure again.

use super::watcher::{Watcher, ages, cpu_seconds_of_all};
use super::{Folder, prepare, wait_for};
use crate::process::{cpu_seconds, median};
use crate::servers::{Servers, State};
use std::time::{Duration, Instant};

/// Time between two looks at the servers; far below what is looked for.
const LOOK: Duration = Duration::from_millis(50);

pub struct Plan {
    pub servers: usize,
    /// Time before measuring.
    pub settle: Duration,
    /// Windows that are measured, and their length.
    pub windows: usize,
    pub window: Duration,
}

impl Plan {
    pub const FULL: Self = Self {
        servers: 1_000,
        settle: Duration::from_secs(15),
        windows: 10,
        window: Duration::from_secs(3),
    };
}

pub fn run(plan: &Plan) {
    let servers = Servers::start(plan.servers);
    let folder = Folder::new();
    let config = prepare(&folder, &servers);
    let begun = Instant::now();
    let mut watcher = Watcher::start(&folder, &config);
    wait_for("watch has probed every server", Duration::from_secs(60), || {
        watcher.account();
        servers.oldest(|_| true) < begun.elapsed()
    });
    println!(
        "{:<58} {:>7.2} s",
        "start of watch until every server was probed",
        begun.elapsed().as_secs_f64()
    );
    println!(
        "\n{:<24} {:>6} {:>7} {:>7} {:>9} {:>9} {:>9} {:>8} {:>8} {:>9}",
        "what", "CPU %", "worst", "RSS MB", "probes/s", "oldest s", "in file", "fds", "threads", "others %"
    );
    measure("all healthy", plan, &servers, &mut watcher, &folder);
    (0..servers.len())
        .step_by(10)
        .for_each(|at| servers.become_(at, State::Hung));
    measure("a tenth hangs", plan, &servers, &mut watcher, &folder);
    (0..servers.len()).for_each(|at| servers.become_(at, State::Healthy));
    measure("all healthy again", plan, &servers, &mut watcher, &folder);

    println!();
    for name in [
        "orchestrator_tick_boundaries_skipped_total",
        "orchestrator_inventory_rows_waiting",
        "orchestrator_connections_open",
        "orchestrator_connections_lost_total",
        "orchestrator_discoveries_fail_total",
    ] {
        let value = watcher
            .metric(name)
            .map_or_else(|| "not there".to_owned(), |value| value.to_string());
        println!("{name:<58} {value:>9}");
    }
    println!("{:<58} {:>9}", "lines logged", watcher.lines());
    let (took, status) = watcher.finish();
    println!(
        "{:<58} {:>7.2} s   (status {status:?})",
        "SIGTERM until the end",
        took.as_secs_f64()
    );
    assert_eq!(status, Some(0));
}

fn measure(what: &str, plan: &Plan, servers: &Servers, watcher: &mut Watcher, folder: &Folder) {
    std::thread::sleep(plan.settle);
    let is_healthy = |at: usize| servers.is_well(at, plan.settle);
    let (mut cpu, mut resident, mut oldest, mut in_file) = (Vec::new(), 0.0_f64, Duration::ZERO, 0.0_f64);
    let (begun, probes) = (Instant::now(), servers.probes());
    let (ours, all) = (cpu_seconds(), cpu_seconds_of_all());
    let first = watcher.account();
    let mut last = first;
    for _ in 0..plan.windows {
        let window = Instant::now();
        while window.elapsed() < plan.window {
            std::thread::sleep(LOOK);
            oldest = oldest.max(servers.oldest(is_healthy));
        }
        let (now, length) = (watcher.account(), window.elapsed().as_secs_f64());
        cpu.push((now.cpu_seconds - last.cpu_seconds) / length * 100.0);
        resident = resident.max(now.resident_mib);
        last = now;
        // Looked at after the account: reading a file of 1,000 rows is no work of the watcher's, but takes its cores.
        let ages = ages(&folder.inventory());
        let of_healthy = (0..servers.len())
            .filter(|at| is_healthy(*at))
            .filter_map(|at| ages.get(&servers.key(at)));
        in_file = of_healthy.copied().fold(in_file, f64::max);
    }
    let others = cpu_seconds_of_all() - all - (cpu_seconds() - ours) - (last.cpu_seconds - first.cpu_seconds);
    let others = others.max(0.0) / begun.elapsed().as_secs_f64() * 100.0;
    let rate = (servers.probes() - probes) as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{what:<24} {:>6.1} {:>7.1} {resident:>7.1} {rate:>9.0} {:>9.2} {in_file:>9.2} {:>8} {:>8} {others:>9.1}",
        median(&cpu),
        cpu.iter().copied().fold(0.0, f64::max),
        oldest.as_secs_f64(),
        last.descriptors,
        last.threads
    );
}
