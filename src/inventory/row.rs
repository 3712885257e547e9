//! Lenient reading: whatever a column holds, a value comes out, and what could not be read is noted.

use crate::model::instance::ThreadState;
use crate::model::{InstanceKey, Timestamp, Version};
use rusqlite::Row;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// How many different unreadable values are kept by name.
const KEPT_WARNINGS: usize = 1_000;

/// A value that could not be read and was taken for its column's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Table.
    pub table: &'static str,
    /// The row's key as text.
    pub row: String,
    /// Column.
    pub column: &'static str,
    /// What was found there, shortened.
    pub found: String,
    /// How often it was met.
    pub times: u64,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, row {}: {} holds {}",
            self.table, self.row, self.column, self.found
        )
    }
}

/// The values that could not be read so far.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Warnings {
    /// Each by name, sorted by table, row and column.
    pub list: Vec<Warning>,
    /// How many more there were than are listed.
    pub unlisted: u64,
}

/// What is remembered while rows are read: names already met, and values that could not be read.
#[derive(Debug, Default)]
pub(super) struct Book {
    names: HashSet<Arc<str>, BuildHasherDefault<NameHasher>>,
    nobody: Arc<str>,
    last_time: Option<([u8; 19], Timestamp)>,
    noted: BTreeMap<(&'static str, String, &'static str), (String, u64)>,
    unlisted: u64,
}

/// A quick hash for host names, which nobody chooses to slow this down.
#[derive(Debug, Default)]
pub(super) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

impl Book {
    /// The shared form of a name.
    pub(super) fn name(&mut self, text: &str) -> Arc<str> {
        if text.is_empty() {
            return self.nobody.clone();
        }
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = Arc::from(text);
        self.names.insert(shared.clone());
        shared
    }

    /// Takes over what another one noted.
    pub(super) fn absorb(&mut self, other: Self) {
        for ((table, row, column), (found, times)) in other.noted {
            for _ in 0..times {
                self.note(table, row.clone(), column, found.clone());
            }
        }
        self.unlisted += other.unlisted;
    }

    /// Forgets the names, so that they live only as long as their users.
    pub(super) fn forget_names(&mut self) {
        self.names = HashSet::default();
    }

    pub(super) fn warnings(&self) -> Warnings {
        let list = self.noted.iter().map(|((table, row, column), (found, times))| Warning {
            table,
            row: row.clone(),
            column,
            found: found.clone(),
            times: *times,
        });
        Warnings {
            list: list.collect(),
            unlisted: self.unlisted,
        }
    }

    fn note(&mut self, table: &'static str, row: String, column: &'static str, found: String) {
        let full = self.noted.len() >= KEPT_WARNINGS;
        match self.noted.get_mut(&(table, row.clone(), column)) {
            Some((last, times)) => {
                *last = found;
                *times += 1;
            }
            None if full => self.unlisted += 1,
            None => {
                self.noted.insert((table, row, column), (found, 1));
            }
        }
    }

    /// Reads a stored moment; neighbouring rows often hold the same one.
    fn time(&mut self, text: &[u8]) -> Option<Timestamp> {
        if let Some((known, moment)) = &self.last_time
            && text == known
        {
            return Some(*moment);
        }
        let moment = Timestamp::parse(str::from_utf8(text).ok()?)?;
        if let Ok(text) = text.try_into() {
            self.last_time = Some((text, moment));
        }
        Some(moment)
    }
}

/// The cells of one row, read by position.
pub(super) struct Cells<'r, 's> {
    pub(super) row: &'r Row<'s>,
    pub(super) book: &'r mut Book,
    pub(super) table: &'static str,
    pub(super) columns: &'r [&'static str],
}

