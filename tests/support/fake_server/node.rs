//! The shared state of one fake server: script, counters, open connections.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use super::answer::Answer;
use super::script::Script;
use super::session;

/// Stack of a connection's thread.
const STACK: usize = 128 * 1024;

/// What a fake server has seen so far.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections accepted.
    pub connections: AtomicU64,
    /// Command packets received, COM_QUIT included.
    pub commands: AtomicU64,
    /// COM_QUERY packets received.
    pub queries: AtomicU64,
    /// COM_QUIT packets received.
    pub quits: AtomicU64,
    /// Statements in order of arrival; a batch counts one by one.
    pub statements: Mutex<Vec<String>>,
    /// User names of the handshakes, in order.
    pub users: Mutex<Vec<String>>,
}

/// One server, shared by its handle and its connections.
pub struct Node {
    /// What it has seen.
    pub counters: Counters,
    script: Mutex<Script>,
    open: Mutex<HashMap<u32, Arc<TcpStream>>>,
    next_id: AtomicU32,
    stopped: AtomicBool,
}

impl Node {
    /// A server with this script and no connections.
    pub fn new(script: Script) -> Self {
        Self {
            counters: Counters::default(),
            script: Mutex::new(script),
            open: Mutex::default(),
            next_id: AtomicU32::new(1),
            stopped: AtomicBool::new(false),
        }
    }

    /// A copy of the script as it is now.
    pub fn script(&self) -> Script {
        self.script.lock().unwrap().clone()
    }

    /// Changes the script.
    pub fn update<T>(&self, f: impl FnOnce(&mut Script) -> T) -> T {
        f(&mut self.script.lock().unwrap())
    }

    /// Records a statement and finds its answer.
    pub fn resolve(&self, statement: &str) -> Answer {
        let counters = &self.counters;
        counters.statements.lock().unwrap().push(statement.into());
        self.script.lock().unwrap().resolve(statement)
    }

    /// The answer to COM_PING: that to the statement "com_ping", or OK.
    pub fn ping_answer(&self) -> Answer {
        let script = self.script.lock().unwrap();
        script.rule("com_ping").unwrap_or(Answer::Ok)
    }

    /// Serves a connection on a thread of its own.
    pub fn accept(self: &Arc<Self>, stream: TcpStream) {
        self.counters.connections.fetch_add(1, Relaxed);
        let id = self.next_id.fetch_add(1, Relaxed);
        // As servers do; replies must not wait for acknowledgements.
        let _ = stream.set_nodelay(true);
        let stream = Arc::new(stream);
        self.open.lock().unwrap().insert(id, stream.clone());
        let node = self.clone();
        let thread = thread::Builder::new().stack_size(STACK);
        let serving = thread.spawn(move || {
            // The client going away is a normal end.
            let _ = session::serve(&node, &stream, id);
            let _ = stream.shutdown(Shutdown::Both);
            node.open.lock().unwrap().remove(&id);
        });
        if serving.is_err() {
            self.open.lock().unwrap().remove(&id);
        }
    }

    /// How many connections are open.
    pub fn open_connections(&self) -> usize {
        self.open.lock().unwrap().len()
    }

    /// Closes the open connections.
    pub fn kill_connections(&self) {
        for stream in self.open.lock().unwrap().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Closes the open connections for good.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
        self.kill_connections();
    }

    /// Whether [`Node::stop`] was called.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }
}
