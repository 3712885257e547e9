//! Refusals of takeovers and rejoins by what servers say, and what a forced failover of a living master keeps.

use super::dying::{means, run};
use super::world::{Paper, World, key, set};
use crate::config::{Config, Policy};
use crate::model::change::{Change, From, Pointing};
use crate::model::plan::{Act, Condition};
use crate::model::records::Downtime;
use crate::model::{Fleet, Instance, InstanceKey, Look, Timestamp, Version};
use crate::recovery::condition::progress_of;
use crate::recovery::consent::{Asked, Consent, may_hand_over};
use crate::recovery::ended::Outcome;
use crate::recovery::failover::{Seen, look_at};
use crate::recovery::rejoin::may_follow;
use crate::recovery::steps::join;
use std::time::Duration;

const NOW: Timestamp = Timestamp(1_000);

/// A master that lives sends more and more; for an applier that stands this is no progress, and waiting for it ends.
#[test]
fn a_successor_that_applies_nothing_is_not_waited_for() {
    let world = World::of(&[("a", 100, 90)]);
    world.alter("m", |master| (master.is_up, master.writes) = (true, true));
    world.alter("a", |replica| replica.is_stuck = true);
    let progress = |wanted: u64| {
        let look = means(&world).servers.look(&key("a"), Duration::ZERO).unwrap();
        progress_of(&[Condition::HasExecuted(set(1, wanted).to_string())], &look)
    };
    assert_eq!(progress(100), progress(100));
    // What it has not received yet comes nearer.
    assert_ne!(progress(1_000), progress(1_000));
    world.alter("a", |replica| replica.is_stuck = false);
    assert_ne!(progress(100), progress(100));
}

/// A master `m` that lives, and replicas `a` and `b` that have everything.
struct Stage {
    fleet: Fleet,
    seen: Seen,
}

impl Stage {
    fn new() -> Self {
        let world = World::of(&[("a", 100, 100), ("b", 100, 100)]);
        world.alter("m", |master| master.is_up = true);
        let keys = [key("a"), key("b"), key("m")];
        let mut seen = look_at(&means(&world), &keys);
        for look in seen.looks.values_mut() {
            look.reading.binlog.enabled = true;
            look.reading.binlog.logs_replica_updates = true;
            for channel in &mut look.reading.channels {
                channel.status.seconds_behind = Some(0);
            }
        }
        let row = |key: &InstanceKey| {
            let look = &seen.looks[key];
            let mut row = Instance {
                key: key.clone(),
                server: look.reading.server.clone(),
                binlog: look.reading.binlog.clone(),
                ..Instance::default()
            };
            row.replication = look.channel().map(|channel| channel.status.clone()).unwrap_or_default();
            row
        };
        Self {
            fleet: Fleet::new(keys.iter().map(row)),
            seen,
        }
    }

    fn alter(mut self, name: &str, change: impl FnOnce(&mut Look)) -> Self {
        change(self.seen.looks.get_mut(&key(name)).unwrap());
        self
    }

    fn silent(mut self, name: &str) -> Self {
        self.seen.looks.remove(&key(name));
        self
    }

    fn judged(&self, named: Option<&str>, chooses: bool) -> Result<Consent, String> {
        let (policy, master, named) = (Policy::from(&Config::default()), key("m"), named.map(key));
        let asked = Asked {
            master: &master,
            named: named.as_ref(),
            chooses,
            fleet: &self.fleet,
            policy: &policy,
            now: NOW,
        };
        may_hand_over(&asked, &self.seen)
    }

    fn refused(&self, named: Option<&str>, why: &str) {
        let told = self.judged(named, false).unwrap_err();
        assert!(told.contains(why), "{why:?} is missing in {told:?}");
    }
}

#[test]
fn a_takeover_is_refused_by_what_the_servers_say() {
    type Told = fn(&mut Look);
    type Spoils = Box<dyn Fn(&mut Look)>;
    let status = |change: fn(&mut crate::model::instance::Replication)| {
        move |look: &mut Look| change(&mut look.reading.channels[0].status)
    };
    let of_a: &[(Spoils, &str)] = &[
        (Box::new(status(|s| s.io_running = false)), "its receiver does not run"),
        (Box::new(status(|s| s.sql_running = false)), "its applier does not run"),
        (
            Box::new(status(|s| s.seconds_behind = None)),
            "nobody knows how far it lags",
        ),
        (Box::new(status(|s| s.seconds_behind = Some(21))), "it lags 21 seconds"),
        (
            Box::new(status(|s| (s.sql_delay_seconds, s.seconds_behind) = (60, Some(60)))),
            "with a delay of 60 seconds",
        ),
        (
            Box::new(|look: &mut Look| look.reading.channels[0].oracle_gtid = false),
            "by file and position",
        ),
        (
            Box::new(|look: &mut Look| look.reading.channels[0].name = "x".to_owned()),
            "the channel `x`",
        ),
        (
            Box::new(|look: &mut Look| look.reading.channels.clear()),
            "replicates from nobody",
        ),
        (
            Box::new(|look: &mut Look| look.reading.binlog.enabled = false),
            "no binary log",
        ),
        (
            Box::new(|look: &mut Look| look.reading.binlog.logs_replica_updates = false),
            "does not log what it applies",
        ),
        (
            Box::new(|look: &mut Look| look.reading.server.version = Version::new("10.0.0")),
            "the old master could not follow it",
        ),
    ];
    for (change, why) in of_a {
        Stage::new().alter("a", |look| change(look)).refused(Some("a"), why);
    }
    let of_m: &[(Told, &str)] = &[
        (|look| look.reading.server.read_only = true, "it is read-only already"),
        (|look| look.reading.gtid_mode = "OFF".to_owned(), "gtid_mode is OFF"),
    ];
    for (change, why) in of_m {
        Stage::new().alter("m", change).refused(Some("a"), why);
    }
    Stage::new().silent("m").refused(Some("a"), "m:3306 cannot be reached");
    Stage::new()
        .silent("a")
        .refused(Some("a"), "a:3306 cannot take over: it did not answer");
    Stage::new().refused(None, "auto=false, and master m:3306 has 2 replicas");
    Stage::new().refused(Some("z"), "must be directly replicating from the master m:3306");
}

