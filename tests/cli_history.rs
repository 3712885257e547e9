//! Snapshots and earlier topologies on the command line: taking, listing, comparing, drawing.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;
#[path = "support/golden.rs"]
mod golden;

use cli::{Cli, Ran, dated, words};
use serde_json::{Value, json};

/// 2023-11-14 22:13:20 UTC.
const FIRST: i64 = 1_700_000_000;
/// An hour later.
const SECOND: i64 = FIRST + 3_600;

/// As the program keeps it, at a moment of our choice.
fn snapshot(cli: &Cli, at: i64) {
    cli.sql(&format!(
        "INSERT INTO database_instance_topology_history \
         (snapshot_unix_timestamp, hostname, port, master_host, master_port, cluster_name, version) \
         SELECT {at}, hostname, port, master_host, master_port, cluster_name, version FROM database_instance"
    ));
}

/// The five servers in two snapshots, between which each kind of thing happened to one of them, and a failover since.
fn eventful() -> Cli {
    let cli = Cli::testhost();
    snapshot(&cli, FIRST);
    cli.sql(
        "UPDATE database_instance SET master_port = 22293 WHERE port = 22295; \
         UPDATE database_instance SET version = '5.6.29' WHERE port = 22296; \
         UPDATE database_instance SET hostname = 'other' WHERE port = 22297;",
    );
    snapshot(&cli, SECOND);
    cli.sql(
        "DELETE FROM database_instance WHERE port = 22293; \
         UPDATE database_instance SET cluster_name = 'testhost:22294', master_port = 22294; \
         UPDATE database_instance SET master_host = '', master_port = 0 WHERE port = 22294;",
    );
    cli
}

fn in_zone(cli: &Cli, zone: &str, line: &str) -> Ran {
    let mut command = cli.command();
    command
        .env("TZ", zone)
        .arg("--config")
        .arg(cli.config())
        .args(words(line));
    Ran::of(line, &command.output().unwrap())
}

fn json_of(cli: &Cli, line: &str) -> Value {
    let ran = cli.run(&format!("{line} --output json"));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{line}");
    serde_json::from_str(&ran.stdout).unwrap()
}

const THEN: &str = "\
testhost:22293     [5.6.28-log]
- testhost:22294   [5.6.28-log]
  - testhost:22295 [5.6.28-log]
- testhost:22296   [5.6.28]
- testhost:22297   [5.6.28-log]
";

const LATER: &str = "\
testhost:22293   [5.6.28-log]
- other:22297    [5.6.28-log]
- testhost:22294 [5.6.28-log]
- testhost:22295 [5.6.28-log]
- testhost:22296 [5.6.29]
";

const DIFF: &str = "\
from 2023-11-14T22:13:20+00:00 to 2023-11-14T23:13:20+00:00

testhost:22293
  other:22297     appeared  below testhost:22293
  testhost:22295  moved     testhost:22294 -> testhost:22293
  testhost:22296  version   5.6.28 -> 5.6.29
  testhost:22297  vanished  was below testhost:22293
";

#[test]
fn snapshots_are_listed_with_what_they_hold() {
    let cli = eventful();
    cli.run("snapshot list").prints(
        "2023-11-14T22:13:20+00:00\t1700000000\t5\t1\n\
         2023-11-14T23:13:20+00:00\t1700003600\t5\t1\n",
    );
    assert_eq!(
        json_of(&cli, "snapshot list")[0],
        json!({"Taken": "2023-11-14 22:13:20", "UnixTime": FIRST, "Instances": 5, "Clusters": 1})
    );
    // What is no moment is not listed, and hides nothing.
    cli.sql("UPDATE database_instance_topology_history SET snapshot_unix_timestamp = 'x' || snapshot_unix_timestamp WHERE port = 22296");
    cli.run("snapshot list").prints(
        "2023-11-14T22:13:20+00:00\t1700000000\t4\t1\n\
         2023-11-14T23:13:20+00:00\t1700003600\t4\t1\n",
    );
    cli.run("topology testhost:22293 --at 1h")
        .ends("^from the snapshot of 2023-11-14T23:13:20", 0);
    Cli::empty().run("snapshot list").prints("");
}

#[test]
fn taking_one_where_there_is_nothing_to_keep() {
    let cli = Cli::empty();
    cli.run("snapshot take")
        .is("", "^warning: no instance is known, so nothing was kept", 0);
    cli.run("-c snapshot-topologies").prints("");
    cli.run("snapshot list").prints("");
    Cli::testhost().run("snapshot take").prints("");
}

