//! One authenticated connection and the exchange of batches on it.

use super::auth;
use super::error::{Stage, WireError};
use super::frame::{Frames, Stream};
use super::greeting::{self, Greeting, capability};
use super::lookup;
use super::socket::Socket;
use super::text::{self, ResultSet, Shape};
use super::tls;
use rustls::ClientConfig;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Whom to connect to, and how.
#[derive(Clone)]
pub struct Target<'a> {
    /// Host name or address.
    pub host: &'a str,
    /// Port.
    pub port: u16,
    /// User.
    pub user: &'a str,
    /// Password; never part of any message.
    pub password: &'a str,
    /// TLS, if the connection shall use it.
    pub tls: Option<&'a Arc<ClientConfig>>,
    /// Longest packet taken.
    pub max_allowed_packet: usize,
    /// How long the lookup, the connection and each answer of the handshake may take.
    pub patience: Duration,
    /// When all of it must be done.
    pub deadline: Instant,
}

/// An authenticated connection.
pub struct Connection {
    frames: Frames,
    version: String,
    id: u32,
    capabilities: u32,
    tls: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("version", &self.version)
            .field("id", &self.id)
            .field("tls", &self.tls)
            .finish()
    }
}

/// What came back for one text of statements.
#[derive(Debug, Default)]
pub struct Batch {
    /// The result sets that arrived whole, in the order of the statements.
    pub sets: Vec<ResultSet>,
    /// What ended the batch early; the statement at `sets.len()` is the one that failed.
    pub error: Option<WireError>,
}

impl Connection {
    /// Connects and authenticates.
    ///
    /// # Errors
    /// [`WireError`] telling what failed.
    pub fn open(target: &Target<'_>) -> Result<Self, WireError> {
        let left = target.deadline.saturating_duration_since(Instant::now());
        let addresses = lookup::addresses(target.host, target.port, left.min(target.patience))?;
        let socket = Socket::connect(&addresses, target.patience, target.deadline)?;
        let mut frames = Frames::new(Stream::Plain(socket), greeting::LONGEST);
        frames.begin();
        let greeting = read_greeting(&mut frames)?;
        frames.set_longest(target.max_allowed_packet);
        let capabilities = greeting.common(target.tls.is_some());
        if let Some(config) = target.tls {
            if capabilities & capability::SSL == 0 {
                return Err(WireError::Tls(tls_remark(
                    &greeting.version,
                    "the server offers no TLS",
                )));
            }
            frames.write(&greeting::reply_head(capabilities, target.max_allowed_packet))?;
            frames = secure(frames, target, config, &greeting.version)?;
        }
        let mut connection = Self {
            frames,
            version: greeting.version,
            id: greeting.connection_id,
            capabilities,
            tls: target.tls.is_some(),
        };
        connection.authenticate(target, &greeting.plugin, greeting.nonce)?;
        connection.frames.stage = Stage::Query;
        connection.frames.end();
        Ok(connection)
    }

    fn authenticate(&mut self, target: &Target<'_>, offered: &str, nonce: Vec<u8>) -> Result<(), WireError> {
        // A plugin that the server proposes before it knows the user binds nobody: answer with one that has a proof.
        let mut plugin = if offered == auth::CACHING_SHA2 {
            auth::CACHING_SHA2
        } else {
            auth::NATIVE
        }
        .to_owned();
        let mut nonce = nonce;
        let proof = auth::proof(&plugin, target.password, &nonce, self.tls)?;
        self.frames.write(&greeting::reply(
            self.capabilities,
            target.max_allowed_packet,
            target.user,
            &plugin,
            &proof,
        ))?;
        // Switch, key, proof and verdict: no honest exchange has more steps.
        for _ in 0..6 {
            let range = self.frames.read_ok()?;
            let payload = self.frames.bytes(range);
            match payload {
                [0x00, ..] => return Ok(()),
                [0xfe] => {
                    let old = "the user authenticates by mysql_old_password, which is not supported".to_owned();
                    return Err(WireError::Authentication(old));
                }
                [0xfe, rest @ ..] => {
                    let end = rest.iter().position(|b| *b == 0).unwrap_or(rest.len());
                    plugin = String::from_utf8_lossy(&rest[..end]).into_owned();
                    nonce = rest.get(end + 1..).unwrap_or(&[]).to_vec();
                    let proof = auth::proof(&plugin, target.password, &nonce, self.tls)?;
                    self.frames.write(&proof)?;
                }
                [0x01, 0x03] => {}
                [0x01, 0x04] if self.tls => self.frames.write(&auth::clear(target.password.as_bytes()))?,
                [0x01, 0x04] => self.frames.write(&[2])?,
                [0x01, key @ ..] if plugin == auth::CACHING_SHA2 || plugin == auth::SHA256 => {
                    let secret = auth::encrypted(target.password, &nonce, key)?;
                    self.frames.write(&secret)?;
                }
                _ => return Err(WireError::malformed("an answer that belongs to no authentication")),
            }
        }
        Err(WireError::malformed("an authentication without end"))
    }

