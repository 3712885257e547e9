//! The client side of the MySQL protocol, as much of it as a probe needs: connect, authenticate, send one text of
//! several statements, keep the result sets as they arrive.
//!
//! Every wait is bounded twice, by the patience for one read and by a deadline for the whole exchange, so a server that
//! drips bytes is as bounded as a silent one. Nothing that a peer sends makes this code panic or reserve memory before
//! the bytes have arrived. A connection at rest holds no buffers of its own.

mod auth;
mod connection;
mod error;
mod frame;
mod greeting;
mod lookup;
mod socket;
mod text;
pub(crate) mod tls;

pub use connection::{Batch, Connection, Target};
pub use error::{ServerError, Stage, WireError};
pub use text::{ResultSet, Row, Shape};
