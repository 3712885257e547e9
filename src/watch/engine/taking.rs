//! Taking in what happened.

use super::Engine;
use super::event::Event;
use super::hands::{Done, Why};
use super::setup::{Named, Tone};
use crate::model::{InstanceKey, duration};
use crate::probe::Change;

impl Engine {
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Probed(probed) => self.take_answer(&probed),
            Event::HungUp(key) => self.take_hang_up(&key),
            Event::Done(done) => self.take_done(*done),
            Event::NotBegun(key, why) => self.not_begun(&key, why),
            Event::Signal(signal) => self.take_signal(signal),
            Event::Flushed { epoch, batch, result } => self.take_flushed(epoch, batch, result),
            Event::Noted(left, other, result) => self.take_noted(left, other, result),
            Event::Loaded(epoch, result) => self.take_loaded(epoch, result),
            Event::Operators(epoch, result) => self.take_operators(epoch, result),
            Event::Appeared(epoch, result) => self.take_appeared(epoch, result),
            Event::TaskDone(task, result) => self.take_task(task, *result),
            Event::TickDone(tick) => self.end_tick(tick),
            Event::Broken(thread) => self.break_down(&thread),
            Event::Registered(all) => self.take_registered(all),
            Event::Recovered(recovered) => self.take_recovered(*recovered),
            Event::Audited(entry) => self.write_audit(*entry),
            Event::LeftOver(left) => self.take_left_over(*left),
            Event::Fenced(key, state) => self.take_fenced(&key, state.as_ref()),
            Event::Hooked(hooked) => self.take_hooked(*hooked),
            Event::InventoryReplaced { gone, file } => self.take_replaced(gone, file),
        }
    }

    fn take_done(&mut self, done: Done) {
        self.hands.ended(&done);
        self.note_fault("threads", None);
        self.stale = true;
        let about = match done.why {
            Why::PseudoGtid => format!("pseudo-gtid {}", done.key),
            _ => format!("receiver {}", done.key),
        };
        if done.result.is_ok() {
            self.note_quietly(&about, None);
        }
        match (&done.result, done.why) {
            (Ok(changed), Why::Witness | Why::Emergency | Why::Repair) => {
                let second = if changed.second_try { " (at the second try)" } else { "" };
                self.say_of(
                    Tone::Info,
                    &done.key,
                    format!(
                        "{}: {} done{second} in {}",
                        done.key,
                        done.change.words(),
                        duration::took(changed.took)
                    ),
                );
                if done.change == Change::RestartReceiver && done.why == Why::Witness {
                    self.witness.restarted(&done.key, done.ended);
                }
                let kind = match done.why {
                    Why::Emergency => "emergently-restart-replication-topology-instance",
                    Why::Repair => "start-receiver",
                    _ => "witness-restart-receiver",
                };
                self.audit(kind, Some(&done.key), done.change.words());
                self.agenda.ask_now(&done.key);
            }
            (Ok(_), Why::PseudoGtid) => {
                if let Some(row) = self.memory.fleet.get(&done.key) {
                    let cluster = row.cluster.name.clone();
                    self.following.injected.insert(cluster);
                }
            }
            (Err(failed), why) => {
                self.note_quietly(&about, Some(&failed.to_string()));
                match why {
                    Why::PseudoGtid => {
                        self.following.refused_injection.insert(done.key, done.ended);
                    }
                    // Whoever may stand is started by the hands, whatever becomes of the witness.
                    Why::Witness => self.witness.not_restarted(&done.key, false),
                    Why::Emergency | Why::Repair => {}
                }
            }
        }
    }

    /// A thread broke down: nothing it did can be relied on, so this process ends, for the service manager to begin anew.
    fn break_down(&mut self, thread: &str) {
        let text = format!("the thread `{thread}` broke down inside this program, which is a fault of it: ending");
        self.say(Tone::Error, text.clone());
        self.end_failed(text);
    }

    fn not_begun(&mut self, key: &InstanceKey, why: Why) {
        if why == Why::Witness {
            self.witness.not_restarted(key, false);
        }
        self.note_fault(
            "threads",
            Some("the system gives no more threads; servers are changed again when it does"),
        );
    }

    pub(super) fn say_of(&self, tone: Tone, key: &InstanceKey, text: impl Into<String>) {
        let cluster = self.memory.fleet.get(key).map(|row| row.cluster.name.as_str());
        let about = Named {
            instance: Some(key),
            cluster,
            code: None,
        };
        self.setup.voice.say(tone, &about, &text.into());
    }
}
