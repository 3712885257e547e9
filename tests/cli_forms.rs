//! How the classic form is typed: flags, words, streams, log lines, exit statuses, and what is refused.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, PROGRAM, Ran, dated};
use orchestrator::args::Form;
use orchestrator::commands::specs;

const MASTER: &str = "testhost:22293\n";

#[test]
fn dashes_and_values() {
    let cli = Cli::testhost();
    for line in [
        "-c clusters",
        "--c clusters",
        "-c=clusters",
        "--c=clusters",
        "-c clusters cli",
        "-c all-instances -c clusters",
        "-c clusters -debug=false --verbose=0 -quiet=F",
        "-c clusters -i= -alias= -d=",
        "-c clusters --skip-continuous-registration -discovery=false -stack -grab-election -strict",
        "-skip-binlog-search -skip-unresolve -skip-unresolve-check -enable-database-update -c clusters",
        "-c clusters -path x -query y -seconds 3 -binlog b -statement s -hostname h -owner o",
    ] {
        cli.run(line).prints(MASTER);
    }
    cli.run("-c find -pattern -x").prints("");
    cli.run("-c find -pattern=22295$").prints("testhost:22295\n");
    cli.run("-c search -pattern 22297 -pattern 22295")
        .prints("testhost:22295\n");
}

#[test]
fn wrong_flags_end_with_status_2_and_the_list_of_flags() {
    let cli = Cli::testhost();
    for (line, message) in [
        ("-x", "flag provided but not defined: -x"),
        (
            "-c clusters --patern a",
            r"flag provided but not defined: -patern \(did you mean -pattern\?\)",
        ),
        ("-clusters", "flag provided but not defined: -clusters"),
        ("-C x", "flag provided but not defined: -C"),
        ("-ver", "flag provided but not defined: -ver"),
        ("-c", "flag needs an argument: -c"),
        ("-c clusters -i", "flag needs an argument: -i"),
        ("-c clusters -debug=maybe", "invalid boolean value \"maybe\" for -debug"),
        ("-c clusters -debug=yes", "invalid boolean value \"yes\" for -debug"),
        ("-c clusters -debug=TrUe", "invalid boolean value"),
        ("---c clusters", "bad flag syntax: ---c"),
        ("-=x", "bad flag syntax: -=x"),
        ("-c clusters -output xml", "invalid value \"xml\""),
    ] {
        let ran = cli.run(line);
        ran.is("", &format!("^{message}"), 2);
        assert!(
            ran.stderr.contains("\n  -promotion-rule value\n"),
            "{line}\n{}",
            ran.stderr
        );
    }
}

#[test]
fn words_where_none_belong_end_with_status_1_and_five_lines_of_usage() {
    let cli = Cli::testhost();
    for line in [
        "-c clusters -i a b",
        "-c clusters -debug true",
        "-c clusters -- -debug",
        "-c clusters - x",
        "wich-master",
        "-debug xyzzy",
    ] {
        let ran = cli.run(line);
        ran.is("", "(?m)^Usage:\n", 1);
        assert_eq!(
            ran.stderr.lines().filter(|l| !l.contains("is not a command")).count(),
            5,
            "{line}\n{}",
            ran.stderr
        );
    }
    cli.run("wich-master")
        .is("", "^`wich-master` is not a command. Did you mean `which-master`?", 1);
}

#[test]
fn the_word_cli_ends_the_flags() {
    Cli::testhost()
        .run("cli -c clusters")
        .is("", &dated("FATAL", "Unknown command: \"\""), 1);
}

#[test]
fn both_destinations_are_refused_even_if_equal() {
    let cli = Cli::testhost();
    for line in [
        "-c can-replicate-from -i a:1 -s b:1 -d b:1",
        "-s a -d b",
        "-c clusters -s a -d a",
    ] {
        cli.run(line).is("", &dated("FATAL", "-s and -d"), 1);
    }
    // The order of checks: this one, then the promotion rule, then the version, then the configuration.
    let nowhere = |line: &str| cli.raw(&format!("-config /nowhere.json {line}").split(' ').collect::<Vec<_>>());
    nowhere("-version -s a -d b -promotion-rule x").is("", "-s and -d", 1);
    nowhere("-version -promotion-rule x").is("", &dated("FATAL", ".*promotion rule"), 1);
    nowhere("-version").ends("", 0);
    nowhere("-c clusters").is("", &dated("FATAL", ".*Cannot read config file: /nowhere.json"), 1);
    for line in ["", "help", "help clusters"] {
        let args: Vec<&str> = ["-config", "/nowhere.json"]
            .into_iter()
            .chain(line.split_whitespace())
            .collect();
        cli.raw(&args)
            .is("", &dated("FATAL", ".*Cannot read config file: /nowhere.json"), 1);
    }
}

#[test]
fn the_version_is_two_lines() {
    let version = format!("{}\n\n", env!("CARGO_PKG_VERSION"));
    let cli = Cli::bare();
    for line in ["-version", "--version", "-version=true", "-c clusters -version"] {
        cli.run(line).prints(&version);
    }
}

