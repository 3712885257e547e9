//! The built program watching simulated servers, for tests of what becomes of it when something breaks.
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used)]

#[path = "fake_server/mod.rs"]
pub mod fake_server;

use fake_server::{FakeServer, Role, Script, scripts};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take that is sure to come, on a machine that does much else.
pub const SOON: Duration = Duration::from_secs(60);

/// A master and its replicas on ports of their own.
pub struct Cluster {
    pub port: u16,
    /// The master's server id; those of its replicas follow.
    id: u32,
    master: Option<FakeServer>,
    pub replicas: Vec<FakeServer>,
}

impl Cluster {
    pub fn start(replicas: usize) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let start = |script: Script| FakeServer::start(script);
        let master = start(scripts::mysql("8.0.36", Role::Master));
        let port = master.port();
        let id = NEXT.fetch_add(u32::try_from(replicas + 1).unwrap(), Ordering::Relaxed);
        let replica = |id: u32| {
            let mut script = scripts::mysql("8.0.36", Role::ReplicaOf("127.0.0.1".to_owned(), port));
            scripts::set_server_id(&mut script, id);
            start(script)
        };
        let replicas: Vec<FakeServer> = (id + 1..).take(replicas).map(replica).collect();
        let cluster = Self {
            port,
            id,
            master: Some(master),
            replicas,
        };
        let script = cluster.master_script();
        cluster.master.as_ref().unwrap().update(|present| *present = script);
        cluster.tell(&[]);
        cluster
    }

    fn master_script(&self) -> Script {
        let mut script = scripts::mysql("8.0.36", Role::Master).variable("port", &self.port.to_string());
        scripts::set_server_id(&mut script, self.id);
        let ports = self.replicas.iter().zip(self.id + 1..);
        let hosts: Vec<(u32, &str, u16)> = ports.map(|(r, id)| (id, "127.0.0.1", r.port())).collect();
        scripts::set_replica_hosts(&mut script, &hosts);
        script
    }

    pub fn key(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn master(&self) -> &FakeServer {
        self.master.as_ref().expect("a master that lives")
    }

    /// Every server's port.
    pub fn ports(&self) -> Vec<u16> {
        let replicas = self.replicas.iter().map(|replica| replica.port());
        std::iter::once(self.port).chain(replicas).collect()
    }

    /// The master ends, and its replicas notice.
    pub fn die(&mut self) {
        self.master = None;
        let port = self.port;
        let error = format!("error connecting to master 'repl@127.0.0.1:{port}' - retry-time: 60 retries: 1");
        self.tell(&[
            ("Slave_IO_Running", "Connecting"),
            ("Slave_IO_State", "Reconnecting after a failed source event read"),
            ("Last_IO_Errno", "2003"),
            ("Last_IO_Error", &error),
        ]);
    }

    /// The master is back, and its replicas are connected again.
    pub fn revive(&mut self) {
        self.master = Some(FakeServer::start_on(self.port, self.master_script()));
        self.tell(&[]);
    }

    /// Replicas say this of their channel, besides whose it is.
    fn tell(&self, values: &[(&str, &str)]) {
        let (port, id) = (self.port.to_string(), self.id.to_string());
        let uuid = format!("00000000-0000-0000-0000-{:012}", self.id);
        let mut all = vec![
            ("Master_Port", port.as_str()),
            ("Master_Server_Id", &id),
            ("Master_UUID", &uuid),
        ];
        all.extend_from_slice(values);
        for replica in &self.replicas {
            replica.update(|script| scripts::set_replication(script, &all));
        }
    }
}

/// A folder with a configuration and an inventory, where a watcher works.
pub struct Place {
    pub dir: PathBuf,
    pub config: Value,
}

impl Place {
    pub fn new(name: &str, clusters: &[&Cluster], extra: Value) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("orchestrator-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let seeds: Vec<String> = clusters.iter().map(|cluster| cluster.key()).collect();
        let mut config = json!({
            "MySQLTopologyUser": "probe",
            "MySQLTopologyPassword": "secret",
            "SQLite3DataFile": dir.join("inventory.sqlite3"),
            "HostnameResolveMethod": "none",
            "MySQLHostnameResolveMethod": "none",
            "DiscoverByShowSlaveHosts": true,
            "DiscoverySeeds": seeds,
            "InstancePollSeconds": 1,
            "MySQLConnectTimeoutSeconds": 1,
            "MySQLDiscoveryReadTimeoutSeconds": 2,
            "OnFailureDetectionProcesses": [format!("echo {{failureType}} {{failedHost}}:{{failedPort}} >> {}", dir.join("hooks").display())],
        });
        for (key, value) in extra.as_object().unwrap() {
            config[key] = value.clone();
        }
        let place = Self { dir, config };
        place.configure(&place.config.to_string());
        place
    }

