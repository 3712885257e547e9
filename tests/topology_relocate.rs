//! The rules by which a replica comes below another master, each hazard and each rule by itself.
#![allow(clippy::unwrap_used)]

#[path = "support/testhost.rs"]
mod testhost;

use orchestrator::config::Policy;
use orchestrator::model::gtid::OracleSet;
use orchestrator::model::observation::Channel;
use orchestrator::model::{Coordinates, Instance, Look, Reached, Version};
use orchestrator::topology::relocate::{Case, How, Refusal, Start, Wish, plan};
use testhost::*;

const UUID: &str = "00000000-0000-0000-0000-00000000000a";

/// A replica, a master to be that is its sibling, and what that can get.
struct World {
    replica: Instance,
    replica_look: Look,
    master: Instance,
    master_look: Look,
    obtainable: Option<Reached>,
    is_below: bool,
    forced: bool,
    policy: Policy,
}

fn set(text: &str) -> Option<Reached> {
    Some(Reached::Oracle(OracleSet::parse(&format!("{UUID}:{text}")).unwrap()))
}

fn look_of(row: &Instance, executed: &str) -> Look {
    let mut look = Look {
        key: row.key.clone(),
        ..Look::default()
    };
    look.reading.server = row.server.clone();
    look.reading.gtid_mode = "ON".to_owned();
    look.reading.gtid_executed = format!("{UUID}:{executed}");
    look.reading.channels = vec![Channel {
        status: row.replication.clone(),
        oracle_gtid: true,
        ..Channel::default()
    }];
    look
}

fn world() -> World {
    let (replica, master) = (instance(2, 1, 1), instance(3, 1, 1));
    World {
        replica_look: look_of(&replica, "1-9"),
        master_look: look_of(&master, "1-8"),
        replica,
        master,
        obtainable: set("1-9"),
        is_below: false,
        forced: false,
        policy: Policy::default(),
    }
}

fn by_position(world: &mut World) {
    for look in [&mut world.replica_look, &mut world.master_look] {
        look.reading.gtid_mode = "OFF".to_owned();
        look.reading.channels[0].oracle_gtid = false;
    }
    world.replica.gtid.pseudo = false;
}

fn asked(world: &World, wish: Wish) -> Result<How, Refusal> {
    plan(&Case {
        wish,
        replica: &world.replica,
        replica_look: &world.replica_look,
        master: &world.master,
        master_look: &world.master_look,
        obtainable: world.obtainable.as_ref(),
        is_below: world.is_below,
        forced: world.forced,
        policy: &world.policy,
    })
}

fn start(world: &World, wish: Wish) -> Start {
    asked(world, wish).unwrap().start
}

fn refused(world: &World, wish: Wish) -> String {
    asked(world, wish).unwrap_err().sentence
}

fn must_say(world: &World, wish: Wish, part: &str) {
    let sentence = refused(world, wish);
    assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
}

const MOVES: [Wish; 3] = [Wish::Relocate, Wish::ByGtid, Wish::Repoint];

#[test]
fn siblings_go_on_by_gtid() {
    let world = world();
    for wish in MOVES {
        let how = asked(&world, wish).unwrap();
        assert_eq!((how.start, how.moves), (Start::AsItIs, true), "{wish:?}");
    }
}

#[test]
fn each_hazard_refuses_whatever_is_wished_and_forced() {
    type Spoil = fn(&mut World);
    let hazards: [(&str, Spoil); 9] = [
        ("instance is not a replica: testhost:2", |w| {
            w.replica_look.reading.channels.clear();
        }),
        ("a channel with a name, `east`", |w| {
            w.replica_look.reading.channels.push(Channel {
                name: "east".to_owned(),
                ..Channel::default()
            });
        }),
        ("a channel with a name, `only`", |w| {
            w.replica_look.reading.channels[0].name = "only".to_owned();
        }),
        (
            "is a secondary replication group member, hence, it cannot be relocated",
            |w| {
                w.replica.group.name = "g".to_owned();
                w.replica.group.primary = key(9);
            },
        ),
        (
            "is a secondary replication group member, hence, it cannot be relocated",
            |w| {
                w.replica.group.name = "g".to_owned();
                w.replica.group.primary = key(9);
                w.replica_look.reading.channels.clear();
            },
        ),
        ("is the primary of the replication group", |w| {
            w.replica.group.name = "g".to_owned();
            w.replica.group.primary = w.replica.key.clone();
            w.master.group.name = "g".to_owned();
        }),
        ("testhost:3 is a descendant of testhost:2", |w| w.is_below = true),
        (
            "testhost:2 cannot replicate from testhost:3. Reason: testhost:3 does not have binary logs enabled",
            |w| {
                w.master.binlog.enabled = false;
            },
        ),
        ("testhost:3 is a binlog server", |w| {
            w.master.server.is_binlog_server = true
        }),
    ];
    for (part, spoil) in hazards {
        for wish in MOVES {
            for forced in [false, true] {
                let mut world = world();
                world.forced = forced;
                spoil(&mut world);
                must_say(&world, wish, part);
            }
        }
    }
}

#[test]
fn nobody_follows_itself() {
    let mut world = world();
    world.master = world.replica.clone();
    must_say(&world, Wish::Relocate, "instance cannot replicate from itself");
}

