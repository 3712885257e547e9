//! Threads that ask servers, in lanes that do not hold each other up.
//!
//! A lane starts a thread when a question waits and no thread is free, up to its limit. Of the free threads the one that
//! worked last has the next turn, so that the others come to have nothing to do for a while, and end. So a fleet that
//! answers quickly is served by a few threads, and a hundred servers that hang occupy a hundred threads of their own lane.

use super::agenda::Lane;
use crate::model::{InstanceKey, Observation};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Virtual memory of a thread's stack; a probe needs little of it.
const STACK_BYTES: usize = 1 << 20;

/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(5);

/// What came of a question.
#[derive(Debug)]
pub struct Probed {
    /// Who was asked.
    pub key: InstanceKey,
    /// When the question was put.
    pub began: Duration,
    /// What was observed; `None` where asking broke down inside this program.
    pub observation: Option<Observation>,
}

/// How a server is asked, and to whom the answer goes. Shared by all threads.
pub struct Asking {
    /// When the watcher began.
    pub start: Instant,
    /// Asks.
    pub probe: Box<dyn Fn(&InstanceKey) -> Observation + Send + Sync>,
    /// What else an answer needs that may take long, such as looking up names; the server has answered by then.
    pub prepare: Box<dyn Fn(&Observation) + Send + Sync>,
    /// Takes an answer.
    pub answer: Box<dyn Fn(Probed) + Send + Sync>,
}

/// How many threads each lane may have.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For servers that answer.
    pub regular: usize,
    /// For servers that do not.
    pub slow: usize,
    /// For urgent questions.
    pub urgent: usize,
}

/// All lanes.
pub struct Lanes {
    lanes: HashMap<Lane, Arc<Shared>>,
    running: Arc<Mutex<HashMap<InstanceKey, Duration>>>,
}

struct Shared {
    lane: Lane,
    most: usize,
    state: Mutex<State>,
    asking: Arc<Asking>,
    running: Arc<Mutex<HashMap<InstanceKey, Duration>>>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<InstanceKey>,
    threads: usize,
    /// Those that have nothing to do, the one that worked last at the end.
    free: Vec<Arc<Rest>>,
}

/// Where a free thread waits.
#[derive(Default)]
struct Rest {
    work: Mutex<Option<InstanceKey>>,
    news: Condvar,
}

/// A lane's load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Load {
    /// Questions that wait.
    pub waiting: usize,
    /// Questions under way.
    pub under_way: usize,
    /// Threads.
    pub threads: usize,
}

impl Lanes {
    /// Lanes without threads.
    pub fn new(limits: Limits, asking: Asking) -> Self {
        let asking = Arc::new(asking);
        let running = Arc::new(Mutex::new(HashMap::new()));
        let shared = |lane: Lane| {
            let most = match lane {
                Lane::Regular => limits.regular,
                Lane::Slow => limits.slow,
                Lane::Urgent => limits.urgent,
            };
            let shared = Shared {
                lane,
                most: most.max(1),
                state: Mutex::default(),
                asking: Arc::clone(&asking),
                running: Arc::clone(&running),
            };
            (lane, Arc::new(shared))
        };
        Self {
            lanes: Lane::ALL.into_iter().map(shared).collect(),
            running,
        }
    }

    /// Has a server asked. Where the system gives no thread at all it is asked by the caller.
    pub fn ask(&self, key: InstanceKey, lane: Lane) {
        if let Some(shared) = self.lanes.get(&lane) {
            shared.push(key);
        }
    }

    /// Questions under way, with when they were put.
    pub fn under_way(&self) -> Vec<(InstanceKey, Duration)> {
        let running = lock(&self.running);
        running.iter().map(|(key, began)| (key.clone(), *began)).collect()
    }

    /// A lane's load.
    pub fn load(&self, lane: Lane) -> Load {
        let Some(shared) = self.lanes.get(&lane) else {
            return Load::default();
        };
        let state = lock(&shared.state);
        Load {
            waiting: state.waiting.len(),
            under_way: state.threads - state.free.len(),
            threads: state.threads,
        }
    }

    /// Takes back every question that nobody has begun with.
    pub fn clear(&self) -> Vec<InstanceKey> {
        let waiting = |shared: &Arc<Shared>| lock(&shared.state).waiting.drain(..).collect::<Vec<_>>();
        self.lanes.values().flat_map(waiting).collect()
    }
}

impl Shared {
    fn push(self: &Arc<Self>, key: InstanceKey) {
        let mut state = lock(&self.state);
        if let Some(rest) = state.free.pop() {
            *lock(&rest.work) = Some(key);
            rest.news.notify_one();
            return;
        }
        state.waiting.push_back(key);
        if state.threads >= self.most {
            return;
        }
        state.threads += 1;
        drop(state);
        let shared = Arc::clone(self);
        let name = format!("{}-probe", self.lane.as_str());
        let started = Builder::new()
            .name(name)
            .stack_size(STACK_BYTES)
            .spawn(move || shared.work());
        if started.is_err() {
            let mut state = lock(&self.state);
            state.threads -= 1;
            let alone = (state.threads == 0).then(|| state.waiting.pop_back()).flatten();
            drop(state);
            if let Some(key) = alone {
                self.ask(key);
            }
        }
    }

