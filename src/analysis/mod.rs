//! What is wrong: facts per instance, one ordered table of rules, structure warnings, and the evidence for each verdict.
//!
//! Everything here is a pure function of a [`Fleet`], a [`Policy`] and a moment; nothing asks a server or a clock.
//! The same facts always give the same verdict, so a stored one can be [replayed](replay).

mod evidence;
mod fold;
pub mod pattern;
pub mod rules;
pub mod warnings;

#[cfg(test)]
mod tests;

use crate::config::Policy;
use crate::model::facts::Facts;
use crate::model::verdict::{Action, Code, Evidence, Severity, Verdict, Warning};
use crate::model::{Fleet, Instance, Timestamp};
use rules::Rule;

pub use fold::facts_of;

/// Which verdicts are wanted.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only instances of this cluster, by exact name.
    pub cluster: Option<String>,
    /// Also what a downtime would leave out.
    pub include_downtimed: bool,
    /// Also instances with nothing wrong.
    pub include_no_problem: bool,
    /// With the evidence, which takes as long as the verdicts and is not needed to print one line for each.
    pub with_evidence: bool,
}

/// Returns the verdicts wanted, masters first, then cluster masters, then by number of replicas, then by key.
pub fn analyse(fleet: &Fleet, policy: &Policy, now: Timestamp, request: &Request) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = fleet
        .instances()
        .iter()
        .filter(|instance| {
            request
                .cluster
                .as_ref()
                .is_none_or(|name| instance.cluster.name == *name)
        })
        .filter_map(|instance| judge(fleet, instance, policy, now, request))
        .collect();
    verdicts.sort_by(|a, b| report_order(&a.facts).cmp(&report_order(&b.facts)));
    verdicts
}

fn report_order(facts: &Facts) -> impl Ord + '_ {
    use std::cmp::Reverse;
    (
        Reverse(facts.is_master),
        Reverse(facts.is_cluster_master),
        Reverse(facts.replicas),
        &facts.key,
    )
}

fn judge(fleet: &Fleet, instance: &Instance, policy: &Policy, now: Timestamp, request: &Request) -> Option<Verdict> {
    if fleet.maintenance.get(&instance.key).is_some_and(|m| m.holds(now)) {
        return None;
    }
    let mut facts = facts_of(fleet, instance, policy, now);
    let reduced_away = facts.check_valid && !facts.failing_to_connect && facts.replicas == 0;
    if policy.reduce_analysis && reduced_away && !request.include_no_problem {
        return None;
    }
    let (rule, warnings) = decide(&facts);
    if rule.is_none() && warnings.is_empty() && !request.include_no_problem {
        return None;
    }
    if policy.recovery_ignore_hostname_filters.matches(&instance.key.hostname) {
        return None;
    }
    let (is_replicas_downtimed, skippable) = downtime_effect(&facts, rule);
    if skippable && !request.include_downtimed {
        return None;
    }
    fold::describe(&mut facts, fleet, instance, policy, now);
    let evidence = if request.with_evidence {
        evidence::gather(fleet, instance, &facts, rule, now)
    } else {
        Evidence::default()
    };
    Some(assemble(
        facts,
        rule,
        warnings,
        (is_replicas_downtimed, skippable),
        evidence,
    ))
}

/// The first rule that matches these facts, and every structure warning that holds.
pub fn decide(facts: &Facts) -> (Option<&'static Rule>, Vec<Warning>) {
    (
        rules::RULES.iter().find(|rule| rule.matches(facts)),
        warnings::all_that_hold(facts),
    )
}

/// Whether a code that concerns only the replicas is excused by all of them being in downtime, and whether the
/// entry is left out of ordinary reports.
fn downtime_effect(facts: &Facts, rule: Option<&Rule>) -> (bool, bool) {
    let excused = rule.is_some_and(|r| r.concerns_replicas) && facts.replicas == facts.downtimed_replicas;
    (excused, excused || facts.is_downtimed)
}

fn assemble(
    facts: Facts,
    rule: Option<&Rule>,
    warnings: Vec<Warning>,
    downtime: (bool, bool),
    evidence: Evidence,
) -> Verdict {
    Verdict {
        facts,
        code: rule.map_or(Code::NoProblem, |r| r.code),
        rule: rule.map_or(String::new(), |r| r.number.to_owned()),
        action: rule.map_or(Action::None, |r| r.action),
        severity: rule
            .map(|r| r.severity)
            .or((!warnings.is_empty()).then_some(Severity::Warning)),
        warnings,
        is_replicas_downtimed: downtime.0,
        skippable_due_to_downtime: downtime.1,
        evidence,
    }
}

/// Judges stored facts again; with unchanged rules the verdict comes out identical.
pub fn replay(stored: &Verdict) -> Verdict {
    let (rule, warnings) = decide(&stored.facts);
    let downtime = downtime_effect(&stored.facts, rule);
    let evidence = evidence::of_facts(&stored.facts, rule, stored.evidence.witnesses.clone());
    assemble(stored.facts.clone(), rule, warnings, downtime, evidence)
}
