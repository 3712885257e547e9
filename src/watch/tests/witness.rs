use crate::model::instance::{Instance, ThreadState};
use crate::model::{Fleet, InstanceKey};
use crate::watch::scene::{MasterSeen, Report, Silence};
use crate::watch::witness::{DEADLINE, Hold, Order, QUIET, RENEW, Witness};
use std::collections::HashMap;
use std::time::Duration;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn key(port: u16) -> InstanceKey {
    InstanceKey::new("h", port)
}

fn restart(port: u16) -> Vec<Order> {
    vec![Order::RestartReceiver(key(port))]
}

fn read(port: u16) -> Vec<Order> {
    vec![Order::Read(key(port))]
}

/// Master 1 with replicas from 2 on, as a caller keeps them.
struct Stage {
    fleet: Fleet,
    reports: HashMap<InstanceKey, Report>,
    witness: Witness,
    silent: Option<Duration>,
    /// The last attempt to ask the master failed at this time; else one hangs.
    refused: Option<u64>,
    /// Silences of replicas.
    silences: HashMap<InstanceKey, Silence>,
}

impl Stage {
    fn new(replicas: u16) -> Self {
        let mut fleet = Fleet::new([Instance {
            key: key(1),
            ..Instance::default()
        }]);
        for port in 2..2 + replicas {
            let mut replica = Instance {
                key: key(port),
                ..Instance::default()
            };
            replica.check.last_checked = Some(crate::model::Timestamp(1));
            replica.check.last_seen = replica.check.last_checked;
            replica.replication.master = key(1);
            replica.replication.sql_running = true;
            fleet.upsert(replica);
        }
        let mut stage = Self {
            fleet,
            reports: HashMap::new(),
            witness: Witness::new(ms(2000)),
            silent: None,
            refused: None,
            silences: HashMap::new(),
        };
        for port in 2..2 + replicas {
            stage.running(0, port);
        }
        assert_eq!(stage.step(0), []);
        stage
    }

    /// A stage whose master fell silent at 10 s, all replicas having said at 10 s that they run.
    fn silent(replicas: u16) -> Self {
        let mut stage = Self::new(replicas);
        for port in 2..2 + replicas {
            stage.running(10_000, port);
        }
        assert_eq!(stage.step(10_000), []);
        stage.silent = Some(ms(10_000));
        stage
    }

    fn change(&mut self, port: u16, change: impl FnOnce(&mut Instance)) {
        let mut instance = self.fleet.get(&key(port)).expect("it is there").clone();
        change(&mut instance);
        self.fleet.upsert(instance);
    }

    fn says(&mut self, at: u64, port: u16, state: ThreadState, error: u32) {
        self.change(port, |replica| {
            replica.replication.io_state = state;
            replica.replication.io_running = state == ThreadState::Running;
        });
        let report = Report {
            began: ms(at),
            error_number: error,
            error_time: if error == 0 { String::new() } else { at.to_string() },
            failed_at: None,
        };
        self.reports.insert(key(port), report);
    }

    fn running(&mut self, at: u64, port: u16) {
        self.says(at, port, ThreadState::Running, 0);
    }

    fn connecting(&mut self, at: u64, port: u16) {
        self.says(at, port, ThreadState::Other, 0);
    }

    fn failing(&mut self, at: u64, port: u16) {
        self.says(at, port, ThreadState::Other, 2003);
    }

    fn step(&mut self, at: u64) -> Vec<Order> {
        let master = self.fleet.get(&key(1)).expect("it is there");
        let unreachable = self.silent.is_some();
        let until = ms(self.refused.unwrap_or(at));
        let mut silences = self.silences.clone();
        silences.extend(self.silent.map(|since| (key(1), Silence { since, until })));
        let seen = MasterSeen::of(&self.fleet, master, unreachable, &silences, &self.reports);
        self.witness.step(ms(at), &[seen])
    }

    fn started(&mut self, at: u64, port: u16) {
        self.witness.restarted(&key(port), ms(at));
    }

