//! Every rule by which a replica is not moved, broken on real servers: the command says which, and all servers replicate
//! afterwards as they did before.
#![allow(clippy::unwrap_used)]

#[path = "support/tool.rs"]
mod tool;
#[path = "support/unmoved.rs"]
mod unmoved;

use anyhow::Result;
use serde_json::json;
use std::fs;
use tool::sandbox::{Flavour, Sandbox, sql_of, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use unmoved::{Refused, never_below, refused, released, set_master, settled, standing, word};

/// 2 writes no binary log, 3 does not log what it applies, and 4 passes a database over; all of them follow 1.
///
/// MySQL 5.6 needs both logs for GTID, and is told the same by position.
fn tree_of_rules(flavour: Flavour) -> Result<Sandbox> {
    let no_updates = match flavour {
        Flavour::MySql9 => "--log-replica-updates=0",
        _ => "--log-slave-updates=0",
    };
    Sandbox::up(flavour, "0;1<0;2<1;3<1;4<1")
        .gtid(flavour != Flavour::MySql56)
        .option_for(2, "--skip-log-bin")
        .option_for(3, no_updates)
        .option_for(4, "--replicate-ignore-db=nobody")
        .start()
}

fn rules(flavour: Flavour) -> Result<()> {
    let tree = tree_of_rules(flavour)?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;

    let no_log = "#2 does not have binary logs enabled";
    never_below(&tree, &tool, "#4", "#2", no_log)?;
    let no_updates = "#3 is a replica and does not have log_slave_updates enabled";
    never_below(&tree, &tool, "#4", "#3", no_updates)?;
    let of_4 = |to: &str, reason: &str| format!("#4 cannot replicate from {to}. Reason: {reason}");
    let (below_2, below_3) = (of_4("#2", no_log), of_4("#3", no_updates));
    let of_1 = |to: &str, reason: &str| format!("#1 cannot replicate from {to}. Reason: {reason}");
    let (under_2, under_3) = (of_1("#2", no_log), of_1("#3", no_updates));
    let several = format!("#3 cannot replicate from #2. Reason: {no_log}…{below_2}…none of 2 replicas of #1 was moved");
    let siblings = format!(
        "#2 cannot replicate from #3. Reason: {no_updates}…{below_3}…none of 2 siblings of #3 was moved below it"
    );
    refused(
        &tree,
        &tool,
        "by one step, and several",
        &[
            (&["move-below", "#4", "#2", "--force"], &below_2),
            (&["-c", "move-below", "-i", "#4", "-d", "#3"], &below_3),
            (&["take-master", "#2", "--force"], &under_2),
            (&["relocate-replicas", "#1", "#2"], &several),
            (
                &["move-replicas-gtid", "#1", "#2"],
                "moveReplicasViaGTID: Error on all 2 operations",
            ),
            (&["repoint-replicas", "#1", "#2", "--force"], &several),
            (&["take-siblings", "#3"], &siblings),
            (&["take-master", "#3"], &under_3),
        ],
    )?;

    none_regrouped(&tree, &tool)?;

    let word = word(flavour);
    let logs_in = |format: &str| -> Result<()> {
        let set = format!("STOP {word}; SET GLOBAL binlog_format='{format}'; START {word}");
        tree.sql(4, &set)?;
        settled(&tree)
    };
    logs_in("STATEMENT")?;
    let format = "Cannot replicate from ROW binlog format on #0 to STATEMENT on #4";
    never_below(&tree, &tool, "#4", "#0", format)?;
    refused(&tree, &tool, format, &[(&["move-up", "#4"], &of_4("#0", format))])?;
    logs_in("MIXED")?;
    let format = of_4("#0", "Cannot replicate from ROW binlog format on #0 to MIXED on #4");
    refused(&tree, &tool, "MIXED", &[(&["relocate", "#4", "#0"], &format)])?;
    logs_in("ROW")?;

    let id = |server: usize| tree.port(server);
    tree.sql(4, &format!("SET GLOBAL server_id={}", id(2)))?;
    let same_id = format!("Identical server id: #2 and #4 both have {}", id(2));
    never_below(&tree, &tool, "#2", "#4", &same_id)?;
    tree.sql(4, &format!("SET GLOBAL server_id={}", id(4)))?;

    set_master(&tree, 4, "DELAY=30")?;
    let delay = "#4 has higher SQL_Delay (30 seconds) than #2 does (0 seconds)";
    never_below(&tree, &tool, "#2", "#4", delay)?;
    let early = "#4: lags too much: 0 s where its delay is 30 s, and 20 s of difference are reasonable";
    let steps: [Refused<'_>; 3] = [
        (&["move-below", "#2", "#4"], early),
        (&["move-up", "#4"], early),
        (&["take-master", "#4"], early),
    ];
    refused(&tree, &tool, "a delay", &steps)?;
    set_master(&tree, 4, "DELAY=0")?;

    // Filters count where that is configured.
    let strict = Tool::new(&tree, json!({"VerifyReplicationFilters": true}))?;
    strict.said(&["discover", "#0"])?;
    let filters = |replica: &str| format!("#4 has replication filters and {replica} has none");
    never_below(&tree, &strict, "#2", "#4", &filters("#2"))?;
    let taken = format!("#1 cannot replicate from #4. Reason: {}", filters("#1"));
    refused(&tree, &strict, "a filter", &[(&["take-master", "#4"], &taken)])?;
    released(&strict)?;
    released(&tool)
}

/// Only those are left below whom nobody can go, or nothing by which to go there.
fn none_regrouped(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    tool.said(&["register-candidate", "-i", "#4", "--promotion-rule", "must_not"])?;
    if tree.flavour() == Flavour::MySql56 {
        let nobody = "Could not regroup replicas of #1; error: #2, #3, #4 replicate without GTID";
        return refused(tree, tool, "without GTID", &[(&["regroup-replicas", "#1"], nobody)]);
    }
    let before = standing(tree)?;
    let output = tool.run(&["-c", "regroup-replicas", "-i", "#1"])?;
    let printed = "#3\n#3 lost: 2, trivial: 0, pseudo-gtid: 0\n";
    same("none is regrouped", (output.code, &*output.stdout), (1, printed))?;
    for replica in ["#2", "#4"] {
        let sentence = format!("{replica} cannot replicate from #3. Reason: #3 is a replica and does not have");
        contains(&output.stderr, &sentence)?;
    }
    same("nothing is changed", standing(tree)?, before)
}

#[test]
fn story_rules_that_keep_a_replica() {
    on_each(&Flavour::ALL, rules);
}

fn states(flavour: Flavour) -> Result<()> {
    let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1").start()?;
    let tool = Tool::new(&tree, json!({}))?;
    tool.said(&["discover", "#0"])?;
    halted(&tree, &tool)?;
    lagging(&tree, &tool)?;
    if flavour == Flavour::MySql9 {
        between_gtid_modes(&tree, &tool)?;
    }
    if !flavour.is_mariadb() {
        same_uuid(&tree, &tool)?;
        read_by_somebody(&tree, &tool)?;
    }
    released(&tool)
}

#[test]
fn story_states_that_keep_a_replica() {
    on_each(&Flavour::ALL, states);
}

/// One of its threads stands.
fn halted(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    let word = word(tree.flavour());
    for thread in ["IO_THREAD", "SQL_THREAD"] {
        tree.sql(2, &format!("STOP {word} {thread}"))?;
        let stands = "#2: instance is not replicating";
        refused(
            tree,
            tool,
            thread,
            &[
                (&["move-up", "#2", "--force"], stands),
                (&["move-below", "#2", "#3"], stands),
                (&["move-below", "#3", "#2"], stands),
                (&["take-master", "#2"], stands),
                (&["make-co-master", "#2"], stands),
            ],
        )?;
        tree.sql(2, &format!("START {word} {thread}"))?;
    }
    settled(tree)
}

/// Somebody keeps its applier from a row that its master wrote long ago.
fn lagging(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    tree.sql(
        0,
        "CREATE DATABASE late; CREATE TABLE late.t (n INT PRIMARY KEY) ENGINE=InnoDB",
    )?;
    wait_until(SOON, "the table arrives", || {
        tree.sql(2, "SELECT COUNT(*) FROM late.t").is_ok()
    })?;
    let name = tree.name();
    std::thread::scope(|scope| {
        let holds = "BEGIN; INSERT INTO late.t VALUES (1); SELECT SLEEP(500)";
        let holder = scope.spawn(move || sql_of(name, "root", 2, holds));
        let outcome = behind(tree, tool);
        let find = "SELECT id FROM information_schema.processlist WHERE info='SELECT SLEEP(500)'";
        for id in tree.sql(2, find)?.lines() {
            tree.sql(2, &format!("KILL {id}"))?;
        }
        drop(holder.join());
        outcome
    })?;
    wait_until(SOON, "it has caught up", || {
        tree.first_status(2, "Seconds_Behind_Master")
            .or_else(|_| tree.first_status(2, "Seconds_Behind_Source"))
            .is_ok_and(|behind| behind == "0")
    })
}

fn behind(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    wait_until(SOON, "the row is held", || {
        let held = "SELECT COUNT(*) FROM information_schema.processlist WHERE info='SELECT SLEEP(500)'";
        tree.sql(2, held).is_ok_and(|count| count.trim() == "1")
    })?;
    tree.sql(0, "SET timestamp=UNIX_TIMESTAMP()-1000; INSERT INTO late.t VALUES (1)")?;
    wait_until(SOON, "it lags", || {
        tree.first_status(2, "Seconds_Behind_Master")
            .or_else(|_| tree.first_status(2, "Seconds_Behind_Source"))
            .is_ok_and(|behind| behind.len() == 4)
    })?;
    let lags = "#2: lags too much: 1… s, and 20 s are reasonable";
    refused(
        tree,
        tool,
        "lag",
        &[
            (&["-c", "move-up", "-i", "#2"], lags),
            (&["move-below", "#2", "#3"], lags),
            (&["move-below", "#3", "#2"], lags),
            (&["take-master", "#2", "--force"], lags),
            (&["make-co-master", "#2"], lags),
            (
                &["move-up-replicas", "#1", "--pattern", "#2$"],
                "#2: lags too much: 1…Error on all 1 operations: no replica of #1 was moved up",
            ),
        ],
    )
}

/// 3 has not come to GTID as far as the others.
fn between_gtid_modes(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    for mode in ["ON_PERMISSIVE", "OFF_PERMISSIVE"] {
        tree.sql(3, &format!("SET GLOBAL gtid_mode={mode}"))?;
    }
    refused(
        tree,
        tool,
        "out of GTID",
        &[
            (
                &["move-below", "#2", "#3", "--force"],
                "#2 uses GTID and #3 does not: by file and position it would fall out of GTID",
            ),
            (
                &["relocate", "#2", "#3", "--force"],
                "Relocating #2 below #3 turns to be too complex; please do it manually: they do not both use GTID",
            ),
            (
                &["move-gtid", "#2", "#3", "--force"],
                "Instances #2, #3 not GTID compatible or not using GTID",
            ),
            (
                &["repoint", "#2", "#3"],
                "#2 uses GTID, which #3 does not, and its position means nothing in the binary log of #3",
            ),
            (
                &["take-master", "#3"],
                "#1 uses GTID and #3 does not: by file and position it would fall out of GTID",
            ),
        ],
    )?;
    for mode in ["ON_PERMISSIVE", "ON"] {
        tree.sql(3, &format!("SET GLOBAL gtid_mode={mode}"))?;
    }
    Ok(())
}

/// 2 was made of a copy of 0, with its identity.
fn same_uuid(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    let (own, other) = (tree.uuid(2)?, tree.uuid(0)?);
    let file = tree.data_dir(2)?.join("auto.cnf");
    let text = fs::read_to_string(&file)?;
    contains(&text, &own)?;
    tree.stop(2)?;
    fs::write(&file, text.replace(&own, &other))?;
    tree.start(2)?;
    settled(tree)?;
    tool.said(&["discover", "#2"])?;
    let reason = format!("Identical server UUID: #2 and #0 both have {other}");
    never_below(tree, tool, "#2", "#0", &reason)?;
    let sentence = format!("#2 cannot replicate from #0. Reason: {reason}");
    refused(tree, tool, "one step up", &[(&["move-up", "#2"], &sentence)])?;
    tree.stop(2)?;
    fs::write(&file, text)?;
    tree.start(2)?;
    settled(tree)
}

/// What replicates from a server keeps its binary log, whether it is known or not.
fn read_by_somebody(tree: &Sandbox, tool: &Tool<'_>) -> Result<()> {
    let executed = || tree.sql(1, "SELECT @@global.gtid_executed, @@global.gtid_purged");
    tree.sql(1, "CREATE DATABASE errant")?;
    let before = executed()?;
    let reset = ["gtid-errant-reset-master", "#1"];
    let known = "#1 has 2 replicas, #2 among them, which would break: nothing was changed";
    refused(tree, tool, "replicas", &[(&reset, known)])?;
    for replica in ["#2", "#3"] {
        tool.said(&["forget", replica])?;
    }
    let unknown = "the binary log of #1 is being read from 127.0.0.1, which would break: nothing was changed";
    let rehearsed = ["gtid-errant-reset-master", "#1", "--dry-run"];
    refused(
        tree,
        tool,
        "unknown replicas",
        &[(&reset, unknown), (&rehearsed, unknown)],
    )?;
    same("executed", executed()?, before)
}
