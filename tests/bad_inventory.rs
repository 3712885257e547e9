//! Inventories that are damaged, locked, full, out of reach or something else: each time a message that says what to
//! do, a status that is not success, and a file that is as it was.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/cli.rs"]
mod cli;

use cli::{Cli, Ran, dated};
use std::ffi::CString;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

const READS: &str = "-c clusters";
const WRITES: &str = "-c tag -i testhost:22293 -tag role";
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    // SAFETY: the call has no arguments and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// Both kinds of commands fail, say what helps, and leave the file as it was.
#[track_caller]
fn refused(cli: &Cli, said: &str) {
    let before = std::fs::read(cli.inventory()).ok();
    for line in [READS, WRITES, "-c redeploy-internal-db"] {
        cli.run(line).is("", &dated("FATAL", "cannot "), 1).ends(said, 1);
    }
    cli.run("clusters").is("", said, 3);
    cli.run("inventory check").is("", said, 3);
    assert_eq!(std::fs::read(cli.inventory()).ok(), before, "the file was touched");
}

#[test]
fn files_that_are_no_inventory() {
    let cli = Cli::bare();
    std::fs::write(
        cli.inventory(),
        "just a text, and long enough to be read as the head of a database\n".repeat(9),
    )
    .unwrap();
    refused(
        &cli,
        "not a database; check SQLite3DataFile: the file is left untouched",
    );
    std::fs::remove_file(cli.inventory()).unwrap();
    std::fs::create_dir(cli.inventory()).unwrap();
    refused(&cli, "it is a directory; set SQLite3DataFile to a file");
    let other = Cli::bare();
    let shop = rusqlite::Connection::open(other.inventory()).unwrap();
    shop.execute_batch("CREATE TABLE orders (id INTEGER, price TEXT); INSERT INTO orders VALUES (1, 'x')")
        .unwrap();
    drop(shop);
    refused(
        &other,
        "a database of something else, with tables orders; correct SQLite3DataFile: the file is left untouched",
    );
}

#[test]
fn a_directory_that_is_not_there() {
    let cli = Cli::bare();
    let text = format!(
        "{{\"BackendDB\": \"sqlite\", \"SQLite3DataFile\": \"{}/none/inventory.db\"}}",
        cli.path("").display()
    );
    std::fs::write(cli.config(), text).unwrap();
    cli.run(READS).is(
        "",
        &dated(
            "FATAL",
            ".*none does not exist; create the directory, or correct SQLite3DataFile",
        ),
        1,
    );
    assert!(!cli.path("none").exists());
}

#[test]
fn an_empty_file_becomes_an_inventory() {
    let cli = Cli::bare();
    std::fs::write(cli.inventory(), "").unwrap();
    cli.run(READS).prints("\n");
    cli.run(WRITES).prints("testhost:22293\n");
}

#[test]
fn a_file_that_must_not_be_made_or_changed() {
    let cli = Cli::bare().with("\"SkipOrchestratorDatabaseUpdate\": true,\n");
    cli.run(READS).is("", "run once with --enable-database-update", 1);
    assert!(!cli.inventory().exists());
    cli.run("-c clusters -enable-database-update").prints("\n");
    cli.run(READS).prints("\n");
    std::fs::remove_file(cli.inventory()).unwrap();
    cli.run("-c redeploy-internal-db").prints("Redeployed internal db\n");
    let cli = Cli::bare().with("\"PanicIfDifferentDatabaseDeploy\": true,\n");
    cli.run(READS).is(
        "",
        "(?s)PanicIfDifferentDatabaseDeploy.*run `orchestrator redeploy-internal-db`",
        1,
    );
    cli.run("-c redeploy-internal-db").prints("Redeployed internal db\n");
    cli.run(READS).prints("\n");
}

#[test]
fn damaged_pages() {
    let cli = Cli::testhost();
    let mut bytes = std::fs::read(cli.inventory()).unwrap();
    let end = bytes.len();
    bytes[100..end]
        .iter_mut()
        .enumerate()
        .for_each(|(at, byte)| *byte = (at % 251) as u8);
    std::fs::write(cli.inventory(), &bytes).unwrap();
    refused(
        &cli,
        "run `orchestrator inventory check`; restore a backup, or move the file away",
    );
    // Only the tables' pages are damaged: opening works, reading what is there does not.
    let cli = Cli::testhost();
    let mut bytes = std::fs::read(cli.inventory()).unwrap();
    let root: usize = cli
        .value("SELECT rootpage FROM sqlite_master WHERE name = 'database_instance'")
        .parse()
        .unwrap();
    let page = 4096;
    bytes[(root - 1) * page..root * page].fill(0xA5);
    std::fs::write(cli.inventory(), &bytes).unwrap();
    cli.run("-c all-instances").is(
        "",
        &dated("FATAL", "cannot .*malformed.*; run `orchestrator inventory check`"),
        1,
    );
    let checked = cli.run("inventory check");
    assert!(checked.status != 0, "{checked:?}");
    assert_eq!(std::fs::read(cli.inventory()).unwrap(), bytes);
}

