//! One connection on which a server is asked and told, within a deadline.

use super::steps::{NO_RECEIVER, Step};
use super::table::{Condition, Way, way};
use crate::model::observation::{Channel, ContactKind};
use crate::model::{Change, Contact, InstanceKey};
use crate::probe::dialect::Dialect;
use crate::probe::fault;
use crate::probe::read::{self, StatusColumns};
use crate::probe::settings::ProbeSettings;
use crate::probe::wire::{Connection, ResultSet, WireError};
use crate::probe::{Login, login};
use std::time::{Duration, Instant};

/// What went wrong while a server was asked or told.
pub(super) struct Failure {
    pub(super) contact: Contact,
    /// What was told when it went wrong, if a connection came about and something was.
    pub(super) statement: Option<String>,
    /// What gives the privilege that is missing.
    pub(super) remedy: Option<String>,
    /// The server's error number, where it answered by one and the connection goes on.
    pub(super) code: Option<u16>,
    /// It was told and not answered.
    pub(super) is_unknown: bool,
    /// The receiver was or may have been stopped, and was not started.
    pub(super) stopped_only: bool,
    /// What starts it.
    pub(super) starts_it: Option<String>,
}

impl Failure {
    /// A failure before anything was told, or of something that is not told.
    pub(super) fn of(contact: Contact) -> Self {
        Self {
            contact,
            statement: None,
            remedy: None,
            code: None,
            is_unknown: false,
            stopped_only: false,
            starts_it: None,
        }
    }

    /// The server is not as it must be for the change.
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::of(Contact::failed(ContactKind::ServerError, why))
    }

    /// Adds to what is said.
    pub(super) fn and(mut self, more: &str) -> Self {
        self.contact.said = format!("{}; {more}", self.contact.said);
        self
    }
}

/// Who asks and tells.
pub(super) struct Teller<'a> {
    pub(super) key: &'a InstanceKey,
    pub(super) settings: &'a ProbeSettings,
    pub(super) login: Option<&'a Login>,
    pub(super) connection: Connection,
    pub(super) dialect: &'static Dialect,
    pub(super) deadline: Instant,
    /// The statements that were answered.
    pub(super) told: &'a mut Vec<String>,
    /// What a person should know.
    pub(super) remarks: &'a mut Vec<String>,
    /// Whether the connection can go on being used, and is as it was.
    pub(super) is_sound: bool,
    /// Nothing is told: statements are only noted, and what they would bring about is not looked for.
    pub(super) rehearses: bool,
}