#[test]
fn nothing_asked_prints_a_banner_and_touches_no_inventory() {
    let cli = Cli::bare();
    for line in ["", "-c ''", "-c=", "-debug=false"] {
        let ran = cli.run(line);
        ran.ends("", 0);
        assert!(
            ran.stdout.starts_with("orchestrator ") && ran.stdout.lines().count() > 5,
            "{}",
            ran.stdout
        );
    }
    for line in ["help", "-c help", "help clusters", "-version"] {
        cli.run(line);
    }
    assert!(!cli.inventory().exists());
}

#[test]
fn help_lists_on_standard_error_and_explains_on_standard_output() {
    let cli = Cli::bare();
    for line in ["help", "-c help"] {
        let ran = cli.run(line);
        ran.is("", "(?m)^Information:$", 0);
        for spec in specs() {
            let listed = ran.stderr.contains(&format!("\n\t{:<40}{}\n", spec.name, spec.about));
            assert_eq!(listed, spec.form == Form::Both, "{}", spec.name);
        }
        assert!(ran.stderr.contains("orchestrator help <command>"), "{}", ran.stderr);
    }
    for line in ["help search", "-c search help"] {
        let ran = cli.run(line);
        ran.ends("", 0);
        assert!(ran.stdout.starts_with("search:\nList instances"), "{}", ran.stdout);
        assert!(ran.stdout.lines().count() > 3, "{}", ran.stdout);
    }
    cli.run("help unheard").prints("unheard:\n");
    for line in ["-h", "-help", "--help"] {
        let ran = cli.run(line);
        ran.is("", "(?m)^  -alias value$", 0);
    }
}

