//! Coming to an end, and reading the configuration again.

use super::Engine;
use super::setup::{Ending, Tone, Word, cadence, policy};
use crate::discovery::DiscoveryRules;
use crate::probe::ProbeSettings;
use crate::watch::schedule::TICKS;
use crate::watch::signals::Signal;
use crate::watch::{Task, Tick};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long questions, hooks and writes under way may take once the watcher is to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the end may take after this program broke down.
const CLOSING_DOWN: Duration = Duration::from_secs(2);

/// The same where hooks are under way that may take longer: a service manager waits for 90 s.
const LONGEST: Duration = Duration::from_secs(80);

/// How long the clerks may take to put down their pens.
const CLOSING: Duration = Duration::from_secs(6);

/// How long everything may take when it is done once.
const ONCE: Duration = Duration::from_secs(120);

/// How far the end has come.
#[derive(Debug)]
pub struct Leaving {
    until: Duration,
    stage: Stage,
    ending: Ending,
    /// The right to act has been given up.
    resigned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Everything is done once: servers are asked and judged.
    Once,
    /// Everything is done once: the rest of the ticks runs.
    Ticks,
    /// Rows and hooks under way come to their end.
    Finishing,
    /// The clerks put down their pens.
    Closing,
}

impl Leaving {
    /// Whether the right to act has been given up.
    pub(super) fn has_resigned(&self) -> bool {
        self.resigned
    }

    /// Whether nobody is asked any more.
    pub(super) fn asks_nobody(&self) -> bool {
        self.stage != Stage::Once
    }

    /// Whether nothing new is begun: not while everything is done once.
    pub(super) fn begins_nothing(&self) -> bool {
        matches!(self.stage, Stage::Finishing | Stage::Closing)
    }

    pub(super) fn until_next(&self, now: Duration) -> Duration {
        self.until.saturating_sub(now).min(Duration::from_millis(20))
    }
}

impl Engine {
    /// Has everything done once, in the order of the table, servers first; then the watcher ends.
    pub(super) fn begin_once(&mut self) {
        let now = self.now();
        self.leaving = Some(Leaving {
            until: now + ONCE,
            stage: Stage::Once,
            ending: Ending::Finished,
            resigned: false,
        });
        self.begin_early(Tick::Health, now);
    }

    /// The watcher ends, because something went wrong.
    pub(super) fn end_failed(&mut self, why: String) {
        self.leaving = Some(Leaving {
            until: self.now() + CLOSING_DOWN,
            stage: Stage::Finishing,
            ending: Ending::Failed(why),
            resigned: false,
        });
    }

    /// What is done once cannot be done; `why` was said already.
    pub(super) fn fail_once(&mut self, why: String) {
        if let Some(leaving) = self.leaving.as_mut().filter(|_| self.setup.once) {
            leaving.ending = Ending::Failed(why);
            leaving.stage = Stage::Finishing;
        }
    }

    pub(super) fn take_signal(&mut self, signal: Signal) {
        match signal {
            Signal::Finish(name) => {
                self.say(Tone::Info, format!("{name}: finishing; a second one ends at once"));
                self.recovering.interrupt();
                self.setup.voice.notify(Word::Stopping);
                self.audit("shutdown", None, name);
                let earlier = self.leaving.take();
                let resigned = earlier.as_ref().is_some_and(|leaving| leaving.resigned);
                let ending = match earlier.map(|leaving| leaving.ending) {
                    Some(ending @ (Ending::Failed(_) | Ending::NotElected(_))) => ending,
                    // Not everything was done once.
                    _ if self.setup.once => Ending::Failed(format!("{name} came before everything was done")),
                    _ => Ending::Finished,
                };
                self.leaving = Some(Leaving {
                    until: self.now() + self.patience(),
                    stage: Stage::Finishing,
                    ending,
                    resigned,
                });
                for key in self.lanes.clear() {
                    self.agenda.withdrawn(&key);
                }
            }
            Signal::Reload => self.reload(),
            Signal::Dump => {
                let standing = self.overview(self.now());
                let text = format!(
                    "{} instances, {} answer, {} do not, problems: {}, {}; {} rows wait to be written",
                    standing.instances,
                    standing.ok,
                    standing.failing,
                    standing.problems,
                    if standing.elected { "elected" } else { "standing by" },
                    self.memory.backlog.len()
                );
                self.say(Tone::Info, text);
                self.say(Tone::Info, self.schedule.to_text());
            }
        }
    }

    /// How long the end may take: hooks under way have their time limit.
    fn patience(&self) -> Duration {
        let limit = Duration::from_secs(self.setup.config.hook_timeout_seconds);
        if self.follows_something() {
            PATIENCE.max(limit + Duration::from_secs(5)).min(LONGEST)
        } else {
            PATIENCE
        }
    }

    /// Reads the configuration again; where it is invalid the present one stays.
    fn reload(&mut self) {
        self.setup.voice.notify(Word::Reloading);
        match (self.setup.reload)() {
            Err(why) => self.say(
                Tone::Error,
                format!("the configuration was not read again, and the present one stays in force: {why}"),
            ),
            Ok(config) => {
                if let Some(key) = config.untold_key_value_store() {
                    let text = format!(
                        "the configuration read again sets {key}, which recoveries would not be told to; the present one stays in force"
                    );
                    self.say(Tone::Error, text);
                    self.setup.voice.notify(Word::Ready("watching"));
                    return;
                }
                self.policy = Arc::new(policy(&config));
                self.rules = Arc::new(DiscoveryRules::from(&config));
                self.sessions.set_settings(Arc::new(ProbeSettings::from(&config)));
                self.agenda.set_cadence(cadence(&config));
                self.witness
                    .set_after(Duration::from_secs(config.unreachable_master_witness_seconds));
                self.standing.pseudo_gtid = config.auto_pseudo_gtid;
                self.setup.config = config;
                self.stale = true;
                self.say(
                    Tone::Info,
                    "the configuration was read again; periods of ticks, numbers of threads, the inventory, the audit file and \
                     how names are resolved stay as they were until the next start",
                );
                self.audit("reload-configuration", None, "done");
            }
        }
        self.setup.voice.notify(Word::Ready("watching"));
    }

