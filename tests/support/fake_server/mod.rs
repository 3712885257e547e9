//! Fake MySQL and MariaDB servers on 127.0.0.1.
//!
//! A [`FakeServer`] follows a [`Script`] that tests may change while it runs.
//! A [`FakeFleet`] is many of them behind one accepting thread; every
//! connection has a thread with a small stack.

mod accept;
mod answer;
mod greeting;
mod node;
mod protocol;
mod replication;
mod script;
pub mod scripts;
mod session;
mod unreachable;
mod variables;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

pub use answer::Answer;
pub use greeting::Greeting;
pub use node::Counters;
pub use protocol::split_statements;
pub use replication::{Generation, all_replicas_columns, replica_status_columns, replica_status_row};
pub use script::{Auth, Matcher, Script, normalise};
pub use scripts::Role;
pub use unreachable::Unreachable;
pub use variables::Variables;

use accept::Acceptor;
use node::Node;

/// A handle to one server of a fleet.
#[derive(Clone)]
pub struct FakeNode {
    node: Arc<Node>,
    addr: SocketAddr,
}

impl FakeNode {
    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Everything it has counted.
    pub fn counters(&self) -> &Counters {
        &self.node.counters
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.node.counters.connections.load(Relaxed)
    }

    /// Connections open now.
    pub fn open_connections(&self) -> usize {
        self.node.open_connections()
    }

    /// Command packets received so far, COM_QUIT included.
    pub fn commands(&self) -> u64 {
        self.node.counters.commands.load(Relaxed)
    }

    /// COM_QUERY packets received so far.
    pub fn queries(&self) -> u64 {
        self.node.counters.queries.load(Relaxed)
    }

    /// COM_QUIT packets received so far.
    pub fn quits(&self) -> u64 {
        self.node.counters.quits.load(Relaxed)
    }

    /// Statements seen so far.
    pub fn statements(&self) -> Vec<String> {
        self.node.counters.statements.lock().unwrap().clone()
    }

    /// Whether a statement containing `pattern` (lower case) was seen.
    pub fn saw(&self, pattern: &str) -> bool {
        let seen = self.statements();
        seen.iter().any(|s| normalise(s).contains(pattern))
    }

    /// Forgets the statements seen so far.
    pub fn clear_statements(&self) {
        self.node.counters.statements.lock().unwrap().clear();
    }

    /// Sets the answer to statements that contain `pattern`.
    pub fn set_answer(&self, pattern: &str, answer: Answer) {
        self.update(|s| s.set_answer(pattern, answer));
    }

    /// Sets a system variable.
    pub fn set_variable(&self, name: &str, value: &str) {
        self.update(|s| s.variables.set(name, value));
    }

    /// The value of a system variable.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.update(|s| s.variables.get(name).map(str::to_string))
    }

    /// Sets how further connections begin.
    pub fn set_greeting(&self, greeting: Greeting) {
        self.update(|s| s.greeting = greeting);
    }

    /// Changes the script in any way.
    pub fn update<T>(&self, f: impl FnOnce(&mut Script) -> T) -> T {
        self.node.update(f)
    }

    /// Closes the open connections; new ones are still welcome.
    pub fn kill_connections(&self) {
        self.node.kill_connections();
    }
}

/// One server; it stops when dropped.
pub struct FakeServer {
    node: FakeNode,
    _acceptor: Acceptor,
}

impl FakeServer {
    /// Starts a server on a free port.
    pub fn start(script: Script) -> Self {
        Self::start_on(0, script)
    }

    /// Starts a server on this port, which may have been another's before.
    pub fn start_on(port: u16, script: Script) -> Self {
        let (node, listener) = bind(port, script);
        let acceptor = Acceptor::start(vec![(node.node.clone(), listener)]);
        Self {
            node,
            _acceptor: acceptor,
        }
    }

    /// Stops the server: further connections are refused.
    pub fn stop(self) {}
}

impl std::ops::Deref for FakeServer {
    type Target = FakeNode;

    fn deref(&self) -> &FakeNode {
        &self.node
    }
}

/// Many servers; they stop when dropped. Each takes one file descriptor, and
/// one more for each of its connections.
pub struct FakeFleet {
    /// The servers, by index.
    pub nodes: Vec<FakeNode>,
    _acceptor: Acceptor,
}

impl FakeFleet {
    /// Starts `n` servers on free ports.
    pub fn start(n: usize, script: impl Fn(usize) -> Script) -> Self {
        let (nodes, served) = (0..n)
            .map(|i| {
                let (node, listener) = bind(0, script(i));
                let shared = node.node.clone();
                (node, (shared, listener))
            })
            .unzip();
        Self {
            nodes,
            _acceptor: Acceptor::start(served),
        }
    }
}

fn bind(port: u16, mut script: Script) -> (FakeNode, TcpListener) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("bind");
    let addr = listener.local_addr().expect("local address");
    script.variables.set_default("port", &addr.port().to_string());
    let node = FakeNode {
        node: Arc::new(Node::new(script)),
        addr,
    };
    (node, listener)
}
