//! Rows of the replica status into channels, in the words of every generation.

use crate::model::instance::{Replication, ThreadState};
use crate::model::observation::{Channel, StatusRow};
use crate::model::{Coordinates, InstanceKey};
use crate::probe::quote::quote;
use crate::probe::wire::{ResultSet, Row, Shape};
use std::sync::Arc;

/// Each column by its old and its new name (MySQL since 8.0.22); [`Column`] gives the places.
const NAMES: [(&str, &str); 30] = [
    ("Channel_Name", "Connection_name"),
    ("Master_Host", "Source_Host"),
    ("Master_Port", "Source_Port"),
    ("Master_User", "Source_User"),
    ("Master_UUID", "Source_UUID"),
    ("Slave_IO_Running", "Replica_IO_Running"),
    ("Slave_SQL_Running", "Replica_SQL_Running"),
    ("Master_Log_File", "Source_Log_File"),
    ("Read_Master_Log_Pos", "Read_Source_Log_Pos"),
    ("Relay_Master_Log_File", "Relay_Source_Log_File"),
    ("Exec_Master_Log_Pos", "Exec_Source_Log_Pos"),
    ("Relay_Log_File", ""),
    ("Relay_Log_Pos", ""),
    ("Last_IO_Error", ""),
    ("Last_SQL_Error", ""),
    ("Last_IO_Errno", ""),
    ("Seconds_Behind_Master", "Seconds_Behind_Source"),
    ("SQL_Delay", ""),
    ("Master_SSL_Allowed", "Source_SSL_Allowed"),
    ("Auto_Position", ""),
    ("Using_Gtid", ""),
    ("Retrieved_Gtid_Set", ""),
    ("Gtid_IO_Pos", ""),
    ("Replicate_Do_DB", ""),
    ("Replicate_Ignore_DB", ""),
    ("Replicate_Do_Table", ""),
    ("Replicate_Ignore_Table", ""),
    ("Replicate_Wild_Do_Table", ""),
    ("Replicate_Wild_Ignore_Table", ""),
    ("Last_IO_Error_Timestamp", ""),
];

/// Places in [`NAMES`].
mod column {
    pub(super) const NAME: usize = 0;
    pub(super) const HOST: usize = 1;
    pub(super) const PORT: usize = 2;
    pub(super) const USER: usize = 3;
    pub(super) const UUID: usize = 4;
    pub(super) const IO_RUNNING: usize = 5;
    pub(super) const SQL_RUNNING: usize = 6;
    pub(super) const READ_FILE: usize = 7;
    pub(super) const READ_POSITION: usize = 8;
    pub(super) const EXECUTED_FILE: usize = 9;
    pub(super) const EXECUTED_POSITION: usize = 10;
    pub(super) const RELAY_FILE: usize = 11;
    pub(super) const RELAY_POSITION: usize = 12;
    pub(super) const IO_ERROR: usize = 13;
    pub(super) const SQL_ERROR: usize = 14;
    pub(super) const IO_ERRNO: usize = 15;
    pub(super) const SECONDS_BEHIND: usize = 16;
    pub(super) const SQL_DELAY: usize = 17;
    pub(super) const TLS: usize = 18;
    pub(super) const AUTO_POSITION: usize = 19;
    pub(super) const USING_GTID: usize = 20;
    pub(super) const RETRIEVED: usize = 21;
    pub(super) const IO_GTID: usize = 22;
    pub(super) const FIRST_FILTER: usize = 23;
    pub(super) const LAST_FILTER: usize = 28;
    pub(super) const IO_ERROR_TIME: usize = 29;
}

/// Where the columns are in the answers of one server; found once per shape.
#[derive(Clone, Debug, Default)]
pub(in crate::probe) struct StatusColumns {
    shape: Option<Arc<Shape>>,
    places: [Option<u16>; NAMES.len()],
}

impl StatusColumns {
    fn fit(&mut self, shape: &Arc<Shape>) {
        if self.shape.as_ref().is_some_and(|known| Arc::ptr_eq(known, shape)) {
            return;
        }
        for (place, (old, new)) in self.places.iter_mut().zip(NAMES) {
            let at = shape
                .find(old)
                .or_else(|| if new.is_empty() { None } else { shape.find(new) });
            *place = at.and_then(|at| u16::try_from(at).ok());
        }
        self.shape = Some(Arc::clone(shape));
    }
}

/// One status row with its columns by place.
struct Status<'a> {
    row: Row<'a>,
    columns: &'a StatusColumns,
}

