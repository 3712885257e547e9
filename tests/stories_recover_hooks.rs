//! Hooks of `recover` on real servers: those that fail or hang, their order, and everything they are told.
#![allow(clippy::unwrap_used)]

#[path = "support/dead.rs"]
mod dead;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use dead::{BOTH, kill, latest, recovers, refused, servers};
use orchestrator::recovery::placeholders::PLACEHOLDERS;
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use tool::sandbox::Sandbox;
use tool::{Tool, contains, on_each, same};
use watching::{configure, file_lines, rows};

/// A hook before the failover may forbid it: nothing is changed on any server, and those for failures run once.
#[test]
fn story_recover_forbidden_by_a_hook() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let failed = json!({"PostUnsuccessfulFailoverProcesses": ["echo {isSuccessful} [{successorHost}] >> failed"]});
        let tool = Tool::new(&tree, failed)?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        let cases = [
            (
                json!({"PreFailoverProcesses": ["echo said this; exit 1", "touch never"]}),
                vec!["PreFailoverProcesses hook 1 of 2", "(exit status 1) said this"],
            ),
            (
                json!({"PreFailoverProcesses": ["sleep 600"], "HookTimeoutSeconds": 1}),
                vec![
                    "PreFailoverProcesses hook 1 of 1",
                    "killed after 1 s: HookTimeoutSeconds was over",
                ],
            ),
            (
                json!({"PreFailoverProcesses": ["kill -9 $$"], "HookTimeoutSeconds": 30}),
                vec!["PreFailoverProcesses hook 1 of 1", "ended by signal 9"],
            ),
            (
                json!({"PreFailoverProcesses": ["no-such-program"]}),
                vec![
                    "PreFailoverProcesses hook 1 of 1",
                    "(exit status 127)",
                    "no-such-program",
                ],
            ),
        ];
        for (number, (hooks, said)) in (1..).zip(cases) {
            configure(&tool, &hooks)?;
            let begin = Instant::now();
            refused(&tool, &["recover", "#0"], 1, &said)?;
            ensure!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
            same("servers", servers(&tree, &[1, 2])?, before.clone())?;
            let record = latest(&tool)?;
            ensure!(record.starts_with("1\t0\t:0\t"), "{record}");
            contains(&record, said[1])?;
            same(
                "hooks for failures",
                file_lines(&tool, "failed"),
                vec!["false []".to_owned(); number],
            )?;
            ensure!(!tool.dir().join("never").exists(), "a further hook ran");
            // Nothing is left open: the same command may be given again at once.
            ensure!(
                rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.is_empty(),
                "open"
            );
            ensure!(rows(&tool, "SELECT uid FROM orc_lease")?.is_empty(), "a lease");
        }
        recovers(&tool, &["recover", "#0", "--no-hooks"], 1).map(drop)
    });
}

/// A hook of the detection that fails holds the recovery once; the same command then goes on.
#[test]
fn story_recover_detection_hook_fails() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let config = json!({"OnFailureDetectionProcesses": ["echo detected >> told; exit 3"]});
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        let before = servers(&tree, &[1, 2])?;
        let parts = [
            "nothing was changed, since a hook of the detection failed",
            "exit status 3",
            "the same command goes on without these hooks",
        ];
        refused(&tool, &["recover", "#0"], 1, &parts)?;
        same("servers", servers(&tree, &[1, 2])?, before)?;
        ensure!(rows(&tool, "SELECT uid FROM topology_recovery")?.is_empty(), "recorded");
        recovers(&tool, &["recover", "#0"], 1)?;
        same("hooks", file_lines(&tool, "told"), vec!["detected".to_owned()])
    });
}

const LISTS: [&str; 5] = [
    "OnFailureDetectionProcesses",
    "PreFailoverProcesses",
    "PostMasterFailoverProcesses",
    "PostFailoverProcesses",
    "PostUnsuccessfulFailoverProcesses",
];

/// Every list in its order; each hook is told the same in its text, its environment and its standard input.
#[test]
fn story_recover_hooks_are_told() {
    let names = PLACEHOLDERS
        .iter()
        .flat_map(|p| p.names.iter().map(move |name| (*name, p)));
    let braces: String = names.clone().map(|(name, _)| format!("{name}={{{name}}}\n")).collect();
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let mut config = json!({"DetectClusterAliasQuery": "SELECT 'told'"});
        for list in LISTS {
            config[list] = json!([format!(
                "echo {list} >> order; env > {list}.env; cat > {list}.json; cat > {list}.text <<'END'\n{braces}END\n"
            )]);
        }
        let tool = Tool::new(&tree, config)?;
        tool.said(&["discover", "#1"])?;
        kill(&tree, 0, &[1, 2])?;
        recovers(&tool, &["recover", "#0"], 1)?;
        same(
            "order",
            file_lines(&tool, "order"),
            LISTS[..4].iter().map(|l| (*l).to_owned()).collect(),
        )?;
        for list in &LISTS[..4] {
            let told: Value = serde_json::from_str(&fs::read_to_string(tool.dir().join(format!("{list}.json")))?)?;
            let lines = |end: &str| fs::read_to_string(tool.dir().join(format!("{list}.{end}")));
            let (text, environment) = (lines("text")?, lines("env")?);
            for (name, placeholder) in names.clone() {
                let plain = plain(&told[placeholder.names[0]]);
                let line = format!("{name}={plain}");
                ensure!(text.lines().any(|l| l == line), "{list}: no {line}:\n{text}");
                let line = format!("{}={plain}", placeholder.variable);
                ensure!(
                    environment.lines().any(|l| l == line),
                    "{list}: no {line}:\n{environment}"
                );
            }
            values(&tree, &told, list.starts_with("Post")).with_context(|| format!("{list}: {told:#}"))?;
        }
        Ok(())
    });
}

/// As text and in the environment.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn values(tree: &Sandbox, told: &Value, is_after: bool) -> Result<()> {
    let expected = [
        ("failureType", json!("DeadMaster")),
        ("instanceType", json!("master")),
        ("isMaster", json!(true)),
        ("isCoMaster", json!(false)),
        ("command", json!("")),
        ("failedHost", json!("127.0.0.1")),
        ("failedPort", json!(tree.port(0))),
        ("failureCluster", json!(tree.key(0))),
        ("failureClusterAlias", json!("told")),
        ("countReplicas", json!(2)),
        ("replicaHosts", json!([tree.key(1), tree.key(2)])),
        ("isDowntimed", json!(false)),
        ("isSuccessful", json!(is_after)),
        ("lostReplicas", json!([])),
        ("countLostReplicas", json!(0)),
        ("successorHost", if is_after { json!("127.0.0.1") } else { Value::Null }),
        (
            "successorPort",
            if is_after { json!(tree.port(1)) } else { Value::Null },
        ),
    ];
    for (name, value) in expected {
        same(name, &told[name], &value)?;
    }
    let uid = told["recoveryUID"].as_str().unwrap_or_default();
    ensure!(uid.len() > 20, "recoveryUID: {uid}");
    let position = told["successorBinlogCoordinates"].as_str();
    ensure!(
        position.is_some_and(|p| p.contains("mysql-bin.")) == is_after,
        "position: {position:?}"
    );
    Ok(())
}