#[test]
fn who_is_not_named_is_chosen_among_those_that_are_fit() {
    let stage = Stage::new().alter("a", |look| look.reading.channels[0].status.seconds_behind = None);
    let consent = stage.judged(None, true).unwrap();
    assert_eq!((consent.successor, consent.follows), (key("b"), vec![key("a")]));
    let stage = stage.alter("b", |look| look.reading.channels[0].status.io_running = false);
    let told = stage.judged(None, true).unwrap_err();
    assert!(
        told.contains("a:3306: nobody knows") && told.contains("b:3306: its receiver"),
        "{told}"
    );
}

#[test]
fn a_replica_that_cannot_follow_forbids_it_unless_it_is_in_downtime() {
    let mut stage = Stage::new().silent("b");
    stage.refused(
        Some("a"),
        "not every replica could follow a:3306: b:3306: it did not answer",
    );
    stage.fleet.downtimes.insert(
        key("b"),
        Downtime {
            key: key("b"),
            begin: None,
            end: None,
            end_text: String::new(),
            owner: String::new(),
            reason: String::new(),
            active: true,
        },
    );
    let consent = stage.judged(Some("a"), false).unwrap();
    assert_eq!((consent.follows, consent.left.len()), (Vec::new(), 1));
}

#[test]
fn a_forced_failover_keeps_what_a_living_master_goes_on_to_write() {
    let world = World::of(&[("a", 100, 100), ("b", 100, 100), ("c", 100, 100)]);
    world.alter("m", |master| (master.is_up, master.writes) = (true, true));
    let (ended, paper) = run(&world, Paper::default(), true);
    assert_eq!(ended.outcome, Outcome::Promoted, "{:#?}", paper.said);
    let (old, new) = (world.server("m"), world.server(&ended.successor().unwrap().hostname));
    assert!(old.executed.contains_set(&set(1, 101)), "nothing was written meanwhile");
    assert!(
        new.executed.contains_set(&old.executed),
        "{} of {}",
        new.executed,
        old.executed
    );
}

fn mariadb(name: &str, slave_pos: &str, binlog_pos: &str, binlog_state: &str) -> Look {
    let mut look = Look {
        key: key(name),
        slave_pos: slave_pos.to_owned(),
        binlog_pos: binlog_pos.to_owned(),
        binlog_state: binlog_state.to_owned(),
        ..Look::default()
    };
    look.reading.server.version = Version::new("10.11.6-MariaDB");
    look
}

#[test]
fn a_mariadb_server_comes_back_only_where_its_last_transaction_is_known() {
    let master = mariadb("a", "0-1-3", "0-2-9", "0-1-3,0-2-9");
    let cases = [
        ("0-1-3", None),
        ("0-1-4", Some("never had: 0-1-4;")),
        ("0-1-6", Some("never had: 0-1-4 to 0-1-6;")),
        ("0-3-5", Some("never had: 0-3-5;")),
        ("1-1-1", Some("never had")),
    ];
    for (position, why) in cases {
        let told = may_follow(&mariadb("m", "", position, position), &master);
        match why {
            None => assert_eq!(told, Ok(()), "{position}"),
            Some(why) => assert!(told.clone().unwrap_err().contains(why), "{position}: {told:?}"),
        }
    }
}

#[test]
fn a_mariadb_server_where_nothing_was_ever_written_follows_by_gtid() {
    let old = mariadb("m", "", "", "");
    let points = join(&old, &key("a"), &key("b"), false, true)
        .into_iter()
        .find_map(|step| match step.act {
            Act::Tell(Change::PointTo(Pointing { from, .. })) => Some(from),
            _ => None,
        });
    assert_eq!(points, Some(From::MariaDbGtid(Some(String::new()))));
}
