//! Real servers told to change, and what is seen of them afterwards.

use super::sandbox::{Builder, Flavour, Sandbox, wait_until};
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::Channel;
use orchestrator::model::{InstanceKey, Look, Timestamp};
use orchestrator::probe::{self, Change, ChangeFailed, Changed, Login, ProbeSettings, probe_once};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// As long as anything on this machine takes.
pub const LONG: Duration = Duration::from_secs(20);

pub fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64)
}

pub fn key(port: u16) -> InstanceKey {
    InstanceKey::new("127.0.0.1", port)
}

pub fn settings(user: &str) -> Arc<ProbeSettings> {
    let mut settings = ProbeSettings::new(user, "orc-pw");
    settings.read_timeout = Duration::from_secs(5);
    Arc::new(settings)
}

/// Tells a change as this account.
pub fn tell_as(user: &str, port: u16, what: &Change, limit: Duration) -> Result<Changed, Box<ChangeFailed>> {
    tell_with(user, port, what, None, limit)
}

/// Tells a change with a login for replication.
pub fn tell_with(
    user: &str,
    port: u16,
    what: &Change,
    login: Option<&Login>,
    limit: Duration,
) -> Result<Changed, Box<ChangeFailed>> {
    let began = Instant::now();
    let outcome = probe::change(&key(port), &settings(user), false, what, login, limit);
    assert!(began.elapsed() < limit + LONG, "{:?}", began.elapsed());
    outcome
}

/// Tells a change that succeeds.
pub fn tell(port: u16, what: &Change) -> Changed {
    tell_as("orc", port, what, LONG).unwrap_or_else(|failed| panic!("{failed}"))
}

/// Tells a change that fails; what is said of it.
pub fn refusal(port: u16, what: &Change) -> String {
    tell_as("orc", port, what, LONG).unwrap_err().to_string()
}

/// Brings a tree up, where its servers are to be had; with `CI` set they must be.
pub fn start(builder: Builder, offset: u16) -> Option<Sandbox> {
    let base = std::env::var("ORCHESTRATOR_TEST_BASE_PORT")
        .ok()
        .and_then(|text| text.parse::<u16>().ok());
    let builder = match base {
        Some(base) => builder.base_port(base + offset),
        None => builder,
    };
    match builder.start() {
        Ok(tree) => Some(tree),
        Err(reason) if std::env::var_os("CI").is_some() => panic!("{reason:#}"),
        Err(reason) => {
            println!("not run: {reason:#}");
            None
        }
    }
}

/// A tree in which this server replicates from two masters.
pub fn replica_of_two(flavour: Flavour, offset: u16) -> Option<(Sandbox, usize)> {
    let mut builder = Sandbox::up(flavour, "multi-master");
    if flavour.is_mariadb() {
        builder = builder.option_for(1, "--gtid-domain-id=1");
    }
    let tree = start(builder, offset)?;
    let replica = (0..tree.count())
        .find(|at| tree.replica_status(*at, "Port").is_ok_and(|ports| ports.len() == 2))
        .unwrap();
    Some((tree, replica))
}

/// A look at a server that answers.
pub fn look(tree: &Sandbox, server: usize) -> Look {
    let seen = probe::look(&key(tree.port(server)), &settings("orc"), false, LONG);
    seen.unwrap_or_else(|contact| panic!("{contact}"))
}

/// The first channel of a replica.
pub fn channel(tree: &Sandbox, server: usize) -> Channel {
    let seen = probe_once(&key(tree.port(server)), &settings("orc"), &now);
    assert!(seen.is_success(), "{}", seen.contact);
    seen.reading.unwrap().channels.remove(0)
}

/// How receiver and applier stand.
pub fn stands(tree: &Sandbox, server: usize) -> (ThreadState, ThreadState) {
    let status = channel(tree, server).status;
    (status.io_state, status.sql_state)
}

pub fn wait_running(tree: &Sandbox, server: usize) {
    let running = (ThreadState::Running, ThreadState::Running);
    wait_until(LONG, "both threads run", || stands(tree, server) == running).unwrap();
}

/// Something written on the master arrives at server 1.
pub fn written_arrives(tree: &Sandbox, name: &str) {
    written_goes(tree, 0, 1, name);
}

/// Something written on one server arrives at another.
pub fn written_goes(tree: &Sandbox, from: usize, to: usize, name: &str) {
    tree.sql(from, &format!("CREATE DATABASE {name}")).unwrap();
    wait_until(LONG, "a later write arrives", || {
        let found = tree.sql(to, &format!("SHOW DATABASES LIKE '{name}'"));
        found.is_ok_and(|text| text.contains(name))
    })
    .unwrap();
}
