//! Old masters: after an unplanned failover they refuse writes as soon as they are seen.

use super::condition::{check_all, identity, identity_of};
use super::servers::Servers;
use crate::inventory::Fence;
use crate::model::change::ReadOnly;
use crate::model::observation::ContactKind;
use crate::model::plan::{Failing, Step};
use crate::model::{Change, Contact, Instance, InstanceKey, Timestamp};
use std::time::Duration;

/// How long one try may take.
const LIMIT: Duration = Duration::from_secs(4);

/// How long it may take to find out whether it is there.
const LOOK: Duration = Duration::from_secs(1);

/// Seconds by which a server's start may seem to lie after a fence that came later: both are told in whole ones.
const ROUNDED: i64 = 2;

/// Whether an old master refuses writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// It does, as was read back.
    Yes,
    /// It could not be reached; what happened.
    Unreachable(String),
    /// It is alive and refuses us, so that nobody can say whether it takes writes: UNFENCED. What happened.
    Refuses(String),
    /// It can be reached and takes writes: UNFENCED. What went wrong.
    Writable(String),
    /// Another server answers at its address, which is left alone; which.
    Another(String),
}

impl Fenced {
    /// What there is to say where it does not refuse writes, or nobody knows.
    pub fn trouble(&self, old: &InstanceKey) -> Option<String> {
        match self {
            Self::Yes => None,
            Self::Unreachable(why) => Some(format!(
                "UNFENCED: {old} could not be reached ({why}); it is made read-only as soon as a watcher sees it"
            )),
            Self::Refuses(why) => Some(format!(
                "UNFENCED: {old} is alive and refuses us ({why}), so it may take writes; it is made read-only as soon as it \
                 lets a watcher in"
            )),
            Self::Writable(why) => Some(format!("UNFENCED: {old} takes writes: {why}")),
            Self::Another(who) => Some(format!("another server answers at {old}, {who}; it was left alone")),
        }
    }
}

/// What there is to do where an old master answers that refused writes once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// Nothing: it refuses them, is another server, or has found its place in a topology.
    Nothing,
    /// It was started anew, with the settings of a master, and stands alone: it is fenced again.
    Fence,
    /// It takes writes, and that may be meant: somebody made it writable, or replicates from it. What there is to say.
    Tell(String),
}

/// What there is to do about an old master that was fenced; `row` is what it just said, `has_replicas` whether anybody is
/// known to replicate from it.
pub fn again(fence: &Fence, row: &Instance, has_replicas: bool, now: Timestamp) -> Again {
    let is_other = !fence.identity.is_empty() && fence.identity != identity_of(&row.server);
    if row.server.read_only || is_other || !row.replication.master.is_none() {
        return Again::Nothing;
    }
    let started = i64::try_from(row.server.uptime_seconds)
        .ok()
        .filter(|uptime| *uptime > 0);
    let is_after = |uptime: i64| fence.changed.is_some_and(|at| now.seconds_since(at) > uptime + ROUNDED);
    let is_restarted = started.is_some_and(is_after);
    if is_restarted && !has_replicas {
        return Again::Fence;
    }
    let (key, cluster) = (&fence.key, &fence.cluster);
    let how = match (is_restarted, has_replicas) {
        (true, _) => "it was restarted, and somebody replicates from it",
        (false, true) => "somebody made it writable and replicates from it",
        (false, false) => "somebody made it writable",
    };
    Again::Tell(format!(
        "UNFENCED: {key}, which was replaced as the master of {cluster}, takes writes again: {how}; `orchestrator \
         set-read-only {key}` ends that, `orchestrator rejoin {key}` makes it a replica, `orchestrator set-writeable {key}` \
         says that it is meant"
    ))
}

