use super::*;
use crate::discovery::{Absorbed, Outcome, absorb};
use crate::model::observation::ProbeFault;
use crate::model::{Fleet, PromotionRule};

pub(super) fn absorb_into(fleet: &Fleet, observation: &Observation, rules: &DiscoveryRules) -> Absorbed {
    absorb(observation, fleet, rules, &names(rules))
}

pub(super) fn fault(question: &str) -> ProbeFault {
    ProbeFault {
        question: question.to_owned(),
        said: "no".to_owned(),
        remedy: None,
    }
}

#[test]
fn an_answer_makes_a_whole_row_under_the_servers_own_name() {
    let rules = DiscoveryRules {
        data_center: pattern(r"\.([^.]+)\.example"),
        region: pattern("^(..)"),
        physical_environment: pattern("^(zzz)"),
        ..Default::default()
    };
    let mut reading = reading("db1.ams.example", 1, Some("10.0.0.9:3306"));
    reading.gtid_mode = "ON".to_owned();
    reading.channels[0].oracle_gtid = true;
    reading.channels[0].status.seconds_behind = Some(7);
    reading.answers.region = Some("europe".to_owned());
    reading.answers.instance_alias = Some("one".to_owned());
    reading.answers.semi_sync_enforced = Some(" 2 ".to_owned());
    reading.answers.pseudo_gtid = Some("1".to_owned());
    let absorbed = absorb_into(&Fleet::default(), &answer("10.0.0.1:3306", reading), &rules);
    assert_eq!(absorbed.renamed_from, Some(key("10.0.0.1:3306")));
    assert_eq!(absorbed.outcome, Outcome::Complete);
    assert!(
        absorbed
            .resolved
            .contains(&("10.0.0.1".to_owned(), "db1.ams.example".to_owned()))
    );
    let row = absorbed.instance.unwrap();
    assert_eq!(row.key, key("db1.ams.example:3306"));
    assert_eq!(row.server.major_version, "8.0");
    assert_eq!(row.server.alias, "one");
    assert_eq!(
        (row.place.data_center.as_str(), row.place.region.as_str()),
        ("ams", "europe")
    );
    assert_eq!(row.place.physical_environment, "");
    assert_eq!(row.replication.lag_seconds, Some(7));
    assert_eq!(row.semi_sync.enforced, 2);
    assert!(row.gtid.supports_oracle && row.gtid.oracle && !row.gtid.mariadb && row.gtid.pseudo);
    assert!(row.check.is_valid() && row.check.partial_success);
    assert_eq!(row.check.latency_nanos, 2_000_000);
    assert_eq!(absorbed.follow, keys(&["10.0.0.9:3306"]));
}

#[test]
fn a_master_has_no_threads_and_no_master() {
    let row = absorb_into(
        &Fleet::default(),
        &answer("m:3306", reading("m", 1, None)),
        &DiscoveryRules::default(),
    );
    let row = row.instance.unwrap();
    assert!(!row.has_replication_threads() && row.replication.master.is_none());
    for nobody in [":3306", "_:3306"] {
        let row = absorb_into(
            &Fleet::default(),
            &answer("m:3306", reading("m", 1, Some(nobody))),
            &Default::default(),
        );
        assert!(row.instance.unwrap().replication.master.hostname.is_empty(), "{nobody}");
    }
}

#[test]
fn lag() {
    let lag = |asked: Option<i64>, behind: Option<u64>| {
        let mut reading = reading("r", 1, Some("m:3306"));
        reading.answers.lag_seconds = asked;
        reading.channels[0].status.seconds_behind = behind;
        let row = absorb_into(&Fleet::default(), &answer("r:3306", reading), &Default::default())
            .instance
            .unwrap();
        row.replication.lag_seconds
    };
    assert_eq!(lag(Some(3), Some(9)), Some(3));
    assert_eq!(lag(Some(-3), Some(9)), Some(0));
    assert_eq!(lag(None, Some(9)), Some(9));
    assert_eq!(lag(None, None), None);
}

