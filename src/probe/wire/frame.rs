//! Packets on a stream: a length, a number, a payload.

use super::error::{ServerError, Stage, WireError};
use super::socket::Socket;
use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, Instant};

/// How much is read at once.
const CHUNK: usize = 16 * 1024;
/// What a scratch buffer may keep between uses.
const KEPT: usize = 256 * 1024;
const LONGEST_PAYLOAD: usize = 0xff_ffff;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The bytes' way, plain or by TLS.
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<rustls::StreamOwned<rustls::ClientConnection, Socket>>),
}

impl Stream {
    pub(super) fn socket(&self) -> &Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }

    pub(super) fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// A stream cut into packets.
pub(super) struct Frames {
    pub(super) stream: Stream,
    pub(super) stage: Stage,
    buffer: Vec<u8>,
    /// Start and end of what was received and not yet consumed.
    start: usize,
    end: usize,
    sequence: u8,
    longest: usize,
}

impl Frames {
    pub(super) fn new(stream: Stream, longest: usize) -> Self {
        Self {
            stream,
            stage: Stage::Handshake,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            sequence: 0,
            longest,
        }
    }

    pub(super) fn limit(&mut self, patience: Duration, deadline: Instant) {
        self.stream.socket_mut().limit(patience, deadline);
    }

    /// Sets the length beyond which a packet is refused.
    pub(super) fn set_longest(&mut self, longest: usize) {
        self.longest = longest;
    }

    /// Whether bytes were received that nobody asked for.
    pub(super) fn has_unread(&self) -> bool {
        self.start < self.end
    }

    /// Borrows this thread's buffer for an exchange.
    pub(super) fn begin(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = SCRATCH.take();
        }
        self.sequence = 0;
    }

    /// Gives the buffer back when nothing unread is in it.
    pub(super) fn end(&mut self) {
        if self.start == self.end && !self.buffer.is_empty() {
            (self.start, self.end) = (0, 0);
            let buffer = std::mem::take(&mut self.buffer);
            if buffer.len() <= KEPT {
                SCRATCH.replace(buffer);
            }
        }
    }

    /// The bytes of a range given by [`Frames::read`], valid until the next read.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Sends one packet.
    pub(super) fn write(&mut self, payload: &[u8]) -> Result<(), WireError> {
        let mut out = Vec::with_capacity(payload.len() + 4);
        let mut rest = payload;
        loop {
            let (part, more) = rest.split_at(rest.len().min(LONGEST_PAYLOAD));
            out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(0).to_le_bytes()[..3]);
            out.push(self.sequence);
            out.extend_from_slice(part);
            self.sequence = self.sequence.wrapping_add(1);
            rest = more;
            if part.len() < LONGEST_PAYLOAD {
                break;
            }
        }
        let given = self.stream.socket().given();
        self.stream
            .write_all(&out)
            .map_err(|e| WireError::from_io(&e, self.stage, given))
    }

    /// Receives one packet: where its payload lies.
    pub(super) fn read(&mut self) -> Result<Range<usize>, WireError> {
        self.need(4)?;
        let mut length = self.length_at(self.start);
        self.check_sequence(self.start, length)?;
        let mut total = length;
        // Payloads of the greatest length go on in the next packet; their headers are cut out of the buffer.
        while length == LONGEST_PAYLOAD {
            self.check_length(total)?;
            self.need(4 + total + 4)?;
            let header = self.start + 4 + total;
            length = self.length_at(header);
            self.sequence = self.sequence.wrapping_add(1);
            self.buffer.copy_within(header + 4..self.end, header);
            self.end -= 4;
            total += length;
        }
        self.check_length(total)?;
        self.need(4 + total)?;
        let payload = self.start + 4..self.start + 4 + total;
        self.start = payload.end;
        Ok(payload)
    }

    /// Receives one packet that is not empty and no error.
    pub(super) fn read_ok(&mut self) -> Result<Range<usize>, WireError> {
        let range = self.read()?;
        match self.buffer[range.clone()].split_first() {
            None => Err(WireError::malformed("an empty packet")),
            Some((0xff, rest)) => Err(WireError::Server(self.stage, parse_error(rest))),
            Some(_) => Ok(range),
        }
    }

    fn check_length(&self, length: usize) -> Result<(), WireError> {
        if length <= self.longest {
            return Ok(());
        }
        Err(WireError::Malformed(format!(
            "a packet of {length} bytes, where at most {} are taken",
            self.longest
        )))
    }

    fn check_sequence(&mut self, header: usize, length: usize) -> Result<(), WireError> {
        let number = self.buffer[header + 3];
        // Errors sent before the server has read anything carry any number.
        if number != self.sequence && length > 0 {
            self.need(5)?;
            if self.buffer[self.start + 4] != 0xff {
                return Err(WireError::malformed("packets out of order"));
            }
        }
        self.sequence = number.wrapping_add(1);
        Ok(())
    }

    fn length_at(&self, at: usize) -> usize {
        usize::from(self.buffer[at]) | usize::from(self.buffer[at + 1]) << 8 | usize::from(self.buffer[at + 2]) << 16
    }

    /// Waits until that many bytes are unread.
    fn need(&mut self, count: usize) -> Result<(), WireError> {
        while self.end - self.start < count {
            if self.start > 0 && self.start == self.end {
                (self.start, self.end) = (0, 0);
            } else if self.buffer.len() - self.end < CHUNK / 2 && self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            if self.buffer.len() - self.end < CHUNK / 2 {
                let more = self.buffer.len().max(CHUNK);
                self.buffer.resize(self.buffer.len() + more, 0);
            }
            let given = self.stream.socket().given();
            match self.stream.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Err(WireError::Closed(self.stage, "the connection ended".to_owned())),
                Ok(read) => self.end += read,
                Err(error) => return Err(WireError::from_io(&error, self.stage, given)),
            }
        }
        Ok(())
    }

    /// Takes the plain socket out, to put TLS around it.
    pub(super) fn into_stream(self) -> (Stream, u8) {
        (self.stream, self.sequence)
    }

    /// Goes on with a sequence number begun elsewhere.
    pub(super) fn resume(&mut self, sequence: u8) {
        self.sequence = sequence;
    }

    pub(super) fn raw_fd(&self) -> RawFd {
        self.stream.socket().as_raw_fd()
    }
}

/// The body of an error packet, behind its first byte.
fn parse_error(body: &[u8]) -> ServerError {
    let code = body.get(..2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
    let text = body.get(2..).unwrap_or(&[]);
    let text = if text.first() == Some(&b'#') {
        text.get(6..).unwrap_or(&[])
    } else {
        text
    };
    ServerError {
        code,
        message: String::from_utf8_lossy(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_with_and_without_state() {
        let with = parse_error(b"\x15\x04#28000Access denied");
        assert_eq!((with.code, with.message.as_str()), (1045, "Access denied"));
        let without = parse_error(b"\x10\x04Too many connections");
        assert_eq!((without.code, without.message.as_str()), (1040, "Too many connections"));
        assert_eq!(parse_error(b"").code, 0);
    }
}
