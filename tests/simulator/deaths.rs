//! Real deaths are found in time, and long cuts are no deaths.

use crate::rng::Rng;
use crate::simulation::Simulation;
use crate::watcher::Settings;
use crate::world::Link;
use crate::{factor, seed};

/// Milliseconds in which a killed master is found by the reset of a connection.
const KILLED_HEARD: u64 = 500;
/// The same where resets are not heard: the next poll finds it.
const KILLED_POLLED: u64 = 3000;
/// A master that stands still: a poll, the silence, and each replica in turn.
const PAUSED: u64 = 1000 + 2000 + 200;
const EACH_REPLICA: u64 = 1300;

#[test]
fn every_killed_master_is_found() {
    let seed = seed();
    let mut slowest = 0;
    for number in 0..150 * factor() {
        let own = seed.wrapping_add(2_000_000 + number);
        let mut rng = Rng::new(own);
        let events = rng.chance(50);
        let settings = Settings {
            events,
            ..Settings::default()
        };
        let mut simulation = Simulation::cluster(usize::try_from(rng.between(1, 5)).expect("few"), settings, own);
        simulation.world.connect_retry = 1000;
        simulation.run_for(rng.between(3000, 9000));
        let killed = simulation.world.now;
        simulation.kill(0);
        let restarts = rng.chance(50);
        simulation.run_for(4000);
        if restarts {
            simulation.change(|world| world.start(0));
            simulation.run_for(6000);
            assert!(!simulation.watcher.now_said.contains_key(&0), "seed {own}: it is back");
        }
        let found = simulation.death_of(0, killed);
        let bound = if events { KILLED_HEARD } else { KILLED_POLLED };
        let took = found.map(|at| at - killed);
        assert!(
            took.is_some_and(|took| took <= bound),
            "seed {own}: {took:?}\n{}",
            simulation.told()
        );
        slowest = slowest.max(took.unwrap_or(0));
    }
    println!("slowest verdict on a killed master: {slowest} ms");
}

#[test]
fn every_master_that_stands_still_is_found() {
    let seed = seed();
    for replicas in 1..=3usize {
        let mut took = Vec::new();
        for number in 0..40 * factor() {
            let own = seed.wrapping_add(3_000_000 + number);
            let mut simulation = Simulation::cluster(replicas, Settings::default(), own);
            let begin = simulation.rng.between(3000, 9000);
            simulation.run_for(begin);
            let paused = simulation.world.now;
            simulation.pause(0, true);
            simulation.run_for(20_000);
            let found = simulation.death_of(0, paused).map(|at| at - paused);
            let bound = PAUSED + EACH_REPLICA * replicas as u64;
            assert!(
                found.is_some_and(|f| f <= bound),
                "seed {own}: {found:?}\n{}",
                simulation.told()
            );
            took.extend(found);
        }
        took.sort_unstable();
        println!(
            "verdict on a master that stands still, {replicas} replicas: median {} ms, worst {} ms",
            took[took.len() / 2],
            took[took.len() - 1]
        );
    }
}

#[test]
fn our_link_alone_is_no_death() {
    let seed = seed();
    for number in 0..20 * factor() {
        for replicas in [1, 2] {
            for link in [Link::Refuse, Link::Blackhole] {
                let mut simulation = Simulation::cluster(replicas, Settings::default(), seed.wrapping_add(number));
                let begin = simulation.rng.between(3000, 9000);
                simulation.run_for(begin);
                let watcher = simulation.world.watcher();
                simulation.set_link(watcher, 0, link);
                simulation.run_for(60_000);
                let unreachable = simulation.watcher.now_said.contains_key(&0);
                assert!(unreachable, "it was not noticed");
                simulation.set_link(watcher, 0, Link::Open);
                simulation.run_for(10_000);
                let restarts = simulation.watcher.restarted.len();
                assert!(restarts <= 3, "{restarts} restarts of receivers in a minute");
                assert!(simulation.watcher.now_said.is_empty(), "{}", simulation.told());
                let dead = simulation
                    .watcher
                    .said
                    .iter()
                    .any(|s| s.code.as_str().starts_with("Dead"));
                assert!(!dead, "{}", simulation.told());
            }
        }
    }
}
