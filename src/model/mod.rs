//! The words of the domain: instances, keys, coordinates, GTID sets, clusters, the [`Fleet`] and verdicts.
//!
//! This room does no I/O, speaks no SQL and never asks for the time of day; callers pass `now`.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | instance | one MySQL or MariaDB server process, named by its [`InstanceKey`] (`host:port`) |
//! | master | an instance that replicates from nobody |
//! | replica | an instance that replicates from another one |
//! | intermediate master | a replica that has replicas of its own |
//! | co-master | one of two instances that replicate from each other |
//! | cluster | all instances below one master; its name is that master's key when first seen |
//! | depth | steps from the master: 0 for the master, 1 for its direct replicas |
//! | errant GTID | a transaction that a replica has and its master never had |
//! | promotion rule | how willingly an instance may become master, see [`PromotionRule`] |
//! | downtime | an operator's word that an instance's trouble is known; it is left out of reports |
//! | maintenance | an exclusive lock on an instance while somebody changes it |
//! | detached | a replica whose master host was broken on purpose by a leading `//` |
//!
//! The word *source* appears only inside statements for servers that want it.

pub mod change;
pub mod coordinates;
pub mod duration;
pub mod facts;
pub mod fleet;
pub mod gtid;
pub mod incidents;
pub mod instance;
pub mod key;
pub mod look;
pub mod near;
pub mod observation;
pub mod plan;
mod plan_kind;
pub mod promotion;
pub mod pseudo_gtid;
pub mod reached;
pub mod records;
pub mod recovery;
pub mod snapshot;
pub mod tag;
pub mod time;
pub mod verdict;
pub mod version;

pub use change::Change;
pub use coordinates::{Coordinates, LogKind};
pub use facts::Facts;
pub use fleet::Fleet;
pub use instance::Instance;
pub use key::InstanceKey;
pub use look::Look;
pub use observation::{Contact, Observation};
pub use promotion::PromotionRule;
pub use pseudo_gtid::PseudoGtid;
pub use reached::Reached;
pub use time::Timestamp;
pub use version::Version;
