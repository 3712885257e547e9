//! GTID sets of MySQL, Percona Server and other servers of the Oracle family.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::str::FromStr;

use super::interval::{self, Interval};
use super::{Gtid, GtidError, GtidErrorKind, Tag, Uuid, looks_like_tag, parts};

/// The numbers of one UUID and tag: a normal, non-empty list of intervals.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Origin {
    uuid: Uuid,
    tag: Tag,
    intervals: Box<[Interval]>,
}

impl Origin {
    fn key(&self) -> (Uuid, &Tag) {
        (self.uuid, &self.tag)
    }
}

/// A set of MySQL transactions, as `@@gtid_executed`, `@@gtid_purged` or `gtid_subset()` mean it.
///
/// Kept in the one normal form the server itself prints: origins ascend by UUID, within a UUID the
/// untagged transactions precede the tagged ones (MySQL 8.3) in order of the tags, intervals ascend
/// and are merged. Two sets are equal exactly if they hold the same transactions.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct OracleSet {
    origins: Vec<Origin>,
}

impl OracleSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { origins: Vec::new() }
    }

    /// Reads a set as the servers do (MySQL 5.6 to 9.x): blanks and newlines around separators,
    /// empty elements, unordered, repeated and overlapping intervals are fine; an interval that ends
    /// before it starts is empty. A tag (MySQL 8.3) holds for what follows it up to the next tag or
    /// comma.
    ///
    /// # Errors
    ///
    /// The first part of the text that could not be read.
    pub fn parse(text: &str) -> Result<Self, GtidError> {
        match Self::scan(text) {
            (set, None) => Ok(set),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads what can be read, and tells whether anything had to be left out.
    ///
    /// Left out are: an unreadable interval; an unreadable tag with the intervals it governs; an
    /// element whose UUID is unreadable. So the set never holds a transaction the text does not name.
    #[must_use]
    pub fn parse_lossy(text: &str) -> (Self, bool) {
        let (set, error) = Self::scan(text);
        (set, error.is_some())
    }

    fn scan(text: &str) -> (Self, Option<GtidError>) {
        let mut error = None;
        let mut fail = |kind, at, part: &str| {
            error.get_or_insert_with(|| GtidError::new(kind, at, part));
        };
        let mut found: BTreeMap<(Uuid, Tag), Vec<Interval>> = BTreeMap::new();
        for (base, element) in parts(text, ',') {
            let mut items = parts(element, ':');
            let Some((_, head)) = items.next() else {
                continue;
            };
            if element.is_empty() {
                continue;
            }
            let Some(uuid) = Uuid::parse(head) else {
                fail(GtidErrorKind::Uuid, base, head);
                continue;
            };
            // `None` after an unreadable tag: nobody knows what the numbers belong to.
            let mut tag = Some(Tag::UNTAGGED);
            let mut run = Vec::new();
            let mut close = |tag: Option<Tag>, run: &mut Vec<Interval>| match tag {
                Some(tag) if !run.is_empty() => {
                    found.entry((uuid, tag)).or_default().append(run);
                }
                _ => run.clear(),
            };
            for (at, item) in items {
                if looks_like_tag(item) {
                    close(tag, &mut run);
                    tag = Tag::parse(item);
                    if tag.is_none() {
                        fail(GtidErrorKind::Tag, base + at, item);
                    }
                    continue;
                }
                match Interval::parse(item) {
                    Ok(interval) => run.extend(interval),
                    Err(kind) => fail(kind, base + at, item),
                }
            }
            close(tag, &mut run);
        }
        let origins = found
            .into_iter()
            .map(|((uuid, tag), list)| Origin {
                uuid,
                tag,
                intervals: interval::normalise(list).into_boxed_slice(),
            })
            .collect();
        (Self { origins }, error)
    }

    /// Whether the set holds no transaction.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// How many transactions the set holds.
    #[must_use]
    pub fn count(&self) -> u128 {
        self.origins
            .iter()
            .flat_map(|s| s.intervals.iter())
            .map(|i| u128::from(i.count()))
            .sum()
    }

    fn find(&self, uuid: Uuid, tag: &Tag) -> Result<usize, usize> {
        self.origins.binary_search_by(|origin| origin.key().cmp(&(uuid, tag)))
    }

    /// The merged, ascending intervals of one UUID and tag; empty if there are none.
    #[must_use]
    pub fn intervals(&self, uuid: Uuid, tag: &Tag) -> &[Interval] {
        let found = self.find(uuid, tag).ok().and_then(|at| self.origins.get(at));
        found.map_or(&[], |origin| &origin.intervals)
    }

    /// Whether the transaction is in the set.
    #[must_use]
    pub fn contains(&self, gtid: &Gtid) -> bool {
        interval::has(self.intervals(gtid.uuid, &gtid.tag), gtid.number)
    }

    /// Whether every transaction of `other` is in this set: `gtid_subset(other, self)`.
    #[must_use]
    pub fn contains_set(&self, other: &Self) -> bool {
        other
            .iter()
            .all(|(uuid, tag, list)| interval::covers(self.intervals(uuid, tag), list))
    }

    /// Adds the transactions of an interval.
    pub fn add(&mut self, uuid: Uuid, tag: &Tag, interval: Interval) {
        match self.find(uuid, tag) {
            Ok(at) => {
                if let Some(origin) = self.origins.get_mut(at) {
                    origin.intervals = interval::union(&origin.intervals, &[interval]).into();
                }
            }
            Err(at) => {
                let intervals = Box::from([interval]);
                self.origins.insert(
                    at,
                    Origin {
                        uuid,
                        tag: tag.clone(),
                        intervals,
                    },
                );
            }
        }
    }

    /// Walks both sets once, origin by origin, an absent one being an empty list.
    fn combine(&self, other: &Self, operation: fn(&[Interval], &[Interval]) -> Vec<Interval>) -> Self {
        let mut origins = Vec::new();
        let (mut left, mut right) = (self.origins.iter().peekable(), other.origins.iter().peekable());
        loop {
            let (a, b) = match (left.peek(), right.peek()) {
                (None, None) => return Self { origins },
                (Some(_), None) => (left.next(), None),
                (None, Some(_)) => (None, right.next()),
                (Some(x), Some(y)) => match x.key().cmp(&y.key()) {
                    std::cmp::Ordering::Less => (left.next(), None),
                    std::cmp::Ordering::Greater => (None, right.next()),
                    std::cmp::Ordering::Equal => (left.next(), right.next()),
                },
            };
            let a_list = a.map_or(&[][..], |origin| &origin.intervals);
            let b_list = b.map_or(&[][..], |origin| &origin.intervals);
            let intervals = operation(a_list, b_list);
            if let (Some(named), false) = (a.or(b), intervals.is_empty()) {
                let (uuid, tag) = (named.uuid, named.tag.clone());
                origins.push(Origin {
                    uuid,
                    tag,
                    intervals: intervals.into_boxed_slice(),
                });
            }
        }
    }

    /// Transactions in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, interval::union)
    }

    /// Transactions of this set that are not in `other`: `gtid_subtract(self, other)`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, interval::subtract)
    }

    /// Transactions in both sets.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.combine(other, interval::intersect)
    }

    /// Keeps the transactions of the UUIDs the predicate holds for, whatever their tags.
    pub fn retain_uuids(&mut self, mut keep: impl FnMut(Uuid) -> bool) {
        self.origins.retain(|origin| keep(origin.uuid));
    }

    /// The transactions of the UUIDs the predicate holds for.
    pub(super) fn filtered(&self, keep: impl Fn(Uuid) -> bool) -> Self {
        let origins = self.origins.iter().filter(|origin| keep(origin.uuid));
        Self {
            origins: origins.cloned().collect(),
        }
    }

    /// This set less all transactions of one UUID, tagged ones included.
    #[must_use]
    pub fn without_uuid(&self, uuid: Uuid) -> Self {
        self.filtered(|each| each != uuid)
    }

    /// The transactions of one UUID only, tagged ones included.
    #[must_use]
    pub fn only_uuid(&self, uuid: Uuid) -> Self {
        self.filtered(|each| each == uuid)
    }

    /// The origins in the order of the server, each with its merged, ascending intervals.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Uuid, &Tag, &[Interval])> {
        self.origins
            .iter()
            .map(|origin| (origin.uuid, &origin.tag, &*origin.intervals))
    }

    /// The distinct UUIDs, ascending.
    pub fn uuids(&self) -> impl Iterator<Item = Uuid> {
        self.origins
            .chunk_by(|a, b| a.uuid == b.uuid)
            .filter_map(|c| c.first())
            .map(|s| s.uuid)
    }

    /// Every single transaction in order, made as the iterator goes: a set of few intervals may
    /// hold more transactions than memory does.
    pub fn gtids(&self) -> impl Iterator<Item = Gtid> {
        self.iter().flat_map(|(uuid, tag, list)| {
            list.iter().flat_map(move |interval| {
                (interval.start()..=interval.end()).map(move |number| Gtid {
                    uuid,
                    tag: tag.clone(),
                    number,
                })
            })
        })
    }

    /// The smallest number not yet used by a UUID and tag, which is the one a server with
    /// `gtid_next = AUTOMATIC` takes next for its own UUID. `None` if all are used up.
    #[must_use]
    pub fn next_free(&self, uuid: Uuid, tag: &Tag) -> Option<u64> {
        interval::first_gap(self.intervals(uuid, tag))
    }

    /// The greatest number used by a UUID and tag.
    #[must_use]
    pub fn last_number(&self, uuid: Uuid, tag: &Tag) -> Option<u64> {
        self.intervals(uuid, tag).last().map(|interval| interval.end())
    }

    /// The very text server variables and `gtid_subtract()` show: a newline follows each comma.
    #[must_use]
    pub fn to_server_text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write(&mut text, ",\n");
        text
    }

    fn write(&self, out: &mut impl Write, separator: &str) -> fmt::Result {
        let mut last = None;
        for origin in &self.origins {
            if last != Some(origin.uuid) {
                out.write_str(if last.is_some() { separator } else { "" })?;
                write!(out, "{}", origin.uuid)?;
                last = Some(origin.uuid);
            }
            if origin.tag.is_tagged() {
                write!(out, ":{}", origin.tag)?;
            }
            for interval in &origin.intervals {
                write!(out, ":{interval}")?;
            }
        }
        Ok(())
    }
}

/// The canonical text on one line; otherwise as the server prints it.
impl fmt::Display for OracleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, ",")
    }
}

impl fmt::Debug for OracleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OracleSet({self})")
    }
}

impl FromStr for OracleSet {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
