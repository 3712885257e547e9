//! `recover` by hand: what it refuses, with which words and exit status, and that it then changed nothing.
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::ensure;
use dead::{BOTH, is_writable, kill, latest, records, recovers, refused, servers};
use serde_json::json;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::{configure, rows};

/// The classic form without an instance takes this host's name for it: a bad name is told, and nothing is done.
#[test]
fn story_recover_what_is_well() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        let unknown = [
            "Instance not found: nowhere:3306",
            "`orchestrator discover nowhere:3306`",
        ];
        refused(&tool, &["recover", "nowhere:3306"], 1, &unknown)?;
        refused(&tool, &["-c", "recover", "-i", "nowhere:3306"], 1, &unknown[..1])?;
        for well in ["#0", "#1"] {
            let parts = [
                &format!("{well}: NoProblem"),
                "there is nothing to recover",
                &format!("`orchestrator explain {well}` says why"),
            ];
            refused(&tool, &["recover", well], 4, &parts)?;
            refused(&tool, &["recover", well, "--dry-run"], 4, &parts)?;
            for classic in ["recover", "recover-lite"] {
                let output = refused(&tool, &["-c", classic, "-i", well], 0, &["there is nothing to recover"])?;
                same("classic", output.stdout.as_str(), "")?;
            }
        }
        refused(&tool, &["recover"], 4, &["nothing has failed that could be recovered"])?;
        refused(
            &tool,
            &["recover", "--resume"],
            4,
            &["no recovery was left in the middle"],
        )?;
        ensure!(rows(&tool, "SELECT uid FROM topology_recovery")?.is_empty(), "recorded");
        ensure!(!is_writable(&tree, 1)?, "#1 takes writes");
        Ok(())
    });
}

/// A misspelt candidate costs nothing: no hook runs, nothing is recorded, and a watcher is not kept from recovering.
#[test]
fn story_recover_names_a_wrong_candidate() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1;4;5<4").read_only().start()?;
        let tool = Tool::new(&tree, json!({"PreFailoverProcesses": ["echo ran >> told"]}))?;
        tool.said(&["discover", "#1"])?;
        tool.said(&["discover", "#5"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2, 3, 5])?;
        for wrong in ["#5", "#3", "#0", "nowhere:3306"] {
            let said = format!("{wrong} is not a direct replica of #0, so it cannot take its place");
            let parts = [said.as_str(), "the direct replicas of #0 are: #1, #2"];
            refused(&tool, &["recover", "#0", "--candidate", wrong], 1, &parts)?;
            refused(&tool, &["recover", "#0", "--candidate", wrong, "--dry-run"], 1, &parts)?;
            refused(&tool, &["-c", "recover", "-i", "#0", "-d", wrong], 1, &parts)?;
        }
        same("servers", servers(&tree, &[1, 2, 3, 5])?, before)?;
        ensure!(rows(&tool, "SELECT uid FROM topology_recovery")?.is_empty(), "recorded");
        ensure!(watching::file_lines(&tool, "told").is_empty(), "a hook ran");
        // Whoever is asked for is promoted, whatever its rule.
        tool.said(&["register-candidate", "#2", "--promotion-rule", "must_not"])?;
        recovers(&tool, &["recover", "#0", "--candidate", "#2"], 2).map(drop)
    });
}

/// What each replica is refused for is told by name.
#[test]
fn story_recover_finds_nobody() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let hook = |name: &str| format!("echo {name} >> told");
        let config = json!({
            "PromotionIgnoreHostnameFilters": [format!(":{}$", tree.port(1))],
            "PostUnsuccessfulFailoverProcesses": [hook("failed")],
            "PostFailoverProcesses": [hook("after")],
        });
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#1"])?;
        tool.said(&["register-candidate", "#2", "--promotion-rule", "must_not"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        let parts = [
            "none of the replicas of #0 may be promoted",
            "#1: ",
            "PromotionIgnoreHostnameFilters",
            "#2: its promotion rule is must_not",
        ];
        refused(&tool, &["recover", "#0", "--dry-run"], 1, &parts)?;
        ensure!(rows(&tool, "SELECT uid FROM topology_recovery")?.is_empty(), "recorded");
        refused(&tool, &["recover", "#0"], 1, &parts)?;
        same("servers", servers(&tree, &[1, 2])?, before)?;
        same("hooks", watching::file_lines(&tool, "told"), vec!["failed".to_owned()])?;
        let record = latest(&tool)?;
        ensure!(record.starts_with("1\t0\t:0\t"), "{record}");
        contains(&record, "its promotion rule is must_not")?;
        let classic = refused(&tool, &["-c", "recover", "-i", "#0"], 1, &["yet no replica promoted"])?;
        same("classic", classic.stdout.as_str(), "")
    });
}

