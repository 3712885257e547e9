//! What is known of a master and of its replicas' connections to it, as the witness looks at it.

use crate::model::instance::{Replication, ThreadState};
use crate::model::{Fleet, Instance, InstanceKey};
use std::collections::HashMap;
use std::time::Duration;

/// What a stored row does not hold of a replica's last answer.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    /// When the question was put. What it tells is no older.
    pub began: Duration,
    /// Number of the receiver's last error; 0 for none.
    pub error_number: u32,
    /// The server's own word for when that error came about; empty where it gives none. Only compared, never read.
    pub error_time: String,
    /// When that error came about, where the server's clock tells how long ago that was.
    pub failed_at: Option<Duration>,
}

/// A replica as last seen.
#[derive(Clone, Debug)]
pub struct ReplicaSeen<'a> {
    /// Which.
    pub key: &'a InstanceKey,
    /// Its last report; `None` while it does not answer.
    pub report: Option<&'a Report>,
    /// Its silence; `None` when it answered the last attempt to ask it.
    pub silence: Option<Silence>,
    /// Its replication by that report.
    pub replication: &'a Replication,
    /// It positions itself by MariaDB GTID, so that a restart discards its relay logs.
    pub mariadb_gtid: bool,
    /// It acknowledges commits of a semi-sync master.
    pub acknowledges: bool,
    /// Somebody is working on it: it is not to be asked.
    pub locked: bool,
}

/// A span in which a server is known not to have answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Beginning of the first attempt to ask since the last answer.
    pub since: Duration,
    /// Beginning of the last attempt that failed at once; now, while one hangs; the end of the last that hung.
    pub until: Duration,
}

impl Silence {
    /// Whether it is known to have lasted this long: one failed attempt tells of one moment only.
    pub(super) fn has_lasted(&self, span: Duration) -> bool {
        self.until >= self.since + span
    }
}

/// A master with its replicas as last seen.
#[derive(Clone, Debug)]
pub struct MasterSeen<'a> {
    /// Which.
    pub key: &'a InstanceKey,
    /// The rules take it for unreachable.
    pub unreachable: bool,
    /// Its silence; `None` when it answered the last attempt to ask it.
    pub silence: Option<Silence>,
    /// Acknowledgements a commit waits for; 0 where semi-sync is not in effect.
    pub wait_count: u32,
    /// Acknowledgers connected when it last answered.
    pub clients: u32,
    /// All its replicas.
    pub replicas: Vec<ReplicaSeen<'a>>,
}

impl<'a> MasterSeen<'a> {
    /// Its silence, where it is unreachable.
    pub(super) fn unreachable_silence(&self) -> Option<Silence> {
        self.silence.filter(|_| self.unreachable)
    }

    /// Looks at a master in a fleet. A replica without a report, or whose last check failed, does not answer.
    pub fn of(
        fleet: &'a Fleet,
        master: &'a Instance,
        unreachable: bool,
        silences: &HashMap<InstanceKey, Silence>,
        reports: &'a HashMap<InstanceKey, Report>,
    ) -> Self {
        let semi_sync = &master.semi_sync;
        let in_effect = semi_sync.master_enabled && semi_sync.master_status;
        let seen = |replica: &'a Instance| ReplicaSeen {
            key: &replica.key,
            report: reports.get(&replica.key).filter(|_| replica.check.is_valid()),
            replication: &replica.replication,
            silence: silences.get(&replica.key).copied(),
            mariadb_gtid: replica.gtid.mariadb,
            acknowledges: replica.semi_sync.replica_enabled,
            locked: false,
        };
        let known_as = fleet.resolved(&master.key);
        let mut replicas: Vec<_> = fleet.replicas_of(&known_as).map(seen).collect();
        replicas.sort_by(|a, b| a.key.cmp(b.key));
        Self {
            key: &master.key,
            unreachable,
            silence: silences.get(&master.key).copied(),
            wait_count: if in_effect { semi_sync.master_wait_count } else { 0 },
            clients: semi_sync.master_clients,
            replicas,
        }
    }
}

/// How a replica stands to its master, by its own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// The receiver runs, or believes so.
    Running,
    /// The receiver tries to connect, or waits before it tries again.
    Trying,
    /// The receiver does not try.
    Stopped,
}

impl ReplicaSeen<'_> {
    pub(super) fn stand(&self) -> Stand {
        match self.replication.io_state {
            _ if self.replication.io_running => Stand::Running,
            ThreadState::Running => Stand::Running,
            ThreadState::Other => Stand::Trying,
            ThreadState::Stopped | ThreadState::None => Stand::Stopped,
        }
    }

    /// A restart of its receiver loses nothing that it has, and it goes on replicating afterwards.
    pub(super) fn may_restart(&self) -> bool {
        self.report.is_some()
            && !self.locked
            && !self.mariadb_gtid
            && self.replication.sql_running
            && self.stand() != Stand::Stopped
    }

    /// It did not answer earlier on, and has not been asked since that moment.
    pub(super) fn is_unheard_since(&self, moment: Duration) -> bool {
        self.report.is_none() && self.silence.is_none_or(|silence| silence.until < moment)
    }

    pub(super) fn error(&self) -> Option<ErrorMark> {
        let report = self.report.filter(|report| report.error_number != 0)?;
        Some(ErrorMark {
            number: report.error_number,
            time: report.error_time.clone(),
            text: self.replication.last_io_error.clone(),
        })
    }
}

/// An error of a receiver, told apart from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ErrorMark {
    number: u32,
    time: String,
    text: String,
}

impl ErrorMark {
    /// Whether the error was made by the master: one that refuses a login, or a position, is alive.
    ///
    /// Numbers from 2000 on are the client's own; among the server's there are those of a connection that broke, and
    /// of a server that is going down.
    pub(super) fn is_from_master(&self) -> bool {
        let broken = matches!(self.number, 1053 | 1077..=1080 | 1152 | 1158..=1161 | 1184 | 1317 | 1927);
        (1000..2000).contains(&self.number) && !broken
    }

    pub(super) fn is_about_connection(&self) -> bool {
        self.is_from_master() || self.number < 3000
    }
}
