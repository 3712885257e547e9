//! Opening a file: creating, upgrading, refusing, or making do with reading.

use super::error::kind_of;
use super::migrate::{Shape, VERSION_PREFIX, is_current, migrate};
use super::row::Book;
use super::{ErrorKind, Inventory, InventoryError, Result};
use crate::model::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// What the inventory is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading; a file that cannot be written will do.
    Read,
    /// Reading and writing.
    Write,
}

/// How to open an inventory.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// How long to wait for other processes.
    pub busy_timeout: Duration,
    /// Whether the file may be created or brought to the current layout.
    pub update_schema: bool,
    /// Whether to refuse a file of another layout rather than change it.
    pub panic_if_different: bool,
    /// What it is opened for.
    pub access: Access,
    /// The present.
    pub now: Timestamp,
}

impl OpenOptions {
    /// The usual way of opening: wait five seconds, create and upgrade as needed.
    pub fn new(access: Access, now: Timestamp) -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            update_schema: true,
            panic_if_different: false,
            access,
            now,
        }
    }
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// An inventory of this layout or a newer one.
    Current,
    /// An inventory of another release.
    Older,
    /// Nothing.
    Empty,
    /// Something else, with these tables.
    Foreign(String),
}

/// Size of the smallest page. SQLite would take a shorter file for an empty one, and write over it.
const SMALLEST_DATABASE: u64 = 512;

const OPENING: &str = "open the inventory";

