//! MariaDB 10 and newer.

use super::mysql_5::{GRANTS, SETTINGS, VERBS};
use super::{Dialect, Grants, SEMI_SYNC, STATUS, Verbs};

/// The old words with MariaDB's own GTID; a connection is named within the statement.
const VERBS_MARIADB: Verbs = Verbs {
    one_thread: "{verb} {channel} {thread}",
    channel: " {channel}",
    start_until: "START SLAVE{channel} UNTIL MASTER_LOG_FILE={file},MASTER_LOG_POS={position}",
    change: "CHANGE MASTER{channel} TO {options}",
    reset: "RESET SLAVE{channel}",
    reset_all: "RESET SLAVE{channel} ALL",
    auto_position: "MASTER_USE_GTID={value}",
    wait_gtid: "SELECT MASTER_GTID_WAIT({set},{seconds})",
    ..VERBS
};

/// How far the appliers have come, where the binary log ends, and all that it has held.
const PARTICULARS: &[&str] = &[
    "SELECT @@global.event_scheduler AS event_scheduler,@@global.gtid_slave_pos AS gtid_slave_pos,\
     @@global.gtid_binlog_pos AS gtid_binlog_pos,@@global.gtid_binlog_state AS gtid_binlog_state",
    "SELECT @@global.event_scheduler AS event_scheduler",
];

/// Not `information_schema.PROCESSLIST`, which has a column for long texts and so is a table on disk, in `tmpdir`, at each
/// probe. Servers that share a `tmpdir` delete each other's such tables when they start, and one whose table was deleted
/// crashes: 10.11.19 with signal 11 in `ha_maria::drop_table`. This statement makes no table; it names all connections.
const DUMP_THREADS: &[&str] = &["SHOW PROCESSLIST"];

/// MariaDB 10.0 to 10.4: every connection is seen by `SHOW ALL SLAVES STATUS`, the default one named ''.
pub(super) static MARIADB_100: Dialect = Dialect {
    name: "MariaDB 10.0",
    settings: SETTINGS,
    replica_status: &["SHOW ALL SLAVES STATUS"],
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
    verbs: VERBS_MARIADB,
};

/// MariaDB 10.5.2 and newer: REPLICATION CLIENT was split up.
pub(super) static MARIADB_105: Dialect = Dialect {
    name: "MariaDB 10.5",
    settings: SETTINGS,
    replica_status: &["SHOW ALL SLAVES STATUS"],
    gtid: &[],
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: DUMP_THREADS,
    stored_credentials: &[],
    group: &[],
    particulars: PARTICULARS,
    grants: Grants {
        replica_status: "SLAVE MONITOR",
        binlog_status: "BINLOG MONITOR",
        replica_list: "REPLICATION MASTER ADMIN",
        threads: "REPLICATION SLAVE ADMIN",
        read_only: "READ_ONLY ADMIN",
        kill: "CONNECTION ADMIN",
        reset: "RELOAD",
        skip: "REPLICATION SLAVE ADMIN",
        variables: "REPLICATION SLAVE ADMIN",
        binlog_list: "BINLOG MONITOR",
        semi_sync_master: "REPLICATION MASTER ADMIN",
        semi_sync_replica: "REPLICATION SLAVE ADMIN",
    },
    verbs: VERBS_MARIADB,
};
