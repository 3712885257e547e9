//! A replication group as one member's row shows it.

use super::names::Names;
use crate::model::instance::Group;
use crate::model::observation::{GroupMember, GroupReading};
use crate::model::{Fleet, InstanceKey, Timestamp};

const PRIMARY: &str = "PRIMARY";

/// Turns what a member says of its group into the row's fields.
///
/// The member's own line is the one with its uuid; without one it takes no part in the group. Groups in multi-primary mode
/// are not supported and count as none. Where no primary is seen, the last one known of the same group is kept.
pub(super) fn group_of(
    reading: &GroupReading,
    own_key: &InstanceKey,
    own_uuid: &str,
    fleet: &Fleet,
    names: &Names,
    now: Timestamp,
) -> Result<Group, String> {
    if !reading.single_primary {
        return Err(format!(
            "{own_key} is a member of group {} in multi-primary mode, which is not supported: it is treated as no member",
            reading.name
        ));
    }
    let is_own = |member: &GroupMember| !own_uuid.is_empty() && member.uuid.eq_ignore_ascii_case(own_uuid);
    let Some(own) = reading.members.iter().find(|member| is_own(member)) else {
        return Ok(Group::default());
    };
    let key_of = |member: &GroupMember| names.canonical(&InstanceKey::new(&member.host, member.port), now);
    let others = reading.members.iter().filter(|member| !is_own(member));
    let mut members: Vec<InstanceKey> = others
        .clone()
        .map(key_of)
        .filter(|key| key.is_valid() && key != own_key)
        .collect();
    members.sort();
    members.dedup();
    let primary = if own.role == PRIMARY {
        own_key.clone()
    } else {
        let seen = others
            .clone()
            .find(|member| member.role == PRIMARY)
            .map(key_of)
            .filter(InstanceKey::is_valid);
        seen.or_else(|| last_primary(fleet, &reading.name)).unwrap_or_default()
    };
    Ok(Group {
        name: reading.name.clone(),
        single_primary: true,
        state: own.state.clone(),
        role: own.role.clone(),
        members,
        primary,
    })
}

/// The primary that the row of a group's last known primary names; the smallest key where several rows claim to be it.
fn last_primary(fleet: &Fleet, group_name: &str) -> Option<InstanceKey> {
    let claims = fleet
        .instances()
        .iter()
        .filter(|i| i.group.role == PRIMARY && i.group.name == group_name);
    claims
        .map(|i| i.group.primary.clone())
        .filter(|key| !key.is_none())
        .min()
}
