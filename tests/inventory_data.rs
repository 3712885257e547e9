//! What is stored and read back: checks, and what operators say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod inventory_support;

use inventory_support::{NOW, instance, key, memory};
use orchestrator::inventory::{
    AuditEntry, CheckEvent, CheckRecord, ErrorKind, Inventory, LockRequest, NewDowntime, NodeId, NodeReport, Origin,
    Purge, Recorded, Scope, append_audit_line,
};
use orchestrator::model::instance::ThreadState;
use orchestrator::model::observation::{Contact, ContactKind, ProbeFault};
use orchestrator::model::records::LOST_IN_RECOVERY;
use orchestrator::model::tag::Tag;
use orchestrator::model::{Coordinates, Instance, InstanceKey, PromotionRule, Timestamp};

fn after(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

fn stored(inventory: &Inventory, text: &str) -> Instance {
    inventory.instance(&key(text)).unwrap().unwrap()
}

/// An instance in which no field has its default.
fn full() -> Instance {
    let mut i = instance("r:2");
    i.check.latency_nanos = 17;
    i.server.id = 4_000_000_000;
    i.server.uuid = "uuid".into();
    i.server.version_comment = "Percona".into();
    i.server.uptime_seconds = 9;
    i.server.is_binlog_server = true;
    i.server.read_only = true;
    i.server.alias = "alias".into();
    i.binlog.enabled = true;
    i.binlog.format = "ROW".into();
    i.binlog.row_image = "FULL".into();
    i.binlog.logs_replica_updates = true;
    i.binlog.end = Coordinates::new("b.000001", u64::from(u32::MAX) + 7);
    let r = &mut i.replication;
    r.master = key("m:1");
    r.master_uuid = "master-uuid".into();
    (r.io_running, r.sql_running) = (true, true);
    (r.io_state, r.sql_state) = (ThreadState::None, ThreadState::Other);
    r.read = Coordinates::new("b.000002", 2);
    r.executed = Coordinates::new("//b.000003:4", 3);
    r.relay = Coordinates::new("relay.000004", 4);
    r.last_io_error = "\"io \\u00e9\"".into();
    r.last_sql_error = "\"sql\"".into();
    (r.seconds_behind, r.lag_seconds, r.sql_delay_seconds) = (Some(5), Some(0), 7);
    (r.has_filters, r.has_credentials, r.credentials_available, r.allow_tls) = (true, true, true, true);
    i.gtid.mode = "ON".into();
    (i.gtid.supports_oracle, i.gtid.oracle, i.gtid.mariadb, i.gtid.pseudo) = (true, true, true, true);
    i.gtid.executed = "a:1-2,\nb:3".into();
    i.gtid.purged = "a:1".into();
    i.gtid.errant = "b:3".into();
    i.gtid.ancestry_uuid = "a,b".into();
    let s = &mut i.semi_sync;
    (s.available, s.enforced, s.master_enabled, s.replica_enabled) = (true, 2, true, true);
    (s.master_timeout_ms, s.master_wait_count, s.master_status) = (1_000_000_000_000, 3, true);
    (s.master_clients, s.replica_status) = (4, true);
    i.group.name = "group".into();
    i.group.single_primary = true;
    i.group.state = "ONLINE".into();
    i.group.role = "SECONDARY".into();
    i.group.members = vec![key("g:1"), key("g:2")];
    i.group.primary = key("g:1");
    i.place.data_center = "dc".into();
    i.place.region = "region".into();
    i.place.physical_environment = "env".into();
    i.cluster.name = "m:1".into();
    i.cluster.suggested_alias = "shop".into();
    i.cluster.depth = 3;
    i.cluster.is_co_master = true;
    i.replicas = vec![key("x:1"), key("y:2")];
    i.stored_replica_count = 2;
    i
}

#[test]
fn an_instance_reads_back_as_it_was_written() {
    let inventory = memory();
    let mut written = full();
    assert_eq!(inventory.record_success(&written, NOW).unwrap(), Recorded::Stored);
    written.check.last_checked = Some(NOW);
    written.check.last_attempted = Some(NOW);
    written.check.last_seen = Some(NOW);
    written.check.partial_success = true;
    assert_eq!(stored(&inventory, "r:2"), written);
    assert_eq!(
        inventory.load_fleet(Scope::Everything).unwrap().get(&key("r:2")),
        Some(&written)
    );
    assert_eq!(
        inventory.load_fleet(Scope::Cluster("m:1")).unwrap().instances().len(),
        1
    );
    assert_eq!(
        inventory.load_fleet(Scope::Cluster("shop")).unwrap().instances().len(),
        0
    );

    let reduced = inventory.load_fleet(Scope::Analysis).unwrap();
    let read = reduced.get(&key("r:2")).unwrap();
    assert!(read.gtid.executed.is_empty() && read.replicas.is_empty() && read.server.uuid.is_empty());
    assert_eq!(read.gtid.errant, written.gtid.errant);
    assert_eq!(read.replication.io_state, written.replication.io_state);
    assert_eq!(read.group.primary, written.group.primary);
    assert_eq!(read.replication.read, written.replication.read);

    inventory.record_success(&instance("r:2"), after(1)).unwrap();
    let plain = stored(&inventory, "r:2");
    assert_eq!((plain.replication.seconds_behind, plain.replicas.len()), (None, 0));
    assert!(inventory.warnings().list.is_empty());
}

#[test]
fn the_life_of_a_check() {
    let inventory = memory();
    let contact = Contact::failed(ContactKind::Refused, "connect: refused");
    let unknown = inventory.record_failure(&key("h:1"), false, &contact, NOW).unwrap();
    assert_eq!(unknown, Recorded::Unknown);
    assert_eq!(inventory.record_attempt(&key("h:1"), NOW).unwrap(), Recorded::Unknown);
    assert!(inventory.keys().unwrap().is_empty() && inventory.probe_outcomes().unwrap().is_empty());

    inventory.record_success(&instance("h:1"), NOW).unwrap();
    assert!(stored(&inventory, "h:1").check.is_valid());

    inventory.record_failure(&key("h:1"), true, &contact, NOW).unwrap();
    let check = stored(&inventory, "h:1").check;
    assert!(!check.is_valid(), "a failure in the second of the success");
    assert_eq!((check.last_checked, check.last_seen), (Some(after(1)), Some(NOW)));
    assert!(check.partial_success);
    let outcome = inventory.probe_outcome(&key("h:1")).unwrap().unwrap();
    assert_eq!(
        (outcome.contact, outcome.at, outcome.faults),
        (contact.clone(), Some(NOW), vec![])
    );

    inventory
        .record_failure(&key("h:1"), false, &contact, after(10))
        .unwrap();
    let check = stored(&inventory, "h:1").check;
    assert_eq!(
        (check.last_checked, check.last_seen, check.partial_success),
        (Some(after(10)), Some(NOW), false)
    );

    inventory.record_attempt(&key("h:1"), after(12)).unwrap();
    let check = stored(&inventory, "h:1").check;
    assert_eq!(
        (check.last_checked, check.last_attempted),
        (Some(after(10)), Some(after(12)))
    );

    let fault = ProbeFault {
        question: "binary log".into(),
        said: "denied".into(),
        remedy: Some("GRANT".into()),
    };
    inventory
        .record_partial(&instance("h:1"), std::slice::from_ref(&fault), after(20))
        .unwrap();
    let check = stored(&inventory, "h:1").check;
    assert!(check.is_valid() && check.partial_success && check.last_seen == Some(after(20)));
    let outcome = inventory.probe_outcome(&key("h:1")).unwrap().unwrap();
    assert_eq!(
        (outcome.contact.kind, outcome.faults),
        (ContactKind::Answered, vec![fault])
    );

    inventory.record_success(&instance("h:1"), after(30)).unwrap();
    assert_eq!(inventory.probe_outcome(&key("h:1")).unwrap(), None);
}

#[test]
fn a_failure_after_the_clock_stepped_back_is_a_failure() {
    let inventory = memory();
    inventory.record_success(&instance("h:1"), after(3_600)).unwrap();
    let contact = Contact::failed(ContactKind::HungInQuery, "");
    inventory.record_failure(&key("h:1"), false, &contact, NOW).unwrap();
    let check = stored(&inventory, "h:1").check;
    assert!(!check.is_valid());
    assert_eq!(check.last_seen, Some(after(3_600)));
    inventory.record_success(&instance("h:1"), after(1)).unwrap();
    assert!(stored(&inventory, "h:1").check.is_valid());
}

#[test]
fn a_batch_is_all_or_nothing_and_in_order() {
    let inventory = memory();
    let contact = Contact::failed(ContactKind::Reset, "");
    let (one, two, absent) = (instance("h:1"), instance("h:2"), key("absent:1"));
    let records = [
        CheckRecord {
            at: NOW,
            event: CheckEvent::Success(&one),
        },
        CheckRecord {
            at: NOW,
            event: CheckEvent::Failure {
                key: &one.key,
                partial: false,
                contact: &contact,
            },
        },
        CheckRecord {
            at: NOW,
            event: CheckEvent::Attempt(&absent),
        },
        CheckRecord {
            at: NOW,
            event: CheckEvent::Partial(&two, &[]),
        },
    ];
    let done = inventory.record_batch(&records).unwrap();
    assert_eq!(
        done,
        [Recorded::Stored, Recorded::Stored, Recorded::Unknown, Recorded::Stored]
    );
    assert!(!stored(&inventory, "h:1").check.is_valid() && stored(&inventory, "h:2").check.is_valid());
    assert!(inventory.record_batch(&[]).unwrap().is_empty());

    let undone = inventory.transaction("try", |inventory| {
        inventory.record_success(&instance("h:3"), NOW)?;
        inventory.put_tag(
            &key("h:3"),
            &Tag {
                name: "x".into(),
                value: None,
                negated: true,
            },
            NOW,
        )
    });
    assert_eq!(undone.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(inventory.keys().unwrap().len(), 2);
}

#[test]
fn unknown_columns_and_unlisted_values_survive() {
    let scratch = inventory_support::Scratch::new();
    let inventory = inventory_support::open(&scratch.file()).unwrap();
    inventory.record_success(&instance("h:1"), NOW).unwrap();
    inventory
        .register_candidate(&key("h:1"), PromotionRule::Prefer, NOW)
        .unwrap();
    let other = rusqlite::Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "ALTER TABLE database_instance ADD COLUMN theirs text; UPDATE database_instance SET theirs = 'x';
             UPDATE candidate_database_instance SET priority = 7",
        )
        .unwrap();
    inventory.record_success(&instance("h:1"), after(1)).unwrap();
    inventory
        .register_candidate(&key("h:1"), PromotionRule::MustNot, after(1))
        .unwrap();
    let one = |sql: &str| inventory_support::texts(&other, sql);
    assert_eq!(one("SELECT theirs FROM database_instance"), ["x"]);
    let candidate = "SELECT priority || promotion_rule || last_suggested FROM candidate_database_instance";
    assert_eq!(one(candidate), [format!("7must_not{}", after(1))]);
}

#[test]
fn forgetting() {
    let inventory = memory();
    for port in 1..=3 {
        let mut member = instance(&format!("h:{port}"));
        member.cluster.name = "h:1".into();
        inventory.record_success(&member, NOW).unwrap();
    }
    inventory
        .put_tag(&key("h:2"), &Tag::parse("role=x").unwrap(), NOW)
        .unwrap();
    assert!(!inventory.forget_instance(&key("absent:1"), NOW, 15).unwrap());
    assert!(!inventory.is_forgotten(&key("absent:1"), NOW).unwrap());
    assert!(inventory.forget_instance(&key("h:2"), NOW, 15).unwrap());
    assert_eq!(inventory.tags(&key("h:2")).unwrap().len(), 1, "tags stay");
    assert!(inventory.is_forgotten(&key("h:2"), after(14)).unwrap());
    assert!(!inventory.is_forgotten(&key("h:2"), after(15)).unwrap());
    assert_eq!(
        inventory.record_success(&instance("h:2"), after(5)).unwrap(),
        Recorded::Forgotten
    );
    assert_eq!(inventory.keys().unwrap().len(), 2);
    assert_eq!(inventory.forgotten(after(5)).unwrap().len(), 1);
    assert!(!inventory.inject(&key("h:2"), Origin::UnseenMaster, after(5)).unwrap());
    inventory.unforget(&key("h:2")).unwrap();
    assert_eq!(
        inventory.record_success(&instance("h:2"), after(5)).unwrap(),
        Recorded::Stored
    );

    assert_eq!(
        inventory.forget_cluster("h:1", after(6), 15).unwrap(),
        [key("h:1"), key("h:3")]
    );
    assert_eq!(inventory.forget_cluster("h:1", after(6), 15).unwrap(), []);
    assert_eq!(inventory.keys().unwrap(), [key("h:2")]);
    assert!(inventory.inject(&key("h:1"), Origin::Seed, after(7)).unwrap());
    assert!(!inventory.inject(&key("h:2"), Origin::Seed, after(7)).unwrap());
    let seed = stored(&inventory, "h:1");
    assert!(seed.check.is_valid());
    assert_eq!(
        (seed.server.version.as_str(), seed.cluster.name.as_str()),
        ("Unknown", "h:1")
    );
    assert!(inventory.set_cluster_name(&key("h:1"), "other:1").unwrap());
    assert_eq!(stored(&inventory, "h:1").cluster.name, "other:1");
    assert_eq!(inventory.forget_unseen_since(after(6)).unwrap(), [key("h:2")]);
}

#[test]
fn downtimes() {
    let inventory = memory();
    let begin = |text: &str, reason: &str, at: Timestamp, end: Option<Timestamp>| {
        let downtime = NewDowntime {
            key: key(text),
            owner: "ann".into(),
            reason: reason.into(),
            begin: at,
            end,
        };
        inventory.begin_downtime(&downtime, at).unwrap()
    };
    assert!(!begin("h:1", "over", NOW, Some(NOW)));
    assert!(begin("h:1", "first", NOW, Some(after(600))));
    assert!(begin("h:1", "second", NOW, Some(after(60))));
    assert!(begin("h:2", "endless", NOW, None));
    let found = inventory.downtimes().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].reason.as_str(), found[0].end_text.as_str()),
        ("second", after(60).to_string().as_str())
    );
    assert!(found[0].holds(after(59)) && !found[0].holds(after(60)) && found[1].holds(after(9_999_999)));
    assert_eq!(inventory.expire_downtimes(after(60)).unwrap(), 0);
    assert_eq!(inventory.expire_downtimes(after(61)).unwrap(), 1);
    assert!(inventory.end_downtime(&key("h:2")).unwrap());
    assert!(!inventory.end_downtime(&key("h:2")).unwrap());
}

