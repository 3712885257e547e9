//! An application with four writers, and somebody who looks which servers take writes.
//!
//! Each writer inserts rows numbered by itself, each in a transaction of its own. It writes where it last could; when a
//! write is refused, or not answered, it tries all servers in turn until one with `read_only=0` answers. What became of each
//! write is kept with its times. The sentinel asks every server every few milliseconds whether it takes writes.
#![allow(dead_code, clippy::expect_used, clippy::indexing_slicing)]

use crate::tool::SOON;
use crate::tool::sandbox::{ADMIN_USER, APP_PASSWORD, APP_USER, Sandbox, wait_until};
use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

#[path = "written.rs"]
mod written;

pub use written::{Answer, Open, Record, Row, Write};

/// Writers at work.
const WRITERS: u64 = 4;
/// The number of whoever writes by hand.
const BY_HAND: u64 = 100;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a server that did not answer is left alone.
const SULK: Duration = Duration::from_secs(2);
/// How often the sentinel asks each server.
const GLANCE: Duration = Duration::from_millis(20);
/// Where rows go.
const TABLE: &str = "CREATE DATABASE matrix; \
    CREATE TABLE matrix.writes (writer INT NOT NULL, seq BIGINT NOT NULL, server INT NOT NULL, \
    PRIMARY KEY (writer, seq)) ENGINE=InnoDB";
/// Errors after which a commit may have happened nevertheless: sessions that are ended while they wait for somebody.
const NO_ANSWERS: [u16; 5] = [1053, 1317, 1927, 3169, 4031];

/// Where a tree's servers are reached by the application.
pub type Places = Vec<(String, u16)>;

/// The servers' own addresses.
pub fn places(tree: &Sandbox) -> Places {
    let place = |server| (tree.host().to_owned(), tree.port(server));
    (0..tree.count()).map(place).collect()
}

/// Makes the table, on a master, and waits until all others have it.
pub fn prepare(tree: &Sandbox, master: usize) -> Result<()> {
    tree.sql(master, TABLE)?;
    for server in (0..tree.count()).filter(|server| *server != master) {
        wait_until(SOON, "the table is everywhere", || {
            tree.sql(server, "SELECT COUNT(*) FROM matrix.writes").is_ok()
        })?;
    }
    Ok(())
}

/// Writes rows by hand as the application, each in a transaction of its own; all of them are acknowledged or this fails.
pub fn write_by_hand(tree: &Sandbox, server: usize, count: u64) -> Result<Vec<Write>> {
    static NEXT: Mutex<u64> = Mutex::new(0);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let rows = *next + 1..=*next + count;
    *next += count;
    drop(next);
    let begun = Instant::now();
    let statements: Vec<String> = (rows.clone()).map(|seq| insert((BY_HAND, seq), server)).collect();
    tree.sql_as(APP_USER, server, &statements.join("; "))?;
    let write = |seq| Write {
        row: (BY_HAND, seq),
        server,
        begun,
        ended: Instant::now(),
        answer: Answer::Ok,
    };
    Ok(rows.map(write).collect())
}

/// Locks the table of rows against everybody, appliers included, until the connection is dropped.
pub fn lock_table(tree: &Sandbox, server: usize) -> Result<Conn> {
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(tree.host()))
        .tcp_port(tree.port(server))
        .user(Some(ADMIN_USER))
        .prefer_socket(false);
    let mut connection = Conn::new(options)?;
    connection.query_drop("LOCK TABLES matrix.writes WRITE")?;
    Ok(connection)
}

fn insert((writer, seq): Row, server: usize) -> String {
    format!("INSERT INTO matrix.writes (writer, seq, server) VALUES ({writer}, {seq}, {server})")
}

/// What all threads share.
struct Shared {
    places: Places,
    pace: Duration,
    is_over: AtomicBool,
    is_resting: AtomicBool,
    /// How many writers rest.
    resting: AtomicU64,
    writes: Mutex<Vec<Write>>,
    open: Mutex<Vec<Open>>,
}

