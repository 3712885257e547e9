//! A member of a replication group dies that has replicas of its own: they go below another member. On real servers, MySQL
//! alone, since MariaDB has no such groups.

#[path = "support/group.rs"]
mod group;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result};
use serde_json::json;
use tool::sandbox::{Flavour, Sandbox, wait_until};
use tool::{SOON, Tool, contains, on_each, same};
use watching::rows;

fn follows(tree: &Sandbox, masters: &[usize]) -> Result<()> {
    let ports: Vec<String> = masters.iter().map(|master| tree.port(*master).to_string()).collect();
    wait_until(SOON, "it replicates", || {
        let status = |column| tree.replica_status(3, column).unwrap_or_default();
        let runs = ["IO_Running", "SQL_Running"]
            .iter()
            .all(|thread| status(thread) == ["Yes"]);
        runs && status("Port").first().is_some_and(|port| ports.contains(port))
    })
    .with_context(|| tree.status().unwrap_or_default())
}

#[test]
fn replicas_of_a_dead_group_member_go_below_another_one() {
    on_each(&[Flavour::MySql9], |flavour| {
        let tree = Sandbox::up(flavour, "0;1;2;3").start()?;
        group::form(&tree, 3)?;
        group::follow(&tree, 3, 1)?;
        follows(&tree, &[1])?;
        let told = |hook: &str| format!("echo {hook} {{failedPort}} >> told");
        let tool = Tool::new(
            &tree,
            json!({
                "RecoverIntermediateMasterClusterFilters": ["*"],
                "PreFailoverProcesses": [told("before")],
                "PostIntermediateMasterFailoverProcesses": [told("after")],
            }),
        )?;
        for server in 0..4 {
            tool.said(&["discover", &format!("#{server}")])?;
        }
        tree.kill(1)?;
        tool.wait_until("it is found dead", |verdicts| {
            let dead =
                |line: &String| line.starts_with("#1 ") && line.contains("DeadReplicationGroupMemberWithReplicas");
            verdicts.iter().any(dead)
        })?;
        contains(&tool.said(&["explain", "#1"])?, "every condition of rule G1 holds")?;
        let plan = tool.said(&["recover", "#1", "--dry-run"])?;
        contains(&plan, "#3: making it replicate from #")?;
        let said = tool.run(&["recover"])?;
        same("status", said.code, 0).map_err(|error| error.context(said.stderr))?;
        follows(&tree, &[0, 2])?;
        tree.sql(0, "CREATE DATABASE later")?;
        wait_until(SOON, "what is written arrives", || {
            tree.sql(3, "SHOW DATABASES LIKE 'later'")
                .is_ok_and(|found| found.trim() == "later")
        })?;
        let record = "SELECT analysis, is_successful FROM topology_recovery";
        let expected = vec!["DeadReplicationGroupMemberWithReplicas\t1".to_owned()];
        same("record", rows(&tool, record)?, expected)?;
        let dead = tree.port(1);
        let hooks = vec![format!("before {dead}"), format!("after {dead}")];
        same("hooks", watching::file_lines(&tool, "told"), hooks)
    });
}
