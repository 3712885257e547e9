//! MySQL 5.5, 5.6 and 5.7.

use super::{Dialect, Grants, SCHEMA_PROCESSLIST, SEMI_SYNC, SETTINGS_BY_NAME, STATUS, Verbs};

/// Settings by the names that hold until 8.0.25.
pub(super) const SETTINGS: &[&str] = &[
    settings!("@@global.log_slave_updates AS log_slave_updates"),
    SETTINGS_BY_NAME,
];

/// The same with the clock, for servers that date the errors of their receivers: 5.6.4 and later.
pub(super) const SETTINGS_56: &[&str] = &[
    settings!("@@global.log_slave_updates AS log_slave_updates", server_time!()),
    SETTINGS_BY_NAME,
];

/// GTID as known since 5.6.5, with the row image of 5.6.2.
pub(super) const GTID: &[&str] = &[
    "SELECT @@global.server_uuid AS server_uuid,@@global.gtid_mode AS gtid_mode,@@global.gtid_executed AS gtid_executed,\
     @@global.gtid_purged AS gtid_purged,@@global.binlog_row_image AS binlog_row_image",
];

/// Whether the connection settings lie in a table, and one of them has a user; the variable went with 8.3.
pub(super) const STORED_CREDENTIALS: &[&str] = &[
    "SELECT COUNT(*) FROM mysql.slave_master_info WHERE User_name<>'' AND @@global.master_info_repository='TABLE'",
    "SELECT COUNT(*) FROM mysql.slave_master_info WHERE User_name<>''",
];

pub(super) const GRANTS: Grants = Grants {
    replica_status: "REPLICATION CLIENT",
    binlog_status: "REPLICATION CLIENT",
    replica_list: "REPLICATION SLAVE",
    threads: "SUPER",
    read_only: "SUPER",
    kill: "SUPER",
    reset: "RELOAD",
    skip: "SUPER",
    variables: "SUPER",
    binlog_list: "REPLICATION CLIENT",
    semi_sync_master: "SUPER",
    semi_sync_replica: "SUPER",
};

/// What every line has by the same name.
pub(super) const PARTICULARS: &[&str] = &["SELECT @@global.event_scheduler AS event_scheduler"];

/// With `super_read_only`, since 5.7.8.
pub(super) const PARTICULARS_57: &[&str] = &[
    "SELECT @@global.event_scheduler AS event_scheduler,@@global.super_read_only AS super_read_only",
    "SELECT @@global.event_scheduler AS event_scheduler",
];

const DUMP_THREADS: &[&str] = &[SCHEMA_PROCESSLIST];

/// The old words without GTID.
pub(super) const VERBS: Verbs = Verbs {
    start: "START SLAVE",
    stop: "STOP SLAVE",
    io_thread: "IO_THREAD",
    sql_thread: "SQL_THREAD",
    one_thread: "{verb} {thread}",
    channel: "",
    start_until: "START SLAVE UNTIL MASTER_LOG_FILE={file},MASTER_LOG_POS={position}{channel}",
    change: "CHANGE MASTER TO {options}{channel}",
    option: "MASTER_",
    auto_position: "",
    reset: "RESET SLAVE{channel}",
    reset_all: "RESET SLAVE ALL{channel}",
    reset_binlogs: "RESET MASTER",
    wait_position: "SELECT MASTER_POS_WAIT({file},{position},{seconds})",
    wait_gtid: "",
    skip: "SET GLOBAL sql_slave_skip_counter=1",
    read_only: "SET GLOBAL read_only={value}",
    super_read_only: "",
};

/// The old words with GTID, since 5.6.
pub(super) const VERBS_56: Verbs = Verbs {
    auto_position: "MASTER_AUTO_POSITION={value}",
    wait_gtid: "SELECT WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS({set},{seconds})",
    ..VERBS
};

/// The old words with channels and `super_read_only`, since 5.7.
pub(super) const VERBS_57: Verbs = Verbs {
    one_thread: "{verb} {thread} FOR CHANNEL {channel}",
    channel: " FOR CHANNEL {channel}",
    wait_gtid: "SELECT WAIT_FOR_EXECUTED_GTID_SET({set},{seconds})",
    super_read_only: "SET GLOBAL super_read_only={value}",
    ..VERBS_56
};

/// MySQL 5.5 and older, and MariaDB before 10: no GTID, no uuid, one channel.
pub(super) static MYSQL_55: Dialect = Dialect {
    name: "MySQL 5.5",
    settings: SETTINGS,
    replica_status: &["SHOW SLAVE STATUS"],
    gtid: &[],
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: DUMP_THREADS,
    stored_credentials: &[],
    group: &[],
    particulars: PARTICULARS,
    grants: GRANTS,
    verbs: VERBS,
};

/// MySQL 5.6: GTID, uuid, credentials in a table.
pub(super) static MYSQL_56: Dialect = Dialect {
    name: "MySQL 5.6",
    settings: SETTINGS_56,
    replica_status: &["SHOW SLAVE STATUS"],
    gtid: GTID,
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: DUMP_THREADS,
    stored_credentials: STORED_CREDENTIALS,
    group: &[],
    particulars: PARTICULARS,
    grants: GRANTS,
    verbs: VERBS_56,
};

/// MySQL 5.7: channels.
pub(super) static MYSQL_57: Dialect = Dialect {
    name: "MySQL 5.7",
    settings: SETTINGS_56,
    replica_status: &["SHOW SLAVE STATUS"],
    gtid: GTID,
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: DUMP_THREADS,
    stored_credentials: STORED_CREDENTIALS,
    group: &[],
    particulars: PARTICULARS_57,
    grants: GRANTS,
    verbs: VERBS_57,
};
