//! The classic form's commands that keep the inventory: what they print, how they end, and what is stored after them.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated, keys};
use std::net::TcpListener;

/// A port of this machine on which nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn discover_reads_one_server_and_says_why_it_could_not() {
    let cli = Cli::testhost();
    let port = closed_port();
    let key = format!("127.0.0.1:{port}");
    cli.run(&format!("-c discover -i {key}"))
        .is("", &dated("FATAL", &format!("discovering {key}: ")), 1);
    assert_eq!(cli.value("SELECT count(*) FROM database_instance"), "5");
    // A known one is then marked as checked but not seen.
    cli.sql(&format!(
        "UPDATE database_instance SET hostname = '127.0.0.1', port = {port} WHERE port = 22295"
    ));
    cli.run(&format!("-c discover -i {key}"))
        .is("", &dated("FATAL", "discovering"), 1);
    let marked = format!("SELECT last_checked > last_seen FROM database_instance WHERE port = {port}");
    assert_eq!(cli.value(&marked), "1");
    assert_eq!(
        cli.value("SELECT min(last_seen) FROM database_instance"),
        "2017-02-02 08:29:57"
    );
    // The name is taken as it is typed, never as a part of another.
    cli.run("-c discover -i esthos:22293")
        .is("", &dated("FATAL", "discovering esthos:22293: "), 1);
}

#[test]
fn forget_takes_exact_keys_only() {
    let cli = Cli::testhost();
    let fatal = |text: &str| dated("FATAL", text);
    cli.run("-c forget").is("", &fatal("Cannot deduce instance: "), 1);
    cli.run("-c forget -i ''").is("", &fatal("Cannot deduce instance: "), 1);
    cli.run("-c forget -i unheard:1")
        .is("", &fatal("Instance not found: unheard:1$"), 1);
    cli.run("-c forget -i esthost:22297")
        .is("", &fatal("Instance not found: esthost:22297$"), 1);
    assert_eq!(cli.value("SELECT count(*) FROM database_instance"), "5");
    cli.run("-c forget -i testhost:22297,testhost:22295")
        .prints(&keys(&[22297, 22295]));
    cli.run("-c bulk-instances").prints(&keys(&[22293, 22294, 22296]));
    cli.run("-c forget-cluster -alias unheard")
        .ends(&fatal("no cluster determined; nothing was changed"), 1);
    cli.run("-c forget-cluster -alias testhost:22293").prints("");
    cli.run("-c bulk-instances").prints("\n");
}

#[test]
fn noop_changes_nothing() {
    let cli = Cli::testhost();
    for line in [
        "forget -i testhost:22293",
        "begin-downtime -i testhost:22293 -reason r",
        "tag -i testhost:22293 -tag a",
        "forget-cluster -i testhost:22293",
        "redeploy-internal-db",
    ] {
        cli.run(&format!("-c {line} -noop"))
            .is("", &dated("FATAL", "noop: .*nothing was changed"), 1);
    }
    assert_eq!(cli.value("SELECT count(*) FROM database_instance"), "5");
    assert_eq!(cli.value("SELECT count(*) FROM database_instance_downtime"), "0");
    assert_eq!(cli.value("SELECT count(*) FROM database_instance_tags"), "0");
}

#[test]
fn snapshots() {
    let cli = Cli::testhost();
    let rows = "SELECT count(*) FROM database_instance_topology_history";
    cli.run("-c snapshot-topologies").prints("");
    assert_eq!(cli.value(rows), "5");
    cli.run("-c snapshot-topologies").prints("");
    let moments: u32 = cli
        .value("SELECT count(DISTINCT snapshot_unix_timestamp) FROM database_instance_topology_history")
        .parse()
        .unwrap();
    assert_eq!(cli.value(rows), (5 * moments).to_string());
    let row = "SELECT hostname || port || master_host || master_port || cluster_name || version \
               FROM database_instance_topology_history WHERE port = 22296 LIMIT 1";
    assert_eq!(cli.value(row), "testhost22296testhost22293testhost:222935.6.28");
}

#[test]
fn promotion_rules() {
    let cli = Cli::testhost();
    cli.run("-c register-candidate -i testhost:22295")
        .prints("testhost:22295\n");
    cli.run("-c register-candidate -i testhost:22294 -promotion-rule must_not")
        .prints("testhost:22294\n");
    // The instance need not be known.
    cli.run("-c register-candidate -i other -promotion-rule=neutral")
        .prints("other:3306\n");
    cli.run("-c bulk-promotion-rules")
        .prints("other:3306 neutral\ntesthost:22294 must_not\ntesthost:22295 prefer\n");
    cli.run("-c register-candidate -i testhost:22294 -promotion-rule prefer_not")
        .prints("testhost:22294\n");
    assert_eq!(
        cli.value("SELECT promotion_rule FROM candidate_database_instance WHERE port = 22294"),
        "prefer_not"
    );
    for rule in ["must", "Prefer", "x"] {
        // Every command refuses a rule that is none.
        let ran = cli.run(&format!("-c clusters -promotion-rule {rule}"));
        ran.is("", &dated("FATAL", &format!(".*{rule}")), 1);
    }
}

