//! Opening files: new, current, older, newer, locked, read-only, damaged, foreign, by many at once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::{NOW, Scratch, contents, instance, key, layout, memory, open, options, texts};
use orchestrator::inventory::{
    Access, ErrorKind, Inventory, InventoryError, OpenOptions, Recorded, Scope, VERSION, schema,
};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const OLDER: &str = include_str!("fixtures/inventory_older.sql");
const CURRENT: &str = include_str!("fixtures/inventory_current.sql");

fn refused(result: Result<Inventory, InventoryError>) -> InventoryError {
    match result {
        Ok(_) => panic!("was opened"),
        Err(error) => error,
    }
}

#[test]
fn a_new_file_has_the_whole_layout() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    assert!(inventory.verify().unwrap().is_empty());
    drop(inventory);
    let conn = Connection::open(scratch.file()).unwrap();
    assert_eq!(texts(&conn, "PRAGMA journal_mode"), ["wal"]);
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("PRAGMA user_version"), 0);
    let classic = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'orc~_%' ESCAPE '~'";
    assert_eq!(number(classic), 47);
    assert_eq!(
        texts(
            &conn,
            "SELECT anchor || hostname || token || '|' || last_seen_active || '|' || first_seen_active FROM active_node"
        ),
        [format!("1|{NOW}|1971-01-01 00:00:00")]
    );
    assert_eq!(
        texts(&conn, "SELECT deployed_version FROM orchestrator_db_deployments"),
        [format!("orchestrator-rs {VERSION}")]
    );
}

#[test]
fn older_and_current_files_keep_every_row_and_gain_what_is_missing() {
    for sql in [OLDER, CURRENT] {
        let scratch = Scratch::new();
        let file = scratch.file_of(sql);
        let before = contents(&Connection::open(&file).unwrap());
        let columns_before = Connection::open(&file).unwrap();
        let columns: Vec<String> = texts(
            &columns_before,
            "SELECT name FROM pragma_table_info('database_instance')",
        );
        drop(columns_before);

        let inventory = open(&file).unwrap();
        assert_eq!(inventory.load_fleet(Scope::Everything).unwrap().instances().len(), 3);
        assert!(inventory.verify().unwrap().is_empty(), "{:?}", inventory.verify());
        drop(inventory);

        let conn = Connection::open(&file).unwrap();
        let after = contents(&conn);
        for (table, rows) in &before {
            let names = texts(
                &conn,
                &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"),
            );
            assert!(!names.is_empty(), "{table} is gone");
            let old: Vec<String> = rows.iter().flat_map(|row| row.lines().map(str::to_owned)).collect();
            let now = after[table].join("\n");
            if table != "orchestrator_db_deployments" {
                assert_eq!(after[table].len(), rows.len(), "{table}");
            }
            for part in old.iter().flat_map(|line| line.split(' ')) {
                assert!(now.contains(part), "{table} lost {part}");
            }
        }
        let now = texts(&conn, "SELECT name FROM pragma_table_info('database_instance')");
        assert_eq!(now[..columns.len()], columns[..], "columns moved");
        assert_eq!(now.len(), 79, "78 known and one unknown");
        assert_eq!(after["site_notes"], ["id=1 note='do not touch'", "id=2 note=NULL"]);
        for table in schema::tables() {
            for (column, ..) in table.columns {
                conn.prepare(&format!("SELECT {column} FROM {}", table.name)).unwrap();
            }
        }
        assert!(texts(&conn, "SELECT deployed_version FROM orchestrator_db_deployments").contains(&String::new()));
    }
}

#[test]
fn rows_stay_byte_for_byte() {
    let scratch = Scratch::new();
    let file = scratch.file_of(CURRENT);
    let mut before = contents(&Connection::open(&file).unwrap());
    drop(open(&file).unwrap());
    let mut after = contents(&Connection::open(&file).unwrap());
    after.retain(|table, _| before.contains_key(table));
    let versions = "orchestrator_db_deployments";
    assert_eq!(after[versions].len(), before[versions].len() + 1);
    before.remove(versions);
    after.remove(versions);
    assert_eq!(after, before);
}

