//! Where a watcher's words go: the log, the audit file, the status line, the service manager.
//!
//! The log is written by a thread of its own, because whoever reads it may be slow or stopped, and watching must not wait
//! for it. If it falls far behind, messages are dropped and counted.

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

struct Message {
    level: Level,
    instance: Option<String>,
    cluster: Option<String>,
    code: Option<String>,
    text: String,
}

/// A watcher's voice.
pub(super) struct LogVoice {
    log: Log,
    line: StatusLine,
    notifier: Notifier,
    audit_file: Option<PathBuf>,
    messages: Mutex<Option<SyncSender<Message>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    dropped: AtomicU64,
}

impl LogVoice {
    /// Speaks through a log.
    pub(super) fn new(log: Log, line: StatusLine, notifier: Notifier, audit_file: &str) -> Self {
        let (messages, waiting) = sync_channel(WAITING);
        let writer = Builder::new()
            .name("log".to_owned())
            .spawn(move || write(log, &waiting))
            .ok();
        Self {
            log,
            line,
            notifier,
            audit_file: (!audit_file.is_empty()).then(|| audit_file.into()),
            messages: Mutex::new(writer.is_some().then_some(messages)),
            writer: Mutex::new(writer),
            dropped: AtomicU64::new(0),
        }
    }

    /// Waits until everything said has been written, but not for ever: perhaps nobody reads it.
    pub(super) fn finish(&self) {
        lock(&self.messages).take();
        if let Some(writer) = lock(&self.writer).take() {
            let until = Instant::now() + LAST_WORDS;
            while !writer.is_finished() && Instant::now() < until {
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
        if !self.put(message) {
            self.dropped.fetch_add(lost, Ordering::Relaxed);
        }
    }

    /// Whether there was room.
    fn put(&self, message: Message) -> bool {
        match lock(&self.messages).as_ref() {
            Some(messages) => messages.try_send(message).is_ok(),
            None => {
                print(self.log, &message);
                true
            }
        }
    }
}

fn write(log: Log, waiting: &Receiver<Message>) {
    while let Ok(message) = waiting.recv() {
        print(log, &message);
    }
}

fn print(log: Log, message: &Message) {
    let about = About {
        instance: message.instance.as_deref(),
        cluster: message.cluster.as_deref(),
        code: message.code.as_deref(),
    };
    log.tell(message.level, &about, &message.text);
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
        let said = self.put(Message {
            level,
            instance: about.instance.map(ToString::to_string),
            cluster: about.cluster.map(str::to_owned),
            code: about.code.map(str::to_owned),
            text: text.to_owned(),
        });
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
        self.line.show(Instant::now(), || {
            let overview = standing();
            Standing {
                instances: overview.instances,
                ok: overview.ok,
                failing: overview.failing,
                problems: overview.problems,
                elected: overview.elected,
                last_probe: overview.last_probe,
            }
        });
    }

    fn notify(&self, word: Word<'_>) {
        let told = match word {
            Word::Ready(status) => self.notifier.ready(status),
            Word::Reloading => self.notifier.reloading(),
            Word::Stopping => self.notifier.stopping("finishing"),
            Word::Alive => self.notifier.alive(),
            Word::Status(status) => self.notifier.status(status),
        };
        if let Err(why) = told {
            self.say(Tone::Debug, &Named::default(), &why);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
