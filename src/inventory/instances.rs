//! The one list that ties an [`Instance`] to its columns, used for reading and for writing.

use super::row::{Cells, Stored, borrowed};
use super::{Inventory, Result, stamp};
use crate::model::instance::Check;
use crate::model::{Instance, InstanceKey};
use rusqlite::types::{ToSqlOutput, Value};
use std::sync::LazyLock;

/// Which loads read a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// All of them.
    Analysis,
    /// Only those that read whole instances.
    Whole,
}

/// A column of `database_instance` and the part of an [`Instance`] that it holds.
pub(super) struct Field {
    pub(super) column: &'static str,
    pub(super) need: Need,
    pub(super) get: fn(&mut Instance, &mut Cells<'_, '_>, usize),
    put: for<'a> fn(&'a Instance, &Check) -> ToSqlOutput<'a>,
}

macro_rules! fields {
    ($($need:ident { $($column:ident => $($path:ident).+;)+ })+) => {
        &[$($(Field {
            column: stringify!($column),
            need: Need::$need,
            get: |instance, cells, at| instance.$($path).+ = Stored::get(cells, at),
            put: |instance, _| Stored::put(&instance.$($path).+),
        }),+),+]
    };
}

macro_rules! check_fields {
    ($($need:ident $column:ident => $path:ident, $put:expr;)+) => {
        &[$(Field {
            column: stringify!($column),
            need: Need::$need,
            get: |instance, cells, at| instance.check.$path = CheckColumn::read(cells, at),
            put: |_, check| $put(check.$path),
        }),+]
    };
}

trait CheckColumn {
    fn read(cells: &mut Cells<'_, '_>, at: usize) -> Self;
}

impl CheckColumn for Option<crate::model::Timestamp> {
    fn read(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.time(at)
    }
}

impl CheckColumn for bool {
    fn read(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.flag(at)
    }
}

impl CheckColumn for i64 {
    fn read(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        Stored::get(cells, at)
    }
}

fn time_or(absent: Value) -> impl Fn(Option<crate::model::Timestamp>) -> ToSqlOutput<'static> {
    move |moment| ToSqlOutput::Owned(moment.map_or(absent.clone(), |moment| Value::Text(stamp(moment))))
}

fn number(number: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(number))
}

/// The columns of the check, which the writer of a row decides about.
const CHECK_FIELDS: &[Field] = check_fields! {
    Analysis last_checked => last_checked, time_or(Value::Text(String::new()));
    Analysis last_seen => last_seen, time_or(Value::Null);
    Analysis last_attempted_check => last_attempted, time_or(Value::Text(stamp(crate::model::Timestamp::NEVER)));
    Analysis last_check_partial_success => partial_success, |flag| number(i64::from(flag));
    Whole last_discovery_latency => latency_nanos, number;
};

/// The columns that hold what the server said and what follows from it. Those under `Whole` are not read for analysis.
const STATE_FIELDS: &[Field] = fields! {
    Analysis {
        major_version => server.major_version;
        binlog_server => server.is_binlog_server;
        read_only => server.read_only;
        log_bin => binlog.enabled;
        binlog_format => binlog.format;
        log_slave_updates => binlog.logs_replica_updates;
        binary_log_file => binlog.end.file;
        binary_log_pos => binlog.end.position;
        master_host => replication.master.hostname;
        master_port => replication.master.port;
        slave_io_running => replication.io_running;
        slave_sql_running => replication.sql_running;
        replication_io_thread_state => replication.io_state;
        replication_sql_thread_state => replication.sql_state;
        master_log_file => replication.read.file;
        read_master_log_pos => replication.read.position;
        last_io_error => replication.last_io_error;
        last_sql_error => replication.last_sql_error;
        slave_lag_seconds => replication.lag_seconds;
        sql_delay => replication.sql_delay_seconds;
        gtid_mode => gtid.mode;
        oracle_gtid => gtid.oracle;
        mariadb_gtid => gtid.mariadb;
        pseudo_gtid => gtid.pseudo;
        gtid_errant => gtid.errant;
        semi_sync_master_enabled => semi_sync.master_enabled;
        semi_sync_replica_enabled => semi_sync.replica_enabled;
        semi_sync_master_wait_for_slave_count => semi_sync.master_wait_count;
        semi_sync_master_status => semi_sync.master_status;
        semi_sync_master_clients => semi_sync.master_clients;
        replication_group_name => group.name;
        replication_group_member_state => group.state;
        replication_group_member_role => group.role;
        replication_group_primary_host => group.primary.hostname;
        replication_group_primary_port => group.primary.port;
        data_center => place.data_center;
        region => place.region;
        physical_environment => place.physical_environment;
        cluster_name => cluster.name;
        replication_depth => cluster.depth;
        is_co_master => cluster.is_co_master;
    }
    Whole {
        server_id => server.id;
        version => server.version;
        seconds_behind_master => replication.seconds_behind;
        supports_oracle_gtid => gtid.supports_oracle;
        semi_sync_enforced => semi_sync.enforced;
        suggested_cluster_alias => cluster.suggested_alias;
        server_uuid => server.uuid;
        version_comment => server.version_comment;
        uptime => server.uptime_seconds;
        instance_alias => server.alias;
        binlog_row_image => binlog.row_image;
        master_uuid => replication.master_uuid;
        relay_master_log_file => replication.executed.file;
        exec_master_log_pos => replication.executed.position;
        relay_log_file => replication.relay.file;
        relay_log_pos => replication.relay.position;
        has_replication_filters => replication.has_filters;
        has_replication_credentials => replication.has_credentials;
        replication_credentials_available => replication.credentials_available;
        allow_tls => replication.allow_tls;
        executed_gtid_set => gtid.executed;
        gtid_purged => gtid.purged;
        ancestry_uuid => gtid.ancestry_uuid;
        semi_sync_available => semi_sync.available;
        semi_sync_master_timeout => semi_sync.master_timeout_ms;
        semi_sync_replica_status => semi_sync.replica_status;
        replication_group_is_single_primary_mode => group.single_primary;
        replication_group_members => group.members;
        slave_hosts => replicas;
    }
};