#[test]
fn a_second_opening_changes_nothing() {
    for sql in [OLDER, CURRENT, ""] {
        let scratch = Scratch::new();
        let file = scratch.file_of(sql);
        drop(open(&file).unwrap());
        let look = || {
            let conn = Connection::open(&file).unwrap();
            (layout(&conn), contents(&conn))
        };
        let (before, bytes) = (look(), fs::read(&file).unwrap());
        let later = OpenOptions {
            now: NOW.plus_seconds(9),
            ..options(Access::Read)
        };
        let inventory = Inventory::open(&file, &later).unwrap();
        inventory.load_fleet(Scope::Analysis).unwrap();
        drop(inventory);
        assert_eq!(bytes, fs::read(&file).unwrap());
        assert_eq!(before, look());
    }
}

#[test]
fn the_original_can_go_on_using_the_file() {
    for sql in [OLDER, CURRENT, ""] {
        let scratch = Scratch::new();
        let file = scratch.file_of(sql);
        let inventory = open(&file).unwrap();
        let other = Connection::open(&file).unwrap();
        // Statements of the kinds that it issues: whole rows replaced, rows inserted unless present, columns left out.
        other
            .execute_batch(
                "replace into database_instance (hostname, port, last_checked, last_attempted_check,
                   last_check_partial_success, uptime, server_id, server_uuid, version, major_version, version_comment,
                   binlog_server, read_only, binlog_format, binlog_row_image, log_bin, log_slave_updates,
                   binary_log_file, binary_log_pos, master_host, master_port, slave_sql_running, slave_io_running,
                   has_replication_filters, supports_oracle_gtid, oracle_gtid, executed_gtid_set, gtid_mode,
                   gtid_purged, gtid_errant, mariadb_gtid, pseudo_gtid, master_log_file, read_master_log_pos,
                   relay_master_log_file, exec_master_log_pos, relay_log_file, relay_log_pos, last_sql_error,
                   last_io_error, seconds_behind_master, slave_lag_seconds, sql_delay, num_slave_hosts, slave_hosts,
                   cluster_name, suggested_cluster_alias, data_center, physical_environment, replication_depth,
                   is_co_master, has_replication_credentials, allow_tls, semi_sync_enforced, instance_alias,
                   last_discovery_latency, last_seen)
                 values ('dbx', 3306, datetime('now'), datetime('now'), 1, 10, 5, 'u', '8.0.36', '8.0', '', 0, 0, 'ROW',
                   'FULL', 1, 1, 'b.000001', 4, '', 0, 0, 0, 0, 1, 0, 'u:1-5', 'ON', '', '', 0, 0, '', 0, '', 0, '', 0,
                   '', '', null, null, 0, 0, '[]', 'dbx:3306', '', '', '', 0, 0, 0, 0, 0, '', 5, datetime('now'));
                 insert or ignore into database_instance (hostname, port, last_checked, last_attempted_check, version,
                   cluster_name) values ('dby', 3306, datetime('now'), datetime('now'), 'Unknown', 'dby:3306');
                 replace into candidate_database_instance (hostname, port, promotion_rule, last_suggested)
                   values ('dbx', 3306, 'prefer', datetime('now'));
                 insert or ignore into topology_recovery (recovery_id, uid, hostname, port, in_active_period,
                   start_active_period, end_active_period_unixtime, processing_node_hostname, processcing_node_token,
                   analysis, cluster_name, cluster_alias, count_affected_slaves, slave_hosts, last_detection_id)
                   values (null, 'u1', 'dbx', 3306, 1, datetime('now'), 0, 'n', 't', 'DeadMaster', 'c', 'c', 1, 'r:1', 0);
                 insert or ignore into topology_failure_detection (hostname, port, in_active_period,
                   end_active_period_unixtime, processing_node_hostname, processcing_node_token, analysis, cluster_name,
                   cluster_alias, count_affected_slaves, slave_hosts, is_actionable, start_active_period)
                   values ('dbx', 3306, 1, 0, 'n', 't', 'DeadMaster', 'c', 'c', 1, 'r:1', 0, datetime('now')),
                          ('dbx', 3306, 1, 0, 'n', 't', 'DeadMaster', 'c', 'c', 1, 'r:1', 1, datetime('now'));
                 insert or ignore into database_instance_maintenance (hostname, port, maintenance_active,
                   begin_timestamp, end_timestamp, owner, reason, processing_node_hostname, processing_node_token,
                   explicitly_bounded) values ('dbx', 3306, 1, datetime('now'), datetime('now', '+1 day'), 'o', 'r', '', '', 1);
                 replace into node_health (hostname, token, last_seen_active, extra_info, command, app_version,
                   first_seen_active, db_backend, incrementing_indicator) values ('n', 't', '', '', '', '', '', '', 1);
                 insert into audit (audit_timestamp, audit_type, hostname, port, cluster_name, message)
                   values (datetime('now'), 't', 'h', 1, 'c', 'm');
                 replace into orchestrator_db_deployments (deployed_version, deployed_timestamp) values ('3.2.7', datetime('now'));
                 replace into cluster_alias (alias, cluster_name, last_registered) values ('mine', 'dbx:3306', datetime('now'));
                 insert or ignore into database_instance_stale_binlog_coordinates (hostname, port, binary_log_file,
                   binary_log_pos, first_seen) values ('dbx', 3306, 'b.000001', 4, datetime('now'));",
            )
            .unwrap();
        let count = |sql: &str| other.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(
            count("select count(*) from topology_recovery where uid = 'u1' and all_errors = ''"),
            1
        );
        assert_eq!(
            count("select count(*) from topology_failure_detection where hostname = 'dbx'"),
            2
        );
        let seen = inventory.instance(&key("dbx:3306")).unwrap().unwrap();
        assert!(seen.check.is_valid() && seen.check.partial_success);
        assert_eq!(seen.gtid.executed, "u:1-5");
        assert!(inventory.instance(&key("dby:3306")).unwrap().is_some());
        assert_eq!(inventory.aliases().unwrap()["dbx:3306"], "mine");
    }
}

