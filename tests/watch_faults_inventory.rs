//! The inventory fails a watcher: locked, deleted, emptied, damaged, out of reach. It goes on from memory, says so once,
//! and writes everything when it can again. The servers are simulated.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/fault_watch.rs"]
mod fault_watch;

use fault_watch::{Cluster, Place, Watch};
use rusqlite::Connection;
use serde_json::json;
use std::time::{Duration, Instant};

/// A watcher that has seen a cluster of four.
fn watching(name: &str) -> (Cluster, Place, Watch) {
    let cluster = Cluster::start(3);
    let place = Place::new(name, &[&cluster], json!({}));
    let watch = place.watch();
    watch.settle(&place, 4);
    (cluster, place, watch)
}

/// The detection was told, registered and its hooks run, once each.
#[track_caller]
fn detected_once(cluster: &Cluster, place: &Place, watch: &Watch) {
    watch.wait("a detection in the inventory", || {
        place
            .value("SELECT count(*) FROM topology_failure_detection")
            .as_deref()
            == Some("1")
    });
    watch.wait("hooks", || !place.hooks().is_empty());
    let rows = "SELECT count(*) FROM topology_failure_detection WHERE analysis = 'DeadMaster'";
    assert_eq!(place.value(rows).as_deref(), Some("1"), "{}", watch.text());
    assert_eq!(
        place.hooks(),
        [format!("DeadMaster {}", cluster.key())],
        "{}",
        watch.text()
    );
    assert_eq!(watch.count("DeadMaster detected"), 1, "{}", watch.text());
}

#[test]
fn a_lock_held_by_another_process_delays_only_what_is_written() {
    let (mut cluster, place, watch) = watching("locked");
    let other = Connection::open(place.inventory()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let locked = Instant::now();
    cluster.die();
    watch.hear("DeadMaster");
    assert!(locked.elapsed() < Duration::from_secs(8), "told while it is locked");
    while locked.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let released = place.now();
    other.execute_batch("ROLLBACK").unwrap();
    watch.wait("replicas seen again", || place.seen_since(&released) == 3);
    detected_once(&cluster, &place, &watch);
    watch.hear("over, after");
    let faults = watch
        .said()
        .iter()
        .filter(|line| line.contains("ERROR") && line.contains("locked"))
        .count();
    assert!(faults <= 1, "{faults} lines about one lock:\n{}", watch.text());
    watch.stop();
    place.check();
}

/// All four are in the file, seen since a moment.
#[track_caller]
fn written_anew(place: &Place, watch: &Watch, since: &str, instances: usize) {
    watch.wait("everybody in the new file", || place.seen_since(since) == instances);
}

#[test]
fn a_deleted_inventory_is_written_anew() {
    let (mut cluster, place, watch) = watching("deleted");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", place.inventory().display()));
    }
    let since = place.now();
    written_anew(&place, &watch, &since, 4);
    cluster.die();
    detected_once(&cluster, &place, &watch);
    assert_eq!(watch.count("was deleted"), 1, "{}", watch.text());
    assert_eq!(watch.count("was replaced"), 0, "{}", watch.text());
    watch.stop();
    place.check();
    let again = place.watch();
    again.hear("all 4 instances were asked");
    again.stop();
}

#[test]
fn an_inventory_in_a_place_that_cannot_be_written_is_said_once_and_written_when_it_can() {
    let (mut cluster, place, watch) = watching("folder");
    // Whoever is root may write everywhere: a folder that is gone stands for one that cannot be written.
    let folder = place.dir.join("moved");
    let file = place.inventory();
    std::fs::create_dir(&folder).unwrap();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::rename(
            format!("{}{end}", file.display()),
            folder.join(format!("inventory.sqlite3{end}")),
        );
    }
    // What is no file stands in its place.
    std::fs::create_dir(&file).unwrap();
    watch.hear("watching goes on from memory");
    cluster.die();
    watch.hear("DeadMaster detected");
    watch.wait("hooks", || place.hooks().len() == 1);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(watch.count("watching goes on from memory"), 1, "{}", watch.text());
    std::fs::remove_dir(&file).unwrap();
    let since = place.now();
    written_anew(&place, &watch, &since, 3);
    watch.hear("over, after");
    detected_once(&cluster, &place, &watch);
    let errors = watch.said().iter().filter(|line| line.contains("cannot open")).count();
    assert!(
        errors <= 2,
        "it is said when it comes and when it goes:\n{}",
        watch.text()
    );
    watch.stop();
    place.check();
}

/// Puts another file in the inventory's place, as a new file or by writing over the old one.
fn put(place: &Place, content: &[u8], in_place: bool) {
    let file = place.inventory();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    if in_place {
        std::fs::write(&file, content).unwrap();
    } else {
        let other = place.dir.join("other");
        std::fs::write(&other, content).unwrap();
        std::fs::rename(other, &file).unwrap();
    }
}

#[test]
fn an_empty_file_in_its_place_is_filled() {
    for in_place in [false, true] {
        let (mut cluster, place, watch) = watching("emptied");
        put(&place, b"", in_place);
        let since = place.now();
        written_anew(&place, &watch, &since, 4);
        cluster.die();
        detected_once(&cluster, &place, &watch);
        assert_eq!(
            watch.count("everything known is written into it"),
            1,
            "{}",
            watch.text()
        );
        watch.stop();
        place.check();
        let again = place.watch();
        again.hear("all 4 instances were asked");
        again.stop();
    }
}

#[test]
fn garbage_in_its_place_is_left_alone_until_somebody_removes_it() {
    let (mut cluster, place, watch) = watching("garbage");
    let garbage = b"This is a note of somebody, and no database. ".repeat(1000);
    put(&place, &garbage, false);
    watch.hear("watching goes on from memory");
    cluster.die();
    watch.wait("hooks", || place.hooks().len() == 1);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(watch.count("watching goes on from memory"), 1, "{}", watch.text());
    assert_eq!(std::fs::read(place.inventory()).unwrap(), garbage);
    std::fs::remove_file(place.inventory()).unwrap();
    let since = place.now();
    written_anew(&place, &watch, &since, 3);
    detected_once(&cluster, &place, &watch);
    watch.hear("over, after");
    watch.stop();
    place.check();
}

#[test]
fn it_ends_in_time_while_the_inventory_is_locked() {
    let (mut cluster, place, watch) = watching("locked-end");
    let other = Connection::open(place.inventory()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    cluster.die();
    watch.hear("watching goes on from memory");
    watch.stop();
    other.execute_batch("ROLLBACK").unwrap();
    place.check();
}