#[test]
fn downtimes_of_lost_instances_last_until_they_are_back() {
    let inventory = memory();
    let year = NewDowntime::of_lost(key("x:1"), "o", 0, NOW);
    assert_eq!(
        (year.end, year.reason.as_str()),
        (Some(after(365 * 86_400)), LOST_IN_RECOVERY)
    );
    let lose = |text: &str| {
        let downtime = NewDowntime::of_lost(key(text), "o", 20, NOW);
        assert_eq!(downtime.end, Some(after(1_200)));
        inventory.begin_downtime(&downtime, NOW).unwrap();
    };
    let mut replicating = full();
    replicating.key = key("back:1");
    inventory.record_success(&replicating, NOW).unwrap();
    let mut sole = instance("sole:1");
    sole.cluster.suggested_alias = "sole".into();
    inventory.record_success(&sole, NOW).unwrap();
    for text in ["twin:1", "twin:2"] {
        let mut twin = instance(text);
        twin.cluster.suggested_alias = "twin".into();
        inventory.record_success(&twin, NOW).unwrap();
    }
    inventory.record_success(&instance("nameless:1"), NOW).unwrap();
    ["back:1", "sole:1", "twin:1", "twin:2", "nameless:1", "absent:1"]
        .iter()
        .for_each(|text| lose(text));
    assert_eq!(inventory.renew_lost_in_recovery(after(5)).unwrap(), 6);
    assert_eq!(inventory.downtimes().unwrap()[0].end, Some(after(5 + 365 * 86_400)));
    assert!(inventory.end_recovered_lost(after(59)).unwrap().is_empty());
    assert_eq!(
        inventory.end_recovered_lost(after(60)).unwrap(),
        [key("back:1"), key("sole:1")]
    );
    assert_eq!(inventory.downtimes().unwrap().len(), 4);
}

