//! Real sockets that hang up, break, or only talk.

use super::*;
use crate::probe::raise_descriptor_limit;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(20);

fn key(number: usize) -> InstanceKey {
    InstanceKey::new(format!("db{number}"), 3306)
}

fn start() -> (HangUps, Receiver<InstanceKey>) {
    let (sender, receiver) = mpsc::channel();
    let told = move |key| sender.send(key).unwrap_or_default();
    (HangUps::start(told).unwrap(), receiver)
}

/// A client's end and its server's.
fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// That nothing was told so far: a hang-up made now is the next to be told.
fn nothing_else(hangups: &HangUps, told: &Receiver<InstanceKey>) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mark = InstanceKey::new("mark", 1);
    hangups.watch(&mark, ours.as_raw_fd()).unwrap();
    drop(theirs);
    assert_eq!(told.recv_timeout(LONG).unwrap(), mark);
    hangups.forget(&mark);
}

#[test]
fn every_way_to_hang_up_is_told_once() {
    let (hangups, told) = start();
    type End = fn(TcpStream, &mut TcpStream);
    let ways: [(&str, End); 4] = [
        ("close", |server, _| drop(server)),
        ("half-close", |server, _| {
            server.shutdown(Shutdown::Write).unwrap();
            // Open until the test's process ends.
            std::mem::forget(server);
        }),
        ("reset", |server, client| {
            // Closing with unread bytes resets.
            client.write_all(b"unread").unwrap();
            wait_readable(&server);
            drop(server);
        }),
        ("bytes, then close", |mut server, _| {
            server.write_all(b"goodbye").unwrap();
            drop(server);
        }),
    ];
    for (at, (way, end)) in ways.into_iter().enumerate() {
        for before in [false, true] {
            let (mut client, server) = connection();
            let key = key(at);
            if before {
                end(server, &mut client);
                hangups.watch(&key, client.as_raw_fd()).unwrap();
            } else {
                hangups.watch(&key, client.as_raw_fd()).unwrap();
                nothing_else(&hangups, &told);
                end(server, &mut client);
            }
            assert_eq!(told.recv_timeout(LONG).as_ref(), Ok(&key), "{way}");
            // Watching what has been told changes nothing.
            hangups.watch(&key, client.as_raw_fd()).unwrap();
            nothing_else(&hangups, &told);
        }
    }
}

fn wait_readable(stream: &TcpStream) {
    stream.set_read_timeout(Some(LONG)).unwrap();
    assert!(stream.peek(&mut [0]).unwrap() > 0);
}

#[test]
fn forgotten_ones_are_not_told() {
    let (hangups, told) = start();
    let (client, server) = connection();
    hangups.watch(&key(1), client.as_raw_fd()).unwrap();
    assert_eq!(hangups.count(), 1);
    hangups.forget(&key(1));
    hangups.forget(&key(1));
    assert_eq!(hangups.count(), 0);
    drop(server);
    nothing_else(&hangups, &told);
    // It can be watched again, and has hung up by now.
    hangups.watch(&key(1), client.as_raw_fd()).unwrap();
    assert_eq!(told.recv_timeout(LONG), Ok(key(1)));
}

#[test]
fn what_cannot_be_watched_is_an_error() {
    let (hangups, told) = start();
    let (client, server) = connection();
    hangups.watch(&key(1), client.as_raw_fd()).unwrap();
    assert!(hangups.watch(&key(1), -1).is_err());
    assert_eq!(hangups.count(), 0);
    drop(server);
    nothing_else(&hangups, &told);
}

#[test]
fn a_killed_process_is_told() {
    let (hangups, told) = start();
    for unread in [false, true] {
        let (mut client, server) = connection();
        let mut child = Command::new("sleep")
            .arg("600")
            .stdin(Stdio::from(OwnedFd::from(server)))
            .spawn()
            .unwrap();
        if unread {
            client.write_all(b"a query that is never answered").unwrap();
        }
        hangups.watch(&key(1), client.as_raw_fd()).unwrap();
        nothing_else(&hangups, &told);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(told.recv_timeout(LONG), Ok(key(1)), "with unread bytes: {unread}");
    }
}

/// How often a thread of this process gave up the processor to wait.
fn waits(thread: libc::pid_t) -> u64 {
    let status = fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.unwrap().trim().parse().unwrap()
}

