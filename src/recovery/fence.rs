//! Old masters: after an unplanned failover they refuse writes as soon as they are seen.

use super::condition::identity;
use super::servers::Servers;
use crate::model::change::ReadOnly;
use crate::model::observation::ContactKind;
use crate::model::{Change, InstanceKey};
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
        Err(contact) => return Fenced::Unreachable(contact.to_string()),
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
        Err(contact) => Fenced::Unreachable(contact.to_string()),
    }
}