#[test]
fn files_of_a_newer_release_are_taken_as_they_are() {
    let scratch = Scratch::new();
    drop(open(&scratch.file()).unwrap());
    let conn = Connection::open(scratch.file()).unwrap();
    conn.execute_batch(
        "DELETE FROM orchestrator_db_deployments;
         INSERT INTO orchestrator_db_deployments VALUES ('orchestrator-rs 4711', '2034-01-01 00:00:00');
         CREATE TABLE orc_of_tomorrow (cluster text); ALTER TABLE orc_forgotten ADD COLUMN why text NOT NULL DEFAULT ''",
    )
    .unwrap();
    let before = (layout(&conn), contents(&conn));
    let inventory = open(&scratch.file()).unwrap();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    assert!(inventory.forget_instance(&key("h:1"), NOW, 15).unwrap());
    assert_eq!(before.0, layout(&conn));
}

#[test]
fn a_layout_that_must_not_change_is_read_as_it_is() {
    let scratch = Scratch::new();
    let file = scratch.file_of(OLDER);
    let before = fs::read(&file).unwrap();
    let keep = OpenOptions {
        update_schema: false,
        ..options(Access::Read)
    };
    let inventory = Inventory::open(&file, &keep).unwrap();
    let fleet = inventory.load_fleet(Scope::Everything).unwrap();
    assert_eq!(fleet.instances().len(), 3);
    assert!(
        fleet.get(&key("db1.example.com:3306")).unwrap().group.single_primary,
        "default of a missing column"
    );
    assert!(fleet.stale_coordinates.is_empty() && inventory.all_tags().unwrap().is_empty());
    assert!(!inventory.is_forgotten(&key("h:1"), NOW).unwrap());
    assert!(
        inventory
            .verify()
            .unwrap()
            .iter()
            .any(|f| f.text.contains("database_instance_tags"))
    );
    drop(inventory);
    assert_eq!(before, fs::read(&file).unwrap());

    let inventory = Inventory::open(
        &file,
        &OpenOptions {
            access: Access::Write,
            ..keep
        },
    )
    .unwrap();
    assert_eq!(
        inventory.record_success(&instance("new:1"), NOW).unwrap(),
        Recorded::Stored
    );
    assert!(inventory.instance(&key("new:1")).unwrap().is_some());
    let error = inventory.kv_put("a", "b", NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.to_string().contains("redeploy-internal-db"), "{error}");

    let mut inventory = inventory;
    inventory.redeploy(NOW).unwrap();
    inventory.kv_put("a", "b", NOW).unwrap();
}

