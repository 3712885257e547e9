//! Failures that give nobody a master's place, on real servers: dead intermediate masters, semi-sync, read-only masters.

#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{Tool, contains, on_each, same};
use watching::{Watch, rows};

/// How long anything may take before it counts as not happening.
const LONG: Duration = Duration::from_secs(60);

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// Hooks that tell that they ran, about whom, and who takes over.
fn hooks() -> Value {
    let said = |hook: &str| format!("echo {hook} {{failureType}} {{failedPort}} {{successorPort}} >> told");
    json!({
        "PreFailoverProcesses": [said("before")],
        "PostMasterFailoverProcesses": [said("after-master")],
        "PostIntermediateMasterFailoverProcesses": [said("after-intermediate")],
        "PostFailoverProcesses": [said("after")],
        "PostUnsuccessfulFailoverProcesses": [said("failed")],
    })
}

fn config(more: &Value) -> Value {
    let mut config = hooks();
    for (key, value) in more.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    config
}

/// What hooks told, the failure's code left out.
fn told(tool: &Tool<'_>) -> Vec<String> {
    let text = std::fs::read_to_string(tool.dir().join("told")).unwrap_or_default();
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != 1)
            .map(|(_, word)| *word)
            .collect::<Vec<_>>()
            .join(" ")
    };
    text.lines().map(line).collect()
}

/// Whom a server replicates from with both threads running.
fn master_of(tree: &Sandbox, server: usize) -> Result<Option<usize>> {
    let words = match tree.flavour() {
        Flavour::MySql9 => (
            "SHOW REPLICA STATUS",
            "Source_Port",
            "Replica_IO_Running",
            "Replica_SQL_Running",
        ),
        _ => (
            "SHOW SLAVE STATUS",
            "Master_Port",
            "Slave_IO_Running",
            "Slave_SQL_Running",
        ),
    };
    let rows = tree.rows(server, words.0)?;
    let Some(row) = rows.first() else { return Ok(None) };
    let runs = row[words.2] == "Yes" && row[words.3] == "Yes";
    let port: u16 = row[words.1].parse()?;
    Ok(tree.server_at(port).filter(|_| runs))
}

/// The tree is as told: who replicates from whom, by number.
fn stands(tree: &Sandbox, expected: &[(usize, usize)]) -> Result<()> {
    let expected: BTreeMap<usize, Option<usize>> = expected.iter().map(|(who, of)| (*who, Some(*of))).collect();
    wait_until(LONG, "everybody replicates as told", || {
        let found = expected
            .keys()
            .map(|server| Some((*server, master_of(tree, *server).ok()?)));
        found.collect::<Option<BTreeMap<_, _>>>().as_ref() == Some(&expected)
    })
}

/// What is written to the master arrives everywhere.
fn flows(tree: &Sandbox, name: &str, servers: &[usize]) -> Result<()> {
    tree.sql(0, &format!("CREATE DATABASE {name}"))?;
    for server in servers {
        wait_until(LONG, "what is written arrives", || {
            let found = tree.sql(*server, &format!("SHOW DATABASES LIKE '{name}'"));
            found.is_ok_and(|found| found.trim() == name)
        })?;
    }
    Ok(())
}

/// Waits until the intermediate master 1 is judged to be dead, and nobody may yet turn out to be unreachable only.
fn found_dead(tool: &Tool<'_>) -> Result<()> {
    tool.wait_until("it is found dead", |verdicts| {
        let dead = |line: &String| line.starts_with("#1 ") && line.contains("IntermediateMaster");
        verdicts.iter().any(dead) && !verdicts.iter().any(|line| line.contains("Unreachable"))
    })?;
    contains(&tool.said(&["explain", "#1"])?, "every condition of rule ")
}

/// Kills the intermediate master 1 and has it recovered by name; what was printed.
fn recovered(tree: &Sandbox, tool: &Tool<'_>) -> Result<String> {
    tree.kill(1)?;
    found_dead(tool)?;
    let said = tool.run(&["recover", "#1"])?;
    same("status", said.code, 0).map_err(|error| error.context(said.stderr))?;
    Ok(said.stdout)
}

