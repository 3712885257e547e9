//! Why a verdict came out as it did, and the table of rules, written for somebody who was woken up by it.

use super::gates::{About, gates_table};
use super::table::{table, with_whole};
use super::wrap::hanging;
use crate::analysis::pattern::Condition;
use crate::analysis::rules::{Emergent, RULES, Rule};
use crate::analysis::warnings::{WARNINGS, WarningRule};
use crate::model::Timestamp;
use crate::model::duration::age;
use crate::model::facts::Witness;
use crate::model::verdict::{Action, Code, Severity, Verdict, Warning};

/// From this width on the rules are a table; below they are paragraphs.
const TABLE_WIDTH: u16 = 160;

/// Explains one verdict at `now` in at most `width` columns (0: unlimited).
pub fn explain(verdict: &Verdict, now: Timestamp, width: u16) -> String {
    let mut parts = vec![headline(verdict, width)];
    parts.extend(why(verdict, width));
    parts.push(witnesses(&verdict.evidence.witnesses, now, width));
    parts.extend(structure(verdict, width));
    parts.extend(what_follows(verdict, width));
    parts.extend(near_misses(verdict, width));
    parts.join("\n\n")
}

fn headline(verdict: &Verdict, width: u16) -> String {
    let facts = &verdict.facts;
    let (found, meaning) = if verdict.code == Code::NoProblem && !verdict.warnings.is_empty() {
        (verdict.analysis_text(), "No failure, but the structure deserves a look")
    } else {
        (verdict.code.to_string(), verdict.code.sentence())
    };
    let mut lines = vec![
        // The classic line stays in one piece, so that it can be searched for.
        format!("{} (cluster {}): {found}", facts.key, facts.cluster.name),
        hanging(&sentence(meaning), width, ""),
    ];
    if facts.cluster.alias != facts.cluster.name && !facts.cluster.alias.is_empty() {
        lines.push(hanging(
            &format!("The cluster is also called {}.", facts.cluster.alias),
            width,
            "",
        ));
    }
    lines.extend(downtime(verdict).map(|said| hanging(&said, width, "")));
    lines.join("\n")
}

fn downtime(verdict: &Verdict) -> Option<String> {
    let facts = &verdict.facts;
    if facts.is_downtimed && facts.downtime_seconds_left > 0 {
        Some(format!(
            "It is in downtime for another {} s (until {}), so ordinary reports leave it out.",
            facts.downtime_seconds_left,
            Timestamp::parse(&facts.downtime_end)
                .map_or_else(|| facts.downtime_end.clone(), |end| format!("{end} UTC"))
        ))
    } else if facts.is_downtimed {
        Some("It is in downtime without end, so ordinary reports leave it out.".to_owned())
    } else {
        verdict.is_replicas_downtimed.then(|| {
            "This concerns only its replicas, and all of them are in downtime, so ordinary reports leave it out."
                .to_owned()
        })
    }
}

fn why(verdict: &Verdict, width: u16) -> Option<String> {
    if verdict.code == Code::NoProblem {
        return None;
    }
    let heading = format!(
        "Why: every condition of rule {} holds (in parentheses: what was found)",
        verdict.rule
    );
    Some(list(
        &heading,
        verdict.evidence.conditions.iter().map(String::as_str),
        width,
    ))
}

fn witnesses(witnesses: &[Witness], now: Timestamp, width: u16) -> String {
    let ago = |at: Option<Timestamp>| {
        at.map_or_else(
            || "never".to_owned(),
            |at| format!("{} ago", age(now.seconds_since(at))),
        )
    };
    let rows: Vec<Vec<String>> = witnesses
        .iter()
        .map(|witness| {
            let part = if witness.is_replica { "replica" } else { "itself" };
            vec![
                witness.key.to_string(),
                part.to_owned(),
                ago(witness.last_checked),
                ago(witness.last_seen),
                witness.testimony.clone(),
            ]
        })
        .collect();
    let headers = ["Instance", "Part", "Asked", "Answered", "Said"];
    format!("Who said what\n{}", table(&headers, &rows, width))
}

fn structure(verdict: &Verdict, width: u16) -> Option<String> {
    let lines: Vec<String> = verdict
        .warnings
        .iter()
        .map(|warning| format!("{warning} ({}): {}.", number_of(*warning), warning.sentence()))
        .collect();
    (!lines.is_empty()).then(|| list("Structure warnings", lines.iter().map(String::as_str), width))
}

fn number_of(warning: Warning) -> &'static str {
    WARNINGS
        .iter()
        .find(|row| row.warning == warning)
        .map_or("", |row| row.number)
}

