//! What is being said of each server, so that only changes are told.

use crate::model::duration::age;
use crate::model::verdict::{Code, Severity, Verdict};
use crate::model::{InstanceKey, Timestamp};
use crate::watch::witness::Hold;
use std::collections::BTreeMap;

/// What is said of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The verdict.
    pub code: Code,
    /// It with its warnings, as printed.
    text: String,
    /// Why nothing follows from it.
    held: Option<String>,
    /// Which kind of reason that is. Whom of many replicas is being asked is no news of the master.
    kind: Option<std::mem::Discriminant<Hold>>,
    cluster: String,
    /// Since when it has been this code.
    since: Timestamp,
}

/// A change worth a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of whom.
    pub key: InstanceKey,
    /// The cluster's name.
    pub cluster: String,
    /// What is said now.
    pub code: Code,
    /// How bad it is; `None` for good news.
    pub severity: Option<Severity>,
    /// The line.
    pub text: String,
}

/// All that is said.
#[derive(Debug, Default)]
pub struct Board {
    said: BTreeMap<InstanceKey, Said>,
}

impl Board {
    /// Takes in the verdicts of now and tells what changed. What is said of a server whose verdict is `unsettled` stays
    /// as it was.
    pub fn update<'w>(
        &mut self,
        verdicts: &[Verdict],
        hold: impl Fn(&InstanceKey) -> Option<&'w Hold>,
        unsettled: impl Fn(&Verdict) -> bool,
        now: Timestamp,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut said = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| is_worth_a_word(verdict)) {
            let key = &verdict.facts.key;
            let earlier = self.said.remove(key);
            if unsettled(verdict) {
                said.extend(earlier.map(|earlier| (key.clone(), earlier)));
                continue;
            }
            let entry = Said {
                code: verdict.code,
                text: verdict.analysis_text(),
                held: hold(key).filter(|_| verdict.action.is_recovery()).map(why_held),
                kind: hold(key)
                    .filter(|_| verdict.action.is_recovery())
                    .map(std::mem::discriminant),
                cluster: verdict.facts.cluster.name.clone(),
                since: earlier
                    .as_ref()
                    .filter(|e| e.code == verdict.code)
                    .map_or(now, |e| e.since),
            };
            let is_news = earlier.is_none_or(|e| (&e.text, &e.kind) != (&entry.text, &entry.kind));
            if is_news {
                changes.push(Change {
                    key: key.clone(),
                    cluster: entry.cluster.clone(),
                    code: verdict.code,
                    severity: verdict.severity,
                    text: line(verdict, &entry),
                });
            }
            said.insert(key.clone(), entry);
        }
        for (key, gone) in std::mem::replace(&mut self.said, said) {
            let lasted = age(now.seconds_since(gone.since));
            changes.push(Change {
                text: format!(
                    "{key} (cluster {}): {} is over, after {lasted}",
                    gone.cluster, gone.text
                ),
                cluster: gone.cluster,
                key,
                code: Code::NoProblem,
                severity: None,
            });
        }
        changes
    }

    /// How many servers something is said of.
    pub fn problems(&self) -> usize {
        self.said.len()
    }

    /// The verdicts that are held, with the reason.
    pub fn held(&self) -> impl Iterator<Item = (&InstanceKey, Code, &str, Timestamp)> {
        self.said
            .iter()
            .filter_map(|(key, said)| Some((key, said.code, said.held.as_deref()?, said.since)))
    }
}

/// Nothing is said of a healthy server, nor of one in downtime.
fn is_worth_a_word(verdict: &Verdict) -> bool {
    let something = verdict.code != Code::NoProblem || !verdict.warnings.is_empty();
    something && !verdict.skippable_due_to_downtime
}

fn line(verdict: &Verdict, said: &Said) -> String {
    let facts = &verdict.facts;
    let mut text = format!("{} (cluster {}): {}", facts.key, said.cluster, said.text);
    if verdict.code != Code::NoProblem {
        text.push_str(": ");
        text.push_str(verdict.code.sentence());
    }
    if verdict.code != Code::NoProblem && facts.replicas > 0 {
        text.push_str(&format!(
            " (replicas: {}, answering: {}, replicating: {})",
            facts.replicas, facts.valid_replicas, facts.replicating_replicas
        ));
    }
    if let Some(held) = &said.held {
        text.push_str("; held: ");
        text.push_str(held);
    }
    text
}