#[test]
fn a_different_deployment_is_refused_on_request() {
    let scratch = Scratch::new();
    let file = scratch.file_of(CURRENT);
    let before = fs::read(&file).unwrap();
    let strict = OpenOptions {
        panic_if_different: true,
        ..options(Access::Write)
    };
    let error = refused(Inventory::open(&file, &strict));
    assert_eq!(error.kind(), ErrorKind::DifferentDeploy);
    assert!(error.to_string().contains("PanicIfDifferentDatabaseDeploy"), "{error}");
    assert_eq!(before, fs::read(&file).unwrap());
    drop(open(&file).unwrap());
    Inventory::open(&file, &strict).unwrap();
}

#[test]
fn missing_files_and_directories() {
    let scratch = Scratch::new();
    let error = refused(open(&scratch.0.join("no/such/file.db")));
    assert_eq!(error.kind(), ErrorKind::NoDirectory);
    assert!(error.to_string().contains("no/such"), "{error}");
    assert_eq!(refused(open(&scratch.0)).kind(), ErrorKind::CannotOpen);
    assert_eq!(refused(open(Path::new(""))).kind(), ErrorKind::Missing);
    let keep = OpenOptions {
        update_schema: false,
        ..options(Access::Write)
    };
    assert_eq!(
        refused(Inventory::open(scratch.file(), &keep)).kind(),
        ErrorKind::Missing
    );
    assert!(!scratch.file().exists());
    fs::write(scratch.file(), "").unwrap();
    assert_eq!(
        refused(Inventory::open(scratch.file(), &keep)).kind(),
        ErrorKind::Missing
    );
    open(&scratch.file()).unwrap().verify().unwrap();
}

#[test]
fn what_is_no_inventory_is_left_alone() {
    let scratch = Scratch::new();
    for (content, kind) in [
        (
            "not a database, but long enough to be looked at: "
                .repeat(40)
                .into_bytes(),
            ErrorKind::NotADatabase,
        ),
        (
            b"SQLite format 3\0 and then nothing of the kind".repeat(100).clone(),
            ErrorKind::NotADatabase,
        ),
        (b"x".to_vec(), ErrorKind::NotADatabase),
    ] {
        fs::write(scratch.file(), &content).unwrap();
        for access in [Access::Read, Access::Write] {
            let error = refused(Inventory::open(scratch.file(), &options(access)));
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(fs::read(scratch.file()).unwrap(), content);
        }
    }
    for sql in [
        "CREATE TABLE moz_places (id integer primary key, url text)",
        "CREATE TABLE database_instance (alias varchar(256) NOT NULL, PRIMARY KEY (alias))",
        "CREATE TABLE database_instance (alias text); CREATE TABLE orchestrator_db_deployments (deployed_version text)",
    ] {
        let scratch = Scratch::new();
        let file = scratch.file_of(sql);
        let before = fs::read(&file).unwrap();
        let error = refused(open(&file));
        assert_eq!(error.kind(), ErrorKind::Foreign, "{error}");
        assert_eq!(before, fs::read(&file).unwrap());
    }
}

#[test]
fn damage_is_told_and_found() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory
        .transaction("fill", |inventory| {
            (1..2_000).try_for_each(|port| {
                let name = format!("a-host-with-a-long-name.example.com:{port}");
                inventory.record_success(&instance(&name), NOW).map(|_| ())
            })
        })
        .unwrap();
    drop(inventory);
    let mut bytes = fs::read(scratch.file()).unwrap();
    let behind = bytes.len() / 4096 * 3 / 4 * 4096;
    bytes[behind..].chunks_mut(4096).for_each(|page| page[..64].fill(0xEE));
    fs::write(scratch.file(), &bytes).unwrap();
    let inventory = Inventory::open(scratch.file(), &options(Access::Read)).unwrap();
    let error = inventory.load_fleet(Scope::Everything).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("inventory check"), "{error}");
    assert!(
        inventory
            .verify()
            .unwrap()
            .iter()
            .any(|f| f.severity == orchestrator::inventory::Severity::Error)
    );
    drop(inventory);
    assert_eq!(fs::read(scratch.file()).unwrap(), bytes);
}