#[test]
fn a_file_cut_short() {
    let cli = Cli::testhost();
    let bytes = std::fs::read(cli.inventory()).unwrap();
    std::fs::write(cli.inventory(), &bytes[..bytes.len() / 3]).unwrap();
    for line in ["-c all-instances", WRITES] {
        let ran = cli.run(line);
        assert!(
            ran.status == 1 && ran.stdout.is_empty() && ran.stderr.contains("inventory check"),
            "{ran:?}"
        );
    }
}

#[test]
fn a_file_that_others_keep_locked() {
    let cli = Cli::testhost();
    let holder = cli.connection();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    cli.run(READS).prints("testhost:22293\n");
    let begun = Instant::now();
    let pid = std::process::id();
    cli.run(WRITES).is(
        "",
        &dated(
            "FATAL",
            &format!("cannot .*locked; it is held by process {pid} \\(.*wait for it to end, or stop it"),
        ),
        1,
    );
    let waited = begun.elapsed().as_secs();
    assert!((4..12).contains(&waited), "waited {waited} s");
    // One that lets go in time costs a wait only.
    let waiting = std::thread::scope(|scope| {
        let writer = scope.spawn(|| cli.run(WRITES));
        holder.execute_batch("COMMIT").unwrap();
        writer.join().unwrap()
    });
    waiting.prints("testhost:22293\n");
}

