//! Whether a replica may go one step up or below a sibling, and a master and its replica change places, and by what they
//! then position themselves: by GTID where they use it, so that nobody falls out of it; else by file and position, which
//! takes two servers that stand at the same place.

use super::can_replicate::can_replicate;
use super::relocate::{Case, Refusal, by_gtid, has_oracle_gtid, hazards, is_compatible, need, refuse, stays_in_group};
use crate::config::Policy;
use crate::model::observation::Channel;
use crate::model::{Instance, InstanceKey, Look, Reached};

/// By what a replica finds its place below its new master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By GTID, as it is set.
    Gtid,
    /// By file and position, which are known where a server that it was in step with stands.
    Position,
}

/// A server as it is known, and as it was just seen.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// As it is known.
    pub row: &'a Instance,
    /// As it was just seen.
    pub look: &'a Look,
}

impl<'a> Party<'a> {
    fn key(&self) -> &'a InstanceKey {
        &self.row.key
    }

    fn master(&self) -> Option<&'a InstanceKey> {
        self.look.channel().map(|channel| &channel.status.master)
    }

    fn follows(&self, other: &InstanceKey) -> bool {
        self.row.replication.master == *other || self.master() == Some(other)
    }
}

/// What is asked besides the servers themselves.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Transactions that a replica alone has do not keep it.
    pub forced: bool,
}

/// Whether a replica replicates, and does so nearly in time.
///
/// # Errors
/// The first thing that is not so.
pub fn can_move(party: Party<'_>, policy: &Policy) -> Result<(), Refusal> {
    let key = party.key();
    let status = match party.look.channel() {
        Some(channel) => &channel.status,
        None => return Err(refuse(format!("instance is not a replica: {key}"))),
    };
    need(status.sql_running && status.io_running, || {
        refuse(format!("{key}: instance is not replicating")).hint(format!(
            "`orchestrator start-replica {key}` starts it, and tells why it does not run"
        ))
    })?;
    let Some(behind) = status.seconds_behind else {
        return Err(refuse(format!("{key}: cannot determine replication lag")));
    };
    let (delay, most) = (
        status.sql_delay_seconds,
        policy.reasonable_maintenance_replication_lag_seconds,
    );
    need(behind.abs_diff(delay) <= most, || match delay {
        0 => refuse(format!("{key}: lags too much: {behind} s, and {most} s are reasonable"))
            .hint("wait until it has caught up, or raise ReasonableMaintenanceReplicationLagSeconds"),
        delay => refuse(format!(
            "{key}: lags too much: {behind} s where its delay is {delay} s, and {most} s of difference are reasonable"
        ))
        .hint("end its delay meanwhile, or raise ReasonableMaintenanceReplicationLagSeconds"),
    })
}

/// A replica goes below its master's master. `above` holds what that one can get.
///
/// # Errors
/// The first reason not to.
pub fn up(
    replica: Party<'_>,
    master: Party<'_>,
    above: Party<'_>,
    obtainable: Option<&Reached>,
    is_below: bool,
    terms: Terms<'_>,
) -> Result<By, Refusal> {
    can_move(replica, terms.policy)?;
    below_somebody(master)?;
    let by = way(replica, above, obtainable, is_below, terms)?;
    in_step(by, replica, master, terms)
}

/// A replica goes below one that has the same master.
///
/// # Errors
/// The first reason not to.
pub fn below(
    replica: Party<'_>,
    sibling: Party<'_>,
    obtainable: Option<&Reached>,
    is_below: bool,
    terms: Terms<'_>,
) -> Result<By, Refusal> {
    stays_in_group(replica.row)?;
    for party in [replica, sibling] {
        can_move(party, terms.policy)?;
    }
    let (key, to) = (replica.key(), sibling.key());
    let is_sibling = key != to && replica.master() == sibling.master();
    need(is_sibling || key == to, || {
        let whom = |party: Party<'_>| party.master().map_or_else(String::new, ToString::to_string);
        let (one, other) = (whom(replica), whom(sibling));
        refuse(format!(
            "instances are not siblings: {key} follows {one}, and {to} follows {other}"
        ))
    })?;
    way(replica, sibling, obtainable, is_below, terms)
}

/// A replica goes below its master's master, and its master below it: by what the one, and by what the other.
/// `obtainable` holds what the new masters can get, in the same order.
///
/// # Errors
/// The first reason not to.
pub fn take_master(
    replica: Party<'_>,
    master: Party<'_>,
    above: Party<'_>,
    obtainable: [Option<&Reached>; 2],
    is_below: bool,
    terms: Terms<'_>,
) -> Result<[By; 2], Refusal> {
    can_move(replica, terms.policy)?;
    below_somebody(master).map_err(|refusal| {
        let (key, top) = (replica.key(), master.key());
        refusal.hint(format!(
            "`orchestrator takeover {top} --to {key}` has a master hand over"
        ))
    })?;
    need(!above.follows(master.key()), || {
        let (key, other) = (master.key(), above.key());
        refuse(format!(
            "{key} is a co-master of {other}, and its place is not taken by one that would follow one of both"
        ))
    })?;
    let own = way(replica, above, obtainable[0], is_below, terms)?;
    in_step(own, replica, master, terms)?;
    // It stands below the replica only once that has left.
    let theirs = way(master, replica, obtainable[1], false, terms)?;
    Ok([own, theirs])
}