#[test]
fn maintenance() {
    let inventory = memory();
    let request = |end: i64, explicitly_bounded: bool| LockRequest {
        key: key("h:1"),
        owner: "ann".into(),
        reason: "work".into(),
        end: after(end),
        explicitly_bounded,
        node: NodeId {
            hostname: "mgr".into(),
            token: "t".into(),
        },
    };
    let first = inventory.begin_maintenance(&request(600, true), NOW).unwrap().unwrap();
    assert_eq!(
        inventory.begin_maintenance(&request(600, true), after(599)).unwrap(),
        None
    );
    assert_eq!(
        inventory.maintenance(&key("h:1"), after(599)).unwrap().unwrap().id,
        first
    );
    assert!(inventory.maintenance(&key("h:1"), after(600)).unwrap().is_none());
    assert_eq!(
        inventory.active_maintenance().unwrap().len(),
        1,
        "ended but not removed"
    );
    let second = inventory
        .begin_maintenance(&request(1_200, true), after(600))
        .unwrap()
        .unwrap();
    assert_ne!(first, second);
    assert!(inventory.end_maintenance(&key("h:1"), after(601)).unwrap());
    assert!(!inventory.end_maintenance(&key("h:1"), after(601)).unwrap());
    let third = inventory
        .begin_maintenance(&request(1_200, true), after(601))
        .unwrap()
        .unwrap();
    assert!(inventory.end_maintenance_by_id(third, after(602)).unwrap());
    assert!(!inventory.end_maintenance_by_id(third, after(602)).unwrap());

    inventory
        .begin_maintenance(&request(1_200, false), after(610))
        .unwrap()
        .unwrap();
    let node = NodeReport {
        id: request(0, false).node,
        ..NodeReport::default()
    };
    inventory.register_node(&node, after(610)).unwrap();
    inventory.expire_maintenance(after(611)).unwrap();
    assert!(inventory.maintenance(&key("h:1"), after(611)).unwrap().is_some());
    inventory.deregister_node(&node.id).unwrap();
    assert_eq!(inventory.expire_maintenance(after(612)).unwrap(), 1);
    assert!(inventory.active_maintenance().unwrap().is_empty());
    assert_eq!(inventory.expire_maintenance(after(9 * 86_400)).unwrap(), 4);
}

