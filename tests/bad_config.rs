//! Configurations that cannot be used, and keys that are not what was meant.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated};

#[test]
fn what_cannot_be_read_is_said_with_file_and_line() {
    let cli = Cli::testhost();
    let file = cli.inventory();
    let file = file.to_str().unwrap();
    for (text, said) in [
        ("", "conf.json"),
        ("{", "conf.json"),
        ("[]", "conf.json"),
        ("\"text\"", "conf.json"),
        (
            "{\"BackendDB\": \"sqlite\",\n\"InstancePollSeconds\": \"5\"}",
            "conf.json, line 2: InstancePollSeconds must be",
        ),
        ("{\"InstancePollSeconds\": 1.5}", "InstancePollSeconds must be"),
        ("{\"InstancePollSeconds\": -1}", "InstancePollSeconds must be"),
        ("{\"Debug\": \"true\"}", "Debug must be"),
        ("{\"DiscoverySeeds\": \"a:1\"}", "DiscoverySeeds must be"),
        (
            "{\"MySQLTopologyPassword\": [\"s3cret\"]}",
            "MySQLTopologyPassword must be",
        ),
        (
            "{\"BackendDB\": \"mysql\"}",
            "(?s)kept in SQLite only.*set BackendDB to \"sqlite\"",
        ),
        (
            "{\"BackendDB\": \"sqlite\"}",
            "SQLite3DataFile must be set when BackendDB is sqlite3",
        ),
        ("\u{0}\u{1}\u{2}", "conf.json"),
    ] {
        std::fs::write(cli.config(), text).unwrap();
        let classic = cli.run("-c clusters");
        classic
            .is("", &dated("FATAL", "loading the configuration"), 1)
            .ends(said, 1);
        assert!(!classic.stderr.contains("s3cret"), "{}", classic.stderr);
        cli.run("clusters").is("", said, 3);
        let checked = cli.run("config check");
        assert_eq!(checked.status, 3, "{checked:?}");
        assert!(
            !checked.stdout.contains("s3cret") && !checked.stdout.is_empty(),
            "{checked:?}"
        );
    }
    // Text behind the first value is passed over, as the original does; tabs, case and twice the same key are fine.
    let usual = format!(
        "{{\n\t\"backenddb\": \"mysql\", \"BackendDB\": \"sqlite\",\t\"SQLite3DataFile\": \"{file}\", \"Debug\": null}} and more"
    );
    std::fs::write(cli.config(), usual).unwrap();
    cli.run("-c clusters").prints("testhost:22293\n");
}

#[test]
fn files_that_cannot_be_opened() {
    let cli = Cli::testhost();
    let folder = cli.path("folder.json");
    std::fs::create_dir(&folder).unwrap();
    for file in ["none.json", "folder.json", "none/none.json"] {
        cli.raw(&["-config", file, "-c", "clusters"]).is(
            "",
            &dated("FATAL", &format!(".*Cannot read config file: {file}: ")),
            1,
        );
        cli.raw(&["--config", file, "clusters"])
            .is("", "Cannot read config file", 3);
        assert_eq!(cli.raw(&["--config", file, "config", "check"]).status, 3);
    }
}

#[test]
fn unknown_keys_are_told_once_with_the_nearest_name() {
    let cli = Cli::testhost()
        .with("\"InstancePollSecond\": 3,\n\"instancepollsecond\": 4,\n\"Xyzzy\": 1,\n\"ListenAddress\": \":3000\",\n");
    cli.run("-c clusters").prints("testhost:22293\n");
    for line in ["-c clusters -verbose", "clusters --verbose"] {
        let said = cli.run(line).stderr;
        let lines = |text: &str| said.lines().filter(|line| line.contains(text)).count();
        assert_eq!(
            said.to_lowercase()
                .matches("configuration key instancepollsecond is unknown")
                .count(),
            1,
            "{said}"
        );
        assert_eq!(lines("did you mean InstancePollSeconds?"), 1, "{said}");
        assert_eq!(lines("Xyzzy is unknown and has no effect"), 1, "{said}");
        assert_eq!(lines("ListenAddress has no effect in this tool"), 1, "{said}");
        assert_eq!(lines("conf.json, line 2"), 1, "{said}");
    }
}

#[test]
fn idle_keys_are_counted_where_nobody_asked_for_more() {
    let cli = Cli::testhost().with("\"ListenAddress\": \":3000\",\n\"UseSSL\": true,\n\"HTTPAuthUser\": \"x\",\n");
    cli.run("clusters").is(
        "testhost:22293\n",
        "^warning: 3 configuration keys have no effect in this tool; `orchestrator config check` lists them\n$",
        0,
    );
    cli.run("clusters --quiet").prints("testhost:22293\n");
    cli.run("-c clusters").prints("testhost:22293\n");
    let listed = cli.run("config check").stdout;
    assert_eq!(listed.matches("has no effect in this tool").count(), 3, "{listed}");
}

#[test]
fn yaml_is_read_too() {
    let cli = Cli::testhost();
    let text = format!(
        "BackendDB: sqlite\nSQLite3DataFile: {}\nClusterNameToAlias:\n  testhost: alias\n",
        cli.inventory().display()
    );
    for name in ["conf.yaml", "conf.yml", "conf.anything"] {
        std::fs::write(cli.path(name), &text).unwrap();
        cli.raw(&["-config", name, "-c", "clusters-alias"])
            .prints("testhost:22293\talias\n");
    }
    std::fs::write(cli.path("conf.yaml"), "BackendDB: [sqlite\n").unwrap();
    cli.raw(&["-config", "conf.yaml", "-c", "clusters"])
        .is("", "conf.yaml", 1);
}

#[test]
fn passwords_are_never_shown() {
    let cli = Cli::testhost()
        .with("\"MySQLTopologyUser\": \"u\", \"MySQLTopologyPassword\": \"s3cr3t-word\", \"Debug\": true,\n");
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for line in [
        "-c dump-config",
        "config show --all",
        "config show -o json",
        "config check",
        &format!("-c discover -i 127.0.0.1:{port}"),
        &format!("discover 127.0.0.1:{port} --debug"),
    ] {
        let ran = cli.run(line);
        assert!(
            !ran.stdout.contains("s3cr3t-word") && !ran.stderr.contains("s3cr3t-word"),
            "{ran:?}"
        );
    }
    let cli = Cli::testhost().with("\"MySQLTopologyPassword\": \"${NO_SUCH_VARIABLE}\",\n");
    cli.run("-c clusters").is("", "NO_SUCH_VARIABLE", 1);
}