impl<'r> Cells<'r, '_> {
    /// The raw value.
    pub(super) fn value(&self, at: usize) -> ValueRef<'r> {
        self.row.get_ref(at).unwrap_or(ValueRef::Null)
    }

    fn str(&mut self, at: usize) -> Cow<'r, str> {
        match self.value(at) {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => {
                    self.warn(at);
                    Cow::Owned(String::from_utf8_lossy(bytes).into_owned())
                }
            },
            ValueRef::Null => Cow::Borrowed(""),
            ValueRef::Integer(number) => Cow::Owned(number.to_string()),
            ValueRef::Real(number) => Cow::Owned(number.to_string()),
        }
    }

    /// Text; null is empty.
    pub(super) fn text(&mut self, at: usize) -> String {
        self.str(at).into_owned()
    }

    /// Text that repeats over many rows.
    pub(super) fn name(&mut self, at: usize) -> Arc<str> {
        let text = self.str(at);
        self.book.name(&text)
    }

    /// A number in the range of its type; null and empty text are `None`, anything else unreadable is noted.
    pub(super) fn number<T: TryFrom<i64>>(&mut self, at: usize) -> Option<T> {
        let number = match self.value(at) {
            ValueRef::Integer(number) => Some(number),
            ValueRef::Null | ValueRef::Text(b"") => return None,
            #[allow(clippy::cast_possible_truncation)]
            ValueRef::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
            ValueRef::Text(text) => str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok()),
            ValueRef::Real(_) | ValueRef::Blob(_) => None,
        };
        let read = number.and_then(|number| T::try_from(number).ok());
        if read.is_none() {
            self.warn(at);
        }
        read
    }

    /// Whether the number is other than 0.
    pub(super) fn flag(&mut self, at: usize) -> bool {
        self.number::<i64>(at).is_some_and(|number| number != 0)
    }

    /// A moment; null and empty text are `None`, anything else unreadable is noted.
    pub(super) fn time(&mut self, at: usize) -> Option<Timestamp> {
        match self.value(at) {
            ValueRef::Null | ValueRef::Text(b"") => None,
            ValueRef::Text(text) => {
                let moment = self.book.time(text);
                if moment.is_none() {
                    self.warn(at);
                }
                moment
            }
            _ => {
                self.warn(at);
                None
            }
        }
    }

    /// A list of keys; unreadable text is an empty list, and noted.
    pub(super) fn keys(&mut self, at: usize) -> Vec<InstanceKey> {
        let read = match self.value(at) {
            ValueRef::Null | ValueRef::Text(b"" | b"[]" | b"null") => return Vec::new(),
            ValueRef::Text(text) => serde_json::from_slice::<Vec<InstanceKey>>(text).ok(),
            _ => None,
        };
        match read {
            Some(mut keys) => {
                keys.iter_mut()
                    .for_each(|key| key.hostname = self.book.name(&key.hostname));
                keys
            }
            None => {
                self.warn(at);
                Vec::new()
            }
        }
    }

    /// The key in this column and the next; `None`, and noted, when the port is none: such a row names nothing.
    pub(super) fn key(&mut self, at: usize) -> Option<InstanceKey> {
        let port = match self.value(at + 1) {
            ValueRef::Null | ValueRef::Text(b"") => {
                self.warn(at + 1);
                None
            }
            _ => self.number::<u16>(at + 1),
        }?;
        Some(InstanceKey {
            hostname: self.name(at),
            port,
        })
    }

    /// The key in this column and the next; nobody where there is none.
    pub(super) fn key_or_none(&mut self, at: usize) -> InstanceKey {
        InstanceKey {
            hostname: self.name(at),
            port: self.number(at + 1).unwrap_or_default(),
        }
    }

    /// Notes that a value could not be read.
    pub(super) fn warn(&mut self, at: usize) {
        let mut row = shown(self.value(0));
        if self.columns.get(1) == Some(&"port") {
            row = format!("{row}:{}", shown(self.value(1)));
        }
        let found = match self.value(at) {
            ValueRef::Null => "null".to_owned(),
            value => format!("`{}`", shown(value)),
        };
        let column = self.columns.get(at).copied().unwrap_or("?");
        self.book.note(self.table, row, column, found);
    }
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes)
            .chars()
            .take(60)
            .flat_map(char::escape_default)
            .collect(),
    }
}

/// A value with a column of its own.
pub(super) trait Stored: Sized {
    /// Reads it.
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self;
    /// What to write.
    fn put(&self) -> ToSqlOutput<'_>;
}

impl Stored for String {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.text(at)
    }
    fn put(&self) -> ToSqlOutput<'_> {
        borrowed(self)
    }
}

impl Stored for Arc<str> {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.name(at)
    }
    fn put(&self) -> ToSqlOutput<'_> {
        borrowed(self)
    }
}

impl Stored for Version {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        Self::new(cells.text(at))
    }
    fn put(&self) -> ToSqlOutput<'_> {
        borrowed(self.as_str())
    }
}

impl Stored for bool {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.flag(at)
    }
    fn put(&self) -> ToSqlOutput<'_> {
        owned(i64::from(*self))
    }
}

macro_rules! stored_numbers {
    ($($kind:ty),+) => {$(
        impl Stored for $kind {
            fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
                cells.number(at).unwrap_or_default()
            }
            fn put(&self) -> ToSqlOutput<'_> {
                owned(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )+};
}
stored_numbers!(u16, u32, u64, i64);

impl Stored for Option<u64> {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.number(at)
    }
    fn put(&self) -> ToSqlOutput<'_> {
        match self {
            Some(number) => owned(i64::try_from(*number).unwrap_or(i64::MAX)),
            None => ToSqlOutput::Owned(Value::Null),
        }
    }
}

impl Stored for ThreadState {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        Self::from_code(cells.number(at).unwrap_or_default())
    }
    fn put(&self) -> ToSqlOutput<'_> {
        owned(self.code())
    }
}

impl Stored for Vec<InstanceKey> {
    fn get(cells: &mut Cells<'_, '_>, at: usize) -> Self {
        cells.keys(at)
    }
    fn put(&self) -> ToSqlOutput<'_> {
        let mut sorted: Vec<&InstanceKey> = self.iter().collect();
        sorted.sort();
        let text = serde_json::to_string(&sorted).unwrap_or_else(|_| "[]".to_owned());
        ToSqlOutput::Owned(Value::Text(text))
    }
}

/// Text to write, not copied.
pub(super) fn borrowed(text: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
}

fn owned(number: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(number))
}
