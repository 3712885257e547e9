//! Changes of a server's master.
//!
//! A server keeps every option of a channel that a change of its master does not name, with these exceptions, seen on
//! MySQL 5.6 and 9.7 and MariaDB 10.11: the heartbeat period always goes back to its default, and with host or port go
//! file and position. So those are read and told again.

use super::position::{self, Options};
use super::steps::{HIDDEN, SYNTAX, Step, Threads, start, stop};
use super::teller::{Failure, Teller};
use crate::model::InstanceKey;
use crate::model::change::{From, Pointing, Return};
use crate::model::instance::ThreadState;
use crate::model::observation::Channel;
use crate::probe::Login;
use crate::probe::dialect::literal;

/// What a detached replica's master is called.
const DETACHED: &str = "//";
/// The master's or the relay log's settings can't be initialised.
const BROKEN: [u16; 2] = [1201, 1872];

/// Makes the server replicate from another.
pub(super) fn point(teller: &mut Teller<'_>, pointing: &Pointing) -> Result<(), Failure> {
    let channels = teller.channels()?;
    let channel = default_of(teller, &channels)?;
    if let Some(channel) = channel {
        stands(teller, channel)?;
    }
    let (before, from) = position::of(teller, &pointing.from, channel)?;
    let mut options = master(teller, &pointing.master);
    let login = match (channel, teller.login) {
        // Its own; it may also be told one with each START.
        (Some(channel), None) => {
            options.extend(heartbeat(teller, channel)?);
            None
        }
        (Some(channel), Some(_)) if !channel.user.is_empty() => {
            options.extend(heartbeat(teller, channel)?);
            None
        }
        (_, Some(login)) => Some(login),
        (None, None) => {
            let key = teller.key;
            return Err(Failure::refused(format!(
                "{key} has no replication user, and none was given"
            )));
        }
    };
    options.extend(from);
    let change = change(teller, options, login);
    if let Some(step) = before {
        teller.tell(&[step])?;
    }
    match teller.tell(std::slice::from_ref(&change)) {
        // What is in the way is in the relay logs, which come again by GTID.
        Err(failure)
            if failure.code.is_some_and(|code| BROKEN.contains(&code))
                && matches!(pointing.from, From::AsItIs | From::OracleGtid) =>
        {
            clear(teller);
            teller.tell(&[change])
        }
        other => other,
    }
}

/// Makes the server replicate again as it did, unless it has applied anything by position since.
pub(super) fn point_back(teller: &mut Teller<'_>, back: &Return) -> Result<(), Failure> {
    let channels = teller.channels()?;
    let status = default_of(teller, &channels)?.map(|channel| channel.status.clone());
    let (mut to, stays) = (back.to.clone(), "it is left as it is");
    match (status, &back.at) {
        // It had none of its own, or forgot it: the login tells.
        (None, _) => {}
        (Some(now), _) if now.master != back.away && now.master == to.master => return Ok(()),
        (Some(now), _) if now.master != back.away => {
            let key = teller.key;
            let remark = format!("{key} replicates from {} meanwhile, and {stays}", now.master);
            teller.remarks.push(remark);
            return Ok(());
        }
        // In the log of the same master it is known where to go on.
        (Some(now), _) if now.master == to.master => {
            if let (From::Coordinates(at), false) = (&mut to.from, now.executed.is_none()) {
                *at = now.executed;
            }
        }
        (Some(now), Some(at)) if now.executed != *at => {
            let key = teller.key;
            teller.remarks.push(format!(
                "{key} has applied what {} sent, up to {}, and {stays}: its position in the log of {} would be another one",
                back.away, now.executed, to.master
            ));
            return Ok(());
        }
        (Some(_), _) => {}
    }
    point(teller, &to)
}

/// Makes the server forget its master, and reads back that it has none.
pub(super) fn forget(teller: &mut Teller<'_>) -> Result<(), Failure> {
    let is_default = |channel: &Channel| channel.name.is_empty();
    if !teller.channels()?.iter().any(is_default) {
        return Ok(());
    }
    let dialect = teller.dialect;
    let (verbs, reset) = (&dialect.verbs, dialect.grants.reset);
    let forget = Step::new(verbs.forget_master(""), reset);
    match teller.tell(&[stop(dialect, Threads::Both), forget]) {
        // MySQL 5.5 before 5.5.16.
        Err(failure) if failure.code == Some(SYNTAX) => {
            let blank = vec![(verbs.option_named("HOST"), literal("_"))];
            let blank = change(teller, blank, None);
            teller.tell(&[blank, Step::new(verbs.reset_channel(""), reset)])?;
        }
        other => other?,
    }
    if teller.rehearses {
        return Ok(());
    }
    let left = teller.channels()?;
    match left.iter().find(|channel| is_default(channel)) {
        Some(channel) if !["", "_"].contains(&&*channel.status.master.hostname) => Err(Failure::refused(format!(
            "{} is still set to replicate from {}",
            teller.key, channel.status.master
        ))),
        _ => Ok(()),
    }
}