/// Runs as a user who owns nothing here; where the tests themselves are not run as root, as they are.
fn as_nobody(cli: &Cli, line: &str) -> Ran {
    let mut command = cli.command();
    command.arg("--config").arg(cli.config()).args(cli::words(line));
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    Ran::of(line, &command.output().unwrap())
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_and_directories_that_may_not_be_written() {
    let cli = Cli::testhost();
    let before = std::fs::read(cli.inventory()).unwrap();
    for (file, folder) in [(0o444, 0o755), (0o444, 0o555), (0o644, 0o555)] {
        set_mode(&cli.inventory(), file);
        set_mode(&cli.folder.0, folder);
        let reads = as_nobody(&cli, "-c which-cluster-master -i testhost:22295");
        let writes = as_nobody(&cli, WRITES);
        set_mode(&cli.folder.0, 0o755);
        set_mode(&cli.inventory(), 0o644);
        if reads.status == 101
            || reads.stderr.contains("Permission denied (os error 13)") && reads.stderr.contains("config file")
        {
            eprintln!("skipped: another user cannot reach {}", cli.folder.0.display());
            return;
        }
        reads.prints("testhost:22293\n");
        if !is_root() && file == 0o644 {
            continue; // the owner may write the file itself
        }
        writes.is(
            "",
            &dated("FATAL", "cannot .*(run as its owner|check owner and permissions)"),
            1,
        );
    }
    assert_eq!(std::fs::read(cli.inventory()).unwrap(), before);
    // One that may not even be read.
    set_mode(&cli.inventory(), 0o000);
    let ran = as_nobody(&cli, READS);
    set_mode(&cli.inventory(), 0o644);
    ran.is("", &dated("FATAL", "cannot .*check owner and permissions"), 1);
    // None there, and none can be made.
    std::fs::remove_file(cli.inventory()).unwrap();
    set_mode(&cli.folder.0, 0o555);
    let ran = as_nobody(&cli, READS);
    set_mode(&cli.folder.0, 0o755);
    ran.is("", &dated("FATAL", "cannot .*check owner and permissions"), 1);
}

/// A file system of its own, which goes away with the test; none where the tests may not mount.
struct Mounted(PathBuf);

impl Mounted {
    fn small(at: PathBuf, bytes: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let text = |text: &str| CString::new(text).unwrap();
        let (name, target, size) = (
            text("tmpfs"),
            text(at.to_str().unwrap()),
            text(&format!("size={bytes}")),
        );
        // SAFETY: all four are texts that end in zero and live until the call returns.
        let done = unsafe { libc::mount(name.as_ptr(), target.as_ptr(), name.as_ptr(), 0, size.as_ptr().cast()) };
        if done != 0 {
            eprintln!(
                "skipped: mounting a small file system needs root: {}",
                std::io::Error::last_os_error()
            );
        }
        (done == 0).then_some(Self(at))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let target = CString::new(self.0.to_str().unwrap()).unwrap();
        // SAFETY: the text ends in zero and lives until the call returns.
        unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
    }
}

fn configured_on(cli: &Cli, disk: &Path) -> PathBuf {
    let file = disk.join("inventory.db");
    let text = format!(
        "{{\"BackendDB\": \"sqlite\", \"SQLite3DataFile\": \"{}\"}}",
        file.display()
    );
    std::fs::write(cli.config(), text).unwrap();
    file
}

#[test]
fn a_full_disk() {
    let cli = Cli::testhost();
    let said = "(full|I/O|no room).*; (free some space|check the disk)";
    {
        let Some(disk) = Mounted::small(cli.path("tiny"), "64k") else {
            return;
        };
        let file = configured_on(&cli, &disk.0);
        for _ in 0..2 {
            cli.run(READS).is("", &dated("FATAL", &format!("cannot .*{said}")), 1);
        }
        assert!(std::fs::metadata(file).is_ok_and(|m| m.len() <= 65_536));
    }
    let Some(disk) = Mounted::small(cli.path("small"), "1m") else {
        return;
    };
    let made = std::fs::read(cli.inventory()).unwrap();
    let file = configured_on(&cli, &disk.0);
    std::fs::write(&file, &made).unwrap();
    // Something else takes the rest; what comes last does not fit.
    let _ = std::fs::write(disk.0.join("rest"), vec![0_u8; 1 << 20]);
    cli.run(WRITES).is("", &dated("FATAL", &format!("cannot .*{said}")), 1);
    std::fs::remove_file(disk.0.join("rest")).unwrap();
    cli.run(READS).prints("testhost:22293\n");
    cli.run("-c tags -i testhost:22293").prints("");
    cli.run("inventory check").ends("", 0);
    cli.run(WRITES).prints("testhost:22293\n");
}

#[test]
fn values_that_are_none() {
    let cli = Cli::testhost();
    cli.sql(
        "UPDATE database_instance SET server_id = 'many', uptime = -5, last_checked = 'yesterday', last_seen = x'00ff', \
         seconds_behind_master = 1e300, slave_hosts = '[{', replication_depth = 'deep', version = x'c328' WHERE port = 22294; \
         UPDATE database_instance SET slave_hosts = '[{\"Hostname\":\"x\",\"Port\":70000}]', binary_log_pos = -1, \
         master_port = 99999 WHERE port = 22295; \
         UPDATE database_instance SET replication_group_members = 'none', semi_sync_master_timeout = '', log_bin = 'yes' \
         WHERE port = 22296; \
         INSERT INTO database_instance (hostname, port, last_checked, cluster_name) VALUES ('big', 70000, 'x', x'ff'), \
         ('', 3306, '', ''), ('neg', -1, '', ''), ('text', 'abc', '', ''); \
         INSERT INTO database_instance_downtime (hostname, port, downtime_active, begin_timestamp, end_timestamp, owner, reason) \
         VALUES ('testhost', 22293, 'on', 'then', 'never', x'ff00', 7); \
         INSERT INTO candidate_database_instance (hostname, port, last_suggested, promotion_rule) VALUES ('testhost', 22293, '', 'must'); \
         INSERT INTO database_instance_tags (hostname, port, tag_name, tag_value) VALUES ('testhost', 22293, '', ''), ('h', 99999, 'a', 'b'); \
         INSERT INTO hostname_resolve (hostname, resolved_hostname, resolved_timestamp) VALUES ('', '', 'x');",
    );
    let count = "SELECT count(*) FROM database_instance";
    let before = cli.value(count);
    for spec in orchestrator::commands::specs() {
        if matches!(
            spec.name,
            "discover" | "resolve" | "forget-cluster" | "inventory check" | "watch"
        ) {
            continue;
        }
        for tail in ["", "testhost:22294", "-o json", "-o table"] {
            let ran = cli.run(&format!("{} {tail}", spec.name));
            assert!(ran.is_orderly() && ran.status <= 5, "{ran:?}");
        }
    }
    assert_eq!(
        cli.value(count),
        (before.parse::<u32>().unwrap() - 1).to_string(),
        "only `forget` removed its one"
    );
    let ran = cli.run("-c topology -i testhost:22293 -verbose");
    assert!(
        ran.stdout.contains("testhost:22295") && ran.stderr.contains("WARNING inventory "),
        "{ran:?}"
    );
    let checked = cli.run("inventory check");
    assert!(checked.is_orderly(), "{checked:?}");
}
