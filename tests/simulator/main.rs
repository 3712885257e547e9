//! A master is called dead when it is, and a glitch is not: servers, network and watcher in virtual time.
//!
//! `ORCHESTRATOR_TEST_SEED` chooses the seed, which is always printed; `ORCHESTRATOR_TEST_ALL=1` does more of the same.
#![allow(clippy::expect_used, clippy::print_stdout)]

mod deaths;
mod glitches;
mod reading;
mod receiver;
mod rng;
mod scenarios;
mod simulation;
mod watcher;
mod world;

/// The seed of this run.
fn seed() -> u64 {
    let given = std::env::var("ORCHESTRATOR_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or(20_260_801);
    println!("ORCHESTRATOR_TEST_SEED={seed}");
    seed
}

/// How many times more than usual.
fn factor() -> u64 {
    if std::env::var("ORCHESTRATOR_TEST_ALL").is_ok_and(|all| all == "1") {
        10
    } else {
        1
    }
}
