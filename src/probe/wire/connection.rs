//! One authenticated connection and the exchange of batches on it.

use super::error::{Stage, WireError};
use super::exchange::exchange;
use super::guard::guarded;
use super::plain::Plain;
use super::text::{ResultSet, Shape};
use super::tls::{self, Tls};
use super::wear::Wear;
use super::{deadline, descriptor, handshake, lookup};
use mysql::{Conn, LocalInfileHandler, OptsBuilder, SslOpts};
use std::io;
use std::os::fd::{AsRawFd, RawFd};
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
    pub tls: Option<&'a Tls>,
    /// Longest packet taken.
    pub max_allowed_packet: usize,
    /// How long the lookup, the connection and each answer of the handshake may take.
    pub patience: Duration,
    /// When all of it must be done.
    pub deadline: Instant,
}

/// An authenticated connection.
pub struct Connection {
    line: Line,
    id: u32,
    version: String,
    takes_several: bool,
    /// The limit of one read that the socket has now.
    patience: Duration,
}

/// What carries the packets.
enum Line {
    /// The socket itself.
    Plain(Plain),
    /// The crate, which keeps TLS to itself, and what it has received.
    Tls(Box<Conn>, Wear),
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("version", &self.version)
            .field("id", &self.id())
            .field("tls", &self.uses_tls())
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
    /// Connects, authenticates and asks for the version.
    ///
    /// # Errors
    /// [`WireError`] telling what failed.
    pub fn open(target: &Target<'_>) -> Result<Self, WireError> {
        let conn = match target.tls {
            None => Self::connect(target, None, false)?,
            Some(tls) => match Self::connect(target, Some(&tls.options), tls.checks_name) {
                Err(error) if tls.nameless.is_some() && tls::is_nameless(&error) => {
                    Self::connect(target, tls.nameless.as_ref(), false)?
                }
                other => other?,
            },
        };
        let id = conn.connection_id();
        let line = match target.tls {
            Some(_) => Line::Tls(Box::new(conn), Wear::new()),
            None => Line::Plain(
                Plain::taken_from(conn, target.max_allowed_packet)
                    .map_err(|error| WireError::NoMeans(format!("no descriptor for the connection: {error}")))?,
            ),
        };
        let mut connection = Self {
            line,
            id,
            version: String::new(),
            takes_several: true,
            patience: target.patience,
        };
        connection.ask_version(target)?;
        Ok(connection)
    }

    /// Connects to the first address that answers, or by name where TLS checks it.
    fn connect(target: &Target<'_>, tls: Option<&SslOpts>, by_name: bool) -> Result<Conn, WireError> {
        let left = target.deadline.saturating_duration_since(Instant::now());
        let addresses = lookup::addresses(target.host, target.port, left.min(target.patience))?;
        let hosts = if by_name {
            vec![target.host.to_owned()]
        } else {
            addresses.iter().map(|address| address.ip().to_string()).collect()
        };
        let mut first_failure = None;
        for host in hosts {
            let left = target
                .deadline
                .saturating_duration_since(Instant::now())
                .min(target.patience);
            if left.is_zero() {
                break;
            }
            let options = OptsBuilder::new()
                .ip_or_hostname(Some(host))
                .tcp_port(target.port)
                .user(Some(target.user))
                .pass(Some(target.password))
                .prefer_socket(false)
                .tcp_nodelay(true)
                .tcp_connect_timeout(Some(left))
                .read_timeout(Some(target.patience))
                .write_timeout(Some(target.patience))
                .stmt_cache_size(0)
                .max_allowed_packet(Some(target.max_allowed_packet))
                .local_infile_handler(Some(LocalInfileHandler::new(|_, _| {
                    Err(io::Error::new(io::ErrorKind::InvalidData, "a request for a local file"))
                })))
                .ssl_opts(tls.cloned());
            match handshake::connect(options.into(), target.deadline) {
                Err(error @ (WireError::Refused(_) | WireError::Unreachable(_))) => {
                    _ = first_failure.get_or_insert(error)
                }
                other => return other,
            }
        }
        Err(first_failure.unwrap_or_else(|| WireError::Unreachable("no time left to connect".to_owned())))
    }

