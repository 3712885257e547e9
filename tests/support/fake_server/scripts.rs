//! Ready-made scripts: a master or a replica of a given version.

use super::answer::Answer;
use super::replication::{Generation, no_replica_status, numbers, replica_status_row};
use super::script::{Matcher, Script};

/// A server's place in replication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Writable, replicating from nobody.
    Master,
    /// Read-only, replicating from this host and port.
    ReplicaOf(String, u16),
}

/// A server of this version ("8.0.33", "5.7.44-log", "10.6.12-MariaDB") in
/// this role, with server id 1.
pub fn mysql(version: &str, role: Role) -> Script {
    let mut script = Script::new(version);
    set_variables(&mut script);
    set_server_id(&mut script, 1);
    set_binary_log(&mut script, "binlog.000001", 1000, "");
    set_replica_hosts(&mut script, &[]);
    set_replication_commands(&mut script);
    match role {
        Role::Master => set_no_replication(&mut script),
        Role::ReplicaOf(host, port) => {
            script.variables.set("read_only", "1");
            let port = port.to_string();
            set_replication(&mut script, &[("Master_Host", &host), ("Master_Port", &port)]);
        }
    }
    script
}

/// Sets the server id, and the UUID `00000000-0000-0000-0000-<id>` where the
/// version has one.
pub fn set_server_id(script: &mut Script, id: u32) {
    script.variables.set("server_id", &id.to_string());
    if script.variables.get("server_uuid").is_some() {
        let uuid = format!("00000000-0000-0000-0000-{id:012}");
        script.variables.set("server_uuid", &uuid);
    }
}

/// Makes the server a replica: every replica status statement its version
/// knows answers one row with these values (old words), the others an error.
pub fn set_replication(script: &mut Script, values: &[(&str, &str)]) {
    set_status_answers(script, |generation| replica_status_row(generation, values));
}

/// Makes the server no replica: its replica status is empty.
pub fn set_no_replication(script: &mut Script) {
    set_status_answers(script, no_replica_status);
}

/// Sets what `SHOW MASTER STATUS` and its successors answer.
pub fn set_binary_log(script: &mut Script, file: &str, position: u64, executed: &str) {
    let position = position.to_string();
    let mut row = vec![
        ("File", file),
        ("Position", position.as_str()),
        ("Binlog_Do_DB", ""),
        ("Binlog_Ignore_DB", ""),
    ];
    let generation = Generation::of(&script.version);
    if generation >= Generation::Mysql56 && !generation.is_mariadb() {
        row.push(("Executed_Gtid_Set", executed));
        script.variables.set("gtid_executed", executed);
    }
    let v = numbers(&script.version);
    let (old, new) = if generation.is_mariadb() {
        (true, v >= (10, 5, 2))
    } else {
        (v < (8, 4, 0), v >= (8, 2, 0))
    };
    let new_statement = if generation.is_mariadb() {
        "show binlog status"
    } else {
        "show binary log status"
    };
    set_if(script, "show master status", old, Answer::row(&row));
    set_if(script, new_statement, new, Answer::row(&row));
    let logs = Answer::row(&[("Log_name", file), ("File_size", &position)]);
    script.set_answer("show binary logs", logs.clone());
    set_if(script, "show master logs", old, logs);
}

/// Sets what `SHOW SLAVE HOSTS` and `SHOW REPLICAS` answer: server id, host
/// and port of each replica.
pub fn set_replica_hosts(script: &mut Script, hosts: &[(u32, &str, u16)]) {
    let generation = Generation::of(&script.version);
    let me = script.variables.get("server_id").unwrap_or("1").to_string();
    let with_uuid = generation >= Generation::Mysql56 && !generation.is_mariadb();
    let rows: Vec<Vec<Option<String>>> = hosts
        .iter()
        .map(|(id, host, port)| {
            let mut row = vec![id.to_string(), host.to_string(), port.to_string(), me.clone()];
            if with_uuid {
                row.push(format!("00000000-0000-0000-0000-{id:012}"));
            }
            row.into_iter().map(Some).collect()
        })
        .collect();
    let answer = |names: &[&str]| Answer::Rows {
        columns: names
            .iter()
            .take(4 + usize::from(with_uuid))
            .map(|n| n.to_string())
            .collect(),
        rows: rows.clone(),
    };
    let old_words = answer(&["Server_id", "Host", "Port", "Master_id", "Slave_UUID"]);
    let new_words = answer(&["Server_Id", "Host", "Port", "Source_Id", "Replica_UUID"]);
    let v = numbers(&script.version);
    if generation.is_mariadb() {
        script.set_answer("show slave hosts", old_words.clone());
        set_if(script, "show replica hosts", v >= (10, 5, 1), old_words);
    } else {
        set_if(script, "show slave hosts", v < (8, 4, 0), old_words);
        set_if(script, "show replicas", v >= (8, 0, 22), new_words);
    }
}

