//! The steps that plans are made of: which server is told what, under which conditions, and what takes it back.
//!
//! Pure: looks and wishes in, steps out. Stages count from 1 within what one function returns.

use super::candidate::is_blank;
use super::condition::identity;
pub use super::manner::{Drain, Manner};
use crate::model::change::{From, Pointing, ReadOnly};
use crate::model::instance::ThreadState;
use crate::model::plan::{Act, Condition, Failing, HookList, Local, Phase, Step};
use crate::model::{Change, Instance, InstanceKey, Look, Reached};
use std::collections::BTreeMap;

/// Limits of single steps, in milliseconds: what a server does within a hundredth of that when it is well.
pub(super) const THREADS_MS: u64 = 4_000;
/// The same where nobody waits for it: a server ends the transaction that it applies before it stops.
const STOPS_MS: u64 = 30_000;
pub(super) const CHANGE_MS: u64 = 5_000;
const LAST_LOOK_MS: u64 = 500;
const FENCE_MS: u64 = 4_000;
pub(super) const RUNS_MS: u64 = 10_000;
const HEAR_OUT_MS: u64 = 1_000;
pub(super) const FETCH_MS: u64 = 10_000;

/// Looks by instance.
pub type Looks = BTreeMap<InstanceKey, Look>;

/// One step; its number is given when it joins a plan.
pub(super) fn step(stage: u32, phase: Phase, target: &InstanceKey, act: Act, limit_ms: u64) -> Step {
    Step {
        number: 0,
        stage,
        phase,
        target: target.clone(),
        act,
        before: Vec::new(),
        after: Vec::new(),
        limit_ms,
        undo: Vec::new(),
        failing: Failing::Stops,
        is_final: false,
    }
}

pub(super) fn tell(stage: u32, phase: Phase, target: &InstanceKey, change: Change, limit_ms: u64) -> Step {
    step(stage, phase, target, Act::Tell(change), limit_ms)
}

pub(super) fn wait(stage: u32, phase: Phase, target: &InstanceKey, until: Condition, limit_ms: u64) -> Step {
    Step {
        after: vec![until],
        ..step(stage, phase, target, Act::Await, limit_ms)
    }
}

/// A step of our own about an instance, in its own stage.
pub fn local(stage: u32, phase: Phase, about: &InstanceKey, local: Local) -> Step {
    Step {
        failing: Failing::IsNoted,
        ..step(stage, phase, about, Act::Local(local), 0)
    }
}

/// Hooks. Those that may forbid the recovery stop it when they fail.
pub fn hooks(phase: Phase, about: &InstanceKey, list: HookList) -> Step {
    Step {
        failing: if list.may_forbid() {
            Failing::Stops
        } else {
            Failing::IsNoted
        },
        ..step(1, phase, about, Act::Local(Local::Hooks(list)), 0)
    }
}

/// Blocks of steps, one after the other.
pub fn in_sequence(blocks: impl IntoIterator<Item = Vec<Step>>) -> Vec<Step> {
    let (mut all, mut stages) = (Vec::new(), 0);
    for block in blocks {
        let last = block.iter().map(|step| step.stage).max().unwrap_or(0);
        all.extend(block.into_iter().map(|step| Step {
            stage: step.stage + stages,
            ..step
        }));
        stages += last;
    }
    all
}

/// Receivers stop, so that what everybody has received stays what it is.
pub fn freeze(looks: &Looks) -> Vec<Step> {
    looks
        .values()
        .filter_map(|look| look.channel().map(|channel| (&look.key, channel)))
        .flat_map(|(key, channel)| {
            let receives = channel.status.io_state != ThreadState::Stopped;
            let has_error = !is_blank(&channel.status.last_sql_error);
            // A MariaDB server with GTID keeps its relay logs as long as one of its threads runs.
            let is_kept = channel.mariadb_gtid && !channel.status.sql_running;
            let keeps = is_kept && receives && !has_error;
            // Of one whose applier stands with an error it is the receiver, which is left alone then.
            let stops = receives && !(is_kept && has_error);
            let keep = Step {
                undo: vec![Change::StopApplier],
                failing: Failing::IsNoted,
                ..tell(1, Phase::Prepare, key, Change::StartApplier, THREADS_MS)
            };
            let stop = Step {
                undo: vec![Change::StartReceiver],
                failing: Failing::IsNoted,
                ..tell(1, Phase::Prepare, key, Change::StopReceiver, THREADS_MS)
            };
            keeps.then_some(keep).into_iter().chain(stops.then_some(stop))
        })
        .collect()
}

/// Replicas receive the last that a master wrote which refuses writes now, as long as that goes on.
pub fn hear_out(looks: &Looks, master: &Look) -> Vec<Step> {
    let end = end_of_history(master);
    let listening = looks
        .values()
        .filter(|look| look.channel().is_some_and(|channel| channel.status.io_running));
    listening
        .map(|look| Step {
            failing: Failing::IsNoted,
            ..wait(
                1,
                Phase::Fence,
                &look.key,
                Condition::HasReceived(end.clone()),
                HEAR_OUT_MS,
            )
        })
        .collect()
}

