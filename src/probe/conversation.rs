//! Asking a plan's questions: in few packets, past what fails, keeping what arrives.

use super::fault;
use super::learnt::Learnt;
use super::question::{Manner, Question};
use super::read::{self, Sets};
use super::settings::ProbeSettings;
use super::wire::{Batch, Connection, ResultSet, WireError};
use std::sync::Arc;
use std::time::Instant;

/// What one attempt at asking everything came to.
pub(super) struct Outcome {
    pub(super) sets: Sets,
    /// The failure that decides, with what was being asked.
    pub(super) failure: Option<(Option<Question>, WireError)>,
}

/// One round of questions on one connection.
pub(super) struct Conversation<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) learnt: &'a mut Learnt,
    pub(super) settings: &'a ProbeSettings,
    pub(super) manner: Manner,
    pub(super) deadline: Instant,
}

impl Conversation<'_> {
    /// Asks what is to be asked; also returns whether the connection is still of use.
    pub(super) fn hold(mut self) -> (Outcome, bool) {
        let mut outcome = Outcome {
            sets: Sets::new(),
            failure: None,
        };
        let mut rest = self.learnt.plan(self.settings, self.manner);
        while !rest.is_empty() {
            let count = self.fit(&rest);
            let batch = self.ask(&rest[..count]);
            let (asked, error) = (batch.sets.len(), batch.error);
            if asked > count && !rest[0].is_loose(&self.settings.questions) || asked < count && error.is_none() {
                let error = WireError::Malformed(format!("{asked} answers to {count} questions"));
                outcome.failure.get_or_insert((None, error));
                return (outcome, false);
            }
            for (question, set) in rest[..count].iter().zip(batch.sets) {
                self.take(*question, set, &mut outcome.sets);
            }
            let Some(error) = error else {
                rest.drain(..count);
                continue;
            };
            let failed = rest[asked.min(count - 1)];
            rest.drain(..asked.min(count - 1));
            match error.server().filter(|error| !error.ends_connection()) {
                Some(refusal) => {
                    // A table refused may have a stand-in that is allowed.
                    let other_may_do = fault::is_unknown(refusal.code) || refusal.code == 1142;
                    if other_may_do && self.learnt.next_variant(failed) {
                        continue;
                    }
                    rest.remove(0);
                    if failed.is_essential() {
                        outcome.failure.get_or_insert((Some(failed), error));
                        if failed == Question::Settings {
                            return (outcome, true);
                        }
                    } else {
                        self.learnt.refused(failed, refusal, self.settings);
                    }
                }
                None => {
                    if failed.is_operators() && matches!(error, WireError::Silent(..)) {
                        self.learnt.hung(failed, &error);
                    } else {
                        outcome.failure.get_or_insert((Some(failed), error));
                    }
                    return (outcome, false);
                }
            }
        }
        (self.without_performance_schema(outcome), true)
    }

    /// How many of the next questions go in one packet.
    fn fit(&self, rest: &[Question]) -> usize {
        if !self.connection.takes_several() {
            return 1;
        }
        rest.iter()
            .take_while(|question| !question.is_loose(&self.settings.questions))
            .count()
            .max(1)
    }

    fn ask(&mut self, questions: &[Question]) -> Batch {
        let mut text = String::with_capacity(2048);
        for question in questions {
            if !text.is_empty() {
                // The line break ends a comment at the end of an operator's query.
                text.push_str("\n;");
            }
            text.push_str(self.learnt.statement(*question, self.settings));
        }
        let shapes: Vec<_> = questions
            .iter()
            .map(|question| self.learnt.shapes[question.at()].clone())
            .collect();
        self.connection
            .batch(&text, &shapes, self.settings.read_timeout, self.deadline)
    }

    fn take(&mut self, question: Question, set: ResultSet, sets: &mut Sets) {
        self.learnt.answered(question);
        match question {
            Question::StoredCredentials => {
                let count = set.first().and_then(|row| row.number::<u64>(0));
                self.learnt.remembered.stored_credentials = count.is_some_and(|count| count > 0);
            }
            Question::Credentials => self.learnt.remembered.credentials = Some(set.first().is_some()),
            _ => {
                let known = &mut self.learnt.shapes[question.at()];
                if known.as_ref().is_none_or(|known| !Arc::ptr_eq(known, set.shape())) {
                    *known = Some(Arc::clone(set.shape()));
                }
                sets.put(question, set);
            }
        }
    }

    /// Where the performance schema is off its process list is empty; the other one is asked from then on.
    fn without_performance_schema(&mut self, mut outcome: Outcome) -> Outcome {
        let is_off = outcome
            .sets
            .get(Question::Settings)
            .is_some_and(read::performance_schema_is_off);
        let question = Question::DumpThreads;
        if is_off && self.learnt.variant(question) == 0 && self.learnt.next_variant(question) {
            let mut batch = self.ask(&[question]);
            match (batch.sets.pop(), batch.error) {
                (Some(set), None) => self.take(question, set, &mut outcome.sets),
                (_, Some(error)) => {
                    if let Some(refusal) = error.server() {
                        self.learnt.refused(question, refusal, self.settings);
                    }
                }
                (None, None) => {}
            }
        }
        outcome
    }
}
