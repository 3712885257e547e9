//! Identity, settings, GTID sets and the end of the binary log.

use crate::model::observation::Reading;
use crate::model::{Coordinates, Look, Version};
use crate::probe::wire::{ResultSet, Row};
use std::borrow::Cow;

/// Settings by name, from one row of columns or from rows of names and values.
struct Named<'a> {
    set: &'a ResultSet,
    by_column: bool,
}

impl<'a> Named<'a> {
    fn new(set: &'a ResultSet) -> Self {
        Self {
            set,
            by_column: !set.shape().name(0).eq_ignore_ascii_case("Variable_name"),
        }
    }

    fn find(&self, name: &str) -> Option<(Row<'a>, usize)> {
        if self.by_column {
            return Some((self.set.first()?, self.set.shape().find(name)?));
        }
        let row = self
            .set
            .rows()
            .find(|row| row.bytes(0).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes())))?;
        Some((row, 1))
    }

    fn text(&self, name: &str) -> Cow<'a, str> {
        self.find(name).map_or(Cow::Borrowed(""), |(row, at)| row.text(at))
    }

    fn number<T: std::str::FromStr + Default>(&self, name: &str) -> T {
        self.find(name).and_then(|(row, at)| row.number(at)).unwrap_or_default()
    }

    fn is_on(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(row, at)| row.is_on(at))
    }
}

/// The version that the settings tell.
pub(in crate::probe) fn version_of(set: &ResultSet) -> Option<Version> {
    Named::new(set)
        .find("version")
        .map(|(row, at)| Version::new(row.text(at)))
}

/// What the server's clock showed, in its system time zone; empty where it was not asked.
pub(super) fn time_of(set: &ResultSet) -> Cow<'_, str> {
    Named::new(set).text("server_time")
}

/// Whether the settings say that the performance schema is switched off; its tables are empty then.
pub(in crate::probe) fn performance_schema_is_off(set: &ResultSet) -> bool {
    Named::new(set)
        .find("performance_schema")
        .is_some_and(|(row, at)| !row.is_on(at))
}

/// Reads the settings; `version` is what is known of it from elsewhere, for servers that do not tell here.
pub(super) fn read(set: &ResultSet, version: Option<&Version>, reading: &mut Reading) {
    let named = Named::new(set);
    reading.hostname = named.text("hostname").into_owned();
    reading.report_host = named.text("report_host").into_owned();
    reading.report_port = named.number("report_port");
    let server = &mut reading.server;
    server.id = named.number("server_id");
    server.version = match version {
        Some(version) => version.clone(),
        None => Version::new(named.text("version")),
    };
    server.major_version = server.version.major();
    server.version_comment = named.text("version_comment").into_owned();
    server.is_binlog_server = server.version.is_maxscale();
    // MariaDB 12 has further words for on, such as NO_LOCK.
    server.read_only = !matches!(named.text("read_only").to_ascii_uppercase().as_str(), "" | "0" | "OFF");
    let binlog = &mut reading.binlog;
    binlog.enabled = named.is_on("log_bin");
    binlog.format = named.text("binlog_format").into_owned();
    binlog.logs_replica_updates = named.is_on("log_replica_updates") || named.is_on("log_slave_updates");
}

/// Reads uuid, GTID sets and row image.
pub(super) fn read_gtid(set: &ResultSet, reading: &mut Reading) {
    let named = Named::new(set);
    reading.server.uuid = named.text("server_uuid").into_owned();
    reading.gtid_mode = named.text("gtid_mode").into_owned();
    reading.gtid_executed = named.text("gtid_executed").into_owned();
    reading.gtid_purged = named.text("gtid_purged").into_owned();
    reading.binlog.row_image = named.text("binlog_row_image").into_owned();
}

/// Reads what only somebody wants to know who will change the server.
pub(in crate::probe) fn particulars(set: &ResultSet, look: &mut Look) {
    let named = Named::new(set);
    look.super_read_only = named.find("super_read_only").map(|(row, at)| row.is_on(at));
    look.runs_events = named.is_on("event_scheduler");
    look.slave_pos = named.text("gtid_slave_pos").into_owned();
    look.binlog_pos = named.text("gtid_binlog_pos").into_owned();
    look.binlog_state = named.text("gtid_binlog_state").into_owned();
}

/// Reads where the binary log ends.
pub(super) fn read_binlog_end(set: &ResultSet, reading: &mut Reading) {
    let named = Named::new(set);
    reading.binlog.end = Coordinates::new(named.text("File"), named.number("Position"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_and_a_list_read_alike() {
        let row = ResultSet::of(
            &[
                "version",
                "hostname",
                "report_host",
                "report_port",
                "server_id",
                "read_only",
                "log_bin",
                "log_slave_updates",
            ],
            &[&[
                Some("5.7.44-log"),
                Some("db1"),
                None,
                Some("3307"),
                Some("4294967295"),
                Some("1"),
                Some("1"),
                Some("0"),
            ]],
        );
        let list = ResultSet::of(
            &["Variable_name", "Value"],
            &[
                &[Some("version"), Some("5.7.44-log")],
                &[Some("hostname"), Some("db1")],
                &[Some("report_host"), Some("")],
                &[Some("report_port"), Some("3307")],
                &[Some("server_id"), Some("4294967295")],
                &[Some("read_only"), Some("ON")],
                &[Some("log_bin"), Some("ON")],
                &[Some("log_slave_updates"), Some("OFF")],
            ],
        );
        let read = |set| {
            let mut reading = Reading::default();
            super::read(set, None, &mut reading);
            reading
        };
        let reading = read(&row);
        assert_eq!(reading, read(&list));
        assert_eq!(
            (
                reading.hostname.as_str(),
                reading.report_host.as_str(),
                reading.report_port
            ),
            ("db1", "", 3307)
        );
        assert_eq!(
            (reading.server.id, reading.server.major_version.as_str()),
            (u32::MAX, "5.7")
        );
        assert!(reading.server.read_only && reading.binlog.enabled && !reading.binlog.logs_replica_updates);
    }
}
