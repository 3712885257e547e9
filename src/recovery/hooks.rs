//! One list of hooks, run in its order: what operators want done when something fails.
//!
//! A hook is a line for a shell. It is told of the failure three times: by `{placeholders}` in its text, by `ORC_*`
//! variables, and as a JSON object on its standard input. One that ends with `&` is not waited for.

use super::placeholders::Failure;
pub use super::process::Ended;
use super::process::{Task, start};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Most of an output that a step holds, in bytes.
const STEP: usize = 4 * 1024;

/// What runs hooks, and those that run in the background.
#[derive(Debug)]
pub struct Hooks {
    /// The program that runs commands: `ProcessesShellCommand`.
    pub shell: String,
    /// How long each may run: `HookTimeoutSeconds`; zero sets no limit.
    pub limit: Duration,
    /// Where temporary files go.
    pub folder: PathBuf,
    background: Vec<JoinHandle<()>>,
}

/// One list of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// Its key, such as `OnFailureDetectionProcesses`.
    pub key: &'a str,
    /// The commands, in order.
    pub commands: &'a [String],
    /// Whether the rest runs after one has failed, as in lists that run when all is done already.
    pub goes_on: bool,
}

/// One hook that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The command with its placeholders replaced.
    pub command: String,
    /// How it ended; `None` for one that was not waited for.
    pub ended: Option<Ended>,
    /// How long it took; no time for one that was not waited for.
    pub took: Duration,
    /// What it wrote to its output and error streams, in the order in which it wrote it. Of a long output the middle
    /// is left out.
    pub output: String,
}

/// A hook that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookError {
    /// The list's key.
    pub key: String,
    /// Its place in the list, from 1, and how many there are.
    pub place: (usize, usize),
    /// The command with its placeholders replaced.
    pub command: String,
    /// How it ended; `None` where it could not be started.
    pub ended: Option<Ended>,
    /// How long it took.
    pub took: Duration,
    /// What went wrong, and what the hook said.
    pub why: String,
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, of) = self.place;
        write!(
            f,
            "Execution of {} hook {number} of {of} failed in {:?} with error: {}",
            self.key, self.took, self.why
        )
    }
}

impl std::error::Error for HookError {}

impl Hooks {
    /// Hooks are run by `shell`, each for at most `limit`; temporary files go where the system wants them.
    pub fn new(shell: impl Into<String>, limit: Duration) -> Self {
        Self {
            shell: shell.into(),
            limit,
            folder: std::env::temp_dir(),
            background: Vec::new(),
        }
    }

    /// Runs the hooks of a list in order and returns those that ended well or run in the background; `step` is told
    /// each step as it is taken.
    ///
    /// # Errors
    /// The first hook that could not be started, ended with another status than 0, or took too long. No further one
    /// was run, unless the list [goes on](List::goes_on).
    pub fn run(
        &mut self,
        list: List<'_>,
        failure: &Failure,
        step: &mut dyn FnMut(String),
    ) -> Result<Vec<Run>, HookError> {
        let (key, of) = (list.key, list.commands.len());
        if of == 0 {
            step(format!("No {key} hooks to run"));
            return Ok(Vec::new());
        }
        step(format!("Running {of} {key} hooks"));
        self.background.retain(|thread| !thread.is_finished());
        let (mut runs, mut first) = (Vec::new(), None);
        for (at, text) in list.commands.iter().enumerate() {
            match self.run_one(key, (at + 1, of), text, failure, step) {
                Ok(run) => runs.push(run),
                Err(error) => {
                    step(error.to_string());
                    first.get_or_insert(error);
                    if !list.goes_on {
                        step(format!("Not running further {key} hooks"));
                        break;
                    }
                }
            }
        }
        if first.is_none() || list.goes_on {
            step(format!("done running {key} hooks"));
        }
        first.map_or(Ok(runs), Err)
    }

    fn run_one(
        &mut self,
        key: &str,
        place: (usize, usize),
        text: &str,
        failure: &Failure,
        step: &mut dyn FnMut(String),
    ) -> Result<Run, HookError> {
        let trimmed = text.trim();
        let in_background = trimmed.ends_with('&');
        let command = failure.filled_in(trimmed.trim_end_matches('&').trim_end());
        let aside = if in_background { " (async)" } else { "" };
        step(format!(
            "Running {key} hook {} of {}{aside}: {command}",
            place.0, place.1
        ));
        let began = Instant::now();
        let failed = |ended, why| HookError {
            key: key.to_owned(),
            place,
            command: command.clone(),
            ended,
            took: began.elapsed(),
            why,
        };
        let task = self.task(&command, failure);
        if in_background {
            let thread = std::thread::Builder::new().spawn(move || {
                if let Ok(running) = start(&task) {
                    running.attend();
                }
            });
            self.background.extend(thread);
            return Ok(Run {
                command,
                ended: None,
                took: Duration::ZERO,
                output: String::new(),
            });
        }
        let (ended, output) = start(&task).map_err(|why| failed(None, why))?.attend();
        if let Some(why) = wrong(ended) {
            let said = shortened(&output);
            return Err(failed(Some(ended), format!("({why}) {said}").trim_end().to_owned()));
        }
        let took = began.elapsed();
        step(format!("Completed {key} hook {} of {} in {took:?}", place.0, place.1));
        if !output.is_empty() {
            step(format!(
                "{key} hook {} of {} said: {}",
                place.0,
                place.1,
                shortened(&output)
            ));
        }
        Ok(Run {
            command,
            ended: Some(ended),
            took,
            output,
        })
    }

    fn task(&self, command: &str, failure: &Failure) -> Task {
        Task {
            shell: self.shell.clone(),
            text: format!("{command}\n"),
            environment: failure.environment(),
            input: format!("{}\n", failure.json()),
            folder: self.folder.clone(),
            limit: self.limit,
        }
    }

    /// Waits for the hooks in the background, each of which has its time limit. A program that is about to end calls
    /// this, or they end with it unfinished.
    pub fn wait(&mut self) {
        for thread in self.background.drain(..) {
            let _ = thread.join();
        }
    }
}

/// An output for a step, where one is a row for people to read: of a long one the middle is left out.
fn shortened(output: &str) -> Cow<'_, str> {
    if output.len() <= STEP {
        return Cow::Borrowed(output);
    }
    let begins = |at: &usize| output.is_char_boundary(*at);
    let head = (0..=STEP / 2).rev().find(begins).unwrap_or(0);
    let tail = (output.len() - STEP / 2..=output.len())
        .find(begins)
        .unwrap_or(output.len());
    Cow::Owned(format!(
        "{}\n[{} bytes left out]\n{}",
        &output[..head],
        tail - head,
        &output[tail..]
    ))
}

/// Why a hook's end is a failure.
fn wrong(ended: Ended) -> Option<String> {
    match ended {
        Ended::Status(0) => None,
        Ended::Status(status) => Some(format!("exit status {status}")),
        Ended::Signal(signal) => Some(format!("ended by signal {signal}")),
        Ended::TimeLimit(limit) => Some(format!(
            "killed after {} s: HookTimeoutSeconds was over",
            limit.as_secs_f64()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_holds_the_beginning_and_the_end_of_a_long_output() {
        assert_eq!(shortened(&"x".repeat(STEP)), "x".repeat(STEP));
        let long = format!("a{}z", "é".repeat(STEP));
        let short = shortened(&long);
        assert!(short.len() < STEP + 50, "{}", short.len());
        assert!(short.starts_with("aéé") && short.ends_with("ééz"), "{short}");
        assert!(short.contains("bytes left out]"), "{short}");
    }
}
