//! The shape of a replication tree, what can be told of each instance in it, and who can replicate from whom.
//!
//! Everything here is a pure function of instances, a [`Policy`](crate::config::Policy) and a moment. Nothing asks a
//! server or a clock, and nothing knows how its results are printed.
//!
//! | file | answers |
//! |---|---|
//! | [`tree`] | in which order and how deep are the members of a cluster drawn? |
//! | [`status`] | is what is known of an instance fresh, does it replicate, what is its description? |
//! | [`mod@can_replicate`] | may this instance replicate from that one, and if not, why? Is it below it already? |
//! | [`history`] | what is known of instances in a snapshot, and what changed between two snapshots? |
//! | [`osc`] | which replicas tell the lag of a cluster, which could serve an online schema change? |
//! | [`arrange`] | may replicas go one step up or below a sibling, and masters change places, and by what? |
//! | [`relocate`] | how does a replica come below another master, and if not, why? |

pub mod arrange;
pub mod can_replicate;
pub mod history;
pub mod osc;
pub mod relocate;
pub mod status;
pub mod tree;

pub use can_replicate::{Reason, Refusal, can_replicate, descends_from};
pub use status::{Mark, Problem, Status, StatusWord, Tokens};
pub use tree::{Node, draw};