#[test]
fn a_lock_is_waited_for_and_then_named() {
    let scratch = Scratch::new();
    drop(open(&scratch.file()).unwrap());
    let mut child = child("hold", &scratch.file(), Stdio::piped(), None);
    wait_until(|| scratch.0.join("held").exists());
    let patient = OpenOptions {
        busy_timeout: Duration::from_millis(300),
        ..options(Access::Write)
    };
    let inventory = Inventory::open(scratch.file(), &patient).unwrap();
    inventory.load_fleet(Scope::Everything).unwrap();
    let started = Instant::now();
    let error = inventory.kv_put("a", "b", NOW).unwrap_err();
    assert!(started.elapsed() >= Duration::from_millis(250), "did not wait");
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(
        error.to_string().contains(&format!("process {}", child.id())),
        "{error}"
    );
    fs::write(scratch.0.join("release"), "").unwrap();
    child.wait().unwrap();
    inventory.kv_put("a", "b", NOW).unwrap();
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.kv_put("kept", "yes", NOW).unwrap();
    drop(inventory);
    let tiny = child("fill", &scratch.file(), Stdio::piped(), None)
        .wait_with_output()
        .unwrap();
    let said = String::from_utf8_lossy(&tiny.stdout).into_owned();
    assert!(said.contains("DiskFull") || said.contains("Io"), "{said}");
    let inventory = open(&scratch.file()).unwrap();
    assert_eq!(inventory.kv_get("kept").unwrap().as_deref(), Some("yes"));
    assert!(inventory.verify().unwrap().is_empty());
}

#[test]
fn read_only_files_and_directories_can_be_read() {
    let scratch = Scratch::new();
    let inventory = open(&scratch.file()).unwrap();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    drop(inventory);
    assert!(!scratch.0.join("orchestrator.db-wal").exists());
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let ask = |what| {
        let output = child(what, &scratch.file(), Stdio::piped(), Some(&scratch.0))
            .wait_with_output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    mode(&scratch.file(), 0o444);
    mode(&scratch.0, 0o777);
    assert!(ask("read").contains("instances 1"), "file read-only: {}", ask("read"));
    assert!(ask("write").contains("ReadOnly"), "file read-only: {}", ask("write"));
    mode(&scratch.0, 0o555);
    assert!(
        ask("read").contains("instances 1"),
        "directory read-only: {}",
        ask("read")
    );
    assert!(
        ask("write").contains("ReadOnly") || ask("write").contains("CannotOpen"),
        "{}",
        ask("write")
    );
    mode(&scratch.file(), 0o000);
    assert!(ask("read").contains("CannotOpen"), "{}", ask("read"));
    mode(&scratch.0, 0o755);
}

#[test]
fn a_read_only_file_of_an_older_release_can_be_read() {
    let scratch = Scratch::new();
    let file = scratch.file_of(OLDER);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&file, 0o444);
    mode(&scratch.0, 0o555);
    let output = child("read", &file, Stdio::piped(), Some(&scratch.0))
        .wait_with_output()
        .unwrap();
    mode(&scratch.0, 0o755);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("instances 3"), "{said}");
}

#[test]
fn a_file_in_memory() {
    let inventory = memory();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    assert_eq!(inventory.keys().unwrap(), [key("h:1")]);
    assert!(!inventory.is_read_only());
}

#[test]
fn names_with_odd_letters() {
    let scratch = Scratch::new();
    let file = scratch.0.join("a b?c#d%41ü.db");
    open(&file).unwrap().record_success(&instance("h:1"), NOW).unwrap();
    assert!(file.exists());
    assert_eq!(open(&file).unwrap().keys().unwrap().len(), 1);
}

