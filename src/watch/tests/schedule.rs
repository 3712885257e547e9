use crate::config::Config;
use crate::watch::schedule::{Due, LastRun, Periods, Schedule, TICKS, Tick};
use crate::watch::task::{Needs, Standing, Task};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn schedule() -> Schedule {
    let mut periods = Periods::from(&Config::default());
    periods.snapshot = Some(Duration::from_secs(24 * 3600));
    Schedule::new(&periods)
}

/// Begins and ends at once whatever is due.
fn run(schedule: &Schedule, last: &mut LastRun, at: u64) -> Vec<Tick> {
    let due = schedule.due(ms(at), last);
    for due in &due {
        last.begin(due);
        last.end(due.tick, ms(at));
    }
    due.iter().map(|due| due.tick).collect()
}

fn due_of(schedule: &Schedule, last: &LastRun, tick: Tick, at: u64) -> Option<Due> {
    schedule.due(ms(at), last).into_iter().find(|due| due.tick == tick)
}

#[test]
fn rows_stand_in_order_and_every_task_in_one_row() {
    for (at, row) in TICKS.iter().enumerate() {
        assert_eq!(row.tick as usize, at);
        assert_eq!(row.tick.row().name, row.name);
        assert!(row.tasks.iter().all(|task| task.needs() >= row.needs), "{}", row.name);
    }
    let listed: Vec<Task> = TICKS.iter().flat_map(|row| row.tasks).copied().collect();
    assert_eq!(listed, Task::ALL);
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
}

#[test]
fn the_table_can_be_read() {
    let text = schedule().to_text();
    assert!(text.contains("health        every 1s        any\n"), "{text}");
    assert!(text.contains("(leader, after the start-up wait)"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 140), "{text}");
    let off = Schedule::new(&Periods::from(&Config::default())).to_text();
    assert!(off.contains("snapshots     off             active\n"), "{off}");
    assert_eq!(text.lines().count(), TICKS.len() + Task::ALL.len());
}

#[test]
fn standing_decides_what_is_done() {
    let none = Standing::default();
    let caretaking = Tick::Caretaking.row();
    assert_eq!(caretaking.tasks(&none), vec![Task::ReloadResolves]);
    let acting = Standing {
        active: true,
        leader: true,
        started_up: true,
        ..Standing::default()
    };
    assert_eq!(caretaking.tasks(&acting).len(), caretaking.tasks.len() - 1);
    assert!(Tick::PseudoGtid.row().tasks(&acting).is_empty());
    assert!(Tick::Coordination.row().tasks(&acting).is_empty(), "it is alone");
    let starting = Standing {
        started_up: false,
        ..acting
    };
    assert!(!Tick::Recovery.row().tasks(&starting).contains(&Task::CheckAndRecover));
    assert!(Tick::Recovery.row().tasks(&starting).contains(&Task::ClearDetections));
    assert_eq!(Task::Elect.needs(), Needs::Nothing);
}

#[test]
fn the_first_minute() {
    use Tick::{Caretaking, Health, InstancePoll, PseudoGtid, Recovery};
    let (schedule, mut last) = (schedule(), LastRun::default());
    assert_eq!(
        run(&schedule, &mut last, 0),
        [Health, InstancePoll, PseudoGtid, Recovery]
    );
    assert_eq!(run(&schedule, &mut last, 0), []);
    assert_eq!(schedule.until_next(ms(0), &last), Some(ms(1000)));
    assert_eq!(run(&schedule, &mut last, 999), []);
    assert_eq!(schedule.until_next(ms(999), &last), Some(ms(1)));
    assert_eq!(run(&schedule, &mut last, 1000), [Health, Recovery]);
    assert_eq!(
        run(&schedule, &mut last, 60_000),
        [Health, InstancePoll, PseudoGtid, Recovery, Caretaking]
    );
    assert_eq!((last.runs(Health), last.skipped(Health)), (3, 58));
    assert_eq!((last.runs(InstancePoll), last.skipped(InstancePoll)), (2, 11));
}

#[test]
fn lateness_does_not_move_what_follows() {
    let (schedule, mut last) = (schedule(), LastRun::default());
    run(&schedule, &mut last, 0);
    assert_eq!(run(&schedule, &mut last, 1700), [Tick::Health, Tick::Recovery]);
    assert_eq!(schedule.until_next(ms(1700), &last), Some(ms(300)));
    assert_eq!(run(&schedule, &mut last, 2000), [Tick::Health, Tick::Recovery]);
    assert_eq!(last.skipped(Tick::Health), 0);
}

