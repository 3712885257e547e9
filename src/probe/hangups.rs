//! Hears at once when a server hangs up on a connection that nobody is reading.
//!
//! One thread sleeps in `epoll_wait` for hang-ups and errors alone. Bytes that arrive, such as TLS tickets, neither wake
//! it nor are they told: the kernel compares what happened with what was asked for before it wakes anybody.
//!
//! **What is registered** is the connection's own descriptor, not a duplicate. A duplicate would keep the socket open
//! when the connection is closed: it would count against the server's and this process's limits until somebody remembers
//! to forget it, and the server's answer to our own goodbye would look like a hang-up. Closing the only descriptor takes
//! its registration along, without a word. What remains are two dangers, both met by the number (generation) that each
//! registration carries through the kernel:
//!
//! - the system reuses descriptor numbers: an event fetched just before its socket was closed finds its generation gone,
//!   and a registration is only ever taken back by number while it is the last one made under that number;
//! - a child process between `fork` and `exec` keeps a closed socket, and so its registration, alive for a moment, which
//!   then can't be taken back: what it tells is dropped for want of its generation, and once, since all are one-shot.

use crate::model::InstanceKey;
use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Stands for the thread's own end; generations begin behind it.
const END: u64 = 0;
/// How many events are fetched at once.
const EVENTS: usize = 256;

/// The watch over the connections of many servers, one for each server. The thread ends when this is dropped.
#[derive(Debug)]
pub struct HangUps {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    epoll: OwnedFd,
    end: OwnedFd,
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    generation: u64,
    by_key: HashMap<InstanceKey, Registration>,
    /// The servers whose sockets may still hang up.
    by_generation: HashMap<u64, InstanceKey>,
    /// The last registration under each descriptor number.
    by_number: HashMap<RawFd, u64>,
}

#[derive(Clone, Copy, Debug)]
struct Registration {
    generation: u64,
    fd: RawFd,
    /// The kernel's number for the socket itself, which it never uses again; `None` where it gives none.
    cookie: Option<u64>,
}

impl HangUps {
    /// Starts the thread, which calls `told` for each hang-up. Meanwhile it hears of no other, so `told` should do no
    /// more than pass the key on; it must not panic.
    ///
    /// # Errors
    /// What the system says where it has no thread or no descriptors for it.
    pub fn start(told: impl Fn(InstanceKey) + Send + 'static) -> io::Result<Self> {
        // SAFETY: takes no pointers.
        let epoll = owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: takes no pointers.
        let end = owned(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
        control(&epoll, libc::EPOLL_CTL_ADD, end.as_raw_fd(), libc::EPOLLIN, END)?;
        let shared = Arc::new(Shared {
            epoll,
            end,
            watched: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        let builder = thread::Builder::new().name("hangups".to_owned()).stack_size(128 * 1024);
        let thread = builder.spawn(move || of_thread.run(&told))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Watches a server's connection, in place of the one before; the caller must own the descriptor during the call.
    ///
    /// To be called after each probe: for a socket that is watched already, or was told already, nothing happens. A
    /// hang-up that came earlier is told too. A connection that this side closes or shuts down may be told as well, when
    /// the server is quicker to close its end, unless it is forgotten first.
    ///
    /// # Errors
    /// What the system says: the descriptor is not open or cannot be watched, or memory is short. Then the server is not
    /// watched any more.
    pub fn watch(&self, key: &InstanceKey, fd: RawFd) -> io::Result<()> {
        let cookie = cookie(fd);
        let mut watched = self.shared.lock();
        if let Some(known) = watched.by_key.get(key)
            && known.fd == fd
            && known.cookie.is_some()
            && known.cookie == cookie
            && watched.by_number.get(&fd) == Some(&known.generation)
        {
            return Ok(());
        }
        self.drop_registration(&mut watched, key);
        watched.generation += 1;
        let generation = watched.generation;
        let events = libc::EPOLLRDHUP | libc::EPOLLONESHOT;
        // An event that comes at once waits for the lock.
        let added = match control(&self.shared.epoll, libc::EPOLL_CTL_ADD, fd, events, generation) {
            Err(error) if error.raw_os_error() == Some(libc::EEXIST) => {
                control(&self.shared.epoll, libc::EPOLL_CTL_MOD, fd, events, generation)
            }
            other => other,
        };
        added?;
        if let Some(before) = watched.by_number.insert(fd, generation) {
            // Its socket is closed, or is this one.
            watched.by_generation.remove(&before);
        }
        watched.by_generation.insert(generation, key.clone());
        watched
            .by_key
            .insert(key.clone(), Registration { generation, fd, cookie });
        Ok(())
    }

    /// Ends the watch over a server's connection, whether that is still open or not. Nothing is told of it afterwards,
    /// except what `told` was already being called for.
    pub fn forget(&self, key: &InstanceKey) {
        self.drop_registration(&mut self.shared.lock(), key);
    }

    fn drop_registration(&self, watched: &mut Watched, key: &InstanceKey) {
        let Some(known) = watched.by_key.remove(key) else {
            return;
        };
        watched.by_generation.remove(&known.generation);
        // The number may belong to another server's socket by now.
        if watched.by_number.get(&known.fd) == Some(&known.generation) {
            watched.by_number.remove(&known.fd);
            // Fails where the socket is closed, which has done the same.
            let _ = control(&self.shared.epoll, libc::EPOLL_CTL_DEL, known.fd, 0, 0);
        }
    }

    /// How many connections are watched and have not hung up.
    pub fn count(&self) -> usize {
        self.shared.lock().by_generation.len()
    }
}

impl Drop for HangUps {
    fn drop(&mut self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: the pointer is to eight bytes that live through the call, and the count says eight.
        unsafe { libc::write(self.shared.end.as_raw_fd(), one.as_ptr().cast(), one.len()) };
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            // It ends without a result; a panic has been reported where it happened.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, told: &dyn Fn(InstanceKey)) {
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; EVENTS];
        loop {
            // SAFETY: the pointer is to as many events as the count says, and they live through the call.
            let count =
                unsafe { libc::epoll_wait(self.epoll.as_raw_fd(), events.as_mut_ptr(), EVENTS as libc::c_int, -1) };
            let Ok(count) = usize::try_from(count) else {
                // Interrupted by a signal; it has no other reason to fail.
                continue;
            };
            for event in &events[..count] {
                let generation = event.u64;
                if generation == END {
                    return;
                }
                let key = self.lock().by_generation.remove(&generation);
                if let Some(key) = key {
                    told(key);
                }
            }
        }
    }
}

fn owned(fd: RawFd) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just made the descriptor, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn control(epoll: &OwnedFd, operation: libc::c_int, fd: RawFd, events: libc::c_int, number: u64) -> io::Result<()> {
    let mut event = libc::epoll_event {
        events: events.cast_unsigned(),
        u64: number,
    };
    // SAFETY: the pointer is to an event that lives through the call.
    match unsafe { libc::epoll_ctl(epoll.as_raw_fd(), operation, fd, &raw mut event) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The kernel's number for a socket.
fn cookie(fd: RawFd) -> Option<u64> {
    let (mut cookie, mut length) = (0u64, size_of::<u64>() as libc::socklen_t);
    // SAFETY: the pointers are to a number and its length, which live through the call.
    let done = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    };
    (done == 0 && cookie != 0).then_some(cookie)
}

#[cfg(test)]
mod tests;
