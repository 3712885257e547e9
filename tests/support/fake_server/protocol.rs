//! MySQL packets as a server writes and reads them, and the splitting of a
//! query text into statements. Nothing here knows about scripts.

use std::io::{self, Read};

/// Capability bits used by the fake server.
pub mod caps {
    /// Bit 0: set by MySQL; MariaDB leaves it unset to announce its own bits.
    pub const LONG_PASSWORD: u32 = 1;
    /// The server can speak TLS. The fake never can.
    pub const SSL: u32 = 1 << 11;
    /// `MARIADB_CLIENT_CACHE_METADATA`, among MariaDB's extended bits.
    pub const MARIADB_CACHE_METADATA: u32 = 1 << 4;
    /// What MariaDB 10.6 announces in its extended bits.
    pub const MARIADB_EXTENDED: u32 = 0x1d;
    /// LONG_PASSWORD, FOUND_ROWS, LONG_FLAG, CONNECT_WITH_DB, LOCAL_FILES,
    /// PROTOCOL_41, INTERACTIVE, TRANSACTIONS, SECURE_CONNECTION,
    /// MULTI_STATEMENTS, MULTI_RESULTS, PS_MULTI_RESULTS, PLUGIN_AUTH,
    /// CONNECT_ATTRS, PLUGIN_AUTH_LENENC_CLIENT_DATA. No DEPRECATE_EOF.
    pub const DEFAULT: u32 = 1
        | 1 << 1
        | 1 << 2
        | 1 << 3
        | 1 << 7
        | 1 << 9
        | 1 << 10
        | 1 << 13
        | 1 << 15
        | 1 << 16
        | 1 << 17
        | 1 << 18
        | 1 << 19
        | 1 << 20
        | 1 << 21;
}

/// `SERVER_STATUS_AUTOCOMMIT`.
const AUTOCOMMIT: u16 = 2;
/// `SERVER_MORE_RESULTS_EXISTS`.
const MORE_RESULTS: u16 = 8;
/// The nonce of every greeting; the fake checks no password.
const NONCE: &[u8; 20] = b"abcdefghijklmnopqrst";

/// Reads one packet: its sequence number and payload. `None` at end of stream.
pub fn read_packet(stream: &mut impl Read) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut header = [0u8; 4];
    match stream.read_exact(&mut header) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    }
    let len = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
    let mut payload = vec![0; len];
    stream.read_exact(&mut payload)?;
    Ok(Some((header[3], payload)))
}

/// Collects packets with consecutive sequence numbers.
pub struct PacketWriter {
    seq: u8,
    bytes: Vec<u8>,
}

impl PacketWriter {
    /// A writer whose first packet carries `seq`.
    pub fn new(seq: u8) -> Self {
        Self { seq, bytes: Vec::new() }
    }

    /// Adds one packet.
    pub fn packet(&mut self, payload: &[u8]) {
        let len = (payload.len() as u32).to_le_bytes();
        self.bytes.extend_from_slice(&len[..3]);
        self.bytes.push(self.seq);
        self.bytes.extend_from_slice(payload);
        self.seq = self.seq.wrapping_add(1);
    }

    /// Takes the bytes collected so far; the sequence goes on.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Adds an OK packet.
    pub fn ok(&mut self, more: bool) {
        let status = status(more).to_le_bytes();
        self.packet(&[0, 0, 0, status[0], status[1], 0, 0]);
    }

    /// Adds an error packet. An empty `sqlstate` leaves the marker out, as
    /// servers do before the handshake.
    pub fn error(&mut self, code: u16, sqlstate: &str, message: &str) {
        let mut p = vec![0xff];
        p.extend_from_slice(&code.to_le_bytes());
        if !sqlstate.is_empty() {
            p.push(b'#');
            p.extend_from_slice(sqlstate.as_bytes());
        }
        p.extend_from_slice(message.as_bytes());
        self.packet(&p);
    }

    /// Adds a text result set. `metadata_byte` is what a MariaDB client that
    /// asked for cached metadata expects behind the column count.
    pub fn rows(&mut self, columns: &[String], rows: &[Vec<Option<String>>], more: bool, metadata_byte: bool) {
        let mut count = lenenc_int(columns.len() as u64);
        if metadata_byte {
            count.push(1);
        }
        self.packet(&count);
        for name in columns {
            self.packet(&column_definition(name));
        }
        self.eof(more);
        for row in rows {
            let mut p = Vec::new();
            for value in row {
                match value {
                    Some(text) => p.extend(lenenc_str(text.as_bytes())),
                    None => p.push(0xfb),
                }
            }
            self.packet(&p);
        }
        self.eof(more);
    }