#[test]
fn names_that_replicas_are_told() {
    let cli = Cli::testhost();
    cli.run("-c register-hostname-unresolve -i testhost:22293 -hostname vip")
        .prints("testhost:22293\n");
    cli.run("-c register-hostname-unresolve -i db1:3306 -hostname vip1")
        .prints("db1:3306\n");
    cli.run("-c show-unresolve-hosts").prints("db1 vip1\ntesthost vip\n");
    cli.run("-c register-hostname-unresolve -i db1:3306")
        .prints("db1:3306\n");
    cli.run("-c show-unresolve-hosts").prints("testhost vip\n");
    cli.run("-c deregister-hostname-unresolve -i testhost:22293")
        .prints("testhost:22293\n");
    cli.run("-c show-unresolve-hosts").prints("");
}

#[test]
fn remembered_names() {
    let cli = Cli::testhost();
    cli.sql("INSERT INTO hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES ('vip', 'testhost', datetime('now')), ('a', 'b', datetime('now'))");
    cli.run("-c show-resolve-hosts").prints("a b\nvip testhost\n");
    // What a name was once resolved to is consulted when the name is typed.
    cli.run("-c which-instance -i vip:22295").prints("testhost:22295\n");
    assert_eq!(
        cli.value("SELECT resolved_hostname FROM hostname_resolve WHERE hostname = 'vip'"),
        "testhost"
    );
    cli.run("-c reset-hostname-resolve-cache")
        .prints("hostname resolve cache cleared\n");
    cli.run("-c show-resolve-hosts").prints("");
}

#[test]
fn resolve_connects_first() {
    let cli = Cli::empty();
    cli.run("-c resolve")
        .is("", &dated("FATAL", "Cannot deduce instance: "), 1);
    let port = closed_port();
    cli.run(&format!("-c resolve -i 127.0.0.1:{port}"))
        .is("", &dated("FATAL", "resolving .*: connecting to "), 1);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ran = cli.run(&format!("-c resolve -i localhost:{port}"));
    // Where localhost means ::1 first, nobody listens there.
    if ran.status == 0 {
        assert!(ran.stdout.ends_with(&format!(":{port}\n")), "{}", ran.stdout);
    } else {
        ran.is("", &dated("FATAL", "resolving localhost"), 1);
    }
}

#[test]
fn the_writer_of_a_domain() {
    let cli = Cli::testhost();
    let of = "-i testhost:22293";
    let fatal = |text: &str| dated("FATAL", text);
    cli.run(&format!("-c set-heuristic-domain-instance {of}"))
        .is("", &fatal("Cannot find domain name"), 1);
    cli.sql("INSERT INTO cluster_domain_name (cluster_name, domain_name, last_registered) VALUES ('testhost:22293', 'db.example.com', datetime('now'))");
    cli.run(&format!("-c which-cluster-domain {of}"))
        .prints("db.example.com\n");
    cli.run(&format!("-c which-heuristic-domain-instance {of}"))
        .is("", &fatal("no writer is stored"), 1);
    cli.run(&format!("-c set-heuristic-domain-instance {of}"))
        .prints("testhost:22293\n");
    cli.run(&format!("-c which-heuristic-domain-instance {of}"))
        .prints("testhost:22293\n");
    cli.sql("UPDATE database_instance SET read_only = 1");
    cli.run(&format!("-c set-heuristic-domain-instance {of}"))
        .is("", &fatal(".*0 writable masters"), 1);
}

#[test]
fn pools() {
    let cli = Cli::testhost();
    let submit = "-c submit-pool-instances";
    cli.run(&format!("{submit} -i testhost:22294"))
        .is("", &dated("FATAL", "Please submit --pool$"), 1);
    cli.run(&format!(
        "{submit} -pool web -i testhost:22296,testhost:22294,unheard:1"
    ))
    .prints("");
    cli.run(&format!("{submit} -pool batch -i esthost:22297")).prints("");
    let row = |pool: &str, port: u16| format!("testhost:22293\ttesthost:22293\t{pool}\ttesthost:{port}\n");
    let all = [row("batch", 22297), row("web", 22294), row("web", 22296)].concat();
    cli.run("-c cluster-pool-instances").prints(&all);
    let within = "-c which-heuristic-cluster-pool-instances -i testhost:22293";
    cli.run(within).prints(&keys(&[22294, 22296, 22297]));
    cli.run(&format!("{within} -pool web")).prints(&keys(&[22294, 22296]));
    cli.run("-c which-heuristic-cluster-pool-instances -alias unheard").is(
        "",
        &dated("ERROR", "Unable to determine cluster name"),
        0,
    );
    cli.sql("UPDATE database_instance SET last_seen = '2016-01-01 00:00:00' WHERE port = 22294");
    cli.run(&format!("{within} -pool web")).prints(&keys(&[22296]));
    // An empty list empties the pool.
    cli.run(&format!("{submit} -pool web")).prints("");
    cli.run("-c cluster-pool-instances").prints(&row("batch", 22297));
}