    fn hold(&self) -> Option<Hold> {
        self.witness.hold(&key(1)).cloned()
    }

    /// A replica does not answer, and was last asked at this time.
    fn mute(&mut self, port: u16, asked: u64) {
        self.change(port, |r| r.check.last_checked = Some(crate::model::Timestamp(2)));
        let (since, until) = (ms(asked.min(9000)), ms(asked));
        self.silences.insert(key(port), Silence { since, until });
    }

    /// Whether the rules see this replica running.
    fn counts_as_running(&self, port: u16) -> bool {
        let mut fleet = self.fleet.clone();
        self.witness.override_facts(&mut fleet);
        fleet.get(&key(port)).expect("it is there").replication.io_running
    }
}

#[test]
fn nothing_is_asked_before_its_time() {
    let mut stage = Stage::silent(2);
    assert_eq!(stage.step(11_999), []);
    assert_eq!(stage.hold(), Some(Hold::NobodyElse));
    assert_eq!(stage.step(12_000), restart(2));
    assert_eq!(stage.hold(), Some(Hold::Asked(key(2))));
    assert_eq!(stage.step(12_001), [], "one at a time");
}

#[test]
fn a_replica_that_was_not_there_before_is_asked_whether_it_is_now() {
    let mut stage = Stage::silent(2);
    stage.mute(2, 9500);
    stage.failing(10_005, 3);
    assert_eq!(stage.step(10_010), read(2));
    assert_eq!(stage.hold(), Some(Hold::Unheard(key(2))));
    assert_eq!(stage.step(10_020), []);
    stage.mute(2, 10_015);
    assert_eq!(stage.step(10_030), []);
    assert_eq!(stage.hold(), None);
}

#[test]
fn one_failed_attempt_is_no_silence() {
    let mut stage = Stage::silent(1);
    stage.refused = Some(10_000);
    assert_eq!(stage.step(11_999), []);
    assert_eq!(stage.step(12_000), [Order::Read(key(1))], "is it still silent?");
    assert_eq!(stage.hold(), Some(Hold::NobodyElse));
    assert_eq!(stage.step(12_050), []);
    stage.refused = Some(12_001);
    assert_eq!(stage.step(12_060), restart(2));
}

#[test]
fn a_master_that_answers_is_nobodys_business() {
    let mut stage = Stage::new(2);
    stage.failing(5000, 2);
    stage.failing(5000, 3);
    for at in (5000..100_000).step_by(1000) {
        assert_eq!(stage.step(at), []);
        assert_eq!(stage.hold(), None);
    }
}

#[test]
fn a_witness_switched_off_does_nothing() {
    let mut stage = Stage::silent(2);
    stage.witness = Witness::new(Duration::ZERO);
    assert_eq!(stage.step(60_000), []);
    assert!(!stage.witness.hold_actionable(&key(1)));
}

#[test]
fn running_again_is_a_master_that_lives() {
    let mut stage = Stage::silent(2);
    assert_eq!(stage.step(12_000), restart(2));
    stage.started(12_010, 2);
    assert_eq!(stage.step(12_010), read(2));
    assert_eq!(stage.step(12_050), []);
    stage.connecting(12_015, 2);
    assert_eq!(stage.step(12_110), read(2));
    assert!(stage.counts_as_running(2), "it keeps its earlier state");
    stage.running(12_111, 2);
    assert_eq!(stage.step(12_112), []);
    assert_eq!(stage.hold(), None);
    let again = 12_112 + u64::try_from(QUIET.as_millis()).expect("short");
    assert_eq!(stage.step(again - 1), []);
    assert_eq!(stage.step(again), restart(2));
}

#[test]
fn a_report_from_before_the_start_is_no_testimony() {
    let mut stage = Stage::silent(1);
    stage.step(12_000);
    stage.running(12_005, 2);
    stage.started(12_010, 2);
    assert_eq!(stage.step(12_011), read(2));
    assert_eq!(stage.hold(), Some(Hold::Asked(key(2))));
}

