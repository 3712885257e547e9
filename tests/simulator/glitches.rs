//! Glitches shorter than any threshold, alone and on top of each other: no death.

use crate::rng::Rng;
use crate::simulation::Simulation;
use crate::watcher::Settings;
use crate::world::Link;
use crate::{factor, seed};

#[derive(Clone, Copy, Debug)]
enum Glitch {
    OurLink(usize, Link),
    TheirLink(usize, Link),
    Pause(usize),
    Slow(usize, u64),
}

impl Glitch {
    fn any(rng: &mut Rng, replicas: usize) -> Self {
        let server = usize::try_from(rng.between(0, replicas as u64 + 1)).expect("few");
        let replica = usize::try_from(rng.between(1, replicas as u64 + 1)).expect("few");
        let link = *rng.pick(&[Link::Refuse, Link::Blackhole]);
        match rng.between(0, 10) {
            0..=2 => Self::OurLink(0, link),
            3 => Self::OurLink(server, link),
            4..=5 => Self::TheirLink(replica, link),
            6 => Self::Pause(0),
            7 => Self::Pause(server),
            8 => Self::Slow(server, rng.between(10, 900)),
            _ => Self::Slow(0, *rng.pick(&[200, 400, 800])),
        }
    }

    fn set(self, simulation: &mut Simulation, on: bool) {
        let watcher = simulation.world.watcher();
        let link = |link| if on { link } else { Link::Open };
        match self {
            Self::OurLink(at, kind) => simulation.set_link(watcher, at, link(kind)),
            Self::TheirLink(at, kind) => simulation.set_link(0, at, link(kind)),
            Self::Pause(at) => simulation.pause(at, on),
            Self::Slow(at, by) => simulation.change(|world| world.servers[at].slow = if on { by } else { 0 }),
        }
    }
}

fn settings(rng: &mut Rng, witness: bool) -> Settings {
    Settings {
        poll: *rng.pick(&[1, 1, 2, 5]),
        probe_deadline: *rng.pick(&[2000, 3000, 10_000]),
        events: rng.chance(70),
        witness: if witness { 2 } else { 0 },
    }
}

fn world(rng: &mut Rng, witness: bool) -> (Simulation, usize) {
    let replicas = usize::try_from(rng.between(1, 4)).expect("few");
    let mut simulation = Simulation::cluster(replicas, settings(rng, witness), rng.next());
    simulation.world.net_timeout = *rng.pick(&[4000, 10_000, 60_000]);
    simulation.world.connect_time = *rng.pick(&[1, 50, 400]);
    simulation.world.connect_retry = *rng.pick(&[1000, 10_000, 60_000]);
    (simulation, replicas)
}

/// Plays so many glitches one after the other in each of so many worlds; returns how many worlds saw a death.
fn play(worlds: std::ops::Range<u64>, each: u64, witness: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for own in worlds {
        let mut rng = Rng::new(own);
        let (mut simulation, replicas) = world(&mut rng, witness);
        simulation.run_for(rng.between(1000, 4000));
        for _ in 0..each {
            let glitch = Glitch::any(&mut rng, replicas);
            glitch.set(&mut simulation, true);
            simulation.run_for(rng.between(1, 1400));
            glitch.set(&mut simulation, false);
            simulation.run_for(rng.between(1100, 3000));
            if !simulation.deaths().is_empty() {
                wrong.push(format!("seed {own}: {glitch:?}\n{}", simulation.told()));
                break;
            }
        }
    }
    wrong
}

/// One after the other: nothing at all is called dead.
#[test]
fn ten_thousand_glitches_and_no_death() {
    let seed = seed();
    let wrong = play(seed..seed + 100 * factor(), 100, true);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same glitches without the witness: the simulator does find false deaths where there are any.
#[test]
fn without_the_witness_some_glitches_look_like_deaths() {
    let seed = seed();
    let wrong = play(seed..seed + 20, 100, false);
    println!(
        "without the witness: false deaths in {} of 20 worlds of up to 100 glitches",
        wrong.len()
    );
    assert!(!wrong.is_empty());
}

/// Several at once: whatever a replica could have told is found out.
#[test]
fn glitches_on_top_of_each_other() {
    let seed = seed();
    for number in 0..100 * factor() {
        let own = seed.wrapping_add(1_000_000 + number);
        let mut rng = Rng::new(own);
        let (mut simulation, replicas) = world(&mut rng, true);
        let mut on: Vec<Glitch> = Vec::new();
        for _ in 0..60 {
            if on.len() < 3 && rng.chance(55) {
                let glitch = Glitch::any(&mut rng, replicas);
                glitch.set(&mut simulation, true);
                on.push(glitch);
            } else if !on.is_empty() {
                let at = usize::try_from(rng.between(0, on.len() as u64)).expect("few");
                on.swap_remove(at).set(&mut simulation, false);
            }
            simulation.run_for(rng.between(1, 900));
            let found = &simulation.false_deaths;
            assert!(
                found.is_empty(),
                "seed {own}: {found:?} with {on:?}\n{}",
                simulation.told()
            );
        }
    }
}
