//! A network of its own for a server of the sandbox: a network namespace, and a cable to it that can be pulled out.
//!
//! The server is stopped and started again inside by the sandbox itself, so that everything but its network stays as it
//! was: the same data folder and port, `Sandbox::sql` by its socket (also while the cable is out), `Sandbox::kill`. Let all
//! servers of its tree listen to every address ([`Apart::settings`]), and point its replicas to [`Apart::there`]. Of this
//! side it sees this end of the cable, [`Apart::here`], and nothing else: nothing at 127.0.0.1.
//!
//! Needs root and the `ip` command.
#![allow(dead_code, clippy::unwrap_used)]

use crate::tool::sandbox::{Builder, Sandbox};
use anyhow::{Result, bail, ensure};
use std::io::Write;
use std::process::Command;

/// Networks that can be had at a time.
const NETWORKS: u32 = 1 << 14;

/// A network namespace with a cable to it. Both go away with it.
pub struct Apart {
    number: u32,
}

impl Apart {
    /// Lays one. Where that is not allowed there is none, and that is said; with `CI` set it is a failure.
    pub fn lay() -> Option<Self> {
        match Self::try_lay() {
            Ok(apart) => Some(apart),
            Err(why) => {
                assert!(
                    std::env::var_os("CI").is_none(),
                    "no network namespace to be had: {why:#}"
                );
                // Past the capture of the test harness: whoever runs the tests is to see it.
                drop(writeln!(
                    std::io::stderr(),
                    "skipped: no network namespace to be had (needs root): {why:#}"
                ));
                None
            }
        }
    }

    fn try_lay() -> Result<Self> {
        // The name of the namespace keeps others from the same addresses.
        let mut made = None;
        for at in 0..8 {
            let number = (std::process::id() * 8 + at) % NETWORKS;
            match ip(&format!("netns add {}", name(number))) {
                Ok(()) => made = Some(Self { number }),
                Err(why) if at == 7 => bail!(why),
                Err(_) => continue,
            }
            break;
        }
        let Some(apart) = made else { bail!("no name is free") };
        let (inside, here, there) = (name(apart.number), apart.end("h"), apart.end("t"));
        ip(&format!("link add {here} type veth peer name {there} netns {inside}"))?;
        ip(&format!("addr add {}/30 dev {here}", apart.address(1)))?;
        ip(&format!("link set {here} up"))?;
        ip(&format!("-n {inside} addr add {}/30 dev {there}", apart.address(2)))?;
        ip(&format!("-n {inside} link set lo up"))?;
        apart.plug_in()?;
        Ok(apart)
    }

    /// Where a server inside is reached. Of a range that is for tests of networks and nothing else.
    pub fn there(&self) -> String {
        self.address(2)
    }

    /// Where servers that stay outside are reached from everywhere.
    pub fn here(&self) -> String {
        self.address(1)
    }

    /// What the servers of its tree need: server 0 will be inside, all others announce this end of the cable.
    pub fn settings(&self, builder: Builder, servers: usize) -> Builder {
        let all = builder.option("--bind-address=0.0.0.0");
        let outside = (1..servers).map(|server| (server, self.here()));
        outside.fold(all, |all, (server, host)| {
            all.option_for(server, &format!("--report-host={host}"))
        })
    }

    /// Moves a server that runs.
    pub fn take_in(&self, tree: &Sandbox, server: usize) -> Result<()> {
        tree.stop(server)?;
        tree.start_by(&["ip", "netns", "exec", &name(self.number)], server)
    }

    /// Nothing comes through, and nobody is told: open connections hang.
    pub fn pull_out(&self) -> Result<()> {
        ip(&format!("-n {} link set {} down", name(self.number), self.end("t")))
    }

    /// The cable is back.
    pub fn plug_in(&self) -> Result<()> {
        ip(&format!("-n {} link set {} up", name(self.number), self.end("t")))
    }

    fn address(&self, last: u32) -> String {
        format!("198.18.{}.{}", self.number / 64, self.number % 64 * 4 + last)
    }

    fn end(&self, side: &str) -> String {
        format!("orc{}{side}", self.number)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        drop(ip(&format!("link del {}", self.end("h"))));
        drop(ip(&format!("netns del {}", name(self.number))));
    }
}

fn name(number: u32) -> String {
    format!("orchestrator-{number}")
}

fn ip(line: &str) -> Result<()> {
    let output = Command::new("ip").args(line.split(' ')).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "ip {line}: {}", said.trim_end());
    Ok(())
}
