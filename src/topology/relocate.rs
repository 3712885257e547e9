//! How a replica comes below another master: a table of rules, by what a command wishes. The first one that applies says
//! how, or why not.
//!
//! Replicas are moved by GTID only, or pointed anew at the master that they have. Where nothing but positions in binary
//! logs could tell where to go on, that is refused by name.
//!
//! Before any rule come the hazards, which no rule lifts.

use super::can_replicate::can_replicate;
use crate::config::Policy;
use crate::model::gtid::OracleSet;
use crate::model::{Instance, Look, Reached};
use std::fmt;

/// What a command wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Below another master, in whatever way serves: `relocate`.
    Relocate,
    /// Below another master by GTID or not at all: `move-gtid`.
    ByGtid,
    /// Pointed at a master from where it stands: `repoint`.
    Repoint,
    /// Positioned by GTID from now on, below the master that it has: `enable-gtid`.
    EnableGtid,
    /// Positioned by file and position from now on, below the master that it has: `disable-gtid`.
    DisableGtid,
}

/// From where on it replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// As it is set: by GTID.
    AsItIs,
    /// By Oracle GTID, which is switched on.
    OracleGtid,
    /// By MariaDB GTID, which is switched on.
    MariaDbGtid,
    /// From the position that it has executed, in the binary log of the master that it has.
    OwnCoordinates,
}

/// A replica and whom it is to follow, as both are now.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What is wished.
    pub wish: Wish,
    /// The replica as it is known.
    pub replica: &'a Instance,
    /// The replica as it was just seen.
    pub replica_look: &'a Look,
    /// The master to be, as it is known.
    pub master: &'a Instance,
    /// The master to be, as it was just seen.
    pub master_look: &'a Look,
    /// What the master to be has, has received, or can get from its own masters.
    pub obtainable: Option<&'a Reached>,
    /// The master to be stands below the replica.
    pub is_below: bool,
    /// Transactions that the replica alone has do not keep it.
    pub forced: bool,
    /// The policy.
    pub policy: &'a Policy,
}

/// How it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// The rule, for people.
    pub rule: &'static str,
    /// From where on.
    pub start: Start,
    /// Its master is another one afterwards.
    pub moves: bool,
}

/// Why it is not done: one sentence, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The sentence.
    pub sentence: String,
    /// What to do next; may be empty.
    pub hint: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}

pub(super) fn refuse(sentence: impl Into<String>) -> Refusal {
    Refusal {
        sentence: sentence.into(),
        hint: String::new(),
    }
}

