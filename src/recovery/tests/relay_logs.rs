//! What a replica has received and not applied outlives a recovery's own stops and starts.

use super::dying::run;
use super::world::{Paper, World, key};
use crate::model::change::Change;
use crate::model::instance::ThreadState;
use crate::model::observation::Channel;
use crate::model::plan::Act;
use crate::model::{Look, Version};
use crate::recovery::ended::Outcome;
use crate::recovery::steps::{Looks, freeze};

const RUNS: ThreadState = ThreadState::Running;
const STOPPED: ThreadState = ThreadState::Stopped;

fn replica(version: &str, io: ThreadState, applies: bool, error: &str) -> Look {
    let mut look = Look {
        key: key("a"),
        ..Look::default()
    };
    let mut channel = Channel {
        mariadb_gtid: version.contains("MariaDB"),
        ..Channel::default()
    };
    channel.status.io_state = io;
    channel.status.sql_running = applies;
    // As it is stored: quoted.
    channel.status.last_sql_error = format!("\"{error}\"");
    look.reading.server.version = Version::new(version);
    look.reading.channels = vec![channel];
    look
}

/// MariaDB with GTID deletes its relay logs when a thread starts while neither runs: one of them goes on running.
#[test]
fn relay_logs_of_mariadb_are_kept_by_one_of_its_threads() {
    use Change::{StartApplier, StopReceiver};
    let (maria, mysql, error) = ("10.11.6-MariaDB-log", "9.7.0", "Error 'Duplicate entry'");
    // (version, receiver, applier runs, its error, what is told)
    let cases: [(&str, ThreadState, bool, &str, &[Change]); 9] = [
        (maria, RUNS, true, "", &[StopReceiver]),
        (maria, RUNS, false, "", &[StartApplier, StopReceiver]),
        (maria, ThreadState::Other, false, "", &[StartApplier, StopReceiver]),
        (maria, RUNS, false, error, &[]),
        (maria, STOPPED, true, "", &[]),
        (maria, STOPPED, false, "", &[]),
        (mysql, RUNS, true, "", &[StopReceiver]),
        (mysql, RUNS, false, error, &[StopReceiver]),
        (mysql, STOPPED, false, "", &[]),
    ];
    for (version, io, applies, error, expected) in cases {
        let look = replica(version, io, applies, error);
        let steps = freeze(&Looks::from([(look.key.clone(), look)]));
        let told = steps.iter().filter_map(|step| match &step.act {
            Act::Tell(change) => Some(change.clone()),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{version} {io:?} {applies} {error}");
    }
}

/// What can only be had with a person's help is told with the very commands, and nothing stays changed.
#[test]
fn who_does_not_apply_what_it_has_is_told_with_what_helps() {
    let nobody = |world: &World| match run(world, Paper::default(), true).0.outcome {
        Outcome::Nobody(why) => why,
        other => panic!("{other:?}"),
    };
    let destroy = "`PromoteUnappliedReplicas: true` in the configuration promotes it without them";
    let world = World::of(&[("a", 100, 80)]);
    world.alter("a", |server| server.delay = 3600);
    let why = nobody(&world);
    for part in [
        "a:3306 applies with a delay of 3600 seconds",
        ":81-100;",
        "CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 0",
        destroy,
    ] {
        assert!(why.contains(part), "{part:?} is missing in {why:?}");
    }
    assert!(world.server("a").receives, "it was not touched");

    let world = World::of(&[("a", 100, 80)]);
    world.alter("a", |server| server.is_stuck = true);
    let why = nobody(&world);
    for part in [":81-100;", "mend its applier and try again", destroy] {
        assert!(why.contains(part), "{part:?} is missing in {why:?}");
    }
    assert!(world.server("a").receives && world.server("a").master == Some(key("m")));

    // A delay keeps nobody off who has applied everything.
    let world = World::of(&[("a", 100, 100)]);
    world.alter("a", |server| server.delay = 3600);
    assert_eq!(run(&world, Paper::default(), true).0.outcome, Outcome::Promoted);
}
