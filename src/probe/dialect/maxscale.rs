//! MaxScale as a binlog server.

use super::Dialect;
use super::mysql_5::{GRANTS, VERBS};

/// MaxScale: little more than the replication status is answered.
pub(super) static MAXSCALE: Dialect = Dialect {
    name: "MaxScale",
    settings: &[
        "SELECT @@global.server_id AS server_id",
        "SHOW GLOBAL VARIABLES LIKE 'server_id'",
    ],
    replica_status: &["SHOW SLAVE STATUS"],
    gtid: &[],
    binlog_status: &["SHOW MASTER STATUS"],
    semi_sync: &[],
    status: &[],
    replica_list: &["SHOW SLAVE HOSTS"],
    dump_threads: &[],
    stored_credentials: &[],
    group: &[],
    particulars: &[],
    grants: GRANTS,
    verbs: VERBS,
};