/// The successor applies what it has received, and fetches what only a sibling has.
pub fn drain(successor: &Look, tail_from: Option<&Look>, old_master: &InstanceKey, manner: &Manner) -> Vec<Step> {
    let (phase, key) = (Phase::Drain, &successor.key);
    let applies = |look: &Look| {
        let runs = look.channel().is_none_or(|channel| channel.status.sql_running);
        let discards = look.channel().is_some_and(|channel| channel.mariadb_gtid);
        let start = Step {
            undo: vec![Change::StopApplier],
            ..tell(1, phase, &look.key, Change::StartApplier, THREADS_MS)
        };
        let waits = wait(1, phase, &look.key, Condition::HasApplied, manner.drain_ms);
        (!runs && !discards).then_some(start).into_iter().chain([waits])
    };
    let mut steps: Vec<Step> = match manner.drain {
        Drain::Wait => applies(successor).collect(),
        // Looked at once.
        Drain::Refuse => vec![wait(1, phase, key, Condition::HasApplied, 1)],
        Drain::Destroy => Vec::new(),
    };
    if let Some(sibling) = tail_from {
        steps.extend(applies(sibling));
        let wanted = sibling
            .received()
            .map_or_else(String::new, |received| received.to_string());
        steps.push(Step {
            undo: vec![Change::StartReplication],
            ..tell(2, phase, key, Change::StopReplication, THREADS_MS)
        });
        steps.push(Step {
            undo: vec![
                Change::StopReplication,
                point(old_master, From::AsItIs),
                Change::StartReplication,
            ],
            ..tell(2, phase, key, point(&sibling.key, From::AsItIs), CHANGE_MS)
        });
        steps.push(tell(2, phase, key, Change::StartReplication, THREADS_MS));
        steps.push(wait(2, phase, key, Condition::HasExecuted(wanted), FETCH_MS));
    }
    steps
}

pub(super) fn point(master: &InstanceKey, from: From) -> Change {
    Change::PointTo(Pointing {
        master: master.clone(),
        from,
        login_of: None,
    })
}

/// One more try to reach the failed master, known by this row. Where one that refuses us is spared, it stops for it.
pub fn last_look(failed: &InstanceKey, known: Option<&Instance>, spares_refusing: bool) -> Step {
    Step {
        failing: if spares_refusing {
            Failing::Stops
        } else {
            Failing::IsNoted
        },
        before: known.and_then(known_identity).map(Condition::Is).into_iter().collect(),
        ..step(1, Phase::Fence, failed, Act::LastLook, LAST_LOOK_MS)
    }
}

/// What tells a server that is known only from the inventory from another one; see [`identity`].
pub fn known_identity(instance: &Instance) -> Option<String> {
    let server = &instance.server;
    match (server.uuid.as_str(), server.id) {
        ("", 0) => None,
        ("", id) => Some(format!("server id {id}")),
        (uuid, _) => Some(uuid.to_owned()),
    }
}

/// The old master, which may be alive, refuses writes before anybody else takes them.
pub fn fence(old: &InstanceKey, even_super: bool, end_sessions: bool, failing: Failing) -> Step {
    let change = Change::SetReadOnly(ReadOnly {
        even_super,
        end_sessions,
    });
    Step {
        undo: vec![Change::SetWritable],
        failing,
        ..tell(1, Phase::Fence, old, change, FENCE_MS)
    }
}

/// A living master refuses writes. Commits that wait hold that back; whether client sessions are ended then is for the
/// caller to say.
pub fn demote(master: &Look, end_sessions: bool, manner: &Manner) -> Vec<Step> {
    let fence = fence(&master.key, manner.even_super, end_sessions, Failing::Stops);
    let undo = if master.reading.server.read_only {
        Vec::new()
    } else {
        fence.undo.clone()
    };
    vec![Step { undo, ..fence }]
}

/// The successor comes to where a master's history ends.
pub fn catch_up(successor: &InstanceKey, master: &Look, phase: Phase, manner: &Manner) -> Vec<Step> {
    let end = end_of_history(master);
    vec![wait(
        1,
        phase,
        successor,
        Condition::HasExecuted(end),
        manner.catch_up_ms,
    )]
}

/// Where a server's own history ends, in the terms of those who replicate from it.
fn end_of_history(master: &Look) -> String {
    match master.executed() {
        Some(reached @ (Reached::Oracle(_) | Reached::MariaDb(_))) => reached.to_string(),
        _ => master.reading.binlog.end.to_string(),
    }
}