const RECORD: &str = "SELECT hostname || ':' || port, successor_hostname || ':' || successor_port, is_successful,
     end_recovery IS NOT NULL FROM topology_recovery ORDER BY recovery_id DESC LIMIT 1";

#[test]
fn replicas_of_a_dead_intermediate_master_go_below_its_sibling() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<0").start()?;
        let tool = Tool::new(&tree, hooks())?;
        tool.said(&["discover", "#0"])?;
        same("successor", recovered(&tree, &tool)?, "#4\n".to_owned())?;
        stands(&tree, &[(2, 4), (3, 4), (4, 0)])?;
        flows(&tree, "later", &[2, 3, 4])?;
        same("record", rows(&tool, RECORD)?, vec!["#1\t#4\t1\t1".to_owned()])?;
        let (dead, heir) = (tree.port(1), tree.port(4));
        let expected = ["before", "after-intermediate", "after"].map(|hook| match hook {
            "before" => format!("{hook} {dead}"),
            _ => format!("{hook} {dead} {heir}"),
        });
        same("hooks", told(&tool), expected.to_vec())?;
        tool.wait_for(&[])?;
        // What is told a second time finds nothing to do.
        same("again", tool.run(&["recover", "#1"])?.code, 4)
    });
}

#[test]
fn without_a_sibling_they_gather_below_one_of_them() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<1").start()?;
        let tool = Tool::new(&tree, hooks())?;
        tool.said(&["discover", "#0"])?;
        tool.said(&["register-candidate", "#3", "--promotion-rule", "prefer"])?;
        same("successor", recovered(&tree, &tool)?, "#3\n".to_owned())?;
        stands(&tree, &[(2, 3), (4, 3), (3, 0)])?;
        flows(&tree, "later", &[2, 3, 4])
    });
}

/// One crosses to the other place, the others follow that one.
#[test]
fn only_one_crosses_to_another_data_center() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<0").start()?;
        let far = tree.port(4);
        let place = json!({"DetectDataCenterQuery": format!("SELECT IF(@@port={far}, 'far', 'near')")});
        let tool = Tool::new(&tree, config(&place))?;
        tool.said(&["discover", "#0"])?;
        same("successor", recovered(&tree, &tool)?, "#4\n".to_owned())?;
        stands(&tree, &[(3, 2), (2, 4), (4, 0)])?;
        flows(&tree, "later", &[2, 3, 4])
    });
}

#[test]
fn a_sibling_that_is_behind_takes_nobody() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<0").start()?;
        let tool = Tool::new(&tree, hooks())?;
        flows(&tree, "earlier", &[1, 2, 3])?;
        let stop = if flavour.is_mariadb() {
            "STOP SLAVE SQL_THREAD"
        } else {
            "STOP REPLICA SQL_THREAD"
        };
        tree.sql(3, stop)?;
        flows(&tree, "more", &[1, 2])?;
        tool.said(&["discover", "#0"])?;
        tree.kill(1)?;
        found_dead(&tool)?;
        let said = tool.run(&["recover", "#1"])?;
        same("successor", said.stdout, "#0\n".to_owned()).map_err(|error| error.context(said.stderr.clone()))?;
        contains(&said.stderr, "#3 takes nobody: ")?;
        stands(&tree, &[(2, 0)])
    });
}

/// One has transactions of its own: it is named and stays where it was, the other one is moved.
#[test]
fn who_cannot_be_moved_is_named_and_stays() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<0").start()?;
        let tool = Tool::new(&tree, json!({"RecoverIntermediateMasterClusterFilters": ["*"]}))?;
        flows(&tree, "earlier", &[2, 3, 4])?;
        tree.sql(3, "CREATE DATABASE own")?;
        tool.said(&["discover", "#0"])?;
        let errant = match flavour {
            Flavour::MySql9 => format!("{}:1\n", tree.uuid(3)?),
            _ => "\n".to_owned(),
        };
        same("errant", tool.said(&["which-gtid-errant", "#3"])?, errant)?;
        tree.kill(1)?;
        found_dead(&tool)?;
        let plan = tool.said(&["recover", "#1", "--dry-run"])?;
        contains(&plan, "#2: making it replicate from #4")?;
        same("nothing is changed", master_of(&tree, 2)?, None)?;
        let said = tool.run(&["recover"])?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr.clone()))?;
        contains(&said.stderr, "#3 is lost: it is still set to replicate from #1")?;
        stands(&tree, &[(2, 4), (4, 0)])?;
        same(
            "recorded",
            rows(&tool, "SELECT lost_slaves FROM topology_recovery")?,
            vec!["#3".to_owned()],
        )
    });
}

