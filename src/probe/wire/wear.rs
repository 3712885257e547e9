//! How much a connection with TLS may receive before a new one takes its place.
//!
//! The crate keeps all that a connection has received, up to 4 MiB, before it uses the same memory again. A few
//! connections may do so; thousands may not. So all of them share an allowance: the more there are, the sooner each is
//! replaced, between two probes.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What all connections together may keep, in bytes.
const ALLOWANCE: usize = 32 << 20;
/// Least share: below it, connecting again costs more than the memory is worth. About five probes' answers.
const LEAST_SHARE: usize = 24 << 10;
/// What the crate keeps at the most; a share of this much needs no replacing.
const KEPT_AT_MOST: usize = 4 << 20;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// One connection's count of what it has received.
#[derive(Debug)]
pub(super) struct Wear {
    received: usize,
}

impl Wear {
    /// A new connection.
    pub(super) fn new() -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self { received: 0 }
    }

    /// Counts bytes received.
    pub(super) fn add(&mut self, received: usize) {
        self.received = self.received.saturating_add(received);
    }

    /// Starts counting anew, where no replacement can be had.
    pub(super) fn wear_on(&mut self) {
        self.received = 0;
    }

    /// Whether the connection is better replaced.
    pub(super) fn is_worn(&self) -> bool {
        exceeds(self.received, LIVE.load(Ordering::Relaxed))
    }
}

impl Drop for Wear {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

fn exceeds(received: usize, live: usize) -> bool {
    let share = (ALLOWANCE / live.max(1)).max(LEAST_SHARE);
    share < KEPT_AT_MOST && received > share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_never_replaced_and_many_soon() {
        assert!(!exceeds(usize::MAX, 1) && !exceeds(usize::MAX, 8));
        assert!(exceeds(300 << 10, 128) && !exceeds(200 << 10, 128));
        assert!(exceeds(LEAST_SHARE + 1, 10_000) && !exceeds(LEAST_SHARE, 10_000));
    }
}
