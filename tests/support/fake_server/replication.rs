//! The columns of the replica status, generation by generation.

use super::answer::Answer;

/// Server generations that differ in what they say about replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// MySQL 5.5 and older: no GTID.
    Mysql55,
    /// MySQL 5.6: GTID.
    Mysql56,
    /// MySQL 5.7: channels.
    Mysql57,
    /// MySQL 8.0.0 to 8.0.21, old words only.
    Mysql8021,
    /// `SHOW SLAVE STATUS` of MySQL 8.0.22 to 8.3: still the old words.
    Mysql8022OldWords,
    /// `SHOW REPLICA STATUS` of MySQL 8.0.22 to 8.3: the new words.
    Mysql8022,
    /// MySQL 8.4 and newer, new words only.
    Mysql84,
    /// MariaDB 10 and 11: `SHOW SLAVE STATUS`.
    MariaDb,
    /// MariaDB 10 and 11: `SHOW ALL SLAVES STATUS`.
    MariaDbAll,
}

impl Generation {
    /// The generation of a version string, with [`Generation::Mysql8022`] and
    /// [`Generation::MariaDb`] where two statements exist.
    pub fn of(version: &str) -> Self {
        if version.to_lowercase().contains("mariadb") {
            return Generation::MariaDb;
        }
        match numbers(version) {
            v if v >= (8, 4, 0) => Generation::Mysql84,
            v if v >= (8, 0, 22) => Generation::Mysql8022,
            v if v >= (8, 0, 0) => Generation::Mysql8021,
            v if v >= (5, 7, 0) => Generation::Mysql57,
            v if v >= (5, 6, 0) => Generation::Mysql56,
            _ => Generation::Mysql55,
        }
    }

    /// Whether it says Source and Replica.
    pub fn new_words(self) -> bool {
        matches!(self, Generation::Mysql8022 | Generation::Mysql84)
    }

    /// Whether it is MariaDB.
    pub fn is_mariadb(self) -> bool {
        matches!(self, Generation::MariaDb | Generation::MariaDbAll)
    }

    /// A column or other name, old words given, as this generation says it.
    pub fn words(self, old: &str) -> String {
        if self.new_words() {
            old.replace("Master", "Source")
                .replace("master", "Source")
                .replace("Slave", "Replica")
        } else {
            old.into()
        }
    }
}