#[test]
fn bytes_are_not_told_and_wake_nobody() {
    raise_descriptor_limit().unwrap();
    let (sender, told) = mpsc::channel();
    // SAFETY: takes nothing.
    let hangups = HangUps::start(move |_| sender.send(unsafe { libc::gettid() }).unwrap()).unwrap();
    let mut pairs: Vec<_> = (0..1_000).map(|_| connection()).collect();
    for (at, (client, _)) in pairs.iter().enumerate() {
        hangups.watch(&key(at), client.as_raw_fd()).unwrap();
    }
    let thread = {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        hangups.watch(&InstanceKey::new("mark", 1), ours.as_raw_fd()).unwrap();
        told.recv_timeout(LONG).unwrap()
    };
    let asleep =
        || fs::read_to_string(format!("/proc/self/task/{thread}/stat")).is_ok_and(|stat| stat.contains(") S "));
    let began = Instant::now();
    while !asleep() && began.elapsed() < LONG {
        thread::yield_now();
    }
    let before = waits(thread);
    for (client, server) in &mut pairs {
        server.write_all(b"a ticket").unwrap();
        wait_readable(client);
    }
    // One for what it may have been about to do when it was looked at.
    assert!(waits(thread) <= before + 1, "{} wakes", waits(thread) - before);
    assert_eq!(told.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    assert_eq!(hangups.count(), 1_000);
}

#[test]
fn of_thousands_exactly_those_that_hang_up_are_told() {
    raise_descriptor_limit().unwrap();
    let (hangups, told) = start();
    let mut pairs: BTreeMap<usize, _> = (0..3_000).map(|at| (at, UnixStream::pair().unwrap())).collect();
    for (at, (ours, _)) in &pairs {
        hangups.watch(&key(*at), ours.as_raw_fd()).unwrap();
    }
    let mut kept = Vec::new();
    for at in (0..3_000).step_by(3) {
        let (ours, theirs) = pairs.remove(&at).unwrap();
        drop(theirs);
        kept.push(ours);
    }
    let seen: BTreeSet<_> = (0..1_000).map(|_| told.recv_timeout(LONG).unwrap()).collect();
    assert_eq!(seen, (0..3_000).step_by(3).map(key).collect());
    nothing_else(&hangups, &told);
    assert_eq!(hangups.count(), 2_000);
}

/// A descriptor number so high that no other test of this process gets it.
fn high_number(below: RawFd) -> RawFd {
    RawFd::try_from(raise_descriptor_limit().unwrap().1).unwrap() - below
}

/// A pair whose own end has this descriptor number.
fn pair_at(number: RawFd) -> Option<(UnixStream, UnixStream)> {
    let (ours, theirs) = UnixStream::pair().unwrap();
    // SAFETY: takes no pointers, and gives the lowest free number from this one on.
    let copy = unsafe { libc::fcntl(ours.as_raw_fd(), libc::F_DUPFD_CLOEXEC, number) };
    // SAFETY: the system has just made the descriptor, and nobody else knows it.
    let copy = UnixStream::from(unsafe { OwnedFd::from_raw_fd(copy) });
    (copy.as_raw_fd() == number).then_some((copy, theirs))
}

#[test]
fn a_number_used_again_belongs_to_the_new_server() {
    let (hangups, told) = start();
    let number = high_number(50);
    for forget_first in [false, true] {
        let (old, _their_old) = pair_at(number).expect("a number that nobody uses");
        hangups.watch(&key(1), number).unwrap();
        drop(old);
        let (_new, their_new) = pair_at(number).expect("the number is free again");
        if forget_first {
            hangups.forget(&key(1));
        }
        hangups.watch(&key(2), number).unwrap();
        assert_eq!(hangups.count(), 1);
        // Takes nothing from the new one.
        hangups.forget(&key(1));
        nothing_else(&hangups, &told);
        drop(their_new);
        assert_eq!(told.recv_timeout(LONG), Ok(key(2)));
        nothing_else(&hangups, &told);
    }
}

#[test]
fn one_server_that_reconnects_under_the_same_number_is_watched_anew() {
    let (hangups, told) = start();
    let number = high_number(60);
    let mut open = None;
    for _ in 0..3 {
        drop(open.take());
        let (ours, theirs) = pair_at(number).expect("a number that nobody uses");
        hangups.watch(&key(1), number).unwrap();
        nothing_else(&hangups, &told);
        drop(theirs);
        assert_eq!(told.recv_timeout(LONG), Ok(key(1)));
        open = Some(ours);
    }
}

/// Many threads open, watch and close at once, so that numbers go from one to the other all the time. Those whose peer
/// went first must be told, those that this side closed at the same moment may be, and nobody else.
#[test]
fn nobody_is_told_of_in_anothers_name() {
    raise_descriptor_limit().unwrap();
    let (hangups, told) = start();
    let next = AtomicU32::new(0);
    let (must, may) = (Mutex::default(), Mutex::default());
    // Kept to the end: ends of ours that are to be told of, and peers that are not to hang up.
    let open = Mutex::default();
    let round = |turn: usize| {
        let key = key(next.fetch_add(1, Ordering::Relaxed) as usize);
        let (ours, theirs) = UnixStream::pair().unwrap();
        hangups.watch(&key, ours.as_raw_fd()).unwrap();
        match turn % 5 {
            // This side closes while the peer is there; forgotten never, after, or before.
            0 => {
                drop(ours);
                Vec::push(&mut open.lock().unwrap(), theirs);
            }
            1 => {
                drop(ours);
                hangups.forget(&key);
            }
            2 => {
                hangups.forget(&key);
                drop(ours);
            }
            3 => {
                BTreeSet::insert(&mut may.lock().unwrap(), key);
                drop(theirs);
                drop(ours);
            }
            _ => {
                BTreeSet::insert(&mut must.lock().unwrap(), key);
                drop(theirs);
                Vec::push(&mut open.lock().unwrap(), ours);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..2_000).for_each(round));
        }
    });
    let (must, may) = (must.into_inner().unwrap(), may.into_inner().unwrap());
    let (mut seen, mut in_time) = (BTreeSet::new(), 0);
    while in_time < must.len() {
        let key = told.recv_timeout(LONG).unwrap();
        assert!(must.contains(&key) || may.contains(&key), "{key}");
        in_time += usize::from(must.contains(&key));
        assert!(seen.insert(key), "told twice");
    }
}

#[test]
fn the_thread_ends() {
    let (sender, receiver) = mpsc::channel::<InstanceKey>();
    let hangups = HangUps::start(move |key| sender.send(key).unwrap_or_default()).unwrap();
    drop(hangups);
    assert_eq!(receiver.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
}