/// Nobody at all can be moved: nothing stays changed, and it is recorded as failed.
#[test]
fn where_nobody_can_be_moved_everything_stays_as_it_was() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1").start()?;
        let tool = Tool::new(
            &tree,
            config(&json!({"RecoverIntermediateMasterClusterFilters": ["*"]})),
        )?;
        flows(&tree, "earlier", &[2])?;
        tree.sql(2, "CREATE DATABASE own")?;
        tool.said(&["discover", "#0"])?;
        tree.kill(1)?;
        found_dead(&tool)?;
        let said = tool.run(&["recover"])?;
        same("status", said.code, 1)?;
        contains(&said.stderr, "no replica was moved: #2: ")?;
        let dead = tree.port(1);
        same(
            "hooks",
            told(&tool),
            vec![format!("before {dead}"), format!("failed {dead}")],
        )?;
        tree.start(1)?;
        stands(&tree, &[(1, 0), (2, 1)])
    });
}

/// A watcher does it by itself, and neither that nor the record of it keeps the master from being replaced.
#[test]
fn a_watcher_recovers_it_and_then_the_master() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<1;3<1;4<0").start()?;
        let more = json!({"RecoverIntermediateMasterClusterFilters": ["*"], "RecoverMasterClusterFilters": ["*"],
            "RecoveryPeriodBlockSeconds": 3600});
        let tool = watching::tool_of(&tree, &[0], config(&more))?;
        let watch = Watch::start(&tool)?;
        watch.wait_rows(
            "SELECT COUNT(*) FROM database_instance WHERE last_seen IS NOT NULL",
            &["5"],
        )?;
        tree.kill(1)?;
        watch.wait(&["#1: recovered: its replicas replicate from #4 now"])?;
        stands(&tree, &[(2, 4), (3, 4), (4, 0)])?;
        let below = format!(
            "SELECT COUNT(*) FROM database_instance WHERE master_port = {}",
            tree.port(4)
        );
        watch.wait_rows(&below, &["2"])?;
        tree.kill(0)?;
        watch.wait(&["#0: recovered: #4 is the master now"])?;
        stands(&tree, &[(2, 4), (3, 4)])?;
        watch.finish()?;
        Ok(())
    });
}

/// A master that refuses writes takes them, where that is configured.
#[test]
fn a_read_only_master_is_made_writable() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, config(&json!({"RecoverNonWriteableMaster": true})))?;
        tool.said(&["discover", "#0"])?;
        let read_only =
            |tree: &Sandbox| Ok::<_, anyhow::Error>(tree.sql(0, "SELECT @@global.read_only")?.trim() == "1");
        tree.sql(0, "SET GLOBAL read_only=1")?;
        tool.wait_until("it is found", |verdicts| {
            verdicts
                .iter()
                .any(|line| line.ends_with("NoWriteableMasterStructureWarning"))
        })?;
        contains(&tool.said(&["explain", "#0"])?, "every condition of rule 10 holds")?;
        let plan = tool.said(&["recover", "#0", "--dry-run"])?;
        contains(&plan, "#0: making it writable")?;
        ensure!(read_only(&tree)?, "a dry run changed something");
        let said = tool.run(&["recover", "#0"])?;
        same("recovered", said.stdout, "#0\n".to_owned()).map_err(|error| error.context(said.stderr))?;
        ensure!(!read_only(&tree)?, "it is read-only");
        same("record", rows(&tool, RECORD)?, vec!["#0\t#0\t1\t1".to_owned()])?;
        let port = tree.port(0);
        same(
            "hooks",
            told(&tool),
            vec![format!("before {port}"), format!("after {port} {port}")],
        )?;
        tool.wait_for(&[])
    });
}