    fn eof(&mut self, more: bool) {
        let status = status(more).to_le_bytes();
        self.packet(&[0xfe, 0, 0, status[0], status[1]]);
    }
}

/// The payload of a version 10 greeting.
pub fn greeting(version: &str, connection_id: u32, capabilities: u32, extended: u32, plugin: &str) -> Vec<u8> {
    let caps = capabilities.to_le_bytes();
    let mut p = vec![10];
    p.extend_from_slice(version.as_bytes());
    p.push(0);
    p.extend_from_slice(&connection_id.to_le_bytes());
    p.extend_from_slice(&NONCE[..8]);
    p.push(0);
    p.extend_from_slice(&caps[..2]);
    p.push(45);
    p.extend_from_slice(&status(false).to_le_bytes());
    p.extend_from_slice(&caps[2..]);
    p.push(21);
    p.extend_from_slice(&[0; 6]);
    p.extend_from_slice(&extended.to_le_bytes());
    p.extend_from_slice(&NONCE[8..]);
    p.push(0);
    p.extend_from_slice(plugin.as_bytes());
    p.push(0);
    p
}

/// The payload of a request to go on with another authentication plugin.
pub fn auth_switch(plugin: &str) -> Vec<u8> {
    let mut p = vec![0xfe];
    p.extend_from_slice(plugin.as_bytes());
    p.push(0);
    p.extend_from_slice(NONCE);
    p.push(0);
    p
}

/// What the fake keeps of a client's handshake response.
#[derive(Clone, Debug, Default)]
pub struct ClientHello {
    /// The client's capability bits.
    pub capabilities: u32,
    /// The client's MariaDB extended bits; meaningful only when the client
    /// leaves `LONG_PASSWORD` unset.
    pub extended: u32,
    /// The user name.
    pub user: String,
}

/// Parses a handshake response as far as the user name.
pub fn client_hello(payload: &[u8]) -> ClientHello {
    let word = |at: usize| {
        payload
            .get(at..at + 4)
            .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    };
    let user = payload.get(32..).unwrap_or_default();
    let end = user.iter().position(|b| *b == 0).unwrap_or(user.len());
    ClientHello {
        capabilities: word(0),
        extended: word(28),
        user: String::from_utf8_lossy(&user[..end]).into_owned(),
    }
}

/// Splits a query text at top-level semicolons. Quotes, backticks and
/// comments are respected; empty statements are left out.
pub fn split_statements(text: &str) -> Vec<String> {
    split_top_level(text, ';')
        .into_iter()
        .map(|s| s.trim().to_string())
        .filter(|s| !s.is_empty())
        .collect()
}

/// Splits at `separator` outside quotes, backticks, comments and parentheses.
pub fn split_top_level(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote: Option<char> = None;
    let mut depth = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let part = parts.last_mut().expect("never empty");
        if let Some(open) = quote {
            part.push(c);
            if c == '\\' && open != '`' {
                part.extend(chars.next());
            } else if c == open {
                quote = None;
            }
        } else if c == '/' && chars.peek() == Some(&'*') {
            part.push(c);
            let mut last = ' ';
            for c in chars.by_ref() {
                part.push(c);
                if last == '*' && c == '/' {
                    break;
                }
                last = c;
            }
        } else if c == separator && depth == 0 {
            parts.push(String::new());
        } else {
            match c {
                '\'' | '"' | '`' => quote = Some(c),
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            part.push(c);
        }
    }
    parts
}

fn status(more: bool) -> u16 {
    AUTOCOMMIT | if more { MORE_RESULTS } else { 0 }
}

fn lenenc_int(n: u64) -> Vec<u8> {
    match n {
        0..=250 => vec![n as u8],
        251..=0xffff => [&[0xfc], &(n as u16).to_le_bytes()[..]].concat(),
        0x1_0000..=0xff_ffff => [&[0xfd], &(n as u32).to_le_bytes()[..3]].concat(),
        _ => [&[0xfe], &n.to_le_bytes()[..]].concat(),
    }
}

fn lenenc_str(bytes: &[u8]) -> Vec<u8> {
    [lenenc_int(bytes.len() as u64), bytes.to_vec()].concat()
}

fn column_definition(name: &str) -> Vec<u8> {
    let mut p = lenenc_str(b"def");
    for part in ["", "", "", name, name] {
        p.extend(lenenc_str(part.as_bytes()));
    }
    // Fixed part: charset utf8mb4, length, type VAR_STRING, flags, decimals.
    p.extend_from_slice(&[0x0c, 45, 0, 0, 4, 0, 0, 0xfd, 0, 0, 31, 0, 0]);
    p
}