/// Writers at work, until [`Writers::stop`].
pub struct Writers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Writers {
    /// Starts four writers, each with so much time between two writes, and the sentinel.
    pub fn start(places: Places, pace: Duration) -> Self {
        let shared = Arc::new(Shared {
            places,
            pace,
            is_over: AtomicBool::new(false),
            is_resting: AtomicBool::new(false),
            resting: AtomicU64::new(0),
            writes: Mutex::default(),
            open: Mutex::default(),
        });
        let mut threads = Vec::new();
        for number in 1..=WRITERS {
            let shared = Arc::clone(&shared);
            threads.push(std::thread::spawn(move || Writer::new(&shared, number).work()));
        }
        for server in 0..shared.places.len() {
            let shared = Arc::clone(&shared);
            threads.push(std::thread::spawn(move || shared.look_at(server)));
        }
        Self { shared, threads }
    }

    /// Everything so far.
    pub fn record(&self) -> Record {
        let mut record = Record {
            writes: self.shared.writes().clone(),
            open: lock(&self.shared.open).clone(),
        };
        record.writes.sort_by_key(|write| write.ended);
        record.open.sort_by_key(|open| open.from);
        record
    }

    /// Adds writes made by hand.
    pub fn add(&self, writes: Vec<Write>) {
        self.shared.writes().extend(writes);
    }

    /// Waits until some more writes have been acknowledged than at the call.
    pub fn wait_for_more(&self, count: usize) -> Result<()> {
        let acknowledged = || {
            self.shared
                .writes()
                .iter()
                .filter(|write| write.answer == Answer::Ok)
                .count()
        };
        let before = acknowledged();
        wait_until(SOON, "the application writes", || acknowledged() >= before + count)
            .with_context(|| self.record().summary())
    }

    /// Waits until a server other than this one has acknowledged writes that began after the call.
    pub fn wait_elsewhere(&self, master: usize) -> Result<()> {
        let begin = Instant::now();
        wait_until(SOON, "the application writes to another server", || {
            let is_so = |write: &Write| write.answer == Answer::Ok && write.server != master && write.begun > begin;
            self.shared.writes().iter().rev().any(is_so)
        })
        .with_context(|| self.record().summary())
    }

    /// Lets the writers rest, and returns once none of them is writing.
    pub fn rest(&self) -> Result<()> {
        self.shared.is_resting.store(true, Ordering::SeqCst);
        wait_until(SOON, "the writers rest", || {
            self.shared.resting.load(Ordering::SeqCst) == WRITERS
        })
    }

    /// Has them write again.
    pub fn go_on(&self) {
        self.shared.is_resting.store(false, Ordering::SeqCst);
    }

    /// Ends them all.
    pub fn stop(mut self) -> Record {
        self.end();
        self.record()
    }

    fn end(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn writes(&self) -> std::sync::MutexGuard<'_, Vec<Write>> {
        lock(&self.writes)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn connect(&self, server: usize) -> mysql::Result<Conn> {
        let (host, port) = self.places[server].clone();
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(host))
            .tcp_port(port)
            .user(Some(APP_USER))
            .pass(Some(APP_PASSWORD))
            .prefer_socket(false)
            .tcp_nodelay(true)
            .tcp_connect_timeout(Some(PATIENCE))
            .read_timeout(Some(PATIENCE))
            .write_timeout(Some(PATIENCE))
            .max_allowed_packet(Some(1 << 20))
            .stmt_cache_size(0);
        Conn::new(options)
    }

    /// The sentinel's work with one server.
    fn look_at(&self, server: usize) {
        let (mut connection, mut last) = (None, None::<Open>);
        while !self.is_over() {
            std::thread::sleep(GLANCE);
            let begun = Instant::now();
            if connection.is_none() {
                connection = self.connect(server).ok();
            }
            let takes_writes = connection.as_mut().map(is_writable);
            if let Some(Err(_)) | None = takes_writes {
                connection = None;
            }
            match (takes_writes, &mut last) {
                (Some(Ok(true)), Some(open)) => open.to = begun,
                (Some(Ok(true)), None) => {
                    last = Some(Open {
                        server,
                        from: Instant::now(),
                        to: Instant::now(),
                    });
                }
                _ => self.close(last.take()),
            }
        }
        self.close(last);
    }