/// The reason in words.
pub fn why_held(hold: &Hold) -> String {
    match hold {
        Hold::Asked(replica) => {
            format!(
                "the receiver of {replica} was restarted to see whether it reaches the master, and it has not told yet"
            )
        }
        Hold::OutOfDate(replica) => {
            format!("{replica} cannot connect to the master but has not tried since the master fell silent")
        }
        Hold::Unheard(replica) => format!("{replica} has not been asked since the master fell silent"),
        Hold::NobodyElse => "no replica has lost the master, and it has not been silent for long".to_owned(),
        Hold::Refused(replica) => format!("the master refused a connection of {replica}, so it is alive"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Request, analyse};
    use crate::config::Policy;
    use crate::model::instance::{Check, ThreadState};
    use crate::model::{Fleet, Instance};

    fn seen(at: i64) -> Check {
        Check {
            last_checked: Some(Timestamp(at)),
            last_attempted: Some(Timestamp(at)),
            last_seen: Some(Timestamp(at)),
            partial_success: true,
            latency_nanos: 0,
        }
    }

    fn verdicts(alive: bool) -> Vec<Verdict> {
        let mut master = Instance {
            key: InstanceKey::new("m", 1),
            check: seen(100),
            ..Instance::default()
        };
        master.cluster.name = "m:1".to_owned();
        let mut replica = Instance {
            key: InstanceKey::new("r", 1),
            check: seen(100),
            ..Instance::default()
        };
        replica.cluster.name = "m:1".to_owned();
        replica.cluster.depth = 1;
        replica.replication.master = master.key.clone();
        replica.gtid.oracle = true;
        replica.binlog.logs_replica_updates = true;
        (replica.replication.sql_running, replica.replication.io_running) = (true, alive);
        (replica.replication.sql_state, replica.replication.io_state) = (ThreadState::Running, ThreadState::Running);
        if !alive {
            master.check.last_checked = Some(Timestamp(101));
            replica.replication.io_state = ThreadState::Other;
        }
        let fleet = Fleet::new([master, replica]);
        analyse(&fleet, &Policy::default(), Timestamp(101), &Request::default())
    }

    #[test]
    fn only_changes_are_told() {
        let mut board = Board::default();
        let dead = verdicts(false);
        let hold = Hold::NobodyElse;
        let first = board.update(&dead, |_| Some(&hold), |_| false, Timestamp(100));
        assert!(
            first.iter().any(|change| change.text.contains("DeadMaster")),
            "{first:?}"
        );
        assert!(
            first.iter().any(|change| change.text.contains("; held: no replica")),
            "{first:?}"
        );
        assert_eq!(board.update(&dead, |_| Some(&hold), |_| false, Timestamp(101)), []);
        let released = board.update(&dead, |_| None, |_| false, Timestamp(102));
        assert_eq!(released.len(), 1, "{released:?}");
        assert!(!released[0].text.contains("held"));
        let over = board.update(&verdicts(true), |_| None, |_| false, Timestamp(160));
        assert!(over.iter().all(|change| change.severity.is_none()), "{over:?}");
        assert!(over[0].text.contains("is over, after"), "{over:?}");
        assert_eq!(board.problems(), 0);
    }

    #[test]
    fn whom_of_many_replicas_is_asked_is_no_news() {
        let mut board = Board::default();
        let dead = verdicts(false);
        let asked = |port| Hold::Asked(InstanceKey::new("r", port));
        let first = asked(1);
        assert!(
            !board
                .update(&dead, |_| Some(&first), |_| false, Timestamp(100))
                .is_empty()
        );
        let second = asked(2);
        assert_eq!(board.update(&dead, |_| Some(&second), |_| false, Timestamp(101)), []);
        let other = Hold::NobodyElse;
        assert_eq!(
            board.update(&dead, |_| Some(&other), |_| false, Timestamp(102)).len(),
            1
        );
    }

    #[test]
    fn what_is_unsettled_is_not_told() {
        let mut board = Board::default();
        let dead = verdicts(false);
        assert_eq!(board.update(&dead, |_| None, |_| true, Timestamp(100)), []);
        assert!(!board.update(&dead, |_| None, |_| false, Timestamp(100)).is_empty());
        assert_eq!(board.update(&dead, |_| None, |_| true, Timestamp(101)), []);
        assert_eq!(board.update(&dead, |_| None, |_| false, Timestamp(102)), []);
    }
}
