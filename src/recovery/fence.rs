//! Old masters: after an unplanned failover they refuse writes as soon as they are seen.

use super::condition::{check_all, identity};
use super::servers::Servers;
use crate::model::change::ReadOnly;
use crate::model::observation::ContactKind;
use crate::model::plan::{Failing, Step};
use crate::model::{Change, Contact, InstanceKey};
use std::time::Duration;

/// How long one try may take.
const LIMIT: Duration = Duration::from_secs(4);

/// How long it may take to find out whether it is there.
const LOOK: Duration = Duration::from_secs(1);

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
