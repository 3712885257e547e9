//! How the modern form ends: its exit statuses, those of monitoring checks, and the checks of configuration and inventory.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::Cli;
use std::net::TcpListener;

const SICK: &str = "UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293; \
                    UPDATE database_instance SET slave_io_running = 0, replication_io_thread_state = 0, \
                    last_io_error = 'error reconnecting to master' WHERE master_port = 22293;";

#[test]
fn exit_statuses() {
    let cli = Cli::testhost();
    for (line, stderr, status) in [
        (
            "topology testhst:22293",
            "(?s)no cluster is called `testhst:22293`.*hint: did you mean testhost:22293\\?",
            1,
        ),
        ("which-cluster unheard", "(?s)no cluster is called `unheard`.*hint: ", 1),
        (
            "which-instance testhsot:22293",
            "(?s)Instance not found: .*hint: did you mean testhost:22293\\?",
            1,
        ),
        ("which-instance", "no instance given", 2),
        ("which-instance a:b", "is not an instance", 2),
        ("find [", "is not a regular expression", 2),
        ("find", "No pattern given", 2),
        ("toplogy", "(?s)Did you mean `topology`\\?.*Usage", 1),
        ("topology --nonsense", "unexpected argument '--nonsense'", 2),
        ("topology --output xml", "invalid value 'xml'", 2),
        ("downtime", "Usage: orchestrator downtime", 2),
        ("downtime begn", "(?s)unrecognized subcommand 'begn'.*begin", 2),
        (
            "--config /nowhere.json clusters",
            "Cannot read config file: /nowhere.json",
            3,
        ),
        ("tag testhost:22293 a --noop", "nothing was changed", 1),
    ] {
        cli.run(line).is("", stderr, status);
    }
    let empty = Cli::empty();
    empty.run("discover").is("", "(?s)nothing to discover.*hint: ", 4);
    empty.run("topology").is("", "(?s)no cluster is known yet.*hint: ", 1);
    std::fs::write(empty.inventory(), "too short to be a database").unwrap();
    empty.run("clusters").is("", "too short to be a database", 3);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran = cli.run(&format!("discover 127.0.0.1:{port} --quiet"));
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stdout
            .ends_with("hint: is the server running, and is the port right?\n")
            || ran.stdout.contains("0 found, 1 failed"),
        "{}",
        ran.stdout
    );
}

#[test]
fn checks_for_monitoring() {
    let cli = Cli::testhost();
    let check = "replication-analysis --check";
    cli.run(check).is("", "no server was asked in the last", 3);
    cli.run("replication-analysis").is("", "asks the servers first", 0);
    cli.sql("UPDATE database_instance SET last_checked = datetime('now'), last_attempted_check = last_checked");
    cli.sql("UPDATE database_instance SET last_seen = last_checked");
    cli.run(check).prints("");
    cli.sql("UPDATE database_instance SET binlog_format = 'ROW' WHERE port = 22297");
    cli.run(check).is(
        "testhost:22293 (cluster testhost:22293): StatementAndRowLoggingReplicasStructureWarning\n",
        "",
        1,
    );
    cli.sql(SICK);
    let ran = cli.run(check);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.stdout
            .starts_with("testhost:22293 (cluster testhost:22293): DeadMaster"),
        "{}",
        ran.stdout
    );
    cli.run("replication-analysis --check --cluster unheard")
        .is("", "no cluster is called", 3);
    cli.run("replication-analysis --check --nonsense")
        .is("", "unexpected argument", 3);
    cli.run("--config /nowhere.json replication-analysis --check")
        .is("", "Cannot read config file", 3);
    std::fs::write(cli.inventory(), "too short to be a database").unwrap();
    cli.run(check).is("", "too short to be a database", 3);
}

#[test]
fn configuration_and_inventory() {
    let cli = Cli::testhost()
        .with("\"MySQLTopologyUser\": \"orc\", \"MySQLTopologyPassword\": \"s3cret\", \"InstancePollSecnds\": 3,\n");
    let said = "(?s)InstancePollSecnds is unknown and has no effect; did you mean InstancePollSeconds\\?";
    let shown = cli.run("config show");
    shown.ends(said, 0);
    assert!(
        shown.stdout.contains("MySQLTopologyPassword = \"***\"  ("),
        "{}",
        shown.stdout
    );
    assert!(
        !shown.stdout.contains("s3cret") && !shown.stdout.contains("InstancePollSeconds"),
        "{}",
        shown.stdout
    );
    assert!(
        cli.run("config show --all")
            .stdout
            .contains("InstancePollSeconds = 5  (default)")
    );
    assert!(cli.run("config show --unmasked").stdout.contains("s3cret"));
    assert!(cli.run("dump-config --unmasked").stdout.contains("s3cret"));
    let checked = cli.run("config check");
    assert_eq!(
        (checked.status, checked.stdout.contains("InstancePollSecnds")),
        (0, true),
        "{checked:?}"
    );
    Cli::testhost().run("config check").prints("nothing wrong\n");
    let bad = Cli::testhost().with("\"InstancePollSeconds\": \"five\", \"DefaultInstancePort\": true,\n");
    let checked = bad.run("config check");
    assert_eq!(checked.status, 3);
    assert!(
        checked.stdout.contains("InstancePollSeconds must be")
            && checked.stdout.contains("DefaultInstancePort must be"),
        "{}",
        checked.stdout
    );
    bad.run("clusters").is(
        "",
        "(?s)InstancePollSeconds must be.*1 further error: `orchestrator config check`",
        3,
    );
    let checked = cli.run("inventory check --quiet");
    assert_eq!(
        (checked.status, checked.stdout.ends_with("nothing wrong\n")),
        (0, true),
        "{checked:?}"
    );
}

#[test]
fn a_history_that_is_not_there_is_an_error() {
    let cli = Cli::testhost();
    cli.run("-c topology -i testhost:22293 -pattern 2017").is(
        "",
        "no snapshot's time in Unix seconds fits the pattern `2017`",
        1,
    );
}
