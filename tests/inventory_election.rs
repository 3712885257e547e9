//! Two watchers never both act, whatever their clocks do; and a dead one is replaced.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::{NOW, Scratch, memory, open, options, texts};
use orchestrator::inventory::{Access, Elected, Election, Inventory, NodeId, OpenOptions, PATIENCE};
use orchestrator::model::Timestamp;
use rusqlite::Connection;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn node(name: &str) -> NodeId {
    NodeId {
        hostname: "here".to_owned(),
        token: name.to_owned(),
    }
}

/// A watcher with a wall clock of its own.
struct Watcher {
    election: Election,
    me: NodeId,
    skew: i64,
}

impl Watcher {
    fn new(name: &str) -> Self {
        Self {
            election: Election::default(),
            me: node(name),
            skew: 0,
        }
    }

    /// Elects at this many milliseconds.
    fn elect(&mut self, inventory: &Inventory, at: u64) -> Elected {
        let elapsed = Duration::from_millis(at);
        let wall = NOW.plus_seconds(i64::try_from(at / 1000).unwrap() + self.skew);
        inventory
            .elect(&mut self.election, &self.me, wall, &|| elapsed, false)
            .unwrap()
    }

    fn may_act(&self, at: u64) -> bool {
        self.election.may_act(Duration::from_millis(at))
    }
}

fn row(file: &Path) -> String {
    let sql = "SELECT anchor || ' ' || hostname || ' ' || token || ' ' || last_seen_active || ' ' || first_seen_active
               FROM active_node";
    texts(&Connection::open(file).unwrap(), sql).join("\n")
}

#[test]
fn one_takes_keeps_and_resigns_and_the_row_is_as_the_original_writes_it() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let (mut a, mut b) = (Watcher::new("a"), Watcher::new("b"));
    let elected = a.elect(&inventory, 0);
    assert!(elected.is_elected && elected.is_new && !elected.is_lost);
    assert_eq!(row(&scratch.file()), format!("1 here a {NOW} {NOW}"));
    let elected = a.elect(&inventory, 1000);
    assert!(elected.is_elected && !elected.is_new);
    assert_eq!(row(&scratch.file()), format!("1 here a {} {NOW}", NOW.plus_seconds(1)));
    let standby = b.elect(&inventory, 1000);
    assert!(!standby.is_elected && !standby.is_lost);
    assert_eq!((standby.holder.id, standby.holder.since), (node("a"), Some(NOW)));

    assert!(!inventory.resign(&mut b.election, &b.me).unwrap(), "it holds nothing");
    assert!(inventory.resign(&mut a.election, &a.me).unwrap());
    assert!(!a.may_act(1000) && !a.election.is_holder());
    assert_eq!(row(&scratch.file()), "1   1971-01-01 00:00:00 1971-01-01 00:00:00");
    assert!(b.elect(&inventory, 1100).is_new, "at once");
    let lost = a.elect(&inventory, 1200);
    assert!(!lost.is_elected && lost.holder.id == b.me);
}

#[test]
fn a_missing_row_and_garbage_in_it() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let other = Connection::open(scratch.file()).unwrap();
    other.execute_batch("DELETE FROM active_node").unwrap();
    assert!(Watcher::new("a").elect(&inventory, 0).is_elected);
    other
        .execute_batch(
            "UPDATE active_node SET token = x'ff', hostname = 5, last_seen_active = 'soon', first_seen_active = 7",
        )
        .unwrap();
    let mut b = Watcher::new("b");
    assert!(!b.elect(&inventory, 0).is_elected);
    assert!(!b.elect(&inventory, 5000).is_elected);
    assert!(b.elect(&inventory, 5001).is_elected);
}

#[test]
fn an_operator_can_take_it() {
    let inventory = memory();
    let (mut a, mut b) = (Watcher::new("a"), Watcher::new("b"));
    a.elect(&inventory, 0);
    let grabbed = inventory
        .elect(&mut b.election, &b.me, NOW, &|| Duration::ZERO, true)
        .unwrap();
    assert!(grabbed.is_new);
    let lost = a.elect(&inventory, 1000);
    assert!(lost.is_lost && !a.may_act(1000));
}

#[test]
fn within_eight_seconds_of_a_death_another_acts() {
    for skews in [[0, 0], [0, 3600], [3600, 0], [0, -3600], [-3600, 0]] {
        for offset in [0u64, 300, 999] {
            let inventory = memory();
            let (mut a, mut b) = (Watcher::new("a"), Watcher::new("b"));
            (a.skew, b.skew) = (skews[0], skews[1]);
            a.elect(&inventory, 0);
            for second in 1..10 {
                b.elect(&inventory, second * 1000 - 1000 + offset);
                assert!(a.elect(&inventory, second * 1000).is_elected);
            }
            let death = 9000;
            let acts = (9..30)
                .map(|second| second * 1000 + offset)
                .find(|at| b.elect(&inventory, *at).is_elected);
            let acts = acts.expect("somebody acts");
            assert!(acts - death <= 8000, "{skews:?} {offset}: after {} ms", acts - death);
            assert!(acts - death >= 5000, "{skews:?} {offset}: after {} ms", acts - death);
        }
    }
}

