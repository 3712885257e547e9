//! Faults in random order, from a seed that is told where a test fails: `ORCHESTRATOR_TEST_SEED` repeats it,
//! `ORCHESTRATOR_TEST_ALL` makes it long. Whatever happens, the watcher lives, and when the last fault is over it finds
//! everybody again, its inventory is whole, and it ends when it is asked to. The servers are simulated.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/fault_watch.rs"]
mod fault_watch;

use fault_watch::fake_server::{FakeNode, Greeting};
use fault_watch::{Cluster, Place, Watch};
use rusqlite::Connection;
use serde_json::json;
use std::time::{Duration, Instant};

/// Numbers without order.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn wait(&mut self, at_most: u64) {
        std::thread::sleep(Duration::from_millis(self.below(at_most)));
    }
}

const GREETINGS: [Greeting; 5] = [
    Greeting::Never,
    Greeting::CloseAtOnce,
    Greeting::HalfThenHang,
    Greeting::HangAuth,
    Greeting::CloseAuth,
];

fn turn(node: &FakeNode, greeting: Greeting) {
    node.set_greeting(greeting);
    node.kill_connections();
}

/// One fault; what it was.
fn one(dice: &mut Dice, clusters: &mut [Cluster], down: &mut [bool], place: &Place, watch: &Watch) -> String {
    let at = usize::try_from(dice.below(clusters.len() as u64)).unwrap();
    let cluster = &mut clusters[at];
    let file = place.inventory();
    match dice.below(10) {
        0 | 1 if down[at] => {
            down[at] = false;
            cluster.revive();
            format!("cluster {at} is back")
        }
        0 | 1 => {
            down[at] = true;
            cluster.die();
            format!("the master of cluster {at} dies")
        }
        2 => {
            let greeting = GREETINGS[usize::try_from(dice.below(5)).unwrap()].clone();
            let said = format!("replicas of cluster {at}: {greeting:?}");
            cluster.replicas.iter().for_each(|node| turn(node, greeting.clone()));
            said
        }
        3 => {
            cluster.replicas.iter().for_each(|node| turn(node, Greeting::Normal));
            format!("replicas of cluster {at} are well")
        }
        4 => {
            if let Ok(other) = Connection::open(&file) {
                let locked = other.execute_batch("BEGIN EXCLUSIVE");
                dice.wait(3_000);
                drop(locked.and_then(|()| other.execute_batch("ROLLBACK")));
            }
            "the inventory was locked".to_owned()
        }
        5 => {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
            "the inventory is deleted".to_owned()
        }
        6 => {
            let other = place.dir.join("other");
            std::fs::write(&other, b"no database at all".repeat(100)).unwrap();
            std::fs::rename(&other, &file).unwrap();
            dice.wait(2_000);
            let _ = std::fs::remove_file(&file);
            "garbage was in the inventory's place".to_owned()
        }
        7 => {
            watch.send(libc::SIGSTOP);
            dice.wait(2_500);
            watch.send(libc::SIGCONT);
            "the watcher was stopped".to_owned()
        }
        8 => {
            place.configure("{ \"InstancePollSeconds\":");
            watch.send(libc::SIGHUP);
            dice.wait(300);
            place.configure(&place.config.to_string());
            watch.send(libc::SIGHUP);
            "the configuration was nonsense".to_owned()
        }
        _ => {
            (0..20).for_each(|_| watch.send(libc::SIGUSR1));
            cluster.replicas.iter().for_each(|node| node.kill_connections());
            "connections broke".to_owned()
        }
    }
}

#[test]
fn whatever_happens_it_finds_everybody_again() {
    let seed = std::env::var("ORCHESTRATOR_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_u64);
    let rounds = if std::env::var_os("ORCHESTRATOR_TEST_ALL").is_some() {
        300
    } else {
        25
    };
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut clusters: Vec<Cluster> = (0..3).map(|_| Cluster::start(3)).collect();
    let place = Place::new("random", &clusters.iter().collect::<Vec<_>>(), json!({}));
    let mut watch = place.watch();
    watch.settle(&place, 12);
    let mut down = vec![false; clusters.len()];
    let mut done = Vec::new();
    for _ in 0..rounds {
        done.push(one(&mut dice, &mut clusters, &mut down, &place, &watch));
        dice.wait(1_500);
        assert_eq!(watch.ended(Duration::ZERO), None);
        let status = watch.child.try_wait().unwrap();
        assert_eq!(status, None, "seed {seed}: {done:#?}\n{}", watch.text());
    }
    for (cluster, down) in clusters.iter_mut().zip(down) {
        if down {
            cluster.revive();
        }
        cluster.replicas.iter().for_each(|node| turn(node, Greeting::Normal));
    }
    let (since, begin) = (place.now(), Instant::now());
    while place.seen_since(&since) < 12 {
        let late = begin.elapsed() > Duration::from_secs(30);
        assert!(
            !late,
            "seed {seed}: {} of 12 seen: {done:#?}\n{}",
            place.seen_since(&since),
            watch.text()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(
        place.value("SELECT count(*) FROM database_instance").as_deref(),
        Some("12"),
        "seed {seed}: {done:#?}"
    );
    watch.stop();
    place.check();
}
