//! Connecting and authenticating, within a deadline.

use super::error::{Stage, WireError};
use super::guard::guarded;
use mysql::{Conn, Opts};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Instant;

/// Peers whose handshake was given up but goes on, because they keep it alive with single bytes.
static DRIPPING: Mutex<BTreeSet<(String, u16)>> = Mutex::new(BTreeSet::new());

/// Connects on a thread of its own, which is left behind when the deadline passes.
///
/// The crate bounds each read but not their number and lends no socket before it is done. A thread left behind ends
/// with the next read that times out; as long as it lives its peer is not tried again, so there is one for each at most.
pub(super) fn connect(options: Opts, deadline: Instant) -> Result<Conn, WireError> {
    let peer = (options.get_ip_or_hostname().into_owned(), options.get_tcp_port());
    let waited = options.get_read_timeout().copied().unwrap_or_default();
    let by_tls = options.get_ssl_opts().is_some();
    if dripping().contains(&peer) {
        return Err(WireError::Silent(Stage::Handshake, waited));
    }
    let began = Instant::now();
    let (sender, receiver) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("connect".to_owned()).stack_size(512 * 1024);
    let key = peer.clone();
    let started = thread.spawn(move || {
        let outcome = guarded(|| Conn::new(options))
            .and_then(|outcome| outcome.map_err(|error| WireError::from_handshake(error, waited, by_tls)));
        // Where nobody listens any more, a connection that came about after all ends here.
        let _ = sender.send(outcome);
        dripping().remove(&key);
    });
    started.map_err(|error| WireError::NoMeans(format!("no thread to connect with: {error}")))?;
    match receiver.recv_timeout(deadline.saturating_duration_since(began)) {
        Ok(outcome) => outcome,
        Err(_) => {
            // Noted before the last look: what is sent after it is followed by the note's removal.
            dripping().insert(peer.clone());
            if let Ok(outcome) = receiver.try_recv() {
                dripping().remove(&peer);
                return outcome;
            }
            Err(WireError::Silent(Stage::Handshake, began.elapsed()))
        }
    }
}

fn dripping() -> MutexGuard<'static, BTreeSet<(String, u16)>> {
    DRIPPING.lock().unwrap_or_else(PoisonError::into_inner)
}
