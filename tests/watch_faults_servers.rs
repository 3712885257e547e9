//! Servers fail a watcher in great numbers: all down, all hanging, some hanging, all flapping; and hooks fail it: they
//! hang, flood and linger. The servers are simulated.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/fault_watch.rs"]
mod fault_watch;

use fault_watch::fake_server::{FakeFleet, FakeNode, FakeServer, Greeting, Role, scripts};
use fault_watch::{Cluster, Place, Watch};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Masters without replicas, and a watcher that has seen them all.
fn fleet(name: &str, count: usize, extra: Value) -> (FakeFleet, Place, Watch) {
    let fleet = FakeFleet::start(count, |_| scripts::mysql("8.0.36", Role::Master));
    let mut place = Place::new(name, &[], extra);
    let seeds: Vec<String> = fleet
        .nodes
        .iter()
        .map(|node| format!("127.0.0.1:{}", node.port()))
        .collect();
    place.config["DiscoverySeeds"] = json!(seeds);
    place.configure(&place.config.to_string());
    let watch = place.watch();
    watch.settle(&place, count);
    (fleet, place, watch)
}

/// Open connections break, and new ones get no further than this.
fn turn(node: &FakeNode, greeting: Greeting) {
    node.set_greeting(greeting);
    node.kill_connections();
}

fn ports(nodes: &[FakeNode]) -> String {
    let ports: Vec<String> = nodes.iter().map(|node| node.port().to_string()).collect();
    ports.join(", ")
}

/// Seconds since the last answer of the one of these that has been heard of least recently.
fn oldest(place: &Place, nodes: &[FakeNode]) -> u64 {
    let sql = format!(
        "SELECT max(strftime('%s', 'now') - strftime('%s', last_seen)) FROM database_instance WHERE port IN ({})",
        ports(nodes)
    );
    place.value(&sql).and_then(|age| age.parse().ok()).unwrap_or(u64::MAX)
}