#[test]
fn an_unknown_command_is_answered_with_the_list() {
    let cli = Cli::testhost();
    let ran = cli.run("-c which-mster");
    ran.is("", &dated("FATAL", "Unknown command: \"which-mster\". $"), 1);
    assert!(ran.stderr.contains("did you mean which-master?"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\nInformation:\n\t"), "{}", ran.stderr);
    // Names of the modern form are none in this one.
    cli.run("-c explain").is("", &dated("FATAL", "Unknown command"), 1);
    cli.run("-c 'tag list'").is("", &dated("FATAL", "Unknown command"), 1);
    // What is not there yet is unknown, under its old name too.
    cli.run("-c match-slaves -i testhost:22294")
        .is("", &dated("FATAL", "Unknown command: \"match-slaves\""), 1);
}

#[test]
fn commands_that_need_a_service_are_refused() {
    let cli = Cli::bare();
    let here = "and is not available in this command-line tool";
    let web = "needs the orchestrator web service";
    for (name, why) in [
        ("access-token", web),
        ("which-api", web),
        ("active-nodes", web),
        ("custom-command", "needs orchestrator-agent"),
        ("raft-leader", "only applies to a raft setup"),
        ("raft-health", "only applies to a raft setup"),
        ("raft-leader-hostname", "only applies to a raft setup"),
        ("raft-elect-leader", "only applies to a raft setup"),
    ] {
        let ran = cli.run(&format!("-c {name}"));
        ran.is("", &dated("FATAL", &format!("Command \"{name}\" {why} {here}$")), 1);
        assert_eq!(ran.stderr.lines().count(), 1, "no list: {}", ran.stderr);
    }
    cli.run("http")
        .is("", &dated("FATAL", &format!("Command \"http\" {web} {here}$")), 1);
    cli.run("-debug http").is("", "Command \"http\"", 1);
    assert!(!cli.inventory().exists());
}

#[test]
fn a_raft_setup_is_refused_unless_it_is_to_be_ignored() {
    let cli = Cli::testhost().with("\"RaftEnabled\": true, \"RaftDataDir\": \"/tmp\", \"RaftBind\": \"127.0.0.1\",\n");
    for line in ["-c clusters", "-c begin-downtime -i testhost:22293 -reason r"] {
        cli.run(line).is("", "(?s)RaftEnabled.*--ignore-raft-setup", 1);
    }
    cli.run("-c clusters -ignore-raft-setup").prints(MASTER);
    cli.run("clusters").is("", "(?s)RaftEnabled.*--ignore-raft-setup", 3);
    cli.run("clusters --ignore-raft-setup")
        .is(MASTER, "^warning: 3 configuration keys have no effect in this tool", 0);
}

fn lines_of(ran: &Ran, level: &str) -> usize {
    let level = format!(" {level} ");
    ran.stderr.lines().filter(|line| line.contains(&level)).count()
}

#[test]
fn log_levels() {
    let cli = Cli::testhost().with("\"UnheardOf\": 1,\n");
    let ask = |flags: &str| cli.run(&format!("-c which-cluster -alias x -i esth:22295 {flags}"));
    ask("").is(MASTER, "", 0);
    for (flags, warnings, infos) in [
        ("-verbose", true, true),
        ("-debug", true, true),
        ("-debug=true -verbose=false", true, true),
        ("-quiet", false, false),
        ("-quiet -debug -verbose", false, false),
    ] {
        let ran = ask(flags);
        assert_eq!((ran.stdout.as_str(), ran.status), (MASTER, 0), "{flags}");
        assert_eq!(
            (lines_of(&ran, "WARNING") > 0, lines_of(&ran, "INFO") > 0),
            (warnings, infos),
            "{flags}: {}",
            ran.stderr
        );
    }
    ask("-verbose").ends(&dated("INFO", "Read config: .*conf.json$"), 0);
    let first = ask("-verbose").stderr.lines().next().unwrap_or_default().to_owned();
    assert!(
        first.ends_with(&format!(
            " INFO starting orchestrator, version: {}",
            env!("CARGO_PKG_VERSION")
        )),
        "{first}"
    );
    // Errors show whatever is set.
    cli.run("-c which-cluster -alias x -quiet")
        .is("\n", &dated("ERROR", "Unable"), 0);
}

#[test]
fn debug_in_the_configuration() {
    let cli = Cli::testhost().with("\"Debug\": true,\n");
    let ran = cli.run("-c clusters");
    assert!(lines_of(&ran, "INFO") > 0, "{}", ran.stderr);
    cli.run("-c clusters -quiet").prints(MASTER);
}

#[test]
fn log_times_are_local() {
    let cli = Cli::bare();
    let hour_in = |zone: &str| {
        let output = cli
            .command()
            .env("TZ", zone)
            .args(["-c", "no-such-command"])
            .output()
            .unwrap();
        let ran = Ran::of(zone, &output);
        let dated = ran
            .stderr
            .lines()
            .find(|line| line.contains("FATAL"))
            .unwrap()
            .to_owned();
        let moment = |part: std::ops::Range<usize>| dated[part].parse::<i64>().unwrap();
        let seconds = moment(11..13) * 3600 + moment(14..16) * 60 + moment(17..19);
        seconds.rem_euclid(86_400)
    };
    let utc = hour_in("UTC");
    for (zone, ahead) in [("Etc/GMT-5", 5), ("Asia/Kolkata", 5), ("<+03>-3", 3)] {
        let behind = (hour_in(zone) - utc - ahead * 3600).rem_euclid(86_400);
        let allowed = if zone == "Asia/Kolkata" { 1800..1860 } else { 0..60 };
        assert!(allowed.contains(&behind), "{zone}: {behind}");
    }
}

#[test]
fn no_configuration_means_a_file_of_the_user_and_says_so() {
    if std::path::Path::new("/etc/orchestrator.conf.json").exists() {
        return; // this machine has one
    }
    let cli = Cli::bare();
    let file = cli.path(".local/share/orchestrator/orchestrator.sqlite3");
    let said = format!(
        "^hint: no inventory is configured; a new one is made: {}",
        regex::escape(file.to_str().unwrap())
    );
    cli.raw(&["-c", "clusters"]).is("\n", &said, 0);
    assert!(file.exists());
    cli.raw(&["-c", "clusters"]).prints("\n");
    cli.raw(&["-c", "clusters", "-verbose"]).is(
        "\n",
        "there is no configuration file: the inventory is .*orchestrator.sqlite3",
        0,
    );
    let data = cli.path("data");
    std::fs::create_dir(&data).unwrap();
    let output = cli
        .command()
        .env("XDG_DATA_HOME", &data)
        .args(["-c", "clusters"])
        .output()
        .unwrap();
    Ran::of("with XDG_DATA_HOME", &output).ends("a new one is made", 0);
    assert!(data.join("orchestrator/orchestrator.sqlite3").exists());
    // Without a home there is no such file, and that is said.
    let output = cli
        .command()
        .env_remove("HOME")
        .args(["-c", "clusters"])
        .output()
        .unwrap();
    Ran::of("without HOME", &output).is("", "SQLite3DataFile", 1);
    assert!(PROGRAM.ends_with("orchestrator"));
}

#[test]
fn local_configuration_files_are_found_and_merged() {
    let cli = Cli::testhost();
    std::fs::copy(cli.config(), cli.path("orchestrator.conf.json")).unwrap();
    cli.raw(&["-c", "clusters"]).ends("", 0);
    std::fs::create_dir(cli.path("conf")).unwrap();
    std::fs::write(
        cli.path("conf/orchestrator.conf.json"),
        r#"{"ClusterNameToAlias": {"testhost": "first"}}"#,
    )
    .unwrap();
    cli.raw(&["-c", "which-cluster-alias", "-i", "testhost:22293"])
        .prints("first\n");
    std::fs::write(cli.path("conf/orchestrator.conf.json"), "{").unwrap();
    cli.raw(&["-c", "clusters"])
        .is("", &dated("FATAL", ".*conf/orchestrator.conf.json"), 1);
}
