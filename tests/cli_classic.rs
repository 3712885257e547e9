//! The classic form's questions to the inventory, byte for byte: what they print, what they say on standard error, and
//! how they end. Scripts depend on every one of these.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated, keys};

const NO_CLUSTER: &str = "Unable to determine cluster name. clusterHint=";

/// Runs `-c` and each line, and compares standard output, a pattern of standard error, and the status.
#[track_caller]
fn each(cli: &Cli, cases: &[(&str, &str, &str, i32)]) {
    for (line, stdout, stderr, status) in cases {
        cli.run(&format!("-c {line}")).is(stdout, stderr, *status);
    }
}

/// Lines that must answer without a word on standard error.
#[track_caller]
fn answers(cli: &Cli, cases: &[(&str, &str)]) {
    for (line, stdout) in cases {
        cli.run(&format!("-c {line}")).prints(stdout);
    }
}

const TREE: &str = "\
testhost:22293     [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]
- testhost:22294   [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]
  - testhost:22295 [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]
- testhost:22296   [unknown,unchecked,5.6.28,rw,nobinlog,P-GTID]
- testhost:22297   [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]
";

#[test]
fn questions_that_have_answers() {
    let one = "testhost:22293\n";
    let below = keys(&[22294, 22296, 22297]);
    let members = keys(&[22293, 22294, 22295, 22296, 22297]);
    let by_weight = keys(&[22293, 22294, 22296, 22297, 22295]);
    answers(
        &Cli::testhost(),
        &[
            ("clusters", one),
            ("clusters-alias", "testhost:22293\ttesthost:22293\n"),
            ("all-clusters-masters", one),
            ("all-instances", &by_weight),
            ("find -pattern .", &by_weight),
            ("find -pattern 9[57]$", &keys(&[22297, 22295])),
            ("find -pattern nothing", ""),
            ("search -pattern 22295", "testhost:22295\n"),
            ("search -pattern 104", "testhost:22297\n"),
            ("search -pattern TESTHOST", &by_weight),
            ("search -pattern GPL", &by_weight),
            ("search -pattern 5.6.28-log", &keys(&[22293, 22294, 22297, 22295])),
            ("search -pattern 10", ""),
            ("which-instance -i testhost:22295", "testhost:22295\n"),
            ("which-cluster -i testhost:22295", one),
            ("which-cluster -alias testhost:22293", one),
            ("which-cluster-alias -i testhost:22295", one),
            ("which-cluster-domain -i testhost:22295", "\n"),
            ("which-cluster-master -i testhost:22295", one),
            ("which-cluster-instances -i testhost:22294", &members),
            ("which-cluster-instances -alias testhost:22293", &members),
            (
                "which-cluster-osc-replicas -i testhost:22294",
                &keys(&[22294, 22295, 22296, 22297]),
            ),
            (
                "which-cluster-osc-running-replicas -i testhost:22294",
                &keys(&[22294, 22295, 22296, 22297]),
            ),
            ("which-cluster-gh-ost-replicas -i testhost:22294", ""),
            ("which-master -i testhost:22295", "testhost:22294\n"),
            ("which-master -i testhost:22293", ""),
            ("which-replicas -i testhost:22293", &below),
            ("which-replicas -i testhost:22295", ""),
            ("which-replicas -i unheard:1", ""),
            ("which-broken-replicas -i testhost:22293", ""),
            ("which-downtimed-instances -i testhost:22293", ""),
            ("which-lost-in-recovery", ""),
            (
                "instance-status -i testhost:22294",
                "[unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID]\n",
            ),
            ("get-cluster-heuristic-lag -i testhost:22294", "0\n"),
            ("bulk-instances", &members),
            ("bulk-promotion-rules", "\n"),
            ("is-replicating -i testhost:22294", "testhost:22294\n"),
            ("is-replicating -i testhost:22293", ""),
            ("is-replication-stopped -i testhost:22293", ""),
            ("is-replication-stopped -i testhost:22294", ""),
            (
                "can-replicate-from -i testhost:22294 -d testhost:22297",
                "testhost:22297\n",
            ),
            (
                "can-replicate-from -i testhost:22294 -s testhost:22297",
                "testhost:22297\n",
            ),
            ("can-replicate-from -i testhost:22294 -d testhost:22296", ""),
            ("replication-analysis", ""),
            ("topology -i testhost:22294", TREE),
            ("topology -alias testhost:22293", TREE),
        ],
    );
}

