//! The tool dies at every wait for the disk of a takeover, on real servers, while an application writes; whoever resumes
//! brings it to a good end: the old master is as it was, or its successor has everything and all others follow.
//!
//! `ORCHESTRATOR_TEST_SEED` chooses a sample, which is told; `ORCHESTRATOR_TEST_ALL=1` has all of them.
#![allow(clippy::unwrap_used)]

#[path = "support/deaths.rs"]
mod deaths;
#[path = "support/handovers.rs"]
mod handovers;
#[path = "support/rounds.rs"]
mod rounds;
#[path = "support/shim.rs"]
mod shim;
#[path = "support/tool.rs"]
mod tool;
#[path = "support/watching.rs"]
mod watching;
#[path = "support/writers.rs"]
mod writers;

use anyhow::{Context, Result, ensure};
use deaths::{Death, sweep};
use handovers::{Handover, config};
use rounds::Rounds;
use tool::sandbox::{Flavour, Sandbox};
use tool::{Tool, contains, on_each, same};
use watching::{Watch, rows, tool_of};

const BOTH: [Flavour; 2] = [Flavour::MySql9, Flavour::MariaDb];

fn three(flavour: Flavour) -> Result<Sandbox> {
    let tree = Sandbox::up(flavour, "0;1<0;2<0").read_only().start()?;
    writers::prepare(&tree, 0)?;
    Ok(tree)
}

#[test]
fn a_takeover_that_dies_anywhere_is_resumed() {
    on_each(&BOTH, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, config())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        sweep(flavour, &mut |death| {
            let handover = Handover::begin(&rounds, death)?;
            let died = handover.died;
            let master = handover.resumed_by_command(&rounds)?;
            handover.is_whole(&rounds, master)?;
            handover.end(&mut rounds, master)?;
            Ok(died)
        })
    });
}

/// Deaths before and after the promotion.
const EARLY: Death = Death {
    sync: 20,
    before: false,
};
const LATE: Death = Death {
    sync: 34,
    before: false,
};

/// A watcher that may recover nothing goes on with what another program left.
#[test]
fn a_takeover_that_died_is_resumed_by_the_next_watcher() {
    on_each(&BOTH, |flavour| {
        let tree = three(flavour)?;
        let tool = tool_of(&tree, &[1], config())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        for (death, said) in [(EARLY, "everything is taken back"), (LATE, "carried to its end")] {
            let handover = Handover::begin(&rounds, death)?;
            ensure!(handover.died, "it did not die");
            let master = if death.sync == EARLY.sync {
                handover.from
            } else {
                handover.to
            };
            let watch = Watch::start(&tool)?;
            watch.wait(&["resumed: ", said])?;
            watch.wait_until("whole again", || handover.is_whole(&rounds, master))?;
            watch.finish()?;
            handover.end(&mut rounds, master)?;
        }
        Ok(())
    });
}

/// Whoever starts another takeover of the cluster meanwhile is told of the first, and changes nothing.
#[test]
fn another_takeover_is_told_of_the_one_that_died() {
    on_each(&BOTH, |flavour| {
        let tree = three(flavour)?;
        let tool = Tool::new(&tree, config())?;
        let mut rounds = Rounds::new(&tree, &tool)?;
        let handover = Handover::begin(&rounds, EARLY)?;
        ensure!(handover.died, "it did not die");
        let uid = rows(&tool, "SELECT uid FROM orc_plan WHERE closed = ''")?.remove(0);
        for (command, status) in [
            (&["takeover", "#0", "--to", "#2"][..], 5),
            (&["-c", "graceful-master-takeover", "-i", "#0", "-d", "#2"], 1),
            (&["failover", "#0"], 5),
        ] {
            let output = tool.run(command)?;
            same("exit status", output.code, status).with_context(|| output.stderr.clone())?;
            for part in [
                uid.as_str(),
                "was left in the middle",
                "`orchestrator recover --resume`",
            ] {
                contains(&output.stderr, part)?;
            }
        }
        let master = handover.resumed_by_command(&rounds)?;
        same("as it was", master, 0)?;
        handover.is_whole(&rounds, master)?;
        handover.end(&mut rounds, master)
    });
}