/// Breaks the master's host on purpose. Threads stand afterwards: started, the receiver would go on trying for ever.
pub(super) fn detach(teller: &mut Teller<'_>) -> Result<(), Failure> {
    rename(teller, |host| match host.starts_with(DETACHED) {
        true => None,
        false => Some(format!("{DETACHED}{host}")),
    })
}

/// Mends what [`detach`] broke. Threads stand afterwards.
pub(super) fn reattach(teller: &mut Teller<'_>) -> Result<(), Failure> {
    rename(teller, |host| host.strip_prefix(DETACHED).map(str::to_owned))
}

/// Gives the master another name and keeps the position; nothing where it has the name already.
fn rename(teller: &mut Teller<'_>, renamed: fn(&str) -> Option<String>) -> Result<(), Failure> {
    let not_a_replica = |key: &InstanceKey| Failure::refused(format!("instance is not a replica: {key}"));
    let channels = teller.channels()?;
    if default_of(teller, &channels)?.is_none() {
        return Err(not_a_replica(teller.key));
    }
    teller.tell(&[stop(teller.dialect, Threads::Both)])?;
    // Where it stands is known when it stands.
    let channels = teller.channels()?;
    let Some(channel) = default_of(teller, &channels)? else {
        return Err(not_a_replica(teller.key));
    };
    let Some(host) = renamed(&channel.status.master.hostname) else {
        return Ok(());
    };
    let mut options = master(teller, &InstanceKey::new(host, channel.status.master.port));
    if !channel.oracle_gtid && !channel.mariadb_gtid {
        options.extend(position::coordinates(teller, &channel.status.executed));
    }
    options.extend(heartbeat(teller, channel)?);
    let change = change(teller, options, None);
    teller.tell(&[change])
}

/// The default channel. Where there are others the server replicates from several masters, and what is meant by its
/// master is not for this tool to know; those of group replication are the group's own.
fn default_of<'c>(teller: &Teller<'_>, channels: &'c [Channel]) -> Result<Option<&'c Channel>, Failure> {
    let others: Vec<_> = channels.iter().map(|channel| channel.name.as_str()).collect();
    let others: Vec<_> = others
        .into_iter()
        .filter(|name| !name.is_empty() && !name.starts_with("group_replication_"))
        .collect();
    if others.is_empty() {
        return Ok(channels.iter().find(|channel| channel.name.is_empty()));
    }
    Err(Failure::refused(format!(
        "{} replicates by channels with names ({}), which are left to their owner",
        teller.key,
        others.join(", ")
    )))
}

/// Refuses where either thread of a channel does not stand.
pub(super) fn stands(teller: &Teller<'_>, channel: &Channel) -> Result<(), Failure> {
    let status = &channel.status;
    if teller.rehearses || [status.io_state, status.sql_state] == [ThreadState::Stopped; 2] {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "replication threads of {} are not stopped; {} stops them",
        teller.key,
        teller.dialect.verbs.stop_threads("")
    )))
}

fn master(teller: &Teller<'_>, key: &InstanceKey) -> Options {
    let verbs = &teller.dialect.verbs;
    vec![
        (verbs.option_named("HOST"), literal(&key.hostname)),
        (verbs.option_named("PORT"), key.port.to_string()),
    ]
}

fn heartbeat(teller: &mut Teller<'_>, channel: &Channel) -> Result<Option<(String, String)>, Failure> {
    let period = teller.heartbeat(channel)?;
    let name = teller.dialect.verbs.option_named("HEARTBEAT_PERIOD");
    Ok(period.map(|period| (name, period)))
}

/// The change of the master of the default channel.
fn change(teller: &Teller<'_>, mut options: Options, login: Option<&Login>) -> Step {
    let verbs = &teller.dialect.verbs;
    if let Some(login) = login {
        options.push((verbs.option_named("USER"), literal(&login.user)));
        options.push((verbs.option_named("PASSWORD"), HIDDEN.to_owned()));
        let own = login.options(teller.connection.version());
        options.extend(own.into_iter().map(|(name, value)| (verbs.option_named(name), value)));
    }
    Step {
        password: login.map(|login| login.password.clone()),
        ..Step::new(verbs.change_master("", &options), teller.dialect.grants.threads)
    }
}

/// Clears relay logs that can't be read. What fails here fails again in what follows.
fn clear(teller: &mut Teller<'_>) {
    let dialect = teller.dialect;
    let reset = Step::new(dialect.verbs.reset_channel(""), dialect.grants.reset);
    for step in [
        reset.clone(),
        start(dialect, Threads::Receiver),
        stop(dialect, Threads::Receiver),
        reset,
    ] {
        if teller.tell(&[step]).is_err() && !teller.is_sound {
            return;
        }
    }
}
