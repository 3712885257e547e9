use super::*;
use crate::discovery::{Crawl, CrawlEvent, CrawlOptions, CrawlReport, Outcome, crawl};
use crate::model::Fleet;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Servers by the key they answer at; everything else refuses.
#[derive(Default)]
struct World {
    servers: HashMap<InstanceKey, Reading>,
    asked: Mutex<BTreeMap<InstanceKey, usize>>,
    pause: Duration,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl World {
    fn with(mut self, at: &str, reading: Reading) -> Self {
        self.servers.insert(key(at), reading);
        self
    }

    fn probe(&self, asked: &InstanceKey) -> Observation {
        *self.asked.lock().unwrap().entry(asked.clone()).or_default() += 1;
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(self.pause);
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        match self.servers.get(asked) {
            Some(reading) => answer(&asked.to_string(), reading.clone()),
            None => silence(&asked.to_string(), ContactKind::Refused),
        }
    }

    fn crawl(&self, seeds: &[&str], rules: &DiscoveryRules, fleet: &mut Fleet) -> CrawlReport {
        self.crawl_with(seeds, rules, fleet, &CrawlOptions::new(rules))
    }

    fn crawl_with(
        &self,
        seeds: &[&str],
        rules: &DiscoveryRules,
        fleet: &mut Fleet,
        options: &CrawlOptions,
    ) -> CrawlReport {
        let names = names(rules);
        let state = Crawl {
            fleet,
            rules,
            names: &names,
        };
        crawl(keys(seeds), options, &|key| self.probe(key), state, &mut |_| ())
    }
}

fn with_replicas(mut reading: Reading, announced: &[&str]) -> Reading {
    reading.announced_replicas = keys(announced);
    reading.dumping_hosts = reading
        .announced_replicas
        .iter()
        .map(|key| key.hostname.to_string())
        .collect();
    reading
}

/// A master, an intermediate master, two leaves.
fn tree() -> World {
    World::default()
        .with("m:3306", with_replicas(reading("m", 1, None), &["i:3307"]))
        .with(
            "i:3307",
            with_replicas(reading("i", 2, Some("m:3306")), &["x:3306", "y:3306"]),
        )
        .with("x:3306", reading("x", 3, Some("i:3307")))
        .with("y:3306", reading("y", 4, Some("i:3307")))
}

#[test]
fn a_tree_is_found_whole_from_any_of_its_servers() {
    for seed in ["m:3306", "i:3307", "x:3306"] {
        let (world, mut fleet) = (tree(), Fleet::default());
        let report = world.crawl(&[seed], &DiscoveryRules::default(), &mut fleet);
        assert_eq!(
            report.found,
            keys(&["i:3307", "m:3306", "x:3306", "y:3306"]),
            "from {seed}"
        );
        assert!(
            report.failed.is_empty() && report.skipped.is_empty() && report.notices.is_empty(),
            "{report:?}"
        );
        assert!(
            world.asked.lock().unwrap().values().all(|times| *times == 1),
            "each once"
        );
        for absorbed in &report.absorbed {
            let row = absorbed.instance.as_ref().unwrap();
            assert_eq!(Some(row), fleet.get(&row.key), "the report has the final rows");
            let depth = match row.key.hostname.as_ref() {
                "m" => 0,
                "i" => 1,
                _ => 2,
            };
            assert_eq!((row.cluster.name.as_str(), row.cluster.depth), ("m:3306", depth));
        }
        assert_eq!(report.aliases, [("m:3306".to_owned(), "m:3306".to_owned())]);
    }
}

#[test]
fn without_following_only_the_given_are_asked() {
    let (world, mut fleet, rules) = (tree(), Fleet::default(), DiscoveryRules::default());
    let options = CrawlOptions {
        follow: false,
        ..CrawlOptions::new(&rules)
    };
    let report = world.crawl_with(&["i:3307", "gone:1"], &rules, &mut fleet, &options);
    assert_eq!(report.found, keys(&["i:3307"]));
    assert_eq!(
        report.failed.iter().map(|f| f.key.clone()).collect::<Vec<_>>(),
        keys(&["gone:1"])
    );
    assert_eq!(fleet.instances().len(), 1);
}

#[test]
fn aliases_and_domains_of_a_tree_come_from_its_master() {
    let mut master = with_replicas(reading("m", 1, None), &["r:3306"]);
    master.answers.cluster_alias = Some("main".to_owned());
    master.answers.cluster_domain = Some("main.example".to_owned());
    let mut replica = reading("r", 2, Some("m:3306"));
    replica.answers.cluster_alias = Some("wrong".to_owned());
    replica.answers.cluster_domain = Some("wrong.example".to_owned());
    let world = World::default().with("m:3306", master).with("r:3306", replica);
    let mut fleet = Fleet::default();
    let report = world.crawl(&["r:3306"], &DiscoveryRules::default(), &mut fleet);
    assert_eq!(report.aliases, [("m:3306".to_owned(), "main".to_owned())]);
    assert_eq!(fleet.aliases.get("m:3306").map(String::as_str), Some("main"));
    let domains: Vec<_> = report
        .absorbed
        .iter()
        .filter_map(|a| a.cluster_domain.clone())
        .collect();
    assert_eq!(domains, [("m:3306".to_owned(), "main.example".to_owned())]);
    assert!(
        report
            .absorbed
            .iter()
            .all(|a| a.instance.as_ref().unwrap().cluster.suggested_alias == "main")
    );
}

#[test]
fn names_learnt_late_still_join_the_tree() {
    // The replica knows its master by address, the master calls itself by name and knows the replica by address.
    let mut master = reading("m", 1, None);
    master.dumping_hosts = vec!["10.0.0.2".to_owned()];
    let world = World::default()
        .with("10.0.0.1:3306", master)
        .with("10.0.0.2:3306", reading("r", 2, Some("10.0.0.1:3306")))
        .with("r:3306", reading("r", 2, Some("10.0.0.1:3306")));
    for seed in ["10.0.0.2:3306", "10.0.0.1:3306", "r:3306"] {
        let mut fleet = Fleet::default();
        let report = world.crawl(&[seed], &DiscoveryRules::default(), &mut fleet);
        assert_eq!(report.found, keys(&["m:3306", "r:3306"]), "from {seed}");
        let replica = fleet.get(&key("r:3306")).unwrap();
        assert_eq!(
            (&replica.replication.master, replica.cluster.depth),
            (&key("m:3306"), 1),
            "from {seed}"
        );
        assert_eq!(
            fleet.get(&key("m:3306")).unwrap().replicas,
            keys(&["r:3306"]),
            "from {seed}"
        );
    }
}

#[test]
fn two_addresses_of_one_server_are_told_not_merged() {
    let rules = DiscoveryRules {
        own_name: crate::discovery::OwnName::Given,
        ..Default::default()
    };
    let world = World::default()
        .with("a:3306", reading("a", 1, None))
        .with("b:3306", reading("a", 1, None));
    let mut fleet = Fleet::default();
    let report = world.crawl(&["a:3306", "b:3306"], &rules, &mut fleet);
    assert_eq!(report.found, keys(&["a:3306", "b:3306"]));
    assert!(report.notices[0].contains("same server_uuid"), "{:?}", report.notices);
}

#[test]
fn two_servers_of_one_name_are_told() {
    let world = World::default()
        .with("10.0.0.1:3306", reading("db", 1, None))
        .with("10.0.0.2:3306", reading("db", 2, None));
    let mut fleet = Fleet::default();
    let report = world.crawl(
        &["10.0.0.1:3306", "10.0.0.2:3306"],
        &DiscoveryRules::default(),
        &mut fleet,
    );
    assert_eq!((report.found.len(), report.absorbed.len()), (1, 1));
    assert!(
        report
            .notices
            .iter()
            .any(|n| n.contains("different servers that both call themselves db:3306"))
    );
}

#[test]
fn a_wrong_guess_and_an_unreachable_name_say_what_to_do() {
    let mut master = reading("m", 1, None);
    master.dumping_hosts = vec!["r".to_owned()];
    let mut fleet = Fleet::default();
    let report = World::default()
        .with("m:3306", master)
        .crawl(&["m:3306"], &DiscoveryRules::default(), &mut fleet);
    assert_eq!(report.failed[0].key, key("r:3306"));
    assert!(report.notices[0].contains("report_port"), "{:?}", report.notices);

    let world = World::default().with("10.0.0.1:3306", reading("c1", 1, None));
    let mut fleet = Fleet::default();
    let rules = DiscoveryRules {
        max_concurrency: 1,
        ..Default::default()
    };
    let report = world.crawl(&["10.0.0.1:3306", "c1:3306"], &rules, &mut fleet);
    assert!(
        report.notices.iter().any(|n| n.contains("MySQLHostnameResolveMethod")),
        "{:?}",
        report.notices
    );
    assert!(!fleet.get(&key("c1:3306")).unwrap().check.is_valid());
}

#[test]
fn filters_hold_for_what_is_found_and_users_are_left_out() {
    let mut backup = reading("x", 3, Some("i:3307"));
    backup.channels[0].user = "backup".to_owned();
    let world = tree().with("x:3306", backup);
    let rules = DiscoveryRules {
        ignore_hosts: hosts(&["^y:"]),
        ignore_users: users(&["^backup$"]),
        ..Default::default()
    };
    let mut fleet = Fleet::default();
    let report = world.crawl(&["m:3306"], &rules, &mut fleet);
    assert_eq!(report.found, keys(&["i:3307", "m:3306"]));
    assert_eq!(report.skipped[0].0, key("x:3306"));
    assert_eq!(fleet.instances().len(), 2);
}

#[test]
fn a_probe_that_breaks_down_is_one_failure() {
    let rules = DiscoveryRules {
        max_concurrency: 1,
        ..Default::default()
    };
    let (world, names, mut fleet) = (tree(), names(&rules), Fleet::default());
    let probe = |key: &InstanceKey| {
        if key.hostname.as_ref() == "x" {
            std::panic::resume_unwind(Box::new("broken on purpose"));
        }
        world.probe(key)
    };
    let state = Crawl {
        fleet: &mut fleet,
        rules: &rules,
        names: &names,
    };
    let report = crawl(
        keys(&["m:3306"]),
        &CrawlOptions::new(&rules),
        &probe,
        state,
        &mut |_| (),
    );
    assert_eq!(
        report.failed.iter().map(|f| f.key.clone()).collect::<Vec<_>>(),
        keys(&["x:3306"])
    );
    assert_eq!(report.found, keys(&["i:3307", "m:3306", "y:3306"]));
}

#[test]
fn a_crawl_can_be_stopped() {
    let (world, names, mut fleet, rules) = (
        tree(),
        names(&DiscoveryRules::default()),
        Fleet::default(),
        DiscoveryRules::default(),
    );
    let stop = AtomicBool::new(false);
    let options = CrawlOptions {
        stop: Some(&stop),
        ..CrawlOptions::new(&rules)
    };
    let state = Crawl {
        fleet: &mut fleet,
        rules: &rules,
        names: &names,
    };
    let mut outcomes = Vec::new();
    let report = crawl(
        keys(&["m:3306"]),
        &options,
        &|key| world.probe(key),
        state,
        &mut |event| {
            if let CrawlEvent::Absorbed(absorbed) = event {
                outcomes.push(absorbed.outcome);
                stop.store(true, Ordering::Relaxed);
            }
        },
    );
    assert_eq!((report.found, report.unasked), (keys(&["m:3306"]), keys(&["i:3307"])));
    assert_eq!(outcomes, [Outcome::Complete]);
}

#[test]
fn what_waits_when_a_crawl_is_stopped_is_told() {
    let rules = DiscoveryRules {
        max_concurrency: 1,
        ..Default::default()
    };
    let (world, names, mut fleet, stop) = (tree(), names(&rules), Fleet::default(), AtomicBool::new(false));
    let options = CrawlOptions {
        stop: Some(&stop),
        ..CrawlOptions::new(&rules)
    };
    let state = Crawl {
        fleet: &mut fleet,
        rules: &rules,
        names: &names,
    };
    let probe = |key: &InstanceKey| {
        stop.store(true, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(20));
        world.probe(key)
    };
    let seeds = keys(&["m:3306", "x:3306", "y:3306", "z:3306"]);
    let report = crawl(seeds.clone(), &options, &probe, state, &mut |_| ());
    let mut accounted = [report.found.clone(), report.unasked.clone()].concat();
    accounted.retain(|key| seeds.contains(key));
    accounted.sort();
    assert_eq!(accounted, seeds, "{report:?}");
    assert!(world.asked.lock().unwrap().len() < seeds.len());
}

#[test]
fn few_servers_take_few_threads_and_never_more_than_allowed() {
    let seeds: Vec<String> = (0..40).map(|n| format!("h{n}:3306")).collect();
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    let world = World {
        pause: Duration::from_millis(3),
        ..World::default()
    };
    let rules = DiscoveryRules {
        max_concurrency: 7,
        ..Default::default()
    };
    let report = world.crawl(&seeds, &rules, &mut Fleet::default());
    assert_eq!(report.failed.len(), 40);
    assert!(world.most_at_once.load(Ordering::SeqCst) <= 7);
}

#[test]
fn a_thousand_servers_within_the_budget() {
    let mut world = World {
        pause: Duration::from_millis(20),
        ..World::default()
    };
    let mut seeds = Vec::new();
    for tree in 0..250_u32 {
        let host = |n: u32| format!("t{tree:03}n{n}:3306");
        let name = |n: u32| format!("t{tree:03}n{n}");
        let replicas = [host(1), host(2), host(3)];
        let replicas: Vec<&str> = replicas.iter().map(String::as_str).collect();
        world = world.with(
            &host(0),
            with_replicas(reading(&name(0), tree * 4 + 1, None), &replicas),
        );
        for n in 1..4 {
            world = world.with(&host(n), reading(&name(n), tree * 4 + n + 1, Some(&host(0))));
        }
        seeds.push(host(0));
    }
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    let mut fleet = Fleet::default();
    let begin = Instant::now();
    let report = world.crawl(&seeds, &DiscoveryRules::default(), &mut fleet);
    let took = begin.elapsed();
    assert_eq!((report.found.len(), report.absorbed.len()), (1_000, 1_000));
    assert_eq!(fleet.cluster_names().len(), 250);
    assert!(took <= Duration::from_secs(2), "took {took:?}");
    assert!(world.most_at_once.load(Ordering::SeqCst) <= 300);
}
