//! The register of running programs. Others judge by it whose locks and recoveries are alive.

use super::maintenance::NodeId;
use super::{Inventory, Result, stamp};
use crate::model::Timestamp;

/// What a running program says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NodeReport {
    /// Which one.
    pub id: NodeId,
    /// `CLIMode` or `HttpMode`.
    pub mode: String,
    /// The command it runs.
    pub command: String,
    /// Its version.
    pub app_version: String,
    /// The inventory it uses.
    pub backend: String,
}

/// A registered program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveNode {
    /// What it said.
    pub report: NodeReport,
    /// When it registered first.
    pub first_seen: Option<Timestamp>,
    /// When it registered last.
    pub last_seen: Option<Timestamp>,
}

impl Inventory {
    /// Registers a running program, or says that it still runs. One that holds locks or recoveries does so each second.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn register_node(&self, node: &NodeReport, now: Timestamp) -> Result<()> {
        self.write("register this program", |conn| {
            let id = &node.id;
            conn.prepare_cached(
                "INSERT INTO node_health
                 (hostname, token, last_seen_active, extra_info, command, app_version, first_seen_active, db_backend,
                  incrementing_indicator)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3, ?7, 1)
                 ON CONFLICT (hostname, token) DO UPDATE
                 SET last_seen_active = excluded.last_seen_active, extra_info = excluded.extra_info,
                     command = excluded.command, app_version = excluded.app_version, db_backend = excluded.db_backend,
                     incrementing_indicator = incrementing_indicator + 1",
            )?
            .execute((
                &id.hostname,
                &id.token,
                stamp(now),
                &node.mode,
                &node.command,
                &node.app_version,
                &node.backend,
            ))?;
            conn.prepare_cached(
                "INSERT OR IGNORE INTO node_health_history
                 (hostname, token, first_seen_active, extra_info, command, app_version) VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                &id.hostname,
                &id.token,
                stamp(now),
                &node.mode,
                &node.command,
                &node.app_version,
            ))
            .map(|_| ())
        })
    }

    /// Removes a program from the register, because it ends.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn deregister_node(&self, id: &NodeId) -> Result<()> {
        self.write("deregister this program", |conn| {
            let sql = "DELETE FROM node_health WHERE hostname = ? AND token = ?";
            conn.execute(sql, [&id.hostname, &id.token]).map(|_| ())
        })
    }

    /// Programs that registered at or after a moment, by host and token.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn nodes(&self, since: Timestamp) -> Result<Vec<LiveNode>> {
        let columns = [
            "hostname",
            "token",
            "extra_info",
            "command",
            "app_version",
            "db_backend",
            "first_seen_active",
            "last_seen_active",
        ];
        let rest = "WHERE last_seen_active >= ? ORDER BY hostname, token";
        self.list(
            "read the register of programs",
            "node_health",
            &columns,
            rest,
            [stamp(since)],
            |cells| {
                let id = NodeId {
                    hostname: cells.text(0),
                    token: cells.text(1),
                };
                let report = NodeReport {
                    id,
                    mode: cells.text(2),
                    command: cells.text(3),
                    app_version: cells.text(4),
                    backend: cells.text(5),
                };
                Some(LiveNode {
                    report,
                    first_seen: cells.time(6),
                    last_seen: cells.time(7),
                })
            },
        )
    }
}