#[test]
fn failures_keep_the_row_and_never_make_one() {
    let rules = DiscoveryRules::default();
    let mut fleet = Fleet::default();
    let unknown = absorb_into(&fleet, &silence("m:3306", ContactKind::Refused), &rules);
    assert_eq!(
        (unknown.outcome, unknown.instance, unknown.follow),
        (Outcome::Failed, None, vec![])
    );

    absorb_into(&fleet, &answer("m:3306", reading("m", 1, None)), &rules).apply(&mut fleet);
    let before = fleet.get(&key("m:3306")).unwrap().clone();
    let failed = absorb_into(&fleet, &silence("m:3306", ContactKind::Refused), &rules);
    let row = failed.instance.clone().unwrap();
    assert_eq!(row.check.last_seen, Some(NOW));
    assert_eq!(
        row.check.last_checked,
        Some(NOW.plus_seconds(1)),
        "a failure within the second of the last success"
    );
    assert_eq!(row.check.last_attempted, Some(NOW.plus_seconds(1)));
    assert!(!row.check.is_valid() && !row.check.partial_success);
    assert_eq!(
        crate::model::Instance {
            check: before.check,
            ..row
        },
        before
    );

    let mut halfway = silence("m:3306", ContactKind::HungInQuery);
    halfway.reading = Some(reading("other", 9, None));
    halfway.ended = NOW.plus_seconds(10);
    let row = absorb_into(&fleet, &halfway, &rules).instance.unwrap();
    assert!(row.check.partial_success, "the settings were read");
    assert_eq!(
        (row.server.uuid, row.check.last_checked),
        (uuid(1), Some(NOW.plus_seconds(10)))
    );

    let elsewhere = absorb_into(&fleet, &silence("10.0.0.1:3306", ContactKind::Refused), &rules);
    assert_eq!(elsewhere.instance, None, "another address says nothing of the server");
}

#[test]
fn a_server_without_the_name_wanted_of_it_failed() {
    let rules = DiscoveryRules {
        own_name: crate::discovery::OwnName::ReportHost,
        ..Default::default()
    };
    let absorbed = absorb_into(&Fleet::default(), &answer("m:3306", reading("m", 1, None)), &rules);
    assert_eq!((absorbed.outcome, absorbed.instance), (Outcome::Failed, None));
    assert!(absorbed.contact.said.contains("report_host"), "{}", absorbed.contact);
}

#[test]
fn a_name_that_names_no_machine_is_not_taken() {
    let absorbed = absorb_into(
        &Fleet::default(),
        &answer("m:3306", reading("localhost", 1, None)),
        &Default::default(),
    );
    assert_eq!((absorbed.key, absorbed.notices.len()), (key("m:3306"), 1));
    let local = absorb_into(
        &Fleet::default(),
        &answer("127.0.0.1:1", reading("localhost", 1, None)),
        &Default::default(),
    );
    assert_eq!(local.key, key("localhost:1"));
}

#[test]
fn a_partial_answer_counts_and_keeps_what_failed() {
    let rules = DiscoveryRules {
        data_center: pattern("^(m)"),
        ..Default::default()
    };
    let mut fleet = Fleet::default();
    let mut full = reading("m", 1, None);
    full.answers.data_center = Some("ams".to_owned());
    full.answers.cluster_alias = Some("main".to_owned());
    full.answers.semi_sync_enforced = Some("3".to_owned());
    absorb_into(&fleet, &answer("m:3306", full), &rules).apply(&mut fleet);

    let mut partial = answer("m:3306", reading("m", 1, None));
    partial.faults = [
        "DetectDataCenterQuery",
        "DetectClusterAliasQuery",
        "DetectSemiSyncEnforcedQuery",
    ]
    .map(fault)
    .to_vec();
    let absorbed = absorb_into(&fleet, &partial, &rules);
    assert_eq!((absorbed.outcome, absorbed.faults.len()), (Outcome::Partial, 3));
    let row = absorbed.instance.unwrap();
    assert!(row.check.is_valid());
    assert_eq!(
        (row.place.data_center.as_str(), row.cluster.suggested_alias.as_str()),
        ("ams", "main")
    );
    assert_eq!(row.semi_sync.enforced, 3);

    let row = absorb_into(&fleet, &answer("m:3306", reading("m", 1, None)), &rules)
        .instance
        .unwrap();
    assert_eq!(
        (row.place.data_center.as_str(), row.cluster.suggested_alias.as_str()),
        ("m", ""),
        "a null answer is one"
    );
    assert_eq!(row.semi_sync.enforced, 0);
}

