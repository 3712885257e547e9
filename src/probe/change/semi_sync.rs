//! Semi-synchronous replication switched on and off, by the names of the plugin that is loaded.

use super::steps::{Step, Threads, start, stop};
use super::teller::{Failure, Teller};
use crate::model::instance::ThreadState;

/// One side's names, the older plugin's first. Both plugins exist on MySQL since 8.0.26, and one is loaded.
struct Side {
    query: &'static str,
    status: &'static str,
    plugin: &'static str,
}

const MASTER: Side = Side {
    query: "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('rpl_semi_sync_master_enabled','rpl_semi_sync_source_enabled')",
    status: "",
    plugin: "rpl_semi_sync_source (rpl_semi_sync_master before MySQL 8.0.26)",
};

const REPLICA: Side = Side {
    query: "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('rpl_semi_sync_slave_enabled','rpl_semi_sync_replica_enabled')",
    status: "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_slave_status','Rpl_semi_sync_replica_status')",
    plugin: "rpl_semi_sync_replica (rpl_semi_sync_slave before MySQL 8.0.26)",
};

/// Switches the master side.
pub(super) fn master_side(teller: &mut Teller<'_>, on: bool) -> Result<(), Failure> {
    switch(teller, &MASTER, on, teller.dialect.grants.semi_sync_master).map(drop)
}

/// Switches the replica side, and restarts a receiver that runs the other way.
pub(super) fn replica_side(teller: &mut Teller<'_>, on: bool) -> Result<(), Failure> {
    let was_on = switch(teller, &REPLICA, on, teller.dialect.grants.semi_sync_replica)?;
    let acknowledges = value(teller, REPLICA.status)?.is_some_and(|(_, value)| is_on(&value));
    let channels = teller.channels()?;
    // Restarted too where an earlier attempt ended between the switch and the restart.
    let is_as_wanted = was_on == on && acknowledges == on;
    let runs = channels
        .first()
        .is_some_and(|channel| channel.name.is_empty() && channel.status.io_state != ThreadState::Stopped);
    if is_as_wanted || !runs {
        return Ok(());
    }
    let dialect = teller.dialect;
    teller.tell(&[stop(dialect, Threads::Receiver), start(dialect, Threads::Receiver)])
}

/// Sets the variable and reads it back; whether it was on before.
fn switch(teller: &mut Teller<'_>, side: &Side, on: bool, privilege: &'static str) -> Result<bool, Failure> {
    let Some((name, before)) = value(teller, side.query)? else {
        if !on {
            // There is nothing that could be on.
            return Ok(false);
        }
        let text = format!("the plugin is not loaded: INSTALL PLUGIN {} loads it", side.plugin);
        return Err(Failure::refused(text));
    };
    let number = u8::from(on);
    teller.tell(&[Step::new(format!("SET GLOBAL {name}={number}"), privilege)])?;
    if teller.rehearses {
        return Ok(is_on(&before));
    }
    match value(teller, side.query)? {
        Some((_, after)) if is_on(&after) == on => Ok(is_on(&before)),
        after => {
            let after = after.map(|(_, value)| value).unwrap_or_default();
            Err(Failure::refused(format!(
                "{name} is {after:?} though it was set to {number}"
            )))
        }
    }
}

/// The name and the value of the one variable that exists.
fn value(teller: &mut Teller<'_>, query: &str) -> Result<Option<(String, String)>, Failure> {
    let set = teller.ask(query, "")?;
    let row = set.first();
    Ok(row.map(|row| (row.text(0).to_ascii_lowercase(), row.text(1).into_owned())))
}

fn is_on(value: &str) -> bool {
    value == "1" || value.eq_ignore_ascii_case("on")
}
