//! One thread that accepts the connections of many listeners.

use std::ffi::{c_int, c_short, c_ulong};
use std::io::Write;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::node::Node;

const POLLIN: c_short = 1;

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

unsafe extern "C" {
    fn poll(fds: *mut PollFd, count: c_ulong, timeout: c_int) -> c_int;
}

/// The accepting thread; dropping it closes listeners and connections.
pub struct Acceptor {
    nodes: Vec<Arc<Node>>,
    wake: UnixStream,
    thread: Option<JoinHandle<()>>,
}

impl Acceptor {
    /// Accepts connections for these servers.
    pub fn start(served: Vec<(Arc<Node>, TcpListener)>) -> Self {
        let (wake, woken) = UnixStream::pair().expect("socket pair");
        let nodes = served.iter().map(|(node, _)| node.clone()).collect();
        for (_, listener) in &served {
            listener.set_nonblocking(true).expect("non-blocking");
        }
        let thread = thread::spawn(move || accept_loop(&served, &woken));
        Self {
            nodes,
            wake,
            thread: Some(thread),
        }
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        let _ = self.wake.write_all(b"x");
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        for node in &self.nodes {
            node.stop();
        }
    }
}

fn accept_loop(served: &[(Arc<Node>, TcpListener)], woken: &UnixStream) {
    let watch = |fd: RawFd| PollFd {
        fd,
        events: POLLIN,
        revents: 0,
    };
    let mut fds: Vec<PollFd> = served.iter().map(|(_, l)| watch(l.as_raw_fd())).collect();
    fds.push(watch(woken.as_raw_fd()));
    loop {
        // SAFETY: the pointer and the count describe one live, exclusively
        // borrowed array whose layout is that of `struct pollfd`.
        let ready = unsafe { poll(fds.as_mut_ptr(), fds.len() as c_ulong, -1) };
        if ready <= 0 {
            continue;
        }
        if fds[served.len()].revents != 0 {
            return;
        }
        for (fd, (node, listener)) in fds.iter().zip(served) {
            if fd.revents != 0 {
                while let Ok((stream, _)) = listener.accept() {
                    let _ = stream.set_nonblocking(false);
                    node.accept(stream);
                }
            }
        }
    }
}
