use super::*;

fn key(port: u16) -> InstanceKey {
    InstanceKey::new("h", port)
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn agenda(factor: f64) -> Agenda {
    Agenda::new(Cadence {
        poll: seconds(1.0),
        master_poll: seconds(1.0),
        factor,
        most: seconds(10.0),
    })
}

/// Asks and answers for a while in steps of 10 ms; when each question was put.
fn run(agenda: &mut Agenda, from: f64, until: f64, answers: bool) -> Vec<Duration> {
    let mut at = seconds(from);
    let mut asked = Vec::new();
    while at < seconds(until) {
        for (key, _) in agenda.take(at) {
            asked.push(at);
            agenda.ended(&key, answers, true);
        }
        at += Duration::from_millis(10);
    }
    asked
}

#[test]
fn servers_are_asked_once_an_interval_without_drift() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    let asked = run(&mut agenda, 0.0, 20.5, true);
    assert!((20..=22).contains(&asked.len()), "{asked:?}");
    let waits: Vec<Duration> = asked.windows(2).skip(1).map(|w| w[1] - w[0]).collect();
    assert!(
        waits.iter().all(|wait| (990..=1010).contains(&wait.as_millis())),
        "{waits:?}"
    );
}

#[test]
fn many_servers_are_not_asked_all_at_once() {
    let mut agenda = agenda(1.0);
    (1..=1000).for_each(|port| agenda.add(&key(port), Duration::ZERO));
    assert_eq!(agenda.take(Duration::ZERO).len(), 1000);
    (1..=1000).for_each(|port| agenda.ended(&key(port), true, true));
    for tenth in 1..=10 {
        let now = Duration::from_millis(100 * tenth);
        let taken = agenda.take(now);
        taken.iter().for_each(|(key, _)| agenda.ended(key, true, true));
        assert!((50..200).contains(&taken.len()), "{} at {now:?}", taken.len());
    }
}

#[test]
fn nobody_is_asked_twice_at_once() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    assert_eq!(agenda.take(Duration::ZERO).len(), 1);
    assert!(agenda.take(seconds(5.0)).is_empty());
    agenda.ask_now(&key(1));
    agenda.ask_now(&key(1));
    assert!(agenda.take(seconds(5.0)).is_empty());
    agenda.ended(&key(1), true, true);
    assert_eq!(agenda.take(seconds(5.0)), [(key(1), Lane::Urgent)]);
    agenda.ended(&key(1), true, true);
    assert!(agenda.take(seconds(5.0)).is_empty(), "its turn comes later");
}

#[test]
fn who_does_not_answer_waits_longer_where_wanted() {
    let mut agenda = agenda(2.0);
    agenda.add(&key(1), Duration::ZERO);
    let asked = run(&mut agenda, 0.0, 40.0, false);
    let waits: Vec<f64> = asked.windows(2).map(|w| (w[1] - w[0]).as_secs_f64()).collect();
    assert!(waits.last().is_some_and(|wait| (9.9..10.1).contains(wait)), "{waits:?}");
    assert!(waits.windows(2).skip(1).all(|w| w[1] >= w[0] - 0.02), "{waits:?}");
    let lanes: Vec<_> = agenda.take(seconds(60.0));
    assert_eq!(lanes, [(key(1), Lane::Slow)]);
    agenda.ended(&key(1), true, true);
    assert_eq!(agenda.take(seconds(80.0)), [(key(1), Lane::Regular)]);
}

#[test]
fn by_default_who_does_not_answer_is_asked_as_often() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    let asked = run(&mut agenda, 0.0, 20.5, false);
    assert!((20..=22).contains(&asked.len()), "{asked:?}");
}

#[test]
fn a_stranger_that_does_not_answer_is_left_alone() {
    let mut agenda = agenda(1.0);
    agenda.name(&key(1), Duration::ZERO);
    assert_eq!(agenda.take(Duration::ZERO).len(), 1);
    agenda.ended(&key(1), false, false);
    assert_eq!(agenda.until_next(Duration::ZERO), None);
    agenda.name(&key(1), seconds(59.0));
    assert_eq!(agenda.take(seconds(59.0)).len(), 0);
    agenda.name(&key(1), seconds(60.0));
    assert_eq!(agenda.take(seconds(60.0)).len(), 1);
    agenda.ended(&key(1), false, false);
    agenda.tidy(seconds(600.0));
    assert_eq!(agenda.entries.len(), 1);
    agenda.tidy(seconds(660.0));
    assert_eq!(agenda.entries.len(), 0);
}