impl Refusal {
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Says how a replica comes below a master.
///
/// # Errors
/// The first hazard or rule that refuses.
pub fn plan(case: &Case<'_>) -> Result<How, Refusal> {
    hazards(case)?;
    let fits = |rule: &&Rule| rule.wishes.contains(&case.wish) && (rule.applies)(case);
    let Some(rule) = RULES.iter().find(fits) else {
        return Err(too_complex(case, "no rule fits"));
    };
    let start = (rule.then)(case)?;
    Ok(How {
        rule: rule.sentence,
        start,
        moves: !is_its_master(case),
    })
}

/// What no rule lifts.
pub(super) fn hazards(case: &Case<'_>) -> Result<(), Refusal> {
    HAZARDS.iter().try_for_each(|hazard| hazard(case))
}

/// A replication group's secondary stays in it.
pub(super) fn stays_in_group(replica: &Instance) -> Result<(), Refusal> {
    need(!replica.is_group_secondary(), || {
        refuse(format!(
            "{} is a secondary replication group member, hence, it cannot be relocated",
            replica.key
        ))
    })
}

type Hazard = fn(&Case<'_>) -> Result<(), Refusal>;

/// In the order in which they are asked.
const HAZARDS: &[Hazard] = &[
    // Members of a group replicate by it, and have no channel of their own.
    |case| stays_in_group(case.replica),
    |case| {
        let (own, other) = (&case.replica.group.name, &case.master.group.name);
        need(own.is_empty() || own != other, || {
            refuse(format!(
                "{} is the primary of the replication group of {}, hence, it cannot be relocated below it",
                case.replica.key, case.master.key
            ))
        })
    },
    |case| {
        let key = &case.replica.key;
        need(case.replica_look.channel().is_some(), || {
            refuse(format!("instance is not a replica: {key}"))
        })
    },
    |case| {
        let other = case.replica_look.other_channels().next();
        let named = other.or_else(|| case.replica_look.channel().filter(|channel| !channel.name.is_empty()));
        named.map_or(Ok(()), |channel| {
            Err(refuse(format!(
                "{} replicates by a channel with a name, `{}`: which of its masters is meant cannot be told, and it is \
                 left as it is",
                case.replica.key, channel.name
            )))
        })
    },
    |case| {
        need(!case.is_below || is_its_master(case), || {
            refuse(format!("{} is a descendant of {}", case.master.key, case.replica.key))
                .hint("to follow it would be to follow itself; move the descendant elsewhere first")
        })
    },
    |case| {
        can_replicate(case.replica, case.master, case.policy).map_err(|refusal| {
            refuse(format!(
                "{} cannot replicate from {}. Reason: {refusal}",
                case.replica.key, case.master.key
            ))
        })
    },
    |case| {
        let servers = [case.replica, case.master];
        let found = servers.into_iter().find(|instance| instance.server.is_binlog_server);
        found.map_or(Ok(()), |server| {
            Err(too_complex(case, &format!("{} is a binlog server", server.key)))
        })
    },
];

/// One rule.
struct Rule {
    /// What it does, for people.
    sentence: &'static str,
    /// For which wishes.
    wishes: &'static [Wish],
    applies: fn(&Case<'_>) -> bool,
    then: fn(&Case<'_>) -> Result<Start, Refusal>,
}

/// The rules; of those for a wish the first that applies decides, and its refusal is final.
const RULES: &[Rule] = &[
    Rule {
        sentence: "it is pointed anew at the master that it has",
        wishes: &[Wish::Relocate, Wish::Repoint],
        applies: is_its_master,
        then: |case| {
            Ok(match case.replica_look.uses_gtid() {
                true => Start::AsItIs,
                false => Start::OwnCoordinates,
            })
        },
    },
    Rule {
        sentence: "it goes on by GTID",
        wishes: &[Wish::Relocate, Wish::ByGtid, Wish::Repoint],
        applies: is_compatible,
        then: |case| by_gtid(case).map(|()| Start::AsItIs),
    },
    Rule {
        sentence: "both without GTID for each other",
        wishes: &[Wish::ByGtid],
        applies: |_| true,
        then: |case| {
            let (key, to) = (&case.replica.key, &case.master.key);
            Err(
                refuse(format!("Instances {key}, {to} not GTID compatible or not using GTID"))
                    .hint(format!("`orchestrator enable-gtid {key}` where both have GTID")),
            )
        },
    },
    Rule {
        sentence: "a position means nothing in another master's binary log",
        wishes: &[Wish::Repoint],
        applies: |_| true,
        then: |case| {
            if case.forced {
                return Ok(Start::OwnCoordinates);
            }
            let (key, to) = (&case.replica.key, &case.master.key);
            let how = match case.replica_look.uses_gtid() {
                true => format!("uses GTID, which {to} does not"),
                false => "replicates by file and position".to_owned(),
            };
            Err(refuse(format!(
                "{key} {how}, and its position means nothing in the binary log of {to}"
            ))
            .hint("where both logs are the same, --force takes it there"))
        },
    },
    Rule {
        sentence: "Pseudo-GTID",
        wishes: &[Wish::Relocate],
        applies: |case| case.replica.gtid.pseudo && case.master.gtid.pseudo,
        then: |case| {
            Err(too_complex(
                case,
                "only Pseudo-GTID could match them, which this tool does not do",
            ))
        },
    },
    Rule {
        sentence: "siblings by file and position",
        wishes: &[Wish::Relocate],
        applies: |case| case.master_look.channel().map(master_of) == case.replica_look.channel().map(master_of),
        then: |case| Err(too_complex(case, BY_POSITION)),
    },
    Rule {
        sentence: "anything else",
        wishes: &[Wish::Relocate],
        applies: |_| true,
        then: |case| Err(too_complex(case, BY_POSITION)),
    },
    Rule {
        sentence: "it uses GTID from now on",
        wishes: &[Wish::EnableGtid],
        applies: |_| true,
        then: enable,
    },
    Rule {
        sentence: "it uses file and position from now on",
        wishes: &[Wish::DisableGtid],
        applies: |_| true,
        then: |case| match case.replica_look.uses_gtid() {
            true => Ok(Start::OwnCoordinates),
            false => Err(refuse(format!("{} does not use GTID", case.replica.key))),
        },
    },
];

/// Why positions do not serve.
const BY_POSITION: &str =
    "they do not both use GTID, and by file and position, or by Pseudo-GTID, this tool moves no replica";

pub(super) fn need(holds: bool, otherwise: impl FnOnce() -> Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn too_complex(case: &Case<'_>, why: &str) -> Refusal {
    let (key, to) = (&case.replica.key, &case.master.key);
    refuse(format!(
        "Relocating {key} below {to} turns to be too complex; please do it manually: {why}"
    ))
    .hint(format!(
        "`orchestrator enable-gtid {key}` where its servers have GTID, and then again"
    ))
}

fn master_of(channel: &crate::model::observation::Channel) -> &crate::model::InstanceKey {
    &channel.status.master
}

fn is_its_master(case: &Case<'_>) -> bool {
    let channel = case.replica_look.channel();
    case.replica.replication.master == case.master.key
        || channel.is_some_and(|channel| channel.status.master == case.master.key)
}

pub(super) fn has_oracle_gtid(look: &Look) -> bool {
    let mode = &look.reading.gtid_mode;
    !look.is_mariadb() && mode.to_ascii_uppercase().starts_with("ON")
}

/// Whether the replica positions itself by GTIDs that the master understands.
pub(super) fn is_compatible(case: &Case<'_>) -> bool {
    case.replica_look.channel().is_some_and(|channel| {
        (channel.oracle_gtid && has_oracle_gtid(case.master_look))
            || (channel.mariadb_gtid && case.master_look.is_mariadb())
    })
}

/// What keeps it from going on by GTID: what the master has purged, and what the replica alone has.
pub(super) fn by_gtid(case: &Case<'_>) -> Result<(), Refusal> {
    let (key, to) = (&case.replica.key, &case.master.key);
    let Some(own) = case.replica_look.executed() else {
        return Ok(());
    };
    if let Reached::Oracle(own) = &own {
        let purged = OracleSet::parse_lossy(&case.master_look.reading.gtid_purged).0;
        let purged = purged.subtract(own);
        need(purged.is_empty(), || {
            refuse(format!(
                "Instance {to} has purged GTID entries not found on {key}: {purged}"
            ))
            .hint(format!("rebuild {key} from a copy of {to}"))
        })?;
    }
    let errant = match (&own, case.obtainable) {
        // A MariaDB server that has executed nothing by GTID yet.
        (Reached::File(_), _) => None,
        (_, None) => Some(own.to_string()),
        (_, Some(obtainable)) => match obtainable.covers(&own) {
            Some(true) => None,
            Some(false) => obtainable.lacks(&own).map(|lack| lack.what),
            None => Some(own.to_string()),
        },
    };
    match errant.filter(|_| !case.forced) {
        None => Ok(()),
        Some(errant) => Err(refuse(format!(
            "{key} has transactions that {to} has not and cannot get from its masters: {errant}"
        ))
        .hint("--force moves it nevertheless; they stay on it alone")),
    }
}

fn enable(case: &Case<'_>) -> Result<Start, Refusal> {
    let (key, to) = (&case.replica.key, &case.master.key);
    need(!case.replica_look.uses_gtid(), || {
        refuse(format!("{key} already uses GTID"))
    })?;
    if case.replica_look.is_mariadb() && case.master_look.is_mariadb() {
        need(!case.replica_look.slave_pos.is_empty(), || {
            refuse(format!(
                "{key} has no gtid_slave_pos: it would begin again at the first transaction of {to}"
            ))
            .hint("set gtid_slave_pos to what BINLOG_GTID_POS() of the master says of its position")
        })?;
        return by_gtid(case).map(|()| Start::MariaDbGtid);
    }
    for look in [case.replica_look, case.master_look] {
        need(has_oracle_gtid(look), || {
            let mode = match look.reading.gtid_mode.as_str() {
                "" => "not there",
                mode => mode,
            };
            refuse(format!(
                "{key} cannot use GTID below {to}: gtid_mode of {} is {mode}",
                look.key
            ))
        })?;
    }
    by_gtid(case).map(|()| Start::OracleGtid)
}
