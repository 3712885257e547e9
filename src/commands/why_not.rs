//! Why a recovery is not begun: every gate that holds, since when, until when, and what lifts it.

use super::Command;
use super::analysis::warn_if_stale;
use super::context::Context;
use super::failure::Outcome;
use super::target::{by_name_or_alias, find, key_of, no_cluster};
use crate::analysis::{Request, analyse};
use crate::args::{Arg, Given, Group, Take};
use crate::config::{NameFilters, Policy};
use crate::inventory::Scope;
use crate::model::recovery::HeldBy;
use crate::model::verdict::{Code, Verdict};
use crate::model::{Fleet, InstanceKey, Timestamp};
use crate::recovery::gates::{GATES, Gate};
use crate::recovery::surroundings::Known;
use crate::report::answer::{Answer, Rows};
use crate::report::gates::{About, that_matter, why_not};
use crate::report::{json, out};
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Exit status where nothing is wrong.
const NOTHING_WRONG: u8 = 4;

/// Exit status where a gate holds.
const HELD: u8 = 5;

pub(super) const COMMANDS: &[Command] = &[Command::reads(
    Group::Recovery,
    "why-not",
    "Tell why a recovery is not begun: every gate that holds, and what lifts it",
    &[Take::Pos(Arg::Target)],
    tell,
)
.modern_only()
.whole_list()
.explained(
    "What the inventory holds is judged, also instances that maintenance or RecoveryIgnoreHostnameFilters leaves out of \
     other reports. For each one with a problem, or for the one named, every gate that keeps a recovery from being begun \
     is told with its reason, since when, until when, and the command or configuration key that lifts it; `explain \
     --rules` lists them all. The exit status is 0 where nothing holds the recoveries that would follow, 4 where nothing \
     is wrong, 5 where one is held or none would follow.",
)];

/// What was asked about.
enum Asked {
    Everything,
    Cluster(String),
    Instance(InstanceKey),
}

fn tell<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let mut fleet = context.inventory()?.load_fleet(Scope::Analysis)?;
    let asked = asked(context, given, &fleet)?;
    warn_if_stale(context, &fleet);
    let now = context.now();
    let verdicts = judged(&mut fleet, &context.policy, now);
    let known = Known::read(context.inventory()?, &fleet, &verdicts, &context.policy, now)?;
    let (wrong, fine): (Vec<Verdict>, Vec<Verdict>) = verdicts
        .into_iter()
        .filter(|verdict| asked.includes(verdict))
        .partition(|verdict| verdict.code != Code::NoProblem);
    if wrong.is_empty() {
        return Ok(nothing_wrong(&asked, &fine));
    }
    let told: Vec<(Verdict, Vec<HeldBy>)> = wrong
        .into_iter()
        .map(|verdict| {
            let held = known.held(&verdict, &context.policy, now);
            (verdict, held)
        })
        .collect();
    Ok(answer(told, now))
}

fn asked(context: &Context, given: &Given, fleet: &Fleet) -> Outcome<Asked> {
    let Some(text) = given.text(Arg::Target) else {
        return Ok(Asked::Everything);
    };
    if let Some(name) = by_name_or_alias(context, fleet, text) {
        return Ok(Asked::Cluster(name));
    }
    let found = find(fleet, &key_of(context, text)?).map(|instance| instance.key.clone());
    found
        .map(Asked::Instance)
        .ok_or_else(|| no_cluster(context, fleet, text))
}

impl Asked {
    fn includes(&self, verdict: &Verdict) -> bool {
        match self {
            Self::Everything => true,
            Self::Cluster(name) => verdict.facts.cluster.name == *name,
            Self::Instance(key) => verdict.facts.key == *key,
        }
    }

    fn phrase(&self) -> String {
        match self {
            Self::Everything => "Nothing is wrong".to_owned(),
            Self::Cluster(name) => format!("Nothing is wrong in cluster {name}"),
            Self::Instance(key) => format!("Nothing is wrong with {key}"),
        }
    }
}

/// All verdicts, also of what maintenance, a downtime or a filter leaves out of other reports: here they are gates.
fn judged(fleet: &mut Fleet, policy: &Policy, now: Timestamp) -> Vec<Verdict> {
    let locks = std::mem::take(&mut fleet.maintenance);
    let unfiltered = Policy {
        recovery_ignore_hostname_filters: NameFilters::default(),
        ..policy.clone()
    };
    let request = Request {
        include_downtimed: true,
        ..Request::default()
    };
    let verdicts = analyse(fleet, &unfiltered, now, &request);
    fleet.maintenance = locks;
    verdicts
}

fn nothing_wrong<'c>(asked: &Asked, fine: &[Verdict]) -> Answer<'c> {
    let warnings: BTreeSet<&str> = fine.iter().flat_map(|v| &v.warnings).map(|w| w.as_str()).collect();
    let but = if warnings.is_empty() {
        String::new()
    } else {
        let words: Vec<&str> = warnings.into_iter().collect();
        format!(
            " but the structure, from which no recovery follows: {}",
            words.join(", ")
        )
    };
    Answer::line(format!("{}{but}.", asked.phrase()))
        .with_data(|| Value::Array(Vec::new()))
        .with_status(NOTHING_WRONG)
}

fn answer<'c>(told: Vec<(Verdict, Vec<HeldBy>)>, now: Timestamp) -> Answer<'c> {
    let is_recovery = |told: &&(Verdict, Vec<HeldBy>)| told.0.action.is_recovery();
    let mut recoveries = told.iter().filter(is_recovery).peekable();
    let holds = recoveries.peek().is_none() || recoveries.any(|(_, held)| !held.is_empty());
    let status = if holds { HELD } else { 0 };
    let told = Rc::new(told);
    let (data, rows) = (Rc::clone(&told), Rc::clone(&told));
    let text = move || {
        let each = told
            .iter()
            .map(|(verdict, held)| why_not(verdict, held, now, out::width()));
        format!("{}\n", each.collect::<Vec<_>>().join("\n\n"))
    };
    let data = move || {
        data.iter()
            .map(|(verdict, held)| json::why_not(verdict, held))
            .collect()
    };
    Answer::new(text, data)
        .with_table(move || table(&rows))
        .with_status(status)
}

fn table(told: &[(Verdict, Vec<HeldBy>)]) -> Rows {
    let moment = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let row = |verdict: &Verdict, held: Option<&HeldBy>| {
        let (key, code) = (verdict.facts.key.to_string(), verdict.code.to_string());
        let cells = held.map_or_else(
            || ["nothing", "", "", "", ""].map(str::to_owned),
            |held| {
                [
                    held.gate.clone(),
                    held.reason.clone(),
                    moment(held.since),
                    moment(held.until),
                    held.lifted_by.clone(),
                ]
            },
        );
        [key, code].into_iter().chain(cells).collect::<Vec<String>>()
    };
    let rows = told.iter().flat_map(|(verdict, held)| {
        let held = that_matter(verdict, held);
        let nothing = held.is_empty().then(|| row(verdict, None));
        nothing
            .into_iter()
            .chain(held.iter().map(move |held| row(verdict, Some(held))))
    });
    Rows {
        headings: vec!["Instance", "Analysis", "Held by", "Why", "Since", "Until", "Lifted by"],
        rows: rows.collect(),
    }
}

/// The table of gates as reports print it.
pub(super) fn gates() -> Vec<About> {
    let about = |gate: &Gate| About {
        name: gate.name,
        sentence: gate.sentence,
        lifted_by_word: gate.lifted_by_word,
    };
    GATES.iter().map(about).collect()
}
