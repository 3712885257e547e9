//! What the watcher counts about itself, for a monitoring system: plain numbers that any thread may change without
//! waiting, and their text in the Prometheus exposition format.

use super::metric::Metric;
use super::schedule::{TICKS, Tick};
use crate::model::verdict::Code;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Before every name.
const PREFIX: &str = "orchestrator_";

/// Upper bounds of the classes of probe latency, in milliseconds; beyond the last one is a class of its own.
pub const LATENCY_BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// How long one kind of work took.
#[derive(Debug, Default)]
struct Durations {
    count: AtomicU64,
    sum_us: AtomicU64,
    longest_us: AtomicU64,
    skipped: AtomicU64,
}

/// How much work one lane has.
#[derive(Debug)]
struct Lane {
    name: &'static str,
    queued: AtomicU64,
    in_flight: AtomicU64,
}

/// The watcher's numbers. Share it by reference or [`Arc`](std::sync::Arc); nothing in it ever blocks.
#[derive(Debug)]
pub struct Metrics {
    values: Vec<AtomicU64>,
    ticks: Vec<Durations>,
    latency: [AtomicU64; LATENCY_BOUNDS_MS.len() + 1],
    latency_sum_us: AtomicU64,
    lanes: Vec<Lane>,
    verdicts: Vec<AtomicU64>,
}

impl Metrics {
    /// All numbers at zero; `lanes` are the names of the lanes that probes queue in.
    pub fn new(lanes: &[&'static str]) -> Self {
        let lane = |name: &&'static str| Lane {
            name,
            queued: AtomicU64::new(0),
            in_flight: AtomicU64::new(0),
        };
        Self {
            values: zeros(Metric::ALL.len()),
            ticks: TICKS.iter().map(|_| Durations::default()).collect(),
            latency: Default::default(),
            latency_sum_us: AtomicU64::new(0),
            lanes: lanes.iter().map(lane).collect(),
            verdicts: zeros(Code::ALL.len()),
        }
    }

    /// Adds one to a counter.
    pub fn count(&self, metric: Metric) {
        self.add(metric, 1);
    }

    /// Adds to a counter.
    pub fn add(&self, metric: Metric, more: u64) {
        self.values[metric as usize].fetch_add(more, Relaxed);
    }

    /// Sets a gauge.
    pub fn set(&self, metric: Metric, value: u64) {
        self.values[metric as usize].store(value, Relaxed);
    }

    /// What a counter or gauge stands at.
    pub fn get(&self, metric: Metric) -> u64 {
        self.values[metric as usize].load(Relaxed)
    }

    /// Notes one run of a tick: how long it took, and how many of its boundaries were passed over before it.
    pub fn tick(&self, tick: Tick, took: Duration, skipped: u64) {
        let durations = &self.ticks[tick as usize];
        let took = micros(took);
        durations.count.fetch_add(1, Relaxed);
        durations.sum_us.fetch_add(took, Relaxed);
        durations.longest_us.fetch_max(took, Relaxed);
        durations.skipped.fetch_add(skipped, Relaxed);
    }

    /// Notes how long one probe took, whatever came of it.
    pub fn probe(&self, took: Duration) {
        let class = LATENCY_BOUNDS_MS
            .iter()
            .position(|bound| took <= Duration::from_millis(*bound))
            .unwrap_or(LATENCY_BOUNDS_MS.len());
        self.latency[class].fetch_add(1, Relaxed);
        self.latency_sum_us.fetch_add(micros(took), Relaxed);
    }

    /// Sets the length of a lane; a name that [`Metrics::new`] was not given is passed over.
    pub fn set_lane(&self, name: &str, queued: usize, in_flight: usize) {
        for lane in self.lanes.iter().filter(|lane| lane.name == name) {
            lane.queued.store(queued as u64, Relaxed);
            lane.in_flight.store(in_flight as u64, Relaxed);
        }
    }

    /// Sets how many verdicts there are of each code; codes that do not occur fall to zero.
    pub fn set_verdicts(&self, codes: impl IntoIterator<Item = Code>) {
        let mut counts = vec![0; self.verdicts.len()];
        for code in codes {
            counts[code as usize] += 1;
        }
        for (gauge, count) in self.verdicts.iter().zip(counts) {
            gauge.store(count, Relaxed);
        }
    }

    /// Everything in the text exposition format, version 0.0.4, with this process's memory and descriptors.
    pub fn to_prometheus(&self) -> String {
        let mut page = Page(String::with_capacity(16 * 1024));
        page.family("build_info", "gauge", "Always 1; the version is in the label", |page| {
            page.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        });
        for metric in Metric::ALL {
            let name = metric.exposed_name();
            page.family(&name, metric.kind().as_str(), metric.help(), |page| {
                page.sample(&name, &[], self.get(*metric));
            });
        }
        self.write_ticks(&mut page);
        self.write_latency(&mut page);
        self.write_lanes(&mut page);
        page.family("verdicts", "gauge", "Verdicts of the last judgement, by code", |page| {
            for (code, count) in Code::ALL.iter().zip(&self.verdicts) {
                page.sample("verdicts", &[("code", code.as_str())], count.load(Relaxed));
            }
        });
        write_process(&mut page);
        page.0
    }