#[test]
fn an_error_newer_than_the_start_speaks_against_the_master() {
    let mut stage = Stage::silent(2);
    stage.step(12_000);
    stage.started(12_010, 2);
    stage.failing(12_020, 2);
    assert_eq!(stage.step(12_025), restart(3), "then the next");
    assert!(!stage.counts_as_running(2));
    assert!(stage.counts_as_running(3));
    stage.started(12_030, 3);
    stage.failing(12_040, 3);
    assert_eq!(stage.step(12_045), []);
    assert_eq!(stage.hold(), None, "all have spoken");
    assert!(!stage.counts_as_running(3));
}

/// It tries again and fails again while another one is asked, and that takes long: its word holds.
#[test]
fn who_has_testified_and_fails_again_is_not_asked_again() {
    let mut stage = Stage::silent(2);
    stage.step(12_000);
    stage.started(12_010, 2);
    stage.failing(12_020, 2);
    assert_eq!(stage.step(12_025), restart(3));
    stage.failing(12_100, 2);
    stage.reports.get_mut(&key(2)).expect("a report").failed_at = Some(ms(12_090));
    assert_eq!(stage.step(12_200), []);
    stage.started(13_500, 3);
    stage.failing(13_600, 3);
    assert_eq!(stage.step(14_000), []);
    assert_eq!(stage.hold(), None, "all have spoken");
}

#[test]
fn the_same_error_as_before_is_no_news() {
    let mut stage = Stage::new(1);
    stage.failing(5000, 2);
    stage.step(5001);
    stage.silent = Some(ms(10_000));
    assert_eq!(stage.step(10_100), restart(2), "it tried before the master fell silent");
    stage.started(10_110, 2);
    stage.reports.get_mut(&key(2)).expect("a report").began = ms(10_120);
    assert_eq!(stage.step(10_130), read(2));
    assert_eq!(stage.hold(), Some(Hold::Asked(key(2))));
    stage.failing(10_140, 2);
    assert_eq!(stage.step(10_150), []);
    assert_eq!(stage.hold(), None);
}

#[test]
fn connecting_for_a_second_speaks_against_the_master() {
    let mut stage = Stage::silent(1);
    stage.step(12_000);
    stage.started(12_010, 2);
    stage.connecting(13_009, 2);
    assert_eq!(stage.step(13_020), read(2));
    assert!(stage.witness.hold_actionable(&key(1)));
    stage.connecting(13_010, 2);
    assert_eq!(stage.step(13_021), []);
    assert_eq!(stage.hold(), None);
    assert!(!stage.counts_as_running(2));
}

#[test]
fn an_error_that_the_master_made_is_a_sign_of_life() {
    for (number, lives) in [
        (1040, true),
        (1045, true),
        (1129, true),
        (1236, true),
        (1053, false),
        (1159, false),
        (2003, false),
        (2013, false),
    ] {
        let mut stage = Stage::silent(1);
        stage.step(12_000);
        stage.started(12_010, 2);
        stage.says(12_020, 2, ThreadState::Other, number);
        assert_eq!(stage.step(12_030), [], "{number}");
        assert_eq!(stage.hold(), lives.then(|| Hold::Refused(key(2))), "{number}");
    }
}

#[test]
fn after_a_refusal_the_replica_is_asked_again_in_time() {
    let mut stage = Stage::silent(1);
    stage.step(12_000);
    stage.started(12_010, 2);
    stage.says(12_020, 2, ThreadState::Other, 1040);
    stage.step(12_030);
    assert_eq!(stage.step(42_029), []);
    assert_eq!(stage.step(42_030), restart(2));
}

#[test]
fn replicas_that_lost_the_master_with_us_need_not_be_asked() {
    let mut stage = Stage::silent(2);
    stage.failing(10_005, 2);
    stage.failing(10_006, 3);
    assert_eq!(stage.step(10_010), []);
    assert_eq!(stage.hold(), None, "a killed master is not held for a moment");
}

