//! A steady probe of a real MySQL 9.x replica: CPU time of ours with the inventory write, and packets on the wire.

use crate::process::cpu_seconds;
use crate::support::proxy::Proxy;
use crate::support::sandbox::{Flavour, PROBE_PASSWORD, PROBE_USER, Sandbox};
use orchestrator::discovery::{DiscoveryRules, Names, absorb};
use orchestrator::inventory::{Access, CheckEvent, CheckRecord, Inventory, OpenOptions};
use orchestrator::model::{Fleet, Instance, InstanceKey, Timestamp};
use orchestrator::probe::{ProbeSettings, Session};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PROBES: usize = 5_000;
const BATCH: usize = 500;

pub fn steady() {
    for flavour in [Flavour::MySql9, Flavour::MariaDb] {
        let tree = Sandbox::up(flavour, "0;1<0").gtid(true).start().unwrap();
        packets(&tree, flavour);
        cpu(&tree, flavour);
    }
}

fn session(port: u16) -> Session {
    let settings = Arc::new(ProbeSettings::new(PROBE_USER, PROBE_PASSWORD));
    Session::new(InstanceKey::new("127.0.0.1", port), settings)
}

fn now() -> Timestamp {
    Timestamp(1_790_000_000)
}

fn packets(tree: &Sandbox, flavour: Flavour) {
    let proxy = Proxy::start(format!("127.0.0.1:{}", tree.port(1)).parse().unwrap());
    let mut session = session(proxy.port());
    for _ in 0..5 {
        assert!(session.probe(&now).is_success());
    }
    let before = proxy.client_packets();
    for _ in 0..100 {
        assert!(session.probe(&now).is_success());
    }
    let each = (proxy.client_packets() - before) as f64 / 100.0;
    println!(
        "{:<58} {each:>10.2}",
        format!("steady probe, client packets, {}", flavour.name())
    );
    // One way 5 ms more: one round trip costs 10 ms, and no more than one is made.
    proxy.set_delay(crate::support::proxy::Side::Client, Duration::from_millis(5));
    proxy.set_delay(crate::support::proxy::Side::Server, Duration::from_millis(5));
    let begun = Instant::now();
    for _ in 0..20 {
        assert!(session.probe(&now).is_success());
    }
    let each = begun.elapsed().as_secs_f64() * 1e3 / 20.0;
    println!(
        "{:<58} {each:>7.1} ms",
        format!("the same behind 10 ms of round trip, {}", flavour.name())
    );
}

/// Probe, make a row of it, and write the rows in batches, as a continuous run would.
fn cpu(tree: &Sandbox, flavour: Flavour) {
    let folder = std::env::temp_dir().join(format!("orchestrator-bench-probe-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let inventory = Inventory::open(folder.join("probe.sqlite3"), &OpenOptions::new(Access::Write, now())).unwrap();
    let (rules, mut fleet) = (DiscoveryRules::default(), Fleet::default());
    let rules = DiscoveryRules {
        own_name: orchestrator::discovery::OwnName::Given,
        ..rules
    };
    let names = Names::system(&rules, Duration::from_secs(1));
    let mut session = session(tree.port(1));
    for _ in 0..100 {
        session.probe(&now);
    }
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let mut rows: Vec<Instance> = Vec::new();
    for _ in 0..PROBES {
        let observation = session.probe(&now);
        let absorbed = absorb(&observation, &fleet, &rules, &names);
        absorbed.apply(&mut fleet);
        rows.extend(absorbed.instance);
        if rows.len() == BATCH {
            let records: Vec<_> = rows
                .iter()
                .map(|i| CheckRecord {
                    at: now(),
                    event: CheckEvent::Success(i),
                })
                .collect();
            inventory.record_batch(&records).unwrap();
            rows.clear();
        }
    }
    let each = |seconds: f64| seconds / PROBES as f64 * 1e6;
    let (cpu, wall) = (each(cpu_seconds() - cpu), each(begun.elapsed().as_secs_f64()));
    println!(
        "{:<58} {cpu:>7.0} µs   (wall {wall:.0} µs)",
        format!("steady probe with inventory write, our CPU, {}", flavour.name())
    );
    std::fs::remove_dir_all(&folder).ok();
}
