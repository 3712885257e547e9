//! Rough handling: many commands at once, and thousands of command lines and files that mean nothing. The program may
//! refuse whatever it likes, but it ends in order.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, Ran};
use std::process::Stdio;

/// Numbers without order, which follow from `ORCHESTRATOR_TEST_SEED`; it is told where a test fails.
struct Dice(u64);

/// The run's seed, so that a rotating sample is tried and a failing one can be repeated.
fn seed() -> u64 {
    let given = std::env::var("ORCHESTRATOR_TEST_SEED").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// How often to try, ten times as often where `ORCHESTRATOR_TEST_ALL` asks for the long suites whole.
fn rounds(usual: usize) -> usize {
    if std::env::var_os("ORCHESTRATOR_TEST_ALL").is_some() {
        usual * 10
    } else {
        usual
    }
}

impl Dice {
    /// Dice of their own for each purpose.
    fn new(purpose: u64) -> Self {
        Self((seed().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose).max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        let length = self.below(longest);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

/// Twenty commands at once, every other of which writes; all must succeed.
fn at_once(cli: &Cli) {
    let children: Vec<_> = (0..20)
        .map(|number| {
            let tag = format!("name{number}");
            let mut command = cli.command();
            command.arg("--config").arg(cli.config());
            if number % 2 == 0 {
                command.args(["-c", "tag", "-i", "testhost:22293", "-tag", &tag]);
            } else {
                command.args(["-c", "all-instances"]);
            }
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            (number, command.spawn().unwrap())
        })
        .collect();
    for (number, child) in children {
        let ran = Ran::of(&number.to_string(), &child.wait_with_output().unwrap());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "command {number}");
    }
    let tags = cli.run("-c tags -i testhost:22293").stdout;
    assert_eq!(tags.lines().count(), 10, "{tags}");
}

#[test]
fn twenty_commands_at_once() {
    for _ in 0..3 {
        at_once(&Cli::testhost());
        // The file is made by whoever comes first.
        at_once(&Cli::bare());
    }
}

fn sensible_words() -> Vec<String> {
    let flags = orchestrator::args::classic::FLAGS
        .iter()
        .flat_map(|f| [format!("-{}", f.name), format!("--{}", f.name)]);
    let commands = orchestrator::commands::specs();
    // Those that ask the network, and the one that never ends, are left out.
    let names = commands
        .iter()
        .filter(|s| !matches!(s.name, "discover" | "resolve" | "watch"));
    let names = names.flat_map(|s| {
        s.name
            .split(' ')
            .map(str::to_owned)
            .chain(s.synonyms.iter().map(|n| (*n).to_owned()))
    });
    let others = [
        "",
        "-",
        "--",
        "---",
        "=",
        "-=",
        "-c",
        "-i",
        "help",
        "cli",
        "http",
        "testhost:22293",
        "testhost",
        "esth:22294",
        "::1",
        "[::1]:3306",
        "a:b:c",
        "[",
        ".*",
        "role=x",
        "~role",
        "!",
        "1h",
        "-1s",
        "99999999999999999999s",
        "prefer",
        "must",
        "-o",
        "json",
        "yaml",
        "table",
        "--check",
        "--rules",
        "--replay",
        "/dev/null",
        "/",
        "\u{0}x",
        "é",
        "\u{1F600}",
        "%s%n",
        "'",
        "\"",
        "-debug=x",
        "-h",
        "-V",
        "--version=false",
        "-output=json",
        "web,batch",
        "a,b c\td",
    ];
    flags
        .chain(names)
        .chain(others.iter().map(|w| (*w).to_owned()))
        .filter(|w| !w.contains('\0') && w != "--refresh")
        .collect()
}

#[test]
fn command_lines_without_sense() {
    let words = sensible_words();
    let run = |purpose: u64, rounds: usize| {
        let cli = Cli::testhost();
        let mut dice = Dice::new(purpose);
        for round in 0..rounds {
            let count = dice.below(7);
            let mut args: Vec<String> = (0..count).map(|_| dice.pick(&words).clone()).collect();
            if dice.below(4) == 0 {
                let odd = String::from_utf8_lossy(&dice.bytes(12)).replace('\0', "");
                args.insert(dice.below(args.len() + 1), odd);
            }
            if dice.below(2) == 0 {
                args.splice(0..0, ["-config".to_owned(), cli.config().display().to_string()]);
            }
            let ran = cli.raw(&args);
            assert!(ran.is_orderly(), "seed {}, round {round}: {args:?}\n{ran:?}", seed());
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| run(1, rounds(1_000)));
        run(2, rounds(1_000));
        other.join().unwrap();
    });
}

#[test]
fn arguments_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let cli = Cli::testhost();
    for bytes in [&b"\xff\xfe"[..], b"-i\xff", b"--config=\xff", b"-c\xff"] {
        let odd = std::ffi::OsStr::from_bytes(bytes);
        let ran = cli.raw(&[odd]);
        assert!(ran.is_orderly() && ran.status != 0, "{ran:?}");
    }
}

#[test]
fn configurations_without_sense() {
    let cli = Cli::testhost();
    let mut dice = Dice::new(3);
    let usual = std::fs::read(cli.config()).unwrap();
    let all = cli.run("dump-config").stdout.into_bytes();
    for round in 0..rounds(250) {
        let bytes = match round % 3 {
            0 => dice.bytes(400),
            1 => spoiled(&usual, &mut dice),
            _ => spoiled(&all, &mut dice),
        };
        std::fs::write(cli.config(), &bytes).unwrap();
        let line = *dice.pick(&[
            "clusters",
            "config check",
            "-c clusters",
            "config show --all",
            "-c topology -i testhost:22293",
        ]);
        let ran = cli.run(line);
        assert!(
            ran.is_orderly(),
            "seed {}, round {round}: {}\n{ran:?}",
            seed(),
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn inventories_without_sense() {
    let cli = Cli::testhost();
    let mut dice = Dice::new(4);
    let usual = std::fs::read(cli.inventory()).unwrap();
    for round in 0..rounds(250) {
        let bytes = if round % 3 == 0 {
            dice.bytes(9_000)
        } else {
            spoiled(&usual, &mut dice)
        };
        for beside in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{beside}", cli.inventory().display()));
        }
        std::fs::write(cli.inventory(), &bytes).unwrap();
        let line = *dice.pick(&[
            "-c all-instances",
            "topology testhost:22293",
            "explain",
            "inventory check",
            "-c tag -i a:1 -tag b",
            "-c redeploy-internal-db",
        ]);
        let ran = cli.run(line);
        assert!(ran.is_orderly(), "round {round}: {line}\n{ran:?}");
    }
}

/// The bytes with some replaced, a piece cut out or doubled.
fn spoiled(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(40) {
        let at = dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = dice.next().to_le_bytes()[0];
        }
    }
    let (from, to) = (dice.below(bytes.len()), dice.below(bytes.len()));
    match dice.below(4) {
        0 => bytes.truncate(from),
        1 => drop(bytes.drain(from.min(to)..from.max(to))),
        2 => {
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(from..from, piece);
        }
        _ => {}
    }
    bytes
}