#[test]
fn what_changed_between_two() {
    let cli = eventful();
    for line in [
        "snapshot diff",
        "snapshot diff 1700000000",
        "snapshot diff 1700000000 1700003600",
        "snapshot diff --from 1700000000 --to 1700003600",
        "snapshot diff '2023-11-14 23:00' 1h",
        "snapshot diff 2023-11-14T22:13:20+00:00 2023-11-14T23:13:20+00:00",
    ] {
        cli.run(line).prints(DIFF);
    }
    cli.run("snapshot diff 1700003600 now").prints(
        "from 2023-11-14T23:13:20+00:00 to now\n\n\
         testhost:22294\n  \
         the cluster     renamed   testhost:22293 -> testhost:22294\n  \
         other:22297     moved     testhost:22293 -> testhost:22294\n  \
         testhost:22293  vanished  was without a master\n  \
         testhost:22294  moved     testhost:22293 -> no master\n  \
         testhost:22295  moved     testhost:22293 -> testhost:22294\n  \
         testhost:22296  moved     testhost:22293 -> testhost:22294\n",
    );
    let data = json_of(&cli, "snapshot diff");
    assert_eq!(
        data["From"],
        json!({"Taken": "2023-11-14 22:13:20", "UnixTime": FIRST, "IsPresent": false})
    );
    assert_eq!(data["Clusters"][0]["ClusterName"], "testhost:22293");
    assert_eq!(
        data["Clusters"][0]["Changes"][1],
        json!({"Key": {"Hostname": "testhost", "Port": 22295}, "Change": "moved",
               "Before": "testhost:22294", "After": "testhost:22293"})
    );
    let yaml: Value = serde_yaml::from_str(&cli.run("snapshot diff -o yaml").stdout).unwrap();
    assert_eq!(yaml, data);
}

#[test]
fn no_difference_is_said() {
    let cli = Cli::testhost();
    snapshot(&cli, FIRST);
    snapshot(&cli, SECOND);
    let said = "no difference from 2023-11-14T22:13:20+00:00 to 2023-11-14T23:13:20+00:00\n";
    cli.run("snapshot diff").prints(said);
    cli.run("snapshot diff --output table").prints(said);
    assert_eq!(json_of(&cli, "snapshot diff")["Clusters"], json!([]));
    cli.run("snapshot diff 1700000000 now")
        .prints("no difference from 2023-11-14T22:13:20+00:00 to now\n");
    assert_eq!(json_of(&cli, "snapshot diff 1d now")["To"]["IsPresent"], true);
}

#[test]
fn what_cannot_be_compared_says_what_to_do() {
    let cli = Cli::testhost();
    cli.run("snapshot diff").is(
        "",
        "(?s)there is no snapshot yet.*`orchestrator snapshot take`.*SnapshotTopologiesIntervalHours",
        1,
    );
    cli.run("snapshot diff 1d now").is("", "there is no snapshot yet", 1);
    snapshot(&cli, FIRST);
    cli.run("snapshot diff").is(
        "",
        "(?s)no snapshot before that of 2023-11-14T22:13:20\\+00:00.*`orchestrator snapshot diff \
         2023-11-14T22:13:20\\+00:00 now`.*snapshot take.*SnapshotTopologiesIntervalHours",
        1,
    );
    snapshot(&cli, SECOND);
    for (line, stderr, status) in [
        (
            "1699999999",
            "no snapshot is as old as `1699999999`, which is .*: the earliest is of 2023-11-14T22:13:20",
            1,
        ),
        ("1d", "both sides are the same snapshot, of 2023-11-14T23", 1),
        (
            "1700000000 1700000001",
            "both sides are the same snapshot, of 2023-11-14T22",
            1,
        ),
        ("1700003600 1700000000", "write the earlier time first", 2),
        ("now", "`now` is the inventory as it is", 2),
        ("now 1700000000", "`now` is the inventory as it is", 2),
        ("yesterday", "`yesterday` is not a moment: write YYYY-MM-DD", 2),
        ("1700000000 2023-11-14", "`2023-11-14` is not a moment", 2),
        ("a b c", "unexpected argument", 2),
    ] {
        cli.run(&format!("snapshot diff {line}")).is("", stderr, status);
    }
    cli.run("-c snapshot").ends("Unknown command", 1);
}