#[test]
fn a_clock_that_is_set_changes_nothing_while_the_first_lives() {
    let inventory = memory();
    let (mut a, mut b) = (Watcher::new("a"), Watcher::new("b"));
    a.elect(&inventory, 0);
    for (second, step) in (1..200u64).zip([3600, -3600, 0, 7, -7].into_iter().cycle()) {
        let at = second * 1000;
        // One clock for both, and the second one looks before the first has written by it.
        b.skew += step;
        assert!(!b.elect(&inventory, at).is_elected, "second {second}");
        a.skew += step;
        assert!(a.elect(&inventory, at + 500).is_elected, "second {second}");
    }
}

#[test]
fn of_twenty_at_most_one_acts_at_any_time() {
    const WATCHERS: u64 = 20;
    let scratch = Scratch::new();
    drop(open(&scratch.file()).unwrap());
    let barrier = Barrier::new(usize::try_from(WATCHERS).unwrap());
    let (acting, idle) = (AtomicUsize::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for number in 0..WATCHERS {
            let (file, barrier, acting, idle) = (scratch.file(), &barrier, &acting, &idle);
            scope.spawn(move || {
                let inventory = open(&file).unwrap();
                let mut me = Watcher::new(&number.to_string());
                // Which watchers tick in which round, and how clocks are set, is mixed up but always the same.
                let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
                let mut next = move |below: u64| {
                    mixed ^= mixed << 13;
                    mixed ^= mixed >> 7;
                    mixed ^= mixed << 17;
                    mixed % below
                };
                let mut silent_until = 0;
                for round in 0..120u64 {
                    let at = round * 500 + number * 7;
                    if next(20) == 0 {
                        me.skew = i64::try_from(next(7201)).unwrap() - 3600;
                    }
                    if me.election.is_holder() && next(10) == 0 {
                        silent_until = round + 16;
                    }
                    barrier.wait();
                    if round >= silent_until {
                        me.elect(&inventory, at);
                    }
                    barrier.wait();
                    // By the time of whoever ticked last.
                    let acts = me.may_act(round * 500 + WATCHERS * 7);
                    acting.fetch_add(usize::from(acts), Ordering::SeqCst);
                    barrier.wait();
                    if number == 0 {
                        let count = acting.swap(0, Ordering::SeqCst);
                        assert!(count <= 1, "round {round}: {count} act");
                        idle.fetch_add(u64::from(count == 0), Ordering::SeqCst);
                    }
                    barrier.wait();
                }
            });
        }
    });
    let idle = idle.load(Ordering::SeqCst);
    assert!(idle < 60, "nobody acted in {idle} of 120 rounds");
}

#[test]
fn twenty_that_begin_at_once_on_a_new_file() {
    for _ in 0..5 {
        let scratch = Scratch::new();
        let elected = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for number in 0..20 {
                let (file, elected) = (scratch.file(), &elected);
                scope.spawn(move || {
                    let inventory = open(&file).unwrap();
                    let mut me = Watcher::new(&number.to_string());
                    elected.fetch_add(usize::from(me.elect(&inventory, 0).is_elected), Ordering::SeqCst);
                });
            }
        });
        assert_eq!(elected.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_file_that_cannot_be_written_makes_nobody_else_act() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let mut a = Watcher::new("a");
    a.elect(&inventory, 0);
    let hurried = OpenOptions {
        busy_timeout: Duration::from_millis(1),
        ..options(Access::Write)
    };
    let blocked = Inventory::open(scratch.file(), &hurried).unwrap();
    let blocker = Connection::open(scratch.file()).unwrap();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let at = Duration::from_secs(3);
    assert!(blocked.elect(&mut a.election, &a.me, NOW, &|| at, false).is_err());
    assert!(a.election.is_holder() && a.may_act(4999) && !a.may_act(5000));
    drop(blocker);
    assert!(!a.elect(&blocked, 9000).is_new, "it held the row all the time");
    assert_eq!(PATIENCE, Duration::from_secs(5));
}

/// The real thing: a process that holds the row is killed, another one takes it over.
#[test]
fn a_killed_process_is_replaced() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holds_the_row", "--nocapture"])
        .env("ELECTION_FILE", scratch.file())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("elected")));
    let began = Instant::now();
    let mut me = Watcher::new("me");
    let mut elect = |now: Timestamp| {
        let clock = || began.elapsed();
        inventory.elect(&mut me.election, &me.me, now, &clock, false).unwrap()
    };
    assert!(!elect(NOW).is_elected);
    child.kill().unwrap();
    child.wait().unwrap();
    while !elect(NOW).is_elected {
        assert!(began.elapsed() < Duration::from_secs(80), "nobody took over");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(began.elapsed() >= PATIENCE);
}

#[test]
fn holds_the_row() {
    let Some(file) = std::env::var_os("ELECTION_FILE") else {
        return;
    };
    let inventory = open(Path::new(&file)).unwrap();
    let (mut me, began) = (Watcher::new("child"), Instant::now());
    for beat in 0..6000 {
        let clock = || began.elapsed();
        let now = NOW.plus_seconds(beat);
        assert!(
            inventory
                .elect(&mut me.election, &me.me, now, &clock, false)
                .unwrap()
                .is_elected
        );
        println!("elected");
        std::thread::sleep(Duration::from_millis(100));
    }
}