#[test]
fn tags() {
    let inventory = memory();
    let tag = |text: &str| Tag::parse(text).unwrap();
    for (host, text) in [
        ("h:1", "role=backup"),
        ("h:1", "empty"),
        ("h:2", "role=backup"),
        ("h:3", "role=other"),
    ] {
        inventory.put_tag(&key(host), &tag(text), NOW).unwrap();
    }
    inventory.put_tag(&key("h:1"), &tag("it's=a \"quote\""), NOW).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [pair("empty", ""), pair("it's", "a \"quote\""), pair("role", "backup")];
    assert_eq!(inventory.tags(&key("h:1")).unwrap(), expected);
    assert_eq!(inventory.all_tags().unwrap().len(), 3);
    assert!(!inventory.remove_tag(&key("h:1"), &tag("role=other")).unwrap());
    assert!(inventory.remove_tag(&key("h:1"), &tag("empty")).unwrap());
    assert_eq!(
        inventory.remove_tag_everywhere(&tag("role=backup")).unwrap(),
        [key("h:1"), key("h:2")]
    );
    assert_eq!(inventory.all_tags().unwrap().len(), 2);
    for text in ["~role", "role"] {
        assert_eq!(
            inventory.remove_tag_everywhere(&tag(text)).unwrap_err().kind(),
            ErrorKind::Refused
        );
    }
    assert_eq!(
        inventory.put_tag(&key("h:1"), &tag("~role"), NOW).unwrap_err().kind(),
        ErrorKind::Refused
    );
    assert_eq!(
        inventory.remove_tag(&key("h:1"), &tag("~role")).unwrap_err().kind(),
        ErrorKind::Refused
    );
}

