//! MySQL 8.0, 8.4 and 9.

use super::mysql_5::{GRANTS, GTID, PARTICULARS_57, SETTINGS_56, STORED_CREDENTIALS, VERBS_57};
use super::{Dialect, Grants, SCHEMA_PROCESSLIST, SEMI_SYNC, SETTINGS_BY_NAME, STATUS, Verbs};

/// Group replication; error 1193 where the plugin is not loaded, 1146 where the table is missing.
const GROUP: &[&str] = &[
    "SELECT MEMBER_ID,MEMBER_HOST,MEMBER_PORT,MEMBER_STATE,MEMBER_ROLE,@@global.group_replication_group_name,\
     @@global.group_replication_single_primary_mode FROM performance_schema.replication_group_members \
     WHERE MEMBER_STATE<>'OFFLINE'",
];

/// `performance_schema.processlist` came with 8.0.22 and takes no global lock; it is empty where the schema is off.
const DUMP_THREADS: &[&str] = &[
    "SELECT HOST FROM performance_schema.processlist WHERE COMMAND IN ('Binlog Dump','Binlog Dump GTID')",
    SCHEMA_PROCESSLIST,
];

/// Settings by the names that came with 8.0.26.
const SETTINGS_NEW: &[&str] = &[
    settings!(
        "@@global.log_replica_updates AS log_replica_updates",
        "@@global.performance_schema AS performance_schema",
        server_time!()
    ),
    SETTINGS_BY_NAME,
];

/// Settings by the old name that later servers still take, with the schema's switch.
const SETTINGS_8022: &[&str] = &[
    settings!(
        "@@global.log_slave_updates AS log_slave_updates",
        "@@global.performance_schema AS performance_schema",
        server_time!()
    ),
    SETTINGS_BY_NAME,
];

/// SUPER was split up.
const GRANTS_80: Grants = Grants {
    threads: "REPLICATION_SLAVE_ADMIN",
    read_only: "SYSTEM_VARIABLES_ADMIN",
    kill: "CONNECTION_ADMIN",
    skip: "SYSTEM_VARIABLES_ADMIN",
    variables: "SYSTEM_VARIABLES_ADMIN",
    semi_sync_master: "SYSTEM_VARIABLES_ADMIN",
    semi_sync_replica: "SYSTEM_VARIABLES_ADMIN",
    ..GRANTS
};

/// The new words, complete since 8.4.
const VERBS_84: Verbs = Verbs {
    start: "START REPLICA",
    stop: "STOP REPLICA",
    start_until: "START REPLICA UNTIL SOURCE_LOG_FILE={file},SOURCE_LOG_POS={position}{channel}",
    change: "CHANGE REPLICATION SOURCE TO {options}{channel}",
    option: "SOURCE_",
    auto_position: "SOURCE_AUTO_POSITION={value}",
    reset: "RESET REPLICA{channel}",
    reset_all: "RESET REPLICA ALL{channel}",
    reset_binlogs: "RESET BINARY LOGS AND GTIDS",
    wait_position: "SELECT SOURCE_POS_WAIT({file},{position},{seconds})",
    skip: "SET GLOBAL sql_replica_skip_counter=1",
    ..VERBS_57
};

/// MySQL 8.0 before 8.0.22.
pub(super) static MYSQL_80: Dialect = Dialect {
    name: "MySQL 8.0",
    settings: SETTINGS_56,
    replica_status: &["SHOW SLAVE STATUS"],
    gtid: GTID,
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: &[SCHEMA_PROCESSLIST],
    stored_credentials: STORED_CREDENTIALS,
    group: GROUP,
    particulars: PARTICULARS_57,
    grants: GRANTS_80,
    verbs: VERBS_57,
};

/// MySQL 8.0.22 to 8.3: the new words for reading exist, the old ones for changing still do.
pub(super) static MYSQL_8022: Dialect = Dialect {
    name: "MySQL 8.0.22",
    settings: SETTINGS_8022,
    replica_status: &["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"],
    gtid: GTID,
    binlog_status: &["SHOW MASTER STATUS", "SHOW BINARY LOG STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW REPLICAS", "SHOW SLAVE HOSTS"],
    dump_threads: DUMP_THREADS,
    stored_credentials: STORED_CREDENTIALS,
    group: GROUP,
    particulars: PARTICULARS_57,
    grants: GRANTS_80,
    verbs: VERBS_57,
};

/// MySQL 8.4 and newer: the new words only.
pub(super) static MYSQL_84: Dialect = Dialect {
    name: "MySQL 8.4",
    settings: SETTINGS_NEW,
    replica_status: &["SHOW REPLICA STATUS"],
    gtid: GTID,
    binlog_status: &["SHOW BINARY LOG STATUS"],
    semi_sync: SEMI_SYNC,
    status: STATUS,
    replica_list: &["SHOW REPLICAS"],
    dump_threads: DUMP_THREADS,
    // The variable that says so went with 8.3: always in the table.
    stored_credentials: &["SELECT COUNT(*) FROM mysql.slave_master_info WHERE User_name<>''"],
    group: GROUP,
    particulars: PARTICULARS_57,
    grants: GRANTS_80,
    verbs: VERBS_84,
};