/// Major, minor and patch number at the head of a version string.
pub fn numbers(version: &str) -> (u32, u32, u32) {
    let mut parts = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|n| n.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

const COMMON: &str = "Slave_IO_State Master_Host Master_User Master_Port Connect_Retry \
    Master_Log_File Read_Master_Log_Pos Relay_Log_File Relay_Log_Pos Relay_Master_Log_File \
    Slave_IO_Running Slave_SQL_Running Replicate_Do_DB Replicate_Ignore_DB Replicate_Do_Table \
    Replicate_Ignore_Table Replicate_Wild_Do_Table Replicate_Wild_Ignore_Table Last_Errno \
    Last_Error Skip_Counter Exec_Master_Log_Pos Relay_Log_Space Until_Condition Until_Log_File \
    Until_Log_Pos Master_SSL_Allowed Master_SSL_CA_File Master_SSL_CA_Path Master_SSL_Cert \
    Master_SSL_Cipher Master_SSL_Key Seconds_Behind_Master Master_SSL_Verify_Server_Cert \
    Last_IO_Errno Last_IO_Error Last_SQL_Errno Last_SQL_Error Replicate_Ignore_Server_Ids \
    Master_Server_Id";
const SINCE_56: &str = "Master_UUID Master_Info_File SQL_Delay SQL_Remaining_Delay \
    Slave_SQL_Running_State Master_Retry_Count Master_Bind Last_IO_Error_Timestamp \
    Last_SQL_Error_Timestamp Master_SSL_Crl Master_SSL_Crlpath Retrieved_Gtid_Set \
    Executed_Gtid_Set Auto_Position";
const SINCE_57: &str = "Replicate_Rewrite_DB Channel_Name Master_TLS_Version";
const SINCE_80: &str = "Master_public_key_path Get_master_public_key";
const SINCE_8022: &str = "Network_Namespace";
const MARIADB: &str = "Master_SSL_Crl Master_SSL_Crlpath Using_Gtid Gtid_IO_Pos \
    Replicate_Do_Domain_Ids Replicate_Ignore_Domain_Ids Parallel_Mode SQL_Delay \
    SQL_Remaining_Delay Slave_SQL_Running_State Slave_DDL_Groups Slave_Non_Transactional_Groups \
    Slave_Transactional_Groups";
const MARIADB_ALL_HEAD: &str = "Connection_name Slave_SQL_State";
const MARIADB_ALL_TAIL: &str = "Retried_transactions Max_relay_log_size Executed_log_entries \
    Slave_received_heartbeats Slave_heartbeat_period Gtid_Slave_Pos";

/// The column names of the replica status, in order.
pub fn replica_status_columns(generation: Generation) -> Vec<String> {
    use Generation::*;
    let lists: &[&str] = match generation {
        Mysql55 => &[COMMON],
        Mysql56 => &[COMMON, SINCE_56],
        Mysql57 => &[COMMON, SINCE_56, SINCE_57],
        Mysql8021 => &[COMMON, SINCE_56, SINCE_57, SINCE_80],
        Mysql8022OldWords | Mysql8022 | Mysql84 => &[COMMON, SINCE_56, SINCE_57, SINCE_80, SINCE_8022],
        MariaDb => &[COMMON, MARIADB],
        MariaDbAll => &[MARIADB_ALL_HEAD, COMMON, MARIADB, MARIADB_ALL_TAIL],
    };
    lists
        .iter()
        .flat_map(|list| list.split_whitespace())
        .map(|name| generation.words(name))
        .collect()
}

/// The column names of MariaDB's `SHOW ALL SLAVES STATUS`.
pub fn all_replicas_columns() -> Vec<String> {
    replica_status_columns(Generation::MariaDbAll)
}

/// A replica status of one row: the values given, and those of a healthy
/// replica for the other columns. Names may be in old or new words; a value
/// "NULL" is NULL. Panics on a column that the generation does not have.
pub fn replica_status_row(generation: Generation, values: &[(&str, &str)]) -> Answer {
    let columns = replica_status_columns(generation);
    let mut row: Vec<Option<String>> = columns.iter().map(|c| default_value(generation, c)).collect();
    for (name, value) in values {
        let name = generation.words(name);
        let at = columns.iter().position(|c| c.eq_ignore_ascii_case(&name));
        let at = at.unwrap_or_else(|| panic!("{generation:?} has no column {name}"));
        row[at] = (*value != "NULL").then(|| value.to_string());
    }
    Answer::Rows {
        columns,
        rows: vec![row],
    }
}

/// A replica status without rows: the server is no replica.
pub fn no_replica_status(generation: Generation) -> Answer {
    Answer::Rows {
        columns: replica_status_columns(generation),
        rows: Vec::new(),
    }
}

fn default_value(generation: Generation, column: &str) -> Option<String> {
    let upstream = if generation.new_words() { "source" } else { "master" };
    let column = column.replace("Source", "Master").replace("Replica", "Slave");
    let value = match column.as_str() {
        "Slave_IO_State" => return Some(format!("Waiting for {upstream} to send event")),
        "SQL_Remaining_Delay" => return None,
        "Master_Host" => "127.0.0.1",
        "Master_User" => "repl",
        "Master_Port" => "3306",
        "Connect_Retry" => "60",
        "Master_Log_File" | "Relay_Master_Log_File" => "binlog.000001",
        "Read_Master_Log_Pos" | "Exec_Master_Log_Pos" => "1000",
        "Relay_Log_File" => "relay.000001",
        "Relay_Log_Pos" => "500",
        "Relay_Log_Space" => "700",
        "Slave_IO_Running" | "Slave_SQL_Running" => "Yes",
        "Until_Condition" => "None",
        "Master_SSL_Allowed" | "Master_SSL_Verify_Server_Cert" | "Using_Gtid" => "No",
        "Master_Server_Id" => "1",
        "Master_UUID" => "00000000-0000-0000-0000-000000000001",
        "Master_Info_File" => "mysql.slave_master_info",
        "Master_Retry_Count" => "86400",
        "Parallel_Mode" => "optimistic",
        "Slave_SQL_State" | "Slave_SQL_Running_State" => "Slave has read all relay log; waiting for more updates",
        "Slave_heartbeat_period" => "30.000",
        "Max_relay_log_size" => "1073741824",
        "Last_Errno"
        | "Last_IO_Errno"
        | "Last_SQL_Errno"
        | "Skip_Counter"
        | "Until_Log_Pos"
        | "Seconds_Behind_Master"
        | "SQL_Delay"
        | "Auto_Position"
        | "Get_master_public_key"
        | "Get_Master_public_key"
        | "Slave_DDL_Groups"
        | "Slave_Non_Transactional_Groups"
        | "Slave_Transactional_Groups"
        | "Retried_transactions"
        | "Executed_log_entries"
        | "Slave_received_heartbeats" => "0",
        _ => "",
    };
    Some(value.into())
}
