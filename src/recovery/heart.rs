//! What keeps a lease alive while its holder works, on a thread and a connection of its own.

use super::records::Open;
use crate::inventory::HEARTBEAT_PATIENCE_MS;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How often the lease is renewed.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Why a lease was lost, once it was.
pub type Lost = Arc<Mutex<Option<String>>>;

/// Renews a lease until it is dropped.
pub struct Heart {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    /// Renews the lease of `uid` every second. Why it was lost, if it was, is left in `lost`.
    ///
    /// # Errors
    /// When the system gives no thread: nothing may be begun under a lease that nobody renews.
    pub fn start(open: Open, uid: String, token: String, lost: Lost) -> io::Result<Self> {
        Self::on(Builder::new().name("lease".to_owned()), open, uid, token, lost)
    }

    fn on(thread: Builder, open: Open, uid: String, token: String, lost: Lost) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let lose = move |why: String| {
            lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        };
        let beat = move || {
            let (mut inventory, mut last) = (None, Instant::now());
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(HEARTBEAT) {
                let still = last.elapsed();
                if still.as_millis() > u128::from(HEARTBEAT_PATIENCE_MS.unsigned_abs()) {
                    let seconds = still.as_secs();
                    return lose(format!(
                        "this program stood still for {seconds} s, and others may have taken it for dead"
                    ));
                }
                if inventory.is_none() {
                    inventory = open().ok();
                }
                let renewed = inventory
                    .as_ref()
                    .map(|inventory| inventory.renew_lease(&uid, &token, now_ms()));
                match renewed {
                    Some(Ok(false)) => return lose("somebody else holds the lease".to_owned()),
                    Some(Ok(true)) | None => {}
                    // Nobody else can take it from a file that cannot be written; it is opened anew next time.
                    Some(Err(_)) => inventory = None,
                }
                last = Instant::now();
            }
        };
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread.spawn(beat)?),
        })
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The wall clock in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Access, Inventory, OpenOptions};
    use crate::model::Timestamp;

    #[test]
    fn a_heart_that_cannot_beat_is_told() {
        let open: Open = Arc::new(|| Inventory::open(":memory:", &OpenOptions::new(Access::Write, Timestamp(1))));
        // No system gives a thread that much room.
        let thread = Builder::new().stack_size(usize::MAX / 4);
        let heart = Heart::on(thread, open, "u".to_owned(), "t".to_owned(), Lost::default());
        assert!(heart.is_err());
    }
}
