//! Telling a server to change, within a deadline: the connection, and the second try.

use super::teller::{Failure, Teller};
use super::{ChangeFailed, Changed};
use crate::model::{Change, InstanceKey};
use crate::probe::session::Session;
use crate::probe::settings::ProbeSettings;
use crate::probe::{Login, fault};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Makes one change of one server, on a connection of its own, and answers within `limit` whatever the server does.
///
/// `by_tls` says that this server was found to want TLS, as [`Session::used_tls`] does. The words fit the version that
/// the connection tells. `login` is what [`Change::PointTo`] uses where the server has no replication user of its own.
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
    login: Option<&Login>,
    limit: Duration,
) -> Result<Changed, Box<ChangeFailed>> {
    let mut session = Session::new(key.clone(), Arc::clone(settings)).with_tls(by_tls);
    change_on(&mut session, change, login, limit)
}

/// The same on a session's connection, which is kept as long as it is of use.
pub(in crate::probe) fn change_on(
    session: &mut Session,
    change: &Change,
    login: Option<&Login>,
    limit: Duration,
) -> Result<Changed, Box<ChangeFailed>> {
    carry_out(session, change, login, limit, false)
}

/// What would be told, as the server is now: it is asked, and nothing is changed.
pub(in crate::probe) fn rehearse_on(
    session: &mut Session,
    change: &Change,
    login: Option<&Login>,
    limit: Duration,
) -> Result<Changed, Box<ChangeFailed>> {
    carry_out(session, change, login, limit, true)
}

fn carry_out(
    session: &mut Session,
    change: &Change,
    login: Option<&Login>,
    limit: Duration,
    rehearses: bool,
) -> Result<Changed, Box<ChangeFailed>> {
    let began = Instant::now();
    let deadline = began + limit;
    let mut order = Order {
        change,
        login,
        deadline,
        rehearses,
        told: Vec::new(),
        remarks: Vec::new(),
    };
    let mut second_try = false;
    let mut outcome = order.carry_out(session, 0);
    if let Err(failure) = &outcome
        && failure.stopped_only
        && Instant::now() < deadline
    {
        second_try = true;
        session.close();
        outcome = order.carry_out(session, 1).map_err(|mut second| {
            second.contact.said = format!("{} (after: {})", second.contact.said, failure.contact.said);
            second.starts_it = second.starts_it.take().or_else(|| failure.starts_it.clone());
            second.is_unknown |= failure.is_unknown;
            second
        });
    }
    match outcome {
        Ok(()) => Ok(Changed {
            statements: order.told,
            remarks: order.remarks,
            second_try,
            took: began.elapsed(),
        }),
        Err(failure) => Err(Box::new(failed(session.key(), change, failure))),
    }
}

/// What is to be done, and how far it has come.
struct Order<'a> {
    change: &'a Change,
    login: Option<&'a Login>,
    deadline: Instant,
    rehearses: bool,
    told: Vec<String>,
    remarks: Vec<String>,
}

impl Order<'_> {
    fn carry_out(&mut self, session: &mut Session, from: usize) -> Result<(), Failure> {
        let (connection, dialect) = session.lend(self.deadline).map_err(|error| Failure {
            stopped_only: from > 0,
            ..Failure::of(fault::contact(&error, None, None))
        })?;
        let key = session.key().clone();
        let settings = Arc::clone(session.settings());
        let mut teller = Teller {
            key: &key,
            settings: &settings,
            login: self.login,
            connection,
            dialect,
            deadline: self.deadline,
            told: &mut self.told,
            remarks: &mut self.remarks,
            is_sound: true,
            rehearses: self.rehearses,
        };
        let outcome = teller.make(self.change, from);
        if teller.is_sound {
            session.give_back(teller.connection);
        }
        outcome
    }
}

fn failed(key: &InstanceKey, change: &Change, failure: Failure) -> ChangeFailed {
    ChangeFailed {
        instance: key.clone(),
        attempted: change.words(),
        statement: failure.statement,
        contact: failure.contact,
        remedy: failure.remedy,
        is_unknown: failure.is_unknown,
        receiver_may_stand: failure.stopped_only,
        starts_it: failure.starts_it.filter(|_| failure.stopped_only),
    }
}