#[test]
fn nothing_runs_twice_at_once_and_what_it_missed_is_counted() {
    let (schedule, mut last) = (schedule(), LastRun::default());
    for due in schedule.due(ms(0), &last) {
        last.begin(&due);
    }
    assert_eq!(schedule.due(ms(3500), &last), []);
    last.end(Tick::Recovery, ms(3500));
    assert_eq!(
        due_of(&schedule, &last, Tick::Recovery, 3500),
        None,
        "3000 came while it ran"
    );
    assert!(last.is_running(Tick::Health));
    assert_eq!(schedule.until_next(ms(3500), &last), Some(ms(500)));
    let due = due_of(&schedule, &last, Tick::Recovery, 4000).expect("it is due");
    assert_eq!((due.boundary, due.skipped), (4, 3));
    // One that ends on a boundary runs for it.
    last.end(Tick::Health, ms(4000));
    assert!(due_of(&schedule, &last, Tick::Health, 4000).is_some());
}

#[test]
fn a_clock_that_goes_back_makes_nothing_due() {
    let (schedule, mut last) = (schedule(), LastRun::default());
    run(&schedule, &mut last, 600_000);
    assert_eq!(run(&schedule, &mut last, 1000), []);
    assert_eq!(run(&schedule, &mut last, 601_000), [Tick::Health, Tick::Recovery]);
}

/// A watcher that wakes up after these pauses; what it begins takes this long.
fn wake_ups() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((0u64..4000, prop_oneof![4 => Just(0u64), 1 => 1u64..9000]), 1..120)
}

proptest! {
    #[test]
    fn each_tick_runs_at_its_boundaries_and_never_early(steps in wake_ups(), poll in 1u64..7, snapshot in 1u64..3) {
        let schedule = Schedule::new(&Periods {
            instance_poll: Duration::from_secs(poll),
            recovery: Duration::from_secs(1),
            snapshot: Some(Duration::from_secs(snapshot * 10)),
        });
        let mut last = LastRun::default();
        let mut now = 0;
        let mut ends: Vec<(u64, Tick)> = Vec::new();
        let mut latest: [Option<u64>; 7] = [None; 7];
        for (pause, takes) in steps {
            now += pause;
            ends.sort();
            while ends.first().is_some_and(|(at, _)| *at <= now) {
                let (at, tick) = ends.remove(0);
                last.end(tick, ms(at));
            }
            let until = schedule.until_next(ms(now), &last);
            let due = schedule.due(ms(now), &last);
            prop_assert_eq!(due.is_empty(), until != Some(Duration::ZERO));
            for due in due {
                let period = u64::try_from(schedule.period(due.tick).expect("it comes").as_millis()).expect("short");
                prop_assert!(!last.is_running(due.tick), "twice at once");
                prop_assert!(due.boundary * period <= now, "early");
                prop_assert!((due.boundary + 1) * period > now, "for a boundary long past");
                let index = due.tick as usize;
                prop_assert!(latest[index].is_none_or(|earlier| earlier < due.boundary), "a boundary twice");
                latest[index] = Some(due.boundary);
                last.begin(&due);
                if takes == 0 { last.end(due.tick, ms(now)) } else { ends.push((now + takes, due.tick)) }
                // Every boundary up to this one was either run for or counted.
                let first = u64::from(!due.tick.row().at_start);
                prop_assert_eq!(last.runs(due.tick) + last.skipped(due.tick), due.boundary + 1 - first);
            }
            // Nothing more is due at the same moment.
            prop_assert_eq!(schedule.due(ms(now), &last), vec![]);
        }
    }

    #[test]
    fn sleeping_as_long_as_told_skips_nothing(poll in 1u64..7, count in 1usize..400) {
        let schedule = Schedule::new(&Periods {
            instance_poll: Duration::from_secs(poll),
            recovery: Duration::from_millis(250),
            snapshot: None,
        });
        let (mut last, mut now) = (LastRun::default(), Duration::ZERO);
        for _ in 0..count {
            for due in schedule.due(now, &last) {
                prop_assert_eq!(due.skipped, 0);
                last.begin(&due);
                last.end(due.tick, now);
            }
            now += schedule.until_next(now, &last).expect("nothing runs");
        }
        for row in TICKS {
            prop_assert_eq!(last.skipped(row.tick), 0);
        }
        prop_assert_eq!(last.runs(Tick::Snapshot), 0);
    }
}
