//! What the writers of an application did, and what the sentinel saw.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was acknowledged.
    Ok,
    /// The server refused it, with this error.
    Failed(u16),
    /// It was sent, and nobody knows what became of it.
    Unknown,
}

/// One row by its key.
pub type Row = (u64, u64);

/// One write.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    pub row: Row,
    /// The server's number in the tree.
    pub server: usize,
    pub begun: Instant,
    pub ended: Instant,
    pub answer: Answer,
}

/// A time without acknowledged writes.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// The last acknowledgement before.
    pub last: Write,
    /// The first one after.
    pub first: Write,
}

impl Gap {
    pub fn length(&self) -> Duration {
        self.first.ended.saturating_duration_since(self.last.ended)
    }
}

/// A time during which a server was seen to take writes.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub server: usize,
    pub from: Instant,
    pub to: Instant,
}

/// Everything that was written and seen.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// In the order of their ends.
    pub writes: Vec<Write>,
    /// In the order of their beginnings.
    pub open: Vec<Open>,
}

impl Record {
    /// Acknowledged writes.
    pub fn acknowledged(&self) -> impl Iterator<Item = &Write> + Clone {
        self.writes.iter().filter(|write| write.answer == Answer::Ok)
    }

    /// Rows of acknowledged writes.
    pub fn acknowledged_rows(&self) -> BTreeSet<Row> {
        self.acknowledged().map(|write| write.row).collect()
    }

    pub fn count(&self, answer: impl Fn(Answer) -> bool) -> usize {
        self.writes.iter().filter(|write| answer(write.answer)).count()
    }

    /// The first acknowledgement by another server than this one after a moment: the "first write".
    pub fn first_elsewhere(&self, master: usize, after: Instant) -> Option<&Write> {
        self.acknowledged()
            .find(|write| write.server != master && write.begun >= after)
    }

    /// Times without acknowledged writes, at least this long, and every change of servers.
    pub fn gaps(&self, least: Duration) -> Vec<Gap> {
        let pairs = self.acknowledged().zip(self.acknowledged().skip(1));
        pairs
            .map(|(last, first)| Gap {
                last: *last,
                first: *first,
            })
            .filter(|gap| gap.length() >= least || gap.first.server != gap.last.server)
            .collect()
    }

    /// From the last acknowledgement of one server to the first one of others after it.
    pub fn change_from(&self, master: usize) -> Option<Gap> {
        let last = self.acknowledged().filter(|write| write.server == master).last()?;
        let first = self.first_elsewhere(master, last.begun)?;
        Some(Gap {
            last: *last,
            first: *first,
        })
    }

    /// Writes that one server began and acknowledged after another had acknowledged some: with the server that had, these
    /// prove that both took writes at one time, unless the first went on to be a replica of the other.
    pub fn written_after_successor(&self, old: usize) -> Vec<&Write> {
        let Some(first) = self.acknowledged().find(|write| write.server != old) else {
            return Vec::new();
        };
        let is_late = |write: &&Write| write.server == old && write.begun > first.ended;
        self.acknowledged().filter(is_late).collect()
    }

    /// Times during which two servers were seen to take writes, with both.
    pub fn doubly_open(&self) -> Vec<(usize, usize, Duration)> {
        let mut found = Vec::new();
        for (at, one) in self.open.iter().enumerate() {
            for other in self.open.iter().skip(at + 1).filter(|o| o.server != one.server) {
                let common = one.to.min(other.to).saturating_duration_since(one.from.max(other.from));
                if !common.is_zero() {
                    found.push((one.server, other.server, common));
                }
            }
        }
        found
    }

    /// The record in a line.
    pub fn summary(&self) -> String {
        let gaps = self.gaps(Duration::from_millis(500));
        let gaps: Vec<String> = gaps
            .iter()
            .map(|gap| {
                let (from, to) = (gap.last.server, gap.first.server);
                format!("{:.0} ms #{from} to #{to}", gap.length().as_secs_f64() * 1e3)
            })
            .collect();
        let double: Vec<String> = (self.doubly_open().iter())
            .map(|(one, other, span)| format!("#{one} and #{other} for {:.0} ms", span.as_secs_f64() * 1e3))
            .collect();
        format!(
            "{} acknowledged, {} refused, {} unanswered; without writes: [{}]; two open: [{}]",
            self.count(|a| a == Answer::Ok),
            self.count(|a| matches!(a, Answer::Failed(_))),
            self.count(|a| a == Answer::Unknown),
            gaps.join(", "),
            double.join(", ")
        )
    }
}
