//! What an observation of a server means for the fleet and the inventory.
//!
//! [`crawl`](crawl::crawl) asks servers and follows what they say to their masters, replicas and group members;
//! [`absorb`](absorb::absorb) turns one answer into an inventory row; [`reattribute`] puts a whole tree into its
//! cluster from the top down, whatever the order in which its servers answered. Nothing here knows how a server is asked,
//! how a row is stored, or what is wrong with a topology.
//!
//! | file | holds |
//! |---|---|
//! | `rules` | what of the configuration matters here |
//! | `names`, `lookup` | canonical host names, and asking the system for them in bounded time |
//! | `absorb` | from an observation to a row |
//! | `row` | the parts of a row that need no look at other rows |
//! | `check` | when an instance was asked and when it answered |
//! | `replicas` | which instances replicate from a server, by what it says |
//! | `group` | the row's view of a replication group |
//! | `walk` | the order from masters down to replicas, circles included |
//! | `attribution` | cluster, depth, alias, ancestry, errant transactions |
//! | `aliases` | which alias belongs to which cluster |
//! | `crawl`, `workers` | asking many servers at once |
//! | `store` | writing what probes mean into the inventory |
//! | `upkeep` | what is due, unseen, or known under two names |

pub mod absorb;
pub mod aliases;
pub mod attribution;
pub mod check;
pub mod crawl;
mod group;
pub mod lookup;
pub mod names;
mod replicas;
mod row;
pub mod rules;
pub mod store;
pub mod upkeep;
mod walk;
mod workers;

#[cfg(test)]
mod tests;

pub use absorb::{Absorbed, Outcome, absorb};
pub use attribution::{Touched, reattribute};
pub use crawl::{Crawl, CrawlEvent, CrawlOptions, CrawlReport, Failure, crawl};
pub use names::Names;
pub use rules::{DiscoveryRules, HostResolve, OwnName};
