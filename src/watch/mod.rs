//! The continuous mode: what has to be done when, whom to ask before a silent master counts as dead, and the watcher that
//! does it.
//!
//! What decides is a pure function of elapsed time and of what servers reported; clocks, servers, the inventory and
//! signals belong to `engine`, `chores` and the process's surroundings. Moments are
//! [`Duration`](std::time::Duration)s since the watcher began, on a monotonic clock.
//!
//! | file | holds |
//! |---|---|
//! | `task` | every piece of periodic work: when it applies, in one sentence |
//! | `schedule` | the ticks, their periods and conditions; what is due, and when something will be |
//! | `chores` | what each task does to the inventory, one function each; asking, judging and recovering excepted |
//! | `engine` | the watcher at work: its head has the map of its threads and files |
//! | `witness` | which replica is made to testify about a silent master, and what follows from its testimony |
//! | `scene` | what is known of a master and its replicas, as the witness looks at it |
//! | `case` | the witness's work on one master |
//! | `metric`, `metrics` | the numbers that the watcher keeps about itself; their text for a monitoring system |
//! | `faults` | what is said when a fault comes, changes and goes |
//! | `signals`, `notify` | what the system tells the process, and what the process tells the service manager |
//!
//! A new periodic task is one row in `task`, its name in a row of `schedule`, and its function in `chores`; a new number is
//! one row in `metric`, and a call where it is counted.

mod case;
pub mod chores;
pub mod engine;
pub mod faults;
pub mod metric;
pub mod metrics;
pub mod notify;
pub mod scene;
pub mod schedule;
pub mod signals;
pub mod task;
pub mod witness;

#[cfg(test)]
mod tests;

pub use scene::{MasterSeen, ReplicaSeen, Report, Silence};
pub use schedule::{Due, LastRun, Periods, Schedule, Tick};
pub use task::{Needs, Standing, Task};
pub use witness::{Order, Witness};
