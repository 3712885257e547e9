//! A thread with an inventory connection of its own, that does one piece of work after the other.
//!
//! Nothing that watches waits for the disk: work is handed over, and what came of it returns as an event. Where the file
//! cannot be opened the work is told why. A file that was deleted or replaced is opened anew.

use super::event::{Event, Post};
use crate::inventory::{Inventory, Result};
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::SystemTime;

/// Work on an inventory, or without one where it cannot be opened.
pub type Job = Box<dyn FnOnce(Result<&Inventory>) -> Option<Event> + Send>;

/// Opens the inventory.
pub type Open = dyn Fn() -> Result<Inventory> + Send + Sync;

/// The file that a clerk made where there was none. The next clerk that comes upon it is not to take it for somebody
/// else's.
pub type Made = Arc<Mutex<Option<FileId>>>;

/// Whom to give work to.
pub struct Clerk {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Clerk {
    /// Begins with an open inventory.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        name: &str,
        inventory: Option<Inventory>,
        path: PathBuf,
        open: Arc<Open>,
        made: Made,
        post: Post,
    ) -> std::io::Result<Self> {
        let (jobs, work) = channel();
        let thread = Builder::new().name(name.to_owned()).spawn(move || {
            let file = inventory.as_ref().and_then(|_| identity(&path));
            Desk {
                inventory,
                file,
                path,
                open,
                made,
                post,
            }
            .run(&work);
        })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Hands over work.
    pub fn give(&self, job: impl FnOnce(Result<&Inventory>) -> Option<Event> + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(job));
        }
    }

    /// Lets the thread end after the work it has.
    pub fn dismiss(&mut self) -> Option<JoinHandle<()>> {
        self.jobs = None;
        self.thread.take()
    }
}

struct Desk {
    inventory: Option<Inventory>,
    /// The file that is open.
    file: Option<FileId>,
    path: PathBuf,
    open: Arc<Open>,
    made: Made,
    post: Post,
}

impl Desk {
    fn run(mut self, work: &Receiver<Job>) {
        while let Ok(job) = work.recv() {
            let work = || match self.inventory() {
                Ok(inventory) => job(Ok(inventory)),
                Err(error) => job(Err(error)),
            };
            match catch_unwind(AssertUnwindSafe(work)) {
                Ok(event) => event.into_iter().for_each(|event| self.post.send(event)),
                Err(_) => {
                    let name = std::thread::current().name().unwrap_or("clerk").to_owned();
                    return self.post.send(Event::Broken(name));
                }
            }
        }
    }

    fn inventory(&mut self) -> Result<&Inventory> {
        let mut present = identity(&self.path);
        if self.file.is_some() && present == self.file && is_emptied(&self.path) {
            // Somebody emptied it. What is still open must not be written into it, so it becomes another file.
            let _ = std::fs::remove_file(&self.path);
            present = None;
        }
        // An inventory in memory has no file.
        let lost = self.file.is_some() && present != self.file;
        if lost {
            self.inventory = None;
        }
        let inventory = match self.inventory.take() {
            Some(open) => open,
            None => {
                let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
                let was_gone = identity(&self.path).is_none();
                let opened = (self.open)()?;
                self.file = identity(&self.path);
                if was_gone {
                    *made = self.file;
                }
                if let Some(file) = self.file.filter(|_| lost) {
                    let gone = *made == Some(file);
                    self.post.send(Event::InventoryReplaced { gone, file });
                }
                opened
            }
        };
        Ok(self.inventory.insert(inventory))
    }
}

/// What tells one file from another: device, number and, since numbers are used again, when it was made.
pub type FileId = (u64, u64, Option<SystemTime>);

fn identity(path: &std::path::Path) -> Option<FileId> {
    let data = std::fs::metadata(path).ok()?;
    Some((data.dev(), data.ino(), data.created().ok()))
}

fn is_emptied(path: &std::path::Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Access, OpenOptions};
    use crate::model::Timestamp;

    fn anew(path: &std::path::Path) -> Result<Inventory> {
        Inventory::open(path, &OpenOptions::new(Access::Write, Timestamp(100)))
    }

    /// Two clerks come upon the same deleted file, one after the other; for the second one there is a file again.
    #[test]
    fn a_file_made_by_the_first_clerk_is_no_strangers_file_for_the_second() {
        let folder = std::env::temp_dir().join(format!("orchestrator-clerks-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("inventory.sqlite3");
        let file = path.clone();
        let open: Arc<Open> = Arc::new(move || anew(&file));
        let (sender, events) = channel();
        let made = Made::default();
        let clerk = |name: &str| {
            let post = Post::new(sender.clone());
            Clerk::start(name, None, path.clone(), Arc::clone(&open), Arc::clone(&made), post).unwrap()
        };
        let (done, is_done) = channel();
        let mut clerks = [clerk("first"), clerk("second")];
        let works = |clerk: &Clerk| {
            let done = done.clone();
            clerk.give(move |inventory| {
                inventory.unwrap();
                done.send(()).unwrap();
                None
            });
            is_done.recv().unwrap();
        };
        let told = || {
            let told: Vec<bool> = events
                .try_iter()
                .map(|event| matches!(event, Event::InventoryReplaced { gone: true, .. }))
                .collect();
            told
        };
        clerks.iter().for_each(works);
        assert_eq!(told(), [] as [bool; 0], "the file was made by the first");
        std::fs::remove_file(&path).unwrap();
        clerks.iter().for_each(works);
        assert_eq!(told(), [true, true], "deleted");
        let other = folder.join("other.sqlite3");
        drop(anew(&other).unwrap());
        std::fs::rename(&other, &path).unwrap();
        clerks.iter().for_each(works);
        assert_eq!(told(), [false, false], "replaced");
        for clerk in &mut clerks {
            clerk.dismiss().unwrap().join().unwrap();
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