/// Without an instance everything that failed is recovered that a watcher would recover.
#[test]
fn story_recover_everything() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, json!({"AuditToBackendDB": true}))?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        refused(
            &tool,
            &["recover", "#1"],
            4,
            &[
                "#1 is a replica of #0, and it is #0 that failed (DeadMaster)",
                "`orchestrator recover #0`",
            ],
        )?;
        let held = refused(
            &tool,
            &["recover"],
            5,
            &["#0 is held: cluster-filter", "RecoverMasterClusterFilters"],
        )?;
        same("told once", held.stderr.matches("#0 is held").count(), 1)?;
        same("servers", servers(&tree, &[1, 2])?, before.clone())?;
        ensure!(rows(&tool, "SELECT uid FROM topology_recovery")?.is_empty(), "recorded");
        let decided = "SELECT hostname || ':' || port, substr(decision, 1, 12), held_by <> '[]' FROM orc_decision";
        same("decided", rows(&tool, decided)?, vec!["#0\theld\t1".to_owned()])?;

        configure(&tool, &json!({"RecoverMasterClusterFilters": ["*"]}))?;
        tool.said(&["disable-global-recoveries"])?;
        refused(&tool, &["recover"], 5, &["#0 is held: ", "enable-global-recoveries"])?;
        tool.said(&["enable-global-recoveries"])?;
        tool.said(&[
            "begin-downtime",
            "#0",
            "--duration",
            "1h",
            "--reason",
            "r",
            "--owner",
            "me",
        ])?;
        let held = tool.run(&["recover"])?;
        ensure!([4, 5].contains(&held.code), "{held:#?}");
        tool.said(&["end-downtime", "#0"])?;
        same("servers", servers(&tree, &[1, 2])?, before)?;
        recovers(&tool, &["recover"], 1)?;
        dead::follows(&tree, 2, 1)?;
        ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
        same("decided", rows(&tool, decided)?, vec!["#0\trecovered by\t0".to_owned()])?;
        let audited = "SELECT audit_type, hostname || ':' || port, message FROM audit
            WHERE audit_type LIKE 'recover-%' OR message LIKE '%lost-in-recovery%' ORDER BY audit_id";
        same(
            "audited",
            rows(&tool, audited)?,
            vec![
                "recover-dead-master\t#0\tproblem found; will recover".to_owned(),
                "begin-downtime\t#0\towner: OWNER, reason: lost-in-recovery".replace("OWNER", &owner(&tool)?),
                "recover-dead-master\t#0\tpromoted replica: #1".to_owned(),
            ],
        )?;
        refused(&tool, &["recover"], 4, &["nothing has failed that could be recovered"]).map(drop)
    });
}

/// Who is named as the one who put the old master into downtime.
fn owner(tool: &Tool<'_>) -> anyhow::Result<String> {
    let owners = rows(tool, "SELECT owner FROM database_instance_downtime")?;
    Ok(owners.into_iter().next().unwrap_or_default())
}

/// A dry run tells everything and changes nothing, neither on servers nor in the records.
#[test]
fn story_recover_dry_run() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let hooks = json!({"OnFailureDetectionProcesses": ["touch told"], "PreFailoverProcesses": ["touch told"]});
        let tool = Tool::new(&tree, hooks)?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = (servers(&tree, &[1, 2])?, records(&tool)?);
        let plan = tool.said(&["recover", "#0", "--dry-run"])?;
        for part in [
            "successor: #1\n",
            "#2: has received ",
            "#1: making it writable (from here on nothing is taken back)",
            "#2: making it replicate from #1",
        ] {
            contains(&plan, part)?;
        }
        let data: serde_json::Value =
            serde_json::from_str(&tool.said(&["recover", "#0", "--dry-run", "--output", "json"])?)?;
        ensure!(data["steps"].as_array().is_some_and(|steps| steps.len() > 10), "{data}");
        same("everything", (servers(&tree, &[1, 2])?, records(&tool)?), before)?;
        ensure!(!tool.dir().join("told").exists(), "a hook ran");
        recovers(&tool, &["recover", "#0"], 1).map(drop)
    });
}

