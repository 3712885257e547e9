//! How a fake server begins its connections, well or badly.

use std::time::Duration;

/// How a connection begins.
#[derive(Clone, Debug)]
pub enum Greeting {
    /// As a server should.
    Normal,
    /// Accept and never speak.
    Never,
    /// Raw bytes of some other protocol, then silence.
    Garbage(Vec<u8>),
    /// Half of the greeting, then silence.
    HalfThenHang,
    /// Accept and close.
    CloseAtOnce,
    /// An error packet in place of the greeting. With an empty `sqlstate`
    /// the marker is left out.
    Error {
        /// Server error number.
        code: u16,
        /// SQLSTATE or "".
        sqlstate: String,
        /// Error text.
        message: String,
    },
    /// A greeting, then an error packet in place of the authentication's OK.
    ErrorAuth {
        /// Server error number.
        code: u16,
        /// SQLSTATE.
        sqlstate: String,
        /// Error text.
        message: String,
    },
    /// A greeting, then no reply to the client's handshake response.
    HangAuth,
    /// A greeting, then the connection closes in place of the reply.
    CloseAuth,
    /// A greeting, then raw bytes in place of the reply, then silence.
    GarbageAuth(Vec<u8>),
    /// The greeting, one byte per interval.
    DripFeed(Duration),
}

impl Greeting {
    /// 1040, "Too many connections".
    pub fn too_many_connections() -> Self {
        Greeting::Error {
            code: 1040,
            sqlstate: "08004".into(),
            message: "Too many connections".into(),
        }
    }

    /// 1129, "Host is blocked".
    pub fn host_blocked() -> Self {
        Greeting::Error {
            code: 1129,
            sqlstate: String::new(),
            message: "Host '127.0.0.1' is blocked because of many connection errors; unblock \
                      with 'mysqladmin flush-hosts'"
                .into(),
        }
    }

    /// 1045, "Access denied".
    pub fn access_denied() -> Self {
        Greeting::ErrorAuth {
            code: 1045,
            sqlstate: "28000".into(),
            message: "Access denied for user 'u'@'127.0.0.1' (using password: YES)".into(),
        }
    }

    /// 3159, as a server with `require_secure_transport` says.
    pub fn insecure_transport() -> Self {
        Greeting::ErrorAuth {
            code: 3159,
            sqlstate: "HY000".into(),
            message: "Connections using insecure transport are prohibited while \
                      --require_secure_transport=ON."
                .into(),
        }
    }
}