    fn close(&self, open: Option<Open>) {
        lock(&self.open).extend(open);
    }
}

fn is_writable(connection: &mut Conn) -> mysql::Result<bool> {
    let read_only: Option<u8> = connection.query_first("SELECT @@global.read_only")?;
    Ok(read_only == Some(0))
}

/// One writer.
struct Writer<'s> {
    shared: &'s Shared,
    number: u64,
    next: u64,
    /// A connection for each server, once there was one.
    connections: Vec<Option<Conn>>,
    /// Until when a server is left alone.
    sulks: Vec<Option<Instant>>,
    /// Where it writes.
    at: Option<usize>,
    /// Where it wrote last.
    last: usize,
}

impl<'s> Writer<'s> {
    fn new(shared: &'s Shared, number: u64) -> Self {
        let count = shared.places.len();
        Self {
            shared,
            number,
            next: 1,
            connections: (0..count).map(|_| None).collect(),
            sulks: vec![None; count],
            at: None,
            last: count - 1,
        }
    }

    fn work(&mut self) {
        while !self.shared.is_over() {
            if self.shared.is_resting.load(Ordering::SeqCst) {
                self.rest();
                continue;
            }
            match self.at {
                Some(server) => self.write(server),
                None => self.at = self.search(),
            }
            std::thread::sleep(self.shared.pace);
        }
    }

    fn rest(&self) {
        self.shared.resting.fetch_add(1, Ordering::SeqCst);
        while self.shared.is_resting.load(Ordering::SeqCst) && !self.shared.is_over() {
            std::thread::sleep(Duration::from_millis(2));
        }
        self.shared.resting.fetch_sub(1, Ordering::SeqCst);
    }

    fn write(&mut self, server: usize) {
        let Some(connection) = &mut self.connections[server] else {
            self.at = None;
            return;
        };
        let row = (self.number, self.next);
        self.next += 1;
        let begun = Instant::now();
        let answer = match connection.query_drop(insert(row, server)) {
            Ok(()) => Answer::Ok,
            Err(mysql::Error::MySqlError(error)) if !NO_ANSWERS.contains(&error.code) => Answer::Failed(error.code),
            Err(_) => Answer::Unknown,
        };
        let ended = Instant::now();
        let write = Write {
            row,
            server,
            begun,
            ended,
            answer,
        };
        lock(&self.shared.writes).push(write);
        if answer != Answer::Ok {
            self.at = None;
            self.last = server;
        }
        if answer == Answer::Unknown {
            self.give_up(server, begun);
        }
    }

    /// The first server that takes writes, from the one after the last.
    fn search(&mut self) -> Option<usize> {
        let (count, last) = (self.connections.len(), self.last);
        (1..=count)
            .map(|step| (last + step) % count)
            .find(|server| self.is_open(*server))
    }

    fn is_open(&mut self, server: usize) -> bool {
        if self.shared.is_over() || self.sulks[server].is_some_and(|until| Instant::now() < until) {
            return false;
        }
        let begun = Instant::now();
        if self.connections[server].is_none() {
            self.connections[server] = self.shared.connect(server).ok();
        }
        match self.connections[server].as_mut().map(is_writable) {
            Some(Ok(is_writable)) => is_writable,
            Some(Err(_)) | None => {
                self.give_up(server, begun);
                false
            }
        }
    }

    /// Drops a connection; a server that was silent, rather than gone, is left alone for a while.
    fn give_up(&mut self, server: usize, begun: Instant) {
        self.connections[server] = None;
        if begun.elapsed() >= PATIENCE / 2 {
            self.sulks[server] = Some(Instant::now() + SULK);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
