//! Where answers and messages go: pipes whose reader leaves, full devices, terminals.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, Ran};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::{Command, Stdio};

const MANY: &str = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
                    INSERT INTO database_instance (hostname, port, last_checked, cluster_name, version) \
                    SELECT 'host-number-' || i, 3306, '2017-02-02 08:29:57', 'big', '8.0.36' FROM n;";

fn asking(cli: &Cli, args: &[&str]) -> Command {
    let mut command = cli.command();
    command.arg("--config").arg(cli.config()).args(args);
    command
}

/// A pair of terminal ends of 100 columns: the side that reads, and the one for the program.
fn terminal() -> (File, OwnedFd) {
    let (mut reading, mut writing) = (0, 0);
    let size = libc::winsize {
        ws_row: 30,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the call fills the two descriptors, which nobody else owns; null stands for "no name, usual settings".
    unsafe {
        let none = std::ptr::null_mut();
        assert_eq!(
            libc::openpty(
                &raw mut reading,
                &raw mut writing,
                none,
                std::ptr::null_mut(),
                (&raw const size).cast_mut()
            ),
            0
        );
        (File::from_raw_fd(reading), OwnedFd::from_raw_fd(writing))
    }
}

/// Everything a program wrote to a terminal that was its standard output and standard error.
fn on_a_terminal(mut command: Command) -> String {
    let (mut reading, writing) = terminal();
    let mut child = command
        .stdout(writing.try_clone().unwrap())
        .stderr(writing)
        .spawn()
        .unwrap();
    drop(command); // its copies of the program's side keep the terminal open
    let mut seen = Vec::new();
    // The end is an error here: the other side is closed.
    let _ = reading.read_to_end(&mut seen);
    child.wait().unwrap();
    String::from_utf8_lossy(&seen).into_owned()
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let cli = Cli::testhost();
    cli.sql(MANY);
    for args in [
        ["all-instances", "-o", "text"],
        ["all-instances", "-o", "json"],
        ["instances", "-o", "table"],
        ["-c", "all-instances", "-verbose"],
    ] {
        // One leaves before anything is written, the other after the first line.
        for reads_a_line in [false, true] {
            let mut child = asking(&cli, &args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut reader = BufReader::new(child.stdout.take().unwrap());
            if reads_a_line {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
            }
            drop(reader);
            let output = child.wait_with_output().unwrap();
            let ran = Ran::of(&args.join(" "), &output);
            assert_eq!(ran.status, 0, "{ran:?}");
            assert!(ran.is_orderly() && !ran.stderr.contains("pipe"), "{ran:?}");
        }
    }
}

#[test]
fn messages_nobody_can_read_change_nothing() {
    let cli = Cli::testhost();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = asking(&cli, &["-c", "clusters", "-debug"])
        .stderr(full())
        .output()
        .unwrap();
    Ran::of("messages to a full device", &output).prints("testhost:22293\n");
    let output = asking(&cli, &["-c", "which-instance", "-i", "no:1"])
        .stderr(full())
        .output()
        .unwrap();
    Ran::of("a failure to a full device", &output).is("", "", 1);
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let cli = Cli::testhost();
    for args in [
        &["clusters"][..],
        &["-c", "clusters"],
        &["-c", "tag", "-i", "testhost:22293", "-tag", "a"],
        &["topology", "--help"],
        &["-version"],
        &["help", "topology"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = asking(&cli, args).stdout(full).output().unwrap();
        Ran::of(&args.join(" "), &output).is("", "^orchestrator: writing the answer: .*No space left", 1);
    }
}

#[test]
fn pipes_carry_no_escape_codes() {
    let cli = Cli::testhost();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let discover = format!("discover 127.0.0.1:{port}");
    for line in [
        "instances -o table",
        "topology",
        "explain --rules",
        "--help",
        "topology --help",
        "--nonsense",
        "topology --nonsense",
        &discover,
    ] {
        let mut command = asking(&cli, &line.split(' ').collect::<Vec<_>>());
        command.env("TERM", "xterm-256color").env("CLICOLOR_FORCE", "0");
        let output = command.output().unwrap();
        let ran = Ran::of(line, &output);
        assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "{ran:?}");
    }
}

#[test]
fn a_terminal_gets_its_width_and_no_colours_unless_wanted() {
    let cli = Cli::testhost();
    let seen = on_a_terminal(asking(&cli, &["explain", "--rules"]));
    let longest = seen.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
    assert!((81..=100).contains(&longest), "{longest}");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let key = format!("127.0.0.1:{port}");
    // Moving the cursor is no colour; `ESC [ … m` is.
    let colours = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    for args in [
        vec!["--help"],
        vec!["topology", "--help"],
        vec!["topology", "--nonsense"],
        vec!["instances", "-o", "table"],
        vec!["discover", &key],
    ] {
        let mut command = asking(&cli, &args);
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1");
        let seen = on_a_terminal(command);
        assert!(!seen.is_empty(), "{args:?}");
        assert!(!colours.is_match(&seen), "{args:?}: {seen:?}");
    }
}

#[test]
fn results_alone_are_on_standard_output() {
    let cli = Cli::testhost();
    for line in [
        "-c clusters -debug",
        "-c which-cluster -alias x -i testhost:22293 -debug",
        "clusters --debug",
        "-c begin-downtime -i testhost:22293 -reason r -debug",
    ] {
        let ran = cli.run(line);
        assert_eq!((ran.stdout.as_str(), ran.status), ("testhost:22293\n", 0), "{ran:?}");
        assert!(!ran.stderr.is_empty(), "{line}");
    }
}
