//! What can go wrong between a client and a server.

use mysql::{DriverError, Error};
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
    /// No connection in time, or no route.
    Unreachable(String),
    /// No means on this side to open a connection: no descriptor, port, memory or thread.
    NoMeans(String),
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
    /// The failure to connect or to authenticate; `waited` is how long each read was given.
    pub(super) fn from_handshake(error: Error, waited: Duration, by_tls: bool) -> Self {
        match error {
            Error::DriverError(error) => Self::from_driver(error),
            Error::TlsError(error) => Self::Tls(error.to_string()),
            Error::IoError(error) if by_tls && is_about_files(error.kind()) => Self::Tls(error.to_string()),
            // The crate found less or other than it parses; what the socket says comes otherwise.
            Error::IoError(error) if is_about_content(error.kind()) => Self::NotMySql(not_greeting(&error)),
            Error::CodecError(error) => match io_behind(&error) {
                Some(error) if by_tls && is_about_content(error.kind()) => Self::Tls(format!("TLS handshake: {error}")),
                Some(error) => Self::from_io(error, Stage::Handshake, waited),
                None => Self::NotMySql(not_greeting(&error)),
            },
            other => Self::from_exchange(other, Stage::Handshake, waited),
        }
    }

    /// The failure of a query.
    pub(super) fn from_query(error: Error, waited: Duration) -> Self {
        match error {
            Error::IoError(error) if is_about_content(error.kind()) => Self::Malformed(error.to_string()),
            other => Self::from_exchange(other, Stage::Query, waited),
        }
    }

    fn from_exchange(error: Error, stage: Stage, waited: Duration) -> Self {
        match error {
            Error::MySqlError(error) => {
                // Before the handshake the state is no part of the packet as the crate reads it.
                let message = match error
                    .message
                    .strip_prefix('#')
                    .and_then(|text| text.split_at_checked(5))
                {
                    Some((_state, text)) => text.to_owned(),
                    None => error.message,
                };
                Self::Server(
                    stage,
                    ServerError {
                        code: error.code,
                        message,
                    },
                )
            }
            Error::IoError(error) => Self::from_io(&error, stage, waited),
            Error::CodecError(error) => match io_behind(&error) {
                Some(error) => Self::from_io(error, stage, waited),
                None => Self::Malformed(error.to_string()),
            },
            Error::DriverError(error) => Self::Malformed(error.to_string()),
            Error::TlsError(error) => Self::Tls(error.to_string()),
            Error::UrlError(error) => Self::Malformed(error.to_string()),
            Error::FromValueError(_) | Error::FromRowError(_) => Self::Malformed("a value of another kind".to_owned()),
        }
    }

    fn from_io(error: &io::Error, stage: Stage, waited: Duration) -> Self {
        match error.kind() {
            _ if error.raw_os_error().is_some_and(is_shortage) => Self::NoMeans(error.to_string()),
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Silent(stage, waited),
            // The crate's own words for an end of the stream, and a write to one.
            ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof | ErrorKind::Other => {
                Self::Closed(stage, "the connection ended".to_owned())
            }
            ErrorKind::InvalidData => Self::Malformed(error.to_string()),
            _ => Self::Closed(stage, error.to_string()),
        }
    }

    fn from_driver(error: DriverError) -> Self {
        match error {
            DriverError::ConnectTimeout => Self::Unreachable("no answer to the connection attempt".to_owned()),
            DriverError::CouldNotConnect(Some((address, text, kind))) => match kind {
                ErrorKind::ConnectionRefused => Self::Refused(format!("connecting to {address}")),
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                    Self::Closed(Stage::Handshake, format!("connecting to {address}: {text}"))
                }
                ErrorKind::AddrNotAvailable | ErrorKind::OutOfMemory => {
                    Self::NoMeans(format!("connecting to {address}: {text}"))
                }
                _ if is_of_this_side(&text) => Self::NoMeans(format!("connecting to {address}: {text}")),
                _ => Self::Unreachable(format!("connecting to {address}: {text}")),
            },
            DriverError::UnsupportedProtocol(_) | DriverError::Protocol41NotSet => Self::NotMySql(not_greeting(&error)),
            DriverError::TlsNotSupported => {
                let text = "the server offers no TLS (MySQL before 5.7 has no TLS 1.2, the least this tool speaks)";
                Self::Tls(text.to_owned())
            }
            DriverError::UnknownAuthPlugin(plugin) => {
                Self::Authentication(format!("the user authenticates by {plugin}, which is not supported"))
            }
            DriverError::OldMysqlPasswordDisabled => {
                Self::Authentication("the user authenticates by mysql_old_password, which is not supported".to_owned())
            }
            DriverError::CleartextPluginDisabled => Self::Authentication(
                "the user authenticates by mysql_clear_password, which is not supported".to_owned(),
            ),
            other => Self::Malformed(other.to_string()),
        }
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
            | Self::NoMeans(text)
            | Self::Closed(_, text)
            | Self::NotMySql(text)
            | Self::Tls(text)
            | Self::Authentication(text)
            | Self::Malformed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for WireError {}

/// The socket's failure behind a failure to read or write a packet.
pub(super) fn io_behind(error: &dyn std::error::Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

/// Whether the system's number means that this process or this host ran short of something.
fn is_shortage(number: i32) -> bool {
    matches!(number, libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM)
}

/// The same, from the text of a failure whose number the crate keeps to itself; the standard library puts it at the end.
fn is_of_this_side(text: &str) -> bool {
    let number = text
        .rsplit_once("(os error ")
        .and_then(|(_, rest)| rest.split_once(')'));
    number.is_some_and(|(number, _)| number.parse().is_ok_and(is_shortage))
}

fn is_about_content(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
}

fn is_about_files(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::IsADirectory
    )
}

fn not_greeting(error: &dyn fmt::Display) -> String {
    format!("its first bytes are no greeting of the MySQL protocol ({error})")
}
