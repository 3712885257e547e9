//! One hook as a process group of its own: it is given a time limit, its output is bounded, and it leaves no zombie.
//!
//! Nothing here waits for a program's good will. The standard input is a file, so a hook that never reads it blocks
//! nobody; output is read as it comes and what is too much of it thrown away; and what still holds the output open when
//! the time is over is killed with its whole group.

use super::uid::random;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, Read, Seek, Write as _};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// How much of the beginning and how much of the end of an output is kept, in bytes.
const KEPT: usize = 16 * 1024;
/// The time limit where none is set.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);
/// How long a group that was asked to end may take, before it is killed.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How often it is looked whether a program has ended that said nothing about it.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// The same, for one that has closed its output: it is about to end.
const BRIEFLY: Duration = Duration::from_millis(1);
/// How much is read at once, in bytes.
const AT_ONCE: usize = 16 * 1024;

/// What to run, and how.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// The program that runs commands, such as `bash`.
    pub shell: String,
    /// The command.
    pub text: String,
    /// Variables added to this program's own.
    pub environment: Vec<(&'static str, String)>,
    /// What it finds on its standard input.
    pub input: String,
    /// Where temporary files go.
    pub folder: PathBuf,
    /// How long it may run; zero sets no limit.
    pub limit: Duration,
}

/// How a hook ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit status.
    Status(i32),
    /// By this signal, which was not ours.
    Signal(i32),
    /// It was killed, because this time was over.
    TimeLimit(Duration),
}

/// A temporary file that goes with its owner.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A program that runs.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    output: Option<PipeReader>,
    kept: Kept,
    until: Instant,
    limit: Duration,
    _script: Temporary,
}

/// Starts a hook.
///
/// # Errors
/// What was attempted and what the system said.
pub(super) fn start(task: &Task) -> Result<Running, String> {
    let folder = task.folder.display();
    let no_file = |e: io::Error| {
        format!("writing a temporary file in {folder}: {e}; TMPDIR names another folder for temporary files")
    };
    let (script, mut file) = temporary(&task.folder, "cmd").map_err(no_file)?;
    file.write_all(task.text.as_bytes()).map_err(no_file)?;
    drop(file);
    let (gone, mut input) = temporary(&task.folder, "input").map_err(no_file)?;
    input.write_all(task.input.as_bytes()).map_err(no_file)?;
    input.rewind().map_err(no_file)?;
    drop(gone);
    let not_started = |e: io::Error| {
        format!(
            "starting `{}`: {e}; ProcessesShellCommand names the program that runs hooks",
            task.shell
        )
    };
    let (output, writer) = io::pipe().map_err(not_started)?;
    let mut command = Command::new(&task.shell);
    command
        .arg(&script.0)
        .envs(
            task.environment
                .iter()
                .map(|(name, value)| (name, value.replace('\0', ""))),
        )
        .stdin(input)
        .stdout(writer.try_clone().map_err(not_started)?)
        .stderr(writer)
        .process_group(0);
    let limit = Some(task.limit)
        .filter(|limit| !limit.is_zero())
        .map_or(LONGEST, |limit| limit.min(LONGEST));
    let child = command.spawn().map_err(not_started)?;
    Ok(Running {
        child,
        output: Some(output),
        kept: Kept::default(),
        until: Instant::now() + limit,
        limit,
        _script: script,
    })
}

fn temporary(folder: &Path, kind: &str) -> io::Result<(Temporary, File)> {
    let mut name = format!("orchestrator-process-{kind}-");
    for byte in &random()?[..8] {
        let _ = write!(name, "{byte:02x}");
    }
    let path = folder.join(name);
    let mut how = OpenOptions::new();
    let file = how.read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    Ok((Temporary(path), file))
}

impl Running {
    /// Waits until the program has ended or its time is over. What it started and left behind, if that still holds the
    /// output open, goes on in the background until the time is over, and is killed then.
    pub(super) fn attend(mut self) -> (Ended, String) {
        let ended = loop {
            if let Some(ended) = self.has_ended() {
                break ended;
            }
            if Instant::now() >= self.until {
                return self.kill();
            }
            self.listen(LOOK_EVERY);
        };
        self.listen_to_the_rest();
        let text = self.kept.text();
        if self.output.is_some() {
            in_background(move || self.see_off());
        } else {
            self.reap();
        }
        (ended, text)
    }

    /// Waits until nobody holds the output open or the time is over.
    fn see_off(mut self) {
        while self.output.is_some() && Instant::now() < self.until {
            self.listen(self.until.saturating_duration_since(Instant::now()));
        }
        if self.output.is_some() {
            self.kill();
        } else {
            self.reap();
        }
    }

