//! What can go wrong between a client and a server.

use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

/// What a connection was used for when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// From the open socket to the end of authentication.
    Handshake,
    /// A query.
    Query,
}

/// An error packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// Error number.
    pub code: u16,
    /// The server's text.
    pub message: String,
}

impl ServerError {
    /// Whether the server closes the connection with this error: shutdown (1053), killed (1927 on MariaDB, 3169 on
    /// MySQL), idle for too long (4031 on MySQL since 8.0.24).
    pub fn ends_connection(&self) -> bool {
        matches!(self.code, 1053 | 1927 | 3169 | 4031)
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}: {}", self.code, self.message)
    }
}

/// Why a connection did not come about or broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The name has no address, or the lookup took too long.
    Lookup(String),
    /// Nothing listens there.
    Refused(String),
    /// No connection in time, no route, or no means on this side to open one.
    Unreachable(String),
    /// Nothing came within the time given.
    Silent(Stage, Duration),
    /// The peer closed or reset the connection.
    Closed(Stage, String),
    /// The server said so.
    Server(Stage, ServerError),
    /// The first bytes are no greeting of the protocol.
    NotMySql(String),
    /// TLS is wanted and not to be had, or its handshake failed.
    Tls(String),
    /// The server wants an authentication this client does not offer.
    Authentication(String),
    /// An answer that the protocol does not allow.
    Malformed(String),
}

impl WireError {
    /// The failure of a read or write on an open connection; `waited` is how long it was given.
    pub(super) fn from_io(error: &io::Error, stage: Stage, waited: Duration) -> Self {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Silent(stage, waited),
            ErrorKind::UnexpectedEof => Self::Closed(stage, "the connection ended".to_owned()),
            _ => Self::Closed(stage, error.to_string()),
        }
    }

    /// The failure to open a connection to `address`.
    pub(super) fn from_connect(error: &io::Error, address: &dyn fmt::Display) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused(format!("connecting to {address}")),
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Unreachable(format!("connecting to {address}")),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                Self::Closed(Stage::Handshake, format!("connecting to {address}: {error}"))
            }
            _ => Self::Unreachable(format!("connecting to {address}: {error}")),
        }
    }

    pub(super) fn malformed(what: &str) -> Self {
        Self::Malformed(what.to_owned())
    }

    /// The server's own error, if it is one.
    pub fn server(&self) -> Option<&ServerError> {
        match self {
            Self::Server(_, error) => Some(error),
            _ => None,
        }
    }

    /// Whether the connection was found closed, as an idle one is after the server's `wait_timeout`.
    pub fn is_close(&self) -> bool {
        match self {
            Self::Closed(..) => true,
            Self::Server(_, error) => error.ends_connection(),
            _ => false,
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(stage, waited) => {
                let seconds = waited.as_secs_f64();
                match stage {
                    Stage::Handshake => write!(f, "no answer to the handshake within {seconds:.1} s"),
                    Stage::Query => write!(f, "no answer to a query within {seconds:.1} s"),
                }
            }
            Self::Server(_, error) => error.fmt(f),
            Self::Lookup(text)
            | Self::Refused(text)
            | Self::Unreachable(text)
            | Self::Closed(_, text)
            | Self::NotMySql(text)
            | Self::Tls(text)
            | Self::Authentication(text)
            | Self::Malformed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for WireError {}
