//! The modern form: the same texts as the classic, the other formats, tables as byte goldens.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;
#[path = "support/golden.rs"]
mod golden;

use cli::{Cli, Ran, keys, words};
use serde_json::{Value, json};

const SICK: &str = "UPDATE database_instance SET last_seen = datetime(last_checked, '-1 minute') WHERE port = 22293; \
                    UPDATE database_instance SET slave_io_running = 0, replication_io_thread_state = 0, \
                    last_io_error = 'error reconnecting to master' WHERE master_port = 22293;";

fn in_columns(cli: &Cli, columns: u16, line: &str) -> Ran {
    let mut command = cli.command();
    command
        .env("COLUMNS", columns.to_string())
        .arg("--config")
        .arg(cli.config())
        .args(words(line));
    Ran::of(line, &command.output().unwrap())
}

fn json_of(cli: &Cli, line: &str) -> Value {
    let ran = cli.run(&format!("{line} --output json --quiet"));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{line}");
    assert_eq!(ran.stdout.matches('\n').count(), 1, "one line: {}", ran.stdout);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{line}: {e}\n{}", ran.stdout))
}

#[test]
fn texts_equal_the_classic_ones() {
    let cli = Cli::testhost();
    cli.sql(SICK);
    for (modern, classic) in [
        ("clusters", "clusters"),
        ("clusters-alias", "clusters-alias"),
        ("all-clusters-masters", "all-clusters-masters"),
        ("topology", "topology -i testhost:22293"),
        ("topology testhost:22293", "topology -i testhost:22293"),
        ("topology testhost:22295", "topology -i testhost:22293"),
        ("topology --alias testhost:22293", "topology -i testhost:22293"),
        ("topology --tabulated", "topology-tabulated -i testhost:22293"),
        ("topology --tags", "topology-tags -i testhost:22293"),
        (
            "topology-tabulated testhost:22293",
            "topology-tabulated -i testhost:22293",
        ),
        ("instances", "all-instances"),
        ("instances --pattern 9[57]$", "find -pattern 9[57]$"),
        ("instances --search 22295", "search -pattern 22295"),
        ("instances --cluster testhost:22293", "all-instances"),
        ("all-instances", "all-instances"),
        ("find 22295", "find -pattern 22295"),
        ("search 104", "search -pattern 104"),
        ("which-instance esth:22295", "which-instance -i esth:22295"),
        ("instance testhost:22295", "which-instance -i testhost:22295"),
        ("which-cluster testhost:22295", "which-cluster -i testhost:22295"),
        (
            "which-cluster-alias testhost:22295",
            "which-cluster-alias -i testhost:22295",
        ),
        ("which-cluster-master", "which-cluster-master -i testhost:22295"),
        ("which-cluster-instances", "which-cluster-instances -i testhost:22295"),
        (
            "which-cluster-osc-replicas",
            "which-cluster-osc-replicas -i testhost:22295",
        ),
        ("which-master testhost:22295", "which-master -i testhost:22295"),
        ("which-master testhost:22293", "which-master -i testhost:22293"),
        ("which-replicas testhost:22293", "which-replicas -i testhost:22293"),
        (
            "which-broken-replicas testhost:22293",
            "which-broken-replicas -i testhost:22293",
        ),
        ("instance-status testhost:22293", "instance-status -i testhost:22293"),
        (
            "get-cluster-heuristic-lag",
            "get-cluster-heuristic-lag -i testhost:22295",
        ),
        ("is-replicating testhost:22295", "is-replicating -i testhost:22295"),
        (
            "is-replication-stopped testhost:22295",
            "is-replication-stopped -i testhost:22295",
        ),
        (
            "can-replicate-from testhost:22294 testhost:22297",
            "can-replicate-from -i testhost:22294 -d testhost:22297",
        ),
        ("bulk-instances", "bulk-instances"),
        ("replication-analysis --quiet", "replication-analysis"),
        ("dump-config", "dump-config"),
    ] {
        let expected = cli.run(&format!("-c {classic}"));
        assert_eq!((expected.status, expected.stderr.as_str()), (0, ""), "{classic}");
        cli.run(modern).prints(&expected.stdout);
    }
}