#[test]
fn an_empty_inventory() {
    let lost = &dated("ERROR", NO_CLUSTER);
    let fatal = |text: &str| dated("FATAL", text);
    each(
        &Cli::empty(),
        &[
            ("clusters", "\n", "", 0),
            ("clusters-alias", "", "", 0),
            ("all-clusters-masters", "", "", 0),
            ("all-instances", "", "", 0),
            ("find -pattern .", "", "", 0),
            ("search -pattern a", "", "", 0),
            ("topology", "\n", lost, 0),
            (
                "topology-tabulated -alias x",
                "\n",
                &dated("ERROR", "Unable to determine cluster name. clusterHint=x$"),
                0,
            ),
            ("topology-tags", "\n", lost, 0),
            ("which-cluster", "\n", lost, 0),
            ("which-cluster-alias -alias x", "", &fatal("no cluster determined"), 1),
            ("which-cluster-domain -alias x", "", &fatal("no cluster determined"), 1),
            (
                "which-cluster-master -alias x",
                "",
                &fatal("No writeable masters found for cluster"),
                1,
            ),
            ("which-cluster-instances", "", lost, 0),
            ("which-cluster-osc-replicas", "", lost, 0),
            ("which-cluster-gh-ost-replicas", "", lost, 0),
            ("which-downtimed-instances", "", lost, 0),
            ("which-lost-in-recovery", "", "", 0),
            ("get-cluster-heuristic-lag", "", &fatal("No instances found"), 1),
            ("bulk-instances", "\n", "", 0),
            ("bulk-promotion-rules", "\n", "", 0),
            ("replication-analysis", "", "", 0),
            ("show-resolve-hosts", "", "", 0),
            ("show-unresolve-hosts", "", "", 0),
            ("cluster-pool-instances", "", "", 0),
            ("tagged -tag role", "", "", 0),
        ],
    );
}

#[test]
fn questions_without_an_answer() {
    let lost = &dated("ERROR", NO_CLUSTER);
    let fatal = |text: &str| dated("FATAL", text);
    let not_found = &fatal("Instance not found: unheard:1$");
    each(
        &Cli::testhost(),
        &[
            ("find", "", &fatal("No pattern given$"), 1),
            ("search", "", &fatal("No pattern given$"), 1),
            ("find -pattern [", "", &fatal(".*not a regular expression"), 1),
            ("which-instance -i unheard:1", "", not_found, 1),
            ("which-master -i unheard:1", "", not_found, 1),
            ("instance-status -i unheard:1", "", not_found, 1),
            ("is-replicating -i unheard:1", "", not_found, 1),
            ("is-replication-stopped -i unheard:1", "", not_found, 1),
            ("can-replicate-from -i unheard:1 -d testhost:22293", "", not_found, 1),
            ("can-replicate-from -i testhost:22294 -d unheard:1", "", not_found, 1),
            (
                "can-replicate-from -i testhost:22294",
                "",
                &fatal("Cannot deduce destination"),
                1,
            ),
            (
                "topology -alias unheard",
                "\n",
                &dated("ERROR", "Unable to determine cluster name. clusterHint=unheard$"),
                0,
            ),
            ("which-cluster -i unheard:1", "\n", lost, 0),
            ("which-cluster-instances -alias unheard", "", lost, 0),
            ("which-cluster-osc-replicas -alias unheard", "", lost, 0),
            ("which-cluster-gh-ost-replicas -alias unheard", "", lost, 0),
            // With one cluster in the inventory, its alias and domain are the answer whatever was asked.
            ("which-cluster-alias -alias unheard", "testhost:22293\n", lost, 0),
            ("which-cluster-domain -alias unheard", "\n", lost, 0),
            (
                "which-cluster-master -alias unheard",
                "",
                &fatal("No writeable masters found for cluster"),
                1,
            ),
            (
                "get-cluster-heuristic-lag -alias unheard",
                "",
                &fatal("No instances found"),
                1,
            ),
            (
                "which-heuristic-domain-instance -i testhost:22293",
                "",
                &fatal("Cannot find domain name for cluster testhost:22293"),
                1,
            ),
        ],
    );
}

