//! One connection to a fake server: what has come and is not yet answered, what is answered and not yet sent.

use super::answers::{self, Answers};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsRawFd, RawFd};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was said yet.
    New,
    /// Greeted; the client introduces itself.
    Greeted,
    /// Commands come.
    Open,
}

pub struct Connection {
    pub server: usize,
    stream: TcpStream,
    stage: Stage,
    input: Vec<u8>,
    output: Vec<u8>,
    /// Whether room for output is waited for.
    pub waits_for_room: bool,
}

/// What became of a step.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// It goes on; that many probes were answered.
    Goes(u64),
    /// It has ended.
    Ended,
}

impl Connection {
    pub fn new(server: usize, stream: TcpStream) -> Self {
        stream.set_nonblocking(true).unwrap();
        let _ = stream.set_nodelay(true);
        Self {
            server,
            stream,
            stage: Stage::New,
            input: Vec::new(),
            output: Vec::new(),
            waits_for_room: false,
        }
    }

    pub fn fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// Reads what there is; `false` when the client is gone.
    pub fn read(&mut self, room: &mut [u8]) -> bool {
        loop {
            match self.stream.read(room) {
                Ok(0) => return false,
                Ok(count) => self.input.extend_from_slice(&room[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    }

    /// Answers everything that has come whole.
    pub fn answer(&mut self, answers: &mut Answers, number: u32) -> Step {
        if self.stage == Stage::New {
            self.output.extend(answers::greeting(number));
            self.stage = Stage::Greeted;
        }
        let mut probes = 0;
        let mut used = 0;
        while let Some((sequence, payload)) = packet(&self.input[used..]) {
            used += 4 + payload.len();
            match (self.stage, payload.split_first()) {
                (Stage::Open, Some((0x03, text))) => {
                    let rendered = answers.to(text);
                    probes += u64::from(rendered.is_probe);
                    self.output.extend_from_slice(&rendered.bytes);
                }
                (Stage::Open, None | Some((0x01, _))) => return Step::Ended,
                _ => {
                    self.stage = Stage::Open;
                    self.output.extend(answers::ok(sequence.wrapping_add(1)));
                }
            }
        }
        self.input.drain(..used);
        if self.send() { Step::Goes(probes) } else { Step::Ended }
    }

    /// Sends what there is room for; `false` when the client is gone.
    pub fn send(&mut self) -> bool {
        while !self.output.is_empty() {
            match self.stream.write(&self.output) {
                Ok(0) => return false,
                Ok(count) => drop(self.output.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
        true
    }

    /// Whether there is something left to send.
    pub fn is_full(&self) -> bool {
        !self.output.is_empty()
    }
}

/// The first packet, if it is whole: its number and payload.
fn packet(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let header = bytes.get(..4)?;
    let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
    Some((header[3], bytes.get(4..4 + length)?))
}
