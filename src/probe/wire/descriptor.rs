//! What is done to sockets that the `mysql` crate owns, by their descriptors.

use std::io;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// Ends both directions, so that reads and writes fail at once, also those that wait in another thread.
pub(super) fn shut_down(fd: RawFd) {
    // SAFETY: takes no pointers; the callers hold the socket's owner, so the number is that socket's.
    unsafe { libc::shutdown(fd, libc::SHUT_RDWR) };
}

/// Sets how long one read may wait.
pub(super) fn set_read_timeout(fd: RawFd, limit: Duration) -> io::Result<()> {
    // Zero would mean no limit.
    let limit = limit.max(Duration::from_millis(1));
    let limit = libc::timeval {
        tv_sec: libc::time_t::try_from(limit.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_usec: libc::suseconds_t::from(limit.subsec_micros()),
    };
    // SAFETY: the pointer is to a timeval that lives through the call, and the length is a timeval's.
    let done = unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_RCVTIMEO,
            (&raw const limit).cast(),
            size_of::<libc::timeval>() as libc::socklen_t,
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// The socket under a number of its own; the old number is left to its owner with a socket that leads nowhere.
pub(super) fn take_over(fd: RawFd) -> io::Result<TcpStream> {
    // SAFETY: the caller holds the socket's owner, so the number stays that socket's through the call.
    let ours = unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned()?;
    let nowhere = UnixDatagram::unbound()?;
    // SAFETY: takes no pointers; the number remains open and its owner's to close, whatever it leads to.
    if unsafe { libc::dup3(nowhere.as_raw_fd(), fd, libc::O_CLOEXEC) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(TcpStream::from(ours))
}

/// Whether the peer has closed or reset the connection.
pub(super) fn peer_is_gone(fd: RawFd) -> bool {
    let mut watched = libc::pollfd {
        fd,
        events: libc::POLLRDHUP,
        revents: 0,
    };
    // SAFETY: the pointer is to one pollfd that lives through the call, and the count says one.
    unsafe { libc::poll(&raw mut watched, 1, 0) > 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::io::Write;
    use std::net::TcpListener;

    #[test]
    fn a_socket_taken_over_is_out_of_its_former_owners_reach() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut former = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut ours = take_over(former.as_raw_fd()).unwrap();
        former.write_all(b"lost").unwrap_err();
        drop(former);
        ours.write_all(b"sent").unwrap();
        let mut came = [0; 4];
        server.read_exact(&mut came).unwrap();
        assert_eq!(&came, b"sent");
        assert!(!peer_is_gone(ours.as_raw_fd()));
    }

    #[test]
    fn sockets_obey() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        let fd = client.as_raw_fd();
        set_read_timeout(fd, Duration::from_millis(10)).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert!(!peer_is_gone(fd));
        drop(server);
        assert!(peer_is_gone(fd));
        shut_down(fd);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }
}