#[test]
fn several_clusters() {
    let cli = Cli::testhost();
    cli.sql(
        "UPDATE database_instance SET cluster_name = 'testhost:22297', master_host = '', master_port = 0, \
         replication_depth = 0 WHERE port = 22297; \
         INSERT INTO cluster_alias (cluster_name, alias, last_registered) VALUES ('testhost:22297', 'second', '2017-02-02 08:29:57');",
    );
    answers(
        &cli,
        &[
            ("clusters", "testhost:22293\ntesthost:22297\n"),
            (
                "clusters-alias",
                "testhost:22293\ttesthost:22293\ntesthost:22297\tsecond\n",
            ),
            ("all-clusters-masters", "testhost:22293\ntesthost:22297\n"),
            ("which-cluster -alias second", "testhost:22297\n"),
            ("which-cluster-alias -i testhost:22297", "second\n"),
            ("which-cluster-instances -alias second", "testhost:22297\n"),
            // A name wins over an instance; an unknown one leaves the instance to decide.
            ("which-cluster -alias second -i testhost:22293", "testhost:22297\n"),
            ("which-cluster -alias unheard -i testhost:22293", "testhost:22293\n"),
        ],
    );
    cli.run("-c which-cluster-alias -alias unheard")
        .is("", &dated("FATAL", "no cluster determined"), 1);
    cli.sql("UPDATE database_instance SET read_only = 1 WHERE port = 22297");
    cli.run("-c all-clusters-masters").prints("testhost:22293\n");
    cli.run("-c which-cluster-master -alias second")
        .prints("testhost:22297\n");
}

#[test]
fn trees() {
    let cli = Cli::testhost();
    cli.sql(
        "UPDATE database_instance SET last_checked = datetime('now'), last_attempted_check = datetime('now'), \
         last_seen = datetime('now'), seconds_behind_master = 7, slave_lag_seconds = 7 WHERE port IN (22294, 22297); \
         INSERT INTO database_instance_tags (hostname, port, tag_name, tag_value) VALUES \
         ('testhost', 22293, 'role', 'backup'), ('testhost', 22293, 'in_service', ''), ('testhost', 22294, 'role', 'delayed');",
    );
    let tabulated = [
        "testhost:22293    |unknown|unchecked|5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "+ testhost:22294  |     7s|ok       |5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "  - testhost:22295|unknown|unchecked|5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "- testhost:22296  |unknown|unchecked|5.6.28    |rw|nobinlog |P-GTID   ",
        "+ testhost:22297  |     7s|ok       |5.6.28-log|rw|STATEMENT|>>,P-GTID",
        "",
    ];
    cli.run("-c topology-tabulated -i testhost:22295")
        .prints(&tabulated.join("\n"));
    cli.run("-c topology-tags -i testhost:22295").prints(
        "testhost:22293     [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID] [in_service,role=backup]
+ testhost:22294   [7s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID] [role=delayed]
  - testhost:22295 [unknown,unchecked,5.6.28-log,rw,STATEMENT,>>,P-GTID] []
- testhost:22296   [unknown,unchecked,5.6.28,rw,nobinlog,P-GTID] []
+ testhost:22297   [7s,ok,5.6.28-log,rw,STATEMENT,>>,P-GTID] []
",
    );
    cli.run("-c get-cluster-heuristic-lag -i testhost:22293").prints("7\n");
}

