//! Exchanges on a socket without TLS.
//!
//! The crate connects and authenticates; what follows is the text protocol alone, which is read here. The crate would
//! hold 8 MiB of address space for each connection, keep up to half of it filled with what was received long ago, and
//! allocate for each column's definition, of which a probe brings a hundred.

use super::descriptor;
use super::exchange::Exchanged;
use super::packets::Packets;
use super::text::{ResultSet, Shape};
use mysql::{Conn, Error};
use std::io::{self, Write};
use std::net::TcpStream;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;

/// The packet that takes leave (`COM_QUIT`).
const QUIT: [u8; 5] = [1, 0, 0, 0, 1];
/// The command that sends statements (`COM_QUERY`).
const QUERY: u8 = 3;

/// A socket on which the server has accepted the user. Dropping it takes leave.
pub(super) struct Plain {
    socket: TcpStream,
    longest: usize,
}

impl Plain {
    /// Takes the socket over from the crate; `longest` is the longest packet taken.
    ///
    /// # Errors
    /// When the system has no descriptor for it.
    pub(super) fn taken_from(conn: Conn, longest: usize) -> io::Result<Self> {
        let socket = descriptor::take_over(conn.as_raw_fd())?;
        // The crate takes leave on a socket that leads nowhere.
        drop(conn);
        Ok(Self { socket, longest })
    }

    /// Sends the text and adds each result set that arrives whole to `sets`.
    ///
    /// The first error ends it. Where that is not the server's own the connection is shut down.
    pub(super) fn exchange(&self, text: &str, known: &[Option<Arc<Shape>>], sets: &mut Vec<ResultSet>) -> Exchanged {
        let mut done = Exchanged::begun();
        if let Err(error) = self.converse(text, known, sets) {
            done.fail(error, self.as_raw_fd());
        }
        done
    }

    fn converse(&self, text: &str, known: &[Option<Arc<Shape>>], sets: &mut Vec<ResultSet>) -> Result<(), Error> {
        self.send(text)?;
        let mut answers = Packets::new(&self.socket, self.longest);
        loop {
            let known = known.get(sets.len()).and_then(Option::as_ref);
            let (set, more) = answers.set(known)?;
            sets.push(set);
            if !more {
                return answers.end();
            }
        }
    }

    fn send(&self, text: &str) -> io::Result<()> {
        let length = text.len() + 1;
        // Of several packets for one text none is sent: a probe's has some thousand bytes.
        let header = u32::try_from(length).ok().filter(|length| *length < 0x00ff_ffff);
        let header = header.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a text of 16 MiB"))?;
        let mut packet = Vec::with_capacity(4 + length);
        packet.extend_from_slice(&header.to_le_bytes());
        packet.push(QUERY);
        packet.extend_from_slice(text.as_bytes());
        (&self.socket).write_all(&packet)
    }
}

impl AsRawFd for Plain {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        // Where the connection is broken nobody is left to take leave of.
        let _ = (&self.socket).write(&QUIT);
    }
}
