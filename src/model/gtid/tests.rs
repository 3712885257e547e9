//! GTID texts as servers print them and people write them.

use std::cmp::Ordering;

use super::*;

pub(super) const UUIDS: [&str; 3] = [
    "00020192-1111-1111-1111-111111111111",
    "230ea8ea-81e3-11e4-972a-e25ec4bd140a",
    "316d193c-70e5-11e5-adb2-ecf4bb2262ff",
];

pub(super) fn uuid(text: &str) -> Uuid {
    Uuid::parse(text).unwrap()
}

pub(super) fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

fn set(text: &str) -> OracleSet {
    OracleSet::parse(text).unwrap()
}

fn maria(text: &str) -> MariaSet {
    MariaSet::parse(text).unwrap()
}

#[test]
fn reads_what_servers_print() {
    // Multi-line `@@gtid_executed`, as `SHOW REPLICA STATUS` has it too.
    let text = "230ea8ea-81e3-11e4-972a-e25ec4bd140a:1-10539,\n\
                316d193c-70e5-11e5-adb2-ecf4bb2262ff:1-10935:10984-11124,\n\
                321f5c0d-70e5-11e5-adb2-ecf4bb2262ff:1-56";
    let all = set(text);
    assert_eq!(all.to_server_text(), text);
    assert_eq!(all.count(), 10539 + 10935 + 141 + 56);
    assert_eq!(all.next_free(uuid(UUIDS[2]), &Tag::UNTAGGED), Some(10936));
    assert_eq!(all.last_number(uuid(UUIDS[2]), &Tag::UNTAGGED), Some(11124));
    // Unordered, upper case, touching, repeated.
    let other = set(&text.to_uppercase().replace("1-56", "3-56:1:2,,\n"));
    assert_eq!(other, all);

    let tagged = "ed102faf-eb00-11eb-8f20-0c5415bfaa1d:1-117:7_0";
    assert_eq!(OracleSet::parse(tagged).unwrap_err().kind, GtidErrorKind::Interval);
    let tagged = "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7:tag_a:1-3:9,\n\
                  3e11fa47-71ca-11e1-9e33-c80aa9429562:6:Foo:1:TAG_A:4";
    let tagged = set(tagged);
    assert_eq!(
        tagged.to_string(),
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-7:foo:1:tag_a:1-4:9"
    );
    assert!(tagged.contains(&"3e11fa47-71ca-11e1-9e33-c80aa9429562:tag_a:9".parse().unwrap()));
    assert!(!tagged.contains(&"3e11fa47-71ca-11e1-9e33-c80aa9429562:9".parse().unwrap()));
    assert_eq!(set(" \n"), OracleSet::default());
    assert_eq!(OracleSet::new().to_server_text(), "");
}

#[test]
fn uuid_notations() {
    let canonical = uuid(UUIDS[1]);
    for text in [
        "230EA8EA81E311E4972AE25EC4BD140A",
        " {230ea8ea-81e3-11e4-972a-e25ec4bd140a}\n",
    ] {
        assert_eq!(Uuid::parse(text), Some(canonical), "{text}");
    }
    assert_eq!(canonical.to_string(), UUIDS[1]);
    let bad = [
        "",
        "-",
        "230ea8ea-81e3-11e4-972a-e25ec4bd140",
        "{230ea8ea81e311e4972ae25ec4bd140a}",
    ];
    let shifted = [
        "230ea8ea8-1e3-11e4-972a-e25ec4bd140a",
        "ü30ea8ea-81e3-11e4-972a-e25ec4bd140a",
    ];
    for text in bad.iter().chain(&shifted) {
        assert_eq!(Uuid::parse(text), None, "{text}");
    }
}

#[test]
fn errors_name_what_and_where() {
    let u = UUIDS[0];
    let long = format!("{u}:{}:1", "t".repeat(33));
    for (text, kind, at, part) in [
        ("1-5", GtidErrorKind::Uuid, 0, "1-5"),
        (&format!("{u}:1,\n xyz:1"), GtidErrorKind::Uuid, 41, "xyz"),
        (&format!("{u}:1: 2x"), GtidErrorKind::Interval, 40, "2x"),
        (&format!("{u}:"), GtidErrorKind::Interval, 37, ""),
        (&format!("{u}:0-3"), GtidErrorKind::NumberRange, 37, "0-3"),
        (
            &format!("{u}:1-9223372036854775807"),
            GtidErrorKind::NumberRange,
            37,
            "1-9223372036854775807",
        ),
        (&format!("{u}:t-a:1"), GtidErrorKind::Tag, 37, "t-a"),
        (&long, GtidErrorKind::Tag, 37, &"t".repeat(33)),
    ] {
        let expected = GtidError {
            kind,
            at,
            part: part.to_owned(),
        };
        assert_eq!(OracleSet::parse(text), Err(expected), "{text}");
    }
    assert_eq!(
        set(&format!("{u}:9223372036854775806")).next_free(uuid(u), &Tag::UNTAGGED),
        Some(1)
    );
    assert_eq!(
        set(&format!("{u}:1-9223372036854775806")).next_free(uuid(u), &Tag::UNTAGGED),
        None
    );
    assert_eq!(set(&format!("{u}:5-1")), OracleSet::new());
    let lossy = OracleSet::parse_lossy(&format!("{u}:1-3:x:5:t-a:6:ok:7,oops:8,{u}:9"));
    assert_eq!(lossy, (set(&format!("{u}:1-3:9:x:5:ok:7")), true));
    assert!(format!("{u}:1-2").parse::<Gtid>().is_err());
}