#[test]
fn candidates_and_pools() {
    let inventory = memory();
    inventory
        .register_candidate(&key("h:1"), PromotionRule::Prefer, NOW)
        .unwrap();
    inventory
        .register_candidate(&key("h:2"), PromotionRule::MustNot, after(10))
        .unwrap();
    assert_eq!(
        inventory
            .load_fleet(Scope::Analysis)
            .unwrap()
            .promotion_rule(&key("h:1")),
        PromotionRule::Prefer
    );
    assert_eq!(inventory.expire_candidates(after(10)).unwrap(), 1);
    assert_eq!(inventory.candidates().unwrap()[0].rule, PromotionRule::MustNot);

    let keys = |list: &[&str]| list.iter().map(|text| key(text)).collect::<Vec<InstanceKey>>();
    inventory.submit_pool("a", &keys(&["h:1", "h:2", "h:1"]), NOW).unwrap();
    inventory.submit_pool("b", &keys(&["h:1"]), NOW).unwrap();
    inventory.submit_pool("a", &keys(&["h:3"]), after(5)).unwrap();
    let found: Vec<_> = inventory
        .pools()
        .unwrap()
        .into_iter()
        .map(|m| (m.pool, m.key.to_string()))
        .collect();
    assert_eq!(
        found,
        [("a".to_owned(), "h:3".to_owned()), ("b".to_owned(), "h:1".to_owned())]
    );
    assert_eq!(inventory.purge(Purge::Pools, after(1)).unwrap(), 1);
    inventory.submit_pool("a", &[], after(6)).unwrap();
    assert!(inventory.pools().unwrap().is_empty());
}

