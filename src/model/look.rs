//! One server as a recovery sees it: what a probe reads, and what matters only to somebody who will change it.

use super::gtid::{MariaSet, OracleSet};
use super::observation::{Channel, Reading};
use super::reached::Reached;
use super::{Coordinates, InstanceKey};

/// A server that answered.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Look {
    /// Which server was asked.
    pub key: InstanceKey,
    /// What it said of itself.
    pub reading: Reading,
    /// `@@super_read_only`; `None` where the server has no such thing.
    pub super_read_only: Option<bool>,
    /// `@@event_scheduler` is on.
    pub runs_events: bool,
    /// MariaDB: `@@gtid_slave_pos`, how far the appliers have come.
    pub slave_pos: String,
    /// MariaDB: `@@gtid_binlog_pos`, where its own binary log ends.
    pub binlog_pos: String,
    /// MariaDB: `@@gtid_binlog_state`, everything that its binary log has held.
    pub binlog_state: String,
    /// The first binary log that it still has; empty where it was not asked or has none.
    pub first_binlog: String,
}

impl Look {
    /// Whether it is a MariaDB server.
    pub fn is_mariadb(&self) -> bool {
        self.reading.server.version.is_mariadb()
    }

    /// The default channel.
    pub fn channel(&self) -> Option<&Channel> {
        self.reading.default_channel()
    }

    /// Channels with names besides the default one.
    pub fn other_channels(&self) -> impl Iterator<Item = &Channel> {
        let default = self.channel().map(|channel| channel.name.as_str());
        self.reading
            .channels
            .iter()
            .filter(move |channel| Some(channel.name.as_str()) != default)
    }

    /// Whether it positions itself by either flavour of GTID.
    pub fn uses_gtid(&self) -> bool {
        self.channel()
            .is_some_and(|channel| channel.oracle_gtid || channel.mariadb_gtid)
    }

    /// Everything it has executed, by GTID where it has any: the set of Oracle GTIDs, or the further of MariaDB's applied
    /// and written positions in each domain. `None` for a server without GTID that replicates from nobody.
    pub fn executed(&self) -> Option<Reached> {
        if self.is_mariadb() {
            let position = self.mariadb_position();
            if !position.is_empty() {
                return Some(Reached::MariaDb(position));
            }
        } else if !self.reading.gtid_mode.is_empty() && !self.reading.gtid_mode.eq_ignore_ascii_case("OFF") {
            return Some(Reached::Oracle(OracleSet::parse_lossy(&self.reading.gtid_executed).0));
        }
        self.executed_file().map(|at| Reached::File(at.clone()))
    }

    /// Everything it has executed or received, applied or not.
    pub fn received(&self) -> Option<Reached> {
        let channel = self.channel();
        let retrieved = channel.map_or("", |channel| channel.retrieved_gtid.as_str());
        match self.executed()? {
            Reached::Oracle(executed) => Some(Reached::Oracle(executed.union(&OracleSet::parse_lossy(retrieved).0))),
            Reached::MariaDb(executed) => Some(Reached::MariaDb(executed.merge(&MariaSet::parse_lossy(retrieved).0))),
            Reached::File(_) => channel.map(|channel| Reached::File(channel.status.read.clone())),
        }
    }

    /// How far its receiver has read in its master's binary log.
    pub fn received_file(&self) -> Option<&Coordinates> {
        self.channel()
            .map(|channel| &channel.status.read)
            .filter(|at| !at.is_none())
    }

    /// How far its applier has come in its master's binary log.
    pub fn executed_file(&self) -> Option<&Coordinates> {
        self.channel()
            .map(|channel| &channel.status.executed)
            .filter(|at| !at.is_none())
    }

    /// Whether everything that it received is applied, in the terms of its master's binary log: true for a server that
    /// replicates from nobody.
    pub fn has_applied_everything(&self) -> bool {
        if !self.uses_gtid() && self.received_file() != self.executed_file() {
            return false;
        }
        match (self.received(), self.executed()) {
            (Some(received), Some(executed)) => executed.covers(&received).unwrap_or(false),
            _ => self.received_file() == self.executed_file(),
        }
    }

    fn mariadb_position(&self) -> MariaSet {
        let parse = |text: &str| MariaSet::parse_lossy(text).0;
        parse(&self.slave_pos).merge(&parse(&self.binlog_pos))
    }
}
