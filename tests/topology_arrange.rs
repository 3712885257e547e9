//! The rules by which replicas go one step and masters change places, each refusal with a near miss.
#![allow(clippy::unwrap_used)]

#[path = "support/testhost.rs"]
mod testhost;

use orchestrator::config::Policy;
use orchestrator::model::gtid::OracleSet;
use orchestrator::model::observation::Channel;
use orchestrator::model::{Instance, Look, Reached};
use orchestrator::topology::arrange::{By, Party, Terms, below, can_move, co_master, take_master, up};
use orchestrator::topology::relocate::Refusal;
use testhost::*;

const UUID: &str = "00000000-0000-0000-0000-00000000000a";

struct Server {
    row: Instance,
    look: Look,
}

impl Server {
    fn new(port: u16, master: u16, depth: u32, gtid: bool) -> Self {
        let row = instance(port, master, depth);
        let mut look = Look {
            key: row.key.clone(),
            ..Look::default()
        };
        look.reading.server = row.server.clone();
        if gtid {
            look.reading.gtid_mode = "ON".to_owned();
            look.reading.gtid_executed = format!("{UUID}:1-9");
        }
        if master != 0 {
            look.reading.channels = vec![Channel {
                status: row.replication.clone(),
                oracle_gtid: gtid,
                ..Channel::default()
            }];
        }
        Self { row, look }
    }

    fn party(&self) -> Party<'_> {
        Party {
            row: &self.row,
            look: &self.look,
        }
    }

    fn status(&mut self) -> &mut orchestrator::model::instance::Replication {
        &mut self.look.reading.channels[0].status
    }
}

/// 1 is the top, 2 its replica, 3 and 4 are replicas of 2.
struct World {
    top: Server,
    middle: Server,
    replica: Server,
    sibling: Server,
    obtainable: Option<Reached>,
    forced: bool,
    is_below: bool,
    policy: Policy,
}

fn world(gtid: bool) -> World {
    World {
        top: Server::new(1, 0, 0, gtid),
        middle: Server::new(2, 1, 1, gtid),
        replica: Server::new(3, 2, 2, gtid),
        sibling: Server::new(4, 2, 2, gtid),
        obtainable: gtid.then(|| Reached::Oracle(OracleSet::parse(&format!("{UUID}:1-9")).unwrap())),
        forced: false,
        is_below: false,
        policy: Policy::default(),
    }
}

impl World {
    fn terms(&self) -> Terms<'_> {
        Terms {
            policy: &self.policy,
            forced: self.forced,
        }
    }

    fn up(&self) -> Result<By, Refusal> {
        let (own, master, above) = (self.replica.party(), self.middle.party(), self.top.party());
        up(
            own,
            master,
            above,
            self.obtainable.as_ref(),
            self.is_below,
            self.terms(),
        )
    }

    fn below(&self) -> Result<By, Refusal> {
        let (own, other) = (self.replica.party(), self.sibling.party());
        below(own, other, self.obtainable.as_ref(), self.is_below, self.terms())
    }

    fn take(&self) -> Result<[By; 2], Refusal> {
        let (own, master, above) = (self.replica.party(), self.middle.party(), self.top.party());
        let has = [self.obtainable.as_ref(); 2];
        take_master(own, master, above, has, self.is_below, self.terms())
    }

    /// The middle one is to be the top one's co-master; `other` is the top one's own master.
    fn pair(&self, other: Option<&Instance>) -> Result<By, Refusal> {
        let (own, master) = (self.middle.party(), self.top.party());
        co_master(own, master, other, self.obtainable.as_ref(), self.terms())
    }
}

fn says<T: std::fmt::Debug>(outcome: Result<T, Refusal>, part: &str) {
    let sentence = outcome.unwrap_err().sentence;
    assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
}

#[test]
fn whoever_uses_gtid_keeps_it_and_others_go_by_position() {
    for (gtid, by) in [(true, By::Gtid), (false, By::Position)] {
        let mut world = world(gtid);
        assert_eq!(world.up(), Ok(by));
        assert_eq!(world.below(), Ok(by));
        assert_eq!(world.take(), Ok([by, by]));
        world.middle.look.reading.server.read_only = true;
        assert_eq!(world.pair(None), Ok(by));
    }
}