#[test]
fn filters() {
    let rules = DiscoveryRules {
        ignore_hosts: hosts(&["10.0.0.7", ":3399$"]),
        ignore_masters: hosts(&["^mm"]),
        ignore_replicas: hosts(&["10.0.0.8"]),
        ignore_users: users(&["^backup"]),
        ..Default::default()
    };
    assert!(rules.ignores(&key("10.0.0.7:1")) && rules.ignores(&key("x:3399")));
    assert!(!rules.ignores(&key("10.0.0.70:1")), "an address must be equal");
    for (master, follow) in [
        ("m:3306", &["a:3306", "m:3306"][..]),
        ("mm:3306", &["a:3306"]),
        ("10.0.0.7:1", &["a:3306"]),
        ("//m:1", &["a:3306"]),
    ] {
        let mut reading = reading("r", 1, Some(master));
        reading.dumping_hosts = ["10.0.0.7", "10.0.0.8", "a"].map(str::to_owned).to_vec();
        let absorbed = absorb_into(&Fleet::default(), &answer("r:3306", reading), &rules);
        assert_eq!(absorbed.follow, keys(follow), "{master}");
        let row = absorbed.instance.unwrap();
        assert_eq!(
            row.replicas,
            keys(&["10.0.0.7:3306", "a:3306"]),
            "never following is not never having"
        );
        assert_eq!(row.replication.master, key(master));
    }
    let mut backup = reading("r", 1, Some("m:3306"));
    backup.channels[0].user = "backup1".to_owned();
    let skipped = absorb_into(&Fleet::default(), &answer("r:3306", backup), &rules);
    assert_eq!(
        (skipped.outcome, skipped.instance, skipped.follow),
        (Outcome::Skipped, None, vec![])
    );
    assert!(skipped.skipped.unwrap().contains("backup1"));
}

#[test]
fn promotion_rules_and_domains() {
    let given = |word: &str| {
        let mut reading = reading("db1", 1, None);
        reading.answers.promotion_rule = Some(word.to_owned());
        absorb_into(
            &Fleet::default(),
            &answer("10.0.0.1:3306", reading),
            &Default::default(),
        )
    };
    let absorbed = given("prefer_not ");
    assert_eq!(
        absorbed.promotion_rule,
        Some((key("db1:3306"), PromotionRule::PreferNot)),
        "under the row's key"
    );
    for word in ["must", "nonsense"] {
        let absorbed = given(word);
        assert_eq!((absorbed.promotion_rule, absorbed.notices.len()), (None, 1), "{word}");
    }
    assert_eq!((given("").promotion_rule, given("").notices.len()), (None, 0));

    let mut fleet = Fleet::default();
    let mut master = reading("m", 1, None);
    master.answers.cluster_domain = Some("main.example".to_owned());
    let absorbed = absorb_into(&fleet, &answer("m:3306", master), &Default::default());
    assert_eq!(
        absorbed.cluster_domain,
        Some(("m:3306".to_owned(), "main.example".to_owned()))
    );
    absorbed.apply(&mut fleet);
    let mut replica = reading("r", 2, Some("m:3306"));
    replica.answers.cluster_domain = Some("main.example".to_owned());
    assert_eq!(
        absorb_into(&fleet, &answer("r:3306", replica), &Default::default()).cluster_domain,
        None
    );
}

#[test]
fn several_channels_are_named() {
    let mut reading = reading("r", 1, Some("m1:3306"));
    reading.channels.insert(0, channel("other", "m2:3306"));
    let absorbed = absorb_into(&Fleet::default(), &answer("r:3306", reading), &Default::default());
    assert_eq!(absorbed.instance.unwrap().replication.master, key("m1:3306"));
    assert!(
        absorbed.notices[0].contains("`other` from m2:3306"),
        "{:?}",
        absorbed.notices
    );
}

#[test]
fn a_loopback_master_is_on_the_replicas_own_machine() {
    for (asked, own, master, resolved) in [
        ("r:3307", "r", "127.0.0.1:3306", "r:3306"),
        ("127.0.0.1:3307", "vm", "127.0.0.1:3306", "vm:3306"),
        ("127.0.0.1:3307", "127.0.0.1", "localhost:3306", "127.0.0.1:3306"),
        ("127.0.0.2:3306", "127.0.0.2", "127.0.0.1:3306", "127.0.0.1:3306"),
    ] {
        let absorbed = absorb_into(
            &Fleet::default(),
            &answer(asked, reading(own, 1, Some(master))),
            &Default::default(),
        );
        assert_eq!(
            absorbed.instance.unwrap().replication.master,
            key(resolved),
            "{asked} {master}"
        );
    }
}

#[test]
fn injected_pseudo_gtid_is_told_by_the_cluster() {
    let rules = DiscoveryRules {
        auto_pseudo_gtid: true,
        ..Default::default()
    };
    let mut fleet = Fleet::default();
    fleet.pseudo_gtid_clusters.insert("m:3306".to_owned());
    assert!(
        absorb_into(&fleet, &answer("m:3306", reading("m", 1, None)), &rules)
            .instance
            .unwrap()
            .gtid
            .pseudo
    );
    assert!(
        !absorb_into(&fleet, &answer("n:3306", reading("n", 1, None)), &rules)
            .instance
            .unwrap()
            .gtid
            .pseudo
    );
}