fn set_status_answers(script: &mut Script, answer: impl Fn(Generation) -> Answer) {
    use Generation::*;
    let generation = Generation::of(&script.version);
    if generation.is_mariadb() {
        let new = numbers(&script.version) >= (10, 5, 1);
        script.set_answer("show slave status", answer(MariaDb));
        script.set_answer("show all slaves status", answer(MariaDbAll));
        set_if(script, "show replica status", new, answer(MariaDb));
        set_if(script, "show all replicas status", new, answer(MariaDbAll));
        return;
    }
    let old = match generation {
        Mysql8022 => Mysql8022OldWords,
        other => other,
    };
    set_if(script, "show slave status", generation != Mysql84, answer(old));
    set_if(
        script,
        "show replica status",
        generation.new_words(),
        answer(generation),
    );
}

fn set_replication_commands(script: &mut Script) {
    let v = numbers(&script.version);
    let mariadb = script.is_mariadb();
    let old = mariadb || v < (8, 4, 0);
    let new = if mariadb { v >= (10, 5, 1) } else { v >= (8, 0, 22) };
    for (prefix, known) in [
        ("stop slave", old),
        ("start slave", old),
        ("reset slave", old),
        ("change master to", old),
        ("reset master", old),
        ("stop replica", new),
        ("start replica", new),
        ("reset replica", new),
        ("change replication source to", !mariadb && v >= (8, 0, 23)),
        ("reset binary logs and gtids", !mariadb && v >= (8, 2, 0)),
        ("flush", true),
        ("kill", true),
    ] {
        if known {
            script.set_rule(Matcher::Prefix(prefix.into()), Answer::Ok);
        }
    }
}

fn set_if(script: &mut Script, pattern: &str, known: bool, answer: Answer) {
    let answer = if known { answer } else { Answer::syntax_error(pattern) };
    script.set_answer(pattern, answer);
}

fn set_variables(script: &mut Script) {
    let generation = Generation::of(&script.version);
    let v = numbers(&script.version);
    let mut all: Vec<(&str, &str)> = vec![
        ("read_only", "0"),
        ("log_bin", "1"),
        ("log_bin_basename", "/var/lib/mysql/binlog"),
        ("log_slave_updates", "1"),
        ("binlog_format", "ROW"),
        ("report_host", ""),
        ("report_port", "3306"),
        ("slave_parallel_workers", "0"),
        ("skip_name_resolve", "0"),
        ("long_query_time", "10.000000"),
    ];
    if generation.is_mariadb() {
        all.extend([
            ("gtid_current_pos", ""),
            ("gtid_slave_pos", ""),
            ("gtid_binlog_pos", ""),
            ("gtid_binlog_state", ""),
            ("gtid_strict_mode", "0"),
            ("gtid_domain_id", "0"),
            ("rpl_semi_sync_master_enabled", "0"),
            ("rpl_semi_sync_slave_enabled", "0"),
        ]);
    } else if generation >= Generation::Mysql56 {
        all.extend([
            ("server_uuid", ""),
            ("gtid_mode", "ON"),
            ("enforce_gtid_consistency", "ON"),
            ("gtid_executed", ""),
            ("gtid_purged", ""),
            ("master_info_repository", "TABLE"),
            ("binlog_row_image", "FULL"),
        ]);
    }
    if !generation.is_mariadb() && v >= (5, 7, 8) {
        all.push(("super_read_only", "0"));
    }
    if !generation.is_mariadb() && v >= (8, 0, 26) {
        all.extend([("log_replica_updates", "1"), ("replica_parallel_workers", "4")]);
    }
    for (name, value) in all {
        script.variables.set(name, value);
    }
}
