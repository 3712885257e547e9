//! What reaches the watcher's one deciding thread.

use super::backlog::Batch;
use super::following::{Hooked, Registered};
use super::hands::{Done, Why};
use super::lanes::Probed;
use super::recovering::{LeftOver, Recovered};
use super::tasks::{Loaded, Note};
use crate::inventory::{AuditEntry, InventoryError, Operators};
use crate::model::Instance;
use crate::model::InstanceKey;
use crate::recovery::fence::Fenced;
use crate::watch::chores::Outcome;
use crate::watch::signals::Signal;
use crate::watch::{Task, Tick};
use std::collections::VecDeque;
use std::sync::mpsc::Sender;

/// What work on the inventory came to.
pub type Written<T> = Result<T, InventoryError>;

/// Something happened.
pub enum Event {
    /// A server was asked.
    Probed(Box<Probed>),
    /// A server's connection was closed or reset.
    HungUp(InstanceKey),
    /// A change of a server was made, or not.
    Done(Box<Done>),
    /// A change of a server could not even be begun.
    NotBegun(InstanceKey, Why),
    /// Somebody wants something of the process.
    Signal(Signal),
    /// A batch of rows was written, or not.
    Flushed {
        /// When it was handed over.
        epoch: u64,
        /// The rows.
        batch: Batch,
        /// Those that were forgotten.
        result: Written<Vec<InstanceKey>>,
    },
    /// Something else was written, or not: what is left, what cannot be written at all.
    Noted(VecDeque<Note>, Vec<InventoryError>, Written<()>),
    /// Everything known.
    Loaded(u64, Written<Box<Loaded>>),
    /// What other processes changed; `None` for nothing.
    Operators(u64, Written<Option<Box<Operators>>>),
    /// Rows that another process added.
    Appeared(u64, Written<Vec<Instance>>),
    /// A task of a tick was done, or not.
    TaskDone(Task, Box<Written<Outcome>>),
    /// The inventory's part of a tick is over.
    TickDone(Tick),
    /// A thread broke down inside this program: its name.
    Broken(String),
    /// Detections were registered, or not.
    Registered(Vec<Registered>),
    /// A recovery was considered or has ended.
    Recovered(Box<Recovered>),
    /// A recovery has something to say in the audit trail.
    Audited(Box<AuditEntry>),
    /// What earlier recoveries left.
    LeftOver(Box<LeftOver>),
    /// An old master was to be fenced.
    Fenced(InstanceKey, Option<Fenced>),
    /// Hooks have run.
    Hooked(Box<Hooked>),
    /// The inventory's file was gone or another one, and has been opened anew.
    InventoryReplaced {
        /// There was no file in its place.
        gone: bool,
        /// The file that is open now; each clerk tells of it.
        file: super::clerk::FileId,
    },
}

/// Where events go.
#[derive(Clone)]
pub struct Post(Sender<Event>);

impl Post {
    /// Events go to the receiver that belongs to this.
    pub fn new(sender: Sender<Event>) -> Self {
        Self(sender)
    }

    /// Sends one; when the watcher is gone nobody needs it.
    pub fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
}