#[test]
fn commands_that_write_print_the_classic_text() {
    let cli = Cli::testhost();
    let key = "testhost:22294\n";
    for (line, stdout) in [
        ("tag testhost:22294 role=x", key),
        ("tag -i testhost:22294 --tag other", key),
        ("tag add testhost:22294 third=", key),
        ("tag list testhost:22294", "other=\nrole=x\nthird=\n"),
        ("tags testhost:22294", "other=\nrole=x\nthird=\n"),
        ("tag-value testhost:22294 role", "x\n"),
        ("tagged role,other", key),
        ("tag remove testhost:22294 other", key),
        ("tag remove testhost:22294 other", ""),
        ("untag testhost:22294 third", key),
        ("tag list", "testhost:22294\trole=x\n"),
        ("untag-all role=x", key),
        ("begin-downtime testhost:22294 --reason disk --owner ann", key),
        (
            "downtime begin testhost:22294 --reason disk --owner ann --duration 1h",
            key,
        ),
        ("which-downtimed-instances", key),
        ("downtimed", key),
        ("downtime end testhost:22294", key),
        ("downtime list", ""),
        ("maintenance begin testhost:22294 --reason disk --owner ann", key),
        ("in-maintenance testhost:22294", key),
        ("maintenance end testhost:22294", key),
        ("maintenance list", ""),
        ("pool submit web testhost:22294 testhost:22297", ""),
        (
            "pool list",
            "testhost:22293\ttesthost:22293\tweb\ttesthost:22294\ntesthost:22293\ttesthost:22293\tweb\ttesthost:22297\n",
        ),
        ("submit-pool-instances --pool web testhost:22297", ""),
        ("which-heuristic-cluster-pool-instances --pool web", "testhost:22297\n"),
        ("candidate add testhost:22294 --promotion-rule must_not", key),
        ("register-candidate testhost:22297", "testhost:22297\n"),
        (
            "bulk-promotion-rules",
            "testhost:22294 must_not\ntesthost:22297 prefer\n",
        ),
        ("snapshot take", ""),
        ("register-hostname-unresolve testhost:22294 vip", key),
        ("show-unresolve-hosts", "testhost vip\n"),
        (
            "forget testhost:22294 -i testhost:22295",
            "testhost:22295\ntesthost:22294\n",
        ),
        ("forget-cluster testhost:22293", ""),
        ("redeploy-internal-db", "Redeployed internal db\n"),
    ] {
        cli.run(line).prints(stdout);
    }
    assert_eq!(cli.run("snapshot list").stdout.lines().count(), 1);
    let listed = cli.run("candidate list").stdout;
    assert!(listed.starts_with("testhost:22294\tmust_not\t20"), "{listed}");
}

#[test]
fn lists_of_what_holds() {
    let cli = Cli::testhost();
    cli.sql(
        "INSERT INTO database_instance_downtime (hostname, port, downtime_active, begin_timestamp, end_timestamp, owner, reason) \
         VALUES ('testhost', 22294, 1, '2026-01-01 00:00:00', '2099-01-01 00:00:00', 'ann', 'a disk')",
    );
    cli.run("downtime list")
        .prints("testhost:22294\t2099-01-01 00:00:00\tann\ta disk\n");
    assert_eq!(
        json_of(&cli, "downtime list"),
        json!([{"Instance": "testhost:22294", "Until": "2099-01-01 00:00:00", "Owner": "ann", "Reason": "a disk"}])
    );
}

