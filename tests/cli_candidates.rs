//! Who would be promoted, by the inventory alone.
#![allow(clippy::unwrap_used)]

#[path = "support/cli.rs"]
mod cli;

use cli::Cli;

#[test]
fn the_replica_that_would_take_over() {
    let cli = Cli::testhost();
    let ask = "-c get-candidate-replica -i testhost:22293";
    cli.run(ask).prints("testhost:22294\n");
    cli.run("-c get-candidate-slave -i testhost:22293")
        .prints("testhost:22294\n");
    cli.sql("UPDATE database_instance SET exec_master_log_pos=4 WHERE port=22294");
    cli.run(ask).prints("testhost:22297\n");
    cli.run("-c register-candidate -i testhost:22297 -promotion-rule must_not")
        .prints("testhost:22297\n");
    cli.run(ask).prints("testhost:22294\n");
    cli.sql("UPDATE database_instance SET log_slave_updates=0 WHERE port=22294");
    cli.run(ask).prints("testhost:22294\n"); // as the only one with a binary log
    cli.sql("UPDATE database_instance SET sql_delay=60 WHERE port=22294; UPDATE database_instance SET last_seen='2017-01-01' WHERE port=22296");
    cli.run(ask).ends(
        "none of the replicas of testhost:22293 may be promoted: testhost:22294: it applies with a delay of 60 seconds; \
         testhost:22296: its last check failed; testhost:22297: its promotion rule is must_not",
        1,
    );
}

#[test]
fn without_replicas_there_is_nobody() {
    let cli = Cli::testhost();
    cli.run("-c get-candidate-replica -i testhost:22296")
        .ends("No replicas found for testhost:22296", 1);
    cli.run("get-candidate-replica nowhere:1")
        .ends("No replicas found for nowhere:1", 1);
}

/// In the failed master's data centre or not at all, and the reason is told.
#[test]
fn places_are_heeded() {
    let cli = Cli::testhost().with("\"PreventCrossDataCenterMasterFailover\": true,");
    let ask = "get-candidate-replica testhost:22297";
    cli.sql("UPDATE database_instance SET master_port=22297 WHERE port=22294");
    cli.run(ask)
        .ends("its data centre is ny, and the failed master's is seattle", 1);
    cli.sql("UPDATE database_instance SET data_center='seattle' WHERE port=22294");
    cli.run(ask).prints("testhost:22294\n");
}

#[test]
fn a_preferred_replica_takes_over_from_the_promoted_one() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET master_port=22294 WHERE port NOT IN (22293, 22294)");
    let ask = "-c internal-suggest-promoted-replacement -i testhost:22293 -d testhost:22294";
    cli.run(ask).prints("testhost:22294\n");
    cli.run("-c register-candidate -i testhost:22297 -promotion-rule prefer")
        .prints("testhost:22297\n");
    cli.run(ask).prints("testhost:22297\n");
    cli.run("-c register-candidate -i testhost:22295 -promotion-rule prefer")
        .prints("testhost:22295\n");
    cli.run(ask).prints("testhost:22295\n");
    cli.run("-c internal-suggest-promoted-replacement -i testhost:22293")
        .ends("Cannot deduce destination", 1);
    cli.run("-c internal-suggest-promoted-replacement -i testhost:22293 -d nowhere:1")
        .ends("Instance not found: nowhere:1", 1);
}

/// A replica elsewhere is not put in the place of one that is where it may be, whichever step would ask for it.
#[test]
fn no_step_leads_across_data_centres_where_that_is_prevented() {
    let cli = Cli::testhost();
    cli.sql("UPDATE database_instance SET master_port=22294 WHERE port NOT IN (22293, 22294)");
    cli.sql("UPDATE database_instance SET data_center='ny'; UPDATE database_instance SET data_center='sf' WHERE port IN (22294, 22297)");
    cli.run("-c register-candidate -i testhost:22297 -promotion-rule prefer")
        .prints("testhost:22297\n");
    let ask = "-c internal-suggest-promoted-replacement -i testhost:22293 -d testhost:22294";
    cli.run(ask).prints("testhost:22297\n");
    let cli = cli.with("\"PreventCrossDataCenterMasterFailover\": true,");
    cli.run(ask).prints("testhost:22295\n");
}
