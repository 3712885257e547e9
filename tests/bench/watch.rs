//! What `watch` costs, whether it leaks, how soon it sees a master die and how soon an application can write again:
//! `tests/bench/run watch`, `tests/bench/run soak [SECONDS]`, `tests/bench/run verdicts [RUNS]` and
//! `tests/bench/run failover [RUNS]`.
//!
//! `ORCHESTRATOR_BENCH_WATCH` names another program to be measured in its place, `ORCHESTRATOR_BENCH_SERVERS` another
//! number of servers, `ORCHESTRATOR_TEST_SEED` the seed of a soak.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]
// The packets of the fake servers of the tests, which keep them to themselves.
#![allow(clippy::duplicate_mod)]

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code)]
mod process;
mod servers;
mod watching;

#[path = "../support/watching.rs"]
mod story;
#[path = "../support/tool.rs"]
mod tool;
#[path = "../support/writers.rs"]
mod writers;

use orchestrator::model::InstanceKey;
use orchestrator::probe::{ProbeSettings, Session};
use servers::{Servers, State};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use watching::{failover, soak, steady, verdicts, wait_for};

fn main() -> ExitCode {
    // `cargo test --benches` runs it without this word: then the harness alone is tried.
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        the_servers_do_as_they_are_told();
        soak::check_judgement();
        return ExitCode::SUCCESS;
    }
    raise_descriptor_limit();
    let count = std::env::var("ORCHESTRATOR_BENCH_SERVERS")
        .ok()
        .and_then(|text| text.parse().ok());
    let count = count.unwrap_or(steady::Plan::FULL.servers);
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    match words[..] {
        // Other benches are asked for by name; this one has a name of its own.
        [] => println!("watch: name what to measure: watch, soak [SECONDS], verdicts [RUNS], or failover [RUNS]"),
        ["watch"] => steady::run(&steady::Plan {
            servers: count,
            ..steady::Plan::FULL
        }),
        ["soak", ref rest @ ..] => {
            let seconds = rest
                .first()
                .map_or(3_600, |text| text.parse().expect("a number of seconds"));
            let wrong = soak::run(&soak::Plan::of(count, seconds));
            if !wrong.is_empty() {
                println!("FAILED: {}", wrong.join("; "));
                return ExitCode::FAILURE;
            }
            println!("nothing grew");
        }
        ["verdicts", ref rest @ ..] => {
            let runs = rest.first().map_or(20, |text| text.parse().expect("a number of runs"));
            if let Err(error) = verdicts::run(runs) {
                println!("FAILED: {error:#}");
                return ExitCode::FAILURE;
            }
        }
        ["failover", ref rest @ ..] => {
            let runs = rest.first().map_or(20, |text| text.parse().expect("a number of runs"));
            if let Err(error) = failover::run(runs) {
                println!("FAILED: {error:#}");
                return ExitCode::FAILURE;
            }
        }
        _ => {
            println!("watch: unknown words {words:?}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Servers and connections take a descriptor each.
fn raise_descriptor_limit() {
    // SAFETY: the structure is plain numbers that the first call fills and the second reads.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        limit.rlim_cur = limit.rlim_max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
    }
}

/// A probe of each kind of server in each state.
fn the_servers_do_as_they_are_told() {
    let servers = Servers::start(8);
    let mut settings = ProbeSettings::new("orc", "orc");
    settings.connect_timeout = Duration::from_millis(500);
    settings.read_timeout = Duration::from_millis(500);
    let settings = Arc::new(settings);
    let now = || orchestrator::model::Timestamp(1_790_000_000);
    let mut sessions: Vec<Session> = (0..servers.len())
        .map(|at| {
            let key = servers.key(at);
            let (host, port) = key.rsplit_once(':').unwrap();
            Session::new(InstanceKey::new(host, port.parse().unwrap()), Arc::clone(&settings))
        })
        .collect();
    for session in &mut sessions {
        for _ in 0..3 {
            let observation = session.probe(&now);
            assert!(
                observation.is_success() && observation.faults.is_empty(),
                "{observation:?}"
            );
        }
    }
    assert_eq!((servers.probes(), servers.connections()), (24, 8));
    assert!(servers.oldest(|_| true) < Duration::from_secs(30));

    for state in [State::Hung, State::Refusing] {
        servers.become_(5, state);
        servers.drop_connections(5);
        assert!(!sessions[5].probe(&now).is_success(), "{state:?}");
        assert!(sessions[4].probe(&now).is_success());
    }
    servers.become_(5, State::Healthy);
    wait_for("it answers again", Duration::from_secs(10), || {
        sessions[5].probe(&now).is_success()
    });
    drop(sessions);
    wait_for("connections are gone", Duration::from_secs(10), || {
        servers.connections() == 0
    });
}
