//! Who comes before whom: a table of criteria, each asked only where all before it find both equal.

use super::Wanted;
use super::follow::Prospect;
use super::standing::{Field, Standing, measure};
use crate::topology::can_replicate::format_rank;
use std::cmp::Ordering;

/// One of those compared.
pub(super) struct Ranked<'a> {
    pub standing: &'a Standing<'a>,
    pub prospect: &'a Prospect,
}

/// One criterion. Greater is better.
pub struct Criterion {
    /// What speaks for the better one.
    pub name: &'static str,
    compare: fn(&Ranked<'_>, &Ranked<'_>, &Wanted<'_>) -> Ordering,
}

const fn criterion(name: &'static str, compare: fn(&Ranked<'_>, &Ranked<'_>, &Wanted<'_>) -> Ordering) -> Criterion {
    Criterion { name, compare }
}

/// Compares by a key whose greater value is better. A comparison by keys is in order whatever the keys are, and so is
/// one of several after each other.
macro_rules! by {
    (|$r:pat_param, $w:pat_param| $key:expr) => {
        |a, b, w| {
            let key = |$r: &Ranked<'_>, $w: &Wanted<'_>| $key;
            key(a, w).cmp(&key(b, w))
        }
    };
}

/// All criteria, the weightiest first.
pub const ORDER: &[Criterion] = &[
    criterion(
        "it has more of the failed master in the end",
        by!(|r, _| measure(r.prospect.has.as_ref())),
    ),
    criterion("it has received more", by!(|r, _| measure(r.standing.drained.as_ref()))),
    criterion("it writes a binary log", by!(|r, _| r.standing.row.binlog.enabled)),
    criterion(
        "it had applied more when it was last read",
        by!(|r, w| { w.by_inventory.then(|| measure(r.standing.executed.as_ref())) }),
    ),
    criterion("more replicas can follow it", by!(|r, _| r.prospect.keeps)),
    criterion("its promotion rule is better", |a, b, _| {
        b.standing.rule.cmp(&a.standing.rule)
    }),
    criterion(
        "it is in the failed master's data centre",
        by!(|r, w| { r.standing.row.place.data_center == w.data_center }),
    ),
    criterion(
        "it is in the failed master's region",
        by!(|r, w| r.standing.row.place.region == w.region),
    ),
    criterion(
        "it logs what it applies",
        by!(|r, _| r.standing.row.binlog.is_logging_replica()),
    ),
    criterion("its version is lower", |a, b, _| {
        let major = |r: &Ranked<'_>| {
            let (major, minor, _) = r.standing.row.server.version.numbers();
            (major, minor)
        };
        major(b).cmp(&major(a))
    }),
    criterion("its binary log format is lower", |a, b, _| {
        let format = |r: &Ranked<'_>| format_rank(&r.standing.row.binlog.format);
        format(b).cmp(&format(a))
    }),
    criterion("it has no errant transactions", by!(|r, _| r.standing.errant.is_none())),
    criterion("it has applied more", by!(|r, _| measure(r.standing.executed.as_ref()))),
    criterion("its name comes first", |a, b, _| b.standing.key().cmp(a.standing.key())),
];

/// How the one compares with the other, and by which criterion. Nobody equals another one.
pub(super) fn compare(a: &Ranked<'_>, b: &Ranked<'_>, wanted: &Wanted<'_>) -> (Ordering, &'static str) {
    ORDER
        .iter()
        .map(|criterion| ((criterion.compare)(a, b, wanted), criterion.name))
        .find(|(order, _)| order.is_ne())
        .unwrap_or((Ordering::Equal, ""))
}

/// These prospects, the best first.
pub(super) fn sorted<'p>(field: &Field<'_>, mut pool: Vec<&'p Prospect>, wanted: &Wanted<'_>) -> Vec<&'p Prospect> {
    pool.sort_by(|a, b| match (ranked(field, a), ranked(field, b)) {
        (Some(a), Some(b)) => compare(&b, &a, wanted).0,
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    pool
}

pub(super) fn ranked<'a>(field: &'a Field<'a>, prospect: &'a Prospect) -> Option<Ranked<'a>> {
    let standing = field.standings.get(prospect.at)?;
    Some(Ranked { standing, prospect })
}

#[cfg(test)]
mod tests {
    use super::super::follow::prospects;
    use super::super::{Contender, Wanted};
    use super::*;
    use crate::config::Policy;
    use crate::model::{Coordinates, Instance, InstanceKey, PromotionRule, Timestamp, Version};
    use proptest::prelude::*;

    fn any_instance(port: u16) -> impl Strategy<Value = (Instance, PromotionRule)> {
        let choices = (8u64..12, 0u64..3, 0usize..2, 0usize..3, 0usize..3, any::<[bool; 3]>());
        choices.prop_map(
            move |(read, behind, rule, place, format, [logs, is_newer, uses_gtid])| {
                let mut row = Instance {
                    key: InstanceKey::new("h", port),
                    ..Instance::default()
                };
                row.server.id = u32::from(port);
                row.server.version = Version::new(if is_newer { "8.4.0" } else { "8.0.36" });
                row.replication.master = InstanceKey::new("m", 1);
                row.replication.read = Coordinates::new(format!("log.{}", 999_990 + read), 4);
                row.replication.executed = Coordinates::new(format!("log.{}", 999_990 + read - behind), 4);
                row.place.data_center = ["ny", "sf", ""].get(place).copied().unwrap_or_default().to_owned();
                row.binlog.format = ["ROW", "MIXED", ""].get(format).copied().unwrap_or_default().to_owned();
                (row.binlog.enabled, row.binlog.logs_replica_updates) = (true, logs);
                row.gtid.oracle = uses_gtid;
                let rules = [PromotionRule::Prefer, PromotionRule::Neutral];
                (row, rules.get(rule).copied().unwrap_or_default())
            },
        )
    }

    proptest! {
        /// Of two exactly one comes first, and who comes before another comes before all behind that.
        #[test]
        fn the_order_is_strict_and_total(a in any_instance(1), b in any_instance(2), c in any_instance(3)) {
            let rows = [a, b, c];
            let contenders: Vec<Contender<'_>> = rows
                .iter()
                .map(|(instance, rule)| Contender { instance, look: None, rule: *rule })
                .collect();
            let (failed, policy) = (InstanceKey::new("m", 1), Policy::default());
            let wanted = Wanted {
                failed: &failed,
                failed_row: None,
                data_center: "ny",
                region: "",
                physical_environment: "",
                policy: &policy,
                named: None,
                forced: false,
                now: Timestamp(0),
                co_master: None,
                must_promote_co_master: false,
                excluded: &[],
                by_inventory: true,
            };
            let field = Field::new(&contenders, &wanted);
            let prospects = prospects(&field, vec![0, 1, 2], &policy);
            let all: Vec<Ranked<'_>> = prospects.iter().filter_map(|p| ranked(&field, p)).collect();
            for x in &all {
                for y in &all {
                    let order = compare(x, y, &wanted).0;
                    prop_assert_eq!(order, compare(y, x, &wanted).0.reverse());
                    prop_assert_eq!(order.is_eq(), x.standing.key() == y.standing.key());
                    for z in &all {
                        if order.is_lt() && compare(y, z, &wanted).0.is_lt() {
                            prop_assert!(compare(x, z, &wanted).0.is_lt());
                        }
                    }
                }
            }
        }
    }
}