#[test]
fn a_tree_of_an_earlier_moment() {
    let cli = eventful();
    let from =
        |moment: &str| format!("^from the snapshot of {moment}, \\d+ [dy] ago, which says nothing of lag and state\n$");
    let (first, second) = (from("2023-11-14T22:13:20\\+00:00"), from("2023-11-14T23:13:20\\+00:00"));
    for (line, stdout, stderr) in [
        ("topology --at 1700000000", THEN, &first),
        ("topology testhost:22293 --at 1700003599", THEN, &first),
        ("topology testhost:22293 --at 1700003600", LATER, &second),
        ("topology testhost:22297 --at '2023-11-14 22:30'", THEN, &first),
        (
            "topology --alias testhost:22293 --at 2023-11-14T22:30:00Z",
            THEN,
            &first,
        ),
        ("topology -i testhost:22295 --at 2023-11-15T00:30+02:00", THEN, &first),
        ("topology --at 2h", LATER, &second),
        ("topology other:22297 --at 2099-01-01T00:00Z", LATER, &second),
    ] {
        cli.run(line).is(stdout, stderr, 0);
    }
    cli.run("topology --at 2h --quiet").prints(LATER);
    // Seven columns, as ever; those of which nothing is known are empty.
    cli.run("topology --at 1700000000 --tabulated --quiet").prints(
        "testhost:22293    |||5.6.28-log|||\n\
         - testhost:22294  |||5.6.28-log|||\n  \
         - testhost:22295|||5.6.28-log|||\n\
         - testhost:22296  |||5.6.28    |||\n\
         - testhost:22297  |||5.6.28-log|||\n",
    );
    let ran = cli.run("topology --at 1700000000 -o json --quiet");
    let drawn: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        drawn,
        json!({"Code": "OK", "Message": "Topology for cluster testhost:22293 as of 2023-11-14 22:13:20",
               "Details": THEN.trim_end()})
    );
}

#[test]
fn a_cluster_that_has_another_name_now_is_found() {
    let cli = eventful();
    // Its members of today were in the cluster of another name.
    cli.sql("INSERT INTO cluster_alias (cluster_name, alias) VALUES ('testhost:22294', 'pay')");
    cli.run("topology pay --at 1700000000").is(
        THEN,
        "^the cluster testhost:22294 was called testhost:22293 then\nfrom the snapshot",
        0,
    );
    cli.sql("UPDATE cluster_alias SET cluster_name = 'testhost:22293'");
    cli.run("topology pay --at 1700000000")
        .is(THEN, "^from the snapshot", 0);
    // Near misses.
    cli.run("topology nowhere --at 1700000000")
        .is("", "no cluster is called `nowhere`", 1);
    cli.sql(
        "DELETE FROM database_instance; \
         INSERT INTO database_instance (hostname, port, cluster_name, last_checked, last_attempted_check, last_seen) \
         VALUES ('new', 1, 'new:1', '2026-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    );
    cli.run("topology new:1 --at 1700000000").is(
        "",
        "the snapshot of 2023-11-14T22:13:20\\+00:00 holds nothing of the cluster new:1",
        1,
    );
}

#[test]
fn co_masters_of_an_earlier_moment() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET master_host = 'testhost', master_port = 22297 WHERE port = 22293");
    snapshot(&cli, FIRST);
    cli.run("topology testhost:22293 --at 1d --quiet").prints(
        "- testhost:22293     [5.6.28-log]\n  \
         - testhost:22294   [5.6.28-log]\n    \
         - testhost:22295 [5.6.28-log]\n  \
         - testhost:22296   [5.6.28]\n\
         - testhost:22297     [5.6.28-log]\n",
    );
}

#[test]
fn what_cannot_be_drawn() {
    let cli = eventful();
    for (line, stderr, status) in [
        (
            "topology --at 1699999999",
            "no snapshot is as old as `1699999999`.*\nhint: `orchestrator snapshot list`",
            1,
        ),
        ("topology --at 2023", "`2023` is not a moment", 2),
        ("topology --at now", "`now` is not a moment", 2),
        ("topology --at 1700000000 --tags", "snapshots hold no tags", 2),
        (
            "-c topology -i testhost:22294 --at 1",
            "flag provided but not defined: -at",
            2,
        ),
    ] {
        cli.run(line).is("", stderr, status);
    }
    Cli::testhost()
        .run("topology --at 1h")
        .is("", "there is no snapshot yet\nhint: `orchestrator snapshot take`", 1);
}

