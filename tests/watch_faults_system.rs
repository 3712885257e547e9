//! The system fails a watcher: its wall clock is stepped, host names hang, the disk is full. The servers are simulated; a
//! small library before the system's own shifts the clock and lets names hang, so a C compiler is needed, as for the
//! linker. The full disk is a small tmpfs, which needs root.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/fault_watch.rs"]
mod fault_watch;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/small_disk.rs"]
mod small_disk;

use fault_watch::{Cluster, Place, Watch};
use serde_json::json;
use small_disk::SmallDisk;
use std::path::Path;
use std::time::{Duration, Instant};

fn watching(place: &Place, clock: &Path) -> Watch {
    let mut command = place.command(&["watch"]);
    command.env("LD_PRELOAD", shim::library()).env("FAULT_CLOCK", clock);
    Watch::start(command)
}

/// Sets the clock so many seconds off, all at once.
fn step(clock: &Path, seconds: i64) {
    let new = clock.with_extension("new");
    std::fs::write(&new, seconds.to_string()).unwrap();
    std::fs::rename(new, clock).unwrap();
}

/// Instances whose last check lies within ten seconds of a clock that is so much off.
fn checked_at(place: &Place, seconds: i64) -> usize {
    let sql = format!(
        "SELECT count(*) FROM database_instance \
         WHERE abs(strftime('%s', last_seen) - strftime('%s', 'now', '{seconds} seconds')) < 10"
    );
    place.value(&sql).and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[test]
fn a_clock_that_is_stepped_makes_nobody_dead_and_nobody_forgotten() {
    let mut steady = Cluster::start(2);
    let mut failing = Cluster::start(2);
    let place = Place::new("clock", &[&steady, &failing], json!({}));
    let clock = place.dir.join("clock");
    let watch = watching(&place, &clock);
    watch.settle(&place, 6);
    let before = watch.said().len();
    for seconds in [3_600, 0, -3_600, 0] {
        step(&clock, seconds);
        watch.wait(&format!("all checked {seconds} s off"), || {
            checked_at(&place, seconds) == 6
        });
        std::thread::sleep(Duration::from_secs(3));
        let said = watch.said();
        let new: Vec<&String> = said[before..]
            .iter()
            .filter(|line| !line.contains("mysql/master"))
            .collect();
        assert!(new.is_empty(), "at {seconds} s: {new:#?}");
    }
    // A failure is found at once while the clock is back, and while it is ahead.
    for (seconds, cluster) in [(-3_600, &mut steady), (3_600, &mut failing)] {
        step(&clock, seconds);
        watch.wait("all checked", || checked_at(&place, seconds) >= 4);
        let begin = Instant::now();
        let hooks = place.hooks().len();
        cluster.die();
        watch.wait("hooks", || place.hooks().len() == hooks + 1);
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
        cluster.revive();
        watch.hear_times("DeadMaster", 1);
        watch.wait("all well again", || checked_at(&place, seconds) == 6);
    }
    assert_eq!(
        place.value("SELECT count(*) FROM database_instance").as_deref(),
        Some("6")
    );
    assert_eq!(watch.count("ceases to act"), 0, "{}", watch.text());
    assert_eq!(watch.count("forgotten"), 0, "{}", watch.text());
    watch.stop();
    place.check();
}

#[test]
fn names_that_hang_keep_nobody_waiting() {
    for method in ["none", "cname"] {
        let cluster = Cluster::start(9);
        let extra = json!({ "HostnameResolveMethod": method });
        let mut place = Place::new("names", &[&cluster], extra);
        // Where they are to be resolved, seeds are looked up one after the other.
        let mut seeds = vec![json!(cluster.key())];
        seeds.extend((0..30).map(|number| json!(format!("hang{number}.example:3306"))));
        place.config["DiscoverySeeds"] = json!(seeds);
        place.configure(&place.config.to_string());
        let watch = watching(&place, &place.dir.join("clock"));
        let begin = place.now();
        watch.wait("everybody who can be asked", || place.seen_since(&begin) >= 10);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(15) {
            let oldest = "SELECT max(strftime('%s', 'now') - strftime('%s', last_seen)) FROM database_instance \
                          WHERE hostname = '127.0.0.1'";
            let oldest = place.value(oldest).and_then(|age| age.parse::<u64>().ok()).unwrap_or(0);
            assert!(oldest <= 20, "{method}: {oldest} s\n{}", watch.text());
            std::thread::sleep(Duration::from_millis(200));
        }
        let threads = std::fs::read_dir(format!("/proc/{}/task", watch.child.id()))
            .unwrap()
            .count();
        assert!(threads < 400, "{threads} threads");
        watch.stop();
        place.check();
    }
}

#[test]
fn a_full_disk_delays_only_what_is_written() {
    let mut cluster = Cluster::start(9);
    let mut place = Place::new("full", &[&cluster], json!({ "AuditToBackendDB": true }));
    let Some(disk) = SmallDisk::mount(place.dir.join("disk")) else {
        return;
    };
    place.keep_in(&disk.at);
    let watch = place.watch();
    watch.settle(&place, 10);
    let tag = place
        .command(&["tag", "-i", &cluster.key(), "--tag", "kept=yes"])
        .status()
        .unwrap();
    assert!(tag.success());
    disk.fill();
    watch.hear("watching goes on from memory");
    cluster.die();
    watch.wait("hooks", || place.hooks().len() == 1);
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!(watch.count("watching goes on from memory"), 1, "{}", watch.text());
    let since = place.now();
    disk.free();
    watch.wait("replicas written again", || place.seen_since(&since) == 9);
    let rows = "SELECT count(*) FROM topology_failure_detection WHERE analysis = 'DeadMaster'";
    watch.wait("the detection", || place.value(rows).as_deref() == Some("1"));
    watch.hear("over, after");
    assert_eq!(place.hooks().len(), 1, "{}", watch.text());
    let tags = "SELECT tag_value FROM database_instance_tags WHERE tag_name = 'kept'";
    assert_eq!(place.value(tags).as_deref(), Some("yes"));
    let steps = "SELECT count(*) FROM topology_recovery_steps WHERE message LIKE 'Completed%'";
    watch.wait("the hooks' steps", || place.value(steps).as_deref() == Some("1"));
    watch.stop();
    place.check();
}
