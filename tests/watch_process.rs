//! A long-running process and its surroundings: signals, messages of many threads, the status line, metrics.
//!
//! What concerns a whole process is tried on a child: this program again, running the one test [`child`], which does what
//! an environment variable says.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use orchestrator::model::verdict::Code;
use orchestrator::report::log::{About, Form, Level, Log};
use orchestrator::report::status_line::{Standing, StatusLine};
use orchestrator::watch::Tick;
use orchestrator::watch::metric::{Kind, Metric};
use orchestrator::watch::metrics::{Metrics, write_file};
use orchestrator::watch::signals::{Signal, listen};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

const ROLE: &str = "ORCHESTRATOR_TEST_CHILD";
const PATIENCE: Duration = Duration::from_secs(30);

fn as_child(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role).env("TERM", "xterm").stdout(Stdio::null());
    command
}

#[test]
fn child() {
    let log = Log::new(false, false, true, false);
    match std::env::var(ROLE).as_deref() {
        Ok("signals") => tell_signals(log, true),
        Ok("stubborn") => tell_signals(log, false),
        Ok("lines") => many_lines(log.with_form(Form::Json)),
        Ok("status") => many_lines_and_a_status(log, false),
        Ok("quiet") => many_lines_and_a_status(log, true),
        _ => {}
    }
}

/// Says each signal; at the request to finish it ends, or else goes on for ever.
fn tell_signals(log: Log, ends: bool) {
    let (sender, receiver) = mpsc::channel();
    let listener = listen(sender, Some).unwrap();
    log.info("listening");
    while let Ok(Some(signal)) = receiver.recv() {
        log.info(format!("{signal:?}"));
        if ends && matches!(signal, Signal::Finish(_)) {
            break;
        }
    }
    drop(listener);
    std::process::exit(7);
}

fn many_lines(log: Log) {
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for line in 0..200 {
                    let instance = format!("db{thread}:{line}");
                    let about = About {
                        instance: Some(&instance),
                        ..About::default()
                    };
                    log.tell(Level::Warning, &about, "x".repeat(300));
                }
            });
        }
    });
}

fn many_lines_and_a_status(log: Log, quiet: bool) {
    let line = StatusLine::start(quiet);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || (0..20).for_each(|number| log.warn(format!("thread {thread} line {number}"))));
        }
        for step in 0..400 {
            line.show(begun + Duration::from_millis(step * 10), || Standing {
                instances: 1_000,
                ok: step as usize,
                ..Standing::default()
            });
        }
    });
    drop(line);
    log.warn("the end");
}

struct Telling {
    child: Child,
    lines: BufReader<ChildStderr>,
}