#[test]
fn names_of_hosts() {
    let inventory = memory();
    inventory.store_resolve("a", "a", NOW).unwrap();
    inventory.store_resolve("b", "b.example.com", NOW).unwrap();
    inventory.store_resolve("c", "b.example.com", after(1)).unwrap();
    assert_eq!(inventory.resolve("b").unwrap().as_deref(), Some("b.example.com"));
    assert_eq!(inventory.resolve("x").unwrap(), None);
    assert_eq!(inventory.resolves().unwrap().len(), 3);
    let history = inventory.resolve_history().unwrap();
    assert_eq!(history.len(), 1, "one per resolved name, none where nothing differs");
    assert_eq!(history[0].hostname, "c");
    let fleet = inventory.load_fleet(Scope::Analysis).unwrap();
    assert_eq!(fleet.resolved(&key("b:1")), key("b.example.com:1"));
    assert_eq!(fleet.resolved_hosts.len(), 2);
    inventory.store_resolve("x", "y", NOW).unwrap();
    inventory.store_resolve("y", "x", after(1)).unwrap();
    assert_eq!(inventory.delete_looped_resolves().unwrap(), 1);
    assert_eq!(inventory.resolve("x").unwrap(), None);
    assert!(inventory.delete_resolve("a").unwrap() && !inventory.delete_resolve("a").unwrap());
    assert_eq!(inventory.reset_resolves().unwrap(), 3);
    assert_eq!(inventory.resolve_history().unwrap().len(), 3);

    inventory.register_unresolve("a", "vip", NOW).unwrap();
    inventory.register_unresolve("b", "other", NOW).unwrap();
    inventory.register_unresolve("b", "", NOW).unwrap();
    assert_eq!(inventory.unresolves().unwrap()[0].mapped, "vip");
    assert!(inventory.deregister_unresolve("a").unwrap() && !inventory.deregister_unresolve("a").unwrap());
    inventory.store_addresses("a", "10.0.0.1", "", NOW).unwrap();
    assert_eq!(
        inventory.addresses("a").unwrap(),
        Some(("10.0.0.1".to_owned(), String::new()))
    );
    assert_eq!(inventory.addresses("b").unwrap(), None);
}

#[test]
fn snapshots() {
    let inventory = memory();
    inventory.record_success(&full(), NOW).unwrap();
    assert_eq!(inventory.take_snapshot(NOW).unwrap(), 1);
    inventory.record_success(&instance("new:1"), NOW).unwrap();
    assert_eq!(inventory.take_snapshot(after(60)).unwrap(), 2);
    assert_eq!(inventory.take_snapshot(after(60)).unwrap(), 0, "the same second");
    assert_eq!(inventory.snapshot_times().unwrap(), [NOW, after(60)]);
    let rows = inventory.snapshot(NOW).unwrap();
    assert_eq!(
        (rows.len(), &rows[0].key, &rows[0].master),
        (1, &key("r:2"), &key("m:1"))
    );
    assert_eq!((rows[0].cluster.as_str(), rows[0].version.as_str()), ("m:1", "8.0.36"));
    assert!(inventory.snapshot(after(1)).unwrap().is_empty());
    assert_eq!(inventory.last_snapshot_before(after(59)).unwrap(), Some(NOW));
    assert_eq!(inventory.delete_snapshots(after(60)).unwrap(), 1);
}

