//! Waiting for many descriptors at once.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// An epoll set. Each descriptor carries a number of the caller's.
pub struct Poll {
    set: OwnedFd,
    events: Vec<libc::epoll_event>,
}

impl Poll {
    pub fn new() -> Self {
        // SAFETY: a plain system call whose new descriptor nobody else owns.
        let set = unsafe {
            let fd = libc::epoll_create1(libc::EPOLL_CLOEXEC);
            assert!(fd >= 0, "epoll_create1: {}", std::io::Error::last_os_error());
            OwnedFd::from_raw_fd(fd)
        };
        Self {
            set,
            events: vec![libc::epoll_event { events: 0, u64: 0 }; 1024],
        }
    }

    /// Waits for input on a descriptor until it is closed.
    pub fn watch(&self, fd: RawFd, number: u64) {
        self.control(libc::EPOLL_CTL_ADD, fd, libc::EPOLLIN as u32, number);
    }

    /// Waits also, or no more, for room for output.
    pub fn also_output(&self, fd: RawFd, number: u64, wanted: bool) {
        let output = if wanted { libc::EPOLLOUT as u32 } else { 0 };
        self.control(libc::EPOLL_CTL_MOD, fd, libc::EPOLLIN as u32 | output, number);
    }

    fn control(&self, operation: i32, fd: RawFd, events: u32, number: u64) {
        let mut event = libc::epoll_event { events, u64: number };
        // SAFETY: both descriptors are open, and the structure lives through the call.
        let result = unsafe { libc::epoll_ctl(self.set.as_raw_fd(), operation, fd, &raw mut event) };
        assert_eq!(result, 0, "epoll_ctl: {}", std::io::Error::last_os_error());
    }

    /// The numbers of the descriptors that have something; waits as long as it takes.
    pub fn wait(&mut self) -> Vec<u64> {
        let room = i32::try_from(self.events.len()).unwrap();
        // SAFETY: the pointer and the count describe one live, exclusively borrowed array.
        let count = unsafe { libc::epoll_wait(self.set.as_raw_fd(), self.events.as_mut_ptr(), room, -1) };
        let count = usize::try_from(count).unwrap_or(0);
        self.events[..count].iter().map(|event| event.u64).collect()
    }
}
