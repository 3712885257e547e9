//! What each periodic task does to the inventory, except asking servers, judging and recovering.
//!
//! A chore reads the inventory and a snapshot of what the watcher knows, changes the inventory, and says in its
//! [`Outcome`] what the watcher's own memory has to take over. So it can run beside the watcher, on a thread and an
//! inventory connection of its own; and when one fails, the next ones run nevertheless.
//!
//! What applies to a watcher of which standing is up to [`Task::applies`]: one is active while
//! [`Memory::is_holder`] says so, and changes servers only while [`Memory::may_act`] does too.
//!
//! | file | its chores |
//! |---|---|
//! | `standing` | election, register of watchers |
//! | `instances` | seeds, unseen masters, reviewing and forgetting |
//! | `words` | aliases, downtimes, maintenance, Pseudo-GTID clusters, what is remembered of positions |
//! | `hosts` | resolved host names |
//! | `masters` | masters in the key-value table |
//! | `ages` | what goes only because it is old: one table |
//! | `outcome` | what a chore gives back |

mod ages;
mod hosts;
mod instances;
mod masters;
mod outcome;
mod standing;
mod words;

pub use outcome::{Change, Outcome, apply};
pub use standing::{Memory, grab, resign};

use super::task::Task;
use crate::config::Config;
use crate::discovery::lookup::Lookup;
use crate::discovery::{DiscoveryRules, Names};
use crate::inventory::{Inventory, NodeReport, Result};
use crate::model::{Fleet, Timestamp};
use std::time::Duration;

/// What chores work with.
#[derive(Clone, Copy)]
pub struct Chore<'a> {
    /// The inventory, over a connection of the caller's thread.
    pub inventory: &'a Inventory,
    /// The configuration.
    pub config: &'a Config,
    /// The same, as discovery takes it.
    pub rules: &'a DiscoveryRules,
    /// Resolved host names.
    pub names: &'a Names,
    /// Where addresses of masters are looked up.
    pub lookup: &'a dyn Lookup,
    /// What the watcher knows.
    pub fleet: &'a Fleet,
    /// What this watcher says of itself.
    pub node: &'a NodeReport,
    /// What chores remember from one run to the next.
    pub memory: &'a Memory,
    /// Clusters into which Pseudo-GTID was written in this tick.
    pub injected: &'a [String],
    /// The present.
    pub now: Timestamp,
    /// Time since the watcher began, monotonic.
    pub clock: &'a dyn Fn() -> Duration,
}

/// Tasks that are no chores: they belong to the watcher's queues, to servers, or to judging and recovering.
pub const OTHERS: &[Task] = &[
    Task::ReadOperatorChanges,
    Task::QueueOutdated,
    Task::SampleQueues,
    Task::InjectPseudoGtid,
    Task::ClearDetections,
    Task::ClearRecoveries,
    Task::ExpireBlocked,
    Task::AcknowledgeCrashed,
    Task::CheckAndRecover,
];

/// Does a task's work; `None` for one of [`OTHERS`].
pub fn run(task: Task, chore: &Chore<'_>) -> Option<Result<Outcome>> {
    work(task).map(|work| work(chore)).or_else(|| ages::run(task, chore))
}

/// The work of a task that does more than remove what is old.
fn work(task: Task) -> Option<fn(&Chore<'_>) -> Result<Outcome>> {
    let work: fn(&Chore<'_>) -> Result<Outcome> = match task {
        Task::Elect => standing::elect,
        Task::RegisterNode => standing::register,
        Task::PurgeNodes => standing::purge_nodes,

        Task::InjectSeeds => instances::inject_seeds,
        Task::ReviewUnseen => instances::review_unseen,
        Task::InjectUnseenMasters => instances::inject_unseen_masters,
        Task::ForgetLongUnseen => instances::forget_long_unseen,
        Task::ForgetDifferentlyResolved => instances::forget_differently_resolved,

        Task::RebuildAliases => words::rebuild_aliases,
        Task::ExpireDowntime => words::expire_downtime,
        Task::PurgeMaintenance => words::purge_maintenance,
        Task::RegisterPseudoGtidClusters => words::register_pseudo_gtid_clusters,
        Task::PurgeStaleCoordinates => words::purge_stale_coordinates,

        Task::DeleteInvalidResolves => hosts::delete_invalid,
        Task::ResolveUnknownMasters => hosts::resolve_unknown_masters,
        Task::SaveResolves => hosts::save,
        Task::ReloadResolves => hosts::reload,
        Task::ForgetExpiredResolves => hosts::forget_expired,

        Task::WriteMasters => masters::write,
        // Other watchers learn of masters from the same file.
        Task::PublishMasters => |_| Ok(Outcome::default()),

        Task::RecordCoordinates => |chore| chore.inventory.record_coordinates(chore.now).map(Outcome::of),
        Task::SnapshotTopologies => |chore| chore.inventory.take_snapshot(chore.now).map(Outcome::of),
        _ => return None,
    };
    Some(work)
}
