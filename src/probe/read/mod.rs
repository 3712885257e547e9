//! Result sets into a [`Reading`].

mod answers;
mod channels;
mod error_time;
mod server;
mod sides;

use super::question::Question;
use super::wire::ResultSet;
use crate::model::Version;
use crate::model::observation::Reading;

pub(super) use channels::{StatusColumns, read as channels};
pub(super) use server::{particulars, performance_schema_is_off, version_of};

/// The answers of one probe, by question.
pub(super) struct Sets {
    sets: Vec<Option<ResultSet>>,
}

impl Sets {
    pub(super) fn new() -> Self {
        Self {
            sets: (0..Question::COUNT).map(|_| None).collect(),
        }
    }

    pub(super) fn put(&mut self, question: Question, set: ResultSet) {
        self.sets[question.at()] = Some(set);
    }

    pub(super) fn get(&self, question: Question) -> Option<&ResultSet> {
        self.sets[question.at()].as_ref()
    }
}

/// What was answered earlier and is not asked at each probe.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Remembered {
    /// The server keeps credentials in a table.
    pub(super) stored_credentials: bool,
    /// `ReplicationCredentialsQuery` returned a row.
    pub(super) credentials: Option<bool>,
}

/// Whether there is a dump thread among the threads that were listed.
pub(super) fn sees_dump_threads(set: &ResultSet) -> bool {
    !sides::read_dump_threads(set).is_empty()
}

/// Reads everything that was answered; `None` without settings.
pub(super) fn reading(
    sets: &Sets,
    version: Option<&Version>,
    columns: &mut StatusColumns,
    remembered: Remembered,
    credentials_configured: bool,
) -> Option<Reading> {
    let mut reading = Reading::default();
    let settings = sets.get(Question::Settings)?;
    server::read(settings, version, &mut reading);
    if let Some(set) = sets.get(Question::Gtid) {
        server::read_gtid(set, &mut reading);
    }
    if let Some(set) = sets.get(Question::BinlogStatus) {
        server::read_binlog_end(set, &mut reading);
    }
    if let Some(set) = sets.get(Question::ReplicaStatus) {
        reading.channels = channels::read(set, columns);
        let now = server::time_of(settings);
        for channel in &mut reading.channels {
            channel.last_io_error_age = error_time::age(&channel.last_io_error_time, &now);
        }
    }
    if let Some(set) = sets.get(Question::SemiSync) {
        sides::read_semi_sync(set, &mut reading.semi_sync);
    }
    if let Some(set) = sets.get(Question::Status) {
        reading.server.uptime_seconds = sides::read_status(set, &mut reading.semi_sync);
    }
    if let Some(set) = sets.get(Question::ReplicaList) {
        reading.announced_replicas = sides::read_replica_list(set);
    }
    if let Some(set) = sets.get(Question::DumpThreads) {
        reading.dumping_hosts = sides::read_dump_threads(set);
    }
    reading.group = sets.get(Question::Group).and_then(sides::read_group);
    // Known to be kept, or to be had by the operator's query, on MySQL since 5.6.
    let has_uuid = reading.server.version.mysql_at_least(5, 6, 0);
    reading.credentials_available = has_uuid && (credentials_configured || remembered.stored_credentials);
    answers::read(sets, remembered, &mut reading);
    Some(reading)
}