#[test]
fn pools_of_exact_names() {
    let cli = Cli::testhost().with("\"SupportFuzzyPoolHostnames\": false,\n");
    cli.run("-c submit-pool-instances -pool web -i esthost:22297")
        .prints("");
    cli.run("-c cluster-pool-instances").prints("");
}

#[test]
fn tags() {
    let cli = Cli::testhost();
    let fatal = |text: &str| dated("FATAL", text);
    for (line, stdout) in [
        ("tag -i testhost:22293 -tag role=backup", "testhost:22293\n"),
        ("tag -i testhost:22294 -tag role=delayed", "testhost:22294\n"),
        ("tag -i testhost:22295 -tag role", "testhost:22295\n"),
        (
            "tag -i testhost:22296,testhost:22297 -tag candidate",
            "testhost:22296\ntesthost:22297\n",
        ),
        ("tag -i unheard:1 -tag ' role = backup '", "unheard:1\n"),
        ("tags -i testhost:22293", "role=backup\n"),
        ("tags -i testhost:22295", "role=\n"),
        ("tags -i nobody:1", ""),
        ("tag-value -i testhost:22293 -tag role", "backup\n"),
        ("tag-value -i testhost:22295 -tag role", "\n"),
        ("tag-value -i testhost:22295 -tag absent", ""),
        (
            "tagged -tag role",
            "testhost:22293\ntesthost:22294\ntesthost:22295\nunheard:1\n",
        ),
        ("tagged -tag role=backup", "testhost:22293\nunheard:1\n"),
        ("tagged -tag role=", "testhost:22295\n"),
        ("tagged -tag ~role", "testhost:22296\ntesthost:22297\n"),
        ("tagged -tag !role", "testhost:22296\ntesthost:22297\n"),
        ("tagged -tag ~role=backup", "testhost:22294\ntesthost:22295\n"),
        ("tagged -tag role,candidate", ""),
        ("tag -i testhost:22296 -tag role=backup", "testhost:22296\n"),
        ("tagged -tag role=backup,candidate", "testhost:22296\n"),
        ("tags -i testhost:22296", "candidate=\nrole=backup\n"),
        ("untag -i testhost:22296 -tag role=other", ""),
        ("untag -i testhost:22296 -tag role=backup", "testhost:22296\n"),
        ("untag -i testhost:22294 -tag role", "testhost:22294\n"),
        ("untag -i testhost:22294 -tag role", ""),
        ("untag-all -tag role=backup", "testhost:22293\nunheard:1\n"),
        ("untag-all -tag role=", "testhost:22295\n"),
        ("tagged -tag role", ""),
    ] {
        cli.run(&format!("-c {line}")).prints(stdout);
    }
    for (line, said) in [
        ("tag -i testhost:22293", "no tag given"),
        ("tag -i testhost:22293 -tag =x", ".*is not a tag"),
        ("tag -i testhost:22293 -tag ~candidate", ".*is for searching"),
        ("untag -i testhost:22296 -tag ~candidate", ".*is for searching"),
        ("untag-all -tag candidate", "untag-all needs NAME=VALUE"),
        ("untag-all -tag ~candidate=", ".*is for searching"),
        ("tagged -tag =", ".*is not a tag"),
        ("tagged", "no tag given"),
    ] {
        cli.run(&format!("-c {line}")).is("", &fatal(said), 1);
    }
    // A part of a name reads tags, but does not write them.
    cli.run("-c tag -i esthost:22293 -tag x").prints("esthost:22293\n");
    cli.run("-c tagged -tag x").prints("esthost:22293\n");
}

#[test]
fn the_tool_itself() {
    let cli = Cli::bare();
    cli.run("-c redeploy-internal-db").prints("Redeployed internal db\n");
    cli.run("-c redeploy-internal-db").prints("Redeployed internal db\n");
    let cli = cli.with("\"MySQLTopologyUser\": \"orc\", \"MySQLTopologyPassword\": \"s3cret\",\n");
    let ran = cli.run("-c dump-config");
    assert_eq!(
        (ran.status, ran.stderr.as_str(), ran.stdout.lines().count()),
        (0, "", 1)
    );
    assert!(ran.stdout.starts_with("{\"Debug\":false,"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("s3cret") && ran.stdout.contains("\"MySQLTopologyPassword\":\"***\""),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("\"InstancePollSeconds\":5,"), "{}", ran.stdout);
}
