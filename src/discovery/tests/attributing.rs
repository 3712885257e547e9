use super::*;
use crate::discovery::attribution::{Touched, reattribute};
use crate::discovery::{absorb, aliases::cluster_aliases};
use crate::model::records::{Downtime, LOST_IN_RECOVERY};
use crate::model::{Fleet, Instance};
use proptest::prelude::*;

/// Server `n` of a shape in which `masters[n]` is whom it follows.
fn server(n: usize, masters: &[Option<usize>]) -> Observation {
    let host = |n: usize| format!("h{n:02}");
    let master = masters[n].map(|m| format!("{}:3306", host(m)));
    let mut reading = reading(&host(n), u32::try_from(n).unwrap() + 1, master.as_deref());
    if let (Some(channel), Some(m)) = (reading.channels.first_mut(), masters[n]) {
        channel.status.master_uuid = uuid(u32::try_from(m).unwrap() + 1);
    }
    // Every server has run a transaction of its own, and has those of all above it.
    let mut above = vec![n];
    while let Some(m) = masters[above[above.len() - 1]].filter(|m| !above.contains(m)) {
        above.push(m);
    }
    reading.gtid_executed = above
        .iter()
        .map(|a| format!("{}:1-9", uuid(u32::try_from(*a).unwrap() + 1)))
        .collect::<Vec<_>>()
        .join(",");
    reading.gtid_mode = "ON".to_owned();
    reading.answers.cluster_alias = masters[n].is_none().then(|| format!("alias{n}"));
    answer(&format!("{}:3306", host(n)), reading)
}

/// Absorbs servers in this order and attributes them once at the end.
fn absorbed_in_order(order: &[usize], masters: &[Option<usize>], fleet: &mut Fleet) {
    let rules = DiscoveryRules::default();
    let names = names(&rules);
    let touched: Vec<Touched> = order
        .iter()
        .map(|&n| {
            let absorbed = absorb(&server(n, masters), fleet, &rules, &names);
            absorbed.apply(fleet);
            absorbed.touched
        })
        .collect();
    reattribute(fleet, &touched, &rules);
}

