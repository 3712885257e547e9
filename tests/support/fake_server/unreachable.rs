//! A port that answers no connection attempt, as a dead host would.

use std::ffi::c_int;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::Duration;

unsafe extern "C" {
    fn listen(fd: c_int, backlog: c_int) -> c_int;
}

/// A listener whose queue is full: further connection attempts time out.
pub struct Unreachable {
    addr: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Unreachable {
    /// Takes a free port and fills its queue.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind");
        let addr = listener.local_addr().expect("local address");
        // SAFETY: a plain system call on a descriptor that is open.
        let changed = unsafe { listen(listener.as_raw_fd(), 0) };
        assert_eq!(changed, 0, "listen");
        let wait = Duration::from_millis(100);
        let mut queue = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&addr, wait) {
            queue.push(stream);
        }
        Self {
            addr,
            _listener: listener,
            _queue: queue,
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }
}
