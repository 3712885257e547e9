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

/// What the holder of a lease knows of it without asking: whether it is lost, and whether the program stood still.
#[derive(Debug, Default)]
pub struct Pulse {
    /// Why it was lost, once it was.
    lost: Mutex<Option<String>>,
    /// When it last beat, on a clock that nobody sets; none while it beats, which may take as long as the file is locked.
    last: Mutex<Option<Instant>>,
}

impl Pulse {
    /// Why the lease is lost: somebody else has it, or this program stood still for so long that somebody may.
    pub fn lost(&self) -> Option<String> {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last.and_then(|last| stood_still(last.elapsed())) {
            Some(why) => Some(self.lose(why)),
            None => self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// It is lost; the first reason stays, and is returned.
    pub fn lose(&self, why: String) -> String {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.get_or_insert(why).clone()
    }

    fn beats(&self, last: Option<Instant>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

fn stood_still(span: Duration) -> Option<String> {
    let too_long = span.as_millis() > u128::from(HEARTBEAT_PATIENCE_MS.unsigned_abs());
    too_long.then(|| {
        let seconds = span.as_secs();
        format!("this program stood still for {seconds} s, and others may have taken it for dead")
    })
}

/// Renews a lease until it is dropped.
pub struct Heart {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    /// Renews the lease of `uid` every second, and tells `pulse`.
    ///
    /// # Errors
    /// When the system gives no thread: nothing may be begun under a lease that nobody renews.
    pub fn start(open: Open, uid: String, token: String, pulse: Arc<Pulse>) -> io::Result<Self> {
        Self::on(Builder::new().name("lease".to_owned()), open, uid, token, pulse)
    }

    fn on(thread: Builder, open: Open, uid: String, token: String, pulse: Arc<Pulse>) -> io::Result<Self> {
        let (stop, stopped) = channel();
        pulse.beats(Some(Instant::now()));
        let beat = move || {
            let mut inventory = None;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(HEARTBEAT) {
                if pulse.lost().is_some() {
                    return;
                }
                pulse.beats(None);
                if inventory.is_none() {
                    inventory = open().ok();
                }
                let renewed = inventory
                    .as_ref()
                    .map(|inventory| inventory.renew_lease(&uid, &token, now_ms()));
                pulse.beats(Some(Instant::now()));
                match renewed {
                    Some(Ok(false)) => {
                        pulse.lose("somebody else holds the lease".to_owned());
                        return;
                    }
                    Some(Ok(true)) | None => {}
                    // Nobody else can take it from a file that cannot be written; it is opened anew next time.
                    Some(Err(_)) => inventory = None,
                }
            }
            pulse.beats(None);
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
        let heart = Heart::on(thread, open, "u".to_owned(), "t".to_owned(), Arc::default());
        assert!(heart.is_err());
    }

    #[test]
    fn who_stood_still_has_lost_the_lease() {
        let (pulse, patience) = (
            Pulse::default(),
            Duration::from_millis(HEARTBEAT_PATIENCE_MS.unsigned_abs()),
        );
        let ago = |span: Duration| Instant::now().checked_sub(span);
        pulse.beats(ago(patience / 2));
        assert_eq!(pulse.lost(), None);
        // The file is locked for long; nobody else can write to it then.
        pulse.beats(None);
        assert_eq!(pulse.lost(), None);
        pulse.beats(ago(patience * 2));
        let why = pulse.lost().unwrap();
        assert!(why.contains("stood still for 20 s"), "{why}");
        // It is not had again by going on.
        pulse.beats(Some(Instant::now()));
        assert_eq!(pulse.lost(), Some(why));
    }
}
