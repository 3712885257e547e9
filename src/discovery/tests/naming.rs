use super::*;
use crate::discovery::lookup::SystemLookup;
use crate::discovery::names::NameFault;
use crate::discovery::rules::{HostResolve, OwnName};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn book() -> Box<Book> {
    let mut book = Book::default();
    book.canonical.insert("db1", "db1.example.com.");
    book.canonical.insert("vip", "bad-name");
    book.addresses.insert("db1", vec!["fe80::1", "10.0.0.1"]);
    book.addresses.insert("six", vec!["fe80::6"]);
    Box::new(book)
}

fn rules(host_resolve: HostResolve) -> DiscoveryRules {
    DiscoveryRules {
        host_resolve,
        reject_resolved: pattern("^bad"),
        ..Default::default()
    }
}

#[test]
fn methods() {
    let cases = [
        (HostResolve::None, "db1", "db1"),
        (HostResolve::Default, " db1 ", "db1"),
        (HostResolve::Cname, "db1", "db1.example.com"),
        (HostResolve::Cname, "vip", "vip"),
        (HostResolve::Ip, "db1", "10.0.0.1"),
        (HostResolve::Ip, "six", "fe80::6"),
        (HostResolve::Cname, "//db1", "//db1"),
    ];
    for (method, host, resolved) in cases {
        let names = Names::new(&rules(method), book());
        assert_eq!(
            names.resolve(host, NOW).unwrap().as_ref(),
            resolved,
            "{method:?} {host}"
        );
    }
    for (word, method) in [
        ("CNAME", HostResolve::Cname),
        ("ip", HostResolve::Ip),
        ("none", HostResolve::None),
        ("?", HostResolve::Default),
    ] {
        assert_eq!(HostResolve::from_word(word), method);
    }
}

#[test]
fn what_is_no_name_or_unknown() {
    let names = Names::new(&rules(HostResolve::Ip), book());
    assert_eq!(names.resolve(" ", NOW), Err(NameFault::Empty));
    assert!(matches!(names.resolve("a,b", NOW), Err(NameFault::List(_))));
    assert!(matches!(names.resolve("nowhere", NOW), Err(NameFault::Lookup(_))));
    assert_eq!(
        names.resolve("nowhere", NOW.plus_seconds(59)).unwrap().as_ref(),
        "nowhere",
        "kept as given for a minute"
    );
    assert!(
        names.resolve("nowhere", NOW.plus_seconds(60)).is_err(),
        "then tried again"
    );
    assert_eq!(names.canonical(&key("nowhere:1"), NOW), key("nowhere:1"));
    assert_eq!(names.drain_unsaved(), [], "failures are not stored");
}

#[test]
fn rejected_names_are_not_remembered() {
    let names = Names::new(&rules(HostResolve::Cname), book());
    names.resolve("vip", NOW).unwrap();
    assert_eq!((names.drain_unsaved(), names.export(NOW)), (vec![], vec![]));
}

struct Counting(AtomicUsize);

impl Lookup for Arc<Counting> {
    fn canonical(&self, host: &str) -> io::Result<String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(format!("{host}.x"))
    }

    fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Err(io::Error::other("not asked"))
    }
}

#[test]
fn memory_expires_and_is_exchanged() {
    let counting = Arc::new(Counting(AtomicUsize::new(0)));
    let rules = DiscoveryRules {
        host_resolve: HostResolve::Cname,
        resolve_ttl_seconds: 100,
        ..Default::default()
    };
    let names = Names::new(&rules, Box::new(Arc::clone(&counting)));
    for (at, asked) in [(0, 1), (50, 1), (99, 1), (100, 2), (150, 2)] {
        assert_eq!(names.resolve("a", NOW.plus_seconds(at)).unwrap().as_ref(), "a.x");
        assert_eq!(counting.0.load(Ordering::Relaxed), asked, "after {at} s");
    }
    let pair = ("a".to_owned(), "a.x".to_owned());
    assert_eq!(names.drain_unsaved(), [pair.clone(), pair.clone()]);
    assert_eq!(names.export(NOW.plus_seconds(150)), std::slice::from_ref(&pair));
    assert_eq!(names.export(NOW.plus_seconds(200)), []);
    names.import(
        [("b".to_owned(), "stored".to_owned()), ("c".to_owned(), String::new())],
        NOW,
    );
    assert_eq!(names.resolve("b", NOW).unwrap().as_ref(), "stored");
    assert_eq!(names.resolve("c", NOW).unwrap().as_ref(), "c.x");

    let silent = Names::new(
        &DiscoveryRules {
            host_resolve: HostResolve::None,
            ..Default::default()
        },
        book(),
    );
    silent.learn(&key("10.0.0.1:1"), "db1", NOW);
    assert_eq!(
        (silent.drain_unsaved(), silent.export(NOW)),
        (vec![], vec![]),
        "nothing is stored"
    );
    assert_eq!(
        silent.canonical(&key("10.0.0.1:1"), NOW),
        key("db1:1"),
        "but remembered"
    );
}

