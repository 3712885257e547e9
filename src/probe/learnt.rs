//! What is learnt of one server: its dialect, what it understands and permits, the shapes of its answers.

use super::dialect::Dialect;
use super::fault;
use super::question::{Failure, Manner, Question};
use super::read::{Remembered, StatusColumns};
use super::settings::ProbeSettings;
use super::wire::{ServerError, Shape, WireError};
use crate::model::Version;
use std::sync::Arc;

/// After how many probes something that hardly changes is asked again.
const SELDOM: u32 = 60;
/// After how many probes one of the questions that failed is asked again.
const AGAIN: u32 = 20;

/// The memory of a session.
pub(super) struct Learnt {
    pub(super) version: Version,
    /// Whether the version comes from elsewhere than the settings, as MaxScale's does.
    pub(super) version_is_given: bool,
    pub(super) dialect: &'static Dialect,
    pub(super) shapes: [Option<Arc<Shape>>; Question::COUNT],
    pub(super) columns: StatusColumns,
    pub(super) remembered: Remembered,
    failures: Vec<Failure>,
    /// Which of a question's statements is in use.
    variants: [u8; Question::COUNT],
    /// Probes on the present connection.
    probes: u32,
}

impl Learnt {
    pub(super) fn new(version: Version) -> Self {
        Self {
            dialect: Dialect::of(&version),
            version,
            version_is_given: false,
            shapes: Default::default(),
            columns: StatusColumns::default(),
            remembered: Remembered::default(),
            failures: Vec::new(),
            variants: [0; Question::COUNT],
            probes: 0,
        }
    }

    /// A new connection: what was refused may be granted now; what hung waits for its turn.
    pub(super) fn reconnected(&mut self) {
        self.probes = 0;
        self.failures.retain(|failure| failure.hung);
        self.variants = [0; Question::COUNT];
    }

    /// Forgets everything where the version tells of another line of servers.
    pub(super) fn met(&mut self, version: Version) -> bool {
        if std::ptr::eq(Dialect::of(&version), self.dialect) {
            self.version = version;
            return false;
        }
        *self = Self::new(version);
        true
    }

    /// What to ask this time, in order.
    pub(super) fn plan(&mut self, settings: &ProbeSettings, manner: Manner) -> Vec<Question> {
        let due = self.probes.is_multiple_of(SELDOM);
        let turn = if self.probes.is_multiple_of(AGAIN) {
            self.probes / AGAIN
        } else {
            0
        };
        self.probes = self.probes.wrapping_add(1);
        let mut plan: Vec<_> = Question::ALL
            .into_iter()
            .filter(|question| question.is_asked(manner) && question.applies(self.dialect, settings))
            .filter(|question| due || !question.is_seldom())
            .filter(|question| !self.failures.iter().any(|failure| failure.question == *question))
            .collect();
        // One of the failed comes last, where failing again takes nothing with it.
        if turn > 0 && !self.failures.is_empty() {
            let again = self.failures[turn as usize % self.failures.len()].question;
            if again.is_asked(manner) && again.applies(self.dialect, settings) {
                self.variants[again.at()] = 0;
                plan.push(again);
            }
        }
        plan
    }