/// A replica's master is to replicate from it, too. `other` is the master's own master as far as it is known.
///
/// # Errors
/// The first reason not to.
pub fn co_master(
    replica: Party<'_>,
    master: Party<'_>,
    other: Option<&Instance>,
    obtainable: Option<&Reached>,
    terms: Terms<'_>,
) -> Result<By, Refusal> {
    let (key, above) = (replica.key(), master.key());
    can_move(replica, terms.policy)?;
    need(
        !replica.row.is_group_secondary() && !master.row.is_group_secondary(),
        || {
            refuse(format!(
                "{key} or {above} is a secondary replication group member, hence, it cannot be relocated"
            ))
        },
    )?;
    need(!master.follows(key), || {
        refuse(format!("instance {key} is already co master of {above}"))
    })?;
    need(replica.look.reading.server.read_only, || {
        refuse(format!(
            "instance {key} is not read-only; first make it read-only before making it co-master"
        ))
        .hint(format!("`orchestrator set-read-only {key}`"))
    })?;
    one_channel(master)?;
    top_or_half_of_a_pair(master, other)?;
    can_replicate(master.row, replica.row, terms.policy)
        .map_err(|refusal| refuse(format!("{above} cannot replicate from {key}. Reason: {refusal}")))?;
    let uses_gtid = replica.look.channel().is_some_and(|channel| {
        (channel.oracle_gtid && has_oracle_gtid(master.look)) || (channel.mariadb_gtid && master.look.is_mariadb())
    });
    if !uses_gtid {
        need(!master.look.uses_gtid(), || {
            refuse(format!(
                "{above} uses GTID and {key} does not: by file and position it would fall out of GTID"
            ))
            .hint(format!(
                "`orchestrator enable-gtid {key}` where its servers have GTID, and then again"
            ))
        })?;
        return Ok(By::Position);
    }
    let case = Case {
        wish: super::relocate::Wish::ByGtid,
        replica: master.row,
        replica_look: master.look,
        master: replica.row,
        master_look: replica.look,
        obtainable,
        is_below: false,
        forced: terms.forced,
        policy: terms.policy,
    };
    by_gtid(&case).map(|()| By::Gtid)
}

/// A master that follows somebody else would leave that one, or close a ring of three with it.
fn top_or_half_of_a_pair(master: Party<'_>, other: Option<&Instance>) -> Result<(), Refusal> {
    let Some(channel) = master.look.channel().filter(|channel| is_set(channel)) else {
        return Ok(());
    };
    let (above, from) = (master.key(), &channel.status.master);
    let runs = channel.status.io_running || channel.status.sql_running;
    match other {
        Some(other) if other.replication.master == *above => {
            need(other.server.read_only || !other.check.is_valid(), || {
                refuse(format!(
                    "master {above} is already co-master with {from}, and {from} is alive, and not read-only; cannot \
                     proceed with demoting it. Please set it as read-only first"
                ))
            })
        }
        None if !runs => Ok(()),
        _ => Err(
            refuse(format!("{above} is not a real master; it replicates from: {from}")).hint(format!(
                "`orchestrator reset-replica {above}` makes it a master, where that is what it is to be"
            )),
        ),
    }
}

fn is_set(channel: &Channel) -> bool {
    !["", "_"].contains(&&*channel.status.master.hostname)
}

fn one_channel(party: Party<'_>) -> Result<(), Refusal> {
    let default = party.look.channel().filter(|channel| !channel.name.is_empty());
    default.or_else(|| party.look.other_channels().next()).map_or(Ok(()), |channel| {
        let key = party.key();
        Err(refuse(format!(
            "{key} replicates by a channel with a name, `{}`: which of its masters is meant cannot be told, and it is left \
             as it is",
            channel.name
        )))
    })
}

fn below_somebody(master: Party<'_>) -> Result<(), Refusal> {
    let key = master.key();
    need(master.look.channel().is_some_and(is_set), || {
        refuse(format!("master is not a replica itself: {key}"))
    })
}

/// By what a replica comes below a master, whatever would tell the place.
fn way(
    replica: Party<'_>,
    master: Party<'_>,
    obtainable: Option<&Reached>,
    is_below: bool,
    terms: Terms<'_>,
) -> Result<By, Refusal> {
    let case = Case {
        wish: super::relocate::Wish::Relocate,
        replica: replica.row,
        replica_look: replica.look,
        master: master.row,
        master_look: master.look,
        obtainable,
        is_below,
        forced: terms.forced,
        policy: terms.policy,
    };
    hazards(&case)?;
    if is_compatible(&case) {
        return by_gtid(&case).map(|()| By::Gtid);
    }
    let (key, to) = (replica.key(), master.key());
    need(!replica.look.uses_gtid(), || {
        refuse(format!(
            "{key} uses GTID and {to} does not: by file and position it would fall out of GTID"
        ))
        .hint(format!("`orchestrator disable-gtid {key}` first, where that is wanted"))
    })?;
    Ok(By::Position)
}

/// By position a replica leaves its master where that stands, which tells something only where everything that the
/// master applies goes to its binary log.
fn in_step(by: By, replica: Party<'_>, master: Party<'_>, terms: Terms<'_>) -> Result<By, Refusal> {
    if by == By::Gtid {
        return Ok(by);
    }
    let (key, from) = (replica.key(), master.key());
    can_replicate(replica.row, master.row, terms.policy)
        .map_err(|refusal| refuse(format!("{key} cannot replicate from {from}. Reason: {refusal}")))?;
    Ok(by)
}