#[test]
fn a_word_from_before_the_silence_is_out_of_date() {
    let mut stage = Stage::new(1);
    stage.failing(5000, 2);
    stage.step(5000);
    stage.connecting(9000, 2);
    stage.step(9000);
    stage.silent = Some(ms(20_000));
    assert_eq!(stage.step(20_001), restart(2), "at once: it is not connected");
    assert_eq!(stage.hold(), Some(Hold::Asked(key(2))));
    assert!(!stage.counts_as_running(2), "its earlier state was no better");
    stage.started(20_010, 2);
    stage.running(20_015, 2);
    assert_eq!(stage.step(20_020), []);
    assert_eq!(stage.hold(), Some(Hold::NobodyElse));
    assert_eq!(stage.step(22_000), []);
    assert_eq!(stage.hold(), None);
}

#[test]
fn words_are_renewed() {
    let mut stage = Stage::silent(1);
    stage.failing(10_005, 2);
    assert_eq!(stage.step(10_010), []);
    let old = 10_000 + u64::try_from(RENEW.as_millis()).expect("short");
    assert_eq!(stage.step(old), []);
    assert_eq!(stage.step(old + 1000), restart(2));
}

#[test]
fn a_replica_that_was_connected_later_outdates_the_others() {
    let mut stage = Stage::silent(2);
    stage.failing(10_100, 2);
    stage.step(11_000);
    stage.step(12_000);
    stage.started(12_010, 3);
    stage.running(12_020, 3);
    stage.step(12_030);
    stage.running(19_000, 3);
    stage.step(19_000);
    stage.failing(19_500, 3);
    stage.reports.get_mut(&key(3)).expect("a report").failed_at = Some(ms(19_400));
    assert_eq!(stage.step(19_500), restart(2), "it last tried nine seconds earlier");
}

/// Servers tell the second of an error. What an earlier report did not tell yet came after that report.
#[test]
fn an_error_is_no_older_than_the_report_without_it() {
    let mut stage = Stage::silent(2);
    (stage.silent, stage.refused) = (Some(ms(10_030)), Some(10_030));
    stage.connecting(10_040, 2);
    stage.connecting(10_040, 3);
    stage.step(10_040);
    assert_eq!(stage.hold(), None);
    for port in [2, 3] {
        stage.failing(10_060, port);
        stage.reports.get_mut(&key(port)).expect("a report").failed_at = Some(ms(9_020));
    }
    stage.step(10_060);
    assert_eq!(stage.hold(), None);
}

#[test]
fn some_are_never_asked() {
    type Change = fn(&mut Instance);
    let cases: [(&str, Change); 3] = [
        ("MariaDB GTID", |r| r.gtid.mariadb = true),
        ("applier stopped", |r| r.replication.sql_running = false),
        ("receiver stopped", |r| {
            r.replication.io_running = false;
            r.replication.io_state = ThreadState::Stopped;
        }),
    ];
    for (what, change) in cases {
        let mut stage = Stage::silent(2);
        stage.change(2, change);
        assert_eq!(stage.step(12_000), restart(3), "{what}");
    }
    let mut stage = Stage::silent(2);
    stage.mute(2, 10_000);
    assert_eq!(stage.step(12_000), restart(3), "it does not answer");
}

#[test]
fn commits_keep_the_acknowledgers_they_wait_for() {
    for (wait, clients, expected) in [(1, 1, vec![]), (1, 2, restart(2)), (2, 2, vec![]), (0, 1, restart(2))] {
        let mut stage = Stage::silent(2);
        stage.change(1, |master| {
            master.semi_sync.master_enabled = true;
            master.semi_sync.master_status = true;
            master.semi_sync.master_wait_count = wait;
            master.semi_sync.master_clients = clients;
        });
        for port in [2, 3] {
            stage.change(port, |replica| replica.semi_sync.replica_enabled = true);
            stage.running(10_001, port);
        }
        assert_eq!(stage.step(12_000), expected, "{wait} of {clients}");
        if expected.is_empty() || wait == 0 {
            continue;
        }
        // The first cannot see the master, so the second is the last that may be connected.
        stage.started(12_010, 2);
        stage.failing(12_020, 2);
        assert_eq!(stage.step(12_030), []);
    }
}