/// What is drawn of the cluster before the brackets.
fn names_drawn(cli: &Cli) -> Vec<String> {
    let drawn = cli.run("-c topology -i testhost:22293").stdout;
    let name = |line: &str| line.split('[').next().unwrap_or_default().trim_end().to_owned();
    drawn.lines().map(name).collect()
}

#[test]
fn every_root_is_drawn_in_order_of_keys() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET hostname = 'stray', master_host = 'gone' WHERE port = 22297");
    assert_eq!(
        names_drawn(&cli),
        [
            "stray:22297",
            "testhost:22293",
            "- testhost:22294",
            "  - testhost:22295",
            "- testhost:22296"
        ]
    );
}

#[test]
fn a_ring_is_drawn_from_its_first_member_and_co_masters_side_by_side() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET master_host = 'testhost', master_port = 22294 WHERE port = 22293");
    let ring = [
        "- testhost:22293",
        "  - testhost:22294",
        "    - testhost:22295",
        "  - testhost:22296",
        "  - testhost:22297",
    ];
    assert_eq!(names_drawn(&cli), ring);
    cli.sql("UPDATE database_instance SET is_co_master = 1 WHERE port IN (22293, 22294)");
    let names = names_drawn(&cli);
    assert_eq!(
        names,
        [
            "- testhost:22293",
            "  - testhost:22296",
            "  - testhost:22297",
            "- testhost:22294",
            "  - testhost:22295"
        ]
    );
}

#[test]
fn analysis_of_a_master_that_is_not_seen() {
    let unseen = "UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293;";
    let stopped = "UPDATE database_instance SET slave_io_running = 0, replication_io_thread_state = 0, \
                   last_io_error = 'error reconnecting to master' WHERE master_port = 22293;";
    let master = "testhost:22293 (cluster testhost:22293)";
    for (changes, expected) in [
        ([unseen, stopped], "DeadMaster"),
        ([unseen, ""], "UnreachableMaster"),
        (
            [
                unseen,
                "UPDATE database_instance SET seconds_behind_master = 60, slave_lag_seconds = 60 WHERE master_port = 22293",
            ],
            "UnreachableMasterWithLaggingReplicas",
        ),
        (
            [
                "",
                "UPDATE database_instance SET binlog_format = 'ROW' WHERE port = 22297",
            ],
            "StatementAndRowLoggingReplicasStructureWarning",
        ),
    ] {
        let cli = Cli::testhost();
        cli.sql(changes[0]).sql(changes[1]);
        let ran = cli.run("-c replication-analysis");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let first = ran.stdout.lines().next().unwrap();
        assert_eq!(first, format!("{master}: {expected}"), "{changes:?}");
    }
}

#[test]
fn analysis_leaves_out_what_is_in_downtime() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293");
    cli.run("-c begin-downtime -i testhost:22293 -reason known")
        .prints("testhost:22293\n");
    cli.run("-c replication-analysis").prints("");
    cli.run("-c end-downtime -i testhost:22293").prints("testhost:22293\n");
    cli.run("-c replication-analysis")
        .prints("testhost:22293 (cluster testhost:22293): UnreachableMaster\n");
}

#[test]
fn questions_about_changed_states() {
    let cli = Cli::testhost();
    cli.sql(
        "UPDATE database_instance SET binlog_format = 'ROW'; \
         UPDATE database_instance SET master_host = '//testhost' WHERE port = 22295; \
         UPDATE database_instance SET slave_sql_running = 0, slave_io_running = 0, replication_sql_thread_state = 0, \
         replication_io_thread_state = 0, last_sql_error = '\"duplicate entry\"' WHERE port = 22297;",
    );
    answers(
        &cli,
        &[
            (
                "which-cluster-gh-ost-replicas -i testhost:22293",
                &keys(&[22295, 22297, 22294]),
            ),
            // A master host that was broken on purpose is no master.
            ("which-master -i testhost:22295", ""),
            ("which-broken-replicas -i testhost:22293", "testhost:22297\n"),
            ("is-replication-stopped -i testhost:22297", "testhost:22297\n"),
            ("is-replicating -i testhost:22297", ""),
        ],
    );
}