#[test]
fn the_audit_trail() {
    let inventory = memory();
    let entry = |seconds: i64, text: &str| AuditEntry {
        at: after(seconds),
        kind: "forget".into(),
        key: key(text),
        cluster: "c:1".into(),
        message: "done".into(),
    };
    for (seconds, text) in [(0, "h:1"), (1, "h:2"), (2, "h:1")] {
        inventory.write_audit(&entry(seconds, text)).unwrap();
    }
    assert_eq!(
        inventory.audit_entries(None, 2, 0).unwrap(),
        [entry(2, "h:1"), entry(1, "h:2")]
    );
    assert_eq!(
        inventory.audit_entries(Some(&key("h:1")), 9, 1).unwrap(),
        [entry(0, "h:1")]
    );
    assert_eq!(inventory.purge(Purge::Audit, after(2)).unwrap(), 2);

    let scratch = inventory_support::Scratch::new();
    let file = scratch.0.join("audit.log");
    append_audit_line(&file, &entry(0, "h:1"), "2024-05-01 12:00:00").unwrap();
    append_audit_line(&file, &entry(0, "h:2"), "2024-05-01 12:00:00").unwrap();
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        lines.lines().next(),
        Some("2024-05-01 12:00:00\tforget\th\t1\t[c:1]\tdone\t")
    );
    assert_eq!(lines.lines().count(), 2);
}

#[test]
fn registers_and_switches() {
    let inventory = memory();
    let node = NodeReport {
        id: NodeId {
            hostname: "mgr".into(),
            token: "t".into(),
        },
        mode: "CLIMode".into(),
        command: "discover".into(),
        app_version: "1".into(),
        backend: "orchestrator.db".into(),
    };
    inventory.register_node(&node, NOW).unwrap();
    inventory.register_node(&node, after(5)).unwrap();
    let nodes = inventory.nodes(after(5)).unwrap();
    assert_eq!(
        (nodes.len(), nodes[0].first_seen, nodes[0].last_seen),
        (1, Some(NOW), Some(after(5)))
    );
    assert_eq!(nodes[0].report, node);
    assert_eq!(inventory.purge(Purge::NodeHealth, after(6)).unwrap(), 1);
    assert!(inventory.nodes(NOW).unwrap().is_empty());

    assert!(!inventory.are_recoveries_disabled().unwrap());
    inventory.disable_recoveries().unwrap();
    inventory.disable_recoveries().unwrap();
    assert!(inventory.are_recoveries_disabled().unwrap());
    inventory.enable_recoveries().unwrap();
    assert!(!inventory.are_recoveries_disabled().unwrap());

    inventory.kv_put("mysql/master/a", "h:1", NOW).unwrap();
    inventory.kv_put("mysql/master/a", "h:2", after(1)).unwrap();
    inventory.kv_put("other", "x", NOW).unwrap();
    assert_eq!(inventory.kv_get("mysql/master/a").unwrap().as_deref(), Some("h:2"));
    assert_eq!(inventory.kv_get("none").unwrap(), None);
    assert_eq!(inventory.kv_list("mysql/").unwrap().len(), 1);
    inventory.set_general_attribute("shop.example.com", "h:1", NOW).unwrap();
    assert_eq!(
        inventory.general_attribute("shop.example.com").unwrap().as_deref(),
        Some("h:1")
    );
    assert_eq!(inventory.general_attribute("none").unwrap(), None);
    inventory.set_tls_required(&key("h:1"), true).unwrap();
    assert!(inventory.tls_required().unwrap()[&key("h:1")]);
    for what in Purge::ALL {
        inventory.purge(*what, NOW).unwrap();
    }
}

#[test]
fn a_standing_log_is_remembered_from_its_first_sight() {
    let inventory = memory();
    let at = |position| Coordinates::new("b.000001", position);
    let first = |text: &str| inventory.stale_coordinates().unwrap()[&key(text)].first_seen;
    inventory.record_stale_coordinates(&key("h:1"), &at(4), NOW).unwrap();
    inventory
        .record_stale_coordinates(&key("h:1"), &at(4), after(5))
        .unwrap();
    assert_eq!(first("h:1"), NOW);
    inventory
        .record_stale_coordinates(&key("h:1"), &at(5), after(6))
        .unwrap();
    assert_eq!(first("h:1"), after(6));
    inventory
        .record_stale_coordinates(&key("moved:1"), &at(4), NOW)
        .unwrap();
    let mut standing = instance("h:1");
    standing.binlog.end = at(5);
    inventory.record_success(&standing, NOW).unwrap();
    assert_eq!(inventory.expire_stale_coordinates(after(100)).unwrap(), 1);
    assert_eq!(first("h:1"), after(6), "still standing there");
}

