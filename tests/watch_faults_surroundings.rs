//! What surrounds a watcher fails it: nobody reads its messages, its configuration becomes nonsense, descriptors run out.
//! The servers are simulated.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/fault_watch.rs"]
mod fault_watch;

use fault_watch::{Cluster, Place, SOON, Watch};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < SOON, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends signals each of which makes it say two things of some hundred bytes.
fn make_it_talk(pid: i32, times: usize) {
    for _ in 0..times {
        // SAFETY: a plain system call about a child that has not been waited for.
        unsafe { libc::kill(pid, libc::SIGUSR1) };
        std::thread::sleep(Duration::from_micros(300));
    }
}

#[test]
fn messages_that_nobody_reads_keep_nothing_up() {
    let mut cluster = Cluster::start(3);
    let place = Place::new("unread", &[&cluster], json!({}));
    let mut child = place.command(&["watch"]).stderr(Stdio::piped()).spawn().unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    let begin = place.now();
    until("all instances known", || place.seen_since(&begin) == 4);
    // Ten thousand may wait.
    make_it_talk(pid, 20_000);
    let pipe = child.stderr.take().unwrap();
    cluster.die();
    until("hooks", || place.hooks().len() == 1);
    let detected = "SELECT count(*) FROM topology_failure_detection";
    until("a detection", || place.value(detected).as_deref() == Some("1"));
    // Somebody reads on; with the next message it is said how many are missing.
    let reader = std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = String::new();
        while !line.contains("messages were dropped, because") {
            line.clear();
            assert!(pipe.read_line(&mut line).unwrap() > 0, "it ended");
        }
        (line, pipe)
    });
    until("the number of lost messages", || {
        // SAFETY: as above.
        unsafe { libc::kill(pid, libc::SIGUSR1) };
        reader.is_finished()
    });
    let (line, _pipe) = reader.join().unwrap();
    let number: u64 = line.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    assert!(number > 100, "{line}");
    // Nobody reads again, and it is to end.
    make_it_talk(pid, 1_000);
    // SAFETY: as above.
    unsafe { libc::kill(pid, libc::SIGTERM) };
    let begin = Instant::now();
    until("its end", || child.try_wait().unwrap().is_some());
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    place.check();
}

#[test]
fn a_closed_standard_error_keeps_nothing_up() {
    let mut cluster = Cluster::start(2);
    let place = Place::new("closed", &[&cluster], json!({}));
    let mut child = place.command(&["watch"]).stderr(Stdio::piped()).spawn().unwrap();
    let begin = place.now();
    until("all instances known", || place.seen_since(&begin) == 3);
    drop(child.stderr.take());
    cluster.die();
    until("hooks", || place.hooks().len() == 1);
    // SAFETY: a plain system call about a child that has not been waited for.
    unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGTERM) };
    until("its end", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_configuration_that_became_nonsense_is_not_taken_over() {
    let mut cluster = Cluster::start(2);
    let place = Place::new("nonsense", &[&cluster], json!({}));
    let watch = place.watch();
    watch.settle(&place, 3);
    let good = place.config.to_string();
    let stays = "the configuration was not read again, and the present one stays in force";
    for (number, nonsense) in [
        Some("{\"InstancePollSeconds\": "),
        Some("{\"InstancePollSeconds\": \"soon\"}"),
        None,
    ]
    .into_iter()
    .enumerate()
    {
        match nonsense {
            Some(text) => place.configure(text),
            None => std::fs::remove_file(place.config_file()).unwrap(),
        }
        watch.send(libc::SIGHUP);
        watch.hear_times(stays, number + 1);
        let since = place.now();
        watch.wait("everybody seen again", || place.seen_since(&since) == 3);
    }
    assert_eq!(watch.count(stays), 3, "{}", watch.text());
    cluster.die();
    watch.wait("hooks", || place.hooks().len() == 1);
    place.configure(&good);
    watch.send(libc::SIGHUP);
    watch.hear("the configuration was read again");
    assert_eq!(place.hooks().len(), 1, "{}", watch.text());
    watch.stop();
}

#[test]
fn few_descriptors_make_nobody_dead() {
    // Each takes a connection and its duplicate: far more than there is room for.
    let cluster = Cluster::start(89);
    let place = Place::new("descriptors", &[&cluster], json!({}));
    let mut command = place.command(&["watch"]);
    // SAFETY: one system call between fork and exec, which may be made there.
    unsafe {
        command.pre_exec(|| {
            let few = libc::rlimit {
                rlim_cur: 64,
                rlim_max: 64,
            };
            if libc::setrlimit(libc::RLIMIT_NOFILE, &raw const few) == 0 {
                Ok(())
            } else {
                Err(std::io::Error::last_os_error())
            }
        });
    }
    let watch = Watch::start(command);
    watch.hear("this host has no means left to ask");
    let begin = place.now();
    watch.wait("many known", || place.seen_since(&begin) >= 10);
    std::thread::sleep(Duration::from_secs(10));
    let since = place.now();
    watch.wait("everybody seen", || place.seen_since(&since) >= 90);
    assert_eq!(watch.count("detected and registered"), 0, "{}", watch.text());
    let text = watch.text();
    let said = watch.stop();
    assert!(said.len() < 200, "{} lines:\n{text}", said.len());
    place.check();
}
