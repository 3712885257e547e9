//! What reaches the watcher's one deciding thread.

use super::backlog::Batch;
use super::following::{Hooked, Registered};
use super::hands::{Done, Why};
use super::lanes::Probed;
use super::tasks::{Loaded, Worked};
use crate::inventory::{InventoryError, Operators};
use crate::model::Instance;
use crate::model::InstanceKey;
use crate::watch::Tick;
use crate::watch::signals::Signal;
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
        /// The rows.
        batch: Batch,
        /// Those that were forgotten.
        result: Written<Vec<InstanceKey>>,
    },
    /// Something else was written, or not.
    Noted(Written<()>),
    /// Everything known.
    Loaded(Written<Box<Loaded>>),
    /// What other processes changed; `None` for nothing.
    Operators(Written<Option<Box<Operators>>>),
    /// Rows that another process added.
    Appeared(Written<Vec<Instance>>),
    /// The inventory's part of a tick is over.
    Worked(Tick, Box<Worked>),
    /// Detections were registered, or not.
    Registered(Vec<Registered>),
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
