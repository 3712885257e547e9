//! What follows from a verdict: detections and hooks, gates, the choice of a successor, plans, carrying them out.
//!
//! ```text
//!   verdict ─► entry ─► gates ─► office (claim, record) ─► failover ─┬─ candidate (who) ── pure
//!                                          │                         ├─ steps, lint (what) ── pure
//!                                          │                         └─ course (carries out) ─► servers
//!                                          └─ takeover, rejoin, resume         │
//!                                                                              └─► desk = records (journal, hooks)
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `entry` | from a verdict to a decision: what is registered, said and run; pure |
//! | `detect` | carries out a decision: registers the detection and runs its hooks |
//! | `gates` | the table of everything that can hold a recovery back; pure |
//! | `breaker` | whether more masters died at once than can be chance; pure |
//! | `candidate` | who is promoted, who cannot follow, what would be lost; pure |
//! | `steps`, `manner` | the steps that plans are made of, and how they are carried out; pure |
//! | `succession` | what was seen of a master's replicas, and who takes its place |
//! | `consent` | whether a living master may hand over, and to whom; pure |
//! | `condition` | whether what a plan takes for granted is so; pure |
//! | `lint` | what every plan must keep to; pure |
//! | `unapplied` | what helps where a successor does not apply what it has received; pure |
//! | `course`, `perform`, `undo` | carries out a plan stage by stage, each step; takes it back |
//! | `failover`, `takeover`, `rejoin` | the three kinds of plans from the first look to the last hook |
//! | `finish` | the end of a failover: replicas that did not come along, the last hooks |
//! | `arrangement`, `places` | several servers change places one step at a time, or all go back |
//! | `rehearsal` | servers that are told nothing and look as if they had been |
//! | `logbook` | a desk of commands: their journal, which several may share |
//! | `orphans`, `adoption` | where replicas of a dead intermediate master go, which is pure; how they get there |
//! | `acknowledgers`, `mending` | which replicas are to acknowledge, which is pure; semi-sync and read-only masters mended |
//! | `skipping` | which transaction an applier that failed is to pass over; pure |
//! | `relocation` | a replica comes below another master and is seen to replicate, or goes back |
//! | `resume` | goes on where a process died |
//! | `fence`, `wanted` | makes an old master refuse writes; who is to, and whether that is written down |
//! | `office`, `aside`, `choosing`, `closing` | one recovery from its claim to its record |
//! | `desk`, `records`, `heart` | where it is written down: what is needed, and the inventory's way of it; what keeps the lease |
//! | `aloud` | a desk where steps are only said |
//! | `servers` | the servers as a recovery meets them |
//! | `surroundings` | what gates look at, as the inventory has it |
//! | `decision` | asks the gates, and writes down what was decided and how it ended |
//! | `trail` | what of a recovery goes into the audit trail; pure |
//! | `placeholders` | the table of what hooks are told, by placeholder, environment variable and JSON name; pure |
//! | `hooks` | one list of hooks, run in order |
//! | `process` | one hook as a process group: its time limit, its bounded output |
//! | `real` | the servers themselves, over kept connections |
//! | `uid` | the names of recoveries |

pub mod acknowledgers;
pub mod adoption;
pub mod aloud;
pub mod arrangement;
mod aside;
pub mod breaker;
pub mod candidate;
mod choosing;
mod closing;
pub mod condition;
pub mod consent;
pub mod course;
pub mod decision;
pub mod desk;
mod detect;
pub mod ended;
pub mod entry;
pub mod failover;
pub mod fence;
mod finish;
pub mod gates;
pub mod heart;
pub mod hooks;
pub mod lint;
pub mod logbook;
mod manner;
pub mod mending;
pub mod office;
pub mod orphans;
mod perform;
pub mod placeholders;
pub mod places;
mod process;
pub mod real;
pub mod records;
pub mod rehearsal;
pub mod rejoin;
pub mod relocation;
pub mod resume;
pub mod servers;
pub mod skipping;
pub mod steps;
mod succession;
pub mod surroundings;
pub mod takeover;
pub mod trail;
pub mod uid;
mod unapplied;
mod undo;
mod wanted;

pub use closing::write_ledger;
pub use detect::{Detected, Place, detect};

#[cfg(test)]
mod tests;
