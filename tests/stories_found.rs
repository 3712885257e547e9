//! What a crawl finds, and what operators' own queries add to it.

#[path = "support/tool.rs"]
mod tool;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tool::sandbox::{Flavour, Sandbox};
use tool::{Tool, contains, on_each, same};

/// All servers share a host, so the list of connected replicas alone, hosts without ports, could not tell them apart:
/// they announce `report_port`. That is the default, without `DiscoverByShowSlaveHosts`.
#[test]
fn story_found_by_report_port() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0;3<1").start()?;
        for seed in ["#0", "#2", "#3"] {
            let tool = Tool::new(&tree, json!({"DiscoverByShowSlaveHosts": false}))?;
            let output = tool.run(&["discover", seed])?;
            contains(&output.stdout, "\n4 found, 0 failed\n")?;
            same("no trouble", output.stderr, String::new())?;
            same("replicas", tool.said(&["which-replicas", "#0"])?, "#1\n#2\n".to_owned())?;
            same("replicas", tool.said(&["which-replicas", "#1"])?, "#3\n".to_owned())?;
            same("master", tool.said(&["which-cluster-master", "#3"])?, "#0\n".to_owned())?;
        }
        Ok(())
    });
}

/// The classic form reads exactly one server.
#[test]
fn story_classic_reads_one() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(&tree, json!({}))?;
        same(
            "printed",
            tool.said(&["-c", "discover", "-i", "#1"])?,
            "#1\n".to_owned(),
        )?;
        same("known", tool.said(&["all-instances"])?, "#1\n".to_owned())?;
        same(
            "printed",
            tool.said(&["-c", "discover", "-i", "#0"])?,
            "#0\n".to_owned(),
        )?;
        same("known", tool.said(&["all-instances"])?, "#0\n#1\n".to_owned())
    });
}

/// Queries of an operator name the cluster, the places and the candidates.
#[test]
fn story_detected_by_queries() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").start()?;
        let by_port = |first: &str, others: &str| {
            let port = tree.port(1);
            // Line ends with semicolons are what people paste.
            format!("SELECT IF(@@port = {port}, '{first}', '{others}');")
        };
        let tool = Tool::new(
            &tree,
            json!({
                "DetectClusterAliasQuery": "SELECT 'payments'",
                "DetectClusterDomainQuery": "SELECT 'payments.example.com'",
                "DetectInstanceAliasQuery": by_port("first", "other"),
                "DetectPromotionRuleQuery": by_port("prefer", "must_not"),
                "DetectDataCenterQuery": by_port("east", "west"),
                "DetectRegionQuery": by_port("r1", "r2"),
                "DetectPhysicalEnvironmentQuery": "SELECT 'lab'",
            }),
        )?;
        let output = tool.run(&["discover", "#2"])?;
        same("no trouble", output.stderr, String::new())?;

        for server in ["#0", "#1", "#2"] {
            same(
                "alias",
                tool.said(&["which-cluster-alias", server])?,
                "payments\n".to_owned(),
            )?;
        }
        same(
            "domain",
            tool.said(&["which-cluster-domain", "#1"])?,
            "payments.example.com\n".to_owned(),
        )?;
        same(
            "by alias",
            tool.said(&["which-cluster-instances", "payments"])?,
            "#0\n#1\n#2\n".to_owned(),
        )?;
        let rules = tool.said(&["bulk-promotion-rules"])?;
        let mut lines: Vec<&str> = rules.lines().collect();
        lines.sort_unstable();
        same("rules", lines, vec!["#0 must_not", "#1 prefer", "#2 must_not"])?;
        contains(&tool.said(&["topology", "payments"])?, "\n+ #1 (first) [")?;

        for (server, center, region) in [(0, "west", "r2"), (1, "east", "r1"), (2, "west", "r2")] {
            let instance = instance(&tool, tree.port(server))?;
            let place = ["DataCenter", "Region", "PhysicalEnvironment"].map(|key| instance[key].clone());
            same("place", place, [json!(center), json!(region), json!("lab")])?;
        }
        same("healthy", tool.verdicts()?, Vec::new())
    });
}

/// A query that fails is reported by its key. The instance is found all the same and is not called dead.
#[test]
fn story_query_fails() {
    on_each(&Flavour::ALL, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0").start()?;
        let tool = Tool::new(
            &tree,
            json!({"DetectDataCenterQuery": "SELECT name FROM nowhere.places"}),
        )?;
        let output = tool.run(&["discover", "#0"])?;
        same("exit status", output.code, 0)?;
        contains(&output.stdout, "2 found, 0 failed")?;
        contains(&output.stderr, "warning: #0: DetectDataCenterQuery: error ")?;
        same("judged", tool.verdicts()?, Vec::new())?;

        // An answer in part, once, does not hide a silence later.
        tree.pause(0)?;
        let verdicts = tool.verdicts();
        tree.resume(0)?;
        same(
            "paused",
            verdicts?,
            vec!["#0 (cluster #0): UnreachableMaster".to_owned()],
        )?;
        tree.kill(0)?;
        tool.wait_until("DeadMaster", |verdicts| {
            verdicts
                .first()
                .is_some_and(|first| first == "#0 (cluster #0): DeadMaster")
        })
    });
}

fn instance(tool: &Tool<'_>, port: u16) -> Result<Value> {
    let instances: Value = serde_json::from_str(&tool.said(&["all-instances", "--output", "json"])?)?;
    let is_it = |instance: &&Value| instance["Key"]["Port"] == json!(port);
    let list = instances.as_array().context("a list")?;
    list.iter().find(is_it).cloned().context("not among all instances")
}
