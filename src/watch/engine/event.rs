//! What reaches the watcher's one deciding thread.

use super::backlog::Batch;
use super::hands::Done;
use super::lanes::Probed;
use super::tasks::{Loaded, Worked};
use crate::inventory::{Elected, InventoryError, Operators};
use crate::model::InstanceKey;
use crate::model::Instance;
use crate::recovery::follow::Followed;
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
    /// Who acts on this inventory.
    Elected(Written<Elected>),
    /// Everything known.
    Loaded(Written<Box<Loaded>>),
    /// What other processes changed; `None` for nothing.
    Operators(Written<Option<Box<Operators>>>),
    /// Rows that another process added.
    Appeared(Written<Vec<Instance>>),
    /// The inventory's part of a tick is over.
    Worked(Tick, Box<Worked>),
    /// A detection was registered, and its hooks have run.
    Followed(Box<Followed>),
    /// The inventory's file was gone or another one, and has been opened anew.
    InventoryReplaced {
        /// There was no file in its place.
        gone: bool,
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
