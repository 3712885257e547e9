//! Closed intervals of transaction numbers, and linear-time algebra over lists of them.
//!
//! A list is *normal* when it ascends and neither overlaps nor touches: the one way to write a set.
//! Every function that takes lists expects normal ones, and returns normal ones.

use std::fmt;

use super::{GtidErrorKind, decimal, trim};

/// A closed range of transaction numbers, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    start: u64,
    end: u64,
}

impl Interval {
    /// The greatest transaction number, `2^63 - 2` in every MySQL version since 5.6.
    pub const MAX: u64 = (1 << 63) - 2;

    /// The numbers `start..=end`; `None` if that is empty or reaches outside `1..=`[`Self::MAX`].
    #[must_use]
    pub const fn new(start: u64, end: u64) -> Option<Self> {
        if start >= 1 && start <= end && end <= Self::MAX {
            Some(Self { start, end })
        } else {
            None
        }
    }

    /// The first number.
    #[must_use]
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The last number, itself included.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.end
    }

    /// How many numbers there are, at least one.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.end - self.start + 1
    }

    /// Reads `n` or `n-m`. The servers take an interval that ends before it starts for an empty
    /// one rather than an error, hence the inner `Option`.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, GtidErrorKind> {
        let number = |part: &str| -> Result<u64, GtidErrorKind> {
            let part = trim(part);
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(GtidErrorKind::Interval);
            }
            decimal(part)
                .filter(|n| *n <= Self::MAX)
                .ok_or(GtidErrorKind::NumberRange)
        };
        let (start, end) = match text.split_once('-') {
            Some((start, end)) => (number(start)?, number(end)?),
            None => (number(text)?, number(text)?),
        };
        if start == 0 {
            return Err(GtidErrorKind::NumberRange);
        }
        Ok(Self::new(start, end))
    }
}

/// `n` for a single number, `n-m` otherwise.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end {
            write!(f, "{}", self.start)
        } else {
            write!(f, "{}-{}", self.start, self.end)
        }
    }
}

/// Appends to a normal list an interval that starts no earlier than its last one.
fn append(list: &mut Vec<Interval>, next: Interval) {
    match list.last_mut() {
        Some(last) if next.start <= last.end + 1 => last.end = last.end.max(next.end),
        _ => list.push(next),
    }
}

/// Brings any list into the normal form; linear if it ascends already.
pub(super) fn normalise(mut list: Vec<Interval>) -> Vec<Interval> {
    if !list.is_sorted() {
        list.sort_unstable();
    }
    list.dedup_by(|next, last| {
        let joins = next.start <= last.end + 1;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    list
}

/// Numbers in either list.
pub(super) fn union(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    let mut out = Vec::with_capacity(a.len().max(b.len()));
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let from_a = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) => x.start <= y.start,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return out,
        };
        if let Some(next) = if from_a { a.next() } else { b.next() } {
            append(&mut out, next);
        }
    }
}

/// Numbers of `a` that are not in `b`.
pub(super) fn subtract(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    let mut out = Vec::new();
    let mut cuts = b.iter().copied().peekable();
    for whole in a {
        let mut start = whole.start;
        while let Some(cut) = cuts.peek().copied() {
            if cut.start > whole.end {
                break;
            }
            if cut.start > start {
                out.push(Interval {
                    start,
                    end: cut.start - 1,
                });
            }
            start = start.max(cut.end + 1);
            if cut.end > whole.end {
                // It may reach into the next interval as well.
                break;
            }
            cuts.next();
        }
        if start <= whole.end {
            out.push(Interval { start, end: whole.end });
        }
    }
    out
}

/// Numbers in both lists.
pub(super) fn intersect(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    let mut out = Vec::new();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let (start, end) = (x.start.max(y.start), x.end.min(y.end));
        if start <= end {
            out.push(Interval { start, end });
        }
        if x.end < y.end {
            a.next();
        } else {
            b.next();
        }
    }
    out
}

/// Whether every number of `b` is in `a`.
pub(super) fn covers(a: &[Interval], b: &[Interval]) -> bool {
    let mut a = a.iter().peekable();
    b.iter().all(|inner| {
        while a.next_if(|outer| outer.end < inner.start).is_some() {}
        a.peek()
            .is_some_and(|outer| outer.start <= inner.start && inner.end <= outer.end)
    })
}

/// Whether the number is in the list; by bisection.
pub(super) fn has(list: &[Interval], number: u64) -> bool {
    let at = list.partition_point(|interval| interval.end < number);
    list.get(at).is_some_and(|interval| interval.start <= number)
}

/// The smallest number not in the list, if any is left.
pub(super) fn first_gap(list: &[Interval]) -> Option<u64> {
    match list.first() {
        Some(first) if first.start == 1 => (first.end < Interval::MAX).then_some(first.end + 1),
        _ => Some(1),
    }
}
