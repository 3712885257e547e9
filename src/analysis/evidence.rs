//! Why a verdict came out as it did: who said what, which conditions held, and which rules failed by one condition.

use super::fold::replicas_of;
use super::pattern::{Condition, Fact};
use super::rules::{RULES, Rule};
use crate::model::duration::age;
use crate::model::facts::{Facts, Witness};
use crate::model::instance::ThreadState;
use crate::model::observation::ContactKind;
use crate::model::verdict::{Evidence, NearMiss};
use crate::model::{Fleet, Instance, Timestamp};

/// Gathers the evidence of one verdict, witnesses included.
pub(super) fn gather(
    fleet: &Fleet,
    instance: &Instance,
    facts: &Facts,
    rule: Option<&Rule>,
    now: Timestamp,
) -> Evidence {
    let mut replicas: Vec<&Instance> = replicas_of(fleet, &instance.key).collect();
    replicas.sort_by(|a, b| a.key.cmp(&b.key));
    let own = witness(fleet, instance, false, facts.check_valid, now);
    let others = replicas
        .into_iter()
        .map(|replica| witness(fleet, replica, true, replica.check.is_valid(), now));
    of_facts(facts, rule, std::iter::once(own).chain(others).collect())
}

/// The part of the evidence that follows from the facts alone.
pub(super) fn of_facts(facts: &Facts, rule: Option<&Rule>, witnesses: Vec<Witness>) -> Evidence {
    Evidence {
        witnesses,
        conditions: rule
            .map(|r| r.when.iter().map(|c| c.with_values(facts)).collect())
            .unwrap_or_default(),
        near_misses: RULES.iter().filter_map(|other| near_miss(other, facts)).collect(),
    }
}

/// A rule that failed by exactly one condition, unless that condition is the role: other roles' rules tell nothing.
fn near_miss(rule: &Rule, facts: &Facts) -> Option<NearMiss> {
    let mut failed = rule.when.iter().filter(|c| !c.holds(facts));
    let only = failed.next()?;
    (failed.next().is_none() && !is_role(only)).then(|| NearMiss {
        rule: rule.number.to_owned(),
        code: rule.code,
        failed: only.with_values(facts),
    })
}

fn is_role(condition: &Condition) -> bool {
    matches!(
        condition.fact,
        Fact::Master | Fact::CoMaster | Fact::GroupMember | Fact::BinlogServer
    )
}

fn witness(fleet: &Fleet, instance: &Instance, is_replica: bool, valid: bool, now: Timestamp) -> Witness {
    let spoken = if valid {
        spoken_by(instance)
    } else {
        silence_of(fleet, instance, now)
    };
    Witness {
        key: instance.key.clone(),
        is_replica,
        valid,
        last_seen: instance.check.last_seen,
        last_checked: instance.check.last_checked,
        testimony: spoken,
    }
}

/// What happened when it was last asked, where that is known, and how long it has been silent.
fn silence_of(fleet: &Fleet, instance: &Instance, now: Timestamp) -> String {
    let contact = fleet
        .contacts
        .get(&instance.key)
        .filter(|c| c.kind != ContactKind::Answered);
    let what = contact.map_or_else(|| "not answering".to_owned(), ToString::to_string);
    match instance.check.last_seen {
        None => format!("{what}; never answered"),
        Some(seen) => {
            let partly = if instance.check.partial_success {
                ", last time it answered in part"
            } else {
                ""
            };
            format!("{what}; last answer {} ago{partly}", age(now.seconds_since(seen)))
        }
    }
}

fn spoken_by(instance: &Instance) -> String {
    let replication = &instance.replication;
    if replication.master.is_none() {
        let mode = if instance.server.read_only {
            "read-only"
        } else {
            "writable"
        };
        return format!("answers; {mode}, replicates from nobody");
    }
    let mut said = vec![format!(
        "answers; receiver {}, applier {}",
        thread(replication.io_state, replication.io_running),
        thread(replication.sql_state, replication.sql_running)
    )];
    if let Some(lag) = replication.lag_seconds {
        said.push(format!("lag {lag} s"));
    }
    if replication.sql_delay_seconds > 0 {
        said.push(format!("delayed by {} s", replication.sql_delay_seconds));
    }
    for (what, error) in [
        ("receiver", &replication.last_io_error),
        ("applier", &replication.last_sql_error),
    ] {
        let error = readable(error);
        if !error.is_empty() {
            said.push(format!("{what} error: {error}"));
        }
    }
    said.join(", ")
}

/// A stored error without the quotes around it, and with those inside and backslashes as the server wrote them.
fn readable(stored: &str) -> String {
    let inside = stored.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let mut letters = inside.unwrap_or(stored).chars().peekable();
    let mut text = String::with_capacity(stored.len());
    while let Some(letter) = letters.next() {
        let escaped = (letter == '\\').then(|| letters.next_if(|next| matches!(next, '"' | '\\')));
        text.push(escaped.flatten().unwrap_or(letter));
    }
    text
}

fn thread(state: ThreadState, running: bool) -> &'static str {
    match (running, state) {
        (true, _) => "running",
        (false, ThreadState::Other) => "connecting",
        (false, ThreadState::None) => "absent",
        (false, _) => "stopped",
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn stored_errors_are_readable() {
        for (stored, text) in [
            ("", ""),
            (r#""""#, ""),
            (r#""error 104 \"reset\"""#, r#"error 104 "reset""#),
            (r#""C:\\tmp\nnext""#, r"C:\tmp\nnext"),
            ("bare", "bare"),
        ] {
            assert_eq!(readable(stored), text);
        }
    }
}
