//! Connections to servers: connect, send one text of several statements, keep the result sets as they arrive.
//!
//! The `mysql` crate connects and authenticates. Without TLS the text protocol that follows is read here, which takes
//! half the time and little memory; with TLS the crate does that too.
//!
//! What is added to the crate: every wait is bounded twice, by the patience for one read and by a deadline for the whole
//! exchange, so a server that drips bytes is as bounded as a silent one; failures are told apart by kind; and what makes
//! the crate panic is an answer not understood, not the end of the program.

mod connection;
mod deadline;
mod descriptor;
mod error;
mod exchange;
mod fields;
mod guard;
mod handshake;
mod lookup;
mod packets;
mod plain;
mod text;
mod tls;
mod wear;

pub use connection::{Batch, Connection, Target};
pub use error::{ServerError, Stage, WireError};
pub use text::{ResultSet, Row, Shape};
pub use tls::Tls;
