//! Asking the system about host names, in bounded time.

use std::ffi::{CStr, CString};
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Where host names are looked up; tests put their own in.
pub trait Lookup: Send + Sync {
    /// The canonical name of a host.
    ///
    /// # Errors
    /// When the name is unknown or the answer does not come in time.
    fn canonical(&self, host: &str) -> io::Result<String>;

    /// The addresses of a host, in the system's order.
    ///
    /// # Errors
    /// When the name is unknown or the answer does not come in time.
    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Lookups that may hang in the system at once; past that, further ones fail at once.
const MOST_HANGING: usize = 64;

/// The system's resolver. It cannot be interrupted, so each question is asked on a thread of its own, which is left behind
/// when it takes longer than the deadline.
#[derive(Debug)]
pub struct SystemLookup {
    deadline: Duration,
    asking: Arc<AtomicUsize>,
}

impl SystemLookup {
    /// A resolver that gives up on a name after `deadline`.
    pub fn new(deadline: Duration) -> Self {
        Self {
            deadline,
            asking: Arc::default(),
        }
    }

    fn ask<T: Send + 'static>(
        &self,
        host: &str,
        question: impl FnOnce(&str) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let busy = Busy::enter(&self.asking).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::WouldBlock,
                "the system's resolver is not answering earlier questions",
            )
        })?;
        let (answer, answered) = sync_channel(1);
        let name = host.to_owned();
        std::thread::Builder::new()
            .name("resolver".to_owned())
            .stack_size(1 << 20)
            .spawn(move || {
                let result = question(&name);
                drop(busy);
                // Nobody listens any more after the deadline.
                let _ = answer.send(result);
            })?;
        match answered.recv_timeout(self.deadline) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no answer about {host} within {} ms", self.deadline.as_millis()),
            )),
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other(format!("the question about {host} was lost"))),
        }
    }
}

impl Lookup for SystemLookup {
    fn canonical(&self, host: &str) -> io::Result<String> {
        self.ask(host, canonical_name)
    }

    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.ask(host, |host| {
            Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
        })
    }
}

/// One running question; leaves the count when dropped.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn enter(count: &Arc<AtomicUsize>) -> Option<Self> {
        let busy = Self(Arc::clone(count));
        (count.fetch_add(1, Ordering::Relaxed) < MOST_HANGING).then_some(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The canonical name by `getaddrinfo`, which also reads the hosts file.
fn canonical_name(host: &str) -> io::Result<String> {
    let name = CString::new(host).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let hints = libc::addrinfo {
        ai_flags: libc::AI_CANONNAME,
        ai_family: libc::AF_UNSPEC,
        ai_socktype: libc::SOCK_STREAM,
        ai_protocol: 0,
        ai_addrlen: 0,
        ai_addr: std::ptr::null_mut(),
        ai_canonname: std::ptr::null_mut(),
        ai_next: std::ptr::null_mut(),
    };
    let mut found: *mut libc::addrinfo = std::ptr::null_mut();
    // SAFETY: `name` is a terminated string and `hints` a valid record, both alive during the call; `found` receives a
    // list that the system allocated, or stays null.
    let status = unsafe { libc::getaddrinfo(name.as_ptr(), std::ptr::null(), &raw const hints, &raw mut found) };
    if status != 0 {
        // SAFETY: the system returns a static, terminated message for every status.
        let reason = unsafe { CStr::from_ptr(libc::gai_strerror(status)) };
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{host}: {}", reason.to_string_lossy()),
        ));
    }
    if found.is_null() {
        return Err(io::Error::from(io::ErrorKind::NotFound));
    }
    // SAFETY: a status of 0 gives a list of at least one record; its canonical name is null or a terminated string, which
    // is copied before the list is freed, once.
    let canonical = unsafe {
        let text = (*found).ai_canonname;
        let canonical = (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned());
        libc::freeaddrinfo(found);
        canonical
    };
    canonical.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}