impl Status<'_> {
    fn at(&self, column: usize) -> Option<usize> {
        self.columns.places[column].map(usize::from)
    }

    fn bytes(&self, column: usize) -> &[u8] {
        self.at(column).and_then(|at| self.row.bytes(at)).unwrap_or(b"")
    }

    fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.bytes(column)).into_owned()
    }

    fn number<T: std::str::FromStr>(&self, column: usize) -> Option<T> {
        self.row.number(self.at(column)?)
    }

    fn coordinates(&self, file: usize, position: usize) -> Coordinates {
        Coordinates::new(self.text(file), self.number(position).unwrap_or(0))
    }

    fn master(&self) -> InstanceKey {
        let host = self.bytes(column::HOST);
        if host.is_empty() {
            return InstanceKey::default();
        }
        InstanceKey::new(String::from_utf8_lossy(host), self.number(column::PORT).unwrap_or(0))
    }

    fn replication(&self) -> Replication {
        let thread = |column| ThreadState::from_server(&String::from_utf8_lossy(self.bytes(column)));
        let (io_state, sql_state) = (thread(column::IO_RUNNING), thread(column::SQL_RUNNING));
        // A lag below nothing comes from clocks that differ.
        let seconds_behind = self
            .number::<i64>(column::SECONDS_BEHIND)
            .map(|s| u64::try_from(s).unwrap_or(0));
        Replication {
            master: self.master(),
            // MariaDB and MySQL before 5.6 do not tell.
            master_uuid: if self.at(column::UUID).is_some() {
                self.text(column::UUID)
            } else {
                "No".to_owned()
            },
            io_running: io_state == ThreadState::Running,
            sql_running: sql_state == ThreadState::Running,
            io_state,
            sql_state,
            read: self.coordinates(column::READ_FILE, column::READ_POSITION),
            executed: self.coordinates(column::EXECUTED_FILE, column::EXECUTED_POSITION),
            relay: self.coordinates(column::RELAY_FILE, column::RELAY_POSITION),
            last_io_error: quote(self.bytes(column::IO_ERROR)),
            last_sql_error: quote(self.bytes(column::SQL_ERROR)),
            seconds_behind,
            lag_seconds: seconds_behind,
            sql_delay_seconds: self.number(column::SQL_DELAY).unwrap_or(0),
            has_filters: (column::FIRST_FILTER..=column::LAST_FILTER).any(|column| !self.bytes(column).is_empty()),
            has_credentials: !self.bytes(column::USER).is_empty(),
            credentials_available: false,
            allow_tls: self.bytes(column::TLS).eq_ignore_ascii_case(b"yes"),
        }
    }

    fn all(&self) -> StatusRow {
        let shape = self.row.shape();
        let mut all = StatusRow::with_room(shape.len());
        (0..shape.len()).for_each(|at| all.push(shape.name(at), &self.row.text(at)));
        all
    }

    fn channel(&self) -> Channel {
        let mariadb_gtid =
            self.at(column::USING_GTID).is_some() && !self.bytes(column::USING_GTID).eq_ignore_ascii_case(b"no");
        let received = if self.at(column::RETRIEVED).is_some() {
            column::RETRIEVED
        } else {
            column::IO_GTID
        };
        Channel {
            name: self.text(column::NAME),
            status: self.replication(),
            user: self.text(column::USER),
            oracle_gtid: self.bytes(column::AUTO_POSITION) == b"1",
            mariadb_gtid,
            retrieved_gtid: self.text(received),
            last_io_errno: self.number(column::IO_ERRNO).unwrap_or(0),
            last_io_error_time: self.text(column::IO_ERROR_TIME),
            // Not known from the row alone.
            last_io_error_age: None,
            columns: self.all(),
        }
    }
}

