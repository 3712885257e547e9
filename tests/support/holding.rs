//! A tool that is held where it tells a chosen server a chosen statement, for as long as a test wants: whatever happens
//! then happens in the middle of a step.
#![allow(dead_code)]

use crate::shim;
use crate::tool::sandbox::wait_until;
use crate::tool::{Output, SOON, Tool};
use anyhow::{Context, Result, ensure};
use std::fs;

/// Where a tool is held.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The server that is told.
    pub server: usize,
    /// What the statement contains.
    pub text: &'a str,
    /// Once the server was told, and before its answer is read; otherwise before it is told.
    pub after: bool,
}

impl Held<'_> {
    /// Runs a command, does something while it is held, and lets it go on to its end.
    pub fn while_running(
        self,
        tool: &Tool<'_>,
        port: u16,
        arguments: &[&str],
        meanwhile: impl FnOnce() -> Result<()>,
    ) -> Result<Output> {
        let output = self.run(tool, port, arguments, &[], meanwhile)?;
        output.context("ended by a signal")
    }

    /// The same with a tool that dies there.
    pub fn while_dying(
        self,
        tool: &Tool<'_>,
        port: u16,
        arguments: &[&str],
        meanwhile: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let output = self.run(tool, port, arguments, &[("FAULT_HOLDS_DIES", "1")], meanwhile)?;
        ensure!(output.is_none(), "it did not die: {output:#?}");
        Ok(())
    }

    fn run(
        self,
        tool: &Tool<'_>,
        port: u16,
        arguments: &[&str],
        further: &[(&str, &str)],
        meanwhile: impl FnOnce() -> Result<()>,
    ) -> Result<Option<Output>> {
        let held = tool.dir().join("held");
        let (port, file) = (port.to_string(), held.to_str().context("a path in UTF-8")?);
        let mut variables = vec![
            ("LD_PRELOAD", shim::library().to_str().context("a path in UTF-8")?),
            ("FAULT_HOLDS", file),
            ("FAULT_HOLDS_TEXT", self.text),
            ("FAULT_HOLDS_PORT", &port),
        ];
        variables.extend(further);
        if self.after {
            variables.push(("FAULT_HOLDS_AFTER", "1"));
        }
        std::thread::scope(|scope| {
            let running = scope.spawn(|| tool.run_with(arguments, &variables));
            let came = wait_until(SOON, "it is held", || held.exists() || running.is_finished());
            let happened = came.and_then(|()| if held.exists() { meanwhile() } else { Ok(()) });
            let was_held = fs::remove_file(&held).is_ok();
            let output = running.join().ok().context("a thread")??;
            happened.with_context(|| format!("{output:#?}"))?;
            ensure!(was_held, "it was never held at {self:?}: {output:#?}");
            Ok(output)
        })
    }
}