/// The number of replicas. Other writers may have stored a list that cannot be read beside it.
const REPLICA_COUNT: &[Field] = &[Field {
    column: "num_slave_hosts",
    need: Need::Whole,
    get: |instance, cells, at| instance.stored_replica_count = Stored::get(cells, at),
    put: |instance, _| number(i64::try_from(instance.replica_count()).unwrap_or(i64::MAX)),
}];

/// The table.
pub(super) const TABLE: &str = "database_instance";

/// All columns beside the key.
pub(super) fn fields() -> impl Iterator<Item = &'static Field> {
    CHECK_FIELDS.iter().chain(STATE_FIELDS).chain(REPLICA_COUNT)
}

/// The fields of one kind of load, with the names of all columns to select, the key first.
pub(super) fn selection(whole: bool) -> (Vec<&'static Field>, Vec<&'static str>) {
    let fields: Vec<&Field> = fields().filter(|field| whole || field.need == Need::Analysis).collect();
    let columns = ["hostname", "port"]
        .into_iter()
        .chain(fields.iter().map(|field| field.column))
        .collect();
    (fields, columns)
}

/// Reads a row whose first two columns are the key into a new instance; `None` when the row names none.
pub(super) fn fill_instance(fields: &[&Field], cells: &mut Cells<'_, '_>, instance: &mut Instance) -> Option<()> {
    instance.key = cells.key(0)?;
    for (at, field) in fields.iter().enumerate() {
        (field.get)(instance, cells, at + 2);
    }
    Some(())
}

/// The statement that writes a row whole, touching known columns only.
static UPSERT: LazyLock<String> = LazyLock::new(|| upsert(fields().map(|field| field.column)));

fn upsert(columns: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<_> = columns.collect();
    let updates: Vec<_> = names
        .iter()
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    format!(
        "INSERT INTO {TABLE} (hostname, port, {}) VALUES (?, ?{}) ON CONFLICT (hostname, port) DO UPDATE SET {}",
        names.join(", "),
        ", ?".repeat(names.len()),
        updates.join(", ")
    )
}

impl Inventory {
    /// Writes an instance with this check in the place of its own.
    pub(super) fn write_instance(&self, instance: &Instance, check: &Check) -> rusqlite::Result<()> {
        let shape = self.shape.as_ref();
        let present = |field: &&Field| shape.is_none_or(|shape| shape.has_column(TABLE, field.column));
        let narrowed = shape.map(|_| upsert(fields().filter(present).map(|field| field.column)));
        let mut statement = self.conn.prepare_cached(narrowed.as_deref().unwrap_or(&UPSERT))?;
        statement.raw_bind_parameter(1, borrowed(&instance.key.hostname))?;
        statement.raw_bind_parameter(2, instance.key.port)?;
        for (at, field) in fields().filter(present).enumerate() {
            statement.raw_bind_parameter(at + 3, (field.put)(instance, check))?;
        }
        statement.raw_execute().map(|_| ())
    }

    /// One instance, whole.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn instance(&self, key: &InstanceKey) -> Result<Option<Instance>> {
        let (fields, columns) = selection(true);
        let rest = "WHERE hostname = ? AND port = ?";
        let params = (key.hostname.as_ref(), key.port);
        let found = self.list("read an instance", TABLE, &columns, rest, params, |cells| {
            let mut instance = Instance::default();
            fill_instance(&fields, cells, &mut instance).map(|()| instance)
        })?;
        Ok(found.into_iter().next())
    }

    /// The keys of all instances, sorted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn keys(&self) -> Result<Vec<InstanceKey>> {
        let rest = "ORDER BY hostname, port";
        self.list("list the instances", TABLE, &["hostname", "port"], rest, [], |cells| {
            cells.key(0)
        })
    }

    /// Gives an instance another cluster name, and changes nothing else. Returns whether it was known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_cluster_name(&self, key: &InstanceKey, cluster: &str) -> Result<bool> {
        self.write("store a cluster name", |conn| {
            conn.prepare_cached("UPDATE database_instance SET cluster_name = ? WHERE hostname = ? AND port = ?")?
                .execute((cluster, key.hostname.as_ref(), key.port))
                .map(|rows| rows > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::schema;
    use std::collections::HashSet;

    #[test]
    fn every_column_is_tied_to_the_model_once() {
        let ours: Vec<_> = ["hostname", "port"]
            .into_iter()
            .chain(fields().map(|field| field.column))
            .collect();
        let distinct: HashSet<_> = ours.iter().copied().collect();
        let table: HashSet<_> = schema::table(TABLE)
            .unwrap()
            .columns
            .iter()
            .map(|column| column.0)
            .collect();
        assert_eq!(ours.len(), distinct.len());
        assert_eq!(distinct, table);
    }
}
