//! Writes refused and taken: `read_only` and `super_read_only`.
//!
//! A server that is told to refuse writes waits for those under way: statements, table locks, and commits that wait for a
//! semi-sync acknowledgement. `lock_wait_timeout` bounds that wait to a second. Semi-sync is never touched here: to switch
//! it off would acknowledge writes that no replica has.

use super::steps::{LOCKED, NO_SUCH_VARIABLE, Step};
use super::teller::{Failure, Teller};
use crate::model::change::ReadOnly;

/// The connection is not there any more.
const NO_SUCH_CONNECTION: &[u16] = &[1094];
/// Somebody else's, who may not be ended by this account.
const NOT_OURS: u16 = 1095;

/// Connections of clients. Threads of the server itself and of replication are none; neither are those of this tool's
/// account, which writes nothing and is how the tool goes on seeing the server.
const CLIENTS: &[&str] = &[
    "SELECT ID FROM information_schema.PROCESSLIST WHERE ID<>CONNECTION_ID() \
     AND USER NOT IN ('system user','event_scheduler',SUBSTRING_INDEX(USER(),'@',1)) \
     AND COMMAND NOT IN ('Binlog Dump','Binlog Dump GTID','Daemon','Connect','Slave_IO','Slave_SQL','Slave_worker')",
    "SELECT ID FROM performance_schema.processlist WHERE ID<>CONNECTION_ID() \
     AND USER NOT IN ('system user','event_scheduler',SUBSTRING_INDEX(USER(),'@',1)) \
     AND COMMAND NOT IN ('Binlog Dump','Binlog Dump GTID','Daemon','Connect')",
];

/// Makes the server refuse writes and reads back that it does.
pub(super) fn refuse_writes(teller: &mut Teller<'_>, how: ReadOnly) -> Result<(), Failure> {
    let outcome = refuse(teller, how);
    if outcome.is_err() {
        // Its lock_wait_timeout is not what others expect.
        teller.is_sound = false;
    }
    outcome
}

fn refuse(teller: &mut Teller<'_>, how: ReadOnly) -> Result<(), Failure> {
    let verbs = &teller.dialect.verbs;
    let privilege = teller.dialect.grants.read_only;
    let mut by_super = how.even_super && !verbs.super_read_only.is_empty();
    teller.tell(&[Step::new("SET SESSION lock_wait_timeout=1", privilege).or(&[NO_SUCH_VARIABLE])])?;
    let mut ended = None;
    loop {
        // super_read_only brings read_only with it.
        let verb = if by_super {
            verbs.super_read_only
        } else {
            verbs.read_only
        };
        match teller.tell(&[Step::new(verb.replace("{value}", "1"), privilege)]) {
            Ok(()) => break,
            // MySQL 5.7 before 5.7.8.
            Err(failure) if by_super && failure.code == Some(NO_SUCH_VARIABLE) => by_super = false,
            Err(failure) if failure.code == Some(LOCKED) && how.end_sessions && ended.is_none() => {
                ended = Some(end_clients(teller)?);
            }
            Err(failure) if failure.code == Some(LOCKED) => {
                return Err(failure.and(&what_holds_it(ended.as_ref())));
            }
            Err(failure) => return Err(failure),
        }
    }
    read_back(teller, true, by_super)?;
    teller.tell(&[Step::new("SET SESSION lock_wait_timeout=DEFAULT", privilege).or(&[NO_SUCH_VARIABLE])])
}

/// Makes the server take writes and reads back that it does.
pub(super) fn take_writes(teller: &mut Teller<'_>) -> Result<(), Failure> {
    let (verbs, privilege) = (&teller.dialect.verbs, teller.dialect.grants.read_only);
    let mut steps = Vec::new();
    if !verbs.super_read_only.is_empty() {
        let statement = verbs.super_read_only.replace("{value}", "0");
        steps.push(Step::new(statement, privilege).or(&[NO_SUCH_VARIABLE]));
    }
    steps.push(Step::new(verbs.read_only.replace("{value}", "0"), privilege));
    teller.tell(&steps)?;
    read_back(teller, false, false)
}

/// Reads back what the server does now.
fn read_back(teller: &mut Teller<'_>, wanted: bool, by_super: bool) -> Result<(), Failure> {
    if teller.rehearses {
        return Ok(());
    }
    let query = if by_super {
        "SELECT @@global.read_only,@@global.super_read_only"
    } else {
        "SELECT @@global.read_only"
    };
    let set = teller.ask(query, "")?;
    let row = set.first();
    let values: Vec<String> = (0..if by_super { 2 } else { 1 })
        .map(|at| row.map(|row| row.text(at).into_owned()).unwrap_or_default())
        .collect();
    // MariaDB 12 has more words for on than one.
    let is_on = |value: &String| !value.is_empty() && value != "0" && !value.eq_ignore_ascii_case("off");
    if values.iter().all(|value| is_on(value) == wanted) {
        return Ok(());
    }
    Err(Failure {
        statement: Some(query.to_owned()),
        ..Failure::refused(format!("it answers {} though it was told otherwise", values.join(", ")))
    })
}

/// Who was ended.
struct Ended {
    count: usize,
    /// Why others were not.
    refusal: Option<String>,
}

/// Ends the connections of clients. What they wait for is not acknowledged to them.
fn end_clients(teller: &mut Teller<'_>) -> Result<Ended, Failure> {
    let set = teller.ask_first(CLIENTS, "PROCESS")?;
    let ids = set.rows().filter_map(|row| row.number::<u64>(0));
    let kills: Vec<_> = ids
        .map(|id| Step::new(format!("KILL {id}"), teller.dialect.grants.kill).or(NO_SUCH_CONNECTION))
        .collect();
    let mut ended = Ended {
        count: kills.len(),
        refusal: None,
    };
    let mut rest = kills.as_slice();
    loop {
        let before = teller.told.len();
        let Err(failure) = teller.tell(rest) else { break };
        if failure.code.is_none() {
            return Err(failure);
        }
        // One that may not be ended does not keep the others.
        let done = teller.told.len() - before;
        rest = rest.get(done + 1..).unwrap_or_default();
        ended.count -= 1;
        let remedy = match failure.code {
            Some(NOT_OURS) => Some(crate::probe::fault::grant(
                teller.dialect.grants.kill,
                "*.*",
                &teller.settings.user,
            )),
            _ => failure.remedy,
        };
        let remedy = remedy.map_or_else(String::new, |remedy| format!("; {remedy}"));
        ended.refusal = Some(format!("{}{remedy}", failure.contact.said));
    }
    Ok(ended)
}

fn what_holds_it(ended: Option<&Ended>) -> String {
    let waits =
        "writes under way hold it back: statements, table locks, or commits that wait for a semi-sync acknowledgement";
    match ended {
        None => format!("{waits}; no client connection was ended"),
        Some(Ended { count, refusal }) => {
            let refusal = refusal
                .as_ref()
                .map_or_else(String::new, |text| format!("; not all could be: {text}"));
            format!(
                "{waits}; {count} client connections were ended, which a commit that waits for an acknowledgement outlives \
                 on MySQL{refusal}"
            )
        }
    }
}
