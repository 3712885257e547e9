//! Telling a server to change, on a fresh connection and within a deadline.

use super::steps::{NO_RECEIVER, Step, condition, steps};
use super::{ChangeFailed, Changed};
use crate::model::Change;
use crate::model::observation::ContactKind;
use crate::model::{Contact, InstanceKey};
use crate::probe::fault;
use crate::probe::session::Session;
use crate::probe::settings::ProbeSettings;
use crate::probe::wire::{Connection, ResultSet, WireError};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Makes one change of one server, on a connection of its own, and answers within `limit` whatever the server does.
///
/// `by_tls` says that this server was found to want TLS, as [`Session::used_tls`] does. The words fit the version that
/// the connection tells.
///
/// Where a restart stopped the receiver and could not start it, starting it is tried once more on another connection, as
/// long as there is time.
///
/// # Errors
/// [`ChangeFailed`]: no connection, a refusal, or no answer in time. A statement that was not answered may have been
/// carried out nevertheless, or may be later.
pub fn change(
    key: &InstanceKey,
    settings: &Arc<ProbeSettings>,
    by_tls: bool,
    change: &Change,
    limit: Duration,
) -> Result<Changed, Box<ChangeFailed>> {
    let began = Instant::now();
    let mut teller = Teller {
        key,
        settings,
        by_tls,
        change,
        deadline: began + limit,
        told: Vec::new(),
    };
    let mut second_try = false;
    let mut outcome = teller.tell(0);
    if let Err(failure) = &outcome
        && failure.stopped_only
        && Instant::now() < teller.deadline
    {
        second_try = true;
        outcome = teller.tell(1).map_err(|mut second| {
            second.contact.said = format!("{} (after: {})", second.contact.said, failure.contact.said);
            second.starts_it = second.starts_it.take().or_else(|| failure.starts_it.clone());
            second
        });
    }
    match outcome {
        Ok(()) => Ok(Changed {
            statements: teller.told,
            second_try,
            took: began.elapsed(),
        }),
        Err(failure) => Err(Box::new(teller.failed(failure))),
    }
}

/// What went wrong while steps were told.
struct Failure {
    contact: Contact,
    /// What was told when it went wrong, if a connection came about and something was.
    statement: Option<String>,
    /// What gives the privilege that is missing.
    remedy: Option<String>,
    /// The receiver was or may have been stopped, and was not started.
    stopped_only: bool,
    /// What starts it.
    starts_it: Option<String>,
}

impl Failure {
    /// A failure before anything was told.
    fn before(contact: Contact) -> Self {
        Self {
            contact,
            statement: None,
            remedy: None,
            stopped_only: false,
            starts_it: None,
        }
    }
}

struct Teller<'a> {
    key: &'a InstanceKey,
    settings: &'a Arc<ProbeSettings>,
    by_tls: bool,
    change: &'a Change,
    deadline: Instant,
    /// The statements that were answered.
    told: Vec<String>,
}

impl Teller<'_> {
    /// Tells the steps from this one on, on a fresh connection. Steps before it count as told.
    fn tell(&mut self, from: usize) -> Result<(), Failure> {
        let session = Session::new(self.key.clone(), Arc::clone(self.settings)).with_tls(self.by_tls);
        let (mut connection, dialect) = session.connection(self.deadline).map_err(|error| Failure {
            stopped_only: from > 0,
            ..Failure::before(fault::contact(&error, None, None))
        })?;
        self.check(&mut connection)?;
        let steps = steps(self.change, dialect);
        let mut at = from;
        while at < steps.len() {
            let count = if connection.takes_several() {
                steps.len() - at
            } else {
                1
            };
            let (done, error) = self.send(&mut connection, &steps[at..at + count]);
            for step in &steps[at..at + done] {
                self.told.push(step.statement.clone());
            }
            at += done;
            let Some(error) = error else { continue };
            let step = &steps[at];
            let refusal = error.server().filter(|refusal| !refusal.ends_connection());
            if refusal.is_some_and(|refusal| step.already.contains(&refusal.code)) {
                self.told.push(step.statement.clone());
                at += 1;
                continue;
            }
            // A refused STOP stopped nothing; one that was not answered may have.
            let is_restart = matches!(self.change, Change::RestartReceiver);
            let nothing_there = refusal.is_some_and(|refusal| refusal.code == NO_RECEIVER);
            return Err(Failure {
                stopped_only: is_restart && !nothing_there && (at > 0 || refusal.is_none()),
                contact: fault::contact(&error, None, None),
                remedy: refusal
                    .filter(|refusal| fault::is_missing_grant(refusal.code))
                    .map(|_| fault::grant(step.privilege, step.object, &self.settings.user)),
                statement: Some(step.statement.clone()),
                starts_it: steps.last().map(|step| step.statement.clone()),
            });
        }
        Ok(())
    }

    /// Asks whether the change may be made now.
    fn check(&self, connection: &mut Connection) -> Result<(), Failure> {
        let Some(condition) = condition(self.change) else {
            return Ok(());
        };
        let patience = self.deadline.saturating_duration_since(Instant::now());
        let batch = connection.batch(condition.query, &[], patience, self.deadline);
        if let Some(error) = batch.error {
            return Err(Failure::before(fault::contact(&error, None, None)));
        }
        let row = batch.sets.first().and_then(ResultSet::first);
        let value = row.map(|row| row.text(0)).unwrap_or_default();
        if condition
            .permits
            .iter()
            .any(|permitted| value.eq_ignore_ascii_case(permitted))
        {
            return Ok(());
        }
        Err(Failure::before(Contact::failed(
            ContactKind::ServerError,
            condition.otherwise,
        )))
    }

    /// Sends steps in one text; how many were done, and what kept the next from being so.
    fn send(&self, connection: &mut Connection, steps: &[Step]) -> (usize, Option<WireError>) {
        let text: Vec<_> = steps.iter().map(|step| step.statement.as_str()).collect();
        let patience = self.deadline.saturating_duration_since(Instant::now());
        let batch = connection.batch(&text.join(";"), &[], patience, self.deadline);
        let done = batch.sets.len();
        match batch.error {
            Some(error) => (done.min(steps.len() - 1), Some(error)),
            None if done == steps.len() => (done, None),
            None => {
                let text = format!("{done} answers to {} statements", steps.len());
                (done.min(steps.len() - 1), Some(WireError::Malformed(text)))
            }
        }
    }

    fn failed(&self, failure: Failure) -> ChangeFailed {
        ChangeFailed {
            instance: self.key.clone(),
            attempted: self.change.words(),
            statement: failure.statement,
            contact: failure.contact,
            remedy: failure.remedy,
            receiver_may_stand: failure.stopped_only,
            starts_it: failure.starts_it.filter(|_| failure.stopped_only),
        }
    }
}
