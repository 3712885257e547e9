//! Ends exchanges that take too long as a whole, whatever their single reads do.
//!
//! One thread, started with the first exchange, sleeps until the earliest deadline it knows and shuts down the sockets
//! that are over theirs. It is woken only for a deadline earlier than the one it sleeps for, so exchanges that end in
//! time, as nearly all do, cost a lock each.

use super::descriptor;
use super::error::WireError;
use std::collections::BTreeMap;
use std::os::fd::RawFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

#[derive(Default)]
struct Watched {
    /// By deadline; the number tells apart equal ones.
    sockets: BTreeMap<(Instant, u64), RawFd>,
    next: u64,
    started: bool,
    /// What the thread sleeps for; `None` while it waits for anything at all.
    sleeps_until: Option<Instant>,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched {
    sockets: BTreeMap::new(),
    next: 0,
    started: false,
    sleeps_until: None,
});
static EARLIER: Condvar = Condvar::new();

/// A socket under watch; the watch ends when this is dropped, which must be before the socket closes.
pub(super) struct Watch {
    key: (Instant, u64),
}

/// Has the socket shut down when the deadline passes.
///
/// # Errors
/// [`WireError::NoMeans`] where the system has no thread for it.
pub(super) fn watch(fd: RawFd, deadline: Instant) -> Result<Watch, WireError> {
    let mut watched = lock();
    if !watched.started {
        let thread = thread::Builder::new()
            .name("deadlines".to_owned())
            .stack_size(128 * 1024)
            .spawn(run);
        thread.map_err(|error| WireError::NoMeans(format!("no thread to watch over deadlines: {error}")))?;
        watched.started = true;
    }
    let key = (deadline, watched.next);
    watched.next += 1;
    watched.sockets.insert(key, fd);
    if watched.sleeps_until.is_none_or(|until| deadline < until) {
        EARLIER.notify_one();
    }
    Ok(Watch { key })
}

impl Watch {
    /// Ends the watch; whether the deadline had passed and the socket was shut down.
    pub(super) fn end(self) -> bool {
        // Dropping it afterwards finds nothing to remove.
        lock().sockets.remove(&self.key).is_none()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock().sockets.remove(&self.key);
    }
}

fn lock() -> MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run() {
    let mut watched = lock();
    loop {
        let now = Instant::now();
        // Under the lock no watch can end, so no socket of the list is closed and its number another's.
        while let Some(first) = watched.sockets.first_entry() {
            if first.key().0 > now {
                break;
            }
            descriptor::shut_down(first.remove());
        }
        watched.sleeps_until = watched.sockets.first_key_value().map(|(key, _)| key.0);
        watched = match watched.sleeps_until {
            Some(until) => {
                EARLIER
                    .wait_timeout(watched, until.saturating_duration_since(now))
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
            None => EARLIER.wait(watched).unwrap_or_else(PoisonError::into_inner),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    #[test]
    fn only_what_is_late_is_shut_down() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mut late, early) = (
            TcpStream::connect(address).unwrap(),
            TcpStream::connect(address).unwrap(),
        );
        let now = Instant::now();
        let long = watch(early.as_raw_fd(), now + Duration::from_secs(60)).unwrap();
        let short = watch(late.as_raw_fd(), now + Duration::from_millis(30)).unwrap();
        assert_eq!(late.read(&mut [0]).unwrap(), 0);
        assert!((30..2000).contains(&now.elapsed().as_millis()));
        assert!(short.end());
        assert!(!long.end());
    }
}