#[test]
fn a_tenth_that_hangs_keeps_nobody_else_waiting() {
    let (fleet, place, watch) = fleet("tenth", 40, json!({}));
    let (hung, well) = fleet.nodes.split_at(4);
    hung.iter().for_each(|node| turn(node, Greeting::Never));
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(12) {
        let age = oldest(&place, well);
        assert!(age <= 20, "{age} s\n{}", watch.text());
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(oldest(&place, hung) > 5, "they are not heard of:\n{}", watch.text());
    let since = place.now();
    hung.iter().for_each(|node| turn(node, Greeting::Normal));
    watch.wait("all are back", || place.seen_since(&since) == 40);
    let each = watch.count("accepts connections but does not speak");
    assert!(each <= 12, "{each} lines about four servers:\n{}", watch.text());
    watch.stop();
    place.check();
}

#[test]
fn all_servers_may_fail_at_once_and_come_back() {
    let (fleet, place, watch) = fleet("all", 30, json!({}));
    for greeting in [Greeting::Never, Greeting::CloseAtOnce, Greeting::HangAuth] {
        fleet.nodes.iter().for_each(|node| turn(node, greeting.clone()));
        watch.wait("nobody answers", || {
            place
                .value("SELECT count(*) FROM database_instance WHERE last_checked > last_seen")
                .as_deref()
                == Some("30")
        });
        let since = place.now();
        fleet.nodes.iter().for_each(|node| turn(node, Greeting::Normal));
        watch.wait("all are back", || place.seen_since(&since) == 30);
    }
    watch.stop();
    place.check();
}

/// The first statement that changes more than a receiver, which witnesses of a silent master restart.
fn change(node: &FakeServer) -> Option<String> {
    let verbs = ["stop ", "start ", "change ", "reset ", "set global ", "kill "];
    node.statements().into_iter().find(|statement| {
        let statement = statement.to_lowercase();
        verbs.iter().any(|verb| statement.starts_with(verb)) && !statement.contains(" io_thread")
    })
}

/// Masters that die all at once are alive behind a network that is not: none is replaced, this is said once, each
/// cluster tells why, and it is over when they are back.
#[test]
fn twenty_masters_that_die_at_once_are_not_replaced() {
    const CLUSTERS: usize = 20;
    // A fifth of the clusters, which is more than `MaxSimultaneousMasterFailures`.
    const LIMIT: usize = 4;
    let mut clusters: Vec<Cluster> = (0..CLUSTERS).map(|_| Cluster::start(2)).collect();
    let all: Vec<&Cluster> = clusters.iter().collect();
    let place = Place::new("twenty", &all, json!({"RecoverMasterClusterFilters": ["*"]}));
    let watch = place.watch();
    watch.settle(&place, 3 * CLUSTERS);
    clusters.iter_mut().for_each(Cluster::die);
    let is_said = format!("of {CLUSTERS} clusters lost their master at a time, more than {LIMIT}");
    watch.hear(&is_said);
    // Those whose deaths were within the limit when they were judged may have been begun; nobody else is.
    watch.wait("all others are held", || {
        watch.count("held by fleet-breaker") >= CLUSTERS - LIMIT
    });
    let is_held =
        |cluster: &&Cluster| watch.count(&format!("{}: NOT Recovering, held by fleet-breaker", cluster.key())) > 0;
    let held = clusters.iter().rfind(is_held).unwrap().key();
    let why = place
        .command(&["why-not", &held])
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    // The minute in which nobody is replaced is not over.
    clusters.iter_mut().for_each(Cluster::revive);
    let said = String::from_utf8_lossy(&why.stdout);
    assert!(why.status.code() == Some(5) && said.contains(&is_said), "{why:?}");

    let since = place.now();
    watch.wait("all are back", || place.seen_since(&since) == 3 * CLUSTERS);
    let is_over = "no longer do too many clusters lose their master at a time";
    watch.hear_within(is_over, Duration::from_secs(150));
    let alarms = |line: &&String| line.contains(&is_said) && !line.contains("held by");
    assert_eq!(watch.said().iter().filter(alarms).count(), 1, "{}", watch.text());
    let begun = place.value("SELECT count(*) FROM topology_recovery");
    let begun: usize = begun.and_then(|count| count.parse().ok()).unwrap();
    assert!(begun <= LIMIT, "{begun} begun\n{}", watch.text());
    let is_begun = |cluster: &&Cluster| {
        let sql = format!("SELECT count(*) FROM topology_recovery WHERE port = {}", cluster.port);
        place.value(&sql).as_deref() != Some("0")
    };
    for cluster in clusters.iter().filter(|cluster| !is_begun(cluster)) {
        let changes: Vec<_> = cluster.replicas.iter().filter_map(change).collect();
        assert_eq!(changes, Vec::<String>::new(), "{}", cluster.key());
    }
    watch.stop();
    place.check();
}

#[test]
fn memory_and_descriptors_stay_flat_while_servers_flap() {
    let (fleet, place, watch) = fleet("flat", 50, json!({ "OnFailureDetectionProcesses": [] }));
    let long = if std::env::var_os("ORCHESTRATOR_TEST_ALL").is_some() {
        300
    } else {
        60
    };
    let mut then = (0, 0);
    for second in 0..long {
        for (number, node) in fleet.nodes.iter().enumerate() {
            let next = match (second + number) % 3 {
                0 => Greeting::Normal,
                1 => Greeting::CloseAtOnce,
                _ => Greeting::Never,
            };
            turn(node, next);
        }
        std::thread::sleep(Duration::from_secs(1));
        if second == 15 {
            then = (watch.memory(), watch.descriptors());
        }
    }
    let since = place.now();
    fleet.nodes.iter().for_each(|node| turn(node, Greeting::Normal));
    watch.wait("all are back", || place.seen_since(&since) == 50);
    let now = (watch.memory(), watch.descriptors());
    assert!(
        now.0 <= then.0 + then.0 / 10 + 4096,
        "{then:?} KiB and descriptors, then {now:?}"
    );
    assert!(
        now.1 <= then.1 + then.1 / 10 + 60,
        "{then:?} KiB and descriptors, then {now:?}"
    );
    watch.stop();
    place.check();
}

#[test]
fn hooks_that_hang_flood_and_linger_keep_no_other_failure_waiting() {
    let mut first = Cluster::start(2);
    let mut second = Cluster::start(2);
    let place = Place::new("hooks", &[&first, &second], json!({}));
    let file = place.dir.join("hooks").display().to_string();
    let mut config = place.config.clone();
    config["HookTimeoutSeconds"] = json!(4);
    let of_first = format!(
        "[ {{failedPort}} != {} ] || {{ echo it said so; sleep 1000; }}",
        first.port
    );
    config["OnFailureDetectionProcesses"] = json!([
        "head -c 100000000 /dev/zero | tr '\\0' 'x'; echo; echo done",
        "setsid sleep 30 > /dev/null 2>&1 < /dev/null &",
        of_first,
        format!("echo {{failedPort}} >> {file}"),
    ]);
    place.configure(&config.to_string());
    let watch = place.watch();
    watch.settle(&place, 6);
    first.die();
    watch.hear(&format!("127.0.0.1:{}: DeadMaster detected", first.port));
    let begin = Instant::now();
    second.die();
    watch.hear(&format!("127.0.0.1:{}: DeadMaster detected", second.port));
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    watch.wait("the second one's hooks", || place.hooks() == [second.port.to_string()]);
    watch.hear("HookTimeoutSeconds was over");
    let longest = "SELECT max(length(message)) FROM topology_recovery_steps";
    watch.wait("steps", || {
        place
            .value("SELECT count(*) FROM topology_recovery_steps WHERE message LIKE '%was over) it said so'")
            .as_deref()
            == Some("1")
    });
    let longest: usize = place.value(longest).unwrap().parse().unwrap();
    assert!((2_000..6_000).contains(&longest), "{longest}");
    let output = "SELECT count(*) FROM topology_recovery_steps WHERE message LIKE '%hook 1 of 4 said: xxx%done'";
    watch.wait("both outputs", || place.value(output).as_deref() == Some("2"));
    let lines = watch.said();
    let strange = lines.iter().find(|line| line.len() > 1_000 || !line.starts_with("20"));
    assert_eq!(strange, None, "messages are lines");
    assert!(watch.memory() < 200_000, "{} KiB", watch.memory());
    assert_eq!(place.hooks(), [second.port.to_string()], "the first one's list ended");
    watch.stop();
    place.check();
}