#[test]
fn masters_are_asked_each_second_whatever_the_interval() {
    let mut agenda = Agenda::new(Cadence {
        poll: seconds(5.0),
        master_poll: seconds(1.0),
        factor: 1.0,
        most: seconds(300.0),
    });
    agenda.add(&key(1), Duration::ZERO);
    agenda.add(&key(2), Duration::ZERO);
    run(&mut agenda, 0.0, 0.1, true);
    agenda.set_master(&key(2), true, seconds(0.1));
    let asked = run(&mut agenda, 0.1, 20.0, true).len();
    assert!((22..=26).contains(&asked), "{asked}: about 20 and about 4");
}

#[test]
fn one_turn_each_means_one() {
    let mut agenda = agenda(1.0).with_one_turn_each(true);
    agenda.add(&key(1), Duration::ZERO);
    assert_eq!(run(&mut agenda, 0.0, 5.0, true).len(), 1);
    agenda.add(&key(1), seconds(5.0));
    assert_eq!(agenda.until_next(seconds(5.0)), None);
    agenda.ask_now(&key(1));
    assert_eq!(agenda.take(seconds(6.0)).len(), 1);
}

#[test]
fn strangers_beyond_the_capacity_are_not_asked() {
    let mut agenda = agenda(1.0).with_capacity(2);
    agenda.add(&key(1), Duration::ZERO);
    assert!(!agenda.name(&key(2), Duration::ZERO));
    assert!(agenda.name(&key(3), Duration::ZERO));
    agenda.add(&key(4), Duration::ZERO);
    assert_eq!(agenda.take(Duration::ZERO).len(), 3, "who is known is asked");
}

#[test]
fn who_did_not_answer_is_asked_in_the_slow_lane_also_urgently() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    agenda.take(Duration::ZERO);
    agenda.ended(&key(1), false, true);
    agenda.ask_now(&key(1));
    assert_eq!(agenda.take(seconds(0.001)), [(key(1), Lane::Slow)]);
}

#[test]
fn what_was_forgotten_is_not_asked() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    agenda.ask_now(&key(1));
    agenda.remove(&key(1));
    assert!(agenda.take(seconds(9.0)).is_empty());
    assert_eq!(agenda.until_next(Duration::ZERO), None);
    agenda.ended(&key(1), true, true);
}

/// Each question may take a connection of the server's for good, so that few are put, however urgently it is wanted; also
/// where it answers in between.
#[test]
fn who_hangs_within_queries_is_given_rests() {
    let mut agenda = agenda(1.0);
    agenda.add(&key(1), Duration::ZERO);
    let mut asked = Vec::new();
    for tick in 0..12_000 {
        let now = Duration::from_millis(10 * tick);
        agenda.ask_now(&key(1));
        for (key, _) in agenda.take(now) {
            let hangs = asked.len() % 4 != 3;
            asked.push(now);
            if hangs {
                agenda.hung(&key, now);
            }
            agenda.ended(&key, !hangs, true);
        }
    }
    let hung = |from: f64, until: f64| {
        asked
            .iter()
            .filter(|at| (seconds(from)..seconds(until)).contains(*at))
            .count()
    };
    assert!(hung(0.0, 60.0) < 20, "{asked:?}");
    assert!(hung(60.0, 120.0) <= 6, "{asked:?}");
    // It has answered for long enough: as before.
    let later = 120.0 + 30.0 + FORGIVE.as_secs_f64();
    agenda
        .take(seconds(later - 1.0))
        .iter()
        .for_each(|(key, _)| agenda.ended(key, true, true));
    agenda.ask_now(&key(1));
    agenda.hung(&key(1), seconds(later));
    assert_eq!(agenda.take(seconds(later)).len(), 1);
}