/// A former master, read-only and with nothing that the other has not, follows another one.
pub fn join(old: &Look, master: &InstanceKey, login_of: &InstanceKey, acknowledges: bool, starts: bool) -> Vec<Step> {
    let (phase, key) = (Phase::Repoint, &old.key);
    let noted = |step: Step| Step {
        failing: Failing::IsNoted,
        ..step
    };
    let loses = |step: Step| Step {
        failing: Failing::Loses,
        ..step
    };
    let from = match old.executed() {
        Some(Reached::MariaDb(position)) => From::MariaDbGtid(Some(position.position().to_string())),
        // Nothing was ever written there.
        _ if old.is_mariadb() => From::MariaDbGtid(Some(String::new())),
        Some(Reached::Oracle(_)) => From::OracleGtid,
        _ => From::AsItIs,
    };
    let change = Change::PointTo(Pointing {
        master: master.clone(),
        from,
        login_of: Some(login_of.clone()),
    });
    let mut steps = Vec::new();
    if old.reading.semi_sync.master_enabled {
        steps.push(noted(tell(1, phase, key, Change::SemiSyncMaster(false), THREADS_MS)));
    }
    if acknowledges {
        steps.push(noted(tell(1, phase, key, Change::SemiSyncReplica(true), THREADS_MS)));
    }
    if old.channel().is_some() {
        steps.push(loses(tell(1, phase, key, Change::StopReplication, THREADS_MS)));
    }
    // A session that may write to a read-only server can have done so meanwhile.
    let no_more = match old.executed() {
        Some(reached @ (Reached::Oracle(_) | Reached::MariaDb(_))) => {
            Some(Condition::HasNoMoreThan(reached.to_string()))
        }
        _ => None,
    };
    steps.push(loses(Step {
        before: std::iter::once(Condition::IsReadOnly).chain(no_more).collect(),
        ..tell(1, phase, key, change, CHANGE_MS)
    }));
    if starts {
        steps.push(loses(tell(1, phase, key, Change::StartReplication, THREADS_MS)));
        steps.push(loses(wait(
            1,
            phase,
            key,
            Condition::Replicates(master.clone()),
            RUNS_MS,
        )));
    }
    steps
}

/// The successor takes writes and forgets its master.
pub fn promote(successor: &Look, enables_semi_sync: bool, manner: &Manner) -> Vec<Step> {
    let (phase, key) = (Phase::Promote, &successor.key);
    let mut steps = vec![Step {
        before: vec![Condition::Is(identity(successor))],
        undo: vec![Change::StartReplication],
        ..tell(1, phase, key, Change::StopReplication, THREADS_MS)
    }];
    if manner.applies_promotion {
        if enables_semi_sync {
            steps.push(Step {
                undo: vec![Change::SemiSyncMaster(false)],
                failing: Failing::IsNoted,
                ..tell(1, phase, key, Change::SemiSyncMaster(true), THREADS_MS)
            });
        }
        steps.push(Step {
            is_final: true,
            ..tell(1, phase, key, Change::SetWritable, CHANGE_MS)
        });
        steps.push(Step {
            failing: Failing::IsNoted,
            ..tell(1, phase, key, Change::ForgetMaster, CHANGE_MS)
        });
    } else if manner.detaches_successor {
        steps.push(Step {
            is_final: true,
            ..tell(1, phase, key, Change::Detach, CHANGE_MS)
        });
    }
    steps
}

/// A replica follows the successor. What it has received and not applied is applied first, where that is soon done: the
/// successor has all of it too, so nothing depends on it.
pub fn follow(replica: &Look, successor: &InstanceKey, from: From) -> Vec<Step> {
    let (phase, key) = (Phase::Repoint, &replica.key);
    let loses = |step: Step| Step {
        failing: Failing::Loses,
        ..step
    };
    let is_delayed = replica
        .channel()
        .is_some_and(|channel| channel.status.sql_delay_seconds > 0);
    let applies = replica.channel().is_some_and(|channel| channel.status.sql_running);
    let drains = !replica.has_applied_everything() && applies && !is_delayed;
    let wait_first = drains.then(|| Step {
        failing: Failing::IsNoted,
        ..wait(1, phase, key, Condition::HasApplied, FETCH_MS)
    });
    // Without GTID it goes on there only from where it stood when that was decided.
    let stood = match &from {
        From::Coordinates(_) => replica.executed_file().cloned().map(Condition::HasPassed),
        _ => None,
    };
    let change = Change::PointTo(Pointing {
        master: successor.clone(),
        from,
        login_of: None,
    });
    wait_first
        .into_iter()
        .chain(
            [
                tell(1, phase, key, Change::StopReplication, STOPS_MS),
                Step {
                    before: stood.into_iter().collect(),
                    ..tell(1, phase, key, change, CHANGE_MS)
                },
                tell(1, phase, key, Change::StartReplication, THREADS_MS),
                wait(1, phase, key, Condition::Replicates(successor.clone()), RUNS_MS),
            ]
            .map(loses),
        )
        .collect()
}

/// What is done about a replica that cannot follow the successor.
pub fn detach(lost: &InstanceKey) -> Vec<Step> {
    [Change::StopReplication, Change::Detach]
        .map(|change| Step {
            failing: Failing::IsNoted,
            ..tell(1, Phase::Settle, lost, change, CHANGE_MS)
        })
        .into()
}