#[test]
fn aliases_follow_the_one_who_should_know() {
    let inventory = memory();
    let add = |text: &str, cluster: &str, alias: &str, read_only: bool, replicas: u16| {
        let mut i = instance(text);
        i.cluster.name = cluster.into();
        i.cluster.suggested_alias = alias.into();
        i.server.read_only = read_only;
        i.replicas = (0..replicas).map(|n| InstanceKey::new("r", n + 1)).collect();
        inventory.record_success(&i, NOW).unwrap();
    };
    let alias = |cluster: &str| inventory.aliases().unwrap().get(cluster).cloned();
    add("old:1", "old:1", "shop", false, 5);
    inventory
        .record_failure(&key("old:1"), false, &Contact::failed(ContactKind::Refused, ""), NOW)
        .unwrap();
    add("new:1", "new:1", "shop", false, 2);
    add("ro:1", "ro:1", "shop", true, 9);
    add("plain:1", "plain:1", "", false, 0);
    inventory.rebuild_aliases(NOW).unwrap();
    assert_eq!(alias("new:1").as_deref(), Some("shop"));
    assert_eq!((alias("old:1"), alias("ro:1")), (None, None));
    assert_eq!(alias("plain:1").as_deref(), Some("plain:1"));

    let lost = NewDowntime {
        key: key("new:1"),
        owner: "o".into(),
        reason: LOST_IN_RECOVERY.into(),
        begin: NOW,
        end: Some(after(100)),
    };
    inventory.begin_downtime(&lost, NOW).unwrap();
    inventory.rebuild_aliases(after(1)).unwrap();
    assert_eq!(alias("ro:1").as_deref(), Some("shop"), "a lost master has no say");
    inventory.rebuild_aliases(after(100)).unwrap();
    assert_eq!(alias("new:1").as_deref(), Some("shop"));

    inventory.set_alias("plain:1", "shop", NOW).unwrap();
    assert_eq!(
        (alias("plain:1").as_deref(), alias("new:1")),
        (Some("shop"), None),
        "stolen"
    );
    inventory.set_alias_override("plain:1", "mine").unwrap();
    assert_eq!(alias("plain:1").as_deref(), Some("mine"));
    inventory.set_alias_override("plain:1", "").unwrap();
    assert!(inventory.alias_overrides().unwrap().is_empty());
    inventory.note_injected_pseudo_gtid("plain:1", NOW).unwrap();
    inventory.note_injected_pseudo_gtid("plain:1", after(1)).unwrap();
    assert!(inventory.pseudo_gtid_clusters().unwrap().contains("plain:1"));
    assert_eq!(inventory.purge(Purge::InjectedPseudoGtid, after(1)).unwrap(), 0);
    inventory.set_domain("plain:1", "plain.example.com", NOW).unwrap();
    inventory.set_domain("plain:1", "p.example.com", NOW).unwrap();
    assert_eq!(
        inventory.load_fleet(Scope::Analysis).unwrap().domains["plain:1"],
        "p.example.com"
    );
}

#[test]
fn a_large_fleet_is_read_as_of_one_moment() {
    let scratch = inventory_support::Scratch::new();
    let inventory = inventory_support::open(&scratch.file()).unwrap();
    let other = rusqlite::Connection::open(scratch.file()).unwrap();
    other
        .execute_batch(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
             INSERT INTO database_instance (hostname, port, cluster_name, master_host, master_port)
             SELECT 'h', n, 'a', 'h', 1 + n / 10 FROM n;
             DELETE FROM database_instance WHERE port % 7 = 0 AND port < 2000",
        )
        .unwrap();
    let expected = inventory.keys().unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for name in ["b", "a"].into_iter().cycle().take(40) {
                other
                    .busy_timeout(std::time::Duration::from_secs(20))
                    .and_then(|()| other.execute("UPDATE database_instance SET cluster_name = ?", [name]))
                    .unwrap();
            }
        });
        while !writer.is_finished() {
            let fleet = inventory.load_fleet(Scope::Analysis).unwrap();
            assert_eq!(fleet.cluster_names().len(), 1, "half of one state and half of another");
            assert_eq!(fleet.instances().len(), expected.len());
        }
        writer.join().unwrap();
    });
    let fleet = inventory.load_fleet(Scope::Everything).unwrap();
    let mut keys: Vec<_> = fleet.instances().iter().map(|i| i.key.clone()).collect();
    keys.sort();
    assert_eq!(keys, expected);
    assert_eq!(fleet.replicas_of(&key("h:301")).count(), 10);
}