/// Makes an old master refuse writes, wherever it is; `known` is what tells it from another server at its address.
///
/// Where commits that wait for a semi-sync acknowledgement hold it back, client connections are ended. Semi-sync itself
/// is left as it is: switching it off would acknowledge writes that no replica has.
pub fn fence(servers: &dyn Servers, old: &InstanceKey, known: Option<&str>) -> Fenced {
    match servers.look(old, LOOK) {
        // Where commits wait even reading it may hang; who takes the connection is still there, and is told.
        Err(contact) if contact.kind == ContactKind::HungInQuery => {}
        Err(contact) => return unread(&contact),
        Ok(look) => {
            let found = identity(&look);
            if known.is_some_and(|known| known != found) {
                return Fenced::Another(found);
            }
            if look.reading.server.read_only && look.super_read_only != Some(false) {
                return Fenced::Yes;
            }
        }
    }
    let change = Change::SetReadOnly(ReadOnly {
        even_super: true,
        end_sessions: true,
    });
    let Err(untold) = servers.tell(old, &change, LIMIT) else {
        return Fenced::Yes;
    };
    match servers.look(old, LOOK) {
        Ok(look) if look.reading.server.read_only => Fenced::Yes,
        Ok(_) => Fenced::Writable(untold.said),
        Err(contact) if contact.kind == ContactKind::HungInQuery => Fenced::Writable(untold.said),
        Err(contact) => unread(&contact),
    }
}

fn unread(contact: &Contact) -> Fenced {
    if contact.kind.is_refusal_by_the_living() {
        Fenced::Refuses(contact.to_string())
    } else {
        Fenced::Unreachable(contact.to_string())
    }
}

/// One more try to reach a failed master: what kept it from answering, or who answers in its place. An error says that it
/// lives: it answers, or it refuses us, where the step stops for that.
///
/// # Errors
/// How it lives.
pub(super) fn last_look(servers: &dyn Servers, step: &Step, limit: Duration) -> Result<String, String> {
    let master = &step.target;
    match servers.look(master, limit) {
        Err(contact) if !contact.kind.is_refusal_by_the_living() => Ok(format!("it does not answer: {contact}")),
        Err(contact) if step.failing != Failing::Stops => Ok(format!("it is alive, but refuses us: {contact}")),
        Err(contact) => Err(format!(
            "{master} is alive, but refuses us ({contact}): it may take writes, and could not be made read-only"
        )),
        Ok(look) => match check_all(&step.before, &look) {
            Ok(()) => Err(format!("{master} is reachable and is the server that it was")),
            Err(otherwise) => Ok(otherwise),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::FenceState;

    const NOW: Timestamp = Timestamp(10_000);

    fn fenced_ago(seconds: i64) -> Fence {
        Fence {
            key: InstanceKey::new("m", 3306),
            uid: "1:aa".to_owned(),
            cluster: "m:3306".to_owned(),
            identity: "uuid-1".to_owned(),
            state: FenceState::Fenced,
            since: None,
            changed: Some(NOW.plus_seconds(-seconds)),
            said: String::new(),
        }
    }

    fn writable(uptime_seconds: u64) -> Instance {
        let mut row = Instance {
            key: InstanceKey::new("m", 3306),
            ..Instance::default()
        };
        row.server.uuid = "uuid-1".to_owned();
        row.server.uptime_seconds = uptime_seconds;
        row
    }

    #[test]
    fn an_old_master_that_was_restarted_with_a_masters_settings_is_fenced_again() {
        let said = |row: &Instance, has_replicas| again(&fenced_ago(100), row, has_replicas, NOW);
        assert_eq!(said(&writable(97), false), Again::Fence);
        // Somebody changed it since: that may be meant. So may what others replicate from; and nobody knows when one
        // started that does not say.
        for (uptime, has_replicas, how) in [
            (98, false, "somebody made it writable;"),
            (500, true, "somebody made it writable and replicates from it"),
            (97, true, "it was restarted, and somebody replicates from it"),
            (0, false, "somebody made it writable;"),
        ] {
            match said(&writable(uptime), has_replicas) {
                Again::Tell(text) => assert!(text.contains(how), "{text}"),
                other => panic!("{uptime}, {has_replicas}: {other:?}"),
            }
        }
        let (mut refuses, mut other, mut follows) = (writable(97), writable(97), writable(97));
        refuses.server.read_only = true;
        other.server.uuid = "uuid-2".to_owned();
        follows.replication.master = InstanceKey::new("n", 3306);
        for row in [refuses, other, follows] {
            assert_eq!(said(&row, false), Again::Nothing);
        }
    }
}