#[test]
fn maria_positions() {
    let state = maria("1-20-9,0-1-1234, 0-2-1200,1-20-7");
    assert_eq!(state.to_string(), "0-2-1200,0-1-1234,1-20-9");
    assert_eq!(state.position().to_string(), "0-1-1234,1-20-9");
    let (ahead, behind) = (maria("0-1-1234,1-2-77"), maria("0-1-1200,2-1-5"));
    let gap = |domain, after, to| MariaGap { domain, after, to };
    assert_eq!(ahead.missing_from(&behind), [gap(0, 1200, 1234), gap(1, 0, 77)]);
    assert_eq!(behind.missing_from(&ahead), [gap(2, 0, 5)]);
    assert_eq!(ahead.compare(&behind), None);
    assert_eq!(ahead.merge(&behind).to_string(), "0-1-1234,1-2-77,2-1-5");
    assert_eq!(maria("0-1-5").compare(&maria("0-2-5")), Some(Ordering::Equal));
    assert_eq!(maria("").compare(&maria("0-2-5")), Some(Ordering::Less));
    assert_eq!(
        maria("4294967295-4294967295-18446744073709551615").sequence(u32::MAX),
        u64::MAX
    );
    for (text, kind, at) in [
        ("0-1", GtidErrorKind::Parts, 0),
        ("0-1-2,,1-1-1", GtidErrorKind::Parts, 6),
        ("0-1-2, 4294967296-1-1", GtidErrorKind::Domain, 7),
        ("0-1-2,0--1", GtidErrorKind::ServerId, 8),
        ("0-1-18446744073709551616", GtidErrorKind::Sequence, 4),
    ] {
        let error = MariaSet::parse(text).unwrap_err();
        assert_eq!((error.kind, error.at), (kind, at), "{text}");
    }
    assert_eq!(MariaSet::parse_lossy("0-1-2,x,1-1-1"), (maria("0-1-2,1-1-1"), true));
}

#[test]
fn errant_transactions() {
    let [m, r, g] = UUIDS;
    let master = set(&format!("{m}:1-100,{g}:1-50"));
    let own = set(&format!("{m}:1-110,{g}:1-52,{r}:1-2"));
    let of = |ancestry: &[&str], co_master| errant(&own, &master, r, m, ancestry, co_master).to_string();
    assert_eq!(of(&[m, r, ""], false), format!("{r}:1-2,{g}:51-52"));
    assert_eq!(of(&[&m.to_uppercase(), r, g, "junk"], false), format!("{r}:1-2"));
    assert_eq!(of(&[m, r, g], true), "");
    // Unless it is an ancestor, the master's own UUID accounts for nothing.
    assert_eq!(of(&[], true), format!("{m}:1-110,{g}:51-52"));
    let none: [&str; 0] = [];
    assert!(errant(&own, &OracleSet::new(), r, m, &none, false).is_empty());
    assert!(errant(&OracleSet::new(), &master, r, m, &none, false).is_empty());
    let tagged = own.union(&set(&format!("{r}:app:4,{m}:app:9")));
    let found = errant(&tagged, &master, r, m, &[m, g, r], false);
    assert_eq!(found.to_string(), format!("{r}:1-2:app:4"));
}

#[test]
fn logs_that_hold_some_of_a_set() {
    let [m, r, _] = UUIDS;
    let log = |name: &str, previous: Option<String>| LogStart {
        name: name.to_owned(),
        previous,
    };
    let logs = [
        log("b.1", Some(String::new())),
        log("b.2", Some(format!("{m}:1-4,\n{r}:1"))),
        log("b.3", Some(format!("{m}:1-9,\n{r}:1"))),
        log("b.4", Some(format!("{m}:1-9,\n{r}:1-3"))),
    ];
    let found = |text: &str| locate(&set(text), &logs).unwrap();
    assert_eq!(found(&format!("{r}:1")), ["b.1"]);
    assert_eq!(found(&format!("{r}:1-4")), ["b.1", "b.3", "b.4"]);
    assert_eq!(found(&format!("{r}:2-3")), ["b.3"]);
    assert_eq!(found(&format!("{r}:5")), ["b.4"]);
    assert!(locate(&set(&format!("{r}:1")), &[]).unwrap().is_empty());
    // A log from before GTIDs does not tell.
    let silent = [log("b.1", None), log("b.2", None)];
    let error = locate(&set(&format!("{r}:1")), &silent).unwrap_err();
    assert!(error.contains("b.2 does not tell"), "{error}");
}