impl Inventory {
    /// Opens a file, or `:memory:`. A missing file is created if its directory exists.
    ///
    /// # Errors
    /// [`InventoryError`], by kind: no directory, no permission, locked, damaged, no database, a database of something
    /// else, or a layout that must not be changed. A file that is refused is left untouched.
    pub fn open(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Self> {
        let path = path.as_ref();
        let file = path.display().to_string();
        if file == ":memory:" {
            let conn = Connection::open_in_memory().map_err(|e| InventoryError::from_sqlite(OPENING, &file, &e))?;
            return Self::prepare(conn, &file, options);
        }
        let exists = look_at(path, &file)?;
        if !exists {
            may_create(&file, options)?;
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if !exists {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let opened = Connection::open_with_flags(path, flags)
            .map_err(|e| InventoryError::from_sqlite(OPENING, &file, &e))
            .and_then(|conn| Self::prepare(conn, &file, options));
        match opened {
            Err(error)
                if exists
                    && options.access == Access::Read
                    && matches!(error.kind(), ErrorKind::CannotOpen | ErrorKind::ReadOnly) =>
            {
                Self::open_unchanging(path, &file, options).unwrap_or(Err(error))
            }
            other => other,
        }
    }

    /// Opens a file for reading where not even the files beside it can be made; `None` when that is not safe.
    ///
    /// SQLite then takes the file as unchanging, so it must not have a log beside it, which would be passed over.
    fn open_unchanging(path: &Path, file: &str, options: &OpenOptions) -> Option<Result<Self>> {
        if fs::metadata(format!("{file}-wal")).is_ok_and(|log| log.len() > 0) {
            return None;
        }
        let absolute = fs::canonicalize(path).ok()?;
        let mut name = String::from("file:");
        for byte in absolute.to_str()?.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => name.push(char::from(byte)),
                other => name.push_str(&format!("%{other:02X}")),
            }
        }
        name.push_str("?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(name, flags).ok()?;
        Some(Self::prepare(conn, file, options))
    }

    fn prepare(conn: Connection, file: &str, options: &OpenOptions) -> Result<Self> {
        let fail = |error: rusqlite::Error| InventoryError::from_sqlite(OPENING, file, &error);
        conn.busy_timeout(options.busy_timeout).map_err(fail)?;
        conn.set_prepared_statement_cache_capacity(64);
        let content = inspect(&conn).map_err(fail)?;
        let read_only = conn.is_readonly("main").map_err(fail)?;
        if !read_only {
            conn.execute_batch("PRAGMA synchronous = NORMAL").map_err(fail)?;
        }
        let mut shape = None;
        match content {
            Content::Current => {}
            Content::Foreign(tables) => return Err(foreign(file, &tables)),
            Content::Empty | Content::Older if options.panic_if_different && options.update_schema => {
                return Err(different(file));
            }
            Content::Empty if !options.update_schema => return Err(must_not_create(file)),
            Content::Empty if read_only => {
                let advice = "run once as its owner, or check SQLite3DataFile";
                return Err(InventoryError::new(
                    ErrorKind::Missing,
                    OPENING,
                    file,
                    "the file is empty",
                    advice,
                ));
            }
            Content::Older if !options.update_schema || read_only => shape = Some(Shape::read(&conn).map_err(fail)?),
            Content::Empty | Content::Older => {
                migrate(&conn, file, options.now, Instant::now() + options.busy_timeout, false)?;
            }
        }
        let inventory = Self {
            conn,
            file: file.to_owned(),
            busy_timeout: options.busy_timeout,
            shape,
            book: RefCell::new(Book::default()),
        };
        if options.access == Access::Write {
            inventory.must_be_writable("open the inventory for writing")?;
        }
        Ok(inventory)
    }
}

/// Whether the file exists.
fn look_at(path: &Path, file: &str) -> Result<bool> {
    let fail = |kind, said: String, advice: &str| Err(InventoryError::new(kind, OPENING, file, said, advice));
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => fail(
            ErrorKind::CannotOpen,
            "it is a directory".to_owned(),
            "set SQLite3DataFile to a file",
        ),
        Ok(found) if (1..SMALLEST_DATABASE).contains(&found.len()) => {
            let advice = "check SQLite3DataFile: the file is left untouched";
            fail(
                ErrorKind::NotADatabase,
                "it is too short to be a database".to_owned(),
                advice,
            )
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let directory = path
                .parent()
                .filter(|d| !d.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            if path.as_os_str().is_empty() {
                return fail(ErrorKind::Missing, "no file is named".to_owned(), "set SQLite3DataFile");
            }
            if directory.is_dir() {
                return Ok(false);
            }
            let said = format!("the directory {} does not exist", directory.display());
            fail(
                ErrorKind::NoDirectory,
                said,
                "create the directory, or correct SQLite3DataFile",
            )
        }
        Err(error) => fail(
            ErrorKind::CannotOpen,
            error.to_string(),
            "check SQLite3DataFile and the permissions above it",
        ),
    }
}

fn may_create(file: &str, options: &OpenOptions) -> Result<()> {
    if !options.update_schema {
        return Err(must_not_create(file));
    }
    if options.panic_if_different {
        Err(different(file))
    } else {
        Ok(())
    }
}

fn must_not_create(file: &str) -> InventoryError {
    let said = "there is no inventory yet, and SkipOrchestratorDatabaseUpdate forbids making one";
    let advice = "run once with --enable-database-update, or check SQLite3DataFile";
    InventoryError::new(ErrorKind::Missing, OPENING, file, said, advice)
}

fn different(file: &str) -> InventoryError {
    let said = "its layout was not made by this version, and PanicIfDifferentDatabaseDeploy forbids changing it";
    let advice = "switch that key off to upgrade the file, or run `orchestrator redeploy-internal-db`";
    InventoryError::new(ErrorKind::DifferentDeploy, OPENING, file, said, advice)
}

pub(super) fn foreign(file: &str, tables: &str) -> InventoryError {
    let said = format!("it is a database of something else, with tables {tables}");
    InventoryError::new(
        ErrorKind::Foreign,
        OPENING,
        file,
        said,
        "correct SQLite3DataFile: the file is left untouched",
    )
}

/// Looks what a file holds: one read when its layout is current.
pub(super) fn inspect(conn: &Connection) -> rusqlite::Result<Content> {
    match deployed(conn) {
        Ok(true) => return Ok(Content::Current),
        Ok(false) => {}
        Err(error) if kind_of(&error) == ErrorKind::Schema => {}
        Err(error) => return Err(error),
    }
    let shape = Shape::read(conn)?;
    if shape.is_empty() {
        return Ok(Content::Empty);
    }
    if shape.is_inventory() {
        Ok(Content::Older)
    } else {
        Ok(Content::Foreign(shape.some_tables()))
    }
}

fn deployed(conn: &Connection) -> rusqlite::Result<bool> {
    let mut statement = conn.prepare(
        "SELECT deployed_version FROM orchestrator_db_deployments WHERE deployed_version BETWEEN ?1 AND ?1 || '~'",
    )?;
    let mut rows = statement.query([VERSION_PREFIX])?;
    while let Some(row) = rows.next()? {
        if row.get_ref(0)?.as_str().is_ok_and(is_current) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Switches the file to write-ahead logging. SQLite does not wait for others here, so this does.
pub(super) fn set_wal(conn: &Connection, deadline: Instant) -> rusqlite::Result<()> {
    let mut pause = Duration::from_millis(2);
    loop {
        match conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
            Err(error) if kind_of(&error) == ErrorKind::Locked && Instant::now() < deadline => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            other => return other,
        }
    }
}
