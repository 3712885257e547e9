//! GTID positions of MariaDB.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use super::{GtidError, GtidErrorKind, decimal, parts};

/// One MariaDB transaction, `domain-server-sequence` (MariaDB 10.0 on).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MariaGtid {
    /// The replication domain: an independent stream of transactions.
    pub domain: u32,
    /// `server_id` of the server the transaction was first written on.
    pub server_id: u32,
    /// The number within the domain, which ascends whichever server writes.
    pub sequence: u64,
}

impl fmt::Display for MariaGtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.domain, self.server_id, self.sequence)
    }
}

impl FromStr for MariaGtid {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pieces = parts(text, '-');
        let (Some(domain), Some(server), Some(sequence), None) =
            (pieces.next(), pieces.next(), pieces.next(), pieces.next())
        else {
            return Err(GtidError::new(GtidErrorKind::Parts, 0, text));
        };
        let bad = |kind, (at, part)| GtidError::new(kind, at, part);
        Ok(Self {
            domain: decimal(domain.1).ok_or_else(|| bad(GtidErrorKind::Domain, domain))?,
            server_id: decimal(server.1).ok_or_else(|| bad(GtidErrorKind::ServerId, server))?,
            sequence: decimal(sequence.1).ok_or_else(|| bad(GtidErrorKind::Sequence, sequence))?,
        })
    }
}

/// Transactions of one domain that a position lacks: those after `after`, up to and including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MariaGap {
    /// The domain.
    pub domain: u32,
    /// The last sequence that is there; 0 if the domain is absent.
    pub after: u64,
    /// The last sequence that is missing.
    pub to: u64,
}

impl MariaGap {
    /// At most how many transactions are missing: a domain may skip sequence numbers.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.to.saturating_sub(self.after)
    }
}

/// A MariaDB position (`gtid_binlog_pos`, `gtid_slave_pos`, `gtid_current_pos`: one GTID for each
/// domain) or binlog state (`gtid_binlog_state`: one for each domain and server).
///
/// How far a domain has come is told by its greatest sequence, the *head*. It is not told by the
/// place in the text: the servers list the newest GTID of a domain last, but once they also sort the
/// list by domain that is no longer certain. A domain that is absent is at sequence 0.
///
/// Equality compares the GTIDs; positions compare by [`MariaSet::compare`], which disregards server
/// ids.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct MariaSet {
    /// Ascending by domain, sequence and server id; one for each domain and server.
    gtids: Vec<MariaGtid>,
}

impl MariaSet {
    /// The empty position.
    #[must_use]
    pub const fn new() -> Self {
        Self { gtids: Vec::new() }
    }

    /// Reads a comma-separated list of GTIDs in any order, blanks allowed. Of several with the same
    /// domain and server the greatest sequence stays. A blank text is the empty position.
    ///
    /// # Errors
    ///
    /// The first GTID that could not be read; an empty element between commas is one too.
    pub fn parse(text: &str) -> Result<Self, GtidError> {
        match Self::scan(text) {
            (set, None) => Ok(set),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads the GTIDs that can be read, and tells whether any had to be left out.
    #[must_use]
    pub fn parse_lossy(text: &str) -> (Self, bool) {
        let (set, error) = Self::scan(text);
        (set, error.is_some())
    }

    fn scan(text: &str) -> (Self, Option<GtidError>) {
        let mut first = None;
        if super::trim(text).is_empty() {
            return (Self::new(), first);
        }
        let set = parts(text, ',').filter_map(|(at, part)| {
            let fail = |error: GtidError| GtidError {
                at: at + error.at,
                ..error
            };
            match part.parse::<MariaGtid>() {
                Ok(gtid) => Some(gtid),
                Err(error) => {
                    first.get_or_insert_with(|| fail(error));
                    None
                }
            }
        });
        (set.collect(), first)
    }

    /// Whether there is no GTID at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gtids.is_empty()
    }

    /// All GTIDs, ascending by domain, then sequence, then server id: heads come last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = MariaGtid> {
        self.gtids.iter().copied()
    }

    /// The head of each domain, ascending by domain.
    pub fn heads(&self) -> impl Iterator<Item = MariaGtid> {
        self.gtids
            .chunk_by(|a, b| a.domain == b.domain)
            .filter_map(|c| c.last().copied())
    }

    /// The head of one domain: its GTID of the greatest sequence.
    #[must_use]
    pub fn head(&self, domain: u32) -> Option<MariaGtid> {
        let end = self.gtids.partition_point(|gtid| gtid.domain <= domain);
        let last = end.checked_sub(1).and_then(|at| self.gtids.get(at)).copied();
        last.filter(|gtid| gtid.domain == domain)
    }

    /// How far one domain has come; 0 if it is absent.
    #[must_use]
    pub fn sequence(&self, domain: u32) -> u64 {
        self.head(domain).map_or(0, |gtid| gtid.sequence)
    }

    /// The position alone: heads only. What `gtid_binlog_pos` is to `gtid_binlog_state`.
    #[must_use]
    pub fn position(&self) -> Self {
        Self {
            gtids: self.heads().collect(),
        }
    }

    /// Whether the domain of this GTID has come as far as its sequence.
    #[must_use]
    pub fn contains(&self, gtid: MariaGtid) -> bool {
        self.sequence(gtid.domain) >= gtid.sequence
    }

    /// Whether each domain of `other` has come at least as far here.
    #[must_use]
    pub fn contains_position(&self, other: &Self) -> bool {
        other.heads().all(|gtid| self.contains(gtid))
    }

    /// What this position has and `other` lacks, domain by domain; empty exactly if `other`
    /// contains this position.
    #[must_use]
    pub fn missing_from(&self, other: &Self) -> Vec<MariaGap> {
        let gaps = self.heads().map(|MariaGtid { domain, sequence, .. }| MariaGap {
            domain,
            after: other.sequence(domain),
            to: sequence,
        });
        gaps.filter(|gap| gap.after < gap.to).collect()
    }

    /// The least position that contains both: of each domain the further head. At the same sequence
    /// the greater server id is kept, so that the order of merging is of no consequence.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        self.heads().chain(other.heads()).collect::<Self>().position()
    }

    /// How the two positions relate: `Greater` if this one contains the other but not the reverse,
    /// `Equal` if all domains have come equally far, `None` if each lacks something.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self.contains_position(other), other.contains_position(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => None,
        }
    }

    /// Keeps the GTIDs of the domains the predicate holds for.
    pub fn retain_domains(&mut self, mut keep: impl FnMut(u32) -> bool) {
        self.gtids.retain(|gtid| keep(gtid.domain));
    }
}

impl FromIterator<MariaGtid> for MariaSet {
    fn from_iter<I: IntoIterator<Item = MariaGtid>>(gtids: I) -> Self {
        let mut gtids: Vec<MariaGtid> = gtids.into_iter().collect();
        gtids.sort_unstable_by_key(|g| (g.domain, g.server_id, Reverse(g.sequence)));
        gtids.dedup_by_key(|g| (g.domain, g.server_id));
        gtids.sort_unstable_by_key(|g| (g.domain, g.sequence, g.server_id));
        gtids.shrink_to_fit();
        Self { gtids }
    }
}

/// Comma-separated GTIDs, ascending by domain, the head of each domain last.
impl fmt::Display for MariaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, gtid) in self.gtids.iter().enumerate() {
            f.write_str(if at > 0 { "," } else { "" })?;
            write!(f, "{gtid}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for MariaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MariaSet({self})")
    }
}

impl FromStr for MariaSet {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
