//! Threads that ask servers, started as they are needed.

use crate::model::{InstanceKey, Observation};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

/// Virtual memory of a thread's stack; a probe needs little of it.
const STACK_BYTES: usize = 2 << 20;

/// An answer, or nothing where asking itself broke down.
pub(super) type Answer = (InstanceKey, Option<Observation>);

/// How one server is asked.
pub(super) type Probe<'p> = dyn Fn(&InstanceKey) -> Observation + Sync + 'p;

/// What waits to be asked.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<InstanceKey>,
    idle: usize,
    closed: bool,
}

impl Queue {
    /// Ends the threads once they have answered what they were asked; what still waits is dropped.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        self.news.notify_all();
    }

    /// Takes back what nobody has begun with.
    pub(super) fn drain(&self) -> Vec<InstanceKey> {
        self.lock().waiting.drain(..).collect()
    }

    fn next(&self) -> Option<InstanceKey> {
        let mut state = self.lock();
        state.idle += 1;
        loop {
            if let Some(key) = state.waiting.pop_front() {
                state.idle -= 1;
                return Some(key);
            }
            if state.closed {
                return None;
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds a key; returns whether more keys wait than threads are free.
    fn push(&self, key: InstanceKey) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(key);
        self.news.notify_one();
        state.waiting.len() > state.idle
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// At most so many threads that take keys from a queue and hand back answers.
pub(super) struct Workers<'scope, 'env, 'p> {
    scope: &'scope Scope<'scope, 'env>,
    queue: &'env Queue,
    probe: &'env Probe<'p>,
    most: usize,
    running: usize,
    answer: Sender<Answer>,
    answers: Receiver<Answer>,
}

impl<'scope, 'env, 'p> Workers<'scope, 'env, 'p> {
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        queue: &'env Queue,
        probe: &'env Probe<'p>,
        most: usize,
    ) -> Self {
        let (answer, answers) = channel();
        Self {
            scope,
            queue,
            probe,
            most: most.max(1),
            running: 0,
            answer,
            answers,
        }
    }

    /// Has a server asked, by a thread that is free or by a new one.
    pub(super) fn ask(&mut self, key: InstanceKey) {
        if self.queue.push(key) && self.running < self.most && self.start() {
            self.running += 1;
        }
        if self.running == 0 {
            // The system gives no thread at all: ask here and now.
            for key in self.queue.drain() {
                let _ = self.answer.send(ask(self.probe, key));
            }
        }
    }

    /// The next answer, waiting for it up to `patience`.
    pub(super) fn next_answer(&self, patience: std::time::Duration) -> Option<Answer> {
        self.answers.recv_timeout(patience).ok()
    }

    fn start(&self) -> bool {
        let (queue, probe, answer) = (self.queue, self.probe, self.answer.clone());
        let work = move || {
            while let Some(key) = queue.next() {
                if answer.send(ask(probe, key)).is_err() {
                    return;
                }
            }
        };
        let name = format!("probe-{}", self.running);
        Builder::new()
            .name(name)
            .stack_size(STACK_BYTES)
            .spawn_scoped(self.scope, work)
            .is_ok()
    }
}

/// Ends the threads when the coordinating thread leaves, in whatever way.
pub(super) struct CloseOnDrop<'q>(pub(super) &'q Queue);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn ask(probe: &Probe<'_>, key: InstanceKey) -> Answer {
    let observation = catch_unwind(AssertUnwindSafe(|| probe(&key))).ok();
    (key, observation)
}
