//! Global transaction identifiers of both server families, as exact sets.
//!
//! [`OracleSet`] is the interval set of MySQL and its relatives (`uuid:1-5:7`), [`MariaSet`] the
//! per-domain position of MariaDB (`0-1-1234`). Everything here is pure: text in, sets out, so that
//! set questions need no round trip to a server (`gtid_subtract()`, `gtid_subset()`).

use std::error::Error;
use std::fmt;
use std::str::FromStr;

mod errant;
mod interval;
#[cfg(test)]
mod laws;
mod mariadb;
mod oracle;
#[cfg(test)]
mod tests;

pub use errant::{LogStart, errant, locate};
pub use interval::Interval;
pub use mariadb::{MariaGap, MariaGtid, MariaSet};
pub use oracle::OracleSet;

/// What kind of element of a GTID text could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GtidErrorKind {
    /// Not a server or group UUID.
    Uuid,
    /// Looks like a tag (MySQL 8.3) but breaks its rules: `[a-z_][a-z0-9_]{0,31}`.
    Tag,
    /// Neither a transaction number, an interval nor a tag.
    Interval,
    /// A transaction number outside `1..=`[`Interval::MAX`].
    NumberRange,
    /// A single GTID was expected: a UUID, at most one tag, one number.
    Single,
    /// A MariaDB GTID is not made of three parts `domain-server-sequence`.
    Parts,
    /// A MariaDB domain is not a 32-bit number.
    Domain,
    /// A MariaDB server id is not a 32-bit number.
    ServerId,
    /// A MariaDB sequence is not a 64-bit number.
    Sequence,
}

/// A GTID text that could not be read: what was wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GtidError {
    /// What was expected there.
    pub kind: GtidErrorKind,
    /// Offset in bytes of the offending part in the text given.
    pub at: usize,
    /// The offending part, at most 64 characters of it.
    pub part: String,
}

impl GtidError {
    fn new(kind: GtidErrorKind, at: usize, part: &str) -> Self {
        let part = part.chars().take(64).collect();
        Self { kind, at, part }
    }
}

impl fmt::Display for GtidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            GtidErrorKind::Uuid => "expected a UUID",
            GtidErrorKind::Tag => "invalid tag",
            GtidErrorKind::Interval => "expected a transaction number, an interval or a tag",
            GtidErrorKind::NumberRange => "transaction number out of range",
            GtidErrorKind::Single => "expected a single GTID",
            GtidErrorKind::Parts => "expected domain-server-sequence",
            GtidErrorKind::Domain => "invalid domain id",
            GtidErrorKind::ServerId => "invalid server id",
            GtidErrorKind::Sequence => "invalid sequence number",
        };
        write!(
            f,
            "malformed GTID text at byte {}: {what}, found {:?}",
            self.at, self.part
        )
    }
}

impl Error for GtidError {}

/// A server or group UUID, the origin of MySQL transactions.
///
/// Compared and ordered by its 16 bytes, which is the order MySQL lists them in, and the same as
/// the order of the canonical texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// Wraps the 16 bytes of a UUID.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes of this UUID.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads a UUID of any letter case, surrounding blanks ignored.
    ///
    /// Accepts the three notations MySQL 8.0 knows: `8-4-4-4-12` hexadecimal digits, the same in
    /// braces, and 32 digits without dashes. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text).as_bytes();
        let (digits, dashed) = match (text.len(), text) {
            (32 | 36, _) => (text, text.len() == 36),
            (38, [b'{', inner @ .., b'}']) => (inner, true),
            _ => return None,
        };
        let mut bytes = [0u8; 16];
        let mut count = 0usize;
        for (at, &digit) in digits.iter().enumerate() {
            if dashed && matches!(at, 8 | 13 | 18 | 23) {
                if digit != b'-' {
                    return None;
                }
                continue;
            }
            let value = u8::try_from(char::from(digit).to_digit(16)?).ok()?;
            let byte = bytes.get_mut(count / 2)?;
            *byte = (*byte << 4) | value;
            count += 1;
        }
        (count == 32).then_some(Self(bytes))
    }
}

impl FromStr for Uuid {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or_else(|| GtidError::new(GtidErrorKind::Uuid, 0, text))
    }
}

/// Canonical lower-case `8-4-4-4-12` text.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The tag of a MySQL 8.3 tagged GTID, or the absence of one (every GTID of older servers).
///
/// A tag is up to 32 letters, digits and underscores, not starting with a digit; the server folds
/// it to lower case. The untagged value is the default and sorts first, as the server lists it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tag(Option<Box<str>>);

impl Tag {
    /// The absence of a tag.
    pub const UNTAGGED: Self = Self(None);

    /// Greatest length of a tag in characters (MySQL 8.3).
    pub const MAX_LENGTH: usize = 32;

    /// Reads a tag, surrounding blanks ignored and letters folded to lower case. An empty text is
    /// [`Tag::UNTAGGED`]; `None` for a text that is no valid tag.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text);
        if text.is_empty() {
            return Some(Self::UNTAGGED);
        }
        let valid = text.len() <= Self::MAX_LENGTH
            && looks_like_tag(text)
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        valid.then(|| Self(Some(text.to_ascii_lowercase().into_boxed_str())))
    }

    /// The tag in lower case; empty when untagged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether there is a tag at all.
    #[must_use]
    pub fn is_tagged(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// One MySQL transaction: `uuid:number`, or `uuid:tag:number` from MySQL 8.3 on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtid {
    /// The server or group the transaction came from.
    pub uuid: Uuid,
    /// Its tag, usually none.
    pub tag: Tag,
    /// Its number within the UUID and tag, `1..=`[`Interval::MAX`].
    pub number: u64,
}

/// Reads one GTID, as in `gtid_next` or `last_applied_transaction`.
impl FromStr for Gtid {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let set = OracleSet::parse(text)?;
        let mut all = set.gtids();
        match (all.next(), all.next()) {
            (Some(gtid), None) => Ok(gtid),
            _ => Err(GtidError::new(GtidErrorKind::Single, 0, text)),
        }
    }
}

impl fmt::Display for Gtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.uuid)?;
        if self.tag.is_tagged() {
            write!(f, "{}:", self.tag)?;
        }
        write!(f, "{}", self.number)
    }
}

/// Blanks the servers skip around separators: space, tab, newline and the like.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether an element that follows a colon can only be meant as a tag.
fn looks_like_tag(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The trimmed parts of a text between separators, each with its offset in that text.
fn parts(text: &str, separator: char) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0usize;
    text.split(separator).map(move |part| {
        let lead = part.len() - part.trim_start_matches(is_blank).len();
        let at = next + lead;
        next += part.len() + separator.len_utf8();
        (at, trim(part))
    })
}

/// A plain unsigned decimal number; neither sign nor blank inside.
fn decimal<T: FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
