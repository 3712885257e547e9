//! Running a program to its end, with the system's own account of it.

use std::process::{Command, Stdio};
use std::time::Instant;

pub struct Measured {
    pub wall_ms: f64,
    /// Largest resident set, in KiB.
    pub peak_kib: i64,
}

pub fn run(args: &[&str]) -> Measured {
    run_program(env!("CARGO_BIN_EXE_orchestrator"), args)
}

pub fn run_program(program: &str, args: &[&str]) -> Measured {
    let begun = Instant::now();
    // Waited for below, where the system's account of it comes with the status.
    #[allow(clippy::zombie_processes)]
    let child = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut status = 0;
    // SAFETY: the structure is plain numbers that the call fills; the child is ours and not waited for elsewhere.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::wait4(child.id() as i32, &raw mut status, 0, &raw mut usage);
        usage
    };
    assert_eq!(status, 0, "{program} {args:?}");
    Measured {
        wall_ms: begun.elapsed().as_secs_f64() * 1e3,
        peak_kib: usage.ru_maxrss,
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// CPU seconds, user and system, that this process has used.
pub fn cpu_seconds() -> f64 {
    // SAFETY: the structure is plain numbers that the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