impl Telling {
    fn start(role: &str) -> Self {
        let mut child = as_child(role).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        let mut telling = Self { child, lines };
        assert_eq!(telling.line(), "listening");
        telling
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn send(&self, signal: i32) {
        // SAFETY: a plain system call about a child that has not been waited for.
        assert_eq!(unsafe { libc::kill(self.child.id() as i32, signal) }, 0);
    }

    fn end(&mut self) -> ExitStatus {
        let limit = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > limit {
                self.child.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn signals_arrive_as_values() {
    let mut telling = Telling::start("signals");
    for (signal, said) in [
        (libc::SIGHUP, "Reload"),
        (libc::SIGUSR1, "Dump"),
        (libc::SIGHUP, "Reload"),
        (libc::SIGINT, "Finish(\"SIGINT\")"),
    ] {
        telling.send(signal);
        assert_eq!(telling.line(), said);
    }
    assert_eq!(telling.end().code(), Some(7));
}

#[test]
fn a_second_request_to_finish_ends_it_at_once() {
    for (first, second) in [
        (libc::SIGTERM, libc::SIGTERM),
        (libc::SIGINT, libc::SIGTERM),
        (libc::SIGTERM, libc::SIGINT),
    ] {
        let mut telling = Telling::start("stubborn");
        telling.send(libc::SIGHUP);
        assert_eq!(telling.line(), "Reload");
        telling.send(first);
        assert!(telling.line().starts_with("Finish"));
        telling.send(second);
        let status = telling.end();
        assert_eq!((status.code(), status.signal()), (Some(128 + second), None));
    }
}

#[test]
fn nobody_reading_messages_does_not_kill_the_process() {
    let Telling { child, lines } = Telling::start("signals");
    drop(lines);
    let mut telling = Telling {
        child,
        lines: BufReader::new(
            as_child("none")
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
                .stderr
                .take()
                .unwrap(),
        ),
    };
    for signal in [libc::SIGHUP, libc::SIGPIPE, libc::SIGUSR1, libc::SIGTERM] {
        telling.send(signal);
    }
    assert_eq!(telling.end().code(), Some(7));
}

#[test]
fn lines_of_many_threads_stay_whole() {
    let output = as_child("lines").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let mut instances = BTreeSet::new();
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(value["level"], "warning");
        assert_eq!(value["message"].as_str().map(str::len), Some(300));
        instances.insert(value["instance"].as_str().unwrap().to_owned());
    }
    assert_eq!(instances.len(), 8 * 200);
}

/// What a child wrote to a terminal of 100 columns as its standard error.
fn on_a_terminal(role: &str) -> String {
    let (mut reading, mut writing) = (0, 0);
    let size = libc::winsize {
        ws_row: 30,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let none = std::ptr::null_mut();
    // SAFETY: the call fills two descriptors that nobody else owns; null stands for "no name, usual settings".
    let (mut reading, writing) = unsafe {
        let name = std::ptr::null_mut();
        let size = (&raw const size).cast_mut();
        assert_eq!(libc::openpty(&raw mut reading, &raw mut writing, name, none, size), 0);
        (File::from_raw_fd(reading), OwnedFd::from_raw_fd(writing))
    };
    let mut command = as_child(role);
    let mut child = command.stderr(writing).spawn().unwrap();
    drop(command); // its copy of the child's side keeps the terminal open
    let mut seen = Vec::new();
    let _ = reading.read_to_end(&mut seen); // the end is an error here: the other side is closed
    assert!(child.wait().unwrap().success());
    String::from_utf8_lossy(&seen).into_owned()
}

/// The lines that a terminal shows in the end, for the few movements that a status line needs.
fn screen(written: &str) -> Vec<String> {
    let (mut lines, mut row, mut column) = (vec![Vec::new()], 0_usize, 0_usize);
    let movement = Regex::new("^\x1b\\[([0-9]*)([A-Za-z])").unwrap();
    let mut rest = written;
    while let Some(next) = rest.chars().next() {
        if let Some(found) = movement.captures(rest) {
            let count: usize = found[1].parse().unwrap_or(0);
            match &found[2] {
                "A" => row -= count.max(1),
                "B" => row += count.max(1),
                "K" if count == 2 => lines[row].clear(),
                "K" => lines[row].truncate(column),
                other => panic!("a movement this terminal does not know: {other}"),
            }
            rest = &rest[found[0].len()..];
            continue;
        }
        match next {
            '\r' => column = 0,
            '\n' => row += 1,
            shown => {
                let line: &mut Vec<char> = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = shown;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
        rest = &rest[next.len_utf8()..];
    }
    let text = |line: Vec<char>| line.into_iter().collect::<String>().trim_end().to_owned();
    lines.into_iter().map(text).collect()
}

#[test]
fn messages_stand_above_the_status_line_and_it_goes_away() {
    let written = on_a_terminal("status");
    assert!(written.contains("1,000 instances · 0 ok"), "{written}");
    let changes: BTreeSet<&str> = Regex::new("instances · [0-9]+ ok")
        .unwrap()
        .find_iter(&written)
        .map(|m| m.as_str())
        .collect();
    assert!(
        (2..=16).contains(&changes.len()),
        "four texts a second for four seconds: {changes:?}"
    );
    let mut shown = screen(&written);
    assert_eq!(shown.pop().as_deref(), Some(""), "{written:?}");
    assert_eq!(shown.pop().as_deref(), Some("warning: the end"));
    assert_eq!(shown.len(), 80, "{shown:#?}");
    let whole = Regex::new("^warning: thread [0-3] line [0-9]+$").unwrap();
    assert!(shown.iter().all(|line| whole.is_match(line)), "{shown:#?}");
}

#[test]
fn there_is_no_status_line_in_a_pipe_or_when_quiet() {
    let piped = String::from_utf8(as_child("status").output().unwrap().stderr).unwrap();
    for written in [piped, on_a_terminal("quiet")] {
        assert_eq!(written.lines().count(), 81, "{written}");
        assert!(!written.contains('\x1b') && !written.contains("instances"), "{written}");
    }
}

/// Reads the exposition format strictly: families by name, each with its kind and samples.
fn parse(text: &str) -> BTreeMap<String, (String, Vec<(String, f64)>)> {
    let sample = Regex::new(
        r#"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+)$"#,
    )
    .unwrap();
    assert!(text.ends_with('\n'));
    let mut families: BTreeMap<String, (String, Vec<(String, f64)>)> = BTreeMap::new();
    let (mut helped, mut current) = (String::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            helped = help.split_once(' ').expect("a help text").0.to_owned();
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert_eq!(name, helped);
            let before = families.insert(name.to_owned(), (kind.to_owned(), Vec::new()));
            assert!(before.is_none(), "{name} twice");
            current = name.to_owned();
        } else {
            let found = sample.captures(line).unwrap_or_else(|| panic!("no sample: {line}"));
            let base = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| found[1].strip_suffix(end));
            assert!(
                found[1] == current || base == Some(current.as_str()),
                "{line} below {current}"
            );
            let value = found[3].parse().unwrap_or_else(|_| panic!("no number: {line}"));
            let series = format!("{}{}", &found[1], found.get(2).map_or("", |m| m.as_str()));
            families.get_mut(&current).unwrap().1.push((series, value));
        }
    }
    for (name, (_, samples)) in &families {
        let series: BTreeSet<&String> = samples.iter().map(|(series, _)| series).collect();
        assert_eq!(series.len(), samples.len(), "{name} has a series twice");
    }
    families
}

#[test]
fn the_text_can_be_read_and_holds_everything() {
    let metrics = Arc::new(Metrics::new(&["healthy", "failing"]));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let metrics = Arc::clone(&metrics);
            std::thread::spawn(move || {
                for _ in 0..1_000 {
                    metrics.count(Metric::DiscoveriesAttempt);
                    metrics.probe(Duration::from_millis(3));
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    metrics.probe(Duration::from_secs(60));
    metrics.set(Metric::InstancesHung, 3);
    metrics.tick(Tick::Health, Duration::from_millis(250), 0);
    metrics.tick(Tick::Health, Duration::from_millis(750), 2);
    metrics.set_lane("failing", 5, 6);
    metrics.set_lane("nosuch", 1, 1);
    metrics.set_verdicts([Code::UnreachableMaster]);
    metrics.set_verdicts([Code::DeadMaster, Code::DeadMaster]);

    let families = parse(&metrics.to_prometheus());
    let value = |family: &str, series: &str| {
        let (_, samples) = &families[family];
        samples
            .iter()
            .find(|(name, _)| name == series)
            .unwrap_or_else(|| panic!("no {series}"))
            .1
    };
    for (series, expected) in [
        ("discoveries_attempt_total", 4_000.0),
        ("instances_hung", 3.0),
        ("lane_queued{lane=\"failing\"}", 5.0),
        ("lane_in_flight{lane=\"failing\"}", 6.0),
        ("lane_queued{lane=\"healthy\"}", 0.0),
        ("verdicts{code=\"DeadMaster\"}", 2.0),
        ("verdicts{code=\"UnreachableMaster\"}", 0.0),
        ("tick_duration_longest_seconds{tick=\"health\"}", 0.75),
        ("tick_boundaries_skipped_total{tick=\"health\"}", 2.0),
    ] {
        let family = format!("orchestrator_{}", series.split('{').next().unwrap());
        assert_eq!(value(&family, &format!("orchestrator_{series}")), expected, "{series}");
    }
    let ticks = "orchestrator_tick_duration_seconds";
    assert_eq!(value(ticks, &format!("{ticks}_sum{{tick=\"health\"}}")), 1.0);
    assert_eq!(value(ticks, &format!("{ticks}_count{{tick=\"health\"}}")), 2.0);
    let probes = "orchestrator_probe_duration_seconds";
    for (end, expected) in [
        ("_bucket{le=\"0.002\"}", 0.0),
        ("_bucket{le=\"0.005\"}", 4_000.0),
        ("_bucket{le=\"10\"}", 4_000.0),
        ("_bucket{le=\"+Inf\"}", 4_001.0),
        ("_count", 4_001.0),
        ("_sum", 72.0),
    ] {
        assert_eq!(value(probes, &format!("{probes}{end}")), expected, "{end}");
    }
    let memory = "orchestrator_process_resident_memory_bytes";
    assert!(value(memory, memory) > 1e6);
    let descriptors = "orchestrator_process_open_fds";
    assert!(value(descriptors, descriptors) >= 3.0);
    for metric in Metric::ALL {
        let (kind, samples) = &families[&format!("orchestrator_{}", metric.exposed_name())];
        assert_eq!(
            (kind.as_str(), samples.len()),
            (metric.kind().as_str(), 1),
            "{metric:?}"
        );
        assert_eq!(
            metric.kind() == Kind::Counter,
            metric.exposed_name().ends_with("_total")
        );
    }
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("orchestrator-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_file_is_replaced_whole() {
    let folder = folder("metrics");
    let path = folder.join("orchestrator.prom");
    let texts: Vec<String> = ["a", "b"].map(|word| format!("{}\n", word.repeat(200_000))).to_vec();
    write_file(&path, &texts[0]).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let reader = std::thread::spawn({
        let (done, path, texts) = (Arc::clone(&done), path.clone(), texts.clone());
        move || {
            let mut reads = 0;
            while !done.load(Relaxed) || reads == 0 {
                assert!(texts.contains(&std::fs::read_to_string(&path).unwrap()));
                reads += 1;
            }
        }
    });
    for round in 0..100 {
        write_file(&path, &texts[round % 2]).unwrap();
    }
    done.store(true, Relaxed);
    reader.join().unwrap();
    assert_eq!(
        std::fs::read_dir(&folder).unwrap().count(),
        1,
        "nothing is left beside it"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = folder("metrics-wrong");
    let missing = folder.join("nosuch/orchestrator.prom");
    let said = write_file(&missing, "x").unwrap_err();
    assert!(
        said.contains(&missing.display().to_string()) && said.contains("folder"),
        "{said}"
    );
    assert!(
        write_file(&folder, "x")
            .unwrap_err()
            .contains(&folder.display().to_string())
    );
    assert!(
        write_file(std::path::Path::new("/"), "x")
            .unwrap_err()
            .contains("name a file")
    );
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");
    std::fs::remove_dir_all(&folder).unwrap();
}
