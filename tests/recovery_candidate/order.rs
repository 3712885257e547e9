//! The choice does not depend on the order in which replicas come, and nobody equals another.

use crate::servers::*;
use orchestrator::model::PromotionRule;
use orchestrator::model::Version;
use orchestrator::recovery::candidate::filter::Lifted;
use proptest::prelude::*;

fn any_replica(n: u32) -> impl Strategy<Value = Replica> {
    let kinds = (0u32..8, 1u64..4, 0u64..3, 0usize..5, 0u32..3);
    (kinds, any::<[bool; 4]>()).prop_map(move |((kind, received, unapplied, rule, place), flags)| {
        let [logs, is_newer, is_errant, has_purged] = flags;
        let set = |to: u64| of_master(&format!("1-{}", 90 + to));
        let mut replica = match kind {
            0 => by_file(n, 90 + received, 90),
            1 => mariadb(n, &format!("0-1-{received}"), "0-1-1"),
            _ => oracle(n, &set(received), &set(received.saturating_sub(unapplied))),
        };
        replica.rule = [
            PromotionRule::Must,
            PromotionRule::Prefer,
            PromotionRule::Neutral,
            PromotionRule::PreferNot,
            PromotionRule::MustNot,
        ][rule];
        replica.instance.place.data_center = ["ny", "sf", ""][place as usize].to_owned();
        replica.change(|_, look| {
            look.reading.binlog.logs_replica_updates = logs;
            if is_newer && kind > 1 {
                look.reading.server.version = Version::new("8.4.0");
            }
            if is_errant && kind > 1 {
                look.reading.gtid_executed += &format!(",{}:1", uuid(n));
            }
            if has_purged && kind > 1 {
                look.reading.gtid_purged = of_master("1-91");
            }
        });
        if kind == 7 { replica.silent() } else { replica }
    })
}

fn any_replicas() -> impl Strategy<Value = Vec<Replica>> {
    (any_replica(2), any_replica(3), any_replica(4), any_replica(5)).prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

proptest! {
    #[test]
    fn the_order_of_replicas_does_not_matter(
        (replicas, shuffled) in any_replicas().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
        forced: bool,
        by_inventory: bool,
    ) {
        let case = Case { forced, by_inventory, ..Case::default() };
        prop_assert_eq!(case.choose(&replicas), case.choose(&shuffled));
    }

    #[test]
    fn everybody_is_accounted_for(replicas in any_replicas(), forced: bool) {
        let case = Case { forced, ..Case::default() };
        match case.choose(&replicas) {
            Ok(choice) => {
                let mut keys: Vec<_> = choice.follows.iter().chain(choice.lost.iter().map(|(key, _)| key)).cloned().collect();
                keys.push(choice.successor.clone());
                keys.sort();
                prop_assert_eq!(keys, (2..6).map(key).collect::<Vec<_>>());
                prop_assert!(!choice.notes.is_empty());
                for (_, refusal) in choice.refusals.iter().filter(|(key, _)| *key == choice.successor) {
                    let may_be = matches!(refusal.lifted, Lifted::WhenAlone | Lifted::ByNameOrAlone);
                    prop_assert!(forced || may_be, "{refusal:?}");
                    let told = choice.notes.iter().any(|note| note.contains(&refusal.sentence));
                    prop_assert!(told, "{:?}", choice.notes);
                }
            }
            Err(none) => {
                for n in 2..6 {
                    prop_assert!(none.refusals.iter().any(|(of, _)| *of == key(n)), "{n} is not accounted for");
                }
            }
        }
    }
}