impl Teller<'_> {
    /// Makes a change. Steps before this one count as told.
    pub(super) fn make(&mut self, change: &Change, from: usize) -> Result<(), Failure> {
        match way(change, self.dialect) {
            Way::Steps(steps) => self.tell_from(&steps, from).map_err(|failure| match change {
                Change::RestartReceiver => failure,
                _ => Failure {
                    stopped_only: false,
                    ..failure
                },
            }),
            Way::If(condition, steps) => {
                self.check(condition)?;
                self.tell(&steps)
            }
            Way::Script(script) => script(self),
        }
    }

    /// Tells steps in order, as many in one packet as the server takes.
    pub(super) fn tell(&mut self, steps: &[Step]) -> Result<(), Failure> {
        self.tell_from(steps, 0).map_err(|failure| Failure {
            stopped_only: false,
            ..failure
        })
    }

    fn tell_from(&mut self, steps: &[Step], from: usize) -> Result<(), Failure> {
        let mut at = from;
        if self.rehearses {
            let rest = steps.get(at..).unwrap_or_default();
            self.told.extend(rest.iter().map(|step| step.statement.clone()));
            return Ok(());
        }
        while let Some(rest) = steps.get(at..).filter(|rest| !rest.is_empty()) {
            let count = if self.connection.takes_several() { rest.len() } else { 1 };
            let rest = rest.get(..count).unwrap_or(rest);
            let (done, error) = self.send(rest);
            self.told
                .extend(rest.iter().take(done).map(|step| step.statement.clone()));
            at += done;
            let (Some(error), Some(step)) = (error, rest.get(done)) else {
                continue;
            };
            let refusal = error.server().filter(|refusal| !refusal.ends_connection());
            if refusal.is_some_and(|refusal| step.already.contains(&refusal.code)) {
                self.told.push(step.statement.clone());
                at += 1;
                continue;
            }
            return Err(self.failure(step, &error, at, steps.last()));
        }
        Ok(())
    }

    fn failure(&mut self, step: &Step, error: &WireError, at: usize, last: Option<&Step>) -> Failure {
        let refusal = error.server().filter(|refusal| !refusal.ends_connection());
        self.is_sound &= refusal.is_some();
        // A refused STOP stopped nothing; one that was not answered may have.
        let nothing_there = refusal.is_some_and(|refusal| refusal.code == NO_RECEIVER);
        let mut contact = fault::contact(error, None, None);
        if let Some(password) = step.password.as_ref().map(|p| p.reveal()).filter(|p| !p.is_empty()) {
            // Syntax errors quote the statement.
            contact.said = contact.said.replace(password, "<password>");
        }
        Failure {
            stopped_only: !nothing_there && (at > 0 || refusal.is_none()),
            contact,
            remedy: refusal
                .filter(|refusal| fault::is_missing_grant(refusal.code))
                .map(|_| fault::grant(step.privilege, step.object, &self.settings.user)),
            code: refusal.map(|refusal| refusal.code),
            is_unknown: refusal.is_none(),
            statement: Some(step.statement.clone()),
            starts_it: last.map(|step| step.statement.clone()),
        }
    }

    /// Sends steps in one text; how many were done, and what kept the next from being so.
    fn send(&mut self, steps: &[Step]) -> (usize, Option<WireError>) {
        let text: Vec<_> = steps.iter().map(Step::text).collect();
        let batch = self
            .connection
            .batch(&text.join(";"), &[], self.patience(), self.deadline);
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

    fn patience(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Asks one question; `privilege` is what it takes.
    pub(super) fn ask(&mut self, query: &str, privilege: &str) -> Result<ResultSet, Failure> {
        let mut batch = self.connection.batch(query, &[], self.patience(), self.deadline);
        let error = match (batch.sets.pop(), batch.error) {
            (Some(set), None) => return Ok(set),
            (_, Some(error)) => error,
            (None, None) => WireError::Malformed("no answer".to_owned()),
        };
        let refusal = error.server().filter(|refusal| !refusal.ends_connection());
        self.is_sound &= refusal.is_some();
        Err(Failure {
            remedy: refusal
                .filter(|refusal| fault::is_missing_grant(refusal.code) && !privilege.is_empty())
                .map(|_| fault::grant(privilege, "*.*", &self.settings.user)),
            code: refusal.map(|refusal| refusal.code),
            statement: Some(query.to_owned()),
            // What was told before has been answered, and what it came to is not known.
            is_unknown: refusal.is_none() && !self.told.is_empty(),
            ..Failure::of(fault::contact(&error, None, None))
        })
    }

    /// Asks by the first of these forms that the server knows.
    pub(super) fn ask_first(&mut self, queries: &[&str], privilege: &str) -> Result<ResultSet, Failure> {
        let mut outcome = Err(Failure::refused("the server has no such thing"));
        for query in queries {
            outcome = self.ask(query, privilege);
            match &outcome {
                Err(failure) if failure.code.is_some_and(fault::is_unknown) => {}
                _ => break,
            }
        }
        outcome
    }

    /// The replication channels, the default one first.
    pub(super) fn channels(&mut self) -> Result<Vec<Channel>, Failure> {
        let dialect = self.dialect;
        let set = self.ask_first(dialect.replica_status, dialect.grants.replica_status)?;
        Ok(read::channels(&set, &mut StatusColumns::default()))
    }

    /// The period of the heartbeat, which every change of the master sets back to its default: seconds as the server
    /// writes them, or why they are not known.
    pub(super) fn heartbeat(&mut self, channel: &Channel) -> Result<Option<String>, Failure> {
        match login::heartbeat_of(channel) {
            Some(period) => Ok(Some(period)),
            None => {
                let queries = login::heartbeat_queries(self.dialect);
                let mut why = None;
                for query in queries {
                    match self.ask(query, "") {
                        Ok(set) => {
                            if let Some(period) = login::heartbeat_in(&set) {
                                return Ok(Some(period));
                            }
                        }
                        Err(failure) if failure.code.is_some() => why = Some(failure.contact.said),
                        Err(failure) => return Err(failure),
                    }
                }
                let why = why.map_or_else(String::new, |why| format!(" ({why})"));
                self.remarks.push(format!(
                    "the heartbeat period of {} is not known{why} and has its default now; {} lets it be read",
                    self.key,
                    fault::grant("SELECT", "performance_schema.*", &self.settings.user)
                ));
                Ok(None)
            }
        }
    }

    /// Asks whether the change may be made now.
    fn check(&mut self, condition: &Condition) -> Result<(), Failure> {
        let set = self.ask(condition.query, "")?;
        let value = set.first().map(|row| row.text(0)).unwrap_or_default();
        if self.rehearses
            || condition
                .permits
                .iter()
                .any(|permitted| value.eq_ignore_ascii_case(permitted))
        {
            return Ok(());
        }
        Err(Failure::refused(condition.otherwise))
    }
}
