//! Where a watcher's words go: the log, the audit file, the status line, the service manager.
//!
//! A thread of its own writes, draws and tells, because whoever reads may be slow or stopped, and watching must not wait
//! for that. If it falls far behind, messages are dropped and counted.

use crate::inventory::{AuditEntry, append_audit_line};
use crate::report::log::{About, Level, Log, local_time};
use crate::report::status_line::{Standing, StatusLine};
use crate::watch::engine::{Named, Overview, Tone, Voice, Word};
use crate::watch::notify::Notifier;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Most messages that wait for a slow reader.
const WAITING: usize = 10_000;

/// How long the end waits for a slow reader.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// How often the status line is offered a new text.
const SHOW_EVERY: Duration = Duration::from_millis(250);

/// A message for the log.
struct Message {
    level: Level,
    instance: Option<String>,
    cluster: Option<String>,
    code: Option<String>,
    text: String,
}

/// Something for the thread that speaks.
enum Speech {
    Say(Message),
    Show(Standing),
    Ready(String),
    Reloading,
    Stopping,
    Alive,
    Status(String),
}

/// What the thread speaks through.
struct Mouth {
    log: Log,
    line: StatusLine,
    notifier: Notifier,
}

impl Mouth {
    fn speak(&self, speech: Speech) {
        let told = match speech {
            Speech::Say(message) => {
                let about = About {
                    instance: message.instance.as_deref(),
                    cluster: message.cluster.as_deref(),
                    code: message.code.as_deref(),
                };
                self.log.tell(message.level, &about, &message.text);
                return;
            }
            Speech::Show(standing) => return self.line.show(Instant::now(), || standing),
            Speech::Ready(status) => self.notifier.ready(&status),
            Speech::Reloading => self.notifier.reloading(),
            Speech::Stopping => self.notifier.stopping("finishing"),
            Speech::Alive => self.notifier.alive(),
            Speech::Status(status) => self.notifier.status(&status),
        };
        if let Err(why) = told {
            self.log.say(Level::Debug, why);
        }
    }
}

/// A watcher's voice.
pub(super) struct LogVoice {
    log: Log,
    audit_file: Option<PathBuf>,
    shows: bool,
    shown: Mutex<Option<Instant>>,
    speeches: Mutex<Option<SyncSender<Speech>>>,
    speaker: Mutex<Option<JoinHandle<()>>>,
    dropped: AtomicU64,
}

impl LogVoice {
    /// Speaks through a log, a status line and a service manager's socket.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn new(log: Log, line: StatusLine, notifier: Notifier, audit_file: &str) -> std::io::Result<Self> {
        let (speeches, waiting) = sync_channel(WAITING);
        let shows = line.is_shown();
        let mouth = Mouth { log, line, notifier };
        let speak = move || listen(&mouth, &waiting);
        let speaker = Builder::new().name("log".to_owned()).spawn(speak)?;
        Ok(Self {
            log,
            audit_file: (!audit_file.is_empty()).then(|| audit_file.into()),
            shows,
            shown: Mutex::new(None),
            speeches: Mutex::new(Some(speeches)),
            speaker: Mutex::new(Some(speaker)),
            dropped: AtomicU64::new(0),
        })
    }

    /// Waits until everything said has been written, but not for ever: perhaps nobody reads it.
    pub(super) fn finish(&self) {
        lock(&self.speeches).take();
        if let Some(speaker) = lock(&self.speaker).take() {
            let until = Instant::now() + LAST_WORDS;
            while !speaker.is_finished() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    /// Says how many messages were dropped, as soon as there is room to say so.
    fn tell_dropped(&self) {
        let lost = self.dropped.swap(0, Ordering::Relaxed);
        if lost == 0 {
            return;
        }
        let message = Message {
            level: Level::Warning,
            instance: None,
            cluster: None,
            code: None,
            text: format!("{lost} messages were dropped, because this log was not read"),
        };
        if !self.put(Speech::Say(message)) {
            self.dropped.fetch_add(lost, Ordering::Relaxed);
        }
    }

    /// Whether there was room.
    fn put(&self, speech: Speech) -> bool {
        let speeches = lock(&self.speeches);
        speeches
            .as_ref()
            .is_some_and(|speeches| speeches.try_send(speech).is_ok())
    }
}

fn listen(mouth: &Mouth, waiting: &Receiver<Speech>) {
    while let Ok(speech) = waiting.recv() {
        mouth.speak(speech);
    }
}

impl Voice for LogVoice {
    fn say(&self, tone: Tone, about: &Named<'_>, text: &str) {
        let level = match tone {
            Tone::Error => Level::Error,
            Tone::Warning => Level::Warning,
            Tone::Info => Level::Info,
            Tone::Debug => Level::Debug,
        };
        if !self.log.wants(level) {
            return;
        }
        self.tell_dropped();
        let said = self.put(Speech::Say(Message {
            level,
            instance: about.instance.map(ToString::to_string),
            cluster: about.cluster.map(str::to_owned),
            code: about.code.map(str::to_owned),
            text: text.to_owned(),
        }));
        if !said {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn audit(&self, entry: &AuditEntry) {
        if let Some(file) = &self.audit_file
            && let Err(error) = append_audit_line(file, entry, &local_time())
        {
            let text = format!("writing the audit file {}: {error}", file.display());
            self.say(Tone::Error, &Named::default(), &text);
        }
        let text = format!(
            "auditType:{} instance:{} message:{}",
            entry.kind, entry.key, entry.message
        );
        self.say(Tone::Debug, &Named::default(), &text);
    }

    fn show(&self, standing: &dyn Fn() -> Overview) {
        let now = Instant::now();
        if !self.shows || lock(&self.shown).is_some_and(|at| now < at + SHOW_EVERY) {
            return;
        }
        *lock(&self.shown) = Some(now);
        let overview = standing();
        self.put(Speech::Show(Standing {
            instances: overview.instances,
            ok: overview.ok,
            failing: overview.failing,
            problems: overview.problems,
            elected: overview.elected,
            last_probe: overview.last_probe,
        }));
    }

    fn notify(&self, word: Word<'_>) {
        self.put(match word {
            Word::Ready(status) => Speech::Ready(status.to_owned()),
            Word::Reloading => Speech::Reloading,
            Word::Stopping => Speech::Stopping,
            Word::Alive => Speech::Alive,
            Word::Status(status) => Speech::Status(status.to_owned()),
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
