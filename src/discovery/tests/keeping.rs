use super::*;
use crate::discovery::check;
use crate::discovery::upkeep::*;
use crate::model::instance::Check;
use crate::model::{Fleet, Instance};

fn row(name: &str, checked: i64, attempted: i64, seen: i64) -> Instance {
    let at = |ago: i64| Some(NOW.plus_seconds(-ago));
    let check = Check {
        last_checked: at(checked),
        last_attempted: at(attempted),
        last_seen: at(seen),
        ..Check::default()
    };
    Instance {
        key: key(name),
        check,
        ..Instance::default()
    }
}

#[test]
fn due_after_the_interval_and_unanswered_after_twice() {
    let cases = [
        ("fresh:1", 5, 5, false),
        ("old:1", 6, 6, true),
        ("silent:1", 10, 9, false),
        ("long-silent:1", 11, 10, true),
    ];
    for (name, checked, attempted, due) in cases {
        let fleet = Fleet::new([row(name, checked, attempted, checked)]);
        assert_eq!(
            !outdated(&fleet, &DiscoveryRules::default(), NOW).is_empty(),
            due,
            "{name}"
        );
    }
    let never = Fleet::new([Instance {
        key: key("never:1"),
        ..Instance::default()
    }]);
    assert_eq!(outdated(&never, &DiscoveryRules::default(), NOW), keys(&["never:1"]));
}

#[test]
fn a_hanging_probe_is_an_attempt_after_a_second() {
    let known = row("a:1", 5, 5, 5).check;
    assert_eq!(check::hanging(&known, NOW, NOW), None);
    let hanging = check::hanging(&known, NOW, NOW.plus_seconds(3)).unwrap();
    assert_eq!(hanging.last_attempted, Some(NOW.plus_seconds(1)));
    assert_eq!(hanging.last_checked, known.last_checked);
    assert_eq!(check::hanging(&hanging, NOW, NOW.plus_seconds(9)), None, "written once");
}

#[test]
fn masters_without_a_row() {
    let rules = DiscoveryRules {
        ignore_masters: hosts(&["^skip"]),
        ..Default::default()
    };
    let mut fleet = Fleet::default();
    let receiving = [
        ("a:1", "m:1", true),
        ("b:1", "m:1", true),
        ("c:1", "stopped:1", false),
        ("d:1", "skip:1", true),
        ("e:1", "a:1", true),
        ("f:1", "//x:1", true),
    ];
    for (name, master, running) in receiving {
        let mut replica = row(name, 0, 0, 0);
        replica.replication.master = key(master);
        replica.replication.io_running = running;
        fleet.upsert(replica);
    }
    let unseen = unseen_masters(&fleet, &rules, NOW);
    assert_eq!(unseen.iter().map(|i| i.key.clone()).collect::<Vec<_>>(), keys(&["m:1"]));
    assert_eq!(unseen[0].server.version.as_str(), "Unknown");
    assert_eq!(unseen[0].cluster.name, "m:1");
    assert!(unseen[0].check.is_valid());
}

#[test]
fn the_silent_take_the_name_of_their_cluster() {
    let mut silent = row("a:1", 0, 0, 9);
    silent.replication.master = key("m:1");
    silent.cluster.name = "old:1".to_owned();
    silent.gtid.errant = "kept".to_owned();
    let mut master = row("m:1", 0, 0, 0);
    master.cluster.name = "m:1".to_owned();
    let mut fleet = Fleet::new([silent, master]);
    assert_eq!(place_unseen(&mut fleet, &DiscoveryRules::default()), keys(&["a:1"]));
    let silent = fleet.get(&key("a:1")).unwrap();
    assert_eq!(
        (
            silent.cluster.name.as_str(),
            silent.cluster.depth,
            silent.gtid.errant.as_str()
        ),
        ("m:1", 1, "kept")
    );
    assert_eq!(place_unseen(&mut fleet, &DiscoveryRules::default()), []);
}

#[test]
fn two_names_of_one_server() {
    let mut fleet = Fleet::new([
        row("10.0.0.1:1", 0, 0, 9),
        row("10.0.0.2:1", 0, 0, 0),
        row("c:1", 0, 0, 9),
    ]);
    for host in ["10.0.0.1", "10.0.0.2"] {
        fleet.resolved_hosts.insert(host.to_owned(), "db".to_owned());
    }
    assert_eq!(
        differently_resolved(&fleet),
        keys(&["10.0.0.1:1"]),
        "only where it does not answer"
    );

    let shared = ["a:1", "b:1", "c:1", "d:1"].map(|name| {
        let mut row = row(name, 0, 0, if name == "c:1" { 9 } else { 0 });
        row.server.uuid = if name == "d:1" { String::new() } else { uuid(1) };
        row
    });
    let shared = shared_uuids(&Fleet::new(shared));
    assert_eq!(shared, [(uuid(1), keys(&["a:1", "b:1"]))]);
    assert!(shared_uuid_notice(&shared[0].0, &shared[0].1).starts_with("a:1 and b:1 have the same server_uuid"));
}