#[test]
fn the_classic_history_view() {
    let cli = eventful();
    let then = "\
testhost:22293
- testhost:22294
  - testhost:22295
- testhost:22296
- testhost:22297
";
    let later = "\
testhost:22293
- other:22297
- testhost:22294
- testhost:22295
- testhost:22296
";
    for (line, stdout) in [
        ("topology -i testhost:22294 -pattern 1700000000", then),
        ("topology -i testhost:22294 -pattern ^17000000", then),
        ("topology-tabulated -alias testhost:22293 -pattern 1700000000", then),
        ("topology-tags -i testhost:22297 -pattern 1700000000", then),
        // Of several that fit, the last one.
        ("topology -i testhost:22294 -pattern 17", later),
        ("topology -alias testhost:22294 -pattern 3600$", later),
    ] {
        cli.run(&format!("-c {line}")).prints(stdout);
    }
    cli.run("-c topology -i testhost:22294 -pattern 17 -verbose")
        .ends(&dated("INFO", "1 earlier snapshots fit the pattern `17` too"), 0);
    cli.run("-c topology -i testhost:22294 -pattern 2023-11").is(
        "",
        &format!(
            "{}.*\nhint: there are 2, the last one of 1700003600",
            dated("FATAL", "no snapshot's time in Unix seconds fits")
        ),
        1,
    );
    cli.run("-c topology -i testhost:22294 -pattern [")
        .is("", &dated("FATAL", "`\\[` is not a regular expression"), 1);
    cli.run("-c topology -i unheard:1 -pattern 17")
        .is("\n", &dated("ERROR", "Unable to determine cluster name"), 0);
    // No pattern at all is the present.
    let present = cli.run("-c topology -i testhost:22294").stdout;
    cli.run("-c topology -i testhost:22294 -pattern=").prints(&present);
    Cli::testhost().run("-c topology -i testhost:22294 -pattern 1").is(
        "",
        "there is no snapshot yet; `orchestrator -c snapshot-topologies` takes one",
        1,
    );
}

#[test]
fn times_are_local_as_tz_says() {
    let cli = eventful();
    // Five hours and a half before UTC, whatever zones this machine knows.
    let zone = "XST+5:30";
    in_zone(&cli, zone, "snapshot list").prints(
        "2023-11-14T16:43:20-05:30\t1700000000\t5\t1\n\
         2023-11-14T17:43:20-05:30\t1700003600\t5\t1\n",
    );
    for line in [
        "topology testhost:22293 --at '2023-11-14 16:43:20'",
        "topology testhost:22293 --at '2023-11-14 17:43:19'",
        "topology testhost:22293 --at 2023-11-14T22:13:20Z",
        "topology testhost:22293 --at 2023-11-14T16:43:20-05:30",
    ] {
        in_zone(&cli, zone, line).is(THEN, "^from the snapshot of 2023-11-14T16:43:20-05:30,", 0);
    }
    in_zone(&cli, zone, "topology --at '2023-11-14 16:43:19'").is("", "no snapshot is as old", 1);
    // What the clocks showed twice is asked back, not guessed.
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    in_zone(&cli, berlin, "topology --at '2023-10-29 02:30'").is(
        "",
        "left out or showed twice: put Z or an offset such as",
        2,
    );
    // Data is in UTC wherever it is made.
    let data: Value = serde_json::from_str(&in_zone(&cli, zone, "snapshot list -o json").stdout).unwrap();
    assert_eq!(data[0]["Taken"], "2023-11-14 22:13:20");
}

#[test]
fn tables_in_80_and_200_columns() {
    let cli = eventful();
    for columns in [80, 200] {
        for (name, line) in [
            ("snapshot-list", "snapshot list"),
            ("snapshot-diff", "snapshot diff"),
            ("snapshot-diff-now", "snapshot diff 1700003600 now"),
        ] {
            let mut command = cli.command();
            command
                .env("COLUMNS", columns.to_string())
                .arg("--config")
                .arg(cli.config());
            command.args(words(line)).args(["--output", "table"]);
            let ran = Ran::of(line, &command.output().unwrap());
            ran.ends("", 0);
            golden::check_width(&ran.stdout, columns);
            golden::check(&format!("cli-{name}-{columns}.txt"), ran.stdout.trim_end_matches('\n'));
        }
    }
}