#[test]
fn its_own_master_is_never_below_it_but_among_co_masters() {
    let mut world = world();
    world.master = instance(1, 2, 0);
    world.master_look = look_of(&world.master, "1-9");
    world.is_below = true;
    let how = asked(&world, Wish::Repoint).unwrap();
    assert_eq!((how.start, how.moves), (Start::AsItIs, false));
    by_position(&mut world);
    assert_eq!(start(&world, Wish::Relocate), Start::OwnCoordinates);
}

#[test]
fn purged_transactions_refuse_even_when_forced() {
    for forced in [false, true] {
        let mut world = world();
        world.forced = forced;
        world.master_look.reading.gtid_purged = format!("{UUID}:1-8");
        assert_eq!(start(&world, Wish::Relocate), Start::AsItIs);
        world.replica_look.reading.gtid_executed = format!("{UUID}:1-5");
        let sentence = "Instance testhost:3 has purged GTID entries not found on testhost:2: ";
        for wish in MOVES {
            assert_eq!(refused(&world, wish), format!("{sentence}{UUID}:6-8"), "{wish:?}");
        }
    }
}

#[test]
fn transactions_of_its_own_refuse_unless_forced() {
    let mut world = world();
    world.replica_look.reading.gtid_executed = format!("{UUID}:1-12");
    must_say(
        &world,
        Wish::Relocate,
        "cannot get from its masters: 00000000-0000-0000-0000-00000000000a:10-12",
    );
    world.obtainable = None;
    must_say(&world, Wish::Relocate, "cannot get from its masters");
    world.forced = true;
    assert_eq!(start(&world, Wish::Relocate), Start::AsItIs);
}

#[test]
fn a_master_that_lags_is_no_hazard() {
    let mut world = world();
    world.master_look.reading.gtid_executed = format!("{UUID}:1");
    assert_eq!(start(&world, Wish::Relocate), Start::AsItIs);
}

#[test]
fn what_only_positions_could_serve_is_refused_by_name() {
    let mut world = world();
    by_position(&mut world);
    must_say(
        &world,
        Wish::Relocate,
        "turns to be too complex; please do it manually: they do not both use GTID",
    );
    must_say(
        &world,
        Wish::ByGtid,
        "Instances testhost:2, testhost:3 not GTID compatible or not using GTID",
    );
    must_say(
        &world,
        Wish::Repoint,
        "its position means nothing in the binary log of testhost:3",
    );
    must_say(&world, Wish::Repoint, "testhost:2 replicates by file and position, ");
    world.replica_look.reading.channels[0].oracle_gtid = true;
    must_say(
        &world,
        Wish::Repoint,
        "testhost:2 uses GTID, which testhost:3 does not, and its position means nothing in the binary log of testhost:3",
    );
    world.replica_look.reading.channels[0].oracle_gtid = false;
    world.replica_look.reading.channels[0].status.master = key(7);
    must_say(&world, Wish::Relocate, "too complex");
    world.replica.gtid.pseudo = true;
    must_say(&world, Wish::Relocate, "only Pseudo-GTID could match them");
    world.forced = true;
    must_say(&world, Wish::Relocate, "too complex");
    assert_eq!(start(&world, Wish::Repoint), Start::OwnCoordinates);
}

#[test]
fn gtid_of_another_kind_does_not_serve() {
    let mut world = world();
    world.master_look.reading.server.version = Version::new("10.11.6-MariaDB");
    must_say(&world, Wish::ByGtid, "not GTID compatible");
}

#[test]
fn gtid_is_enabled_where_both_have_it() {
    let mut world = world();
    world.master = instance(1, 0, 0);
    world.master_look = look_of(&world.master, "1-9");
    must_say(&world, Wish::EnableGtid, "testhost:2 already uses GTID");
    world.replica_look.reading.channels[0].oracle_gtid = false;
    assert_eq!(start(&world, Wish::EnableGtid), Start::OracleGtid);
    world.master_look.reading.gtid_mode = "OFF_PERMISSIVE".to_owned();
    must_say(&world, Wish::EnableGtid, "gtid_mode of testhost:1 is OFF_PERMISSIVE");
    world.master_look.reading.gtid_mode = "ON".to_owned();
    world.master_look.reading.gtid_purged = format!("{UUID}:1-20");
    must_say(&world, Wish::EnableGtid, "has purged GTID entries");
}

#[test]
fn mariadb_does_not_begin_again_at_the_first_transaction() {
    let mut world = world();
    for look in [&mut world.replica_look, &mut world.master_look] {
        look.reading.server.version = Version::new("10.11.6-MariaDB");
        look.reading.gtid_executed.clear();
        look.reading.channels[0].oracle_gtid = false;
        look.reading.channels[0].status.executed = Coordinates::new("b.1", 4);
    }
    must_say(&world, Wish::EnableGtid, "has no gtid_slave_pos");
    world.replica_look.slave_pos = "0-1-7".to_owned();
    world.obtainable = Some(Reached::MariaDb(
        orchestrator::model::gtid::MariaSet::parse("0-1-8").unwrap(),
    ));
    assert_eq!(start(&world, Wish::EnableGtid), Start::MariaDbGtid);
}

#[test]
fn gtid_is_disabled_where_it_is_used() {
    let mut world = world();
    assert_eq!(start(&world, Wish::DisableGtid), Start::OwnCoordinates);
    by_position(&mut world);
    must_say(&world, Wish::DisableGtid, "testhost:2 does not use GTID");
}
