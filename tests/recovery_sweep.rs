//! The tool dies at every wait for the disk of a recovery, on real servers; whoever resumes brings it to a good end.
//!
//! A recovery waits for the disk after each note of its journal, so that these are all the states in which it can be
//! left. `ORCHESTRATOR_TEST_SEED` chooses a sample, which is told; `ORCHESTRATOR_TEST_ALL=1` has all of them.
#![allow(clippy::unwrap_used)]

#[path = "support/rounds.rs"]
mod rounds;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;

use anyhow::{Context, Result, ensure};
use rounds::{Death, Rounds};
use serde_json::{Value, json};
use tool::sandbox::{Flavour, Sandbox};
use tool::{Tool, contains, on_each, same};
use watching::{Watch, rows, tell, tell_all, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

/// More waits than any recovery of three servers has.
const ENDLESS: u32 = 200;

/// Waits that a sample is taken from: those before the first note of the plan are among them.
const SAMPLED: u64 = 50;

/// Three deaths out of all, by the seed.
fn sample(flavour: Flavour) -> Vec<Death> {
    let given = std::env::var("ORCHESTRATOR_TEST_SEED").ok();
    let seed: u64 = given.and_then(|text| text.parse().ok()).unwrap_or(1);
    tell(&format!("{flavour}: ORCHESTRATOR_TEST_SEED={seed}"));
    let numbers = (1..=3).map(|n: u64| {
        (seed + flavour as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(7 * n as u32)
    });
    numbers
        .map(|number| Death {
            sync: u32::try_from(number % SAMPLED).unwrap_or(0) + 1,
            before: number & 0x1_0000 == 0,
        })
        .collect()
}

/// Every death, until the tool ends by itself: first all before a wait, then all after one.
fn all() -> impl Iterator<Item = Death> {
    [true, false]
        .into_iter()
        .flat_map(|before| (1..ENDLESS).map(move |sync| Death { sync, before }))
}

/// Plays rounds with these deaths. `round` plays one, and tells whether the tool died.
fn sweep(flavour: Flavour, round: &mut dyn FnMut(Death) -> Result<bool>) -> Result<()> {
    let (mut deaths, mut ended) = (0, [false; 2]);
    let chosen: Vec<Death> = if tell_all() { all().collect() } else { sample(flavour) };
    for death in chosen {
        if ended[usize::from(death.before)] && tell_all() {
            continue;
        }
        if round(death).with_context(|| format!("{flavour}, dead {death}"))? {
            deaths += 1;
        } else {
            ended[usize::from(death.before)] = true;
        }
    }
    tell(&format!("{flavour}: {deaths} deaths"));
    ensure!(!tell_all() || deaths > 60, "{deaths} deaths only");
    Ok(())
}

fn hooks() -> Value {
    let said = |hook: &str| format!("echo {hook} {{recoveryUID}} >> told");
    json!({
        "PreFailoverProcesses": [said("before")],
        "PostMasterFailoverProcesses": [said("after-master")],
        "PostFailoverProcesses": [said("after")],
        "PostUnsuccessfulFailoverProcesses": [said("failed")],
    })
}

#[test]
fn a_recovery_that_dies_anywhere_is_resumed() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, hooks())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        sweep(flavour, &mut |death| {
            let died = rounds.dies(death)?;
            rounds.resumed_by_command()?;
            let successor = rounds.is_whole()?;
            hooks_ran(&tool)?;
            rounds.comes_back(successor)?;
            Ok(died)
        })
    });
}

/// Whoever was promoted had the hooks that follow a promotion, at least once: one that ran when the tool died may run
/// again. So had a failure its own.
fn hooks_ran(tool: &Tool<'_>) -> Result<()> {
    let last = "SELECT uid, is_successful FROM topology_recovery ORDER BY recovery_id DESC LIMIT 1";
    let found = rows(tool, last)?;
    let (uid, is_successful) = found[0].split_once('\t').context("two columns")?;
    same("the last one was successful", is_successful, "1")?;
    let told = watching::file_lines(tool, "told");
    for hook in ["after-master", "after"] {
        let count = told.iter().filter(|line| **line == format!("{hook} {uid}")).count();
        ensure!((1..=2).contains(&count), "{hook} ran {count} times: {told:#?}");
    }
    Ok(())
}

/// Deaths before and after the promotion.
const EARLY: Death = Death {
    sync: 20,
    before: false,
};
const LATE: Death = Death {
    sync: 30,
    before: false,
};

/// A watcher finds what another program left, and goes on with it by itself.
#[test]
fn a_recovery_that_died_is_resumed_by_the_next_watcher() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let mut config = hooks();
        config["RecoverMasterClusterFilters"] = json!(["*"]);
        let tool = tool_of(&tree, &[1], config)?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        for (death, said) in [(LATE, "carried to its end"), (EARLY, "everything is taken back")] {
            ensure!(rounds.dies(death)?, "it did not die");
            let watch = Watch::start(&tool)?;
            watch.wait(&["resumed: ", said])?;
            if death.sync == EARLY.sync {
                // What failed a moment ago is not tried again at once, unless a person has seen to it.
                watch.wait(&["held by failed-lately"])?;
                same("writable", rounds.writable()?, Vec::new())?;
                for failed in ["#0", "#1"] {
                    tool.said(&["ack-instance-recoveries", failed, "--reason", "seen"])?;
                }
            }
            let mut successor = None;
            watch.wait_until("whole again", || {
                successor = Some(rounds.is_whole()?);
                Ok(())
            })?;
            let successor = successor.context("a successor")?;
            hooks_ran(&tool)?;
            // It comes back as it was, and must not take writes.
            tree.start(rounds.master)?;
            let old = rounds.master;
            watch.wait_until("the old master refuses writes", || {
                let read_only = tree.sql(old, "SELECT @@global.read_only")?;
                same("read_only", read_only.trim(), "1")
            })?;
            watch.finish()?;
            rounds.comes_back(successor)?;
        }
        Ok(())
    });
}

/// Whoever starts another recovery of the cluster meanwhile is told of the first, and changes nothing.
#[test]
fn another_recovery_is_told_of_the_one_that_died() {
    on_each(&BOTH, |flavour| {
        let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
        let tool = Tool::new(&tree, hooks())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        ensure!(rounds.dies(EARLY)?, "it did not die");
        let uid = rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.remove(0);
        let output = tool.run(&["recover", "#0"])?;
        same("exit status", output.code, 5)?;
        for part in [
            uid.as_str(),
            "was left in the middle",
            "`orchestrator recover --resume`",
        ] {
            contains(&output.stderr, part)?;
        }
        contains(&tool.said(&["recoveries", "list"])?, "interrupted")?;
        let journals = rows(&tool, "SELECT uid FROM orc_plan")?;
        same("journals", journals, vec![uid])?;
        rounds.resumed_by_command()?;
        rounds.is_whole().map(drop)
    });
}