#[test]
fn data_has_the_names_that_scripts_know() {
    let cli = Cli::testhost();
    assert_eq!(json_of(&cli, "clusters"), json!(["testhost:22293"]));
    let info = json_of(&cli, "clusters-alias");
    assert_eq!(info[0]["ClusterName"], "testhost:22293");
    assert_eq!(info[0]["CountInstances"], 5);
    let master = json_of(&cli, "which-instance testhost:22295");
    assert_eq!(master[0]["MasterKey"], json!({"Hostname": "testhost", "Port": 22294}));
    assert_eq!(master[0]["Slave_SQL_Running"], true);
    assert_eq!(
        json_of(&cli, "which-master testhost:22295"),
        json!([{"Hostname": "testhost", "Port": 22294}])
    );
    assert_eq!(json_of(&cli, "get-cluster-heuristic-lag"), json!(0));
    let drawn = json_of(&cli, "topology");
    assert_eq!(
        (drawn["Code"].as_str(), drawn["Message"].as_str()),
        (Some("OK"), Some("Topology for cluster testhost:22293"))
    );
    let text = cli.run("topology").stdout;
    assert_eq!(drawn["Details"].as_str(), Some(text.trim_end_matches('\n')));
    let analysis = json_of(&cli, "replication-analysis");
    assert_eq!(analysis, json!({"Code": "OK", "Message": "Analysis", "Details": []}));
    cli.sql(SICK);
    let analysis = json_of(&cli, "replication-analysis");
    assert_eq!(analysis["Details"][0]["Analysis"], "DeadMaster");
    // The classic form prints the same fields without ours.
    let classic: Value = serde_json::from_str(&cli.run("-c replication-analysis -output json").stdout).unwrap();
    let names = |v: &Value| v["Details"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let (ours, theirs) = (names(&analysis), names(&classic));
    assert!(
        theirs.len() < ours.len() && ours[..theirs.len()] == theirs,
        "{ours:?}\n{theirs:?}"
    );
}

#[test]
fn yaml_is_the_same_data() {
    let cli = Cli::testhost();
    cli.run("clusters --output yaml").prints("- testhost:22293\n");
    let text = cli.run("which-master testhost:22295 -o yaml").stdout;
    let data: Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(data, json_of(&cli, "which-master testhost:22295"));
    let data: Value = serde_yaml::from_str(&cli.run("-o yaml instances").stdout).unwrap();
    assert_eq!(data.as_array().unwrap().len(), 5);
}

#[test]
fn tables_in_80_and_200_columns() {
    let cli = Cli::testhost();
    cli.sql(SICK);
    cli.run("begin-downtime testhost:22297 --reason disk")
        .prints("testhost:22297\n");
    cli.run("pool submit web testhost:22294").prints("");
    for columns in [80, 200] {
        for line in [
            "clusters",
            "clusters-alias",
            "instances",
            "which-replicas testhost:22293",
            "replication-analysis",
            "pool list",
        ] {
            let ran = in_columns(&cli, columns, &format!("{line} --output table --quiet"));
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{line}");
            golden::check_width(&ran.stdout, columns.into());
            let name = line.split(' ').collect::<Vec<_>>().join("-").replace(':', "-");
            golden::check(&format!("cli-{name}-{columns}.txt"), ran.stdout.trim_end_matches('\n'));
        }
        golden::check(
            &format!("explain-rules-{columns}.txt"),
            in_columns(&cli, columns, "explain --rules")
                .prints_something()
                .trim_end(),
        );
    }
}

impl Ran {
    #[track_caller]
    fn prints_something(&self) -> &str {
        self.ends("", 0);
        &self.stdout
    }
}

#[test]
fn explanations() {
    let cli = Cli::testhost();
    cli.run("explain").prints("Nothing is wrong.\n");
    cli.sql(SICK);
    for columns in [80, 200] {
        let ran = in_columns(&cli, columns, "explain testhost:22293");
        let text = ran.prints_something();
        golden::check_width(text, columns.into());
        assert!(text.contains("DeadMaster") && text.contains("testhost:22294"), "{text}");
    }
    cli.run("explain unheard:1").is("", "Instance not found: unheard:1", 1);
    // What it printed as data is judged again, without servers or inventory, and comes out the same.
    let stored = cli.run("explain --output json").stdout;
    std::fs::write(cli.path("verdicts.json"), &stored).unwrap();
    cli.run("explain --replay verdicts.json --output json").prints(&stored);
    let again = cli.run("explain --replay verdicts.json").stdout;
    assert!(again.contains("DeadMaster"), "{again}");
    std::fs::write(cli.path("bad.json"), "{").unwrap();
    cli.run("explain --replay bad.json")
        .is("", "(?s)reading bad.json: .*hint: it must be what", 1);
    cli.run("explain --replay none.json")
        .is("", "reading none.json: No such file", 1);
    let rules = json_of(&cli, "explain --rules");
    assert!(rules.to_string().contains("DeadMaster"), "{rules}");
}

#[test]
fn both_forms_mix_as_far_as_they_can() {
    let cli = Cli::testhost();
    let config = cli.config();
    let config = config.to_str().unwrap();
    for args in [
        vec!["-config", config, "clusters"],
        vec!["-config", config, "-debug=false", "clusters"],
        vec![
            "-verbose=0",
            "--quiet=true",
            "--quiet",
            "-config",
            "/nowhere",
            "-config",
            config,
            "clusters",
        ],
        vec!["clusters", "--config", config],
        vec!["-o", "text", "--config", config, "clusters"],
        vec!["--config", config, "which-cluster", "testhost:22295", "-o", "text"],
    ] {
        cli.raw(&args).prints("testhost:22293\n");
    }
    let help = cli.run("topology --help");
    assert_eq!((help.status, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("Usage: orchestrator topology"), "{}", help.stdout);
    assert_eq!(cli.run("which-instance testhost:22293 testhost:22294").status, 2);
    cli.run("which-master -i testhost:22294,testhost:22295")
        .prints(&keys(&[22293, 22294]));
}