#[test]
fn one_that_acknowledges_nothing_is_asked_first() {
    let mut stage = Stage::silent(2);
    stage.change(2, |replica| replica.semi_sync.replica_enabled = true);
    assert_eq!(stage.step(12_000), restart(3));
}

#[test]
fn one_that_does_not_testify_is_left_alone() {
    let deadline = u64::try_from(DEADLINE.as_millis()).expect("short");
    let mut stage = Stage::silent(2);
    stage.step(12_000);
    assert_eq!(stage.step(12_000 + deadline), restart(3), "it never started");
    stage.started(16_000, 3);
    assert_eq!(stage.step(16_000), read(3));
    assert_eq!(stage.step(16_000 + deadline), [], "nothing was heard");
    assert_eq!(stage.hold(), None);
}

#[test]
fn one_that_was_stopped_and_not_started_is_started() {
    let mut stage = Stage::silent(2);
    stage.step(12_000);
    stage.witness.not_restarted(&key(2), true);
    stage.says(12_010, 2, ThreadState::Stopped, 0);
    let orders = stage.step(12_020);
    assert_eq!(
        orders,
        [Order::RestartReceiver(key(3)), Order::StartReceiver(key(2))],
        "and the next is asked"
    );
    assert_eq!(stage.step(12_500), []);
    assert_eq!(stage.step(13_020), [Order::StartReceiver(key(2))]);
    stage.running(13_030, 2);
    stage.step(13_040);
    assert!(!stage.step(14_100).contains(&Order::StartReceiver(key(2))));
}

#[test]
fn a_replica_that_goes_away_does_not_hold_anything() {
    let mut stage = Stage::silent(1);
    stage.step(12_000);
    stage.fleet.remove(&key(2));
    assert_eq!(stage.step(12_010), []);
    assert_eq!(stage.hold(), None);
    assert!(!stage.witness.overrides());
}

#[test]
fn what_is_asked_is_asked_to_the_end_though_the_master_is_back() {
    let mut stage = Stage::silent(2);
    stage.step(12_000);
    stage.started(12_010, 2);
    stage.silent = None;
    stage.connecting(12_020, 2);
    assert_eq!(stage.step(12_030), read(2));
    assert!(stage.counts_as_running(2));
    stage.running(12_040, 2);
    assert_eq!(stage.step(12_050), []);
    assert!(!stage.witness.overrides());
}

#[test]
fn the_next_step_is_told() {
    let mut stage = Stage::new(1);
    assert_eq!(stage.witness.until_next(ms(10_000), &[]), None);
    stage.running(10_000, 2);
    stage.silent = Some(ms(10_000));
    let fleet = stage.fleet.clone();
    let master = fleet.get(&key(1)).expect("it is there");
    let seen = |until| {
        let since = ms(10_000);
        let until = ms(until);
        let silences = HashMap::from([(key(1), Silence { since, until })]);
        [MasterSeen::of(&fleet, master, true, &silences, &stage.reports)]
    };
    assert_eq!(stage.witness.until_next(ms(10_500), &seen(10_500)), Some(ms(1500)));
    assert_eq!(stage.witness.until_next(ms(12_500), &seen(10_500)), Some(ms(100)));
    assert_eq!(stage.witness.until_next(ms(12_500), &seen(12_500)), None);
    assert_eq!(stage.witness.step(ms(12_000), &seen(12_000)), restart(2));
    assert_eq!(stage.witness.until_next(ms(12_001), &seen(12_001)), Some(ms(100)));
}