    /// Sends one text of statements and receives the answers; `known` gives the shapes of earlier ones.
    ///
    /// After an error that is not the server's own the connection is of no use.
    pub fn batch(&mut self, text: &str, known: &[Option<Arc<Shape>>], patience: Duration, deadline: Instant) -> Batch {
        let mut batch = Batch::default();
        self.frames.begin();
        self.frames.limit(patience, deadline);
        let mut command = Vec::with_capacity(text.len() + 1);
        command.push(3);
        command.extend_from_slice(text.as_bytes());
        batch.error = self.frames.write(&command).err();
        let deprecate_eof = self.capabilities & capability::DEPRECATE_EOF != 0;
        let mut more = batch.error.is_none();
        while more {
            let shape = known.get(batch.sets.len()).and_then(Option::as_ref);
            match text::read_set(&mut self.frames, deprecate_eof, shape) {
                Ok((set, follows)) => {
                    batch.sets.push(set);
                    more = follows;
                }
                Err(error) => {
                    batch.error = Some(error);
                    more = false;
                }
            }
        }
        if batch.error.is_none() && self.frames.has_unread() {
            batch.error = Some(WireError::malformed("bytes beyond the answer"));
        }
        self.frames.end();
        batch
    }

    /// The server's version as it greeted.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The server's number for this connection.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether it goes through TLS.
    pub fn uses_tls(&self) -> bool {
        self.tls
    }

    /// Whether several statements may go in one text.
    pub fn takes_several(&self) -> bool {
        self.capabilities & capability::MULTI_STATEMENTS != 0
    }

    /// The socket's descriptor, for watching.
    pub fn raw_fd(&self) -> RawFd {
        self.frames.raw_fd()
    }
}

impl Drop for Connection {
    /// Takes leave without waiting for anything.
    fn drop(&mut self) {
        const QUIT: [u8; 5] = [1, 0, 0, 0, 1];
        match &mut self.frames.stream {
            Stream::Plain(socket) => socket.write_now(&QUIT),
            Stream::Tls(stream) => {
                let limit = Duration::from_millis(20);
                stream.sock.limit(limit, Instant::now() + limit);
                use std::io::Write;
                let _ = stream.write_all(&QUIT).and_then(|()| stream.flush());
            }
        }
    }
}

fn read_greeting(frames: &mut Frames) -> Result<Greeting, WireError> {
    let range = match frames.read_ok() {
        Err(WireError::Malformed(_)) => return Err(not_mysql()),
        other => other?,
    };
    Greeting::parse(frames.bytes(range))
        .filter(|greeting| greeting.capabilities & capability::PROTOCOL_41 != 0)
        .ok_or_else(not_mysql)
}

fn not_mysql() -> WireError {
    WireError::NotMySql("its first bytes are no greeting of the MySQL protocol".to_owned())
}

fn secure(frames: Frames, target: &Target<'_>, config: &Arc<ClientConfig>, version: &str) -> Result<Frames, WireError> {
    let (stream, sequence) = frames.into_stream();
    let stream = match stream {
        Stream::Plain(socket) => tls::wrap(socket, target.host, config).map_err(|error| match error {
            WireError::Tls(text) => WireError::Tls(tls_remark(version, &text)),
            other => other,
        })?,
        Stream::Tls(stream) => stream,
    };
    let mut frames = Frames::new(Stream::Tls(stream), target.max_allowed_packet);
    frames.begin();
    frames.resume(sequence);
    Ok(frames)
}

fn tls_remark(version: &str, text: &str) -> String {
    let old = crate::model::Version::new(version);
    if !old.is_mariadb() && old.numbers() < (5, 7, 0) {
        return format!(
            "{text} (version {version}: MySQL before 5.7 has no TLS 1.2, which is the least this tool speaks)"
        );
    }
    text.to_owned()
}