    /// The statement that asks a question now.
    pub(super) fn statement<'a>(&self, question: Question, settings: &'a ProbeSettings) -> &'a str {
        if question.is_operators() {
            return question.query(&settings.questions);
        }
        let statements = question.statements(self.dialect);
        statements
            .get(usize::from(self.variants[question.at()]))
            .copied()
            .unwrap_or("")
    }

    /// Goes over to the question's next statement, if it has one.
    pub(super) fn next_variant(&mut self, question: Question) -> bool {
        let variant = &mut self.variants[question.at()];
        if usize::from(*variant) + 1 < question.statements(self.dialect).len() {
            *variant += 1;
            return true;
        }
        if question.is_essential() {
            *variant = 0;
        }
        false
    }

    pub(super) fn variant(&self, question: Question) -> u8 {
        self.variants[question.at()]
    }

    /// Notes that the server answered a question.
    pub(super) fn answered(&mut self, question: Question) {
        if !self.failures.is_empty() {
            self.failures.retain(|failure| failure.question != question);
        }
    }

    /// Notes the server's error to a question that is not essential.
    pub(super) fn refused(&mut self, question: Question, error: &ServerError, settings: &ProbeSettings) {
        let denied = fault::is_missing_grant(error.code);
        self.note(Failure {
            question,
            said: error.to_string(),
            remedy: if denied {
                question.remedy(self.dialect, &settings.user)
            } else {
                None
            },
            unsupported: question.is_unsupported_by(error.code),
            hung: false,
        });
    }

    /// Notes that an operator's query was not answered in time.
    pub(super) fn hung(&mut self, question: Question, error: &WireError) {
        self.note(Failure {
            question,
            said: error.to_string(),
            remedy: None,
            unsupported: false,
            hung: true,
        });
    }

    fn note(&mut self, failure: Failure) {
        self.answered(failure.question);
        self.failures.push(failure);
    }

    /// The failures that somebody should hear of. `replicas_are_known` says that the list of replicas can be done without.
    pub(super) fn faults(&self, replicas_are_known: bool) -> impl Iterator<Item = &Failure> {
        self.failures.iter().filter(move |failure| {
            let can_do_without = replicas_are_known && failure.question == Question::ReplicaList;
            !failure.unsupported && !can_do_without
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: u16) -> ServerError {
        ServerError {
            code,
            message: "no".to_owned(),
        }
    }

    #[test]
    fn a_failed_question_is_left_out_and_tried_again_last() {
        let settings = ProbeSettings::new("orc", "");
        let mut learnt = Learnt::new(Version::new("8.0.33"));
        assert!(learnt.plan(&settings, Manner::Probe).contains(&Question::Group));
        learnt.refused(Question::Group, &error(1193), &settings);
        learnt.refused(Question::BinlogStatus, &error(1227), &settings);
        for _ in 1..AGAIN {
            let plan = learnt.plan(&settings, Manner::Probe);
            assert!(!plan.contains(&Question::Group) && !plan.contains(&Question::BinlogStatus));
            assert!(!plan.contains(&Question::StoredCredentials));
        }
        assert_eq!(
            learnt.plan(&settings, Manner::Probe).last(),
            Some(&Question::BinlogStatus)
        );
        let faults: Vec<_> = learnt.faults(false).map(Failure::to_fault).collect();
        assert_eq!(faults.len(), 1);
        assert_eq!(
            faults[0].remedy.as_deref(),
            Some("GRANT REPLICATION CLIENT ON *.* TO 'orc'@'%'")
        );
        learnt.reconnected();
        assert!(learnt.plan(&settings, Manner::Probe).contains(&Question::Group));
    }

    #[test]
    fn variants_are_taken_one_after_the_other() {
        let settings = ProbeSettings::new("orc", "");
        let mut learnt = Learnt::new(Version::new("8.0.33"));
        assert_eq!(
            learnt.statement(Question::ReplicaStatus, &settings),
            "SHOW REPLICA STATUS"
        );
        assert!(learnt.next_variant(Question::ReplicaStatus));
        assert_eq!(
            learnt.statement(Question::ReplicaStatus, &settings),
            "SHOW SLAVE STATUS"
        );
        assert!(!learnt.next_variant(Question::ReplicaStatus));
        assert_eq!(learnt.variant(Question::ReplicaStatus), 0);
    }

    #[test]
    fn another_line_of_servers_is_learnt_anew() {
        let mut learnt = Learnt::new(Version::new("8.0.33"));
        assert!(!learnt.met(Version::new("8.0.34")));
        assert!(learnt.met(Version::new("9.7.4")));
        assert_eq!(learnt.dialect.name, "MySQL 8.4");
    }
}