    fn write_ticks(&self, page: &mut Page) {
        let each = || {
            TICKS
                .iter()
                .zip(&self.ticks)
                .map(|(row, tick)| ([("tick", row.name)], tick))
        };
        let name = "tick_duration_seconds";
        page.family(name, "summary", "Time taken by the runs of a tick", |page| {
            for (label, tick) in each() {
                page.sample(&format!("{name}_sum"), &label, seconds(tick.sum_us.load(Relaxed)));
                page.sample(&format!("{name}_count"), &label, tick.count.load(Relaxed));
            }
        });
        let name = "tick_duration_longest_seconds";
        page.family(name, "gauge", "Longest run of a tick since the start", |page| {
            for (label, tick) in each() {
                page.sample(name, &label, seconds(tick.longest_us.load(Relaxed)));
            }
        });
        let name = "tick_boundaries_skipped_total";
        page.family(name, "counter", "Boundaries of a tick that were passed over", |page| {
            for (label, tick) in each() {
                page.sample(name, &label, tick.skipped.load(Relaxed));
            }
        });
    }

    fn write_latency(&self, page: &mut Page) {
        let name = "probe_duration_seconds";
        page.family(
            name,
            "histogram",
            "Time taken by probes, failed ones included",
            |page| {
                let mut count = 0;
                for (at, class) in self.latency.iter().enumerate() {
                    count += class.load(Relaxed);
                    let bound = LATENCY_BOUNDS_MS.get(at);
                    let bound = bound.map_or_else(|| "+Inf".to_owned(), |ms| seconds(ms * 1_000).to_string());
                    page.sample(&format!("{name}_bucket"), &[("le", &bound)], count);
                }
                page.sample(&format!("{name}_sum"), &[], seconds(self.latency_sum_us.load(Relaxed)));
                // The sum of the classes, so that both agree whatever other threads are adding.
                page.sample(&format!("{name}_count"), &[], count);
            },
        );
    }

    fn write_lanes(&self, page: &mut Page) {
        let mut gauge = |name: &str, help: &str, read: fn(&Lane) -> &AtomicU64| {
            page.family(name, "gauge", help, |page| {
                for lane in &self.lanes {
                    page.sample(name, &[("lane", lane.name)], read(lane).load(Relaxed));
                }
            });
        };
        gauge("lane_queued", "Instances that wait for a probe", |lane| &lane.queued);
        gauge("lane_in_flight", "Instances being probed", |lane| &lane.in_flight);
    }
}

fn zeros(count: usize) -> Vec<AtomicU64> {
    std::iter::repeat_with(AtomicU64::default).take(count).collect()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

/// What the system says of this process; what it does not say is left out.
fn write_process(page: &mut Page) {
    let mut gauge = |name: &str, help: &str, value: Option<u64>| {
        if let Some(value) = value {
            page.family(name, "gauge", help, |page| page.sample(name, &[], value));
        }
    };
    gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
    gauge("process_open_fds", "Open descriptors", open_descriptors());
}

/// Resident memory of this process in bytes; `None` where `/proc` is missing.
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Open descriptors of this process, without the one that counting takes; `None` where `/proc` is missing.
pub fn open_descriptors() -> Option<u64> {
    let count = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    Some(count.saturating_sub(1))
}

/// Replaces a file whole: readers see the old text or the new one, never a part. The file is not forced to the disk.
///
/// # Errors
/// A sentence with the path and what to do; the old file is then as it was.
pub fn write_file(path: &Path, text: &str) -> Result<(), String> {
    let Some(name) = path.file_name() else {
        return Err(format!(
            "{} is no file name: name a file for the metrics",
            path.display()
        ));
    };
    let mut beside = name.to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    replace(&beside, path, text).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        format!(
            "writing the metrics file {}: {error}; make sure that the folder {} exists, has room and lets this user \
             create files, or name another file",
            path.display(),
            folder.unwrap_or(Path::new(".")).display()
        )
    })
}

fn replace(beside: &Path, path: &Path, text: &str) -> io::Result<()> {
    // What a process of the same number left behind; a link put there by somebody else is not followed.
    let _ = std::fs::remove_file(beside);
    let mut file = std::fs::File::create_new(beside)?;
    file.write_all(text.as_bytes())?;
    drop(file);
    std::fs::rename(beside, path)
}

/// A text in the making.
struct Page(String);

impl Page {
    /// All samples of one name, under their head.
    fn family(&mut self, name: &str, kind: &str, help: &str, samples: impl FnOnce(&mut Self)) {
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        let _ = writeln!(self.0, "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}");
        samples(self);
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let text: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
            .collect();
        let _ = match text.as_slice() {
            [] => writeln!(self.0, "{PREFIX}{name} {value}"),
            text => writeln!(self.0, "{PREFIX}{name}{{{}}} {value}", text.join(",")),
        };
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_help_are_escaped() {
        let mut page = Page(String::new());
        page.family("x", "gauge", "a\\b\nc", |page| {
            page.sample("x", &[("l", "a\"b\\c\nd")], 1)
        });
        assert_eq!(
            page.0,
            "# HELP orchestrator_x a\\\\b\\nc\n# TYPE orchestrator_x gauge\norchestrator_x{l=\"a\\\"b\\\\c\\nd\"} 1\n"
        );
    }

    #[test]
    fn a_bound_belongs_to_its_class() {
        let metrics = Metrics::new(&[]);
        for (took, class) in [
            (0, 0),
            (1_000, 0),
            (1_001, 1),
            (10_000_000, 12),
            (10_000_001, 13),
            (u64::MAX, 13),
        ] {
            let before = metrics.latency[class].load(Relaxed);
            metrics.probe(Duration::from_micros(took));
            assert_eq!(metrics.latency[class].load(Relaxed), before + 1, "{took} µs");
        }
    }
}
