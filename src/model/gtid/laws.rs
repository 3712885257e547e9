//! Laws of the sets, on generated values and against a plain set of numbers.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{UUIDS, tag, uuid};
use super::*;

const TAGS: [&str; 3] = ["", "_b", "tag_a"];

/// One interval: index of the UUID, index of the tag, first and last number.
type Piece = (usize, usize, u64, u64);
type Model = BTreeSet<(usize, usize, u64)>;

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let start = prop_oneof![8 => 1u64..40, 1 => Interval::MAX - 12..=Interval::MAX];
    let piece = (0..3usize, 0..3usize, start, 0u64..8);
    let piece = piece.prop_map(|(u, t, start, more)| (u, t, start, (start + more).min(Interval::MAX)));
    prop::collection::vec(piece, 0..24)
}

fn model(pieces: &[Piece]) -> Model {
    pieces
        .iter()
        .flat_map(|&(u, t, start, end)| (start..=end).map(move |n| (u, t, n)))
        .collect()
}

fn built(pieces: &[Piece]) -> OracleSet {
    let mut set = OracleSet::new();
    for &(u, t, start, end) in pieces {
        set.add(uuid(UUIDS[u]), &tag(TAGS[t]), Interval::new(start, end).unwrap());
    }
    set
}

/// What a set says it holds, after checking that it is in normal form.
fn seen(set: &OracleSet) -> Model {
    let mut keys = Vec::new();
    for (uuid, tag, list) in set.iter() {
        assert!(!list.is_empty());
        assert!(
            list.windows(2).all(|w| w[0].end() + 1 < w[1].start()),
            "not merged: {set}"
        );
        keys.push((uuid, tag.clone()));
    }
    assert!(keys.is_sorted_by(|a, b| a < b), "not sorted: {set}");
    let index = |all: &[&str], text: &str| all.iter().position(|x| *x == text).unwrap();
    set.gtids()
        .map(|g| {
            (
                index(&UUIDS, &g.uuid.to_string()),
                index(&TAGS, g.tag.as_str()),
                g.number,
            )
        })
        .collect()
}

