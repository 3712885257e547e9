//! One connection of a fake server, from greeting to end.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::greeting::Greeting;
use super::node::Node;
use super::protocol::{self, PacketWriter, caps};
use super::script::{Auth, Script};

/// What becomes of a connection after an answer.
enum Next {
    /// Goes on.
    Continue,
    /// Goes on, without the rest of the batch.
    EndBatch,
    /// Ends.
    Close,
}

/// Serves one connection until it ends.
pub fn serve(node: &Node, stream: &TcpStream, id: u32) -> io::Result<()> {
    let script = node.script();
    let mut session = Session {
        node,
        stream,
        cached_metadata: false,
    };
    if session.handshake(&script, id)? {
        session.commands()?;
    }
    Ok(())
}

struct Session<'a> {
    node: &'a Node,
    stream: &'a TcpStream,
    cached_metadata: bool,
}

impl Session<'_> {
    /// Greets and authenticates; `false` when there is nothing to go on with.
    fn handshake(&mut self, script: &Script, id: u32) -> io::Result<bool> {
        let mut hello = PacketWriter::new(0);
        hello.packet(&greeting_payload(script, id));
        let hello = hello.take();
        match &script.greeting {
            Greeting::Never => return self.hang(),
            Greeting::CloseAtOnce => return Ok(false),
            Greeting::Garbage(bytes) => {
                self.send(bytes)?;
                return self.hang();
            }
            Greeting::HalfThenHang => {
                self.send(&hello[..hello.len() / 2])?;
                return self.hang();
            }
            Greeting::Error {
                code,
                sqlstate,
                message,
            } => {
                let mut out = PacketWriter::new(0);
                out.error(*code, sqlstate, message);
                self.send(&out.take())?;
                return Ok(false);
            }
            Greeting::DripFeed(interval) => {
                for byte in &hello {
                    self.send(&[*byte])?;
                    self.pause(*interval)?;
                }
            }
            _ => self.send(&hello)?,
        }
        let Some((seq, payload)) = self.read()? else {
            return Ok(false);
        };
        let client = protocol::client_hello(&payload);
        self.cached_metadata = script.is_mariadb()
            && client.capabilities & caps::LONG_PASSWORD == 0
            && client.extended & caps::MARIADB_CACHE_METADATA != 0;
        self.node.counters.users.lock().unwrap().push(client.user);
        self.authenticate(script, seq.wrapping_add(1))
    }

    fn authenticate(&mut self, script: &Script, seq: u8) -> io::Result<bool> {
        let mut out = PacketWriter::new(seq);
        match &script.greeting {
            Greeting::HangAuth => return self.hang(),
            Greeting::CloseAuth => return Ok(false),
            Greeting::GarbageAuth(bytes) => {
                self.send(bytes)?;
                return self.hang();
            }
            Greeting::ErrorAuth {
                code,
                sqlstate,
                message,
            } => {
                out.error(*code, sqlstate, message);
                self.send(&out.take())?;
                return Ok(false);
            }
            _ => {}
        }
        match script.auth {
            Auth::Native => {}
            Auth::CachingSha2Fast => out.packet(&[1, 3]),
            Auth::SwitchToNative => {
                out.packet(&protocol::auth_switch("mysql_native_password"));
                self.send(&out.take())?;
                let Some((seq, _)) = self.read()? else {
                    return Ok(false);
                };
                out = PacketWriter::new(seq.wrapping_add(1));
            }
        }
        out.ok(false);
        self.send(&out.take())?;
        Ok(true)
    }

    fn commands(&mut self) -> io::Result<()> {
        while let Some((_, payload)) = self.read()? {
            let counters = &self.node.counters;
            counters.commands.fetch_add(1, Relaxed);
            let Some((command, body)) = payload.split_first() else {
                return Ok(());
            };
            let mut out = PacketWriter::new(1);
            match command {
                0x01 => {
                    counters.quits.fetch_add(1, Relaxed);
                    return Ok(());
                }
                0x03 => {
                    counters.queries.fetch_add(1, Relaxed);
                    let text = String::from_utf8_lossy(body).into_owned();
                    if !self.query(&text, &mut out)? {
                        return Ok(());
                    }
                }
                0x0e => {
                    let answer = self.node.ping_answer();
                    if matches!(self.answer(&answer, &mut out, false)?, Next::Close) {
                        return Ok(());
                    }
                }
                0x02 | 0x11 | 0x1f => out.ok(false),
                0x19 => continue, // COM_STMT_CLOSE has no reply
                0x16 => out.error(
                    1295,
                    "HY000",
                    "This command is not supported in the prepared statement protocol yet",
                ),
                _ => out.error(1047, "08S01", "Unknown command"),
            }
            self.send(&out.take())?;
        }
        Ok(())
    }

    /// Answers a query text; `false` when the connection ends.
    fn query(&mut self, text: &str, out: &mut PacketWriter) -> io::Result<bool> {
        let statements = protocol::split_statements(text);
        if statements.is_empty() {
            out.error(1065, "42000", "Query was empty");
        }
        for (at, statement) in statements.iter().enumerate() {
            let more = at + 1 < statements.len();
            let answer = self.node.resolve(statement);
            match self.answer(&answer, out, more)? {
                Next::Continue => {}
                Next::EndBatch => break,
                Next::Close => return Ok(false),
            }
        }
        Ok(true)
    }

    fn answer(&mut self, answer: &Answer, out: &mut PacketWriter, more: bool) -> io::Result<Next> {
        match answer {
            Answer::Ok => out.ok(more),
            Answer::Rows { columns, rows } => out.rows(columns, rows, more, self.cached_metadata),
            Answer::Error {
                code,
                sqlstate,
                message,
            } => {
                out.error(*code, sqlstate, message);
                return Ok(Next::EndBatch);
            }
            Answer::Hang => {
                self.send(&out.take())?;
                self.hang()?;
                return Ok(Next::Close);
            }
            Answer::Close => {
                self.send(&out.take())?;
                return Ok(Next::Close);
            }
            Answer::Garbage(bytes) => {
                self.send(&out.take())?;
                self.send(bytes)?;
                return Ok(Next::EndBatch);
            }
            Answer::Delay(delay, inner) => {
                self.send(&out.take())?;
                self.pause(*delay)?;
                return self.answer(inner, out, more);
            }
            Answer::HangAfter(count, inner) | Answer::CloseAfter(count, inner) => {
                self.send(&out.take())?;
                self.answer(inner, out, more)?;
                let bytes = out.take();
                self.send(&bytes[..bytes.len().min(*count)])?;
                if matches!(answer, Answer::HangAfter(..)) {
                    self.hang()?;
                }
                return Ok(Next::Close);
            }
            Answer::Call(_) => unreachable!("the script has resolved it"),
        }
        Ok(Next::Continue)
    }

    fn read(&mut self) -> io::Result<Option<(u8, Vec<u8>)>> {
        protocol::read_packet(&mut self.stream)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Swallows what the client sends until either side goes away.
    fn hang(&mut self) -> io::Result<bool> {
        let mut sink = [0u8; 1024];
        while self.stream.read(&mut sink)? > 0 {}
        Ok(false)
    }

    /// Sleeps, but not beyond the end of the server.
    fn pause(&self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            if self.node.stopped() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            thread::sleep(left.min(Duration::from_millis(20)));
        }
    }
}

fn greeting_payload(script: &Script, id: u32) -> Vec<u8> {
    let plugin = match script.auth {
        Auth::Native => "mysql_native_password",
        Auth::CachingSha2Fast | Auth::SwitchToNative => "caching_sha2_password",
    };
    let version = if script.is_mariadb() && script.version.starts_with("10.") {
        format!("5.5.5-{}", script.version)
    } else {
        script.version.clone()
    };
    let (capabilities, extended) = if script.is_mariadb() {
        (script.capabilities & !caps::LONG_PASSWORD, caps::MARIADB_EXTENDED)
    } else {
        (script.capabilities, 0)
    };
    protocol::greeting(&version, id, capabilities, extended, plugin)
}