/// Reads every channel, the default one first.
pub(in crate::probe) fn read(set: &ResultSet, columns: &mut StatusColumns) -> Vec<Channel> {
    columns.fit(set.shape());
    let mut channels: Vec<_> = set.rows().map(|row| Status { row, columns }.channel()).collect();
    channels.sort_by_key(|channel| !channel.name.is_empty());
    channels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(names: &[&str], values: &[Option<&str>]) -> Channel {
        let mut channels = read(&ResultSet::of(names, &[values]), &mut StatusColumns::default());
        assert_eq!(channels.len(), 1);
        channels.remove(0)
    }

    #[test]
    fn places_fit_their_names() {
        assert_eq!(NAMES[column::EXECUTED_POSITION].0, "Exec_Master_Log_Pos");
        assert_eq!(NAMES[column::SECONDS_BEHIND].0, "Seconds_Behind_Master");
        assert_eq!(NAMES[column::IO_GTID].0, "Gtid_IO_Pos");
        assert_eq!(NAMES[column::IO_ERROR_TIME].0, "Last_IO_Error_Timestamp");
        assert!(
            NAMES[column::FIRST_FILTER..=column::LAST_FILTER]
                .iter()
                .all(|(name, _)| name.starts_with("Replicate_"))
        );
    }

    #[test]
    fn old_words() {
        let channel = one(
            &[
                "Master_Host",
                "Master_User",
                "Master_Port",
                "Master_Log_File",
                "Read_Master_Log_Pos",
                "Slave_IO_Running",
                "Slave_SQL_Running",
                "Relay_Master_Log_File",
                "Exec_Master_Log_Pos",
                "Seconds_Behind_Master",
                "Last_IO_Error",
            ],
            &[
                Some("m"),
                Some("repl"),
                Some("3307"),
                Some("log.9"),
                Some("7"),
                Some("Connecting"),
                Some("Yes"),
                Some("log.8"),
                Some("4"),
                None,
                Some("error \"x\""),
            ],
        );
        let status = &channel.status;
        assert_eq!(status.master, InstanceKey::new("m", 3307));
        assert_eq!(
            (status.io_state, status.sql_state),
            (ThreadState::Other, ThreadState::Running)
        );
        assert!(!status.io_running && status.sql_running && status.has_credentials && !channel.oracle_gtid);
        assert_eq!((status.master_uuid.as_str(), status.seconds_behind), ("No", None));
        assert_eq!(
            (status.last_io_error.as_str(), status.last_sql_error.as_str()),
            (r#""error \"x\"""#, r#""""#)
        );
        assert_eq!(status.executed, Coordinates::new("log.8", 4));
        assert_eq!(channel.column(&["master_user"]), "repl");
        assert_eq!(channel.column(&["no such", "master_uuid"]), "");
        assert_eq!(channel.columns.iter().next(), Some(("Master_Host", "m")));
    }

    #[test]
    fn new_words() {
        let channel = one(
            &[
                "Source_Host",
                "Source_Port",
                "Source_UUID",
                "Replica_IO_Running",
                "Replica_SQL_Running",
                "Seconds_Behind_Source",
                "Auto_Position",
                "Retrieved_Gtid_Set",
                "Source_SSL_Allowed",
                "Replicate_Do_DB",
                "Channel_Name",
                "SQL_Delay",
            ],
            &[
                Some("m"),
                Some("3307"),
                Some("u"),
                Some("Yes"),
                Some("No"),
                Some("-2"),
                Some("1"),
                Some("u:1-3"),
                Some("Yes"),
                Some("d"),
                Some(""),
                Some("60"),
            ],
        );
        let status = &channel.status;
        assert_eq!((status.seconds_behind, status.sql_delay_seconds), (Some(0), 60));
        assert!(channel.oracle_gtid && status.allow_tls && status.has_filters && status.io_running);
        assert_eq!(
            (status.sql_state, channel.retrieved_gtid.as_str()),
            (ThreadState::Stopped, "u:1-3")
        );
        assert_eq!(status.master_uuid, "u");
    }

    #[test]
    fn every_connection_of_mariadb_is_a_channel() {
        let set = ResultSet::of(
            &[
                "Connection_name",
                "Master_Host",
                "Master_Port",
                "Using_Gtid",
                "Gtid_IO_Pos",
            ],
            &[
                &[Some("east"), Some("e"), Some("1"), Some("Slave_Pos"), Some("0-1-5")],
                &[Some(""), Some("d"), Some("2"), Some("No"), Some("")],
            ],
        );
        let channels = read(&set, &mut StatusColumns::default());
        assert_eq!((channels[0].name.as_str(), channels[0].mariadb_gtid), ("", false));
        assert_eq!(
            (
                channels[1].name.as_str(),
                channels[1].mariadb_gtid,
                channels[1].retrieved_gtid.as_str()
            ),
            ("east", true, "0-1-5")
        );
    }

    #[test]
    fn no_host_is_no_master() {
        let channel = one(&["Master_Host", "Master_Port"], &[Some(""), Some("3306")]);
        assert!(channel.status.master.is_none());
    }
}
