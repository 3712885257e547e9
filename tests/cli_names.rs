//! How the classic form's commands and instances are named: older names, lists, parts of names, this machine, addresses.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated, keys};

const NO_CLUSTER: &str = "Unable to determine cluster name. clusterHint=";

/// Lines that must answer without a word on standard error.
#[track_caller]
fn answers(cli: &Cli, cases: &[(&str, &str)]) {
    for (line, stdout) in cases {
        cli.run(&format!("-c {line}")).prints(stdout);
    }
}

fn this_machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    name.trim().to_owned()
}

#[test]
fn older_names_and_names_only_clients_had() {
    let below = keys(&[22294, 22296, 22297]);
    let osc = keys(&[22294, 22295, 22296, 22297]);
    let cli = Cli::testhost();
    answers(
        &cli,
        &[
            ("which-slaves -i testhost:22293", &below),
            ("which-broken-slaves -i testhost:22293", ""),
            ("which-cluster-osc-slaves -i testhost:22293", &osc),
            ("which-cluster-osc-running-slaves -i testhost:22293", &osc),
            ("which-cluster-gh-ost-slaves -i testhost:22293", ""),
            ("instance -i testhost:22293", "testhost:22293\n"),
        ],
    );
    cli.run("-c begin-downtime -i testhost:22296 -reason r")
        .prints("testhost:22296\n");
    cli.run("-c downtimed -i testhost:22293").prints("testhost:22296\n");
    cli.run("-c forget-cluster -i testhost:22293").prints("");
    cli.run("-c all-instances").prints("");
}

#[test]
fn lists_of_instances() {
    let cli = Cli::testhost();
    let master = "testhost:22293\n";
    answers(
        &cli,
        &[
            (
                "which-master -i testhost:22294,testhost:22295",
                "testhost:22293\ntesthost:22294\n",
            ),
            (
                "which-master -i 'testhost:22295, ,testhost:22294\ttesthost:22296\r\n'",
                &format!("testhost:22294\n{master}{master}"),
            ),
            ("which-master -i ,testhost:22295,", "testhost:22294\n"),
            ("clusters -i a,b", &format!("{master}{master}")),
        ],
    );
    // The first failure ends the run; what was printed before stands.
    cli.run("-c which-master -i testhost:22295,unheard:1,testhost:22294")
        .is("testhost:22294\n", &dated("FATAL", "Instance not found: unheard:1$"), 1);
}

#[test]
fn loose_names() {
    let cli = Cli::testhost();
    answers(
        &cli,
        &[
            ("which-instance -i estho:22295", "testhost:22295\n"),
            ("which-instance -i TESTHOST:22295", "testhost:22295\n"),
            ("which-cluster -i esth:22295", "testhost:22293\n"),
            ("which-replicas -i esth:22293", &keys(&[22294, 22296, 22297])),
            ("can-replicate-from -i esth:22294 -d host:22297", "testhost:22297\n"),
            ("tags -i esth:22293", ""),
        ],
    );
    let not_found = |key: &str| dated("FATAL", &format!("Instance not found: {key}$"));
    // The port must fit.
    cli.run("-c which-instance -i testhost")
        .is("", &not_found("testhost:3306"), 1);
    cli.sql("INSERT INTO database_instance (hostname, port, last_checked, cluster_name) VALUES ('db10', 3306, '2017-02-02 08:29:57', 'db10:3306'), ('db11', 3306, '2017-02-02 08:29:57', 'db11:3306'), ('10.0.0.12', 3306, '2017-02-02 08:29:57', 'x')");
    cli.run("-c which-instance -i db10").prints("db10:3306\n");
    // Several fit: none is chosen. An address is never a part of another.
    cli.run("-c which-instance -i db1").is("", &not_found("db1:3306"), 1);
    cli.run("-c which-instance -i 10.0.0.1")
        .is("", &not_found("10.0.0.1:3306"), 1);
}

#[test]
fn this_machine_is_meant_only_when_nothing_was_named() {
    let cli = Cli::testhost();
    let here = this_machine();
    let unknown = dated("FATAL", &format!("Instance not found: {here}:3306$"));
    cli.run("-c which-instance").is("", &unknown, 1);
    cli.run("-c which-master").is("", &unknown, 1);
    cli.sql(&format!(
        "INSERT INTO database_instance (hostname, port, last_checked, cluster_name) VALUES ('{here}', 3306, '2017-02-02 08:29:57', 'own')"
    ));
    cli.run("-c which-instance").prints(&format!("{here}:3306\n"));
    cli.run("-c which-cluster").prints("own\n");
    // Named, but not found or not a name: never this machine.
    cli.run("-c which-cluster -alias typo")
        .is("\n", &dated("ERROR", NO_CLUSTER), 0);
    cli.run("-c which-cluster -i typo")
        .is("\n", &dated("ERROR", NO_CLUSTER), 0);
    for bad in ["g:h:i", "a:b", "a:0", "a:99999", "[::1", ":3306", "[x]:1"] {
        for command in [
            "which-instance",
            "which-cluster",
            "begin-downtime -reason r",
            "forget",
            "tag -tag a",
            "discover",
        ] {
            let ran = cli.run(&format!("-c {command} -i {bad}"));
            ran.is("", &dated("FATAL", ".*is not an instance"), 1);
        }
    }
}

#[test]
fn addresses_of_ip_version_6() {
    let cli = Cli::empty();
    cli.run("-c tag -i [::1]:3307 -tag a").prints("::1:3307\n");
    cli.run("-c tag -i ::1 -tag a").prints("::1:3306\n");
    cli.run("-c tag -i fe80::1:3306 -tag a").prints("fe80::1:3306:3306\n");
    cli.run("-c tagged -tag a")
        .prints("::1:3306\n::1:3307\nfe80::1:3306:3306\n");
}

#[test]
fn aliases_by_pattern_take_the_first_of_the_file() {
    let cli = Cli::testhost().with(
        r#""ClusterNameToAlias": {"22293": "zulu", "testhost": "alpha", ".*": "mike"},
"#,
    );
    for _ in 0..5 {
        cli.run("-c clusters-alias").prints("testhost:22293\tzulu\n");
    }
    cli.run("-c which-cluster -alias zulu").prints("testhost:22293\n");
    let data = cli.run("-c clusters-alias -output json").stdout;
    assert!(data.contains("\"ClusterAlias\":\"zulu\""), "{data}");
}
