//! Connections, dialects, and reading one server into an [`Observation`](crate::model::Observation).
//!
//! ```text
//!   Session::probe ── connect ──► wire ──► dialect chosen by version
//!        │                                    │
//!        └── question (what to ask, what failed before) ──► one packet of statements ──► read ──► Reading
//! ```
//!
//! A [`Session`] is one server's connection with what was learnt about it: its line of servers, which statements it
//! understands and permits. Once that is known a probe is one packet and one answer. Statements go in the order of what
//! decides, and those that may fail come last, because the first error ends a packet; what was not reached is asked in
//! another one, and the failed one is left out until it is tried again, at the very end where failing costs nothing.
//!
//! What one server can be told to do is the closed set of [`Change`]s, each on a connection of its own; a [`Servant`] keeps
//! one for looking at a server and changing it again and again. [`HangUps`] watches connections between two probes.
//!
//! This room knows nothing of other servers, the inventory or the time of day; callers pass the clock.

mod change;
mod conversation;
pub mod dialect;
mod fault;
mod hangups;
mod history;
mod learnt;
mod limit;
mod login;
mod question;
mod quote;
mod read;
mod reader;
mod servant;
mod session;
mod settings;
pub mod wire;

pub use crate::model::{Change, PseudoGtid};
pub use change::{ChangeFailed, Changed, change};
pub use dialect::Dialect;
pub use hangups::HangUps;
pub use limit::{keep_memory_small, raise_descriptor_limit};
pub use login::{Login, login_of};
pub use quote::quote;
pub use servant::{Servant, look};
pub use session::{Session, probe_once};
pub use settings::{ProbeSettings, Questions, Secret, TlsSettings};
