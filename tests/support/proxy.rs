//! A pass-through TCP proxy that counts MySQL packets and breaks networks.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Stack of a thread that only copies bytes.
const STACK: usize = 64 * 1024;

/// The two ends of a proxied connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Whoever connects to the proxy.
    Client,
    /// The upstream server.
    Server,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Pass,
    Blackhole,
    Stopped,
}

#[derive(Default)]
struct Counts {
    connections: AtomicU64,
    client_packets: AtomicU64,
    client_bytes: AtomicU64,
    server_bytes: AtomicU64,
    delay_to_server_ms: AtomicU64,
    delay_to_client_ms: AtomicU64,
    commands: Mutex<Vec<u8>>,
}

/// The client's and the server's stream of one connection.
type Pair = (Arc<TcpStream>, Arc<TcpStream>);

struct Shared {
    upstream: SocketAddr,
    counts: Counts,
    mode: Mutex<Mode>,
    changed: Condvar,
    open: Mutex<HashMap<u64, Pair>>,
}

/// A proxy on 127.0.0.1; it stops when dropped.
pub struct Proxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl Proxy {
    /// Starts a proxy to `upstream` on a free port.
    pub fn start(upstream: SocketAddr) -> Self {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), upstream)
    }

    /// Starts a proxy to `upstream` at this address.
    pub fn start_at(address: SocketAddr, upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("bind");
        let proxy = Self {
            addr: listener.local_addr().expect("local address"),
            shared: Arc::new(Shared {
                upstream,
                counts: Counts::default(),
                mode: Mutex::new(Mode::Pass),
                changed: Condvar::new(),
                open: Mutex::default(),
            }),
            accepting: Mutex::new(None),
        };
        proxy.accept_on(listener);
        proxy
    }

    /// The address clients connect to.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The port clients connect to.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// Connections passed to the server so far.
    pub fn connections(&self) -> u64 {
        self.shared.counts.connections.load(Relaxed)
    }

    /// Connections open now.
    pub fn open_connections(&self) -> usize {
        self.shared.open.lock().unwrap().len()
    }

    /// MySQL packets from clients so far, handshake responses included.
    pub fn client_packets(&self) -> u64 {
        self.shared.counts.client_packets.load(Relaxed)
    }

    /// The command bytes of the clients' command packets so far (3 is
    /// COM_QUERY, 14 COM_PING, 1 COM_QUIT).
    pub fn client_commands(&self) -> Vec<u8> {
        self.shared.counts.commands.lock().unwrap().clone()
    }

    /// Bytes from clients so far.
    pub fn client_bytes(&self) -> u64 {
        self.shared.counts.client_bytes.load(Relaxed)
    }

    /// Bytes from the server so far.
    pub fn server_bytes(&self) -> u64 {
        self.shared.counts.server_bytes.load(Relaxed)
    }

    /// Delays every chunk of bytes on its way to `side`.
    pub fn set_delay(&self, side: Side, delay: Duration) {
        self.shared.delay(side).store(delay.as_millis() as u64, Relaxed);
    }

    /// Closes all connections and refuses new ones.
    pub fn cut(&self) {
        self.shared.set_mode(Mode::Stopped);
        if let Some(thread) = self.accepting.lock().unwrap().take() {
            // A connection wakes the accepting thread, which then ends.
            drop(TcpStream::connect(self.addr));
            let _ = thread.join();
        }
        self.close_connections();
    }

    /// Keeps connections, and accepts new ones, but forwards nothing.
    pub fn blackhole(&self) {
        self.shared.set_mode(Mode::Blackhole);
    }

    /// Forwards again, what a black hole held back included.
    pub fn heal(&self) {
        self.shared.set_mode(Mode::Pass);
        if self.accepting.lock().unwrap().is_none() {
            let listener = TcpListener::bind(self.addr).expect("the port is free again");
            self.accept_on(listener);
        }
    }

    /// Closes the open connections; new ones are still welcome.
    pub fn close_connections(&self) {
        for (client, server) in self.shared.open.lock().unwrap().values() {
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
        }
    }

    /// Sends end-of-stream to one side of the open connections. The other
    /// direction goes on.
    pub fn half_close(&self, side: Side) {
        for (client, server) in self.shared.open.lock().unwrap().values() {
            let stream = if side == Side::Client { client } else { server };
            let _ = stream.shutdown(Shutdown::Write);
        }
    }

    fn accept_on(&self, listener: TcpListener) {
        let shared = self.shared.clone();
        let thread = thread::spawn(move || {
            for client in listener.incoming() {
                if shared.mode() == Mode::Stopped {
                    return;
                }
                if let Ok(client) = client {
                    let shared = shared.clone();
                    spawn(move || drop(shared.connect(client)));
                }
            }
        });
        *self.accepting.lock().unwrap() = Some(thread);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Shared {
    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    fn set_mode(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
        self.changed.notify_all();
    }

    /// Waits while the network is a black hole; `false` when it is cut.
    fn passable(&self) -> bool {
        let mode = self.mode.lock().unwrap();
        let waited = self.changed.wait_while(mode, |m| *m == Mode::Blackhole);
        *waited.unwrap() == Mode::Pass
    }

    fn delay(&self, side: Side) -> &AtomicU64 {
        match side {
            Side::Server => &self.counts.delay_to_server_ms,
            Side::Client => &self.counts.delay_to_client_ms,
        }
    }

    fn connect(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        if !self.passable() {
            return Ok(());
        }
        let server = Arc::new(TcpStream::connect(self.upstream)?);
        let client = Arc::new(client);
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let id = self.counts.connections.fetch_add(1, Relaxed);
        let pair = (client.clone(), server.clone());
        self.open.lock().unwrap().insert(id, pair);
        let (shared, from, to) = (self.clone(), server.clone(), client.clone());
        spawn(move || {
            // Either end going away is a normal end.
            let _ = shared.pump(&from, &to, Side::Client);
            let _ = to.shutdown(Shutdown::Write);
        });
        let _ = self.pump(&client, &server, Side::Server);
        let _ = server.shutdown(Shutdown::Both);
        let _ = client.shutdown(Shutdown::Read);
        self.open.lock().unwrap().remove(&id);
        Ok(())
    }

    /// Forwards bytes to `side` until one end goes away.
    fn pump(&self, mut from: &TcpStream, mut to: &TcpStream, side: Side) -> io::Result<()> {
        let mut buffer = [0u8; 8192];
        let mut packets = PacketCounter::default();
        loop {
            let count = from.read(&mut buffer)?;
            if count == 0 || !self.passable() {
                return Ok(());
            }
            let bytes = &buffer[..count];
            thread::sleep(Duration::from_millis(self.delay(side).load(Relaxed)));
            if side == Side::Server {
                packets.feed(bytes, &self.counts);
                self.counts.client_bytes.fetch_add(count as u64, Relaxed);
            } else {
                self.counts.server_bytes.fetch_add(count as u64, Relaxed);
            }
            if !self.passable() {
                return Ok(());
            }
            to.write_all(bytes)?;
        }
    }
}

/// Finds packet boundaries in a stream of bytes.
#[derive(Default)]
struct PacketCounter {
    header: Vec<u8>,
    left: usize,
    command_next: bool,
}

impl PacketCounter {
    fn feed(&mut self, bytes: &[u8], counts: &Counts) {
        for byte in bytes {
            if self.left > 0 {
                self.left -= 1;
                if std::mem::take(&mut self.command_next) {
                    counts.commands.lock().unwrap().push(*byte);
                }
                continue;
            }
            self.header.push(*byte);
            if let [a, b, c, sequence] = self.header[..] {
                self.left = u32::from_le_bytes([a, b, c, 0]) as usize;
                self.command_next = sequence == 0;
                self.header.clear();
                counts.client_packets.fetch_add(1, Relaxed);
            }
        }
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK);
    thread.spawn(work).expect("a thread for the proxy");
}
