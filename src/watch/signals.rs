//! Signals to the process, as values on a channel.
//!
//! The first SIGTERM or SIGINT asks to finish; a second one, of either kind, ends the process within the signal's
//! handler, whatever every thread is doing, with the status 128 + its number. SIGPIPE is left as Rust's runtime sets it,
//! ignored: a reader that went away is an error of a write, never the process's death.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::{SigId, flag, low_level};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

/// What somebody asks the process to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// To finish what it is at, and end; the word is the signal's name.
    Finish(&'static str),
    /// To read its configuration again.
    Reload,
    /// To tell the log how it stands.
    Dump,
}

/// Listening to signals. Once dropped, these signals do nothing at all: handlers stay, as the system shares them.
#[derive(Debug)]
pub struct Listener {
    handle: Handle,
    ids: Vec<SigId>,
    thread: Option<JoinHandle<()>>,
}

/// Sends each signal's meaning to the channel, as a message made by `wrap`. Call it once, before other threads begin.
///
/// # Errors
/// A sentence, when the system refuses handlers or a thread.
pub fn listen<T: Send + 'static>(
    sender: Sender<T>,
    wrap: impl Fn(Signal) -> T + Send + 'static,
) -> Result<Listener, String> {
    let failed = |error: std::io::Error| format!("listening to signals: {error}");
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGUSR1]).map_err(failed)?;
    let mut listener = Listener {
        handle: signals.handle(),
        ids: Vec::new(),
        thread: None,
    };
    let asked_before = Arc::new(AtomicBool::new(false));
    // For each signal the question comes before the note, so that the first one never ends the process. Both signals
    // share the note.
    for signal in [SIGTERM, SIGINT] {
        let ends = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked_before));
        listener.ids.push(ends.map_err(failed)?);
        let notes = flag::register(signal, Arc::clone(&asked_before));
        listener.ids.push(notes.map_err(failed)?);
    }
    let forward = move || {
        for signal in signals.forever() {
            let meaning = match signal {
                SIGTERM => Signal::Finish("SIGTERM"),
                SIGINT => Signal::Finish("SIGINT"),
                SIGHUP => Signal::Reload,
                _ => Signal::Dump,
            };
            // Nobody listens any more when the process is about to end.
            let _ = sender.send(wrap(meaning));
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(forward);
    listener.thread = Some(thread.map_err(failed)?);
    Ok(listener)
}

impl Drop for Listener {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            low_level::unregister(id);
        }
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
