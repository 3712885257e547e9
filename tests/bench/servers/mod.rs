//! Thousands of fake servers in one thread, for measuring what watches them: each listens on a port of its own and
//! answers a steady probe with one write. They form trees of one master and three replicas by GTID.
//!
//! The fake servers of the tests keep a thread for every connection and every statement they have seen, and work out
//! each answer anew. Here an answer is worked out by the same scripts once, and its bytes are kept.

mod answers;
mod connection;
mod poll;
mod serve;

use answers::Answers;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Servers of one tree: a master and its replicas.
pub const TREE: usize = 4;
/// Ports that are tried, below those that the system gives to outgoing connections.
const PORTS: std::ops::Range<u16> = 10_000..32_000;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// It answers.
    Healthy,
    /// It takes connections and whatever comes on them, and never says anything.
    Hung,
    /// It refuses connections and has closed all it had.
    Refusing,
}

/// What the harness and the serving thread both see of a server.
#[derive(Debug, Default)]
struct Shared {
    state: AtomicU8,
    changed_us: AtomicU64,
    connections: AtomicU64,
    probes: AtomicU64,
    /// When it last answered a probe, in microseconds since the fleet's beginning.
    answered_us: AtomicU64,
}

/// What the serving thread is told to do.
enum Order {
    Become(usize, State),
    Drop(usize),
    End,
}

/// The fleet; it stops when dropped.
pub struct Servers {
    address: Ipv4Addr,
    ports: Vec<u16>,
    shared: Arc<Vec<Shared>>,
    begun: Instant,
    orders: Sender<Order>,
    wake: UnixStream,
    thread: Option<JoinHandle<()>>,
}

impl Servers {
    /// Starts that many healthy servers on a loopback address of this process's own.
    pub fn start(count: usize) -> Self {
        let address = own_address();
        let mut free = PORTS.filter_map(|port| Some((port, TcpListener::bind((address, port)).ok()?)));
        let listeners: Vec<(u16, TcpListener)> = free.by_ref().take(count).collect();
        assert_eq!(listeners.len(), count, "not enough free ports on {address}");
        let ports: Vec<u16> = listeners.iter().map(|(port, _)| *port).collect();
        let shared: Arc<Vec<Shared>> = Arc::new((0..count).map(|_| Shared::default()).collect());
        let begun = Instant::now();
        let (orders, received) = channel();
        let (wake, woken) = UnixStream::pair().unwrap();
        let answers = (0..count).map(|at| Answers::of(at, address, &ports)).collect();
        let listeners = listeners.into_iter().map(|(_, listener)| listener).collect();
        let serving = serve::Serving::new(listeners, answers, Arc::clone(&shared), begun);
        let thread = std::thread::spawn(move || serving.run(&received, &woken));
        Self {
            address,
            ports,
            shared,
            begun,
            orders,
            wake,
            thread: Some(thread),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ports.len()
    }

    /// `host:port` of a server.
    pub fn key(&self, at: usize) -> String {
        SocketAddr::from((self.address, self.ports[at])).to_string()
    }

    /// `host:port` of every master.
    pub fn masters(&self) -> Vec<String> {
        (0..self.len()).step_by(TREE).map(|at| self.key(at)).collect()
    }

    /// How a server behaves.
    pub fn state(&self, at: usize) -> State {
        match self.shared[at].state.load(Relaxed) {
            0 => State::Healthy,
            1 => State::Hung,
            _ => State::Refusing,
        }
    }

    /// Changes how a server behaves.
    pub fn become_(&self, at: usize, state: State) {
        let us = u64::try_from(self.begun.elapsed().as_micros()).unwrap();
        self.shared[at].changed_us.store(us, Relaxed);
        self.shared[at].state.store(state as u8, Relaxed);
        self.order(Order::Become(at, state));
    }

    /// Whether it answers, and has for that long.
    pub fn is_well(&self, at: usize, since: Duration) -> bool {
        let changed = Duration::from_micros(self.shared[at].changed_us.load(Relaxed));
        self.state(at) == State::Healthy && (changed.is_zero() || self.begun.elapsed() >= changed + since)
    }

    /// Closes a server's connections; it takes new ones.
    pub fn drop_connections(&self, at: usize) {
        self.order(Order::Drop(at));
    }

    fn order(&self, order: Order) {
        use std::io::Write as _;
        self.orders.send(order).unwrap();
        (&self.wake).write_all(b"x").unwrap();
    }

    /// Connections that all servers have now.
    pub fn connections(&self) -> u64 {
        self.shared.iter().map(|server| server.connections.load(Relaxed)).sum()
    }

    /// Probes that all servers have answered so far.
    pub fn probes(&self) -> u64 {
        self.shared.iter().map(|server| server.probes.load(Relaxed)).sum()
    }

    /// The longest time since one of these servers last answered a probe; since the beginning where it never did.
    pub fn oldest(&self, of: impl Fn(usize) -> bool) -> Duration {
        let now = self.begun.elapsed();
        let answered = (0..self.len()).filter(|at| of(*at)).map(|at| {
            let us = self.shared[at].answered_us.load(Relaxed);
            now.saturating_sub(Duration::from_micros(us))
        });
        answered.max().unwrap_or_default()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.order(Order::End);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// An address in 127/8 that other runs on this machine do not use at the same time.
fn own_address() -> Ipv4Addr {
    let id = std::process::id();
    let byte = |shift: u32| u8::try_from(id >> shift & 0x7f).unwrap();
    Ipv4Addr::new(127, 64 + (byte(14) & 0x3f), byte(7), 1 + byte(0))
}