#[test]
fn only_who_replicates_nearly_in_time_can_move() {
    type Spoil = fn(&mut World);
    let hazards: [(&str, Spoil); 6] = [
        ("instance is not a replica: testhost:3", |w| {
            w.replica.look.reading.channels.clear()
        }),
        ("testhost:3: instance is not replicating", |w| {
            w.replica.status().sql_running = false
        }),
        ("testhost:3: instance is not replicating", |w| {
            w.replica.status().io_running = false
        }),
        ("testhost:3: cannot determine replication lag", |w| {
            w.replica.status().seconds_behind = None
        }),
        ("testhost:3: lags too much: 21 s, and 20 s are reasonable", |w| {
            w.replica.status().seconds_behind = Some(21);
        }),
        (
            "testhost:3: lags too much: 79 s where its delay is 100 s, and 20 s of difference are reasonable",
            |w| {
                w.replica.status().sql_delay_seconds = 100;
                w.replica.status().seconds_behind = Some(79);
            },
        ),
    ];
    for gtid in [true, false] {
        for (part, spoil) in hazards {
            let mut world = world(gtid);
            spoil(&mut world);
            says(can_move(world.replica.party(), &world.policy), part);
            says(world.up(), part);
            says(world.below(), part);
            says(world.take(), part);
        }
    }
    // Nearly in time, also where it is late by wish.
    let mut world = world(true);
    world.replica.status().seconds_behind = Some(20);
    assert!(world.up().is_ok());
    world.replica.status().sql_delay_seconds = 100;
    world.replica.status().seconds_behind = Some(80);
    assert!(can_move(world.replica.party(), &world.policy).is_ok());
    // The other sibling must replicate, too.
    world.replica.status().sql_delay_seconds = 0;
    world.replica.status().seconds_behind = Some(0);
    world.sibling.status().io_running = false;
    says(world.below(), "testhost:4: instance is not replicating");
    assert!(world.up().is_ok());
}

#[test]
fn nobody_is_above_the_top() {
    let mut world = world(true);
    world.middle.look.reading.channels.clear();
    says(world.up(), "master is not a replica itself: testhost:2");
    let refusal = world.take().unwrap_err();
    assert!(refusal.sentence.contains("master is not a replica itself"), "{refusal}");
    assert!(
        refusal.hint.contains("takeover testhost:2 --to testhost:3"),
        "{}",
        refusal.hint
    );
}

#[test]
fn siblings_have_the_same_master() {
    let mut world = world(false);
    world.sibling.status().master = key(1);
    says(
        world.below(),
        "instances are not siblings: testhost:3 follows testhost:2, and testhost:4 follows testhost:1",
    );
    world.sibling = Server::new(3, 2, 2, false);
    says(world.below(), "instance cannot replicate from itself");
}

#[test]
fn rings_are_not_made() {
    for gtid in [true, false] {
        let mut world = world(gtid);
        world.is_below = true;
        says(world.up(), "is a descendant of testhost:3");
        says(world.take(), "is a descendant of testhost:3");
        says(world.below(), "is a descendant of testhost:3");
    }
    // The top and the middle one are co-masters.
    let mut world = world(true);
    world.top = Server::new(1, 2, 0, true);
    says(world.take(), "testhost:2 is a co-master of testhost:1");
    assert!(world.up().is_ok());
}

#[test]
fn nobody_falls_out_of_gtid() {
    let mut world = world(true);
    world.top.look.reading.gtid_mode = "OFF".to_owned();
    let refusal = world.up().unwrap_err();
    assert!(
        refusal
            .sentence
            .contains("testhost:3 uses GTID and testhost:1 does not"),
        "{refusal}"
    );
    assert!(refusal.hint.contains("disable-gtid testhost:3"), "{}", refusal.hint);
    says(world.take(), "testhost:3 uses GTID and testhost:1 does not");
    world.replica.look.reading.channels[0].oracle_gtid = false;
    assert_eq!(world.up(), Ok(By::Position));
    // Each by what it uses: the middle one still does.
    assert_eq!(world.take(), Ok([By::Position, By::Gtid]));
}

