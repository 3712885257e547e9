//! A TCP socket whose every wait ends in time.

use super::error::WireError;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, Instant};

/// A connected socket. Reads and writes wait for at most `patience` each and never beyond `deadline`.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    patience: Duration,
    deadline: Instant,
}

impl Socket {
    /// Connects to the first address that answers; each gets `patience`, all together end at `deadline`.
    pub(super) fn connect(addresses: &[SocketAddr], patience: Duration, deadline: Instant) -> Result<Self, WireError> {
        let mut first_failure = None;
        for address in addresses {
            let left = deadline.saturating_duration_since(Instant::now()).min(patience);
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(address, left).and_then(Self::prepare) {
                Ok(stream) => {
                    return Ok(Self {
                        stream,
                        patience,
                        deadline,
                    });
                }
                Err(error) => _ = first_failure.get_or_insert(WireError::from_connect(&error, address)),
            }
        }
        Err(first_failure.unwrap_or_else(|| WireError::Unreachable("no time left to connect".to_owned())))
    }

    fn prepare(stream: TcpStream) -> io::Result<TcpStream> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    }

    /// Sets the limits of the reads and writes to come.
    pub(super) fn limit(&mut self, patience: Duration, deadline: Instant) {
        self.patience = patience;
        self.deadline = deadline;
    }

    /// How long one wait may take now.
    pub(super) fn patience(&self) -> Duration {
        self.patience
            .min(self.deadline.saturating_duration_since(Instant::now()))
    }

    /// The limit of one wait as it was set, for messages.
    pub(super) fn given(&self) -> Duration {
        self.patience
    }

    /// Writes what fits without waiting.
    pub(super) fn write_now(&mut self, bytes: &[u8]) {
        let _ = self.stream.write(bytes);
    }

    fn wait(&self, events: libc::c_short) -> io::Result<()> {
        let until = Instant::now() + self.patience();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            // One more, so that the last fraction of a millisecond is not spent spinning.
            let millis = libc::c_int::try_from(left.as_millis() + 1).unwrap_or(libc::c_int::MAX);
            let mut watched = libc::pollfd {
                fd: self.stream.as_raw_fd(),
                events,
                revents: 0,
            };
            // SAFETY: the pointer is to one pollfd that lives through the call, and the count says one.
            let ready = unsafe { libc::poll(&raw mut watched, 1, millis) };
            if ready > 0 {
                return Ok(());
            }
            if ready < 0 {
                let error = io::Error::last_os_error();
                if error.kind() != ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.wait(libc::POLLIN)?;
            match self.stream.read(buffer) {
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                done => return done,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.stream.write(bytes) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => self.wait(libc::POLLOUT)?,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }
}
