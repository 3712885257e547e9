//! Recoveries of simulated servers, written down in a real inventory: leases, fences, hooks, and what is resumed.

use super::dying::{hand_over, manner, run, run_by};
use super::world::{World, key, uuid};
use crate::config::{Config, Policy};
use crate::discovery::lookup::Lookup;
use crate::inventory::{Access, Claimed, FenceState, Inventory, NewClaim, NodeId, OpenOptions, RecoveriesOf};
use crate::model::facts::ClusterFacts;
use crate::model::plan::Progress;
use crate::model::recovery::{BlockFrom, Recovery};
use crate::model::{Change, Contact, Fleet, InstanceKey, Look, Timestamp};
use crate::recovery::ended::{Ended, Outcome};
use crate::recovery::heart::now_ms;
use crate::recovery::office::{Done, Office};
use crate::recovery::placeholders::Failure;
use crate::recovery::records::{Records, Surroundings};
use crate::recovery::servers::{Servers, Untold};
use crate::recovery::steps::Manner;
use rusqlite::Connection;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const UID: &str = "1:aa";

fn now() -> Timestamp {
    Timestamp(now_ms() / 1000)
}

/// Every name has one address.
struct Canned;

impl Lookup for Canned {
    fn canonical(&self, host: &str) -> std::io::Result<String> {
        Ok(host.to_owned())
    }

    fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![IpAddr::from([192, 0, 2, 7])])
    }
}

/// A directory with an inventory, and how recoveries are recorded there.
struct Place {
    folder: PathBuf,
    around: Surroundings,
}

impl Place {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("desk-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let (file, ran) = (folder.join("orchestrator.db"), folder.join("ran"));
        let hook = |name: &str| {
            vec![format!(
                "echo {name} {{command}} {{failureClusterDomain}} >> {}",
                ran.display()
            )]
        };
        let mut config = Config::default();
        config.post_master_failover_processes = hook("master");
        config.post_failover_processes = hook("done");
        config.post_unsuccessful_failover_processes = hook("failed");
        let open = move || {
            let options = OpenOptions {
                busy_timeout: Duration::from_millis(20),
                ..OpenOptions::new(Access::Write, now())
            };
            Inventory::open(&file, &options)
        };
        let around = Surroundings {
            config: Arc::new(config),
            open: Arc::new(open),
            node: NodeId {
                hostname: "mgr1".to_owned(),
                token: "t1".to_owned(),
            },
            say: Arc::new(|_| {}),
            audit: Arc::new(|_| {}),
            clock: now,
            owner: "ann".to_owned(),
            lookup: Arc::new(Canned),
            no_hooks: false,
        };
        Self { folder, around }
    }

    fn inventory(&self) -> Inventory {
        (self.around.open)().unwrap()
    }

    fn connection(&self) -> Connection {
        Connection::open(self.folder.join("orchestrator.db")).unwrap()
    }

    /// What the hooks wrote.
    fn ran(&self) -> String {
        std::fs::read_to_string(self.folder.join("ran")).unwrap_or_default()
    }

    fn records(&self) -> Records {
        let claim = NewClaim {
            recovery: Recovery {
                uid: UID.to_owned(),
                failed: key("m"),
                analysis: "DeadMaster".to_owned(),
                cluster_name: "m:3306".to_owned(),
                node_hostname: "mgr1".to_owned(),
                node_token: "t1".to_owned(),
                ..Recovery::default()
            },
            forced: true,
            block_seconds: 0,
            block_from: BlockFrom::End,
            without_record: false,
            replaces_dead_master: false,
        };
        let claimed = self.inventory().claim(&claim, now()).unwrap();
        assert!(matches!(claimed, Claimed::Claimed { .. }), "{claimed:?}");
        let failure = Failure {
            failure_type: "DeadMaster".to_owned(),
            command: "forced".to_owned(),
            failed: key("m"),
            cluster: ClusterFacts {
                name: "m:3306".to_owned(),
                alias: "shop".to_owned(),
                domain: "shop.example.com".to_owned(),
                ..ClusterFacts::default()
            },
            recovery_uid: UID.to_owned(),
            ..Failure::default()
        };
        let origin = failure.origin(uuid(1), self.around.no_hooks);
        Records::begin(&self.around, failure, origin, Default::default(), false).unwrap()
    }

