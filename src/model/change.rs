//! What one server can be told to do: a closed set. Why a change is wanted, and whether it is safe now, is the plan's
//! business; how it is said to which server, the probe's.

use super::pseudo_gtid::PseudoGtid;
use super::{Coordinates, InstanceKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change of one server.
///
/// Threads are those of the default channel or connection; channels with names are left alone. The receiver is the IO
/// thread, the applier the SQL thread.
///
/// Every change is told by statements that do no harm when they are told twice: one that was begun and of which nobody
/// knows whether it came about is told again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Stops the receiver. One that stands already is left as it is.
    StopReceiver,
    /// Starts the receiver. One that runs already is left as it is.
    StartReceiver,
    /// Stops and starts the receiver, in one packet where the server takes several statements: then it starts again by
    /// itself whatever becomes of this process, the network or the deadline in the meantime.
    ///
    /// A restart on MariaDB with GTID discards the relay logs that are not applied yet; callers leave such replicas out.
    RestartReceiver,
    /// Stops the applier.
    StopApplier,
    /// Starts the applier.
    StartApplier,
    /// Stops both threads.
    StopReplication,
    /// Starts both threads.
    StartReplication,
    /// Stops and starts both threads, in one packet where the server takes several statements, as
    /// [`Change::RestartReceiver`] does.
    RestartReplication,
    /// Starts both threads; the applier stops by itself at this position in its master's binary log.
    StartUntil(Coordinates),
    /// Writes an entry to the binary log by which positions of servers without GTID can be matched. Refused where
    /// `read_only` is on, which is looked at just before. Whether the server is its cluster's master, and whether its
    /// replicas need entries, is for the caller to know.
    InjectPseudoGtid(PseudoGtid),
    /// Makes it refuse writes, and reads back that it does.
    SetReadOnly(ReadOnly),
    /// Makes it take writes, and reads back that it does.
    SetWritable,
    /// Makes it replicate from another master, with every option of the channel that it had. Both threads must stand.
    PointTo(Pointing),
    /// Makes it replicate again as it did before it was pointed elsewhere. Both threads must stand.
    PointBack(Return),
    /// Makes it forget its master, positions and relay logs: RESET REPLICA ALL. Both threads are stopped first.
    ForgetMaster,
    /// Breaks its master's host on purpose (`//host`), so that it replicates from nobody and remembers from whom.
    Detach,
    /// Mends what [`Change::Detach`] broke.
    Reattach,
    /// Passes over the one transaction that has this Oracle GTID, by an empty one in its place. A server that has it already
    /// stays as it is.
    SkipGtid(String),
    /// Starts both threads, and the applier, which must stand, passes over the next event group: in one packet where the
    /// server takes several statements, so that no later start does so unawares.
    SkipNext,
    /// Empties the binary logs and sets what counts as executed. Replication must stand, and nobody may replicate from it.
    RewriteGtids(Rewriting),
    /// Switches the semi-sync master side on or off, by the names of the plugin that is loaded.
    SemiSyncMaster(bool),
    /// Switches the semi-sync replica side on or off, and restarts a running receiver, which is when it takes effect.
    SemiSyncReplica(bool),
}

/// How a server is made to refuse writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOnly {
    /// Also for accounts that may write to a read-only server: `super_read_only`, MySQL 5.7 and later. Servers without it
    /// get `read_only` alone.
    pub even_super: bool,
    /// Where commits that wait hold it back for a second, client connections are ended (replication's are not) and it
    /// is tried once more.
    pub end_sessions: bool,
}

/// What counts as executed on a server, by Oracle GTID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewriting {
    /// What does from then on.
    pub keep: String,
    /// What does so far, and does not any more. A server that has none of it and all that is kept stays as it is.
    pub drop: String,
    /// Only carries to its end what was begun: a server that has all of both stays as it is, too.
    pub only_finishes: bool,
}

/// How a server is made to replicate from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointing {
    /// The new master.
    pub master: InstanceKey,
    /// From where on.
    pub from: From,
    /// Whose user, password, TLS and key options to use where the server itself has no channel, as a demoted master has
    /// none. The password is read just before, and is never written anywhere.
    pub login_of: Option<InstanceKey>,
}

/// How a server is pointed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Whom it replicated from, and from where on.
    pub to: Pointing,
    /// Whom it had been pointed at.
    pub away: InstanceKey,
    /// From where on, where it was by position. One that has applied more since stays where it is: its position in the
    /// log of its former master is not known any more, and what it has applied it would apply again.
    pub at: Option<Coordinates>,
}

/// From where on a server replicates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// As the channel is set: it positions itself by GTID.
    AsItIs,
    /// By Oracle GTID, which is switched on: `SOURCE_AUTO_POSITION=1`.
    OracleGtid,
    /// By MariaDB GTID, from `gtid_slave_pos`, which is first set to this position where one is given: a demoted master
    /// has none of its own.
    MariaDbGtid(Option<String>),
    /// From a position in the master's binary log; GTID positioning is switched off.
    Coordinates(Coordinates),
}

impl Change {
    /// What is being done, for messages.
    pub fn words(&self) -> &'static str {
        match self {
            Self::StopReceiver => "stopping the receiver",
            Self::StartReceiver => "starting the receiver",
            Self::RestartReceiver => "restarting the receiver",
            Self::StopApplier => "stopping the applier",
            Self::StartApplier => "starting the applier",
            Self::StopReplication => "stopping replication",
            Self::StartReplication => "starting replication",
            Self::RestartReplication => "restarting replication",
            Self::StartUntil(_) => "starting replication until a position",
            Self::InjectPseudoGtid(_) => "injecting a Pseudo-GTID entry",
            Self::SetReadOnly(_) => "making it read-only",
            Self::SetWritable => "making it writable",
            Self::PointTo(_) => "changing its master",
            Self::PointBack(_) => "changing its master back",
            Self::ForgetMaster => "making it forget its master",
            Self::Detach => "detaching it from its master",
            Self::Reattach => "attaching it to its master again",
            Self::SkipGtid(_) => "skipping a transaction",
            Self::SkipNext => "skipping the next transaction",
            Self::RewriteGtids(_) => "emptying its binary logs and setting what it has executed",
            Self::SemiSyncMaster(true) => "switching the semi-sync master side on",
            Self::SemiSyncMaster(false) => "switching the semi-sync master side off",
            Self::SemiSyncReplica(true) => "switching the semi-sync replica side on",
            Self::SemiSyncReplica(false) => "switching the semi-sync replica side off",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PointTo(pointing) => write!(f, "making it replicate from {}", pointing.master),
            Self::PointBack(back) => write!(f, "making it replicate from {} again", back.to.master),
            Self::StartUntil(at) => write!(f, "starting replication until {at}"),
            Self::SkipGtid(gtid) => write!(f, "skipping {gtid}"),
            other => f.write_str(other.words()),
        }
    }
}
