//! What follows from a verdict: registering a detection, running hooks.
//!
//! | file | holds |
//! |---|---|
//! | `entry` | from a verdict to a decision: what is registered, said and run; pure |
//! | `placeholders` | the table of what hooks are told, by placeholder, environment variable and JSON name; pure |
//! | `hooks` | one list of hooks, run in order |
//! | `process` | one hook as a process group: its time limit, its bounded output |
//! | `detect` | carries out a decision: registers the detection and runs its hooks |
//! | `uid` | the names of recoveries |

pub mod condition;
pub mod course;
pub mod desk;
mod detect;
pub mod ended;
pub mod entry;
pub mod failover;
pub mod fence;
pub mod hooks;
pub mod lint;
pub mod placeholders;
mod process;
pub mod rejoin;
pub mod resume;
pub mod servers;
pub mod steps;
pub mod takeover;
pub mod uid;

pub use detect::{Detected, Place, detect};

#[cfg(test)]
mod tests;