fn sorted(fleet: &Fleet) -> Vec<Instance> {
    let mut all = fleet.instances().to_vec();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

fn place(fleet: &Fleet, host: &str) -> (String, u32, bool) {
    let cluster = &fleet.get(&key(&format!("{host}:3306"))).unwrap().cluster;
    (cluster.name.clone(), cluster.depth, cluster.is_co_master)
}

#[test]
fn a_chain_is_right_after_one_round_from_the_leaf_up() {
    let masters = [None, Some(0), Some(1), Some(2)];
    let mut fleet = Fleet::default();
    absorbed_in_order(&[3, 2, 1, 0], &masters, &mut fleet);
    for (n, depth) in [("h00", 0), ("h01", 1), ("h02", 2), ("h03", 3)] {
        assert_eq!(place(&fleet, n), ("h00:3306".to_owned(), depth, false));
    }
    let leaf = fleet.get(&key("h03:3306")).unwrap();
    assert_eq!(leaf.gtid.ancestry_uuid, [uuid(1), uuid(2), uuid(3), uuid(4)].join(","));
    assert_eq!(leaf.cluster.suggested_alias, "alias0");
    assert_eq!(
        leaf.gtid.errant,
        format!("{}:1-9", uuid(4)),
        "its own transaction was never on its master"
    );
    assert_eq!(fleet.get(&key("h00:3306")).unwrap().gtid.errant, "");
}

#[test]
fn co_masters_keep_an_earlier_name_and_else_take_the_smaller_key() {
    let masters = [Some(1), Some(0), Some(1)];
    let mut fleet = Fleet::default();
    absorbed_in_order(&[1, 0, 2], &masters, &mut fleet);
    assert_eq!(place(&fleet, "h00"), ("h00:3306".to_owned(), 0, true));
    assert_eq!(place(&fleet, "h01"), ("h00:3306".to_owned(), 1, true));
    assert_eq!(place(&fleet, "h02"), ("h00:3306".to_owned(), 2, false));
    assert_eq!(
        fleet.get(&key("h01:3306")).unwrap().gtid.ancestry_uuid,
        [uuid(1), uuid(2)].join(",")
    );
    assert_eq!(
        fleet.get(&key("h00:3306")).unwrap().gtid.ancestry_uuid,
        [uuid(2), uuid(1)].join(",")
    );
    assert_eq!(
        fleet.get(&key("h01:3306")).unwrap().gtid.errant,
        "",
        "own writes of a co-master are rightful"
    );
    assert_eq!(
        fleet.get(&key("h02:3306")).unwrap().gtid.errant,
        format!("{}:1-9", uuid(3))
    );

    let mut named = Fleet::default();
    absorbed_in_order(&[1, 0, 2], &[None, None, Some(1)], &mut named);
    let mut row = named.get(&key("h00:3306")).unwrap().clone();
    row.cluster.name = "h01:3306".to_owned();
    named.upsert(row);
    absorbed_in_order(&[0, 1, 2], &masters, &mut named);
    assert_eq!(place(&named, "h01"), ("h01:3306".to_owned(), 0, true));
    assert_eq!(place(&named, "h00"), ("h01:3306".to_owned(), 1, true));
}

#[test]
fn polling_co_masters_one_at_a_time_settles() {
    let masters = [Some(1), Some(0)];
    let mut fleet = Fleet::default();
    for n in [1, 0, 1, 0, 1] {
        absorbed_in_order(&[n], &masters, &mut fleet);
    }
    assert_eq!(
        place(&fleet, "h01"),
        ("h01:3306".to_owned(), 0, true),
        "named by the one seen first"
    );
    assert_eq!(place(&fleet, "h00"), ("h01:3306".to_owned(), 1, true));
}

#[test]
fn a_ring_of_three_does_not_grow() {
    let masters = [Some(2), Some(0), Some(1), Some(1)];
    let mut fleet = Fleet::default();
    for _ in 0..5 {
        absorbed_in_order(&[0, 1, 2, 3], &masters, &mut fleet);
        for n in 0..4 {
            absorbed_in_order(&[n], &masters, &mut fleet);
        }
    }
    for (n, depth) in [("h00", 0), ("h01", 1), ("h02", 2), ("h03", 2)] {
        assert_eq!(place(&fleet, n), ("h00:3306".to_owned(), depth, false));
        let expected = if n == "h03" {
            format!("{}:1-9", uuid(4))
        } else {
            String::new()
        };
        assert_eq!(fleet.get(&key(&format!("{n}:3306"))).unwrap().gtid.errant, expected);
    }
}

#[test]
fn whoever_follows_itself_or_nobody_known_is_a_master() {
    let rules = DiscoveryRules::default();
    let names = names(&rules);
    for master in ["a:3306", "//b:3306", "gone:3306"] {
        let mut fleet = Fleet::default();
        absorb(&answer("a:3306", reading("a", 1, Some(master))), &fleet, &rules, &names).apply(&mut fleet);
        assert_eq!(place(&fleet, "a"), ("a:3306".to_owned(), 0, false), "{master}");
    }
}

#[test]
fn aliases_by_precedence() {
    let rules = DiscoveryRules {
        cluster_aliases: alias_map(&[("^m:", "mapped"), ("m", "later")]),
        ..Default::default()
    };
    let names = names(&rules);
    let alias = |own: Option<&str>, inherited: Option<&str>, overridden: Option<&str>| {
        let mut fleet = Fleet::default();
        let mut master = reading("m", 1, None);
        master.answers.cluster_alias = inherited.map(str::to_owned);
        if inherited.is_some() {
            absorb(&answer("m:3306", master), &fleet, &rules, &names).apply(&mut fleet);
        }
        if let Some(alias) = overridden {
            fleet.alias_overrides.insert("m:3306".to_owned(), alias.to_owned());
        }
        let (host, above) = if inherited.is_some() {
            ("r", Some("m:3306"))
        } else {
            ("m", None)
        };
        let mut replica = reading(host, 2, above);
        replica.answers.cluster_alias = own.map(str::to_owned);
        absorb(&answer(&format!("{host}:3306"), replica), &fleet, &rules, &names)
            .instance
            .unwrap()
            .cluster
            .suggested_alias
    };
    assert_eq!(alias(Some("own"), Some("inherited"), Some("given")), "given");
    assert_eq!(alias(Some("own"), Some("inherited"), None), "inherited");
    assert_eq!(alias(Some("own"), None, None), "own");
    assert_eq!(alias(None, None, None), "mapped", "the first pattern that matches");
}

#[test]
fn an_alias_belongs_to_one_cluster_by_its_strongest_claim() {
    let mut fleet = Fleet::default();
    let mut claim = |host: &str, alias: &str, read_only: bool, replicas: usize, valid: bool| {
        let mut row = Instance {
            key: key(&format!("{host}:1")),
            ..Instance::default()
        };
        row.cluster.name = row.key.to_string();
        row.cluster.suggested_alias = alias.to_owned();
        row.server.read_only = read_only;
        row.replicas = vec![InstanceKey::default(); replicas];
        row.check.last_checked = Some(NOW);
        row.check.last_seen = valid.then_some(NOW);
        fleet.upsert(row);
    };
    claim("busy", "x", false, 3, true);
    claim("idle", "x", false, 1, true);
    claim("slow", "y", true, 9, true);
    claim("dead", "y", false, 9, false);
    claim("lost", "z", false, 9, true);
    claim("bare", "", false, 0, true);
    let downtime = Downtime {
        key: key("lost:1"),
        begin: None,
        end: None,
        end_text: String::new(),
        owner: String::new(),
        reason: LOST_IN_RECOVERY.to_owned(),
        active: true,
    };
    fleet.downtimes.insert(key("lost:1"), downtime);
    let expected = [("bare:1", "bare:1"), ("busy:1", "x"), ("slow:1", "y")];
    let expected: Vec<_> = expected
        .iter()
        .map(|(c, a)| ((*c).to_owned(), (*a).to_owned()))
        .collect();
    assert_eq!(cluster_aliases(&fleet, NOW), expected);
}

#[test]
fn errant_transactions() {
    // Executed by replica and master; what is errant on the replica with uuid 2 below uuid 1.
    let cases = [
        (
            format!("{}:1-9", uuid(1)),
            format!("{}:1-5", uuid(1)),
            String::new(),
            "the master was merely read earlier",
        ),
        (
            format!("{}:1-9,{}:1-2", uuid(1), uuid(2)),
            format!("{}:1-9", uuid(1)),
            format!("{}:1-2", uuid(2)),
            "own",
        ),
        (
            format!("{}:1-2", uuid(2)),
            format!("{}:1-9,{}:1", uuid(1), uuid(2)),
            format!("{}:2", uuid(2)),
            "own, partly",
        ),
        (
            format!("{}:1-2", uuid(7)),
            format!("{}:1-9,{}:1-2", uuid(1), uuid(7)),
            String::new(),
            "of an earlier master",
        ),
        (
            format!("{}:1-3,{}:5", uuid(7), uuid(8)),
            uuid(1) + ":1",
            format!("{}:1-3,\n{}:5", uuid(7), uuid(8)),
            "strange",
        ),
        (
            format!("{}:1-3", uuid(7)),
            String::new(),
            String::new(),
            "master's set unknown",
        ),
        (
            format!("{}:1-2:tag:1-3", uuid(7)),
            uuid(7) + ":1-2",
            format!("{}:tag:1-3", uuid(7)),
            "tagged",
        ),
    ];
    let rules = DiscoveryRules::default();
    let names = names(&rules);
    for (own, of_master, errant, why) in cases {
        let mut fleet = Fleet::default();
        let mut master = reading("m", 1, None);
        master.gtid_executed = of_master;
        absorb(&answer("m:3306", master), &fleet, &rules, &names).apply(&mut fleet);
        let mut replica = reading("r", 2, Some("m:3306"));
        replica.channels[0].status.master_uuid = uuid(1);
        replica.gtid_executed = own.clone();
        assert_eq!(
            absorb(&answer("r:3306", replica), &fleet, &rules, &names)
                .instance
                .unwrap()
                .gtid
                .errant,
            errant,
            "{why}"
        );
        let mut maria = reading("r", 2, Some("m:3306"));
        maria.server.uuid = String::new();
        maria.gtid_executed = own;
        assert_eq!(
            absorb(&answer("r:3306", maria), &fleet, &rules, &names)
                .instance
                .unwrap()
                .gtid
                .errant,
            ""
        );
    }
}

#[test]
fn own_writes_are_rightful_on_a_circle_and_errant_below_a_master() {
    for (masters, errant) in [
        (vec![Some(1), Some(0)], ""),
        (vec![Some(1), Some(2), Some(0)], ""),
        (vec![Some(1), None], "00000001-0000-0000-0000-000000000000:10-12"),
    ] {
        let rules = DiscoveryRules::default();
        let names = names(&rules);
        let mut fleet = Fleet::default();
        let touched: Vec<_> = (0..masters.len())
            .map(|n| {
                let mut observation = server(n, &masters);
                let writes = if n == 0 { "1-12" } else { "1-9" };
                observation.reading.as_mut().unwrap().gtid_executed = format!("{}:{writes}", uuid(1));
                let absorbed = absorb(&observation, &fleet, &rules, &names);
                absorbed.apply(&mut fleet);
                absorbed.touched
            })
            .collect();
        reattribute(&mut fleet, &touched, &rules);
        assert_eq!(fleet.get(&key("h00:3306")).unwrap().gtid.errant, errant, "{masters:?}");
    }
}

/// Shapes in which each server follows an earlier one or nobody, with a probe order.
fn any_forest() -> impl Strategy<Value = (Vec<Option<usize>>, Vec<usize>)> {
    prop::collection::vec(prop::option::weighted(0.8, any::<prop::sample::Index>()), 1..14).prop_flat_map(|picks| {
        let masters: Vec<_> = picks
            .iter()
            .enumerate()
            .map(|(n, pick)| pick.filter(|_| n > 0).map(|pick| pick.index(n)))
            .collect();
        let order: Vec<usize> = (0..masters.len()).collect();
        (Just(masters), Just(order).prop_shuffle())
    })
}

/// Shapes in which each server follows any one or nobody: trees, pairs, circles and what hangs below them.
fn any_shape() -> impl Strategy<Value = (Vec<Option<usize>>, Vec<usize>)> {
    (1_usize..10).prop_flat_map(|count| {
        let order: Vec<usize> = (0..count).collect();
        (
            prop::collection::vec(prop::option::weighted(0.9, 0..count), count),
            Just(order).prop_shuffle(),
        )
    })
}

proptest! {
    #[test]
    fn any_probe_order_gives_the_attribution_of_the_order_from_the_top((masters, order) in any_forest()) {
        let (mut downwards, mut shuffled) = (Fleet::default(), Fleet::default());
        let natural: Vec<usize> = (0..masters.len()).collect();
        absorbed_in_order(&natural, &masters, &mut downwards);
        absorbed_in_order(&order, &masters, &mut shuffled);
        prop_assert_eq!(sorted(&downwards), sorted(&shuffled));

        // Where nothing follows a circle, polling from the top needs no further pass.
        let mut polled = Fleet::default();
        for n in natural {
            absorbed_in_order(&[n], &masters, &mut polled);
        }
        prop_assert_eq!(sorted(&downwards), sorted(&polled));
    }

    #[test]
    fn any_shape_comes_out_bounded_and_settled((masters, order) in any_shape()) {
        let mut fleet = Fleet::default();
        absorbed_in_order(&order, &masters, &mut fleet);
        let once = sorted(&fleet);
        for instance in &once {
            prop_assert!((instance.cluster.depth as usize) < masters.len());
            prop_assert!(once.iter().any(|i| i.key.to_string() == instance.cluster.name && i.cluster.depth == 0));
            if let Some(master) = fleet.get(instance.upstream()) {
                prop_assert_eq!(&master.cluster.name, &instance.cluster.name);
                prop_assert!(instance.cluster.depth == 0 || instance.cluster.depth == master.cluster.depth + 1);
            }
            let mutual = fleet.get(instance.upstream()).is_some_and(|m| m.key != instance.key && m.upstream() == &instance.key);
            prop_assert_eq!(instance.cluster.is_co_master, mutual);
        }
        absorbed_in_order(&order, &masters, &mut fleet);
        prop_assert_eq!(&once, &sorted(&fleet), "a second round changes nothing");
        for n in order.iter().rev() {
            absorbed_in_order(&[*n], &masters, &mut fleet);
        }
        prop_assert_eq!(&once, &sorted(&fleet), "nor do single polls");
    }
}