    fn in_office<T>(&self, servers: &dyn Servers, work: impl FnOnce(&Office<'_>) -> T) -> T {
        work(&Office {
            around: &self.around,
            servers,
            policy: &Policy::from(&Config::default()),
            fleet: &Fleet::new([]),
            is_interrupted: &|| false,
        })
    }

    fn settled(&self, servers: &dyn Servers, (ended, records): (Ended, Records)) -> Done {
        self.in_office(servers, |office| office.settle(UID, ended, records))
            .unwrap()
    }

    fn resumed(&self, servers: &dyn Servers) -> Done {
        self.in_office(servers, |office| office.resume(UID)).unwrap().unwrap()
    }

    /// Another program has taken the recovery over.
    fn is_taken(&self) {
        let taken = self.connection().execute("UPDATE orc_lease SET node_token = 't2'", []);
        assert_eq!(taken.unwrap(), 1);
    }

    /// The other program has died.
    fn is_given_back(&self) {
        self.connection().execute("DELETE FROM orc_lease", []).unwrap();
    }

    fn fence(&self, name: &str) -> Option<FenceState> {
        let fences = self.inventory().fences().unwrap();
        fences
            .iter()
            .find(|fence| fence.key == key(name))
            .map(|fence| fence.state)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Servers that something happens to when they are told something.
pub(super) struct Watched<'a> {
    world: &'a World,
    /// Called before each change; answers in the server's place where it has an answer.
    on_tell: &'a (dyn Fn(&InstanceKey, &Change) -> Option<Untold> + Sync),
    told: Mutex<Vec<(InstanceKey, Change)>>,
}

impl<'a> Watched<'a> {
    pub(super) fn new(world: &'a World, on_tell: &'a (dyn Fn(&InstanceKey, &Change) -> Option<Untold> + Sync)) -> Self {
        Self {
            world,
            on_tell,
            told: Mutex::default(),
        }
    }

    fn last_told(&self) -> (InstanceKey, Change) {
        self.told.lock().unwrap().last().unwrap().clone()
    }
}

impl Servers for Watched<'_> {
    fn look(&self, key: &InstanceKey, limit: Duration) -> Result<Look, Contact> {
        self.world.look(key, limit)
    }

    fn tell(&self, key: &InstanceKey, change: &Change, limit: Duration) -> Result<Vec<String>, Untold> {
        self.told.lock().unwrap().push((key.clone(), change.clone()));
        match (self.on_tell)(key, change) {
            Some(untold) => Err(untold),
            None => self.world.tell(key, change, limit),
        }
    }
}

fn three() -> World {
    World::of(&[("a", 90, 90), ("b", 100, 80), ("c", 70, 70)])
}

fn living() -> World {
    let world = World::of(&[("a", 100, 100), ("b", 100, 100)]);
    world.alter("m", |master| master.is_up = true);
    world
}

pub(super) fn refused() -> Untold {
    Untold {
        said: "the server is shutting down".to_owned(),
        is_unknown: false,
    }
}

/// Nothing can be written down from here on, neither in the inventory nor beside it.
fn break_records(folder: &Path, other: &Mutex<Connection>) {
    let _ = other.lock().unwrap().execute_batch("BEGIN IMMEDIATE");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().contains(".journal-") {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_recovery_that_nothing_disturbs_is_written_down_to_its_end() {
    let (place, world) = (Place::new(), three());
    let done = place.settled(&world, run(&world, place.records(), false));
    assert_eq!(done.ended.outcome, Outcome::Promoted, "{:?}", done.ended.errors);
    assert_eq!(
        place.ran(),
        "master forced shop.example.com\ndone forced shop.example.com\n"
    );
    assert_eq!(place.fence("m"), Some(FenceState::Wanted), "it cannot be reached yet");
    let inventory = place.inventory();
    assert_eq!(inventory.open_journals().unwrap(), []);
    assert_eq!(inventory.lease_of("m:3306").unwrap(), None);
    let ip = inventory.kv_get("mysql/master/shop/ipv4").unwrap();
    assert_eq!(
        ip.as_deref(),
        Some("192.0.2.7"),
        "names are looked up where they are to be"
    );
}

#[test]
fn nothing_is_told_to_a_server_once_another_program_has_the_lease() {
    // (what is told while the lease goes, whether the promotion had begun)
    for (at, past) in [(Change::StopReceiver, false), (Change::SetWritable, true)] {
        let (place, world) = (Place::new(), three());
        let steal = |_: &InstanceKey, change: &Change| {
            if *change == at {
                place.is_taken();
            }
            None
        };
        let servers = Watched::new(&world, &steal);
        let done = place.settled(&servers, run(&servers, place.records(), false));
        let Outcome::Midway(why) = &done.ended.outcome else {
            panic!("{:?}", done.ended.outcome)
        };
        assert!(why.contains("mgr1 has taken over recovery 1:aa"), "{why}");
        assert_eq!(servers.last_told().1, at, "something was told after it");
        assert_eq!((done.ended.successor().is_some(), done.fenced), (past, None));
        assert_eq!(place.ran(), "", "whoever goes on runs the hooks");
        assert_eq!(place.inventory().open_journals().unwrap().len(), 1);
    }
}

#[test]
fn nothing_is_taken_back_under_a_lease_that_is_lost() {
    let (place, world) = (Place::new(), living());
    // The takeover fails, and just then somebody else takes it over.
    let steal = |_: &InstanceKey, change: &Change| match change {
        Change::StopReplication => {
            place.is_taken();
            Some(refused())
        }
        _ => None,
    };
    let servers = Watched::new(&world, &steal);
    let done = place.settled(&servers, hand_over(&servers, place.records()));
    assert!(matches!(done.ended.outcome, Outcome::Midway(_)), "{:?}", done.ended);
    assert_eq!(servers.last_told().1, Change::StopReplication);
    assert!(world.writable().is_empty(), "that is left to whoever took it over");
}

#[test]
fn the_old_master_is_to_be_fenced_before_another_one_takes_writes() {
    let (place, world) = (Place::new(), three());
    let looks = |_: &InstanceKey, change: &Change| {
        if *change == Change::SetWritable {
            assert_eq!(place.fence("m"), Some(FenceState::Wanted));
        }
        None
    };
    let servers = Watched::new(&world, &looks);
    let (ended, _) = run(&servers, place.records(), false);
    assert_eq!(ended.outcome, Outcome::Promoted);
    assert_eq!(
        servers
            .told
            .lock()
            .unwrap()
            .iter()
            .filter(|told| told.1 == Change::SetWritable)
            .count(),
        1
    );
}

#[test]
fn an_old_master_that_nobody_replaced_is_not_fenced() {
    let (place, world) = (Place::new(), three());
    let refuses = |_: &InstanceKey, change: &Change| (*change == Change::SetWritable).then(refused);
    let servers = Watched::new(&world, &refuses);
    let done = place.settled(&servers, run(&servers, place.records(), false));
    assert!(matches!(done.ended.outcome, Outcome::Nobody(_)), "{:?}", done.ended);
    assert_eq!(place.fence("m"), Some(FenceState::Dropped));
    assert_eq!(place.ran(), "failed forced shop.example.com\n");
    assert!(place.inventory().wanted_fences().unwrap().is_empty());
}

#[test]
fn a_candidate_of_whom_nobody_knows_is_to_be_fenced_whatever_comes_after() {
    let (place, world) = (Place::new(), three());
    // It was told to take writes and is silent since; nobody else can take its place.
    let silent = |_: &InstanceKey, change: &Change| {
        let is_last = *change == Change::SetWritable;
        is_last.then(|| {
            for name in ["a", "b", "c"] {
                world.alter(name, |server| server.is_up = false);
            }
            Untold {
                said: "no answer".to_owned(),
                is_unknown: true,
            }
        })
    };
    let servers = Watched::new(&world, &silent);
    let done = place.settled(&servers, run(&servers, place.records(), false));
    assert!(matches!(done.ended.outcome, Outcome::Nobody(_)), "{:?}", done.ended);
    let wanted = place.inventory().wanted_fences().unwrap();
    let wanted: Vec<&InstanceKey> = wanted.iter().map(|fence| &fence.key).collect();
    assert_eq!(wanted, [&key("b")]);
}

#[test]
fn hooks_and_fences_do_not_wait_for_an_inventory_that_cannot_be_written() {
    let (place, world) = (Place::new(), three());
    let other = Mutex::new(place.connection());
    let lock = |_: &InstanceKey, change: &Change| {
        if *change == Change::SetWritable {
            other.lock().unwrap().execute_batch("BEGIN IMMEDIATE").unwrap();
        }
        None
    };
    let servers = Watched::new(&world, &lock);
    let (ended, records) = run(&servers, place.records(), false);
    assert_eq!(ended.outcome, Outcome::Promoted, "{:?}", ended.errors);
    assert_eq!(
        place.ran(),
        "master forced shop.example.com\ndone forced shop.example.com\n"
    );
    assert_eq!(place.fence("m"), Some(FenceState::Wanted));
    other.lock().unwrap().execute_batch("ROLLBACK").unwrap();
    place.settled(&servers, (ended, records));
}

#[test]
fn a_failover_that_stops_behind_the_promotion_fences_and_tells_and_is_resumed_once() {
    let (place, world) = (Place::new(), three());
    let other = Mutex::new(place.connection());
    let breaks = |_: &InstanceKey, change: &Change| {
        if matches!(change, Change::PointTo(_)) {
            world.alter("m", |master| master.is_up = true);
            break_records(&place.folder, &other);
        }
        None
    };
    let servers = Watched::new(&world, &breaks);
    let ended = run(&servers, place.records(), false);
    assert!(matches!(ended.0.outcome, Outcome::Midway(_)), "{:?}", ended.0.outcome);
    assert_eq!(
        place.ran(),
        "master forced shop.example.com\ndone forced shop.example.com\n"
    );
    other.lock().unwrap().execute_batch("ROLLBACK").unwrap();
    let done = place.settled(&servers, ended);
    assert_eq!(world.writable(), ["b"], "the old master came back and was fenced");
    assert_eq!(place.fence("m"), Some(FenceState::Fenced));
    assert_eq!(done.ended.successor(), Some(&key("b")));
    place.is_given_back();
    let done = place.resumed(&world);
    assert_eq!(done.ended.outcome, Outcome::Promoted, "{:?}", done.ended.errors);
    assert!(
        ["a", "c"]
            .iter()
            .all(|name| world.server(name).master == Some(key("b")))
    );
}

#[test]
fn the_last_hooks_run_once_where_that_cannot_be_written_down() {
    let told = "master forced shop.example.com\ndone forced shop.example.com\n";
    // Whether it can be written down again by the time the recovery stops.
    for comes_back in [true, false] {
        let (mut place, world) = (Place::new(), three());
        let other = Arc::new(Mutex::new(place.connection()));
        let (folder, lock) = (place.folder.clone(), Arc::clone(&other));
        place.around.say = Arc::new(move |text| {
            if text.contains("done running PostMasterFailover") {
                break_records(&folder, &lock);
            }
            if comes_back && text.starts_with("The recovery stops") {
                lock.lock().unwrap().execute_batch("ROLLBACK").unwrap();
            }
        });
        let ended = run(&world, place.records(), false);
        assert!(matches!(ended.0.outcome, Outcome::Midway(_)), "{:?}", ended.0.outcome);
        assert_eq!(place.ran(), told, "each once; {comes_back}");
        if comes_back {
            place.settled(&world, ended);
            place.is_given_back();
            let done = place.resumed(&world);
            assert_eq!(done.ended.outcome, Outcome::Promoted, "{:?}", done.ended.errors);
            assert_eq!(place.ran(), told, "the journal holds that they ran");
        }
    }
}

#[test]
fn where_a_record_is_what_promotes_nobody_follows_unless_it_is_written() {
    let (place, world) = (Place::new(), three());
    let other = Mutex::new(place.connection());
    let locks = |_: &InstanceKey, change: &Change| {
        if *change == Change::StopReplication {
            let _ = other.lock().unwrap().execute_batch("BEGIN IMMEDIATE");
        }
        None
    };
    let servers = Watched::new(&world, &locks);
    let manner = Manner {
        applies_promotion: false,
        ..manner()
    };
    let ended = run_by(&manner, &servers, place.records(), false);
    assert!(matches!(ended.0.outcome, Outcome::Nobody(_)), "{:?}", ended.0.outcome);
    other.lock().unwrap().execute_batch("ROLLBACK").unwrap();
    place.settled(&servers, ended);
    for name in ["a", "b", "c"] {
        assert_eq!(world.server(name).master, Some(key("m")), "{name}");
    }
    let told = servers.told.lock().unwrap();
    assert!(!told.iter().any(|(_, change)| matches!(change, Change::PointTo(_))));
    assert_eq!(place.ran(), "failed forced shop.example.com\n");
}

#[test]
fn who_resumes_goes_on_as_it_was_begun() {
    for no_hooks in [false, true] {
        let (mut place, world) = (Place::new(), three());
        place.around.no_hooks = no_hooks;
        let steal = |_: &InstanceKey, change: &Change| {
            if *change == Change::SetWritable {
                place.is_taken();
            }
            None
        };
        let servers = Watched::new(&world, &steal);
        let done = place.settled(&servers, run(&servers, place.records(), false));
        assert!(matches!(done.ended.outcome, Outcome::Midway(_)));
        place.is_given_back();
        place.around.no_hooks = false;
        let done = place.resumed(&world);
        assert_eq!(done.ended.outcome, Outcome::Promoted, "{:?}", done.ended.errors);
        let told = "master forced shop.example.com\ndone forced shop.example.com\n";
        assert_eq!(place.ran(), if no_hooks { "" } else { told });
        let inventory = place.inventory();
        let domain = inventory.general_attribute("shop.example.com").unwrap();
        assert_eq!(domain.as_deref(), Some("b:3306"), "the domain goes along");
        assert_eq!(inventory.fences().unwrap()[0].identity, uuid(1));
    }
}

#[test]
fn a_takeover_that_cannot_be_taken_back_is_midway_and_taken_back_later() {
    let (place, world) = (Place::new(), living());
    // The successor refuses, and then the old master does not answer.
    let refuses = |of: &InstanceKey, change: &Change| {
        let is_back = *of == key("m") && *change == Change::SetWritable;
        (is_back || *change == Change::StopReplication).then(refused)
    };
    let servers = Watched::new(&world, &refuses);
    let done = place.settled(&servers, hand_over(&servers, place.records()));
    let Outcome::Midway(why) = &done.ended.outcome else {
        panic!("{:?}", done.ended.outcome)
    };
    assert!(
        why.contains("not everything could be taken back") && why.contains("m:3306") && why.contains("shutting down"),
        "{why}"
    );
    assert_eq!((done.ended.successor(), done.fenced), (None, None));
    assert!(world.writable().is_empty());
    assert_eq!(place.ran(), "failed forced shop.example.com\n");
    let inventory = place.inventory();
    assert_eq!(inventory.open_journals().unwrap().len(), 1);
    assert_eq!(inventory.recoveries(RecoveriesOf::Everyone, 9, 0).unwrap()[0].end, None);
    place.is_given_back();
    let done = place.resumed(&world);
    assert!(matches!(done.ended.outcome, Outcome::Nobody(_)), "{:?}", done.ended);
    assert_eq!(world.writable(), ["m"]);
    assert_eq!(place.ran(), "failed forced shop.example.com\n", "once");
    let undone = done
        .ended
        .entries
        .iter()
        .filter(|entry| entry.progress == Progress::Undone);
    assert!(undone.count() > 0);
    assert_eq!(inventory.open_journals().unwrap(), []);
}

#[test]
fn an_old_master_that_is_writable_again_when_it_should_follow_is_fenced() {
    let (place, world) = (Place::new(), living());
    // It is restarted just when its successor takes over.
    let restarts = |of: &InstanceKey, change: &Change| {
        if *of != key("m") && *change == Change::SetWritable {
            world.alter("m", |master| master.read_only = false);
        }
        None
    };
    let servers = Watched::new(&world, &restarts);
    let done = place.settled(&servers, hand_over(&servers, place.records()));
    assert_eq!(done.ended.outcome, Outcome::Promoted);
    let successor = done.ended.successor().unwrap().clone();
    assert_eq!(world.writable(), [successor.hostname.to_string()]);
    assert_eq!(done.fenced, Some(crate::recovery::fence::Fenced::Yes));
    assert_eq!(place.fence("m"), Some(FenceState::Fenced));
}