    /// Ends the whole group. The leader is not reaped before, so its number still means this group.
    fn kill(mut self) -> (Ended, String) {
        self.signal(libc::SIGTERM);
        self.listen_until(LAST_WORDS);
        self.signal(libc::SIGKILL);
        self.listen_until(LAST_WORDS / 10);
        self.listen_to_the_rest();
        let (text, limit) = (self.kept.text(), self.limit);
        if self.has_ended().is_some() {
            self.reap();
        } else {
            // A killed program that is stuck in the kernel ends when that lets it go, which nobody has to wait for.
            in_background(move || self.reap());
        }
        (Ended::TimeLimit(limit), text)
    }

    /// Waits at most this long until the program has ended and nobody holds the output open.
    fn listen_until(&mut self, at_most: Duration) {
        let until = Instant::now() + at_most;
        while Instant::now() < until && (self.output.is_some() || self.has_ended().is_none()) {
            self.listen(LOOK_EVERY);
        }
    }

    /// Takes in what was said already, but not more than a pipe holds: somebody may still be talking.
    fn listen_to_the_rest(&mut self) {
        let most = 1024 * 1024 / AT_ONCE;
        for _ in 0..most {
            if !self.listen(Duration::ZERO) {
                break;
            }
        }
    }

    fn signal(&self, signal: i32) {
        if let Ok(group) = i32::try_from(self.child.id()) {
            // SAFETY: a plain system call; the group is led by a child of ours that has not been reaped.
            unsafe { libc::kill(-group, signal) };
        }
    }

    fn reap(mut self) {
        let _ = self.child.wait();
    }

    /// How the program ended, if it did. It stays a child of ours until it is reaped.
    fn has_ended(&self) -> Option<Ended> {
        // SAFETY: all bytes zero is a value of this plain structure, and the call writes nothing else.
        let (done, said) = unsafe {
            let mut said: libc::siginfo_t = std::mem::zeroed();
            let how = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
            (libc::waitid(libc::P_PID, self.child.id(), &raw mut said, how), said)
        };
        // SAFETY: the call fills these members in for a child that ended, and leaves the number 0 otherwise.
        let (pid, status) = unsafe { (said.si_pid(), said.si_status()) };
        (done == 0 && pid != 0).then_some(match said.si_code {
            libc::CLD_EXITED => Ended::Status(status),
            _ => Ended::Signal(status),
        })
    }

    /// Takes in what the program says, waiting for it at most this long; returns whether there was something.
    fn listen(&mut self, at_most: Duration) -> bool {
        let Some(output) = &mut self.output else {
            std::thread::sleep(at_most.min(BRIEFLY));
            return false;
        };
        let mut asked = libc::pollfd {
            fd: output.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        let milliseconds = i32::try_from(at_most.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: one valid structure, and its count.
        if unsafe { libc::poll(&raw mut asked, 1, milliseconds) } <= 0 {
            return false;
        }
        let mut some = [0; AT_ONCE];
        match output.read(&mut some) {
            Ok(0) => self.output = None,
            Ok(count) => self.kept.take(&some[..count]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.output = None,
        }
        self.output.is_some()
    }
}

fn in_background(work: impl FnOnce() + Send + 'static) {
    // Where the system gives no thread, a zombie stays: that is all.
    let _ = std::thread::Builder::new().spawn(work);
}

/// The beginning and the end of an output.
#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: u64,
}

impl Kept {
    fn take(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let over = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..over);
        self.left_out += over as u64;
    }

    fn text(&self) -> String {
        let mut bytes = self.head.clone();
        if self.left_out > 0 {
            bytes.extend_from_slice(format!("\n[{} bytes left out]\n", self.left_out).as_bytes());
        }
        bytes.extend(&self.tail);
        String::from_utf8_lossy(&bytes).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut kept = Kept::default();
        kept.take(b"begin");
        kept.take(&vec![b'x'; 5 * KEPT]);
        kept.take(b"end\n");
        let text = kept.text();
        assert!(
            text.starts_with("beginxxx") && text.ends_with("xxxend"),
            "{}",
            text.len()
        );
        assert!(text.contains(&format!("[{} bytes left out]", 5 + 5 * KEPT + 4 - 2 * KEPT)));
        let mut short = Kept::default();
        short.take(&[b'y'; KEPT]);
        short.take(b"z");
        assert_eq!(short.text().len(), KEPT + 1);
    }
}
