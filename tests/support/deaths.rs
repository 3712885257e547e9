//! A tool that is killed on its way, at a chosen wait for the disk: all these deaths, or a sample of them.
#![allow(dead_code)]

use crate::shim;
use crate::tool::sandbox::Flavour;
use crate::tool::{Output, Tool, same};
use crate::watching::{file_lines, rows, tell, tell_all};
use anyhow::{Context, Result, ensure};
use std::fmt;

/// At which of its waits for the disk a tool dies, counted from 1.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    pub sync: u32,
    /// Before what it waits for is on the disk; otherwise as soon as it is.
    pub before: bool,
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = if self.before { "before" } else { "after" };
        write!(f, "{when} wait {}", self.sync)
    }
}

impl Death {
    /// Runs a command that dies so; what it printed where it ended before.
    pub fn of(self, tool: &Tool<'_>, arguments: &[&str]) -> Result<Option<Output>> {
        let library = shim::library().to_str().context("a path in UTF-8")?;
        let name = if self.before {
            "FAULT_DIES_BEFORE_SYNC"
        } else {
            "FAULT_DIES_AFTER_SYNC"
        };
        let sync = self.sync.to_string();
        tool.run_with(arguments, &[("LD_PRELOAD", library), (name, &sync)])
    }
}

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
pub fn sweep(flavour: Flavour, round: &mut dyn FnMut(Death) -> Result<bool>) -> Result<()> {
    sweep_of(flavour, 60, round)
}

/// The same of a plan that has `least` deaths or more.
pub fn sweep_of(flavour: Flavour, least: u32, round: &mut dyn FnMut(Death) -> Result<bool>) -> Result<()> {
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
    ensure!(!tell_all() || deaths >= least, "{deaths} deaths only");
    Ok(())
}

/// Whoever was promoted had these hooks, at least once: one that ran when the tool died may run again.
pub fn hooks_ran(tool: &Tool<'_>, hooks: &[&str]) -> Result<()> {
    let last = "SELECT uid, is_successful FROM topology_recovery ORDER BY recovery_id DESC LIMIT 1";
    let found = rows(tool, last)?;
    let (uid, is_successful) = found[0].split_once('\t').context("two columns")?;
    same("the last one was successful", is_successful, "1")?;
    let told = file_lines(tool, "told");
    for hook in hooks {
        let count = told.iter().filter(|line| **line == format!("{hook} {uid}")).count();
        ensure!((1..=2).contains(&count), "{hook} ran {count} times: {told:#?}");
    }
    Ok(())
}
