//! What a probe makes of servers that can't be run here, and of everything that can go wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod changes;
mod faults;
mod reading;
#[path = "../support/mod.rs"]
mod support;
mod words;

use orchestrator::model::{InstanceKey, Observation, Timestamp};
use orchestrator::probe::{ProbeSettings, Session, probe_once};
use std::sync::Arc;
use std::time::Duration;
use support::fake_server::{Answer, Role, Script, scripts};

const DUMPS: &str = "processlist";

fn now() -> Timestamp {
    Timestamp(1_700_000_000)
}

fn settings() -> ProbeSettings {
    let mut settings = ProbeSettings::new("orc", "orc-pw");
    settings.connect_timeout = Duration::from_millis(300);
    settings.read_timeout = Duration::from_millis(300);
    settings.deadline = Duration::from_millis(1_500);
    settings
}

fn key(port: u16) -> InstanceKey {
    InstanceKey::new("127.0.0.1", port)
}

fn session(port: u16, change: impl FnOnce(&mut ProbeSettings)) -> Session {
    let mut settings = settings();
    change(&mut settings);
    Session::new(key(port), Arc::new(settings))
}

fn probe(port: u16) -> Observation {
    probe_once(&key(port), &Arc::new(settings()), &now)
}

/// A server of this version that also answers the questions its variables can't.
fn script(version: &str, role: Role) -> Script {
    scripts::mysql(version, role)
        .variable("performance_schema", "1")
        .on(DUMPS, Answer::rows(&["HOST"], &[&[Some("10.0.0.7:41234")]]))
        .on("from mysql.slave_master_info", Answer::row(&[("COUNT(*)", "1")]))
}

fn replica(version: &str) -> Script {
    script(version, Role::ReplicaOf("10.0.0.1".into(), 3307))
}