    /// Goes on towards the end; what it was when it is reached.
    pub(super) fn leave(&mut self, now: Duration) -> Option<Ending> {
        let stage = self.leaving.as_ref()?.stage;
        let is_late = now >= self.leaving.as_ref()?.until;
        match stage {
            Stage::Once => {
                if self.setup.once && self.active_since.is_none() && !self.following.holder.is_empty() {
                    let holder = self.following.holder.clone();
                    self.go_on(Stage::Finishing, Some(Ending::NotElected(holder)));
                } else if is_late {
                    let text = format!("not everything was done within {ONCE:?}");
                    self.say(Tone::Error, text.clone());
                    self.go_on(Stage::Finishing, Some(Ending::Failed(text)));
                } else if self.settled && self.is_quiet(now) {
                    self.judge();
                    let rest = TICKS.iter().skip(1);
                    let rest = rest.filter(|row| self.schedule.period(row.tick).is_some());
                    for tick in rest.map(|row| row.tick).collect::<Vec<_>>() {
                        self.begin_early(tick, now);
                    }
                    self.go_on(Stage::Ticks, None);
                }
            }
            Stage::Ticks => {
                let ended = TICKS.iter().all(|row| !self.last.is_running(row.tick));
                if is_late || (ended && !self.follows_something()) {
                    self.go_on(Stage::Finishing, None);
                }
            }
            Stage::Finishing => {
                if now >= self.renewed + Duration::from_secs(1) {
                    self.renewed = now;
                    self.setup.voice.notify(Word::Alive);
                }
                let written = !self.flushing && (self.memory.backlog.len() == 0 || self.flush_failed);
                let changed = self.hands.are_idle();
                if written && changed && !self.leaving.as_ref()?.resigned {
                    // From here on another watcher may act, also while hooks are still under way.
                    self.resign();
                    self.leaving.as_mut()?.resigned = true;
                }
                if is_late || (written && changed && !self.follows_something()) {
                    self.say_unfinished();
                    self.go_on(Stage::Closing, None);
                }
            }
            Stage::Closing => return Some(self.close(is_late)),
        }
        None
    }

    /// Says what did not come to its end in time.
    fn say_unfinished(&mut self) {
        let standing: Vec<String> = self.hands.standing().map(ToString::to_string).collect();
        if !standing.is_empty() {
            let text = format!(
                "the receivers of these replicas may stand: {}; start them with START REPLICA IO_THREAD (START SLAVE IO_THREAD \
                 on MariaDB and before MySQL 8.0.22)",
                standing.join(", ")
            );
            self.say(Tone::Error, text);
        }
        if self.follows_something() {
            self.say(
                Tone::Warning,
                "hooks are still under way and are left alone; their steps are not recorded",
            );
        }
    }

    fn go_on(&mut self, stage: Stage, ending: Option<Ending>) {
        let now = self.now();
        if let Some(leaving) = &mut self.leaving {
            if stage == Stage::Finishing {
                leaving.until = leaving.until.max(now + PATIENCE);
            }
            leaving.stage = stage;
            if let Some(ending) = ending {
                leaving.ending = ending;
            }
        }
    }

    /// Nobody is being asked, nothing is about to come to light, and the witness has finished.
    fn is_quiet(&mut self, now: Duration) -> bool {
        self.mark_hanging(now);
        let young = self.chases.values().any(|chase| chase.is_young(now));
        // Seeds come in with the ticks.
        let ticking = TICKS.iter().any(|row| self.last.is_running(row.tick));
        let doubtful = young || ticking || self.board.held().next().is_some() || self.witness.overrides();
        // A question that nobody has begun with, or whose answer is on its way here, is none that hangs.
        let under_way = self.lanes.under_way();
        let hang = under_way.iter().all(|(_, began)| now >= *began + PATIENCE / 10);
        let waits = self.agenda.asked() > under_way.len() || !hang;
        !doubtful && !waits && !self.flushing && self.memory.backlog.len() == 0 && self.agenda.nothing_new()
    }

    fn close(&mut self, is_late: bool) -> Ending {
        let unwritten = self.memory.backlog.len();
        if unwritten > 0 {
            self.say(
                Tone::Error,
                format!("{unwritten} servers' last answers could not be written and are lost; they are asked again next time"),
            );
        }
        if !self.leaving.as_ref().is_some_and(|leaving| leaving.resigned) {
            self.resign();
        }
        let threads = [self.registrar.dismiss(), self.keeper.dismiss(), self.chores.dismiss()];
        // Each piece of work may wait for a lock in its turn.
        let until = Instant::now() + if is_late { Duration::ZERO } else { CLOSING };
        for thread in threads.into_iter().flatten() {
            while !thread.is_finished() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        let ending = self.leaving.take().map(|leaving| leaving.ending);
        ending.unwrap_or(Ending::Finished)
    }

    /// A task that could not be done; for one that everything hangs on, doing everything once has failed.
    pub(super) fn failed_task(&mut self, task: Task) {
        if task == Task::Elect {
            self.fail_once("no watcher could be elected".to_owned());
        }
    }
}
