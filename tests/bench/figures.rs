//! The figures of `tests/bench/RESULTS.md`: whole processes by their wall clock and peak memory, a steady probe by its
//! CPU time and packets. `tests/bench/run` runs it in the release profile; medians are what counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod fleet;
mod probing;
mod process;

use process::{Measured, median, run};
use std::path::Path;

fn main() {
    // `cargo test` runs benches too, once and briefly.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    let folder = std::env::temp_dir().join(format!("orchestrator-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    println!("{:<58} {:>10} {:>10} {:>10}", "what", "median", "worst", "peak RSS");
    cold_start(&folder, quick);
    for (count, quick_only) in [(10_000, true), (100_000, false)] {
        if quick_only || !quick {
            analysis(&folder, count, quick);
        }
    }
    if !quick {
        probing::steady();
    }
    std::fs::remove_dir_all(&folder).ok();
}

fn report(what: &str, runs: &[Measured]) {
    let wall: Vec<f64> = runs.iter().map(|r| r.wall_ms).collect();
    let worst = wall.iter().copied().fold(0.0, f64::max);
    let rss = runs.iter().map(|r| r.peak_kib).max().unwrap_or(0);
    println!(
        "{what:<58} {:>7.1} ms {:>7.1} ms {:>7.1} MB",
        median(&wall),
        worst,
        rss as f64 / 1024.0
    );
}

fn cold_start(folder: &Path, quick: bool) {
    let config = fleet::config(folder, "empty");
    run(&["--config", &config, "-c", "redeploy-internal-db"]);
    let repeats = if quick { 3 } else { 50 };
    let bare: Vec<Measured> = (0..repeats).map(|_| process::run_program("/bin/true", &[])).collect();
    report("/bin/true, for comparison", &bare);
    let runs: Vec<Measured> = (0..repeats)
        .map(|_| run(&["--config", &config, "-c", "clusters"]))
        .collect();
    report("cold start: clusters, empty inventory", &runs);
}

fn analysis(folder: &Path, count: usize, quick: bool) {
    let config = fleet::fill(folder, count);
    let repeats = if quick { 2 } else { 15 };
    let runs: Vec<Measured> = (0..repeats)
        .map(|_| run(&["--config", &config, "-c", "replication-analysis"]))
        .collect();
    report(
        &format!("replication-analysis, {count} instances, 1 in 100 masters dead"),
        &runs,
    );
}
