//! Downtimes, locks, and the audit of what was changed.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, dated};

#[test]
fn downtime() {
    let cli = Cli::testhost();
    let fatal = |text: &str| dated("FATAL", text);
    let lasts = |port: u16| -> i64 {
        let span = "CAST(strftime('%s', end_timestamp) AS INTEGER) - CAST(strftime('%s', begin_timestamp) AS INTEGER)";
        cli.value(&format!(
            "SELECT {span} FROM database_instance_downtime WHERE port = {port}"
        ))
        .parse()
        .unwrap()
    };
    cli.run("-c begin-downtime -i testhost:22294")
        .is("", &fatal("--reason option required$"), 1);
    for bad in ["1h30m", "3", "-3m", "3x", "h", "99999999999999999999d"] {
        let ran = cli.run(&format!(
            "-c begin-downtime -i testhost:22294 -reason r -duration {bad}"
        ));
        ran.is("", &fatal(".*duration"), 1);
    }
    cli.run("-c begin-downtime -i testhost:22294 -reason 'a disk' -owner ann")
        .prints("testhost:22294\n");
    assert_eq!(lasts(22294), 600);
    cli.run("-c begin-downtime -i testhost:22294 -reason again -duration 2h")
        .prints("testhost:22294\n");
    assert_eq!(lasts(22294), 7200);
    cli.run("-c begin-downtime -i testhost:22295 -reason r -duration 0s")
        .prints("testhost:22295\n");
    assert_eq!(lasts(22295), 600);
    // The instance need not be known.
    cli.run("-c begin-downtime -i unheard:1 -reason lost-in-recovery -duration 1w")
        .prints("unheard:1\n");
    assert_eq!(
        cli.value("SELECT owner || reason FROM database_instance_downtime WHERE port = 22294"),
        "testeragain"
    );
    cli.run("-c which-downtimed-instances -i testhost:22293")
        .prints("testhost:22294\ntesthost:22295\n");
    // Without a cluster, those of all clusters are listed.
    cli.run("-c which-downtimed-instances -alias unheard").is(
        "testhost:22294\ntesthost:22295\n",
        &dated("ERROR", "Unable to determine cluster name. clusterHint=unheard$"),
        0,
    );
    let status = cli.run("-c instance-status -i testhost:22294").stdout;
    assert!(status.ends_with(",downtimed]\n"), "{status}");
    cli.run("-c which-lost-in-recovery").prints("");
    cli.run("-c begin-downtime -i testhost:22296 -reason lost-in-recovery")
        .prints("testhost:22296\n");
    cli.run("-c which-lost-in-recovery").prints("testhost:22296\n");
    cli.run("-c end-downtime -i testhost:22294").prints("testhost:22294\n");
    cli.run("-c end-downtime -i testhost:22294").prints("testhost:22294\n");
    assert_eq!(
        cli.value("SELECT count(*) FROM database_instance_downtime WHERE port = 22294"),
        "0"
    );
    cli.sql("UPDATE database_instance_downtime SET end_timestamp = datetime('now', '-1 second')");
    cli.run("-c which-downtimed-instances -i testhost:22293").prints("");
}

#[test]
fn maintenance() {
    let cli = Cli::testhost();
    let begin = "-c begin-maintenance -i testhost:22294 -owner ann";
    cli.run(begin).is("", &dated("FATAL", "--reason option required$"), 1);
    cli.run("-c in-maintenance -i testhost:22294").prints("");
    cli.run(&format!("{begin} -reason disk")).prints("testhost:22294\n");
    cli.run(&format!("{begin} -reason other")).is(
        "",
        &dated("FATAL", "Cannot begin maintenance for instance: testhost:22294"),
        1,
    );
    cli.run("-c in-maintenance -i testhost:22294")
        .prints("testhost:22294\n");
    cli.run("-c in-maintenance -i esthost:22294").prints("testhost:22294\n");
    cli.run("-c end-maintenance -i testhost:22294")
        .prints("testhost:22294\n");
    cli.run("-c end-maintenance -i testhost:22294")
        .prints("testhost:22294\n");
    cli.run("-c in-maintenance -i testhost:22294").prints("");
    cli.run(&format!("{begin} -reason disk -duration 30s"))
        .prints("testhost:22294\n");
    // One that has run out holds nobody off.
    cli.sql("UPDATE database_instance_maintenance SET end_timestamp = datetime('now', '-1 second') WHERE maintenance_active = 1");
    cli.run("-c in-maintenance -i testhost:22294").prints("");
    cli.run(&format!("{begin} -reason next")).prints("testhost:22294\n");
}

#[test]
fn audit_lines_are_written_before_the_command_ends() {
    let cli = Cli::testhost();
    let audit = cli.path("audit.log");
    let cli = cli.with(&format!(
        "\"AuditLogFile\": \"{}\", \"AuditToBackendDB\": true,\n",
        audit.display()
    ));
    cli.run("-c begin-downtime -i testhost:22294 -reason disk -owner ann")
        .prints("testhost:22294\n");
    cli.run("-c end-downtime -i testhost:22294").prints("testhost:22294\n");
    cli.run("-c forget -i testhost:22297").prints("testhost:22297\n");
    let lines = std::fs::read_to_string(audit).unwrap();
    let kinds: Vec<&str> = lines.lines().map(|line| line.split('\t').nth(1).unwrap()).collect();
    assert_eq!(kinds, ["begin-downtime", "end-downtime", "forget"]);
    let fields: Vec<&str> = lines.lines().next().unwrap().split('\t').collect();
    assert_eq!(fields[2..5], ["testhost", "22294", "[testhost:22293]"]);
    assert_eq!(fields.last(), Some(&""), "a tab ends the line");
    assert_eq!(
        cli.value("SELECT group_concat(audit_type) FROM audit ORDER BY audit_id"),
        "begin-downtime,end-downtime,forget"
    );
}