    /// The crate keeps neither the greeting's version text nor whether several statements may go in one; this asks.
    fn ask_version(&mut self, target: &Target<'_>) -> Result<(), WireError> {
        let mut batch = self.batch(
            "SELECT @@version;SELECT @@version",
            &[],
            target.patience,
            target.deadline,
        );
        if batch
            .error
            .as_ref()
            .and_then(WireError::server)
            .is_some_and(|error| error.code == 1064)
        {
            self.takes_several = false;
            batch = self.batch("SELECT @@version", &[], target.patience, target.deadline);
        }
        if let Some(error) = batch.error {
            return Err(error);
        }
        let version = batch
            .sets
            .first()
            .and_then(ResultSet::first)
            .and_then(|row| row.value(0).map(|text| text.into_owned()));
        self.version = version.ok_or_else(|| WireError::Malformed("no version".to_owned()))?;
        Ok(())
    }

    /// Sends one text of statements and receives the answers; `known` gives the shapes of earlier ones.
    ///
    /// After an error that is not the server's own the connection is of no use.
    pub fn batch(&mut self, text: &str, known: &[Option<Arc<Shape>>], patience: Duration, deadline: Instant) -> Batch {
        let mut batch = Batch::default();
        batch.error = self.try_batch(text, known, patience, deadline, &mut batch.sets).err();
        batch
    }

    fn try_batch(
        &mut self,
        text: &str,
        known: &[Option<Arc<Shape>>],
        patience: Duration,
        deadline: Instant,
        sets: &mut Vec<ResultSet>,
    ) -> Result<(), WireError> {
        let fd = self.raw_fd();
        if descriptor::peer_is_gone(fd) {
            return Err(closed());
        }
        if self.patience != patience {
            descriptor::set_read_timeout(fd, patience)
                .map_err(|error| WireError::Closed(Stage::Query, error.to_string()))?;
            self.patience = patience;
        }
        let began = Instant::now();
        let watch = deadline::watch(fd, deadline)?;
        let exchanged = match &mut self.line {
            Line::Plain(plain) => Ok(plain.exchange(text, known, sets)),
            Line::Tls(conn, _) => guarded(|| exchange(conn, text, known, sets)),
        };
        let late = watch.end();
        let exchanged = exchanged.inspect_err(|_| descriptor::shut_down(fd))?;
        if let Line::Tls(_, wear) = &mut self.line {
            wear.add(exchanged.received);
        }
        exchanged
            .outcome
            .map_err(|error| match WireError::from_query(error, patience) {
                WireError::Server(stage, error) => WireError::Server(stage, error),
                _ if late => WireError::Silent(Stage::Query, began.elapsed()),
                // What a server says when it closes an idle connection answers no question, which is out of turn.
                WireError::Malformed(_) if sets.is_empty() && exchanged.peer_was_gone => closed(),
                other => other,
            })
    }

    /// The server's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The server's number for this connection.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether it goes through TLS.
    pub fn uses_tls(&self) -> bool {
        matches!(self.line, Line::Tls(..))
    }

    /// Whether several statements may go in one text.
    pub fn takes_several(&self) -> bool {
        self.takes_several
    }

    /// The socket's descriptor, for watching.
    pub fn raw_fd(&self) -> RawFd {
        match &self.line {
            Line::Plain(plain) => plain.as_raw_fd(),
            Line::Tls(conn, _) => conn.as_raw_fd(),
        }
    }

    /// Whether the server has closed it.
    pub fn is_closed(&self) -> bool {
        descriptor::peer_is_gone(self.raw_fd())
    }

    /// Whether it has received so much that a new one would take less memory.
    pub fn is_worn(&self) -> bool {
        match &self.line {
            Line::Plain(_) => false,
            Line::Tls(_, wear) => wear.is_worn(),
        }
    }

    /// Counts from the start again, where no new connection is to be had.
    pub fn wear_on(&mut self) {
        if let Line::Tls(_, wear) = &mut self.line {
            wear.wear_on();
        }
    }
}

fn closed() -> WireError {
    WireError::Closed(Stage::Query, "the server has closed the connection".to_owned())
}