/// The classic form prints the successor, and an old master that cannot be reached is no failure there.
#[test]
fn story_recover_classic() {
    on_each(&BOTH, |flavour| {
        for (command, hooks) in [("recover", 1), ("recover-lite", 0)] {
            let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
            let tool = Tool::new(
                &tree,
                json!({"PostMasterFailoverProcesses": ["echo {successorPort} >> told"]}),
            )?;
            tool.said(&["discover", "#1"])?;
            kill(&tree, 0, &[1, 2])?;
            let output = refused(
                &tool,
                &["-c", command, "-i", "#0"],
                0,
                &["UNFENCED: #0 could not be reached"],
            )?;
            same("printed", output.stdout.as_str(), "#1\n")?;
            same("hooks", watching::file_lines(&tool, "told").len(), hooks)?;
            ensure!(is_writable(&tree, 1)?, "#1 takes no writes");
        }
        Ok(())
    });
}

/// By file and position who stands where the successor stands goes on at the end of its binary log. The others are told by
/// name, kept for later and left out of what is looked after.
#[test]
fn story_recover_without_gtid() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<0").gtid(false).read_only().start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#1"])?;
        tree.sql(0, "CREATE DATABASE app; CREATE TABLE app.t (n INT PRIMARY KEY)")?;
        let has = |server: usize, table: &str, rows: &str| {
            wait_until(SOON, "it has it", || {
                tree.sql(server, &format!("SELECT COUNT(*) FROM {table}"))
                    .is_ok_and(|count| count.trim() == rows)
            })
        };
        for server in 1..4 {
            has(server, "app.t", "0")?;
        }
        let word = if flavour == Flavour::MySql9 { "REPLICA" } else { "SLAVE" };
        tree.sql(2, &format!("STOP {word} IO_THREAD"))?;
        tree.sql(0, "INSERT INTO app.t VALUES (1), (2)")?;
        for server in [1, 3] {
            has(server, "app.t", "2")?;
        }
        tree.sql(3, &format!("STOP {word} SQL_THREAD"))?;
        tree.sql(0, "INSERT INTO app.t VALUES (3)")?;
        has(1, "app.t", "3")?;
        kill(&tree, 0, &[1, 3])?;
        let lost = "#2: file:position replication: it ends at ";
        contains(&tool.said(&["recover", "#0", "--dry-run"])?, &format!("lost: {lost}"))?;
        let output = recovers(&tool, &["recover", "#0"], 1)?;
        contains(&output.stderr, "#2 is lost: file:position replication: it ends at ")?;
        // The one that had not applied everything has now, and goes on: nothing lost, nothing twice.
        tree.sql(1, "INSERT INTO app.t VALUES (4)")?;
        has(3, "app.t", "4")?;
        ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
        same("applier", tree.replica_status(2, "SQL_Running")?, vec!["No".to_owned()])?;
        let downtime = "SELECT hostname || ':' || port FROM database_instance_downtime
            WHERE downtime_active AND reason = 'lost-in-recovery' ORDER BY 1";
        same(
            "in downtime",
            rows(&tool, downtime)?,
            vec!["#0".to_owned(), "#2".to_owned()],
        )?;
        same(
            "lost",
            rows(&tool, "SELECT lost_slaves FROM topology_recovery")?,
            vec!["#2".to_owned()],
        )
    });
}

/// A server with further masters is nobody's successor, and the channel is named.
#[test]
fn story_recover_multi_source() {
    on_each(&BOTH, |flavour| {
        let mut builder = Sandbox::up(flavour, "0;1;2<0+1").read_only();
        if flavour.is_mariadb() {
            builder = builder.option_for(1, "--gtid-domain-id=7");
        }
        let tree = builder.start()?;
        let tool = Tool::new(&tree, json!({}))?;
        tool.said(&["discover", "#2"])?;
        kill(&tree, 0, &[])?;
        let failed = tool.run(&["replication-analysis", "--refresh"])?;
        contains(&failed.stdout, "#0 (cluster #0): DeadMaster")?;
        let parts = ["#2: it replicates through a further channel, `channel1`"];
        refused(&tool, &["recover", "#0"], 1, &parts)?;
        refused(
            &tool,
            &["recover", "#0", "--candidate", "#2"],
            1,
            &["a further channel, `channel1`"],
        )?;
        ensure!(!is_writable(&tree, 2)?, "#2 takes writes");
        same(
            "appliers",
            tree.replica_status(2, "SQL_Running")?,
            vec!["Yes".to_owned(); 2],
        )
    });
}