    /// Another inventory than the one beside the configuration.
    pub fn keep_in(&mut self, folder: &Path) {
        self.config["SQLite3DataFile"] = json!(folder.join("inventory.sqlite3"));
        self.configure(&self.config.to_string());
    }

    pub fn config_file(&self) -> PathBuf {
        self.dir.join("conf.json")
    }

    pub fn configure(&self, text: &str) {
        std::fs::write(self.config_file(), text).unwrap();
    }

    pub fn inventory(&self) -> PathBuf {
        PathBuf::from(self.config["SQLite3DataFile"].as_str().unwrap())
    }

    /// What hooks wrote, line by line.
    pub fn hooks(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.dir.join("hooks")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The program with this configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchestrator"));
        command.arg("--config").arg(self.config_file()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).env("TZ", "UTC");
        command
    }

    pub fn watch(&self) -> Watch {
        Watch::start(self.command(&["watch"]))
    }

    /// One value of the inventory as text; `None` where it cannot be read or there is none.
    pub fn value(&self, sql: &str) -> Option<String> {
        let connection = Connection::open_with_flags(self.inventory(), OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
        connection.busy_timeout(Duration::from_millis(100)).unwrap();
        let wanted = format!("SELECT CAST(({sql}) AS TEXT)");
        connection.query_row(&wanted, [], |row| row.get(0)).ok()?
    }

    /// How many instances have been seen since this moment of the wall clock.
    pub fn seen_since(&self, moment: &str) -> usize {
        let sql = format!("SELECT count(*) FROM database_instance WHERE last_seen > '{moment}'");
        self.value(&sql).and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// The present as the inventory stores it.
    pub fn now(&self) -> String {
        let memory = Connection::open_in_memory().unwrap();
        memory
            .query_row("SELECT datetime('now')", [], |row| row.get(0))
            .unwrap()
    }

    /// The file is whole.
    pub fn check(&self) {
        let output = self
            .command(&["inventory", "check"])
            .stdout(Stdio::piped())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A watcher that runs.
pub struct Watch {
    pub child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        if let Some(lines) = child.stderr.take() {
            listen(lines, Arc::clone(&said));
        }
        Self { child, said }
    }

    /// Everything said so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    pub fn text(&self) -> String {
        self.said().join("\n")
    }

    /// How many lines contain this.
    pub fn count(&self, part: &str) -> usize {
        self.said().iter().filter(|line| line.contains(part)).count()
    }

    /// Waits for a line that contains this, and returns how long that took.
    #[track_caller]
    pub fn hear(&self, part: &str) -> Duration {
        self.hear_times(part, 1)
    }

    #[track_caller]
    pub fn hear_times(&self, part: &str, times: usize) -> Duration {
        self.wait(&format!("{times} lines with {part:?}"), || self.count(part) >= times)
    }

    /// Waits longer for a line that contains this.
    #[track_caller]
    pub fn hear_within(&self, part: &str, limit: Duration) -> Duration {
        self.wait_within(limit, &format!("a line with {part:?}"), || self.count(part) > 0)
    }

    /// Waits until something is so.
    #[track_caller]
    pub fn wait(&self, what: &str, is_so: impl FnMut() -> bool) -> Duration {
        self.wait_within(SOON, what, is_so)
    }

    #[track_caller]
    fn wait_within(&self, limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
        let begin = Instant::now();
        while !is_so() {
            assert!(begin.elapsed() < limit, "never: {what}\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
        begin.elapsed()
    }

    /// Waits until so many instances were asked at the beginning or later and the start-up wait is over.
    #[track_caller]
    pub fn settle(&self, place: &Place, instances: usize) {
        self.hear("instances were asked");
        let asked = place.now();
        self.wait("all instances known", || place.seen_since(&asked) == instances);
        // What follows from verdicts begins with this, three seconds after the start.
        std::thread::sleep(Duration::from_secs(3));
    }

    pub fn send(&self, signal: i32) {
        // SAFETY: a plain system call about a child that has not been waited for.
        let sent = unsafe { libc::kill(i32::try_from(self.child.id()).unwrap(), signal) };
        assert_eq!(sent, 0);
    }

    /// Asks it to end and waits until it has, in time and in order.
    #[track_caller]
    pub fn stop(mut self) -> Vec<String> {
        assert!(
            self.child.try_wait().unwrap().is_none(),
            "it ended by itself:\n{}",
            self.text()
        );
        self.send(libc::SIGTERM);
        let status = self.ended(Duration::from_secs(30));
        assert_eq!(status.and_then(|status| status.code()), Some(0), "{}", self.text());
        assert_eq!(self.count("panicked"), 0, "{}", self.text());
        self.said()
    }

    /// Its end, if it comes within this time.
    pub fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Memory in use, in KiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Open descriptors.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "the watcher said:\n{}", self.text());
        }
    }
}

fn listen(lines: ChildStderr, said: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            said.lock().unwrap().push(line);
        }
    });
}
