//! The thread that serves all connections of all servers.

use super::answers::Answers;
use super::connection::{Connection, Step};
use super::poll::Poll;
use super::{Order, Shared, State};
use std::collections::HashMap;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Receiver;
use std::time::Instant;

/// Numbers below it are listeners, those from it on connections.
const FIRST_CONNECTION: u64 = 1 << 32;
const WAKE: u64 = FIRST_CONNECTION - 1;

pub struct Serving {
    poll: Poll,
    listeners: Vec<Option<TcpListener>>,
    addresses: Vec<SocketAddr>,
    answers: Vec<Answers>,
    states: Vec<State>,
    shared: Arc<Vec<Shared>>,
    connections: HashMap<u64, Connection>,
    next: u64,
    begun: Instant,
    room: Vec<u8>,
}

impl Serving {
    pub fn new(listeners: Vec<TcpListener>, answers: Vec<Answers>, shared: Arc<Vec<Shared>>, begun: Instant) -> Self {
        Self {
            poll: Poll::new(),
            addresses: listeners
                .iter()
                .map(|listener| listener.local_addr().unwrap())
                .collect(),
            states: vec![State::Healthy; listeners.len()],
            listeners: listeners.into_iter().map(Some).collect(),
            answers,
            shared,
            connections: HashMap::new(),
            next: FIRST_CONNECTION,
            begun,
            room: vec![0; 64 * 1024],
        }
    }

    /// Serves until told to end.
    pub fn run(mut self, orders: &Receiver<Order>, mut woken: &UnixStream) {
        woken.set_nonblocking(true).unwrap();
        self.poll.watch(woken.as_raw_fd(), WAKE);
        for at in 0..self.listeners.len() {
            self.listen(at);
        }
        loop {
            for number in self.poll.wait() {
                if number == WAKE {
                    while woken.read(&mut self.room).is_ok_and(|count| count > 0) {}
                    for order in orders.try_iter() {
                        match order {
                            Order::Become(at, state) => self.change(at, state),
                            Order::Drop(at) => self.drop_all(at),
                            Order::End => return,
                        }
                    }
                } else if number < FIRST_CONNECTION {
                    self.accept(usize::try_from(number).unwrap());
                } else {
                    self.step(number, true);
                }
            }
        }
    }

    fn listen(&mut self, at: usize) {
        if self.listeners[at].is_none() {
            self.listeners[at] = Some(TcpListener::bind(self.addresses[at]).unwrap());
        }
        if let Some(listener) = &self.listeners[at] {
            listener.set_nonblocking(true).unwrap();
            self.poll.watch(listener.as_raw_fd(), at as u64);
        }
    }

    fn accept(&mut self, at: usize) {
        while let Some(Ok((stream, _))) = self.listeners[at].as_ref().map(TcpListener::accept) {
            let number = self.next;
            self.next += 1;
            let connection = Connection::new(at, stream);
            self.poll.watch(connection.fd(), number);
            self.connections.insert(number, connection);
            self.shared[at].connections.fetch_add(1, Relaxed);
            self.step(number, false);
        }
    }

    /// Reads, where there is something, and answers, where the server does.
    fn step(&mut self, number: u64, reads: bool) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return; // closed by an earlier event of the same round
        };
        let at = connection.server;
        let is_there = !reads || connection.read(&mut self.room);
        let step = match self.states[at] {
            _ if !is_there => Step::Ended,
            State::Healthy => connection.answer(&mut self.answers[at], number as u32),
            State::Hung | State::Refusing => Step::Goes(0),
        };
        match step {
            Step::Ended => self.close(number),
            Step::Goes(probes) => {
                if connection.is_full() != connection.waits_for_room {
                    connection.waits_for_room = connection.is_full();
                    self.poll
                        .also_output(connection.fd(), number, connection.waits_for_room);
                }
                if probes > 0 {
                    let us = u64::try_from(self.begun.elapsed().as_micros()).unwrap();
                    self.shared[at].answered_us.store(us, Relaxed);
                    self.shared[at].probes.fetch_add(probes, Relaxed);
                }
            }
        }
    }

    fn close(&mut self, number: u64) {
        if let Some(closed) = self.connections.remove(&number) {
            self.shared[closed.server].connections.fetch_sub(1, Relaxed);
        }
    }

    fn change(&mut self, at: usize, state: State) {
        self.states[at] = state;
        match state {
            State::Hung => {}
            State::Refusing => {
                self.listeners[at] = None;
                self.drop_all(at);
            }
            State::Healthy if self.listeners[at].is_none() => self.listen(at),
            // What came while it hung is answered late, as a real server's would be.
            State::Healthy => self
                .numbers_of(at)
                .into_iter()
                .for_each(|number| self.step(number, false)),
        }
        if state == State::Hung && self.listeners[at].is_none() {
            self.listen(at);
        }
    }

    fn drop_all(&mut self, at: usize) {
        self.numbers_of(at).into_iter().for_each(|number| self.close(number));
    }

    fn numbers_of(&self, at: usize) -> Vec<u64> {
        let mine = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.server == at);
        mine.map(|(number, _)| *number).collect()
    }
}