#[test]
fn a_remembered_key_asks_nobody() {
    let counting = Arc::new(Counting(AtomicUsize::new(0)));
    let names = Names::new(&rules(HostResolve::Cname), Box::new(Arc::clone(&counting)));
    assert_eq!(names.remembered_key(&key("a:1"), NOW), key("a:1"));
    assert_eq!(counting.0.load(Ordering::Relaxed), 0);
    names.canonical(&key("a:1"), NOW);
    assert_eq!(names.remembered_key(&key("a:1"), NOW), key("a.x:1"));
    names.learn(&key("a.x:1"), "own", NOW);
    assert_eq!(names.remembered_key(&key("a:1"), NOW), key("own:1"), "two hops");
    assert_eq!(names.canonical(&key("a:1"), NOW), key("own:1"));
}

#[test]
fn own_names() {
    let asked = key("10.0.0.1:3306");
    let mut reading = reading("db1", 1, None);
    let named = |word: &str, reading: &Reading| {
        let rules = DiscoveryRules {
            own_name: OwnName::from_word(word),
            ..Default::default()
        };
        names(&rules).own_name(&asked, reading).map(|name| name.to_string())
    };
    for word in ["default", "hostname", "@@HostName"] {
        assert_eq!(named(word, &reading).unwrap(), "db1");
    }
    for word in ["none", "nonsense"] {
        assert_eq!(named(word, &reading).unwrap(), "10.0.0.1");
    }
    assert!(named("@@report_host", &reading).unwrap_err().contains("report_host"));
    reading.report_host = "db1.example.com".to_owned();
    assert_eq!(named("report_host", &reading).unwrap(), "db1.example.com");
    reading.report_host = String::new();
    reading.server.version = Version::new("2.5-maxscale");
    assert_eq!(
        named("report_host", &reading).unwrap(),
        "10.0.0.1",
        "a binlog server keeps its name"
    );
}

#[test]
fn servers_behind_one_address_stay_apart() {
    let names = names(&DiscoveryRules::default());
    assert_eq!(names.learn(&key("10.0.0.1:3307"), "c1", NOW), None);
    assert_eq!(
        names.canonical(&key("10.0.0.1:9999"), NOW),
        key("c1:9999"),
        "one name so far: the host's"
    );
    let notice = names.learn(&key("10.0.0.1:3308"), "c2", NOW).unwrap();
    assert!(notice.contains("MySQLHostnameResolveMethod"), "{notice}");
    assert_eq!(names.learn(&key("10.0.0.1:3308"), "c2", NOW), None, "told once");
    for (asked, canonical) in [
        ("10.0.0.1:3307", "c1:3307"),
        ("10.0.0.1:3308", "c2:3308"),
        ("10.0.0.1:9999", "10.0.0.1:9999"),
    ] {
        assert_eq!(names.canonical(&key(asked), NOW), key(canonical));
    }
    assert_eq!(names.asked_at(&key("c2:3308")), Some(key("10.0.0.1:3308")));
    // An address that moves to another server names that one from then on.
    assert_eq!(names.learn(&key("vip:3306"), "db1", NOW), None);
    assert_eq!(names.learn(&key("vip:3306"), "db2", NOW), None);
    assert_eq!(names.canonical(&key("vip:3306"), NOW), key("db2:3306"));
    assert_eq!(
        names.canonical(&key("vip:3306"), NOW.plus_seconds(3_600)),
        key("vip:3306"),
        "until it expires"
    );
}

#[test]
fn the_systems_resolver_knows_this_machine() {
    let lookup = SystemLookup::new(Duration::from_secs(5));
    assert_eq!(lookup.canonical("127.0.0.1").unwrap(), "127.0.0.1");
    assert!(lookup.addresses("localhost").unwrap().iter().all(IpAddr::is_loopback));
    assert!(lookup.canonical("a\0b").is_err());
}

#[test]
fn a_resolver_that_hangs_is_left_behind() {
    let lookup = SystemLookup::new(Duration::ZERO);
    let begin = Instant::now();
    for _ in 0..20 {
        // Too short a time for an answer, or an answer that was quick enough.
        let _ = lookup.canonical("localhost");
    }
    assert!(begin.elapsed() < Duration::from_secs(2));
}