#[test]
fn what_a_replica_alone_has_keeps_it_unless_forced() {
    let mut world = world(true);
    world.replica.look.reading.gtid_executed = format!("{UUID}:1-12");
    for outcome in [world.up(), world.below(), world.take().map(|_| By::Gtid)] {
        says(
            outcome,
            "cannot get from its masters: 00000000-0000-0000-0000-00000000000a:10-12",
        );
    }
    world.forced = true;
    assert!(world.up().is_ok() && world.below().is_ok());
}

#[test]
fn by_position_everything_must_pass_through_the_master_that_is_left() {
    let mut world = world(false);
    world.middle.row.binlog.logs_replica_updates = false;
    says(
        world.up(),
        "testhost:3 cannot replicate from testhost:2. Reason: testhost:2 is a replica and does not have",
    );
    says(world.take(), "testhost:3 cannot replicate from testhost:2");
    assert!(world.below().is_ok());
    world.sibling.row.binlog.enabled = false;
    says(world.below(), "testhost:4 does not have binary logs enabled");
    world = self::world(true);
    world.middle.row.binlog.logs_replica_updates = false;
    assert_eq!(world.up(), Ok(By::Gtid));
}

#[test]
fn a_master_follows_only_whom_it_can_replicate_from() {
    let mut world = world(true);
    world.replica.row.binlog.logs_replica_updates = false;
    says(world.take(), "testhost:2 cannot replicate from testhost:3");
    assert!(world.up().is_ok());
}

#[test]
fn pairs_are_made_of_a_top_and_a_replica_that_refuses_writes() {
    for gtid in [true, false] {
        let mut world = world(gtid);
        says(
            world.pair(None),
            "instance testhost:2 is not read-only; first make it read-only",
        );
        world.middle.look.reading.server.read_only = true;
        assert!(world.pair(None).is_ok());
        world.middle.row.binlog.logs_replica_updates = false;
        says(
            world.pair(None),
            "testhost:1 cannot replicate from testhost:2. Reason: ",
        );
        world.middle.row.binlog.logs_replica_updates = true;
        world.middle.status().io_running = false;
        says(world.pair(None), "testhost:2: instance is not replicating");
        world.middle.status().io_running = true;
        world.middle.row.group.name = "g".to_owned();
        world.middle.row.group.primary = key(9);
        says(world.pair(None), "is a secondary replication group member");
    }
}

#[test]
fn a_member_of_a_group_stays_in_it() {
    let mut world = world(true);
    world.replica.row.group.name = "g".to_owned();
    world.replica.row.group.primary = key(9);
    world.replica.look.reading.channels.clear();
    says(world.below(), "testhost:3 is a secondary replication group member");
}

#[test]
fn no_ring_of_three_is_made_of_a_pair() {
    let mut world = world(true);
    world.middle.look.reading.server.read_only = true;
    world.top = Server::new(1, 7, 0, true);
    let mut above = instance(7, 0, 0);
    says(
        world.pair(Some(&above)),
        "testhost:1 is not a real master; it replicates from: testhost:7",
    );
    // The other half of a pair gives way where it is read-only or away.
    replicate(&mut above, key(1));
    says(world.pair(Some(&above)), "testhost:7 is alive, and not read-only");
    above.server.read_only = true;
    assert!(world.pair(Some(&above)).is_ok());
    above.server.read_only = false;
    above.check.last_checked = above.check.last_checked.map(|at| at.plus_seconds(1));
    assert!(world.pair(Some(&above)).is_ok());
    // Nobody knows whom it follows: only what stands is no master any more.
    says(world.pair(None), "testhost:1 is not a real master");
    (world.top.status().io_running, world.top.status().sql_running) = (false, false);
    assert!(world.pair(None).is_ok());
    world.top = Server::new(1, 2, 0, true);
    says(
        world.pair(Some(&world.middle.row.clone())),
        "instance testhost:2 is already co master of testhost:1",
    );
}

#[test]
fn a_master_with_transactions_of_its_own_is_no_co_master_unless_forced() {
    let mut world = world(true);
    world.middle.look.reading.server.read_only = true;
    world.top.look.reading.gtid_executed = format!("{UUID}:1-12");
    says(world.pair(None), "testhost:1 has transactions that testhost:2 has not");
    world.forced = true;
    assert_eq!(world.pair(None), Ok(By::Gtid));
}