fn what_follows(verdict: &Verdict, width: u16) -> Option<String> {
    let rule = Rule::numbered(&verdict.rule)?;
    let grade = verdict.severity.map_or("none", Severity::as_str);
    let mut lines = vec![
        format!("Grade: {grade}."),
        format!("Calls for: {}.", verdict.action.phrase()),
    ];
    if verdict.action.is_recovery() {
        lines.push("This version does not carry it out: that is up to you.".to_owned());
    }
    lines.extend(permission(verdict));
    if rule.emergent != Emergent::None {
        lines.push(format!("At once: {}.", rule.emergent.phrase()));
    }
    Some(list("What follows", lines.iter().map(String::as_str), width))
}

/// Whether a recovery would be begun without asking, where the cluster decides that.
fn permission(verdict: &Verdict) -> Option<String> {
    let cluster = &verdict.facts.cluster;
    let (allowed, key) = match verdict.action {
        Action::RecoverMaster | Action::RecoverCoMaster => {
            (cluster.automated_master_recovery, "RecoverMasterClusterFilters")
        }
        Action::RecoverIntermediateMaster | Action::RecoverGroupMember => (
            cluster.automated_intermediate_master_recovery,
            "RecoverIntermediateMasterClusterFilters",
        ),
        Action::None | Action::Detect | Action::RecoverSemiSync | Action::MakeWriteable => return None,
    };
    Some(if allowed {
        format!("Without asking: yes, {key} matches this cluster.")
    } else {
        format!("Without asking: no, {key} does not match this cluster.")
    })
}

fn near_misses(verdict: &Verdict, width: u16) -> Option<String> {
    let lines: Vec<String> = verdict
        .evidence
        .near_misses
        .iter()
        .map(|miss| format!("{} (rule {}) would need: {}", miss.code, miss.rule, miss.failed))
        .collect();
    let heading = "Near misses: rules that failed by one condition";
    (!lines.is_empty()).then(|| list(heading, lines.iter().map(String::as_str), width))
}

/// The rules, the structure warnings and the gates, in at most `width` columns (0: unlimited).
pub fn rules_table(gates: &[About], width: u16) -> String {
    let as_table = width == 0 || width >= TABLE_WIDTH;
    let (rules, warnings) = if as_table {
        (rules_as_table(width), warnings_as_table(width))
    } else {
        (rules_as_paragraphs(width), warnings_as_paragraphs(width))
    };
    let [first, second] = [
        "Rules: the first one whose conditions all hold decides.",
        "Structure warnings: every one whose conditions all hold is reported.",
    ]
    .map(|heading| hanging(heading, width, ""));
    let third = gates_table(gates, width);
    format!("{first}\n\n{rules}\n\n{second}\n\n{warnings}\n\n{third}")
}

fn rules_as_table(width: u16) -> String {
    let rows: Vec<Vec<String>> = RULES
        .iter()
        .map(|rule| {
            vec![
                rule.number.to_owned(),
                rule.code.to_string(),
                conditions(rule.when),
                consequence(rule),
                rule.code.sentence().to_owned(),
            ]
        })
        .collect();
    let headers = ["Rule", "Code", "When", "Then", "Meaning"];
    with_whole(&headers, &rows, width, &[0, 1])
}

fn consequence(rule: &Rule) -> String {
    let (grade, action) = (rule.severity.as_str(), rule.action.phrase());
    match rule.emergent {
        Emergent::None => format!("{grade}; {action}"),
        at_once => format!("{grade}; {action}; at once: {}", at_once.phrase()),
    }
}

fn warnings_as_table(width: u16) -> String {
    let row = |row: &WarningRule| {
        let sentence = row.warning.sentence().to_owned();
        vec![
            row.number.to_owned(),
            row.warning.to_string(),
            conditions(row.when),
            sentence,
        ]
    };
    let rows: Vec<Vec<String>> = WARNINGS.iter().map(row).collect();
    with_whole(&["Rule", "Warning", "When", "Meaning"], &rows, width, &[0, 1])
}

fn rules_as_paragraphs(width: u16) -> String {
    let paragraph = |rule: &Rule| {
        let mut lines = vec![
            format!("{:<4}{}", rule.number, rule.code),
            hanging(&sentence(rule.code.sentence()), width, "    "),
            hanging(&conditions(rule.when), width, "    When:    "),
            hanging(rule.action.phrase(), width, "    Then:    "),
        ];
        if rule.emergent != Emergent::None {
            lines.push(hanging(rule.emergent.phrase(), width, "    At once: "));
        }
        lines.join("\n")
    };
    RULES.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn warnings_as_paragraphs(width: u16) -> String {
    let paragraph = |row: &WarningRule| {
        [
            format!("{:<4}{}", row.number, row.warning),
            hanging(&sentence(row.warning.sentence()), width, "    "),
            hanging(&conditions(row.when), width, "    When:    "),
        ]
        .join("\n")
    };
    WARNINGS.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn conditions(when: &[Condition]) -> String {
    when.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn list<'t>(heading: &str, lines: impl Iterator<Item = &'t str>, width: u16) -> String {
    std::iter::once(hanging(heading, width, ""))
        .chain(lines.map(|line| hanging(line, width, "  - ")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn sentence(text: &str) -> String {
    format!("{text}.")
}