    fn work(&self) {
        let rest = Arc::new(Rest::default());
        while let Some(key) = self.next(&rest) {
            self.ask(key);
        }
    }

    /// The next question; `None` when this thread is to end.
    fn next(&self, rest: &Arc<Rest>) -> Option<InstanceKey> {
        {
            let mut state = lock(&self.state);
            if let Some(key) = state.waiting.pop_front() {
                return Some(key);
            }
            state.free.push(Arc::clone(rest));
        }
        let work = lock(&rest.work);
        let (mut work, _) = rest
            .news
            .wait_timeout_while(work, IDLE, |work| work.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        if work.is_some() {
            return work.take();
        }
        drop(work);
        let mut state = lock(&self.state);
        let before = state.free.len();
        state.free.retain(|free| !Arc::ptr_eq(free, rest));
        if state.free.len() < before {
            state.threads -= 1;
            return None;
        }
        // Somebody gave it work in this very moment.
        drop(state);
        lock(&rest.work).take()
    }

    fn ask(&self, key: InstanceKey) {
        let began = self.asking.start.elapsed();
        lock(&self.running).insert(key.clone(), began);
        let observation = catch_unwind(AssertUnwindSafe(|| (self.asking.probe)(&key))).ok();
        lock(&self.running).remove(&key);
        if let Some(observation) = &observation {
            let prepare = || (self.asking.prepare)(observation);
            let _ = catch_unwind(AssertUnwindSafe(prepare));
        }
        (self.asking.answer)(Probed {
            key,
            began,
            observation,
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::model::observation::Contact;
    use std::sync::mpsc::{Receiver, channel};

    fn observation(key: &InstanceKey) -> Observation {
        Observation {
            asked: key.clone(),
            began: Timestamp(0),
            ended: Timestamp(0),
            latency: Duration::ZERO,
            contact: Contact::answered(),
            reading: None,
            faults: Vec::new(),
        }
    }

    fn lanes(limit: usize, probe: impl Fn(&InstanceKey) + Send + Sync + 'static) -> (Lanes, Receiver<Probed>) {
        let (sender, receiver) = channel();
        let limits = Limits {
            regular: limit,
            slow: limit,
            urgent: limit,
        };
        let asking = Asking {
            start: Instant::now(),
            probe: Box::new(move |key| {
                probe(key);
                observation(key)
            }),
            prepare: Box::new(|_| {}),
            answer: Box::new(move |probed| drop(sender.send(probed))),
        };
        (Lanes::new(limits, asking), receiver)
    }

    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn hanging_servers_do_not_hold_up_other_lanes() {
        let (release, released) = channel::<()>();
        let released = Mutex::new(released);
        let (lanes, answers) = lanes(2, move |key| {
            if key.port >= 100 {
                let _ = lock(&released).recv_timeout(SOON);
            }
        });
        (100..110).for_each(|port| lanes.ask(InstanceKey::new("h", port), Lane::Slow));
        for port in 1..=50 {
            lanes.ask(InstanceKey::new("h", port), Lane::Regular);
        }
        lanes.ask(InstanceKey::new("h", 99), Lane::Urgent);
        for _ in 0..51 {
            let probed = answers.recv_timeout(SOON).expect("an answer");
            assert!(probed.key.port < 100, "{:?}", probed.key);
        }
        let begin = std::time::Instant::now();
        while lanes.under_way().len() < 2 && begin.elapsed() < SOON {
            std::thread::yield_now();
        }
        assert_eq!(lanes.under_way().len(), 2);
        assert!(lanes.load(Lane::Regular).threads <= 2);
        assert_eq!(lanes.clear().len(), 8);
        (0..2).for_each(|_| release.send(()).expect("somebody waits"));
        (0..2).for_each(|_| drop(answers.recv_timeout(SOON).expect("an answer")));
    }

    #[test]
    fn a_few_threads_serve_who_answers_quickly() {
        let (lanes, answers) = lanes(100, |_| {});
        for round in 0..2_000 {
            lanes.ask(InstanceKey::new("h", 1 + round % 100), Lane::Regular);
            answers.recv_timeout(SOON).expect("an answer");
        }
        // One, but for those of rounds in which the last one had not yet come back for more.
        assert!(lanes.load(Lane::Regular).threads < 50);
    }

    #[test]
    fn a_probe_that_breaks_down_is_an_answer_too() {
        let (lanes, answers) = lanes(1, |key| assert!(key.port != 7, "seven"));
        lanes.ask(InstanceKey::new("h", 7), Lane::Regular);
        lanes.ask(InstanceKey::new("h", 8), Lane::Regular);
        let first = answers.recv_timeout(SOON).expect("an answer");
        assert!(first.observation.is_none());
        assert!(answers.recv_timeout(SOON).expect("an answer").observation.is_some());
    }
}
