//! Entries that match the binary logs of servers without GTID.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, Hasher, RandomState};

/// The schema that entries name. It need not exist.
const SCHEMA: &str = "_pseudo_gtid_";

/// One entry: its text grows with time and occurs once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PseudoGtid {
    /// When it is injected.
    pub at: Timestamp,
    /// The server's id.
    pub server_id: u32,
    /// Tells entries of the same second apart, also those of two watchers; see [`PseudoGtid::distinction`].
    pub distinction: u64,
}

impl PseudoGtid {
    /// A number that no other entry is likely to have.
    pub fn distinction() -> u64 {
        // The standard library's seeds of hash maps: random, and others for each.
        RandomState::new().build_hasher().finish()
    }

    /// The entry's own part of its text: `asc:`, then time, server id and distinction in hexadecimal digits, of a fixed
    /// width, so that later entries sort behind earlier ones.
    pub fn entry(&self) -> String {
        let at = self.at.0.max(0);
        format!("asc:{at:08x}:{:08x}:{:016x}", self.server_id, self.distinction)
    }

    /// The statement, as it appears in binary logs: it changes nothing, since there is no such view.
    pub fn statement(&self) -> String {
        format!("drop view if exists `{SCHEMA}`.`_{}`", self.entry())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: i64, server_id: u32, distinction: u64) -> PseudoGtid {
        PseudoGtid {
            at: Timestamp(at),
            server_id,
            distinction,
        }
    }

    #[test]
    fn the_text_is_that_of_its_parts() {
        for (pseudo_gtid, text) in [
            (
                entry(0x6500_0000, 1, 0x0123_4567_89ab_cdef),
                "drop view if exists `_pseudo_gtid_`.`_asc:65000000:00000001:0123456789abcdef`",
            ),
            (
                entry(0x1_0000_0000, u32::MAX, 0),
                "drop view if exists `_pseudo_gtid_`.`_asc:100000000:ffffffff:0000000000000000`",
            ),
            (
                entry(-5, 0, u64::MAX),
                "drop view if exists `_pseudo_gtid_`.`_asc:00000000:00000000:ffffffffffffffff`",
            ),
        ] {
            assert_eq!(pseudo_gtid.statement(), text);
        }
    }

    #[test]
    fn names_fit_and_later_ones_sort_behind() {
        let longest = entry(i64::MAX, u32::MAX, u64::MAX);
        // The limit of an identifier, in characters.
        assert!(longest.entry().len() < 64);
        assert!(entry(0x6fff_ffff, u32::MAX, u64::MAX).entry() < entry(0x7000_0000, 0, 0).entry());
    }

    #[test]
    fn distinctions_differ() {
        let some: std::collections::BTreeSet<_> = (0..1_000).map(|_| PseudoGtid::distinction()).collect();
        assert_eq!(some.len(), 1_000);
    }
}