fn maria_sets() -> impl Strategy<Value = MariaSet> {
    let gtid = (0u32..4, 1u32..4, 0u64..12);
    prop::collection::vec(gtid, 0..8).prop_map(|all| {
        let gtid = |(domain, server_id, sequence)| MariaGtid {
            domain,
            server_id,
            sequence,
        };
        all.into_iter().map(gtid).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_model(a in pieces(), b in pieces()) {
        let (ma, mb) = (model(&a), model(&b));
        let (sa, sb) = (built(&a), built(&b));
        prop_assert_eq!(&seen(&sa), &ma);
        prop_assert_eq!(seen(&sa.union(&sb)), &ma | &mb);
        prop_assert_eq!(seen(&sa.subtract(&sb)), &ma - &mb);
        prop_assert_eq!(seen(&sa.intersect(&sb)), &ma & &mb);
        prop_assert_eq!(sa.contains_set(&sb), mb.is_subset(&ma));
        prop_assert_eq!(sa.count(), ma.len() as u128);
        prop_assert_eq!(sa.is_empty(), ma.is_empty());
        prop_assert_eq!(sa == sb, ma == mb);
        for &(u, t, number) in ma.union(&mb) {
            let gtid = Gtid { uuid: uuid(UUIDS[u]), tag: tag(TAGS[t]), number };
            prop_assert_eq!(sa.contains(&gtid), ma.contains(&(u, t, number)));
            let free = (1..).find(|n| !ma.contains(&(u, t, *n)));
            prop_assert_eq!(sa.next_free(gtid.uuid, &gtid.tag), free);
            let last = ma.range((u, t, 0)..=(u, t, u64::MAX)).next_back().map(|x| x.2);
            prop_assert_eq!(sa.last_number(gtid.uuid, &gtid.tag), last);
            prop_assert_eq!(gtid.to_string().parse::<Gtid>(), Ok(gtid));
        }
    }

    #[test]
    fn set_laws(a in pieces(), b in pieces(), c in pieces()) {
        let (a, b, c) = (built(&a), built(&b), built(&c));
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
        prop_assert_eq!(&a.union(&a), &a);
        prop_assert_eq!(a.intersect(&b), b.intersect(&a));
        prop_assert!(a.subtract(&b).intersect(&b).is_empty());
        prop_assert_eq!(&a.subtract(&b).union(&a.intersect(&b)), &a);
        prop_assert_eq!(a.contains_set(&b), b.subtract(&a).is_empty());
        prop_assert_eq!(a.subtract(&b).subtract(&c), a.subtract(&b.union(&c)));
    }

    #[test]
    fn uuids_come_and_go_whole(a in pieces(), which in 0..3usize) {
        let (all, one) = (built(&a), uuid(UUIDS[which]));
        let (mine, others): (Model, Model) = model(&a).into_iter().partition(|x| x.0 == which);
        prop_assert_eq!(seen(&all.only_uuid(one)), mine);
        prop_assert_eq!(seen(&all.without_uuid(one)), others);
        let mut kept = all.clone();
        kept.retain_uuids(|each| each != one);
        prop_assert_eq!(&kept, &all.without_uuid(one));
        let named: BTreeSet<Uuid> = all.iter().map(|x| x.0).collect();
        prop_assert_eq!(all.uuids().collect::<Vec<_>>(), named.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn text_and_back(a in pieces()) {
        let a = built(&a);
        prop_assert_eq!(OracleSet::parse(&a.to_string()), Ok(a.clone()));
        prop_assert_eq!(OracleSet::parse(&a.to_server_text()), Ok(a.clone()));
        prop_assert_eq!(a.to_server_text().replace(",\n", ","), a.to_string());
        prop_assert_eq!(OracleSet::parse_lossy(&a.to_string()), (a, false));
    }

    /// However a text orders, repeats, spaces and capitalises its intervals, the set is the same.
    #[test]
    fn any_writing_of_a_set(
        a in pieces().prop_flat_map(|a| (Just(a.clone()), Just(a).prop_shuffle())),
        blank in "[ \n\t]{0,2}", upper: bool, repeat: bool, reversed in 2u64..9,
    ) {
        let (a, mut shuffled) = a;
        if repeat {
            shuffled.extend(a.iter().rev());
        }
        let mut text = blank.clone();
        for (u, t, start, end) in shuffled {
            let name = [UUIDS[u], TAGS[t]].join(":");
            let name = name.trim_end_matches(':');
            text += &format!("{name}{blank}:{blank}{start}{blank}-{blank}{end}:{reversed}-1{blank},{blank}");
        }
        let text = if upper { text.to_uppercase() } else { text };
        prop_assert_eq!(OracleSet::parse(&text), Ok(built(&a)));
    }

    #[test]
    fn never_panics(text in any::<String>()) {
        check_any(&text)?;
    }

    #[test]
    fn never_panics_on_its_alphabet(text in "[0-9a-f:,\\-\n tag_]{0,120}") {
        check_any(&text)?;
    }

    #[test]
    fn never_panics_after_a_uuid(tail in prop::collection::vec("[0-9:,\\-\n tag_]{0,20}", 0..4)) {
        let text: String = tail.iter().map(|t| format!("{}:{t},", UUIDS[1])).collect();
        check_any(&text)?;
    }

    #[test]
    fn maria_merge_is_the_least_upper_bound(a in maria_sets(), b in maria_sets(), c in maria_sets()) {
        let both = a.merge(&b);
        prop_assert!(both.contains_position(&a) && both.contains_position(&b));
        let above = c.contains_position(&a) && c.contains_position(&b);
        prop_assert_eq!(above, c.contains_position(&both));
        prop_assert_eq!(&both, &b.merge(&a));
        prop_assert_eq!(both.merge(&c), a.merge(&b.merge(&c)));
        prop_assert_eq!(a.merge(&a), a.position());
        let mut model: BTreeMap<u32, u64> = BTreeMap::new();
        for gtid in a.iter().chain(b.iter()) {
            let at = model.entry(gtid.domain).or_default();
            *at = gtid.sequence.max(*at);
        }
        let heads: BTreeMap<u32, u64> = both.heads().map(|g| (g.domain, g.sequence)).collect();
        prop_assert_eq!(heads, model);
    }

    #[test]
    fn maria_containment_is_a_partial_order(a in maria_sets(), b in maria_sets(), c in maria_sets()) {
        prop_assert!(a.contains_position(&a));
        if a.contains_position(&b) && b.contains_position(&c) {
            prop_assert!(a.contains_position(&c));
        }
        let equal = (0..4).all(|d| a.sequence(d) == b.sequence(d));
        prop_assert_eq!(a.contains_position(&b) && b.contains_position(&a), equal);
        prop_assert_eq!(a.compare(&b), b.compare(&a).map(Ordering::reverse));
        prop_assert_eq!(b.contains_position(&a), a.missing_from(&b).is_empty());
        let gaps: u64 = a.missing_from(&b).into_iter().map(MariaGap::count).sum();
        let expected: u64 = (0..4).map(|d| a.sequence(d).saturating_sub(b.sequence(d))).sum();
        prop_assert_eq!(gaps, expected);
    }

    #[test]
    fn maria_text_and_back(a in maria_sets()) {
        prop_assert_eq!(MariaSet::parse(&a.to_string()), Ok(a.clone()));
        let reversed: Vec<String> = a.iter().map(|g| g.to_string()).rev().collect();
        prop_assert_eq!(MariaSet::parse(&reversed.join(" ,\n")), Ok(a));
    }

    /// Errant transactions never include an ancestor's or anything the master has from elsewhere.
    #[test]
    fn errant_is_bounded(own in pieces(), master in pieces(), co_master: bool) {
        let (own, master) = (built(&own), built(&master));
        let [master_uuid, own_uuid, other] = UUIDS;
        let found = errant(&own, &master, own_uuid, master_uuid, &[own_uuid, master_uuid], co_master);
        prop_assert!(own.contains_set(&found));
        prop_assert!(found.intersect(&master).is_empty());
        prop_assert!(found.only_uuid(uuid(master_uuid)).is_empty());
        prop_assert!(!co_master || found.only_uuid(uuid(own_uuid)).is_empty());
        let expected = own.only_uuid(uuid(other)).subtract(&master);
        let known = !own.is_empty() && !master.is_empty();
        prop_assert_eq!(found.only_uuid(uuid(other)), if known { expected } else { OracleSet::new() });
    }
}

/// What holds for every text: no panic, strict and lossy reading agree, what was read is normal.
fn check_any(text: &str) -> Result<(), TestCaseError> {
    let (lossy, bad) = OracleSet::parse_lossy(text);
    match OracleSet::parse(text) {
        Ok(strict) => prop_assert!(!bad && strict == lossy),
        Err(error) => {
            prop_assert!(bad && text.get(error.at..).is_some_and(|t| t.starts_with(&error.part)));
        }
    }
    prop_assert_eq!(OracleSet::parse(&lossy.to_string()), Ok(lossy));
    let (lossy, bad) = MariaSet::parse_lossy(text);
    match MariaSet::parse(text) {
        Ok(strict) => prop_assert!(!bad && strict == lossy),
        Err(error) => {
            prop_assert!(bad && text.get(error.at..).is_some_and(|t| t.starts_with(&error.part)));
        }
    }
    prop_assert_eq!(MariaSet::parse(&lossy.to_string()), Ok(lossy));
    let _ = (
        Uuid::parse(text),
        Tag::parse(text),
        text.parse::<Gtid>(),
        text.parse::<MariaGtid>(),
    );
    Ok(())
}