#[test]
fn another_connection_is_noticed() {
    let scratch = Scratch::new();
    let (one, other) = (open(&scratch.file()).unwrap(), open(&scratch.file()).unwrap());
    let before = one.data_version().unwrap();
    one.kv_put("a", "b", NOW).unwrap();
    assert_eq!(one.data_version().unwrap(), before);
    other.kv_put("a", "c", NOW).unwrap();
    assert_ne!(one.data_version().unwrap(), before);
}

#[test]
fn twenty_threads_open_a_missing_file() {
    for sql in ["", OLDER] {
        let scratch = Scratch::new();
        if !sql.is_empty() {
            scratch.file_of(sql);
        }
        std::thread::scope(|scope| {
            for number in 0..20 {
                let file = scratch.file();
                scope.spawn(move || {
                    let inventory = open(&file).unwrap();
                    inventory
                        .record_success(&instance(&format!("t:{}", number + 1)), NOW)
                        .unwrap();
                });
            }
        });
        let inventory = open(&scratch.file()).unwrap();
        assert_eq!(
            inventory
                .keys()
                .unwrap()
                .iter()
                .filter(|key| key.hostname.as_ref() == "t")
                .count(),
            20
        );
        assert!(inventory.verify().unwrap().is_empty());
    }
}

#[test]
fn twenty_processes_open_a_missing_file() {
    let scratch = Scratch::new();
    let children: Vec<_> = (0..20)
        .map(|_| child("join", &scratch.file(), Stdio::piped(), None))
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("joined"), "{said}");
    }
    assert_eq!(open(&scratch.file()).unwrap().keys().unwrap().len(), 20);
}

fn wait_until(done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(20), "nothing happened");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs this program again to do one thing; with `home`, as a user who is not above permissions.
fn child(what: &str, file: &Path, output: Stdio, home: Option<&Path>) -> Child {
    let mut program = std::env::current_exe().unwrap();
    let powerful = fs::metadata("/proc/self").unwrap().uid() == 0;
    if let Some(home) = home.filter(|_| powerful) {
        let copy = home.with_extension("exe");
        if !copy.exists() {
            fs::copy(&program, &copy).unwrap();
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        }
        program = copy;
    }
    let mut command = Command::new(&program);
    command.args(["--exact", "does_one_thing", "--nocapture"]);
    command
        .env("INVENTORY_DO", what)
        .env("INVENTORY_FILE", file)
        .current_dir("/")
        .stdout(output);
    if powerful && home.is_some() {
        command.uid(65_534).gid(65_534);
    }
    command.spawn().unwrap()
}

#[test]
fn does_one_thing() {
    let (Ok(what), Some(file)) = (std::env::var("INVENTORY_DO"), std::env::var_os("INVENTORY_FILE")) else {
        return;
    };
    let file = Path::new(&file);
    let said = match what.as_str() {
        "read" => Inventory::open(file, &options(Access::Read))
            .and_then(|inventory| inventory.load_fleet(Scope::Everything))
            .map(|fleet| format!("instances {}", fleet.instances().len())),
        "write" => open(file)
            .and_then(|inventory| inventory.kv_put("a", "b", NOW))
            .map(|()| "written".to_owned()),
        "join" => open(file)
            .and_then(|inventory| {
                let port = u16::try_from(std::process::id() % 65_535).unwrap() + 1;
                inventory.record_success(&instance(&format!("h:{port}")), NOW)
            })
            .map(|_| "joined".to_owned()),
        "fill" => {
            // What the kernel says beyond this size is what it says on a full disk.
            let limit = libc::rlimit {
                rlim_cur: 900_000,
                rlim_max: 900_000,
            };
            unsafe {
                libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
                libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit);
            }
            let inventory = open(file).unwrap();
            (0..1_000)
                .try_for_each(|n| inventory.kv_put(&format!("key{n}"), &"x".repeat(10_000), NOW))
                .map(|()| "room".to_owned())
        }
        "hold" => {
            let conn = Connection::open(file).unwrap();
            conn.execute_batch("BEGIN IMMEDIATE; DELETE FROM kv_store").unwrap();
            fs::write(file.with_file_name("held"), "").unwrap();
            wait_until(|| file.with_file_name("release").exists());
            Ok("held".to_owned())
        }
        other => panic!("{other}"),
    };
    match said {
        Ok(said) => println!("{said}"),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}
