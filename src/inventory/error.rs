//! Why the inventory could not do something, and what helps.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// What kept the inventory from doing something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryError {
    kind: ErrorKind,
    attempted: String,
    file: String,
    said: String,
    advice: String,
}

/// The kinds of trouble with an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The directory of the file does not exist.
    NoDirectory,
    /// The file does not exist, or is empty, and must not be created.
    Missing,
    /// The file or a file beside it cannot be opened.
    CannotOpen,
    /// The file cannot be written.
    ReadOnly,
    /// Another process keeps the file locked.
    Locked,
    /// The file is damaged.
    Corrupt,
    /// The file is no SQLite database.
    NotADatabase,
    /// The file is a database of something else.
    Foreign,
    /// There is no room on the disk.
    DiskFull,
    /// The layout was deployed by another version, and the configuration forbids changing it.
    DifferentDeploy,
    /// A table or column is missing.
    Schema,
    /// Reading or writing the file failed.
    Io,
    /// A recovery's lease is not held any more.
    LeaseLost,
    /// The caller gave something that cannot be stored.
    Refused,
    /// Anything else.
    Other,
}

impl InventoryError {
    pub(super) fn new(
        kind: ErrorKind,
        attempted: &str,
        file: &str,
        said: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            attempted: attempted.to_owned(),
            file: file.to_owned(),
            said: said.into(),
            advice: advice.into(),
        }
    }

    /// Translates what SQLite said.
    pub(super) fn from_sqlite(attempted: &str, file: &str, error: &rusqlite::Error) -> Self {
        let kind = kind_of(error);
        let advice = match kind {
            ErrorKind::Locked => lock_advice(file),
            kind => advice_for(kind).to_owned(),
        };
        Self::new(kind, attempted, file, error.to_string(), advice)
    }

    /// Whether the file as a whole is in trouble, so that other work on it will fail as well for now.
    pub fn is_of_file(&self) -> bool {
        !matches!(
            self.kind,
            ErrorKind::Refused | ErrorKind::LeaseLost | ErrorKind::Schema | ErrorKind::Other
        )
    }

    /// Whether it was refused because somebody else may be changing the cluster.
    pub fn is_lease_lost(&self) -> bool {
        self.kind == ErrorKind::LeaseLost
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for InventoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} ({}): {}", self.attempted, self.file, self.said)?;
        if self.advice.is_empty() {
            Ok(())
        } else {
            write!(f, "; {}", self.advice)
        }
    }
}

impl std::error::Error for InventoryError {}

pub(super) fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    use rusqlite::ErrorCode as Code;
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return match error {
            rusqlite::Error::SqlInputError { msg, .. } if is_missing(msg) => ErrorKind::Schema,
            _ => ErrorKind::Other,
        };
    };
    match failure.code {
        Code::DatabaseBusy | Code::DatabaseLocked | Code::FileLockingProtocolFailed => ErrorKind::Locked,
        Code::DatabaseCorrupt => ErrorKind::Corrupt,
        Code::NotADatabase => ErrorKind::NotADatabase,
        Code::DiskFull => ErrorKind::DiskFull,
        Code::ReadOnly => ErrorKind::ReadOnly,
        Code::CannotOpen | Code::PermissionDenied => ErrorKind::CannotOpen,
        Code::SystemIoFailure => ErrorKind::Io,
        _ if message.as_deref().is_some_and(is_missing) => ErrorKind::Schema,
        _ => ErrorKind::Other,
    }
}

fn is_missing(message: &str) -> bool {
    message.contains("no such table") || message.contains("no such column") || message.contains("has no column")
}

fn advice_for(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Corrupt => {
            "run `orchestrator inventory check`; restore a backup, or move the file away and discover the servers again"
        }
        ErrorKind::NotADatabase => "check SQLite3DataFile: the file is left untouched",
        ErrorKind::DiskFull => "free some space on its disk (or raise the quota); nothing already stored is lost",
        ErrorKind::ReadOnly | ErrorKind::CannotOpen => {
            "check owner and permissions of the file, of its directory and of the files -wal and -shm beside it"
        }
        ErrorKind::Schema => {
            "the file is of another release: run `orchestrator redeploy-internal-db`, or switch off SkipOrchestratorDatabaseUpdate"
        }
        ErrorKind::Io => "check the disk and its free space, and the system log",
        _ => "",
    }
}

fn lock_advice(file: &str) -> String {
    let holders = lock_holders(file);
    if holders.is_empty() {
        return "another process keeps it locked: try again, or find it with `fuser`".to_owned();
    }
    format!("it is held by {}: wait for it to end, or stop it", holders.join(", "))
}

/// The processes that hold a write lock on the file or its shared memory, as the kernel tells.
fn lock_holders(file: &str) -> Vec<String> {
    let inodes: Vec<u64> = ["", "-shm", "-wal"]
        .iter()
        .filter_map(|end| fs::metadata(format!("{file}{end}")).ok())
        .map(|m| m.ino())
        .collect();
    let own = std::process::id();
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let mut pids: Vec<u32> = locks
        .lines()
        .filter_map(|line| write_lock(line, &inodes))
        .filter(|p| *p != own)
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids.into_iter()
        .map(|pid| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            format!("process {pid} ({})", name.trim())
        })
        .collect()
}

/// The process of a line such as `1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120`, if it locks one of these inodes.
fn write_lock(line: &str, inodes: &[u64]) -> Option<u32> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let kind = words.iter().position(|word| *word == "WRITE")?;
    let inode: u64 = words.get(kind + 2)?.rsplit(':').next()?.parse().ok()?;
    inodes
        .contains(&inode)
        .then(|| words.get(kind + 1)?.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_lock_table() {
        let line = "9: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120";
        assert_eq!(write_lock(line, &[1234]), Some(4711));
        assert_eq!(write_lock(line, &[99]), None);
        for line in [
            "",
            "9: POSIX ADVISORY READ 4711 fe:00:1234 0 EOF",
            "WRITE",
            "1: -> POSIX ADVISORY WRITE x y",
        ] {
            assert_eq!(write_lock(line, &[1234]), None, "{line:?}");
        }
    }

    #[test]
    fn says_what_where_why_and_what_next() {
        let error = InventoryError::new(
            ErrorKind::DiskFull,
            "store the tag",
            "/a/b",
            "database is full",
            "free some",
        );
        assert_eq!(
            error.to_string(),
            "cannot store the tag (/a/b): database is full; free some"
        );
    }
}
